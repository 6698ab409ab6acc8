//! The one list of the API's operations: from it come the routes, the doors and `openapi.json`, so that none can be missing
//! from another. The shapes are those of the handler's own types.
use super::call::{Answer, Call, Nothing};
use super::*;
use crate::web::error::WebError;
use crate::web::routes::{Door, Route};
use actix_web::HttpResponse;
use actix_web::http::{Method, header};
use actix_web::web;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use std::any::TypeId;
use std::collections::BTreeMap;

/// One operation as the document tells it.
#[derive(Clone)]
pub struct Operation {
    pub method: Method,
    pub path: &'static str,
    pub door: Door,
    /// `cases.show`: the noun's module and what is done.
    pub id: String,
    pub summary: &'static str,
    pub shapes: Shapes,
}

/// A way to make a shape's schema.
type Make = fn(&mut SchemaGenerator) -> Schema;

/// What an operation takes and gives.
#[derive(Clone, Copy)]
pub struct Shapes {
    pub query: Option<Make>,
    pub body: Option<Make>,
    pub answer: Make,
    pub status: u16,
}

/// The shapes of a handler, from its type.
fn shapes<F, A, Q, B, T, const STATUS: u16>(_handler: F) -> Shapes
where
    F: Fn(Call<Q, B>) -> A,
    A: Future<Output = Result<Answer<T, STATUS>, WebError>>,
    Q: DeserializeOwned + JsonSchema + 'static,
    B: DeserializeOwned + JsonSchema + 'static,
    T: JsonSchema,
{
    let given = |is: TypeId, make: Make| (is != TypeId::of::<Nothing>()).then_some(make);
    Shapes {
        query: given(TypeId::of::<Q>(), |g| g.subschema_for::<Q>()),
        body: given(TypeId::of::<B>(), |g| g.subschema_for::<B>()),
        answer: |g| g.subschema_for::<T>(),
        status: STATUS,
    }
}

macro_rules! operations { ($( $method:ident $path:literal $noun:ident :: $name:ident, $door:ident, $summary:literal; )+) => {
    /// Every operation, in the order of the document.
    #[must_use]
    pub fn all() -> Vec<Operation> {
        vec![ $( Operation {
            method: Method::$method,
            path: $path,
            door: Door::$door,
            id: concat!(stringify!($noun), ".", stringify!($name)).to_owned(),
            summary: $summary,
            shapes: shapes($noun::$name),
        } ),+ ]
    }

    /// The handler of every operation, and behind them a 405 for the other methods of their paths.
    #[must_use]
    pub fn handlers() -> Vec<(&'static str, actix_web::Route)> {
        let mut all = vec![ $( ($path, web::method(Method::$method).to($noun::$name)) ),+ ];
        let mut paths: BTreeMap<&'static str, Vec<&str>> = BTreeMap::new();
        $( paths.entry($path).or_default().push(stringify!($method)); )+
        for (path, methods) in paths {
            let allow = methods.join(", ");
            all.push((path, web::to(move || other_method(allow.clone()))));
        }
        all
    }
} }

