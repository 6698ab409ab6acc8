//! 현장방문 체크리스트: the same questions in the same order as the form by which it is entered (`domain::visit`).
use super::{Content, approval, holder, identity, row, table};
use crate::documents::paper::{SOME_MOMENT, ticks};
use crate::domain::visit::{CHECKS, Check};
use crate::web::pages::cases::load::Sight;

pub(super) fn visit(sight: Option<&Sight>) -> Content {
    let line = |(n, check): (usize, &Check)| {
        let answers = ticks(check.choices.iter().map(|(_, label)| (false, *label)));
        vec![format!("{}. {}", n + 1, check.label), answers]
    };
    let mut facts = identity(sight);
    facts.extend([row("다녀온 때", SOME_MOMENT), row("다녀온 사람", "")]);
    Content {
        title: "현장방문 체크리스트".to_owned(),
        compact: true,
        approval: approval(sight.map(Sight::case)),
        facts,
        sections: vec![table("살펴본 것", &["무엇을", "적는 곳"], CHECKS.iter().enumerate().map(line).collect())],
        notes: vec![
            "한쪽의 집에서 본 것은 다른 쪽에 말하지 않습니다. 사진은 허락을 받은 곳만 찍습니다. 위험하면 바로 나와 112에 신고합니다.".to_owned(),
        ],
        from: holder(sight),
        blank: true,
        ..Content::default()
    }
}
