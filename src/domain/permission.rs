//! THE permission table. Every question of the kind "may this person …" is answered here and nowhere else.
//!
//! A person holds dated grants; what they are to one case follows from the grants and the case (`Hat`). Reading
//! takes a `Scope`, which the store turns into a WHERE clause: a case outside it does not exist (404, never 403).
mod evidence;
mod figures;
mod meeting;
mod programmes;
mod publications;
mod referrals;
mod words;

pub use figures::{Own, OwnKind};
pub use meeting::meeting_takers;
pub use programmes::{Concerned, Sight};
use words::is_to_respondent;
pub use words::{Words, speaks, words_of};

use super::case::Refused;
use super::case::{Case, Event};
use super::codes::{BodyKind, Decider, OfferState, Outcome, Role, Side, Stage, Visibility, codes};
use super::committee::delegation::{self, Act, Chaired};
use super::ids::{BodyId, CaseId, UserId};
use super::step::{Seq, Step, StepCode};

codes! {
    /// What a person is to one case.
    Hat {
        Office = "office" "관리사무소",
        Desk = "desk" "간사",
        Coordinator = "coordinator" "NGO 담당",
        Referred = "referred" "의뢰받은 기관",
        Member = "member" "담당위원",
        Chair = "chair" "위원장",
        Deliberating = "deliberating" "심의위원",
        Meeting = "meeting" "위원회 의결",
        Mediator = "mediator" "담당 조정인",
        Offered = "offered" "배정 요청을 받은 조정인",
        Applicant = "applicant" "신청인",
        Respondent = "respondent" "상대방",
        Ward = "ward" "구청",
        Clock = "clock" "이음(자동)",
    }
    /// How much of a case a person may read.
    View {
        Nothing = "nothing" "없음",
        Summary = "summary" "요약",
        OwnLog = "own_log" "자기 기록",
        File = "file" "전부",
    }
}

/// One grant in force: a role at a body (none: the installation).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    pub role: Role,
    pub body: Option<BodyId>,
}

/// Who comes to one case by a link or a letter's code, without a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guest {
    /// A party.
    Party(CaseId, Side),
    /// The mediator whom an offer asks.
    Mediator(CaseId, UserId),
    /// The people of a body, about the referral with this number, where none of them has an account.
    Body(CaseId, Seq),
}

impl Guest {
    /// The case whose door it is.
    #[must_use]
    pub const fn case(self) -> CaseId {
        match self {
            Self::Party(case, _) | Self::Mediator(case, _) | Self::Body(case, _) => case,
        }
    }
}

/// Who is acting: a person with an account, somebody by a link, or the clock.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Actor {
    pub user: Option<UserId>,
    /// The grants in force now.
    pub grants: Vec<Grant>,
    /// Who came by a link, without a login.
    pub guest: Option<Guest>,
    /// Cases on the agenda of a meeting that this member was called to: readable until the minutes are signed.
    pub agenda: Vec<CaseId>,
    /// What the 전결표 of their committees gives to this chair.
    pub chairing: Vec<Chaired>,
    /// Cases from which this person is recused, as whatever they are in the committee.
    pub recused: Vec<CaseId>,
    /// Cases whose desk this person keeps, as their 간사 has left them.
    pub standing_in: Vec<CaseId>,
    /// Committees for which this person works without a seat and without having pledged confidentiality.
    pub pledges_due: Vec<BodyId>,
    /// Those of their bodies that have meetings, members and papers, but no cases (추진협의회).
    pub councils: Vec<BodyId>,
    /// A member who has not signed the confidentiality pledge opens no file.
    pub unpledged: bool,
    /// A meeting that has just decided about this case.
    pub decided: Option<CaseId>,
    pub clock: bool,
}

/// The step or page is not for this person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Denied;

/// Which cases an actor can see; the store turns it into a WHERE clause. Empty lists match nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope {
    /// Everything: only for Ieum's own work (clock, mail, export of the installation by its command line).
    pub all: bool,
    pub one: Option<CaseId>,
    pub offices: Vec<BodyId>,
    pub committees: Vec<BodyId>,
    /// Bodies that a case was referred to, NGOs foremost.
    pub referred: Vec<BodyId>,
    /// Cases that this person is in charge of.
    pub in_charge: Option<UserId>,
    /// Single cases that a meeting or a 간사's absence brings before this person.
    pub before: Vec<CaseId>,
    /// What the 전결표 brings before this chair.
    pub chaired: Vec<Chaired>,
    /// Cases from which this person is recused: what they are in the committee opens none of them.
    pub recused: Vec<CaseId>,
    /// Wards: only the cases that have no 단지 yet and wait to be sent on.
    pub wards: Vec<BodyId>,
}

