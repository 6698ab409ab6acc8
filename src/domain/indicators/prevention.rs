//! Where something can be done before the next dispute: 단지 in which disputes repeat or rise, and hours of the day in which noise is heard.
//! The rules and their thresholds stand here only. None of them says a number of few: a 단지 is named when it has many, and why in words.
use super::suppress::SMALL;
use std::collections::{BTreeMap, BTreeSet};

/// Receptions of a whole year from which a 단지 can rise.
pub const RISING_LEAST: u32 = 10;
/// How many times the year before it has to be, in hundredths.
pub const RISING_BY: u32 = 150;
/// Receptions of a whole year by which the same two homes came again, from which disputes repeat.
pub const REPEATED_LEAST: u32 = 5;
/// Hours of one band of the day, where there is enough to tell them apart.
const BAND: u32 = 2;

/// What a 단지 received in two whole years.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Received {
    pub year_before: u32,
    pub last_year: u32,
    /// Of last year's, those of two homes that had another case in the 365 days before.
    pub recurring: u32,
}

impl Received {
    /// More by half than the year before, and not few.
    #[must_use]
    pub fn rises(&self) -> bool {
        self.last_year >= RISING_LEAST
            && u64::from(self.last_year) * 100 >= u64::from(self.year_before) * u64::from(RISING_BY)
    }

    /// The same homes come again and again.
    #[must_use]
    pub fn repeats(&self) -> bool {
        self.recurring >= REPEATED_LEAST
    }
}

/// Hours of the day from and until (24 at most), and the cases in whose diary something was heard in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    pub from: u32,
    pub until: u32,
    pub cases: u32,
}

/// The day in bands of two hours and more: bands of few cases are put together with the next, the last with the one before. A case that
/// is heard in several bands counts in each, so that no band can be taken from the others. Empty where all the day has few.
#[must_use]
pub fn bands<Id: Ord + Copy>(heard: impl IntoIterator<Item = (Id, u32)>) -> Vec<Band> {
    let mut hours: BTreeMap<u32, BTreeSet<Id>> = BTreeMap::new();
    for (case, hour) in heard {
        hours.entry(hour / BAND * BAND).or_default().insert(case);
    }
    let few = |n: usize| u32::try_from(n).is_ok_and(|n| n == 0 || SMALL.contains(&n));
    let mut found: Vec<(u32, BTreeSet<Id>)> = Vec::new();
    let (mut from, mut together): (u32, BTreeSet<Id>) = (0, BTreeSet::new());
    for first in (0..24).filter(|hour| hour % BAND == 0) {
        together.extend(hours.get(&first).into_iter().flatten().copied());
        if !few(together.len()) {
            found.push((from, std::mem::take(&mut together)));
            from = first + BAND;
        }
    }
    // What is left at the end of the day lies with the last band.
    if let Some((_, last)) = found.last_mut() {
        last.append(&mut together);
    }
    let ends: Vec<u32> = found.iter().skip(1).map(|(from, _)| *from).chain([24]).collect();
    let band = |((from, cases), until): ((u32, BTreeSet<Id>), u32)| Band {
        from,
        until,
        cases: u32::try_from(cases.len()).unwrap_or(u32::MAX),
    };
    found.into_iter().zip(ends).map(band).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rise_is_by_half_and_of_many_and_repetition_of_five() {
        let received = |year_before, last_year, recurring| Received { year_before, last_year, recurring };
        let rises = [(8, 12), (8, 11), (0, 10), (0, 9), (20, 30)].map(|(a, b)| received(a, b, 0).rises());
        assert_eq!(rises, [true, false, true, false, true]);
        assert_eq!([4, 5].map(|n| received(30, 30, n).repeats()), [false, true]);
    }

    #[test]
    fn bands_of_few_are_put_together_and_a_case_counts_once_in_each() {
        let at = |hour: u32, cases: std::ops::Range<u32>| cases.map(move |case| (case, hour));
        // Three at night, three more in the early morning, many in the evening, two late.
        let heard = at(1, 0..3).chain(at(1, 0..3)).chain(at(5, 2..6)).chain(at(21, 0..9)).chain(at(23, 7..9));
        let band = |from, until, cases| Band { from, until, cases };
        assert_eq!(bands(heard), [band(0, 6, 6), band(6, 24, 9)]);
        assert_eq!(bands(at(3, 0..4)), []);
        let all: Vec<Band> = bands((0..24).flat_map(|hour| at(hour, 0..5)));
        assert_eq!((all.len(), all[0], all[11]), (12, band(0, 2, 5), band(22, 24, 5)));
    }
}
