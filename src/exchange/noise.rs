//! A noise log read (`at`, `level`), and a reading printed. A day of eighths of a second has 691,200 rows, so that nothing is
//! kept of a row but its two numbers.
use super::table::{Lines, Problem, QUOTES, Shape, decode, header_problems, well_quoted, within};
use crate::domain::noise::limits::FIRST;
use crate::domain::noise::{LEVEL_MOST, Reading, SECOND, Sample};
use crate::domain::seoul;
use chrono::{Datelike, NaiveDate};

/// The columns of a log, in any order.
pub const NOISE_COLUMNS: &[&str] = &["at", "level"];
const SHAPE: Shape = Shape { columns: NOISE_COLUMNS, optional: &[] };
/// Bad rows that are named; a file with more is another kind of file.
const MOST_PROBLEMS: usize = 1000;
const WHEN: &str =
    "때를 '2026-03-02 14:30:00.125'(서울 시각) 또는 '2026-03-02T14:30:00.125+09:00'처럼 써 주세요";

/// The samples of a log in their order.
///
/// # Errors
/// Every fault by its line: the header, a time or a level that is none, equal or backward times, what was before the first
/// limits, and an empty file.
pub fn noise(file: &str, bytes: &[u8]) -> Result<Vec<Sample>, Vec<Problem>> {
    let problem = |line: u64, column: &str, what: &str| Problem {
        file: file.to_owned(),
        line,
        column: column.to_owned(),
        what: what.to_owned(),
    };
    let Some(text) = decode(bytes) else {
        let what = "글자를 읽을 수 없습니다. UTF-8이나 CP949(한국어 Excel)로 저장해 주세요";
        return Err(vec![problem(1, "(파일)", what)]);
    };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut lines = Lines::new(&text);
    let mut record = csv::ByteRecord::new();
    let start = |record: &csv::ByteRecord| record.position().map_or(0, csv::Position::byte);
    if !reader.read_byte_record(&mut record).unwrap_or(false) {
        return Err(vec![problem(1, "(파일)", "빈 파일입니다. 첫 줄에 at,level을 써 주세요")]);
    }
    let line = lines.of(start(&record));
    let header: Vec<String> = record.iter().map(|f| String::from_utf8_lossy(f).into_owned()).collect();
    let mut problems = header_problems(file, line, &header, &SHAPE);
    if !problems.is_empty() {
        return Err(problems);
    }
    if !well_quoted(within(&text, record.position(), reader.position())) {
        return Err(vec![problem(line, "(행)", QUOTES)]);
    }
    let level_first = header.first().is_some_and(|name| name == "level");
    let mut samples: Vec<Sample> = Vec::new();
    let mut latest: Option<i64> = None;
    while reader.read_byte_record(&mut record).unwrap_or(false) {
        let line = lines.of(start(&record));
        let (Some(a), Some(b), 2) = (record.get(0), record.get(1), record.len()) else {
            let what = format!("칸이 2개여야 하는데 {}개입니다. 쉼표를 살펴 주세요", record.len());
            problems.push(problem(line, "(행)", &what));
            continue;
        };
        if !well_quoted(within(&text, record.position(), reader.position())) {
            problems.push(problem(line, "(행)", QUOTES));
            continue;
        }
        let (at, level) = if level_first { (b, a) } else { (a, b) };
        let at = moment(at);
        match sample(at, decibels(level), latest) {
            Ok(sample) => samples.push(sample),
            Err((column, what)) => problems.push(problem(line, column, what)),
        }
        // Also of a row whose level is wrong: what comes before it is wrong whatever its level will be.
        latest = latest.max(at);
        if problems.len() >= MOST_PROBLEMS {
            break;
        }
    }
    if problems.is_empty() && samples.is_empty() {
        problems.push(problem(line, "(파일)", "측정값이 한 줄도 없습니다"));
    }
    if problems.is_empty() { Ok(samples) } else { Err(problems) }
}

