//! Meetings: the one door through which everything of a meeting happens, as `take_step` is a case's.
//!
//! A passed item takes its case's step in the same transaction, or says why it no longer can: the vote stands either way.
use super::account::note;
use super::committee::{self, body_of, rules_on};
use super::step::{Taking, take_step};
use super::{CaseworkError, recusal, summon};
use crate::domain::codes::{
    AuditAction, ItemResult, MeetingState, Method, Mode, RecusalGround, RecusalKind, RecusalState, Role,
    SeatEnd, Sort,
};
use crate::domain::committee::appointment::SeatStep;
use crate::domain::committee::delegation::Delegation;
use crate::domain::committee::recusal::Recusal;
use crate::domain::ids::{BodyId, CaseId, MeetingId, SeatId};
use crate::domain::meeting::{
    Line, Matter, Meeting, MeetingStep, MeetingStepCode, PublicItem, RosterSeat, Signer,
};
use crate::domain::permission::Actor;
use crate::domain::seoul;
use crate::domain::step::Step;
use crate::store::seats::{self, Member};
use crate::store::{Rx, StoreError, Tx, cases, committees, meetings, search};
use chrono::{DateTime, Duration, Utc};

/// A step of a meeting as somebody wants to take it.
#[derive(Debug, Clone)]
pub struct Meet {
    pub step: MeetingStep,
    /// When it happened; now, if not said.
    pub at: Option<DateTime<Utc>>,
    /// The version of the meeting that the person saw.
    pub seen: Option<i64>,
}

impl From<MeetingStep> for Meet {
    fn from(step: MeetingStep) -> Self {
        Self { step, at: None, seen: None }
    }
}

/// Begins a meeting: a member's demand, or the call of it.
///
/// # Errors
/// As `take`.
pub fn begin(
    tx: &mut Tx<'_>,
    actor: &Actor,
    body: BodyId,
    meet: Meet,
    now: DateTime<Utc>,
) -> Result<Meeting, CaseworkError> {
    let body = body_of(tx, actor, body)?;
    if !matches!(meet.step, MeetingStep::Request { .. } | MeetingStep::Convene { .. }) {
        return Err(CaseworkError::Denied);
    }
    let rules = rules_on(tx, &body, seoul::day(now))?;
    let blank = meetings::add(tx, body.id, &rules, now)?;
    carry_on(tx, actor, blank, meet, now)
}

/// Takes a step of a meeting: permit, decide, record, and whatever follows from it, in one transaction.
///
/// # Errors
/// `NotFound` in a body that is not the actor's, `Denied`, `Refused` with what to do instead, `Conflict` when another
/// step came first.
pub fn take(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: MeetingId,
    meet: Meet,
    now: DateTime<Utc>,
) -> Result<Meeting, CaseworkError> {
    let meeting = meetings::find(tx, &actor.assemblies(), id)?;
    if meet.seen.is_some_and(|seen| seen != meeting.version) {
        return Err(StoreError::Conflict("meeting version".into()).into());
    }
    carry_on(tx, actor, meeting, meet, now)
}

/// The same for a meeting of this very body.
///
/// # Errors
/// As `take`; `Invalid` at `meeting` for one of another body.
pub fn take_in(
    tx: &mut Tx<'_>,
    actor: &Actor,
    body: BodyId,
    id: MeetingId,
    meet: Meet,
    now: DateTime<Utc>,
) -> Result<Meeting, CaseworkError> {
    if meetings::find(tx, &[body], id).is_err() {
        return Err(CaseworkError::field("meeting", "이 위원회의 회의를 골라 주세요."));
    }
    take(tx, actor, id, meet, now)
}

/// A meeting while lines are added to it.
struct Desk<'d> {
    actor: &'d Actor,
    meeting: Meeting,
    role: Role,
    now: DateTime<Utc>,
}

