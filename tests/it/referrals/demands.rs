//! What a body demands: asked at the referral, its deadline by its own calendar, what its acceptance means; application help for the
//! desk and the applicant; the dong's one page. On both databases.
use super::{again, agrees, body, near, refused_at, take, with_committee};
use crate::world::{Answer, Visitor, World, worlds};
use chrono::{DateTime, Duration, Utc};
use ieum::casework::clockwork;
use ieum::domain::case::Case;
use ieum::domain::codes::{
    BodyKind, Calendar, DongHelp, DutyKind, Known, Outcome, ProvisionBasis, ReferralState, Role, Side, Venue,
};
use ieum::domain::deadline::{civil_petition_days, days_after, working_days_after};
use ieum::domain::ids::BodyId;
use ieum::domain::referral::Answered;
use ieum::domain::step::Step;
use ieum::store::bodies::{self, NewBody};
use ieum::store::projection;
use serde_json::{Value, json};

fn of(world: &World, kind: BodyKind, venue: Venue, name: &str) -> BodyId {
    body(world, kind, &NewBody { venue: Some(venue), ..near(name) })
}

fn refer(body: BodyId, help: Option<DongHelp>, said: &[(&str, Known)]) -> Step {
    let answers = said.iter().map(|(q, answer)| Answered { question: (*q).to_owned(), answer: *answer });
    Step::Refer {
        body,
        reason: "함께 도와주시기 바람".to_owned(),
        basis: ProvisionBasis::NoPersonalData,
        kind: None,
        packet: String::new(),
        help,
        answers: answers.collect(),
        terms: None,
    }
}

fn sent(world: &World, number: &str, step: Step) -> (i64, DateTime<Utc>) {
    let case = take(world, &world.actor("secretary"), number, step).unwrap().case;
    let referral = case.referrals.last().unwrap();
    (referral.seq, referral.due)
}

#[test]
fn a_dong_is_asked_for_what_it_helps_with_and_an_excluded_answer_goes_nowhere() {
    for world in worlds() {
        let case = with_committee(&world);
        let (number, office) = (case.number.as_str(), world.actor("dong").bodies(Role::Dong)[0]);
        let (mut desk, id) = (world.staff("secretary"), office.0.to_string());
        let path = format!("/cases/{number}/steps/refer");
        let form = |more: &[(&'static str, &'static str)]| {
            let own =
                [("body", id.clone()), ("reason", "혼자 사심".to_owned()), ("basis", "none".to_owned())];
            let own = own.into_iter().chain(more.iter().map(|(n, v)| (*n, (*v).to_owned())));
            own.collect::<Vec<(&str, String)>>()
        };
        let post = |desk: &mut Visitor, form: Vec<(&str, String)>| -> Answer {
            let pairs: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
            desk.post(&path, &pairs)
        };
        // First the questions, with their rules and the deadline; nothing typed is lost, nothing goes.
        let asked = post(&mut desk, form(&[]));
        assert_eq!(asked.status, 200);
        for shown in [
            "answers_welfare",
            "사회보장급여법 §13",
            "동단위 사례관리",
            "민원처리법에 따른 기간",
            "혼자 사심",
            "맡은 곳은 그대로",
        ] {
            assert!(asked.body.contains(shown), "{}: {shown}", world.name);
        }
        assert!(!asked.body.contains("<pre class=\"packet\">"));
        let with_questions = |answer: &'static str| {
            let mut own =
                form(&[("answers_wanted", "yes"), ("help", "case_work"), ("answers_welfare", answer)]);
            own.push(("_asked", id.clone()));
            own
        };
        let refused = post(&mut desk, with_questions("no"));
        assert_eq!(refused.status, 422);
        assert!(
            refused.body.contains("동주민센터가 할 일이 없습니다")
                && refused.body.contains("사회보장급여법 §13")
        );
        let shown = post(&mut desk, with_questions("yes"));
        assert!(
            shown.body.contains("부탁하는 일: 동단위 사례관리") && shown.body.contains("?: 예"),
            "{}",
            shown.body
        );
        // The API asks the same.
        let api = |answers: Value, help: Value| {
            let body = json!({"step": "refer", "body": office.0, "reason": "x", "basis": "none", "answers": answers, "help": help});
            desk.call("POST", &format!("/api/v1/cases/{number}/steps"), &body.to_string())
        };
        let no = api(json!([{"question": "wanted", "answer": "no"}]), Value::Null);
        assert!(
            no.status == 422 && no.body.contains("\"answers\"") && no.body.contains("§5②"),
            "{}",
            no.body
        );
        let other = api(json!([{"question": "suit", "answer": "no"}]), Value::Null);
        assert!(other.status == 422 && other.body.contains("묻지 않는 것"), "{}", other.body);
        let unknown = api(json!([{"question": "age", "answer": "no"}]), Value::Null);
        assert!(unknown.status == 422 && unknown.body.contains("그런 물음이 없습니다"), "{}", unknown.body);
        assert_eq!(again(&world, number).referrals.len(), 1, "{}", world.name);
        let gone = api(json!([{"question": "welfare", "answer": "yes"}]), json!("visit"));
        assert_eq!(gone.status, 201, "{}", gone.body);
        let referral = again(&world, number).referrals.last().cloned().unwrap();
        assert_eq!((referral.help, referral.terms.venue), (Some(DongHelp::Visit), Venue::DongOffice));
    }
}

