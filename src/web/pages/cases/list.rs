//! 사건: the cases one can see, filtered in the address, searched by name, unit, telephone, 초성 or number.
//!
//! What is searched may be a name, so that it never stands in an address: it is posted, kept sealed for the login that
//! asked, and the address names it by a random key. Going back, reloading and turning pages work as everywhere.
use super::load::due;
use crate::domain::codes::{Cause, Stage};
use crate::domain::ids::{CaseId, ComplexId};
use crate::domain::permission::Actor;
use crate::domain::seoul;
use crate::store::cases::{self, Filter as Wanted, Head};
use crate::store::{Rx, StoreError, bodies, complexes, drafts, logins, search};
use crate::web::error::WebError;
use crate::web::field::{Errors, Field};
use crate::web::guard::Who;
use crate::web::pages::views::keep_link;
use crate::web::parts::{Cell, Column, Empty, Filter, Link, Page, Pager, Search, Table};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use chrono::{DateTime, Duration, Utc};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Rows of one page.
const ROWS: i64 = 50;
/// Most 단지 that the filter offers to people who have none of their own.
const PLACES: i64 = 100;
/// Names that may stand in the address: the key of a search, and the filter's fields.
const NAMES: [&str; 6] = ["found", "open", "stage", "complex", "cause", "due"];
/// The most characters that are searched for.
const WORDS_MAX: u32 = 60;
/// What is searched, among the drafts: forgotten after a day like them.
const KIND: &str = "search";

/// `pages/cases/list`.
#[derive(Debug, Serialize)]
struct List {
    page: Page,
    filter: Filter,
    table: Table,
    pager: Option<Pager>,
    /// The person may file a case here.
    may_file: bool,
    /// What is searched is kept in no view.
    keep: Link,
}

/// What was read for the page.
struct Found {
    heads: Vec<Head>,
    holders: BTreeMap<crate::domain::ids::BodyId, String>,
    /// Those of the person's own bodies, of the cases shown and of the filter, by name.
    complexes: Vec<(ComplexId, String)>,
    /// What is searched; empty: nothing.
    q: String,
    /// The address names a search that is not known any more.
    forgotten: bool,
}

/// The list.
///
/// # Errors
/// Database errors.
pub async fn page(
    state: Data<State>,
    who: Who,
    query: Query<Vec<(String, String)>>,
) -> Result<HttpResponse, WebError> {
    let typed = Typed::from_pairs(query.into_inner().into_iter().filter(|(name, _)| name != "q"));
    show(&state, &who, typed, Errors::default()).await
}

/// Where a person comes back to whose login had ended as they searched.
///
/// # Errors
/// None.
pub async fn search_again() -> Result<HttpResponse, WebError> {
    Ok(see_other("/cases", None))
}

/// Keeps what is searched, and shows the list that it finds.
///
/// # Errors
/// Database errors.
pub async fn search(state: Data<State>, who: Who, Posted(typed): Posted) -> Result<HttpResponse, WebError> {
    let q = typed.get("q").to_owned();
    if q.is_empty() {
        return Ok(see_other(&address(&typed, Some("found"), None), None));
    }
    if u32::try_from(q.chars().count()).is_ok_and(|n| n > WORDS_MAX) {
        let mut errors = Errors::default();
        errors.add("q", &format!("찾을 말을 {WORDS_MAX}자 안으로 줄여 주세요."));
        return show(&state, &who, typed, errors).await;
    }
    let (key, now) = (logins::secret(), state.now());
    let secret = secret(&who, &key);
    state.db.write(move |tx| drafts::save(tx, &secret, KIND, &q, now)).await?;
    let mut typed = typed;
    typed.replace(&["found"], &Typed::from_pairs([("found".to_owned(), key)]));
    Ok(see_other(&address(&typed, None, None), None))
}

/// What was searched opens to the login that asked only.
fn secret(who: &Who, key: &str) -> String {
    format!("{} {key}", who.login.as_ref().map(|l| l.id.as_str()).unwrap_or_default())
}

