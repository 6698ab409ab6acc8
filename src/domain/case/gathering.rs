//! Both sides brought together: by what steps, and whether safety and protection orders let them come. One rule for the case
//! itself and for the cross-complaint that is dealt with along with it.
use super::{Case, Refused, Session};
use crate::domain::codes::{InterviewKind, MeetingKind, Safety, SessionState, Side};
use crate::domain::seoul;
use crate::domain::step::{Seq, Step};
use chrono::{DateTime, Utc};

/// Fewest minutes between the two sides' coming in, where the screen keeps them apart.
const GAP: i64 = 15;

/// A meeting of both sides, as a step plans it or says it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gathering {
    kind: MeetingKind,
    /// When: each moment that is offered, or the one.
    times: Vec<DateTime<Utc>>,
    /// Minutes after which the respondent comes in; of a meeting that is being planned to the minute.
    gap: Option<i64>,
}

impl Case {
    /// What a step of this case, taken at `at`, brings both sides to; none where it meets one of them or nobody.
    pub(super) fn gathering(&self, step: &Step, at: DateTime<Utc>) -> Option<Gathering> {
        let found = match step {
            Step::ProposeSession { kind, slots, .. } => {
                Gathering { kind: *kind, times: slots.clone(), gap: None }
            }
            Step::FixSession { kind, starts_at, gap, .. } => {
                Gathering { kind: *kind, times: vec![*starts_at], gap: Some(i64::from(*gap)) }
            }
            Step::MoveSession { session, starts_at, gap, .. } => Gathering {
                kind: self.session(*session)?.kind,
                times: vec![*starts_at],
                gap: Some(i64::from(*gap)),
            },
            Step::HoldSession { session, kind, applicant: true, respondent: true, .. } => {
                // When it was, not when its result is written down.
                let planned = session.and_then(|seq| self.session(seq)).and_then(|s| s.starts_at);
                Gathering { kind: *kind, times: vec![planned.map_or(at, |start| start.min(at))], gap: None }
            }
            Step::Interview { kind: InterviewKind::Joint, .. } => {
                Gathering { kind: MeetingKind::Joint, times: vec![at], gap: None }
            }
            _ => return None,
        };
        found.kind.as_session().map(|_| found)
    }

    /// The case by what is known of both sides' safety, as if no new facts waited for their screen: those are decided by it, what is
    /// known ends what is planned at once.
    #[must_use]
    pub fn without_alarms(&self) -> Self {
        let mut known = self.clone();
        for side in Side::ALL {
            known.side_mut(*side).alarm = false;
        }
        known
    }

    /// What both sides were asked to or have fixed after `at`, of this case or of its cross-complaint, and may not come to any
    /// more: the two may not face each other so, not on that day, or not be invited at all. What was before `at` has happened,
    /// or not; its result says so.
    #[must_use]
    pub fn unsafe_plans(&self, of: &Self, at: DateTime<Utc>) -> Vec<Seq> {
        let open = |s: &&Session| {
            let ahead = s.starts_at.map_or_else(|| s.slots.iter().any(|slot| *slot > at), |start| start > at);
            ahead && matches!(s.state, SessionState::Proposed | SessionState::Fixed)
        };
        let withheld = |s: &&Session| {
            let gap = s.starts_at.map(|_| s.gap);
            let times = s.starts_at.map_or_else(|| s.slots.clone(), |at| vec![at]);
            let gathering = Gathering { kind: s.kind, times, gap };
            s.kind.as_session().is_some()
                && (self.safety() >= Safety::Pause || self.lets_gather(&gathering).is_err())
        };
        of.sessions.iter().filter(open).filter(withheld).map(|s| s.seq).collect()
    }

    /// Whether what is known of the two people's safety lets them come to this.
    pub(super) fn lets_gather(&self, gathering: &Gathering) -> Result<(), Refused> {
        self.lets_face(gathering.kind)?;
        gathering.gap.map_or(Ok(()), |gap| self.check_gap(gathering.kind, gap))?;
        self.no_order_on(gathering)
    }

    /// Whether the screens let them face each other at a meeting of this kind.
    pub(super) fn lets_face(&self, kind: MeetingKind) -> Result<(), Refused> {
        if !Self::is_face_to_face(kind) || self.safety() < Safety::Shuttle {
            return Ok(());
        }
        Err(Refused::new(
            "safety",
            "안전 확인 결과 한자리에서 만날 수 없습니다. '따로 만나기', '전화'나 '개별면담'을 골라 주세요.",
        ))
    }

    /// Where the screen keeps the two apart and both come to one place, they do not meet at the door.
    pub(super) fn check_gap(&self, kind: MeetingKind, gap: i64) -> Result<(), Refused> {
        let apart = kind == MeetingKind::Shuttle && self.safety() >= Safety::Shuttle;
        if (apart && gap < GAP) || !(0..=240).contains(&gap) {
            return Err(Refused::new(
                "gap",
                "안전 확인 결과 두 분이 문 앞에서 마주치지 않아야 합니다. '상대방이 늦게 들어오는 시간'을 15분에서 240분 사이로 적어 주세요.",
            ));
        }
        Ok(())
    }

    /// The days of protection orders; asked of new steps only: a history that was written before an order became known stays.
    pub(super) fn no_order_on(&self, gathering: &Gathering) -> Result<(), Refused> {
        let forbidden = |at: &DateTime<Utc>| self.orders.iter().any(|o| o.forbids(seoul::day(*at)));
        if !Self::is_face_to_face(gathering.kind) || !gathering.times.iter().any(forbidden) {
            return Ok(());
        }
        Err(Refused::new(
            "protection_order",
            "보호조치가 있는 날에는 두 사람을 한자리나 한 통화에 부를 수 없습니다. '따로 만나기'나 '개별면담'을 고르거나 보호조치가 끝난 뒤로 잡아 주세요.",
        ))
    }
}
