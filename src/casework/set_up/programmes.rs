//! Programmes (구 공모사업): adding one, changing what holds of it from a day on, ending it early.
use crate::casework::account::note;
use crate::casework::account::people::administer;
use crate::casework::{CaseworkError, rooms};
use crate::domain::codes::{AuditAction, BodyKind};
use crate::domain::ids::ProgrammeId;
use crate::domain::permission::Actor;
use crate::domain::{seoul, text};
use crate::store::programmes::{self, Terms};
use crate::store::{Rx, StoreError, Tx, bodies};
use chrono::{DateTime, NaiveDate, Utc};

/// Adds a programme (구 공모사업): the operator, or a ward its own. A ward's goes from stage to stage: whom it was given to, its term
/// and its budget come with 선정 and 협약, and not before.
///
/// # Errors
/// `Denied`; `Invalid`.
pub fn add_programme(
    tx: &mut Tx<'_>,
    actor: &Actor,
    name: &str,
    year: Option<i64>,
    terms: &Terms,
    now: DateTime<Utc>,
) -> Result<ProgrammeId, CaseworkError> {
    if !actor.may_add_programme() {
        return Err(CaseworkError::Denied);
    }
    let ward = rooms::wards(tx, actor)?.into_iter().next();
    let mut wrong = Vec::new();
    let mut need = |fine: bool, field: &str, why: &str| {
        if !fine {
            wrong.push((field.to_owned(), why.to_owned()));
        }
    };
    need((1..=80).contains(&name.chars().count()), "name", "사업 이름을 80자 안으로 적어 주세요.");
    need(year.is_none_or(|y| (2000..=2100).contains(&y)), "year", "연도를 네 자리로 적어 주세요. 예: 2026");
    let taken = programmes::all(tx, seoul::day(now))?.iter().any(|p| p.name == name);
    need(!taken, "name", "이미 있는 사업 이름입니다. 연도를 붙여 주세요.");
    wrong.extend(unfit(tx, terms)?);
    if !actor.may_administer() {
        wrong.extend(before_its_stage(terms));
    }
    if !wrong.is_empty() {
        return Err(CaseworkError::Invalid(wrong));
    }
    let id = programmes::add(tx, name, year, terms, actor.user, now)?;
    if let Some(ward) = ward {
        programmes::keep_ward(tx, id, &ward)?;
    }
    note(tx, actor.user, AuditAction::ProgrammeAdded, &format!("programme {}", id.0), "", now)?;
    Ok(id)
}

/// What a programme that has not been called for cannot have yet: field and sentence.
fn before_its_stage(terms: &Terms) -> Vec<(String, String)> {
    let early = [
        ("ngo", terms.ngo_id.is_some()),
        ("from_on", terms.from_on.is_some()),
        ("until_on", terms.until_on.is_some()),
        ("budget_won", terms.budget_won.is_some()),
        ("mediators", terms.mediators != 1),
    ];
    let why = "단체와 기간, 예산, 조정인 수는 선정하고 협약할 때 적습니다. 여기서는 비워 주세요.";
    let given = early.into_iter().filter(|(_, given)| *given);
    given.map(|(field, _)| (field.to_owned(), why.to_owned())).collect()
}

/// What of the terms cannot be: field and sentence.
pub(in crate::casework) fn unfit(
    rx: &mut Rx<'_>,
    terms: &Terms,
) -> Result<Vec<(String, String)>, CaseworkError> {
    let mut wrong = Vec::new();
    let mut need = |fine: bool, field: &str, why: &str| {
        if !fine {
            wrong.push((field.to_owned(), why.to_owned()));
        }
    };
    let ngo = match terms.ngo_id.map(|id| bodies::find(rx, id)) {
        None => true,
        Some(Err(StoreError::NotFound)) => false,
        Some(found) => found?.kind == BodyKind::Ngo,
    };
    need(ngo, "ngo", "협약 기관을 골라 주세요.");
    let ordered = !matches!((terms.from_on, terms.until_on), (Some(from), Some(until)) if until <= from);
    need(ordered, "until_on", "끝나는 날을 시작하는 날보다 뒤로 적어 주세요.");
    let basis = matches!(terms.basis.as_str(), "consent" | "entrustment");
    need(basis, "basis", "개인정보를 넘기는 근거를 골라 주세요.");
    need(terms.budget_won.is_none_or(|won| won >= 0), "budget_won", "예산을 원 단위 숫자로 적어 주세요.");
    need(terms.activities.chars().count() <= 500, "activities", "활동을 500자 안으로 적어 주세요.");
    need((1..=2).contains(&terms.mediators), "mediators", "조정인 수를 1명이나 2명으로 골라 주세요.");
    Ok(wrong)
}

