//! What the application's pages show.

use super::form::{self, Choices, Step};
use crate::domain::codes::{Cause, ConsentPurpose, Disclosure, Position};
use crate::domain::consent::{ConsentText, NOTICE, NOTICE_VERSION};
use crate::domain::text::{self, Unit};
use crate::render::korean;
use crate::web::field::{Errors, Field, Form};
use crate::web::parts::{Link, Page, Steps, Summary};
use crate::web::qr::Qr;
use crate::web::typed::Typed;
use serde::Serialize;

/// A page of questions: `pages/apply/{home,noise,wishes}`.
#[derive(Debug, Serialize)]
pub struct Question {
    pub page: Page,
    pub steps: Steps,
    pub form: Form,
    /// Whether health may be written about.
    pub sensitive: bool,
}

/// The first page: `pages/apply/start`.
#[derive(Debug, Serialize)]
pub struct Start {
    pub page: Page,
    pub steps: Steps,
    pub form: Form,
    pub notice: &'static [&'static str],
    pub notice_version: &'static str,
    pub consents: Vec<ConsentBox>,
}

/// Who answers for the data as long as nobody knows which 단지 it is.
const DESK: &str = "접수하는 곳(사시는 단지의 관리사무소나 위원회)";

/// A consent with what the law wants said beside its box.
#[derive(Debug, Clone, Serialize)]
pub struct ConsentBox {
    pub title: &'static str,
    pub items: &'static str,
    pub why: &'static str,
    pub recipient: Option<String>,
    /// 개인정보처리자.
    pub controller: String,
    pub kept: &'static str,
    pub refusal: &'static str,
    pub stops: &'static str,
    pub field: Field,
}

impl ConsentBox {
    /// The words of a consent around its box.
    #[must_use]
    pub fn new(text: &ConsentText, field: Field) -> Self {
        Self {
            title: text.purpose.label(),
            items: text.items,
            why: text.why,
            recipient: Some(text.recipient.to_owned()).filter(|r| !r.is_empty()),
            controller: DESK.to_owned(),
            kept: text.kept,
            refusal: text.refusal,
            stops: text.stops,
            field,
        }
    }

    /// The same with the body that answers for the data.
    #[must_use]
    pub fn by(self, controller: &str) -> Self {
        Self { controller: controller.to_owned(), ..self }
    }

    /// The same with the receiving body by its name.
    #[must_use]
    pub fn to(self, recipient: &str) -> Self {
        Self { recipient: Some(recipient.to_owned()), ..self }
    }
}

/// Check-your-answers: `pages/apply/check`.
#[derive(Debug, Serialize)]
pub struct Check {
    pub page: Page,
    pub steps: Steps,
    pub form: Form,
    pub groups: Vec<Group>,
    pub disclosure: &'static str,
}

/// Answers under one heading.
#[derive(Debug, Serialize)]
pub struct Group {
    pub title: &'static str,
    #[serde(flatten)]
    pub summary: Summary,
}

/// After sending: `pages/apply/done`.
#[derive(Debug, Serialize)]
pub struct Done {
    pub page: Page,
    pub print: PrintHead,
    pub number: String,
    pub received: String,
    pub qr: Option<Qr>,
    /// The receipt's own path.
    pub receipt: String,
    /// The receipt's whole address, as printed.
    pub receipt_shown: String,
    pub next: Vec<NextStep>,
    pub contact: Option<Contact>,
}

/// `parts/print_head`.
#[derive(Debug, Serialize)]
pub struct PrintHead {
    pub left: String,
    pub right: String,
}

/// One thing that happens next.
#[derive(Debug, Serialize)]
pub struct NextStep {
    pub title: String,
    pub text: String,
}

/// Whom to ask: the body that has the turn.
#[derive(Debug, Clone, Serialize)]
pub struct Contact {
    pub name: String,
    /// With hyphens; none when the body has no number.
    pub phone: Option<String>,
}