/// One row after a row of the time `before`; else the column and what is wrong with it.
pub(super) fn sample(
    at: Option<i64>,
    level: Option<f64>,
    before: Option<i64>,
) -> Result<Sample, (&'static str, &'static str)> {
    let at = at.ok_or(("at", WHEN))?;
    let first = seoul::midnight(FIRST).timestamp_nanos_opt().unwrap_or(0);
    if at < first {
        return Err(("at", "2014-06-03보다 앞입니다. 그때에는 층간소음 기준이 없었습니다"));
    }
    match before {
        Some(before) if before == at => return Err(("at", "앞선 줄과 때가 같습니다")),
        Some(before) if before > at => {
            return Err(("at", "앞선 줄보다 때가 이릅니다. 시간 순서로 써 주세요"));
        }
        _ => {}
    }
    let level = level.ok_or(("level", "숫자를 써 주세요. 단위는 dB(A)입니다"))?;
    if !(0.0..=LEVEL_MOST).contains(&level) {
        return Err(("level", "0에서 140 사이여야 합니다"));
    }
    Ok(Sample { at, level })
}

/// A plain decimal number; `inf`, `nan` and hexadecimal are text.
pub(super) fn decibels(text: &[u8]) -> Option<f64> {
    let plain = text.iter().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    if plain { std::str::from_utf8(text).ok()?.parse().ok() } else { None }
}

/// What is left of a text, read from the front.
struct Left<'a>(&'a [u8]);

impl Left<'_> {
    /// So many digits as a number.
    fn digits(&mut self, n: usize) -> Option<i64> {
        let (taken, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        taken.iter().try_fold(0i64, |sum, b| b.is_ascii_digit().then(|| sum * 10 + i64::from(b - b'0')))
    }

    fn skip(&mut self, wanted: u8) -> Option<()> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        (*first == wanted).then_some(())
    }

    /// The fraction of a second in nanoseconds; what is finer is left out.
    fn fraction(&mut self) -> Option<i64> {
        let length = self.0.iter().take_while(|b| b.is_ascii_digit()).count();
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        let mut unit = SECOND;
        let add = |sum: i64, b: &u8| {
            unit /= 10;
            sum + unit * i64::from(b - b'0')
        };
        if taken.is_empty() { None } else { Some(taken.iter().take(9).fold(0, add)) }
    }
}

/// `YYYY-MM-DD HH:MM[:SS[.f]]` in Seoul, or RFC 3339 with an offset; nanoseconds since 1970.
pub fn moment(text: &[u8]) -> Option<i64> {
    let mut left = Left(text);
    let year = left.digits(4)?;
    left.skip(b'-')?;
    let month = left.digits(2)?;
    left.skip(b'-')?;
    let day = left.digits(2)?;
    let zoned = match left.0.split_first()? {
        (b' ', rest) => {
            left.0 = rest;
            false
        }
        (b'T' | b't', rest) => {
            left.0 = rest;
            true
        }
        _ => return None,
    };
    let hour = left.digits(2)?;
    left.skip(b':')?;
    let minute = left.digits(2)?;
    let (mut second, mut fraction, mut whole) = (0, 0, false);
    if left.0.first() == Some(&b':') {
        left.skip(b':')?;
        second = left.digits(2)?;
        whole = true;
        if left.0.first() == Some(&b'.') {
            left.skip(b'.')?;
            fraction = left.fraction()?;
        }
    }
    let offset = match offset(&mut left)? {
        Some(_) if !whole => return None,
        Some(offset) => offset,
        None if zoned => return None,
        None => 9 * 3600,
    };
    // What a signed count of nanoseconds can hold ends in 2262.
    if !left.0.is_empty() || hour > 23 || minute > 59 || second > 59 || !(1700..=2261).contains(&year) {
        return None;
    }
    let (year, month, day) =
        (i32::try_from(year).ok()?, u32::try_from(month).ok()?, u32::try_from(day).ok()?);
    let date = NaiveDate::from_ymd_opt(year, month, day)?;
    const DAYS_TO_1970: i64 = 719_163;
    let days = i64::from(date.num_days_from_ce()) - DAYS_TO_1970;
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset;
    Some(seconds * SECOND + fraction)
}

