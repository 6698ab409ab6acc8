//! What a committee runs under, as dated rows: its rules and its 전결표; and who is recused from which case.
use super::schema::{appointments, body_rules, case_people, cases, delegations, grants, recusals};
use super::{Rx, StoreError, Tx};
use crate::domain::codes::{RecusalGround, RecusalKind, RecusalState, Role, Stage};
use crate::domain::committee::Dated;
use crate::domain::committee::delegation::Delegation;
use crate::domain::committee::recusal::Recusal;
use crate::domain::committee::rules::BodyRules;
use crate::domain::ids::{BodyId, CaseId, SeatId, UserId};
use crate::domain::seoul;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

/// The sealed column's purpose.
const NOTE: &str = "recusals.note";

fn kept<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|e| StoreError::Other(e.to_string()))
}

fn read<T: serde::de::DeserializeOwned>(text: &str, what: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|e| StoreError::Other(format!("{what}: {e}")))
}

/// The rules that this body wrote down, oldest first. Where there are none, its kind's defaults hold.
///
/// # Errors
/// Database errors.
pub fn rules_of(rx: &mut Rx<'_>, body: BodyId) -> Result<Vec<Dated<BodyRules>>, StoreError> {
    let rows: Vec<(NaiveDate, String)> = body_rules::table
        .filter(body_rules::body_id.eq(body))
        .order(body_rules::from_on)
        .select((body_rules::from_on, body_rules::rules))
        .load(rx.conn())?;
    rows.into_iter().map(|(from, text)| Ok(Dated { from, value: read(&text, "body_rules")? })).collect()
}

