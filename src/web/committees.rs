//! What is done at a committee and with a seat, as somebody typed it or sent it as JSON; and doing it, by the same functions
//! for both doors. The tables are in `domain::committee::form`.
use super::asked;
use super::field::Errors;
use super::typed::Typed;
use crate::casework::committee::{self, Nomination, Successor};
use crate::casework::meet::{self, Meet};
use crate::casework::{CaseworkError, recusal};
use crate::domain::codes::{Decider, SeatCategory, SeatEnd, TrainingMode};
use crate::domain::committee::Dated;
use crate::domain::committee::appointment::SeatStep;
use crate::domain::committee::delegation::{Act, Delegation};
use crate::domain::committee::form::{self, BodyAct, SeatAct};
use crate::domain::committee::rules::BodyRules;
use crate::domain::ids::{BodyId, MeetingId, SeatId};
use crate::domain::meeting::{Matter, MeetingStep};
use crate::domain::permission::Actor;
use crate::domain::step::form::Field;
use crate::domain::text::{self, Unit};
use crate::store::Tx;
use crate::store::seats::{Person, Training};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// What somebody wants to do at a committee, read and checked as far as that goes without the database.
pub enum Wanted {
    Meeting(MeetingStep),
    Demand {
        purpose: String,
        seat: Option<SeatId>,
    },
    Nominate(Box<Nomination>, String),
    Train(Training),
    Absence(SeatId, NaiveDate, NaiveDate),
    StandIn(String, SeatId),
    /// The rules as their form has them, from a day on, on what basis; what no form asks is taken from those before.
    Rules {
        from: NaiveDate,
        basis: String,
        rules: Map<String, Value>,
    },
    Table {
        table: Delegation,
        meeting: Option<MeetingId>,
        from: Option<NaiveDate>,
        basis: String,
    },
}

/// What was made, for the page or the answer to lead to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Made {
    pub seat: Option<SeatId>,
    pub meeting: Option<MeetingId>,
}

#[derive(Deserialize)]
struct RulesSaid {
    from: NaiveDate,
    basis: String,
    #[serde(flatten)]
    rules: Map<String, Value>,
}

/// The rules that were said, where the committee has `before`. The form has checked each member; the domain's own type reads
/// them, so that a rule is named in two places only: there, and in the table of the form.
fn ruled(mut said: Map<String, Value>, before: &BodyRules) -> Result<BodyRules, CaseworkError> {
    let titles = said.get("ex_officio").and_then(Value::as_str).unwrap_or_default();
    let titles: Vec<&str> = titles.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    said.insert("ex_officio".to_owned(), json!(titles));
    said.insert("assembly".to_owned(), json!(before.assembly));
    said.entry("secret").or_insert_with(|| json!([]));
    let unread = |_| CaseworkError::field("quorum", "규칙을 읽지 못했습니다. 칸을 다시 확인해 주세요.");
    serde_json::from_value(Value::Object(said)).map_err(unread)
}

#[derive(Deserialize)]
struct Nominated {
    #[serde(flatten)]
    person: PersonSaid,
    post: crate::domain::codes::Post,
    votes: bool,
    category: SeatCategory,
    selection: crate::domain::codes::Selection,
    #[serde(default)]
    office: String,
    #[serde(default)]
    note: String,
    from: Option<NaiveDate>,
}

#[derive(Deserialize)]
struct PersonSaid {
    name: String,
    #[serde(default)]
    address: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    account: String,
    #[serde(default)]
    unit: String,
}

impl PersonSaid {
    fn read(self, errors: &mut Errors) -> (Person, String) {
        let unit = Some(self.unit.as_str()).filter(|u| !u.is_empty()).map(|written| Unit::read("", written));
        if let Some(Err(why)) = &unit {
            errors.add("unit", why);
        }
        let phone = Some(self.phone.as_str()).filter(|p| !p.is_empty()).map(text::phone);
        if let Some(Err(why)) = &phone {
            errors.add("phone", why);
        }
        let account = self.account.to_lowercase();
        let person = Person {
            name: self.name,
            address: self.address,
            phone: phone.and_then(Result::ok).unwrap_or_default(),
            email: account.clone(),
            unit: unit.and_then(Result::ok).map(|u| (u.building, u.unit)),
        };
        (person, account)
    }
}

#[derive(Deserialize)]
struct Trained {
    seat: SeatId,
    on: NaiveDate,
    hours: f64,
    provider: String,
    #[serde(default)]
    certificate: String,
    mode: TrainingMode,
}

#[derive(Deserialize)]
struct Absent {
    seat: SeatId,
    from: NaiveDate,
    until: NaiveDate,
}

#[derive(Deserialize)]
struct StoodIn {
    number: String,
    seat: SeatId,
}

