//! What the two sides thought of a mediation: who is asked, when, and what is counted of it (`product.md` §6).
//!
//! The rule: a mediation took place where a meeting of both sides was held (joint, shuttle, by telephone or online; a visit is one),
//! not where a mediator merely accepted. After an agreement both sides are asked with its last follow-up. After any other end each
//! side that came to such a meeting and still consents is asked once by itself, a week after the closing. Nobody is asked
//! while safety or a protection order keeps the two apart, nor in a case that goes on in another one.
use super::{Case, Event, Refused};
use crate::domain::codes::{Method, Outcome, Safety, Score, Side};
use crate::domain::history::Entry;
use crate::domain::ids::BodyId;
use crate::domain::mark::Mark;
use crate::domain::seoul;
use crate::domain::step::Step;
use crate::domain::survey::Asked;
use chrono::{DateTime, Days, NaiveDate, Utc};

/// Days after a closing without an agreement at which its sides are asked: people have calmed down, and a closing that was a slip
/// is opened again before anybody hears of it.
const ASKED_AFTER: u64 = 7;

/// The six questions of the survey, by the names of the step's members; each is asked as a sentence to agree with (`product.md` §6).
pub const QUESTIONS: [(&str, &str); 6] = [
    ("heard", "내 이야기를 충분히 들어 주었다"),
    ("fair", "진행이 공정했다"),
    ("neutral", "조정인이 어느 한쪽 편을 들지 않았다"),
    ("pressure", "합의하라고 압박하지 않았다"),
    (OF_PROMISES, "약속한 내용을 잘 이해했다"),
    ("again", "비슷한 일이 있으면 다시 이용하겠다"),
];

/// The question that only an agreement raises.
const OF_PROMISES: &str = "understood";

/// The answers to the six questions, in their order; none where one was left out.
pub type Scores = [Option<Score>; 6];

/// What a side thought of the mediation, as it said last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    pub side: Side,
    pub at: DateTime<Utc>,
    pub scores: Scores,
}

/// That a side is, or was, asked. A fact of its closing: what comes later never changes what is counted of a time that is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyAsk {
    pub side: Side,
    /// When it is asked; of an answer that nobody asked for, its day.
    pub due: NaiveDate,
    /// Its first answer, which is the one that counts.
    pub answer: Option<(DateTime<Utc>, Scores)>,
    /// Of the closing that stands; an earlier one is only counted.
    pub stands: bool,
    /// Whose work it was.
    pub committee: Option<BodyId>,
    /// The NGO that mediated; none where the committee did.
    pub ngo: Option<BodyId>,
}

impl SurveyAsk {
    /// As it is counted.
    #[must_use]
    pub fn counted(&self) -> Asked {
        let said = self.answer.map(|(at, _)| seoul::day(at));
        let asked_on = said.map_or(self.due, |day| day.min(self.due));
        Asked { side: self.side, asked_on, answer: self.answer }
    }
}

impl Step {
    /// A survey as a step; none where nothing was answered.
    #[must_use]
    pub fn survey(side: Side, method: Method, scores: Scores) -> Option<Self> {
        let [heard, fair, neutral, pressure, understood, again] = scores;
        scores.iter().any(Option::is_some).then_some(Self::Survey {
            side,
            method,
            heard,
            fair,
            neutral,
            pressure,
            understood,
            again,
        })
    }

    /// The answers of a survey, in the order of the questions.
    #[must_use]
    pub const fn scores(&self) -> Option<Scores> {
        match *self {
            Self::Survey { heard, fair, neutral, pressure, understood, again, .. } => {
                Some([heard, fair, neutral, pressure, understood, again])
            }
            _ => None,
        }
    }
}

impl Case {
    /// Everybody who is or was asked what they thought of the mediation, with their answers.
    #[must_use]
    pub fn surveyed(&self) -> Vec<Asked> {
        self.survey_asks.iter().map(SurveyAsk::counted).collect()
    }

    /// Whether the survey goes along with this side's follow-up: the last of its agreement, where it was planned so at the closing.
    #[must_use]
    pub fn surveys_with(&self, side: Side, due: NaiveDate) -> bool {
        let planned = |ask: &SurveyAsk| ask.stands && (ask.side, ask.due) == (side, due);
        self.ended_by_agreement() && !self.spares_from_surveys() && self.survey_asks.iter().any(planned)
    }

    /// The question to this side that goes by a link of its own, due on that day, if it has one.
    pub(super) fn survey_ask(&self, side: Side, due: NaiveDate) -> Option<&SurveyAsk> {
        let asks = self.survey_asks.iter().filter(|_| !self.ended_by_agreement());
        asks.rev().find(|ask| ask.stands && (ask.side, ask.due) == (side, due))
    }

