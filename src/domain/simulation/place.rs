//! An invented 단지, its wards and 행정동, and the households that live in it.

use super::dice::Dice;
use super::{CASES_A_YEAR, DONGS, Household, Plan, WARD};
use crate::domain::codes::{CommitteeKind, Position, Tenure};
use crate::domain::text::Unit;
use chrono::{Datelike, NaiveDate};

/// A 단지. Its codes are none that exist: wards begin with 9, 단지 with S.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub code: String,
    pub name: String,
    pub ward_code: String,
    pub ward_name: String,
    pub dong_code: String,
    pub dong_name: String,
    pub households: u32,
    pub approved_on: Option<NaiveDate>,
    pub committee: CommitteeKind,
    pub tenure: Tenure,
    /// Whether the programme of the ward covers it.
    pub programme: bool,
    /// Its cases in thousandths of those of an average 단지.
    weight: u64,
}

/// Households of a 단지 and their share of all; the mean is near the 605 of the nation.
const SIZES: [(u64, u64); 8] =
    [(300, 250), (500, 220), (150, 200), (700, 130), (1000, 120), (1500, 60), (2500, 17), (5000, 3)];
const MEAN_SIZE: u64 = 573;

/// Intake by month, January first; an average month is 100.
const SEASON: [u64; 12] = [132, 128, 112, 100, 92, 78, 68, 68, 84, 96, 112, 130];

/// Intake by year against the average of those published.
const YEARS: [(i32, u64); 5] = [(2018, 90), (2019, 84), (2023, 116), (2024, 106), (2025, 104)];

const FAMILY: [&str; 12] = ["김", "이", "박", "최", "정", "강", "조", "윤", "장", "임", "한", "오"];
const GIVEN: [&str; 20] = [
    "가온", "나래", "다솜", "라온", "마루", "보람", "새봄", "아름", "예슬", "우람", "은별", "자람", "찬솔",
    "초롱", "큰솔", "튼튼", "푸른", "하늘", "한결", "해솔",
];
const VILLAGE: [&str; 10] =
    ["가람", "누리", "다온", "마루", "미르", "새솔", "아라", "온새미", "한울", "해오름"];

fn named<'t>(table: &[&'t str], dice: &mut Dice) -> &'t str {
    let at = dice.below(u64::try_from(table.len()).unwrap_or(1));
    usize::try_from(at).ok().and_then(|at| table.get(at)).copied().unwrap_or("")
}

impl Place {
    pub(super) fn of(plan: &Plan, n: u32) -> Self {
        let mut dice = Dice::of(&[plan.seed, 0, u64::from(n)]);
        let ward = n / WARD + 1;
        let dong = n % DONGS + 1;
        let ward_code = format!("9{ward:04}");
        let size = dice.pick(&SIZES, 500);
        let mut households = size * (80 + dice.below(41)) / 100;
        let mut weight = households * 1000 / MEAN_SIZE * (40 + dice.below(121)) / 100;
        if n == 0 {
            // The largest takes half a hundredth of all cases, so that a committee with thousands of them can be measured.
            households = 9_510;
            weight = weight.max(u64::from(plan.complexes) * 5);
        }
        let large = households >= 700;
        let committee = match (large, dice.permille(if large { 800 } else { 200 })) {
            _ if n == 0 => CommitteeKind::Statutory,
            (true, true) => CommitteeKind::Statutory,
            (false, true) => CommitteeKind::Resident,
            (_, false) => CommitteeKind::None,
        };
        let year = 1985 + i32::try_from(dice.below(38)).unwrap_or(0);
        let month = u32::try_from(1 + dice.below(12)).unwrap_or(1);
        Self {
            code: format!("S{n:08}"),
            name: format!("{}마을 {}단지", named(&VILLAGE, &mut dice), n + 1),
            dong_code: format!("{ward_code}{:05}", 51_000 + dong * 500),
            dong_name: format!("{dong}동"),
            ward_name: format!("모의 {ward}구"),
            ward_code,
            households: u32::try_from(households).unwrap_or(500),
            approved_on: NaiveDate::from_ymd_opt(year, month, 15),
            committee,
            tenure: dice
                .pick(&[(Tenure::Sale, 850), (Tenure::Rental, 120), (Tenure::Mixed, 30)], Tenure::Sale),
            programme: dice.permille(300),
            weight,
        }
    }

    /// Cases to be expected in the month that begins then, in thousandths.
    pub(super) fn cases_in(&self, first: NaiveDate) -> u64 {
        let season =
            usize::try_from(first.month0()).ok().and_then(|at| SEASON.get(at)).copied().unwrap_or(100);
        let year = YEARS.iter().find(|(year, _)| *year == first.year()).map_or(100, |(_, share)| *share);
        CASES_A_YEAR * self.weight / 1000 * season * year / (12 * 100 * 100)
    }

    /// Two households that stand so to each other. Every sixth time they are a pair that quarrels again and again.
    pub(super) fn neighbours(
        &self,
        seed: u64,
        n: u32,
        position: Position,
        dice: &mut Dice,
    ) -> (Household, Household) {
        let floors = 15;
        let homes = u64::from(self.households).max(30);
        let door = if dice.permille(160) {
            let pair = dice.below(homes / 60 + 1);
            Dice::of(&[seed, 3, u64::from(n), pair]).below(homes)
        } else {
            dice.below(homes)
        };
        let (line, floor) = (door / floors, 1 + door % floors);
        let up = if floor < floors { floor + 1 } else { floor - 1 };
        let down = if floor > 1 { floor - 1 } else { floor + 1 };
        let (there, theirs) = match position {
            Position::Above | Position::Unknown => (line, up),
            Position::Below => (line, down),
            Position::Beside => (line + 1, floor),
            Position::Diagonal => (line + 1, up),
        };
        (self.household(seed, n, line, floor), self.household(seed, n, there, theirs))
    }

    /// The same people behind the same door.
    fn household(&self, seed: u64, n: u32, line: u64, floor: u64) -> Household {
        let mut dice = Dice::of(&[seed, 4, u64::from(n), line, floor]);
        let unit = Unit { building: (101 + line / 4).to_string(), unit: format!("{floor}0{}", 1 + line % 4) };
        let name = format!("{}{}", named(&FAMILY, &mut dice), named(&GIVEN, &mut dice));
        // No mobile number begins with 010-0.
        let phone = format!("0100{:07}", dice.below(10_000_000));
        Household { unit, name, phone }
    }
}
