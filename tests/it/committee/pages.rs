//! The pages of committees and meetings, walked as chair, 간사, 서기, member and recused member.
use super::Evening;
use crate::world::{Answer, Visitor, worlds};
use ieum::domain::codes::Role;

fn ok(answer: &Answer, what: &str) {
    assert_eq!(answer.status, 200, "{what}: {}", answer.body);
}

fn done(visitor: &mut Visitor, path: &str, form: &[(&str, &str)]) -> String {
    ok(&visitor.get(path), path);
    let answer = visitor.post(path.split('?').next().unwrap(), form);
    assert_eq!(answer.status, 303, "{path}: {}", answer.body);
    answer.header("location").unwrap().to_owned()
}

#[test]
fn an_evening_is_walked_by_its_pages() {
    for world in worlds() {
        let evening = Evening::of(&world);
        let number = evening.open_case();
        let home = format!("/committees/{}", evening.body.0);
        let (mut desk, mut chair) = (world.staff("secretary"), world.staff("chair"));
        let (mut clerk, mut member) = (world.staff("clerk"), world.staff("member2"));
        let shown = desk.get(&home);
        ok(&shown, &home);
        assert!(shown.body.contains("전결표") && shown.body.contains("과반수"), "{}", shown.body);
        assert_eq!(world.staff("ngo").get(&home).status, 404);
        let form = [
            ("sort", "urgent"),
            ("mode", "in_person"),
            ("starts_at_date", "2026-11-20"),
            ("starts_at_time", "12:00"),
            ("minutes", "60"),
            ("place", "관리동"),
        ];
        let meeting = done(&mut desk, &format!("{home}/do/meeting"), &form);
        let step = |code: &str| format!("{meeting}/steps/{code}");
        assert_eq!(desk.get(&step("notify")).status, 404, "no notice without an item");
        let wrong = desk.post(
            &step("add"),
            &[("matter", "case"), ("number", "1999-0001"), ("act", "close:out_of_scope")],
        );
        assert_eq!(wrong.status, 422);
        assert!(
            wrong.body.contains("1999-0001") && wrong.body.contains("이 위원회가 맡은 사건"),
            "what was typed stays"
        );
        done(
            &mut desk,
            &step("add"),
            &[("matter", "case"), ("number", &number), ("act", "close:out_of_scope")],
        );
        assert_eq!(member.get(&format!("/cases/{number}")).status, 404, "not before the notice");
        done(&mut chair, &step("notify"), &[]);
        ok(&member.get(&format!("/cases/{number}")), "the agenda opens the summary");
        let mut out = world.staff("member");
        leaves(&mut out, &mut desk, &meeting, &number);
        let seats: Vec<String> =
            ["chair", "member2", "clerk"].map(|n| evening.seat(n).0.to_string()).to_vec();
        let mut open: Vec<(&str, &str)> = seats[..2].iter().map(|s| ("present", s.as_str())).collect();
        open.push(("presiding", &seats[0]));
        let few = clerk.post(&step("open"), &open);
        assert_eq!(few.status, 422);
        assert!(few.body.contains("재적 5명의 과반수인 3명"), "{}", few.body);
        done(&mut clerk, &step("open"), &[("all", "yes"), ("presiding", &seats[0])]);
        let decide = format!("{}?item=1", step("decide"));
        ok(&clerk.get(&decide), "the form of the vote");
        let votes = |yes| {
            [
                ("item", "1"),
                ("yes", yes),
                ("no", "0"),
                ("abstain", "1"),
                ("ballot", "hands"),
                ("reason", "층간소음이 아님"),
            ]
        };
        let wrong = clerk.post(&step("decide"), &votes("5"));
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains("표를 낼 수 있는 위원은 4명"), "{}", wrong.body);
        done(&mut clerk, &decide, &votes("3"));
        let page = clerk.get(&meeting);
        assert!(page.body.contains("가결되었습니다") && page.body.contains("사건에 반영됨"), "{}", page.body);
        assert!(desk.get(&format!("/cases/{number}")).body.contains("범위 외"));
        ends_on_paper(&mut [chair, clerk, member, out], &meeting, &number);
    }
}

