//! What both sides thought of mediations, added up: how many were asked, answered and did not, and the answers to the six questions.
//!
//! A side is counted once its time to answer is over, by its first answer, as far as it had said it by the end of the period: a table of a quarter that is over
//! never changes, so that no two of them can be held against each other to read one person's answers. Small counts are hidden
//! by `indicators::suppress`; the mean of a question is told from five answers on, their distribution where no part of it is
//! small.
use super::case::{QUESTIONS, Scores, answered_until};
use super::codes::{Score, Side};
use super::indicators::{SMALL, parts};
use super::seoul;
use chrono::{DateTime, NaiveDate, Utc};

/// A side that was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub side: Side,
    /// The day of the follow-up with which it was asked, or of an earlier answer.
    pub asked_on: NaiveDate,
    pub answer: Option<(DateTime<Utc>, Scores)>,
}

impl Asked {
    /// The first day after its time to answer.
    #[must_use]
    pub fn counts_from(&self) -> NaiveDate {
        let last = answered_until(self.asked_on);
        last.succ_opt().unwrap_or(last)
    }
}

/// One question of one side. None: hidden, as it would tell of few people.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answers {
    pub n: Option<u32>,
    /// From 1 (전혀 아니다) to 5 (매우 그렇다).
    pub mean: Option<f64>,
    /// How many chose each, from 1 to 5.
    pub counts: Option<[u32; 5]>,
}

/// What one side was asked and said. None: hidden.
#[derive(Debug, Clone, PartialEq)]
pub struct OfSide {
    pub side: Side,
    pub asked: Option<u32>,
    pub answered: Option<u32>,
    pub silent: Option<u32>,
    /// In the order of `QUESTIONS`.
    pub questions: [Answers; QUESTIONS.len()],
}

/// The summary of `[from, to)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub sides: Vec<OfSide>,
}

