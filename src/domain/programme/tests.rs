use super::*;

fn day(text: &str) -> NaiveDate {
    seoul::parse_day(text).unwrap()
}

fn agreed() -> Agreed {
    Agreed {
        ngo: Some(BodyId(7)),
        from: Some(day("2026-03-01")),
        until: Some(day("2026-12-01")),
        budget_won: Some(10_000_000),
    }
}

fn line(course: &Course, on: &str, step: ProgrammeStep) -> Line {
    let recorded_at = seoul::parse("2027-01-05 09:00").unwrap();
    Line { seq: course.last_seq + 1, on: day(on), by: None, recorded_at, step }
}

fn to(stage: ProgrammeStage) -> ProgrammeStep {
    ProgrammeStep::Move { to: stage, reason: String::new() }
}

fn held(kind: BudgetItem, won: i64) -> ProgrammeStep {
    let what = String::new();
    ProgrammeStep::Held(Activity { kind, complex: None, people: 12, minutes: 90, won, what })
}

fn next(course: &Course, on: &str, step: ProgrammeStep) -> Result<Course, &'static str> {
    let line = line(course, on, step);
    course.clone().after(&line, &agreed(), day("2027-01-05")).map_err(|refused| refused.code)
}

const DAYS: [(&str, ProgrammeStage); 5] = [
    ("2026-01-10", ProgrammeStage::Called),
    ("2026-02-10", ProgrammeStage::Selected),
    ("2026-02-20", ProgrammeStage::Agreed),
    ("2026-03-02", ProgrammeStage::Active),
    ("2026-12-20", ProgrammeStage::Settled),
];

fn until(stage: ProgrammeStage) -> Course {
    let all = DAYS.iter().filter(|(_, to)| *to <= stage);
    all.fold(Course::default(), |course, (on, stage)| next(&course, on, to(*stage)).unwrap())
}

#[test]
fn a_programme_goes_one_stage_on_or_with_a_reason_one_back_and_no_other_way() {
    let stages = std::iter::once(None).chain(ProgrammeStage::ALL.iter().copied().map(Some));
    for (at, from) in stages.enumerate() {
        let course = from.map_or_else(Course::default, until);
        for (place, (on, stage)) in DAYS.iter().enumerate() {
            let on = if *on < "2026-12-20" && at > place { "2026-12-20" } else { on };
            let said = next(&course, on, to(*stage)).map(|after| after.stage);
            let expected = match place {
                _ if place == at => Ok(Some(*stage)),
                _ if place + 2 == at => Err("reason"),
                _ => Err("programme_stage"),
            };
            assert_eq!(said, expected, "{from:?} to {stage:?}");
        }
    }
    let back = ProgrammeStep::Move { to: ProgrammeStage::Active, reason: "빠진 영수증".into() };
    assert_eq!(
        next(&until(ProgrammeStage::Settled), "2026-12-28", back).unwrap().stage,
        Some(ProgrammeStage::Active)
    );
}

#[test]
fn each_stage_asks_for_its_day_and_for_what_was_agreed() {
    let agreed_on = until(ProgrammeStage::Agreed);
    assert_eq!(next(&agreed_on, "2026-02-28", to(ProgrammeStage::Active)), Err("out_of_term"));
    assert_eq!(next(&agreed_on, "2026-02-19", to(ProgrammeStage::Active)), Err("time_backwards"));
    assert_eq!(next(&agreed_on, "2027-01-06", to(ProgrammeStage::Active)), Err("future"));
    let active = until(ProgrammeStage::Active);
    assert_eq!(next(&active, "2026-11-30", to(ProgrammeStage::Settled)), Err("term_runs"));
    let bare = |step: ProgrammeStep, course: &Course, agreed: Agreed| {
        let line = line(course, "2026-02-21", step);
        course.clone().after(&line, &agreed, day("2027-01-05")).map_err(|refused| refused.code).map(drop)
    };
    let called = until(ProgrammeStage::Called);
    let nobody = Agreed { ngo: None, ..agreed() };
    assert_eq!(bare(to(ProgrammeStage::Selected), &called, nobody), Err("no_ngo"));
    let endless = Agreed { until: None, ..agreed() };
    assert_eq!(bare(to(ProgrammeStage::Agreed), &until(ProgrammeStage::Selected), endless), Err("no_term"));
}

