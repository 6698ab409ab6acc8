//! A meeting: its agenda, who came, what was decided by which arithmetic, its minutes and their copy for outsiders.
use super::super::step::OpenField;
use crate::casework::meet::Sheet;
use crate::domain::codes::*;
use crate::domain::ids::{BodyId, MeetingId, SeatId};
use crate::domain::meeting::{self, PublicItem};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

/// One meeting.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MeetingOne {
    pub meeting: Meeting,
}

/// A meeting as the caller may read it: of an item from which they are recused, nothing.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Meeting {
    pub id: MeetingId,
    pub committee_id: BodyId,
    pub state: Option<MeetingState>,
    pub sort: Sort,
    pub mode: Mode,
    pub starts_at: Option<DateTime<Utc>>,
    pub minutes_planned: i32,
    pub place: String,
    /// Why it was asked for, moved, cancelled or did not open.
    pub reason: String,
    pub noticed_at: Option<DateTime<Utc>>,
    pub opened_at: Option<DateTime<Utc>>,
    pub adjourned_at: Option<DateTime<Utc>>,
    pub presiding_id: Option<SeatId>,
    pub supporter_ids: Vec<SeatId>,
    pub members: Vec<Known>,
    pub items: Vec<Item>,
    pub stays: Vec<Stay>,
    pub copies: Vec<Copy>,
    pub text: String,
    pub notes: Vec<String>,
    pub signatures: Vec<Signature>,
    pub corrections: Vec<String>,
    /// Send it with a step to be told when somebody else was first.
    pub version: i64,
}

/// A member of the meeting's roll.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Known {
    pub seat_id: SeatId,
    pub name: String,
    pub votes: bool,
    pub in_office: bool,
}

/// An item of the agenda.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Item {
    /// From 1.
    pub number: u32,
    pub kind: MatterKind,
    pub title: String,
    pub ballot: Ballot,
    /// The caller is recused from it.
    pub closed: bool,
    pub recused_ids: Vec<SeatId>,
    pub substitutes: Vec<StandsIn>,
    pub result: Option<ItemResult>,
    /// The arithmetic in words: of the decision where there is one, else of this moment.
    pub arithmetic: String,
    pub yes: Option<u32>,
    pub no: Option<u32>,
    pub abstain: Option<u32>,
    pub text: String,
    /// The line of the case that the decision made.
    pub line: Option<i64>,
    /// Why it made none.
    pub not_done: Option<String>,
}

/// Somebody in a recused member's place.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StandsIn {
    pub seat_id: SeatId,
    pub by_id: SeatId,
}

/// One stay in the room.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Stay {
    pub seat_id: SeatId,
    pub from: DateTime<Utc>,
    pub until: Option<DateTime<Utc>>,
}

/// One numbered copy of the papers.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Copy {
    pub number: u32,
    pub seat_id: SeatId,
    pub issued_at: DateTime<Utc>,
    pub back_at: Option<DateTime<Utc>>,
}

/// A signature under the minutes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Signature {
    #[schemars(with = "String")]
    pub signer: &'static str,
    pub at: DateTime<Utc>,
    pub method: Method,
}

impl Meeting {
    /// As its page shows it.
    #[must_use]
    pub fn of(sheet: Sheet, now: DateTime<Utc>) -> Self {
        let items = sheet.meeting.items.iter().zip(1u32..);
        let items = items.map(|(item, number)| Item::of(&sheet, item, number, now)).collect();
        let in_office = sheet.meeting.in_office(now);
        let known = |s: &meeting::RosterSeat| {
            let name = sheet.names.iter().find(|(id, _)| *id == s.seat).map(|(_, n)| n.clone());
            Known {
                seat_id: s.seat,
                name: name.unwrap_or_default(),
                votes: s.votes,
                in_office: in_office.contains(&s.seat),
            }
        };
        let members = sheet.meeting.roster.iter().map(known).collect();
        let m = sheet.meeting;
        let copy = |c: meeting::Copy| Copy {
            number: c.number,
            seat_id: c.seat,
            issued_at: c.issued_at,
            back_at: c.back_at,
        };
        let signed =
            |s: meeting::Signature| Signature { signer: s.signer.code(), at: s.at, method: s.method };
        Self {
            id: m.id,
            committee_id: m.body,
            state: m.state,
            sort: m.sort,
            mode: m.mode,
            starts_at: m.starts_at,
            minutes_planned: m.minutes_planned,
            place: m.place,
            reason: m.reason,
            noticed_at: m.noticed_at,
            opened_at: m.opened_at,
            adjourned_at: m.adjourned_at,
            presiding_id: m.presiding,
            supporter_ids: m.supporters,
            members,
            items,
            stays: m
                .stays
                .into_iter()
                .map(|s| Stay { seat_id: s.seat, from: s.from, until: s.until })
                .collect(),
            copies: m.copies.into_iter().map(copy).collect(),
            text: m.text,
            notes: m.notes,
            signatures: m.signatures.into_iter().map(signed).collect(),
            corrections: m.corrections.into_iter().map(|(_, text)| text).collect(),
            version: m.version,
        }
    }
}

impl Item {
    fn of(sheet: &Sheet, item: &meeting::Item, number: u32, now: DateTime<Utc>) -> Self {
        let m = &sheet.meeting;
        let decision = item.decision.as_ref();
        let closed = sheet.closed.contains(&number);
        let quorum = decision.and_then(|d| d.quorum);
        let quorum = quorum.or_else(|| m.judged(number, now).ok()).filter(|_| !closed);
        let tally = decision.and_then(|d| d.tally);
        let said = quorum.map_or_else(String::new, |q| q.sentence(&m.rules));
        let vote = quorum.zip(tally).map(|(q, t)| q.vote_sentence(&m.rules, t)).unwrap_or_default();
        let performed = item.performed.clone();
        Self {
            number,
            kind: item.matter.kind(),
            title: item.matter.title(),
            ballot: item.ballot,
            closed,
            recused_ids: m.aside(item),
            substitutes: item
                .substitutes
                .iter()
                .map(|(seat, by)| StandsIn { seat_id: *seat, by_id: *by })
                .collect(),
            result: decision.map(|d| d.result),
            arithmetic: format!("{said} {vote}").trim().to_owned(),
            yes: tally.map(|t| t.yes),
            no: tally.map(|t| t.no),
            abstain: tally.map(|t| t.abstain),
            text: decision.map(|d| d.text.clone()).unwrap_or_default(),
            line: performed.as_ref().and_then(|p| p.as_ref().ok().copied()),
            not_done: performed.and_then(Result::err),
        }
    }
}

/// The copy that outsiders may read, before anybody releases it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PublicMinutes {
    pub held_at: Option<DateTime<Utc>>,
    pub sort: Sort,
    /// How many came.
    pub came: usize,
    pub items: Vec<PublicLine>,
}

/// One item as outsiders may read it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PublicLine {
    pub line: String,
    /// What was taken out, and why; empty: nothing.
    pub removed: String,
}

impl From<PublicItem> for PublicLine {
    fn from(item: PublicItem) -> Self {
        Self { line: item.line, removed: item.removed }
    }
}

/// The steps of a meeting that the caller could take now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OpenMeetingSteps {
    pub steps: Vec<OpenMeetingStep>,
    /// To be sent with the step.
    pub version: i64,
}

/// A step that is open, with what it asks.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OpenMeetingStep {
    #[schemars(with = "String")]
    pub step: &'static str,
    /// The item that it is about.
    pub item: Option<u32>,
    pub label: String,
    pub fields: Vec<OpenField>,
}
