//! 의뢰서.
use super::{Content, approval, holder, party, row, said};
use crate::documents::paper::{SOME_DAY, words_or_room};
use crate::domain::case::Referral;
use crate::domain::codes::{ProvisionBasis, Side};
use crate::domain::seoul;
use crate::domain::step::Step;
use crate::web::pages::cases::load::Sight;
use crate::web::steps::words;

/// 의뢰서. Personal data goes along only on its basis: each side's with that side's own consent.
pub(super) fn referral(of: Option<(&Sight, &Referral)>) -> Content {
    let sight = of.map(|(sight, _)| sight);
    let line = of.and_then(|(sight, r)| sight.file.lines.iter().find(|l| l.seq == r.seq));
    let (reason, basis) = match line.map(|l| &l.step) {
        Some(Step::Refer { reason, basis, .. }) => (Some(reason.clone()), *basis),
        _ => (None, ProvisionBasis::NoPersonalData),
    };
    let told = |of_case: &dyn Fn(&Sight, &Referral) -> String| {
        of.map(|(sight, r)| of_case(sight, r)).unwrap_or_default()
    };
    let person = |side: Side| {
        told(&|sight, r| {
            let passes = sight.case().passes(side, r.body, basis);
            if passes { party(sight, side) } else { "전하지 않음".to_owned() }
        })
    };
    let from = told(&|sight, r| r.from.map_or_else(|| sight.holder(), |b| sight.names.body(b)));
    let noise = |s: &Sight| {
        let intake = &s.case().intake;
        format!("{}, 추정되는 곳 {}", intake.cause.label(), intake.position.label())
    };
    Content {
        title: "의뢰서".to_owned(),
        approval: approval(sight.map(Sight::case)),
        facts: vec![
            row("받는 곳", told(&|sight, r| sight.names.body(r.body))),
            row("보내는 곳", from.clone()),
            row("접수번호", said(sight, |s| s.case().number.clone())),
            row("보낸 때", told(&|_, r| words::official(r.sent_at))),
            row("행정동", said(sight, |s| s.dong.clone())),
            row("소음", said(sight, noise)),
            row("신청인", person(Side::Applicant)),
            row("상대방", person(Side::Respondent)),
            row("개인정보를 전하는 근거", told(&|_, _| basis.label().to_owned())),
        ],
        sections: vec![words_or_room("의뢰하는 까닭", reason, if of.is_some() { 0 } else { 8 })],
        notes: vec![format!(
            "{}까지 받을지 돌려보낼지 알려 주시기 바랍니다. 받은 정보는 이 일에만 써 주십시오.",
            of.map_or_else(|| SOME_DAY.to_owned(), |(_, r)| words::official_day(seoul::day(r.due)))
        )],
        date: told(&|_, r| words::official_day(seoul::day(r.sent_at))),
        from: if of.is_some() { from } else { holder(None) },
        ..Content::default()
    }
}

/// 의뢰서 as it went out: the sheet says what was sent, whatever has become known since.
pub(super) fn sent(sight: &Sight, text: &str) -> Content {
    let mut parts = text.split("\n\n");
    let title = parts.next().unwrap_or_default().to_owned();
    let facts = parts.next().unwrap_or_default().lines().filter_map(|line| line.split_once(": "));
    let rest: Vec<&str> = parts.collect();
    let rest = rest.join("\n\n");
    let (heading, said) = rest.split_once('\n').unwrap_or_default();
    let (reason, note) = said.rsplit_once("\n\n").unwrap_or((said, ""));
    Content {
        title,
        approval: approval(Some(sight.case())),
        facts: facts.map(|(label, value)| row(label, value.to_owned())).collect(),
        sections: vec![words_or_room(heading, Some(reason.to_owned()), 0)],
        notes: vec![note.trim().to_owned()],
        ..Content::default()
    }
}
