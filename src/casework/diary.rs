//! 소음일지: noted by the applicant at their link, in seconds, or copied from their paper at a desk; read as their evidence is.
use super::party::visit;
use super::{CaseworkError, open};
use crate::domain::case::{Case, Refused};
use crate::domain::codes::{LinkPurpose, Side};
use crate::domain::diary::{A_DAY_MAX, ENTRIES_MAX, Heard};
use crate::domain::permission::{Actor, Guest};
use crate::store::diary::{self, Entry};
use crate::store::{Rx, StoreError, Tx, cases, parties, unlock};
use chrono::{DateTime, Duration, Utc};

/// The applicant at their own link.
pub struct AtLink {
    pub actor: Actor,
    pub case: Case,
    /// A ten-minute code has it open in this browser: what was noted can be read.
    pub reads: bool,
}

/// Who stands at the applicant's own link.
///
/// # Errors
/// `NotFound` for a token that is not ours or not the applicant's; `link_gone`.
pub fn at_link(
    rx: &mut Rx<'_>,
    token: &str,
    browser: &str,
    now: DateTime<Utc>,
) -> Result<AtLink, CaseworkError> {
    let visit = visit(rx, token, &[LinkPurpose::Receipt], now)?;
    if visit.side != Side::Applicant {
        return Err(StoreError::NotFound.into());
    }
    let reads = unlock::open_until(rx, visit.link.id, browser, now)?.is_some();
    let actor = Actor::guest(Guest::Party(visit.case.id, visit.side));
    Ok(AtLink { actor, case: visit.case, reads })
}

/// The case, for somebody who may write its diary.
///
/// # Errors
/// `NotFound` for everybody else; `Refused` for the applicant once the case is closed.
pub fn writing(rx: &mut Rx<'_>, actor: &Actor, number: &str) -> Result<Case, CaseworkError> {
    let case = cases::find(rx, &actor.scope(), number)?;
    open::pledged(actor, &case)?;
    if actor.hands_in(Side::Applicant, &case).is_some() {
        return Ok(case);
    }
    if actor.is_party(Side::Applicant, &case) {
        let sentence = "사건이 끝나 소음일지에 더 적을 수 없습니다.".to_owned();
        return Err(Refused { code: "diary_closed", sentence }.into());
    }
    Err(StoreError::NotFound.into())
}

/// The same once nobody else changes the case: it may have been closed while this one waited.
fn locked(tx: &mut Tx<'_>, actor: &Actor, number: &str) -> Result<Case, CaseworkError> {
    let case = writing(tx, actor, number)?;
    cases::lock(tx, case.id)?;
    writing(tx, actor, number)
}

/// Notes something heard. The same is noted once, however often it is sent.
///
/// # Errors
/// As [`writing`]; `Invalid` where the same kind was noted for that minute otherwise, there are too many, or what is known of the applicant was destroyed.
pub fn note(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: &str,
    heard: &Heard,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let case = locked(tx, actor, number)?;
    if parties::of_side(tx, case.id, Side::Applicant)?.is_some_and(|party| party.destroyed) {
        return Err(CaseworkError::field(
            "",
            "보관 기간이 끝나 신청인의 정보를 파기했습니다. 더 적을 수 없습니다.",
        ));
    }
    if let Some(there) = diary::same(tx, case.id, heard)? {
        if there == *heard {
            return Ok(());
        }
        let why =
            "같은 때의 같은 소리를 이미 적었습니다. 시각을 바꾸거나, 앞의 것을 지우고 다시 적어 주세요.";
        return Err(CaseworkError::field("at", why));
    }
    let hat = actor.hands_in(Side::Applicant, &case).map_or("", |hat| hat.code());
    let (all, today) = diary::count(tx, case.id, (hat, now - Duration::days(1)))?;
    // By an open link so many a day; a desk copies a month of paper at once.
    let by_link = actor.is_party(Side::Applicant, &case);
    if all >= ENTRIES_MAX || (by_link && today >= A_DAY_MAX) {
        let why = format!(
            "하루에 {A_DAY_MAX}번, 모두 {ENTRIES_MAX}번까지 적을 수 있습니다. 이어지는 소리는 한 번에 길게 적어 주세요."
        );
        return Err(CaseworkError::field("", &why));
    }
    diary::add(tx, case.id, heard, (actor.user, hat), now)?;
    Ok(())
}

/// What was noted, newest first, for who may read it; nothing for anybody else.
///
/// # Errors
/// Database errors.
pub fn list(rx: &mut Rx<'_>, actor: &Actor, case: &Case) -> Result<Vec<Entry>, StoreError> {
    if actor.reads_evidence(Side::Applicant, case) {
        diary::of_case(rx, case.id, ENTRIES_MAX)
    } else {
        Ok(Vec::new())
    }
}

/// Whether this person may strike the entry out: the applicant their own, a desk what its own kind wrote.
#[must_use]
pub fn may_strike(actor: &Actor, case: &Case, entry: &Entry) -> bool {
    actor.takes_back(&entry.by_role, Side::Applicant, case).is_some()
}

/// Strikes an entry out: it is destroyed (개인정보 보호법 §36).
///
/// # Errors
/// As [`writing`]; `NotFound` where there is none, or it is not theirs.
pub fn strike(tx: &mut Tx<'_>, actor: &Actor, (number, id): (&str, i64)) -> Result<(), CaseworkError> {
    let case = locked(tx, actor, number)?;
    let found = list(tx, actor, &case)?.into_iter().find(|entry| entry.id == id);
    let entry = found.filter(|entry| may_strike(actor, &case, entry)).ok_or(StoreError::NotFound)?;
    Ok(diary::strike(tx, case.id, entry.id)?)
}
