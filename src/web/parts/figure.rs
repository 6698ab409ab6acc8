//! Drawings, each with the same numbers as a table.
use serde::Serialize;

/// A drawing with its table (`parts/figure`). All marks have their places in the drawing's own units.
#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    pub id: String,
    pub title: String,
    /// The finding in a sentence; also the drawing's description.
    pub finding: String,
    /// Data time, definition.
    pub note: Option<String>,
    pub svg: Option<Drawing>,
    pub table: FigureTable,
}

/// The marks of a [`Figure`].
#[derive(Debug, Clone, Default, Serialize)]
pub struct Drawing {
    pub width: u32,
    pub height: u32,
    pub rules: Vec<Rule>,
    pub bars: Vec<Bar>,
    pub lines: Vec<Polyline>,
    pub dots: Vec<Dot>,
    pub texts: Vec<Label>,
}

/// An axis (`axis`) or a grid line (`rule`).
#[derive(Debug, Clone, Serialize)]
pub struct Rule {
    pub class: &'static str,
    pub x1: f64,
    pub y1: f64,
    pub x2: f64,
    pub y2: f64,
}

/// A bar in colour `c0` to `c4`.
#[derive(Debug, Clone, Serialize)]
pub struct Bar {
    pub class: &'static str,
    pub x: f64,
    pub y: f64,
    pub w: f64,
    pub h: f64,
}

/// A line in style `l1` to `l4`; `points` as SVG has them.
#[derive(Debug, Clone, Serialize)]
pub struct Polyline {
    pub class: &'static str,
    pub points: String,
}

/// A dot in colour `c1` to `c4`.
#[derive(Debug, Clone, Serialize)]
pub struct Dot {
    pub class: &'static str,
    pub x: f64,
    pub y: f64,
    pub r: f64,
}

/// Words in a drawing; `anchor` is `start`, `middle` or `end`.
#[derive(Debug, Clone, Serialize)]
pub struct Label {
    pub x: f64,
    pub y: f64,
    pub anchor: &'static str,
    pub text: String,
}

/// The same numbers as a table; the first cell of a row is its heading.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FigureTable {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}
