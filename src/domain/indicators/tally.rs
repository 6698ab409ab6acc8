//! Adding cases up: one [`Part`] per case, one [`Tally`] per row.

use super::basis::{View, view};
use super::figures::{Days, Figures, Fulfilment, Grain, Ledger, Rate, Spread, Standing};
use super::recurrence::Pairs;
use super::{CaseFacts, Frame, ledger};
use crate::domain::codes::{Basis, FollowUpResult};
use crate::domain::mark::Mark;
use chrono::TimeDelta;
use std::collections::BTreeMap;

/// What one case adds to its row and to the total.
pub(super) struct Part {
    ledger: Ledger,
    view: Option<View>,
    /// Received in the period with both units, and whether the pair was here in the year before.
    recurs: Option<bool>,
    followups: Vec<FollowUpResult>,
}

impl Part {
    pub(super) fn of(case: &CaseFacts, frame: &Frame, pairs: &Pairs) -> Self {
        let followups = case.events.iter().filter(|(at, _)| *at <= frame.as_of && frame.holds(*at));
        Self {
            ledger: ledger::of(case, frame),
            view: view(case, frame),
            recurs: if frame.holds(case.received_at) { pairs.recurs(case) } else { None },
            followups: followups
                .filter_map(|(_, mark)| if let Mark::FollowUp(result) = mark { Some(*result) } else { None })
                .collect(),
        }
    }
}

/// A proportion being counted: how many of how many.
#[derive(Default)]
struct Share {
    of: u32,
    those: u32,
}

impl Share {
    fn add(&mut self, counts: bool, is: bool) {
        self.of += u32::from(counts);
        self.those += u32::from(counts && is);
    }

    fn add_all(&mut self, so_many: u32, are: bool) {
        self.of += so_many;
        self.those += if are { so_many } else { 0 };
    }

    fn rate(&self) -> Rate {
        Rate::of(self.those, self.of)
    }
}

#[derive(Default)]
pub(super) struct Tally {
    ledger: Ledger,
    /// Cases of the basis.
    grain: Grain,
    response: Share,
    participation: Share,
    initiation: Share,
    agreement: Share,
    recurrence: Share,
    followups: BTreeMap<FollowUpResult, u32>,
    first_contact: Vec<TimeDelta>,
    contacted: Vec<TimeDelta>,
    session: Vec<TimeDelta>,
    close: Vec<TimeDelta>,
}

impl Tally {
    pub(super) fn add(&mut self, part: &Part) {
        let (sum, one) = (&mut self.ledger, &part.ledger);
        sum.carried_in += one.carried_in;
        sum.received += one.received;
        sum.reopened += one.reopened;
        sum.transferred_in += one.transferred_in;
        sum.closed += one.closed;
        sum.transferred_out += one.transferred_out;
        sum.open_at_end += one.open_at_end;
        if let Some(recurs) = part.recurs {
            self.recurrence.add(true, recurs);
        }
        for result in &part.followups {
            *self.followups.entry(*result).or_default() += 1;
        }
        if let Some(view) = &part.view {
            self.add_view(view);
        }
    }

    fn add_view(&mut self, view: &View) {
        *self.grain.entry((view.outcome, view.standing())).or_default() += 1;
        self.response.add(view.has_respondent, view.contacted);
        let complete = !view.incomplete;
        self.participation.add(complete && view.invited, view.both_consents);
        self.initiation.add(complete && view.both_consents, view.session);
        self.agreement.add(complete && view.session, view.agreement);
        self.first_contact.extend(view.first_contact_after);
        self.contacted.extend(view.contacted_after);
        self.session.extend(view.session_after);
        self.close.extend(view.closed_after);
    }

    /// Adds what a kept line says of a period: its share of the ledger, of a basis, of the recurrences or of the follow-ups.
    pub(super) fn add_line(
        &mut self,
        ledger: &Ledger,
        view: Option<&View>,
        recurs: Option<bool>,
        followed: Option<FollowUpResult>,
    ) {
        self.ledger.received += ledger.received;
        self.ledger.reopened += ledger.reopened;
        self.ledger.transferred_in += ledger.transferred_in;
        self.ledger.closed += ledger.closed;
        self.ledger.transferred_out += ledger.transferred_out;
        if let Some(recurs) = recurs {
            self.recurrence.add(true, recurs);
        }
        if let Some(result) = followed {
            *self.followups.entry(result).or_default() += 1;
        }
        if let Some(view) = view {
            self.add_view(view);
        }
    }

    /// Sets the two numbers of the ledger that are a stock and no flow.
    pub(super) fn set_stock(&mut self, carried_in: u32, open_at_end: u32) {
        (self.ledger.carried_in, self.ledger.open_at_end) = (carried_in, open_at_end);
    }

    pub(super) fn finish(self, basis: Basis, mature: Option<bool>) -> Figures {
        let followed = |result| self.followups.get(&result).copied().unwrap_or(0);
        let kept = followed(FollowUpResult::Kept);
        let (partly, broken) = (followed(FollowUpResult::Partly), followed(FollowUpResult::Broken));
        let unanswered = followed(FollowUpResult::Unanswered);
        let answered = kept + partly + broken;
        let cases: u32 = self.grain.values().sum();
        let (mut outcomes, mut excluded) = (BTreeMap::new(), BTreeMap::new());
        let (mut narrow, mut broad) = (Share::default(), Share::default());
        for ((outcome, standing), n) in &self.grain {
            if let Some(outcome) = outcome {
                *outcomes.entry(*outcome).or_default() += n;
            }
            match standing {
                Standing::Out(reason) => *excluded.entry(*reason).or_default() += n,
                counted => {
                    narrow.add_all(*n, *counted == Standing::Narrow);
                    broad.add_all(*n, *counted != Standing::Plain);
                }
            }
        }
        Figures {
            superseded: match basis {
                // Every case of this basis has its last closing in the period, so the difference is never negative.
                Basis::Closing => {
                    Some((self.ledger.closed + self.ledger.transferred_out).saturating_sub(cases))
                }
                Basis::Cohort => None,
            },
            ledger: self.ledger,
            narrow: narrow.rate(),
            broad: broad.rate(),
            response: self.response.rate(),
            participation: self.participation.rate(),
            initiation: self.initiation.rate(),
            agreement: self.agreement.rate(),
            recurrence: self.recurrence.rate(),
            fulfilment: Fulfilment {
                kept,
                partly,
                broken,
                unanswered,
                kept_of_answered: Rate::of(kept, answered),
                kept_of_due: Rate::of(kept, answered + unanswered),
            },
            days: Days {
                first_contact: spread(self.first_contact),
                respondent_contacted: spread(self.contacted),
                first_session: spread(self.session),
                close: spread(self.close),
            },
            outcomes,
            excluded,
            mature,
            grain: self.grain,
        }
    }
}

/// Nearest-rank percentiles: the ⌈p·n⌉-th smallest.
pub(super) fn spread(mut waits: Vec<TimeDelta>) -> Spread {
    waits.sort_unstable();
    let n = waits.len();
    let ranked = |rank: usize| rank.checked_sub(1).and_then(|index| waits.get(index)).map(|wait| days(*wait));
    Spread {
        n: u32::try_from(n).unwrap_or(u32::MAX),
        median: ranked(n.div_ceil(2)),
        p90: ranked((9 * n).div_ceil(10)),
    }
}

/// Days of 24 hours, with fraction. Nothing happens before a case is received.
fn days(wait: TimeDelta) -> f64 {
    wait.to_std().unwrap_or_default().as_secs_f64() / 86_400.0
}
