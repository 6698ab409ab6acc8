//! Putting someone in charge, by either route, and handing the case to other bodies and back.
use super::{Case, Event, InCharge, Offer, Referral, Refused};
use crate::domain::codes::{
    BodyKind, Effect, OfferState, Outcome, ReferralState, Role, Route, SessionState, Stage,
};
use crate::domain::ids::{BodyId, UserId};
use crate::domain::mark::Mark;
use crate::domain::referral::Terms;
use crate::domain::step::{Seq, Step, StepCode};
use chrono::{DateTime, NaiveDate, Utc};

impl Case {
    pub(super) fn apply_assignment(&mut self, event: &Event) -> Result<(), Refused> {
        match &event.step {
            Step::NameMembers { members } => self.after_naming(event, members),
            Step::Offer { mediator, answer_by, wanted } => {
                self.after_offer(event, *mediator, *answer_by, wanted)
            }
            Step::AcceptOffer { offer, .. } => self.after_acceptance(event, *offer),
            Step::DeclineOffer { offer, .. } => {
                self.answer_offer(event, *offer, OfferState::Declined).map(drop)
            }
            Step::ReconsiderOffer { offer } => self.after_reconsidering(event, *offer),
            Step::CancelOffer { offer, .. } => {
                self.answer_offer(event, *offer, OfferState::Cancelled).map(drop)
            }
            Step::ExpireOffer { offer } => {
                if self.offer(*offer).is_some_and(|o| event.at < o.answer_by) {
                    return Err(Refused::new("offer_not_due", "답변 기한이 아직 지나지 않았습니다."));
                }
                self.answer_offer(event, *offer, OfferState::Expired).map(drop)
            }
            Step::ChangeRoute { route, .. } => self.after_route(*route),
            Step::Resign { person, .. } => self.after_resignation(*person),
            Step::Refer { .. } => self.after_referral(event),
            Step::AcceptReferral { referral, their_number, .. } => {
                self.numbered(*referral, their_number);
                self.after_referral_accepted(event, *referral)
            }
            Step::ReturnReferral { referral, .. } => self.after_return(event, *referral),
            Step::LapseReferral { referral } => self.after_silence(event, *referral),
            Step::ReferralProgress { referral, .. } => self.after_news(event, *referral),
            Step::ReferralResult { referral, their_number, .. } => {
                self.numbered(*referral, their_number);
                self.after_news(event, *referral)
            }
            _ => Ok(()),
        }
    }

    /// How many people must be in charge before mediation begins.
    pub(super) fn needed_in_charge(&self) -> usize {
        match self.route {
            Route::Committee => 1,
            Route::Ngo => self.intake.mediators_needed,
        }
    }

    fn after_naming(&mut self, event: &Event, members: &[UserId]) -> Result<(), Refused> {
        if members.is_empty() {
            return Err(Refused::new("members_missing", "담당위원을 한 사람 이상 골라 주세요."));
        }
        if self.route != Route::Committee {
            return Err(Refused::new(
                "route",
                "조정인에게 맡기는 경로입니다. 위원이 맡으려면 배정 경로를 먼저 바꿔 주세요.",
            ));
        }
        for user in members {
            if !self.is_in_charge(*user, Role::Member) {
                let (user, role, since) = (*user, Role::Member, event.at);
                self.in_charge.push(InCharge { user, role, ngo: None, lead: true, since });
            }
        }
        self.stage = Stage::Mediating;
        self.company_changed();
        Ok(())
    }

    /// Whoever is invited to a fixed meeting has changed: its calendar entry goes out with a new number (RFC 5546 §2.1.4).
    pub(super) fn company_changed(&mut self) {
        for session in self.sessions.iter_mut().filter(|s| s.state == SessionState::Fixed) {
            session.sequence += 1;
        }
    }

    /// Whether a lead and a co-mediator are required (`product.md` §2).
    #[must_use]
    pub fn pairs(&self) -> bool {
        self.route == Route::Ngo && self.intake.mediators_needed > 1
    }

    /// Whether one more mediator can be asked.
    pub(super) fn has_room_for_offer(&self) -> bool {
        let pending = self.offers.iter().filter(|o| o.state == OfferState::Pending).count();
        pending + self.in_charge.len() < self.intake.mediators_needed
    }

    /// Somebody leads already, or was asked to.
    fn has_lead(&self) -> bool {
        self.in_charge.iter().any(|p| p.lead)
            || self.offers.iter().any(|o| o.lead && o.state == OfferState::Pending)
    }

