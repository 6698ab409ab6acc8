//! The rule on the days where it turns, and against a second reckoning that asks each question from the seats' dates alone.
use super::*;
use crate::domain::codes::{Assembly, Post, SeatCategory, SeatEnd, Selection};
use crate::domain::committee::appointment::term_end;
use crate::domain::committee::fixtures::day;
use crate::domain::committee::rules::mandatory_sizes;
use crate::domain::ids::{BodyId, SeatId};
use chrono::{Datelike, Days};
use proptest::prelude::*;

fn seat(id: i64, from: NaiveDate, accepted: Option<NaiveDate>) -> Seat {
    Seat {
        id: SeatId(id),
        body: BodyId(1),
        user: None,
        post: Post::Member,
        votes: true,
        category: SeatCategory::Neighbour,
        selection: Selection::Recommended,
        office: String::new(),
        from,
        until: Some(term_end(from, 2)),
        appointed_on: Some(from),
        accepted_on: accepted,
        pledged_on: None,
        ended: None,
        renews: None,
        replaces: None,
    }
}

fn statutory(seats: Vec<Seat>) -> Committee {
    let rules = BodyRules { regular_months: Some(3), ..BodyRules::of(Assembly::Statutory) };
    Committee { rules, seats, trainings: Vec::new(), met: Vec::new() }
}

fn at(households: u32, committee: Option<&Committee>, on: NaiveDate) -> Compliance {
    judge(&Place { households, overrides: &[], committee }, &mandatory_sizes(), on)
}

#[test]
fn a_complex_of_seven_hundred_without_a_committee_lacks_one() {
    let today = day(2026, 11, 22);
    assert_eq!(at(700, None, today).missing(), [Demand::Formed]);
    assert!(!at(699, None, today).lacks());
    assert!(!at(700, None, day(2024, 10, 24)).lacks(), "the decree had not come into force");
    let own = [Dated { from: day(2026, 1, 1), value: true }, Dated { from: day(2026, 6, 1), value: false }];
    let judged =
        |on| judge(&Place { households: 300, overrides: &own, committee: None }, &mandatory_sizes(), on);
    assert!(judged(day(2026, 5, 31)).required && !judged(day(2026, 6, 1)).required);
}

#[test]
fn each_demand_turns_on_its_own_day() {
    let start = day(2026, 1, 10);
    let mut committee = statutory((1..=3).map(|id| seat(id, start, Some(start))).collect());
    let fresh = at(900, Some(&committee), day(2026, 4, 9));
    assert_eq!((fresh.formed, fresh.in_term, fresh.met), (Mark::Yes, Mark::Yes, Mark::NotAsked));
    assert_eq!(fresh.missing(), [Demand::Trained]);
    assert_eq!(at(900, Some(&committee), day(2026, 4, 10)).met, Mark::No, "three months have passed");
    committee.met.push(day(2026, 4, 10));
    assert_eq!(at(900, Some(&committee), day(2026, 7, 10)).met, Mark::Yes);
    assert_eq!(at(900, Some(&committee), day(2026, 7, 11)).met, Mark::No);
    committee.trainings = (1..=3).map(|id| (SeatId(id), day(2026, 5, 1), 240)).collect();
    let trained = at(900, Some(&committee), day(2026, 5, 1));
    assert_eq!((trained.trained, trained.members_trained), (Mark::Yes, 3));
    assert_eq!(at(900, Some(&committee), day(2027, 1, 1)).trained, Mark::No, "every year anew");
    committee.seats[0].ended = Some((day(2026, 6, 1), SeatEnd::Resigned));
    assert_eq!(at(900, Some(&committee), day(2026, 5, 31)).in_term, Mark::Yes);
    let thin = at(900, Some(&committee), day(2026, 6, 1));
    assert_eq!((thin.formed, thin.in_term, thin.members), (Mark::Yes, Mark::No, 2));
    let over = at(900, Some(&committee), day(2028, 1, 10));
    assert_eq!((over.in_term, over.members, over.trained), (Mark::No, 0, Mark::NotAsked));
    let never = statutory((1..=3).map(|id| seat(id, start, None)).collect());
    assert_eq!(at(900, Some(&never), day(2026, 5, 1)).missing(), [Demand::Formed], "nobody accepted");
    assert!(!at(300, Some(&never), day(2026, 5, 1)).lacks(), "a voluntary one may still be forming");
}

