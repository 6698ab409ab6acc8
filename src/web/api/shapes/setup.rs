//! What the operator sets up: bodies, 단지, programmes, 행정동, people and their roles.
use crate::domain::codes::*;
use crate::domain::ids::{BodyId, ComplexId, GrantId, ProgrammeId, UserId};
use crate::store::{bodies, complexes, programmes, users};
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A page of 단지, by name.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ComplexPage {
    pub complexes: Vec<Complex>,
    pub meta: super::Meta,
}

/// A 단지.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Complex {
    pub id: ComplexId,
    pub code: String,
    pub name: String,
    pub households: i64,
    pub approved_on: Option<NaiveDate>,
    pub permit: Option<Permit>,
    pub tenure: Tenure,
}

impl From<complexes::Complex> for Complex {
    fn from(c: complexes::Complex) -> Self {
        Self {
            id: c.id,
            code: c.code,
            name: c.name,
            households: c.households,
            approved_on: c.approved_on,
            permit: c.permit,
            tenure: c.tenure,
        }
    }
}

/// A page of bodies, by kind and name.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BodyPage {
    pub bodies: Vec<Body>,
    pub meta: super::Meta,
}

/// A body.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Body {
    pub id: BodyId,
    pub kind: BodyKind,
    pub name: String,
    pub ward_code: String,
    pub dong_code: Option<String>,
    pub complex_id: Option<ComplexId>,
    pub phone: String,
    pub email: String,
    /// 개인정보처리자.
    pub controller: String,
    /// What it is to a case that comes to it.
    pub venue: Venue,
    /// Days that it has to answer a referral, and how they are counted, where they are its own and not those of its venue.
    pub answer_days: Option<i64>,
    pub calendar: Option<Calendar>,
    pub from_on: Option<NaiveDate>,
    pub until_on: Option<NaiveDate>,
}

impl From<bodies::Body> for Body {
    fn from(b: bodies::Body) -> Self {
        Self {
            venue: b.venue(),
            answer_days: b.answer_days,
            calendar: b.calendar,
            id: b.id,
            kind: b.kind,
            name: b.name,
            ward_code: b.ward_code,
            dong_code: b.dong_code,
            complex_id: b.complex_id,
            phone: b.phone,
            email: b.email,
            controller: b.controller,
            from_on: b.from_on,
            until_on: b.until_on,
        }
    }
}

/// Every programme.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProgrammePage {
    pub programmes: Vec<Programme>,
    pub meta: super::Meta,
}

/// A programme (구 공모사업).
#[derive(Debug, Serialize, JsonSchema)]
pub struct Programme {
    pub id: ProgrammeId,
    pub name: String,
    pub year: Option<i64>,
    /// Where it stands today; null where nobody writes its stages down, so that its term alone decides.
    pub stage: Option<ProgrammeStage>,
    /// As they hold today.
    pub terms: ProgrammeTerms,
}

impl From<programmes::Programme> for Programme {
    fn from(p: programmes::Programme) -> Self {
        let t = p.terms;
        let terms = ProgrammeTerms {
            ngo_id: t.ngo_id,
            from_on: t.from_on,
            until_on: t.until_on,
            basis: t.basis,
            budget_won: t.budget_won,
            activities: t.activities,
            mediators: t.mediators,
        };
        Self { id: p.id, name: p.name, year: p.year, stage: p.stage, terms }
    }
}

/// What was agreed.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ProgrammeTerms {
    pub ngo_id: Option<BodyId>,
    pub from_on: Option<NaiveDate>,
    /// The first day on which it does not run any more.
    pub until_on: Option<NaiveDate>,
    /// `consent` (개인정보 보호법 §17) or `entrustment` (§26).
    #[schemars(regex(pattern = "^(consent|entrustment)$"))]
    pub basis: String,
    pub budget_won: Option<i64>,
    #[serde(default)]
    pub activities: String,
    /// Mediators that a case needs: 1, or 2 (lead and co-mediator).
    #[schemars(range(min = 1, max = 2))]
    #[serde(default = "one")]
    pub mediators: i64,
}

const fn one() -> i64 {
    1
}

impl From<ProgrammeTerms> for programmes::Terms {
    fn from(t: ProgrammeTerms) -> Self {
        Self {
            ngo_id: t.ngo_id,
            from_on: t.from_on,
            until_on: t.until_on,
            basis: t.basis,
            budget_won: t.budget_won,
            activities: t.activities,
            mediators: t.mediators,
        }
    }
}

/// A page of 행정동, by code.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DongPage {
    pub dongs: Vec<Dong>,
    pub meta: super::Meta,
}

