//! How one case looks in the basis of a report: its outcome, and what of its events counts.

use super::figures::Standing;
use super::{COHORT_DAYS, CaseFacts, Frame, later};
use crate::domain::codes::{Basis, Exclusion, Outcome, Side};
use crate::domain::history::History;
use crate::domain::mark::Mark;
use crate::domain::outcome::{Excluded, Resolves};
use chrono::{DateTime, TimeDelta, Utc};

type Event = (DateTime<Utc>, Mark);

/// A case of the basis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct View {
    pub(super) outcome: Option<Outcome>,
    pub(super) excluded: Option<Exclusion>,
    pub(super) narrow: bool,
    pub(super) broad: bool,
    pub(super) has_respondent: bool,
    pub(super) contacted: bool,
    /// A step stands as '기록 없음': left out of participation, initiation and agreement.
    pub(super) incomplete: bool,
    pub(super) invited: bool,
    pub(super) both_consents: bool,
    pub(super) session: bool,
    pub(super) agreement: bool,
    pub(super) first_contact_after: Option<TimeDelta>,
    pub(super) contacted_after: Option<TimeDelta>,
    pub(super) session_after: Option<TimeDelta>,
    pub(super) closed_after: Option<TimeDelta>,
}

impl View {
    /// Its place in the two rates.
    pub(super) fn standing(&self) -> Standing {
        match self.excluded {
            Some(reason) => Standing::Out(reason),
            None if self.narrow => Standing::Narrow,
            None if self.broad => Standing::Broad,
            None => Standing::Plain,
        }
    }
}

/// Every way in which the case can stand in a basis while nothing of it is left out for being too young: in the cohort of its
/// reception, and at each of its closings (by the closing's place in the history).
pub(super) fn every_view(case: &CaseFacts) -> (View, Vec<(usize, View)>) {
    let horizon = later(case.received_at, COHORT_DAYS);
    let counted = until(&case.events, |at| at <= horizon);
    let cohort = look(case, counted, standing_closing(counted));
    let closings = case.events.iter().enumerate().filter(|(_, (_, mark))| matches!(mark, Mark::Closed(_)));
    (cohort, closings.map(|(index, _)| (index, look(case, &case.events, Some(index)))).collect())
}

/// The case as the basis sees it; none when it is no case of the basis.
pub(super) fn view(case: &CaseFacts, frame: &Frame) -> Option<View> {
    match frame.basis {
        Basis::Closing => {
            let counted = until(&case.events, |at| at <= frame.as_of);
            let closing = standing_closing(until(counted, |at| at < frame.to))?;
            let (at, _) = counted.get(closing)?;
            (*at >= frame.from).then(|| look(case, counted, Some(closing)))
        }
        Basis::Cohort => frame.holds(case.received_at).then(|| {
            let horizon = frame.as_of.min(later(case.received_at, COHORT_DAYS));
            let counted = until(&case.events, |at| at <= horizon);
            look(case, counted, standing_closing(counted))
        }),
    }
}

/// The events of an ordered list up to the first that fails.
fn until(events: &[Event], early_enough: impl Fn(DateTime<Utc>) -> bool) -> &[Event] {
    let end = events.partition_point(|(at, _)| early_enough(*at));
    events.get(..end).unwrap_or_default()
}

/// Where the closing stands that was not undone by a reopening, if the case ends closed.
fn standing_closing(events: &[Event]) -> Option<usize> {
    let last = events.iter().rposition(|(_, mark)| matches!(mark, Mark::Closed(_) | Mark::Reopened(_)))?;
    matches!(events.get(last), Some((_, Mark::Closed(_)))).then_some(last)
}

fn look(case: &CaseFacts, counted: &[Event], closing: Option<usize>) -> View {
    let first = |wanted: fn(&Mark) -> bool| counted.iter().find(|(_, mark)| wanted(mark)).map(|(at, _)| *at);
    let after = |at: Option<DateTime<Utc>>| at.map(|at| at - case.received_at);
    let has = |wanted: &Mark| counted.iter().any(|(_, mark)| mark == wanted);
    let closed = closing.and_then(|index| counted.get(index)).and_then(|(at, mark)| match mark {
        Mark::Closed(outcome) => Some((*at, *outcome)),
        _ => None,
    });
    let outcome = closed.map(|(_, outcome)| outcome);
    let (narrow, broad) = match (outcome.map(Outcome::effect), closing) {
        (Some(effect), Some(closing)) => {
            let narrow = match effect.narrow {
                Resolves::Always => true,
                Resolves::WhenConfirmed => confirmed_in_span_of(counted, closing),
                Resolves::Never => false,
            };
            (narrow, narrow || effect.broad)
        }
        _ => (false, false),
    };
    let excluded = exclusion(case, counted, closing, outcome);
    let contacted = first(|mark| matches!(mark, Mark::RespondentContacted));
    let session = first(|mark| matches!(mark, Mark::SessionHeld(_)));
    View {
        outcome,
        excluded,
        narrow: narrow && excluded.is_none(),
        broad: broad && excluded.is_none(),
        has_respondent: case.has_respondent_unit,
        contacted: contacted.is_some(),
        incomplete: incomplete(case, counted),
        invited: has(&Mark::Invited),
        both_consents: Side::ALL.iter().all(|side| has(&Mark::Consented(*side))),
        session: session.is_some(),
        agreement: first(|mark| matches!(mark, Mark::Agreement(_))).is_some(),
        first_contact_after: after(first(|mark| matches!(mark, Mark::FirstContact))),
        contacted_after: after(contacted),
        session_after: after(session),
        closed_after: after(closed.map(|(at, _)| at)),
    }
}

/// Did the applicant confirm between the begin of the closing's span and the next reopening?
fn confirmed_in_span_of(counted: &[Event], closing: usize) -> bool {
    let (before, after) = counted.split_at(closing.min(counted.len()));
    let in_span = |(_, mark): &&Event| !matches!(mark, Mark::Reopened(_));
    let confirms = |(_, mark): &Event| *mark == Mark::Confirmed;
    before.iter().rev().take_while(in_span).any(confirms) || after.iter().take_while(in_span).any(confirms)
}

/// The first exclusion that applies, in the order of the list.
fn exclusion(
    case: &CaseFacts,
    counted: &[Event],
    closing: Option<usize>,
    outcome: Option<Outcome>,
) -> Option<Exclusion> {
    if !case.has_applicant_unit {
        return Some(Exclusion::Anonymous);
    }
    match outcome?.effect().excluded {
        Excluded::Always(reason) => Some(reason),
        Excluded::WithoutInvitation(reason) => {
            let invited = counted.iter().take(closing?).any(|(_, mark)| *mark == Mark::Invited);
            (!invited).then_some(reason)
        }
        Excluded::Never => None,
    }
}

/// Does an earlier step that the counted events presuppose have no record? Only an old ledger's case can say yes.
fn incomplete(case: &CaseFacts, counted: &[Event]) -> bool {
    let mut history =
        History::new(case.received_at, case.has_applicant_unit, case.has_respondent_unit).legacy();
    for (at, mark) in counted {
        // What was admitted once is admitted again; a correction in between cannot make a step go missing.
        let _ = history.push(*at, mark.clone());
    }
    !history.missing().is_empty()
}
