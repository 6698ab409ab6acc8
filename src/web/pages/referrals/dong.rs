//! 동 담당의 의뢰: the welfare referrals of one dong's office on a single page: with what to help, by when, what to do about each; nothing
//! else of the case. Whom it is about stands in the 의뢰서, which opens once the referral is taken.
use crate::casework::packet;
use crate::domain::case::{Case, Event, Referral};
use crate::domain::codes::{ReferralState, ReturnReason};
use crate::domain::ids::BodyId;
use crate::domain::permission::{Actor, Hat};
use crate::domain::seoul;
use crate::domain::step::{Step, StepCode};
use crate::store::{Rx, StoreError, bodies, cases, events, projection};
use crate::web::error::WebError;
use crate::web::field::Field;
use crate::web::guard::Who;
use crate::web::pages::cases::load::due;
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

/// A referral, and what can be done about it.
#[derive(Debug, Serialize)]
struct Card {
    number: String,
    state: &'static str,
    kind: &'static str,
    help: &'static str,
    /// By when something is due, and whether that is over.
    due: Option<String>,
    late: bool,
    facts: Summary,
    packet: Option<Link>,
    /// What the office wrote about it so far, oldest first.
    said: Vec<Said>,
    acts: Vec<Act>,
}

/// A line of the office's own.
#[derive(Debug, Serialize)]
struct Said {
    at: String,
    text: String,
}

/// A step, with its form.
#[derive(Debug, Serialize)]
struct Act {
    title: &'static str,
    button: &'static str,
    action: String,
    csrf: String,
    referral: i64,
    version: i64,
    fields: Vec<Field>,
    /// What is most likely done next stands open.
    open: bool,
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
        cards.push((referral.state, card((actor, &case, referral), &lines, &from, (by, opens), now)));
    }
    Ok(cards)
}

fn look(state: ReferralState) -> &'static str {
    match state {
        ReferralState::Sent => "info",
        ReferralState::Silent | ReferralState::Returned => "warn",
        ReferralState::Accepted | ReferralState::Done => "ok",
    }
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

fn card(
    (actor, case, referral): (&Actor, &Case, &Referral),
    lines: &[Event],
    from: &str,
    (by, opens): (Option<DateTime<Utc>>, bool),
    now: DateTime<Utc>,
) -> Card {
    let asks = referral.waits();
    let until = by.filter(|_| referral.is_open()).map(|by| due(by, now));
    let mut facts = Summary::default()
        .row("보낸 곳", from)
        .row("보낸 때", words::official(referral.sent_at))
        .row("소음", case.intake.cause.label());
    if asks {
        let count =
            format!("{}까지. {}", words::official_day(seoul::day(referral.due)), referral.terms.shown());
        facts = facts.row("답할 기한", count);
    }
    if !referral.their_number.is_empty() {
        facts = facts.row("우리 접수번호", referral.their_number.clone());
    }
    let path = format!("/cases/{}/referrals/{}/packet", case.number, referral.seq);
    Card {
        number: case.number.clone(),
        state: referral.state.label(),
        kind: look(referral.state),
        help: referral.help.map_or("복지·법률 도움", crate::domain::codes::DongHelp::label),
        late: until.as_ref().is_some_and(|(_, late)| *late),
        due: until.map(|(text, _)| text),
        facts,
        packet: opens.then(|| Link::new(path, "의뢰서 열기")),
        said: said(lines, referral),
        acts: acts(actor, case, referral),
    }
}

/// What the office itself wrote about this referral.
fn said(lines: &[Event], referral: &Referral) -> Vec<Said> {
    let own = lines.iter().filter(|l| !l.voided && l.by_role == Hat::Referred.code());
    let text = |line: &Event| {
        let (of, text) = match &line.step {
            Step::AcceptReferral { referral, note, .. } => (*referral, note.clone()),
            Step::ReferralProgress { referral, text } => (*referral, text.clone()),
            Step::ReferralResult { referral, result, .. } => (*referral, result.clone()),
            _ => return None,
        };
        let what = line.step.code().label();
        let text = if text.is_empty() { what.to_owned() } else { format!("{what}: {text}") };
        (of == referral.seq).then(|| Said { at: words::official(line.at), text })
    };
    own.filter_map(text).collect()
}

fn acts(actor: &Actor, case: &Case, referral: &Referral) -> Vec<Act> {
    let open = case.open_to(actor);
    let may = |step: &StepCode| open.contains(step) && actor.may_answer(*step, referral, case);
    let all = [
        StepCode::AcceptReferral,
        StepCode::ReferralProgress,
        StepCode::ReferralResult,
        StepCode::ReturnReferral,
    ];
    let likely = if referral.waits() { StepCode::AcceptReferral } else { StepCode::ReferralProgress };
    let act = |step: StepCode| Act {
        title: title(step),
        button: button(step),
        action: format!("/cases/{}/steps/{}", case.number, step.code()),
        csrf: String::new(),
        referral: referral.seq,
        version: case.version,
        fields: fields(step, &format!("{}-{}-{}", case.number, referral.seq, step.code())),
        open: step == likely,
    };
    // Of what was not taken yet there is nothing to tell.
    let told = [StepCode::ReferralProgress, StepCode::ReferralResult];
    let fits = |step: &StepCode| !told.contains(step) || !referral.waits();
    all.into_iter().filter(may).filter(fits).map(act).collect()
}

const fn title(step: StepCode) -> &'static str {
    match step {
        StepCode::AcceptReferral => "이 의뢰 맡기",
        StepCode::ReferralProgress => "경과 알리기",
        StepCode::ReferralResult => "결과 알리고 마치기",
        _ => "돌려보내기",
    }
}

const fn button(step: StepCode) -> &'static str {
    match step {
        StepCode::AcceptReferral => "의뢰 받기",
        StepCode::ReferralProgress => "경과 보내기",
        StepCode::ReferralResult => "결과 보내기",
        _ => "돌려보내기",
    }
}

/// The fields of one step. Several forms stand on the page: each field has an id of its own.
fn fields(step: StepCode, form: &str) -> Vec<Field> {
    let number = || Field::text("their_number", "우리 접수번호").width("w-m").max(200).optional();
    let fields = match step {
        StepCode::AcceptReferral => vec![number(), Field::area("note", "메모", 4000).rows(2).optional()],
        StepCode::ReferralProgress => vec![Field::area("text", "경과", 4000).rows(3)],
        StepCode::ReferralResult => vec![number(), Field::area("result", "결과", 4000).rows(3)],
        _ => vec![
            Field::select("reason", "까닭")
                .choice("", "고르기", None)
                .choices(ReturnReason::ALL.iter().map(|r| (r.code(), r.label()))),
            Field::area("note", "설명", 4000).rows(2).optional(),
        ],
    };
    let own = |field: Field| Field { id: format!("{}-{form}", field.name), ..field };
    fields.into_iter().map(own).collect()
}
