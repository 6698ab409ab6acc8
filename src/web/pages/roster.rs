//! 조정인 명부: who can do what when, trainings, leave, hours of service; with the papers that count them.
use super::admin::{Listing, Reader, shown};
use super::print as sheets;
use super::sheet::{Sheet, errors_of};
use crate::casework::CaseworkError;
use crate::casework::roster::{self, Entry, Kept, Left, Worked};
use crate::documents::paper::{Content, row, short_day, table};
use crate::domain::codes::{Role, WeekTime};
use crate::domain::ids::{BodyId, UserId};
use crate::domain::ranking::BASIC_HOURS;
use crate::domain::seoul;
use crate::domain::text::minutes_of;
use crate::store::mediators::{self, Mediator};
use crate::store::services::Served;
use crate::store::{Rx, bodies, complexes, users};
use crate::web::error::WebError;
use crate::web::field::Field;
use crate::web::guard::Who;
use crate::web::parts::{Cell, Column, Empty, Flash, Link, Summary, Table};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use crate::web::steps::words;
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use chrono::{Datelike, NaiveDate};

/// Minutes in words: `3시간 30분`.
fn spent(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, m) => format!("{m}분"),
        (h, 0) => format!("{h}시간"),
        (h, m) => format!("{h}시간 {m}분"),
    }
}

fn trained(e: &Entry) -> String {
    let until =
        e.profile.trained_until.map_or_else(|| "기록 없음".to_owned(), |d| format!("{}까지", shown(Some(d))));
    format!("기본 {}/{BASIC_HOURS}시간 · 해마다 받는 교육 {until}", e.tally.trained_minutes / 60)
}

fn leave(m: &Mediator) -> String {
    match (m.leave_from, m.leave_until) {
        (Some(from), Some(until)) => format!("{} ~ {}", shown(Some(from)), shown(Some(until))),
        _ => "없음".to_owned(),
    }
}

fn times(m: &Mediator) -> String {
    let coded = m.hours.split_whitespace().filter_map(WeekTime::from_code);
    let coded = coded.map(|t| t.label().to_owned());
    let all: Vec<String> = coded.chain(Some(m.days.clone())).filter(|t| !t.is_empty()).collect();
    if all.is_empty() { "적지 않음".to_owned() } else { all.join(", ") }
}

/// The mediators of the coordinator's NGO, with what each did this year.
///
/// # Errors
/// 404 for whoever neither coordinates nor mediates.
pub async fn list(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let (actor, now) = (who.actor.clone(), state.now());
    let read = move |rx: &mut Rx<'_>| {
        let mut ngos = Vec::new();
        for ngo in actor.bodies(Role::Coordinator) {
            ngos.push((ngo, bodies::find(rx, ngo)?.name));
        }
        Ok::<_, CaseworkError>((roster::list(rx, &actor, now)?, roster::left(rx, &actor, now)?, ngos))
    };
    let (entries, left, ngos) = state.db.read(read).await?;
    let mut listing = Listing::new(&state, &who, "조정인 명부", Link::new("/todo", "내가 할 일로"));
    listing.lead = Some(
        "누가 언제 어디에서 몇 건을 맡을 수 있는지 적어 둡니다. 배정할 때 이 정보로 차례를 정합니다."
            .to_owned(),
    );
    if who.acts_as(Role::Coordinator) {
        let month = seoul::day(now).format("%Y-%m");
        for (id, name) in &ngos {
            let href = format!("/roster/print/allowance?month={month}&ngo={}", id.0);
            let whose = if ngos.len() > 1 { format!("{name} ") } else { String::new() };
            listing.acts.push(Link::new(href, format!("{whose}이달 수당 지급조서")));
        }
    }
    let today = seoul::day(now);
    let line = |e: &Entry| {
        let kind = if e.is_trained(today) { "ok" } else { "warn" };
        let name = format!("{} {}", e.user.name, e.profile.label);
        vec![
            Cell::link(name, format!("/roster/{}", e.user.id.0)),
            Cell::text(format!("{}건 (최대 {}건)", e.tally.load, e.profile.max_load)),
            Cell::text(format!("{}건", e.tally.cases)),
            Cell::text(spent(e.minutes)),
            Cell::badge(if e.is_trained(today) { "교육 마침" } else { "교육 확인" }, kind),
            Cell::text(leave(&e.profile)),
        ]
    };
    let columns = ["조정인", "지금 맡은 사건", "최근 1년", "올해 활동", "교육", "쉬는 때"];
    let rows = entries.iter().map(line).collect();
    let none = Empty::new("명부에 아무도 없습니다. 운영자가 조정인을 초대하고 기관을 정해야 합니다.");
    listing.tables = vec![Table::new("조정인".to_owned(), columns.map(Column::new).to_vec(), rows, none)];
    if !left.is_empty() {
        listing.tables.push(gone(&left));
    }
    listing.show(&state)
}

