//! 교섭경위: what was done in a case, as a side may know it and hand it to another body. It says what happened and when, in the words
//! of the codes; nothing that anybody said or wrote, nothing of the other side's answers about safety, no door and no name.
use super::{Case, Event};
use crate::domain::codes::{MeetingKind, Side};
use crate::domain::permission::Hat;
use crate::domain::step::Step;

/// One dealing: what it was, and how it came out where that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dealing {
    pub at: chrono::DateTime<chrono::Utc>,
    pub what: String,
    pub result: String,
}

impl Case {
    /// The dealings that this side may know, in order of time, from the lines of the case.
    #[must_use]
    pub fn dealings(&self, lines: &[Event], side: Side) -> Vec<Dealing> {
        let mut known: Vec<&Event> = lines.iter().filter(|line| !line.voided).collect();
        known.sort_by_key(|line| (line.at, line.seq));
        let dealing = |line: &&Event| {
            let (what, result) = self.dealing(line, side)?;
            Some(Dealing { at: line.at, what: what.to_owned(), result })
        };
        known.iter().filter_map(dealing).collect()
    }

    fn dealing(&self, line: &Event, side: Side) -> Option<(&'static str, String)> {
        let label = line.step.code().label();
        let plain = Some((label, String::new()));
        match &line.step {
            Step::File { .. }
            | Step::OpenInquiry {}
            | Step::Investigate { .. }
            | Step::NameMembers { .. }
            | Step::AcceptOffer { .. }
            | Step::RecommendAgain { .. }
            | Step::Propose { .. }
            | Step::Draft { .. }
            | Step::Reopen { .. } => plain,
            Step::Recommend { result, .. } => Some((label, result.label().to_owned())),
            Step::HandOver { basis, .. } => Some((label, basis.label().to_owned())),
            Step::Contact { .. } => Some(("상대방에게 연락함", String::new())),
            Step::Counsel { side: whose, means, .. } => {
                (*whose == side).then(|| (label, means.label().to_owned()))
            }
            Step::Interview { side: None, .. } => plain,
            Step::Interview { side: Some(whose), .. } if *whose == side => plain,
            Step::FixSession { session, kind, .. } => {
                let shown = !self.hidden(session.unwrap_or(line.seq), side);
                shown.then(|| (label, kind.label().to_owned()))
            }
            Step::CancelSession { session, .. } => {
                (!self.hidden(*session, side)).then_some((label, String::new()))
            }
            Step::HoldSession { session, kind, applicant, respondent, .. } => {
                let came = if side == Side::Applicant { *applicant } else { *respondent };
                let apart = *kind == MeetingKind::Separate && !came;
                let shown = !apart && !session.is_some_and(|seq| self.hidden(seq, side));
                let both =
                    if *applicant && *respondent { "양쪽이 함께함" } else { "한쪽이 오지 않음" };
                let how = if *kind == MeetingKind::Separate { String::new() } else { format!(", {both}") };
                shown.then(|| ("조정회의·면담", format!("{}{how}", kind.label())))
            }
            // How it ended as the sides are told it: that safety or a refusal ended it is not the other side's to read.
            Step::Close { .. } => plain,
            Step::Confirm { .. } | Step::Consent { .. } | Step::Sign { .. } if own(line, side) => plain,
            _ => None,
        }
    }

    /// Whether a meeting is with the other side alone.
    fn hidden(&self, session: crate::domain::step::Seq, side: Side) -> bool {
        self.session(session).is_some_and(|s| s.is_kept_from(side))
    }
}

/// Whether the side did it itself.
fn own(line: &Event, side: Side) -> bool {
    let whose = match &line.step {
        Step::Consent { side, .. } | Step::Sign { side, .. } => Some(*side),
        _ => None,
    };
    let hat = match side {
        Side::Applicant => Hat::Applicant,
        Side::Respondent => Hat::Respondent,
    };
    whose.map_or(line.by_role == hat.code(), |whose| whose == side)
}
