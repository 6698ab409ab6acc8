//! Sixteen people take the same step at the same moment: one wins, fifteen are told.
use crate::world::{World, worlds};
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
        for id in cases::visible_ids(rx, &actor.scope(), 5000)? {
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
                        let step =
                            Step::Close { outcome: Outcome::Withdrawn, reason: format!("{n}번째 사람") };
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
