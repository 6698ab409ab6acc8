//! How long answers are waited for. It is no outcome: how many were asked the ward is not told, as the periods and 행정동 that it
//! may choose freely would let it subtract.

use super::figures::Spread;
use super::suppress::SMALL;
use super::tally::spread;
use chrono::TimeDelta;

/// The waits of one kind of question, days of 24 hours; none where fewer than five were answered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Waits {
    pub median: Option<f64>,
    pub p90: Option<f64>,
}

impl Waits {
    /// Of everything that was asked, with the time until its answer.
    #[must_use]
    pub fn of(waits: &[Option<TimeDelta>]) -> Self {
        let Spread { n, median, p90 } = spread(waits.iter().copied().flatten().collect());
        let told = |days: Option<f64>| days.filter(|_| !SMALL.contains(&n));
        Self { median: told(median), p90: told(p90) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_answers_are_not_told_whatever_else_was_asked() {
        let asked = |answered: u32, silent: usize| {
            let mut waits: Vec<Option<TimeDelta>> =
                (1..=answered).map(|day| Some(TimeDelta::days(i64::from(day)))).collect();
            waits.extend(vec![None; silent]);
            let told = Waits::of(&waits);
            (told.median, told.p90)
        };
        assert_eq!(asked(10, 5), (Some(5.0), Some(9.0)));
        assert_eq!(asked(5, 0), (Some(3.0), Some(5.0)));
        assert_eq!(asked(4, 10), (None, None));
        assert_eq!(asked(0, 7), (None, None));
    }
}
