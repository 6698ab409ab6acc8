//! When a letter is of use, when it may wait, and when it is tried again.
use super::super::ids::MailId;
use super::super::seoul;
use super::Letter;
use chrono::{DateTime, Duration, Utc};

impl Letter {
    /// When the letter has lost its use: a code or an offer that arrives late only confuses. It is then not sent.
    #[must_use]
    pub fn useless_after(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Invitation { until, .. }
            | Self::PasswordReset { until, .. }
            | Self::AddressChange { until, .. }
            | Self::Code { until, .. } => Some(*until),
            Self::Offer { deadline, .. } | Self::OfferReminder { deadline, .. } => Some(*deadline),
            Self::Survey { until, .. } => Some(seoul::midnight(until.succ_opt().unwrap_or(*until))),
            Self::SessionReminder { meeting, soon: true } => Some(meeting.start),
            // It says 내일.
            Self::SessionReminder { meeting, .. } => Some(seoul::midnight(seoul::day(meeting.start))),
            _ => None,
        }
    }

    /// When its reader must have it at the latest: before setting out, before the time to answer is over.
    #[must_use]
    pub fn needed_by(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Offer { deadline, .. } => Some(*deadline),
            // Who does not answer before the first of the days has no say in it.
            Self::SessionProposed { slots, .. } => slots.iter().min().copied(),
            // The last day is still theirs.
            Self::Proposal { until, .. } | Self::FollowUp { until, .. } => {
                Some(seoul::midnight(until.succ_opt().unwrap_or(*until)))
            }
            Self::AgreementToSign { until, .. } => *until,
            Self::SessionFixed { meeting }
            | Self::SessionCancelled { meeting }
            | Self::AssemblyCalled { meeting, .. }
            | Self::AssemblyCancelled { meeting, .. } => Some(meeting.start),
            // Who does not hear of it comes at the old time.
            Self::SessionMoved { meeting, was } | Self::AssemblyMoved { meeting, was, .. } => {
                Some(meeting.start.min(*was))
            }
            _ => None,
        }
    }

    /// Whether its sender may have second thoughts for some minutes: it tells people of what somebody decided in a case, and
    /// nobody needs it within a day. Whoever waits for a code, an invitation or a receipt has it at once, and so has whoever
    /// would come to what is off: an offer, a meeting or a charge that is over or moved stands in their calendar until they hear.
    #[must_use]
    pub fn may_wait(&self, now: DateTime<Utc>) -> bool {
        let regrettable = matches!(
            self,
            Self::Progress { .. }
                | Self::Offer { .. }
                | Self::Assigned { .. }
                | Self::MembersNamed { .. }
                | Self::SessionProposed { .. }
                | Self::SessionFixed { .. }
                | Self::Proposal { .. }
                | Self::AgreementToSign { .. }
                | Self::AgreementDone { .. }
                | Self::HandedOver { .. }
                | Self::ReferralSent { .. }
                | Self::ReferralReturned { .. }
                | Self::Regrouped { .. }
                | Self::Closed { .. }
                | Self::Reopened { .. }
        );
        regrettable && self.needed_by().is_none_or(|by| by > now + Duration::days(1))
    }
}

/// Waits after the first, second … failure, in minutes; the last one repeats.
const WAITS: [i64; 7] = [1, 5, 15, 60, 240, 720, 1440];

