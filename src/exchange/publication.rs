//! A published report as it is kept, hashed and handed out: one JSON document, and the files that are made of nothing else.

use super::canonical;
use super::print::{cell_text, table};
use super::report::TOTAL_KEY;
use super::workbook::{Entry, Sheet};
use crate::domain::codes::{Openness, PeriodKind};
use crate::domain::publication::{Measure, Shape, measures};
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The name of the document's form; a changed form gets a new one.
pub const FORM: &str = "ieum-publication-1";

/// How a hidden cell reads in every form.
pub const HIDDEN: &str = "가림";

/// The document. Its bytes are its canonical form (RFC 8785), and its hash is theirs (SHA-256, 64 hexadecimal digits).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    pub form: String,
    pub ward_code: String,
    pub ward: String,
    pub kind: PeriodKind,
    /// `2026년 3분기`; a programme's with its name.
    pub period: String,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub version: u32,
    pub published_at: DateTime<FixedOffset>,
    /// 문서번호; empty where it was not typed.
    pub number: String,
    pub openness: Openness,
    /// 결재란.
    pub approval: Vec<String>,
    /// 목표값 of 해결률, in per cent.
    pub target_percent: Option<u32>,
    /// Of a second version on: the hash of the one before, why there is a new one, and what is different.
    pub supersedes: Option<String>,
    pub reason: String,
    pub changes: Vec<Change>,
    /// The names of the rows' 행정동.
    pub names: BTreeMap<String, String>,
    /// `exchange.md`, with `suppressed`.
    pub report: Value,
}

/// One figure that differs from the version before: as the files print it, `가림` where it is hidden.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// `total`, or a 행정동.
    pub key: String,
    /// `ledger.received`.
    pub measure: String,
    pub was: String,
    pub is: String,
}

/// A figure as everybody sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell {
    /// Small, or what small ones follow from.
    Hidden,
    Count(u32),
    /// Of how many how many; the value is none of nothing.
    Rate(u32, u32, Option<f64>),
    Days(f64),
    /// There is none: days of nobody.
    None,
}

/// One measure of the whole or of a row.
#[derive(Debug, Clone)]
pub struct Line {
    /// `total`, or a 행정동.
    pub key: String,
    pub measure: Measure,
    pub cell: Cell,
}

fn cell(figures: &Value, measure: &Measure, hidden: bool) -> Cell {
    if hidden {
        return Cell::Hidden;
    }
    let found = figures.pointer(&measure.pointer);
    let count = |value: &Value| value.as_u64().and_then(|n| u32::try_from(n).ok());
    match measure.shape {
        // Codes without a case are left out of the report.
        Shape::Count => found.map_or(Some(0), count).map_or(Cell::None, Cell::Count),
        Shape::Days => found.and_then(Value::as_f64).map_or(Cell::None, Cell::Days),
        Shape::Rate => {
            let part = |name: &str| found.and_then(|rate| rate.get(name));
            match (part("numerator").and_then(count), part("denominator").and_then(count)) {
                (Some(those), Some(all)) => Cell::Rate(those, all, part("value").and_then(Value::as_f64)),
                _ => Cell::None,
            }
        }
    }
}

/// Every measure of the whole, then of each row. Those that never occur in the whole are left out everywhere.
#[must_use]
pub fn lines(report: &Value) -> Vec<Line> {
    let hidden: Vec<&str> = report
        .get("suppressed")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let measures: Vec<Measure> = measures()
        .into_iter()
        .filter(|measure| {
            let coded = ["/outcomes/", "/excluded/"].iter().any(|group| measure.pointer.starts_with(group));
            !coded || report.pointer(&measure.pointer).is_some()
        })
        .collect();
    let rows = report.get("rows").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut places = vec![(TOTAL_KEY.to_owned(), String::new(), report)];
    for (index, row) in rows.iter().enumerate() {
        let key = row.get("key").and_then(Value::as_str).unwrap_or_default();
        places.push((key.to_owned(), format!("/rows/{index}"), row));
    }
    let mut found = Vec::new();
    for (key, place, figures) in places {
        for measure in &measures {
            let pointer = format!("{place}{}", measure.pointer);
            let cell = cell(figures, measure, hidden.contains(&pointer.as_str()));
            found.push(Line { key: key.clone(), measure: measure.clone(), cell });
        }
    }
    found
}

