//! Whether bodies differ by more than chance does: control limits of a funnel plot (Spiegelhalter, Statist. Med. 24 (2005) 1185–1202,
//! exact binomial as in its appendix A.1.1), and the difference of two shares with its interval (Newcombe, Statist. Med. 17 (1998)
//! 873–890, method 10).

/// Of fewer cases nothing is drawn or compared.
pub const LEAST: u32 = 30;
/// Chances of lying below a lower limit, and above the upper one: 95 % and 99.8 % lie between.
const TAILS: [f64; 2] = [0.025, 0.001];

/// Between which shares a body of so many cases lies by chance alone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// 95 %.
    pub inner: (f64, f64),
    /// 99.8 %.
    pub outer: (f64, f64),
}

/// Where a share lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Within,
    Beyond95,
    Beyond998,
}

impl Limits {
    /// Of `n` cases of which each counts with probability `p`.
    #[must_use]
    pub fn of(n: u32, p: f64) -> Self {
        let [inner, outer] = TAILS.map(|tail| (limit(n, p, tail), limit(n, p, 1.0 - tail)));
        Self { inner, outer }
    }

    #[must_use]
    pub fn place(&self, share: f64) -> Place {
        let beyond = |(low, high): (f64, f64)| share < low || share > high;
        match (beyond(self.outer), beyond(self.inner)) {
            (true, _) => Place::Beyond998,
            (_, true) => Place::Beyond95,
            _ => Place::Within,
        }
    }
}

/// The share below which a binomial proportion lies with probability `chance`, between the steps in proportion.
fn limit(n: u32, p: f64, chance: f64) -> f64 {
    if n == 0 || p <= 0.0 || p >= 1.0 {
        return p.clamp(0.0, 1.0);
    }
    let whole = f64::from(n);
    // In logarithms, as the first terms of many cases are smaller than any number.
    let mut log = whole * (1.0 - p).ln();
    let mut below = 0.0;
    for r in 0..=n {
        let here = log.exp();
        if below + here > chance {
            let into = (below + here - chance) / here;
            return ((f64::from(r) - into) / whole).clamp(0.0, 1.0);
        }
        below += here;
        log += ((whole - f64::from(r)) / f64::from(r + 1)).ln() + (p / (1.0 - p)).ln();
    }
    1.0
}

/// How much further the shares are scattered than by chance alone, where that is more than chance explains: the mean square of their
/// standard scores above 1 + 2·√(2/n). Then the limits are too narrow for what else tells the bodies apart.
#[must_use]
pub fn scattered(shares: &[(u32, f64)], p: f64) -> Option<f64> {
    let count = f64::from(u32::try_from(shares.len()).ok()?);
    if shares.len() < 2 || p <= 0.0 || p >= 1.0 {
        return None;
    }
    let square = |(n, share): &(u32, f64)| (share - p).powi(2) * f64::from(*n) / (p * (1.0 - p));
    let mean = shares.iter().map(square).sum::<f64>() / count;
    Some(mean).filter(|mean| *mean > 1.0 + 2.0 * (2.0 / count).sqrt())
}

/// A difference of two shares with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

impl Difference {
    /// `one` less `other`, of shares with their Wilson intervals.
    #[must_use]
    pub fn of((p, one): (f64, (f64, f64)), (q, other): (f64, (f64, f64))) -> Self {
        let value = p - q;
        let low = value - ((p - one.0).powi(2) + (other.1 - q).powi(2)).sqrt();
        let high = value + ((one.1 - p).powi(2) + (q - other.0).powi(2)).sqrt();
        Self { value, low, high }
    }

    /// Whether chance alone may be behind it.
    #[must_use]
    pub fn may_be_chance(&self) -> bool {
        self.low <= 0.0 && self.high >= 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::super::figures::wilson;
    use super::*;

    fn near(one: f64, other: f64) {
        assert!((one - other).abs() < 5e-5, "{one} {other}");
    }

    #[test]
    fn limits_lie_between_the_steps_of_the_exact_binomial() {
        // By hand for two cases at 1/2: P(0) = .25, P(≤1) = .75; .025 lies a tenth into the first step: (0 − .9)/2, cut at 0.
        let two = Limits::of(2, 0.5);
        near(two.inner.0, 0.0);
        near(two.inner.1, 0.95);
        // Python, scipy-free: r with P(R ≤ r) > .025 at n = 100, p = .3 is 21 (.02883, below .01646).
        let many = Limits::of(100, 0.3);
        near(many.inner.0, (21.0 - (0.028_828 - 0.025) / (0.028_828 - 0.016_463)) / 100.0);
        assert!(many.outer.0 < many.inner.0 && many.inner.1 < many.outer.1);
        assert_eq!((Limits::of(40, 0.0).outer, Limits::of(40, 1.0).outer), ((0.0, 0.0), (1.0, 1.0)));
        let wide = Limits::of(20_000, 0.4);
        assert!(wide.outer.0 > 0.38 && wide.outer.1 < 0.42, "{wide:?}");
        let places = [0.3, 0.2, 0.1].map(|share| many.place(share));
        assert_eq!(places, [Place::Within, Place::Beyond95, Place::Beyond998]);
    }

    #[test]
    fn limits_hold_as_much_as_they_say() {
        // The chance of lying strictly within, summed exactly, is near what is promised and never under by more than a step.
        for (n, p) in [(30, 0.5), (55, 0.2), (200, 0.65)] {
            let limits = Limits::of(n, p);
            let mut log = f64::from(n) * (1.0_f64 - p).ln();
            let (mut inner, mut outer) = (0.0, 0.0);
            for r in 0..=n {
                let share = f64::from(r) / f64::from(n);
                let place = limits.place(share);
                inner += if place == Place::Within { log.exp() } else { 0.0 };
                outer += if place == Place::Beyond998 { 0.0 } else { log.exp() };
                log += ((f64::from(n) - f64::from(r)) / f64::from(r + 1)).ln() + (p / (1.0 - p)).ln();
            }
            assert!(
                (0.92..=0.985).contains(&inner) && (0.995..=0.9999).contains(&outer),
                "{n} {p} {inner} {outer}"
            );
        }
    }

    #[test]
    fn more_scatter_than_chance_is_said() {
        assert_eq!(scattered(&[(40, 0.5), (60, 0.55), (80, 0.45)], 0.5), None);
        assert!(scattered(&[(40, 0.2), (60, 0.8), (80, 0.3)], 0.5).is_some_and(|times| times > 10.0));
        assert_eq!(scattered(&[(40, 0.0)], 0.5), None);
    }

    #[test]
    fn the_interval_of_a_difference_is_newcombes() {
        // His table II, case (a): 56/70 − 48/80 = 0.2, 0.0524 to 0.3339.
        let of = |n: u32, all: u32| {
            let share = f64::from(n) / f64::from(all);
            (share, wilson(share, all))
        };
        let found = Difference::of(of(56, 70), of(48, 80));
        near(found.value, 0.2);
        near(found.low, 0.0524);
        near(found.high, 0.3339);
        assert!(!found.may_be_chance());
        assert!(Difference::of(of(10, 30), of(9, 30)).may_be_chance());
    }
}
