//! A report as the ward's page shows it: every figure with its numerator, denominator, exclusions and definition.

use crate::domain::codes::{Basis, Exclusion, FollowUpResult, Outcome};
use crate::domain::indicators::{AGE_BANDS, Figures, Measure, OpenCases, Report, Spread, names};
use crate::web::chart;
use crate::web::parts::{Figure, FigureTable};
use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use std::collections::BTreeMap;

/// One proportion with its words.
#[derive(Debug, Clone, Serialize)]
pub struct RateView {
    pub name: &'static str,
    /// "21.5%", or "해당 없음" where the denominator is 0.
    pub value: String,
    pub numerator: u32,
    pub denominator: u32,
    pub definition: &'static str,
    /// Where the report has it.
    #[serde(skip)]
    pub key: &'static str,
    /// The cases behind the numerator and the denominator, where they may be seen.
    pub numerator_href: Option<String>,
    pub denominator_href: Option<String>,
}

impl RateView {
    fn new(key: &'static str, figures: &Figures, definition: &'static str) -> Self {
        let rate = figures.rate(key);
        Self {
            key,
            numerator_href: None,
            denominator_href: None,
            name: names::rate(key),
            value: percent(rate.value),
            numerator: rate.numerator,
            denominator: rate.denominator,
            definition,
        }
    }
}

/// A name and a number.
#[derive(Debug, Clone, Serialize)]
pub struct Count {
    pub name: &'static str,
    pub n: u32,
    #[serde(skip)]
    pub measure: Measure,
    /// The cases behind it, where they may be seen.
    pub href: Option<String>,
}

impl Count {
    fn of(name: &'static str, measure: Measure, figures: &Figures) -> Self {
        Self { name, n: measure.of(figures), measure, href: None }
    }
}

/// Days of those that have the event.
#[derive(Debug, Clone, Serialize)]
pub struct DaysView {
    #[serde(skip)]
    key: &'static str,
    /// The cases with their days, where they may be seen.
    pub href: Option<String>,
    pub name: &'static str,
    pub n: u32,
    pub median: String,
    pub p90: String,
}

/// One 행정동.
#[derive(Debug, Clone, Serialize)]
pub struct DongView {
    pub code: String,
    pub name: String,
    pub received: u32,
    pub closed: u32,
    pub open_at_end: u32,
    pub narrow: String,
    pub narrow_of: String,
    /// Its denominator.
    #[serde(skip)]
    pub judged: u32,
    pub broad: String,
    pub broad_of: String,
    pub open_now: u32,
}

/// Everything of the page that comes from the report.
#[derive(Debug, Clone, Serialize)]
pub struct View {
    pub version: &'static str,
    pub as_of: String,
    pub basis: &'static str,
    /// Says whose closings or receptions are counted.
    pub basis_words: String,
    pub young: bool,
    pub narrow: RateView,
    pub broad: RateView,
    pub incoming: Vec<Count>,
    pub outgoing: Vec<Count>,
    pub incoming_sum: u32,
    pub outgoing_sum: u32,
    /// The line that leads from the ledger's closings to the cases of the rates; only by closing.
    pub bridge: Option<String>,
    pub excluded: Vec<Count>,
    pub excluded_sum: u32,
    pub outcomes: Vec<Count>,
    pub rates: Vec<RateView>,
    /// How many agreements it were if two cross-complaints with one paper are one; nothing where there are none.
    pub agreements: Option<String>,
    pub followed: Vec<Count>,
    pub days: Vec<DaysView>,
    pub trend: Figure,
    pub ages: Figure,
    pub dongs: Vec<DongView>,
}

