//! What can happen to a meeting, with its particulars, as each line keeps it.
use crate::domain::codes::{Ballot, Method, Mode, RecusalGround, RecusalKind, Sort, codes};
use crate::domain::committee::delegation::{Act, Delegation};
use crate::domain::ids::{CaseId, SeatId, UserId};
use crate::domain::meeting::quorum::Tally;
use crate::domain::step::{Seq, Step};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

codes! {
    /// Who signs the minutes.
    Signer {
        Clerk = "clerk" "서기",
        Chair = "chair" "의장",
    }
}

/// A member as the meeting knows them: from when until when in office, with a vote or without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RosterSeat {
    pub seat: SeatId,
    pub votes: bool,
    pub chair: bool,
    pub from: DateTime<Utc>,
    #[serde(default)]
    pub until: Option<DateTime<Utc>>,
}

/// What an item is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "matter", rename_all = "snake_case", deny_unknown_fields)]
pub enum Matter {
    /// A step of a case; the particulars come with the decision.
    Case {
        case: CaseId,
        number: String,
        act: String,
    },
    ChairElection {
        candidate: SeatId,
    },
    Dismissal {
        seat: SeatId,
        reason: String,
    },
    RecusalRequest {
        case: CaseId,
        number: String,
        seat: SeatId,
    },
    Delegation {
        table: Delegation,
    },
    Free {
        title: String,
    },
}

impl Matter {
    /// The case that the item is about, if any.
    #[must_use]
    pub const fn case(&self) -> Option<CaseId> {
        match self {
            Self::Case { case, .. } | Self::RecusalRequest { case, .. } => Some(*case),
            _ => None,
        }
    }

    /// The member whom the item is about and who has no vote in it: a 기피 request is decided without the member, and
    /// nobody votes on their own removal (민법 §74).
    #[must_use]
    pub const fn concerns(&self) -> Option<SeatId> {
        match self {
            Self::Dismissal { seat, .. } | Self::RecusalRequest { seat, .. } => Some(*seat),
            _ => None,
        }
    }

    /// What kind of item it is.
    #[must_use]
    pub const fn kind(&self) -> crate::domain::codes::MatterKind {
        use crate::domain::codes::MatterKind as Kind;
        match self {
            Self::Case { .. } => Kind::Case,
            Self::ChairElection { .. } => Kind::ChairElection,
            Self::Dismissal { .. } => Kind::Dismissal,
            Self::RecusalRequest { .. } => Kind::RecusalRequest,
            Self::Delegation { .. } => Kind::Delegation,
            Self::Free { .. } => Kind::Free,
        }
    }

    /// The case's step that the item asks for.
    #[must_use]
    pub fn act(&self) -> Option<Act> {
        match self {
            Self::Case { act, .. } => Act::from_code(act),
            _ => None,
        }
    }

    /// How the item stands on the agenda: no person, and of a case its number only.
    #[must_use]
    pub fn title(&self) -> String {
        match self {
            Self::Case { number, .. } => {
                let what = self.act().map_or_else(String::new, Act::label);
                format!("{number} 사건: {what}")
            }
            Self::RecusalRequest { number, .. } => format!("{number} 사건: 위원 기피 신청 결정"),
            Self::Free { title } => title.clone(),
            other => other.kind().label().to_owned(),
        }
    }
}

macro_rules! meeting_steps { ($( $(#[$doc:meta])* $name:ident = $code:literal $label:literal { $( $(#[$f:meta])* $field:ident : $ty:ty ),* $(,)? } )+) => {
    /// A step of a meeting, with its particulars. In JSON: `{"step": code, …}`.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "step", deny_unknown_fields)]
    pub enum MeetingStep { $( $(#[$doc])* #[serde(rename = $code)] $name { $( $(#[$f])* $field: $ty ),* } ),+ }
    codes! {
        /// The name of a meeting's step.
        MeetingStepCode { $( $name = $code $label ),+ }
    }
    impl MeetingStep {
        #[must_use]
        pub const fn code(&self) -> MeetingStepCode { match self { $(Self::$name { .. } => MeetingStepCode::$name),+ } }
    }
} }

meeting_steps! {
    /// A member asks for a meeting; enough supporters have it called.
    Request = "request" "회의 소집 요구" { by: SeatId, purpose: String }
    Support = "support" "소집 요구에 찬성" { by: SeatId }
    Convene = "convene" "회의 소집" { sort: Sort, mode: Mode, starts_at: DateTime<Utc>, minutes: i32, place: String, items: Vec<Matter>, #[serde(default)] reason: String }
    Add = "add" "안건 더하기" { matter: Matter }
    Notify = "notify" "소집 통지" { }
    Move = "move" "날짜·장소 바꾸기" { starts_at: DateTime<Utc>, place: String, #[serde(default)] reason: String }
    Cancel = "cancel" "회의 취소" { reason: String }
    /// Who is in office, as known at this moment.
    Roster = "roster" "재직 위원" { seats: Vec<RosterSeat> }
    Open = "open" "개회" { present: Vec<SeatId>, presiding: SeatId }
    NotOpen = "not_open" "열리지 못함" { present: Vec<SeatId>, #[serde(default)] reason: String }
    Arrive = "arrive" "들어옴" { seat: SeatId }
    Leave = "leave" "나감" { seat: SeatId }
    Preside = "preside" "의장 대행" { seat: SeatId, #[serde(default)] reason: String }
    Recuse = "recuse" "안건에서 물러남" { item: u32, seat: SeatId, ground: RecusalGround, kind: RecusalKind }
    Decide = "decide" "의결" { item: u32, tally: Tally, ballot: Ballot, #[serde(default)] text: String, #[serde(default)] taken: Option<Step> }
    /// What a passed item did to its case: the line it made, or why it made none.
    Performed = "performed" "의결한 일 하기" { item: u32, #[serde(default)] line: Option<Seq>, #[serde(default)] why: String }
    Defer = "defer" "안건 보류" { item: u32, #[serde(default)] text: String }
    /// Somebody without a vote of their own stands in, for this item only, for a member who has left for it.
    Substitute = "substitute" "물러난 위원 대신 세우기" { item: u32, seat: SeatId, by: SeatId }
    /// The numbered papers of the day, one copy for each of these.
    Issue = "issue" "회의 자료 나눠 주기" { seats: Vec<SeatId> }
    Collect = "collect" "회의 자료 거두기" { numbers: Vec<u32>, #[serde(default)] text: String }
    Adjourn = "adjourn" "폐회" { }
    Write = "write" "회의록 쓰기" { text: String, notes: Vec<String> }
    Complete = "complete" "회의록 마치기" { }
    Sign = "sign" "회의록 서명" { signer: Signer, method: Method }
    Correct = "correct" "정정 덧붙이기" { text: String }
}

/// One line of a meeting's record.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Order of recording, from 1.
    pub seq: Seq,
    /// When it happened.
    pub at: DateTime<Utc>,
    pub recorded_at: DateTime<Utc>,
    pub by: Option<UserId>,
    /// As what the person acted: a `Role` code.
    pub by_role: String,
    pub step: MeetingStep,
}
