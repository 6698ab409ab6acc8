//! What the people in a case do themselves, by the link they were given: answer the letter, withdraw, confirm, sign, answer a
//! proposal, dates or a follow-up, open their own data. One link carries one decision.
use super::step::{Taking, take_step};
use super::{CaseworkError, open, tell};
use crate::domain::case::{Case, Event, Refused};
use crate::domain::codes::{
    ContactResult, Disclosure, FollowUpResult, LinkPurpose, Means, Method, Outcome, Relation, Reply, Side,
    Visibility,
};
use crate::domain::ids::LinkId;
use crate::domain::letter::{Letter, Outgoing};
use crate::domain::permission::{Actor, View};
use crate::domain::step::{Seq, Step};
use crate::domain::text::Unit;
use crate::store::access::{self, AccessRow};
use crate::store::links::Link;
use crate::store::parties::{Consent, Details};
use crate::store::{Rx, StoreError, Tx, bodies, cases, complexes, events, links, outbox, parties, unlock};
use chrono::{DateTime, Duration, NaiveDate, Utc};

/// A party at the door of their case: the link, the case and their side.
#[derive(Debug, Clone)]
pub struct Visit {
    pub link: Link,
    pub case: Case,
    pub side: Side,
}

impl Visit {
    fn actor(&self) -> Actor {
        Actor { party: Some((self.case.id, self.side)), ..Actor::default() }
    }

    /// The thing that the link is about.
    fn about(&self) -> Result<Seq, CaseworkError> {
        self.link.seq.ok_or(CaseworkError::Store(StoreError::NotFound))
    }
}

/// Opens a party's link of one of these purposes. A link that has been used still opens: it shows what was answered.
///
/// # Errors
/// `NotFound` for a token that is not ours or of another purpose, `Gone` when it was revoked or its time is over.
pub fn visit(
    rx: &mut Rx<'_>,
    token: &str,
    purposes: &[LinkPurpose],
    now: DateTime<Utc>,
) -> Result<Visit, CaseworkError> {
    let link = links::by_token(rx, token)?;
    let (Some(id), Some(side)) = (link.case_id, link.side) else { return Err(StoreError::NotFound.into()) };
    if !purposes.contains(&link.purpose) {
        return Err(StoreError::NotFound.into());
    }
    if !link.is_live(now) {
        return Err(gone().into());
    }
    let actor = Actor { party: Some((id, side)), ..Actor::default() };
    let case = cases::find_id(rx, &actor.scope(), id)?;
    Ok(Visit { link, case, side })
}

/// The code of a link that has ended.
pub const GONE: &str = "link_gone";

fn gone() -> Refused {
    Refused {
        code: GONE,
        sentence: "이 링크는 기한이 지났거나 새 링크로 바뀌었습니다. 전화로 물어 주세요.".to_owned(),
    }
}

/// A respondent's answer to the letter.
#[derive(Debug, Clone)]
pub struct LetterAnswer {
    pub reply: Reply,
    /// Consent to take part; needed for `Join`.
    pub consent: bool,
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
            Step::Consent { side: Side::Respondent, method: Method::Link, version: String::new() },
        ],
        Reply::Decline => vec![Step::Decline { method: Method::Link, reason: answer.say.clone() }],
    };
    for step in steps {
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
    let mut details = known.as_ref().map(|p| p.details.clone()).unwrap_or_default();
    for (kept, given) in [
        (&mut details.name, &answer.name),
        (&mut details.phone, &answer.phone),
        (&mut details.email, &answer.email),
    ] {
        if !given.is_empty() {
            kept.clone_from(given);
        }
    }
    let complex = visit.case.intake.complex;
    match known {
        Some(party) => parties::update(tx, party.id, complex, &details)?,
        None => {
            parties::add(tx, visit.case.id, complex, Side::Respondent, &details, now)?;
        }
    }
    crate::store::search::keep(tx, visit.case.id)?;
    Ok(())
}

/// The applicant takes the application back.
///
/// # Errors
/// `Refused` when the case is closed already.
pub fn withdraw(tx: &mut Tx<'_>, token: &str, reason: &str, now: DateTime<Utc>) -> Result<(), CaseworkError> {
    let visit = visit(tx, token, &[LinkPurpose::Receipt], now)?;
    let step = Step::Close { outcome: Outcome::Withdrawn, reason: reason.to_owned() };
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
    let step = Step::Consent { side: visit.side, method: Method::Link, version: String::new() };
    take_step(tx, &visit.actor(), &visit.case.number, Taking::from(step), now)?;
    Ok(())
}

