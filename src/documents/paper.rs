//! A paper as its parts: what every printed sheet is made of, whatever it is about. Two printers read it: the A4 page
//! (`templates/pages/print/paper.hbs`) and the file for 한글 (`super::hwpx`).
use serde::Serialize;

/// A label and what stands beside it.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub label: String,
    pub text: String,
}

/// One part of a paper.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Section {
    pub title: String,
    pub text: Option<String>,
    pub columns: Vec<&'static str>,
    pub rows: Vec<Vec<String>>,
    /// Room to write in by hand, in lines (1 to 12).
    pub room: u8,
}

/// What a paper says.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Content {
    pub title: String,
    /// To be filled in by hand: cells are as high as handwriting asks.
    pub blank: bool,
    /// Much in little room: smaller letters on paper.
    pub compact: bool,
    /// Like 위촉장: few words, large, in the middle of the sheet.
    pub certificate: bool,
    /// 결재란: who signs it off inside the body; empty on papers that go to the parties.
    pub approval: Vec<String>,
    pub facts: Vec<Row>,
    /// What it says in whole sentences, a paragraph each.
    pub body: Vec<String>,
    pub sections: Vec<Section>,
    /// Where its QR code leads.
    pub link: Option<String>,
    pub notes: Vec<String>,
    /// As it stands on the paper.
    pub date: String,
    pub seals: Vec<Row>,
    /// To whom it is handed in: `○○위원회 귀중`.
    pub to: Option<String>,
    pub from: String,
}

/// 결재란 with these boxes.
pub(crate) fn boxes(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// A day to be written in by hand.
pub(crate) const SOME_DAY: &str =
    "20\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}년 \u{a0}\u{a0}\u{a0}\u{a0}월 \u{a0}\u{a0}\u{a0}\u{a0}일";

/// A moment to be written in by hand.
pub(crate) const SOME_MOMENT: &str =
    "20\u{a0}\u{a0}\u{a0}\u{a0}. \u{a0}\u{a0}\u{a0}. \u{a0}\u{a0}\u{a0}. \u{a0}\u{a0}\u{a0}\u{a0}\u{a0}:";

/// `2026. 3. 2.`: a day where there is little room.
pub(crate) fn short_day(day: chrono::NaiveDate) -> String {
    day.format("%Y.\u{a0}%-m.\u{a0}%-d.").to_string()
}

pub(crate) fn row(label: &str, text: impl Into<String>) -> Row {
    Row { label: label.to_owned(), text: text.into() }
}

/// A part that is words.
pub(crate) fn words(title: &str, text: impl Into<String>) -> Section {
    Section { title: title.to_owned(), text: Some(text.into()), ..Section::default() }
}

/// A part that is words, or so many lines of room where there are none yet.
pub(crate) fn words_or_room(title: &str, text: Option<String>, room: u8) -> Section {
    match text.filter(|t| !t.trim().is_empty()) {
        Some(text) => words(title, text),
        None => Section { title: title.to_owned(), room, ..Section::default() },
    }
}

/// A part that is a table.
pub(crate) fn table(title: &str, columns: &[&'static str], rows: Vec<Vec<String>>) -> Section {
    Section { title: title.to_owned(), columns: columns.to_vec(), rows, ..Section::default() }
}

/// Rows to be written in by hand.
pub(crate) fn empty_rows(columns: usize, rows: usize) -> Vec<Vec<String>> {
    vec![vec![String::new(); columns]; rows]
}

/// `□ 방문 ■ 전화`: every choice, those that hold ticked.
pub(crate) fn ticks<'a>(choices: impl IntoIterator<Item = (bool, &'a str)>) -> String {
    let one = |(ticked, label): (bool, &str)| {
        format!("{}\u{a0}{}", if ticked { "■" } else { "□" }, label.replace(' ', "\u{a0}"))
    };
    choices.into_iter().map(one).collect::<Vec<_>>().join("  ")
}

/// A paper as it leaves the house.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sheet<'a> {
    pub content: &'a Content,
    /// On every page above: what it belongs to, at the left; its right is the paper's title.
    pub head: Option<&'a str>,
    /// On every page below: who had it made and when.
    pub foot: Option<(&'a str, &'a str)>,
    /// The QR code of its link.
    pub code: Option<&'a Modules>,
}

/// The modules of a QR code, row by row, without the white border: true is dark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Modules {
    pub width: usize,
    pub dark: Vec<bool>,
}

impl Content {
    /// The same paper with a day on it, where it has none yet.
    pub(crate) fn dated(self, day: &str) -> Self {
        if self.date.is_empty() { Self { date: day.to_owned(), ..self } } else { self }
    }

    /// The same paper for the counter: nothing on it says whose it is, and there is room to write.
    pub(crate) fn for_counter(self) -> Self {
        Self { blank: true, link: None, ..self.dated(SOME_DAY) }
    }
}
