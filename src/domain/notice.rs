//! THE notice table: who is told what after a step. Pure; the outbox and its worker do the sending.
//!
//! A notice carries no name, unit, phone or narrative (`product.md` §3); what a mail shows is the case's number, its
//! dong, the kind of noise, dates, and one link. Whoever acted is not told of their own act.
mod meetings;

use super::case::{Asked, Case, Event, InCharge, Question, Session};
use super::codes::{
    LinkKind, LinkPurpose, OfferState, Outcome, ReferralState, SessionState, Side, Stage, codes,
};
use super::ids::{BodyId, UserId};
use super::letter::Letter;
use super::step::{Seq, Step};

codes! {
    /// A kind of mail: the folder `templates/mail/<code>/`.
    NoticeKind {
        Invitation = "invitation" "계정 초대",
        PasswordReset = "password_reset" "비밀번호 재설정",
        AddressChange = "address_change" "전자우편 주소 확인",
        Code = "code" "확인 번호",
        Receipt = "receipt" "접수 확인",
        Progress = "progress" "진행 안내",
        Offer = "offer" "배정 요청",
        OfferReminder = "offer_reminder" "배정 요청 다시 알림",
        OfferCancelled = "offer_cancelled" "배정 요청 취소",
        OfferNext = "offer_next" "다음 조정인 정하기",
        OfferAgain = "offer_again" "배정 사양 되돌림",
        Assigned = "assigned" "배정 확정",
        Unassigned = "unassigned" "배정 끝남",
        MembersNamed = "members_named" "담당위원 지정",
        SessionProposed = "session_proposed" "조정회의 날짜 묻기",
        SessionFixed = "session_fixed" "조정회의 확정",
        SessionMoved = "session_moved" "조정회의 변경",
        SessionCancelled = "session_cancelled" "조정회의 취소",
        SessionReminder = "session_reminder" "조정회의 다시 알림",
        Proposal = "proposal" "조정안 답변 요청",
        AgreementToSign = "agreement_to_sign" "합의서 서명 요청",
        AgreementDone = "agreement_done" "합의 성립",
        FollowUp = "follow_up" "사후점검",
        Survey = "survey" "만족도 여쭘",
        AgreementNews = "agreement_news" "합의서에 관한 소식",
        HandedOver = "handed_over" "위원회 통보",
        ReferralSent = "referral_sent" "의뢰",
        ReferralReturned = "referral_returned" "의뢰 돌아옴",
        ReferralSilent = "referral_silent" "의뢰 답 없음",
        Regrouped = "regrouped" "합치거나 나눈 알림",
        Closed = "closed" "종결",
        Reopened = "reopened" "재개",
    }
}

impl NoticeKind {
    /// Whether it says when and where two sides will be.
    #[must_use]
    pub const fn tells_when(self) -> bool {
        matches!(
            self,
            Self::SessionProposed
                | Self::SessionFixed
                | Self::SessionMoved
                | Self::SessionCancelled
                | Self::SessionReminder
        )
    }
}

/// What a letter is about in a word or two, by its `Letter::template`: `배정 요청`.
#[must_use]
pub fn letter_label(template: &str) -> &'static str {
    let other = if template == (Letter::News {}).template() { "문자 알림" } else { "안내" };
    NoticeKind::from_code(template).map_or(other, NoticeKind::label)
}

/// To whom a notice goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Recipient {
    User(UserId),
    /// Everyone at a body's desk.
    Desk(BodyId),
    /// A party: by e-mail where one was given, else it becomes a duty to telephone.
    Party(Side),
}

/// A telephone call to a side that has no mail address: what it is to be told. Kept as the words of a duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    pub side: Side,
    pub kind: NoticeKind,
    /// As [`Notice::about`].
    pub about: Option<Seq>,
}

impl Call {
    /// `respondent|session_fixed|12`.
    #[must_use]
    pub fn detail(&self) -> String {
        let about = self.about.map(|seq| seq.to_string()).unwrap_or_default();
        format!("{}|{}|{about}", self.side.code(), self.kind.code())
    }

    /// From a duty's words.
    #[must_use]
    pub fn parse(detail: &str) -> Option<Self> {
        let mut parts = detail.split('|');
        let (side, kind) = (Side::from_code(parts.next()?)?, NoticeKind::from_code(parts.next()?)?);
        Some(Self { side, kind, about: parts.next().and_then(|seq| seq.parse().ok()) })
    }

