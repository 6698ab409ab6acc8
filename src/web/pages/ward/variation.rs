//! 기관 사이의 차이: a funnel plot of committees or NGOs, and 단지 in a programme beside the others. Drawn when asked for; nobody is named,
//! nothing is ranked, and none of it is printed on the report's A4.
use super::flow::{LEFT, WIDTH, percents, round, strings, y_of};
use super::{typed, ward};
use crate::casework::variation::{self, Variation};
use crate::domain::indicators::control::{Difference, LEAST, Limits, Place, scattered};
use crate::domain::indicators::groups::Told;
use crate::web::error::WebError;
use crate::web::field::Field;
use crate::web::guard::Who;
use crate::web::pages::ward::figures::percent;
use crate::web::parts::{Dot, Drawing, Figure, FigureTable, Filter, Label, Link, Page, Polyline, Rule};
use crate::web::state::State;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

/// `pages/ward/variation`.
#[derive(Serialize)]
struct Shown {
    page: Page,
    filter: Filter,
    figure: Option<Figure>,
    /// Something is dated after now, and nothing can be counted.
    later: bool,
    least: u32,
}

const WHAT: [(&str, &str); 3] =
    [("committees", "위원회 사이"), ("ngos", "협약 기관 사이"), ("programme", "사업에 든 단지와 다른 단지")];

/// The page; a picture where the URL asks for one.
///
/// # Errors
/// 404 without a ward's grant; database and template errors.
pub async fn show(state: Data<State>, who: Who, req: HttpRequest) -> Result<HttpResponse, WebError> {
    let (typed, now, asker) = (typed(&req), state.now(), who.clone());
    let read = state.db.report(move |rx| {
        let ward = ward(rx, &asker)?;
        let years = variation::years(rx, &ward.code, now)?;
        let wanted = typed.some("year").map(str::parse::<i32>);
        let year = wanted.and_then(Result::ok).filter(|year| years.contains(year));
        let year = year.filter(|_| WHAT.iter().any(|(code, _)| typed.get("what") == *code));
        let found = match year {
            Some(year) => variation::of_year(rx, &ward.code, year, now)?,
            None => None,
        };
        Ok::<_, WebError>((years, typed, (year, found)))
    });
    let (years, typed, (year, found)) = read.await?;
    let asked = typed.some("year").is_some() || typed.some("what").is_some();
    let mut fields = fields(&years, typed.get("year"), typed.get("what"));
    let wrong = asked && year.is_none();
    let later = year.is_some() && found.is_none();
    if wrong {
        let sentence = "끝난 해와 볼 것을 골라 주세요.";
        fields.iter_mut().take(1).for_each(|field| field.error = Some(sentence.to_owned()));
    }
    let page = Page {
        back: Some(Link::new("/ward", "구 현황")),
        error: wrong,
        ..state.frame(&who, "기관 사이의 차이와 우연")
    };
    let figure = found.map(|found| match typed.get("what") {
        "programme" => compared(&found),
        "ngos" => funnel(&found, "협약 기관", &found.ngos),
        _ => funnel(&found, "위원회", &found.committees),
    });
    let filter = Filter {
        title: "해와 볼 것 고르기".to_owned(),
        action: "/ward/variation".to_owned(),
        open: figure.is_none(),
        chips: Vec::new(),
        fields,
        search: None,
    };
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    state.page_with(status, "pages/ward/variation", &Shown { page, filter, figure, later, least: LEAST })
}

fn fields(years: &[i32], year: &str, what: &str) -> Vec<Field> {
    let years: Vec<(String, String)> =
        years.iter().map(|year| (year.to_string(), format!("{year}년"))).collect();
    let years = years.iter().map(|(code, label)| (code.as_str(), label.as_str()));
    let empty = || std::iter::once(("", "고르기"));
    vec![
        Field::select("year", "종결한 해").choices(empty().chain(years)).value(year),
        Field::select("what", "볼 것").choices(empty().chain(WHAT)).value(what),
    ]
}

fn tens(told: Told) -> String {
    format!("{}건대", told.cases)
}

fn between((low, high): (f64, f64)) -> String {
    format!("{}~{}", percent(Some(low)), percent(Some(high)))
}

fn place(place: Place) -> &'static str {
    match place {
        Place::Within => "우연 범위 안",
        Place::Beyond95 => "95% 한계 밖",
        Place::Beyond998 => "99.8% 한계 밖",
    }
}

