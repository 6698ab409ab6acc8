//! A CSV file as a table of named columns: encodings, physical lines, and every fault named.

use std::fmt;

/// The longest text a field may hold, in characters. Longer is a slip of quoting, not a ledger.
const FIELD_LIMIT: usize = 500;

/// One fault of a file: `FILE:line N, COLUMN: what is wrong`. The line is physical; the header is line 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    pub file: String,
    pub line: u64,
    pub column: String,
    /// A Korean sentence that says what to do.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:line {}, {}: {}", self.file, self.line, self.column, self.what)
    }
}

/// The good rows of a file and the faults of the others, both in the order of the file.
#[derive(Debug, Clone)]
pub struct Parsed<T> {
    pub rows: Vec<T>,
    pub problems: Vec<Problem>,
    /// The first column of the rows left out, so that what refers to them is not blamed for being unknown.
    pub left_out: Vec<String>,
}

/// What a file of one kind looks like: its columns, and those that may be left out because they may be empty.
pub(super) struct Shape {
    pub(super) columns: &'static [&'static str],
    pub(super) optional: &'static [&'static str],
}

/// A file's rows under its header.
pub(super) struct Table {
    pub(super) file: String,
    header: Vec<String>,
    rows: Vec<Record>,
}

/// A record with the physical line on which it begins.
struct Record {
    line: u64,
    fields: Vec<String>,
    /// As RFC 4180 has it (`well_quoted`).
    quoted_well: bool,
}

/// One row, to be read column by column; remembers what was wrong.
pub(super) struct Row<'a> {
    table: &'a Table,
    pub(super) line: u64,
    fields: &'a [String],
    quoted_well: bool,
    pub(super) problems: Vec<Problem>,
}

impl Table {
    /// Reads the header and the rows. A fault of the whole file (encoding, header) leaves no rows.
    ///
    /// # Errors
    /// Everything that is wrong with the encoding or the header.
    pub(super) fn read(file: &str, bytes: &[u8], shape: &Shape) -> Result<Self, Vec<Problem>> {
        let whole = |what: &str| {
            vec![Problem {
                file: file.to_owned(),
                line: 1,
                column: "(파일)".to_owned(),
                what: what.to_owned(),
            }]
        };
        let text = decode(bytes)
            .ok_or_else(|| whole("글자를 읽을 수 없습니다. UTF-8이나 CP949(한국어 Excel)로 저장해 주세요"))?;
        let mut records = records(&text).into_iter();
        let header = records.next().ok_or_else(|| whole("빈 파일입니다. 첫 줄에 열 이름을 써 주세요"))?;
        if !header.quoted_well {
            return Err(whole(QUOTES));
        }
        let problems = header_problems(file, header.line, &header.fields, shape);
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self { file: file.to_owned(), header: header.fields, rows: records.collect() })
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|record| {
            let Record { line, fields, quoted_well } = record;
            let (line, quoted_well) = (*line, *quoted_well);
            let mut row = Row { table: self, line, fields, quoted_well, problems: Vec::new() };
            row.check();
            row
        })
    }
}

impl<'a> Row<'a> {
    /// The trimmed text of a column; empty when the file leaves the column out.
    pub(super) fn text(&self, column: &str) -> &'a str {
        let index = self.table.header.iter().position(|name| name == column);
        index.and_then(|index| self.fields.get(index)).map_or("", String::as_str)
    }

    /// Notes what is wrong with a column.
    pub(super) fn wrong(&mut self, column: &str, what: impl Into<String>) {
        self.problems.push(Problem {
            file: self.table.file.clone(),
            line: self.line,
            column: column.to_owned(),
            what: what.into(),
        });
    }

    fn check(&mut self) {
        if !self.quoted_well {
            self.wrong("(행)", QUOTES);
            return;
        }
        let (wanted, found) = (self.table.header.len(), self.fields.len());
        if wanted != found {
            self.wrong(
                "(행)",
                format!("칸이 {wanted}개여야 하는데 {found}개입니다. 쉼표와 큰따옴표를 살펴 주세요"),
            );
            return;
        }
        for (name, field) in self.table.header.iter().zip(self.fields) {
            if field.contains('\0') {
                self.wrong(name, "쓸 수 없는 글자(NUL)가 있습니다");
            } else if field.chars().count() > FIELD_LIMIT {
                self.wrong(name, format!("너무 깁니다. {FIELD_LIMIT}자까지 쓸 수 있습니다"));
            }
        }
    }

    /// A text that must be there.
    pub(super) fn required(&mut self, column: &str) -> String {
        let text = self.text(column);
        if text.is_empty() {
            self.wrong(column, "비어 있습니다. 값을 써 주세요");
        }
        text.to_owned()
    }

    /// A text that may be missing.
    pub(super) fn optional(&self, column: &str) -> Option<String> {
        Some(self.text(column)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// A code of a closed list.
    pub(super) fn code<T>(&mut self, column: &str, read: fn(&str) -> Option<T>, codes: &[&str]) -> Option<T> {
        let value = read(self.text(column));
        if value.is_none() {
            self.wrong(column, format!("다음 가운데 하나를 써 주세요: {}", codes.join(", ")));
        }
        value
    }

    /// An instant: `YYYY-MM-DD HH:MM[:SS]` in Seoul, or RFC 3339.
    pub(super) fn instant(&mut self, column: &str) -> Option<chrono::DateTime<chrono::Utc>> {
        let value = crate::domain::seoul::parse(self.text(column));
        if value.is_none() {
            self.wrong(
                column,
                "때를 '2026-03-02 14:30' 또는 '2026-03-02 14:30:00'(서울 시각), 아니면 '2026-03-02T14:30:00+09:00'처럼 써 주세요",
            );
        }
        value
    }
}

/// UTF-8 (with or without BOM), else CP949; none for neither.
pub(super) fn decode(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.to_owned()),
        // The WHATWG label "euc-kr" is CP949, the whole of it.
        Err(_) => encoding_rs::EUC_KR
            .decode_without_bom_handling_and_without_replacement(bytes)
            .map(std::borrow::Cow::into_owned),
    }
}