    /// Whether this call tells what an earlier one would have told.
    #[must_use]
    pub fn replaces(&self, earlier: &Self) -> bool {
        let moved = self.kind == NoticeKind::SessionMoved && earlier.kind == NoticeKind::SessionFixed;
        (self.side, self.about) == (earlier.side, earlier.about) && (self.kind == earlier.kind || moved)
    }

    /// Whether there is still something to tell: not once they answered at the desk or by their link, or the case went on
    /// without it.
    #[must_use]
    pub fn is_still_to_make(&self, case: &Case) -> bool {
        let asked = |question: fn(Seq) -> Question| {
            self.about.is_none_or(|seq| case.asked(self.side, question(seq)) == Asked::Open)
        };
        match self.kind {
            NoticeKind::SessionProposed => asked(Question::Slots),
            NoticeKind::Proposal => asked(Question::Proposal),
            NoticeKind::AgreementToSign => asked(Question::Signature),
            NoticeKind::SessionFixed | NoticeKind::SessionMoved => case
                .open_session()
                .is_some_and(|s| self.about.is_none_or(|seq| seq == s.seq) && s.starts_at.is_some()),
            NoticeKind::SessionCancelled | NoticeKind::Reopened => case.stage != Stage::Closed,
            NoticeKind::Closed | NoticeKind::AgreementDone => case.stage == Stage::Closed,
            _ => true,
        }
    }
}

/// A mail to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub to: Recipient,
    pub kind: NoticeKind,
    /// The link it carries, if any.
    pub link: Option<LinkPurpose>,
    /// The session, offer, proposal or agreement that it is about.
    pub about: Option<Seq>,
}

fn notice(to: Recipient, kind: NoticeKind) -> Notice {
    Notice { to, kind, link: None, about: None }
}

impl Notice {
    fn with(self, link: LinkPurpose) -> Self {
        Self { link: Some(link), ..self }
    }
    fn about(self, seq: Seq) -> Self {
        Self { about: Some(seq), ..self }
    }
}

fn parties(kind: NoticeKind) -> Vec<Notice> {
    Side::ALL.iter().map(|s| notice(Recipient::Party(*s), kind)).collect()
}

fn in_charge(case: &Case, kind: NoticeKind) -> Vec<Notice> {
    case.in_charge.iter().map(|p: &InCharge| notice(Recipient::User(p.user), kind)).collect()
}

/// Who is reminded of a fixed meeting: whoever was told of it.
#[must_use]
pub fn reminded_of(case: &Case, session: &Session) -> Vec<Notice> {
    let told = invited(case, Some(session), NoticeKind::SessionReminder);
    let reached = |n: &Notice| match n.to {
        Recipient::Party(side) => may_be_told(n, side, case, case),
        _ => true,
    };
    told.into_iter().map(|n| n.about(session.seq)).filter(reached).collect()
}

/// Whether a party hears of anything by mail: the respondent only once they consented; of a talk with them alone already once they
/// were reached.
fn may_be_told(notice: &Notice, side: Side, before: &Case, after: &Case) -> bool {
    if side == Side::Applicant {
        return true;
    }
    let consented = [before, after].iter().any(|c| c.history.consented(side));
    let apart = notice.kind.tells_when()
        && notice
            .about
            .and_then(|seq| after.session(seq).or_else(|| before.session(seq)))
            .is_some_and(|s| s.side == Some(side));
    consented || (apart && after.history.respondent_contacted())
}

/// Whom a meeting concerns: both sides, or the one that is met apart; and who is in charge.
fn invited(case: &Case, session: Option<&Session>, kind: NoticeKind) -> Vec<Notice> {
    let kept = |n: &Notice| match n.to {
        Recipient::Party(side) => session.is_some_and(|s| s.is_kept_from(side)),
        _ => false,
    };
    everyone(case, kind).into_iter().filter(|n| !kept(n)).collect()
}

fn everyone(case: &Case, kind: NoticeKind) -> Vec<Notice> {
    [parties(kind), in_charge(case, kind)].concat()
}

