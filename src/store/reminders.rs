//! Reminders of the ward to a 단지 whose committee lacks something: on which day, how many mails.
use super::schema::committee_reminders;
use super::{Rx, StoreError, Tx};
use crate::domain::ids::{ComplexId, UserId};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

/// Writes down that a 단지 was reminded.
///
/// # Errors
/// `Conflict` when it was on that day already.
pub fn add(
    tx: &mut Tx<'_>,
    complex: ComplexId,
    on: NaiveDate,
    mails: i64,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = (
        committee_reminders::complex_id.eq(complex),
        committee_reminders::on_date.eq(on),
        committee_reminders::mails.eq(mails),
        committee_reminders::created_by.eq(by),
        committee_reminders::created_at.eq(now.naive_utc()),
    );
    diesel::insert_into(committee_reminders::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// On which day each of these was reminded last.
///
/// # Errors
/// Database errors.
pub fn last(
    rx: &mut Rx<'_>,
    complexes: &[ComplexId],
) -> Result<Vec<(ComplexId, Option<NaiveDate>)>, StoreError> {
    Ok(committee_reminders::table
        .filter(committee_reminders::complex_id.eq_any(complexes))
        .group_by(committee_reminders::complex_id)
        .select((committee_reminders::complex_id, diesel::dsl::max(committee_reminders::on_date)))
        .load(rx.conn())?)
}