impl Desk<'_> {
    fn add(&mut self, tx: &mut Tx<'_>, step: MeetingStep, at: DateTime<Utc>) -> Result<(), CaseworkError> {
        let line = Line {
            seq: self.meeting.last_seq + 1,
            at,
            recorded_at: self.now,
            by: self.actor.user,
            by_role: self.role.code().to_owned(),
            step,
        };
        self.meeting = self.meeting.after(&line)?;
        Ok(meetings::append(tx, self.meeting.id, &line)?)
    }
}

fn carry_on(
    tx: &mut Tx<'_>,
    actor: &Actor,
    meeting: Meeting,
    meet: Meet,
    now: DateTime<Utc>,
) -> Result<Meeting, CaseworkError> {
    let role = permitted(tx, actor, &meeting, &meet.step, now)?;
    let at = meet.at.unwrap_or(now);
    if at > now {
        return Err(CaseworkError::field(
            "at",
            "앞으로의 시각은 적을 수 없습니다. 있었던 시각을 적어 주세요.",
        ));
    }
    meeting.admits(meet.step.code())?;
    let before = meeting.clone();
    let step = prepared(tx, actor, &meeting, meet.step, now)?;
    let mut desk = Desk { actor, meeting, role, now };
    keep_roster(tx, &mut desk, &step, at)?;
    let looks =
        [MeetingStepCode::Notify, MeetingStepCode::Issue, MeetingStepCode::Open, MeetingStepCode::Decide];
    if looks.contains(&step.code()) {
        keep_recusals(tx, &mut desk, at)?;
    }
    desk.add(tx, step.clone(), at)?;
    follow(tx, &mut desk, &before, &step, at)?;
    meetings::save(tx, &desk.meeting)?;
    summon::tell(tx, &before, &desk.meeting, &step, now)?;
    Ok(Meeting { version: desk.meeting.version + 1, ..desk.meeting })
}

/// Whether the person may, as what. A member demands and supports for their own seat only.
fn permitted(
    rx: &mut Rx<'_>,
    actor: &Actor,
    meeting: &Meeting,
    step: &MeetingStep,
    now: DateTime<Utc>,
) -> Result<Role, CaseworkError> {
    // Ieum writes these two by itself.
    if matches!(step, MeetingStep::Roster { .. } | MeetingStep::Performed { .. }) {
        return Err(CaseworkError::Denied);
    }
    let role = actor.in_meeting(step.code(), meeting).ok_or(CaseworkError::Denied)?;
    match step {
        MeetingStep::Request { by, .. } | MeetingStep::Support { by } => {
            let desk = actor.may_keep(meeting.body) || role == Role::Clerk;
            if !desk && recusal::own_seat(rx, actor, Some(meeting.body), now)? != *by {
                return Err(CaseworkError::Denied);
            }
        }
        MeetingStep::Sign { signer, method } => {
            let acting = *signer == Signer::Chair
                && *method != Method::Paper
                && recusal::own_seat(rx, actor, Some(meeting.body), now).ok() == meeting.presiding;
            if !acting && !actor.may_sign(*signer, *method == Method::Paper, meeting) {
                return Err(CaseworkError::Denied);
            }
        }
        _ => {}
    }
    Ok(role)
}

/// Fills in what Ieum knows better than the form: the case behind a number, and whether it is the committee's.
fn prepared(
    tx: &mut Tx<'_>,
    actor: &Actor,
    meeting: &Meeting,
    step: MeetingStep,
    now: DateTime<Utc>,
) -> Result<MeetingStep, CaseworkError> {
    Ok(match step {
        MeetingStep::Convene { sort, mode, starts_at, minutes, place, items, reason } => {
            if !(10..=480).contains(&minutes) {
                return Err(CaseworkError::field(
                    "minutes",
                    "예상 시간을 10분에서 480분 사이로 적어 주세요.",
                ));
            }
            let items = items.into_iter().map(|m| matter(tx, actor, meeting.body, m, now));
            let items = items.collect::<Result<Vec<_>, _>>()?;
            MeetingStep::Convene { sort, mode, starts_at, minutes, place, items, reason }
        }
        MeetingStep::Add { matter: one } => {
            MeetingStep::Add { matter: matter(tx, actor, meeting.body, one, now)? }
        }
        other => other,
    })
}

