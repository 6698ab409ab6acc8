//! The 전결표: which steps of a case 간사 or 위원장 may take alone, and which need a vote.
use crate::domain::case::{Case, Refused, stages};
use crate::domain::codes::{Decider, Outcome, Stage};
use crate::domain::ids::BodyId;
use crate::domain::step::form::Choices;
use crate::domain::step::{Step, StepCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Steps about which a committee can vote, and which a passed item of a meeting can take.
pub const VOTABLE: [StepCode; 8] = [
    StepCode::HandOver,
    StepCode::NameMembers,
    StepCode::ChangeRoute,
    StepCode::Refer,
    StepCode::RecommendAgain,
    StepCode::Propose,
    StepCode::Close,
    StepCode::Reopen,
];

/// Outcomes that are not the committee's to decide: the applicant's own will, and what both sides signed.
const NEVER_VOTED: [Outcome; 3] = [Outcome::Withdrawn, Outcome::Settled, Outcome::Partial];

/// One line of the table: a step, and for closings which outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act {
    pub step: StepCode,
    pub outcome: Option<Outcome>,
}

impl Act {
    /// What a step is in the table.
    #[must_use]
    pub fn of(step: &Step) -> Self {
        let outcome = match step {
            Step::Close { outcome, .. } => Some(*outcome),
            _ => None,
        };
        Self { step: step.code(), outcome }
    }

    /// Every line that a table has, in the order in which it is shown.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut acts = Vec::new();
        for step in VOTABLE {
            if step == StepCode::Close {
                let votable = Outcome::ALL.iter().filter(|o| !NEVER_VOTED.contains(o));
                acts.extend(votable.map(|o| Self { step, outcome: Some(*o) }));
            } else {
                acts.push(Self { step, outcome: None });
            }
        }
        acts
    }

    /// `propose`, `close:not_agreed`.
    #[must_use]
    pub fn code(self) -> String {
        self.outcome
            .map_or_else(|| self.step.code().to_owned(), |o| format!("{}:{}", self.step.code(), o.code()))
    }

    /// `조정안 내기`, `종결 · 불성립`.
    #[must_use]
    pub fn label(self) -> String {
        self.outcome.map_or_else(|| self.step.label().to_owned(), |o| format!("종결 · {}", o.label()))
    }

    /// Every line's code and label, for a form.
    #[must_use]
    pub fn choices() -> Choices {
        static LINES: LazyLock<Vec<(String, String)>> =
            LazyLock::new(|| Act::all().into_iter().map(|act| (act.code(), act.label())).collect());
        LINES.iter().map(|(code, label)| (code.as_str(), label.as_str())).collect()
    }

    /// The line with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::all().into_iter().find(|act| act.code() == code)
    }
}

/// Who decides what in one committee. What is not listed is 간사's, who records it as the holder.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Delegation(Vec<(String, Decider)>);

impl Delegation {
    /// `product.md` §2: by vote, issuing a proposal and closing as `not_agreed` or `out_of_scope`; 재권고 위원장.
    #[must_use]
    pub fn usual() -> Self {
        let closing = |outcome| Act { step: StepCode::Close, outcome: Some(outcome) };
        let step = |step| Act { step, outcome: None };
        Self::default()
            .with(step(StepCode::Propose), Decider::Vote)
            .with(closing(Outcome::NotAgreed), Decider::Vote)
            .with(closing(Outcome::OutOfScope), Decider::Vote)
            .with(step(StepCode::RecommendAgain), Decider::Chair)
    }

    /// Until a committee holds meetings in Ieum: 간사 throughout.
    #[must_use]
    pub fn secretary_throughout() -> Self {
        Self::default()
    }

    /// The same table with another decider for one line.
    #[must_use]
    pub fn with(mut self, act: Act, decider: Decider) -> Self {
        let code = act.code();
        self.0.retain(|(known, _)| *known != code);
        if decider != Decider::Secretary {
            self.0.push((code, decider));
        }
        self
    }

