//! Who of a committee takes no part in a case: kept whenever parties or members change, declared, or asked for.
use super::{CaseworkError, charge};
use crate::domain::case::{Case, Refused};
use crate::domain::codes::{RecusalGround, RecusalKind, RecusalState, Role};
use crate::domain::committee::recusal::{Recusal, ground_between};
use crate::domain::ids::{BodyId, CaseId, SeatId, UserId};
use crate::domain::permission::Actor;
use crate::domain::seoul;
use crate::domain::text::Unit;
use crate::store::access::{self, Access};
use crate::store::parties::{self, Party};
use crate::store::seats::{self, Member};
use crate::store::{Rx, StoreError, Tx, cases, committees};
use chrono::{DateTime, Utc};

/// Why the member takes no part in a case of these parties, by what Ieum knows of both.
fn ground(member: &Member, people: &[Party]) -> Option<RecusalGround> {
    let same = |a: &str, b: &str| !a.is_empty() && a.eq_ignore_ascii_case(b);
    let person = &member.person;
    let is_party = |p: &Party| same(&p.details.phone, &person.phone) || same(&p.details.email, &person.email);
    if people.iter().any(is_party) {
        return Some(RecusalGround::Party);
    }
    let door = person.door()?;
    let mut grounds: Vec<RecusalGround> = people
        .iter()
        .filter_map(|p| p.details.unit.as_ref())
        .filter_map(|unit| ground_between(&door, unit))
        .filter(|g| g.is_automatic())
        .collect();
    grounds.sort_unstable();
    grounds.first().copied()
}

/// Excludes the members of the case's committee whom the law excludes by itself (제척). Whoever was excluded stays so, also
/// when a party is replaced: they may have read the file as a neighbour of it.
///
/// # Errors
/// Database errors.
pub fn of_case(tx: &mut Tx<'_>, case: &Case, now: DateTime<Utc>) -> Result<(), CaseworkError> {
    let Some(committee) = case.bodies.committee else { return Ok(()) };
    let people = parties::of_case(tx, case.id)?;
    for member in seats::of_body(tx, committee)? {
        if member.seat.ended.is_none() {
            exclude(tx, case, &member, &people, now)?;
        }
    }
    Ok(())
}

/// The same where the people of a case became other ones, or better known: 회피 확인 was said of them as they were.
///
/// # Errors
/// Database errors.
pub fn people_changed(tx: &mut Tx<'_>, case: &Case, now: DateTime<Utc>) -> Result<(), CaseworkError> {
    committees::forget_clear(tx, case.id)?;
    of_case(tx, case, now)
}

/// The same from the member's side: every open case of the committee that they now sit on.
///
/// # Errors
/// Database errors.
pub fn of_member(tx: &mut Tx<'_>, member: &Member, now: DateTime<Utc>) -> Result<(), CaseworkError> {
    for id in cases::open_of_committee(tx, member.seat.body)? {
        let case = cases::blank(tx, id)?;
        let people = parties::of_case(tx, id)?;
        exclude(tx, &case, member, &people, now)?;
        charge::lay_down(tx, id, now)?;
    }
    Ok(())
}

/// Whoever is in charge lays it down afterwards ([`charge::lay_down`]): in the middle of a step nothing else is written.
fn exclude(
    tx: &mut Tx<'_>,
    case: &Case,
    member: &Member,
    people: &[Party],
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let Some(ground) = ground(member, people) else { return Ok(()) };
    let known = committees::recusals_of(tx, case.id)?;
    if known.iter().any(|r| r.seat == member.seat.id && r.state == RecusalState::Standing) {
        return Ok(());
    }
    let (kind, state) = (RecusalKind::Automatic, RecusalState::Standing);
    let recusal = Recusal { seat: member.seat.id, kind, ground, state };
    Ok(committees::keep_recusal(tx, case.id, &recusal, "", None, now)?)
}

/// Keeps a recusal; whoever is out by it lays down what they had in their charge.
///
/// # Errors
/// Database errors.
pub(super) fn keep(
    tx: &mut Tx<'_>,
    case: CaseId,
    recusal: &Recusal,
    (why, by): (&str, Option<UserId>),
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    committees::keep_recusal(tx, case, recusal, why, by, now)?;
    if recusal.state == RecusalState::Standing {
        charge::lay_down(tx, case, now)?;
    }
    Ok(())
}

