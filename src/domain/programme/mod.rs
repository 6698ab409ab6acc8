//! How a programme (구 공모사업) goes: its stages, what was planned, what was held and spent. The fold of its dated lines, which nobody
//! edits; what was agreed with whom for how long stands beside it (`store::programmes::Terms`).
pub mod form;
mod sums;
#[cfg(test)]
mod tests;

pub use sums::Sum;

use super::case::Refused;
use super::codes::{BudgetItem, ProgrammeAct, ProgrammeStage, ProgrammeStepCode};
use super::ids::{BodyId, ComplexId, UserId};
use super::seoul;
use super::step::Seq;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum ProgrammeStep {
    /// To the next stage, or with a reason back to the one before.
    Move {
        to: ProgrammeStage,
        #[serde(default)]
        reason: String,
    },
    /// The whole plan as it holds from this line on: what is not in it is not planned.
    Plan {
        lines: Vec<Planned>,
    },
    Held(Activity),
    /// What it cost to run the programme.
    Spent {
        won: i64,
        what: String,
    },
    /// The line of this number was written by mistake.
    Strike {
        line: Seq,
        reason: String,
    },
}

/// A line of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    pub item: BudgetItem,
    /// How many times; of what it costs to run the programme 0.
    pub times: i64,
    pub won: i64,
}

/// Something that was held once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    pub kind: BudgetItem,
    /// Where; none for several 단지 together.
    #[serde(default)]
    pub complex: Option<ComplexId>,
    pub people: i64,
    pub minutes: i64,
    pub won: i64,
    #[serde(default)]
    pub what: String,
}

impl ProgrammeStep {
    /// What it is about.
    #[must_use]
    pub const fn code(&self) -> ProgrammeStepCode {
        match self {
            Self::Move { .. } => ProgrammeStepCode::Move,
            Self::Plan { .. } => ProgrammeStepCode::Plan,
            Self::Held(_) => ProgrammeStepCode::Held,
            Self::Spent { .. } => ProgrammeStepCode::Spent,
            Self::Strike { .. } => ProgrammeStepCode::Strike,
        }
    }

    /// The stage that it leads to.
    #[must_use]
    pub const fn stage(&self) -> Option<ProgrammeStage> {
        match self {
            Self::Move { to, .. } => Some(*to),
            _ => None,
        }
    }

    /// What it spends, in won, and of which line of the budget.
    #[must_use]
    pub const fn costs(&self) -> Option<(BudgetItem, i64)> {
        match self {
            Self::Held(held) => Some((held.kind, held.won)),
            Self::Spent { won, .. } => Some((BudgetItem::Running, *won)),
            _ => None,
        }
    }
}

/// One line of the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub seq: Seq,
    /// The day on which it happened, in Seoul.
    pub on: NaiveDate,
    pub by: Option<UserId>,
    pub recorded_at: DateTime<Utc>,
    pub step: ProgrammeStep,
}

/// What was agreed, as far as the stages ask for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Agreed {
    pub ngo: Option<BodyId>,
    pub from: Option<NaiveDate>,
    /// The first day on which it does not run any more.
    pub until: Option<NaiveDate>,
    pub budget_won: Option<i64>,
}

impl Agreed {
    /// Whether the day lies within the term; an open end runs on.
    #[must_use]
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day < until)
    }
}

/// Whether a case may begin under a programme, or be referred by it, on `day`: within what was agreed, and in 활동. Of a programme whose
/// stages nobody writes down (it came with a ledger, or the operator added it) its term alone is known, and decides.
#[must_use]
pub fn takes_cases(stage: Option<ProgrammeStage>, agreed: &Agreed, day: NaiveDate) -> bool {
    agreed.holds(day) && stage.is_none_or(|stage| stage == ProgrammeStage::Active)
}

