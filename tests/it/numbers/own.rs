//! 우리 현황: a body's own figures are those of a recount over the cases of its desk, on both databases, by page and program; a 위원장 sees
//! figures alone, and nobody another body's.
use crate::world::{World, worlds};
use chrono::NaiveDate;
use ieum::casework::{figures, own};
use ieum::domain::codes::{Basis, ReferralState, Role};
use ieum::domain::ids::CaseId;
use ieum::domain::indicators::{Counter, Measure, OpenCases, Question, Report};
use ieum::domain::permission::{Own, Scope};
use ieum::store::cases::{self, Filter};
use ieum::store::ledger;
use serde_json::Value;
use std::collections::BTreeSet;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn question(world: &World, basis: Basis) -> Question {
    let (from, to) = (day("2026-01-01"), day("2027-01-01"));
    Question { from, to, basis, as_of: world.now(), by: None, scope: None }
}

/// From the cases themselves.
fn recounted(world: &World, of: &BTreeSet<CaseId>, question: &Question) -> (Report, [u32; 5]) {
    world.read(|rx| {
        let pairs = ledger::pairs(rx)?;
        let mut counter = Counter::new(question.clone(), &pairs);
        let mut open = OpenCases::default();
        ledger::each_case(rx, |id, case| {
            if of.contains(&id) {
                counter.add(case);
                open.add(case, question.as_of);
            }
        })?;
        Ok((counter.report(), open.total()))
    })
}

fn agrees(world: &World, own: &Own, of: &BTreeSet<CaseId>) -> Report {
    let mut last = None;
    for basis in [Basis::Cohort, Basis::Closing] {
        let question = question(world, basis);
        let (wanted, open) = recounted(world, of, &question);
        let found = world.read(|rx| figures::overview_of_own(rx, own, &question)).unwrap();
        assert_eq!(found.report.figures, wanted.figures, "{} {own:?} {basis:?}", world.name);
        assert_eq!(found.open.total(), open, "{} {own:?}", world.name);
        last = Some(found.report);
    }
    last.unwrap()
}

/// What the desk's list holds, and what an NGO took over.
fn desk(world: &World, who: &str) -> BTreeSet<CaseId> {
    let scope = world.actor(who).scope();
    let all = world.read(|rx| cases::page(rx, &scope, &Filter::default(), 100_000));
    all.into_iter().map(|head| head.id).collect()
}

/// What the NGO's desk finds and has answered for, ended or not, and what still waits for its answer.
fn taken_over(world: &World, own: &Own) -> (BTreeSet<CaseId>, BTreeSet<CaseId>) {
    let scope = world.actor("ngo").scope();
    let waits = |state| matches!(state, ReferralState::Sent | ReferralState::Silent);
    world.read(|rx| {
        let (mut taken, mut waiting) = (BTreeSet::new(), BTreeSet::new());
        for id in desk(world, "ngo") {
            let case = cases::find_id(rx, &scope, id)?;
            let theirs = case.referrals.iter().filter(|r| r.body == own.body);
            if theirs.into_iter().any(|r| waits(r.state)) { &mut waiting } else { &mut taken }.insert(id);
        }
        Ok((taken, waiting))
    })
}

#[test]
fn own_figures_are_a_recount_of_the_cases_of_the_desk() {
    for world in worlds() {
        let secretary = world.actor("secretary").own_figures().remove(0);
        let of = desk(&world, "secretary");
        let report = agrees(&world, &secretary, &of);
        assert!(report.figures.narrow.denominator > 3, "{report:?}");
        // Of a case from which they are recused they are told nothing.
        let one = *of.iter().next().unwrap();
        let without = Own { without: vec![one], ..secretary.clone() };
        agrees(&world, &without, &of.iter().copied().filter(|id| *id != one).collect());
        let ngo = world.actor("ngo").own_figures().remove(0);
        let (of, waiting) = taken_over(&world, &ngo);
        assert!(of.len() > 1 && !waiting.is_empty(), "{}: {of:?} {waiting:?}", world.name);
        agrees(&world, &ngo, &of);
        for (who, own) in [("secretary", secretary), ("ngo", ngo)] {
            behind(&world, who, &own);
        }
    }
}

