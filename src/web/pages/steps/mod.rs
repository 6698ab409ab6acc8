//! One page for every step of a case: its form, and taking it.
mod fields;
mod preview;

use crate::casework::CaseworkError;
use crate::casework::step::{Taken, take_step};
use crate::domain::codes::Role;
use crate::domain::ids::BodyId;
use crate::domain::permission::View;
use crate::domain::seoul;
use crate::domain::step::StepCode;
use crate::domain::step::form;
use crate::store::{StoreError, bodies};
use crate::web::asked::term_rows;
use crate::web::demand::Demanded;
use crate::web::error::WebError;
use crate::web::field::{ErrorLine, Errors, Field};
use crate::web::guard::Who;
use crate::web::pages::cases::load::{self, Sight};
use crate::web::parts::{Flash, Link, Page};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use crate::web::steps as reader;
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use fields::Block;
use serde::Serialize;

/// `pages/steps/form`.
#[derive(Debug, Serialize)]
struct StepForm {
    page: Page,
    number: String,
    place: String,
    stage: String,
    intro: &'static str,
    errors: Vec<ErrorLine>,
    /// Why the case does not allow it, and what it allows instead.
    refusal: Option<String>,
    instead: Vec<Link>,
    blocks: Vec<Block>,
    /// A language that whoever is asked should speak: it and the days typed so far change the order in which people are proposed.
    language: Option<Field>,
    at: Field,
    at_open: bool,
    version: i64,
    action: String,
    terms_rows: usize,
    button: &'static str,
    /// The step can be sent; otherwise only the refusal is shown.
    possible: bool,
    /// The body that was chosen, and what it demands: its questions stand in the form.
    chosen: Option<String>,
    demanded: Option<Demanded>,
    /// What exactly would go out, for a last look.
    preview: Option<preview::Preview>,
}

/// What is on a form's page beside its fields.
struct Answer {
    status: StatusCode,
    refusal: Option<String>,
    possible: bool,
    preview: Option<preview::Preview>,
}

impl Answer {
    const FRESH: Self = Self { status: StatusCode::OK, refusal: None, possible: true, preview: None };
}

fn code(name: &str) -> Result<StepCode, WebError> {
    // A complaint is filed, an old ledger imported, and time acts by itself: none of them has a form here.
    StepCode::from_code(name)
        .filter(|c| !matches!(c, StepCode::File | StepCode::Recorded))
        .ok_or_else(WebError::not_found)
}

/// The form of a step. The address may say what is filled in already (`?side=respondent`).
///
/// # Errors
/// 404 outside the scope, 403 when the step is not for this person, 409 when the case does not allow it now.
pub async fn show(
    state: Data<State>,
    who: Who,
    path: Path<(String, String)>,
    query: Query<Vec<(String, String)>>,
) -> Result<HttpResponse, WebError> {
    let (number, step) = path.into_inner();
    let step = code(&step)?;
    let sight = load::open(&state, &who, &number, "step").await?;
    if sight.actor.taking(step, sight.case()).is_none() {
        return Err(WebError::denied());
    }
    let typed = fields::defaults(&sight, step, &Typed::from_pairs(query.into_inner()), state.now());
    let answer = match sight.case().admits_late(step) {
        Ok(()) => Answer::FRESH,
        Err(refused) => {
            let refusal = Some(refused.sentence);
            Answer { status: StatusCode::CONFLICT, refusal, possible: false, preview: None }
        }
    };
    shown(&state, &who, sight, step, &typed, &Errors::default(), answer).await
}

