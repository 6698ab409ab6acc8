//! 의뢰: who answers, to whom a case can go and on what ground, asked of the page, the API and the step, on both databases.
mod by_link;
mod demands;
mod ends;

use crate::provision::{case, take};
use crate::world::{Answer, Visitor, World, worlds};
use chrono::{Duration, NaiveDate};
use ieum::casework::{CaseworkError, clockwork};
use ieum::domain::case::Case;
use ieum::domain::codes::{
    BodyKind, DutyKind, Method, Outcome, ProvisionBasis, ReferralState, ReturnReason, Role, Side,
};
use ieum::domain::ids::BodyId;
use ieum::domain::letter::Letter;
use ieum::domain::permission::Scope;
use ieum::domain::step::Step;
use ieum::store::bodies::{self, NewBody};
use ieum::store::programmes::{self, Terms};
use ieum::store::{cases, complexes, events, outbox, projection};
use serde_json::json;

pub(crate) fn body(world: &World, kind: BodyKind, new: &NewBody) -> BodyId {
    world.db.write_here(|tx| bodies::add(tx, kind, new, world.now())).unwrap()
}

pub(crate) fn near(name: &str) -> NewBody {
    NewBody { name: name.to_owned(), ward_code: "11410".to_owned(), ..NewBody::default() }
}

