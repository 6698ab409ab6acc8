//! A committee's meeting: the fold of its own lines, as a case is of its.
//!
//! `Meeting::after` takes one line and gives the next meeting or says why not. Nothing is decided without a quorum and
//! a majority at that moment: the fold counts who is in office, who is in the room and who has left for the item, and a
//! vote that does not fit those numbers is no line of any meeting. Signed minutes change no more; corrections follow.
pub mod form;
mod hold;
mod line;
mod minutes;
mod packet;
pub mod quorum;
#[cfg(test)]
mod tests;

pub use line::{Line, Matter, MeetingStep, MeetingStepCode, RosterSeat, Signer};
pub use minutes::PublicItem;
pub use packet::Copy;

use super::case::Refused;
use super::codes::{Ballot, ItemResult, MeetingState, Method, Mode, RecusalGround, Sort};
use super::committee::rules::BodyRules;
use super::ids::{BodyId, CaseId, MeetingId, SeatId};
use super::step::{Seq, Step};
use chrono::{DateTime, Utc};
use quorum::{Count, Quorum, Tally};

/// Items that one meeting can have.
pub const ITEMS_MAX: usize = 40;

/// An item of the agenda and what became of it. Its number is its place, from 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub matter: Matter,
    pub ballot: Ballot,
    /// Who leaves for this item, and why.
    pub recused: Vec<(SeatId, RecusalGround)>,
    /// Who stands in for whom: a recused member, and somebody without a vote of their own.
    pub substitutes: Vec<(SeatId, SeatId)>,
    pub decision: Option<Decision>,
    /// Line of the case that the decision made, or why it made none.
    pub performed: Option<Result<Seq, String>>,
}

/// How an item was decided.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    pub at: DateTime<Utc>,
    pub result: ItemResult,
    pub ballot: Ballot,
    /// None for an item put off.
    pub tally: Option<Tally>,
    pub quorum: Option<Quorum>,
    pub presided: Option<SeatId>,
    pub text: String,
    pub step: Option<Step>,
}

/// One stay in the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stay {
    pub seat: SeatId,
    pub from: DateTime<Utc>,
    pub until: Option<DateTime<Utc>>,
}

/// A signature under the minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature {
    pub signer: Signer,
    pub at: DateTime<Utc>,
    pub method: Method,
}

/// A meeting as it stands after its lines.
#[derive(Debug, Clone, PartialEq)]
pub struct Meeting {
    pub id: MeetingId,
    pub body: BodyId,
    /// Counts the changes; a save with an old count is refused.
    pub version: i64,
    /// As they were when the meeting was called.
    pub rules: BodyRules,
    /// None before the first line.
    pub state: Option<MeetingState>,
    pub sort: Sort,
    pub mode: Mode,
    pub starts_at: Option<DateTime<Utc>>,
    pub minutes_planned: i32,
    pub place: String,
    /// Why it was asked for, moved, cancelled or did not open.
    pub reason: String,
    pub noticed_at: Option<DateTime<Utc>>,
    /// SEQUENCE of its calendar entry.
    pub sequence: i32,
    pub supporters: Vec<SeatId>,
    pub roster: Vec<RosterSeat>,
    pub items: Vec<Item>,
    pub stays: Vec<Stay>,
    pub opened_at: Option<DateTime<Utc>>,
    pub adjourned_at: Option<DateTime<Utc>>,
    /// Who leads the meeting now: the chair, or who acts in their place.
    pub presiding: Option<SeatId>,
    /// The numbered papers of the day and whether each came back.
    pub copies: Vec<Copy>,
    pub text: String,
    pub notes: Vec<String>,
    pub signatures: Vec<Signature>,
    pub corrections: Vec<(DateTime<Utc>, String)>,
    pub last_at: Option<DateTime<Utc>>,
    pub last_seq: Seq,
}

impl Meeting {
    /// A meeting before its first line.
    #[must_use]
    pub fn blank(id: MeetingId, body: BodyId, rules: BodyRules) -> Self {
        Self {
            id,
            body,
            version: 0,
            rules,
            state: None,
            sort: Sort::Special,
            mode: Mode::InPerson,
            starts_at: None,
            minutes_planned: 0,
            place: String::new(),
            reason: String::new(),
            noticed_at: None,
            sequence: 0,
            supporters: Vec::new(),
            roster: Vec::new(),
            items: Vec::new(),
            stays: Vec::new(),
            opened_at: None,
            adjourned_at: None,
            presiding: None,
            copies: Vec::new(),
            text: String::new(),
            notes: Vec::new(),
            signatures: Vec::new(),
            corrections: Vec::new(),
            last_at: None,
            last_seq: 0,
        }
    }

