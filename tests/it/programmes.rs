//! 사업(구 공모사업): its stages by page and API, what goes under it and what comes of it; and the summary of the survey. On both databases.
mod places;

use crate::provision::take;
use crate::referrals::{body, near};
use crate::world::{World, visible_ids, worlds};
use chrono::{Duration, NaiveDate};
use ieum::casework::figures;
use ieum::casework::programme::{self, Sheet};
use ieum::domain::case::Case;
use ieum::domain::codes::{
    AgreementKind, Basis, BodyKind, Dimension, DutyKind, MeetingKind, Method, ProvisionBasis, Role, Route,
    Score, Side, Stage,
};
use ieum::domain::ids::ProgrammeId;
use ieum::domain::indicators::{Question, Scope as Place};
use ieum::domain::permission::{Actor, Guest, Scope};
use ieum::domain::seoul;
use ieum::domain::step::{Step, Term};
use ieum::store::surveys::{self, Whose};
use ieum::store::{StoreError, cases, complexes, programmes, projection, users};
use serde_json::{Value, json};

const NOW: &str = "2026 이웃소통 공모사업";
const BEFORE: &str = "2025 이웃소통 공모사업";

fn named(world: &World, name: &str) -> ProgrammeId {
    let all = world.read(programmes::names);
    all.into_iter().find(|(_, known)| known == name).unwrap().0
}

fn again(world: &World, number: &str) -> Case {
    world.read(|rx| cases::find(rx, &Scope { all: true, ..Scope::default() }, number))
}

fn days(world: &World, after: i64) -> String {
    (seoul::day(world.now()) + Duration::days(after)).to_string()
}

fn acted(world: &World, who: &str, id: i64, said: &Value) -> (u16, Value) {
    let answer = world.staff(who).call("POST", &format!("/api/v1/programmes/{id}/acts"), &said.to_string());
    (answer.status, serde_json::from_str(&answer.body).unwrap())
}

fn refusal(answer: &(u16, Value)) -> (u16, &str) {
    (answer.0, answer.1["code"].as_str().unwrap_or_default())
}

/// A new programme of the ward with an NGO of its own (where the demo's coordinator works too), up to its agreement.
fn agreed(world: &World) -> (i64, i64) {
    let now = world.now();
    let ngo = body(world, BodyKind::Ngo, &near("새갈등센터"));
    let user = world.user("ngo");
    world.db.write_here(|tx| users::grant(tx, user, Role::Coordinator, Some(ngo), None, None, now)).unwrap();
    let mut ward = world.staff("ward");
    assert_eq!(ward.post("/programmes/new", &[("name", ""), ("year", "이천")]).status, 422);
    let made = ward.post("/programmes/new", &[("name", "2027 시범 사업"), ("year", "2027")]);
    let path = made.header("location").unwrap().to_owned();
    let id: i64 = path.rsplit('/').next().unwrap().parse().unwrap();
    let empty = ward.post(&format!("{path}/do/call"), &[("on", "")]);
    assert!(empty.status == 422 && empty.body.contains("href=\"#on\""), "{}", empty.body);
    let early = ward.post(&format!("{path}/do/call"), &[("on", &days(world, 1))]);
    assert!(early.status == 422 && early.body.contains("아직 오지 않은 날"), "{}", early.body);
    assert_eq!(ward.post(&format!("{path}/do/call"), &[("on", &days(world, -20))]).status, 303);
    let skipped = acted(world, "ward", id, &json!({"act": "start", "on": days(world, -19)}));
    assert_eq!(refusal(&skipped), (409, "programme_stage"));
    let chosen = [("on", days(world, -15)), ("ngo", ngo.0.to_string())];
    let chosen: Vec<(&str, &str)> = chosen.iter().map(|(n, v)| (*n, v.as_str())).collect();
    assert_eq!(ward.post(&format!("{path}/do/select"), &chosen).status, 303);
    let terms = json!({
        "act": "agree", "on": days(world, -12), "from_on": days(world, -10), "until_on": days(world, -11),
        "basis": "consent", "mediators": "1", "budget_won": 5_000_000,
    });
    let backwards = acted(world, "ward", id, &terms);
    assert!(refusal(&backwards).0 == 422 && backwards.1["fields"][0]["name"] == "until_on", "{backwards:?}");
    let mut terms = terms;
    terms["until_on"] = json!(days(world, 40));
    assert_eq!(acted(world, "ward", id, &terms).0, 201);
    (id, ngo.0)
}

