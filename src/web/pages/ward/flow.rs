//! 흐름: what becomes of the cases, as pictures with their tables: the quarters' cohorts, how far a cohort got, how it ends.
use super::figures::percent;
use super::{asked, typed, ward};
use crate::casework::flow::{self, Flow, LAST_DAY};
use crate::domain::codes::PeriodKind;
use crate::domain::indicators::flow::{Curve, Exit, Reached, Step};
use crate::domain::indicators::{Figures, Rate, Waits, names};
use crate::domain::publication::Period;
use crate::web::chart;
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::pages::views::keep_link;
use crate::web::parts::{Dot, Drawing, Figure, FigureTable, Filter, Label, Link, Page, Polyline, Rule};
use crate::web::state::State;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{Datelike, NaiveDate};
use serde::Serialize;

/// `pages/ward/flow`.
#[derive(Serialize)]
pub(super) struct Shown {
    pub(super) page: Page,
    pub(super) filter: Filter,
    pub(super) help_href: &'static str,
    pub(super) period: String,
    pub(super) figures: Vec<Figure>,
    pub(super) keep: Link,
}

/// The page.
///
/// # Errors
/// 404 without a ward's grant; database and template errors.
pub async fn show(state: Data<State>, who: Who, req: HttpRequest) -> Result<HttpResponse, WebError> {
    let (typed, now) = (typed(&req), state.now());
    let asker = who.clone();
    let read = state.db.report(move |rx| {
        let ward = ward(rx, &asker)?;
        let asked = asked(&typed, &ward.dongs, now);
        let flow = flow::flow(rx, &asked.question(&ward, now))?;
        Ok::<_, WebError>((ward, asked, typed, flow))
    });
    let (ward, asked, typed, flow) = read.await?;
    let mut page = state.frame(&who, "사건의 흐름");
    page.error = !asked.errors.is_empty();
    page.back = Some(Link::new("/ward", "구 현황"));
    let filter = asked.filter_of_period(&typed, &ward.dongs, "/ward/flow");
    let shown = Shown {
        page,
        filter,
        help_href: "/ward/help",
        period: format!("{}부터 {} 앞까지 접수한 사건", asked.from, asked.to),
        figures: flow.map(|flow| figures(&flow)).unwrap_or_default(),
        keep: keep_link("ward-flow", &asked.query("basis")),
    };
    state.page_with(asked.status(), "pages/ward/flow", &shown)
}

pub(super) fn figures(flow: &Flow) -> Vec<Figure> {
    vec![cohorts(&flow.cohorts), funnel(&flow.funnel), curve(&flow.curve), waits(flow)]
}

pub(super) fn strings<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(str::to_owned).to_vec()
}

fn quarter(first: NaiveDate) -> String {
    Period::beginning(PeriodKind::Quarter, first).map_or_else(|| first.to_string(), |quarter| quarter.name())
}

fn cohorts(cohorts: &[(NaiveDate, Figures)]) -> Figure {
    let rate = |rate: &Rate| {
        let value = percent(rate.value);
        [value, format!("{}/{}", rate.numerator, rate.denominator)]
    };
    let row = |(first, figures): &(NaiveDate, Figures)| {
        let ripe = if figures.mature == Some(true) { "예" } else { "아니요" };
        let cells = [rate(&figures.narrow), rate(&figures.broad)].concat();
        [vec![quarter(*first)], cells, vec![ripe.to_owned()]].concat()
    };
    let ripe = cohorts
        .iter()
        .rev()
        .find(|(_, figures)| figures.mature == Some(true) && figures.narrow.value.is_some());
    let finding = match ripe {
        Some((first, figures)) => format!(
            "다 지켜본 마지막 접수 집단은 {}이며 해결률은 {}입니다.",
            quarter(*first),
            percent(figures.narrow.value)
        ),
        None => "90일을 다 지켜본 접수 집단이 아직 없습니다.".to_owned(),
    };
    Figure {
        id: "cohorts".to_owned(),
        title: "접수한 분기마다의 해결률".to_owned(),
        finding,
        note: Some("접수하고 90일 안의 결과로 셉니다. 파란 점은 해결률(좁은 뜻), 주황 점은 상담포함 종결률입니다. 속이 빈 점은 아직 90일이 지나지 않은 사건이 있는 분기라 더 달라질 수 있습니다.".to_owned()),
        svg: Some(cohort_drawing(cohorts)),
        table: FigureTable {
            columns: strings(["접수한 분기", names::rate("narrow"), "분자/분모", names::rate("broad"), "분자/분모", "90일이 다 지남"]),
            rows: cohorts.iter().map(row).collect(),
        },
    }
}

