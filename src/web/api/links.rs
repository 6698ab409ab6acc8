//! What residents and mediators do by the link they were given: the same functions as the pages behind the link. Reading
//! never decides; a decision is taken once.
mod referred;

pub use referred::{answer_referral, packet};

use super::call::{Call, Done, Made, Nothing, told};
use super::shapes::file::{Acknowledged, SurveyScores, terms};
use super::shapes::link::*;
use super::shapes::wrong;
use crate::casework::CaseworkError;
use crate::casework::agreement::fingerprint;
use crate::casework::offers::{self, OfferAnswer};
use crate::casework::party::{self, Door, GONE};
use crate::domain::case::{Asked, Case, Event, PartyText, Proposal, QUESTIONS, Scores};
use crate::domain::codes::{ConsentPurpose, LinkPurpose, Side};
use crate::domain::{sentence, seoul, text};
use crate::store::{Rx, Tx, links};
use crate::web::changes;
use crate::web::error::WebError;
use crate::web::field::Errors;
use crate::web::pages::party::{decision, letter};
use crate::web::typed::Typed;
use actix_web::http::StatusCode;
use chrono::{DateTime, Utc};

const DONE: Acknowledged = Acknowledged { ok: true };

/// Why a case does not take an answer may be about the other side; the parties are told only whom to ask.
pub(super) fn told_to_party(e: CaseworkError) -> WebError {
    match e {
        CaseworkError::Refused(refused) if refused.code == GONE || refused.code == "offer_over" => {
            WebError { sentence: refused.sentence, ..WebError::new(StatusCode::GONE, GONE, "") }
        }
        CaseworkError::Refused(refused) => WebError::new(
            StatusCode::CONFLICT,
            "not_now",
            party::told_of_own_side(&refused)
                .unwrap_or("지금은 답을 받을 수 없습니다. 맡은 곳에 전화해 주세요."),
        ),
        other => other.into(),
    }
}

/// As the ten-minute code knows the asking device; a browser's own mark can never be the same.
pub(super) fn device(given: Option<&str>) -> Result<String, WebError> {
    match given {
        None => Ok(String::new()),
        Some(secret) if (16..=64).contains(&secret.chars().count()) => Ok(format!("api|{secret}")),
        Some(_) => Err(wrong("device", "이 기기만 아는 글자 16~64자를 보내 주세요.")),
    }
}

fn at_members(errors: &Errors, names: &[(&str, &str)]) -> WebError {
    let named =
        |name: &str| names.iter().find(|(from, _)| *from == name).map_or(name, |(_, to)| to).to_owned();
    WebError::invalid(errors.iter().map(|(name, why)| (named(name), why.to_owned())).collect())
}

/// What stands behind a link. A POST, so that the token stands in no address; it changes nothing.
///
/// # Errors
/// 404 for a token that is not ours; 410 when the link has ended.
pub async fn open(call: Call<Nothing, LinkBody>) -> Result<Done<LinkOne>, WebError> {
    let LinkBody { token, device: given } = call.body;
    let device = device(given.as_deref())?;
    call.asker
        .read_openly(move |rx, caller| {
            let link = match links::by_token(rx, &token)?.purpose {
                LinkPurpose::Offer => offer_shown(rx, &token, caller.now)?,
                LinkPurpose::Referral => referred::shown(rx, &token, &device, caller.now)?,
                _ => shown(&party::door(rx, &token, &device, caller.now).map_err(told_to_party)?),
            };
            Ok(LinkOne { link })
        })
        .await
}

fn blank(link: &links::Link) -> Link {
    Link {
        purpose: link.purpose,
        expires_at: link.expires_at.and_utc(),
        used_at: link.used_at.map(|t| t.and_utc()),
        answer: link.answer.clone(),
        open: false,
        side: link.side,
        number: None,
        stage: None,
        now: None,
        next: None,
        holder: None,
        holder_phone: None,
        complex: None,
        dong: None,
        cause: None,
        may_tell: None,
        applicant_door: None,
        terms: Vec::new(),
        version: None,
        changes: None,
        comments: Vec::new(),
        answer_by: None,
        slots: Vec::new(),
        due: None,
        survey: Vec::new(),
        lines: Vec::new(),
        also: None,
        people: Vec::new(),
        waiting: Vec::new(),
        own: None,
        referral: None,
    }
}

