//! Which cases a person's scope lets them see, as SQL.
//!
//! Only the clauses that the person's grants bring are written, with `=` instead of `IN`: the few texts that come of it are
//! prepared once per connection (`IN` lists are prepared anew on every call), and each takes its own index.
use crate::domain::codes::{DutyKind, ReferralState, Role, Stage};
use crate::domain::committee::delegation::Chaired;
use crate::domain::ids::{BodyId, CaseId, UserId};
use crate::domain::permission::{Own, OwnKind, Scope};
use crate::store::either::MultiBackend;
use crate::store::schema::{case_people, cases, duties, referrals};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::Bool;

/// The multi-backend that the boxed queries are written for.
pub(super) type Boxed<'a> = cases::BoxedQuery<'a, MultiBackend>;
/// A condition on a case.
type Clause = Box<dyn BoxableExpression<cases::table, MultiBackend, SqlType = Bool>>;

/// The cases that `scope` can see. A case outside it is as good as absent.
pub(super) fn visible(scope: &Scope) -> Boxed<'static> {
    let all = cases::table.into_boxed();
    if scope.all { all } else { within(all, clauses(scope)) }
}

/// The same cases, a query for each clause: an index has the cases of one clause in order, and none those of several. A case
/// may be in more than one.
pub(in crate::store) fn visible_by_clause(scope: &Scope) -> Vec<Boxed<'static>> {
    if scope.all {
        return vec![cases::table.into_boxed()];
    }
    clauses(scope).into_iter().map(|clause| cases::table.into_boxed().filter(clause)).collect()
}

/// As `visible`, and the cases about which this person was asked: a mediator may answer after logging in too, but reading
/// more than that takes an acceptance, and no list names the case before. The ward sends on what waits with it
/// (`at_ward`), and finds it in no other list.
pub(super) fn reachable(scope: &Scope) -> Boxed<'static> {
    let all = cases::table.into_boxed();
    if scope.all {
        return all;
    }
    let mut clauses = clauses(scope);
    clauses.extend(scope.in_charge.map(asked));
    clauses.extend(scope.wards.iter().map(|ward| -> Clause {
        let theirs = cases::ward_id.eq(Some(*ward)).and(cases::holder_id.eq(cases::ward_id));
        Box::new(theirs.assume_not_null())
    }));
    within(all, clauses)
}

/// The cases that a body's own figures count.
pub(super) fn of_body(own: &Own) -> Boxed<'static> {
    let clause = match own.kind {
        OwnKind::Committee => with_committee(own.body, &own.without),
        OwnKind::Ngo => without(taken_over(own.body), &own.without),
    };
    cases::table.into_boxed().filter(clause)
}

/// What an NGO has taken over and keeps, ended or not: as its desk finds it (`clauses`), without what still waits for its answer. Who no longer
/// sees a case does not count it either. `store::belongs` says the same of cases that were read.
fn taken_over(ngo: BodyId) -> Clause {
    let theirs = cases::holder_id.eq(Some(ngo)).and(cases::ngo_id.eq(Some(ngo))).assume_not_null();
    let [sent, silent] = ReferralState::WAITING;
    let waits = referrals::state.eq(sent).or(referrals::state.eq(silent));
    let waiting = referrals::table.filter(referrals::body_id.eq(ngo)).filter(waits);
    Box::new(theirs.and(diesel::dsl::not(cases::id.eq_any(waiting.select(referrals::case_id)))))
}

