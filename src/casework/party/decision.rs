//! The decisions that carry a link of their own: signature, proposal, dates, follow-up.
use super::{Visit, visit};
use crate::casework::CaseworkError;
use crate::casework::step::{Taking, take_step};
use crate::domain::case::{Asked, Case, Question, Refused};
use crate::domain::codes::{FollowUpResult, LinkPurpose, Method, PersonKind, Relation};
use crate::domain::step::{Seq, Step};
use crate::store::links::{self, Link};
use crate::store::{StoreError, Tx, parties};
use chrono::{DateTime, NaiveDate, Utc};

/// A decision that a link of its own carries.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// Signs the agreement, with the name as typed.
    Sign { name: String },
    /// Answers the proposal.
    Proposal { accept: bool, note: String, by: Option<Seq> },
    /// Says which of the offered moments suit.
    Slots { ok: Vec<DateTime<Utc>> },
    /// Tells how the agreement fares.
    FollowUp { result: FollowUpResult, relation: Option<Relation>, note: String },
}

impl Decision {
    fn purpose(&self) -> LinkPurpose {
        match self {
            Self::Sign { .. } => LinkPurpose::Signature,
            Self::Proposal { .. } => LinkPurpose::Proposal,
            Self::Slots { .. } => LinkPurpose::Slots,
            Self::FollowUp { .. } => LinkPurpose::FollowUp,
        }
    }

    /// What the link remembers, to be shown when it is opened again.
    fn remembered(&self) -> String {
        match self {
            Self::Sign { .. } => "signed".to_owned(),
            Self::Proposal { accept, .. } => if *accept { "accept" } else { "refuse" }.to_owned(),
            Self::Slots { ok } => format!("slots {}", ok.len()),
            Self::FollowUp { result, .. } => result.code().to_owned(),
        }
    }
}

/// Takes the decision of a link, once.
///
/// # Errors
/// `Conflict` when the link was used already, `Refused` when the case does not take it now, `Invalid` for a name that is
/// not the party's.
pub fn decide(
    tx: &mut Tx<'_>,
    token: &str,
    decision: Decision,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let visit = visit(tx, token, &[decision.purpose()], now)?;
    links::answer(tx, visit.link.id, &decision.remembered(), now)?;
    if let Asked::Answered(_) = asked(&visit.case, &visit.link) {
        let sentence = "이미 다른 방법으로 답하셨습니다. 바꾸고 싶으시면 맡은 곳에 전화해 주세요.".to_owned();
        return Err(Refused { code: "answered", sentence }.into());
    }
    let (side, method) = (visit.side, Method::Link);
    let step = match decision {
        Decision::Sign { name } => {
            let by = signer(tx, &visit, &name)?;
            Step::Sign { agreement: visit.about()?, side, method, by }
        }
        Decision::Proposal { accept, note, by } => {
            Step::AnswerProposal { proposal: visit.about()?, side, accept, method, note, by }
        }
        Decision::Slots { ok } => {
            Step::AnswerSlots { session: visit.about()?, side: Some(side), ok, by: None }
        }
        Decision::FollowUp { result, relation, note } => {
            let due = due(&visit.link).ok_or(CaseworkError::Store(StoreError::NotFound))?;
            Step::FollowUp { due, side, result, relation, method, note }
        }
    };
    take_step(tx, &visit.actor(), &visit.case.number, Taking::from(step), now)?;
    Ok(())
}

/// Whose name stands under an agreement, spaces aside: the party's own (None), or that of somebody who acts for the side. Whether
/// they may is asked of the case.
fn signer(tx: &mut Tx<'_>, visit: &Visit, name: &str) -> Result<Option<Seq>, CaseworkError> {
    let plain = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let known = parties::of_side(tx, visit.case.id, visit.side)?.map(|p| p.details.name).unwrap_or_default();
    if plain(name).is_empty() {
        return Err(CaseworkError::field("name", "이름을 적어 주세요."));
    }
    if known.is_empty() || plain(&known) == plain(name) {
        return Ok(None);
    }
    let acts = |kind: Option<PersonKind>| matches!(kind, Some(PersonKind::Joint | PersonKind::Proxy));
    let beside = parties::of_case(tx, visit.case.id)?;
    let mut beside = beside.into_iter().filter(|p| p.side == visit.side && acts(p.kind));
    match beside.find(|p| plain(&p.details.name) == plain(name)) {
        Some(person) => Ok(person.seq),
        None => Err(CaseworkError::field(
            "name",
            "접수된 이름과 다릅니다. 다시 확인해 주세요. 이름이 잘못 적혀 있으면 전화해 주세요.",
        )),
    }
}

/// The due date that a follow-up link is about.
#[must_use]
pub fn due(link: &Link) -> Option<NaiveDate> {
    link.detail.as_deref().and_then(|d| d.parse().ok())
}

/// What a link asks its side; none for a link that asks nothing, or more than one thing.
fn question(link: &Link) -> Option<Question> {
    match link.purpose {
        LinkPurpose::Slots => link.seq.map(Question::Slots),
        LinkPurpose::Proposal => link.seq.map(Question::Proposal),
        LinkPurpose::Signature => link.seq.map(Question::Signature),
        LinkPurpose::FollowUp => due(link).map(Question::FollowUp),
        _ => None,
    }
}

/// How the question of a link stands in the case, however it was answered; a link that asks nothing stays open.
#[must_use]
pub fn asked(case: &Case, link: &Link) -> Asked {
    match (question(link), link.side) {
        (Some(question), Some(side)) => case.asked(side, question),
        _ => Asked::Open,
    }
}
