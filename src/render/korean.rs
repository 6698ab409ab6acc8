//! How dates, numbers, telephone numbers and particles are written for Korean readers.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveTime, Timelike, Utc};

/// A day, with the time of day when it is an instant. Korean time throughout (UTC+09:00, no summer time since 1988).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    day: NaiveDate,
    time: Option<NaiveTime>,
}

impl From<DateTime<Utc>> for Moment {
    fn from(at: DateTime<Utc>) -> Self {
        let local = match FixedOffset::east_opt(9 * 3600) {
            Some(seoul) => at.with_timezone(&seoul).naive_local(),
            None => at.naive_utc(),
        };
        Self { day: local.date(), time: Some(local.time()) }
    }
}

impl From<NaiveDate> for Moment {
    fn from(day: NaiveDate) -> Self {
        Self { day, time: None }
    }
}

impl Moment {
    /// Reads what serde writes: RFC 3339 for an instant, `YYYY-MM-DD` for a day.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(at) = DateTime::parse_from_rfc3339(text) {
            return Some(at.with_timezone(&Utc).into());
        }
        text.parse::<NaiveDate>().ok().map(Self::from)
    }

    /// For lists and tables: `2026.11.28`.
    #[must_use]
    pub fn list(self) -> String {
        format!("{:04}.{:02}.{:02}", self.day.year(), self.day.month(), self.day.day())
    }

    /// For lists where the hour matters: `2026.11.28 14:00`.
    #[must_use]
    pub fn list_time(self) -> String {
        format!("{}{}", self.list(), self.after(" "))
    }

    /// For sentences: `11월 28일(토) 14:00`, without the time for a day.
    #[must_use]
    pub fn prose(self) -> String {
        format!("{}월 {}일({}){}", self.day.month(), self.day.day(), self.weekday(), self.after(" "))
    }

    /// For papers, as public offices write it: `2026. 11. 28.(토) 14:00`.
    #[must_use]
    pub fn official(self) -> String {
        format!(
            "{}. {}. {}.({}){}",
            self.day.year(),
            self.day.month(),
            self.day.day(),
            self.weekday(),
            self.after(" ")
        )
    }

    /// For mail subjects: `11/28`.
    #[must_use]
    pub fn short(self) -> String {
        format!("{}/{}", self.day.month(), self.day.day())
    }

    /// The time of day, `14:00`; empty for a day.
    #[must_use]
    pub fn clock(self) -> String {
        self.after("")
    }

    fn after(self, space: &str) -> String {
        self.time.map_or_else(String::new, |t| format!("{space}{:02}:{:02}", t.hour(), t.minute()))
    }

    fn weekday(self) -> &'static str {
        match self.day.weekday() {
            chrono::Weekday::Mon => "월",
            chrono::Weekday::Tue => "화",
            chrono::Weekday::Wed => "수",
            chrono::Weekday::Thu => "목",
            chrono::Weekday::Fri => "금",
            chrono::Weekday::Sat => "토",
            chrono::Weekday::Sun => "일",
        }
    }
}

/// How the last sound of `word` ends: `None` for a vowel, `Some(true)` for ㄹ, `Some(false)` for another consonant.
fn ending(word: &str) -> Option<bool> {
    let last = word.chars().rev().find(|c| c.is_alphanumeric())?;
    let code = u32::from(last);
    match last {
        '가'..='힣' => match (code - 0xAC00) % 28 {
            0 => None,
            8 => Some(true),
            _ => Some(false),
        },
        // Digits are read in Sino-Korean: 영 일 이 삼 사 오 육 칠 팔 구.
        '1' | '7' | '8' => Some(true),
        '0' | '3' | '6' => Some(false),
        // Letters read by their names: 엘, 알 end in ㄹ; 엠, 엔 in a consonant.
        'l' | 'r' | 'L' | 'R' => Some(true),
        'm' | 'n' | 'M' | 'N' => Some(false),
        _ => None,
    }
}

/// The particle that fits `word`, out of a pair written consonant form first: `은/는`, `이/가`, `을/를`, `과/와`,
/// `으로/로`, `이라/라`. After ㄹ, `으로/로` takes the vowel form (서울로).
#[must_use]
pub fn particle<'p>(word: &str, pair: &'p str) -> Option<&'p str> {
    let (consonant, vowel) = pair.split_once('/')?;
    Some(match ending(word) {
        None => vowel,
        Some(true) if consonant.starts_with("으로") => vowel,
        Some(_) => consonant,
    })
}

/// A whole number with thousands separated: `1,234`.
#[must_use]
pub fn thousands(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if n < 0 { format!("-{out}") } else { out }
}

/// A Korean telephone number with its hyphens: `010-1234-5678`, `02-123-4567`, `1661-2642`. Anything else is left as it is.
#[must_use]
pub fn phone(number: &str) -> String {
    if !number.chars().all(|c| c.is_ascii_digit()) {
        return number.to_owned();
    }
    let cuts: &[usize] = match (number.starts_with("02"), number.starts_with('1'), number.len()) {
        (true, _, 9) => &[2, 5],
        (true, _, 10) => &[2, 6],
        (false, true, 8) => &[4],
        (false, false, 10) => &[3, 6],
        (false, false, 11) => &[3, 7],
        _ => &[],
    };
    let mut out = String::new();
    for (i, digit) in number.chars().enumerate() {
        if cuts.contains(&i) {
            out.push('-');
        }
        out.push(digit);
    }
    out
}
