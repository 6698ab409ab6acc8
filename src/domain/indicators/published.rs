//! 해결률 as others publish it, as sets of our outcomes over the same figures (`domain.md` §3.6): one data set counted by our
//! definition and by theirs, and the arithmetic from the one to the other, piece by piece.

use super::figures::{Figures, Standing};
use super::names;
use crate::domain::codes::{Exclusion, Outcome};
use std::collections::BTreeMap;

/// What a definition counts as resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolved {
    /// The numerator of 해결률.
    Narrow,
    /// The numerator of 상담포함 종결률.
    Broad,
    /// Every case of the basis that ended so, whoever confirmed it and whatever it is excluded for.
    Ended(&'static [Outcome]),
    /// Every closing of the period but the cases whose last outcome is one of these; of what was undone or repeated every closing
    /// stays, whatever it was.
    AllBut(&'static [Outcome]),
}

/// By what a definition divides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// The denominator of both our rates.
    Judged,
    /// The cases of the period, ended and open.
    Handled,
    /// The same without those that ended so.
    HandledBut(&'static [Outcome]),
    /// What came in during the period.
    Receipts,
    /// What came in, and what was carried into the period.
    Stock,
}

/// A published definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Definition {
    pub key: &'static str,
    /// Who publishes it.
    pub who: &'static str,
    /// What it is called there, as far as that tells it from others of the same publisher.
    pub name: &'static str,
    pub resolved: Resolved,
    pub base: Base,
    /// What was published, with its numbers; empty for our own.
    pub published: &'static str,
    /// Whence that is known, and how well; empty for our own.
    pub source: &'static str,
}

const AGREED: &[Outcome] = &[Outcome::Settled, Outcome::Partial];
const MADE_UP: &[Outcome] = &[Outcome::Settled, Outcome::Partial, Outcome::SettledBefore, Outcome::Ceased];
const MADE_UP_OR_COUNSELLED: &[Outcome] =
    &[Outcome::Settled, Outcome::Partial, Outcome::SettledBefore, Outcome::Ceased, Outcome::Counselled];
const COUNSELLED: &[Outcome] = &[Outcome::Counselled];

const GWANGJU: &str =
    "언론 보도 둘 이상(일요신문, KBC 2016). 115/138은 83.3%이므로 공표값의 분모는 138건보다 작음";
const BUPYEONG: &str = "언론 보도 둘 이상(경기신문, 경기일보 2021). 기사마다 넣은 갈래가 다름";
const NEIGHBOUR: &str = "언론 보도 하나(아파트관리신문, 2019 민원통계 현황)";

/// Ours first, then everybody else's.
pub const DEFINITIONS: [Definition; 10] = [
    Definition {
        key: "narrow",
        who: "이음",
        name: "해결률",
        resolved: Resolved::Narrow,
        base: Base::Judged,
        published: "",
        source: "",
    },
    Definition {
        key: "broad",
        who: "이음",
        name: "상담포함 종결률",
        resolved: Resolved::Broad,
        base: Base::Judged,
        published: "",
        source: "",
    },
    Definition {
        key: "gwangju",
        who: "광주 마을분쟁해결센터",
        name: "해결률",
        resolved: Resolved::Ended(MADE_UP_OR_COUNSELLED),
        base: Base::Receipts,
        published: "2015.9~2016.9 접수 138, 해결 115(화해지원회의 27, 상담·방문 63, 당사자 사이 25): 85%로 공표",
        source: GWANGJU,
    },
    Definition {
        key: "bupyeong_agreed_of_all",
        who: "부평구",
        name: "합의 / 전체",
        resolved: Resolved::Ended(AGREED),
        base: Base::Handled,
        published: "2020년 합의 5 / 접수 187: 2.7%",
        source: BUPYEONG,
    },
    Definition {
        key: "bupyeong_agreed",
        who: "부평구",
        name: "합의 / 조정 사건",
        resolved: Resolved::Ended(AGREED),
        base: Base::HandledBut(COUNSELLED),
        published: "2020년 합의 5 / 조정 20: 25%",
        source: BUPYEONG,
    },
    Definition {
        key: "bupyeong_made_up",
        who: "부평구",
        name: "합의·중단 / 조정 사건",
        resolved: Resolved::Ended(MADE_UP),
        base: Base::HandledBut(COUNSELLED),
        published: "2020년 합의 5 + 안내문 뒤 중단 8 / 조정 20: 65%",
        source: BUPYEONG,
    },
    Definition {
        key: "bupyeong_counselled",
        who: "부평구",
        name: "상담 포함 / 전체",
        resolved: Resolved::Ended(MADE_UP_OR_COUNSELLED),
        base: Base::Handled,
        published: "2020년 상담종결 167 + 13 / 접수 187: 96.3%",
        source: BUPYEONG,
    },
    Definition {
        key: "neighbour_stock",
        who: "이웃사이센터",
        name: "처리율(이월+접수)",
        resolved: Resolved::AllBut(&[]),
        base: Base::Stock,
        published: "2단계 2019년 처리 9,654(취소 1,591 포함) / 접수 7,972 + 이월 2,375: 93.3%",
        source: NEIGHBOUR,
    },
    Definition {
        key: "neighbour_receipts",
        who: "이웃사이센터",
        name: "처리율(접수)",
        resolved: Resolved::AllBut(&[]),
        base: Base::Receipts,
        published: "2단계 2019년 처리 9,654 / 접수 7,972: 121%",
        source: NEIGHBOUR,
    },
    Definition {
        key: "neighbour_without_withdrawn",
        who: "이웃사이센터",
        name: "처리율(취소 뺌)",
        resolved: Resolved::AllBut(&[Outcome::Withdrawn]),
        base: Base::Stock,
        published: "2단계 2019년 처리 9,654 - 취소 1,591 / 10,347: 77.9%",
        source: NEIGHBOUR,
    },
];

