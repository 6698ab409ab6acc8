//! The three files of `ieum import` and `ieum export`: 단지, cases, events.

use super::table::{Parsed, Problem, Row, Shape, Table};
use crate::domain::codes::{Cause, Channel, CommitteeKind, Permit, Position, Tenure};
use crate::domain::mark::{Mark, UnknownMark};
use chrono::{DateTime, NaiveDate, Utc};

/// The columns of the file of 단지, in the order in which they are printed.
pub const COMPLEX_COLUMNS: &[&str] =
    &["code", "name", "dong_code", "households", "approved_on", "permit", "tenure", "committee", "programme"];
/// The columns of the file of cases.
pub const CASE_COLUMNS: &[&str] = &[
    "ref",
    "complex_code",
    "received_at",
    "channel",
    "cause",
    "position",
    "applicant_unit",
    "respondent_unit",
];
/// The columns of the file of events.
pub const EVENT_COLUMNS: &[&str] = &["ref", "at", "event", "detail"];

/// One 단지.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComplexRow {
    /// The physical line of the file; 0 for a row that comes from no file.
    pub line: u64,
    pub code: String,
    pub name: String,
    pub dong_code: String,
    pub households: u32,
    pub approved_on: Option<NaiveDate>,
    pub permit: Option<Permit>,
    pub tenure: Tenure,
    pub committee: CommitteeKind,
    pub programme: Option<String>,
}

/// One case of an old ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// The physical line of the file; 0 for a row that comes from no file.
    pub line: u64,
    /// The old ledger's number (`ref`).
    pub reference: String,
    pub complex_code: String,
    pub received_at: DateTime<Utc>,
    pub channel: Channel,
    pub cause: Cause,
    pub position: Position,
    /// None = anonymous.
    pub applicant_unit: Option<String>,
    pub respondent_unit: Option<String>,
}

/// One event of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// The physical line of the file; 0 for a row that comes from no file.
    pub line: u64,
    /// The case's `ref`.
    pub reference: String,
    pub at: DateTime<Utc>,
    pub mark: Mark,
}

/// Reads a file of 단지. `file` is only named in problems.
pub fn complexes(file: &str, bytes: &[u8]) -> Parsed<ComplexRow> {
    let optional = &["approved_on", "permit", "programme"];
    parse(file, bytes, &Shape { columns: COMPLEX_COLUMNS, optional }, complex)
}

/// Reads a file of cases. Whether the 단지 exists and the `ref` is new, the importer knows.
pub fn cases(file: &str, bytes: &[u8]) -> Parsed<CaseRow> {
    let optional = &["applicant_unit", "respondent_unit"];
    parse(file, bytes, &Shape { columns: CASE_COLUMNS, optional }, case)
}

/// Reads a file of events. Whether the history allows them, `domain::history` knows.
pub fn events(file: &str, bytes: &[u8]) -> Parsed<EventRow> {
    parse(file, bytes, &Shape { columns: EVENT_COLUMNS, optional: &["detail"] }, event)
}

fn parse<T>(file: &str, bytes: &[u8], shape: &Shape, read: fn(&mut Row<'_>) -> Option<T>) -> Parsed<T> {
    let table = match Table::read(file, bytes, shape) {
        Ok(table) => table,
        Err(problems) => return Parsed { rows: Vec::new(), problems, left_out: Vec::new() },
    };
    let (mut rows, mut left_out) = (Vec::new(), Vec::new());
    let mut problems: Vec<Problem> = Vec::new();
    for mut row in table.rows() {
        // A row whose shape is wrong would only repeat itself column by column.
        let value = if row.problems.is_empty() { read(&mut row) } else { None };
        match value.filter(|_| row.problems.is_empty()) {
            Some(value) => rows.push(value),
            None => {
                left_out.extend(shape.columns.first().map(|key| row.text(key).to_owned()));
                problems.append(&mut row.problems);
            }
        }
    }
    Parsed { rows, problems, left_out }
}

fn complex(row: &mut Row<'_>) -> Option<ComplexRow> {
    let (code, name, dong_code) = (row.required("code"), row.required("name"), row.required("dong_code"));
    let ten_digits = dong_code.len() == 10 && dong_code.bytes().all(|byte| byte.is_ascii_digit());
    if !(dong_code.is_empty() || ten_digits) {
        row.wrong("dong_code", "행정동 코드는 숫자 열 자리입니다(예: 1141071000)");
    }
    let households = row.text("households").parse::<u32>().ok();
    if households.is_none() || row.text("households").starts_with('+') {
        row.wrong("households", "세대수를 숫자로 써 주세요(예: 512)");
    }
    let approved_on = match row.text("approved_on") {
        "" => None,
        text => {
            let day = crate::domain::seoul::parse_day(text);
            if day.is_none() {
                row.wrong("approved_on", "사업계획승인일을 '1998-05-20'처럼 쓰거나 비워 주세요");
            }
            day
        }
    };
    let permit = match row.text("permit") {
        "" => None,
        _ => row.code("permit", Permit::from_code, Permit::CODES),
    };
    let tenure = row.code("tenure", Tenure::from_code, Tenure::CODES);
    let committee = row.code("committee", CommitteeKind::from_code, CommitteeKind::CODES);
    Some(ComplexRow {
        line: row.line,
        code,
        name,
        dong_code,
        households: households?,
        approved_on,
        permit,
        tenure: tenure?,
        committee: committee?,
        programme: row.optional("programme"),
    })
}

fn case(row: &mut Row<'_>) -> Option<CaseRow> {
    let (reference, complex_code) = (row.required("ref"), row.required("complex_code"));
    let received_at = row.instant("received_at");
    let channel = row.code("channel", Channel::from_code, Channel::CODES);
    let cause = row.code("cause", Cause::from_code, Cause::CODES);
    let position = row.code("position", Position::from_code, Position::CODES);
    Some(CaseRow {
        line: row.line,
        reference,
        complex_code,
        received_at: received_at?,
        channel: channel?,
        cause: cause?,
        position: position?,
        applicant_unit: row.optional("applicant_unit"),
        respondent_unit: row.optional("respondent_unit"),
    })
}

fn event(row: &mut Row<'_>) -> Option<EventRow> {
    let reference = row.required("ref");
    let at = row.instant("at");
    let mark = match Mark::parse(row.text("event"), row.text("detail")) {
        Ok(mark) => Some(mark),
        Err(why) => {
            row.wrong(if why == UnknownMark::Event { "event" } else { "detail" }, why.to_string());
            None
        }
    };
    Some(EventRow { line: row.line, reference, at: at?, mark: mark? })
}
