//! How a message leaves: to a mail server, or into a folder of `.eml` files that a person can open.

use super::{Mail, MailError, masked::without_addresses};
use crate::config::{self, MailSecurity, MailTransport};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::{self, response::Severity};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Why a message did not leave. The words come from the server with addresses masked: they are shown and logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendError {
    /// The server refused this message or this recipient for good (5xx): a person must do something.
    Permanent(String),
    /// Network, time-out, 4xx, login refused, disk full: worth trying again.
    Temporary(String),
}

impl std::fmt::Display for SendError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (Self::Permanent(why) | Self::Temporary(why)) = self;
        f.write_str(why)
    }
}

impl std::error::Error for SendError {}

/// One way out, shared by all workers.
pub enum Transport {
    /// One connection a mail: lettre's pool needs a running runtime to be made and to be dropped, and a mail now and then
    /// gains nothing from a kept connection.
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
    /// Writes `<key>.eml`; a repeat replaces the file.
    Folder(PathBuf),
}

impl Transport {
    /// The transport that `[mail]` asks for. Opens no connection yet.
    ///
    /// # Errors
    /// [`MailError::Setting`] when the host cannot be used for TLS or the authority's certificate cannot be read.
    pub fn new(settings: &config::Mail) -> Result<Self, MailError> {
        if settings.transport == MailTransport::Folder {
            return Ok(Self::Folder(settings.folder.clone()));
        }
        let host = settings.host.as_str();
        let builder = match settings.security {
            MailSecurity::Starttls => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(host),
            MailSecurity::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(host),
            MailSecurity::None => Ok(AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)),
        };
        let mut builder = builder
            .map_err(|e| MailError::Setting("mail.host", e.to_string()))?
            .port(settings.port)
            .timeout(Some(Duration::from_secs(settings.timeout_seconds)));
        if !settings.ca_file.as_os_str().is_empty() {
            builder = builder.tls(private_authority(settings)?);
        }
        if !settings.user.is_empty() {
            builder = builder
                .credentials(Credentials::new(settings.user.clone(), settings.password.expose().to_owned()));
        }
        Ok(Self::Smtp(Box::new(builder.build())))
    }

    /// True when mails reach nobody but the folder: pages say so (`product.md` §3).
    #[must_use]
    pub const fn is_folder(&self) -> bool {
        matches!(self, Self::Folder(_))
    }

    /// Sends, and gives the server's answer (its queue id, usually).
    ///
    /// # Errors
    /// [`SendError`] says whether trying again makes sense.
    pub async fn send(&self, mail: &Mail) -> Result<String, SendError> {
        match self {
            Self::Smtp(smtp) => {
                let answer = smtp.send_raw(mail.envelope(), mail.raw()).await.map_err(|e| judged(&e))?;
                Ok(without_addresses(&answer.message().collect::<Vec<_>>().join(" ")))
            }
            Self::Folder(folder) => {
                let name = format!("{}.eml", mail.key());
                let (home, file, raw) = (folder.clone(), name.clone(), mail.raw().to_vec());
                match tokio::task::spawn_blocking(move || write_whole(&home, &file, &raw)).await {
                    Ok(Ok(())) => Ok(name),
                    Ok(Err(e)) => Err(unwritable(folder, &e)),
                    Err(e) => Err(SendError::Temporary(e.to_string())),
                }
            }
        }
    }

    /// Opens a connection and asks the server for a NOOP, or creates the folder: for `ieum doctor`.
    ///
    /// # Errors
    /// [`SendError`] with the server's or the system's words.
    pub async fn check(&self) -> Result<(), SendError> {
        match self {
            Self::Smtp(smtp) => match smtp.test_connection().await {
                Ok(true) => Ok(()),
                Ok(false) => Err(SendError::Temporary("메일 서버가 NOOP 에 답하지 않습니다".to_owned())),
                Err(e) => Err(judged(&e)),
            },
            Self::Folder(folder) => make_private(folder).map_err(|e| unwritable(folder, &e)),
        }
    }
}

/// TLS that also believes the operator's own authority (an office's internal relay, usually).
fn private_authority(settings: &config::Mail) -> Result<Tls, MailError> {
    let wrong = |e: &dyn std::fmt::Display| MailError::Setting("mail.ca_file", e.to_string());
    let pem = std::fs::read(&settings.ca_file).map_err(|e| wrong(&e))?;
    let certificate = Certificate::from_pem(&pem).map_err(|e| wrong(&e))?;
    let parameters = TlsParameters::builder(settings.host.clone())
        .add_root_certificate(certificate)
        .build()
        .map_err(|e| wrong(&e))?;
    Ok(match settings.security {
        MailSecurity::Starttls => Tls::Required(parameters),
        MailSecurity::Tls => Tls::Wrapper(parameters),
        MailSecurity::None => Tls::None,
    })
}

/// Permanent is only what the server said about this message: a refused login or a command that it does not know is the
/// operator's to mend, and must not kill every mail in the queue (RFC 5321 §4.2.1, RFC 4954 §6).
fn judged(error: &smtp::Error) -> SendError {
    let mut words = without_addresses(&error.to_string());
    let source = std::error::Error::source(error).map(|s| without_addresses(&s.to_string()));
    if let Some(source) = source.filter(|s| !words.contains(s.as_str())) {
        words = format!("{words}: {source}");
    }
    let about_the_message = error.status().is_some_and(|code| {
        let number = u16::from(code);
        code.severity == Severity::PermanentNegativeCompletion
            && (number >= 550 || number == 521 || number == 541)
    });
    if error.is_permanent() && about_the_message {
        SendError::Permanent(words)
    } else {
        SendError::Temporary(words)
    }
}

/// Why nothing can be written there, without where that is: the words are shown to offices. The log says it.
pub(super) fn unwritable(folder: &Path, error: &std::io::Error) -> SendError {
    tracing::error!(folder = %folder.display(), %error, "the folder cannot be written");
    SendError::Temporary(format!("폴더에 쓸 수 없습니다: {}", error.kind()))
}

/// A folder that only this user can enter: the mails in it hold links that act.
pub(super) fn make_private(folder: &Path) -> std::io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Writes beside and renames, so that a reader or a crash never meets half a mail.
pub(super) fn write_whole(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    make_private(folder)?;
    let half = folder.join(format!(".{name}.part"));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&half)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(half, folder.join(name))
}
