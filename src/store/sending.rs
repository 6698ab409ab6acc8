//! Whether a mail may leave now: the operator's hold, the addresses that bounce, and the caps of an hour. The worker asks here
//! just before it sends.

use super::outbox::{Leased, delivery, held_by, recipient};
use super::schema::{mail_stops, outbox};
use super::{Rx, StoreError, Tx, settings};
use crate::domain::codes::{Delivery, MailState};
use crate::each_backend;
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Under this key stands since when no mail leaves (RFC 3339); empty or absent: mail leaves.
const HELD: &str = "mail.held_since";

/// The most that leaves in an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    pub per_recipient: i64,
    pub per_hour: i64,
}

/// Whether this mail may leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    Now,
    /// The recipient has had enough for this hour.
    Later(DateTime<Utc>),
    /// Mails to this address come back: somebody must use the telephone.
    Never,
}

/// Since when the operator holds all mail back.
///
/// # Errors
/// When the database refuses.
pub fn held(rx: &mut Rx<'_>) -> Result<Option<DateTime<Utc>>, StoreError> {
    let since = settings::get(rx, HELD)?.unwrap_or_default();
    Ok(DateTime::parse_from_rfc3339(&since).ok().map(|at| at.to_utc()))
}

/// Holds all mail back from now on (`Some`), or lets it leave again.
///
/// # Errors
/// When the database refuses.
pub fn hold(tx: &mut Tx<'_>, since: Option<DateTime<Utc>>) -> Result<(), StoreError> {
    settings::set(tx, HELD, &since.map(|at| at.to_rfc3339()).unwrap_or_default())
}

/// How many mails may still be taken in this hour: those that other workers have in hand count as sent. Nothing while mail is
/// held.
///
/// # Errors
/// When the database refuses.
pub fn room(rx: &mut Rx<'_>, caps: Caps, now: DateTime<Utc>) -> Result<i64, StoreError> {
    if held(rx)?.is_some() {
        return Ok(0);
    }
    let sent: i64 =
        outbox::table.filter(outbox::sent_at.gt(hour_before(now))).count().get_result(rx.conn())?;
    let in_hand: i64 = outbox::table
        .filter(outbox::state.eq(MailState::Waiting))
        .filter(outbox::leased_until.gt(now.naive_utc()))
        .count()
        .get_result(rx.conn())?;
    Ok((caps.per_hour - sent - in_hand).max(0))
}

fn hour_before(now: DateTime<Utc>) -> NaiveDateTime {
    (now - Duration::hours(1)).naive_utc()
}

/// Whether the mail in hand may leave.
///
/// # Errors
/// When the database refuses.
pub fn may_leave(
    rx: &mut Rx<'_>,
    mail: &Leased,
    caps: Caps,
    now: DateTime<Utc>,
) -> Result<Leave, StoreError> {
    let Some(outgoing) = &mail.outgoing else { return Ok(Leave::Now) };
    let whose = recipient(rx, &outgoing.to);
    let stop = mail_stops::table.find(&whose).filter(mail_stops::stopped_at.is_not_null());
    if diesel::select(diesel::dsl::exists(stop)).get_result(rx.conn())? {
        return Ok(Leave::Never);
    }
    let theirs =
        outbox::table.filter(outbox::recipient.eq(&whose)).filter(outbox::sent_at.gt(hour_before(now)));
    let (sent, first): (i64, Option<NaiveDateTime>) =
        theirs.select((diesel::dsl::count_star(), diesel::dsl::min(outbox::sent_at))).first(rx.conn())?;
    if sent < caps.per_recipient {
        return Ok(Leave::Now);
    }
    let room_at = first.map_or(now, |at| at.and_utc()) + Duration::hours(1);
    Ok(Leave::Later(room_at.max(now + Duration::minutes(1))))
}

