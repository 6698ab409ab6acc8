//! To which programme a 단지 belongs, whoever writes first; what a ward's programme has before its stages; whose answers a summary
//! of the survey counts. On both databases.
use super::*;
use crate::world::visible_ids;
use ieum::domain::ids::{CaseId, ComplexId};
use ieum::domain::permission::Grant;
use ieum::store::bodies::{self, NewBody};
use ieum::store::complexes::{Facts, NewComplex};

/// 단지 of the demonstration that belong to no programme.
fn free(world: &World) -> Vec<ComplexId> {
    let all = world.read(complexes::all);
    let facts = |c: &ComplexId| world.read(|rx| complexes::facts_at(rx, *c, world.now()));
    let here = |c: &ComplexId| {
        let (facts, ward) = facts(c);
        facts.programme_id.is_none() && ward == "11410"
    };
    all.into_iter().map(|c| c.id).filter(here).collect()
}

fn join(world: &World, id: i64, complex: ComplexId, on: i64) -> (u16, Value) {
    acted(world, "ward", id, &json!({"act": "join", "on": days(world, on), "complex": complex.0}))
}

fn refused_at<'a>(answer: &'a (u16, Value), field: &str) -> &'a str {
    assert_eq!((answer.0, answer.1["fields"][0]["name"].as_str()), (422, Some(field)), "{answer:?}");
    answer.1["fields"][0]["detail"].as_str().unwrap_or_default()
}

#[test]
fn a_complex_is_in_one_programme_at_a_time_whoever_writes_first() {
    for world in worlds() {
        // Agreed, and not begun: it takes no case yet, and its 단지 are its own all the same.
        let (id, _) = agreed(&world);
        let running = named(&world, NOW).0;
        let places = free(&world);
        assert!(places.len() >= 2, "{}: {}", world.name, places.len());
        assert_eq!(join(&world, id, places[0], 0).0, 201, "{}", world.name);
        for on in [0, 5, 39] {
            refused_at(&join(&world, running, places[0], on), "complex");
        }
        assert_eq!(join(&world, running, places[0], 40).0, 201, "its term is over");
        // Two programmes want the same one, on different days: whoever comes second is told.
        let answers: Vec<(u16, Value)> = std::thread::scope(|all| {
            let (world, complex) = (&world, places[1]);
            let want = |(id, on)| all.spawn(move || join(world, id, complex, on));
            let wanting = [(id, 0), (running, 3)].map(want);
            wanting.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let mut statuses: Vec<u16> = answers.iter().map(|a| a.0).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 422], "{}: {answers:?}", world.name);
    }
}

#[test]
fn what_is_written_for_later_is_not_overlooked() {
    for world in worlds() {
        let running = named(&world, NOW).0;
        let complex = free(&world)[0];
        let later = world.now() + Duration::days(10);
        let changed = |tx: &mut ieum::store::Tx<'_>| {
            let (facts, _) = complexes::facts_at(tx, complex, world.now())?;
            complexes::set_facts(tx, complex, &facts, later)
        };
        world.db.write_here(changed).unwrap();
        refused_at(&join(&world, running, complex, 0), "on");
        assert_eq!(join(&world, running, complex, 11).0, 201, "after it");
    }
}

#[test]
fn only_complexes_of_the_programmes_own_ward_join_it() {
    for world in worlds() {
        let now = world.now();
        let elsewhere = world.db.write_here(|tx| {
            let dong = "1144012000".to_owned();
            bodies::add_dong(tx, &dong, "공덕동", "11440")?;
            let ward =
                NewBody {
                    name: "다른구청".to_owned(), ward_code: "11440".to_owned(), ..NewBody::default()
                };
            let ward = bodies::add(tx, BodyKind::Ward, &ward, now)?;
            let user = users::by_email(tx, "ward@demo.example")?.id;
            users::grant(tx, user, Role::Ward, Some(ward), None, None, now - Duration::days(1))?;
            let committee = ieum::domain::codes::CommitteeKind::None;
            let new = NewComplex {
                code: "OTHER-1".to_owned(),
                name: "다른구 단지".to_owned(),
                households: 300,
                approved_on: None,
                permit: None,
                tenure: ieum::domain::codes::Tenure::Sale,
                facts: Facts { dong_code: dong, committee, programme_id: None },
            };
            complexes::add(tx, &new, now - Duration::days(30))
        });
        let elsewhere = elsewhere.unwrap();
        let actor = world.actor("ward");
        let wards = |g: &&Grant| g.role == Role::Ward;
        assert_eq!(actor.grants.iter().filter(wards).count(), 2, "an officer of two wards");
        let (id, _) = agreed(&world);
        let page = world.staff("ward").get(&format!("/programmes/{id}/do/join")).body;
        assert!(!page.contains("다른구 단지"), "{page}");
        refused_at(&join(&world, id, elsewhere, 0), "complex");
    }
}

