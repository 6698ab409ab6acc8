//! What time alone does to a case: offers expire, proposals lapse, follow-ups end, reminders fall due.
use super::{Case, FOLLOW_UP_DAYS};
use crate::domain::codes::OfferState;
use crate::domain::seoul;
use crate::domain::step::{Seq, Step};
use chrono::{DateTime, Days, Duration, NaiveDate, Utc};

/// How long before its deadline an unanswered offer is mentioned again.
const REMIND_BEFORE: Duration = Duration::hours(24);

/// Something that a person is told because a date has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reminder {
    /// The offer is still open, its deadline near.
    Offer(Seq),
    /// Is the agreement kept?
    FollowUp(NaiveDate),
}

impl Case {
    /// The steps that the clock takes at `now`.
    #[must_use]
    pub fn steps_of_time(&self, now: DateTime<Utc>) -> Vec<Step> {
        let today = seoul::day(now);
        let pending = self.offers.iter().filter(|o| o.state == OfferState::Pending);
        let expired = pending.filter(|o| o.answer_by <= now).map(|o| Step::ExpireOffer { offer: o.seq });
        let lapsed = self
            .open_proposal()
            .filter(|p| p.answer_by < today)
            .map(|p| Step::LapseProposal { proposal: p.seq });
        let over =
            |due: NaiveDate| due.checked_add_days(Days::new(FOLLOW_UP_DAYS)).is_some_and(|end| end <= today);
        let open = self.follow_ups.iter().filter(|f| f.is_open());
        let ended = open.filter(|f| over(f.due)).map(|f| Step::EndFollowUp { due: f.due });
        expired.chain(lapsed).chain(ended).collect()
    }

    /// What people are reminded of at `now`; each reminder is sent once.
    #[must_use]
    pub fn reminders(&self, now: DateTime<Utc>) -> Vec<Reminder> {
        let today = seoul::day(now);
        let pending = self.offers.iter().filter(|o| o.state == OfferState::Pending);
        // An offer whose whole time is shorter than that needs no second mail.
        let near = |sent_at: DateTime<Utc>, by: DateTime<Utc>| {
            sent_at + REMIND_BEFORE < by - REMIND_BEFORE && by - REMIND_BEFORE <= now
        };
        let offers = pending
            .filter(|o| near(o.sent_at, o.answer_by) && now < o.answer_by)
            .map(|o| Reminder::Offer(o.seq));
        let open = self.follow_ups.iter().filter(|f| f.is_open() && f.due <= today);
        offers.chain(open.map(|f| Reminder::FollowUp(f.due))).collect()
    }
}
