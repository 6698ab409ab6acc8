//! Destroying what was kept long enough (`product.md` §10): the contacts of a respondent who did not take part or was not
//! reached, later the keyed hash of their unit; confidential notes; at last the whole file; and, once a day, the records that
//! belong to no case. One transaction per case; every line of it stands in the register (`store::disposals`).
mod files;
mod logs;

pub use files::{NOTICE, approve};
pub use logs::forget as forget_logs;

use super::{CaseworkError, tell};
use crate::domain::case::Case;
use crate::domain::codes::{AuditAction, DisposalKind, DutyKind, MailState, Side};
use crate::domain::deadline::working_days_after;
use crate::domain::ids::CaseId;
use crate::domain::letter::Outgoing;
use crate::domain::permission::Scope;
use crate::store::{
    Rx, StoreError, Tx, access, cases, diary, disposals, evidence, inbox, outbox, packets, parties,
    projection, retention, search,
};
use chrono::{DateTime, Duration, Months, Utc};

/// The cases in which something may have been kept long enough, at most twice `limit`.
///
/// # Errors
/// Database errors.
pub fn waiting(rx: &mut Rx<'_>, now: DateTime<Utc>, limit: i64) -> Result<Vec<CaseId>, StoreError> {
    let keeping = rx.rules().keeping;
    let mut due = retention::contacts_due(rx, now - Duration::days(keeping.respondent_days), limit)?;
    if let Some(closed_by) = now.checked_sub_months(Months::new(keeping.unit_hash_months)) {
        due.extend(retention::unit_hashes_due(rx, closed_by, limit)?);
    }
    due.extend(files::waiting(rx, now, limit)?);
    due.sort_unstable();
    due.dedup();
    Ok(due)
}

/// Destroys in one case what was kept long enough; a case that was opened again meanwhile keeps everything.
///
/// # Errors
/// Database errors.
pub fn end(tx: &mut Tx<'_>, id: CaseId, now: DateTime<Utc>) -> Result<(), CaseworkError> {
    let case = cases::find_id(tx, &Scope { all: true, ..Scope::default() }, id)?;
    let over = |end: Option<DateTime<Utc>>| end.is_some_and(|at| at <= now);
    if over(case.contacts_end()) {
        destroy_contacts(tx, &case, now)?;
    }
    if over(case.unit_hash_ends()) {
        retention::drop_unit_hash(tx, id)?;
        let (counts, due) = ("호수 해시 1", case.unit_hash_ends().unwrap_or(now));
        disposals::by_rule(tx, Some(id), DisposalKind::UnitHash, due, (1, counts), now)?;
        note(tx, AuditAction::UnitHashDestroyed, &case, counts, now)?;
    }
    files::end(tx, &case, now)
}

fn destroy_contacts(tx: &mut Tx<'_>, case: &Case, now: DateTime<Utc>) -> Result<(), CaseworkError> {
    cases::lock(tx, case.id)?;
    let there = parties::of_case(tx, case.id)?;
    let (mut people, mut gone) = (0, Forgotten::default());
    for party in there.iter().filter(|p| p.side == Side::Respondent && !p.destroyed) {
        gone.add(forget(tx, case.id, party, now)?);
        people += 1;
    }
    gone.add(forget_things(tx, case.id, Side::Respondent)?);
    if people == 0 && gone.things == 0 {
        return Ok(());
    }
    search::keep(tx, case.id)?;
    let counts = format!("상대방 {people}명의 연락처, {gone}");
    let due = case.contacts_end().unwrap_or(now);
    disposals::by_rule(tx, Some(case.id), DisposalKind::Respondent, due, (count(people), &counts), now)?;
    note(tx, AuditAction::RespondentDestroyed, case, &counts, now)
}

/// Somebody asked that what is known of their side be destroyed: everybody on it, with what mails to them said.
///
/// # Errors
/// Database errors.
pub fn forget_side(
    tx: &mut Tx<'_>,
    case: &Case,
    side: Side,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    cases::lock(tx, case.id)?;
    let there = parties::of_case(tx, case.id)?;
    let (mut people, mut gone) = (0, Forgotten::default());
    for party in there.iter().filter(|p| p.side == side && !p.destroyed) {
        gone.add(forget(tx, case.id, party, now)?);
        people += 1;
    }
    gone.add(forget_things(tx, case.id, side)?);
    search::keep(tx, case.id)?;
    let counts = format!("{} {people}명의 정보, {gone}", side.label());
    disposals::by_rule(tx, Some(case.id), DisposalKind::Side, now, (count(people), &counts), now)?;
    note(tx, AuditAction::SideDestroyed, case, &counts, now)
}

/// What went with a person, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Forgotten {
    pub mails: usize,
    /// What they had handed in.
    pub things: usize,
}

impl Forgotten {
    const fn add(&mut self, more: Self) {
        self.mails += more.mails;
        self.things += more.things;
    }
}

