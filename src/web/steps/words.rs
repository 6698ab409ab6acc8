//! A recorded step in words: a title and its particulars, as the case's timeline and papers show them.
//!
//! The labels are those of the step's form (`domain::step::form`), so that what was asked is what is read back.
use crate::domain::codes::{AgreementKind, Evidence, FollowUpResult, Living};
use crate::domain::ids::{BodyId, ComplexId, UserId};
use crate::domain::mark::Mark;
use crate::domain::referral;
use crate::domain::seoul;
use crate::domain::step::form::{self, Choices, Input, Thing};
use crate::domain::step::{Seq, Step, Term};
use crate::render::korean::Moment;
use crate::web::pages::apply::form::times_shown;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use std::collections::BTreeMap;

/// The names behind the ids that a case's pages show.
#[derive(Debug, Clone, Default)]
pub struct Names {
    pub users: BTreeMap<UserId, String>,
    pub bodies: BTreeMap<BodyId, String>,
    pub complexes: BTreeMap<ComplexId, String>,
    /// The people beside the main parties, by the line that added them, as what they stand there: `신청인 대리인`.
    pub people: BTreeMap<Seq, String>,
}

impl Names {
    #[must_use]
    pub fn user(&self, id: UserId) -> String {
        self.users.get(&id).cloned().unwrap_or_else(|| "탈퇴한 사람".to_owned())
    }
    #[must_use]
    pub fn body(&self, id: BodyId) -> String {
        self.bodies.get(&id).cloned().unwrap_or_else(|| "알 수 없는 기관".to_owned())
    }
    #[must_use]
    pub fn complex(&self, id: ComplexId) -> String {
        self.complexes.get(&id).cloned().unwrap_or_else(|| "알 수 없는 단지".to_owned())
    }
}

/// `11월 28일(토) 14:00`, Korean time.
#[must_use]
pub fn when(at: DateTime<Utc>) -> String {
    Moment::from(at).prose()
}

/// `2026. 11. 28.(토) 14:00`, for papers.
#[must_use]
pub fn official(at: DateTime<Utc>) -> String {
    Moment::from(at).official()
}

/// `2026. 11. 28.(토)`.
#[must_use]
pub fn official_day(day: NaiveDate) -> String {
    Moment::from(day).official()
}

/// `11월 28일(토)`.
#[must_use]
pub fn day(day: NaiveDate) -> String {
    Moment::from(day).prose()
}

/// What was opened, as the record of openings tells it to the desk and to the party alike.
#[must_use]
pub fn opened(what: &str) -> &str {
    match what {
        "summary" => "사건 첫 화면",
        "log" => "기록 전체",
        "parties" => "이름과 동·호",
        "contacts" => "전화번호와 전자우편",
        "meetings" => "조정회의",
        "agreements" => "합의와 조정안",
        "referrals" => "의뢰·연결",
        "evidence" => "증거 자료",
        "papers" => "문서 목록",
        "print" => "문서 출력",
        "letter" => "상대방 안내문 출력",
        "own_applicant" => "열람 자료(신청인) 출력",
        "own_respondent" => "열람 자료(상대방) 출력",
        "step" => "일을 적는 화면",
        "told" => "전화로 알림",
        "code" => "본인 확인 숫자",
        "reply" => "전자우편 답장",
        "noise" => "소음 기록",
        "mails" => "보낸 전자우편",
        other => other,
    }
}