/// The notices that a line causes, be it late or not: what it asks for or tells as long as that still stands, and what became
/// different. `by_side` is the party who wrote it.
#[must_use]
pub fn notices_of(event: &Event, before: &Case, after: &Case, by_side: Option<Side>) -> Vec<Notice> {
    let by = event.by;
    let mut notices = told_by_step(&event.step, event.seq, before, after);
    notices.retain(|n| stands(n, after));
    notices.extend(meetings::told(before, after, event.recorded_at));
    notices.extend(told_by_change(before, after));
    notices.extend(told_by_leaving(before, after));
    notices.retain(|n| match n.to {
        Recipient::User(user) => {
            Some(user) != by
                || matches!(
                    n.kind,
                    NoticeKind::SessionFixed | NoticeKind::SessionMoved | NoticeKind::SessionCancelled
                )
        }
        Recipient::Party(side) => {
            Some(side) != by_side || matches!(n.kind, NoticeKind::Receipt | NoticeKind::AgreementDone)
        }
        Recipient::Desk(_) => true,
    });
    notices.retain(|n| match n.to {
        // Before the respondent was asked to take part, nothing but a letter goes to them.
        Recipient::Party(side) => may_be_told(n, side, before, after),
        _ => true,
    });
    notices
}

/// Whether what a step asks of somebody is still asked: later lines may have settled what a late one began.
fn stands(notice: &Notice, after: &Case) -> bool {
    let about = |open: Option<Seq>| notice.about == open;
    match (notice.kind, notice.to) {
        (NoticeKind::Offer, _) => {
            let offer = notice.about.and_then(|seq| after.offer(seq));
            offer.is_some_and(|o| o.state == OfferState::Pending)
        }
        (NoticeKind::Assigned | NoticeKind::MembersNamed, Recipient::User(user)) => {
            after.in_charge.iter().any(|p| p.user == user)
        }
        (NoticeKind::SessionProposed, _) => {
            let planned = notice.about.and_then(|seq| after.session(seq));
            planned.is_some_and(|s| s.state == SessionState::Proposed)
        }
        (NoticeKind::Proposal, _) => about(after.open_proposal().map(|p| p.seq)),
        (NoticeKind::AgreementToSign, _) => about(after.open_agreement().map(|a| a.seq)),
        (NoticeKind::ReferralSent, _) => {
            let referral = notice.about.and_then(|seq| after.referral(seq));
            referral.is_some_and(|r| r.state == ReferralState::Sent)
        }
        (NoticeKind::Reopened, _) => after.is_open(),
        _ => true,
    }
}

fn told_by_step(step: &Step, seq: Seq, before: &Case, after: &Case) -> Vec<Notice> {
    use LinkPurpose as Link;
    use NoticeKind as Kind;
    match step {
        Step::File { .. } => {
            vec![notice(Recipient::Party(Side::Applicant), Kind::Receipt).with(Link::Receipt)]
        }
        Step::HandOver { .. } => {
            after.holder.map(|h| notice(Recipient::Desk(h), Kind::HandedOver)).into_iter().collect()
        }
        Step::Offer { mediator, .. } => {
            vec![notice(Recipient::User(*mediator), Kind::Offer).with(Link::Offer).about(seq)]
        }
        Step::DeclineOffer { offer, .. } | Step::ExpireOffer { offer } => next_to_ask(after, *offer),
        Step::Resign { .. } => next_to_ask(after, seq),
        // The desk was told to ask somebody else.
        Step::ReconsiderOffer { offer } => {
            let desk = after.holder.map(|body| notice(Recipient::Desk(body), Kind::OfferAgain).about(*offer));
            desk.into_iter().collect()
        }
        Step::AcceptOffer { offer, .. } => {
            let mediator = after.offer(*offer).map(|o| o.mediator);
            mediator.map(|m| notice(Recipient::User(m), Kind::Assigned).about(*offer)).into_iter().collect()
        }
        Step::NameMembers { members } => {
            members.iter().map(|m| notice(Recipient::User(*m), Kind::MembersNamed)).collect()
        }
        Step::ProposeSession { .. } => invited(after, after.session(seq), Kind::SessionProposed)
            .into_iter()
            .map(|n| n.with(Link::Slots).about(seq))
            .collect(),
        Step::Propose { .. } => {
            parties(Kind::Proposal).into_iter().map(|n| n.with(Link::Proposal).about(seq)).collect()
        }
        Step::Draft { .. } => {
            parties(Kind::AgreementToSign).into_iter().map(|n| n.with(Link::Signature).about(seq)).collect()
        }
        Step::Refer { body, .. } => {
            vec![notice(Recipient::Desk(*body), Kind::ReferralSent).with(Link::Referral).about(seq)]
        }
        Step::ReturnReferral { referral, .. } => {
            let sent = after.referral(*referral);
            let back = sent.and_then(|r| after.asks_after(r).filter(|body| *body != r.body));
            back.map(|b| notice(Recipient::Desk(b), Kind::ReferralReturned).about(*referral))
                .into_iter()
                .collect()
        }
        Step::LapseReferral { referral } => {
            let sent = after.referral(*referral);
            let back = sent.is_some_and(|r| r.state == ReferralState::Returned);
            let kind = if back { Kind::ReferralReturned } else { Kind::ReferralSilent };
            let sender = sent.and_then(|r| after.asks_after(r));
            sender.map(|b| notice(Recipient::Desk(b), kind).about(*referral)).into_iter().collect()
        }
        Step::Reopen { .. } => everyone(after, Kind::Reopened),
        // Whoever writes the text: those in charge, and the desk.
        Step::CommentDraft { .. } => {
            let desk = after.holder.map(|body| notice(Recipient::Desk(body), Kind::AgreementNews));
            in_charge(after, Kind::AgreementNews).into_iter().chain(desk).collect()
        }
        Step::FollowUp { .. } | Step::LeaveAgreement { .. } => {
            // Once for each time that it has to be decided, however much is broken.
            let asked = before.reconsider_since.is_none() && after.reconsider_since.is_some();
            let desk = after.follows_up().filter(|_| asked).map(Recipient::Desk);
            desk.map(|to| notice(to, Kind::AgreementNews)).into_iter().collect()
        }
        // The line of the other case is written by the merger alone.
        Step::Merge { .. } | Step::Split { .. } | Step::Link { kind: LinkKind::Merged, .. } => {
            let desks = concerned(before).into_iter().map(Recipient::Desk);
            let desks = desks.map(|to| notice(to, Kind::Regrouped));
            everyone(before, Kind::Regrouped).into_iter().chain(desks).collect()
        }
        _ => Vec::new(),
    }
}

