//! What is destroyed when its time is over, and what must not be in the database in the clear, on both databases.
use crate::world::{World, worlds};
use chrono::{Duration, Months};
use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use ieum::casework::step::{Taking, take_step};
use ieum::casework::{figures, keeping};
use ieum::domain::case::{Case, Event};
use ieum::domain::codes::{
    Basis, ContactResult, DisposalKind, DutyKind, InboundFate, LinkKind, MailState, Means, Outcome,
    ReopenReason, Role, Side, Stage, Visibility,
};
use ieum::domain::ids::{CaseId, InboundId, MailId};
use ieum::domain::inbound::{Arrived, Way};
use ieum::domain::indicators::Question;
use ieum::domain::letter::{Letter, Outgoing};
use ieum::domain::permission::Scope;
use ieum::domain::step::Step;
use ieum::store::access::Access;
use ieum::store::disposals::Disposal;
use ieum::store::parties::{self, Details};
use ieum::store::{
    Conn, Either, access, case_links, cases, disposals, events, inbox, kept, outbox, search, users,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

fn all() -> Scope {
    Scope { all: true, ..Scope::default() }
}

fn found(world: &World, name: &str) -> Vec<CaseId> {
    let secretary = world.actor("secretary");
    world.read(|rx| search::find(rx, &secretary, name))
}

fn case(world: &World, id: CaseId) -> Case {
    world.read(|rx| cases::find_id(rx, &all(), id))
}

fn take(world: &World, id: CaseId, step: Step) {
    let (actor, now, number) = (world.actor("secretary"), world.now(), case(world, id).number);
    world.db.write_here(|tx| take_step(tx, &actor, &number, Taking::from(step), now)).unwrap();
}

/// Whoever keeps the desk today keeps it for as long as this story lasts: a seat's rights end with the seat.
fn stays_in_office(world: &World) {
    let longer =
        "UPDATE appointments SET until_on = NULL; UPDATE grants SET until_at = NULL WHERE ended_at IS NULL;";
    world.target().connect().unwrap().batch_execute(longer).unwrap();
}

/// Gives the respondent a name, a telephone, an address and a mail that left; returns the mail.
fn plant(world: &World, id: CaseId) -> MailId {
    let (now, complex) = (world.now(), case(world, id).intake.complex);
    let planted = world.db.write_here(|tx| {
        let known = parties::of_side(tx, id, Side::Respondent)?.unwrap();
        let details = Details {
            name: "지워질사람".to_owned(),
            phone: "01033334444".to_owned(),
            email: "gone@example.org".to_owned(),
            ..known.details
        };
        parties::update(tx, known.id, complex, &details)?;
        search::keep(tx, id)?;
        let letter = Letter::Progress { sentence: "상대방에게만".to_owned(), link: "/r/1".to_owned() };
        let mail = Outgoing { to: "gone@example.org".to_owned(), number: None, letter };
        outbox::enqueue(tx, &format!("planted-{}", id.0), Some(id), &mail, now)?;
        let mail = outbox::of_case(tx, id, None, 1, now)?.remove(0).0.id;
        for leased in outbox::lease(tx, 200, Duration::minutes(1), now)? {
            outbox::sent(tx, &leased, "상대방에게만 한 말", "250", now)?;
        }
        Ok::<_, ieum::store::StoreError>(mail)
    });
    planted.unwrap()
}

/// Closed as not reached, once as often was tried as the rule asks.
fn unreachable_at_last(world: &World, id: CaseId) {
    let (means, result) = (Means::Phone, ContactResult::NoAnswer);
    take(world, id, Step::Contact { means, result, next_on: None, note: String::new() });
    let reason = "연락이 닿지 않음".to_owned();
    take(world, id, Step::Close { outcome: Outcome::Unreachable, reason, by: None });
}

fn clock_runs(world: &World) {
    let now = world.now();
    let clock: ieum::jobs::deliver::Clock = Arc::new(move || now);
    let db = world.db.clone();
    let ran =
        actix_web::rt::System::new().block_on(async move { ieum::jobs::clock::destroy(&db, &clock).await });
    ran.unwrap();
}

/// Makes `later` a case of the same two doors.
fn same_pair(world: &World, first: CaseId, later: CaseId) {
    let hash = |column: &str| format!("{column} = (SELECT {column} FROM cases WHERE id = {})", first.0);
    let (ours, theirs) = (hash("applicant_unit_hash"), hash("respondent_unit_hash"));
    let change = format!("UPDATE cases SET {ours}, {theirs} WHERE id = {}", later.0);
    world.target().connect().unwrap().batch_execute(&change).unwrap();
    world.db.write_here(|tx| kept::keep(tx, later)).unwrap();
}

/// No line of the case knows its pair of doors, and the kept lines are those of a recount.
fn knows_no_pair(world: &World, id: CaseId) {
    let of = format!("SELECT count(*) AS n FROM case_figures WHERE case_id = {} AND pair IS NOT NULL", id.0);
    let left: Vec<Count> = ask(&mut world.target().connect().unwrap(), &of);
    assert_eq!(left[0].n, 0, "{}", world.name);
    assert_eq!(world.db.read_here(kept::differing).unwrap().1, [], "{}", world.name);
}

/// Every figure of the year, as the command line prints it.
fn recurrence(world: &World) -> String {
    let day = |text: &str| ieum::domain::seoul::parse_day(text).unwrap();
    let question = Question {
        from: day("2026-01-01"),
        to: day("2027-01-01"),
        basis: Basis::Closing,
        as_of: world.now() + Duration::days(2000),
        by: None,
        scope: None,
    };
    let report = world.read(|rx| figures::report(rx, &question));
    format!(
        "{:?} {:?} {:?}",
        report.figures.recurrence, report.figures.response, report.figures.participation
    )
}

fn respondent(world: &World, id: CaseId) -> parties::Party {
    world.read(|rx| parties::of_side(rx, id, Side::Respondent)).unwrap()
}

#[test]
fn a_respondent_who_was_not_reached_is_forgotten_after_thirty_days_and_their_door_after_a_year() {
    for world in worlds() {
        let id = found(&world, "류보라")[0];
        let mail = plant(&world, id);
        same_pair(&world, id, found(&world, "민다온")[0]);
        unreachable_at_last(&world, id);
        let (figures, unit) = (recurrence(&world), respondent(&world, id).details.unit.unwrap());
        world.wait(Duration::days(30) - Duration::minutes(1));
        clock_runs(&world);
        assert_eq!(respondent(&world, id).details.name, "지워질사람", "not a minute too early");
        world.wait(Duration::minutes(1));
        clock_runs(&world);
        let gone = respondent(&world, id);
        assert!(gone.destroyed);
        let d = &gone.details;
        assert_eq!([&d.name, &d.phone, &d.email].map(String::as_str), ["", "", ""]);
        assert!(
            d.unit.is_none()
                && found(&world, "지워질사람").is_empty()
                && found(&world, "33334444").is_empty()
        );
        assert!(world.db.read_here(|rx| outbox::sent_text(rx, mail)).is_err(), "what the mail said");
        assert_eq!(found(&world, "류보라"), [id], "the applicant is still known");
        let repeat = |world: &World| {
            world.read(|rx| {
                let hash = parties::unit_hash(rx, case(world, id).intake.complex, &unit);
                Ok(cases::with_units(rx, &[hash], world.now() - Duration::days(3000))?
                    .iter()
                    .any(|h| h.id == id))
            })
        };
        assert!(repeat(&world), "a repeat would be recognised");
        let notes = world.read(|rx| access::notes(rx, None, 50));
        let number = case(&world, id).number;
        let line = notes.iter().find(|n| n.action == "respondent_destroyed" && n.object == number).unwrap();
        assert_eq!(line.detail, "상대방 1명의 연락처, 전자우편 1통의 내용");
        world.set(world.now() - Duration::days(30) + Months::new(12));
        clock_runs(&world);
        assert!(!repeat(&world), "nobody knows which door it was");
        let after = case(&world, id);
        assert!(after.history.has_respondent_unit() && after.stage == Stage::Closed);
        assert_eq!(recurrence(&world), figures, "no figure changes with what was destroyed");
        knows_no_pair(&world, id);
        let again = world.read(|rx| ieum::casework::keeping::waiting(rx, world.now(), 50));
        assert!(!again.contains(&id), "there is nothing left to do");
    }
}

#[test]
fn a_case_opened_again_within_thirty_days_keeps_the_respondent() {
    for world in worlds() {
        let id = found(&world, "류보라")[0];
        plant(&world, id);
        unreachable_at_last(&world, id);
        world.wait(Duration::days(29));
        take(&world, id, Step::Reopen { reason: ReopenReason::NewFacts, note: String::new() });
        world.wait(Duration::days(60));
        clock_runs(&world);
        assert_eq!(respondent(&world, id).details.phone, "01033334444");
        // Another outcome forgets nobody.
        take(&world, id, Step::Close { outcome: Outcome::Withdrawn, reason: "거둠".to_owned(), by: None });
        world.wait(Duration::days(400));
        clock_runs(&world);
        assert_eq!(respondent(&world, id).details.phone, "01033334444");
    }
}

/// The mails of a case, the newest first: to whom, and how they stand.
fn mails(world: &World, id: CaseId) -> Vec<(String, MailState)> {
    let now = world.now();
    let all = world.read(|rx| outbox::opened_for_demo(rx, None, 500, now));
    let own = all.into_iter().filter(|mail| mail.listed.case == Some(id));
    own.map(|mail| (mail.to, mail.listed.state)).collect()
}

/// One more mail to the planted respondent, which waits.
fn waits(world: &World, id: CaseId) {
    let now = world.now();
    let letter = Letter::Progress { sentence: "기다리는말".to_owned(), link: "/r/1".to_owned() };
    let mail = Outgoing { to: "gone@example.org".to_owned(), number: None, letter };
    world.db.write_here(|tx| outbox::enqueue(tx, &format!("waits-{}", id.0), Some(id), &mail, now)).unwrap();
}

/// The desk changes what is known of the respondent.
fn change(world: &World, id: CaseId, replaces: bool, email: &str) {
    let known = respondent(world, id).details;
    let details = Details { email: email.to_owned(), ..if replaces { Details::default() } else { known } };
    let reason = "알게 됨".to_owned();
    let step = Step::ChangeRespondent { replaces, reason, unit_known: false };
    let taking = Taking { person: Some(details), ..Taking::from(step) };
    let (actor, now, number) = (world.actor("secretary"), world.now(), case(world, id).number);
    world.db.write_here(|tx| take_step(tx, &actor, &number, taking, now)).unwrap();
}

#[test]
fn a_former_respondent_gets_no_mail_and_opens_no_page() {
    for world in worlds() {
        let id = found(&world, "류보라")[0];
        plant(&world, id);
        waits(&world, id);
        let (now, before) = (world.now(), case(&world, id));
        let page =
            world.db.write_here(|tx| ieum::casework::tell::receipt_path(tx, &before, Side::Respondent, now));
        let page = page.unwrap();
        assert_eq!(world.anonymous().get(&page).status, 200);
        let theirs =
            |world: &World| mails(world, id).into_iter().filter(|m| m.0 == "gone@example.org").count();
        assert_eq!(theirs(&world), 2);
        change(&world, id, true, "next@example.org");
        assert_eq!(theirs(&world), 0, "nothing left or waiting keeps the address");
        let gone = mails(&world, id);
        assert!(gone.iter().all(|(to, state)| !to.is_empty() || *state != MailState::Waiting), "{gone:?}");
        assert_eq!(world.anonymous().get(&page).status, 410, "{}", world.name);
        assert_eq!(respondent(&world, id).details.email, "next@example.org");
    }
}

#[test]
fn mails_that_wait_follow_a_respondent_to_the_new_address() {
    for world in worlds() {
        let id = found(&world, "류보라")[0];
        plant(&world, id);
        waits(&world, id);
        change(&world, id, false, "moved@example.org");
        let now = mails(&world, id);
        assert!(now.contains(&("moved@example.org".to_owned(), MailState::Waiting)), "{now:?}");
        assert!(!now.iter().any(|(to, _)| to == "gone@example.org"), "{now:?}");
        // No address any more: somebody has to tell them otherwise.
        let calls = |world: &World| {
            let duties = world.read(|rx| ieum::store::projection::duties_in(rx, id));
            duties.iter().filter(|d| d.kind == DutyKind::Mail).count()
        };
        assert_eq!(calls(&world), 0);
        change(&world, id, false, "");
        assert!(!mails(&world, id).iter().any(|(to, _)| to == "moved@example.org"), "{}", world.name);
        assert_eq!(calls(&world), 1, "{}", world.name);
    }
}

#[test]
fn nothing_is_destroyed_while_a_hold_stands() {
    for world in worlds() {
        stays_in_office(&world);
        let id = found(&world, "류보라")[0];
        plant(&world, id);
        unreachable_at_last(&world, id);
        take(&world, id, Step::Hold { reason: "소송".to_owned() });
        world.wait(Duration::days(400));
        clock_runs(&world);
        assert_eq!(respondent(&world, id).details.phone, "01033334444");
        let waiting = world.read(|rx| ieum::casework::keeping::waiting(rx, world.now(), 50));
        assert!(!waiting.contains(&id), "the clock is not asked again and again");
        take(&world, id, Step::Release { reason: "끝남".to_owned() });
        clock_runs(&world);
        assert!(respondent(&world, id).destroyed);
    }
}

fn forgets(world: &World) {
    let now = world.now();
    let clock: ieum::jobs::deliver::Clock = Arc::new(move || now);
    let db = world.db.clone();
    let ran =
        actix_web::rt::System::new().block_on(async move { ieum::jobs::clock::forget(&db, &clock).await });
    ran.unwrap();
}

/// Every line of the register that is about this case, newest first.
fn register(world: &World, id: CaseId) -> Vec<Disposal> {
    let desks = world.actor("secretary").desks();
    let lines = world.read(|rx| disposals::list(rx, &desks, true, None, 200));
    lines.into_iter().map(|(line, _, _)| line).filter(|line| line.case_id == Some(id)).collect()
}

#[test]
fn a_case_is_proposed_and_three_years_after_its_last_closing_nobody_in_it_is_known() {
    for world in worlds() {
        stays_in_office(&world);
        let id = found(&world, "류보라")[0];
        let mail = plant(&world, id);
        let crossed = found(&world, "민다온")[0];
        same_pair(&world, id, crossed);
        let now = world.now();
        world.db.write_here(|tx| case_links::add(tx, id, crossed, LinkKind::Cross, now)).unwrap();
        take(&world, id, Step::Close { outcome: Outcome::Withdrawn, reason: "거둠".to_owned(), by: None });
        let closed = case(&world, id);
        let (figures, due) = (recurrence(&world), closed.file_ends().unwrap());
        world.set(due - keeping::NOTICE - Duration::minutes(1));
        clock_runs(&world);
        assert!(register(&world, id).is_empty(), "not a minute too early");
        world.set(due - keeping::NOTICE);
        clock_runs(&world);
        clock_runs(&world);
        let lines = register(&world, id);
        assert_eq!(lines.len(), 1, "proposed once: {lines:?}");
        assert!(lines[0].kind == DisposalKind::File && lines[0].done_at.is_none());
        world.set(due - Duration::minutes(1));
        clock_runs(&world);
        assert_eq!(respondent(&world, id).details.name, "지워질사람");
        world.set(due);
        clock_runs(&world);
        let done = &register(&world, id)[0];
        assert!(
            done.done_at.is_some() && done.certificate.as_ref().unwrap().starts_with("파기-"),
            "{done:?}"
        );
        assert!(
            done.detail.contains("당사자 2명") && !done.detail.contains("전자우편 0통"),
            "{}",
            done.detail
        );
        assert!(world.db.read_here(|rx| cases::find_id(rx, &all(), id)).is_err(), "the case is gone");
        assert!(case(&world, crossed).crossed, "its cross-complaint is there as before");
        assert!(world.db.read_here(|rx| outbox::sent_text(rx, mail)).is_err(), "what the mail said");
        assert!(found(&world, "류보라").is_empty() && found(&world, "지워질사람").is_empty());
        let secretary = world.actor("secretary");
        let heads = world.read(|rx| cases::page(rx, &secretary.scope(), &cases::Filter::default(), 500));
        assert!(heads.iter().all(|h| h.id != id), "nobody is led to what is not there");
        let mut conn = world.target().connect().unwrap();
        for table in
            ["parties", "consents", "case_events", "links", "outbox", "duties", "recusals", "case_search"]
        {
            let left = format!("SELECT count(*) AS n FROM {table} WHERE case_id = {}", id.0);
            assert_eq!(ask::<Count>(&mut conn, &left)[0].n, 0, "{table}");
        }
        let marks = format!("SELECT count(*) AS n FROM case_marks WHERE case_id = {}", id.0);
        assert!(ask::<Count>(&mut conn, &marks)[0].n > 0, "what figures count stays");
        assert_eq!(recurrence(&world), figures, "no figure changes with what was destroyed");
        knows_no_pair(&world, id);
        let again = world.read(|rx| keeping::waiting(rx, world.now(), 50));
        assert!(!again.contains(&id), "there is nothing left to do");
    }
}

#[test]
fn whoever_answers_for_a_case_approves_and_whoever_reopens_or_holds_it_takes_it_back() {
    for world in worlds() {
        stays_in_office(&world);
        let id = found(&world, "류보라")[0];
        take(&world, id, Step::Close { outcome: Outcome::Withdrawn, reason: "거둠".to_owned(), by: None });
        let due = case(&world, id).file_ends().unwrap();
        // The clock stood still for years: what is proposed late is destroyed only after somebody had time to object.
        world.set(due + Duration::days(5));
        clock_runs(&world);
        clock_runs(&world);
        let waits = register(&world, id)[0].clone();
        assert!(waits.done_at.is_none());
        let (stranger, now) = (world.actor("ngo"), world.now());
        let denied = world.db.write_here(|tx| keeping::approve(tx, &stranger, waits.id, now));
        assert!(denied.is_err(), "not theirs to approve");
        take(&world, id, Step::Hold { reason: "소송".to_owned() });
        assert!(register(&world, id).is_empty(), "what is held waits for nothing");
        take(&world, id, Step::Release { reason: "끝남".to_owned() });
        clock_runs(&world);
        let waits = register(&world, id)[0].clone();
        let (secretary, now) = (world.actor("secretary"), world.now());
        world.db.write_here(|tx| keeping::approve(tx, &secretary, waits.id, now)).unwrap();
        clock_runs(&world);
        let done = register(&world, id)[0].clone();
        assert!(done.done_at.is_some() && done.approved_by == secretary.user, "{done:?}");
    }
}

#[test]
fn confidential_notes_go_thirty_days_after_the_last_follow_up() {
    for world in worlds() {
        let id = found(&world, "류보라")[0];
        take(&world, id, Step::Close { outcome: Outcome::Withdrawn, reason: "거둠".to_owned(), by: None });
        let (now, text) = (world.now(), "아무도 모르는 말".to_owned());
        let seq = case(&world, id).last_seq + 1;
        let step = Step::ConfidentialNote { text, side: Some(Side::Applicant), supervised: true };
        let note = Event {
            seq,
            at: now,
            recorded_at: now,
            by: None,
            by_role: "mediator".to_owned(),
            step,
            late: false,
            voided: false,
        };
        let own = Step::Reflection { text: "아무도 모르는 생각".to_owned() };
        let own = Event { seq: seq + 1, step: own, ..note.clone() };
        for line in [&note, &own] {
            world.db.write_here(|tx| events::append(tx, id, line, Visibility::Mediators)).unwrap();
        }
        let words = |world: &World| {
            let lines = world.read(|rx| events::of_case(rx, id));
            let text = |e: Event| match e.step {
                Step::ConfidentialNote { text, .. } | Step::Reflection { text } => Some(text),
                _ => None,
            };
            lines.into_iter().filter_map(text).collect::<Vec<_>>().join(" · ")
        };
        world.wait(Duration::days(30) - Duration::minutes(1));
        clock_runs(&world);
        assert_eq!(words(&world), "아무도 모르는 말 · 아무도 모르는 생각");
        world.wait(Duration::minutes(1));
        clock_runs(&world);
        assert!(!words(&world).contains("모르는"), "{}", words(&world));
        let again = world.read(|rx| keeping::waiting(rx, world.now(), 50));
        assert!(!again.contains(&id), "once is enough");
        assert_eq!(register(&world, id)[0].kind, DisposalKind::Notes);
    }
}

#[test]
fn records_codes_rights_accounts_and_appointments_go_after_their_years() {
    for world in worlds() {
        let (now, id) = (world.now(), found(&world, "류보라")[0]);
        let gone = world.db.write_here(|tx| {
            let seen = Access {
                user: None,
                actor: "desk",
                body: None,
                sides: &[],
                ip: "10.0.0.1",
                case: Some(id),
                what: "file",
                reason: "",
            };
            access::record(tx, &seen, now)?;
            access::note(tx, None, "granted", "x", "y", now)?;
            let gone = users::add(tx, "ended@example.org", "끝난사람", "01022221111", now)?;
            let grant = users::grant(tx, gone, Role::Clerk, None, None, None, now)?;
            users::end_grant(tx, grant, None, now)?;
            users::set_disabled(tx, gone, true)?;
            Ok::<_, ieum::store::StoreError>(gone)
        });
        let gone = gone.unwrap();
        let name = |world: &World| world.read(|rx| users::find(rx, gone)).name;
        let opened = |world: &World| world.read(|rx| access::of_case(rx, id, 500)).len();
        world.set(now + Months::new(24) - Duration::days(1));
        forgets(&world);
        assert!(opened(&world) > 0);
        world.set(now + Months::new(24) + Duration::days(1));
        forgets(&world);
        assert_eq!(opened(&world), 0, "two years");
        assert_eq!(name(&world), "끝난사람");
        assert!(!world.read(|rx| access::notes(rx, None, 50)).is_empty(), "changes are kept a year longer");
        world.set(now + Months::new(36) + Duration::days(1));
        forgets(&world);
        assert_eq!(name(&world), "탈퇴한 사람");
        assert!(world.db.read_here(|rx| users::by_email(rx, "ended@example.org")).is_err());
        let left = world.read(|rx| access::notes(rx, None, 50));
        assert!(left.iter().all(|n| n.at.and_utc() > world.now() - Months::new(36)), "{left:?}");
        let house = world.read(|rx| disposals::list(rx, &[], true, None, 50));
        let kinds: BTreeSet<&str> = house.iter().map(|(d, _, _)| d.kind.code()).collect();
        assert_eq!(kinds, BTreeSet::from(["accounts", "logs"]));
    }
}

/// A mail that belongs to no case, written now.
fn house_mail(world: &World, to: &str) {
    let now = world.now();
    let mail = Outgoing { to: to.to_owned(), number: None, letter: Letter::Test {} };
    world.db.write_here(|tx| outbox::enqueue(tx, to, None, &mail, now)).unwrap();
}

#[test]
fn mails_of_the_house_go_three_years_after_they_were_written_and_those_of_cases_with_their_case() {
    for world in worlds() {
        let (begun, id) = (world.now(), found(&world, "류보라")[0]);
        house_mail(&world, "old.house@example.org");
        waits(&world, id);
        let there = |to: &str| {
            let now = world.now();
            let all = world.read(|rx| outbox::opened_for_demo(rx, None, 500, now));
            all.into_iter().any(|mail| mail.to == to)
        };
        world.set(begun + Months::new(36) - Duration::days(1));
        forgets(&world);
        assert!(there("old.house@example.org"), "a day early");
        house_mail(&world, "new.house@example.org");
        world.set(begun + Months::new(36) + Duration::days(1));
        let of_house = || {
            let now = world.now();
            let all = world.read(|rx| outbox::opened_for_demo(rx, None, 500, now));
            all.into_iter().filter(|mail| mail.listed.case.is_none()).count()
        };
        let before = of_house();
        forgets(&world);
        assert!(!there("old.house@example.org") && there("new.house@example.org"));
        assert!(there("gone@example.org"), "the case is open: its mails stay");
        let house = world.read(|rx| disposals::list(rx, &[], true, None, 50));
        let gone = format!("계정 전자우편 {}통", before - of_house());
        assert!(
            house.iter().any(|(d, _, _)| d.kind == DisposalKind::Logs && d.detail.ends_with(&gone)),
            "{house:?}"
        );
    }
}

/// An account with a running or ended role, stopped or not.
fn account(world: &World, name: &str, (ended, stopped): (bool, bool)) -> ieum::domain::ids::UserId {
    let (now, ngo) = (world.now(), world.actor("ngo").desks()[0]);
    let made = world.db.write_here(|tx| {
        let user = users::add(tx, &format!("{name}@example.org"), name, "01022221111", now)?;
        users::set_password(tx, user, "a hash", now)?;
        let grant = users::grant(tx, user, Role::Mediator, Some(ngo), None, None, now)?;
        let scope = ieum::domain::codes::TokenScope::Read;
        ieum::store::tokens::make(tx, user, "시험", scope, now + Duration::days(30), now)?;
        if ended {
            users::end_grant(tx, grant, None, now)?;
        }
        if stopped {
            users::set_disabled(tx, user, true)?;
        }
        Ok::<_, ieum::store::StoreError>(user)
    });
    made.unwrap()
}

#[test]
fn only_a_stopped_account_whose_last_role_ended_three_years_ago_is_forgotten_and_only_once() {
    for world in worlds() {
        let begun = world.now();
        let gone = account(&world, "gone", (true, true));
        let running = account(&world, "running", (false, true));
        let active = account(&world, "active", (true, false));
        world.set(begun + Months::new(12));
        let later = account(&world, "later", (true, true));
        world.set(begun + Months::new(36) - Duration::days(1));
        forgets(&world);
        let name = |user| world.read(|rx| users::find(rx, user)).name;
        assert_eq!(name(gone), "gone", "a day early");
        world.set(begun + Months::new(36) + Duration::days(1));
        forgets(&world);
        let left = world.read(|rx| users::find(rx, gone));
        assert_eq!((left.name.as_str(), left.email.as_str(), left.phone.as_str()), ("탈퇴한 사람", "", ""));
        assert_eq!(world.read(|rx| users::password_hash(rx, gone)).0, None);
        assert!(world.read(|rx| ieum::store::tokens::of_user(rx, gone)).is_empty());
        for (user, kept) in [(running, "running"), (active, "active"), (later, "later")] {
            assert_eq!(name(user), kept);
            assert_eq!(world.read(|rx| ieum::store::tokens::of_user(rx, user)).len(), 1, "{kept}");
        }
        let lines = |world: &World| {
            let house = world.read(|rx| disposals::list(rx, &[], true, None, 50));
            house.iter().filter(|(d, _, _)| d.detail.contains("끝난 계정 1개")).count()
        };
        assert_eq!(lines(&world), 1);
        world.set(begun + Months::new(36) + Duration::days(2));
        forgets(&world);
        assert_eq!(lines(&world), 1, "what is gone is not destroyed again");
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct Value {
    #[diesel(sql_type = Text)]
    v: String,
}

/// `table.column` and its class, as `migrations/classification.csv` says.
fn classes() -> BTreeMap<(String, String), String> {
    let text = include_str!("../../migrations/classification.csv");
    let rows = text.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.splitn(4, ',').collect();
        let [table, column, class, kept] = cells[..] else { panic!("{line}") };
        assert!(!kept.is_empty(), "{line}");
        let known = [
            "personal-sealed",
            "mixed-sealed",
            "personal-hash",
            "personal-plain",
            "secret-hash",
            "pseudonymous",
            "operational",
        ];
        assert!(known.contains(&class), "{line}");
        ((table.to_owned(), column.to_owned()), class.to_owned())
    });
    let rows: Vec<_> = rows.collect();
    let named: BTreeMap<_, _> = rows.iter().cloned().collect();
    assert_eq!(named.len(), rows.len(), "no column is named twice");
    named
}

const COLUMNS: [&str; 2] = [
    "SELECT m.name || ' ' || c.name AS v FROM sqlite_master m JOIN pragma_table_info(m.name) c
     WHERE m.type = 'table' AND m.sql LIKE '%STRICT%'",
    "SELECT table_name || ' ' || column_name AS v FROM information_schema.columns
     WHERE table_schema = current_schema() AND table_name <> '__diesel_schema_migrations'",
];

fn ask<T: QueryableByName<diesel::sqlite::Sqlite> + QueryableByName<diesel::pg::Pg> + 'static>(
    conn: &mut Conn,
    query: &str,
) -> Vec<T> {
    match conn.either() {
        Either::Sqlite(c) => sql_query(query).load(c).unwrap(),
        Either::Postgres(c) => sql_query(query).load(c).unwrap(),
    }
}

