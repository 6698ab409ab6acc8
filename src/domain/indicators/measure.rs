//! The counts of a report, each under its JSON pointer, and the cases behind one of them: whoever counts with 1 when the report is made
//! of that case alone. There is no second rule of what counts where.

use super::figures::{Figures, Rate, Spread};
use super::lines::{Added, Line, LineKind};
use super::names::{self, FULFILMENT, LEDGER, RATES, SUPERSEDED, WAITS};
use super::{COHORT_DAYS, Question, later, seoul};
use crate::domain::codes::{Basis, Exclusion, FollowUpResult, Outcome};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;

/// A count of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// A line of the ledger, by its place in [`LEDGER`].
    Ledger(&'static str),
    Superseded,
    Outcome(Outcome),
    Excluded(Exclusion),
    /// A rate's numerator (`true`) or denominator, by its name in [`RATES`] or [`FULFILMENT`]; of the latter, follow-ups are counted.
    Rate(&'static str, bool),
    Followed(FollowUpResult),
    /// Cases that have such an event, by its name in [`WAITS`].
    Waited(&'static str),
}

impl Measure {
    /// Every one, in the order of a report.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let rates = RATES.iter().chain(&FULFILMENT);
        let rates = rates.flat_map(|(name, _)| [Self::Rate(name, true), Self::Rate(name, false)]);
        let mut all: Vec<Self> = LEDGER.iter().map(|(name, _)| Self::Ledger(name)).collect();
        all.push(Self::Superseded);
        all.extend(rates);
        all.extend(Outcome::ALL.iter().map(|outcome| Self::Outcome(*outcome)));
        all.extend(Exclusion::ALL.iter().map(|reason| Self::Excluded(*reason)));
        all.extend(FollowUpResult::ALL.iter().map(|result| Self::Followed(*result)));
        all.extend(WAITS.iter().map(|(name, _)| Self::Waited(name)));
        all
    }

    /// Where the report's JSON has it (RFC 6901).
    #[must_use]
    pub fn pointer(self) -> String {
        match self {
            Self::Ledger(name) => format!("/ledger/{name}"),
            Self::Superseded => "/superseded".to_owned(),
            Self::Outcome(outcome) => format!("/outcomes/{outcome}"),
            Self::Excluded(reason) => format!("/excluded/{reason}"),
            Self::Rate(name, true) => format!("/{name}/numerator"),
            Self::Rate(name, false) => format!("/{name}/denominator"),
            Self::Followed(result) => format!("/fulfilment/{result}"),
            Self::Waited(name) => format!("/days/{name}/n"),
        }
    }

    /// The count at a pointer.
    #[must_use]
    pub fn at(pointer: &str) -> Option<Self> {
        Self::all().into_iter().find(|measure| measure.pointer() == pointer)
    }

    #[must_use]
    pub fn label(self) -> String {
        match self {
            Self::Ledger(name) => format!("원장: {}", names::of(&LEDGER, name)),
            Self::Superseded => format!("원장: {SUPERSEDED}"),
            Self::Outcome(outcome) => format!("종결 구분: {}", outcome.label()),
            Self::Excluded(reason) => format!("분모에서 뺌: {}", reason.label()),
            Self::Rate(name, true) => format!("{} 분자", names::rate(name)),
            Self::Rate(name, false) => format!("{} 분모", names::rate(name)),
            Self::Followed(result) => format!("사후점검: {}", result.label()),
            Self::Waited(name) => format!("{} 걸린 날", names::of(&WAITS, name)),
        }
    }

    /// What a report says of it.
    #[must_use]
    pub fn of(self, figures: &Figures) -> u32 {
        let (ledger, followed) = (&figures.ledger, &figures.fulfilment);
        match self {
            Self::Ledger(name) => match name {
                "carried_in" => ledger.carried_in,
                "received" => ledger.received,
                "reopened" => ledger.reopened,
                "transferred_in" => ledger.transferred_in,
                "closed" => ledger.closed,
                "transferred_out" => ledger.transferred_out,
                _ => ledger.open_at_end,
            },
            Self::Superseded => figures.superseded.unwrap_or(0),
            Self::Outcome(outcome) => figures.outcomes.get(&outcome).copied().unwrap_or(0),
            Self::Excluded(reason) => figures.excluded.get(&reason).copied().unwrap_or(0),
            Self::Rate(name, numerator) => {
                let rate = figures.rate(name);
                if numerator { rate.numerator } else { rate.denominator }
            }
            Self::Followed(FollowUpResult::Kept) => followed.kept,
            Self::Followed(FollowUpResult::Partly) => followed.partly,
            Self::Followed(FollowUpResult::Broken) => followed.broken,
            Self::Followed(FollowUpResult::Unanswered) => followed.unanswered,
            Self::Waited(name) => figures.waited(name).n,
        }
    }
}

impl Figures {
    /// The rate of this name in [`RATES`] or [`FULFILMENT`].
    #[must_use]
    pub fn rate(&self, name: &str) -> &Rate {
        match name {
            "narrow" => &self.narrow,
            "broad" => &self.broad,
            "response" => &self.response,
            "participation" => &self.participation,
            "initiation" => &self.initiation,
            "agreement" => &self.agreement,
            "fulfilment/kept_of_answered" => &self.fulfilment.kept_of_answered,
            "fulfilment/kept_of_due" => &self.fulfilment.kept_of_due,
            _ => &self.recurrence,
        }
    }

    /// How long was waited for what has this name in [`WAITS`].
    #[must_use]
    pub fn waited(&self, name: &str) -> &Spread {
        match name {
            "first_contact" => &self.days.first_contact,
            "respondent_contacted" => &self.days.respondent_contacted,
            "first_session" => &self.days.first_session,
            _ => &self.days.close,
        }
    }
}

/// One case of a list, as it stood at the end of the period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Behind {
    /// How often it counts: a case can be reopened twice in a period.
    pub times: u32,
    pub received_at: DateTime<Utc>,
    /// Since when it was handed over from elsewhere or not.
    pub came_from_elsewhere: bool,
    /// How it had ended; none: it was open.
    pub outcome: Option<Outcome>,
    /// From the reception to that closing; of an open case, to the end of the period or to now.
    pub took: TimeDelta,
    pub reopened: u32,
    /// Days (24 h) from the reception to what the measure waits for; those of all cases of a list give its median.
    pub waited: Option<f64>,
}