/// Every number of it comes from what is told of the bodies and from the ward's own rate.
fn funnel(found: &Variation, who: &str, told: &[Told]) -> Figure {
    let centre = found.whole.value.unwrap_or_default();
    let places: Vec<(Told, Limits)> = told.iter().map(|one| (*one, Limits::of(one.cases, centre))).collect();
    let outside = places.iter().filter(|(one, limits)| limits.place(one.share()) != Place::Within).count();
    let finding = match (told.len(), outside) {
        (0, _) => format!("{}년에는 그릴 만큼 사건이 있는 곳이 없습니다.", found.year),
        (n, 0) => format!(
            "{n}곳 모두 구 전체({})에서 우연으로 벗어날 만한 범위 안에 있습니다.",
            percent(found.whole.value)
        ),
        (n, outside) => format!(
            "{n}곳 가운데 {outside}곳이 구 전체({})의 95% 한계 밖에 있습니다. 20곳이면 한 곳은 우연으로도 벗어납니다.",
            percent(found.whole.value)
        ),
    };
    let row = |(at, (one, limits)): (usize, &(Told, Limits))| {
        let cells = [tens(*one), format!("{}%", one.percent), between(limits.inner), between(limits.outer)];
        let verdict = place(limits.place(one.share())).to_owned();
        [vec![(at + 1).to_string()], cells.to_vec(), vec![verdict]].concat()
    };
    let shares: Vec<(u32, f64)> = told.iter().map(|one| (one.cases, one.share())).collect();
    let wide = scattered(&shares, centre).map(|times| {
        format!(" 흩어진 정도가 우연의 {times:.1}배라(과산포) 한계가 실제보다 좁습니다. 맡는 사건의 어려움이 서로 다른 것일 수 있습니다.")
    });
    Figure {
        id: "spread".to_owned(),
        title: format!("{}년 {who}별 해결률과 우연의 범위", found.year),
        finding,
        note: Some(format!(
            "가로는 사건 수, 세로는 해결률(종결 기준)입니다. 가로 실선은 구 전체, 주황 긴 점선은 95% 한계, 초록 짧은 점선은 99.8% 한계(정확 이항)이며, 95% 한계 밖은 주황 점과 번호로 보입니다. 순위가 아니라 사건이 적은 차례이고 이름은 적지 않습니다. 사건은 십 단위(아래로), 해결률은 1% 단위로만 적고 그림과 한계도 그 값으로 그립니다.{}",
            wide.unwrap_or_default()
        )),
        svg: (!told.is_empty()).then(|| drawing(&places, centre)),
        table: FigureTable {
            columns: strings(["번호", "사건", "해결률", "95% 한계", "99.8% 한계", "자리"]),
            rows: places.iter().enumerate().map(row).collect(),
        },
    }
}

/// Points at which the limits are drawn.
const POINTS: u32 = 40;

fn drawing(places: &[(Told, Limits)], centre: f64) -> Drawing {
    let most = places.iter().map(|(one, _)| one.cases).max().unwrap_or(LEAST);
    let top = (most + most / 10).next_multiple_of(10).max(2 * LEAST);
    let right = f64::from(WIDTH) - 8.0;
    let x_of = |n: u32| round(LEFT + (right - LEFT) * f64::from(n) / f64::from(top));
    let mut drawing = percents();
    drawing.rules.push(Rule { class: "axis", x1: LEFT, y1: y_of(centre), x2: right, y2: y_of(centre) });
    let first = 5_u32;
    let steps = (0..=POINTS).map(|at| first + (top - first) * at / POINTS);
    let limits: Vec<(u32, Limits)> = steps.map(|n| (n, Limits::of(n, centre))).collect();
    let mut line = |class: &'static str, share: fn(&Limits) -> f64| {
        let points = limits.iter().map(|(n, limits)| format!("{},{}", x_of(*n), y_of(share(limits))));
        drawing.lines.push(Polyline { class, points: points.collect::<Vec<_>>().join(" ") });
    };
    line("l2", |limits| limits.inner.0);
    line("l2", |limits| limits.inner.1);
    line("l3", |limits| limits.outer.0);
    line("l3", |limits| limits.outer.1);
    for (at, (one, limits)) in places.iter().enumerate() {
        let (x, y) = (x_of(one.cases), y_of(one.share()));
        let within = limits.place(one.share()) == Place::Within;
        drawing.dots.push(Dot { class: if within { "c1" } else { "c2" }, x, y, r: 5.0 });
        if !within {
            drawing.texts.push(Label { x: x - 8.0, y: y + 5.0, anchor: "end", text: (at + 1).to_string() });
        }
    }
    for (n, anchor) in [(LEAST, "middle"), (top, "end")] {
        let text = format!("{n}건");
        drawing.texts.push(Label { x: x_of(n), y: f64::from(super::flow::HEIGHT) - 8.0, anchor, text });
    }
    drawing
}