impl View {
    /// The same with an address for each count behind which cases may be seen.
    #[must_use]
    pub fn linked(mut self, href: impl Fn(Measure) -> String) -> Self {
        let counts = [
            &mut self.incoming,
            &mut self.outgoing,
            &mut self.excluded,
            &mut self.outcomes,
            &mut self.followed,
        ];
        for count in counts.into_iter().flatten().filter(|count| count.n > 0) {
            count.href = Some(href(count.measure));
        }
        for rate in [&mut self.narrow, &mut self.broad].into_iter().chain(&mut self.rates) {
            let there = |part: &str, n: u32| {
                let measure = Measure::at(&format!("/{}/{part}", rate.key)).filter(|_| n > 0);
                measure.map(&href)
            };
            let hrefs = (there("numerator", rate.numerator), there("denominator", rate.denominator));
            (rate.numerator_href, rate.denominator_href) = hrefs;
        }
        for days in self.days.iter_mut().filter(|days| days.n > 0) {
            days.href = Some(href(Measure::Waited(days.key)));
        }
        self
    }
}

/// The figures of one month of the trend.
pub struct Month {
    pub first: NaiveDate,
    pub figures: Figures,
}

/// 접수는 두 건, 합의는 한 건: the same agreements, each paper once.
pub fn papers(agreed: u32, second: u32) -> Option<String> {
    let once = agreed.saturating_sub(second);
    (second > 0).then(|| {
        format!(
            "합의한 사건 {agreed}건 가운데 {second}건은 맞신고(두 집이 서로 낸 신청)를 한 합의로 함께 마친 것입니다. 합의서로 세면 {once}건이고, 사후점검과 이행률도 합의서마다 한 번 셉니다."
        )
    })
}

/// Puts the page's figures together. `report` is broken down by 행정동; `dong_names` gives theirs.
pub fn view(
    report: &Report,
    months: &[Month],
    open: &OpenCases,
    dong_names: &BTreeMap<String, String>,
) -> View {
    let figures = &report.figures;
    let count = |name, measure| Count::of(name, measure, figures);
    let line = |(key, name): &(&'static str, &'static str)| count(*name, Measure::Ledger(key));
    let (incoming, outgoing) = names::LEDGER.split_at(names::INCOMING);
    let (incoming, outgoing): (Vec<Count>, Vec<Count>) =
        (incoming.iter().map(line).collect(), outgoing.iter().map(line).collect());
    let excluded: Vec<Count> =
        Exclusion::ALL.iter().map(|reason| count(reason.label(), Measure::Excluded(*reason))).collect();
    View {
        version: report.definition_version,
        as_of: as_of(report),
        basis: report.basis.code(),
        basis_words: basis_words(report),
        young: figures.mature == Some(false),
        narrow: RateView::new(
            "narrow",
            figures,
            "합의·부분합의, 그리고 신청인이 확인한 조정 전 합의·소음 중단. 나누는 수는 제외 사유가 없는 사건입니다.",
        ),
        broad: RateView::new(
            "broad",
            figures,
            "해결률에 신청인 확인이 없는 조정 전 합의·소음 중단과 상담종결을 더한 것입니다. 나누는 수는 같습니다.",
        ),
        incoming_sum: incoming.iter().map(|count| count.n).sum(),
        outgoing_sum: outgoing.iter().map(|count| count.n).sum(),
        incoming,
        outgoing,
        bridge: figures.superseded.map(|superseded| bridge(figures, superseded)),
        excluded_sum: excluded.iter().map(|count| count.n).sum(),
        excluded,
        outcomes: Outcome::ALL
            .iter()
            .map(|outcome| count(outcome.label(), Measure::Outcome(*outcome)))
            .collect(),
        rates: rates(figures),
        agreements: None,
        followed: FollowUpResult::ALL
            .iter()
            .map(|result| count(result.label(), Measure::Followed(*result)))
            .collect(),
        days: names::WAITS.iter().map(|(key, name)| days(key, name, figures.waited(key))).collect(),
        trend: trend(months),
        ages: ages(open),
        dongs: dongs(report, open, dong_names),
    }
}

