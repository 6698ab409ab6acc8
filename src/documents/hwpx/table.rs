//! `hp:tbl`: rows of cells.
use super::body::Writer;
use super::head::{Border, Letters, Lines, mm};
use super::page;
use std::borrow::Cow;
use std::fmt::Write;

/// Between a cell's border and its words: at the sides, above and below.
const INSIDE: (usize, usize) = (mm(2), mm(1));
/// The lowest row: one line.
const LOW: usize = mm(7);

/// A cell.
pub(super) struct Cell<'a> {
    text: Cow<'a, str>,
    /// It names what stands beside or below it.
    name: bool,
    right: bool,
    border: Border,
    /// At least so high.
    height: usize,
    /// So many rows down.
    rows: u8,
    /// Another cell reaches over its place.
    covered: bool,
}

impl<'a> Cell<'a> {
    pub(super) fn new(text: impl Into<Cow<'a, str>>) -> Self {
        Self {
            text: text.into(),
            name: false,
            right: false,
            border: Border::Cell,
            height: LOW,
            rows: 1,
            covered: false,
        }
    }

    pub(super) fn name(self) -> Self {
        Self { name: true, ..self }
    }

    pub(super) fn border(self, border: Border) -> Self {
        Self { border, ..self }
    }

    pub(super) fn high(self, height: usize) -> Self {
        Self { height: height.max(LOW), ..self }
    }

    pub(super) fn flush_right(self) -> Self {
        Self { right: true, ..self }
    }

    /// It and the one below are one.
    pub(super) fn tall(self) -> Self {
        Self { rows: 2, ..self }
    }

    pub(super) fn covered(self) -> Self {
        Self { covered: true, ..self }
    }
}

/// A table.
pub(super) struct Table<'a> {
    columns: Vec<usize>,
    rows: Vec<Vec<Cell<'a>>>,
    /// Stays on one page and stands in its line like a letter; others run on over pages.
    whole: bool,
    /// Its first row is said again on every page.
    headed: bool,
}

impl<'a> Table<'a> {
    pub(super) const fn new(columns: Vec<usize>, rows: Vec<Vec<Cell<'a>>>) -> Self {
        Self { columns, rows, whole: false, headed: false }
    }

    pub(super) fn whole(self) -> Self {
        Self { whole: true, ..self }
    }

    pub(super) fn headed(self) -> Self {
        Self { headed: true, ..self }
    }
}

/// How wide each column is: by its longest line, within bounds, so that all of them fill the page.
pub(super) fn widths(names: &[&str], rows: &[Vec<String>]) -> Vec<usize> {
    // Letters of Korean are twice as wide as others.
    let wide = |line: &str| line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
    let longest = |text: &str| text.split('\n').map(wide).max().unwrap_or(0);
    let weight = |(column, name): (usize, &&str)| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| longest(cell));
        cells.max().unwrap_or(0).max(wide(name)).clamp(6, 44) + 2
    };
    let weights: Vec<usize> = names.iter().enumerate().map(weight).collect();
    let all: usize = weights.iter().sum();
    let mut widths: Vec<usize> = weights.iter().map(|weight| page::WIDTH * weight / all.max(1)).collect();
    let rest = page::WIDTH.saturating_sub(widths.iter().sum());
    if let Some(last) = widths.last_mut() {
        *last += rest;
    }
    widths
}

/// How high a cell has to be for its words, for readers that do not lay it out anew. `em`: the height of its letters.
fn needed(cell: &Cell<'_>, width: usize, em: usize) -> usize {
    let inner = width.saturating_sub(2 * INSIDE.0).max(em);
    // Korean letters are as wide as high, others a little more than half; words are kept whole, which leaves a tenth unused.
    let wide =
        |line: &str| line.chars().map(|c| if c.is_ascii() { 6 } else { 10 }).sum::<usize>() * em * 11 / 100;
    let lines: usize = cell.text.split('\n').map(|line| wide(line).div_ceil(inner).max(1)).sum();
    lines * em * 14 / 10 + 2 * INSIDE.1
}