/// How a programme stands: the fold of its lines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Course {
    /// None while nobody writes its stages down.
    pub stage: Option<ProgrammeStage>,
    /// The day of the last change of stage.
    pub since: Option<NaiveDate>,
    /// The day on which 활동 began first.
    pub begun: Option<NaiveDate>,
    pub plan: Vec<Planned>,
    /// What was held and spent, without what was struck, in the order of writing.
    pub done: Vec<Line>,
    pub last_seq: Seq,
}

fn next(stage: Option<ProgrammeStage>) -> Option<ProgrammeStage> {
    match stage {
        None => ProgrammeStage::ALL.first().copied(),
        Some(stage) => ProgrammeStage::ALL.iter().copied().find(|s| *s > stage),
    }
}

fn before(stage: Option<ProgrammeStage>) -> Option<ProgrammeStage> {
    ProgrammeStage::ALL.iter().rev().copied().find(|s| Some(*s) < stage)
}

impl Course {
    /// How a programme with these lines stands.
    #[must_use]
    pub fn folded(lines: &[Line]) -> Self {
        lines.iter().fold(Self::default(), |course, line| course.with(line))
    }

    fn with(mut self, line: &Line) -> Self {
        self.last_seq = line.seq;
        match &line.step {
            ProgrammeStep::Move { to, .. } => {
                (self.stage, self.since) = (Some(*to), Some(line.on));
                if *to == ProgrammeStage::Active {
                    self.begun = self.begun.or(Some(line.on));
                }
            }
            ProgrammeStep::Plan { lines } => self.plan.clone_from(lines),
            ProgrammeStep::Held(_) | ProgrammeStep::Spent { .. } => self.done.push(line.clone()),
            ProgrammeStep::Strike { line: struck, .. } => self.done.retain(|kept| kept.seq != *struck),
        }
        self
    }

    /// How it stands after this line, under what is agreed; `today` is the last day on which anything can have happened.
    ///
    /// # Errors
    /// When the programme, as it stands, does not allow it: `programme_stage`, `future`, `time_backwards`, `no_ngo`, `no_term`,
    /// `out_of_term`, `term_runs`, `over_budget`, `not_active`, `no_line`, `reason`.
    pub fn after(self, line: &Line, agreed: &Agreed, today: NaiveDate) -> Result<Self, Refused> {
        if line.on > today {
            return Err(Refused::new("future", "아직 오지 않은 날입니다. 있었던 날을 적어 주세요."));
        }
        match &line.step {
            ProgrammeStep::Move { to, reason } => self.admits_move(line.on, *to, reason, agreed)?,
            ProgrammeStep::Plan { lines } => self.admits_plan(lines, agreed)?,
            ProgrammeStep::Held(_) => self.admits_activity(line.on, agreed)?,
            ProgrammeStep::Spent { .. } => self.is_active()?,
            ProgrammeStep::Strike { line, .. } => {
                self.is_active()?;
                if self.done.iter().all(|kept| kept.seq != *line) {
                    return Err(Refused::new(
                        "no_line",
                        "활동이나 운영비로 적은 줄이 아니거나 이미 지웠습니다.",
                    ));
                }
            }
        }
        Ok(self.with(line))
    }

