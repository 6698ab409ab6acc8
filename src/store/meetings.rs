//! Meetings and their lines, sealed as a case's are; and which cases a meeting brings before the members.
use super::schema::{cases, delegations, meeting_cases, meeting_events, meetings};
use super::{Rx, StoreError, Tx};
use crate::domain::codes::{Decider, MeetingState, Sort, Stage};
use crate::domain::committee::delegation::Delegation;
use crate::domain::committee::rules::BodyRules;
use crate::domain::ids::{BodyId, CaseId, MeetingId, UserId};
use crate::domain::meeting::{Line, Meeting, MeetingStepCode};
use crate::domain::step::Seq;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

const PAYLOAD: &str = "meeting_events.payload";

/// What lists show of a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = meetings)]
pub struct Head {
    pub id: MeetingId,
    pub body_id: BodyId,
    pub state: MeetingState,
    pub sort: Sort,
    pub starts_at: Option<NaiveDateTime>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = meeting_events)]
struct Row {
    seq: Seq,
    at: NaiveDateTime,
    recorded_at: NaiveDateTime,
    actor_user: Option<UserId>,
    actor_role: String,
    payload: String,
}

/// Begins a meeting under these rules. It has no line yet.
///
/// # Errors
/// Database errors.
pub fn add(
    tx: &mut Tx<'_>,
    body: BodyId,
    rules: &BodyRules,
    now: DateTime<Utc>,
) -> Result<Meeting, StoreError> {
    let text = serde_json::to_string(rules).map_err(|e| StoreError::Other(e.to_string()))?;
    let row = (
        meetings::body_id.eq(body),
        meetings::rules.eq(text),
        meetings::state.eq(MeetingState::Requested),
        meetings::sort.eq(Sort::Special),
        meetings::version.eq(0),
        meetings::created_at.eq(now.naive_utc()),
    );
    let id =
        diesel::insert_into(meetings::table).values(row).returning(meetings::id).get_result(tx.conn())?;
    Ok(Meeting::blank(id, body, rules.clone()))
}

/// A meeting of one of these bodies, folded from its lines.
///
/// # Errors
/// `NotFound` in any other body.
pub fn find(rx: &mut Rx<'_>, bodies: &[BodyId], id: MeetingId) -> Result<Meeting, StoreError> {
    let (body, rules, version): (BodyId, String, i64) = meetings::table
        .find(id)
        .filter(meetings::body_id.eq_any(bodies))
        .select((meetings::body_id, meetings::rules, meetings::version))
        .first(rx.conn())?;
    let rules = serde_json::from_str(&rules).map_err(|e| StoreError::Other(format!("meeting rules: {e}")))?;
    let lines = lines_of(rx, id)?;
    let folded = Meeting::folded(Meeting::blank(id, body, rules), &lines);
    let meeting =
        folded.map_err(|e| StoreError::Other(format!("meeting {} does not fold: {}", id.0, e.code)))?;
    Ok(Meeting { version, ..meeting })
}

/// The lines of a meeting, in order.
///
/// # Errors
/// `Key` when a line does not open; database errors.
pub fn lines_of(rx: &mut Rx<'_>, id: MeetingId) -> Result<Vec<Line>, StoreError> {
    let rows: Vec<Row> = meeting_events::table
        .filter(meeting_events::meeting_id.eq(id))
        .order(meeting_events::seq)
        .select(Row::as_select())
        .load(rx.conn())?;
    rows.into_iter()
        .map(|row| {
            let text = rx.vault().open(PAYLOAD, &row.payload)?;
            let step =
                serde_json::from_str(&text).map_err(|e| StoreError::Other(format!("a kept line: {e}")))?;
            Ok(Line {
                seq: row.seq,
                at: row.at.and_utc(),
                recorded_at: row.recorded_at.and_utc(),
                by: row.actor_user,
                by_role: row.actor_role,
                step,
            })
        })
        .collect()
}