/// The two groups with Wilson's intervals, and their difference with Newcombe's.
fn compared(found: &Variation) -> Figure {
    let rows: Vec<(&str, Told)> = found
        .programme
        .map_or_else(Vec::new, |(inside, others)| vec![("사업에 든 단지", inside), ("다른 단지", others)]);
    let with_interval = |told: Told| (told.share(), told.interval());
    let difference =
        found.programme.map(|(inside, others)| Difference::of(with_interval(inside), with_interval(others)));
    let finding = match difference {
        None => format!("{}년에는 두 쪽 가운데 말할 만큼 사건이 없는 쪽이 있습니다.", found.year),
        Some(difference) => {
            let points = |share: f64| format!("{:.1}%p", share * 100.0);
            let (value, low, high) =
                (points(difference.value), points(difference.low), points(difference.high));
            let verdict = if difference.may_be_chance() {
                "차이가 우연 범위일 수 있습니다."
            } else {
                "우연만으로는 드문 차이입니다. 사업 단지는 골라 뽑은 곳이므로 사업 덕분이라고는 말할 수 없습니다."
            };
            format!("사업에 든 단지가 다른 단지보다 {value} 다릅니다(95% 구간 {low}~{high}). {verdict}")
        }
    };
    let cells = rows.iter().map(|(name, told)| {
        vec![(*name).to_owned(), tens(*told), format!("{}%", told.percent), between(told.interval())]
    });
    Figure {
        id: "programme".to_owned(),
        title: format!("{}년 사업에 든 단지와 다른 단지의 해결률", found.year),
        finding,
        note: Some("종결 기준이며, 접수할 때 시범·공모사업에 들어 있던 단지의 사건을 다른 단지와 견줍니다. 점은 해결률, 가로줄은 윌슨 95% 구간, 차이의 구간은 뉴컴(1998) 방법 10입니다. 사건은 십 단위(아래로), 해결률은 1% 단위로만 적고 구간도 그 값으로 셉니다.".to_owned()),
        svg: (!rows.is_empty()).then(|| intervals(&rows)),
        table: FigureTable {
            columns: strings(["단지", "사건", "해결률", "95% 구간"]),
            rows: cells.collect(),
        },
    }
}

fn intervals(rows: &[(&str, Told)]) -> Drawing {
    const NAMES: f64 = 124.0;
    const FOOT: f64 = 104.0;
    let right = f64::from(WIDTH) - 20.0;
    let x_of = |share: f64| round(NAMES + (right - NAMES) * share);
    let mut drawing = Drawing { width: WIDTH, height: 130, ..Drawing::default() };
    for quarter in 0..=4_u8 {
        let share = f64::from(quarter) / 4.0;
        let (x, class) = (x_of(share), if quarter == 0 { "axis" } else { "rule" });
        drawing.rules.push(Rule { class, x1: x, y1: 8.0, x2: x, y2: FOOT });
        let text = format!("{}%", u32::from(quarter) * 25);
        drawing.texts.push(Label { x, y: FOOT + 18.0, anchor: "middle", text });
    }
    for (y, class, (name, told)) in
        [32.0, 78.0].into_iter().zip(["c1", "c2"]).zip(rows).map(|((y, class), row)| (y, class, row))
    {
        drawing.texts.push(Label { x: NAMES - 10.0, y: y + 5.0, anchor: "end", text: (*name).to_owned() });
        let (low, high) = told.interval();
        let points = format!("{},{y} {},{y}", x_of(low), x_of(high));
        drawing.lines.push(Polyline { class: if class == "c1" { "l1" } else { "l2" }, points });
        drawing.dots.push(Dot { class, x: x_of(told.share()), y, r: 6.0 });
    }
    drawing
}
