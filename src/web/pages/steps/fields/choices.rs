//! Choices in words, narrowed to what this case and this person would be allowed.
use super::Options;
use crate::domain::codes::{
    FollowUpResult, MeetingKind, Method, OfferState, Outcome, PersonKind, Side, Stage, Visibility,
};
use crate::domain::permission::Hat;
use crate::domain::step::StepCode;
use crate::domain::step::form::{Field as Asked, Input, Thing};
use crate::web::field::Field;
use crate::web::pages::cases::load::Sight;
use crate::web::steps::words::{self, when};

pub(super) fn radio(name: &str, label: &str, choices: &[(String, String)]) -> Field {
    let field = Field::radio(name, label);
    field.choices(choices.iter().map(|(value, label)| (value.as_str(), label.as_str())))
}

/// A list of codes, without those that this case or this person would not be allowed.
pub(super) fn chosen(sight: &Sight, step: StepCode, asked: &Asked) -> Field {
    let (name, label) = (asked.name, asked.label);
    let (Input::One(all) | Input::Any(all)) = &asked.input else { return Field::text(name, label) };
    let outcomes = sight.actor.closing(sight.case());
    let fits = |code: &str| match (step, name) {
        // Before somebody is in charge there are only talks with one side.
        (StepCode::ProposeSession | StepCode::FixSession | StepCode::HoldSession, "kind") => {
            sight.case().admits_late(step).is_err()
                || matches!(sight.case().stage, Stage::Mediating | Stage::Closed)
                || code == MeetingKind::Separate.code()
        }
        (StepCode::Close, "outcome") => Outcome::from_code(code).is_some_and(|o| outcomes.contains(&o)),
        (StepCode::FollowUp, "result") => code != FollowUpResult::Unanswered.code(),
        (StepCode::Note, "visibility") => code != Visibility::Mediators.code() || sight.is(Hat::Mediator),
        // At the desk nobody answers by link.
        (_, "method") => code != Method::Link.code(),
        _ => true,
    };
    let choices: Vec<_> = all.iter().copied().filter(|(code, _)| fits(code)).collect();
    let field = if matches!(asked.input, Input::Any(_)) {
        Field::checks(name, label)
    } else if choices.len() > 8 {
        return Field::select(name, label).choice("", "골라 주세요", None).choices(choices);
    } else {
        Field::radio(name, label)
    };
    let short = choices.iter().all(|(_, label)| label.chars().count() <= 12);
    let field = field.choices(choices);
    if short { field.layout("two") } else { field }
}

pub(super) fn people(options: &Options, asked: &Asked) -> Field {
    let field = if asked.input == Input::Mediator {
        Field::radio(asked.name, asked.label)
    } else {
        Field::checks(asked.name, asked.label)
    };
    let mut field = options.people.iter().filter(|c| c.blocked.is_empty()).fold(field, |field, c| {
        let reasons = Some(c.reasons.join(" · ")).filter(|r| !r.is_empty());
        field.choice(&c.user.0.to_string(), &format!("{} {}", c.name, c.label), reasons.as_deref())
    });
    // Whoever is next is proposed; the person at the desk may still ask somebody else.
    if let (Input::Mediator, [first, ..]) = (&asked.input, field.options.as_mut_slice()) {
        first.checked = true;
    }
    field
}

pub(super) fn follow_ups(sight: &Sight, name: &str, label: &str) -> Field {
    let open = sight.case().follow_ups.iter().filter(|f| f.is_open());
    let dues: Vec<(String, String)> = open.map(|f| (f.due.to_string(), words::day(f.due))).collect();
    radio(name, label, &dues)
}

/// The slots that were asked about.
pub(super) fn slots(sight: &Sight, name: &str, label: &str) -> Field {
    let slots = sight.case().open_session().map(|s| s.slots.clone()).unwrap_or_default();
    let shown: Vec<(String, String)> = slots.iter().map(|at| (at.to_rfc3339(), when(*at))).collect();
    Field::checks(name, label).choices(shown.iter().map(|(v, l)| (v.as_str(), l.as_str())))
}

