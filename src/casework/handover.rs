//! 인계인수: what an outgoing 간사 or 소장 passes on, with the duties that are open at that moment, signed by both.
use super::account::note;
use super::{CaseworkError, committee};
use crate::domain::case::Refused;
use crate::domain::codes::{AuditAction, BodyKind, CommitteeDuty, Method, Role};
use crate::domain::committee::duties::About;
use crate::domain::ids::{BodyId, HandoverId, UserId};
use crate::domain::permission::Actor;
use crate::domain::{seoul, text};
use crate::store::bodies::{self, Body};
use crate::store::handovers::{self, Handover, OpenDuty, Passed};
use crate::store::{Rx, StoreError, Tx, cases, projection, users};
use chrono::{DateTime, Utc};

/// Open duties that a record lists at most.
const DUTIES: i64 = 500;
/// Longest text of what is passed.
const TEXT: usize = 4000;

/// The roles whose desk is handed over.
const DESKS: [Role; 2] = [Role::Secretary, Role::Manager];
/// Who may take a desk over: anybody who has a role at the body.
const TAKERS: [Role; 5] = [Role::Secretary, Role::Manager, Role::Chair, Role::Clerk, Role::Member];

/// A record with the names on it.
#[derive(Debug, Clone)]
pub struct Shown {
    pub record: Handover,
    pub body: String,
    /// Whose desk: a committee's 간사, an office's 소장.
    pub desk: BodyKind,
    pub giver: String,
    pub taker: String,
}

