//! 현장방문 결과 적기: the checklist of the visit entered from paper, question by question; what comes of it is one step,
//! 사실조사 by visit.
use super::load::{self, Sight};
use crate::casework::CaseworkError;
use crate::casework::step::take_step;
use crate::domain::step::StepCode;
use crate::domain::visit::{CHECKS, Check, findings};
use crate::web::error::WebError;
use crate::web::field::{Errors, Field};
use crate::web::guard::Who;
use crate::web::pages::sheet::{Sheet, errors_of};
use crate::web::parts::Flash;
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use crate::web::steps as reader;
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

/// What an answer may hold: five of them fit into the findings of one step.
const WORDS: u32 = 600;

fn field(check: &Check) -> Field {
    let made = if check.choices.is_empty() {
        Field::area(check.name, check.label, WORDS).rows(2)
    } else if check.several {
        Field::checks(check.name, check.label).choices(check.choices.iter().copied())
    } else {
        Field::radio(check.name, check.label).choices(check.choices.iter().copied())
    };
    if check.required { made } else { made.optional() }
}

fn fields(version: i64) -> Vec<Field> {
    let at = Field::past("at", "다녀온 때").help("비우면 지금입니다.").optional();
    let numbered = CHECKS.iter().zip(1..).map(|(check, n)| {
        let field = field(check);
        Field { label: format!("{n}. {}", field.label), ..field }
    });
    [Field::hidden("version", &version.to_string()), at].into_iter().chain(numbered).collect()
}

/// The case, for people who may record an inquiry.
async fn opened(state: &State, who: &Who, number: &str) -> Result<Sight, WebError> {
    let sight = load::open(state, who, number, "step").await?;
    if sight.actor.taking(StepCode::Investigate, sight.case()).is_none() {
        return Err(WebError::denied());
    }
    sight.case().admits_now(StepCode::Investigate).map_err(CaseworkError::Refused)?;
    Ok(sight)
}

fn sheet(state: &State, who: &Who, number: &str) -> Sheet {
    let path = format!("/cases/{number}");
    Sheet::new(state.frame(who, "현장방문 결과 적기"), &format!("{path}/visit"), "기록하기")
        .lead("현장방문 체크리스트와 같은 순서입니다. 사는 사람의 나이나 가족 이야기는 적지 말아 주세요.")
        .cancel(&format!("{path}/papers"), "문서로")
}

/// The form, in the checklist's order.
///
/// # Errors
/// 404 outside the scope, 403 for people who do not inquire, 409 when the case is past it.
pub async fn form(state: Data<State>, who: Who, number: Path<String>) -> Result<HttpResponse, WebError> {
    let sight = opened(&state, &who, &number).await?;
    sheet(&state, &who, &number).filled(fields(sight.case().version)).show(&state)
}

/// Records the visit.
///
/// # Errors
/// As `form`.
pub async fn take(
    state: Data<State>,
    who: Who,
    number: Path<String>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let sight = opened(&state, &who, &number).await?;
    let mut errors = Errors::default();
    match findings(|code| typed.all(code).map(str::to_owned).collect()) {
        Ok(findings) => match reader::from_typed(StepCode::Investigate, &step_of(&typed, findings)) {
            Ok(taking) => {
                let (actor, n, now) = (who.actor.clone(), number.clone(), state.now());
                match state.db.write(move |tx| take_step(tx, &actor, &n, taking, now)).await {
                    Ok(_) => return Ok(onward(&sight, &typed)),
                    Err(e) => errors = errors_of(e)?,
                }
            }
            Err(wrong) => errors = wrong,
        },
        Err(wrong) => wrong.iter().for_each(|(code, why)| errors.add(code, why)),
    }
    // What is wrong with the findings as a whole is told at the last question.
    if let Some(why) = errors.of("findings").map(str::to_owned) {
        errors.add("seen", &why);
    }
    sheet(&state, &who, &number).typed(fields(sight.case().version), &typed, &errors).show(&state)
}

/// What is typed, as the form of 사실조사 would have it.
fn step_of(typed: &Typed, findings: String) -> Typed {
    let kept = typed.pairs().iter().filter(|(name, _)| name == "version" || name.starts_with("at"));
    let own = [("means".to_owned(), "visit".to_owned()), ("findings".to_owned(), findings)];
    Typed::from_pairs(kept.cloned().chain(own))
}

/// A worry about safety asks for the screen at once.
fn onward(sight: &Sight, typed: &Typed) -> HttpResponse {
    let number = &sight.case().number;
    if typed.get("danger") == "yes" && sight.steps.contains(&StepCode::Screen) {
        let flash = Flash::ok("방문 결과를 기록했습니다. 걱정되는 점이 있으니 안전 확인을 다시 해 주세요.");
        return see_other(&format!("/cases/{number}/steps/screen"), Some(&flash));
    }
    see_other(&format!("/cases/{number}"), Some(&Flash::ok("방문 결과를 기록했습니다.")))
}
