//! A letter in Korean words: subject, text, and the HTML made from the text.
//!
//! Each notice has one text, `templates/mail/<notice>/body.txt`. The HTML part is the same text in paragraphs, a table of facts
//! and a button: two texts by hand would drift apart, and the one that says too much would be the one nobody reads.

use super::MailError;
use crate::domain::letter::{AgreementNews, Letter, OfferEnd, Outgoing, Regrouping, Vacancy};
use crate::render::Renderer;
use crate::render::korean::Moment;
use serde::Serialize;
use serde_json::{Value, json};

/// What every mail says about where it comes from.
#[derive(Clone, Serialize)]
pub(super) struct Site {
    pub(super) site: String,
    pub(super) operator: String,
    pub(super) phone: String,
    /// Scheme and host, without a slash at the end.
    pub(super) base: String,
}

/// A letter as people read it.
pub(super) struct Words {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

/// The data of a notice's templates: [`Site`], the case number, and the letter with its codes spelled out.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    site: &'a Site,
    number: Option<&'a str>,
    /// Somebody reads what is answered to this mail.
    answered: bool,
    letter: Value,
}

/// One paragraph, table or button of the HTML part.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Block {
    paragraph: Vec<String>,
    facts: Vec<Fact>,
    button: Option<Button>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Fact {
    name: String,
    value: String,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Button {
    label: String,
    /// Own path, to be checked by `url`.
    path: String,
}

#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    site: &'a Site,
    subject: &'a str,
    blocks: Vec<Block>,
    foot: Vec<Block>,
}

/// Renders the notice's subject and text, and the HTML from the text.
pub(super) fn words(
    renderer: &Renderer,
    site: &Site,
    outgoing: &Outgoing,
    answered: bool,
) -> Result<Words, MailError> {
    let mut letter = spelled(&outgoing.letter);
    flatten_lines(&mut letter);
    let told = Told { site, number: outgoing.number.as_deref(), answered, letter };
    let name = outgoing.letter.template();
    let subject = renderer.render(&format!("mail/{name}/subject.txt"), &told)?.trim().to_owned();
    if subject.chars().any(char::is_control) {
        return Err(MailError::Subject);
    }
    let body = tidy(&renderer.render(&format!("mail/{name}/body.txt"), &told)?);
    let foot = tidy(&renderer.render("mail/foot.txt", &told)?);
    let shown =
        Shown { site, subject: &subject, blocks: blocks(&body, &site.base), foot: blocks(&foot, &site.base) };
    let html = renderer.render("mail/frame.html", &shown)?;
    Ok(Words { text: format!("{body}\n\n-- \n{foot}\n"), html, subject })
}

/// Why somebody is to be asked next, as a sentence.
const fn vacancy(why: Vacancy) -> &'static str {
    match why {
        Vacancy::Declined => "요청받은 조정인이 이번에는 어렵다고 답했습니다.",
        Vacancy::Expired => "요청한 조정인이 기한까지 답하지 않았습니다.",
        Vacancy::Left => "맡고 있던 사람이 담당을 내려놓았습니다.",
    }
}

/// Of a pair, which place it is about.
fn place_in_pair(letter: &Letter) -> Option<&'static str> {
    let (Letter::Offer { lead, .. } | Letter::Assigned { lead, .. }) = letter else { return None };
    lead.map(|lead| {
        if lead {
            "주 조정인(두 분 가운데 이끄시는 분)"
        } else {
            "공동 조정인(두 분 가운데 함께하시는 분)"
        }
    })
}

