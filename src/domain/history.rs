//! A case's history as `exchange.md` tells it, and THE rule which event a history allows next.
//!
//! Import, export, the application's steps and the indicators all fold the same events with these rules.

use super::codes::{AgreementKind, Outcome, Side};
use super::mark::Mark;
use super::refusal::{Missing, NotAllowed};
use chrono::{DateTime, Utc};

/// One entry, oldest first: an exchange event, or one of the two things the application knows beside them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// An event of the exchange format.
    Mark(Mark),
    /// One side took back its consent: the next session needs it again. No exchange event.
    ConsentWithdrawn(Side),
    /// The respondent was changed: the new one is neither invited, reached nor consenting. No exchange event.
    RespondentChanged,
}

/// The facts of a case and everything that happened in it, with what follows from them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    received_at: DateTime<Utc>,
    has_applicant_unit: bool,
    has_respondent_unit: bool,
    legacy: bool,
    entries: Vec<(DateTime<Utc>, Entry)>,
    last_at: DateTime<Utc>,
    span_start: DateTime<Utc>,
    closed: Option<(DateTime<Utc>, Outcome)>,
    reopenings: u32,
    first_contact: bool,
    handed_over: bool,
    invited: bool,
    reached: bool,
    consented_applicant: bool,
    consented_respondent: bool,
    session_in_span: bool,
    full_in_span: bool,
    partial_in_span: bool,
    confirmed_in_span: bool,
    missing: Vec<Missing>,
}

impl History {
    /// A case just received, open, with nothing done. An anonymous applicant has no unit.
    pub fn new(received_at: DateTime<Utc>, has_applicant_unit: bool, has_respondent_unit: bool) -> Self {
        Self {
            received_at,
            has_applicant_unit,
            has_respondent_unit,
            legacy: false,
            entries: Vec::new(),
            last_at: received_at,
            span_start: received_at,
            closed: None,
            reopenings: 0,
            first_contact: false,
            handed_over: false,
            invited: false,
            reached: false,
            consented_applicant: false,
            consented_respondent: false,
            session_in_span: false,
            full_in_span: false,
            partial_in_span: false,
            confirmed_in_span: false,
            missing: Vec::new(),
        }
    }

    /// The same case under `--legacy`: a missing earlier step is listed in [`History::missing`] instead of refused.
    #[must_use]
    pub fn legacy(mut self) -> Self {
        self.legacy = true;
        self
    }

    /// May this event be the next one? In legacy mode an answer of `Ok` may still list what is missing.
    ///
    /// # Errors
    /// The first rule that the event breaks.
    pub fn admit(&self, at: DateTime<Utc>, mark: &Mark) -> Result<(), NotAllowed> {
        self.judge(at, mark).map(|_| ())
    }

    /// Admits the event and appends it.
    ///
    /// # Errors
    /// As [`History::admit`]; the history is then unchanged.
    pub fn push(&mut self, at: DateTime<Utc>, mark: Mark) -> Result<(), NotAllowed> {
        let missing = self.judge(at, &mark)?;
        self.missing.extend(missing);
        self.apply(at, &mark);
        self.keep(at, Entry::Mark(mark));
        Ok(())
    }

    /// Appends any entry; what is not an exchange event only has to follow in time.
    ///
    /// # Errors
    /// As [`History::admit`].
    pub fn push_entry(&mut self, at: DateTime<Utc>, entry: Entry) -> Result<(), NotAllowed> {
        match entry {
            Entry::Mark(mark) => self.push(at, mark),
            _ if at < self.last_at => Err(NotAllowed::TimeBackwards { last: self.last_at }),
            Entry::ConsentWithdrawn(side) => {
                match side {
                    Side::Applicant => self.consented_applicant = false,
                    Side::Respondent => self.consented_respondent = false,
                }
                self.keep(at, entry);
                Ok(())
            }
            Entry::RespondentChanged => {
                (self.invited, self.reached, self.consented_respondent) = (false, false, false);
                self.has_respondent_unit = true;
                self.keep(at, entry);
                Ok(())
            }
        }
    }