/// Writes rules down from a day on.
///
/// # Errors
/// `Conflict` when that day has rules already.
pub fn set_rules(
    tx: &mut Tx<'_>,
    body: BodyId,
    rules: &Dated<BodyRules>,
    basis: &str,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = (
        body_rules::body_id.eq(body),
        body_rules::from_on.eq(rules.from),
        body_rules::rules.eq(kept(&rules.value)?),
        body_rules::basis.eq(basis),
        body_rules::created_by.eq(by),
        body_rules::created_at.eq(now.naive_utc()),
    );
    diesel::insert_into(body_rules::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// What was written down of rules and 전결표, the newest first: from when, what, on what basis.
///
/// # Errors
/// Database errors.
pub fn history(rx: &mut Rx<'_>, body: BodyId) -> Result<Vec<(NaiveDate, bool, String)>, StoreError> {
    let rules: Vec<(NaiveDate, String)> = body_rules::table
        .filter(body_rules::body_id.eq(body))
        .select((body_rules::from_on, body_rules::basis))
        .load(rx.conn())?;
    let tables: Vec<(NaiveDateTime, String)> = delegations::table
        .filter(delegations::body_id.eq(body))
        .select((delegations::from_at, delegations::basis))
        .load(rx.conn())?;
    let of_table = |(from, basis): (NaiveDateTime, String)| (seoul::day(from.and_utc()), false, basis);
    let mut all: Vec<_> = rules.into_iter().map(|(from, basis)| (from, true, basis)).collect();
    all.extend(tables.into_iter().map(of_table));
    all.sort_by_key(|(from, ..)| std::cmp::Reverse(*from));
    Ok(all)
}

/// Every 전결표 of a body with the instant from which it holds, oldest first.
///
/// # Errors
/// Database errors.
pub fn delegations_of(rx: &mut Rx<'_>, body: BodyId) -> Result<Vec<(DateTime<Utc>, Delegation)>, StoreError> {
    let rows: Vec<(NaiveDateTime, String)> = delegations::table
        .filter(delegations::body_id.eq(body))
        .order(delegations::from_at)
        .select((delegations::from_at, delegations::entries))
        .load(rx.conn())?;
    rows.into_iter().map(|(from, text)| Ok((from.and_utc(), read(&text, "delegations")?))).collect()
}

/// The 전결표 in force at `at`; before the first one, 간사 throughout.
///
/// # Errors
/// Database errors.
pub fn delegation_at(rx: &mut Rx<'_>, body: BodyId, at: DateTime<Utc>) -> Result<Delegation, StoreError> {
    let text: Option<String> = delegations::table
        .filter(delegations::body_id.eq(body))
        .filter(delegations::from_at.le(at.naive_utc()))
        .order(delegations::from_at.desc())
        .select(delegations::entries)
        .first(rx.conn())
        .optional()?;
    text.map_or_else(|| Ok(Delegation::secretary_throughout()), |text| read(&text, "delegations"))
}

/// Puts a 전결표 into force.
///
/// # Errors
/// `Conflict` when one begins at that very instant.
pub fn set_delegation(
    tx: &mut Tx<'_>,
    body: BodyId,
    table: &Delegation,
    from: DateTime<Utc>,
    basis: &str,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = (
        delegations::body_id.eq(body),
        delegations::from_at.eq(from.naive_utc()),
        delegations::entries.eq(kept(table)?),
        delegations::basis.eq(basis),
        delegations::created_by.eq(by),
        delegations::created_at.eq(now.naive_utc()),
    );
    diesel::insert_into(delegations::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// The recusals of a case.
///
/// # Errors
/// Database errors.
pub fn recusals_of(rx: &mut Rx<'_>, case: CaseId) -> Result<Vec<Recusal>, StoreError> {
    let rows: Vec<(SeatId, RecusalKind, RecusalGround, RecusalState)> = recusals::table
        .filter(recusals::case_id.eq(case))
        .order(recusals::id)
        .select((recusals::seat_id, recusals::kind, recusals::ground, recusals::state))
        .load(rx.conn())?;
    Ok(rows.into_iter().map(|(seat, kind, ground, state)| Recusal { seat, kind, ground, state }).collect())
}

/// The people who are out of this case, or of whom that is asked, by whatever seat of theirs.
///
/// # Errors
/// Database errors.
pub fn people_out_of(rx: &mut Rx<'_>, case: CaseId) -> Result<Vec<(UserId, RecusalState)>, StoreError> {
    let rows: Vec<(Option<UserId>, RecusalState)> = recusals::table
        .inner_join(appointments::table.on(appointments::id.eq(recusals::seat_id)))
        .filter(recusals::case_id.eq(case))
        .filter(recusals::state.eq_any([RecusalState::Standing, RecusalState::Pending]))
        .select((appointments::user_id, recusals::state))
        .load(rx.conn())?;
    Ok(rows.into_iter().filter_map(|(user, state)| Some((user?, state))).collect())
}

/// The open cases in the charge of somebody who sits on their committee no more, at most `limit`.
///
/// # Errors
/// Database errors.
pub fn left_in_charge(rx: &mut Rx<'_>, now: DateTime<Utc>, limit: i64) -> Result<Vec<CaseId>, StoreError> {
    let at = now.naive_utc();
    let sits = grants::table
        .filter(grants::user_id.eq(case_people::user_id))
        .filter(grants::body_id.eq(cases::committee_id))
        .filter(grants::role.eq_any([Role::Member, Role::Chair]))
        .filter(grants::from_at.le(at))
        .filter(grants::until_at.is_null().or(grants::until_at.gt(at)));
    let found = case_people::table
        .inner_join(cases::table.on(cases::id.eq(case_people::case_id)))
        .filter(case_people::until_at.is_null())
        .filter(case_people::role.eq(Role::Member.code()))
        .filter(cases::stage.ne(Stage::Closed))
        .filter(cases::committee_id.is_not_null())
        .filter(diesel::dsl::not(diesel::dsl::exists(sits)));
    Ok(found.select(case_people::case_id).order(case_people::case_id).limit(limit).load(rx.conn())?)
}

/// Whether a 기피 request about this case waits for its decision.
///
/// # Errors
/// Database errors.
pub fn is_frozen(rx: &mut Rx<'_>, case: CaseId) -> Result<bool, StoreError> {
    let pending =
        recusals::table.filter(recusals::case_id.eq(case)).filter(recusals::state.eq(RecusalState::Pending));
    let first: Option<i64> = pending.select(recusals::id).first(rx.conn()).optional()?;
    Ok(first.is_some())
}

/// Keeps a recusal: a new one, or a known one with another state and ground. A standing one stays as it was first written:
/// whatever is asked for or decided later, nothing opens the file to that member again.
///
/// # Errors
/// Database errors.
pub fn keep_recusal(
    tx: &mut Tx<'_>,
    case: CaseId,
    recusal: &Recusal,
    note: &str,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let decided = (recusal.state != RecusalState::Pending).then(|| now.naive_utc());
    let known = recusals::table.filter(recusals::case_id.eq(case)).filter(recusals::seat_id.eq(recusal.seat));
    let before: Option<(i64, RecusalState)> =
        known.select((recusals::id, recusals::state)).first(tx.conn()).optional()?;
    let said = tx.vault().seal(NOTE, note)?;
    match before {
        Some((_, RecusalState::Standing)) => return Ok(()),
        Some((id, _)) => {
            let row = recusals::table.filter(recusals::id.eq(id));
            let values = (
                recusals::kind.eq(recusal.kind),
                recusals::ground.eq(recusal.ground),
                recusals::state.eq(recusal.state),
                recusals::decided_at.eq(decided),
            );
            diesel::update(row).set(values).execute(tx.conn())?;
            // A decision without a word of its own leaves the words of the request.
            if !note.is_empty() {
                diesel::update(row).set(recusals::note.eq(said)).execute(tx.conn())?;
            }
            return Ok(());
        }
        None => {}
    }
    let row = (
        recusals::case_id.eq(case),
        recusals::seat_id.eq(recusal.seat),
        recusals::kind.eq(recusal.kind),
        recusals::ground.eq(recusal.ground),
        recusals::state.eq(recusal.state),
        recusals::note.eq(said),
        recusals::created_by.eq(by),
        recusals::created_at.eq(now.naive_utc()),
        recusals::decided_at.eq(decided),
    );
    diesel::insert_into(recusals::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// Forgets who of a committee saw no ground to leave a case.
///
/// # Errors
/// Database errors.
pub fn forget_clear(tx: &mut Tx<'_>, case: CaseId) -> Result<(), StoreError> {
    let of_case = recusals::table.filter(recusals::case_id.eq(case));
    diesel::delete(of_case.filter(recusals::state.eq(RecusalState::Clear))).execute(tx.conn())?;
    Ok(())
}

/// The cases from which this person is recused, in whatever term they sit.
///
/// # Errors
/// Database errors.
pub fn recused_cases(rx: &mut Rx<'_>, user: UserId) -> Result<Vec<CaseId>, StoreError> {
    Ok(recusals::table
        .inner_join(appointments::table.on(appointments::id.eq(recusals::seat_id)))
        .filter(appointments::user_id.eq(user))
        .filter(recusals::state.eq(RecusalState::Standing))
        .select(recusals::case_id)
        .distinct()
        .load(rx.conn())?)
}

/// The committee's cases, not yet closed, that this person has left, and since when.
///
/// # Errors
/// Database errors.
pub fn left_by(
    rx: &mut Rx<'_>,
    body: BodyId,
    user: UserId,
) -> Result<Vec<(CaseId, String, NaiveDateTime)>, StoreError> {
    Ok(recusals::table
        .inner_join(appointments::table.on(appointments::id.eq(recusals::seat_id)))
        .inner_join(cases::table.on(cases::id.eq(recusals::case_id)))
        .filter(appointments::user_id.eq(user))
        .filter(cases::committee_id.eq(body))
        .filter(cases::stage.ne(Stage::Closed))
        .filter(recusals::state.eq(RecusalState::Standing))
        .order(recusals::id)
        .limit(200)
        .select((recusals::case_id, cases::number, recusals::created_at))
        .load(rx.conn())?)
}

/// The 기피 requests about cases of this committee that wait for their decision: case, number, since when.
///
/// # Errors
/// Database errors.
pub fn pending_of(rx: &mut Rx<'_>, body: BodyId) -> Result<Vec<(CaseId, String, NaiveDateTime)>, StoreError> {
    Ok(recusals::table
        .inner_join(cases::table.on(cases::id.eq(recusals::case_id)))
        .filter(cases::committee_id.eq(body))
        .filter(recusals::state.eq(RecusalState::Pending))
        .order(recusals::id)
        .limit(200)
        .select((recusals::case_id, cases::number, recusals::created_at))
        .load(rx.conn())?)
}