/// The ward ends it before its term and settles it; then nothing is spent any more.
fn settled(world: &World, id: i64, spent: &Value) {
    let settle = json!({"act": "settle", "on": days(world, 0)});
    assert_eq!(refusal(&acted(world, "ward", id, &settle)), (409, "term_runs"));
    let end = json!({"act": "end", "on": days(world, 0), "reason": "예산을 다 씀"});
    assert_eq!(acted(world, "ward", id, &end).0, 201);
    assert_eq!(acted(world, "ward", id, &settle).0, 201, "{}", world.name);
    assert_eq!(acted(world, "ngo", id, spent).0, 409, "settled is settled");
}

#[test]
fn a_programme_goes_from_its_call_to_its_settlement_and_cases_go_under_it_in_its_activity_only() {
    for world in worlds() {
        let (id, ngo) = agreed(&world);
        let waiting = crate::provision::case(&world);
        let back = Step::ReturnReferral {
            referral: waiting.referrals[0].seq,
            reason: ieum::domain::codes::ReturnReason::Capacity,
            note: String::new(),
        };
        take(&world, &world.actor("ngo"), &waiting.number, back).unwrap();
        let body = ieum::domain::ids::BodyId(ngo);
        let why = || "조정인이 필요함".to_owned();
        let refer = || Step::refer(body, why(), ProvisionBasis::NoPersonalData);
        let sent = |step| take(&world, &world.actor("secretary"), &waiting.number, step);
        let early = format!("{}", sent(refer()).unwrap_err());
        assert!(early.contains("활동 단계가 아닙니다"), "{}: {early}", world.name);
        assert_eq!(acted(&world, "ward", id, &json!({"act": "start", "on": days(&world, -9)})).0, 201);
        sent(refer()).unwrap();
        // The NGO writes down what it did; the ward does not.
        let held = json!({
            "act": "held", "on": days(&world, -5), "kind": "education", "people": 20, "hours": 1.5, "won": 400_000,
            "what": "위원 교육",
        });
        assert_eq!(refusal(&acted(&world, "ward", id, &held)), (403, "denied"));
        assert_eq!(acted(&world, "member", id, &held).0, 404);
        let mut ward = world.staff("ward");
        assert_eq!(ward.get(&format!("/programmes/{id}/do/held")).status, 404);
        let mut desk = world.staff("ngo");
        let plan =
            [("on", days(&world, 0)), ("education_times", "3".into()), ("education_won", "6000000".into())];
        let plan: Vec<(&str, &str)> = plan.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let much = desk.post(&format!("/programmes/{id}/do/plan"), &plan);
        assert!(
            much.status == 422 && much.body.contains("예산보다 많습니다") && much.body.contains("6000000")
        );
        let less: Vec<_> =
            plan.iter().map(|(n, v)| (*n, if *v == "6000000" { "3000000" } else { v })).collect();
        assert_eq!(desk.post(&format!("/programmes/{id}/do/plan"), &less).status, 303);
        assert_eq!(acted(&world, "ngo", id, &held).0, 201);
        assert_eq!(acted(&world, "ngo", id, &held).0, 201);
        let before = json!({"act": "held", "on": days(&world, -10), "kind": "workshop", "people": 1, "hours": 1, "won": 0});
        assert_eq!(refusal(&acted(&world, "ngo", id, &before)), (409, "out_of_term"));
        let spent = json!({"act": "spend", "on": days(&world, -1), "won": 90_000, "what": "인쇄"});
        assert_eq!(acted(&world, "ngo", id, &spent).0, 201);
        let told = |who: &str| -> Value {
            let answer = world.staff(who).call("GET", &format!("/api/v1/programmes/{id}"), "");
            serde_json::from_str(&answer.body).unwrap()
        };
        let lines = told("ngo")["record"]["lines"].as_array().unwrap().clone();
        let twice = lines.iter().rfind(|l| l["what"] == "held").unwrap()["line"].clone();
        let strike = json!({"act": "strike", "on": days(&world, 0), "line": twice, "reason": "두 번 적음"});
        assert_eq!(acted(&world, "ngo", id, &strike).0, 201);
        let record = told("ward")["record"].clone();
        assert_eq!(record["lines"].as_array().unwrap().len(), lines.len() + 1, "nothing is taken away");
        let education = &record["budget"][0];
        assert_eq!((&education["times"], &education["spent_won"]), (&json!(1), &json!(400_000)));
        assert_eq!((&education["left_won"], &education["minutes"]), (&json!(2_600_000), &json!(90)));
        settled(&world, id, &spent);
        let back = Step::ReturnReferral {
            referral: again(&world, &waiting.number).referrals.last().unwrap().seq,
            reason: ieum::domain::codes::ReturnReason::Capacity,
            note: String::new(),
        };
        take(&world, &world.actor("ngo"), &waiting.number, back).unwrap();
        let late = format!("{}", sent(refer()).unwrap_err());
        assert!(late.contains("사업의 기간이 아닙니다"), "{}: {late}", world.name);
    }
}