/// Who may take a step: as what, and whether only while their own body has the turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taker {
    pub hat: Hat,
    pub holding: bool,
}

const fn any(hat: Hat) -> Taker {
    Taker { hat, holding: false }
}
const fn holding(hat: Hat) -> Taker {
    Taker { hat, holding: true }
}

/// The desks that hold cases, while they hold this one.
const HOLDERS: [Taker; 3] = [holding(Hat::Office), holding(Hat::Desk), holding(Hat::Coordinator)];
const IN_CHARGE: [Taker; 2] = [any(Hat::Member), any(Hat::Mediator)];
/// Whom the committee's 전결표 may put in the desk's place: the chair alone, or a meeting's vote.
const BY_TABLE: [Taker; 2] = [any(Hat::Chair), any(Hat::Meeting)];
const PARTIES: [Taker; 2] = [any(Hat::Applicant), any(Hat::Respondent)];

/// THE (role × step) table.
#[must_use]
#[expect(clippy::too_many_lines, reason = "a table with a line for each step, so that none is forgotten")]
pub fn takers(step: StepCode) -> Vec<Taker> {
    let after_hand_over = [holding(Hat::Desk), holding(Hat::Coordinator)];
    match step {
        StepCode::File | StepCode::Recorded => Vec::new(),
        StepCode::ExpireOffer
        | StepCode::LapseProposal
        | StepCode::EndFollowUp
        | StepCode::LapseOrder
        | StepCode::LapseReferral => {
            vec![any(Hat::Clock)]
        }
        // What was done in the case of a cross-complaint, by whoever may do it there.
        StepCode::Follow | StepCode::MetWith | StepCode::Conclude => vec![any(Hat::Clock)],
        StepCode::Place => [&HOLDERS[..], &[any(Hat::Ward)]].concat(),
        StepCode::OpenInquiry | StepCode::Investigate => HOLDERS.to_vec(),
        StepCode::Counsel | StepCode::Screen | StepCode::Interview => [&HOLDERS[..], &IN_CHARGE].concat(),
        StepCode::Recommend => vec![holding(Hat::Office), holding(Hat::Desk)],
        StepCode::HandOver => [&[holding(Hat::Office), holding(Hat::Desk)][..], &BY_TABLE].concat(),
        // The respondent reports themself when they answer the letter.
        StepCode::Contact => [&after_hand_over[..], &IN_CHARGE, &[any(Hat::Respondent)]].concat(),
        StepCode::Letter => [&after_hand_over[..], &IN_CHARGE].concat(),
        StepCode::ChangeRespondent => HOLDERS.to_vec(),
        StepCode::Consent | StepCode::WithdrawConsent | StepCode::AnswerSlots => {
            [&after_hand_over[..], &IN_CHARGE, &PARTIES].concat()
        }
        StepCode::Provide => [&HOLDERS[..], &IN_CHARGE, &PARTIES].concat(),
        StepCode::Disclose => [&HOLDERS[..], &[any(Hat::Applicant)]].concat(),
        StepCode::Decline => [&after_hand_over[..], &IN_CHARGE, &[any(Hat::Respondent)]].concat(),
        StepCode::NameMembers => [&[holding(Hat::Desk)][..], &BY_TABLE].concat(),
        StepCode::Offer | StepCode::CancelOffer => after_hand_over.to_vec(),
        StepCode::ChangeRoute => [&after_hand_over[..], &BY_TABLE].concat(),
        StepCode::AcceptOffer | StepCode::DeclineOffer | StepCode::ReconsiderOffer => {
            [&after_hand_over[..], &[any(Hat::Offered)]].concat()
        }
        // Ieum itself takes out whoever left the case or the committee.
        StepCode::Resign => [&after_hand_over[..], &IN_CHARGE, &[any(Hat::Clock)]].concat(),
        StepCode::ProposeSession
        | StepCode::FixSession
        | StepCode::MoveSession
        | StepCode::HoldSession
        | StepCode::CheckIn
        | StepCode::Draft => [&after_hand_over[..], &IN_CHARGE].concat(),
        // Ieum itself cancels what the cross-complaint's safety does not let be held.
        StepCode::CancelSession => [&after_hand_over[..], &IN_CHARGE, &[any(Hat::Clock)]].concat(),
        StepCode::Propose => [&after_hand_over[..], &IN_CHARGE, &BY_TABLE].concat(),
        StepCode::RecommendAgain => [&[any(Hat::Desk), any(Hat::Member)][..], &BY_TABLE].concat(),
        StepCode::AnswerProposal | StepCode::CommentDraft | StepCode::Sign => {
            [&after_hand_over[..], &IN_CHARGE, &PARTIES].concat()
        }
        StepCode::Report => IN_CHARGE.to_vec(),
        StepCode::ConfidentialNote | StepCode::Reflection => vec![any(Hat::Mediator)],
        StepCode::Confirm => [&HOLDERS[..], &[any(Hat::Desk), any(Hat::Applicant)]].concat(),
        StepCode::Refer => [&HOLDERS[..], &[any(Hat::Ward)], &BY_TABLE].concat(),
        // Whoever has the case writes down what a body said whose people do not work here (`permission::referrals`).
        StepCode::AcceptReferral | StepCode::ReturnReferral => {
            vec![any(Hat::Referred), any(Hat::Office), any(Hat::Desk), holding(Hat::Coordinator)]
        }
        StepCode::ReferralResult | StepCode::ReferralProgress => {
            [&HOLDERS[..], &[any(Hat::Desk), any(Hat::Referred)]].concat()
        }
        // The ward closes only as counselled, where there is nobody to send the case to.
        StepCode::Close => [&HOLDERS[..], &[any(Hat::Applicant), any(Hat::Ward)], &BY_TABLE].concat(),
        StepCode::Reopen => [&HOLDERS[..], &[any(Hat::Desk)], &BY_TABLE].concat(),
        // To open it again may be the chair's or a vote's; that it stays closed is recorded by whoever sees to it.
        StepCode::KeepClosed => [&HOLDERS[..], &[any(Hat::Desk)]].concat(),
        StepCode::LeaveAgreement => [&HOLDERS[..], &[any(Hat::Desk)], &IN_CHARGE].concat(),
        // Nobody asks what people thought of their own work.
        StepCode::Survey => [&HOLDERS[..], &[any(Hat::Desk)], &PARTIES].concat(),
        StepCode::FollowUp => [&HOLDERS[..], &[any(Hat::Desk)], &IN_CHARGE, &PARTIES].concat(),
        // Ieum itself notes what a cross-complaint could not follow.
        StepCode::Note => {
            let desks = [any(Hat::Office), any(Hat::Desk), any(Hat::Coordinator), any(Hat::Clock)];
            [&desks[..], &IN_CHARGE].concat()
        }
        StepCode::Link => [&HOLDERS[..], &[any(Hat::Desk)]].concat(),
        StepCode::Order | StepCode::EndOrder | StepCode::Alarm => [&HOLDERS[..], &IN_CHARGE].concat(),
        StepCode::AddPerson
        | StepCode::EndPerson
        | StepCode::Represent
        | StepCode::OthersAgree
        | StepCode::MoveOut
        | StepCode::Together
        | StepCode::Merge
        | StepCode::Split => HOLDERS.to_vec(),
        StepCode::AmendPerson
        | StepCode::Agree
        | StepCode::AnswerRight
        | StepCode::Hold
        | StepCode::Release => [&HOLDERS[..], &[any(Hat::Desk)]].concat(),
        StepCode::AskRight => [&HOLDERS[..], &[any(Hat::Desk)], &PARTIES].concat(),
        // Ieum itself carries a 정정 over to the cross-complaint.
        StepCode::Correct => [&HOLDERS[..], &[any(Hat::Desk), any(Hat::Clock)]].concat(),
    }
}

