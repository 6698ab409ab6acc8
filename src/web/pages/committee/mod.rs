//! Committees and councils: who sits, under which rules, who decides what, when they meet.
pub mod acts;
pub mod forms;
pub mod meeting;
pub mod members;
pub mod papers;
pub mod pledge;
pub mod recusal;
pub mod sheets;

use super::admin::{Fold, Listing, shown};
use crate::casework::committee::{self, Home, Shown, Tried};
use crate::domain::codes::{CommitteeDuty, Post, SeatState};
use crate::domain::committee::appointment::Seat;
use crate::domain::committee::delegation::Act;
use crate::domain::committee::duties::{About, Duty};
use crate::domain::committee::rules::BodyRules;
use crate::domain::ids::{BodyId, MeetingId};
use crate::domain::seoul;
use crate::store::meetings::{self, Head};
use crate::store::{StoreError, bodies, committees};
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::parts::{Cell, Column, Empty, Link, Summary, Table};
use crate::web::state::{State, see_other};
use crate::web::steps::words;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use chrono::NaiveDate;

/// Meetings shown at most.
const MOST: i64 = 100;

/// The committees of this person; the only one at once.
///
/// # Errors
/// 404 for people of no committee.
pub async fn list(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let ids = who.actor.assemblies();
    if let [only] = ids.as_slice() {
        return Ok(see_other(&format!("/committees/{}", only.0), None));
    }
    if ids.is_empty() {
        return Err(WebError::not_found());
    }
    let names = state.db.read(move |rx| bodies::names(rx, &ids)).await?;
    let mut listing = Listing::new(&state, &who, "위원회", Link::new("/todo", "내가 할 일로"));
    let row = |(id, name): (BodyId, String)| vec![Cell::link(name, format!("/committees/{}", id.0))];
    let rows = names.into_iter().map(row).collect();
    listing.tables = vec![Table::new(
        "위원회".to_owned(),
        vec![Column::new("이름")],
        rows,
        Empty::new("위원회가 없습니다."),
    )];
    listing.show(&state)
}

/// A committee's home.
///
/// # Errors
/// 404 for strangers.
pub async fn home(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let (id, now, actor) = (BodyId(*id), state.now(), who.actor.clone());
    let chairs = who.actor.bodies(crate::domain::codes::Role::Chair).contains(&id);
    let (home, held, duties, tried, history) = state
        .db
        .read(move |rx| {
            let home = committee::home(rx, &actor, id, now)?;
            let duties = committee::duties_for(rx, &actor, &home.body, now)?;
            let mut tried = if chairs { committee::attempts(rx, &actor, now)? } else { Vec::new() };
            tried.retain(|t| t.attempt.committee == Some(id));
            let history = committees::history(rx, id)?;
            let held = meetings::of_bodies(rx, &[id], MOST)?;
            Ok::<_, crate::casework::CaseworkError>((home, held, duties, tried, history))
        })
        .await?;
    let mut listing = Listing::new(&state, &who, &home.body.name, Link::new("/todo", "내가 할 일로"));
    listing.lead = Some(in_short(&home));
    let path = format!("/committees/{}", id.0);
    for act in acts::open_to(&who.actor, id) {
        listing.acts.push(Link::new(format!("{path}/do/{}", act.code()), act.label()));
    }
    let keeps = who.actor.may_keep(id);
    listing.acts.extend(sheets::links_of_body(id).into_iter().filter(|_| keeps));
    listing.tables.push(duty_table(&duties));
    if !tried.is_empty() {
        listing.tables.push(attempt_table(&tried));
    }
    listing.tables.extend([meeting_table(held), member_table(&home, keeps, seoul::day(now))]);
    listing.folds = vec![Fold {
        title: if home.rules.has_case_rights() { "규칙과 전결표" } else { "규칙과 그 이력" }.to_owned(),
        facts: Some(rules_shown(&home.rules)),
        tables: home
            .rules
            .has_case_rights()
            .then(|| decided_by(&home))
            .into_iter()
            .chain([history_table(history)])
            .collect(),
    }];
    listing.show(&state)
}

