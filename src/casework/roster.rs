//! The roster of an NGO's mediators: what each can do and when, trainings, leave, hours of service. The coordinator keeps it, and
//! each mediator what is their own to say.
use super::CaseworkError;
use super::account::note;
use crate::domain::codes::{AuditAction, Role, WeekTime};
use crate::domain::ids::{BodyId, UserId};
use crate::domain::permission::Actor;
use crate::domain::ranking::{YEAR, is_trained};
use crate::domain::{seoul, text};
use crate::store::mediators::{self, Mediator, Tally, Training};
use crate::store::services::{self, Served, Whose};
use crate::store::users::User;
use crate::store::{Rx, StoreError, Tx, bodies, complexes, users};
use chrono::{DateTime, Datelike, Duration, Months, NaiveDate, Utc};

/// One mediator on the roster.
#[derive(Debug, Clone)]
pub struct Entry {
    pub user: User,
    pub profile: Mediator,
    pub tally: Tally,
    pub ngo: String,
    /// Minutes of service in this calendar year.
    pub minutes: i64,
}

impl Entry {
    /// Fifty hours of basic training, and this year's.
    #[must_use]
    pub fn is_trained(&self, today: NaiveDate) -> bool {
        is_trained(self.tally.trained_minutes, self.profile.trained_until, today)
    }
}

fn year(now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let first = NaiveDate::from_ymd_opt(seoul::day(now).year(), 1, 1).unwrap_or_default();
    let next = first.checked_add_months(Months::new(12)).unwrap_or(first);
    (seoul::midnight(first), seoul::midnight(next))
}

/// The month that a text like `2026-11` names, from and until; the current one without.
#[must_use]
pub fn month(said: &str, now: DateTime<Utc>) -> (NaiveDate, NaiveDate) {
    let first = seoul::parse_day(&format!("{said}-01"));
    let today = seoul::day(now);
    let first = first.or_else(|| today.with_day(1)).unwrap_or(today);
    (first, first.checked_add_months(Months::new(1)).unwrap_or(first))
}

fn entries(rx: &mut Rx<'_>, ngo: BodyId, now: DateTime<Utc>) -> Result<Vec<Entry>, CaseworkError> {
    let known = mediators::of_body(rx, ngo)?;
    let active = users::with_role(rx, ngo, &[Role::Mediator], now)?;
    let ids: Vec<UserId> = known.iter().map(|m| m.user_id).collect();
    let tallies = mediators::tallies(rx, &ids, now - Duration::days(YEAR), now - Duration::days(90))?;
    let (from, until) = year(now);
    let served = services::between(rx, Whose::Body(ngo), from, until)?;
    let name = bodies::find(rx, ngo)?.name;
    let entry = |profile: Mediator| {
        let user = active.iter().find(|u| u.id == profile.user_id)?.clone();
        let tally = tallies.iter().find(|(id, _)| *id == user.id).map(|(_, t)| t.clone()).unwrap_or_default();
        let minutes = served.iter().filter(|s| s.user == user.id).map(|s| s.minutes).sum();
        Some(Entry { user, profile, tally, ngo: name.clone(), minutes })
    };
    Ok(known.into_iter().filter_map(entry).collect())
}

/// How many cases each mediator of an NGO has, and can have.
///
/// # Errors
/// Database errors.
pub(super) fn loads(
    rx: &mut Rx<'_>,
    ngo: BodyId,
    now: DateTime<Utc>,
) -> Result<Vec<(i64, i64)>, CaseworkError> {
    let all = entries(rx, ngo, now)?;
    Ok(all.into_iter().map(|entry| (entry.tally.load, entry.profile.max_load)).collect())
}

/// The mediators of the coordinator's NGOs; for a mediator, themself.
///
/// # Errors
/// `NotFound` for everybody else.
pub fn list(rx: &mut Rx<'_>, actor: &Actor, now: DateTime<Utc>) -> Result<Vec<Entry>, CaseworkError> {
    let (keeps, own) = (actor.bodies(Role::Coordinator), actor.bodies(Role::Mediator));
    if keeps.is_empty() && own.is_empty() {
        return Err(StoreError::NotFound.into());
    }
    let mut all = Vec::new();
    for ngo in &keeps {
        all.extend(entries(rx, *ngo, now)?);
    }
    for ngo in own.iter().filter(|ngo| !keeps.contains(ngo)) {
        all.extend(entries(rx, *ngo, now)?.into_iter().filter(|e| Some(e.user.id) == actor.user));
    }
    Ok(all)
}