fn matter(
    tx: &mut Tx<'_>,
    actor: &Actor,
    body: BodyId,
    matter: Matter,
    now: DateTime<Utc>,
) -> Result<Matter, CaseworkError> {
    let unknown = || CaseworkError::field("number", "이 위원회가 맡은 사건의 접수번호를 적어 주세요.");
    let seat = |tx: &mut Tx<'_>, id: SeatId| {
        let member =
            seats::find(tx, id).ok().filter(|m| m.seat.body == body && m.seat.in_office(seoul::day(now)));
        member.ok_or_else(|| CaseworkError::field("seat", "재직 중인 위원을 골라 주세요."))
    };
    Ok(match matter {
        Matter::Case { number, act, .. } => {
            let case = committee_case(tx, actor, body, &number).ok_or_else(unknown)?;
            Matter::Case { case, number: number.trim().to_owned(), act }
        }
        Matter::RecusalRequest { number, seat: id, .. } => {
            let case = committee_case(tx, actor, body, &number).ok_or_else(unknown)?;
            seat(tx, id)?;
            let asked = committees::recusals_of(tx, case)?;
            if !asked.iter().any(|r| r.seat == id && r.state == RecusalState::Pending) {
                return Err(CaseworkError::field("seat", "결정을 기다리는 기피 신청이 없습니다."));
            }
            Matter::RecusalRequest { case, number: number.trim().to_owned(), seat: id }
        }
        Matter::ChairElection { candidate } => {
            seat(tx, candidate)?;
            Matter::ChairElection { candidate }
        }
        Matter::Dismissal { seat: id, reason } => {
            seat(tx, id)?;
            if reason.trim().is_empty() {
                return Err(CaseworkError::field("reason", "해촉하는 까닭을 적어 주세요."));
            }
            Matter::Dismissal { seat: id, reason }
        }
        Matter::Free { title } if title.trim().is_empty() || title.chars().count() > 200 => {
            return Err(CaseworkError::field("title", "안건 제목을 200자 안으로 적어 주세요."));
        }
        other => other,
    })
}

/// The case of this number, if it is with this committee and not one from which the caller is recused.
fn committee_case(tx: &mut Tx<'_>, actor: &Actor, body: BodyId, number: &str) -> Option<CaseId> {
    let id = cases::id_of(tx, number.trim()).ok()?;
    if actor.recused.contains(&id) {
        return None;
    }
    let all = crate::domain::permission::Scope { all: true, ..Default::default() };
    let case = cases::find_id(tx, &all, id).ok()?;
    (case.bodies.committee == Some(body) && case.is_with_committee()).then_some(id)
}

/// The members as they are known now, from when until when each is in office.
fn roster(members: &[Member]) -> Vec<RosterSeat> {
    let seated = members.iter().filter(|m| {
        m.seat.appointed_on.is_some()
            && (m.seat.accepted_on.is_some()
                || m.seat.selection == crate::domain::codes::Selection::ExOfficio)
    });
    let one = |m: &Member| {
        let s = &m.seat;
        let begun =
            [Some(s.from), s.appointed_on, s.accepted_on].into_iter().flatten().max().unwrap_or(s.from);
        let until = [s.until, s.ended.map(|(on, _)| on)].into_iter().flatten().min().map(seoul::midnight);
        let chair = s.post == crate::domain::codes::Post::Chair;
        RosterSeat { seat: s.id, votes: s.votes, chair, from: seoul::midnight(begun), until }
    };
    seated.map(one).collect()
}

