//! Noise logs and what they say of the limits in force (`exchange.md`, "ieum noise judge"; `domain.md` §2).
//!
//! [`judge`] is pure: a log and the terms of the measurement in, a reading out. A reading is about a log, never about a
//! person, and "not measured" is never "at or below the limit".
mod hour;
pub mod limits;
pub mod told;
mod window;

pub use limits::Limits;
pub use window::{Cut, Window};

use crate::domain::codes::{NoiseBuilding, NoiseKind, NoiseLabel, NoiseRounding, NoiseSource, NoiseVerdict};
use crate::domain::seoul;
use chrono::{DateTime, FixedOffset};
use hour::Clock;
use serde::Serialize;

/// Nanoseconds in a second.
pub const SECOND: i64 = 1_000_000_000;
/// What has to be measured at least for a verdict, in seconds.
pub const LEAST_SECONDS: u64 = 3600;
/// Exceedances of the highest level within an hour that make one.
const TIMES: usize = 3;
/// The highest level that a meter can have shown, in dB(A).
pub const LEVEL_MOST: f64 = 140.0;

/// One sample: the level that stood from `at` on for one interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// Nanoseconds since 1970 began in Greenwich.
    pub at: i64,
    /// dB(A), 0 to [`LEVEL_MOST`].
    pub level: f64,
}

/// Samples in the order of time, no two at once, at least one.
#[derive(Debug, Clone)]
pub struct Log {
    samples: Vec<Sample>,
    /// How long a sample stands, in nanoseconds.
    interval: i64,
}

impl Log {
    /// A log of samples that are in order already; without an interval of its own, the median gap (0 for a lone sample).
    /// None for an empty one.
    #[must_use]
    pub fn new(samples: Vec<Sample>, interval: Option<i64>) -> Option<Self> {
        if samples.is_empty() {
            return None;
        }
        let interval = interval.unwrap_or_else(|| median_gap(&samples));
        Some(Self { samples, interval })
    }

    #[must_use]
    pub fn samples(&self) -> &[Sample] {
        &self.samples
    }

    /// How long a sample stands, in nanoseconds.
    #[must_use]
    pub fn interval(&self) -> i64 {
        self.interval
    }

    fn start(&self) -> i64 {
        self.samples.first().map_or(0, |s| s.at)
    }

    /// Where its last sample ends.
    fn end(&self) -> i64 {
        self.samples.last().map_or(0, |s| s.at.saturating_add(self.interval))
    }
}

/// Of an even number of gaps, the mean of the middle two.
fn median_gap(samples: &[Sample]) -> i64 {
    let after = samples.iter().skip(1);
    let mut gaps: Vec<i64> = samples.iter().zip(after).map(|(a, b)| b.at - a.at).collect();
    let half = gaps.len() / 2;
    if gaps.is_empty() {
        return 0;
    }
    let even = gaps.len().is_multiple_of(2);
    let (below, upper, _) = gaps.select_nth_unstable(half);
    let upper = *upper;
    match below.iter().max().filter(|_| even) {
        Some(lower) => lower + (upper - lower) / 2,
        None => upper,
    }
}

/// How a log was measured, and how it is to be judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Terms {
    pub kind: NoiseKind,
    pub building: NoiseBuilding,
    /// The background's level in dB(A), where it was measured.
    pub background: Option<f64>,
    pub source: NoiseSource,
    /// Whether an older building's correction holds for airborne noise too.
    pub correct_airborne: bool,
    pub rounding: NoiseRounding,
}

