//! What the two sides agree on, or are asked to: 합의서 and 조정안.
use super::super::load::Sight;
use super::{Paper, Row, Section, identity, row};
use crate::domain::case::{Agreement, Proposal};
use crate::domain::codes::Side;
use crate::domain::step::{Step, Term};
use crate::web::steps::words;

fn terms(terms: &[Term]) -> Section {
    let rows = terms.iter().enumerate().map(|(i, t)| {
        vec![(i + 1).to_string(), t.who.clone(), t.what.clone(), words::span(t), t.check.clone()]
    });
    Section {
        title: "약속한 것".to_owned(),
        columns: vec!["번호", "누가", "무엇을", "기간", "확인 방법"],
        rows: rows.collect(),
        ..Section::default()
    }
}

fn in_charge(sight: &Sight) -> Vec<Row> {
    let people = sight.case().in_charge.iter();
    people.map(|p| row(p.role.label(), sight.names.user(p.user))).collect()
}

/// 합의서.
pub(super) fn agreement(sight: &Sight, a: &Agreement) -> Paper {
    let mut seals = vec![row("신청인", ""), row("상대방", "")];
    seals.extend(in_charge(sight));
    let signed = |side: Side| a.signed.contains(&side);
    if signed(Side::Applicant) && signed(Side::Respondent) {
        seals = vec![row("신청인", "서명함"), row("상대방", "서명함")];
        seals.extend(in_charge(sight));
    }
    let mut facts = identity(sight);
    let drawn = sight.file.lines.iter().find(|l| l.seq == a.seq).map(|l| words::official(l.at));
    facts.extend(drawn.map(|at| row("만든 때", at)));
    Paper {
        title: words::agreement_title(a.kind).to_owned(),
        facts,
        sections: vec![
            terms(&a.terms),
            Section {
                title: "지켜지지 않을 때".to_owned(),
                text: Some("먼저 서로 알리고, 그래도 이어지면 맡은 곳에 알려 이 사건을 다시 열 수 있습니다. 2주, 3개월, 6개월 뒤에 약속이 지켜지는지 여쭙니다.".to_owned()),
                ..Section::default()
            },
            Section {
                title: "비밀".to_owned(),
                text: Some("양쪽은 조정에서 알게 된 상대방의 사생활을 남에게 말하지 않습니다.".to_owned()),
                ..Section::default()
            },
        ],
        notes: vec!["이 합의서는 민법상 화해계약이며 재판상 화해·확정판결의 효력은 없습니다.".to_owned()],
        seals,
        from: sight.holder(),
        ..Paper::default()
    }
}

/// 조정안.
pub(super) fn proposal(sight: &Sight, p: &Proposal) -> Paper {
    let line = sight.file.lines.iter().find(|l| l.seq == p.seq);
    let reason = line.and_then(|l| match &l.step {
        Step::Propose { reason, .. } => Some(reason.clone()).filter(|r| !r.is_empty()),
        _ => None,
    });
    let mut facts = identity(sight);
    facts.extend(line.map(|l| row("낸 때", words::official(l.at))));
    facts.push(row("답변 기한", format!("{}까지", words::official_day(p.answer_by))));
    let mut sections = vec![Section { title: "조정안".to_owned(), ..terms(&p.terms) }];
    sections.extend(reason.map(|text| Section {
        title: "까닭".to_owned(),
        text: Some(text),
        ..Section::default()
    }));
    Paper {
        title: "층간소음 분쟁조정안".to_owned(),
        facts,
        sections,
        notes: vec![
            "양쪽이 모두 받아들이면 합의로 마칩니다. 기한까지 답이 없으면 받아들이지 않은 것으로 봅니다.".to_owned(),
            "받아들이지 않아도 불이익은 없습니다. 받아들인 조정안은 민법상 화해계약이며 재판상 화해·확정판결의 효력은 없습니다.".to_owned(),
        ],
        from: sight.holder(),
        ..Paper::default()
    }
}
