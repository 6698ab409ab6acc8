//! Published reports: what would be published, publishing it for good, telling of it, and what is due.
mod drawn;
mod due;
mod turn;

pub use drawn::Gathered;
pub use due::{automatic, due, prepare_due, set_automatic, waiting};
pub use turn::{alone, draw};

use super::account::note;
use super::{CaseworkError, programme};
use crate::domain::case::Refused;
use crate::domain::codes::{AuditAction, BodyKind, Openness, PeriodKind, Role};
use crate::domain::ids::{ProgrammeId, PublicationId, UserId};
use crate::domain::letter::{Letter, Outgoing};
use crate::domain::permission::{Actor, Sight};
use crate::domain::publication::Period;
use crate::domain::seoul;
use crate::exchange::publication::Document;
use crate::store::bodies::{self, Body};
use crate::store::publications::{self, Head, New};
use crate::store::{Rx, StoreError, Tx, outbox, users};
use chrono::{DateTime, NaiveDate, Utc};
use drawn::gather;
use sha2::{Digest, Sha256};

/// 결재란 of a ward's paper.
const APPROVAL: [&str; 3] = ["담당", "팀장", "과장"];
/// The kinds that come round by themselves.
pub const CALENDAR: [PeriodKind; 4] =
    [PeriodKind::Month, PeriodKind::Quarter, PeriodKind::Half, PeriodKind::Year];

/// Which period: one of the calendar by its first day, or a programme's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    Calendar(Period),
    Programme(ProgrammeId),
}

impl Wanted {
    /// Reads `quarter:2026-07-01` or `programme:3`.
    #[must_use]
    pub fn read(code: &str) -> Option<Self> {
        let (kind, rest) = code.split_once(':')?;
        match PeriodKind::from_code(kind)? {
            PeriodKind::Programme => Some(Self::Programme(ProgrammeId(rest.parse().ok()?))),
            kind => Some(Self::Calendar(Period::beginning(kind, seoul::parse_day(rest)?)?)),
        }
    }
}

/// What a person says of a report that they publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Particulars {
    /// 문서번호.
    pub number: String,
    pub openness: Openness,
    /// 목표값 of 해결률.
    pub target_percent: Option<u32>,
    /// Why there is a new version.
    pub reason: String,
}

impl Default for Particulars {
    fn default() -> Self {
        Self { number: String::new(), openness: Openness::Open, target_percent: None, reason: String::new() }
    }
}

/// A report that was published, for somebody who reads it.
#[derive(Debug, Clone)]
pub struct Shown {
    pub head: Head,
    pub document: Document,
    /// The very bytes.
    pub text: String,
    /// Whether the bytes are those that were published.
    pub intact: bool,
    /// Every version of the same period, the newest first.
    pub versions: Vec<Head>,
}

/// A report that is ready to be published. Drawing it up takes longer than a transaction may; what was published meanwhile makes it
/// out of date.
#[derive(Debug, Clone)]
pub struct Ready {
    ward: Body,
    period: Period,
    document: Document,
    exact: String,
    /// How many versions the ward had published.
    seen: i64,
    by: Option<UserId>,
}

impl Ready {
    /// What would be published.
    #[must_use]
    pub fn document(self) -> Document {
        self.document
    }
}

