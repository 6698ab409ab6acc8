//! 본인 신청 돕기: the pages of an application to another body, for the desk and, by its own link, for the applicant. Both see the
//! same: what the body demands and how it stands, and the papers, with the applicant's own data alone.
pub mod desk;
pub mod door;
pub(crate) mod paper;

use crate::casework::application::Application;
use crate::domain::codes::{ReferralState, Standing};
use crate::domain::referral::{self, From};
use crate::domain::seoul;
use crate::render::korean;
use crate::store::bodies::Body;
use crate::web::demand::{Demanded, badge};
use crate::web::parts::{IdBar, Link, Page};
use crate::web::steps::words;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// `pages/applications/list`.
#[derive(Debug, Serialize)]
struct Listed {
    page: Page,
    bar: Option<IdBar>,
    bodies: Vec<Choice>,
}

/// A body to which the applicant can apply.
#[derive(Debug, Serialize)]
struct Choice {
    name: String,
    what: &'static str,
    /// How its conditions stand, the worst of them.
    standing: &'static str,
    kind: &'static str,
    phone: String,
    href: String,
}

/// `pages/applications/show`.
#[derive(Debug, Serialize)]
struct Shown {
    page: Page,
    bar: Option<IdBar>,
    demanded: Demanded,
    phone: String,
    papers: Vec<Link>,
    /// What became of it so far, where the desk noted it.
    noted: Option<String>,
    /// What the desk can note about it.
    steps: Vec<Link>,
}

/// What stands worst among the conditions of a body, so that the list says where an application would go through.
fn worst(application: &Application, now: DateTime<Utc>) -> Standing {
    let demand = application.body.demand(seoul::day(now));
    let checked = referral::checked(demand, &application.known.of(&application.case), &[]);
    let order = [Standing::Missing, Standing::NotYet, Standing::Ask];
    let there = |standing: &Standing| checked.iter().any(|c| c.standing == *standing);
    order.into_iter().find(there).unwrap_or(Standing::Met)
}

fn choice(application: &Application, base: &str, now: DateTime<Utc>) -> Choice {
    let standing = worst(application, now);
    let Body { id, name, phone, .. } = &application.body;
    Choice {
        name: name.clone(),
        what: application.body.venue().label(),
        standing: standing.label(),
        kind: badge(standing),
        phone: korean::phone(phone),
        href: format!("{base}/{}", id.0),
    }
}

/// The papers that this body wants and that are filled in here.
fn papers(application: &Application, base: &str, now: DateTime<Utc>) -> Vec<Link> {
    let wanted = application.body.demand(seoul::day(now)).papers;
    let link = |kind: &paper::Kind| Link::new(format!("{base}/print/{}", kind.code()), kind.label());
    let fits = |kind: &&paper::Kind| wanted.iter().any(|attached| attached.from == kind.from());
    let mut links: Vec<Link> = paper::Kind::ALL.iter().filter(fits).map(link).collect();
    if links.is_empty() {
        links.push(link(&paper::Kind::Chronology));
    }
    links
}

/// `11월 3일에 안내 · 접수번호 2026-77 · 의뢰 받음`.
fn noted(application: &Application) -> Option<String> {
    let noted = application.noted()?;
    let number =
        Some(&noted.their_number).filter(|n| !n.is_empty()).map(|n| format!("그 기관의 접수번호 {n}"));
    let state = match noted.state {
        ReferralState::Sent | ReferralState::Silent => "신청을 안내함",
        ReferralState::Accepted => "접수됨",
        ReferralState::Returned => "접수되지 않음",
        ReferralState::Done => "결과가 나옴",
    };
    let on = words::official_day(seoul::day(noted.sent_at));
    Some(
        [Some(format!("{on} 안내")), number, Some(state.to_owned())]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · "),
    )
}

fn shown(
    (page, bar): (Page, Option<IdBar>),
    application: &Application,
    (base, steps): (&str, Vec<Link>),
    now: DateTime<Utc>,
) -> Shown {
    let mut demanded =
        Demanded::of((&application.body, &application.case), &application.known, &[], |_| None, now);
    // The applicant is told what to do, not by when the desk asks again.
    demanded.own_pace();
    for thing in &mut demanded.papers {
        let kind = paper::Kind::ALL.iter().find(|kind| kind.from() == thing.from);
        thing.href = kind.map(|kind| format!("{base}/print/{}", kind.code()));
    }
    Shown {
        page,
        bar,
        demanded,
        phone: korean::phone(&application.body.phone),
        papers: papers(application, base, now),
        noted: noted(application),
        steps,
    }
}

/// Whether the body wants this paper filled in.
fn is_wanted(application: &Application, kind: paper::Kind, now: DateTime<Utc>) -> bool {
    let wanted = application.body.demand(seoul::day(now)).papers;
    kind == paper::Kind::Chronology || wanted.iter().any(|attached| attached.from == kind.from())
}

impl paper::Kind {
    const fn from(self) -> From {
        match self {
            Self::Application => From::Application,
            Self::Chronology => From::Chronology,
            Self::Evidence => From::Evidence,
        }
    }
}
