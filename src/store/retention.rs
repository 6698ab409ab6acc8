//! What is destroyed when its time is over (`product.md` §10): which cases wait for it, and the keyed hashes of doors.
use super::schema::{
    access_log, api_tokens, appointments, attempts, audit, case_events, case_holds, case_recurrences,
    case_search, cases, consents, disposals, duties, grants, inbox, link_codes, links, mediators,
    meeting_cases, outbox, parties, recusals, trainings, users,
};
use super::{Rx, StoreError, Tx};
use crate::domain::codes::{AccountStatus, DisposalKind, Outcome, Side, Stage};
use crate::domain::ids::{CaseId, SeatId, UserId};
use crate::domain::indicators::RECURRENCE_DAYS;
use crate::domain::step::StepCode;
use crate::each_backend;
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;

/// What stands where a party's keyed hash was: there was a door.
const GONE: &str = "-";

/// Cases closed without the respondent: they did not take part, or were not reached.
const WITHOUT: [Option<Outcome>; 2] = [Some(Outcome::Refused), Some(Outcome::Unreachable)];

/// The hold of a case, if it has one.
#[diesel::dsl::auto_type]
fn held() -> _ {
    case_holds::table.filter(case_holds::case_id.eq(cases::id))
}

/// Cases closed without the respondent by `closed_by` whose respondent's contacts are still there, at most `limit`.
///
/// # Errors
/// Database errors.
pub fn contacts_due(
    rx: &mut Rx<'_>,
    closed_by: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<CaseId>, StoreError> {
    let there = parties::table
        .filter(parties::case_id.eq(cases::id))
        .filter(parties::side.eq(Side::Respondent))
        .filter(parties::destroyed_at.is_null());
    Ok(cases::table
        .filter(cases::stage.eq(Stage::Closed))
        .filter(cases::outcome.eq_any(WITHOUT))
        .filter(cases::closed_at.le(closed_by.naive_utc()))
        .filter(diesel::dsl::exists(there))
        .filter(diesel::dsl::not(diesel::dsl::exists(held())))
        .order(cases::id)
        .limit(limit)
        .select(cases::id)
        .load(rx.conn())?)
}

/// Cases closed without the respondent by `closed_by` whose respondent's door is still known by its hash, at most `limit`.
///
/// # Errors
/// Database errors.
pub fn unit_hashes_due(
    rx: &mut Rx<'_>,
    closed_by: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<CaseId>, StoreError> {
    Ok(cases::table
        .filter(cases::stage.eq(Stage::Closed))
        .filter(cases::outcome.eq_any(WITHOUT))
        .filter(cases::closed_at.le(closed_by.naive_utc()))
        .filter(cases::respondent_unit_hash.is_not_null())
        .filter(diesel::dsl::not(diesel::dsl::exists(held())))
        .order(cases::id)
        .limit(limit)
        .select(cases::id)
        .load(rx.conn())?)
}

/// Nothing of the case is destroyed from now on.
///
/// # Errors
/// Database errors.
pub fn hold(tx: &mut Tx<'_>, case: CaseId, now: DateTime<Utc>) -> Result<(), StoreError> {
    let row = (case_holds::case_id.eq(case), case_holds::since.eq(now.naive_utc()));
    each_backend!(tx.conn(), |c| diesel::insert_into(case_holds::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

/// What waits to be destroyed in the case is destroyed again when its time is over.
///
/// # Errors
/// Database errors.
pub fn release(tx: &mut Tx<'_>, case: CaseId) -> Result<(), StoreError> {
    diesel::delete(case_holds::table.find(case)).execute(tx.conn())?;
    Ok(())
}

/// Destroys the keyed hash of the respondent's door in a case. Whether the case and those of the same pair after it were
/// repeats is fixed first, so that no figure changes.
///
/// # Errors
/// Database errors.
pub fn drop_unit_hash(tx: &mut Tx<'_>, case: CaseId) -> Result<(), StoreError> {
    fix_recurrence(tx, case)?;
    diesel::update(cases::table.find(case))
        .set(cases::respondent_unit_hash.eq(None::<String>))
        .execute(tx.conn())?;
    let theirs = parties::table
        .filter(parties::case_id.eq(case))
        .filter(parties::side.eq(Side::Respondent))
        .filter(parties::unit_hash.is_not_null());
    diesel::update(theirs).set(parties::unit_hash.eq(GONE)).execute(tx.conn())?;
    super::kept::keep(tx, case)
}

/// As `domain::indicators::Pairs` would see it while the hash is there.
fn fix_recurrence(tx: &mut Tx<'_>, case: CaseId) -> Result<(), StoreError> {
    let doors: (Option<String>, Option<String>) = cases::table
        .find(case)
        .select((cases::applicant_unit_hash, cases::respondent_unit_hash))
        .first(tx.conn())?;
    let (Some(ours), Some(theirs)) = doors else { return Ok(()) };
    let same =
        cases::applicant_unit_hash.eq(ours.clone()).and(cases::respondent_unit_hash.eq(theirs.clone()));
    let crossed = cases::applicant_unit_hash.eq(theirs).and(cases::respondent_unit_hash.eq(ours));
    let pair: Vec<(CaseId, NaiveDateTime)> = cases::table
        .filter(same.or(crossed).assume_not_null())
        .filter(cases::complex_id.is_not_null())
        .filter(cases::anonymous.eq(false).and(cases::has_respondent_unit.eq(true)))
        .select((cases::id, cases::received_at))
        .load(tx.conn())?;
    let year = TimeDelta::days(RECURRENCE_DAYS);
    let follows = |at: NaiveDateTime, other: NaiveDateTime| other <= at && at - other <= year;
    let Some(own) = pair.iter().find(|(id, _)| *id == case).map(|(_, at)| *at) else { return Ok(()) };
    for (id, at) in pair.iter().filter(|(id, at)| *id == case || follows(*at, own)) {
        let recurs = pair.iter().any(|(other, before)| other != id && follows(*at, *before));
        let row = (case_recurrences::case_id.eq(id), case_recurrences::recurs.eq(recurs));
        each_backend!(tx.conn(), |c| diesel::insert_into(case_recurrences::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(c))?;
        super::kept::keep(tx, *id)?;
    }
    Ok(())
}

/// Closed cases whose file may be proposed or destroyed: closed by `closed_by`, under no hold, not destroyed already, and not waiting for a day or an approval yet. `now` and `objected`: a proposal made after `objected` still waits.
///
/// # Errors
/// Database errors.
pub fn files_due(
    rx: &mut Rx<'_>,
    closed_by: DateTime<Utc>,
    (now, objected): (DateTime<Utc>, DateTime<Utc>),
    limit: i64,
) -> Result<Vec<CaseId>, StoreError> {
    let gone = disposals::table
        .filter(disposals::case_id.eq(cases::id.nullable()))
        .filter(disposals::kind.eq(DisposalKind::File))
        .filter(disposals::done_at.is_not_null());
    let waits = disposals::table
        .filter(disposals::case_id.eq(cases::id.nullable()))
        .filter(disposals::kind.eq(DisposalKind::File))
        .filter(disposals::done_at.is_null())
        .filter(
            disposals::due_at
                .gt(now.naive_utc())
                .or(disposals::approved_at.is_null().and(disposals::proposed_at.gt(objected.naive_utc()))),
        );
    Ok(cases::table
        .filter(cases::stage.eq(Stage::Closed))
        .filter(cases::closed_at.le(closed_by.naive_utc()))
        .filter(diesel::dsl::not(diesel::dsl::exists(gone)))
        .filter(diesel::dsl::not(diesel::dsl::exists(held())))
        .filter(diesel::dsl::not(diesel::dsl::exists(waits)))
        .order((cases::closed_at, cases::id))
        .limit(limit)
        .select(cases::id)
        .load(rx.conn())?)
}

/// Closed cases with confidential notes that were not destroyed since they were written, closed by `closed_by`.
///
/// # Errors
/// Database errors.
pub fn notes_due(rx: &mut Rx<'_>, closed_by: DateTime<Utc>, limit: i64) -> Result<Vec<CaseId>, StoreError> {
    let gone = disposals::table
        .filter(disposals::case_id.eq(case_events::case_id.nullable()))
        .filter(disposals::kind.eq(DisposalKind::Notes))
        .filter(disposals::done_at.ge(case_events::recorded_at.nullable()));
    let notes = case_events::table
        .filter(case_events::case_id.eq(cases::id))
        .filter(case_events::step.eq_any([StepCode::ConfidentialNote, StepCode::Reflection]))
        .filter(diesel::dsl::not(diesel::dsl::exists(gone)));
    Ok(cases::table
        .filter(cases::stage.eq(Stage::Closed))
        .filter(cases::closed_at.le(closed_by.naive_utc()))
        .filter(diesel::dsl::exists(notes))
        .filter(diesel::dsl::not(diesel::dsl::exists(held())))
        .order((cases::closed_at, cases::id))
        .limit(limit)
        .select(cases::id)
        .load(rx.conn())?)
}

/// What the file of a case held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Gone {
    pub people: usize,
    pub lines: usize,
    pub mails: usize,
    /// What the sides handed in.
    pub things: usize,
    pub others: usize,
}

/// Destroys everything of a case by which a person could be known, irrecoverably: people, consents, history, letters and links,
/// mails, the search text, the hashes of both doors. What figures count stays.
///
/// # Errors
/// Database errors.
pub fn destroy_file(tx: &mut Tx<'_>, case: CaseId) -> Result<Gone, StoreError> {
    drop_unit_hash(tx, case)?;
    let hashes = (cases::applicant_unit_hash.eq(None::<String>), cases::complex_typed.eq(None::<String>));
    diesel::update(cases::table.find(case)).set(hashes).execute(tx.conn())?;
    let own = links::table.filter(links::case_id.eq(case)).select(links::id);
    diesel::delete(link_codes::table.filter(link_codes::link_id.eq_any(own))).execute(tx.conn())?;
    let mut gone = Gone::default();
    gone.others += diesel::delete(links::table.filter(links::case_id.eq(case))).execute(tx.conn())?;
    gone.others += diesel::delete(consents::table.filter(consents::case_id.eq(case))).execute(tx.conn())?;
    gone.people += diesel::delete(parties::table.filter(parties::case_id.eq(case))).execute(tx.conn())?;
    gone.lines +=
        diesel::delete(case_events::table.filter(case_events::case_id.eq(case))).execute(tx.conn())?;
    gone.mails += diesel::delete(outbox::table.filter(outbox::case_id.eq(case))).execute(tx.conn())?;
    gone.mails += diesel::delete(inbox::table.filter(inbox::case_id.eq(case))).execute(tx.conn())?;
    gone.others += super::packets::destroy(tx, case)?;
    gone.things += super::evidence::destroy(tx, case, None)?;
    gone.things += super::diary::destroy(tx, case)?;
    gone.others += diesel::delete(recusals::table.filter(recusals::case_id.eq(case))).execute(tx.conn())?;
    gone.others +=
        diesel::delete(meeting_cases::table.filter(meeting_cases::case_id.eq(case))).execute(tx.conn())?;
    diesel::delete(duties::table.filter(duties::case_id.eq(case))).execute(tx.conn())?;
    diesel::delete(case_search::table.find(case)).execute(tx.conn())?;
    Ok(gone)
}

/// Ten-minute codes that let nobody in any more, counted tries of windows long past, and links of accounts that ended a month ago.
///
/// # Errors
/// Database errors.
pub fn drop_codes(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<usize, StoreError> {
    // A code that was typed lets a file in for some time after its own end.
    let codes = tx.rules().codes;
    let kept = TimeDelta::minutes(codes.minutes.max(codes.hand_in_minutes));
    let over = link_codes::table.filter(link_codes::expires_at.lt((now - kept).naive_utc()));
    let mut n = diesel::delete(over).execute(tx.conn())?;
    let old = attempts::table.filter(attempts::window_start.lt((now - TimeDelta::days(1)).naive_utc()));
    n += diesel::delete(old).execute(tx.conn())?;
    let ended = (now - TimeDelta::days(30)).naive_utc();
    let ended = links::table.filter(links::case_id.is_null()).filter(links::expires_at.lt(ended));
    Ok(n + diesel::delete(ended).execute(tx.conn())?)
}

/// Records of openings from before `until`.
///
/// # Errors
/// Database errors.
pub fn drop_accesses(tx: &mut Tx<'_>, until: DateTime<Utc>) -> Result<usize, StoreError> {
    Ok(diesel::delete(access_log::table.filter(access_log::at.lt(until.naive_utc()))).execute(tx.conn())?)
}

/// Records of changes from before `until`.
///
/// # Errors
/// Database errors.
pub fn drop_audit(tx: &mut Tx<'_>, until: DateTime<Utc>) -> Result<usize, StoreError> {
    Ok(diesel::delete(audit::table.filter(audit::at.lt(until.naive_utc()))).execute(tx.conn())?)
}

/// Grants that ended before `until`.
///
/// # Errors
/// Database errors.
pub fn drop_grants(tx: &mut Tx<'_>, until: DateTime<Utc>) -> Result<usize, StoreError> {
    let ended = grants::table.filter(grants::until_at.lt(until.naive_utc()));
    Ok(diesel::delete(ended).execute(tx.conn())?)
}

/// Mails that belong to no case, written before `until`.
///
/// # Errors
/// Database errors.
pub fn drop_house_mails(tx: &mut Tx<'_>, until: DateTime<Utc>) -> Result<usize, StoreError> {
    let old =
        outbox::table.filter(outbox::case_id.is_null()).filter(outbox::created_at.lt(until.naive_utc()));
    Ok(diesel::delete(old).execute(tx.conn())?)
}

/// What stands where the name of an ended account was.
const NOBODY: &str = "탈퇴한 사람";

/// Stopped accounts without any right left, made before `until`: name, address and telephone are destroyed; the row stays, as
/// histories point at it.
///
/// # Errors
/// Database errors.
pub fn forget_accounts(tx: &mut Tx<'_>, until: DateTime<Utc>) -> Result<usize, StoreError> {
    let rights = grants::table.filter(grants::user_id.eq(users::id));
    let over: Vec<UserId> = users::table
        .filter(users::status.eq(AccountStatus::Disabled))
        .filter(users::created_at.lt(until.naive_utc()))
        .filter(users::email_hash.not_like("gone-%"))
        .filter(diesel::dsl::not(diesel::dsl::exists(rights)))
        .select(users::id)
        .load(tx.conn())?;
    let name = tx.vault().seal("users.name", NOBODY)?;
    for id in &over {
        diesel::update(users::table.find(id))
            .set((
                users::name.eq(&name),
                users::email.eq(""),
                users::email_hash.eq(format!("gone-{}", id.0)),
                users::phone.eq(""),
                users::password_hash.eq(None::<String>),
            ))
            .execute(tx.conn())?;
        diesel::delete(mediators::table.find(id)).execute(tx.conn())?;
        super::mediators::forget_trainings(tx, *id)?;
        diesel::delete(api_tokens::table.filter(api_tokens::user_id.eq(id))).execute(tx.conn())?;
        super::views::forget(tx, *id)?;
    }
    Ok(over.len())
}

/// Appointments that ended before the day `until`: the person, the note and the trainings are destroyed.
///
/// # Errors
/// Database errors.
pub fn forget_seats(tx: &mut Tx<'_>, until: NaiveDate) -> Result<usize, StoreError> {
    let over = appointments::ended_on
        .lt(until)
        .or(appointments::ended_on.is_null().and(appointments::until_on.le(until)));
    let known = appointments::person.ne("").or(appointments::note.ne(""));
    let seats: Vec<SeatId> = appointments::table
        .filter(over.assume_not_null())
        .filter(known)
        .select(appointments::id)
        .load(tx.conn())?;
    let there = appointments::table.filter(appointments::id.eq_any(&seats));
    diesel::update(there).set((appointments::person.eq(""), appointments::note.eq(""))).execute(tx.conn())?;
    diesel::delete(trainings::table.filter(trainings::seat_id.eq_any(&seats))).execute(tx.conn())?;
    Ok(seats.len())
}
