//! The invented 마을공동체 추진협의회 of the 동: its members, and one regular meeting. It has no cases.
use super::NotMade;
use super::people::Town;
use crate::casework::committee::{Nomination, move_on, nominate};
use crate::casework::meet::{Meet, begin, take};
use crate::domain::codes::{Ballot, Method, Mode, Post, SeatCategory, Selection, Sort};
use crate::domain::committee::appointment::SeatStep;
use crate::domain::ids::SeatId;
use crate::domain::meeting::quorum::Tally;
use crate::domain::meeting::{Matter, MeetingStep, Signer};
use crate::domain::permission::Actor;
use crate::domain::seoul;
use crate::store::seats::Person;
use crate::store::{Tx, users};
use chrono::{DateTime, Duration, Utc};

/// Those who sit by an office that they hold.
const BY_OFFICE: [(&str, &str); 2] = [("구회장", "주민자치위원장"), ("변회장", "동 복지협의회장")];
const NEIGHBOURS: [&str; 13] = [
    "탁주민",
    "피주민",
    "옥주민",
    "육주민",
    "편주민",
    "경주민",
    "인주민",
    "복주민",
    "석주민",
    "길주민",
    "진주민",
    "표주민",
    "연주민",
];

/// Seats the members and holds a meeting.
pub(super) fn play(tx: &mut Tx<'_>, town: &Town, now: DateTime<Utc>) -> Result<(), NotMade> {
    let since = now - Duration::days(200);
    let desk = users::actor(tx, town.who("council"), since)?;
    let mut seats = Vec::new();
    for (name, office) in BY_OFFICE {
        seats.push(seat(tx, (town, &desk), (name, Some(office), Post::Member), since)?);
    }
    for (n, name) in NEIGHBOURS.into_iter().enumerate() {
        let post = match n {
            0 => Post::Chair,
            1 => Post::Clerk,
            _ => Post::Member,
        };
        seats.push(seat(tx, (town, &desk), (name, None, post), since)?);
    }
    met(tx, town, &seats, now)
}

fn seat(
    tx: &mut Tx<'_>,
    (town, desk): (&Town, &Actor),
    (name, office, post): (&str, Option<&str>, Post),
    since: DateTime<Utc>,
) -> Result<SeatId, NotMade> {
    let on = seoul::day(since);
    let selection = if office.is_some() { Selection::ExOfficio } else { Selection::Recommended };
    let form = Nomination {
        person: Person { name: name.to_owned(), phone: "01000000600".to_owned(), ..Person::default() },
        post: Some(post),
        votes: true,
        category: Some(SeatCategory::Neighbour),
        selection: Some(selection),
        office: office.unwrap_or_default().to_owned(),
        from: Some(on),
        ..Nomination::default()
    };
    let id = nominate(tx, desk, town.council, &form, since)?;
    // Whoever sits by an office accepts nothing: the office is theirs.
    let accepted = office.is_none().then_some(SeatStep::Accept { on });
    let steps = [Some(SeatStep::Appoint { on }), accepted, Some(SeatStep::Pledge { on })];
    for step in steps.into_iter().flatten() {
        move_on(tx, desk, id, step, since)?;
    }
    Ok(id)
}

/// The regular meeting of a month ago, its minutes signed on paper.
fn met(tx: &mut Tx<'_>, town: &Town, seats: &[SeatId], now: DateTime<Utc>) -> Result<(), NotMade> {
    let called = now - Duration::days(40);
    let desk = users::actor(tx, town.who("council"), called)?;
    let starts_at = super::committee::evening(called, 10);
    let free = |title: &str| Matter::Free { title: title.to_owned() };
    let convene = MeetingStep::Convene {
        sort: Sort::Regular,
        mode: Mode::InPerson,
        starts_at,
        minutes: 90,
        place: "천연동주민센터 2층 회의실".to_owned(),
        items: vec![free("마을 소음 예절 주간"), free("이웃 나눔 장터")],
        reason: String::new(),
    };
    let id = begin(tx, &desk, town.council, Meet::from(convene), called)?.id;
    take(tx, &desk, id, Meet::from(MeetingStep::Notify {}), called)?;
    let present: Vec<SeatId> = seats.iter().skip(2).take(10).copied().collect();
    let presiding = present.first().copied().unwrap_or(SeatId(0));
    let decide = |item, yes, no, abstain, text: &str| MeetingStep::Decide {
        item,
        tally: Tally { yes, no, abstain },
        ballot: Ballot::Hands,
        text: text.to_owned(),
        taken: None,
    };
    let notes = vec!["안내문과 현수막을 쓰기로 함.".to_owned(), "날씨를 보아 정함.".to_owned()];
    let text = "위원장이 개회를 선언하고 안건 두 건을 차례로 다룸.".to_owned();
    let signed = |signer| MeetingStep::Sign { signer, method: Method::Paper };
    for (minutes, step) in [
        (0, MeetingStep::Open { present, presiding }),
        (30, decide(1, 9, 0, 1, "12월 둘째 주에 함")),
        (60, decide(2, 6, 2, 2, "4월로 미룸")),
        (75, MeetingStep::Adjourn {}),
        (80, MeetingStep::Write { text, notes }),
        (85, MeetingStep::Complete {}),
        (95, signed(Signer::Clerk)),
        (98, signed(Signer::Chair)),
    ] {
        let at = starts_at + Duration::minutes(minutes);
        take(tx, &desk, id, Meet::from(step), at)?;
    }
    Ok(())
}