/// Gives a mail back untried until `at`.
///
/// # Errors
/// When the database refuses.
pub fn postpone(tx: &mut Tx<'_>, mail: &Leased, at: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(held_by(mail))
        .set((
            outbox::leased_until.eq(None::<NaiveDateTime>),
            outbox::attempts.eq(outbox::attempts - 1),
            outbox::not_before.eq(at.naive_utc()),
            outbox::error.eq("한 시간에 한 주소로 보낼 수 있는 수를 넘어 기다립니다"),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// One more hard bounce of an address; from the `most`th on nothing is sent to it. Says whether it is stopped now.
///
/// # Errors
/// When the database refuses.
pub fn bounced(tx: &mut Tx<'_>, to: &str, most: i64, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let (at, whose) = (now.naive_utc(), recipient(tx, to));
    let first = (mail_stops::recipient.eq(&whose), mail_stops::bounces.eq(1), mail_stops::bounced_at.eq(at));
    let bounces: i64 = each_backend!(tx.conn(), |conn| diesel::insert_into(mail_stops::table)
        .values(&first)
        .on_conflict(mail_stops::recipient)
        .do_update()
        .set((mail_stops::bounces.eq(mail_stops::bounces + 1), mail_stops::bounced_at.eq(at)))
        .returning(mail_stops::bounces)
        .get_result(conn))?;
    if bounces < most {
        return Ok(false);
    }
    diesel::update(mail_stops::table.find(whose)).set(mail_stops::stopped_at.eq(at)).execute(tx.conn())?;
    Ok(true)
}

/// A person has made sure of the address: what bounced before does not count any more.
///
/// # Errors
/// When the database refuses.
pub fn trust_again(tx: &mut Tx<'_>, to: &str) -> Result<(), StoreError> {
    let whose = recipient(tx, to);
    diesel::delete(mail_stops::table.find(whose)).execute(tx.conn())?;
    Ok(())
}

fn stopped(rx: &mut Rx<'_>) -> Result<i64, StoreError> {
    Ok(mail_stops::table.filter(mail_stops::stopped_at.is_not_null()).count().get_result(rx.conn())?)
}

/// Forgets bounces from before `until`.
///
/// # Errors
/// When the database refuses.
pub fn drop_old(tx: &mut Tx<'_>, until: DateTime<Utc>) -> Result<usize, StoreError> {
    let old = mail_stops::table.filter(mail_stops::bounced_at.lt(until.naive_utc()));
    Ok(diesel::delete(old).execute(tx.conn())?)
}

/// A mail that the server took: which letter, when it was written and when it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub letter: String,
    pub written: DateTime<Utc>,
    pub at: DateTime<Utc>,
}

/// How mail has fared lately, for the operator; nothing of any person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    pub held_since: Option<DateTime<Utc>>,
    /// What waits: which letter (`Letter::template`), how many, since when.
    pub waiting: Vec<(String, i64, DateTime<Utc>)>,
    /// What was given up: which letter, how it ended, how many.
    pub dead: Vec<(String, Delivery, i64)>,
    /// The mails that the server took within the last day, at most 20,000.
    pub sent: Vec<Taken>,
    /// Addresses to which nothing is sent.
    pub stopped: i64,
    /// The mails that left within the last 30 days, and how many of them came back.
    pub month: (i64, i64),
}

impl Health {
    /// Seconds from the writing of a mail until the server took it, which `share` of the last day's mails (percent) did not
    /// exceed; of what was written in that day too, as the age of older ones says little about today. `None` when none was.
    #[must_use]
    pub fn latency(&self, share: usize) -> Option<i64> {
        self.latency_of(None, share)
    }

    /// The same of one letter alone.
    #[must_use]
    pub fn latency_of(&self, letter: Option<&str>, share: usize) -> Option<i64> {
        let last = self.sent.iter().map(|mail| mail.at).max()?;
        let fresh = self.sent.iter().filter(|mail| mail.written > last - Duration::days(1));
        let fresh = fresh.filter(|mail| letter.is_none_or(|letter| letter == mail.letter));
        let mut waits: Vec<i64> = fresh.map(|mail| (mail.at - mail.written).num_seconds()).collect();
        waits.sort_unstable();
        let at = (waits.len() * share).div_ceil(100).checked_sub(1)?;
        waits.get(at).copied()
    }

    /// How long the server took over each letter: which, how many, seconds for half of them and for 95 %; the slowest first.
    #[must_use]
    pub fn by_letter(&self) -> Vec<(&str, usize, i64, i64)> {
        let letters: BTreeSet<&str> = self.sent.iter().map(|mail| mail.letter.as_str()).collect();
        let line = |letter: &&'_ str| {
            let n = self.sent.iter().filter(|mail| mail.letter == **letter).count();
            let of = |share| self.latency_of(Some(*letter), share);
            Some((n, of(50)?, of(95)?))
        };
        let mut lines: Vec<(&str, usize, i64, i64)> =
            letters.iter().filter_map(|l| line(l).map(|(n, half, most)| (*l, n, half, most))).collect();
        lines.sort_by_key(|(letter, _, _, most)| (std::cmp::Reverse(*most), *letter));
        lines
    }

    /// How many mails were given up, by how they ended; what ended none is left out.
    #[must_use]
    pub fn failures(&self) -> Vec<(Delivery, i64)> {
        let of = |how: Delivery| self.dead.iter().filter(|(_, h, _)| *h == how).map(|(_, _, n)| n).sum();
        let all = Delivery::ALL.iter().map(|how| (*how, of(*how)));
        all.filter(|(_, n): &(Delivery, i64)| *n > 0).collect()
    }
}

