//! Meetings that are told, moved, brought back: who hears what when, and what is refused.
use super::*;
use ieum::casework::post;
use ieum::domain::case::CaseRules;
use ieum::domain::codes::MailState;
use ieum::store::{Rx, outbox};

/// The clock's round now: who is reminded (true: it is soon).
fn reminded(house: &House) -> Vec<(String, bool)> {
    let now = house.now();
    for id in house.db.read_here(|rx| clockwork::waiting(rx, now, 100)).unwrap() {
        house.db.write_here(|tx| clockwork::tick(tx, id, now)).unwrap();
    }
    let reminder = |m: &Outgoing| match &m.letter {
        Letter::SessionReminder { soon, .. } => Some((m.to.clone(), *soon)),
        _ => None,
    };
    let mut told: Vec<_> = house.all_mails().iter().filter_map(reminder).collect();
    told.sort();
    told
}

fn both(soon: bool) -> [(String, bool); 2] {
    [("a101@example.com".to_owned(), soon), ("mediator@example.com".to_owned(), soon)]
}

fn until(house: &House, at: DateTime<Utc>) {
    house.wait(at - house.now());
}

fn to(starts_at: DateTime<Utc>, session: i64, place: &str) -> Step {
    let (place, reason) = (place.to_owned(), "사정".to_owned());
    Step::MoveSession { session, starts_at, minutes: 60, place, reason, room: None, gap: 0 }
}

#[test]
fn sessions_are_mentioned_the_evening_before_and_two_hours_before_once_each() {
    for base in fresh() {
        let house = House::open(base);
        let number = mediating(&house, "101", "201", house.mediator);
        let coordinator = actor(&house, Role::Coordinator);
        take(&house, &coordinator, &number, fix(tuesday(), None)).unwrap();
        house.all_mails();
        // Monday 17:59 in Seoul, then 18:00.
        let evening = tuesday() - Duration::hours(20);
        house.wait(evening - Duration::minutes(1) - house.now());
        assert_eq!(reminded(&house), []);
        house.wait(Duration::minutes(1));
        assert_eq!(reminded(&house), both(false));
        assert_eq!(reminded(&house), [], "once");
        house.wait(Duration::hours(18));
        assert_eq!(reminded(&house), both(true));
        house.wait(Duration::hours(3));
        assert_eq!(reminded(&house), [], "not afterwards");
    }
}

#[test]
fn sessions_are_mentioned_anew_when_the_time_is_another_and_never_on_the_day_as_tomorrow() {
    for base in fresh() {
        let house = House::open(base);
        let number = mediating(&house, "101", "201", house.mediator);
        let coordinator = actor(&house, Role::Coordinator);
        let case = take(&house, &coordinator, &number, fix(tuesday(), None)).unwrap();
        let seq = case.sessions[0].seq;
        until(&house, tuesday() - Duration::hours(20));
        house.all_mails();
        assert_eq!(reminded(&house), both(false));
        take(&house, &coordinator, &number, to(tuesday(), seq, "경로당")).unwrap();
        house.all_mails();
        assert_eq!(reminded(&house), [], "another place, the same time");
        let later = tuesday() + Duration::days(1);
        take(&house, &coordinator, &number, to(later, seq, "경로당")).unwrap();
        until(&house, later - Duration::hours(20));
        house.all_mails();
        assert_eq!(reminded(&house), both(false), "another day");
        // Put forward to the day itself, in its morning: nothing says 내일.
        until(&house, later - Duration::hours(5));
        take(&house, &coordinator, &number, to(later + Duration::hours(1), seq, "경로당")).unwrap();
        house.all_mails();
        assert_eq!(reminded(&house), []);
        let fixed = house.db.read_here(|rx| ieum::store::cases::find(rx, &coordinator.scope(), &number));
        let letter = |soon| {
            let case = fixed.as_ref().unwrap();
            let meeting =
                ieum::casework::tell::meeting(case, &case.sessions[0], None, String::new()).unwrap();
            Letter::SessionReminder { meeting, soon }
        };
        let midnight = Utc.with_ymd_and_hms(2026, 11, 24, 15, 0, 0).unwrap();
        assert_eq!(letter(false).useless_after(), Some(midnight), "one that is still on its way then stays");
        assert_eq!(letter(true).useless_after(), Some(later + Duration::hours(1)));
        until(&house, later - Duration::hours(1));
        // Kept apart: that they would meet is cancelled, and parties hear of times by telephone only.
        let case = take(&house, &coordinator, &number, screen(Side::Applicant, Safety::Shuttle)).unwrap();
        assert!(case.open_session().is_none());
        let starts_at = later + Duration::hours(4);
        let apart = Step::FixSession {
            session: None,
            kind: MeetingKind::Shuttle,
            starts_at,
            minutes: 90,
            place: "관리동".to_owned(),
            side: None,
            room: None,
            gap: 30,
        };
        take(&house, &coordinator, &number, apart).unwrap();
        house.all_mails();
        until(&house, starts_at - Duration::hours(2));
        assert_eq!(reminded(&house), [("mediator@example.com".to_owned(), true)]);
    }
}

