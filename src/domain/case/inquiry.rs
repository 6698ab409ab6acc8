//! What the office and the committee's desk do before mediation: inquiry, recommendation, hand-over, participation.
use super::{Case, ContactTry, Event, Refused, SideState};
use crate::domain::codes::{
    Channel, ContactResult, HandOverBasis, InterviewKind, Means, MeetingKind, Recommendation, Route, Safety,
    Side, Stage,
};
use crate::domain::deadline;
use crate::domain::history::Entry;
use crate::domain::mark::Mark;
use crate::domain::step::Step;

impl Case {
    pub(super) fn apply_inquiry(&mut self, event: &Event) -> Result<(), Refused> {
        match &event.step {
            Step::File { provides, disclosure, .. } => {
                self.disclosure = *disclosure;
                if *provides {
                    self.provisions.extend(self.bodies.ngo.map(|ngo| (Side::Applicant, ngo)));
                    self.applicant.provision_asked = true;
                }
                self.after_filing(event)
            }
            Step::Recorded { event: name, detail, .. } => self.after_record(event, name, detail),
            Step::Place { complex } => {
                self.intake.complex = Some(*complex);
                Ok(())
            }
            Step::OpenInquiry {} => {
                self.stage = Stage::Inquiry;
                Ok(())
            }
            Step::Counsel { side, .. } => self.first_contact(event, *side),
            Step::Screen { side, result, .. } => {
                let state = self.side_mut(*side);
                state.safety = Some(*result);
                state.screen_again = false;
                state.alarm = false;
                self.advance_if_ready();
                Ok(())
            }
            Step::Investigate { .. } => {
                self.investigated = true;
                Ok(())
            }
            Step::Recommend { result, .. } => {
                self.needs_screen(Side::Applicant)?;
                self.recommendation = Some(*result);
                self.mark(event, Mark::Recommended(*result))
            }
            Step::HandOver { basis, reason } => self.after_hand_over(event, *basis, reason),
            _ => Ok(()),
        }
    }

    /// A complaint taken in a talk (방문·전화) is itself the first talk with the applicant.
    fn after_filing(&mut self, event: &Event) -> Result<(), Refused> {
        match self.intake.channel {
            Channel::Visit | Channel::Phone => self.mark(event, Mark::FirstContact),
            Channel::Online | Channel::Office | Channel::Paper | Channel::Transfer => Ok(()),
        }
    }

    fn first_contact(&mut self, event: &Event, side: Side) -> Result<(), Refused> {
        match side {
            Side::Applicant if !self.history.first_contact() => self.mark(event, Mark::FirstContact),
            Side::Respondent if !self.history.respondent_contacted() => {
                self.mark(event, Mark::RespondentContacted)
            }
            Side::Applicant | Side::Respondent => Ok(()),
        }
    }

    /// A line of an old ledger: the stage follows from what it says, as far as it says it.
    fn after_record(&mut self, event: &Event, name: &str, detail: &str) -> Result<(), Refused> {
        let mark = Mark::parse(name, detail).map_err(|e| Refused::new("unknown_event", &e.to_string()))?;
        self.mark(event, mark.clone())?;
        match mark {
            Mark::FollowUp(result) => {
                if let Some(due) = self.follow_ups.iter_mut().find(|f| f.is_open()) {
                    due.result = Some(result);
                }
            }
            Mark::Recommended(result) => self.recommendation = Some(result),
            Mark::Closed(_) => self.plan_follow_ups(event.at),
            Mark::Reopened(_) => self.start_again(event),
            _ => {}
        }
        self.stage = self.stage_by_record();
        if self.stage >= Stage::Participation && self.is_open() {
            self.holder = self.bodies.committee.or(self.bodies.ngo).or(self.holder);
        }
        Ok(())
    }

    fn stage_by_record(&self) -> Stage {
        let history = &self.history;
        if !history.is_open() {
            Stage::Closed
        } else if history.consents() {
            if self.in_charge.is_empty() { Stage::Assigning } else { Stage::Mediating }
        } else if history.handed_over() || history.session_in_span() {
            Stage::Participation
        } else if history.first_contact() || self.recommendation.is_some() || history.respondent_contacted() {
            Stage::Inquiry
        } else {
            Stage::Received
        }
    }

    fn after_hand_over(&mut self, event: &Event, basis: HandOverBasis, reason: &str) -> Result<(), Refused> {
        self.needs_screen(Side::Applicant)?;
        self.check_basis(event, basis, reason)?;
        let Some(next) = self.bodies.committee.or(self.bodies.ngo) else {
            return Err(Refused::new(
                "no_committee",
                "이 단지에는 위원회도 협약 기관도 없습니다. 다른 기관에 의뢰하거나 상담으로 마쳐 주세요.",
            ));
        };
        self.holder = Some(next);
        self.route = if self.bodies.committee.is_some() { Route::Committee } else { Route::Ngo };
        self.stage = Stage::Participation;
        self.mark(event, Mark::HandedOver)
    }

