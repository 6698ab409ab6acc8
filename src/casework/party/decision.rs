//! The decisions that carry a link of their own: signature, proposal, dates, follow-up, survey.
use super::visit;
use crate::casework::step::{Taking, take_step};
use crate::casework::{CaseworkError, agreement};
use crate::domain::case::{Asked, Case, Question, Refused, Scores};
use crate::domain::codes::{FollowUpResult, LinkPurpose, Method, Relation};
use crate::domain::step::{Seq, Step};
use crate::store::links::{self, Link};
use crate::store::{StoreError, Tx};
use chrono::{DateTime, NaiveDate, Utc};

/// A decision that a link of its own carries.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// Signs the agreement, with the name as typed.
    /// `version`: the text that stood on the page.
    Sign { name: String, version: String },
    /// Answers the proposal.
    Proposal { accept: bool, note: String, by: Option<Seq> },
    /// Says which of the offered moments suit.
    Slots { ok: Vec<DateTime<Utc>> },
    /// Tells how the agreement fares.
    FollowUp {
        result: Option<FollowUpResult>,
        terms: Vec<FollowUpResult>,
        relation: Option<Relation>,
        note: String,
        /// What the side thought of the mediation, asked with the last follow-up.
        survey: Scores,
    },
    /// Says what it thought of a mediation that ended without an agreement.
    Survey { scores: Scores },
}

impl Decision {
    fn purpose(&self) -> LinkPurpose {
        match self {
            Self::Sign { .. } => LinkPurpose::Signature,
            Self::Proposal { .. } => LinkPurpose::Proposal,
            Self::Slots { .. } => LinkPurpose::Slots,
            Self::FollowUp { .. } => LinkPurpose::FollowUp,
            Self::Survey { .. } => LinkPurpose::Survey,
        }
    }

    /// What the link remembers, to be shown when it is opened again.
    fn remembered(&self) -> String {
        match self {
            Self::Sign { .. } => "signed".to_owned(),
            Self::Proposal { accept, .. } => if *accept { "accept" } else { "refuse" }.to_owned(),
            Self::Slots { ok } => format!("slots {}", ok.len()),
            Self::Survey { .. } => "survey".to_owned(),
            Self::FollowUp { result, terms, .. } => {
                FollowUpResult::worst(terms.iter().copied().chain(*result)).code().to_owned()
            }
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
    let over = |code, sentence: &str| Err(Refused { code, sentence: sentence.to_owned() }.into());
    match asked(&visit.case, &visit.link) {
        Asked::Open => {}
        Asked::Answered(_) => {
            return over(
                "answered",
                "이미 다른 방법으로 답하셨습니다. 바꾸고 싶으시면 맡은 곳에 전화해 주세요.",
            );
        }
        // Whatever a page that stayed open still sends.
        Asked::Over => return over("question_over", "이제 여쭙지 않는 물음입니다. 하실 일은 없습니다."),
    }
    let (side, method) = (visit.side, Method::Link);
    let step = match decision {
        Decision::Sign { name, version } => {
            let by = agreement::signer(tx, &visit.case, side, &name, now)?;
            Step::Sign { agreement: visit.about()?, side, method, by, version }
        }
        Decision::Proposal { accept, note, by } => {
            Step::AnswerProposal { proposal: visit.about()?, side, accept, method, note, by }
        }
        Decision::Slots { ok } => {
            Step::AnswerSlots { session: visit.about()?, side: Some(side), ok, by: None }
        }
        Decision::FollowUp { result, terms, relation, note, survey } => {
            let due = due(&visit.link).ok_or(CaseworkError::Store(StoreError::NotFound))?;
            if let Some(survey) = Step::survey(side, method, survey) {
                take_step(tx, &visit.actor(), &visit.case.number, Taking::from(survey), now)?;
            }
            Step::FollowUp { due, side, result, terms, relation, method, note }
        }
        Decision::Survey { scores } => Step::survey(side, method, scores).ok_or_else(|| {
            let sentence = "답하신 것이 하나도 없으면 적지 않습니다.".to_owned();
            Refused { code: "survey_empty", sentence }
        })?,
    };
    take_step(tx, &visit.actor(), &visit.case.number, Taking::from(step), now)?;
    Ok(())
}

/// The due date that a link of a follow-up or of a survey is about.
#[must_use]
pub fn due(link: &Link) -> Option<NaiveDate> {
    link.detail.as_deref().and_then(|d| d.parse().ok())
}

/// The survey's questions that a link asks, by their places among the six: all that the mediation raises by a link of their own, and with
/// the last follow-up of an agreement.
#[must_use]
pub fn surveyed(case: &Case, link: &Link) -> Vec<(usize, (&'static str, &'static str))> {
    let with = |side| due(link).is_some_and(|due| case.surveys_with(side, due));
    let asks = match link.purpose {
        LinkPurpose::Survey => true,
        LinkPurpose::FollowUp => link.side.is_some_and(with),
        _ => false,
    };
    case.questions().filter(|_| asks).collect()
}

/// What a link asks its side; none for a link that asks nothing, or more than one thing.
fn question(link: &Link) -> Option<Question> {
    match link.purpose {
        LinkPurpose::Slots => link.seq.map(Question::Slots),
        LinkPurpose::Proposal => link.seq.map(Question::Proposal),
        LinkPurpose::Signature => link.seq.map(Question::Signature),
        LinkPurpose::FollowUp => due(link).map(Question::FollowUp),
        LinkPurpose::Survey => due(link).map(Question::Survey),
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
