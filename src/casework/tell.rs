//! Turning the notice table into mails: addresses, links and words. A party without an address becomes a telephone duty.
mod meetings;
mod referrals;

pub(super) use meetings::{invite_anew, uid};
pub use meetings::{meeting, remind_of_session};
pub(super) use referrals::refer_anew;
use referrals::{of_referral, own_address};

use super::CaseworkError;
use crate::domain::case::{Case, Event, Session};
use crate::domain::codes::{DutyKind, LinkPurpose, OfferState, Side};
use crate::domain::deadline::working_days_after;
use crate::domain::ids::{BodyId, LinkId, UserId};
use crate::domain::letter::{AgreementNews, Letter, OfferEnd, Outgoing, Regrouping, Vacancy};
use crate::domain::notice::{Call, Notice, NoticeKind, Recipient, notices_of};
use crate::domain::permission::{Actor, desk_role};
use crate::domain::sentence;
use crate::domain::seoul;
use crate::domain::step::Step;
use crate::domain::text;
use crate::store::projection::ExtraDuty;
use crate::store::{Rx, StoreError, Tx, bodies, links, outbox, parties, users};
use chrono::{DateTime, Days, Duration, Utc};

/// Days that a receipt link opens the page of a case.
const RECEIPT_DAYS: u64 = 800;
/// Days that a link for one decision lives where nothing else ends it.
const DECISION_DAYS: u64 = 30;

/// What telling came to.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// Parties that have to be told by telephone.
    pub calls: Vec<ExtraDuty>,
}

/// Writes every mail that the line causes into the outbox. `former` is the address of a respondent who was somebody else: they are
/// told that their meeting does not take place, and nothing of it reaches whoever is the respondent now.
///
/// # Errors
/// Database errors.
pub fn tell(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (before, after): (&Case, &Case),
    (event, former): (&Event, Option<String>),
    now: DateTime<Utc>,
) -> Result<Told, CaseworkError> {
    let side = Side::ALL.iter().copied().find(|side| actor.is_party(*side, after));
    let mut told = Told::default();
    // Whoever gave the case out of their hands by this step does not get to its mails any more: those need not wait for them.
    let undo = event.by.filter(|_| actor.may_see_contacts(after));
    for notice in notices_of(event, before, after, side) {
        let exchanged = matches!(event.step, Step::ChangeRespondent { replaces: true, .. })
            && (notice.to, notice.kind) == (Recipient::Party(Side::Respondent), NoticeKind::SessionCancelled);
        if exchanged {
            // Kept apart, each hears of times by telephone only.
            if let Some(to) = former.clone().filter(|_| !before.hides_times()) {
                // The case's own pages are somebody else's now.
                let link = "/".to_owned();
                write_one(tx, (before, after), (event, None), (&notice, link), (None, to), now)?;
            }
        } else {
            tell_one(tx, before, after, (event, undo), &notice, &mut told, now)?;
        }
    }
    Ok(told)
}

fn tell_one(
    tx: &mut Tx<'_>,
    before: &Case,
    after: &Case,
    (event, undo): (&Event, Option<UserId>),
    notice: &Notice,
    told: &mut Told,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let mut people = addresses(tx, after, notice.to, now)?;
    if people.is_empty() {
        people.extend(own_address(tx, after, notice)?.map(|email| (None, email)));
    }
    if !ends_something(notice.kind) {
        let concerned = if is_in_charge(after, notice.to) { after } else { before };
        may_still_hear(tx, concerned, notice.to, &mut people, now)?;
    }
    if matches!(
        notice.kind,
        NoticeKind::Regrouped | NoticeKind::OfferNext | NoticeKind::OfferAgain | NoticeKind::AgreementNews
    ) {
        // Whoever did it at a desk knows; their colleagues do not.
        people.retain(|(user, _)| user.is_none() || *user != event.by);
    }
    let apart = notice.kind.tells_when() && (after.hides_times() || before.hides_times());
    if let (Recipient::Party(side), true) = (notice.to, people.is_empty() || apart) {
        // Their own page (and whoever telephones them) leads to the decision all the same; where the two are kept apart, each
        // hears of times and places by telephone only.
        if !apart {
            path(tx, after, notice, None, now)?;
        }
        // The ward sees no telephone number: whoever takes the case on calls first.
        if let Some(body) = after.answers_for(Some(side)).filter(|body| Some(*body) != after.bodies.ward) {
            let (kind, due_at) = (DutyKind::Tell, working_days_after(now, 1));
            told.calls.push(ExtraDuty {
                kind,
                due_at,
                body,
                detail: Call { side, kind: notice.kind, about: notice.about }.detail(),
            });
            message(tx, after, side, now)?;
        }
        return Ok(());
    }
    for person in people {
        let link = path(tx, after, notice, person.0, now)?;
        write_one(tx, (before, after), (event, undo), (notice, link), person, now)?;
    }
    Ok(())
}

