//! Working days and periods, as Korean offices, 민법 §157·161 and 민원 처리에 관한 법률 §19 count them.
use super::seoul;
use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveTime, Utc, Weekday};

/// Public holidays with a fixed date in the solar calendar, each with the first year in which it was one (공휴일에 관한 법률 §2) and
/// what moves it (§3, 관공서의 공휴일에 관한 규정 §3).
const SOLAR: [(u32, u32, i32, Moves); 10] = [
    (1, 1, 0, Moves::Never),
    (3, 1, 0, Moves::Weekend),
    (5, 1, 2026, Moves::Weekend),
    (5, 5, 0, Moves::Weekend),
    (6, 6, 0, Moves::Never),
    (7, 17, 2026, Moves::Weekend),
    (8, 15, 0, Moves::Weekend),
    (10, 3, 0, Moves::Weekend),
    (10, 9, 0, Moves::Weekend),
    (12, 25, 0, Moves::Weekend),
];

/// The days of the lunar calendar, as the solar one has them: 설날, 부처님오신날, 추석 (한국천문연구원 월력요항). 설날 and 추석 have the day
/// before and the day after. A year outside the table counts weekends and solar holidays only.
const LUNAR: [(i32, [(u32, u32); 3]); 11] = [
    (2025, [(1, 29), (5, 5), (10, 6)]),
    (2026, [(2, 17), (5, 24), (9, 25)]),
    (2027, [(2, 7), (5, 13), (9, 15)]),
    (2028, [(1, 27), (5, 2), (10, 3)]),
    (2029, [(2, 13), (5, 20), (9, 22)]),
    (2030, [(2, 3), (5, 9), (9, 12)]),
    (2031, [(1, 23), (5, 28), (10, 1)]),
    (2032, [(2, 11), (5, 16), (9, 19)]),
    (2033, [(1, 31), (5, 6), (9, 8)]),
    (2034, [(2, 19), (5, 25), (9, 27)]),
    (2035, [(2, 8), (5, 15), (9, 16)]),
];

/// Days of elections at the end of a term (공직선거법 §34) and days that the government made holidays for once. None of them moves.
const ONCE: [(i32, u32, u32); 9] = [
    (2025, 1, 27),
    (2025, 6, 3),
    (2026, 6, 3),
    (2028, 4, 12),
    (2030, 3, 27),
    (2030, 6, 12),
    (2032, 4, 14),
    (2034, 5, 31),
    (2035, 3, 28),
];

/// On which days of the week a holiday gives another day off instead. One that falls on another holiday on a weekday gives one too,
/// the two of them together one (as on 2025-05-05).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moves {
    Never,
    /// 설날 and 추석.
    Sunday,
    /// 국경일, 노동절, 부처님오신날, 어린이날, 기독탄신일.
    Weekend,
}