/// A decision that a link of its own carries.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// Signs the agreement, with the name as typed.
    Sign { name: String },
    /// Answers the proposal.
    Proposal { accept: bool, note: String },
    /// Says which of the offered moments suit.
    Slots { ok: Vec<DateTime<Utc>> },
    /// Tells how the agreement fares.
    FollowUp { result: FollowUpResult, relation: Option<Relation>, note: String },
}

impl Decision {
    fn purpose(&self) -> LinkPurpose {
        match self {
            Self::Sign { .. } => LinkPurpose::Signature,
            Self::Proposal { .. } => LinkPurpose::Proposal,
            Self::Slots { .. } => LinkPurpose::Slots,
            Self::FollowUp { .. } => LinkPurpose::FollowUp,
        }
    }

    /// What the link remembers, to be shown when it is opened again.
    fn remembered(&self) -> String {
        match self {
            Self::Sign { .. } => "signed".to_owned(),
            Self::Proposal { accept, .. } => if *accept { "accept" } else { "refuse" }.to_owned(),
            Self::Slots { ok } => format!("slots {}", ok.len()),
            Self::FollowUp { result, .. } => result.code().to_owned(),
        }
    }
}

/// Takes the decision of a link, once.
///
/// # Errors
/// `Conflict` when the link was used already, `Refused` when the case does not take it now, `Invalid` for a name that is
/// not the party's.
pub fn decide(
    tx: &mut Tx<'_>,
    token: &str,
    decision: Decision,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let visit = visit(tx, token, &[decision.purpose()], now)?;
    links::answer(tx, visit.link.id, &decision.remembered(), now)?;
    let (side, method) = (visit.side, Method::Link);
    let step = match decision {
        Decision::Sign { name } => {
            check_name(tx, &visit, &name)?;
            Step::Sign { agreement: visit.about()?, side, method }
        }
        Decision::Proposal { accept, note } => {
            Step::AnswerProposal { proposal: visit.about()?, side, accept, method, note }
        }
        Decision::Slots { ok } => Step::AnswerSlots { session: visit.about()?, side: Some(side), ok },
        Decision::FollowUp { result, relation, note } => {
            let due = due(&visit.link).ok_or(CaseworkError::Store(StoreError::NotFound))?;
            Step::FollowUp { due, side, result, relation, method, note }
        }
    };
    take_step(tx, &visit.actor(), &visit.case.number, Taking::from(step), now)?;
    Ok(())
}

/// The due date that a follow-up link is about.
#[must_use]
pub fn due(link: &Link) -> Option<NaiveDate> {
    link.detail.as_deref().and_then(|d| d.parse().ok())
}

/// The name under an agreement is the party's own, spaces aside.
fn check_name(tx: &mut Tx<'_>, visit: &Visit, name: &str) -> Result<(), CaseworkError> {
    let plain = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let known = parties::of_side(tx, visit.case.id, visit.side)?.map(|p| p.details.name).unwrap_or_default();
    if plain(name).is_empty() {
        return Err(CaseworkError::field("name", "이름을 적어 주세요."));
    }
    if !known.is_empty() && plain(&known) != plain(name) {
        return Err(CaseworkError::field(
            "name",
            "접수된 이름과 다릅니다. 다시 확인해 주세요. 이름이 잘못 적혀 있으면 전화해 주세요.",
        ));
    }
    Ok(())
}

/// Sends a ten-minute code to the party's own address; nothing when there is none.
///
/// # Errors
/// `TooMany` after three codes in an hour.
pub fn send_code(
    tx: &mut Tx<'_>,
    token: &str,
    browser: &str,
    now: DateTime<Utc>,
) -> Result<bool, CaseworkError> {
    let visit = visit(tx, token, &[LinkPurpose::Receipt], now)?;
    let email = own(tx, &visit)?.email;
    if email.is_empty() {
        return Ok(false);
    }
    let key = format!("code|{}", visit.link.id.0);
    if !access::attempt(tx, &key, 3, Duration::hours(1), now)? {
        return Err(CaseworkError::TooMany);
    }
    let code = unlock::make(tx, visit.link.id, Some(browser), now)?;
    let letter = Letter::Code { code, until: now + Duration::minutes(unlock::MINUTES) };
    let mail = Outgoing { to: email, number: None, letter };
    outbox::enqueue(
        tx,
        &format!("code-{}-{}", visit.link.id.0, now.timestamp_micros()),
        Some(visit.case.id),
        &mail,
        now,
    )?;
    Ok(true)
}