#[test]
fn only_a_dong_is_asked_to_visit_and_a_lawyer_only_about_the_law() {
    for world in worlds() {
        let number = with_committee(&world).number;
        let lawyer = of(&world, BodyKind::Outside, Venue::Lawyer, "마을변호사");
        let step = refer(lawyer, Some(DongHelp::Visit), &[]);
        assert_eq!(refused_at(take(&world, &world.actor("secretary"), &number, step)).0, "help");
        let step = refer(lawyer, None, &[("legal", Known::No)]);
        assert_eq!(refused_at(take(&world, &world.actor("secretary"), &number, step)).0, "answers");
        assert_eq!(again(&world, &number).referrals.len(), 1, "{}", world.name);
    }
}

#[test]
fn every_body_answers_by_its_own_calendar_and_is_silent_only_after_it() {
    for world in worlds() {
        let case = with_committee(&world);
        let number = case.number.as_str();
        let office = world.actor("dong").bodies(Role::Dong)[0];
        let now = world.now();
        let lawyer = of(&world, BodyKind::Outside, Venue::Lawyer, "마을변호사");
        let city = of(&world, BodyKind::Outside, Venue::CityDesk, "시 상담실");
        let centre = of(&world, BodyKind::Outside, Venue::NeighbourCentre, "이웃분쟁조정센터");
        assert_eq!(sent(&world, number, refer(office, None, &[])).1, civil_petition_days(now, 7));
        assert_eq!(sent(&world, number, refer(lawyer, None, &[])).1, days_after(now, 7));
        assert_eq!(sent(&world, number, refer(city, None, &[])).1, civil_petition_days(now, 7));
        let (seq, due) = sent(&world, number, refer(centre, None, &[]));
        assert_eq!(due, civil_petition_days(now, 7), "{}", world.name);
        // The operator lays down other days for one body: what was sent keeps its deadline, what goes out now has the new one.
        let mut admin = world.staff("admin");
        let path = format!("/admin/bodies/{}/terms", centre.0);
        let wrong = admin.post(&path, &[("venue", "police"), ("answer_days", "3")]);
        assert!(
            wrong.status == 422 || wrong.body.contains("목록에서"),
            "no such body of its kind: {}",
            wrong.status
        );
        let own = [("venue", "neighbour_centre"), ("answer_days", "3"), ("calendar", "working")];
        assert_eq!(admin.post(&path, &own).status, 303);
        assert!(admin.get(&format!("/admin/bodies/{}", centre.0)).body.contains("3일(근무일)"));
        assert_eq!(again(&world, number).referral(seq).unwrap().due, due);
        let minded = |kind: DutyKind| {
            let duties = world.read(|rx| projection::duties_in(rx, case.id));
            duties.into_iter().filter(|d| d.kind == kind).map(|d| d.due_at.and_utc()).collect::<Vec<_>>()
        };
        assert!(
            minded(DutyKind::AskReferral).contains(&due) && minded(DutyKind::AnswerReferral).contains(&due)
        );
        // Not a minute before.
        let tick = || world.db.write_here(|tx| clockwork::tick(tx, case.id, world.now())).unwrap();
        world.set(due - Duration::minutes(1));
        tick();
        assert_eq!(again(&world, number).referral(seq).unwrap().state, ReferralState::Sent);
        world.set(due);
        tick();
        assert_eq!(
            again(&world, number).referral(seq).unwrap().state,
            ReferralState::Silent,
            "{}",
            world.name
        );
        let back = Step::ReturnReferral {
            referral: seq,
            reason: ieum::domain::codes::ReturnReason::Capacity,
            note: String::new(),
        };
        take(&world, &world.actor("secretary"), number, back).unwrap();
        let (_, due) = sent(&world, number, refer(centre, None, &[]));
        assert_eq!(due, working_days_after(world.now(), 3));
        let case = again(&world, number);
        let terms = case.referrals.last().unwrap().terms;
        assert_eq!((terms.days, terms.calendar), (3, Calendar::Working));
    }
}

