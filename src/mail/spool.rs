//! The second way out: a folder from which a gateway for 알림톡 or 문자 takes short messages, one JSON file each. What it may say is
//! `domain::message`'s matter.
use super::transport::{make_private, unwritable, write_whole};
use super::{MailError, SendError};
use crate::config::{MessageChannel, Settings};
use crate::domain::letter::Outgoing;
use crate::domain::message::{ALL, Approved, Wrong};
use chrono::{DateTime, Duration, SecondsFormat, Utc};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::PathBuf;

/// The longest that a message lies in the folder.
const OLD: Duration = Duration::days(1);

/// How our files' names begin, so that nobody else's is swept.
const OURS: &str = "ieum-";

/// Whether a file is one of ours, whole or half written.
fn is_ours(name: &str) -> bool {
    let whole = name.strip_prefix('.').and_then(|half| half.strip_suffix(".part")).unwrap_or(name);
    whole.starts_with(OURS) && whole.ends_with(".json")
}

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
    ///
    /// # Errors
    /// [`MailError::Setting`] names what of `[site]` does not fit into the approved texts: no message could ever leave.
    pub fn new(settings: &Settings) -> Result<Option<Self>, MailError> {
        if settings.messages.channel != MessageChannel::Spool {
            return Ok(None);
        }
        let site = &settings.site;
        let (key, body) = if site.operator.is_empty() {
            ("site.name", &site.name)
        } else {
            ("site.operator", &site.operator)
        };
        let spool =
            Self { folder: settings.messages.folder.clone(), body: body.clone(), phone: site.phone.clone() };
        for approved in ALL {
            let wrong = |(key, why): (&'static str, &str)| MailError::Setting(key, why.to_owned());
            approved.filled(&spool.values("2026-0001")).map_err(|e| match e {
                Wrong::Value(name) if name == "기관" => wrong((
                    key,
                    "messages.channel 을 쓰려면 한글·영문·띄어쓰기·가운뎃점으로 20자까지 적어 주세요",
                )),
                Wrong::Value(name) if name == "전화" => wrong((
                    "site.phone",
                    "messages.channel 을 쓰려면 02-330-1234 처럼 숫자와 - 로만 적어 주세요",
                )),
                other => MailError::Message(other),
            })?;
        }
        Ok(Some(spool))
    }

    /// What is filled into the approved texts.
    fn values<'a>(&'a self, number: &'a str) -> [(&'static str, &'a str); 3] {
        [("기관", &self.body), ("접수번호", number), ("전화", &self.phone)]
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
        let values = self.values(number);
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

    /// Deletes what nobody took within [`OLD`], whole files and halves: a telephone number must not outlive its person here, and
    /// somebody telephones anyway. Foreign files stay; one that cannot be deleted is told and does not keep the others. Gives how many.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn sweep(&self, now: DateTime<Utc>) -> std::io::Result<usize> {
        let mut gone = 0;
        for (file, written) in self.files()? {
            if written + OLD < now {
                match std::fs::remove_file(file) {
                    Ok(()) => gone += 1,
                    // The gateway came first.
                    Err(e) if e.kind() == ErrorKind::NotFound => {}
                    Err(e) => tracing::error!(%e, "a short message that nobody took could not be deleted"),
                }
            }
        }
        Ok(gone)
    }

    /// Whether the folder can be written, and since when its oldest message waits: for `ieum doctor`.
    ///
    /// # Errors
    /// When it cannot be written or read.
    pub fn check(&self) -> std::io::Result<Option<DateTime<Utc>>> {
        make_private(&self.folder)?;
        let probe = self.folder.join(format!(".{OURS}doctor-{}.json.part", std::process::id()));
        std::fs::write(&probe, "")?;
        std::fs::remove_file(probe)?;
        Ok(self.files()?.into_iter().map(|(_, written)| written).min())
    }

    /// Our own files, and when each was written.
    fn files(&self) -> std::io::Result<Vec<(PathBuf, DateTime<Utc>)>> {
        let there = match std::fs::read_dir(&self.folder) {
            Ok(there) => there,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(e),
        };
        let mut own = Vec::new();
        for entry in there {
            let entry = entry?;
            let name = entry.file_name();
            let ours = name.to_str().is_some_and(is_ours);
            match entry.metadata().and_then(|m| m.modified().map(|at| (m.is_file(), at))) {
                Ok((true, at)) if ours => own.push((entry.path(), at.into())),
                Err(e) if e.kind() != ErrorKind::NotFound => return Err(e),
                _ => {}
            }
        }
        Ok(own)
    }

    /// Leaves it for the gateway, and gives the file's name.
    ///
    /// # Errors
    /// [`SendError::Temporary`] with the system's words.
    pub async fn send(&self, message: &Message) -> Result<String, SendError> {
        let name = format!("{OURS}{}.json", message.key);
        let (folder, file, raw) = (self.folder.clone(), name.clone(), message.raw.clone());
        match tokio::task::spawn_blocking(move || write_whole(&folder, &file, &raw)).await {
            Ok(Ok(())) => Ok(name),
            Ok(Err(e)) => Err(unwritable(&self.folder, &e)),
            Err(e) => Err(SendError::Temporary(e.to_string())),
        }
    }
}