    /// The meeting after its whole history, line by line as recorded.
    ///
    /// # Errors
    /// The first line that could not have stood.
    pub fn folded(blank: Self, lines: &[Line]) -> Result<Self, Refused> {
        lines.iter().try_fold(blank, |meeting, line| meeting.after(line))
    }

    /// The meeting after one more line. THE transition function of meetings.
    ///
    /// # Errors
    /// Why the meeting, as it stands, does not allow it, and what to do instead.
    pub fn after(&self, line: &Line) -> Result<Self, Refused> {
        self.admits(line.step.code())?;
        if self.last_at.is_some_and(|last| line.at < last) {
            return Err(Refused::new(
                "time_backwards",
                "앞서 적은 일보다 이른 시각입니다. 있었던 순서대로 적어 주세요.",
            ));
        }
        let mut next = Self { last_at: Some(line.at), last_seq: line.seq, ..self.clone() };
        match line.step.code() {
            MeetingStepCode::Request
            | MeetingStepCode::Support
            | MeetingStepCode::Convene
            | MeetingStepCode::Add
            | MeetingStepCode::Notify
            | MeetingStepCode::Move
            | MeetingStepCode::Cancel
            | MeetingStepCode::Roster => next.apply_call(line)?,
            MeetingStepCode::Open
            | MeetingStepCode::NotOpen
            | MeetingStepCode::Arrive
            | MeetingStepCode::Leave
            | MeetingStepCode::Preside
            | MeetingStepCode::Recuse
            | MeetingStepCode::Substitute
            | MeetingStepCode::Decide
            | MeetingStepCode::Performed
            | MeetingStepCode::Defer
            | MeetingStepCode::Adjourn => next.apply_hold(line)?,
            MeetingStepCode::Issue | MeetingStepCode::Collect => next.apply_packet(line)?,
            MeetingStepCode::Write
            | MeetingStepCode::Complete
            | MeetingStepCode::Sign
            | MeetingStepCode::Correct => next.apply_minutes(line)?,
        }
        Ok(next)
    }

    /// Whether the meeting admits a line of this kind as it stands: what the buttons are made from.
    ///
    /// # Errors
    /// Why not.
    pub fn admits(&self, step: MeetingStepCode) -> Result<(), Refused> {
        use MeetingState::{Adjourned, Completed, Convened, Noticed, Open, Requested, Signed};
        let fits = match step {
            MeetingStepCode::Request => self.state.is_none(),
            MeetingStepCode::Support => self.state == Some(Requested),
            MeetingStepCode::Convene => matches!(self.state, None | Some(Requested)),
            MeetingStepCode::Add => matches!(self.state, Some(Convened | Noticed | Open)),
            MeetingStepCode::Notify => self.state == Some(Convened),
            MeetingStepCode::Move => matches!(self.state, Some(Convened | Noticed)),
            MeetingStepCode::Cancel => matches!(self.state, Some(Requested | Convened | Noticed)),
            MeetingStepCode::Roster => {
                matches!(self.state, None | Some(Requested | Convened | Noticed | Open))
            }
            MeetingStepCode::Open | MeetingStepCode::NotOpen => {
                matches!(self.state, Some(Convened | Noticed))
            }
            MeetingStepCode::Recuse | MeetingStepCode::Substitute => {
                matches!(self.state, Some(Convened | Noticed | Open))
            }
            MeetingStepCode::Issue => matches!(self.state, Some(Noticed | Open)),
            // What was handed out is asked back whatever became of the meeting.
            MeetingStepCode::Collect => !matches!(self.state, None | Some(Requested | Convened)),
            MeetingStepCode::Arrive
            | MeetingStepCode::Leave
            | MeetingStepCode::Preside
            | MeetingStepCode::Decide
            | MeetingStepCode::Performed
            | MeetingStepCode::Defer
            | MeetingStepCode::Adjourn => self.state == Some(Open),
            MeetingStepCode::Write => {
                self.state == Some(Adjourned) || (self.state == Some(Completed) && self.signatures.is_empty())
            }
            MeetingStepCode::Complete => self.state == Some(Adjourned),
            MeetingStepCode::Sign => self.state == Some(Completed),
            MeetingStepCode::Correct => self.state == Some(Signed),
        };
        if fits { Ok(()) } else { Err(self.out_of_place(step)) }
    }

    fn out_of_place(&self, step: MeetingStepCode) -> Refused {
        let sentence = match self.state {
            Some(MeetingState::Signed) => {
                "서명한 회의록은 바꿀 수 없습니다. 고칠 것이 있으면 정정을 덧붙여 주세요.".to_owned()
            }
            Some(state) => {
                format!("회의가 '{}' 상태라서 할 수 없습니다: {}.", state.label(), step.label())
            }
            None => "먼저 회의를 소집해 주세요.".to_owned(),
        };
        Refused { code: "meeting_state", sentence }
    }

