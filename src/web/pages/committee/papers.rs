//! The papers of a meeting: the numbered packet for the day, and scans of what was signed.
use super::meeting::{name, sheet as read_sheet};
use super::{none, path_of};
use crate::casework::meet::Sheet as Seen;
use crate::casework::{CaseworkError, scan};
use crate::domain::codes::{Ballot, RecusalState};
use crate::domain::ids::{CaseId, MeetingId, SeatId};
use crate::domain::meeting::{Item, MeetingStepCode as Code};
use crate::domain::permission::Scope;
use crate::domain::seoul;
use crate::store::{Rx, bodies, cases, committees};
use crate::web::error::WebError;
use crate::web::field::{Errors, Field};
use crate::web::guard::Who;
use crate::web::pages::sheet::{Sheet, errors_of};
use crate::web::parts::{Flash, Link, Page};
use crate::web::state::{State, see_other};
use crate::web::steps::words;
use crate::web::uploaded::Uploaded;
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path};
use serde::Serialize;

/// Ballots that one sheet of paper has room for.
const BALLOTS: usize = 60;

/// `pages/print/packet`.
#[derive(Debug, Serialize)]
struct Packet {
    page: Page,
    body: String,
    when: String,
    place: String,
    sort: &'static str,
    copies: Vec<CopyOf>,
    attendance: Vec<Row>,
    ballots: Vec<BallotOf>,
}

/// One member's copy.
#[derive(Debug, Serialize)]
struct CopyOf {
    number: u32,
    name: String,
    items: Vec<ItemOf>,
}

/// An item as its reader may know it.
#[derive(Debug, Serialize, Clone)]
struct ItemOf {
    number: u32,
    title: String,
    ballot: &'static str,
    summary: Option<String>,
}

/// A line of the sheet on which people sign in.
#[derive(Debug, Serialize)]
struct Row {
    name: String,
    votes: &'static str,
}

/// One ballot: nothing on it tells whose it is.
#[derive(Debug, Serialize)]
struct BallotOf {
    item: u32,
    title: String,
}

/// Whether this person hands the papers out.
pub(super) fn may_print(who: &Who, seen: &Seen) -> bool {
    who.actor.in_meeting(Code::Issue, &seen.meeting).is_some() && !seen.meeting.items.is_empty()
}

/// The packet for the day, one numbered copy after the other, then what everybody shares.
///
/// # Errors
/// 404 for whoever does not hand the papers out.
pub async fn packet(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let (seen, body) = read_sheet(&state, &who, *id).await?;
    none(may_print(&who, &seen).then_some(()))?;
    let about: Vec<CaseId> = seen.meeting.items.iter().filter_map(|i| i.matter.case()).collect();
    let known = about.clone();
    let summaries = state.db.read(move |rx| summaries(rx, &about)).await?;
    let out = state.db.read(move |rx| left(rx, &known)).await?;
    let mut page = state.frame(&who, "회의 자료");
    page.back = Some(Link::new(path_of(seen.meeting.id), "회의로"));
    let item =
        |(item, number): (&Item, u32), reader: SeatId| item_of(&seen, item, number, reader, &summaries);
    let copies = seen.meeting.copies.iter().map(|copy| CopyOf {
        number: copy.number,
        name: name(&seen, copy.seat),
        items: (seen.meeting.items.iter().zip(1..))
            .map(|(one, number)| {
                let gone = one.matter.case().is_some_and(|case| out.contains(&(case, copy.seat)));
                if gone { closed(one, number) } else { item((one, number), copy.seat) }
            })
            .collect(),
    });
    let attendance = seen
        .meeting
        .roster
        .iter()
        .map(|s| Row { name: name(&seen, s.seat), votes: if s.votes { "표결" } else { "-" } });
    let packet = Packet {
        page,
        body,
        when: seen.meeting.starts_at.map_or_else(String::new, words::official),
        place: seen.meeting.place.clone(),
        sort: seen.meeting.sort.label(),
        copies: copies.collect(),
        attendance: attendance.collect(),
        ballots: ballots(&seen, state.now()),
    };
    state.page("pages/print/packet", &packet)
}

/// Of a case what its members' summary says: no name, no door, no telephone, no safety answer.
fn summaries(rx: &mut Rx<'_>, about: &[CaseId]) -> Result<Vec<(CaseId, String)>, CaseworkError> {
    let all = Scope { all: true, ..Scope::default() };
    let mut found = Vec::new();
    for id in about {
        let case = cases::find_id(rx, &all, *id)?;
        let dong = case.intake.dong_code.as_deref().map(|code| bodies::dong_name(rx, code));
        let dong = dong.transpose()?.flatten().unwrap_or_default();
        let day = words::official_day(seoul::day(case.intake.received_at));
        let (cause, position) = (case.intake.cause.label(), case.intake.position.label());
        let stage = case.stage.label();
        found.push((*id, format!("{day} 접수 · {dong} · {cause} · 추정되는 곳 {position} · 지금 {stage}")));
    }
    Ok(found)
}

