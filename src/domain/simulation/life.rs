//! What happens in one case, told as exchange events. A wait is a mean; what would come after the end is not told, so that
//! cases of the last months are still open.

use super::dice::Dice;
use crate::domain::codes::{
    AgreementKind, FollowUpResult, InterviewKind, Outcome, Recommendation, SessionKind, Side,
};
use crate::domain::mark::Mark;
use crate::domain::seoul;
use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc};

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

/// Mean days until a mediation begins: in the months of November to February, and in the others.
const WAIT_IN_WINTER: u64 = 65;
const WAIT_IN_SUMMER: u64 = 55;

struct Life<'d> {
    dice: &'d mut Dice,
    at: DateTime<Utc>,
    until: DateTime<Utc>,
    has_respondent: bool,
    events: Vec<(DateTime<Utc>, Mark)>,
}

/// How the first stage ends.
#[derive(Clone, Copy)]
enum First {
    NoFloorNoise,
    Counselled,
    Ceased,
    SettledBefore,
    HandedOver,
}

/// The history of a case received then, as far as it goes before `until`.
pub(super) fn lived(
    dice: &mut Dice,
    received_at: DateTime<Utc>,
    has_respondent: bool,
    until: DateTime<Utc>,
) -> Vec<(DateTime<Utc>, Mark)> {
    let mut life = Life { dice, at: received_at, until, has_respondent, events: Vec::new() };
    life.first_stage();
    life.events
}

