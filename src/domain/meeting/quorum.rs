//! The arithmetic of one item at one moment: who is in office, who is in the room, what it takes, whether it passed.
use crate::domain::committee::rules::BodyRules;
use serde::{Deserialize, Serialize};

/// The votes, counted. Names are never kept with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    pub yes: u32,
    pub no: u32,
    pub abstain: u32,
}

impl Tally {
    #[must_use]
    pub const fn sum(self) -> u32 {
        self.yes.saturating_add(self.no).saturating_add(self.abstain)
    }
}

/// How many members there are for an item, at its moment. Only members with a vote are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// 재직: in office at that moment.
    pub in_office: u32,
    /// In the room, recused members not counted: they have left for this item.
    pub present: u32,
    /// In office but recused from this item, in the room or not.
    pub recused: u32,
}

/// What a count amounts to under the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quorum {
    pub count: Count,
    /// The number from which the quorum is taken (재적).
    pub roll: u32,
    pub needed: u32,
    pub met: bool,
    /// Whether it could be met if everyone who may take part came.
    pub possible: bool,
    /// How many must be in favour, abstentions counting as present.
    pub majority: u32,
}

/// Judges a count.
#[must_use]
pub fn judge(rules: &BodyRules, count: Count) -> Quorum {
    let able = count.in_office.saturating_sub(count.recused);
    let roll = if rules.recused_on_roll { count.in_office } else { able };
    let needed = rules.quorum.needed(roll);
    Quorum {
        count,
        roll,
        needed,
        met: count.present >= needed,
        possible: able >= needed,
        majority: rules.majority.needed(count.present),
    }
}

impl Quorum {
    /// Whether a vote decides in favour: only with the quorum, with every vote counted, and with the majority.
    #[must_use]
    pub const fn passes(&self, tally: Tally) -> bool {
        self.met && tally.sum() == self.count.present && tally.yes >= self.majority
    }

    /// The quorum in words: `재적 7명의 과반수인 4명이 있어야 하며, 지금 5명이 있습니다.`
    #[must_use]
    pub fn sentence(&self, rules: &BodyRules) -> String {
        self.told(rules, "지금")
    }

    /// As `sentence`, for the minutes.
    #[must_use]
    pub fn recorded(&self, rules: &BodyRules) -> String {
        self.told(rules, "그때")
    }

    fn told(&self, rules: &BodyRules, when: &str) -> String {
        let Count { in_office, present, recused } = self.count;
        let aside = match (recused, rules.recused_on_roll) {
            (0, _) => String::new(),
            (n, true) => format!("(이 안건에서 물러난 {n}명도 재적에 넣고 출석에서 뺌)"),
            (n, false) => format!("(재직 {in_office}명에서 이 안건에서 물러난 {n}명을 뺌)"),
        };
        let verdict = match (self.met, self.possible) {
            (true, _) => "의사정족수를 채웠습니다",
            (false, true) => "의사정족수에 모자랍니다",
            (false, false) => "물러난 위원 때문에 모두 나와도 의사정족수를 채울 수 없습니다",
        };
        format!(
            "재적 {}명{aside}의 {} {}명이 있어야 합니다. {when} {present}명이 있어 {verdict}.",
            self.roll,
            joined(&rules.quorum.words()),
            self.needed,
        )
    }

    /// The vote in words: `출석 5명의 과반수인 3명이 찬성해야 합니다. 찬성 3표, 반대 1표, 기권 1표로 가결되었습니다.`
    #[must_use]
    pub fn vote_sentence(&self, rules: &BodyRules, tally: Tally) -> String {
        let verdict = if self.passes(tally) { "가결되었습니다" } else { "부결되었습니다" };
        let Tally { yes, no, abstain } = tally;
        format!(
            "출석 {}명의 {} {}명이 찬성해야 합니다. 찬성 {yes}표, 반대 {no}표, 기권 {abstain}표로 {verdict}.",
            self.count.present,
            joined(&rules.majority.words()),
            self.majority,
        )
    }
}

/// `과반수인`, `3분의 1 이상인`.
fn joined(words: &str) -> String {
    format!("{words}인")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::codes::Assembly;

    fn three() -> BodyRules {
        BodyRules::of(Assembly::Statutory)
    }

    fn tally(yes: u32, no: u32, abstain: u32) -> Tally {
        Tally { yes, no, abstain }
    }

    #[test]
    fn a_committee_of_three_bears_one_recusal_and_not_two() {
        let one = judge(&three(), Count { in_office: 3, present: 2, recused: 1 });
        assert!(one.met && one.passes(tally(2, 0, 0)));
        assert!(!one.passes(tally(1, 0, 1)), "abstentions count as present");
        let two = judge(&three(), Count { in_office: 3, present: 1, recused: 2 });
        assert!(!two.met && !two.possible && !two.passes(tally(1, 0, 0)));
        // Where the paper takes recused members out of the roll, one alone may decide.
        let lenient = BodyRules { recused_on_roll: false, ..three() };
        assert!(judge(&lenient, Count { in_office: 3, present: 1, recused: 2 }).passes(tally(1, 0, 0)));
    }

    #[test]
    fn a_tie_is_not_passed_and_every_vote_is_counted() {
        let quorum = judge(&three(), Count { in_office: 7, present: 4, recused: 0 });
        assert_eq!((quorum.needed, quorum.majority), (4, 3));
        assert!(!quorum.passes(tally(2, 2, 0)));
        assert!(!quorum.passes(tally(3, 0, 0)), "one of four is missing");
        assert!(quorum.passes(tally(3, 0, 1)));
    }

    #[test]
    fn the_arithmetic_is_said_in_words() {
        let rules = three();
        let quorum = judge(&rules, Count { in_office: 7, present: 5, recused: 1 });
        assert_eq!(
            quorum.sentence(&rules),
            "재적 7명(이 안건에서 물러난 1명도 재적에 넣고 출석에서 뺌)의 과반수인 4명이 있어야 합니다. 지금 5명이 있어 의사정족수를 채웠습니다."
        );
        assert_eq!(
            quorum.vote_sentence(&rules, tally(3, 1, 1)),
            "출석 5명의 과반수인 3명이 찬성해야 합니다. 찬성 3표, 반대 1표, 기권 1표로 가결되었습니다."
        );
    }
}