pub(super) fn number(
    name: &str,
    label: &str,
    thing: Thing,
    required: bool,
    things: &[(i64, String)],
) -> Field {
    let shown: Vec<(String, &str)> = things.iter().map(|(seq, l)| (seq.to_string(), l.as_str())).collect();
    let choices = shown.iter().map(|(v, l)| (v.as_str(), *l));
    if thing == Thing::Event {
        return Field::select(name, label).width("").choice("", "골라 주세요", None).choices(choices);
    }
    let field = Field::radio(name, label);
    if matches!(thing, Thing::Person | Thing::PersonOf(_)) && !required {
        return field.choice("", "본인(처음 적힌 당사자)", None).choices(choices);
    }
    let field = field.choices(choices);
    let none = "잡아 둔 회의가 아닙니다";
    if required { field } else { field.choice("", none, None) }
}

/// Only joint parties represent, consent and go on alone; they and proxies act for a side.
fn fits(step: StepCode, kind: PersonKind) -> bool {
    match step {
        StepCode::Represent | StepCode::OthersAgree | StepCode::Split => kind == PersonKind::Joint,
        StepCode::EndPerson => true,
        _ => matches!(kind, PersonKind::Joint | PersonKind::Proxy),
    }
}

/// Of the respondent only their own people, where the step is the respondent's alone; of the applicant likewise.
fn of_side(step: StepCode, side: Side) -> bool {
    match step {
        StepCode::Decline => side == Side::Respondent,
        StepCode::Close => side == Side::Applicant,
        _ => true,
    }
}

/// The things of the case that the step can be about, newest first, in words.
pub(crate) fn things(sight: &Sight, step: StepCode, thing: Thing) -> Vec<(i64, String)> {
    let case = sight.case();
    match thing {
        Thing::Offer => {
            let meant =
                if step == StepCode::ReconsiderOffer { OfferState::Declined } else { OfferState::Pending };
            let found = case.offers.iter().rev().filter(|o| o.state == meant);
            found
                .map(|o| {
                    (o.seq, format!("{} 조정인, {}까지 답", sight.names.user(o.mediator), when(o.answer_by)))
                })
                .collect()
        }
        Thing::Session => {
            let found = case.sessions.iter().rev().filter(|s| s.is_open_to(step));
            found
                .map(|s| {
                    let at = s.starts_at.map_or_else(|| s.state.label().to_owned(), when);
                    (s.seq, format!("{}, {at}", s.kind.label()))
                })
                .collect()
        }
        Thing::Proposal => {
            let open = case.proposals.iter().rev().filter(|p| p.is_open());
            open.map(|p| (p.seq, format!("{} 조정안, {}까지 답", p.kind.label(), words::day(p.answer_by))))
                .collect()
        }
        Thing::Agreement => {
            let open = case.agreements.iter().rev().filter(|a| a.is_open());
            open.map(|a| (a.seq, format!("{}, 약속 {}가지", words::agreement_title(a.kind), a.terms.len())))
                .collect()
        }
        Thing::Referral => {
            let found = case.referrals.iter().rev().filter(|r| sight.actor.may_answer(step, r, case));
            found.map(|r| (r.seq, format!("{}({})", sight.names.body(r.body), r.state.label()))).collect()
        }
        Thing::Person => {
            let there =
                case.people.iter().filter(|p| !p.ended && fits(step, p.kind) && of_side(step, p.side));
            there.map(|p| (p.seq, sight.person_shown(p))).collect()
        }
        Thing::PersonOf(side) => {
            let there = case.people.iter().filter(|p| !p.ended && p.side == side && fits(step, p.kind));
            there.map(|p| (p.seq, sight.person_shown(p))).collect()
        }
        Thing::Order => {
            let standing = case.standing_orders();
            standing.map(|o| (o.seq, format!("{}, {}까지", o.kind.label(), words::day(o.until)))).collect()
        }
        Thing::Request => {
            let open = case.open_rights().filter(|r| sight.knows(r.side));
            let said = |r: &crate::domain::case::RightRequest| {
                format!("{} {} 요청, {}", r.side.label(), r.right.label(), when(r.asked_at))
            };
            open.map(|r| (r.seq, said(r))).collect()
        }
        Thing::Event => {
            let fixable = |e: &&crate::domain::case::Event| !e.voided && e.step.is_correctable();
            let lines = sight.file.lines.iter().filter(fixable);
            lines.map(|e| (e.seq, format!("{} {}", when(e.at), words::title(&e.step)))).collect()
        }
    }
}
