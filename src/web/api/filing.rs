//! Complaints coming in: at a desk, or from a resident without an account. Both are `casework::file`.
use super::call::{Call, Done, Made, Nothing, told};
use super::shapes::Meta;
use super::shapes::case::{Case, CasePage};
use super::shapes::filing::{Complaint, DoorsBody, Filed, FiledOne, FilingBody, method};
use crate::casework::CaseworkError;
use crate::casework::file::{self, Filing, Home, Screening};
use crate::domain::codes::{Channel, ConsentPurpose, Disclosure};
use crate::domain::permission::Actor;
use crate::domain::sentence;
use crate::domain::text::{self, Unit};
use crate::store::parties::Details;
use crate::store::{Rx, StoreError, access, bodies};
use crate::web::error::WebError;
use crate::web::field::Errors;
use chrono::{DateTime, Duration, Utc};

/// A complaint at the caller's desk.
///
/// # Errors
/// 403 at a desk that is not the caller's; 422 naming what does not fit.
pub async fn desk(call: Call<Nothing, FilingBody>) -> Result<Made<FiledOne>, WebError> {
    let FilingBody { channel, received_at, complaint, screen } = call.body;
    call.asker
        .write(move |tx, caller| {
            let mut errors = Errors::default();
            if channel == Channel::Online {
                errors.add("channel", "온라인 접수는 신청인이 직접 합니다. 다른 경로를 골라 주세요.");
            }
            let note = screen.as_ref().map_or("", |asked| asked.note.as_str());
            let note = text::free(note, 1000).unwrap_or_else(|why| {
                errors.add("screen.note", &why);
                String::new()
            });
            let filing = read(&complaint, channel, received_at.unwrap_or(caller.now), errors);
            let mut filing = filing.map_err(inside)?;
            filing.screen = screen.map(|asked| Screening { flags: asked.flags, result: asked.result, note });
            filing.ward_code = own_ward(tx, &caller.actor)?;
            filed(file::file(tx, &caller.actor, &filing, caller.now)).map_err(inside)
        })
        .await
}

/// The members of a complaint stand one deeper in a desk's filing.
fn inside(mut e: WebError) -> WebError {
    for (name, _) in &mut e.fields {
        if !matches!(name.as_str(), "channel" | "received_at" | "screen.note") {
            *name = format!("complaint.{name}");
        }
    }
    e
}

/// A resident's own complaint; needs what the application's pages need.
///
/// # Errors
/// 422 naming what does not fit; 429 for too many from one address.
pub async fn resident(call: Call<Nothing, Complaint>) -> Result<Made<FiledOne>, WebError> {
    let complaint = call.body;
    let limits = &call.asker.state.settings.limits;
    let (most, window) = (i64::from(limits.intake_per_address), limits.intake_window_minutes);
    call.asker
        .write_openly(move |tx, caller| {
            let filing = read(&complaint, Channel::Online, caller.now, needed(&complaint))?;
            if !access::attempt(
                tx,
                &format!("intake|{}", caller.ip),
                most,
                Duration::minutes(window),
                caller.now,
            )? {
                return Ok(Err(WebError::too_many()));
            }
            filed(file::file(tx, &Actor::default(), &filing, caller.now)).map(Ok)
        })
        .await
}

/// Cases of the same doors received lately: a hint while typing, never a refusal. No personal data.
///
/// # Errors
/// 403 for people who take no complaints.
pub async fn duplicates(call: Call<Nothing, DoorsBody>) -> Result<Done<CasePage>, WebError> {
    let body = call.body;
    call.asker
        .read(move |rx, caller| {
            if caller.actor.files_at().is_empty() {
                return Err(WebError::denied());
            }
            let mut units = Vec::new();
            for door in &body.doors {
                let unit = Unit::read(&door.building, &door.unit);
                units.push(unit.map_err(|e| super::shapes::wrong("doors", e))?);
            }
            let heads = file::duplicates(rx, body.complex_id, &units, caller.now).map_err(told)?;
            Ok(CasePage { cases: heads.into_iter().map(Case::from).collect(), meta: Meta::default() })
        })
        .await
}

fn filed(done: Result<file::Filed, CaseworkError>) -> Result<FiledOne, WebError> {
    let done = done.map_err(|e| match e {
        CaseworkError::Invalid(fields) => {
            let named = |(name, why): (String, String)| (at_member(&name), why);
            WebError::invalid(fields.into_iter().map(named).collect())
        }
        other => other.into(),
    })?;
    let case = done.case;
    Ok(FiledOne {
        case: Filed {
            next: sentence::next(&case),
            number: case.number,
            stage: case.stage,
            received_at: case.intake.received_at,
            receipt: done.receipt,
            version: case.version,
        },
    })
}

