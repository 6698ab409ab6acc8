//! Cross-complaints that are dealt with together: what is done in the one is written into the other, in the same transaction.
use super::step::{Taking, take_step};
use super::{CaseworkError, charge};
use crate::domain::case::{Case, Event, Refused, Rewrite, Shared, rewritten};
use crate::domain::codes::{LinkKind, Visibility};
use crate::domain::permission::Actor;
use crate::domain::step::Step;
use crate::store::{Tx, case_links, cases, events};
use chrono::{DateTime, Utc};

/// Checks that the other case is a cross-complaint which the same desk has, with both sides' consents of its own.
pub(super) fn check(
    tx: &mut Tx<'_>,
    actor: &Actor,
    before: &Case,
    other: &str,
    now: DateTime<Utc>,
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
    if charge::is_kept_from(tx, before, &found)? || charge::is_kept_from(tx, &found, before)? {
        return Err(wrong("한 사건의 담당위원이 다른 사건에서 물러난 위원입니다. 담당을 먼저 바꿔 주세요."));
    }
    if found.together.is_some() {
        return Err(wrong("그 사건에서 이미 함께 다루고 있습니다. 그 사건에 이어 적어 주세요."));
    }
    if !found.unsafe_plans(before, now).is_empty() || !before.unsafe_plans(&found, now).is_empty() {
        return Err(wrong(
            "두 사건 가운데 한쪽에 잡은 조정회의가 다른 쪽의 안전 확인이나 보호조치와 맞지 않습니다. 그 회의를 옮기거나 취소한 뒤 함께 다루어 주세요.",
        ));
    }
    if !found.history.consents() || !before.history.consents() {
        return Err(wrong("두 사건 모두에 양쪽의 참여 동의가 있어야 합니다. 동의를 먼저 받아 적어 주세요."));
    }
    Ok(found)
}

/// Asks the cross-complaint whether its safety and its orders let this be done for both.
///
/// # Errors
/// `Refused` by that one; database errors.
pub(super) fn spared(
    tx: &mut Tx<'_>,
    before: &Case,
    step: &Step,
    at: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    match cases::twin(tx, before)? {
        Some(twin) => Ok(twin.spares(before, step, at)?),
        None => Ok(()),
    }
}

/// Writes what has just been done into the cross-complaint. Where that one cannot take it any more (a consent was taken back, its
/// safety holds it) it stays open as a case of its own, says so, and its desk has its duties as before.
pub(super) fn follow(
    tx: &mut Tx<'_>,
    before: &Case,
    after: &Case,
    event: &Event,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    match after.shared(before, event) {
        Some(shared) => write(tx, before, shared, now),
        None => Ok(()),
    }
}

fn write(tx: &mut Tx<'_>, lead: &Case, shared: Shared, now: DateTime<Utc>) -> Result<(), CaseworkError> {
    let Shared { twin, at, step, .. } = shared;
    let what = step.code().label();
    // A case that has ended by itself need not be let go.
    let lets_go = matches!(step, Step::Follow { apart: true, .. });
    let taking = Taking { at: Some(at), ..Taking::from(step) };
    let why = match take_step(tx, &Actor::clock(), &twin, taking, now) {
        Ok(_) => return Ok(()),
        Err(CaseworkError::Refused(_)) if lets_go => return Ok(()),
        Err(CaseworkError::Refused(refused)) => refused.sentence,
        Err(CaseworkError::Invalid(fields)) => fields.first().map(|f| f.1.clone()).unwrap_or_default(),
        Err(CaseworkError::Denied) => String::new(),
        Err(e) => return Err(e),
    };
    let day = crate::domain::seoul::day(at).format("%Y년 %-m월 %-d일");
    let text = format!(
        "맞신고 {}에 {day}의 '{what}'을(를) 적었으나 이 사건에는 함께 적지 않았습니다. 두 사건의 기록이 여기에서 다릅니다. {why}",
        lead.number
    );
    let note = Step::Note { text, visibility: Visibility::Staff };
    take_step(tx, &Actor::clock(), &twin, note.into(), now)?;
    Ok(())
}

/// What the case shares so far, where this line rewrites its history (a 정정, a late entry) and it ever was dealt with together
/// with another; nothing else needs to be compared.
///
/// # Errors
/// As `events::of_case`.
pub(super) fn rewriting(
    tx: &mut Tx<'_>,
    before: &Case,
    event: &Event,
) -> Result<Option<Vec<Shared>>, CaseworkError> {
    if !event.late && !matches!(event.step, Step::Correct { .. }) {
        return Ok(None);
    }
    let lines = events::of_case(tx, before.id)?;
    let joins = |e: &Event| matches!(e.step, Step::Together { .. });
    if !lines.iter().any(joins) && !joins(event) {
        return Ok(None);
    }
    Ok(Some(Case::all_shared(cases::blank(tx, before.id)?, &lines)))
}

/// A rewritten history reaches the cross-complaint too: what was struck out here is struck out there, what was moved is moved.
/// One meeting cannot have been held in the one and not in the other: where the other's later lines rest on it, neither changes.
///
/// # Errors
/// `Refused` where the cross-complaint cannot follow, and what to do first.
pub(super) fn follow_rewritten(
    tx: &mut Tx<'_>,
    lead: &Case,
    event: &Event,
    shared: &[Shared],
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let lines = events::of_case(tx, lead.id)?;
    let now_shared = Case::all_shared(cases::blank(tx, lead.id)?, &lines);
    for rewrite in rewritten(shared, &now_shared) {
        match rewrite {
            Rewrite::New(one) => write(tx, lead, one, now)?,
            Rewrite::Struck(one) => {
                correct(tx, lead, event, &one, None, now)?;
            }
            Rewrite::Moved(one) => {
                let to = Some(one.at);
                if !correct(tx, lead, event, &one, to, now)? {
                    write(tx, lead, one, now)?;
                }
            }
        }
    }
    Ok(())
}

/// Strikes out or moves the line that follows this one in the cross-complaint; whether it has one.
fn correct(
    tx: &mut Tx<'_>,
    lead: &Case,
    event: &Event,
    one: &Shared,
    moved_to: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<bool, CaseworkError> {
    let id = cases::id_of(tx, &one.twin)?;
    let line = events::of_case(tx, id)?.into_iter().find(|e| !e.voided && e.step == one.step);
    let Some(line) = line else { return Ok(false) };
    let (number, seq) = (&lead.number, event.seq);
    let reason = format!("맞신고 {number}의 기록 {seq}번에서 고친 것을 따름");
    let step = Step::Correct { line: line.seq, moved_to, void: moved_to.is_none(), reason };
    let refused = |sentence: String| {
        let sentence = format!(
            "맞신고 {}에도 적힌 기록인데 그 사건에서는 이렇게 고칠 수 없습니다. {sentence} 그 사건의 뒤 기록을 먼저 정정해 주세요.",
            one.twin
        );
        CaseworkError::from(Refused { code: "twin_differs", sentence })
    };
    match take_step(tx, &Actor::clock(), &one.twin, step.into(), now) {
        Ok(_) => {}
        Err(CaseworkError::Refused(why)) => return Err(refused(why.sentence)),
        Err(CaseworkError::Invalid(fields)) => {
            return Err(refused(fields.first().map(|f| f.1.clone()).unwrap_or_default()));
        }
        Err(e) => return Err(e),
    }
    if moved_to.is_none() && matches!(line.step, Step::Conclude { .. }) {
        case_links::remove(tx, id, LinkKind::OneAgreement)?;
    }
    Ok(true)
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