impl Cell {
    /// As page and paper print it: `57`, `21.5% (12/56)`, `3.2일`, `가림`, `-`.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Hidden => HIDDEN.to_owned(),
            Self::Count(n) => n.to_string(),
            Self::Rate(those, all, Some(value)) => format!("{:.1}% ({those}/{all})", value * 100.0),
            Self::Rate(..) => "해당 없음".to_owned(),
            Self::Days(days) => format!("{days:.1}일"),
            Self::None => "-".to_owned(),
        }
    }

    /// Numerator, denominator and value for a file, unrounded.
    fn fields(&self) -> [String; 3] {
        match self {
            Self::Hidden => [HIDDEN, "", HIDDEN].map(str::to_owned),
            Self::Count(n) => [n.to_string(), String::new(), n.to_string()],
            Self::Rate(those, all, value) => {
                [those.to_string(), all.to_string(), value.map(|v| v.to_string()).unwrap_or_default()]
            }
            Self::Days(days) => [String::new(), String::new(), days.to_string()],
            Self::None => Default::default(),
        }
    }

    /// What differs where this does: medians and intervals follow from late entries that no count shows.
    fn compared(&self) -> String {
        match self {
            Self::Rate(those, all, _) => format!("{those}/{all}"),
            other => other.words(),
        }
    }
}

/// What the second report tells otherwise than the first, line by line.
#[must_use]
pub fn changes(was: &Value, is: &Value) -> Vec<Change> {
    let of = |report: &Value| -> BTreeMap<(String, String), (Shape, String)> {
        let line = |line: Line| ((line.key, line.measure.code()), (line.measure.shape, line.cell.compared()));
        lines(report).into_iter().map(line).collect()
    };
    let (was, is) = (of(was), of(is));
    // A code or a row that there was none of.
    let nothing = |shape: Shape| match shape {
        Shape::Count => "0",
        Shape::Rate => "0/0",
        Shape::Days => "-",
    };
    let places: BTreeSet<&(String, String)> = was.keys().chain(is.keys()).collect();
    let change = |place: &(String, String)| {
        let (then, now) = (was.get(place), is.get(place));
        let shape = then.or(now).map_or(Shape::Count, |(shape, _)| *shape);
        let told =
            |side: Option<&(Shape, String)>| side.map_or(nothing(shape).to_owned(), |(_, text)| text.clone());
        let (key, measure) = place.clone();
        Change { key, measure, was: told(then), is: told(now) }
    };
    places.into_iter().map(change).filter(|one| one.was != one.is).collect()
}

impl Document {
    /// The bytes that are kept and hashed.
    ///
    /// # Errors
    /// None that a document can cause; serde's type says so.
    pub fn canonical(&self) -> Result<String, serde_json::Error> {
        Ok(canonical::text(&serde_json::to_value(self)?))
    }

    /// Reads what [`Document::canonical`] wrote.
    ///
    /// # Errors
    /// For any other text.
    pub fn read(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// What a row is called.
    #[must_use]
    pub fn name<'a>(&'a self, key: &'a str) -> &'a str {
        match key {
            TOTAL_KEY => "구 전체",
            "" => "행정동 모름",
            code => self.names.get(code).map_or(code, String::as_str),
        }
    }

    /// What it is called where it lies among others: `2026년 3분기 2판`.
    #[must_use]
    pub fn title(&self) -> String {
        if self.version > 1 { format!("{} {}판", self.period, self.version) } else { self.period.clone() }
    }

    /// What stands at its head in every form.
    #[must_use]
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let last = self.to.pred_opt().unwrap_or(self.to);
        let or_dash = |text: &str| if text.is_empty() { "-".to_owned() } else { text.to_owned() };
        let version = self.report.get("definition_version").and_then(Value::as_str).unwrap_or_default();
        let as_of = self.report.get("as_of").and_then(Value::as_str).unwrap_or_default();
        let as_of = DateTime::parse_from_rfc3339(as_of).map(moment).unwrap_or_default();
        let mut facts = vec![
            ("기관", self.ward.clone()),
            ("기간", format!("{} ({}, {} ~ {})", self.period, self.kind.label(), day(self.from), day(last))),
            ("판", format!("{}판, {} 공표", self.version, moment(self.published_at))),
            ("자료 시각", as_of),
            ("정의", format!("{version}판, 종결 기준")),
            ("문서번호", or_dash(&self.number)),
            ("공개구분", self.openness.label().to_owned()),
            ("목표값(해결률)", self.target_percent.map_or_else(|| "-".to_owned(), |n| format!("{n}%"))),
        ];
        if self.version > 1 {
            facts.push(("고친 까닭", or_dash(&self.reason)));
        }
        facts
    }