fn within(all: Boxed<'static>, clauses: Vec<Clause>) -> Boxed<'static> {
    let any = clauses.into_iter().reduce(|a, b| Box::new(a.or(b)));
    // Whoever has nothing to look for finds nothing.
    all.filter(any.unwrap_or_else(|| Box::new(false.into_sql::<Bool>())))
}

fn clauses(scope: &Scope) -> Vec<Clause> {
    let mut clauses: Vec<Clause> = Vec::new();
    clauses.extend(scope.one.map(|id| -> Clause { Box::new(cases::id.eq(id)) }));
    for office in &scope.offices {
        clauses.push(Box::new(cases::office_id.eq(Some(*office)).assume_not_null()));
    }
    for committee in &scope.committees {
        clauses.push(with_committee(*committee, &scope.recused));
    }
    for body in &scope.referred {
        clauses.push(Box::new(cases::holder_id.eq(Some(*body)).assume_not_null()));
        let [sent, silent, accepted] = ReferralState::OPEN;
        let theirs = referrals::table.filter(referrals::body_id.eq(*body)).filter(
            referrals::state.eq(sent).or(referrals::state.eq(silent)).or(referrals::state.eq(accepted)),
        );
        clauses.push(Box::new(cases::id.eq_any(theirs.select(referrals::case_id))));
    }
    clauses.extend(scope.in_charge.iter().flat_map(|user| in_charge(*user, &scope.recused)));
    for given in &scope.chaired {
        clauses.extend(chaired(given, &scope.recused));
    }
    // What stands on an agenda is a few cases or many: a list, prepared anew.
    let before: Vec<CaseId> = scope.before.iter().copied().filter(|c| !scope.recused.contains(c)).collect();
    if !before.is_empty() {
        clauses.push(Box::new(cases::id.eq_any(before)));
    }
    clauses
}

/// The desk's cases, once they are with the committee. 제척·회피: a recused person is nobody in the committee, though they
/// may be somebody elsewhere.
fn with_committee(committee: BodyId, recused: &[CaseId]) -> Clause {
    let handed_over = cases::stage
        .ne(Stage::Received)
        .and(cases::stage.ne(Stage::Inquiry))
        .or(cases::office_id.is_null())
        .or(cases::holder_id.eq(cases::committee_id).assume_not_null());
    let theirs = cases::committee_id.eq(Some(committee)).assume_not_null().and(handed_over);
    without(Box::new(theirs), recused)
}

/// The cases in a person's charge; as a committee's member not those from which they are recused.
fn in_charge(user: UserId, recused: &[CaseId]) -> [Clause; 2] {
    let mine = case_people::table
        .filter(case_people::user_id.eq(user))
        .filter(case_people::until_at.is_null())
        .select(case_people::case_id);
    let as_member = cases::id.eq_any(mine.filter(case_people::role.eq(Role::Member)));
    let otherwise = cases::id.eq_any(mine.filter(case_people::role.ne(Role::Member)));
    [without(Box::new(as_member), recused), Box::new(otherwise)]
}

/// What a 전결표 gives to the chair, while the committee has the turn. The rule is `Chaired::covers`.
fn chaired(given: &Chaired, recused: &[CaseId]) -> Option<Clause> {
    let one = |stage: &Stage| -> Clause { Box::new(cases::stage.eq(*stage)) };
    let stages = given.stages.iter().map(one).reduce(|a, b| Box::new(a.or(b)))?;
    let held = cases::holder_id.eq(Some(given.body)).and(cases::committee_id.eq(Some(given.body)));
    let received = cases::received_at.ge(given.from.naive_utc());
    let theirs = held.assume_not_null().and(received).and(stages);
    let theirs: Clause = match given.until {
        Some(until) => Box::new(theirs.and(cases::received_at.lt(until.naive_utc()))),
        None => Box::new(theirs),
    };
    Some(without(theirs, recused))
}

fn without(those: Clause, recused: &[CaseId]) -> Clause {
    recused.iter().fold(those, |rest, case| Box::new(rest.and(cases::id.ne(*case))))
}

fn asked(user: UserId) -> Clause {
    let open = duties::table
        .filter(duties::case_id.eq(cases::id.nullable()))
        .filter(duties::kind.eq(DutyKind::AnswerOffer))
        .filter(duties::user_id.eq(Some(user)));
    Box::new(exists(open))
}
