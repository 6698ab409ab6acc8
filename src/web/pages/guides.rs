//! One page for each role: what one comes to do here, in the order of the day. And the 처리방침 of each body that answers for data.
use super::public::{NUMBERS, Number};
use crate::domain::codes::BodyKind;
use crate::domain::ids::BodyId;
use crate::domain::seoul;
use crate::store::{StoreError, bodies};
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::parts::{Link, Page, Summary};
use crate::web::state::State;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;

/// The guide of one role, on one sheet of A4.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Guide {
    /// The role's code; residents have none of their own.
    pub role: &'static str,
    pub title: &'static str,
    /// What one comes to do.
    pub lead: &'static str,
    /// What to do, in order.
    pub steps: &'static [&'static str],
    /// What to leave alone.
    pub never: &'static [&'static str],
}

const NO_NAMES: &str = "이름, 호수, 전화번호, 들은 이야기를 전자우편이나 단체 대화방에 옮기지 마세요.";

/// THE guides.
pub const GUIDES: &[Guide] = &[
    Guide {
        role: "resident",
        title: "주민",
        lead: "계정 없이 신청하고, 받은 링크나 편지의 코드로 진행을 봅니다.",
        steps: &[
            "첫 화면에서 ‘신청하기’를 누릅니다. 관리사무소에 먼저 알렸다면 언제 알렸고 어떤 답을 들었는지 적습니다.",
            "상대방이 어디까지 알아도 되는지 고릅니다. 적은 ‘전해도 되는 말’만 전합니다.",
            "접수증의 링크나 QR을 간직합니다. 진행, 다음 연락일, 답할 일이 그곳에 있습니다.",
            "적은 내용과 연락처, 누가 내 기록을 보았는지는 숫자 6자리로 확인한 뒤 볼 수 있습니다.",
            "열람·정정·삭제·처리정지는 같은 화면에서 요청하고, 화면에 적힌 날까지 답을 받습니다.",
            "편지를 받았다면 다섯 가지 답 가운데 고릅니다. 참여하지 않아도 불이익이 없습니다.",
        ],
        never: &["위협이나 폭력이 있으면 기다리지 말고 112에 신고하세요."],
    },
    Guide {
        role: "manager",
        title: "관리사무소",
        lead: "전화와 종이로 온 이야기를 적고, 사실을 확인해 권고하고, 이어지면 위원회에 넘깁니다.",
        steps: &[
            "‘내가 할 일’을 위에서부터 합니다. 기한이 지난 것이 맨 위에 있습니다.",
            "접수하면 신청인과 이야기하고 안전 확인을 먼저 적습니다.",
            "사실조사와 권고를 적습니다. 결과는 중단·계속·협조거부·부재 가운데 하나입니다.",
            "소음이 이어지거나 신청인이 원하면 위원회에 넘깁니다. 그 뒤에는 자기가 적은 기록만 봅니다.",
            "함께 신청한 이웃, 대리인, 의심되는 집은 ‘사람 더하기’로 적습니다.",
        ],
        never: &[NO_NAMES, "누가 소음을 냈다고 정하지 마세요. 듣기 전까지는 추정일 뿐입니다."],
    },
    Guide {
        role: "secretary",
        title: "간사",
        lead: "양쪽에 연락하고, 회의를 부르고, 정한 일을 실행합니다.",
        steps: &[
            "‘내가 할 일’을 위에서부터 합니다.",
            "상대방에게 안내문을 전하고 연락을 모두 ‘연락 기록표’에 남깁니다. 다음에 언제 어떻게 연락할지 표가 알려 줍니다.",
            "양쪽을 따로 만나 안전을 확인하고 참여 동의를 받습니다. 대답이 없는 것은 동의가 아닙니다.",
            "담당위원을 정하거나 협약 기관의 조정인에게 요청합니다.",
            "보호조치가 있으면 날짜와 함께 적습니다. 그동안 한자리 회의와 편지가 막힙니다.",
            "개인정보 요청은 할 일에 적힌 기한까지 답하고, 파기대장의 예정 건을 확인합니다.",
            "‘우리 현황’에서 우리 사건의 숫자를 구청과 같은 정의로 봅니다. 자주 보는 조건은 ‘이 보기 저장’으로 남깁니다.",
        ],
        never: &[NO_NAMES, "소송이나 수사 중인 사건은 ‘파기 멈추기’를 먼저 적으세요."],
    },
    Guide {
        role: "clerk",
        title: "서기",
        lead: "회의의 출석과 표결을 적고 회의록을 마무리합니다.",
        steps: &[
            "회의 날 출석과 드나든 시각을 적습니다. ‘전원 참석’은 한 번에 적을 수 있습니다.",
            "안건마다 찬성·반대·기권의 수만 적습니다. 이름은 남기지 않습니다.",
            "회의록 초안을 확인해 채우고, 위원장과 함께 서명합니다. 서명한 뒤에는 덧붙이기만 됩니다.",
        ],
        never: &[NO_NAMES],
    },
    Guide {
        role: "chair",
        title: "위원장",
        lead: "회의를 열고 진행하며, 전결표가 맡긴 일을 정합니다.",
        steps: &[
            "간사와 안건을 정하고 회의를 소집합니다. 정족수가 모자랄 것 같으면 화면이 미리 알려 줍니다.",
            "이해관계가 있는 위원은 그 안건에서 빠집니다. 본인이 위원장이면 대행이 진행합니다.",
            "회의록을 읽고 서명합니다.",
            "‘우리 현황’에서 위원회의 숫자를 봅니다. 사건은 열리지 않습니다.",
        ],
        never: &[NO_NAMES, "회피한 사건의 기록을 열지 마세요. 연 시도가 남습니다."],
    },
    Guide {
        role: "member",
        title: "위원",
        lead: "안건의 요약을 읽고 회의에서 함께 정합니다. 담당위원은 양쪽을 만납니다.",
        steps: &[
            "비밀유지 서약을 한 뒤 안건의 요약을 읽습니다. 회의록에 서명하면 다시 닫힙니다.",
            "당사자이거나 위·아래·옆집에 살거나 친하면 ‘회피’를 누릅니다.",
            "담당위원이 되면 양쪽을 만나고 결과와 시간을 적습니다.",
        ],
        never: &[NO_NAMES],
    },
    Guide {
        role: "coordinator",
        title: "NGO 담당",
        lead: "의뢰를 받고, 조정인을 정하고, 기한을 지킵니다.",
        steps: &[
            "‘의뢰’에서 온 일을 받거나 까닭을 적어 돌려보냅니다.",
            "추천 순서와 까닭을 보고 조정인에게 요청을 보냅니다. 전화로 받은 수락도 적을 수 있습니다.",
            "본인이 동의하지 않은 쪽의 정보는 보이지 않습니다. 그쪽에는 위원회가 연락합니다.",
            "결과와 활동 시간을 확인합니다. ‘우리 현황’에서 우리가 맡은 사건의 숫자와 조정인이 나누어 맡은 모습을 봅니다.",
            "‘사업’에서 교육·워크숍·컨설팅·조정을 할 때마다 사람, 시간, 쓴 금액을 적습니다. 결과표는 스스로 채워집니다.",
        ],
        never: &[NO_NAMES, "조정인의 비밀 메모는 볼 수 없습니다."],
    },
    Guide {
        role: "mediator",
        title: "조정인",
        lead: "전자우편으로 온 요청에 답하고, 양쪽을 만나고, 결과를 적습니다.",
        steps: &[
            "요청 메일의 링크에서 맡을지 고릅니다. 당사자의 이름은 맡은 뒤 로그인해야 보입니다.",
            "양쪽을 따로 만나고, 회의 날짜를 묻고 정합니다. 회의 전마다 안전을 다시 확인합니다.",
            "따로 만나기로 한 사건에서는 때와 곳을 각각 전화로만 알립니다.",
            "결과 보고와 비밀 메모는 따로 적습니다. 비밀 메모는 마지막 점검 30일 뒤에 지워집니다.",
        ],
        never: &[NO_NAMES, "이름을 본 뒤라도 이해관계가 있으면 바로 내려놓으세요. 불이익이 없습니다."],
    },
    Guide {
        role: "ward",
        title: "구청 담당",
        lead: "숫자로 보고, 보낼 곳이 없는 접수를 보내고, 보고서를 냅니다.",
        steps: &[
            "‘보낼 접수’에서 단지나 협약 기관을 정해 보냅니다. 내용은 보이지 않습니다.",
            "‘구 현황’에서 기간과 기준을 골라 숫자를 봅니다. 모든 숫자에 분자와 분모가 있습니다. 자주 보는 조건은 ‘이 보기 저장’으로 남깁니다.",
            "‘시기별 접수’에서 많은 달과 시간대, 먼저 찾아갈 단지를 봅니다. ‘기관 사이의 차이와 우연’은 차이가 우연인지만 봅니다.",
            "‘사업’에서 공모·선정·협약·활동·정산을 날짜와 함께 적습니다. 활동 단계에서만 사건을 의뢰할 수 있습니다.",
            "밖으로 내는 표와 사업 결과표, 만족도 요약에서는 1~4건이 가려집니다.",
        ],
        never: &["한 사건의 내용을 묻거나 적지 마세요. 구는 숫자만 다룹니다."],
    },
    Guide {
        role: "dong",
        title: "동 담당",
        lead: "동으로 온 의뢰를 받고 동의 숫자를 봅니다.",
        steps: &[
            "‘의뢰’에서 받거나 돌려보냅니다.",
            "도움을 이은 결과를 적습니다.",
            "‘동 현황’에서 숫자를 봅니다.",
        ],
        never: &[NO_NAMES],
    },
    Guide {
        role: "admin",
        title: "운영자",
        lead: "기관과 사람과 사업을 정하고, 기록이 제때 지워지는지 봅니다. 사건의 내용은 보지 않습니다.",
        steps: &[
            "‘설정’에서 기관, 단지, 사업, 사람을 더합니다. 역할은 고치지 않고 끝내고 새로 줍니다.",
            "떠난 사람의 역할을 그날 끝냅니다.",
            "‘변경 기록’과 ‘파기대장’을 달마다 확인합니다.",
            "백업이 되는지, 메일이 나가는지 확인합니다.",
        ],
        never: &["열쇠 파일을 데이터베이스와 같은 곳에 백업하지 마세요."],
    },
];