/// Reads it.
///
/// # Errors
/// When the database refuses.
pub fn health(rx: &mut Rx<'_>, now: DateTime<Utc>) -> Result<Health, StoreError> {
    let of = |state: MailState| outbox::table.filter(outbox::state.eq(state));
    let waiting: Vec<(String, i64, Option<NaiveDateTime>)> = of(MailState::Waiting)
        .group_by(outbox::template)
        .order(outbox::template)
        .select((outbox::template, diesel::dsl::count_star(), diesel::dsl::min(outbox::created_at)))
        .load(rx.conn())?;
    let ended: Vec<(String, String, i64)> = of(MailState::Dead)
        .group_by((outbox::template, outbox::error))
        .order(outbox::template)
        .select((outbox::template, outbox::error, diesel::dsl::count_star()))
        .load(rx.conn())?;
    let mut dead: BTreeMap<(String, Delivery), i64> = BTreeMap::new();
    for (letter, words, n) in ended {
        *dead.entry((letter, delivery(MailState::Dead, false, &words))).or_default() += n;
    }
    let sent: Vec<(String, NaiveDateTime, NaiveDateTime)> = outbox::table
        .filter(outbox::sent_at.gt((now - Duration::days(1)).naive_utc()))
        .order(outbox::sent_at)
        .limit(20_000)
        .select((outbox::template, outbox::created_at, outbox::sent_at.assume_not_null()))
        .load(rx.conn())?;
    let month = outbox::table.filter(outbox::sent_at.gt((now - Duration::days(30)).naive_utc()));
    let left: i64 = month.count().get_result(rx.conn())?;
    let ended: Vec<(String, i64)> = month
        .filter(outbox::state.eq(MailState::Dead))
        .group_by(outbox::error)
        .select((outbox::error, diesel::dsl::count_star()))
        .load(rx.conn())?;
    let back = ended.iter().filter(|(words, _)| delivery(MailState::Dead, false, words) == Delivery::Bounced);
    let month = (left, back.map(|(_, n)| n).sum());
    let taken = |(letter, written, at): (String, NaiveDateTime, NaiveDateTime)| Taken {
        letter,
        written: written.and_utc(),
        at: at.and_utc(),
    };
    let dated =
        |(name, n, at): (String, i64, Option<NaiveDateTime>)| (name, n, at.map_or(now, |at| at.and_utc()));
    Ok(Health {
        held_since: held(rx)?,
        waiting: waiting.into_iter().map(dated).collect(),
        dead: dead.into_iter().map(|((letter, how), n)| (letter, how, n)).collect(),
        sent: sent.into_iter().map(taken).collect(),
        stopped: stopped(rx)?,
        month,
    })
}
