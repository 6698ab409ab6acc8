//! A report as JSON and as CSV (`exchange.md`).

use super::print::table;
use crate::domain::indicators::{Figures, Rate, Report, Spread};

/// The report as one JSON object with a final newline. Numbers are printed unrounded.
///
/// # Errors
/// None that a report can cause; serde's type says so.
pub fn json(report: &Report) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(report).map(|text| text + "\n")
}

/// The key of the lines about the whole, in front of the rows' own.
pub const TOTAL_KEY: &str = "total";

/// One line per row × measure: `key, measure, numerator, denominator, value`. The whole comes first, under the key
/// `total`. A count is its own numerator and value; a percentile has only a value; what is null is empty.
pub fn csv(report: &Report) -> String {
    let whole = lines(TOTAL_KEY, &report.figures);
    let rows = report.rows.iter().flat_map(|row| lines(&row.key, &row.figures));
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
