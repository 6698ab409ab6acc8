//! 증거목록: what the applicant handed in, numbered, to go with an application to another body.
use super::{Content, Sight, empty_rows, holder, party, row, said, table};
use crate::domain::codes::Side;
use crate::domain::seoul;
use crate::store::evidence::{self, Thing};
use crate::store::{Rx, StoreError};
use crate::web::evidence::{size, voices};
use crate::web::paper::short_day;

const COLUMNS: [&str; 4] = ["번호", "무엇을 보여 주나", "종류와 크기", "낸 날"];

/// # Errors
/// Database errors.
pub(super) fn list(rx: &mut Rx<'_>, sight: &Sight) -> Result<Content, StoreError> {
    let mut things = evidence::of_case(rx, sight.case().id)?;
    things.retain(|thing| {
        thing.side == Side::Applicant && thing.agreement.is_none() && thing.taken_back_at.is_none()
    });
    let line = |thing: &Thing| {
        let kind = [Some(thing.kind.label()), voices(thing)];
        let kind = kind.into_iter().flatten().collect::<Vec<_>>().join(", ");
        let kind = format!("{kind}, {}", size(thing.size));
        vec![
            format!("갑 {}", thing.number),
            format!("{}\nSHA-256 {}", thing.about, thing.sha256),
            kind,
            short_day(seoul::day(thing.at)),
        ]
    };
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
        notes: vec![
            "신청인이 낸 자료만 적었습니다. SHA-256은 보관한 파일의 것으로, 나중에 바뀌지 않았음을 확인할 때 씁니다. 사진은 촬영 장소와 기기 정보를 지우고 보관합니다.".to_owned(),
        ],
        from: holder(sight),
        ..Content::default()
    }
}
