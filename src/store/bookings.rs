//! Which meeting takes which room and which people from when until when: a projection of the cases' meetings, by which nothing is
//! booked twice and calendars are made.
use super::schema::{case_people, case_sessions, cases, rooms};
use super::{Conn, Rx, StoreError, Tx};
use crate::domain::case::{Case, Session};
use crate::domain::codes::{MeetingKind, SessionState};
use crate::domain::ids::{CaseId, RoomId, UserId};
use crate::domain::step::Seq;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

/// "booking" as a number: whoever books waits for the one who is booking.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7092179)";

/// A fixed meeting as calendars show it: no names.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Booked {
    pub number: String,
    pub seq: Seq,
    pub kind: MeetingKind,
    pub starts_at: NaiveDateTime,
    pub ends_at: NaiveDateTime,
    pub sequence: i64,
    /// The shared room, if one is booked.
    pub room: Option<String>,
}

/// Keyed hashes of both sides' doors.
type Doors = (Option<String>, Option<String>);

/// What a meeting would take a second time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clash {
    Room,
    /// Somebody in charge.
    InCharge,
    /// A household that is a party of another case, too.
    Party,
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
    if matches!(tx.conn(), Conn::Postgres(_)) {
        tx.conn().batch_execute(LOCK)?;
    }
    Ok(())
}

/// What this meeting would take that another fixed one has at the same time. `people`: whoever is in charge of its case.
///
/// # Errors
/// Database errors.
pub fn clashes(
    tx: &mut Tx<'_>,
    case: CaseId,
    session: &Session,
    people: &[UserId],
) -> Result<Vec<Clash>, StoreError> {
    let Some((starts, ends)) = session.span() else { return Ok(Vec::new()) };
    let overlapping = case_sessions::table
        .filter(case_sessions::state.eq(SessionState::Fixed))
        .filter(case_sessions::starts_at.lt(ends.naive_utc()))
        .filter(case_sessions::ends_at.gt(starts.naive_utc()))
        .filter(case_sessions::case_id.ne(case).or(case_sessions::seq.ne(session.seq)));
    let others: Vec<(CaseId, Option<RoomId>)> =
        overlapping.select((case_sessions::case_id, case_sessions::room_id)).load(tx.conn())?;
    let mut found = Vec::new();
    if session.room.is_some() && others.iter().any(|(_, room)| *room == session.room) {
        found.push(Clash::Room);
    }
    let at: Vec<CaseId> = others.iter().map(|(id, _)| *id).collect();
    let busy: i64 = case_people::table
        .filter(case_people::case_id.eq_any(&at))
        .filter(case_people::user_id.eq_any(people))
        .filter(case_people::until_at.is_null())
        .count()
        .get_result(tx.conn())?;
    if busy > 0 {
        found.push(Clash::InCharge);
    }
    let doors = cases::table.select((cases::applicant_unit_hash, cases::respondent_unit_hash));
    let (a, b): Doors = doors.filter(cases::id.eq(case)).first(tx.conn())?;
    let elsewhere: Vec<Doors> =
        doors.filter(cases::id.eq_any(&at)).filter(cases::id.ne(case)).load(tx.conn())?;
    let own: Vec<String> = [a, b].into_iter().flatten().filter(|h| !h.is_empty()).collect();
    let taken = |(x, y): &Doors| [x, y].into_iter().flatten().any(|door| own.contains(door));
    if elsewhere.iter().any(taken) {
        found.push(Clash::Party);
    }
    Ok(found)
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

/// The fixed meetings of whoever is in charge, or of a room, from a moment on.
///
/// # Errors
/// Database errors.
pub fn calendar(
    rx: &mut Rx<'_>,
    of: Result<UserId, RoomId>,
    from: DateTime<Utc>,
) -> Result<Vec<Booked>, StoreError> {
    let fixed = case_sessions::table
        .inner_join(cases::table.on(cases::id.eq(case_sessions::case_id)))
        .left_join(rooms::table.on(rooms::id.nullable().eq(case_sessions::room_id)))
        .filter(case_sessions::state.eq(SessionState::Fixed))
        .filter(case_sessions::starts_at.ge(from.naive_utc()))
        .order((case_sessions::starts_at, case_sessions::case_id))
        .limit(ENTRIES)
        .select((
            cases::number,
            case_sessions::seq,
            case_sessions::kind,
            case_sessions::starts_at,
            case_sessions::ends_at,
            case_sessions::sequence,
            rooms::name.nullable(),
        ));
    Ok(match of {
        Err(room) => fixed.filter(case_sessions::room_id.eq(room)).load(rx.conn())?,
        Ok(user) => {
            let own = case_people::table
                .filter(case_people::user_id.eq(user))
                .filter(case_people::until_at.is_null())
                .select(case_people::case_id);
            fixed.filter(case_sessions::case_id.eq_any(own)).load(rx.conn())?
        }
    })
}
