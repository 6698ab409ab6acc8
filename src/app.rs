//! Floor 4. The application put together: the clock, and the installation that it runs on.
pub mod demo;
pub mod installation;
pub mod run;
pub mod server;
pub mod simulate;

use chrono::{DateTime, SubsecRound, Utc};

/// The one place that asks what time it is. Microseconds, as PostgreSQL keeps no more.
#[expect(clippy::disallowed_methods, reason = "the clock lives here")]
#[must_use]
pub fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}
