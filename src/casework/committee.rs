//! Committees: their rules, their members' way into and out of the seat, trainings, the 간사's absence.
//!
//! What a seat opens follows its dates at once: the grant of the role begins when the seat is active and ends with it.
use super::account::note;
use super::{CaseworkError, recusal};
use crate::domain::case::Refused;
use crate::domain::codes::{
    Assembly, AuditAction, BodyKind, Post, Role, SeatCategory, SeatEnd, Selection, TrainingMode,
};
use crate::domain::committee::appointment::{Seat, SeatStep, term_end, trained};
use crate::domain::committee::delegation::Delegation;
use crate::domain::committee::rules::BodyRules;
use crate::domain::committee::{Dated, in_force};
use crate::domain::ids::{BodyId, SeatId, UserId};
use crate::domain::letter::{Letter, Outgoing};
use crate::domain::permission::{Actor, Grant};
use crate::domain::{seoul, text};
use crate::store::bodies::{self, Body};
use crate::store::seats::{self, Member, Person, Training};
use crate::store::{Rx, StoreError, Tx, committees, complexes, outbox, users};
use chrono::{DateTime, Datelike, NaiveDate, Utc};

/// A member as the committee's page shows them.
#[derive(Debug, Clone)]
pub struct Shown {
    pub member: Member,
    /// Hours of training this year: done, asked.
    pub trained: (f64, f64),
}

/// A committee as its own people see it.
#[derive(Debug, Clone)]
pub struct Home {
    pub body: Body,
    pub rules: BodyRules,
    /// Every set of rules that was written down, oldest first.
    pub rules_dated: Vec<Dated<BodyRules>>,
    pub delegation: Delegation,
    /// Whether a 전결표 has come into force at all.
    pub delegated: bool,
    pub members: Vec<Shown>,
    pub trainings: Vec<Training>,
}

/// A committee or council of this person's; any other does not exist.
///
/// # Errors
/// `NotFound`.
pub fn body_of(rx: &mut Rx<'_>, actor: &Actor, id: BodyId) -> Result<Body, CaseworkError> {
    if !actor.assemblies().contains(&id) {
        return Err(StoreError::NotFound.into());
    }
    let body = bodies::find(rx, id)?;
    if matches!(body.kind, BodyKind::Committee | BodyKind::Council) {
        Ok(body)
    } else {
        Err(StoreError::NotFound.into())
    }
}

/// The rules in force on a day: what the body wrote down, else what its kind begins with.
///
/// # Errors
/// Database errors.
pub fn rules_on(rx: &mut Rx<'_>, body: &Body, day: NaiveDate) -> Result<BodyRules, CaseworkError> {
    let written = committees::rules_of(rx, body.id)?;
    if let Some(rules) = in_force(&written, day) {
        return Ok(rules.clone());
    }
    let assembly = match (body.kind, body.complex_id) {
        (BodyKind::Council, _) => Assembly::Council,
        (_, Some(complex)) => complexes::facts_at(rx, complex, seoul::midnight(day))
            .map_or(Assembly::Resident, |(facts, _)| Assembly::from(facts.committee)),
        (_, None) => Assembly::Resident,
    };
    Ok(BodyRules::of(assembly))
}

/// A committee's home page.
///
/// # Errors
/// `NotFound` for strangers.
pub fn home(rx: &mut Rx<'_>, actor: &Actor, id: BodyId, now: DateTime<Utc>) -> Result<Home, CaseworkError> {
    let body = body_of(rx, actor, id)?;
    let day = seoul::day(now);
    let rules = rules_on(rx, &body, day)?;
    let trainings = seats::trainings_of(rx, id)?;
    let members = seats::of_body(rx, id)?.into_iter().map(|member| {
        let own = trainings.iter().filter(|t| t.seat == member.seat.id);
        let hours: Vec<(i32, f64)> = own.map(|t| (t.on.year(), hours(t.minutes))).collect();
        let trained = trained(day.year(), &hours, &rules);
        Shown { member, trained }
    });
    let members = members.collect();
    let tables = committees::delegations_of(rx, id)?;
    Ok(Home {
        rules_dated: committees::rules_of(rx, id)?,
        delegation: committees::delegation_at(rx, id, now)?,
        delegated: tables.iter().any(|(from, _)| *from <= now),
        body,
        rules,
        members,
        trainings,
    })
}

fn hours(minutes: i64) -> f64 {
    i32::try_from(minutes).map_or(0.0, f64::from) / 60.0
}

fn keeper(actor: &Actor, body: BodyId) -> Result<(), CaseworkError> {
    if actor.may_keep(body) { Ok(()) } else { Err(CaseworkError::Denied) }
}

