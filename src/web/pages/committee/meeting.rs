//! A meeting as one person may read it: the sheet of the day, the minutes, and the copy for outsiders.
use super::super::admin::Listing;
use super::{papers, path_of};
use crate::casework::meet::{self, Sheet};
use crate::casework::{CaseworkError, scan};
use crate::domain::codes::MeetingState;
use crate::domain::ids::{MeetingId, SeatId};
use crate::domain::meeting::{Item, Matter, Meeting, MeetingStepCode as Code};
use crate::domain::permission::Actor;
use crate::store::bodies;
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::parts::{Cell, Column, Empty, Link, Summary, Table};
use crate::web::state::State;
use crate::web::steps::words;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use chrono::{DateTime, Utc};

/// A meeting and the name of its body.
pub(super) async fn sheet(state: &State, who: &Who, id: i64) -> Result<(Sheet, String), WebError> {
    let (actor, now, id) = (who.actor.clone(), state.now(), MeetingId(id));
    let read = state.db.read(move |rx| {
        let sheet = meet::read(rx, &actor, id, now)?;
        let name = bodies::find(rx, sheet.meeting.body)?.name;
        Ok::<_, CaseworkError>((sheet, name))
    });
    Ok(read.await?)
}

pub(super) fn name(sheet: &Sheet, seat: SeatId) -> String {
    sheet.names.iter().find(|(id, _)| *id == seat).map_or_else(String::new, |(_, name)| name.clone())
}

/// Steps of one item: a link each.
const OF_ITEMS: [Code; 4] = [Code::Decide, Code::Defer, Code::Recuse, Code::Substitute];

/// What this person can do with the meeting now.
pub(crate) fn open_to(actor: &Actor, sheet: &Sheet, now: DateTime<Utc>) -> Vec<(Code, Option<u32>, String)> {
    let meeting = &sheet.meeting;
    let mut acts = Vec::new();
    for code in Code::ALL.iter().copied() {
        let own = matches!(code, Code::Request | Code::Roster | Code::Performed);
        let may = actor.in_meeting(code, meeting).is_some() && meeting.admits(code).is_ok();
        if own || !may || !sensible(code, sheet, now) {
            continue;
        }
        if !OF_ITEMS.contains(&code) {
            acts.push((code, None, code.label().to_owned()));
            continue;
        }
        for (item, number) in meeting.items.iter().zip(1u32..) {
            let waits = item.decision.is_none() && !sheet.closed.contains(&number);
            let quorate = meeting.judged(number, now).is_ok_and(|q| q.met);
            let fits = match code {
                Code::Decide => quorate,
                Code::Substitute => can_stand_in(meeting, item, now),
                _ => true,
            };
            if waits && fits {
                acts.push((code, Some(number), of_item(number, code)));
            }
        }
    }
    acts
}

/// `안건 1 표결`; a label that speaks of the item itself names it by number: `안건 1에서 물러남`.
fn of_item(number: u32, code: Code) -> String {
    let label = code.label();
    let rest = label.strip_prefix("안건").map_or_else(|| format!(" {label}"), str::to_owned);
    format!("안건 {number}{rest}")
}

/// Whether somebody left this case's item and somebody else could sit in their place.
fn can_stand_in(meeting: &Meeting, item: &Item, now: DateTime<Utc>) -> bool {
    let open = item.recused.len() > item.substitutes.len();
    let of_case = matches!(item.matter, Matter::Case { .. });
    open && of_case && meeting.roster.iter().any(|s| meeting.may_stand_in(s.seat, now))
}

/// What the kind of step alone does not tell: whether there is anything to do it with.
fn sensible(code: Code, sheet: &Sheet, now: DateTime<Utc>) -> bool {
    let meeting = &sheet.meeting;
    match code {
        Code::Notify => !meeting.items.is_empty(),
        Code::Support => sheet.own.is_none_or(|own| !meeting.supporters.contains(&own)),
        Code::Convene => meeting.state.is_some() && meeting.demand_missing(now) == 0,
        Code::Collect => meeting.copies_out().next().is_some(),
        Code::Issue => !meeting.roster.is_empty(),
        Code::Open | Code::NotOpen => !meeting.is_early(now),
        Code::Complete => !meeting.text.trim().is_empty() || !sheet.closed.is_empty(),
        _ => true,
    }
}