impl Contact {
    /// From a body's name and the digits of its telephone.
    #[must_use]
    pub fn of((name, phone): &(String, String)) -> Self {
        Self { name: name.clone(), phone: Some(korean::phone(phone)).filter(|p| !p.is_empty()) }
    }
}

/// The title of a page; also its h1.
#[must_use]
pub const fn title(step: Step) -> &'static str {
    match step {
        Step::Start => "층간소음 조정을 신청합니다",
        Step::Home => "어디에 사시나요?",
        Step::Noise => "어떤 소음인가요?",
        Step::Wishes => "무엇을 바라시나요?",
        Step::Check => "보내기 전에 확인해 주세요",
    }
}

/// Sets title, way back and the mark of a refusal.
#[must_use]
pub fn framed(mut page: Page, step: Step, form: &Form) -> Page {
    title(step).clone_into(&mut page.title);
    page.error = !form.errors.is_empty();
    page.back = step.previous().map(|previous| Link::new(previous.path(), "이전 단계로 돌아가기"));
    page
}

/// The indicator on `step`.
#[must_use]
pub fn steps(step: Step) -> Steps {
    Steps::new(&Step::LABELS, step.number())
}

/// The first page.
#[must_use]
pub fn start(page: Page, typed: &Typed, errors: &Errors) -> Start {
    let form = Form::new(form::fields(Step::Start, &Choices::default()), typed, errors);
    let consents = form::ASKED
        .iter()
        .filter_map(|purpose| {
            let field = form.fields.get(form::consent_name(*purpose))?;
            Some(ConsentBox::new(purpose.text()?, field.clone()))
        })
        .collect();
    Start {
        page: framed(page, Step::Start, &form),
        steps: steps(Step::Start),
        notice: NOTICE,
        notice_version: NOTICE_VERSION,
        consents,
        form,
    }
}

/// A page of questions with what was typed and what is wrong with it.
#[must_use]
pub fn question(page: Page, step: Step, typed: &Typed, errors: &Errors, choices: &Choices) -> Question {
    let form = Form::new(form::fields(step, choices), typed, errors);
    let sensitive = typed.ticked(form::consent_name(ConsentPurpose::Sensitive));
    Question { page: framed(page, step, &form), steps: steps(step), form, sensitive }
}

/// All answers, each with the way to change it.
#[must_use]
pub fn check(page: Page, typed: &Typed, errors: &Errors, choices: &Choices) -> Check {
    let form = Form::filled([], errors);
    let disclosure = Disclosure::from_code(typed.get("disclosure")).map_or("", Disclosure::label);
    Check {
        page: framed(page, Step::Check, &form),
        steps: steps(Step::Check),
        form,
        groups: groups(typed, choices),
        disclosure,
    }
}