/// How high each row is.
fn heights(table: &Table<'_>, em: usize) -> Vec<usize> {
    let high = |(width, cell): (&usize, &Cell<'_>)| match (cell.covered, cell.rows) {
        (false, 1) => cell.height.max(needed(cell, *width, em)),
        _ => cell.height,
    };
    let row = |row: &Vec<Cell<'_>>| table.columns.iter().zip(row).map(high).max().unwrap_or(LOW);
    table.rows.iter().map(row).collect()
}

pub(super) fn write(out: &mut Writer, table: &Table<'_>) {
    let heights = heights(table, out.em);
    let (width, height): (usize, usize) = (table.columns.iter().sum(), heights.iter().sum());
    let id = out.id();
    let _ = write!(
        out.xml,
        concat!(
            r#"<hp:tbl id="{id}" zOrder="0" numberingType="TABLE" textWrap="TOP_AND_BOTTOM" textFlow="BOTH_SIDES" lock="0" dropcapstyle="None" pageBreak="{}" repeatHeader="{}" rowCnt="{}" colCnt="{}" cellSpacing="0" borderFillIDRef="{}" noAdjust="0">"#,
            r#"<hp:sz width="{width}" widthRelTo="ABSOLUTE" height="{height}" heightRelTo="ABSOLUTE" protect="0"/><hp:pos treatAsChar="{}" affectLSpacing="0" flowWithText="1" allowOverlap="0" holdAnchorAndSO="0" vertRelTo="PARA" horzRelTo="COLUMN" vertAlign="TOP" horzAlign="LEFT" vertOffset="0" horzOffset="0"/>"#,
            r#"<hp:outMargin left="0" right="0" top="0" bottom="0"/><hp:inMargin left="{side}" right="{side}" top="{above}" bottom="{above}"/>"#,
        ),
        if table.whole { "NONE" } else { "CELL" },
        u8::from(table.headed),
        table.rows.len(),
        table.columns.len(),
        Border::None.id(),
        u8::from(table.whole),
        id = id,
        width = width,
        height = height,
        side = INSIDE.0,
        above = INSIDE.1,
    );
    for (line, row) in table.rows.iter().enumerate() {
        out.xml.push_str("<hp:tr>");
        for (column, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.covered) {
            let width = table.columns.get(column).copied().unwrap_or_default();
            let size = (width, heights.iter().skip(line).take(usize::from(cell.rows)).sum());
            write_cell(out, cell, (column, line), size, table.headed && line == 0);
        }
        out.xml.push_str("</hp:tr>");
    }
    out.xml.push_str("</hp:tbl>");
}

fn write_cell(
    out: &mut Writer,
    cell: &Cell<'_>,
    (column, line): (usize, usize),
    (width, height): (usize, usize),
    head: bool,
) {
    let _ = write!(
        out.xml,
        r#"<hp:tc name="" header="{}" hasMargin="0" protect="0" editable="0" dirty="0" borderFillIDRef="{}"><hp:subList id="" textDirection="HORIZONTAL" lineWrap="BREAK" vertAlign="CENTER" linkListIDRef="0" linkListNextIDRef="0" textWidth="0" textHeight="0" hasTextRef="0" hasNumRef="0">"#,
        u8::from(head),
        cell.border.id()
    );
    let letters = if cell.name { Letters::Bold } else { Letters::Body };
    out.text(if cell.right { Lines::Right } else { Lines::Cell }, letters, &cell.text);
    let _ = write!(
        out.xml,
        r#"</hp:subList><hp:cellAddr colAddr="{column}" rowAddr="{line}"/><hp:cellSpan colSpan="1" rowSpan="{}"/><hp:cellSz width="{width}" height="{height}"/><hp:cellMargin left="{side}" right="{side}" top="{above}" bottom="{above}"/></hp:tc>"#,
        cell.rows,
        side = INSIDE.0,
        above = INSIDE.1,
    );
}
