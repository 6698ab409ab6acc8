//! The condition of the house: room on the disk and mail that waits. `/readyz` judges it, `/metrics` shows it, and
//! `ieum doctor` reports it.
use crate::config::Settings;
use crate::store::outbox::{self, Standing};
use crate::store::{Db, StoreError};
use chrono::{DateTime, Duration, Utc};
use std::path::Path;

/// What stands between the house and its work, in the order in which it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unready {
    Disk,
    Mail,
}

impl Unready {
    /// The word `/readyz` gives.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Disk => "disk",
            Self::Mail => "mail",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition {
    /// Free room where the data lies, MiB; `None` when the system does not say.
    pub free_mib: Option<u64>,
    pub mail: Standing,
}

impl Condition {
    /// # Errors
    /// When the database refuses.
    pub async fn read(settings: &Settings, db: &Db) -> Result<Self, StoreError> {
        let mail = db.read(outbox::standing).await?;
        let free_mib = free_mib(&settings.data.dir).ok();
        Ok(Self { free_mib, mail })
    }

    /// Why the house cannot do its work, if it cannot. A disk that does not say how full it is stops nobody.
    #[must_use]
    pub fn unready(&self, settings: &Settings, now: DateTime<Utc>) -> Option<Unready> {
        let patience = Duration::minutes(settings.server.ready_outbox_minutes);
        if self.free_mib.is_some_and(|free| free < settings.server.ready_free_mib) {
            return Some(Unready::Disk);
        }
        self.mail.oldest.filter(|oldest| now - *oldest > patience).map(|_| Unready::Mail)
    }

    /// The gauges of `/metrics`.
    #[must_use]
    pub fn gauges(&self, now: DateTime<Utc>) -> Vec<(&'static str, i64)> {
        let age = self.mail.oldest.map_or(0, |oldest| (now - oldest).num_seconds().max(0));
        let mut gauges = vec![
            ("outbox_waiting", self.mail.waiting),
            ("outbox_oldest_seconds", age),
            ("outbox_dead", self.mail.dead),
        ];
        gauges.extend(
            self.free_mib.and_then(|free| i64::try_from(free).ok()).map(|free| ("disk_free_mib", free)),
        );
        gauges
    }
}

/// Room left for us on the file system of `folder` (or where it is going to be), MiB.
///
/// # Errors
/// When the system does not say.
pub fn free_mib(folder: &Path) -> std::io::Result<u64> {
    let there = folder.ancestors().find(|f| f.exists()).unwrap_or(Path::new("."));
    let space = rustix::fs::statvfs(there)?;
    Ok(space.f_bavail.saturating_mul(space.f_frsize) / (1024 * 1024))
}
