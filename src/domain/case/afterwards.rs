//! What comes after an agreement: follow-ups, whether a broken term opens the case again, and a side that turns from it.
//!
//! What the sides thought of the mediation: `surveyed.rs`.
//!
//! A side that says it will not be bound any more changes neither outcome nor rates: the agreement stands as a contract, only both
//! could end it together (민법 §731, `domain.md` §7 no. 15). The follow-ups go on, and what is kept is what 이행률 counts.
use super::{Agreement, Case, Event, FollowUp, Refused, Told};
use crate::domain::codes::{FollowUpResult, Outcome, Side};
use crate::domain::ids::BodyId;
use crate::domain::mark::Mark;
use crate::domain::seoul;
use crate::domain::step::{Step, StepCode};
use chrono::{DateTime, Days, Months, NaiveDate, Utc};

/// Days after its due date at which a follow-up counts as it stands.
const FOLLOW_UP_DAYS: u64 = 14;
/// How many days before that a side that has not answered is asked once more.
const AGAIN_BEFORE: u64 = 4;

/// The last day on which a follow-up that is due on `due` is answered, or a survey that was asked on it; on the next one it counts
/// as it stands.
#[must_use]
pub fn answered_until(due: NaiveDate) -> NaiveDate {
    due.checked_add_days(Days::new(FOLLOW_UP_DAYS - 1)).unwrap_or(due)
}

/// Whether a side that was asked on the day `asked` is asked once more on `today`: near the end, and not where that was the first
/// time, because nothing could be sent before.
#[must_use]
pub fn asks_again(due: NaiveDate, asked: NaiveDate, today: NaiveDate) -> bool {
    let from = due.checked_add_days(Days::new(FOLLOW_UP_DAYS - AGAIN_BEFORE)).unwrap_or(due);
    asked < from && from <= today
}

/// What an answer to a follow-up lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// The promise of this number, from 1, has no answer.
    Promise(usize),
    /// There are more answers than promises.
    Surplus,
    /// The promises are not known one by one, and nothing is said of the whole.
    Whole,
    /// Nobody could tell anything by it.
    Nothing,
}

impl Gap {
    /// What to do.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Promise(_) => "약속마다 하나씩 골라 주세요.",
            Self::Surplus => "합의서의 약속보다 답이 많습니다. 약속마다 하나씩 답해 주세요.",
            Self::Whole => "약속이 지켜졌는지 골라 주세요.",
            Self::Nothing => "한 가지라도 지켜지고 있는지 골라 주세요.",
        }
    }
}

/// What an answer to a follow-up comes to, over so many promises: one answer for each, in their order, or one for the whole where
/// they are not known one by one.
fn reckoned(
    promises: usize,
    result: Option<FollowUpResult>,
    terms: &[Option<FollowUpResult>],
) -> Result<FollowUpResult, Vec<Gap>> {
    let answered = |n: &usize| n.checked_sub(1).and_then(|i| terms.get(i)).is_some_and(Option::is_some);
    let mut gaps: Vec<Gap> = (1..=promises).filter(|n| !answered(n)).map(Gap::Promise).collect();
    if terms.len() > promises {
        gaps.push(Gap::Surplus);
    }
    if promises == 0 && result.is_none() {
        gaps.push(Gap::Whole);
    }
    if !gaps.is_empty() {
        return Err(gaps);
    }
    let said = terms.iter().copied().flatten().chain(result.filter(|_| promises == 0));
    match FollowUpResult::worst(said) {
        FollowUpResult::Unanswered => Err(vec![Gap::Nothing]),
        worst => Ok(worst),
    }
}

