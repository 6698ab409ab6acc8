//! The form of a step: the fields of `domain::step::form`, their choices narrowed to what this case would accept.
mod choices;
mod defaults;
mod options;

pub(crate) use choices::things;
pub(crate) use defaults::defaults;
pub(crate) use options::{Options, options};

use crate::casework::booking;
use crate::domain::case::Agreement;
use crate::domain::referral::Condition;
use crate::domain::step::form::{self, Choices, Field as Asked, Input};
use crate::domain::step::{StepCode, Term};
use crate::store::rooms::Room;
use crate::web::asked::{self, DATE_ROWS, MOMENT_ROWS, term_rows};
use crate::web::field::{ErrorLine, Errors, Field};
use crate::web::pages::cases::load::Sight;
use crate::web::steps::words;
use crate::web::typed::Typed;
use choices::{chosen, follow_ups, number, people, radio, slots};
use serde::Serialize;

/// A piece of the form: one field, or rows of fields under one legend.
#[derive(Debug, Serialize)]
pub(crate) struct Block {
    pub field: Option<Field>,
    pub rows: Vec<RowOf>,
    pub id: String,
    pub label: String,
    pub hint: String,
    pub optional: bool,
    pub error: Option<String>,
    /// Rows of terms: they can be made more.
    pub terms: bool,
    /// People who cannot be chosen, and why.
    pub blocked: Vec<Blocked>,
    /// After this field it can be asked what whoever was chosen in it demands.
    pub asks: bool,
    /// How many rows there are, sent along by this name.
    pub counted: Option<Counted>,
}

/// A number of rows, as the form sends it.
#[derive(Debug, Serialize)]
pub(crate) struct Counted {
    pub name: String,
    pub rows: usize,
}

/// One row of fields.
#[derive(Debug, Serialize)]
pub(crate) struct RowOf {
    pub n: usize,
    pub fields: Vec<Field>,
}

/// Someone who cannot be chosen.
#[derive(Debug, Serialize)]
pub(crate) struct Blocked {
    pub name: String,
    pub why: String,
}

/// The form's pieces in order, and the lines of its error summary.
pub(crate) struct Made {
    pub blocks: Vec<Block>,
    pub errors: Vec<ErrorLine>,
}

/// Makes the form of `step` as it was typed so far.
pub(crate) fn made(sight: &Sight, step: StepCode, options: &Options, typed: &Typed, errors: &Errors) -> Made {
    let mut blocks = Vec::new();
    for asked in form::fields(step) {
        blocks.extend(block(sight, step, options, &asked, typed, errors));
    }
    if let Some(member) = crate::web::steps::member(step) {
        blocks.extend(person(member, step).into_iter().map(|f| single(f.typed(typed), errors)));
    }
    let mut lines: Vec<ErrorLine> = Vec::new();
    if let Some(sentence) = errors.of("") {
        lines.push(ErrorLine { href: None, text: sentence.to_owned() });
    }
    let mut said: Vec<&str> = vec!["", "at"];
    if blocks.iter().any(|b| b.id.starts_with("answers_")) {
        said.push("answers");
    }
    for block in &blocks {
        if let Some(text) = &block.error {
            lines.push(ErrorLine { href: Some(format!("#{}", block.id)), text: text.clone() });
        }
    }
    let shown: Vec<String> =
        blocks.iter().map(|b| b.field.as_ref().map_or(b.id.clone(), |f| f.name.clone())).collect();
    said.extend(shown.iter().map(|n| n.trim_end_matches("_1")));
    if let Some(text) = errors.of("at") {
        lines.push(ErrorLine { href: Some("#at".to_owned()), text: text.to_owned() });
    }
    for (name, sentence) in errors.iter() {
        if !said.contains(&name) {
            lines.push(ErrorLine { href: None, text: sentence.to_owned() });
        }
    }
    Made { blocks, errors: lines }
}

