//! 소음일지: its form, its picture and its list, the same for the applicant at their link and for the staff.
//! `templates/pages/diary/show.hbs`.
use super::asked;
use super::error::WebError;
use super::field::{Errors, Field, Form};
use super::parts::{Bar, Drawing, Figure, FigureTable, IdBar, Label, Page};
use super::state::State;
use super::typed::Typed;
use crate::casework::{CaseworkError, diary};
use crate::domain::case::Case;
use crate::domain::codes::{Cause, Felt, WeekDay};
use crate::domain::diary::{Heard, Heat, MINUTES_MAX, NOTE_MAX, moment};
use crate::domain::permission::{Actor, Hat};
use crate::domain::text;
use crate::render::korean::Moment;
use crate::store::diary::Entry;
use actix_web::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// `pages/diary/show`.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    pub page: Page,
    /// The head of the case's pages, for the staff.
    pub bar: Option<IdBar>,
    pub form: Form,
    /// What is seldom asked stands open: something is wrong, or was typed there.
    pub more_open: bool,
    /// Where it is posted; none where nothing can be written.
    pub action: Option<String>,
    /// One button for each way it felt: pressing it notes it.
    pub felt: Vec<Feeling>,
    /// What was noted, where it may be read.
    pub noted: Option<Noted>,
    /// What the applicant reads instead, and the way there.
    pub locked: Option<String>,
}

/// A way it felt.
#[derive(Debug, Serialize)]
pub(crate) struct Feeling {
    pub code: &'static str,
    pub label: &'static str,
}

/// What was noted.
#[derive(Debug, Serialize)]
pub(crate) struct Noted {
    pub figure: Figure,
    pub rows: Vec<Row>,
    /// How many more there are than rows.
    pub more: usize,
}

/// An entry.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub at: String,
    pub what: String,
    pub felt: &'static str,
    pub note: String,
    pub by: &'static str,
    /// Where striking it out is posted.
    pub strike: Option<String>,
}

/// How long it lasted, as it is asked.
const LASTED: [(&str, &str); 5] =
    [("1", "잠깐"), ("10", "10분쯤"), ("30", "30분쯤"), ("60", "1시간쯤"), ("120", "2시간이 넘게")];
/// Entries that a page lists.
const ROWS: usize = 200;

fn fields(case: &Case, last: Option<&Heard>, from_paper: bool) -> Vec<Field> {
    let kind = last.map_or(case.intake.cause, |heard| heard.kind);
    vec![
        Field::select("kind", "어떤 소리인가요?")
            .choices(Cause::ALL.iter().map(|c| (c.code(), c.label())))
            .value(kind.code()),
        Field::select("minutes", "얼마 동안 들렸나요?").choices(LASTED).value("10"),
        match from_paper {
            true => Field::past("at", "언제 들렸나요?"),
            false => Field::past("at", "지금이 아니면, 언제 들렸나요?").optional(),
        },
        Field::area("note", "덧붙일 말", u32::try_from(NOTE_MAX).unwrap_or(u32::MAX)).rows(2).optional(),
    ]
}

/// What was typed, heard at the latest at `now`; `from_paper` asks when, else it is now where nothing is said.
///
/// # Errors
/// A sentence per field.
fn read(typed: &Typed, from_paper: bool, now: DateTime<Utc>) -> Result<Heard, Errors> {
    let mut errors = Errors::default();
    let kind = Cause::from_code(typed.get("kind"));
    if kind.is_none() {
        errors.add("kind", "어떤 소리인지 골라 주세요.");
    }
    let felt = Felt::from_code(typed.get("felt"));
    if felt.is_none() {
        errors.add("felt", "얼마나 힘드셨는지 단추를 눌러 주세요.");
    }
    let minutes = typed.get("minutes").parse::<u32>().ok().filter(|n| (1..=MINUTES_MAX).contains(n));
    if minutes.is_none() {
        errors.add("minutes", "얼마 동안 들렸는지 골라 주세요.");
    }
    let said = match asked::moment(typed, "at") {
        Ok(None) if from_paper => Err("종이에 적힌 날짜와 시각을 적어 주세요."),
        said => said.and_then(|at| moment(at, now)),
    };
    let at = said.map_err(|why| errors.add("at", why)).ok();
    let note = text::free(typed.get("note"), NOTE_MAX).map_err(|why| errors.add("note", &why)).ok();
    match (at, minutes, kind, felt, note) {
        (Some(at), Some(minutes), Some(kind), Some(felt), Some(note)) => {
            Ok(Heard { at, minutes, kind, felt, note })
        }
        _ => Err(errors),
    }
}