operations! {
    GET "/api/v1/me" me::show, Api, "나와 내 역할";
    POST "/api/v1/me/details" me::details, Api, "내 이름과 전화번호 바꾸기";
    POST "/api/v1/me/digest" me::digest, Api, "주간 요약 켜고 끄기";
    POST "/api/v1/me/password" me::password, Api, "내 비밀번호 바꾸기(지금 비밀번호와 함께)";
    POST "/api/v1/me/address" me::address, Api, "내 전자우편 주소 바꾸기(확인 메일)";
    GET "/api/v1/me/logins" me::logins, Api, "로그인한 기기";
    POST "/api/v1/me/logins/end" me::end_logins, Api, "기기에서 로그아웃";
    GET "/api/v1/duties" duties::list, Api, "내가 할 일";
    GET "/api/v1/cases" cases::list, Api, "사건 목록";
    POST "/api/v1/cases/search" cases::search, Api, "이름·동호·전화번호·접수번호로 사건 찾기";
    POST "/api/v1/cases/duplicates" filing::duplicates, Api, "같은 집의 최근 사건(알림)";
    GET "/api/v1/cases/{number}" cases::show, Api, "사건 요약(개인정보 없음)";
    POST "/api/v1/cases" filing::desk, Api, "접수(창구)";
    GET "/api/v1/cases/{number}/file" file::show, Api, "사건 기록(열람 기록이 남습니다)";
    GET "/api/v1/cases/{number}/history" file::history, Api, "경과";
    POST "/api/v1/cases/{number}/contacts" file::contacts, Api, "당사자 연락처 보기(까닭과 함께 기록)";
    GET "/api/v1/cases/{number}/steps" steps::open_now, Api, "지금 할 수 있는 일과 적을 것";
    POST "/api/v1/cases/{number}/steps" steps::take, Api, "일 하나를 하고 기록하기";
    POST "/api/v1/cases/{number}/signature" steps::sign_here, Api, "회의 자리에서 기기로 합의서에 서명";
    GET "/api/v1/cases/{number}/candidates" file::candidates, Api, "배정할 수 있는 조정인(순위와 까닭)";
    GET "/api/v1/cases/{number}/members" file::members, Api, "담당할 수 있는 위원";
    GET "/api/v1/cases/{number}/accesses" file::accesses, Api, "사건을 열어 본 사람";
    GET "/api/v1/cases/{number}/evidence" file::evidence, Api, "증거목록(열람 기록이 남습니다)";
    GET "/api/v1/cases/{number}/diary" diary::list, Api, "소음일지(열람 기록이 남습니다)";
    POST "/api/v1/cases/{number}/diary" diary::copy, Api, "종이 소음일지에서 한 번 옮겨 적기";
    POST "/api/v1/cases/{number}/diary/{id}/strike" diary::strike, Api, "옮겨 적은 것 지우기";
    GET "/api/v1/cases/{number}/applications" referrals::applications, Api, "본인이 신청할 수 있는 기관과 갖출 것";
    GET "/api/v1/cases/{number}/papers" papers::list, Api, "인쇄할 수 있는 문서";
    GET "/api/v1/cases/{number}/papers/{paper}" papers::show, Api, "문서 한 장의 내용(Accept에 application/hwp+zip을 적으면 한글 파일)";
    POST "/api/v1/cases/{number}/receipt" papers::reissue, Api, "잃어버린 접수 링크 새로 만들기(창구)";
    POST "/api/v1/cases/{number}/receipt/code" papers::code, Api, "본인 확인 번호 만들기(창구)";
    POST "/api/v1/cases/{number}/told" file::told_by_phone, Api, "전화로 알렸음";
    GET "/api/v1/cases/{number}/mails" file::mails, Api, "사건의 전자우편";
    GET "/api/v1/cases/{number}/replies" mail::replies, Api, "전자우편으로 온 답장";
    GET "/api/v1/cases/{number}/replies/{id}" mail::reply, Api, "답장 읽기(열람 기록)";
    POST "/api/v1/cases/{number}/replies/{id}/read" mail::reply_read, Api, "답장을 읽고 처리함";
    POST "/api/v1/cases/{number}/mails/{id}/retry" file::mail_again, Api, "보내지 못한 전자우편 다시 보내기";
    POST "/api/v1/cases/{number}/mails/{id}/settled" file::mail_settled, Api, "다른 방법으로 알렸음";
    POST "/api/v1/cases/{number}/mails/{id}/taken-back" file::mail_taken_back, Api, "아직 나가지 않은 전자우편 거두기";
    POST "/api/v1/cases/{number}/recusal" committees::recuse, Api, "회피·기피 적기";
    GET "/api/v1/committees" committees::list, Api, "내 위원회";
    GET "/api/v1/committees/{id}" committees::show, Api, "위원회의 규칙·전결표·위원·회의";
    POST "/api/v1/committees/{id}/acts" committees::act, Api, "위원회에서 하는 일(회의 소집, 위원 추천, 교육, 규칙, 전결표)";
    GET "/api/v1/attempts" committees::attempts, Api, "물러난 위원의 열람 시도(위원장, 구)";
    POST "/api/v1/pledge" committees::pledge, Api, "비밀유지 서약";
    GET "/api/v1/handovers" committees::handovers, Api, "인계인수 기록";
    POST "/api/v1/handovers" committees::hand_over, Api, "인계인수 적기";
    GET "/api/v1/handovers/{id}" committees::handed_over, Api, "인계인수서 한 장";
    POST "/api/v1/handovers/{id}/signature" committees::sign_handover, Api, "인계인수서 서명";
    GET "/api/v1/seats/{id}" committees::seat, Api, "위원 한 사람의 위촉";
    POST "/api/v1/seats/{id}/acts" committees::act_on_seat, Api, "위촉·승낙·서약·끝·연임·교체 적기";
    GET "/api/v1/meetings/{id}" committees::show_meeting, Api, "회의와 회의록";
    GET "/api/v1/meetings/{id}/public" committees::public, Api, "회의록 공개본 미리 보기";
    GET "/api/v1/meetings/{id}/steps" committees::meeting_steps, Api, "회의에서 지금 할 수 있는 일과 적을 것";
    POST "/api/v1/meetings/{id}/steps" committees::take, Api, "회의에서 일 하나를 하고 기록하기";
    GET "/api/v1/disposals" disposals::list, Api, "파기대장";
    POST "/api/v1/disposals/{id}/approve" disposals::approve, Api, "파기 승인하기";
    POST "/api/v1/cases/{number}/referrals/preview" referrals::preview, Api, "보낼 의뢰서 미리 보기(보내지 않음)";
    POST "/api/v1/cases/{number}/referrals/{id}/packet" referrals::packet, Api, "보낸 의뢰서 그대로 보기(열람 기록)";
    GET "/api/v1/referrals" referrals::list, Api, "우리 기관에 온 의뢰";
    GET "/api/v1/roster" roster::list, Api, "조정인 명부(NGO 담당, 조정인 자신)";
    GET "/api/v1/roster/{id}" roster::show, Api, "조정인 한 사람";
    POST "/api/v1/roster/{id}" roster::keep, Api, "가능한 때·쉬는 때·관계 적기";
    POST "/api/v1/roster/{id}/trainings" roster::train, Api, "교육 적기(NGO 담당)";
    GET "/api/v1/roster/{id}/work" roster::work, Api, "활동 시간(달마다)";
    GET "/api/v1/rooms" roster::rooms, Api, "공유공간(구 담당)";
    POST "/api/v1/rooms" roster::add_room, Api, "공유공간 더하기(구 담당)";
    POST "/api/v1/rooms/{id}" roster::keep_room, Api, "공유공간 고치기(구 담당)";
    GET "/api/v1/calendar" roster::calendar, Api, "일정 구독 주소";
    POST "/api/v1/calendar" roster::keep_calendar, Api, "일정 구독 주소 만들기·끊기";
    GET "/api/v1/complexes" setup::complexes, OpenApi, "단지";
    POST "/api/v1/complexes" setup::add_complex, Api, "단지 더하기(운영자)";
    GET "/api/v1/complexes/{id}/facts" operator::facts, Api, "단지의 날짜별 정보";
    POST "/api/v1/complexes/{id}/facts" setup::set_facts, Api, "단지의 새 정보(운영자)";
    POST "/api/v1/complexes/{id}/obligations" operator::oblige, Api, "단지의 위원회 의무 여부(운영자)";
    GET "/api/v1/bodies" setup::bodies, Api, "기관";
    POST "/api/v1/bodies" setup::add_body, Api, "기관 더하기(운영자)";
    POST "/api/v1/bodies/{id}/contact" setup::change_body, Api, "기관 연락처 바꾸기(운영자)";
    POST "/api/v1/bodies/{id}/terms" setup::body_terms, Api, "기관의 의뢰 받는 방식 바꾸기(운영자)";
    POST "/api/v1/bodies/{id}/end" setup::end_body, Api, "기관 끝내기(운영자)";
    GET "/api/v1/programmes" setup::programmes, Api, "사업";
    POST "/api/v1/programmes" setup::add_programme, Api, "사업 더하기(운영자·구)";
    POST "/api/v1/programmes/{id}/changes" setup::change_programme, Api, "사업 바꾸기(운영자)";
    POST "/api/v1/programmes/{id}/end" setup::end_programme, Api, "사업 일찍 끝내기(운영자)";
    GET "/api/v1/programmes/{id}" programmes::show, Api, "사업의 단계와 계획·활동·정산(구·NGO·위원회)";
    POST "/api/v1/programmes/{id}/acts" programmes::act, Api, "사업의 단계 옮기기(구), 활동과 쓴 금액 적기(NGO)";
    GET "/api/v1/programmes/{id}/result" programmes::result, Api, "사업 결과표(구·NGO·위원회)";
    GET "/api/v1/surveys" programmes::surveys, Api, "만족도 조사 요약(구·NGO·위원회)";
    GET "/api/v1/publications" publications::list, Api, "공표한 보고서(구·동·NGO·위원회)";
    POST "/api/v1/publications" publications::publish, Api, "보고서 공표하기(구)";
    POST "/api/v1/publications/automatic" publications::automatic, Api, "자동으로 공표할 보고서 정하기(구)";
    GET "/api/v1/publications/{id}" publications::show, Api, "공표한 보고서 한 판(구·동·NGO·위원회)";
    GET "/api/v1/dongs" setup::dongs, Api, "행정동";
    POST "/api/v1/dongs" setup::add_dong, Api, "행정동 더하기(운영자)";
    GET "/api/v1/people" setup::people, Api, "계정이 있는 사람(운영자)";
    POST "/api/v1/people" setup::invite, Api, "초대하기(운영자)";
    POST "/api/v1/people/{id}/invite" setup::invite_again, Api, "다시 초대하기(운영자)";
    POST "/api/v1/people/{id}/reset" setup::send_reset, Api, "비밀번호 재설정 보내기(운영자)";
    POST "/api/v1/people/{id}/disable" setup::disable, Api, "계정 멈추기(운영자)";
    POST "/api/v1/people/{id}/enable" setup::enable, Api, "계정 다시 열기(운영자)";
    GET "/api/v1/people/{id}/grants" setup::grants, Api, "역할 이력(운영자)";
    POST "/api/v1/people/{id}/grants" setup::give, Api, "역할 주기(운영자)";
    GET "/api/v1/people/{id}/mediator" operator::mediator, Api, "조정인 정보(운영자)";
    POST "/api/v1/people/{id}/mediator" operator::keep_mediator, Api, "조정인 정보 바꾸기(운영자)";
    GET "/api/v1/mail" mail::health, Api, "전자우편 상태(운영자)";
    POST "/api/v1/mail/hold" mail::hold, Api, "모든 전자우편 멈추기·다시 보내기(운영자)";
    POST "/api/v1/mail/waiting/{id}" mail::decide, Api, "받은 전자우편을 사건에 넣거나 지우기(운영자)";
    GET "/api/v1/audit" operator::audit, Api, "권한과 설정이 바뀐 기록(운영자)";
    POST "/api/v1/grants/{id}/end" setup::end_grant, Api, "역할 끝내기(운영자)";
    GET "/api/v1/tokens" tokens::list, Api, "내 토큰";
    POST "/api/v1/tokens/{id}/revoke" tokens::revoke, Api, "내 토큰 끝내기";
    GET "/api/v1/views" views::list, Api, "내가 저장한 보기";
    POST "/api/v1/views" views::keep, Api, "보기 저장하기";
    POST "/api/v1/views/{id}/delete" views::remove, Api, "저장한 보기 지우기";
    GET "/api/v1/waiting" waiting::list, Api, "보낼 곳을 정할 접수(구)";
    POST "/api/v1/waiting/{number}" waiting::send, Api, "접수를 단지나 협약 기관에 보내기(구)";
    GET "/api/v1/indicators" indicators::report, Api, "지표(구·동 담당)";
    GET "/api/v1/indicators/overview" indicators::overview, Api, "달마다의 지표와 진행 중인 사건의 나이(구·동 담당)";
    GET "/api/v1/indicators/flow" indicators::flow, Api, "사건의 흐름: 분기별 접수 집단, 단계, 누적발생률(구 담당)";
    GET "/api/v1/indicators/comparison" indicators::comparison, Api, "같은 자료를 다른 곳이 공표한 산식으로 셈(구·동 담당)";
    GET "/api/v1/figures" figures::report, Api, "우리 위원회·협약 기관의 지표(간사·위원장·NGO 담당)";
    GET "/api/v1/figures/flow" figures::flow, Api, "우리 사건의 흐름(간사·위원장·NGO 담당)";
    GET "/api/v1/figures/cases" figures::cases, Api, "우리 지표의 수 하나에 세는 사건(간사·NGO 담당)";
    GET "/api/v1/ward/cases" ward::cases, Api, "사건별 진행, 가명(구 담당)";
    GET "/api/v1/ward/records" ward::records, Api, "지표의 수 하나에 세는 사건, 가명(구 담당)";
    GET "/api/v1/ward/season" ward::season, Api, "달마다의 접수와 게시판 안내문(구 담당)";
    GET "/api/v1/ward/prevention" ward::prevention, Api, "소리가 들린 시간대와 다툼이 늘거나 되풀이된 단지(구 담당)";
    GET "/api/v1/ward/variations" ward::variations, Api, "기관 사이의 차이와 우연: 끝난 해마다(구 담당)";
    GET "/api/v1/ward/committees" ward::committees, Api, "위원회 현황(구 담당)";
    POST "/api/v1/ward/committees/{id}/reminder" ward::remind, Api, "단지에 위원회 운영 안내 메일 보내기(구 담당)";
    POST "/api/v1/exchange/import" exchange::import, Api, "대장 가져오기(간사)";
    POST "/api/v1/exchange/export" exchange::export, Api, "대장 내보내기(간사, 까닭과 함께 기록)";
    POST "/api/v1/intake" filing::resident, OpenApi, "신청(주민, 토큰 없이)";
    POST "/api/v1/letters/code" links::letter_code, OpenApi, "편지 코드로 링크 찾기";
    POST "/api/v1/links/open" links::open, OpenApi, "받은 링크 보기";
    POST "/api/v1/links/letter" links::answer_letter, OpenApi, "편지에 답하기";
    POST "/api/v1/links/signature" links::sign, OpenApi, "합의서에 서명하기";
    POST "/api/v1/links/comment" links::comment, OpenApi, "합의서 초안에 의견 보내기";
    POST "/api/v1/links/proposal" links::answer_proposal, OpenApi, "조정안에 답하기";
    POST "/api/v1/links/slots" links::answer_slots, OpenApi, "가능한 날짜 답하기";
    POST "/api/v1/links/follow-up" links::follow_up, OpenApi, "사후점검에 답하기";
    POST "/api/v1/links/survey" links::survey, OpenApi, "만족도에 답하기";
    POST "/api/v1/links/offer" links::answer_offer, OpenApi, "배정 요청에 답하기(조정인)";
    POST "/api/v1/links/offer/take-back" links::take_back_offer, OpenApi, "배정 요청에 한 답 되돌리기(조정인, 하루 안)";
    POST "/api/v1/links/referral" links::answer_referral, OpenApi, "의뢰에 답하고 경과와 결과 알리기(계정 없는 기관)";
    POST "/api/v1/links/packet" links::packet, OpenApi, "받은 의뢰서 보기(계정 없는 기관, 열람 기록)";
    POST "/api/v1/links/diary" diary::note, OpenApi, "소음일지에 한 번 적기";
    POST "/api/v1/links/diary/strike" diary::strike_own, OpenApi, "소음일지에서 하나 지우기";
    POST "/api/v1/links/withdrawal" links::withdraw, OpenApi, "신청 거두기";
    POST "/api/v1/links/leaving" links::leave, OpenApi, "조정에 그만 참여하기";
    POST "/api/v1/links/confirmation" links::confirm, OpenApi, "소음이 멈췄다고 확인하기";
    POST "/api/v1/links/consent" links::consent, OpenApi, "조정 참여에 동의하기";
    POST "/api/v1/links/rights" links::ask_right, OpenApi, "내 개인정보에 대해 요청하기(열람·정정·삭제·처리정지)";
    POST "/api/v1/links/code" links::send_code, OpenApi, "내 주소로 10분 숫자 받기";
    POST "/api/v1/links/unlock" links::redeem, OpenApi, "10분 동안 내 정보 열기";
}

/// The routes of the list.
#[must_use]
pub fn routes() -> Vec<Route> {
    all().into_iter().map(|o| Route { method: o.method, path: o.path, door: o.door }).collect()
}

/// 405 with the methods that the path has (RFC 9110 §15.5.6).
async fn other_method(allow: String) -> HttpResponse {
    let error = WebError::new(
        actix_web::http::StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "이 주소에서 쓸 수 없는 방법입니다. Allow 머리글의 방법을 써 주세요.",
    );
    let body = serde_json::to_string(&error.problem()).unwrap_or_default();
    HttpResponse::MethodNotAllowed()
        .insert_header((header::ALLOW, allow))
        .content_type("application/problem+json; charset=utf-8")
        .body(body)
}