/// A new member as typed.
#[derive(Debug, Clone, Default)]
pub struct Nomination {
    pub person: Person,
    /// The member's account, if they have one: its e-mail address.
    pub account: Option<UserId>,
    pub post: Option<Post>,
    pub votes: bool,
    pub category: Option<SeatCategory>,
    pub selection: Option<Selection>,
    pub office: String,
    /// The selection body's note, for an open call.
    pub note: String,
    pub from: Option<NaiveDate>,
}

/// Writes a new member down, found by recommendation or open call, or ex officio; 위촉 comes next.
///
/// # Errors
/// `Denied`; `Invalid` with the fields to correct.
pub fn nominate(
    tx: &mut Tx<'_>,
    actor: &Actor,
    body: BodyId,
    form: &Nomination,
    now: DateTime<Utc>,
) -> Result<SeatId, CaseworkError> {
    let body = body_of(tx, actor, body)?;
    keeper(actor, body.id)?;
    let from = form.from.unwrap_or_else(|| seoul::day(now));
    let rules = rules_on(tx, &body, from)?;
    let mut wrong = Vec::new();
    let mut need = |fine: bool, field: &str, why: &str| {
        if !fine {
            wrong.push((field.to_owned(), why.to_owned()));
        }
    };
    let name = text::free(&form.person.name, 40).unwrap_or_default();
    need(!name.is_empty(), "name", "위원의 이름을 40자 안으로 적어 주세요.");
    let category = form.category.filter(|c| rules.categories.contains(c));
    need(category.is_some(), "category", "이 위원회의 규칙에 있는 위원 구분을 골라 주세요.");
    need(form.selection.is_some(), "selection", "추천·공개모집·당연직 가운데 골라 주세요.");
    let ex_officio = form.selection == Some(Selection::ExOfficio);
    need(!ex_officio || !form.office.trim().is_empty(), "office", "당연직 위원의 직을 적어 주세요.");
    let by_call = form.selection == Some(Selection::OpenCall);
    need(!by_call || !form.note.trim().is_empty(), "note", "선정위원회의 심의 결과를 적어 주세요.");
    let standing = seats::of_body(tx, body.id)?;
    let twice = |m: &&Member| m.seat.ended.is_none() && m.seat.user.is_some() && m.seat.user == form.account;
    let overlapping = standing.iter().filter(twice).any(|m| m.seat.until.is_none_or(|until| from < until));
    need(!overlapping, "account", "이미 위원인 사람입니다. 임기를 이어 가려면 연임을 골라 주세요.");
    let seated = standing.iter().filter(|m| m.seat.votes && m.seat.ended.is_none() && m.seat.in_office(from));
    let room =
        rules.size_max.and_then(|max| usize::try_from(max).ok()).is_none_or(|max| seated.count() < max);
    need(room || !form.votes, "name", "규칙이 정한 정원이 찼습니다.");
    let (Some(category), Some(selection), true) = (category, form.selection, wrong.is_empty()) else {
        return Err(CaseworkError::Invalid(wrong));
    };
    let seat = Seat {
        id: SeatId(0),
        body: body.id,
        user: form.account,
        post: form.post.unwrap_or(Post::Member),
        votes: form.votes,
        category,
        selection,
        office: form.office.trim().to_owned(),
        from,
        until: (!ex_officio).then(|| term_end(from, rules.term_years)),
        appointed_on: None,
        accepted_on: None,
        pledged_on: None,
        ended: None,
        renews: None,
        replaces: None,
    };
    let person = Person { name, ..form.person.clone() };
    let id = seats::add(tx, &seat, &person, form.note.trim(), actor.user, now)?;
    noted(tx, actor, id, "nominated", now)?;
    Ok(id)
}

fn noted(
    tx: &mut Tx<'_>,
    actor: &Actor,
    seat: SeatId,
    what: &str,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    Ok(note(tx, actor.user, AuditAction::Seat, &format!("seat {}", seat.0), what, now)?)
}

/// Moves a seat on: 위촉, 승낙, 서약, end. The rights of the seat follow in the same transaction.
///
/// # Errors
/// `NotFound`, `Denied`, `Refused`.
pub fn move_on(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: SeatId,
    step: SeatStep,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let member = seats::find(tx, id)?;
    body_of(tx, actor, member.seat.body)?;
    keeper(actor, member.seat.body)?;
    // A vote of the meeting, not a stroke of the desk's pen, takes a seat away.
    if matches!(step, SeatStep::End { why: SeatEnd::Dismissed, .. }) {
        return Err(Refused {
            code: "needs_vote",
            sentence: "해촉은 회의에서 의결해야 합니다. '위원 해촉' 안건을 회의에 올려 주세요.".to_owned(),
        }
        .into());
    }
    let day = seoul::day(now);
    let (SeatStep::Appoint { on }
    | SeatStep::Accept { on }
    | SeatStep::Pledge { on }
    | SeatStep::End { on, .. }) = step;
    if !matches!(step, SeatStep::End { .. }) && on > day {
        return Err(CaseworkError::field("on", "앞으로의 날은 적을 수 없습니다. 있었던 날을 적어 주세요."));
    }
    advance(tx, actor, &member, step, now)
}

