//! Cases as the ward may see them.
use super::Meta;
use crate::casework::compliance::Line;
use crate::casework::prevention::Prevention;
use crate::casework::pseudonyms::{Pseudonymous, Record, Records};
use crate::casework::variation::Variation;
use crate::domain::codes::{Basis, BodyKind, Cause, Outcome, Stage};
use crate::domain::committee::compliance::Mark;
use crate::domain::ids::ComplexId;
use crate::domain::indicators::groups::Told;
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which cases.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WardQuery {
    /// true, and when nothing is said: open ones; false: closed ones.
    pub open: Option<bool>,
    /// Ten digits.
    pub dong_code: Option<String>,
    /// How many entries, 1 to 200; 50 when nothing is said.
    #[schemars(range(min = 1, max = 200))]
    pub limit: Option<i64>,
    /// `meta.next` of the page before.
    pub after: Option<String>,
}

/// A page of cases under pseudonyms, newest first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WardCasePage {
    pub cases: Vec<WardCase>,
    pub meta: Meta,
}

/// A case without number, names, doors or words.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WardCase {
    /// The same for the same case, and meaningless elsewhere.
    pub pseudonym: String,
    pub dong_code: Option<String>,
    /// The first day of the month in which it was received.
    pub received_month: NaiveDate,
    pub stage: Stage,
    /// Days since it was received, or until it was closed.
    pub days: i64,
    /// What kind of body has its turn.
    pub holder: Option<BodyKind>,
}

impl From<Pseudonymous> for WardCase {
    fn from(c: Pseudonymous) -> Self {
        Self {
            pseudonym: c.pseudonym,
            dong_code: c.dong_code,
            received_month: c.month,
            stage: c.stage,
            days: c.days,
            holder: c.holder,
        }
    }
}

/// Which cases of which period.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordQuery {
    /// The first day, in Seoul.
    pub from: NaiveDate,
    /// The day after the last.
    pub to: NaiveDate,
    /// By closing, when nothing is said.
    pub basis: Option<Basis>,
    /// Ten digits; the whole ward, when nothing is said.
    pub dong_code: Option<String>,
    /// A JSON pointer to a count of `indicators.report`, such as `/outcomes/settled` or `/narrow/numerator`.
    pub measure: Option<String>,
    /// How many entries, 1 to 200; 50 when nothing is said.
    #[schemars(range(min = 1, max = 200))]
    pub limit: Option<i64>,
    /// `meta.next` of the page before.
    pub after: Option<String>,
}

/// A page of the cases that a measure counts, newest first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RecordPage {
    /// What the report says of the measure: the sum of `times` over all pages.
    pub count: u32,
    pub cases: Vec<RecordOne>,
    pub meta: Meta,
}

/// A case as the figure sees it (at the end of the period; in a cohort 90 days after its reception), without number, names, doors, 단지 or words.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RecordOne {
    pub pseudonym: String,
    pub received_on: NaiveDate,
    /// Empty where unknown.
    pub dong_code: String,
    /// null: it was open.
    pub outcome: Option<Outcome>,
    /// From the reception to the closing, or until then.
    pub days: i64,
    /// It came from elsewhere.
    pub transferred_in: bool,
    pub reopened: u32,
    /// Days (24 h) from the reception to what the measure waits for (`/days/…/n`), in tenths, as the report's median and p90 of
    /// these are printed.
    pub waited_days: Option<f64>,
    /// How often the measure counts it.
    pub times: u32,
}

impl From<Records> for RecordPage {
    fn from(found: Records) -> Self {
        let one = |record: Record| RecordOne {
            pseudonym: record.pseudonym,
            received_on: record.received_on,
            dong_code: record.dong_code,
            outcome: record.outcome,
            days: record.days,
            transferred_in: record.came_from_elsewhere,
            reopened: record.reopened,
            waited_days: record.waited,
            times: record.times,
        };
        Self {
            count: found.count,
            cases: found.rows.into_iter().map(one).collect(),
            meta: Meta { next: found.next },
        }
    }
}

/// The receipts of the last whole calendar years.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SeasonOne {
    pub first_year: i32,
    pub last_year: i32,
    /// January to December, all years together.
    pub months: Vec<u32>,
    /// Months that stand out, 1 to 12.
    pub high: Vec<u32>,
    /// What was heard most in the last year; null where fewer than five had it.
    pub cause: Option<Cause>,
    /// A paragraph each, without any number.
    pub notice: Vec<String>,
}

impl From<crate::casework::season::Season> for SeasonOne {
    fn from(season: crate::casework::season::Season) -> Self {
        Self {
            first_year: season.years.0,
            last_year: season.years.1,
            months: season.months.to_vec(),
            high: season.high(),
            cause: season.cause,
            notice: season.notice(),
        }
    }
}

