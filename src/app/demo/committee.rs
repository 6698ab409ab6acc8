//! The invented committee: its members' seats, a meeting that was held and one to come.
use super::NotMade;
use super::people::Town;
use crate::casework::committee::{Nomination, move_on, nominate, train};
use crate::casework::meet::{Meet, begin, take};
use crate::domain::codes::{
    Ballot, Method, Mode, Post, RecusalState, SeatCategory, Selection, Sort, Stage, TrainingMode,
};
use crate::domain::committee::appointment::SeatStep;
use crate::domain::ids::{BodyId, CaseId, MeetingId, SeatId};
use crate::domain::meeting::quorum::Tally;
use crate::domain::meeting::{Matter, MeetingStep, Signer};
use crate::domain::permission::{Actor, Scope};
use crate::domain::seoul;
use crate::store::seats::{Person, Training};
use crate::store::{Tx, cases, committees, users};
use chrono::{DateTime, Days, Duration, NaiveTime, Utc};

/// Account (empty: none), name, post, with a vote, from where, door.
const MEMBERS: [(&str, &str, Post, bool, SeatCategory, &str); 6] = [
    ("chair", "조위원장", Post::Chair, true, SeatCategory::Representative, "109동 301호"),
    ("member", "윤위원", Post::Member, true, SeatCategory::Community, "109동 502호"),
    ("member2", "백위원", Post::Member, true, SeatCategory::Election, "109동 703호"),
    ("clerk", "노서기", Post::Clerk, true, SeatCategory::Expert, "109동 904호"),
    ("", "국위원", Post::Member, true, SeatCategory::Expert, "109동 1105호"),
    ("secretary", "오간사", Post::Secretary, false, SeatCategory::Expert, ""),
];

/// Seats the members, holds one meeting and calls the next.
pub(super) fn play(tx: &mut Tx<'_>, town: &Town, now: DateTime<Utc>) -> Result<(), NotMade> {
    let body = town.committee;
    let seats = seat(tx, town, body, now)?;
    let item = waiting_case(tx, body, &seats)?;
    held(tx, town, body, &seats, now)?;
    to_come(tx, town, body, item, now)
}

fn actor(tx: &mut Tx<'_>, town: &Town, name: &str, at: DateTime<Utc>) -> Result<Actor, NotMade> {
    Ok(users::actor(tx, town.who(name), at)?)
}

fn seat(tx: &mut Tx<'_>, town: &Town, body: BodyId, now: DateTime<Utc>) -> Result<Vec<SeatId>, NotMade> {
    let since = now - Duration::days(390);
    let from = seoul::day(since);
    let mut seats = Vec::new();
    for (account, name, post, votes, category, door) in MEMBERS {
        // The desk writes it all down: its grant is older than its seat.
        let desk = actor(tx, town, "secretary", since)?;
        let unit = crate::domain::text::Unit::read("", door).ok().map(|u| (u.building, u.unit));
        let person = Person {
            name: name.to_owned(),
            address: format!("서울특별시 서대문구 (시연) {door}").trim().to_owned(),
            phone: "01000000500".to_owned(),
            email: String::new(),
            unit,
        };
        let user = (!account.is_empty()).then(|| town.who(account));
        let form = Nomination {
            person,
            account: user,
            post: Some(post),
            votes,
            category: Some(category),
            selection: Some(Selection::Recommended),
            from: Some(from),
            ..Nomination::default()
        };
        let id = nominate(tx, &desk, body, &form, since)?;
        for step in
            [SeatStep::Appoint { on: from }, SeatStep::Accept { on: from }, SeatStep::Pledge { on: from }]
        {
            move_on(tx, &desk, id, step, since)?;
        }
        // One member is still to be trained: flagged, not blocked.
        if votes && account != "member2" {
            let training = Training {
                seat: id,
                on: seoul::day(now - Duration::days(40)),
                minutes: 240,
                provider: "지역공동주택관리지원센터(시연)".to_owned(),
                certificate: format!("2026-{:03}", id.0),
                mode: TrainingMode::Classroom,
            };
            train(tx, &desk, body, &training, now)?;
        }
        seats.push(id);
    }
    Ok(seats)
}

