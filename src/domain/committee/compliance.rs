//! What the ward has to see to (공동주택관리법 §20⑦; 시행령 §21의2, §21의3): whether a 단지 must have a committee, and whether
//! the one it has is formed, in term, trained, and met as its own rules ask. Counts of members, never who they are.
use super::Dated;
use super::appointment::{Seat, Training, is_trained};
use super::rules::{BodyRules, must_have_committee};
use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// A committee as far as the rule looks at it.
#[derive(Debug, Clone)]
pub struct Committee {
    pub rules: BodyRules,
    pub seats: Vec<Seat>,
    pub trainings: Vec<Training>,
    /// The days of the meetings that did open.
    pub met: Vec<NaiveDate>,
}

/// A 단지 on one day.
#[derive(Debug, Clone)]
pub struct Place<'a> {
    pub households: u32,
    /// Its own answer to whether it must have one, dated, oldest first.
    pub overrides: &'a [Dated<bool>],
    /// The committee that stands on that day, if any.
    pub committee: Option<&'a Committee>,
}

/// How one demand stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    Yes,
    No,
    /// The rules ask nothing, or not yet.
    NotAsked,
}

/// What is looked at, in the order of the board.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Demand {
    /// So many members sat at once, on some day, as the rules ask at least.
    Formed,
    /// So many are in office today.
    InTerm,
    /// Every member in office has had this year's hours.
    Trained,
    /// Met within the rhythm of its rules.
    Met,
}

impl Demand {
    pub const ALL: [Self; 4] = [Self::Formed, Self::InTerm, Self::Trained, Self::Met];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Formed => "formed",
            Self::InTerm => "in_term",
            Self::Trained => "trained",
            Self::Met => "met",
        }
    }

    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Formed => "구성",
            Self::InTerm => "임기",
            Self::Trained => "교육",
            Self::Met => "회의",
        }
    }
}

/// Where a 단지 stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compliance {
    pub required: bool,
    pub formed: Mark,
    pub in_term: Mark,
    pub trained: Mark,
    pub met: Mark,
    /// Members with a vote in office, and how many the rules ask at least.
    pub members: u32,
    pub members_asked: u32,
    /// Members in office who have had this year's hours, of all in office.
    pub members_trained: u32,
    pub members_to_train: u32,
    /// The day of the last meeting that did open.
    pub last_met: Option<NaiveDate>,
}

/// One thing that is missing, in words for the committee: how it stands, and what to do. Members are counted, never named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub what: String,
    pub stands: String,
    pub please: String,
}

impl Compliance {
    /// What is missing, in words, in the order of the board.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.missing().into_iter().map(|demand| self.worded(demand)).collect()
    }

    fn worded(&self, demand: Demand) -> Asked {
        let (stands, please) = match demand {
            Demand::Formed => (
                "층간소음관리위원회가 구성되지 않았습니다.".to_owned(),
                "위원을 추천·위촉하고 승낙서를 받아 명단을 내 주십시오.",
            ),
            Demand::InTerm => (
                format!(
                    "임기 중인 위원이 {}명입니다. {}명이 있어야 합니다.",
                    self.members, self.members_asked
                ),
                "다시 위촉하거나 새 위원을 위촉해 주십시오.",
            ),
            Demand::Trained => (
                format!(
                    "위원 {}명 가운데 {}명이 올해 교육을 마쳤습니다.",
                    self.members_to_train, self.members_trained
                ),
                "올해 안에 교육을 마치고 수료를 적어 주십시오.",
            ),
            Demand::Met => (
                self.last_met.map_or_else(
                    || "규칙이 정한 정기회의가 아직 열리지 않았습니다.".to_owned(),
                    |on| format!("마지막 회의 날: {}", on.format("%Y년 %-m월 %-d일")),
                ),
                "규칙이 정한 정기회의를 열어 주십시오.",
            ),
        };
        Asked { what: demand.label().to_owned(), stands, please: please.to_owned() }
    }

    #[must_use]
    pub const fn mark(&self, demand: Demand) -> Mark {
        match demand {
            Demand::Formed => self.formed,
            Demand::InTerm => self.in_term,
            Demand::Trained => self.trained,
            Demand::Met => self.met,
        }
    }

    /// What is missing; nothing of a 단지 that need not have a committee and has none.
    #[must_use]
    pub fn missing(&self) -> Vec<Demand> {
        Demand::ALL.into_iter().filter(|demand| self.mark(*demand) == Mark::No).collect()
    }

    /// Whether the 단지 is to be reminded: something is missing.
    #[must_use]
    pub fn lacks(&self) -> bool {
        !self.missing().is_empty()
    }
}

