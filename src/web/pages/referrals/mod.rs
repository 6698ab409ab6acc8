//! 의뢰: what other bodies sent to one's own: those that wait for an answer first. Until a referral is accepted, no party is shown.
pub mod by_link;
mod card;
mod dong;

pub use card::STEPS;

use crate::domain::codes::{DutyKind, ReferralState, Role};
use crate::domain::ids::BodyId;
use crate::domain::seoul;
use crate::store::{Rx, StoreError, bodies, cases, projection};
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::parts::{Cell, Column, Empty, Page, Table};
use crate::web::state::State;
use crate::web::steps::words;
use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;
use std::collections::BTreeMap;

/// Referrals shown at most.
const MOST: i64 = 200;

/// `pages/referrals/list`.
#[derive(Debug, Serialize)]
struct Inbox {
    page: Page,
    waiting: Table,
    answered: Table,
}

/// The inbox of a coordinator or a dong's officer.
///
/// # Errors
/// 404 for people of other roles.
pub async fn page(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    if !(who.acts_as(Role::Coordinator) || who.acts_as(Role::Dong)) {
        return Err(WebError::not_found());
    }
    if !who.acts_as(Role::Coordinator) {
        return dong::page(&state, &who, who.actor.bodies(Role::Dong)).await;
    }
    let bodies = [who.actor.bodies(Role::Coordinator), who.actor.bodies(Role::Dong)].concat();
    let (waiting, answered) = state.db.read(move |rx| read(rx, &bodies)).await?;
    let columns =
        || Vec::from(["접수번호", "행정동", "소음", "보낸 곳", "보낸 때", "상태", "할 일"].map(Column::new));
    let inbox = Inbox {
        page: state.frame(&who, "의뢰"),
        waiting: Table::new(
            format!("답을 기다리는 의뢰 {}건", waiting.len()),
            columns(),
            waiting,
            Empty::new("답을 기다리는 의뢰가 없습니다."),
        ),
        answered: Table::new(
            "받았거나 끝난 의뢰".to_owned(),
            columns(),
            answered,
            Empty::new("아직 없습니다."),
        ),
    };
    state.page("pages/referrals/list", &inbox)
}

type Rows = Vec<Vec<Cell>>;

fn read(rx: &mut Rx<'_>, to: &[BodyId]) -> Result<(Rows, Rows), StoreError> {
    let found = projection::referrals_to(rx, to, MOST)?;
    let ids: Vec<_> = found.iter().map(|r| r.case_id).collect();
    let heads: BTreeMap<_, _> = cases::heads(rx, &ids)?.into_iter().map(|h| (h.id, h)).collect();
    let dongs: BTreeMap<String, String> =
        bodies::all_dongs(rx)?.into_iter().map(|(code, name, _)| (code, name)).collect();
    let senders: Vec<_> = found.iter().filter_map(|r| r.from_id).collect();
    let senders: BTreeMap<_, _> = bodies::names(rx, &senders)?.into_iter().collect();
    let duties = projection::referral_duties(rx, to, MOST)?;
    let (mut waiting, mut answered) = (Vec::new(), Vec::new());
    for referral in found {
        let Some(head) = heads.get(&referral.case_id) else { continue };
        let dong = head.dong_code.as_ref().and_then(|c| dongs.get(c).cloned()).unwrap_or_default();
        let from = referral.from_id.and_then(|b| senders.get(&b).cloned()).unwrap_or_default();
        let waits = ReferralState::WAITING.contains(&referral.state);
        let kind = match referral.state {
            ReferralState::Sent => "info",
            ReferralState::Silent => "warn",
            _ => "ok",
        };
        let over = referral.state == ReferralState::Done;
        let number = head.number.clone();
        let to_do = match referral.duty(&duties) {
            Some((kind, due)) => {
                let by = format!("{}까지", words::official_day(seoul::day(due)));
                let step =
                    if kind == DutyKind::ReportReferral { "referral_result" } else { "accept_referral" };
                Cell::link(kind.label(), format!("/cases/{number}/steps/{step}?referral={}", referral.seq))
                    .small(by)
            }
            None => Cell::text(""),
        };
        let opens = format!("/cases/{number}");
        let row = vec![
            // Access ends with the result.
            if over { Cell::text(number) } else { Cell::link(number, opens) },
            Cell::text(dong),
            Cell::text(head.cause.label()).small(head.position.label()),
            Cell::text(from),
            Cell::text(words::official(referral.sent_at.and_utc())),
            Cell::badge(referral.state.label(), kind),
            to_do,
        ];
        if waits { waiting.push(row) } else { answered.push(row) }
    }
    Ok((waiting, answered))
}