/// Puts the notice's mail to one address into the outbox.
fn write_one(
    tx: &mut Tx<'_>,
    (before, after): (&Case, &Case),
    (event, undo): (&Event, Option<UserId>),
    (notice, link): (&Notice, String),
    (user, to): (Option<UserId>, String),
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let Some(letter) = letter(tx, before, after, (notice, &event.step), (user, link), now)? else {
        return Ok(());
    };
    let who = user.map_or_else(|| format!("{:?}", notice.to), |u| format!("user{}", u.0));
    let about = notice.about.unwrap_or_default();
    let key = format!("{}-{}-{}-{about}-{who}", after.number, event.seq, notice.kind.code());
    let mail = Outgoing { to, number: Some(after.number.clone()), letter };
    Ok(outbox::enqueue_by(tx, &key, (after.id, &mail), undo, now)?)
}

/// What takes a meeting out of somebody's calendar reaches whoever once had it there.
const fn ends_something(kind: NoticeKind) -> bool {
    matches!(kind, NoticeKind::SessionCancelled | NoticeKind::Unassigned)
}

fn is_in_charge(case: &Case, to: Recipient) -> bool {
    matches!(to, Recipient::User(id) if case.in_charge.iter().any(|p| p.user == id))
}

/// Whoever is in charge by name only, recused or out of the committee, hears nothing more of the case.
fn may_still_hear(
    tx: &mut Tx<'_>,
    case: &Case,
    to: Recipient,
    people: &mut Vec<(Option<UserId>, String)>,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    if let (Recipient::User(id), true) = (to, is_in_charge(case, to))
        && !users::actor(tx, id, now)?.meets_in(case)
    {
        people.clear();
    }
    Ok(())
}

/// Where short messages leave: to the telephone of a side that is going to be called, that there is something to say; once a
/// day, however much there is.
fn message(tx: &mut Tx<'_>, case: &Case, side: Side, now: DateTime<Utc>) -> Result<(), CaseworkError> {
    let party = parties::of_side(tx, case.id, side)?.filter(|p| text::takes_messages(&p.details.phone));
    let Some(party) = party.filter(|_| tx.rules().messages) else { return Ok(()) };
    let key = format!("{}-message-{}-{}", case.number, party.id.0, seoul::day(now));
    let (to, number) = (Outgoing::to_party(party.id), Some(case.number.clone()));
    Ok(outbox::enqueue(tx, &key, Some(case.id), &Outgoing { to, number, letter: Letter::News {} }, now)?)
}

/// To which addresses a notice goes; staff with their user.
fn addresses(
    tx: &mut Tx<'_>,
    case: &Case,
    to: Recipient,
    now: DateTime<Utc>,
) -> Result<Vec<(Option<UserId>, String)>, CaseworkError> {
    Ok(match to {
        Recipient::User(id) => vec![(Some(id), users::find(tx, id)?.email)],
        Recipient::Desk(body) => {
            let role = desk_role(bodies::find(tx, body)?.kind);
            let roles: Vec<_> = role.into_iter().collect();
            users::with_role(tx, body, &roles, now)?.into_iter().map(|u| (Some(u.id), u.email)).collect()
        }
        Recipient::Party(side) => {
            let party = parties::of_side(tx, case.id, side)?;
            party.map(|p| p.details.email).filter(|e| !e.is_empty()).map(|e| (None, e)).into_iter().collect()
        }
    })
}

