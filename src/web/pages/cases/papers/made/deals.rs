//! 합의서 and 조정안: what was promised, or may be.
use super::{Content, Section, empty_rows, holder, identity, in_charge, row, table};
use crate::casework::agreement;
use crate::documents::paper::{words as part, words_or_room};
use crate::domain::case::{Agreement, Proposal, Signature};
use crate::domain::codes::Method;
use crate::domain::step::{Step, Term};
use crate::web::pages::cases::load::Sight;
use crate::web::steps::words;

const COLUMNS: &[&str] = &["번호", "누가", "무엇을", "기간", "확인 방법"];
/// Rows of a blank paper.
const BLANK_ROWS: usize = 5;

fn terms(title: &str, terms: Option<&[Term]>) -> Section {
    let rows = terms.map(|terms| {
        let row = |(n, t): (usize, &Term)| {
            vec![(n + 1).to_string(), t.who.clone(), t.what.clone(), words::span(t), t.check.clone()]
        };
        terms.iter().enumerate().map(row).collect()
    });
    table(title, COLUMNS, rows.unwrap_or_else(|| empty_rows(COLUMNS.len(), BLANK_ROWS)))
}

/// How and when a side signed, and which text.
fn signed(s: &Signature) -> String {
    let at = words::official(s.at);
    match (s.method, s.version.is_empty()) {
        (method, true) => format!("{} 받아들임 · {at}", method.label()),
        (Method::Paper, false) => format!("서면에 서명함 · {at}"),
        (method, false) => {
            format!("{}에서 이름을 적고 서명함 · {at} · 판 {}", method.label(), agreement::short(&s.version))
        }
    }
}

/// 합의서.
pub(super) fn agreement(of: Option<(&Sight, &Agreement)>) -> Content {
    let sight = of.map(|(sight, _)| sight);
    let mut seals = vec![row("신청인", ""), row("상대방", "")];
    let mut facts = identity(sight);
    if let Some((sight, a)) = of {
        // One side's signature is none until the other side has signed too: it may still be a draft.
        if a.is_signed() {
            seals = a.signatures.iter().map(|s| row(s.side.label(), signed(s))).collect();
            facts.push(row("합의서의 판(SHA-256)", agreement::fingerprint(a)));
        }
        seals.extend(in_charge(sight));
        let drawn = sight.file.lines.iter().find(|l| l.seq == a.seq).map(|l| words::official(l.at));
        facts.extend(drawn.map(|at| row("만든 때", at)));
        let also = sight.case().together.as_ref();
        facts.extend(also.map(|number| row("함께 마치는 신청", format!("접수번호 {number}(맞신고)"))));
    } else {
        seals.push(row("조정인·담당위원", ""));
    }
    Content {
        title: of.map_or("합의서", |(_, a)| words::agreement_title(a.kind)).to_owned(),
        facts,
        sections: vec![
            terms("약속한 것", of.map(|(_, a)| a.terms.as_slice())),
            part(
                "지켜지지 않을 때",
                "먼저 서로 알리고, 그래도 이어지면 맡은 곳에 알려 이 사건을 다시 열 수 있습니다. 2주, 3개월, 6개월 뒤에 약속이 지켜지는지 여쭙니다.",
            ),
            part("비밀", "양쪽은 조정에서 알게 된 상대방의 사생활을 남에게 말하지 않습니다."),
        ],
        notes: vec!["이 합의서는 민법상 화해계약이며 재판상 화해·확정판결의 효력은 없습니다.".to_owned()],
        seals,
        from: holder(sight),
        ..Content::default()
    }
}

/// 조정안.
pub(super) fn proposal(of: Option<(&Sight, &Proposal)>) -> Content {
    let sight = of.map(|(sight, _)| sight);
    let line = of.and_then(|(sight, p)| sight.file.lines.iter().find(|l| l.seq == p.seq));
    let reason = line.and_then(|l| match &l.step {
        Step::Propose { reason, .. } => Some(reason.clone()).filter(|r| !r.is_empty()),
        _ => None,
    });
    let mut facts = identity(sight);
    match of {
        Some((_, p)) => {
            facts.extend(line.map(|l| row("낸 때", words::official(l.at))));
            facts.push(row("답변 기한", format!("{}까지", words::official_day(p.answer_by))));
        }
        None => facts.extend([row("낸 때", ""), row("답변 기한", "")]),
    }
    let mut sections = vec![terms("조정안", of.map(|(_, p)| p.terms.as_slice()))];
    match (of, reason) {
        (_, Some(reason)) => sections.push(part("까닭", reason)),
        (None, None) => sections.push(words_or_room("까닭", None, 4)),
        (Some(_), None) => {}
    }
    Content {
        title: "층간소음 분쟁조정안".to_owned(),
        facts,
        sections,
        notes: vec![
            "양쪽이 모두 받아들이면 합의로 마칩니다. 기한까지 답이 없으면 받아들이지 않은 것으로 봅니다.".to_owned(),
            "받아들이지 않아도 불이익은 없습니다. 받아들인 조정안은 민법상 화해계약이며 재판상 화해·확정판결의 효력은 없습니다.".to_owned(),
        ],
        from: holder(sight),
        ..Content::default()
    }
}
