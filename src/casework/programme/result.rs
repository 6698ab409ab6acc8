//! 사업 결과표: what a programme bought, filled from what was written down anyway. It has one shape for whoever may read it: counts of
//! cases are of single 단지, and so are hidden where they are small (`product.md` §7).
use super::{Shown, show};
use crate::casework::CaseworkError;
use crate::domain::codes::Basis;
use crate::domain::ids::{ComplexId, ProgrammeId};
use crate::domain::indicators::{Added, Question, Report, SMALL, hidden, last_quarter};
use crate::domain::permission::{Actor, Sight};
use crate::domain::seoul;
use crate::domain::survey::{Summary, summary};
use crate::store::Rx;
use crate::store::kept;
use crate::store::surveys::{self, Whose};
use chrono::{DateTime, NaiveDate, Utc};

/// What came of a programme until now.
#[derive(Debug, Clone)]
pub struct Sheet {
    pub shown: Shown,
    /// The first day that is counted, and the day after the last.
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// Of the cases that began under the programme, by closing.
    pub report: Report,
    /// The JSON pointers of what is hidden in it.
    pub hidden: Vec<String>,
    /// Meetings held in these cases; none where they are few.
    pub sessions: Option<u32>,
    /// Minutes of service of everybody who worked in them; none where the meetings are few.
    pub minutes: Option<i64>,
    pub survey: Summary,
}

impl Sheet {
    /// Whether the report's count or rate at this JSON pointer may be told.
    #[must_use]
    pub fn tells(&self, pointer: &str) -> bool {
        self.hidden.iter().all(|hidden| hidden != pointer)
    }
}

/// The result sheet of a programme, for whoever sees it: a committee's of the cases of its own 단지.
///
/// # Errors
/// `NotFound` for whoever does not see it.
pub fn result(
    rx: &mut Rx<'_>,
    actor: &Actor,
    id: ProgrammeId,
    now: DateTime<Utc>,
) -> Result<Sheet, CaseworkError> {
    let shown = show(rx, actor, id, now)?;
    let only: Option<Vec<ComplexId>> = match &shown.sight {
        Sight::Complexes(own) => Some(own.clone()),
        Sight::Ward | Sight::Ngo => None,
    };
    let kept = kept::of_programme(rx, id, only.as_deref())?;
    let today = seoul::day(now);
    let first = kept.lines.iter().map(|(_, _, line)| seoul::day(line.at)).min();
    let from = shown.programme.terms.from_on.or(shown.course.begun).or(first).unwrap_or(today).min(today);
    let to = today.succ_opt().unwrap_or(today);
    let question = Question { from, to, basis: Basis::Closing, as_of: now, by: None, scope: None };
    let mut added = Added::new(question, DateTime::<Utc>::MIN_UTC, &kept.stock);
    for (_, dong, line) in &kept.lines {
        added.add(dong, line);
    }
    let mut report = added.report();
    // The rows are 행정동 of the same few 단지: the sheet tells their sum alone.
    report.rows.clear();
    let hidden = hidden(&report);
    let span = (seoul::midnight(from), seoul::midnight(to));
    let (sessions, minutes) = kept::worked(rx, id, only.as_deref(), span)?;
    let few = SMALL.contains(&sessions);
    // Of a programme that is over, too: people are asked half a year after their agreement.
    let period = (from, last_quarter(today).1.max(from));
    let asked = surveys::asked(rx, &Whose::Programme(id, only), period)?;
    Ok(Sheet {
        shown,
        from,
        to,
        report,
        hidden,
        sessions: (!few).then_some(sessions),
        minutes: (!few).then_some(minutes),
        survey: summary(&asked, period),
    })
}
