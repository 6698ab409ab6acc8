//! Hours of service and their papers, the roster's own rules, and who sees what about mediators.
use super::*;
use crate::api::program::program;
use ieum::casework::roster::{self, Kept};
use ieum::domain::codes::TokenScope;

/// Fixes a meeting and, so much later, writes down that both came to it.
fn held(house: &House, number: &str, starts_at: DateTime<Utc>, later: Duration) {
    let coordinator = actor(house, Role::Coordinator);
    let case = take(house, &coordinator, number, fix(starts_at, None)).unwrap();
    house.wait(later);
    let held = Step::HoldSession {
        session: case.sessions.last().map(|s| s.seq),
        kind: MeetingKind::Joint,
        applicant: true,
        respondent: true,
        applicant_by: None,
        respondent_by: None,
        result: "이야기함".to_owned(),
        next: None,
        next_on: None,
    };
    take(house, &coordinator, number, held).unwrap();
}

#[test]
fn sessions_count_as_hours_in_the_month_in_which_they_were_held() {
    for base in fresh() {
        let house = House::open(base);
        let number = mediating(&house, "101", "201", house.mediator);
        // Held: an hour of service, with what was reported beside it.
        held(&house, &number, tuesday(), Duration::days(5));
        let mediator = house.staff(Role::Mediator);
        take(&house, &mediator, &number, Step::Report { summary: "정리".to_owned(), hours: 1.5 }).unwrap();
        let mut own = house.browser_of(house.mediator);
        let path = format!("/roster/{}", house.mediator.0);
        let page = own.get(&path).body;
        assert!(page.contains("2시간 30분"), "{page}");
        for (paper, words) in
            [("activity?month=2026-11", "활동일지"), ("certificate?year=2026", "활동 확인서")]
        {
            let sheet = own.get(&format!("{path}/print/{paper}")).body;
            assert!(sheet.contains(words) && sheet.contains("2시간 30분"), "{sheet}");
            assert!(!sheet.contains("김신청") && !sheet.contains("201호"), "{sheet}");
        }
        let (_, mut desk) = house.signed_in("최담당", Role::Coordinator, house.ngo);
        let sheet = desk.get("/roster/print/allowance?month=2026-11").body;
        assert!(
            sheet.contains("수당 지급조서") && sheet.contains("이조정") && sheet.contains("2시간 30분"),
            "{sheet}"
        );
        assert_eq!(own.get("/roster/print/allowance").status, 404, "the coordinator's alone");
    }
}

#[test]
fn sessions_of_those_who_have_left_are_paid_for_and_each_ngo_has_its_own_sheet() {
    for base in fresh() {
        let house = House::open(base);
        let number = mediating(&house, "101", "201", house.mediator);
        // Written down a week into the next month, it still is November's.
        held(&house, &number, tuesday(), Duration::days(14));
        let path = format!("/roster/{}", house.mediator.0);
        let now = house.now();
        let grants = house.db.read_here(|rx| users::grants_of(rx, house.mediator)).unwrap();
        house.db.write_here(|tx| users::end_grant(tx, grants[0].id, None, now)).unwrap();
        let (_, mut desk) = house.signed_in("최담당", Role::Coordinator, house.ngo);
        let sheet = desk.get("/roster/print/allowance?month=2026-11").body;
        assert!(sheet.contains("이조정") && sheet.contains("1시간"), "{sheet}");
        let page = desk.get("/roster").body;
        assert!(page.contains("이제 명부에 없는 분"), "{page}");
        let sheet = desk.get(&format!("{path}/print/certificate?year=2026")).body;
        assert!(sheet.contains("이조정") && sheet.contains("1시간"), "{sheet}");
        let elsewhere = house
            .db
            .write_here(|tx| {
                let ngo = NewBody { name: "이웃사랑".to_owned(), ..NewBody::default() };
                bodies::add(tx, BodyKind::Ngo, &ngo, now)
            })
            .unwrap();
        let (_, mut stranger) = house.signed_in("남담당", Role::Coordinator, elsewhere);
        let sheet = stranger.get("/roster/print/allowance?month=2026-11").body;
        assert!(sheet.contains("이웃사랑") && !sheet.contains("이조정"), "{sheet}");
        let ours = format!("/roster/print/allowance?month=2026-11&ngo={}", house.ngo.0);
        assert_eq!(stranger.get(&ours).status, 404, "another NGO's sheet");
        assert_eq!(stranger.get(&format!("{path}/print/certificate?year=2026")).status, 404);
    }
}

#[test]
fn sessions_the_roster_names_only_places_that_there_are() {
    for base in fresh() {
        let house = House::open(base);
        let (coordinator, now) = (actor(&house, Role::Coordinator), house.now());
        let far = "1144055500".to_owned();
        house.db.write_here(|tx| bodies::add_dong(tx, &far, "공덕동", "11440")).unwrap();
        let keep = |dongs: &[&str], conflicts: &[&str]| {
            let list = |all: &[&str]| all.iter().map(|s| (*s).to_owned()).collect();
            let kept =
                Kept { max_load: 3, dongs: list(dongs), conflicts: list(conflicts), ..Kept::default() };
            match house.db.write_here(|tx| roster::keep(tx, &coordinator, house.mediator, &kept, now)) {
                Ok(()) => Vec::new(),
                Err(CaseworkError::Invalid(fields)) => fields.into_iter().map(|(name, _)| name).collect(),
                Err(e) => panic!("{e:?}"),
            }
        };
        assert_eq!(keep(&["1141055500"], &["A1"]), Vec::<String>::new());
        assert_eq!(keep(&[&far], &[]), ["dongs"], "another ward's");
        assert_eq!(keep(&["9999999999"], &["B7"]), ["dongs", "conflicts"], "there are no such places");
    }
}

#[test]
fn sessions_who_could_be_asked_is_for_those_who_ask() {
    for base in fresh() {
        let house = House::open(base);
        let number = mediating(&house, "101", "201", house.mediator);
        let kept = house.db.write_here(|tx| {
            let known = mediators::of_user(tx, house.mediator)?.ok_or(StoreError::NotFound)?;
            mediators::keep(tx, &Mediator { relations: "소장과 친척입니다".to_owned(), ..known })
        });
        kept.unwrap();
        let path = format!("/api/v1/cases/{number}/candidates");
        let theirs = program(&house, "coord", Role::Coordinator, Some(house.ngo), TokenScope::Read);
        assert!(theirs.get(&path).of(200).to_string().contains("소장과 친척입니다"));
        let desk = program(&house, "desk", Role::Secretary, Some(house.committee), TokenScope::Read);
        assert_eq!(desk.get(&format!("/api/v1/cases/{number}/file")).status, 200, "reads the file");
        assert_eq!(desk.get(&path).problem(404), "not_found", "yet does not ask");
        assert_eq!(desk.get(&format!("/api/v1/cases/{number}/members")).problem(404), "not_found");
        // What they declared is their own coordinator's to know, whoever else may ask them.
        let (case, now) = (house.case(), house.now());
        let reasons = |who: Role| {
            let who = actor(&house, who);
            let need = ieum::casework::assign::Need::default();
            let found =
                house.db.read_here(|rx| ieum::casework::assign::candidates(rx, &who, &case, &need, now));
            found.unwrap().into_iter().flat_map(|c| c.reasons).collect::<String>()
        };
        assert!(reasons(Role::Coordinator).contains("친척") && !reasons(Role::Secretary).contains("친척"));
    }
}
