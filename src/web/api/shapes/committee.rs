//! Committees, their members and their meetings.
use super::step::{OpenField, field_schema};
use crate::casework::committee::Home;
use crate::casework::meet::Sheet;
use crate::domain::codes::*;
use crate::domain::committee::delegation::Act;
use crate::domain::committee::duties;
use crate::domain::committee::form::{self, BodyAct, SeatAct};
use crate::domain::committee::rules::BodyRules;
use crate::domain::ids::{BodyId, HandoverId, MeetingId, SeatId, UserId};
use crate::domain::meeting::{self, MeetingStepCode, PublicItem};
use crate::domain::step::form::{Field, Input};
use crate::store::meetings::Head;
use crate::store::seats::Member as Stored;
use chrono::{DateTime, NaiveDate, Utc};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// The committees of the caller.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CommitteeList {
    pub committees: Vec<Named>,
}

/// A committee by its name.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Named {
    pub id: BodyId,
    pub name: String,
}

/// One committee.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CommitteeOne {
    pub committee: Committee,
}

/// A committee as its own people see it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Committee {
    pub id: BodyId,
    pub name: String,
    pub rules: Rules,
    /// Whether a 전결표 has come into force at all; before that 간사 decides throughout.
    pub delegated: bool,
    pub delegation: Vec<Decides>,
    pub members: Vec<Member>,
    pub meetings: Vec<MeetingHead>,
    /// What waits at the desk, for those who keep it.
    pub duties: Vec<Duty>,
    /// What the caller can do, as `act` of `POST …/acts`.
    #[schemars(with = "Vec<String>")]
    pub acts: Vec<&'static str>,
}

/// The rules in force.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Rules {
    pub assembly: Assembly,
    pub size_min: u32,
    pub size_max: Option<u32>,
    pub chair: ChairChoice,
    pub ex_officio: Vec<String>,
    pub categories: Vec<SeatCategory>,
    pub appointer: Appointer,
    pub term_years: u32,
    /// null: without limit.
    pub renewals: Option<u32>,
    pub regular_months: Option<u32>,
    /// `over_1_2` (과반수), `2_3` (3분의 2 이상).
    pub quorum: String,
    pub majority: String,
    pub demand: String,
    pub recused_on_roll: bool,
    pub notice_days: i64,
    pub training_hours: u32,
    pub modes: Vec<Mode>,
    pub secret: Vec<MatterKind>,
}

impl From<BodyRules> for Rules {
    fn from(r: BodyRules) -> Self {
        Self {
            assembly: r.assembly,
            size_min: r.size_min,
            size_max: r.size_max,
            chair: r.chair,
            ex_officio: r.ex_officio,
            categories: r.categories,
            appointer: r.appointer,
            term_years: r.term_years,
            renewals: r.renewals,
            regular_months: r.regular_months,
            quorum: r.quorum.code(),
            majority: r.majority.code(),
            demand: r.demand.code(),
            recused_on_roll: r.recused_on_roll,
            notice_days: r.notice_days,
            training_hours: r.training_hours,
            modes: r.modes,
            secret: r.secret,
        }
    }
}

/// Who decides one kind of step.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Decides {
    pub act: String,
    pub label: String,
    pub decider: Decider,
}

/// A member in the list.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Member {
    pub seat_id: SeatId,
    pub name: String,
    pub post: Post,
    pub votes: bool,
    pub category: SeatCategory,
    pub state: SeatState,
    pub from: NaiveDate,
    pub last_day: Option<NaiveDate>,
    /// Hours of training this year.
    pub trained: f64,
    pub training_asked: f64,
}

/// A meeting in the list.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MeetingHead {
    pub id: MeetingId,
    pub state: MeetingState,
    pub sort: Sort,
    pub starts_at: Option<DateTime<Utc>>,
}

impl From<Head> for MeetingHead {
    fn from(h: Head) -> Self {
        Self { id: h.id, state: h.state, sort: h.sort, starts_at: h.starts_at.map(|t| t.and_utc()) }
    }
}

impl Committee {
    /// As its page shows it.
    #[must_use]
    pub fn of(
        home: Home,
        held: Vec<Head>,
        waiting: Vec<duties::Duty>,
        acts: Vec<&'static str>,
        today: NaiveDate,
    ) -> Self {
        let decides =
            |act: Act| Decides { act: act.code(), label: act.label(), decider: home.delegation.decider(act) };
        let member = |shown: &crate::casework::committee::Shown| {
            let (seat, person) = (&shown.member.seat, &shown.member.person);
            Member {
                seat_id: seat.id,
                name: person.name.clone(),
                post: seat.post,
                votes: seat.votes,
                category: seat.category,
                state: seat.state(today),
                from: seat.from,
                last_day: seat.last_day(),
                trained: hours(shown.minutes),
                training_asked: f64::from(home.rules.training_hours),
            }
        };
        Self {
            id: home.body.id,
            name: home.body.name.clone(),
            delegated: home.delegated,
            delegation: Act::all().into_iter().map(decides).collect(),
            members: home.members.iter().map(member).collect(),
            meetings: held.into_iter().map(Into::into).collect(),
            duties: waiting.into_iter().map(Into::into).collect(),
            rules: home.rules.into(),
            acts,
        }
    }
}

