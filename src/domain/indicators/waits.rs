//! How long answers are waited for. It is no outcome: what is small is hidden from the ward too.

use super::figures::Spread;
use super::suppress::{SMALL, parts};
use super::tally::spread;
use chrono::TimeDelta;

/// The waits of one kind of question; what is hidden for its smallness is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Waits {
    pub asked: Option<u32>,
    pub answered: Option<u32>,
    /// Not answered, or not yet.
    pub silent: Option<u32>,
    /// Days of 24 hours, of those that were answered; none also where nobody answered.
    pub median: Option<f64>,
    pub p90: Option<f64>,
}

impl Waits {
    /// Of everything that was asked, with the time until its answer.
    #[must_use]
    pub fn of(waits: &[Option<TimeDelta>]) -> Self {
        let known: Vec<TimeDelta> = waits.iter().copied().flatten().collect();
        let Spread { n: answered, median, p90 } = spread(known);
        let asked = u32::try_from(waits.len()).unwrap_or(u32::MAX);
        let silent = asked.saturating_sub(answered);
        let hides = parts(&[answered, silent]).into_iter().any(|hidden| hidden);
        let small = |n: u32| SMALL.contains(&n);
        let told = |n: u32| (!hides && !small(asked)).then_some(n);
        let few = small(answered) || small(asked);
        Self {
            asked: (!small(asked)).then_some(asked),
            answered: told(answered),
            silent: told(silent),
            median: median.filter(|_| !few),
            p90: p90.filter(|_| !few),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(answered: u32, silent: usize) -> Waits {
        let mut waits: Vec<Option<TimeDelta>> =
            (1..=answered).map(|day| Some(TimeDelta::days(i64::from(day)))).collect();
        waits.extend(vec![None; silent]);
        Waits::of(&waits)
    }

    #[test]
    fn few_answers_are_not_told_and_not_left_to_be_subtracted() {
        let told = asked(10, 5);
        assert_eq!((told.asked, told.answered, told.silent), (Some(15), Some(10), Some(5)));
        assert_eq!((told.median, told.p90), (Some(5.0), Some(9.0)));
        let few_silent = asked(10, 2);
        assert_eq!((few_silent.asked, few_silent.answered, few_silent.silent), (Some(12), None, None));
        assert_eq!(few_silent.median, Some(5.0));
        let few_answered = asked(3, 10);
        assert_eq!((few_answered.asked, few_answered.answered, few_answered.median), (Some(13), None, None));
        let few = asked(3, 0);
        assert_eq!((few.asked, few.answered, few.silent, few.median), (None, None, None, None));
        let none = asked(0, 7);
        assert_eq!((none.asked, none.answered, none.silent, none.p90), (Some(7), Some(0), Some(7), None));
    }
}