pub(super) fn evening(day: DateTime<Utc>, ahead: u64) -> DateTime<Utc> {
    let date = seoul::day(day);
    let date = date.checked_add_days(Days::new(ahead)).unwrap_or(date);
    seoul::at(date, NaiveTime::from_hms_opt(19, 30, 0).unwrap_or(NaiveTime::MIN))
}

fn convene(starts_at: DateTime<Utc>, items: Vec<Matter>) -> MeetingStep {
    MeetingStep::Convene {
        sort: Sort::Special,
        mode: Mode::InPerson,
        starts_at,
        minutes: 60,
        place: "관리동 2층 회의실".to_owned(),
        items,
        reason: String::new(),
    }
}

fn free(title: &str) -> Matter {
    Matter::Free { title: title.to_owned() }
}

fn held(
    tx: &mut Tx<'_>,
    town: &Town,
    body: BodyId,
    seats: &[SeatId],
    now: DateTime<Utc>,
) -> Result<(), NotMade> {
    let called = now - Duration::days(16);
    let desk = actor(tx, town, "secretary", called)?;
    let starts = evening(called, 7);
    let items = vec![free("층간소음 예방 안내문 문구"), free("위원 교육 일정")];
    let id = begin(tx, &desk, body, Meet::from(convene(starts, items)), called)?.id;
    take(tx, &desk, id, Meet::from(MeetingStep::Notify {}), called)?;
    let clerk = actor(tx, town, "clerk", starts)?;
    let present: Vec<SeatId> = seats.iter().take(4).copied().collect();
    let presiding = present.first().copied().unwrap_or(SeatId(0));
    let decide = |item, yes, no, abstain, text: &str| MeetingStep::Decide {
        item,
        tally: Tally { yes, no, abstain },
        ballot: Ballot::Hands,
        text: text.to_owned(),
        taken: None,
    };
    let notes = vec!["문구 두 가지를 견주어 봄.".to_owned(), "12월 첫 주로 정함.".to_owned()];
    let text = "위원장이 개회를 선언하고 안건 두 건을 차례로 다룸.".to_owned();
    let line = |minutes, step| (starts + Duration::minutes(minutes), step);
    for (at, step) in [
        line(0, MeetingStep::Open { present, presiding }),
        line(20, decide(1, 3, 0, 1, "두 번째 문구를 씀")),
        line(35, decide(2, 4, 0, 0, "12월 첫 주 토요일")),
        line(40, MeetingStep::Adjourn {}),
        line(50, MeetingStep::Write { text, notes }),
        line(55, MeetingStep::Complete {}),
        line(60, MeetingStep::Sign { signer: Signer::Clerk, method: Method::Link }),
    ] {
        take(tx, &clerk, id, Meet::from(step), at)?;
    }
    let at = starts + Duration::minutes(65);
    let chair = actor(tx, town, "chair", at)?;
    let sign = MeetingStep::Sign { signer: Signer::Chair, method: Method::Link };
    take(tx, &chair, id, Meet::from(sign), at)?;
    Ok(())
}

/// A case for the agenda: one that waits for its 담당위원, from which no member is recused.
fn waiting_case(tx: &mut Tx<'_>, body: BodyId, seats: &[SeatId]) -> Result<Option<String>, NotMade> {
    let all = Scope { all: true, ..Scope::default() };
    let ids: Vec<CaseId> = cases::open_of_committee(tx, body)?;
    for id in ids {
        let case = cases::find_id(tx, &all, id)?;
        let out = committees::recusals_of(tx, id)?;
        let none = !out.iter().any(|r| r.state == RecusalState::Standing && seats.contains(&r.seat));
        if case.stage == Stage::Assigning && case.in_charge.is_empty() && none {
            return Ok(Some(case.number));
        }
    }
    Ok(None)
}

fn to_come(
    tx: &mut Tx<'_>,
    town: &Town,
    body: BodyId,
    case: Option<String>,
    now: DateTime<Utc>,
) -> Result<(), NotMade> {
    let desk = actor(tx, town, "secretary", now)?;
    let about = |number: String| Matter::Case { case: CaseId(0), number, act: "name_members".to_owned() };
    let items = case.into_iter().map(about).chain([free("겨울철 층간소음 예방 홍보")]).collect();
    let id: MeetingId = begin(tx, &desk, body, Meet::from(convene(evening(now, 5), items)), now)?.id;
    take(tx, &desk, id, Meet::from(MeetingStep::Notify {}), now)?;
    Ok(())
}