/// `Z` or `±HH:MM` in seconds; none inside where the text ends.
fn offset(left: &mut Left<'_>) -> Option<Option<i64>> {
    let Some((first, rest)) = left.0.split_first() else { return Some(None) };
    left.0 = rest;
    let sign = match first {
        b'Z' | b'z' => return Some(Some(0)),
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours = left.digits(2)?;
    left.skip(b':')?;
    let minutes = left.digits(2)?;
    (hours < 24 && minutes < 60).then_some(Some(sign * (hours * 3600 + minutes * 60)))
}

/// A positive number of seconds, an hour at most, in nanoseconds: `0.125`.
pub fn seconds(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let whole: i64 =
        if whole.len() <= 4 { Left(whole.as_bytes()).digits(whole.len())? } else { return None };
    let mut left = Left(fraction.as_bytes());
    let length = whole * SECOND + left.fraction()?;
    (left.0.is_empty() && length > 0 && length <= 3600 * SECOND).then_some(length)
}

/// Nanoseconds as seconds, as they are written: `0.125`.
pub fn shown_seconds(nanoseconds: i64) -> String {
    let (whole, rest) = (nanoseconds / SECOND, nanoseconds % SECOND);
    let text = format!("{whole}.{rest:09}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The reading as one JSON object with a final newline. Levels are printed unrounded.
///
/// # Errors
/// None that a reading can cause; serde's type says so.
pub fn reading(reading: &Reading) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(reading).map(|text| text + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_both_notations() {
        let noon = moment(b"2026-03-01 12:00").unwrap();
        assert_eq!(noon, seoul::parse("2026-03-01 12:00").unwrap().timestamp_nanos_opt().unwrap());
        for same in [
            "2026-03-01 12:00:00",
            "2026-03-01T12:00:00+09:00",
            "2026-03-01T03:00:00Z",
            "2026-03-01 12:00:00.000",
        ] {
            assert_eq!(moment(same.as_bytes()), Some(noon), "{same}");
        }
        assert_eq!(moment(b"2026-03-01 12:00:00.125"), Some(noon + SECOND / 8));
        assert_eq!(moment(b"2026-02-28T20:00:00.5-07:00"), Some(noon + SECOND / 2));
        for wrong in [
            "",
            "2026-03-01",
            "2026-3-1 12:00",
            "2026-03-01 24:00",
            "2026-03-01 12:00:60",
            "2026-02-30 12:00",
            "2026-03-01T12:00:00",
            "2026-03-01 12:00:00.",
            "2026-03-01 12:00+09:00",
            "2026-03-01 12:00 ",
            "9999-03-01 12:00",
        ] {
            assert_eq!(moment(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn faults_are_named_by_their_line() {
        let told = |text: &str| -> Vec<(u64, String)> {
            noise("n.csv", text.as_bytes()).unwrap_err().into_iter().map(|p| (p.line, p.column)).collect()
        };
        let at = |line: u64, column: &str| vec![(line, column.to_owned())];
        assert_eq!(told(""), at(1, "(파일)"));
        let rows = |rows: &str| told(&format!("at,level\n2026-03-01 12:00:00,40\n{rows}"));
        // Half a file, and half a field.
        assert_eq!(rows("2026-03-01 12:00:01,\"40"), at(3, "(행)"));
        assert_eq!(rows("2026-03-01 12:00:01,\"4\"0\n2026-03-01 12:00:02,\"40\"\n"), at(3, "(행)"));
        // A time is held against those before it, whatever their levels.
        assert_eq!(
            rows("2026-03-01 12:00:05,x\n2026-03-01 12:00:03,40\n"),
            [at(3, "level"), at(4, "at")].concat()
        );
        assert_eq!(told("at,level\n"), at(1, "(파일)"));
        assert_eq!(told("at,dB\n2026-01-01 00:00,30\n"), [at(1, "dB"), at(1, "level")].concat());
        assert_eq!(told("at,level\n2026-01-01 00:00,쿵\n"), at(2, "level"));
        assert_eq!(told("at,level\n2026-01-01 00:00,nan\n"), at(2, "level"));
        assert_eq!(told("at,level\r\n2026-01-01 00:00,140.1\r\n"), at(2, "level"));
        assert_eq!(told("at,level\n2026-01-01 00:00,-0.1\n"), at(2, "level"));
        assert_eq!(told("at,level\n2026-01-01 00:00,1\n2026-01-01 00:00,1\n"), at(3, "at"));
        assert_eq!(told("at,level\n2026-01-01 00:01,1\n2026-01-01 00:00,1\n"), at(3, "at"));
        assert_eq!(told("at,level\n2014-06-02 23:59:59.9,1\n"), at(2, "at"));
        assert_eq!(told("at,level\n2026-01-01 00:00,1,2\n"), at(2, "(행)"));
        let good =
            noise("n.csv", "\u{feff}level,at\n0,2014-06-03 00:00\n\n140,2014-06-03 00:01\n".as_bytes());
        assert_eq!(good.unwrap().len(), 2);
    }
}
