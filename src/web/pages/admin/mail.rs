//! 전자우편: does mail leave, does it arrive, and what came in that belongs to no case. No address and no word of any mail.
use super::home;
use crate::casework::CaseworkError;
use crate::casework::inbox::{self as casework, Standing};
use crate::domain::codes::{Delivery, Inbound, InboundFate};
use crate::domain::ids::InboundId;
use crate::domain::indicators::Rate;
use crate::domain::notice::letter_label;
use crate::render::korean::Moment;
use crate::store::inbox::Received;
use crate::store::sending::Health;
use crate::web::chart;
use crate::web::error::WebError;
use crate::web::field::Field;
use crate::web::guard::Who;
use crate::web::pages::sheet::{Sheet, errors_of};
use crate::web::parts::{Cell, Column, Empty, Figure, FigureTable, Flash, Page, Summary, Table};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use chrono::{DateTime, Duration, Utc};
use serde::Serialize;

#[derive(Debug, Serialize)]
struct Mail {
    page: Page,
    held: bool,
    facts: Summary,
    figure: Figure,
    /// Where something was sent or given up.
    speed: Option<Figure>,
    failures: Option<Figure>,
    waiting: Table,
    quarantine: Table,
}

/// The page.
///
/// # Errors
/// Database and template errors.
pub async fn show(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let now = state.now();
    let Standing { health, came, waiting: strange } = standing(&state, &who).await?;
    let mut page = Page { back: Some(home()), ..state.frame(&who, "전자우편") };
    page.mail_to_files = state.mail_note();
    let mail = Mail {
        held: health.held_since.is_some(),
        facts: facts(&health, &came),
        figure: by_hour(&health, now),
        speed: by_letter(&health),
        failures: by_reason(&health),
        waiting: waiting(&health, now),
        quarantine: quarantine(&strange),
        page,
    };
    state.page("pages/admin/mail", &mail)
}

async fn standing(state: &State, who: &Who) -> Result<Standing, WebError> {
    let (actor, now) = (who.actor.clone(), state.now());
    Ok(state.db.read(move |rx| casework::standing(rx, &actor, now)).await?)
}

/// `12초`, `3분`, `2시간`.
fn span(seconds: i64) -> String {
    match seconds {
        s if s < 60 => format!("{s}초"),
        s if s < 3600 => format!("{}분", s / 60),
        s => format!("{}시간", s / 3600),
    }
}

fn facts(health: &Health, came: &[(InboundFate, i64)]) -> Summary {
    let held = health.held_since.map_or_else(
        || "나가고 있습니다".to_owned(),
        |since| format!("{}부터 멈춰 있습니다", Moment::from(since).prose()),
    );
    let speed = match (health.latency(50), health.latency(95)) {
        (Some(half), Some(most)) => {
            format!("절반은 {} 안에, 95%는 {} 안에 나갔습니다", span(half), span(most))
        }
        _ => "지난 하루 동안 보낸 메일이 없습니다".to_owned(),
    };
    let dead: i64 = health.dead.iter().map(|(_, _, n)| n).sum();
    let of = |fate: InboundFate| came.iter().find(|(f, _)| *f == fate).map_or(0, |(_, n)| *n);
    let all: i64 = came.iter().map(|(_, n)| n).sum();
    let parts: Vec<String> =
        InboundFate::ALL.iter().map(|fate| format!("{} {}통", fate.label(), of(*fate))).collect();
    Summary::default()
        .row("발송", held)
        .row("지난 하루", format!("{}통을 보냈습니다. {speed}", health.sent.len()))
        .row("보내지 못함", format!("{dead}통. 사건마다 맡은 곳의 할 일에 있습니다"))
        .row("지난 30일 되돌아온 메일", bounced(health.month))
        .row("멈춘 주소", format!("{}곳. 되돌아오기를 거듭해 보내지 않습니다", health.stopped))
        .row("지난 30일 받은 메일", format!("{all}통 = {}", parts.join(" + ")))
}

/// `나간 1,240통 가운데 3통(0.2%)`.
fn bounced((left, back): (i64, i64)) -> String {
    let whole = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    match Rate::of(whole(back), whole(left)).value {
        Some(share) => format!("나간 {left}통 가운데 {back}통({:.1}%)", share * 100.0),
        None => "나간 메일이 없습니다".to_owned(),
    }
}

