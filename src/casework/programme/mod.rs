//! Programmes (구 공모사업) as their ward, their NGO and the committees of their 단지 see them, and what is done with one. What is agreed
//! (`store::programmes::Terms`) and the line of the record are written in one transaction.
mod result;

pub use result::{Sheet, result};

use super::account::note;
use super::{CaseworkError, rooms, set_up};
use crate::domain::case::Refused;
use crate::domain::codes::{AuditAction, ProgrammeAct, ProgrammeStage, ProvisionBasis, Role};
use crate::domain::ids::{BodyId, ComplexId, ProgrammeId, UserId};
use crate::domain::permission::{Actor, Concerned, Sight};
use crate::domain::programme::{Activity, Course, Line, Planned, ProgrammeStep};
use crate::domain::seoul;
use crate::domain::step::Seq;
use crate::store::programmes::{self, Place, Places, Programme, Terms};
use crate::store::{Rx, StoreError, Tx, bodies, complexes, users};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// What somebody wants to do with a programme.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// On to a stage that asks for nothing but its day.
    Move(ProgrammeStage),
    Select(BodyId),
    Agree {
        from: NaiveDate,
        until: NaiveDate,
        basis: ProvisionBasis,
        mediators: i64,
        budget_won: i64,
    },
    Back {
        reason: String,
    },
    Plan(Vec<Planned>),
    Held(Activity),
    Spend {
        won: i64,
        what: String,
    },
    Strike {
        line: Seq,
        reason: String,
    },
    Join(ComplexId),
    End {
        reason: String,
    },
}

/// A programme with what was done in it, for somebody who sees it.
#[derive(Debug, Clone)]
pub struct Shown {
    pub programme: Programme,
    pub ngo: Option<String>,
    pub sight: Sight,
    pub course: Course,
    pub lines: Vec<Line>,
    pub places: Vec<Place>,
    /// The names of those who wrote the lines.
    pub people: Vec<(UserId, String)>,
    /// What this person can do with it now.
    pub open: Vec<ProgrammeAct>,
}

impl Shown {
    /// What was held and spent and was not struck, as far as this person reads it.
    pub fn done(&self) -> impl Iterator<Item = &Line> {
        let read = |done: &&Line| self.lines.iter().any(|line| line.seq == done.seq);
        self.course.done.iter().filter(read)
    }
}

/// Whom a programme concerns, as far as this person could be one of them; and its 단지, of one that is over those of its last day.
fn concerned(
    rx: &mut Rx<'_>,
    actor: &Actor,
    programme: &Programme,
    places: &Places,
    now: DateTime<Utc>,
) -> Result<(Concerned, Vec<Place>), StoreError> {
    let over = programme.terms.until_on.map(seoul::midnight).filter(|over| *over <= now);
    let at = over.and_then(|over| over.checked_sub_signed(TimeDelta::seconds(1))).unwrap_or(now);
    let own = places.of(programme.id, at);
    let ngo = programme.terms.ngo_id.map(|id| bodies::find(rx, id)).transpose()?;
    let by_ngo = ngo.map(|body| body.ward_code).filter(|code| !code.is_empty());
    let by_place = own.first().map(|place| place.ward_code.clone());
    let ward = programme.ward_code.clone().or(by_place).or(by_ngo);
    let mut wards = Vec::new();
    for id in actor.bodies(Role::Ward) {
        if ward.as_ref() == Some(&bodies::find(rx, id)?.ward_code) {
            wards.push(id);
        }
    }
    let committees = own.iter().filter_map(|place| Some((place.committee?, place.id))).collect();
    Ok((Concerned { wards, ngo: programme.terms.ngo_id, committees }, own))
}

/// Every programme that this person sees, by name, and as what.
///
/// # Errors
/// `Denied` for people who see none ever.
pub fn list(
    rx: &mut Rx<'_>,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Vec<(Programme, Sight, usize)>, CaseworkError> {
    if !actor.follows_programmes() {
        return Err(CaseworkError::Denied);
    }
    let places = programmes::places(rx, seoul::day(now))?;
    let mut seen = Vec::new();
    for programme in programmes::all(rx, seoul::day(now))? {
        let (concerned, own) = concerned(rx, actor, &programme, &places, now)?;
        if let Some(sight) = actor.sees_programme(&concerned) {
            seen.push((programme, sight, own.len()));
        }
    }
    Ok(seen)
}

