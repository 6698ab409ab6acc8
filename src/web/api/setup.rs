//! What the operator sets up, and what everyone may read of it. The same functions as the set-up pages'.
use super::call::{Call, Caller, Done, Made, Nothing};
use super::shapes::file::Acknowledged;
use super::shapes::setup::*;
use super::shapes::{PageQuery, page};
use crate::casework::CaseworkError;
use crate::casework::account::{AccountRules, people};
use crate::casework::set_up::{self, BodyForm, ComplexForm};
use crate::domain::ids::{BodyId, ComplexId, GrantId, ProgrammeId, UserId};
use crate::domain::seoul;
use crate::store::complexes::Facts;
use crate::store::{bodies, complexes, programmes as stored, users};
use crate::web::error::WebError;

/// Casework's names of fields as the API calls them.
fn told(e: CaseworkError) -> WebError {
    match e {
        CaseworkError::Invalid(fields) => {
            let named = |(name, why): (String, String)| {
                let name = match name.as_str() {
                    "dong" => "dong_code",
                    "complex" => "complex_id",
                    "body" => "body_id",
                    "ngo" => "ngo_id",
                    other => other,
                };
                (name.to_owned(), why)
            };
            WebError::invalid(fields.into_iter().map(named).collect())
        }
        other => other.into(),
    }
}

fn operator(caller: &Caller) -> Result<(), WebError> {
    if caller.actor.may_administer() { Ok(()) } else { Err(WebError::denied()) }
}

const DONE: Acknowledged = Acknowledged { ok: true };

/// The 단지; needs no token, as residents choose theirs.
///
/// # Errors
/// 422 for a page that there is not.
pub async fn complexes(call: Call<PageQuery>) -> Result<Done<ComplexPage>, WebError> {
    let query = call.query;
    call.asker
        .read_openly(move |rx, _| {
            let (shown, meta) = page(complexes::all(rx)?, &query, |c| c.id.0.to_string())?;
            Ok(ComplexPage { complexes: shown.into_iter().map(Into::into).collect(), meta })
        })
        .await
}

/// The bodies, those that have ended too.
///
/// # Errors
/// 422 for a page that there is not.
pub async fn bodies(call: Call<PageQuery>) -> Result<Done<BodyPage>, WebError> {
    let query = call.query;
    call.asker
        .read(move |rx, _| {
            let (shown, meta) = page(bodies::every(rx)?, &query, |b| b.id.0.to_string())?;
            Ok(BodyPage { bodies: shown.into_iter().map(Into::into).collect(), meta })
        })
        .await
}

/// The programmes.
///
/// # Errors
/// 422 for a page that there is not.
pub async fn programmes(call: Call<PageQuery>) -> Result<Done<ProgrammePage>, WebError> {
    let query = call.query;
    call.asker
        .read(move |rx, caller| {
            let all = stored::all(rx, seoul::day(caller.now))?;
            let (shown, meta) = page(all, &query, |p| p.id.0.to_string())?;
            Ok(ProgrammePage { programmes: shown.into_iter().map(Into::into).collect(), meta })
        })
        .await
}

/// The 행정동.
///
/// # Errors
/// 422 for a page that there is not.
pub async fn dongs(call: Call<PageQuery>) -> Result<Done<DongPage>, WebError> {
    let query = call.query;
    call.asker
        .read(move |rx, _| {
            let (shown, meta) = page(bodies::all_dongs(rx)?, &query, |(code, _, _)| code.clone())?;
            let dong = |(code, name, ward_code)| Dong { code, name, ward_code };
            Ok(DongPage { dongs: shown.into_iter().map(dong).collect(), meta })
        })
        .await
}

/// Everyone with an account.
///
/// # Errors
/// 403 for others than operators.
pub async fn people(call: Call<PageQuery>) -> Result<Done<PersonPage>, WebError> {
    let query = call.query;
    call.asker
        .read(move |rx, caller| {
            operator(caller)?;
            let (shown, meta) = page(users::all(rx)?, &query, |u| u.id.0.to_string())?;
            let held = users::all_in_force(rx, caller.now)?;
            let person = |u: users::User| Person {
                grants: held.iter().filter(|g| g.user_id == u.id).cloned().map(Into::into).collect(),
                id: u.id,
                name: u.name,
                email: u.email,
                phone: u.phone,
                status: u.status,
            };
            Ok(PersonPage { people: shown.into_iter().map(person).collect(), meta })
        })
        .await
}

/// Every role that somebody has or had.
///
/// # Errors
/// 403 for others than operators; 404.
pub async fn grants(call: Call) -> Result<Done<GrantList>, WebError> {
    let user = UserId(call.id()?);
    call.asker
        .read(move |rx, caller| {
            operator(caller)?;
            users::find(rx, user)?;
            let all = users::grants_of(rx, user)?;
            Ok(GrantList { grants: all.into_iter().map(Into::into).collect() })
        })
        .await
}

