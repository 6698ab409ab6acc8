//! The steps of a case: what is open to the caller, and taking one. The same function as every page's: `casework::take_step`.
use super::call::{Call, Caller, Done, Made, Nothing, told};
use super::shapes::step::{
    Choice, OpenField, OpenStep, OpenSteps, SignHereBody, StepBody, StepTaken, TakenCase, field_schema,
    letter,
};
use super::shapes::wrong;
use crate::casework::assign::Need;
use crate::casework::step::{Taken, take_step};
use crate::casework::{agreement, assign, charge, open, referral};
use crate::domain::case::Case;
use crate::domain::step::StepCode;
use crate::domain::step::form::{self, Field, Input, Thing};
use crate::store::{Rx, complexes, users};
use crate::web::error::WebError;
use crate::web::steps;
use serde_json::Value;

/// What the caller could do now, with the fields of each step and what can be chosen in them.
///
/// # Errors
/// 404 outside the scope or where the caller may read nothing.
pub async fn open_now(call: Call) -> Result<Done<OpenSteps>, WebError> {
    let number = call.number();
    call.asker
        .read(move |rx, caller| {
            let case = open::read(rx, &caller.actor, &number).map_err(told)?.case;
            let mut found = Vec::new();
            for step in case.open_to(&caller.actor) {
                let mut fields = Vec::new();
                for field in form::fields(step).into_iter().filter(|f| f.input != Input::Hidden) {
                    fields.push(open_field(rx, caller, &case, (step, field))?);
                }
                found.push(OpenStep {
                    step: step.code(),
                    label: step.label(),
                    group: form::group(step),
                    fields,
                });
            }
            Ok(OpenSteps { steps: found, version: case.version })
        })
        .await
}

fn open_field(
    rx: &mut Rx<'_>,
    caller: &Caller,
    case: &Case,
    (step, field): (StepCode, Field),
) -> Result<OpenField, WebError> {
    let choices = choices(rx, caller, case, (step, &field))?;
    let schema = field_schema(&field);
    Ok(OpenField {
        name: field.name,
        label: field.label,
        hint: field.hint,
        required: field.required,
        schema,
        choices,
    })
}

/// The things and people that a field can name in this case; none where it names none.
fn choices(
    rx: &mut Rx<'_>,
    caller: &Caller,
    case: &Case,
    (step, field): (StepCode, &Field),
) -> Result<Option<Vec<Choice>>, WebError> {
    let plain = |value: i64, label: String| Choice { value, label, blocked: Vec::new() };
    let found = match &field.input {
        Input::Mediator => assign::candidates(rx, &caller.actor, case, &Need::default(), caller.now)
            .map_err(told)?
            .into_iter()
            .map(Into::into)
            .collect(),
        Input::Members => {
            charge::members(rx, case, caller.now).map_err(told)?.into_iter().map(Into::into).collect()
        }
        Input::InCharge => {
            let mut people = Vec::new();
            for person in &case.in_charge {
                people.push(plain(person.user.0, users::find(rx, person.user)?.name));
            }
            people
        }
        Input::Body => {
            let to = match step {
                StepCode::Provide => referral::recipients(rx, case, caller.now)?,
                _ => referral::reach(rx, case, caller.now)?,
            };
            to.into_iter().map(|b| plain(b.id.0, b.name)).collect()
        }
        Input::Room => {
            let rooms = crate::casework::booking::rooms_for(rx, case, caller.now).map_err(told)?;
            rooms.into_iter().map(|r| plain(r.id.0, r.name)).collect()
        }
        Input::Complex => complexes::all(rx)?.into_iter().map(|c| plain(c.id.0, c.name)).collect(),
        Input::Number(Thing::Event) => return Ok(None),
        Input::Number(Thing::Referral) => {
            let theirs = case.referrals.iter().filter(|r| caller.actor.may_answer(step, r, case));
            theirs.map(|r| plain(r.seq, r.kind.label().to_owned())).collect()
        }
        Input::Number(thing) => things(case, step, *thing).into_iter().map(|(n, l)| plain(n, l)).collect(),
        _ => return Ok(None),
    };
    Ok(Some(found))
}