async fn show(state: &State, who: &Who, mut typed: Typed, errors: Errors) -> Result<HttpResponse, WebError> {
    let now = state.now();
    let (actor, wanted) = (who.actor.clone(), wanted(&typed, now));
    let asked = typed.some("found").map(|key| secret(who, key));
    let searched = asked.is_some();
    let work = move |rx: &mut Rx<'_>| read(rx, &actor, wanted, asked.as_deref(), now);
    // A search opens sealed names one by one; one page of the list is found by an index.
    let mut found = if searched { state.db.read(work).await? } else { state.db.glance(work).await? };
    let more = found.heads.len() > usize::try_from(ROWS).unwrap_or(usize::MAX);
    found.heads.truncate(usize::try_from(ROWS).unwrap_or(usize::MAX));
    if errors.is_empty() {
        typed.replace(&["q"], &Typed::from_pairs([("q".to_owned(), found.q.clone())]));
    }
    let list = List {
        page: state.frame(who, "사건"),
        filter: filter(who, &typed, &errors, &found),
        table: table(&found, more, now),
        pager: pager(&typed, &found.heads, more),
        may_file: !who.actor.files_at().is_empty(),
        keep: keep_link(
            "cases",
            address(&typed, Some("found"), None).split_once('?').map_or("", |(_, query)| query),
        ),
    };
    let mut answer = state.page("pages/cases/list", &list)?;
    if !errors.is_empty() {
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(answer)
}

/// The filter that the address says.
fn wanted(typed: &Typed, now: DateTime<Utc>) -> Wanted {
    let stage = Stage::from_code(typed.get("stage"));
    let open = match typed.get("open") {
        "all" => None,
        "closed" => Some(false),
        // A closed stage asks for closed cases whatever else is said; a search looks everywhere.
        "" if stage == Some(Stage::Closed) || typed.some("found").is_some() => None,
        _ => Some(true),
    };
    let today = seoul::midnight(seoul::day(now));
    let due_before = match typed.get("due") {
        "late" => Some(today),
        "today" => Some(today + Duration::days(1)),
        "week" => Some(today + Duration::days(7)),
        _ => None,
    };
    let after = typed.get("after").split_once('.').and_then(|(at, id)| {
        let at = DateTime::from_timestamp_micros(at.parse().ok()?)?;
        Some((at, CaseId(id.parse().ok()?)))
    });
    Wanted {
        stage,
        open,
        complex: typed.get("complex").parse().ok().map(ComplexId),
        cause: Cause::from_code(typed.get("cause")),
        due_before,
        among: None,
        after,
    }
}

fn read(
    rx: &mut Rx<'_>,
    actor: &Actor,
    mut wanted: Wanted,
    asked: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Found, StoreError> {
    let kept = asked.map(|secret| drafts::load(rx, secret, KIND, now)).transpose()?.flatten();
    let forgotten = asked.is_some() && kept.is_none();
    if let Some(q) = &kept {
        wanted.among = Some(search::find(rx, actor, q)?);
    } else if forgotten {
        // Everything would look like what was found.
        wanted.among = Some(Vec::new());
    }
    let heads = cases::page(rx, &actor.scope(), &wanted, ROWS + 1)?;
    let holders: BTreeSet<_> = heads.iter().filter_map(|h| h.holder_id).collect();
    let holders: Vec<_> = holders.into_iter().collect();
    let places = places(rx, actor, &wanted, &heads)?;
    Ok(Found {
        holders: bodies::names(rx, &holders)?.into_iter().collect(),
        complexes: places,
        heads,
        q: kept.unwrap_or_default(),
        forgotten,
    })
}

/// What the filter offers: not every 단지 there is, of which a nation has thousands.
fn places(
    rx: &mut Rx<'_>,
    actor: &Actor,
    wanted: &Wanted,
    heads: &[Head],
) -> Result<Vec<(ComplexId, String)>, StoreError> {
    let scope = actor.scope();
    let bodies = [scope.offices.clone(), scope.committees.clone()].concat();
    let own = if bodies.is_empty() {
        cases::complexes(rx, &scope, PLACES)?
    } else {
        complexes::of_bodies(rx, &bodies)?
    };
    let shown = heads.iter().filter_map(|h| h.complex_id).chain(wanted.complex);
    let ids: BTreeSet<ComplexId> = own.into_iter().chain(shown).collect();
    let mut places = complexes::names(rx, &ids.into_iter().collect::<Vec<_>>())?;
    places.sort_by(|(_, one), (_, other)| one.cmp(other));
    Ok(places)
}

fn filter(who: &Who, typed: &Typed, errors: &Errors, found: &Found) -> Filter {
    let stages = Stage::ALL.iter().map(|s| (s.code(), s.label()));
    let causes = Cause::ALL.iter().map(|c| (c.code(), c.label()));
    let places: Vec<(String, &str)> =
        found.complexes.iter().map(|(id, n)| (id.0.to_string(), n.as_str())).collect();
    let all = |name: &str, label: &str| Field::select(name, label).width("").choice("", "모두", None);
    let fields = vec![
        Field::text("q", "찾기").help("이름, 동·호, 전화, 초성, 접수번호").max(WORDS_MAX).autocomplete("off"),
        Field::select("open", "진행")
            .width("")
            .choice("", "진행 중", None)
            .choices([("closed", "종결"), ("all", "모두")]),
        all("stage", "단계").choices(stages),
        all("due", "기한").choices([("late", "지난 것"), ("today", "오늘까지"), ("week", "7일 안")]),
        all("complex", "단지").choices(places.iter().map(|(v, l)| (v.as_str(), *l))),
        all("cause", "소음").choices(causes),
    ];
    // Of one 단지 there is nothing to choose.
    let needless =
        |field: &Field| field.name == "complex" && places.len() < 2 && typed.some("complex").is_none();
    let mut fields: Vec<Field> =
        fields.into_iter().filter(|field| !needless(field)).map(|f| f.typed(typed)).collect();
    let mut chips = Vec::new();
    for field in &mut fields {
        field.error = errors.of(&field.name).map(str::to_owned);
        let chosen = field.options.iter().find(|o| o.checked && !o.value.is_empty()).map(|o| o.label.clone());
        let (name, shown) = if field.name == "q" {
            ("found", Some(found.q.clone()).filter(|q| !q.is_empty()))
        } else {
            (field.name.as_str(), chosen)
        };
        if let Some(shown) = shown {
            chips.push(Link::new(address(typed, Some(name), None), format!("{}: {shown}", field.label)));
        }
    }
    Filter {
        title: "찾기와 거르기".to_owned(),
        action: "/cases".to_owned(),
        open: typed.some("found").is_some() || !errors.is_empty(),
        fields,
        chips,
        search: Some(Search { action: "/cases/search".to_owned(), csrf: who.csrf.clone() }),
    }
}

/// The list's address with the filter as it is, one name left out, a place to go on from.
fn address(typed: &Typed, without: Option<&str>, after: Option<String>) -> String {
    let kept =
        NAMES.iter().filter(|n| Some(**n) != without).filter_map(|n| Some((*n, typed.some(n)?.to_owned())));
    let pairs: Vec<(&str, String)> = kept.chain(after.map(|a| ("after", a))).collect();
    let query = serde_urlencoded::to_string(&pairs).unwrap_or_default();
    if query.is_empty() { "/cases".to_owned() } else { format!("/cases?{query}") }
}

fn table(found: &Found, more: bool, now: DateTime<Utc>) -> Table {
    let rows = found.heads.iter().map(|h| row(found, h, now));
    let shown = found.heads.len();
    let caption = if more { format!("{shown}건씩 보입니다") } else { format!("{shown}건") };
    let columns = ["접수번호", "단지", "소음", "단계", "다음 할 일", "맡은 곳"].map(Column::new).into();
    let (title, text) = if found.forgotten {
        ("찾은 말이 지워졌습니다.", "찾은 말은 오래 두지 않습니다. 찾을 말을 다시 적어 주세요.")
    } else {
        ("조건에 맞는 사건이 없습니다.", "조건을 바꾸거나 지워 보세요.")
    };
    let empty = Empty { text: Some(text.to_owned()), ..Empty::new(title) };
    Table::new(caption, columns, rows.collect(), empty)
}

fn row(found: &Found, h: &Head, now: DateTime<Utc>) -> Vec<Cell> {
    let complex = h
        .complex_id
        .and_then(|id| found.complexes.iter().find(|(c, _)| *c == id).map(|(_, name)| name.clone()));
    let complex = complex.or_else(|| h.complex_typed.clone()).unwrap_or_else(|| "단지 미상".to_owned());
    let stage = match h.outcome {
        Some(outcome) if h.stage == Stage::Closed => Cell::badge(outcome.label(), "plain"),
        _ => Cell::badge(h.stage.label(), "info"),
    };
    let duty = match (h.next_duty, h.next_due) {
        (Some(kind), Some(at)) => {
            let (text, late) = due(at.and_utc(), now);
            Cell::text(text).late(late).small(kind.label())
        }
        _ => Cell::text("없음"),
    };
    let holder = h.holder_id.and_then(|b| found.holders.get(&b).cloned()).unwrap_or_default();
    let received = format!("{} 접수", seoul::dotted(seoul::day(h.received_at.and_utc())));
    vec![
        Cell::link(h.number.clone(), format!("/cases/{}", h.number)).small(received),
        Cell::text(complex),
        Cell::text(h.cause.label()).small(h.position.label()),
        stage,
        duty,
        Cell::text(holder),
    ]
}

fn pager(typed: &Typed, heads: &[Head], more: bool) -> Option<Pager> {
    let on = typed.some("after").is_some();
    if !more && !on {
        return None;
    }
    let last = heads.last().filter(|_| more);
    let next = last.map(|h| format!("{}.{}", h.received_at.and_utc().timestamp_micros(), h.id.0));
    Some(Pager {
        label: "쪽 넘기기".to_owned(),
        text: if on { "이어서 보는 중입니다." } else { "새로 접수한 것부터 보입니다." }.to_owned(),
        first: on.then(|| address(typed, None, None)),
        next: next.map(|n| address(typed, None, Some(n))),
    })
}