    /// One side takes back its consent: a later session needs it again.
    ///
    /// # Errors
    /// Time running backwards.
    pub fn withdraw_consent(&mut self, at: DateTime<Utc>, side: Side) -> Result<(), NotAllowed> {
        self.push_entry(at, Entry::ConsentWithdrawn(side))
    }

    /// The history with a late entry at its own time (after whatever else happened at that instant), judged again.
    ///
    /// # Errors
    /// The late event itself, or a later one that it makes illegal, is refused.
    pub fn with_late(&self, at: DateTime<Utc>, entry: Entry) -> Result<Self, NotAllowed> {
        let mut entries = self.entries.clone();
        let place = entries.partition_point(|(when, _)| *when <= at);
        entries.insert(place, (at, entry));
        self.folded_again(entries)
    }

    /// The history with the entry at `index` corrected (or taken away), judged again.
    ///
    /// # Errors
    /// What now stands, or a later event, is not allowed.
    pub fn with_corrected(
        &self,
        index: usize,
        instead: Option<(DateTime<Utc>, Entry)>,
    ) -> Result<Self, NotAllowed> {
        let mut entries = self.entries.clone();
        if index >= entries.len() {
            return Ok(self.clone());
        }
        let (before, _) = entries.remove(index);
        if let Some((at, entry)) = instead {
            // Its place among events of one instant is kept unless the time itself is corrected.
            let place = if at == before { index } else { entries.partition_point(|(when, _)| *when <= at) };
            entries.insert(place, (at, entry));
        }
        self.folded_again(entries)
    }

    fn folded_again(&self, entries: Vec<(DateTime<Utc>, Entry)>) -> Result<Self, NotAllowed> {
        let mut again = Self::new(self.received_at, self.has_applicant_unit, self.has_respondent_unit);
        again.legacy = self.legacy;
        for (at, entry) in entries {
            again.push_entry(at, entry)?;
        }
        Ok(again)
    }

    fn keep(&mut self, at: DateTime<Utc>, entry: Entry) {
        self.last_at = at;
        self.entries.push((at, entry));
    }

    /// The table of events in `exchange.md`: Ok with what is missing (legacy only), or the refusal.
    fn judge(&self, at: DateTime<Utc>, mark: &Mark) -> Result<Vec<Missing>, NotAllowed> {
        if at < self.last_at {
            return Err(NotAllowed::TimeBackwards { last: self.last_at });
        }
        match (self.closed, mark) {
            (Some(_), Mark::Confirmed | Mark::Reopened(_)) => Ok(Vec::new()),
            (Some((_, outcome)), Mark::FollowUp(_)) => self.needs(
                matches!(outcome, Outcome::Settled | Outcome::Partial) || self.agreed_in_span(),
                Missing::Agreement,
                NotAllowed::NothingToFollowUp,
            ),
            (Some(_), Mark::Closed(_)) => Err(NotAllowed::AlreadyClosed),
            (Some(_), _) => Err(NotAllowed::CaseClosed),
            (None, Mark::Reopened(_) | Mark::FollowUp(_)) => Err(NotAllowed::NotClosed),
            (None, Mark::Invited) if !self.has_respondent_unit => Err(NotAllowed::NoRespondentUnit),
            (None, Mark::SessionHeld(_)) => self.judge_session(),
            (None, Mark::Agreement(_)) => {
                self.needs(self.session_in_span, Missing::Session, NotAllowed::NoSession)
            }
            (None, Mark::Closed(outcome)) => self.judge_outcome(*outcome),
            (None, _) => Ok(Vec::new()),
        }
    }

    fn judge_session(&self) -> Result<Vec<Missing>, NotAllowed> {
        let mut missing = Vec::new();
        for side in Side::ALL {
            missing.extend(self.needs(
                self.consented(*side),
                Missing::Consent(*side),
                NotAllowed::NoConsent { side: *side },
            )?);
        }
        Ok(missing)
    }