/// What the link's page shows, and nothing else.
fn shown(door: &Door) -> Link {
    let (link, case) = (&door.visit.link, &door.visit.case);
    let mut shown = blank(link);
    shown.open = link.used_at.is_none() && party::asked(case, link) == Asked::Open;
    if let Some((name, phone)) = &door.holder {
        (shown.holder, shown.holder_phone) = (Some(name.clone()), Some(phone.clone()));
    }
    if link.purpose == LinkPurpose::Letter {
        shown.complex = Some(door.complex.clone());
        shown.cause = Some(case.intake.cause);
        shown.may_tell = Some(door.told.may_tell.clone()).filter(|t| !t.is_empty());
        shown.applicant_door = door.told.unit.as_ref().map(ToString::to_string);
        return shown;
    }
    shown.number = Some(case.number.clone());
    shown.people = acting_people(door);
    shown.also = case.together.clone();
    let proposal = case.proposals.iter().find(|p| Some(p.seq) == link.seq);
    let agreement = case.agreements.iter().find(|a| Some(a.seq) == link.seq);
    match link.purpose {
        LinkPurpose::Receipt => receipt(door, &mut shown),
        LinkPurpose::Signature => {
            shown.terms = agreement.map(|a| terms(&a.terms)).unwrap_or_default();
            shown.version = agreement.map(fingerprint);
            shown.changes = agreement.and_then(|a| changes::of(case, a));
            shown.comments = agreement.map(|a| decision::comments(a, door.visit.side)).unwrap_or_default();
        }
        LinkPurpose::Proposal => {
            shown.terms = proposal.map(|p| terms(&p.terms)).unwrap_or_default();
            let end = |p: &Proposal| p.answer_by.succ_opt().map(seoul::midnight);
            shown.answer_by = proposal.and_then(end);
        }
        LinkPurpose::FollowUp => {
            shown.survey = asked_of_survey(door);
            shown.due = party::due(link);
            shown.terms = case.followed().map(|a| terms(&a.terms)).unwrap_or_default();
        }
        LinkPurpose::Survey => {
            (shown.survey, shown.due) = (asked_of_survey(door), party::due(link));
        }
        LinkPurpose::Slots => {
            let session = link.seq.and_then(|seq| case.session(seq));
            shown.slots = session.map(|s| s.slots.clone()).unwrap_or_default();
        }
        _ => {}
    }
    shown
}

fn asked_of_survey(door: &Door) -> Vec<SurveyQuestion> {
    let asked = party::surveyed(&door.visit.case, &door.visit.link);
    asked.into_iter().map(|(_, (name, text))| SurveyQuestion { name, text }).collect()
}

/// Who may do for the side what the link asks, beside the party themself.
fn acting_people(door: &Door) -> Vec<Acting> {
    let acting = door.visit.case.acting_for(door.visit.side, door.visit.link.purpose.authority());
    acting.map(|p| Acting { by: p.seq, kind: p.kind, authority: p.authority.clone() }).collect()
}

fn receipt(door: &Door, shown: &mut Link) {
    let case = &door.visit.case;
    shown.stage = Some(case.stage);
    (shown.now, shown.next) = (Some(sentence::now_for(case, door.visit.side)), Some(door.next.clone()));
    let line = |e: &Event| Line { at: e.at, step: e.step.code().code(), by_role: e.by_role.clone() };
    shown.lines = door.lines.iter().map(line).collect();
    let waiting =
        |(link, token): &(links::Link, String)| Waiting { purpose: link.purpose, token: token.clone() };
    shown.waiting = door.waiting.iter().map(waiting).collect();
    shown.own = door.open_until.map(|until| Own {
        until,
        name: door.own.name.clone(),
        phone: door.own.phone.clone(),
        email: door.own.email.clone(),
        door: door.own.unit.as_ref().map(ToString::to_string),
        texts: case.texts_for(door.visit.side).into_iter().map(|text| party_text(case, text)).collect(),
        seen: door.seen.iter().map(looked).collect(),
    });
}

fn looked(line: &crate::store::access::Seen) -> Seen {
    Seen {
        at: line.at,
        role: line.actor.clone(),
        body: line.body.clone(),
        what: crate::web::steps::words::opened(&line.what).to_owned(),
        data: line.data,
    }
}

fn party_text(case: &Case, text: PartyText) -> Text {
    let PartyText { what, kind, agreed, own, .. } = text;
    let version = case.agreements.iter().find(|a| a.seq == text.seq).map(fingerprint);
    Text { what, kind, agreed, own, version, terms: terms(&text.terms) }
}

