//! THE table of what each outcome does to each indicator (`exchange.md`). The indicators read it; the help page prints it.

use super::codes::{Exclusion, Outcome};

/// When an outcome counts in 해결률 (narrow).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolves {
    /// Always.
    Always,
    /// Only with the applicant's confirmation in the same span: the office alone cannot call a case resolved.
    WhenConfirmed,
    /// Never.
    Never,
}

/// When an outcome takes the case out of the denominator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excluded {
    /// Always, for this reason.
    Always(Exclusion),
    /// Only while no invitation precedes the closing: failing first and transferring then stays in the denominator.
    WithoutInvitation(Exclusion),
    /// Never.
    Never,
}

/// One line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effect {
    /// Is the case taken out of the denominator of both rates?
    pub excluded: Excluded,
    /// Does it count in the numerator of 해결률 (narrow)?
    pub narrow: Resolves,
    /// Does it count in the numerator of 상담포함 종결률 (broad) when it does not in the narrow one?
    pub broad: bool,
    /// Does the ledger count the closing as 타기관으로 이관 instead of 종결?
    pub leaves: bool,
}

impl Outcome {
    /// What this outcome does to the indicators.
    pub const fn effect(self) -> Effect {
        let plain =
            Effect { excluded: Excluded::Never, narrow: Resolves::Never, broad: false, leaves: false };
        match self {
            Self::Settled | Self::Partial => Effect { narrow: Resolves::Always, broad: true, ..plain },
            Self::SettledBefore | Self::Ceased => {
                Effect { narrow: Resolves::WhenConfirmed, broad: true, ..plain }
            }
            Self::Counselled => Effect { broad: true, ..plain },
            Self::NotAgreed | Self::Withdrawn | Self::Refused | Self::Unreachable | Self::MovedOut => plain,
            Self::Transferred => Effect {
                excluded: Excluded::WithoutInvitation(Exclusion::Transferred),
                leaves: true,
                ..plain
            },
            Self::OutOfScope => Effect { excluded: Excluded::Always(Exclusion::OutOfScope), ..plain },
            Self::Merged => Effect { excluded: Excluded::Always(Exclusion::Merged), ..plain },
            Self::Suspended => Effect { excluded: Excluded::Always(Exclusion::Suspended), ..plain },
        }
    }

    /// When the outcome is legal, for the help page and beside a refusal (`exchange.md`, the outcomes table).
    pub const fn legal_when(self) -> &'static str {
        match self {
            Self::Settled => "이번 접수(재개) 뒤 합의가 있을 때",
            Self::Partial => "이번 접수(재개) 뒤 부분합의가 있을 때",
            Self::NotAgreed => "이번 접수(재개) 뒤 조정회의가 한 번 이상 있었고 합의가 없을 때",
            Self::Refused => "참여를 요청했고 상대방과 연락이 되었을 때",
            Self::Unreachable => "참여를 요청한 뒤",
            Self::SettledBefore | Self::Counselled => "이번 접수(재개) 뒤 조정회의도 합의도 없을 때",
            Self::Ceased => "이번 접수(재개) 뒤 합의가 없을 때",
            Self::Withdrawn
            | Self::MovedOut
            | Self::Transferred
            | Self::OutOfScope
            | Self::Merged
            | Self::Suspended => "진행 중이면 언제나",
        }
    }
}

impl Effect {
    /// The table's cell for the denominator.
    pub const fn denominator_words(&self) -> &'static str {
        match self.excluded {
            Excluded::Always(_) => "제외",
            Excluded::WithoutInvitation(_) => "참여 요청이 없었으면 제외",
            Excluded::Never => "포함",
        }
    }

    /// The table's cell for 해결률.
    pub const fn narrow_words(&self) -> &'static str {
        match self.narrow {
            Resolves::Always => "해결",
            Resolves::WhenConfirmed => "신청인이 확인하면 해결",
            Resolves::Never => "해결 아님",
        }
    }

    /// The table's cell for 상담포함 종결률.
    pub const fn broad_words(&self) -> &'static str {
        if self.broad { "포함" } else { "포함 안 함" }
    }

    /// The table's cell for the ledger.
    pub const fn ledger_words(&self) -> &'static str {
        if self.leaves { "타기관으로 이관" } else { "종결" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of `exchange.md`, written here once more by hand: code, out of the denominator, narrow, broad, leaves.
    const TABLE: &str = "\
settled       Never                          Always        true  false
partial       Never                          Always        true  false
settled_before Never                         WhenConfirmed true  false
ceased        Never                          WhenConfirmed true  false
counselled    Never                          Never         true  false
not_agreed    Never                          Never         false false
withdrawn     Never                          Never         false false
refused       Never                          Never         false false
unreachable   Never                          Never         false false
moved_out     Never                          Never         false false
transferred   WithoutInvitation(Transferred) Never         false true
out_of_scope  Always(OutOfScope)             Never         false false
merged        Always(Merged)                 Never         false false
suspended     Always(Suspended)              Never         false false
";

    #[test]
    fn every_outcome_does_to_the_indicators_what_the_contract_says() {
        let said: Vec<Vec<String>> = Outcome::ALL
            .iter()
            .map(|outcome| {
                let effect = outcome.effect();
                vec![
                    outcome.code().to_owned(),
                    format!("{:?}", effect.excluded),
                    format!("{:?}", effect.narrow),
                    effect.broad.to_string(),
                    effect.leaves.to_string(),
                ]
            })
            .collect();
        let written: Vec<Vec<String>> =
            TABLE.lines().map(|line| line.split_whitespace().map(str::to_owned).collect()).collect();
        assert_eq!(said, written);
    }
}
