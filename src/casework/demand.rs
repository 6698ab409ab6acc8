//! What a body demands of a case, held against what is known of it: which of its conditions hold, what of the things that go along
//! is there. The table itself is `domain::referral`.
use crate::domain::case::Case;
use crate::domain::codes::{Evidence, FileKind, PersonKind, ServiceKind, Side};
use crate::domain::referral::{Attached, Facts, From};
use crate::domain::step::Step;
use crate::store::{Rx, StoreError, events, evidence};

/// What is known of a case beside its fold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Known {
    told_office: bool,
    measured: bool,
    /// Things that the applicant handed in.
    pub evidence: usize,
}

impl Known {
    /// With the case, as the table's conditions ask for it.
    #[must_use]
    pub fn of<'a>(&self, case: &'a Case) -> Facts<'a> {
        let Self { told_office, measured, evidence } = *self;
        Facts { case, told_office, measured, evidence }
    }

    /// Whether a thing that goes along is there; nothing for what the applicant brings, which Ieum cannot know.
    #[must_use]
    pub fn has(&self, thing: &Attached, case: &Case) -> Option<bool> {
        match thing.from {
            From::Application | From::Chronology | From::Packet => Some(true),
            From::Evidence => Some(self.evidence > 0),
            From::Measurement => Some(self.measured),
            From::Report => Some(case.services.iter().any(|s| s.kind == ServiceKind::Session)),
            From::Own => None,
            From::Proxy => {
                let proxy = |p: &&crate::domain::case::Person| {
                    !p.ended && p.side == Side::Applicant && p.kind == PersonKind::Proxy
                };
                case.people.iter().find(proxy).map(|_| true)
            }
        }
    }
}

/// Reads what the conditions ask for.
///
/// # Errors
/// Database errors.
pub fn known(rx: &mut Rx<'_>, case: &Case) -> Result<Known, StoreError> {
    let lines = events::of_case(rx, case.id)?;
    let filed = lines.into_iter().find_map(|line| match line.step {
        Step::File { answered, evidence, .. } => Some((answered, evidence)),
        _ => None,
    });
    let (answered, said) = filed.unwrap_or_default();
    let things = evidence::of_case(rx, case.id)?;
    let own: Vec<_> = things.into_iter().filter(|thing| thing.speaks_for(Side::Applicant)).collect();
    Ok(Known {
        told_office: !answered.trim().is_empty(),
        measured: said.contains(&Evidence::Measured) || own.iter().any(|t| t.kind == FileKind::Log),
        evidence: own.len(),
    })
}