/// SHA-256 over the document's bytes, 64 hexadecimal digits.
#[must_use]
pub fn fingerprint(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn refused(code: &'static str, sentence: &str) -> CaseworkError {
    Refused { code, sentence: sentence.to_owned() }.into()
}

/// The wards whose reports this person reads, by code.
fn wards(rx: &mut Rx<'_>, actor: &Actor) -> Result<Vec<String>, CaseworkError> {
    let mut found = Vec::new();
    for role in [Role::Ward, Role::Dong, Role::Secretary, Role::Chair, Role::Coordinator] {
        for body in actor.bodies(role) {
            found.push(bodies::find(rx, body)?.ward_code);
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// The ward for which this person publishes.
///
/// # Errors
/// `Denied` for whoever works for no ward.
pub fn publishes_for(rx: &mut Rx<'_>, actor: &Actor) -> Result<Body, CaseworkError> {
    if !actor.may_publish() {
        return Err(CaseworkError::Denied);
    }
    let own = actor.bodies(Role::Ward).first().copied().ok_or(CaseworkError::Denied)?;
    Ok(bodies::find(rx, own)?)
}

/// Everything that was published and this person reads, the newest period first.
///
/// # Errors
/// `NotFound` for people who read none ever.
pub fn list(rx: &mut Rx<'_>, actor: &Actor) -> Result<Vec<Head>, CaseworkError> {
    if !actor.follows_publications() {
        return Err(StoreError::NotFound.into());
    }
    let mut found = Vec::new();
    for ward in wards(rx, actor)? {
        found.extend(publications::of_ward(rx, &ward)?);
    }
    found.retain(|head| actor.reads_publication(head.openness));
    found.sort_by_key(|head| std::cmp::Reverse((head.to_on, head.from_on, head.version)));
    Ok(found)
}

/// One version of a report.
///
/// # Errors
/// `NotFound` for whoever does not read it.
pub fn show(rx: &mut Rx<'_>, actor: &Actor, id: PublicationId) -> Result<Shown, CaseworkError> {
    let all = list(rx, actor)?;
    let (head, text) = publications::find(rx, id)?;
    if !all.iter().any(|known| known.id == id) {
        return Err(StoreError::NotFound.into());
    }
    let document = Document::read(&text).map_err(|e| StoreError::Other(e.to_string()))?;
    let intact = fingerprint(&text) == head.sha256;
    let mut versions: Vec<Head> = all
        .into_iter()
        .filter(|one| one.ward_code == head.ward_code && one.period() == head.period())
        .collect();
    versions.sort_by_key(|one| std::cmp::Reverse(one.version));
    Ok(Shown { head, document, text, intact, versions })
}

/// The period that is wanted, and what it is called.
fn period(
    rx: &mut Rx<'_>,
    actor: &Actor,
    wanted: Wanted,
    now: DateTime<Utc>,
) -> Result<(Period, String), CaseworkError> {
    let (period, name) = match wanted {
        Wanted::Calendar(period) => (period, period.name()),
        Wanted::Programme(id) => {
            let own = programmes(rx, actor, now)?.into_iter().find(|(known, ..)| *known == id);
            let (_, name, period) =
                own.ok_or_else(|| CaseworkError::field("period", "기간을 적은 이 구의 사업을 골라 주세요."))?;
            (period, format!("{name}, {}", period.name()))
        }
    };
    if !period.is_over(now) {
        return Err(CaseworkError::field(
            "period",
            "끝난 기간을 골라 주세요. 기간이 끝나야 공표할 수 있습니다.",
        ));
    }
    Ok((period, name))
}

/// The programmes of the ward that have a term: their months.
///
/// # Errors
/// `Denied` for people who follow none.
pub fn programmes(
    rx: &mut Rx<'_>,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Vec<(ProgrammeId, String, Period)>, CaseworkError> {
    let all = programme::list(rx, actor, now)?.into_iter().filter(|(_, sight, _)| *sight == Sight::Ward);
    let term = all.filter_map(|(programme, ..)| {
        let (from, until) = (programme.terms.from_on?, programme.terms.until_on?);
        (from < until).then(|| (programme.id, programme.name, Period::of_programme(from, until)))
    });
    Ok(term.collect())
}

/// Counts the report of a period as it would be published; [`draw`] finds what has to be hidden in it.
///
/// # Errors
/// `Denied`; `Invalid` for a period that is not over, and for what was typed wrong; `Refused` with `same_months` where another
/// programme's report is of the same months.
pub fn prepare(
    rx: &mut Rx<'_>,
    actor: &Actor,
    wanted: Wanted,
    said: &Particulars,
    now: DateTime<Utc>,
) -> Result<Gathered, CaseworkError> {
    let ward = publishes_for(rx, actor)?;
    checked(said)?;
    let period = period(rx, actor, wanted, now)?;
    gather(rx, (ward, actor.user), period, said, now)
}

fn checked(said: &Particulars) -> Result<(), CaseworkError> {
    let mut wrong = Vec::new();
    let mut say = |field: &str, why: &str| wrong.push((field.to_owned(), why.to_owned()));
    if said.number.chars().count() > 60 || said.number.chars().any(char::is_control) {
        say("number", "문서번호를 60자 안으로 적어 주세요.");
    }
    if said.target_percent.is_some_and(|percent| percent > 100) {
        say("target_percent", "목표값을 0에서 100 사이의 수로 적어 주세요.");
    }
    if said.reason.chars().count() > 300 || said.reason.chars().any(char::is_control) {
        say("reason", "까닭을 300자 안에서 한 줄로 적어 주세요.");
    }
    if wrong.is_empty() { Ok(()) } else { Err(CaseworkError::Invalid(wrong)) }
}

/// Publishes what is ready: for good, and the ward's and its 행정동's officers are told.
///
/// # Errors
/// `Conflict` when something was published since it was drawn up; `Denied` for another's report.
pub fn publish(
    tx: &mut Tx<'_>,
    actor: &Actor,
    ready: &Ready,
    now: DateTime<Utc>,
) -> Result<PublicationId, CaseworkError> {
    let Ready { ward, period, document, exact, seen, by } = ready;
    if !(actor.clock || actor.may_publish()) || actor.user != *by {
        return Err(CaseworkError::Denied);
    }
    // Whoever publishes at the same time is not seen before they are done.
    publications::lock(tx)?;
    if publications::count(tx, &ward.ward_code)? != *seen {
        return Err(StoreError::Conflict("publications".to_owned()).into());
    }
    let text = document.canonical().map_err(|e| StoreError::Other(e.to_string()))?;
    let new = New {
        ward_code: &ward.ward_code,
        period: *period,
        version: document.version,
        openness: document.openness,
        document: &text,
        sha256: &fingerprint(&text),
        exact,
        by: *by,
    };
    let id = publications::add(tx, &new, now)?;
    note(tx, *by, AuditAction::Published, &format!("publication {}", id.0), new.sha256, now)?;
    tell(tx, ward, document, id, *by, now)?;
    Ok(id)
}

/// The officers of the ward and of its 행정동 are told, but for whoever published it.
fn tell(
    tx: &mut Tx<'_>,
    ward: &Body,
    document: &Document,
    id: PublicationId,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let offices = bodies::of_kinds(tx, seoul::day(now), &[BodyKind::Ward, BodyKind::Dong])?;
    let offices = offices.into_iter().filter(|body| body.ward_code == ward.ward_code);
    let mut people = Vec::new();
    for office in offices {
        people.extend(users::with_role(tx, office.id, &[Role::Ward, Role::Dong], now)?);
    }
    people.sort_by_key(|user| user.id);
    people.dedup_by_key(|user| user.id);
    for user in people.into_iter().filter(|user| Some(user.id) != by) {
        let letter = Letter::ReportPublished {
            ward: ward.name.clone(),
            period: document.title(),
            again: document.version > 1,
            link: format!("/publications/{}", id.0),
        };
        let key = format!("publication{}-user{}", id.0, user.id.0);
        outbox::enqueue(tx, &key, None, &Outgoing { to: user.email, number: None, letter }, now)?;
    }
    Ok(())
}

/// The report that was published last over exactly this period, of the ward.
///
/// # Errors
/// Database errors.
pub fn published(
    rx: &mut Rx<'_>,
    ward: &str,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Option<Document>, CaseworkError> {
    let all = publications::of_ward(rx, ward)?.into_iter();
    let same =
        all.filter(|head| head.kind != PeriodKind::Programme && (head.from_on, head.to_on) == (from, to));
    let Some(head) = same.max_by_key(|head| head.version) else { return Ok(None) };
    let (_, text) = publications::find(rx, head.id)?;
    Ok(Some(Document::read(&text).map_err(|e| StoreError::Other(e.to_string()))?))
}

/// How many published reports there are, and which are not what was published.
///
/// # Errors
/// Database errors.
pub fn altered(rx: &mut Rx<'_>) -> Result<(usize, Vec<PublicationId>), StoreError> {
    let all = publications::all(rx)?;
    let wrong = all.iter().filter(|(_, text, hash)| fingerprint(text) != *hash).map(|(id, ..)| *id);
    Ok((all.len(), wrong.collect()))
}
