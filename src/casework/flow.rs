//! What becomes of the cases of a ward, or of one body: the cohorts of the last quarters, how far the cases of a period got, and how they end. From what is
//! kept beside each case; never by reading the cases.
use crate::domain::codes::{Basis, ward_of};
use crate::domain::indicators::flow::{self, Curve, Reached};
use crate::domain::indicators::{Added, Figures, Line, LineKind, Question, Scope, Waits};
use crate::domain::permission::Own;
use crate::domain::seoul;
use crate::store::kept::{self, Kept};
use crate::store::waits::{self, Whose};
use crate::store::{Rx, StoreError};
use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};

/// Quarters that are shown.
const QUARTERS: u32 = 12;
/// Days after the reception up to which the curve is drawn.
pub const LAST_DAY: u32 = 365;
/// The curve breaks off where fewer cases are still watched: one of them would move it by a tenth.
const LEAST: u32 = 10;

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// Each quarter by its first day, oldest first, with the figures of the cases received in it (접수 집단 기준).
    pub cohorts: Vec<(NaiveDate, Figures)>,
    /// Of the cases received in the period, those that got at least so far within 90 days.
    pub funnel: [u32; Reached::ALL.len()],
    /// Of the same cases: by which way and how soon they ended.
    pub curve: Curve,
    /// How long mediators who were offered a case took to answer, of the offers of the period.
    pub offers: Waits,
    /// The same of bodies that a case was referred to.
    pub referrals: Waits,
}

/// The first day of the quarter that `day` is in.
fn quarter(day: NaiveDate) -> NaiveDate {
    NaiveDate::from_ymd_opt(day.year(), day.month0() / 3 * 3 + 1, 1).unwrap_or(day)
}

/// What is drawn of a ward or a 행정동 for the cases received in the question's period; none where what is kept cannot answer (for a
/// 단지, or of a past moment).
///
/// # Errors
/// Database errors.
pub fn flow(rx: &mut Rx<'_>, question: &Question) -> Result<Option<Flow>, StoreError> {
    let Some(scope) = &question.scope else { return Ok(None) };
    let whose = match scope {
        Scope::Dong(code) => Whose::Place(ward_of(code), Some(code.as_str())),
        Scope::Ward(code) | Scope::Complex(code) => Whose::Place(code.as_str(), None),
    };
    rx.at_one_moment(|rx| {
        let kept = kept::of_scope(rx, scope, span(question), question.as_of)?;
        kept.map(|kept| drawn(rx, question, &kept, whose)).transpose()
    })
}

/// The same of a body's own cases.
///
/// # Errors
/// Database errors.
pub fn of_own(rx: &mut Rx<'_>, own: &Own, question: &Question) -> Result<Option<Flow>, StoreError> {
    rx.at_one_moment(|rx| {
        let kept = kept::of_own(rx, own, span(question), question.as_of)?;
        kept.map(|kept| drawn(rx, question, &kept, Whose::Own(own))).transpose()
    })
}

/// The first day of the oldest quarter that is shown.
fn first_quarter(question: &Question) -> NaiveDate {
    let this = quarter(seoul::day(question.as_of));
    this.checked_sub_months(Months::new(3 * QUARTERS)).unwrap_or(this)
}

/// From when to when lines are needed.
fn span(question: &Question) -> (DateTime<Utc>, DateTime<Utc>) {
    let since = seoul::midnight(first_quarter(question).min(question.from));
    (since, question.as_of + chrono::Duration::seconds(1))
}

fn drawn(rx: &mut Rx<'_>, question: &Question, kept: &Kept, whose: Whose<'_>) -> Result<Flow, StoreError> {
    let (first, (since, _)) = (first_quarter(question), span(question));
    let mut cohorts = Vec::new();
    for n in 0..=QUARTERS {
        let Some(from) = first.checked_add_months(Months::new(3 * n)) else { continue };
        let Some(to) = from.checked_add_months(Months::new(3)) else { continue };
        let asked = Question { from, to, basis: Basis::Cohort, by: None, ..question.clone() };
        let mut added = Added::new(asked, since, &kept.stock);
        for (_, dong, line) in &kept.lines {
            added.add(dong, line);
        }
        cohorts.push((from, added.report().figures));
    }
    let period = (seoul::midnight(question.from), seoul::midnight(question.to));
    let received =
        |line: &&Line| line.kind == LineKind::Received && period.0 <= line.at && line.at < period.1;
    let funnel = flow::funnel(kept.lines.iter().map(|(_, _, line)| line).filter(received));
    let watched = kept.lines.iter().map(|(id, _, line)| (*id, line));
    let watched = flow::watched(watched, period, question.as_of);
    let curve = flow::incidence(&watched, LAST_DAY, LEAST);
    let offers = Waits::of(&waits::of_offers(rx, whose, period)?);
    let referrals = Waits::of(&waits::of_referrals(rx, whose, period)?);
    Ok(Flow { cohorts, funnel, curve, offers, referrals })
}