/// A person's particulars; what is not known is left empty.
fn person(member: &str, step: StepCode) -> Vec<Field> {
    let at = |part: &str| format!("{member}_{part}");
    let whose = if member == "respondent" { "상대방의 " } else { "" };
    let called = |what: &str| format!("{whose}{what}");
    let name = Field::text(&at("name"), &called("이름")).width("w-m").max(40).autocomplete("off").optional();
    let name = match step {
        StepCode::AddPerson => name.help("의심되는 집이면 비워 두고 동·호만 적습니다."),
        _ => name,
    };
    let mut fields = vec![
        Field::text(&at("building"), &called("동")).width("w-s").max(12).optional(),
        Field::text(&at("unit"), &called("호")).help("예: 1303").width("w-s").max(20).optional(),
        name,
        Field::tel(&at("phone"), &called("전화번호")).max(20).autocomplete("off").optional(),
    ];
    if member == "person" {
        fields.push(Field::email(&at("email"), "전자우편").max(120).autocomplete("off").optional());
    }
    fields
}

fn single(mut field: Field, errors: &Errors) -> Block {
    field.error = errors.of(&field.name).map(str::to_owned);
    Block {
        id: field.id.clone(),
        label: String::new(),
        hint: String::new(),
        optional: false,
        error: field.error.clone(),
        rows: Vec::new(),
        terms: false,
        blocked: Vec::new(),
        asks: false,
        counted: None,
        field: Some(field),
    }
}

fn block(
    sight: &Sight,
    step: StepCode,
    options: &Options,
    asked: &Asked,
    typed: &Typed,
    errors: &Errors,
) -> Option<Block> {
    let name = asked.name;
    let row = |label: String, i: usize, field: fn(&str, &str) -> Field| {
        let mut field = field(&format!("{name}_{i}"), &label).typed(typed);
        field.optional = i > 1 || !asked.required;
        RowOf { n: i, fields: vec![field] }
    };
    let promises = if step == StepCode::FollowUp { sight.case().followed() } else { None };
    if promises.is_some() && asked.name == "result" {
        // Asked promise by promise, and reckoned.
        return None;
    }
    let rows = match &asked.input {
        Input::Hidden => return None,
        Input::PerTerm(choices) => per_term(promises?, name, choices, typed),
        Input::Answers(choices) => answers(&options.chosen.as_ref()?.questions, name, choices, typed),
        // Asked of a dong's office alone, once it is chosen.
        Input::One(_) if name == "help" && !options.chosen.as_ref().is_some_and(|c| c.dong) => return None,
        // The mark of what was shown goes back with the form, unseen.
        Input::Line if (step, name) == (StepCode::Refer, "packet") => return None,
        Input::Moments if step == StepCode::ProposeSession => {
            (1..=MOMENT_ROWS).map(|i| row(format!("{i}번째 후보"), i, Field::datetime)).collect()
        }
        Input::Dates => (1..=DATE_ROWS).map(|i| row(format!("{i}번째 날"), i, Field::date)).collect(),
        Input::Terms => (1..=term_rows(typed, name)).map(|i| term_row(name, i, typed)).collect(),
        _ => {
            let field = field(sight, step, options, asked)?;
            let field = asked::dressed(field, asked);
            let proposed = asked.input == Input::Mediator && typed.some(name).is_none();
            let mut block = single(if proposed { field } else { field.typed(typed) }, errors);
            block.asks = asked.input == Input::Body && step == StepCode::Refer;
            if matches!(asked.input, Input::Mediator | Input::Members) {
                let blocked = options.people.iter().filter(|c| !c.blocked.is_empty());
                block.blocked =
                    blocked.map(|c| Blocked { name: c.name.clone(), why: c.blocked.join(", ") }).collect();
            }
            return Some(block);
        }
    };
    if let (Input::Answers(_), []) = (&asked.input, rows.as_slice()) {
        return None;
    }
    let first = rows.first().and_then(|row| row.fields.first()).map(|field| field.name.clone());
    let terms = asked.input == Input::Terms;
    let counted = matches!(asked.input, Input::PerTerm(_))
        .then(|| Counted { name: format!("{name}_rows"), rows: rows.len() });
    Some(Block {
        counted,
        field: None,
        rows,
        id: first.filter(|_| !terms).unwrap_or_else(|| format!("{name}_1_who")),
        label: asked.label.to_owned(),
        hint: asked.hint.to_owned(),
        optional: !asked.required && !matches!(asked.input, Input::PerTerm(_) | Input::Answers(_)),
        error: errors.of(name).map(str::to_owned),
        terms,
        blocked: Vec::new(),
        asks: false,
    })
}