/// The case that the demo's NGO mediates, its 단지 put into the programme that runs.
fn mediated(world: &World) -> Case {
    let mediator = world.actor("mediator");
    let ids = world.read(|rx| visible_ids(rx, &mediator.scope(), 50));
    let all = Scope { all: true, ..Scope::default() };
    let open = |case: &Case| case.stage == Stage::Mediating && case.route == Route::Ngo;
    ids.into_iter().map(|id| world.read(|rx| cases::find_id(rx, &all, id))).find(open).unwrap()
}

#[test]
fn what_was_accepted_in_the_term_is_finished_after_it_and_followed_up_by_the_committee() {
    for world in worlds() {
        let (case, id) = (mediated(&world), named(&world, NOW).0);
        assert_eq!(
            acted(&world, "ward", id, &json!({"act": "end", "on": days(&world, 0), "reason": "일찍 마침"})).0,
            201
        );
        assert_eq!(acted(&world, "ward", id, &json!({"act": "settle", "on": days(&world, 0)})).0, 201);
        world.wait(Duration::days(5));
        let (number, mediator) = (case.number.as_str(), world.actor("mediator"));
        let session = case.sessions.last().map(|session| session.seq);
        let held = Step::HoldSession {
            session,
            kind: MeetingKind::Shuttle,
            applicant: true,
            applicant_by: None,
            respondent: true,
            respondent_by: None,
            result: "약속을 정함".to_owned(),
            next: None,
            next_on: None,
        };
        take(&world, &mediator, number, held).unwrap();
        let term = Term {
            who: "상대방".to_owned(),
            what: "밤 9시 뒤에는 뛰지 않습니다".to_owned(),
            from: None,
            until: None,
            check: String::new(),
        };
        let draft = Step::Draft { kind: AgreementKind::Full, terms: vec![term] };
        let agreement = take(&world, &mediator, number, draft).unwrap().case.last_seq;
        for side in Side::ALL {
            let party = Actor::guest(Guest::Party(case.id, *side));
            let (side, method) = (*side, Method::Link);
            let sign = Step::Sign { agreement, side, method, by: None, version: String::new() };
            take(&world, &party, number, sign).unwrap();
        }
        let done = again(&world, number);
        assert!(!done.is_open() && done.ended_by_agreement(), "{}", world.name);
        let committee = done.bodies.committee.unwrap();
        assert_eq!(done.follows_up(), Some(committee));
        let duties = world.read(|rx| projection::duties_in(rx, case.id));
        let due: Vec<_> = duties.iter().filter(|d| d.kind == DutyKind::FollowUp).collect();
        assert!(!due.is_empty() && due.iter().all(|d| d.body_id == Some(committee)), "{duties:?}");
        let answers = world.actor("secretary").open(&done);
        assert!(answers, "the committee's desk writes the answers down");
    }
}

trait Opens {
    fn open(&self, case: &Case) -> bool;
}

impl Opens for Actor {
    fn open(&self, case: &Case) -> bool {
        self.taking(ieum::domain::step::StepCode::FollowUp, case).is_some()
    }
}

fn sheet(world: &World, who: &str, name: &str) -> Sheet {
    let (actor, id, now) = (world.actor(who), named(world, name), world.now());
    world.db.read_here(|rx| programme::result(rx, &actor, id, now)).unwrap()
}

