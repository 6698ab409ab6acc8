//! Does what time does: every minute, every case in which a date may have come and every weekly summary, one transaction each.
use super::deliver::Clock;
use crate::casework::CaseworkError;
use crate::casework::{clockwork, committee, digest, keeping, post};
use crate::store::{Db, StoreError, drafts, evidence, idempotency, logins};
use chrono::{Duration, DurationRound};
use tokio::sync::watch;

/// Cases looked at in one round; the rest waits a minute.
const ROUND: i64 = 500;

/// Runs until `stop` turns true.
pub async fn run(db: Db, clock: Clock, idle: Duration, mut stop: watch::Receiver<bool>) {
    let minute = std::time::Duration::from_secs(60);
    let (mut forgotten, mut swept) = (None, None);
    while !*stop.borrow() {
        if let Err(e) = round(&db, &clock).await {
            tracing::error!(%e, "clock");
        }
        if let Err(e) = destroy(&db, &clock).await {
            tracing::error!(%e, "keeping");
        }
        let today = crate::domain::seoul::day(clock());
        if forgotten != Some(today) {
            match forget(&db, &clock).await {
                Ok(_) => forgotten = Some(today),
                Err(e) => tracing::error!(%e, "forgetting"),
            }
        }
        // Nothing of a file can be read once its row is gone: it may lie there for an hour.
        let hour = clock().duration_trunc(Duration::hours(1)).ok();
        if swept != hour {
            match sweep(&db, &clock).await {
                Ok(_) => swept = hour,
                Err(e) => tracing::error!(%e, "sweeping"),
            }
        }
        if let Err(e) = upkeep(&db, &clock, idle).await {
            tracing::error!(%e, "upkeep");
        }
        drop(tokio::time::timeout(minute, stop.changed()).await);
    }
}

/// One round; returns how many steps were taken.
///
/// # Errors
/// Database errors.
pub async fn round(db: &Db, clock: &Clock) -> Result<usize, CaseworkError> {
    let now = clock();
    let waiting = db.read(move |rx| clockwork::waiting(rx, now, ROUND)).await?;
    let mut taken = 0;
    for case in waiting {
        match db.write(move |tx| clockwork::tick(tx, case, now)).await {
            Ok(steps) => taken += steps,
            // Somebody's own step came first; the next round looks again.
            Err(CaseworkError::Store(StoreError::Conflict(_))) => {}
            Err(e) => tracing::warn!(case = case.0, %e, "the clock's step was refused"),
        }
    }
    // One thing that cannot be done must not keep the others from being done.
    for mail in db.read(move |rx| post::turning_urgent(rx, now, ROUND)).await? {
        if let Err(e) = db.write(move |tx| post::escalate(tx, mail, now)).await {
            tracing::error!(mail = mail.0.0, %e, "nobody could be told that a mail may come too late");
        }
    }
    if let Err(e) = db.write(move |tx| committee::announce_ends(tx, now)).await {
        tracing::error!(%e, "the ends of terms could not be announced");
    }
    for user in db.read(move |rx| digest::waiting(rx, now, ROUND)).await? {
        if let Err(e) = db.write(move |tx| digest::send(tx, user, now)).await {
            tracing::error!(user = user.0, %e, "a weekly summary could not be written");
        }
    }
    Ok(taken)
}

/// Destroys what was kept long enough, one transaction per case; returns how many cases were looked at.
///
/// # Errors
/// Database errors.
pub async fn destroy(db: &Db, clock: &Clock) -> Result<usize, CaseworkError> {
    let now = clock();
    let due = db.read(move |rx| keeping::waiting(rx, now, ROUND)).await?;
    for case in &due {
        let case = *case;
        if let Err(e) = db.write(move |tx| keeping::end(tx, case, now)).await {
            tracing::warn!(case = case.0, %e, "could not be destroyed");
        }
    }
    Ok(due.len())
}

/// Destroys the records that were kept long enough and belong to no case; returns how many rows.
///
/// # Errors
/// Database errors.
pub async fn forget(db: &Db, clock: &Clock) -> Result<usize, CaseworkError> {
    let now = clock();
    db.write(move |tx| keeping::forget_logs(tx, now)).await
}

/// Takes away files of evidence that no row names: their case was destroyed, or whoever sent them was cut off. Returns how many.
///
/// # Errors
/// Database errors, or the folder cannot be read.
pub async fn sweep(db: &Db, clock: &Clock) -> Result<usize, StoreError> {
    let (shelf, now) = (db.shelf().clone(), clock());
    let looked = tokio::task::spawn_blocking(move || shelf.old(now)).await;
    let old = looked.map_err(|e| StoreError::Other(e.to_string()))??;
    if old.is_empty() {
        return Ok(0);
    }
    let (asked, shelf) = (old.clone(), db.shelf().clone());
    let known = db.read(move |rx| evidence::known(rx, &asked)).await?;
    let swept = tokio::task::spawn_blocking(move || shelf.sweep(&old, &known)).await;
    swept.map_err(|e| StoreError::Other(e.to_string()))
}

/// Forgets what ended by itself: logins, drafts, answers kept for repeats.
async fn upkeep(db: &Db, clock: &Clock, idle: Duration) -> Result<(), StoreError> {
    let now = clock();
    db.write(move |tx| {
        logins::forget_ended(tx, now, idle)?;
        drafts::purge(tx, now)?;
        idempotency::purge(tx, now)?;
        Ok(())
    })
    .await
}
