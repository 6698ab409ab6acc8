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
    Rx, StoreError, Tx, bodies, bookings, cases, committees, links, outbox, parties, projection, users,
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
            let dong = match &case.intake.dong_code {
                Some(code) => bodies::dong_name(tx, code)?.unwrap_or_default(),
                None => String::new(),
            };
            let letter = Letter::OfferReminder {
                dong,
                deadline: offer.answer_by,
                link: format!("/r/{}", links::token(tx, link.id)),
            };
            let to = users::find(tx, offer.mediator)?.email;
            let mail = Outgoing { to, number: Some(case.number.clone()), letter };
            outbox::enqueue(tx, &format!("{}-reminder-{seq}", case.number), Some(case.id), &mail, now)?;
            Ok(())
        }
        Reminder::Session { seq, soon } => {
            let Some(session) = case.session(seq) else { return Ok(()) };
            tell::remind_of_session(tx, case, (session, soon), now)
        }
        Reminder::FollowUp(due) => Side::ALL.iter().try_for_each(|side| ask(tx, case, due, *side, now)),
    }
}

/// Asks one side how the agreement goes, unless it answered already: once when the day has come, and once more near the end by the
/// link that it has. A side without an address is asked by telephone; its link waits on its own page.
fn ask(
    tx: &mut Tx<'_>,
    case: &Case,
    due: NaiveDate,
    side: Side,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    if case.asked(side, Question::FollowUp(due)) != Asked::Open {
        return Ok(());
    }
    let Some(party) = parties::of_side(tx, case.id, side)? else { return Ok(()) };
    let (until, detail) = (answered_until(due), Some(due.to_string()));
    let live = links::live_of_case(tx, case.id, LinkPurpose::FollowUp, now)?;
    let known = live.into_iter().find(|l| l.side == Some(side) && l.detail == detail);
    let (link, again) = match known {
        Some(link) if asks_again(due, seoul::day(link.created_at.and_utc()), seoul::day(now)) => (link, true),
        Some(_) => return Ok(()),
        None => {
            let new = links::NewLink { case: Some(case.id), side: Some(side), detail, ..Default::default() };
            let end = seoul::midnight(until.succ_opt().unwrap_or(until));
            (links::make(tx, LinkPurpose::FollowUp, &new, end, now)?, false)
        }
    };
    if party.details.email.is_empty() {
        return Ok(());
    }
    let (round, path) = (tell::round_label(case, due), format!("/r/{}", links::token(tx, link.id)));
    let letter = Letter::FollowUp { round, until, again, link: path };
    let which = if again { "followup-again" } else { "followup" };
    let key = format!("{}-{which}-{due}-{}", case.number, side.code());
    let mail = Outgoing { to: party.details.email, number: Some(case.number.clone()), letter };
    outbox::enqueue(tx, &key, Some(case.id), &mail, now)?;
    Ok(())
}
