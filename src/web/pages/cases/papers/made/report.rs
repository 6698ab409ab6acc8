//! 중재상담 보고서: what the mediators did and how it ended. What was told in confidence is not in it.
use super::{Content, approval, empty_rows, holder, identity, in_charge, row, said, table};
use crate::documents::paper::{words as part, words_or_room};
use crate::domain::case::Event;
use crate::domain::seoul;
use crate::domain::step::Step;
use crate::web::pages::cases::load::Sight;
use crate::web::steps::words;

const COLUMNS: &[&str] = &["날짜", "무엇을", "누가 나왔나", "결과"];
/// Rows of a blank paper.
const BLANK_ROWS: usize = 6;

/// One meeting or talk; of a talk with one side only that it was.
fn met(line: &Event) -> Option<Vec<String>> {
    let day = words::official_day(seoul::day(line.at));
    match &line.step {
        Step::Interview { kind, side, .. } => {
            let who = side.map_or("양쪽", |side| side.label());
            Some(vec![day, kind.label().to_owned(), who.to_owned(), String::new()])
        }
        Step::HoldSession { kind, applicant, respondent, result, .. } => {
            let who = match (applicant, respondent) {
                (true, true) => "양쪽",
                (true, false) => "신청인(상대방 불참)",
                (false, true) => "상대방(신청인 불참)",
                (false, false) => "양쪽 불참",
            };
            Some(vec![day, kind.label().to_owned(), who.to_owned(), result.clone()])
        }
        _ => None,
    }
}

pub(super) fn report(sight: Option<&Sight>) -> Content {
    let lines = || sight.map(|s| s.file.lines.iter().rev()).into_iter().flatten().filter(|l| !l.voided);
    let meetings: Vec<Vec<String>> = lines().filter_map(met).collect();
    let reported: Vec<(&str, f64)> = lines()
        .filter_map(|l| match &l.step {
            Step::Report { summary, hours } => Some((summary.as_str(), *hours)),
            _ => None,
        })
        .collect();
    let hours: f64 = reported.iter().map(|(_, hours)| hours).sum();
    let summary = reported.iter().map(|(summary, _)| *summary).collect::<Vec<_>>().join("\n");
    let ended = |s: &Sight| {
        let mut close = lines().filter_map(|l| match &l.step {
            Step::Close { outcome, .. } => Some(format!("{} ({})", outcome.label(), words::official(l.at))),
            _ => None,
        });
        let signed = s.case().agreements.last().map(|a| words::agreement_title(a.kind).to_owned());
        close.next_back().or(signed).unwrap_or_else(|| format!("진행 중({})", s.case().stage.label()))
    };
    let ahead = |s: &Sight| {
        let open = s.case().follow_ups.iter().filter(|f| f.is_open());
        let days: Vec<String> = open.map(|f| words::official_day(f.due)).collect();
        if days.is_empty() { "없음".to_owned() } else { days.join(", ") }
    };
    let mut facts = identity(sight);
    facts.push(row(
        "맡은 사람",
        said(sight, |s| {
            in_charge(s)
                .into_iter()
                .map(|r| format!("{}({})", r.text, r.label))
                .collect::<Vec<_>>()
                .join(", ")
        }),
    ));
    facts.push(row("들인 시간", if hours > 0.0 { format!("{hours}시간") } else { String::new() }));
    facts.push(row("결과", said(sight, ended)));
    facts.push(row("남은 사후점검", said(sight, ahead)));
    let met = match (sight.is_some(), meetings.is_empty()) {
        (true, true) => part("만난 일", "아직 없습니다."),
        (true, false) => table("만난 일", COLUMNS, meetings),
        (false, _) => table("만난 일", COLUMNS, empty_rows(COLUMNS.len(), BLANK_ROWS)),
    };
    Content {
        title: "중재상담 보고서".to_owned(),
        approval: approval(sight.map(Sight::case)),
        facts,
        sections: vec![met, words_or_room("보고", Some(summary), if sight.is_some() { 4 } else { 7 })],
        notes: vec!["상담에서 들은 이야기와 조정인의 비밀 메모는 싣지 않습니다.".to_owned()],
        from: holder(sight),
        ..Content::default()
    }
}
