//! What has to be done next in a case, by whom, by when. Every open case always has at least one.
use super::parts::REPORT_DAYS;
use super::{Case, Referral};
use crate::domain::codes::{
    AfterSession, DutyKind, OfferState, Recommendation, ReferralState, Route, Safety, SessionState, Side,
    Stage,
};
use crate::domain::deadline::{days_after, working_days_after};
use crate::domain::ids::{BodyId, UserId};
use crate::domain::permission::desk_role;
use crate::domain::seoul;
use crate::domain::step::StepCode;
use chrono::{DateTime, Duration, NaiveDate, Utc};

/// Days without anything in a case that follows its cross-complaint, after which somebody looks how that one goes.
const FOLLOW_DAYS: i64 = 30;

/// Whose duty it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// Everyone who works at this body's desk.
    Body(BodyId),
    /// One person.
    User(UserId),
    /// A case that no body holds: the ward has to send it somewhere.
    Nobody,
}

/// Something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duty {
    pub kind: DutyKind,
    pub due_at: DateTime<Utc>,
    pub owner: Owner,
}

impl Case {
    /// Everything that waits to be done, the most urgent first.
    #[must_use]
    pub fn duties(&self) -> Vec<Duty> {
        if self.waits_with_ward() {
            // The ward reads nothing of the case and does nothing in it but send it on.
            let due_at = working_days_after(self.history.last_at(), 1);
            let mut duties = vec![self.desk(DutyKind::SendOn, due_at)];
            duties.extend(self.referral_duties());
            return duties;
        }
        let mut duties = match self.stage {
            Stage::Received | Stage::Inquiry => self.office_duties(),
            Stage::Participation => self.participation_duties(),
            Stage::Assigning => self.assigning_duties(),
            Stage::Mediating => self.mediating_duties(),
            Stage::Closed => self.follow_up_duties(),
        };
        if self.is_open() {
            if self.safety() >= Safety::Pause {
                duties = vec![self.desk(DutyKind::Safety, days_after(self.history.last_at(), 7))];
            }
            duties.extend(self.talk_duty());
            duties.extend(self.visit_duty());
            duties.extend(self.referral_duties());
            duties.extend(self.provision_duty());
            duties.extend(self.order_duties());
            if [&self.applicant, &self.respondent].iter().any(|s| s.moved_on.is_some()) {
                // What would only begin now is not begun with people who have gone.
                duties.retain(|duty| !begins(duty.kind));
                duties.push(self.desk(DutyKind::AfterMove, working_days_after(self.history.last_at(), 3)));
            }
            if self.intake.complex.is_none() {
                duties.push(self.desk(DutyKind::Place, working_days_after(self.intake.received_at, 1)));
            }
        }
        duties.extend(self.right_duties());
        duties.sort_by_key(|d| d.due_at);
        duties
    }

    /// The step that a duty asks for, and the side that it is about: what the page's one primary button leads to.
    /// A call to make, an undelivered mail, a reply and a cross-complaint that leads ask for no step here.
    #[must_use]
    pub fn step_for(&self, duty: DutyKind) -> Option<(StepCode, Option<Side>)> {
        let step = match duty {
            DutyKind::OpenInquiry => StepCode::OpenInquiry,
            DutyKind::Place => StepCode::Place,
            DutyKind::SendOn if self.intake.complex.is_none() => StepCode::Place,
            DutyKind::SendOn => StepCode::Refer,
            DutyKind::TalkToApplicant => return Some((StepCode::Counsel, Some(Side::Applicant))),
            DutyKind::ScreenApplicant => return Some((StepCode::Screen, Some(Side::Applicant))),
            DutyKind::ScreenRespondent => return Some((StepCode::Screen, Some(Side::Respondent))),
            DutyKind::Recommend if self.investigated => StepCode::Recommend,
            DutyKind::Recommend => StepCode::Investigate,
            DutyKind::HandOver if self.recommendation == Some(Recommendation::Stopped) => StepCode::Confirm,
            DutyKind::HandOver => StepCode::HandOver,
            DutyKind::FindSource => StepCode::ChangeRespondent,
            DutyKind::ContactRespondent => StepCode::Contact,
            DutyKind::AskConsent => StepCode::Consent,
            DutyKind::AskProvision => return Some((StepCode::Provide, Some(Side::Respondent))),
            DutyKind::Assign if self.route == Route::Ngo => StepCode::Offer,
            DutyKind::Assign => StepCode::NameMembers,
            DutyKind::AnswerOffer => StepCode::AcceptOffer,
            DutyKind::PlanSession => StepCode::ProposeSession,
            DutyKind::FixSession => StepCode::FixSession,
            DutyKind::HoldSession => StepCode::HoldSession,
            DutyKind::LeaveVisit => StepCode::CheckIn,
            DutyKind::Conclude => match self.agreed_next() {
                Some((AfterSession::Proposal, _)) => StepCode::Propose,
                Some((AfterSession::End, _)) => StepCode::Close,
                _ => StepCode::Draft,
            },
            DutyKind::AnswerProposal => StepCode::AnswerProposal,
            DutyKind::Sign => StepCode::Sign,
            DutyKind::AnswerReferral => StepCode::AcceptReferral,
            DutyKind::AskReferral if self.referrals.iter().any(asks_to_take_back) => StepCode::ReturnReferral,
            DutyKind::AskReferral => StepCode::AcceptReferral,
            DutyKind::ReportReferral => StepCode::ReferralResult,
            DutyKind::FollowUp => StepCode::FollowUp,
            DutyKind::ConsiderReopening => StepCode::Reopen,
            DutyKind::Safety => StepCode::Screen,
            DutyKind::ReviewOrder => StepCode::EndOrder,
            DutyKind::AfterMove => StepCode::Close,
            DutyKind::AnswerRight => StepCode::AnswerRight,
            DutyKind::Tell | DutyKind::Mail | DutyKind::ReadReply | DutyKind::FollowTwin => return None,
        };
        Some((step, None))
    }