/// The sheet of the day.
///
/// # Errors
/// 404 outside the person's bodies.
pub async fn show(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let (sheet, body) = self::sheet(&state, &who, *id).await?;
    let (meeting, now) = (&sheet.meeting, state.now());
    let back = Link::new(format!("/committees/{}", meeting.body.0), "위원회로");
    let title = format!("{} {}", body, meeting.sort.label());
    let mut listing = Listing::new(&state, &who, &title, back);
    listing.facts = Some(facts(&sheet, now));
    let path = path_of(meeting.id);
    for (code, item, label) in open_to(&who.actor, &sheet, now) {
        let item = item.map_or_else(String::new, |n| format!("?item={n}"));
        listing.acts.push(Link::new(format!("{path}/steps/{}{item}", code.code()), label));
    }
    if meet::unsigned(meeting) || meeting.state == Some(MeetingState::Signed) {
        listing.acts.push(Link::new(format!("{path}/minutes"), "회의록 보기"));
        listing.acts.push(Link::new(format!("{path}/public"), "공개본 미리 보기"));
    }
    listing.acts.extend(super::sheets::links_of_meeting(meeting));
    if papers::may_print(&who, &sheet) {
        listing.acts.push(Link::new(format!("{path}/packet"), "회의 자료 인쇄"));
    }
    if scan::may_add(&who.actor, &sheet) {
        listing.acts.push(Link::new(format!("{path}/scans/new"), "서명한 회의록 올리기"));
    }
    listing.tables = vec![items(&sheet, now), attendance(&sheet)];
    if !meeting.copies.is_empty() {
        listing.tables.push(copies(&sheet));
    }
    listing.show(&state)
}

/// The numbered papers: who has which, and which came back.
fn copies(sheet: &Sheet) -> Table {
    let rows = sheet.meeting.copies.iter().map(|copy| {
        vec![
            Cell::text(format!("제{}호", copy.number)),
            Cell::text(name(sheet, copy.seat)),
            Cell::text(words::official(copy.issued_at)),
            Cell::text(copy.back_at.map_or_else(|| "아직".to_owned(), words::official)),
        ]
    });
    let columns = ["번호", "받은 사람", "나눠 준 때", "거둔 때"].map(Column::new).to_vec();
    let out = sheet.meeting.copies_out().count();
    let title = format!("회의 자료 (거두지 않은 것 {out}부)");
    Table::new(title, columns, rows.collect(), Empty::new("나눠 준 자료가 없습니다."))
}

fn facts(sheet: &Sheet, now: DateTime<Utc>) -> Summary {
    let meeting = &sheet.meeting;
    let state = meeting.state.map_or("", |s| s.label());
    let when = meeting.starts_at.map_or_else(|| "정하지 않음".to_owned(), words::official);
    let in_office = meeting.in_office(now).len();
    let needed = meeting.rules.quorum.needed(u32::try_from(in_office).unwrap_or(u32::MAX));
    let mut summary = Summary::default()
        .row("상태", state)
        .row("일시", when)
        .row("장소", meeting.place.clone())
        .row("방식", meeting.mode.label())
        .row("소집 통지", meeting.noticed_at.map_or_else(|| "아직 보내지 않음".to_owned(), words::official))
        .row(
            "의사정족수",
            format!(
                "재적 {in_office}명의 {}인 {needed}명이 나와야 열 수 있습니다",
                meeting.rules.quorum.words()
            ),
        );
    if meeting.state == Some(MeetingState::Requested) {
        let names: Vec<String> = meeting.supporters.iter().map(|s| name(sheet, *s)).collect();
        let missing = meeting.demand_missing(now);
        summary = summary.row("소집을 요구한 위원", format!("{} ({missing}명 더 필요)", names.join(", ")));
    }
    if let Some(seat) = meeting.presiding {
        summary = summary.row("의장", name(sheet, seat));
    }
    if !meeting.reason.is_empty() {
        summary = summary.row("까닭", meeting.reason.clone());
    }
    summary
}