/// The ward's board of committees.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CommitteeBoard {
    pub committees: Vec<CommitteeLine>,
}

/// A 단지 and its committee. A demand is true where it is fulfilled, false where it is not, null where nothing is asked.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CommitteeLine {
    pub complex_id: ComplexId,
    pub complex_code: String,
    pub complex: String,
    pub dong_code: String,
    pub households: i64,
    pub required: bool,
    pub formed: Option<bool>,
    pub in_term: Option<bool>,
    pub trained: Option<bool>,
    pub met: Option<bool>,
    /// Members with a vote in office, and how many the rules ask at least.
    pub members: u32,
    pub members_asked: u32,
    /// Members in office who have had this year's hours.
    pub members_trained: u32,
    pub last_met: Option<NaiveDate>,
    /// The day on which the ward reminded it last by mail.
    pub reminded_on: Option<NaiveDate>,
}

/// A reminder went out.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Reminded {
    /// To how many people.
    pub mails: usize,
}

impl From<Line> for CommitteeLine {
    fn from(line: Line) -> Self {
        let j = line.judged;
        let mark = |mark| match mark {
            Mark::Yes => Some(true),
            Mark::No => Some(false),
            Mark::NotAsked => None,
        };
        Self {
            complex_id: line.complex.id,
            complex_code: line.complex.code,
            complex: line.complex.name,
            dong_code: line.dong_code,
            households: line.complex.households,
            required: j.required,
            formed: mark(j.formed),
            in_term: mark(j.in_term),
            trained: mark(j.trained),
            met: mark(j.met),
            members: j.members,
            members_asked: j.members_asked,
            members_trained: j.members_trained,
            last_met: j.last_met,
            reminded_on: line.reminded_on,
        }
    }
}

/// A ward's whole years.
#[derive(Debug, Serialize, JsonSchema)]
pub struct VariationPage {
    pub variations: Vec<VariationOne>,
}

/// What can be told of one year, by closing: of 30 cases and more, where nothing small comes out beside the ward's own figures.
#[derive(Debug, Serialize, JsonSchema)]
pub struct VariationOne {
    pub year: i32,
    /// 해결률 of the whole ward.
    pub resolved: u32,
    pub judged: u32,
    /// Fewest cases first; nobody is named.
    pub committees: Vec<GroupOne>,
    pub ngos: Vec<GroupOne>,
    /// 단지 in a programme as the case was received; null, as `others`, where one of the two has too few.
    pub programme: Option<GroupOne>,
    pub others: Option<GroupOne>,
}

/// A group of cases.
#[derive(Debug, Serialize, JsonSchema)]
pub struct GroupOne {
    /// Whole tens, rounded down.
    pub cases: u32,
    /// 해결률, in whole percents.
    pub percent: u32,
}

impl From<Told> for GroupOne {
    fn from(told: Told) -> Self {
        Self { cases: told.cases, percent: told.percent }
    }
}

impl From<Variation> for VariationOne {
    fn from(v: Variation) -> Self {
        Self {
            year: v.year,
            resolved: v.whole.numerator,
            judged: v.whole.denominator,
            committees: v.committees.into_iter().map(GroupOne::from).collect(),
            ngos: v.ngos.into_iter().map(GroupOne::from).collect(),
            programme: v.programme.map(|(inside, _)| inside.into()),
            others: v.programme.map(|(_, others)| others.into()),
        }
    }
}

/// Of the last whole year.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PreventionOne {
    pub year: i32,
    /// By name; null where something is dated after now, so that nothing can be counted.
    pub complexes: Option<Vec<NamedComplex>>,
    /// Empty where there are few diaries.
    pub hours: Vec<HoursOne>,
}

/// A 단지 that a rule names.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NamedComplex {
    pub name: String,
    pub dong_code: String,
    /// 10 receptions and more, and more by half than the year before.
    pub rises: bool,
    /// Five receptions and more of two homes that had another case in the 365 days before.
    pub repeats: bool,
}

/// Hours of the day, and the cases in whose diary something was heard in them.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HoursOne {
    pub from: u32,
    /// 24 at most.
    pub until: u32,
    pub cases: u32,
}

impl From<Prevention> for PreventionOne {
    fn from(found: Prevention) -> Self {
        let complex = |one: crate::casework::prevention::Named| NamedComplex {
            name: one.complex,
            dong_code: one.dong_code,
            rises: one.rises,
            repeats: one.repeats,
        };
        let hours = found.hours.iter();
        Self {
            year: found.year,
            complexes: found.complexes.map(|all| all.into_iter().map(complex).collect()),
            hours: hours.map(|b| HoursOne { from: b.from, until: b.until, cases: b.cases }).collect(),
        }
    }
}