    /// The case is open and the turn is the ward's: no 단지, or one with neither office nor committee (`product.md` §2).
    #[must_use]
    pub fn waits_with_ward(&self) -> bool {
        self.is_open() && self.holder.is_some() && self.holder == self.bodies.ward
    }

    fn desk(&self, kind: DutyKind, due_at: DateTime<Utc>) -> Duty {
        Duty { kind, due_at, owner: self.holder.map_or(Owner::Nobody, Owner::Body) }
    }

    /// At the desk of whoever speaks with this side now.
    fn desk_of(&self, side: Side, kind: DutyKind, due_at: DateTime<Utc>) -> Duty {
        Duty { kind, due_at, owner: self.speaks_with(side).map_or(Owner::Nobody, Owner::Body) }
    }

    /// Once for each person in charge; the holder's desk where nobody is.
    fn in_charge_duty(&self, kind: DutyKind, due_at: DateTime<Utc>) -> Vec<Duty> {
        if self.in_charge.is_empty() {
            return vec![self.desk(kind, due_at)];
        }
        self.in_charge.iter().map(|p| Duty { kind, due_at, owner: Owner::User(p.user) }).collect()
    }

    fn office_duties(&self) -> Vec<Duty> {
        let begun = self.history.span_start();
        let mut duties = Vec::new();
        if self.stage == Stage::Received {
            duties.push(self.desk(DutyKind::OpenInquiry, working_days_after(begun, 1)));
        }
        if !self.history.first_contact() {
            duties.push(self.desk(DutyKind::TalkToApplicant, working_days_after(begun, 2)));
        }
        if self.needs_screening(Side::Applicant) {
            duties.push(self.desk(DutyKind::ScreenApplicant, working_days_after(begun, 2)));
        }
        let limit = days_after(begun, self.rules.office_days);
        duties.push(match self.recommendation {
            None if self.bodies.office.is_some() => self.desk(DutyKind::Recommend, limit),
            Some(Recommendation::Stopped) | None => self.desk(DutyKind::HandOver, limit),
            Some(_) => self.desk(DutyKind::HandOver, working_days_after(self.history.last_at(), 3)),
        });
        duties
    }

    fn needs_screening(&self, side: Side) -> bool {
        let state = self.side(side);
        state.safety.is_none() || state.screen_again
    }

    fn participation_duties(&self) -> Vec<Duty> {
        let last = self.history.last_at();
        let mut duties = Vec::new();
        if self.needs_screening(Side::Applicant) {
            duties.push(self.desk_of(
                Side::Applicant,
                DutyKind::ScreenApplicant,
                working_days_after(last, 2),
            ));
        }
        if !self.history.has_respondent_unit() {
            duties.push(self.desk_of(Side::Respondent, DutyKind::FindSource, days_after(last, 7)));
            return duties;
        }
        if !self.history.respondent_contacted() {
            let next = self.contacts.last().map_or_else(
                || working_days_after(last, 2),
                |c| c.next_on.map_or_else(|| days_after(c.at, self.rules.contact_gap_days), seoul::midnight),
            );
            duties.push(self.desk_of(Side::Respondent, DutyKind::ContactRespondent, next));
            return duties;
        }
        if self.needs_screening(Side::Respondent) {
            let due = working_days_after(last, 2);
            duties.push(self.desk_of(Side::Respondent, DutyKind::ScreenRespondent, due));
        }
        let asked = Side::ALL.iter().rev().find(|side| !self.history.consented(**side));
        let asked = asked.copied().unwrap_or(Side::Respondent);
        duties.push(self.desk_of(asked, DutyKind::AskConsent, days_after(last, 7)));
        duties
    }

