//! What a ward sees case by case: pseudonyms. (What waits there to be sent on is `waiting`.)
use super::call::{Call, Caller, Done, Made, told};
use super::shapes::ward::*;
use super::shapes::{Meta, bad_after, limit, measure, period, wrong};
use crate::casework::{compliance, prevention, pseudonyms, season, variation};
use crate::domain::codes::{Basis, Role};
use crate::domain::ids::ComplexId;
use crate::domain::indicators::{Question, Scope};
use crate::store::Rx;
use crate::store::bodies::{self, Body};
use crate::web::error::WebError;

/// The ward whose officer asks.
fn ward(rx: &mut Rx<'_>, caller: &Caller) -> Result<Body, WebError> {
    let own = caller.actor.bodies(Role::Ward).first().copied().ok_or_else(WebError::denied)?;
    Ok(bodies::find(rx, own)?)
}

/// The ward's cases under pseudonyms, newest first.
///
/// # Errors
/// 403 for people of other roles; 422 for a page that there is not.
pub async fn cases(call: Call<WardQuery>) -> Result<Done<WardCasePage>, WebError> {
    let q = call.query;
    call.asker
        .read(move |rx, caller| {
            let ward = ward(rx, caller)?;
            let (open, dong) = (q.open.unwrap_or(true), q.dong_code.as_deref());
            let (limit, after) = (limit(q.limit)?, q.after.as_deref());
            let page = pseudonyms::pseudonymous(rx, &ward.ward_code, dong, open, after, limit, caller.now)?;
            let (shown, next) = page.ok_or_else(bad_after)?;
            Ok(WardCasePage { cases: shown.into_iter().map(WardCase::from).collect(), meta: Meta { next } })
        })
        .await
}

/// The cases that one count of the ward's report counts, under pseudonyms, newest first; without a measure, those that were open at any
/// time of the period.
///
/// # Errors
/// 403 for people of other roles; 422 for a period, measure, 행정동 or page that there is not.
pub async fn records(call: Call<RecordQuery>) -> Result<Done<RecordPage>, WebError> {
    let q = call.query;
    period(q.from, q.to)?;
    let measure = measure(q.measure.as_deref())?;
    call.asker
        .report(move |rx, caller| {
            let ward = ward(rx, caller)?.ward_code;
            let of_ward = |code: &String| code.starts_with(&ward);
            let scope = match q.dong_code {
                Some(code) if !of_ward(&code) || bodies::dong_name(rx, &code)?.is_none() => {
                    return Err(wrong("dong_code", "이 구의 행정동 코드를 보내 주세요."));
                }
                Some(code) => Scope::Dong(code),
                None => Scope::Ward(ward),
            };
            let (from, to, basis) = (q.from, q.to, q.basis.unwrap_or(Basis::Closing));
            let question = Question { from, to, basis, as_of: caller.now, by: None, scope: Some(scope) };
            let limit = usize::try_from(limit(q.limit)?).unwrap_or(usize::MAX);
            let found = pseudonyms::records(rx, &question, measure, q.after.as_deref(), limit)?;
            Ok(found.ok_or_else(bad_after)?.into())
        })
        .await
}

/// In which months complaints come in, over the last whole years, and the notice made of it.
///
/// # Errors
/// 403 for people of other roles.
pub async fn season(call: Call) -> Result<Done<SeasonOne>, WebError> {
    call.asker
        .report(move |rx, caller| {
            let ward = ward(rx, caller)?;
            Ok(season::season(rx, &ward.ward_code, caller.now)?.into())
        })
        .await
}

/// In which hours noise was heard in the last whole year, and in which 단지 disputes rose or repeated: no number of a 단지, none of few.
///
/// # Errors
/// 403 for people of other roles.
pub async fn prevention(call: Call) -> Result<Done<PreventionOne>, WebError> {
    call.asker
        .report(move |rx, caller| {
            let ward = ward(rx, caller)?;
            Ok(prevention::prevention(rx, &ward.ward_code, caller.now)?.into())
        })
        .await
}

/// Whether committees and NGOs differ by more than chance, and 단지 in a programme from the others: each whole year, newest first.
///
/// # Errors
/// 403 for people of other roles.
pub async fn variations(call: Call) -> Result<Done<VariationPage>, WebError> {
    call.asker
        .report(move |rx, caller| {
            let ward = ward(rx, caller)?.ward_code;
            let mut variations = Vec::new();
            for year in variation::years(rx, &ward, caller.now)? {
                let found = variation::of_year(rx, &ward, year, caller.now)?;
                variations.extend(found.map(VariationOne::from));
            }
            Ok(VariationPage { variations })
        })
        .await
}

/// Reminds a 단지 of what its committee lacks, by mail to the committee's chair and 간사, once a day.
///
/// # Errors
/// 403 for people of other roles; 404 for a 단지 elsewhere or one that lacks nothing; 409 `reminded`, `nobody_to_mail`.
pub async fn remind(call: Call) -> Result<Made<Reminded>, WebError> {
    let id = ComplexId(call.id()?);
    call.asker
        .write(move |tx, caller| {
            let mails = compliance::remind(tx, &caller.actor, id, caller.now).map_err(told)?;
            Ok(Reminded { mails })
        })
        .await
}

/// The ward's board of committees: every 단지 with what it has and lacks.
///
/// # Errors
/// 403 for people of other roles.
pub async fn committees(call: Call) -> Result<Done<CommitteeBoard>, WebError> {
    call.asker
        .read(move |rx, caller| {
            let ward = ward(rx, caller)?;
            let lines = compliance::board(rx, &ward.ward_code, caller.now).map_err(WebError::from)?;
            Ok(CommitteeBoard { committees: lines.into_iter().map(CommitteeLine::from).collect() })
        })
        .await
}
