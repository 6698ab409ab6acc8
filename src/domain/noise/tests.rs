//! The worked examples of `domain.md` §2.5, and a second reckoning written naively, against which random logs are held.
use super::*;
use proptest::prelude::*;

const KINDS: [NoiseKind; 2] = [NoiseKind::Direct, NoiseKind::Airborne];

fn terms(kind: NoiseKind, building: NoiseBuilding) -> Terms {
    Terms {
        kind,
        building,
        background: None,
        source: NoiseSource::Unknown,
        correct_airborne: false,
        rounding: NoiseRounding::None,
    }
}

/// `2026-03-02 10:00` in Seoul, in nanoseconds.
fn at(text: &str) -> i64 {
    seoul::parse(text).unwrap().timestamp_nanos_opt().unwrap()
}

/// One sample a second: runs of (how many, level).
fn runs(start: &str, runs: &[(i64, f64)]) -> Log {
    let levels = runs.iter().flat_map(|(n, level)| (0..*n).map(|_| *level));
    let samples = levels.zip(0..).map(|(level, n)| Sample { at: at(start) + n * SECOND, level }).collect();
    Log::new(samples, None).unwrap()
}

const DIRECT: NoiseKind = NoiseKind::Direct;
const STANDARD: NoiseBuilding = NoiseBuilding::Standard;
const OLDER: NoiseBuilding = NoiseBuilding::Older;

fn says(log: &Log, kind: NoiseKind, building: NoiseBuilding) -> NoiseVerdict {
    judge(log, &terms(kind, building)).verdict
}

#[test]
fn the_mean_is_of_energy_and_a_limit_may_be_reached() {
    let day = "2026-03-02 10:00";
    let e1 = runs(day, &[(12, 45.0), (3588, 30.0)]);
    let read = judge(&e1, &terms(DIRECT, STANDARD));
    assert_eq!(read.verdict, NoiseVerdict::NotExceeded);
    assert!((read.leq_max.unwrap() - 38.53).abs() < 0.01);
    let e2 = runs(day, &[(6, 50.0), (3594, 28.0)]);
    assert_eq!(says(&e2, DIRECT, STANDARD), NoiseVerdict::Exceeded);
    assert_eq!(says(&e2, DIRECT, OLDER), NoiseVerdict::NotExceeded);
    let unknown = judge(&e2, &terms(DIRECT, NoiseBuilding::Unknown));
    assert_eq!(unknown.verdict, NoiseVerdict::UndeterminedClass);
    let both = unknown.alternatives.unwrap();
    assert_eq!(
        (both.standard.verdict, both.older.verdict),
        (NoiseVerdict::Exceeded, NoiseVerdict::NotExceeded)
    );
    assert_eq!(unknown.leq_exceeded_windows, 1, "the figures are the standard reading's");
    let e3 = runs(day, &[(3600, 39.0)]);
    assert_eq!(says(&e3, DIRECT, STANDARD), NoiseVerdict::NotExceeded);
    assert_eq!(says(&runs(day, &[(3600, 39.000_001)]), DIRECT, STANDARD), NoiseVerdict::Exceeded);
    assert_eq!(says(&runs(day, &[(3600, 39.000_000_4)]), DIRECT, STANDARD), NoiseVerdict::NotExceeded);
    assert_eq!(says(&runs(day, &[(3599, 60.0)]), DIRECT, STANDARD), NoiseVerdict::Insufficient);
    assert_eq!(says(&e2, NoiseKind::Plumbing, STANDARD), NoiseVerdict::OutOfScope);
}

/// Peaks at these seconds of a quiet log of four hours.
fn peaks(peaks: &[(i64, f64)]) -> Log {
    let samples = (0..14_400).map(|n| {
        let level = peaks.iter().find(|(second, _)| *second == n).map_or(20.0, |(_, level)| *level);
        Sample { at: at("2026-03-02 10:00") + n * SECOND, level }
    });
    Log::new(samples.collect(), None).unwrap()
}