    fn assigning_duties(&self) -> Vec<Duty> {
        let pending = self.offers.iter().filter(|o| o.state == OfferState::Pending);
        let pending: Vec<Duty> = pending
            .map(|o| Duty {
                kind: DutyKind::AnswerOffer,
                due_at: o.answer_by,
                owner: Owner::User(o.mediator),
            })
            .collect();
        if pending.is_empty() && self.led_by.is_some() {
            return vec![self.follow_duty()];
        }
        if pending.is_empty() {
            return vec![self.desk(DutyKind::Assign, working_days_after(self.history.last_at(), 3))];
        }
        pending
    }

    /// Who is in charge and when is met is settled in the cross-complaint that leads; that it goes on there is looked after.
    fn follow_duty(&self) -> Duty {
        self.desk(DutyKind::FollowTwin, days_after(self.history.last_at(), FOLLOW_DAYS))
    }

    /// A talk with one side that was planned before somebody is in charge is the desk's.
    fn talk_duty(&self) -> Option<Duty> {
        let session = self.open_session().filter(|_| self.stage != Stage::Mediating)?;
        let last = self.history.last_at();
        Some(match session.starts_at {
            Some(at) => self.desk(DutyKind::HoldSession, at),
            None => self.desk(DutyKind::FixSession, session.slots.iter().min().copied().unwrap_or(last)),
        })
    }

    fn mediating_duties(&self) -> Vec<Duty> {
        let last = self.history.last_at();
        let mut duties = Vec::new();
        if let Some(proposal) = self.open_proposal() {
            duties.extend(self.in_charge_duty(DutyKind::AnswerProposal, seoul::midnight(proposal.answer_by)));
        }
        if self.open_agreement().is_some() {
            duties.extend(self.in_charge_duty(DutyKind::Sign, days_after(last, 7)));
        }
        match self.open_session() {
            Some(session) if session.state == SessionState::Fixed => {
                duties.extend(self.in_charge_duty(DutyKind::HoldSession, session.starts_at.unwrap_or(last)));
            }
            Some(session) => {
                let soonest = session.slots.iter().min().copied().unwrap_or(last);
                duties.extend(self.in_charge_duty(DutyKind::FixSession, soonest));
            }
            None if !duties.is_empty() => {}
            None if self.led_by.is_some() => duties.push(self.follow_duty()),
            None => {
                let held = self.history.session_in_span();
                let next = self.agreed_next();
                let again = next.is_some_and(|(next, _)| next == AfterSession::Again);
                let plans = again || !held;
                // Before a meeting is planned both sides are screened again; without that no date can be asked.
                if plans {
                    duties.extend(self.screens_due(working_days_after(last, 2)));
                }
                let kind = if plans { DutyKind::PlanSession } else { DutyKind::Conclude };
                let by = next.and_then(|(_, on)| on).map(seoul::midnight);
                let due_at = by.map_or(days_after(last, 7), |day| day + Duration::days(1));
                duties.extend(self.in_charge_duty(kind, due_at));
            }
        }
        duties
    }

    /// What was agreed at the newest meeting to come next, as long as nothing has come of it.
    #[must_use]
    pub fn agreed_next(&self) -> Option<(AfterSession, Option<NaiveDate>)> {
        self.next_agreed.filter(|_| self.is_open())
    }

    /// Whoever is at a site visit is asked after, half an hour past its end.
    fn visit_duty(&self) -> Option<Duty> {
        let visit = self.sessions.iter().find(|s| s.has_inside())?;
        let (_, ends) = visit.span()?;
        Some(self.desk(DutyKind::LeaveVisit, ends + Duration::minutes(30)))
    }

    /// The sides that have to be screened before anything is planned with them.
    fn screens_due(&self, due_at: DateTime<Utc>) -> Vec<Duty> {
        let sides =
            [(Side::Applicant, DutyKind::ScreenApplicant), (Side::Respondent, DutyKind::ScreenRespondent)];
        let due = sides.into_iter().filter(|(side, _)| self.needs_screening(*side));
        due.map(|(side, kind)| self.desk_of(side, kind, due_at)).collect()
    }