impl std::fmt::Display for Forgotten {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "전자우편 {}통의 내용", self.mails)?;
        if self.things > 0 { write!(f, ", 증거 {}건", self.things) } else { Ok(()) }
    }
}

/// Destroys what is known of a party, what mails to them said and, of a side's own person, what the side handed in. Nobody has to telephone them or see
/// to a mail of theirs any more.
///
/// # Errors
/// Database errors.
pub fn forget(
    tx: &mut Tx<'_>,
    case: CaseId,
    party: &parties::Party,
    now: DateTime<Utc>,
) -> Result<Forgotten, CaseworkError> {
    let own = own_address(tx, party)?;
    let mut mails = outbox::destroy(tx, case, &Outgoing::to_party(party.id))?;
    if let Some(email) = &own {
        mails.extend(outbox::destroy(tx, case, email)?);
    }
    let ids: Vec<_> = mails.iter().map(|mail| mail.id).collect();
    let sender = own.unwrap_or_else(|| inbox::nameless(party.id));
    for answer in inbox::destroy(tx, case, &sender, &ids)? {
        projection::looked_at(tx, case, (DutyKind::ReadReply, answer.0))?;
    }
    for mail in &mails {
        projection::looked_at(tx, case, (DutyKind::Mail, mail.id.0))?;
    }
    projection::nobody_to_tell(tx, case, party.side)?;
    let mut gone = Forgotten { mails: mails.len(), things: 0 };
    if party.kind.is_none() {
        gone.add(forget_things(tx, case, party.side)?);
    }
    parties::destroy(tx, party.id, now)?;
    Ok(gone)
}

/// Destroys what a side handed in and what went to other bodies about it, whether anybody of the side is known or not.
fn forget_things(tx: &mut Tx<'_>, case: CaseId, side: Side) -> Result<Forgotten, StoreError> {
    packets::destroy_of(tx, case, side)?;
    let noted = if side == Side::Applicant { diary::destroy(tx, case)? } else { 0 };
    Ok(Forgotten { mails: 0, things: noted + evidence::destroy(tx, case, Some(side))? })
}

/// Replaces what is known of a party who stays the same person. Mails that wait go to the new address; where there is none any
/// more, somebody at the desk that speaks with that side has to tell them otherwise. What they wrote by mail stays theirs.
///
/// # Errors
/// Database errors.
pub fn renew(
    tx: &mut Tx<'_>,
    case: &Case,
    party: &parties::Party,
    details: &parties::Details,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let to = details.email.trim();
    let own = own_address(tx, party)?;
    match own.as_ref().filter(|from| !from.eq_ignore_ascii_case(to)) {
        Some(from) if to.is_empty() => give_up(tx, case, party.side, from, now)?,
        Some(from) => outbox::readdress(tx, case.id, from, to)?,
        None => {}
    }
    let renewed = parties::Party { details: details.clone(), ..party.clone() };
    let was = own.clone().unwrap_or_else(|| inbox::nameless(party.id));
    let is = own_address(tx, &renewed)?.unwrap_or_else(|| inbox::nameless(party.id));
    if !was.eq_ignore_ascii_case(&is) {
        inbox::readdress(tx, case.id, &was, &is)?;
    }
    parties::update(tx, party.id, case.intake.complex, details)?;
    if own.is_some_and(|from| from.eq_ignore_ascii_case(to)) {
        return Ok(());
    }
    tell::invite_anew(tx, case, party.side, now)
}

/// Keeps what a side is known by now, whether anything was known of it before or not.
///
/// # Errors
/// Database errors.
pub fn keep(
    tx: &mut Tx<'_>,
    case: &Case,
    side: Side,
    details: &parties::Details,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    match parties::of_side(tx, case.id, side)? {
        Some(party) => renew(tx, case, &party, details, now)?,
        None => {
            parties::add(tx, case.id, case.intake.complex, side, details, now)?;
        }
    }
    Ok(search::keep(tx, case.id)?)
}

fn give_up(
    tx: &mut Tx<'_>,
    case: &Case,
    side: Side,
    address: &str,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let mails = outbox::destroy(tx, case.id, address)?;
    let Some(body) = case.answers_for(Some(side)) else { return Ok(()) };
    for mail in mails.iter().filter(|mail| mail.state == MailState::Waiting) {
        projection::look_at(tx, case.id, (DutyKind::Mail, mail.id.0), body, working_days_after(now, 1), now)?;
    }
    Ok(())
}

fn own_address(tx: &mut Tx<'_>, party: &parties::Party) -> Result<Option<String>, StoreError> {
    Ok(party.own_address(&parties::of_case(tx, party.case)?))
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Counts, no persons.
fn note(
    tx: &mut Tx<'_>,
    action: AuditAction,
    case: &Case,
    counts: &str,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    Ok(access::note(tx, None, action.code(), &case.number, counts, now)?)
}
