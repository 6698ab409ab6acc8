//! 파기대장: what waits to be destroyed and what was, with the approval and the certificate. A desk sees what its body holds,
//! the operator what belongs to no case.
use super::print::Foot;
use crate::casework::keeping;
use crate::domain::codes::{DisposalKind, Role};
use crate::domain::ids::BodyId;
use crate::store::disposals::{self, Disposal};
use crate::store::users;
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::parts::{Cell, Column, Empty, Flash, Page, Pager, Summary, Table};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use crate::web::steps::words;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};

/// Lines on one page.
const LINES: usize = 50;

/// `pages/admin/list`: a lead, a table, a pager.
#[derive(Debug, Serialize)]
struct Register {
    page: Page,
    lead: Option<&'static str>,
    facts: Option<Summary>,
    acts: Vec<crate::web::parts::Link>,
    tables: Vec<Table>,
    folds: Vec<super::admin::Fold>,
    pager: Option<Pager>,
}

/// `pages/print/disposal`: the certificate.
#[derive(Debug, Serialize)]
struct Certificate {
    page: Page,
    facts: Summary,
    done: bool,
    approve: Option<String>,
    number: String,
    foot: Foot,
}

/// Which page of the register.
#[derive(Debug, Deserialize)]
pub struct Before {
    before: Option<i64>,
}

/// Whose lines somebody reads: bodies at whose desk they work, and whether what belongs to no case.
pub(crate) fn reach(who: &crate::domain::permission::Actor) -> Option<(Vec<BodyId>, bool)> {
    let roles = [Role::Manager, Role::Secretary, Role::Coordinator];
    let bodies: Vec<BodyId> = roles.iter().flat_map(|role| who.case_bodies(*role)).collect();
    let house = who.may_administer();
    (house || !bodies.is_empty()).then_some((bodies, house))
}

/// The register, newest first.
///
/// # Errors
/// 404 for people of other roles.
pub async fn list(state: Data<State>, who: Who, query: Query<Before>) -> Result<HttpResponse, WebError> {
    let (bodies, house) = reach(&who.actor).ok_or_else(WebError::not_found)?;
    let before = query.before;
    let limit = i64::try_from(LINES).unwrap_or(50);
    let lines = state.db.read(move |rx| disposals::list(rx, &bodies, house, before, limit)).await?;
    let last = lines.last().map(|(d, _, _)| d.id);
    let next = last.filter(|_| lines.len() >= LINES).map(|id| format!("/disposals?before={id}"));
    let prev = before.map(|_| "/disposals".to_owned());
    let pager = (next.is_some() || prev.is_some()).then(|| Pager {
        label: "파기대장 쪽".to_owned(),
        text: format!("{}줄", lines.len()),
        first: prev,
        next,
    });
    let rows = lines.iter().map(|(d, number, _)| row(d, number.as_deref())).collect();
    let columns = ["무엇을", "접수번호", "보관이 끝나는 날", "지금", "파기 번호"].map(Column::new).to_vec();
    let empty = Empty::new("아직 파기할 것도 파기한 것도 없습니다.");
    let register = Register {
        page: state.frame(&who, "파기대장"),
        lead: Some(
            "보관 기간이 끝난 개인정보를 무엇이 얼마나 언제 지워졌는지 적은 대장입니다. 사건의 기록은 14일 앞서 알리고, 승인하거나 이의(파기 멈추기) 없이 14일이 지나면 지웁니다.",
        ),
        facts: None,
        acts: Vec::new(),
        folds: Vec::new(),
        tables: vec![Table::new("파기대장".to_owned(), columns, rows, empty)],
        pager,
    };
    state.page("pages/admin/list", &register)
}

fn row(d: &Disposal, number: Option<&str>) -> Vec<Cell> {
    let certificate = d.certificate.clone().unwrap_or_else(|| "-".to_owned());
    vec![
        Cell::link(d.kind.label().to_owned(), format!("/disposals/{}", d.id)),
        Cell::text(number.unwrap_or("-").to_owned()),
        Cell::text(words::official(d.due_at.and_utc())),
        state_of(d),
        Cell::text(certificate).small(d.detail.clone()),
    ]
}

