//! Opening a case file: what one person may read of a case, and the record that they did.
use super::CaseworkError;
use crate::domain::case::{Case, Event, Refused};
use crate::domain::codes::Side;
use crate::domain::ids::CaseId;
use crate::domain::notice::Call;
use crate::domain::permission::{Actor, View};
use crate::domain::step::form::{self, Input};
use crate::domain::step::{Seq, Step};
use crate::store::access::{self, Access};
use crate::store::parties::{self, Consent, Party};
use crate::store::{Rx, StoreError, Tx, cases, events, projection};
use chrono::{DateTime, Duration, Utc};

/// What a person sees of a case.
#[derive(Debug, Clone)]
pub struct CaseFile {
    pub case: Case,
    pub view: View,
    /// Names, units, telephones: only to those who handle the case, and only of the sides that they may know.
    pub parties: Vec<Party>,
    /// The sides of which this person may see what is known.
    pub sides: Vec<Side>,
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
    let mut case = cases::find(rx, &actor.scope(), number)?;
    let view = actor.view(&case);
    if view == View::Nothing {
        return Err(StoreError::NotFound.into());
    }
    pledged(actor, &case)?;
    let contacts = actor.may_see_contacts(&case);
    let mut lines = events::of_case(rx, case.id)?;
    lines.retain(|e| actor.sees(e, &case));
    if !contacts {
        lines.retain(|e| !matches!(e.step, Step::Screen { .. }));
    }
    lines.sort_by_key(|e| std::cmp::Reverse((e.at, e.seq)));
    let unread = |seq: Seq| lines.iter().any(|e| e.seq == seq && !actor.reads(e, &case));
    let terms: Vec<Seq> =
        case.proposals.iter().map(|p| p.seq).chain(case.agreements.iter().map(|a| a.seq)).collect();
    let wordless: Vec<Seq> = terms.into_iter().filter(|seq| unread(*seq)).collect();
    let lines = lines.into_iter().filter_map(|e| readable(actor, &case, e)).collect();
    let sides = actor.sides(&case);
    let mut parties = if contacts { parties::of_case(rx, case.id)? } else { Vec::new() };
    parties.retain(|p| sides.contains(&p.side));
    case.proposals.iter_mut().filter(|p| wordless.contains(&p.seq)).for_each(|p| p.terms.clear());
    case.agreements.iter_mut().filter(|a| wordless.contains(&a.seq)).for_each(|a| a.terms.clear());
    let consents = if contacts { parties::consents_of(rx, case.id)? } else { Vec::new() };
    Ok(CaseFile { case, view, parties, sides, consents, lines, contacts })
}

/// Whoever comes to a file through a committee has pledged confidentiality to it before the first one opens.
pub(super) fn pledged(actor: &Actor, case: &Case) -> Result<(), CaseworkError> {
    let due = case.bodies.committee.is_some_and(|body| actor.pledges_due.contains(&body));
    if due && actor.is_of_committee_alone(case) {
        return Err(Refused {
            code: "pledge_needed",
            sentence: "위원회의 사건을 처음 열기 전에 비밀유지 서약을 해 주세요. 화면의 /pledge 에서 할 수 있습니다."
                .to_owned(),
        }
        .into());
    }
    Ok(())
}

/// A line as this person may read it: where it holds words of a side that they may not know, what happened stays and the
/// words do not; a safety screen of that side is left out whole.
fn readable(actor: &Actor, case: &Case, line: Event) -> Option<Event> {
    if actor.view(case) != View::File || actor.reads(&line, case) {
        return Some(line);
    }
    match line.step {
        Step::Screen { .. } => None,
        step => Some(Event { step: wordless(step)?, ..line }),
    }
}

/// A step without its free texts. One that cannot be rewritten is not shown at all.
fn wordless(step: Step) -> Option<Step> {
    if let Step::File { provides, disclosure, tenure, evidence, .. } = step {
        let none = String::new;
        let (answered, wishes, narrative, since, times) = (none(), none(), none(), none(), Vec::new());
        return Some(Step::File {
            answered,
            wishes,
            narrative,
            times,
            tenure,
            since,
            evidence,
            provides,
            disclosure,
        });
    }
    let mut said = serde_json::to_value(&step).ok()?;
    for field in form::fields(step.code()).iter().filter(|f| f.input == Input::Text) {
        let text = said.get_mut(field.name)?;
        *text = serde_json::Value::String(String::new());
    }
    if let Some(terms) = said.get_mut("terms") {
        *terms = serde_json::Value::Array(Vec::new());
    }
    serde_json::from_value(said).ok()
}

/// What is opened that holds one side's data only: their own record, printed for them, and the letter to the respondent's door.
#[must_use]
pub fn shows_only(what: &str) -> Option<Side> {
    match what {
        OWN_RECORD_OF_APPLICANT => Some(Side::Applicant),
        OWN_RECORD_OF_RESPONDENT | "letter" => Some(Side::Respondent),
        _ => None,
    }
}

