//! 요약: where the case is, the one next thing, what else can be done, calls to make, what happened last.
use super::load::{self, Sight, due};
use super::log;
use crate::casework::recusal::{self, Confirm};
use crate::casework::{CaseworkError, open, packet};
use crate::domain::case::Referral;
use crate::domain::codes::Side;
use crate::domain::notice;
use crate::domain::permission::{Hat, View};
use crate::domain::sentence;
use crate::domain::step::{Seq, form};
use crate::store::Rx;
use crate::store::projection::DutyRow;
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::parts::{Action, Flash, IdBar, Link, Page, Summary, Timeline};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use crate::web::steps::words;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// `pages/cases/show`.
#[derive(Debug, Serialize)]
struct Show {
    page: Page,
    bar: IdBar,
    action: Option<Action>,
    calls: Vec<Call>,
    now: String,
    next: String,
    facts: Summary,
    groups: Vec<Group>,
    last: Timeline,
    log: Option<String>,
    /// Why only this much is shown.
    packets: Vec<Link>,
    limited: Option<&'static str>,
    recusal: Option<Asks>,
}

/// Steps under one heading.
#[derive(Debug, Serialize)]
pub(crate) struct Group {
    pub title: &'static str,
    /// Shown unfolded: what comes next stands in it, or there are only a few.
    pub open: bool,
    pub links: Vec<Link>,
}

/// A call to make.
#[derive(Debug, Serialize)]
pub(crate) struct Call {
    /// The duty's id, by which it is ticked off.
    pub id: i64,
    pub who: String,
    pub about: String,
    pub due: String,
    pub late: bool,
}

impl Call {
    /// From a telephone duty.
    pub(crate) fn of(duty: &DutyRow, now: DateTime<Utc>) -> Self {
        let call = notice::Call::parse(&duty.detail);
        let (due, late) = due(duty.due_at.and_utc(), now);
        Self {
            id: duty.id,
            who: call.map_or("당사자", |call| call.side.label()).to_owned(),
            about: call.map_or("진행 안내", |call| call.kind.label()).to_owned(),
            due,
            late,
        }
    }
}

/// The case's first page.
///
/// # Errors
/// 404 outside the scope or where the person may read nothing.
pub async fn page(state: Data<State>, who: Who, number: Path<String>) -> Result<HttpResponse, WebError> {
    let sight = load::open(&state, &who, &number, "summary").await?;
    let now = state.now();
    let case = sight.case();
    let full = sight.file.view == View::File;
    let (actor, of) = (who.actor.clone(), case.clone());
    let read = move |rx: &mut Rx<'_>| {
        let readable = packet::readable(rx, &actor, &of)?;
        Ok::<_, CaseworkError>((recusal::to_confirm(rx, &actor, &of, now)?, readable))
    };
    let (confirm, readable) = state.db.glance(read).await?;
    let packets = packets(&sight, &readable);
    let limited = match sight.file.view {
        View::Summary if sight.is(Hat::Deliberating) => Some(
            "회의 안건이 된 사건이어서 회의록이 서명될 때까지 요약을 볼 수 있습니다. 이름과 연락처는 보이지 않습니다.",
        ),
        View::Summary if !packets.is_empty() => {
            Some("의뢰를 받으셨습니다. 누구를 어떻게 도울지는 받은 의뢰서에 있습니다.")
        }
        View::Summary => {
            Some("의뢰를 받으면 이 사건의 자세한 내용을 볼 수 있습니다. 지금은 요약만 보입니다.")
        }
        View::OwnLog => Some("위원회에 넘긴 사건입니다. 관리사무소가 적은 기록만 보입니다."),
        View::Nothing | View::File => None,
    };
    let last = sight.file.lines.iter().take(3).map(|line| log::brief(&sight, line)).collect();
    let shown = Show {
        bar: sight.bar("", now),
        action: action(&sight, now),
        calls: sight.calls.iter().map(|d| Call::of(d, now)).collect(),
        now: sentence::now(case),
        next: if full { String::new() } else { sentence::next(case) },
        facts: facts(&sight),
        groups: groups(&sight),
        last: Timeline { items: last },
        log: Some(format!("/cases/{}/log", case.number)).filter(|_| sight.file.view != View::Summary),
        limited,
        packets,
        recusal: confirm.filter(|_| case.is_open()).map(|confirm| asks(&case.number, confirm)),
        page: sight.frame(&state, &who, "요약"),
    };
    state.page("pages/cases/show", &shown)
}

