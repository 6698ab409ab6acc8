//! Committees on the days where rules turn: ends of months, 29 February, the last evening of a term, holidays, midnight in Seoul.
use super::appointment::{Seat, SeatStep, term_end};
use super::duties::{Facts, Met, duties};
use super::rules::BodyRules;
use crate::domain::codes::{
    Assembly, CommitteeDuty, MeetingState, Mode, Post, SeatCategory, SeatEnd, SeatState, Selection, Sort,
};
use crate::domain::committee::fixtures::day;
use crate::domain::ids::{BodyId, MeetingId, SeatId};
use crate::domain::meeting::{Line, Matter, Meeting, MeetingStep, RosterSeat};
use crate::domain::seoul;
use chrono::{Days, NaiveDate};

/// A member from a day on, for the two years of the rules, with every paper in.
fn seated(from: NaiveDate) -> Seat {
    let found = Seat {
        id: SeatId(1),
        body: BodyId(1),
        user: None,
        post: Post::Member,
        votes: true,
        category: SeatCategory::Neighbour,
        selection: Selection::Recommended,
        office: String::new(),
        from,
        until: Some(term_end(from, 2)),
        appointed_on: None,
        accepted_on: None,
        pledged_on: None,
        ended: None,
        renews: None,
        replaces: None,
    };
    let steps =
        [SeatStep::Appoint { on: from }, SeatStep::Accept { on: from }, SeatStep::Pledge { on: from }];
    steps.into_iter().try_fold(found, |seat, step| seat.after(step)).unwrap()
}

#[test]
fn a_term_of_two_years_has_its_last_day() {
    for (from, last) in [
        // A term that begins on 29 February ends with February: 2030 has no such day (민법 §160③).
        (day(2028, 2, 29), day(2030, 2, 28)),
        (day(2028, 2, 28), day(2030, 2, 27)),
        (day(2028, 3, 1), day(2030, 2, 28)),
        // Into a leap year: 28 February 2028 is not the last of its month.
        (day(2026, 3, 1), day(2028, 2, 29)),
        (day(2026, 2, 28), day(2028, 2, 27)),
        (day(2026, 12, 31), day(2028, 12, 30)),
        (day(2027, 1, 1), day(2028, 12, 31)),
        (day(2026, 8, 31), day(2028, 8, 30)),
        (day(2026, 4, 30), day(2028, 4, 29)),
    ] {
        let seat = seated(from);
        assert_eq!(seat.last_day(), Some(last), "from {from}");
        assert!(seat.active(from) && seat.active(last), "from {from}: the first and the last day count");
        assert!(!seat.in_office(from.pred_opt().unwrap()), "from {from}");
        assert_eq!(seat.state(last.succ_opt().unwrap()), SeatState::Ended, "from {from}");
        assert_eq!((seat.announcement(last), seat.days_left(last)), (Some(30), Some(0)));
        let told = |days| seat.announcement(last.checked_sub_days(Days::new(days)).unwrap());
        assert_eq!([61, 60, 31, 30].map(told), [None, Some(60), Some(60), Some(30)], "from {from}");
    }
}

#[test]
fn a_renewed_leap_day_begins_with_march_and_no_day_is_lost_or_doubled() {
    let first = seated(day(2028, 2, 29));
    let rules = BodyRules::of(Assembly::Resident);
    let next = first.renewed(SeatId(2), &rules, 0).unwrap();
    assert_eq!((next.from, next.until), (day(2030, 3, 1), Some(day(2032, 3, 1))));
    let papers = |on| [SeatStep::Appoint { on }, SeatStep::Accept { on }, SeatStep::Pledge { on }];
    let next = papers(day(2030, 2, 20)).into_iter().try_fold(next, |seat, step| seat.after(step)).unwrap();
    assert_eq!(next.state(day(2030, 2, 28)), SeatState::Waiting);
    for on in day(2030, 1, 1).iter_days().take_while(|on| *on < day(2030, 5, 1)) {
        assert_eq!(u8::from(first.in_office(on)) + u8::from(next.in_office(on)), 1, "{on}: one seat, once");
    }
}

#[test]
fn an_end_may_be_set_for_any_day_of_the_term_and_none_beyond() {
    let seat = seated(day(2028, 2, 29));
    let end = |on| seat.after(SeatStep::End { on, why: SeatEnd::Resigned });
    assert_eq!(end(day(2028, 2, 28)).unwrap_err().code, "before_term");
    assert!(!end(day(2028, 2, 29)).unwrap().in_office(day(2028, 2, 29)), "ended before it began");
    let leaving = end(day(2029, 3, 1)).unwrap();
    assert!(leaving.in_office(day(2029, 2, 28)) && !leaving.in_office(day(2029, 3, 1)));
    assert_eq!(
        end(day(2030, 3, 1)).unwrap().last_day(),
        Some(day(2030, 2, 28)),
        "the end that it has anyway"
    );
    assert_eq!(end(day(2030, 3, 2)).unwrap_err().code, "after_term");
}

