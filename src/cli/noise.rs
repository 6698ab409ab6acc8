//! `ieum noise judge`: a noise log against the limits in force (`exchange.md`). Needs no settings and no database.
use super::{Failure, data, say};
use crate::domain::codes::{NoiseBuilding, NoiseKind, NoiseRounding, NoiseSource};
use crate::domain::noise::{LEVEL_MOST, Log, Terms, judge};
use crate::exchange::noise;
use std::path::PathBuf;

#[derive(clap::Subcommand)]
pub(super) enum Args {
    /// 측정 기록(CSV) 하나를 판정합니다
    Judge(JudgeArgs),
}

/// How a reading is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Json,
}

#[derive(clap::Args)]
#[command(after_help = "열: at(때, 서울 시각 또는 +09:00처럼 시차를 붙여서) level(dB(A))
초과했다는 것은 측정한 소리가 기준보다 컸다는 뜻이고, 누구의 잘못이라는 뜻이 아닙니다.")]
pub(super) struct JudgeArgs {
    /// 측정 기록 CSV 파일 (UTF-8 또는 CP949)
    file: PathBuf,
    /// 소음의 종류: direct(직접충격), airborne(공기전달), plumbing(급배수)
    #[arg(long, value_parser = kind)]
    kind: NoiseKind,
    /// 건물: standard, older(2005-06-30 이전 사업계획승인 또는 건축허가), unknown(모름)
    #[arg(long, value_parser = building)]
    building: NoiseBuilding,
    /// 배경소음, dB(A)
    #[arg(long, value_name = "DB", value_parser = level)]
    background: Option<f64>,
    /// 누가 쟀나: official(공인 기관), loaned(빌린 측정기), app(휴대전화 앱), unknown(모름)
    #[arg(long, default_value = "unknown", value_parser = source)]
    source: NoiseSource,
    /// 측정값 하나가 나타내는 시간, 초 (없으면 간격의 중앙값)
    #[arg(long, value_name = "S", value_parser = seconds)]
    interval: Option<i64>,
    /// 오래된 건물의 보정을 공기전달 소음에도 합니다
    #[arg(long)]
    correct_airborne: bool,
    /// 견주기 전의 반올림: none(하지 않음), integer(정수로)
    #[arg(long, default_value = "none", value_parser = rounding)]
    rounding: NoiseRounding,
    /// 모양: json
    #[arg(long, default_value = "json")]
    format: Format,
}

fn coded<T>(text: &str, from: fn(&str) -> Option<T>, codes: &[&str]) -> Result<T, String> {
    from(text).ok_or_else(|| format!("다음 가운데 하나를 써 주세요: {}", codes.join(", ")))
}
fn kind(text: &str) -> Result<NoiseKind, String> {
    coded(text, NoiseKind::from_code, NoiseKind::CODES)
}
fn building(text: &str) -> Result<NoiseBuilding, String> {
    coded(text, NoiseBuilding::from_code, NoiseBuilding::CODES)
}
fn source(text: &str) -> Result<NoiseSource, String> {
    coded(text, NoiseSource::from_code, NoiseSource::CODES)
}
fn rounding(text: &str) -> Result<NoiseRounding, String> {
    coded(text, NoiseRounding::from_code, NoiseRounding::CODES)
}
fn level(text: &str) -> Result<f64, String> {
    let read = text.parse().ok().filter(|level| (0.0..=LEVEL_MOST).contains(level));
    read.ok_or_else(|| "0에서 140 사이의 숫자를 써 주세요".to_owned())
}
fn seconds(text: &str) -> Result<i64, String> {
    noise::seconds(text).ok_or_else(|| "0보다 크고 3600을 넘지 않는 초를 0.125처럼 써 주세요".to_owned())
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let Args::Judge(args) = args;
    let name = args.file.display().to_string();
    let bytes =
        std::fs::read(&args.file).map_err(|e| Failure::Failed(format!("{name}: 읽을 수 없습니다 ({e})")))?;
    let samples = noise::noise(&name, &bytes).map_err(|problems| {
        problems.iter().for_each(say);
        Failure::Failed(format!("잘못된 곳이 {}군데 있어 판정하지 않았습니다.", problems.len()))
    })?;
    let empty = || Failure::Failed(format!("{name}: 측정값이 없습니다"));
    let log = Log::new(samples, args.interval).ok_or_else(empty)?;
    let terms = Terms {
        kind: args.kind,
        building: args.building,
        background: args.background,
        source: args.source,
        correct_airborne: args.correct_airborne,
        rounding: args.rounding,
    };
    let Format::Json = args.format;
    data(&noise::reading(&judge(&log, &terms)).map_err(|e| Failure::Failed(e.to_string()))?)
}
