//! 단지 with their dated facts.
use super::{SAME_DAY, on_conflict, ward_of};
use crate::casework::CaseworkError;
use crate::casework::account::note;
use crate::casework::account::people::administer;
use crate::domain::codes::{AuditAction, CommitteeKind, Permit, Tenure};
use crate::domain::ids::{ComplexId, ProgrammeId};
use crate::domain::permission::Actor;
use crate::domain::{seoul, text};
use crate::store::complexes::{self, Facts, NewComplex, Obligation};
use crate::store::{StoreError, Tx, bodies};
use chrono::{DateTime, NaiveDate, Utc};

/// A new 단지 as the operator types it.
#[derive(Debug, Clone)]
pub struct ComplexForm {
    pub code: String,
    pub name: String,
    pub households: Option<i64>,
    pub approved_on: Option<NaiveDate>,
    pub permit: Option<Permit>,
    pub tenure: Tenure,
    pub dong_code: String,
    pub programme: Option<ProgrammeId>,
}

/// Adds a 단지.
///
/// # Errors
/// `Denied`; `Invalid`.
pub fn add_complex(
    tx: &mut Tx<'_>,
    actor: &Actor,
    form: &ComplexForm,
    now: DateTime<Utc>,
) -> Result<ComplexId, CaseworkError> {
    administer(actor)?;
    let mut wrong = Vec::new();
    let mut need = |fine: bool, field: &str, why: &str| {
        if !fine {
            wrong.push((field.to_owned(), why.to_owned()));
        }
    };
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let code = form.code.trim();
    let (named, households) = (form.name.trim(), form.households.unwrap_or(0));
    let code_fits = (1..=40).contains(&code.len()) && code.chars().all(fits);
    need(code_fits, "code", "단지 코드를 영문자와 숫자로 적어 주세요. 예: K-apt 코드 A12345678");
    need((1..=80).contains(&named.chars().count()), "name", "단지 이름을 80자 안으로 적어 주세요.");
    need((1..=50_000).contains(&households), "households", "세대수를 숫자로 적어 주세요.");
    need(bodies::dong_name(tx, &form.dong_code)?.is_some(), "dong", "행정동을 골라 주세요.");
    if !wrong.is_empty() {
        return Err(CaseworkError::Invalid(wrong));
    }
    let facts = Facts {
        dong_code: form.dong_code.clone(),
        committee: CommitteeKind::None,
        programme_id: form.programme,
    };
    let new = NewComplex {
        code: code.to_owned(),
        name: named.to_owned(),
        households,
        approved_on: form.approved_on,
        permit: form.permit,
        tenure: form.tenure,
        facts,
    };
    match complexes::by_code(tx, code) {
        Err(StoreError::NotFound) => {}
        Ok(_) => return Err(CaseworkError::field("code", "이미 있는 단지 코드입니다.")),
        Err(e) => return Err(e.into()),
    }
    let id = complexes::add(tx, &new, now)?;
    note(tx, actor.user, AuditAction::ComplexAdded, &format!("complex {}", id.0), "", now)?;
    Ok(id)
}

/// New facts of a 단지 from a day on; what held before stays on record.
///
/// # Errors
/// `Denied`; `Invalid` at `dong` or `from`.
pub fn set_facts(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: ComplexId,
    facts: &Facts,
    from: NaiveDate,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    administer(actor)?;
    complexes::find(tx, id)?;
    complexes::lock(tx, id)?;
    ward_of(tx, &facts.dong_code)?;
    complexes::set_facts(tx, id, facts, seoul::midnight(from))
        .map_err(|e| on_conflict(e, "from", SAME_DAY))?;
    let object = format!("complex {}", id.0);
    Ok(note(tx, actor.user, AuditAction::ComplexFacts, &object, &format!("from={from}"), now)?)
}

/// Says from a day on whether a 단지 must have a committee, against the decree's threshold (its 관리규약 may ask for one below
/// it, or the 구 may have found that it does not apply). What held before stays on record.
///
/// # Errors
/// `Denied`; `Invalid` at `from` or `reason`.
pub fn oblige(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: ComplexId,
    obligation: &Obligation,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    administer(actor)?;
    complexes::find(tx, id)?;
    let reason = text::free(&obligation.reason, 200).unwrap_or_default();
    if reason.is_empty() {
        return Err(CaseworkError::field("reason", "까닭을 200자 안으로 적어 주세요. 예: 관리규약 제50조"));
    }
    let kept = Obligation { reason, ..obligation.clone() };
    complexes::oblige(tx, id, &kept, actor.user, now).map_err(|e| on_conflict(e, "from", SAME_DAY))?;
    let (object, detail) = (format!("complex {}", id.0), format!("obligation from={}", obligation.from));
    Ok(note(tx, actor.user, AuditAction::ComplexFacts, &object, &detail, now)?)
}