fn duty_table(duties: &[Duty]) -> Table {
    let row = |d: &Duty| {
        let cell = match &d.about {
            About::Meeting(id) => Cell::link(d.kind.label(), path_of(*id)),
            // A seat's page is the desk's; a member reads of their own further down.
            About::Seat(_) if d.kind == CommitteeDuty::OwnTraining => Cell::text(d.kind.label()),
            About::Seat(id) => Cell::link(d.kind.label(), format!("/seats/{}", id.0)),
            About::Case(_, number) => Cell::text(format!("{} ({number})", d.kind.label())),
            About::Body => Cell::text(d.kind.label()),
        };
        vec![cell, Cell::text(shown(Some(d.due)))]
    };
    let rows = duties.iter().map(row).collect();
    let columns = ["할 일", "기한"].map(Column::new).to_vec();
    Table::new("위원회가 할 일".to_owned(), columns, rows, Empty::new("지금 할 일이 없습니다."))
}

/// Who tried to open what they have left: for the chair, or for the ward where it was the chair.
pub(super) fn attempt_table(tried: &[Tried]) -> Table {
    let row = |t: &Tried| {
        vec![
            Cell::text(words::official(t.attempt.at.and_utc())),
            Cell::text(t.committee.clone()),
            Cell::text(if t.chair { format!("{} (위원장)", t.who) } else { t.who.clone() }),
        ]
    };
    let rows = tried.iter().map(row).collect();
    let columns = ["언제", "위원회", "누가"].map(Column::new).to_vec();
    let title = "물러난 위원이 사건을 열려고 한 기록".to_owned();
    Table::new(title, columns, rows, Empty::new("그런 기록이 없습니다."))
}

fn history_table(history: Vec<(NaiveDate, bool, String)>) -> Table {
    let row = |(from, rules, basis): (NaiveDate, bool, String)| {
        let what = if rules { "규칙" } else { "전결표" };
        vec![Cell::text(shown(Some(from))), Cell::text(what), Cell::text(basis)]
    };
    let rows = history.into_iter().map(row).collect();
    let columns = ["시행일", "무엇", "정한 회의·근거"].map(Column::new).to_vec();
    let none = Empty::new("적은 것이 없습니다. 처음 규칙을 씁니다.");
    Table::new("바뀐 이력".to_owned(), columns, rows, none)
}

/// What everybody asks first of the rules: `재적 위원 과반수 출석, 출석 위원 과반수 찬성으로 정합니다. …`
fn in_short(home: &Home) -> String {
    let rules = &home.rules;
    let when = rules
        .regular_months
        .map_or_else(|| "필요할 때 모이고".to_owned(), |m| format!("{m}개월에 한 번 이상 모이고"));
    format!(
        "{}입니다. {when}, 재적 위원 {} 출석과 출석 위원 {} 찬성으로 정합니다.",
        rules.assembly.label(),
        rules.quorum.words(),
        rules.majority.words()
    )
}

fn rules_shown(rules: &BodyRules) -> Summary {
    let size = rules.size_max.map_or_else(
        || format!("{}명 이상", rules.size_min),
        |max| format!("{}명 ~ {max}명", rules.size_min),
    );
    let regular =
        rules.regular_months.map_or_else(|| "필요할 때".to_owned(), |m| format!("{m}개월에 한 번 이상"));
    let renewals = rules.renewals.map_or_else(|| "연임 가능".to_owned(), |n| format!("{n}회 연임 가능"));
    let modes: Vec<&str> = rules.modes.iter().map(|m| m.label()).collect();
    Summary::default()
        .row("종류", rules.assembly.label())
        .row("정원", size)
        .row("임기", format!("{}년, {renewals}", rules.term_years))
        .row("위촉", rules.appointer.label())
        .row("위원장", rules.chair.label())
        .row("정기회의", regular)
        .row("소집", format!("위원장, 또는 재직 위원 {}의 요구", rules.demand.words()))
        .row(
            "정족수",
            format!("재적 위원 {} 출석, 출석 위원 {} 찬성", rules.quorum.words(), rules.majority.words()),
        )
        .row("통지", format!("회의 {}일 전까지(긴급회의는 바로)", rules.notice_days))
        .row("회의 방식", modes.join(", "))
        .row("교육", format!("한 해 {}시간", rules.training_hours))
}

