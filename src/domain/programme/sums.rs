//! 정산: what was spent of each line of the budget, against the plan.
use super::{Course, ProgrammeStep};
use crate::domain::codes::BudgetItem;

/// A line of the budget with what became of it; money in won.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sum {
    pub planned_times: i64,
    pub planned_won: i64,
    pub times: i64,
    pub people: i64,
    pub minutes: i64,
    pub spent_won: i64,
}

impl Sum {
    /// What is left of the plan; less than 0 where more was spent.
    #[must_use]
    pub const fn left_won(&self) -> i64 {
        self.planned_won - self.spent_won
    }

    fn plus(self, other: Self) -> Self {
        Self {
            planned_times: self.planned_times + other.planned_times,
            planned_won: self.planned_won + other.planned_won,
            times: self.times + other.times,
            people: self.people + other.people,
            minutes: self.minutes + other.minutes,
            spent_won: self.spent_won + other.spent_won,
        }
    }
}

impl Course {
    /// Every line of the budget, in the order of the list, whether or not anything was planned or spent.
    #[must_use]
    pub fn sums(&self) -> Vec<(BudgetItem, Sum)> {
        BudgetItem::ALL.iter().map(|item| (*item, self.sum(*item))).collect()
    }

    /// All lines of the budget together.
    #[must_use]
    pub fn total(&self) -> Sum {
        self.sums().into_iter().fold(Sum::default(), |all, (_, sum)| all.plus(sum))
    }

    fn sum(&self, item: BudgetItem) -> Sum {
        let planned = self.plan.iter().filter(|line| line.item == item);
        let planned =
            planned.map(|line| Sum { planned_times: line.times, planned_won: line.won, ..Sum::default() });
        let done = self.done.iter().filter_map(|line| match &line.step {
            ProgrammeStep::Held(held) if held.kind == item => Some(Sum {
                times: 1,
                people: held.people,
                minutes: held.minutes,
                spent_won: held.won,
                ..Sum::default()
            }),
            step => {
                let (_, won) = step.costs().filter(|(of, _)| *of == item)?;
                Some(Sum { spent_won: won, ..Sum::default() })
            }
        });
        planned.chain(done).fold(Sum::default(), Sum::plus)
    }
}