/// What a line of the history is called: the step's label, with its result where that says more.
#[must_use]
pub fn title(step: &Step) -> String {
    let label = step.code().label();
    let more = match step {
        Step::Contact { means, result, .. } => format!("{}, {}", means.label(), result.label()),
        Step::Screen { side, result, .. } => format!("{}, {}", side.label(), result.label()),
        Step::Recommend { result, .. } => result.label().to_owned(),
        Step::Consent { side, .. } | Step::WithdrawConsent { side, .. } | Step::Sign { side, .. } => {
            side.label().to_owned()
        }
        Step::Counsel { side, .. }
        | Step::LeaveAgreement { side, .. }
        | Step::CommentDraft { side, .. }
        | Step::Survey { side, .. } => side.label().to_owned(),
        Step::Provide { side, given, .. } => {
            format!("{}, {}", side.label(), if *given { "동의함" } else { "동의하지 않음" })
        }
        Step::AddPerson { side, kind, .. } => format!("{} {}", side.label(), kind.label()),
        Step::Alarm { side, .. } | Step::AmendPerson { side, .. } | Step::MoveOut { side, .. } => {
            side.label().to_owned()
        }
        Step::OthersAgree { side, act, .. } => format!("{}, {}", side.label(), act.label()),
        Step::Order { kind, until, .. } => format!("{}, {}까지", kind.label(), day(*until)),
        Step::Agree { side, purpose, given, .. } => {
            let said = if *given { "동의함" } else { "동의하지 않음" };
            format!("{}, {}, {said}", side.label(), purpose.label())
        }
        Step::AskRight { side, right, .. } => format!("{}, {}", side.label(), right.label()),
        Step::AnswerRight { answer, .. } => answer.label().to_owned(),
        Step::Disclose { disclosure, .. } => disclosure.label().to_owned(),
        Step::AnswerProposal { side, accept, .. } => {
            format!("{}, {}", side.label(), if *accept { "받아들임" } else { "받아들이지 않음" })
        }
        Step::HoldSession { kind, next: Some(next), .. } => {
            format!("{}, 다음은 {}", kind.label(), next.label())
        }
        Step::HoldSession { kind, .. } => kind.label().to_owned(),
        Step::CheckIn { presence, .. } => presence.label().to_owned(),
        Step::FixSession { starts_at, .. } | Step::MoveSession { starts_at, .. } => when(*starts_at),
        Step::Close { outcome, .. } => outcome.label().to_owned(),
        Step::FollowUp { side, result, terms, .. } => {
            let worst = FollowUpResult::worst(terms.iter().copied().chain(*result));
            format!("{}, {}", side.label(), worst.label())
        }
        Step::Recorded { event, detail, .. } => {
            Mark::parse(event, detail).map_or_else(|_| event.clone(), |mark| mark.label().to_owned())
        }
        _ => return label.to_owned(),
    };
    format!("{label}: {more}")
}

/// The particulars as label and text, empty ones left out.
#[must_use]
pub fn rows(step: &Step, names: &Names) -> Vec<(String, String)> {
    if let Step::File { answered, wishes, narrative, times, tenure, since, evidence, .. } = step {
        let shown = [
            ("사는 집", tenure.map_or("", Living::label).to_owned()),
            ("언제부터", since.clone()),
            ("들은 소음", narrative.clone()),
            ("들리는 때", times_shown(times.iter().map(String::as_str))),
            ("있는 자료", labels(evidence)),
            ("관리사무소의 답", answered.clone()),
            ("바라는 점", wishes.clone()),
        ];
        return filled(shown);
    }
    if let Step::Recorded { event, detail, .. } = step {
        let said = Mark::parse(event, detail).map_or_else(|_| detail.clone(), |mark| mark.said().to_owned());
        return filled([("내용", said)]);
    }
    let Ok(Value::Object(said)) = serde_json::to_value(step) else { return Vec::new() };
    let fields = form::fields(step.code());
    let rows = fields.iter().filter_map(|field| {
        let text = shown(&field.input, said.get(field.name)?, names);
        Some((field.label.to_owned(), text))
    });
    rows.filter(|(_, text)| !text.is_empty()).collect()
}

/// What there is to show, in words.
#[must_use]
pub fn labels(evidence: &[Evidence]) -> String {
    evidence.iter().map(|e| e.label()).collect::<Vec<_>>().join(", ")
}

fn filled<const N: usize>(rows: [(&str, String); N]) -> Vec<(String, String)> {
    rows.into_iter().filter(|(_, text)| !text.is_empty()).map(|(l, t)| (l.to_owned(), t)).collect()
}

/// The particulars as one text, a line each.
#[must_use]
pub fn body(step: &Step, names: &Names) -> Option<String> {
    let lines: Vec<String> = rows(step, names).into_iter().map(|(l, t)| format!("{l}: {t}")).collect();
    Some(lines.join("\n")).filter(|text| !text.is_empty())
}

