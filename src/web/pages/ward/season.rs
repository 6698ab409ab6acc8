//! 시기별 접수와 게시판 안내문: when complaints come in, and a notice made of it, to be printed and hung up.
use super::ward;
use crate::casework::season::{Season, season};
use crate::documents::paper::Content;
use crate::domain::seoul;
use crate::web::chart::{self, Series};
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::pages::print;
use crate::web::parts::{Figure, FigureTable, Link, Page};
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
    let (_, found) = read(&state, &who).await?;
    let page = Page {
        back: Some(Link::new("/ward", "구 현황")),
        ..state.frame(&who, "시기별 접수와 게시판 안내문")
    };
    let shown = Shown { page, figure: figure(&found), notice: found.notice() };
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