#[derive(Deserialize)]
struct Demanded {
    purpose: String,
    seat: Option<SeatId>,
}

#[derive(Deserialize)]
struct Tabled {
    meeting: Option<MeetingId>,
    from: Option<NaiveDate>,
    #[serde(default)]
    basis: String,
    #[serde(flatten)]
    entries: Map<String, Value>,
}

/// What a posted form says to `fields`, for [`read`] and [`read_seat`].
///
/// # Errors
/// A sentence per field.
pub fn typed(fields: &[Field], typed: &Typed) -> Result<Map<String, Value>, Errors> {
    let mut errors = Errors::default();
    let body = asked::typed_object(fields, typed, &mut errors);
    if errors.is_empty() { Ok(body) } else { Err(errors) }
}

/// Reads an act of a committee.
///
/// # Errors
/// A sentence per member, by its name.
pub fn read(act: BodyAct, mut body: Map<String, Value>) -> Result<Wanted, Errors> {
    let mut errors = Errors::default();
    body.remove("act");
    let kept = asked::checked_object(&form::fields(act), body, &mut errors);
    match act {
        BodyAct::Meeting => convene(kept, errors),
        BodyAct::Demand => {
            let said: Demanded = asked::into(kept, errors)?;
            Ok(Wanted::Demand { purpose: said.purpose, seat: said.seat })
        }
        BodyAct::Nominate => nominate(asked::into(kept, errors)?),
        BodyAct::Train => train(asked::into(kept, errors)?),
        BodyAct::Absence => {
            let said: Absent = asked::into(kept, errors)?;
            Ok(Wanted::Absence(said.seat, said.from, said.until))
        }
        BodyAct::StandIn => {
            let said: StoodIn = asked::into(kept, errors)?;
            Ok(Wanted::StandIn(said.number, said.seat))
        }
        BodyAct::Rules => {
            let said: RulesSaid = asked::into(kept, errors)?;
            Ok(Wanted::Rules { from: said.from, basis: said.basis, rules: said.rules })
        }
        BodyAct::Table => {
            let said: Tabled = asked::into(kept, errors)?;
            let decided = |act: &Act| {
                let code = said.entries.get(&act.code()).and_then(Value::as_str).unwrap_or_default();
                Decider::from_code(code).unwrap_or(Decider::Secretary)
            };
            let table = Act::all()
                .into_iter()
                .fold(Delegation::default(), |table, act| table.with(act, decided(&act)));
            Ok(Wanted::Table { table, meeting: said.meeting, from: said.from, basis: said.basis })
        }
    }
}

fn convene(mut kept: Map<String, Value>, errors: Errors) -> Result<Wanted, Errors> {
    kept.insert("step".to_owned(), json!("convene"));
    kept.insert("items".to_owned(), json!([]));
    Ok(Wanted::Meeting(asked::into(kept, errors)?))
}

fn nominate(said: Nominated) -> Result<Wanted, Errors> {
    let mut errors = Errors::default();
    let (person, account) = said.person.read(&mut errors);
    if !errors.is_empty() {
        return Err(errors);
    }
    let form = Nomination {
        person,
        account: None,
        post: Some(said.post),
        votes: said.votes,
        category: Some(said.category),
        selection: Some(said.selection),
        office: said.office,
        note: said.note,
        from: said.from,
    };
    Ok(Wanted::Nominate(Box::new(form), account))
}

fn train(said: Trained) -> Result<Wanted, Errors> {
    // A quarter of an hour is the smallest unit that anybody certifies.
    let quarters = (0..=100_i32).find(|q| (f64::from(*q) / 4.0 - said.hours).abs() < 1e-9);
    let Some(quarters) = quarters else {
        let mut errors = Errors::default();
        errors.add("hours", "교육 시간을 15분 단위의 숫자로 적어 주세요. 예: 4, 1.5");
        return Err(errors);
    };
    Ok(Wanted::Train(Training {
        seat: said.seat,
        on: said.on,
        minutes: i64::from(quarters) * 15,
        provider: said.provider,
        certificate: said.certificate,
        mode: said.mode,
    }))
}