/// One entry that this person may read, with the trainings.
///
/// # Errors
/// `NotFound`.
pub fn one(
    rx: &mut Rx<'_>,
    actor: &Actor,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<(Entry, Vec<Training>), CaseworkError> {
    let found = list(rx, actor, now)?.into_iter().find(|e| e.user.id == user);
    let entry = found.ok_or(CaseworkError::Store(StoreError::NotFound))?;
    let trainings = mediators::trainings(rx, user)?;
    Ok((entry, trainings))
}

/// What is kept of a mediator by themself or the coordinator.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    pub hours: Vec<String>,
    pub days: String,
    pub languages: String,
    pub max_load: i64,
    pub wishes: Vec<UserId>,
    pub relations: String,
    pub conflicts: Vec<String>,
    pub dongs: Vec<String>,
    pub leave: (Option<NaiveDate>, Option<NaiveDate>),
}

/// The 행정동 in which an NGO works, as (code, name): its ward's, or all where it is of no ward.
///
/// # Errors
/// Database errors.
pub fn dongs_of(rx: &mut Rx<'_>, ngo: BodyId) -> Result<Vec<(String, String)>, StoreError> {
    let ward = bodies::find(rx, ngo)?.ward_code;
    let all = bodies::all_dongs(rx)?.into_iter();
    let theirs = all.filter(|(_, _, of)| ward.is_empty() || *of == ward);
    Ok(theirs.map(|(code, name, _)| (code, name)).collect())
}

/// Keeps it.
///
/// # Errors
/// `NotFound` for an entry that is not theirs to keep; `Invalid` by field.
pub fn keep(
    tx: &mut Tx<'_>,
    actor: &Actor,
    user: UserId,
    kept: &Kept,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let (entry, _) = one(tx, actor, user, now)?;
    let mut wrong = Vec::new();
    let mut note_wrong = |name: &str, why: &str| wrong.push((name.to_owned(), why.to_owned()));
    if !(1..=50).contains(&kept.max_load) {
        note_wrong("max_load", "한꺼번에 맡을 사건 수를 1에서 50 사이로 적어 주세요.");
    }
    if kept.hours.iter().any(|h| WeekTime::from_code(h).is_none()) {
        note_wrong("hours", "보기에서 골라 주세요.");
    }
    let relations = text::free(&kept.relations, 300).unwrap_or_else(|why| {
        note_wrong("relations", &why);
        String::new()
    });
    let (from, until) = kept.leave;
    if from.is_some() != until.is_some() || until < from {
        note_wrong("leave_until", "쉬는 첫날과, 그날이나 그 뒤의 마지막 날을 함께 적어 주세요.");
    }
    let line = |typed: &str| text::free(typed, 100);
    for (name, typed) in [("days", &kept.days), ("languages", &kept.languages)] {
        if let Err(why) = line(typed) {
            note_wrong(name, &why);
        }
    }
    let others = mediators::of_body(tx, entry.profile.body_id)?;
    let known = |id: &UserId| *id != user && others.iter().any(|m| m.user_id == *id);
    if !kept.wishes.iter().all(known) {
        note_wrong("wishes", "같은 기관의 조정인을 골라 주세요.");
    }
    let dongs = dongs_of(tx, entry.profile.body_id)?;
    if !kept.dongs.iter().all(|code| dongs.iter().any(|(known, _)| known == code)) {
        note_wrong("dongs", "기관이 활동하는 구의 행정동에서 골라 주세요.");
    }
    let complexes = complexes::all(tx)?;
    if !kept.conflicts.iter().all(|code| complexes.iter().any(|c| c.code == *code)) {
        note_wrong("conflicts", "보기에 있는 단지에서 골라 주세요.");
    }
    if !wrong.is_empty() {
        return Err(CaseworkError::Invalid(wrong));
    }
    let profile = Mediator {
        hours: kept.hours.join(" "),
        days: kept.days.trim().to_owned(),
        languages: kept.languages.trim().to_owned(),
        max_load: kept.max_load,
        wishes: kept.wishes.iter().map(|id| id.0.to_string()).collect::<Vec<_>>().join(" "),
        relations,
        conflicts: kept.conflicts.join(" "),
        dongs: kept.dongs.join(" "),
        leave_from: from,
        leave_until: until,
        ..entry.profile
    };
    mediators::keep(tx, &profile)?;
    Ok(note(tx, actor.user, AuditAction::Mediator, &format!("user {}", user.0), "", now)?)
}

