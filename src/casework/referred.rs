//! A body whose people have no account here answers a referral by the link in its mail (`product.md` §5): takes it or sends it
//! back, tells how it goes and what came of it. The 의뢰서 opens once the referral is taken, by six digits sent to the body's own
//! address: whoever only was passed the mail reads nothing of a person.
use super::packet::{self, Packet};
use super::party::gone;
use super::step::{Taking, take_step};
use super::{CaseworkError, party};
use crate::domain::case::{Case, Event, Referral, Refused};
use crate::domain::codes::LinkPurpose;
use crate::domain::permission::{Actor, Guest};
use crate::domain::step::Seq;
use crate::store::bodies::{self, Body};
use crate::store::links::{self, Link};
use crate::store::{Rx, StoreError, Tx, cases, events, unlock};
use chrono::{DateTime, Utc};

/// What the page of a referral is made of.
#[derive(Debug, Clone)]
pub struct Asked {
    pub link: Link,
    pub actor: Actor,
    pub case: Case,
    pub referral: Referral,
    /// The body that was asked.
    pub body: Body,
    /// The body that sent it: its name.
    pub from: String,
    pub dong: String,
    /// Whom to ask: name and telephone.
    pub holder: Option<(String, String)>,
    pub lines: Vec<Event>,
    /// The 의뢰서 is theirs to read, after the six digits.
    pub reads_packet: bool,
    /// Whether six digits wait to be typed in this browser.
    pub code_waits: bool,
    /// Until when the 의뢰서 is open in this browser.
    pub open_until: Option<DateTime<Utc>>,
}

/// The link of a referral, with what it leads to.
struct Door {
    link: Link,
    actor: Actor,
    case: Case,
    referral: Referral,
}

fn door(rx: &mut Rx<'_>, token: &str, now: DateTime<Utc>) -> Result<Door, CaseworkError> {
    let link = links::by_token(rx, token)?;
    let (Some(id), Some(seq), LinkPurpose::Referral) = (link.case_id, link.seq, link.purpose) else {
        return Err(StoreError::NotFound.into());
    };
    if !link.is_live(now) {
        return Err(gone().into());
    }
    let actor = Actor::guest(Guest::Body(id, seq));
    let case = cases::find_id(rx, &actor.scope(), id)?;
    let referral = case.referral(seq).cloned().ok_or(StoreError::NotFound)?;
    // It was sent to an address that is the body's no more.
    let email = bodies::find(rx, referral.body)?.email;
    if link.detail != Some(links::address_mark(rx, &email)) {
        return Err(gone().into());
    }
    Ok(Door { link, actor, case, referral })
}

/// Reads the referral behind a token for this browser; also when it is over, so that the page can say so.
///
/// # Errors
/// `NotFound` for a token that is not ours or of another purpose; `link_gone` when its time is over.
pub fn open(rx: &mut Rx<'_>, token: &str, browser: &str, now: DateTime<Utc>) -> Result<Asked, CaseworkError> {
    let Door { link, actor, case, referral } = door(rx, token, now)?;
    let dong = super::tell::dong(rx, &case)?;
    let sender = match referral.from {
        Some(from) => bodies::find(rx, from)?.name,
        None => String::new(),
    };
    Ok(Asked {
        body: bodies::find(rx, referral.body)?,
        from: sender,
        dong,
        holder: bodies::to_ask(rx, &[referral.from, case.holder, case.bodies.office])?,
        lines: events::of_case(rx, case.id)?,
        reads_packet: packet::readable(rx, &actor, &case)?.contains(&referral.seq),
        code_waits: unlock::waits(rx, link.id, browser, now)?,
        open_until: unlock::open_until(rx, link.id, browser, now)?,
        link,
        actor,
        case,
        referral,
    })
}

/// The number of the referral that a token is about.
///
/// # Errors
/// As [`open`].
pub fn about(rx: &mut Rx<'_>, token: &str, now: DateTime<Utc>) -> Result<Seq, CaseworkError> {
    Ok(door(rx, token, now)?.referral.seq)
}

/// Takes what the body says about its referral: that it takes it, sends it back, how it goes, what came of it.
///
/// # Errors
/// As [`open`]; `Refused` where the referral does not allow it (any more).
pub fn answer(tx: &mut Tx<'_>, token: &str, taking: Taking, now: DateTime<Utc>) -> Result<(), CaseworkError> {
    let Door { actor, case, .. } = door(tx, token, now)?;
    match take_step(tx, &actor, &case.number, taking, now) {
        // The link is their right to answer; what is missing is a referral that still waits for this.
        Err(CaseworkError::Denied) => {
            let sentence = "이미 답하셨거나 지금은 받을 수 없습니다. 지금 상태를 확인해 주세요.".to_owned();
            Err(Refused { code: "referral_over", sentence }.into())
        }
        taken => taken.map(drop),
    }
}

/// The 의뢰서, byte for byte, to a browser that the six digits have opened; the opening is recorded.
///
/// # Errors
/// As [`open`]; `NotFound` before the digits, and where it is not the body's to read (any more).
pub fn packet(
    tx: &mut Tx<'_>,
    token: &str,
    (browser, from): (&str, &str),
    now: DateTime<Utc>,
) -> Result<Packet, CaseworkError> {
    let Door { link, actor, case, referral } = door(tx, token, now)?;
    if unlock::open_until(tx, link.id, browser, now)?.is_none() {
        return Err(StoreError::NotFound.into());
    }
    packet::opened(tx, &actor, (&case.number, referral.seq), from, now)
}

/// Sends the six digits to the body's own address, where the 의뢰서 is its to read.
///
/// # Errors
/// As [`open`]; `NotFound` where nothing is there to read; `TooMany`.
pub fn send_code(
    tx: &mut Tx<'_>,
    token: &str,
    browser: &str,
    now: DateTime<Utc>,
) -> Result<bool, CaseworkError> {
    let Door { link, actor, case, referral } = door(tx, token, now)?;
    if !packet::readable(tx, &actor, &case)?.contains(&referral.seq) {
        return Err(StoreError::NotFound.into());
    }
    let email = bodies::find(tx, referral.body)?.email;
    party::mail_code(tx, &link, &email, browser, now)
}
