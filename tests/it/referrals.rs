//! 의뢰: who answers, to whom a case can go and on what ground, asked of the page, the API and the step, on both databases.
use crate::provision::{case, take};
use crate::world::{World, worlds};
use chrono::{Duration, NaiveDate};
use ieum::casework::CaseworkError;
use ieum::domain::case::Case;
use ieum::domain::codes::{
    BodyKind, DutyKind, Method, Outcome, ProvisionBasis, ReferralState, ReturnReason, Side,
};
use ieum::domain::ids::BodyId;
use ieum::domain::permission::Scope;
use ieum::domain::step::Step;
use ieum::store::bodies::{self, NewBody};
use ieum::store::programmes::{self, Terms};
use ieum::store::{cases, complexes, projection};
use serde_json::json;

fn body(world: &World, kind: BodyKind, new: &NewBody) -> BodyId {
    world.db.write_here(|tx| bodies::add(tx, kind, new, world.now())).unwrap()
}

fn near(name: &str) -> NewBody {
    NewBody { name: name.to_owned(), ward_code: "11410".to_owned(), ..NewBody::default() }
}

fn refer(body: BodyId, basis: ProvisionBasis) -> Step {
    Step::Refer { body, reason: "함께 도와주시기 바람".to_owned(), basis, kind: None }
}

fn again(world: &World, number: &str) -> Case {
    world.read(|rx| cases::find(rx, &Scope { all: true, ..Scope::default() }, number))
}

/// The case that waits for the NGO's answer, given back to the committee.
fn with_committee(world: &World) -> Case {
    let waiting = case(world);
    let referral = waiting.referrals[0].seq;
    let back = Step::ReturnReferral { referral, reason: ReturnReason::Capacity, note: String::new() };
    take(world, &world.actor("ngo"), &waiting.number, back).unwrap().case
}

fn refused_at(done: Result<ieum::casework::step::Taken, CaseworkError>) -> (String, String) {
    match done {
        Err(CaseworkError::Invalid(wrong)) => wrong[0].clone(),
        other => panic!("{other:?}"),
    }
}

fn agrees(world: &World, number: &str, side: Side, body: BodyId, given: bool) {
    let (method, version) = (Method::Phone, String::new());
    let said = Step::Provide { side, given, method, body: Some(body), version };
    take(world, &world.actor("secretary"), number, said).unwrap();
}

#[test]
fn what_a_body_outside_said_is_written_down_by_whoever_has_the_case() {
    for world in worlds() {
        let case = with_committee(&world);
        let centre = body(&world, BodyKind::Outside, &near("이웃분쟁조정센터"));
        let mut desk = world.staff("secretary");
        let path = format!("/cases/{}", case.number);
        let send = format!("{path}/steps/refer");
        let at = centre.0.to_string();
        let asked = [("body", at.as_str()), ("reason", "이웃 사이 조정이 필요함"), ("basis", "none")];
        assert_eq!(desk.post(&send, &asked).status, 303, "{}", world.name);
        let sent = again(&world, &case.number);
        assert_eq!((sent.holder, sent.is_open()), (case.holder, true), "the turn stays with the committee");
        let minded = world.read(|rx| projection::duties_in(rx, case.id));
        let duty = minded.iter().find(|d| d.kind == DutyKind::AskReferral).unwrap();
        assert_eq!(duty.body_id, case.holder);
        let referral = sent.referrals.last().unwrap().seq.to_string();
        // Nobody else answers it, nor an answered one of the NGO's.
        let mut ngo = world.staff("ngo");
        assert!([403, 404].contains(&ngo.post(&format!("{path}/steps/accept_referral"), &[]).status));
        let form = desk.get(&format!("{path}/steps/return_referral"));
        assert!(form.body.contains("이웃분쟁조정센터"), "{}", form.body);
        let back = [("referral", referral.as_str()), ("reason", "capacity")];
        assert_eq!(desk.post(&format!("{path}/steps/return_referral"), &back).status, 303);
        let back = again(&world, &case.number);
        assert_eq!(
            (back.holder, back.referrals.last().unwrap().state),
            (case.holder, ReferralState::Returned)
        );
        assert_eq!(desk.post(&send, &asked).status, 303);
        let referral = again(&world, &case.number).referrals.last().unwrap().seq;
        let accepted = json!({"step": "accept_referral", "referral": referral, "note": "접수 2026-77"});
        let done = desk.call("POST", &format!("/api/v1/cases/{}/steps", case.number), &accepted.to_string());
        assert_eq!(done.status, 201, "{}", done.body);
        assert_eq!(again(&world, &case.number).outcome(), Some(Outcome::Transferred));
    }
}

