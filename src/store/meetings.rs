//! Meetings and their lines, sealed as a case's are; and which cases a meeting brings before the members.
use super::schema::{meeting_cases, meeting_events, meetings};
use super::{Rx, StoreError, Tx};
use crate::domain::codes::{MeetingState, Sort};
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

/// When the meetings of these bodies that did open began: whose, when.
///
/// # Errors
/// Database errors.
pub fn opened(rx: &mut Rx<'_>, bodies: &[BodyId]) -> Result<Vec<(BodyId, NaiveDateTime)>, StoreError> {
    use MeetingState::{Adjourned, Completed, Open, Signed};
    Ok(meetings::table
        .filter(meetings::body_id.eq_any(bodies))
        .filter(meetings::state.eq_any([Open, Adjourned, Completed, Signed]))
        .filter(meetings::starts_at.is_not_null())
        .order(meetings::id)
        .limit(200_000)
        .select((meetings::body_id, meetings::starts_at.assume_not_null()))
        .load(rx.conn())?)
}
