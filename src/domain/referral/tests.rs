//! The table holds together, and every deadline follows the calendar of its line.
use super::*;
use crate::domain::deadline::is_working_day;
use crate::domain::seoul;
use chrono::{Datelike, Duration};

fn at(text: &str) -> DateTime<Utc> {
    seoul::parse(text).unwrap()
}

#[test]
fn every_body_has_a_line_on_every_day_and_the_newest_in_force_counts() {
    for venue in Venue::ALL {
        for day in ["2013-01-01", "2020-01-01", "2026-11-23"] {
            let day: NaiveDate = day.parse().unwrap();
            assert_eq!(of(*venue, day).venue, *venue, "{venue} on {day}");
        }
    }
    let rule = |day: &str| {
        let demand = of(Venue::LocalCommission, day.parse().unwrap());
        demand.conditions.iter().find(|c| c.name == "goes_on").unwrap().rule
    };
    // 공동주택관리법 §20⑪ is in force from 2024-10-25; before, §20④ led straight to the commission.
    assert!(rule("2024-10-24").contains("§20④") && rule("2024-10-25").contains("§20⑪"));
}

#[test]
fn every_condition_cites_its_rule_and_asks_one_thing_under_one_code() {
    for row in &table::TABLE {
        let mut codes: Vec<&str> = row.conditions.iter().map(|c| c.name).collect();
        codes.sort_unstable();
        let all = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), all, "{}", row.venue);
        for c in row.conditions {
            assert!(!c.rule.is_empty() && !c.otherwise.is_empty(), "{} {}", row.venue, c.name);
        }
        for c in row.questions() {
            assert_eq!(condition(c.name).unwrap().text, c.text, "one code, one question: {}", c.name);
        }
        assert!((1..=DAYS_MAX).contains(&row.days), "{}", row.venue);
    }
}

#[test]
fn an_answer_that_the_rule_excludes_is_found_and_no_answer_excludes_nothing() {
    let day = "2026-11-23".parse().unwrap();
    let said = |question: &str, answer| vec![Answered { question: question.to_owned(), answer }];
    for (venue, question, excludes, passes) in [
        (Venue::DongOffice, "welfare", Known::No, Known::Yes),
        (Venue::DongOffice, "wanted", Known::No, Known::Unknown),
        (Venue::Lawyer, "legal", Known::No, Known::Unknown),
        (Venue::CentralCommission, "central_only", Known::No, Known::Yes),
        (Venue::LocalEnvironment, "other_mediation", Known::Yes, Known::No),
        (Venue::Police, "crime", Known::No, Known::Yes),
    ] {
        let demand = of(venue, day);
        assert_eq!(excluded(demand, &said(question, excludes)).map(|c| c.name), Some(question));
        assert!(excluded(demand, &said(question, passes)).is_none(), "{venue} {question}");
        assert!(excluded(demand, &[]).is_none(), "{venue}: not answered is not known");
    }
}

/// Moments over a year and a half, at odd hours, with 설, 추석 and the ends of years among them.
fn moments() -> impl Iterator<Item = DateTime<Utc>> {
    (0..13_000_i64).step_by(7).map(|hours| at("2026-01-01 00:30") + Duration::hours(hours))
}

/// Counts the periods of 민법 §157, §161 and 민원처리법 §19 a day at a time, as the articles say it: another way than the table's.
fn counted(calendar: Calendar, days: u32, sent: DateTime<Utc>) -> NaiveDate {
    let first = seoul::day(sent);
    match calendar {
        // The first day is not counted, days off are; the end moves off a day off.
        Calendar::Civil => {
            let end = (0..days).fold(first, |day, _| day.succ_opt().unwrap());
            std::iter::successors(Some(end), NaiveDate::succ_opt).find(|d| is_working_day(*d)).unwrap()
        }
        // The first day is counted, days off are not.
        Calendar::Petition => {
            let open = std::iter::successors(Some(first), NaiveDate::succ_opt).filter(|d| is_working_day(*d));
            (0..days).zip(open).last().unwrap().1
        }
        Calendar::Working => {
            let next = first.succ_opt();
            let open = std::iter::successors(next, NaiveDate::succ_opt).filter(|d| is_working_day(*d));
            (0..days).zip(open).last().unwrap().1
        }
    }
}

#[test]
fn every_deadline_of_the_table_follows_the_calendar_of_its_line() {
    for row in &table::TABLE {
        let terms = row.terms();
        assert!(terms.calendar != Calendar::Petition || terms.days > 5, "shorter ones run in hours");
        let mut before = None;
        for sent in moments() {
            let due = terms.due(sent);
            assert_eq!(
                seoul::day(due),
                counted(terms.calendar, terms.days, sent),
                "{} from {sent}",
                row.venue
            );
            assert!(is_working_day(seoul::day(due)) && due > sent, "{} from {sent}", row.venue);
            assert!(before <= Some(due), "{}: later sent, not sooner due", row.venue);
            before = Some(due);
        }
    }
    // The public body counts the day of receipt, the partner does not: a Monday's seven days end on Tuesday week or Monday week.
    let monday = at("2026-11-23 10:00");
    let due = |venue| seoul::day(of(venue, seoul::day(monday)).terms().due(monday)).day();
    assert_eq!((due(Venue::NeighbourCentre), due(Venue::Lawyer), due(Venue::Partner)), (1, 30, 30));
}
