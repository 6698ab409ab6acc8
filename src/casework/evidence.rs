//! Evidence: handed in by a side on its own page, at a desk or by whoever is in charge; opened by who may, with a record.
use super::party::visit;
use super::{CaseworkError, open};
use crate::domain::case::Case;
use crate::domain::codes::{FileKind, LinkPurpose, Side, Voices};
use crate::domain::evidence::{ABOUT_MAX, voices_of};
use crate::domain::permission::{Actor, Guest};
use crate::domain::step::Seq;
use crate::domain::text;
use crate::store::evidence::{self, Kept, Said, Thing};
use crate::store::{Rx, StoreError, Tx, cases, parties, unlock};
use chrono::{DateTime, Utc};

/// What is said of a file that is handed in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    pub side: Option<Side>,
    /// What it shows, as typed.
    pub about: String,
    pub voices: Option<Voices>,
    /// The agreement whose signed paper it is, by its line: then it is both sides', and what it shows is clear.
    pub agreement: Option<Seq>,
}

/// The sides for which this person may hand something in.
#[must_use]
pub fn sides(actor: &Actor, case: &Case) -> Vec<Side> {
    Side::ALL.iter().copied().filter(|side| actor.hands_in(*side, case).is_some()).collect()
}

/// The case, for somebody who may hand something in.
///
/// # Errors
/// `NotFound` for everybody else.
pub fn taking(rx: &mut Rx<'_>, actor: &Actor, number: &str) -> Result<Case, CaseworkError> {
    let case = cases::find(rx, &actor.scope(), number)?;
    open::pledged(actor, &case)?;
    if sides(actor, &case).is_empty() { Err(StoreError::NotFound.into()) } else { Ok(case) }
}

/// Keeps a file that came in. Returns its number in the 증거목록. Where this fails, the caller takes the file away.
///
/// # Errors
/// `NotFound` for who may not; `Invalid` at `agreement`, `side`, `about`, `voices` or `file`.
pub fn add(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: &str,
    (given, kept): (&Given, &Kept),
    per_side: usize,
    now: DateTime<Utc>,
) -> Result<i64, CaseworkError> {
    let case = taking(tx, actor, number)?;
    let mut wrong = Vec::new();
    let mut tell = |field: &str, why: &str| wrong.push((field.to_owned(), why.to_owned()));
    let paper =
        signed_paper(actor, &case, given, kept.kind).map_err(|why| tell("agreement", why)).ok().flatten();
    let asked = given.side.or_else(|| paper.as_ref().map(|_| Side::Applicant));
    let side = asked.filter(|side| actor.hands_in(*side, &case).is_some());
    if side.is_none() {
        tell("side", "어느 쪽의 자료인지 골라 주세요.");
    }
    // A paper that both signed is of both. Whoever destroys a side's data waits, or has done it.
    cases::lock(tx, case.id)?;
    let of = |one: &Side| side == Some(*one) || (side.is_some() && paper.is_some());
    let mut gone = false;
    for one in Side::ALL.iter().copied().filter(of) {
        gone |= parties::of_side(tx, case.id, one)?.is_some_and(|party| party.destroyed);
    }
    if gone {
        tell("side", "보관 기간이 끝나 이 쪽의 정보를 파기했습니다. 이 쪽의 자료는 더 올릴 수 없습니다.");
    }
    let about = match text::free(&given.about, ABOUT_MAX) {
        Ok(about) if about.is_empty() && paper.is_some() => Ok(paper.clone().unwrap_or_default()),
        Ok(about) if about.is_empty() => Err("무엇을 보여 주는 자료인지 한 문장으로 적어 주세요.".to_owned()),
        said => said,
    };
    let about = about.map_err(|why| tell("about", &why)).unwrap_or_default();
    let voices = voices_of(kept.kind, given.voices).map_err(|why| tell("voices", why)).unwrap_or_default();
    let Some(side) = side.filter(|_| wrong.is_empty()) else { return Err(CaseworkError::Invalid(wrong)) };
    // First of all: whoever adds at this moment waits here, and what they added is seen below.
    let number = evidence::next_number(tx, case.id)?;
    let mut there = evidence::of_case(tx, case.id)?;
    // A paper of both sides stands beside the other papers of that agreement, not among what one side puts forward.
    there.retain(|thing| match given.agreement {
        Some(seq) => thing.agreement == Some(seq) && thing.taken_back_at.is_none(),
        None => thing.speaks_for(side),
    });
    if there.iter().any(|thing| thing.sent_sha256 == kept.sent_sha256) {
        return Err(CaseworkError::field("file", "이미 올린 파일입니다."));
    }
    if there.len() >= per_side {
        let why = format!("한쪽에 {per_side}개까지 올릴 수 있습니다. 꼭 필요한 것만 올려 주세요.");
        return Err(CaseworkError::field("file", &why));
    }
    let hat = actor.hands_in(side, &case).map_or("", |hat| hat.code());
    let said = Said { side, voices, about: &about, by: actor.user, by_role: hat, agreement: given.agreement };
    evidence::add(tx, (case.id, number), said, kept, now)?;
    Ok(number)
}