/// When a mail is tried again after its `attempt`th failure at `now`, or `None` when it is given up: it would be older than
/// `give_up` by then, and a person is asked to telephone. The wait varies by up to a
/// fifth, the same for the same mail and attempt, so that many mails that failed together do not all return together.
#[must_use]
pub fn next_try(
    id: MailId,
    attempt: u32,
    written: DateTime<Utc>,
    give_up: Duration,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let step = usize::try_from(attempt.saturating_sub(1)).unwrap_or(usize::MAX).min(WAITS.len() - 1);
    let minutes = WAITS.get(step).copied().unwrap_or(1440);
    let mixed =
        id.0.wrapping_mul(0x9E37_79B9_7F4A_7C15_u64.cast_signed()).wrapping_add(i64::from(attempt) * 7919);
    let per_mille = 800 + mixed.rem_euclid(401);
    let at = now + Duration::milliseconds(minutes * 60 * per_mille);
    (at <= written + give_up).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::super::super::codes::MeetingKind;
    use super::super::{Meeting, OfferEnd};
    use super::*;

    const GIVE_UP: Duration = Duration::hours(72);

    #[test]
    fn what_is_off_or_moved_never_waits() {
        let now: DateTime<Utc> = "2026-11-25T01:00:00Z".parse().unwrap();
        let start = now + Duration::days(9);
        let (uid, link) = ("u".to_owned(), "/r/x".to_owned());
        let kind = MeetingKind::Joint;
        let meeting = Meeting { uid, sequence: 1, kind, start, end: start, place: None, link };
        let fixed = Letter::SessionFixed { meeting: meeting.clone() };
        assert!(fixed.may_wait(now) && !fixed.may_wait(start));
        let dong = || "천연동".to_owned();
        for letter in [
            Letter::SessionMoved { meeting: meeting.clone(), was: start },
            Letter::SessionCancelled { meeting },
            Letter::Unassigned { dong: dong() },
            Letter::OfferCancelled { dong: dong(), why: OfferEnd::Taken },
        ] {
            assert!(!letter.may_wait(now), "{letter:?}");
        }
    }

    #[test]
    fn what_asks_for_an_answer_is_needed_before_the_answer_is_over() {
        let now: DateTime<Utc> = "2026-11-25T01:00:00Z".parse().unwrap();
        let link = || "/r/x".to_owned();
        let (first, second) = (now + Duration::days(2), now + Duration::days(3));
        let (kind, slots) = (MeetingKind::Joint, vec![second, first]);
        let proposed = Letter::SessionProposed { slots, kind, minutes: 60, link: link() };
        assert_eq!(proposed.needed_by(), Some(first));
        let until: chrono::NaiveDate = "2026-12-05".parse().unwrap();
        // Midnight in Seoul after the last day, which is still theirs.
        let over = Some("2026-12-05T15:00:00Z".parse().unwrap());
        assert_eq!(Letter::Proposal { until, link: link() }.needed_by(), over);
        let follow = Letter::FollowUp { round: "2주".to_owned(), until, again: false, link: link() };
        assert_eq!(follow.needed_by(), over);
        assert_eq!(Letter::AgreementToSign { until: Some(first), link: link() }.needed_by(), Some(first));
        assert!(
            proposed.may_wait(now) && !proposed.may_wait(first),
            "nobody waits with what is needed within a day"
        );
    }

    #[test]
    fn waits_grow_and_end_after_three_days() {
        let written: DateTime<Utc> = "2026-11-25T01:00:00Z".parse().unwrap();
        for id in 1..200 {
            let (mut now, mut tries) = (written, 0);
            while let Some(next) = next_try(MailId(id), tries + 1, written, GIVE_UP, now) {
                let nominal = Duration::minutes(WAITS[usize::try_from(tries).unwrap().min(6)]);
                assert!((next - now) >= nominal * 4 / 5 && (next - now) <= nominal * 6 / 5, "{id} {tries}");
                assert_eq!(
                    next_try(MailId(id), tries + 1, written, GIVE_UP, now),
                    Some(next),
                    "the same each time"
                );
                (now, tries) = (next, tries + 1);
            }
            assert!(
                now - written <= GIVE_UP && now - written > Duration::hours(40),
                "{id}: {}",
                now - written
            );
            assert!((8..=10).contains(&tries), "{id}: {tries}");
        }
        let spread: std::collections::BTreeSet<_> =
            (1..50).map(|id| next_try(MailId(id), 1, written, GIVE_UP, written)).collect();
        assert!(spread.len() > 40);
    }
}
