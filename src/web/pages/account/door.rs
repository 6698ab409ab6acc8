//! `/account/{token}`: the one-use links of accounts. `GET` shows and never acts.
use super::{rules, said};
use crate::casework::CaseworkError;
use crate::casework::account::doors::{self, Door, FirstOperator};
use crate::domain::codes::LinkPurpose;
use crate::store::{StoreError, access};
use crate::web::error::WebError;
use crate::web::field::{Errors, Field};
use crate::web::guard::{Who, login_cookie};
use crate::web::pages::sheet::{Sheet, errors_of};
use crate::web::parts::{Flash, Link, Summary};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use chrono::Duration;

/// What the token opens. Wrong tokens are counted per address.
async fn look(state: &State, who: &Who, token: &str) -> Result<Door, WebError> {
    let (asked, now) = (token.to_owned(), state.now());
    let found = state.db.read(move |rx| doors::look(rx, &asked, now)).await;
    let Err(CaseworkError::Store(StoreError::NotFound)) = found else { return Ok(found?) };
    let limits = rules(state).limits;
    let key = format!("link:address:{}", who.ip);
    let (most, window) = (i64::from(limits.link_per_address), Duration::minutes(limits.link_window_minutes));
    let within = state.db.write(move |tx| access::attempt(tx, &key, most, window, now)).await?;
    Err(if within { WebError::not_found() } else { WebError::too_many() })
}

fn new_password() -> [Field; 2] {
    [
        Field::password("new_password", "새 비밀번호", "new-password")
            .help("8자 이상. 낱말 몇 개를 이어 쓰면 외우기 쉽고 안전합니다."),
        Field::password("again", "새 비밀번호 한 번 더", "new-password"),
    ]
}

/// The form of a link, or none where it is closed.
fn sheet(
    state: &State,
    who: &Who,
    token: &str,
    door: &Door,
    typed: &Typed,
    errors: &Errors,
) -> Option<Sheet> {
    let action = format!("/account/{token}");
    let begin = |title: &str, button: &str| Sheet::new(state.frame(who, title), &action, button);
    Some(match door {
        Door::SetUp => {
            let [password, again] = new_password();
            let fields = vec![
                Field::text("name", "이름").autocomplete("name").width("w-m"),
                Field::email("email", "전자우편 주소"),
                password,
                again,
            ];
            begin("첫 운영자 계정 만들기", "계정 만들기")
                .lead("이음을 설치하셨습니다. 운영자는 구와 단지, 기관, 사람을 등록합니다. 사건의 내용은 볼 수 없습니다.")
                .typed(fields, typed, errors)
        }
        Door::Invitation { name, email, roles } => {
            let facts =
                Summary::default().row("이름", name).row("전자우편", email).row("역할", roles.join("\n"));
            begin("이음에 오신 것을 환영합니다", "비밀번호 정하고 시작하기")
                .lead("아래 내용이 맞는지 보시고 비밀번호를 정해 주세요.")
                .facts(facts)
                .typed(new_password().to_vec(), typed, errors)
        }
        Door::Reset { name, email } => begin("비밀번호 다시 정하기", "비밀번호 바꾸기")
            .lead("바꾸면 이 계정으로 로그인한 모든 기기에서 로그아웃되고 API 토큰이 없어집니다.")
            .facts(Summary::default().row("이름", name).row("전자우편", email))
            .typed(new_password().to_vec(), typed, errors),
        Door::Address { email } => begin("메일 주소 바꾸기", "이 주소로 바꾸기")
            .lead("앞으로 이 주소로 로그인하고 메일을 받습니다.")
            .facts(Summary::default().row("새 주소", email))
            .typed(Vec::new(), typed, errors),
        Door::Closed(_) => return None,
    })
}

fn closed(state: &State, who: &Who, purpose: LinkPurpose) -> Result<HttpResponse, WebError> {
    let todo = match purpose {
        LinkPurpose::Invitation => vec![
            "이미 비밀번호를 정하셨으면 로그인해 주세요.",
            "기한이 지났으면 초대한 분께 다시 보내 달라고 말씀해 주세요.",
        ],
        LinkPurpose::Reset => vec!["링크는 한 번만 쓸 수 있습니다. 로그인 화면에서 다시 요청해 주세요."],
        LinkPurpose::Address => vec!["내 정보에서 주소 바꾸기를 다시 해 주세요."],
        _ => vec![
            "이미 운영자가 있으면 로그인해 주세요.",
            "기한이 지났으면 서버를 다시 시작해 새 주소를 받아 주세요.",
        ],
    };
    said(
        state,
        who,
        "더는 쓸 수 없는 링크입니다",
        "이미 썼거나 기한이 지난 링크입니다.",
        todo,
        Some(Link::new("/login", "로그인으로")),
    )
}

/// Shows what the link opens.
///
/// # Errors
/// `not_found` for a token that is no link.
pub async fn show(state: Data<State>, who: Who, token: Path<String>) -> Result<HttpResponse, WebError> {
    let door = look(&state, &who, &token).await?;
    match (sheet(&state, &who, &token, &door, &Typed::default(), &Errors::default()), door) {
        (Some(sheet), _) => sheet.show(&state),
        (None, Door::Closed(purpose)) => closed(&state, &who, purpose),
        (None, _) => Err(WebError::not_found()),
    }
}

/// Decides, once.
///
/// # Errors
/// `not_found` for a token that is no link.
pub async fn submit(
    state: Data<State>,
    who: Who,
    token: Path<String>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let token = token.into_inner();
    let door = look(&state, &who, &token).await?;
    let done = act(&state, &token, &door, &typed).await;
    match done {
        Ok(flash) => {
            // Whoever was logged in here before is not the person of the link.
            let mut answer = see_other("/login", Some(&Flash::ok(flash)));
            answer.add_cookie(&login_cookie(&state, None)).map_err(|e| WebError::internal(&e))?;
            Ok(answer)
        }
        // Somebody was faster, or the link ran out meanwhile: the page says so.
        Err(CaseworkError::Store(StoreError::Conflict(_))) => {
            Ok(see_other(&format!("/account/{token}"), None))
        }
        Err(e) => {
            let errors = errors_of(e)?;
            let sheet = sheet(&state, &who, &token, &door, &typed, &errors);
            sheet.ok_or_else(WebError::not_found)?.show(&state)
        }
    }
}

async fn act(state: &State, token: &str, door: &Door, typed: &Typed) -> Result<&'static str, CaseworkError> {
    let (token, now) = (token.to_owned(), state.now());
    let text = |name: &str| typed.get(name).to_owned();
    match door {
        Door::SetUp => {
            let given = FirstOperator {
                email: text("email"),
                name: text("name"),
                password: text("new_password"),
                again: text("again"),
            };
            doors::set_up(&state.db, token, given, now).await?;
            Ok("운영자 계정을 만들었습니다. 로그인해 주세요.")
        }
        Door::Invitation { .. } | Door::Reset { .. } => {
            doors::set_password(&state.db, token, text("new_password"), text("again"), now).await?;
            Ok("비밀번호를 정했습니다. 로그인해 주세요.")
        }
        Door::Address { .. } => {
            state.db.write(move |tx| doors::confirm_address(tx, &token, now)).await?;
            Ok("메일 주소를 바꿨습니다. 새 주소로 로그인해 주세요.")
        }
        Door::Closed(_) => Err(StoreError::Conflict("link used up".into()).into()),
    }
}
