//! What each kind of body demands of a case that comes to it, as one dated table: what it asks, what goes along, by when it
//! answers and by which calendar, and what its acceptance means (`product.md` §5).
//!
//! Of the bodies with a loop the desk refers the case; at the others the resident applies (공동주택관리법 §20⑪) and is helped with it.
//! A body's own row may say other days and another calendar; the terms that a referral went out under stand in its line.
mod table;
#[cfg(test)]
mod tests;

pub use table::of;

use super::case::Case;
use super::codes::{BodyKind, Calendar, Effect, Known, Recommendation, ReferralState, Standing, Venue};
use super::deadline::{civil_petition_days, days_after, working_days_after};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// The most days that a body can be given to answer.
pub const DAYS_MAX: u32 = 60;

/// What a referral goes out under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    pub venue: Venue,
    /// Days that the body has to answer, counted by `calendar`.
    pub days: u32,
    pub calendar: Calendar,
}

impl Terms {
    /// The terms of a line that carries none: three working days, whatever the body.
    #[must_use]
    pub fn of_old(kind: BodyKind) -> Self {
        Self { venue: venue(kind, None), days: 3, calendar: Calendar::Working }
    }

    /// By when an answer is due to what was sent at `sent`.
    #[must_use]
    pub fn due(self, sent: DateTime<Utc>) -> DateTime<Utc> {
        match self.calendar {
            Calendar::Civil => days_after(sent, self.days.into()),
            Calendar::Petition => civil_petition_days(sent, self.days),
            Calendar::Working => working_days_after(sent, self.days),
        }
    }

    /// `7일(민원처리법)`.
    #[must_use]
    pub fn shown(self) -> String {
        let by = match self.calendar {
            Calendar::Civil => "민법에 따른 기간",
            Calendar::Petition => "민원처리법에 따른 기간",
            Calendar::Working => "근무일",
        };
        format!("{}일({by})", self.days)
    }
}

/// What a body is to a case: its own word, else what its kind says.
#[must_use]
pub fn venue(kind: BodyKind, own: Option<Venue>) -> Venue {
    let fits = own.filter(|venue| venues(kind).contains(venue));
    fits.unwrap_or(match kind {
        BodyKind::Office | BodyKind::Committee | BodyKind::Council | BodyKind::Ward => Venue::Own,
        BodyKind::Ngo => Venue::Partner,
        BodyKind::Dong => Venue::DongOffice,
        BodyKind::Outside => Venue::OtherReferred,
        BodyKind::Applied => Venue::OtherApplied,
    })
}

/// Which of them a body of this kind can be; none where the kind says it all.
#[must_use]
pub const fn venues(kind: BodyKind) -> &'static [Venue] {
    match kind {
        BodyKind::Outside => &[Venue::NeighbourCentre, Venue::CityDesk, Venue::Lawyer, Venue::OtherReferred],
        BodyKind::Applied => &[
            Venue::NoiseCentre,
            Venue::CentralCommission,
            Venue::LocalCommission,
            Venue::CentralEnvironment,
            Venue::LocalEnvironment,
            Venue::Police,
            Venue::OtherApplied,
        ],
        _ => &[],
    }
}

/// One line of the table: what one kind of body demands from a day on.
#[derive(Debug, Clone, Copy)]
pub struct Demand {
    pub venue: Venue,
    /// The first day on which it is so: year, month, day.
    pub since: (i32, u32, u32),
    pub days: u32,
    pub calendar: Calendar,
    /// Where the days come from.
    pub days_by: &'static str,
    pub effect: Effect,
    pub conditions: &'static [Condition],
    pub papers: &'static [Attached],
}

impl Demand {
    /// The terms where the body's own row says nothing else.
    #[must_use]
    pub fn terms(&self) -> Terms {
        Terms { venue: self.venue, days: self.days, calendar: self.calendar }
    }

    /// What has to be asked of people, in order.
    pub fn questions(&self) -> impl Iterator<Item = &'static Condition> {
        self.conditions.iter().filter(|c| matches!(c.by, By::Answer { .. }))
    }
}

/// Something that a body wants to be so before it deals with a case.
#[derive(Debug, Clone, Copy)]
pub struct Condition {
    pub name: &'static str,
    /// What is asked, in the words in which it is asked.
    pub text: &'static str,
    /// The article that it comes from.
    pub rule: &'static str,
    /// What to do where it is not so.
    pub otherwise: &'static str,
    pub by: By,
}

/// Whence it is known whether a condition holds.
#[derive(Debug, Clone, Copy)]
pub enum By {
    /// From the record.
    Record(fn(&Facts<'_>) -> Standing),
    /// From whoever is asked. `excludes` is the answer with which the body takes nothing, `wants` the one that it hopes for.
    Answer { wants: Known, excludes: Option<Known> },
}

/// Something that goes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attached {
    pub label: &'static str,
    pub rule: &'static str,
    pub from: From,
}

/// Where a thing that goes along is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// Printed from the record, always at hand.
    Application,
    Chronology,
    /// 증거목록, with what the applicant handed in.
    Evidence,
    /// 중재상담 보고서, once somebody met the parties.
    Report,
    /// The 의뢰서 itself.
    Packet,
    /// A measurement among the evidence, or said to be there at the filing.
    Measurement,
    /// The applicant brings it; Ieum keeps no copy.
    Own,
    /// The power of attorney, where somebody acts for the applicant.
    Proxy,
}