    /// Who decides this.
    #[must_use]
    pub fn decider(&self, act: Act) -> Decider {
        let code = act.code();
        self.0.iter().find(|(known, _)| *known == code).map_or(Decider::Secretary, |(_, d)| *d)
    }

    /// The deciders of a kind of step over all its lines: one, or for closings several.
    #[must_use]
    pub fn deciders(&self, step: StepCode) -> Vec<Decider> {
        if step != StepCode::Close {
            return vec![self.decider(Act { step, outcome: None })];
        }
        let mut found: Vec<Decider> =
            Outcome::ALL.iter().map(|o| self.decider(Act { step, outcome: Some(*o) })).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Which of a committee's cases its chair has something to decide in: those received while one 전결표 was in force, in the
/// stages in which it gives the chair a step, as long as the committee has the turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chaired {
    pub body: BodyId,
    pub from: DateTime<Utc>,
    /// When the next table came into force.
    pub until: Option<DateTime<Utc>>,
    /// Never empty.
    pub stages: Vec<Stage>,
}

impl Chaired {
    /// What these tables of a committee, oldest first, give to its chair.
    #[must_use]
    pub fn by(body: BodyId, tables: &[(DateTime<Utc>, Delegation)]) -> Vec<Self> {
        let next = tables.iter().skip(1).map(|(from, _)| Some(*from)).chain([None]);
        let all = tables.iter().zip(next).map(|((from, table), until)| {
            let gives = |stage: &Stage| {
                let fits = |step: &StepCode| {
                    stages(*step).contains(stage) && table.deciders(*step).contains(&Decider::Chair)
                };
                VOTABLE.iter().any(fits)
            };
            let stages = Stage::ALL.iter().copied().filter(gives).collect();
            Self { body, from: *from, until, stages }
        });
        all.filter(|one| !one.stages.is_empty()).collect()
    }

    /// Whether this case is one of them.
    #[must_use]
    pub fn covers(&self, case: &Case) -> bool {
        let received = case.intake.received_at;
        case.holder == Some(self.body)
            && case.bodies.committee == Some(self.body)
            && self.from <= received
            && self.until.is_none_or(|until| received < until)
            && self.stages.contains(&case.stage)
    }
}

/// Why somebody at the desk may not take a step that the table gives to another, and what to do instead.
#[must_use]
pub fn refused(act: Act, decider: Decider) -> Refused {
    let label = act.label();
    match decider {
        Decider::Vote => Refused {
            code: "needs_vote",
            sentence: format!(
                "전결표에 따라 {label}은(는) 위원회 의결이 있어야 합니다. 이 사건의 '{label}' 안건을 회의에 올려 의결해 주세요."
            ),
        },
        Decider::Chair => Refused {
            code: "needs_chair",
            sentence: format!("전결표에 따라 {label}은(는) 위원장이 합니다. 위원장에게 알려 주세요."),
        },
        Decider::Secretary => Refused {
            code: "needs_secretary",
            sentence: format!("전결표에 따라 {label}은(는) 간사가 합니다."),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_table_is_the_one_of_the_specification() {
        let usual = Delegation::usual();
        let voted: Vec<String> =
            Act::all().into_iter().filter(|a| usual.decider(*a) == Decider::Vote).map(Act::code).collect();
        assert_eq!(voted, ["propose", "close:not_agreed", "close:out_of_scope"]);
        assert_eq!(usual.deciders(StepCode::RecommendAgain), [Decider::Chair]);
        assert_eq!(usual.deciders(StepCode::Close), [Decider::Secretary, Decider::Vote]);
        assert_eq!(Delegation::secretary_throughout().deciders(StepCode::Propose), [Decider::Secretary]);
    }

    #[test]
    fn what_is_not_the_committees_to_decide_is_no_line() {
        assert!(Act::from_code("close:withdrawn").is_none());
        assert!(Act::from_code("counsel").is_none());
        assert_eq!(Act::from_code("close:not_agreed").map(Act::code).as_deref(), Some("close:not_agreed"));
    }
}
