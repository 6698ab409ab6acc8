//! `ieum simulate`: one thread invents, folds and seals the next month while this one writes the last.
use crate::casework::CaseworkError;
use crate::casework::simulate::{self, Town};
use crate::domain::simulation::Plan;
use crate::store::{Db, bulk};
use std::sync::mpsc::sync_channel;

/// What was made this time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Made {
    pub months: u32,
    pub cases: usize,
    pub events: usize,
}

/// Loads the plan into an empty database, or goes on where it was interrupted, and stops before `end` (its number of months for
/// all of it). `tell` hears how many months are there, of how many.
///
/// # Errors
/// Refused where something else is there; what was committed stays. Database errors.
pub fn run(
    db: &Db,
    plan: &Plan,
    end: u32,
    tell: &mut dyn FnMut(usize, usize),
) -> Result<Made, CaseworkError> {
    let places = plan.places();
    let begin = match db.read_here(|rx| simulate::begun(rx, plan))? {
        Some(month) => month,
        None => {
            db.write_here(|tx| simulate::settle(tx, plan, &places))?;
            0
        }
    };
    let town = db.read_here(|rx| Town::read(rx, &places, plan.until))?;
    db.write_here(bulk::make_room)?;
    let of = usize::try_from(plan.months()).unwrap_or(usize::MAX);
    std::thread::scope(|threads| {
        let (ready, next) = sync_channel(1);
        let (places, town) = (&places, &town);
        threads.spawn(move || {
            for month in begin..end {
                let batch = db.read_here(|rx| simulate::month(rx, plan, places, town, month));
                if ready.send((month, batch)).is_err() {
                    // Whoever writes has failed, and says so.
                    return;
                }
            }
        });
        let mut made = Made::default();
        for (month, batch) in next {
            tell(usize::try_from(month).unwrap_or(of), of);
            let batch = batch?;
            let (cases, events) = db.write_here(|tx| simulate::save(tx, plan, month, batch))?;
            made = Made { months: made.months + 1, cases: made.cases + cases, events: made.events + events };
        }
        db.write_here(bulk::settle)?;
        Ok(made)
    })
}