fn basis_words(report: &Report) -> String {
    let period = format!("{}부터 {} 전날까지", spoken(report.from), spoken(report.to));
    match report.basis {
        Basis::Closing => {
            format!(
                "{period} 종결된 사건(기간이 끝날 때 종결 상태이고 마지막 종결이 이 기간에 있는 사건)을 셉니다."
            )
        }
        Basis::Cohort => format!("{period} 접수된 사건을 접수 뒤 90일까지만 보고 셉니다."),
    }
}

fn spoken(day: NaiveDate) -> String {
    format!("{}년 {}월 {}일", day.year(), day.month(), day.day())
}

fn bridge(figures: &Figures, superseded: u32) -> String {
    let ledger = &figures.ledger;
    let closings = ledger.closed.saturating_add(ledger.transferred_out);
    format!(
        "종결 {} + 타기관으로 이관 {} = {closings}건. 여기서 이 기간에 재개되었거나 다시 종결되어 한 번만 세는 {superseded}건을 빼면 지표의 사건 {}건입니다.",
        ledger.closed,
        ledger.transferred_out,
        closings.saturating_sub(superseded),
    )
}

fn rates(figures: &Figures) -> Vec<RateView> {
    [
        ("response", "상대방 동·호를 아는 사건 가운데 상대방과 연락이 된 사건"),
        ("participation", "참여를 요청한 사건 가운데 양쪽이 모두 동의한 사건"),
        ("initiation", "양쪽이 동의한 사건 가운데 조정회의가 한 번 이상 열린 사건"),
        ("agreement", "조정회의가 열린 사건 가운데 합의나 부분합의가 있는 사건"),
        ("fulfilment/kept_of_answered", "이 기간 사후점검 가운데 답을 받은 것 중 '지킴'"),
        ("fulfilment/kept_of_due", "이 기간에 점검할 날이 된 것 중 '지킴'"),
        (
            "recurrence",
            "이 기간 접수된 사건(양쪽 동·호를 앎) 가운데 같은 두 집의 다른 사건이 앞선 365일 안에 있었던 사건",
        ),
    ]
    .map(|(key, definition)| RateView::new(key, figures, definition))
    .to_vec()
}

fn days(key: &'static str, name: &'static str, spread: &Spread) -> DaysView {
    let shown = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |days| format!("{days:.1}일"));
    DaysView { key, href: None, name, n: spread.n, median: shown(spread.median), p90: shown(spread.p90) }
}

/// Until when what was written down counts.
pub(super) fn as_of(report: &Report) -> String {
    report.as_of.format("%Y.%m.%d %H:%M").to_string()
}

/// "21.5%"; what has no denominator has no value.
pub(super) fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| "해당 없음".to_owned(), |value| format!("{:.1}%", value * 100.0))
}

fn trend(months: &[Month]) -> Figure {
    let received: Vec<u32> = months
        .iter()
        .map(|month| month.figures.ledger.received + month.figures.ledger.transferred_in)
        .collect();
    let closed: Vec<u32> = months
        .iter()
        .map(|month| month.figures.ledger.closed + month.figures.ledger.transferred_out)
        .collect();
    let labels: Vec<String> = months.iter().map(|month| month.first.format("%y.%m").to_string()).collect();
    let finding = match received.iter().zip(months).max_by_key(|(n, month)| (**n, month.first)) {
        Some((n, month)) if *n > 0 => {
            format!("접수가 가장 많은 달은 {}년 {}월({n}건)입니다.", month.first.year(), month.first.month())
        }
        _ => "이 기간에는 접수된 사건이 없습니다.".to_owned(),
    };
    let rows = months.iter().zip(received.iter().zip(&closed)).map(|(month, (received, closed))| {
        vec![
            month.first.format("%Y.%m").to_string(),
            received.to_string(),
            closed.to_string(),
            percent(month.figures.narrow.value),
            format!("{}/{}", month.figures.narrow.numerator, month.figures.narrow.denominator),
            percent(month.figures.broad.value),
        ]
    });
    let columns = [
        "달",
        "접수(이관받음 포함)",
        "종결(이관 포함)",
        names::rate("narrow"),
        "분자/분모",
        names::rate("broad"),
    ];
    let table = FigureTable { columns: columns.map(str::to_owned).to_vec(), rows: rows.collect() };
    let series = [
        chart::Series { class: "c1", name: "접수", values: received },
        chart::Series { class: "c2", name: "종결", values: closed },
    ];
    let svg = if labels.is_empty() { None } else { Some(chart::columns(&labels, &series)) };
    let note = "재개는 접수에 넣지 않습니다. 해결률은 그 달에 종결된 사건으로 셉니다.".to_owned();
    Figure {
        id: "trend".into(), title: "달마다 접수와 종결".into(), finding, note: Some(note), svg, table
    }
}

