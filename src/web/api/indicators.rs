//! The ward's figures: the same function as the command line's and the ward's page's.
use super::call::{Call, Caller, Done, told};
use super::shapes::indicators::*;
use super::shapes::{period, wrong};
use crate::casework::{figures, flow, publications};
use crate::domain::codes::{Basis, Dimension, PeriodKind, Role};
use crate::domain::indicators::{Question, Scope};
use crate::exchange::publication::Document;
use crate::store::{Rx, bodies};
use crate::web::error::WebError;

/// A report over the caller's ward, or the dong of a dong's officer, or a part of it, exact. What may leave the ward is what was
/// published of it; of a 단지 and by anything but 행정동 there are published tables only.
///
/// # Errors
/// 403 for people of other roles; 422 for a period, breakdown or scope that cannot be used.
pub async fn report(call: Call<ReportQuery>) -> Result<Done<ReportOne>, WebError> {
    let q = call.query;
    period(q.from, q.to)?;
    // What was published just now is asked for where it was written.
    let published = q.suppress.unwrap_or(false);
    let work = move |rx: &mut Rx<'_>, caller: &Caller| {
        let question = Question {
            from: q.from,
            to: q.to,
            basis: q.basis.unwrap_or(Basis::Closing),
            as_of: q.as_of.unwrap_or(caller.now),
            by: q.by,
            scope: Some(scope(rx, caller, q.scope.as_deref())?),
        };
        wards_own(&question)?;
        if !published {
            return Ok(ReportOne::whole(figures::report(rx, &question)?));
        }
        let Some(Scope::Ward(ward)) = &question.scope else {
            return Err(wrong("suppress", WHAT_IS_PUBLIC));
        };
        let published = publications::published(rx, ward, (q.from, q.to)).map_err(told)?;
        let same = |document: &Document| {
            let by = if document.kind == PeriodKind::Month { None } else { Some(Dimension::Dong) };
            question.by == by && question.basis == Basis::Closing && q.as_of.is_none()
        };
        let published = published.filter(same).ok_or_else(|| wrong("suppress", WHAT_IS_PUBLIC))?;
        Ok(ReportOne::published(published.report))
    };
    if published { call.asker.read(work).await } else { call.asker.report(work).await }
}

/// Month by month by closing, and the cases that are open by their age, as the ward's page shows them.
///
/// # Errors
/// As `report`.
pub async fn overview(call: Call<OverviewQuery>) -> Result<Done<OverviewOne>, WebError> {
    let q = call.query;
    period(q.from, q.to)?;
    call.asker
        .report(move |rx, caller| {
            let question = Question {
                from: q.from,
                to: q.to,
                basis: Basis::Closing,
                as_of: caller.now,
                by: None,
                scope: Some(scope(rx, caller, q.scope.as_deref())?),
            };
            wards_own(&question)?;
            let found = figures::overview(rx, &question)?;
            let month = |(first, figures)| Month { first, figures };
            Ok(OverviewOne {
                overview: Overview {
                    months: found.months.into_iter().map(month).collect(),
                    open: ages(&found.open),
                },
            })
        })
        .await
}

/// What becomes of the cases: the quarters' cohorts, how far the cases of the period got, how and how soon they ended.
///
/// # Errors
/// As `report`.
pub async fn flow(call: Call<OverviewQuery>) -> Result<Done<FlowOne>, WebError> {
    let q = call.query;
    period(q.from, q.to)?;
    let read = call.asker.report(move |rx, caller| {
        let (basis, by, as_of) = (Basis::Cohort, None, caller.now);
        let scope = Some(scope(rx, caller, q.scope.as_deref())?);
        let question = Question { from: q.from, to: q.to, basis, as_of, by, scope };
        wards_own(&question)?;
        Ok(FlowOne { flow: flow::flow(rx, &question)?.map(Flow::from) })
    });
    read.await
}

/// The period by our definition of 해결률 and by those that others publish, with the arithmetic between.
///
/// # Errors
/// As `report`.
pub async fn comparison(call: Call<OverviewQuery>) -> Result<Done<ComparisonOne>, WebError> {
    let q = call.query;
    period(q.from, q.to)?;
    let read = call.asker.report(move |rx, caller| {
        let (basis, by, as_of) = (Basis::Closing, None, caller.now);
        let scope = Some(scope(rx, caller, q.scope.as_deref())?);
        let question = Question { from: q.from, to: q.to, basis, as_of, by, scope };
        wards_own(&question)?;
        let (report, compared) = figures::compared(rx, &question)?;
        let comparison = compared.into_iter().map(DefinitionOne::from).collect();
        Ok(ComparisonOne { as_of: report.as_of.to_utc(), comparison })
    });
    read.await
}

const WHAT_IS_PUBLIC: &str = "작은 수를 가린 표는 구가 공표한 것뿐입니다. 공표한 기간의 from과 to를 보내고, 달이 아니면 by=dong을 붙이고, as_of와 행정동 scope는 빼 주세요. 목록은 /api/v1/publications에 있습니다.";

/// The ward asks for its 구 and 행정동, whatever the period; never for less.
fn wards_own(question: &Question) -> Result<(), WebError> {
    if question.is_the_wards() {
        return Ok(());
    }
    Err(wrong("by", "행정동이 아닌 갈래별 지표는 여기서 내주지 않습니다. 나눌 때는 by=dong으로 물어 주세요."))
}

/// What the caller may count: a ward's officer their ward and its 행정동, a dong's officer their dong.
fn scope(rx: &mut Rx<'_>, caller: &Caller, asked: Option<&str>) -> Result<Scope, WebError> {
    let own = |role| caller.actor.bodies(role).first().copied();
    let (ward, dong) = match (own(Role::Ward), own(Role::Dong)) {
        (Some(body), _) => (bodies::find(rx, body)?.ward_code, None),
        (None, Some(body)) => {
            let body = bodies::find(rx, body)?;
            (body.ward_code, body.dong_code)
        }
        (None, None) => return Err(WebError::denied()),
    };
    let Some(asked) = asked else {
        return Ok(dong.map_or(Scope::Ward(ward), Scope::Dong));
    };
    let inside = |code: &str, of: &str| dong.as_ref().map_or(of == ward, |own| own == code);
    let scope = Scope::parse(asked);
    let fine = match &scope {
        Scope::Ward(code) => dong.is_none() && *code == ward,
        Scope::Dong(code) => {
            bodies::all_dongs(rx)?.iter().any(|(known, _, of)| known == code && inside(known, of))
        }
        // Of single 단지 the ward has no figures.
        Scope::Complex(_) => false,
    };
    if fine {
        Ok(scope)
    } else {
        Err(wrong(
            "scope",
            "내가 볼 수 있는 구나 행정동의 코드를 보내 주세요. 단지의 지표는 내주지 않습니다.",
        ))
    }
}
