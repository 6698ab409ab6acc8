//! Writing the ledger out in the same formats.
use super::complexes::as_row;
use crate::domain::ids::BodyId;
use crate::exchange::{CaseRow, EventRow, print};
use crate::store::ledger::{self, Door};
use crate::store::{Rx, StoreError};

/// The three files as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    pub complexes: String,
    pub cases: String,
    pub events: String,
    /// How many cases are in them.
    pub count: usize,
}

/// The whole ledger, or what these committees have. A door whose data was destroyed is written as `#` and a mark that
/// is the same for the same door, so that every figure can still be recomputed.
///
/// # Errors
/// `Key` when a value does not open; database errors.
pub fn export(rx: &mut Rx<'_>, committees: Option<&[BodyId]>) -> Result<Files, StoreError> {
    let programmes = crate::store::programmes::names(rx)?.into_iter().collect();
    let (mut case_rows, mut event_rows) = (Vec::new(), Vec::new());
    ledger::each_filed(rx, committees, |filed| {
        event_rows.extend(filed.marks.into_iter().map(|(at, mark)| EventRow {
            line: 0,
            reference: filed.reference.clone(),
            at,
            mark,
        }));
        case_rows.push(CaseRow {
            line: 0,
            reference: filed.reference,
            complex_code: filed.complex_code,
            received_at: filed.received_at,
            channel: filed.channel,
            cause: filed.cause,
            position: filed.position,
            applicant_unit: filed.applicants.last().map(written),
            respondent_unit: filed.respondents.last().map(written),
        });
    })?;
    let used: std::collections::HashSet<&str> =
        case_rows.iter().map(|row| row.complex_code.as_str()).collect();
    let places = ledger::all_complexes(rx)?;
    let complex_rows: Vec<_> = places
        .iter()
        .filter(|(place, _)| committees.is_none() || used.contains(place.code.as_str()))
        .filter_map(|(place, facts)| Some(as_row(place, facts.as_ref()?, &programmes)))
        .collect();
    Ok(Files {
        complexes: print::complexes(&complex_rows),
        cases: print::cases(&case_rows),
        events: print::events(&event_rows),
        count: case_rows.len(),
    })
}

fn written(door: &Door) -> String {
    match door {
        Door::Known(unit) => unit.to_ledger(),
        Door::Destroyed(mark) => format!("#{mark}"),
    }
}
