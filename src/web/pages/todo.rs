//! 내가 할 일: every duty over all one's cases, the most urgent first. The first page after login.
use crate::casework::CaseworkError;
use crate::casework::tell::path_of;
use crate::casework::todo::{self, Todo, What};
use crate::domain::codes::{CommitteeDuty, DutyKind, LinkPurpose};
use crate::domain::committee::duties::{About, Duty};
use crate::domain::ids::UserId;
use crate::domain::permission::Actor;
use crate::domain::publication::Period;
use crate::store::cases::Head;
use crate::store::projection::DutyRow;
use crate::store::{Rx, StoreError, bodies, cases, complexes, links};
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::pages::cases::load::due;
use crate::web::pages::cases::show::Call;
use crate::web::parts::{Link, Page};
use crate::web::state::State;
use actix_web::HttpResponse;
use actix_web::web::Data;
use chrono::{DateTime, Duration, Utc};
use serde::Serialize;
use std::collections::BTreeMap;

/// Duties shown at most.
const MOST: i64 = 300;

/// `pages/todo/list`.
#[derive(Debug, Serialize)]
struct Shown {
    page: Page,
    /// One sentence: how many, how many late.
    summary: String,
    groups: Vec<Group>,
    may_file: bool,
    /// Where somebody without a duty goes on: the next entry of their menu.
    next: Option<Link>,
    /// Other roles of the person, whose duties are not in this list.
    switch: Option<String>,
}

/// Duties of one time.
#[derive(Debug, Serialize)]
struct Group {
    title: &'static str,
    late: bool,
    n: usize,
    items: Vec<Item>,
}

/// One duty.
#[derive(Debug, Clone, Serialize)]
struct Item {
    title: String,
    href: String,
    number: String,
    place: String,
    owner: String,
    due: String,
    late: bool,
}

/// The list.
///
/// # Errors
/// Database errors.
pub async fn page(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let (actor, user, now) = (who.actor.clone(), who.user()?, state.now());
    let found = state.db.read(move |rx| read(rx, &actor, user, now)).await?;
    let (late, all) = (found.iter().filter(|(_, i)| i.late).count(), found.len());
    let summary = match (all, late) {
        (0, _) => "지금 할 일이 없습니다.".to_owned(),
        (n, 0) => format!("할 일이 {n}가지 있습니다. 기한이 지난 것은 없습니다."),
        (n, late) => format!("할 일이 {n}가지 있습니다. 그 가운데 {late}가지는 기한이 지났습니다."),
    };
    let switch = (who.roles.len() > 1).then(|| "/settings/role".to_owned());
    let page = state.frame(&who, "내가 할 일");
    let elsewhere = page.nav.iter().find(|entry| !entry.current && entry.href != "/todo");
    let next = elsewhere.map(|entry| Link::new(entry.href.clone(), format!("{} 보기", entry.label)));
    let todo = Shown {
        page,
        next,
        summary,
        groups: groups(found, now),
        may_file: !who.actor.files_at().is_empty(),
        switch,
    };
    state.page("pages/todo/list", &todo)
}