#[test]
fn three_peaks_within_a_rolling_hour() {
    let read = |seconds: &[(i64, f64)]| {
        judge(&peaks(seconds), &Terms { background: Some(0.0), ..terms(DIRECT, STANDARD) })
    };
    let e4 = read(&[(2400, 57.1), (3000, 58.0), (4200, 57.5)]);
    assert_eq!((e4.lmax_events, e4.lmax_exceeded), (3, true));
    assert!(!read(&[(2400, 57.1), (3000, 58.0), (6000, 57.5)]).lmax_exceeded, "3,600 s are no longer within");
    assert!(read(&[(2400, 57.1), (3000, 58.0), (5999, 57.5)]).lmax_exceeded);
    assert_eq!(read(&[(2400, 57.0), (3000, 57.0), (4200, 57.0)]).lmax_events, 0, "E10");
    let burst = read(&[(2400, 58.0), (2401, 60.0), (2402, 60.0), (2404, 58.0)]);
    assert_eq!(burst.lmax_events, 2, "a whole second of quiet parts two bursts");
    // The burst's time is its first highest sample's: 2401, from which 6000 is 3,599 s away.
    assert!(read(&[(2400, 58.0), (2401, 60.0), (2402, 60.0), (3000, 58.0), (6000, 58.0)]).lmax_exceeded);
    assert!(!read(&[(2400, 58.0), (2401, 60.0), (2402, 60.0), (3000, 58.0), (6001, 58.0)]).lmax_exceeded);
}

#[test]
fn background_and_rounding() {
    let judged = |level: f64, background: f64, rounding| {
        let terms = Terms { background: Some(background), rounding, ..terms(DIRECT, STANDARD) };
        judge(&runs("2026-03-02 10:00", &[(3600, level)]), &terms)
    };
    let e6 = judged(41.0, 36.0, NoiseRounding::None);
    assert_eq!(e6.verdict, NoiseVerdict::Exceeded);
    assert!((e6.leq_max.unwrap() - 39.349).abs() < 0.001);
    let rounded = judged(41.0, 36.0, NoiseRounding::Integer);
    assert_eq!(rounded.verdict, NoiseVerdict::NotExceeded);
    assert_eq!(rounded.leq_max, e6.leq_max, "what is told is never rounded");
    let e7 = judged(40.0, 38.0, NoiseRounding::None);
    assert_eq!((e7.verdict, e7.windows_invalid_background), (NoiseVerdict::InvalidBackground, 60));
    assert_eq!((e7.leq_max, e7.leq_max_at), (None, None));
    assert_eq!(judged(39.0, 38.0, NoiseRounding::None).verdict, NoiseVerdict::NotExceeded);
    assert_eq!(judged(39.4, 38.0, NoiseRounding::Integer).verdict, NoiseVerdict::NotExceeded);
    assert_eq!(judged(39.5, 20.0, NoiseRounding::Integer).verdict, NoiseVerdict::Exceeded, "half goes up");
    assert_eq!(judged(49.0, 39.0, NoiseRounding::None).leq_max, Some(49.0), "ten are enough");
    let three = judged(41.0, 38.0, NoiseRounding::None);
    assert!((three.leq_max.unwrap() - 37.979).abs() < 0.001);
}