    fn admits_move(
        &self,
        on: NaiveDate,
        to: ProgrammeStage,
        reason: &str,
        agreed: &Agreed,
    ) -> Result<(), Refused> {
        let back = before(self.stage) == Some(to);
        if !back && next(self.stage) != Some(to) {
            let now = self.stage.map_or("단계를 적지 않은 사업", ProgrammeStage::label);
            let sentence = format!("지금 '{now}'입니다. 공모·선정·협약·활동·정산을 차례로 적어 주세요.");
            return Err(Refused { code: "programme_stage", sentence });
        }
        if let Some(since) = self.since.filter(|since| on < *since) {
            let sentence = format!("앞 단계를 적은 날({})보다 앞선 날입니다.", seoul::dotted(since));
            return Err(Refused { code: "time_backwards", sentence });
        }
        if back {
            let unsaid = reason.trim().is_empty();
            let why = Refused::new("reason", "되돌리는 까닭을 적어 주세요.");
            return if unsaid { Err(why) } else { Ok(()) };
        }
        let refused = |code, sentence| Err(Refused::new(code, sentence));
        match to {
            ProgrammeStage::Called => Ok(()),
            _ if agreed.ngo.is_none() => refused("no_ngo", "선정한 단체를 먼저 골라 주세요."),
            ProgrammeStage::Selected => Ok(()),
            _ if agreed.from.is_none() || agreed.until.is_none() => {
                refused("no_term", "협약한 기간의 시작하는 날과 끝나는 날을 먼저 적어 주세요.")
            }
            ProgrammeStage::Active if !agreed.holds(on) => {
                refused("out_of_term", "협약한 기간 안의 날을 적어 주세요.")
            }
            ProgrammeStage::Settled if agreed.until.is_some_and(|until| on < until) => refused(
                "term_runs",
                "협약한 기간이 끝난 뒤에 정산합니다. 먼저 마쳤다면 '협약 일찍 끝내기'를 해 주세요.",
            ),
            ProgrammeStage::Agreed | ProgrammeStage::Active | ProgrammeStage::Settled => Ok(()),
        }
    }

    fn admits_plan(&self, lines: &[Planned], agreed: &Agreed) -> Result<(), Refused> {
        if self.stage.is_none_or(|stage| stage == ProgrammeStage::Settled) {
            return Err(Refused::new("programme_stage", "공모부터 정산 전까지 계획을 적을 수 있습니다."));
        }
        let total: i64 = lines.iter().map(|line| line.won).sum();
        match agreed.budget_won {
            Some(budget) if total > budget => Err(Refused::new(
                "over_budget",
                "계획한 금액의 합이 사업 예산보다 많습니다. 금액을 줄이거나 예산을 먼저 바꿔 주세요.",
            )),
            _ => Ok(()),
        }
    }

    fn is_active(&self) -> Result<(), Refused> {
        if self.stage == Some(ProgrammeStage::Active) {
            return Ok(());
        }
        Err(Refused::new("not_active", "활동 단계에서만 적을 수 있습니다."))
    }

    fn admits_activity(&self, on: NaiveDate, agreed: &Agreed) -> Result<(), Refused> {
        self.is_active()?;
        if agreed.holds(on) && self.begun.is_none_or(|begun| begun <= on) {
            return Ok(());
        }
        Err(Refused::new("out_of_term", "활동을 시작한 날부터 협약이 끝나기 전까지의 날을 적어 주세요."))
    }

    /// What can be done with it as it stands.
    #[must_use]
    pub fn open(&self) -> Vec<ProgrammeAct> {
        use ProgrammeAct as Act;
        let forward = match next(self.stage) {
            Some(ProgrammeStage::Called) => Some(Act::Call),
            Some(ProgrammeStage::Selected) => Some(Act::Select),
            Some(ProgrammeStage::Agreed) => Some(Act::Agree),
            Some(ProgrammeStage::Active) => Some(Act::Start),
            Some(ProgrammeStage::Settled) => Some(Act::Settle),
            None => None,
        };
        let active = self.stage == Some(ProgrammeStage::Active);
        let planned = self.stage.is_some_and(|stage| stage < ProgrammeStage::Settled);
        let all = [
            (active, Act::Held),
            (active, Act::Spend),
            (active && !self.done.is_empty(), Act::Strike),
            (planned, Act::Plan),
            (planned, Act::Join),
            (active, Act::End),
            (before(self.stage).is_some(), Act::Back),
        ];
        forward.into_iter().chain(all.into_iter().filter_map(|(is, act)| is.then_some(act))).collect()
    }

    /// The stage to which it would be taken back.
    #[must_use]
    pub fn before(&self) -> Option<ProgrammeStage> {
        before(self.stage)
    }
}
