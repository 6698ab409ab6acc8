//! How a case ends: proposals, agreements, closing, reopening. What comes after an agreement is `afterwards.rs`.
use super::{Agreement, Answer, Case, Comment, Event, Proposal, Referral, Refused, Signature};
use crate::domain::codes::{AgreementKind, BodyKind, Method, Outcome, ReferralState, Safety, Side, Stage};
use crate::domain::mark::Mark;
use crate::domain::seoul;
use crate::domain::step::{Seq, Step, Term};

/// Most comments on one draft: what is more is said at a meeting.
pub const COMMENTS_MAX: usize = 20;
/// Most terms that an agreement holds.
pub const TERMS_MAX: usize = 20;

impl Case {
    pub(super) fn apply_settlement(&mut self, event: &Event) -> Result<(), Refused> {
        match &event.step {
            Step::Propose { kind, terms, answer_by, .. } => {
                check_terms(terms)?;
                if *answer_by <= seoul::day(event.at) {
                    return Err(Refused::new("answer_by_past", "답변 기한은 내일이나 그 뒤여야 합니다."));
                }
                let (seq, kind, terms, answer_by) = (event.seq, *kind, terms.clone(), *answer_by);
                self.proposals.push(Proposal {
                    seq,
                    kind,
                    terms,
                    answer_by,
                    answers: Vec::new(),
                    ended: false,
                });
                Ok(())
            }
            Step::AnswerProposal { proposal, side, accept, method, .. } => {
                self.after_answer(event, *proposal, (*side, *accept, *method))
            }
            Step::LapseProposal { proposal } => self.after_lapse(event, *proposal),
            Step::Draft { kind, terms } => self.after_draft(event, *kind, terms),
            Step::Sign { agreement, side, method, version, .. } => {
                let (side, method, version) = (*side, *method, version.clone());
                self.after_signature(event, *agreement, Signature { side, method, at: event.at, version })
            }
            Step::CommentDraft { agreement, side, text, .. } => {
                let (seq, side, at, text) = (event.seq, *side, event.at, text.clone());
                self.after_comment(*agreement, Comment { seq, side, at, text })
            }
            Step::Confirm { .. } => {
                if self.history.confirmed_in_span() {
                    return Err(Refused::new("confirmed", "이미 확인하셨습니다."));
                }
                if !self.history.first_contact() && self.is_open() {
                    self.mark(event, Mark::FirstContact)?;
                }
                self.mark(event, Mark::Confirmed)
            }
            Step::Close { outcome, .. } => self.after_closing(event, *outcome),
            Step::Reopen { reason, .. } => {
                self.mark(event, Mark::Reopened(reason.code().to_owned()))?;
                self.start_again(event);
                self.stage = self.stage_after_reopening();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn after_answer(
        &mut self,
        event: &Event,
        seq: Seq,
        (side, accept, method): (Side, bool, Method),
    ) -> Result<(), Refused> {
        let Some(proposal) = self.proposals.iter_mut().find(|p| p.seq == seq && p.is_open()) else {
            return Err(Refused::new("no_proposal", "답을 기다리는 조정안이 아닙니다."));
        };
        if seoul::day(event.at) > proposal.answer_by {
            return Err(Refused::new("proposal_expired", "답변 기한이 지난 조정안입니다."));
        }
        if proposal.answer_of(side).is_some() {
            return Err(Refused::new("answered", "이미 답하셨습니다."));
        }
        proposal.answers.push(Answer { side, accept, method, at: event.at });
        if proposal.answers.len() < 2 || !proposal.answers.iter().all(|a| a.accept) {
            return Ok(());
        }
        let (kind, terms) = (proposal.kind, proposal.terms.clone());
        let accepted =
            |a: &Answer| Signature { side: a.side, method: a.method, at: a.at, version: String::new() };
        let signatures = proposal.answers.iter().map(accepted).collect();
        self.agreements.push(Agreement {
            seq: event.seq,
            kind,
            terms,
            signatures,
            comments: Vec::new(),
            ended: false,
        });
        self.agree(event, kind)
    }

    /// Silence until the answer date is refusal here.
    fn after_lapse(&mut self, event: &Event, seq: Seq) -> Result<(), Refused> {
        match self.proposals.iter_mut().find(|p| p.seq == seq && p.is_open()) {
            None => Err(Refused::new("no_proposal", "답을 기다리는 조정안이 아닙니다.")),
            Some(p) if seoul::day(event.at) <= p.answer_by => {
                Err(Refused::new("proposal_not_due", "답변 기한이 아직 지나지 않았습니다."))
            }
            Some(p) => {
                p.ended = true;
                Ok(())
            }
        }
    }

    /// A new draft takes the place of one not yet signed by both.
    fn after_draft(&mut self, event: &Event, kind: AgreementKind, terms: &[Term]) -> Result<(), Refused> {
        check_terms(terms)?;
        for earlier in &mut self.agreements {
            earlier.ended = true;
        }
        let terms = terms.to_vec();
        self.agreements.push(Agreement {
            seq: event.seq,
            kind,
            terms,
            signatures: Vec::new(),
            comments: Vec::new(),
            ended: false,
        });
        Ok(())
    }

    fn after_comment(&mut self, seq: Seq, comment: Comment) -> Result<(), Refused> {
        let Some(draft) = self.agreements.iter_mut().find(|a| a.seq == seq && a.is_open()) else {
            return Err(no_draft());
        };
        if comment.text.trim().is_empty() {
            return Err(Refused::new("comment_empty", "고치고 싶은 곳을 적어 주세요."));
        }
        if draft.comments.iter().filter(|c| c.side == comment.side).count() >= COMMENTS_MAX {
            return Err(Refused::new(
                "comments_many",
                "이 합의서에는 의견이 이미 많습니다. 조정인과 직접 이야기해 주세요.",
            ));
        }
        draft.comments.push(comment);
        Ok(())
    }

    fn after_signature(&mut self, event: &Event, seq: Seq, signature: Signature) -> Result<(), Refused> {
        let Some(agreement) = self.agreements.iter_mut().find(|a| a.seq == seq && a.is_open()) else {
            return Err(no_draft());
        };
        if agreement.signature(signature.side).is_some() {
            return Err(Refused::new("signed", "이미 서명하셨습니다."));
        }
        agreement.signatures.push(signature);
        let (kind, both) = (agreement.kind, agreement.is_signed());
        if both { self.agree(event, kind) } else { Ok(()) }
    }

    fn agree(&mut self, event: &Event, kind: AgreementKind) -> Result<(), Refused> {
        self.mark(event, Mark::Agreement(kind))?;
        let outcome = match kind {
            AgreementKind::Full => Outcome::Settled,
            AgreementKind::Partial => Outcome::Partial,
        };
        self.mark(event, Mark::Closed(outcome))?;
        self.closed(event);
        Ok(())
    }

    pub(super) fn after_closing(&mut self, event: &Event, outcome: Outcome) -> Result<(), Refused> {
        if self.safety() == Safety::Stop && !ends_when_stopped(outcome) {
            return Err(Refused::new(
                "safety",
                "안전 확인 결과가 '중단'인 사건은 '안전·형사 보류'나 '타기관 이관'으로만 마칠 수 있습니다.",
            ));
        }
        let missed = self.respondent.no_shows >= 2 || self.respondent.declined;
        if outcome == Outcome::Refused && self.stage == Stage::Mediating && !missed {
            return Err(Refused::new(
                "not_declined",
                "조정 중에는 두 번 오지 않았거나 참여하지 않겠다는 뜻이 기록되어야 '상대방 미참여'로 마칠 수 있습니다.",
            ));
        }
        self.mark(event, Mark::Closed(outcome))?;
        self.closed(event);
        Ok(())
    }

    /// The outcomes that this case could be closed with now.
    #[must_use]
    pub fn possible_outcomes(&self) -> Vec<Outcome> {
        let stopped = self.safety() == Safety::Stop;
        let tried = |o: &Outcome| *o != Outcome::Unreachable || self.may_be_unreachable().is_ok();
        let safe = |o: &Outcome| !stopped || ends_when_stopped(*o);
        self.history.legal_outcomes().into_iter().filter(safe).filter(tried).collect()
    }

    pub(super) fn closed(&mut self, event: &Event) {
        self.stage = Stage::Closed;
        // Where the applicant applied themself, that goes on, and its progress and result can still be noted.
        let asked = |r: &&mut Referral| r.state == ReferralState::Sent && r.kind != BodyKind::Applied;
        for referral in self.referrals.iter_mut().filter(asked) {
            referral.state = ReferralState::Returned;
        }
        self.turns_end(None);
        self.end_plans();
        // A signed agreement is not ended by the closing that it makes.
        for agreement in self.agreements.iter_mut().filter(|a| a.is_signed()) {
            agreement.ended = false;
        }
        self.plan_follow_ups(event.at);
        self.plan_surveys(event);
    }

    /// A new span of the same case: safety is screened again, pending follow-ups end.
    pub(super) fn start_again(&mut self, event: &Event) {
        self.surveys_end(event);
        (self.together, self.led_by, self.concluded_in) = (None, None, None);
        self.turn_goes_on();
        for side in Side::ALL {
            let state = self.side_mut(*side);
            state.screen_again = true;
            state.declined = false;
            state.no_shows = 0;
        }
        for follow_up in self.follow_ups.iter_mut().filter(|f| f.is_open()) {
            follow_up.ended = true;
        }
        for agreement in &mut self.agreements {
            agreement.ended = true;
        }
        self.drafts_anew.push(self.agreements.len());
        self.reconsider_since = None;
        // A consent to a withdrawal was one to that withdrawal.
        self.agreed.retain(|a| a.about.is_some());
    }

    fn stage_after_reopening(&self) -> Stage {
        match (self.history.consents(), self.in_charge.is_empty()) {
            (true, false) => Stage::Mediating,
            (true, true) => Stage::Assigning,
            (false, _) if self.history.has_respondent_unit() => Stage::Participation,
            (false, _) => Stage::Inquiry,
        }
    }
}

/// Why nothing is said of an agreement, or signed: it does not wait for signatures (any more).
#[must_use]
pub fn no_draft() -> Refused {
    Refused::new(
        "no_agreement",
        "서명을 기다리는 합의서가 아닙니다. 새로 만든 합의서가 있는지 확인해 주세요.",
    )
}

/// `stop` permits only counselling, referral and `suspended`.
fn ends_when_stopped(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Suspended | Outcome::Transferred)
}

fn check_terms(terms: &[Term]) -> Result<(), Refused> {
    let wrong = if terms.is_empty() || terms.len() > TERMS_MAX {
        "약속을 한 가지 이상 스무 가지 이하로 적어 주세요."
    } else if terms.iter().any(|t| t.who.trim().is_empty() || t.what.trim().is_empty()) {
        "약속마다 누가 무엇을 하는지 적어 주세요."
    } else if terms.iter().any(|t| matches!((t.from, t.until), (Some(from), Some(until)) if until < from)) {
        "약속의 끝나는 날이 시작하는 날보다 빠릅니다."
    } else {
        return Ok(());
    };
    Err(Refused::new("terms", wrong))
}
