//! The weekly summary: how much waits for a person, in numbers. The only mail that one subscribes to.
use super::{CaseworkError, todo};
use crate::domain::ids::UserId;
use crate::domain::letter::{Letter, Outgoing};
use crate::domain::seoul;
use crate::store::{Rx, StoreError, Tx, digests, outbox, users};
use chrono::{DateTime, Datelike, Duration, Utc};

/// The week begins on Monday at this hour in Seoul, when people come to work.
const HOUR: i64 = 8;
/// Duties that are counted at most.
const MOST: i64 = 5000;

/// The week of `now`, `2026-W47` (ISO 8601), from Monday morning on.
#[must_use]
pub fn week(now: DateTime<Utc>) -> String {
    let week = (now.with_timezone(&seoul::ZONE) - Duration::hours(HOUR)).iso_week();
    format!("{}-W{:02}", week.year(), week.week())
}

/// Who has this week's summary to come.
///
/// # Errors
/// Database errors.
pub fn waiting(rx: &mut Rx<'_>, now: DateTime<Utc>, limit: i64) -> Result<Vec<UserId>, StoreError> {
    digests::waiting(rx, &week(now), limit)
}

/// Writes this week's summary for one person, once; none where nothing waits.
///
/// # Errors
/// Database errors.
pub fn send(tx: &mut Tx<'_>, user: UserId, now: DateTime<Utc>) -> Result<bool, CaseworkError> {
    let week = week(now);
    if !digests::take(tx, user, &week)? {
        return Ok(false);
    }
    let actor = users::actor(tx, user, now)?;
    let duties = todo::of(tx, &actor, user, now, MOST)?;
    if duties.is_empty() {
        return Ok(false);
    }
    let soon = now + Duration::days(7);
    let count = |fits: &dyn Fn(DateTime<Utc>) -> bool| {
        let n = duties.iter().filter(|d| fits(d.due)).count();
        u32::try_from(n).unwrap_or(u32::MAX)
    };
    let letter = Letter::DutyDigest {
        overdue: count(&|due| due < now),
        week: count(&|due| due >= now && due < soon),
        later: count(&|due| due >= soon),
        link: "/todo".to_owned(),
        unsubscribe: Some(format!("/unsubscribe/{}", digests::token(tx, user))),
    };
    let mail = Outgoing { to: users::find(tx, user)?.email, number: None, letter };
    outbox::enqueue(tx, &format!("digest-{}-{week}", user.0), None, &mail, now)?;
    Ok(true)
}

/// Switches the summary on or off; whoever switches it on has the next one on Monday.
///
/// # Errors
/// Database errors.
pub fn switch(tx: &mut Tx<'_>, user: UserId, on: bool, now: DateTime<Utc>) -> Result<(), CaseworkError> {
    Ok(digests::switch(tx, user, on, &week(now))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    #[test]
    fn the_week_begins_on_monday_morning_in_seoul() {
        let at = |d, h| week(Utc.with_ymd_and_hms(2026, 11, d, h, 59, 0).unwrap());
        assert_eq!(at(22, 22), "2026-W47", "Monday 07:59");
        assert_eq!(at(22, 23), "2026-W48", "Monday 08:59");
        assert_eq!(at(29, 12), "2026-W48", "Sunday night");
        assert_eq!(week(Utc.with_ymd_and_hms(2027, 1, 1, 3, 0, 0).unwrap()), "2026-W53");
    }
}