fn refer(body: BodyId, basis: ProvisionBasis) -> Step {
    Step::refer(body, "함께 도와주시기 바람".to_owned(), basis)
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

/// Sends a referral with the mark of what was shown.
fn sent_as_shown(desk: &mut Visitor, path: &str, form: &[(&str, &str)], shown: &str) -> Answer {
    let mark = shown.split("name=\"packet\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    desk.post(path, &[form, &[("packet", mark.as_str())]].concat())
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
        let shown = desk.post(&send, &asked);
        assert!(shown.status == 200 && again(&world, &case.number).referrals.len() == 1, "shown, not sent");
        assert_eq!(sent_as_shown(&mut desk, &send, &asked, &shown.body).status, 303, "{}", world.name);
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
        let shown = desk.post(&send, &asked);
        assert_eq!(sent_as_shown(&mut desk, &send, &asked, &shown.body).status, 303);
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
        let mut others = again(&world, number).provisions;
        others.retain(|(_, to)| *to != centre);
        assert_eq!(others, case.provisions, "the NGO's stands");
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

/// What stands in the page's 의뢰서.
fn written(page: &str) -> String {
    let text = page.split("<pre class=\"packet\">").nth(1).unwrap().split("</pre>").next().unwrap();
    text.replace("&#x27;", "'").replace("&amp;", "&")
}

#[test]
fn what_is_shown_is_what_goes_and_what_the_dong_opens_until_its_result() {
    for world in worlds() {
        let case = with_committee(&world);
        let (number, mut desk) = (case.number.clone(), world.staff("secretary"));
        let office = world.actor("dong").bodies(Role::Dong)[0];
        agrees(&world, &number, Side::Applicant, office, true);
        let (path, to) = (format!("/cases/{number}/steps/refer"), office.0.to_string());
        let form = [
            ("body", to.as_str()),
            ("_asked", to.as_str()),
            ("reason", "혼자 사셔서 걱정됨"),
            ("basis", "consent"),
        ];
        let shown = desk.post(&path, &form);
        let preview = written(&shown.body);
        assert!(preview.contains("박하람") && preview.contains("상대방: 전하지 않음"), "{preview}");
        let body = json!({"body": office.0, "reason": "혼자 사셔서 걱정됨", "basis": "consent"}).to_string();
        let api = desk.call("POST", &format!("/api/v1/cases/{number}/referrals/preview"), &body);
        let api: serde_json::Value = serde_json::from_str(&api.body).unwrap();
        assert_eq!(api["packet"]["text"], preview, "{}", world.name);
        // What changed in between is shown again, not sent.
        let changed =
            [("body", to.as_str()), ("_asked", to.as_str()), ("reason", "다른 까닭"), ("basis", "consent")];
        let stopped = sent_as_shown(&mut desk, &path, &changed, &shown.body);
        assert!(stopped.status == 200 && written(&stopped.body).contains("다른 까닭"));
        let stale = json!({"step": "refer", "body": office.0, "reason": "x", "basis": "consent", "packet": api["packet"]["sha256"]});
        let stale = desk.call("POST", &format!("/api/v1/cases/{number}/steps"), &stale.to_string());
        assert!(stale.status == 422 && stale.body.contains("packet"), "{}", stale.body);
        assert_eq!(sent_as_shown(&mut desk, &path, &form, &shown.body).status, 303);
        let referral = again(&world, &number).referrals.last().unwrap().seq;
        let line = world.read(|rx| events::of_case(rx, case.id)).into_iter().find(|l| l.seq == referral);
        let Step::Refer { packet, .. } = line.unwrap().step else { panic!() };
        assert_eq!(packet, api["packet"]["sha256"].as_str().unwrap());

        // Nothing of it opens before the dong takes it; then the very bytes do, and the opening is on record.
        let (mut dong, at) = (world.staff("dong"), format!("/cases/{number}/referrals/{referral}/packet"));
        assert_eq!(dong.get(&at).status, 404);
        let inbox = dong.get("/referrals").body;
        assert!(inbox.contains("의뢰 받기") && inbox.contains(&number) && !inbox.contains("박하람"));
        let take_it = format!("/cases/{number}/steps/accept_referral");
        dong.get(&take_it);
        let seq = referral.to_string();
        assert_eq!(dong.post(&take_it, &[("referral", seq.as_str())]).status, 303);
        assert_eq!(again(&world, &number).holder, case.holder, "a dong takes no turn");
        assert!(
            dong.get(&format!("/cases/{number}")).body.contains(&format!("href=\"{at}\"")),
            "it is found"
        );
        let opened = dong.get(&at);
        assert_eq!(written(&opened.body), preview, "{}", world.name);
        let api = dong.call("POST", &format!("/api/v1/cases/{number}/referrals/{referral}/packet"), "");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&api.body).unwrap()["packet"]["text"], preview);
        let log = desk.get(&format!("/cases/{number}/log")).body;
        assert!(log.contains("임주무"), "{log}");
        assert!(dong.get("/referrals").body.contains("결과 보내기"));
        // Progress, then the result; then it opens no more.
        let actor = world.actor("dong");
        let progress = Step::ReferralProgress { referral, text: "두 번 들름".to_owned() };
        take(&world, &actor, &number, progress).unwrap();
        assert_eq!(dong.get(&at).status, 200);
        let result =
            Step::ReferralResult {
                referral, their_number: String::new(), result: "돌봄에 연결".to_owned()
            };
        take(&world, &actor, &number, result).unwrap();
        assert_eq!(again(&world, &number).referrals.last().unwrap().state, ReferralState::Done);
        assert_eq!((dong.get(&at).status, dong.get(&format!("/cases/{number}")).status), (404, 404));
        assert!(dong.get("/referrals").body.contains("결과 받음"));
        assert_eq!(written(&desk.get(&at).body), preview, "the sender still knows what went");
    }
}

#[test]
fn silence_is_a_state_a_notice_and_a_duty_and_the_turn_never_hangs() {
    for world in worlds() {
        let case = with_committee(&world);
        let (number, ngo) = (case.number.as_str(), case.bodies.ngo.unwrap());
        take(&world, &world.actor("secretary"), number, refer(ngo, ProvisionBasis::NoPersonalData)).unwrap();
        let due = again(&world, number).referrals.last().unwrap().due;
        let tick = || {
            let now = world.now();
            assert!(world.read(|rx| clockwork::waiting(rx, now, 1000)).contains(&case.id) || now < due);
            world.db.write_here(|tx| clockwork::tick(tx, case.id, now)).unwrap()
        };
        world.set(due - Duration::minutes(1));
        assert_eq!(tick(), 0, "in time");
        world.set(due);
        assert_eq!(tick(), 1);
        assert_eq!(tick(), 0, "said once");
        let silent = again(&world, number);
        let referral = silent.referrals.last().unwrap();
        assert_eq!((referral.state, silent.holder), (ReferralState::Silent, Some(ngo)));
        let minded = world.read(|rx| projection::duties_in(rx, case.id));
        let asks = minded.iter().find(|d| d.kind == DutyKind::AskReferral).unwrap();
        assert_eq!(asks.body_id, case.holder, "the sender's");
        let mails = world.read(|rx| outbox::of_case(rx, case.id, None, 100, world.now()));
        assert!(
            mails.iter().any(|(_, out)| {
                matches!(out.as_ref().map(|o| &o.letter), Some(Letter::ReferralSilent { .. }))
            }),
            "{}",
            world.name
        );
        let mut desk = world.staff("secretary");
        let back = format!("/cases/{number}/steps/return_referral");
        desk.get(&back);
        let seq = referral.seq.to_string();
        assert_eq!(desk.post(&back, &[("referral", seq.as_str()), ("reason", "no_answer")]).status, 303);
        assert_eq!(again(&world, number).holder, case.holder);
    }
}
