//! 인계인수: what one desk passed to the next person, sealed, and signed by both.
use super::schema::handovers;
use super::{Rx, StoreError, Tx};
use crate::domain::codes::Method;
use crate::domain::ids::{BodyId, HandoverId, UserId};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

const PAYLOAD: &str = "handovers.payload";

/// A duty that was open when the desk changed hands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenDuty {
    pub what: String,
    /// The case's number; empty: none.
    pub case: String,
    pub due: DateTime<Utc>,
}

/// What was passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    pub text: String,
    pub duties: Vec<OpenDuty>,
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    pub id: HandoverId,
    pub body: BodyId,
    pub giver: UserId,
    pub taker: UserId,
    pub passed: Passed,
    pub giver_signed: Option<(NaiveDateTime, Method)>,
    pub taker_signed: Option<(NaiveDateTime, Method)>,
    pub created_at: NaiveDateTime,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = handovers)]
struct Row {
    id: HandoverId,
    body_id: BodyId,
    giver_id: UserId,
    taker_id: UserId,
    payload: String,
    giver_signed_at: Option<NaiveDateTime>,
    giver_method: Option<Method>,
    taker_signed_at: Option<NaiveDateTime>,
    taker_method: Option<Method>,
    created_at: NaiveDateTime,
}

fn opened(rx: &Rx<'_>, row: Row) -> Result<Handover, StoreError> {
    let text = rx.vault().open(PAYLOAD, &row.payload)?;
    let passed = serde_json::from_str(&text).map_err(|e| StoreError::Other(format!("a handover: {e}")))?;
    Ok(Handover {
        id: row.id,
        body: row.body_id,
        giver: row.giver_id,
        taker: row.taker_id,
        passed,
        giver_signed: row.giver_signed_at.zip(row.giver_method),
        taker_signed: row.taker_signed_at.zip(row.taker_method),
        created_at: row.created_at,
    })
}

/// Writes a handover down; nobody has signed it yet.
///
/// # Errors
/// Database errors.
pub fn add(
    tx: &mut Tx<'_>,
    body: BodyId,
    (giver, taker): (UserId, UserId),
    passed: &Passed,
    now: DateTime<Utc>,
) -> Result<HandoverId, StoreError> {
    let text = serde_json::to_string(passed).map_err(|e| StoreError::Other(e.to_string()))?;
    let row = (
        handovers::body_id.eq(body),
        handovers::giver_id.eq(giver),
        handovers::taker_id.eq(taker),
        handovers::payload.eq(tx.vault().seal(PAYLOAD, &text)?),
        handovers::created_at.eq(now.naive_utc()),
    );
    Ok(diesel::insert_into(handovers::table).values(row).returning(handovers::id).get_result(tx.conn())?)
}

/// One record.
///
/// # Errors
/// `NotFound`.
pub fn find(rx: &mut Rx<'_>, id: HandoverId) -> Result<Handover, StoreError> {
    let row = handovers::table.find(id).select(Row::as_select()).first(rx.conn())?;
    opened(rx, row)
}

/// The records of these bodies, and those that this person gave or took, newest first.
///
/// # Errors
/// Database errors.
pub fn of(rx: &mut Rx<'_>, bodies: &[BodyId], user: UserId) -> Result<Vec<Handover>, StoreError> {
    let rows: Vec<Row> = handovers::table
        .filter(
            handovers::body_id
                .eq_any(bodies)
                .or(handovers::giver_id.eq(user))
                .or(handovers::taker_id.eq(user)),
        )
        .order(handovers::id.desc())
        .limit(100)
        .select(Row::as_select())
        .load(rx.conn())?;
    rows.into_iter().map(|row| opened(rx, row)).collect()
}

/// Puts one of the two signatures under a record that lacks it.
///
/// # Errors
/// `Conflict` when it is there already.
pub fn sign(
    tx: &mut Tx<'_>,
    id: HandoverId,
    taker: bool,
    method: Method,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = handovers::table.find(id);
    let changed = if taker {
        let set = (handovers::taker_signed_at.eq(now.naive_utc()), handovers::taker_method.eq(method));
        diesel::update(row.filter(handovers::taker_signed_at.is_null())).set(set).execute(tx.conn())?
    } else {
        let set = (handovers::giver_signed_at.eq(now.naive_utc()), handovers::giver_method.eq(method));
        diesel::update(row.filter(handovers::giver_signed_at.is_null())).set(set).execute(tx.conn())?
    };
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict("handover signed".into())) }
}
