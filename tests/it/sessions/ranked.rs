//! Whom to ask, as the roster in the database has them: area, language, load, wishes, training, leave and interests.
use super::*;
use ieum::casework::assign::{Candidate, Need, candidates, check_mediator};
use ieum::store::cases;

fn known(house: &House, user: UserId, change: impl Fn(Mediator) -> Mediator) {
    let kept = house.db.write_here(|tx| {
        let known = mediators::of_user(tx, user)?.ok_or(StoreError::NotFound)?;
        mediators::keep(tx, &change(known))
    });
    kept.unwrap();
}

fn ranked(house: &House, number: &str, language: &str) -> Vec<Candidate> {
    let (coordinator, now) = (actor(house, Role::Coordinator), house.now());
    let need = Need { wanted: vec![], language: language.to_owned() };
    let found = house.db.read_here(|rx| {
        let case = cases::find(rx, &coordinator.scope(), number)?;
        candidates(rx, &coordinator, &case, &need, now)
    });
    found.unwrap()
}

fn first(house: &House, number: &str, language: &str) -> UserId {
    ranked(house, number, language)[0].user
}

#[test]
fn sessions_the_roster_in_the_database_says_whom_to_ask_and_whom_not() {
    for base in fresh() {
        let house = House::open(base);
        let [here, there, speaks] = [house.mediator, another(&house, 1), another(&house, 2)];
        let dongs = |dongs: &'static str| move |m| Mediator { dongs: dongs.to_owned(), ..m };
        known(&house, here, dongs("1141055500"));
        known(&house, there, dongs("1141061500"));
        known(&house, speaks, |m| Mediator { languages: "한국어 베트남어".to_owned(), ..m });
        let number = waiting(&house, "101", "201");
        // Area: the case's own 동, then everywhere, then another one.
        let order: Vec<UserId> = ranked(&house, &number, "").iter().map(|c| c.user).collect();
        assert_eq!(order, [here, speaks, there]);
        // A language that one side needs weighs more than the area; and everybody's reasons say so.
        assert_eq!(first(&house, &number, "베트남어"), speaks);
        let told = |user: UserId, language: &str| {
            let all = ranked(&house, &number, language);
            all.into_iter().find(|c| c.user == user).unwrap().reasons.join("\n")
        };
        assert!(told(speaks, "베트남어").contains("(찾는 말을 합니다)"));
        assert!(told(here, "베트남어").contains("(찾는 말이 적혀 있지 않습니다)"));
        assert!(told(here, "").contains("이 동에서 활동합니다") && told(there, "").contains("다른 동에서"));
        // Load: who has taken two cases within the year comes after who has none, though from elsewhere in the ward.
        mediating(&house, "102", "202", here);
        mediating(&house, "103", "203", here);
        assert_eq!(first(&house, &number, ""), speaks, "a case or two outweigh the area");
        assert!(told(here, "").contains("맡은 사건 2건(최대 5건)"), "{}", told(here, ""));
        known(&house, here, |m| Mediator { max_load: 2, ..m });
        let (coordinator, now) = (actor(&house, Role::Coordinator), house.now());
        let asked = |user: UserId| {
            house.db.read_here(|rx| {
                let case = cases::find(rx, &coordinator.scope(), &number)?;
                check_mediator(rx, &coordinator, &case, user, now)
            })
        };
        let blocked = |user: UserId| match asked(user) {
            Err(CaseworkError::Invalid(wrong)) => wrong[0].1.clone(),
            other => panic!("{other:?}"),
        };
        assert!(blocked(here).contains("맡을 수 있는 사건 수를 채웠습니다"));
        // An interest in the 단지 that they declared, and leave, block whatever else holds.
        known(&house, speaks, |m| Mediator { conflicts: "Z9 A1".to_owned(), ..m });
        assert!(blocked(speaks).contains("이 단지에 이해관계가 있습니다"), "{}", blocked(speaks));
        let today = ieum::domain::seoul::day(now);
        known(&house, there, |m| Mediator { leave_from: Some(today), leave_until: Some(today), ..m });
        assert!(blocked(there).contains("쉽니다"));
        let all = ranked(&house, &number, "");
        assert!(all.iter().all(|c| !c.blocked.is_empty()), "nobody is left, and each says why: {all:?}");
        let offer = Step::Offer { mediator: speaks, answer_by: now + Duration::hours(72), wanted: vec![] };
        assert!(take(&house, &coordinator, &number, offer).is_err(), "nor by the step itself");
        house.wait(Duration::days(2));
        assert_eq!(first(&house, &number, ""), there, "back from leave");
    }
}

#[test]
fn sessions_a_co_mediator_whom_the_lead_wished_for_is_asked_first() {
    for base in fresh() {
        let house = House::open(base);
        let [wished, other] = [another(&house, 2), another(&house, 1)];
        // The lead's own case, and a second one beside it that says who is in charge.
        let number = mediating(&house, "101", "201", house.mediator);
        let order = |house: &House| -> Vec<UserId> {
            let free = ranked(house, &number, "").into_iter().filter(|c| c.blocked.is_empty());
            free.map(|c| c.user).collect()
        };
        let before = order(&house);
        assert!(before.contains(&wished) && before.contains(&other), "{before:?}");
        let last = *before.last().unwrap();
        let lead = house.mediator.0.to_string();
        known(&house, last, |m| Mediator { wishes: lead.clone(), ..m });
        assert_eq!(order(&house)[0], last, "with whom they like to work is in charge");
        let told = ranked(&house, &number, "").into_iter().find(|c| c.user == last).unwrap().reasons;
        assert!(told.iter().any(|r| r.contains("함께 맡고 싶다고 한 분")), "{told:?}");
    }
}