/// A member says that they cannot judge a case (회피): they are out at once.
///
/// # Errors
/// `NotFound` for cases of other committees and for those without a seat.
pub fn declare(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: &str,
    ground: RecusalGround,
    why: &str,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let case = cases::find(tx, &actor.scope(), number)?;
    let seat = own_seat(tx, actor, case.bodies.committee, now)?;
    let (kind, state) = (RecusalKind::Declared, RecusalState::Standing);
    let recusal = Recusal { seat, kind, ground, state };
    keep(tx, case.id, &recusal, (why, actor.user), now)
}

/// A member was asked (회피 확인) and sees no ground to leave the case.
///
/// # Errors
/// `NotFound` for cases of other committees, `Denied` without a seat, `Refused` while a 기피 against them waits.
pub fn clear(tx: &mut Tx<'_>, actor: &Actor, number: &str, now: DateTime<Utc>) -> Result<(), CaseworkError> {
    let case = cases::find(tx, &actor.scope(), number)?;
    let seat = own_seat(tx, actor, case.bodies.committee, now)?;
    let known = committees::recusals_of(tx, case.id)?.into_iter().find(|r| r.seat == seat);
    match known.map(|r| r.state) {
        None => {}
        Some(RecusalState::Pending) => {
            let sentence = "이 사건에서 물러나 달라는 신청을 위원회가 아직 정하지 않았습니다. 정해진 뒤에 확인해 주세요.";
            return Err(Refused { code: "recused", sentence: sentence.to_owned() }.into());
        }
        Some(RecusalState::Clear | RecusalState::Rejected | RecusalState::Standing) => return Ok(()),
    }
    let (kind, state) = (RecusalKind::Declared, RecusalState::Clear);
    let recusal = Recusal { seat, kind, ground: RecusalGround::Other, state };
    Ok(committees::keep_recusal(tx, case.id, &recusal, "", actor.user, now)?)
}

/// Who leaves a case, and why, as a form or a program says it.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// The member whom the desk writes about; none: the actor.
    pub seat: Option<SeatId>,
    pub ground: Option<RecusalGround>,
    pub why: String,
    /// The actor sees no ground to leave.
    pub clear: bool,
}

/// Writes a recusal down: the actor's own (회피), or what others say of a member, kept by the desk. Declared kin is out at once
/// (제척); everything else is asked for (기피), and the case's decisions wait until the body has decided.
///
/// # Errors
/// `NotFound`, `Denied`, `Invalid`, `Refused` when the member is out already.
pub fn said(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: &str,
    said: &Said,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    match (said.seat, said.ground) {
        (None, None) if said.clear => clear(tx, actor, number, now),
        _ if said.clear => Err(CaseworkError::field(
            "clear",
            "물러날 까닭이 없다는 확인에는 위원과 까닭을 적지 않습니다. 하나만 보내 주세요.",
        )),
        (Some(seat), ground) => of_other(tx, actor, number, (seat, ground), &said.why, now),
        (None, Some(ground)) => declare(tx, actor, number, ground, &said.why, now),
        (None, None) => Err(CaseworkError::field("ground", "까닭을 골라 주세요.")),
    }
}

/// What a party or somebody else says of a member, written down by the desk.
///
/// # Errors
/// As [`said`].
pub fn of_other(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: &str,
    (seat, ground): (SeatId, Option<RecusalGround>),
    why: &str,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let case = cases::find(tx, &actor.scope(), number)?;
    if !case.bodies.committee.is_some_and(|body| actor.may_keep(body)) {
        return Err(CaseworkError::Denied);
    }
    let member = seats::find(tx, seat).ok().filter(|m| Some(m.seat.body) == case.bodies.committee);
    if member.is_none() {
        return Err(CaseworkError::field("seat", "이 위원회의 위원을 골라 주세요."));
    }
    if why.trim().is_empty() || why.chars().count() > 500 {
        return Err(CaseworkError::field("why", "누가 무엇이라고 했는지 500자 안으로 적어 주세요."));
    }
    let known = committees::recusals_of(tx, case.id)?;
    if known
        .iter()
        .any(|r| r.seat == seat && matches!(r.state, RecusalState::Standing | RecusalState::Pending))
    {
        return Err(Refused {
            code: "recused",
            sentence: "이미 물러났거나 기피 신청이 있는 위원입니다.".to_owned(),
        }
        .into());
    }
    let ground = ground.unwrap_or(RecusalGround::Other);
    let (kind, state) = match ground {
        RecusalGround::Kin => (RecusalKind::Automatic, RecusalState::Standing),
        _ => (RecusalKind::Requested, RecusalState::Pending),
    };
    let recusal = Recusal { seat, kind, ground, state };
    keep(tx, case.id, &recusal, (why, actor.user), now)
}