fn listed(outcomes: &[Outcome]) -> String {
    outcomes.iter().map(|outcome| outcome.label()).collect::<Vec<_>>().join(", ")
}

impl Resolved {
    /// In words, with our labels.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Narrow => "합의, 부분합의, 신청인이 확인한 조정 전 당사자 합의와 소음 중단".to_owned(),
            Self::Broad => "해결률 분자 + 확인 없는 조정 전 당사자 합의와 소음 중단, 상담종결".to_owned(),
            Self::Ended(outcomes) => listed(outcomes),
            Self::AllBut([]) => "기간 안의 모든 종결(취하와 이관, 번복된 종결도)".to_owned(),
            Self::AllBut(outcomes) => {
                format!("기간 안의 모든 종결에서 {}로 끝난 사건 뺌(번복된 종결은 남음)", listed(outcomes))
            }
        }
    }
}

impl Base {
    /// In words, with our labels.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Judged => "종결된 사건에서 제외 사유가 있는 사건을 뺌".to_owned(),
            Self::Handled => "종결된 사건 + 기말 미결".to_owned(),
            Self::HandledBut(outcomes) => format!("종결된 사건 + 기말 미결에서 {} 뺌", listed(outcomes)),
            Self::Receipts => "기간 안의 신규접수 + 이관받음".to_owned(),
            Self::Stock => "전기 이월 + 신규접수 + 이관받음".to_owned(),
        }
    }
}

/// A part of a sum: cases that are told from others by how they count with us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Piece {
    /// Cases in our denominator that ended so.
    Ended(Outcome),
    /// Cases that we leave out of the denominator.
    Excluded(Exclusion),
    /// Closings undone or repeated within the period.
    Superseded,
    OpenAtEnd,
    CarriedIn,
    Reopened,
}

impl Piece {
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Ended(outcome) => outcome.label(),
            Self::Excluded(reason) => reason.label(),
            Self::Superseded => names::SUPERSEDED,
            Self::OpenAtEnd => names::of(&names::LEDGER, "open_at_end"),
            Self::CarriedIn => names::of(&names::LEDGER, "carried_in"),
            Self::Reopened => names::of(&names::LEDGER, "reopened"),
        }
    }
}

/// From our number to theirs: `from` with every step added is `to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bridge {
    pub from: u32,
    /// What they have and we have not (more than 0), or we have and they have not; none is 0.
    pub steps: Vec<(Piece, i64)>,
    pub to: u32,
}

/// One data set by one definition.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    pub definition: &'static Definition,
    /// From the numerator of 해결률.
    pub numerator: Bridge,
    /// From its denominator.
    pub denominator: Bridge,
    /// Their numerator by their denominator: more than 1 where others divide one period's closings by its receipts. None for
    /// a denominator of 0.
    pub value: Option<f64>,
}

/// How many of each piece there are in a sum; what is subtracted is less than 0.
type Sum = BTreeMap<Piece, i64>;

/// The figures, by closing, by every definition.
#[must_use]
pub fn compared(figures: &Figures) -> Vec<Compared> {
    let ours = (resolved(figures, Resolved::Narrow), base(figures, Base::Judged));
    let all = DEFINITIONS.iter().map(|definition| {
        let numerator = Bridge::between(&ours.0, &resolved(figures, definition.resolved));
        let denominator = Bridge::between(&ours.1, &base(figures, definition.base));
        let value = (denominator.to > 0).then(|| f64::from(numerator.to) / f64::from(denominator.to));
        Compared { definition, numerator, denominator, value }
    });
    all.collect()
}

