//! Hand-counted cases for each definition; random ones are compared with the second computation in `tests/it/numbers`.
use super::*;
use crate::domain::codes::{AgreementKind, Exclusion, FollowUpResult, Outcome, SessionKind, Side};

fn when(text: &str) -> DateTime<Utc> {
    seoul::parse(text).unwrap()
}

/// A case of A/B in one 단지: `events` are (when, event, detail).
pub(super) fn case(received: &str, events: &[(&str, &str, &str)]) -> CaseFacts {
    CaseFacts {
        complex: "C1".into(),
        dong: "1141071000".into(),
        committee: CommitteeKind::Resident,
        programme: String::new(),
        cause: Cause::Footfall,
        position: Position::Above,
        channel: Channel::Phone,
        received_at: when(received),
        has_applicant_unit: true,
        has_respondent_unit: true,
        pair: None,
        recurs: None,
        events: events
            .iter()
            .map(|(at, event, detail)| (when(at), Mark::parse(event, detail).unwrap()))
            .collect(),
    }
}
fn ask(basis: Basis, as_of: &str) -> Question {
    Question {
        from: seoul::parse_day("2026-01-01").unwrap(),
        to: seoul::parse_day("2026-02-01").unwrap(),
        basis,
        as_of: when(as_of),
        by: None,
        scope: None,
    }
}
pub(super) fn closing(cases: &[CaseFacts]) -> Figures {
    report(cases, &ask(Basis::Closing, "2026-12-31 00:00")).figures
}
fn cohort(cases: &[CaseFacts], as_of: &str) -> Figures {
    report(cases, &ask(Basis::Cohort, as_of)).figures
}
fn share(rate: Rate) -> (u32, u32) {
    (rate.numerator, rate.denominator)
}

#[test]
fn the_period_begins_at_midnight_in_seoul_and_ends_before_the_next() {
    let cases = [
        case("2025-12-31 23:59:59", &[]),
        case("2026-01-01 00:00:00", &[]),
        case("2026-01-31 23:59:59", &[]),
        case("2026-02-01 00:00:00", &[]),
    ];
    let ledger = closing(&cases).ledger;
    assert_eq!((ledger.carried_in, ledger.received, ledger.transferred_in, ledger.open_at_end), (1, 2, 0, 3));
    let closes = [
        case("2025-12-01 00:00", &[("2025-12-31 23:59:59", "closed", "withdrawn")]),
        case("2025-12-01 00:00", &[("2026-01-01 00:00:00", "closed", "withdrawn")]),
        case("2025-12-01 00:00", &[("2026-01-31 23:59:59", "closed", "transferred")]),
        case("2025-12-01 00:00", &[("2026-02-01 00:00:00", "closed", "withdrawn")]),
    ];
    let figures = closing(&closes);
    let ledger = figures.ledger;
    assert_eq!((ledger.carried_in, ledger.closed, ledger.transferred_out, ledger.open_at_end), (3, 1, 1, 1));
    assert_eq!(figures.outcomes.values().sum::<u32>(), 2);
}

#[test]
fn a_closing_undone_in_the_period_is_superseded() {
    let undone = case(
        "2026-01-02 00:00",
        &[
            ("2026-01-03 00:00", "closed", "counselled"),
            ("2026-01-04 00:00", "reopened", "again"),
            ("2026-01-05 00:00", "closed", "withdrawn"),
        ],
    );
    let reopened = case(
        "2026-01-02 00:00",
        &[("2026-01-03 00:00", "closed", "counselled"), ("2026-01-31 00:00", "reopened", "again")],
    );
    let later = case(
        "2026-01-02 00:00",
        &[("2026-01-03 00:00", "closed", "counselled"), ("2026-02-01 00:00", "reopened", "again")],
    );
    let figures = closing(&[undone, reopened, later]);
    assert_eq!((figures.ledger.closed, figures.ledger.reopened, figures.superseded), (4, 2, Some(2)));
    assert_eq!(figures.outcomes, BTreeMap::from([(Outcome::Counselled, 1), (Outcome::Withdrawn, 1)]));
    assert!(figures.ledger.balances());
}

