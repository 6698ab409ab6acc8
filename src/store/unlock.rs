//! Six-digit codes that open a receipt's own data: good for ten minutes, five tries, one browser (ASVS 6.5.5, 6.6.3); how
//! long and how often is in the rules (`CodeRules`).
use super::schema::link_codes;
use super::{Rx, StoreError, Tx};
use crate::domain::ids::LinkId;
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use diesel::prelude::*;
use rand::Rng;
use subtle::ConstantTimeEq;

/// What came of typing a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    /// The data is open for this browser now.
    Right,
    /// Wrong; this many tries are left.
    Wrong(i64),
    /// No code waits: none was asked for, it is too old, or it was guessed at too often.
    NoCode,
}

fn code_hash(rx: &Rx<'_>, link: LinkId, code: &str) -> String {
    rx.vault().hash("link code", &format!("{}|{code}", link.0))
}

fn browser_hash(rx: &Rx<'_>, browser: &str) -> String {
    rx.vault().hash("browser", browser)
}

/// Makes a code for `link` and returns it; codes made before are void. A code asked for on a page is good only in that
/// browser; one read out at the desk (`browser` none) in whichever it is typed first.
///
/// # Errors
/// Database errors.
pub fn make(
    tx: &mut Tx<'_>,
    link: LinkId,
    browser: Option<&str>,
    now: DateTime<Utc>,
) -> Result<String, StoreError> {
    let code = format!("{:06}", rand::rngs::OsRng.gen_range(0..1_000_000_u32));
    let waiting =
        link_codes::table.filter(link_codes::link_id.eq(link)).filter(link_codes::used_at.is_null());
    diesel::update(waiting).set(link_codes::expires_at.eq(now.naive_utc())).execute(tx.conn())?;
    let row = (
        link_codes::link_id.eq(link),
        link_codes::code_hash.eq(code_hash(tx, link, &code)),
        link_codes::browser_hash.eq(browser.map(|b| browser_hash(tx, b)).unwrap_or_default()),
        link_codes::tries.eq(0),
        link_codes::created_at.eq(now.naive_utc()),
        link_codes::expires_at.eq((now + Duration::minutes(tx.rules().codes.minutes)).naive_utc()),
    );
    diesel::insert_into(link_codes::table).values(row).execute(tx.conn())?;
    Ok(code)
}

/// Tries a typed code. The caller must commit also when it is wrong, so that the try counts.
///
/// # Errors
/// Database errors.
pub fn redeem(
    tx: &mut Tx<'_>,
    link: LinkId,
    browser: &str,
    typed: &str,
    now: DateTime<Utc>,
) -> Result<Typed, StoreError> {
    let most = tx.rules().codes.tries;
    let waiting: Option<(i64, String, String, i64)> = link_codes::table
        .filter(link_codes::link_id.eq(link))
        .filter(link_codes::used_at.is_null())
        .filter(link_codes::expires_at.gt(now.naive_utc()))
        .filter(link_codes::tries.lt(most))
        .order(link_codes::id.desc())
        .select((link_codes::id, link_codes::code_hash, link_codes::browser_hash, link_codes::tries))
        .first(tx.conn())
        .optional()?;
    let own = browser_hash(tx, browser);
    let Some((id, right, bound, tries)) = waiting.filter(|w| w.2.is_empty() || w.2 == own) else {
        return Ok(Typed::NoCode);
    };
    debug_assert!(bound.is_empty() || bound == own, "a code is good in its own browser only");
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let given = code_hash(tx, link, &digits);
    let row = link_codes::table.find(id);
    if bool::from(right.as_bytes().ct_eq(given.as_bytes())) {
        let opened = (link_codes::used_at.eq(now.naive_utc()), link_codes::browser_hash.eq(own));
        diesel::update(row).set(opened).execute(tx.conn())?;
        return Ok(Typed::Right);
    }
    diesel::update(row).set(link_codes::tries.eq(tries + 1)).execute(tx.conn())?;
    Ok(Typed::Wrong(most - tries - 1))
}

/// Whether a code waits to be typed in this browser.
///
/// # Errors
/// Database errors.
pub fn waits(rx: &mut Rx<'_>, link: LinkId, browser: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let own = browser_hash(rx, browser);
    let bound: Vec<String> = link_codes::table
        .filter(link_codes::link_id.eq(link))
        .filter(link_codes::used_at.is_null())
        .filter(link_codes::expires_at.gt(now.naive_utc()))
        .filter(link_codes::tries.lt(rx.rules().codes.tries))
        .select(link_codes::browser_hash)
        .load(rx.conn())?;
    Ok(bound.iter().any(|b| b.is_empty() || *b == own))
}

/// Until when the data of `link` is open in this browser, if it is.
///
/// # Errors
/// Database errors.
pub fn open_until(
    rx: &mut Rx<'_>,
    link: LinkId,
    browser: &str,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    until(rx, link, browser, (Duration::minutes(rx.rules().codes.minutes), now))
}

/// Until when a file can be handed in by `link` from this browser, if it can: nothing can be read by it.
///
/// # Errors
/// Database errors.
pub fn hands_in_until(
    rx: &mut Rx<'_>,
    link: LinkId,
    browser: &str,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    until(rx, link, browser, (Duration::minutes(rx.rules().codes.hand_in_minutes), now))
}

/// Until when what a code opened stays open, if it is open for `life`.
fn until(
    rx: &mut Rx<'_>,
    link: LinkId,
    browser: &str,
    (life, now): (Duration, DateTime<Utc>),
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let own = browser_hash(rx, browser);
    let since = (now - life).naive_utc();
    let used: Option<Option<NaiveDateTime>> = link_codes::table
        .filter(link_codes::link_id.eq(link))
        .filter(link_codes::browser_hash.eq(own))
        .filter(link_codes::used_at.gt(since))
        .order(link_codes::used_at.desc())
        .select(link_codes::used_at)
        .first(rx.conn())
        .optional()?;
    Ok(used.flatten().map(|at| at.and_utc() + life))
}