#[test]
fn sessions_are_no_longer_told_to_a_member_who_is_out() {
    for base in fresh() {
        let house = House::open(base);
        let number = filed(&house, "101", "201");
        let desk = actor(&house, Role::Secretary);
        let (member, mut own) = house.signed_in("정위원", Role::Member, house.committee);
        let (other, _) = house.signed_in("박위원", Role::Member, house.committee);
        let consent = |side| Step::Consent { side, method: Method::Phone, version: String::new(), by: None };
        let reached = Step::Contact {
            means: Means::Phone,
            result: ContactResult::Reached,
            next_on: None,
            note: String::new(),
        };
        for step in [
            reached,
            consent(Side::Applicant),
            consent(Side::Respondent),
            screen(Side::Respondent, Safety::Ok),
            Step::ChangeRoute { route: Route::Committee, reason: "위원회".to_owned() },
            Step::NameMembers { members: vec![member, other] },
        ] {
            if !matches!(&step, Step::ChangeRoute { .. }) || house.case().route != Route::Committee {
                take(&house, &desk, &number, step).unwrap();
            }
        }
        let case = take(&house, &desk, &number, fix(tuesday(), None)).unwrap();
        let emails = |ids: [UserId; 2]| {
            house
                .db
                .read_here(|rx| {
                    let [a, b] = ids;
                    Ok::<_, StoreError>([users::find(rx, a)?.email, users::find(rx, b)?.email])
                })
                .unwrap()
        };
        let [mine, theirs] = emails([member, other]);
        let told = house.all_mails();
        assert!([&mine, &theirs].iter().all(|to| told.iter().any(|m| m.to == **to)), "{told:?}");
        own.get("/settings/calendar");
        let (_, page) = own.post_on("/settings/calendar", &[("do", "renew")]);
        let address = calendars::address(&page.body);
        assert!(house.browser().get(&address).body.contains(&number));
        // A minute later their office ends.
        house.wait(Duration::minutes(1));
        let now = house.now();
        let ended = house.db.write_here(|tx| {
            for grant in users::grants_of(tx, member)? {
                users::end_grant(tx, grant.id, None, now)?;
            }
            users::grant(tx, member, Role::Mediator, Some(house.ngo), None, None, now)
        });
        ended.unwrap();
        assert!(!house.browser().get(&address).body.contains(&number), "an account, but nobody's member");
        take(&house, &desk, &number, to(tuesday() + Duration::hours(1), case.sessions[0].seq, "경로당"))
            .unwrap();
        let told = house.all_mails();
        assert!(told.iter().any(|m| m.to == theirs) && told.iter().all(|m| m.to != mine), "{told:?}");
        let now = house.now();
        for id in house.db.read_here(|rx| clockwork::waiting(rx, now, 100)).unwrap() {
            house.db.write_here(|tx| clockwork::tick(tx, id, now)).unwrap();
        }
        assert!(!house.case().is_in_charge(member, Role::Member), "nobody's member has no charge");
        let ends = |m: &Outgoing| m.to == mine && matches!(m.letter, Letter::SessionCancelled { .. });
        assert!(house.all_mails().iter().any(ends), "what is off for them leaves their calendar");
        until(&house, tuesday() - Duration::hours(20));
        let round = reminded(&house);
        assert!(round.iter().any(|(to, _)| *to == theirs), "{round:?}");
        assert!(round.iter().all(|(to, _)| *to != mine), "{round:?}");
    }
}

