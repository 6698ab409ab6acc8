//! 의뢰: what other bodies sent to the caller's own.
use super::call::{Call, Done, Nothing, told};
use super::shapes::case::Case;
use super::shapes::file::{
    ApplicationList, ApplicationOne, PacketOne, PreviewBody, ReferralIn, ReferralPage,
};
use super::shapes::{PageQuery, page};
use crate::casework::application;
use crate::casework::packet::{self, Said};
use crate::domain::codes::{Role, Side};
use crate::domain::referral::Answered;
use crate::domain::seoul;
use crate::store::{cases, projection};
use crate::web::error::WebError;
use crate::web::pages::cases::load;
use crate::web::pages::cases::papers::may_print;

/// What exactly would go to a body, before it does; whose data it shows is recorded.
///
/// # Errors
/// 404 outside the scope; 403; 422 at `body`, `basis`, `help` or `answers`, with the rule.
pub async fn preview(call: Call<Nothing, PreviewBody>) -> Result<Done<PacketOne>, WebError> {
    let (number, said) = (call.number(), call.body);
    call.asker
        .write(move |tx, c| {
            let answers: Vec<Answered> = said.answers.into_iter().map(Into::into).collect();
            let (body, basis, help) = (said.body, said.basis, said.help);
            let about = Said { body, reason: &said.reason, basis, help, answers: &answers };
            let made =
                packet::preview(tx, &c.actor, &number, (about, None, None), &c.ip, c.now).map_err(told)?;
            Ok(PacketOne { packet: made.into() })
        })
        .await
}

/// What went along with a referral, byte for byte; the opening is recorded.
///
/// # Errors
/// 404 where there is none, or it is not for the caller.
pub async fn packet(call: Call) -> Result<Done<PacketOne>, WebError> {
    let (number, seq) = (call.number(), call.id()?);
    call.asker
        .write(move |tx, c| {
            let opened = packet::opened(tx, &c.actor, (&number, seq), &c.ip, c.now).map_err(told)?;
            Ok(PacketOne { packet: opened.into() })
        })
        .await
}

/// Referrals that are read at most.
const MOST: i64 = 2000;

/// The inbox of a coordinator or a dong's officer, newest first; no party is shown.
///
/// # Errors
/// 403 for people of other roles.
pub async fn list(call: Call<PageQuery>) -> Result<Done<ReferralPage>, WebError> {
    let query = call.query;
    call.asker
        .read(move |rx, caller| {
            let bodies = [caller.actor.bodies(Role::Coordinator), caller.actor.bodies(Role::Dong)].concat();
            if bodies.is_empty() {
                return Err(WebError::denied());
            }
            let all = projection::referrals_to(rx, &bodies, MOST)?;
            let key = |r: &projection::ReferralRow| {
                format!("{}-{}", r.sent_at.and_utc().timestamp_micros(), r.case_id.0)
            };
            let (shown, meta) = page(all, &query, key)?;
            let ids: Vec<_> = shown.iter().map(|r| r.case_id).collect();
            let heads = cases::heads(rx, &ids)?;
            let due = projection::referral_duties(rx, &bodies, MOST)?;
            let referral = |r: projection::ReferralRow| {
                let head = heads.iter().find(|h| h.id == r.case_id)?.clone();
                Some(ReferralIn {
                    seq: r.seq,
                    from_id: r.from_id,
                    state: r.state,
                    sent_at: r.sent_at.and_utc(),
                    due_at: r.duty(&due).map(|(_, due)| due),
                    case: Case::from(head),
                })
            };
            Ok(ReferralPage { referrals: shown.into_iter().filter_map(referral).collect(), meta })
        })
        .await
}

/// The bodies to which the applicant can apply themself, each with what it demands and how that stands in the case.
///
/// # Errors
/// 404 outside the scope, or for those who may not know the applicant.
pub async fn applications(call: Call) -> Result<Done<ApplicationList>, WebError> {
    let number = call.number();
    call.asker
        .open(number, "papers", String::new(), |rx, caller, number| {
            let sight = load::sight(rx, &caller.actor, number).map_err(told)?;
            if !may_print(&sight) || !sight.knows(Side::Applicant) {
                return Err(WebError::not_found());
            }
            let case = sight.case();
            let mut applications = Vec::new();
            for body in application::bodies(rx, case, caller.now)? {
                let one = application::one(rx, case.clone(), body.id, caller.now)?;
                applications.push(ApplicationOne::of(&one, seoul::day(caller.now)));
            }
            Ok(ApplicationList { applications })
        })
        .await
}