    /// A recommendation with a result other than 중단, or a reasoned bypass, or the applicant asks, or the office's
    /// deadline passed (`product.md` §2).
    fn check_basis(&self, event: &Event, basis: HandOverBasis, reason: &str) -> Result<(), Refused> {
        let explained = !reason.trim().is_empty();
        let (stands, sentence) = match basis {
            HandOverBasis::Recommended => (
                self.recommendation.is_some_and(|r| r != Recommendation::Stopped),
                "권고하고 그 결과가 '중단'이 아닐 때 넘길 수 있습니다. 권고를 먼저 기록하거나 다른 까닭을 골라 주세요.",
            ),
            HandOverBasis::Deadline => (
                event.at >= deadline::days_after(self.intake.received_at, self.rules.office_days),
                "사무소 처리 기한이 아직 지나지 않았습니다. 다른 까닭을 골라 주세요.",
            ),
            HandOverBasis::Requested => (true, ""),
            HandOverBasis::NoOffice if self.bodies.office.is_some() => {
                (false, "이 단지에는 관리사무소가 있습니다. 다른 까닭을 골라 주세요.")
            }
            HandOverBasis::NoOffice | HandOverBasis::Urgent => {
                (explained, "이 까닭으로 넘길 때는 설명을 적어 주세요.")
            }
        };
        if stands { Ok(()) } else { Err(Refused::new("hand_over_basis", sentence)) }
    }

    pub(super) fn apply_participation(&mut self, event: &Event) -> Result<(), Refused> {
        match &event.step {
            Step::Provide { .. } | Step::Disclose { .. } => {
                self.apply_provision(event);
                Ok(())
            }
            Step::Contact { means, result, next_on, .. } => {
                self.contacts.push(ContactTry {
                    at: event.at,
                    means: *means,
                    result: *result,
                    next_on: *next_on,
                });
                self.invite(event)?;
                let reached = matches!(
                    result,
                    ContactResult::Reached | ContactResult::CallBack | ContactResult::NotOurs
                );
                if reached { self.first_contact(event, Side::Respondent) } else { Ok(()) }
            }
            Step::Letter {} => {
                let (means, result) = (Means::Letter, ContactResult::Sent);
                self.contacts.push(ContactTry { at: event.at, means, result, next_on: None });
                self.invite(event)
            }
            Step::Interview { kind, side, .. } => self.after_interview(event, *kind, *side),
            Step::ChangeRespondent { replaces, unit_known, .. } => {
                self.after_respondent(event, *replaces, *unit_known)
            }
            Step::Consent { side, by, .. } => self.after_consent(event, *side, *by),
            Step::Decline { .. } => {
                self.respondent.declined = true;
                self.invite(event)?;
                self.first_contact(event, Side::Respondent)
            }
            Step::WithdrawConsent { side, by, .. } => self.after_consent_taken_back(event, *side, *by),
            _ => Ok(()),
        }
    }

    /// The first letter or call that asks to take part is the invitation.
    fn invite(&mut self, event: &Event) -> Result<(), Refused> {
        if self.history.invited() || !self.history.has_respondent_unit() {
            return Ok(());
        }
        self.mark(event, Mark::Invited)
    }

    fn after_interview(
        &mut self,
        event: &Event,
        kind: InterviewKind,
        side: Option<Side>,
    ) -> Result<(), Refused> {
        if kind == InterviewKind::Joint {
            self.lets_face(MeetingKind::Joint)?;
        }
        if kind == InterviewKind::Separate && side.is_none() {
            return Err(Refused::new("side_missing", "개별면담을 누구와 했는지 골라 주세요."));
        }
        for met in Side::ALL {
            if kind == InterviewKind::Joint || side == Some(*met) {
                self.first_contact(event, *met)?;
            }
        }
        self.mark(event, Mark::Interview(kind))
    }

    /// The suspected unit becomes known or is corrected; or the respondent is replaced (피신청인 경정): then
    /// everything of the former one (invitation, contact, consent, screen) is void.
    fn after_respondent(&mut self, event: &Event, replaces: bool, unit_known: bool) -> Result<(), Refused> {
        if replaces {
            self.entry(event, Entry::RespondentChanged)?;
            self.respondent = SideState::default();
            self.provisions.retain(|(side, _)| *side != Side::Respondent);
            self.joined.retain(|(side, _)| *side == Side::Applicant);
            self.agreed.retain(|a| a.side == Side::Applicant);
            self.surveys.retain(|s| s.side != Side::Respondent);
            self.drafts_anew.push(self.agreements.len());
            self.contacts.clear();
            self.end_plans();
            self.stage = self.stage.min(Stage::Participation);
        }
        if unit_known {
            self.history.respondent_unit_known();
        }
        Ok(())
    }

    /// Both consents stand and both sides are screened: someone can be put in charge.
    pub(super) fn advance_if_ready(&mut self) {
        let screened = self.applicant.safety.is_some() && self.respondent.safety.is_some();
        if self.stage == Stage::Participation
            && self.history.consents()
            && screened
            && self.safety() < Safety::Pause
        {
            let staffed = self.in_charge.len() >= self.needed_in_charge();
            self.stage = if staffed { Stage::Mediating } else { Stage::Assigning };
        }
    }

    pub(super) fn needs_screen(&self, side: Side) -> Result<(), Refused> {
        if self.side(side).safety.is_some() {
            return Ok(());
        }
        let sentence = format!("먼저 {}의 안전 확인을 기록해 주세요.", side.label());
        Err(Refused { code: "screen_first", sentence })
    }
}
