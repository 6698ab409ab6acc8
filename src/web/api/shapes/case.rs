//! A case in a list: no personal data.
use super::Meta;
use crate::casework::todo::{Todo, What};
use crate::domain::codes::{Cause, CommitteeDuty, DutyKind, Outcome, Position, Stage, WardDuty};
use crate::domain::committee::duties::About;
use crate::domain::ids::{BodyId, ComplexId, MeetingId, SeatId, UserId};
use crate::store::cases::Head;
use crate::store::projection::DutyRow;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which cases.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseQuery {
    pub stage: Option<Stage>,
    /// true: open ones only; false: closed ones only.
    pub open: Option<bool>,
    pub complex_id: Option<ComplexId>,
    pub cause: Option<Cause>,
    /// Whose next duty is due before this instant.
    pub due_before: Option<DateTime<Utc>>,
    /// How many entries, 1 to 200; 50 when nothing is said.
    #[schemars(range(min = 1, max = 200))]
    pub limit: Option<i64>,
    /// `meta.next` of the page before.
    pub after: Option<String>,
}

/// What a case is found by.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchBody {
    /// A name, a door (`101-1203`), a telephone number, whole, half typed or by 초성; or a case number.
    #[schemars(length(min = 1, max = 100))]
    pub q: String,
    /// How many entries, 1 to 200; 50 when nothing is said.
    #[schemars(range(min = 1, max = 200))]
    pub limit: Option<i64>,
    /// `meta.next` of the page before.
    pub after: Option<String>,
}

/// One case.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CaseOne {
    pub case: Case,
}

/// A page of cases, newest first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CasePage {
    pub cases: Vec<Case>,
    pub meta: Meta,
}

/// A case, without personal data.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Case {
    /// 접수번호, `2026-0012`.
    pub number: String,
    pub complex_id: Option<ComplexId>,
    /// The name that was typed where the 단지 is not known.
    pub complex_typed: Option<String>,
    /// 행정동, ten digits.
    pub dong_code: Option<String>,
    pub received_at: DateTime<Utc>,
    pub cause: Cause,
    /// 추정되는 곳, seen from the applicant.
    pub position: Position,
    pub stage: Stage,
    pub outcome: Option<Outcome>,
    /// The body whose turn it is.
    pub holder_id: Option<BodyId>,
    pub next_duty: Option<DutyKind>,
    pub next_due_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    /// Counts the changes; send it with a step to be told when somebody else was first.
    pub version: i64,
}

impl From<Head> for Case {
    fn from(h: Head) -> Self {
        Self {
            number: h.number,
            complex_id: h.complex_id,
            complex_typed: h.complex_typed,
            dong_code: h.dong_code,
            received_at: h.received_at.and_utc(),
            cause: h.cause,
            position: h.position,
            stage: h.stage,
            outcome: h.outcome,
            holder_id: h.holder_id,
            next_duty: h.next_duty,
            next_due_at: h.next_due.map(|t| t.and_utc()),
            closed_at: h.closed_at.map(|t| t.and_utc()),
            version: h.version,
        }
    }
}

/// 내가 할 일.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DutyPage {
    pub duties: Vec<AnyDuty>,
    pub meta: Meta,
}

/// Something to be done in a case, by when, by whom.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Duty {
    pub kind: DutyKind,
    pub due_at: DateTime<Utc>,
    /// The case's number.
    pub case: Option<String>,
    /// The body whose desk it is on.
    pub body_id: Option<BodyId>,
    /// The person whose it is.
    pub user_id: Option<UserId>,
    /// What it is about: a side and a notice, a mail's id, or the period of a report (`quarter:2026-07-01`).
    pub detail: String,
}

impl Duty {
    /// With the number of its case.
    #[must_use]
    pub fn of(row: DutyRow, case: Option<String>) -> Self {
        let due_at = row.due_at.and_utc();
        Self { kind: row.kind, due_at, case, body_id: row.body_id, user_id: row.user_id, detail: row.detail }
    }
}

/// Something that waits for the caller: of a case, of a committee as such (a meeting, a seat, its members' hours), or a ward's report.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AnyDuty {
    pub kind: DutyCode,
    pub due_at: DateTime<Utc>,
    /// The case's number.
    pub case: Option<String>,
    /// The body whose desk it is on.
    pub body_id: Option<BodyId>,
    /// The person whose it is.
    pub user_id: Option<UserId>,
    pub meeting_id: Option<MeetingId>,
    pub seat_id: Option<SeatId>,
    /// What it is about: a side and a notice, or a mail's id.
    pub detail: String,
}

/// What is to be done: of a case, of a committee or of a ward. No code stands for two things.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum DutyCode {
    Case(DutyKind),
    Committee(CommitteeDuty),
    Ward(WardDuty),
}

impl AnyDuty {
    /// With the number of its case.
    #[must_use]
    pub fn of(todo: Todo, case: Option<String>) -> Self {
        let blank = |kind, body_id| Self {
            kind,
            due_at: todo.due,
            case,
            body_id,
            user_id: None,
            meeting_id: None,
            seat_id: None,
            detail: String::new(),
        };
        match todo.what {
            What::OfCase(row) => Self {
                user_id: row.user_id,
                detail: row.detail,
                ..blank(DutyCode::Case(row.kind), row.body_id)
            },
            What::OfCommittee(body, duty) => {
                let plain = blank(DutyCode::Committee(duty.kind), Some(body.id));
                match duty.about {
                    About::Body => plain,
                    About::Meeting(id) => Self { meeting_id: Some(id), ..plain },
                    About::Seat(id) => Self { seat_id: Some(id), ..plain },
                    About::Case(_, number) => Self { case: Some(number), ..plain },
                }
            }
            What::Publish(body, period) => {
                Self { detail: period.code(), ..blank(DutyCode::Ward(WardDuty::Publish), Some(body.id)) }
            }
        }
    }
}