/// The case, for somebody at the desk who handles it and sees its contacts.
fn at_desk(tx: &mut Tx<'_>, actor: &Actor, number: &str) -> Result<Case, CaseworkError> {
    let file = open::read(tx, actor, number)?;
    let handles = file.view == View::File && file.contacts;
    if handles { Ok(file.case) } else { Err(StoreError::NotFound.into()) }
}

/// Makes a code at the desk for the receipt of one side, to be read out to the person after a check; it replaces older
/// ones. The opening is recorded.
///
/// # Errors
/// `NotFound` for people who do not handle the case, and when that side has no receipt.
pub fn desk_code(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: &str,
    ip: &str,
    side: Side,
    now: DateTime<Utc>,
) -> Result<String, CaseworkError> {
    let case = at_desk(tx, actor, number)?;
    open::record(tx, actor, number, ip, "code", "본인 확인 번호를 만듦", now)?;
    let live = links::live_of_case(tx, case.id, LinkPurpose::Receipt, now)?;
    let link = live.into_iter().find(|l| l.side == Some(side)).ok_or(StoreError::NotFound)?;
    Ok(unlock::make(tx, link.id, None, now)?)
}

/// Makes a new receipt link for one side at the desk after a check of the person; the old one opens nothing from now on.
/// The opening is recorded.
///
/// # Errors
/// `NotFound` for people who do not handle the case, and for a respondent who has no receipt yet.
pub fn reissue(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: &str,
    ip: &str,
    side: Side,
    now: DateTime<Utc>,
) -> Result<String, CaseworkError> {
    let case = at_desk(tx, actor, number)?;
    let live = links::live_of_case(tx, case.id, LinkPurpose::Receipt, now)?;
    if side == Side::Respondent && !live.iter().any(|l| l.side == Some(side)) {
        return Err(StoreError::NotFound.into());
    }
    open::record(tx, actor, number, ip, "print", "접수 링크를 새로 드림", now)?;
    links::revoke(tx, case.id, LinkPurpose::Receipt, Some(side), now)?;
    tell::receipt_path(tx, &case, side, now)
}

/// What a party told of itself.
///
/// # Errors
/// Database errors.
pub fn own(rx: &mut Rx<'_>, visit: &Visit) -> Result<Details, StoreError> {
    Ok(parties::of_side(rx, visit.case.id, visit.side)?.map(|p| p.details).unwrap_or_default())
}

/// Finds the letter of a code that somebody typed; five wrong ones in an hour from one place, and it is shut there.
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
    let key = format!("letter|{place}");
    if !access::attempt(tx, &key, links::CODE_TRIES, Duration::hours(1), now)? {
        return Ok(Err(CaseworkError::TooMany));
    }
    match links::by_code(tx, typed) {
        Ok(link) if link.is_live(now) => {
            access::forget_attempts(tx, &key)?;
            Ok(Ok(link.id))
        }
        Ok(_) => Ok(Err(CaseworkError::field(
            "code",
            "기한이 지났거나 새 편지로 바뀐 코드입니다. 편지에 적힌 번호로 전화해 주세요.",
        ))),
        Err(StoreError::NotFound) => Ok(Err(CaseworkError::field(
            "code",
            "코드가 맞지 않습니다. 편지에 적힌 8자리를 다시 확인해 주세요.",
        ))),
        Err(e) => Err(e),
    }
}

/// Everything that a party's pages are made of, read in one go. What belongs to the person is shown only while `open_until`
/// says so.
#[derive(Debug, Clone)]
pub struct Door {
    pub visit: Visit,
    /// The body that has the turn: name and telephone.
    pub holder: Option<(String, String)>,
    pub complex: String,
    /// Lines of the history that the parties may see, newest first.
    pub lines: Vec<Event>,
    /// Whether a code waits to be typed in this browser.
    pub code_waits: bool,
    pub open_until: Option<DateTime<Utc>>,
    pub own: Details,
    /// The applicant's own words, as filed.
    pub filed: Option<Step>,
    pub consents: Vec<Consent>,
    pub seen: Vec<AccessRow>,
    /// What the applicant lets the other side know.
    pub told: Disclosed,
    /// Live links of this side that wait for an answer: purpose and token.
    pub waiting: Vec<(Link, String)>,
}

