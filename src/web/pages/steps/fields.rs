//! The form of a step: the fields of `domain::step::form`, their choices narrowed to what this case would accept.
use crate::casework::CaseworkError;
use crate::casework::assign::{self, Candidate};
use crate::domain::codes::{
    BodyKind, FollowUpResult, Method, OfferState, Outcome, ReferralState, SessionState, Visibility,
};
use crate::domain::permission::Hat;
use crate::domain::seoul;
use crate::domain::step::form::{self, Field as Asked, Input, LINE_MAX, TEXT_MAX, Thing};
use crate::domain::step::{Step, StepCode};
use crate::store::Rx;
use crate::store::bodies::{self, Body};
use crate::store::complexes::{self, Complex};
use crate::web::field::{ErrorLine, Errors, Field};
use crate::web::pages::cases::load::Sight;
use crate::web::steps::words::{self, when};
use crate::web::steps::{DATE_ROWS, MOMENT_ROWS, term_rows};
use crate::web::typed::Typed;
use chrono::{DateTime, Days, Duration, Timelike, Utc};
use serde::Serialize;

/// What a step's choices are made from; only what the step asks for is read.
#[derive(Debug, Default)]
pub(crate) struct Options {
    pub people: Vec<Candidate>,
    pub bodies: Vec<Body>,
    pub complexes: Vec<Complex>,
}

/// Reads the choices that `step` needs.
///
/// # Errors
/// Database errors.
pub(crate) fn options(
    rx: &mut Rx<'_>,
    sight: &Sight,
    step: StepCode,
    now: DateTime<Utc>,
) -> Result<Options, CaseworkError> {
    let mut found = Options::default();
    match step {
        StepCode::Offer => found.people = assign::candidates(rx, sight.case(), now)?,
        StepCode::NameMembers => found.people = assign::members(rx, sight.case(), now)?,
        StepCode::Refer => {
            let held = sight.case().holder;
            found.bodies = bodies::all(rx, seoul::day(now))?;
            let ward = &sight.case().intake.ward_code;
            found.bodies.retain(|b| Some(b.id) != held && refers_to(b, ward, sight));
        }
        StepCode::Place => found.complexes = complexes::all(rx)?,
        _ => {}
    }
    Ok(found)
}

/// Bodies of this ward, and outside ones; offices and committees only those of the case's own 단지.
fn refers_to(body: &Body, ward: &str, sight: &Sight) -> bool {
    match body.kind {
        BodyKind::Outside | BodyKind::Applied => true,
        BodyKind::Office | BodyKind::Committee => {
            sight.case().intake.complex.is_none_or(|c| body.complex_id == Some(c)) && body.ward_code == ward
        }
        BodyKind::Ngo | BodyKind::Dong => body.ward_code.is_empty() || body.ward_code == ward,
        BodyKind::Council | BodyKind::Ward => false,
    }
}

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
    if step == StepCode::ChangeRespondent {
        blocks.extend(respondent().into_iter().map(|f| single(f.typed(typed), errors)));
    }
    let mut lines: Vec<ErrorLine> = Vec::new();
    if let Some(sentence) = errors.of("") {
        lines.push(ErrorLine { href: None, text: sentence.to_owned() });
    }
    let mut said: Vec<&str> = vec!["", "at"];
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