#[test]
fn a_case_goes_nowhere_outside_its_area_and_page_and_api_offer_nothing_else() {
    for world in worlds() {
        let case = with_committee(&world);
        let elsewhere = |name: &str| NewBody { ward_code: "11440".to_owned(), ..near(name) };
        let dong = |code: &str| NewBody { dong_code: Some(code.to_owned()), ..near("다른동주민센터") };
        let other = world.read(|rx| complexes::by_code(rx, "CYD-02")).id;
        let gone = body(&world, BodyKind::Outside, &near("끝난기관"));
        world
            .db
            .write_here(|tx| bodies::end(tx, gone, NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()))
            .unwrap();
        let strangers = [
            (body(&world, BodyKind::Outside, &elsewhere("먼곳기관")), "관할 밖"),
            (body(&world, BodyKind::Ngo, &elsewhere("먼곳단체")), "관할 밖"),
            (body(&world, BodyKind::Dong, &dong("1141071000")), "관할 밖"),
            (
                body(
                    &world,
                    BodyKind::Committee,
                    &NewBody { complex: Some(other), ..near("다른단지위원회") },
                ),
                "같은 단지",
            ),
            (gone, "지금은 없는 기관"),
            (case.bodies.ward.unwrap(), "의뢰를 받지 않는"),
        ];
        for (stranger, rule) in strangers {
            let done = take(
                &world,
                &world.actor("secretary"),
                &case.number,
                refer(stranger, ProvisionBasis::NoPersonalData),
            );
            let (field, sentence) = refused_at(done);
            assert!(field == "body" && sentence.contains(rule), "{}: {field} {sentence}", world.name);
        }
        let fine = body(&world, BodyKind::Outside, &near("가까운기관"));
        let mut desk = world.staff("secretary");
        let page = desk.get(&format!("/cases/{}/steps/refer", case.number)).body;
        let api = desk.call("GET", &format!("/api/v1/cases/{}/steps", case.number), "").body;
        let api: serde_json::Value = serde_json::from_str(&api).unwrap();
        let steps = api["steps"].as_array().unwrap();
        let step = steps.iter().find(|s| s["step"] == "refer").unwrap();
        let field = step["fields"].as_array().unwrap().iter().find(|f| f["name"] == "body").unwrap();
        let offered: Vec<i64> =
            field["choices"].as_array().unwrap().iter().map(|c| c["value"].as_i64().unwrap()).collect();
        assert!(offered.contains(&fine.0) && page.contains("가까운기관"));
        for (stranger, _) in strangers {
            assert!(!offered.contains(&stranger.0), "{}", world.name);
        }
        for name in ["먼곳기관", "먼곳단체", "다른동주민센터", "다른단지위원회", "끝난기관"]
        {
            assert!(!page.contains(name), "{} offers {name}", world.name);
        }
        assert_eq!(again(&world, &case.number).referrals.len(), 1);
    }
}

#[test]
fn personal_data_goes_to_a_body_on_its_basis_alone() {
    for world in worlds() {
        let case = with_committee(&world);
        let (desk, number) = (world.actor("secretary"), case.number.as_str());
        let centre = body(&world, BodyKind::Outside, &near("이웃분쟁조정센터"));
        // §26 is for an NGO under contract; §17 asks a consent that names this body.
        let (field, why) =
            refused_at(take(&world, &desk, number, refer(centre, ProvisionBasis::Entrustment)));
        assert!(field == "basis" && why.contains("§26"), "{field} {why}");
        let (field, why) = refused_at(take(&world, &desk, number, refer(centre, ProvisionBasis::Consent)));
        assert!(field == "basis" && why.contains("§17"), "the NGO's consent names the NGO: {field} {why}");
        agrees(&world, number, Side::Applicant, centre, true);
        assert_eq!(
            again(&world, number).applicant.provided_to,
            case.applicant.provided_to,
            "the NGO's stands"
        );
        agrees(&world, number, Side::Applicant, centre, false);
        let (field, _) = refused_at(take(&world, &desk, number, refer(centre, ProvisionBasis::Consent)));
        assert_eq!(field, "basis");
        agrees(&world, number, Side::Applicant, centre, true);
        let sent = take(&world, &desk, number, refer(centre, ProvisionBasis::Consent)).unwrap();
        let mut visitor = world.staff("secretary");
        let paper = visitor.get(&format!("/cases/{number}/print/referral?seq={}", sent.seq)).body;
        assert!(paper.contains("박하람") && paper.contains("전하지 않음"), "the respondent did not agree");
        assert!(!paper.contains("108동 1202호"), "{paper}");
    }
}

#[test]
fn an_ngos_programme_has_to_cover_the_complex() {
    for world in worlds() {
        let case = with_committee(&world);
        let (desk, number, now) = (world.actor("secretary"), case.number.as_str(), world.now());
        let own = case.bodies.ngo.unwrap();
        let second = body(&world, BodyKind::Ngo, &near("두번째센터"));
        let terms = |ngo| Terms {
            ngo_id: Some(ngo),
            from_on: None,
            until_on: Some((now + Duration::days(30)).date_naive()),
            basis: "entrustment".to_owned(),
            budget_won: None,
            activities: String::new(),
            mediators: 1,
        };
        let complex = case.intake.complex.unwrap();
        world
            .db
            .write_here(|tx| {
                let ours = programmes::add(tx, "우리 단지 사업", None, &terms(own), None, now)?;
                programmes::add(tx, "다른 단지 사업", None, &terms(second), None, now)?;
                let (mut facts, _) = complexes::facts_at(tx, complex, now)?;
                facts.programme_id = Some(ours);
                complexes::set_facts(tx, complex, &facts, now)
            })
            .unwrap();
        let (field, why) =
            refused_at(take(&world, &desk, number, refer(second, ProvisionBasis::Entrustment)));
        assert!(field == "body" && why.contains("다른 기관이 맡은 사업"), "{}: {why}", world.name);
        world.wait(Duration::days(31));
        let (field, why) = refused_at(take(&world, &desk, number, refer(own, ProvisionBasis::Entrustment)));
        assert!(field == "body" && why.contains("사업의 기간이 아닙니다"), "{field} {why}");
        world.wait(-Duration::days(31));
        take(&world, &desk, number, refer(own, ProvisionBasis::Entrustment)).unwrap();
    }
}
