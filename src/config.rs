//! Floor 0. Settings: `config/default.toml` (embedded) ← a file ← `IEUM__SECTION__KEY`.
//!
//! The embedded file is complete, so it is also the list of what exists: a key that it lacks is refused by name, and the
//! type of its value says how an environment variable is read.
mod layers;
mod secret;
mod sections;

pub use layers::{Origin, SECRETS};
pub use secret::{Secret, without_password};
pub use sections::*;
use std::path::{Path, PathBuf};

/// The commented defaults, as `ieum config default` prints them.
pub const DEFAULTS: &str = include_str!("../config/default.toml");

/// Everything that an operator can set.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub data: Data,
    pub database: Database,
    pub server: Server,
    pub log: Log,
    pub mail: Mail,
    pub messages: Messages,
    pub limits: Limits,
    pub session: Session,
    pub site: Site,
    pub deadlines: Deadlines,
    pub retention: Retention,
    pub evidence: Evidence,
    pub backup: Backup,
}

/// Why no settings came out. Names the key; never holds a secret's value.
#[derive(Debug, PartialEq, Eq)]
pub enum ConfigError {
    /// A file that cannot be read: path, reason.
    Unreadable(PathBuf, String),
    /// A file that is not TOML: path, reason.
    NotToml(PathBuf, String),
    /// Keys that do not exist, each with where it was found.
    Unknown(Vec<String>),
    /// Values that cannot be used: key and what is wanted.
    Invalid(Vec<String>),
}

impl std::fmt::Display for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreadable(path, why) => {
                write!(f, "설정 파일을 읽을 수 없습니다: {} ({why})", path.display())
            }
            Self::NotToml(path, why) => {
                write!(f, "설정 파일의 형식이 잘못되었습니다: {}\n{why}", path.display())
            }
            Self::Unknown(keys) => {
                write!(f, "모르는 설정 항목입니다. 이름을 고치거나 지워 주세요:\n  {}", keys.join("\n  "))
            }
            Self::Invalid(keys) => write!(f, "설정값을 고쳐 주세요:\n  {}", keys.join("\n  ")),
        }
    }
}
impl std::error::Error for ConfigError {}

