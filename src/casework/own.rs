//! A committee's and an NGO's own figures: the ward's definitions over its own cases, exact, as it sees those anyway. Nobody who is recused
//! from a case finds it in them.
use super::CaseworkError;
use super::pseudonyms::counted_of;
use super::roster;
use crate::domain::ids::{BodyId, CaseId};
use crate::domain::indicators::{Behind, Measure, Question};
use crate::domain::permission::{Actor, Own, OwnKind};
use crate::domain::seoul;
use crate::store::{Rx, StoreError, bodies, cases, kept};
use chrono::{DateTime, Utc};
use std::cmp::Reverse;
use std::collections::HashMap;

/// The body whose figures are looked at, and the others that this person may choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    pub own: Own,
    /// Every body that can be chosen, this one included.
    pub names: Vec<(BodyId, String)>,
}

impl Chosen {
    /// The body's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.names.iter().find(|(id, _)| *id == self.own.body).map_or("", |(_, name)| name)
    }
}

/// The body that was asked for, or the first of this person's.
///
/// # Errors
/// `NotFound` for somebody who has none, or not that one.
pub fn chosen(rx: &mut Rx<'_>, actor: &Actor, asked: Option<BodyId>) -> Result<Chosen, CaseworkError> {
    let all = actor.own_figures();
    let ids: Vec<BodyId> = all.iter().map(|own| own.body).collect();
    let own = all.into_iter().find(|own| asked.is_none_or(|body| own.body == body));
    let own = own.ok_or(CaseworkError::Store(StoreError::NotFound))?;
    Ok(Chosen { own, names: bodies::names(rx, &ids)? })
}

/// How many cases each mediator of an NGO has and can have, the fewest first; of a committee nothing. Without names: the roster has them.
///
/// # Errors
/// Database errors.
pub fn loads(rx: &mut Rx<'_>, own: &Own, now: DateTime<Utc>) -> Result<Vec<(i64, i64)>, CaseworkError> {
    if own.kind == OwnKind::Committee {
        return Ok(Vec::new());
    }
    let mut loads = roster::loads(rx, own.body, now)?;
    loads.sort_unstable();
    Ok(loads)
}

/// A case behind a figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// None where this person does not see the case any more.
    pub number: Option<String>,
    pub case: Behind,
}

/// The cases behind a figure.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    /// As the figure says it.
    pub count: u32,
    pub cases: usize,
    pub rows: Vec<Listed>,
    /// Whether there are more behind these.
    pub more: bool,
}

/// The body's own cases that a measure counts (without one: that were open at any time of the period), newest first: `limit` of them
/// behind the first `skip`.
///
/// # Errors
/// `NotFound` for whoever sees figures alone, or where something is dated after now.
pub fn list(
    rx: &mut Rx<'_>,
    actor: &Actor,
    own: &Own,
    (question, measure): (&Question, Option<Measure>),
    (skip, limit): (usize, usize),
) -> Result<List, CaseworkError> {
    if !own.lists {
        return Err(CaseworkError::Store(StoreError::NotFound));
    }
    rx.at_one_moment(|rx| {
        let lines = kept::own_lines_before(rx, own, seoul::midnight(question.to), question.as_of)?;
        let lines = lines.ok_or(CaseworkError::Store(StoreError::NotFound))?;
        let mut found = counted_of(lines, question, measure);
        found.sort_by_key(|(id, _, case)| Reverse((case.received_at, *id)));
        let (count, all) = (found.iter().map(|(_, _, case)| case.times).sum(), found.len());
        let some: Vec<(CaseId, Behind)> =
            found.into_iter().skip(skip).take(limit).map(|(id, _, case)| (id, case)).collect();
        let ids: Vec<CaseId> = some.iter().map(|(id, _)| *id).collect();
        let numbers = cases::numbers(rx, &actor.scope(), &ids)?;
        let mut numbers: HashMap<CaseId, String> = numbers.into_iter().collect();
        let more = all > skip.saturating_add(some.len());
        let rows = some.into_iter().map(|(id, case)| Listed { number: numbers.remove(&id), case });
        Ok(List { count, cases: all, rows: rows.collect(), more })
    })
}