/// Those who worked here and left: their papers can still be printed.
fn gone(left: &[Left]) -> Table {
    let line = |l: &Left| {
        let paper = |name: &str, query: String| format!("/roster/{}/print/{name}?{query}", l.user.0);
        let certificate = paper("certificate", format!("year={}", l.last.year()));
        vec![
            Cell::text(l.name.clone()),
            Cell::text(shown(Some(l.last))),
            Cell::link(format!("{}년 활동 확인서", l.last.year()), certificate),
            Cell::link("활동일지", paper("activity", format!("month={}", l.last.format("%Y-%m")))),
        ]
    };
    let columns = ["조정인", "마지막 활동", "확인서", "일지"].map(Column::new).to_vec();
    let rows = left.iter().map(line).collect();
    Table::new("이제 명부에 없는 분".to_owned(), columns, rows, Empty::new("없습니다."))
}

/// One mediator.
///
/// # Errors
/// 404 for whoever may not read it.
pub async fn show(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let (actor, now, id) = (who.actor.clone(), state.now(), UserId(*id));
    let ((entry, trainings), wishes) = state
        .db
        .read(move |rx| {
            let found = roster::one(rx, &actor, id, now)?;
            let wishes = named(rx, &found.0.profile.wishes)?;
            Ok::<_, CaseworkError>((found, wishes))
        })
        .await?;
    let m = &entry.profile;
    let title = format!("{} {}", entry.user.name, m.label);
    let mut listing = Listing::new(&state, &who, &title, Link::new("/roster", "조정인 명부로"));
    let path = format!("/roster/{}", id.0);
    let or_none = |text: &str| if text.is_empty() { "적지 않음".to_owned() } else { text.to_owned() };
    listing.facts = Some(
        Summary::default()
            .row("기관", entry.ngo.clone())
            .row("가능한 때", times(m))
            .row("언어", or_none(&m.languages))
            .row(
                "맡은 사건",
                format!("{}건, 최대 {}건 · 최근 1년 {}건", entry.tally.load, m.max_load, entry.tally.cases),
            )
            .row("쉬는 때", leave(m))
            .row("함께 맡고 싶은 분", or_none(&wishes))
            .row("신고한 관계", or_none(&m.relations))
            .row("교육", trained(&entry))
            .row("올해 활동", spent(entry.minutes)),
    );
    listing.acts.push(Link::new(format!("{path}/edit"), "고치기"));
    if who.actor.bodies(Role::Coordinator).contains(&m.body_id) {
        listing.acts.push(Link::new(format!("{path}/training"), "교육 적기"));
    }
    let month = seoul::day(now).format("%Y-%m");
    listing.acts.push(Link::new(format!("{path}/print/activity?month={month}"), "이달 활동일지"));
    let year = seoul::day(now).year();
    listing.acts.push(Link::new(format!("{path}/print/certificate?year={year}"), "올해 활동 확인서"));
    let line = |t: &mediators::Training| {
        vec![Cell::text(shown(Some(t.on_date))), Cell::text(t.title.clone()), Cell::text(spent(t.minutes))]
    };
    let columns = ["받은 날", "교육", "시간"].map(Column::new).to_vec();
    let none = Empty::new("아직 적은 교육이 없습니다.");
    listing.tables = vec![Table::new("교육".to_owned(), columns, trainings.iter().map(line).collect(), none)];
    listing.show(&state)
}

fn named(rx: &mut Rx<'_>, ids: &str) -> Result<String, CaseworkError> {
    let mut names = Vec::new();
    for id in ids.split_whitespace().filter_map(|w| w.parse().ok()) {
        names.push(users::find(rx, UserId(id))?.name);
    }
    Ok(names.join(", "))
}

/// (value, label) of what can be chosen.
type Pairs = Vec<(String, String)>;

/// What the form offers: colleagues, 행정동, 단지.
struct Offered {
    entry: Entry,
    colleagues: Pairs,
    dongs: Pairs,
    complexes: Pairs,
}

