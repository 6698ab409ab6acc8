//! A mediator answers the offer of a case by the link in the mail: once, without a login, and without seeing the parties.
use super::CaseworkError;
use super::step::{Taking, take_step};
use crate::domain::case::{Case, Offer, Refused};
use crate::domain::codes::{DeclineReason, LinkPurpose, Method, OfferState};
use crate::domain::ids::UserId;
use crate::domain::permission::Actor;
use crate::domain::step::Step;
use crate::store::links::Link;
use crate::store::{Rx, StoreError, Tx, bodies, cases, complexes, links};
use chrono::{DateTime, Utc};

/// What the page of an offer is made of. The 단지 is named here, not in the mail, so that "이해관계 없음" can be declared honestly.
#[derive(Debug, Clone)]
pub struct Asked {
    pub link: Link,
    pub case: Case,
    pub offer: Offer,
    pub mediator: UserId,
    pub complex: String,
    pub dong: String,
    /// The body that asks: name and telephone.
    pub holder: Option<(String, String)>,
}

impl Asked {
    /// Whether an answer is still taken at `now`.
    #[must_use]
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.offer.state == OfferState::Pending && self.link.is_live(now) && now < self.offer.answer_by
    }
}

/// Reads the offer behind a token; also when it is over, so that the page can say so.
///
/// # Errors
/// `NotFound` for a token that is not ours or of another purpose.
pub fn open(rx: &mut Rx<'_>, token: &str) -> Result<Asked, CaseworkError> {
    let link = links::by_token(rx, token)?;
    let (Some(id), Some(mediator), Some(seq), LinkPurpose::Offer) =
        (link.case_id, link.user_id, link.seq, link.purpose)
    else {
        return Err(StoreError::NotFound.into());
    };
    let actor = Actor { offered: Some((id, mediator)), ..Actor::default() };
    let case = cases::find_id(rx, &actor.scope(), id)?;
    let offer = case.offer(seq).cloned().ok_or(StoreError::NotFound)?;
    let complex = match (case.intake.complex, &case.intake.complex_typed) {
        (Some(id), _) => complexes::find(rx, id)?.name,
        (None, typed) => typed.clone().unwrap_or_default(),
    };
    let dong = match &case.intake.dong_code {
        Some(code) => bodies::dong_name(rx, code)?.unwrap_or_default(),
        None => String::new(),
    };
    let holder = case.holder.map(|b| bodies::find(rx, b)).transpose()?.map(|b| (b.name, b.phone));
    Ok(Asked { link, case, offer, mediator, complex, dong, holder })
}

/// The mediator's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfferAnswer {
    /// Takes the case and declares to have no stake in it.
    Accept,
    Decline {
        reason: DeclineReason,
        note: String,
    },
}

/// Takes the mediator's answer, once.
///
/// # Errors
/// `Conflict` when the link was used already, `Refused` when the offer is over.
pub fn answer(
    tx: &mut Tx<'_>,
    token: &str,
    answer: OfferAnswer,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let asked = open(tx, token)?;
    if !asked.is_open(now) {
        let sentence = "이 요청은 이미 끝났습니다. 궁금하시면 요청한 곳에 전화해 주세요.".to_owned();
        return Err(Refused { code: "offer_over", sentence }.into());
    }
    let (offer, method) = (asked.offer.seq, Method::Link);
    let (remembered, step) = match answer {
        OfferAnswer::Accept => ("accept", Step::AcceptOffer { offer, method }),
        OfferAnswer::Decline { reason, note } => ("decline", Step::DeclineOffer { offer, reason, note }),
    };
    links::answer(tx, asked.link.id, remembered, now)?;
    let actor = Actor { offered: Some((asked.case.id, asked.mediator)), ..Actor::default() };
    take_step(tx, &actor, &asked.case.number, Taking::from(step), now)?;
    Ok(())
}
