//! When complaints come in, over whole calendar years, and what a notice on the board of a 단지 can say of it. The counts are the
//! ward's own (구 × 달); the notice hangs in public, and so holds months and a cause that many had, and no number.
use crate::domain::codes::Cause;
use crate::domain::indicators::SMALL;
use crate::domain::seoul;
use crate::store::{Rx, StoreError, ledger};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use std::collections::BTreeMap;

/// Whole years that are looked at.
const YEARS: i32 = 3;
/// Of fewer receipts nothing is said: a month would be a few households.
const LEAST: u32 = 60;
/// A month stands out from this many times the mean, in hundredths.
const HIGH: u32 = 115;

/// The receipts of the last whole years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Season {
    /// The first and the last year.
    pub years: (i32, i32),
    /// January to December, all years together.
    pub months: [u32; 12],
    /// By year, oldest first.
    pub by_year: Vec<(i32, u32)>,
    /// What was heard most in the last year; none where fewer than five had it.
    pub cause: Option<Cause>,
}

/// The receipts of a ward in the last whole years.
///
/// # Errors
/// Database errors.
pub fn season(rx: &mut Rx<'_>, ward: &str, now: DateTime<Utc>) -> Result<Season, StoreError> {
    let this = seoul::day(now).year();
    let begin = |year: i32| NaiveDate::from_ymd_opt(year, 1, 1).map_or(now, seoul::midnight);
    let all = ledger::causes(rx, ward, (begin(this - YEARS), begin(this)))?;
    let days = all.iter().filter(|(_, dong, _, _)| dong.starts_with(ward));
    let days: Vec<(NaiveDate, Cause)> = days.map(|(_, _, cause, at)| (seoul::day(*at), *cause)).collect();
    let since = ledger::first_reception(rx, ward)?.map(seoul::day);
    Ok(counted((whole_since(since, this), this - 1), &days))
}

/// The first year to look at: one that the ward's cases cover from its January on, the last year at the latest.
pub(super) fn whole_since(first: Option<NaiveDate>, this: i32) -> i32 {
    let whole = first.map_or(this, |day| if day.ordinal() == 1 { day.year() } else { day.year() + 1 });
    whole.clamp(this - YEARS, this - 1)
}

fn counted(years: (i32, i32), days: &[(NaiveDate, Cause)]) -> Season {
    let mut months = [0; 12];
    let mut by_year: BTreeMap<i32, u32> = (years.0..=years.1).map(|year| (year, 0)).collect();
    let mut causes: BTreeMap<Cause, u32> = BTreeMap::new();
    for (day, cause) in days.iter().filter(|(day, _)| (years.0..=years.1).contains(&day.year())) {
        let month = usize::try_from(day.month0()).ok().and_then(|at| months.get_mut(at));
        if let Some(month) = month {
            *month += 1;
        }
        *by_year.entry(day.year()).or_default() += 1;
        let told = !matches!(cause, Cause::Unknown | Cause::Other | Cause::Retaliation);
        if day.year() == years.1 && told {
            *causes.entry(*cause).or_default() += 1;
        }
    }
    let most = causes.into_iter().max_by_key(|(_, n)| *n);
    let cause = most.filter(|(_, n)| *n > 0 && !SMALL.contains(n)).map(|(cause, _)| cause);
    Season { years, months, by_year: by_year.into_iter().collect(), cause }
}

impl Season {
    /// The months that stand out, from 1; none where too little came in to say so.
    #[must_use]
    pub fn high(&self) -> Vec<u32> {
        let sum: u32 = self.months.iter().sum();
        if sum < LEAST {
            return Vec::new();
        }
        let stands_out =
            |n: u32| !SMALL.contains(&n) && u64::from(n) * 1200 >= u64::from(sum) * u64::from(HIGH);
        (1..).zip(self.months).filter(|(_, n)| stands_out(*n)).map(|(month, _)| month).collect()
    }

    /// What the notice says, a paragraph each.
    #[must_use]
    pub fn notice(&self) -> Vec<String> {
        let mut said = Vec::new();
        let high: Vec<String> = self.high().iter().map(|month| format!("{month}월")).collect();
        if !high.is_empty() {
            let (first, last) = self.years;
            let years = if first == last {
                format!("{first}년")
            } else {
                format!("{first}년부터 {last}년까지")
            };
            said.push(format!(
                "우리 구에서는 {years} {}에 층간소음 상담이 다른 달보다 많았습니다.",
                high.join(", ")
            ));
        }
        if let Some(cause) = self.cause {
            said.push(format!("지난해 가장 많이 들린 소리는 ‘{}’입니다.", cause.label()));
        }
        said.push("밤 10시부터 아침 6시까지는 작은 소리도 크게 들립니다. 뛰거나 가구를 끄는 일은 낮에 해 주시고, 의자 다리에 덮개를 씌우고 매트와 실내화를 써 주세요.".to_owned());
        said.push("소리가 힘들 때 이웃집을 바로 찾아가면 다툼이 커지기 쉽습니다. 먼저 관리사무소나 층간소음 조정 창구에 알려 주세요. 위협이나 폭력이 있으면 112로 신고해 주세요.".to_owned());
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(n: u32, year: i32, month: u32, cause: Cause) -> Vec<(NaiveDate, Cause)> {
        (0..n).map(|_| (NaiveDate::from_ymd_opt(year, month, 3).unwrap(), cause)).collect()
    }

    #[test]
    fn months_that_stand_out_are_named_and_no_number_is() {
        let mut days: Vec<_> = (1..=12).flat_map(|month| some(6, 2024, month, Cause::Door)).collect();
        days.extend(some(9, 2025, 1, Cause::Footfall));
        let season = counted((2023, 2025), &days);
        assert_eq!((season.months[0], season.months[1], season.high()), (15, 6, vec![1]));
        assert_eq!(season.by_year, [(2023, 0), (2024, 72), (2025, 9)]);
        assert_eq!(counted((2025, 2025), &days).by_year, [(2025, 9)]);
        let notice = season.notice();
        assert!(notice[0].contains("1월") && notice[1].contains("발걸음"), "{notice:?}");
        assert!(!notice.join(" ").contains("15") && !notice.join(" ").contains("건"), "{notice:?}");
    }

    #[test]
    fn a_year_that_began_with_the_ledger_is_not_a_whole_one() {
        let day = |text: &str| seoul::parse_day(text);
        assert_eq!(whole_since(day("2024-09-03"), 2026), 2025);
        assert_eq!(whole_since(day("2024-01-01"), 2026), 2024);
        assert_eq!(whole_since(day("2015-05-05"), 2026), 2023);
        assert_eq!((whole_since(day("2026-02-01"), 2026), whole_since(None, 2026)), (2025, 2025));
    }

    #[test]
    fn of_few_nothing_is_said() {
        let mut days = some(40, 2025, 2, Cause::Unknown);
        days.extend(some(4, 2025, 3, Cause::Pet));
        let season = counted((2023, 2025), &days);
        assert_eq!((season.high(), season.cause, season.notice().len()), (Vec::new(), None, 2));
    }
}