#[test]
fn an_acceptance_takes_the_case_over_only_where_the_body_does() {
    for world in worlds() {
        let case = with_committee(&world);
        let (number, desk) = (case.number.as_str(), world.actor("secretary"));
        let accept = |referral| Step::AcceptReferral {
            referral,
            their_number: "2026-77".to_owned(),
            note: String::new(),
        };
        for (venue, name) in [(Venue::Lawyer, "마을변호사"), (Venue::CityDesk, "시 상담실")] {
            let to = of(&world, BodyKind::Outside, venue, name);
            let (seq, _) = sent(&world, number, refer(to, None, &[]));
            let after = take(&world, &desk, number, accept(seq)).unwrap().case;
            assert_eq!(
                (after.holder, after.is_open()),
                (case.holder, true),
                "{venue} helps beside the committee"
            );
            let referral = after.referral(seq).unwrap();
            assert_eq!(
                (referral.state, referral.their_number.as_str()),
                (ReferralState::Accepted, "2026-77")
            );
        }
        let to = of(&world, BodyKind::Outside, Venue::NeighbourCentre, "이웃분쟁조정센터");
        let (seq, _) = sent(&world, number, refer(to, None, &[]));
        let second = of(&world, BodyKind::Outside, Venue::OtherReferred, "다른센터");
        let waits = take(&world, &desk, number, refer(second, None, &[]));
        assert!(
            matches!(waits, Err(ieum::casework::CaseworkError::Refused(r)) if r.code == "referral_pending")
        );
        let after = take(&world, &desk, number, accept(seq)).unwrap().case;
        assert_eq!(after.outcome(), Some(Outcome::Transferred), "{}", world.name);
    }
}

/// A body of the demonstration.
fn at(world: &World, venue: Venue) -> i64 {
    world.read(bodies::every).into_iter().find(|b| b.venue == Some(venue)).unwrap().id.0
}

/// A side's own page: its papers open after the digits of the desk, and never to the other side.
fn door(world: &World, case: &Case, side: Side) -> (Visitor, String) {
    let (link, _) = world.door(case, side);
    let closed = if side == Side::Applicant { 303 } else { 404 };
    assert_eq!(world.anonymous().get(&format!("{link}/applications")).status, closed);
    world.at_home(case, side)
}

