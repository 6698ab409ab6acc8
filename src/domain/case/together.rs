//! Cross-complaints (맞신고): one conflict, two receipts, one agreement. The two stay cases of their own, each with its consents and
//! its closing; what is held and concluded with both sides in the one is written into the other by Ieum itself.
use super::{Case, Event, Refused};
use crate::domain::codes::{AgreementKind, Outcome, SessionKind};
use crate::domain::mark::Mark;
use crate::domain::step::Step;

impl Case {
    pub(super) fn apply_together(&mut self, event: &Event) -> Result<(), Refused> {
        match &event.step {
            Step::Together { apart: true, .. } => {
                if self.together.take().is_none() {
                    return Err(Refused::new("not_together", "함께 다루고 있는 맞신고가 없습니다."));
                }
                Ok(())
            }
            Step::Together { other, .. } => self.after_joining(other),
            Step::MetWith { kind, .. } => self.mark(event, Mark::SessionHeld(*kind)),
            Step::Conclude { other, kind } => self.after_concluding(event, other, *kind),
            _ => Ok(()),
        }
    }

    /// Nobody signs for two cases what was put to them for one.
    fn after_joining(&mut self, other: &str) -> Result<(), Refused> {
        if self.open_proposal().is_some() || self.open_agreement().is_some() {
            return Err(Refused::new(
                "terms_open",
                "이미 답을 기다리는 조정안이나 합의서가 있습니다. 그것이 끝난 뒤에 함께 다루거나, 함께 다루기로 한 뒤 새로 만들어 주세요.",
            ));
        }
        self.together = Some(other.to_owned());
        Ok(())
    }

    /// The paper and the follow-ups are the other case's: agreement and fulfilment are asked after once.
    fn after_concluding(&mut self, event: &Event, other: &str, kind: AgreementKind) -> Result<(), Refused> {
        self.concluded_in = Some(other.to_owned());
        self.mark(event, Mark::Agreement(kind))?;
        let outcome = match kind {
            AgreementKind::Full => Outcome::Settled,
            AgreementKind::Partial => Outcome::Partial,
        };
        self.mark(event, Mark::Closed(outcome))?;
        self.closed(event.at);
        Ok(())
    }

    /// What a step that has just been taken here is for the cross-complaint, if anything.
    #[must_use]
    pub fn shared(&self, before: &Self, step: &Step) -> Option<Step> {
        before.together.as_ref()?;
        let other = self.number.clone();
        if before.is_open() && !self.is_open() {
            let kind = self.history.agreement_in_span()?;
            return Some(Step::Conclude { other, kind });
        }
        match step {
            Step::HoldSession { kind, applicant: true, respondent: true, .. } => {
                let kind: SessionKind = kind.as_session()?;
                Some(Step::MetWith { other, kind })
            }
            _ => None,
        }
    }
}
