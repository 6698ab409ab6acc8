//! 소음 측정 기록: a meter's log uploaded to a case, held against the limits in force, drawn, and told in plain words. The log
//! itself is not kept; what it said can be written into the case's record.
use super::load::{self, Sight};
use crate::casework::step::take_step;
use crate::domain::codes::{NoiseBuilding, NoiseKind, NoiseRounding, NoiseSource, Visibility};
use crate::domain::noise::{self, Judged, Level, Log, Reading, Terms, told};
use crate::domain::permission::View;
use crate::domain::seoul;
use crate::domain::step::{Step, StepCode};
use crate::exchange::meter::{self, Layout};
use crate::exchange::{Problem, noise as logs};
use crate::store::complexes;
use crate::web::error::WebError;
use crate::web::field::{ErrorLine, Errors, Field};
use crate::web::guard::Who;
use crate::web::pages::sheet::ordered;
use crate::web::parts::{Drawing, Figure, FigureTable, IdBar, Label, Page, Polyline, Rule};
use crate::web::state::State;
use crate::web::typed::Typed;
use crate::web::uploaded::{File, Uploaded};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use serde::Serialize;

/// `pages/cases/noise`.
#[derive(Serialize)]
struct Noise {
    page: Page,
    bar: IdBar,
    action: String,
    errors: Vec<ErrorLine>,
    fields: Vec<Field>,
    result: Option<Told>,
    wrong: Vec<String>,
}

/// What a log said.
#[derive(Serialize)]
struct Told {
    title: &'static str,
    label: &'static str,
    sentences: Vec<String>,
    sources: Vec<&'static str>,
    guessed: String,
    recorded: bool,
    figure: Figure,
}

/// Points of a drawing at most; of more windows the highest of each stretch is drawn.
const POINTS: usize = 240;
/// Problems that are shown.
const MOST: usize = 20;

async fn opened(state: &State, who: &Who, number: &str) -> Result<(Sight, NoiseBuilding), WebError> {
    let sight = load::open(state, who, number, "step").await?;
    if sight.file.view != View::File {
        return Err(WebError::not_found());
    }
    let Some(id) = sight.case().intake.complex else { return Ok((sight, NoiseBuilding::Unknown)) };
    let complex = state.db.read(move |rx| complexes::find(rx, id)).await?;
    Ok((sight, told::building(complex.approved_on, complex.permit)))
}

fn fields(sight: &Sight, building: NoiseBuilding) -> Vec<Field> {
    let kind = told::kind(sight.case().intake.cause);
    let mut fields = vec![
        Field::file("log", "측정 기록 파일")
            .help("CSV나 텍스트 파일. 때가 있는 열과 소음도(dB(A))가 있는 열이 있어야 합니다."),
        Field::radio("kind", "소음의 종류")
            .choices(NoiseKind::ALL.iter().map(|k| (k.code(), k.label())))
            .value(kind.code()),
        Field::radio("building", "건물")
            .choices(NoiseBuilding::ALL.iter().map(|b| (b.code(), b.label())))
            .value(building.code()),
        Field::radio("source", "누가 쟀나요?")
            .choices(NoiseSource::ALL.iter().map(|s| (s.code(), s.label())))
            .value(NoiseSource::Unknown.code()),
        Field::text("background", "배경소음(dB(A))")
            .width("w-s")
            .help("쟀으면 적어 주세요. 예: 28.5")
            .optional(),
        Field::text("at_column", "때가 있는 열")
            .width("w-m")
            .help("비우면 이음이 찾습니다. 열 이름이나 몇 번째인지 적어 주세요.")
            .optional(),
        Field::text("level_column", "소음도가 있는 열")
            .width("w-m")
            .help("비우면 이음이 찾습니다.")
            .optional(),
    ];
    if sight.steps.contains(&StepCode::Note) {
        fields.push(Field::checkbox("record", "찾은 열이 맞으며, 결과를 사건 기록에 남깁니다"));
    }
    fields
}

struct Shown<'a> {
    typed: Option<&'a Typed>,
    errors: &'a Errors,
    result: Option<Told>,
    wrong: Vec<String>,
}