/// The second reckoning: day by day from the beginning, on plain numbers.
fn naive(households: u32, committee: &Committee, today: NaiveDate) -> [&'static str; 5] {
    let required = households >= 700 && today >= day(2024, 10, 25);
    let sits = |s: &Seat, on: NaiveDate| {
        let over = s.until.is_some_and(|u| on >= u) || s.ended.is_some_and(|(e, _)| on >= e);
        s.votes
            && on >= s.from
            && s.appointed_on.is_some_and(|a| on >= a)
            && s.accepted_on.is_some_and(|a| on >= a)
            && !over
    };
    let first = day(2024, 1, 1);
    let mut days = first.iter_days().take_while(|on| *on <= today);
    let formed_on = days.find(|on| committee.seats.iter().filter(|s| sits(s, *on)).count() >= 3);
    let yes = |fine: bool| if fine { "yes" } else { "no" };
    let Some(formed_on) = formed_on else {
        let formed = if required { "no" } else { "-" };
        return [yes(required), formed, "-", "-", "-"];
    };
    let sitting: Vec<&Seat> = committee.seats.iter().filter(|s| sits(s, today)).collect();
    let done = |s: &&Seat| {
        let own = committee
            .trainings
            .iter()
            .filter(|(id, on, _)| *id == s.id && on.year() == today.year() && *on <= today);
        own.map(|(_, _, m)| *m).sum::<i64>() >= 240
    };
    let trained = if sitting.is_empty() { "-" } else { yes(sitting.iter().all(done)) };
    let since = today.checked_sub_months(Months::new(3)).unwrap();
    let met = if committee.met.iter().any(|m| *m >= since && *m <= today) {
        "yes"
    } else if formed_on > since {
        "-"
    } else {
        "no"
    };
    [yes(required), "yes", yes(sitting.len() >= 3), trained, met]
}

fn word(mark: Mark) -> &'static str {
    match mark {
        Mark::Yes => "yes",
        Mark::No => "no",
        Mark::NotAsked => "-",
    }
}

/// Days of 2024 to 2028, ends of months, a leap day and new years among them.
fn days() -> impl Strategy<Value = NaiveDate> {
    let marks = vec![
        day(2024, 2, 29),
        day(2024, 10, 24),
        day(2024, 10, 25),
        day(2025, 12, 31),
        day(2026, 1, 1),
        day(2026, 8, 31),
        day(2026, 11, 30),
    ];
    prop_oneof![
        1 => proptest::sample::select(marks),
        2 => (0..1700u64).prop_map(|n| day(2024, 1, 1) + Days::new(n)),
    ]
}

prop_compose! {
    fn seats()(
        from in days(),
        appointed in 0..40i64,
        accepted in proptest::option::weighted(0.8, 0..40i64),
        ended in proptest::option::weighted(0.3, 1..700i64),
        votes in proptest::bool::weighted(0.9),
    ) -> Seat {
        let appointed = from - chrono::TimeDelta::days(20) + chrono::TimeDelta::days(appointed);
        let accepted = accepted.map(|n| appointed + chrono::TimeDelta::days(n));
        let ended = ended.map(|n| (from + chrono::TimeDelta::days(n), SeatEnd::Resigned));
        Seat { appointed_on: Some(appointed), ended, votes, ..seat(0, from, accepted) }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn the_board_is_the_rule_on_the_data(
        seats in proptest::collection::vec(seats(), 0..7),
        trainings in proptest::collection::vec((0..7i64, days(), 60..300i64), 0..10),
        met in proptest::collection::vec(days(), 0..5),
        households in 650..750u32,
        today in days(),
    ) {
        let seats = seats.into_iter().zip(0..).map(|(s, id)| Seat { id: SeatId(id), ..s }).collect();
        let trainings = trainings.into_iter().map(|(id, on, minutes)| (SeatId(id), on, minutes)).collect();
        let committee = Committee { trainings, met, ..statutory(seats) };
        let ours = at(households, Some(&committee), today);
        let marks = [ours.formed, ours.in_term, ours.trained, ours.met].map(word);
        let required = if ours.required { "yes" } else { "no" };
        let theirs = naive(households, &committee, today);
        let [formed, in_term, trained, met] = marks;
        prop_assert_eq!([required, formed, in_term, trained, met], theirs);
    }
}