/// New terms from a day on. Cases keep the rules under which they began.
///
/// # Errors
/// `NotFound`; `Denied`; `Invalid`.
pub fn change_programme(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: ProgrammeId,
    terms: &Terms,
    holds_on: NaiveDate,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    administer(actor)?;
    let mut wrong = unfit(tx, terms)?;
    let reason = explained(reason, &mut wrong);
    after_the_last(tx, id, holds_on, "holds_on", &mut wrong)?;
    if !wrong.is_empty() {
        return Err(CaseworkError::Invalid(wrong));
    }
    programmes::change(tx, id, terms, holds_on, &reason, actor.user, now)?;
    let object = format!("programme {}", id.0);
    Ok(note(tx, actor.user, AuditAction::ProgrammeChanged, &object, &format!("from={holds_on}"), now)?)
}

/// Ends a programme before its term: from that day on nothing new is begun under it. What was accepted is finished.
///
/// # Errors
/// `NotFound`; `Denied`; `Invalid` at `on` or `reason`.
pub fn end_programme(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: ProgrammeId,
    on: NaiveDate,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    administer(actor)?;
    ended(tx, actor, id, on, reason, now)
}

/// The same, for whoever was let in already.
///
/// # Errors
/// `NotFound`; `Invalid` at `on` or `reason`.
pub(in crate::casework) fn ended(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: ProgrammeId,
    on: NaiveDate,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let mut terms = programmes::find(tx, id, on)?.terms;
    let mut wrong = Vec::new();
    let reason = explained(reason, &mut wrong);
    after_the_last(tx, id, on, "on", &mut wrong)?;
    if terms.from_on.is_some_and(|from| on <= from) {
        wrong.push(("on".to_owned(), "시작하는 날보다 뒤의 날을 적어 주세요.".to_owned()));
    }
    if terms.until_on.is_some_and(|until| until <= on) {
        wrong.push(("on".to_owned(), "이 사업은 그날이면 이미 끝납니다.".to_owned()));
    }
    if !wrong.is_empty() {
        return Err(CaseworkError::Invalid(wrong));
    }
    terms.until_on = Some(on);
    programmes::change(tx, id, &terms, on, &reason, actor.user, now)?;
    let object = format!("programme {}", id.0);
    Ok(note(tx, actor.user, AuditAction::ProgrammeEnded, &object, &format!("on={on}"), now)?)
}

fn explained(reason: &str, wrong: &mut Vec<(String, String)>) -> String {
    let reason = text::free(reason, 200).map_err(|why| wrong.push(("reason".to_owned(), why)));
    let reason = reason.unwrap_or_default();
    if reason.is_empty() && wrong.iter().all(|(name, _)| name != "reason") {
        wrong.push(("reason".to_owned(), "바꾸는 까닭을 적어 주세요.".to_owned()));
    }
    reason
}

/// History is not rewritten: a change holds from the day of the last one at the earliest.
fn after_the_last(
    rx: &mut Rx<'_>,
    id: ProgrammeId,
    day: NaiveDate,
    field: &str,
    wrong: &mut Vec<(String, String)>,
) -> Result<(), CaseworkError> {
    let last = programmes::history(rx, id)?.into_iter().next();
    let last = last.ok_or(crate::store::StoreError::NotFound)?.holds_on;
    if day < last {
        let why = format!("앞서 바꾼 날({})보다 앞선 날은 적을 수 없습니다.", seoul::dotted(last));
        wrong.push((field.to_owned(), why));
    }
    Ok(())
}