/// Counts of a report that may be told: each hidden, 0, or 5 and more.
fn looked_at(report: &Value) -> usize {
    let mut seen = 0;
    for group in ["ledger", "outcomes", "excluded"] {
        for (name, n) in report[group].as_object().unwrap() {
            seen += 1;
            assert!(n.is_null() || !(1..=4).contains(&n.as_u64().unwrap()), "{group}.{name}: {n}");
        }
    }
    for rate in ["narrow", "broad", "participation", "agreement"].map(|name| &report[name]) {
        seen += 1;
        if let (Some(n), Some(of)) = (rate["numerator"].as_u64(), rate["denominator"].as_u64()) {
            assert!(!(1..=4).contains(&n) && !(1..=4).contains(&(of - n)), "{rate}");
        }
    }
    seen
}

#[test]
fn the_result_sheet_counts_as_the_report_does_and_tells_of_nobody() {
    for world in worlds() {
        for (who, name, scope) in [
            ("ward", BEFORE, None),
            ("ngo", NOW, None),
            ("secretary", BEFORE, Some(Place::Complex("CYD-01".to_owned()))),
        ] {
            let sheet = sheet(&world, who, name);
            let question = Question {
                from: sheet.from,
                to: sheet.to,
                basis: Basis::Closing,
                as_of: world.now(),
                by: Some(Dimension::Programme),
                scope,
            };
            let report = world.read(|rx| figures::report(rx, &question));
            let row = report.rows.into_iter().find(|row| row.key == name).unwrap();
            assert_eq!(sheet.report.figures, row.figures, "{} {who} {name}", world.name);
            assert!(sheet.report.figures.ledger.balances() && sheet.report.figures.ledger.received > 20);
            assert!(!sheet.hidden.is_empty());
            let path = format!("/api/v1/programmes/{}/result", named(&world, name).0);
            let told: Value = serde_json::from_str(&world.staff(who).call("GET", &path, "").body).unwrap();
            assert!(looked_at(&told["result"]["report"]) > 10, "{told}");
            let page = format!("/programmes/{}", named(&world, name).0);
            let mut visitor = world.staff(who);
            for path in [format!("{page}/result"), format!("{page}/print"), format!("{page}/result.csv")] {
                let shown = visitor.get(&path);
                assert_eq!(shown.status, 200, "{path}");
                for said in ["가림", "활동과 정산", "만족도 조사: 응답"] {
                    assert!(shown.body.contains(said), "{path}: {said}");
                }
            }
        }
        // Its committee reads of the programme's lines its own 단지's alone, and never what was paid for running it.
        let lines = format!("/programmes/{}", named(&world, BEFORE).0);
        for (who, reads) in [("ngo", true), ("ward", true), ("secretary", false)] {
            let page = world.staff(who).get(&lines);
            assert_eq!(page.status, 200, "{who}");
            assert_eq!(page.body.contains("안내문 인쇄와 장소 사용료"), reads, "{} {who}", world.name);
        }
        // Its own committee sees it, another one and the members do not.
        let page = format!("/programmes/{}", named(&world, NOW).0);
        for who in ["secretary", "member", "office", "council", "mediator", "dong", "admin"] {
            assert_eq!(world.staff(who).get(&page).status, 404, "{who}");
        }
    }
}

fn told(world: &World, who: &str) -> Value {
    let answer = world.staff(who).call("GET", "/api/v1/surveys", "");
    assert_eq!(answer.status, 200, "{who}");
    serde_json::from_str::<Value>(&answer.body).unwrap()["survey"].clone()
}

#[test]
fn the_surveys_summary_says_who_did_not_answer_and_is_what_the_histories_say() {
    for world in worlds() {
        ieum::app::demo::last_year(&world.db, world.now()).unwrap();
        for who in ["ward", "ngo", "secretary", "chair"] {
            let survey = told(&world, who);
            for side in survey["sides"].as_array().unwrap() {
                assert_eq!(
                    (&side["asked"], &side["answered"], &side["not_answered"]),
                    (&json!(10), &json!(5), &json!(5)),
                    "{who}"
                );
                assert_eq!(side["questions"][0]["counts"], Value::Null, "{who}: one alone chose a number");
            }
            let mean = survey["sides"][0]["questions"][0]["mean"].as_f64().unwrap();
            assert!((mean - 4.4).abs() < 1e-9, "{who} {mean}");
            assert!(world.staff(who).get("/surveys").body.contains("4.4점"), "{who}");
        }
        for who in ["member", "office", "mediator", "council", "dong"] {
            assert_eq!(world.staff(who).call("GET", "/api/v1/surveys", "").status, 404, "{who}");
        }
        let (seen, wrong) = world.read(surveys::differing);
        assert!(seen >= 10 && wrong.is_empty(), "{}: {wrong:?}", world.name);
        kept_with_every_step(&world);
    }
}

