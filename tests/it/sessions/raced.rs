//! Two people at two desks who press at once in two cases: one mediator, one room, one place left on somebody's list.
use super::*;
use crate::residents::house::Browser;
use crate::staff::step;

/// Who presses, in which case, on which form, with what typed.
type Press<'t> = (&'t mut Browser, &'t str, &'t str, Vec<(&'t str, &'t str)>);

/// Both press at the same moment; the statuses and pages that they got.
fn at_once(presses: [Press<'_>; 2]) -> Vec<(u16, String)> {
    let gate = std::sync::Barrier::new(2);
    std::thread::scope(|all| {
        let press = |(browser, number, name, form): Press<'_>| {
            // The page is open before anybody presses.
            let shown = browser.get(&format!("/cases/{number}/steps/{name}"));
            assert_eq!(shown.status, 200, "{}", shown.body);
            (browser.clone(), number.to_owned(), name.to_owned(), owned(&form))
        };
        let ready = presses.map(press);
        let pressed = ready.map(|(mut browser, number, name, form)| {
            let gate = &gate;
            all.spawn(move || {
                let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
                gate.wait();
                let answer = step(&mut browser, &number, &name, &form);
                (answer.status, answer.body)
            })
        });
        pressed.into_iter().map(|press| press.join().unwrap()).collect()
    })
}

fn owned(form: &[(&str, &str)]) -> Vec<(String, String)> {
    form.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn one_won(answers: &[(u16, String)], why: &str) {
    let mut statuses: Vec<u16> = answers.iter().map(|(status, _)| *status).collect();
    statuses.sort_unstable();
    assert!(matches!(statuses[..], [303, 409 | 422]), "{answers:?}");
    let told = answers.iter().any(|(status, body)| *status != 303 && body.contains(why));
    assert!(told, "whoever lost is told why: {answers:?}");
}

#[test]
fn sessions_two_desks_in_two_cases_book_one_mediator_and_one_room_once() {
    for base in fresh() {
        let house = House::open(base);
        let (mediator, other, room) = (house.mediator, another(&house, 1), room(&house).0.to_string());
        let cases = [mediating(&house, "101", "201", mediator), mediating(&house, "102", "202", mediator)];
        let third = mediating(&house, "103", "203", other);
        let (_, mut one) = house.signed_in("최담당", Role::Coordinator, house.ngo);
        let (_, mut two) = house.signed_in("강담당", Role::Coordinator, house.ngo);
        let fixed = |date: &'static str, time: &'static str| {
            vec![("kind", "joint"), ("starts_at_date", date), ("starts_at_time", time), ("minutes", "60")]
        };
        let at =
            |place: (&'static str, &'static str), time| [fixed("2026-11-24", time), vec![place]].concat();
        let presses = [
            (&mut one, cases[0].as_str(), "fix_session", at(("place", "관리동"), "14:00")),
            (&mut two, cases[1].as_str(), "fix_session", at(("place", "경로당"), "14:30")),
        ];
        one_won(&at_once(presses), "함께하지 못하는 분이 있습니다");
        // Of the two cases the one that lost, with another mediator's: one room.
        let lost = cases.iter().find(|number| {
            let found = house.db.read_here(|rx| {
                ieum::store::cases::find(rx, &actor(&house, Role::Coordinator).scope(), number)
            });
            found.unwrap().sessions.is_empty()
        });
        let room = room.as_str();
        let lent = |time| [fixed("2026-11-25", time), vec![("room", room)]].concat();
        let presses = [
            (&mut one, lost.unwrap().as_str(), "fix_session", lent("10:00")),
            (&mut two, third.as_str(), "fix_session", lent("10:30")),
        ];
        one_won(&at_once(presses), "이 방은 다른 회의가 잡혀 있습니다");
    }
}

#[test]
fn sessions_two_desks_ask_the_mediator_who_has_room_for_one_case() {
    for base in fresh() {
        let house = House::open(base);
        let kept = house.db.write_here(|tx| {
            let known = mediators::of_user(tx, house.mediator)?.ok_or(StoreError::NotFound)?;
            mediators::keep(tx, &Mediator { max_load: 1, ..known })
        });
        kept.unwrap();
        let cases = [("101", "201"), ("102", "202")].map(|(own, other)| waiting(&house, own, other));
        let coordinator = actor(&house, Role::Coordinator);
        let answer_by = house.now() + Duration::hours(72);
        let gate = std::sync::Barrier::new(2);
        let results: Vec<Result<Case, CaseworkError>> = std::thread::scope(|all| {
            let press = |number: &String| {
                let (number, gate, house, coordinator) = (number.clone(), &gate, &house, &coordinator);
                let offer = Step::Offer { mediator: house.mediator, answer_by, wanted: vec![] };
                all.spawn(move || {
                    gate.wait();
                    take(house, coordinator, &number, offer)
                })
            };
            let presses: Vec<_> = cases.iter().map(press).collect();
            presses.into_iter().map(|press| press.join().unwrap()).collect()
        });
        assert_eq!(results.iter().filter(|r| r.is_ok()).count(), 1, "{results:?}");
        let said = |e: &CaseworkError| match e {
            CaseworkError::Invalid(wrong) => wrong[0].0 == "mediator" && wrong[0].1.contains("채웠습니다"),
            CaseworkError::Store(StoreError::Conflict(_)) => true,
            _ => false,
        };
        assert!(results.iter().filter_map(|r| r.as_ref().err()).all(said), "{results:?}");
    }
}