/// What the applicant lets the other side know.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Disclosed {
    pub may_tell: String,
    /// The applicant's door, only where they said that it may be known.
    pub unit: Option<Unit>,
}

/// The purposes of links that parties hold.
pub const PARTY_LINKS: [LinkPurpose; 6] = [
    LinkPurpose::Receipt,
    LinkPurpose::Letter,
    LinkPurpose::Slots,
    LinkPurpose::Proposal,
    LinkPurpose::Signature,
    LinkPurpose::FollowUp,
];

/// Reads what stands behind a party's link, for the person at this browser.
///
/// # Errors
/// As `visit`.
pub fn door(rx: &mut Rx<'_>, token: &str, browser: &str, now: DateTime<Utc>) -> Result<Door, CaseworkError> {
    let visit = visit(rx, token, &PARTY_LINKS, now)?;
    let id = visit.case.id;
    let all = events::of_case(rx, id)?;
    let filed = all.iter().find(|e| matches!(e.step, Step::File { .. })).map(|e| e.step.clone());
    let mut lines: Vec<Event> = all
        .into_iter()
        .filter(|e| !e.voided && crate::domain::permission::visibility(&e.step) == Visibility::Parties)
        .collect();
    lines.sort_by_key(|e| std::cmp::Reverse((e.at, e.seq)));
    let holder = match visit.case.holder {
        Some(body) => Some(bodies::find(rx, body).map(|b| (b.name, b.phone))?),
        None => None,
    };
    let complex = match (visit.case.intake.complex, &visit.case.intake.complex_typed) {
        (Some(id), _) => complexes::find(rx, id)?.name,
        (None, typed) => typed.clone().unwrap_or_default(),
    };
    let consents = parties::consents_of(rx, id)?.into_iter().filter(|c| c.side == visit.side).collect();
    Ok(Door {
        holder,
        complex,
        lines,
        code_waits: unlock::waits(rx, visit.link.id, browser, now)?,
        open_until: unlock::open_until(rx, visit.link.id, browser, now)?,
        own: own(rx, &visit)?,
        filed: filed.filter(|_| visit.side == Side::Applicant),
        consents,
        seen: access::of_case(rx, id, 50)?,
        told: disclosed(rx, &visit)?,
        waiting: waiting(rx, &visit, now)?,
        visit,
    })
}

fn disclosed(rx: &mut Rx<'_>, visit: &Visit) -> Result<Disclosed, StoreError> {
    let applicant =
        parties::of_side(rx, visit.case.id, Side::Applicant)?.map(|p| p.details).unwrap_or_default();
    let unit = applicant.unit.filter(|_| applicant.disclosure == Some(Disclosure::Open));
    Ok(Disclosed { may_tell: applicant.may_tell, unit })
}

/// Decisions that this side was asked for and has not made.
fn waiting(rx: &mut Rx<'_>, visit: &Visit, now: DateTime<Utc>) -> Result<Vec<(Link, String)>, StoreError> {
    let mut found = Vec::new();
    for purpose in PARTY_LINKS {
        if matches!(purpose, LinkPurpose::Receipt | LinkPurpose::Letter) {
            continue;
        }
        for link in links::live_of_case(rx, visit.case.id, purpose, now)? {
            if link.side == Some(visit.side) && link.used_at.is_none() && still_asked(&visit.case, &link) {
                let token = links::token(rx, link.id);
                found.push((link, token));
            }
        }
    }
    Ok(found)
}

/// Whether the case still waits for the decision that a link is for.
#[must_use]
pub fn still_asked(case: &Case, link: &Link) -> bool {
    match link.purpose {
        LinkPurpose::Slots => {
            case.open_session().is_some_and(|s| Some(s.seq) == link.seq && s.starts_at.is_none())
        }
        LinkPurpose::Proposal => case.open_proposal().is_some_and(|p| Some(p.seq) == link.seq),
        LinkPurpose::Signature => case.open_agreement().is_some_and(|a| Some(a.seq) == link.seq),
        LinkPurpose::FollowUp => case.follow_ups.iter().any(|f| f.is_open() && Some(f.due) == due(link)),
        _ => true,
    }
}