/// Who has left which of these cases by now, the meeting's own record not having come to it yet.
fn left(rx: &mut Rx<'_>, about: &[CaseId]) -> Result<Vec<(CaseId, SeatId)>, CaseworkError> {
    let mut found = Vec::new();
    for case in about {
        let standing = committees::recusals_of(rx, *case)?.into_iter();
        let standing = standing.filter(|r| r.state == RecusalState::Standing);
        found.extend(standing.map(|r| (*case, r.seat)));
    }
    Ok(found)
}

/// An item in the copy of somebody who has left it.
fn closed(item: &Item, number: u32) -> ItemOf {
    ItemOf { number, title: "물러난 안건".to_owned(), ballot: item.ballot.label(), summary: None }
}

fn item_of(seen: &Seen, item: &Item, number: u32, reader: SeatId, summaries: &[(CaseId, String)]) -> ItemOf {
    // Who left the item gets a copy without it.
    if seen.meeting.aside(item).contains(&reader) || seen.closed.contains(&number) {
        return closed(item, number);
    }
    let ballot = item.ballot.label();
    let summary = item.matter.case().and_then(|case| summaries.iter().find(|(id, _)| *id == case));
    ItemOf { number, title: item.matter.title(), ballot, summary: summary.map(|(_, said)| said.clone()) }
}

fn ballots(seen: &Seen, now: chrono::DateTime<chrono::Utc>) -> Vec<BallotOf> {
    let voters = seen.meeting.in_office(now);
    let mut found = Vec::new();
    for (item, number) in seen.meeting.items.iter().zip(1..).filter(|(i, _)| i.ballot == Ballot::Secret) {
        let out = seen.meeting.aside(item);
        let title = if seen.closed.contains(&number) { "안건".to_owned() } else { item.matter.title() };
        let each =
            voters.iter().filter(|s| !out.contains(s)).chain(item.substitutes.iter().map(|(_, by)| by));
        found.extend(each.map(|_| BallotOf { item: number, title: title.clone() }));
    }
    found.truncate(BALLOTS);
    found
}

fn scan_sheet(state: &State, who: &Who, id: MeetingId) -> Sheet {
    let path = path_of(id);
    Sheet::new(state.frame(who, "서명한 회의록 올리기"), &format!("{path}/scans/new"), "올리기")
        .lead("종이에 서명한 회의록을 스캔하거나 찍은 파일입니다. 암호로 잠가 보관하고, 이 회의의 회의록을 볼 수 있는 사람만 내려받습니다.")
        .upload()
        .cancel(&path, "회의로")
}

fn scan_fields() -> Vec<Field> {
    vec![Field::file("scan", "회의록 파일").help("PDF, PNG, JPEG · 10MB까지")]
}

async fn scanning(state: &State, who: &Who, id: i64) -> Result<MeetingId, WebError> {
    let (seen, _) = read_sheet(state, who, id).await?;
    none(scan::may_add(&who.actor, &seen).then_some(seen.meeting.id))
}

/// Asks for a scan.
///
/// # Errors
/// 404 for whoever does not keep the minutes, and before there are any.
pub async fn scan_form(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let id = scanning(&state, &who, *id).await?;
    scan_sheet(&state, &who, id).filled(scan_fields()).show(&state)
}

/// Keeps a scan.
///
/// # Errors
/// As the form.
pub async fn add_scan(
    state: Data<State>,
    who: Who,
    id: Path<i64>,
    form: Uploaded,
) -> Result<HttpResponse, WebError> {
    let id = scanning(&state, &who, *id).await?;
    let mut errors = Errors::default();
    match form.file("scan").cloned() {
        None => errors.add("scan", "올릴 파일을 골라 주세요."),
        Some(file) => {
            let (actor, now) = (who.actor.clone(), state.now());
            match state.db.write(move |tx| scan::add(tx, &actor, id, &file.bytes, now)).await {
                Ok(_) => {
                    let to = format!("{}/minutes", path_of(id));
                    return Ok(see_other(&to, Some(&Flash::ok("올렸습니다."))));
                }
                Err(e) => errors = errors_of(e)?,
            }
        }
    }
    scan_sheet(&state, &who, id).typed(scan_fields(), &form.typed, &errors).show(&state)
}

/// A scan, to be saved: never shown inside a page of ours.
///
/// # Errors
/// 404 in other bodies, and for whoever has left an item of the meeting.
pub async fn scan(state: Data<State>, who: Who, path: Path<(i64, i64)>) -> Result<HttpResponse, WebError> {
    let (meeting, id) = path.into_inner();
    let (actor, now) = (who.actor.clone(), state.now());
    let opened = state.db.read(move |rx| scan::open(rx, &actor, MeetingId(meeting), id, now)).await?;
    let (kind, bytes) = opened;
    let name = format!("attachment; filename=\"minutes-{meeting}-{id}.{}\"", kind.code());
    Ok(HttpResponse::Ok()
        .content_type(kind.media_type())
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(bytes))
}
