//! 증거목록: what the applicant handed in, numbered, to go with an application to another body.
use super::{Content, Sight, empty_rows, holder, party, row, said, table};
use crate::domain::codes::Side;
use crate::store::evidence;
use crate::store::{Rx, StoreError};
use crate::web::pages::applications::paper::{COLUMNS, NOTE, line};

/// # Errors
/// Database errors.
pub(super) fn list(rx: &mut Rx<'_>, sight: &Sight) -> Result<Content, StoreError> {
    let mut things = evidence::of_case(rx, sight.case().id)?;
    things.retain(|thing| thing.speaks_for(Side::Applicant));
    Ok(content(Some(sight), things.iter().map(line).collect()))
}

pub(super) fn blank() -> Content {
    content(None, empty_rows(COLUMNS.len(), 12))
}

fn content(sight: Option<&Sight>, rows: Vec<Vec<String>>) -> Content {
    Content {
        title: "증거목록".to_owned(),
        compact: true,
        facts: vec![
            row("접수번호", said(sight, |s| s.case().number.clone())),
            row("신청인", said(sight, |s| party(s, Side::Applicant))),
        ],
        sections: vec![table("자료", &COLUMNS, rows)],
        notes: vec![NOTE.to_owned()],
        from: holder(sight),
        ..Content::default()
    }
}