/// Adds a body.
///
/// # Errors
/// 403 for others than operators; 422.
pub async fn add_body(call: Call<Nothing, NewBodyBody>) -> Result<Made<Added>, WebError> {
    let b = call.body;
    let form = BodyForm {
        name: b.name,
        ward_code: b.ward_code,
        dong_code: b.dong_code,
        complex: b.complex_id,
        committee: b.committee,
        venue: b.venue,
        phone: b.phone,
        email: b.email,
        controller: b.controller,
        from_on: b.from_on,
    };
    call.asker
        .write(move |tx, caller| {
            let id = set_up::add_body(tx, &caller.actor, b.kind, &form, caller.now).map_err(told)?;
            Ok(Added { id: id.0 })
        })
        .await
}

/// Changes how a body is reached.
///
/// # Errors
/// 403 for others than operators; 404; 422.
pub async fn change_body(call: Call<Nothing, BodyContactBody>) -> Result<Done<Acknowledged>, WebError> {
    let id = BodyId(call.id()?);
    let b = call.body;
    call.asker
        .write(move |tx, caller| {
            set_up::change_body(tx, &caller.actor, id, &b.phone, &b.email, &b.controller, caller.now)
                .map_err(told)?;
            Ok(DONE)
        })
        .await
}

/// What a body is to a case, and by when it answers a referral.
///
/// # Errors
/// 403 for others than operators; 404; 422.
pub async fn body_terms(call: Call<Nothing, BodyTermsBody>) -> Result<Done<Acknowledged>, WebError> {
    let id = BodyId(call.id()?);
    let b = call.body;
    call.asker
        .write(move |tx, caller| {
            let terms = (b.venue, b.answer_days, b.calendar);
            set_up::set_terms(tx, &caller.actor, id, terms, caller.now).map_err(told)?;
            Ok(DONE)
        })
        .await
}

/// Ends a body on a day.
///
/// # Errors
/// 403 for others than operators; 404; 409 when it has ended; 422.
pub async fn end_body(call: Call<Nothing, EndBody>) -> Result<Done<Acknowledged>, WebError> {
    let id = BodyId(call.id()?);
    let on = call.body.until_on;
    call.asker
        .write(move |tx, caller| {
            set_up::end_body(tx, &caller.actor, id, on, caller.now).map_err(told)?;
            Ok(DONE)
        })
        .await
}

/// Adds a 단지.
///
/// # Errors
/// 403 for others than operators; 422.
pub async fn add_complex(call: Call<Nothing, NewComplexBody>) -> Result<Made<Added>, WebError> {
    let c = call.body;
    call.asker
        .write(move |tx, caller| {
            known_programme(tx, c.programme_id)?;
            let form = ComplexForm {
                code: c.code,
                name: c.name,
                households: Some(c.households),
                approved_on: c.approved_on,
                permit: c.permit,
                tenure: c.tenure,
                dong_code: c.dong_code,
                programme: c.programme_id,
            };
            let id = set_up::add_complex(tx, &caller.actor, &form, caller.now).map_err(told)?;
            Ok(Added { id: id.0 })
        })
        .await
}

/// A programme is chosen among those there are; a form does that by its list.
fn known_programme(rx: &mut crate::store::Rx<'_>, id: Option<ProgrammeId>) -> Result<(), WebError> {
    let known = match id {
        None => true,
        Some(id) => stored::names(rx)?.iter().any(|(known, _)| *known == id),
    };
    if known {
        Ok(())
    } else {
        Err(super::shapes::wrong("programme_id", "없는 사업입니다. 사업 목록에서 골라 주세요."))
    }
}

/// New facts of a 단지 from a day on.
///
/// # Errors
/// 403 for others than operators; 404; 422.
pub async fn set_facts(call: Call<Nothing, FactsBody>) -> Result<Done<Acknowledged>, WebError> {
    let id = ComplexId(call.id()?);
    let f = call.body;
    call.asker
        .write(move |tx, caller| {
            known_programme(tx, f.programme_id)?;
            let facts =
                Facts { dong_code: f.dong_code, committee: f.committee, programme_id: f.programme_id };
            set_up::set_facts(tx, &caller.actor, id, &facts, f.from, caller.now).map_err(told)?;
            Ok(DONE)
        })
        .await
}

/// Adds a programme: the operator one with its terms; a ward its own, whose terms come with its stages (선정, 협약).
///
/// # Errors
/// 403 for others than operators and wards; 422, for a ward also where terms are given.
pub async fn add_programme(call: Call<Nothing, NewProgrammeBody>) -> Result<Made<Added>, WebError> {
    let NewProgrammeBody { name, year, terms } = call.body;
    let terms = terms.into();
    call.asker
        .write(move |tx, caller| {
            let id =
                set_up::add_programme(tx, &caller.actor, &name, year, &terms, caller.now).map_err(told)?;
            Ok(Added { id: id.0 })
        })
        .await
}

