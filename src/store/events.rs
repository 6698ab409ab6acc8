//! The lines of a case's history, and the exchange events that they amount to.
use super::schema::{case_events, case_marks};
use super::{Rx, StoreError, Tx};
use crate::domain::case::{Case, Event};
use crate::domain::codes::Visibility;
use crate::domain::ids::{CaseId, UserId};
use crate::domain::step::{Seq, Step, StepCode};
use crate::each_backend;
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// The sealed column's purpose.
const PAYLOAD: &str = "case_events.payload";

#[derive(Queryable, Selectable)]
#[diesel(table_name = case_events)]
struct Row {
    seq: Seq,
    at: NaiveDateTime,
    recorded_at: NaiveDateTime,
    actor_user: Option<UserId>,
    actor_role: String,
    late: bool,
    voided: bool,
    payload: String,
}

/// Every line of a case, in order of recording, opened.
///
/// # Errors
/// `Key` when a line does not open; database errors.
pub fn of_case(rx: &mut Rx<'_>, case: CaseId) -> Result<Vec<Event>, StoreError> {
    let rows: Vec<Row> = case_events::table
        .filter(case_events::case_id.eq(case))
        .order(case_events::seq)
        .select(Row::as_select())
        .load(rx.conn())?;
    rows.into_iter().map(|row| opened(rx, row)).collect()
}

fn opened(rx: &Rx<'_>, row: Row) -> Result<Event, StoreError> {
    let step = step(rx, &row.payload)?;
    Ok(Event {
        seq: row.seq,
        at: row.at.and_utc(),
        recorded_at: row.recorded_at.and_utc(),
        by: row.actor_user,
        by_role: row.actor_role,
        step,
        late: row.late,
        voided: row.voided,
    })
}

/// A kept step, opened.
pub(super) fn step(rx: &Rx<'_>, payload: &str) -> Result<Step, StoreError> {
    let text = rx.vault().open(PAYLOAD, payload)?;
    serde_json::from_str(&text).map_err(|e| StoreError::Other(format!("a kept step: {e}")))
}

/// A step as it is kept: sealed.
pub(super) fn sealed(rx: &Rx<'_>, step: &Step) -> Result<String, StoreError> {
    let text = serde_json::to_string(step).map_err(|e| StoreError::Other(e.to_string()))?;
    rx.vault().seal(PAYLOAD, &text)
}

/// Writes one line.
///
/// # Errors
/// `Conflict` when the line's number is taken; database errors.
pub fn append(
    tx: &mut Tx<'_>,
    case: CaseId,
    event: &Event,
    visibility: Visibility,
) -> Result<(), StoreError> {
    let payload = sealed(tx, &event.step)?;
    let step: StepCode = event.step.code();
    diesel::insert_into(case_events::table)
        .values((
            case_events::case_id.eq(case),
            case_events::seq.eq(event.seq),
            case_events::at.eq(event.at.naive_utc()),
            case_events::recorded_at.eq(event.recorded_at.naive_utc()),
            case_events::actor_user.eq(event.by),
            case_events::actor_role.eq(&event.by_role),
            case_events::step.eq(step),
            case_events::visibility.eq(visibility),
            case_events::late.eq(event.late),
            case_events::voided.eq(event.voided),
            case_events::payload.eq(payload),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// What stands where a mediator's confidential note was.
const WIPED: &str = "(보관 기간이 지나 지웠습니다)";

/// Destroys the words of every confidential note of a case, and of what its mediators wrote for themselves; that there was one stays. Returns how many.
///
/// # Errors
/// As `of_case`.
pub fn wipe_notes(tx: &mut Tx<'_>, case: CaseId) -> Result<usize, StoreError> {
    let notes = of_case(tx, case)?;
    let mut n = 0;
    for note in &notes {
        let text = || WIPED.to_owned();
        let wiped = match &note.step {
            Step::ConfidentialNote { text: words, .. } if words != WIPED => {
                Step::ConfidentialNote { text: text(), side: None, supervised: false }
            }
            Step::Reflection { text: words } if words != WIPED => Step::Reflection { text: text() },
            _ => continue,
        };
        let payload = sealed(tx, &wiped)?;
        let row =
            case_events::table.filter(case_events::case_id.eq(case)).filter(case_events::seq.eq(note.seq));
        n += diesel::update(row).set(case_events::payload.eq(payload)).execute(tx.conn())?;
    }
    Ok(n)
}

/// A 정정: strikes a line out, or moves it in time. The line itself stays readable.
///
/// # Errors
/// `NotFound` when there is no such line.
pub fn correct(tx: &mut Tx<'_>, case: CaseId, line: &Event) -> Result<(), StoreError> {
    let row = case_events::table.filter(case_events::case_id.eq(case)).filter(case_events::seq.eq(line.seq));
    let changed = diesel::update(row)
        .set((
            case_events::voided.eq(line.voided),
            case_events::at.eq(line.at.naive_utc()),
            case_events::late.eq(line.late),
        ))
        .execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}

/// Keeps the case's exchange events as its history now has them: from line `from` on, or all after a re-fold.
///
/// # Errors
/// Database errors.
pub fn keep_marks(tx: &mut Tx<'_>, case: &Case, all_again: bool, from: Seq) -> Result<(), StoreError> {
    if all_again {
        diesel::delete(case_marks::table.filter(case_marks::case_id.eq(case.id))).execute(tx.conn())?;
    }
    let mut rows = Vec::new();
    for (ord, (seq, at, mark)) in case.marks.iter().enumerate() {
        if all_again || *seq >= from {
            rows.push((
                case_marks::case_id.eq(case.id),
                case_marks::seq.eq(*seq),
                case_marks::ord.eq(i64::try_from(ord).unwrap_or(i64::MAX)),
                case_marks::at.eq(at.naive_utc()),
                case_marks::event.eq(mark.event()),
                case_marks::detail.eq(mark.detail().to_owned()),
                case_marks::missing.eq(false),
            ));
        }
    }
    if !rows.is_empty() {
        each_backend!(tx.conn(), |c| diesel::insert_into(case_marks::table).values(&rows).execute(c))?;
    }
    Ok(())
}