#[test]
fn sessions_are_fixed_once_and_a_correction_books_nothing_twice() {
    for base in fresh() {
        let house = House::open(base);
        let room = room(&house);
        let (a, b) = (
            mediating(&house, "101", "201", house.mediator),
            mediating(&house, "102", "202", another(&house, 1)),
        );
        let (coordinator, desk) = (actor(&house, Role::Coordinator), actor(&house, Role::Secretary));
        let case = take(&house, &coordinator, &a, fix(tuesday(), Some(room))).unwrap();
        let seq = case.sessions[0].seq;
        let mut again = fix(tuesday() + Duration::hours(1), None);
        if let Step::FixSession { session, .. } = &mut again {
            *session = Some(seq);
        }
        assert_eq!(code(take(&house, &coordinator, &a, again)), "session_open", "it is moved instead");
        let (_, mut browser) = house.signed_in("최담당", Role::Coordinator, house.ngo);
        let page = browser.get(&format!("/cases/{a}/meetings")).body;
        assert!(page.contains("/steps/move_session") && !page.contains("/steps/fix_session"), "{page}");
        let cancel = Step::CancelSession { session: seq, reason: String::new() };
        let cancelled = take(&house, &coordinator, &a, cancel).unwrap();
        take(&house, &coordinator, &b, fix(tuesday(), Some(room))).unwrap();
        // The cancellation never was: the first meeting would stand again, in a room that is taken.
        let reason = "취소한 적 없음".to_owned();
        let correct = Step::Correct { line: cancelled.last_seq, moved_to: None, void: true, reason };
        assert_eq!(code(take(&house, &desk, &a, correct)), "room_taken");
    }
}

#[test]
fn sessions_moved_tell_each_side_its_own_old_time() {
    for base in fresh() {
        let house = House::open(base);
        let number = mediating(&house, "101", "201", house.mediator);
        let coordinator = actor(&house, Role::Coordinator);
        let case = house
            .db
            .write_here(|tx| {
                use ieum::store::{cases, parties};
                let case = cases::find(tx, &coordinator.scope(), &number)?;
                let party = parties::of_side(tx, case.id, Side::Respondent)?.ok_or(StoreError::NotFound)?;
                let details = Details { email: "r201@example.com".to_owned(), ..party.details };
                parties::update(tx, party.id, case.intake.complex, &details)?;
                Ok::<_, StoreError>(case)
            })
            .unwrap();
        let shuttle = |gap| Step::FixSession {
            session: None,
            kind: MeetingKind::Shuttle,
            starts_at: tuesday(),
            minutes: 60,
            place: "관리동".to_owned(),
            side: None,
            room: None,
            gap,
        };
        match take(&house, &coordinator, &number, shuttle(60)) {
            Err(CaseworkError::Invalid(fields)) => assert_eq!(fields[0].0, "gap", "{fields:?}"),
            other => panic!("{other:?}"),
        }
        let seq = take(&house, &coordinator, &number, shuttle(30)).unwrap().sessions[case.sessions.len()].seq;
        house.all_mails();
        take(&house, &coordinator, &number, to(tuesday() + Duration::days(1), seq, "관리동")).unwrap();
        let told = house.all_mails();
        let was = |to: &str| {
            let mail = told.iter().find(|m| m.to == to).unwrap();
            match &mail.letter {
                Letter::SessionMoved { was, .. } => *was,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(was("a101@example.com"), tuesday());
        assert_eq!(was("r201@example.com"), tuesday() + Duration::minutes(30));
    }
}

/// A mail that was taken back before its meeting moved would put the old time into calendars after the new one.
#[test]
fn a_mail_about_a_time_that_no_longer_holds_is_not_sent_again() {
    for base in fresh() {
        let house = House::ruled(base, false, CaseRules { undo_minutes: 3, ..CaseRules::default() });
        let number = mediating(&house, "101", "201", house.mediator);
        let (user, mut desk) = house.signed_in("정담당", Role::Coordinator, house.ngo);
        house.wait(Duration::minutes(4));
        house.all_mails();
        let at = house.now();
        let own = house.db.read_here(|rx| users::actor(rx, user, at)).unwrap();
        let case = take(&house, &own, &number, fix(tuesday(), None)).unwrap();
        let (id, now) = (case.id, house.now());
        let list = |rx: &mut Rx<'_>| outbox::of_case(rx, id, None, 50, now);
        let mails = house.db.read_here(list).unwrap();
        let (mail, _) = mails.iter().find(|(mail, _)| mail.undo.is_some()).unwrap();
        let mail = mail.id;
        assert!(house.db.write_here(|tx| post::take_back(tx, &own, &number, mail, now)).unwrap());
        let path = format!("/cases/{number}/mails");
        let button = format!("{path}/{}/retry", mail.0);
        assert!(desk.get(&path).body.contains(&button));
        take(&house, &own, &number, to(tuesday() + Duration::days(1), case.sessions[0].seq, "관리동"))
            .unwrap();
        let page = desk.get(&path).body;
        assert!(!page.contains(&button) && page.contains("전화로 알려"), "{page}");
        let (_, refused) = desk.post_on(&button, &[]);
        assert!(refused.body.contains("다시 보내지 않습니다"), "{}", refused.body);
        let mails = house.db.read_here(list).unwrap();
        let state = mails.iter().find(|(one, _)| one.id == mail).map(|(one, _)| one.state);
        assert_eq!(state, Some(MailState::Withdrawn));
    }
}