async fn offered(state: &State, who: &Who, id: UserId) -> Result<Offered, WebError> {
    let (actor, now) = (who.actor.clone(), state.now());
    let read = move |rx: &mut Rx<'_>| {
        let (entry, _) = roster::one(rx, &actor, id, now)?;
        let mut colleagues = Vec::new();
        for m in mediators::of_body(rx, entry.profile.body_id)? {
            if m.user_id != id {
                colleagues.push((m.user_id.0.to_string(), users::find(rx, m.user_id)?.name));
            }
        }
        let dongs = roster::dongs_of(rx, entry.profile.body_id)?;
        let complexes = complexes::all(rx)?.into_iter().map(|c| (c.code, c.name)).collect();
        Ok::<_, CaseworkError>(Offered { entry, colleagues, dongs, complexes })
    };
    Ok(state.db.read(read).await?)
}

fn ticked(name: &str, label: &str, from: &Pairs, list: &str) -> Field {
    let mut field = Field::checks(name, label).layout("grid").optional();
    field = field.choices(from.iter().map(|(value, label)| (value.as_str(), label.as_str())));
    for option in &mut field.options {
        option.checked = list.split_whitespace().any(|word| word == option.value);
    }
    field
}

fn fields(o: &Offered) -> Vec<Field> {
    let m = &o.entry.profile;
    let day = |d: Option<NaiveDate>| d.map(|d| d.to_string()).unwrap_or_default();
    let weekly: Pairs = WeekTime::ALL.iter().map(|t| (t.code().to_owned(), t.label().to_owned())).collect();
    let mut all = vec![
        ticked("hours", "일주일 가운데 가능한 때", &weekly, &m.hours),
        Field::text("days", "덧붙일 말")
            .help("예: 둘째 주 토요일은 어렵습니다.")
            .max(100)
            .value(&m.days)
            .optional(),
        Field::text("languages", "쓸 수 있는 언어").width("w-l").max(100).value(&m.languages).optional(),
        Field::number("max_load", "한꺼번에 맡을 수 있는 사건 수").value(&m.max_load.to_string()),
        Field::date("leave_from", "쉬는 첫날")
            .help("쉬는 동안에는 새 요청이 가지 않습니다.")
            .value(&day(m.leave_from))
            .optional(),
        Field::date("leave_until", "쉬는 마지막 날").value(&day(m.leave_until)).optional(),
        ticked("dongs", "활동하는 행정동", &o.dongs, &m.dongs)
            .help("하나도 고르지 않으면 모든 동에서 활동합니다."),
        ticked("conflicts", "이해관계가 있는 단지", &o.complexes, &m.conflicts)
            .help("살거나 일하거나 가족이 사는 단지입니다. 그 단지의 사건은 배정되지 않습니다."),
        Field::area("relations", "그 밖에 알릴 관계", 300)
            .help(
                "예: 관리사무소 소장과 친척입니다. 배정하는 기관만 봅니다. 다른 사람의 이름은 적지 않습니다.",
            )
            .rows(2)
            .value(&m.relations)
            .optional(),
    ];
    if !o.colleagues.is_empty() {
        all.push(ticked("wishes", "함께 맡고 싶은 분", &o.colleagues, &m.wishes));
    }
    all
}

fn form(state: &State, who: &Who, o: &Offered) -> Sheet {
    let path = format!("/roster/{}", o.entry.user.id.0);
    Sheet::new(state.frame(who, "조정인 정보 고치기"), &format!("{path}/edit"), "저장")
        .lead(&format!("{} 님을 배정할 때 쓰는 정보입니다.", o.entry.user.name))
        .cancel(&path, "명부로")
}

/// Asks for what is the mediator's own to say.
///
/// # Errors
/// 404 for whoever may not keep it.
pub async fn edit_form(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let o = offered(&state, &who, UserId(*id)).await?;
    form(&state, &who, &o).filled(fields(&o)).show(&state)
}

fn read(typed: &Typed, o: &Offered) -> Result<Kept, crate::web::field::Errors> {
    let mut reader = Reader::new(typed);
    let known = |name: &str, from: &Pairs| -> Vec<String> {
        typed.all(name).filter(|v| from.iter().any(|(value, _)| value == v)).map(str::to_owned).collect()
    };
    let kept = Kept {
        hours: typed.all("hours").map(str::to_owned).collect(),
        days: reader.text("days"),
        languages: reader.text("languages"),
        max_load: reader.number("max_load").unwrap_or(0),
        wishes: typed.all("wishes").filter_map(|v| v.parse().ok()).map(UserId).collect(),
        relations: reader.text("relations"),
        conflicts: known("conflicts", &o.complexes),
        dongs: known("dongs", &o.dongs),
        leave: (reader.day("leave_from"), reader.day("leave_until")),
    };
    if reader.errors.is_empty() { Ok(kept) } else { Err(reader.errors) }
}