/// What a log says. Counts stand under every verdict.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reading {
    pub verdict: NoiseVerdict,
    pub label: NoiseLabel,
    pub kind: NoiseKind,
    pub building: NoiseBuilding,
    /// Seconds that complete windows cover.
    pub complete_seconds: u64,
    pub windows_complete: u64,
    pub windows_incomplete: u64,
    pub windows_invalid_background: u64,
    /// The highest corrected level of a judged window, in dB(A), and that window's start.
    pub leq_max: Option<f64>,
    pub leq_max_at: Option<DateTime<FixedOffset>>,
    pub leq_exceeded_windows: u64,
    /// Bursts above the highest level; 0 for other kinds than direct impact.
    pub lmax_events: u64,
    pub lmax_exceeded: bool,
    /// The rows in force during the log.
    pub limits: Vec<Limits>,
    /// Both readings of a building of unknown class, where they differ in their verdict.
    pub alternatives: Option<Box<Alternatives>>,
}

/// The two readings of a building of unknown class.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Alternatives {
    pub standard: Reading,
    pub older: Reading,
}

/// What the log says under these terms.
#[must_use]
pub fn judge(log: &Log, terms: &Terms) -> Reading {
    let cut = Cut::of(log, terms.kind);
    let class = |building| read(log, &cut, &Terms { building, ..*terms });
    if terms.building != NoiseBuilding::Unknown {
        return class(terms.building);
    }
    let (standard, older) = (class(NoiseBuilding::Standard), class(NoiseBuilding::Older));
    let mut reading = Reading { building: NoiseBuilding::Unknown, ..standard.clone() };
    if standard.verdict != older.verdict {
        reading.verdict = NoiseVerdict::UndeterminedClass;
        reading.alternatives = Some(Box::new(Alternatives { standard, older }));
    }
    reading
}

/// The limits that were in force during the log.
fn in_force(log: &Log, all: &[Limits]) -> Vec<Limits> {
    let next = all.iter().skip(1).map(|l| Some(Clock::midnight(l.from))).chain([None]);
    // A lone sample without an interval is still a moment.
    let (start, end) = (log.start(), log.end().max(log.start() + 1));
    let during = |(l, until): (&Limits, Option<i64>)| {
        (Clock::midnight(l.from) < end && until.is_none_or(|until| until > start)).then_some(*l)
    };
    all.iter().zip(next).filter_map(during).collect()
}

/// Levels are compared as whole millionths of a decibel.
pub(crate) fn millionths(level: f64) -> f64 {
    (level * 1e6).round()
}

/// What one window's level is judged as.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Judged {
    /// The corrected level, and whether it is above the limit.
    Level(f64, bool),
    /// The background drowns it.
    Drowned,
}

/// The rule on background noise and rounding, for one level against one limit.
#[must_use]
pub fn level_judged(leq: f64, limit: u8, terms: &Terms) -> Judged {
    let limit = f64::from(limit) * 1e6;
    let compared = |level: f64| {
        let level = millionths(level);
        match terms.rounding {
            NoiseRounding::None => level,
            NoiseRounding::Integer => (level / 1e6 + 0.5).floor() * 1e6,
        }
    };
    let above = |level: f64| compared(level) > limit;
    let Some(background) = terms.background else { return Judged::Level(leq, above(leq)) };
    let over = leq - background;
    if millionths(over) >= 10e6 {
        Judged::Level(leq, above(leq))
    } else if millionths(over) >= 3e6 {
        let corrected = leq + 10.0 * (1.0 - 10f64.powf(-0.1 * over)).log10();
        Judged::Level(corrected, above(corrected))
    } else if above(leq) {
        Judged::Drowned
    } else {
        Judged::Level(leq, false)
    }
}

/// One complete window against the limit in force.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// Nanoseconds since 1970.
    pub start: i64,
    pub limit: u8,
    pub judged: Judged,
}

/// Every complete window against its limit, in the order of time; an unknown building by the standard limits.
#[must_use]
pub fn levels(log: &Log, terms: &Terms) -> Vec<Level> {
    let all = limits::of(terms.kind, terms.building == NoiseBuilding::Older, terms.correct_airborne);
    levels_in(&Cut::of(log, terms.kind), &Clock::new(&all), terms).collect()
}