/// Whole minutes as hours.
fn hours(minutes: i64) -> f64 {
    i32::try_from(minutes).map_or(0.0, f64::from) / 60.0
}

/// One seat.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SeatOne {
    pub seat: Seat,
}

/// A member's seat with its dates.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Seat {
    pub id: SeatId,
    pub committee_id: BodyId,
    pub name: String,
    pub post: Post,
    pub votes: bool,
    pub category: SeatCategory,
    pub selection: Selection,
    pub office: String,
    pub state: SeatState,
    pub from: NaiveDate,
    pub last_day: Option<NaiveDate>,
    pub appointed_on: Option<NaiveDate>,
    pub accepted_on: Option<NaiveDate>,
    pub pledged_on: Option<NaiveDate>,
    pub end: Option<SeatEnd>,
    pub renews_id: Option<SeatId>,
    pub replaces_id: Option<SeatId>,
    /// What can be done with it, as `act` of `POST …/acts`.
    #[schemars(with = "Vec<String>")]
    pub acts: Vec<&'static str>,
}

impl Seat {
    /// As its page shows it.
    #[must_use]
    pub fn of(member: Stored, acts: Vec<&'static str>, today: NaiveDate) -> Self {
        let s = member.seat;
        Self {
            id: s.id,
            committee_id: s.body,
            name: member.person.name,
            post: s.post,
            votes: s.votes,
            category: s.category,
            selection: s.selection,
            state: s.state(today),
            from: s.from,
            last_day: s.last_day(),
            appointed_on: s.appointed_on,
            accepted_on: s.accepted_on,
            pledged_on: s.pledged_on,
            end: s.ended.map(|(_, why)| why),
            renews_id: s.renews,
            replaces_id: s.replaces,
            office: s.office,
            acts,
        }
    }
}

/// What was made.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ActDone {
    pub seat_id: Option<SeatId>,
    pub meeting_id: Option<MeetingId>,
}

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
        let quorum = decision.and_then(|d| d.quorum).or_else(|| m.judged(number, now).ok());
        let tally = decision.and_then(|d| d.tally);
        let said = quorum.map_or_else(String::new, |q| q.sentence(&m.rules));
        let vote = quorum.zip(tally).map(|(q, t)| q.vote_sentence(&m.rules, t)).unwrap_or_default();
        let performed = item.performed.clone();
        Self {
            number,
            kind: item.matter.kind(),
            title: item.matter.title(),
            ballot: item.ballot,
            closed: sheet.closed.contains(&number),
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

/// The fields of a form, as an open step tells them.
#[must_use]
pub fn open_fields(fields: Vec<Field>) -> Vec<OpenField> {
    let one = |field: Field| OpenField {
        schema: field_schema(&field),
        name: field.name,
        label: field.label,
        hint: field.hint,
        required: field.required,
        choices: None,
    };
    fields.into_iter().filter(|f| f.input != Input::Hidden).map(one).collect()
}

/// The object that a table of fields takes, with the member that names what is done.
fn schema_of(names: &str, code: &str, label: &str, fields: &[Field], beside: Map<String, Value>) -> Value {
    let mut members = Map::new();
    let mut required = vec![json!(names)];
    members.insert(names.to_owned(), json!({"const": code, "title": label}));
    for field in fields.iter().filter(|f| f.input != Input::Hidden) {
        if field.required {
            required.push(json!(field.name));
        }
        members.insert(field.name.to_owned(), field_schema(field));
    }
    members.extend(beside);
    json!({
        "type": "object", "title": label, "properties": members, "required": required,
        "additionalProperties": false,
    })
}

macro_rules! said { ($(#[$doc:meta])* $name:ident, $schema:expr) => {
    $(#[$doc])*
    #[derive(Debug, Clone, Deserialize)]
    #[serde(transparent)]
    pub struct $name(pub Map<String, Value>);

    impl JsonSchema for $name {
        fn schema_name() -> Cow<'static, str> {
            stringify!($name).into()
        }
        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            let kinds: Vec<Value> = $schema;
            let mut schema = Schema::default();
            schema.insert("oneOf".to_owned(), Value::Array(kinds));
            schema
        }
    }
} }

said!(
    /// Something to do at a committee: `act`, and what it asks.
    CommitteeActBody,
    BodyAct::ALL
        .iter()
        .map(|act| schema_of("act", act.code(), act.label(), &form::fields(*act), Map::new()))
        .collect()
);
said!(
    /// Something to do with a seat: `act`, and what it asks.
    SeatActBody,
    SeatAct::ALL
        .iter()
        .map(|act| schema_of("act", act.code(), act.label(), &form::seat_fields(*act), Map::new()))
        .collect()
);
said!(
    /// A step of a meeting: `step`, its fields, `at` for when it happened, `version` of the meeting that was seen, and for a
    /// vote that carries a case's step `taken`, that step's own particulars.
    MeetingStepBody,
    meeting::form::taken_by_people().map(meeting_schema).collect()
);

fn meeting_schema(step: MeetingStepCode) -> Value {
    let mut beside = Map::new();
    beside.insert(
        "at".to_owned(),
        json!({"type": ["string", "null"], "format": "date-time", "description": "있었던 때; 없으면 지금"}),
    );
    beside.insert(
        "version".to_owned(),
        json!({"type": ["integer", "null"], "format": "int64", "description": "보고 있던 회의의 version"}),
    );
    if step == MeetingStepCode::Decide {
        beside.insert(
            "taken".to_owned(),
            json!({"type": ["object", "null"], "description": "가결되면 사건에 할 일의 내용(그 일의 StepBody)"}),
        );
    }
    schema_of("step", step.code(), step.label(), &meeting::form::fields(step), beside)
}

/// 회피 or 기피: who leaves a case, and why.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecusalBody {
    /// The member whom the desk writes about; left out: the caller.
    pub seat_id: Option<SeatId>,
    /// The caller's own ground; of others `kin` is a report (제척), everything else a request (기피).
    pub ground: Option<RecusalGround>,
    #[serde(default)]
    #[schemars(length(max = 500))]
    pub why: String,
}

