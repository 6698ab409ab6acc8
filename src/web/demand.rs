//! What a body demands, as a page shows it: by when it answers, what its acceptance means, each condition with its rule and how
//! it stands, what goes along. `templates/parts/demanded.hbs`.
use crate::casework::demand::Known;
use crate::domain::case::Case;
use crate::domain::codes::Standing;
use crate::domain::referral::{self, Answered, Attached, By, Checked, From};
use crate::domain::seoul;
use crate::store::bodies::Body;
use crate::web::steps::words;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// `parts/demanded`.
#[derive(Debug, Clone, Serialize)]
pub struct Demanded {
    pub name: String,
    /// By when it answers, and whence that comes; nothing where the applicant goes there at their own pace.
    pub due: Option<String>,
    /// What its acceptance means for the case.
    pub effect: Option<&'static str>,
    pub conditions: Vec<Line>,
    pub papers: Vec<Thing>,
}

/// A condition.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    pub text: &'static str,
    pub rule: &'static str,
    pub standing: &'static str,
    /// How the badge looks.
    pub kind: &'static str,
    /// What to do, where it does not hold.
    pub otherwise: Option<&'static str>,
    #[serde(skip)]
    asked: bool,
}

/// Something that goes along.
#[derive(Debug, Clone, Serialize)]
pub struct Thing {
    pub label: &'static str,
    pub rule: &'static str,
    pub state: &'static str,
    pub kind: &'static str,
    /// Where it is printed, for those who may.
    pub href: Option<String>,
    #[serde(skip)]
    pub from: From,
}

impl Demanded {
    /// What `body` demands of `case` now. `papers` is where the papers of the case are printed, for whoever may.
    #[must_use]
    pub fn of(
        (body, case): (&Body, &Case),
        known: &Known,
        answers: &[Answered],
        papers: impl Fn(From) -> Option<String>,
        now: DateTime<Utc>,
    ) -> Self {
        let today = seoul::day(now);
        let (demand, terms) = (body.demand(today), body.terms(today));
        let checked = referral::checked(demand, &known.of(case), answers);
        let thing = |attached: &Attached| thing(attached, known.has(attached, case), &papers);
        Self {
            name: body.name.clone(),
            due: Some(format!("{}까지({})", words::official_day(seoul::day(terms.due(now))), terms.shown())),
            effect: Some(demand.effect.label()),
            conditions: checked.iter().map(line).collect(),
            papers: demand.papers.iter().map(thing).collect(),
        }
    }
}

impl Demanded {
    /// As the applicant is told who goes there themself: without a deadline of the desk's, and without what it means for the case.
    pub fn own_pace(&mut self) {
        (self.due, self.effect) = (None, None);
    }

    /// Without what is asked of people: where the questions stand in the form itself.
    #[must_use]
    pub fn without_questions(mut self) -> Self {
        self.conditions.retain(|line| !line.asked);
        self
    }
}

/// How a standing looks.
#[must_use]
pub const fn badge(standing: Standing) -> &'static str {
    match standing {
        Standing::Met => "ok",
        Standing::NotYet => "warn",
        Standing::Missing => "danger",
        Standing::Ask => "info",
    }
}

fn line(checked: &Checked) -> Line {
    let (condition, standing) = (checked.condition, checked.standing);
    Line {
        text: condition.text,
        rule: condition.rule,
        standing: standing.label(),
        kind: badge(standing),
        otherwise: (standing != Standing::Met).then_some(condition.otherwise),
        asked: matches!(condition.by, By::Answer { .. }),
    }
}

fn thing(attached: &Attached, has: Option<bool>, papers: &impl Fn(From) -> Option<String>) -> Thing {
    let (state, kind) = match (attached.from, has) {
        (From::Application | From::Chronology, _) => ("여기서 인쇄", "ok"),
        (From::Packet, _) => ("보내기 전에 보임", "ok"),
        (From::Report, Some(true)) => ("만난 기록 있음", "ok"),
        (From::Report, _) => ("만난 기록 없음", "plain"),
        (From::Evidence | From::Measurement, Some(true)) => ("낸 자료 있음", "ok"),
        (From::Evidence | From::Measurement, _) => ("낸 자료 없음", "warn"),
        (From::Proxy, Some(_)) => ("대리인이 있음: 본인이 준비", "info"),
        (From::Proxy, None) => ("대리인 없음", "plain"),
        (From::Own, _) => ("본인이 준비", "info"),
    };
    let href = papers(attached.from);
    Thing { label: attached.label, rule: attached.rule, state, kind, href, from: attached.from }
}
