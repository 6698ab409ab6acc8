//! The settings' shapes, section by section. `config/default.toml` has every value and its meaning for operators.
use super::Secret;
use serde::Deserialize;
use std::{net::IpAddr, net::SocketAddr, path::PathBuf};

/// A closed choice written as a word in the configuration.
macro_rules! choices { ($( $(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $variant:ident),+ $(,)? } )+) => { $(
    $(#[$doc])*
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub enum $name { $($(#[$each])* $variant),+ }
)+ } }
choices! {
    /// SQLite's `PRAGMA synchronous` of the writer.
    Synchronous {
        /// Every acknowledged commit survives a power cut.
        Full,
        /// Faster; the last commits may be lost at a power cut.
        Normal,
    }
    /// Where mail goes.
    MailTransport {
        /// Into files that a person can open.
        Folder,
        /// To a mail server.
        Smtp,
    }
    /// How the mail server is reached.
    MailSecurity {
        /// Plain first, then TLS is required.
        Starttls,
        /// TLS from the first byte.
        Tls,
        /// No TLS: only for a relay on the same machine.
        None,
    }
    /// How short messages leave.
    MessageChannel {
        /// Not at all.
        None,
        /// Into a folder from which a gateway takes them.
        Spool,
    }
    /// Who may read `/metrics`.
    Metrics {
        /// Only a peer on a loopback address.
        Loopback,
        /// Anyone who reaches the server.
        Open,
        /// Nobody.
        Off,
    }
    /// How log lines look.
    LogFormat {
        /// For a person at a terminal.
        Text,
        /// One JSON object a line.
        Json,
    }
}

/// `[data]`: where the installation keeps its files, and the key that seals personal data.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// Folder of the key, of delivered mail and of backups.
    pub dir: PathBuf,
    /// 32 bytes in base64; empty: read [`Data::key_file`].
    pub key: Secret,
    /// File holding the key; never empty after loading (`<dir>/key` by default). It need not exist yet.
    pub key_file: PathBuf,
}

/// `[database]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `sqlite://PATH` or `postgres://…`; never empty after loading. May hold a password.
    pub url: Secret,
    /// Already read into `url`.
    pub url_file: PathBuf,
    /// A read replica of a PostgreSQL server for reports; empty: none. May hold a password.
    pub replica_url: Secret,
    /// Already read into `replica_url`.
    pub replica_url_file: PathBuf,
    /// Read-only connections, at least 1.
    pub readers: u32,
    /// Writing connections on PostgreSQL, at least 1; SQLite always has exactly one.
    pub pg_writers: u32,
    pub synchronous: Synchronous,
    /// PostgreSQL's `statement_timeout`, seconds.
    pub statement_seconds: u32,
    /// SQLite's `busy_timeout` and PostgreSQL's `lock_timeout`, seconds.
    pub busy_seconds: u32,
}

impl Database {
    /// Whether the URL names a PostgreSQL server; otherwise it names an SQLite file.
    pub fn is_postgres(&self) -> bool {
        self.url.expose().starts_with("postgres")
    }
}

/// `[server]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub listen: SocketAddr,
    /// What people type and mails link to, without a closing `/`; never empty after loading.
    pub base_url: String,
    /// Worker threads; 0 means one per core.
    pub workers: usize,
    /// Proxies whose `X-Forwarded-*` headers are believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// People reach the server over https: cookies get `Secure`.
    pub tls_on: bool,
    /// `max-age` of Strict-Transport-Security in days when `tls_on`; 0: not sent.
    pub hsts_days: u32,
    /// Largest form body, KiB.
    pub form_kib: usize,
    /// Largest JSON body, KiB.
    pub json_kib: usize,
    /// Largest upload, MiB.
    pub upload_mib: usize,
    /// How long a client may take to send its headers, seconds.
    pub request_seconds: u64,
    /// How long running requests are waited for at the end, seconds.
    pub shutdown_seconds: u64,
    pub metrics: Metrics,
    /// `/readyz` fails below this much free disk, MiB.
    pub ready_free_mib: u64,
    /// `/readyz` fails when the oldest due mail is older than this, minutes.
    pub ready_outbox_minutes: i64,
}

/// `[log]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub format: LogFormat,
    /// A tracing filter such as `info` or `ieum=debug,actix_web=warn`.
    pub level: String,
}