/// One programme.
///
/// # Errors
/// `NotFound` for whoever does not see it.
pub fn show(
    rx: &mut Rx<'_>,
    actor: &Actor,
    id: ProgrammeId,
    now: DateTime<Utc>,
) -> Result<Shown, CaseworkError> {
    let programme = programmes::find(rx, id, seoul::day(now))?;
    let all = programmes::places(rx, seoul::day(now))?;
    let (concerned, mut places) = concerned(rx, actor, &programme, &all, now)?;
    let sight = actor.sees_programme(&concerned).ok_or(StoreError::NotFound)?;
    let mut lines = programmes::lines(rx, id)?;
    let course = Course::folded(&lines);
    if let Sight::Complexes(own) = &sight {
        // Stages and what was held for them or for several together; what was paid, and other 단지, are not theirs to read.
        lines.retain(|line| match &line.step {
            ProgrammeStep::Move { .. } => true,
            ProgrammeStep::Held(held) => {
                let stands = course.done.iter().any(|done| done.seq == line.seq);
                stands && held.complex.is_none_or(|at| own.contains(&at))
            }
            _ => false,
        });
        lines.iter_mut().for_each(|line| line.by = None);
        places.retain(|place| own.contains(&place.id));
    }
    let open = course.open().into_iter().filter(|act| sight.may(*act)).collect();
    let mut people: Vec<(UserId, String)> = Vec::new();
    for user in lines.iter().filter_map(|line| line.by) {
        if people.iter().all(|(known, _)| *known != user) {
            people.push((user, users::find(rx, user)?.name));
        }
    }
    let ngo = match programme.terms.ngo_id {
        Some(ngo) => Some(bodies::find(rx, ngo)?.name),
        None => None,
    };
    Ok(Shown { programme, ngo, sight, course, lines, places, people, open })
}

/// The 단지 of the programme's ward that it does not have yet, by name; of one that no ward added, those of the person's wards.
///
/// # Errors
/// Database errors.
pub fn may_join(
    rx: &mut Rx<'_>,
    actor: &Actor,
    shown: &Shown,
    now: DateTime<Utc>,
) -> Result<Vec<(ComplexId, String)>, CaseworkError> {
    let mut found = Vec::new();
    let own = shown.programme.ward_code.as_ref();
    for ward in rooms::wards(rx, actor)?.into_iter().filter(|ward| own.is_none_or(|own| own == ward)) {
        let here = complexes::of_ward(rx, &ward, now)?.into_iter();
        let new = here.filter(|(complex, _)| shown.places.iter().all(|place| place.id != complex.id));
        found.extend(new.map(|(complex, _)| (complex.id, complex.name)));
    }
    Ok(found)
}

/// Does something with a programme on a day.
///
/// # Errors
/// `NotFound` for whoever does not see it; `Denied`; `Refused` as `Course::after`; `Invalid` by field; `Conflict` when somebody else
/// wrote first.
pub fn take(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: ProgrammeId,
    (act, on, wanted): (ProgrammeAct, NaiveDate, Wanted),
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let shown = show(tx, actor, id, now)?;
    if !shown.sight.may(act) {
        return Err(CaseworkError::Denied);
    }
    // What else is not open now is refused by the course itself.
    if matches!(act, ProgrammeAct::Back | ProgrammeAct::End) && !shown.open.contains(&act) {
        let sentence = "지금 단계에서는 할 수 없는 일입니다. 화면을 새로 열어 단계를 확인해 주세요.";
        return Err(Refused { code: "programme_stage", sentence: sentence.to_owned() }.into());
    }
    let write = |tx: &mut Tx<'_>, terms: &Terms, step| write(tx, actor, &shown, (on, terms, step), now);
    let terms = shown.programme.terms.clone();
    match wanted {
        Wanted::Move(to) => write(tx, &terms, ProgrammeStep::Move { to, reason: String::new() })?,
        Wanted::Select(ngo) => {
            let terms = Terms { ngo_id: Some(ngo), ..terms };
            agree(tx, actor, id, (on, &terms, "선정"), now)?;
            write(tx, &terms, ProgrammeStep::Move { to: ProgrammeStage::Selected, reason: String::new() })?;
        }
        Wanted::Agree { from, until, basis, mediators, budget_won } => {
            let terms = Terms {
                from_on: Some(from),
                until_on: Some(until),
                basis: basis.code().to_owned(),
                mediators,
                budget_won: Some(budget_won),
                ..terms
            };
            agree(tx, actor, id, (on, &terms, "협약"), now)?;
            write(tx, &terms, ProgrammeStep::Move { to: ProgrammeStage::Agreed, reason: String::new() })?;
        }
        Wanted::Back { reason } => {
            let to = shown.course.before().unwrap_or(ProgrammeStage::Called);
            write(tx, &terms, ProgrammeStep::Move { to, reason })?;
        }
        Wanted::Plan(lines) => write(tx, &terms, ProgrammeStep::Plan { lines })?,
        Wanted::Held(held) => {
            if held.complex.is_some_and(|at| shown.places.iter().all(|place| place.id != at)) {
                return Err(CaseworkError::field("complex", "이 사업의 단지 가운데 골라 주세요."));
            }
            write(tx, &terms, ProgrammeStep::Held(held))?;
        }
        Wanted::Spend { won, what } => write(tx, &terms, ProgrammeStep::Spent { won, what })?,
        Wanted::Strike { line, reason } => write(tx, &terms, ProgrammeStep::Strike { line, reason })?,
        Wanted::Join(complex) => join(tx, actor, &shown, (complex, on), now)?,
        Wanted::End { reason } => return set_up::ended(tx, actor, id, on, &reason, now),
    }
    let detail = format!("{act} on={on}");
    Ok(note(tx, actor.user, AuditAction::ProgrammeChanged, &format!("programme {}", id.0), &detail, now)?)
}

