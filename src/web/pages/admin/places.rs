//! 행정동 and 단지.
use super::{Listing, Pairs, Reader, chosen, home, maybe, shown, shown_at};
use crate::casework::set_up::{self, ComplexForm};
use crate::domain::codes::{CommitteeKind, Permit, Tenure};
use crate::domain::ids::{ComplexId, ProgrammeId};
use crate::domain::seoul;
use crate::store::complexes::{Complex, Facts};
use crate::store::{Rx, StoreError, bodies, complexes, programmes};
use crate::web::error::WebError;
use crate::web::field::Field;
use crate::web::guard::Who;
use crate::web::pages::sheet::{Sheet, errors_of};
use crate::web::parts::{Cell, Column, Empty, Flash, Link, Summary, Table};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use chrono::NaiveDateTime;

/// Every 행정동.
///
/// # Errors
/// Database and template errors.
pub async fn dongs(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let all = state.db.read(bodies::all_dongs).await?;
    let mut listing = Listing::new(&state, &who, "행정동", home());
    listing.acts = vec![Link::new("/admin/dongs/new", "행정동 더하기")];
    let rows: Vec<Vec<Cell>> = all
        .into_iter()
        .map(|(code, name, ward)| vec![Cell::text(name), Cell::text(code), Cell::text(ward)])
        .collect();
    let columns = ["이름", "코드", "구 코드"].map(Column::new).to_vec();
    let empty = Empty::new("아직 행정동이 없습니다. 구를 더하면 함께 들어옵니다.");
    listing.tables = vec![Table::new(format!("행정동 {}개", rows.len()), columns, rows, empty)];
    listing.show(&state)
}

fn dong_sheet(state: &State, who: &Who) -> (Sheet, Vec<Field>) {
    let fields = vec![
        Field::text("code", "코드").help("행정동 코드 열 자리. 예: 1141052000").width("w-m"),
        Field::text("name", "이름").help("예: 천연동").width("w-m"),
    ];
    let sheet = Sheet::new(state.frame(who, "행정동 더하기"), "/admin/dongs/new", "더하기");
    (sheet.cancel("/admin/dongs", "행정동 목록으로"), fields)
}

/// Asks for a new 행정동.
///
/// # Errors
/// Template errors.
pub async fn dong_form(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let (sheet, fields) = dong_sheet(&state, &who);
    sheet.filled(fields).show(&state)
}

/// Adds a 행정동.
///
/// # Errors
/// Database errors.
pub async fn add_dong(state: Data<State>, who: Who, Posted(typed): Posted) -> Result<HttpResponse, WebError> {
    let (actor, now) = (who.actor.clone(), state.now());
    let (code, name) = (typed.get("code").to_owned(), typed.get("name").to_owned());
    match state.db.write(move |tx| set_up::add_dong(tx, &actor, &code, &name, now)).await {
        Ok(()) => Ok(see_other("/admin/dongs", Some(&Flash::ok("행정동을 더했습니다.")))),
        Err(e) => {
            let (sheet, fields) = dong_sheet(&state, &who);
            sheet.typed(fields, &typed, &errors_of(e)?).show(&state)
        }
    }
}

/// Every 단지.
///
/// # Errors
/// Database and template errors.
pub async fn list(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let now = state.now();
    let find = move |rx: &mut Rx<'_>| {
        let mut rows = Vec::new();
        for complex in complexes::all(rx)? {
            let (facts, _) = complexes::facts_at(rx, complex.id, now)?;
            let dong = bodies::dong_name(rx, &facts.dong_code)?.unwrap_or(facts.dong_code);
            rows.push(vec![
                Cell::link(complex.name, format!("/admin/complexes/{}", complex.id.0)),
                Cell::text(complex.code),
                Cell::text(dong),
                Cell::text(complex.households.to_string()),
                Cell::text(facts.committee.label()),
            ]);
        }
        Ok::<_, StoreError>(rows)
    };
    let rows = state.db.read(find).await?;
    let mut listing = Listing::new(&state, &who, "단지", home());
    listing.acts = vec![Link::new("/admin/complexes/new", "단지 더하기")];
    let columns = vec![
        Column::new("이름"),
        Column::new("코드"),
        Column::new("행정동"),
        Column::num("세대수"),
        Column::new("위원회"),
    ];
    let empty = Empty::new("아직 단지가 없습니다.");
    listing.tables = vec![Table::new(format!("단지 {}곳", rows.len()), columns, rows, empty)];
    listing.show(&state)
}