#[test]
fn windows_begin_anew_and_gaps_undo_them() {
    // E9: the limit of an older building's night falls from 39 to 36 with the new year.
    let night = runs("2024-12-31 23:00", &[(3600, 37.2)]);
    assert_eq!(says(&night, DIRECT, OLDER), NoiseVerdict::NotExceeded);
    let over = runs("2024-12-31 23:30", &[(7200, 37.2)]);
    let read = judge(&over, &terms(DIRECT, OLDER));
    assert_eq!((read.verdict, read.leq_exceeded_windows), (NoiseVerdict::Exceeded, 90));
    let from: Vec<String> = read.limits.iter().map(|l| l.from.to_string()).collect();
    assert_eq!(from, ["2023-01-02", "2025-01-01"]);
    assert_eq!(read.leq_max_at.unwrap().to_rfc3339(), "2024-12-31T23:30:00+09:00");
    // Half a minute before 22:00, a window is cut short.
    let evening = judge(&runs("2026-03-02 21:00:30", &[(7200, 20.0)]), &terms(DIRECT, STANDARD));
    assert_eq!((evening.windows_complete, evening.windows_incomplete), (119, 2));
    // E8: five minutes of which two are loud.
    let e8 = |start| {
        judge(&runs(start, &[(120, 48.0), (180, 35.0), (3300, 20.0)]), &terms(NoiseKind::Airborne, STANDARD))
    };
    assert_eq!(e8("2026-03-02 10:00").verdict, NoiseVerdict::NotExceeded);
    assert_eq!(e8("2026-03-02 23:00").verdict, NoiseVerdict::Exceeded);
    assert!((e8("2026-03-02 23:00").leq_max.unwrap() - 44.34).abs() < 0.01);
    // One sample of 3,600 missing: exactly one interval is uncovered, and the window is out.
    let mut samples = runs("2026-03-02 10:00", &[(3660, 20.0)]).samples().to_vec();
    samples.remove(90);
    let gap = judge(&Log::new(samples, None).unwrap(), &terms(DIRECT, STANDARD));
    assert_eq!((gap.windows_complete, gap.windows_incomplete, gap.complete_seconds), (60, 1, 3600));
    // A log of a lone sample, and two that are years apart, end.
    let far = vec![
        Sample { at: at("2015-01-01 00:00"), level: 30.0 },
        Sample { at: at("2026-01-01 00:00"), level: 30.0 },
    ];
    let read = judge(&Log::new(far, Some(SECOND)).unwrap(), &terms(DIRECT, STANDARD));
    assert_eq!((read.verdict, read.windows_complete, read.limits.len()), (NoiseVerdict::Insufficient, 0, 2));
    let lone = vec![Sample { at: at("2026-01-01 00:00"), level: 90.0 }];
    let read = judge(&Log::new(lone, None).unwrap(), &terms(DIRECT, STANDARD));
    assert_eq!((read.windows_incomplete, read.lmax_events, read.limits.len()), (1, 1, 1));
}

#[test]
fn the_interval_is_the_median_gap() {
    let log = |seconds: &[i64]| {
        let samples = seconds.iter().map(|s| Sample { at: at("2026-01-01 00:00") + s * SECOND, level: 1.0 });
        Log::new(samples.collect(), None).unwrap().interval()
    };
    assert_eq!(log(&[0, 1, 2, 30]), SECOND);
    assert_eq!(log(&[0, 1, 4]), 2 * SECOND);
    assert_eq!(log(&[0, 5]), 5 * SECOND);
    assert_eq!(log(&[7]), 0);
}

/// The second reckoning: `exchange.md` once more, in milliseconds, by looking at everything every time.
mod naive {
    pub(super) const HOUR: i64 = 3_600_000;
    const DAY: i64 = 24 * HOUR;

    /// Milliseconds since midnight of 2014-06-03 in Seoul: the first limits. Days up to the two changes, counted by hand:
    /// 2014-06-03 to 2023-01-02 are 3,135 days, to 2025-01-01 3,865.
    pub(super) const CHANGES: [i64; 2] = [3_135 * DAY, 3_865 * DAY];

    fn is_day(at: i64) -> bool {
        let hour = at % DAY / HOUR;
        (6..22).contains(&hour)
    }

    fn limits(at: i64, direct: bool, older: bool, air: bool) -> (f64, f64) {
        let new = at >= CHANGES[0];
        let more = if !older {
            0.0
        } else if at >= CHANGES[1] {
            2.0
        } else {
            5.0
        };
        match (direct, is_day(at)) {
            (true, true) => (if new { 39.0 } else { 43.0 } + more, 57.0 + more),
            (true, false) => (if new { 34.0 } else { 38.0 } + more, 52.0 + more),
            (false, day) => (if day { 45.0 } else { 40.0 } + if air { more } else { 0.0 }, f64::INFINITY),
        }
    }

    fn fine(level: f64) -> f64 {
        (level * 1e6).round() / 1e6
    }

    pub(super) struct Asked {
        pub(super) direct: bool,
        pub(super) older: bool,
        pub(super) air: bool,
        pub(super) background: Option<f64>,
        pub(super) integer: bool,
    }

    #[derive(Debug, PartialEq)]
    pub(super) struct Answer {
        pub(super) verdict: &'static str,
        pub(super) complete: u64,
        pub(super) incomplete: u64,
        pub(super) invalid: u64,
        pub(super) exceeded: u64,
        pub(super) events: u64,
        pub(super) lmax: bool,
        pub(super) highest: Option<(i64, String)>,
    }

    fn restarts(from: i64, to: i64) -> Vec<i64> {
        let days = from / DAY..=to / DAY;
        let mut all: Vec<i64> = days.flat_map(|d| [d * DAY + 6 * HOUR, d * DAY + 22 * HOUR]).collect();
        all.extend(CHANGES);
        all.retain(|r| *r > from && *r < to);
        all.sort();
        all
    }