/// Notes what was typed, at most heard now; else what is wrong, to be shown with it.
///
/// # Errors
/// `not_found` where this person may not; database errors.
pub(crate) async fn note(
    state: &State,
    (actor, number): (&Actor, &str),
    typed: &Typed,
) -> Result<Result<(), Errors>, WebError> {
    let now = state.now();
    let heard = match read(typed, actor.user.is_some(), now) {
        Ok(heard) => heard,
        Err(errors) => return Ok(Err(errors)),
    };
    let (actor, number) = (actor.clone(), number.to_owned());
    let mut errors = Errors::default();
    match state.db.write(move |tx| diary::note(tx, &actor, &number, &heard, now)).await {
        Ok(()) => return Ok(Ok(())),
        Err(CaseworkError::Invalid(wrong)) => wrong.iter().for_each(|(name, why)| errors.add(name, why)),
        Err(CaseworkError::Refused(refused)) => errors.add("", &refused.sentence),
        Err(e) => return Err(e.into()),
    }
    Ok(Err(errors))
}

/// Who looks at a diary, and what they may read and write of it.
pub(crate) struct Look<'a> {
    pub actor: &'a Actor,
    pub case: &'a Case,
    /// Newest first; none where nothing may be read now.
    pub entries: Option<&'a [Entry]>,
    /// The page's own path.
    pub path: String,
    pub writes: bool,
}

impl Shown {
    pub(crate) fn new(mut page: Page, look: &Look<'_>, typed: &Typed, errors: &Errors) -> Self {
        let last = look.entries.and_then(|all| all.first()).map(|entry| &entry.heard);
        let fields = fields(look.case, last, look.actor.user.is_some());
        let fresh = typed.pairs().is_empty();
        let form = if fresh { Form::filled(fields, errors) } else { Form::new(fields, typed, errors) };
        let mut form = form;
        if !look.writes {
            form.keep(typed, &["note"]);
        }
        page.error = !form.errors.is_empty();
        Self {
            page,
            bar: None,
            more_open: !form.errors.is_empty() || !typed.get("note").is_empty(),
            form,
            action: look.writes.then(|| look.path.clone()),
            felt: Felt::ALL.iter().map(|f| Feeling { code: f.code(), label: f.label() }).collect(),
            noted: look.entries.map(|entries| noted(look, entries)),
            locked: None,
        }
    }

    pub(crate) fn status(&self) -> StatusCode {
        if self.page.error { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
    }
}

fn noted(look: &Look<'_>, entries: &[Entry]) -> Noted {
    let row = |entry: &Entry| Row {
        at: Moment::from(entry.heard.at).official(),
        what: format!("{}, {}", entry.heard.kind.label(), lasted(entry.heard.minutes)),
        felt: entry.heard.felt.label(),
        note: entry.heard.note.clone(),
        by: Hat::from_code(&entry.by_role).map_or("", Hat::label),
        strike: (look.writes && diary::may_strike(look.actor, look.case, entry))
            .then(|| format!("{}/{}/strike", look.path, entry.id)),
    };
    Noted {
        figure: figure(entries),
        rows: entries.iter().take(ROWS).map(row).collect(),
        more: entries.len().saturating_sub(ROWS),
    }
}

fn lasted(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, rest) => format!("{rest}분"),
        (hours, 0) => format!("{hours}시간"),
        (hours, rest) => format!("{hours}시간 {rest}분"),
    }
}

