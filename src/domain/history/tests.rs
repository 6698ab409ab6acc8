//! The rules of `exchange.md`, one by one.
use super::*;
use crate::domain::codes::{FollowUpResult, SessionKind};
use Mark::{Agreement, Closed, Confirmed, Consented, FirstContact, FollowUp, Invited, RespondentContacted};
use Outcome::{
    Ceased, Counselled, NotAgreed, Partial, Refused, Settled, SettledBefore, Unreachable, Withdrawn,
};

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + minute * 60, 0).unwrap()
}
fn both() -> History {
    History::new(at(0), true, true)
}
fn session() -> Mark {
    Mark::SessionHeld(SessionKind::Joint)
}
fn reopened() -> Mark {
    Mark::Reopened("again".into())
}
/// The codes of the refusals met when the marks are pushed one a minute; "" for an admitted one.
fn run(mut history: History, marks: &[Mark]) -> (History, Vec<&'static str>) {
    let codes = marks
        .iter()
        .zip(1..)
        .map(|(mark, minute)| history.push(at(minute), mark.clone()).map_or_else(|why| why.code(), |()| ""))
        .collect();
    (history, codes)
}
fn consents() -> [Mark; 2] {
    [Consented(Side::Applicant), Consented(Side::Respondent)]
}
fn after(marks: &[Mark]) -> Vec<Outcome> {
    let (history, codes) = run(both(), marks);
    assert!(codes.iter().all(|code| code.is_empty()), "{codes:?}");
    history.legal_outcomes()
}
const ALWAYS: [Outcome; 6] = [
    Withdrawn,
    Outcome::MovedOut,
    Outcome::Transferred,
    Outcome::OutOfScope,
    Outcome::Merged,
    Outcome::Suspended,
];
fn always_and(more: &[Outcome]) -> Vec<Outcome> {
    Outcome::ALL.iter().copied().filter(|o| ALWAYS.contains(o) || more.contains(o)).collect()
}

#[test]
fn the_outcomes_table() {
    let [a, r] = consents();
    assert_eq!(after(&[]), always_and(&[SettledBefore, Counselled, Ceased]));
    assert_eq!(after(&[Invited]), always_and(&[SettledBefore, Counselled, Ceased, Unreachable]));
    assert_eq!(after(&[RespondentContacted]), always_and(&[SettledBefore, Counselled, Ceased]));
    assert_eq!(
        after(&[Invited, RespondentContacted]),
        always_and(&[SettledBefore, Counselled, Ceased, Unreachable, Refused])
    );
    assert_eq!(after(&[a.clone(), r.clone(), session()]), always_and(&[Ceased, NotAgreed]));
    let full = [a.clone(), r.clone(), session(), Agreement(AgreementKind::Full)];
    assert_eq!(after(&full), always_and(&[Settled]));
    let partial = [a, r, session(), Agreement(AgreementKind::Partial)];
    assert_eq!(after(&partial), always_and(&[Partial]));
}

#[test]
fn a_reopening_starts_a_new_span_and_keeps_consents_and_invitation() {
    let [a, r] = consents();
    let marks = [Invited, a, r, session(), Agreement(AgreementKind::Full), Closed(Settled), reopened()];
    assert_eq!(after(&marks), always_and(&[SettledBefore, Counselled, Ceased, Unreachable, Refused]));
    let (mut history, _) = run(both(), &marks);
    assert_eq!(history.admit(at(8), &Agreement(AgreementKind::Full)).unwrap_err().code(), "no_session");
    assert_eq!(history.push(at(8), session()), Ok(()), "a session may follow at once");
    assert!(history.admit(at(8), &Agreement(AgreementKind::Full)).is_ok());
    assert_eq!((history.span_start(), history.reopenings()), (at(7), 1));
}

#[test]
fn what_a_closed_case_still_takes() {
    let (_, codes) =
        run(both(), &[Closed(Withdrawn), Closed(Withdrawn), FirstContact, Confirmed, reopened()]);
    assert_eq!(codes, ["", "already_closed", "case_closed", "", ""]);
    let (_, codes) = run(both(), &[reopened(), FollowUp(FollowUpResult::Kept)]);
    assert_eq!(codes, ["not_closed", "not_closed"]);
    let (_, codes) = run(both(), &[Closed(Counselled), FollowUp(FollowUpResult::Kept)]);
    assert_eq!(codes, ["", "nothing_to_follow_up"]);
}

