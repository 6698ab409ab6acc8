//! The 행정동 as equal tiles, and a period beside the same of the year before.
use super::figures::{Count, DongView, RateView, View, percent};
use crate::web::chart;
use crate::web::parts::{Bar, Cell, Column, Drawing, Empty, Figure, FigureTable, Label, Rule, Table};

/// In a picture, a rate of fewer says nothing.
const LEAST: u32 = 10;
const WIDTH: u32 = 480;
const ACROSS: usize = 4;
const TILE: (f64, f64) = (120.0, 92.0);
/// How much of a tile a bar takes that stands for the most receipts.
const BAR: f64 = 84.0;

/// One equal tile for each 행정동 in the order of its code; the bar in it is as long as its receipts.
pub(super) fn tiles(dongs: &[DongView]) -> Figure {
    let most = dongs.iter().map(|dong| dong.received).max().unwrap_or(0);
    let least = dongs.iter().map(|dong| dong.received).min().unwrap_or(0);
    let finding = match (dongs.len(), most) {
        (_, 0) => "이 기간에는 접수된 사건이 없습니다.".to_owned(),
        (1, _) => format!("한 행정동에서 {most}건을 접수했습니다."),
        (n, _) => format!("행정동 {n}곳에서 {least}건부터 {most}건까지 접수했습니다."),
    };
    let row = |dong: &DongView| {
        vec![
            dong.name.clone(),
            dong.received.to_string(),
            told_rate(dong).unwrap_or_else(|| "-".to_owned()),
            dong.narrow_of.clone(),
        ]
    };
    Figure {
        id: "tiles".to_owned(),
        title: "행정동별 접수".to_owned(),
        finding,
        note: Some("칸의 크기는 같고 막대의 길이가 접수(이관받음 포함)입니다. 해결률은 분모가 10건 이상인 행정동에만 적습니다. 순위가 아니라 행정동 코드 차례입니다.".to_owned()),
        svg: (!dongs.is_empty()).then(|| drawing(dongs, most)),
        table: FigureTable {
            columns: ["행정동", "접수", "해결률(10건 이상)", "분자/분모"].map(str::to_owned).to_vec(),
            rows: dongs.iter().map(row).collect(),
        },
    }
}

fn told_rate(dong: &DongView) -> Option<String> {
    (dong.judged >= LEAST).then(|| dong.narrow.clone())
}

fn drawing(dongs: &[DongView], most: u32) -> Drawing {
    let count = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    let (width, height) = TILE;
    let rows = u32::try_from(dongs.len().div_ceil(ACROSS)).unwrap_or(0);
    let mut drawing = Drawing { width: WIDTH, height: rows.saturating_mul(92), ..Drawing::default() };
    for (at, dong) in dongs.iter().enumerate() {
        let (x, y) = (count(at % ACROSS) * width + 2.0, count(at / ACROSS) * height + 2.0);
        let (right, foot) = (x + width - 4.0, y + height - 4.0);
        for (x1, y1, x2, y2) in
            [(x, y, right, y), (x, foot, right, foot), (x, y, x, foot), (right, y, right, foot)]
        {
            drawing.rules.push(Rule { class: "axis", x1, y1, x2, y2 });
        }
        let w = BAR * f64::from(dong.received) / f64::from(most.max(1));
        drawing.bars.push(Bar {
            class: "c1",
            x: x + 8.0,
            y: y + 30.0,
            w: (w * 100.0).round() / 100.0,
            h: 14.0,
        });
        let texts = [
            (22.0, dong.name.clone()),
            (60.0, format!("{}건", dong.received)),
            (80.0, told_rate(dong).map_or_else(|| "해결률 -".to_owned(), |rate| format!("해결률 {rate}"))),
        ];
        for (below, text) in texts {
            drawing.texts.push(Label { x: x + 8.0, y: y + below, anchor: "start", text });
        }
    }
    drawing
}

/// Every figure of the page beside that of the same period a year before.
pub(super) fn beside(now: &View, before: &View, period: &str) -> Table {
    let counts = [
        (&now.incoming, &before.incoming),
        (&now.outgoing, &before.outgoing),
        (&now.excluded, &before.excluded),
        (&now.outcomes, &before.outcomes),
        (&now.followed, &before.followed),
    ];
    let rates = [(&now.narrow, &before.narrow), (&now.broad, &before.broad)].into_iter();
    let mut rows: Vec<Vec<Cell>> = rates.chain(now.rates.iter().zip(&before.rates)).map(rate_row).collect();
    rows.extend(counts.into_iter().flat_map(|(now, before)| now.iter().zip(before).map(count_row)));
    let columns = vec![
        Column::new("지표"),
        Column::num("이 기간"),
        Column::num("지난해 같은 기간"),
        Column::num("차이"),
    ];
    let caption = format!("지난해 같은 기간({period})과 나란히. 지난해의 것도 지금까지 적힌 것으로 셉니다.");
    Table::new(caption, columns, rows, Empty::new("없습니다."))
}

fn rate_row((now, before): (&RateView, &RateView)) -> Vec<Cell> {
    let share = |rate: &RateView| {
        (rate.denominator > 0).then(|| f64::from(rate.numerator) / f64::from(rate.denominator))
    };
    // In tenths of a percent, as they are printed: what stands there has to subtract.
    let tenths = |rate: &RateView| share(rate).map(|share| i64::from(chart::thousandths(Some(share))));
    let told = |rate: &RateView| {
        Cell::text(percent(share(rate))).small(format!("{}/{}", rate.numerator, rate.denominator))
    };
    let difference = match (tenths(now), tenths(before)) {
        (Some(now), Some(before)) => {
            let by = (now - before).abs();
            format!("{}{}.{}%p", sign(now - before), by / 10, by % 10)
        }
        _ => "-".to_owned(),
    };
    vec![Cell::text(now.name), told(now), told(before), Cell::text(difference)]
}

/// Nothing where nothing changed.
fn sign(difference: i64) -> &'static str {
    match difference.signum() {
        1 => "+",
        -1 => "-",
        _ => "",
    }
}

fn count_row((now, before): (&Count, &Count)) -> Vec<Cell> {
    let difference = i64::from(now.n) - i64::from(before.n);
    let told = |n: u32| Cell::text(n.to_string());
    // Outcomes and exclusions share names: each is told with its part of the report.
    let name = now.measure.label();
    vec![
        Cell::text(name),
        told(now.n),
        told(before.n),
        Cell::text(format!("{}{}", sign(difference), difference.abs())),
    ]
}
