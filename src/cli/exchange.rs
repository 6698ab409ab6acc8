//! `ieum import`, `ieum export` and `ieum report`: the exchange formats on the command line.
use super::{Context, Failure, data, say};
use crate::app::{installation, now};
use crate::casework::figures;
use crate::casework::import::{self, ImportError, Ledger, Summary};
use crate::domain::codes::{Basis, Dimension};
use crate::domain::indicators::{self, Question, Scope};
use crate::domain::seoul;
use crate::exchange;
use crate::store::StoreError;
use chrono::{DateTime, NaiveDate, Utc};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

#[derive(clap::Subcommand)]
pub(super) enum ImportArgs {
    /// 단지를 가져옵니다
    Complexes(ComplexesArgs),
    /// 사건과 그 기록을 가져옵니다
    Cases(CasesArgs),
}

#[derive(clap::Args)]
#[command(after_help = "열: code name dong_code households approved_on permit tenure committee programme
한 줄이라도 잘못되면 아무것도 가져오지 않고, 잘못된 줄을 모두 알려 줍니다. 같은 줄을 다시 가져와도 바뀌지 않습니다.")]
pub(super) struct ComplexesArgs {
    /// 단지 CSV 파일 (UTF-8 또는 CP949)
    file: PathBuf,
    /// 저장하지 않고 살펴보기만 합니다
    #[arg(long)]
    dry_run: bool,
}

#[derive(clap::Args)]
#[command(
    after_help = "사건 열: ref complex_code received_at channel cause position applicant_unit respondent_unit
기록 열: ref at event detail
한 줄이라도 잘못되면 아무것도 가져오지 않고, 잘못된 줄을 모두 알려 줍니다. 이미 있는 기록은 건너뛰고 새 기록은 잇습니다."
)]
pub(super) struct CasesArgs {
    /// 사건 CSV 파일 (UTF-8 또는 CP949)
    file: PathBuf,
    /// 사건에 있었던 일의 CSV 파일
    #[arg(long, value_name = "FILE")]
    events: Option<PathBuf>,
    /// 옛 대장: 앞 단계의 기록이 없어도 받고, 무엇이 없는지 알려 줍니다
    #[arg(long)]
    legacy: bool,
    /// 저장하지 않고 살펴보기만 합니다
    #[arg(long)]
    dry_run: bool,
}

/// Which file an export prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Which {
    Complexes,
    Cases,
    Events,
}

#[derive(clap::Args)]
#[command(after_help = "ieum export cases > cases.csv        한 파일을 표준 출력으로
ieum export --dir 폴더               complexes.csv, cases.csv, events.csv 를 폴더에
동·호가 들어 있는 개인정보 파일입니다. 다 쓰면 지워 주세요.")]
pub(super) struct ExportArgs {
    /// 내보낼 것: complexes(단지), cases(사건), events(기록). 없으면 셋 다 --dir 에 씁니다
    which: Option<Which>,
    /// 세 파일을 쓸 폴더
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
}

#[derive(clap::Subcommand)]
pub(super) enum ReportArgs {
    /// 지표를 계산해 인쇄합니다
    Indicators(IndicatorArgs),
}

/// How a report is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Json,
    Csv,
}

#[derive(clap::Args)]
#[command(
    after_help = "기간은 한국 시각으로 from 0시부터 to 0시 앞까지입니다. 정의는 /ward/help 화면과 exchange 문서에 있습니다."
)]
pub(super) struct IndicatorArgs {
    /// 첫날 (YYYY-MM-DD)
    #[arg(long, value_name = "DAY", value_parser = day)]
    from: NaiveDate,
    /// 끝 다음 날 (YYYY-MM-DD)
    #[arg(long, value_name = "DAY", value_parser = day)]
    to: NaiveDate,
    /// 기준: closing(종결) 또는 cohort(접수 집단, 90일)
    #[arg(long, default_value = "closing", value_parser = basis)]
    basis: Basis,
    /// 이 시각까지 있었던 일만 셉니다 (없으면 지금)
    #[arg(long, value_name = "TIME", value_parser = instant)]
    as_of: Option<DateTime<Utc>>,
    /// 나누어 셉니다: dong, complex, cause, position, channel, committee, programme
    #[arg(long, value_name = "DIM", value_parser = dimension)]
    by: Option<Dimension>,
    /// 범위: 구(숫자 다섯 자리), 행정동 코드 또는 단지 코드
    #[arg(long, value_name = "CODE")]
    scope: Option<String>,
    /// 1~4건인 수와 거기서 셈할 수 있는 수를 가립니다 (밖으로 내보낼 때)
    #[arg(long)]
    suppress: bool,
    /// 모양: json 또는 csv
    #[arg(long, default_value = "json")]
    format: Format,
}

