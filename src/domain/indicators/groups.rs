//! Which groups of a ward's cases (a committee's, an NGO's, those of 단지 in a programme) can be told of beside what the ward knows.
//!
//! The ward has every 행정동 and the whole exactly, and knows which 단지 lies where: whatever is told of a group can be taken from those, and
//! one group's from another's. So a group is told of only where nothing of 1 to 4 is left over: not of any set of 행정동 that its cases lie
//! in, of the whole ward, of another group, or of the groups of one kind that a group of another meets, when those inside are taken out
//! in any of six orders after any first one. As if everybody knew which group is whose;
//! they are told without names, and in tens and whole percents ([`Told`]), besides.
use super::figures::wilson;
use super::suppress::SMALL;
use std::collections::{BTreeMap, BTreeSet};

/// Kinds of groups; those of one kind have no case in common.
pub const FAMILIES: usize = 3;
/// In which order the kinds are taken out of a region.
const ORDERS: [[usize; FAMILIES]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
/// Sets of 행정동 that are tried; where there are more, a group is left out and it is tried again.
const REGIONS: usize = 256;

/// A case of the 해결률's denominator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    pub dong: String,
    /// It is in the numerator.
    pub resolved: bool,
    /// Its group of each kind.
    pub groups: [Option<i64>; FAMILIES],
}

/// A group: its kind and its number.
pub type Key = (usize, i64);

/// What is said of a group: all that is drawn, listed and computed of it comes from these two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// Whole tens, rounded down.
    pub cases: u32,
    /// 해결률, in whole percents.
    pub percent: u32,
}

impl Told {
    fn of(resolved: u32, cases: u32) -> Self {
        let percent = (resolved * 200 + cases).checked_div(2 * cases).unwrap_or(0);
        Self { cases: cases / 10 * 10, percent }
    }

    /// The share.
    #[must_use]
    pub fn share(self) -> f64 {
        f64::from(self.percent) / 100.0
    }

    /// Wilson's 95 % interval of the two numbers that are told.
    #[must_use]
    pub fn interval(self) -> (f64, f64) {
        wilson(self.share(), self.cases)
    }

    /// A place among those of as many cases that says nothing of the share: 37 and 101 have no divisor in common.
    #[must_use]
    pub fn shuffled(self) -> (u32, u32) {
        (self.cases, self.percent * 37 % 101)
    }
}

/// A set of cases by their place in the list, and what it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Set(Vec<bool>);

impl Set {
    fn of(cases: &[Judged], has: impl Fn(&Judged) -> bool) -> Self {
        Self(cases.iter().map(has).collect())
    }

    fn pairs<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = (bool, bool)> + 'a {
        self.0.iter().copied().zip(other.0.iter().copied())
    }

    fn within(&self, other: &Self) -> bool {
        self.pairs(other).all(|(mine, theirs)| !mine || theirs)
    }

    fn meets(&self, other: &Self) -> bool {
        self.pairs(other).any(|(mine, theirs)| mine && theirs)
    }

    fn or(&self, other: &Self) -> Self {
        Self(self.pairs(other).map(|(mine, theirs)| mine || theirs).collect())
    }

    fn less(&self, other: &Self) -> Self {
        Self(self.pairs(other).map(|(mine, theirs)| mine && !theirs).collect())
    }

    /// In the numerator, and all.
    fn count(&self, cases: &[Judged]) -> (u32, u32) {
        let mut found = (0, 0);
        for (case, _) in cases.iter().zip(&self.0).filter(|(_, there)| **there) {
            found = (found.0 + u32::from(case.resolved), found.1 + 1);
        }
        found
    }

    /// Neither those that count nor those that do not are 1 to 4.
    fn is_fine(&self, cases: &[Judged]) -> bool {
        let (resolved, all) = self.count(cases);
        !SMALL.contains(&resolved) && !SMALL.contains(&(all - resolved))
    }
}