/// New terms of a programme from a day on; what held before stays on record.
///
/// # Errors
/// 403 for others than operators; 404; 422.
pub async fn change_programme(
    call: Call<Nothing, ProgrammeChangeBody>,
) -> Result<Made<Acknowledged>, WebError> {
    let id = ProgrammeId(call.id()?);
    let ProgrammeChangeBody { holds_on, reason, terms } = call.body;
    let terms = terms.into();
    call.asker
        .write(move |tx, caller| {
            let on = holds_on.unwrap_or_else(|| seoul::day(caller.now));
            set_up::change_programme(tx, &caller.actor, id, &terms, on, &reason, caller.now).map_err(told)?;
            Ok(DONE)
        })
        .await
}

/// Ends a programme before its term; what was accepted is finished.
///
/// # Errors
/// 403 for others than operators; 404; 422.
pub async fn end_programme(call: Call<Nothing, ProgrammeEndBody>) -> Result<Made<Acknowledged>, WebError> {
    let id = ProgrammeId(call.id()?);
    let ProgrammeEndBody { on, reason } = call.body;
    call.asker
        .write(move |tx, caller| {
            set_up::end_programme(tx, &caller.actor, id, on, &reason, caller.now).map_err(told)?;
            Ok(DONE)
        })
        .await
}

/// Adds a 행정동 and its office.
///
/// # Errors
/// 403 for others than operators; 422.
pub async fn add_dong(call: Call<Nothing, NewDongBody>) -> Result<Made<Acknowledged>, WebError> {
    let d = call.body;
    call.asker
        .write(move |tx, caller| {
            set_up::add_dong(tx, &caller.actor, &d.code, &d.name, caller.now).map_err(told)?;
            Ok(DONE)
        })
        .await
}

fn new_grant(g: &NewGrantBody) -> people::NewGrant {
    people::NewGrant { role: g.role, body: g.body_id, from: g.from, until: g.until }
}

/// Makes an account with its first role and sends the invitation. The link goes by mail only.
///
/// # Errors
/// 403 for others than operators; 422.
pub async fn invite(call: Call<Nothing, InviteBody>) -> Result<Made<Added>, WebError> {
    let b = call.body;
    let rules = AccountRules::of(&call.asker.state.settings);
    let grant = new_grant(&b.grant);
    let invite = people::Invite { email: b.email, name: b.name, phone: b.phone, grant };
    call.asker
        .write(move |tx, caller| {
            let sent = people::invite(tx, &caller.actor, &rules, &invite, caller.now).map_err(told)?;
            Ok(Added { id: sent.user.0 })
        })
        .await
}

/// Sends a new invitation to somebody who has not come in yet.
///
/// # Errors
/// 403 for others than operators; 404; 409 when the account is not waiting.
pub async fn invite_again(call: Call) -> Result<Done<Acknowledged>, WebError> {
    let user = UserId(call.id()?);
    let rules = AccountRules::of(&call.asker.state.settings);
    call.asker
        .write(move |tx, caller| {
            people::invite_again(tx, &caller.actor, &rules, user, caller.now).map_err(told)?;
            Ok(DONE)
        })
        .await
}

/// Sends a link for a new password.
///
/// # Errors
/// 403 for others than operators; 404; 409 when the account is not active.
pub async fn send_reset(call: Call) -> Result<Done<Acknowledged>, WebError> {
    let user = UserId(call.id()?);
    let rules = AccountRules::of(&call.asker.state.settings);
    call.asker
        .write(move |tx, caller| {
            people::send_reset(tx, &caller.actor, &rules, user, caller.now).map_err(told)?;
            Ok(DONE)
        })
        .await
}

/// Stops an account at once.
///
/// # Errors
/// 403 for others than operators; 404; 422 for the last operator.
pub async fn disable(call: Call) -> Result<Done<Acknowledged>, WebError> {
    let user = UserId(call.id()?);
    call.asker
        .write(move |tx, caller| {
            people::disable(tx, &caller.actor, user, caller.now).map_err(told)?;
            Ok(DONE)
        })
        .await
}

/// Opens a stopped account again.
///
/// # Errors
/// 403 for others than operators; 404.
pub async fn enable(call: Call) -> Result<Done<Acknowledged>, WebError> {
    let user = UserId(call.id()?);
    call.asker
        .write(move |tx, caller| {
            people::enable(tx, &caller.actor, user, caller.now).map_err(told)?;
            Ok(DONE)
        })
        .await
}

/// Gives a role.
///
/// # Errors
/// 403 for others than operators; 404; 422.
pub async fn give(call: Call<Nothing, NewGrantBody>) -> Result<Made<Added>, WebError> {
    let user = UserId(call.id()?);
    let grant = new_grant(&call.body);
    call.asker
        .write(move |tx, caller| {
            operator(caller)?;
            users::find(tx, user)?;
            let id = people::give(tx, &caller.actor, user, &grant, caller.now).map_err(told)?;
            Ok(Added { id: id.0 })
        })
        .await
}

/// Ends a role now.
///
/// # Errors
/// 403 for others than operators; 404; 409 when it is over; 422 for the last operator's.
pub async fn end_grant(call: Call) -> Result<Done<Acknowledged>, WebError> {
    let id = GrantId(call.id()?);
    call.asker
        .write(move |tx, caller| {
            people::end_grant(tx, &caller.actor, id, caller.now).map_err(told)?;
            Ok(DONE)
        })
        .await
}
