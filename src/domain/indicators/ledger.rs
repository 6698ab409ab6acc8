//! One case's share of the ledger: its spans, counted at the edges of the period.

use super::{CaseFacts, Frame, Ledger};
use crate::domain::codes::Channel;
use crate::domain::mark::Mark;
use chrono::{DateTime, Utc};

/// The case's spans (begin, end) as far as known at `as_of`; the last may be open.
fn spans(case: &CaseFacts, as_of: DateTime<Utc>) -> Vec<(DateTime<Utc>, Option<DateTime<Utc>>)> {
    let mut spans = vec![(case.received_at, None)];
    for (at, mark) in case.events.iter().take_while(|(at, _)| *at <= as_of) {
        match mark {
            Mark::Closed(_) => {
                if let Some((_, end)) = spans.last_mut() {
                    *end = Some(*at);
                }
            }
            Mark::Reopened(_) => spans.push((*at, None)),
            _ => {}
        }
    }
    spans
}

fn count(yes: bool) -> u32 {
    u32::from(yes)
}

pub(super) fn of(case: &CaseFacts, frame: &Frame) -> Ledger {
    let received = frame.holds(case.received_at);
    let from_elsewhere = case.channel == Channel::Transfer;
    let mut ledger = Ledger {
        received: count(received && !from_elsewhere),
        transferred_in: count(received && from_elsewhere),
        ..Ledger::default()
    };
    for (begin, end) in spans(case, frame.as_of) {
        let open_before = |edge| begin < edge && end.is_none_or(|end| end >= edge);
        ledger.carried_in += count(open_before(frame.from));
        ledger.open_at_end += count(open_before(frame.to));
    }
    for (_, mark) in case.events.iter().filter(|(at, _)| *at <= frame.as_of && frame.holds(*at)) {
        match mark {
            Mark::Reopened(_) => ledger.reopened += 1,
            Mark::Closed(outcome) if outcome.effect().leaves => ledger.transferred_out += 1,
            Mark::Closed(_) => ledger.closed += 1,
            _ => {}
        }
    }
    ledger
}