fn levels_in<'a>(cut: &'a Cut, clock: &'a Clock, terms: &'a Terms) -> impl Iterator<Item = Level> + 'a {
    cut.complete.iter().filter_map(|window| {
        let limit = clock.leq(window.start)?;
        Some(Level { start: window.start, limit, judged: level_judged(window.leq, limit, terms) })
    })
}

/// The reading for one class of building.
fn read(log: &Log, cut: &Cut, terms: &Terms) -> Reading {
    let all = limits::of(terms.kind, terms.building == NoiseBuilding::Older, terms.correct_airborne);
    let clock = Clock::new(&all);
    let (mut exceeded, mut drowned) = (0u64, 0u64);
    let mut highest: Option<(f64, i64)> = None;
    for one in levels_in(cut, &clock, terms) {
        match one.judged {
            Judged::Drowned => drowned += 1,
            Judged::Level(level, above) => {
                exceeded += u64::from(above);
                if highest.is_none_or(|(most, _)| millionths(level) > millionths(most)) {
                    highest = Some((level, one.start));
                }
            }
        }
    }
    let bursts = if terms.kind == NoiseKind::Direct { bursts(log, &clock) } else { Vec::new() };
    let lmax_exceeded = bursts.windows(TIMES).any(|three| {
        let first_last = three.first().zip(three.last());
        first_last.is_some_and(|(first, last)| last - first < 3600 * SECOND)
    });
    let windows_complete = count(cut.complete.len());
    let complete_seconds = windows_complete * cut.length.unsigned_abs() / SECOND.unsigned_abs();
    let verdict = if terms.kind == NoiseKind::Plumbing {
        NoiseVerdict::OutOfScope
    } else if complete_seconds < LEAST_SECONDS {
        NoiseVerdict::Insufficient
    } else if exceeded > 0 || lmax_exceeded {
        NoiseVerdict::Exceeded
    } else if drowned > 0 {
        NoiseVerdict::InvalidBackground
    } else {
        NoiseVerdict::NotExceeded
    };
    let official = terms.source == NoiseSource::Official;
    Reading {
        verdict,
        label: if official { NoiseLabel::Official } else { NoiseLabel::Reference },
        kind: terms.kind,
        building: terms.building,
        complete_seconds,
        windows_complete,
        windows_incomplete: cut.incomplete,
        windows_invalid_background: drowned,
        leq_max: highest.map(|(level, _)| level),
        leq_max_at: highest.map(|(_, at)| instant(at)),
        leq_exceeded_windows: exceeded,
        lmax_events: count(bursts.len()),
        lmax_exceeded,
        limits: in_force(log, &all),
        alternatives: None,
    }
}

/// The times of the bursts above the highest level: samples above the limit in force at their own time, merged while less
/// than a second of quiet lies between; a burst's time is its highest sample's, the first of equals.
fn bursts(log: &Log, clock: &Clock) -> Vec<i64> {
    let mut bursts: Vec<i64> = Vec::new();
    // The end of the last loud sample, and the level at the time that the burst has now.
    let mut last: Option<(i64, f64)> = None;
    for sample in &log.samples {
        let level = millionths(sample.level);
        if clock.lmax(sample.at).is_none_or(|limit| level <= f64::from(limit) * 1e6) {
            continue;
        }
        let end = sample.at.saturating_add(log.interval);
        last = match last {
            Some((ended, most)) if sample.at.saturating_sub(ended) < SECOND => {
                if level > most
                    && let Some(at) = bursts.last_mut()
                {
                    *at = sample.at;
                }
                Some((end, most.max(level)))
            }
            _ => {
                bursts.push(sample.at);
                Some((end, level))
            }
        };
    }
    bursts
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// A moment of a log in Seoul.
#[must_use]
pub fn instant(at: i64) -> DateTime<FixedOffset> {
    DateTime::from_timestamp_nanos(at).with_timezone(&seoul::ZONE)
}

#[cfg(test)]
mod tests;