fn items(sheet: &Sheet, now: DateTime<Utc>) -> Table {
    let meeting = &sheet.meeting;
    let rows: Vec<Vec<Cell>> = meeting
        .items
        .iter()
        .zip(1u32..)
        .map(|(item, number)| {
            let out: Vec<String> = meeting.aside(item).iter().map(|s| name(sheet, *s)).collect();
            let standing: Vec<String> = item.substitutes.iter().map(|(_, by)| name(sheet, *by)).collect();
            vec![
                Cell::text(number.to_string()),
                titled(sheet, item),
                Cell::text(item.ballot.label()),
                Cell::text(match (out.is_empty(), standing.is_empty()) {
                    (true, _) => "-".to_owned(),
                    (false, true) => out.join(", "),
                    (false, false) => format!("{} (대신: {})", out.join(", "), standing.join(", ")),
                }),
                Cell::text(if sheet.closed.contains(&number) {
                    "-".to_owned()
                } else {
                    reckoned(meeting, item, number, now)
                }),
                Cell::text(outcome(item)),
            ]
        })
        .collect();
    let columns = ["번호", "안건", "표결", "물러난 위원", "정족수 셈", "결과"].map(Column::new).to_vec();
    let title = format!("안건 {}건", rows.len());
    Table::new(title, columns, rows, Empty::new("아직 안건이 없습니다. 안건을 더해 주세요."))
}

/// An item's title; of a case on the agenda it leads to the summary that the members may read until the minutes are signed.
fn titled(sheet: &Sheet, item: &Item) -> Cell {
    match &item.matter {
        Matter::Case { case, number, .. } if sheet.meeting.shown_cases().contains(case) => {
            Cell::link(item.matter.title(), format!("/cases/{number}"))
        }
        other => Cell::text(other.title()),
    }
}

/// The arithmetic: of the decision where there is one, of this moment while the meeting is open; before it, whether
/// recusals leave the item a chance at all.
fn reckoned(meeting: &Meeting, item: &Item, number: u32, now: DateTime<Utc>) -> String {
    if let Some(decision) = &item.decision {
        let quorum = decision.quorum.map_or_else(String::new, |q| q.sentence(&meeting.rules));
        let vote = decision.quorum.zip(decision.tally).map(|(q, t)| q.vote_sentence(&meeting.rules, t));
        return format!("{quorum} {}", vote.unwrap_or_default()).trim().to_owned();
    }
    match (meeting.state, meeting.judged(number, now)) {
        (Some(MeetingState::Open), Ok(quorum)) => quorum.sentence(&meeting.rules),
        (_, Ok(quorum)) if !quorum.possible && !meeting.roster.is_empty() => format!(
            "{} 교체 위원을 위촉하거나, 세 임원이 대행하게 하거나, 협약 기관에 의뢰하거나, 구청과 상의해 주세요.",
            quorum.sentence(&meeting.rules)
        ),
        _ => "-".to_owned(),
    }
}

fn outcome(item: &Item) -> String {
    let Some(decision) = &item.decision else { return "아직".to_owned() };
    let done = match &item.performed {
        Some(Ok(_)) => " · 사건에 반영됨".to_owned(),
        Some(Err(why)) => format!(" · 사건에 반영하지 못함: {why}"),
        None => String::new(),
    };
    let text = if decision.text.is_empty() { String::new() } else { format!(" · {}", decision.text) };
    format!("{}{text}{done}", decision.result.label())
}

fn attendance(sheet: &Sheet) -> Table {
    let rows = sheet.meeting.stays.iter().map(|stay| {
        vec![
            Cell::text(name(sheet, stay.seat)),
            Cell::text(words::official(stay.from)),
            Cell::text(stay.until.map_or_else(|| "-".to_owned(), words::official)),
        ]
    });
    let columns = ["위원", "들어옴", "나감"].map(Column::new).to_vec();
    Table::new("출석".to_owned(), columns, rows.collect(), Empty::new("아직 출석을 적지 않았습니다."))
}

