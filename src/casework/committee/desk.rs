//! What the desk does for the committee itself: its rules and 전결표 as they were decided, and who stands in for the 간사.
use super::super::CaseworkError;
use super::super::account::note;
use super::{body_of, keeper};
use crate::domain::codes::{AuditAction, Role};
use crate::domain::committee::Dated;
use crate::domain::committee::delegation::Delegation;
use crate::domain::committee::rules::BodyRules;
use crate::domain::ids::{BodyId, SeatId};
use crate::domain::permission::{Actor, Grant, Scope};
use crate::domain::seoul;
use crate::store::{Tx, cases, committees, pledges, seats, users};
use chrono::{DateTime, NaiveDate, Utc};

/// The desk writes down what was decided; it decides nothing itself.
const NO_BASIS: &str = "언제 어느 회의에서 정했는지 적어 주세요. 예: 2026년 11월 20일 정기회의 의결";

/// Writes down the committee's own rules from a day on. Meetings that were called before keep theirs.
///
/// # Errors
/// `NotFound`, `Denied`, `Invalid`.
pub fn set_rules(
    tx: &mut Tx<'_>,
    actor: &Actor,
    body: BodyId,
    rules: Dated<BodyRules>,
    basis: &str,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    body_of(tx, actor, body)?;
    keeper(actor, body)?;
    let mut faults: Vec<(String, String)> =
        rules.value.faults().into_iter().map(|(field, why)| (field.to_owned(), why.to_owned())).collect();
    if committees::rules_of(tx, body)?.iter().any(|known| known.from >= rules.from) {
        let why = "그날이나 그 뒤에 시작하는 규칙이 이미 있습니다. 더 뒤의 날을 적어 주세요.";
        faults.push(("from".to_owned(), why.to_owned()));
    }
    if basis.trim().is_empty() {
        faults.push(("basis".to_owned(), NO_BASIS.to_owned()));
    }
    if !faults.is_empty() {
        return Err(CaseworkError::Invalid(faults));
    }
    committees::set_rules(tx, body, &rules, basis.trim(), actor.user, now)?;
    let object = format!("body {}", body.0);
    Ok(note(tx, actor.user, AuditAction::Rules, &object, &format!("from={}", rules.from), now)?)
}

/// Writes down a 전결표 that was decided on paper, from a day on. One decided in a meeting in Ieum comes into force by itself.
///
/// # Errors
/// `NotFound`, `Denied`, `Invalid`: never for a day that has passed, as cases keep the table they began under.
pub fn set_table(
    tx: &mut Tx<'_>,
    actor: &Actor,
    body: BodyId,
    table: &Delegation,
    from: Option<NaiveDate>,
    basis: &str,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let body = body_of(tx, actor, body)?;
    keeper(actor, body.id)?;
    let mut faults = Vec::new();
    if basis.trim().is_empty() {
        faults.push(("basis".to_owned(), NO_BASIS.to_owned()));
    }
    let begins = from.map_or(now, seoul::midnight).max(now);
    if from.is_some_and(|day| day < seoul::day(now)) {
        let why = "지난날부터는 바꿀 수 없습니다. 오늘이나 그 뒤의 날을 적어 주세요.";
        faults.push(("from".to_owned(), why.to_owned()));
    }
    if committees::delegations_of(tx, body.id)?.iter().any(|(known, _)| *known >= begins) {
        let why = "그때나 그 뒤에 시작하는 전결표가 이미 있습니다. 더 뒤의 날을 적어 주세요.";
        faults.push(("from".to_owned(), why.to_owned()));
    }
    if !faults.is_empty() {
        return Err(CaseworkError::Invalid(faults));
    }
    committees::set_delegation(tx, body.id, table, begins, basis.trim(), actor.user, now)?;
    let object = format!("body {}", body.id.0);
    Ok(note(tx, actor.user, AuditAction::Rules, &object, &format!("delegation from={begins}"), now)?)
}

/// Puts the 간사's desk into another member's hands for some days.
///
/// # Errors
/// `NotFound`, `Denied`, `Invalid`.
pub fn absent(
    tx: &mut Tx<'_>,
    actor: &Actor,
    body: BodyId,
    seat: SeatId,
    (from, until): (NaiveDate, NaiveDate),
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    body_of(tx, actor, body)?;
    keeper(actor, body)?;
    if until < from || from < seoul::day(now) {
        return Err(CaseworkError::field(
            "until",
            "오늘이나 그 뒤의 시작일과, 그보다 늦은 종료일을 적어 주세요.",
        ));
    }
    let seat = seats::find(tx, seat).ok().map(|m| m.seat);
    let seat = seat.filter(|s| s.body == body && s.active(from) && s.active(until));
    let Some(to) = seat.and_then(|s| s.user) else {
        return Err(CaseworkError::field(
            "seat",
            "그동안 재직하고 서약서를 낸 위원 가운데 계정이 있는 사람을 골라 주세요.",
        ));
    };
    let after = seoul::midnight(until.succ_opt().unwrap_or(until));
    let grant = Grant { role: Role::Secretary, body: Some(body) };
    let begins = seoul::midnight(from).max(now);
    users::grant_from(tx, to, grant, (begins, Some(after)), actor.user, now)?;
    let detail = format!("absence {from}..{until}");
    Ok(note(tx, actor.user, AuditAction::Granted, &format!("user {}", to.0), &detail, now)?)
}

/// Puts the desk of one case into another member's hands, where its 간사 has left the case. Who decides is the chair or another
/// keeper who has not left it too.
///
/// # Errors
/// `NotFound`, `Denied`; `Invalid` at `number` or `seat`.
pub fn stand_in(
    tx: &mut Tx<'_>,
    actor: &Actor,
    body: BodyId,
    number: &str,
    seat: SeatId,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    body_of(tx, actor, body)?;
    keeper(actor, body)?;
    let unknown =
        || CaseworkError::field("number", "간사가 물러난, 이 위원회가 맡은 사건의 접수번호를 적어 주세요.");
    let id = cases::id_of(tx, number.trim()).map_err(|_e| unknown())?;
    let all = Scope { all: true, ..Scope::default() };
    let case = cases::find_id(tx, &all, id)?;
    if case.bodies.committee != Some(body) || !case.is_with_committee() || actor.recused.contains(&id) {
        return Err(unknown());
    }
    let mut left = Vec::new();
    for desk in users::with_role(tx, body, &[Role::Secretary], now)? {
        if committees::recused_cases(tx, desk.id)?.contains(&id) {
            left.push(desk.id);
        }
    }
    if left.is_empty() {
        return Err(unknown());
    }
    let seat = seats::find(tx, seat).ok().map(|m| m.seat);
    let seat = seat.filter(|s| s.body == body && s.active(seoul::day(now)));
    let fits = seat.and_then(|s| s.user).filter(|user| !left.contains(user));
    let out = fits.map(|user| committees::recused_cases(tx, user)).transpose()?.unwrap_or_default();
    let Some(user) = fits.filter(|_| !out.contains(&id)) else {
        return Err(CaseworkError::field(
            "seat",
            "이 사건에서 물러나지 않았고 서약서를 낸 위원 가운데 계정이 있는 사람을 골라 주세요.",
        ));
    };
    pledges::stand_in(tx, id, user, actor.user, now)?;
    let detail = format!("desk of case {}", id.0);
    Ok(note(tx, actor.user, AuditAction::Granted, &format!("user {}", user.0), &detail, now)?)
}
