//! The export of a meter as it comes: the separator, the column of times and the column of levels guessed, to be confirmed by
//! whoever uploads it. What is guessed is only where to look; a row that cannot be read is never passed over in silence.
use super::noise::{decibels, moment, sample};
use super::table::{Problem, decode};
use crate::domain::noise::Sample;

/// Lines in which a guess looks for the first measurement: meters write about themselves above it.
const LOOK: usize = 60;
/// Bad rows that are named.
const MOST_PROBLEMS: usize = 100;
/// Words in a header that speak of a level, the likeliest first: of a mean and a peak the mean, from which both are reckoned.
const LEVELS: [&str; 9] = ["laeq", "leq", "laf", "la", "db", "level", "소음", "레벨", "값"];

/// What was guessed of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    pub separator: char,
    /// The line of the first measurement, from 1.
    pub first_line: usize,
    /// Names of the columns, or their numbers where there is no header.
    pub columns: Vec<String>,
    /// Which column holds the times; with `clock`, the dates.
    pub at: usize,
    /// The column of the times of day where date and time stand apart.
    pub clock: Option<usize>,
    pub level: usize,
}

fn cells(line: &str, separator: char) -> Vec<&str> {
    line.split(separator).map(|cell| cell.trim().trim_matches('"').trim()).collect()
}

/// A time as meters write it: `-`, `/` or `.` between the parts of the date, a blank or `T` before the time, a comma or a
/// point before the fraction; in Seoul where no offset stands.
fn when(date: &str, time: Option<&str>) -> Option<i64> {
    let joined = time.map_or_else(|| date.to_owned(), |time| format!("{date} {time}"));
    if let Some(at) = moment(joined.as_bytes()) {
        return Some(at);
    }
    let (day, clock) = joined.split_once(['T', ' '])?;
    let parts: Vec<&str> = day.split(['-', '/', '.']).filter(|part| !part.is_empty()).collect();
    let [year, month, day] = parts.as_slice() else { return None };
    let clock = clock.trim().replace(',', ".");
    let clock =
        if clock.split(':').next().is_some_and(|hour| hour.len() == 1) { format!("0{clock}") } else { clock };
    moment(format!("{year}-{month:0>2}-{day:0>2} {clock}").as_bytes())
}

/// A level; with another separator than the comma, a comma may stand for the point.
fn level(cell: &str, separator: char) -> Option<f64> {
    let cell = cell.trim_end_matches(|c: char| c.is_alphabetic() || matches!(c, '(' | ')' | ' '));
    if separator == ',' { decibels(cell.as_bytes()) } else { decibels(cell.replace(',', ".").as_bytes()) }
}

/// Where times stand in a line: one column, or a date and a time beside it.
fn times(cells: &[&str]) -> Option<(usize, Option<usize>)> {
    let whole = cells.iter().position(|cell| when(cell, None).is_some());
    if let Some(at) = whole {
        return Some((at, None));
    }
    let apart =
        cells.windows(2).position(|two| matches!(two, [date, time] if when(date, Some(time)).is_some()));
    apart.map(|at| (at, Some(at + 1)))
}

fn guess_with(lines: &[&str], separator: char) -> Option<Layout> {
    for (number, line) in lines.iter().enumerate() {
        let row = cells(line, separator);
        let Some((at, clock)) = times(&row) else { continue };
        let fits = |n: &usize| {
            *n != at
                && Some(*n) != clock
                && row
                    .get(*n)
                    .and_then(|cell| level(cell, separator))
                    .is_some_and(|l| (0.0..=140.0).contains(&l))
        };
        let numbers: Vec<usize> = (0..row.len()).filter(fits).collect();
        let above = number.checked_sub(1).and_then(|n| lines.get(n)).map(|line| cells(line, separator));
        let header = above.filter(|names| names.len() == row.len());
        let likely = LEVELS.iter().find_map(|word| {
            let names = header.as_ref()?;
            numbers.iter().find(|n| names.get(**n).is_some_and(|name| name.to_lowercase().contains(word)))
        });
        let level = *likely.or_else(|| numbers.first())?;
        let unnamed = || (1..=row.len()).map(|n| format!("{n}번째 열")).collect();
        let columns = header.map_or_else(unnamed, |names| names.iter().map(|n| (*n).to_owned()).collect());
        return Some(Layout { separator, first_line: number + 1, columns, at, clock, level });
    }
    None
}

