//! A committee's papers: the list of its members for the ward, and the handover of its desk.
use super::Of;
use crate::casework::handover::Shown;
use crate::documents::paper::{Content, SOME_DAY, empty_rows, row, short_day, table, words};
use crate::domain::codes::{BodyKind, Method};
use crate::domain::seoul;
use crate::store::handovers::OpenDuty;
use crate::store::seats::Member;
use crate::web::steps::words::official_day;
use chrono::{NaiveDate, NaiveDateTime};

const ROSTER: &[&str] = &["번호", "직", "성명", "구분", "위촉한 날", "임기", "승낙서"];
/// Rows of a blank list: a council has twenty members at most.
const BLANK_MEMBERS: usize = 20;

/// 위원 명단 제출. Names and terms only: the ward needs no address and no telephone of a member.
pub(super) fn roster(of: Option<(&Of, &[Member], NaiveDate)>) -> Content {
    let seated = |(_, members, today): (&Of, &[Member], NaiveDate)| {
        let in_office = members.iter().filter(|m| m.seat.in_office(today));
        in_office
            .enumerate()
            .map(|(n, m)| {
                let seat = &m.seat;
                let until = seat.until.and(seat.last_day());
                let until = until.map_or_else(|| "재직 기간".to_owned(), short_day);
                let accepted = match (seat.until, seat.accepted_on) {
                    (_, Some(_)) => "받음",
                    (None, None) => "당연직",
                    (Some(_), None) => "-",
                };
                vec![
                    (n + 1).to_string(),
                    seat.post.label().to_owned(),
                    m.person.name.clone(),
                    seat.category.label().to_owned(),
                    seat.appointed_on.map(short_day).unwrap_or_default(),
                    format!("{} ~ {until}", short_day(seat.from)),
                    accepted.to_owned(),
                ]
            })
            .collect::<Vec<Vec<String>>>()
    };
    let rows = of.map_or_else(|| empty_rows(ROSTER.len(), BLANK_MEMBERS), seated);
    let count = of.map(|_| format!("{}명", rows.len())).unwrap_or_default();
    let name = of.map(|(of, ..)| of.body.name.clone()).unwrap_or_default();
    Content {
        title: "위원 명단 제출".to_owned(),
        compact: true,
        approval: crate::documents::paper::boxes(&["간사", "위원장"]),
        facts: vec![
            row(
                "받는 곳",
                of.map_or_else(
                    || "○○구청장(자치행정과장)".to_owned(),
                    |(of, ..)| format!("{}(자치행정과장)", of.ward_head),
                ),
            ),
            row("위원회", name.clone()),
            row("재직 위원", count),
        ],
        sections: vec![table("위원", ROSTER, rows)],
        notes: vec!["주소와 전화번호는 내지 않습니다. 붙임: 위촉장 사본, 승낙서(당연직 제외).".to_owned()],
        from: if name.is_empty() {
            "○○ 위원회 위원장".to_owned()
        } else {
            format!("{name} 위원장")
        },
        ..Content::default()
    }
}

const DUTIES: &[&str] = &["접수번호", "할 일", "기한"];
const THINGS: [&str; 7] = [
    "사건 서류철",
    "회의록 원본과 서명한 스캔",
    "위촉장·승낙서·비밀유지 서약서 철",
    "개인정보 동의서 철",
    "위원회 직인과 열쇠",
    "이음 계정(새 사람의 초대와 앞 사람의 권한 끝)",
    "회의 날 꾸러미(번호를 맞춰 모두 거둠)",
];

/// 인계인수서: what was open at the desk, what was passed on, signed by both. From its record, or to be filled in by hand.
pub(in crate::web::pages) fn handover(of: Option<&Shown>) -> Content {
    let rule = "받는 사람은 비밀유지 서약서를 먼저 냅니다. 넘긴 뒤 앞 사람은 사본을 가지지 않습니다.";
    let duties = |s: &Shown| {
        let row = |d: &OpenDuty| {
            let case = if d.case.is_empty() { "-" } else { &d.case };
            vec![case.to_owned(), d.what.clone(), short_day(seoul::day(d.due))]
        };
        s.record.passed.duties.iter().map(row).collect::<Vec<_>>()
    };
    let open = of.map_or_else(|| empty_rows(DUTIES.len(), 6), duties);
    let things =
        THINGS.iter().map(|thing| vec![(*thing).to_owned(), "□ 넘김  □ 없음".to_owned(), String::new()]);
    let passed = match of {
        Some(s) => words("넘기는 것", s.record.passed.text.clone()),
        None => table("넘기는 것", &["무엇을", "확인", "적을 것"], things.collect()),
    };
    let open = match of {
        Some(s) if s.record.passed.duties.is_empty() => words("열려 있던 일", "없음"),
        Some(s) => table(&format!("열려 있던 일 {}가지", s.record.passed.duties.len()), DUTIES, open),
        None => table("열려 있는 일", DUTIES, open),
    };
    let name = |pick: fn(&Shown) -> &String| of.map(|s| pick(s).clone()).unwrap_or_default();
    let desk = of.map(|s| match s.desk {
        BodyKind::Office => "관리사무소장",
        _ => "간사",
    });
    let mut seals = vec![row("넘기는 사람", name(|s| &s.giver)), row("받는 사람", name(|s| &s.taker))];
    if desk != Some("관리사무소장") {
        seals.push(row("확인(위원장)", ""));
    }
    Content {
        title: "인계인수서".to_owned(),
        compact: true,
        facts: vec![
            row(if of.is_some() { "기관" } else { "위원회" }, name(|s| &s.body)),
            row("맡은 일", desk.unwrap_or_default()),
            row("넘기는 사람", of.map(|s| signed(&s.giver, s.record.giver_signed)).unwrap_or_default()),
            row("받는 사람", of.map(|s| signed(&s.taker, s.record.taker_signed)).unwrap_or_default()),
            row(
                "넘기는 날",
                of.map_or_else(
                    || SOME_DAY.to_owned(),
                    |s| official_day(seoul::day(s.record.created_at.and_utc())),
                ),
            ),
        ],
        sections: vec![passed, open],
        notes: vec![rule.to_owned()],
        seals,
        from: name(|s| &s.body),
        blank: of.is_none(),
        ..Content::default()
    }
}

/// The name, and when and how it was signed in Ieum; who signs by hand does so below.
fn signed(name: &str, at: Option<(NaiveDateTime, Method)>) -> String {
    at.map_or_else(
        || name.to_owned(),
        |(at, method)| {
            let day = short_day(seoul::day(at.and_utc()));
            format!("{name} · {day} 서명({})", method.label())
        },
    )
}