/// 행정동 and programmes to choose from.
fn choices(rx: &mut Rx<'_>) -> Result<(Pairs, Pairs), StoreError> {
    let dongs = bodies::all_dongs(rx)?.into_iter().map(|(code, name, _)| (code, name)).collect();
    let programmes = programmes::names(rx)?.into_iter().map(|(id, name)| (id.0.to_string(), name));
    Ok((dongs, programmes.collect()))
}

fn new_fields((dongs, programmes): &(Pairs, Pairs)) -> Vec<Field> {
    let permits = Permit::ALL.iter().map(|p| (p.code(), p.label()));
    let tenures = Tenure::ALL.iter().map(|t| (t.code(), t.label()));
    vec![
        Field::text("name", "단지 이름").width("w-l"),
        Field::text("code", "단지 코드").help("K-apt 코드나 구에서 쓰는 코드. 예: A12345678").width("w-m"),
        chosen("dong", "행정동", dongs),
        Field::number("households", "세대수"),
        Field::date("approved_on", "사용승인일").help("소음 기준을 판정할 때 쓰입니다.").optional(),
        Field::radio("permit", "승인 근거").choices(permits).optional(),
        Field::radio("tenure", "분양·임대").choices(tenures).value(Tenure::Sale.code()),
        maybe("programme", "참여하는 사업", "없음", programmes),
    ]
}

fn new_sheet(state: &State, who: &Who) -> Sheet {
    Sheet::new(state.frame(who, "단지 더하기"), "/admin/complexes/new", "더하기")
        .cancel("/admin/complexes", "단지 목록으로")
}

/// Asks for a new 단지.
///
/// # Errors
/// Database and template errors.
pub async fn new_form(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let choices = state.db.read(choices).await?;
    new_sheet(&state, &who).filled(new_fields(&choices)).show(&state)
}

/// Adds a 단지.
///
/// # Errors
/// Database errors.
pub async fn add(state: Data<State>, who: Who, Posted(typed): Posted) -> Result<HttpResponse, WebError> {
    let mut reader = Reader::new(&typed);
    let form = ComplexForm {
        code: reader.text("code"),
        name: reader.text("name"),
        households: reader.number("households"),
        approved_on: reader.day("approved_on"),
        permit: Permit::from_code(typed.get("permit")),
        tenure: Tenure::from_code(typed.get("tenure")).unwrap_or(Tenure::Sale),
        dong_code: reader.text("dong"),
        programme: reader.id("programme").map(ProgrammeId),
    };
    let mut errors = reader.errors;
    if errors.is_empty() {
        let (actor, now) = (who.actor.clone(), state.now());
        match state.db.write(move |tx| set_up::add_complex(tx, &actor, &form, now)).await {
            Ok(id) => {
                let to = format!("/admin/complexes/{}", id.0);
                return Ok(see_other(&to, Some(&Flash::ok("단지를 더했습니다."))));
            }
            Err(e) => errors = errors_of(e)?,
        }
    }
    let choices = state.db.read(choices).await?;
    new_sheet(&state, &who).typed(new_fields(&choices), &typed, &errors).show(&state)
}

/// Which 행정동, committee and programme hold from when, in words.
fn fact_row(rx: &mut Rx<'_>, (from, facts): (NaiveDateTime, Facts)) -> Result<Vec<Cell>, StoreError> {
    let dong = bodies::dong_name(rx, &facts.dong_code)?.unwrap_or(facts.dong_code);
    let programme = programmes::names(rx)?.into_iter().find(|(id, _)| Some(*id) == facts.programme_id);
    let first = from == chrono::DateTime::UNIX_EPOCH.naive_utc();
    Ok(vec![
        Cell::text(if first { "처음부터".to_owned() } else { shown_at(Some(from)) }),
        Cell::text(dong),
        Cell::text(facts.committee.label()),
        Cell::text(programme.map_or_else(|| "-".to_owned(), |(_, name)| name)),
    ])
}

/// A 단지, its dated facts and its bodies, as rows.
type Shown = (Complex, Vec<Vec<Cell>>, Vec<Vec<Cell>>);