/// The member that casework means by a field of its own.
fn at_member(field: &str) -> String {
    match field {
        "complex" => "complex_id",
        "respondent_unit" => "respondent.unit",
        other => other,
    }
    .to_owned()
}

/// What a resident cannot leave out.
fn needed(c: &Complaint) -> Errors {
    let mut errors = Errors::default();
    let a = &c.applicant;
    for (name, empty, sentence) in [
        ("applicant.name", a.name.trim().is_empty(), "이름을 적어 주세요."),
        ("applicant.phone", a.phone.trim().is_empty(), "연락받을 전화번호를 적어 주세요."),
        ("applicant.unit", a.unit.trim().is_empty(), "사시는 집의 호를 적어 주세요."),
        ("applicant.disclosure", a.disclosure.is_none(), "상대방이 어디까지 알아도 되는지 골라 주세요."),
        ("wishes", c.wishes.trim().is_empty(), "바라시는 점을 한 줄이라도 적어 주세요."),
    ] {
        if empty {
            errors.add(name, sentence);
        }
    }
    errors
}

/// The complaint as casework takes it, every text read as the pages read it.
fn read(
    c: &Complaint,
    channel: Channel,
    received_at: DateTime<Utc>,
    mut errors: Errors,
) -> Result<Filing, WebError> {
    let a = &c.applicant;
    let mut kept = |name: &str, typed: &str, read: fn(&str) -> Result<String, &'static str>| {
        if typed.trim().is_empty() {
            return String::new();
        }
        read(typed).unwrap_or_else(|e| {
            errors.add(name, e);
            String::new()
        })
    };
    let name = kept("applicant.name", &a.name, text::name);
    let phone = kept("applicant.phone", &a.phone, text::phone);
    let email = kept("applicant.email", &a.email, text::email);
    let mut free = |name: &str, typed: &str, most: usize| {
        text::free(typed, most).unwrap_or_else(|e| {
            errors.add(name, &e);
            String::new()
        })
    };
    let complex_typed = free("complex_typed", &c.complex_typed, 100);
    let since = free("since", &c.since, 100);
    let (narrative, answered) = (free("narrative", &c.narrative, 2000), free("answered", &c.answered, 600));
    let (wishes, may_tell) = (free("wishes", &c.wishes, 1000), free("applicant.may_tell", &a.may_tell, 500));
    let mut door = |name: &str, building: &str, unit: &str| {
        Unit::read(building, unit).map_err(|e| errors.add(name, e)).ok()
    };
    let anonymous = a.unit.trim().is_empty() && a.building.trim().is_empty();
    let unit = if anonymous { None } else { door("applicant.unit", &a.building, &a.unit) };
    let suspected = c.respondent.as_ref().and_then(|d| door("respondent.unit", &d.building, &d.unit));
    let asked_now = c.consents.iter().all(|consent| consent.purpose != ConsentPurpose::Mediation);
    if !asked_now {
        errors.add("consents", "조정 참여 동의는 나중에 따로 받습니다. 빼고 보내 주세요.");
    }
    if !errors.is_empty() {
        return Err(WebError::invalid(errors.iter().map(|(n, s)| (n.to_owned(), s.to_owned())).collect()));
    }
    let recipient = |purpose: ConsentPurpose| purpose.text().map_or("", |t| t.recipient).to_owned();
    Ok(Filing {
        channel,
        received_at,
        complex: c.complex_id,
        complex_typed,
        area: c.area.clone(),
        ward_code: String::new(),
        cause: c.cause,
        position: c.position,
        applicant: Details {
            name,
            phone,
            email,
            unit,
            disclosure: Some(a.disclosure.unwrap_or(Disclosure::HideUnit)),
            may_tell,
        },
        respondent_unit: suspected,
        answered,
        wishes,
        narrative,
        times: c.times.iter().map(|t| t.0.to_owned()).collect(),
        home: Home { tenure: c.tenure, since, evidence: c.evidence.clone() },
        screen: None,
        consents: c
            .consents
            .iter()
            .map(|k| (k.purpose.code().to_owned(), recipient(k.purpose), k.given))
            .collect(),
        method: method(channel),
    })
}

/// The ward of the caller's desk, which takes a case whose 단지 is not known.
fn own_ward(rx: &mut Rx<'_>, actor: &Actor) -> Result<String, StoreError> {
    let desk = actor.files_at().first().copied();
    Ok(desk.map(|desk| bodies::find(rx, desk)).transpose()?.map(|b| b.ward_code).unwrap_or_default())
}
