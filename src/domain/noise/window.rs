//! A log cut into the windows over which its level is averaged.
use super::hour::{is_day, next_restart};
use super::{Log, SECOND, count};
use crate::domain::codes::NoiseKind;

/// A complete window and its energy mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// Nanoseconds since 1970.
    pub start: i64,
    /// dB(A), without any correction.
    pub leq: f64,
    /// Whether it lies in the day, `[06:00, 22:00)`.
    pub day: bool,
}

/// A log's windows: consecutive from its first sample's time, begun anew at 06:00, 22:00 and each change of limits.
#[derive(Debug, Clone)]
pub struct Cut {
    /// A window's length in nanoseconds.
    pub length: i64,
    /// In the order of time.
    pub complete: Vec<Window>,
    /// Cut short by a restart or by the log's end, with a gap of half an interval or more, or without a sample of its own.
    pub incomplete: u64,
}

/// How a window fills up.
#[derive(Default)]
struct Filling {
    energy: f64,
    samples: u32,
    uncovered: i64,
}

impl Cut {
    /// One minute for direct impact, five for the rest.
    #[must_use]
    pub fn of(log: &Log, kind: NoiseKind) -> Self {
        let length = SECOND * if kind == NoiseKind::Direct { 60 } else { 300 };
        let mut cut = Self { length, complete: Vec::new(), incomplete: 0 };
        let mut samples = log.samples().iter().peekable();
        let end = log.end();
        // Up to where samples reach so far.
        let mut covered = log.start();
        let mut start = log.start();
        let mut restart = next_restart(start);
        while start < end || samples.peek().is_some() {
            let until = (start + length).min(restart);
            let mut filling = Filling::default();
            while let Some(sample) = samples.next_if(|s| s.at < until) {
                filling.uncovered += (sample.at - covered.max(start)).max(0);
                filling.energy += 10f64.powf(sample.level / 10.0);
                filling.samples += 1;
                covered = covered.max(sample.at.saturating_add(log.interval()));
            }
            filling.uncovered += (until - covered.max(start)).max(0);
            let whole = until - start == length && until <= end;
            let gap = 2 * filling.uncovered >= log.interval();
            if whole && !gap && filling.samples > 0 {
                let leq = 10.0 * (filling.energy / f64::from(filling.samples)).log10();
                cut.complete.push(Window { start, leq, day: is_day(start) });
            } else {
                cut.incomplete += 1;
            }
            start = until;
            if let Some(next) = samples.peek() {
                start = cut.pass_over(start, next.at.min(restart));
            }
            if start >= restart {
                restart = next_restart(start);
            }
        }
        cut
    }

    /// Whole windows between `start` and `until` in which no sample begins are incomplete, each of them.
    fn pass_over(&mut self, start: i64, until: i64) -> i64 {
        let skipped = (until - start).max(0) / self.length;
        self.incomplete += skipped.unsigned_abs();
        start + skipped * self.length
    }

    /// How many windows there are.
    #[must_use]
    pub fn all(&self) -> u64 {
        count(self.complete.len()) + self.incomplete
    }
}
