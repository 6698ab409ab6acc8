//! Decisions that a link of its own carries: sign, answer a proposal, pick dates, tell how an agreement fares.

use super::{Answered, acting, answered, contact, side_shown, who_acts};
use crate::casework::agreement;
use crate::casework::party::{Decision, Door, Visit, asked, due, surveyed};
use crate::domain::case::{Agreement, Asked, Case, Gap, QUESTIONS, Reply, Scores, TERMS_MAX, answered_until};
use crate::domain::codes::{FollowUpResult, LinkPurpose, Relation, Score, Side};
use crate::domain::seoul;
use crate::domain::step::Term;
use crate::domain::text;
use crate::render::korean::Moment;
use crate::web::changes::{self, Changes};
use crate::web::field::{Errors, Field, Form};
use crate::web::pages::apply::view::Contact;
use crate::web::parts::Page;
use crate::web::steps::words;
use crate::web::typed::Typed;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// `pages/answer/{signature,proposal,simple}`.
#[derive(Debug, Serialize)]
pub struct Show {
    pub page: Page,
    pub form: Form,
    /// The fields in the order of the form (`simple`).
    pub order: Vec<Field>,
    pub number: String,
    pub side: &'static str,
    pub intro: String,
    /// Who answers, where somebody may act for the side.
    pub by: Option<Field>,
    /// The cross-complaint that the same agreement ends, by its number.
    pub also: Option<String>,
    pub terms: Vec<TermShown>,
    /// The text that is signed.
    pub version: Option<Version>,
    /// Which version it is, and what changed since the last.
    pub changes: Option<Changes>,
    /// What this side said of it so far, and where to say more.
    pub comments: Vec<String>,
    pub comment_to: Option<String>,
    pub answer_by: String,
    pub answered: Option<Answered>,
    /// The case no longer waits for this answer.
    pub over: bool,
    pub action: String,
    /// Signed at a meeting, on somebody else's device.
    pub here: bool,
    pub contact: Option<Contact>,
}

/// Which text it is: sent along whole, shown short.
#[derive(Debug, Clone, Serialize)]
pub struct Version {
    pub full: String,
    pub short: String,
}

/// One promise, as printed.
#[derive(Debug, Clone, Serialize)]
pub struct TermShown {
    pub n: usize,
    pub who: String,
    pub what: String,
    pub period: String,
    pub check: Option<String>,
}

/// The terms of an agreement as people read them.
#[must_use]
pub fn terms_shown(terms: &[Term]) -> Vec<TermShown> {
    let shown = |(i, term): (usize, &Term)| {
        let period = words::span(term);
        TermShown {
            n: i + 1,
            who: term.who.clone(),
            what: term.what.clone(),
            period: if period.is_empty() { "바로, 계속".to_owned() } else { period },
            check: Some(term.check.clone()).filter(|c| !c.is_empty()),
        }
    };
    terms.iter().enumerate().map(shown).collect()
}

/// The template of a purpose.
#[must_use]
pub const fn template(purpose: LinkPurpose) -> &'static str {
    match purpose {
        LinkPurpose::Signature => "pages/answer/signature",
        LinkPurpose::Proposal => "pages/answer/proposal",
        _ => "pages/answer/simple",
    }
}

fn title(purpose: LinkPurpose) -> &'static str {
    match purpose {
        LinkPurpose::Signature => "합의서를 읽고 서명해 주세요",
        LinkPurpose::Proposal => "조정안에 답해 주세요",
        LinkPurpose::Slots => "만날 수 있는 날짜를 골라 주세요",
        LinkPurpose::Survey => "조정은 어떠셨나요?",
        _ => "합의가 잘 지켜지나요?",
    }
}

fn fields(door: &Door) -> Vec<Field> {
    match door.visit.link.purpose {
        LinkPurpose::Signature => signature_fields(),
        LinkPurpose::Proposal => {
            let choice = Field::radio("choice", "조정안을 받아들이시겠습니까?")
                .choice("accept", "받아들입니다", Some("상대방도 받아들이면 합의가 됩니다."))
                .choice("refuse", "받아들이지 않습니다", Some("다른 방법을 찾거나 조정을 마칩니다."));
            let note = Field::area("note", "하고 싶은 말", 500).help("조정인만 읽습니다.").rows(3).optional();
            who_acts(door, door.visit.link.purpose.authority()).into_iter().chain([choice, note]).collect()
        }
        LinkPurpose::Slots => {
            let slots = slots(door);
            let shown: Vec<(String, String)> =
                slots.iter().map(|at| (at.to_rfc3339(), Moment::from(*at).prose())).collect();
            vec![
                Field::checks("ok", "가능한 때를 모두 골라 주세요")
                    .help("모두 어려우면 아무것도 고르지 않고 보내 주세요. 고르신 답은 상대방에게 보이지 않습니다.")
                    .choices(shown.iter().map(|(value, label)| (value.as_str(), label.as_str())))
                    .optional(),
            ]
        }
        LinkPurpose::Survey => survey_fields(&door.visit, "").collect(),
        _ => follow_up_fields(&door.visit),
    }
}

