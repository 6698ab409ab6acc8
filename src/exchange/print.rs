//! The three files printed again, as they are read: RFC 4180, UTF-8 without BOM, Seoul time.

use super::{CASE_COLUMNS, COMPLEX_COLUMNS, CaseRow, ComplexRow, EVENT_COLUMNS, EventRow};
use crate::domain::seoul;

/// The file of 단지.
pub fn complexes<'a>(rows: impl IntoIterator<Item = &'a ComplexRow>) -> String {
    let fields = rows.into_iter().map(|row| {
        [
            row.code.clone(),
            row.name.clone(),
            row.dong_code.clone(),
            row.households.to_string(),
            row.approved_on.map(|day| day.to_string()).unwrap_or_default(),
            row.permit.map(|permit| permit.code().to_owned()).unwrap_or_default(),
            row.tenure.code().to_owned(),
            row.committee.code().to_owned(),
            row.programme.clone().unwrap_or_default(),
        ]
    });
    table(COMPLEX_COLUMNS, fields)
}

/// The file of cases.
pub fn cases<'a>(rows: impl IntoIterator<Item = &'a CaseRow>) -> String {
    let fields = rows.into_iter().map(|row| {
        [
            row.reference.clone(),
            row.complex_code.clone(),
            seoul::print(row.received_at),
            row.channel.code().to_owned(),
            row.cause.code().to_owned(),
            row.position.code().to_owned(),
            row.applicant_unit.clone().unwrap_or_default(),
            row.respondent_unit.clone().unwrap_or_default(),
        ]
    });
    table(CASE_COLUMNS, fields)
}

/// The file of events.
pub fn events<'a>(rows: impl IntoIterator<Item = &'a EventRow>) -> String {
    let fields = rows.into_iter().map(|row| {
        [
            row.reference.clone(),
            seoul::print(row.at),
            row.mark.event().to_owned(),
            row.mark.detail().to_owned(),
        ]
    });
    table(EVENT_COLUMNS, fields)
}

/// A text that a spreadsheet takes for words: what would begin a formula there gets an apostrophe in front.
pub fn cell_text(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// A header and rows as RFC 4180 text.
pub fn table<R: AsRef<[String]>>(header: &[&str], rows: impl IntoIterator<Item = R>) -> String {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).flexible(true).from_writer(Vec::new());
    // Writing to memory cannot fail.
    let _ = writer.write_record(header);
    for row in rows {
        let _ = writer.write_record(row.as_ref());
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}