#[test]
fn the_office_alone_cannot_call_a_case_resolved() {
    let ceased = |extra: &[(&str, &str, &str)]| {
        let mut events = vec![("2026-01-03 00:00", "closed", "ceased")];
        events.extend_from_slice(extra);
        case("2026-01-02 00:00", &events)
    };
    let unconfirmed = ceased(&[]);
    let later = ceased(&[("2026-06-01 00:00", "confirmed", "")]);
    let unknown_yet = ceased(&[("2026-12-31 00:00:01", "confirmed", "")]);
    let next_span = ceased(&[("2026-03-01 00:00", "reopened", "x"), ("2026-03-02 00:00", "confirmed", "")]);
    assert_eq!(share(closing(std::slice::from_ref(&unconfirmed)).narrow), (0, 1));
    assert_eq!(share(closing(std::slice::from_ref(&later)).narrow), (1, 1));
    let all = closing(&[unconfirmed, later, unknown_yet, next_span]);
    assert_eq!((share(all.narrow), share(all.broad)), ((1, 4), (4, 4)));
}

#[test]
fn a_confirmation_of_an_earlier_span_does_not_count() {
    let figures = closing(&[case(
        "2025-12-02 00:00",
        &[
            ("2025-12-03 00:00", "confirmed", ""),
            ("2025-12-04 00:00", "closed", "ceased"),
            ("2025-12-05 00:00", "reopened", "x"),
            ("2026-01-06 00:00", "closed", "settled_before"),
        ],
    )]);
    assert_eq!((share(figures.narrow), share(figures.broad)), ((0, 1), (1, 1)));
}

#[test]
fn exclusions_in_their_order_and_a_transfer_after_an_invitation_stays() {
    let mut anonymous = case("2026-01-02 00:00", &[("2026-01-03 00:00", "closed", "merged")]);
    anonymous.has_applicant_unit = false;
    let merged = case("2026-01-02 00:00", &[("2026-01-03 00:00", "closed", "merged")]);
    let transferred = case("2026-01-02 00:00", &[("2026-01-03 00:00", "closed", "transferred")]);
    let invited_first = case(
        "2026-01-02 00:00",
        &[("2026-01-03 00:00", "invited", ""), ("2026-01-03 00:00", "closed", "transferred")],
    );
    let invited_after = case(
        "2026-01-02 00:00",
        &[
            ("2026-01-03 00:00", "closed", "transferred"),
            ("2026-02-03 00:00", "reopened", "x"),
            ("2026-02-03 00:00", "invited", ""),
        ],
    );
    let figures = closing(&[anonymous, merged, transferred, invited_first, invited_after]);
    let excluded =
        BTreeMap::from([(Exclusion::Anonymous, 1), (Exclusion::Merged, 1), (Exclusion::Transferred, 2)]);
    assert_eq!(figures.excluded, excluded);
    assert_eq!((share(figures.narrow), figures.outcomes.values().sum::<u32>()), ((0, 1), 5));
}

#[test]
fn a_cohort_sees_ninety_days_to_the_second_and_no_more() {
    let on_time = case("2026-01-02 10:00", &[("2026-04-02 10:00:00", "closed", "ceased")]);
    let late = case("2026-01-02 10:00", &[("2026-04-02 10:00:01", "closed", "ceased")]);
    let confirmed_late = case(
        "2026-01-02 10:00",
        &[("2026-01-03 10:00", "closed", "ceased"), ("2026-04-02 10:00:01", "confirmed", "")],
    );
    let reopened = case(
        "2026-01-02 10:00",
        &[("2026-01-03 10:00", "closed", "counselled"), ("2026-04-02 10:00:00", "reopened", "x")],
    );
    let figures = cohort(&[on_time, late, confirmed_late, reopened], "2027-01-01 00:00");
    assert_eq!(figures.outcomes, BTreeMap::from([(Outcome::Ceased, 2)]));
    assert_eq!((share(figures.narrow), share(figures.broad)), ((0, 4), (2, 4)));
    assert_eq!((figures.superseded, figures.days.close.n), (None, 2));
}

#[test]
fn a_cohort_is_mature_ninety_days_after_its_end() {
    assert_eq!(cohort(&[], "2026-05-02 00:00:00").mature, Some(true));
    assert_eq!(cohort(&[], "2026-05-01 23:59:59").mature, Some(false));
    assert_eq!(closing(&[]).mature, None);
}