/// Writes the roster into the record before anything that counts it, where it changed.
fn keep_roster(
    tx: &mut Tx<'_>,
    desk: &mut Desk<'_>,
    step: &MeetingStep,
    at: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let counts = matches!(
        step.code(),
        MeetingStepCode::Request
            | MeetingStepCode::Support
            | MeetingStepCode::Convene
            | MeetingStepCode::Open
            | MeetingStepCode::NotOpen
            | MeetingStepCode::Arrive
            | MeetingStepCode::Decide
    );
    if !counts {
        return Ok(());
    }
    let now = roster(&seats::of_body(tx, desk.meeting.body)?);
    if now != desk.meeting.roster {
        desk.add(tx, MeetingStep::Roster { seats: now }, at)?;
    }
    Ok(())
}

/// Whoever is recused from a case leaves for its items, without anybody having to remember.
fn keep_recusals(tx: &mut Tx<'_>, desk: &mut Desk<'_>, at: DateTime<Utc>) -> Result<(), CaseworkError> {
    let items = desk.meeting.items.clone();
    for (item, number) in items.iter().zip(1u32..) {
        let (Some(case), None) = (item.matter.case(), &item.decision) else { continue };
        for recusal in committees::recusals_of(tx, case)? {
            let out = recusal.state == RecusalState::Standing
                && desk.meeting.roster.iter().any(|s| s.seat == recusal.seat)
                && !item.recused.iter().any(|(seat, _)| *seat == recusal.seat);
            if out {
                let (seat, ground, kind) = (recusal.seat, recusal.ground, recusal.kind);
                desk.add(tx, MeetingStep::Recuse { item: number, seat, ground, kind }, at)?;
            }
        }
    }
    Ok(())
}

/// What a line brings about beyond the meeting itself.
fn follow(
    tx: &mut Tx<'_>,
    desk: &mut Desk<'_>,
    before: &Meeting,
    step: &MeetingStep,
    at: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    match step {
        MeetingStep::Open { .. } if desk.meeting.rules.has_case_rights() => first_table(tx, desk, at),
        MeetingStep::Recuse { item, seat, ground, .. } => {
            let case = before.item(*item)?.matter.case();
            let Some(case) = case else { return Ok(()) };
            // Who leaves for an item of a case has left the case: the file closes too.
            let (kind, state) = (RecusalKind::Declared, RecusalState::Standing);
            let recusal = Recusal { seat: *seat, kind, ground: *ground, state };
            recusal::keep(tx, case, &recusal, ("", desk.actor.user), desk.now)
        }
        MeetingStep::Decide { item, taken, .. } => decided(tx, desk, *item, taken.as_ref(), at),
        _ => Ok(()),
    }
}

/// With its first meeting in Ieum a committee has the usual 전결표; cases that began before keep 간사 throughout.
fn first_table(tx: &mut Tx<'_>, desk: &Desk<'_>, at: DateTime<Utc>) -> Result<(), CaseworkError> {
    let body = desk.meeting.body;
    if committees::delegations_of(tx, body)?.is_empty() {
        committees::set_delegation(
            tx,
            body,
            &Delegation::usual(),
            at,
            "이음에서 연 첫 회의",
            desk.actor.user,
            desk.now,
        )?;
        let object = format!("body {}", body.0);
        note(tx, desk.actor.user, AuditAction::Rules, &object, "delegation=usual", desk.now)?;
    }
    Ok(())
}

