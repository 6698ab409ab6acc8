//! A case file for those who handle it: every reading of personal data is in the access record first.
use super::call::{Call, Caller, Done, Nothing, told};
use super::shapes::case::Duty;
use super::shapes::file::*;
use super::shapes::{Meta, PageQuery, bad_after, limit, page, wrong};
use crate::casework::{assign, charge, evidence, open, post};
use crate::domain::case;
use crate::domain::codes::{DutyKind, Side};
use crate::domain::ids::MailId;
use crate::domain::permission::{Hat, View, visibility};
use crate::domain::step::StepCode;
use crate::store::evidence::Thing;
use crate::store::{Rx, access, case_links, projection};
use crate::web::error::WebError;
use crate::web::steps::words;
use serde_json::Value;

/// Openings that are read at most.
const OPENINGS: i64 = 1000;

/// The case file, telephones and addresses aside.
///
/// # Errors
/// 404 outside the scope.
pub async fn show(call: Call) -> Result<Done<FileOne>, WebError> {
    let number = call.number();
    call.asker
        .open(number, "summary", String::new(), |rx, caller, number| {
            let file = open::read(rx, &caller.actor, number).map_err(told)?;
            let case = &file.case;
            let mut shown = CaseFile::summary(case, file.view);
            if file.view == View::File {
                shown = shown.with_things(case);
                for agreement in &mut shown.agreements {
                    agreement.comments.retain(|c| file.sides.contains(&c.side));
                }
                for follow_up in &mut shown.follow_ups {
                    follow_up.answers.retain(|told| file.sides.contains(&told.side));
                }
                shown.surveys.retain(|s| file.sides.contains(&s.side));
                shown.holders = projection::holders(rx, case.id)?.into_iter().map(turn).collect();
                let linked = case_links::of_case(rx, case.id)?;
                shown.linked = linked.into_iter().map(|(number, kind)| Linked { number, kind }).collect();
            }
            if file.contacts {
                let apart = |seq| case.people.iter().any(|p| p.apart && Some(p.seq) == seq);
                let party = |p: &crate::store::parties::Party| {
                    let shown = Party::from(p);
                    // An address kept from one's own household opens with the contacts, for a reason.
                    if apart(p.seq) { Party { building: None, unit: None, ..shown } } else { shown }
                };
                shown.parties = file.parties.iter().map(party).collect();
                shown.consents = file.consents.into_iter().map(Into::into).collect();
                shown.safety = Some(case.safety());
                let calls = projection::duties_in(rx, case.id)?;
                let calls = calls
                    .into_iter()
                    .filter(|d| matches!(d.kind, DutyKind::Tell | DutyKind::Mail | DutyKind::ReadReply));
                shown.duties.extend(calls.map(|d| Duty::of(d, Some(case.number.clone()))));
            }
            Ok(FileOne { file: shown })
        })
        .await
}

fn turn((body_id, from, until): projection::Turn) -> Turn {
    Turn { body_id, from: from.and_utc(), until: until.map(|t| t.and_utc()) }
}

/// The lines of the history that the caller may read, newest first.
///
/// # Errors
/// 404 outside the scope, or for those who see a summary only.
pub async fn history(call: Call<PageQuery>) -> Result<Done<EventPage>, WebError> {
    let (number, query) = (call.number(), call.query);
    call.asker
        .open(number, "log", String::new(), move |rx, caller, number| {
            let file = open::read(rx, &caller.actor, number).map_err(told)?;
            if file.view == View::Summary {
                return Err(WebError::not_found());
            }
            let (shown, meta) = page(file.lines, &query, |line| line.seq.to_string())?;
            Ok(EventPage { events: shown.iter().map(event).collect(), meta })
        })
        .await
}

fn event(line: &case::Event) -> Event {
    let particulars = match serde_json::to_value(&line.step) {
        Ok(Value::Object(mut said)) => {
            said.remove("step");
            said
        }
        _ => serde_json::Map::new(),
    };
    Event {
        seq: line.seq,
        at: line.at,
        recorded_at: line.recorded_at,
        by_id: line.by,
        by_role: line.by_role.clone(),
        step: line.step.code().code(),
        title: words::title(&line.step),
        particulars,
        visibility: visibility(&line.step),
        late: line.late,
        voided: line.voided,
    }
}

