//! A spreadsheet (XLSX, ECMA-376) of plain tables. The only place that names its writer.

use chrono::{DateTime, Datelike, Timelike, Utc};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, XlsxError};

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    Text(String),
    Count(u32),
    /// 0 to 1, shown in percent with one place.
    Share(f64),
    /// Shown with one place.
    Number(f64),
    Empty,
}

/// One sheet: its name (up to 31 characters, none of `[]:*?/\`), widths in characters, and rows of which the first is the header.
#[derive(Debug, Clone)]
pub struct Sheet {
    pub name: String,
    pub widths: Vec<f64>,
    pub rows: Vec<Vec<Entry>>,
}

/// The file's bytes; the same for the same sheets and moment.
///
/// # Errors
/// Where a sheet's name or size is none that a spreadsheet takes.
pub fn bytes(title: &str, sheets: &[Sheet], at: DateTime<Utc>) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let (year, month, day) = (at.year(), at.month(), at.day());
    let small = |n: u32| u8::try_from(n).unwrap_or(1);
    let made = ExcelDateTime::from_ymd(u16::try_from(year).unwrap_or(2000), small(month), small(day))?
        .and_hms(u16::try_from(at.hour()).unwrap_or(0), small(at.minute()), f64::from(at.second()))?;
    book.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&made));
    let head = Format::new().set_bold().set_border_bottom(FormatBorder::Thin).set_text_wrap();
    let (text, whole) =
        (Format::new().set_text_wrap().set_align(FormatAlign::Top), Format::new().set_num_format("#,##0"));
    let (share, number) = (Format::new().set_num_format("0.0%"), Format::new().set_num_format("0.0"));
    let right = Format::new().set_align(FormatAlign::Right);
    for sheet in sheets {
        let page = book.add_worksheet();
        page.set_name(&sheet.name)?.set_paper_size(9).set_print_fit_to_pages(1, 0).set_freeze_panes(1, 1)?;
        for (column, width) in (0_u16..).zip(&sheet.widths) {
            page.set_column_width(column, *width)?;
        }
        for (line, row) in (0_u32..).zip(&sheet.rows) {
            for (column, entry) in (0_u16..).zip(row) {
                let words = if line == 0 {
                    &head
                } else if column == 0 {
                    &text
                } else {
                    &right
                };
                match entry {
                    Entry::Text(words_of) => page.write_string_with_format(line, column, words_of, words)?,
                    Entry::Count(n) => page.write_number_with_format(line, column, *n, &whole)?,
                    Entry::Share(value) => page.write_number_with_format(line, column, *value, &share)?,
                    Entry::Number(value) => page.write_number_with_format(line, column, *value, &number)?,
                    Entry::Empty => page,
                };
            }
        }
    }
    book.save_to_buffer()
}