/// Behind every figure stand as many cases as it says.
fn behind(world: &World, who: &str, own: &Own) {
    let (actor, question) = (world.actor(who), question(world, Basis::Closing));
    let report = world.read(|rx| figures::overview_of_own(rx, own, &question)).unwrap().report;
    for measure in Measure::all() {
        let asked = (&question, Some(measure));
        let found = world.db.read_here(|rx| own::list(rx, &actor, own, asked, (0, 100_000))).unwrap();
        assert_eq!(found.count, measure.of(&report.figures), "{} {who} {measure:?}", world.name);
        assert_eq!(found.rows.len(), found.cases);
        let waits = matches!(measure, Measure::Waited(_));
        assert!(found.rows.iter().all(|row| row.case.waited.is_some() == waits), "{who} {measure:?}");
    }
    let waited = world.staff(who).get("/figures/cases?from=2026-01-01&to=2027-01-01&measure=/days/close/n");
    assert!(waited.body.contains("걸린 날</th>"), "{}", waited.body);
    let one = world.db.read_here(|rx| own::list(rx, &actor, own, (&question, None), (1, 1))).unwrap();
    assert!(one.rows.len() == 1 && one.more, "{one:?}");
}

#[test]
fn page_and_program_say_the_same_and_only_to_those_whose_they_are() {
    const PERIOD: &str = "from=2026-01-01&to=2027-01-01";
    for world in worlds() {
        let mut chair = world.staff("chair");
        let mut secretary = world.staff("secretary");
        let mut ngo = world.staff("ngo");
        for (who, visitor) in [("secretary", &mut secretary), ("ngo", &mut ngo), ("chair", &mut chair)] {
            let page = visitor.get(&format!("/figures?{PERIOD}&year=before"));
            assert_eq!(page.status, 200, "{who}: {}", page.body);
            let said = visitor.call("GET", &format!("/api/v1/figures?{PERIOD}"), "");
            let said: Value = serde_json::from_str(&said.body).unwrap();
            let narrow = &said["figures"]["report"]["narrow"];
            let words = format!("{}/{}", narrow["numerator"], narrow["denominator"]);
            assert!(narrow["denominator"].as_u64().unwrap() > 0, "{who}: {said}");
            let lists = page.body.contains("/figures/cases?");
            assert_eq!(lists, who != "chair", "{who}");
            if lists {
                let numerator = format!("measure=/narrow/numerator\">{}</a>", narrow["numerator"]);
                let body = page.body.replace("&#x3D;", "=");
                assert!(body.contains(&numerator), "{who}: {numerator}");
            } else {
                let numbers = words.replace('/', " / 분모 ");
                assert!(page.body.contains(&format!("분자 {numbers}")), "{who}: {words}");
            }
            assert_eq!(page.body.contains("조정인이 지금 맡은 사건"), who == "ngo", "{who}");
            assert_eq!(said["loads"].as_array().unwrap().is_empty(), who != "ngo", "{who}: {said}");
            for person in ["mediator", "member"].map(|name| world.user(name)) {
                let name = world.read(|rx| ieum::store::users::find(rx, person)).name;
                assert!(!page.body.contains(&name), "{who}: {name}");
            }
            let flow = visitor.get(&format!("/figures/flow?{PERIOD}"));
            assert!(flow.status == 200 && flow.body.contains("/figures/help"), "{who}");
            let drawn = visitor.call("GET", &format!("/api/v1/figures/flow?{PERIOD}"), "");
            let drawn: Value = serde_json::from_str(&drawn.body).unwrap();
            let received = drawn["flow"]["funnel"][0]["cases"].as_u64().unwrap();
            assert!(received > 0 && flow.body.contains(&format!("접수한 {received}건 가운데")), "{who}");
        }
        assert_eq!(chair.get(&format!("/figures/cases?{PERIOD}")).status, 404);
        let list = secretary.get(&format!("/figures/cases?{PERIOD}&measure=/ledger/closed"));
        let of = desk(&world, "secretary");
        let scope = Scope { all: true, ..Scope::default() };
        let own: BTreeSet<String> = world
            .read(|rx| cases::numbers(rx, &scope, &of.into_iter().collect::<Vec<_>>()))
            .into_iter()
            .map(|(_, number)| number)
            .collect();
        let shown: Vec<&str> = list.body.split("href=\"/cases/2").skip(1).map(|rest| &rest[..8]).collect();
        assert!(!shown.is_empty() && shown.iter().all(|n| own.contains(&format!("2{n}"))), "{shown:?}");
        // Nobody asks for another's, and a wrong period is told at its field.
        let other = world.actor("ngo").bodies(Role::Coordinator)[0].0;
        assert_eq!(secretary.get(&format!("/figures?{PERIOD}&body={other}")).status, 404);
        assert_eq!(secretary.get("/figures?body=x").status, 404);
        assert_eq!(secretary.get("/figures?from=2026-05-01&to=2026-01-01").status, 422);
        for who in ["office", "mediator", "member", "ward", "admin"] {
            assert_eq!(world.staff(who).get("/figures").status, 404, "{who}");
        }
    }
}