#[test]
fn an_application_is_filled_in_for_desk_and_applicant_with_the_applicants_own_alone() {
    for world in worlds() {
        let case = with_committee(&world);
        let number = case.number.as_str();
        let commission = at(&world, Venue::LocalCommission);
        let mut desk = world.staff("secretary");
        let base = format!("/cases/{number}/applications");
        let list = desk.get(&base);
        assert!(
            list.status == 200 && list.body.contains("지방 공동주택관리 분쟁조정위원회"),
            "{}",
            list.status
        );
        let page = desk.get(&format!("{base}/{commission}"));
        for shown in [
            "공동주택관리법 §20⑪",
            "시행규칙 §34①",
            "갖춤",
            "본인에게 확인",
            "당사자간 교섭경위서",
            "증거목록",
        ] {
            assert!(page.body.contains(shown), "{}: {shown}", world.name);
        }
        let (mut own, link) = door(&world, &case, Side::Applicant);
        assert!(own.get(&link).body.contains(&format!("{link}/applications")));
        let theirs = own.get(&format!("{link}/applications/{commission}"));
        assert!(theirs.status == 200 && theirs.body.contains("공동주택관리법 §20⑪"), "{}", theirs.status);
        for paper in ["application", "history", "evidence"] {
            let printed = desk.get(&format!("{base}/{commission}/print/{paper}"));
            let same = own.get(&format!("{link}/applications/{commission}/print/{paper}"));
            for (who, answer) in [("desk", &printed), ("applicant", &same)] {
                assert_eq!(answer.status, 200, "{} {who} {paper}", world.name);
                assert!(answer.body.contains("박하람") && answer.body.contains("1102"), "{who} {paper}");
                assert!(!answer.body.contains("1202"), "{} {who} {paper}: the other side's door", world.name);
                // What staff wrote down stays with them.
                for kept in ["매트는 없음", "쪽지를 남긴 적은", "권고함"] {
                    assert!(!answer.body.contains(kept), "{} {who} {paper}: {kept}", world.name);
                }
            }
        }
        let history = own.get(&format!("{link}/applications/{commission}/print/history")).body;
        assert!(history.contains("권고") && history.contains("위원회에 넘기기"), "{history}");
        // The other side has none of it.
        let (mut other, link) = door(&world, &again(&world, number), Side::Respondent);
        for path in ["", "/print/application"] {
            assert_eq!(other.get(&format!("{link}/applications/{commission}{path}")).status, 404, "{path}");
        }
        assert_eq!(world.staff("ward").get(&base).status, 404);
    }
}

#[test]
fn a_dongs_officer_does_everything_on_one_page_and_sees_nothing_else() {
    for world in worlds() {
        let case = with_committee(&world);
        let (number, office) = (case.number.clone(), world.actor("dong").bodies(Role::Dong)[0]);
        agrees(&world, &number, Side::Applicant, office, true);
        let said = [("welfare", Known::Yes), ("wanted", Known::Yes)];
        let Step::Refer { body, reason, kind, packet, help, answers, terms, .. } =
            refer(office, Some(DongHelp::Lawyer), &said)
        else {
            panic!()
        };
        let basis = ProvisionBasis::Consent;
        let step = Step::Refer { body, reason, basis, kind, packet, help, answers, terms };
        let (seq, _) = sent(&world, &number, step);
        let mut dong = world.staff("dong");
        let page = dong.get("/referrals");
        assert!(page.body.contains(&number) && page.body.contains("마을변호사 연결"), "{}", page.body);
        assert!(page.body.contains("민원처리법에 따른 기간") && !page.body.contains("박하람"));
        let packet = format!("/cases/{number}/referrals/{seq}/packet");
        assert!(!page.body.contains(&packet), "it opens once it is taken");
        let id = seq.to_string();
        let mut act = |step: &str, more: &[(&str, &str)]| {
            let version = again(&world, &number).version.to_string();
            dong.get("/referrals");
            let form = [&[("referral", id.as_str()), ("version", version.as_str())], more].concat();
            let done = dong.post(&format!("/cases/{number}/steps/{step}"), &form);
            assert_eq!(
                (done.status, done.header("location")),
                (303, Some("/referrals")),
                "{step}: {}",
                done.body
            );
            dong.get("/referrals").body
        };
        let taken = act("accept_referral", &[("their_number", "동-12")]);
        assert!(taken.contains(&packet) && taken.contains("동-12") && taken.contains("경과 보내기"));
        let told = act("referral_progress", &[("text", "화요일에 상담함")]);
        assert!(told.contains("화요일에 상담함") && !told.contains("박하람"), "{told}");
        let over = act("referral_result", &[("result", "상담을 마침")]);
        assert!(!over.contains(&packet) && over.contains("마쳤습니다"), "{over}");
        let case = again(&world, &number);
        let referral = case.referral(seq).unwrap();
        assert_eq!((referral.state, referral.their_number.as_str()), (ReferralState::Done, "동-12"));
    }
}