fn shown_complex(rx: &mut Rx<'_>, id: ComplexId) -> Result<Shown, StoreError> {
    let complex = complexes::find(rx, id)?;
    let history = complexes::history_of(rx, id)?;
    let facts = history.into_iter().map(|fact| fact_row(rx, fact)).collect::<Result<_, StoreError>>()?;
    let own = bodies::every(rx)?.into_iter().filter(|b| b.complex_id == Some(id));
    let bodies = own.map(|b| {
        vec![
            Cell::link(b.name, format!("/admin/bodies/{}", b.id.0)),
            Cell::text(b.kind.label()),
            Cell::text(format!("{} ~ {}", shown(b.from_on), shown(b.until_on))),
        ]
    });
    Ok((complex, facts, bodies.collect()))
}

/// One 단지 with its dated facts and its bodies.
///
/// # Errors
/// `not_found`.
pub async fn show(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let id = ComplexId(*id);
    let (complex, facts, bodies) = state.db.read(move |rx| shown_complex(rx, id)).await?;
    let back = Link::new("/admin/complexes", "단지 목록으로");
    let mut listing = Listing::new(&state, &who, &complex.name, back);
    listing.facts = Some(
        Summary::default()
            .row("코드", complex.code)
            .row("세대수", complex.households.to_string())
            .row("사용승인일", shown(complex.approved_on))
            .row("승인 근거", complex.permit.map_or("모름", Permit::label))
            .row("분양·임대", complex.tenure.label()),
    );
    listing.acts = vec![
        Link::new(format!("/admin/complexes/{}/facts", id.0), "달라진 정보 더하기"),
        Link::new(format!("/admin/complexes/{}/obligation", id.0), "위원회 의무 여부 정하기"),
        Link::new("/admin/bodies/new?kind=office", "관리사무소 더하기"),
        Link::new("/admin/bodies/new?kind=committee", "위원회 더하기"),
    ];
    let columns = ["언제부터", "행정동", "위원회", "사업"].map(Column::new).to_vec();
    let body_columns = ["기관", "종류", "기간"].map(Column::new).to_vec();
    let obliged = state.db.read(move |rx| complexes::obligations_of(rx, id)).await?;
    let row = |o: &complexes::Obligation| {
        let said = if o.required { "두어야 함" } else { "두지 않아도 됨" };
        vec![Cell::text(shown(Some(o.from))), Cell::text(said), Cell::text(o.reason.clone())]
    };
    let obliged_columns = ["언제부터", "위원회", "까닭"].map(Column::new).to_vec();
    let none = Empty::new("따로 정한 것이 없습니다. 법령의 세대수 기준을 따릅니다.");
    listing.tables = vec![
        Table::new(
            "위원회 의무(이 단지만)".to_owned(),
            obliged_columns,
            obliged.iter().map(row).collect(),
            none,
        ),
        Table::new("날짜별 정보".to_owned(), columns, facts, Empty::new("아직 정보가 없습니다.")),
        Table::new("이 단지의 기관".to_owned(), body_columns, bodies, Empty::new("아직 기관이 없습니다.")),
    ];
    listing.show(&state)
}

fn facts_fields((dongs, programmes): &(Pairs, Pairs), now: &Facts, today: &str) -> Vec<Field> {
    let programme = now.programme_id.map(|p| p.0.to_string()).unwrap_or_default();
    let kinds = CommitteeKind::ALL.iter().map(|k| (k.code(), k.label()));
    vec![
        Field::date("from", "언제부터").help("이날부터 접수되는 사건에 쓰입니다.").value(today),
        chosen("dong", "행정동", dongs).value(&now.dong_code),
        Field::radio("committee", "위원회").choices(kinds).value(now.committee.code()),
        maybe("programme", "참여하는 사업", "없음", programmes).value(&programme),
    ]
}

fn facts_sheet(state: &State, who: &Who, complex: &Complex) -> Sheet {
    let path = format!("/admin/complexes/{}", complex.id.0);
    Sheet::new(state.frame(who, "달라진 정보 더하기"), &format!("{path}/facts"), "더하기")
        .lead(&format!("{}의 지난 정보는 지우지 않고, 적은 날부터 새 정보를 씁니다.", complex.name))
        .cancel(&path, "단지로")
}

type Known = (Complex, Facts, (Pairs, Pairs));