fn decided(
    tx: &mut Tx<'_>,
    desk: &mut Desk<'_>,
    number: u32,
    taken: Option<&Step>,
    at: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let item = desk.meeting.item(number)?.clone();
    let passed = item.decision.as_ref().is_some_and(|d| d.result == ItemResult::Passed);
    match &item.matter {
        Matter::Case { case, number: of, .. } => {
            let (Some(step), true) = (taken, passed) else { return Ok(()) };
            let done = perform(tx, desk, *case, of, step, at)?;
            let (line, why) = match done {
                Ok(line) => (Some(line), String::new()),
                Err(why) => (None, why),
            };
            desk.add(tx, MeetingStep::Performed { item: number, line, why }, at)
        }
        Matter::ChairElection { candidate } if passed => elected(tx, desk, *candidate),
        Matter::Dismissal { seat, .. } if passed => {
            let member = seats::find(tx, *seat)?;
            // The day of the decision is the last day of the seat's rights, and they go at once.
            let on = seoul::day(at).max(member.seat.from);
            committee::advance(
                tx,
                desk.actor,
                &member,
                SeatStep::End { on, why: SeatEnd::Dismissed },
                desk.now,
            )
        }
        Matter::RecusalRequest { case, seat, .. } => {
            let state = if passed { RecusalState::Standing } else { RecusalState::Rejected };
            let (kind, ground) = (RecusalKind::Requested, RecusalGround::Other);
            let recusal = Recusal { seat: *seat, kind, ground, state };
            recusal::keep(tx, *case, &recusal, ("", desk.actor.user), desk.now)
        }
        Matter::Delegation { table } if passed => {
            let (body, user) = (desk.meeting.body, desk.actor.user);
            let basis = format!("{} {} 의결", seoul::day(at), desk.meeting.sort.label());
            committees::set_delegation(tx, body, table, at + Duration::seconds(1), &basis, user, desk.now)?;
            Ok(note(tx, user, AuditAction::Rules, &format!("body {}", body.0), "delegation", desk.now)?)
        }
        _ => Ok(()),
    }
}

/// The case's step, taken as the meeting's. What the case refuses is told, and the vote stands; what was typed wrongly
/// goes back to the form, and nothing is recorded.
fn perform(
    tx: &mut Tx<'_>,
    desk: &Desk<'_>,
    case: CaseId,
    number: &str,
    step: &Step,
    at: DateTime<Utc>,
) -> Result<Result<i64, String>, CaseworkError> {
    let meeting = Actor { user: desk.actor.user, decided: Some(case), ..Actor::default() };
    let taking = Taking { at: Some(at), ..Taking::from(step.clone()) };
    match take_step(tx, &meeting, number, taking, desk.now) {
        Ok(taken) => Ok(Ok(taken.seq)),
        Err(CaseworkError::Refused(refused)) => Ok(Err(refused.sentence)),
        Err(CaseworkError::Denied | CaseworkError::Store(StoreError::NotFound)) => {
            Ok(Err("이 사건은 지금 위원회가 처리할 수 있는 상태가 아닙니다.".to_owned()))
        }
        Err(other) => Err(other),
    }
}

/// The elected member becomes chair, and whoever was chair is a member again.
fn elected(tx: &mut Tx<'_>, desk: &Desk<'_>, candidate: SeatId) -> Result<(), CaseworkError> {
    use crate::domain::codes::Post;
    for member in seats::of_body(tx, desk.meeting.body)? {
        let post = match member.seat.post {
            _ if member.seat.id == candidate => Post::Chair,
            Post::Chair if member.seat.ended.is_none() => Post::Member,
            _ => continue,
        };
        let seat = crate::domain::committee::appointment::Seat { post, ..member.seat };
        seats::keep(tx, &seat)?;
        committee::rights(tx, desk.actor, &seat, desk.now)?;
    }
    Ok(())
}

/// A meeting as one person may read it: of an item from which they are recused, nothing.
#[derive(Debug, Clone)]
pub struct Sheet {
    pub meeting: Meeting,
    /// Numbers of the items that are closed to this person.
    pub closed: Vec<u32>,
    /// The names of everybody in the meeting's roster.
    pub names: Vec<(SeatId, String)>,
    /// This person's own seat.
    pub own: Option<SeatId>,
    /// What the titles of free items say of the parties of the body's cases: names, doors, telephones.
    parties: Vec<String>,
}

impl Sheet {
    /// The items as outsiders may read them. A member's or a party's name in a title is taken out too; what is closed to this
    /// reader is a case to the outside, and reads the same for everybody.
    #[must_use]
    pub fn public_items(&self) -> Vec<PublicItem> {
        let members = self.names.iter().map(|(_, name)| name.as_str());
        let names: Vec<&str> = members.chain(self.parties.iter().map(String::as_str)).collect();
        let items = self.meeting.public_items(&names).into_iter().zip(1u32..);
        let closed = || PublicItem {
            line: "층간소음 1건 심의·의결".to_owned(),
            removed: "물러난 안건".to_owned(),
        };
        items.map(|(item, n)| if self.closed.contains(&n) { closed() } else { item }).collect()
    }
}

