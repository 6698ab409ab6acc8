//! Who is told of what became of the meetings: by comparing what stood with what stands, whichever line made it so (a step, a late
//! entry, a 정정, or somebody who came in or left).
use super::{Notice, NoticeKind, Recipient, invited};
use crate::domain::case::{Case, Session};
use crate::domain::codes::SessionState;
use crate::domain::step::Seq;
use chrono::{DateTime, Utc};

/// A calendar entry for whoever comes now and did not before, its end for whoever no longer comes, the change for the others.
/// Nothing of a meeting that is over by `now`: nobody can miss it any more.
pub(super) fn told(before: &Case, after: &Case, now: DateTime<Utc>) -> Vec<Notice> {
    let new = after.sessions.iter().filter(|s| before.session(s.seq).is_none());
    before.sessions.iter().chain(new).flat_map(|s| of_one(before, after, s.seq, now)).collect()
}

fn of_one(before: &Case, after: &Case, seq: Seq, now: DateTime<Utc>) -> Vec<Notice> {
    let was = before.session(seq).filter(|s| is_ahead(s, now));
    let is = after.session(seq).filter(|s| is_ahead(s, now));
    let held =
        after.session(seq).is_some_and(|s| matches!(s.state, SessionState::Held | SessionState::NoShow));
    if is.is_none() && held {
        return Vec::new();
    }
    let (came, comes) = (company(before, was), company(after, is));
    let moved = matches!((was, is), (Some(was), Some(is)) if !was.is_told_alike(is));
    let left = came.iter().filter(|to| !comes.contains(to)).map(|to| (*to, NoticeKind::SessionCancelled));
    let told = comes.iter().filter_map(|to| match came.contains(to) {
        false => Some((*to, NoticeKind::SessionFixed)),
        true => moved.then_some((*to, NoticeKind::SessionMoved)),
    });
    left.chain(told).map(|(to, kind)| Notice { to, kind, link: None, about: Some(seq) }).collect()
}

fn is_ahead(session: &Session, now: DateTime<Utc>) -> bool {
    session.taking().is_some_and(|taken| now < taken.span.1)
}

fn company(case: &Case, session: Option<&Session>) -> Vec<Recipient> {
    let Some(session) = session else { return Vec::new() };
    invited(case, Some(session), NoticeKind::SessionFixed).into_iter().map(|n| n.to).collect()
}
