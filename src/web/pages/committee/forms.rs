//! The forms of a meeting's steps: one for each kind, made from its table and narrowed to the meeting as it stands.
use super::meeting::{name, open_to, sheet as read_sheet};
use super::{none, path_of};
use crate::casework::CaseworkError;
use crate::casework::meet::{self, Sheet as Seen};
use crate::casework::{charge, referral};
use crate::domain::codes::MatterKind;
use crate::domain::committee::rules::BodyRules;
use crate::domain::ids::SeatId;
use crate::domain::meeting::{Item, MeetingStepCode as Code, form};
use crate::domain::permission::Scope;
use crate::domain::step::form::{self as case_form, Input};
use crate::store::cases;
use crate::web::asked::{Options, page_fields};
use crate::web::error::WebError;
use crate::web::field::{Errors, Field};
use crate::web::guard::Who;
use crate::web::meetings::from_typed;
use crate::web::pages::sheet::{Sheet, errors_of};
use crate::web::parts::Flash;
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use chrono::{DateTime, Utc};
use serde::Deserialize;

type Pairs = Vec<(String, String)>;

/// Which item a step is about.
#[derive(Debug, Deserialize)]
pub struct Which {
    item: Option<u32>,
}

/// What a form is made from.
struct Asked {
    seen: Seen,
    body: String,
    item: u32,
    /// Members and bodies that the case's step can name.
    members: Pairs,
    bodies: Pairs,
}

fn named_seats(seen: &Seen, seats: impl IntoIterator<Item = SeatId>) -> Pairs {
    seats.into_iter().map(|s| (s.0.to_string(), name(seen, s))).collect()
}

/// Who and what can be chosen in the fields of a step.
fn options(code: Code, asked: &Asked, now: DateTime<Utc>) -> Options {
    let (seen, meeting) = (&asked.seen, &asked.seen.meeting);
    let in_office = || named_seats(seen, meeting.in_office(now));
    let everybody = || named_seats(seen, meeting.roster.iter().map(|s| s.seat));
    let item = vec![(asked.item.to_string(), String::new())];
    let base = Options::default().with("item", item);
    match code {
        Code::Open | Code::NotOpen => base.with("present", everybody()).with("presiding", in_office()),
        Code::Arrive | Code::Leave | Code::Recuse => base.with("seat", everybody()),
        Code::Substitute => {
            let out = meeting.item(asked.item).map(|i| i.recused.clone()).unwrap_or_default();
            let standing = meeting.roster.iter().map(|s| s.seat).filter(|s| meeting.may_stand_in(*s, now));
            base.with("seat", named_seats(seen, out.into_iter().map(|(seat, _)| seat)))
                .with("by", named_seats(seen, standing))
        }
        Code::Issue => {
            let out: Vec<SeatId> = meeting.copies_out().map(|c| c.seat).collect();
            let without = meeting.roster.iter().map(|s| s.seat).filter(|s| !out.contains(s));
            base.with("seats", named_seats(seen, without))
        }
        Code::Collect => {
            let copy = |c: &crate::domain::meeting::Copy| {
                (c.number.to_string(), format!("{}번 {}", c.number, name(seen, c.seat)))
            };
            base.with("numbers", meeting.copies_out().map(copy).collect())
        }
        Code::Write => {
            let note =
                |(item, n): (&Item, u32)| (String::new(), format!("안건 {n}. {}", item.matter.title()));
            base.with("notes", meeting.items.iter().zip(1..).map(note).collect())
        }
        _ => base.with("seat", in_office()),
    }
}

/// The page's fields of a step.
fn fields(code: Code, asked: &Asked, now: DateTime<Utc>) -> Vec<Field> {
    let meeting = &asked.seen.meeting;
    let mut made = page_fields(&form::fields(code), &options(code, asked, now));
    if form_has_a_time(code) {
        let clock = Field::text("clock", "시각")
            .help("비우면 지금입니다. 회의 날의 시각을 적어 주세요. 예: 19:32")
            .width("w-s")
            .optional();
        made.insert(0, clock);
    }
    narrow(&mut made, code, asked);
    if code == Code::Decide
        && let Some(act) = meeting.item(asked.item).ok().and_then(|i| i.matter.act())
    {
        // What the item has fixed already is not asked again.
        let fixed = |f: &case_form::Field| act.outcome.is_some() && f.name == "outcome";
        let own: Vec<_> = case_form::fields(act.step).into_iter().filter(|f| !fixed(f)).collect();
        let mut options = Options::default();
        for field in &own {
            match field.input {
                Input::Members => options = options.with(field.name, asked.members.clone()),
                Input::Body => options = options.with(field.name, asked.bodies.clone()),
                _ => {}
            }
        }
        made.extend(page_fields(&own, &options));
    }
    filled(made, code, asked, now)
}