#[test]
fn cases_come_under_it_in_its_activity_within_its_term() {
    for stage in ProgrammeStage::ALL {
        let takes = |on: &str| takes_cases(Some(*stage), &agreed(), day(on));
        assert_eq!(takes("2026-06-01"), *stage == ProgrammeStage::Active, "{stage}");
        assert!(!takes("2026-12-01") && !takes("2026-02-28"), "{stage}");
    }
    assert!(
        takes_cases(None, &agreed(), day("2026-03-01")),
        "where nobody keeps its stages, the term decides"
    );
    assert!(!takes_cases(None, &agreed(), day("2026-12-01")));
}

#[test]
fn activities_are_written_down_while_it_is_active_and_what_was_struck_counts_no_more() {
    let plan = |won| ProgrammeStep::Plan {
        lines: vec![
            Planned { item: BudgetItem::Education, times: 4, won },
            Planned { item: BudgetItem::Running, times: 0, won: 500_000 },
        ],
    };
    let agreed_on = until(ProgrammeStage::Agreed);
    assert_eq!(next(&agreed_on, "2026-02-21", held(BudgetItem::Education, 1)), Err("not_active"));
    assert_eq!(next(&agreed_on, "2026-02-21", plan(9_500_001)), Err("over_budget"));
    let mut course = next(&agreed_on, "2026-02-21", plan(9_500_000)).unwrap();
    course = next(&course, "2026-03-02", to(ProgrammeStage::Active)).unwrap();
    for (on, code) in [("2026-03-01", "out_of_term"), ("2026-12-01", "out_of_term"), ("2027-02-01", "future")]
    {
        assert_eq!(next(&course, on, held(BudgetItem::Education, 1)), Err(code), "{on}");
    }
    course = next(&course, "2026-03-02", held(BudgetItem::Education, 300_000)).unwrap();
    course = next(&course, "2026-05-02", held(BudgetItem::Education, 200_000)).unwrap();
    let wrong = course.last_seq;
    let spent = ProgrammeStep::Spent { won: 600_000, what: "인쇄".into() };
    course = next(&course, "2026-05-03", spent).unwrap();
    let strike = |line| ProgrammeStep::Strike { line, reason: "두 번 적음".into() };
    course = next(&course, "2026-05-04", strike(wrong)).unwrap();
    assert_eq!(next(&course, "2026-05-04", strike(wrong)), Err("no_line"));
    assert_eq!(next(&course, "2026-05-04", strike(1)), Err("no_line"), "a stage is no activity");
    let sums = course.sums();
    let (_, education) = sums[0];
    assert_eq!((education.times, education.people, education.minutes), (1, 12, 90));
    assert_eq!((education.spent_won, education.left_won()), (300_000, 9_200_000));
    let (_, running) = sums[4];
    assert_eq!((running.times, running.left_won()), (0, -100_000), "more than planned is told, not refused");
    let total = course.total();
    assert_eq!((total.planned_won, total.spent_won), (10_000_000, 900_000));
    assert_eq!(total.left_won(), sums.iter().map(|(_, sum)| sum.left_won()).sum::<i64>());
    let done: i64 = course.done.iter().filter_map(|line| line.step.costs()).map(|(_, won)| won).sum();
    assert_eq!(total.spent_won, done);
    course = next(&course, "2026-12-20", to(ProgrammeStage::Settled)).unwrap();
    for step in [held(BudgetItem::Workshop, 0), plan(1), strike(wrong)] {
        assert!(next(&course, "2026-12-20", step).is_err(), "settled is settled");
    }
}

#[test]
fn what_is_offered_is_what_the_programme_takes() {
    let at = |stage| until(stage).open();
    assert_eq!(Course::default().open(), [ProgrammeAct::Call]);
    assert!(
        at(ProgrammeStage::Called).contains(&ProgrammeAct::Select)
            && !at(ProgrammeStage::Called).contains(&ProgrammeAct::Back)
    );
    assert!(
        at(ProgrammeStage::Active).contains(&ProgrammeAct::Held)
            && !at(ProgrammeStage::Active).contains(&ProgrammeAct::Strike)
    );
    assert_eq!(at(ProgrammeStage::Settled), [ProgrammeAct::Back]);
}