/// The public holidays of a year with those that stand in for others (대체공휴일), in order.
fn holidays(year: i32) -> Vec<NaiveDate> {
    let day = |month, day| NaiveDate::from_ymd_opt(year, month, day);
    let solar = SOLAR.iter().filter(|(_, _, since, _)| *since <= year);
    // Blocks of days that give at most one day instead.
    let mut blocks: Vec<(Vec<NaiveDate>, Moves)> =
        solar.map(|(m, d, _, moves)| (day(*m, *d).into_iter().collect(), *moves)).collect();
    if let Some((_, [new_year, buddha, harvest])) = LUNAR.iter().find(|(of, _)| *of == year) {
        for (month, d) in [new_year, harvest] {
            let around = day(*month, *d).map(|d| vec![d - Duration::days(1), d, d + Duration::days(1)]);
            blocks.push((around.unwrap_or_default(), Moves::Sunday));
        }
        blocks.push((day(buddha.0, buddha.1).into_iter().collect(), Moves::Weekend));
    }
    let once = ONCE.iter().filter(|(of, _, _)| *of == year).filter_map(|(_, m, d)| day(*m, *d));
    let mut all: Vec<NaiveDate> = blocks.iter().flat_map(|(days, _)| days.clone()).chain(once).collect();
    all.sort_unstable();
    blocks.sort_unstable_by_key(|(days, _)| days.last().copied());
    // Of two holidays on one weekday, the day was given already.
    let mut given: Vec<NaiveDate> = Vec::new();
    for (days, moves) in blocks {
        let shared = days.iter().copied().find(|d| {
            !is_weekend(*d) && all.iter().filter(|other| *other == d).count() > 1 && !given.contains(d)
        });
        let lost = days.iter().copied().find(|d| match moves {
            Moves::Never => false,
            Moves::Sunday => d.weekday() == Weekday::Sun,
            Moves::Weekend => is_weekend(*d),
        });
        let shared = shared.filter(|_| moves != Moves::Never);
        given.extend(shared);
        if let (Some(_), Some(last)) = (lost.or(shared), days.last()) {
            let mut instead = *last;
            while is_weekend(instead) || all.contains(&instead) {
                instead += Duration::days(1);
            }
            all.push(instead);
        }
    }
    all.sort_unstable();
    all.dedup();
    all
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

/// Whether offices are open on `date`.
#[must_use]
pub fn is_working_day(date: NaiveDate) -> bool {
    if is_weekend(date) {
        return false;
    }
    thread_local! {
        // Lists of cases ask this many times of the same years.
        static KNOWN: std::cell::RefCell<Vec<(i32, Vec<NaiveDate>)>> = const { std::cell::RefCell::new(Vec::new()) };
    }
    KNOWN.with_borrow_mut(|known| match known.iter().find(|(year, _)| *year == date.year()) {
        Some((_, days)) => !days.contains(&date),
        None => {
            let days = holidays(date.year());
            let open = !days.contains(&date);
            known.push((date.year(), days));
            open
        }
    })
}

/// The end of a period of so many days under 민원 처리에 관한 법률 §19: six days and more count the first day and skip Saturdays and
/// holidays; up to five run in the working hours of the office (09:00 to 18:00 without the hour at noon, eight a day) from the
/// moment of receipt. 민법 §157 and §161 (`days_after`) are another way to count.
#[must_use]
pub fn civil_petition_days(from: DateTime<Utc>, days: u32) -> DateTime<Utc> {
    let mut date = seoul::day(from);
    if days > HOURS_UP_TO {
        let mut left = days;
        loop {
            left -= u32::from(is_working_day(date));
            if left == 0 {
                return end_of_office(date);
            }
            date += Duration::days(1);
        }
    }
    let mut left = Duration::hours(8) * i32::try_from(days).unwrap_or(i32::MAX);
    let mut at = from;
    loop {
        if is_working_day(date) {
            for (begin, end) in OFFICE_HOURS {
                let (begin, end) = (clock(date, begin).max(at), clock(date, end));
                let here = (end - begin).max(Duration::zero());
                if left <= here {
                    return begin + left;
                }
                left -= here;
            }
        }
        date += Duration::days(1);
        at = clock(date, 0);
    }
}

/// Periods of up to so many days run in hours (민원 처리에 관한 법률 §19①).
const HOURS_UP_TO: u32 = 5;
/// Before and after noon.
const OFFICE_HOURS: [(u32, u32); 2] = [(9, 12), (13, 18)];

fn clock(date: NaiveDate, hour: u32) -> DateTime<Utc> {
    seoul::at(date, NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or(NaiveTime::MIN))
}

/// Eighteen o'clock in Seoul on the `days`-th working day after `from` (the first day is not counted, 민법 §157).
#[must_use]
pub fn working_days_after(from: DateTime<Utc>, days: u32) -> DateTime<Utc> {
    let mut date = seoul::day(from);
    let mut left = days;
    while left > 0 {
        date += Duration::days(1);
        if is_working_day(date) {
            left -= 1;
        }
    }
    end_of_office(date)
}

/// Eighteen o'clock in Seoul, `days` calendar days after `from`; an end on a day off moves on (민법 §161).
#[must_use]
pub fn days_after(from: DateTime<Utc>, days: i64) -> DateTime<Utc> {
    let mut date = seoul::day(from) + Duration::days(days);
    while !is_working_day(date) {
        date += Duration::days(1);
    }
    end_of_office(date)
}

/// The last working day that is not after `date`: when an office has to do what must be done by then.
#[must_use]
pub fn working_day_by(date: NaiveDate) -> NaiveDate {
    let mut day = date;
    while !is_working_day(day) {
        let Some(before) = day.pred_opt() else { return date };
        day = before;
    }
    day
}

fn end_of_office(date: NaiveDate) -> DateTime<Utc> {
    clock(date, 18)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        seoul::parse(text).unwrap()
    }

    /// Made by the Python package `holidays` (0.109), which keeps the Korean calendar by tables of its own.
    const TABLE: &str = include_str!("../../tests/data/holidays_kr.csv");

    #[test]
    fn the_days_off_are_those_of_an_independent_table() {
        let table: Vec<NaiveDate> = TABLE.lines().skip(1).filter_map(|line| line.parse().ok()).collect();
        assert!(table.len() > 180, "{}", table.len());
        for year in 2025..=2035 {
            let theirs: Vec<NaiveDate> = table.iter().copied().filter(|d| d.year() == year).collect();
            assert_eq!(holidays(year), theirs, "{year}");
        }
    }

    #[test]
    fn working_days_skip_weekends_and_holidays() {
        // 2026-10-02 is a Friday; Saturday 3 is 개천절, Monday 5 its substitute.
        assert_eq!(seoul::day(working_days_after(at("2026-10-02 10:00"), 1)), day(2026, 10, 6));
        // A period that ends on Saturday ends on the next working day.
        assert_eq!(seoul::day(days_after(at("2026-11-07 10:00"), 7)), day(2026, 11, 16));
        for (from, days, ends) in [
            // Over 설 2027 (Saturday to Monday, and Tuesday instead of Sunday).
            ("2027-02-05 09:00", 1, day(2027, 2, 10)),
            ("2027-01-31 09:00", 7, day(2027, 2, 10)),
            // Over 추석 2026 (Thursday to Saturday, no substitute).
            ("2026-09-17 09:00", 7, day(2026, 9, 28)),
            // 제헌절 and its substitute, the end of a month, a leap day.
            ("2027-07-12 09:00", 7, day(2027, 7, 20)),
            ("2026-01-30 09:00", 1, day(2026, 2, 2)),
            ("2028-02-22 09:00", 7, day(2028, 2, 29)),
        ] {
            assert_eq!(seoul::day(days_after(at(from), days)), ends, "{days} days after {from}");
        }
    }

    #[test]
    fn petitions_count_in_hours_up_to_five_days_and_with_the_first_day_above() {
        for (from, days, ends) in [
            // Three days are twenty-four working hours.
            ("2026-11-20 09:00", 3, "2026-11-24 18:00"),
            ("2026-11-20 14:30", 3, "2026-11-25 14:30"),
            ("2026-11-20 11:00", 1, "2026-11-23 11:00"),
            ("2026-11-20 20:00", 1, "2026-11-23 18:00"),
            ("2026-11-21 10:00", 5, "2026-11-27 18:00"),
            ("2026-11-20 12:30", 1, "2026-11-23 12:00"),
            // Seven days count the day of receipt.
            ("2026-11-20 17:59", 7, "2026-11-30 18:00"),
            ("2026-11-21 10:00", 6, "2026-11-30 18:00"),
            // Over 추석.
            ("2026-09-23 10:00", 7, "2026-10-06 18:00"),
            ("2026-09-23 17:00", 1, "2026-09-28 17:00"),
        ] {
            assert_eq!(civil_petition_days(at(from), days), at(ends), "{days} days from {from}");
        }
    }
}
