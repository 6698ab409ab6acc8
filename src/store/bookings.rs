//! Which meeting takes which room and which people from when until when: a projection of the cases' meetings, by which nothing is
//! booked twice and calendars are made.
use super::schema::{case_people, case_sessions, cases};
use super::{Rx, StoreError, Tx};
use crate::domain::case::{Case, Session};
use crate::domain::codes::{SessionState, Side};
use crate::domain::ids::{CaseId, RoomId, UserId};
use crate::domain::step::Seq;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

/// "booking" as a number: whoever books waits for the one who is booking.
const LOCK: i64 = 7_092_179;

/// A time at which a room is taken: nothing of what for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    /// A keyed hash of the meeting, the same as long as it lives.
    pub uid: String,
    pub starts_at: NaiveDateTime,
    pub ends_at: NaiveDateTime,
    pub sequence: i64,
}

/// What a meeting would take a second time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clash {
    Room,
    /// Somebody in charge, or a household that is invited to both.
    Person,
}

/// Brings the rows of a case's meetings up to date.
///
/// # Errors
/// Database errors.
pub fn keep(tx: &mut Tx<'_>, before: &Case, case: &Case) -> Result<(), StoreError> {
    let changed = |s: &&Session| before.session(s.seq) != Some(*s);
    let gone = before.sessions.iter().filter(|s| case.session(s.seq).is_none());
    let stale: Vec<Seq> = case.sessions.iter().filter(changed).chain(gone).map(|s| s.seq).collect();
    if stale.is_empty() {
        return Ok(());
    }
    let rows = case_sessions::table.filter(case_sessions::case_id.eq(case.id));
    diesel::delete(rows.filter(case_sessions::seq.eq_any(stale))).execute(tx.conn())?;
    for session in case.sessions.iter().filter(changed) {
        let Some((starts, ends)) = session.span() else { continue };
        let values = (
            case_sessions::case_id.eq(case.id),
            case_sessions::seq.eq(session.seq),
            case_sessions::state.eq(session.state),
            case_sessions::kind.eq(session.kind),
            case_sessions::room_id.eq(session.room),
            case_sessions::side.eq(session.side),
            case_sessions::starts_at.eq(starts.naive_utc()),
            case_sessions::ends_at.eq(ends.naive_utc()),
            case_sessions::sequence.eq(session.sequence),
        );
        diesel::insert_into(case_sessions::table).values(values).execute(tx.conn())?;
    }
    Ok(())
}

/// Lets nobody else book until this transaction ends. SQLite has one writer at a time anyway.
///
/// # Errors
/// Database errors.
pub fn lock(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    super::in_turn(tx, LOCK)
}

/// What this meeting would take that another fixed one has at the same time. `people`: whoever is in charge of its case.
///
/// # Errors
/// Database errors.
pub fn clash(
    tx: &mut Tx<'_>,
    case: CaseId,
    session: &Session,
    people: &[UserId],
) -> Result<Option<Clash>, StoreError> {
    let Some((starts, ends)) = session.span() else { return Ok(None) };
    let others: Vec<(CaseId, Option<RoomId>, Option<Side>)> = case_sessions::table
        .filter(case_sessions::state.eq(SessionState::Fixed))
        .filter(case_sessions::starts_at.lt(ends.naive_utc()))
        .filter(case_sessions::ends_at.gt(starts.naive_utc()))
        .filter(case_sessions::case_id.ne(case).or(case_sessions::seq.ne(session.seq)))
        .select((case_sessions::case_id, case_sessions::room_id, case_sessions::side))
        .load(tx.conn())?;
    if session.room.is_some() && others.iter().any(|(_, room, _)| *room == session.room) {
        return Ok(Some(Clash::Room));
    }
    let at: Vec<CaseId> = others.iter().map(|(id, ..)| *id).collect();
    let busy: i64 = case_people::table
        .filter(case_people::case_id.eq_any(&at))
        .filter(case_people::user_id.eq_any(people))
        .filter(case_people::until_at.is_null())
        .count()
        .get_result(tx.conn())?;
    if busy > 0 {
        return Ok(Some(Clash::Person));
    }
    let own = invited(tx, case, session.side)?;
    for (other, _, side) in others {
        if other != case && invited(tx, other, side)?.iter().any(|door| own.contains(door)) {
            return Ok(Some(Clash::Person));
        }
    }
    Ok(None)
}

