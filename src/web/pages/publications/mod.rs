//! 공표한 보고서: the list, what would be published, publishing, and what Ieum publishes by itself.
pub mod show;

use super::admin::Listing;
use super::sheet::{Sheet, kept_of};
use crate::casework::CaseworkError;
use crate::casework::publications::{self, CALENDAR, Particulars, Wanted};
use crate::documents::paper::short_day;
use crate::domain::codes::{Openness, PeriodKind};
use crate::domain::publication::Period;
use crate::domain::seoul;
use crate::store::publications::Head;
use crate::web::error::WebError;
use crate::web::field::{Errors, Field};
use crate::web::guard::Who;
use crate::web::parts::{Cell, Column, Empty, Flash, Link, Table};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use crate::web::typed::Typed;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::Datelike;
use std::collections::BTreeMap;

const LIST: &str = "/publications";

/// How many periods of a kind can be chosen.
const fn offered(kind: PeriodKind) -> usize {
    match kind {
        PeriodKind::Month => 12,
        PeriodKind::Quarter => 8,
        PeriodKind::Half => 4,
        PeriodKind::Year | PeriodKind::Programme => 3,
    }
}

/// One row for each period: its newest version, and how many there are.
fn of_year(heads: &[&Head]) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    let mut seen: Vec<(&str, Period)> = Vec::new();
    for head in heads {
        let key = (head.ward_code.as_str(), head.period());
        if seen.contains(&key) {
            continue;
        }
        seen.push(key);
        let openness = match head.openness {
            Openness::Open => Cell::badge(Openness::Open.label(), "ok"),
            other => Cell::badge(other.label(), "plain"),
        };
        rows.push(vec![
            Cell::link(head.period().name(), format!("{LIST}/{}", head.id.0)),
            Cell::text(head.kind.label()),
            Cell::text(format!("{}판", head.version)),
            Cell::text(short_day(seoul::day(head.published_at.and_utc()))),
            openness,
        ]);
    }
    rows
}

/// Every published report, year by year.
///
/// # Errors
/// 404 for people who read none ever.
pub async fn list(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let (actor, now) = (who.actor.clone(), state.now());
    let (heads, due) = state
        .db
        .read(move |rx| {
            let heads = publications::list(rx, &actor)?;
            Ok::<_, CaseworkError>((heads, publications::due(rx, &actor, now)?))
        })
        .await?;
    let mut listing = Listing::new(&state, &who, "공표한 보고서", Link::new("/home", "처음으로"));
    listing.lead = Some(
        "공표한 보고서는 바뀌지 않습니다. 고친 것은 새 판으로 나오고 앞 판도 그대로 남습니다.".to_owned(),
    );
    listing.acts = due
        .iter()
        .map(|(_, period, _)| {
            Link::new(
                format!("{LIST}/draft?period={}", period.code()),
                format!("{} 초안 보기", period.name()),
            )
        })
        .collect();
    if who.actor.may_publish() {
        listing.acts.push(Link::new(format!("{LIST}/new"), "보고서 공표하기"));
        listing.acts.push(Link::new(format!("{LIST}/automatic"), "자동 공표 정하기"));
    }
    let mut years: BTreeMap<i32, Vec<&Head>> = BTreeMap::new();
    for head in &heads {
        years.entry(head.from_on.year()).or_default().push(head);
    }
    let columns = || ["기간", "종류", "판", "공표한 날", "공개구분"].map(Column::new).to_vec();
    let empty = || Empty::new("아직 공표한 보고서가 없습니다.");
    listing.tables = years
        .iter()
        .rev()
        .map(|(year, heads)| Table::new(format!("{year}년"), columns(), of_year(heads), empty()))
        .collect();
    if listing.tables.is_empty() {
        listing.tables.push(Table::new(String::new(), columns(), Vec::new(), empty()));
    }
    listing.show(&state)
}