impl Bridge {
    fn between(ours: &Sum, theirs: &Sum) -> Self {
        let mut steps = theirs.clone();
        for (piece, n) in ours {
            *steps.entry(*piece).or_default() -= n;
        }
        let total = |sum: &Sum| u32::try_from(sum.values().sum::<i64>()).unwrap_or(0);
        Self {
            from: total(ours),
            steps: steps.into_iter().filter(|(_, n)| *n != 0).collect(),
            to: total(theirs),
        }
    }
}

/// The cases of the basis that `counts` lets in, by piece.
fn cases(figures: &Figures, counts: impl Fn(Outcome, Standing) -> bool) -> Sum {
    let mut sum = Sum::new();
    for ((outcome, standing), n) in &figures.grain {
        let Some(outcome) = outcome.filter(|outcome| counts(*outcome, *standing)) else { continue };
        let piece = match standing {
            Standing::Out(reason) => Piece::Excluded(*reason),
            _ => Piece::Ended(outcome),
        };
        *sum.entry(piece).or_default() += i64::from(*n);
    }
    sum
}

fn resolved(figures: &Figures, wanted: Resolved) -> Sum {
    match wanted {
        Resolved::Narrow => cases(figures, |_, standing| standing == Standing::Narrow),
        Resolved::Broad => {
            cases(figures, |_, standing| matches!(standing, Standing::Narrow | Standing::Broad))
        }
        Resolved::Ended(outcomes) => cases(figures, |outcome, _| outcomes.contains(&outcome)),
        Resolved::AllBut(outcomes) => {
            let mut sum = cases(figures, |outcome, _| !outcomes.contains(&outcome));
            sum.insert(Piece::Superseded, i64::from(figures.superseded.unwrap_or(0)));
            sum
        }
    }
}

fn base(figures: &Figures, wanted: Base) -> Sum {
    let ledger = &figures.ledger;
    let but = match wanted {
        Base::HandledBut(outcomes) => outcomes,
        _ => &[],
    };
    let judged = |standing| wanted != Base::Judged || !matches!(standing, Standing::Out(_));
    let mut sum = cases(figures, |outcome, standing| judged(standing) && !but.contains(&outcome));
    if wanted == Base::Judged {
        return sum;
    }
    sum.insert(Piece::OpenAtEnd, i64::from(ledger.open_at_end));
    // By the ledger's identity: what came in is what went out and what is left, less what there was.
    if matches!(wanted, Base::Receipts | Base::Stock) {
        sum.insert(Piece::Superseded, i64::from(figures.superseded.unwrap_or(0)));
        sum.insert(Piece::Reopened, -i64::from(ledger.reopened));
    }
    if wanted == Base::Receipts {
        sum.insert(Piece::CarriedIn, -i64::from(ledger.carried_in));
    }
    sum
}

#[cfg(test)]
#[path = "../../../tests/it/dice.rs"]
mod dice;
#[cfg(test)]
mod tests {
    use super::dice::Dice;
    use super::*;
    use crate::domain::indicators::CaseFacts;
    use crate::domain::indicators::tests::{case, closing};

    fn by(cases: &[CaseFacts], code: &str) -> (u32, u32, String) {
        let all = compared(&closing(cases));
        let one = all.iter().find(|one| one.definition.key == code).unwrap();
        let value = one.value.map_or("-".to_owned(), |value| format!("{:.1}", value * 100.0));
        (one.numerator.to, one.denominator.to, value)
    }

    /// So many cases of January that ended so in it (none: open), received before it where `carried`.
    fn some(n: usize, carried: bool, outcome: Option<&str>) -> Vec<CaseFacts> {
        let received = if carried { "2025-12-02 00:00" } else { "2026-01-02 00:00" };
        let events: Vec<_> = outcome.iter().map(|outcome| ("2026-01-09 00:00", "closed", *outcome)).collect();
        vec![case(received, &events); n]
    }

    #[test]
    fn bupyeong_s_year_has_its_four_published_rates() {
        let parts = [(5, "settled"), (8, "ceased"), (3, "refused"), (2, "withdrawn"), (167, "counselled")];
        let mut all: Vec<CaseFacts> =
            parts.iter().flat_map(|(n, outcome)| some(*n, false, Some(outcome))).collect();
        all.extend(some(2, false, None));
        assert_eq!(all.len(), 187);
        for (code, expected) in [
            ("bupyeong_agreed_of_all", (5, 187, "2.7")),
            ("bupyeong_agreed", (5, 20, "25.0")),
            ("bupyeong_made_up", (13, 20, "65.0")),
            ("bupyeong_counselled", (180, 187, "96.3")),
        ] {
            let (n, d, value) = by(&all, code);
            assert_eq!((n, d, value.as_str()), expected, "{code}");
        }
        // Nobody confirmed that the noise ceased: with us it is an agreement of those that ended.
        assert_eq!(by(&all, "narrow"), (5, 185, "2.7".to_owned()));
        assert_eq!(by(&all, "broad"), (180, 185, "97.3".to_owned()));
    }

