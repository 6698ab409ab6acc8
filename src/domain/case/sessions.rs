//! Meetings: asked, fixed, moved, cancelled, held.
use super::{Case, Event, Refused, SOON, Service, Session, There};
use crate::domain::codes::{
    InterviewKind, MeetingKind, Presence, Role, ServiceKind, SessionKind, SessionState, Side, Stage,
};
use crate::domain::ids::UserId;
use crate::domain::mark::Mark;
use crate::domain::seoul;
use crate::domain::step::{Seq, Step};
use crate::domain::text::minutes_of;
use chrono::{DateTime, Utc};

/// Fewest and most times that a proposal of dates offers, and the longest meeting, in minutes.
pub const SLOTS: std::ops::RangeInclusive<usize> = 2..=5;
pub const MINUTES: std::ops::RangeInclusive<i64> = 10..=480;

impl MeetingKind {
    /// The exchange format's kind of session; a talk with one side is an interview instead.
    #[must_use]
    pub fn as_session(self) -> Option<SessionKind> {
        match self {
            Self::Separate => None,
            Self::Joint => Some(SessionKind::Joint),
            Self::Shuttle => Some(SessionKind::Shuttle),
            Self::Phone => Some(SessionKind::Phone),
            Self::Online => Some(SessionKind::Online),
            Self::Visit => Some(SessionKind::Visit),
        }
    }
}

/// Who came to a meeting.
#[derive(Clone, Copy)]
struct Attendance {
    applicant: bool,
    respondent: bool,
}

impl Attendance {
    /// The one side that came, where only one did.
    const fn alone(self) -> Option<Side> {
        match (self.applicant, self.respondent) {
            (true, false) => Some(Side::Applicant),
            (false, true) => Some(Side::Respondent),
            _ => None,
        }
    }
}

/// Who is invited: a talk apart is one with one side, everything else is both sides'.
fn invited(kind: MeetingKind, side: Option<Side>) -> Result<Option<Side>, Refused> {
    match (kind.as_session(), side) {
        (None, None) => Err(Refused::new("side_missing", "개별면담을 누구와 할지 골라 주세요.")),
        (None, side) => Ok(side),
        (Some(_), _) => Ok(None),
    }
}

impl Case {
    pub(super) fn apply_session(&mut self, event: &Event) -> Result<(), Refused> {
        match &event.step {
            Step::ProposeSession { kind, slots, minutes, place, side } => {
                self.check_meeting((*kind, *side), i64::from(*minutes))?;
                if !SLOTS.contains(&slots.len()) || slots.iter().any(|s| *s <= event.at) {
                    return Err(Refused::new("slots", "앞으로의 날짜와 시각을 2개에서 5개까지 적어 주세요."));
                }
                let mut session = blank(event.seq, *kind, i64::from(*minutes), place);
                session.side = invited(*kind, *side)?;
                session.slots.clone_from(slots);
                self.sessions.push(session);
                Ok(())
            }
            Step::AnswerSlots { session, side, ok, .. } => {
                let planned = self.planned(*session, event)?;
                if side.is_some_and(|side| planned.is_kept_from(side)) {
                    return Err(Refused::new(
                        "not_invited",
                        "이 개별면담에 초대한 쪽이 아닙니다. '누구'를 다시 골라 주세요.",
                    ));
                }
                planned.answers.retain(|(who, _)| who != side);
                planned.answers.push((*side, ok.clone()));
                Ok(())
            }
            Step::FixSession { session, kind, starts_at, minutes, place, side, room, gap } => {
                self.check_gap(*kind, i64::from(*gap))?;
                let met = side.or_else(|| session.and_then(|seq| self.session(seq)).and_then(|s| s.side));
                self.check_meeting((*kind, met), i64::from(*minutes))?;
                future(event, *starts_at)?;
                self.after_fixing(event, *session, (*kind, *side), i64::from(*minutes), place)?;
                let seq = session.unwrap_or(event.seq);
                let planned = self.found(seq)?;
                set(planned, *starts_at, i64::from(*minutes), place);
                (planned.room, planned.gap) = (*room, i64::from(*gap));
                Ok(())
            }
            Step::MoveSession { session, starts_at, minutes, place, room, gap, .. } => {
                let planned = self.planned(*session, event)?;
                let (kind, met) = (planned.kind, planned.side);
                self.check_meeting((kind, met), i64::from(*minutes))?;
                self.check_gap(kind, i64::from(*gap))?;
                future(event, *starts_at)?;
                let planned = self.found(*session)?;
                set(planned, *starts_at, i64::from(*minutes), place);
                (planned.room, planned.gap) = (*room, i64::from(*gap));
                planned.sequence += 1;
                Ok(())
            }
            Step::CancelSession { session, .. } => {
                let planned = self.planned(*session, event)?;
                planned.state = SessionState::Cancelled;
                planned.sequence += 1;
                Ok(())
            }
            Step::HoldSession { .. } => self.after_result(event),
            Step::CheckIn { session, presence, person } => {
                self.after_check_in(event, *session, (*presence, *person))
            }
            _ => Ok(()),
        }
    }