/// Whether a notice at `told` is early enough for a meeting at `starts`, both in Seoul; else the day from which it would be.
fn noticed(told: &str, starts: &str) -> Result<(), String> {
    let rules = BodyRules::of(Assembly::Resident);
    let (at, starts_at) = (seoul::parse(told).unwrap(), seoul::parse(starts).unwrap());
    let from = seoul::midnight(day(2020, 1, 1));
    let roster =
        (1..=3).map(|n| RosterSeat { seat: SeatId(n), votes: true, chair: n == 1, from, until: None });
    let steps = [
        MeetingStep::Roster { seats: roster.collect() },
        MeetingStep::Convene {
            sort: Sort::Regular,
            mode: Mode::InPerson,
            starts_at,
            minutes: 60,
            place: "관리동".into(),
            items: vec![Matter::Free { title: "안건".into() }],
            reason: String::new(),
        },
        MeetingStep::Notify {},
    ];
    let mut meeting = Meeting::blank(MeetingId(1), BodyId(1), rules);
    for (seq, step) in (1..).zip(steps) {
        let line = Line { seq, at, recorded_at: at, by: None, by_role: "chair".into(), step };
        meeting = meeting.after(&line).map_err(|refused| {
            assert_eq!(refused.code, "short_notice", "{}", refused.sentence);
            refused.sentence
        })?;
    }
    Ok(())
}

#[test]
fn three_days_of_notice_are_days_of_the_calendar_in_seoul() {
    let starts = "2028-02-29 19:30";
    assert_eq!(noticed("2028-02-26 23:59", starts), Ok(()), "a leap day is a day");
    let late = noticed("2028-02-27 00:00", starts).unwrap_err();
    assert!(late.contains("2028-03-01 이후"), "{late}");
    // Over the ends of a month and of a year.
    assert_eq!(noticed("2026-02-28 10:00", "2026-03-03 19:30"), Ok(()));
    assert!(noticed("2028-02-28 10:00", "2028-03-01 19:30").unwrap_err().contains("2028-03-02 이후"));
    assert_eq!(noticed("2026-12-30 10:00", "2027-01-02 10:00"), Ok(()));
    assert!(noticed("2026-12-30 10:00", "2027-01-01 10:00").is_err());
    // 추석 2026 is 24 to 26 September, and a weekend follows: they count like any other day.
    assert_eq!(noticed("2026-09-23 18:00", "2026-09-26 19:30"), Ok(()));
    // Just after midnight in Seoul it is still the day before in UTC.
    assert_eq!(noticed("2026-11-20 23:59", "2026-11-23 00:01"), Ok(()));
    assert!(noticed("2026-11-21 00:01", "2026-11-23 23:59").is_err());
}

#[test]
fn the_desk_sends_the_notice_on_a_working_day() {
    let rules = BodyRules::of(Assembly::Resident);
    let due = |on: NaiveDate, sort| {
        let met =
            [Met { id: MeetingId(1), state: MeetingState::Convened, sort, on: Some(on), copies_out: 0 }];
        let facts = Facts { rules: &rules, seats: &[], trainings: &[], met: &met, requests: &[], left: &[] };
        let all = duties(&facts, day(2026, 9, 1));
        let notice: Vec<_> = all.iter().filter(|d| d.kind == CommitteeDuty::Notice).map(|d| d.due).collect();
        notice[0]
    };
    // Three days before Monday 28 September 2026 is 추석: the last working day before is Wednesday 23.
    assert_eq!(due(day(2026, 9, 28), Sort::Regular), day(2026, 9, 23));
    assert_eq!(due(day(2026, 9, 28), Sort::Urgent), day(2026, 9, 28), "an urgent one is told at once");
    // Sunday 3 January 2027 less three is Thursday 31 December; Monday 4 less three is New Year's day.
    assert_eq!(due(day(2027, 1, 3), Sort::Regular), day(2026, 12, 31));
    assert_eq!(due(day(2027, 1, 4), Sort::Regular), day(2026, 12, 31));
    assert_eq!(due(day(2028, 3, 3), Sort::Regular), day(2028, 2, 29));
}
