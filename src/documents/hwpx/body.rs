//! `section0.xml`: what the paper says, in the order of the printed sheet (`templates/pages/print/paper.hbs`).
use super::super::paper::{Content, Row, Section, Sheet};
use super::head::{Border, Letters, Lines, mm};
use super::table::{self, Cell, Table};
use super::{NAMES, page, xml};
use std::fmt::Write;

/// The first lines stand in the package once more, for whoever lists files: none begins behind so many characters.
const PREVIEW: usize = 600;

/// The two parts that hold words.
pub(super) struct Written {
    pub section: String,
    pub preview: String,
}

/// A part as it is written.
pub(super) struct Writer {
    pub(super) xml: String,
    preview: String,
    /// What stands in the first paragraph before everything else: the page.
    setup: Option<String>,
    /// The height of the letters in its tables.
    pub(super) em: usize,
    ids: u32,
}

impl Writer {
    pub(super) const fn new(setup: Option<String>, em: usize) -> Self {
        Self { xml: String::new(), preview: String::new(), setup, em, ids: 0 }
    }

    /// A number that nothing else in this flow of words has (what stands on every page is a flow of its own).
    pub(super) const fn id(&mut self) -> u32 {
        self.ids += 1;
        self.ids
    }

    pub(super) fn open(&mut self, lines: Lines) {
        let id = self.id();
        let _ = write!(
            self.xml,
            r#"<hp:p id="{id}" paraPrIDRef="{}" styleIDRef="0" pageBreak="0" columnBreak="0" merged="0">"#,
            lines.id()
        );
        self.xml.push_str(&self.setup.take().unwrap_or_default());
    }

    pub(super) fn close(&mut self) {
        self.xml.push_str("</hp:p>");
    }

    /// One paragraph for each line of the text, and one where there is none.
    pub(super) fn text(&mut self, lines: Lines, letters: Letters, text: &str) {
        for line in text.split('\n') {
            self.open(lines);
            let _ = write!(
                self.xml,
                r#"<hp:run charPrIDRef="{}"><hp:t>{}</hp:t></hp:run>"#,
                letters.id(),
                xml::escaped(line)
            );
            self.close();
            let clean = line.trim().replace(|c: char| c.is_control(), "");
            if !clean.is_empty() && self.preview.chars().count() < PREVIEW {
                self.preview.push_str(&clean);
                self.preview.push_str("\r\n");
            }
        }
    }

    /// A table between paragraphs; its own stays empty below it.
    fn table(&mut self, lines: Lines, table: &Table) {
        self.open(lines);
        let _ = write!(self.xml, r#"<hp:run charPrIDRef="{}">"#, Letters::Small.id());
        table::write(self, table);
        self.xml.push_str("<hp:t/></hp:run>");
        self.close();
    }
}

/// Both parts.
pub(super) fn section(sheet: &Sheet<'_>) -> Written {
    let content = sheet.content;
    let mut out = Writer::new(Some(page::setup(sheet)), Letters::Body.height(content));
    if !content.approval.is_empty() {
        out.table(Lines::Right, &approval(&content.approval));
    }
    out.text(Lines::Center, Letters::Title, &content.title);
    if !content.facts.is_empty() {
        out.table(Lines::Cell, &facts(content));
    }
    for said in &content.body {
        out.text(Lines::Body, Letters::Body, said);
    }
    for section in &content.sections {
        part(&mut out, section, content.blank);
    }
    if sheet.code.is_some() {
        out.open(Lines::Cell);
        let id = out.id();
        out.xml.push_str(&page::picture(id));
        out.close();
    }
    for note in &content.notes {
        out.text(Lines::Cell, Letters::Small, &format!("※ {note}"));
    }
    if !content.date.is_empty() {
        out.text(
            Lines::Center,
            if content.certificate { Letters::Large } else { Letters::Body },
            &content.date,
        );
    }
    if !content.seals.is_empty() {
        out.table(Lines::Right, &seals(content));
    }
    if !content.from.is_empty() {
        out.text(Lines::Center, Letters::Large, &content.from);
    }
    if let Some(to) = &content.to {
        out.text(Lines::Cell, Letters::Large, to);
    }
    let Writer { xml, preview, .. } = out;
    Written { section: format!("<hs:sec{NAMES}>{xml}</hs:sec>"), preview }
}

fn part(out: &mut Writer, section: &Section, blank: bool) {
    out.text(Lines::Section, Letters::Section, &section.title);
    if let Some(text) = &section.text {
        out.text(Lines::Body, Letters::Body, text);
    }
    if section.room > 0 {
        let height = mm(8) * usize::from(section.room);
        let rows = vec![vec![Cell::new("").high(height)]];
        out.table(Lines::Cell, &Table::new(vec![page::WIDTH], rows).whole());
    }
    if !section.columns.is_empty() {
        let heads = section.columns.iter().map(|name| Cell::new(*name).name().border(Border::Name)).collect();
        let high = if blank { mm(9) } else { 0 };
        let mut rows: Vec<Vec<Cell<'_>>> = vec![heads];
        let cells =
            section.rows.iter().map(|row| row.iter().map(|text| Cell::new(text).high(high)).collect());
        rows.extend(cells);
        out.table(Lines::Cell, &Table::new(table::widths(&section.columns, &section.rows), rows).headed());
    }
}

fn facts<'a>(content: &'a Content) -> Table<'a> {
    let (name, cell) =
        if content.certificate { (Border::None, Border::None) } else { (Border::Name, Border::Cell) };
    let high = if content.blank { mm(9) } else { 0 };
    let row = |fact: &'a Row| {
        vec![
            Cell::new(&fact.label).name().border(name).high(high),
            Cell::new(&fact.text).border(cell).high(high),
        ]
    };
    let names = page::WIDTH / 5;
    Table::new(vec![names, page::WIDTH - names], content.facts.iter().map(row).collect())
}

/// 결재란: who signs in which box; the word beside them spans both rows.
fn approval(names: &[String]) -> Table<'_> {
    let mut upper = vec![Cell::new("결재").tall()];
    upper.extend(names.iter().map(Cell::new));
    let mut lower = vec![Cell::new("").covered()];
    lower.extend(names.iter().map(|_| Cell::new("").high(mm(13))));
    let mut columns = vec![mm(10)];
    columns.extend(names.iter().map(|_| mm(20)));
    Table::new(columns, vec![upper, lower]).whole()
}

/// Lines to sign on.
fn seals<'a>(content: &'a Content) -> Table<'a> {
    let row = |seal: &'a Row| {
        let who = format!("{} {}", seal.label, seal.text);
        vec![
            Cell::new(who).border(Border::Below).high(mm(10)),
            Cell::new("(서명 또는 인)").border(Border::Below).high(mm(10)).flush_right(),
        ]
    };
    Table::new(vec![mm(70), mm(40)], content.seals.iter().map(row).collect()).whole()
}