fn respondent() -> [Field; 4] {
    [
        Field::text("respondent_building", "상대방의 동").width("w-s").max(12).optional(),
        Field::text("respondent_unit", "상대방의 호").help("예: 1303").width("w-s").max(20).optional(),
        Field::text("respondent_name", "상대방 이름").width("w-m").max(40).autocomplete("off").optional(),
        Field::tel("respondent_phone", "상대방 전화번호").max(20).autocomplete("off").optional(),
    ]
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
    let rows = match &asked.input {
        Input::Hidden => return None,
        Input::Moments if step == StepCode::ProposeSession => {
            (1..=MOMENT_ROWS).map(|i| row(format!("{i}번째 후보"), i, Field::datetime)).collect()
        }
        Input::Dates => (1..=DATE_ROWS).map(|i| row(format!("{i}번째 날"), i, Field::date)).collect(),
        Input::Terms => (1..=term_rows(typed, name)).map(|i| term_row(name, i, typed)).collect(),
        _ => {
            let field = field(sight, step, options, asked)?;
            let mut block = single(dressed(field, asked).typed(typed), errors);
            if matches!(asked.input, Input::Mediator | Input::Members) {
                let blocked = options.people.iter().filter(|c| !c.blocked.is_empty());
                block.blocked =
                    blocked.map(|c| Blocked { name: c.name.clone(), why: c.blocked.join(", ") }).collect();
            }
            return Some(block);
        }
    };
    let terms = asked.input == Input::Terms;
    Some(Block {
        field: None,
        rows,
        id: if terms { format!("{name}_1_who") } else { format!("{name}_1") },
        label: asked.label.to_owned(),
        hint: asked.hint.to_owned(),
        optional: !asked.required,
        error: errors.of(name).map(str::to_owned),
        terms,
        blocked: Vec::new(),
    })
}

fn term_row(name: &str, i: usize, typed: &Typed) -> RowOf {
    let at = |part: &str| format!("{name}_{i}_{part}");
    let fields = vec![
        Field::text(&at("who"), "누가").width("w-m").max(LINE_LIMIT).typed(typed),
        Field::area(&at("what"), "무엇을", 500).rows(2).typed(typed),
        Field::date(&at("from"), "언제부터").optional().typed(typed),
        Field::date(&at("until"), "언제까지").optional().typed(typed),
        Field::text(&at("check"), "확인 방법").max(LINE_LIMIT).optional().typed(typed),
    ];
    RowOf { n: i, fields }
}

/// `LINE_MAX` and `TEXT_MAX` as the page's `maxlength`.
const LINE_LIMIT: u32 = 200;
const TEXT_LIMIT: u32 = 4000;
const _: () = assert!(LINE_MAX == 200 && TEXT_MAX == 4000, "the page's limits are the step's");

fn dressed(field: Field, asked: &Asked) -> Field {
    let field = if asked.hint.is_empty() || field.help.is_some() { field } else { field.help(asked.hint) };
    if asked.required || asked.input == Input::Tick { field } else { field.optional() }
}

/// One field; none where there is nothing to choose and nothing need be chosen.
fn field(sight: &Sight, step: StepCode, options: &Options, asked: &Asked) -> Option<Field> {
    let (name, label) = (asked.name, asked.label);
    Some(match &asked.input {
        Input::Line => Field::text(name, label).max(LINE_LIMIT),
        Input::Text => Field::area(name, label, TEXT_LIMIT),
        Input::CaseNumber => Field::text(name, label).help("예: 2026-0012").width("w-m").max(20),
        Input::Date if matches!(step, StepCode::FollowUp) => follow_ups(sight, name, label),
        Input::Date => Field::date(name, label),
        Input::Moment => Field::datetime(name, label),
        Input::Whole => Field::number(name, label),
        Input::Decimal => Field::text(name, label).help("예: 1.5").width("w-xs").inputmode("decimal").max(8),
        Input::One(_) | Input::Any(_) => chosen(sight, step, asked),
        Input::Tick => Field::checkbox(name, label),
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
        Input::Dates | Input::Terms | Input::Hidden => return None,
    })
}

fn radio(name: &str, label: &str, choices: &[(String, String)]) -> Field {
    let field = Field::radio(name, label);
    field.choices(choices.iter().map(|(value, label)| (value.as_str(), label.as_str())))
}

