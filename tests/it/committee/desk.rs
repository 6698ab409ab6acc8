//! The committee's own affairs by pages and by programs: rules, papers of the day, scans, handovers, pledges, stand-ins, tries.
use super::Evening;
use crate::world::{Answer, World, visible_ids, worlds};
use chrono::Duration;
use ieum::casework::committee::{Nomination, nominate};
use ieum::casework::recusal;
use ieum::domain::case::Case;
use ieum::domain::codes::{Post, RecusalGround, Role, SeatCategory, Selection, Stage};
use ieum::domain::committee::delegation::Chaired;
use ieum::domain::meeting::MeetingStep;
use ieum::domain::permission::{Grant, Scope};
use ieum::store::{StoreError, cases, seats, users};
use serde_json::{Value, json};

fn said(answer: &Answer, status: u16) -> Value {
    assert_eq!(answer.status, status, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

fn wrong(answer: &Answer) -> Vec<String> {
    let problem = said(answer, 422);
    let fields = problem["fields"].as_array().unwrap().iter();
    fields.map(|f| f["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_program_keeps_the_committee_as_its_pages_do() {
    for world in worlds() {
        let evening = Evening::of(&world);
        let (desk, member) = (world.staff("secretary"), world.staff("member"));
        let own = said(&desk.call("GET", "/api/v1/committees", ""), 200);
        assert_eq!(own["committees"][0]["id"], evening.body.0);
        let home = format!("/api/v1/committees/{}", evening.body.0);
        let acts = format!("{home}/acts");
        let shown = said(&desk.call("GET", &home, ""), 200)["committee"].clone();
        assert_eq!(shown["rules"]["quorum"], "over_1_2");
        assert!(
            said(&member.call("GET", &home, ""), 200)["committee"]["duties"].as_array().unwrap().is_empty()
        );
        let mut rules = json!({
            "act": "rules", "from": "2027-01-01", "basis": "2026년 12월 정기회의 의결", "size_min": 5, "chair": "elected",
            "categories": ["neighbour"], "appointer": "representatives", "term_years": 2, "regular_months": 3,
            "quorum": "2_3", "majority": "over_1_2", "demand": "1_3", "recused_on_roll": true, "notice_days": 5,
            "training_hours": 4, "modes": ["in_person", "online"],
        });
        assert_eq!(member.call("POST", &acts, &rules.to_string()).status, 403);
        said(&desk.call("POST", &acts, &rules.to_string()), 201);
        assert_eq!(wrong(&desk.call("POST", &acts, &rules.to_string())), ["from"], "one a day");
        rules["basis"] = json!("");
        rules["from"] = json!("2027-02-01");
        assert_eq!(wrong(&desk.call("POST", &acts, &rules.to_string())), ["basis"]);
        let now = said(&desk.call("GET", &home, ""), 200)["committee"].clone();
        assert_eq!(now["rules"]["quorum"], "over_1_2", "not before its day");
        let page = world.staff("chair").get(&format!("/committees/{}", evening.body.0));
        assert!(page.body.contains("2026년 12월 정기회의 의결"), "{}", page.body);
        table(&world, &evening, &acts);
    }
}

/// The 전결표: on paper from a day on, or by the vote of a meeting.
fn table(world: &World, evening: &Evening<'_>, acts: &str) {
    let desk = world.staff("secretary");
    let lines = said(&desk.call("GET", acts.trim_end_matches("/acts"), ""), 200);
    let mut body = json!({"act": "table", "basis": "회의"});
    for line in lines["committee"]["delegation"].as_array().unwrap() {
        body[line["act"].as_str().unwrap()] = json!("chair");
    }
    body["from"] = json!("2026-01-01");
    assert_eq!(
        wrong(&desk.call("POST", acts, &body.to_string())),
        ["from"],
        "never for a day that has passed"
    );
    body["from"] = json!("2027-01-01");
    said(&desk.call("POST", acts, &body.to_string()), 201);
    let starts = evening.at + Duration::hours(2);
    let call = json!({"act": "meeting", "sort": "urgent", "mode": "in_person", "starts_at": starts, "minutes": 60,
                      "place": "관리동", "reason": "급함"});
    let id = said(&desk.call("POST", acts, &call.to_string()), 201)["meeting_id"].as_i64().unwrap();
    body["meeting"] = json!(id);
    said(&desk.call("POST", acts, &body.to_string()), 201);
    let meeting = format!("/api/v1/meetings/{id}");
    let shown = said(&desk.call("GET", &meeting, ""), 200)["meeting"].clone();
    assert_eq!(shown["items"][0]["kind"], "delegation");
    let steps = format!("{meeting}/steps");
    let open = said(&desk.call("GET", &steps, ""), 200);
    assert!(open["steps"].as_array().unwrap().iter().any(|s| s["step"] == "notify"), "{open}");
    let early = json!({"step": "open", "all": true, "presiding": evening.seat("chair").0});
    let refused = said(&desk.call("POST", &steps, &early.to_string()), 409);
    assert_eq!(refused["code"], "early");
    let stale = json!({"step": "notify", "version": 1});
    assert_eq!(said(&desk.call("POST", &steps, &stale.to_string()), 409)["code"], "conflict");
    said(&desk.call("POST", &steps, &json!({"step": "notify"}).to_string()), 201);
    let roster = json!({"step": "roster", "seats": []});
    assert_eq!(wrong(&desk.call("POST", &steps, &roster.to_string())), ["step"], "Ieum's own line");
}

#[test]
fn the_papers_of_the_day_and_the_signed_minutes_are_kept_from_whoever_left() {
    for world in worlds() {
        let mut evening = Evening::of(&world);
        let number = evening.open_case();
        evening.called(vec![super::about(&number, "close:out_of_scope")]);
        let (actor, at) = (evening.actor("member2"), evening.at);
        world
            .db
            .write_here(|tx| recusal::declare(tx, &actor, &number, RecusalGround::Friend, "아는 사이", at))
            .unwrap();
        let everyone = ["chair", "member", "member2", "clerk"].map(|name| evening.seat(name));
        evening.take("clerk", MeetingStep::Issue { seats: everyone.to_vec() });
        world.set(evening.at);
        let meeting = format!("/meetings/{}", evening.meeting.as_ref().unwrap().id.0);
        let packet = world.staff("clerk").get(&format!("{meeting}/packet"));
        assert_eq!(packet.status, 200);
        assert!(packet.body.contains("제4호") && packet.body.contains(&number), "{}", packet.body);
        // One copy for each: three tell the case, the one of whoever left does not.
        assert_eq!(packet.body.matches(&format!("{number} 사건")).count(), 3, "{}", packet.body);
        assert!(packet.body.contains("물러난 안건"));
        assert_eq!(world.staff("member").get(&format!("{meeting}/packet")).status, 404);
        evening.open(everyone.to_vec());
        evening.decide(1, (1, 1, 1), None);
        evening.signed();
        evening.take("clerk", MeetingStep::Collect { numbers: vec![1, 2, 3], text: String::new() });
        world.set(evening.at);
        let todo = world.staff("chair").get("/todo");
        assert!(todo.body.contains("나눠 준 회의 자료 거두기"), "{}", todo.body);
        scanned(&world, &meeting);
        nothing_of_it(&world, &meeting, &number);
    }
}

fn upload(world: &World, meeting: &str, bytes: &str) -> Answer {
    let mut clerk = world.staff("clerk");
    let form = clerk.get(&format!("{meeting}/scans/new"));
    assert!(form.body.contains("multipart/form-data"), "{}", form.body);
    let csrf = form.body.split("name=\"_csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let body = format!(
        "--x\r\ncontent-disposition: form-data; name=\"_csrf\"\r\n\r\n{csrf}\r\n--x\r\ncontent-disposition: form-data; \
         name=\"scan\"; filename=\"m.pdf\"\r\ncontent-type: application/pdf\r\n\r\n{bytes}\r\n--x--\r\n"
    );
    let head = [("content-type", "multipart/form-data; boundary=x")];
    clerk.send("POST", &format!("{meeting}/scans/new"), &head, &body)
}

fn scanned(world: &World, meeting: &str) {
    let html = upload(world, meeting, "<html>no pdf, whatever its name says</html>");
    assert_eq!(html.status, 422, "{}", html.body);
    assert_eq!(upload(world, meeting, "%PDF-1.7 서명").status, 303);
    assert_eq!(upload(world, meeting, "%PDF-1.7 서명").status, 422, "the same file once");
    let mut member = world.staff("member");
    let minutes = member.get(&format!("{meeting}/minutes"));
    let path = minutes.body.split("href=\"").find(|p| p.contains("/scans/")).unwrap();
    let path = path.split('"').next().unwrap().to_owned();
    let scan = member.get(&path);
    assert_eq!((scan.status, scan.header("content-type")), (200, Some("application/pdf")));
    assert!(scan.header("content-disposition").unwrap().starts_with("attachment"));
    assert_eq!(world.staff("member2").get(&path).status, 404, "who left an item reads no scan");
    assert_eq!(world.staff("ngo").get(&path).status, 404);
    // Sealed: the words of the file stand nowhere in the database.
    let sealed = world.read(|rx| {
        let id = meeting.rsplit('/').next().unwrap().parse().unwrap();
        ieum::store::scans::of_meeting(rx, ieum::domain::ids::MeetingId(id))
    });
    assert_eq!(sealed.len(), 1);
}

/// No path by which a recused member, or one whose term ended, reads a word of the case.
fn nothing_of_it(world: &World, meeting: &str, number: &str) {
    let id = meeting.rsplit('/').next().unwrap();
    let pages = [
        meeting.to_owned(),
        format!("{meeting}/minutes"),
        format!("{meeting}/public"),
        format!("{meeting}/packet"),
        format!("{meeting}/print/notice"),
        format!("{meeting}/print/minutes"),
        format!("{meeting}/print/public"),
        format!("{meeting}/steps/decide"),
        format!("{meeting}/steps/recuse"),
        format!("/cases/{number}"),
        format!("/cases/{number}/parties"),
        format!("/cases/{number}/log"),
        format!("/cases/{number}/papers"),
        format!("/cases/{number}/print/history"),
        format!("/cases/{number}/meetings"),
        format!("/cases/{number}/steps/note"),
        "/todo".to_owned(),
        "/cases".to_owned(),
    ];
    let calls = [
        format!("/api/v1/meetings/{id}"),
        format!("/api/v1/meetings/{id}/steps"),
        format!("/api/v1/meetings/{id}/public"),
        format!("/api/v1/cases/{number}/file"),
        format!("/api/v1/cases/{number}/history"),
        "/api/v1/cases".to_owned(),
        "/api/v1/duties".to_owned(),
    ];
    for name in ["member2", "ended"] {
        let mut visitor = if name == "ended" {
            let mut out = world.staff("member");
            out.get("/todo");
            let (user, now) = (world.user("member"), world.now());
            world
                .db
                .write_here(|tx| {
                    for grant in users::grants_of(tx, user)?.iter().filter(|g| !g.is_over(now)) {
                        users::end_grant(tx, grant.id, None, now)?;
                    }
                    Ok::<_, StoreError>(())
                })
                .unwrap();
            out
        } else {
            world.staff(name)
        };
        for path in &pages {
            let page = visitor.get(path);
            let words = page.body.replace("<h1>", "");
            // A refused page's address may stand in its own form; its words may not.
            assert!(!words.contains(&format!("{number} 사건")), "{name} {path}");
            assert!(path.contains(number) || !words.contains(number), "{name} {path}: {words}");
            assert!(!path.contains(number) || page.status == 404, "{name} {path}: {}", page.status);
        }
        for path in &calls {
            let answer = visitor.call("GET", path, "");
            assert!(!answer.body.contains(number), "{name} {path}: {}", answer.body);
        }
    }
}

#[test]
fn a_desk_is_handed_over_with_what_waits_and_two_signatures() {
    for world in worlds() {
        let evening = Evening::of(&world);
        let mut desk = world.staff("secretary");
        let new = format!("/handovers/new/{}", evening.body.0);
        assert_eq!(world.staff("member").get(&new).status, 404);
        let form = desk.get(&new);
        assert!(form.status == 200 && form.body.contains("노서기"), "{}", form.body);
        let taker = world.user("clerk").0.to_string();
        let bad = desk.post(&new, &[("taker", "999999"), ("passed", "열쇠 두 개")]);
        assert!(bad.status == 422 && bad.body.contains("열쇠 두 개"));
        let made = desk.post(&new, &[("taker", &taker), ("passed", "열쇠 두 개와 도장")]);
        assert_eq!(made.status, 303, "{}", made.body);
        let record = made.header("location").unwrap().to_owned();
        let shown = desk.get(&record);
        assert!(shown.body.contains("열쇠 두 개와 도장") && shown.body.contains("남아 있던 일"));
        let mut clerk = world.staff("clerk");
        assert_eq!(clerk.get(&format!("{record}/sign/giver")).status, 404, "only the desk or the giver");
        for (who, side) in [(&mut desk, "giver"), (&mut clerk, "taker")] {
            who.get(&format!("{record}/sign/{side}"));
            assert_eq!(who.post(&format!("{record}/sign/{side}"), &[]).status, 303);
            assert_eq!(who.get(&format!("{record}/sign/{side}")).status, 404, "once");
        }
        let id = record.rsplit('/').next().unwrap();
        let told = said(&clerk.call("GET", &format!("/api/v1/handovers/{id}"), ""), 200)["handover"].clone();
        assert!(told["giver_signed_at"].is_string() && told["taker_signed_at"].is_string(), "{told}");
        assert!(!told["duties"].as_array().unwrap().is_empty());
        assert_eq!(world.staff("office").get(&record).status, 404);
        let sheet = clerk.get(&format!("{record}/print"));
        for word in ["인계인수서", "열쇠 두 개와 도장", "오간사", "노서기", "서명(", "열려 있던 일"]
        {
            assert!(sheet.status == 200 && sheet.body.contains(word), "{word}: {}", sheet.body);
        }
        for duty in told["duties"].as_array().unwrap() {
            assert!(sheet.body.contains(duty["what"].as_str().unwrap()), "{duty}: {}", sheet.body);
        }
        assert_eq!(world.staff("office").get(&format!("{record}/print")).status, 404);
        let again = json!({"taker": true, "method": "link"}).to_string();
        let path = format!("/api/v1/handovers/{id}/signature");
        assert_eq!(said(&clerk.call("POST", &path, &again), 409)["code"], "signed");
    }
}

#[test]
fn a_role_without_a_seat_pledges_before_the_first_file() {
    for world in worlds() {
        let evening = Evening::of(&world);
        let number = evening.open_case();
        let (body, now) = (evening.body, world.now());
        world
            .db
            .write_here(|tx| {
                let user = users::add(tx, "helper@demo.example", "도움이", "", now)?;
                users::set_password(tx, user, "no password opens this", now)?;
                let grant = Grant { role: Role::Secretary, body: Some(body) };
                users::grant_from(tx, user, grant, (now - Duration::days(1), None), None, now)
            })
            .unwrap();
        let mut helper = world.staff("helper");
        let path = format!("/cases/{number}");
        let sent = helper.get(&path);
        assert_eq!(sent.status, 303, "{}", sent.body);
        let pledge = sent.header("location").unwrap().to_owned();
        assert!(pledge.starts_with("/pledge?next="), "{pledge}");
        let file = format!("/api/v1/cases/{number}/file");
        assert_eq!(said(&helper.call("GET", &file, ""), 409)["code"], "pledge_needed");
        let asked = r#"{"body": 1, "reason": "x", "basis": "consent"}"#;
        for (packet, asked) in [("referrals/preview", asked), ("referrals/1/packet", "")] {
            let shut = helper.call("POST", &format!("/api/v1/cases/{number}/{packet}"), asked);
            assert_eq!(said(&shut, 409)["code"], "pledge_needed", "{packet}");
        }
        assert_eq!(helper.get(&format!("{path}/referrals/1/packet")).status, 303);
        let form = helper.get(&pledge);
        assert!(form.body.contains("지키겠습니다"), "{}", form.body);
        assert_eq!(helper.post("/pledge", &[("next", path.as_str())]).status, 422, "unticked");
        let done = helper.post("/pledge", &[("next", path.as_str()), ("agree", "yes")]);
        assert_eq!((done.status, done.header("location")), (303, Some(path.as_str())));
        assert_eq!(helper.get(&path).status, 200);
        assert_eq!(helper.get("/pledge").status, 404, "once");
    }
}

#[test]
fn a_case_whose_secretary_left_gets_another_desk_and_tries_are_seen_by_the_right_people() {
    for world in worlds() {
        let evening = Evening::of(&world);
        let number = evening.open_case();
        let (actor, at) = (evening.actor("secretary"), evening.at);
        let acts = format!("/committees/{}/do/stand_in", evening.body.0);
        let seat = evening.seat("member").0.to_string();
        let form = [("number", number.as_str()), ("seat", seat.as_str())];
        let mut chair = world.staff("chair");
        chair.get(&acts);
        assert_eq!(chair.post(&acts, &form).status, 422, "the 간사 is there");
        world
            .db
            .write_here(|tx| recusal::declare(tx, &actor, &number, RecusalGround::Kin, "사촌", at))
            .unwrap();
        let path = format!("/cases/{number}");
        assert_eq!(world.staff("secretary").get(&path).status, 404);
        assert_eq!(chair.post(&acts, &form).status, 303);
        let mut stand_in = world.staff("member");
        assert_eq!(stand_in.get(&path).status, 200);
        assert_eq!(stand_in.get(&format!("{path}/steps/note")).status, 200, "the desk's steps are theirs");
        assert_eq!(world.staff("secretary").get(&path).status, 404, "and still not the 간사's");
        // The chair sees the 간사's try on the committee's page; the member does not.
        let home = format!("/committees/{}", evening.body.0);
        let seen = chair.get(&home);
        assert!(seen.body.contains("열려고 한 기록") && seen.body.contains("오간사"), "{}", seen.body);
        assert!(!stand_in.get(&home).body.contains("열려고 한 기록"));
        // A chair's own try goes to the ward, and to the ward alone.
        let actor = evening.actor("chair");
        let other = actor.agenda.first().copied();
        let own = match other {
            Some(case) => evening.world.read(|rx| {
                let all = ieum::domain::permission::Scope { all: true, ..Default::default() };
                Ok(ieum::store::cases::find_id(rx, &all, case)?.number)
            }),
            None => number.clone(),
        };
        world
            .db
            .write_here(|tx| recusal::declare(tx, &actor, &own, RecusalGround::Friend, "아는 사이", at))
            .unwrap();
        assert_eq!(chair.get(&format!("/cases/{own}")).status, 404);
        let ward = world.staff("ward").get("/ward/attempts");
        assert!(ward.body.contains("조위원장") && !ward.body.contains("오간사"), "{}", ward.body);
        assert!(!ward.body.contains(&own), "no case number for the ward");
        assert!(!chair.get(&home).body.contains("조위원장 (위원장)"));
    }
}

#[test]
fn a_successor_fills_the_rest_of_the_term_and_kin_named_by_others_is_out_at_once() {
    for world in worlds() {
        let evening = Evening::of(&world);
        let seat = evening.seat("member2");
        let until = world.read(|rx| seats::find(rx, seat)).seat.until;
        let desk = world.staff("secretary");
        let today = ieum::domain::seoul::day(evening.at).to_string();
        let by = json!({"act": "substitute", "from": today, "name": "후임위원", "unit": "109동 1308호"});
        let path = format!("/api/v1/seats/{}/acts", seat.0);
        let made = said(&desk.call("POST", &path, &by.to_string()), 201);
        let next = ieum::domain::ids::SeatId(made["seat_id"].as_i64().unwrap());
        let next = world.read(|rx| seats::find(rx, next)).seat;
        assert_eq!((next.until, next.replaces), (until, Some(seat)));
        assert!(!evening.actor("member2").has(Role::Member), "the rights ended with the seat");
        assert_eq!(said(&desk.call("POST", &path, &by.to_string()), 409)["code"], "seat_ended");
        let number = evening.open_case();
        let member = evening.seat("member").0;
        let both = json!({"clear": true, "ground": "friend"});
        let refused =
            said(&desk.call("POST", &format!("/api/v1/cases/{number}/recusal"), &both.to_string()), 422);
        assert_eq!(refused["fields"][0]["name"], "clear", "{refused}");
        let kin = json!({"seat_id": member, "ground": "kin", "why": "신청인이 사촌이라고 함"});
        said(&desk.call("POST", &format!("/api/v1/cases/{number}/recusal"), &kin.to_string()), 201);
        let case = evening.case(&number).id;
        assert!(evening.actor("member").recused.contains(&case));
        assert!(!evening.case(&number).frozen, "nothing waits: it is 제척");
        reserve(&evening);
    }
}

/// A reserve member has no vote and is not in the roll.
fn reserve(evening: &Evening<'_>) {
    let (desk, at) = (evening.actor("secretary"), evening.at);
    let form = Nomination {
        person: seats::Person { name: "예비위원".to_owned(), ..seats::Person::default() },
        post: Some(Post::Member),
        votes: false,
        category: Some(SeatCategory::Expert),
        selection: Some(Selection::Recommended),
        ..Nomination::default()
    };
    let id = evening.world.db.write_here(|tx| nominate(tx, &desk, evening.body, &form, at)).unwrap();
    let kept = evening.world.read(|rx| seats::find(rx, id)).seat;
    assert!(!kept.votes && kept.user.is_none());
}

#[test]
fn three_officers_act_where_there_is_no_committee() {
    use ieum::domain::codes::{Assembly, CommitteeKind};
    use ieum::store::{bodies, complexes};
    for world in worlds() {
        let now = world.now();
        let bare = world.read(|rx| {
            for complex in complexes::all(rx)? {
                let none = complexes::facts_at(rx, complex.id, now)?.0.committee == CommitteeKind::None;
                let seated = bodies::every(rx)?.iter().any(|b| {
                    b.complex_id == Some(complex.id) && b.kind == ieum::domain::codes::BodyKind::Committee
                });
                if none && !seated {
                    return Ok(complex.id);
                }
            }
            Err(StoreError::NotFound)
        });
        let body =
            json!({"kind": "committee", "name": "세 임원 대행", "complex_id": bare.0, "committee": "none"});
        let made = said(&world.staff("admin").call("POST", "/api/v1/bodies", &body.to_string()), 201);
        let id = ieum::domain::ids::BodyId(made["id"].as_i64().unwrap());
        let day = ieum::domain::seoul::day(now);
        let rules = world.db.read_here(|rx| {
            let body = bodies::find(rx, id)?;
            ieum::casework::committee::rules_on(rx, &body, day)
        });
        let rules = rules.unwrap();
        assert_eq!((rules.assembly, rules.size_max), (Assembly::Substitute, Some(3)));
        assert!(rules.has_case_rights() && rules.ex_officio.contains(&"관리사무소장".to_owned()));
        let kept = world.read(|rx| complexes::facts_at(rx, bare, now)).0.committee;
        assert_eq!(kept, CommitteeKind::None, "the 단지 has no committee for all that");
        obliged(&world, bare);
    }
}

/// Whether a 단지 must have a committee: the decree's threshold, or its own dated answer.
fn obliged(world: &World, complex: ieum::domain::ids::ComplexId) {
    let admin = world.staff("admin");
    let path = format!("/api/v1/complexes/{}/obligations", complex.0);
    let body = |from: &str, required: bool, reason: &str| {
        json!({"from": from, "required": required, "reason": reason}).to_string()
    };
    assert_eq!(wrong(&admin.call("POST", &path, &body("2027-01-01", true, " "))), ["reason"]);
    said(&admin.call("POST", &path, &body("2027-01-01", true, "관리규약 제50조")), 200);
    assert_eq!(wrong(&admin.call("POST", &path, &body("2027-01-01", false, "다시"))), ["from"]);
    let facts = format!("/api/v1/complexes/{}/facts", complex.0);
    let told = said(&admin.call("GET", &facts, ""), 200)["obligations"].clone();
    assert_eq!(told, json!([{"from": "2027-01-01", "required": true, "reason": "관리규약 제50조"}]));
    let page = world.staff("admin").get(&format!("/admin/complexes/{}", complex.0));
    assert!(page.body.contains("관리규약 제50조") && page.body.contains("두어야 함"), "{}", page.body);
    let own: Vec<_> = world.read(ieum::store::complexes::obligations);
    let own: Vec<_> = own.into_iter().filter(|(id, _)| *id == complex).map(|(_, dated)| dated).collect();
    let must = |y, m, d| {
        let day = chrono::NaiveDate::from_ymd_opt(y, m, d).unwrap();
        let sizes = ieum::domain::committee::rules::mandatory_sizes();
        ieum::domain::committee::rules::must_have_committee(10, &sizes, &own, day)
    };
    assert!(!must(2026, 12, 31) && must(2027, 1, 1));
}

/// What a 전결표 opens to its chair as SQL is what the rule says of each case, over every edge of its days.
#[test]
fn a_chair_sees_the_cases_that_the_table_gives_them_and_no_other() {
    let all = Scope { all: true, ..Scope::default() };
    for world in worlds() {
        let body = Evening::of(&world).body;
        let cases: Vec<Case> = world.read(|rx| {
            let ids = visible_ids(rx, &all, 5000)?;
            ids.into_iter().map(|id| cases::find_id(rx, &all, id)).collect::<Result<_, _>>()
        });
        // The edges are the receipts of the committee's own cases, so that each has a case on it.
        let held = |case: &&Case| case.holder == Some(body) && case.bodies.committee == Some(body);
        let mut days: Vec<_> = cases.iter().filter(held).map(|case| case.intake.received_at).collect();
        days.sort_unstable();
        let (early, middle) = (days[0], days[days.len() / 2]);
        let (mut seen, mut hidden) = (0, 0);
        for (from, until) in [(early, None), (early, Some(middle)), (middle, None), (middle, Some(middle))] {
            for stages in [vec![Stage::Mediating], Stage::ALL.to_vec()] {
                let given = Chaired { body, from, until, stages };
                let scope = Scope { chaired: vec![given.clone()], ..Scope::default() };
                let mut found = world.read(|rx| visible_ids(rx, &scope, 5000));
                let mut wanted: Vec<_> = cases.iter().filter(|c| given.covers(c)).map(|c| c.id).collect();
                found.sort_unstable();
                wanted.sort_unstable();
                assert_eq!(found, wanted, "{} {given:?}", world.name);
                (seen, hidden) = (seen + found.len(), hidden + cases.len() - found.len());
                // Whoever is recused sees it no more.
                let Some(left) = wanted.pop() else { continue };
                let scope = Scope { recused: vec![left], ..scope };
                let mut found = world.read(|rx| visible_ids(rx, &scope, 5000));
                found.sort_unstable();
                assert_eq!(found, wanted, "{}", world.name);
            }
        }
        assert!(seen > 0 && hidden > 0, "{}: {seen} {hidden}", world.name);
    }
}