    /// A 정정 may take a line out that had raised a meeting's number: the number goes on rising all the same, by more than one line
    /// can have raised it, so that calendars take what comes after (RFC 5546 §2.1.4).
    pub(super) fn revise_meetings(&mut self, events: &[Event]) {
        let corrected = events.iter().filter(|e| matches!(e.step, Step::Correct { .. })).map(|e| e.seq);
        for line in corrected {
            for session in self.sessions.iter_mut().filter(|s| s.seq < line) {
                session.sequence += 2;
            }
        }
    }

    /// What came of a meeting, and what was agreed to come next.
    fn after_result(&mut self, event: &Event) -> Result<(), Refused> {
        let Step::HoldSession { session, kind, applicant, respondent, next, next_on, .. } = &event.step
        else {
            return Ok(());
        };
        let came = Attendance { applicant: *applicant, respondent: *respondent };
        if next_on.is_some_and(|day| day < seoul::day(event.at)) {
            return Err(Refused::new("next_past", "다음에 할 일은 회의 뒤의 날로 적어 주세요."));
        }
        if next_on.is_some() && next.is_none() {
            return Err(Refused::new("next_missing", "그날 무엇을 할지도 골라 주세요."));
        }
        let seq = self.after_holding(event, *session, *kind, came)?;
        let next = next.map(|next| (next, *next_on));
        self.found(seq)?.next = next;
        self.next_agreed = next.or(self.next_agreed);
        Ok(())
    }

    fn after_check_in(
        &mut self,
        event: &Event,
        session: Seq,
        (presence, person): (Presence, Option<UserId>),
    ) -> Result<(), Refused> {
        let there = self.session(session).is_some_and(Session::has_inside) && presence == Presence::Left;
        let concerned = |u: &UserId| there || self.in_charge.iter().any(|p| p.user == *u);
        let user = person.or(event.by).filter(concerned);
        let user = user.ok_or_else(|| {
            Refused::new("not_in_charge", "이 사건을 맡은 사람 가운데 누구인지 골라 주세요.")
        })?;
        check_in(self.planned(session, event)?, user, presence, event.at)
    }

    /// The session that a step is about, as long as it can be.
    fn planned(&mut self, seq: Seq, event: &Event) -> Result<&mut Session, Refused> {
        let step = event.step.code();
        let found = self.found(seq)?;
        if found.is_open_to(step) {
            return Ok(found);
        }
        Err(if found.state == SessionState::Fixed {
            Refused::new("session_open", "이미 정한 조정회의입니다. 때나 곳을 바꾸려면 옮겨 주세요.")
        } else {
            no_session()
        })
    }

    fn found(&mut self, seq: Seq) -> Result<&mut Session, Refused> {
        self.sessions.iter_mut().find(|s| s.seq == seq).ok_or_else(no_session)
    }