fn offer_shown(rx: &mut Rx<'_>, token: &str, now: DateTime<Utc>) -> Result<Link, WebError> {
    let asked = offers::open(rx, token).map_err(told_to_party)?;
    let mut shown = blank(&asked.link);
    shown.open = asked.is_open(now);
    shown.answer_by = Some(asked.offer.answer_by);
    shown.cause = Some(asked.case.intake.cause);
    (shown.complex, shown.dong) = (Some(asked.complex), Some(asked.dong));
    if let Some((name, phone)) = asked.holder {
        (shown.holder, shown.holder_phone) = (Some(name), Some(phone));
    }
    Ok(shown)
}

fn typed<const N: usize>(pairs: [(&str, &str); N]) -> Typed {
    Typed::from_pairs(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())))
}

const fn tick(on: bool) -> &'static str {
    if on { "yes" } else { "" }
}

/// The respondent's answer to the letter, once.
///
/// # Errors
/// 409 when it was answered; 422.
pub async fn answer_letter(call: Call<Nothing, LetterBody>) -> Result<Made<ReceiptOne>, WebError> {
    let b = call.body;
    let typed = typed([
        ("choice", b.reply.code()),
        ("consent", tick(b.consent)),
        ("provide", tick(b.provide)),
        ("say", &b.say),
        ("name", &b.name),
        ("phone", &b.phone),
        ("email", &b.email),
    ]);
    let answer = letter::read(&typed).map_err(|e| at_members(&e, &[("choice", "reply")]))?;
    call.asker
        .write_openly(move |tx, caller| {
            let receipt = party::answer_letter(tx, &b.token, &answer, caller.now).map_err(told_to_party)?;
            Ok(Ok(ReceiptOne { receipt }))
        })
        .await
}

/// Reads a decision as its page does, and takes it.
fn decided(
    tx: &mut Tx<'_>,
    token: &str,
    purpose: LinkPurpose,
    typed: &Typed,
    now: DateTime<Utc>,
) -> Result<Acknowledged, WebError> {
    let door = party::door(tx, token, "", now).map_err(told_to_party)?;
    if door.visit.link.purpose != purpose {
        return Err(WebError::not_found());
    }
    let asks = party::surveyed(&door.visit.case, &door.visit.link);
    let unasked = |(name, _): &&(&str, &str)| {
        !typed.get(name).is_empty() && asks.iter().all(|(_, (asked, _))| asked != name)
    };
    if let Some((name, text)) = QUESTIONS.iter().find(unasked) {
        let sentence = format!(
            "이 링크에서 여쭙지 않는 물음입니다: {name}({text}). link.survey에 있는 것만 보내 주세요."
        );
        return Err(WebError::new(StatusCode::CONFLICT, "not_asked", &sentence));
    }
    let decision = decision::read(&door, typed).map_err(|e| at_members(&e, &[("choice", "accept")]))?;
    party::decide(tx, token, decision, now).map_err(told_to_party)?;
    Ok(DONE)
}

/// Signs the agreement.
///
/// # Errors
/// 409 when it was signed; 422 for a name that is not the party's.
pub async fn sign(call: Call<Nothing, SignBody>) -> Result<Made<Acknowledged>, WebError> {
    let b = call.body;
    let typed = typed([("name", &b.name), ("agree", tick(b.agree)), ("version", &b.version)]);
    call.asker
        .write_openly(move |tx, c| decided(tx, &b.token, LinkPurpose::Signature, &typed, c.now).map(Ok))
        .await
}

/// Answers the proposal.
///
/// # Errors
/// 409 when it was answered.
pub async fn answer_proposal(call: Call<Nothing, ProposalBody>) -> Result<Made<Acknowledged>, WebError> {
    let b = call.body;
    let by = b.by.map(|seq| seq.to_string()).unwrap_or_default();
    let typed =
        typed([("choice", if b.accept { "accept" } else { "refuse" }), ("note", &b.note), ("by", &by)]);
    call.asker
        .write_openly(move |tx, c| decided(tx, &b.token, LinkPurpose::Proposal, &typed, c.now).map(Ok))
        .await
}

/// Says which moments suit.
///
/// # Errors
/// 409 when it was answered; 422 for a moment that was not offered.
pub async fn answer_slots(call: Call<Nothing, SlotsBody>) -> Result<Made<Acknowledged>, WebError> {
    let b = call.body;
    let typed = Typed::from_pairs(b.ok.iter().map(|at| ("ok".to_owned(), at.to_rfc3339())));
    call.asker
        .write_openly(move |tx, c| decided(tx, &b.token, LinkPurpose::Slots, &typed, c.now).map(Ok))
        .await
}

/// The answers of a survey as typed.
fn scores(said: SurveyScores) -> impl Iterator<Item = (String, String)> {
    let named = QUESTIONS.into_iter().zip(Scores::from(said));
    named.filter_map(|((name, _), score)| Some((name.to_owned(), score?.code().to_owned())))
}

