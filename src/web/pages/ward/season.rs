//! 시기별 접수와 예방: when complaints come in and noise is heard, 단지 in which disputes rise or repeat, and a notice made of it, to be
//! printed and hung up.
use super::{Ward, ward};
use crate::casework::prevention::{Named, Prevention, prevention};
use crate::casework::season::{Season, season};
use crate::documents::paper::Content;
use crate::domain::indicators::prevention::{Band, REPEATED_LEAST, RISING_LEAST};
use crate::domain::seoul;
use crate::web::chart::{self, Series};
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::pages::print;
use crate::web::parts::{Cell, Column, Empty, Figure, FigureTable, Link, Page, Table};
use crate::web::state::State;
use crate::web::steps::words;
use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;

/// `pages/ward/season`.
#[derive(Serialize)]
struct Shown {
    page: Page,
    figure: Figure,
    notice: Vec<String>,
    hours: Figure,
    complexes: Table,
    rule: String,
}

async fn read(state: &State, who: &Who) -> Result<(String, Season), WebError> {
    let (asker, now) = (who.clone(), state.now());
    let read = state.db.report(move |rx| {
        let ward = ward(rx, &asker)?;
        let found = season(rx, &ward.code, now)?;
        Ok::<_, WebError>((ward.name, found))
    });
    read.await
}

/// The page.
///
/// # Errors
/// 404 without a ward's grant; database and template errors.
pub async fn show(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let (asker, now) = (who.clone(), state.now());
    let read = state.db.report(move |rx| {
        let ward = ward(rx, &asker)?;
        let (season, prevention) = (season(rx, &ward.code, now)?, prevention(rx, &ward.code, now)?);
        Ok::<_, WebError>((ward, season, prevention))
    });
    let (ward, found, prevention) = read.await?;
    let page = Page {
        back: Some(Link::new("/ward", "구 현황")),
        ..state.frame(&who, "시기별 접수와 게시판 안내문")
    };
    let shown = Shown {
        page,
        figure: figure(&found),
        notice: found.notice(),
        hours: hours(&prevention),
        complexes: complexes(&prevention, &ward),
        rule: format!(
            "늘어남: {year}년 접수가 {RISING_LEAST}건 이상이고 그 앞 해보다 절반 이상 많음. 되풀이됨: {year}년에 같은 두 집의 접수가 앞선 365일 안에 다시 들어온 것이 {REPEATED_LEAST}건 이상. 단지의 건수는 적지 않습니다.",
            year = prevention.year
        ),
    };
    state.page("pages/ward/season", &shown)
}

fn figure(season: &Season) -> Figure {
    let labels: Vec<String> = (1..=12).map(|month| format!("{month}월")).collect();
    let high: Vec<String> = season.high().iter().map(|month| format!("{month}월")).collect();
    let finding = if high.is_empty() {
        "다른 달보다 뚜렷이 많은 달이 없거나, 접수가 적어 말할 수 없습니다.".to_owned()
    } else {
        format!("다른 달보다 뚜렷이 많은 달은 {}입니다.", high.join(", "))
    };
    let years: Vec<String> = season.by_year.iter().map(|(year, n)| format!("{year}년 {n}건")).collect();
    let rows = labels.iter().zip(season.months).map(|(label, n)| vec![label.clone(), n.to_string()]);
    Figure {
        id: "season".to_owned(),
        title: format!("{}년부터 {}년까지 달마다 접수(합)", season.years.0, season.years.1),
        finding,
        note: Some(format!(
            "이관받은 것까지, 행정동을 아는 접수입니다. {}. 평균보다 15% 이상 많은 달을 많은 달로 봅니다.",
            years.join(", ")
        )),
        svg: Some(chart::columns(
            &labels,
            &[Series { class: "c1", name: "접수", values: season.months.to_vec() }],
        )),
        table: FigureTable { columns: ["달", "접수"].map(str::to_owned).to_vec(), rows: rows.collect() },
    }
}

/// In how many cases something was heard in which hours.
fn hours(found: &Prevention) -> Figure {
    let label = |band: &Band| format!("{}~{}시", band.from, band.until);
    let labels: Vec<String> = found.hours.iter().map(label).collect();
    let most = found.hours.iter().max_by_key(|band| band.cases);
    let finding = match most {
        Some(band) => format!("소음일지에 가장 많은 사건에서 소리가 적힌 때는 {}입니다.", label(band)),
        None => "소음일지가 적어 시간대를 말할 수 없습니다.".to_owned(),
    };
    let values = found.hours.iter().map(|band| band.cases).collect();
    let rows =
        labels.iter().zip(&found.hours).map(|(label, band)| vec![label.clone(), band.cases.to_string()]);
    Figure {
        id: "hours".to_owned(),
        title: format!("{}년 소음일지에 소리가 적힌 시간대", found.year),
        finding,
        note: Some("그 시간대에 한 번이라도 소리를 적은 사건의 수입니다. 여러 시간대에 적은 사건은 시간대마다 셉니다. 5건보다 적은 시간대는 다음 시간대와 합쳤으므로 길이가 다를 수 있습니다. 파기한 사건의 일지는 없습니다.".to_owned()),
        svg: (!labels.is_empty()).then(|| chart::columns(&labels, &[Series { class: "c1", name: "사건", values }])),
        table: FigureTable { columns: ["시간대", "사건"].map(str::to_owned).to_vec(), rows: rows.collect() },
    }
}

/// The 단지 that the rules name, without any number.
fn complexes(found: &Prevention, ward: &Ward) -> Table {
    let mark = |is: bool, word: &str| if is { Cell::badge(word, "info") } else { Cell::text("-") };
    let row = |one: &Named| {
        vec![
            Cell::text(one.complex.clone()),
            Cell::text(ward.dongs.get(&one.dong_code).cloned().unwrap_or_default()),
            mark(one.rises, "늘어남"),
            mark(one.repeats, "되풀이됨"),
        ]
    };
    let columns = ["단지", "행정동", "접수", "같은 두 집"].map(Column::new).to_vec();
    let caption = format!("{}년에 다툼이 늘거나 되풀이된 단지(이름 차례)", found.year);
    let rows = found.complexes.iter().flatten().map(row).collect();
    let nothing = match found.complexes {
        Some(_) => "규칙에 드는 단지가 없습니다.",
        None => "지금 시각보다 뒤의 기록이 있어 세지 않습니다. 잠시 뒤에 다시 열어 주세요.",
    };
    Table::new(caption, columns, rows, Empty::new(nothing))
}

/// The notice on A4.
///
/// # Errors
/// As [`show`].
pub async fn paper(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let (name, found) = read(&state, &who).await?;
    let content = Content {
        title: "층간소음, 이렇게 줄여 주세요".to_owned(),
        body: found.notice(),
        date: words::official_day(seoul::day(state.now())),
        from: name,
        ..Content::default()
    };
    print::plain(&state, &who, Link::new("/ward/season", "시기별 접수"), content)
}
