//! What a mail may say. Every mail that leaves is one of these letters, and a letter has no field for a name, a unit, a
//! telephone number or a narrative (`product.md` §3): inboxes and calendars are shared.
//!
//! `domain::notice` says who is told what; `mail` says it in words; the outbox keeps the letter sealed until it is sent.

mod timing;

pub use timing::next_try;

use super::codes::{Cause, MeetingKind, Outcome};
use super::committee::compliance::Asked;
use super::ids::PartyId;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// One mail: to whom, about which case, and what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// The recipient's e-mail address, without a name; or a party ([`Outgoing::to_party`]) to whose telephone a short message goes.
    pub to: String,
    /// The case number that the recipient knows (접수번호 `2026-0012`); it also threads the mails. `None`: about an account.
    pub number: Option<String>,
    pub letter: Letter,
}

impl Outgoing {
    /// Names a party in [`Outgoing::to`]: what is known of them is looked up when it is needed.
    #[must_use]
    pub fn to_party(party: PartyId) -> String {
        format!("party-{}", party.0)
    }

    /// The party to whose telephone it goes; `None`: it is a mail.
    #[must_use]
    pub fn party(&self) -> Option<PartyId> {
        self.to.strip_prefix("party-")?.parse().ok().map(PartyId)
    }
}

/// An own path with its opaque token (`/r/…`), without scheme and host: the base URL comes from the settings when
/// the mail is written.
pub type Path = String;

/// A mediation meeting as a calendar knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// Never changes in the meeting's life; letters, digits and hyphens. The mail adds `session-` and the host.
    pub uid: String,
    /// 0 at first, one more at each move and at the cancellation (RFC 5545 §3.8.7.4).
    pub sequence: u32,
    pub kind: MeetingKind,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    /// Where, as typed; mails say only [`Meeting::public_place`].
    pub place: Option<String>,
    pub link: Path,
}

impl Meeting {
    /// The place as a mail and a calendar may say it: nothing for a visit, nor for words that look like somebody's door
    /// (`101동 1203호`).
    #[must_use]
    pub fn public_place(&self) -> Option<&str> {
        let place = self.place.as_deref().map(str::trim).filter(|place| !place.is_empty())?;
        let numbered = |mark: char| {
            place
                .split(mark)
                .rev()
                .skip(1)
                .any(|before| before.trim_end().ends_with(|c: char| c.is_ascii_digit()))
        };
        let door = numbered('동') && numbered('호');
        (self.kind != MeetingKind::Visit && !door).then_some(place)
    }
}

/// Why an offer is off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferEnd {
    /// The time to answer has passed.
    Expired,
    /// Another mediator is in charge.
    Taken,
    /// The case goes another way or is closed.
    Withdrawn,
}

/// Why somebody is to be asked next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vacancy {
    /// The mediator who was asked declined.
    Declined,
    /// The time to answer has passed.
    Expired,
    /// Whoever was in charge left.
    Left,
}

/// What became of a case beside another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Regrouping {
    /// It goes on in another one.
    Merged,
    /// Another one goes on in it.
    Joined,
    /// A joint applicant goes on apart.
    Split,
}

/// What a desk or a mediator is told of an agreement: that something was said, never what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgreementNews {
    /// A term was broken: is the case opened again?
    Broken,
    /// A side will not be bound by it any more.
    Left,
    /// A side wants something otherwise in a draft.
    Commented,
}

/// How a referral stands that is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anew {
    /// Nobody answered it yet.
    Waits,
    /// Nobody answered it, and its day is over.
    Late,
    /// It was taken; what came of it is still to be told.
    Taken,
}