/// What is wrong with a record that is not `well_quoted`.
pub(super) const QUOTES: &str =
    "큰따옴표가 맞지 않습니다. 칸 전체를 큰따옴표로 감싸고, 안의 큰따옴표는 두 번 써 주세요";

/// Whether a record has its quotes as RFC 4180 has them: around a whole field, doubled within, and closed. The reader puts up
/// with others, and makes a number of `"4"0`, a whole row of half a file.
pub(super) fn well_quoted(record: &[u8]) -> bool {
    #[derive(Clone, Copy, PartialEq, Eq)]
    enum At {
        Start,
        Bare,
        Quoted,
        Closed,
    }
    let step = |at: At, byte: &u8| match (at, byte) {
        (At::Start | At::Closed, b'"') => Some(At::Quoted),
        (At::Quoted, b'"') => Some(At::Closed),
        (At::Quoted, _) => Some(At::Quoted),
        (_, b',' | b'\r' | b'\n') => Some(At::Start),
        (At::Closed, _) | (At::Bare, b'"') => None,
        (At::Start | At::Bare, _) => Some(At::Bare),
    };
    // Most have none.
    !record.contains(&b'"') || record.iter().try_fold(At::Start, step).is_some_and(|at| at != At::Quoted)
}

/// The text of a record that was just read.
pub(super) fn within<'t>(text: &'t str, start: Option<&csv::Position>, end: &csv::Position) -> &'t [u8] {
    let byte = |position: &csv::Position| usize::try_from(position.byte()).unwrap_or(usize::MAX);
    text.as_bytes().get(start.map_or(0, byte)..byte(end)).unwrap_or_default()
}

fn records(text: &str) -> Vec<Record> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let (mut lines, mut found, mut record) = (Lines::new(text), Vec::new(), csv::StringRecord::new());
    // Text in memory cannot fail to be read, and it is UTF-8 already.
    while reader.read_record(&mut record).unwrap_or(false) {
        let start = record.position();
        found.push(Record {
            line: lines.of(start.map_or(0, csv::Position::byte)),
            fields: record.iter().map(str::to_owned).collect(),
            quoted_well: well_quoted(within(text, start, reader.position())),
        });
    }
    found
}

/// Counts physical lines on the way through a text: `\n`, `\r\n` or a lone `\r` ends one.
pub(super) struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), at: 0, line: 1 }
    }

    /// The line of the record that begins at or (after empty lines) behind this byte.
    pub(super) fn of(&mut self, start: u64) -> u64 {
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        while let Some(byte) = self.bytes.get(self.at) {
            if self.at >= start && !matches!(byte, b'\r' | b'\n') {
                break;
            }
            let ends = match byte {
                b'\n' => true,
                b'\r' => self.bytes.get(self.at.saturating_add(1)) != Some(&b'\n'),
                _ => false,
            };
            self.line = self.line.saturating_add(u64::from(ends));
            self.at = self.at.saturating_add(1);
        }
        self.line
    }
}

pub(super) fn header_problems(file: &str, line: u64, header: &[String], shape: &Shape) -> Vec<Problem> {
    let problem =
        |column: &str, what: String| Problem { file: file.to_owned(), line, column: column.to_owned(), what };
    let mut problems = Vec::new();
    for (index, name) in header.iter().enumerate() {
        if !shape.columns.contains(&name.as_str()) {
            let known = shape.columns.join(", ");
            let name = if name.is_empty() { "(이름 없음)" } else { name };
            problems.push(problem(name, format!("모르는 열입니다. 쓸 수 있는 열: {known}")));
        } else if header.iter().take(index).any(|earlier| earlier == name) {
            problems.push(problem(name, "같은 열이 두 번 있습니다".to_owned()));
        }
    }
    for name in shape.columns {
        if !shape.optional.contains(name) && !header.iter().any(|there| there == name) {
            problems.push(problem(name, "이 열이 없습니다. 첫 줄에 열 이름을 써 주세요".to_owned()));
        }
    }
    problems
}