fn yes(fine: bool) -> Mark {
    if fine { Mark::Yes } else { Mark::No }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// The day on which a seat was first one in office, if it ever was by `day`: appointed, accepted, and in its term.
fn began(seat: &Seat, day: NaiveDate) -> Option<NaiveDate> {
    let first = [Some(seat.from), seat.appointed_on, seat.accepted_on].into_iter().flatten().max()?;
    (first <= day && seat.in_office(first)).then_some(first)
}

/// Where the 단지 stands on `day`. `sizes` is the decree's threshold, dated.
#[must_use]
pub fn judge(place: &Place<'_>, sizes: &[Dated<u32>], day: NaiveDate) -> Compliance {
    let required = must_have_committee(place.households, sizes, place.overrides, day);
    let none = if required { Mark::No } else { Mark::NotAsked };
    let mut found = Compliance {
        required,
        formed: none,
        in_term: Mark::NotAsked,
        trained: Mark::NotAsked,
        met: Mark::NotAsked,
        members: 0,
        members_asked: 0,
        members_trained: 0,
        members_to_train: 0,
        last_met: None,
    };
    let Some(committee) = place.committee else { return found };
    let rules = &committee.rules;
    let formed_on = formed_on(committee, day);
    found.formed = if formed_on.is_some() { Mark::Yes } else { none };
    found.members_asked = rules.size_min;
    let in_office: Vec<&Seat> = committee.seats.iter().filter(|s| s.votes && s.in_office(day)).collect();
    found.members = count(in_office.len());
    let trained = |seat: &&&Seat| is_trained(seat, &committee.seats, &committee.trainings, rules, day);
    found.members_to_train = if rules.training_hours == 0 { 0 } else { found.members };
    found.members_trained =
        if rules.training_hours == 0 { 0 } else { count(in_office.iter().filter(trained).count()) };
    found.last_met = committee.met.iter().copied().filter(|met| *met <= day).max();
    let Some(formed_on) = formed_on else { return found };
    found.in_term = yes(found.members >= rules.size_min);
    if found.members_to_train > 0 {
        found.trained = yes(found.members_trained == found.members_to_train);
    }
    found.met = rhythm(rules, formed_on, found.last_met, day);
    found
}

/// The first day on which as many sat at once as the rules ask. Their number only grows on a day on which somebody begins.
fn formed_on(committee: &Committee, day: NaiveDate) -> Option<NaiveDate> {
    let voting = || committee.seats.iter().filter(|s| s.votes);
    let enough = |on: &NaiveDate| {
        count(voting().filter(|s| s.in_office(*on)).count()) >= committee.rules.size_min.max(1)
    };
    voting().filter_map(|s| began(s, day)).filter(enough).min()
}

/// Whether the committee met within its rhythm; one that is younger than that and has not met yet still has time.
fn rhythm(rules: &BodyRules, formed_on: NaiveDate, last: Option<NaiveDate>, day: NaiveDate) -> Mark {
    let Some(months) = rules.regular_months else { return Mark::NotAsked };
    let Some(since) = day.checked_sub_months(Months::new(months)) else { return Mark::NotAsked };
    match last {
        Some(last) if last >= since => Mark::Yes,
        _ if formed_on > since => Mark::NotAsked,
        _ => Mark::No,
    }
}

#[cfg(test)]
mod tests;
