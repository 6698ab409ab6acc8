//! What can be computed from what: linear forms over unknown counts, by exact elimination.
//!
//! The arithmetic is that of the integers modulo the prime 2⁶¹ − 1. Our coefficients are 0 and ±1, so that a form which depends
//! on others over the fractions depends on them here, too; the other way round an accident could only hide a cell too many.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

const PRIME: u64 = (1 << 61) - 1;

fn times(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b) % u128::from(PRIME);
    u64::try_from(product).unwrap_or_default()
}

fn minus(a: u64, b: u64) -> u64 {
    if a >= b { a - b } else { a + PRIME - b }
}

/// The inverse of a number that is not 0: its (p − 2)-th power (Fermat).
fn inverse(a: u64) -> u64 {
    let (mut result, mut base, mut exponent) = (1, a, PRIME - 2);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = times(result, base);
        }
        base = times(base, base);
        exponent >>= 1;
    }
    result
}

/// A linear form: coefficients of unknowns, none of them 0; the unknowns in falling order.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Form(Vec<(Reverse<u32>, u64)>);

impl Form {
    /// The sum of `plus` without `less`; an unknown in both falls out.
    pub(super) fn of(plus: &[u32], less: &[u32]) -> Self {
        let mut sum: BTreeMap<Reverse<u32>, u64> = BTreeMap::new();
        let mut put = |unknown: u32, value: u64| {
            let entry = sum.entry(Reverse(unknown)).or_default();
            *entry = (*entry + value) % PRIME;
        };
        plus.iter().for_each(|unknown| put(*unknown, 1));
        less.iter().for_each(|unknown| put(*unknown, PRIME - 1));
        Self(sum.into_iter().filter(|(_, value)| *value != 0).collect())
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.0.is_empty()
    }

    fn first(&self) -> Option<(u32, u64)> {
        self.0.first().map(|(unknown, value)| (unknown.0, *value))
    }

    fn at(&self, unknown: u32) -> u64 {
        let found = self.0.binary_search_by_key(&Reverse(unknown), |(unknown, _)| *unknown);
        found.ok().and_then(|index| self.0.get(index)).map_or(0, |(_, value)| *value)
    }

    /// The multiple whose first coefficient is 1: the same for all forms that tell the same.
    fn told(self) -> Self {
        let Some((_, first)) = self.first() else { return self };
        let scale = inverse(first);
        Self(self.0.into_iter().map(|(unknown, value)| (unknown, times(value, scale))).collect())
    }

    /// Without its part along `other`, whose coefficient at `pivot` is 1.
    fn without(&self, other: &Self, pivot: u32) -> Self {
        let factor = self.at(pivot);
        if factor == 0 {
            return self.clone();
        }
        let mut sum: BTreeMap<Reverse<u32>, u64> = self.0.iter().copied().collect();
        for (unknown, value) in &other.0 {
            let entry = sum.entry(*unknown).or_default();
            *entry = minus(*entry, times(*value, factor));
        }
        Self(sum.into_iter().filter(|(_, value)| *value != 0).collect())
    }
}

/// What is told, and what must not follow from it.
#[derive(Debug, Default)]
pub(super) struct Span {
    /// Each form by its first unknown, whose coefficient is 1.
    told: BTreeMap<u32, Form>,
    /// What is left of each protected form when everything told is taken away.
    kept: BTreeSet<Form>,
}

impl Span {
    /// What of the form does not follow from what is told.
    fn rest(&self, form: &Form) -> Form {
        let mut rest: BTreeMap<Reverse<u32>, u64> = form.0.iter().copied().collect();
        let mut done = Vec::new();
        while let Some((Reverse(unknown), value)) = rest.pop_first() {
            if value == 0 {
                continue;
            }
            let Some(told) = self.told.get(&unknown) else {
                done.push((Reverse(unknown), value));
                continue;
            };
            for (other, coefficient) in told.0.iter().skip(1) {
                let entry = rest.entry(*other).or_default();
                *entry = minus(*entry, times(*coefficient, value));
            }
        }
        Form(done).told()
    }

    /// From now on the form may not follow from what is told. `false` when it does already.
    pub(super) fn protect(&mut self, form: &Form) -> bool {
        let rest = self.rest(form);
        !rest.is_nothing() && (self.kept.contains(&rest) || self.kept.insert(rest))
    }

    /// Tells the forms, unless something protected would follow from them; `false` then, and nothing is told.
    pub(super) fn tell(&mut self, forms: &[Form]) -> bool {
        self.news(forms).is_some_and(|news| {
            self.learn(news);
            true
        })
    }

    /// What the forms would add to what is told, by their first unknowns; none when something protected would follow.
    pub(super) fn news(&self, forms: &[Form]) -> Option<Vec<(u32, Form)>> {
        let mut news: Vec<(u32, Form)> = Vec::new();
        for form in forms {
            let mut rest = self.rest(form);
            for (pivot, new) in &news {
                rest = rest.without(new, *pivot);
            }
            let rest = rest.told();
            let Some((pivot, _)) = rest.first() else { continue };
            // What the news before it do not touch is kept as it was.
            let touched = |kept: &&Form| news.iter().any(|(pivot, _)| kept.at(*pivot) != 0);
            let follows = |kept: &Form| {
                news.iter().fold(kept.clone(), |kept, (pivot, new)| kept.without(new, *pivot)).told() == rest
            };
            if self.kept.contains(&rest) || self.kept.iter().filter(touched).any(follows) {
                return None;
            }
            news.push((pivot, rest));
        }
        Some(news)
    }

    /// Tells what `news` found of what stands here.
    pub(super) fn learn(&mut self, news: Vec<(u32, Form)>) {
        for (pivot, new) in news {
            self.add(pivot, new);
        }
    }

    fn add(&mut self, pivot: u32, new: Form) {
        let touched: Vec<Form> = self.kept.iter().filter(|kept| kept.at(pivot) != 0).cloned().collect();
        for kept in touched {
            self.kept.remove(&kept);
            self.kept.insert(kept.without(&new, pivot).told());
        }
        self.told.insert(pivot, new);
    }
}
