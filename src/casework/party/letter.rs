//! The letter at the respondent's door: its code, and the answer to it.
use super::Visit;
use super::visit;
use crate::casework::step::{Taking, take_step};
use crate::casework::{CaseworkError, charge, keeping, recusal, tell};
use crate::domain::codes::{ContactResult, LinkPurpose, Means, Method, Reply, Side};
use crate::domain::ids::LinkId;
use crate::domain::step::Step;
use crate::store::links::ByCode;
use crate::store::{StoreError, Tx, access, links, parties};
use chrono::{DateTime, Duration, Utc};

/// A respondent's answer to the letter.
#[derive(Debug, Clone)]
pub struct LetterAnswer {
    pub reply: Reply,
    /// Consent to take part; needed for `Join`.
    pub consent: bool,
    /// Consent to pass one's data to the NGO; asked apart, and only where the NGO has the case.
    pub provide: bool,
    /// 하고 싶은 말; only the people handling the case read it.
    pub say: String,
    pub name: String,
    /// Digits.
    pub phone: String,
    pub email: String,
}

/// Takes the respondent's answer, once, and returns the path of their own page from now on.
///
/// # Errors
/// `Conflict` when the letter was answered already, `Refused` when the case does not take an answer now, `Invalid` when
/// a consent or a telephone number is missing.
pub fn answer_letter(
    tx: &mut Tx<'_>,
    token: &str,
    answer: &LetterAnswer,
    now: DateTime<Utc>,
) -> Result<String, CaseworkError> {
    let visit = visit(tx, token, &[LinkPurpose::Letter], now)?;
    if answer.reply == Reply::Join && !answer.consent {
        return Err(CaseworkError::field("consent", "참여하시려면 조정 참여에 동의해 주세요."));
    }
    if matches!(answer.reply, Reply::Join | Reply::Call) && answer.phone.is_empty() {
        return Err(CaseworkError::field("phone", "연락드릴 전화번호를 적어 주세요."));
    }
    links::answer(tx, visit.link.id, answer.reply.code(), now)?;
    keep_contacts(tx, &visit, answer, now)?;
    let said = |label: &str| {
        if answer.say.is_empty() { label.to_owned() } else { format!("{label}: {}", answer.say) }
    };
    let contact = |result| Step::Contact {
        means: Means::Letter,
        result,
        next_on: None,
        note: said(answer.reply.label()),
    };
    let steps = match answer.reply {
        Reply::NotOurs => vec![contact(ContactResult::NotOurs)],
        Reply::AlsoUs => vec![contact(ContactResult::Reached)],
        Reply::Call => vec![contact(ContactResult::CallBack)],
        Reply::Join => vec![
            contact(ContactResult::Reached),
            Step::Consent { side: Side::Respondent, method: Method::Link, version: String::new(), by: None },
        ],
        Reply::Decline => vec![Step::Decline { method: Method::Link, reason: answer.say.clone(), by: None }],
    };
    // Asked apart from the answer, which is taken without it too.
    let provide = answer.provide && visit.case.asks_provision(Side::Respondent);
    let provided = provide.then_some(Step::Provide {
        side: Side::Respondent,
        given: true,
        method: Method::Link,
        body: None,
        version: String::new(),
    });
    for step in steps.into_iter().chain(provided) {
        take_step(tx, &visit.actor(), &visit.case.number, Taking::from(step), now)?;
    }
    tell::receipt_path(tx, &visit.case, Side::Respondent, now)
}

/// Name, telephone and address are kept only when the respondent gave them.
fn keep_contacts(
    tx: &mut Tx<'_>,
    visit: &Visit,
    answer: &LetterAnswer,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let known = parties::of_side(tx, visit.case.id, Side::Respondent)?;
    let mut details = known.map(|p| p.details).unwrap_or_default();
    for (kept, given) in [
        (&mut details.name, &answer.name),
        (&mut details.phone, &answer.phone),
        (&mut details.email, &answer.email),
    ] {
        if !given.is_empty() {
            kept.clone_from(given);
        }
    }
    keeping::keep(tx, &visit.case, Side::Respondent, &details, now)?;
    // A telephone number may tell that a member of the committee is a party.
    recusal::people_changed(tx, &visit.case, now)?;
    charge::lay_down(tx, visit.case.id, now)?;
    Ok(())
}

/// Finds the letter of a code that somebody typed. Wrong ones count twice: against the place, which is shut for the window
/// after a few, and against the letter whose code begins as typed, which no code opens any more after a few.
///
/// # Errors
/// `TooMany`, or `Invalid` when no live letter has that code. The caller must keep the transaction in both cases, so that
/// the try counts.
pub fn letter_by_code(
    tx: &mut Tx<'_>,
    typed: &str,
    place: &str,
    now: DateTime<Utc>,
) -> Result<Result<LinkId, CaseworkError>, StoreError> {
    let (key, rules) = (format!("letter|{place}"), tx.rules().codes);
    if !access::attempt(tx, &key, rules.tries, Duration::minutes(rules.window_minutes), now)? {
        return Ok(Err(CaseworkError::TooMany));
    }
    let wrong = |sentence| Ok(Err(CaseworkError::field("code", sentence)));
    match links::by_code(tx, typed)? {
        ByCode::Found(link) if link.is_live(now) => {
            access::forget_attempts(tx, &key)?;
            Ok(Ok(link.id))
        }
        ByCode::Found(_) => {
            wrong("기한이 지났거나 새 편지로 바뀐 코드입니다. 편지에 적힌 번호로 전화해 주세요.")
        }
        ByCode::UsedUp => wrong(
            "여러 번 틀려서 닫힌 코드입니다. 편지의 QR을 찍거나, 편지에 적힌 번호로 전화해 새 편지를 받아 주세요.",
        ),
        ByCode::Wrong => wrong("코드가 맞지 않습니다. 편지에 적힌 8자리를 다시 확인해 주세요."),
    }
}