fn day(text: &str) -> Result<NaiveDate, String> {
    seoul::parse_day(text).ok_or_else(|| "날짜를 2026-03-02처럼 써 주세요".to_owned())
}
fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    let how = "때를 '2026-03-02 14:30'(서울 시각)이나 '2026-03-02T14:30:00+09:00'처럼 써 주세요";
    seoul::parse(text).ok_or_else(|| how.to_owned())
}
fn basis(text: &str) -> Result<Basis, String> {
    Basis::from_code(text).ok_or_else(|| format!("다음 가운데 하나를 써 주세요: {}", Basis::CODES.join(", ")))
}
fn dimension(text: &str) -> Result<Dimension, String> {
    Dimension::from_code(text)
        .ok_or_else(|| format!("다음 가운데 하나를 써 주세요: {}", Dimension::CODES.join(", ")))
}

impl From<StoreError> for Failure {
    fn from(e: StoreError) -> Self {
        Self::Failed(e.to_string())
    }
}

impl From<ImportError> for Failure {
    fn from(e: ImportError) -> Self {
        match e {
            ImportError::Problems(problems) => {
                for problem in &problems {
                    say(problem);
                }
                Self::Failed(format!("잘못된 곳이 {}군데 있어 아무것도 가져오지 않았습니다.", problems.len()))
            }
            ImportError::Store(e) => e.into(),
        }
    }
}

/// Reads a file of the user's; its name is told as it was typed.
fn read(path: &Path) -> Result<(String, Vec<u8>), Failure> {
    let name = path.display().to_string();
    let bytes =
        std::fs::read(path).map_err(|e| Failure::Failed(format!("{name}: 읽을 수 없습니다 ({e})")))?;
    Ok((name, bytes))
}

/// Words about the progress on one line of a terminal; nothing where standard error is a file.
pub(super) fn progress() -> impl FnMut(&str, usize, usize) {
    let terminal = std::io::stderr().is_terminal();
    move |what, done, of| {
        if terminal && of > 0 {
            let mut err = std::io::stderr().lock();
            // Somebody who closed standard error does not want to be told.
            drop(write!(err, "\r{what} {done}/{of}\x1b[K"));
            drop(err.flush());
        }
    }
}

/// Ends the line of the progress.
pub(super) fn progress_ends() {
    if std::io::stderr().is_terminal() {
        drop(write!(std::io::stderr().lock(), "\r\x1b[K"));
    }
}

pub(super) fn import(context: &Context, args: &ImportArgs) -> Result<(), Failure> {
    let settings = context.settings()?;
    let db = installation::open(&settings)?;
    match args {
        ImportArgs::Complexes(args) => {
            let (name, bytes) = read(&args.file)?;
            let parsed = exchange::complexes(&name, &bytes);
            let summary = if args.dry_run {
                db.read_here(|rx| import::plan_complexes(rx, &name, &parsed))?.summary
            } else {
                db.write_here(|tx| {
                    let plan = import::plan_complexes(tx, &name, &parsed)?;
                    import::save_complexes(tx, &plan, now())?;
                    Ok::<_, ImportError>(plan.summary)
                })?
            };
            tell("단지", &summary, args.dry_run);
        }
        ImportArgs::Cases(args) => import_cases(&db, args)?,
    }
    Ok(())
}

