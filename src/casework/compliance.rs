//! The ward's board of committees: the rule of `domain::committee::compliance` over every 단지 of the ward, and its reminders.
use super::CaseworkError;
use super::account::note;
use super::committee::rules_on;
use crate::domain::case::Refused;
use crate::domain::codes::{AuditAction, BodyKind, Role};
use crate::domain::committee::Dated;
use crate::domain::committee::compliance::{Committee, Compliance, Place, judge};
use crate::domain::committee::rules::mandatory_sizes;
use crate::domain::ids::{BodyId, ComplexId};
use crate::domain::letter::{Letter, Outgoing};
use crate::domain::permission::Actor;
use crate::domain::seoul;
use crate::store::bodies::{self, Body};
use crate::store::complexes::{self, Complex};
use crate::store::users::User;
use crate::store::{Rx, StoreError, Tx, meetings, outbox, reminders, seats, users};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use std::collections::BTreeMap;

/// One 단지 of the board.
#[derive(Debug, Clone)]
pub struct Line {
    pub complex: Complex,
    pub dong_code: String,
    /// Its committee, if one stands.
    pub body: Option<BodyId>,
    pub judged: Compliance,
    /// The day on which the ward reminded it last by mail.
    pub reminded_on: Option<NaiveDate>,
}

/// The board of a ward at `now`, by name of 단지.
///
/// # Errors
/// Database errors.
pub fn board(rx: &mut Rx<'_>, ward: &str, now: DateTime<Utc>) -> Result<Vec<Line>, CaseworkError> {
    let today = seoul::day(now);
    let places = complexes::of_ward(rx, ward, now)?;
    let bodies = standing(rx, today)?;
    let ids: Vec<BodyId> = bodies.values().map(|b| b.id).collect();
    let mut committees = read(rx, &ids, today)?;
    for body in bodies.values() {
        let rules = rules_on(rx, body, today)?;
        if let Some(committee) = committees.get_mut(&body.id) {
            committee.rules = rules;
        }
    }
    let overrides = overrides(rx)?;
    let sizes = mandatory_sizes();
    let ids: Vec<ComplexId> = places.iter().map(|(complex, _)| complex.id).collect();
    let reminded: BTreeMap<_, _> = reminders::last(rx, &ids)?.into_iter().collect();
    let line = |(complex, dong_code): (Complex, String)| {
        let body = bodies.get(&complex.id).map(|b| b.id);
        let place = Place {
            households: u32::try_from(complex.households).unwrap_or(0),
            overrides: overrides.get(&complex.id).map_or(&[], Vec::as_slice),
            committee: body.and_then(|id| committees.get(&id)),
        };
        let judged = judge(&place, &sizes, today);
        let reminded_on = reminded.get(&complex.id).copied().flatten();
        Line { complex, dong_code, body, judged, reminded_on }
    };
    Ok(places.into_iter().map(line).collect())
}

/// A 단지 that lacks something, as its reminder is written: the line, the ward's name, and who would get the mail.
#[derive(Debug, Clone)]
pub struct Reminder {
    pub line: Line,
    pub ward: String,
    pub to: Vec<User>,
    /// Where they read more.
    pub link: String,
}

/// The reminder of one 단지: to the committee's chair and 간사; where there is no committee, to its office.
///
/// # Errors
/// `Denied` for whoever works for no ward; `NotFound` for a 단지 elsewhere, or one that lacks nothing.
pub fn reminder(
    rx: &mut Rx<'_>,
    actor: &Actor,
    complex: ComplexId,
    now: DateTime<Utc>,
) -> Result<Reminder, CaseworkError> {
    let own = actor.bodies(Role::Ward).first().copied().ok_or(CaseworkError::Denied)?;
    let ward = bodies::find(rx, own)?;
    let lines = board(rx, &ward.ward_code, now)?.into_iter();
    let line = lines.into_iter().find(|l| l.complex.id == complex && l.judged.lacks());
    let line = line.ok_or(StoreError::NotFound)?;
    let (to, link) = match line.body {
        Some(body) => {
            let people = users::with_role(rx, body, &[Role::Chair, Role::Secretary], now)?;
            (people, format!("/committees/{}", body.0))
        }
        None => {
            let all = bodies::all(rx, seoul::day(now))?.into_iter();
            let office =
                all.into_iter().find(|b| b.kind == BodyKind::Office && b.complex_id == Some(complex));
            let people = match office {
                Some(office) => users::with_role(rx, office.id, &[Role::Manager], now)?,
                None => Vec::new(),
            };
            (people, "/forms".to_owned())
        }
    };
    Ok(Reminder { line, ward: ward.name, to, link })
}

