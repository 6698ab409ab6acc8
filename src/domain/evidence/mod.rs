//! Evidence that a side or a desk hands in: what a file is, told by its own bytes, and what is left of it. Names and sent types
//! are nobody's word. Images lose everything but the picture (`strip`): where, when and with what they were taken.
mod strip;

pub use strip::Strip;

use super::codes::{FileKind, Voices};

/// So many bytes are enough to tell what a file is.
pub const HEAD: usize = 512;
/// The longest sentence on what a thing shows, in characters.
pub const ABOUT_MAX: usize = 200;

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    Empty,
    TooLarge,
    /// Of no kind that is taken.
    Unknown,
    /// A photo as iPhones keep it.
    Heic,
    Video,
    /// It ends in its middle, or is not what its head says.
    Broken,
}

impl Unfit {
    /// What to do instead.
    #[must_use]
    pub fn sentence(self, limit_mib: u64) -> String {
        match self {
            Self::Empty => "빈 파일입니다. 다시 골라 주세요.".to_owned(),
            Self::TooLarge => {
                format!("파일 하나에 {limit_mib}MB까지 올릴 수 있습니다. 사진은 크기를 줄이고 녹음은 필요한 곳만 잘라 주세요.")
            }
            Self::Unknown => {
                "받을 수 없는 파일입니다. 사진(JPEG·PNG), 녹음(MP3·M4A·WAV·AMR·OGG), PDF, 소음 기록(CSV)을 올려 주세요.".to_owned()
            }
            Self::Heic => {
                "아이폰의 HEIC 사진은 받을 수 없습니다. 사진을 화면에 띄워 갈무리(스크린샷)하거나 JPEG로 바꾸어 올려 주세요.".to_owned()
            }
            Self::Video => {
                "동영상은 받지 않습니다. 소리만 녹음한 파일이나 화면을 갈무리한 사진을 올려 주세요.".to_owned()
            }
            Self::Broken => "파일이 중간에 끊겼거나 손상되었습니다. 원래 파일을 다시 골라 주세요.".to_owned(),
        }
    }
}

/// What the first bytes of a file show ([`HEAD`] of them, or all that there are).
///
/// # Errors
/// `Empty`, `Unknown`, `Heic` or `Video`.
pub fn kind_of(head: &[u8]) -> Result<FileKind, Unfit> {
    match head {
        [] => Err(Unfit::Empty),
        [0xff, 0xd8, 0xff, ..] => Ok(FileKind::Jpeg),
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Ok(FileKind::Png),
        [b'%', b'P', b'D', b'F', b'-', ..] => Ok(FileKind::Pdf),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Ok(FileKind::Wav),
        [b'O', b'g', b'g', b'S', ..] => Ok(FileKind::Ogg),
        [b'#', b'!', b'A', b'M', b'R', ..] => Ok(FileKind::Amr),
        [b'I', b'D', b'3', ..] => Ok(FileKind::Mp3),
        // A frame of MPEG audio, layer III (ISO/IEC 11172-3 §2.4.1.3).
        [0xff, second, ..] if second & 0xe0 == 0xe0 && (second >> 1) & 3 == 1 => Ok(FileKind::Mp3),
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => of_brand(brand),
        _ if is_table(head) => Ok(FileKind::Log),
        _ => Err(Unfit::Unknown),
    }
}

/// ISO/IEC 14496-12 files by their major brand. Telephones call a recording `mp42` or `3gp4` as they call a film: [`Strip`] tells
/// them apart.
fn of_brand(brand: &[u8]) -> Result<FileKind, Unfit> {
    let Some((brand, _)) = brand.split_at_checked(4) else { return Err(Unfit::Unknown) };
    match brand {
        b"heic" | b"heix" | b"hevc" | b"mif1" | b"msf1" | b"avif" => Err(Unfit::Heic),
        b"qt  " | b"M4V " => Err(Unfit::Video),
        b"M4A " | b"M4B " | b"mp41" | b"mp42" | b"isom" | b"iso2" | b"iso5" | b"iso6" | b"dash" => {
            Ok(FileKind::M4a)
        }
        [b'3', b'g', ..] => Ok(FileKind::M4a),
        _ => Err(Unfit::Unknown),
    }
}

/// Text with columns and figures, as meters write it: not a page, not a program.
fn is_table(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let first = text.iter().find(|b| !b.is_ascii_whitespace());
    let columns = text.iter().any(|b| matches!(b, b',' | b';' | b'\t'));
    let figures = text.iter().any(u8::is_ascii_digit);
    columns && figures && is_text(text) && !matches!(first, Some(b'<' | b'{' | b'[' | b'#'))
}

/// No byte that text does not have; which of the Korean encodings it is, is nobody's question here.
fn is_text(bytes: &[u8]) -> bool {
    bytes.iter().all(|b| *b >= 0x20 && *b != 0x7f || matches!(b, b'\t' | b'\r' | b'\n'))
}

/// Whether what was said of a recording's voices lets it be taken, else why not.
///
/// # Errors
/// What to tell at the field `voices`.
pub fn voices_of(kind: FileKind, said: Option<Voices>) -> Result<Option<Voices>, &'static str> {
    match (kind.is_recording(), said) {
        (false, _) => Ok(None),
        (true, None) => Err("녹음입니다. 누구의 말소리가 들리는지 골라 주세요."),
        (true, Some(Voices::Others)) => Err(
            "내가 끼지 않은 다른 사람들의 대화를 녹음하거나 듣는 것은 법으로 금지되어 있고 증거로도 쓸 수 없습니다(통신비밀보호법 §3·§4·§14·§16). 받지 않습니다. 그 부분을 잘라 내거나 소음 기록(CSV)을 올려 주세요.",
        ),
        (true, said) => Ok(said),
    }
}

#[cfg(test)]
mod tests;