/// `pages/public/guide`.
#[derive(Debug, Serialize)]
struct GuidePage {
    page: Page,
    guide: Guide,
    numbers: [Number; 4],
}

/// The guide of one role.
///
/// # Errors
/// 404 where there is no such role.
pub async fn guide(state: Data<State>, who: Who, role: Path<String>) -> Result<HttpResponse, WebError> {
    let guide = GUIDES.iter().find(|g| g.role == role.as_str()).copied().ok_or_else(WebError::not_found)?;
    let mut page = Page { index: true, ..state.frame(&who, &format!("{} 안내", guide.title)) };
    page.back = Some(Link::new("/help", "도움말"));
    state.page("pages/public/guide", &GuidePage { page, guide, numbers: NUMBERS })
}

/// `pages/public/policy`.
#[derive(Debug, Serialize)]
struct Policy {
    page: Page,
    name: String,
    facts: Summary,
    kept: Vec<String>,
}

/// The kinds of body that answer for data of their own.
const CONTROLLERS: [BodyKind; 4] = [BodyKind::Office, BodyKind::Committee, BodyKind::Ngo, BodyKind::Ward];

/// Links to the 처리방침 of every body that answers for data, at most this many.
const MOST: usize = 300;

/// The bodies that have a 처리방침 of their own: name and address.
///
/// # Errors
/// Database errors.
pub async fn controllers(state: &State) -> Result<Vec<Link>, WebError> {
    let today = seoul::day(state.now());
    let all = state.db.read(move |rx| bodies::all(rx, today)).await?;
    let own = all.into_iter().filter(|b| CONTROLLERS.contains(&b.kind)).take(MOST);
    Ok(own.map(|b| Link::new(format!("/privacy/{}", b.id.0), b.name)).collect())
}