/// The 의뢰서 that this person's body took, until its result.
fn packets(sight: &Sight, readable: &[Seq]) -> Vec<Link> {
    let case = sight.case();
    let taken = |r: &&Referral| {
        sight.file.view == View::Summary && sight.actor.is_asked(r, case) && readable.contains(&r.seq)
    };
    let link = |r: &Referral| {
        Link::new(format!("/cases/{}/referrals/{}/packet", case.number, r.seq), "받은 의뢰서 보기")
    };
    case.referrals.iter().filter(taken).map(link).collect()
}

/// 회피 확인: what a member is asked before judging a case, and the way out of it.
#[derive(Debug, Serialize)]
struct Asks {
    title: &'static str,
    /// How it looks: `warn` where their door gives a reason to ask.
    kind: &'static str,
    text: String,
    link: Link,
}

fn asks(number: &str, confirm: Confirm) -> Asks {
    let (title, kind) = match (confirm.line, confirm.clear) {
        (true, false) => ("회피 확인", "warn"),
        _ => ("제척·회피·기피", "plain"),
    };
    let text = match (confirm.sits, confirm.line) {
        (true, _) if confirm.clear => {
            "물러날 까닭이 없다고 확인하셨습니다. 나중에 까닭을 알게 되면 물러나 주세요."
        }
        (true, true) => {
            "같은 동·호 줄에 사는 당사자가 있습니다. 공정하게 판단하기 어렵거나 그렇게 보일 수 있으면 이 사건에서 물러나 주세요. 괜찮으면 '물러날 까닭이 없습니다'를 골라 확인해 주세요."
        }
        (true, false) => {
            "당사자와 친분이 있거나 다툼이 된 일을 직접 하셨으면 이 사건에서 물러나 주세요. 통상의 권고를 한 것은 까닭이 되지 않습니다."
        }
        (false, _) => "당사자가 어느 위원을 빼 달라고 하거나 위원이 친족이라고 알려 오면 적어 주세요.",
    };
    let label = match (confirm.sits, confirm.desk) {
        (true, true) => "회피·기피 적기",
        (true, false) => "회피 확인하기",
        (false, _) => "기피 신청·친족 신고 적기",
    };
    let cleared = match confirm.cleared {
        n if confirm.desk && n > 0 => format!(" 위원 {n}명이 물러날 까닭이 없다고 확인했습니다."),
        _ => String::new(),
    };
    let text = format!("{text}{cleared}");
    Asks { title, kind, text, link: Link::new(format!("/cases/{number}/recusal"), label) }
}

/// The one primary button: the step that the first duty asks for.
fn action(sight: &Sight, now: DateTime<Utc>) -> Option<Action> {
    let Some((duty, step, side)) = sight.next() else { return lead(sight) };
    let (text, _) = due(duty.due_at, now);
    let query = side.map(|s| format!("?side={}", s.code())).unwrap_or_default();
    Some(Action {
        title: duty.kind.label().to_owned(),
        note: Some(format!("기한: {text} · 맡은 곳: {}", sight.owner(&duty))),
        post: false,
        href: format!("/cases/{}/steps/{}{query}", sight.case().number, step.code()),
        label: step.label().to_owned(),
        csrf: String::new(),
    })
}

