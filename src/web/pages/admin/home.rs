//! The operator's first page: what there is, and what is still missing.
use crate::domain::codes::BodyKind;
use crate::store::{StoreError, bodies, complexes, programmes, users};
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::parts::{Link, Page};
use crate::web::state::State;
use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;

#[derive(Serialize)]
struct Home {
    page: Page,
    todo: Vec<Link>,
    doors: Vec<Door>,
}

#[derive(Serialize)]
struct Door {
    href: &'static str,
    label: &'static str,
    text: String,
}

/// The page.
///
/// # Errors
/// Database and template errors.
pub async fn show(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let (bodies, dongs, complexes, programmes, people) = state
        .db
        .read(|rx| {
            Ok::<_, StoreError>((
                bodies::every(rx)?,
                bodies::all_dongs(rx)?.len(),
                complexes::all(rx)?.len(),
                programmes::names(rx)?.len(),
                users::all(rx)?.len(),
            ))
        })
        .await?;
    let none = |kind: BodyKind| !bodies.iter().any(|b| b.kind == kind);
    let missing = [
        (
            none(BodyKind::Ward),
            "/admin/bodies/new?kind=ward",
            "구를 더해 주세요. 행정동과 외부 기관이 함께 들어옵니다.",
        ),
        (complexes == 0, "/admin/complexes/new", "단지를 더해 주세요."),
        (none(BodyKind::Office), "/admin/bodies/new?kind=office", "단지의 관리사무소를 더해 주세요."),
        (none(BodyKind::Committee), "/admin/bodies/new?kind=committee", "위원회를 더해 주세요."),
        (none(BodyKind::Ngo), "/admin/bodies/new?kind=ngo", "협약 기관을 더해 주세요."),
        (people < 2, "/admin/people/new", "함께 일할 사람을 초대해 주세요."),
    ];
    let todo =
        missing.into_iter().filter(|(is, _, _)| *is).map(|(_, href, label)| Link::new(href, label)).collect();
    let door = |href, label, text: String| Door { href, label, text };
    let doors = vec![
        door("/admin/people", "사람", format!("{people}명. 초대하고, 역할을 주고 끝내고, 계정을 멈춥니다.")),
        door(
            "/admin/bodies",
            "기관",
            format!("{}곳. 구, 관리사무소, 위원회, 협약 기관, 외부 기관입니다.", bodies.len()),
        ),
        door("/admin/complexes", "단지", format!("{complexes}곳. 단지와, 날짜에 따라 달라지는 정보입니다.")),
        door("/admin/dongs", "행정동", format!("{dongs}개. 단지가 속하는 동입니다.")),
        door(
            "/admin/programmes",
            "사업",
            format!("{programmes}개. 구 공모사업의 기간과 개인정보 제공 근거입니다."),
        ),
        door(
            "/disposals",
            "파기대장",
            "보관 기간이 끝난 기록과 계정이 언제 얼마나 지워졌는지 봅니다.".to_owned(),
        ),
        door(
            "/admin/mail",
            "전자우편",
            "메일이 잘 나가고 들어오는지 보고, 모두 멈출 수 있습니다.".to_owned(),
        ),
        door("/admin/audit", "변경 기록", "누가 언제 권한과 설정을 바꿨는지 봅니다.".to_owned()),
    ];
    state.page("pages/admin/home", &Home { page: state.frame(&who, "설정"), todo, doors })
}