/// The 처리방침 of one body (개인정보 보호법 §30).
///
/// # Errors
/// 404 for bodies that answer for no data.
pub async fn policy(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let (id, keeping) = (BodyId(id.into_inner()), state.db.clone());
    let found = keeping.read(move |rx| {
        let keeping = rx.rules().keeping;
        bodies::find(rx, id).map(|body| (body, keeping))
    });
    let (body, keeping) = match found.await {
        Ok(found) => found,
        Err(StoreError::NotFound) => return Err(WebError::not_found()),
        Err(e) => return Err(e.into()),
    };
    let (what, basis) = match body.kind {
        BodyKind::Office => ("접수와 사실조사, 권고의 기록", "공동주택관리법 제20조제2항(동의 없이 처리)"),
        BodyKind::Committee => {
            ("사건의 기록, 회의와 조정의 기록", "공동주택관리법 제20조제4항·제7항(동의 없이 처리)")
        }
        BodyKind::Ngo => ("조정의 기록", "구의 처리위탁(개인정보 보호법 제26조) 또는 본인 동의(제17조)"),
        BodyKind::Ward => (
            "이름이 없는 통계, 보낼 접수의 단지 이름",
            "공공기관의 소관 업무(개인정보 보호법 제15조제1항제3호)",
        ),
        _ => return Err(WebError::not_found()),
    };
    let given = |text: &str| {
        if text.is_empty() { "창구에서 말씀해 주세요".to_owned() } else { text.to_owned() }
    };
    let controller = if body.controller.is_empty() { body.name.clone() } else { body.controller.clone() };
    let operator = &state.settings.site.operator;
    let facts = Summary::default()
        .row("개인정보처리자", controller)
        .row("맡은 곳", body.name.clone())
        .row("다루는 것", what)
        .row("근거", basis)
        .row(
            "위탁",
            format!(
                "서버 운영: {} (개인정보 보호법 제26조)",
                if operator.is_empty() { "운영 기관" } else { operator }
            ),
        )
        .row("열람·정정·삭제·처리정지", format!("{}일 안에 답합니다", state.settings.deadlines.rights_days))
        .row("전화", given(&crate::render::korean::phone(&body.phone)))
        .row("전자우편", given(&body.email));
    let kept = vec![
        format!("사건의 개인정보: 마지막으로 끝난 날부터 {}년", keeping.case_years),
        format!("참여하지 않았거나 연락이 닿지 않은 상대방의 연락처: {}일", keeping.respondent_days),
        format!("다시 접수되는지 알아보는 호수 해시: {}개월", keeping.unit_hash_months),
        format!("조정인의 비밀 메모와 돌아보기: 마지막 사후점검 뒤 {}일", keeping.notes_days),
        format!("기록을 열어 본 내역: {}년", keeping.access_years),
        format!("역할과 위촉이 끝난 사람의 정보: {}년", keeping.grant_years),
    ];
    let mut page = Page { index: true, ..state.frame(&who, "개인정보 처리방침") };
    page.back = Some(Link::new("/privacy", "개인정보 처리방침"));
    state.page("pages/public/policy", &Policy { page, name: body.name, facts, kept })
}