/// The parties' telephones and addresses, for a reason that is kept.
///
/// # Errors
/// 404 for people who may not see them; 422 without a reason.
pub async fn contacts(call: Call<Nothing, ReasonBody>) -> Result<Done<ContactList>, WebError> {
    let number = call.number();
    let reason = call.body.reason.trim().to_owned();
    if !(2..=200).contains(&reason.chars().count()) {
        return Err(wrong("reason", "연락처를 보려는 까닭을 200자 안으로 적어 주세요. 기록에 남습니다."));
    }
    call.asker
        .open(number, "contacts", reason, |rx, caller, number| {
            let file = open::read(rx, &caller.actor, number).map_err(told)?;
            if !file.contacts {
                return Err(WebError::not_found());
            }
            let contact = |p: crate::store::parties::Party| Contact {
                side: p.side,
                name: p.details.name,
                phone: p.details.phone,
                email: p.details.email,
            };
            Ok(ContactList { contacts: file.parties.into_iter().map(contact).collect() })
        })
        .await
}

/// The case, for those who read the whole file.
fn whole(rx: &mut Rx<'_>, caller: &Caller, number: &str) -> Result<case::Case, WebError> {
    let file = open::read(rx, &caller.actor, number).map_err(told)?;
    if file.view == View::File { Ok(file.case) } else { Err(WebError::not_found()) }
}

/// The case, for those who may put somebody in charge of it by this step.
fn assigned_by(
    rx: &mut Rx<'_>,
    caller: &Caller,
    number: &str,
    step: StepCode,
) -> Result<case::Case, WebError> {
    let case = whole(rx, caller, number)?;
    if caller.actor.taking(step, &case).is_some() { Ok(case) } else { Err(WebError::not_found()) }
}

/// The NGO's mediators, ranked, with reasons and what blocks them.
///
/// # Errors
/// 404 for those who may not ask a mediator; 400 for a day that is none.
pub async fn candidates(call: Call<NeedQuery>) -> Result<Done<CandidateList>, WebError> {
    let (number, query) = (call.number(), call.query);
    call.asker
        .read(move |rx, caller| {
            let case = assigned_by(rx, caller, &number, StepCode::Offer)?;
            let need = query.need()?;
            let found = assign::candidates(rx, &caller.actor, &case, &need, caller.now).map_err(told)?;
            Ok(CandidateList { candidates: found.into_iter().map(Into::into).collect() })
        })
        .await
}

/// The committee's members, with why one cannot take this case.
///
/// # Errors
/// 404 for those who may not name members.
pub async fn members(call: Call) -> Result<Done<CandidateList>, WebError> {
    let number = call.number();
    call.asker
        .read(move |rx, caller| {
            let case = assigned_by(rx, caller, &number, StepCode::NameMembers)?;
            let found = charge::members(rx, &case, caller.now).map_err(told)?;
            Ok(CandidateList { candidates: found.into_iter().map(Into::into).collect() })
        })
        .await
}

/// Who opened the case file; the committee's desk sees it.
///
/// # Errors
/// 404 for everyone else.
pub async fn accesses(call: Call<PageQuery>) -> Result<Done<AccessPage>, WebError> {
    let (number, query) = (call.number(), call.query);
    call.asker
        .read(move |rx, caller| {
            let case = whole(rx, caller, &number)?;
            if !caller.actor.hats(&case).contains(&Hat::Desk) {
                return Err(WebError::not_found());
            }
            let rows = access::of_case(rx, case.id, OPENINGS)?;
            let numbered: Vec<_> = rows.into_iter().rev().enumerate().collect();
            let newest_first: Vec<_> = numbered.into_iter().rev().collect();
            let (shown, meta) = page(newest_first, &query, |(n, _)| n.to_string())?;
            let accesses = shown.into_iter().map(|(_, row)| Access {
                at: row.at.and_utc(),
                user_id: row.user,
                role: row.actor,
                ip: row.ip,
                sides: row.sides.split(' ').filter_map(Side::from_code).collect(),
                what: row.what,
                reason: row.reason,
            });
            Ok(AccessPage { accesses: accesses.collect(), meta })
        })
        .await
}

