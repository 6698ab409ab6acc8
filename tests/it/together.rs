//! Sixteen people take the same step at the same moment: one wins, fifteen are told.
use crate::world::{Answer, Visitor, World, visible_ids, worlds};
use ieum::casework::CaseworkError;
use ieum::casework::step::{Taking, take_step};
use ieum::domain::codes::{Outcome, Stage};
use ieum::domain::permission::Scope;
use ieum::domain::step::{Step, StepCode};
use ieum::store::{StoreError, cases, events};
use std::sync::Barrier;

fn open_case(world: &World) -> (String, i64) {
    let actor = world.actor("secretary");
    world.read(|rx| {
        for id in visible_ids(rx, &actor.scope(), 5000)? {
            let case = cases::find_id(rx, &actor.scope(), id)?;
            // Not one that was stopped for safety: that could not be closed so.
            let free = case.admits(StepCode::Letter).is_ok();
            if case.stage == Stage::Participation && case.holder == case.bodies.committee && free {
                return Ok((case.number, case.version));
            }
        }
        Err(StoreError::NotFound)
    })
}

#[test]
fn of_sixteen_who_close_a_case_at_once_one_wins_and_fifteen_are_told() {
    for world in worlds() {
        let (number, version) = open_case(&world);
        let (actor, now) = (world.actor("secretary"), world.now());
        let lines = |world: &World| {
            world.read(|rx| {
                let id = cases::find(rx, &Scope { all: true, ..Scope::default() }, &number)?.id;
                events::of_case(rx, id)
            })
        };
        let before = lines(&world).len();
        let start = Barrier::new(16);
        let results: Vec<Result<_, CaseworkError>> = std::thread::scope(|threads| {
            let tries: Vec<_> = (0..16)
                .map(|n| {
                    let (start, world, actor, number) = (&start, &world, &actor, &number);
                    threads.spawn(move || {
                        let step = Step::Close {
                            outcome: Outcome::Withdrawn,
                            reason: format!("{n}번째 사람"),
                            by: None,
                        };
                        let taking = Taking { seen: Some(version), ..Taking::from(step) };
                        start.wait();
                        world.db.write_here(|tx| take_step(tx, actor, number, taking, now))
                    })
                })
                .collect();
            tries.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let won = results.iter().filter(|result| result.is_ok()).count();
        let told = results.iter().filter(|result| {
            matches!(result, Err(CaseworkError::Store(StoreError::Conflict(_)) | CaseworkError::Refused(_)))
        });
        assert_eq!((won, told.count()), (1, 15), "{}: {results:?}", world.name);
        assert_eq!(lines(&world).len(), before + 1, "{}: one line in the history", world.name);
    }
}

/// Sixteen secretaries, each with a login and a token of their own.
fn sixteen(world: &World) -> Vec<Visitor> {
    (0..16).map(|n| world.colleague("secretary", &format!("colleague{n}"))).collect()
}

/// Everybody does it at the same moment.
fn at_once(people: Vec<Visitor>, act: impl Fn(&mut Visitor, usize) -> Answer + Sync) -> Vec<Answer> {
    let start = Barrier::new(people.len());
    std::thread::scope(|threads| {
        let tries: Vec<_> = (people.into_iter().enumerate())
            .map(|(n, mut person)| {
                let (start, act) = (&start, &act);
                threads.spawn(move || {
                    start.wait();
                    act(&mut person, n)
                })
            })
            .collect();
        tries.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

/// The one line that was added, and by nobody twice.
fn lines(world: &World, number: &str) -> usize {
    let all = Scope { all: true, ..Scope::default() };
    world.read(|rx| {
        let id = cases::find(rx, &all, number)?.id;
        Ok(events::of_case(rx, id)?.len())
    })
}

#[test]
fn of_sixteen_browsers_that_close_a_case_one_goes_on_and_fifteen_read_why() {
    for world in worlds() {
        let (number, version) = open_case(&world);
        let before = lines(&world, &number);
        let (path, version) = (format!("/cases/{number}/steps/close"), version.to_string());
        let answers = at_once(sixteen(&world), |person, n| {
            let reason = format!("{n}번째 사람이 적은 까닭");
            person.post(&path, &[("outcome", "withdrawn"), ("reason", &reason), ("version", &version)])
        });
        let statuses: Vec<u16> = answers.iter().map(|a| a.status).collect();
        assert_eq!(statuses.iter().filter(|s| **s == 303).count(), 1, "{}: {statuses:?}", world.name);
        for (n, told) in answers.iter().enumerate().filter(|(_, a)| a.status != 303) {
            assert_eq!(told.status, 409, "{}: {statuses:?}", world.name);
            assert!(told.body.contains("다른 사람이 먼저 이 사건을 처리했습니다"), "{}", told.body);
            assert!(told.body.contains(&format!("{n}번째 사람이 적은 까닭")), "what was typed is kept");
        }
        assert_eq!(lines(&world, &number), before + 1, "{}: one line in the history", world.name);
    }
}

#[test]
fn of_sixteen_programs_that_close_a_case_one_does_and_fifteen_get_the_code() {
    for world in worlds() {
        let (number, version) = open_case(&world);
        let before = lines(&world, &number);
        let path = format!("/api/v1/cases/{number}/steps");
        let answers = at_once(sixteen(&world), |person, n| {
            // Half of them say what they have seen, half do not.
            let seen = if n % 2 == 0 { format!(",\"version\":{version}") } else { String::new() };
            let step = format!("{{\"step\":\"close\",\"outcome\":\"withdrawn\",\"reason\":\"{n}\"{seen}}}");
            person.call("POST", &path, &step)
        });
        let statuses: Vec<u16> = answers.iter().map(|a| a.status).collect();
        assert_eq!(statuses.iter().filter(|s| **s == 201).count(), 1, "{}: {statuses:?}", world.name);
        for (n, told) in answers.iter().enumerate().filter(|(_, a)| a.status != 201) {
            assert_eq!(told.status, 409, "{}: {statuses:?} {}", world.name, told.body);
            let problem: serde_json::Value = serde_json::from_str(&told.body).unwrap();
            let code = problem["code"].as_str().unwrap();
            let fits =
                if n % 2 == 0 { vec!["conflict"] } else { vec!["conflict", "wrong_stage", "already_closed"] };
            assert!(fits.contains(&code), "{}: {}", world.name, told.body);
        }
        assert_eq!(lines(&world, &number), before + 1, "{}: one line in the history", world.name);
    }
}