/// Takes the step. Whatever goes wrong, what was typed stays on the page.
///
/// # Errors
/// 404 outside the scope, 403 when the step is not for this person.
pub async fn take(
    state: Data<State>,
    who: Who,
    path: Path<(String, String)>,
    posted: Posted,
) -> Result<HttpResponse, WebError> {
    let (number, step) = path.into_inner();
    let step = code(&step)?;
    let typed = posted.0;
    if typed.ticked("_more") {
        let rows = term_rows(&typed, "terms") + 1;
        let more = Typed::from_pairs([("terms_rows".to_owned(), rows.to_string())]);
        let mut typed = typed;
        typed.replace(&["terms_rows"], &more);
        return anew(&state, &who, &number, step, &typed).await;
    }
    if typed.ticked("_rank") {
        // Whoever is first in the new order is proposed, not whoever was ticked in the old one.
        let mut typed = typed;
        typed.replace(&["mediator"], &Typed::default());
        return anew(&state, &who, &number, step, &typed).await;
    }
    if step == StepCode::Refer && (typed.ticked("_ask") || unasked(&state, &typed).await?) {
        // Each body asks its own: nothing goes to one whose questions and conditions were not on the page.
        let mut typed = typed;
        typed.replace(&["_ask"], &Typed::default());
        return anew(&state, &who, &number, step, &typed).await;
    }
    let taking = match reader::from_typed(step, &typed) {
        Ok(taking) => taking,
        Err(errors) => return again(&state, &who, &number, step, &typed, &errors, None).await,
    };
    if let Some(shown) = preview::of(&state, &who, &number, &taking).await? {
        let (preview, errors) = match shown {
            Ok(preview) if preview.digest == typed.get("packet") => (None, None),
            Ok(preview) => (Some(preview), None),
            Err(errors) => (None, Some(errors)),
        };
        if let Some(errors) = errors {
            return again(&state, &who, &number, step, &typed, &errors, None).await;
        }
        if let Some(preview) = preview {
            let sight = load::open(&state, &who, &number, "step").await?;
            let answer = Answer { preview: Some(preview), ..Answer::FRESH };
            return self::shown(&state, &who, sight, step, &typed, &Errors::default(), answer).await;
        }
    }
    let (actor, n, now) = (who.actor.clone(), number.clone(), state.now());
    let taken = state.db.write(move |tx| take_step(tx, &actor, &n, taking, now)).await;
    let mut errors = Errors::default();
    let (status, refusal) = match taken {
        Ok(taken) => return Ok(onward(&who, step, &taken)),
        Err(CaseworkError::Invalid(wrong)) => {
            wrong.iter().for_each(|(name, sentence)| errors.add(name, sentence));
            return again(&state, &who, &number, step, &typed, &errors, None).await;
        }
        Err(CaseworkError::Refused(refused)) => (StatusCode::CONFLICT, refused.sentence),
        Err(CaseworkError::Store(StoreError::Conflict(_))) => (
            StatusCode::CONFLICT,
            "그사이에 다른 사람이 먼저 이 사건을 처리했습니다. 적으신 것은 그대로 있습니다. 지금 상태를 확인하고, 그래도 맞으면 다시 보내 주세요.".to_owned(),
        ),
        Err(CaseworkError::Store(StoreError::Busy(_))) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "저장하지 못했습니다. 적으신 것은 그대로 있습니다. 잠시 뒤에 다시 보내 주세요.".to_owned(),
        ),
        Err(e) => return Err(e.into()),
    };
    again(&state, &who, &number, step, &typed, &errors, Some((status, refusal))).await
}

/// Whether the body to which the case would go asks something that was not on the page.
async fn unasked(state: &State, typed: &Typed) -> Result<bool, WebError> {
    let chosen = typed.some("body").and_then(|id| id.parse().ok()).map(BodyId);
    let Some(body) = chosen.filter(|_| typed.get("_asked") != typed.get("body")) else { return Ok(false) };
    let today = seoul::day(state.now());
    let found = state.db.read(move |rx| bodies::find(rx, body)).await;
    match found {
        Ok(body) => Ok(body.demand(today).questions().next().is_some()),
        Err(StoreError::NotFound) => Ok(false),
        Err(e) => Err(e.into()),
    }
}