/// Writes a line that the programme, as it stands under these terms, allows.
fn write(
    tx: &mut Tx<'_>,
    actor: &Actor,
    shown: &Shown,
    (on, terms, step): (NaiveDate, &Terms, ProgrammeStep),
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let line = Line { seq: shown.course.last_seq + 1, on, by: actor.user, recorded_at: now, step };
    shown.course.clone().after(&line, &terms.agreed(), seoul::day(now))?;
    Ok(programmes::append(tx, shown.programme.id, &line)?)
}

/// New terms, which hold from the day, or from that of the last change where that is later.
fn agree(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: ProgrammeId,
    (on, terms, reason): (NaiveDate, &Terms, &str),
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let wrong = set_up::unfit(tx, terms)?;
    if !wrong.is_empty() {
        return Err(CaseworkError::Invalid(wrong));
    }
    let last = programmes::history(tx, id)?.into_iter().next().map_or(on, |version| version.holds_on);
    Ok(programmes::change(tx, id, terms, on.max(last), reason, actor.user, now)?)
}

/// A 단지 of the ward belongs to the programme from a day on.
fn join(
    tx: &mut Tx<'_>,
    actor: &Actor,
    shown: &Shown,
    (complex, on): (ComplexId, NaiveDate),
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    if !shown.course.open().contains(&ProgrammeAct::Join) {
        let why = "공모부터 정산 전까지 단지를 더할 수 있습니다.";
        return Err(CaseworkError::field("complex", why));
    }
    if may_join(tx, actor, shown, now)?.iter().all(|(id, _)| *id != complex) {
        return Err(CaseworkError::field("complex", "이 구의 단지 가운데 골라 주세요."));
    }
    if on < seoul::day(now) {
        return Err(CaseworkError::field(
            "on",
            "오늘이나 그 뒤의 날을 적어 주세요. 지난 일의 소속은 바뀌지 않습니다.",
        ));
    }
    // Whoever adds the same 단지 elsewhere waits for what is found here.
    complexes::lock(tx, complex)?;
    let from = seoul::midnight(on).max(now);
    let mut facts = complexes::facts_at(tx, complex, from)?.0;
    let other = facts.programme_id.filter(|other| *other != shown.programme.id);
    if let Some(other) = other.map(|id| programmes::find(tx, id, on)).transpose()?
        && !other.is_over(on)
    {
        let why = format!("그날 다른 사업({})의 단지입니다.", other.name);
        return Err(CaseworkError::field("complex", &why));
    }
    // What was written for later would take it out again, or is another programme's.
    let mut later = complexes::history_of(tx, complex)?.into_iter().rev();
    if let Some((then, _)) =
        later.find(|(then, f)| *then > from.naive_utc() && f.programme_id != Some(shown.programme.id))
    {
        let why = format!(
            "{}부터 바뀔 단지 정보가 이미 적혀 있습니다. 그 뒤의 날을 적거나, 운영자에게 그 정보를 먼저 고쳐 달라고 해 주세요.",
            seoul::day(then.and_utc())
        );
        return Err(CaseworkError::field("on", &why));
    }
    facts.programme_id = Some(shown.programme.id);
    match complexes::set_facts(tx, complex, &facts, from) {
        Err(StoreError::Conflict(_)) => {
            Err(CaseworkError::field("on", "그날 적은 단지 정보가 이미 있습니다."))
        }
        done => Ok(done?),
    }
}