    /// Who waits to be asked by a link of its own, and since what day.
    pub(super) fn survey_waits(&self) -> impl Iterator<Item = (Side, NaiveDate)> {
        let alone = !self.ended_by_agreement();
        let waits = self.survey_asks.iter().filter(move |ask| alone && ask.stands && ask.answer.is_none());
        waits.map(|ask| (ask.side, ask.due))
    }

    /// The questions that this mediation raises, with their places among the six.
    pub fn questions(&self) -> impl Iterator<Item = (usize, (&'static str, &'static str))> {
        let promised = self.ended_by_agreement();
        QUESTIONS.into_iter().enumerate().filter(move |(_, (name, _))| promised || *name != OF_PROMISES)
    }

    fn last_follow_up(&self) -> Option<NaiveDate> {
        self.follow_ups.iter().filter(|f| !f.ended).map(|f| f.due).max()
    }

    /// A mail about the neighbour may do harm, and what is asked here never has to be.
    fn spares_from_surveys(&self) -> bool {
        self.safety() >= Safety::Pause
            || self.standing_orders().next().is_some()
            || self.outcome() == Some(Outcome::Suspended)
    }

    /// Whether this side itself was at a meeting of this span: nobody tells of what the household's former person was at.
    fn took_part(&self, side: Side) -> bool {
        let mut back = self.history.entries().iter().rev().map(|(_, entry)| entry);
        let ends = |entry: &&Entry| match entry {
            Entry::RespondentChanged => side == Side::Respondent,
            Entry::Mark(mark) => matches!(mark, Mark::SessionHeld(_) | Mark::Reopened(_)),
            Entry::ConsentWithdrawn(_) => false,
        };
        matches!(back.find(ends), Some(Entry::Mark(Mark::SessionHeld(_))))
    }

    /// The case has just been closed: who will be asked, and when. Nobody is asked before the closing was written down.
    pub(super) fn plan_surveys(&mut self, event: &Event) {
        let written = seoul::day(event.at.max(event.recorded_at));
        let elsewhere = self.concluded_in.is_some() || self.led_by.is_some();
        if elsewhere || self.outcome() == Some(Outcome::Merged) || self.spares_from_surveys() {
            return;
        }
        let agreed = self.ended_by_agreement();
        let due = if agreed {
            // Of an agreement that was made here: a ledger's is nobody's to be asked about.
            self.followed().and_then(|_| self.last_follow_up())
        } else {
            written.checked_add_days(Days::new(ASKED_AFTER))
        };
        let Some(due) = due else { return };
        for side in Side::ALL {
            if agreed
                || (self.took_part(*side) && self.history.consented(*side) && !self.side(*side).declined)
            {
                let ask = self.new_ask(*side, due, None);
                self.survey_asks.push(ask);
            }
        }
    }

    fn new_ask(&self, side: Side, due: NaiveDate, answer: Option<(DateTime<Utc>, Scores)>) -> SurveyAsk {
        let ngo = self.bodies.ngo.filter(|_| self.route == crate::domain::codes::Route::Ngo);
        SurveyAsk { side, due, answer, stands: true, committee: self.bodies.committee, ngo }
    }

    /// The closing stands no more. Whoever answered, or was silent until the time to answer was over, stays counted as they are;
    /// nobody else is asked any more.
    pub(super) fn surveys_end(&mut self, event: &Event) {
        self.withdraw_surveys(event);
        for ask in &mut self.survey_asks {
            ask.stands = false;
        }
    }

    /// What has become known keeps the two apart: whoever still had time is asked no more.
    pub(super) fn spare_from_surveys(&mut self, event: &Event) {
        if !self.survey_asks.is_empty() && self.spares_from_surveys() {
            self.withdraw_surveys(event);
        }
    }

    fn withdraw_surveys(&mut self, event: &Event) {
        // By the day on which it is written down: a late line never changes what was counted until then.
        let today = seoul::day(event.at.max(event.recorded_at));
        self.survey_asks.retain(|ask| ask.answer.is_some() || ask.counted().counts_from() <= today);
    }

    pub(super) fn after_survey(&mut self, event: &Event, side: Side) -> Result<(), Refused> {
        let scores = event.step.scores().filter(|scores| scores.iter().any(Option::is_some));
        let scores =
            scores.ok_or_else(|| Refused::new("survey_empty", "답하신 것이 하나도 없으면 적지 않습니다."))?;
        let said = (event.at, scores);
        match self.survey_asks.iter_mut().find(|ask| ask.stands && ask.side == side) {
            Some(ask) => {
                ask.answer.get_or_insert(said);
            }
            None => {
                let ask = self.new_ask(side, seoul::day(event.at), Some(said));
                self.survey_asks.push(ask);
            }
        }
        self.surveys.retain(|earlier| earlier.side != side);
        self.surveys.push(Survey { side, at: event.at, scores });
        Ok(())
    }
}