/// How many mails left in each of the last 24 hours.
fn by_hour(health: &Health, now: DateTime<Utc>) -> Figure {
    let hours: Vec<DateTime<Utc>> = (0..24).rev().map(|back| now - Duration::hours(back)).collect();
    let label = |at: &DateTime<Utc>| {
        Moment::from(*at).clock().split(':').next().map(|h| format!("{h}시")).unwrap_or_default()
    };
    let labels: Vec<String> = hours.iter().map(label).collect();
    let in_hour = |end: &DateTime<Utc>| {
        let n = health.sent.iter().filter(|m| m.at <= *end && m.at > *end - Duration::hours(1)).count();
        u32::try_from(n).unwrap_or(u32::MAX)
    };
    let values: Vec<u32> = hours.iter().map(in_hour).collect();
    let rows = labels.iter().zip(&values).map(|(l, n)| vec![l.clone(), n.to_string()]).collect();
    let series = [chart::Series { class: "c1", name: "보낸 메일", values }];
    Figure {
        id: "mail".to_owned(),
        title: "지난 24시간에 보낸 메일".to_owned(),
        finding: format!("지난 하루 동안 {}통이 나갔습니다.", health.sent.len()),
        note: Some("메일 서버가 받았다는 뜻이고, 읽었다는 뜻은 아닙니다.".to_owned()),
        svg: Some(chart::columns(&labels, &series)),
        table: FigureTable { columns: ["시각까지 한 시간", "통"].map(str::to_owned).to_vec(), rows },
    }
}

/// How long the server took over each letter of the last day.
fn by_letter(health: &Health) -> Option<Figure> {
    let all = health.by_letter();
    let (slowest, _, _, most) = all.first()?;
    let finding = format!(
        "가장 오래 걸린 것은 '{}'입니다. 95%가 {} 안에 나갔습니다.",
        letter_label(slowest),
        span(*most)
    );
    let labels: Vec<String> = all.iter().map(|(letter, ..)| letter_label(letter).to_owned()).collect();
    let seconds = |n: i64| u32::try_from(n.max(0)).unwrap_or(u32::MAX);
    let values: Vec<(u32, String)> = all.iter().map(|(.., most)| (seconds(*most), span(*most))).collect();
    let row = |(letter, n, half, most): &(&str, usize, i64, i64)| {
        vec![letter_label(letter).to_owned(), n.to_string(), span(*half), span(*most)]
    };
    Some(Figure {
        id: "speed".to_owned(),
        title: "메일 서버가 받기까지 걸린 시간(지난 하루, 무엇인지에 따라)".to_owned(),
        finding,
        note: Some("막대는 95%가 나가기까지 걸린 시간입니다.".to_owned()),
        svg: Some(chart::told_rows(&labels, &values)),
        table: FigureTable {
            columns: ["무엇", "통", "절반", "95%"].map(str::to_owned).to_vec(),
            rows: all.iter().map(row).collect(),
        },
    })
}

/// Why mails were given up.
fn by_reason(health: &Health) -> Option<Figure> {
    let all = health.failures();
    let (first, n) = all.iter().max_by_key(|(_, n)| *n)?;
    let finding = format!("가장 많은 까닭은 '{}'({n}통)입니다.", first.label());
    let labels: Vec<String> = all.iter().map(|(how, _)| how.label().to_owned()).collect();
    let values: Vec<u32> = all.iter().map(|(_, n)| u32::try_from(*n).unwrap_or(u32::MAX)).collect();
    let row = |(letter, how, n): &(String, Delivery, i64)| {
        vec![how.label().to_owned(), letter_label(letter).to_owned(), n.to_string()]
    };
    let mut rows: Vec<Vec<String>> = health.dead.iter().map(row).collect();
    rows.sort();
    Some(Figure {
        id: "failures".to_owned(),
        title: "보내지 못한 메일의 까닭".to_owned(),
        finding,
        note: None,
        svg: Some(chart::rows(&labels, &values)),
        table: FigureTable { columns: ["까닭", "무엇", "통"].map(str::to_owned).to_vec(), rows },
    })
}

fn waiting(health: &Health, now: DateTime<Utc>) -> Table {
    let row = |(name, n, since): &(String, i64, DateTime<Utc>)| {
        let age = span((now - *since).num_seconds().max(0));
        vec![Cell::text(letter_label(name)), Cell::text(n.to_string()), Cell::text(age)]
    };
    let columns = ["무엇", "통", "가장 오래 기다린 것"].map(Column::new).to_vec();
    let rows = health.waiting.iter().map(row).collect();
    Table::new("나가기를 기다리는 메일".to_owned(), columns, rows, Empty::new("기다리는 메일이 없습니다."))
}