fn funnel(reached: &[u32; Reached::ALL.len()]) -> Figure {
    let whole = reached.first().copied().unwrap_or_default();
    let share =
        |n: u32| if whole == 0 { "-".to_owned() } else { percent(Some(f64::from(n) / f64::from(whole))) };
    let labels: Vec<String> = Reached::ALL.iter().map(|place| place.label().to_owned()).collect();
    let told: Vec<(u32, String)> = reached.iter().map(|n| (*n, format!("{n}건"))).collect();
    let after = reached.iter().skip(1).map(Some).chain([None]);
    let row = |((place, n), next): ((&Reached, &u32), Option<&u32>)| {
        let left = next.map_or("-".to_owned(), |next| n.saturating_sub(*next).to_string());
        vec![place.label().to_owned(), n.to_string(), share(*n), left]
    };
    Figure {
        id: "funnel".to_owned(),
        title: "90일 안에 어디까지 갔나".to_owned(),
        finding: format!("접수한 {whole}건 가운데 조정회의까지 {}건, 합의까지 {}건이 갔습니다.", reached.get(3).copied().unwrap_or_default(), reached.last().copied().unwrap_or_default()),
        note: Some("뒤 단계까지 간 사건은 앞 단계에도 셉니다. 상담이나 현장 확인만으로 끝난 사건은 실패가 아니라 다른 길로 끝난 것입니다.".to_owned()),
        svg: (whole > 0).then(|| chart::told_rows(&labels, &told)),
        table: FigureTable {
            columns: strings(["단계", "사건", "접수 대비", "다음 단계로 가지 않음"]),
            rows: Reached::ALL.iter().zip(reached).zip(after).map(row).collect(),
        },
    }
}

/// Days at which the curve is read out.
const READ: [u32; 6] = [30, 60, 90, 120, 180, LAST_DAY];

fn curve(curve: &Curve) -> Figure {
    let exits = Exit::ALL.iter().map(|exit| exit.label().to_owned());
    let columns =
        std::iter::once("접수 뒤".to_owned()).chain(exits).chain(strings(["진행 중", "지켜본 사건"]));
    let row = |day: u32| {
        let cells = match curve.at(day) {
            Some(step) => {
                let shares = step.ended.iter().copied().chain([step.open]).map(|share| percent(Some(share)));
                shares.chain([step.at_risk.to_string()]).collect()
            }
            None => vec!["-".to_owned(); Exit::ALL.len() + 2],
        };
        [vec![format!("{day}일")], cells].concat()
    };
    let ended = |step: Step| percent(Some(step.ended.iter().sum::<f64>()));
    let finding = match (curve.at(90), curve.at(curve.until)) {
        (Some(step), _) => format!("90일이 될 때까지 {}가 끝났습니다.", ended(step)),
        (None, Some(step)) => {
            let day = curve.until;
            format!(
                "{day}일이 될 때까지 {}가 끝났습니다. 그 뒤는 지켜본 사건이 적어 말하지 않습니다.",
                ended(step)
            )
        }
        (None, None) => "지켜본 사건이 적어 그리지 않습니다.".to_owned(),
    };
    Figure {
        id: "curve".to_owned(),
        title: "며칠 만에, 어떻게 끝나나".to_owned(),
        finding,
        note: Some("아직 진행 중인 사건은 지켜본 날까지만 셉니다(누적발생률, Aalen–Johansen). 파란 실선은 해결, 주황 줄은 다른 기관으로, 초록 점선은 그 밖의 종결입니다. 지켜보는 사건이 10건보다 적어지면 그리지 않습니다.".to_owned()),
        svg: (!curve.steps.is_empty()).then(|| curve_drawing(&curve.steps)),
        table: FigureTable { columns: columns.collect(), rows: READ.map(row).to_vec() },
    }
}

fn waited(name: &str, waits: &Waits) -> String {
    match waits.median {
        Some(days) => format!("{name}은 절반이 {days:.1}일 안에 왔습니다."),
        None => format!("{name}은 적어서 걸린 날을 말할 수 없습니다."),
    }
}