/// The coordinator writes a training down. A yearly one makes the training current for a year from its day.
///
/// # Errors
/// `Denied` for others; `NotFound`; `Invalid` by field.
pub fn train(
    tx: &mut Tx<'_>,
    actor: &Actor,
    user: UserId,
    (on, minutes, title): (NaiveDate, i64, &str),
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let (entry, _) = one(tx, actor, user, now)?;
    if !actor.bodies(Role::Coordinator).contains(&entry.profile.body_id) {
        return Err(CaseworkError::Denied);
    }
    let mut wrong = Vec::new();
    if on > seoul::day(now) {
        wrong.push((
            "on".to_owned(),
            "교육을 받은 날을 적어 주세요. 앞으로의 날은 적을 수 없습니다.".to_owned(),
        ));
    }
    if !(15..=12_000).contains(&minutes) {
        wrong.push(("hours".to_owned(), "교육 시간을 숫자로 적어 주세요. 예: 8, 1.5".to_owned()));
    }
    let title = text::free(title, 80).unwrap_or_default();
    if title.is_empty() {
        wrong.push(("title".to_owned(), "교육 이름을 80자 안으로 적어 주세요.".to_owned()));
    }
    if !wrong.is_empty() {
        return Err(CaseworkError::Invalid(wrong));
    }
    mediators::train(tx, user, (on, minutes, &title), actor.user, now)?;
    let until = on.checked_add_months(Months::new(12)).unwrap_or(on);
    if entry.profile.trained_until.is_none_or(|known| known < until) {
        mediators::keep(tx, &Mediator { trained_until: Some(until), ..entry.profile })?;
    }
    Ok(note(tx, actor.user, AuditAction::Mediator, &format!("user {}", user.0), "training", now)?)
}

/// What somebody worked for an NGO, as papers have it: also of those who have left.
#[derive(Debug, Clone)]
pub struct Worked {
    pub user: UserId,
    pub name: String,
    /// What the NGO calls them.
    pub label: String,
    pub ngo: String,
    pub served: Vec<Served>,
}

fn worked(rx: &mut Rx<'_>, user: UserId, ngo: BodyId, served: Vec<Served>) -> Result<Worked, CaseworkError> {
    let label = mediators::of_user(rx, user)?.map_or_else(|| Role::Mediator.label().to_owned(), |m| m.label);
    Ok(Worked { user, name: users::find(rx, user)?.name, label, ngo: bodies::find(rx, ngo)?.name, served })
}

/// Somebody's work for their NGO within these days.
///
/// # Errors
/// `NotFound`.
pub fn work(
    rx: &mut Rx<'_>,
    actor: &Actor,
    user: UserId,
    (from, until): (NaiveDate, NaiveDate),
    now: DateTime<Utc>,
) -> Result<Worked, CaseworkError> {
    let listed = list(rx, actor, now)?.into_iter().find(|e| e.user.id == user).map(|e| e.profile.body_id);
    let mut gone = || Ok::<_, CaseworkError>(left(rx, actor, now)?.into_iter().find(|l| l.user == user));
    let ngo = match listed {
        Some(ngo) => ngo,
        None => gone()?.ok_or(CaseworkError::Store(StoreError::NotFound))?.ngo,
    };
    let served =
        services::between(rx, Whose::Person(user, ngo), seoul::midnight(from), seoul::midnight(until))?;
    worked(rx, user, ngo, served)
}

/// Somebody who worked for an NGO and is on its roster no more.
#[derive(Debug, Clone)]
pub struct Left {
    pub user: UserId,
    pub name: String,
    pub ngo: BodyId,
    /// The day of their last work.
    pub last: NaiveDate,
}

/// Those who have left the coordinator's NGOs, whoever worked last first.
///
/// # Errors
/// Database errors.
pub fn left(rx: &mut Rx<'_>, actor: &Actor, now: DateTime<Utc>) -> Result<Vec<Left>, CaseworkError> {
    let mut all = Vec::new();
    for ngo in actor.bodies(Role::Coordinator) {
        let there = entries(rx, ngo, now)?;
        for (user, at) in services::workers(rx, ngo)? {
            if !there.iter().any(|e| e.user.id == user) {
                let name = users::find(rx, user)?.name;
                all.push(Left { user, name, ngo, last: seoul::day(at.and_utc()) });
            }
        }
    }
    all.sort_by_key(|l| std::cmp::Reverse(l.last));
    Ok(all)
}

/// Everybody's work for one of the coordinator's NGOs (the first, if none is named) within these days, by name; also of those
/// who have left since.
///
/// # Errors
/// `NotFound` for people who do not coordinate it.
pub fn work_of_all(
    rx: &mut Rx<'_>,
    actor: &Actor,
    ngo: Option<BodyId>,
    (from, until): (NaiveDate, NaiveDate),
) -> Result<(String, Vec<Worked>), CaseworkError> {
    let own = actor.bodies(Role::Coordinator);
    let chosen = own.into_iter().find(|id| ngo.is_none_or(|ngo| ngo == *id));
    let ngo = chosen.ok_or(CaseworkError::Store(StoreError::NotFound))?;
    let served = services::between(rx, Whose::Body(ngo), seoul::midnight(from), seoul::midnight(until))?;
    let mut people: Vec<UserId> = served.iter().map(|s| s.user).collect();
    people.sort_unstable();
    people.dedup();
    let mut all = Vec::new();
    for user in people {
        let own = served.iter().filter(|s| s.user == user).cloned().collect();
        all.push(worked(rx, user, ngo, own)?);
    }
    all.sort_by(|a, b| a.name.cmp(&b.name));
    Ok((bodies::find(rx, ngo)?.name, all))
}
