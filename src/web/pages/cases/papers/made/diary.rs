//! 소음일지: what the applicant noted, or a sheet on which they note it by hand.
use super::{Content, Sight, empty_rows, holder, party, row, said, table};
use crate::domain::codes::{Cause, Felt, Side};
use crate::store::diary::{self, Entry};
use crate::store::{Rx, StoreError};
use crate::web::diary::lines;

const COLUMNS: [&str; 3] = ["언제(날짜와 시각)", "어떤 소리, 얼마 동안", "어떠셨나요"];
/// Entries on the paper at most: the newest.
const MOST: i64 = 60;

/// # Errors
/// Database errors.
pub(super) fn list(rx: &mut Rx<'_>, sight: &Sight) -> Result<Content, StoreError> {
    let entries: Vec<Entry> = diary::of_case(rx, sight.case().id, MOST)?;
    Ok(content(Some(sight), lines(&entries)))
}

pub(super) fn blank() -> Content {
    content(None, empty_rows(COLUMNS.len(), 16))
}

fn content(sight: Option<&Sight>, rows: Vec<Vec<String>>) -> Content {
    let labels = |all: Vec<&'static str>| all.join(" · ");
    let felt = labels(Felt::ALL.iter().map(|felt| felt.label()).collect());
    let kinds = labels(Cause::ALL.iter().map(|kind| kind.label()).collect());
    Content {
        title: "소음일지".to_owned(),
        compact: true,
        facts: vec![
            row("접수번호", said(sight, |s| s.case().number.clone())),
            row("신청인", said(sight, |s| party(s, Side::Applicant))),
        ],
        sections: vec![table("들린 소리", &COLUMNS, rows)],
        notes: vec![
            format!("어떤 소리: {kinds}. 어떠셨나요: {felt}."),
            "소리가 들릴 때마다 한 줄씩 적어 주세요. 이웃의 이름이나 대화는 적지 않습니다. 측정 결과가 아니며, 언제 살펴보고 이야기할지 정하는 데 씁니다."
                .to_owned(),
        ],
        from: holder(sight),
        ..Content::default()
    }
}
