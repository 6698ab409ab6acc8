use super::*;
use crate::domain::codes::Outcome;
use crate::domain::history::History;
use std::collections::BTreeMap;

fn plan(seed: u64) -> Plan {
    Plan { complexes: 160, years: 4, seed, until: seoul::parse_day("2026-01-01").unwrap() }
}

fn all(plan: &Plan) -> Vec<Told> {
    let places = plan.places();
    (0..plan.months()).flat_map(|month| plan.month(&places, month)).collect()
}

#[test]
fn the_same_seed_tells_the_same_and_another_another() {
    let (one, same, other) = (all(&plan(7)), all(&plan(7)), all(&plan(8)));
    assert!(one == same && one != other);
}

#[test]
fn every_history_is_one_that_the_rules_allow() {
    let until = seoul::midnight(plan(3).until);
    for told in all(&plan(3)) {
        let mut history = History::new(told.received_at, told.applicant.is_some(), told.respondent.is_some());
        for (at, mark) in &told.events {
            history.push(*at, mark.clone()).unwrap_or_else(|e| panic!("{e:?} at {mark:?} of {told:#?}"));
            assert!(*at < until);
        }
    }
}

#[test]
fn tables_of_shares_add_up_to_a_thousand() {
    assert_eq!(CAUSES.iter().map(|(_, share)| share).sum::<u64>(), 1000);
    assert_eq!(POSITIONS.iter().map(|(_, share)| share).sum::<u64>(), 1000);
    assert_eq!(CHANNELS.iter().map(|(_, share)| share).sum::<u64>(), 1000);
    assert_eq!(WEEK.iter().sum::<u64>(), 1000);
}

/// The published shares come out again, each within two hundredths.
#[test]
fn what_is_told_has_the_published_shares() {
    let told = all(&plan(11));
    let n = told.len();
    let near = |what: &str, those: usize, of: usize, permille: usize| {
        let found = those * 1000 / of;
        assert!(found.abs_diff(permille) <= 20, "{what}: {found} instead of {permille} of 1000 ({of})");
    };
    let count = |is: &dyn Fn(&Told) -> bool| told.iter().filter(|one| is(one)).count();
    assert!((3000..4200).contains(&n), "{n} cases of 160 단지 in four years");
    near("footfall", count(&|one| one.cause == Cause::Footfall), n, 728);
    near("source above", count(&|one| one.position == Position::Above), n, 798);
    near("online", count(&|one| one.channel == Channel::Online), n, 258);
    let monday = |one: &Told| seoul::day(one.received_at).weekday() == chrono::Weekday::Mon;
    near("Mondays", count(&monday), n, 235);
    let month = |one: &Told, months: [u32; 3]| months.contains(&seoul::day(one.received_at).month());
    let winter = count(&|one| month(one, [12, 1, 2]));
    let summer = count(&|one| month(one, [6, 7, 8]));
    assert!((17..=21).contains(&(winter * 10 / summer)), "winter {winter}, summer {summer}");
    let old: Vec<&Told> = told.iter().filter(|one| seoul::day(one.received_at).year() < 2025).collect();
    let outcome = |one: &Told| {
        one.events.iter().find_map(|(_, mark)| if let Mark::Closed(how) = mark { Some(*how) } else { None })
    };
    let mut outcomes: BTreeMap<Option<Outcome>, usize> = BTreeMap::new();
    for one in &old {
        *outcomes.entry(outcome(one)).or_default() += 1;
    }
    near("no floor noise", outcomes[&Some(Outcome::OutOfScope)], old.len(), 85);
    let handed =
        old.iter().filter(|one| one.events.iter().any(|(_, mark)| *mark == Mark::HandedOver)).count();
    near("sent on", handed, old.len(), 312);
    let events: usize = told.iter().map(|one| one.events.len()).sum();
    assert!((40..=60).contains(&(events * 10 / n)), "{events} events of {n} cases");
}
