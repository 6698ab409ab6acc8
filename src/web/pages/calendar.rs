//! Private calendars: the address to subscribe to, its renewal and end, and what a calendar program reads there.
use super::sheet::Sheet;
use crate::casework::calendar::{self, Of};
use crate::domain::letter::Meeting;
use crate::mail::calendar::{Entry, feed};
use crate::store::bookings::Booked;
use crate::web::error::WebError;
use crate::web::field::Field;
use crate::web::guard::Who;
use crate::web::parts::{Flash, Summary};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path};

const OWN: &str = "/settings/calendar";

/// What a calendar program reads. Nobody's name is in it; the address is the key.
///
/// # Errors
/// `not_found` for an address that is not ours or was ended.
pub async fn read(state: Data<State>, token: Path<String>) -> Result<HttpResponse, WebError> {
    let (token, now) = (token.into_inner(), state.now());
    let booked = state.db.read(move |rx| calendar::read(rx, &token, now)).await?;
    let from = &state.settings.mail.from;
    let host = from.trim_end_matches('>').rsplit('@').next().unwrap_or_default();
    let entries: Vec<Entry> = booked.into_iter().map(entry).collect();
    Ok(HttpResponse::Ok()
        .content_type("text/calendar; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(feed("이음 조정 일정", &entries, host, now)))
}

fn entry(b: Booked) -> Entry {
    let meeting = Meeting {
        uid: format!("{}-{}", b.number, b.seq),
        sequence: u32::try_from(b.sequence).unwrap_or(0),
        kind: b.kind,
        start: b.starts_at.and_utc(),
        end: b.ends_at.and_utc(),
        place: b.room,
        link: String::new(),
    };
    Entry { meeting, number: b.number }
}

/// Asks whether to make, renew or end the address.
pub(super) async fn ask(
    state: &State,
    who: &Who,
    of: Of,
    (action, back): (&str, &str),
) -> Result<HttpResponse, WebError> {
    let (actor, now) = (who.actor.clone(), state.now());
    let path = state.db.read(move |rx| calendar::path(rx, &actor, of, now)).await?;
    let there = path.is_some();
    let mut field = Field::radio("do", "구독 주소").choice(
        "renew",
        if there { "새 주소로 바꾸기" } else { "주소 만들기" },
        Some(if there {
            "앞의 주소는 바로 쓸 수 없게 됩니다."
        } else {
            "달력 프로그램에 넣으면 일정이 저절로 따라옵니다."
        }),
    );
    if there {
        field = field.choice("end", "주소 끊기", Some("달력에서 일정이 더 오지 않습니다."));
    }
    let mut sheet = Sheet::new(state.frame(who, "일정 구독"), action, "저장")
        .lead("조정 일정을 휴대전화나 컴퓨터의 달력에서 볼 수 있습니다. 접수번호와 때, 방만 보이고 사람의 이름은 나가지 않습니다. 주소를 아는 사람은 누구나 볼 수 있으니 남에게 알려 주지 마세요.")
        .cancel(back, "돌아가기");
    if let Some(path) = path {
        sheet = sheet.facts(Summary::default().row("지금 주소", format!("{}{path}", state.base())));
    }
    sheet.filled(vec![field]).show(state)
}

/// Makes, renews or ends the address.
pub(super) async fn changed(
    state: &State,
    who: &Who,
    of: Of,
    typed: &Typed,
    back: &str,
) -> Result<HttpResponse, WebError> {
    let (actor, now) = (who.actor.clone(), state.now());
    let flash = match typed.get("do") {
        "end" => {
            state.db.write(move |tx| calendar::end(tx, &actor, of, now)).await?;
            Flash::ok("구독 주소를 끊었습니다.")
        }
        "renew" => {
            state.db.write(move |tx| calendar::renew(tx, &actor, of, now)).await?;
            Flash::ok("구독 주소를 만들었습니다.")
        }
        _ => Flash::warn("무엇을 할지 골라 주세요."),
    };
    Ok(see_other(back, Some(&flash)))
}

/// One's own address.
///
/// # Errors
/// Database errors.
pub async fn own_form(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let of = Of::Person(who.user()?);
    ask(&state, &who, of, (OWN, "/settings")).await
}

/// Changes one's own address.
///
/// # Errors
/// Database errors.
pub async fn own(state: Data<State>, who: Who, Posted(typed): Posted) -> Result<HttpResponse, WebError> {
    let of = Of::Person(who.user()?);
    changed(&state, &who, of, &typed, OWN).await
}