    /// THE outcomes table of `exchange.md`. A thing that happened but must not have is never forgiven.
    fn judge_outcome(&self, outcome: Outcome) -> Result<Vec<Missing>, NotAllowed> {
        let refuse = |why: NotAllowed| Err(why);
        match outcome {
            Outcome::Settled => self.needs(
                self.full_in_span,
                Missing::Agreement,
                NotAllowed::OutcomeNeedsAgreement { kind: AgreementKind::Full },
            ),
            Outcome::Partial => self.needs(
                self.partial_in_span,
                Missing::Agreement,
                NotAllowed::OutcomeNeedsAgreement { kind: AgreementKind::Partial },
            ),
            Outcome::NotAgreed if self.agreed_in_span() => {
                refuse(NotAllowed::OutcomeAfterAgreement { outcome })
            }
            Outcome::NotAgreed => {
                self.needs(self.session_in_span, Missing::Session, NotAllowed::OutcomeNeedsSession)
            }
            Outcome::Refused => {
                let invitation = NotAllowed::OutcomeNeedsInvitation { outcome };
                let mut missing = self.needs(self.invited, Missing::Invitation, invitation)?;
                let contact = NotAllowed::OutcomeNeedsContact;
                missing.extend(self.needs(self.reached, Missing::RespondentContact, contact)?);
                Ok(missing)
            }
            Outcome::Unreachable => {
                self.needs(self.invited, Missing::Invitation, NotAllowed::OutcomeNeedsInvitation { outcome })
            }
            Outcome::SettledBefore | Outcome::Counselled | Outcome::Ceased if self.agreed_in_span() => {
                refuse(NotAllowed::OutcomeAfterAgreement { outcome })
            }
            Outcome::SettledBefore | Outcome::Counselled if self.session_in_span => {
                refuse(NotAllowed::OutcomeAfterSession { outcome })
            }
            Outcome::SettledBefore
            | Outcome::Counselled
            | Outcome::Ceased
            | Outcome::Withdrawn
            | Outcome::MovedOut
            | Outcome::Transferred
            | Outcome::OutOfScope
            | Outcome::Merged
            | Outcome::Suspended => Ok(Vec::new()),
        }
    }

    fn needs(&self, there: bool, step: Missing, refusal: NotAllowed) -> Result<Vec<Missing>, NotAllowed> {
        match (there, self.legacy) {
            (true, _) => Ok(Vec::new()),
            (false, true) => Ok(vec![step]),
            (false, false) => Err(refusal),
        }
    }

    fn apply(&mut self, at: DateTime<Utc>, mark: &Mark) {
        match mark {
            Mark::FirstContact => self.first_contact = true,
            Mark::HandedOver => self.handed_over = true,
            Mark::RespondentContacted => self.reached = true,
            // An invitation implies the hand-over at that instant.
            Mark::Invited => (self.invited, self.handed_over) = (true, true),
            Mark::Consented(Side::Applicant) => self.consented_applicant = true,
            // Who consents has been reached, even where nobody wrote that down.
            Mark::Consented(Side::Respondent) => (self.consented_respondent, self.reached) = (true, true),
            Mark::SessionHeld(_) => (self.session_in_span, self.reached) = (true, true),
            Mark::Agreement(AgreementKind::Full) => self.full_in_span = true,
            Mark::Agreement(AgreementKind::Partial) => self.partial_in_span = true,
            Mark::Confirmed => self.confirmed_in_span = true,
            Mark::Closed(outcome) => self.closed = Some((at, *outcome)),
            Mark::Reopened(_) => {
                self.closed = None;
                self.span_start = at;
                self.reopenings = self.reopenings.saturating_add(1);
                (self.session_in_span, self.confirmed_in_span) = (false, false);
                (self.full_in_span, self.partial_in_span) = (false, false);
            }
            Mark::Recommended(_) | Mark::Interview(_) | Mark::FollowUp(_) => {}
        }
    }
}

/// Questions about a history.
impl History {
    /// When the case was received.
    pub fn received_at(&self) -> DateTime<Utc> {
        self.received_at
    }

    /// Whether the applicant gave a unit (without one the case counts as anonymous).
    pub fn has_applicant_unit(&self) -> bool {
        self.has_applicant_unit
    }

    /// Whether the respondent's unit is known.
    pub fn has_respondent_unit(&self) -> bool {
        self.has_respondent_unit
    }

