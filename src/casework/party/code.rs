//! The ten-minute code that opens a party's own data: sent to their address, or read out at the desk after a check.
//!
//! It has six digits: with five tries within ten minutes a guess succeeds five times in a million, and six digits are what
//! people can keep in mind from a telephone call (ASVS 6.5.5).
use super::{own, visit};
use crate::casework::{CaseworkError, open, referred};
use crate::domain::case::Case;
use crate::domain::codes::{DeskCheck, LinkPurpose, Side};
use crate::domain::letter::{Letter, Outgoing};
use crate::domain::permission::{Actor, View};
use crate::store::links::Link;
use crate::store::{StoreError, Tx, access, links, outbox, unlock};
use chrono::{DateTime, Duration, Utc};

/// Sends a ten-minute code for a link to the one address that it may go to: a body's for its referral, else the party's own; nothing
/// when there is none.
///
/// # Errors
/// As [`super::visit`], and `referred::open` of a referral; `TooMany` after as many codes as `[limits]` allows in its window.
pub fn send_code(
    tx: &mut Tx<'_>,
    token: &str,
    browser: &str,
    now: DateTime<Utc>,
) -> Result<bool, CaseworkError> {
    if links::by_token(tx, token)?.purpose == LinkPurpose::Referral {
        return referred::send_code(tx, token, browser, now);
    }
    let visit = visit(tx, token, &[LinkPurpose::Receipt], now)?;
    let email = own(tx, &visit)?.email;
    mail_code(tx, &visit.link, &email, browser, now)
}

/// Opens what is behind a link in this browser for ten minutes, by the digits as typed; else says what is wrong with them. A wrong code
/// counts, and so is no error.
///
/// # Errors
/// As [`send_code`], but `TooMany`.
pub fn redeem(
    tx: &mut Tx<'_>,
    token: &str,
    (browser, typed): (&str, &str),
    now: DateTime<Utc>,
) -> Result<Result<(), String>, CaseworkError> {
    let link = links::by_token(tx, token)?;
    if link.purpose == LinkPurpose::Referral {
        referred::about(tx, token, now)?;
    } else {
        visit(tx, token, &[LinkPurpose::Receipt], now)?;
    }
    Ok(match unlock::redeem(tx, link.id, browser, typed, now)? {
        unlock::Typed::Right => Ok(()),
        unlock::Typed::Wrong(left) if left > 0 => {
            Err(format!("숫자가 맞지 않습니다. {left}번 더 넣을 수 있습니다."))
        }
        unlock::Typed::Wrong(_) | unlock::Typed::NoCode => {
            Err("쓸 수 있는 숫자가 없습니다. 새로 받아 주세요.".to_owned())
        }
    })
}

/// Sends a ten-minute code for `link` to the one address that it may go to; nothing where there is none.
///
/// # Errors
/// `TooMany` after as many codes as `[limits]` allows in its window.
pub(in crate::casework) fn mail_code(
    tx: &mut Tx<'_>,
    link: &Link,
    email: &str,
    browser: &str,
    now: DateTime<Utc>,
) -> Result<bool, CaseworkError> {
    if email.is_empty() {
        return Ok(false);
    }
    let key = format!("code|{}", link.id.0);
    let rules = tx.rules().codes;
    if !access::attempt(tx, &key, rules.sends, Duration::minutes(rules.window_minutes), now)? {
        return Err(CaseworkError::TooMany);
    }
    let code = unlock::make(tx, link.id, Some(browser), now)?;
    let letter = Letter::Code { code, until: now + Duration::minutes(rules.minutes) };
    let mail = Outgoing { to: email.to_owned(), number: None, letter };
    let key = format!("code-{}-{}", link.id.0, now.timestamp_micros());
    outbox::enqueue(tx, &key, link.case_id, &mail, now)?;
    Ok(true)
}

/// Makes a code at the desk for the receipt of one side, to be read out to the person after a check; it replaces older
/// ones. The opening is recorded, with how the person was checked.
///
/// # Errors
/// `NotFound` for people who do not handle the case or may not know that side, and when that side has no receipt;
/// `Invalid` at `check` when nobody made sure of the person.
pub fn desk_code(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: &str,
    (ip, check): (&str, Option<DeskCheck>),
    side: Side,
    now: DateTime<Utc>,
) -> Result<String, CaseworkError> {
    let case = at_desk(tx, actor, number, side)?;
    let check = check.ok_or_else(|| {
        CaseworkError::field("check", "본인을 어떻게 확인했는지 고른 뒤에 숫자를 만들 수 있습니다.")
    })?;
    open::record_of_side(tx, actor, &case, (ip, side), ("code", check.label()), now)?;
    let live = links::live_of_case(tx, case.id, LinkPurpose::Receipt, now)?;
    let link = live.into_iter().find(|l| l.side == Some(side)).ok_or(StoreError::NotFound)?;
    Ok(unlock::make(tx, link.id, None, now)?)
}

/// The case, for somebody at the desk who handles it and may know this side.
pub(super) fn at_desk(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: &str,
    side: Side,
) -> Result<Case, CaseworkError> {
    let file = open::read(tx, actor, number)?;
    let handles = file.view == View::File && file.contacts && file.sides.contains(&side);
    if handles { Ok(file.case) } else { Err(StoreError::NotFound.into()) }
}