#[test]
fn a_wards_new_programme_has_no_terms_before_its_stages_by_page_and_api_alike() {
    for world in worlds() {
        let new = |who: &str, terms: Value| {
            let body = json!({"name": "2029 사업", "year": 2029, "terms": terms}).to_string();
            let answer = world.staff(who).call("POST", "/api/v1/programmes", &body);
            (answer.status, serde_json::from_str::<Value>(&answer.body).unwrap())
        };
        let ngo = world.actor("ngo").bodies(Role::Coordinator)[0].0;
        let terms = json!({
            "basis": "consent", "ngo_id": ngo, "from_on": days(&world, 0), "until_on": days(&world, 90),
            "budget_won": 1_000_000, "mediators": 2,
        });
        let early = new("ward", terms.clone());
        let named: Vec<&str> =
            early.1["fields"].as_array().unwrap().iter().filter_map(|f| f["name"].as_str()).collect();
        assert_eq!((early.0, named), (422, vec!["ngo_id", "from_on", "until_on", "budget_won", "mediators"]));
        assert_eq!(new("ward", json!({"basis": "consent"})).0, 201, "{}", world.name);
        let body = json!({"name": "운영자의 사업", "year": 2029, "terms": terms}).to_string();
        let operators = world.staff("admin").call("POST", "/api/v1/programmes", &body);
        assert_eq!(operators.status, 201, "one without stages is the operator's: {}", operators.body);
    }
}

/// How many answers each scope reaches.
fn counted(world: &World, whose: &Whose) -> usize {
    let period = (NaiveDate::from_ymd_opt(2025, 1, 1).unwrap(), NaiveDate::from_ymd_opt(2027, 1, 1).unwrap());
    world.read(|rx| surveys::asked(rx, whose, period)).len()
}

#[test]
fn each_scope_of_the_survey_counts_its_own() {
    for world in worlds() {
        ieum::app::demo::last_year(&world.db, world.now()).unwrap();
        let all = Scope { all: true, ..Scope::default() };
        let ids = world.read(|rx| visible_ids(rx, &all, 2000));
        let cases = ids.into_iter().map(|id| world.read(|rx| cases::find_id(rx, &all, id)));
        // The ten of last year, both sides of each.
        let asked: Vec<Case> = cases
            .filter(|c| c.survey_asks.len() == 2 && c.follow_ups.iter().all(|f| f.result.is_some()))
            .filter(|c| c.ended_by_agreement())
            .collect();
        assert!(asked.len() >= 10, "{}: {}", world.name, asked.len());
        let (committee, ngo) = (asked[0].bodies.committee.unwrap(), asked[0].bodies.ngo.unwrap());
        let programme = named(&world, BEFORE);
        let scopes = || {
            [
                Whose::Ward("11410".to_owned()),
                Whose::Committees(vec![committee]),
                Whose::Ngos(vec![ngo]),
                Whose::Programme(programme, None),
            ]
        };
        let of = |ids: &[Case]| ids.iter().map(|c| c.id).collect::<Vec<CaseId>>();
        let set = |cases: &[Case], what: &str| {
            let ids: Vec<String> = of(cases).iter().map(|id| id.0.to_string()).collect();
            world.run(&format!("UPDATE case_surveys SET {what} WHERE case_id IN ({})", ids.join(", ")));
        };
        set(&asked, &format!("programme_id = {}", programme.0));
        let before = scopes().map(|whose| counted(&world, &whose));
        // One is another ward's, two another committee's, three another NGO's, four under no programme.
        set(&asked[..1], "ward_code = '11440'");
        set(&asked[1..3], "committee_id = NULL");
        set(&asked[3..6], "ngo_id = NULL");
        set(&asked[6..10], "programme_id = NULL");
        let after = scopes().map(|whose| counted(&world, &whose));
        let fewer: Vec<usize> = before.iter().zip(after).map(|(before, after)| before - after).collect();
        assert_eq!(fewer, [2, 4, 6, 8], "{}", world.name);
        // Of a programme only the 단지 that are asked for.
        let complex = asked[0].intake.complex.unwrap();
        let within = |places: Vec<ComplexId>| counted(&world, &Whose::Programme(programme, Some(places)));
        assert_eq!(within(vec![ComplexId(complex.0 + 10_000)]), 0);
        assert!(within(vec![complex]) > 0);
    }
}