/// What this person may see of what was handed in.
///
/// # Errors
/// Database errors.
pub fn list(rx: &mut Rx<'_>, actor: &Actor, case: &Case) -> Result<Vec<Thing>, StoreError> {
    let mut things = evidence::of_case(rx, case.id)?;
    things.retain(|thing| match thing.agreement {
        Some(_) => actor.reads_signed_paper(case),
        None => actor.reads_evidence(thing.side, case),
    });
    Ok(things)
}

/// What a signed paper is called, where that is what is handed in: a picture or a PDF of an agreement of this case.
fn signed_paper(
    actor: &Actor,
    case: &Case,
    given: &Given,
    kind: FileKind,
) -> Result<Option<String>, &'static str> {
    let Some(seq) = given.agreement else { return Ok(None) };
    let paper = case.paper_of(seq).filter(|_| actor.user.is_some() && actor.reads_signed_paper(case));
    if paper.is_none() {
        return Err("이 사건의 합의서가 아닙니다. 화면을 새로 열어 다시 골라 주세요.");
    }
    if !matches!(kind, FileKind::Pdf | FileKind::Jpeg | FileKind::Png) {
        return Err("합의서의 종이는 사진(JPEG·PNG)이나 PDF로 올려 주세요.");
    }
    Ok(paper)
}

/// Whether this person may take `thing` back now.
#[must_use]
pub fn may_take_back(actor: &Actor, case: &Case, thing: &Thing) -> bool {
    thing.taken_back_at.is_none() && actor.takes_back(&thing.by_role, thing.side, case).is_some()
}

/// One thing that this person may take back, to be asked about.
///
/// # Errors
/// `NotFound` where there is none, or it is not theirs.
pub fn to_take_back(
    rx: &mut Rx<'_>,
    actor: &Actor,
    (number, n): (&str, i64),
) -> Result<(Case, Thing), CaseworkError> {
    let case = taking(rx, actor, number)?;
    let found = list(rx, actor, &case)?.into_iter().find(|thing| thing.number == n);
    let thing = found.filter(|thing| may_take_back(actor, &case, thing)).ok_or(StoreError::NotFound)?;
    Ok((case, thing))
}

/// Takes a thing back: its bytes are destroyed, that it was there stays in the list (개인정보 보호법 §36·§37). Recorded.
///
/// # Errors
/// As `to_take_back`.
pub fn take_back(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (number, n): (&str, i64),
    from: &str,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let (case, thing) = to_take_back(tx, actor, (number, n))?;
    record(tx, actor, &case, (from, &thing, &format!("증거 {n}번을 거둠")), now)?;
    Ok(evidence::take_back(tx, &thing, now)?)
}

/// One thing and its pieces, to be handed out; the opening is recorded with whose it is (a side's own is not).
///
/// # Errors
/// `NotFound` where there is none, or it is not for this person.
pub fn opened(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (number, n): (&str, i64),
    from: &str,
    now: DateTime<Utc>,
) -> Result<(Thing, Vec<String>), CaseworkError> {
    let case = cases::find(tx, &actor.scope(), number)?;
    open::pledged(actor, &case)?;
    let found = list(tx, actor, &case)?.into_iter().find(|thing| thing.number == n);
    let thing = found.filter(|thing| thing.taken_back_at.is_none()).ok_or(StoreError::NotFound)?;
    record(tx, actor, &case, (from, &thing, &format!("증거 {n}")), now)?;
    let pieces = evidence::pieces(tx, &thing)?;
    Ok((thing, pieces))
}

/// Writes down whose thing staff opened or took back; a paper that both signed is both's. A side's own doing is not recorded.
fn record(
    tx: &mut Tx<'_>,
    actor: &Actor,
    case: &Case,
    (from, thing, what): (&str, &Thing, &str),
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let of = |side: &&Side| thing.agreement.is_some() || **side == thing.side;
    for side in Side::ALL.iter().filter(of).filter(|_| !matches!(actor.guest, Some(Guest::Party(..)))) {
        open::record_of_side(tx, actor, case, (from, *side), ("evidence", what), now)?;
    }
    Ok(())
}

/// A side at its own page, after a ten-minute code in this browser.
pub struct AtDoor {
    /// As whom it acts.
    pub actor: Actor,
    pub case: Case,
    pub side: Side,
    /// The code still opens what is there; else something can be handed in, and nothing read.
    pub reads: bool,
}

/// Who stands at a side's own page with a code that lets them hand something in.
///
/// # Errors
/// `NotFound` for a token that is not ours; nobody where no code was typed in this browser lately.
pub fn at_door(
    rx: &mut Rx<'_>,
    token: &str,
    browser: &str,
    now: DateTime<Utc>,
) -> Result<Option<AtDoor>, CaseworkError> {
    let visit = visit(rx, token, &[LinkPurpose::Receipt], now)?;
    if unlock::hands_in_until(rx, visit.link.id, browser, now)?.is_none() {
        return Ok(None);
    }
    let reads = unlock::open_until(rx, visit.link.id, browser, now)?.is_some();
    let actor = Actor::guest(Guest::Party(visit.case.id, visit.side));
    Ok(Some(AtDoor { actor, case: visit.case, side: visit.side, reads }))
}