fn groups(typed: &Typed, choices: &Choices) -> Vec<Group> {
    let [home, noise, wishes, start] =
        [Step::Home.path(), Step::Noise.path(), Step::Wishes.path(), Step::Start.path()];
    let given = |name: &str| typed.some(name).unwrap_or("적지 않음").to_owned();
    let complex =
        choices.complexes.iter().find(|(id, _)| id == typed.get("complex")).map(|(_, name)| name.clone());
    let area = choices.areas.label(typed.get("area")).map(|name| format!(", {name}")).unwrap_or_default();
    let complex = complex.unwrap_or_else(|| format!("{} (목록에 없음{area})", typed.get("complex_typed")));
    let door =
        Unit::read(typed.get("building"), typed.get("unit")).map(|u| u.to_string()).unwrap_or_default();
    let cause = Cause::from_code(typed.get("cause")).map_or("", Cause::label);
    let position = Position::from_code(typed.get("position")).map_or("", Position::label);
    let suspected = match form::suspected(typed) {
        Ok(Some(unit)) => format!("{position}, {unit}"),
        _ => position.to_owned(),
    };
    let times = Some(form::times_shown(typed.all("times"))).filter(|t| !t.is_empty());
    let disclosure = Disclosure::from_code(typed.get("disclosure")).map_or("", Disclosure::label);
    let phone = text::phone(typed.get("phone")).map(|p| korean::phone(&p)).unwrap_or_default();
    let consents = form::ASKED.iter().fold(Summary::default(), |summary, purpose| {
        let given = typed.ticked(form::consent_name(*purpose));
        summary.answer(purpose.label(), if given { "동의함" } else { "동의하지 않음" }, start)
    });
    vec![
        Group {
            title: "사는 곳",
            summary: Summary::default().answer("단지", complex, home).answer("동·호", door, home),
        },
        Group {
            title: "소음",
            summary: Summary::default()
                .answer("소리", cause, noise)
                .answer("들리는 때", times.unwrap_or_else(|| "적지 않음".to_owned()), noise)
                .answer("추정되는 곳", suspected, noise)
                .answer("있었던 일", given("narrative"), noise),
        },
        Group {
            title: "바라는 점",
            summary: Summary::default()
                .answer("관리사무소", form::answered(typed), wishes)
                .answer("바라는 점", given("wishes"), wishes)
                .answer("상대방이 알아도 되는 것", disclosure, wishes)
                .answer("전해도 되는 말", given("may_tell"), wishes),
        },
        Group {
            title: "연락처",
            summary: Summary::default()
                .answer("이름", given("name"), wishes)
                .answer("전화번호", phone, wishes)
                .answer("전자우편", given("email"), wishes),
        },
        Group { title: "동의", summary: consents },
    ]
}

/// What happens after a case was filed, for its applicant. `holder` has the turn; `next` says by when it gets in touch.
#[must_use]
pub fn next_steps(holder: Option<&str>, next: &str, disclosure: Disclosure) -> Vec<NextStep> {
    let step = |title: &str, text: String| NextStep { title: title.to_owned(), text };
    let first = match holder {
        Some(holder) => format!("맡은 곳은 {holder}입니다. {next}"),
        None => format!("단지를 확인하고 맡을 곳을 정합니다. {next}"),
    };
    let other = match disclosure {
        Disclosure::NoticeOnly => "상대방에게 따로 연락하지 않고 단지 전체에 안내문을 붙입니다.",
        Disclosure::HideUnit => "어느 집에서 신청했는지 알리지 않고 상대방의 사정을 듣습니다.",
        Disclosure::Open => "상대방에게 연락해 사정을 듣습니다.",
    };
    vec![
        step("먼저 이야기를 듣습니다", first),
        step("사실을 알아봅니다", other.to_owned()),
        step(
            "양쪽이 원하면 조정합니다",
            "참여할지는 두 집이 각각 정합니다. 언제든 그만둘 수 있습니다.".to_owned(),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::Renderer;

    #[test]
    fn every_page_renders_empty_full_and_refused() {
        let r = Renderer::new().unwrap();
        let complexes = vec![("7".to_owned(), "천연뜨란채".to_owned())];
        let choices = Choices { complexes, ..Choices::default() };
        let full = Typed::from_body(
            "complex=7&building=101&unit=1203&cause=footfall&position=above&r_unit=1303&times=22-24&narrative=a%0Ab&told=yes&wishes=w\
             &disclosure=hide_unit&name=Kim&phone=01012345678&consent_sensitive=yes"
                .as_bytes(),
        );
        let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        for typed in [Typed::default(), full] {
            for step in Step::ALL {
                for errors in [Errors::default(), form::check(step, &Typed::default(), &choices, today)] {
                    let page = Page::plain("t");
                    let shown = match step {
                        Step::Start => r.render("pages/apply/start", &start(page, &typed, &errors)),
                        Step::Check => r.render("pages/apply/check", &check(page, &typed, &errors, &choices)),
                        _ => r.render(
                            &format!("pages/apply/{}", step.slug()),
                            &question(page, step, &typed, &errors, &choices),
                        ),
                    };
                    let shown = shown.unwrap();
                    assert!(shown.contains(title(step)));
                    assert_eq!(shown.contains("<title>오류: "), !errors.is_empty());
                }
            }
        }
    }
}