/// What the side thought of the mediation; none of it has to be answered. `before` stands before each question.
fn survey_fields(visit: &Visit, before: &str) -> impl Iterator<Item = Field> {
    let ask = move |(_, (name, text)): (usize, (&str, &str))| {
        let scores = Score::ALL.iter().map(|s| (s.code(), s.label()));
        Field::radio(name, &format!("{before}{text}")).choices(scores).layout("two").optional()
    };
    surveyed(&visit.case, &visit.link).into_iter().map(ask)
}

/// The survey as typed.
fn read_survey(visit: &Visit, typed: &Typed) -> Scores {
    let mut scores = [None; QUESTIONS.len()];
    for (place, (name, _)) in surveyed(&visit.case, &visit.link) {
        if let Some(score) = scores.get_mut(place) {
            *score = Score::from_code(typed.get(name));
        }
    }
    scores
}

/// Each promise of the agreement by itself; the whole where they are not known one by one.
fn follow_up_fields(visit: &Visit) -> Vec<Field> {
    let case = &visit.case;
    let all = FollowUpResult::ALL.iter().map(|r| (r.code(), follow_up_label(*r)));
    let promises = case.followed().map_or(&[][..], |a| a.terms.as_slice());
    let promise = |(n, t): (usize, &Term)| {
        Field::radio(&format!("terms_{n}"), &words::numbered(n, t)).choices(all.clone()).layout("two")
    };
    let mut fields: Vec<Field> = (1..).zip(promises).map(promise).collect();
    if fields.is_empty() {
        let said = all.clone().filter(|(code, _)| *code != FollowUpResult::Unanswered.code());
        fields.push(Field::radio("result", "약속이 지켜지고 있나요?").choices(said));
    }
    fields.push(
        Field::radio("relation", "이웃과의 사이는 어떤가요?")
            .choices(Relation::ALL.iter().map(|r| (r.code(), r.label())))
            .optional(),
    );
    // The last question is about the mediation itself.
    fields.extend(survey_fields(visit, "조정은 어떠셨나요? "));
    fields.push(Field::area("note", "하고 싶은 말", 500).rows(3).optional());
    fields
}

/// How each promise fares, as typed; or the whole. What the answer lacks stands at the promise.
fn read_follow_up(door: &Door, typed: &Typed, note: String, errors: &mut Errors) -> Decision {
    let given = |n: usize| FollowUpResult::from_code(typed.get(&format!("terms_{n}")));
    // One more than there can be, so that too many are seen.
    let last = (1..=TERMS_MAX + 1).rev().find(|n| given(*n).is_some()).unwrap_or(0);
    let terms: Vec<Option<FollowUpResult>> = (1..=last).map(given).collect();
    let whole = FollowUpResult::from_code(typed.get("result"));
    for gap in door.visit.case.reckoned(whole, &terms).err().unwrap_or_default() {
        let at = match gap {
            Gap::Promise(n) => format!("terms_{n}"),
            Gap::Nothing if last > 0 => "terms_1".to_owned(),
            Gap::Whole | Gap::Nothing => "result".to_owned(),
            // The page has no field for a promise that is not there; its summary says it, and a program finds its own field.
            Gap::Surplus => "terms".to_owned(),
        };
        errors.add(&at, gap.sentence());
    }
    let result = whole.filter(|_| last == 0);
    let terms = terms.into_iter().flatten().collect();
    let survey = read_survey(&door.visit, typed);
    let relation = Relation::from_code(typed.get("relation"));
    Decision::FollowUp { result, terms, relation, note, survey }
}

const fn follow_up_label(result: FollowUpResult) -> &'static str {
    match result {
        FollowUpResult::Kept => "잘 지켜집니다",
        FollowUpResult::Partly => "일부만 지켜집니다",
        FollowUpResult::Broken => "지켜지지 않습니다",
        FollowUpResult::Unanswered => "말하기 어렵습니다",
    }
}

/// The moments offered, in order.
fn slots(door: &Door) -> Vec<DateTime<Utc>> {
    let mut slots = door
        .visit
        .link
        .seq
        .and_then(|seq| door.visit.case.session(seq))
        .map(|s| s.slots.clone())
        .unwrap_or_default();
    slots.sort_unstable();
    slots
}