/// The minutes, from the record and what the 서기 wrote.
///
/// # Errors
/// 404 outside the person's bodies.
pub async fn minutes(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let (sheet, body) = self::sheet(&state, &who, *id).await?;
    let (meeting, now) = (&sheet.meeting, state.now());
    let mut listing =
        Listing::new(&state, &who, &format!("{body} 회의록"), Link::new(path_of(meeting.id), "회의로"));
    if !sheet.closed.is_empty() {
        listing.lead = Some("물러난 안건이 있어 그 안건과 회의 전체의 글은 보이지 않습니다.".to_owned());
    }
    let signed = |signer| {
        let found = meeting.signatures.iter().find(|s| s.signer == signer);
        found.map_or_else(
            || "아직".to_owned(),
            |s| format!("{} ({})", words::official(s.at), s.method.label()),
        )
    };
    let mut summary = facts(&sheet, now)
        .row("개회", meeting.opened_at.map_or_else(|| "-".to_owned(), words::official))
        .row("폐회", meeting.adjourned_at.map_or_else(|| "-".to_owned(), words::official))
        .row("내용", meeting.text.clone());
    for (note, number) in meeting.notes.iter().zip(1u32..).filter(|(note, _)| !note.is_empty()) {
        summary = summary.row(&format!("안건 {number}"), note.clone());
    }
    for signer in crate::domain::meeting::Signer::ALL {
        summary = summary.row(&format!("{} 서명", signer.label()), signed(*signer));
    }
    if let (Some(ended), Some(last)) = (meeting.adjourned_at, meeting.signatures.iter().map(|s| s.at).max())
        && meeting.state == Some(MeetingState::Signed)
    {
        summary = summary.row("서명까지", format!("폐회 뒤 {}분", (last - ended).num_minutes().max(0)));
    }
    for (at, text) in &meeting.corrections {
        summary = summary.row(&format!("정정 {}", words::official(*at)), text.clone());
    }
    listing.facts = Some(summary);
    listing.tables = vec![items(&sheet, now), attendance(&sheet)];
    let id = meeting.id;
    let seen = sheet.clone();
    let found = state.db.read(move |rx| scan::of_sheet(rx, &seen)).await?;
    let row = |scan: &crate::store::scans::Scan| {
        let path = format!("{}/scans/{}", path_of(id), scan.id);
        vec![
            Cell::link(format!("{} 내려받기", scan.kind.label()), path),
            Cell::text(format!("{}KB", scan.size / 1024 + 1)),
            Cell::text(words::official(scan.created_at.and_utc())),
        ]
    };
    if !found.is_empty() {
        let columns = ["서명한 회의록", "크기", "올린 때"].map(Column::new).to_vec();
        let rows = found.iter().map(row).collect();
        listing.tables.push(Table::new("스캔".to_owned(), columns, rows, Empty::new("")));
    }
    listing.show(&state)
}

/// The copy for outsiders, with what was taken out and why. Nothing is published by looking at it.
///
/// # Errors
/// 404 outside the person's bodies.
pub async fn public(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let (sheet, body) = self::sheet(&state, &who, *id).await?;
    let meeting = &sheet.meeting;
    let mut listing = Listing::new(
        &state,
        &who,
        &format!("{body} 회의록 공개본"),
        Link::new(path_of(meeting.id), "회의로"),
    );
    listing.lead = Some(
        "이 화면은 미리 보기입니다. 이음은 아무것도 게시하지 않습니다. 이름과 동호, 전화번호는 이음이 아는 것만 찾아 뺐으니, 내보내기 전에 한 번 더 읽어 주세요."
            .to_owned(),
    );
    let came = meeting.stays.iter().map(|s| s.seat).collect::<std::collections::BTreeSet<_>>().len();
    listing.facts = Some(
        Summary::default()
            .row("일시", meeting.opened_at.or(meeting.starts_at).map_or_else(String::new, words::official))
            .row("종류", meeting.sort.label())
            .row("출석", format!("{came}명")),
    );
    let line = |item: crate::domain::meeting::PublicItem| {
        let removed = if item.removed.is_empty() { "-".to_owned() } else { item.removed };
        vec![Cell::text(item.line), Cell::text(removed)]
    };
    let rows = sheet.public_items().into_iter().map(line).collect();
    let columns = ["공개되는 글", "뺀 것과 까닭"].map(Column::new).to_vec();
    let items = Table::new("안건".to_owned(), columns, rows, Empty::new("안건이 없습니다."));
    listing.tables = vec![items, audiences()];
    listing.show(&state)
}

/// Who reads what of a meeting (`product.md` §4).
fn audiences() -> Table {
    let row = |(who, what): (&str, &str)| vec![Cell::text(who), Cell::text(what)];
    let rows = [
        ("위원, 간사, 서기", "회의록 전체. 안건에 오른 사건의 요약은 소집 통지부터 회의록 서명까지만"),
        ("안건에서 물러난 위원", "회의록에서 그 안건의 글과 표결, 정족수 셈, 회의 전체의 글을 뺀 것"),
        ("당사자", "회의록은 보지 않음. 자기 사건의 결과는 통지와 사건 화면으로 봄"),
        ("구청", "회의록은 보지 않음. 회의를 규칙대로 열었는지만 봄"),
        ("바깥(게시판, 입주민)", "위 표의 ‘공개되는 글’만. 게시는 위원회가 따로 정해 함"),
    ];
    let columns = ["누가", "무엇을 보나"].map(Column::new).to_vec();
    Table::new("누가 무엇을 보나".to_owned(), columns, rows.map(row).to_vec(), Empty::new(""))
}