#[test]
fn the_ladder_of_participation() {
    let whole = case(
        "2026-01-02 00:00",
        &[
            ("2026-01-03 00:00", "respondent_contacted", ""),
            ("2026-01-03 00:00", "invited", ""),
            ("2026-01-04 00:00", "consented", "applicant"),
            ("2026-01-04 00:00", "consented", "respondent"),
            ("2026-01-06 12:00", "session_held", SessionKind::Phone.code()),
            ("2026-01-07 00:00", "agreement", AgreementKind::Full.code()),
            ("2026-01-07 00:00", "closed", "settled"),
            ("2026-01-21 00:00", "followup", FollowUpResult::Kept.code()),
            ("2026-02-01 00:00", "followup", FollowUpResult::Broken.code()),
        ],
    );
    let mut no_unit = case("2026-01-02 00:00", &[("2026-01-03 00:00", "closed", "counselled")]);
    no_unit.has_respondent_unit = false;
    let one_side = case(
        "2026-01-02 00:00",
        &[
            ("2026-01-03 00:00", "invited", ""),
            ("2026-01-04 00:00", "consented", Side::Applicant.code()),
            ("2026-01-05 00:00", "closed", "unreachable"),
        ],
    );
    let legacy = case(
        "2026-01-02 00:00",
        &[
            ("2026-01-03 00:00", "invited", ""),
            ("2026-01-05 00:00", "agreement", "full"),
            ("2026-01-05 00:00", "closed", "settled"),
        ],
    );
    let figures = closing(&[whole, no_unit, one_side, legacy]);
    assert_eq!(share(figures.response), (1, 3));
    assert_eq!(share(figures.participation), (1, 2));
    assert_eq!((share(figures.initiation), share(figures.agreement)), ((1, 1), (1, 1)));
    assert_eq!(share(figures.narrow), (2, 4));
    assert_eq!((figures.fulfilment.kept, figures.fulfilment.broken), (1, 0), "February is another period");
    assert_eq!(figures.days.first_session.median, Some(4.5));
}

#[test]
fn recurrence_looks_a_year_back_over_the_whole_installation() {
    let paired = |received: &str, pair: &str| CaseFacts { pair: Some(pair.into()), ..case(received, &[]) };
    let figures = closing(&[paired("2025-01-10 10:00:00", "x"), paired("2026-01-10 10:00:00", "x")]);
    assert_eq!(share(figures.recurrence), (1, 1));
    let figures = closing(&[paired("2025-01-10 09:59:59", "x"), paired("2026-01-10 10:00:00", "x")]);
    assert_eq!(share(figures.recurrence), (0, 1));
    let same_instant = [paired("2026-01-10 10:00", "x"), paired("2026-01-10 10:00", "x")];
    assert_eq!(share(closing(&same_instant).recurrence), (2, 2));
    let outside =
        CaseFacts { dong: "1168051000".into(), complex: "C9".into(), ..paired("2025-06-01 00:00", "x") };
    let mut question = ask(Basis::Closing, "2026-12-31 00:00");
    question.scope = Some(Scope::parse("1141071000"));
    let cases = [outside, paired("2026-01-10 10:00", "x"), case("2026-01-11 00:00", &[])];
    assert_eq!(share(report(&cases, &question).figures.recurrence), (1, 1));
}

#[test]
fn rows_stand_for_every_known_key_in_order() {
    let other = CaseFacts { dong: "1141052000".into(), ..case("2020-01-01 00:00", &[]) };
    let unborn = CaseFacts { dong: "1141000000".into(), ..case("2027-01-01 00:00", &[]) };
    let mut question = ask(Basis::Closing, "2026-12-31 00:00");
    question.by = Some(Dimension::Dong);
    let report = report(&[case("2026-01-01 00:00", &[]), other, unborn], &question);
    let keys: Vec<&str> = report.rows.iter().map(|row| row.key.as_str()).collect();
    assert_eq!(keys, ["1141052000", "1141071000"]);
}