fn quarantine(received: &[Received]) -> Table {
    let row = |r: &Received| {
        let at = Moment::from(r.received_at.and_utc()).list_time();
        let why = r.why.map_or("", |why| why.label());
        let href = format!("/admin/mail/waiting/{}", r.id.0);
        vec![Cell::text(at), Cell::text(r.what.label()), Cell::text(why), Cell::link("정하기", href)]
    };
    let columns = ["언제", "무엇", "까닭", "할 일"].map(Column::new).to_vec();
    let empty = Empty::new("확인할 메일이 없습니다.");
    Table::new(
        "어느 사건의 것인지 정해야 할 메일".to_owned(),
        columns,
        received.iter().map(row).collect(),
        empty,
    )
}

/// Holds all mail back, or lets it leave again: `held` is `yes` or nothing.
///
/// # Errors
/// Database errors.
pub async fn hold(state: Data<State>, who: Who, Posted(typed): Posted) -> Result<HttpResponse, WebError> {
    let (actor, held, now) = (who.actor.clone(), typed.get("held") == "yes", state.now());
    state.db.write(move |tx| casework::hold(tx, &actor, held, now)).await?;
    let words = if held {
        "메일을 멈췄습니다. 쓰인 메일은 모두 기다립니다."
    } else {
        "메일이 다시 나갑니다."
    };
    Ok(see_other("/admin/mail", Some(&Flash::ok(words))))
}

/// A mail that could not be placed, with what can be done about it: a bounce holds no words that a case could want.
async fn sheet(state: &State, who: &Who, id: InboundId) -> Result<(Sheet, Vec<Field>), WebError> {
    let waiting = standing(state, who).await?.waiting;
    let one = waiting.iter().find(|one| one.id == id).ok_or_else(WebError::not_found)?;
    let facts = Summary::default()
        .row("받은 때", Moment::from(one.received_at.and_utc()).prose())
        .row("무엇", one.what.label())
        .row("까닭", one.why.map_or("", |why| why.label()));
    let path = format!("/admin/mail/waiting/{}", id.0);
    let sheet = Sheet::new(state.frame(who, "받은 메일 정하기"), &path, "이대로 하기").facts(facts);
    let lead =
        "메일의 내용과 보낸 사람은 운영자에게 보이지 않습니다. 사건에 넣으면 그 사건을 맡은 분이 읽습니다.";
    let (mut act, mut fields) = (Field::radio("act", "어떻게 할까요?"), Vec::new());
    if one.what == Inbound::Reply {
        act = act.choice("place", "사건에 넣기", None);
        fields.push(
            Field::text("number", "접수번호").help("예: 2026-0012. 사건에 넣을 때만 적습니다.").optional(),
        );
    }
    fields.insert(0, act.choice("drop", "지우기", Some("되돌릴 수 없습니다.")));
    Ok((sheet.lead(lead).cancel("/admin/mail", "전자우편으로"), fields))
}

/// Asks what to do with a mail that could not be placed.
///
/// # Errors
/// `not_found` for a mail that does not wait.
pub async fn waiting_form(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let (sheet, fields) = sheet(&state, &who, InboundId(*id)).await?;
    sheet.filled(fields).show(&state)
}

/// Does it.
///
/// # Errors
/// `not_found` for a mail that does not wait.
pub async fn decide(
    state: Data<State>,
    who: Who,
    id: Path<i64>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let (id, actor, now) = (InboundId(*id), who.actor.clone(), state.now());
    let number = typed.get("number").to_owned();
    let done = match typed.get("act") {
        "place" => {
            let placed = state.db.write(move |tx| casework::place(tx, &actor, id, &number, now)).await;
            placed.map(|()| "사건에 넣었습니다.")
        }
        "drop" => {
            let dropped = state.db.write(move |tx| casework::throw_away(tx, &actor, id, now)).await;
            dropped.map(|()| "지웠습니다.")
        }
        _ => Err(CaseworkError::field("act", "어떻게 할지 골라 주세요.")),
    };
    match done {
        Ok(words) => Ok(see_other("/admin/mail", Some(&Flash::ok(words)))),
        Err(e) => {
            let errors = errors_of(e)?;
            let (sheet, fields) = sheet(&state, &who, id).await?;
            sheet.typed(fields, &typed, &errors).show(&state)
        }
    }
}