/// `[mail]`: the transport and the outbox worker.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    pub transport: MailTransport,
    /// Where [`MailTransport::Folder`] writes; never empty after loading.
    pub folder: PathBuf,
    pub host: String,
    pub port: u16,
    pub security: MailSecurity,
    /// Empty: no login.
    pub user: String,
    pub password: Secret,
    /// Already read into `password`.
    pub password_file: PathBuf,
    /// `address` or `name <address>`.
    pub from: String,
    /// As `from`, for the weekly summary alone.
    pub digest_from: String,
    /// Empty: the sender.
    pub reply_to: String,
    /// Where answers and bounces come to, each at an own tail of it; empty: nowhere.
    pub inbox: String,
    /// The largest mail that is read, MiB.
    pub inbox_mib: usize,
    /// Hard bounces after which nothing is sent to an address any more.
    pub hard_bounces: i64,
    /// Mails to one address in an hour.
    pub per_recipient_hour: i64,
    /// Mails in an hour.
    pub per_hour: i64,
    pub timeout_seconds: u64,
    /// Certificate (PEM) of a private authority that the mail server's is signed by; empty: public authorities only.
    pub ca_file: PathBuf,
    /// Mails taken in one lease.
    pub batch: i64,
    /// Pause of an idle worker, seconds.
    pub poll_seconds: u64,
    /// How long a taken mail belongs to its worker, seconds.
    pub lease_seconds: i64,
    /// A mail that could not be sent for so long is dead and becomes a duty, hours.
    pub give_up_hours: i64,
    /// How long a mail of a person's own step waits, so that they can take it back, minutes; 0: not at all.
    pub undo_minutes: i64,
}

/// `[messages]`: short messages to telephones.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Messages {
    pub channel: MessageChannel,
    /// Where [`MessageChannel::Spool`] writes; never empty after loading.
    pub folder: PathBuf,
}

/// `[limits]`: counted in the database, per window.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub login_per_account: u32,
    pub login_per_address: u32,
    pub login_window_minutes: i64,
    pub link_per_address: u32,
    pub link_window_minutes: i64,
    /// Tries for one letter code or ten-minute code.
    pub code_tries: u32,
    pub code_sends: u32,
    pub code_window_minutes: i64,
    pub intake_per_address: u32,
    pub intake_window_minutes: i64,
    pub reset_per_address: u32,
    pub reset_window_minutes: i64,
    pub api_per_minute: u32,
}

/// `[session]`: when a login ends.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    pub idle_minutes: i64,
    pub absolute_hours: i64,
}

/// `[site]`: names on pages and papers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    pub name: String,
    /// The entrustee that runs the server (개인정보 보호법 §26).
    pub operator: String,
    pub phone: String,
    pub email: String,
    pub ward: String,
    /// Shows the official-site banner; false unless a public body runs the site.
    pub official_gov: bool,
}

/// `[deadlines]`: how long each body, person, link and code has.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deadlines {
    pub office_days: i64,
    pub first_contact_days: i64,
    pub contact_days: i64,
    pub contact_tries: usize,
    pub offer_hours: i64,
    pub session_days: i64,
    pub proposal_days: i64,
    pub referral_days: i64,
    pub invitation_hours: i64,
    pub reset_minutes: i64,
    pub code_minutes: i64,
    pub code_hand_in_minutes: i64,
    pub letter_code_days: i64,
    pub receipt_link_days: i64,
    pub rights_days: i64,
    pub report_days: u32,
}

/// `[retention]`: when data is destroyed (`product.md` §10).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    pub case_years: u32,
    pub respondent_days: i64,
    pub unit_hash_months: u32,
    pub notes_days: i64,
    pub access_years: u32,
    pub grant_years: u32,
    pub draft_hours: i64,
}

/// `[evidence]`: files that are handed in in a case.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Where files lie that are too large for the database, sealed; never empty after loading.
    pub folder: PathBuf,
    /// Largest file, MiB.
    pub file_mib: u64,
    /// Up to so many KiB a file goes into the database.
    pub in_database_kib: u64,
    /// Files of one side of a case at most.
    pub per_side: usize,
}

/// `[backup]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backup {
    /// Where automatic backups go; never empty after loading.
    pub dir: PathBuf,
    /// A key file for backups; empty: the installation key locks them.
    pub key_file: PathBuf,
    pub before_migration: bool,
    /// Automatic backups kept, at least 1.
    pub keep: usize,
}