/// A list of codes, without those that this case or this person would not be allowed.
fn chosen(sight: &Sight, step: StepCode, asked: &Asked) -> Field {
    let (name, label) = (asked.name, asked.label);
    let (Input::One(all) | Input::Any(all)) = &asked.input else { return Field::text(name, label) };
    let outcomes = sight.actor.closing(sight.case());
    let fits = |code: &str| match (step, name) {
        (StepCode::Close, "outcome") => Outcome::from_code(code).is_some_and(|o| outcomes.contains(&o)),
        (StepCode::FollowUp, "result") => code != FollowUpResult::Unanswered.code(),
        (StepCode::Note, "visibility") => code != Visibility::Mediators.code() || sight.is(Hat::Mediator),
        // At the desk nobody answers by link.
        (_, "method") => code != Method::Link.code(),
        _ => true,
    };
    let choices: Vec<_> = all.iter().copied().filter(|(code, _)| fits(code)).collect();
    let field = if matches!(asked.input, Input::Any(_)) {
        Field::checks(name, label)
    } else if choices.len() > 8 {
        return Field::select(name, label).choice("", "골라 주세요", None).choices(choices);
    } else {
        Field::radio(name, label)
    };
    let short = choices.iter().all(|(_, label)| label.chars().count() <= 12);
    let field = field.choices(choices);
    if short { field.layout("two") } else { field }
}

fn people(options: &Options, asked: &Asked) -> Field {
    let field = if asked.input == Input::Mediator {
        Field::radio(asked.name, asked.label)
    } else {
        Field::checks(asked.name, asked.label)
    };
    options.people.iter().filter(|c| c.blocked.is_empty()).fold(field, |field, c| {
        let reasons = Some(c.reasons.join(" · ")).filter(|r| !r.is_empty());
        field.choice(&c.user.0.to_string(), &format!("{} {}", c.name, c.label), reasons.as_deref())
    })
}

fn follow_ups(sight: &Sight, name: &str, label: &str) -> Field {
    let open = sight.case().follow_ups.iter().filter(|f| f.is_open());
    let dues: Vec<(String, String)> = open.map(|f| (f.due.to_string(), words::day(f.due))).collect();
    radio(name, label, &dues)
}

/// The slots that were asked about.
fn slots(sight: &Sight, name: &str, label: &str) -> Field {
    let slots = sight.case().open_session().map(|s| s.slots.clone()).unwrap_or_default();
    let shown: Vec<(String, String)> = slots.iter().map(|at| (at.to_rfc3339(), when(*at))).collect();
    Field::checks(name, label).choices(shown.iter().map(|(v, l)| (v.as_str(), l.as_str())))
}

fn number(name: &str, label: &str, thing: Thing, required: bool, things: &[(i64, String)]) -> Field {
    let shown: Vec<(String, &str)> = things.iter().map(|(seq, l)| (seq.to_string(), l.as_str())).collect();
    let choices = shown.iter().map(|(v, l)| (v.as_str(), *l));
    if thing == Thing::Event {
        return Field::select(name, label).width("").choice("", "골라 주세요", None).choices(choices);
    }
    let field = Field::radio(name, label).choices(choices);
    if required { field } else { field.choice("", "잡아 둔 회의가 아닙니다", None) }
}

/// The things of the case that the step can be about, newest first, in words.
pub(crate) fn things(sight: &Sight, step: StepCode, thing: Thing) -> Vec<(i64, String)> {
    let case = sight.case();
    match thing {
        Thing::Offer => {
            let pending = case.offers.iter().rev().filter(|o| o.state == OfferState::Pending);
            pending
                .map(|o| {
                    (o.seq, format!("{} 조정인, {}까지 답", sight.names.user(o.mediator), when(o.answer_by)))
                })
                .collect()
        }
        Thing::Session => {
            let open = |s: &&crate::domain::case::Session| {
                matches!(s.state, SessionState::Proposed | SessionState::Fixed)
                    && (step != StepCode::AnswerSlots || s.state == SessionState::Proposed)
            };
            let found = case.sessions.iter().rev().filter(open);
            found
                .map(|s| {
                    let at = s.starts_at.map_or_else(|| s.state.label().to_owned(), when);
                    (s.seq, format!("{}, {at}", s.kind.label()))
                })
                .collect()
        }
        Thing::Proposal => {
            let open = case.proposals.iter().rev().filter(|p| p.is_open());
            open.map(|p| (p.seq, format!("{} 조정안, {}까지 답", p.kind.label(), words::day(p.answer_by))))
                .collect()
        }
        Thing::Agreement => {
            let open = case.agreements.iter().rev().filter(|a| a.is_open());
            open.map(|a| (a.seq, format!("{}, 약속 {}가지", words::agreement_title(a.kind), a.terms.len())))
                .collect()
        }
        Thing::Referral => {
            let waiting = |r: &&crate::domain::case::Referral| match step {
                StepCode::ReferralResult => r.state != ReferralState::Returned,
                StepCode::ReturnReferral => matches!(r.state, ReferralState::Sent | ReferralState::Accepted),
                _ => r.state == ReferralState::Sent,
            };
            let found = case.referrals.iter().rev().filter(waiting);
            found.map(|r| (r.seq, format!("{}({})", sight.names.body(r.body), r.state.label()))).collect()
        }
        Thing::Event => {
            let fixable = |e: &&crate::domain::case::Event| {
                !e.voided && !matches!(e.step, Step::File { .. } | Step::Correct { .. })
            };
            let lines = sight.file.lines.iter().filter(fixable);
            lines.map(|e| (e.seq, format!("{} {}", when(e.at), words::title(&e.step)))).collect()
        }
    }
}