    /// The members with a vote who are in office at `at`.
    #[must_use]
    pub fn in_office(&self, at: DateTime<Utc>) -> Vec<SeatId> {
        let holds = |s: &&RosterSeat| s.votes && s.from <= at && s.until.is_none_or(|until| at < until);
        self.roster.iter().filter(holds).map(|s| s.seat).collect()
    }

    /// Whether this person may vote in another's place at `at`: appointed, in the term, and without a vote of their own.
    #[must_use]
    pub fn may_stand_in(&self, seat: SeatId, at: DateTime<Utc>) -> bool {
        let fits = |s: &RosterSeat| {
            s.seat == seat && !s.votes && s.from <= at && s.until.is_none_or(|until| at < until)
        };
        self.roster.iter().any(fits)
    }

    /// Whether this member is in the room at `at`. Leaving counts from its own minute.
    #[must_use]
    pub fn is_present(&self, seat: SeatId, at: DateTime<Utc>) -> bool {
        self.stays.iter().any(|s| s.seat == seat && s.from <= at && s.until.is_none_or(|until| at < until))
    }

    /// The item of this number, from 1.
    ///
    /// # Errors
    /// When there is none.
    pub fn item(&self, number: u32) -> Result<&Item, Refused> {
        place(number)
            .and_then(|i| self.items.get(i))
            .ok_or_else(|| Refused::new("no_item", "그런 안건이 없습니다. 안건을 골라 주세요."))
    }

    fn item_mut(&mut self, number: u32) -> Result<&mut Item, Refused> {
        place(number)
            .and_then(|i| self.items.get_mut(i))
            .ok_or_else(|| Refused::new("no_item", "그런 안건이 없습니다. 안건을 골라 주세요."))
    }

    /// The members who take no part in an item: recused, or the one whom it is about.
    #[must_use]
    pub fn aside(&self, item: &Item) -> Vec<SeatId> {
        let mut aside: Vec<SeatId> = item.recused.iter().map(|(seat, _)| *seat).collect();
        aside.extend(item.matter.concerns());
        aside.sort_unstable();
        aside.dedup();
        aside
    }

    /// Who counts for an item at `at`.
    ///
    /// # Errors
    /// When there is no such item.
    pub fn count(&self, number: u32, at: DateTime<Utc>) -> Result<Count, Refused> {
        let item = self.item(number)?;
        let aside = self.aside(item);
        let in_office = self.in_office(at);
        let present = in_office.iter().filter(|s| !aside.contains(s) && self.is_present(**s, at));
        let recused = in_office.iter().filter(|s| aside.contains(s));
        // A stand-in sits in the chair of the one who left: the roll stays what it was.
        let standing = item.substitutes.iter().filter(|(whom, by)| {
            in_office.contains(whom)
                && aside.contains(whom)
                && self.may_stand_in(*by, at)
                && !aside.contains(by)
        });
        let standing: Vec<SeatId> = standing.map(|(_, by)| *by).collect();
        let there = standing.iter().filter(|by| self.is_present(**by, at)).count();
        Ok(Count {
            present: small(present.count() + there),
            recused: small(recused.count().saturating_sub(standing.len())),
            in_office: small(in_office.len()),
        })
    }

    /// Whether an item can be decided at `at`, with the arithmetic.
    ///
    /// # Errors
    /// When there is no such item.
    pub fn judged(&self, number: u32, at: DateTime<Utc>) -> Result<Quorum, Refused> {
        Ok(quorum::judge(&self.rules, self.count(number, at)?))
    }

    /// Whether the members asked for by `present` would let the meeting open at `at`.
    #[must_use]
    pub fn opening(&self, present: &[SeatId], at: DateTime<Utc>) -> Quorum {
        let in_office = self.in_office(at);
        let there = in_office.iter().filter(|s| present.contains(s)).count();
        let count = Count { in_office: small(in_office.len()), present: small(there), recused: 0 };
        quorum::judge(&self.rules, count)
    }

    /// The cases whose summary the members may read: from the notice until the minutes are signed.
    #[must_use]
    pub fn shown_cases(&self) -> Vec<CaseId> {
        let shown = matches!(
            self.state,
            Some(
                MeetingState::Noticed
                    | MeetingState::Open
                    | MeetingState::Adjourned
                    | MeetingState::Completed
            )
        );
        if shown { self.items.iter().filter_map(|i| i.matter.case()).collect() } else { Vec::new() }
    }
}

fn place(number: u32) -> Option<usize> {
    usize::try_from(number).ok()?.checked_sub(1)
}

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
