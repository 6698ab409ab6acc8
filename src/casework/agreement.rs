//! What an agreement is signed by: the name as typed, and the text that was read.
use super::step::{Taken, Taking, take_step};
use super::{CaseworkError, keeping};
use crate::domain::case::{Agreement, Case, Gap, Refused};
use crate::domain::codes::{Method, PersonKind, Side};
use crate::domain::permission::Actor;
use crate::domain::step::{Seq, Step};
use crate::domain::text;
use crate::store::{StoreError, Tx, cases, parties};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

/// The code of the refusal when another text than the one that was read waits for signatures.
pub const CHANGED: &str = "version_changed";

/// Why what was said of an agreement's text is not taken: it is not the text that was read.
#[must_use]
pub fn changed() -> Refused {
    let sentence = "그사이에 합의서의 내용이 바뀌었습니다. 새 내용을 읽고 다시 보내 주세요.".to_owned();
    Refused { code: CHANGED, sentence }
}

/// The version of an agreement's text: SHA-256 over its canonical form, 64 hexadecimal digits.
#[must_use]
pub fn fingerprint(agreement: &Agreement) -> String {
    let hash = Sha256::digest(agreement.canonical().as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A version as people compare it, on the page and on paper: `3f0a-91cc-27de`.
#[must_use]
pub fn short(version: &str) -> String {
    let digits: Vec<char> = version.chars().take(12).collect();
    digits.chunks(4).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// Fills in the text that a signature is about, and sees to it that a follow-up is answered promise by promise.
///
/// # Errors
/// `version_changed` where the text that was read is not the one that would be signed.
pub fn completed(case: &Case, step: Step) -> Result<Step, CaseworkError> {
    match step {
        Step::Sign { agreement, side, method, by, version } => {
            let text = case.agreements.iter().find(|a| a.seq == agreement).map(fingerprint);
            let Some(text) = text else {
                return Ok(Step::Sign { agreement, side, method, by, version });
            };
            if !version.is_empty() && version != text {
                return Err(changed().into());
            }
            Ok(Step::Sign { agreement, side, method, by, version: text })
        }
        Step::FollowUp { ref terms, result, .. } => {
            let given: Vec<_> = terms.iter().copied().map(Some).collect();
            match case.reckoned(result, &given).map_err(|gaps| gaps.first().copied()) {
                Err(Some(gap)) if gap != Gap::Nothing => {
                    let at = if gap == Gap::Whole { "result" } else { "terms" };
                    Err(CaseworkError::field(at, gap.sentence()))
                }
                // An answer that says nothing is refused by the case.
                _ => Ok(step),
            }
        }
        other => Ok(other),
    }
}

/// A side signs at a meeting, on the device of whoever leads it: the person present typed their name under the text of `version`.
///
/// # Errors
/// As `take_step` and `signer`; `version_changed`.
pub fn sign_here(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: &str,
    (agreement, side): (Seq, Side),
    (name, version): (&str, &str),
    now: DateTime<Utc>,
) -> Result<Taken, CaseworkError> {
    let case = cases::find(tx, &actor.scope(), number)?;
    if !case.agreements.iter().any(|a| a.seq == agreement) {
        return Err(StoreError::NotFound.into());
    }
    if version.is_empty() {
        return Err(CaseworkError::field("version", "읽은 합의서의 판을 함께 보내 주세요."));
    }
    let by = signer(tx, &case, side, name, now)?;
    let step = Step::Sign { agreement, side, method: Method::Tablet, by, version: version.to_owned() };
    take_step(tx, actor, number, Taking::from(step), now)
}

/// Whose name stands under an agreement, spaces aside: the party's own (None), or that of somebody who acts for the side. Whether
/// they may is asked of the case. A party whose name nobody knew is known by the one they signed with from now on: what they typed
/// is kept nowhere else, and a signature without a name would prove nothing.
///
/// # Errors
/// At `name`, what is wrong with it.
pub fn signer(
    tx: &mut Tx<'_>,
    case: &Case,
    side: Side,
    name: &str,
    now: DateTime<Utc>,
) -> Result<Option<Seq>, CaseworkError> {
    let plain = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let mut own = parties::of_side(tx, case.id, side)?.map(|p| p.details).unwrap_or_default();
    let known = own.name.clone();
    let name = &text::name(name).map_err(|why| CaseworkError::field("name", why))?;
    if plain(&known) == plain(name) {
        return Ok(None);
    }
    let acts = |kind: Option<PersonKind>| matches!(kind, Some(PersonKind::Joint | PersonKind::Proxy));
    let beside = parties::of_case(tx, case.id)?;
    let mut beside = beside.into_iter().filter(|p| p.side == side && acts(p.kind));
    match beside.find(|p| plain(&p.details.name) == plain(name)) {
        Some(person) => Ok(person.seq),
        None if known.is_empty() => {
            own.name.clone_from(name);
            keeping::keep(tx, case, side, &own, now)?;
            Ok(None)
        }
        None => Err(CaseworkError::field(
            "name",
            "접수된 이름과 다릅니다. 다시 확인해 주세요. 이름이 잘못 적혀 있으면 전화해 주세요.",
        )),
    }
}
