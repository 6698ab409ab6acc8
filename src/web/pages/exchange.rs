//! 대장 가져오기·내보내기: what `ieum import` and `ieum export` do, for the 간사 of a committee, within that committee.
use crate::casework::import::{self, ImportError, Ledger, Summary};
use crate::domain::codes::Role;
use crate::exchange::{self, Problem};
use crate::store::access;
use crate::web::error::WebError;
use crate::web::field::{Errors, Field, Form};
use crate::web::guard::Who;
use crate::web::parts::{Cell, Column, Empty};
use crate::web::parts::{Page, Table};
use crate::web::posted::Posted;
use crate::web::state::State;
use crate::web::typed::Typed;
use crate::web::uploaded::{File, Uploaded};
use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use serde::Serialize;

/// Bad rows that the page lists; the rest is counted.
const LISTED: usize = 300;

#[derive(Serialize)]
struct Exchange {
    page: Page,
    import: Form,
    export: Form,
    /// What an import did or would do.
    done: Option<Done>,
    wrong: Option<Wrong>,
}

#[derive(Serialize)]
struct Done {
    title: String,
    lines: Vec<String>,
    /// Cases with steps that stand as '기록 없음'.
    missing: Vec<String>,
}

#[derive(Serialize)]
struct Wrong {
    total: usize,
    more: usize,
    table: Table,
}

fn import_form(typed: &Typed, errors: &Errors) -> Form {
    let fields = [
        Field::file("cases", "사건 파일(CSV)").help("UTF-8 또는 Excel에서 저장한 CSV(CP949)를 고릅니다."),
        Field::file("events", "기록 파일(CSV)")
            .optional()
            .help("사건마다 있었던 일을 시간 차례로 적은 파일입니다."),
        Field::checkbox("legacy", "옛 대장이라 앞 단계의 기록이 빠진 사건이 있습니다")
            .optional()
            .help("빠진 단계는 '기록 없음'으로 두고, 그 사건은 참여율·조정개시율·합의율에서 뺍니다."),
    ];
    Form::new(fields, typed, errors)
}

fn export_form(typed: &Typed, errors: &Errors) -> Form {
    let reason = Field::text("reason", "내려받는 까닭")
        .max(200)
        .help("누가 언제 왜 내려받았는지 접속기록에 남습니다.");
    Form::new([reason], typed, errors)
}

impl Exchange {
    fn blank(state: &State, who: &Who) -> Self {
        let (typed, errors) = (Typed::default(), Errors::default());
        Self {
            page: state.frame(who, "대장 가져오기·내보내기"),
            import: import_form(&typed, &errors),
            export: export_form(&typed, &errors),
            done: None,
            wrong: None,
        }
    }
}

fn permitted(who: &Who) -> Result<(), WebError> {
    if who.actor.may_exchange() { Ok(()) } else { Err(WebError::not_found()) }
}

/// The page.
///
/// # Errors
/// 404 for others than a 간사.
pub async fn show(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    permitted(&who)?;
    state.page("pages/exchange/show", &Exchange::blank(&state, &who))
}

/// Tries or does an import: `do` is `check` or `import`.
///
/// # Errors
/// 404 for others than a 간사; 413 for a file that is too large.
pub async fn import(state: Data<State>, who: Who, form: Uploaded) -> Result<HttpResponse, WebError> {
    permitted(&who)?;
    let Some(cases) = form.file("cases").cloned() else {
        let mut errors = Errors::default();
        errors.add("cases", "가져올 사건 파일을 골라 주세요.");
        let mut context = Exchange::blank(&state, &who);
        context.import = import_form(&form.typed, &errors);
        context.page.error = true;
        return state.page_with(StatusCode::UNPROCESSABLE_ENTITY, "pages/exchange/show", &context);
    };
    let (events, legacy) = (form.file("events").cloned(), form.typed.ticked("legacy"));
    let dry_run = form.typed.get("do") != "import";
    let result = run(&state, &who, cases, events, legacy, dry_run).await;
    let mut context = Exchange::blank(&state, &who);
    context.import = import_form(&form.typed, &Errors::default());
    match result {
        Ok(summary) => {
            context.done = Some(done(&summary, dry_run));
            state.page("pages/exchange/show", &context)
        }
        Err(ImportError::Problems(problems)) => {
            context.page.error = true;
            context.wrong = Some(wrong(&problems));
            state.page_with(StatusCode::UNPROCESSABLE_ENTITY, "pages/exchange/show", &context)
        }
        Err(ImportError::Store(e)) => Err(e.into()),
    }
}