/// Where the person goes after the step.
fn onward(who: &Who, step: StepCode, taken: &Taken) -> HttpResponse {
    let number = &taken.case.number;
    let flash = Flash::ok(format!("{number}: '{}' 일을 기록했습니다.", step.label()));
    let answers = matches!(
        step,
        StepCode::AcceptReferral
            | StepCode::ReferralProgress
            | StepCode::ReferralResult
            | StepCode::ReturnReferral
    );
    // Who has nothing of the case but a referral goes back to it.
    if answers && who.acts_as(Role::Dong) && who.actor.view(&taken.case) <= View::Summary {
        return see_other("/referrals", Some(&flash));
    }
    if who.actor.view(&taken.case) == View::Nothing {
        return see_other("/todo", Some(&flash));
    }
    let to = match step {
        StepCode::Letter => format!("/cases/{number}/print/letter"),
        StepCode::Draft | StepCode::Propose => format!("/cases/{number}/agreements"),
        _ => format!("/cases/{number}"),
    };
    see_other(&to, Some(&flash))
}

/// The same form as it is now to be filled in: with one more row of terms, or in a new order; nothing is saved.
async fn anew(
    state: &State,
    who: &Who,
    number: &str,
    step: StepCode,
    typed: &Typed,
) -> Result<HttpResponse, WebError> {
    let sight = load::open(state, who, number, "step").await?;
    if sight.actor.taking(step, sight.case()).is_none() {
        return Err(WebError::denied());
    }
    shown(state, who, sight, step, typed, &Errors::default(), Answer::FRESH).await
}

async fn again(
    state: &State,
    who: &Who,
    number: &str,
    step: StepCode,
    typed: &Typed,
    errors: &Errors,
    refused: Option<(StatusCode, String)>,
) -> Result<HttpResponse, WebError> {
    let sight = load::open(state, who, number, "step").await?;
    if sight.actor.taking(step, sight.case()).is_none() {
        return Err(WebError::denied());
    }
    let (status, refusal) = match refused {
        Some((status, sentence)) => (status, Some(sentence)),
        None => (StatusCode::UNPROCESSABLE_ENTITY, None),
    };
    shown(state, who, sight, step, typed, errors, Answer { status, refusal, ..Answer::FRESH }).await
}

async fn shown(
    state: &State,
    who: &Who,
    sight: Sight,
    step: StepCode,
    typed: &Typed,
    errors: &Errors,
    answer: Answer,
) -> Result<HttpResponse, WebError> {
    let now = state.now();
    let given = typed.clone();
    let read = move |rx: &mut crate::store::Rx<'_>| {
        fields::options(rx, &sight, step, &given, now).map(|options| (sight, options))
    };
    let (sight, options): (Sight, fields::Options) =
        state.db.read(read).await.map_err(|e: CaseworkError| WebError::from(e))?;
    let made = fields::made(&sight, step, &options, typed, errors);
    let case = sight.case();
    let mut page = state.frame(who, step.label());
    page.error = !made.errors.is_empty() || answer.refusal.is_some();
    page.back = Some(Link::new(format!("/cases/{}", case.number), format!("{} 사건", case.number)));
    page.mail_to_files = state.mail_note();
    let mut at = Field::past("at", "있었던 때")
        .help("지금 있었던 일이면 비워 두세요. 지난 일을 적으면 '늦게 기록함'으로 표시됩니다.")
        .optional()
        .typed(typed);
    at.error = errors.of("at").map(str::to_owned);
    // In a closed case only what happened before can still be written down.
    let closed = !sight.case().is_open() && sight.case().admits_now(step).is_err();
    let instead = if answer.refusal.is_some() { instead(&sight, step) } else { Vec::new() };
    let form = StepForm {
        number: case.number.clone(),
        place: sight.complex.clone(),
        stage: case.stage.label().to_owned(),
        intro: intro(step),
        errors: made.errors,
        refusal: answer.refusal,
        instead,
        blocks: made.blocks,
        language: (step == StepCode::Offer).then(|| language().typed(typed)),
        at_open: closed || at.error.is_some() || !at.value.is_empty(),
        at,
        version: case.version,
        action: format!("/cases/{}/steps/{}", case.number, step.code()),
        terms_rows: term_rows(typed, "terms"),
        chosen: options.chosen.as_ref().map(|_| typed.get("body").to_owned()),
        demanded: options.chosen.map(|chosen| chosen.demanded),
        button: if answer.preview.is_some() { "이대로 보내기" } else { button(step) },
        preview: answer.preview,
        possible: answer.possible,
        page,
    };
    state.page_with(answer.status, "pages/steps/form", &form)
}