impl Reminder {
    /// Why no mail goes out on `today`: one went out already, or nobody there could get one.
    #[must_use]
    pub fn refused(&self, today: NaiveDate) -> Option<Refused> {
        let (code, sentence) = if self.line.reminded_on == Some(today) {
            ("reminded", "오늘 이미 메일을 보냈습니다. 다시 보내려면 내일 보내 주세요.")
        } else if self.to.is_empty() {
            (
                "nobody_to_mail",
                "이 단지에는 메일을 받을 위원장이나 간사의 계정이 없습니다. 안내문을 인쇄해 보내 주세요.",
            )
        } else {
            return None;
        };
        Some(Refused { code, sentence: sentence.to_owned() })
    }
}

/// Sends the reminder of one 단지, once a day; gives how many mails go out.
///
/// # Errors
/// As [`reminder`]; `Refused` with `reminded` where it was sent today, with `nobody_to_mail` where nobody there has an account.
pub fn remind(
    tx: &mut Tx<'_>,
    actor: &Actor,
    complex: ComplexId,
    now: DateTime<Utc>,
) -> Result<usize, CaseworkError> {
    let today = seoul::day(now);
    let found = reminder(tx, actor, complex, now)?;
    if let Some(refused) = found.refused(today) {
        return Err(refused.into());
    }
    let Reminder { line, ward, to, link } = found;
    for user in &to {
        let letter = Letter::CommitteeReminder {
            complex: line.complex.name.clone(),
            by: ward.clone(),
            asked: line.judged.asked(),
            link: link.clone(),
        };
        let key = format!("reminder{}-{today}-user{}", complex.0, user.id.0);
        outbox::enqueue(tx, &key, None, &Outgoing { to: user.email.clone(), number: None, letter }, now)?;
    }
    let mails = i64::try_from(to.len()).unwrap_or(i64::MAX);
    reminders::add(tx, complex, today, mails, actor.user, now)?;
    note(tx, actor.user, AuditAction::Reminded, &format!("complex {}", complex.0), "", now)?;
    Ok(to.len())
}

/// Each 단지's own answers to whether it must have a committee.
fn overrides(rx: &mut Rx<'_>) -> Result<BTreeMap<ComplexId, Vec<Dated<bool>>>, CaseworkError> {
    let mut all: BTreeMap<ComplexId, Vec<Dated<bool>>> = BTreeMap::new();
    for (id, own) in complexes::obligations(rx)? {
        all.entry(id).or_default().push(own);
    }
    Ok(all)
}

/// The committee that stands on a day, by 단지; the newest where there are two.
fn standing(rx: &mut Rx<'_>, day: NaiveDate) -> Result<BTreeMap<ComplexId, Body>, CaseworkError> {
    let mut all: Vec<Body> = bodies::all(rx, day)?;
    all.retain(|b| b.kind == BodyKind::Committee && b.from_on.is_none_or(|from| from <= day));
    all.sort_by_key(|b| b.id);
    Ok(all.into_iter().filter_map(|b| b.complex_id.map(|id| (id, b))).collect())
}

/// What the rule looks at, of every one of these bodies; their rules are still those of their kind.
fn read(
    rx: &mut Rx<'_>,
    ids: &[BodyId],
    today: NaiveDate,
) -> Result<BTreeMap<BodyId, Committee>, CaseworkError> {
    use crate::domain::codes::Assembly;
    use crate::domain::committee::rules::BodyRules;
    let empty = || Committee {
        rules: BodyRules::of(Assembly::Resident),
        seats: Vec::new(),
        trainings: Vec::new(),
        met: Vec::new(),
    };
    let mut found: BTreeMap<BodyId, Committee> = ids.iter().map(|id| (*id, empty())).collect();
    let mut home = BTreeMap::new();
    for seat in seats::of_bodies(rx, ids)? {
        home.insert(seat.id, seat.body);
        found.entry(seat.body).or_insert_with(empty).seats.push(seat);
    }
    let year = NaiveDate::from_yo_opt(today.year(), 1).unwrap_or(today);
    for (seat, on, minutes) in seats::trained_since(rx, ids, year)? {
        if let Some(committee) = home.get(&seat).and_then(|body| found.get_mut(body)) {
            committee.trainings.push((seat, on, minutes));
        }
    }
    for (body, at) in meetings::opened(rx, ids)? {
        if let Some(committee) = found.get_mut(&body) {
            committee.met.push(seoul::day(at.and_utc()));
        }
    }
    Ok(found)
}
