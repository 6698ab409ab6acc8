//! The end of a term, announced to the member and to the desk.
use super::super::CaseworkError;
use crate::domain::codes::Role;
use crate::domain::ids::UserId;
use crate::domain::letter::{Letter, Outgoing};
use crate::domain::seoul;
use crate::store::{Tx, bodies, outbox, seats, users};
use chrono::{DateTime, Utc};

/// Tells members whose term ends soon, and their committee's desk, 60 and 30 days ahead, each once.
///
/// # Errors
/// Database errors.
pub fn announce(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<usize, CaseworkError> {
    let day = seoul::day(now);
    let mut told = 0;
    for (seat, announced) in seats::standing(tx)? {
        let Some(days) = seat.announcement(day).and_then(|days| i64::try_from(days).ok()) else { continue };
        if announced != 0 && announced <= days {
            continue;
        }
        seats::announced(tx, seat.id, days)?;
        let Some(last) = seat.last_day() else { continue };
        let body = bodies::find(tx, seat.body)?;
        let link = format!("/committees/{}", body.id.0);
        let mut to: Vec<(UserId, String)> = users::with_role(tx, body.id, &[Role::Secretary], now)?
            .into_iter()
            .map(|user| (user.id, user.email))
            .collect();
        if let Some(user) = seat.user.filter(|own| !to.iter().any(|(id, _)| id == own)) {
            to.push((user, users::find(tx, user)?.email));
        }
        for (user, address) in to {
            let letter = Letter::TermEnds { body: body.name.clone(), last, link: link.clone() };
            let key = format!("seat{}-{days}-user{}", seat.id.0, user.0);
            outbox::enqueue(tx, &key, None, &Outgoing { to: address, number: None, letter }, now)?;
        }
        told += 1;
    }
    Ok(told)
}