    fn check_meeting(&self, (kind, side): (MeetingKind, Option<Side>), minutes: i64) -> Result<(), Refused> {
        self.check_time_for(kind)?;
        self.lets_face(kind)?;
        for side in
            Side::ALL.iter().filter(|s| kind.as_session().is_some() || side.is_none_or(|met| met == **s))
        {
            self.needs_screen(*side)?;
            if self.side(*side).screen_again {
                let sentence = format!("회의 전에 {}의 안전 확인을 다시 해 주세요.", side.label());
                return Err(Refused { code: "screen_first", sentence });
            }
        }
        if MINUTES.contains(&minutes) {
            return Ok(());
        }
        Err(Refused::new("minutes", "회의 길이를 10분에서 480분 사이로 적어 주세요."))
    }

    /// Before both sides consented and somebody is in charge there are only talks with one side (예비면담).
    fn check_time_for(&self, kind: MeetingKind) -> Result<(), Refused> {
        if self.stage == Stage::Mediating || kind.as_session().is_none() {
            return Ok(());
        }
        Err(Refused::new(
            "before_consent",
            "양쪽이 동의하고 담당이 정해지기 전에는 한쪽과 따로 만나는 개별면담만 잡을 수 있습니다.",
        ))
    }

    fn after_fixing(
        &mut self,
        event: &Event,
        seq: Option<Seq>,
        (kind, side): (MeetingKind, Option<Side>),
        minutes: i64,
        place: &str,
    ) -> Result<(), Refused> {
        if let Some(seq) = seq {
            let planned = self.planned(seq, event)?;
            planned.side = invited(kind, side.or(planned.side))?;
            planned.kind = kind;
            return Ok(());
        }
        if self.open_session().is_some() {
            return Err(Refused::new(
                "session_open",
                "이미 잡고 있는 조정회의가 있습니다. 옮기거나 취소해 주세요.",
            ));
        }
        let side = invited(kind, side)?;
        self.sessions.push(Session { side, ..blank(event.seq, kind, minutes, place) });
        Ok(())
    }

    /// Counts minutes for whoever is in charge, or for this one of them. Whoever waited in vain has worked, too.
    pub(super) fn serve(
        &mut self,
        event: &Event,
        (kind, at): (ServiceKind, DateTime<Utc>),
        minutes: i64,
        only: Option<UserId>,
    ) {
        let people = self.in_charge.iter().filter(|p| only.is_none_or(|user| p.user == user));
        let committee = self.bodies.committee;
        let body = |p: &super::InCharge| p.ngo.or(committee.filter(|_| p.role == Role::Member));
        let seq = event.seq;
        let served = people.map(|p| Service { seq, user: p.user, body: body(p), kind, at, minutes });
        let served: Vec<Service> = served.collect();
        self.services.extend(served);
    }

    /// Work outside meetings, as its writer counts it.
    pub(super) fn after_report(&mut self, event: &Event) -> Result<(), Refused> {
        let Step::Report { hours, .. } = &event.step else { return Ok(()) };
        let minutes = minutes_of(*hours);
        if minutes > 0 && event.by.is_some() {
            self.serve(event, (ServiceKind::Reported, event.at), minutes, event.by);
        }
        Ok(())
    }

