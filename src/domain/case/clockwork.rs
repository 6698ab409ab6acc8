//! What time alone does to a case: offers expire, proposals lapse, follow-ups end, reminders fall due.
use super::{Case, Session, answered_until};
use crate::domain::codes::{OfferState, Outcome, ReferralState, SessionState, Side};
use crate::domain::seoul;
use crate::domain::step::{Seq, Step};
use chrono::{DateTime, Duration, Months, NaiveDate, Utc};

/// How long before its deadline an unanswered offer is mentioned again.
const REMIND_BEFORE: Duration = Duration::hours(24);
/// How long before a meeting it is mentioned once more.
pub const SOON: Duration = Duration::hours(2);
/// Within what time a meeting is to be mentioned at all: the evening before one late at night.
pub const AHEAD: Duration = Duration::hours(30);

/// Something that a person is told because a date has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reminder {
    /// The offer is still open, its deadline near.
    Offer(Seq),
    /// Is the agreement kept? This side is asked on the due date, and once more before the time to answer is over ([`asks_again`]).
    ///
    /// [`asks_again`]: super::asks_again
    FollowUp(Side, NaiveDate),
    /// What did this side think of the mediation? Asked by itself, as often and as long as a follow-up.
    Survey(Side, NaiveDate),
    /// A meeting is tomorrow, or (soon) within two hours.
    Session { seq: Seq, soon: bool },
}

/// The evening before, from six o'clock in Seoul until the day is over; and two hours before.
fn reminded(session: &Session, now: DateTime<Utc>) -> Option<Reminder> {
    let (at, seq) = (session.starts_at?, session.seq);
    let soon = (at - SOON..at).contains(&now);
    let evening = (evening_before(at)..seoul::midnight(seoul::day(at))).contains(&now);
    (soon || evening).then_some(Reminder::Session { seq, soon })
}

/// Six in the evening of the day before, in Seoul.
#[must_use]
pub fn evening_before(at: DateTime<Utc>) -> DateTime<Utc> {
    seoul::midnight(seoul::day(at)) - Duration::hours(6)
}

impl Case {
    /// When the case was closed without the respondent, who did not take part or was not reached; a reopening undoes it, and
    /// nothing is destroyed while a hold stands.
    fn closed_without_respondent(&self) -> Option<DateTime<Utc>> {
        let without = matches!(self.outcome(), Some(Outcome::Refused | Outcome::Unreachable));
        self.history.closed_at().filter(|_| without && !self.is_open() && !self.on_hold)
    }

    /// From when on the respondent's contacts are destroyed.
    #[must_use]
    pub fn contacts_end(&self) -> Option<DateTime<Utc>> {
        let days = Duration::days(self.rules.keeping.respondent_days);
        self.closed_without_respondent().and_then(|at| at.checked_add_signed(days))
    }

    /// From when on the keyed hash of the respondent's unit is destroyed, by which a repeat is recognised.
    #[must_use]
    pub fn unit_hash_ends(&self) -> Option<DateTime<Utc>> {
        let months = Months::new(self.rules.keeping.unit_hash_months);
        self.closed_without_respondent().and_then(|at| at.checked_add_months(months))
    }

    /// When everything by which a person could be known is destroyed: after the last closing, never while a hold stands.
    #[must_use]
    pub fn file_ends(&self) -> Option<DateTime<Utc>> {
        let months = Months::new(12 * self.rules.keeping.case_years);
        self.history.closed_at().filter(|_| !self.is_open() && !self.on_hold)?.checked_add_months(months)
    }

    /// When the mediators' confidential notes are destroyed: after the last follow-up, else after the closing.
    #[must_use]
    pub fn notes_end(&self) -> Option<DateTime<Utc>> {
        let closed = self.history.closed_at().filter(|_| !self.is_open() && !self.on_hold)?;
        let last = self.follow_ups.iter().filter(|f| !f.ended).map(|f| seoul::midnight(f.due)).max();
        closed.max(last.unwrap_or(closed)).checked_add_signed(Duration::days(self.rules.keeping.notes_days))
    }

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
        let open = self.follow_ups.iter().filter(|f| f.is_open());
        let ended = open.filter(|f| answered_until(f.due) < today).map(|f| Step::EndFollowUp { due: f.due });
        let over = self.standing_orders().filter(|o| o.until < today);
        let lifted = over.map(|o| Step::LapseOrder { order: o.seq });
        let unanswered = self.referrals.iter().filter(|r| self.is_open() && r.state == ReferralState::Sent);
        let silent = unanswered.filter(|r| r.due <= now).map(|r| Step::LapseReferral { referral: r.seq });
        expired.chain(silent).chain(lapsed).chain(ended).chain(lifted).collect()
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
        let fixed = self.sessions.iter().filter(|s| s.state == SessionState::Fixed);
        let sessions = fixed.filter_map(|s| reminded(s, now));
        let written_to = |side: &Side| self.is_written_to(*side);
        let asked = open
            .flat_map(|f| Side::ALL.iter().copied().map(|side| (side, f.due)))
            .filter(|(side, _)| written_to(side));
        let asked = asked.map(|(side, due)| Reminder::FollowUp(side, due));
        let surveyed = self
            .survey_waits()
            .filter(|(side, _)| written_to(side))
            .filter(|(_, due)| (*due..=answered_until(*due)).contains(&today))
            .map(|(side, due)| Reminder::Survey(side, due));
        offers.chain(asked).chain(surveyed).chain(sessions).collect()
    }
}