/// The page of a decision link.
#[must_use]
pub fn show(mut page: Page, door: &Door, token: &str, typed: &Typed, errors: &Errors) -> Show {
    let (link, case) = (&door.visit.link, &door.visit.case);
    let order = fields(door);
    let mut form = Form::new(order.clone(), typed, errors);
    let order: Vec<Field> = order.iter().filter_map(|f| form.fields.get(&f.name).cloned()).collect();
    title(link.purpose).clone_into(&mut page.title);
    page.error = !form.errors.is_empty();
    let proposal = case.proposals.iter().find(|p| Some(p.seq) == link.seq);
    let agreement = case.agreements.iter().find(|a| Some(a.seq) == link.seq);
    let terms = match link.purpose {
        LinkPurpose::Signature => agreement.map(|a| terms_shown(&a.terms)),
        LinkPurpose::Proposal => proposal.map(|p| terms_shown(&p.terms)),
        _ => None,
    }
    .unwrap_or_default();
    let stands = asked(case, link);
    let used = link.answer.as_deref().map(|a| remembered(link.purpose, a));
    let used = used.or_else(|| match stands {
        Asked::Answered(reply) => Some(said(reply)),
        Asked::Open | Asked::Over => None,
    });
    let over = used.is_none() && stands != Asked::Open;
    if over || used.is_some() {
        form.keep(typed, &["comment", "note"]);
    }
    let answered = used.map(|label| answered(door, label, "바꾸고 싶으시면 맡은 곳에 전화해 주세요."));
    Show {
        order,
        number: case.number.clone(),
        side: side_shown(door.visit.side),
        intro: intro(door),
        by: form.fields.get("by").cloned(),
        also: case.together.clone(),
        terms,
        changes: agreement.and_then(|a| changes::of(case, a)),
        comments: agreement.map(|a| comments(a, door.visit.side)).unwrap_or_default(),
        comment_to: agreement.map(|_| format!("/r/{token}/comment")),
        version: agreement
            .map(agreement::fingerprint)
            .map(|full| Version { short: agreement::short(&full), full }),
        answer_by: proposal.map(|p| Moment::from(p.answer_by).prose()).unwrap_or_default(),
        over,
        answered,
        action: format!("/r/{token}"),
        here: false,
        contact: contact(door),
        form,
        page,
    }
}

/// The page on which a side signs at a meeting, on the device of whoever leads it.
#[must_use]
pub fn at_the_meeting(
    mut page: Page,
    (case, agreement, side): (&Case, &Agreement, Side),
    typed: &Typed,
    errors: &Errors,
) -> Show {
    let form = Form::new(signature_fields(), typed, errors);
    title(LinkPurpose::Signature).clone_into(&mut page.title);
    page.error = !form.errors.is_empty();
    let full = agreement::fingerprint(agreement);
    Show {
        order: Vec::new(),
        number: case.number.clone(),
        side: side.label(),
        intro: String::new(),
        by: None,
        also: case.together.clone(),
        terms: terms_shown(&agreement.terms),
        version: Some(Version { short: agreement::short(&full), full }),
        changes: changes::of(case, agreement),
        comments: Vec::new(),
        comment_to: None,
        answer_by: String::new(),
        over: false,
        answered: None,
        action: format!("/cases/{}/signature?side={}", case.number, side.code()),
        here: true,
        contact: None,
        form,
        page,
    }
}

fn signature_fields() -> Vec<Field> {
    vec![
        Field::text("name", "이름").autocomplete("name").width("w-m").max(40),
        Field::checkbox("agree", "위 내용을 모두 읽었고 합의합니다"),
        comment_field(),
    ]
}

/// What a side wants otherwise in a draft.
pub fn comment_field() -> Field {
    Field::area("comment", "고치고 싶은 곳", 1000)
        .help("조정인과 맡은 곳만 읽습니다. 상대방에게는 보이지 않습니다.")
        .rows(3)
        .optional()
}

/// A side's own comments on a draft, in order.
#[must_use]
pub fn comments(agreement: &Agreement, side: Side) -> Vec<String> {
    agreement.comments.iter().filter(|c| c.side == side).map(|c| c.text.clone()).collect()
}

/// Name, tick and text of a signature, as typed.
pub fn read_signature(typed: &Typed, errors: &mut Errors) -> (String, String) {
    let name = text::name(typed.get("name")).map_err(|e| errors.add("name", e)).unwrap_or_default();
    if !typed.ticked("agree") {
        errors.add("agree", "내용을 읽고 합의하신다면 표시해 주세요.");
    }
    let version = typed.get("version").to_owned();
    if version.is_empty() {
        errors.add("version", "이 화면을 새로 열어 지금의 합의서를 읽고 서명해 주세요.");
    }
    (name, version)
}

