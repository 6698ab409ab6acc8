//! The rules a committee runs under, as data, with the defaults of each kind (`product.md` §4).
use super::{Dated, in_force};
use crate::domain::codes::{
    Appointer, Assembly, Ballot, ChairChoice, CommitteeKind, MatterKind, Mode, SeatCategory,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A part of a whole that has to be reached: `num`/`den` of it, or more than that. Kept and sent by its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Share {
    pub num: u32,
    pub den: u32,
    /// More than the part (과반수), not just the part itself (3분의 1 이상).
    pub over: bool,
}

impl Share {
    /// 과반수.
    pub const MAJORITY: Self = Self { num: 1, den: 2, over: true };
    /// 3분의 1 이상.
    pub const THIRD: Self = Self { num: 1, den: 3, over: false };
    /// 3분의 2 이상.
    pub const TWO_THIRDS: Self = Self { num: 2, den: 3, over: false };

    /// How many out of `whole` reach it; at least one.
    #[must_use]
    pub fn needed(self, whole: u32) -> u32 {
        let (num, den) = (u64::from(self.num), u64::from(self.den.max(1)));
        let product = u64::from(whole) * num;
        let needed = if self.over { product / den + 1 } else { product.div_ceil(den) };
        u32::try_from(needed.max(1)).unwrap_or(u32::MAX)
    }

    /// As people say it: `과반수`, `3분의 2 이상`.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::MAJORITY => "과반수".to_owned(),
            Self { num, den, over: true } => format!("{den}분의 {num} 초과"),
            Self { num, den, over: false } => format!("{den}분의 {num} 이상"),
        }
    }

    /// Whether it is a part of something: above none and not above all.
    #[must_use]
    pub const fn is_sound(self) -> bool {
        self.num > 0 && self.den > 0 && self.num <= self.den && !(self.over && self.num == self.den)
    }
}

impl From<Share> for String {
    fn from(share: Share) -> Self {
        share.code()
    }
}

impl TryFrom<String> for Share {
    type Error = String;
    fn try_from(code: String) -> Result<Self, Self::Error> {
        Self::from_code(&code).ok_or_else(|| format!("no share: {code}"))
    }
}

/// The rules of one committee. A meeting keeps the ones it was called under.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BodyRules {
    pub assembly: Assembly,
    pub size_min: u32,
    /// None: the paper names no upper bound.
    pub size_max: Option<u32>,
    pub chair: ChairChoice,
    /// Offices whose holder sits ex officio (당연직), as long as they hold the office.
    pub ex_officio: Vec<String>,
    /// From where members may come.
    pub categories: Vec<SeatCategory>,
    pub appointer: Appointer,
    pub term_years: u32,
    /// How many times a term may be renewed; none: without limit (연임 가능).
    pub renewals: Option<u32>,
    /// A regular meeting at least every so many months; none: meets when there is something to decide.
    pub regular_months: Option<u32>,
    /// Who is in the room, of those in office, before the meeting opens or decides.
    pub quorum: Share,
    /// Who is in favour, of those present.
    pub majority: Share,
    /// How many of those in office can demand a meeting.
    pub demand: Share,
    /// Whether recused members stay in the number from which the quorum is taken.
    ///
    /// No source settles it (`domain.md` §3.5): statutes only exclude the member. Yes by default, the stricter reading,
    /// so that a decision never rests on a shrunk roll; their leaving the room always shrinks who is present.
    pub recused_on_roll: bool,
    /// Whole days between the notice and the meeting, unless urgent.
    ///
    /// Neither the seed nor §20 names any; three by default, as 공동주택관리 분쟁조정위원회 gives its members. Calendar days in
    /// Seoul, weekends and holidays counted, the day of the notice not (민법 §157): the papers say 일, not 근무일.
    pub notice_days: i64,
    /// Hours of training a year (공동주택관리법 시행령 §21의3); none are asked of a council.
    pub training_hours: u32,
    pub modes: Vec<Mode>,
    /// What is voted on without names unless the meeting says otherwise.
    pub secret: Vec<MatterKind>,
}

impl BodyRules {
    /// What a committee of this kind begins with.
    #[must_use]
    pub fn of(assembly: Assembly) -> Self {
        let base = Self {
            assembly,
            size_min: 3,
            size_max: None,
            chair: ChairChoice::Elected,
            ex_officio: Vec::new(),
            categories: vec![
                SeatCategory::Representative,
                SeatCategory::Election,
                SeatCategory::Community,
                SeatCategory::Manager,
                SeatCategory::Expert,
            ],
            appointer: Appointer::Representatives,
            term_years: 2,
            renewals: None,
            regular_months: None,
            quorum: Share::MAJORITY,
            majority: Share::MAJORITY,
            demand: Share::THIRD,
            recused_on_roll: true,
            notice_days: 3,
            training_hours: 4,
            modes: vec![Mode::InPerson],
            secret: vec![MatterKind::ChairElection, MatterKind::Dismissal, MatterKind::RecusalRequest],
        };
        let titles = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        match assembly {
            // A voluntary committee may seat neighbours whom no statute names.
            Assembly::Resident => {
                let categories = [&base.categories[..], &[SeatCategory::Neighbour]].concat();
                Self { categories, ..base }
            }
            Assembly::Statutory => base,
            Assembly::Council => Self {
                size_min: 15,
                size_max: Some(20),
                ex_officio: titles(&["주민자치위원장", "동 복지협의회장"]),
                categories: vec![SeatCategory::Neighbour],
                appointer: Appointer::DongHead,
                regular_months: Some(3),
                training_hours: 0,
                ..base
            },
            // Seoul's model rule: where nobody has to form a committee, three officers act in its place.
            Assembly::Substitute => Self {
                size_max: Some(3),
                ex_officio: titles(&["입주자대표회의 회장", "선거관리위원장", "관리사무소장"]),
                categories: vec![SeatCategory::Representative, SeatCategory::Election, SeatCategory::Manager],
                appointer: Appointer::Statute,
                ..base
            },
        }
    }

