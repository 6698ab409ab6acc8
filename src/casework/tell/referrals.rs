//! What a referral's two bodies are told of it, and a body without accounts anew where its address was corrected.
use super::{addresses, dong, name, path};
use crate::casework::CaseworkError;
use crate::domain::case::Case;
use crate::domain::codes::{Effect, LinkPurpose, ReferralState};
use crate::domain::ids::{BodyId, UserId};
use crate::domain::letter::{Anew, Letter, Outgoing};
use crate::domain::notice::{Notice, NoticeKind, Recipient};
use crate::domain::permission::Scope;
use crate::domain::seoul;
use crate::store::{Tx, bodies, cases, links, outbox, projection};
use chrono::{DateTime, Utc};

/// A body's own address for a referral, where none of its people has an account. Not of one that would take the turn: whoever is to
/// lead a case needs a login.
pub(super) fn own_address(
    tx: &mut Tx<'_>,
    case: &Case,
    notice: &Notice,
) -> Result<Option<String>, CaseworkError> {
    let asked = notice.about.filter(|_| notice.link == Some(LinkPurpose::Referral));
    let referral = asked.and_then(|seq| case.referral(seq)).filter(|r| r.effect() != Effect::Turn);
    let email = referral.map(|r| bodies::find(tx, r.body)).transpose()?.map(|body| body.email);
    Ok(email.filter(|email| !email.is_empty()))
}

/// What the sender and the body of a referral are told of it.
pub(super) fn of_referral(
    tx: &mut Tx<'_>,
    (before, after): (&Case, &Case),
    notice: &Notice,
    (dong, user, link): (String, Option<UserId>, String),
) -> Result<Option<Letter>, CaseworkError> {
    let Some(referral) = notice.about.and_then(|seq| after.referral(seq)) else { return Ok(None) };
    let body = name(tx, Some(referral.body))?;
    Ok(Some(match notice.kind {
        NoticeKind::ReferralSent => {
            let (from, until) = (name(tx, before.holder)?, seoul::day(referral.due));
            // Whoever has an account answers behind the login.
            let by_link = user.is_none();
            Letter::ReferralSent { from, dong, until, by_link, anew: None, link }
        }
        NoticeKind::ReferralReturned => Letter::ReferralReturned { by: body, link },
        _ => Letter::ReferralSilent { body, link },
    }))
}

/// The body's address was corrected, which ended the links in the mails to the one before: what stands open with it is sent to the new one,
/// once to each address. Nothing where its people answer by a login.
///
/// # Errors
/// Database errors.
pub(in crate::casework) fn refer_anew(
    tx: &mut Tx<'_>,
    body: BodyId,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let everywhere = Scope { all: true, ..Scope::default() };
    for (id, seq) in projection::referrals_open_with(tx, body)? {
        let case = cases::find_id(tx, &everywhere, id)?;
        let Some(referral) = case.referral(seq).filter(|_| case.is_open()) else { continue };
        let notice = Notice {
            to: Recipient::Desk(body),
            kind: NoticeKind::ReferralSent,
            link: Some(LinkPurpose::Referral),
            about: Some(seq),
        };
        if !addresses(tx, &case, notice.to, now)?.is_empty() {
            return Ok(());
        }
        let Some(to) = own_address(tx, &case, &notice)? else { continue };
        let mark = links::address_mark(tx, &to);
        let live = links::live_of_case(tx, id, LinkPurpose::Referral, now)?;
        if live.iter().any(|link| link.seq == Some(seq) && link.detail.as_ref() == Some(&mark)) {
            continue;
        }
        let anew = match referral.state {
            ReferralState::Accepted => Anew::Taken,
            ReferralState::Silent => Anew::Late,
            _ => Anew::Waits,
        };
        let letter = Letter::ReferralSent {
            from: name(tx, referral.from)?,
            dong: dong(tx, &case)?,
            until: seoul::day(referral.due),
            by_link: true,
            anew: Some(anew),
            link: path(tx, &case, &notice, None, now)?,
        };
        let mail = Outgoing { to, number: Some(case.number.clone()), letter };
        outbox::enqueue(tx, &format!("{}-{seq}-referral-{mark}", case.number), Some(case.id), &mail, now)?;
    }
    Ok(())
}