/// The open things of a kind, by the number of the line that made them.
fn things(case: &Case, step: StepCode, thing: Thing) -> Vec<(i64, String)> {
    use crate::domain::codes::OfferState;
    match thing {
        Thing::Offer => (case.offers.iter().filter(|o| o.state == OfferState::Pending))
            .map(|o| (o.seq, format!("{}까지 답", o.answer_by.to_rfc3339())))
            .collect(),
        Thing::Session => (case.sessions.iter())
            .filter(|s| s.is_open_to(step))
            .map(|s| (s.seq, s.kind.label().to_owned()))
            .collect(),
        Thing::Proposal => (case.proposals.iter().filter(|p| p.is_open()))
            .map(|p| (p.seq, p.kind.label().to_owned()))
            .collect(),
        Thing::Agreement => (case.agreements.iter().filter(|a| a.is_open()))
            .map(|a| (a.seq, a.kind.label().to_owned()))
            .collect(),
        Thing::Person => (case.people.iter().filter(|p| !p.ended))
            .map(|p| (p.seq, format!("{} {}", p.side.label(), p.kind.label())))
            .collect(),
        Thing::PersonOf(side) => (case.people.iter().filter(|p| !p.ended && p.side == side))
            .map(|p| (p.seq, format!("{} {}", p.side.label(), p.kind.label())))
            .collect(),
        Thing::Order => case.standing_orders().map(|o| (o.seq, o.kind.label().to_owned())).collect(),
        Thing::Request => case.open_rights().map(|r| (r.seq, r.right.label().to_owned())).collect(),
        Thing::Event | Thing::Referral => Vec::new(),
    }
}

/// Takes a step.
///
/// # Errors
/// 404 outside the scope, 403, 409 with the reason's own code, 409 `conflict` when another step came first, 422.
pub async fn take(call: Call<Nothing, StepBody>) -> Result<Made<StepTaken>, WebError> {
    let number = call.number();
    let said = call.body.0;
    let code = said.get("step").and_then(Value::as_str).and_then(StepCode::from_code);
    let code = code.filter(|c| super::shapes::step::taken_by_people().any(|known| known == *c));
    let code =
        code.ok_or_else(|| wrong("step", "어떤 일인지 step에 적어 주세요. openapi.json에 목록이 있습니다."))?;
    let taking = steps::from_json(code, Value::Object(said)).map_err(|errors| {
        WebError::invalid(errors.iter().map(|(n, s)| (n.to_owned(), s.to_owned())).collect())
    })?;
    call.asker
        .write(move |tx, caller| {
            let taken = take_step(tx, &caller.actor, &number, taking, caller.now).map_err(told)?;
            Ok(taken_step(&taken))
        })
        .await
}

/// A side signs at a meeting, on the device of whoever leads it: the person present typed the name under the text of `version`.
///
/// # Errors
/// As `take`; 409 `version_changed` where another text waits for signatures than the one that was read.
pub async fn sign_here(call: Call<Nothing, SignHereBody>) -> Result<Made<StepTaken>, WebError> {
    let (number, b) = (call.number(), call.body);
    if !b.agree {
        return Err(wrong("agree", "내용을 읽고 합의하신다면 표시해 주세요."));
    }
    call.asker
        .write(move |tx, caller| {
            let (signed, said) = ((b.agreement, b.side), (b.name.as_str(), b.version.as_str()));
            let taken = agreement::sign_here(tx, &caller.actor, &number, signed, said, caller.now);
            Ok(taken_step(&taken.map_err(told)?))
        })
        .await
}

fn taken_step(taken: &Taken) -> StepTaken {
    let case = &taken.case;
    StepTaken {
        case: TakenCase {
            number: case.number.clone(),
            stage: case.stage,
            outcome: case.outcome(),
            version: case.version,
        },
        seq: taken.seq,
        letter_id: letter(taken.letter),
    }
}