#[test]
fn wilson_and_nearest_rank() {
    let rate = Rate::of(1, 4);
    // The roots of (p − x)² = z²·x(1 − x)/n for p = 1/4, n = 4, solved to thirty digits.
    assert!(
        (rate.low.unwrap() - 0.045_587_260).abs() < 1e-9 && (rate.high.unwrap() - 0.699_358_160).abs() < 1e-9
    );
    assert_eq!(Rate::of(0, 0).value, None);
    assert_eq!((Rate::of(0, 7).low, Rate::of(7, 7).high), (Some(0.0), Some(1.0)));
    let spread = |n: u32| {
        let received: Vec<CaseFacts> = (1..=n)
            .map(|day| {
                case("2026-01-01 00:00", &[(&format!("2026-01-{:02} 00:00", day + 1), "closed", "withdrawn")])
            })
            .collect();
        let close = closing(&received).days.close;
        (close.n, close.median, close.p90)
    };
    assert_eq!(spread(0), (0, None, None));
    assert_eq!(spread(1), (1, Some(1.0), Some(1.0)));
    assert_eq!(spread(10), (10, Some(5.0), Some(9.0)));
    assert_eq!(spread(11), (11, Some(6.0), Some(10.0)));
}

#[test]
fn open_cases_are_aged_from_reception_whatever_happened_between() {
    let mut open = OpenCases::default();
    let as_of = when("2026-03-02 00:00:00");
    let cases = [
        case("2026-02-16 00:00:01", &[]),
        case("2026-02-16 00:00:00", &[]),
        case(
            "2025-01-01 00:00",
            &[("2026-03-01 00:00", "closed", "withdrawn"), ("2026-03-01 00:00", "reopened", "x")],
        ),
        case("2025-01-01 00:00", &[("2026-03-01 00:00", "closed", "withdrawn")]),
        case("2025-12-02 00:00", &[("2026-03-02 00:00:01", "closed", "withdrawn")]),
        case("2026-03-02 00:00:01", &[]),
    ];
    for case in &cases {
        open.add(case, as_of);
    }
    assert_eq!(open.total(), [1, 1, 0, 1, 1]);
}

/// Closed cases of one 행정동: so many of each outcome.
fn closed_in(dong: &str, outcomes: &[(&str, usize)]) -> Vec<CaseFacts> {
    let one = |outcome: &&str| CaseFacts {
        dong: dong.to_owned(),
        ..case("2026-01-05 10:00", &[("2026-01-06 10:00", "closed", outcome)])
    };
    outcomes.iter().flat_map(|(outcome, n)| std::iter::repeat_n(one(outcome), *n)).collect()
}

#[test]
fn a_small_count_takes_with_it_what_it_follows_from() {
    let question = Question { by: Some(Dimension::Dong), ..ask(Basis::Closing, "2026-12-31 00:00") };
    let cases = [
        closed_in("1", &[("withdrawn", 20), ("moved_out", 3)]),
        closed_in("2", &[("withdrawn", 9), ("moved_out", 7)]),
        closed_in("3", &[("withdrawn", 30), ("moved_out", 8)]),
    ]
    .concat();
    let hidden = hidden(&report(&cases, &question));
    let of = |row: &str| -> Vec<&str> { hidden.iter().filter_map(|at| at.strip_prefix(row)).collect() };
    // Of the three neighbours' withdrawals and removals one more row gives way, the smallest, and the sums stay.
    assert_eq!(of("/rows/0"), ["/outcomes/moved_out", "/outcomes/withdrawn"]);
    assert_eq!(of("/rows/1"), ["/outcomes/moved_out", "/outcomes/withdrawn"]);
    assert_eq!(hidden.len(), 4, "{hidden:?}");
}

#[test]
fn where_nothing_is_small_nothing_is_hidden() {
    let question = Question { by: Some(Dimension::Dong), ..ask(Basis::Closing, "2026-12-31 00:00") };
    let cases = [closed_in("1", &[("withdrawn", 20)]), closed_in("2", &[("moved_out", 7)])].concat();
    assert_eq!(hidden(&report(&cases, &question)), [""; 0]);
}

#[test]
fn the_last_quarter_is_one_that_is_over() {
    let day = |text: &str| seoul::parse_day(text).unwrap();
    for (today, from, to) in [
        ("2026-01-01", "2025-10-01", "2026-01-01"),
        ("2026-03-31", "2025-10-01", "2026-01-01"),
        ("2026-04-01", "2026-01-01", "2026-04-01"),
        ("2024-02-29", "2023-10-01", "2024-01-01"),
        ("2026-11-22", "2026-07-01", "2026-10-01"),
    ] {
        assert_eq!(last_quarter(day(today)), (day(from), day(to)), "{today}");
    }
}