/// Does it, in the caller's transaction.
///
/// # Errors
/// As the functions of `casework::committee` and `casework::meet`.
pub fn take(
    tx: &mut Tx<'_>,
    actor: &Actor,
    body: BodyId,
    wanted: Wanted,
    now: DateTime<Utc>,
) -> Result<Made, CaseworkError> {
    let seat = |id| Made { seat: Some(id), ..Made::default() };
    let meeting = |id| Made { meeting: Some(id), ..Made::default() };
    match wanted {
        Wanted::Meeting(step) => Ok(meeting(meet::begin(tx, actor, body, Meet::from(step), now)?.id)),
        Wanted::Demand { purpose, seat } => {
            committee::body_of(tx, actor, body)?;
            let by = match seat {
                Some(seat) => seat,
                None => recusal::own_seat(tx, actor, Some(body), now)?,
            };
            Ok(meeting(
                meet::begin(tx, actor, body, Meet::from(MeetingStep::Request { by, purpose }), now)?.id,
            ))
        }
        Wanted::Nominate(form, email) => {
            let account = committee::account(tx, &email)?;
            Ok(seat(committee::nominate(tx, actor, body, &Nomination { account, ..*form }, now)?))
        }
        Wanted::Train(training) => {
            committee::train(tx, actor, body, &training, now)?;
            Ok(seat(training.seat))
        }
        Wanted::Absence(to, from, until) => {
            committee::absent(tx, actor, body, to, (from, until), now)?;
            Ok(Made::default())
        }
        Wanted::StandIn(number, seat) => {
            committee::stand_in(tx, actor, body, &number, seat, now)?;
            Ok(Made::default())
        }
        Wanted::Rules { from, basis, rules } => {
            let home = committee::body_of(tx, actor, body)?;
            let value = ruled(rules, &committee::rules_on(tx, &home, from)?)?;
            committee::set_rules(tx, actor, body, Dated { from, value }, &basis, now)?;
            Ok(Made::default())
        }
        Wanted::Table { table, meeting: Some(id), .. } => {
            let add = MeetingStep::Add { matter: Matter::Delegation { table } };
            let at = meet::take_in(tx, actor, body, id, Meet::from(add), now)?;
            Ok(meeting(at.id))
        }
        Wanted::Table { table, meeting: None, from, basis } => {
            committee::set_table(tx, actor, body, &table, from, &basis, now)?;
            Ok(Made::default())
        }
    }
}

#[derive(Deserialize)]
struct On {
    on: NaiveDate,
}

#[derive(Deserialize)]
struct Ended {
    on: NaiveDate,
    why: SeatEnd,
}

#[derive(Deserialize)]
struct Succeeded {
    from: NaiveDate,
    #[serde(flatten)]
    person: PersonSaid,
}

/// What somebody wants to do with a seat.
pub enum SeatWanted {
    Step(SeatStep),
    Renew,
    Substitute(Box<Successor>, String),
    Amend(Box<Person>),
}

/// Reads an act on a seat.
///
/// # Errors
/// A sentence per member, by its name.
pub fn read_seat(act: SeatAct, mut body: Map<String, Value>) -> Result<SeatWanted, Errors> {
    let mut errors = Errors::default();
    body.remove("act");
    let kept = asked::checked_object(&form::seat_fields(act), body, &mut errors);
    let on = |kept, errors| asked::into::<On>(kept, errors).map(|said| said.on);
    Ok(SeatWanted::Step(match act {
        SeatAct::Appoint => SeatStep::Appoint { on: on(kept, errors)? },
        SeatAct::Accept => SeatStep::Accept { on: on(kept, errors)? },
        SeatAct::Pledge => SeatStep::Pledge { on: on(kept, errors)? },
        SeatAct::End => {
            let said: Ended = asked::into(kept, errors)?;
            SeatStep::End { on: said.on, why: said.why }
        }
        SeatAct::Renew if errors.is_empty() => return Ok(SeatWanted::Renew),
        SeatAct::Renew => return Err(errors),
        SeatAct::Amend => {
            let said: PersonSaid = asked::into(kept, errors)?;
            let mut errors = Errors::default();
            let (person, _) = said.read(&mut errors);
            return if errors.is_empty() { Ok(SeatWanted::Amend(Box::new(person))) } else { Err(errors) };
        }
        SeatAct::Substitute => {
            let said: Succeeded = asked::into(kept, errors)?;
            let mut errors = Errors::default();
            let (person, account) = said.person.read(&mut errors);
            if !errors.is_empty() {
                return Err(errors);
            }
            let by = Successor { person, account: None, from: said.from };
            return Ok(SeatWanted::Substitute(Box::new(by), account));
        }
    }))
}

/// Does it; the seat to look at next.
///
/// # Errors
/// As the functions of `casework::committee`.
pub fn take_seat(
    tx: &mut Tx<'_>,
    actor: &Actor,
    seat: SeatId,
    wanted: SeatWanted,
    now: DateTime<Utc>,
) -> Result<SeatId, CaseworkError> {
    match wanted {
        SeatWanted::Step(step) => committee::move_on(tx, actor, seat, step, now).map(|()| seat),
        SeatWanted::Renew => committee::renew(tx, actor, seat, now),
        SeatWanted::Amend(person) => committee::amend(tx, actor, seat, *person, now).map(|()| seat),
        SeatWanted::Substitute(by, email) => {
            let account = committee::account(tx, &email)?;
            committee::substitute(tx, actor, seat, &Successor { account, ..*by }, now)
        }
    }
}
