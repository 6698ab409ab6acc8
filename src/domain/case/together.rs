//! Cross-complaints (맞신고): one conflict, two receipts, one agreement. The two stay cases of their own, each with its consents and
//! its closing; what is held and concluded with both sides in the one is written into the other by Ieum itself.
use super::admit::safe;
use super::{Case, Event, Refused};
use crate::domain::codes::{AgreementKind, Outcome, SessionKind, Side};
use crate::domain::mark::Mark;
use crate::domain::step::{Seq, Step};
use chrono::{DateTime, Utc};

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
            Step::Follow { other, apart, .. } => {
                self.led_by = (!apart).then(|| other.clone());
                if !apart {
                    self.cancel_pending_offers();
                }
                Ok(())
            }
            Step::MetWith { kind, .. } => {
                // Facts may have changed at the meeting, for this case as for the other.
                for side in Side::ALL {
                    self.side_mut(*side).screen_again = true;
                }
                self.mark(event, Mark::SessionHeld(*kind))
            }
            Step::Conclude { other, kind, .. } => self.after_concluding(event, other, *kind),
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
        self.closed(event);
        Ok(())
    }

    /// What a line that has just been written here is for the cross-complaint, if anything.
    #[must_use]
    pub fn shared(&self, before: &Self, event: &Event) -> Option<Shared> {
        let twin = before.together.clone().or_else(|| self.together.clone())?;
        let (other, line) = (self.number.clone(), event.seq);
        let said = |step| Some(Shared { twin, line, at: event.at, step });
        let apart = |apart| Step::Follow { other: other.clone(), apart, line };
        if before.is_open() && !self.is_open() {
            return said(match self.history.agreement_in_span() {
                Some(kind) => Step::Conclude { other, kind, line },
                None => apart(true),
            });
        }
        match &event.step {
            Step::Together { apart: parts, .. } => said(apart(*parts)),
            Step::HoldSession { kind, applicant: true, respondent: true, .. } => {
                let kind: SessionKind = kind.as_session()?;
                said(Step::MetWith { other, kind, line })
            }
            _ => None,
        }
    }

    /// Everything in a history that holds for a cross-complaint too. What the history does not allow ends the list.
    #[must_use]
    pub fn all_shared(blank: Self, events: &[Event]) -> Vec<Shared> {
        let mut order: Vec<&Event> = events.iter().filter(|e| !e.voided).collect();
        order.sort_by_key(|e| (e.at, e.seq));
        let (mut case, mut found) = (blank, Vec::new());
        for event in order {
            let Ok(next) = case.after(event) else { break };
            found.extend(next.shared(&case, event));
            case = next;
        }
        found
    }

    /// What a step of a cross-complaint that is dealt with together with this case needs of this one: the people are the same,
    /// and what was found of their safety in the one holds in the other.
    ///
    /// # Errors
    /// Why the two cannot be brought together.
    pub fn spares(&self, twin: &Self, step: &Step, at: DateTime<Utc>) -> Result<(), Refused> {
        let led = self.together.as_ref() == Some(&twin.number);
        if led && step.followed().is_some() {
            // What was written here already.
            return Ok(());
        }
        let parts = matches!(step, Step::Together { apart: true, .. });
        let lets = twin.gathering(step, at).is_none_or(|meeting| self.lets_gather(&meeting).is_ok());
        if lets && (parts || safe(step.code(), self.safety())) {
            return Ok(());
        }
        let sentence = format!(
            "함께 다루는 맞신고({})의 안전 확인이나 보호조치 때문에 지금은 할 수 없습니다. 같은 두 집의 일이므로 그 사건의 안전 화면을 먼저 확인해 주세요.",
            self.number
        );
        Err(Refused { code: "twin_safety", sentence })
    }
}

/// A line of one case that holds for its cross-complaint too, and how that one keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct Shared {
    /// The cross-complaint's number.
    pub twin: String,
    /// The line in the case where it happened.
    pub line: Seq,
    pub at: DateTime<Utc>,
    pub step: Step,
}

/// What a 정정 or a late entry of one case makes of a line in its cross-complaint.
#[derive(Debug, Clone, PartialEq)]
pub enum Rewrite {
    Struck(Shared),
    Moved(Shared),
    New(Shared),
}

/// What has to be done in the cross-complaints once a case shares `after` and not `before` any more: the latest is struck out
/// first and the earliest written first, so that nothing ever stands on what is gone.
#[must_use]
pub fn rewritten(before: &[Shared], after: &[Shared]) -> Vec<Rewrite> {
    let same = |a: &Shared, b: &Shared| a.twin == b.twin && a.line == b.line && a.step == b.step;
    let gone = before.iter().rev().filter(|was| !after.iter().any(|is| same(was, is)));
    let mut found: Vec<Rewrite> = gone.cloned().map(Rewrite::Struck).collect();
    for is in after {
        match before.iter().find(|was| same(was, is)) {
            Some(was) if was.at == is.at => {}
            Some(_) => found.push(Rewrite::Moved(is.clone())),
            None => found.push(Rewrite::New(is.clone())),
        }
    }
    found
}