/// The desks that this person can hand over.
#[must_use]
pub fn desks(actor: &Actor) -> Vec<BodyId> {
    let mut found: Vec<BodyId> = DESKS.iter().flat_map(|role| actor.bodies(*role)).collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn desk(rx: &mut Rx<'_>, actor: &Actor, id: BodyId) -> Result<Body, CaseworkError> {
    if !desks(actor).contains(&id) {
        return Err(StoreError::NotFound.into());
    }
    Ok(bodies::find(rx, id)?)
}

/// Who can take this desk over: id and name.
///
/// # Errors
/// `NotFound` for a desk that is not the person's.
pub fn takers(
    rx: &mut Rx<'_>,
    actor: &Actor,
    id: BodyId,
    now: DateTime<Utc>,
) -> Result<(Body, Vec<(UserId, String)>), CaseworkError> {
    let body = desk(rx, actor, id)?;
    let people = users::with_role(rx, id, &TAKERS, now)?.into_iter();
    let others = people.filter(|u| Some(u.id) != actor.user).map(|u| (u.id, u.name));
    Ok((body, others.collect()))
}

/// Writes a handover down with everything that waits at the desk now.
///
/// # Errors
/// `NotFound` for a desk that is not the person's; `Invalid` at `taker` or `passed`.
pub fn begin(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: BodyId,
    taker: Option<UserId>,
    passed: &str,
    now: DateTime<Utc>,
) -> Result<HandoverId, CaseworkError> {
    let (body, people) = takers(tx, actor, id, now)?;
    let giver = actor.user.ok_or(CaseworkError::Denied)?;
    let mut wrong = Vec::new();
    let taker = taker.filter(|user| people.iter().any(|(known, _)| known == user));
    if taker.is_none() {
        let why = "이 기관에 역할이 있는 다른 사람을 골라 주세요. 없으면 운영자에게 역할을 부탁해 주세요.";
        wrong.push(("taker".to_owned(), why.to_owned()));
    }
    let said = text::free(passed, TEXT).unwrap_or_default();
    if said.is_empty() {
        let why = "장부, 열쇠, 도장, 진행 중인 일처럼 넘기는 것을 적어 주세요.";
        wrong.push(("passed".to_owned(), why.to_owned()));
    }
    let (Some(taker), true) = (taker, wrong.is_empty()) else { return Err(CaseworkError::Invalid(wrong)) };
    let passed = Passed { text: said, duties: open_duties(tx, &body, now)? };
    let record = handovers::add(tx, id, (giver, taker), &passed, now)?;
    note(tx, actor.user, AuditAction::BodyChanged, &format!("body {}", id.0), "handover", now)?;
    Ok(record)
}

fn open_duties(rx: &mut Rx<'_>, body: &Body, now: DateTime<Utc>) -> Result<Vec<OpenDuty>, CaseworkError> {
    let rows = projection::duties_of(rx, &[body.id], UserId(0), DUTIES)?;
    let ids: Vec<_> = rows.iter().filter_map(|d| d.case_id).collect();
    let heads = cases::heads(rx, &ids)?;
    let number = |id| heads.iter().find(|h| Some(h.id) == id).map(|h| h.number.clone()).unwrap_or_default();
    let mut duties: Vec<OpenDuty> = rows
        .iter()
        .map(|d| OpenDuty {
            what: d.kind.label().to_owned(),
            case: number(d.case_id),
            due: d.due_at.and_utc(),
        })
        .collect();
    if matches!(body.kind, BodyKind::Committee | BodyKind::Council) {
        let of_desk = committee::duties_at(rx, body, now)?.into_iter();
        // A member's own hours are theirs, whoever keeps the desk.
        for duty in of_desk.filter(|d| d.kind != CommitteeDuty::OwnTraining) {
            let case = if let About::Case(_, number) = duty.about { number } else { String::new() };
            duties.push(OpenDuty {
                what: duty.kind.label().to_owned(),
                case,
                due: seoul::midnight(duty.due),
            });
        }
    }
    duties.sort_by_key(|d| d.due);
    Ok(duties)
}

/// What a reader sees instead of a duty of a case that they have left.
const LEFT: &str = "물러난 사건의 일(보이지 않음)";

fn named(rx: &mut Rx<'_>, actor: &Actor, mut record: Handover) -> Result<Shown, CaseworkError> {
    let left: Vec<String> = cases::heads(rx, &actor.recused)?.into_iter().map(|h| h.number).collect();
    for duty in record.passed.duties.iter_mut().filter(|d| left.contains(&d.case)) {
        (duty.what, duty.case) = (LEFT.to_owned(), String::new());
    }
    let Body { name: body, kind: desk, .. } = bodies::find(rx, record.body)?;
    let (giver, taker) = (users::find(rx, record.giver)?.name, users::find(rx, record.taker)?.name);
    Ok(Shown { record, body, desk, giver, taker })
}

/// The records of this person's desks, and those that they gave or took.
///
/// # Errors
/// Database errors.
pub fn list(rx: &mut Rx<'_>, actor: &Actor) -> Result<Vec<Shown>, CaseworkError> {
    let user = actor.user.ok_or(CaseworkError::Denied)?;
    let mut found = Vec::new();
    for record in handovers::of(rx, &desks(actor), user)? {
        found.push(named(rx, actor, record)?);
    }
    Ok(found)
}

/// One record.
///
/// # Errors
/// `NotFound` for whoever neither keeps the desk nor signs.
pub fn read(rx: &mut Rx<'_>, actor: &Actor, id: HandoverId) -> Result<Shown, CaseworkError> {
    let record = handovers::find(rx, id)?;
    let own = actor.user == Some(record.giver) || actor.user == Some(record.taker);
    if !own && !desks(actor).contains(&record.body) {
        return Err(StoreError::NotFound.into());
    }
    named(rx, actor, record)
}

/// What this person could sign now: their own name, and for the desk what was signed on paper.
#[must_use]
pub fn signable(actor: &Actor, record: &Handover) -> Vec<(bool, Method)> {
    let mut found = Vec::new();
    for taker in [false, true] {
        let (user, signed) =
            if taker { (record.taker, record.taker_signed) } else { (record.giver, record.giver_signed) };
        if signed.is_some() {
            continue;
        }
        if actor.user == Some(user) {
            found.push((taker, Method::Link));
        } else if desks(actor).contains(&record.body) {
            found.push((taker, Method::Paper));
        }
    }
    found
}

/// Puts a signature under a record.
///
/// # Errors
/// `NotFound`, `Denied`; `Refused` when it is there already.
pub fn sign(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: HandoverId,
    taker: bool,
    method: Method,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let record = read(tx, actor, id)?.record;
    let signed = if taker { record.taker_signed } else { record.giver_signed };
    if signed.is_some() {
        return Err(Refused { code: "signed", sentence: "이미 서명했습니다.".to_owned() }.into());
    }
    if !signable(actor, &record).contains(&(taker, method)) {
        return Err(CaseworkError::Denied);
    }
    Ok(handovers::sign(tx, id, taker, method, now)?)
}
