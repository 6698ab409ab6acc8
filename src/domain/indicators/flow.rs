//! What becomes of the cases that came in: how far they got within the cohort's 90 days, and by which way and how soon they end, with
//! those that are still open taken for what they are (Aalen and Johansen, Scand. J. Statist. 5 (1978) 141–150).
use super::lines::{Line, LineKind};
use crate::domain::codes::codes;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

codes! {
    /// How far a case got; each place has the ones before it behind it.
    Reached {
        Received = "received" "접수",
        Contacted = "contacted" "상대방과 연락됨",
        Consented = "consented" "양쪽 동의",
        Met = "met" "조정회의",
        Agreed = "agreed" "합의",
    }
    /// By which way a case ends.
    Exit {
        Resolved = "resolved" "해결(좁은 뜻)",
        Left = "left" "다른 기관으로",
        Other = "other" "그 밖의 종결",
    }
}

/// The cases of a cohort by how far they got within 90 days of their reception: those who got at least so far.
#[must_use]
pub fn funnel<'a>(received: impl IntoIterator<Item = &'a Line>) -> [u32; Reached::ALL.len()] {
    let mut reached = [0; Reached::ALL.len()];
    for line in received {
        let passed = [true, line.contacted(), line.both_consented(), line.met(), line.agreed()];
        let far = passed.iter().rposition(|there| *there).unwrap_or_default();
        reached.iter_mut().take(far + 1).for_each(|n| *n += 1);
    }
    reached
}

/// A case as the curve sees it: from its reception until it ended, or until now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watched {
    /// Whole days.
    pub days: u32,
    /// None: still open.
    pub exit: Option<Exit>,
}

/// The cases received in `[from, to)`, from all their lines since `from`; each as it stands at `as_of`.
#[must_use]
pub fn watched<'a, Id: Ord + Copy>(
    lines: impl IntoIterator<Item = (Id, &'a Line)>,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    as_of: DateTime<Utc>,
) -> Vec<Watched> {
    let mut cases: BTreeMap<Id, Watched> = BTreeMap::new();
    let days = |span: chrono::TimeDelta| u32::try_from(span.num_days()).unwrap_or_default();
    for (id, line) in lines {
        match line.kind {
            LineKind::Received if from <= line.at && line.at < to => {
                cases.insert(id, Watched { days: days(as_of - line.at), exit: None });
            }
            LineKind::Closed if line.undone_at.is_none() => {
                let after = line.closed_after().map(days);
                if let (Some(case), Some(after)) = (cases.get_mut(&id), after) {
                    *case = Watched { days: after, exit: Some(exit(line)) };
                }
            }
            _ => {}
        }
    }
    cases.into_values().collect()
}

fn exit(line: &Line) -> Exit {
    match line {
        line if line.resolved() => Exit::Resolved,
        line if line.leaves() => Exit::Left,
        _ => Exit::Other,
    }
}

/// The share of cases that have ended by each way at the end of a day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    pub day: u32,
    /// By the order of [`Exit`]; with `open` they make 1.
    pub ended: [f64; Exit::ALL.len()],
    pub open: f64,
    /// Cases that were still watched on this day.
    pub at_risk: u32,
}

/// Steps, and the day up to which they tell: after it too few are watched.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Curve {
    pub steps: Vec<Step>,
    pub until: u32,
}

/// Cumulative incidence of each exit, a step for each day on which something ended, up to `last`; it breaks off where fewer than
/// `least` are still watched.
#[must_use]
pub fn incidence(cases: &[Watched], last: u32, least: u32) -> Curve {
    let mut by_day: BTreeMap<u32, ([u32; Exit::ALL.len()], u32)> = BTreeMap::new();
    for case in cases {
        let (ended, censored) = by_day.entry(case.days).or_default();
        match case.exit.and_then(|exit| Exit::ALL.iter().position(|one| *one == exit)) {
            Some(place) => ended.iter_mut().skip(place).take(1).for_each(|n| *n += 1),
            None => *censored += 1,
        }
    }
    let mut at_risk = u32::try_from(cases.len()).unwrap_or(u32::MAX);
    let (mut open, mut ended) = (1.0, [0.0; Exit::ALL.len()]);
    let (mut steps, mut until) = (Vec::new(), last);
    for (day, (closed, censored)) in by_day.range(..=last) {
        if at_risk < least.max(1) {
            break;
        }
        let all: u32 = closed.iter().sum();
        if all > 0 {
            for (share, n) in ended.iter_mut().zip(closed) {
                *share += open * f64::from(*n) / f64::from(at_risk);
            }
            open *= 1.0 - f64::from(all) / f64::from(at_risk);
            steps.push(Step { day: *day, ended, open, at_risk });
        }
        at_risk -= all + censored;
        // Where everybody has ended nothing is left to come.
        if at_risk < least.max(1) && open > 0.0 {
            until = *day;
        }
    }
    Curve { steps, until }
}

impl Curve {
    /// The curve at the end of `day`: the last step up to it; none before the first, and where it had broken off.
    #[must_use]
    pub fn at(&self, day: u32) -> Option<Step> {
        self.steps.iter().rev().find(|step| step.day <= day).copied().filter(|_| day <= self.until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(days: u32, exit: Exit) -> Watched {
        Watched { days, exit: Some(exit) }
    }

    #[test]
    fn those_still_open_are_watched_as_long_as_they_were_and_the_shares_make_one() {
        use Exit::{Left, Other, Resolved};
        let open = |days| Watched { days, exit: None };
        // By hand: at 10 one of 5 resolved; at 20 one open leaves; at 30 one of 3 left, at 40 one of 2 otherwise, at 50 the last.
        let cases = [ended(10, Resolved), open(20), ended(30, Left), ended(40, Other), ended(50, Resolved)];
        let curve = incidence(&cases, 365, 1);
        let steps = &curve.steps;
        let shares: Vec<_> =
            steps.iter().map(|s| (s.day, s.at_risk, s.ended.map(|x| (x * 1000.0).round()))).collect();
        let wanted = [
            (10, 5, [200.0, 0.0, 0.0]),
            (30, 3, [200.0, 267.0, 0.0]),
            (40, 2, [200.0, 267.0, 267.0]),
            (50, 1, [467.0, 267.0, 267.0]),
        ];
        assert_eq!(shares, wanted);
        for step in steps {
            assert!((step.ended.iter().sum::<f64>() + step.open - 1.0).abs() < 1e-9);
        }
        assert_eq!(curve.at(35).map(|s| s.day), Some(30));
        assert_eq!(curve.at(365).map(|s| s.day), Some(50), "all have ended");
        assert_eq!(curve.at(9), None);
        let few = incidence(&cases, 365, 3);
        assert_eq!((few.steps.len(), few.until), (2, 30), "too few are watched to go on");
        assert_eq!((few.at(30).map(|s| s.day), few.at(31)), (Some(30), None));
        assert_eq!(incidence(&cases, 30, 1).steps.len(), 2);
    }

    #[test]
    fn without_anybody_open_the_curve_is_the_plain_share() {
        let cases: Vec<Watched> =
            (0..100).map(|n| ended(n, if n % 4 == 0 { Exit::Resolved } else { Exit::Other })).collect();
        let last = incidence(&cases, 365, 1).at(365).unwrap();
        assert!(
            (last.ended[0] - 0.25).abs() < 1e-9
                && (last.ended[2] - 0.75).abs() < 1e-9
                && last.open.abs() < 1e-9
        );
    }
}
