//! What comes after an agreement: follow-ups, whether a broken term opens the case again, and a side that turns from it.
//!
//! A side that says it will not be bound any more changes neither outcome nor rates: the agreement stands as a contract, only both
//! could end it together (민법 §731, `domain.md` §7 no. 15). The follow-ups go on, and what is kept is what 이행률 counts.
use super::{Agreement, Case, Event, FollowUp, Refused, Told};
use crate::domain::codes::{FollowUpResult, Outcome, Side};
use crate::domain::ids::BodyId;
use crate::domain::mark::Mark;
use crate::domain::seoul;
use crate::domain::step::Step;
use chrono::{DateTime, Days, Months, NaiveDate, Utc};

/// Days after its due date at which a follow-up counts as it stands.
pub const FOLLOW_UP_DAYS: u64 = 14;

impl Case {
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
            Step::LeaveAgreement { .. } => {
                self.reconsider_since.get_or_insert(event.at);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The agreement that both sides signed and that no reopening ended.
    #[must_use]
    pub fn agreement_in_force(&self) -> Option<&Agreement> {
        self.agreements.iter().rev().find(|a| a.is_signed() && !a.ended)
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

    /// What a side said, with what it comes to.
    fn told(
        &self,
        side: Side,
        result: Option<FollowUpResult>,
        terms: &[FollowUpResult],
    ) -> Result<Told, Refused> {
        let promises = self.followed().map_or(0, |a| a.terms.len());
        if !terms.is_empty() && terms.len() != promises {
            return Err(Refused::new(
                "terms_answered",
                "합의서의 약속 수와 답의 수가 다릅니다. 약속마다 하나씩 답해 주세요.",
            ));
        }
        let said = terms.iter().copied().chain(result.filter(|_| terms.is_empty()));
        let result = FollowUpResult::worst(said);
        if result == FollowUpResult::Unanswered {
            return Err(Refused::new(
                "not_an_answer",
                "답을 받지 못했으면 적지 않습니다. 기한이 지나면 '응답 없음'으로 남습니다.",
            ));
        }
        Ok(Told { side, result, terms: terms.to_vec() })
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
        if due.checked_add_days(Days::new(FOLLOW_UP_DAYS)).is_some_and(|end| seoul::day(event.at) < end) {
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
