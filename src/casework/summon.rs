//! Telling members of a meeting: 소집 통지 with its calendar entry, its move, its cancellation. The mail names no case and
//! no person: the agenda is behind the login.
use super::CaseworkError;
use crate::domain::codes::{MeetingKind, MeetingState, Mode};
use crate::domain::letter::{self, Letter, Outgoing};
use crate::domain::meeting::{Meeting, MeetingStep};
use crate::store::{Tx, bodies, outbox, seats, users};
use chrono::{DateTime, Duration, Utc};

/// Writes the mails that a step of a meeting causes.
///
/// # Errors
/// Database errors.
pub(super) fn tell(
    tx: &mut Tx<'_>,
    before: &Meeting,
    after: &Meeting,
    step: &MeetingStep,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let noticed = before.state == Some(MeetingState::Noticed);
    let (Some(starts_at), true) = (
        after.starts_at,
        matches!(step, MeetingStep::Notify {})
            || (noticed && matches!(step, MeetingStep::Move { .. } | MeetingStep::Cancel { .. })),
    ) else {
        return Ok(());
    };
    let body = bodies::find(tx, after.body)?;
    let link = format!("/meetings/{}", after.id.0);
    let meeting = letter::Meeting {
        uid: format!("assembly-{}", after.id.0),
        sequence: u32::try_from(after.sequence).unwrap_or(0),
        kind: if after.mode == Mode::Online { MeetingKind::Online } else { MeetingKind::Joint },
        start: starts_at,
        end: starts_at + Duration::minutes(i64::from(after.minutes_planned)),
        place: Some(after.place.clone()),
        link,
    };
    let (name, sort, mode) = (body.name, after.sort.label().to_owned(), after.mode.label().to_owned());
    let items = u32::try_from(after.items.len()).unwrap_or(u32::MAX);
    let letter = match step {
        MeetingStep::Move { .. } => {
            let was = before.starts_at.unwrap_or(starts_at);
            Letter::AssemblyMoved { meeting, body: name, was }
        }
        MeetingStep::Cancel { .. } => Letter::AssemblyCancelled { meeting, body: name },
        _ => Letter::AssemblyCalled { meeting, body: name, sort, mode, items },
    };
    for member in seats::of_body(tx, after.body)? {
        let seat = &member.seat;
        if !after.roster.iter().any(|s| s.seat == seat.id && s.until.is_none_or(|until| until > starts_at)) {
            continue;
        }
        let address = match seat.user {
            Some(user) => users::find(tx, user)?.email,
            None => member.person.email.clone(),
        };
        if address.is_empty() {
            continue;
        }
        let key = format!("assembly-{}-{}-seat{}", after.id.0, after.last_seq, seat.id.0);
        let mail = Outgoing { to: address, number: None, letter: letter.clone() };
        outbox::enqueue(tx, &key, None, &mail, now)?;
    }
    Ok(())
}