/// What was handed in in a case; the opening is recorded.
///
/// # Errors
/// 404 outside the scope, and for those who may not read the file.
pub async fn evidence(call: Call) -> Result<Done<EvidenceList>, WebError> {
    let number = call.number();
    call.asker
        .open(number, "evidence", String::new(), |rx, caller, number| {
            let file = open::read(rx, &caller.actor, number).map_err(told)?;
            if file.view != View::File {
                return Err(WebError::not_found());
            }
            let things = evidence::list(rx, &caller.actor, &file.case)?;
            let one = |t: Thing| EvidenceOne {
                number: t.number,
                side: t.side,
                kind: t.kind,
                voices: t.voices,
                about: t.about,
                size: t.size,
                sha256: t.sha256,
                sent_sha256: t.sent_sha256,
                by: t.by,
                by_role: t.by_role,
                at: t.at,
                agreement: t.agreement,
                taken_back_at: t.taken_back_at,
            };
            Ok(EvidenceList { evidence: things.into_iter().map(one).collect() })
        })
        .await
}

/// A party was told by telephone; the call is no duty any more.
///
/// # Errors
/// 404 outside the scope and for a call that does not wait, 403 for people who may not see telephone numbers, 422 when several
/// calls wait and none is named.
pub async fn told_by_phone(call: Call<ToldQuery>) -> Result<Done<Acknowledged>, WebError> {
    let (number, duty) = (call.number(), call.query.duty);
    call.asker
        .write(move |tx, caller| {
            let waited =
                open::told(tx, &caller.actor, &number, duty, &caller.ip, caller.now).map_err(told)?;
            if waited { Ok(Acknowledged { ok: true }) } else { Err(WebError::not_found()) }
        })
        .await
}

/// The mails of a case.
///
/// # Errors
/// 404 for people who may not see whom to telephone; 422 at `limit` or `after`.
pub async fn mails(call: Call<PageQuery>) -> Result<Done<MailList>, WebError> {
    let (number, limit) = (call.number(), limit(call.query.limit)?);
    let before = match &call.query.after {
        Some(after) => Some(MailId(after.parse().ok().ok_or_else(bad_after)?)),
        None => None,
    };
    call.asker
        .read(move |rx, caller| {
            let found =
                post::of_case(rx, &caller.actor, &number, (before, limit), caller.now).map_err(told)?;
            let meta = Meta { next: found.older.map(|older| older.0.to_string()) };
            Ok(MailList { mails: found.mails.into_iter().map(Into::into).collect(), meta })
        })
        .await
}

/// Sends a mail that was given up once more.
///
/// # Errors
/// 404 when there is no such mail or it was not given up.
pub async fn mail_again(call: Call) -> Result<Done<Acknowledged>, WebError> {
    let (number, id) = (call.number(), MailId(call.id()?));
    call.asker
        .write(move |tx, caller| {
            post::try_again(tx, &caller.actor, &number, id, caller.now).map_err(told)?;
            Ok(Acknowledged { ok: true })
        })
        .await
}

/// Its sender takes a mail back before it has left; the step that it tells of stands.
///
/// # Errors
/// 404 when there is no such mail, it has left, or another person sent it.
pub async fn mail_taken_back(call: Call) -> Result<Done<Acknowledged>, WebError> {
    let (number, id) = (call.number(), MailId(call.id()?));
    call.asker
        .write(move |tx, caller| {
            if post::take_back(tx, &caller.actor, &number, id, caller.now).map_err(told)? {
                Ok(Acknowledged { ok: true })
            } else {
                Err(WebError::not_found())
            }
        })
        .await
}

/// The person was told in another way; the mail stays unsent.
///
/// # Errors
/// As `mails`.
pub async fn mail_settled(call: Call) -> Result<Done<Acknowledged>, WebError> {
    let (number, id) = (call.number(), MailId(call.id()?));
    call.asker
        .write(move |tx, caller| {
            post::told_otherwise(tx, &caller.actor, &number, id).map_err(told)?;
            Ok(Acknowledged { ok: true })
        })
        .await
}
