//! 공유공간: the ward's rooms, which whoever fixes a meeting books. A room's page shows when it is taken, never by whom.
use super::admin::{Listing, Reader, shown};
use super::sheet::{Sheet, errors_of};
use crate::casework::CaseworkError;
use crate::casework::booking;
use crate::casework::calendar::{self, Of};
use crate::casework::rooms;
use crate::domain::codes::WeekDay;
use crate::domain::ids::RoomId;
use crate::store::bookings::{self, Booked};
use crate::store::rooms::Room;
use crate::web::error::WebError;
use crate::web::field::{Errors, Field};
use crate::web::guard::Who;
use crate::web::parts::{Cell, Column, Empty, Flash, Link, Summary, Table};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use crate::web::steps::words;
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

/// The ward's rooms.
///
/// # Errors
/// 403 for people of no ward.
pub async fn list(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let actor = who.actor.clone();
    let all = state.db.read(move |rx| rooms::list(rx, &actor)).await?;
    let mut listing = Listing::new(&state, &who, "공유공간", Link::new("/ward", "구 현황으로"));
    listing.lead = Some("조정회의를 열 수 있는 방입니다. 여는 때와 들어갈 수 있는 사람 수를 적어 두면 겹치지 않게 예약됩니다.".to_owned());
    listing.acts = vec![Link::new("/rooms/new", "방 더하기")];
    let line = |r: &Room| {
        vec![
            Cell::link(r.name.clone(), format!("/rooms/{}", r.id.0)).small(r.address.clone()),
            Cell::text(format!("{}명", r.capacity)),
            Cell::text(booking::hours(r)),
            Cell::text(r.until_on.map_or_else(String::new, |d| format!("{}부터 쓰지 않음", shown(Some(d))))),
        ]
    };
    let columns = ["방", "들어갈 수 있는 사람", "여는 때", "알림"].map(Column::new).to_vec();
    let none = Empty::new("아직 적은 방이 없습니다.");
    listing.tables = vec![Table::new("방".to_owned(), columns, all.iter().map(line).collect(), none)];
    listing.show(&state)
}

/// One room: its bookings by time only, and the address of its calendar.
///
/// # Errors
/// 403, or 404 for another ward's.
pub async fn show(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let (actor, now, id) = (who.actor.clone(), state.now(), RoomId(*id));
    let read = move |rx: &mut crate::store::Rx<'_>| {
        let room = rooms::one(rx, &actor, id)?;
        let path = calendar::path(rx, &actor, Of::Room(id), now)?;
        Ok::<_, CaseworkError>((room, path, bookings::of_room(rx, id, now)?))
    };
    let (room, path, booked) = state.db.read(read).await?;
    let mut listing = Listing::new(&state, &who, &room.name, Link::new("/rooms", "공유공간으로"));
    let feed = path.map_or_else(|| "만들지 않음".to_owned(), |path| format!("{}{path}", state.base()));
    let mut facts = Summary::default();
    if !room.address.is_empty() {
        facts = facts.row("주소", room.address.clone());
    }
    listing.facts = Some(
        facts
            .row("들어갈 수 있는 사람", format!("{}명", room.capacity))
            .row("여는 때", booking::hours(&room))
            .row("일정 구독 주소", feed),
    );
    listing.acts = vec![
        Link::new(format!("/rooms/{}/edit", id.0), "고치기"),
        Link::new(format!("/rooms/{}/calendar", id.0), "일정 구독 주소 만들기·끊기"),
    ];
    let line = |b: &Booked| {
        let until = crate::render::korean::Moment::from(b.ends_at.and_utc()).clock();
        vec![Cell::text(words::when(b.starts_at.and_utc())), Cell::text(format!("{until}까지"))]
    };
    let columns = ["언제", "언제까지"].map(Column::new).to_vec();
    let none = Empty::new("잡힌 회의가 없습니다.");
    let rows = booked.iter().map(line).collect();
    listing.tables = vec![Table::new("잡힌 회의".to_owned(), columns, rows, none)];
    listing.show(&state)
}