fn read(
    rx: &mut Rx<'_>,
    actor: &Actor,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Vec<(DateTime<Utc>, Item)>, CaseworkError> {
    let all = todo::of(rx, actor, user, now, MOST)?;
    let rows = || {
        all.iter().filter_map(|t| match &t.what {
            What::OfCase(row) => Some(row),
            What::OfCommittee(..) | What::Publish(..) => None,
        })
    };
    let mut ids: Vec<_> = rows().filter_map(|d| d.case_id).collect();
    ids.sort();
    ids.dedup();
    let heads: BTreeMap<_, _> = cases::heads(rx, &ids)?.into_iter().map(|h| (h.id, h)).collect();
    let homes: Vec<_> = heads.values().filter_map(|h| h.complex_id).collect();
    let homes: BTreeMap<_, _> = complexes::names(rx, &homes)?.into_iter().collect();
    let owners: Vec<_> = rows().filter_map(|d| d.body_id).collect();
    let owners: BTreeMap<_, _> = bodies::names(rx, &owners)?.into_iter().collect();
    let mut items = Vec::new();
    for Todo { due, what } in &all {
        let item = match what {
            What::OfCommittee(body, duty) => of_committee(body, duty, *due, now),
            What::Publish(body, period) => of_ward(body, period, *due, now),
            What::OfCase(duty) => {
                let head = duty.case_id.and_then(|id| heads.get(&id));
                let home = head.and_then(|h| h.complex_id).and_then(|c| homes.get(&c).cloned());
                let owner = duty.body_id.and_then(|b| owners.get(&b).cloned());
                of_case(rx, duty, (head, home, owner), user, now)?
            }
        };
        items.push((*due, item));
    }
    Ok(items)
}

/// A duty of a case: of which, where it is, and at whose desk (none: the person's own).
fn of_case(
    rx: &mut Rx<'_>,
    duty: &DutyRow,
    (head, home, owner): (Option<&Head>, Option<String>, Option<String>),
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Item, CaseworkError> {
    let (due, late) = due(duty.due_at.and_utc(), now);
    let number = head.map(|h| h.number.clone()).unwrap_or_default();
    let title = if duty.kind == DutyKind::Tell {
        let call = Call::of(duty, now);
        format!("{}에게 전화로 알리기: {}", call.who, call.about)
    } else {
        duty.kind.label().to_owned()
    };
    let href = match (duty.kind, number.is_empty()) {
        (_, true) => "/todo".to_owned(),
        (DutyKind::Tell, _) => format!("/cases/{number}/parties"),
        (DutyKind::SendOn, _) => format!("/waiting/{number}"),
        (DutyKind::Mail | DutyKind::ReadReply, _) => format!("/cases/{number}/mails"),
        // An offer's mediator decides by the link of their mail; the case is not theirs to open yet.
        (DutyKind::AnswerOffer, _) if duty.user_id == Some(user) => offer(rx, duty, user, now)?,
        _ => format!("/cases/{number}"),
    };
    let owner = owner.unwrap_or_else(|| "나".to_owned());
    let place = home.or_else(|| head.and_then(|h| h.complex_typed.clone())).unwrap_or_default();
    Ok(Item { title, href, number, place, owner, due, late })
}

/// What waits at a committee.
fn of_committee(body: &bodies::Body, duty: &Duty, at: DateTime<Utc>, now: DateTime<Utc>) -> Item {
    let (due, late) = due(at, now);
    let home = format!("/committees/{}", body.id.0);
    let (href, number) = match &duty.about {
        About::Meeting(id) => (format!("/meetings/{}", id.0), String::new()),
        // A seat's page is the desk's; a member reads of their own at the committee's.
        About::Seat(id) if duty.kind != CommitteeDuty::OwnTraining => {
            (format!("/seats/{}", id.0), String::new())
        }
        About::Case(_, number) => (home, number.clone()),
        About::Body | About::Seat(_) => (home, String::new()),
    };
    let (title, owner) = (duty.kind.label().to_owned(), body.name.clone());
    Item { title, href, number, place: String::new(), owner, due, late }
}

/// What waits at the ward itself.
fn of_ward(body: &bodies::Body, period: &Period, at: DateTime<Utc>, now: DateTime<Utc>) -> Item {
    let (due, late) = due(at, now);
    let title = format!("{} 보고서 공표하기", period.name());
    let href = format!("/publications/draft?period={}", period.code());
    Item { title, href, number: String::new(), place: String::new(), owner: body.name.clone(), due, late }
}

/// The one-decision page of the offer that a mediator was sent.
fn offer(rx: &mut Rx<'_>, duty: &DutyRow, user: UserId, now: DateTime<Utc>) -> Result<String, StoreError> {
    let Some(case) = duty.case_id else { return Ok("/todo".to_owned()) };
    let live = links::live_of_case(rx, case, LinkPurpose::Offer, now)?;
    let own = live.into_iter().find(|l| l.user_id == Some(user));
    Ok(own.map_or_else(|| "/todo".to_owned(), |l| path_of(rx, l.id)))
}

fn groups(found: Vec<(DateTime<Utc>, Item)>, now: DateTime<Utc>) -> Vec<Group> {
    let week = now + Duration::days(7);
    let mut groups = [
        Group { title: "기한이 지난 일", late: true, n: 0, items: Vec::new() },
        Group { title: "7일 안에 할 일", late: false, n: 0, items: Vec::new() },
        Group { title: "그 뒤에 할 일", late: false, n: 0, items: Vec::new() },
    ];
    for (at, item) in found {
        let index = if item.late {
            0
        } else if at < week {
            1
        } else {
            2
        };
        if let Some(group) = groups.get_mut(index) {
            group.n += 1;
            group.items.push(item);
        }
    }
    groups.into_iter().filter(|g| !g.items.is_empty()).collect()
}
