//! Offers, pairs, second thoughts, and one person leaving while the other stays.
use super::*;
use crate::domain::codes::DeclineReason;
use crate::domain::notice::{NoticeKind, Recipient, notices_of};

const OTHER: UserId = UserId(7);
const THIRD: UserId = UserId(9);

fn with_ngo(mediators: usize) -> Way {
    let mut way = Way::new(Channel::Phone);
    way.case.intake.mediators_needed = mediators;
    way.assigning().take(Step::ChangeRoute { route: Route::Ngo, reason: "협약".into() });
    way
}

fn ask(way: &mut Way, who: UserId) -> Seq {
    let answer_by = way.at + Duration::hours(72);
    way.take(Step::Offer { mediator: who, answer_by, wanted: vec![] });
    way.case.last_seq
}

fn decline(offer: Seq) -> Step {
    Step::DeclineOffer { offer, reason: DeclineReason::Schedule, note: String::new() }
}

fn accept(offer: Seq) -> Step {
    Step::AcceptOffer { offer, method: Method::Phone, declared: String::new() }
}

fn leave(person: UserId) -> Step {
    Step::Resign { person, reason: "건강".into(), handover: "첫 통화까지 함".into() }
}

fn told(way: &Way, before: &Case) -> Vec<(Recipient, NoticeKind)> {
    let event = Event { by: None, ..way.events.last().unwrap().clone() };
    let all = notices_of(&event, before, &way.case, None);
    all.into_iter().map(|n| (n.to, n.kind)).collect()
}

#[test]
fn of_a_pair_one_who_declines_or_leaves_keeps_the_other() {
    let mut way = with_ngo(2);
    let (first, second) = (ask(&mut way, MEDIATOR), ask(&mut way, OTHER));
    assert_eq!((way.case.offers[0].lead, way.case.offers[1].lead), (true, false));
    way.take(decline(first));
    assert_eq!(way.case.offer(second).unwrap().state, OfferState::Pending, "the other is still asked");
    let third = ask(&mut way, THIRD);
    assert!(way.case.offer(third).unwrap().lead, "the place of the lead is free again");
    way.take(accept(third));
    assert_eq!(way.case.stage, Stage::Assigning);
    way.take(leave(THIRD));
    assert_eq!(
        (way.case.stage, way.case.in_charge.len()),
        (Stage::Assigning, 0),
        "before the other answered, too"
    );
    assert_eq!(way.case.offer(second).unwrap().state, OfferState::Pending);
    way.take(accept(second));
    let fourth = ask(&mut way, UserId(10));
    way.take(accept(fourth));
    assert_eq!(way.case.stage, Stage::Mediating);
    assert_eq!(
        way.case.in_charge.iter().map(|p| (p.user, p.lead)).collect::<Vec<_>>(),
        [(OTHER, false), (UserId(10), true)]
    );
    let before = way.case.clone();
    way.take(leave(OTHER));
    assert!(way.case.is_in_charge(UserId(10), Role::Mediator) && way.case.stage == Stage::Assigning);
    let told = told(&way, &before);
    assert!(told.contains(&(Recipient::User(OTHER), NoticeKind::Unassigned)), "{told:?}");
    assert!(told.contains(&(Recipient::Desk(NGO), NoticeKind::OfferNext)), "{told:?}");
    let answer_by = way.at + Duration::hours(72);
    for again in [MEDIATOR, OTHER, THIRD] {
        let offer = Step::Offer { mediator: again, answer_by, wanted: vec![] };
        assert_eq!(way.refused(offer), "offered_before", "nobody is asked twice");
    }
}

#[test]
fn a_decline_is_taken_back_within_a_day_while_nobody_else_was_asked() {
    let mut way = with_ngo(1);
    let offer = ask(&mut way, MEDIATOR);
    let before = way.case.clone();
    way.take(decline(offer));
    assert_eq!(told(&way, &before), [(Recipient::Desk(NGO), NoticeKind::OfferNext)]);
    let before = way.case.clone();
    way.take(Step::ReconsiderOffer { offer });
    assert_eq!(way.case.offers[0].state, OfferState::Pending);
    assert_eq!(told(&way, &before), [(Recipient::Desk(NGO), NoticeKind::OfferAgain)]);
    way.take(decline(offer));
    let other = ask(&mut way, OTHER);
    assert_eq!(way.refused(Step::ReconsiderOffer { offer }), "no_offer", "somebody else is asked");
    way.take(decline(other));
    way.wait(1);
    assert_eq!(way.refused(Step::ReconsiderOffer { offer: other }), "too_late_to_take_back");
}

#[test]
fn who_joins_or_leaves_a_fixed_meeting_gets_its_entry_or_its_end() {
    let mut way = Way::new(Channel::Phone);
    way.assigning().take(Step::NameMembers { members: vec![UserId(5), UserId(6)] });
    let starts_at = way.at + Duration::days(3);
    let (kind, place) = (MeetingKind::Shuttle, "회의실".to_owned());
    way.take(Step::FixSession {
        session: None,
        kind,
        starts_at,
        minutes: 60,
        place,
        side: None,
        room: None,
        gap: 0,
    });
    let before = way.case.clone();
    way.take(leave(UserId(6)));
    assert_eq!(way.case.stage, Stage::Mediating, "one member is enough");
    let told = told(&way, &before);
    assert!(told.contains(&(Recipient::User(UserId(6)), NoticeKind::SessionCancelled)), "{told:?}");
    assert!(
        !told.iter().any(|(to, kind)| *to != Recipient::User(UserId(6)) && kind.tells_when()),
        "{told:?}"
    );
    assert_eq!((before.sessions[0].sequence, way.case.sessions[0].sequence), (0, 1));
}
