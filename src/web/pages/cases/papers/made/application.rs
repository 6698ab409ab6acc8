//! 분쟁조정 신청서, and what goes to the other side with it: 통지서 and 답변서.
use super::letters::{addressee, may_tell};
use super::{Content, holder, party, phone, row, said, to_holder};
use crate::documents::paper::{SOME_DAY, SOME_MOMENT, ticks, words as part, words_or_room};
use crate::domain::codes::{Cause, Evidence, MeetingKind, Position, Reply, SessionState, Side};
use crate::domain::step::Step;
use crate::web::pages::cases::load::Sight;
use crate::web::pages::party::letter::ANSWER_SOON;
use crate::web::steps::words;

/// What the applicant wrote at the filing.
#[derive(Default)]
struct Filed {
    answered: Option<String>,
    wishes: Option<String>,
    narrative: Option<String>,
    since: String,
    evidence: Vec<Evidence>,
}

fn filed(sight: Option<&Sight>) -> Filed {
    let step =
        sight.and_then(|s| s.file.lines.iter().map(|l| &l.step).find(|s| matches!(s, Step::File { .. })));
    match step {
        Some(Step::File { answered, wishes, narrative, since, evidence, .. }) => Filed {
            answered: Some(answered.clone()),
            wishes: Some(wishes.clone()),
            narrative: Some(narrative.clone()),
            since: since.clone(),
            evidence: evidence.clone(),
        },
        _ => Filed::default(),
    }
}

/// 분쟁조정 신청서. The one form on which the other side is called 피신청인 too, as the statutory form does.
pub(super) fn application(sight: Option<&Sight>) -> Content {
    let filed = filed(sight);
    let intake = sight.map(|s| &s.case().intake);
    let causes = Cause::ALL.iter().map(|c| (intake.is_some_and(|i| i.cause == *c), c.label()));
    let places = Position::ALL.iter().map(|p| (intake.is_some_and(|i| i.position == *p), p.label()));
    let evidence = Evidence::ALL.iter().map(|e| (filed.evidence.contains(e), e.label()));
    let room = |lines| if sight.is_some() { 2 } else { lines };
    Content {
        title: "층간소음 분쟁조정 신청서".to_owned(),
        compact: true,
        facts: vec![
            row("접수번호", said(sight, |s| s.case().number.clone())),
            row("단지", said(sight, |s| s.complex.clone())),
            row("신청인(이름, 동·호)", said(sight, |s| party(s, Side::Applicant))),
            row("신청인 전화", said(sight, |s| phone(s, Side::Applicant))),
            row("상대방(피신청인)", said(sight, |s| party(s, Side::Respondent))),
            row("소음 종류", ticks(causes)),
            row("추정되는 곳", ticks(places)),
            row("언제부터", filed.since.clone()),
        ],
        sections: vec![
            words_or_room("조정을 구하는 것", filed.wishes, room(3)),
            words_or_room("있었던 일", filed.narrative, room(5)),
            words_or_room("관리사무소에 알린 때와 들은 답", filed.answered, room(2)),
            part("함께 내는 것", format!("{}  □ 교섭경위서", ticks(evidence))),
        ],
        notes: vec!["추정되는 곳은 신청인이 짐작하는 것이며, 양쪽의 이야기를 듣기 전에는 정해진 것이 아닙니다. 주민등록번호는 적지 않습니다.".to_owned()],
        seals: vec![row("신청인", said(sight, |s| name(s, Side::Applicant)))],
        to: to_holder(sight),
        ..Content::default()
    }
}

fn name(sight: &Sight, side: Side) -> String {
    sight.party(side).filter(|_| sight.knows(side)).map(|p| p.details.name.clone()).unwrap_or_default()
}

/// 통지서: that a mediation was asked for. Of the applicant it says only what they allowed to be told, and never which door.
pub(super) fn notification(sight: Option<&Sight>) -> Content {
    let planned = |s: &Sight| {
        let next = s.case().sessions.iter().rev().find(|m| {
            m.state == SessionState::Fixed && matches!(m.kind, MeetingKind::Joint | MeetingKind::Online)
        });
        let joint = next.and_then(|m| m.starts_at.map(|at| format!("{}\n{}", words::official(at), m.place)));
        joint.unwrap_or_else(|| "따로 알려 드립니다".to_owned())
    };
    let mut sections = vec![part(
        "알려 드리는 것",
        "같은 단지의 이웃이 생활 소리로 조정을 신청해 알려 드립니다. 잘못을 정한 것이 아닙니다. 소리는 벽과 배관을 타고 돌아서 다른 집에서 나는 일도 많습니다. 양쪽의 사정을 똑같이 듣고 함께 길을 찾으려는 것입니다.",
    )];
    match sight {
        Some(s) => sections.extend(may_tell(s).map(|told| part("이웃이 전해 달라고 한 말", told))),
        None => sections.push(words_or_room("이웃이 전해 달라고 한 말", None, 4)),
    }
    sections.push(part(
        "하실 수 있는 것",
        "함께 드리는 답변서에 적어 보내 주시거나 전화해 주세요. “우리 집이 아닙니다”, “우리도 불편합니다”, “참여하겠습니다”, “참여하지 않겠습니다” 가운데 무엇이든 괜찮습니다. 참여하지 않아도 불이익은 없습니다.",
    ));
    Content {
        title: "층간소음 분쟁조정 통지서".to_owned(),
        facts: vec![
            row("받는 분", sight.map_or_else(String::new, |s| format!("{} 님께", addressee(s)))),
            row("접수번호", said(sight, |s| s.case().number.clone())),
            row("소리의 종류", said(sight, |s| s.case().intake.cause.label().to_owned())),
            row("조정회의", sight.map_or_else(|| SOME_MOMENT.to_owned(), planned)),
            row("답을 바라는 날", sight.map_or(SOME_DAY, |_| ANSWER_SOON).to_owned()),
        ],
        sections,
        notes: vec![
            "답변은 이 일을 맡은 사람만 봅니다. 위협이나 폭력이 있으면 112에 신고해 주세요.".to_owned(),
        ],
        from: holder(sight),
        ..Content::default()
    }
}

/// 답변서: the other side's own words, on paper. What is known of them already stands on it, and nothing of the applicant.
pub(super) fn answer(sight: Option<&Sight>) -> Content {
    let replies = Reply::ALL.iter().map(|r| (false, r.label()));
    Content {
        title: "답변서".to_owned(),
        facts: vec![
            row("접수번호", said(sight, |s| s.case().number.clone())),
            row("적는 분(이름, 동·호)", said(sight, |s| party(s, Side::Respondent))),
            row("연락 받을 전화", said(sight, |s| phone(s, Side::Respondent))),
            row("답", ticks(replies)),
            row("만날 수 있는 때", String::new()),
        ],
        sections: vec![
            words_or_room("우리 집의 사정", None, 6),
            words_or_room("함께 정하고 싶은 것", None, 5),
            words_or_room("신청인에게 전해도 되는 말", None, 3),
        ],
        notes: vec![
            "적으신 것은 “신청인에게 전해도 되는 말”이 아니면 신청인에게 보이지 않습니다. 빈칸이 있어도 괜찮습니다.".to_owned(),
            "참여하지 않아도 불이익은 없습니다. 주민등록번호는 적지 않습니다.".to_owned(),
        ],
        date: SOME_DAY.to_owned(),
        seals: vec![row("적은 사람", "")],
        to: to_holder(sight),
        blank: true,
        ..Content::default()
    }
}