fn shown(input: &Input, value: &Value, names: &Names) -> String {
    let each = |one: &dyn Fn(&Value) -> String| -> String {
        let all = value.as_array().map(Vec::as_slice).unwrap_or_default();
        all.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    let user = |v: &Value| v.as_i64().map(|n| names.user(UserId(n))).unwrap_or_default();
    match input {
        // Of committees and their meetings; no step of a case has them.
        Input::Seat | Input::Seats | Input::Meeting | Input::Item | Input::Copies | Input::Notes => {
            String::new()
        }
        // The room's name stands in the place.
        Input::Hidden | Input::Room => String::new(),
        Input::Number(Thing::Event) => value.as_i64().map(|n| format!("{n}번째 기록")).unwrap_or_default(),
        Input::Number(Thing::Person | Thing::PersonOf(_)) => {
            value.as_i64().and_then(|seq| names.people.get(&seq)).cloned().unwrap_or_default()
        }
        Input::Number(_) => String::new(),
        Input::Line | Input::Text | Input::CaseNumber => value.as_str().unwrap_or_default().to_owned(),
        Input::Date => date_text(value),
        Input::Moment | Input::Past => moment_text(value),
        Input::Moments => each(&moment_text),
        Input::Dates => each(&date_text),
        Input::Whole if value.as_i64() == Some(0) => String::new(),
        Input::Whole | Input::Won | Input::Decimal => value.to_string(),
        Input::One(choices) => label_of(choices, value),
        Input::Any(choices) => each(&|v| label_of(choices, v)),
        Input::PerTerm(choices) => {
            let said = value.as_array().map(Vec::as_slice).unwrap_or_default();
            let each = said.iter().enumerate().map(|(i, v)| format!("{}. {}", i + 1, label_of(choices, v)));
            each.collect::<Vec<_>>().join(", ")
        }
        Input::Answers(choices) => each(&|v| {
            let code = v.get("question").and_then(Value::as_str).unwrap_or_default();
            let asked = referral::condition(code).map_or(code, |c| c.text);
            format!("\n{asked} {}", label_of(choices, v.get("answer").unwrap_or(&Value::Null)))
        }),
        Input::Tick => if value.as_bool() == Some(true) { "예" } else { "아니요" }.to_owned(),
        Input::Terms => {
            let terms: Vec<Term> = serde_json::from_value(value.clone()).unwrap_or_default();
            let lines = terms.iter().enumerate().map(|(i, t)| format!("\n{}. {}", i + 1, term(t)));
            lines.collect()
        }
        Input::Mediator | Input::InCharge => user(value),
        Input::Members => each(&user),
        Input::Body => value.as_i64().map(|n| names.body(BodyId(n))).unwrap_or_default(),
        Input::Complex => value.as_i64().map(|n| names.complex(ComplexId(n))).unwrap_or_default(),
    }
}

fn label_of(choices: &Choices, value: &Value) -> String {
    let code = value.as_str().unwrap_or_default();
    choices.iter().find(|(c, _)| *c == code).map_or_else(|| code.to_owned(), |(_, label)| (*label).to_owned())
}

fn moment_text(value: &Value) -> String {
    let at = value.as_str().and_then(|t| DateTime::parse_from_rfc3339(t).ok());
    at.map(|at| when(at.with_timezone(&Utc))).unwrap_or_default()
}

fn date_text(value: &Value) -> String {
    value.as_str().and_then(seoul::parse_day).map(day).unwrap_or_default()
}

/// One promise as a sentence.
#[must_use]
pub fn term(term: &Term) -> String {
    let mut text = format!("{}: {}", term.who, term.what);
    let span = span(term);
    if !span.is_empty() {
        text.push_str(&format!(" ({span})"));
    }
    if !term.check.is_empty() {
        text.push_str(&format!(" · 확인: {}", term.check));
    }
    text
}

/// One promise with its number, as people are asked about it on pages and on paper.
#[must_use]
pub fn numbered(n: usize, promise: &Term) -> String {
    format!("{n}. {}", term(promise))
}

/// From when until when a promise holds, in words.
#[must_use]
pub fn span(term: &Term) -> String {
    match (term.from, term.until) {
        (Some(from), Some(until)) => format!("{}부터 {}까지", official_day(from), official_day(until)),
        (Some(from), None) => format!("{}부터", official_day(from)),
        (None, Some(until)) => format!("{}까지", official_day(until)),
        (None, None) => String::new(),
    }
}

/// The heading of an agreement's paper.
#[must_use]
pub fn agreement_title(kind: AgreementKind) -> &'static str {
    match kind {
        AgreementKind::Full => "합의서",
        AgreementKind::Partial => "부분합의서",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::codes::{ContactResult, Means};

    #[test]
    fn a_recorded_step_reads_as_it_was_asked() {
        let step = Step::Contact {
            means: Means::Phone,
            result: ContactResult::NoAnswer,
            next_on: seoul::parse_day("2026-12-03"),
            note: "세 번 걸었습니다.".into(),
        };
        assert_eq!(title(&step), "상대방 연락 기록: 전화, 받지 않음");
        assert_eq!(
            body(&step, &Names::default()).unwrap(),
            "방법: 전화\n결과: 받지 않음\n다음 연락일: 12월 3일(목)\n메모: 세 번 걸었습니다."
        );
        let terms = vec![Term {
            who: "양쪽".into(),
            what: "밤 열 시 뒤에는 조용히 지낸다".into(),
            from: seoul::parse_day("2026-12-01"),
            until: None,
            check: "전화".into(),
        }];
        let draft = Step::Draft { kind: AgreementKind::Full, terms };
        assert_eq!(
            body(&draft, &Names::default()).unwrap(),
            "범위: 합의\n약속: \n1. 양쪽: 밤 열 시 뒤에는 조용히 지낸다 (2026. 12. 1.(화)부터) · 확인: 전화"
        );
    }
}