/// Periods that can be published, as choices: those that are over, the newest first of each kind, and
/// the one that is asked for besides, however long ago it was.
async fn choices(state: &State, who: &Who, asked: Option<&str>) -> Result<Vec<(String, String)>, WebError> {
    let (actor, now) = (who.actor.clone(), state.now());
    let programmes = state
        .db
        .read(move |rx| {
            publications::publishes_for(rx, &actor)?;
            publications::programmes(rx, &actor, now)
        })
        .await?;
    let today = seoul::day(now);
    let lately = CALENDAR.iter().flat_map(|kind| Period::lately(*kind, today, offered(*kind)));
    let mut found: Vec<(String, String)> = lately
        .map(|period| (period.code(), format!("{} · {}", period.kind.label(), period.name())))
        .collect();
    let older = asked.and_then(Wanted::read).and_then(|wanted| match wanted {
        Wanted::Calendar(period) if period.is_over(now) => Some((period.code(), period)),
        _ => None,
    });
    if let Some((code, period)) = older.filter(|(code, _)| found.iter().all(|(known, _)| known != code)) {
        found.push((code, format!("{} · {}", period.kind.label(), period.name())));
    }
    let over = programmes.into_iter().filter(|(_, _, period)| period.is_over(now));
    found.extend(over.map(|(id, name, period)| {
        (format!("programme:{}", id.0), format!("사업 기간 · {name} ({})", period.name()))
    }));
    Ok(found)
}

async fn sheet(state: &State, who: &Who, asked: Option<&str>) -> Result<(Sheet, Vec<Field>), WebError> {
    let choices = choices(state, who, asked).await?;
    let openness = Openness::ALL.iter().map(|one| (one.code(), one.label()));
    let fields = vec![
        Field::select("period", "기간")
            .choices(
                std::iter::once(("", "골라 주세요"))
                    .chain(choices.iter().map(|(a, b)| (a.as_str(), b.as_str()))),
            )
            .help("끝난 기간만 공표합니다. 달의 보고서에는 구 전체만, 더 긴 기간에는 행정동도 담습니다."),
        Field::text("number", "문서번호").help("예: 자치행정과-1234").max(60).optional(),
        Field::radio("openness", "공개구분").choices(openness).value(Openness::Open.code()),
        Field::number("target_percent", "목표값(해결률, %)").optional(),
        Field::text("reason", "고친 까닭")
            .help("두 번째 판부터 적습니다. 이름이나 동·호는 적지 말아 주세요.")
            .max(300)
            .optional(),
    ];
    let sheet = Sheet::new(state.frame(who, "보고서 공표하기"), &format!("{LIST}/new"), "공표하기")
        .lead("공표하면 지우거나 바꿀 수 없습니다. 구와 행정동의 담당에게 숫자 없이 메일로 알립니다.")
        .cancel(LIST, "공표한 보고서");
    Ok((sheet, fields))
}

/// Asks what is published, and what is said of it.
///
/// # Errors
/// 404 for people of no ward.
pub async fn new_form(state: Data<State>, who: Who, req: HttpRequest) -> Result<HttpResponse, WebError> {
    let typed = Typed::from_body(req.query_string().as_bytes());
    let (sheet, mut fields) = sheet(&state, &who, typed.some("period")).await?;
    if let (Some(code), Some(field)) = (typed.some("period"), fields.first_mut()) {
        let chosen = Typed::from_pairs([("period".to_owned(), code.to_owned())]);
        *field = field.clone().typed(&chosen);
    }
    sheet.filled(fields).show(&state)
}

fn read(typed: &Typed) -> Result<(Wanted, Particulars), Errors> {
    let mut errors = Errors::default();
    let wanted = typed.some("period").and_then(Wanted::read);
    if wanted.is_none() {
        errors.add("period", "기간을 골라 주세요.");
    }
    let openness = Openness::from_code(typed.get("openness"));
    if openness.is_none() {
        errors.add("openness", "공개구분을 골라 주세요.");
    }
    let target = typed.some("target_percent").map(|text| text.trim().parse::<u32>());
    if matches!(target, Some(Err(_))) {
        errors.add("target_percent", "목표값을 0에서 100 사이의 수로 적어 주세요.");
    }
    match (wanted, openness) {
        (Some(wanted), Some(openness)) if errors.is_empty() => Ok((
            wanted,
            Particulars {
                number: typed.get("number").to_owned(),
                openness,
                target_percent: target.and_then(Result::ok),
                reason: typed.get("reason").to_owned(),
            },
        )),
        _ => Err(errors),
    }
}

