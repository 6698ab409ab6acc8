//! Working days and periods, as Korean offices and 민법 §157·161 count them.
use super::seoul;
use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveTime, Utc, Weekday};

/// Public holidays with a fixed date in the solar calendar (관공서의 공휴일에 관한 규정 §2).
const SOLAR_HOLIDAYS: [(u32, u32); 8] = [(1, 1), (3, 1), (5, 5), (6, 6), (8, 15), (10, 3), (10, 9), (12, 25)];

/// Lunar holidays (설날·추석 with the days around them, 부처님오신날) and substitute holidays, by year.
/// A year outside the table counts weekends and solar holidays only.
const DATED_HOLIDAYS: [(i32, u32, u32); 41] = [
    (2025, 1, 27),
    (2025, 1, 28),
    (2025, 1, 29),
    (2025, 1, 30),
    (2025, 3, 3),
    (2025, 5, 6),
    (2025, 10, 5),
    (2025, 10, 6),
    (2025, 10, 7),
    (2025, 10, 8),
    (2026, 2, 16),
    (2026, 2, 17),
    (2026, 2, 18),
    (2026, 3, 2),
    (2026, 5, 24),
    (2026, 5, 25),
    (2026, 8, 17),
    (2026, 9, 24),
    (2026, 9, 25),
    (2026, 9, 26),
    (2026, 10, 5),
    (2027, 2, 6),
    (2027, 2, 7),
    (2027, 2, 8),
    (2027, 2, 9),
    (2027, 5, 13),
    (2027, 8, 16),
    (2027, 9, 14),
    (2027, 9, 15),
    (2027, 9, 16),
    (2027, 10, 4),
    (2027, 10, 11),
    (2027, 12, 27),
    (2028, 1, 26),
    (2028, 1, 27),
    (2028, 1, 28),
    (2028, 5, 2),
    (2028, 10, 2),
    (2028, 10, 4),
    (2028, 10, 5),
    (2028, 10, 6),
];

/// Whether offices are open on `date`.
#[must_use]
pub fn is_working_day(date: NaiveDate) -> bool {
    let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
    let solar = SOLAR_HOLIDAYS.contains(&(date.month(), date.day()));
    let dated = DATED_HOLIDAYS.contains(&(date.year(), date.month(), date.day()));
    !(weekend || solar || dated)
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
    seoul::at(date, NaiveTime::from_hms_opt(18, 0, 0).unwrap_or(NaiveTime::MIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn working_days_skip_weekends_and_holidays() {
        // 2026-10-02 is a Friday; Saturday 3 is 개천절, Monday 5 its substitute.
        let friday = seoul::parse("2026-10-02 10:00").unwrap();
        assert_eq!(seoul::day(working_days_after(friday, 1)), day(2026, 10, 6));
        // A period that ends on Saturday ends on the next working day.
        assert_eq!(seoul::day(days_after(seoul::parse("2026-11-07 10:00").unwrap(), 7)), day(2026, 11, 16));
    }
}