    /// Milliseconds of `[from, to)` that no sample covers, looked at one by one.
    fn uncovered(log: &[(i64, f64)], interval: i64, from: i64, to: i64) -> i64 {
        let near = log.iter().filter(|(at, _)| *at < to && at + interval > from);
        let mut covered = vec![false; usize::try_from(to - from).unwrap()];
        for (at, _) in near {
            for ms in (*at).max(from)..(at + interval).min(to) {
                covered[usize::try_from(ms - from).unwrap()] = true;
            }
        }
        i64::try_from(covered.iter().filter(|c| !**c).count()).unwrap()
    }

    fn windows(log: &[(i64, f64)], interval: i64, length: i64) -> Vec<(i64, i64)> {
        let (first, end) = (log[0].0, log[log.len() - 1].0 + interval);
        let mut starts = vec![first];
        starts.extend(restarts(first, end));
        let mut windows = Vec::new();
        for (n, start) in starts.iter().enumerate() {
            let until = starts.get(n + 1).copied().unwrap_or(end);
            let mut from = *start;
            while from < until {
                windows.push((from, (from + length).min(until)));
                from += length;
            }
        }
        windows
    }

    /// How many bursts there are, and whether three of them lie within an hour: every three are looked at.
    fn loud(log: &[(i64, f64)], interval: i64, asked: &Asked) -> (u64, bool) {
        let loud: Vec<(i64, f64)> = log
            .iter()
            .copied()
            .filter(|(at, l)| *l > limits(*at, asked.direct, asked.older, asked.air).1)
            .collect();
        let mut events: Vec<Vec<(i64, f64)>> = Vec::new();
        for one in loud {
            match events.last_mut() {
                Some(event) if one.0 - (event[event.len() - 1].0 + interval) < 1000 => event.push(one),
                _ => events.push(vec![one]),
            }
        }
        let times: Vec<i64> = events
            .iter()
            .map(|e| {
                let most = e.iter().map(|(_, l)| *l).fold(f64::MIN, f64::max);
                e.iter().find(|(_, l)| *l == most).unwrap().0
            })
            .collect();
        let mut within = false;
        for x in &times {
            for y in &times {
                for z in &times {
                    within |= x < y && y < z && z - x < HOUR;
                }
            }
        }
        (u64::try_from(times.len()).unwrap(), within)
    }

    pub(super) fn judge(log: &[(i64, f64)], interval: i64, asked: &Asked) -> Answer {
        let length = if asked.direct { 60_000 } else { 300_000 };
        let mut a = Answer {
            verdict: "",
            complete: 0,
            incomplete: 0,
            invalid: 0,
            exceeded: 0,
            events: 0,
            lmax: false,
            highest: None,
        };
        let mut highest = f64::NEG_INFINITY;
        for (from, to) in windows(log, interval, length) {
            let inside: Vec<f64> =
                log.iter().filter(|(at, _)| (from..to).contains(at)).map(|(_, l)| *l).collect();
            let whole = to - from == length
                && 2 * uncovered(log, interval, from, to) < interval
                && !inside.is_empty();
            if !whole {
                a.incomplete += 1;
                continue;
            }
            a.complete += 1;
            let mean = inside.iter().map(|l| 10f64.powf(l / 10.0)).sum::<f64>()
                / f64::from(u32::try_from(inside.len()).unwrap());
            let leq = 10.0 * mean.log10();
            let limit = limits(from, asked.direct, asked.older, asked.air).0;
            let shown = |level: f64| if asked.integer { (fine(level) + 0.5).floor() } else { fine(level) };
            let d = asked.background.map_or(99.0, |b| leq - b);
            let level = if fine(d) >= 10.0 {
                leq
            } else if fine(d) >= 3.0 {
                leq - -10.0 * (1.0 - 10f64.powf(-0.1 * d)).log10()
            } else if shown(leq) <= limit {
                leq
            } else {
                a.invalid += 1;
                continue;
            };
            a.exceeded += u64::from(shown(level) > limit);
            if fine(level) > highest {
                highest = fine(level);
                a.highest = Some((from, format!("{level:.4}")));
            }
        }
        (a.events, a.lmax) = loud(log, interval, asked);
        a.verdict = match () {
            () if a.complete * u64::try_from(length).unwrap() < 3_600_000 => "insufficient",
            () if a.exceeded > 0 || a.lmax => "exceeded",
            () if a.invalid > 0 => "invalid_background",
            () => "not_exceeded",
        };
        a
    }
}

