//! 대장 가져오기·내보내기 for the 간사 of a committee, within that committee.
use super::call::{Call, Caller, Done, Nothing};
use super::shapes::exchange::{Export, ExportOne, Import, ImportBody, ImportOne, MissingSteps};
use super::shapes::file::ReasonBody;
use super::shapes::wrong;
use crate::casework::import::{self, CasePlan, ImportError, Ledger, Summary};
use crate::domain::codes::Role;
use crate::exchange;
use crate::store::{Rx, access};
use crate::web::error::WebError;
use actix_web::http::StatusCode;

/// Bad rows that an answer lists.
const LISTED: usize = 300;

/// Looks at a ledger, or brings it in: all of it or nothing.
///
/// # Errors
/// 403 for others than a 간사; 422 `bad_ledger` with every bad row.
pub async fn import(call: Call<Nothing, ImportBody>) -> Result<Done<ImportOne>, WebError> {
    let body = call.body;
    if body.dry_run {
        return call.asker.read(move |rx, caller| Ok(told(&plan(rx, caller, &body)?.summary, true))).await;
    }
    call.asker
        .write(move |tx, caller| {
            let plan = plan(tx, caller, &body)?;
            let detail = format!("{} cases, {} events", plan.summary.added, plan.summary.events_added);
            access::note(tx, caller.actor.user, "import", "cases", &detail, caller.now)?;
            let done = import::save_cases(tx, plan, caller.now, &mut |_, _, _| {})?;
            Ok(told(&done, false))
        })
        .await
}

fn plan(rx: &mut Rx<'_>, caller: &Caller, body: &ImportBody) -> Result<CasePlan, WebError> {
    if !caller.actor.may_exchange() {
        return Err(WebError::denied());
    }
    let cases = exchange::cases("cases", body.cases.as_bytes());
    let events = body.events.as_ref().map(|text| exchange::events("events", text.as_bytes()));
    let own = caller.actor.bodies(Role::Secretary);
    let ledger = Ledger {
        cases_file: "cases",
        cases: &cases,
        events_file: "events",
        events: events.as_ref(),
        legacy: body.legacy,
        committees: Some(&own),
        by: caller.actor.user,
    };
    import::plan_cases(rx, &ledger, caller.now, &mut |_, _, _| {}).map_err(|e| match e {
        ImportError::Store(e) => e.into(),
        ImportError::Problems(problems) => {
            let sentence =
                format!("고칠 곳이 {}군데 있습니다. 아무것도 가져오지 않았습니다.", problems.len());
            let at = |p: &exchange::Problem| (format!("{}:{}:{}", p.file, p.line, p.column), p.what.clone());
            let fields = problems.iter().take(LISTED).map(at).collect();
            WebError { fields, ..WebError::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_ledger", &sentence) }
        }
    })
}

fn told(s: &Summary, dry_run: bool) -> ImportOne {
    let missing = s.missing.iter().map(|(reference, steps)| MissingSteps {
        reference: reference.clone(),
        steps: steps.iter().map(|step| step.code()).collect(),
    });
    ImportOne {
        import: Import {
            dry_run,
            added: s.added,
            known: s.known,
            events_added: s.events_added,
            events_known: s.events_known,
            missing: missing.collect(),
        },
    }
}

/// Hands out the committee's own ledger, and records who took it and why.
///
/// # Errors
/// 403 for others than a 간사; 422 without a reason.
pub async fn export(call: Call<Nothing, ReasonBody>) -> Result<Done<ExportOne>, WebError> {
    let reason = call.body.reason.trim().to_owned();
    if !(2..=200).contains(&reason.chars().count()) {
        return Err(wrong("reason", "내려받는 까닭을 200자 안으로 적어 주세요. 예: 분기 보고 준비"));
    }
    call.asker
        .write(move |tx, caller| {
            if !caller.actor.may_exchange() {
                return Err(WebError::denied());
            }
            let taken = access::Access {
                user: caller.actor.user,
                actor: Role::Secretary.code(),
                ip: &caller.ip,
                case: None,
                sides: &[],
                body: None,
                what: "export:all",
                reason: &reason,
            };
            access::record(tx, &taken, caller.now)?;
            let files = import::export(tx, Some(&caller.actor.bodies(Role::Secretary)))?;
            let (complexes, cases, events, count) = (files.complexes, files.cases, files.events, files.count);
            Ok(ExportOne { export: Export { complexes, cases, events, count } })
        })
        .await
}
