//! A member's way into and out of the seat, and trainings.
use super::super::account::note;
use super::super::{CaseworkError, recusal};
use super::{body_of, keeper, rules_on};
use crate::domain::case::Refused;
use crate::domain::codes::{AuditAction, ChairChoice, Post, Role, SeatCategory, SeatEnd, Selection};
use crate::domain::committee::appointment::{Seat, SeatStep, term_end};
use crate::domain::ids::{BodyId, SeatId, UserId};
use crate::domain::permission::{Actor, Grant};
use crate::domain::{seoul, text};
use crate::store::seats::{self, Member, Person, Training};
use crate::store::{Rx, StoreError, Tx, meetings, users};
use chrono::{DateTime, NaiveDate, Utc};

const NAME: &str = "위원의 이름을 40자 안으로 적어 주세요.";

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
    need(!name.is_empty(), "name", NAME);
    let category = form.category.filter(|c| rules.categories.contains(c));
    need(category.is_some(), "category", "이 위원회의 규칙에 있는 위원 구분을 골라 주세요.");
    need(form.selection.is_some(), "selection", "추천·공개모집·당연직 가운데 골라 주세요.");
    let ex_officio = form.selection == Some(Selection::ExOfficio);
    let office = form.office.trim();
    let tied = rules.ex_officio.is_empty() || rules.ex_officio.iter().any(|title| title == office);
    need(!ex_officio || (!office.is_empty() && tied), "office", &offices(&rules.ex_officio));
    let by_call = form.selection == Some(Selection::OpenCall);
    need(!by_call || !form.note.trim().is_empty(), "note", "선정위원회의 심의 결과를 적어 주세요.");
    let standing = seats::of_body(tx, body.id)?;
    let chairs = form.post == Some(Post::Chair);
    let chaired = standing.iter().any(|m| m.seat.post == Post::Chair && m.seat.in_office(from));
    need(
        !(chairs && chaired),
        "post",
        "이미 위원장이 있습니다. 위원으로 위촉한 뒤 회의에서 위원장을 다시 정해 주세요.",
    );
    // Before its first meeting in Ieum a body brings the chair whom it elected on paper.
    let elects = rules.chair == ChairChoice::Elected && !meetings::opened(tx, &[body.id])?.is_empty();
    need(
        !(chairs && elects),
        "post",
        "위원장은 회의에서 뽑습니다. 위원으로 위촉한 뒤 '위원장 선출' 안건을 올려 주세요.",
    );
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