/// Where logs begin: around the day's two marks, midnight, new years and both changes of limits, in milliseconds since
/// 2014-06-03.
fn starts() -> impl Strategy<Value = i64> {
    let [new, less] = naive::CHANGES;
    let day = 24 * naive::HOUR;
    let marks = [
        6 * naive::HOUR,
        22 * naive::HOUR,
        day,
        100 * day,
        new,
        less,
        less + 22 * naive::HOUR,
        less + 700 * day + 6 * naive::HOUR,
    ];
    (proptest::sample::select(marks.to_vec()), 0..3 * naive::HOUR, 0..1000i64)
        .prop_map(|(mark, before, ms)| (mark - before / 1000 * 1000 + ms).max(0))
}

/// Levels at, just above and far from every limit.
fn levels() -> impl Strategy<Value = f64> {
    let exact = [34.0, 36.0, 39.0, 40.0, 41.0, 43.0, 44.0, 45.0, 48.0, 52.0, 54.0, 57.0, 59.0, 62.0];
    let exact = proptest::sample::select(exact.to_vec());
    prop_oneof![
        6 => (200..330i32).prop_map(|l| f64::from(l) / 10.0),
        2 => exact.clone(),
        1 => exact.prop_map(|l| l + 0.000_001),
        1 => (500..650i32).prop_map(|l| f64::from(l) / 10.0),
    ]
}

/// Samples of one interval (milliseconds) with jumps between them now and then, and runs of one level.
fn logs() -> impl Strategy<Value = (Vec<(i64, f64)>, i64)> {
    let interval = proptest::sample::select(vec![500i64, 1000, 5000, 7500, 20_000, 60_000]);
    let jumps = prop_oneof![
        30 => Just(0i64),
        1 => 1..2000i64,
        1 => 2000..400_000i64,
        1 => Just(-1i64),
    ];
    let runs = proptest::collection::vec((1..120usize, levels(), jumps), 1..25);
    (starts(), interval, runs).prop_map(|(start, interval, runs)| {
        let mut at = start;
        let mut log = Vec::new();
        for (n, level, jump) in runs {
            for _ in 0..n {
                log.push((at, level));
                at += interval;
            }
            // A gap, and once in a while one of exactly half an interval.
            at += if jump < 0 { interval / 2 } else { jump };
        }
        (log, interval)
    })
}

proptest! {
    // The plain reckoning beside it looks at every pair of samples: some tens of logs a run, more with PROPTEST_CASES.
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 10, ..ProptestConfig::default() })]
    #[test]
    fn logs_are_judged_alike_twice(
        (log, interval) in logs(),
        kind in proptest::sample::select(KINDS.to_vec()),
        older in any::<bool>(),
        air in any::<bool>(),
        background in proptest::option::of((180..420i32).prop_map(|b| f64::from(b) / 10.0)),
        integer in any::<bool>(),
    ) {
        let zero = at("2014-06-03 00:00");
        let samples = log.iter().map(|(ms, level)| Sample { at: zero + ms * 1_000_000, level: *level }).collect();
        let terms = Terms {
            background,
            correct_airborne: air,
            rounding: if integer { NoiseRounding::Integer } else { NoiseRounding::None },
            ..terms(kind, if older { OLDER } else { STANDARD })
        };
        let read = judge(&Log::new(samples, Some(interval * 1_000_000)).unwrap(), &terms);
        let asked = naive::Asked { direct: kind == DIRECT, older, air, background, integer };
        let theirs = naive::judge(&log, interval, &asked);
        let ours = naive::Answer {
            verdict: read.verdict.code(),
            complete: read.windows_complete,
            incomplete: read.windows_incomplete,
            invalid: read.windows_invalid_background,
            exceeded: read.leq_exceeded_windows,
            events: read.lmax_events,
            lmax: read.lmax_exceeded,
            highest: read.leq_max.zip(read.leq_max_at).map(|(level, from)| {
                ((from.timestamp_nanos_opt().unwrap() - zero) / 1_000_000, format!("{level:.4}"))
            }),
        };
        prop_assert_eq!(ours, theirs);
    }
}