    fn after_offer(
        &mut self,
        event: &Event,
        mediator: UserId,
        answer_by: DateTime<Utc>,
        wanted: &[NaiveDate],
    ) -> Result<(), Refused> {
        if self.route != Route::Ngo {
            return Err(Refused::new(
                "route",
                "위원이 맡는 경로입니다. 조정인에게 맡기려면 배정 경로를 먼저 바꿔 주세요.",
            ));
        }
        if answer_by <= event.at {
            return Err(Refused::new("answer_by_past", "답변 기한은 앞으로의 시각이어야 합니다."));
        }
        if self.offers.iter().any(|o| o.mediator == mediator) {
            return Err(Refused::new(
                "offered_before",
                "이 조정인에게는 이 사건을 이미 요청한 적이 있습니다. 다른 조정인을 골라 주세요.",
            ));
        }
        if !self.has_room_for_offer() {
            return Err(Refused::new(
                "offer_pending",
                "담당 조정인이 있거나 답을 기다리는 요청이 있습니다. 답을 기다리거나 취소해 주세요.",
            ));
        }
        let (wanted, state, lead) = (wanted.to_owned(), OfferState::Pending, !self.has_lead());
        let (seq, sent_at, answered_at) = (event.seq, event.at, None);
        self.offers.push(Offer { seq, mediator, sent_at, answer_by, wanted, lead, state, answered_at });
        Ok(())
    }

    /// A decline is taken back while nobody else was asked instead; the question is open again.
    fn after_reconsidering(&mut self, event: &Event, seq: Seq) -> Result<(), Refused> {
        let (room, lead) = (self.has_room_for_offer(), !self.has_lead());
        let Some(offer) = self.offers.iter_mut().find(|o| o.seq == seq) else {
            return Err(Refused::new("no_offer", "그런 배정 요청이 없습니다."));
        };
        let in_time = offer.take_back_until().is_some_and(|until| event.at < until);
        if offer.state != OfferState::Declined || !in_time || event.at >= offer.answer_by {
            return Err(Refused::new(
                "too_late_to_take_back",
                "사양하신 지 하루가 지났거나 답변 기한이 지나 되돌릴 수 없습니다. 담당 기관에 전화해 주세요.",
            ));
        }
        if !room {
            return Err(Refused::new(
                "offer_taken",
                "그사이 다른 분께 여쭈었습니다. 맡을 뜻이 있으시면 담당 기관에 전화해 주세요.",
            ));
        }
        (offer.state, offer.answered_at, offer.lead) = (OfferState::Pending, None, lead);
        Ok(())
    }

    fn answer_offer(&mut self, event: &Event, seq: Seq, state: OfferState) -> Result<Offer, Refused> {
        match self.offers.iter_mut().find(|o| o.seq == seq) {
            Some(offer) if offer.state == OfferState::Pending => {
                (offer.state, offer.answered_at) = (state, Some(event.at));
                Ok(offer.clone())
            }
            Some(offer) => {
                let sentence = format!("이 배정 요청은 이미 끝났습니다({}).", offer.state.label());
                Err(Refused { code: "offer_answered", sentence })
            }
            None => Err(Refused::new("no_offer", "그런 배정 요청이 없습니다.")),
        }
    }

    fn after_acceptance(&mut self, event: &Event, seq: Seq) -> Result<(), Refused> {
        if self.offer(seq).is_some_and(|o| event.at >= o.answer_by) {
            return Err(Refused::new(
                "offer_expired",
                "답변 기한이 지난 요청입니다. 담당 기관에 전화해 주세요.",
            ));
        }
        let offer = self.answer_offer(event, seq, OfferState::Accepted)?;
        self.confide_in(offer.mediator);
        let (user, ngo) = (offer.mediator, self.bodies.ngo);
        let (role, lead, since) = (Role::Mediator, offer.lead, event.at);
        self.in_charge.push(InCharge { user, role, ngo, lead, since });
        self.company_changed();
        if self.in_charge.len() >= self.needed_in_charge() {
            self.stage = Stage::Mediating;
        }
        Ok(())
    }

    fn after_route(&mut self, route: Route) -> Result<(), Refused> {
        let body = match route {
            Route::Committee => self.bodies.committee,
            Route::Ngo => self.bodies.ngo,
        };
        let Some(body) = body else {
            return Err(Refused::new(
                "no_body",
                "그 경로를 맡을 기관이 없습니다. 먼저 다른 기관에 의뢰해 주세요.",
            ));
        };
        if self.route == route && self.holder == Some(body) {
            return Err(Refused::new("same_route", "이미 그 경로입니다."));
        }
        self.route = route;
        self.holder = Some(body);
        self.turns_end(Some(body));
        self.mediators_leave(self.bodies.ngo.filter(|_| route == Route::Ngo));
        self.cancel_pending_offers();
        Ok(())
    }

