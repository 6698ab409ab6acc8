//! How long cases wait for an answer: of mediators who were offered a case, and of bodies that a case was referred to.
use super::schema::{case_events, cases, referrals};
use super::{Rx, StoreError, events};
use crate::domain::codes::ReferralState;
use crate::domain::ids::CaseId;
use crate::domain::permission::{Own, OwnKind};
use crate::domain::step::{Step, StepCode};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;
use std::collections::HashMap;

/// Values asked for at once.
const CHUNK: usize = 500;

/// Whose cases.
#[derive(Debug, Clone, Copy)]
pub enum Whose<'a> {
    /// Of a ward, and of one of its 행정동 where one is named.
    Place(&'a str, Option<&'a str>),
    /// Of a body's own figures. The referrals of an NGO are those to it, and its offers those made since it took the case over.
    Own(&'a Own),
}
/// From and to: what was asked in `[from, to)`.
pub type Period = (DateTime<Utc>, DateTime<Utc>);

/// Each referral of the period with the time until it was answered; none: it is not.
///
/// # Errors
/// Database errors.
pub fn of_referrals(
    rx: &mut Rx<'_>,
    whose: Whose<'_>,
    (from, to): Period,
) -> Result<Vec<Option<TimeDelta>>, StoreError> {
    let sent = referrals::table
        .filter(referrals::sent_at.ge(from.naive_utc()).and(referrals::sent_at.lt(to.naive_utc())))
        .select((referrals::sent_at, referrals::answered_at));
    let mut rows: Vec<(NaiveDateTime, Option<NaiveDateTime>)> = Vec::new();
    match whose {
        Whose::Place(ward, dong) => {
            let there = cases::table.filter(cases::ward_code.eq(ward)).select(cases::id);
            rows = match dong {
                Some(dong) => {
                    let there = there.filter(cases::dong_code.eq(dong));
                    sent.filter(referrals::case_id.eq_any(there)).load(rx.conn())?
                }
                None => sent.filter(referrals::case_id.eq_any(there)).load(rx.conn())?,
            };
        }
        Whose::Own(own) if own.kind == OwnKind::Ngo => {
            rows = sent.filter(referrals::body_id.eq(own.body)).load(rx.conn())?;
        }
        Whose::Own(own) => {
            for ids in super::cases::of_body(rx, own)?.chunks(CHUNK) {
                let some = sent.filter(referrals::case_id.eq_any(ids));
                rows.extend(some.load::<(NaiveDateTime, Option<NaiveDateTime>)>(rx.conn())?);
            }
        }
    }
    Ok(rows.into_iter().map(|(sent, answered)| answered.map(|at| at - sent)).collect())
}

/// Each offer of the period with the time until the mediator took or declined it; none: neither, whatever became of it.
///
/// # Errors
/// `Key` when a line does not open; database errors.
pub fn of_offers(
    rx: &mut Rx<'_>,
    whose: Whose<'_>,
    (from, to): Period,
) -> Result<Vec<Option<TimeDelta>>, StoreError> {
    let offered = case_events::table
        .filter(case_events::step.eq(StepCode::Offer.code()).and(case_events::voided.eq(false)))
        .filter(case_events::at.ge(from.naive_utc()).and(case_events::at.lt(to.naive_utc())))
        .select(case_events::case_id)
        .distinct();
    let mut cases_asked: Vec<CaseId> = Vec::new();
    match whose {
        Whose::Place(ward, dong) => {
            let there = cases::table.filter(cases::ward_code.eq(ward)).select(cases::id);
            cases_asked = match dong {
                Some(dong) => {
                    let there = there.filter(cases::dong_code.eq(dong));
                    offered.filter(case_events::case_id.eq_any(there)).load(rx.conn())?
                }
                None => offered.filter(case_events::case_id.eq_any(there)).load(rx.conn())?,
            };
        }
        Whose::Own(own) => {
            for ids in super::cases::of_body(rx, own)?.chunks(CHUNK) {
                cases_asked
                    .extend(offered.filter(case_events::case_id.eq_any(ids)).load::<CaseId>(rx.conn())?);
            }
        }
    }
    let taken = match whose {
        Whose::Own(own) if own.kind == OwnKind::Ngo => taken_over_at(rx, own)?,
        _ => HashMap::new(),
    };
    let mut found = Vec::new();
    for case in cases_asked {
        let from = taken.get(&case).map_or(from, |taken| from.max(taken.and_utc()));
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

/// When the NGO last took over each case that was referred to it.
fn taken_over_at(rx: &mut Rx<'_>, own: &Own) -> Result<HashMap<CaseId, NaiveDateTime>, StoreError> {
    let taken = referrals::state.eq(ReferralState::Accepted).or(referrals::state.eq(ReferralState::Done));
    let answered: Vec<(CaseId, Option<NaiveDateTime>)> = referrals::table
        .filter(referrals::body_id.eq(own.body).and(taken))
        .order(referrals::answered_at)
        .select((referrals::case_id, referrals::answered_at))
        .load(rx.conn())?;
    Ok(answered.into_iter().filter_map(|(case, at)| Some((case, at?))).collect())
}
