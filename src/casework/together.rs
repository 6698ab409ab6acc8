//! Cross-complaints that are dealt with together: what is done in the one is written into the other, in the same transaction.
use super::CaseworkError;
use super::step::{Taking, take_step};
use crate::domain::case::{Case, Event};
use crate::domain::codes::LinkKind;
use crate::domain::permission::Actor;
use crate::domain::step::Step;
use crate::store::{Tx, case_links, cases};
use chrono::{DateTime, Utc};

/// Checks that the other case is a cross-complaint which the same desk has, with both sides' consents of its own.
pub(super) fn check(
    tx: &mut Tx<'_>,
    actor: &Actor,
    before: &Case,
    other: &str,
) -> Result<Case, CaseworkError> {
    let wrong = |sentence| CaseworkError::field("other", sentence);
    let tied = case_links::of_case(tx, before.id)?;
    if !tied.iter().any(|(number, kind)| number == other && *kind == LinkKind::Cross) {
        return Err(wrong("맞신고로 이어진 사건의 접수번호가 아닙니다. 사건 요약에서 번호를 확인해 주세요."));
    }
    let found = cases::find(tx, &actor.scope(), other);
    let found = found.map_err(|_e| wrong("맡고 있는 사건 가운데 그런 접수번호가 없습니다."))?;
    if !found.is_open() {
        return Err(wrong("이미 마친 사건입니다. 이 사건만 조정해 주세요."));
    }
    if found.holder != before.holder {
        return Err(wrong("같은 곳이 맡은 사건끼리만 함께 다룰 수 있습니다. 먼저 한곳에서 맡아 주세요."));
    }
    if found.together.is_some() {
        return Err(wrong("그 사건에서 이미 함께 다루고 있습니다. 그 사건에 이어 적어 주세요."));
    }
    if !found.history.consents() || !before.history.consents() {
        return Err(wrong("두 사건 모두에 양쪽의 참여 동의가 있어야 합니다. 동의를 먼저 받아 적어 주세요."));
    }
    Ok(found)
}

/// Notes in the other case that it is dealt with here.
pub(super) fn note(
    tx: &mut Tx<'_>,
    actor: &Actor,
    case: &Case,
    other: &str,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let link = Step::Link { other: case.number.clone(), kind: LinkKind::Cross };
    take_step(tx, actor, other, Taking::from(link), now)?;
    Ok(())
}

/// Writes what has just been done into the cross-complaint. Where that one cannot take it any more (a consent was taken back, its
/// safety holds it) it stays open as a case of its own, and its desk has its duties as before.
pub(super) fn follow(
    tx: &mut Tx<'_>,
    before: &Case,
    after: &Case,
    event: &Event,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let (Some(number), Some(step)) = (&before.together, after.shared(before, &event.step)) else {
        return Ok(());
    };
    let taking = Taking { at: Some(event.at), ..Taking::from(step) };
    match take_step(tx, &Actor::clock(), number, taking, now) {
        Ok(_) | Err(CaseworkError::Refused(_) | CaseworkError::Invalid(_) | CaseworkError::Denied) => Ok(()),
        Err(e) => Err(e),
    }
}

/// The two are tied by their one paper, which stands in the first.
pub(super) fn tie(
    tx: &mut Tx<'_>,
    case: &Case,
    first: &str,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let first = cases::id_of(tx, first)?;
    Ok(case_links::add(tx, first, case.id, LinkKind::OneAgreement, now)?)
}