/// One choice for each promise of the agreement.
fn per_term(agreement: &Agreement, name: &str, choices: &Choices, typed: &Typed) -> Vec<RowOf> {
    let row = |(n, term): (usize, &Term)| {
        let field =
            Field::radio(&format!("{name}_{n}"), &words::numbered(n, term)).choices(choices.iter().copied());
        RowOf { n, fields: vec![field.layout("two").typed(typed)] }
    };
    (1..).zip(&agreement.terms).map(row).collect()
}

/// What the chosen body asks, a choice each.
fn answers(questions: &[&'static Condition], name: &str, choices: &Choices, typed: &Typed) -> Vec<RowOf> {
    let row = |(n, asked): (usize, &&'static Condition)| {
        let field = Field::radio(&format!("{name}_{}", asked.name), asked.text)
            .choices(choices.iter().copied())
            .help(&format!("근거: {}", asked.rule))
            .layout("two");
        RowOf { n, fields: vec![field.typed(typed)] }
    };
    (1..).zip(questions).map(row).collect()
}

fn term_row(name: &str, i: usize, typed: &Typed) -> RowOf {
    let fields = asked::term_row(name, i, false).into_iter().map(|field| field.typed(typed)).collect();
    RowOf { n: i, fields }
}

/// One field; none where there is nothing to choose and nothing need be chosen.
fn field(sight: &Sight, step: StepCode, options: &Options, asked: &Asked) -> Option<Field> {
    let (name, label) = (asked.name, asked.label);
    Some(match &asked.input {
        Input::Date if matches!(step, StepCode::FollowUp) => follow_ups(sight, name, label),
        Input::Text => asked::plain(asked, &asked::Options::default())?.rows(5),
        Input::One(_) | Input::Any(_) => chosen(sight, step, asked),
        Input::Moments => slots(sight, name, label),
        Input::Mediator | Input::Members => people(options, asked),
        Input::InCharge => {
            let people: Vec<(String, String)> = (sight.case().in_charge.iter())
                .map(|p| (p.user.0.to_string(), format!("{} {}", sight.names.user(p.user), p.role.label())))
                .collect();
            radio(name, label, &people)
        }
        Input::Body => options.bodies.iter().fold(Field::radio(name, label), |field, body| {
            field.choice(&body.id.0.to_string(), &body.name, Some(body.kind.label()))
        }),
        Input::Room if options.rooms.is_empty() => return None,
        Input::Room => {
            let told = |r: &Room| {
                (r.id.0.to_string(), format!("{} · {}명 · {}", r.name, r.capacity, booking::hours(r)))
            };
            let known: Vec<(String, String)> = options.rooms.iter().map(told).collect();
            let field = Field::select(name, label).width("").choice("", "쓰지 않음", None);
            field.choices(known.iter().map(|(id, name)| (id.as_str(), name.as_str())))
        }
        Input::Complex => {
            let known: Vec<(String, String)> =
                options.complexes.iter().map(|c| (c.id.0.to_string(), c.name.clone())).collect();
            let field = Field::select(name, label).choice("", "단지를 골라 주세요", None);
            field.choices(known.iter().map(|(id, name)| (id.as_str(), name.as_str())))
        }
        Input::Number(thing) => {
            let things = things(sight, step, *thing);
            if things.is_empty() {
                return None;
            }
            number(name, label, *thing, asked.required, &things)
        }
        _ => return asked::plain(asked, &asked::Options::default()),
    })
}
