//! What time does, by the same steps as people: one transaction per case.
use super::step::{Taking, take_step};
use super::{CaseworkError, charge, tell};
use crate::domain::case::{AHEAD, Asked, Case, Question, Reminder};
use crate::domain::codes::{DutyKind, LinkPurpose, Side};
use crate::domain::ids::CaseId;
use crate::domain::letter::{Letter, Outgoing};
use crate::domain::permission::{Actor, Scope};
use crate::store::{
    Rx, StoreError, Tx, bodies, bookings, cases, committees, links, outbox, parties, projection, users,
};
use chrono::{DateTime, Days, Duration, NaiveDate, Utc};

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
        Reminder::FollowUpAgain(due) => {
            let silent = Side::ALL.iter().filter(|s| case.asked(**s, Question::FollowUp(due)) == Asked::Open);
            silent.into_iter().try_for_each(|side| ask_again(tx, case, due, *side, now))
        }
    }
}

/// Asks one side how the agreement goes, once per due date.
fn ask(
    tx: &mut Tx<'_>,
    case: &Case,
    due: NaiveDate,
    side: Side,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let live = links::live_of_case(tx, case.id, LinkPurpose::FollowUp, now)?;
    let detail = due.to_string();
    if live.iter().any(|l| l.side == Some(side) && l.detail.as_deref() == Some(detail.as_str())) {
        return Ok(());
    }
    let Some(party) = parties::of_side(tx, case.id, side)? else { return Ok(()) };
    let new =
        links::NewLink { case: Some(case.id), side: Some(side), detail: Some(detail), ..Default::default() };
    let end = due.checked_add_days(Days::new(crate::domain::case::FOLLOW_UP_DAYS)).unwrap_or(due);
    let link = links::make(tx, LinkPurpose::FollowUp, &new, crate::domain::seoul::midnight(end), now)?;
    if party.details.email.is_empty() {
        return Ok(());
    }
    let round = tell::round_label(case, due);
    let path = format!("/r/{}", links::token(tx, link.id));
    let letter = Letter::FollowUp { round, until: end, again: false, link: path };
    let key = format!("{}-followup-{due}-{}", case.number, side.code());
    let mail = Outgoing { to: party.details.email, number: Some(case.number.clone()), letter };
    outbox::enqueue(tx, &key, Some(case.id), &mail, now)?;
    Ok(())
}

/// Asks a side that has not answered once more, by the link that it has; the same occasion twice is one mail.
fn ask_again(
    tx: &mut Tx<'_>,
    case: &Case,
    due: NaiveDate,
    side: Side,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let live = links::live_of_case(tx, case.id, LinkPurpose::FollowUp, now)?;
    let detail = due.to_string();
    let known =
        live.into_iter().find(|l| l.side == Some(side) && l.detail.as_deref() == Some(detail.as_str()));
    let (Some(link), Some(party)) = (known, parties::of_side(tx, case.id, side)?) else { return Ok(()) };
    if party.details.email.is_empty() {
        return Ok(());
    }
    let until = due.checked_add_days(Days::new(crate::domain::case::FOLLOW_UP_DAYS)).unwrap_or(due);
    let (round, path) = (tell::round_label(case, due), format!("/r/{}", links::token(tx, link.id)));
    let letter = Letter::FollowUp { round, until, again: true, link: path };
    let key = format!("{}-followup-again-{due}-{}", case.number, side.code());
    let mail = Outgoing { to: party.details.email, number: Some(case.number.clone()), letter };
    outbox::enqueue(tx, &key, Some(case.id), &mail, now)?;
    Ok(())
}