    /// Whether the body may decide anything about a case. A council has meetings and papers, but no case rights.
    #[must_use]
    pub const fn has_case_rights(&self) -> bool {
        !matches!(self.assembly, Assembly::Council)
    }

    /// How an item of this kind is voted on unless the meeting says otherwise.
    #[must_use]
    pub fn ballot(&self, matter: MatterKind) -> Ballot {
        if self.secret.contains(&matter) { Ballot::Secret } else { Ballot::Hands }
    }

    /// What is wrong with rules as typed: field and sentence.
    #[must_use]
    pub fn faults(&self) -> Vec<(&'static str, &'static str)> {
        let mut faults = Vec::new();
        let mut must = |fine: bool, field: &'static str, why: &'static str| {
            if !fine {
                faults.push((field, why));
            }
        };
        must(
            (1..=100).contains(&self.size_min),
            "size_min",
            "정원의 최소는 1명에서 100명 사이로 적어 주세요.",
        );
        must(
            self.size_max.is_none_or(|max| max >= self.size_min && max <= 100),
            "size_max",
            "정원의 최대는 최소보다 작을 수 없고 100명까지입니다.",
        );
        must((1..=6).contains(&self.term_years), "term_years", "임기는 1년에서 6년 사이로 적어 주세요.");
        must(
            self.regular_months.is_none_or(|m| (1..=12).contains(&m)),
            "regular_months",
            "정기회의 간격은 1개월에서 12개월 사이로 적어 주세요.",
        );
        must(self.quorum.is_sound(), "quorum", "의사정족수를 '2분의 1 초과'처럼 적어 주세요.");
        must(self.majority.is_sound(), "majority", "의결정족수를 '2분의 1 초과'처럼 적어 주세요.");
        must(self.demand.is_sound(), "demand", "소집을 요구할 수 있는 수를 '3분의 1 이상'처럼 적어 주세요.");
        must(
            (0..=30).contains(&self.notice_days),
            "notice_days",
            "통지 기한은 0일에서 30일 사이로 적어 주세요.",
        );
        must(self.training_hours <= 100, "training_hours", "교육 시간은 100시간까지 적을 수 있습니다.");
        must(!self.modes.is_empty(), "modes", "회의 방식을 하나 이상 골라 주세요.");
        must(!self.categories.is_empty(), "categories", "위원이 될 수 있는 사람을 하나 이상 골라 주세요.");
        faults
    }
}

impl From<CommitteeKind> for Assembly {
    /// A 단지 without a committee has its three officers act in its place.
    fn from(kind: CommitteeKind) -> Self {
        match kind {
            CommitteeKind::None => Self::Substitute,
            CommitteeKind::Resident => Self::Resident,
            CommitteeKind::Statutory => Self::Statutory,
        }
    }
}

/// From how many households on a 단지 must have a committee (공동주택관리법 시행령 §21의2).
pub const MANDATORY_SINCE: NaiveDate = match NaiveDate::from_ymd_opt(2024, 10, 25) {
    Some(day) => day,
    None => panic!("a day of the calendar"),
};

/// The decree's threshold: 700 from 2024-10-25. Seoul's older model rule said 500; a 단지 bound by its own
/// 관리규약 has an override of its own.
#[must_use]
pub fn mandatory_sizes() -> Vec<Dated<u32>> {
    vec![Dated { from: MANDATORY_SINCE, value: 700 }]
}

/// Whether a 단지 must have a committee on `day`: its own override where it has one, else the threshold then in force.
#[must_use]
pub fn must_have_committee(
    households: u32,
    sizes: &[Dated<u32>],
    overrides: &[Dated<bool>],
    day: NaiveDate,
) -> bool {
    in_force(overrides, day)
        .copied()
        .unwrap_or_else(|| in_force(sizes, day).is_some_and(|threshold| households >= *threshold))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::committee::fixtures::day;

    #[test]
    fn shares_are_counted_in_whole_persons() {
        for (whole, majority, third) in [(0, 1, 1), (1, 1, 1), (2, 2, 1), (3, 2, 1), (4, 3, 2), (7, 4, 3)] {
            assert_eq!(Share::MAJORITY.needed(whole), majority, "과반수 of {whole}");
            assert_eq!(Share::THIRD.needed(whole), third, "3분의 1 이상 of {whole}");
        }
        assert_eq!(Share::TWO_THIRDS.words(), "3분의 2 이상");
    }

    #[test]
    fn every_kind_begins_with_sound_rules() {
        for assembly in Assembly::ALL {
            assert!(BodyRules::of(*assembly).faults().is_empty(), "{assembly}");
        }
        let council = BodyRules::of(Assembly::Council);
        assert_eq!((council.size_min, council.size_max, council.regular_months), (15, Some(20), Some(3)));
        assert!(!council.has_case_rights());
    }

    #[test]
    fn seven_hundred_households_from_the_day_of_the_decree_unless_the_complex_says_otherwise() {
        let sizes = mandatory_sizes();
        assert!(!must_have_committee(900, &sizes, &[], day(2024, 10, 24)));
        assert!(must_have_committee(700, &sizes, &[], day(2024, 10, 25)));
        assert!(!must_have_committee(699, &sizes, &[], day(2026, 1, 1)));
        let own = [Dated { from: day(2025, 3, 1), value: true }];
        assert!(!must_have_committee(520, &sizes, &own, day(2025, 2, 28)));
        assert!(must_have_committee(520, &sizes, &own, day(2025, 3, 1)));
    }
}