    /// The applicant's door became known after the filing: an anonymous complaint is one no more.
    pub fn applicant_unit_known(&mut self) {
        self.has_applicant_unit = true;
    }

    /// The respondent's unit became known: a fact that, once known, stays.
    pub fn respondent_unit_known(&mut self) {
        self.has_respondent_unit = true;
    }

    /// Everything in order, also what is no exchange event.
    pub fn entries(&self) -> &[(DateTime<Utc>, Entry)] {
        &self.entries
    }

    /// The exchange events in order.
    pub fn marks(&self) -> impl Iterator<Item = (DateTime<Utc>, &Mark)> {
        self.entries.iter().filter_map(|(at, entry)| match entry {
            Entry::Mark(mark) => Some((*at, mark)),
            Entry::ConsentWithdrawn(_) | Entry::RespondentChanged => None,
        })
    }

    /// The time of the last entry, or of reception.
    pub fn last_at(&self) -> DateTime<Utc> {
        self.last_at
    }

    /// Not closed, or reopened since.
    pub fn is_open(&self) -> bool {
        self.closed.is_none()
    }

    /// The outcome of a closed case.
    pub fn closed_outcome(&self) -> Option<Outcome> {
        self.closed.map(|(_, outcome)| outcome)
    }

    /// When a closed case was closed.
    pub fn closed_at(&self) -> Option<DateTime<Utc>> {
        self.closed.map(|(at, _)| at)
    }

    /// When the case was received or last reopened.
    pub fn span_start(&self) -> DateTime<Utc> {
        self.span_start
    }

    /// How often the case was reopened.
    pub fn reopenings(&self) -> u32 {
        self.reopenings
    }

    /// Someone spoke with the applicant, in any span.
    pub fn first_contact(&self) -> bool {
        self.first_contact
    }

    /// The committee was told (위원회 통보), by that event or by an invitation.
    pub fn handed_over(&self) -> bool {
        self.handed_over
    }

    /// The present respondent was asked to take part, in any span.
    pub fn invited(&self) -> bool {
        self.invited
    }

    /// The present respondent was reached, in any span: by a contact, a consent or a session.
    pub fn respondent_contacted(&self) -> bool {
        self.reached
    }

    /// This side's consent stands: given in any span and not withdrawn since.
    pub fn consented(&self, side: Side) -> bool {
        match side {
            Side::Applicant => self.consented_applicant,
            Side::Respondent => self.consented_respondent,
        }
    }

    /// Both consents stand.
    pub fn consents(&self) -> bool {
        self.consented_applicant && self.consented_respondent
    }

    /// A session was held since received or last reopened.
    pub fn session_in_span(&self) -> bool {
        self.session_in_span
    }

    /// An agreement was reached since received or last reopened: full counts over partial.
    pub fn agreement_in_span(&self) -> Option<AgreementKind> {
        match (self.full_in_span, self.partial_in_span) {
            (true, _) => Some(AgreementKind::Full),
            (false, true) => Some(AgreementKind::Partial),
            (false, false) => None,
        }
    }

    fn agreed_in_span(&self) -> bool {
        self.agreement_in_span().is_some()
    }

    /// The applicant confirmed since received or last reopened.
    pub fn confirmed_in_span(&self) -> bool {
        self.confirmed_in_span
    }

    /// Is this outcome legal here? `Ok` also says that the case is open.
    ///
    /// # Errors
    /// Why it is not.
    pub fn outcome_legal(&self, outcome: Outcome) -> Result<(), NotAllowed> {
        if self.closed.is_some() {
            return Err(NotAllowed::AlreadyClosed);
        }
        self.judge_outcome(outcome).map(|_| ())
    }

    /// Every outcome that the case may be closed with now, in the order of the list.
    pub fn legal_outcomes(&self) -> Vec<Outcome> {
        Outcome::ALL.iter().copied().filter(|outcome| self.outcome_legal(*outcome).is_ok()).collect()
    }

    /// The steps that stand as '기록 없음' (legacy only), in the order in which they were missed.
    pub fn missing(&self) -> &[Missing] {
        &self.missing
    }
}

#[cfg(test)]
mod tests;