/// One more answers, late; the line is struck again: the rows follow, the quarter that is over does not change.
fn kept_with_every_step(world: &World) {
    let whose = Whose::Committees(world.actor("secretary").bodies(Role::Secretary));
    let (from, to) =
        (NaiveDate::from_ymd_opt(2025, 1, 1).unwrap(), NaiveDate::from_ymd_opt(2027, 1, 1).unwrap());
    let answered = || {
        let all = world.read(|rx| surveys::asked(rx, &whose, (from, to)));
        (all.len(), all.iter().filter(|asked| asked.answer.is_some()).count())
    };
    let (asked, before) = answered();
    let all = Scope { all: true, ..Scope::default() };
    let ids = world.read(|rx| visible_ids(rx, &all, 2000));
    let today = seoul::day(world.now());
    let silent = |case: &Case| {
        let told = case.surveyed();
        told.iter().any(|a| a.side == Side::Applicant && a.answer.is_none() && a.asked_on < today)
    };
    let case = ids.into_iter().map(|id| world.read(|rx| cases::find_id(rx, &all, id))).find(silent).unwrap();
    let party = Actor::guest(Guest::Party(case.id, Side::Applicant));
    let one = Step::survey(Side::Applicant, Method::Link, [Some(Score::One); 6]).unwrap();
    let line = take(world, &party, &case.number, one).unwrap().case.last_seq;
    assert_eq!(answered(), (asked, before + 1), "{}", world.name);
    assert_eq!(told(world, "ward")["sides"][0]["answered"], json!(5), "too late for a quarter that is over");
    let void = Step::Correct { line, moved_to: None, void: true, reason: "다른 사건의 답".to_owned() };
    take(world, &world.actor("secretary"), &case.number, void).unwrap();
    assert_eq!(answered(), (asked, before));
    assert!(world.read(surveys::differing).1.is_empty());
    harmed(world, &case);
}

/// What somebody changed by hand is found, and made again.
fn harmed(world: &World, case: &Case) {
    let id = case.id.0;
    for harm in [
        format!("UPDATE case_surveys SET scores = '111111' WHERE case_id = {id}"),
        format!("DELETE FROM case_surveys WHERE case_id = {id}"),
    ] {
        world.run(&harm);
        assert_eq!(world.read(surveys::differing).1, [case.id], "{harm}");
        world.db.write_here(|tx| surveys::mend(tx, case.id)).unwrap();
        assert!(world.read(surveys::differing).1.is_empty(), "{harm}");
    }
}

#[test]
fn a_complex_joins_a_programme_from_a_day_on() {
    for world in worlds() {
        let id = named(&world, NOW).0;
        let complex = world.read(|rx| complexes::by_code(rx, "CYD-03")).id;
        let join = |on: i64, complex: i64| json!({"act": "join", "on": days(&world, on), "complex": complex});
        let past = acted(&world, "ward", id, &join(-1, complex.0));
        assert!(past.0 == 422 && past.1["fields"][0]["name"] == "on", "{past:?}");
        let stranger = acted(&world, "ward", id, &join(0, 999_999));
        assert!(stranger.0 == 422 && stranger.1["fields"][0]["name"] == "complex", "{stranger:?}");
        assert_eq!(refusal(&acted(&world, "ngo", id, &join(0, complex.0))), (403, "denied"));
        assert_eq!(acted(&world, "ward", id, &join(0, complex.0)).0, 201, "{}", world.name);
        let facts = world.read(|rx| Ok::<_, StoreError>(complexes::facts_at(rx, complex, world.now())?.0));
        assert_eq!(facts.programme_id, Some(ProgrammeId(id)));
        let page = world.staff("ward").get(&format!("/programmes/{id}"));
        assert!(page.body.contains("영천 새물마을"), "{}", page.body);
    }
}
