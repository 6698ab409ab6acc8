//! 소음일지: what the applicant heard at home, noted in seconds when it is heard or copied from paper: when, how long, what kind, how
//! it felt (`product.md` §8). It judges nothing and measures nothing: it shows when to measure, visit and talk.
use super::codes::{Cause, Felt};
use super::seoul;
use chrono::{DateTime, Datelike, Duration, FixedOffset, Timelike, Utc};

/// Characters of a note at most.
pub const NOTE_MAX: usize = 300;
/// Minutes of one entry at most.
pub const MINUTES_MAX: u32 = 720;
/// Days back that something heard can be noted.
pub const DAYS_BACK: i64 = 366;
/// Entries of one case at most.
pub const ENTRIES_MAX: i64 = 2000;
/// Entries that the applicant notes by the link within 24 hours at most.
pub const A_DAY_MAX: i64 = 60;

/// Something heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// When it began, to the minute.
    pub at: DateTime<Utc>,
    pub minutes: u32,
    pub kind: Cause,
    pub felt: Felt,
    pub note: String,
}

/// When something was heard that is noted at `now`: then, where nothing else is said.
///
/// # Errors
/// A sentence for what is still to come and what is too long ago.
pub fn moment(said: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<DateTime<Utc>, &'static str> {
    let at = said.unwrap_or(now);
    if at > now + Duration::minutes(1) {
        return Err("아직 오지 않은 때입니다. 들은 때를 적어 주세요.");
    }
    if at < now - Duration::days(DAYS_BACK) {
        return Err("1년 안에 들은 것만 적을 수 있습니다. 그 전의 일은 접수할 때의 글에 적어 주세요.");
    }
    Ok(at.min(now).with_second(0).and_then(|at| at.with_nanosecond(0)).unwrap_or(at))
}

/// How often something was heard in each hour of each weekday, in Seoul.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Heat([[u32; 24]; 7]);

impl Heat {
    /// Counts each entry once in every hour of the clock that it touches.
    #[must_use]
    pub fn of<'a>(entries: impl IntoIterator<Item = &'a Heard>) -> Self {
        let mut heat = Self::default();
        for there in entries.into_iter().flat_map(|heard| touched(heard.at, heard.minutes)) {
            let day = usize::try_from(there.weekday().num_days_from_monday()).unwrap_or_default();
            let place = usize::try_from(there.hour()).unwrap_or_default();
            if let Some(cell) = heat.0.get_mut(day).and_then(|row| row.get_mut(place)) {
                *cell += 1;
            }
        }
        heat
    }

    /// The hours of the day, in Seoul, that something touches which began then and took so many minutes.
    #[must_use]
    pub fn hours(at: DateTime<Utc>, minutes: u32) -> Vec<u32> {
        touched(at, minutes).map(|there| there.hour()).collect()
    }

    /// The rows, Monday first; in each the hours from 0 to 23.
    pub fn days(&self) -> impl Iterator<Item = &[u32; 24]> {
        self.0.iter()
    }

    /// The highest count.
    #[must_use]
    pub fn most(&self) -> u32 {
        self.0.iter().flatten().copied().max().unwrap_or_default()
    }

    /// The hour of the day in which most was heard over all weekdays, with how often; the earliest of several, none where nothing was heard.
    #[must_use]
    pub fn peak(&self) -> Option<(usize, u32)> {
        let sum = |hour: usize| self.0.iter().filter_map(|day| day.get(hour)).sum::<u32>();
        let most = (0..24).map(|hour| (hour, sum(hour))).rev().max_by_key(|(_, n)| *n);
        most.filter(|(_, n)| *n > 0)
    }
}

/// The full hours of the clock, in Seoul, in which something was heard.
fn touched(at: DateTime<Utc>, minutes: u32) -> impl Iterator<Item = DateTime<FixedOffset>> {
    let end = at + Duration::minutes(i64::from(minutes.clamp(1, MINUTES_MAX)));
    let first = at - Duration::minutes(i64::from(at.minute()));
    let hours = std::iter::successors(Some(first), |hour| Some(*hour + Duration::hours(1)));
    hours.take_while(move |hour| *hour < end).map(|hour| hour.with_timezone(&seoul::ZONE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    fn heard(at: &str, minutes: u32) -> Heard {
        let at = at.parse().unwrap_or_default();
        Heard { at, minutes, kind: Cause::Footfall, felt: Felt::Hard, note: String::new() }
    }

    #[test]
    fn an_entry_counts_once_in_every_hour_it_touches_across_midnight_and_week() {
        // Sunday 23:50 in Seoul to Monday 01:00: the last hour begins as it ends.
        let heat = Heat::of(&[heard("2026-11-22T14:50:00Z", 70)]);
        let rows: Vec<_> = heat.days().collect();
        let counts: Vec<u32> = [(6, 23), (0, 0), (0, 1)].map(|(d, h): (usize, usize)| rows[d][h]).to_vec();
        assert_eq!(counts, [1, 1, 0]);
        assert_eq!(rows.iter().flat_map(|row| row.iter()).sum::<u32>(), 2);
        assert_eq!((heat.most(), heat.peak()), (1, Some((0, 1))));
        assert_eq!(Heat::default().peak(), None);
    }

    #[test]
    fn nothing_is_noted_before_it_is_heard_nor_after_a_year() {
        let now = Utc.with_ymd_and_hms(2026, 11, 23, 9, 0, 42).unwrap();
        assert_eq!(moment(None, now), Ok(Utc.with_ymd_and_hms(2026, 11, 23, 9, 0, 0).unwrap()));
        assert!(moment(Some(now + Duration::minutes(2)), now).is_err());
        assert!(moment(Some(now - Duration::days(DAYS_BACK)), now).is_ok());
        assert!(moment(Some(now - Duration::days(DAYS_BACK + 1)), now).is_err());
    }
}