/// Nobody is in charge, or one of two is missing: whoever has the turn asks the next one. Each desk is told of each such moment.
fn next_to_ask(after: &Case, about: Seq) -> Vec<Notice> {
    let wanting = after.stage == Stage::Assigning;
    let desk = after.holder.filter(|_| wanting).map(Recipient::Desk);
    desk.map(|to| notice(to, NoticeKind::OfferNext).about(about)).into_iter().collect()
}

/// Whoever is no longer in charge.
fn told_by_leaving(before: &Case, after: &Case) -> Vec<Notice> {
    let left = before.in_charge.iter().filter(|p| !after.in_charge.iter().any(|q| q.user == p.user));
    left.map(|p| notice(Recipient::User(p.user), NoticeKind::Unassigned)).collect()
}

/// The bodies that a merged or split case concerns: who has it, the office that handed it over, whoever it was referred to.
fn concerned(case: &Case) -> Vec<BodyId> {
    let referred = case.referrals.iter().filter(|r| r.state != ReferralState::Returned).map(|r| r.body);
    let mut bodies: Vec<BodyId> = case.holder.into_iter().chain(case.bodies.office).chain(referred).collect();
    bodies.sort_unstable();
    bodies.dedup();
    bodies
}

/// What follows from the change itself, whichever step made it.
fn told_by_change(before: &Case, after: &Case) -> Vec<Notice> {
    use NoticeKind as Kind;
    let mut notices = Vec::new();
    for offer in &after.offers {
        let was_pending = before.offer(offer.seq).is_some_and(|o| o.state == OfferState::Pending);
        if was_pending && offer.state == OfferState::Cancelled {
            notices.push(notice(Recipient::User(offer.mediator), Kind::OfferCancelled).about(offer.seq));
        }
    }
    let closed = before.is_open() && !after.is_open();
    if closed && after.outcome() == Some(Outcome::Merged) {
        // They are told of the merger itself.
        return notices;
    }
    // Where the one agreement of two cross-complaints stands, the parties hear of it.
    if closed && after.history.agreement_in_span().is_some() && after.concluded_in.is_none() {
        notices.extend(everyone(before, Kind::AgreementDone));
    } else if closed {
        notices.extend(everyone(before, Kind::Closed));
    } else if before.stage != after.stage && after.stage != Stage::Received && before.stage != Stage::Closed {
        let link = LinkPurpose::Receipt;
        notices.push(notice(Recipient::Party(Side::Applicant), Kind::Progress).with(link));
    }
    notices
}
