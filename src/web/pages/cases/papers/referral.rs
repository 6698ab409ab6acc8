//! 의뢰서.
use super::super::load::Sight;
use super::{Paper, Section, approval, party, row};
use crate::domain::case::Referral;
use crate::domain::codes::{ConsentPurpose, ProvisionBasis, Side};
use crate::domain::{seoul, step::Step};
use crate::web::steps::words;

/// 의뢰서. Personal data goes along only on its basis: each side's with that side's own consent.
pub(super) fn paper(sight: &Sight, r: &Referral) -> Paper {
    let line = sight.file.lines.iter().find(|l| l.seq == r.seq);
    let (reason, basis) = match line.map(|l| &l.step) {
        Some(Step::Refer { reason, basis, .. }) => (reason.clone(), *basis),
        _ => (String::new(), ProvisionBasis::NoPersonalData),
    };
    let consented = |side: Side| {
        sight.file.consents.iter().any(|c| {
            c.side == side
                && c.purpose == ConsentPurpose::Provision.code()
                && c.given
                && c.withdrawn_at.is_none()
        })
    };
    let passes = |side: Side| match basis {
        ProvisionBasis::Entrustment => true,
        ProvisionBasis::Consent => consented(side),
        ProvisionBasis::NoPersonalData => false,
    };
    let case = sight.case();
    let person = |side: Side| if passes(side) { party(sight, side) } else { "전하지 않음".to_owned() };
    let from = r.from.map_or_else(|| sight.holder(), |b| sight.names.body(b));
    Paper {
        title: "의뢰서".to_owned(),
        approval: approval(case),
        facts: vec![
            row("받는 곳", sight.names.body(r.body)),
            row("보내는 곳", from.clone()),
            row("접수번호", case.number.clone()),
            row("보낸 때", words::official(r.sent_at)),
            row("행정동", sight.dong.clone()),
            row(
                "소음",
                format!("{}, 추정되는 곳 {}", case.intake.cause.label(), case.intake.position.label()),
            ),
            row("신청인", person(Side::Applicant)),
            row("상대방", person(Side::Respondent)),
            row("개인정보를 전하는 근거", basis.label()),
        ],
        sections: vec![Section {
            title: "의뢰하는 까닭".to_owned(),
            text: Some(reason),
            ..Section::default()
        }],
        notes: vec![
            "사흘(근무일) 안에 받을지 돌려보낼지 알려 주시기 바랍니다. 받은 정보는 이 일에만 써 주십시오."
                .to_owned(),
        ],
        date: words::official_day(seoul::day(r.sent_at)),
        from,
        ..Paper::default()
    }
}