async fn run(
    state: &Data<State>,
    who: &Who,
    cases: File,
    events: Option<File>,
    legacy: bool,
    dry_run: bool,
) -> Result<Summary, ImportError> {
    let (now, by) = (state.now(), who.actor.user);
    let own = who.actor.bodies(Role::Secretary);
    // Reading the files needs no database, and a large one takes a while.
    let parse = move || {
        let parsed = exchange::cases(&cases.name, &cases.bytes);
        let happened = events.as_ref().map(|file| exchange::events(&file.name, &file.bytes));
        (cases.name, parsed, events.map(|file| file.name).unwrap_or_default(), happened)
    };
    let plan = move |rx: &mut crate::store::Rx<'_>| {
        let (cases_file, cases, events_file, events) = parse();
        let ledger = Ledger {
            cases_file: &cases_file,
            cases: &cases,
            events_file: &events_file,
            events: events.as_ref(),
            legacy,
            committees: Some(&own),
            by,
        };
        import::plan_cases(rx, &ledger, now, &mut |_, _, _| {})
    };
    if dry_run {
        return state.db.read(move |rx| Ok(plan(rx)?.summary)).await;
    }
    state
        .db
        .write(move |tx| {
            let plan = plan(tx)?;
            let detail = format!("{} cases, {} events", plan.summary.added, plan.summary.events_added);
            access::note(tx, by, "import", "cases", &detail, now)?;
            Ok(import::save_cases(tx, plan, now, &mut |_, _, _| {})?)
        })
        .await
}

fn done(summary: &Summary, dry_run: bool) -> Done {
    let title = if dry_run {
        "살펴보았습니다. 가져올 수 있고, 아직 저장하지 않았습니다.".to_owned()
    } else {
        "가져왔습니다.".to_owned()
    };
    let lines = vec![
        format!("새 사건 {}건, 이미 있는 사건 {}건", summary.added, summary.known),
        format!("새 기록 {}건, 이미 있는 기록 {}건", summary.events_added, summary.events_known),
    ];
    let missing = summary.missing.iter().map(|(reference, steps)| {
        let steps: Vec<&str> = steps.iter().map(|step| step.label()).collect();
        format!("{reference}: {}", steps.join(", "))
    });
    Done { title, lines, missing: missing.collect() }
}

fn wrong(problems: &[Problem]) -> Wrong {
    let columns =
        vec![Column::new("파일"), Column::num("줄"), Column::new("열"), Column::new("무엇을 고칠까요")];
    let rows = problems.iter().take(LISTED).map(|problem| {
        vec![
            Cell::text(&problem.file),
            Cell::text(problem.line.to_string()),
            Cell::text(&problem.column),
            Cell::text(&problem.what),
        ]
    });
    let caption = "한 곳이라도 잘못되면 아무것도 가져오지 않습니다. 줄은 머리글이 1입니다.".to_owned();
    Wrong {
        total: problems.len(),
        more: problems.len().saturating_sub(LISTED),
        table: Table::new(caption, columns, rows.collect(), Empty::new("")),
    }
}

/// Hands out one file of the committee's own ledger, and records who took it and why.
///
/// # Errors
/// 404 for others than a 간사; 422 without a reason.
pub async fn export(state: Data<State>, who: Who, form: Posted) -> Result<HttpResponse, WebError> {
    permitted(&who)?;
    let Posted(typed) = form;
    let Some(reason) = typed.some("reason").map(str::to_owned) else {
        let mut errors = Errors::default();
        errors.add("reason", "내려받는 까닭을 적어 주세요. 예: 분기 보고 준비");
        let mut context = Exchange::blank(&state, &who);
        context.export = export_form(&typed, &errors);
        context.page.error = true;
        return state.page_with(StatusCode::UNPROCESSABLE_ENTITY, "pages/exchange/show", &context);
    };
    let which =
        ["complexes", "events"].into_iter().find(|name| *name == typed.get("which")).unwrap_or("cases");
    let (now, own, user, ip) = (state.now(), who.actor.bodies(Role::Secretary), who.user()?, who.ip.clone());
    let files = state
        .db
        .write(move |tx| {
            let what = format!("export:{which}");
            let taken = access::Access {
                user: Some(user),
                actor: Role::Secretary.code(),
                ip: &ip,
                case: None,
                sides: &[],
                body: None,
                what: &what,
                reason: &reason,
            };
            access::record(tx, &taken, now)?;
            import::export(tx, Some(&own))
        })
        .await?;
    let text = match which {
        "complexes" => files.complexes,
        "events" => files.events,
        _ => files.cases,
    };
    // Spreadsheets take a file with this mark for UTF-8.
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{which}.csv\"")))
        .body(format!("\u{feff}{text}")))
}