/// Keyed hashes of the doors that a meeting invites: of both sides, or of the one that is met apart.
fn invited(rx: &mut Rx<'_>, case: CaseId, side: Option<Side>) -> Result<Vec<String>, StoreError> {
    let doors = cases::table.select((cases::applicant_unit_hash, cases::respondent_unit_hash));
    let (applicant, respondent): (Option<String>, Option<String>) =
        doors.filter(cases::id.eq(case)).first(rx.conn())?;
    let doors = match side {
        None => vec![applicant, respondent],
        Some(Side::Applicant) => vec![applicant],
        Some(Side::Respondent) => vec![respondent],
    };
    Ok(doors.into_iter().flatten().filter(|door| !door.is_empty()).collect())
}

/// The cases with a fixed meeting between these two moments.
///
/// # Errors
/// Database errors.
pub fn soon(
    rx: &mut Rx<'_>,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<CaseId>, StoreError> {
    let fixed = case_sessions::table
        .filter(case_sessions::state.eq(SessionState::Fixed))
        .filter(case_sessions::starts_at.gt(from.naive_utc()))
        .filter(case_sessions::starts_at.le(until.naive_utc()));
    let rows = fixed.order(case_sessions::starts_at).select(case_sessions::case_id).limit(limit);
    Ok(rows.load(rx.conn())?)
}

/// Most entries of one calendar.
const ENTRIES: i64 = 500;

/// When a room is taken, from a moment on.
///
/// # Errors
/// Database errors.
pub fn of_room(rx: &mut Rx<'_>, room: RoomId, from: DateTime<Utc>) -> Result<Vec<Booked>, StoreError> {
    let fixed = case_sessions::table
        .filter(case_sessions::state.eq(SessionState::Fixed))
        .filter(case_sessions::room_id.eq(room))
        .filter(case_sessions::starts_at.ge(from.naive_utc()))
        .order((case_sessions::starts_at, case_sessions::case_id))
        .limit(ENTRIES)
        .select((
            case_sessions::case_id,
            case_sessions::seq,
            case_sessions::starts_at,
            case_sessions::ends_at,
            case_sessions::sequence,
        ));
    let rows: Vec<(CaseId, Seq, NaiveDateTime, NaiveDateTime, i64)> = fixed.load(rx.conn())?;
    let booked = |(case, seq, starts_at, ends_at, sequence): (CaseId, Seq, _, _, _)| {
        let uid = rx.vault().hash("booked", &format!("{}-{seq}", case.0));
        Booked { uid, starts_at, ends_at, sequence }
    };
    Ok(rows.into_iter().map(booked).collect())
}

/// The cases that somebody is in charge of with a fixed meeting from a moment on.
///
/// # Errors
/// Database errors.
pub fn of_person(rx: &mut Rx<'_>, user: UserId, from: DateTime<Utc>) -> Result<Vec<CaseId>, StoreError> {
    let own = case_people::table
        .filter(case_people::user_id.eq(user))
        .filter(case_people::until_at.is_null())
        .select(case_people::case_id);
    let fixed = case_sessions::table
        .filter(case_sessions::state.eq(SessionState::Fixed))
        .filter(case_sessions::starts_at.ge(from.naive_utc()))
        .filter(case_sessions::case_id.eq_any(own));
    let rows = fixed.select(case_sessions::case_id).distinct().order(case_sessions::case_id);
    Ok(rows.limit(ENTRIES).load(rx.conn())?)
}
