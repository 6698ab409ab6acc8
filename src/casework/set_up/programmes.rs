//! Programmes (구 공모사업).
use crate::casework::CaseworkError;
use crate::casework::account::note;
use crate::casework::account::people::administer;
use crate::domain::codes::{AuditAction, BodyKind};
use crate::domain::ids::ProgrammeId;
use crate::domain::permission::Actor;
use crate::store::complexes::{self, Programme};
use crate::store::{Tx, bodies};
use chrono::{DateTime, Utc};

/// Adds a programme (구 공모사업).
///
/// # Errors
/// `Denied`; `Invalid`.
pub fn add_programme(
    tx: &mut Tx<'_>,
    actor: &Actor,
    new: &Programme,
    now: DateTime<Utc>,
) -> Result<ProgrammeId, CaseworkError> {
    administer(actor)?;
    let mut wrong = Vec::new();
    let mut need = |fine: bool, field: &str, why: &str| {
        if !fine {
            wrong.push((field.to_owned(), why.to_owned()));
        }
    };
    need((1..=80).contains(&new.name.chars().count()), "name", "사업 이름을 80자 안으로 적어 주세요.");
    need(
        new.year.is_none_or(|y| (2000..=2100).contains(&y)),
        "year",
        "연도를 네 자리로 적어 주세요. 예: 2026",
    );
    let ngo = new.ngo_id.map(|id| bodies::find(tx, id)).transpose()?;
    need(ngo.is_none_or(|b| b.kind == BodyKind::Ngo), "ngo", "협약 기관을 골라 주세요.");
    let ordered = !matches!((new.from_on, new.until_on), (Some(from), Some(until)) if until <= from);
    need(ordered, "until_on", "끝나는 날을 시작하는 날보다 뒤로 적어 주세요.");
    need(
        matches!(new.basis.as_str(), "consent" | "entrustment"),
        "basis",
        "개인정보를 넘기는 근거를 골라 주세요.",
    );
    need(new.budget_won.is_none_or(|won| won >= 0), "budget_won", "예산을 원 단위 숫자로 적어 주세요.");
    need(new.activities.chars().count() <= 500, "activities", "활동을 500자 안으로 적어 주세요.");
    let taken = complexes::all_programmes(tx)?.iter().any(|p| p.name == new.name);
    need(!taken, "name", "이미 있는 사업 이름입니다. 연도를 붙여 주세요.");
    if !wrong.is_empty() {
        return Err(CaseworkError::Invalid(wrong));
    }
    let id = complexes::add_programme(tx, new, now)?;
    note(tx, actor.user, AuditAction::ProgrammeAdded, &format!("programme {}", id.0), "", now)?;
    Ok(id)
}