#[test]
fn a_session_needs_both_consents_and_an_agreement_a_session() {
    let [a, r] = consents();
    let (_, codes) = run(
        both(),
        &[
            session(),
            a,
            session(),
            Agreement(AgreementKind::Full),
            r,
            session(),
            Agreement(AgreementKind::Full),
        ],
    );
    assert_eq!(codes, ["no_consent", "", "no_consent", "no_session", "", "", ""]);
}

#[test]
fn a_withdrawn_consent_is_needed_again() {
    let (mut history, _) = run(both(), &consents());
    history.withdraw_consent(at(5), Side::Respondent).unwrap();
    assert!(!history.consents());
    assert_eq!(history.admit(at(6), &session()), Err(NotAllowed::NoConsent { side: Side::Respondent }));
    history.push(at(6), Consented(Side::Respondent)).unwrap();
    assert!(history.admit(at(6), &session()).is_ok());
}

#[test]
fn time_may_stand_still_but_not_run_back() {
    let mut history = both();
    assert_eq!(history.admit(at(-1), &FirstContact).unwrap_err().code(), "time_backwards");
    history.push(at(0), FirstContact).unwrap();
    history.push(at(3), FirstContact).unwrap();
    history.push(at(3), Confirmed).unwrap();
    assert_eq!(history.admit(at(2), &Confirmed), Err(NotAllowed::TimeBackwards { last: at(3) }));
}

#[test]
fn an_invitation_needs_a_unit_and_hands_over() {
    let (history, codes) = run(History::new(at(0), true, false), &[Invited]);
    assert_eq!((codes, history.handed_over()), (vec!["no_respondent_unit"], false));
    let (history, _) = run(both(), &[Invited]);
    assert!(history.handed_over() && history.invited());
}

#[test]
fn legacy_lists_what_is_missing_but_forgives_no_contradiction() {
    let (history, codes) =
        run(both().legacy(), &[session(), Agreement(AgreementKind::Full), Closed(Settled)]);
    assert_eq!(codes, ["", "", ""]);
    assert_eq!(history.missing(), [Missing::Consent(Side::Applicant), Missing::Consent(Side::Respondent)]);
    let (history, _) = run(both().legacy(), &[Closed(Refused)]);
    assert_eq!(history.missing(), [Missing::Invitation, Missing::RespondentContact]);
    let (history, _) = run(both().legacy(), &[Closed(Settled), FollowUp(FollowUpResult::Broken)]);
    assert_eq!(history.missing(), [Missing::Agreement]);
    let (_, codes) =
        run(both().legacy(), &[session(), Closed(Counselled), Closed(Withdrawn), Closed(Withdrawn)]);
    assert_eq!(codes, ["", "outcome_after_session", "", "already_closed"]);
}

#[test]
fn a_late_entry_takes_its_place_and_is_refused_where_it_breaks_what_follows() {
    let (history, _) = run(both(), &[FirstContact, Invited, Closed(Counselled)]);
    let late = history.with_late(at(2), Entry::Mark(RespondentContacted)).unwrap();
    let order: Vec<&str> = late.marks().map(|(_, mark)| mark.event()).collect();
    assert_eq!(order, ["first_contact", "invited", "respondent_contacted", "closed"]);
    assert_eq!(history.with_late(at(1), Entry::Mark(Closed(Withdrawn))).unwrap_err().code(), "case_closed");
    let corrected = history.with_corrected(2, Some((at(3), Entry::Mark(Closed(Unreachable))))).unwrap();
    assert_eq!(corrected.closed_outcome(), Some(Unreachable));
    assert_eq!(corrected.with_corrected(1, None).unwrap_err().code(), "outcome_needs_invitation");
}

#[test]
fn a_new_respondent_is_asked_anew() {
    let [a, r] = consents();
    let (mut history, _) = run(both(), &[Invited, RespondentContacted, a, r]);
    history.push_entry(at(9), Entry::RespondentChanged).unwrap();
    assert_eq!(history.outcome_legal(Refused).unwrap_err().code(), "outcome_needs_invitation");
    assert!(history.consented(Side::Applicant) && !history.consented(Side::Respondent));
}
