//! A file on its way in, a piece at a time. Of an image only what draws it passes: of JPEG (ITU-T T.81) the frame, its tables and
//! scans, the colour profile and which side is up; of PNG (W3C PNG, third edition) the chunks that draw. What stands behind an
//! image's end (other pictures, films of the moment) goes too. Other kinds pass as they are, once they are what they say.
use super::{Unfit, is_text};
use crate::domain::codes::FileKind;

/// PNG chunks that draw; every other one (eXIf, tEXt, zTXt, iTXt, tIME, private ones) is left out.
const DRAWING: [&[u8; 4]; 16] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP",
    b"bKGD", b"hIST", b"pHYs", b"acTL", b"fcTL",
];
const FRAME_DATA: &[u8; 4] = b"fdAT";
/// In an ISO file the word `hdlr` stands this far before the kind of its track.
const HANDLER: usize = 12;

/// Where the filter stands in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// JPEG: before a marker.
    Marker,
    /// JPEG: in a scan's data.
    Scan,
    /// PNG: before the signature, before a chunk.
    Signature,
    Chunk,
    /// PNG: in a chunk's body, so many bytes of it left.
    Body {
        left: usize,
        keeps: bool,
    },
    /// Behind the image's end.
    End,
    /// Not an image.
    Through,
}

/// The filter of one file.
#[derive(Debug)]
pub struct Strip {
    kind: FileKind,
    at: At,
    /// What came and could not be judged yet; of a recording, its last bytes again.
    held: Vec<u8>,
    turned: bool,
}

impl Strip {
    #[must_use]
    pub fn new(kind: FileKind) -> Self {
        let at = match kind {
            FileKind::Jpeg => At::Marker,
            FileKind::Png => At::Signature,
            _ => At::Through,
        };
        Self { kind, at, held: Vec::new(), turned: false }
    }

