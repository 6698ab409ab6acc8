//! Meetings that a 정정, a late entry or another person takes out of the record: calendars hear of it all the same.
use super::*;
use ieum::domain::codes::DutyKind;
use ieum::domain::letter::Meeting;
use ieum::store::{cases, parties, projection};

const PARTY: &str = "a101@example.com";

/// What this address was told of meetings since it was last asked: the word for it, the number in the calendar, the start.
fn told(house: &House, to: &str) -> Vec<(&'static str, u32, DateTime<Utc>)> {
    let what = |m: &Outgoing| {
        let word = match &m.letter {
            Letter::SessionFixed { .. } => "fixed",
            Letter::SessionMoved { .. } => "moved",
            Letter::SessionCancelled { .. } => "cancelled",
            _ => return None,
        };
        let Meeting { sequence, start, .. } = m.letter.meeting()?;
        Some((word, *sequence, *start))
    };
    house.all_mails().iter().filter(|m| m.to == to).filter_map(what).collect()
}

fn to(starts_at: DateTime<Utc>, session: i64) -> Step {
    let (place, reason) = ("관리동".to_owned(), "사정".to_owned());
    Step::MoveSession { session, starts_at, minutes: 60, place, reason, room: None, gap: 0 }
}

fn void(line: i64) -> Step {
    Step::Correct { line, moved_to: None, void: true, reason: "잘못 적음".to_owned() }
}

fn respondent(house: &House, number: &str, replaces: bool, email: &str) {
    let desk = actor(house, Role::Coordinator);
    let now = house.now();
    let step = Step::ChangeRespondent { replaces, reason: "알게 됨".to_owned(), unit_known: false };
    let written = house.db.write_here(|tx| {
        let case = cases::find(tx, &desk.scope(), number)?;
        let known = parties::of_side(tx, case.id, Side::Respondent)?.unwrap().details;
        let details = Details { email: email.to_owned(), ..known };
        take_step(tx, &desk, number, Taking { person: Some(details), ..Taking::from(step) }, now)
    });
    written.unwrap();
}

#[test]
fn sessions_corrected_go_on_counting_and_leave_calendars_when_they_never_were() {
    for base in fresh() {
        let house = House::open(base);
        let number = mediating(&house, "101", "201", house.mediator);
        let (coordinator, desk) = (actor(&house, Role::Coordinator), actor(&house, Role::Secretary));
        let step = |who: &Actor, step| {
            house.wait(Duration::minutes(1));
            take(&house, who, &number, step).unwrap()
        };
        house.all_mails();
        let fixed = step(&coordinator, fix(tuesday(), None));
        let (seq, later) = (fixed.sessions[0].seq, tuesday() + Duration::days(1));
        assert_eq!(told(&house, PARTY), [("fixed", 0, tuesday())]);
        let moved = step(&coordinator, to(later, seq));
        assert_eq!(told(&house, PARTY), [("moved", 1, later)]);
        step(&desk, void(moved.last_seq));
        assert_eq!(told(&house, PARTY), [("moved", 2, tuesday())], "the move never was");
        let cancel = Step::CancelSession { session: seq, reason: String::new() };
        let cancelled = step(&coordinator, cancel);
        assert_eq!(told(&house, PARTY), [("cancelled", 3, tuesday())]);
        step(&desk, void(cancelled.last_seq));
        assert_eq!(told(&house, PARTY), [("fixed", 4, tuesday())], "it takes place after all");
        let gone = step(&desk, void(seq));
        assert!(gone.session(seq).is_none());
        assert_eq!(told(&house, PARTY), [("cancelled", 5, tuesday())], "nobody had fixed it");
    }
}

#[test]
fn sessions_called_off_late_are_called_off_and_never_before_they_were_fixed() {
    for base in fresh() {
        let house = House::open(base);
        let number = mediating(&house, "101", "201", house.mediator);
        let coordinator = actor(&house, Role::Coordinator);
        house.wait(Duration::hours(1));
        let fixed_at = house.now();
        let seq = take(&house, &coordinator, &number, fix(tuesday(), None)).unwrap().sessions[0].seq;
        house.wait(Duration::hours(1));
        let note =
            Step::Note { text: "통화함".to_owned(), visibility: ieum::domain::codes::Visibility::Staff };
        take(&house, &coordinator, &number, note).unwrap();
        house.all_mails();
        let cancel = Step::CancelSession { session: seq, reason: "연락이 먼저 왔음".to_owned() };
        let at = |minutes| Some(fixed_at + Duration::minutes(minutes));
        let early = take_at(&house, &coordinator, &number, cancel.clone(), at(-10));
        assert_eq!(code(early), "later_illegal");
        let case = take_at(&house, &coordinator, &number, cancel, at(10)).unwrap();
        assert_eq!(case.session(seq).unwrap().state, SessionState::Cancelled);
        assert_eq!(told(&house, PARTY), [("cancelled", 1, tuesday())]);
        let read = house.db.read_here(|rx| cases::find(rx, &coordinator.scope(), &number)).unwrap();
        assert_eq!(read.session(seq).unwrap().state, SessionState::Cancelled, "and the case is still read");
    }
}

#[test]
fn sessions_end_for_the_former_respondent_and_reach_the_new_address_of_the_same() {
    for base in fresh() {
        let house = House::open(base);
        let number = mediating(&house, "101", "201", house.mediator);
        let coordinator = actor(&house, Role::Coordinator);
        respondent(&house, &number, false, "r201@example.com");
        take(&house, &coordinator, &number, fix(tuesday(), None)).unwrap();
        assert_eq!(told(&house, "r201@example.com"), [("fixed", 0, tuesday())]);
        house.wait(Duration::minutes(1));
        respondent(&house, &number, false, "other@example.com");
        assert_eq!(told(&house, "other@example.com"), [("fixed", 0, tuesday())], "where they read now");
        house.wait(Duration::minutes(1));
        respondent(&house, &number, true, "next@example.com");
        let mails = house.all_mails();
        let ends = |m: &&Outgoing| matches!(m.letter, Letter::SessionCancelled { .. });
        let mut whom: Vec<&str> = mails.iter().filter(ends).map(|m| m.to.as_str()).collect();
        whom.sort_unstable();
        assert_eq!(whom, [PARTY, "mediator@example.com", "other@example.com"]);
        let former = mails.iter().filter(ends).find(|m| m.to == "other@example.com").unwrap();
        assert_eq!(former.letter.meeting().unwrap().link, "/", "the case's pages are somebody else's");
        let case = house.db.read_here(|rx| cases::find(rx, &coordinator.scope(), &number)).unwrap();
        let calls = house.db.read_here(|rx| projection::duties_in(rx, case.id)).unwrap();
        let calls =
            calls.iter().filter(|d| d.kind == DutyKind::Tell && d.detail.contains("session_cancelled"));
        assert_eq!(calls.count(), 0, "and nobody tells the new one of it");
    }
}