/// What a fresh form has filled in: from the address, then what follows from the case.
pub(crate) fn defaults(sight: &Sight, step: StepCode, asked: &Typed, now: DateTime<Utc>) -> Typed {
    let mut pairs: Vec<(String, String)> = asked.pairs().to_vec();
    let mut put = |name: &str, value: String| {
        if asked.some(name).is_none() {
            pairs.push((name.to_owned(), value));
        }
    };
    let moment = |at: DateTime<Utc>| {
        let local = at.with_timezone(&seoul::ZONE);
        let half = if local.minute() < 30 { "00" } else { "30" };
        (seoul::day(at).to_string(), format!("{:02}:{half}", local.hour()))
    };
    let case = sight.case();
    for field in form::fields(step) {
        if let Input::Number(thing) = field.input
            && thing != Thing::Event
            && let [(seq, _), ..] = things(sight, step, thing).as_slice()
        {
            put(field.name, seq.to_string());
        }
    }
    match step {
        StepCode::Offer => {
            let (date, _) = moment(now + Duration::hours(72));
            put("answer_by_date", date);
            put("answer_by_time", "18:00".to_owned());
        }
        StepCode::ProposeSession => put("minutes", "60".to_owned()),
        StepCode::FixSession | StepCode::MoveSession | StepCode::HoldSession => {
            put("minutes", case.open_session().map_or(60, |s| s.minutes).to_string());
            if let Some(session) = case.open_session() {
                put("kind", session.kind.code().to_owned());
                put("place", session.place.clone());
                if let Some((date, time)) = best_slot(session).map(moment) {
                    put("starts_at_date", date);
                    put("starts_at_time", time);
                }
            }
        }
        StepCode::Propose => {
            put("answer_by", seoul::day(now).checked_add_days(Days::new(14)).unwrap_or_default().to_string());
        }
        StepCode::FollowUp => {
            if let Some(open) = case.follow_ups.iter().find(|f| f.is_open()) {
                put("due", open.due.to_string());
            }
        }
        StepCode::Draft => {
            // What was proposed last is what is most often agreed on.
            if let Some(proposal) = case.proposals.last() {
                put("kind", proposal.kind.code().to_owned());
                put("terms_rows", proposal.terms.len().max(3).to_string());
                for (i, term) in proposal.terms.iter().enumerate() {
                    let at = |part: &str| format!("terms_{}_{part}", i + 1);
                    put(&at("who"), term.who.clone());
                    put(&at("what"), term.what.clone());
                    put(&at("check"), term.check.clone());
                    put(&at("from"), term.from.map(|d| d.to_string()).unwrap_or_default());
                    put(&at("until"), term.until.map(|d| d.to_string()).unwrap_or_default());
                }
            }
        }
        _ => {}
    }
    Typed::from_pairs(pairs)
}

/// The moment that was fixed, or the slot that most can come to.
fn best_slot(session: &crate::domain::case::Session) -> Option<DateTime<Utc>> {
    let able = |slot: &DateTime<Utc>| session.answers.iter().filter(|(_, ok)| ok.contains(slot)).count();
    let mut slots = session.slots.clone();
    slots.sort_by_key(|slot| (std::cmp::Reverse(able(slot)), *slot));
    session.starts_at.or(slots.first().copied())
}