fn intro(door: &Door) -> String {
    let link = &door.visit.link;
    match link.purpose {
        LinkPurpose::Slots => {
            let session = link.seq.and_then(|seq| door.visit.case.session(seq));
            let (kind, minutes) = session.map_or(("", 0), |s| (s.kind.label(), s.minutes));
            if session.is_some_and(|s| s.side.is_some()) {
                return format!(
                    "따로 만나 이야기를 듣고 싶습니다(약 {minutes}분). 이웃에게는 알리지 않습니다. 가능한 때를 알려 주시면 정해서 알려 드립니다."
                );
            }
            format!(
                "조정회의({kind}, 약 {minutes}분)를 열려고 합니다. 모두의 답을 모아 날짜를 정하고 알려 드립니다."
            )
        }
        LinkPurpose::FollowUp => {
            let on = due(link).map(|d| Moment::from(d).prose()).unwrap_or_default();
            format!("{on} 사후점검입니다. 합의한 내용이 지켜지고 있는지 알려 주세요.")
        }
        LinkPurpose::Survey => {
            let until = due(link).map(|d| Moment::from(answered_until(d)).prose()).unwrap_or_default();
            format!(
                "조정을 마친 뒤 양쪽에 따로 여쭙니다. 답하지 않으셔도 되고, 하나만 답하셔도 됩니다. 답은 맡은 곳과 조정인이 읽고 상대방에게는 보이지 않으며, 무엇을 답하셔도 사건의 결과는 바뀌지 않습니다. {until}까지 받습니다."
            )
        }
        _ => String::new(),
    }
}

/// What a side answered, in words.
fn said(reply: Reply) -> String {
    match reply {
        Reply::Signed => "서명하셨습니다".to_owned(),
        Reply::Proposal { accept: true } => "받아들인다고 답하셨습니다".to_owned(),
        Reply::Proposal { accept: false } => "받아들이지 않는다고 답하셨습니다".to_owned(),
        Reply::FollowUp(result) => format!("“{}”라고 답하셨습니다", follow_up_label(result)),
        Reply::Slots | Reply::Survey => "답을 받았습니다".to_owned(),
    }
}

/// What the link remembers, in words.
fn remembered(purpose: LinkPurpose, answer: &str) -> String {
    match purpose {
        LinkPurpose::Signature => said(Reply::Signed),
        LinkPurpose::Proposal => said(Reply::Proposal { accept: answer == "accept" }),
        LinkPurpose::FollowUp => {
            let result = FollowUpResult::from_code(answer);
            result.map_or_else(|| "답을 받았습니다".to_owned(), |result| said(Reply::FollowUp(result)))
        }
        _ => "답을 받았습니다".to_owned(),
    }
}

/// The decision as typed.
///
/// # Errors
/// What has to be corrected, by field.
pub fn read(door: &Door, typed: &Typed) -> Result<Decision, Errors> {
    let mut errors = Errors::default();
    let note = text::free(typed.get("note"), 500).unwrap_or_else(|e| {
        errors.add("note", &e);
        String::new()
    });
    let decision = match door.visit.link.purpose {
        LinkPurpose::Signature => {
            let (name, version) = read_signature(typed, &mut errors);
            Some(Decision::Sign { name, version })
        }
        LinkPurpose::Proposal => match typed.get("choice") {
            choice @ ("accept" | "refuse") => {
                Some(Decision::Proposal { accept: choice == "accept", note, by: acting(typed) })
            }
            _ => {
                errors.add("choice", "받아들이시는지 골라 주세요.");
                None
            }
        },
        LinkPurpose::Slots => {
            let offered = slots(door);
            let ok: Vec<DateTime<Utc>> = typed.all("ok").filter_map(seoul::parse).collect();
            if ok.iter().any(|at| !offered.contains(at)) || ok.len() != typed.all("ok").count() {
                errors.add("ok", "날짜를 다시 골라 주세요.");
            }
            Some(Decision::Slots { ok })
        }
        LinkPurpose::Survey => {
            let scores = read_survey(&door.visit, typed);
            if scores.iter().all(Option::is_none) {
                errors.add("heard", "하나라도 골라 주세요. 답하고 싶지 않으시면 이 화면을 닫으시면 됩니다.");
            }
            Some(Decision::Survey { scores })
        }
        _ => Some(read_follow_up(door, typed, note, &mut errors)),
    };
    match decision.filter(|_| errors.is_empty()) {
        Some(decision) => Ok(decision),
        None => Err(errors),
    }
}