/// The same without asking who: for what a meeting decided.
pub(super) fn advance(
    tx: &mut Tx<'_>,
    actor: &Actor,
    member: &Member,
    step: SeatStep,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let seat = member.seat.after(step)?;
    seats::keep(tx, &seat)?;
    noted(tx, actor, seat.id, &format!("{step:?}"), now)?;
    rights(tx, actor, &seat, now)?;
    if seat.active(seoul::day(now)) {
        recusal::of_member(tx, &Member { seat, ..member.clone() }, now)?;
    }
    Ok(())
}

/// The roles that a seat gives.
fn roles_of(seat: &Seat) -> Vec<Role> {
    let mut roles = match seat.post {
        Post::Chair => vec![Role::Chair],
        Post::Secretary => vec![Role::Secretary],
        Post::Clerk => vec![Role::Clerk],
        Post::Member => Vec::new(),
    };
    if seat.votes && seat.post != Post::Chair {
        roles.push(Role::Member);
    }
    roles
}

/// Brings the grants of a seat's person in line with it: a role for the rest of the term when active, none when not.
pub(super) fn rights(
    tx: &mut Tx<'_>,
    actor: &Actor,
    seat: &Seat,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let Some(user) = seat.user else { return Ok(()) };
    let day = seoul::day(now);
    let over = seat.ended.is_some_and(|(on, _)| on <= day);
    let wanted = if seat.active(day) { roles_of(seat) } else { Vec::new() };
    let held = users::grants_of(tx, user)?;
    let here = held.iter().filter(|g| g.body_id == Some(seat.body) && g.is_in_force(now));
    let mut has = Vec::new();
    for grant in here {
        let of_seat = matches!(grant.role, Role::Chair | Role::Member | Role::Clerk | Role::Secretary);
        if of_seat
            && (over || (seat.active(day) && !wanted.contains(&grant.role) && grant.role != Role::Secretary))
        {
            users::end_grant(tx, grant.id, actor.user, now)?;
        } else {
            has.push(grant.role);
        }
    }
    let ends = [seat.until, seat.ended.map(|(on, _)| on)].into_iter().flatten().min().map(seoul::midnight);
    for role in wanted.into_iter().filter(|role| !has.contains(role)) {
        let grant = Grant { role, body: Some(seat.body) };
        users::grant_from(tx, user, grant, (now, ends), actor.user, now)?;
    }
    Ok(())
}

/// The next term of a member who is asked again.
///
/// # Errors
/// `NotFound`, `Denied`, `Refused`.
pub fn renew(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: SeatId,
    now: DateTime<Utc>,
) -> Result<SeatId, CaseworkError> {
    let member = seats::find(tx, id)?;
    let body = body_of(tx, actor, member.seat.body)?;
    keeper(actor, body.id)?;
    let all = seats::of_body(tx, body.id)?;
    if all.iter().any(|m| m.seat.renews == Some(id)) {
        return Err(StoreError::Conflict("renewed already".into()).into());
    }
    let (mut earlier, mut of) = (0, member.seat.renews);
    while let Some(before) = of.and_then(|id| all.iter().find(|m| m.seat.id == id)) {
        (earlier, of) = (earlier + 1, before.seat.renews);
    }
    let rules = rules_on(tx, &body, seoul::day(now))?;
    let next = member.seat.renewed(SeatId(0), &rules, earlier)?;
    let id = seats::add(tx, &next, &member.person, "", actor.user, now)?;
    noted(tx, actor, id, "renewed", now)?;
    Ok(id)
}

/// Writes down a training.
///
/// # Errors
/// `NotFound`, `Denied`, `Invalid`.
pub fn train(
    tx: &mut Tx<'_>,
    actor: &Actor,
    training: &Training,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let member = seats::find(tx, training.seat)?;
    body_of(tx, actor, member.seat.body)?;
    keeper(actor, member.seat.body)?;
    let mut wrong = Vec::new();
    if training.on > seoul::day(now) {
        wrong.push((
            "on".to_owned(),
            "앞으로의 날은 적을 수 없습니다. 교육을 받은 날을 적어 주세요.".to_owned(),
        ));
    }
    if !(1..=60 * 24).contains(&training.minutes) {
        wrong.push(("hours".to_owned(), "교육 시간을 24시간 안의 숫자로 적어 주세요. 예: 4".to_owned()));
    }
    if training.provider.trim().is_empty() || training.provider.chars().count() > 80 {
        wrong.push(("provider".to_owned(), "교육한 기관을 80자 안으로 적어 주세요.".to_owned()));
    }
    if !wrong.is_empty() {
        return Err(CaseworkError::Invalid(wrong));
    }
    seats::train(tx, training, actor.user, now)?;
    noted(tx, actor, training.seat, "trained", now)
}