    /// A meeting that a side misses is a no-show, not a session; a talk with one side is an interview.
    fn after_holding(
        &mut self,
        event: &Event,
        seq: Option<Seq>,
        kind: MeetingKind,
        came: Attendance,
    ) -> Result<Seq, Refused> {
        self.check_time_for(kind)?;
        let both = came.applicant && came.respondent;
        if both {
            self.lets_face(kind)?;
        }
        let held = if kind.as_session().is_some() { both } else { came.applicant || came.respondent };
        let seq = match seq {
            Some(seq) => seq,
            None => {
                let mut session = blank(event.seq, kind, 60, "");
                session.starts_at = Some(event.at);
                session.side = came.alone().filter(|_| kind.as_session().is_none());
                self.sessions.push(session);
                event.seq
            }
        };
        let planned = self.planned(seq, event)?;
        planned.kind = kind;
        // Work belongs to the day of the meeting, whenever it was written down.
        let at = planned.starts_at.map_or(event.at, |start| start.min(event.at));
        let minutes = planned.minutes;
        planned.state = if held { SessionState::Held } else { SessionState::NoShow };
        self.serve(event, (ServiceKind::Session, at), minutes, None);
        // Facts may have changed at the meeting: both sides are screened again before the next one.
        for (side, came) in [(Side::Applicant, came.applicant), (Side::Respondent, came.respondent)] {
            let expected = kind.as_session().is_some();
            let state = self.side_mut(side);
            state.screen_again = true;
            state.no_shows += u32::from(expected && !came);
        }
        match kind.as_session() {
            Some(kind) if held => self.mark(event, Mark::SessionHeld(kind)),
            None if held => self.mark(event, Mark::Interview(InterviewKind::Separate)),
            Some(_) | None => Ok(()),
        }?;
        Ok(seq)
    }
}

/// Whoever comes in later still comes to the meeting: the gap is shorter than the meeting, both in minutes.
///
/// # Errors
/// Else.
pub fn gap_fits(gap: i64, minutes: i64) -> Result<(), Refused> {
    if gap <= 0 || gap < minutes {
        return Ok(());
    }
    Err(Refused::new(
        "gap",
        "'상대방이 늦게 들어오는 시간'이 회의 길이보다 짧아야 합니다. 더 짧게 적거나 회의를 더 길게 잡아 주세요.",
    ))
}

/// Somebody is at a site visit, at the earliest two hours before it; or has left it.
fn check_in(
    session: &mut Session,
    user: UserId,
    presence: Presence,
    at: DateTime<Utc>,
) -> Result<(), Refused> {
    let early = session.starts_at.is_none_or(|starts| at < starts - SOON);
    if presence == Presence::Arrived && session.state != SessionState::Fixed {
        return Err(no_session());
    }
    let inside = session.there.iter_mut().find(|t| t.user == user && t.left.is_none());
    match (presence, inside) {
        (Presence::Arrived, None) if early => {
            Err(Refused::new("visit_early", "도착은 방문 두 시간 전부터 적을 수 있습니다."))
        }
        (Presence::Arrived, None) => {
            session.there.push(There { user, arrived: at, left: None });
            Ok(())
        }
        (Presence::Arrived, Some(_)) => Err(Refused::new("visit_there", "이미 도착했다고 적혀 있습니다.")),
        (Presence::Left, Some(there)) => {
            there.left = Some(at);
            Ok(())
        }
        (Presence::Left, None) => Err(Refused::new("visit_not_there", "먼저 도착을 적어 주세요.")),
    }
}

fn no_session() -> Refused {
    Refused::new("no_session", "잡혀 있는 조정회의가 아닙니다. 화면을 새로 고쳐 주세요.")
}

fn blank(seq: Seq, kind: MeetingKind, minutes: i64, place: &str) -> Session {
    Session {
        seq,
        kind,
        side: None,
        state: SessionState::Proposed,
        slots: Vec::new(),
        answers: Vec::new(),
        starts_at: None,
        minutes,
        place: place.to_owned(),
        room: None,
        gap: 0,
        sequence: 0,
        there: Vec::new(),
        next: None,
    }
}

fn set(session: &mut Session, starts_at: DateTime<Utc>, minutes: i64, place: &str) {
    session.state = SessionState::Fixed;
    session.starts_at = Some(starts_at);
    session.minutes = minutes;
    place.clone_into(&mut session.place);
}

fn future(event: &Event, starts_at: DateTime<Utc>) -> Result<(), Refused> {
    if starts_at > event.at {
        return Ok(());
    }
    Err(Refused::new("starts_past", "앞으로의 날짜와 시각을 적어 주세요. 이미 연 회의는 결과로 기록합니다."))
}
