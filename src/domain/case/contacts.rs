//! Reaching the respondent: how often it was tried, what to try next, and when silence may end the case.
use super::{Case, Refused};
use crate::domain::codes::{ContactResult, Disclosure, Means, Stage};
use crate::domain::deadline;
use crate::domain::seoul;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeSet;

/// The next try that is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextTry {
    pub on: NaiveDate,
    pub means: Means,
}

/// By what somebody is tried, in the order in which it is least trouble to them.
const WAYS: [Means; 4] = [Means::Letter, Means::Phone, Means::Intercom, Means::Visit];

impl Case {
    /// Tries of this span since somebody was last reached. Two on one day by the same means are one.
    #[must_use]
    pub fn tries(&self) -> usize {
        let mut tried = BTreeSet::new();
        for contact in self.contacts.iter().filter(|c| c.at >= self.history.span_start()) {
            match contact.result {
                ContactResult::Reached | ContactResult::CallBack | ContactResult::NotOurs => tried.clear(),
                ContactResult::Sent | ContactResult::NoAnswer => {
                    tried.insert((seoul::day(contact.at), contact.means));
                }
            }
        }
        tried.len()
    }

    /// What to try next and when: another means than what was tried most, not before the gap of the rules. `telephone`: a
    /// number is known. None while there is nobody to reach, or somebody was.
    #[must_use]
    pub fn next_try(&self, telephone: bool, now: DateTime<Utc>) -> Option<NextTry> {
        let nobody = !self.history.has_respondent_unit() || self.respondent.moved_on.is_some();
        if self.stage != Stage::Participation || nobody || self.history.respondent_contacted() {
            return None;
        }
        let no_letter =
            self.disclosure == Some(Disclosure::NoticeOnly) || self.standing_orders().next().is_some();
        let open = |means: &&Means| match means {
            Means::Letter => !no_letter,
            Means::Phone => telephone,
            _ => true,
        };
        let tried = |means: Means| self.contacts.iter().filter(|c| c.means == means).count();
        let means = WAYS.iter().filter(open).min_by_key(|means| tried(**means)).copied()?;
        let today = seoul::day(now);
        let gap = |at| seoul::day(deadline::days_after(at, self.rules.contact_gap_days));
        let on = self.contacts.last().map(|c| c.next_on.unwrap_or_else(|| gap(c.at)));
        Some(NextTry { on: on.unwrap_or(today).max(today), means })
    }

    /// Whether silence may end the case: the rule's number of tries, or, in mediation, two meetings that the respondent missed.
    ///
    /// # Errors
    /// How many tries are missing.
    pub fn may_be_unreachable(&self) -> Result<(), Refused> {
        let needed = self.rules.contact_tries;
        let tries = self.tries();
        if tries >= needed || self.respondent.no_shows >= 2 {
            return Ok(());
        }
        let sentence = format!(
            "'연락 안 됨'으로 마치려면 날짜나 방법을 달리해 {needed}번 연락해 보아야 합니다. 지금까지 {tries}번입니다. 연락 기록표를 확인해 주세요.",
        );
        Err(Refused { code: "tries_missing", sentence })
    }
}