impl Actor {
    /// Somebody by a link.
    #[must_use]
    pub fn guest(guest: Guest) -> Self {
        Self { guest: Some(guest), ..Self::default() }
    }

    /// Whether this is that side of the case, by its own link.
    #[must_use]
    pub fn is_party(&self, side: Side, case: &Case) -> bool {
        self.guest == Some(Guest::Party(case.id, side))
    }

    /// The mediator as whom this person could answer an offer of the case: their account, or the offer's link.
    fn asked_as(&self, case: &Case) -> Option<UserId> {
        self.user.or(match self.guest {
            Some(Guest::Mediator(id, user)) if id == case.id => Some(user),
            _ => None,
        })
    }

    /// Ieum itself, doing what time does.
    #[must_use]
    pub fn clock() -> Self {
        Self { clock: true, ..Self::default() }
    }

    /// Whoever can run commands on the server: they hold its key, and are its operator.
    #[must_use]
    pub fn command_line() -> Self {
        Self { grants: vec![Grant { role: Role::Admin, body: None }], ..Self::default() }
    }

    /// Whether the person holds this role anywhere.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.grants.iter().any(|g| g.role == role)
    }

    /// The bodies at which the person holds this role.
    #[must_use]
    pub fn bodies(&self, role: Role) -> Vec<BodyId> {
        self.grants.iter().filter(|g| g.role == role).filter_map(|g| g.body).collect()
    }

    /// The bodies at whose desk the person works: what waits there is theirs to do.
    #[must_use]
    pub fn desks(&self) -> Vec<BodyId> {
        let roles = [Role::Manager, Role::Secretary, Role::Coordinator, Role::Dong, Role::Ward];
        roles.iter().flat_map(|role| self.bodies(*role)).collect()
    }

    fn at(&self, role: Role, body: Option<BodyId>) -> bool {
        body.is_some_and(|b| self.grants.iter().any(|g| g.role == role && g.body == Some(b)))
    }

    /// Whether this person, still of the committee, keeps this case's desk in the 간사's place.
    fn stands_in(&self, case: &Case) -> bool {
        let roles = [Role::Chair, Role::Member, Role::Clerk];
        self.standing_in.contains(&case.id) && roles.iter().any(|r| self.at(*r, case.bodies.committee))
    }

    /// The cases that this person can see at all.
    #[must_use]
    pub fn scope(&self) -> Scope {
        Scope {
            all: self.clock,
            one: self.guest.map(Guest::case).or(self.decided),
            offices: self.bodies(Role::Manager),
            committees: self.bodies(Role::Secretary),
            referred: [self.bodies(Role::Coordinator), self.bodies(Role::Dong)].concat(),
            wards: self.bodies(Role::Ward),
            before: [&self.agenda[..], &self.standing_in].concat(),
            chaired: self.chairing.clone(),
            recused: self.recused.clone(),
            in_charge: self
                .user
                .filter(|_| !self.unpledged || self.has(Role::Mediator))
                .filter(|_| self.has(Role::Mediator) || self.has(Role::Member) || self.has(Role::Chair)),
        }
    }

    /// What this person is to `case`.
    #[must_use]
    pub fn hats(&self, case: &Case) -> Vec<Hat> {
        let mut hats = Vec::new();
        let mut wear = |worn: bool, hat: Hat| {
            if worn {
                hats.push(hat)
            }
        };
        let referred = |r: &super::case::Referral| self.is_asked(r, case) && r.is_open();
        wear(self.at(Role::Manager, case.bodies.office), Hat::Office);
        // A recused person is nobody in the committee for this case; what they are elsewhere stays theirs.
        let recused = self.recused.contains(&case.id);
        let with_committee = case.is_with_committee() && !recused;
        let desk = self.at(Role::Secretary, case.bodies.committee) || self.stands_in(case);
        wear(desk && with_committee, Hat::Desk);
        // A referral has to be accepted before the file opens: until then its body sees a summary (`Referred`).
        let asked_only = case.referrals.iter().any(|r| Some(r.body) == case.holder && r.waits());
        wear(self.at(Role::Coordinator, case.holder) && !asked_only, Hat::Coordinator);
        wear(case.referrals.iter().any(referred), Hat::Referred);
        wear(self.at(Role::Ward, case.bodies.ward) && case.holder == case.bodies.ward, Hat::Ward);
        let seated = [Role::Chair, Role::Member];
        let seated = seated.iter().any(|r| self.at(*r, case.bodies.committee)) && with_committee;
        if let Some(user) = self.user {
            let member = case.is_in_charge(user, Role::Member) && seated && !self.unpledged;
            wear(member, Hat::Member);
            let of = case.in_charge.iter().find(|p| p.user == user && p.role == Role::Mediator);
            wear(of.is_some_and(|p| self.at(Role::Mediator, p.ngo)), Hat::Mediator);
        }
        let asked = self.asked_as(case);
        // A decline can be taken back; whether it still can is asked of the case.
        let pending = |o: &super::case::Offer| {
            matches!(o.state, OfferState::Pending | OfferState::Declined) && Some(o.mediator) == asked
        };
        wear(case.offers.iter().any(pending), Hat::Offered);
        wear(self.is_party(Side::Applicant, case), Hat::Applicant);
        wear(self.is_party(Side::Respondent, case), Hat::Respondent);
        wear(
            self.at(Role::Chair, case.bodies.committee)
                && self.chairing.iter().any(|given| given.covers(case))
                && seated,
            Hat::Chair,
        );
        wear(self.agenda.contains(&case.id) && seated && !self.unpledged, Hat::Deliberating);
        wear(self.decided == Some(case.id), Hat::Meeting);
        wear(self.clock, Hat::Clock);
        hats
    }

    /// Whether this person comes to `case` through its committee and in no other way.
    #[must_use]
    pub fn is_of_committee_alone(&self, case: &Case) -> bool {
        let of_committee = |hat: &Hat| self.body_as(*hat, case) == case.bodies.committee;
        let by_committee = |hat: &Hat| match hat {
            Hat::Desk | Hat::Member | Hat::Chair | Hat::Deliberating => true,
            Hat::Referred => of_committee(hat),
            _ => false,
        };
        self.hats(case).iter().all(by_committee)
    }

    /// Whether this person comes to the meetings of the case: in charge of it, and neither recused nor out of the committee.
    #[must_use]
    pub fn meets_in(&self, case: &Case) -> bool {
        self.hats(case).iter().any(|hat| matches!(hat, Hat::Member | Hat::Mediator))
    }

    fn holds(&self, hat: Hat, case: &Case) -> bool {
        let role = match hat {
            Hat::Office => Role::Manager,
            Hat::Desk if self.stands_in(case) => return case.holder == case.bodies.committee,
            Hat::Desk => Role::Secretary,
            Hat::Coordinator => Role::Coordinator,
            _ => return true,
        };
        self.at(role, case.holder)
    }

    /// As what this person may take a step of this kind in `case`, if at all.
    #[must_use]
    pub fn taking(&self, step: StepCode, case: &Case) -> Option<Hat> {
        let deciders = case.delegation.deciders(step);
        self.taking_under(step, case, &deciders)
    }

    /// As what this person may take the step where one of these decides it.
    fn taking_under(&self, step: StepCode, case: &Case, deciders: &[Decider]) -> Option<Hat> {
        let hats = self.hats(case);
        let worn = |t: &Taker| hats.contains(&t.hat) && (!t.holding || self.holds(t.hat, case));
        let kept_out = |hat: Hat| is_to_respondent(step) && self.is_kept_from(hat, Side::Respondent, case);
        let named = |hat: Hat| deciders.iter().any(|d| entitled(hat, *d));
        let answers = |hat: Hat| self.answers_one(step, hat, case);
        let taker =
            takers(step).into_iter().find(|t| worn(t) && !kept_out(t.hat) && named(t.hat) && answers(t.hat));
        taker.map(|t| t.hat).or_else(|| self.keeping(case).filter(|_| speaks(step)))
    }

    /// Why the 전결표 keeps this person from a step that would otherwise be theirs, and what to do instead.
    #[must_use]
    pub fn barred(&self, step: &Step, case: &Case) -> Option<Refused> {
        let act = Act::of(step);
        let decider = case.delegation.decider(act);
        let barred = self.taking_under(act.step, case, &[decider]).is_none()
            && Decider::ALL.iter().any(|d| self.taking_under(act.step, case, &[*d]).is_some());
        barred.then(|| delegation::refused(act, decider))
    }

    /// The outcomes with which this person may close the case as it stands.
    #[must_use]
    pub fn closing(&self, case: &Case) -> Vec<Outcome> {
        let may = |o: &Outcome| {
            let close = Step::Close { outcome: *o, reason: String::new(), by: None };
            self.may_take(&close, case).is_ok()
        };
        case.possible_outcomes().into_iter().filter(may).collect()
    }

    /// The desk that speaks with a side in the NGO's stead, if this person works there.
    fn keeping(&self, case: &Case) -> Option<Hat> {
        if !Side::ALL.iter().any(|side| case.is_kept(*side)) {
            return None;
        }
        let desk = [(Role::Secretary, Hat::Desk), (Role::Manager, Hat::Office)];
        desk.into_iter().find(|(role, _)| self.at(*role, case.keeper())).map(|(_, hat)| hat)
    }

    /// Whether what is known of `side` may not pass to people who wear this hat.
    fn is_kept_from(&self, hat: Hat, side: Side, case: &Case) -> bool {
        matches!(hat, Hat::Coordinator | Hat::Mediator) && !case.may_have(side, self.ngo(hat, case))
    }

    /// The NGO for which this person, wearing this hat, works in the case.
    fn ngo(&self, hat: Hat, case: &Case) -> Option<BodyId> {
        match hat {
            Hat::Coordinator => case.bodies.ngo,
            Hat::Mediator => self.user.and_then(|user| case.ngo_of(user)),
            _ => None,
        }
    }

    /// The side that this person, acting as `hat`, would speak with although its data may not pass to them.
    #[must_use]
    pub fn may_not_meet(&self, hat: Hat, step: &Step, case: &Case) -> Option<Side> {
        let met: &[Side] = match (words_of(step), step) {
            (_, Step::Interview { side: None, .. }) => Side::ALL,
            (Words::Of(Side::Applicant), _) => &[Side::Applicant],
            (Words::Of(Side::Respondent), _) => &[Side::Respondent],
            _ => &[],
        };
        let kept = |side: &&Side| speaks(step.code()) && self.is_kept_from(hat, **side, case);
        met.iter().find(kept).copied().filter(|_| self.keeping(case).is_none())
    }

    /// Whether this person may see what is known of `side`: name, door, telephone, and what that side said. THE rule of
    /// `product.md` §5: to an NGO's people a side's data passes on the programme's basis only, by consent with that side's own.
    #[must_use]
    pub fn may_see(&self, side: Side, case: &Case) -> bool {
        self.hats(case).into_iter().any(|hat| match hat {
            Hat::Office => self.holds(hat, case) || self.keeping(case) == Some(hat),
            Hat::Coordinator => self.holds(hat, case) && case.ngo_may_have(side),
            Hat::Mediator => case.may_have(side, self.ngo(hat, case)),
            Hat::Desk | Hat::Member | Hat::Clock => true,
            _ => false,
        })
    }

    /// The sides of which this person may see what is known.
    #[must_use]
    pub fn sides(&self, case: &Case) -> Vec<Side> {
        Side::ALL.iter().copied().filter(|side| self.may_see(*side, case)).collect()
    }

    /// Whether a search by what is known of `side` may find the case for this person.
    #[must_use]
    pub fn may_find_by(&self, side: Side, case: &Case) -> bool {
        self.hats(case).contains(&Hat::Office) || self.may_see(side, case)
    }

    /// Whether what a search may find by depends on the case: not for the people of offices and committees.
    #[must_use]
    pub fn finds_case_by_case(&self) -> bool {
        [Role::Coordinator, Role::Mediator, Role::Dong, Role::Ward].into_iter().any(|role| self.has(role))
    }

    /// Whether this person may read the words of a line. What an NGO's people wrote down themselves, they read; what those of
    /// another NGO wrote is the sides' like everything else.
    #[must_use]
    pub fn reads(&self, line: &Event, case: &Case) -> bool {
        let hats = self.hats(case);
        let ours = [Hat::Coordinator, Hat::Mediator].into_iter().filter(|hat| hats.contains(hat));
        let written_at = case.written_at(line.seq);
        let own = written_at.is_some() && ours.map(|hat| self.ngo(hat, case)).any(|ngo| ngo == written_at);
        match words_of(&line.step) {
            Words::Nobodys => true,
            _ if own => true,
            Words::Of(side) => self.may_see(side, case),
            Words::Anyones => Side::ALL.iter().all(|side| self.may_see(*side, case)),
        }
    }

    /// As what this person may take `step`, particulars included.
    ///
    /// # Errors
    /// When the step is not for this person.
    pub fn may_take(&self, step: &Step, case: &Case) -> Result<Hat, Denied> {
        let deciders = [case.delegation.decider(Act::of(step))];
        let hat = self.taking_under(step.code(), case, &deciders).ok_or(Denied)?;
        if let Some(hat) = self.answering(step, case) {
            return hat;
        }
        if hat == Hat::Offered {
            let asked = self.asked_as(case);
            let own = match step {
                Step::AcceptOffer { offer, .. }
                | Step::DeclineOffer { offer, .. }
                | Step::ReconsiderOffer { offer } => {
                    case.offer(*offer).is_some_and(|o| Some(o.mediator) == asked)
                }
                _ => true,
            };
            return if own { Ok(hat) } else { Err(Denied) };
        }
        if hat == Hat::Ward {
            let sends_on = match step {
                Step::Refer { kind, .. } => kind.is_none_or(|kind| kind == BodyKind::Ngo),
                Step::Close { outcome, .. } => *outcome == Outcome::Counselled,
                _ => true,
            };
            return if sends_on { Ok(hat) } else { Err(Denied) };
        }
        let own_side = match hat {
            Hat::Applicant => Some(Side::Applicant),
            Hat::Respondent => Some(Side::Respondent),
            _ => return Ok(hat),
        };
        let allowed = match step {
            Step::Consent { side, .. }
            | Step::WithdrawConsent { side, .. }
            | Step::Provide { side, .. }
            | Step::AnswerProposal { side, .. }
            | Step::Sign { side, .. }
            | Step::AskRight { side, .. }
            | Step::LeaveAgreement { side, .. }
            | Step::CommentDraft { side, .. }
            | Step::Survey { side, .. }
            | Step::FollowUp { side, .. } => Some(*side) == own_side,
            Step::AnswerSlots { side, .. } => *side == own_side,
            Step::Close { outcome, .. } => *outcome == Outcome::Withdrawn,
            _ => true,
        };
        if allowed { Ok(hat) } else { Err(Denied) }
    }

    /// How much of `case` this person may read.
    #[must_use]
    pub fn view(&self, case: &Case) -> View {
        let best = self.hats(case).into_iter().map(|hat| match hat {
            Hat::Office if self.holds(hat, case) || self.keeping(case) == Some(hat) => View::File,
            Hat::Office => View::OwnLog,
            Hat::Desk | Hat::Coordinator | Hat::Member | Hat::Mediator | Hat::Clock => View::File,
            Hat::Referred | Hat::Chair | Hat::Deliberating => View::Summary,
            Hat::Meeting | Hat::Offered | Hat::Applicant | Hat::Respondent | Hat::Ward => View::Nothing,
        });
        best.max().unwrap_or(View::Nothing)
    }

    /// Phones and safety answers open only to the desks and the people handling the case.
    #[must_use]
    pub fn may_see_contacts(&self, case: &Case) -> bool {
        self.hats(case).into_iter().any(|hat| match hat {
            Hat::Office => self.holds(hat, case) || self.keeping(case) == Some(hat),
            Hat::Coordinator => self.holds(hat, case),
            Hat::Desk | Hat::Member | Hat::Mediator => true,
            _ => false,
        })
    }

    /// The body for which this person wears the hat in the case.
    #[must_use]
    pub fn body_as(&self, hat: Hat, case: &Case) -> Option<BodyId> {
        match hat {
            Hat::Office => case.bodies.office,
            Hat::Desk | Hat::Member | Hat::Chair | Hat::Deliberating | Hat::Meeting => case.bodies.committee,
            Hat::Coordinator => case.holder,
            Hat::Mediator | Hat::Offered => self.user.and_then(|user| case.ngo_of(user)).or(case.bodies.ngo),
            Hat::Referred => case.referrals.iter().rev().find(|r| self.is_asked(r, case)).map(|r| r.body),
            Hat::Ward => case.bodies.ward,
            Hat::Applicant | Hat::Respondent | Hat::Clock => None,
        }
    }

    /// Whether the writer of a confidential note lets this person read it: the coordinator of the NGO for which it was written.
    fn supervises(&self, line: &Event, case: &Case) -> bool {
        let let_read = matches!(line.step, Step::ConfidentialNote { supervised: true, .. });
        let theirs = case.written_at(line.seq);
        let_read
            && !line.voided
            && theirs == case.bodies.ngo
            && self.at(Role::Coordinator, theirs)
            && self.view(case) == View::File
    }

    /// Whether a line of the history is shown to this person. A mediator's confidential note is shown to those who are in
    /// charge together with its writer, and to nobody who comes after them; to the coordinator where its writer allows it.
    #[must_use]
    pub fn sees(&self, line: &Event, case: &Case) -> bool {
        if matches!(line.step, Step::Reflection { .. }) {
            // Whoever else may read the file: this is its writer's own.
            return line.by.is_some() && line.by == self.user && self.view(case) == View::File;
        }
        let hats = self.hats(case);
        match (visibility(&line.step), self.view(case)) {
            (Visibility::Mediators, _) => {
                let told = self.user.is_some_and(|user| case.confided_to(user, line));
                (hats.contains(&Hat::Mediator) && told) || self.supervises(line, case)
            }
            (_, View::File) => true,
            (_, View::OwnLog) => line.by_role == Hat::Office.code(),
            (Visibility::Parties, _) => hats.iter().any(|h| matches!(h, Hat::Applicant | Hat::Respondent)),
            (Visibility::Staff, _) => false,
        }
    }

    /// Whether the person may file a case at a desk for this body.
    #[must_use]
    pub fn may_file_at(&self, body: BodyId) -> bool {
        self.files_at().contains(&body)
    }

    /// The bodies at whose desk the person takes complaints.
    #[must_use]
    pub fn files_at(&self) -> Vec<BodyId> {
        let desks = [Role::Manager, Role::Secretary, Role::Coordinator, Role::Ward];
        desks.into_iter().flat_map(|role| self.case_bodies(role)).collect()
    }

    /// The bodies with case rights at which the person holds this role.
    #[must_use]
    pub fn case_bodies(&self, role: Role) -> Vec<BodyId> {
        self.bodies(role).into_iter().filter(|body| !self.councils.contains(body)).collect()
    }

    /// Whether the person holds this role somewhere that has cases.
    #[must_use]
    pub fn has_cases_as(&self, role: Role) -> bool {
        !self.case_bodies(role).is_empty()
    }

    /// Whether the person sets up bodies, people and programmes. The operator never sees case content.
    #[must_use]
    pub fn may_administer(&self) -> bool {
        self.has(Role::Admin)
    }

    /// Whether the person may see the ward's exact figures.
    #[must_use]
    pub fn may_see_ward(&self) -> bool {
        self.has(Role::Ward)
    }

    /// Whether the person may bring in and take out ledgers of a committee in the browser.
    #[must_use]
    pub fn may_exchange(&self) -> bool {
        self.has_cases_as(Role::Secretary)
    }
}

