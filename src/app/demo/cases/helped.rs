//! Cases in which others help beside the committee.
use super::{NotMade, Town, filed, home};
use crate::domain::codes::{Cause, DongHelp, Known, Method, ProvisionBasis, Side};
use crate::domain::ids::BodyId;
use crate::domain::referral::Answered;
use crate::domain::step::Step;
use crate::store::Tx;
use chrono::{DateTime, Duration, Utc};

/// Help beside the committee: the dong's office is asked in two cases, in one of them a lawyer too, and in one of them the applicant applies to a commission too.
pub(super) fn play(tx: &mut Tx<'_>, town: &Town, now: DateTime<Utc>) -> Result<(), NotMade> {
    let here = town.complex;
    let agrees_to = |body: BodyId| Step::Provide {
        side: Side::Applicant,
        given: true,
        method: Method::Phone,
        body: Some(body),
        version: String::new(),
    };
    let agrees = agrees_to(town.dong);
    let wanted = answers(&[("welfare", Known::Yes), ("wanted", Known::Yes)]);
    let mut asked =
        filed(tx, town, here, &home("오미르", "106동 203호", Some("106동 303호"), Cause::Footfall, 15), now)?;
    asked.handed_over()?.step("secretary", agrees.clone())?;
    asked.at = now - Duration::days(1);
    let reason = "혼자 지내시며 잠을 이루지 못해 방문을 바라십니다.";
    let visit = refer(town.dong, Some(DongHelp::Visit), wanted.clone(), ProvisionBasis::Consent, reason);
    asked.step("secretary", visit)?;
    // A body whose people have no account: its mail carries a link of its own.
    let reason = "잠을 이루지 못해 치료비를 물을 수 있는지 알고 싶어 하십니다.";
    let legal = answers(&[("legal", Known::Yes)]);
    let lawyer = refer(town.lawyer, None, legal, ProvisionBasis::Consent, reason);
    asked.step("secretary", agrees_to(town.lawyer))?.step("secretary", lawyer)?;
    let mut taken = filed(
        tx,
        town,
        here,
        &home("남궁솔", "102동 902호", Some("102동 1002호"), Cause::Hammering, 22),
        now,
    )?;
    let reason = "손해배상을 물으셔서 마을변호사 상담을 이어 주시기 바랍니다.";
    let lawyer = refer(town.dong, Some(DongHelp::Lawyer), wanted, ProvisionBasis::Consent, reason);
    taken.handed_over()?.step("secretary", agrees)?.step("secretary", lawyer)?;
    let referral = taken.last();
    let accepted =
        Step::AcceptReferral { referral, their_number: "천연-1204".to_owned(), note: String::new() };
    let text = "마을변호사와 다음 주 화요일 상담을 잡았습니다.".to_owned();
    taken.step("dong", accepted)?.days(1).step("dong", Step::ReferralProgress { referral, text })?;
    let suit = answers(&[("suit", Known::No)]);
    let reason = "권고 뒤에도 이어져 신청인이 직접 신청하기로 함. 신청서와 교섭경위서를 드림.";
    let applies = refer(town.commission, None, suit, ProvisionBasis::NoPersonalData, reason);
    taken.step("secretary", applies)?;
    let referral = taken.last();
    let number = "서대문-조정-2026-31".to_owned();
    taken
        .days(2)
        .step("secretary", Step::AcceptReferral { referral, their_number: number, note: String::new() })?;
    Ok(())
}

fn answers(said: &[(&str, Known)]) -> Vec<Answered> {
    let one =
        |(question, answer): &(&str, Known)| Answered { question: (*question).to_owned(), answer: *answer };
    said.iter().map(one).collect()
}

fn refer(
    body: BodyId,
    help: Option<DongHelp>,
    answers: Vec<Answered>,
    basis: ProvisionBasis,
    reason: &str,
) -> Step {
    let (reason, packet) = (reason.to_owned(), String::new());
    Step::Refer { body, reason, basis, kind: None, packet, help, answers, terms: None }
}
