//! Opening a case file: what one person may read of a case, and the record that they did.
use super::CaseworkError;
use crate::domain::case::{Case, Event};
use crate::domain::permission::{Actor, View, visibility};
use crate::domain::step::Step;
use crate::store::access::{self, Access};
use crate::store::parties::{self, Consent, Party};
use crate::store::{Rx, StoreError, Tx, cases, events, projection};
use chrono::{DateTime, Duration, Utc};

/// What a person sees of a case.
#[derive(Debug, Clone)]
pub struct CaseFile {
    pub case: Case,
    pub view: View,
    /// Names, units, telephones: only to those who handle the case.
    pub parties: Vec<Party>,
    pub consents: Vec<Consent>,
    /// The lines that this person may read, newest first.
    pub lines: Vec<Event>,
    /// Whether telephones and safety answers are open to this person.
    pub contacts: bool,
}

/// Reads a case as `actor` may see it. The caller has recorded the opening (`record`) first.
///
/// # Errors
/// `NotFound` outside the scope or where the person may read nothing.
pub fn read(rx: &mut Rx<'_>, actor: &Actor, number: &str) -> Result<CaseFile, CaseworkError> {
    let case = cases::find(rx, &actor.scope(), number)?;
    let view = actor.view(&case);
    if view == View::Nothing {
        return Err(StoreError::NotFound.into());
    }
    let contacts = actor.may_see_contacts(&case);
    let mut lines = events::of_case(rx, case.id)?;
    lines.retain(|e| actor.sees(visibility(&e.step), &e.by_role, &case));
    if !contacts {
        lines.retain(|e| !matches!(e.step, Step::Screen { .. }));
    }
    lines.sort_by_key(|e| std::cmp::Reverse((e.at, e.seq)));
    let parties = if contacts { parties::of_case(rx, case.id)? } else { Vec::new() };
    let consents = if contacts { parties::consents_of(rx, case.id)? } else { Vec::new() };
    Ok(CaseFile { case, view, parties, consents, lines, contacts })
}

/// Records that `actor` opened (a page of) a case file: who, when, from where, whose, what, and why for downloads.
///
/// # Errors
/// As `read`; nothing is shown when the record cannot be written.
pub fn record(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: &str,
    from: &str,
    what: &str,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let case = cases::find(tx, &actor.scope(), number)?;
    let hat = actor.hats(&case).first().map_or("", |h| h.code());
    let access = Access { user: actor.user, actor: hat, ip: from, case: Some(case.id), what, reason };
    access::record(tx, &access, now)?;
    Ok(())
}

/// Minutes within which opening the same page again is the same opening.
const SAME_OPENING_MINUTES: i64 = 10;

/// Whether `actor` opened this page of this case from the same place minutes ago, so that it is in the record already.
///
/// # Errors
/// `NotFound` outside the scope.
pub fn is_recorded(
    rx: &mut Rx<'_>,
    actor: &Actor,
    number: &str,
    from: &str,
    what: &str,
    now: DateTime<Utc>,
) -> Result<bool, CaseworkError> {
    let id = cases::head(rx, &actor.scope(), number)?.id;
    let access = Access { user: actor.user, actor: "", ip: from, case: Some(id), what, reason: "" };
    Ok(access::opened_since(rx, &access, now - Duration::minutes(SAME_OPENING_MINUTES))?)
}

/// A party was told by telephone; the call is no duty any more.
///
/// # Errors
/// `NotFound` outside the scope, `Denied` for people who may not see telephone numbers.
pub fn told(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: &str,
    from: &str,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let case = cases::find(tx, &actor.scope(), number)?;
    if !actor.may_see_contacts(&case) {
        return Err(CaseworkError::Denied);
    }
    record(tx, actor, number, from, "told", "전화로 알림", now)?;
    Ok(projection::told(tx, case.id)?)
}