    #[test]
    fn the_neighbour_centre_s_year_has_more_than_all_resolved() {
        let mut all = some(2_375, true, Some("counselled"));
        all.extend(some(9_654 - 1_591 - 2_375, false, Some("ceased")));
        all.extend(some(1_591, false, Some("withdrawn")));
        all.extend(some(7_972 + 2_375 - 9_654, false, None));
        for (code, expected) in [
            ("neighbour_stock", (9_654, 10_347, "93.3")),
            ("neighbour_receipts", (9_654, 7_972, "121.1")),
            ("neighbour_without_withdrawn", (8_063, 10_347, "77.9")),
        ] {
            let (n, d, value) = by(&all, code);
            assert_eq!((n, d, value.as_str()), expected, "{code}");
        }
    }

    #[test]
    fn gwangju_s_first_year_is_a_little_less_than_what_was_published() {
        let mut all = some(27, false, Some("settled"));
        all.extend(some(63, false, Some("counselled")));
        all.extend(some(25, false, Some("settled_before")));
        all.extend(some(23, false, Some("refused")));
        assert_eq!(by(&all, "gwangju"), (115, 138, "83.3".to_owned()));
    }

    /// Cases of every kind: each outcome, with and without a unit, an invitation, a confirmation, a reopening.
    fn mixed(seed: u64) -> Vec<CaseFacts> {
        let mut dice = Dice(seed);
        let received = ["2025-11-30 00:00", "2026-01-02 00:00", "2026-01-20 00:00"];
        let one = |_| {
            let outcome = *dice.one(Outcome::CODES.split_at(14).0);
            let mut events = Vec::new();
            if dice.below(2) == 0 {
                events.push(("2026-01-21 00:00", "invited", ""));
            }
            if dice.below(4) > 0 {
                events.push(("2026-01-22 00:00", "closed", outcome));
                match dice.below(4) {
                    0 => events.push(("2026-01-23 00:00", "confirmed", "")),
                    1 => events.push(("2026-01-24 00:00", "reopened", "")),
                    2 => {
                        events.push(("2026-01-24 00:00", "reopened", ""));
                        events.push(("2026-01-25 00:00", "closed", "withdrawn"));
                    }
                    _ => {}
                }
            }
            let at = *dice.one(&received);
            let mut made = case(at, &events);
            made.has_applicant_unit = dice.below(5) > 0;
            made
        };
        (0..60).map(one).collect()
    }

    #[test]
    fn every_bridge_sums_to_what_the_figures_say() {
        for seed in 0..50 {
            let figures = closing(&mixed(seed));
            let ledger = figures.ledger;
            let ended = |outcomes: &[Outcome]| {
                outcomes
                    .iter()
                    .map(|outcome| figures.outcomes.get(outcome).copied().unwrap_or(0))
                    .sum::<u32>()
            };
            let closings = ledger.closed + ledger.transferred_out;
            let handled = ended(Outcome::ALL) + ledger.open_at_end;
            for one in compared(&figures) {
                for bridge in [&one.numerator, &one.denominator] {
                    let steps: i64 = bridge.steps.iter().map(|(_, n)| n).sum();
                    assert_eq!(i64::from(bridge.from) + steps, i64::from(bridge.to), "{seed} {one:?}");
                }
                let numerator = match one.definition.resolved {
                    Resolved::Narrow => figures.narrow.numerator,
                    Resolved::Broad => figures.broad.numerator,
                    Resolved::Ended(outcomes) => ended(outcomes),
                    Resolved::AllBut(outcomes) => closings - ended(outcomes),
                };
                let denominator = match one.definition.base {
                    Base::Judged => figures.narrow.denominator,
                    Base::Handled => handled,
                    Base::HandledBut(outcomes) => handled - ended(outcomes),
                    Base::Receipts => ledger.received + ledger.transferred_in,
                    Base::Stock => ledger.carried_in + ledger.received + ledger.transferred_in,
                };
                let from = (one.numerator.from, one.denominator.from);
                assert_eq!(from, (figures.narrow.numerator, figures.narrow.denominator), "{seed}");
                assert_eq!(
                    (one.numerator.to, one.denominator.to),
                    (numerator, denominator),
                    "{seed} {one:?}"
                );
            }
        }
    }
}