    pub(super) fn cancel_pending_offers(&mut self) {
        for offer in self.offers.iter_mut().filter(|o| o.state == OfferState::Pending) {
            offer.state = OfferState::Cancelled;
        }
    }

    fn after_resignation(&mut self, person: UserId) -> Result<(), Refused> {
        let before = self.in_charge.len();
        self.in_charge.retain(|p| p.user != person);
        if self.in_charge.len() == before {
            return Err(Refused::new("not_in_charge", "이 사건을 맡고 있지 않은 사람입니다."));
        }
        if self.in_charge.len() < self.needed_in_charge() {
            // Whoever was asked beside them is still asked: one who leaves keeps the other.
            self.end_talks();
            self.stage = self.stage.min(Stage::Assigning);
        } else {
            self.company_changed();
        }
        Ok(())
    }

    /// The number under which the body has it, where it gave one.
    fn numbered(&mut self, seq: Seq, theirs: &str) {
        let found = self.referrals.iter_mut().find(|r| r.seq == seq && !theirs.is_empty());
        found.into_iter().for_each(|r| theirs.clone_into(&mut r.their_number));
    }

    /// Whether it cannot go to this body now: it has the case, or has not answered, or another one may take the case.
    fn asked_elsewhere(&self, asked: &Referral) -> Result<(), Refused> {
        if self.holder == Some(asked.body) {
            return Err(Refused::new("same_body", "지금 맡고 있는 기관입니다. 다른 기관을 골라 주세요."));
        }
        if self.referrals.iter().any(|r| r.body == asked.body && r.waits()) {
            return Err(Refused::new("referral_pending", "이 기관의 답을 기다리는 의뢰가 이미 있습니다."));
        }
        let wants_it = |r: &Referral| Self::takes_turn(r.kind) || r.effect() == Effect::Over;
        if wants_it(asked) && self.referrals.iter().any(|r| wants_it(r) && r.waits()) {
            return Err(Refused::new(
                "referral_pending",
                "답을 기다리는 의뢰가 있습니다. 한 번에 한 기관만 맡을 수 있습니다.",
            ));
        }
        Ok(())
    }

    fn after_referral(&mut self, event: &Event) -> Result<(), Refused> {
        let Step::Refer { body, kind, basis, help, terms, .. } = &event.step else { return Ok(()) };
        let (body, kind, basis) = (*body, *kind, *basis);
        let kind = kind.ok_or_else(|| Refused::new("no_body", "의뢰할 기관을 골라 주세요."))?;
        let terms = terms.unwrap_or_else(|| Terms::of_old(kind));
        let (sent_at, due) = (event.at, terms.due(event.at));
        let asked = Referral {
            seq: event.seq,
            body,
            kind,
            sent_at,
            state: ReferralState::Sent,
            from: self.holder,
            before: (self.bodies, self.route),
            basis,
            terms,
            help: *help,
            their_number: String::new(),
            due,
            heard_at: sent_at,
        };
        self.asked_elsewhere(&asked)?;
        self.referrals.push(asked);
        if Self::takes_turn(kind) {
            self.holder = Some(body);
            self.cancel_pending_offers();
        }
        match kind {
            BodyKind::Ngo => {
                self.bodies.ngo = Some(body);
                self.route = Route::Ngo;
            }
            // The 단지's own, which may have been founded after the case was filed.
            BodyKind::Committee => self.bodies.committee = Some(body),
            BodyKind::Office => self.bodies.office = Some(body),
            _ => {}
        }
        Ok(())
    }

    fn answer_referral(
        &mut self,
        event: &Event,
        seq: Seq,
        state: ReferralState,
    ) -> Result<Referral, Refused> {
        let Some(referral) = self.referrals.iter_mut().find(|r| r.seq == seq) else {
            return Err(Refused::new("no_referral", "그런 의뢰가 없습니다."));
        };
        let given_back = referral.state == ReferralState::Accepted && state == ReferralState::Returned;
        if referral.waits() || given_back {
            (referral.state, referral.heard_at) = (state, event.at);
            return Ok(referral.clone());
        }
        let sentence = format!("이 의뢰에는 이미 답이 있습니다({}).", referral.state.label());
        Err(Refused { code: "referral_answered", sentence })
    }