fn state_of(d: &Disposal) -> Cell {
    match (d.done_at, d.approved_at) {
        (Some(at), _) => Cell::badge("파기함", "ok").small(words::official(at.and_utc())),
        (None, Some(at)) => Cell::badge("승인함", "info").small(words::official(at.and_utc())),
        (None, None) => {
            let until = d.proposed_at.and_utc() + keeping::NOTICE;
            Cell::badge("파기 예정", "warn").small(format!("{}까지 이의를 받음", words::official(until)))
        }
    }
}

/// One line, printable as the certificate once it is done.
///
/// # Errors
/// 404 for what somebody else answers for.
pub async fn show(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let (bodies, house) = reach(&who.actor).ok_or_else(WebError::not_found)?;
    let id = id.into_inner();
    let (line, by) = state
        .db
        .read(move |rx| {
            let line = disposals::find(rx, id)?;
            let by = line.0.approved_by.map(|user| users::find(rx, user)).transpose()?.map(|u| u.name);
            Ok::<_, crate::store::StoreError>((line, by))
        })
        .await?;
    let (d, number, holder) = line;
    let theirs = holder.is_some_and(|body| bodies.contains(&body));
    if !(theirs || house && d.case_id.is_none()) {
        return Err(WebError::not_found());
    }
    let at =
        |t: Option<chrono::NaiveDateTime>| t.map_or_else(|| "-".to_owned(), |t| words::official(t.and_utc()));
    let approved = match (d.approved_at, by) {
        (Some(t), Some(by)) => format!("{} ({by})", words::official(t.and_utc())),
        (Some(t), None) => format!("{} (규칙에 따라)", words::official(t.and_utc())),
        (None, _) if d.done_at.is_some() => "이의 없이 14일이 지남".to_owned(),
        (None, _) => "-".to_owned(),
    };
    let facts = Summary::default()
        .row("무엇을", d.kind.label())
        .row("접수번호", number.unwrap_or_else(|| "사건이 아닌 기록".to_owned()))
        .row("보관이 끝나는 날", words::official(d.due_at.and_utc()))
        .row("알린 날", words::official(d.proposed_at.and_utc()))
        .row("승인", approved)
        .row("파기한 날", at(d.done_at))
        .row("파기한 양", if d.detail.is_empty() { "-".to_owned() } else { d.detail.clone() })
        .row("방법", "저장된 값을 되살릴 수 없게 지움. 그 전의 백업은 백업 보관 기간이 끝나면 지워짐");
    let open = d.kind == DisposalKind::File && d.approved_at.is_none() && d.done_at.is_none() && theirs;
    let mut page = state.frame(&who, "파기 확인서");
    page.back = Some(crate::web::parts::Link::new("/disposals", "파기대장"));
    let shown = Certificate {
        page,
        facts,
        done: d.done_at.is_some(),
        approve: open.then(|| format!("/disposals/{id}/approve")),
        number: d.certificate.unwrap_or_default(),
        foot: Foot::of(&state, &who),
    };
    state.page("pages/print/disposal", &shown)
}

/// Approves what waits.
///
/// # Errors
/// 404 for what somebody else answers for, 409 when it was approved meanwhile.
pub async fn approve(
    state: Data<State>,
    who: Who,
    id: Path<i64>,
    _form: Posted,
) -> Result<HttpResponse, WebError> {
    let (actor, id, now) = (who.actor.clone(), id.into_inner(), state.now());
    state.db.write(move |tx| keeping::approve(tx, &actor, id, now)).await?;
    Ok(see_other(&format!("/disposals/{id}"), Some(&Flash::ok("승인했습니다. 보관이 끝나는 날에 지웁니다."))))
}