impl Life<'_> {
    /// About so long after the last, at an hour at which people work. Nothing once the end has come.
    fn then(&mut self, mean: u64, mark: Mark) {
        let wait = self.dice.wait(mean);
        self.at += TimeDelta::seconds(i64::try_from(wait).unwrap_or(0));
        let hour = u64::from(self.at.with_timezone(&seoul::ZONE).hour());
        if !(9..=21).contains(&hour) {
            let until_morning = (33 - hour) % 24;
            let pause = until_morning * HOUR + self.dice.below(6 * HOUR);
            self.at += TimeDelta::seconds(i64::try_from(pause).unwrap_or(0));
        }
        self.now(mark);
    }

    /// In the same hour as the last.
    fn now(&mut self, mark: Mark) {
        if self.at < self.until {
            self.events.push((self.at, mark));
        }
    }

    fn maybe(&mut self, permille: u64, mean: u64, mark: Mark) {
        if self.dice.permille(permille) {
            self.then(mean, mark);
        }
    }

    fn first_stage(&mut self) {
        self.maybe(985, 20 * HOUR, Mark::FirstContact);
        let course = [
            (First::Counselled, 395),
            (First::HandedOver, 304),
            (First::Ceased, 140),
            (First::NoFloorNoise, 85),
            (First::SettledBefore, 76),
        ];
        match self.dice.pick(&course, First::Counselled) {
            First::NoFloorNoise => self.then(3 * DAY, Mark::Closed(Outcome::OutOfScope)),
            First::Counselled => {
                self.maybe(600, 4 * DAY, Mark::Recommended(Recommendation::Absent));
                self.maybe(350, 3 * DAY, Mark::RespondentContacted);
                self.then(8 * DAY, Mark::Closed(Outcome::Counselled));
                self.maybe_again(25);
            }
            First::Ceased => {
                self.maybe(700, 2 * DAY, Mark::RespondentContacted);
                self.then(3 * DAY, Mark::Recommended(Recommendation::Stopped));
                self.maybe(550, 14 * DAY, Mark::Confirmed);
                self.then(4 * DAY, Mark::Closed(Outcome::Ceased));
                self.maybe_again(40);
            }
            First::SettledBefore => {
                self.then(3 * DAY, Mark::RespondentContacted);
                self.maybe(500, 5 * DAY, Mark::Interview(InterviewKind::Joint));
                self.maybe(600, 7 * DAY, Mark::Confirmed);
                self.then(3 * DAY, Mark::Closed(Outcome::SettledBefore));
                self.maybe_again(20);
            }
            First::HandedOver => {
                let result = [
                    (Recommendation::Continues, 560),
                    (Recommendation::Refused, 240),
                    (Recommendation::Absent, 200),
                ];
                let result = self.dice.pick(&result, Recommendation::Continues);
                self.then(5 * DAY, Mark::Recommended(result));
                self.second_stage(6 * DAY);
            }
        }
    }

    /// Now and then it begins anew some weeks after the closing, and is then handed over.
    fn maybe_again(&mut self, permille: u64) {
        if self.dice.permille(permille) {
            self.then(40 * DAY, Mark::Reopened("noise_again".to_owned()));
            self.then(4 * DAY, Mark::Recommended(Recommendation::Continues));
            self.second_stage(4 * DAY);
        }
    }

    fn second_stage(&mut self, wait: u64) {
        self.then(wait, Mark::HandedOver);
        self.maybe(250, 4 * DAY, Mark::Interview(InterviewKind::Separate));
        let leaves = [
            (Some(Outcome::Withdrawn), 154),
            (Some(Outcome::Transferred), 40),
            (Some(Outcome::MovedOut), 25),
            (Some(Outcome::Merged), 10),
            (Some(Outcome::Suspended), 8),
            (None, 763),
        ];
        if let Some(outcome) = self.dice.pick(&leaves, None) {
            return self.then(15 * DAY, Mark::Closed(outcome));
        }
        if !self.has_respondent {
            return self.then(20 * DAY, Mark::Closed(Outcome::Counselled));
        }
        self.then(3 * DAY, Mark::Invited);
        if self.dice.permille(170) {
            return self.then(30 * DAY, Mark::Closed(Outcome::Unreachable));
        }
        self.then(6 * DAY, Mark::RespondentContacted);
        if self.dice.permille(330) {
            return self.then(9 * DAY, Mark::Closed(Outcome::Refused));
        }
        self.then(4 * DAY, Mark::Consented(Side::Applicant));
        self.then(4 * DAY, Mark::Consented(Side::Respondent));
        if self.dice.permille(120) {
            return self.then(20 * DAY, Mark::Closed(Outcome::Withdrawn));
        }
        let winter = matches!(self.at.with_timezone(&seoul::ZONE).month(), 11 | 12 | 1 | 2);
        self.mediation(if winter { WAIT_IN_WINTER } else { WAIT_IN_SUMMER }, true);
    }

    fn mediation(&mut self, wait: u64, may_break: bool) {
        let kinds = [
            (SessionKind::Joint, 450),
            (SessionKind::Shuttle, 230),
            (SessionKind::Visit, 170),
            (SessionKind::Phone, 90),
            (SessionKind::Online, 60),
        ];
        let kind = self.dice.pick(&kinds, SessionKind::Joint);
        self.then(wait * DAY, Mark::SessionHeld(kind));
        for _ in 0..self.dice.below(3) {
            let kind = self.dice.pick(&kinds, SessionKind::Joint);
            self.then(16 * DAY, Mark::SessionHeld(kind));
        }
        let ends = [
            (Outcome::NotAgreed, 390),
            (Outcome::Settled, 260),
            (Outcome::Partial, 150),
            (Outcome::Withdrawn, 60),
            (Outcome::Ceased, 60),
            (Outcome::Transferred, 50),
            (Outcome::MovedOut, 30),
        ];
        let outcome = self.dice.pick(&ends, Outcome::NotAgreed);
        let agreed = match outcome {
            Outcome::Settled => AgreementKind::Full,
            Outcome::Partial => AgreementKind::Partial,
            other => return self.then(10 * DAY, Mark::Closed(other)),
        };
        self.then(7 * DAY, Mark::Agreement(agreed));
        self.now(Mark::Closed(outcome));
        let closed = self.at;
        for days in [14, 91, 182] {
            self.at = closed + TimeDelta::days(days);
            let fared = [
                (FollowUpResult::Kept, 560),
                (FollowUpResult::Partly, 200),
                (FollowUpResult::Unanswered, 130),
                (FollowUpResult::Broken, 110),
            ];
            let fared = self.dice.pick(&fared, FollowUpResult::Kept);
            self.then(DAY, Mark::FollowUp(fared));
            if may_break && fared == FollowUpResult::Broken && self.dice.permille(400) {
                self.then(6 * DAY, Mark::Reopened("broken_promise".to_owned()));
                return self.mediation(15, false);
            }
        }
    }
}
