//! The second way out: a folder from which a gateway for 알림톡 or 문자 takes short messages, one JSON file each. What it may say is
//! `domain::message`'s matter.
use super::transport::write_whole;
use super::{MailError, SendError};
use crate::config::{MessageChannel, Settings};
use crate::domain::letter::Outgoing;
use crate::domain::message::{Approved, Wrong};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A short message ready to leave.
pub struct Message {
    key: String,
    code: &'static str,
    text: String,
    raw: Vec<u8>,
}

impl Message {
    /// The approved text's name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// What is said.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// What a file holds. The same message twice is the same file with the same `id`, by which the gateway sends it once.
#[derive(Serialize)]
struct File<'a> {
    id: &'a str,
    /// Digits only.
    to: &'a str,
    template: &'static str,
    variables: BTreeMap<&'a str, &'a str>,
    /// The text with the variables filled in.
    text: &'a str,
    /// RFC 3339.
    written_at: String,
}

/// The folder, and who every message comes from.
#[derive(Debug, Clone)]
pub struct Spool {
    folder: PathBuf,
    body: String,
    phone: String,
}

impl Spool {
    /// The spool that `[messages]` asks for; none where no message leaves.
    #[must_use]
    pub fn new(settings: &Settings) -> Option<Self> {
        let site = &settings.site;
        let body = if site.operator.is_empty() { &site.name } else { &site.operator };
        (settings.messages.channel == MessageChannel::Spool).then(|| Self {
            folder: settings.messages.folder.clone(),
            body: body.clone(),
            phone: site.phone.clone(),
        })
    }

    /// Puts a letter into its approved words. `phone` is the recipient's, digits.
    ///
    /// # Errors
    /// [`MailError::Message`] when the letter has no approved text or a value does not fit: trying again gives the same.
    pub fn message(
        &self,
        key: &str,
        outgoing: &Outgoing,
        phone: &str,
        written: DateTime<Utc>,
    ) -> Result<Message, MailError> {
        let approved = Approved::of(&outgoing.letter).ok_or(MailError::Message(Wrong::NotApproved))?;
        let number = outgoing.number.as_deref().unwrap_or_default();
        let values = [("기관", self.body.as_str()), ("접수번호", number), ("전화", self.phone.as_str())];
        let text = approved.filled(&values).map_err(MailError::Message)?;
        let file = File {
            id: key,
            to: phone,
            template: approved.code,
            variables: values.into_iter().collect(),
            text: &text,
            written_at: written.to_rfc3339_opts(SecondsFormat::Secs, true),
        };
        let raw = serde_json::to_vec_pretty(&file).map_err(|e| MailError::Build(e.to_string()))?;
        Ok(Message { key: key.to_owned(), code: approved.code, text, raw })
    }

    /// Leaves it for the gateway, and gives the file's name.
    ///
    /// # Errors
    /// [`SendError::Temporary`] with the system's words.
    pub async fn send(&self, message: &Message) -> Result<String, SendError> {
        let name = format!("{}.json", message.key);
        let (folder, file, raw) = (self.folder.clone(), name.clone(), message.raw.clone());
        match tokio::task::spawn_blocking(move || write_whole(&folder, &file, &raw)).await {
            Ok(Ok(())) => Ok(name),
            Ok(Err(e)) => Err(SendError::Temporary(format!("{}: {e}", self.folder.display()))),
            Err(e) => Err(SendError::Temporary(e.to_string())),
        }
    }
}
