//! `ieum migrate`.
use super::{Context, Failure, say};
use crate::app::{installation, now};
use crate::store::kept;

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
        let mended = kept::mend(&db)?;
        say(format!("사건 {mended}건의 집계를 다시 만들었습니다."));
    } else if done.is_empty() {
        say("바꿀 것이 없습니다. 표가 이미 최신입니다.");
    }
    Ok(())
}