/// The groups of `least` cases and more that can be told of.
#[must_use]
pub fn told(cases: &[Judged], least: u32) -> BTreeMap<Key, Told> {
    let mut keys: BTreeSet<Key> = BTreeSet::new();
    for case in cases {
        keys.extend((0..).zip(case.groups).filter_map(|(kind, group)| Some((kind, group?))));
    }
    let of = |key: Key| Set::of(cases, |case| case.groups.get(key.0).copied().flatten() == Some(key.1));
    let mut groups: BTreeMap<Key, Set> = keys.into_iter().map(|key| (key, of(key))).collect();
    groups.retain(|_, set| set.count(cases).1 >= least && set.is_fine(cases));
    while let Some(key) = leak(cases, &groups) {
        groups.remove(&key);
    }
    let told = |(key, set): (Key, Set)| {
        let (resolved, all) = set.count(cases);
        (key, Told::of(resolved, all))
    };
    groups.into_iter().map(told).collect()
}

/// A group by which few cases come out: the smallest of those that were taken out.
fn leak(cases: &[Judged], groups: &BTreeMap<Key, Set>) -> Option<Key> {
    let Some(places) = places(cases, groups) else { return groups.keys().next().copied() };
    let whole = Set::of(cases, |_| true);
    let places = places.iter().map(|dongs| Set::of(cases, |case| dongs.contains(case.dong.as_str())));
    // What the groups of another kind that a group meets have together: an NGO's committees.
    let met = |set: &Set, kind: usize| {
        let theirs = groups.iter().filter(|(key, other)| key.0 == kind && set.meets(other));
        theirs.fold(Set::of(cases, |_| false), |all, (_, one)| all.or(one))
    };
    let kinds = |key: &Key| (0..FAMILIES).filter(|kind| *kind != key.0).collect::<Vec<_>>();
    let joined = groups.iter().flat_map(|(key, set)| kinds(key).into_iter().map(move |kind| (set, kind)));
    let joined: Vec<Set> = joined.map(|(set, kind)| met(set, kind)).collect();
    let regions = std::iter::once(whole).chain(places).chain(groups.values().cloned()).chain(joined);
    for region in regions {
        let inside: Vec<(&Key, &Set)> = groups.iter().filter(|(_, set)| set.within(&region)).collect();
        for seed in &inside {
            for order in ORDERS {
                let by_kind =
                    order.iter().flat_map(|kind| inside.iter().filter(move |(key, _)| key.0 == *kind));
                let (mut rest, mut taken) = (region.less(seed.1), vec![seed]);
                for one in by_kind {
                    if one.1.within(&rest) {
                        rest = rest.less(one.1);
                        taken.push(one);
                    }
                }
                if !rest.is_fine(cases) {
                    return taken.into_iter().min_by_key(|(_, set)| set.count(cases).1).map(|(key, _)| **key);
                }
            }
        }
    }
    None
}

