//! An invented national history, the same for the same seed: 단지, complaints, and what happened in each. Nothing in it is real.
//!
//! It says what people do, in which shares and after which waits, as far as numbers were published; what they may do is
//! asked of the case itself (`Case::after`), by whoever loads it. Shares and their sources:
//! * causes and positions: 이웃사이센터, field requests 2012-03 to 2014-07 (n ≈ 7,700); pets and excessive complaints: Seoul
//!   2014 to 2017 (n = 2,579);
//! * intake by year: 이웃사이센터 2018, 2019, 2023 to 2025; winter twice the summer, Mondays 23.5 % of calls;
//! * by telephone 74.2 %, online 25.8 % (2012 to 2022);
//! * a first stage that ends 61.1 % by telephone, finds 8.5 % to be no floor noise and sends 30.4 % on (2019); a second
//!   that 15.4 % of its applicants cancel (2019) and in which a mediation begins after 65 days in winter, 55 in summer;
//! * a quarter of the mediations end in a full agreement (부평 2020).
//!
//! Whole numbers throughout: a float could differ in its last digit from machine to machine.

mod dice;
mod life;
mod place;

pub use place::Place;

use super::codes::{Cause, Channel, Position};
use super::mark::Mark;
use super::seoul;
use super::text::Unit;
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, TimeDelta, Utc};
use dice::Dice;

/// 단지 in an invented ward, and 행정동 in it: a hundred and fifty-ninth part of the nation's 18,000.
const WARD: u32 = 80;
const DONGS: u32 = 14;

/// Cases of an average 단지 in a year, in thousandths: a million in 18,000 단지 and ten years.
const CASES_A_YEAR: u64 = 5_556;

/// What is made: so many 단지, so many years before `until`, which is the first day of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    pub complexes: u32,
    pub years: u32,
    pub seed: u64,
    pub until: NaiveDate,
}

/// A household of a case: invented, with a telephone number that nobody can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Household {
    pub unit: Unit,
    pub name: String,
    /// Digits only.
    pub phone: String,
}

/// One complaint and everything that happened in it until the end of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The 단지, by its place in [`Plan::places`].
    pub place: u32,
    pub received_at: DateTime<Utc>,
    pub channel: Channel,
    pub cause: Cause,
    pub position: Position,
    pub applicant: Option<Household>,
    pub respondent: Option<Household>,
    /// In time order.
    pub events: Vec<(DateTime<Utc>, Mark)>,
}

impl Plan {
    /// Months of the history.
    #[must_use]
    pub fn months(&self) -> u32 {
        self.years.saturating_mul(12)
    }

    /// Every 단지, always in the same order.
    #[must_use]
    pub fn places(&self) -> Vec<Place> {
        (0..self.complexes).map(|n| Place::of(self, n)).collect()
    }

    /// The complaints received in the plan's `month` (from 0), in the order in which they came in. `places` are the plan's own.
    #[must_use]
    pub fn month(&self, places: &[Place], month: u32) -> Vec<Told> {
        let first = self.until.checked_sub_months(Months::new(self.months().saturating_sub(month)));
        let Some(first) = first else { return Vec::new() };
        let mut told = Vec::new();
        for (place, n) in places.iter().zip(0..) {
            let mut dice = Dice::of(&[self.seed, 1, u64::from(n), u64::from(month)]);
            for one in 0..dice.about(place.cases_in(first)) {
                let dice = Dice::of(&[self.seed, 2, u64::from(n), u64::from(month), one]);
                told.push(self.told(place, n, first, dice));
            }
        }
        told.sort_by_key(|one| (one.received_at, one.place));
        told
    }

    fn told(&self, place: &Place, n: u32, first: NaiveDate, mut dice: Dice) -> Told {
        let received_at = received_in(first, &mut dice);
        let cause = dice.pick(&CAUSES, Cause::Footfall);
        let position = match cause {
            // Whoever lives above complains of what comes back from below.
            Cause::Retaliation => {
                dice.pick(&[(Position::Below, 850), (Position::Above, 150)], Position::Below)
            }
            _ => dice.pick(&POSITIONS, Position::Above),
        };
        let (ours, theirs) = place.neighbours(self.seed, n, position, &mut dice);
        let applicant = dice.permille(960).then(|| ours.clone());
        let knows = position != Position::Unknown && cause != Cause::Unknown;
        let respondent = (knows && dice.permille(930)).then(|| theirs.clone());
        let events = life::lived(&mut dice, received_at, respondent.is_some(), seoul::midnight(self.until));
        let channel = dice.pick(&CHANNELS, Channel::Phone);
        Told { place: n, received_at, channel, cause, position, applicant, respondent, events }
    }
}

/// Shares in thousandths; each table adds up to a thousand.
const CAUSES: [(Cause, u64); 14] = [
    (Cause::Footfall, 728),
    (Cause::Pet, 46),
    (Cause::Hammering, 45),
    (Cause::Retaliation, 40),
    (Cause::Furniture, 29),
    (Cause::Appliance, 26),
    (Cause::Instrument, 19),
    (Cause::Door, 16),
    (Cause::Audio, 14),
    (Cause::Plumbing, 13),
    (Cause::Voice, 8),
    (Cause::Exercise, 6),
    (Cause::Other, 5),
    (Cause::Unknown, 5),
];
/// Of the suspected source, seen from the applicant: 82.5 % live below it.
const POSITIONS: [(Position, u64); 5] = [
    (Position::Above, 825),
    (Position::Below, 137),
    (Position::Beside, 16),
    (Position::Diagonal, 12),
    (Position::Unknown, 10),
];
const CHANNELS: [(Channel, u64); 6] = [
    (Channel::Phone, 600),
    (Channel::Online, 258),
    (Channel::Office, 70),
    (Channel::Visit, 42),
    (Channel::Transfer, 20),
    (Channel::Paper, 10),
];

/// Of a day's share in the week, Monday first.
const WEEK: [u64; 7] = [235, 190, 170, 155, 140, 60, 50];

/// An instant of the month in which somebody complains: on a Monday rather than a Sunday, at office hours or in the evening.
fn received_in(first: NaiveDate, dice: &mut Dice) -> DateTime<Utc> {
    let next = first.checked_add_months(Months::new(1)).unwrap_or(first);
    let days = u64::try_from((next - first).num_days()).unwrap_or(28);
    let day = loop {
        let day = first.checked_add_days(Days::new(dice.below(days))).unwrap_or(first);
        let weekday = usize::try_from(day.weekday().num_days_from_monday()).unwrap_or(0);
        if dice.below(235) < WEEK.get(weekday).copied().unwrap_or(235) {
            break day;
        }
    };
    let hour = if dice.permille(780) { 9 + dice.below(9) } else { 18 + dice.below(5) };
    let second = hour * 3600 + dice.below(3600);
    let time = TimeDelta::seconds(i64::try_from(second).unwrap_or(0));
    seoul::at(day, NaiveTime::MIN) + time
}

#[cfg(test)]
mod tests;