/// A party, by the desk, asks that a member keeps out (기피), and names no ground of the list.
///
/// # Errors
/// As [`said`].
pub fn request(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: &str,
    seat: SeatId,
    why: &str,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    of_other(tx, actor, number, (seat, None), why, now)
}

/// The actor's own seat in a body, in office now.
///
/// # Errors
/// `Denied` without one.
pub fn own_seat(
    rx: &mut Rx<'_>,
    actor: &Actor,
    body: Option<BodyId>,
    now: DateTime<Utc>,
) -> Result<SeatId, CaseworkError> {
    let (Some(user), Some(body)) = (actor.user, body) else { return Err(CaseworkError::Denied) };
    let day = seoul::day(now);
    let own = seats::of_user(rx, user)?.into_iter().find(|s| s.body == body && s.in_office(day));
    own.map(|s| s.id).ok_or(CaseworkError::Denied)
}

/// What a member is asked before they judge a case (회피 확인), and what the desk can write down of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confirm {
    /// The person sits in the case's committee and can leave the case.
    pub sits: bool,
    /// Their door lies on the same line as a party's, though not next to it: no ground by itself, a reason to ask.
    pub line: bool,
    /// They keep the desk and write down what others say of a member.
    pub desk: bool,
    /// They have said that they see no ground.
    pub clear: bool,
    /// How many members have said so.
    pub cleared: usize,
}

/// What to ask this person about a case of theirs; none for people who are nobody in its committee.
///
/// # Errors
/// Database errors.
pub fn to_confirm(
    rx: &mut Rx<'_>,
    actor: &Actor,
    case: &Case,
    now: DateTime<Utc>,
) -> Result<Option<Confirm>, CaseworkError> {
    let Some(committee) = case.bodies.committee else { return Ok(None) };
    let desk = actor.may_keep(committee) && !actor.bodies(Role::Member).contains(&committee);
    let seat = own_seat(rx, actor, Some(committee), now).ok();
    if (seat.is_none() && !desk) || actor.recused.contains(&case.id) {
        return Ok(None);
    }
    let members = if seat.is_some() { seats::of_body(rx, committee)? } else { Vec::new() };
    let door = members.iter().find(|m| Some(m.seat.id) == seat).and_then(|m| m.person.door());
    let people = if door.is_some() { parties::of_case(rx, case.id)? } else { Vec::new() };
    let units = || people.iter().filter_map(|p| p.details.unit.as_ref());
    let near = |door: &Unit| units().any(|unit| ground_between(door, unit) == Some(RecusalGround::Line));
    let known = committees::recusals_of(rx, case.id)?;
    let cleared = known.iter().filter(|r| r.state == RecusalState::Clear).count();
    // Of whom the body decided that they stay, nobody asks again.
    let stays = |r: &Recusal| matches!(r.state, RecusalState::Clear | RecusalState::Rejected);
    Ok(Some(Confirm {
        sits: seat.is_some(),
        line: door.as_ref().is_some_and(near),
        desk,
        clear: known.iter().any(|r| Some(r.seat) == seat && stays(r)),
        cleared,
    }))
}

/// Records that a recused person tried to open a case: the chair, or the ward, sees it. Whether the case exists is not
/// told to them: they get the same 404 as a stranger.
///
/// # Errors
/// Database errors.
pub fn attempted(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: &str,
    from: &str,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    if actor.recused.is_empty() {
        return Ok(());
    }
    let id = match cases::id_of(tx, number) {
        Ok(id) => id,
        Err(StoreError::NotFound) => return Ok(()),
        Err(e) => return Err(e.into()),
    };
    if actor.recused.contains(&id) {
        let access = Access {
            user: actor.user,
            actor: "recused",
            ip: from,
            case: Some(id),
            what: access::RECUSED_ATTEMPT,
            reason: "물러난 위원이 열려고 함",
            ..Access::default()
        };
        access::record(tx, &access, now)?;
    }
    Ok(())
}
