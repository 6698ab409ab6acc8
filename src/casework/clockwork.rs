//! What time does, by the same steps as people: one transaction per case.
use super::step::{Taking, take_step};
use super::{CaseworkError, charge, tell};
use crate::domain::case::{AHEAD, Asked, Case, Question, Reminder, answered_until, asks_again};
use crate::domain::codes::{DutyKind, LinkPurpose, Side};
use crate::domain::ids::CaseId;
use crate::domain::letter::{Letter, Outgoing};
use crate::domain::permission::{Actor, Scope};
use crate::domain::seoul;
use crate::store::{
    Rx, StoreError, Tx, bookings, cases, committees, links, outbox, parties, projection, surveys, users,
};
use chrono::{DateTime, Duration, NaiveDate, Utc};

/// The cases in which a date may have come.
///
/// # Errors
/// Database errors.
pub fn waiting(rx: &mut Rx<'_>, now: DateTime<Utc>, limit: i64) -> Result<Vec<CaseId>, StoreError> {
    let kinds = [
        DutyKind::AnswerOffer,
        DutyKind::AnswerProposal,
        DutyKind::FollowUp,
        DutyKind::ReviewOrder,
        DutyKind::AnswerReferral,
        DutyKind::AskReferral,
    ];
    let mut waiting = projection::cases_with(rx, &kinds, now + Duration::hours(24), limit)?;
    waiting.extend(bookings::soon(rx, now, now + AHEAD, limit)?);
    waiting.extend(surveys::waiting(rx, seoul::day(now), limit)?);
    waiting.extend(committees::left_in_charge(rx, now, limit)?);
    waiting.sort_unstable();
    waiting.dedup();
    Ok(waiting)
}

/// Takes the clock's steps in one case and writes its reminders. Returns how many steps it took.
///
/// # Errors
/// Database errors; another step that came first is left to the next round.
pub fn tick(tx: &mut Tx<'_>, id: CaseId, now: DateTime<Utc>) -> Result<usize, CaseworkError> {
    let scope = Scope { all: true, ..Scope::default() };
    let case = cases::find_id(tx, &scope, id)?;
    let steps = case.steps_of_time(now);
    for step in &steps {
        take_step(tx, &Actor::clock(), &case.number, Taking::from(step.clone()), now)?;
    }
    let left = charge::lay_down(tx, id, now)?;
    // Nobody is asked about what has just ended.
    let case = if left || !steps.is_empty() { cases::find_id(tx, &scope, id)? } else { case };
    for reminder in case.reminders(now) {
        remind(tx, &case, reminder, now)?;
    }
    Ok(steps.len())
}

fn remind(tx: &mut Tx<'_>, case: &Case, reminder: Reminder, now: DateTime<Utc>) -> Result<(), CaseworkError> {
    match reminder {
        Reminder::Offer(seq) => {
            let Some(offer) = case.offer(seq) else { return Ok(()) };
            let live = links::live_of_case(tx, case.id, LinkPurpose::Offer, now)?;
            let Some(link) = live.into_iter().find(|l| l.seq == Some(seq)) else { return Ok(()) };
            let dong = tell::dong(tx, case)?;
            let letter =
                Letter::OfferReminder { dong, deadline: offer.answer_by, link: tell::path_of(tx, link.id) };
            let to = users::find(tx, offer.mediator)?.email;
            let mail = Outgoing { to, number: Some(case.number.clone()), letter };
            outbox::enqueue(tx, &format!("{}-reminder-{seq}", case.number), Some(case.id), &mail, now)?;
            Ok(())
        }
        Reminder::Session { seq, soon } => {
            let Some(session) = case.session(seq) else { return Ok(()) };
            tell::remind_of_session(tx, case, (session, soon), now)
        }
        Reminder::FollowUp(side, due) => ask(tx, case, Asking::FollowUp(due), side, now),
        Reminder::Survey(side, due) => ask(tx, case, Asking::Survey(due), side, now),
    }
}

/// What the clock asks one side, each by a link of its own.
#[derive(Debug, Clone, Copy)]
enum Asking {
    /// How the agreement goes.
    FollowUp(NaiveDate),
    /// What they thought of a mediation that ended without one.
    Survey(NaiveDate),
}

impl Asking {
    const fn due(self) -> NaiveDate {
        match self {
            Self::FollowUp(due) | Self::Survey(due) => due,
        }
    }

    const fn purpose(self) -> LinkPurpose {
        match self {
            Self::FollowUp(_) => LinkPurpose::FollowUp,
            Self::Survey(_) => LinkPurpose::Survey,
        }
    }

    const fn question(self) -> Question {
        match self {
            Self::FollowUp(due) => Question::FollowUp(due),
            Self::Survey(due) => Question::Survey(due),
        }
    }

    /// Its part of the key of a mail.
    const fn occasion(self, again: bool) -> &'static str {
        match (self, again) {
            (Self::FollowUp(_), false) => "followup",
            (Self::FollowUp(_), true) => "followup-again",
            (Self::Survey(_), false) => "survey",
            (Self::Survey(_), true) => "survey-again",
        }
    }

    fn letter(self, case: &Case, again: bool, link: String) -> Letter {
        let until = answered_until(self.due());
        match self {
            Self::FollowUp(due) => {
                Letter::FollowUp { round: tell::round_label(case, due), until, again, link }
            }
            Self::Survey(_) => Letter::Survey { until, again, link },
        }
    }
}

/// Asks one side, unless it answered already: once when the day has come, and once more near the end by the link that it has. A
/// side without an address has its link on its own page; how the agreement goes it is asked by telephone.
fn ask(
    tx: &mut Tx<'_>,
    case: &Case,
    asking: Asking,
    side: Side,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    if case.asked(side, asking.question()) != Asked::Open {
        return Ok(());
    }
    let Some(party) = parties::of_side(tx, case.id, side)? else { return Ok(()) };
    let (due, until) = (asking.due(), answered_until(asking.due()));
    let detail = Some(due.to_string());
    let live = links::live_of_case(tx, case.id, asking.purpose(), now)?;
    let known = live.into_iter().find(|l| l.side == Some(side) && l.detail == detail);
    let (link, again) = match known {
        Some(link) if asks_again(due, seoul::day(link.created_at.and_utc()), seoul::day(now)) => (link, true),
        Some(_) => return Ok(()),
        None => {
            let new = links::NewLink { case: Some(case.id), side: Some(side), detail, ..Default::default() };
            let end = seoul::midnight(until.succ_opt().unwrap_or(until));
            (links::make(tx, asking.purpose(), &new, end, now)?, false)
        }
    };
    if party.details.email.is_empty() {
        return Ok(());
    }
    let letter = asking.letter(case, again, tell::path_of(tx, link.id));
    let key = format!("{}-{}-{due}-{}", case.number, asking.occasion(again), side.code());
    let mail = Outgoing { to: party.details.email, number: Some(case.number.clone()), letter };
    outbox::enqueue(tx, &key, Some(case.id), &mail, now)?;
    Ok(())
}