    /// For a spreadsheet: UTF-8 with its mark, CRLF, and no cell that begins a formula.
    #[must_use]
    pub fn csv(&self) -> String {
        let row = |line: Line| {
            let [numerator, denominator, value] = line.cell.fields();
            let name = cell_text(self.name(&line.key));
            [
                cell_text(&line.key),
                name,
                line.measure.code(),
                line.measure.label,
                numerator,
                denominator,
                value,
            ]
        };
        let header = ["key", "name", "measure", "label", "numerator", "denominator", "value"];
        format!("\u{feff}{}", table(&header, lines(&self.report).into_iter().map(row)))
    }

    /// The sheets of its workbook: the head, the whole, the rows side by side, and what is different.
    #[must_use]
    pub fn sheets(&self) -> Vec<Sheet> {
        let text = |words: &str| Entry::Text(words.to_owned());
        let all = lines(&self.report);
        let mut head = vec![vec![text("항목"), text("내용")]];
        head.extend(self.facts().into_iter().map(|(label, words)| vec![text(label), Entry::Text(words)]));
        head.push(vec![text("알림"), text(NOTE)]);
        let mut whole = vec![["구분", "지표", "수(분자)", "분모", "값", "코드"].map(text).to_vec()];
        for line in all.iter().filter(|line| line.key == TOTAL_KEY) {
            let [those, of, value] = entries(&line.cell);
            let (group, label) = (text(line.measure.group), text(&line.measure.label));
            whole.push(vec![group, label, those, of, value, Entry::Text(line.measure.code())]);
        }
        let mut sheets = vec![
            Sheet { name: "표지".to_owned(), widths: vec![18.0, 60.0], rows: head },
            Sheet {
                name: "구 전체".to_owned(),
                widths: vec![18.0, 26.0, 12.0, 10.0, 12.0, 28.0],
                rows: whole,
            },
        ];
        let rows: Vec<&Line> = all.iter().filter(|line| line.key != TOTAL_KEY).collect();
        if !rows.is_empty() {
            let header =
                ["행정동", "코드", "구분", "지표", "수(분자)", "분모", "값", "지표 코드"].map(text).to_vec();
            let row = |line: &&Line| {
                let [those, of, value] = entries(&line.cell);
                let (name, key) = (text(self.name(&line.key)), text(&line.key));
                let (group, label) = (text(line.measure.group), text(&line.measure.label));
                vec![name, key, group, label, those, of, value, Entry::Text(line.measure.code())]
            };
            let rows = std::iter::once(header).chain(rows.iter().map(row)).collect();
            let widths = vec![14.0, 13.0, 18.0, 26.0, 12.0, 10.0, 12.0, 28.0];
            sheets.push(Sheet { name: "행정동".to_owned(), widths, rows });
        }
        if self.version > 1 {
            let header = ["행정동", "지표 코드", "앞 판", "이 판"].map(text).to_vec();
            let row = |change: &Change| {
                vec![text(self.name(&change.key)), text(&change.measure), text(&change.was), text(&change.is)]
            };
            let rows = std::iter::once(header).chain(self.changes.iter().map(row)).collect();
            sheets
                .push(Sheet { name: "달라진 칸".to_owned(), widths: vec![14.0, 30.0, 14.0, 14.0], rows });
        }
        sheets
    }
}

/// Why cells are hidden, on every form.
pub const NOTE: &str = "1건에서 4건인 칸, 앞 판과 1건에서 4건만 다른 행정동의 칸, 그리고 이제까지 공표한 모든 표에서 그 수를 셈할 수 있게 하는 칸은 똑같이 '가림'으로 적습니다. 사람을 알아볼 수 있기 때문입니다. 늦게 적은 사건은 긴 기간의 표와 그 안의 짧은 기간의 표를 견주면 몇 건인지 드러날 수 있습니다.";

fn entries(cell: &Cell) -> [Entry; 3] {
    let hidden = || Entry::Text(HIDDEN.to_owned());
    match cell {
        Cell::Hidden => [hidden(), Entry::Empty, hidden()],
        Cell::Count(n) => [Entry::Count(*n), Entry::Empty, Entry::Count(*n)],
        Cell::Rate(those, all, value) => {
            [Entry::Count(*those), Entry::Count(*all), value.map_or(Entry::Empty, Entry::Share)]
        }
        Cell::Days(days) => [Entry::Empty, Entry::Empty, Entry::Number(*days)],
        Cell::None => [Entry::Empty, Entry::Empty, Entry::Empty],
    }
}

fn day(day: NaiveDate) -> String {
    day.format("%Y. %-m. %-d.").to_string()
}

fn moment(at: DateTime<FixedOffset>) -> String {
    at.format("%Y. %-m. %-d. %H:%M").to_string()
}