/// Tells how the agreement fares.
///
/// # Errors
/// 409 when it was told.
pub async fn follow_up(call: Call<Nothing, FollowUpBody>) -> Result<Made<Acknowledged>, WebError> {
    let b = call.body;
    let relation = b.relation.map_or("", |r| r.code());
    let result = b.result.map_or("", |r| r.code());
    let mut pairs = vec![("result".to_owned(), result.to_owned())];
    pairs.extend([("relation".to_owned(), relation.to_owned()), ("note".to_owned(), b.note)]);
    pairs.extend((1..).zip(&b.terms).map(|(n, r): (usize, _)| (format!("terms_{n}"), r.code().to_owned())));
    pairs.extend(scores(b.survey));
    let typed = Typed::from_pairs(pairs);
    call.asker
        .write_openly(move |tx, c| decided(tx, &b.token, LinkPurpose::FollowUp, &typed, c.now).map(Ok))
        .await
}

/// Says what a side thought of a mediation that ended without an agreement.
///
/// # Errors
/// 409 when it was said; 422 without any answer.
pub async fn survey(call: Call<Nothing, SurveyBody>) -> Result<Made<Acknowledged>, WebError> {
    let b = call.body;
    let typed = Typed::from_pairs(scores(b.survey));
    call.asker
        .write_openly(move |tx, c| decided(tx, &b.token, LinkPurpose::Survey, &typed, c.now).map(Ok))
        .await
}

/// A mediator takes or declines an offer, once.
///
/// # Errors
/// 409 when it was answered; 410 when the offer is over; 422 without a reason to decline.
pub async fn answer_offer(call: Call<Nothing, OfferBody>) -> Result<Made<Acknowledged>, WebError> {
    let b = call.body;
    let note = text::free(&b.note, 500).map_err(|e| wrong("note", &e))?;
    let answer = match (b.accept, b.reason) {
        (true, _) => OfferAnswer::Accept,
        (false, Some(reason)) => OfferAnswer::Decline { reason, note },
        (false, None) => return Err(wrong("reason", "사양하시는 까닭을 골라 주세요.")),
    };
    call.asker
        .write_openly(move |tx, caller| {
            offers::answer(tx, &b.token, answer, caller.now).map_err(told_to_party)?;
            Ok(Ok(DONE))
        })
        .await
}

/// A mediator takes the answer to an offer back, within a day of it.
///
/// # Errors
/// 409 when it is too late, or somebody else was asked.
pub async fn take_back_offer(call: Call<Nothing, LinkBody>) -> Result<Made<Acknowledged>, WebError> {
    let token = call.body.token;
    call.asker
        .write_openly(move |tx, c| {
            offers::take_back(tx, &token, c.now).map_err(told_to_party)?;
            Ok(Ok(DONE))
        })
        .await
}

/// The applicant takes the application back.
///
/// # Errors
/// 404 for a token that is not the applicant's.
pub async fn withdraw(call: Call<Nothing, WithdrawBody>) -> Result<Made<Acknowledged>, WebError> {
    let b = call.body;
    let reason = text::free(&b.reason, 500).map_err(|e| wrong("reason", &e))?;
    let reason = if reason.is_empty() { "신청인이 거둠".to_owned() } else { reason };
    call.asker
        .write_openly(move |tx, c| {
            let visit = party::visit(tx, &b.token, &[LinkPurpose::Receipt], c.now).map_err(told_to_party)?;
            if visit.side != Side::Applicant {
                return Err(WebError::not_found());
            }
            party::withdraw(tx, &b.token, (&reason, b.by), c.now).map_err(told_to_party)?;
            Ok(Ok(DONE))
        })
        .await
}

/// A side takes part in the mediation no longer. It stops; there is no penalty, and they may consent again.
///
/// # Errors
/// 404 for a token that is no party's own page; 409 where they do not take part.
pub async fn leave(call: Call<Nothing, WithdrawBody>) -> Result<Made<Acknowledged>, WebError> {
    let b = call.body;
    let reason = text::free(&b.reason, 500).map_err(|e| wrong("reason", &e))?;
    call.asker
        .write_openly(move |tx, c| {
            party::leave(tx, &b.token, (&reason, b.by), c.now).map_err(told_to_party)?;
            Ok(Ok(DONE))
        })
        .await
}

