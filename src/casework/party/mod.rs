//! What the people in a case do themselves, by the link they were given: answer the letter, withdraw, confirm, sign, answer a
//! proposal, dates or a follow-up, open their own data. One link carries one decision.
mod code;
mod decision;
mod door;
mod letter;
mod receipt;

pub(super) use code::mail_code;
pub use code::{desk_code, redeem, send_code};
pub use decision::{Decision, asked, decide, due, surveyed};
pub use door::{Disclosed, Door, PARTY_LINKS, door};
pub use letter::{LetterAnswer, answer_letter, letter_by_code};
pub use receipt::{ask_right, comment, confirm, consent, leave, provide, reissue, withdraw};

use super::CaseworkError;
use crate::domain::case::{Case, Refused};
use crate::domain::codes::{LinkPurpose, Side};
use crate::domain::permission::{Actor, Guest};
use crate::domain::step::Seq;
use crate::store::links::Link;
use crate::store::parties::Details;
use crate::store::{Rx, StoreError, cases, links, parties};
use chrono::{DateTime, Utc};

/// A party at the door of their case: the link, the case and their side.
#[derive(Debug, Clone)]
pub struct Visit {
    pub link: Link,
    pub case: Case,
    pub side: Side,
}

impl Visit {
    fn actor(&self) -> Actor {
        Actor::guest(Guest::Party(self.case.id, self.side))
    }

    /// The thing that the link is about.
    fn about(&self) -> Result<Seq, CaseworkError> {
        self.link.seq.ok_or(CaseworkError::Store(StoreError::NotFound))
    }
}

/// Opens a party's link of one of these purposes. A link that has been used still opens: it shows what was answered.
///
/// # Errors
/// `NotFound` for a token that is not ours or of another purpose, `Gone` when it was revoked or its time is over.
pub fn visit(
    rx: &mut Rx<'_>,
    token: &str,
    purposes: &[LinkPurpose],
    now: DateTime<Utc>,
) -> Result<Visit, CaseworkError> {
    let link = links::by_token(rx, token)?;
    let (Some(id), Some(side)) = (link.case_id, link.side) else { return Err(StoreError::NotFound.into()) };
    if !purposes.contains(&link.purpose) {
        return Err(StoreError::NotFound.into());
    }
    if !link.is_live(now) {
        return Err(gone().into());
    }
    let actor = Actor::guest(Guest::Party(id, side));
    let case = cases::find_id(rx, &actor.scope(), id)?;
    Ok(Visit { link, case, side })
}

/// The code of a link that has ended.
pub const GONE: &str = "link_gone";

pub(super) fn gone() -> Refused {
    Refused {
        code: GONE,
        sentence: "이 링크는 기한이 지났거나 새 링크로 바뀌었습니다. 전화로 물어 주세요.".to_owned(),
    }
}

/// Why a decision was not taken, where that is about the party's own side and not the other one: what they are told of it.
#[must_use]
pub fn told_of_own_side(refused: &Refused) -> Option<&'static str> {
    match refused.code {
        "others_consent" => Some(
            "함께하는 분들 모두의 서면 동의가 모여야 정할 수 있습니다. 맡은 곳에 전화해 동의를 어떻게 내는지 물어 주세요.",
        ),
        "no_authority" => Some(
            "위임장으로 맡긴 일이 아니어서 대리인이 대신할 수 없습니다. 본인이 직접 답하거나 맡은 곳에 전화해 주세요.",
        ),
        "not_representative" => Some(
            "함께하는 분 가운데 대표자로 정한 분만 할 수 있습니다. 맡은 곳에 전화해 대표자를 먼저 정해 주세요.",
        ),
        crate::casework::agreement::CHANGED => {
            Some("그사이에 합의서의 내용이 바뀌었습니다. 새 내용을 읽고 다시 보내 주세요.")
        }
        "no_agreement" => {
            Some("서명을 기다리는 합의서가 아닙니다. 화면을 새로 열어 지금의 합의서가 있는지 확인해 주세요.")
        }
        "answered" | "signed" => {
            Some("이미 다른 방법으로 답하셨습니다. 바꾸고 싶으시면 맡은 곳에 전화해 주세요.")
        }
        "question_over" => Some("이제 여쭙지 않는 물음입니다. 하실 일은 없습니다."),
        "comments_many" => Some("의견을 이미 많이 보내셨습니다. 조정인이나 맡은 곳에 전화해 주세요."),
        "no_person" => Some("이 일에서 빠진 분입니다. 화면을 새로 고친 뒤 다시 골라 주세요."),
        _ => None,
    }
}

/// What a party told of itself.
///
/// # Errors
/// Database errors.
pub fn own(rx: &mut Rx<'_>, visit: &Visit) -> Result<Details, StoreError> {
    Ok(parties::of_side(rx, visit.case.id, visit.side)?.map(|p| p.details).unwrap_or_default())
}
