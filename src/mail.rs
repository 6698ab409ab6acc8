//! FLOOR 1: the only lettre. Puts a letter into words, builds the message and hands it to a mail server or a
//! folder; short messages (`spool`) to the folder of a gateway.
//!
//! A letter written twice is the same message byte for byte: the Message-ID, the date, the boundaries and the calendar's
//! time stamp come from the outbox row, so that a repeat after a crash can be recognised and thrown away.
//! May use `domain`, `config` and `render`.

pub mod calendar;
mod channel;
mod compose;
pub mod inbound;
mod masked;
mod spool;
mod transport;
mod wording;

pub use channel::{Channels, Parcel};
pub use compose::{Mail, Sender, WaysBack};
pub use masked::{masked, without_addresses};
pub use spool::{Message, Spool};
pub use transport::{SendError, Transport};

/// Why a letter could not become a message, or the settings no transport. Such a mail is never tried again as it is.
#[derive(Debug)]
pub enum MailError {
    /// A setting that cannot be used: its name and what is wrong with it.
    Setting(&'static str, String),
    /// The recipient's address is no address. The address itself is not repeated: it may end in a log.
    Address,
    /// A template is missing or lacks data.
    Wording(crate::render::RenderError),
    /// The subject has a line break, which could smuggle a header in.
    Subject,
    /// lettre refused to build the message.
    Build(String),
    /// A short message that was not approved, or a value that does not fit it.
    Message(crate::domain::message::Wrong),
    /// A short message, and no way out for one.
    NoChannel,
}

impl std::fmt::Display for MailError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Setting(key, why) => write!(f, "{key}: {why}"),
            Self::Address => f.write_str("받는 사람의 메일 주소가 올바르지 않습니다"),
            Self::Wording(why) => write!(f, "{why}"),
            Self::Subject => f.write_str("제목에 줄바꿈이 있습니다"),
            Self::Message(why) => write!(f, "{why}"),
            Self::NoChannel => f.write_str("문자를 내보낼 곳이 설정되지 않았습니다 (messages.channel)"),
            Self::Build(why) => write!(f, "메일을 만들 수 없습니다: {why}"),
        }
    }
}

impl std::error::Error for MailError {}

impl From<crate::render::RenderError> for MailError {
    fn from(why: crate::render::RenderError) -> Self {
        Self::Wording(why)
    }
}