/// The applicant confirms that the noise ended.
///
/// # Errors
/// 409 when it was confirmed.
pub async fn confirm(call: Call<Nothing, LinkBody>) -> Result<Made<Acknowledged>, WebError> {
    let token = call.body.token;
    call.asker
        .write_openly(move |tx, c| {
            party::confirm(tx, &token, c.now).map_err(told_to_party)?;
            Ok(Ok(DONE))
        })
        .await
}

/// The party consents to take part in mediation, or to pass its data to the case's NGO.
///
/// # Errors
/// 409 when the case is not at that point.
pub async fn consent(call: Call<Nothing, ConsentLinkBody>) -> Result<Made<Acknowledged>, WebError> {
    let ConsentLinkBody { token, purpose } = call.body;
    call.asker
        .write_openly(move |tx, c| {
            match purpose {
                ConsentPurpose::Mediation => party::consent(tx, &token, c.now).map_err(told_to_party)?,
                ConsentPurpose::Provision => party::provide(tx, &token, c.now).map_err(told_to_party)?,
                ConsentPurpose::Sensitive | ConsentPurpose::Recording => {
                    return Err(wrong(
                        "purpose",
                        "이 링크로는 mediation 이나 provision 에만 동의할 수 있습니다.",
                    ));
                }
            }
            Ok(Ok(DONE))
        })
        .await
}

/// Asks about one's own data, while the device's ten-minute code has it open. It is answered within ten days.
///
/// # Errors
/// 422 while the device has no code, or without words.
pub async fn ask_right(call: Call<Nothing, RightLinkBody>) -> Result<Made<Acknowledged>, WebError> {
    let b = call.body;
    let device = device(Some(&b.device))?;
    let text = text::free(&b.text, 1000).map_err(|why| wrong("text", &why))?;
    call.asker
        .write_openly(move |tx, c| {
            party::ask_right(tx, &b.token, &device, (b.right, &text), c.now).map_err(told_to_party)?;
            Ok(Ok(DONE))
        })
        .await
}

/// Says what the party wants otherwise in the draft that waits for signatures. The other side does not read it.
///
/// # Errors
/// 409 while no draft waits, or another text than the one that was read; 422 without words, or where one's own page is not open to the device.
pub async fn comment(call: Call<Nothing, CommentLinkBody>) -> Result<Made<Acknowledged>, WebError> {
    let b = call.body;
    let device = device(b.device.as_deref())?;
    let text = text::free(&b.text, 1000).map_err(|why| wrong("text", &why))?;
    call.asker
        .write_openly(move |tx, c| {
            let said = (text.as_str(), b.version.as_str());
            party::comment(tx, &b.token, &device, said, c.now).map_err(|e| match e {
                CaseworkError::Invalid(fields) => {
                    let named = |name: String| if name == "comment" { "text".to_owned() } else { name };
                    WebError::invalid(fields.into_iter().map(|(name, why)| (named(name), why)).collect())
                }
                e => told_to_party(e),
            })?;
            Ok(Ok(DONE))
        })
        .await
}

/// Sends a ten-minute code to the person's own address.
///
/// # Errors
/// 422 without a device; 429 for too many codes.
pub async fn send_code(call: Call<Nothing, LinkBody>) -> Result<Done<SentOne>, WebError> {
    let LinkBody { token, device: given } = call.body;
    let device = device(Some(given.as_deref().unwrap_or_default()))?;
    call.asker
        .write_openly(move |tx, c| {
            let sent = party::send_code(tx, &token, &device, c.now).map_err(told_to_party)?;
            Ok(Ok(SentOne { sent }))
        })
        .await
}

/// Opens the person's own data to this device for ten minutes. A wrong code counts.
///
/// # Errors
/// 404; 422 for a wrong code.
pub async fn redeem(call: Call<Nothing, UnlockBody>) -> Result<Done<Acknowledged>, WebError> {
    let b = call.body;
    let device = device(Some(&b.device))?;
    call.asker
        .write_openly(move |tx, c| {
            let opened = party::redeem(tx, &b.token, (&device, &b.code), c.now).map_err(told_to_party)?;
            Ok(opened.map(|()| DONE).map_err(|why| wrong("code", &why)))
        })
        .await
}

/// The link of a letter's eight-character code. A wrong code counts against the address it came from.
///
/// # Errors
/// 422 for a code that opens nothing; 429 for too many.
pub async fn letter_code(call: Call<Nothing, CodeBody>) -> Result<Done<TokenOne>, WebError> {
    let code = call.body.code;
    call.asker
        .write_openly(move |tx, c| {
            let found = party::letter_by_code(tx, &code, &c.ip, c.now)?;
            Ok(found.map(|id| TokenOne { token: links::token(tx, id) }).map_err(told))
        })
        .await
}