fn meeting_table(held: Vec<Head>) -> Table {
    let row = |m: Head| {
        let when = m.starts_at.map_or_else(|| "날짜 미정".to_owned(), |t| words::official(t.and_utc()));
        vec![
            Cell::link(when, format!("/meetings/{}", m.id.0)),
            Cell::text(m.sort.label()),
            Cell::text(m.state.label()),
        ]
    };
    let rows: Vec<_> = held.into_iter().map(row).collect();
    let columns = ["일시", "종류", "상태"].map(Column::new).to_vec();
    Table::new("회의".to_owned(), columns, rows, Empty::new("아직 회의가 없습니다."))
}

fn member_table(home: &Home, keeps: bool, today: NaiveDate) -> Table {
    // Who sits now, by their offices; then who is to come or has gone, the newest first.
    let mut members: Vec<&Shown> = home.members.iter().rev().collect();
    members.sort_by_key(|m| {
        let seat = &m.member.seat;
        (!seat.in_office(today), Post::ALL.iter().position(|post| *post == seat.post))
    });
    let rows = members.into_iter().map(|m| member_row(m, home.rules.training_hours, keeps, today)).collect();
    let columns = ["이름", "직", "구분", "임기", "상태", "올해 교육"].map(Column::new).to_vec();
    let in_office =
        home.members.iter().filter(|m| m.member.seat.votes && m.member.seat.in_office(today)).count();
    let title = format!("위원 (재직 {in_office}명)");
    Table::new(title, columns, rows, Empty::new("아직 위원이 없습니다. 위원을 추천해 주세요."))
}

/// `2시간 30분 / 4시간`.
fn hours_of(minutes: i64, asked: u32) -> String {
    let done = match (minutes / 60, minutes % 60) {
        (hours, 0) => format!("{hours}시간"),
        (0, rest) => format!("{rest}분"),
        (hours, rest) => format!("{hours}시간 {rest}분"),
    };
    format!("{done} / {asked}시간")
}

fn member_row(shown_member: &Shown, asked: u32, keeps: bool, today: NaiveDate) -> Vec<Cell> {
    let (seat, person) = (&shown_member.member.seat, &shown_member.member.person);
    let state = seat.state(today);
    let kind = match state {
        SeatState::Active => "ok",
        SeatState::Ended => "plain",
        _ => "info",
    };
    let name = if keeps {
        Cell::link(person.name.clone(), format!("/seats/{}", seat.id.0))
    } else {
        Cell::text(person.name.clone())
    };
    let training = match (asked, shown_member.untrained) {
        (0, _) => Cell::text("-"),
        _ if !seat.votes => Cell::text("-"),
        (asked, true) => Cell::badge(hours_of(shown_member.minutes, asked), "warn"),
        (asked, false) => Cell::text(hours_of(shown_member.minutes, asked)),
    };
    vec![
        name,
        Cell::text(seat.post.label()),
        Cell::text(seat.category.label()),
        Cell::text(term(seat)),
        Cell::badge(state.label(), kind),
        training,
    ]
}

/// `2026.05.07 ~ 2028.05.06`; whoever sits by an office sits as long as they hold it.
fn term(seat: &Seat) -> String {
    let until = seat.last_day().map_or_else(|| "직을 맡은 동안".to_owned(), |day| shown(Some(day)));
    format!("{} ~ {until}", shown(Some(seat.from)))
}

fn decided_by(home: &Home) -> Table {
    let title = if home.delegated {
        "전결표: 누가 정하나"
    } else {
        "전결표: 첫 회의를 열 때까지는 모두 간사가 정합니다"
    };
    let row = |act: Act| vec![Cell::text(act.label()), Cell::text(home.delegation.decider(act).label())];
    let rows = Act::all().into_iter().map(row).collect();
    let columns = ["할 일", "정하는 사람"].map(Column::new).to_vec();
    Table::new(title.to_owned(), columns, rows, Empty::new("전결표가 없습니다."))
}

/// A body's name.
///
/// # Errors
/// 404 for strangers.
async fn named(state: &State, who: &Who, id: BodyId) -> Result<String, WebError> {
    let actor = who.actor.clone();
    Ok(state.db.read(move |rx| committee::body_of(rx, &actor, id)).await?.name)
}

/// The path of a meeting.
fn path_of(id: MeetingId) -> String {
    format!("/meetings/{}", id.0)
}

/// What is there under an id from an address.
///
/// # Errors
/// 404.
fn none<T>(found: Option<T>) -> Result<T, WebError> {
    found.ok_or_else(|| WebError::from(StoreError::NotFound))
}