/// The path that a mail leads to: a one-purpose link for a decision, the party's page, or the case behind the login.
fn path(
    tx: &mut Tx<'_>,
    case: &Case,
    notice: &Notice,
    user: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<String, CaseworkError> {
    let side = match notice.to {
        Recipient::Party(side) => Some(side),
        Recipient::User(_) | Recipient::Desk(_) => None,
    };
    let purpose = match (notice.link, side) {
        (Some(LinkPurpose::Receipt) | None, Some(side)) => return receipt_path(tx, case, side, now),
        (Some(LinkPurpose::Referral), _) if user.is_some() => return Ok(format!("/cases/{}", case.number)),
        (None | Some(LinkPurpose::Slots), None) => return Ok(format!("/cases/{}", case.number)),
        (Some(purpose), _) => purpose,
    };
    let until = match purpose {
        LinkPurpose::Offer => notice.about.and_then(|seq| case.offer(seq)).map(|o| o.answer_by),
        LinkPurpose::Proposal => {
            case.open_proposal().map(|p| seoul::midnight(p.answer_by) + Duration::days(1))
        }
        // How it goes may be told for long.
        LinkPurpose::Referral => now.checked_add_days(Days::new(RECEIPT_DAYS)),
        _ => None,
    };
    let until = until.or_else(|| decision_ends(now)).unwrap_or(now);
    // By a referral's link its body acts from its own address only.
    let detail = own_address(tx, case, notice)?.map(|email| links::address_mark(tx, &email));
    let new = links::NewLink { case: Some(case.id), user, side, seq: notice.about, detail };
    let link = links::make(tx, purpose, &new, until, now)?;
    Ok(path_of(tx, link.id))
}

/// When a link for one decision ends that is made now and that nothing else ends.
fn decision_ends(now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    now.checked_add_days(Days::new(DECISION_DAYS))
}

/// The path of a link, which opens its page without a login.
#[must_use]
pub fn path_of(rx: &Rx<'_>, id: LinkId) -> String {
    format!("/r/{}", links::token(rx, id))
}

/// The party's own page: one link per side, made when first needed.
///
/// # Errors
/// Database errors.
pub fn receipt_path(
    tx: &mut Tx<'_>,
    case: &Case,
    side: Side,
    now: DateTime<Utc>,
) -> Result<String, CaseworkError> {
    let known = links::live_of_case(tx, case.id, LinkPurpose::Receipt, now)?;
    if let Some(link) = known.into_iter().find(|l| l.side == Some(side)) {
        return Ok(path_of(tx, link.id));
    }
    let new = links::NewLink { case: Some(case.id), side: Some(side), ..Default::default() };
    let until = now.checked_add_days(Days::new(RECEIPT_DAYS)).unwrap_or(now);
    let link = links::make(tx, LinkPurpose::Receipt, &new, until, now)?;
    Ok(path_of(tx, link.id))
}

/// The name of a case's 행정동, as letters and links say where it is.
pub(super) fn dong(rx: &mut Rx<'_>, case: &Case) -> Result<String, StoreError> {
    Ok(match &case.intake.dong_code {
        Some(code) => bodies::dong_name(rx, code)?.unwrap_or_default(),
        None => "단지 확인 중".to_owned(),
    })
}

fn letter(
    tx: &mut Tx<'_>,
    before: &Case,
    after: &Case,
    (notice, step): (&Notice, &Step),
    (user, link): (Option<UserId>, String),
    now: DateTime<Utc>,
) -> Result<Option<Letter>, CaseworkError> {
    let dong = dong(tx, after)?;
    let session = notice.about.and_then(|seq| after.session(seq));
    Ok(Some(match notice.kind {
        NoticeKind::Receipt => Letter::Receipt { next: sentence::next(after), link },
        NoticeKind::Progress => {
            Letter::Progress { sentence: sentence::now_for(after, Side::Applicant), link }
        }
        NoticeKind::SessionProposed => {
            let Some(Session { slots, kind, minutes, .. }) = session.cloned() else { return Ok(None) };
            Letter::SessionProposed { slots, kind, minutes, link }
        }
        NoticeKind::Offer
        | NoticeKind::OfferCancelled
        | NoticeKind::OfferNext
        | NoticeKind::OfferAgain
        | NoticeKind::Assigned
        | NoticeKind::Unassigned => return Ok(about_offer(after, (notice, step), dong, link)),
        NoticeKind::MembersNamed => Letter::MembersNamed { dong, link },
        NoticeKind::SessionFixed | NoticeKind::SessionMoved | NoticeKind::SessionCancelled => {
            return Ok(meetings::letter(before, after, notice, link));
        }
        NoticeKind::Proposal => {
            let Some(proposal) = after.open_proposal() else { return Ok(None) };
            Letter::Proposal { until: proposal.answer_by, link }
        }
        NoticeKind::AgreementToSign => Letter::AgreementToSign { until: decision_ends(now), link },
        NoticeKind::AgreementDone => {
            let open = after.follow_ups.iter().filter(|f| f.is_open());
            Letter::AgreementDone { follow_ups: open.map(|f| f.due).collect(), link }
        }
        NoticeKind::HandedOver => Letter::HandedOver { from: name(tx, before.holder)?, dong, link },
        NoticeKind::ReferralSent | NoticeKind::ReferralReturned | NoticeKind::ReferralSilent => {
            return of_referral(tx, (before, after), notice, (dong, user, link));
        }
        NoticeKind::Regrouped => Letter::Regrouped { how: regrouping(step), link },
        NoticeKind::AgreementNews => Letter::AgreementNews { what: agreement_news(step), link },
        NoticeKind::Closed => match after.outcome() {
            Some(outcome) => Letter::Closed { outcome, link },
            None => return Ok(None),
        },
        NoticeKind::Reopened => Letter::Reopened { link },
        NoticeKind::Invitation
        | NoticeKind::PasswordReset
        | NoticeKind::AddressChange
        | NoticeKind::Code
        | NoticeKind::OfferReminder
        | NoticeKind::SessionReminder
        | NoticeKind::FollowUp
        | NoticeKind::Survey => return Ok(None),
    }))
}

/// What is written about an offer and who has the case.
fn about_offer(after: &Case, (notice, step): (&Notice, &Step), dong: String, link: String) -> Option<Letter> {
    let offer = notice.about.and_then(|seq| after.offer(seq));
    let lead = offer.filter(|_| after.pairs()).map(|o| o.lead);
    Some(match notice.kind {
        NoticeKind::Offer => {
            let (causes, wanted) = (vec![after.intake.cause], offer?.wanted.clone());
            Letter::Offer { dong, causes, wanted, deadline: offer?.answer_by, lead, link }
        }
        NoticeKind::OfferCancelled => {
            let over = offer.is_some_and(|o| o.state == OfferState::Expired);
            Letter::OfferCancelled { dong, why: if over { OfferEnd::Expired } else { OfferEnd::Withdrawn } }
        }
        NoticeKind::OfferNext => Letter::OfferNext { dong, why: vacancy(step), link },
        NoticeKind::OfferAgain => Letter::OfferAgain { dong, deadline: offer?.answer_by, link },
        NoticeKind::Unassigned => Letter::Unassigned { dong },
        _ => Letter::Assigned { dong, lead, link },
    })
}

/// Why somebody is to be asked next.
fn vacancy(step: &Step) -> Vacancy {
    match step {
        Step::DeclineOffer { .. } => Vacancy::Declined,
        Step::ExpireOffer { .. } => Vacancy::Expired,
        _ => Vacancy::Left,
    }
}

/// What became of the case by this step.
fn regrouping(step: &Step) -> Regrouping {
    match step {
        Step::Merge { .. } => Regrouping::Merged,
        Step::Split { .. } => Regrouping::Split,
        _ => Regrouping::Joined,
    }
}

/// What was said about the agreement.
fn agreement_news(step: &Step) -> AgreementNews {
    match step {
        Step::LeaveAgreement { .. } => AgreementNews::Left,
        Step::CommentDraft { .. } => AgreementNews::Commented,
        _ => AgreementNews::Broken,
    }
}

/// The name of a body; empty where there is none.
fn name(tx: &mut Tx<'_>, body: Option<BodyId>) -> Result<String, CaseworkError> {
    Ok(body.map(|b| bodies::find(tx, b)).transpose()?.map(|b| b.name).unwrap_or_default())
}

/// Which follow-up a due date is, in words: 2주, 3개월, 6개월.
#[must_use]
pub fn round_label(case: &Case, due: chrono::NaiveDate) -> String {
    let rounds = ["2주", "3개월", "6개월"];
    let ended = case.follow_ups.iter().filter(|f| !f.ended);
    let place = ended
        .clone()
        .rev()
        .take(rounds.len())
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .position(|f| f.due == due);
    place.and_then(|n| rounds.get(n)).map_or_else(|| "사후".to_owned(), |r| (*r).to_owned())
}
