//! What a mail says of a meeting, and its reminders.
use super::{addresses, may_still_hear, path};
use crate::casework::CaseworkError;
use crate::domain::case::{Case, Session};
use crate::domain::codes::Side;
use crate::domain::letter::{Letter, Meeting, Outgoing};
use crate::domain::notice::{Notice, NoticeKind, Recipient, reminded_of};
use crate::store::{Tx, outbox};
use chrono::{DateTime, Duration, Utc};

/// Reminds everybody of a meeting who was told of it and can be by mail: the evening before, and two hours before. Where the two
/// are kept apart, a party hears of times by telephone only.
///
/// # Errors
/// Database errors.
pub fn remind_of_session(
    tx: &mut Tx<'_>,
    case: &Case,
    (session, soon): (&Session, bool),
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    for notice in reminded_of(case, session) {
        let side = match notice.to {
            Recipient::Party(side) => Some(side),
            Recipient::User(_) | Recipient::Desk(_) => None,
        };
        if side.is_some() && case.hides_times() {
            continue;
        }
        let mut people = addresses(tx, case, notice.to, now)?;
        may_still_hear(tx, case, notice.to, &mut people, now)?;
        for (user, address) in people {
            let link = path(tx, case, &notice, user, now)?;
            let Some(meeting) = meeting(case, session, side, link) else { continue };
            let who = user.map_or_else(|| format!("{:?}", notice.to), |u| format!("user{}", u.0));
            let when = if soon { "soon" } else { "evening" };
            // Once for each time at which it was to be: nobody is reminded anew because something else changed.
            let start = meeting.start.timestamp();
            let key = format!("{}-{}-{when}-{start}-{who}", case.number, session.seq);
            let mail = Outgoing {
                to: address,
                number: Some(case.number.clone()),
                letter: Letter::SessionReminder { meeting, soon },
            };
            outbox::enqueue(tx, &key, Some(case.id), &mail, now)?;
        }
    }
    Ok(())
}

/// Sends a party who has another address now the calendar entries of what is fixed: the old ones went elsewhere.
///
/// # Errors
/// Database errors.
pub(in crate::casework) fn invite_anew(
    tx: &mut Tx<'_>,
    case: &Case,
    side: Side,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let ahead = case.sessions.iter().filter(|s| s.taking().is_some_and(|taken| now < taken.span.1));
    for session in ahead.filter(|_| !case.hides_times()) {
        for notice in reminded_of(case, session).iter().filter(|n| n.to == Recipient::Party(side)) {
            for (_, to) in addresses(tx, case, notice.to, now)? {
                let link = path(tx, case, notice, None, now)?;
                let Some(meeting) = meeting(case, session, Some(side), link) else { continue };
                let key = format!("{}-{}-anew-{}-{}", case.number, session.seq, side.code(), now.timestamp());
                let letter = Letter::SessionFixed { meeting };
                let mail = Outgoing { to, number: Some(case.number.clone()), letter };
                outbox::enqueue(tx, &key, Some(case.id), &mail, now)?;
            }
        }
    }
    Ok(())
}

/// The UID of a session in calendars: it follows from the case and the session and never changes.
pub(in crate::casework) fn uid(case: &Case, session: &Session) -> String {
    format!("{}-{}", case.number, session.seq)
}

/// The calendar entry of a session.
#[must_use]
pub fn meeting(case: &Case, session: &Session, side: Option<Side>, link: String) -> Option<Meeting> {
    let start = session.starts_for(side)?;
    let end = session.starts_at? + Duration::minutes(session.minutes);
    Some(Meeting {
        uid: uid(case, session),
        sequence: u32::try_from(session.sequence).unwrap_or(0),
        kind: session.kind,
        start,
        end: end.max(start),
        place: Some(session.place.clone()).filter(|p| !p.is_empty()),
        link,
    })
}

/// The mail about a meeting that is fixed, moved or over; none where it has no time.
pub(super) fn letter(before: &Case, after: &Case, notice: &Notice, link: String) -> Option<Letter> {
    let side = match notice.to {
        Recipient::Party(side) => Some(side),
        Recipient::User(_) | Recipient::Desk(_) => None,
    };
    let was = notice.about.and_then(|seq| before.session(seq));
    let is = notice.about.and_then(|seq| after.session(seq));
    // A meeting that ends is told of as it was, with the number that follows: it may have gone from the record (정정).
    let ended = was
        .filter(|_| notice.kind == NoticeKind::SessionCancelled)
        .map(|was| Session { sequence: is.map_or(0, |s| s.sequence).max(was.sequence + 1), ..was.clone() });
    let meeting = meeting(after, ended.as_ref().or(is)?, side, link)?;
    Some(match (notice.kind, was.and_then(|s| s.starts_for(side))) {
        (NoticeKind::SessionMoved, Some(was)) => Letter::SessionMoved { meeting, was },
        (NoticeKind::SessionCancelled, _) => Letter::SessionCancelled { meeting },
        _ => Letter::SessionFixed { meeting },
    })
}