    /// Nothing was heard by the deadline. The office or the committee that sent it asks or takes it back; from anybody else the
    /// turn comes back by itself, as they see the case no more.
    fn after_silence(&mut self, event: &Event, seq: Seq) -> Result<(), Refused> {
        let known = self.referral(seq).filter(|r| r.state == ReferralState::Sent);
        let Some(referral) = known.cloned() else {
            return Err(Refused::new("referral_answered", "답을 기다리는 의뢰가 아닙니다."));
        };
        if event.at < referral.due {
            return Err(Refused::new("referral_not_due", "답할 기한이 아직 지나지 않았습니다."));
        }
        let unseen = self.asks_after(&referral) == Some(referral.body);
        if Self::takes_turn(referral.kind) && referral.from.is_some() && unseen {
            return self.after_return(event, seq);
        }
        if let Some(silent) = self.referrals.iter_mut().find(|r| r.seq == seq) {
            silent.state = ReferralState::Silent;
        }
        Ok(())
    }

    /// Something was heard of it. A result ends it, unless the body has the case: then the case's own end does.
    fn after_news(&mut self, event: &Event, seq: Seq) -> Result<(), Refused> {
        let ends = event.step.code() == StepCode::ReferralResult;
        let Some(found) = self.referrals.iter_mut().find(|r| r.seq == seq) else {
            return Err(Refused::new("no_referral", "그런 의뢰가 없습니다."));
        };
        if found.state == ReferralState::Returned {
            return Err(Refused::new("referral_answered", "돌아온 의뢰입니다. 다시 의뢰해 주세요."));
        }
        found.heard_at = event.at;
        if ends && !Self::takes_turn(found.kind) {
            found.state = ReferralState::Done;
        }
        Ok(())
    }

    /// A returned referral gives the holder back; the total clock never stops.
    fn after_return(&mut self, event: &Event, seq: Seq) -> Result<(), Refused> {
        let back = self.answer_referral(event, seq, ReferralState::Returned)?;
        if Self::takes_turn(back.kind) && self.holder == Some(back.body) {
            self.holder = back.from.or(self.holder);
            self.turn_goes_on();
            let (had, route) = back.before;
            match back.kind {
                BodyKind::Committee => self.bodies.committee = had.committee.or(self.bodies.committee),
                BodyKind::Office => self.bodies.office = had.office.or(self.bodies.office),
                _ => {}
            }
            if back.kind == BodyKind::Ngo {
                // An NGO that had the case before has it again, with its mediators; the returning one's go.
                let ngo = had.ngo;
                self.bodies.ngo = ngo.or(self.bodies.ngo);
                if self.bodies.committee.is_some() {
                    self.route = if self.holder == ngo { route } else { Route::Committee };
                }
                self.mediators_leave(ngo.filter(|ngo| *ngo != back.body));
            }
            self.cancel_pending_offers();
        }
        Ok(())
    }

    /// An NGO mediates on within the case; what else an acceptance means, the body's line in the table says.
    fn after_referral_accepted(&mut self, event: &Event, seq: Seq) -> Result<(), Refused> {
        let referral = self.answer_referral(event, seq, ReferralState::Accepted)?;
        if Self::takes_turn(referral.kind) {
            self.turns_end(Some(referral.body));
        }
        if referral.effect() == Effect::Over {
            self.mark(event, Mark::Closed(Outcome::Transferred))?;
            self.closed(event);
            return Ok(());
        }
        match referral.kind {
            BodyKind::Ngo => {
                self.mediators_leave(Some(referral.body));
                if self.stage < Stage::Participation {
                    self.stage = Stage::Participation;
                    return self.mark(event, Mark::HandedOver);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The turn is `body`'s, or over: what other bodies had taken it by is done, and with it their access.
    pub(super) fn turns_end(&mut self, body: Option<BodyId>) {
        let had = |r: &&mut Referral| r.state == ReferralState::Accepted && Self::takes_turn(r.kind);
        for referral in self.referrals.iter_mut().filter(had).filter(|r| Some(r.body) != body) {
            referral.state = ReferralState::Done;
        }
    }

    /// Whoever has the turn again has it by the referral by which they had it before.
    pub(super) fn turn_goes_on(&mut self) {
        let holder = self.holder;
        let had = |r: &&mut Referral| Some(r.body) == holder && Self::takes_turn(r.kind);
        let last = self.referrals.iter_mut().rev().find(had);
        if let Some(referral) = last.filter(|r| r.state == ReferralState::Done) {
            referral.state = ReferralState::Accepted;
        }
    }
}