/// The way in which a training was given, by its code.
#[must_use]
pub fn mode(code: &str) -> Option<TrainingMode> {
    TrainingMode::from_code(code)
}

/// Writes down the committee's own rules from a day on. Meetings that were called before keep theirs.
///
/// # Errors
/// `NotFound`, `Denied`, `Invalid`.
pub fn set_rules(
    tx: &mut Tx<'_>,
    actor: &Actor,
    body: BodyId,
    rules: Dated<BodyRules>,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    body_of(tx, actor, body)?;
    keeper(actor, body)?;
    let mut faults: Vec<(String, String)> =
        rules.value.faults().into_iter().map(|(field, why)| (field.to_owned(), why.to_owned())).collect();
    if committees::rules_of(tx, body)?.iter().any(|known| known.from >= rules.from) {
        let why = "그날이나 그 뒤에 시작하는 규칙이 이미 있습니다. 더 뒤의 날을 적어 주세요.";
        faults.push(("from".to_owned(), why.to_owned()));
    }
    if !faults.is_empty() {
        return Err(CaseworkError::Invalid(faults));
    }
    committees::set_rules(tx, body, &rules, actor.user, now)?;
    let object = format!("body {}", body.0);
    Ok(note(tx, actor.user, AuditAction::Rules, &object, &format!("from={}", rules.from), now)?)
}

/// Puts the 간사's desk into another member's hands for some days.
///
/// # Errors
/// `NotFound`, `Denied`, `Invalid`.
pub fn absent(
    tx: &mut Tx<'_>,
    actor: &Actor,
    body: BodyId,
    to: UserId,
    (from, until): (NaiveDate, NaiveDate),
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    body_of(tx, actor, body)?;
    keeper(actor, body)?;
    if until < from || from < seoul::day(now) {
        return Err(CaseworkError::field(
            "until",
            "오늘이나 그 뒤의 시작일과, 그보다 늦은 종료일을 적어 주세요.",
        ));
    }
    let seated = seats::of_body(tx, body)?;
    if !seated.iter().any(|m| m.seat.user == Some(to) && m.seat.active(from)) {
        return Err(CaseworkError::field(
            "to",
            "서약서를 낸 재직 위원 가운데 계정이 있는 사람을 골라 주세요.",
        ));
    }
    let after = seoul::midnight(until.succ_opt().unwrap_or(until));
    let grant = Grant { role: Role::Secretary, body: Some(body) };
    let begins = seoul::midnight(from).max(now);
    users::grant_from(tx, to, grant, (begins, Some(after)), actor.user, now)?;
    let detail = format!("absence {from}..{until}");
    Ok(note(tx, actor.user, AuditAction::Granted, &format!("user {}", to.0), &detail, now)?)
}

/// Tells members whose term ends soon, and their committee's desk, 60 and 30 days ahead, each once.
///
/// # Errors
/// Database errors.
pub fn announce_ends(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<usize, CaseworkError> {
    let day = seoul::day(now);
    let mut told = 0;
    for (seat, announced) in seats::standing(tx)? {
        let Some(days) = seat.announcement(day).and_then(|days| i64::try_from(days).ok()) else { continue };
        if announced != 0 && announced <= days {
            continue;
        }
        seats::announced(tx, seat.id, days)?;
        let Some(last) = seat.last_day() else { continue };
        let body = bodies::find(tx, seat.body)?;
        let link = format!("/committees/{}", body.id.0);
        let mut to: Vec<(UserId, String)> = users::with_role(tx, body.id, &[Role::Secretary], now)?
            .into_iter()
            .map(|user| (user.id, user.email))
            .collect();
        if let Some(user) = seat.user.filter(|own| !to.iter().any(|(id, _)| id == own)) {
            to.push((user, users::find(tx, user)?.email));
        }
        for (user, address) in to {
            let letter = Letter::TermEnds { body: body.name.clone(), last, link: link.clone() };
            let key = format!("seat{}-{days}-user{}", seat.id.0, user.0);
            outbox::enqueue(tx, &key, None, &Outgoing { to: address, number: None, letter }, now)?;
        }
        told += 1;
    }
    Ok(told)
}