/// Keeps it.
///
/// # Errors
/// 404 for whoever may not keep it.
pub async fn edit(
    state: Data<State>,
    who: Who,
    id: Path<i64>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let o = offered(&state, &who, UserId(*id)).await?;
    let errors = match read(&typed, &o) {
        Err(errors) => errors,
        Ok(kept) => {
            let (actor, now, id) = (who.actor.clone(), state.now(), UserId(*id));
            match state.db.write(move |tx| roster::keep(tx, &actor, id, &kept, now)).await {
                Ok(()) => {
                    return Ok(see_other(&format!("/roster/{}", id.0), Some(&Flash::ok("저장했습니다."))));
                }
                Err(e) => errors_of(e)?,
            }
        }
    };
    form(&state, &who, &o).typed(fields(&o), &typed, &errors).show(&state)
}

async fn training_sheet(state: &State, who: &Who, id: UserId) -> Result<(Sheet, Vec<Field>), WebError> {
    let (actor, now) = (who.actor.clone(), state.now());
    let (entry, _) = state.db.read(move |rx| roster::one(rx, &actor, id, now)).await?;
    if !who.actor.bodies(Role::Coordinator).contains(&entry.profile.body_id) {
        return Err(WebError::not_found());
    }
    let path = format!("/roster/{}", id.0);
    let sheet = Sheet::new(state.frame(who, "교육 적기"), &format!("{path}/training"), "적기")
        .lead(&format!("{} 님: {}", entry.user.name, trained(&entry)))
        .cancel(&path, "명부로");
    let fields = vec![
        Field::date("on", "받은 날").value(&seoul::day(now).to_string()),
        Field::text("hours", "시간").help("예: 8, 1.5").width("w-xs").inputmode("decimal").max(6),
        Field::text("title", "교육 이름").help("예: 갈등조정가 기본교육").max(80),
    ];
    Ok((sheet, fields))
}

/// Asks for a training.
///
/// # Errors
/// 404 for whoever does not coordinate this mediator.
pub async fn training_form(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let (sheet, fields) = training_sheet(&state, &who, UserId(*id)).await?;
    sheet.filled(fields).show(&state)
}

/// Writes it down.
///
/// # Errors
/// 404 for whoever does not coordinate this mediator.
pub async fn training(
    state: Data<State>,
    who: Who,
    id: Path<i64>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let id = UserId(*id);
    let (sheet, fields) = training_sheet(&state, &who, id).await?;
    let mut reader = Reader::new(&typed);
    let on = reader.day("on");
    if on.is_none() {
        reader.errors.add("on", "교육을 받은 날을 적어 주세요.");
    }
    let errors = match on.filter(|_| reader.errors.is_empty()) {
        None => reader.errors,
        Some(on) => {
            let (actor, now, title) = (who.actor.clone(), state.now(), typed.get("title").to_owned());
            let minutes = minutes_of(typed.get("hours").parse().unwrap_or(0.0));
            let done = state.db.write(move |tx| roster::train(tx, &actor, id, (on, minutes, &title), now));
            match done.await {
                Ok(()) => {
                    return Ok(see_other(
                        &format!("/roster/{}", id.0),
                        Some(&Flash::ok("교육을 적었습니다.")),
                    ));
                }
                Err(e) => errors_of(e)?,
            }
        }
    };
    sheet.typed(fields, &typed, &errors).show(&state)
}

fn said<'q>(query: &'q Query<Vec<(String, String)>>, name: &str) -> &'q str {
    query.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.as_str())
}

fn lines(served: &[Served]) -> Vec<Vec<String>> {
    let line = |(n, s): (usize, &Served)| {
        vec![
            (n + 1).to_string(),
            words::official(s.at.and_utc()),
            s.number.clone(),
            s.kind.label().to_owned(),
            spent(s.minutes),
        ]
    };
    served.iter().enumerate().map(line).collect()
}

const LOG: [&str; 5] = ["번호", "일시", "접수번호", "활동", "시간"];

fn days((from, until): (NaiveDate, NaiveDate)) -> String {
    let last = until.pred_opt().unwrap_or(until);
    format!("{} ~ {}", short_day(from), short_day(last))
}