/// The letter as the templates see it: codes become labels, the rest stays.
fn spelled(letter: &Letter) -> Value {
    let mut value = serde_json::to_value(letter).unwrap_or(Value::Null);
    let mut put = |key: &str, label: Value| {
        if let Some(fields) = value.as_object_mut() {
            fields.insert(key.to_owned(), label);
        }
    };
    match letter {
        Letter::Offer { causes, wanted, .. } => {
            put("causes", json!(causes.iter().map(|c| c.label()).collect::<Vec<_>>().join(", ")));
            put("wanted", json!(days(wanted)));
            put("lead", json!(place_in_pair(letter)));
        }
        Letter::Assigned { .. } => put("lead", json!(place_in_pair(letter))),
        Letter::OfferNext { why, .. } => put("why", json!(vacancy(*why))),
        Letter::AgreementDone { follow_ups, .. } => put(
            "follow_ups",
            json!(follow_ups.iter().map(|day| Moment::from(*day).list()).collect::<Vec<_>>().join(", ")),
        ),
        Letter::OfferCancelled { why, .. } => put(
            "why",
            json!(match why {
                OfferEnd::Expired => "회신 기한이 지나 이 요청을 거두었습니다.",
                OfferEnd::Taken => "다른 분이 이 사건을 맡게 되었습니다.",
                OfferEnd::Withdrawn => "이 사건의 진행이 달라져 요청을 거두었습니다.",
            }),
        ),
        Letter::SessionProposed { slots, kind, minutes, .. } => {
            put(
                "slots",
                json!(slots.iter().map(|at| Moment::from(*at).prose()).collect::<Vec<_>>().join(", ")),
            );
            put("way", json!(format!("{}, 약 {minutes}분", kind.label())));
        }
        Letter::SessionFixed { meeting }
        | Letter::SessionMoved { meeting, .. }
        | Letter::SessionCancelled { meeting }
        | Letter::SessionReminder { meeting, .. } => {
            let soon = matches!(letter, Letter::SessionReminder { soon: true, .. });
            put("soon", json!(if soon { "곧" } else { "내일" }));
            put("place", json!(meeting.public_place()));
            put("way", json!(meeting.kind.label()));
            put("end", json!(Moment::from(meeting.end).clock()));
        }
        Letter::AssemblyCalled { meeting, .. }
        | Letter::AssemblyMoved { meeting, .. }
        | Letter::AssemblyCancelled { meeting, .. } => {
            put("place", json!(meeting.public_place()));
            put("end", json!(Moment::from(meeting.end).clock()));
        }
        Letter::Regrouped { how, .. } => put(
            "how",
            json!(match how {
                Regrouping::Merged =>
                    "같은 일로 들어온 다른 접수와 합쳐 함께 다루기로 했습니다. 다시 신청하지 않으셔도 됩니다.",
                Regrouping::Joined =>
                    "같은 일로 들어온 다른 접수를 이 접수에 합쳐 함께 다루기로 했습니다. 하시던 일은 그대로 이어집니다.",
                Regrouping::Split =>
                    "함께 다루던 신청 가운데 하나를 나누어 따로 다루기로 했습니다. 하시던 일은 그대로 이어집니다.",
            }),
        ),
        Letter::AgreementNews { what, .. } => put("what", json!(agreement_news(*what))),
        Letter::Closed { outcome, .. } => put("outcome", json!(outcome.label())),
        _ => {}
    }
    value
}

/// What is to be seen to about an agreement.
const fn agreement_news(what: AgreementNews) -> &'static str {
    match what {
        AgreementNews::Broken => {
            "지켜지지 않은 약속이 있다는 사후점검 답이 왔습니다. 사건을 다시 열지 정해 주세요."
        }
        AgreementNews::Commented => {
            "합의서 초안에 대한 의견이 왔습니다. 읽어 보시고, 고칠 것이 있으면 새 판을 만들어 주세요."
        }
        AgreementNews::Left => {
            "합의를 거두겠다는 뜻이 적혔습니다. 합의는 계약으로 그대로 남습니다. 사건을 다시 열지 정해 주세요."
        }
    }
}

fn days(days: &[chrono::NaiveDate]) -> String {
    days.iter().map(|day| Moment::from(*day).prose()).collect::<Vec<_>>().join(", ")
}

/// Line breaks inside a value would make new lines and new blocks of the text.
fn flatten_lines(value: &mut Value) {
    match value {
        Value::String(text) => *text = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect(),
        Value::Array(items) => items.iter_mut().for_each(flatten_lines),
        Value::Object(fields) => fields.values_mut().for_each(flatten_lines),
        _ => {}
    }
}

/// No spaces at line ends, one blank line at most between blocks, none around.
fn tidy(text: &str) -> String {
    let mut out: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        if line.is_empty() && out.last().is_none_or(|last| last.is_empty()) {
            continue;
        }
        out.push(line);
    }
    out.join("\n").trim_end().to_owned()
}

/// Blocks are parted by blank lines. Lines `- name: value` are facts; a line that is one of our own addresses makes a button
/// of the line above it.
fn blocks(text: &str, base: &str) -> Vec<Block> {
    text.split("\n\n").map(|block| one_block(block, base)).collect()
}

fn one_block(block: &str, base: &str) -> Block {
    let mut made = Block { paragraph: Vec::new(), facts: Vec::new(), button: None };
    for line in block.lines() {
        let fact = line.strip_prefix("- ").and_then(|rest| rest.split_once(": "));
        let path = line.strip_prefix(base).filter(|path| path.starts_with('/'));
        match (fact, path) {
            (Some((name, value)), _) => {
                made.facts.push(Fact { name: name.to_owned(), value: value.to_owned() })
            }
            (None, Some(path)) => {
                let label = made.paragraph.pop().unwrap_or_default();
                made.button = Some(Button { label, path: path.to_owned() });
            }
            (None, None) => made.paragraph.push(line.to_owned()),
        }
    }
    made
}
