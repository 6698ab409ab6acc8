//! A committee's papers: the list of its members for the ward, and the handover of its desk.
use super::Of;
use crate::domain::codes::Post;
use crate::store::projection::DutyRow;
use crate::store::seats::Member;
use crate::web::paper::{Content, SOME_DAY, empty_rows, row, short_day, table};
use crate::web::steps::words;
use chrono::NaiveDate;

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
        approval: &["간사", "위원장"],
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
/// Duties that fit on the sheet; the rest is counted below.
const MOST_DUTIES: usize = 8;

/// A committee's desk: the committee, its members, what is open with the cases' numbers, today.
type Desk<'a> = (&'a Of, &'a [Member], &'a [(String, DutyRow)], NaiveDate);

/// 인계인수서: what is open at the desk, what is passed on, signed by both.
pub(super) fn handover(of: Option<Desk<'_>>) -> Content {
    let mut notes = vec![
        "받는 사람은 비밀유지 서약서를 먼저 냅니다. 넘긴 뒤 앞 사람은 사본을 가지지 않습니다.".to_owned(),
    ];
    let rows = of.map_or_else(
        || empty_rows(DUTIES.len(), 6),
        |(_, _, duties, _)| {
            let shown = duties.iter().take(MOST_DUTIES);
            shown
                .map(|(number, d)| {
                    vec![number.clone(), d.kind.label().to_owned(), words::official(d.due_at.and_utc())]
                })
                .collect()
        },
    );
    let open = of.map_or(0, |(_, _, duties, _)| duties.len());
    if open > MOST_DUTIES {
        notes.insert(0, format!("열린 일은 모두 {open}건이며 기한이 이른 {MOST_DUTIES}건을 적었습니다. 나머지는 ‘내가 할 일’에 있습니다."));
    }
    let desk = of.and_then(|(_, members, _, today)| {
        members.iter().find(|m| m.seat.post == Post::Secretary && m.seat.in_office(today))
    });
    let giver = desk.map(|m| m.person.name.clone()).unwrap_or_default();
    let things =
        THINGS.iter().map(|thing| vec![(*thing).to_owned(), "□ 넘김  □ 없음".to_owned(), String::new()]);
    Content {
        title: "인계인수서".to_owned(),
        compact: true,
        facts: vec![
            row("위원회", of.map(|(of, ..)| of.body.name.clone()).unwrap_or_default()),
            row("맡은 일", if of.is_some() { "간사" } else { "" }),
            row("넘기는 사람", giver.clone()),
            row("받는 사람", ""),
            row("넘기는 날", SOME_DAY),
        ],
        sections: vec![
            table("열려 있는 일", DUTIES, rows),
            table("넘기는 것", &["무엇을", "확인", "적을 것"], things.collect()),
        ],
        notes,
        seals: vec![row("넘기는 사람", giver), row("받는 사람", ""), row("확인(위원장)", "")],
        from: of.map(|(of, ..)| of.body.name.clone()).unwrap_or_default(),
        blank: true,
        ..Content::default()
    }
}