/// 활동일지 of a month and 활동 확인서 of a year. They name cases by number only.
///
/// # Errors
/// 404 for whoever may not read the entry, or another paper.
pub async fn print(
    state: Data<State>,
    who: Who,
    path: Path<(i64, String)>,
    query: Query<Vec<(String, String)>>,
) -> Result<HttpResponse, WebError> {
    let ((id, paper), now) = (path.into_inner(), state.now());
    let span = match paper.as_str() {
        "activity" => roster::month(said(&query, "month"), now),
        "certificate" => {
            let this = seoul::day(now).year();
            let year =
                said(&query, "year").parse().ok().filter(|y| (2000..=this).contains(y)).unwrap_or(this);
            let first = |y| NaiveDate::from_ymd_opt(y, 1, 1).unwrap_or_default();
            (first(year), first(year + 1))
        }
        _ => return Err(WebError::not_found()),
    };
    let actor = who.actor.clone();
    let worked = state.db.read(move |rx| roster::work(rx, &actor, UserId(id), span, now)).await?;
    let Worked { served, ngo, .. } = worked;
    let total: i64 = served.iter().map(|s| s.minutes).sum();
    let name = format!("{} {}", worked.name, worked.label);
    let facts = vec![
        row("성명", name.clone()),
        row("기간", days(span)),
        row("활동", format!("{}번, 모두 {}", served.len(), spent(total))),
    ];
    let date = words::official_day(seoul::day(now));
    let content = if paper == "activity" {
        Content {
            title: "활동일지".to_owned(),
            compact: true,
            approval: crate::documents::paper::boxes(&["담당", "대표"]),
            facts,
            sections: vec![table("활동한 것", &LOG, lines(&served))],
            notes: vec!["당사자의 이름과 동·호는 적지 않습니다.".to_owned()],
            seals: vec![row("조정인", name)],
            from: ngo.clone(),
            date,
            ..Content::default()
        }
    } else {
        let cases: std::collections::BTreeSet<&str> = served.iter().map(|s| s.number.as_str()).collect();
        Content {
            title: "활동 확인서".to_owned(),
            certificate: true,
            facts,
            body: vec![format!(
                "위 사람은 위 기간에 층간소음 이웃분쟁 조정 사건 {}건에서 모두 {} 동안 활동하였음을 확인합니다.",
                cases.len(),
                spent(total)
            )],
            from: format!("{ngo} (직인)"),
            date,
            ..Content::default()
        }
    };
    let back = Link::new(format!("/roster/{id}"), "명부로");
    sheets::headed(&state, &who, back, &ngo, content)
}

/// 수당 지급조서 of a month and an NGO: everybody's sessions and minutes, with room for the sums and signatures.
///
/// # Errors
/// 404 for whoever coordinates no NGO.
pub async fn allowance(
    state: Data<State>,
    who: Who,
    query: Query<Vec<(String, String)>>,
) -> Result<HttpResponse, WebError> {
    let now = state.now();
    let span = roster::month(said(&query, "month"), now);
    let actor = who.actor.clone();
    let ngo = said(&query, "ngo").parse().ok().map(BodyId);
    let (ngo, all) = state.db.read(move |rx| roster::work_of_all(rx, &actor, ngo, span)).await?;
    let line = |(n, w): (usize, &Worked)| {
        let minutes: i64 = w.served.iter().map(|s| s.minutes).sum();
        vec![
            (n + 1).to_string(),
            w.name.clone(),
            w.served.len().to_string(),
            spent(minutes),
            String::new(),
            String::new(),
        ]
    };
    let rows: Vec<Vec<String>> = all.iter().enumerate().map(line).collect();
    let total: i64 = all.iter().flat_map(|w| &w.served).map(|s| s.minutes).sum();
    let content = Content {
        title: "수당 지급조서".to_owned(),
        approval: crate::documents::paper::boxes(&["담당", "대표"]),
        facts: vec![row("기간", days(span)), row("모두", format!("{}명, {}", rows.len(), spent(total)))],
        sections: vec![table("지급할 분", &["번호", "성명", "활동(번)", "시간", "금액(원)", "서명"], rows)],
        notes: vec![
            "시간은 기록된 조정회의·면담과 조정인이 보고한 활동에서 셉니다. 금액은 기관의 기준에 따라 적어 주세요.".to_owned(),
        ],
        date: words::official_day(seoul::day(now)),
        from: ngo.clone(),
        ..Content::default()
    };
    sheets::headed(&state, &who, Link::new("/roster", "조정인 명부로"), &ngo, content)
}
