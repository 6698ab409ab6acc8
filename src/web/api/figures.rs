//! A committee's and an NGO's own figures, for its 간사 and 위원장, or its 담당.
use super::call::{Call, Caller, Done, told};
use super::shapes::figures::*;
use super::shapes::indicators::{Flow, FlowOne, Month, ages};
use super::shapes::{Meta, bad_after, limit, measure, period};
use crate::casework::own::{self, Chosen};
use crate::casework::{figures, flow};
use crate::domain::codes::Basis;
use crate::domain::ids::BodyId;
use crate::domain::indicators::Question;
use crate::store::Rx;
use crate::web::error::WebError;
use chrono::NaiveDate;

fn question(caller: &Caller, (from, to): (NaiveDate, NaiveDate), basis: Option<Basis>) -> Question {
    let basis = basis.unwrap_or(Basis::Closing);
    Question { from, to, basis, as_of: caller.now, by: None, scope: None }
}

fn chosen(rx: &mut Rx<'_>, caller: &Caller, body: Option<BodyId>) -> Result<Chosen, WebError> {
    if caller.actor.own_figures().is_empty() {
        return Err(WebError::denied());
    }
    own::chosen(rx, &caller.actor, body).map_err(told)
}

/// The figures of one body, exact, with its months, what is open by age and, of an NGO, the mediators' loads.
///
/// # Errors
/// 403 for people of other roles; 404 for a body that is not theirs; 422 for a period that cannot be used.
pub async fn report(call: Call<FiguresQuery>) -> Result<Done<FiguresOne>, WebError> {
    let q = call.query;
    let asked = period(q.from, q.to)?;
    let read = call.asker.read(move |rx, caller| {
        let chosen = chosen(rx, caller, q.body)?;
        let found = figures::overview_of_own(rx, &chosen.own, &question(caller, asked, q.basis))?;
        let loads = own::loads(rx, &chosen.own, caller.now).map_err(told)?;
        let month = |(first, figures)| Month { first, figures };
        let counted = found.map(|found| Counted {
            open: ages(&found.open),
            months: found.months.into_iter().map(month).collect(),
            report: found.report,
        });
        let load = |(cases, most)| Load { cases, most };
        Ok(FiguresOne {
            body: chosen.own.body,
            name: chosen.name().to_owned(),
            figures: counted,
            loads: loads.into_iter().map(load).collect(),
        })
    });
    read.await
}

/// What becomes of the body's cases, as its page draws it.
///
/// # Errors
/// As `report`.
pub async fn flow(call: Call<FiguresFlowQuery>) -> Result<Done<FlowOne>, WebError> {
    let q = call.query;
    let asked = period(q.from, q.to)?;
    let read = call.asker.read(move |rx, caller| {
        let chosen = chosen(rx, caller, q.body)?;
        let question = question(caller, asked, Some(Basis::Cohort));
        Ok(FlowOne { flow: flow::of_own(rx, &chosen.own, &question)?.map(Flow::from) })
    });
    read.await
}

/// The cases that one count of the figures counts, newest first; without a measure, those that were open at any time of the period.
///
/// # Errors
/// As `report`; 404 for a 위원장, who sees figures alone; 422 for a measure or page that there is not.
pub async fn cases(call: Call<FiguresCasesQuery>) -> Result<Done<FiguresCasePage>, WebError> {
    let q = call.query;
    let asked = period(q.from, q.to)?;
    let measure = measure(q.measure.as_deref())?;
    let skip = match q.after.as_deref().map(str::parse::<usize>) {
        None => 0,
        Some(Ok(n)) => n,
        Some(Err(_)) => return Err(bad_after()),
    };
    let read = call.asker.read(move |rx, caller| {
        let chosen = chosen(rx, caller, q.body)?;
        let limit = usize::try_from(limit(q.limit)?).unwrap_or(usize::MAX);
        let question = question(caller, asked, q.basis);
        let found =
            own::list(rx, &caller.actor, &chosen.own, (&question, measure), (skip, limit)).map_err(told)?;
        let next = found.more.then(|| skip.saturating_add(limit).to_string());
        Ok(FiguresCasePage {
            count: found.count,
            cases: found.rows.into_iter().map(FiguresCase::from).collect(),
            meta: Meta { next },
        })
    });
    read.await
}