/// A member who leaves a case sees nothing of it, and nothing of its item.
fn leaves(out: &mut Visitor, desk: &mut Visitor, meeting: &str, number: &str) {
    // Asked, and sees no ground; that is kept, and keeps nobody in who thinks better of it.
    let page = format!("/cases/{number}");
    assert!(out.get(&page).body.contains("회피 확인하기"));
    assert_eq!(done(out, &format!("{page}/recusal"), &[("ground", "none")]), page);
    assert!(out.get(&page).body.contains("물러날 까닭이 없다고 확인하셨습니다"));
    assert!(desk.get(&page).body.contains("위원 1명이 물러날 까닭이 없다고 확인했습니다"));
    // The recused member: nothing of the case, nothing of the item.
    let left = done(out, &format!("/cases/{number}/recusal"), &[("ground", "friend"), ("why", "아는 사이")]);
    assert_eq!(left, "/todo");
    assert_eq!(out.get(&format!("/cases/{number}")).status, 404);
    let page = out.get(meeting);
    ok(&page, "their meeting");
    assert!(!page.body.contains(number) && page.body.contains("물러난 안건"));
}

/// Adjourned, written, signed twice: then nothing changes any more, and the summary is closed again.
fn ends_on_paper(people: &mut [Visitor; 4], meeting: &str, number: &str) {
    let [chair, clerk, member, out] = people;
    let step = |code: &str| format!("{meeting}/steps/{code}");
    done(chair, &step("adjourn"), &[]);
    done(clerk, &step("write"), &[("text", "차례로 다룸"), ("notes_1", "안건의 속말")]);
    assert!(!out.get(&format!("{meeting}/minutes")).body.contains("안건의 속말"));
    assert!(member.get(&format!("{meeting}/minutes")).body.contains("안건의 속말"));
    // How it was decided is told to who was there for it, and to nobody who had left.
    let minutes = format!("{meeting}/minutes");
    let json = format!("/api/v1{meeting}");
    for (page, theirs, none) in [
        (meeting, member.get(meeting).body, out.get(meeting).body),
        (&minutes, member.get(&minutes).body, out.get(&minutes).body),
        (&json, member.call("GET", &json, "").body, out.call("GET", &json, "").body),
    ] {
        assert!(theirs.contains("물러난 1명") && theirs.contains("찬성 3표"), "{page}: {theirs}");
        assert!(!none.contains("물러난 1명") && !none.contains("찬성 3표"), "{page}: {none}");
    }
    done(clerk, &step("complete"), &[]);
    done(clerk, &step("sign"), &[("signer", "clerk"), ("method", "link")]);
    done(chair, &step("sign"), &[("signer", "chair"), ("method", "link")]);
    let public = chair.get(&format!("{meeting}/public"));
    assert!(public.body.contains("층간소음 1건 심의·의결") && !public.body.contains(number));
    assert_eq!(clerk.get(&step("write")).status, 404, "signed minutes change no more");
    assert_eq!(member.get(&format!("/cases/{number}")).status, 404, "and the summary is closed again");
    done(clerk, &step("correct"), &[("text", "시작은 12:05")]);
}

#[test]
fn a_member_comes_in_by_the_pages_and_a_training_is_written_down() {
    for world in worlds() {
        let evening = Evening::of(&world);
        let home = format!("/committees/{}", evening.body.0);
        let mut desk = world.staff("secretary");
        let form = [
            ("name", "새위원"),
            ("account", "mediator3@demo.example"),
            ("unit", "109동 1207호"),
            ("post", "member"),
            ("votes", "yes"),
            ("category", "expert"),
            ("selection", "recommended"),
        ];
        let mut bad = form;
        bad[2].1 = "어딘가";
        let wrong = desk.post(&format!("{home}/do/nominate"), &bad);
        assert!(wrong.status == 422 && wrong.body.contains("어딘가"));
        let seat = done(&mut desk, &format!("{home}/do/nominate"), &form);
        let on = [("on", "2026-11-20")];
        assert_eq!(desk.get(&format!("{seat}/do/accept")).status, 404, "위촉 comes first");
        for act in ["appoint", "accept", "pledge"] {
            assert!(!evening.actor("mediator3").has(Role::Member));
            done(&mut desk, &format!("{seat}/do/{act}"), &on);
        }
        assert!(evening.actor("mediator3").has(Role::Member));
        let id = seat.rsplit('/').next().unwrap();
        let training = [
            ("seat", id),
            ("on", "2026-11-01"),
            ("hours", "4"),
            ("provider", "지원센터"),
            ("mode", "classroom"),
        ];
        done(&mut desk, &format!("{home}/do/train"), &training);
        done(&mut desk, &format!("{seat}/do/end"), &[("on", "2026-11-20"), ("why", "resigned")]);
        assert!(!evening.actor("mediator3").has(Role::Member), "the rights end with the seat");
        assert_eq!(world.staff("member").get(&seat).status, 404);
    }
}