/// A 행정동.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Dong {
    pub code: String,
    pub name: String,
    pub ward_code: String,
}

/// A page of people, by id.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PersonPage {
    pub people: Vec<Person>,
    pub meta: super::Meta,
}

/// Somebody with an account, with the roles in force.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Person {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub status: AccountStatus,
    pub grants: Vec<Grant>,
}

/// Every role that somebody has or had, newest first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct GrantList {
    pub grants: Vec<Grant>,
}

/// A dated role. Never edited, only ended.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Grant {
    pub id: GrantId,
    pub role: Role,
    pub body_id: Option<BodyId>,
    pub from: DateTime<Utc>,
    pub until: Option<DateTime<Utc>>,
    pub granted_by: Option<UserId>,
}

impl From<users::GrantRow> for Grant {
    fn from(g: users::GrantRow) -> Self {
        Self {
            id: g.id,
            role: g.role,
            body_id: g.body_id,
            from: g.from_at.and_utc(),
            until: g.until_at.map(|t| t.and_utc()),
            granted_by: g.granted_by,
        }
    }
}

/// What was added, by its id.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Added {
    #[schemars(range(min = 1))]
    pub id: i64,
}

/// A new body.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBodyBody {
    pub kind: BodyKind,
    #[schemars(length(min = 1, max = 80))]
    pub name: String,
    /// Five digits; a 단지's body takes its 단지's.
    #[serde(default)]
    pub ward_code: String,
    pub dong_code: Option<String>,
    /// Of an office or a committee.
    pub complex_id: Option<ComplexId>,
    /// Of a committee: which kind it is.
    pub committee: Option<CommitteeKind>,
    /// Of a body outside: which one it is.
    #[serde(default)]
    pub venue: Option<Venue>,
    #[serde(default)]
    pub phone: String,
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub controller: String,
    pub from_on: Option<NaiveDate>,
}

/// How a body is reached, and who answers for its data.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BodyContactBody {
    pub phone: String,
    pub email: String,
    pub controller: String,
}

/// What a body is to a case, and by when it answers a referral; what is left out is as its kind says.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BodyTermsBody {
    #[serde(default)]
    pub venue: Option<Venue>,
    #[serde(default)]
    #[schemars(range(min = 1, max = 60))]
    pub answer_days: Option<i64>,
    #[serde(default)]
    pub calendar: Option<Calendar>,
}

/// The day on which something ends.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EndBody {
    pub until_on: NaiveDate,
}

/// A new 단지.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewComplexBody {
    #[schemars(length(min = 1, max = 40))]
    pub code: String,
    #[schemars(length(min = 1, max = 80))]
    pub name: String,
    #[schemars(range(min = 1, max = 50_000))]
    pub households: i64,
    pub approved_on: Option<NaiveDate>,
    pub permit: Option<Permit>,
    pub tenure: Tenure,
    pub dong_code: String,
    pub programme_id: Option<ProgrammeId>,
}

/// What holds of a 단지 from a day on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FactsBody {
    pub from: NaiveDate,
    pub dong_code: String,
    pub committee: CommitteeKind,
    pub programme_id: Option<ProgrammeId>,
}

/// A new programme.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProgrammeBody {
    #[schemars(length(min = 1, max = 80))]
    pub name: String,
    pub year: Option<i64>,
    pub terms: ProgrammeTerms,
}

/// New terms of a programme.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgrammeChangeBody {
    /// From which day they hold; today, when nothing is said.
    pub holds_on: Option<NaiveDate>,
    #[schemars(length(min = 1, max = 200))]
    pub reason: String,
    /// All of them, those that stay as they are too.
    pub terms: ProgrammeTerms,
}

/// Ends a programme early.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgrammeEndBody {
    /// The first day on which it does not run any more.
    pub on: NaiveDate,
    #[schemars(length(min = 1, max = 200))]
    pub reason: String,
}

/// A new 행정동.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDongBody {
    #[schemars(regex(pattern = "^[0-9]{10}$"))]
    pub code: String,
    #[schemars(length(min = 1, max = 20))]
    pub name: String,
}

/// A role to be given.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGrantBody {
    pub role: Role,
    pub body_id: Option<BodyId>,
    /// null: from now on.
    pub from: Option<NaiveDate>,
    /// Exclusive; null: until it is ended.
    pub until: Option<NaiveDate>,
}

/// Somebody to be invited, with their first role.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteBody {
    pub email: String,
    #[schemars(length(min = 1, max = 40))]
    pub name: String,
    #[serde(default)]
    pub phone: String,
    pub grant: NewGrantBody,
}
