//! Asia/Seoul: the one zone in which days begin and figures are counted. No summer time since 1988, so a fixed offset is exact.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveTime, SubsecRound, Utc};

/// +09:00.
pub const ZONE: FixedOffset = match FixedOffset::east_opt(9 * 3600) {
    Some(zone) => zone,
    None => panic!("nine hours are a legal offset"),
};

/// The instant at which this day begins in Seoul.
pub fn midnight(day: NaiveDate) -> DateTime<Utc> {
    at(day, NaiveTime::MIN)
}

/// The instant that a Seoul wall clock shows.
pub fn at(day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    // East of Greenwich the UTC clock is behind; out of range only beyond the year 262000.
    let local = day.and_time(time);
    local.checked_sub_offset(ZONE).unwrap_or(local).and_utc()
}

/// The Seoul calendar day of an instant.
pub fn day(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&ZONE).date_naive()
}

/// A day as lists show it: `2026.03.02`. (Written plainly: a format string is read anew for every row of a list.)
pub fn dotted(day: NaiveDate) -> String {
    format!("{:04}.{:02}.{:02}", day.year(), day.month(), day.day())
}

/// `YYYY-MM-DD`, exactly.
pub fn parse_day(text: &str) -> Option<NaiveDate> {
    let shape = text.len() == 10 && fits(text, "0000-00-00");
    if shape { NaiveDate::parse_from_str(text, "%Y-%m-%d").ok() } else { None }
}

/// `YYYY-MM-DD HH:MM[:SS]` in Seoul, or RFC 3339 with an offset; kept to the microsecond, as the databases do.
pub fn parse(text: &str) -> Option<DateTime<Utc>> {
    if let Some((date, time)) = text.split_once(' ')
        && (fits(time, "00:00") || fits(time, "00:00:00"))
    {
        let format = if time.len() == 5 { "%H:%M" } else { "%H:%M:%S" };
        let time = NaiveTime::parse_from_str(time, format).ok()?;
        // Chrono reads :60 as a leap second; no ledger has one.
        return if is_leap(time) { None } else { parse_day(date).map(|date| at(date, time)) };
    }
    let at = DateTime::parse_from_rfc3339(text).ok()?;
    (!is_leap(at.time())).then(|| at.to_utc().trunc_subsecs(6))
}

fn is_leap(time: NaiveTime) -> bool {
    chrono::Timelike::nanosecond(&time) >= 1_000_000_000
}

fn fits(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(is, wanted)| match wanted {
            b'0' => is.is_ascii_digit(),
            other => is == other,
        })
}

/// `YYYY-MM-DD HH:MM:SS` in Seoul; with a fraction, RFC 3339 instead, so that nothing is lost.
pub fn print(at: DateTime<Utc>) -> String {
    let local = at.with_timezone(&ZONE);
    if at.timestamp_subsec_nanos() == 0 {
        local.format("%Y-%m-%d %H:%M:%S").to_string()
    } else {
        local.to_rfc3339()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_in_a_list_has_ten_characters() {
        assert_eq!(dotted(parse_day("2026-03-02").unwrap()), "2026.03.02");
    }

    #[test]
    fn both_notations_are_read_and_nothing_else() {
        let noon = parse("2026-03-01 12:00").unwrap();
        assert_eq!(noon.to_rfc3339(), "2026-03-01T03:00:00+00:00");
        for same in ["2026-03-01 12:00:00", "2026-03-01T12:00:00+09:00", "2026-03-01T03:00:00Z"] {
            assert_eq!(parse(same), Some(noon), "{same}");
        }
        for wrong in [
            "",
            "2026-03-01",
            "2026-3-1 12:00",
            "2026-03-01 24:00",
            "2026-03-01 12:60",
            "2026-02-30 12:00",
            "2026-03-01T12:00:00",
            "2026-03-01 12:00:60",
            "2026-03-01 12:00 ",
            "20260301 12:00",
            "2026-03-01 1:00",
            "2026-03-01T12:00:60+09:00",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_printed_is_read_back() {
        for text in ["2026-03-01 00:00:00", "2026-12-31T23:59:59.123456+09:00"] {
            assert_eq!(print(parse(text).unwrap()), text);
        }
        assert_eq!(midnight(parse_day("2026-01-01").unwrap()), parse("2025-12-31T15:00:00Z").unwrap());
        assert_eq!(day(parse("2025-12-31T15:00:00Z").unwrap()), parse_day("2026-01-01").unwrap());
    }
}
