//! Korean civil time and working days.
//!
//! Time is stored in UTC and told in Asia/Seoul, which has had no daylight saving since 1988: a fixed +09:00.
use chrono::{DateTime, Datelike, Duration, FixedOffset, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};

/// Asia/Seoul.
#[must_use]
pub fn kst() -> FixedOffset {
    match FixedOffset::east_opt(9 * 3600) {
        Some(offset) => offset,
        None => unreachable!("nine hours is a valid offset"),
    }
}

/// The date in Seoul at `at`.
#[must_use]
pub fn seoul_date(at: DateTime<Utc>) -> NaiveDate { at.with_timezone(&kst()).date_naive() }

/// The instant at which `date` begins in Seoul.
#[must_use]
pub fn seoul_midnight(date: NaiveDate) -> DateTime<Utc> { seoul_time(date, NaiveTime::MIN) }

/// The instant of a wall clock time in Seoul.
#[must_use]
pub fn seoul_time(date: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    let local = date.and_time(time);
    kst().from_local_datetime(&local).single().map_or_else(|| local.and_utc(), |t| t.with_timezone(&Utc))
}

/// Parses a moment as people and files write it: `YYYY-MM-DD HH:MM[:SS]` or `YYYY-MM-DDTHH:MM[:SS]` in
/// Asia/Seoul, or RFC 3339 with an offset.
#[must_use]
pub fn parse_moment(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.with_timezone(&Utc));
    }
    ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"]
        .iter()
        .find_map(|format| chrono::NaiveDateTime::parse_from_str(text, format).ok())
        .map(|local| seoul_time(local.date(), local.time()))
}

/// Public holidays with a fixed date in the solar calendar (관공서의 공휴일에 관한 규정 §2).
const SOLAR_HOLIDAYS: [(u32, u32); 8] = [(1, 1), (3, 1), (5, 5), (6, 6), (8, 15), (10, 3), (10, 9), (12, 25)];

/// Lunar holidays (설날·추석 with the days around them, 부처님오신날) and substitute holidays, by year.
/// A year outside the table counts weekends and solar holidays only.
const DATED_HOLIDAYS: [(i32, u32, u32); 41] = [
    (2025, 1, 27), (2025, 1, 28), (2025, 1, 29), (2025, 1, 30), (2025, 3, 3), (2025, 5, 6), (2025, 10, 5),
    (2025, 10, 6), (2025, 10, 7), (2025, 10, 8),
    (2026, 2, 16), (2026, 2, 17), (2026, 2, 18), (2026, 3, 2), (2026, 5, 24), (2026, 5, 25), (2026, 8, 17),
    (2026, 9, 24), (2026, 9, 25), (2026, 9, 26), (2026, 10, 5),
    (2027, 2, 6), (2027, 2, 7), (2027, 2, 8), (2027, 2, 9), (2027, 5, 13), (2027, 8, 16), (2027, 9, 14),
    (2027, 9, 15), (2027, 9, 16), (2027, 10, 4), (2027, 10, 11), (2027, 12, 27),
    (2028, 1, 26), (2028, 1, 27), (2028, 1, 28), (2028, 5, 2), (2028, 10, 2), (2028, 10, 4), (2028, 10, 5),
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
    let mut date = seoul_date(from);
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
    let mut date = seoul_date(from) + Duration::days(days);
    while !is_working_day(date) {
        date += Duration::days(1);
    }
    end_of_office(date)
}

fn end_of_office(date: NaiveDate) -> DateTime<Utc> {
    seoul_time(date, NaiveTime::from_hms_opt(18, 0, 0).unwrap_or(NaiveTime::MIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate { NaiveDate::from_ymd_opt(y, m, d).unwrap() }

    #[test]
    fn working_days_skip_weekends_and_holidays() {
        // 2026-10-02 is a Friday; Saturday 3 is 개천절, Monday 5 its substitute.
        let friday = parse_moment("2026-10-02 10:00").unwrap();
        assert_eq!(seoul_date(working_days_after(friday, 1)), day(2026, 10, 6));
        // A period that ends on Saturday ends on the next working day.
        assert_eq!(seoul_date(days_after(parse_moment("2026-11-07 10:00").unwrap(), 7)), day(2026, 11, 16));
    }

    #[test]
    fn moments_are_seoul_unless_they_say_otherwise() {
        assert_eq!(parse_moment("2026-01-01 00:30"), parse_moment("2025-12-31T15:30:00Z"));
        assert_eq!(parse_moment("2026-13-01 00:30"), None);
    }
}