async fn known(state: &State, id: i64) -> Result<Known, WebError> {
    let now = state.now();
    let find = move |rx: &mut Rx<'_>| {
        let complex = complexes::find(rx, ComplexId(id))?;
        let (facts, _) = complexes::facts_at(rx, complex.id, now)?;
        Ok::<_, StoreError>((complex, facts, choices(rx)?))
    };
    Ok(state.db.read(find).await?)
}

/// Asks for new facts of a 단지.
///
/// # Errors
/// `not_found`.
pub async fn facts_form(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let (complex, facts, choices) = known(&state, *id).await?;
    let today = seoul::day(state.now()).to_string();
    facts_sheet(&state, &who, &complex).filled(facts_fields(&choices, &facts, &today)).show(&state)
}

/// Keeps new facts of a 단지.
///
/// # Errors
/// `not_found`; database errors.
pub async fn set_facts(
    state: Data<State>,
    who: Who,
    id: Path<i64>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let (complex, before, choices) = known(&state, *id).await?;
    let mut reader = Reader::new(&typed);
    let from = reader.day("from");
    let facts = Facts {
        dong_code: reader.text("dong"),
        committee: CommitteeKind::from_code(typed.get("committee")).unwrap_or(before.committee),
        programme_id: reader.id("programme").map(ProgrammeId),
    };
    let mut errors = reader.errors;
    match from {
        None => errors.add("from", "언제부터인지 날짜를 적어 주세요."),
        Some(from) => {
            let (actor, id, now) = (who.actor.clone(), complex.id, state.now());
            match state.db.write(move |tx| set_up::set_facts(tx, &actor, id, &facts, from, now)).await {
                Ok(()) => {
                    let to = format!("/admin/complexes/{}", id.0);
                    return Ok(see_other(&to, Some(&Flash::ok("달라진 정보를 더했습니다."))));
                }
                Err(e) => errors = errors_of(e)?,
            }
        }
    }
    let fields = facts_fields(&choices, &before, "");
    facts_sheet(&state, &who, &complex).typed(fields, &typed, &errors).show(&state)
}

fn obligation_fields() -> Vec<Field> {
    vec![
        Field::date("from", "언제부터"),
        Field::radio("required", "위원회를 두어야 하나요?")
            .choices([("yes", "두어야 합니다"), ("no", "두지 않아도 됩니다")]),
        Field::text("reason", "까닭").help("예: 관리규약 제50조").max(200),
    ]
}

fn obligation_sheet(state: &State, who: &Who, complex: &Complex) -> Sheet {
    let path = format!("/admin/complexes/{}", complex.id.0);
    Sheet::new(state.frame(who, "위원회 의무 여부 정하기"), &format!("{path}/obligation"), "정하기")
        .lead("법령의 기준(700세대)과 다르게 정할 때만 적습니다.")
        .cancel(&path, "단지로")
}

/// Asks whether a 단지 must have a committee, against the decree's threshold.
///
/// # Errors
/// `not_found`; database errors.
pub async fn obligation_form(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let (complex, ..) = known(&state, *id).await?;
    obligation_sheet(&state, &who, &complex).filled(obligation_fields()).show(&state)
}

/// Keeps it.
///
/// # Errors
/// `not_found`; database errors.
pub async fn oblige(
    state: Data<State>,
    who: Who,
    id: Path<i64>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let (complex, ..) = known(&state, *id).await?;
    let mut reader = Reader::new(&typed);
    let from = reader.day("from");
    let mut errors = reader.errors;
    let required = match typed.get("required") {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    if required.is_none() {
        errors.add("required", "하나를 골라 주세요.");
    }
    match (from, required) {
        (Some(from), Some(required)) => {
            let (actor, id, now) = (who.actor.clone(), complex.id, state.now());
            let said = complexes::Obligation { from, required, reason: typed.get("reason").to_owned() };
            match state.db.write(move |tx| set_up::oblige(tx, &actor, id, &said, now)).await {
                Ok(()) => {
                    let to = format!("/admin/complexes/{}", id.0);
                    return Ok(see_other(&to, Some(&Flash::ok("정했습니다."))));
                }
                Err(e) => errors = errors_of(e)?,
            }
        }
        (None, _) => errors.add("from", "언제부터인지 날짜를 적어 주세요."),
        _ => {}
    }
    obligation_sheet(&state, &who, &complex).typed(obligation_fields(), &typed, &errors).show(&state)
}
