//! A report as JSON and as CSV (`exchange.md`).

use super::print::table;
use crate::domain::indicators::{Figures, Rate, Report, Spread};
use std::collections::BTreeSet;

/// The report as one JSON object with a final newline. Numbers are printed unrounded.
///
/// # Errors
/// None that a report can cause; serde's type says so.
pub fn json(report: &Report) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(report).map(|text| text + "\n")
}

/// The report without what is `hidden` (JSON pointers): null stands there, and `suppressed` lists them.
///
/// # Errors
/// As [`json`].
pub fn suppressed(report: &Report, hidden: &[String]) -> Result<serde_json::Value, serde_json::Error> {
    let mut value = serde_json::to_value(report)?;
    for pointer in hidden {
        if let Some(cell) = value.pointer_mut(pointer) {
            *cell = serde_json::Value::Null;
        }
    }
    if let Some(object) = value.as_object_mut() {
        object.insert("suppressed".to_owned(), hidden.into());
    }
    Ok(value)
}

/// The key of the lines about the whole, in front of the rows' own.
pub const TOTAL_KEY: &str = "total";

/// One line per row × measure: `key, measure, numerator, denominator, value`. The whole comes first, under the key
/// `total`. A count is its own numerator and value; a percentile has only a value; what is null is empty, and so is what is
/// `hidden` (JSON pointers, as [`suppressed`] takes them).
pub fn csv(report: &Report, hidden: &[String]) -> String {
    let hidden: BTreeSet<&str> = hidden.iter().map(String::as_str).collect();
    let shown = |row: String, mut lines: Vec<Line>| {
        for [_, measure, counts @ ..] in &mut lines {
            if hidden.contains(format!("{row}/{}", measure.replace('.', "/")).as_str()) {
                counts.iter_mut().for_each(String::clear);
            }
        }
        lines
    };
    let whole = shown(String::new(), lines(TOTAL_KEY, &report.figures));
    let rows = report.rows.iter().enumerate();
    let rows = rows.flat_map(|(index, row)| shown(format!("/rows/{index}"), lines(&row.key, &row.figures)));
    table(&["key", "measure", "numerator", "denominator", "value"], whole.into_iter().chain(rows))
}

type Line = [String; 5];

fn lines(key: &str, figures: &Figures) -> Vec<Line> {
    let count = |measure: &str, n: u32| -> Line {
        [key.to_owned(), measure.to_owned(), n.to_string(), String::new(), n.to_string()]
    };
    let rate = |measure: &str, rate: &Rate| -> Line {
        [
            key.to_owned(),
            measure.to_owned(),
            rate.numerator.to_string(),
            rate.denominator.to_string(),
            number(rate.value),
        ]
    };
    let value = |measure: String, value: String| -> Line {
        [key.to_owned(), measure, String::new(), String::new(), value]
    };
    let (ledger, followed) = (&figures.ledger, &figures.fulfilment);
    let mut lines = vec![
        count("ledger.carried_in", ledger.carried_in),
        count("ledger.received", ledger.received),
        count("ledger.reopened", ledger.reopened),
        count("ledger.transferred_in", ledger.transferred_in),
        count("ledger.closed", ledger.closed),
        count("ledger.transferred_out", ledger.transferred_out),
        count("ledger.open_at_end", ledger.open_at_end),
    ];
    lines.extend(figures.superseded.map(|n| count("superseded", n)));
    lines.extend(figures.outcomes.iter().map(|(outcome, n)| count(&format!("outcomes.{outcome}"), *n)));
    lines.extend(figures.excluded.iter().map(|(reason, n)| count(&format!("excluded.{reason}"), *n)));
    lines.extend([
        rate("narrow", &figures.narrow),
        rate("broad", &figures.broad),
        rate("response", &figures.response),
        rate("participation", &figures.participation),
        rate("initiation", &figures.initiation),
        rate("agreement", &figures.agreement),
        rate("recurrence", &figures.recurrence),
        count("fulfilment.kept", followed.kept),
        count("fulfilment.partly", followed.partly),
        count("fulfilment.broken", followed.broken),
        count("fulfilment.unanswered", followed.unanswered),
        rate("fulfilment.kept_of_answered", &followed.kept_of_answered),
        rate("fulfilment.kept_of_due", &followed.kept_of_due),
    ]);
    let days = &figures.days;
    let spreads: [(&str, &Spread); 4] = [
        ("first_contact", &days.first_contact),
        ("respondent_contacted", &days.respondent_contacted),
        ("first_session", &days.first_session),
        ("close", &days.close),
    ];
    for (event, spread) in spreads {
        lines.push(count(&format!("days.{event}.n"), spread.n));
        lines.push(value(format!("days.{event}.median"), number(spread.median)));
        lines.push(value(format!("days.{event}.p90"), number(spread.p90)));
    }
    lines.extend(figures.mature.map(|mature| value("mature".to_owned(), mature.to_string())));
    lines
}

fn number(value: Option<f64>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}