fn fields(room: Option<&Room>) -> Vec<Field> {
    let text = |of: fn(&Room) -> &String| room.map(of).cloned().unwrap_or_default();
    let clock = |m: i64| format!("{:02}:{:02}", m / 60, m % 60);
    let halves: Vec<String> = (0..=48).map(|n| clock(n * 30)).collect();
    let time = |name: &str, label: &str, value: i64| {
        let pairs = halves.iter().map(|t| (t.as_str(), t.as_str()));
        Field::select(name, label).width("w-s").choices(pairs).value(&clock(value))
    };
    let mut days = Field::checks("days", "여는 요일").layout("grid");
    days = days.choices(WeekDay::ALL.iter().map(|d| (d.code(), d.label())));
    let open = room.map_or("mon tue wed thu fri", |r| r.days.as_str());
    for option in &mut days.options {
        option.checked = open.split_whitespace().any(|d| d == option.value);
    }
    let until = room.and_then(|r| r.until_on).map(|d| d.to_string()).unwrap_or_default();
    vec![
        Field::text("name", "이름").help("예: 천연동주민센터 2층 회의실").max(80).value(&text(|r| &r.name)),
        Field::text("address", "주소").max(80).value(&text(|r| &r.address)).optional(),
        Field::number("capacity", "들어갈 수 있는 사람").value(&room.map_or(8, |r| r.capacity).to_string()),
        days,
        time("opens", "여는 시각", room.map_or(540, |r| r.opens)),
        time("closes", "닫는 시각", room.map_or(1080, |r| r.closes)),
        Field::date("until", "이 날부터 쓰지 않음").value(&until).optional(),
    ]
}

fn read(typed: &Typed, id: i64) -> Result<Room, Errors> {
    let mut reader = Reader::new(typed);
    let clock = |name: &str| {
        let (h, m) = typed.get(name).split_once(':')?;
        Some(h.parse::<i64>().ok()? * 60 + m.parse::<i64>().ok()?)
    };
    let room = Room {
        id: RoomId(id),
        ward_code: String::new(),
        name: reader.text("name"),
        address: reader.text("address"),
        capacity: reader.number("capacity").unwrap_or(0),
        days: typed.all("days").collect::<Vec<_>>().join(" "),
        opens: clock("opens").unwrap_or(-1),
        closes: clock("closes").unwrap_or(-1),
        until_on: reader.day("until"),
    };
    if reader.errors.is_empty() { Ok(room) } else { Err(reader.errors) }
}

async fn known(state: &State, who: &Who, id: i64) -> Result<Room, WebError> {
    let actor = who.actor.clone();
    Ok(state.db.read(move |rx| rooms::one(rx, &actor, RoomId(id))).await?)
}

fn sheet(state: &State, who: &Who, id: i64) -> Sheet {
    let (title, action, back) = if id == 0 {
        ("방 더하기", "/rooms/new".to_owned(), "/rooms".to_owned())
    } else {
        ("방 고치기", format!("/rooms/{id}/edit"), format!("/rooms/{id}"))
    };
    Sheet::new(state.frame(who, title), &action, "저장").cancel(&back, "그만두기")
}

async fn kept(state: &State, who: &Who, id: i64, typed: &Typed) -> Result<HttpResponse, WebError> {
    let before = if id == 0 { None } else { Some(known(state, who, id).await?) };
    let errors = match read(typed, id) {
        Err(errors) => errors,
        Ok(room) => {
            let (actor, now) = (who.actor.clone(), state.now());
            match state.db.write(move |tx| rooms::keep(tx, &actor, room, now)).await {
                Ok(id) => {
                    return Ok(see_other(&format!("/rooms/{}", id.0), Some(&Flash::ok("저장했습니다."))));
                }
                Err(e) => errors_of(e)?,
            }
        }
    };
    sheet(state, who, id).typed(fields(before.as_ref()), typed, &errors).show(state)
}

/// Asks for a new room.
///
/// # Errors
/// Template errors.
pub async fn new_form(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    sheet(&state, &who, 0).filled(fields(None)).show(&state)
}

/// Adds a room.
///
/// # Errors
/// 403.
pub async fn add(state: Data<State>, who: Who, Posted(typed): Posted) -> Result<HttpResponse, WebError> {
    kept(&state, &who, 0, &typed).await
}

/// Asks what has changed.
///
/// # Errors
/// 403, 404.
pub async fn edit_form(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let room = known(&state, &who, *id).await?;
    sheet(&state, &who, *id).filled(fields(Some(&room))).show(&state)
}

/// Keeps it.
///
/// # Errors
/// 403, 404.
pub async fn edit(
    state: Data<State>,
    who: Who,
    id: Path<i64>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    kept(&state, &who, *id, &typed).await
}

/// Asks whether to make or end the address of the room's calendar.
///
/// # Errors
/// 403, 404.
pub async fn calendar_form(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let room = known(&state, &who, *id).await?;
    let path = format!("/rooms/{}", *id);
    super::calendar::ask(&state, &who, Of::Room(room.id), (&format!("{path}/calendar"), &path)).await
}

/// Makes a fresh address, or ends it.
///
/// # Errors
/// 403, 404.
pub async fn calendar(
    state: Data<State>,
    who: Who,
    id: Path<i64>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let path = format!("/rooms/{}", *id);
    super::calendar::changed(&state, &who, Of::Room(RoomId(*id)), &typed, &path).await
}