/// The layout that a file seems to have; none where no line has both a time and a level.
pub fn guess(text: &str) -> Option<Layout> {
    let lines: Vec<&str> = text.lines().take(LOOK).collect();
    [',', ';', '\t'].into_iter().find_map(|separator| guess_with(&lines, separator))
}

/// A column by its name or its number, as somebody typed it.
pub fn column(layout: &Layout, typed: &str) -> Option<usize> {
    let named = layout.columns.iter().position(|name| name.eq_ignore_ascii_case(typed.trim()));
    let numbered =
        || typed.trim().parse::<usize>().ok()?.checked_sub(1).filter(|n| *n < layout.columns.len());
    named.or_else(numbered)
}

/// The text of a file, whatever it is encoded in.
///
/// # Errors
/// The fault of the whole file.
pub fn text(file: &str, bytes: &[u8]) -> Result<String, Vec<Problem>> {
    let what = "글자를 읽을 수 없습니다. CSV(UTF-8 또는 CP949)로 저장해 주세요".to_owned();
    let problem = Problem { file: file.to_owned(), line: 1, column: "(파일)".to_owned(), what };
    decode(bytes).ok_or_else(|| vec![problem])
}

/// The samples of a meter's export in this layout.
///
/// # Errors
/// Every row that cannot be read, up to a hundred.
pub fn samples(file: &str, text: &str, layout: &Layout) -> Result<Vec<Sample>, Vec<Problem>> {
    let (mut found, mut problems, mut latest) = (Vec::<Sample>::new(), Vec::new(), None);
    for (line, number) in text.lines().zip(1u64..).skip(layout.first_line - 1) {
        if line.trim().is_empty() {
            continue;
        }
        let row = cells(line, layout.separator);
        let cell = |n: usize| row.get(n).copied().unwrap_or_default();
        let at = when(cell(layout.at), layout.clock.map(cell));
        match sample(at, level(cell(layout.level), layout.separator), latest) {
            Ok(one) => found.push(one),
            Err((column, what)) => problems.push(Problem {
                file: file.to_owned(),
                line: number,
                column: column.to_owned(),
                what: what.to_owned(),
            }),
        }
        latest = latest.max(at);
        if problems.len() >= MOST_PROBLEMS {
            break;
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exports_of_common_meters_are_guessed() {
        let read = |text: &str| {
            let layout = guess(text).unwrap();
            let samples = samples("m.csv", text, &layout).unwrap();
            (layout.columns[layout.level].clone(), samples.iter().map(|s| s.level).collect::<Vec<_>>())
        };
        let plain = "at,level\n2026-03-02 10:00:00,40.5\n2026-03-02 10:00:01,41\n";
        assert_eq!(read(plain), ("level".to_owned(), vec![40.5, 41.0]));
        let german = "Device;XL2\n\nDate;Time;LAeq;LAFmax\n2026/3/2;9:00:00,125;40,5;44,0\n2026/3/2;9:00:00,250;41,0;45,0\n";
        assert_eq!(read(german), ("LAeq".to_owned(), vec![40.5, 41.0]));
        let tabs = "2026.03.02 10:00:00\t1\t38.2 dB\n2026.03.02 10:00:01\t2\t38.4 dB\n";
        assert_eq!(read(tabs).0, "2번째 열", "a running number looks like a level: to be confirmed");
        let layout = guess(tabs).unwrap();
        let right = Layout { level: column(&layout, "3").unwrap(), ..layout };
        assert_eq!(samples("m", tabs, &right).unwrap()[1].level, 38.4);
        assert_eq!(guess("이름,값\n가,나\n"), None);
    }

    #[test]
    fn a_row_that_cannot_be_read_is_told() {
        let text = "at,level\n2026-03-02 10:00:00,40.5\n2026-03-02 10:00:01,-\n2026-03-02 10:00:00,40\n";
        let told = samples("m", text, &guess(text).unwrap()).unwrap_err();
        assert_eq!(
            told.iter().map(|p| (p.line, p.column.as_str())).collect::<Vec<_>>(),
            [(3, "level"), (4, "at")]
        );
    }
}
