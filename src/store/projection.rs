//! Rows that follow from a case after each step, so that lists and scopes need not open its history: duties, people in
//! charge, referrals, holders. They are never read to decide anything about the case itself.
use super::schema::{case_holders, case_offers, case_people, duties, referrals};
use super::{Rx, StoreError, Tx};
use crate::domain::case::{Case, Duty, Offer, Owner};
use crate::domain::codes::{DutyKind, ReferralState, Side};
use crate::domain::ids::{BodyId, CaseId, UserId};
use crate::domain::notice::Call;
use crate::domain::step::Seq;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

/// A duty in somebody's list.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = duties)]
pub struct DutyRow {
    pub id: i64,
    pub case_id: Option<CaseId>,
    pub kind: DutyKind,
    pub due_at: NaiveDateTime,
    pub body_id: Option<BodyId>,
    pub user_id: Option<UserId>,
    /// What the duty is about: a channel, a label; never personal data.
    pub detail: String,
}

/// Duties that a step makes beside the case's own (to telephone a party) live until the next step of the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtraDuty {
    pub kind: DutyKind,
    pub due_at: DateTime<Utc>,
    pub body: BodyId,
    pub detail: String,
}

/// Brings every projection of `case` up to date.
///
/// # Errors
/// Database errors.
pub fn keep(
    tx: &mut Tx<'_>,
    before: &Case,
    case: &Case,
    extra: &[ExtraDuty],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    super::kept::keep_after(tx, before, case)?;
    keep_duties(tx, case, extra, now)?;
    keep_people(tx, before, case, now)?;
    keep_referrals(tx, case, now)?;
    keep_offers(tx, before, case)?;
    super::bookings::keep(tx, before, case)?;
    super::services::keep(tx, before, case)?;
    super::surveys::keep(tx, before, case)?;
    if before.holder != case.holder || before.version == 0 {
        keep_holder(tx, case, now)?;
    }
    Ok(())
}

fn keep_duties(
    tx: &mut Tx<'_>,
    case: &Case,
    extra: &[ExtraDuty],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let there = duties_in(tx, case.id)?;
    let new = extra.iter().filter(|new| new.kind == DutyKind::Tell);
    let new: Vec<Call> = new.filter_map(|new| Call::parse(&new.detail)).collect();
    for row in there.iter().filter(|row| row.kind == DutyKind::Tell) {
        let Some(call) = Call::parse(&row.detail) else { continue };
        // Of two calls about the same the later tells all.
        if new.iter().any(|new| new.replaces(&call)) || !call.is_still_to_make(case) {
            told(tx, case.id, row.id)?;
        }
    }
    let mut wanted: Vec<NewDuty> = case.duties().iter().map(|duty| NewDuty::of(case, duty, now)).collect();
    wanted.extend(extra.iter().map(|duty| NewDuty::beside(case, duty, now)));
    // A call that nobody made yet, and a mail that nobody saw to, are still to be done after the next step; of the others most
    // stand as they are.
    let mut over = Vec::new();
    for row in there.iter().filter(|row| !LASTING.contains(&row.kind)) {
        match wanted.iter().position(|new| new.is(row)) {
            Some(n) => drop(wanted.remove(n)),
            None => over.push(row.id),
        }
    }
    if !over.is_empty() {
        diesel::delete(duties::table.filter(duties::id.eq_any(over))).execute(tx.conn())?;
    }
    for duty in wanted {
        diesel::insert_into(duties::table).values(duty).execute(tx.conn())?;
    }
    Ok(())
}

/// A duty to be written down.
#[derive(Insertable)]
#[diesel(table_name = duties)]
struct NewDuty {
    case_id: CaseId,
    kind: DutyKind,
    due_at: NaiveDateTime,
    body_id: Option<BodyId>,
    user_id: Option<UserId>,
    detail: String,
    created_at: NaiveDateTime,
}

