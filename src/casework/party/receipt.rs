//! What a party does on their own page in the case: withdraw, confirm, take part; and the page's link, made anew at the desk.
use super::code::at_desk;
use super::visit;
use crate::casework::step::{Taking, take_step};
use crate::casework::{CaseworkError, agreement, open, tell};
use crate::domain::case::no_draft;
use crate::domain::codes::{LinkPurpose, Method, Outcome, Right, Side};
use crate::domain::permission::Actor;
use crate::domain::step::{Seq, Step};
use crate::store::{StoreError, Tx, links, unlock};
use chrono::{DateTime, Utc};

/// The applicant takes the application back, themself or through somebody beside them.
///
/// # Errors
/// `Refused` when the case is closed already.
pub fn withdraw(
    tx: &mut Tx<'_>,
    token: &str,
    (reason, by): (&str, Option<Seq>),
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let visit = visit(tx, token, &[LinkPurpose::Receipt], now)?;
    let step = Step::Close { outcome: Outcome::Withdrawn, reason: reason.to_owned(), by };
    take_step(tx, &visit.actor(), &visit.case.number, Taking::from(step), now)?;
    Ok(())
}

/// A side takes its consent to mediation back, themself or through somebody beside them: the mediation stops, nothing else ends.
///
/// # Errors
/// `Refused` where they do not take part, or not any more.
pub fn leave(
    tx: &mut Tx<'_>,
    token: &str,
    (reason, by): (&str, Option<Seq>),
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let visit = visit(tx, token, &[LinkPurpose::Receipt], now)?;
    let (side, method, reason) = (visit.side, Method::Link, reason.to_owned());
    let step = Step::WithdrawConsent { side, method, reason, by };
    take_step(tx, &visit.actor(), &visit.case.number, Taking::from(step), now)?;
    Ok(())
}

/// The applicant confirms that the noise ended or was settled.
///
/// # Errors
/// `Refused` when it was confirmed already.
pub fn confirm(tx: &mut Tx<'_>, token: &str, now: DateTime<Utc>) -> Result<(), CaseworkError> {
    let visit = visit(tx, token, &[LinkPurpose::Receipt], now)?;
    let step = Step::Confirm { method: Method::Link, note: String::new() };
    take_step(tx, &visit.actor(), &visit.case.number, Taking::from(step), now)?;
    Ok(())
}

/// A party consents to take part, from their own page.
///
/// # Errors
/// `Refused` when the case is not at that point.
pub fn consent(tx: &mut Tx<'_>, token: &str, now: DateTime<Utc>) -> Result<(), CaseworkError> {
    let visit = visit(tx, token, &[LinkPurpose::Receipt], now)?;
    let step = Step::Consent { side: visit.side, method: Method::Link, version: String::new(), by: None };
    take_step(tx, &visit.actor(), &visit.case.number, Taking::from(step), now)?;
    Ok(())
}

/// A party consents to pass its data to the case's NGO, from their own page.
///
/// # Errors
/// `Refused` when the case is closed.
pub fn provide(tx: &mut Tx<'_>, token: &str, now: DateTime<Utc>) -> Result<(), CaseworkError> {
    let visit = visit(tx, token, &[LinkPurpose::Receipt], now)?;
    let (side, method) = (visit.side, Method::Link);
    let step = Step::Provide { side, given: true, method, body: None, version: String::new() };
    take_step(tx, &visit.actor(), &visit.case.number, Taking::from(step), now)?;
    Ok(())
}

/// A party asks about its own data (개인정보 보호법 §35~37), from their own page, opened by a ten-minute code in this browser.
///
/// # Errors
/// `NotFound` while the page is not open here.
pub fn ask_right(
    tx: &mut Tx<'_>,
    token: &str,
    browser: &str,
    (right, text): (Right, &str),
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let visit = visit(tx, token, &[LinkPurpose::Receipt], now)?;
    if unlock::open_until(tx, visit.link.id, browser, now)?.is_none() {
        return Err(CaseworkError::field(
            "text",
            "본인 확인 시간이 지났습니다. 숫자 6자리를 다시 넣은 뒤 보내 주세요.",
        ));
    }
    if text.is_empty() {
        return Err(CaseworkError::field("text", "무엇을 원하시는지 적어 주세요."));
    }
    let step = Step::AskRight { side: visit.side, right, text: text.to_owned(), method: Method::Link };
    take_step(tx, &visit.actor(), &visit.case.number, Taking::from(step), now)?;
    Ok(())
}

/// A side says what it wants otherwise in the draft that waits for signatures, of the text (`version`) that they read: by that draft's
/// own link, or from their own page while a ten-minute code has it open in this browser.
///
/// # Errors
/// At `comment` or `version`, what is wrong; `Refused` while no draft waits, and `version_changed` where another text does.
pub fn comment(
    tx: &mut Tx<'_>,
    token: &str,
    browser: &str,
    (text, version): (&str, &str),
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let visit = visit(tx, token, &[LinkPurpose::Signature, LinkPurpose::Receipt], now)?;
    let own_page = visit.link.purpose == LinkPurpose::Receipt;
    if own_page && unlock::open_until(tx, visit.link.id, browser, now)?.is_none() {
        return Err(CaseworkError::field(
            "comment",
            "본인 확인 시간이 지났습니다. 숫자 6자리를 다시 넣은 뒤 보내 주세요.",
        ));
    }
    if text.is_empty() {
        return Err(CaseworkError::field("comment", "고치고 싶은 곳을 적어 주세요."));
    }
    if version.is_empty() {
        return Err(CaseworkError::field("version", "이 화면을 새로 열어 지금의 합의서를 읽고 보내 주세요."));
    }
    let draft = if own_page {
        visit.case.open_agreement()
    } else {
        visit.case.agreements.iter().find(|a| Some(a.seq) == visit.link.seq)
    };
    let draft = draft.ok_or_else(no_draft)?;
    if agreement::fingerprint(draft) != version {
        return Err(agreement::changed().into());
    }
    let agreement = draft.seq;
    let step =
        Step::CommentDraft { agreement, side: visit.side, text: text.to_owned(), method: Method::Link };
    take_step(tx, &visit.actor(), &visit.case.number, Taking::from(step), now)?;
    Ok(())
}

/// Makes a new receipt link for one side at the desk after a check of the person; the old one opens nothing from now on.
/// The opening is recorded.
///
/// # Errors
/// `NotFound` for people who do not handle the case or may not know that side, and for a respondent who has no receipt yet.
pub fn reissue(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: &str,
    ip: &str,
    side: Side,
    now: DateTime<Utc>,
) -> Result<String, CaseworkError> {
    let case = at_desk(tx, actor, number, side)?;
    let live = links::live_of_case(tx, case.id, LinkPurpose::Receipt, now)?;
    if side == Side::Respondent && !live.iter().any(|l| l.side == Some(side)) {
        return Err(StoreError::NotFound.into());
    }
    open::record_of_side(tx, actor, &case, (ip, side), ("print", "접수 링크를 새로 드림"), now)?;
    links::revoke(tx, case.id, LinkPurpose::Receipt, Some(side), now)?;
    tell::receipt_path(tx, &case, side, now)
}