/// Writes one line.
///
/// # Errors
/// `Conflict` when its number is taken.
pub fn append(tx: &mut Tx<'_>, id: MeetingId, line: &Line) -> Result<(), StoreError> {
    let text = serde_json::to_string(&line.step).map_err(|e| StoreError::Other(e.to_string()))?;
    let code: MeetingStepCode = line.step.code();
    let row = (
        meeting_events::meeting_id.eq(id),
        meeting_events::seq.eq(line.seq),
        meeting_events::at.eq(line.at.naive_utc()),
        meeting_events::recorded_at.eq(line.recorded_at.naive_utc()),
        meeting_events::actor_user.eq(line.by),
        meeting_events::actor_role.eq(&line.by_role),
        meeting_events::step.eq(code),
        meeting_events::payload.eq(tx.vault().seal(PAYLOAD, &text)?),
    );
    diesel::insert_into(meeting_events::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// Keeps what lists and scopes read of a meeting, where nobody changed it since it was read.
///
/// # Errors
/// `Conflict` when somebody did.
pub fn save(tx: &mut Tx<'_>, meeting: &Meeting) -> Result<(), StoreError> {
    let unchanged = meetings::table.find(meeting.id).filter(meetings::version.eq(meeting.version));
    let state = meeting.state.unwrap_or(MeetingState::Requested);
    let changed = diesel::update(unchanged)
        .set((
            meetings::state.eq(state),
            meetings::sort.eq(meeting.sort),
            meetings::starts_at.eq(meeting.starts_at.map(|t| t.naive_utc())),
            meetings::version.eq(meeting.version + 1),
        ))
        .execute(tx.conn())?;
    if changed != 1 {
        return Err(StoreError::Conflict("meeting version".into()));
    }
    diesel::delete(meeting_cases::table.filter(meeting_cases::meeting_id.eq(meeting.id)))
        .execute(tx.conn())?;
    let mut about: Vec<CaseId> = meeting.items.iter().filter_map(|i| i.matter.case()).collect();
    about.sort_unstable();
    about.dedup();
    let shown = meeting.shown_cases();
    for case in about {
        let row = (
            meeting_cases::meeting_id.eq(meeting.id),
            meeting_cases::case_id.eq(case),
            meeting_cases::shown.eq(shown.contains(&case)),
        );
        diesel::insert_into(meeting_cases::table).values(row).execute(tx.conn())?;
    }
    Ok(())
}

/// The meetings of these bodies, the latest first.
///
/// # Errors
/// Database errors.
pub fn of_bodies(rx: &mut Rx<'_>, bodies: &[BodyId], limit: i64) -> Result<Vec<Head>, StoreError> {
    Ok(meetings::table
        .filter(meetings::body_id.eq_any(bodies))
        .order(meetings::id.desc())
        .limit(limit)
        .select(Head::as_select())
        .load(rx.conn())?)
}

/// The cases that meetings of these bodies bring before their members now.
///
/// # Errors
/// Database errors.
pub fn shown_cases(rx: &mut Rx<'_>, bodies: &[BodyId]) -> Result<Vec<CaseId>, StoreError> {
    if bodies.is_empty() {
        return Ok(Vec::new());
    }
    Ok(meeting_cases::table
        .inner_join(meetings::table.on(meetings::id.eq(meeting_cases::meeting_id)))
        .filter(meetings::body_id.eq_any(bodies))
        .filter(meeting_cases::shown.eq(true))
        .select(meeting_cases::case_id)
        .distinct()
        .load(rx.conn())?)
}

/// The cases held by these committees in which their 전결표 gives something to the chair now.
///
/// # Errors
/// Database errors.
pub fn chaired_cases(rx: &mut Rx<'_>, bodies: &[BodyId]) -> Result<Vec<CaseId>, StoreError> {
    let tables: Vec<(BodyId, NaiveDateTime, String)> = delegations::table
        .filter(delegations::body_id.eq_any(bodies))
        .order(delegations::from_at.desc())
        .select((delegations::body_id, delegations::from_at, delegations::entries))
        .load(rx.conn())?;
    if tables.is_empty() {
        return Ok(Vec::new());
    }
    let wanted: Vec<Option<BodyId>> = bodies.iter().copied().map(Some).collect();
    let held: Vec<(CaseId, Option<BodyId>, NaiveDateTime, Stage)> = cases::table
        .filter(cases::holder_id.eq_any(wanted))
        .filter(cases::holder_id.eq(cases::committee_id))
        .order(cases::id.desc())
        .limit(5000)
        .select((cases::id, cases::committee_id, cases::received_at, cases::stage))
        .load(rx.conn())?;
    let chairs = |(case, body, received, stage): (CaseId, Option<BodyId>, NaiveDateTime, Stage)| {
        let (_, _, text) = tables.iter().find(|(b, from, _)| Some(*b) == body && *from <= received)?;
        let table: Delegation = serde_json::from_str(text).ok()?;
        let fits = |step: &crate::domain::step::StepCode| {
            crate::domain::case::stages(*step).contains(&stage)
                && table.deciders(*step).contains(&Decider::Chair)
        };
        crate::domain::committee::delegation::VOTABLE.iter().any(fits).then_some(case)
    };
    Ok(held.into_iter().filter_map(chairs).collect())
}