/// To the cross-complaint that leads: what is to be done is done there.
fn lead(sight: &Sight) -> Option<Action> {
    let case = sight.case();
    let number = case.led_by.as_ref().filter(|_| case.is_open() && sight.file.view == View::File)?;
    Some(Action {
        title: "맞신고와 함께 조정합니다".to_owned(),
        note: Some(format!("담당과 조정회의, 합의는 접수번호 {number}에서 정하고, 여기에도 함께 적힙니다.")),
        post: false,
        href: format!("/cases/{number}"),
        label: format!("{number} 사건 열기"),
        csrf: String::new(),
    })
}

/// So many headings are all unfolded.
const FEW: usize = 3;

/// Everything that the person can do now, in the order of a case's life. Of many things those are in sight which are near to what
/// comes next.
fn groups(sight: &Sight) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let next = sight.next().map(|(_, step, _)| form::group(step));
    for step in &sight.steps {
        let title = form::group(*step);
        let link = Link::new(format!("/cases/{}/steps/{}", sight.case().number, step.code()), step.label());
        match groups.iter_mut().find(|g| g.title == title) {
            Some(group) => group.links.push(link),
            None => groups.push(Group { title, open: next == Some(title), links: vec![link] }),
        }
    }
    if groups.len() <= FEW || !groups.iter().any(|g| g.open) {
        groups.iter_mut().for_each(|g| g.open = true);
    }
    groups
}

fn facts(sight: &Sight) -> Summary {
    let case = sight.case();
    let received = if sight.file.view == View::Summary {
        // Whoever has not taken the case yet learns the month, not the day.
        case.intake.received_at.with_timezone(&crate::domain::seoul::ZONE).format("%Y년 %-m월").to_string()
    } else {
        format!("{} ({})", words::official(case.intake.received_at), case.intake.channel.label())
    };
    let mut facts = Summary::default()
        .row("접수", received)
        .row("소음", case.intake.cause.label())
        .row("추정되는 곳", case.intake.position.label())
        .row("행정동", if sight.dong.is_empty() { "알 수 없음" } else { &sight.dong });
    if sight.file.contacts {
        facts = facts
            .row("신청인", sight.party_shown(Side::Applicant))
            .row("상대방", sight.party_shown(Side::Respondent));
    }
    if sight.file.view == View::File {
        let people: Vec<String> = (case.in_charge.iter())
            .map(|p| format!("{} {}", sight.names.user(p.user), p.role.label()))
            .collect();
        facts = facts.row("담당", if people.is_empty() { "아직 없음".to_owned() } else { people.join(", ") });
    }
    let waiting = case.referrals.iter().filter(|r| r.waits());
    let waiting: Vec<String> = waiting.map(|r| sight.names.body(r.body)).collect();
    if !waiting.is_empty() {
        facts = facts.row("의뢰 답을 기다림", waiting.join(", "));
    }
    if !sight.linked.is_empty() {
        let linked: Vec<String> =
            sight.linked.iter().map(|t| format!("{} ({})", t.number, t.kind.label())).collect();
        facts = facts.row("이어진 사건", linked.join(", "));
    }
    facts
}

/// '알렸습니다': the call is made.
///
/// # Errors
/// 404 outside the scope, 403 for people who may not see telephone numbers.
pub async fn told(
    state: Data<State>,
    who: Who,
    number: Path<String>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let (actor, ip, now, n) = (who.actor.clone(), who.ip.clone(), state.now(), number.into_inner());
    let to = format!("/cases/{n}");
    let call = typed.some("duty").and_then(|id| id.parse().ok());
    let waited = state.db.write(move |tx| open::told(tx, &actor, &n, call, &ip, now)).await?;
    let said = if waited {
        "전화로 알린 것을 기록했습니다."
    } else {
        "이미 기록했거나 더 알릴 것이 없는 전화입니다."
    };
    Ok(see_other(&to, Some(&Flash::ok(said))))
}
