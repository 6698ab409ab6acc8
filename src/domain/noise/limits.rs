//! The limits of floor noise as dated data (공동주택 층간소음의 범위와 기준에 관한 규칙, 별표; `domain.md` §2.2).
//!
//! A limit may be reached; what is above it is exceeded. The day is `[06:00, 22:00)` in Seoul.
use crate::domain::codes::NoiseKind;
use chrono::NaiveDate;
use serde::Serialize;

/// One figure by day, one by night, in dB(A).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayNight {
    pub day: u8,
    pub night: u8,
}

/// What the annex asks of every building from a day on.
#[derive(Debug)]
pub struct Annex {
    pub from: NaiveDate,
    /// 1-minute Leq of direct impact.
    pub direct: DayNight,
    /// Highest level of direct impact.
    pub highest: DayNight,
    /// 5-minute Leq of airborne noise.
    pub airborne: DayNight,
    /// Where it stands.
    pub source: &'static str,
}

/// What is added for older buildings from a day on.
#[derive(Debug)]
pub struct Correction {
    pub from: NaiveDate,
    pub decibels: u8,
    pub source: &'static str,
}

const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(day) => day,
        None => panic!("a date of the calendar"),
    }
}

const fn limits(day: u8, night: u8) -> DayNight {
    DayNight { day, night }
}

/// In the order of time; the first is the rule's own beginning, before which nothing is judged.
pub const ANNEX: [Annex; 2] = [
    Annex {
        from: day(2014, 6, 3),
        direct: limits(43, 38),
        highest: limits(57, 52),
        airborne: limits(45, 40),
        source: "공동주택 층간소음의 범위와 기준에 관한 규칙 별표(2014. 6. 3. 시행)",
    },
    Annex {
        from: day(2023, 1, 2),
        direct: limits(39, 34),
        highest: limits(57, 52),
        airborne: limits(45, 40),
        source: "공동주택 층간소음의 범위와 기준에 관한 규칙 별표(2023. 1. 2. 개정)",
    },
];

/// In the order of time.
pub const OLDER: [Correction; 2] = [
    Correction {
        from: day(2014, 6, 3),
        decibels: 5,
        source: "같은 별표 비고(2005. 6. 30. 이전 사업계획승인 등: 2024. 12. 31.까지 5 dB(A)를 더함)",
    },
    Correction {
        from: day(2025, 1, 1),
        decibels: 2,
        source: "같은 별표 비고(2005. 6. 30. 이전 사업계획승인 등: 2025. 1. 1.부터 2 dB(A)를 더함)",
    },
];

/// The first day on which there were limits.
pub const FIRST: NaiveDate = day(2014, 6, 3);

/// The days on which some limit changed after the first: every window of measurement begins anew there.
pub fn changes() -> impl Iterator<Item = NaiveDate> {
    let all = ANNEX.iter().map(|a| a.from).chain(OLDER.iter().map(|c| c.from));
    all.filter(|from| *from > FIRST)
}

/// The limits of one kind of noise in one class of building from a day on, in dB(A).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Limits {
    pub from: NaiveDate,
    pub day_leq: u8,
    pub night_leq: u8,
    /// None for airborne noise, which has no highest level.
    pub day_lmax: Option<u8>,
    pub night_lmax: Option<u8>,
}

/// Every row that was ever in force, in the order of time. Nothing limits the noise of pipes.
#[must_use]
pub fn of(kind: NoiseKind, older: bool, correct_airborne: bool) -> Vec<Limits> {
    let mut days: Vec<NaiveDate> = ANNEX.iter().map(|a| a.from).collect();
    if older {
        days.extend(OLDER.iter().map(|c| c.from));
    }
    days.sort();
    days.dedup();
    let row = |from: NaiveDate| {
        let annex = ANNEX.iter().rev().find(|a| a.from <= from)?;
        let more = OLDER.iter().rev().find(|c| older && c.from <= from).map_or(0, |c| c.decibels);
        match kind {
            NoiseKind::Direct => Some(Limits {
                from,
                day_leq: annex.direct.day + more,
                night_leq: annex.direct.night + more,
                day_lmax: Some(annex.highest.day + more),
                night_lmax: Some(annex.highest.night + more),
            }),
            NoiseKind::Airborne => {
                let more = if correct_airborne { more } else { 0 };
                Some(Limits {
                    from,
                    day_leq: annex.airborne.day + more,
                    night_leq: annex.airborne.night + more,
                    day_lmax: None,
                    night_lmax: None,
                })
            }
            NoiseKind::Plumbing => None,
        }
    };
    days.into_iter().filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Printed = (String, u8, u8, Option<u8>, Option<u8>);

    fn rows(kind: NoiseKind, older: bool, air: bool) -> Vec<Printed> {
        let row = |l: Limits| (l.from.to_string(), l.day_leq, l.night_leq, l.day_lmax, l.night_lmax);
        of(kind, older, air).into_iter().map(row).collect()
    }

    /// The table of `domain.md` §2.2 by hand.
    #[test]
    fn the_table_stands_as_it_is_printed() {
        let (first, new, less) = ("2014-06-03".to_owned(), "2023-01-02".to_owned(), "2025-01-01".to_owned());
        assert_eq!(
            rows(NoiseKind::Direct, false, false),
            [(first.clone(), 43, 38, Some(57), Some(52)), (new.clone(), 39, 34, Some(57), Some(52))]
        );
        assert_eq!(
            rows(NoiseKind::Direct, true, false),
            [
                (first.clone(), 48, 43, Some(62), Some(57)),
                (new.clone(), 44, 39, Some(62), Some(57)),
                (less.clone(), 41, 36, Some(59), Some(54)),
            ]
        );
        assert!(rows(NoiseKind::Airborne, true, false).iter().all(|r| (r.1, r.2) == (45, 40)));
        let corrected: Vec<_> = rows(NoiseKind::Airborne, true, true).iter().map(|r| (r.1, r.2)).collect();
        assert_eq!(corrected, [(50, 45), (50, 45), (47, 42)]);
        assert!(rows(NoiseKind::Plumbing, true, true).is_empty());
        let changed: Vec<String> = changes().map(|d| d.to_string()).collect();
        assert_eq!(changed, [new, less]);
    }
}
