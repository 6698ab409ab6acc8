//! 내가 할 일: everything that waits for one person, of cases, of committees and of the ward's reports. The page, the API and the weekly summary all
//! count this one list.
use super::{CaseworkError, committee, publications};
use crate::domain::committee::duties::Duty;
use crate::domain::ids::UserId;
use crate::domain::permission::Actor;
use crate::domain::publication::Period;
use crate::domain::seoul;
use crate::store::Rx;
use crate::store::bodies::Body;
use crate::store::projection::{self, DutyRow};
use chrono::{DateTime, Duration, NaiveDate, Utc};

/// What waits.
#[derive(Debug, Clone)]
pub enum What {
    OfCase(DutyRow),
    OfCommittee(Body, Duty),
    /// The ward's report over a period that is over.
    Publish(Body, Period),
}

/// Something that waits, and until when.
#[derive(Debug, Clone)]
pub struct Todo {
    pub due: DateTime<Utc>,
    pub what: What,
}

/// Everything that waits for this person, the most urgent first; of cases at most `limit`. Of a case that they have left as
/// somebody of its committee there is nothing; what waits at a desk that they keep in the 간사's place is theirs.
///
/// # Errors
/// Database errors.
pub fn of(
    rx: &mut Rx<'_>,
    actor: &Actor,
    user: UserId,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Todo>, CaseworkError> {
    let mut rows = projection::duties_of(rx, &actor.desks(), user, limit)?;
    let assemblies = actor.assemblies();
    for case in &actor.standing_in {
        let known: Vec<_> = rows.iter().map(|row| row.id).collect();
        let at_desk = |row: &DutyRow| {
            row.body_id.is_some_and(|body| assemblies.contains(&body)) && !known.contains(&row.id)
        };
        rows.extend(projection::duties_in(rx, *case)?.into_iter().filter(at_desk));
    }
    rows.retain(|row| row.case_id.is_none_or(|case| actor.is_told_of(case, row.body_id)));
    let of_case = |row: DutyRow| Todo { due: row.due_at.and_utc(), what: What::OfCase(row) };
    let mut all: Vec<Todo> = rows.into_iter().map(of_case).collect();
    for (body, duty) in committee::duties_of(rx, actor, now)? {
        all.push(Todo { due: end_of(duty.due), what: What::OfCommittee(body, duty) });
    }
    for (body, period, due) in publications::due(rx, actor, now)? {
        all.push(Todo { due, what: What::Publish(body, period) });
    }
    all.sort_by_key(|todo| todo.due);
    Ok(all)
}

/// What is due on a day is due until its last minute in Seoul.
#[must_use]
pub fn end_of(day: NaiveDate) -> DateTime<Utc> {
    seoul::midnight(day.succ_opt().unwrap_or(day)) - Duration::minutes(1)
}
