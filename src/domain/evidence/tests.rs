use super::*;

/// A whole file through the filter, in pieces of `piece` bytes.
fn through(file: &[u8], piece: usize) -> Result<Vec<u8>, Unfit> {
    let kind = kind_of(&file[..file.len().min(HEAD)])?;
    let (mut strip, mut out) = (Strip::new(kind), Vec::new());
    for bytes in file.chunks(piece) {
        strip.push(bytes, &mut out)?;
    }
    strip.finish()?;
    Ok(out)
}

fn segment(code: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&[0xff, code], &length[..], body].concat()
}

/// Little-endian Exif: orientation 6, and a place in text.
fn exif() -> Vec<u8> {
    let tiff = b"II\x2a\0\x08\0\0\0\x02\0\x0e\x01\x02\0\x04\0\0\0GPS!\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0 37.58 N";
    [&b"Exif\0\0"[..], tiff].concat()
}

fn photo(secret: bool) -> Vec<u8> {
    let mut file = vec![0xff, 0xd8];
    file.extend(segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"));
    if secret {
        file.extend(segment(0xe1, &exif()));
        file.extend(segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0GPS 37.58"));
        file.extend(segment(0xed, b"Photoshop 3.0\0GPS"));
        file.extend(segment(0xfe, b"GPS in a comment"));
    }
    file.extend(segment(0xe2, b"ICC_PROFILE\0\x01\x01colours"));
    file.extend(segment(0xdb, &[1; 65]));
    file.extend(segment(0xda, &[1, 1, 0, 0, 63, 0]));
    file.extend([7, 0xff, 0, 8, 0xff, 0xd3, 9]);
    file.extend(segment(0xda, &[1, 2, 0, 0, 63, 0]));
    file.extend([7, 7, 0xff, 0xd9]);
    if secret {
        file.extend(b"\xff\xd8 another picture with GPS");
    }
    file
}

#[test]
fn a_photo_loses_everything_but_the_picture_however_it_arrives() {
    for piece in [1, 2, 3, 7, 64, 100_000] {
        let kept = through(&photo(true), piece).unwrap();
        assert!(!kept.windows(3).any(|w| w == b"GPS"), "in pieces of {piece}");
        let upright = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        assert!(kept.windows(upright.len()).any(|w| w == upright), "which side is up stays");
        let without: Vec<u8> = [&kept[..20], &kept[20 + 36..]].concat();
        assert_eq!(without, photo(false), "in pieces of {piece}");
        assert_eq!(through(&kept, piece).unwrap(), kept, "nothing is lost twice");
    }
    let whole = photo(false);
    for cut in [3, 30, whole.len() - 2] {
        assert_eq!(through(&whole[..cut], 10), Err(Unfit::Broken), "cut at {cut}");
    }
}

#[test]
fn a_picture_of_chunks_keeps_those_that_draw() {
    let chunk = |name: &[u8], body: &[u8]| {
        [&u32::try_from(body.len()).unwrap().to_be_bytes()[..], name, body, b"sum!"].concat()
    };
    let signature = b"\x89PNG\r\n\x1a\n".to_vec();
    let draws = [chunk(b"IHDR", &[1; 13]), chunk(b"IDAT", &[2; 99]), chunk(b"IEND", b"")];
    let tells =
        [chunk(b"eXIf", b"GPS"), chunk(b"tEXt", b"GPS"), chunk(b"tIME", b"GPS"), chunk(b"prVt", b"GPS")];
    let kept = [signature.clone(), draws.concat()].concat();
    let mut file = [signature, draws[0].clone(), tells.concat(), draws[1].clone(), tells[1].clone()].concat();
    file.extend([draws[2].clone(), b"GPS behind the end".to_vec()].concat());
    for piece in [1, 5, 8, 13, 100_000] {
        assert_eq!(through(&file, piece).unwrap(), kept, "in pieces of {piece}");
    }
    assert_eq!(through(&kept[..kept.len() - 1], 5), Err(Unfit::Broken));
    let forged = [&kept[..8], b"\xff\xff\xff\xffIDAT"].concat();
    assert_eq!(through(&forged, 5), Err(Unfit::Broken));
}

#[test]
fn a_file_is_what_its_bytes_say() {
    let film = [&b"\0\0\0\x18ftypmp42\0\0\0\0"[..], &[0; 600], b"hdlr\0\0\0\0\0\0\0\0vide"].concat();
    let talk = [&b"\0\0\0\x18ftypmp42\0\0\0\0"[..], &[0; 600], b"hdlr\0\0\0\0\0\0\0\0soun"].concat();
    for (file, told) in [
        (&b"%PDF-1.7 "[..], Ok(FileKind::Pdf)),
        (b"RIFF\0\0\0\0WAVEfmt ", Ok(FileKind::Wav)),
        (b"ID3\x04", Ok(FileKind::Mp3)),
        (b"\xff\xfb\x90\x00", Ok(FileKind::Mp3)),
        (b"OggS", Ok(FileKind::Ogg)),
        (b"#!AMR\n", Ok(FileKind::Amr)),
        ("시각,dB(A)\n2026-11-20 23:10:00,41.2\n".as_bytes(), Ok(FileKind::Log)),
        (b"", Err(Unfit::Empty)),
        (b"\0\0\0\x18ftypheic", Err(Unfit::Heic)),
        (b"\0\0\0\x18ftypqt  ", Err(Unfit::Video)),
        (b"<html><script>1,2</script>", Err(Unfit::Unknown)),
        (b"<svg width=\"1\" height=\"2\">,", Err(Unfit::Unknown)),
        (b"#!/bin/sh\necho 1,2", Err(Unfit::Unknown)),
        (b"MZ\x90\0\x03,1", Err(Unfit::Unknown)),
        (b"PK\x03\x04,1", Err(Unfit::Unknown)),
        (b"RIFF\0\0\0\0WEBPVP8 ", Err(Unfit::Unknown)),
        (&talk, Ok(FileKind::M4a)),
    ] {
        assert_eq!(kind_of(file), told, "{:?}", String::from_utf8_lossy(file));
    }
    for piece in [1, 15, 16, 100_000] {
        assert_eq!(through(&film, piece), Err(Unfit::Video), "a film in pieces of {piece}");
        assert_eq!(through(&talk, piece).unwrap(), talk);
    }
    let mut log = b"a,1\n".repeat(200);
    log.push(0);
    assert_eq!(through(&log, 100), Err(Unfit::Broken));
}

#[test]
fn a_recording_is_taken_only_with_ones_own_voice_or_none() {
    assert_eq!(voices_of(FileKind::Jpeg, Some(Voices::Own)), Ok(None));
    assert_eq!(voices_of(FileKind::Mp3, Some(Voices::Murmur)), Ok(Some(Voices::Murmur)));
    assert!(voices_of(FileKind::Mp3, None).is_err());
    assert!(voices_of(FileKind::M4a, Some(Voices::Others)).unwrap_err().contains("통신비밀보호법"));
}