/// What is refused stands at the period that it is about.
fn refused(e: CaseworkError) -> Result<Errors, WebError> {
    let came_first =
        "그사이에 다른 보고서가 공표되었습니다. 적으신 것은 그대로 있습니다. 확인하고 다시 보내 주세요.";
    let CaseworkError::Refused(refused) = e else { return kept_of(e, came_first) };
    let mut errors = Errors::default();
    errors.add("period", &refused.sentence);
    Ok(errors)
}

/// Publishes.
///
/// # Errors
/// 404 for people of no ward.
pub async fn add(state: Data<State>, who: Who, Posted(typed): Posted) -> Result<HttpResponse, WebError> {
    let (sheet, fields) = sheet(&state, &who, typed.some("period")).await?;
    let errors = match read(&typed) {
        Err(errors) => errors,
        Ok((wanted, said)) => {
            let (actor, now) = (who.actor.clone(), state.now());
            let drawn = actor.clone();
            let counted =
                state.db.read(move |rx| publications::prepare(rx, &drawn, wanted, &said, now)).await;
            let ready = match counted {
                Ok(counted) => publications::draw(counted).await,
                Err(e) => Err(e),
            };
            let done = match ready {
                Ok(ready) => state.db.write(move |tx| publications::publish(tx, &actor, &ready, now)).await,
                Err(e) => Err(e),
            };
            match done {
                Ok(id) => {
                    let flash = Flash::ok("공표했습니다. 담당들에게 메일로 알립니다.");
                    return Ok(see_other(&format!("{LIST}/{}", id.0), Some(&flash)));
                }
                Err(e) => refused(e)?,
            }
        }
    };
    sheet.typed(fields, &typed, &errors).show(&state)
}

fn automatic_sheet(state: &State, who: &Who) -> Sheet {
    Sheet::new(state.frame(who, "자동 공표"), &format!("{LIST}/automatic"), "정하기")
        .lead("고른 보고서는 기한이 되면 이음이 공표합니다. 고르지 않은 것은 할 일에 남아 사람이 공표합니다.")
        .cancel(LIST, "공표한 보고서")
}

fn kinds() -> Field {
    let kinds = CALENDAR.iter().map(|kind| (kind.code(), kind.label()));
    Field::checks("kinds", "자동으로 공표할 보고서").choices(kinds).optional()
}

/// Asks what Ieum publishes by itself.
///
/// # Errors
/// 404 for people of no ward.
pub async fn automatic_form(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let actor = who.actor.clone();
    let chosen = state
        .db
        .read(move |rx| {
            let ward = publications::publishes_for(rx, &actor)?;
            Ok::<_, CaseworkError>(publications::automatic(rx, &ward.ward_code)?)
        })
        .await?;
    let typed = Typed::from_pairs(chosen.iter().map(|kind| ("kinds".to_owned(), kind.code().to_owned())));
    automatic_sheet(&state, &who).filled(vec![kinds().typed(&typed)]).show(&state)
}

/// Sets it.
///
/// # Errors
/// 404 for people of no ward.
pub async fn set_automatic(
    state: Data<State>,
    who: Who,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let (actor, now) = (who.actor.clone(), state.now());
    let chosen: Vec<PeriodKind> = typed.all("kinds").filter_map(PeriodKind::from_code).collect();
    let done = state.db.write(move |tx| publications::set_automatic(tx, &actor, &chosen, now)).await;
    match done {
        Ok(()) => Ok(see_other(LIST, Some(&Flash::ok("정했습니다.")))),
        Err(e) => {
            let errors = kept_of(e, "그사이에 다른 사람이 바꾸었습니다. 확인하고 다시 보내 주세요.")?;
            automatic_sheet(&state, &who).typed(vec![kinds()], &typed, &errors).show(&state)
        }
    }
}