#[test]
fn every_column_has_a_class_and_nothing_personal_stands_in_the_clear() {
    let classes = classes();
    for world in worlds() {
        plant(&world, found(&world, "류보라")[0]);
        let mut conn = world.target().connect().unwrap();
        let query = COLUMNS[usize::from(!conn.is_sqlite())];
        let there: BTreeSet<(String, String)> = ask::<Value>(&mut conn, query)
            .into_iter()
            .map(|row| row.v.split_once(' ').map(|(t, c)| (t.to_owned(), c.to_owned())).unwrap())
            .collect();
        let labelled: BTreeSet<(String, String)> = classes.keys().cloned().collect();
        let odd: Vec<_> = there.symmetric_difference(&labelled).collect();
        assert!(odd.is_empty(), "label these in migrations/classification.csv, or take them out: {odd:?}");
        // Names, telephones, addresses, doors and narratives of the demonstration's people.
        let planted = [
            "지워질사람",
            "01033334444",
            "gone@example.org",
            "류보라",
            "박하람",
            "1003호",
            "뛰는 소리가",
            "간사",
            "상대방에게만",
            "resident20@demo",
            "secretary@demo",
        ];
        for ((table, column), class) in &classes {
            let text = format!("CAST(\"{column}\" AS TEXT)");
            if class == "personal-sealed" {
                let open = format!(
                    "SELECT count(*) AS n FROM \"{table}\" WHERE {text} <> '' AND {text} NOT LIKE 'v1.%'"
                );
                assert_eq!(
                    ask::<Count>(&mut conn, &open)[0].n,
                    0,
                    "{}: {table}.{column} is not sealed",
                    world.name
                );
            }
            for word in planted.iter().filter(|_| table != "bodies") {
                let clear = format!("SELECT count(*) AS n FROM \"{table}\" WHERE {text} LIKE '%{word}%'");
                let n = ask::<Count>(&mut conn, &clear)[0].n;
                assert_eq!(n, 0, "{}: {word} stands in {table}.{column}", world.name);
            }
        }
        for sealed in
            ["parties.name", "case_events.payload", "outbox.payload", "users.name", "case_search.sealed"]
        {
            let (table, column) = sealed.split_once('.').unwrap();
            let full = format!("SELECT count(*) AS n FROM \"{table}\" WHERE \"{column}\" <> ''");
            assert!(ask::<Count>(&mut conn, &full)[0].n > 5, "{sealed} is filled in the demonstration");
        }
    }
}

