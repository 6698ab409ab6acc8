//! A mediator answers the offer of a case by the link in the mail: once, without a login, and without seeing the parties.
use super::CaseworkError;
use super::step::{Taking, take_step};
use crate::domain::case::{Case, Offer, Refused};
use crate::domain::codes::{DeclineReason, LinkPurpose, Method, OfferState, Role};
use crate::domain::ids::UserId;
use crate::domain::permission::{Actor, Guest};
use crate::domain::step::{Step, StepCode};
use crate::store::links::Link;
use crate::store::{Rx, StoreError, Tx, bodies, cases, complexes, links, users};
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
    /// Somebody else was asked, or has the case, in this mediator's place.
    pub others: bool,
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
    let actor = Actor::guest(Guest::Mediator(id, mediator));
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
    let holder = bodies::to_ask(rx, &[case.holder, case.bodies.ngo])?;
    let other = |o: &&Offer| o.mediator != mediator && o.sent_at >= offer.sent_at;
    let taken = |o: &Offer| matches!(o.state, OfferState::Pending | OfferState::Accepted);
    let others = case.offers.iter().filter(other).any(taken);
    Ok(Asked { link, case, offer, mediator, complex, dong, holder, others })
}

/// What can be taken back, and until when: an acceptance by whoever is still in charge, a decline while nobody else was asked.
#[must_use]
pub fn can_take_back(asked: &Asked, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let until = asked.offer.take_back_until().filter(|until| now < *until)?;
    let stands = match asked.offer.state {
        OfferState::Accepted => asked.case.is_in_charge(asked.mediator, Role::Mediator),
        OfferState::Declined => {
            now < asked.offer.answer_by && asked.case.admits_now(StepCode::ReconsiderOffer).is_ok()
        }
        _ => false,
    };
    let until =
        if asked.offer.state == OfferState::Declined { until.min(asked.offer.answer_by) } else { until };
    (stands && asked.link.revoked_at.is_none() && asked.case.is_open()).then_some(until)
}

/// Takes an answer back within a day of it: whoever accepted lays the case down, whoever declined is asked again.
///
/// # Errors
/// `Refused` when it is too late, or somebody else was asked.
pub fn take_back(tx: &mut Tx<'_>, token: &str, now: DateTime<Utc>) -> Result<(), CaseworkError> {
    let asked = open(tx, token)?;
    if can_take_back(&asked, now).is_none() {
        let sentence = "이 답은 이제 이 화면에서 되돌릴 수 없습니다. 담당 기관에 전화해 주세요.".to_owned();
        return Err(Refused { code: "too_late_to_take_back", sentence }.into());
    }
    let (actor, step) = if asked.offer.state == OfferState::Accepted {
        let reason = "하루 안에 수락을 되돌림".to_owned();
        let step = Step::Resign { person: asked.mediator, reason, handover: String::new() };
        (users::actor(tx, asked.mediator, now)?, step)
    } else {
        links::reopen(tx, asked.link.id)?;
        let actor = Actor::guest(Guest::Mediator(asked.case.id, asked.mediator));
        (actor, Step::ReconsiderOffer { offer: asked.offer.seq })
    };
    take_step(tx, &actor, &asked.case.number, Taking::from(step), now)?;
    Ok(())
}

impl Asked {
    /// What somebody who takes the case declares by it, in the words that stand on the page and in the record.
    #[must_use]
    pub fn declaration(&self) -> String {
        let place = format!("{} {}", self.dong, self.complex);
        let place = if place.trim().is_empty() { "이 단지" } else { place.trim() };
        format!("{place}의 두 집과 이해관계가 없습니다.")
    }
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
        OfferAnswer::Accept => ("accept", Step::AcceptOffer { offer, method, declared: asked.declaration() }),
        OfferAnswer::Decline { reason, note } => ("decline", Step::DeclineOffer { offer, reason, note }),
    };
    links::answer(tx, asked.link.id, remembered, now)?;
    let actor = Actor::guest(Guest::Mediator(asked.case.id, asked.mediator));
    take_step(tx, &actor, &asked.case.number, Taking::from(step), now)?;
    Ok(())
}