impl NewDuty {
    fn of(case: &Case, duty: &Duty, now: DateTime<Utc>) -> Self {
        let (body_id, user_id) = match duty.owner {
            Owner::Body(body) => (Some(body), None),
            Owner::User(user) => (None, Some(user)),
            Owner::Nobody => (case.bodies.ward, None),
        };
        let (due_at, created_at) = (duty.due_at.naive_utc(), now.naive_utc());
        Self {
            case_id: case.id,
            kind: duty.kind,
            due_at,
            body_id,
            user_id,
            detail: String::new(),
            created_at,
        }
    }

    fn beside(case: &Case, duty: &ExtraDuty, now: DateTime<Utc>) -> Self {
        Self {
            case_id: case.id,
            kind: duty.kind,
            due_at: duty.due_at.naive_utc(),
            body_id: Some(duty.body),
            user_id: None,
            detail: duty.detail.clone(),
            created_at: now.naive_utc(),
        }
    }

    fn is(&self, row: &DutyRow) -> bool {
        (self.kind, self.due_at, self.body_id, self.user_id)
            == (row.kind, row.due_at, row.body_id, row.user_id)
            && self.detail == row.detail
    }
}

fn keep_people(tx: &mut Tx<'_>, before: &Case, case: &Case, now: DateTime<Utc>) -> Result<(), StoreError> {
    for person in before.in_charge.iter().filter(|p| !case.in_charge.contains(p)) {
        let row = case_people::table
            .filter(case_people::case_id.eq(case.id))
            .filter(case_people::user_id.eq(person.user))
            .filter(case_people::until_at.is_null());
        diesel::update(row).set(case_people::until_at.eq(now.naive_utc())).execute(tx.conn())?;
    }
    for person in case.in_charge.iter().filter(|p| !before.in_charge.contains(p)) {
        diesel::insert_into(case_people::table)
            .values((
                case_people::case_id.eq(case.id),
                case_people::user_id.eq(person.user),
                case_people::role.eq(person.role.code()),
                case_people::from_at.eq(person.since.naive_utc()),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

fn keep_offers(tx: &mut Tx<'_>, before: &Case, case: &Case) -> Result<(), StoreError> {
    let changed = |o: &&Offer| before.offer(o.seq) != Some(*o);
    for offer in case.offers.iter().filter(changed) {
        let row = case_offers::table.filter(case_offers::case_id.eq(case.id));
        diesel::delete(row.filter(case_offers::seq.eq(offer.seq))).execute(tx.conn())?;
        let values = (
            case_offers::case_id.eq(case.id),
            case_offers::seq.eq(offer.seq),
            case_offers::user_id.eq(offer.mediator),
            case_offers::state.eq(offer.state),
            case_offers::sent_at.eq(offer.sent_at.naive_utc()),
            case_offers::answer_by.eq(offer.answer_by.naive_utc()),
        );
        diesel::insert_into(case_offers::table).values(values).execute(tx.conn())?;
    }
    // A 정정 may have struck an offer out.
    for gone in before.offers.iter().filter(|o| case.offer(o.seq).is_none()) {
        let row = case_offers::table.filter(case_offers::case_id.eq(case.id));
        diesel::delete(row.filter(case_offers::seq.eq(gone.seq))).execute(tx.conn())?;
    }
    Ok(())
}

fn keep_referrals(tx: &mut Tx<'_>, case: &Case, now: DateTime<Utc>) -> Result<(), StoreError> {
    for referral in &case.referrals {
        let row =
            referrals::table.filter(referrals::case_id.eq(case.id)).filter(referrals::seq.eq(referral.seq));
        let known: Option<ReferralState> = row.select(referrals::state).first(tx.conn()).optional()?;
        match known {
            Some(state) if state == referral.state => {}
            Some(_) => {
                let answered = Some(now.naive_utc());
                let row = referrals::table
                    .filter(referrals::case_id.eq(case.id))
                    .filter(referrals::seq.eq(referral.seq));
                diesel::update(row)
                    .set((referrals::state.eq(referral.state), referrals::answered_at.eq(answered)))
                    .execute(tx.conn())?;
            }
            None => {
                diesel::insert_into(referrals::table)
                    .values((
                        referrals::case_id.eq(case.id),
                        referrals::seq.eq(referral.seq),
                        referrals::body_id.eq(referral.body),
                        referrals::from_id.eq(referral.from),
                        referrals::state.eq(referral.state),
                        referrals::sent_at.eq(referral.sent_at.naive_utc()),
                    ))
                    .execute(tx.conn())?;
            }
        }
    }
    Ok(())
}

fn keep_holder(tx: &mut Tx<'_>, case: &Case, now: DateTime<Utc>) -> Result<(), StoreError> {
    let open = case_holders::table
        .filter(case_holders::case_id.eq(case.id))
        .filter(case_holders::until_at.is_null());
    diesel::update(open).set(case_holders::until_at.eq(now.naive_utc())).execute(tx.conn())?;
    diesel::insert_into(case_holders::table)
        .values((
            case_holders::case_id.eq(case.id),
            case_holders::body_id.eq(case.holder),
            case_holders::from_at.eq(now.naive_utc()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// One body's turn: who (nobody, for an imported case without a body), from, until.
pub type Turn = (Option<BodyId>, NaiveDateTime, Option<NaiveDateTime>);

/// Who had the turn, from when until when, oldest first.
///
/// # Errors
/// Database errors.
pub fn holders(rx: &mut Rx<'_>, case: CaseId) -> Result<Vec<Turn>, StoreError> {
    Ok(case_holders::table
        .filter(case_holders::case_id.eq(case))
        .order(case_holders::id)
        .select((case_holders::body_id, case_holders::from_at, case_holders::until_at))
        .load(rx.conn())?)
}

/// 내가 할 일: the duties of these bodies' desks and of this person, the most urgent first, at most `limit`.
///
/// # Errors
/// Database errors.
pub fn duties_of(
    rx: &mut Rx<'_>,
    bodies: &[BodyId],
    user: UserId,
    limit: i64,
) -> Result<Vec<DutyRow>, StoreError> {
    let bodies: Vec<Option<BodyId>> = bodies.iter().copied().map(Some).collect();
    Ok(duties::table
        .filter(
            duties::body_id.eq_any(bodies).assume_not_null().or(duties::user_id.eq(user).assume_not_null()),
        )
        .order((duties::due_at, duties::id))
        .limit(limit)
        .select(DutyRow::as_select())
        .load(rx.conn())?)
}

/// The duties of one case.
///
/// # Errors
/// Database errors.
pub fn duties_in(rx: &mut Rx<'_>, case: CaseId) -> Result<Vec<DutyRow>, StoreError> {
    Ok(duties::table
        .filter(duties::case_id.eq(case))
        .order((duties::due_at, duties::id))
        .select(DutyRow::as_select())
        .load(rx.conn())?)
}

/// The telephone calls that wait at a case.
///
/// # Errors
/// Database errors.
pub fn calls(rx: &mut Rx<'_>, case: CaseId) -> Result<Vec<DutyRow>, StoreError> {
    let calls = duties::table.filter(duties::case_id.eq(case)).filter(duties::kind.eq(DutyKind::Tell));
    Ok(calls.order((duties::due_at, duties::id)).select(DutyRow::as_select()).load(rx.conn())?)
}

/// What outlives steps in a case: calls that nobody made, mails and replies that nobody saw to.
const LASTING: [DutyKind; 3] = [DutyKind::Tell, DutyKind::Mail, DutyKind::ReadReply];

/// The calls, mails and replies of a case that nobody has seen to.
///
/// # Errors
/// Database errors.
pub fn unseen(rx: &mut Rx<'_>, case: CaseId) -> Result<Vec<DutyRow>, StoreError> {
    let own = duties::table.filter(duties::case_id.eq(case)).filter(duties::kind.eq_any(LASTING));
    Ok(own.order(duties::id).select(DutyRow::as_select()).load(rx.conn())?)
}

/// Another body does it.
///
/// # Errors
/// Database errors.
pub fn hand_on(tx: &mut Tx<'_>, duty: i64, body: Option<BodyId>) -> Result<(), StoreError> {
    diesel::update(duties::table.find(duty)).set(duties::body_id.eq(body)).execute(tx.conn())?;
    Ok(())
}

/// A telephone duty is done, or over.
///
/// # Errors
/// Database errors.
pub fn told(tx: &mut Tx<'_>, case: CaseId, call: i64) -> Result<(), StoreError> {
    let one = duties::table.filter(duties::case_id.eq(case)).filter(duties::id.eq(call));
    diesel::delete(one.filter(duties::kind.eq(DutyKind::Tell))).execute(tx.conn())?;
    Ok(())
}

/// A side is somebody else now, or nobody who can be reached: the calls to them are not to be made.
///
/// # Errors
/// Database errors.
pub fn nobody_to_tell(tx: &mut Tx<'_>, case: CaseId, side: Side) -> Result<(), StoreError> {
    let calls = duties::table
        .filter(duties::case_id.eq(case))
        .filter(duties::kind.eq(DutyKind::Tell))
        .filter(duties::detail.like(format!("{}|%", side.code())));
    diesel::delete(calls).execute(tx.conn())?;
    Ok(())
}

/// A thing that somebody has to look at: a mail that was given up, a reply. Its id is the duty's detail.
pub type Thing = (DutyKind, i64);

/// Somebody at `body` is to look at it: one duty, however often it is said, and never later than it was due.
///
/// # Errors
/// Database errors.
pub fn look_at(
    tx: &mut Tx<'_>,
    case: CaseId,
    (kind, id): Thing,
    body: BodyId,
    due_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let there = duties::table
        .filter(duties::case_id.eq(case))
        .filter(duties::kind.eq(kind))
        .filter(duties::detail.eq(id.to_string()));
    let was: Option<NaiveDateTime> = there.select(diesel::dsl::min(duties::due_at)).first(tx.conn())?;
    looked_at(tx, case, (kind, id))?;
    let due_at = was.map_or(due_at.naive_utc(), |was| was.min(due_at.naive_utc()));
    diesel::insert_into(duties::table)
        .values((
            duties::case_id.eq(case),
            duties::kind.eq(kind),
            duties::due_at.eq(due_at),
            duties::body_id.eq(body),
            duties::detail.eq(id.to_string()),
            duties::created_at.eq(now.naive_utc()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The things of one kind that somebody has to look at in a case.
///
/// # Errors
/// Database errors.
pub fn looking_at(rx: &mut Rx<'_>, case: CaseId, kind: DutyKind) -> Result<Vec<i64>, StoreError> {
    let there = duties::table.filter(duties::case_id.eq(case)).filter(duties::kind.eq(kind));
    let details: Vec<String> = there.select(duties::detail).load(rx.conn())?;
    Ok(details.iter().filter_map(|detail| detail.parse().ok()).collect())
}

/// It was seen to.
///
/// # Errors
/// Database errors.
pub fn looked_at(tx: &mut Tx<'_>, case: CaseId, (kind, id): Thing) -> Result<(), StoreError> {
    let seen_to = duties::table
        .filter(duties::case_id.eq(case))
        .filter(duties::kind.eq(kind))
        .filter(duties::detail.eq(id.to_string()));
    diesel::delete(seen_to).execute(tx.conn())?;
    Ok(())
}

/// The cases that have a duty of one of these kinds due before `before`, oldest first, at most `limit`.
///
/// # Errors
/// Database errors.
pub fn cases_with(
    rx: &mut Rx<'_>,
    kinds: &[DutyKind],
    before: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<CaseId>, StoreError> {
    let found: Vec<Option<CaseId>> = duties::table
        .filter(duties::kind.eq_any(kinds))
        .filter(duties::due_at.lt(before.naive_utc()))
        .group_by(duties::case_id)
        .order(diesel::dsl::min(duties::due_at))
        .limit(limit)
        .select(duties::case_id)
        .load(rx.conn())?;
    Ok(found.into_iter().flatten().collect())
}

/// A referral in a body's inbox.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = referrals)]
pub struct ReferralRow {
    pub case_id: CaseId,
    /// To whom it was sent.
    pub body_id: BodyId,
    /// Number of the line that sent it.
    pub seq: i64,
    pub from_id: Option<BodyId>,
    pub state: ReferralState,
    pub sent_at: NaiveDateTime,
}

/// The case and the body, what is to be done, by when.
pub type ReferralDuty = ((CaseId, BodyId), DutyKind, NaiveDateTime);

/// What these bodies have to do about referrals: case and body (one referral of a case at most is open at a body), kind, by when.
///
/// # Errors
/// Database errors.
pub fn referral_duties(
    rx: &mut Rx<'_>,
    bodies: &[BodyId],
    limit: i64,
) -> Result<Vec<ReferralDuty>, StoreError> {
    let bodies: Vec<Option<BodyId>> = bodies.iter().copied().map(Some).collect();
    let found: Vec<(Option<CaseId>, Option<BodyId>, DutyKind, NaiveDateTime)> = duties::table
        .filter(duties::body_id.eq_any(bodies))
        .filter(duties::kind.eq_any([DutyKind::AnswerReferral, DutyKind::ReportReferral]))
        .order((duties::due_at, duties::id))
        .limit(limit)
        .select((duties::case_id, duties::body_id, duties::kind, duties::due_at))
        .load(rx.conn())?;
    Ok(found.into_iter().filter_map(|(case, body, kind, due)| Some(((case?, body?), kind, due))).collect())
}

impl ReferralRow {
    /// What its body has to do about it now, and by when, out of the duties of the body: to answer, or to tell how it goes.
    #[must_use]
    pub fn duty(&self, duties: &[ReferralDuty]) -> Option<(DutyKind, DateTime<Utc>)> {
        let kind = match self.state {
            ReferralState::Sent | ReferralState::Silent => DutyKind::AnswerReferral,
            ReferralState::Accepted => DutyKind::ReportReferral,
            ReferralState::Returned | ReferralState::Done => return None,
        };
        let own = |(of, k, _): &&ReferralDuty| *of == (self.case_id, self.body_id) && *k == kind;
        duties.iter().find(own).map(|(_, kind, due)| (*kind, due.and_utc()))
    }
}

/// The referrals that stand open with a body, of whichever case: the case and the line that sent it.
///
/// # Errors
/// Database errors.
pub fn referrals_open_with(rx: &mut Rx<'_>, body: BodyId) -> Result<Vec<(CaseId, Seq)>, StoreError> {
    Ok(referrals::table
        .filter(referrals::body_id.eq(body))
        .filter(referrals::state.eq_any(ReferralState::OPEN))
        .order((referrals::case_id, referrals::seq))
        .select((referrals::case_id, referrals::seq))
        .load(rx.conn())?)
}

/// The referrals sent to these bodies that did not go back, newest first, at most `limit`.
///
/// # Errors
/// Database errors.
pub fn referrals_to(rx: &mut Rx<'_>, bodies: &[BodyId], limit: i64) -> Result<Vec<ReferralRow>, StoreError> {
    Ok(referrals::table
        .filter(referrals::body_id.eq_any(bodies))
        .filter(referrals::state.ne(ReferralState::Returned))
        .order((referrals::sent_at.desc(), referrals::case_id.desc()))
        .limit(limit)
        .select(ReferralRow::as_select())
        .load(rx.conn())?)
}
