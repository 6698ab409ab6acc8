//! What a ward has still to publish, and what of it Ieum publishes by itself.
use super::drawn::gather;
use super::{CALENDAR, Gathered, Particulars, publishes_for};
use crate::casework::CaseworkError;
use crate::casework::account::note;
use crate::domain::codes::{AuditAction, BodyKind, PeriodKind};
use crate::domain::permission::Actor;
use crate::domain::publication::Period;
use crate::domain::seoul;
use crate::store::bodies::{self, Body};
use crate::store::publications::{self, Head};
use crate::store::{Rx, StoreError, Tx, settings};
use chrono::{DateTime, Utc};

/// The reports that this person's ward has still to publish: of each kind the last period that is over.
///
/// # Errors
/// Database errors.
pub fn due(
    rx: &mut Rx<'_>,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Vec<(Body, Period, DateTime<Utc>)>, CaseworkError> {
    if !actor.may_publish() {
        return Ok(Vec::new());
    }
    let ward = publishes_for(rx, actor)?;
    let open = still_due(rx, &ward.ward_code, now)?;
    Ok(open.into_iter().map(|(period, due)| (ward.clone(), period, due)).collect())
}

fn still_due(
    rx: &mut Rx<'_>,
    ward: &str,
    now: DateTime<Utc>,
) -> Result<Vec<(Period, DateTime<Utc>)>, StoreError> {
    let days = rx.rules().report_days;
    let done: Vec<Period> = publications::of_ward(rx, ward)?.iter().map(Head::period).collect();
    let last = CALENDAR.iter().filter_map(|kind| Period::last(*kind, seoul::day(now)));
    Ok(last.filter(|period| !done.contains(period)).map(|period| (period, period.due(days))).collect())
}

fn setting(ward: &str) -> String {
    format!("publications.automatic.{ward}")
}

/// Which kinds the ward lets Ieum publish by itself.
///
/// # Errors
/// Database errors.
pub fn automatic(rx: &mut Rx<'_>, ward: &str) -> Result<Vec<PeriodKind>, StoreError> {
    let kept = settings::get(rx, &setting(ward))?.unwrap_or_default();
    Ok(kept.split(' ').filter_map(PeriodKind::from_code).collect())
}

/// Sets them; none: a person publishes every report.
///
/// # Errors
/// `Denied` for whoever works for no ward; `Invalid` for a programme, which ends once.
pub fn set_automatic(
    tx: &mut Tx<'_>,
    actor: &Actor,
    kinds: &[PeriodKind],
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let ward = publishes_for(tx, actor)?;
    if kinds.contains(&PeriodKind::Programme) {
        return Err(CaseworkError::field(
            "kinds",
            "사업 기간의 보고서는 사람이 공표합니다. 다른 것을 골라 주세요.",
        ));
    }
    let kept: Vec<&str> =
        CALENDAR.iter().filter(|kind| kinds.contains(kind)).map(|kind| kind.code()).collect();
    settings::set(tx, &setting(&ward.ward_code), &kept.join(" "))?;
    note(
        tx,
        actor.user,
        AuditAction::PublishedByItself,
        &format!("body {}", ward.id.0),
        &kept.join(" "),
        now,
    )?;
    Ok(())
}

/// The wards that let Ieum publish by itself, with what has fallen due.
///
/// # Errors
/// Database errors.
pub fn waiting(rx: &mut Rx<'_>, now: DateTime<Utc>) -> Result<Vec<(Body, Period)>, StoreError> {
    let mut found: Vec<(Body, Period)> = Vec::new();
    for ward in bodies::of_kinds(rx, seoul::day(now), &[BodyKind::Ward])? {
        let kinds = automatic(rx, &ward.ward_code)?;
        if kinds.is_empty() || found.iter().any(|(known, _)| known.ward_code == ward.ward_code) {
            continue;
        }
        for (period, due) in still_due(rx, &ward.ward_code, now)? {
            if kinds.contains(&period.kind) && due <= now {
                found.push((ward.clone(), period));
            }
        }
    }
    Ok(found)
}

/// Counts a report that has fallen due; nothing where somebody was quicker.
///
/// # Errors
/// Database errors.
pub fn prepare_due(
    rx: &mut Rx<'_>,
    ward: &Body,
    period: Period,
    now: DateTime<Utc>,
) -> Result<Option<Gathered>, CaseworkError> {
    if !still_due(rx, &ward.ward_code, now)?.iter().any(|(open, _)| *open == period) {
        return Ok(None);
    }
    let named = (period, period.name());
    Ok(Some(gather(rx, (ward.clone(), None), named, &Particulars::default(), now)?))
}