const LEFT: f64 = 36.0;
const TOP: f64 = 8.0;
const CELL: (f64, f64) = (16.0, 20.0);
/// Steps of the scale; each cell takes the one of its share of the highest count.
const SHADES: [&str; 5] = ["h1", "h2", "h3", "h4", "h5"];

fn shade(n: u32, most: u32) -> &'static str {
    if n == 0 {
        return "h0";
    }
    let step = (n * 5).div_ceil(most.max(1)).saturating_sub(1);
    usize::try_from(step).ok().and_then(|step| SHADES.get(step)).copied().unwrap_or("h5")
}

/// Hour by weekday, and the same as a table.
fn figure(entries: &[Entry]) -> Figure {
    let heat = Heat::of(entries.iter().map(|entry| &entry.heard));
    let finding = match heat.peak() {
        None => "아직 적은 것이 없습니다.".to_owned(),
        Some((hour, n)) => {
            format!(
                "모두 {}번 적었습니다. {hour}시부터 {}시 사이가 {n}번으로 가장 잦습니다.",
                entries.len(),
                hour + 1
            )
        }
    };
    let days = WeekDay::ALL.iter().map(|day| day.label());
    let row = |hour: usize| {
        let counts = heat.days().map(|day| day.get(hour).copied().unwrap_or_default().to_string());
        std::iter::once(format!("{hour}시")).chain(counts).collect()
    };
    Figure {
        id: "diary".to_owned(),
        title: "요일과 시간대마다 들린 수".to_owned(),
        finding,
        note: Some("칸이 짙을수록 자주 들렸습니다. 여러 시간 이어진 소리는 걸친 시간마다 한 번씩 셉니다. 적은 것이 없다고 조용했다는 뜻은 아닙니다.".to_owned()),
        svg: (!entries.is_empty()).then(|| drawing(&heat)),
        table: FigureTable {
            columns: std::iter::once("시간").chain(days).map(str::to_owned).collect(),
            rows: (0..24).map(row).collect(),
        },
    }
}

fn drawing(heat: &Heat) -> Drawing {
    let (most, (w, h)) = (heat.most(), CELL);
    let mut drawing = Drawing { width: 424, height: 176, ..Drawing::default() };
    let mut y = TOP;
    for (day, counts) in WeekDay::ALL.iter().zip(heat.days()) {
        drawing.texts.push(Label {
            x: LEFT - 8.0,
            y: y + h - 6.0,
            anchor: "end",
            text: day.label().to_owned(),
        });
        let mut x = LEFT;
        for n in counts {
            drawing.bars.push(Bar { class: shade(*n, most), x: x + 1.0, y: y + 1.0, w: w - 2.0, h: h - 2.0 });
            x += w;
        }
        y += h;
    }
    for hour in [0_u32, 6, 12, 18, 22] {
        let x = LEFT + w * f64::from(hour) + 1.0;
        drawing.texts.push(Label { x, y: y + 18.0, anchor: "start", text: format!("{hour}시") });
    }
    drawing
}

/// The diary as a list for other pages: when, what, how it felt, what was added.
pub(crate) fn lines(entries: &[Entry]) -> Vec<Vec<String>> {
    let line = |entry: &Entry| {
        let what = format!("{}, {}", entry.heard.kind.label(), lasted(entry.heard.minutes));
        let felt = entry.heard.felt.label().to_owned();
        let felt = if entry.heard.note.is_empty() { felt } else { format!("{felt}\n{}", entry.heard.note) };
        vec![Moment::from(entry.heard.at).official(), what, felt]
    };
    entries.iter().map(line).collect()
}