impl Case {
    /// Whether there is what the step is about.
    pub(super) fn admits_afterwards(&self, step: StepCode) -> Result<(), Refused> {
        let missing = |there: bool, code: &'static str, sentence: &str| {
            if there { Ok(()) } else { Err(Refused::new(code, sentence)) }
        };
        match step {
            StepCode::FollowUp | StepCode::EndFollowUp => missing(
                self.follow_ups.iter().any(FollowUp::is_open),
                "no_follow_up",
                "답을 기다리는 사후점검이 없습니다.",
            ),
            StepCode::KeepClosed => missing(
                self.reconsider_since.is_some(),
                "nothing_broken",
                "다시 열지 정할 일이 없습니다. 약속이 지켜지지 않았다는 답이나 합의를 거두겠다는 뜻이 적힌 뒤에 씁니다.",
            ),
            StepCode::Survey => missing(
                self.history.session_in_span(),
                "survey_needs_session",
                "조정회의를 한 사건에서만 만족도를 여쭙니다.",
            ),
            StepCode::LeaveAgreement => {
                missing(self.ended_by_agreement(), "no_agreement", "합의로 마친 사건이 아닙니다.")
            }
            _ => Ok(()),
        }
    }

    pub(super) fn apply_afterwards(&mut self, event: &Event) -> Result<(), Refused> {
        match &event.step {
            Step::FollowUp { due, side, result, terms, .. } => {
                let told = self.told(*side, *result, terms)?;
                self.after_follow_up(event, *due, told)
            }
            Step::EndFollowUp { due } => self.after_follow_up_end(event, *due),
            Step::KeepClosed { .. } => {
                self.reconsider_since = None;
                Ok(())
            }
            Step::Survey { side, .. } => self.after_survey(event, *side),
            Step::LeaveAgreement { .. } => {
                self.reconsider_since.get_or_insert(event.at);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The case is closed by an agreement, wherever its paper is.
    #[must_use]
    pub fn ended_by_agreement(&self) -> bool {
        matches!(self.outcome(), Some(Outcome::Settled | Outcome::Partial))
    }

    /// Whose duty is what comes after an agreement: the committee's, to which it returns from an NGO; else whoever had the case.
    #[must_use]
    pub fn follows_up(&self) -> Option<BodyId> {
        self.bodies.committee.or(self.holder)
    }

    /// After an agreement: two weeks, three months, six months.
    pub(super) fn plan_follow_ups(&mut self, at: DateTime<Utc>) {
        if !self.ended_by_agreement() || self.concluded_in.is_some() {
            return;
        }
        let day = seoul::day(at);
        let [soon, quarter, half] = [
            day.checked_add_days(Days::new(14)),
            day.checked_add_months(Months::new(3)),
            day.checked_add_months(Months::new(6)),
        ];
        let dates = [soon, quarter, half].into_iter().flatten();
        self.follow_ups.extend(dates.map(|due| FollowUp {
            due,
            answers: Vec::new(),
            result: None,
            ended: false,
        }));
    }

    /// The agreement that the follow-ups are about: the last one that both signed.
    #[must_use]
    pub fn followed(&self) -> Option<&Agreement> {
        self.agreements.iter().rev().find(|a| a.is_signed())
    }

    /// What a side's answer to a follow-up of this agreement comes to.
    ///
    /// # Errors
    /// Everything that it lacks.
    pub fn reckoned(
        &self,
        result: Option<FollowUpResult>,
        terms: &[Option<FollowUpResult>],
    ) -> Result<FollowUpResult, Vec<Gap>> {
        reckoned(self.followed().map_or(0, |a| a.terms.len()), result, terms)
    }

    /// What a side said, with what it comes to. An old line tells of the whole alone, whatever the promises were.
    fn told(
        &self,
        side: Side,
        result: Option<FollowUpResult>,
        terms: &[FollowUpResult],
    ) -> Result<Told, Refused> {
        let given: Vec<_> = terms.iter().copied().map(Some).collect();
        let told = if given.is_empty() { reckoned(0, result, &[]) } else { self.reckoned(result, &given) };
        match told {
            Ok(result) => Ok(Told { side, result, terms: terms.to_vec() }),
            Err(gaps) if gaps.iter().any(|gap| matches!(gap, Gap::Promise(_) | Gap::Surplus)) => {
                Err(Refused::new(
                    "terms_answered",
                    "합의서의 약속 수와 답의 수가 다릅니다. 약속마다 하나씩 답해 주세요.",
                ))
            }
            Err(_) => Err(Refused::new(
                "not_an_answer",
                "답을 받지 못했으면 적지 않습니다. 기한이 지나면 '응답 없음'으로 남습니다.",
            )),
        }
    }

    fn after_follow_up(&mut self, event: &Event, due: NaiveDate, told: Told) -> Result<(), Refused> {
        if seoul::day(event.at) < due {
            return Err(Refused::new("follow_up_early", "점검일이 되면 답할 수 있습니다."));
        }
        let follow_up = self.open_follow_up(due)?;
        let result = told.result;
        follow_up.answers.retain(|earlier| earlier.side != told.side);
        follow_up.answers.push(told);
        let (both, worst) = (follow_up.answers.len() >= 2, follow_up.worst());
        if result == FollowUpResult::Broken {
            // The worse answer counts, whatever the other side says: nothing is waited for.
            self.reconsider_since.get_or_insert(event.at);
        }
        if !both {
            return Ok(());
        }
        self.open_follow_up(due)?.result = Some(worst);
        self.mark(event, Mark::FollowUp(worst))
    }

    fn after_follow_up_end(&mut self, event: &Event, due: NaiveDate) -> Result<(), Refused> {
        if seoul::day(event.at) <= answered_until(due) {
            return Err(Refused::new("follow_up_early", "사후점검은 점검일부터 14일을 기다립니다."));
        }
        let follow_up = self.open_follow_up(due)?;
        let worst = follow_up.worst();
        follow_up.result = Some(worst);
        self.mark(event, Mark::FollowUp(worst))
    }

    fn open_follow_up(&mut self, due: NaiveDate) -> Result<&mut FollowUp, Refused> {
        let open = self.follow_ups.iter_mut().find(|f| f.due == due && f.is_open());
        open.ok_or_else(|| Refused::new("no_follow_up", "답을 기다리는 사후점검이 아닙니다."))
    }
}