/// Steps that happen on the day itself, at a time of their own.
fn form_has_a_time(code: Code) -> bool {
    matches!(
        code,
        Code::Open
            | Code::NotOpen
            | Code::Arrive
            | Code::Leave
            | Code::Preside
            | Code::Recuse
            | Code::Decide
            | Code::Defer
            | Code::Adjourn
    )
}

/// Only what this body's rules know, and what this person has to say.
fn narrow(made: &mut Vec<Field>, code: Code, asked: &Asked) {
    let rules = &asked.seen.meeting.rules;
    match code {
        Code::Convene => by_rules(made, rules),
        Code::Add if !rules.has_case_rights() => {
            made.retain(|f| f.name != "number" && f.name != "act");
            let cases = [MatterKind::Case.code(), MatterKind::RecusalRequest.code()];
            for field in made.iter_mut().filter(|f| f.name == "matter") {
                field.options.retain(|o| !cases.contains(&o.value.as_str()));
            }
        }
        // A member speaks for their own seat.
        Code::Support if asked.seen.own.is_some() => made.retain(|f| f.name != "seat"),
        _ => {}
    }
}

pub(super) fn by_rules(made: &mut [Field], rules: &BodyRules) {
    for field in made.iter_mut().filter(|f| f.name == "mode") {
        field.options.retain(|o| rules.modes.iter().any(|m| m.code() == o.value));
    }
}

/// What stands in a fresh form.
fn filled(made: Vec<Field>, code: Code, asked: &Asked, now: DateTime<Utc>) -> Vec<Field> {
    let meeting = &asked.seen.meeting;
    let item = meeting.item(asked.item).ok();
    let fill = |field: Field| match (code, field.name.as_str()) {
        (Code::Convene, "minutes") => field.value("60"),
        (Code::Move, "place") => field.value(&meeting.place),
        (Code::Decide, "yes") => {
            let present = meeting.count(asked.item, now).map_or(0, |c| c.present);
            field.help(&format!("찬성·반대·기권을 더하면 {present}표여야 합니다."))
        }
        (Code::Decide, "no" | "abstain") => field.value("0"),
        (Code::Decide, "ballot") => field.value(item.map_or("", |i| i.ballot.code())),
        (Code::Write, "text") => {
            let drafted = if meeting.text.is_empty() { drafted(&asked.seen) } else { meeting.text.clone() };
            field.value(&drafted).rows(6)
        }
        (Code::Write, other) => {
            let n = other.strip_prefix("notes_").and_then(|n| n.parse::<usize>().ok());
            let note = n.and_then(|n| meeting.notes.get(n.checked_sub(1)?));
            note.map_or_else(|| field.clone(), |note| field.clone().value(note))
        }
        _ => field,
    };
    made.into_iter().map(fill).collect()
}

/// The minutes as the record already has them, to be completed.
fn drafted(seen: &Seen) -> String {
    let meeting = &seen.meeting;
    let opened = meeting.opened_at.map(crate::web::steps::words::official).unwrap_or_default();
    let came: std::collections::BTreeSet<SeatId> = meeting.stays.iter().map(|s| s.seat).collect();
    let names: Vec<String> = came.into_iter().map(|s| name(seen, s)).collect();
    let presiding = meeting.presiding.map(|s| name(seen, s)).unwrap_or_default();
    format!("{opened} {}에서 개회함.\n나온 위원: {}\n의장: {presiding}", meeting.place, names.join(", "))
}

