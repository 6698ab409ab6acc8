//! `ieum simulate`: an invented national history, for benchmarks and tests.
use super::exchange::{progress, progress_ends};
use super::{Context, Failure, say};
use crate::app::{installation, simulate};
use crate::domain::seoul;
use crate::domain::simulation::Plan;
use chrono::{Datelike, NaiveDate};

#[derive(clap::Args)]
#[command(
    after_help = "먼저 ieum migrate 로 빈 데이터베이스를 만들어 주세요. 단지나 사건이 있는 데이터베이스는 받지 않습니다.
같은 조건이면 어느 데이터베이스에서나 같은 내용이 됩니다. 멈추었다가 같은 조건으로 다시 하면 이어서 합니다.
전국 규모: ieum simulate --complexes 18000 --years 10 --seed 1   (사건 약 100만 건, 기록 약 500만 줄)"
)]
pub(super) struct Args {
    /// 단지 수
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    complexes: u32,
    /// 몇 해 동안의 사건
    #[arg(long, value_name = "Y", value_parser = clap::value_parser!(u32).range(1..=50))]
    years: u32,
    /// 씨앗: 같은 수면 같은 내용
    #[arg(long, value_name = "S")]
    seed: u64,
    /// 어느 달의 첫날 앞까지 (YYYY-MM-01)
    #[arg(long, value_name = "DAY", default_value = "2026-01-01", value_parser = first_of_month)]
    until: NaiveDate,
}

fn first_of_month(text: &str) -> Result<NaiveDate, String> {
    let day = seoul::parse_day(text).filter(|day| day.day() == 1);
    day.ok_or_else(|| "달의 첫날을 2026-01-01처럼 써 주세요".to_owned())
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let plan = Plan { complexes: args.complexes, years: args.years, seed: args.seed, until: args.until };
    let settings = context.settings()?;
    let db = installation::open(&settings)?;
    let mut tell = progress();
    let done = simulate::run(&db, &plan, plan.months(), &mut |month, of| tell("모의 자료, 달", month, of));
    progress_ends();
    let made = done?;
    if made.months == 0 {
        say("같은 조건의 모의 자료가 이미 다 있습니다.");
    } else {
        say(format!("{}달, 사건 {}건, 기록 {}줄을 만들었습니다.", made.months, made.cases, made.events));
    }
    Ok(())
}