impl Case {
    /// The committee has, or had, the case: from the hand-over, or from the start where there is no office.
    #[must_use]
    pub fn is_with_committee(&self) -> bool {
        self.history.handed_over()
            || self.stage > Stage::Inquiry
            || self.bodies.office.is_none()
            || self.holder == self.bodies.committee
    }

    /// The steps that `actor` could take now: what the buttons are made from.
    #[must_use]
    pub fn open_to(&self, actor: &Actor) -> Vec<StepCode> {
        let all = StepCode::ALL.iter().copied();
        all.filter(|s| self.admits_now(*s).is_ok() && actor.taking(*s, self).is_some()).collect()
    }
}

/// Whether somebody under this hat may do what the 전결표 gives to `decider`. It binds the committee only: an office, an
/// NGO or a party acts by its own right; and a meeting may decide whatever comes before it.
const fn entitled(hat: Hat, decider: Decider) -> bool {
    match hat {
        Hat::Desk | Hat::Member => matches!(decider, Decider::Secretary),
        Hat::Chair => matches!(decider, Decider::Chair),
        _ => true,
    }
}

/// To whom a line of the history is shown, by what it is.
#[must_use]
pub fn visibility(step: &Step) -> Visibility {
    match step {
        Step::Note { visibility, .. } => *visibility,
        Step::ConfidentialNote { .. } | Step::Reflection { .. } => Visibility::Mediators,
        Step::OpenInquiry {}
        | Step::HandOver { .. }
        | Step::FixSession { .. }
        | Step::MoveSession { .. }
        | Step::CancelSession { .. }
        | Step::Propose { .. }
        | Step::Draft { .. }
        | Step::NameMembers { .. }
        | Step::AcceptOffer { .. }
        | Step::Reopen { .. }
        | Step::Follow { .. }
        | Step::MetWith { .. }
        | Step::Conclude { .. }
        | Step::Close { .. } => Visibility::Parties,
        _ => Visibility::Staff,
    }
}

/// The roles whose people work at a body of this kind.
#[must_use]
pub fn desk_role(kind: BodyKind) -> Option<Role> {
    match kind {
        BodyKind::Office => Some(Role::Manager),
        BodyKind::Committee | BodyKind::Council => Some(Role::Secretary),
        BodyKind::Ngo => Some(Role::Coordinator),
        BodyKind::Ward => Some(Role::Ward),
        BodyKind::Dong => Some(Role::Dong),
        BodyKind::Outside | BodyKind::Applied => None,
    }
}

/// The kinds of body at which a role is held; the operator's is held for the installation.
#[must_use]
pub fn seats(role: Role) -> &'static [BodyKind] {
    match role {
        Role::Manager => &[BodyKind::Office],
        Role::Secretary | Role::Clerk | Role::Chair | Role::Member => {
            &[BodyKind::Committee, BodyKind::Council]
        }
        Role::Coordinator | Role::Mediator => &[BodyKind::Ngo],
        Role::Ward => &[BodyKind::Ward],
        Role::Dong => &[BodyKind::Dong],
        Role::Admin => &[],
    }
}