async fn asked(state: &State, who: &Who, id: i64, code: Code, item: u32) -> Result<Asked, WebError> {
    let (seen, body) = read_sheet(state, who, id).await?;
    let now = state.now();
    let fits = |(known, number, _): &(Code, Option<u32>, String)| {
        *known == code && number.is_none_or(|number| number == item)
    };
    none(open_to(&who.actor, &seen, now).iter().any(fits).then_some(()))?;
    let case = seen.meeting.item(item).ok().and_then(|i| i.matter.case());
    let names = matches!(code, Code::Decide);
    let (members, bodies) = match case.filter(|_| names) {
        None => (Vec::new(), Vec::new()),
        Some(case) => {
            state
                .db
                .read(move |rx| {
                    let all = Scope { all: true, ..Scope::default() };
                    let case = cases::find_id(rx, &all, case)?;
                    let fit = charge::members(rx, &case, now)?.into_iter().filter(|m| m.blocked.is_empty());
                    let members = fit.map(|m| (m.user.0.to_string(), m.name)).collect();
                    let bodies = referral::reach(rx, &case, now)?.into_iter();
                    Ok::<_, CaseworkError>((members, bodies.map(|b| (b.id.0.to_string(), b.name)).collect()))
                })
                .await?
        }
    };
    Ok(Asked { seen, body, item, members, bodies })
}

fn sheet(state: &State, who: &Who, asked: &Asked, code: Code) -> Sheet {
    let meeting = &asked.seen.meeting;
    let path = path_of(meeting.id);
    let title = meeting
        .item(asked.item)
        .map_or_else(|_| code.label().to_owned(), |i| format!("{} — {}", code.label(), i.matter.title()));
    let title = if matches!(code, Code::Decide | Code::Defer | Code::Recuse | Code::Substitute) {
        title
    } else {
        code.label().to_owned()
    };
    let made = Sheet::new(state.frame(who, &title), &format!("{path}/steps/{}", code.code()), code.label())
        .cancel(&path, "회의로");
    let quorum = meeting.judged(asked.item, state.now()).map(|q| q.sentence(&meeting.rules));
    match (code, quorum) {
        (Code::Decide, Ok(sentence)) => made.lead(&sentence),
        (Code::Notify, _) => {
            made.lead("위원에게 전자우편과 일정을 보냅니다. 메일에는 사건도 사람도 적지 않습니다.")
        }
        (Code::Cancel, _) => made.danger(),
        _ => made.lead(&asked.body),
    }
}

/// Asks for the particulars of a meeting's step.
///
/// # Errors
/// 404 where the person could not take the step now.
pub async fn form(
    state: Data<State>,
    who: Who,
    path: Path<(i64, String)>,
    which: Query<Which>,
) -> Result<HttpResponse, WebError> {
    let (id, code) = path.into_inner();
    let code = none(Code::from_code(&code))?;
    let asked = asked(&state, &who, id, code, which.item.unwrap_or(0)).await?;
    sheet(&state, &who, &asked, code).filled(fields(code, &asked, state.now())).show(&state)
}

/// Takes a step of a meeting.
///
/// # Errors
/// 404 where the person could not take the step now.
pub async fn take(
    state: Data<State>,
    who: Who,
    path: Path<(i64, String)>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let (id, code) = path.into_inner();
    let code = none(Code::from_code(&code))?;
    let asked = asked(&state, &who, id, code, typed.get("item").parse().unwrap_or(0)).await?;
    let now = state.now();
    let meeting = asked.seen.meeting.id;
    let errors = match from_typed(code, &typed, &asked.seen, now) {
        Err(errors) => errors,
        Ok(step) => {
            let actor = who.actor.clone();
            match state.db.write(move |tx| meet::take(tx, &actor, meeting, step, now)).await {
                Ok(_) => return Ok(see_other(&path_of(meeting), Some(&Flash::ok("적었습니다.")))),
                Err(e) => refused(e)?,
            }
        }
    };
    sheet(&state, &who, &asked, code).typed(fields(code, &asked, now), &typed, &errors).show(&state)
}

/// A refusal stands above the form, with everything that was typed.
pub(super) fn refused(e: CaseworkError) -> Result<Errors, WebError> {
    match e {
        CaseworkError::Refused(refused) => {
            let mut errors = Errors::default();
            let field = match refused.code {
                "tally" => "yes",
                "no_presiding" => "presiding",
                "no_quorum" | "no_notice" => "present",
                _ => "",
            };
            errors.add(field, &refused.sentence);
            Ok(errors)
        }
        e => errors_of(e),
    }
}