/// What the committee as such has to do.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Duty {
    pub kind: CommitteeDuty,
    pub label: &'static str,
    pub due: NaiveDate,
    pub meeting_id: Option<MeetingId>,
    pub seat_id: Option<SeatId>,
    pub case: Option<String>,
}

impl From<duties::Duty> for Duty {
    fn from(d: duties::Duty) -> Self {
        let (mut meeting_id, mut seat_id, mut case) = (None, None, None);
        match d.about {
            duties::About::Body => {}
            duties::About::Meeting(id) => meeting_id = Some(id),
            duties::About::Seat(id) => seat_id = Some(id),
            duties::About::Case(_, number) => case = Some(number),
        }
        Self { kind: d.kind, label: d.kind.label(), due: d.due, meeting_id, seat_id, case }
    }
}

/// Tries of recused members, newest first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AttemptList {
    pub attempts: Vec<Attempt>,
}

/// A recused member tried to open a file: told to the chair, a chair's own to the ward.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Attempt {
    pub at: DateTime<Utc>,
    pub committee: String,
    pub who: String,
    pub chair: bool,
}

/// The committees to which somebody pledged confidentiality just now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Pledged {
    pub committees: usize,
}

/// The words must be agreed to.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PledgeBody {
    /// true: read and promised.
    pub agree: bool,
}

/// The records of handed-over desks.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HandoverList {
    pub handovers: Vec<Handover>,
}

/// One record.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HandoverOne {
    pub handover: Handover,
}

/// What a desk passed to the next person.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Handover {
    pub id: HandoverId,
    pub body_id: BodyId,
    pub giver_id: UserId,
    pub taker_id: UserId,
    pub passed: String,
    /// What waited at the desk when it was written.
    pub duties: Vec<PassedDuty>,
    pub giver_signed_at: Option<DateTime<Utc>>,
    pub taker_signed_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// A duty that was open then.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PassedDuty {
    pub what: String,
    /// The case's number; empty: none.
    pub case: String,
    pub due: DateTime<Utc>,
}

impl From<crate::store::handovers::Handover> for Handover {
    fn from(h: crate::store::handovers::Handover) -> Self {
        let duty =
            |d: crate::store::handovers::OpenDuty| PassedDuty { what: d.what, case: d.case, due: d.due };
        Self {
            id: h.id,
            body_id: h.body,
            giver_id: h.giver,
            taker_id: h.taker,
            passed: h.passed.text,
            duties: h.passed.duties.into_iter().map(duty).collect(),
            giver_signed_at: h.giver_signed.map(|(at, _)| at.and_utc()),
            taker_signed_at: h.taker_signed.map(|(at, _)| at.and_utc()),
            created_at: h.created_at.and_utc(),
        }
    }
}

/// A new record.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewHandoverBody {
    pub body_id: BodyId,
    pub taker_id: UserId,
    #[schemars(length(min = 1, max = 4000))]
    pub passed: String,
}

/// A signature under a record.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HandoverSignBody {
    /// true: whoever takes the desk over; false: whoever gives it.
    pub taker: bool,
    /// `link` by oneself, `paper` for what was signed on paper.
    pub method: Method,
}