impl Settings {
    /// The settings of this process: `--config FILE` (else `IEUM_CONFIG`) and the environment over the defaults.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        Ok(Self::explain(file)?.0)
    }

    /// As [`Settings::load`], with the lines that `ieum config check` prints: secrets redacted, each value's origin.
    pub fn explain(file: Option<&Path>) -> Result<(Self, String), ConfigError> {
        let environment = Self::environment();
        let named = environment.iter().find(|(key, value)| key == "IEUM_CONFIG" && !value.is_empty());
        let file = file.map(Path::to_path_buf).or_else(|| named.map(|(_, value)| PathBuf::from(value)));
        Self::from_parts(file.as_deref(), &environment)
    }

    /// The settings from a file and `(name, value)` pairs of an environment.
    pub fn from_parts(
        file: Option<&Path>,
        environment: &[(String, String)],
    ) -> Result<(Self, String), ConfigError> {
        let mut layers = layers::Layers::defaults()?;
        if let Some(path) = file {
            layers.add_file(path)?;
        }
        layers.add_environment(environment)?;
        layers.read_secret_files()?;
        layers.fill_in();
        let settings: Self = layers.typed()?;
        settings.check()?;
        Ok((settings, layers.shown()))
    }

    /// The defaults with every file of the installation inside `dir`: for `demo` and tests.
    pub fn in_folder(dir: &Path) -> Result<Self, ConfigError> {
        let pair = ("IEUM__DATA__DIR".to_owned(), dir.to_string_lossy().into_owned());
        Ok(Self::from_parts(None, &[pair])?.0)
    }

    /// As [`Settings::in_folder`], with the `[limits]` that this environment sets and nothing else of it: a demonstration
    /// starts with nothing configured, but can be measured and driven by scripts.
    pub fn for_demo(dir: &Path, environment: &[(String, String)]) -> Result<Self, ConfigError> {
        let limits = environment.iter().filter(|(name, _)| name.starts_with("IEUM__LIMITS__"));
        let mut pairs: Vec<(String, String)> = limits.cloned().collect();
        pairs.push(("IEUM__DATA__DIR".to_owned(), dir.to_string_lossy().into_owned()));
        Ok(Self::from_parts(None, &pairs)?.0)
    }

    /// The environment of this process as pairs.
    #[must_use]
    pub fn environment() -> Vec<(String, String)> {
        std::env::vars_os()
            .map(|(key, value)| (key.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
            .collect()
    }

    /// What a type alone cannot refuse.
    fn check(&self) -> Result<(), ConfigError> {
        let url = self.database.url.expose();
        let base = &self.server.base_url;
        let smtp = self.mail.transport == MailTransport::Smtp;
        let local = ["localhost", "127.0.0.1", "::1"].contains(&self.mail.host.as_str());
        let rules = [
            (
                ["sqlite://", "postgres://", "postgresql://"].iter().any(|s| url.starts_with(s)),
                "database.url: sqlite://PATH 또는 postgres://… 로 적어 주세요",
            ),
            (url != "sqlite://", "database.url: sqlite:// 뒤에 파일 이름을 적어 주세요"),
            (
                (base.starts_with("http://") || base.starts_with("https://")) && !base.ends_with('/'),
                "server.base_url: http:// 또는 https:// 로 시작하고 / 로 끝나지 않게 적어 주세요",
            ),
            (
                !base.starts_with("https://") || self.server.tls_on,
                "server.tls_on: base_url 이 https 이면 true 여야 합니다",
            ),
            (self.database.readers > 0, "database.readers: 1 이상이어야 합니다"),
            (self.database.pg_writers > 0, "database.pg_writers: 1 이상이어야 합니다"),
            (self.database.statement_seconds > 0, "database.statement_seconds: 1 이상이어야 합니다"),
            (self.database.busy_seconds > 0, "database.busy_seconds: 1 이상이어야 합니다"),
            (
                self.database.replica_url.expose().is_empty()
                    || (self.database.is_postgres()
                        && self.database.replica_url.expose().starts_with("postgres")),
                "database.replica_url: PostgreSQL 을 쓸 때만, postgres://… 로 적습니다",
            ),
            (!smtp || !self.mail.host.is_empty(), "mail.host: transport 가 smtp 이면 필요합니다"),
            (
                !smtp || local || self.mail.security != MailSecurity::None,
                "mail.security: none 은 이 컴퓨터의 중계 서버에만 쓸 수 있습니다",
            ),
            (
                self.mail.user.is_empty() || !self.mail.password.is_empty(),
                "mail.password: user 를 적으면 필요합니다",
            ),
            (self.mail.from.contains('@'), "mail.from: 이메일 주소를 적어 주세요"),
            (
                self.mail.batch > 0 && self.mail.give_up_hours > 0,
                "mail.batch, mail.give_up_hours: 1 이상이어야 합니다",
            ),
            (
                self.messages.channel == MessageChannel::None || !self.site.phone.is_empty(),
                "site.phone: messages.channel 을 쓰려면 문의 전화가 필요합니다",
            ),
            ((0..=10).contains(&self.mail.undo_minutes), "mail.undo_minutes: 0에서 10 사이여야 합니다"),
            (
                u64::try_from(self.mail.lease_seconds).is_ok_and(|lease| lease > self.mail.timeout_seconds),
                "mail.lease_seconds: timeout_seconds 보다 길어야 합니다",
            ),
            (
                self.session.idle_minutes > 0 && self.session.absolute_hours > 0,
                "session.idle_minutes, session.absolute_hours: 1 이상이어야 합니다",
            ),
            (
                (1..=10).contains(&self.deadlines.rights_days),
                "deadlines.rights_days: 1에서 10 사이여야 합니다 (개인정보 보호법 시행령 §41: 10일)",
            ),
            (
                self.evidence.file_mib > 0
                    && usize::try_from(self.evidence.file_mib)
                        .is_ok_and(|most| most < self.server.upload_mib),
                "evidence.file_mib: 1 이상이고 server.upload_mib 보다 작아야 합니다",
            ),
            (self.backup.keep > 0, "backup.keep: 1 이상이어야 합니다"),
        ];
        let wrong: Vec<String> =
            rules.iter().filter(|(fine, _)| !fine).map(|(_, words)| (*words).to_owned()).collect();
        if wrong.is_empty() { Ok(()) } else { Err(ConfigError::Invalid(wrong)) }
    }
}

#[cfg(test)]
mod tests;