/// What a mail says. The variants' names in snake case are the folders under `templates/mail/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "letter", rename_all = "snake_case")]
pub enum Letter {
    /// An account waits for its owner. `role` and `body` are labels (`조정인`, `갈등해결센터`).
    Invitation {
        role: String,
        body: Option<String>,
        link: Path,
        until: DateTime<Utc>,
    },
    /// Somebody asked to set the password anew.
    PasswordReset {
        link: Path,
        until: DateTime<Utc>,
    },
    /// To the new address: is it yours?
    AddressChange {
        link: Path,
        until: DateTime<Utc>,
    },
    /// To the old address or the account's owner: something changed. `what` is a sentence of ours.
    AccountChanged {
        what: String,
    },
    /// The ten-minute code that opens one's own text and contacts, or confirms a login.
    Code {
        code: String,
        until: DateTime<Utc>,
    },
    /// 접수 확인. `next` is a sentence of ours: what happens next, by when.
    Receipt {
        next: String,
        link: Path,
    },
    /// The stage changed. `sentence` is a sentence of ours, never typed text.
    Progress {
        sentence: String,
        link: Path,
    },
    /// 배정 요청 to one candidate.
    Offer {
        dong: String,
        causes: Vec<Cause>,
        wanted: Vec<NaiveDate>,
        deadline: DateTime<Utc>,
        /// Of a pair: the place of the lead is offered, or that of the co-mediator.
        #[serde(default)]
        lead: Option<bool>,
        link: Path,
    },
    /// The offer is still open, the deadline near.
    OfferReminder {
        dong: String,
        deadline: DateTime<Utc>,
        link: Path,
    },
    OfferCancelled {
        dong: String,
        why: OfferEnd,
    },
    /// To the desk: somebody is to be asked next.
    OfferNext {
        dong: String,
        why: Vacancy,
        link: Path,
    },
    /// To the desk: whoever declined took that back, and nobody else is to be asked.
    OfferAgain {
        dong: String,
        deadline: DateTime<Utc>,
        link: Path,
    },
    /// 배정 확정, to the mediator who accepted. `lead`: of a pair, the one who leads it (false: the co-mediator).
    Assigned {
        dong: String,
        #[serde(default)]
        lead: Option<bool>,
        link: Path,
    },
    /// To whoever is no longer in charge.
    Unassigned {
        dong: String,
    },
    /// 담당위원 named, to each of them.
    MembersNamed {
        dong: String,
        link: Path,
    },
    /// On which of these can you come? Staff are told which dates were asked about.
    SessionProposed {
        slots: Vec<DateTime<Utc>>,
        kind: MeetingKind,
        minutes: i64,
        link: Path,
    },
    SessionFixed {
        meeting: Meeting,
    },
    /// `was` is the start that no longer holds.
    SessionMoved {
        meeting: Meeting,
        was: DateTime<Utc>,
    },
    SessionCancelled {
        meeting: Meeting,
    },
    /// It is tomorrow, or (soon) in two hours.
    SessionReminder {
        meeting: Meeting,
        soon: bool,
    },
    /// 소집 통지 of a committee's meeting. It names no case: only how many items there are.
    AssemblyCalled {
        meeting: Meeting,
        body: String,
        sort: String,
        mode: String,
        items: u32,
    },
    AssemblyMoved {
        meeting: Meeting,
        body: String,
        was: DateTime<Utc>,
    },
    AssemblyCancelled {
        meeting: Meeting,
        body: String,
    },
    /// A member's term ends, to the member and to the committee's desk.
    TermEnds {
        body: String,
        last: NaiveDate,
        link: Path,
    },
    /// 조정안 답변 요청.
    Proposal {
        until: NaiveDate,
        link: Path,
    },
    /// The agreement waits for this side's signature.
    AgreementToSign {
        /// When the link ends; an old letter does not say.
        #[serde(default)]
        until: Option<DateTime<Utc>>,
        link: Path,
    },
    /// Both sides signed. `follow_ups` are the days on which we ask how it goes.
    AgreementDone {
        follow_ups: Vec<NaiveDate>,
        link: Path,
    },
    /// Is the agreement kept? `round` is a label (`2주`, `3개월`, `6개월`).
    FollowUp {
        round: String,
        until: NaiveDate,
        /// It was asked before.
        #[serde(default)]
        again: bool,
        link: Path,
    },
    /// What did the side think of a mediation that ended without an agreement? It need not answer.
    Survey {
        until: NaiveDate,
        /// It was asked before.
        again: bool,
        link: Path,
    },
    /// 위원회 통보: the office handed the case over to the recipient's committee, which has nothing to accept.
    HandedOver {
        from: String,
        dong: String,
        link: Path,
    },
    /// A case is referred to the recipient's body.
    ReferralSent {
        from: String,
        dong: String,
        until: NaiveDate,
        /// The body's people have no account: the link itself opens the referral.
        #[serde(default)]
        by_link: bool,
        /// Sent again, as the body's address was corrected.
        #[serde(default)]
        anew: Option<Anew>,
        link: Path,
    },
    /// The body gave the case back.
    ReferralReturned {
        by: String,
        link: Path,
    },
    /// The body has not answered by the date on its 의뢰서.
    ReferralSilent {
        body: String,
        link: Path,
    },
    /// The case was merged with another or split: neutral, without whose the other one is.
    Regrouped {
        how: Regrouping,
        link: Path,
    },
    /// Something was said about an agreement that its desk or mediator has to see to.
    AgreementNews {
        what: AgreementNews,
        link: Path,
    },
    Closed {
        outcome: Outcome,
        link: Path,
    },
    Reopened {
        link: Path,
    },
    /// The ward reminds a 단지 of what its committee lacks: numbers of members, never who they are.
    CommitteeReminder {
        complex: String,
        by: String,
        asked: Vec<Asked>,
        link: Path,
    },
    /// The ward published a report, without any of its figures. `period` is its name (`2026년 3분기`).
    ReportPublished {
        ward: String,
        period: String,
        /// A later version of a report that was published before.
        again: bool,
        link: Path,
    },
    /// The weekly summary, in numbers only; the only mail that one can unsubscribe.
    DutyDigest {
        overdue: u32,
        /// Due within seven days.
        week: u32,
        later: u32,
        link: Path,
        unsubscribe: Option<Path>,
    },
    /// An answer by mail was too large to be taken, or one too many.
    /// `many`: too many within an hour, else too large.
    ReplyRefused {
        #[serde(default)]
        many: bool,
    },
    /// There is something to say, and somebody is going to telephone: all that a short message says (`domain::message`).
    News {},
    /// `ieum mail test`: does mail arrive at all?
    Test {},
}

