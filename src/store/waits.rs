//! How long a ward's cases wait for an answer: of mediators who were offered a case, and of bodies that a case was referred to.
use super::schema::{case_events, cases, referrals};
use super::{Rx, StoreError, events};
use crate::domain::ids::CaseId;
use crate::domain::step::{Step, StepCode};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;

/// Which cases: of a ward, and of one of its 행정동 where one is named.
pub type Place<'a> = (&'a str, Option<&'a str>);
/// From and to: what was asked in `[from, to)`.
pub type Period = (DateTime<Utc>, DateTime<Utc>);

/// Each referral of the period with the time until it was answered; none: it is not.
///
/// # Errors
/// Database errors.
pub fn of_referrals(
    rx: &mut Rx<'_>,
    (ward, dong): Place<'_>,
    (from, to): Period,
) -> Result<Vec<Option<TimeDelta>>, StoreError> {
    let mut query = referrals::table
        .inner_join(cases::table.on(cases::id.eq(referrals::case_id)))
        .filter(cases::ward_code.eq(ward))
        .filter(referrals::sent_at.ge(from.naive_utc()).and(referrals::sent_at.lt(to.naive_utc())))
        .select((referrals::sent_at, referrals::answered_at))
        .into_boxed();
    if let Some(dong) = dong {
        query = query.filter(cases::dong_code.eq(dong));
    }
    let rows: Vec<(NaiveDateTime, Option<NaiveDateTime>)> = query.load(rx.conn())?;
    Ok(rows.into_iter().map(|(sent, answered)| answered.map(|at| at - sent)).collect())
}

/// Each offer of the period with the time until the mediator took or declined it; none: neither, whatever became of it.
///
/// # Errors
/// `Key` when a line does not open; database errors.
pub fn of_offers(
    rx: &mut Rx<'_>,
    (ward, dong): Place<'_>,
    (from, to): Period,
) -> Result<Vec<Option<TimeDelta>>, StoreError> {
    let mut query = case_events::table
        .inner_join(cases::table.on(cases::id.eq(case_events::case_id)))
        .filter(cases::ward_code.eq(ward))
        .filter(case_events::step.eq(StepCode::Offer.code()).and(case_events::voided.eq(false)))
        .filter(case_events::at.ge(from.naive_utc()).and(case_events::at.lt(to.naive_utc())))
        .select(case_events::case_id)
        .distinct()
        .into_boxed();
    if let Some(dong) = dong {
        query = query.filter(cases::dong_code.eq(dong));
    }
    let mut found = Vec::new();
    for case in query.load::<CaseId>(rx.conn())? {
        let lines = events::of_case(rx, case)?;
        let offers = lines.iter().filter(|line| matches!(line.step, Step::Offer { .. }) && !line.voided);
        for offer in offers.filter(|line| from <= line.at && line.at < to) {
            let answer = lines.iter().filter(|line| !line.voided).find(|line| match &line.step {
                Step::AcceptOffer { offer: of, .. } | Step::DeclineOffer { offer: of, .. } => {
                    *of == offer.seq
                }
                _ => false,
            });
            found.push(answer.map(|line| line.at - offer.at));
        }
    }
    Ok(found)
}
