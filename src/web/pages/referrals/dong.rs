//! 동 담당의 의뢰: the welfare referrals of one dong's office on a single page: with what to help, by when, what to do about each; nothing
//! else of the case. Whom it is about stands in the 의뢰서, which opens once the referral is taken.
use super::card::{About, Card, card, look};
use crate::casework::packet;
use crate::domain::codes::ReferralState;
use crate::domain::ids::BodyId;
use crate::domain::permission::Actor;
use crate::store::{Rx, StoreError, bodies, cases, events, projection};
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::parts::{Link, Page, Summary};
use crate::web::state::State;
use crate::web::steps::words;
use actix_web::HttpResponse;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// `pages/referrals/dong`.
#[derive(Debug, Serialize)]
struct Desk {
    page: Page,
    waiting: Vec<Card>,
    taken: Vec<Card>,
    over: Vec<Card>,
}

/// Referrals shown at most.
const MOST: i64 = 100;

/// The page of an officer of a dong.
///
/// # Errors
/// Database and template errors.
pub(super) async fn page(state: &State, who: &Who, offices: Vec<BodyId>) -> Result<HttpResponse, WebError> {
    let (actor, now) = (who.actor.clone(), state.now());
    let cards = state.db.read(move |rx| read(rx, &actor, &offices, now)).await?;
    let page = state.frame(who, "받은 의뢰");
    let csrf = page.csrf.clone();
    let mut desk = Desk { page, waiting: Vec::new(), taken: Vec::new(), over: Vec::new() };
    for (state, mut card) in cards {
        card.acts.iter_mut().for_each(|act| act.csrf.clone_from(&csrf));
        match state {
            ReferralState::Sent | ReferralState::Silent => desk.waiting.push(card),
            ReferralState::Accepted => desk.taken.push(card),
            ReferralState::Returned | ReferralState::Done => desk.over.push(card),
        }
    }
    state.page("pages/referrals/dong", &desk)
}

fn read(
    rx: &mut Rx<'_>,
    actor: &Actor,
    offices: &[BodyId],
    now: DateTime<Utc>,
) -> Result<Vec<(ReferralState, Card)>, StoreError> {
    let mut cards = Vec::new();
    let duties = projection::referral_duties(rx, offices, MOST)?;
    for row in projection::referrals_to(rx, offices, MOST)? {
        // After its end the office's access ends too: then only that it was here is left.
        let case = match cases::find_id(rx, &actor.scope(), row.case_id) {
            Ok(case) => Some(case),
            Err(StoreError::NotFound) => None,
            Err(e) => return Err(e),
        };
        let from = row.from_id.map(|b| bodies::find(rx, b)).transpose()?.map(|b| b.name).unwrap_or_default();
        let Some(case) = case else {
            let heads = cases::heads(rx, &[row.case_id])?;
            let Some(head) = heads.into_iter().next() else { continue };
            cards.push((row.state, over(head.number, row.state, &from, row.sent_at.and_utc())));
            continue;
        };
        let Some(referral) = case.referral(row.seq) else { continue };
        let lines = events::of_case(rx, case.id)?;
        let by = row.duty(&duties).map(|(_, due)| due);
        let opens = packet::readable(rx, actor, &case)?.contains(&row.seq);
        let path = format!("/cases/{}/referrals/{}/packet", case.number, row.seq);
        let packet = opens.then(|| Link::new(path, "의뢰서 열기"));
        let (link, words) = (None, true);
        let about =
            About { actor, case: &case, referral, lines: &lines, from: &from, by, packet, link, words };
        cards.push((referral.state, card(about, now)));
    }
    Ok(cards)
}

fn over(number: String, state: ReferralState, from: &str, sent: DateTime<Utc>) -> Card {
    Card {
        number,
        state: state.label(),
        kind: look(state),
        help: "",
        due: None,
        late: false,
        facts: Summary::default().row("보낸 곳", from).row("보낸 때", words::official(sent)),
        packet: None,
        said: Vec::new(),
        acts: Vec::new(),
    }
}
