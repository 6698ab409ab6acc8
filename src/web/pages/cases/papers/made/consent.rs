//! 개인정보 동의서: the words that `domain::consent` keeps, each asked apart and nothing ticked that was not said.
use super::{Content, party, phone, row, said, table, to_holder};
use crate::casework::CaseworkError;
use crate::documents::paper::{ticks, words as part};
use crate::domain::codes::{ConsentPurpose, Side};
use crate::domain::consent::{NOTICE, NOTICE_VERSION};
use crate::store::{Rx, bodies};
use crate::web::pages::cases::load::Sight;

/// Whose consent it is, and who answers for the data.
pub(super) struct Of<'a> {
    sight: &'a Sight,
    side: Side,
    controller: String,
}

/// The form of one side; none of a side that the reader may not know.
///
/// # Errors
/// Database errors.
pub(super) fn of_side(rx: &mut Rx<'_>, sight: &Sight, side: Side) -> Result<Option<Content>, CaseworkError> {
    if !sight.knows(side) {
        return Ok(None);
    }
    let holder = sight.case().holder.map(|id| bodies::find(rx, id)).transpose()?;
    let controller = holder.map(|b| if b.controller.is_empty() { b.name } else { b.controller });
    Ok(Some(consent(Some(&Of { sight, side, controller: controller.unwrap_or_default() }))))
}

/// What stands of a purpose now: agreed, refused, or never asked.
fn answer(of: Option<&Of<'_>>, purpose: ConsentPurpose) -> String {
    let all = of.map(|of| (of.side, of.sight.file.consents.as_slice()));
    let last = all.and_then(|(side, all)| {
        all.iter().filter(|c| c.side == side && c.purpose == purpose.code()).max_by_key(|c| c.at)
    });
    let given = last.map(|c| c.given && c.withdrawn_at.is_none());
    ticks([(given == Some(true), "동의함"), (given == Some(false), "동의하지 않음")])
}

pub(super) fn consent(of: Option<&Of<'_>>) -> Content {
    let texts = ConsentPurpose::ALL.iter().filter_map(|p| p.text());
    let rows = texts.clone().map(|t| {
        let recipient = if t.recipient.is_empty() { "없음" } else { t.recipient };
        vec![
            format!("{}\n항목: {}\n목적: {}", t.label, t.items, t.why),
            format!("받는 곳: {recipient}\n보유: {}\n{}", t.kept, t.refusal),
            answer(of, t.purpose).replace("  ", "\n"),
        ]
    });
    let rows = rows.collect();
    let versions: Vec<&str> = texts.map(|t| t.version).chain([NOTICE_VERSION]).collect();
    let side = of.map(|of| of.side);
    let sight = of.map(|of| of.sight);
    let name = |s: &Sight| side.map(|side| party(s, side)).unwrap_or_default();
    Content {
        title: "개인정보 동의서".to_owned(),
        compact: true,
        facts: vec![
            row("접수번호", said(sight, |s| s.case().number.clone())),
            row("개인정보처리자", of.map(|of| of.controller.clone()).unwrap_or_default()),
            row("적는 분(이름, 동·호)", said(sight, name)),
            row("전화", said(sight, |s| side.map(|side| phone(s, side)).unwrap_or_default())),
        ],
        sections: vec![
            part("동의 없이 처리하는 것", NOTICE.join("\n")),
            table("하나씩 따로 여쭙니다", &["무엇에", "누가, 언제까지, 동의하지 않으면", "답"], rows),
        ],
        notes: vec![
            "동의는 언제든 철회할 수 있고, 철회하면 그때부터 그 일을 멈춥니다.".to_owned(),
            format!("글의 판: {}", versions.join(", ")),
        ],
        seals: vec![row(side.map_or("적은 사람", |side| side.label()), "")],
        to: to_holder(sight),
        ..Content::default()
    }
}