fn language() -> Field {
    Field::text("language", "조정인이 해야 하는 말")
        .help("한국어로 이야기하기 어려운 분이 있을 때만 적어 주세요. 예: 베트남어. 순위를 볼 때만 쓰고 남기지 않습니다.")
        .width("w-m")
        .max(40)
        .optional()
}

/// What can be done instead.
fn instead(sight: &Sight, step: StepCode) -> Vec<Link> {
    let number = &sight.case().number;
    let others = sight.steps.iter().filter(|s| **s != step && form::group(**s) != "기록");
    others.map(|s| Link::new(format!("/cases/{number}/steps/{}", s.code()), s.label())).collect()
}

/// The button: what pressing it does.
const fn button(step: StepCode) -> &'static str {
    match step {
        StepCode::Offer => "전자우편으로 요청 보내기",
        StepCode::Letter => "안내문 만들기",
        StepCode::OpenInquiry => "조사 시작하기",
        StepCode::HandOver => "위원회에 넘기기",
        StepCode::NameMembers => "담당위원으로 지정하기",
        StepCode::AcceptReferral => "의뢰 받기",
        StepCode::ReturnReferral => "돌려보내기",
        StepCode::Refer => "보낼 의뢰서 보기",
        StepCode::Close => "종결하기",
        StepCode::Reopen => "다시 열기",
        StepCode::CancelOffer | StepCode::CancelSession => "취소하기",
        StepCode::ProposeSession => "날짜 묻기",
        StepCode::FixSession => "일정 확정하기",
        StepCode::MoveSession => "일정 옮기기",
        StepCode::Propose => "조정안 내기",
        StepCode::Draft => "합의서 만들기",
        StepCode::Correct => "정정하기",
        _ => "기록하기",
    }
}

