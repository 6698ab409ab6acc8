//! What nobody has seen to goes along with whoever speaks with the person now, and the number to call stands beside it.
use crate::provision::{case, take};
use crate::world::{World, worlds};
use ieum::casework::post;
use ieum::domain::case::Case;
use ieum::domain::codes::{DutyKind, Outcome, Side};
use ieum::domain::ids::{BodyId, MailId};
use ieum::domain::letter::{Letter, Outgoing};
use ieum::domain::step::Step;
use ieum::store::parties::{self, Details};
use ieum::store::{access, outbox, projection};

/// A mail to this side that was given up.
fn dies(world: &World, case: &Case, side: Side) -> MailId {
    let now = world.now();
    let done = world.db.write_here(|tx| {
        let known = parties::of_side(tx, case.id, side)?.unwrap();
        let email = format!("{}@lost.example", side.code());
        let details = Details { email: email.clone(), phone: "01055554444".to_owned(), ..known.details };
        parties::update(tx, known.id, case.intake.complex, &details)?;
        let letter = Letter::Progress { sentence: "알림".to_owned(), link: "/r/1".to_owned() };
        let mail = Outgoing { to: email, number: None, letter };
        outbox::enqueue(tx, &format!("lost {}", side.code()), Some(case.id), &mail, now)?;
        let newest = outbox::of_case(tx, case.id, None, 1, now)?[0].0.id;
        post::gave_up(tx, newest, Some(case.id), now)?;
        Ok::<_, ieum::store::StoreError>(newest)
    });
    done.unwrap()
}

/// Whose each of these duties is now.
fn whose(world: &World, case: &Case, kind: DutyKind, of: &[MailId]) -> Vec<Option<BodyId>> {
    let duties = world.read(|rx| projection::duties_in(rx, case.id));
    let one = |id: &MailId| duties.iter().find(|d| d.kind == kind && d.detail == id.0.to_string());
    of.iter().map(|id| one(id).unwrap().body_id).collect()
}

#[test]
fn what_nobody_has_seen_to_moves_with_the_turn_and_never_to_whom_it_may_not() {
    for world in worlds() {
        let case = case(&world);
        let lost = Side::ALL.iter().map(|side| dies(&world, &case, *side)).collect::<Vec<_>>();
        let (committee, ngo) = (case.bodies.committee, world.actor("ngo"));
        let reply = MailId(77);
        let (now, due) = (world.now(), world.now());
        let unread = (DutyKind::ReadReply, reply.0);
        let read =
            world.db.write_here(|tx| projection::look_at(tx, case.id, unread, committee.unwrap(), due, now));
        read.unwrap();
        assert_eq!(whose(&world, &case, DutyKind::Mail, &lost), [committee, committee]);
        let referral = case.referrals[0].seq;
        let accept = Step::AcceptReferral { referral, note: String::new(), their_number: String::new() };
        let held = take(&world, &ngo, &case.number, accept).unwrap().case;
        assert_eq!(
            whose(&world, &case, DutyKind::Mail, &lost),
            [held.bodies.ngo, committee],
            "{}: the NGO speaks with the applicant, the committee with a respondent who has not consented",
            world.name
        );
        let anybodys = whose(&world, &case, DutyKind::ReadReply, &[reply]);
        assert_eq!(anybodys, [committee], "{}: who may know both reads what may be either's", world.name);
        // The number stands beside the duty for who may know it, and that it was shown is written down.
        let path = format!("/cases/{}/mails", case.number);
        let (by_desk, by_ngo) =
            (world.staff("secretary").get(&path).body, world.staff("ngo").get(&path).body);
        assert_eq!(by_desk.matches("tel:010-5555-4444").count(), 2, "{by_desk}");
        assert_eq!(by_ngo.matches("tel:010-5555-4444").count(), 1, "{by_ngo}");
        let opened = world.read(|rx| access::of_case(rx, case.id, 50));
        let calls = opened.iter().filter(|row| row.reason.contains("보내지 못한 메일")).count();
        assert_eq!(calls, 3, "{opened:?}");
        // After its end what is left is the committee's.
        let close = Step::Close { outcome: Outcome::Withdrawn, reason: "거둠".to_owned(), by: None };
        take(&world, &ngo, &case.number, close).unwrap();
        assert_eq!(whose(&world, &case, DutyKind::Mail, &lost), [committee, committee], "{}", world.name);
    }
}
