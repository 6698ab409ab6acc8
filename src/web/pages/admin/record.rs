//! The administrative record: who changed rights and settings, when.
use super::{Listing, home};
use crate::domain::codes::AuditAction;
use crate::render::korean::Moment;
use crate::store::access::{self, AuditRow};
use crate::store::{Rx, StoreError, users};
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::parts::{Cell, Column, Empty, Pager, Table};
use crate::web::state::State;
use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Lines on one page.
const LINES: i64 = 50;

/// Which page of the record.
#[derive(Debug, Deserialize)]
pub struct Before {
    before: Option<i64>,
}

/// The record, newest first.
///
/// # Errors
/// Database and template errors.
pub async fn show(state: Data<State>, who: Who, query: Query<Before>) -> Result<HttpResponse, WebError> {
    let before = query.before;
    let (lines, names) = state.db.read(move |rx| page(rx, before)).await?;
    let mut listing = Listing::new(&state, &who, "변경 기록", home());
    listing.lead = Some("권한과 설정이 바뀐 기록입니다. 지우거나 고칠 수 없고 3년 동안 둡니다.".to_owned());
    let next =
        lines.last().filter(|_| lines.len() >= 50).map(|last| format!("/admin/audit?before={}", last.id));
    let first = before.map(|_| "/admin/audit".to_owned());
    if next.is_some() || first.is_some() {
        let text = format!("{}줄", lines.len());
        listing.pager = Some(Pager { label: "변경 기록 쪽".to_owned(), text, first, next });
    }
    let rows = lines.iter().map(|line| row(line, &names)).collect();
    let columns = ["언제", "누가", "무엇을", "대상", "내용"].map(Column::new).to_vec();
    let empty = Empty::new("아직 기록이 없습니다.");
    listing.tables = vec![Table::new("변경 기록".to_owned(), columns, rows, empty)];
    listing.show(&state)
}

type Names = BTreeMap<i64, String>;

fn page(rx: &mut Rx<'_>, before: Option<i64>) -> Result<(Vec<AuditRow>, Names), StoreError> {
    let lines = access::notes(rx, before, LINES)?;
    let mut names = Names::new();
    for id in lines.iter().filter_map(|line| line.user_id) {
        if let Entry::Vacant(unknown) = names.entry(id.0) {
            unknown.insert(users::find(rx, id)?.name);
        }
    }
    Ok((lines, names))
}

fn row(line: &AuditRow, names: &Names) -> Vec<Cell> {
    let at = Moment::parse(&line.at.and_utc().to_rfc3339()).map(Moment::list_time).unwrap_or_default();
    let by = line.user_id.and_then(|id| names.get(&id.0)).cloned();
    let what = AuditAction::from_code(&line.action)
        .map_or_else(|| line.action.clone(), |action| action.label().to_owned());
    vec![
        Cell::text(at),
        Cell::text(by.unwrap_or_else(|| "명령줄 또는 이음".to_owned())),
        Cell::text(what),
        Cell::text(line.object.clone()),
        Cell::text(if line.detail.is_empty() { "-" } else { &line.detail }),
    ]
}
