//! What a fresh form has filled in.
use super::things;
use crate::domain::case::There;
use crate::domain::codes::{Presence, Side};
use crate::domain::seoul;
use crate::domain::step::StepCode;
use crate::domain::step::form::{self, Input, Thing};
use crate::web::pages::cases::load::Sight;
use crate::web::typed::Typed;
use chrono::{DateTime, Days, Duration, Timelike, Utc};

/// What a fresh form has filled in: from the address, then what follows from the case.
#[expect(clippy::too_many_lines, reason = "a table with a line for each step, so that none is forgotten")]
pub(crate) fn defaults(sight: &Sight, step: StepCode, asked: &Typed, now: DateTime<Utc>) -> Typed {
    let mut pairs: Vec<(String, String)> = asked.pairs().to_vec();
    let mut put = |name: &str, value: String| {
        if asked.some(name).is_none() {
            pairs.push((name.to_owned(), value));
        }
    };
    let case = sight.case();
    for field in form::fields(step) {
        if let Input::Number(thing) = field.input
            && is_assumed(thing, field.required)
            && let [(seq, _), ..] = things(sight, step, thing).as_slice()
        {
            put(field.name, seq.to_string());
        }
    }
    match step {
        StepCode::Offer => {
            let (date, _) = moment(now + Duration::hours(72));
            put("answer_by_date", date);
            put("answer_by_time", "18:00".to_owned());
        }
        StepCode::ProposeSession => put("minutes", "60".to_owned()),
        StepCode::Provide => {
            if let Some(ngo) = case.bodies.ngo {
                put("body", ngo.0.to_string());
            }
        }
        StepCode::FixSession | StepCode::MoveSession | StepCode::HoldSession => {
            let open = case.open_session().filter(|s| s.is_open_to(step));
            put("minutes", open.map_or(60, |s| s.minutes).to_string());
            open.map(of_session).unwrap_or_default().into_iter().for_each(|(n, v)| put(n, v));
        }
        StepCode::CheckIn => {
            let inside: Vec<&There> =
                case.sessions.iter().flat_map(|s| &s.there).filter(|t| t.left.is_none()).collect();
            let own = sight.actor.user.filter(|user| case.in_charge.iter().any(|p| p.user == *user));
            // The desk writes down that they left, whoever is asked after.
            let leaves = inside.iter().any(|t| own.is_none_or(|user| t.user == user));
            let presence = if leaves { Presence::Left } else { Presence::Arrived };
            put("presence", presence.code().to_owned());
            if let (None, [only]) = (own, inside.as_slice()) {
                put("person", only.user.0.to_string());
            }
        }
        StepCode::Propose => {
            put("answer_by", seoul::day(now).checked_add_days(Days::new(14)).unwrap_or_default().to_string());
        }
        StepCode::Contact => {
            let telephone = sight.party(Side::Respondent).is_some_and(|p| !p.details.phone.is_empty());
            if let Some(next) = case.next_try(telephone, now) {
                put("means", next.means.code().to_owned());
            }
            let again = crate::domain::deadline::days_after(now, case.rules.contact_gap_days);
            put("next_on", seoul::day(again).to_string());
        }
        StepCode::FollowUp => {
            let open = case.follow_ups.iter().find(|f| f.is_open());
            open.into_iter().for_each(|f| put("due", f.due.to_string()));
        }
        StepCode::Draft => {
            // What was proposed last is what is most often agreed on.
            if let Some(proposal) = case.proposals.last() {
                put("kind", proposal.kind.code().to_owned());
                put("terms_rows", proposal.terms.len().max(3).to_string());
                for (i, term) in proposal.terms.iter().enumerate() {
                    let at = |part: &str| format!("terms_{}_{part}", i + 1);
                    put(&at("who"), term.who.clone());
                    put(&at("what"), term.what.clone());
                    put(&at("check"), term.check.clone());
                    put(&at("from"), term.from.map(|d| d.to_string()).unwrap_or_default());
                    put(&at("until"), term.until.map(|d| d.to_string()).unwrap_or_default());
                }
            }
        }
        _ => {}
    }
    Typed::from_pairs(pairs)
}

/// What is known of a planned meeting.
fn of_session(session: &crate::domain::case::Session) -> Vec<(&'static str, String)> {
    let mut known = vec![("kind", session.kind.code().to_owned())];
    known.push(match session.room {
        Some(room) => ("room", room.0.to_string()),
        None => ("place", session.place.clone()),
    });
    if session.gap > 0 {
        known.push(("gap", session.gap.to_string()));
    }
    if let Some((date, time)) = best_slot(session).map(moment) {
        known.extend([("starts_at_date", date), ("starts_at_time", time)]);
    }
    known
}

/// A moment as its two fields have it.
fn moment(at: DateTime<Utc>) -> (String, String) {
    let local = at.with_timezone(&seoul::ZONE);
    let half = if local.minute() < 30 { "00" } else { "30" };
    (seoul::day(at).to_string(), format!("{:02}:{half}", local.hour()))
}

/// Whether the newest thing of this kind is most likely meant. Nobody named is the main party: that somebody else did it is
/// never assumed.
fn is_assumed(thing: Thing, required: bool) -> bool {
    thing != Thing::Event && (required || !matches!(thing, Thing::Person | Thing::PersonOf(_)))
}

/// The moment that was fixed, or the slot that most can come to.
fn best_slot(session: &crate::domain::case::Session) -> Option<DateTime<Utc>> {
    let able = |slot: &DateTime<Utc>| session.answers.iter().filter(|(_, ok)| ok.contains(slot)).count();
    let mut slots = session.slots.clone();
    slots.sort_by_key(|slot| (std::cmp::Reverse(able(slot)), *slot));
    session.starts_at.or(slots.first().copied())
}
