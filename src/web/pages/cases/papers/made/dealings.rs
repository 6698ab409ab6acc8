//! 교섭경위서: the statutory ladder, then every dealing in order.
use super::{Content, approval, empty_rows, holder, identity, row, said, table};
use crate::domain::case::Event;
use crate::domain::codes::Visibility;
use crate::domain::permission::visibility;
use crate::domain::seoul;
use crate::domain::step::{Step, StepCode};
use crate::web::pages::cases::load::Sight;
use crate::web::steps::words;

/// The statutory ladder, then every dealing in order. What one side told in confidence is not in it.
pub(super) fn history(sight: Option<&Sight>) -> Content {
    let lines = sight.map(|s| s.file.lines.iter()).into_iter().flatten();
    let mut lines: Vec<&Event> = lines.filter(|l| !l.voided && is_dealing(l)).collect();
    lines.sort_by_key(|l| (l.at, l.seq));
    let rows = lines.iter().map(|l| vec![words::official(l.at), words::title(&l.step), dealing(l)]);
    let rows = if sight.is_some() { rows.collect() } else { empty_rows(3, BLANK_ROWS) };
    let mut facts = identity(sight);
    facts.push(row("접수한 때", said(sight, |s| words::official(s.case().intake.received_at))));
    let rungs = if sight.is_some() { ladder(&lines) } else { ladder_blank() };
    Content {
        title: "교섭경위서".to_owned(),
        approval: approval(sight.map(Sight::case)),
        facts,
        sections: vec![
            table("법정 사다리(공동주택관리법 제20조)", &["단계", "날짜", "있었던 일"], rungs),
            table("경위", &["날짜", "있었던 일", "내용"], rows),
        ],
        notes: vec!["상담과 면담에서 들은 이야기, 안전 확인의 답, 내부 메모는 싣지 않습니다.".to_owned()],
        from: holder(sight),
        ..Content::default()
    }
}

/// Rows of the blank paper.
const BLANK_ROWS: usize = 6;

const RUNGS: [(&str, &[StepCode]); 7] = [
    ("① 관리주체에 알림", &[StepCode::File]),
    ("② 사실조사", &[StepCode::Investigate]),
    ("③ 권고", &[StepCode::Recommend]),
    ("④ 위원회에 넘김", &[StepCode::HandOver]),
    ("⑤ 면담·조정회의", &[StepCode::Interview, StepCode::HoldSession]),
    ("⑥ 재권고·조정안", &[StepCode::RecommendAgain, StepCode::Propose]),
    ("⑦ 결과", &[StepCode::Close, StepCode::Sign]),
];

fn ladder_blank() -> Vec<Vec<String>> {
    RUNGS.iter().map(|(name, _)| vec![(*name).to_owned(), String::new(), String::new()]).collect()
}

fn is_dealing(line: &Event) -> bool {
    visibility(&line.step) != Visibility::Mediators
        && !matches!(
            line.step.code(),
            StepCode::Screen
                | StepCode::Note
                | StepCode::Correct
                | StepCode::Link
                | StepCode::Offer
                | StepCode::DeclineOffer
                | StepCode::CancelOffer
                | StepCode::ExpireOffer
                | StepCode::AnswerSlots
                | StepCode::CommentDraft
                | StepCode::Survey
                | StepCode::KeepClosed
                | StepCode::Report
        )
}

/// What a line of the 교섭경위서 says: what was recommended, proposed, agreed; not what was told in confidence.
fn dealing(line: &Event) -> String {
    match &line.step {
        Step::Recommend { content, .. } | Step::RecommendAgain { content } => content.clone(),
        Step::Investigate { findings, .. } => findings.clone(),
        Step::HoldSession { result, .. } => result.clone(),
        Step::HandOver { basis, .. } => basis.label().to_owned(),
        Step::Propose { terms, .. } | Step::Draft { terms, .. } => {
            terms.iter().map(words::term).collect::<Vec<_>>().join("\n")
        }
        Step::File { answered, .. } => answered.clone(),
        _ => String::new(),
    }
}

/// One side's signature is no result yet.
fn is_half_signed(line: &Event, lines: &[&Event]) -> bool {
    let of = |line: &Event| if let Step::Sign { agreement, .. } = line.step { Some(agreement) } else { None };
    of(line).is_some_and(|agreement| lines.iter().filter(|l| of(l) == Some(agreement)).count() < 2)
}

/// The rungs, each with when it was taken.
fn ladder(lines: &[&Event]) -> Vec<Vec<String>> {
    let rung = |(name, codes): &(&str, &[StepCode])| {
        let taken = lines.iter().filter(|l| codes.contains(&l.step.code()) && !is_half_signed(l, lines));
        let taken: Vec<&&Event> = taken.collect();
        let dates: Vec<String> = taken.iter().map(|l| words::official_day(seoul::day(l.at))).collect();
        let what: Vec<String> = taken.iter().map(|l| words::title(&l.step)).collect();
        let none = |text: String| if text.is_empty() { "없음".to_owned() } else { text };
        vec![(*name).to_owned(), none(dates.join("\n")), none(what.join("\n"))]
    };
    RUNGS.iter().map(rung).collect()
}
