//! A report as it was counted on the day of its publication, kept exact: late entries change every recount.

use super::figures::{Figures, Grain, Report, Row, Standing};
use crate::domain::codes::{Basis, Outcome};
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

/// What is kept of a report; nobody outside reads it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Frozen {
    as_of: DateTime<FixedOffset>,
    from: NaiveDate,
    to: NaiveDate,
    basis: Basis,
    whole: Kept,
    rows: Vec<(String, Kept)>,
}

/// Figures with the counts that they are not printed with.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    figures: Figures,
    grain: Vec<(Option<Outcome>, Standing, u32)>,
}

impl Kept {
    fn of(figures: &Figures) -> Self {
        let grain = figures.grain.iter().map(|((outcome, standing), n)| (*outcome, *standing, *n));
        Self { grain: grain.collect(), figures: figures.clone() }
    }

    fn figures(self) -> Figures {
        let grain: Grain =
            self.grain.into_iter().map(|(outcome, standing, n)| ((outcome, standing), n)).collect();
        Figures { grain, ..self.figures }
    }
}

impl From<&Report> for Frozen {
    fn from(report: &Report) -> Self {
        Self {
            as_of: report.as_of,
            from: report.from,
            to: report.to,
            basis: report.basis,
            whole: Kept::of(&report.figures),
            rows: report.rows.iter().map(|row| (row.key.clone(), Kept::of(&row.figures))).collect(),
        }
    }
}

impl From<Frozen> for Report {
    fn from(frozen: Frozen) -> Self {
        let row = |(key, kept): (String, Kept)| Row { key, figures: kept.figures() };
        Self {
            definition_version: super::DEFINITION_VERSION,
            as_of: frozen.as_of,
            from: frozen.from,
            to: frozen.to,
            basis: frozen.basis,
            figures: frozen.whole.figures(),
            rows: frozen.rows.into_iter().map(row).collect(),
        }
    }
}