    /// The NGO has the case and may not know the respondent: they are asked, once they were reached.
    fn provision_duty(&self) -> Option<Duty> {
        let due = (self.safety() < Safety::Pause)
            && self.asks_provision(Side::Respondent)
            && self.history.respondent_contacted()
            && !self.respondent.provision_asked
            && !self.respondent.declined;
        due.then(|| {
            self.desk_of(Side::Respondent, DutyKind::AskProvision, days_after(self.history.last_at(), 7))
        })
    }

    /// On the last day of an order somebody makes sure whether it goes on; after it the clock ends it.
    fn order_duties(&self) -> Vec<Duty> {
        let due = |until| seoul::midnight(until);
        self.standing_orders().map(|o| self.desk(DutyKind::ReviewOrder, due(o.until))).collect()
    }

    /// A request about one's own data is answered within ten days, in a closed case too.
    fn right_duties(&self) -> Vec<Duty> {
        let duty = |r: &super::RightRequest| {
            self.desk_of(r.side, DutyKind::AnswerRight, days_after(r.asked_at, self.rules.rights_days))
        };
        self.open_rights().map(duty).collect()
    }

    /// Which body asks after a referral that is not answered, and takes it back: the one that sent it as long as it sees the
    /// case, else the one that has the case.
    #[must_use]
    pub fn asks_after(&self, referral: &Referral) -> Option<BodyId> {
        let see = [self.holder, self.bodies.office, self.bodies.committee];
        referral.from.filter(|body| see.contains(&Some(*body))).or(self.holder)
    }

    fn referral_duties(&self) -> Vec<Duty> {
        self.referrals.iter().flat_map(|r| self.duties_of(r)).collect()
    }

    /// What is to be done about one referral: answered by its body, asked after by its sender, told what became of it. Where nobody
    /// of the body works here, whoever has the case asks after it and writes down what it said.
    fn duties_of(&self, r: &Referral) -> Vec<Duty> {
        let here = desk_role(r.kind).is_some();
        let body = |kind, due_at| Duty { kind, due_at, owner: Owner::Body(r.body) };
        let asks = |due_at| Duty {
            kind: DutyKind::AskReferral,
            due_at,
            owner: self.asks_after(r).map_or(Owner::Nobody, Owner::Body),
        };
        match r.state {
            ReferralState::Sent if here => vec![body(DutyKind::AnswerReferral, r.due)],
            ReferralState::Sent => vec![self.desk(DutyKind::AskReferral, r.due)],
            ReferralState::Silent if here => {
                vec![body(DutyKind::AnswerReferral, r.due), asks(working_days_after(r.due, 1))]
            }
            ReferralState::Silent => vec![self.desk(DutyKind::AskReferral, working_days_after(r.due, 1))],
            // Whoever has the turn has its own duties.
            ReferralState::Accepted if Self::takes_turn(r.kind) => Vec::new(),
            ReferralState::Accepted if here => {
                vec![body(DutyKind::ReportReferral, days_after(r.heard_at, REPORT_DAYS))]
            }
            ReferralState::Accepted => {
                vec![self.desk(DutyKind::ReportReferral, days_after(r.heard_at, REPORT_DAYS))]
            }
            ReferralState::Returned | ReferralState::Done => Vec::new(),
        }
    }

    fn follow_up_duties(&self) -> Vec<Duty> {
        let owner = self.follows_up().map_or(Owner::Nobody, Owner::Body);
        let open = self.follow_ups.iter().filter(|f| f.is_open());
        let asked = open.map(|f| Duty { kind: DutyKind::FollowUp, due_at: seoul::midnight(f.due), owner });
        let broken = self.reconsider_since.map(|since| Duty {
            kind: DutyKind::ConsiderReopening,
            due_at: working_days_after(since, 3),
            owner,
        });
        asked.chain(broken).collect()
    }
}

/// A body whose people work here has let its time pass: its answer is its own, and its sender can only take the case back.
fn asks_to_take_back(r: &Referral) -> bool {
    r.state == ReferralState::Silent && desk_role(r.kind).is_some()
}

/// Whether a duty begins something with the people of a case, rather than to finish it.
const fn begins(kind: DutyKind) -> bool {
    matches!(
        kind,
        DutyKind::TalkToApplicant
            | DutyKind::ScreenApplicant
            | DutyKind::ScreenRespondent
            | DutyKind::Recommend
            | DutyKind::HandOver
            | DutyKind::FindSource
            | DutyKind::ContactRespondent
            | DutyKind::AskConsent
            | DutyKind::AskProvision
            | DutyKind::Assign
            | DutyKind::PlanSession
    )
}