/// What the record calls a side's own record, taken out for them (열람).
pub const OWN_RECORD_OF_APPLICANT: &str = "own_applicant";
pub const OWN_RECORD_OF_RESPONDENT: &str = "own_respondent";

/// Records that `actor` opened (a page of) a case file: who, when, from where, whose data, what, and why for downloads.
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
    pledged(actor, &case)?;
    let shown = actor.sides(&case);
    let only = shows_only(what).map_or(shown.clone(), |side| vec![side]);
    keep(tx, actor, &case, from, (what, reason, &only), now)
}

/// As `record`, of what was about this side alone.
///
/// # Errors
/// Database errors.
pub fn record_of_side(
    tx: &mut Tx<'_>,
    actor: &Actor,
    case: &Case,
    (from, side): (&str, Side),
    (what, reason): (&str, &str),
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    keep(tx, actor, case, from, (what, reason, &[side]), now)
}

fn keep(
    tx: &mut Tx<'_>,
    actor: &Actor,
    case: &Case,
    from: &str,
    (what, reason, sides): (&str, &str, &[Side]),
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let hat = actor.hats(case).first().copied();
    let access = Access {
        user: actor.user,
        actor: hat.map_or("", |h| h.code()),
        body: hat.and_then(|hat| actor.body_as(hat, case)),
        ip: from,
        case: Some(case.id),
        sides,
        what,
        reason,
    };
    access::record(tx, &access, now)?;
    Ok(())
}

/// Minutes within which opening the same page again is the same opening.
const SAME_OPENING_MINUTES: i64 = 10;

/// Whose data `actor` was shown by this page of this case, opened from the same place minutes ago and so in the record already;
/// none where it was not. Who may see another side by now opens it anew (`is_covered`).
///
/// # Errors
/// Database errors.
pub fn recorded(
    rx: &mut Rx<'_>,
    actor: &Actor,
    case: CaseId,
    from: &str,
    what: &str,
    now: DateTime<Utc>,
) -> Result<Option<Vec<Side>>, StoreError> {
    let access = Access { user: actor.user, ip: from, case: Some(case), what, ..Access::default() };
    access::opened_since(rx, &access, now - Duration::minutes(SAME_OPENING_MINUTES))
}

/// Whether an opening of `what` that showed these sides stands for one that would show `now`.
#[must_use]
pub fn is_covered(shown: &[Side], now: &[Side], what: &str) -> bool {
    shows_only(what).is_some() || now.iter().all(|side| shown.contains(side))
}

/// As `recorded` and `is_covered`, for who has not read the case yet.
///
/// # Errors
/// `NotFound` outside the scope.
pub fn is_recorded(
    rx: &mut Rx<'_>,
    actor: &Actor,
    number: &str,
    (from, what): (&str, &str),
    now: DateTime<Utc>,
) -> Result<bool, CaseworkError> {
    let case = cases::find(rx, &actor.scope(), number)?;
    let Some(shown) = recorded(rx, actor, case.id, from, what, now)? else { return Ok(false) };
    Ok(is_covered(&shown, &actor.sides(&case), what))
}

/// A party was told by telephone; this call is no duty any more. Where one alone waits, it need not be named. Whether the call that
/// was named still waited: pressed twice, it is recorded once.
///
/// # Errors
/// `NotFound` outside the scope, `Denied` for people who may not see telephone numbers,
/// `Invalid` at `duty` when several wait and none is named.
pub fn told(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: &str,
    call: Option<i64>,
    from: &str,
    now: DateTime<Utc>,
) -> Result<bool, CaseworkError> {
    let case = cases::find(tx, &actor.scope(), number)?;
    if !actor.may_see_contacts(&case) {
        return Err(CaseworkError::Denied);
    }
    let waiting = projection::calls(tx, case.id)?;
    let made = match (call, waiting.as_slice()) {
        (Some(id), _) => match waiting.iter().find(|call| call.id == id) {
            Some(call) => Some(call),
            None => return Ok(false),
        },
        (None, []) => None,
        (None, [only]) => Some(only),
        (None, _) => {
            let sentence = "어느 전화를 마쳤는지 골라 주세요.".to_owned();
            return Err(CaseworkError::Invalid(vec![("duty".to_owned(), sentence)]));
        }
    };
    let words = made.and_then(|call| Call::parse(&call.detail)).map_or_else(
        || "전화로 알림".to_owned(),
        |call| format!("전화로 알림: {}, {}", call.side.label(), call.kind.label()),
    );
    record(tx, actor, number, from, "told", &words, now)?;
    if let Some(call) = made {
        projection::told(tx, case.id, call.id)?;
    }
    Ok(true)
}