/// What happens then, in a sentence or two.
const fn intro(step: StepCode) -> &'static str {
    match step {
        StepCode::OpenInquiry => {
            "접수한 내용을 확인했으면 조사를 시작합니다. 신청인은 조사가 시작된 것을 볼 수 있습니다."
        }
        StepCode::Screen => "양쪽을 따로 만나 여쭙니다. 답은 이 사건을 맡은 사람만 볼 수 있습니다.",
        StepCode::HandOver => "이 뒤로는 위원회가 사건을 맡고, 관리사무소는 자기가 적은 기록만 봅니다.",
        StepCode::Contact => {
            "연락이 되지 않은 것도 적어 주세요. 확인된 연락이 한 번은 있어야 '상대방 미참여'로 마칠 수 있습니다."
        }
        StepCode::Letter => {
            "봉투에 넣을 안내문을 만듭니다. QR과 여덟 자리 코드가 새로 생기고, 앞서 만든 코드는 쓸 수 없게 됩니다."
        }
        StepCode::Consent => {
            "동의는 말이나 글로 분명히 받은 것만 적습니다. 대답이 없는 것은 동의가 아닙니다."
        }
        StepCode::Offer => {
            "고른 조정인에게 전자우편이 갑니다. 이름·호수·전화번호는 적히지 않고, 접수번호와 동, 소음 종류, 기한만 적힙니다."
        }
        StepCode::ProposeSession => {
            "양쪽과 담당에게 가능한 때를 묻습니다. 개별면담이면 고른 쪽에만 묻습니다. 한쪽의 답은 다른 쪽에 보이지 않습니다."
        }
        StepCode::FixSession | StepCode::MoveSession => {
            "담당과, 전자우편 주소를 준 당사자에게 일정 초대가 갑니다. 주소가 없는 당사자에게는 전화로 알려 주세요."
        }
        StepCode::HoldSession => "한쪽이 오지 않은 회의는 조정회의로 세지 않고 불참으로 남습니다.",
        StepCode::Propose => {
            "양쪽에 조정안을 보내고 기한까지 답을 받습니다. 기한까지 답이 없으면 받아들이지 않은 것으로 봅니다."
        }
        StepCode::Draft => {
            "양쪽이 서명하면 합의로 마칩니다. 합의서는 민법상 화해계약이며 재판상 화해·확정판결의 효력은 없습니다."
        }
        StepCode::Refer => {
            "보내기 전에 전할 글을 그대로 보여 드립니다. 상대방의 정보는 상대방이 동의했을 때만 전합니다."
        }
        StepCode::Close => "지금까지의 기록으로 마칠 수 있는 결과만 보입니다.",
        StepCode::Correct => "기록은 지워지지 않습니다. 무효로 하거나 시각을 바로잡고, 까닭이 함께 남습니다.",
        StepCode::ConfidentialNote => {
            "이 사건의 조정인만 읽습니다. 아래에 표시하면 소속 기관의 담당도 읽습니다. 마지막 사후점검 30일 뒤에 지워집니다."
        }
        StepCode::Order => {
            "보호조치가 있는 날에는 한자리 회의를 열 수 없고, 풀릴 때까지 편지도 보내지 않습니다. 그날에 잡아 둔 회의는 취소되고 안전 확인을 다시 합니다."
        }
        StepCode::Alarm => "적는 순간 초대와 회의가 멈춥니다. 그쪽의 안전 확인을 다시 해야 이어집니다.",
        StepCode::AmendPerson => {
            "익명 신고는 신청인의 동·호를 적으면 조정까지 이어 갈 수 있습니다. 동·호가 바뀌면 위원의 제척을 다시 살핍니다."
        }
        StepCode::Merge => {
            "이 사건은 '병합'으로 마치고 다른 사건에서 이어집니다. 양쪽 당사자와 맡은 곳에 알립니다."
        }
        StepCode::Split => "고른 사람의 신청이 새 접수번호로 따로 갑니다. 양쪽 당사자와 맡은 곳에 알립니다.",
        StepCode::Hold => "풀 때까지 이 사건의 정보는 기한이 지나도 지워지지 않습니다.",
        StepCode::Survey => {
            "양쪽에 따로 여쭙니다. 답은 맡은 곳과 조정인이 읽고, 상대방에게는 보이지 않습니다. 답하지 않아도 됩니다."
        }
        StepCode::Reflection => {
            "쓴 사람만 읽습니다. 맡은 곳과 구청, 소속 기관은 볼 수 없고 문서에도 나오지 않습니다. 마지막 사후점검 30일 뒤에 지워집니다."
        }
        StepCode::CommentDraft => {
            "합의서를 쓰는 조정인과 맡은 곳에 알립니다. 고치려면 합의서를 새로 만들고, 양쪽이 바뀐 곳을 봅니다."
        }
        StepCode::KeepClosed => {
            "합의와 사후점검은 그대로 이어집니다. 다음 점검에서 또 지켜지지 않으면 다시 묻습니다."
        }
        StepCode::LeaveAgreement => {
            "합의는 계약으로 그대로 남고 결과와 합의율도 바뀌지 않습니다. 사후점검은 이어지고, 다시 열지 정하는 일이 생깁니다."
        }
        StepCode::Reopen => "같은 사건이 다시 시작되고 '재개'로 셉니다. 안전 확인은 다시 합니다.",
        _ => "",
    }
}