/// How often a case counts in a measure, from all its lines before the end of the period; without a measure, once if it was open at any
/// time of the period. None where it does not count.
#[must_use]
pub fn behind(
    question: &Question,
    measure: Option<Measure>,
    (dong, lines): (&str, &[Line]),
) -> Option<Behind> {
    let received = lines.iter().find(|line| line.kind == LineKind::Received)?;
    let stock = BTreeMap::from([(dong.to_owned(), 0)]);
    let mut alone = Added::new(question.clone(), DateTime::<Utc>::MIN_UTC, &stock);
    lines.iter().for_each(|line| alone.add(dong, line));
    let figures = alone.report().figures;
    let times = match measure {
        Some(measure) => measure.of(&figures),
        None => {
            let ledger = figures.ledger;
            let open = ledger.carried_in + ledger.received + ledger.transferred_in + ledger.reopened;
            u32::from(open > 0)
        }
    };
    let before = |at: DateTime<Utc>| at < seoul::midnight(question.to);
    let closings = || lines.iter().filter(|line| line.kind == LineKind::Closed && before(line.at));
    let undone = closings().filter(|line| line.undone_at.is_some_and(before)).count();
    let (outcome, took) = match question.basis {
        // The reception's line holds the case as its cohort sees it.
        Basis::Cohort => {
            let seen_at = question.as_of.min(later(received.at, COHORT_DAYS));
            let open_for = seen_at - received.at;
            let outcome = received.outcome();
            (outcome, outcome.and_then(|_| received.closed_after()).unwrap_or(open_for))
        }
        Basis::Closing => {
            let last = closings().next_back().filter(|line| line.undone_at.is_none_or(|at| !before(at)));
            let end = question.as_of.min(seoul::midnight(question.to));
            let outcome = last.and_then(Line::outcome);
            (outcome, last.map_or(end, |line| line.at) - received.at)
        }
    };
    // Of one case alone the median is its own.
    let waited = match measure {
        Some(Measure::Waited(name)) => figures.waited(name).median,
        _ => None,
    };
    (times > 0).then(|| Behind {
        times,
        waited: waited.map(tenths),
        received_at: received.at,
        came_from_elsewhere: received.came_from_elsewhere(),
        outcome,
        took,
        reopened: u32::try_from(undone).unwrap_or(u32::MAX),
    })
}

/// Days as they are printed: an exact wait would tell a case from every other.
fn tenths(days: f64) -> f64 {
    format!("{days:.1}").parse().unwrap_or(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_count_is_found_by_its_pointer_and_no_rate_is_one() {
        for measure in Measure::all() {
            assert_eq!(Measure::at(&measure.pointer()), Some(measure));
        }
        assert_eq!(Measure::at("/narrow"), None);
    }
}