#[test]
fn an_application_is_noted_with_its_number_outlives_the_case_and_bars_another_laws_mediation() {
    for world in worlds() {
        let case = with_committee(&world);
        let number = case.number.as_str();
        let base = format!("/cases/{number}/applications");
        let (commission, environment) =
            (at(&world, Venue::LocalCommission), at(&world, Venue::LocalEnvironment));
        let (mut own, link) = door(&world, &case, Side::Applicant);
        // The desk notes that it was applied for, and under which number; the holder stays; and now another law's mediation is under way.
        let api = |world: &World| {
            let desk = world.staff("secretary");
            let all = desk.call("GET", &format!("/api/v1{base}"), "");
            let all: Value = serde_json::from_str(&all.body).unwrap();
            let all = all["applications"].as_array().unwrap().clone();
            move |id: i64| all.iter().find(|a| a["body_id"] == id).unwrap().clone()
        };
        let standing = |one: &Value| {
            let all = one["conditions"].as_array().unwrap();
            all.iter()
                .find(|c| c["code"] == "nowhere_else")
                .map(|c| c["standing"].as_str().unwrap().to_owned())
        };
        assert_eq!(standing(&api(&world)(environment)).as_deref(), Some("met"));
        let (seq, due) = sent(&world, number, refer(BodyId(commission), None, &[("suit", Known::No)]));
        assert_eq!(due, days_after(world.now(), 14), "the applicant is asked again in two weeks");
        let noted =
            Step::AcceptReferral { referral: seq, their_number: "조정-31".to_owned(), note: String::new() };
        let after = take(&world, &world.actor("secretary"), number, noted).unwrap().case;
        assert_eq!((after.holder, after.is_open()), (case.holder, true));
        let told = api(&world);
        assert_eq!(told(commission)["their_number"], "조정-31");
        assert_eq!(standing(&told(environment)).as_deref(), Some("missing"), "환경분쟁조정법 §32③");
        assert!(own.get(&format!("{link}/applications/{commission}")).body.contains("조정-31"));
        let refused = take(
            &world,
            &world.actor("secretary"),
            number,
            refer(BodyId(environment), None, &[("other_mediation", Known::Yes)]),
        );
        let (field, why) = refused_at(refused);
        assert!(field == "answers" && why.contains("§32③"), "{field} {why}");
        // It goes on when the case ends, and its result is noted then.
        let withdrawn =
            Step::Close { outcome: Outcome::Withdrawn, reason: "본인이 원함".to_owned(), by: None };
        let centre = at(&world, Venue::NoiseCentre);
        let (there, _) = sent(&world, number, refer(BodyId(centre), None, &[]));
        take(&world, &world.actor("secretary"), number, withdrawn).unwrap();
        assert_eq!(again(&world, number).referral(there).unwrap().state, ReferralState::Sent);
        let result = Step::ReferralResult {
            referral: there,
            their_number: "현장-9".to_owned(),
            result: "전화상담을 받음".to_owned(),
        };
        let after = take(&world, &world.actor("secretary"), number, result).unwrap().case;
        assert_eq!(after.referral(there).unwrap().their_number, "현장-9", "{}", world.name);
    }
}
