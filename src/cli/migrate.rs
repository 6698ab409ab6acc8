//! `ieum migrate`.
use super::{Context, Failure, say};
use crate::app::{installation, now};

#[derive(clap::Args)]
pub(super) struct Args {}

pub(super) fn run(context: &Context, _: &Args) -> Result<(), Failure> {
    let settings = context.settings()?;
    let done = installation::bring_up(&settings, now())?;
    for one in &done {
        say(one);
    }
    if done.is_empty() {
        say("바꿀 것이 없습니다. 표가 이미 최신입니다.");
    }
    Ok(())
}
