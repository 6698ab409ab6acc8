//! `ieum migrate`.
use super::{Context, Failure, say};
use crate::app::{installation, now};
use crate::store::{kept, surveys};
use std::collections::BTreeSet;

/// Cases of one transaction: whoever works beside it does not wait long.
const AT_ONCE: usize = 200;

#[derive(clap::Args)]
pub(super) struct Args {
    /// 구 현황과 만족도의 집계를 모든 사건에서 다시 만듭니다 (ieum doctor 가 다르다고 할 때)
    #[arg(long)]
    recount: bool,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let settings = context.settings()?;
    let done = installation::bring_up(&settings, now())?;
    for one in &done {
        say(one);
    }
    if args.recount {
        let db = installation::open(&settings)?;
        let (_, wrong) = db.read_here(kept::differing)?;
        for some in wrong.chunks(AT_ONCE) {
            db.write_here(|tx| some.iter().try_for_each(|id| kept::keep(tx, *id)))?;
        }
        let (_, unlike) = db.read_here(surveys::differing)?;
        for some in unlike.chunks(AT_ONCE) {
            db.write_here(|tx| some.iter().try_for_each(|id| surveys::mend(tx, *id)))?;
        }
        let wrong: BTreeSet<_> = wrong.into_iter().chain(unlike).collect();
        say(format!("사건 {}건의 집계를 다시 만들었습니다.", wrong.len()));
    } else if done.is_empty() {
        say("바꿀 것이 없습니다. 표가 이미 최신입니다.");
    }
    Ok(())
}