/// Reads a meeting of the actor's body.
///
/// # Errors
/// `NotFound` in any other body.
pub fn read(
    rx: &mut Rx<'_>,
    actor: &Actor,
    id: MeetingId,
    now: DateTime<Utc>,
) -> Result<Sheet, CaseworkError> {
    let mut meeting = meetings::find(rx, &actor.assemblies(), id)?;
    let own = recusal::own_seat(rx, actor, Some(meeting.body), now).ok();
    left_since(rx, &mut meeting)?;
    let mut closed = Vec::new();
    for (item, number) in meeting.items.iter_mut().zip(1u32..) {
        let out = item.matter.case().is_some_and(|case| actor.recused.contains(&case))
            || (item.recused.iter().any(|(seat, _)| Some(*seat) == own));
        if !out {
            continue;
        }
        closed.push(number);
        item.matter = Matter::Free { title: "물러난 안건(볼 수 없음)".to_owned() };
        item.performed = None;
        if let Some(decision) = &mut item.decision {
            // That it was decided, and nothing of how: the arithmetic tells who was for what.
            (decision.text, decision.step) = (String::new(), None);
            (decision.tally, decision.quorum, decision.presided) = (None, None, None);
        }
    }
    if !closed.is_empty() {
        // The free text may speak of any item.
        meeting.text = String::new();
        for number in &closed {
            let place = usize::try_from(*number).unwrap_or(usize::MAX);
            if let Some(note) = place.checked_sub(1).and_then(|i| meeting.notes.get_mut(i)) {
                note.clear();
            }
        }
        for (_, text) in &mut meeting.corrections {
            text.clear();
        }
    }
    let members = seats::of_body(rx, meeting.body)?;
    let names = members.into_iter().map(|m| (m.seat.id, m.person.name)).collect();
    let free = meeting.items.iter().filter(|item| matches!(item.matter, Matter::Free { .. }));
    let titles: Vec<String> = free.map(|item| item.matter.title()).collect();
    let parties =
        if titles.is_empty() { Vec::new() } else { search::named_in(rx, meeting.body, &titles.join(" "))? };
    Ok(Sheet { meeting, closed, names, own, parties })
}

/// Who has left the case of an item by now, the meeting's own record not having come to it yet: whether there will be a quorum is
/// seen before the meeting.
fn left_since(rx: &mut Rx<'_>, meeting: &mut Meeting) -> Result<(), CaseworkError> {
    let ahead = [MeetingState::Convened, MeetingState::Noticed, MeetingState::Open];
    if !meeting.state.is_some_and(|state| ahead.contains(&state)) {
        return Ok(());
    }
    let roster: Vec<SeatId> = meeting.roster.iter().map(|s| s.seat).collect();
    for item in meeting.items.iter_mut().filter(|item| item.decision.is_none()) {
        let Some(case) = item.matter.case() else { continue };
        for recusal in committees::recusals_of(rx, case)? {
            let out = recusal.state == RecusalState::Standing && roster.contains(&recusal.seat);
            if out && !item.recused.iter().any(|(seat, _)| *seat == recusal.seat) {
                item.recused.push((recusal.seat, recusal.ground));
            }
        }
    }
    Ok(())
}

/// The kind of meeting and its way, read from codes.
#[must_use]
pub fn kinds(sort: &str, mode: &str) -> Option<(Sort, Mode)> {
    Some((Sort::from_code(sort)?, Mode::from_code(mode)?))
}

/// Whether a meeting still has something to be done after its end.
#[must_use]
pub fn unsigned(meeting: &Meeting) -> bool {
    matches!(meeting.state, Some(MeetingState::Adjourned | MeetingState::Completed))
}