    /// Takes the next bytes and writes those that stay behind `out`.
    ///
    /// # Errors
    /// `Broken`, and `Video` for a film that calls itself as recordings do.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Unfit> {
        if self.at == At::Through {
            self.look(bytes)?;
            out.extend_from_slice(bytes);
            return Ok(());
        }
        let mut all = std::mem::take(&mut self.held);
        all.extend_from_slice(bytes);
        let mut rest = all.as_slice();
        while let Some(left) = self.one(rest, out)? {
            rest = left;
        }
        self.held = rest.to_vec();
        Ok(())
    }

    /// The file ended.
    ///
    /// # Errors
    /// `Broken` for an image without its end.
    pub fn finish(self) -> Result<(), Unfit> {
        if matches!(self.at, At::End | At::Through) { Ok(()) } else { Err(Unfit::Broken) }
    }

    /// What is no image passes whole, but not everything that looks like it at its head.
    fn look(&mut self, bytes: &[u8]) -> Result<(), Unfit> {
        match self.kind {
            FileKind::Log if !is_text(bytes) => Err(Unfit::Broken),
            FileKind::M4a => {
                self.held.extend_from_slice(bytes);
                let film = |w: &[u8]| w.starts_with(b"hdlr") && w.ends_with(b"vide");
                if self.held.windows(HANDLER + 4).any(film) {
                    return Err(Unfit::Video);
                }
                let old = self.held.len().saturating_sub(HANDLER + 3);
                self.held.drain(..old);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// One step; what is left of `rest`, or nothing where more has to come first.
    fn one<'r>(&mut self, rest: &'r [u8], out: &mut Vec<u8>) -> Result<Option<&'r [u8]>, Unfit> {
        match self.at {
            At::Marker => self.marker(rest, out),
            At::Scan => Ok(self.scan(rest, out)),
            At::Signature => Ok(rest.split_at_checked(8).map(|(signature, left)| {
                out.extend_from_slice(signature);
                self.at = At::Chunk;
                left
            })),
            At::Chunk => self.chunk(rest, out),
            At::Body { left, keeps } => {
                let (now, later) = rest.split_at_checked(left).unwrap_or((rest, &[]));
                if keeps {
                    out.extend_from_slice(now);
                }
                self.at = match left.saturating_sub(now.len()) {
                    0 => At::Chunk,
                    left => At::Body { left, keeps },
                };
                Ok((!rest.is_empty()).then_some(later))
            }
            At::End | At::Through => Ok((!rest.is_empty()).then_some(&[])),
        }
    }

    /// A PNG chunk: four bytes length, four bytes name, the body, four bytes checksum.
    fn chunk<'r>(&mut self, rest: &'r [u8], out: &mut Vec<u8>) -> Result<Option<&'r [u8]>, Unfit> {
        let Some((head, left)) = rest.split_first_chunk::<8>() else { return Ok(None) };
        let [a, b, c, d, name @ ..] = head;
        let length = usize::try_from(u32::from_be_bytes([*a, *b, *c, *d])).ok().ok_or(Unfit::Broken)?;
        if length > 0x7fff_ffff {
            return Err(Unfit::Broken);
        }
        let keeps = DRAWING.contains(&name) || name == FRAME_DATA;
        if keeps {
            out.extend_from_slice(head);
        }
        if name == b"IEND" {
            let Some((sum, _)) = left.split_at_checked(4) else {
                out.truncate(out.len().saturating_sub(head.len()));
                return Ok(None);
            };
            out.extend_from_slice(sum);
            self.at = At::End;
            return Ok(Some(&[]));
        }
        self.at = At::Body { left: length.saturating_add(4), keeps };
        Ok(Some(left))
    }

    /// A JPEG marker with its segment: the length counts itself and not the marker.
    fn marker<'r>(&mut self, rest: &'r [u8], out: &mut Vec<u8>) -> Result<Option<&'r [u8]>, Unfit> {
        let [0xff, code, ..] = rest else {
            return if rest.len() < 2 { Ok(None) } else { Err(Unfit::Broken) };
        };
        match code {
            // Bytes that fill.
            0xff => return Ok(rest.get(1..)),
            0xd8 | 0x01 | 0xd0..=0xd7 => {
                out.extend_from_slice(&[0xff, *code]);
                return Ok(rest.get(2..));
            }
            0xd9 => {
                out.extend_from_slice(&[0xff, *code]);
                self.at = At::End;
                return Ok(Some(&[]));
            }
            _ => {}
        }
        let [_, _, high, low, ..] = rest else { return Ok(None) };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        if length < 2 {
            return Err(Unfit::Broken);
        }
        let Some((segment, left)) = rest.split_at_checked(length + 2) else { return Ok(None) };
        let body = segment.get(4..).unwrap_or_default();
        match code {
            0xe1 => self.upright(body, out),
            0xe0 => out.extend(jfif(body).into_iter().flatten()),
            0xe2 if body.starts_with(b"ICC_PROFILE\0") => out.extend_from_slice(segment),
            // Adobe's says how colours are kept: without it CMYK pictures come out wrong.
            0xee if body.starts_with(b"Adobe") && body.len() <= 12 => out.extend_from_slice(segment),
            0xc0..=0xcf | 0xda..=0xdd => out.extend_from_slice(segment),
            _ => {}
        }
        if *code == 0xda {
            self.at = At::Scan;
        }
        Ok(Some(left))
    }

    /// The data of a scan: up to a marker that is neither a stuffed byte nor a restart.
    fn scan<'r>(&mut self, rest: &'r [u8], out: &mut Vec<u8>) -> Option<&'r [u8]> {
        let mut from = 0;
        loop {
            let tail = rest.get(from..)?;
            let Some(found) = tail.iter().position(|b| *b == 0xff) else {
                out.extend_from_slice(tail);
                return (!rest.is_empty()).then_some(&[]);
            };
            let (data, marked) = tail.split_at_checked(found)?;
            out.extend_from_slice(data);
            from = from.saturating_add(found);
            match marked {
                [_, 0x00 | 0xd0..=0xd7, ..] => {
                    out.extend(marked.iter().take(2));
                    from = from.saturating_add(2);
                }
                [_, _, ..] => {
                    self.at = At::Marker;
                    return Some(marked);
                }
                // The byte behind it comes later.
                _ => return if from == 0 { None } else { Some(marked) },
            }
        }
    }

    /// Which side is up stays, once, in an Exif block that says nothing else.
    fn upright(&mut self, body: &[u8], out: &mut Vec<u8>) {
        if let Some(way) = body.strip_prefix(b"Exif\0\0").and_then(orientation).filter(|_| !self.turned) {
            self.turned = true;
            out.extend_from_slice(
                b"\xff\xe1\0\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0",
            );
            out.extend_from_slice(&[way, 0, 0, 0, 0, 0, 0]);
        }
    }
}

/// A JFIF header without its small picture: density alone.
fn jfif(body: &[u8]) -> Option<Vec<u8>> {
    let (head, _) = body.split_at_checked(12).filter(|_| body.starts_with(b"JFIF\0"))?;
    Some([b"\xff\xe0\0\x10", head, &[0, 0]].concat())
}

/// Tag 0x0112 of the first directory (TIFF 6.0 §2), 2 to 8; 1 says nothing.
fn orientation(tiff: &[u8]) -> Option<u8> {
    let big = match tiff {
        [b'M', b'M', 0, 42, ..] => true,
        [b'I', b'I', 42, 0, ..] => false,
        _ => return None,
    };
    let short = |at: usize| {
        let two = <[u8; 2]>::try_from(tiff.get(at..at.checked_add(2)?)?).ok()?;
        Some(if big { u16::from_be_bytes(two) } else { u16::from_le_bytes(two) })
    };
    let four = <[u8; 4]>::try_from(tiff.get(4..8)?).ok()?;
    let directory = if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) };
    let directory = usize::try_from(directory).ok()?;
    let entries = usize::from(short(directory)?);
    let first = directory.checked_add(2)?;
    let tag = (0..entries)
        .filter_map(|n| first.checked_add(n.checked_mul(12)?))
        .find(|at| short(*at) == Some(0x0112))?;
    let way = short(tag.checked_add(8)?)?;
    u8::try_from(way).ok().filter(|way| (2..=8).contains(way))
}
