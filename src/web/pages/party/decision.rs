//! Decisions that a link of its own carries: sign, answer a proposal, pick dates, tell how an agreement fares.

use super::{Answered, acting, answered, contact, side_shown, who_acts};
use crate::casework::party::{Decision, Door, asked, due};
use crate::domain::case::{Asked, Reply};
use crate::domain::codes::{FollowUpResult, LinkPurpose, Relation};
use crate::domain::seoul;
use crate::domain::step::Term;
use crate::domain::text;
use crate::render::korean::Moment;
use crate::web::field::{Errors, Field, Form};
use crate::web::pages::apply::view::Contact;
use crate::web::parts::Page;
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
    pub lines: Vec<String>,
    pub terms: Vec<TermShown>,
    pub answer_by: String,
    pub answered: Option<Answered>,
    /// The case no longer waits for this answer.
    pub over: bool,
    pub action: String,
    pub contact: Option<Contact>,
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
        let from = term.from.map(|d| format!("{}부터", Moment::from(d).list()));
        let until = term.until.map(|d| format!("{}까지", Moment::from(d).list()));
        let period = [from, until].into_iter().flatten().collect::<Vec<_>>().join(" ");
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
        _ => "합의가 잘 지켜지나요?",
    }
}

fn fields(door: &Door) -> Vec<Field> {
    match door.visit.link.purpose {
        LinkPurpose::Signature => vec![
            Field::text("name", "이름").autocomplete("name").width("w-m").max(40),
            Field::checkbox("agree", "위 내용을 모두 읽었고 합의합니다"),
        ],
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
        _ => vec![
            Field::radio("result", "약속이 지켜지고 있나요?").choices(
                [FollowUpResult::Kept, FollowUpResult::Partly, FollowUpResult::Broken]
                    .map(|r| (r.code(), follow_up_label(r))),
            ),
            Field::radio("relation", "이웃과의 사이는 어떤가요?")
                .choices(Relation::ALL.iter().map(|r| (r.code(), r.label())))
                .optional(),
            Field::area("note", "하고 싶은 말", 500).rows(3).optional(),
        ],
    }
}

const fn follow_up_label(result: FollowUpResult) -> &'static str {
    match result {
        FollowUpResult::Kept => "잘 지켜집니다",
        FollowUpResult::Partly => "일부만 지켜집니다",
        FollowUpResult::Broken => "지켜지지 않습니다",
        FollowUpResult::Unanswered => "답하지 않음",
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
    let form = Form::new(order.clone(), typed, errors);
    let order = order.iter().filter_map(|f| form.fields.get(&f.name).cloned()).collect();
    title(link.purpose).clone_into(&mut page.title);
    page.error = !form.errors.is_empty();
    let proposal = case.proposals.iter().find(|p| Some(p.seq) == link.seq);
    let agreement = case.agreements.iter().find(|a| Some(a.seq) == link.seq);
    let terms = match link.purpose {
        LinkPurpose::Signature => agreement.map(|a| terms_shown(&a.terms)),
        LinkPurpose::Proposal => proposal.map(|p| terms_shown(&p.terms)),
        LinkPurpose::FollowUp => case.agreements.last().map(|a| terms_shown(&a.terms)),
        _ => None,
    }
    .unwrap_or_default();
    let lines = match link.purpose {
        LinkPurpose::FollowUp => terms.iter().map(|t| format!("{}: {}", t.who, t.what)).collect(),
        _ => Vec::new(),
    };
    let stands = asked(case, link);
    let used = link.answer.as_deref().map(|a| remembered(link.purpose, a));
    let used = used.or_else(|| match stands {
        Asked::Answered(reply) => Some(said(reply)),
        Asked::Open | Asked::Over => None,
    });
    let answered = used.map(|label| answered(door, label, "바꾸고 싶으시면 맡은 곳에 전화해 주세요."));
    Show {
        order,
        number: case.number.clone(),
        side: side_shown(door.visit.side),
        intro: intro(door),
        by: form.fields.get("by").cloned(),
        also: case.together.clone(),
        lines,
        terms,
        answer_by: proposal.map(|p| Moment::from(p.answer_by).prose()).unwrap_or_default(),
        over: answered.is_none() && stands != Asked::Open,
        answered,
        action: format!("/r/{token}"),
        contact: contact(door),
        form,
        page,
    }
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
        Reply::Slots => "답을 받았습니다".to_owned(),
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
            let name = text::name(typed.get("name")).map_err(|e| errors.add("name", e)).unwrap_or_default();
            if !typed.ticked("agree") {
                errors.add("agree", "내용을 읽고 합의하신다면 표시해 주세요.");
            }
            Some(Decision::Sign { name })
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
        _ => {
            let result =
                FollowUpResult::from_code(typed.get("result")).filter(|r| *r != FollowUpResult::Unanswered);
            if result.is_none() {
                errors.add("result", "지켜지고 있는지 골라 주세요.");
            }
            let relation = Relation::from_code(typed.get("relation"));
            result.map(|result| Decision::FollowUp { result, relation, note })
        }
    };
    match decision.filter(|_| errors.is_empty()) {
        Some(decision) => Ok(decision),
        None => Err(errors),
    }
}