/// What was said by the end of the period.
#[must_use]
pub fn summary(all: &[Asked], (from, to): (NaiveDate, NaiveDate)) -> Summary {
    let counts = |asked: &&Asked| (from..to).contains(&asked.counts_from());
    let of_side = |side: &Side| {
        let asked: Vec<&Asked> = all.iter().filter(|a| a.side == *side).filter(counts).collect();
        let in_time = |asked: &&Asked| asked.answer.filter(|(at, _)| *at < seoul::midnight(to));
        let said: Vec<Scores> = asked.iter().filter_map(in_time).map(|(_, scores)| scores).collect();
        told(*side, number(asked.len()), &said)
    };
    Summary { from, to, sides: Side::ALL.iter().map(of_side).collect() }
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn told(side: Side, asked: u32, said: &[Scores]) -> OfSide {
    let answered = number(said.len());
    let silent = asked.saturating_sub(answered);
    let hidden = parts(&[answered, silent]).contains(&true);
    let shown = |n: u32| (!hidden).then_some(n);
    let mut questions = [Answers { n: None, mean: None, counts: None }; QUESTIONS.len()];
    for (at, question) in questions.iter_mut().enumerate() {
        let scores: Vec<Score> = said.iter().filter_map(|scores| scores.get(at).copied().flatten()).collect();
        *question = answers(&scores, answered, hidden);
    }
    OfSide {
        side,
        asked: (!hidden && !SMALL.contains(&asked)).then_some(asked),
        answered: shown(answered),
        silent: shown(silent),
        questions,
    }
}

fn answers(scores: &[Score], answered: u32, hidden: bool) -> Answers {
    let n = number(scores.len());
    let mut counts = [0_u32; 5];
    for score in scores {
        let place = Score::ALL.iter().position(|s| s == score).and_then(|at| counts.get_mut(at));
        place.into_iter().for_each(|n| *n += 1);
    }
    let skipped = answered.saturating_sub(n);
    let few = SMALL.contains(&n);
    let sum: u32 = counts.iter().zip(1..).map(|(n, score)| n * score).sum();
    Answers {
        n: (!hidden && !few && !SMALL.contains(&skipped)).then_some(n),
        // To one decimal: a finer mean tells of how many it is.
        mean: (n > 0 && !few && !SMALL.contains(&skipped))
            .then(|| (f64::from(sum) / f64::from(n) * 10.0).round() / 10.0),
        counts: (!hidden && !few && !SMALL.contains(&skipped) && !counts.iter().any(|n| SMALL.contains(n)))
            .then_some(counts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        seoul::parse_day(text).unwrap()
    }

    fn asked(side: Side, on: &str, said: Option<(&str, Score)>) -> Asked {
        let answer = said.map(|(at, score)| (seoul::parse(at).unwrap(), [Some(score); 6]));
        Asked { side, asked_on: day(on), answer }
    }

    const QUARTER: (&str, &str) = ("2026-07-01", "2026-10-01");

    fn of(all: &[Asked]) -> OfSide {
        let summary = summary(all, (day(QUARTER.0), day(QUARTER.1)));
        assert_eq!(summary.sides.len(), 2);
        summary.sides[0].clone()
    }

    #[test]
    fn those_who_did_not_answer_are_counted_once_their_time_is_over() {
        let mut all: Vec<Asked> = Vec::new();
        for n in 0..6 {
            let score = if n == 0 { Score::One } else { Score::Five };
            all.push(asked(Side::Applicant, "2026-07-10", Some(("2026-07-12 10:00", score))));
            all.push(asked(Side::Applicant, "2026-08-10", None));
        }
        let told = of(&all);
        assert_eq!((told.asked, told.answered, told.silent), (Some(12), Some(6), Some(6)));
        let mean = told.questions[0].mean.unwrap();
        assert!((mean - 4.3).abs() < 1e-12 && told.questions[0].n == Some(6));
        assert_eq!(told.questions[0].counts, None, "one of them alone chose 1");
        // Their time ends with the quarter; an answer after it changes nothing in the quarter.
        all.push(asked(Side::Applicant, "2026-09-17", None));
        assert_eq!(of(&all).asked, Some(12));
        all.push(asked(Side::Applicant, "2026-09-16", Some(("2026-10-01 00:00", Score::One))));
        let told = of(&all);
        assert_eq!((told.asked, told.answered), (Some(13), Some(6)));
        assert!((told.questions[0].mean.unwrap() - mean).abs() < 1e-12);
    }

    #[test]
    fn few_people_are_never_told_of_not_even_by_what_is_left() {
        let yes =
            |n: usize| vec![asked(Side::Applicant, "2026-07-10", Some(("2026-07-12 10:00", Score::Five))); n];
        let no = |n: usize| vec![asked(Side::Applicant, "2026-07-10", None); n];
        let told = of(&[yes(3), no(20)].concat());
        assert_eq!((told.asked, told.answered, told.silent), (None, None, None));
        assert!(told.questions.iter().all(|q| q.mean.is_none() && q.n.is_none() && q.counts.is_none()));
        let told = of(&[yes(20), no(2)].concat());
        assert_eq!((told.asked, told.answered, told.silent), (None, None, None));
        assert!(
            told.questions[0].mean.is_some() && told.questions[0].counts.is_none(),
            "twenty people's mean"
        );
        assert_eq!(of(&yes(2)).asked, None);
        let told = of(&[yes(5), no(5)].concat());
        assert_eq!(told.questions[5].counts, Some([0, 0, 0, 0, 5]));
        assert_eq!(of(&[]), told_of_nobody());
    }

    fn told_of_nobody() -> OfSide {
        let nothing = Answers { n: Some(0), mean: None, counts: Some([0; 5]) };
        let zero = Some(0);
        OfSide { side: Side::Applicant, asked: zero, answered: zero, silent: zero, questions: [nothing; 6] }
    }
}