impl Letter {
    /// The folder under `templates/mail/`.
    #[must_use]
    pub const fn template(&self) -> &'static str {
        match self {
            Self::Invitation { .. } => "invitation",
            Self::PasswordReset { .. } => "password_reset",
            Self::AddressChange { .. } => "address_change",
            Self::AccountChanged { .. } => "account_changed",
            Self::Code { .. } => "code",
            Self::Receipt { .. } => "receipt",
            Self::Progress { .. } => "progress",
            Self::Offer { .. } => "offer",
            Self::OfferReminder { .. } => "offer_reminder",
            Self::OfferCancelled { .. } => "offer_cancelled",
            Self::OfferNext { .. } => "offer_next",
            Self::OfferAgain { .. } => "offer_again",
            Self::Assigned { .. } => "assigned",
            Self::Unassigned { .. } => "unassigned",
            Self::MembersNamed { .. } => "members_named",
            Self::SessionProposed { .. } => "session_proposed",
            Self::SessionFixed { .. } => "session_fixed",
            Self::SessionMoved { .. } => "session_moved",
            Self::SessionCancelled { .. } => "session_cancelled",
            Self::SessionReminder { .. } => "session_reminder",
            Self::AssemblyCalled { .. } => "assembly_called",
            Self::AssemblyMoved { .. } => "assembly_moved",
            Self::AssemblyCancelled { .. } => "assembly_cancelled",
            Self::TermEnds { .. } => "term_ends",
            Self::Proposal { .. } => "proposal",
            Self::AgreementToSign { .. } => "agreement_to_sign",
            Self::AgreementDone { .. } => "agreement_done",
            Self::FollowUp { .. } => "follow_up",
            Self::Survey { .. } => "survey",
            Self::HandedOver { .. } => "handed_over",
            Self::ReferralSent { .. } => "referral_sent",
            Self::ReferralReturned { .. } => "referral_returned",
            Self::ReferralSilent { .. } => "referral_silent",
            Self::Regrouped { .. } => "regrouped",
            Self::AgreementNews { .. } => "agreement_news",
            Self::Closed { .. } => "closed",
            Self::Reopened { .. } => "reopened",
            Self::CommitteeReminder { .. } => "committee_reminder",
            Self::ReportPublished { .. } => "report_published",
            Self::DutyDigest { .. } => "duty_digest",
            Self::ReplyRefused { .. } => "reply_refused",
            Self::News {} => "news",
            Self::Test {} => "test",
        }
    }

    /// What the `X-Case-Event` header says, so that a mail rule can sort by it.
    #[must_use]
    pub const fn event(&self) -> &'static str {
        match self {
            Self::Invitation { .. } => "account.invited",
            Self::PasswordReset { .. } => "account.reset",
            Self::AddressChange { .. } => "account.address",
            Self::AccountChanged { .. } => "account.changed",
            Self::Code { .. } => "account.code",
            Self::Receipt { .. } => "case.received",
            Self::Progress { .. } => "case.progress",
            Self::Offer { .. } => "assignment.requested",
            Self::OfferReminder { .. } => "assignment.reminder",
            Self::OfferCancelled { .. } => "assignment.cancelled",
            Self::OfferNext { .. } => "assignment.next",
            Self::OfferAgain { .. } => "assignment.again",
            Self::Assigned { .. } => "assignment.accepted",
            Self::Unassigned { .. } => "assignment.ended",
            Self::MembersNamed { .. } => "assignment.named",
            Self::SessionProposed { .. } => "session.proposed",
            Self::SessionFixed { .. } => "session.fixed",
            Self::SessionMoved { .. } => "session.moved",
            Self::SessionCancelled { .. } => "session.cancelled",
            Self::SessionReminder { .. } => "session.reminder",
            Self::AssemblyCalled { .. } => "assembly.called",
            Self::AssemblyMoved { .. } => "assembly.moved",
            Self::AssemblyCancelled { .. } => "assembly.cancelled",
            Self::TermEnds { .. } => "seat.ends",
            Self::Proposal { .. } => "proposal.issued",
            Self::AgreementToSign { .. } => "agreement.drafted",
            Self::AgreementDone { .. } => "agreement.signed",
            Self::FollowUp { .. } => "follow_up.due",
            Self::Survey { .. } => "survey.asked",
            Self::HandedOver { .. } => "case.handed_over",
            Self::ReferralSent { .. } => "referral.sent",
            Self::ReferralReturned { .. } => "referral.returned",
            Self::ReferralSilent { .. } => "referral.silent",
            Self::Regrouped { .. } => "case.regrouped",
            Self::AgreementNews { .. } => "agreement.news",
            Self::Closed { .. } => "case.closed",
            Self::Reopened { .. } => "case.reopened",
            Self::CommitteeReminder { .. } => "committee.reminded",
            Self::ReportPublished { .. } => "report.published",
            Self::DutyDigest { .. } => "duty.digest",
            Self::ReplyRefused { .. } => "reply.refused",
            Self::News {} => "news.waiting",
            Self::Test {} => "mail.test",
        }
    }

    /// The meeting of a case of which it tells.
    #[must_use]
    pub const fn meeting(&self) -> Option<&Meeting> {
        match self {
            Self::SessionFixed { meeting }
            | Self::SessionMoved { meeting, .. }
            | Self::SessionCancelled { meeting }
            | Self::SessionReminder { meeting, .. } => Some(meeting),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Duration;

    #[test]
    fn a_home_is_no_place_to_write_into_a_mail() {
        let at: DateTime<Utc> = "2026-11-28T05:00:00Z".parse().unwrap();
        let (uid, link, end) = ("u".to_owned(), "/r/x".to_owned(), at + Duration::hours(1));
        let mut meeting =
            Meeting { uid, sequence: 0, kind: MeetingKind::Joint, start: at, end, place: None, link };
        for (place, public) in [
            ("천연동주민센터 301호", true),
            ("관리사무소 2층", true),
            ("101동 1203호", false),
            ("저희 집 101 동 1203 호 앞", false),
            (" ", false),
        ] {
            meeting.place = Some(place.to_owned());
            assert_eq!(meeting.public_place().is_some(), public, "{place}");
        }
        meeting.kind = MeetingKind::Visit;
        meeting.place = Some("관리사무소".to_owned());
        assert_eq!(meeting.public_place(), None);
    }
}