fn waits(flow: &Flow) -> Figure {
    let kinds = [("조정인의 배정 답", &flow.offers), ("의뢰받은 기관의 답", &flow.referrals)];
    let days = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |days| format!("{days:.1}일"));
    let row = |(name, waits): &(&str, &Waits)| vec![(*name).to_owned(), days(waits.median), days(waits.p90)];
    let bars = kinds.iter().flat_map(|(name, waits)| {
        [(format!("{name}: 가운데값"), waits.median), (format!("{name}: 90번째"), waits.p90)]
    });
    let (labels, values): (Vec<String>, Vec<Option<f64>>) = bars.unzip();
    let told: Vec<(u32, String)> =
        values.iter().map(|value| (chart::thousandths(*value), days(*value))).collect();
    Figure {
        id: "waits".to_owned(),
        title: "답을 기다린 날".to_owned(),
        finding: kinds.map(|(name, waits)| waited(name, waits)).join(" "),
        note: Some("이 기간에 보낸 배정 요청과 의뢰입니다. 걸린 날은 답이 온 것만 셉니다. 답이 5건보다 적으면 적지 않고, 몇 건인지는 보이지 않습니다.".to_owned()),
        svg: values.iter().any(Option::is_some).then(|| chart::told_rows(&labels, &told)),
        table: FigureTable {
            columns: strings(["무엇", "가운데값", "90번째 백분위수"]),
            rows: kinds.iter().map(row).collect(),
        },
    }
}

pub(super) const WIDTH: u32 = 480;
pub(super) const HEIGHT: u32 = 260;
pub(super) const LEFT: f64 = 44.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 30.0;

pub(super) fn round(x: f64) -> f64 {
    (x * 100.0).round() / 100.0
}

pub(super) fn y_of(share: f64) -> f64 {
    let floor = f64::from(HEIGHT) - BOTTOM;
    round(floor - (floor - TOP) * share)
}

/// An empty drawing with a scale from 0 to 100 percent.
pub(super) fn percents() -> Drawing {
    let mut drawing = Drawing { width: WIDTH, height: HEIGHT, ..Drawing::default() };
    for fifth in 0..=5_u8 {
        let share = f64::from(fifth) / 5.0;
        let (y, class) = (y_of(share), if fifth == 0 { "axis" } else { "rule" });
        drawing.rules.push(Rule { class, x1: LEFT, y1: y, x2: f64::from(WIDTH), y2: y });
        let text = format!("{}%", u32::from(fifth) * 20);
        drawing.texts.push(Label { x: LEFT - 6.0, y: y + 5.0, anchor: "end", text });
    }
    drawing
}

fn cohort_drawing(cohorts: &[(NaiveDate, Figures)]) -> Drawing {
    let mut drawing = percents();
    let n = u32::try_from(cohorts.len()).unwrap_or(1).max(1);
    let width = (f64::from(WIDTH) - LEFT) / f64::from(n);
    for (place, (first, figures)) in (0_u32..).zip(cohorts) {
        let x = round(LEFT + width * (f64::from(place) + 0.5));
        let ripe = figures.mature == Some(true);
        let dots = [
            (&figures.broad, if ripe { "c2" } else { "o2" }),
            (&figures.narrow, if ripe { "c1" } else { "o1" }),
        ];
        for (rate, class) in dots {
            if let Some(share) = rate.value {
                drawing.dots.push(Dot { class, x, y: y_of(share), r: 5.0 });
            }
        }
        if place % 4 == 0 {
            let text = format!("{}.{}분기", first.year() % 100, first.month0() / 3 + 1);
            // The last one ends where the drawing ends.
            let last = place + 1 == n;
            let (x, anchor) = if last { (f64::from(WIDTH), "end") } else { (x, "middle") };
            drawing.texts.push(Label { x, y: f64::from(HEIGHT) - 8.0, anchor, text });
        }
    }
    drawing
}

fn curve_drawing(steps: &[Step]) -> Drawing {
    let mut drawing = percents();
    let x_of =
        |day: u32| round(LEFT + (f64::from(WIDTH) - LEFT - 16.0) * f64::from(day) / f64::from(LAST_DAY));
    for (place, class) in ["l1", "l2", "l3"].into_iter().enumerate() {
        let mut points = format!("{},{}", x_of(0), y_of(0.0));
        let mut before = 0.0;
        for step in steps {
            let share = step.ended.get(place).copied().unwrap_or_default();
            // A step, not a slope: nothing ends between two days.
            points.push_str(&format!(" {0},{1} {0},{2}", x_of(step.day), y_of(before), y_of(share)));
            before = share;
        }
        drawing.lines.push(Polyline { class, points });
    }
    for day in [0, 90, 180, 270, LAST_DAY] {
        let anchor = if day == LAST_DAY { "end" } else { "middle" };
        let x = if day == LAST_DAY { f64::from(WIDTH) } else { x_of(day) };
        drawing.texts.push(Label { x, y: f64::from(HEIGHT) - 8.0, anchor, text: format!("{day}일") });
    }
    drawing
}
