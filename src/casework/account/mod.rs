//! People with accounts: how they come in, what they change of their own, and how the operator lets them in and out.
//!
//! A password is hashed outside every transaction (it takes as long as a hundred writes); the transaction before counts
//! the attempt, the one after saves what came of it.
pub mod doors;
pub mod login;
pub mod mailed;
pub mod own;
mod passwords;
pub use passwords::hash_here;
pub mod people;

use crate::config::{Deadlines, Limits, Session, Settings};
use crate::domain::codes::AuditAction;
use crate::domain::ids::UserId;
use crate::store::{StoreError, Tx, access};
use chrono::{DateTime, Duration, Utc};

/// The settings that accounts live under.
#[derive(Debug, Clone)]
pub struct AccountRules {
    pub limits: Limits,
    pub session: Session,
    pub deadlines: Deadlines,
}

impl AccountRules {
    /// The account settings of an installation.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        Self {
            limits: settings.limits.clone(),
            session: settings.session.clone(),
            deadlines: settings.deadlines.clone(),
        }
    }

    /// How long a login may go unused.
    #[must_use]
    pub fn idle(&self) -> Duration {
        Duration::minutes(self.session.idle_minutes)
    }

    /// How long a login lasts at most.
    #[must_use]
    pub fn absolute(&self) -> Duration {
        Duration::hours(self.session.absolute_hours)
    }

    /// How long an invitation waits.
    #[must_use]
    pub fn invitation(&self) -> Duration {
        Duration::hours(self.deadlines.invitation_hours)
    }

    /// How long a link for a new password or a new address waits.
    #[must_use]
    pub fn reset(&self) -> Duration {
        Duration::minutes(self.deadlines.reset_minutes)
    }
}

/// Writes a line of the administrative record: what `by` did to `object` (`user 12`, `body 3`). Never personal data.
pub(in crate::casework) fn note(
    tx: &mut Tx<'_>,
    by: Option<UserId>,
    action: AuditAction,
    object: &str,
    detail: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    access::note(tx, by, action.code(), object, detail, now)
}