fn import_cases(db: &crate::store::Db, args: &CasesArgs) -> Result<(), Failure> {
    let (cases_file, bytes) = read(&args.file)?;
    let cases = exchange::cases(&cases_file, &bytes);
    let events = args.events.as_deref().map(read).transpose()?;
    let events = events.map(|(name, bytes)| (exchange::events(&name, &bytes), name));
    let ledger = Ledger {
        cases_file: &cases_file,
        cases: &cases,
        events_file: events.as_ref().map_or("", |(_, name)| name),
        events: events.as_ref().map(|(events, _)| events),
        legacy: args.legacy,
        committees: None,
        by: None,
    };
    let mut tell_progress = progress();
    let done = if args.dry_run {
        db.read_here(|rx| import::plan_cases(rx, &ledger, now(), &mut tell_progress)).map(|plan| plan.summary)
    } else {
        db.write_here(|tx| {
            let plan = import::plan_cases(tx, &ledger, now(), &mut tell_progress)?;
            Ok::<_, ImportError>(import::save_cases(tx, plan, now(), &mut tell_progress)?)
        })
    };
    progress_ends();
    tell("사건", &done?, args.dry_run);
    Ok(())
}

fn tell(what: &str, summary: &Summary, dry_run: bool) {
    let missing = summary.missing.iter();
    for (reference, steps) in missing {
        let steps: Vec<&str> = steps.iter().map(|step| step.label()).collect();
        say(format!("{reference}: {}", steps.join(", ")));
    }
    let done = if dry_run {
        "가져올 수 있습니다(저장하지 않았습니다)"
    } else {
        "가져왔습니다"
    };
    say(format!("{what} {}건을 {done}. 이미 있는 것 {}건.", summary.added, summary.known));
    if what == "사건" {
        say(format!("기록은 새것 {}건, 이미 있는 것 {}건.", summary.events_added, summary.events_known));
    }
}

pub(super) fn export(context: &Context, args: &ExportArgs) -> Result<(), Failure> {
    let settings = context.settings()?;
    let db = installation::open(&settings)?;
    let files = db.read_here(|rx| import::export(rx, None))?;
    match args.which {
        Some(Which::Complexes) => data(&files.complexes),
        Some(Which::Cases) => data(&files.cases),
        Some(Which::Events) => data(&files.events),
        None => {
            std::fs::create_dir_all(&args.dir)?;
            let all = [
                ("complexes.csv", &files.complexes),
                ("cases.csv", &files.cases),
                ("events.csv", &files.events),
            ];
            for (name, text) in all {
                let path = args.dir.join(name);
                private_file(&path, text)
                    .map_err(|e| Failure::Failed(format!("{}: 쓸 수 없습니다 ({e})", path.display())))?;
                say(path.display());
            }
            Ok(())
        }
    }
}

/// Doors of people are in it: for the owner's eyes only. A file that is there is replaced.
fn private_file(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

pub(super) fn report(context: &Context, args: &ReportArgs) -> Result<(), Failure> {
    let ReportArgs::Indicators(args) = args;
    if args.from > args.to {
        return Err(Failure::Usage("--from 이 --to 보다 뒤입니다. 기간을 확인해 주세요".into()));
    }
    let question = Question {
        from: args.from,
        to: args.to,
        basis: args.basis,
        as_of: args.as_of.unwrap_or_else(now),
        by: args.by,
        scope: args.scope.as_deref().map(Scope::parse),
    };
    let settings = context.settings()?;
    let db = installation::open(&settings)?;
    let report = db.read_here(|rx| {
        if let Some(scope) = &question.scope
            && !figures::is_known(rx, scope)?
        {
            return Err(Failure::Failed("--scope 에 없는 구, 행정동 또는 단지 코드입니다".into()));
        }
        Ok(figures::report(rx, &question)?)
    })?;
    let hidden = if args.suppress { indicators::hidden(&report) } else { Vec::new() };
    let text = match args.format {
        Format::Csv => Ok(exchange::report::csv(&report, &hidden)),
        Format::Json if args.suppress => {
            exchange::report::suppressed(&report, &hidden).map(|value| format!("{value:#}\n"))
        }
        Format::Json => exchange::report::json(&report),
    };
    data(&text.map_err(|e| Failure::Failed(e.to_string()))?)
}