fn offices(known: &[String]) -> String {
    if known.is_empty() {
        return "당연직 위원의 직을 적어 주세요.".to_owned();
    }
    format!("당연직 위원의 직을 규칙에 있는 대로 적어 주세요: {}.", known.join(", "))
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

/// Puts right what is known of a member. Another door may take them out of open cases (제척).
///
/// # Errors
/// `NotFound`, `Denied`; `Invalid` at `name`.
pub fn amend(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: SeatId,
    person: Person,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let member = seats::find(tx, id)?;
    body_of(tx, actor, member.seat.body)?;
    keeper(actor, member.seat.body)?;
    if member.seat.ended.is_some() {
        let sentence = "위촉이 끝난 위원입니다. 지난 기록은 그대로 둡니다.".to_owned();
        return Err(Refused { code: "seat_ended", sentence }.into());
    }
    let name = text::free(&person.name, 40).unwrap_or_default();
    if name.is_empty() {
        return Err(CaseworkError::field("name", NAME));
    }
    let person = Person { name, email: member.person.email.clone(), ..person };
    seats::amend(tx, id, &person)?;
    noted(tx, actor, id, "amended", now)?;
    recusal::of_member(tx, &Member { person, ..member }, now)
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
pub(in crate::casework) fn advance(
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

/// Brings the grants of a seat's person in line with it: each role from the first day of the seat to its last, none when it is
/// over. A grant that would outlast the seat (the operator's, of before the seat; one of before an early end was set) gives way
/// to one that ends with it, so that nothing has to happen on the last evening.
pub(in crate::casework) fn rights(
    tx: &mut Tx<'_>,
    actor: &Actor,
    seat: &Seat,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let Some(user) = seat.user else { return Ok(()) };
    let day = seoul::day(now);
    let over = seat.last_day().is_some_and(|last| last < day);
    // Pledged ahead of the first day, the seat opens on that day by itself.
    let wanted = if seat.active(day.max(seat.from)) { roles_of(seat) } else { Vec::new() };
    let ends = [seat.until, seat.ended.map(|(on, _)| on)].into_iter().flatten().min().map(seoul::midnight);
    let mut begins = seoul::midnight(seat.from).max(now);
    let mut covered = Vec::new();
    for grant in
        users::grants_of(tx, user)?.iter().filter(|g| g.body_id == Some(seat.body) && !g.is_over(now))
    {
        if !matches!(grant.role, Role::Chair | Role::Member | Role::Clerk | Role::Secretary) {
            continue;
        }
        let wants = wanted.contains(&grant.role);
        let outlasts = ends.is_some_and(|ends| grant.until_at.is_none_or(|until| until > ends.naive_utc()));
        // The desk may be held without a seat, or for a time in somebody's place.
        let other_post = seat.active(day) && !wants && grant.role != Role::Secretary;
        let in_force = grant.is_in_force(now);
        if (in_force && (over || other_post)) || (wants && outlasts) {
            users::end_grant(tx, grant.id, actor.user, now)?;
            if wants && in_force {
                begins = now;
            }
        } else if wants && grant.until_at == ends.map(|ends| ends.naive_utc()) {
            covered.push(grant.role);
        }
    }
    for role in wanted.into_iter().filter(|role| !covered.contains(role)) {
        let grant = Grant { role, body: Some(seat.body) };
        users::grant_from(tx, user, grant, (begins, ends), actor.user, now)?;
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

/// Who takes over a seat for the rest of its term.
#[derive(Debug, Clone)]
pub struct Successor {
    pub person: Person,
    pub account: Option<UserId>,
    pub from: NaiveDate,
}

/// A successor for what is left of a term (교체): the member's own seat ends that day, and the successor is appointed, accepts
/// and pledges anew.
///
/// # Errors
/// `NotFound`, `Denied`, `Refused`; `Invalid` at `from` or `name`.
pub fn substitute(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: SeatId,
    by: &Successor,
    now: DateTime<Utc>,
) -> Result<SeatId, CaseworkError> {
    let member = seats::find(tx, id)?;
    body_of(tx, actor, member.seat.body)?;
    keeper(actor, member.seat.body)?;
    let name = text::free(&by.person.name, 40).unwrap_or_default();
    if name.is_empty() {
        return Err(CaseworkError::field("name", "후임의 이름을 40자 안으로 적어 주세요."));
    }
    if by.from < seoul::day(now) {
        return Err(CaseworkError::field(
            "from",
            "지난날에는 바꿀 수 없습니다. 오늘이나 그 뒤의 날을 적어 주세요.",
        ));
    }
    if by.account.is_some() && by.account == member.seat.user {
        return Err(CaseworkError::field("account", "지금 그 자리에 있는 사람입니다."));
    }
    let next = member.seat.substitute(SeatId(0), by.account, by.from);
    advance(tx, actor, &member, SeatStep::End { on: by.from, why: SeatEnd::Substituted }, now)?;
    let person = Person { name, ..by.person.clone() };
    let id = seats::add(tx, &next, &person, "", actor.user, now)?;
    noted(tx, actor, id, "substituted", now)?;
    Ok(id)
}

/// The account with this address; none for an empty one.
///
/// # Errors
/// `Invalid` at `account` when there is none.
pub fn account(rx: &mut Rx<'_>, email: &str) -> Result<Option<UserId>, CaseworkError> {
    if email.is_empty() {
        return Ok(None);
    }
    match users::by_email(rx, email) {
        Ok(user) => Ok(Some(user.id)),
        Err(StoreError::NotFound) => Err(CaseworkError::field(
            "account",
            "그런 계정이 없습니다. 운영자에게 초대를 부탁하거나 비워 두세요.",
        )),
        Err(e) => Err(e.into()),
    }
}

/// Writes down a training.
///
/// # Errors
/// `NotFound`, `Denied`, `Invalid`.
pub fn train(
    tx: &mut Tx<'_>,
    actor: &Actor,
    body: BodyId,
    training: &Training,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    body_of(tx, actor, body)?;
    keeper(actor, body)?;
    let mut wrong = Vec::new();
    if !seats::find(tx, training.seat).is_ok_and(|m| m.seat.body == body) {
        wrong.push(("seat".to_owned(), "이 위원회의 위원을 골라 주세요.".to_owned()));
    }
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