/// The respondent answers a mail of theirs, from `from`.
fn answers(world: &World, id: CaseId, mail: MailId, from: &str) -> InboundId {
    let now = world.now();
    let answer = Arrived {
        to: Some(inbox::return_of(world.db.vault(), Way::Reply, mail)),
        from: from.to_owned(),
        text: "답장에쓴말".to_owned(),
        ..Arrived::default()
    };
    let taken = world.db.write_here(|tx| ieum::casework::inbox::take(tx, &answer, "an answer", 2, now));
    assert_eq!(taken.unwrap().fate, InboundFate::Filed);
    world.read(|rx| inbox::of_case(rx, id)).remove(0).id
}

#[test]
fn what_a_person_wrote_by_mail_follows_them_to_another_address_and_to_none() {
    for world in worlds() {
        let id = found(&world, "류보라")[0];
        let mail = plant(&world, id);
        let answer = answers(&world, id, mail, "gone@example.org");
        let number = case(&world, id).number;
        let nameless = inbox::nameless(respondent(&world, id).id);
        let reader = world.actor("secretary");
        // Whose it is, from where, and under which of these their words are found.
        let stands = || {
            let read =
                |rx: &mut ieum::store::Rx<'_>| ieum::casework::inbox::read(rx, &reader, &number, answer);
            let (_, said, side) = world.db.read_here(read).unwrap();
            assert_eq!(said.text, "답장에쓴말");
            let senders = ["gone@example.org", "moved@example.org", &nameless, "third@example.org"];
            let found = senders.map(|sender| world.read(|rx| inbox::of_address(rx, id, sender)).len());
            (side, said.from, found)
        };
        let own = |from: &str, found| (Some(Side::Respondent), from.to_owned(), found);
        assert_eq!(stands(), own("gone@example.org", [1, 0, 0, 0]));
        change(&world, id, false, "moved@example.org");
        assert_eq!(stands(), own("moved@example.org", [0, 1, 0, 0]), "{}", world.name);
        change(&world, id, false, "");
        assert_eq!(stands(), own("", [0, 0, 1, 0]), "{}", world.name);
        change(&world, id, false, "third@example.org");
        assert_eq!(stands(), own("third@example.org", [0, 0, 0, 1]), "{}", world.name);
        // Whoever has no address any more is forgotten with their words all the same.
        change(&world, id, false, "");
        let (before, now) = (case(&world, id), world.now());
        world.db.write_here(|tx| keeping::forget_side(tx, &before, Side::Respondent, now)).unwrap();
        assert!(world.db.read_here(|rx| inbox::open(rx, id, answer)).is_err(), "{}", world.name);
        let unread = world.read(|rx| ieum::store::projection::looking_at(rx, id, DutyKind::ReadReply));
        assert!(!unread.contains(&answer.0), "{}", world.name);
    }
}