fn show(
    state: &State,
    who: &Who,
    sight: &Sight,
    building: NoiseBuilding,
    shown: Shown<'_>,
) -> Result<HttpResponse, WebError> {
    let all = fields(sight, building);
    let all = match shown.typed {
        Some(typed) => all.into_iter().map(|field| field.typed(typed)).collect(),
        None => all,
    };
    let (errors, fields) = ordered(all, shown.errors);
    let mut page = sight.frame(state, who, "소음 측정 기록");
    page.error = !errors.is_empty() || !shown.wrong.is_empty();
    let status = if page.error { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let context = Noise {
        page,
        bar: sight.bar("/meetings", state.now()),
        action: format!("/cases/{}/noise", sight.case().number),
        errors,
        fields,
        result: shown.result,
        wrong: shown.wrong,
    };
    state.page_with(status, "pages/cases/noise", &context)
}

/// Asks for a log.
///
/// # Errors
/// 404 outside the scope or for people who may not read the file.
pub async fn form(state: Data<State>, who: Who, number: Path<String>) -> Result<HttpResponse, WebError> {
    let (sight, building) = opened(&state, &who, &number).await?;
    let nothing = Shown { typed: None, errors: &Errors::default(), result: None, wrong: Vec::new() };
    show(&state, &who, &sight, building, nothing)
}

/// Judges a log, and writes into the case's record what it said if that was asked for.
///
/// # Errors
/// As `form`; 422 with what is wrong in the file or the fields.
pub async fn judge(
    state: Data<State>,
    who: Who,
    number: Path<String>,
    form: Uploaded,
) -> Result<HttpResponse, WebError> {
    let (sight, building) = opened(&state, &who, &number).await?;
    let typed = &form.typed;
    let mut errors = Errors::default();
    let terms = terms(typed, &mut errors);
    let file = form.file("log").cloned();
    if file.is_none() {
        errors.add("log", "측정 기록 파일을 골라 주세요.");
    }
    let mut shown = Shown { typed: Some(typed), errors: &Errors::default(), result: None, wrong: Vec::new() };
    let (Some(file), Some(terms), true) = (file, terms, errors.is_empty()) else {
        shown.errors = &errors;
        return show(&state, &who, &sight, building, shown);
    };
    let columns = (typed.get("at_column").to_owned(), typed.get("level_column").to_owned());
    let read = actix_web::web::block(move || judged(&file, &columns, &terms)).await;
    match read.map_err(|e| WebError::internal(&e))? {
        Ok((reading, figure, guessed)) => {
            let sentences = told::sentences(&reading);
            let recorded = typed.ticked("record") && sight.steps.contains(&StepCode::Note);
            if recorded {
                record(&state, &who, &sight, &sentences).await?;
            }
            shown.result = Some(Told {
                title: reading.verdict.label(),
                label: reading.label.label(),
                sources: told::sources(&reading),
                sentences,
                guessed,
                recorded,
                figure,
            });
        }
        Err(Wrong::File(problems)) => {
            shown.wrong = problems.iter().take(MOST).map(ToString::to_string).collect();
        }
        Err(Wrong::Field(name, why)) => errors.add(name, why),
    }
    shown.errors = &errors;
    show(&state, &who, &sight, building, shown)
}

/// The particulars as typed.
fn terms(typed: &Typed, errors: &mut Errors) -> Option<Terms> {
    let kind = NoiseKind::from_code(typed.get("kind"));
    let building = NoiseBuilding::from_code(typed.get("building"));
    let source = NoiseSource::from_code(typed.get("source"));
    for (name, missing) in
        [("kind", kind.is_none()), ("building", building.is_none()), ("source", source.is_none())]
    {
        if missing {
            errors.add(name, "하나를 골라 주세요.");
        }
    }
    let background = typed
        .some("background")
        .map(|text| text.parse::<f64>().ok().filter(|level| (0.0..=noise::LEVEL_MOST).contains(level)));
    if background == Some(None) {
        errors.add("background", "0에서 140 사이의 숫자를 적어 주세요. 재지 않았으면 비워 두세요.");
    }
    Some(Terms {
        kind: kind?,
        building: building?,
        background: background.flatten(),
        source: source?,
        correct_airborne: false,
        rounding: NoiseRounding::None,
    })
}

/// Why a file gives no reading.
enum Wrong {
    File(Vec<Problem>),
    Field(&'static str, &'static str),
}

fn judged(
    file: &File,
    (at, level): &(String, String),
    terms: &Terms,
) -> Result<(Reading, Figure, String), Wrong> {
    let text = meter::text(&file.name, &file.bytes).map_err(Wrong::File)?;
    let none = "때와 소음도가 있는 줄을 찾지 못했습니다. 때는 2026-03-02 14:30:00처럼 적힌 열이어야 합니다.";
    let mut layout = meter::guess(&text).ok_or(Wrong::Field("log", none))?;
    if !at.is_empty() {
        let column = meter::column(&layout, at).ok_or(Wrong::Field("at_column", "그런 열이 없습니다."))?;
        layout = Layout { at: column, clock: None, ..layout };
    }
    if !level.is_empty() {
        layout.level =
            meter::column(&layout, level).ok_or(Wrong::Field("level_column", "그런 열이 없습니다."))?;
    }
    let samples = meter::samples(&file.name, &text, &layout).map_err(Wrong::File)?;
    let log = Log::new(samples, None).ok_or(Wrong::Field("log", none))?;
    let reading = noise::judge(&log, terms);
    let name = |n: usize| layout.columns.get(n).cloned().unwrap_or_default();
    let guessed = format!(
        "{}번째 줄부터 읽었습니다. 때는 ‘{}’ 열, 소음도는 ‘{}’ 열입니다. 값 {}개, 간격 {}초.",
        layout.first_line,
        name(layout.at),
        name(layout.level),
        log.samples().len(),
        logs::shown_seconds(log.interval())
    );
    let figure = figure(&noise::levels(&log, terms), &reading);
    Ok((reading, figure, guessed))
}

async fn record(state: &State, who: &Who, sight: &Sight, sentences: &[String]) -> Result<(), WebError> {
    let text = format!("소음 측정 기록\n{}", sentences.join("\n"));
    let step = Step::Note { text, visibility: Visibility::Staff };
    let (actor, number, now) = (who.actor.clone(), sight.case().number.clone(), state.now());
    state.db.write(move |tx| take_step(tx, &actor, &number, step.into(), now)).await?;
    Ok(())
}

const WIDTH: u32 = 480;
const HEIGHT: u32 = 260;
const LEFT: f64 = 44.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 32.0;
/// The scale of levels, in dB(A).
const SCALE: (u8, u8, usize) = (20, 80, 10);

/// The level shown of a window; one that the background drowns shows nothing.
fn value(level: &Level) -> Option<f64> {
    match level.judged {
        Judged::Level(value, _) => Some(value),
        Judged::Drowned => None,
    }
}

/// The windows' levels over time with the limits in force, and the same by the hour as a table.
fn figure(levels: &[Level], reading: &Reading) -> Figure {
    let over = levels.iter().filter(|l| matches!(l.judged, Judged::Level(_, true))).count();
    let finding = if levels.is_empty() {
        "온전한 구간이 없어 그릴 것이 없습니다.".to_owned()
    } else {
        format!("구간 {}개 가운데 {over}개가 그때의 기준을 넘었습니다.", levels.len())
    };
    let columns = ["시각", "가장 높은 등가소음도", "기준", "넘은 구간"].map(str::to_owned).to_vec();
    Figure {
        id: "noise".to_owned(),
        title: format!("{}의 등가소음도와 기준", reading.kind.label()),
        finding,
        note: Some(
            "굵은 선은 구간마다의 등가소음도, 가는 선은 그때의 기준입니다. 빠진 구간은 비워 둡니다."
                .to_owned(),
        ),
        svg: (!levels.is_empty()).then(|| drawing(levels)),
        table: FigureTable { columns, rows: hours(levels) },
    }
}

/// A row for each hour, 48 at most.
fn hours(levels: &[Level]) -> Vec<Vec<String>> {
    let mut rows: Vec<(chrono::DateTime<chrono::FixedOffset>, f64, u8, u32)> = Vec::new();
    for level in levels {
        let hour = told::hour_of(level.start);
        let over = u32::from(matches!(level.judged, Judged::Level(_, true)));
        let shown = value(level).unwrap_or(f64::NEG_INFINITY);
        match rows.last_mut() {
            Some(last) if last.0 == hour => {
                last.1 = last.1.max(shown);
                last.2 = last.2.min(level.limit);
                last.3 += over;
            }
            _ => rows.push((hour, shown, level.limit, over)),
        }
    }
    let cells = |(hour, most, limit, over): (chrono::DateTime<chrono::FixedOffset>, f64, u8, u32)| {
        let most = if most.is_finite() { format!("{most:.1}") } else { "-".to_owned() };
        vec![hour.format("%-m. %-d. %H시").to_string(), most, limit.to_string(), over.to_string()]
    };
    rows.into_iter().take(48).map(cells).collect()
}

fn seconds_between(from: i64, to: i64) -> f64 {
    f64::from(i32::try_from((to - from) / noise::SECOND).unwrap_or(i32::MAX))
}

fn drawing(levels: &[Level]) -> Drawing {
    let (width, height) = (f64::from(WIDTH), f64::from(HEIGHT));
    let (low, high, step) = SCALE;
    let floor = height - BOTTOM;
    let y_of = |level: f64| {
        let share = (level - f64::from(low)) / f64::from(high - low);
        ((floor - (floor - TOP) * share.clamp(0.0, 1.0)) * 100.0).round() / 100.0
    };
    let first = levels.first().map_or(0, |l| l.start);
    let last = levels.last().map_or(0, |l| l.start);
    let whole = seconds_between(first, last).max(1.0);
    let x_of = |at: i64| {
        ((LEFT + (width - LEFT - 8.0) * seconds_between(first, at) / whole) * 100.0).round() / 100.0
    };
    let mut drawing = Drawing { width: WIDTH, height: HEIGHT, ..Drawing::default() };
    for level in (low..=high).step_by(step) {
        let y = y_of(f64::from(level));
        let class = if level == low { "axis" } else { "rule" };
        drawing.rules.push(Rule { class, x1: LEFT, y1: y, x2: width, y2: y });
        drawing.texts.push(Label { x: LEFT - 6.0, y: y + 5.0, anchor: "end", text: level.to_string() });
    }
    for (share, anchor) in [(0.0, "start"), (0.5, "middle"), (1.0, "end")] {
        let x = LEFT + (width - LEFT - 8.0) * share;
        let place = if share == 0.0 {
            first
        } else if share == 1.0 {
            last
        } else {
            first + (last - first) / 2
        };
        let text = noise::instant(place).with_timezone(&seoul::ZONE).format("%-m. %-d. %H:%M").to_string();
        drawing.texts.push(Label { x, y: height - 8.0, anchor, text });
    }
    // Where a stretch has several windows, its highest is drawn: no exceedance hides in a mean.
    let stretch = levels.len().div_ceil(POINTS).max(1);
    let gap = levels.windows(2).filter_map(|two| match two {
        [a, b] => Some(b.start - a.start),
        _ => None,
    });
    let usual = gap.min().unwrap_or(0).saturating_mul(i64::try_from(stretch).unwrap_or(1));
    let (mut line, mut before) = (String::new(), None::<i64>);
    let mut limit = String::new();
    for chunk in levels.chunks(stretch) {
        let Some(head) = chunk.first() else { continue };
        let shown = chunk.iter().filter_map(value).fold(f64::NEG_INFINITY, f64::max);
        if before.is_some_and(|at| head.start - at > usual.saturating_mul(2)) || !shown.is_finite() {
            push(&mut drawing, "l1", &mut line);
            push(&mut drawing, "l3", &mut limit);
        }
        before = Some(head.start);
        if shown.is_finite() {
            line.push_str(&format!("{},{} ", x_of(head.start), y_of(shown)));
        }
        let least = chunk.iter().map(|l| l.limit).min().unwrap_or(head.limit);
        limit.push_str(&format!("{},{} ", x_of(head.start), y_of(f64::from(least))));
    }
    push(&mut drawing, "l1", &mut line);
    push(&mut drawing, "l3", &mut limit);
    drawing
}

fn push(drawing: &mut Drawing, class: &'static str, points: &mut String) {
    if !points.is_empty() {
        drawing.lines.push(Polyline { class, points: std::mem::take(points) });
    }
}