fn ages(open: &OpenCases) -> Figure {
    let total = open.total();
    let labels: Vec<String> = AGE_BANDS.iter().map(|(_, label)| (*label).to_owned()).collect();
    let sum: u32 = total.iter().sum();
    let oldest = total.last().copied().unwrap_or(0);
    let finding = format!(
        "지금 진행 중인 사건은 {sum}건이고, 그 가운데 접수한 지 180일 이상인 사건은 {oldest}건입니다."
    );
    let rows = labels.iter().zip(&total).map(|(label, n)| vec![label.clone(), n.to_string()]).collect();
    Figure {
        id: "ages".into(),
        title: "진행 중인 사건의 나이".into(),
        finding,
        note: Some("나이는 처음 접수한 때부터 셉니다. 재개나 의뢰로 멈추지 않습니다.".to_owned()),
        svg: Some(chart::rows(&labels, &total)),
        table: FigureTable { columns: vec!["접수 뒤".into(), "사건".into()], rows },
    }
}

fn dongs(report: &Report, open: &OpenCases, names: &BTreeMap<String, String>) -> Vec<DongView> {
    let view = |row: &crate::domain::indicators::Row| {
        let figures = &row.figures;
        DongView {
            code: row.key.clone(),
            name: names.get(&row.key).cloned().unwrap_or_else(|| dong_word(&row.key)),
            received: figures.ledger.received.saturating_add(figures.ledger.transferred_in),
            closed: figures.ledger.closed.saturating_add(figures.ledger.transferred_out),
            open_at_end: figures.ledger.open_at_end,
            narrow: percent(figures.narrow.value),
            judged: figures.narrow.denominator,
            narrow_of: format!("{}/{}", figures.narrow.numerator, figures.narrow.denominator),
            broad_of: format!("{}/{}", figures.broad.numerator, figures.broad.denominator),
            broad: percent(figures.broad.value),
            open_now: open.dongs.get(&row.key).map_or(0, |counts| counts.iter().sum()),
        }
    };
    report.rows.iter().map(view).collect()
}

pub(super) fn dong_word(code: &str) -> String {
    if code.is_empty() { "행정동 모름".to_owned() } else { code.to_owned() }
}

/// The (outcome × indicator) table of the help page: columns and rows as text.
pub fn outcome_table() -> FigureTable {
    let columns =
        ["종결 구분", "고를 수 있는 때", "원장", "분모", names::rate("narrow"), names::rate("broad")];
    let rows = Outcome::ALL.iter().map(|outcome| {
        let effect = outcome.effect();
        [
            outcome.label(),
            outcome.legal_when(),
            effect.ledger_words(),
            effect.denominator_words(),
            effect.narrow_words(),
            effect.broad_words(),
        ]
        .map(str::to_owned)
        .to_vec()
    });
    FigureTable { columns: columns.map(str::to_owned).to_vec(), rows: rows.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_page_shows_the_table_that_the_figures_use() {
        let table = outcome_table();
        assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
        insta::assert_snapshot!(table.rows.iter().map(|row| row.join(" | ")).collect::<Vec<_>>().join("\n"));
    }
}
