//! Publishes the reports that wards let be published by themselves, beside the clock: drawing one up takes seconds, and no deadline
//! waits for it.
use super::deliver::Clock;
use crate::casework::{CaseworkError, publications};
use crate::domain::permission::Actor;
use crate::domain::publication::Period;
use crate::store::bodies::Body;
use crate::store::{Db, StoreError};
use chrono::{DateTime, Utc};
use tokio::sync::watch;

/// Runs until `stop` turns true; the report in hand is finished.
pub async fn run(db: Db, clock: Clock, mut stop: watch::Receiver<bool>) {
    let minute = std::time::Duration::from_secs(60);
    while !*stop.borrow() {
        if let Err(e) = round(&db, &clock).await {
            tracing::error!(%e, "reports");
        }
        drop(tokio::time::timeout(minute, stop.changed()).await);
    }
}

/// Publishes one report that has fallen due, or the next where one cannot be; returns how many. What is left waits a minute.
///
/// # Errors
/// Database errors.
pub async fn round(db: &Db, clock: &Clock) -> Result<usize, CaseworkError> {
    let now = clock();
    for (ward, period) in db.read(move |rx| publications::waiting(rx, now)).await? {
        let (ward_code, name) = (ward.ward_code.clone(), period.code());
        match publish(db, ward, period, now).await {
            Ok(0) => {}
            Ok(published) => return Ok(published),
            // Somebody published meanwhile; the next round looks again.
            Err(CaseworkError::Store(StoreError::Conflict(_))) => {}
            Err(e) => tracing::error!(%ward_code, %name, %e, "a report could not be published"),
        }
    }
    Ok(0)
}

/// Publishes a report that has fallen due; 0 where somebody was quicker.
async fn publish(db: &Db, ward: Body, period: Period, now: DateTime<Utc>) -> Result<usize, CaseworkError> {
    let counted = db.read(move |rx| publications::prepare_due(rx, &ward, period, now)).await?;
    let Some(counted) = counted else { return Ok(0) };
    let ready = publications::draw(counted).await?;
    db.write(move |tx| publications::publish(tx, &Actor::clock(), &ready, now)).await?;
    Ok(1)
}