/// What is known of a case beside its fold.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    pub case: &'a Case,
    /// The applicant said at the filing that the office was told.
    pub told_office: bool,
    /// Measured, as the applicant said or handed in.
    pub measured: bool,
    /// Things that the applicant handed in.
    pub evidence: usize,
}

impl Facts<'_> {
    /// The office was told and did something, or there is none to tell (공동주택관리법 §20②).
    fn office_first(&self) -> Standing {
        let case = self.case;
        let done = case.recommendation.is_some() || case.investigated || case.history.handed_over();
        if done || self.told_office || case.bodies.office.is_none() {
            Standing::Met
        } else {
            Standing::NotYet
        }
    }

    /// The noise goes on in spite of what the office or the committee did (§20④, ⑪).
    fn goes_on(&self) -> Standing {
        match self.case.recommendation {
            Some(Recommendation::Stopped) => Standing::Missing,
            Some(_) => Standing::Met,
            None if self.case.history.handed_over() => Standing::Met,
            None => Standing::NotYet,
        }
    }

    /// The household above or below was tried: it did not answer, or it goes on after counselling.
    fn counselled(&self) -> Standing {
        let tried = self.case.history.respondent_contacted() || !self.case.contacts.is_empty();
        match self.goes_on() {
            Standing::NotYet if tried => Standing::Met,
            standing => standing,
        }
    }

    /// Noise of the kind that the rule on floor noise is about.
    fn of_a_kind(&self) -> Standing {
        use super::codes::Cause::{Pet, Plumbing, Unknown, Voice};
        match self.case.intake.cause {
            Plumbing => Standing::Missing,
            Pet | Voice | Unknown => Standing::Ask,
            _ => Standing::Met,
        }
    }

    fn source_known(&self) -> Standing {
        if self.case.history.has_respondent_unit() { Standing::Met } else { Standing::NotYet }
    }

    /// No other statutory mediation has the dispute or had it.
    fn nowhere_else(&self) -> Standing {
        let statutory = [Venue::CentralCommission, Venue::LocalCommission];
        let there = self.case.referrals.iter().any(|r| {
            statutory.contains(&r.terms.venue)
                && matches!(r.state, ReferralState::Accepted | ReferralState::Done)
        });
        if there { Standing::Missing } else { Standing::Met }
    }
}

/// How one condition stands.
#[derive(Debug, Clone, Copy)]
pub struct Checked {
    pub condition: &'static Condition,
    pub standing: Standing,
}

impl Checked {
    fn of(condition: &'static Condition, facts: &Facts<'_>, answers: &[Answered]) -> Self {
        let standing = match condition.by {
            By::Record(known) => known(facts),
            By::Answer { wants, .. } => match answered(answers, condition.name) {
                Known::Unknown => Standing::Ask,
                said if said == wants => Standing::Met,
                _ => Standing::Missing,
            },
        };
        Self { condition, standing }
    }
}

/// An answer to a question of a body, as it stands in the line of the referral.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    /// The condition's name.
    pub question: String,
    pub answer: Known,
}

/// The answer to a question; not answered is not known.
#[must_use]
pub fn answered(answers: &[Answered], code: &str) -> Known {
    answers.iter().find(|a| a.question == code).map_or(Known::Unknown, |a| a.answer)
}

/// How every condition of a body stands, in its order.
#[must_use]
pub fn checked(demand: &'static Demand, facts: &Facts<'_>, answers: &[Answered]) -> Vec<Checked> {
    demand.conditions.iter().map(|condition| Checked::of(condition, facts, answers)).collect()
}

/// The first condition that the answers exclude: the body takes no such case.
#[must_use]
pub fn excluded(demand: &'static Demand, answers: &[Answered]) -> Option<&'static Condition> {
    demand.questions().find(|condition| match condition.by {
        By::Answer { excludes: Some(not), .. } => answered(answers, condition.name) == not,
        _ => false,
    })
}

/// What is asked under this code, by whichever body.
#[must_use]
pub fn condition(code: &str) -> Option<&'static Condition> {
    table::TABLE.iter().flat_map(Demand::questions).find(|c| c.name == code)
}

/// The codes of everything that any body asks, each once.
#[must_use]
pub fn questions() -> Vec<&'static str> {
    let mut codes: Vec<&str> = table::TABLE.iter().flat_map(Demand::questions).map(|c| c.name).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// The first day of a line of the table.
fn since(demand: &Demand) -> NaiveDate {
    let (year, month, day) = demand.since;
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or(NaiveDate::MIN)
}