/// The 행정동 of each group, and of groups that share one, taken together; none where that is too many to try.
fn places<'a>(cases: &'a [Judged], groups: &BTreeMap<Key, Set>) -> Option<BTreeSet<BTreeSet<&'a str>>> {
    let dongs = |set: &Set| {
        let there = cases.iter().zip(&set.0).filter(|(_, there)| **there);
        there.map(|(case, _)| case.dong.as_str()).collect::<BTreeSet<_>>()
    };
    let own: BTreeSet<BTreeSet<&str>> = groups.values().map(dongs).collect();
    let mut all = own.clone();
    loop {
        let joined = |one: &BTreeSet<&'a str>| {
            let apart = |other: &&BTreeSet<&'a str>| one.is_disjoint(other);
            own.iter().filter(|other| !apart(other)).map(|other| one | other).collect::<Vec<_>>()
        };
        let more: Vec<BTreeSet<&str>> = all.iter().flat_map(joined).collect();
        let before = all.len();
        all.extend(more);
        if all.len() > REGIONS {
            return None;
        }
        if all.len() == before {
            return Some(all);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(n: usize, resolved: usize, dong: &str, groups: [Option<i64>; FAMILIES]) -> Vec<Judged> {
        let one = |at: usize| Judged { dong: dong.to_owned(), resolved: at < resolved, groups };
        (0..n).map(one).collect()
    }

    fn keys(cases: &[Judged]) -> Vec<Key> {
        told(cases, 30).into_keys().collect()
    }

    #[test]
    fn what_is_told_are_tens_and_whole_percents() {
        let cases = [some(37, 13, "a", [Some(1), None, None]), some(20, 10, "a", [None; 3])].concat();
        assert_eq!(told(&cases, 30), BTreeMap::from([((0, 1), Told { cases: 30, percent: 35 })]));
        let told = Told { cases: 30, percent: 35 };
        assert_eq!((told.share(), Told::of(0, 31).percent, Told::of(31, 31).percent), (0.35, 0, 100));
        let (low, high) = told.interval();
        assert!((0.2..0.35).contains(&low) && (0.35..0.54).contains(&high), "{low} {high}");
        assert_eq!(keys(&cases[..29]), [], "too few");
    }

    #[test]
    fn nothing_is_left_over_in_its_place() {
        let body = |id| [Some(id), None, None];
        let near = |rest: Vec<Judged>| keys(&[some(40, 20, "a", body(1)), rest].concat());
        assert_eq!(near(some(20, 8, "a", [None; 3])), [(0, 1)]);
        assert_eq!(near(some(3, 1, "a", [None; 3])), [], "the ward would see the three");
        assert_eq!(near(some(12, 3, "a", [None; 3])), [], "and which of them were resolved");
        assert_eq!(near(vec![]), [(0, 1)], "that there is nothing else may be known");
        let few = [some(3, 1, "b", [None; 3]), some(20, 10, "a", [None; 3])].concat();
        assert_eq!(near(few), [(0, 1)], "what lies elsewhere is as known as before");
        // Two in a place: the smaller one goes, and then the rest is many.
        let two =
            [some(40, 20, "a", body(1)), some(31, 15, "a", body(2)), some(2, 1, "a", [None; 3])].concat();
        assert_eq!(keys(&two), [(0, 1)]);
    }

    #[test]
    fn one_group_taken_from_another_leaves_nothing_small() {
        // The programme's 단지 are a committee's and a small one.
        let cases = [
            some(40, 20, "a", [Some(1), None, Some(1)]),
            some(3, 2, "b", [Some(2), None, Some(1)]),
            some(60, 30, "a", [None, None, Some(0)]),
            some(60, 30, "b", [None, None, Some(0)]),
        ]
        .concat();
        let told = keys(&cases);
        assert!(!(told.contains(&(0, 1)) && (told.contains(&(2, 1)) || told.contains(&(2, 0)))), "{told:?}");
        // Groups of two kinds that do not meet are taken out together.
        let apart = [
            some(40, 20, "a", [Some(1), None, None]),
            some(35, 20, "a", [None, Some(7), None]),
            some(2, 1, "a", [None; 3]),
        ]
        .concat();
        assert_eq!(keys(&apart), [(0, 1)]);
    }

    #[test]
    fn groups_of_one_kind_together_leave_nothing_small_of_another() {
        // The NGO has all but two of what two committees have together.
        let cases = [
            some(38, 19, "a", [Some(1), Some(9), None]),
            some(2, 1, "a", [Some(1), None, None]),
            some(40, 20, "b", [Some(2), Some(9), None]),
            some(45, 20, "a", [None; 3]),
            some(45, 20, "b", [None; 3]),
        ]
        .concat();
        let told = keys(&cases);
        assert!(!(told.contains(&(0, 1)) && told.contains(&(0, 2)) && told.contains(&(1, 9))), "{told:?}");
    }

    #[test]
    fn places_that_groups_share_are_looked_at_together() {
        // A in 1 and 2, B in 2 and 3; of the three places together two cases are nobody's.
        let cases = [
            some(20, 10, "1", [None, Some(1), None]),
            some(20, 10, "2", [None, Some(1), None]),
            some(20, 10, "2", [None, Some(2), None]),
            some(20, 10, "3", [None, Some(2), None]),
            some(1, 1, "1", [None; 3]),
            some(1, 0, "3", [None; 3]),
            some(90, 40, "4", [None; 3]),
        ]
        .concat();
        assert_eq!(keys(&cases).len(), 1);
    }
}
