//! The committee on both databases: seats, meetings that decide about cases, recusals that close files.
mod board;
mod called;
mod charge;
mod closed;
mod desk;
mod pages;
mod waits;

use crate::world::{World, worlds};
use chrono::{DateTime, Duration, Utc};
use ieum::casework::committee::{self, Nomination, move_on, nominate};
use ieum::casework::meet::{self, Meet};
use ieum::casework::party::{LetterAnswer, answer_letter};
use ieum::casework::step::{Taking, take_step};
use ieum::casework::{CaseworkError, open, recusal};
use ieum::domain::case::Case;
use ieum::domain::codes::{
    Ballot, ItemResult, MeetingState, Method, Mode, Outcome, Post, RecusalGround, Reply, Role, SeatCategory,
    Selection, Sort, Stage, TokenScope,
};
use ieum::domain::committee::appointment::SeatStep;
use ieum::domain::committee::delegation::Delegation;
use ieum::domain::ids::{BodyId, CaseId, SeatId};
use ieum::domain::meeting::quorum::Tally;
use ieum::domain::meeting::{Matter, Meeting, MeetingStep, Signer};
use ieum::domain::permission::{Actor, Scope, View};
use ieum::domain::step::Step;
use ieum::store::{cases, committees, events, retention, seats, tokens, users};

/// One evening of one world: who acts is said at each step, a minute passes between two steps.
struct Evening<'w> {
    world: &'w World,
    body: BodyId,
    at: DateTime<Utc>,
    meeting: Option<Meeting>,
}

impl<'w> Evening<'w> {
    fn of(world: &'w World) -> Self {
        let body = world.actor("secretary").bodies(Role::Secretary)[0];
        Self { world, body, at: world.now(), meeting: None }
    }

    fn actor(&self, name: &str) -> Actor {
        let (user, at) = (self.world.user(name), self.at);
        self.world.read(|rx| users::actor(rx, user, at))
    }

    fn seat(&self, name: &str) -> SeatId {
        let (user, body) = (self.world.user(name), self.body);
        self.world.read(|rx| seats::of_user(rx, user)).iter().find(|s| s.body == body).unwrap().id
    }

    /// Seats somebody in the committee, with everything that it takes.
    fn seated(&self, name: &str, person: seats::Person) {
        let (body, at, desk) = (self.body, self.at, self.actor("secretary"));
        let on = ieum::domain::seoul::day(at);
        let rules = self.world.db.read_here(|rx| {
            let home = ieum::store::bodies::find(rx, body)?;
            committee::rules_on(rx, &home, on)
        });
        let categories = rules.unwrap().categories;
        let expert = Some(SeatCategory::Expert).filter(|c| categories.contains(c));
        let form = Nomination {
            person: seats::Person { name: "새위원".to_owned(), ..person },
            account: Some(self.world.user(name)),
            votes: true,
            category: expert.or(categories.first().copied()),
            selection: Some(Selection::Recommended),
            from: Some(on),
            ..Nomination::default()
        };
        let seated = |tx: &mut ieum::store::Tx<'_>| {
            let id = nominate(tx, &desk, body, &form, at)?;
            for step in [SeatStep::Appoint { on }, SeatStep::Accept { on }, SeatStep::Pledge { on }] {
                move_on(tx, &desk, id, step, at)?;
            }
            Ok::<_, CaseworkError>(())
        };
        self.world.db.write_here(seated).unwrap();
    }

    /// The member who never logs in.
    fn quiet(&self) -> SeatId {
        let all = self.world.read(|rx| seats::of_body(rx, self.body));
        all.iter().find(|m| m.seat.user.is_none()).unwrap().seat.id
    }

    fn try_take(&mut self, who: &str, step: MeetingStep) -> Result<(), CaseworkError> {
        let (actor, body, at, id) =
            (self.actor(who), self.body, self.at, self.meeting.as_ref().map(|m| m.id));
        let done = self.world.db.write_here(|tx| match id {
            None => meet::begin(tx, &actor, body, Meet::from(step), at),
            Some(id) => meet::take(tx, &actor, id, Meet::from(step), at),
        });
        self.meeting = Some(done?);
        self.at += Duration::minutes(1);
        Ok(())
    }

    fn take(&mut self, who: &str, step: MeetingStep) {
        let what = format!("{}: {who} {}", self.world.name, step.code());
        self.try_take(who, step).unwrap_or_else(|e| panic!("{what}: {e}"));
    }

    fn refused(&mut self, who: &str, step: MeetingStep) -> &'static str {
        match self.try_take(who, step) {
            Err(CaseworkError::Refused(refused)) => refused.code,
            other => panic!("{}: {other:?}", self.world.name),
        }
    }

    /// An urgent meeting in an hour, called and noticed; then its hour has come.
    fn called(&mut self, items: Vec<Matter>) {
        self.meeting = None;
        let starts_at = self.at + Duration::hours(1);
        let (sort, mode, place) = (Sort::Urgent, Mode::InPerson, "관리동".to_owned());
        let reason = "급함".to_owned();
        self.take(
            "secretary",
            MeetingStep::Convene { sort, mode, starts_at, minutes: 60, place, items, reason },
        );
        self.take("chair", MeetingStep::Notify {});
        self.at = starts_at;
    }

    fn open(&mut self, present: Vec<SeatId>) {
        let presiding = present[0];
        self.take("clerk", MeetingStep::Open { present, presiding });
    }

    fn decide(&mut self, item: u32, (yes, no, abstain): (u32, u32, u32), taken: Option<Step>) {
        let tally = Tally { yes, no, abstain };
        let decide = MeetingStep::Decide { item, tally, ballot: Ballot::Hands, text: String::new(), taken };
        self.take("clerk", decide);
    }

    fn signed(&mut self) {
        self.take("chair", MeetingStep::Adjourn {});
        self.take("clerk", MeetingStep::Write { text: "다룸".to_owned(), notes: vec![] });
        self.take("clerk", MeetingStep::Complete {});
        self.take("clerk", MeetingStep::Sign { signer: Signer::Clerk, method: Method::Link });
        self.take("chair", MeetingStep::Sign { signer: Signer::Chair, method: Method::Link });
    }

    fn state(&self) -> Option<MeetingState> {
        self.meeting.as_ref().unwrap().state
    }

    fn case(&self, number: &str) -> Case {
        let all = Scope { all: true, ..Scope::default() };
        self.world.read(|rx| cases::find(rx, &all, number))
    }

    fn step(&self, who: &str, number: &str, step: Step) -> Result<(), CaseworkError> {
        let (actor, at) = (self.actor(who), self.at);
        let done = self.world.db.write_here(|tx| take_step(tx, &actor, number, Taking::from(step), at));
        done.map(|_| ())
    }

    fn sees(&self, who: &str, number: &str) -> bool {
        let actor = self.actor(who);
        self.world.db.read_here(|rx| open::read(rx, &actor, number)).is_ok()
    }

    /// The usual 전결표 for every case of the committee, as if it had met in Ieum from the beginning.
    fn usual_table(&self) {
        let (body, at) = (self.body, self.at);
        let from = at - Duration::days(2000);
        self.world
            .db
            .write_here(|tx| committees::set_delegation(tx, body, &Delegation::usual(), from, "", None, at))
            .unwrap();
        // The demo's first meeting put a younger one into force; both say the same.
    }

    /// The case on the agenda of the demo's next meeting.
    fn agenda_case(&self) -> String {
        let all = Scope { all: true, ..Scope::default() };
        let case = self.actor("member").agenda[0];
        self.world.read(|rx| cases::find_id(rx, &all, case)).number
    }

    /// A case with the committee that nobody is in charge of.
    fn open_case(&self) -> String {
        let all = Scope { all: true, ..Scope::default() };
        self.world.read(|rx| {
            let ids = cases::open_of_committee(rx, self.body)?;
            for id in ids {
                let case = cases::find_id(rx, &all, id)?;
                let fits = case.stage == Stage::Participation && case.holder == Some(self.body);
                if fits && case.in_charge.is_empty() && !case.intake.legacy {
                    return Ok(case.number);
                }
            }
            Err(ieum::store::StoreError::NotFound)
        })
    }
}

fn about(number: &str, act: &str) -> Matter {
    Matter::Case { case: CaseId(0), number: number.to_owned(), act: act.to_owned() }
}

fn close(outcome: Outcome) -> Step {
    Step::Close { outcome, reason: "위원회에서 다룸".to_owned(), by: None }
}

#[test]
fn a_vote_does_what_the_desk_may_not_and_the_agenda_opens_until_the_signatures() {
    for world in worlds() {
        let mut evening = Evening::of(&world);
        evening.usual_table();
        let number = evening.open_case();
        let barred = evening.step("secretary", &number, close(Outcome::OutOfScope));
        assert!(matches!(&barred, Err(CaseworkError::Refused(r)) if r.code == "needs_vote"), "{barred:?}");
        assert!(evening.case(&number).is_open());
        assert!(!evening.sees("member2", &number));
        evening.called(vec![about(&number, "close:out_of_scope")]);
        assert!(evening.sees("member2", &number) && evening.sees("chair", &number), "{}", world.name);
        assert!(!evening.sees("clerk", &number) || evening.actor("clerk").has(Role::Member));
        let read = world.db.read_here(|rx| open::read(rx, &evening.actor("member2"), &number)).unwrap();
        assert_eq!(read.view, View::Summary);
        assert!(read.parties.is_empty() && read.lines.is_empty() && !read.contacts);
        let present = vec![evening.seat("chair"), evening.seat("member2"), evening.seat("clerk")];
        evening.open(present);
        evening.decide(1, (2, 1, 0), Some(close(Outcome::OutOfScope)));
        let case = evening.case(&number);
        assert_eq!(case.outcome(), Some(Outcome::OutOfScope));
        let lines = world.read(|rx| events::of_case(rx, case.id));
        assert_eq!(lines.last().unwrap().by_role, "meeting");
        let performed = evening.meeting.as_ref().unwrap().items[0].performed.clone();
        assert_eq!(performed, Some(Ok(case.last_seq)));
        assert!(evening.sees("member2", &number));
        evening.signed();
        assert_eq!(evening.state(), Some(MeetingState::Signed));
        assert!(!evening.sees("member2", &number), "signed: the summary is closed again");
    }
}

#[test]
fn a_meeting_fails_for_want_of_quorum_and_decides_nothing() {
    for world in worlds() {
        let mut evening = Evening::of(&world);
        let number = evening.open_case();
        evening.called(vec![about(&number, "close:out_of_scope")]);
        let two = vec![evening.seat("chair"), evening.seat("member")];
        let open = MeetingStep::Open { present: two.clone(), presiding: two[0] };
        assert_eq!(evening.refused("clerk", open), "no_quorum");
        let tally = Tally { yes: 2, no: 0, abstain: 0 };
        let taken = Some(close(Outcome::OutOfScope));
        let decide =
            MeetingStep::Decide { item: 1, tally, ballot: Ballot::Hands, text: String::new(), taken };
        assert_eq!(evening.refused("clerk", decide), "meeting_state");
        evening.take("clerk", MeetingStep::NotOpen { present: two, reason: "두 명만 나옴".to_owned() });
        assert_eq!(evening.state(), Some(MeetingState::NotOpened));
        assert!(evening.case(&number).is_open());
        assert!(!evening.sees("member2", &number));
        let id = evening.meeting.as_ref().unwrap().id;
        let kept = world.read(|rx| ieum::store::meetings::find(rx, &[evening.body], id));
        assert!(kept.reason.contains("재적 5명의 과반수인 3명"), "{}", kept.reason);
    }
}

#[test]
fn a_passed_item_says_why_its_step_can_no_longer_be_taken() {
    for world in worlds() {
        let mut evening = Evening::of(&world);
        let number = evening.open_case();
        evening.called(vec![about(&number, "close:out_of_scope")]);
        evening.step("secretary", &number, close(Outcome::Counselled)).unwrap();
        let present = vec![evening.seat("chair"), evening.seat("member"), evening.quiet()];
        evening.open(present);
        evening.decide(1, (3, 0, 0), Some(close(Outcome::OutOfScope)));
        let item = &evening.meeting.as_ref().unwrap().items[0];
        assert_eq!(item.decision.as_ref().unwrap().result, ItemResult::Passed, "the vote stands");
        assert!(
            item.performed.as_ref().unwrap().as_ref().unwrap_err().contains("종결"),
            "{:?}",
            item.performed
        );
        assert_eq!(evening.case(&number).outcome(), Some(Outcome::Counselled));
    }
}

#[test]
fn a_recused_member_reads_nothing_of_the_file_the_item_or_its_minutes() {
    for world in worlds() {
        let mut evening = Evening::of(&world);
        let number = evening.open_case();
        let secret = "안건에만 있는 말";
        evening.called(vec![about(&number, "close:out_of_scope"), Matter::Free { title: "홍보".to_owned() }]);
        let (actor, at) = (evening.actor("member2"), evening.at);
        world
            .db
            .write_here(|tx| recusal::declare(tx, &actor, &number, RecusalGround::Friend, "아는 사이", at))
            .unwrap();
        assert!(!evening.sees("member2", &number), "{}", world.name);
        let present =
            ["chair", "member", "member2", "clerk"].map(|name| evening.seat(name)).into_iter().collect();
        evening.open(present);
        let quorum = evening.meeting.as_ref().unwrap().judged(1, evening.at).unwrap();
        assert_eq!((quorum.count.present, quorum.count.recused, quorum.roll), (3, 1, 5));
        let tally = Tally { yes: 2, no: 0, abstain: 1 };
        let (ballot, taken) = (Ballot::Hands, Some(close(Outcome::OutOfScope)));
        evening.take("clerk", MeetingStep::Decide { item: 1, tally, ballot, text: secret.to_owned(), taken });
        evening.decide(2, (4, 0, 0), None);
        evening.take("chair", MeetingStep::Adjourn {});
        let notes = vec![secret.to_owned(), "홍보함".to_owned()];
        evening.take("clerk", MeetingStep::Write { text: secret.to_owned(), notes });
        let id = evening.meeting.as_ref().unwrap().id;
        let shown = |who: &str| {
            let (actor, at) = (evening.actor(who), evening.at);
            format!("{:?}", world.db.read_here(|rx| meet::read(rx, &actor, id, at)).unwrap())
        };
        assert!(shown("member").contains(secret) && shown("member").contains(&number));
        assert!(!shown("member2").contains(secret) && !shown("member2").contains(&number), "{}", world.name);
        assert!(shown("member2").contains("홍보함"));
        // The attempt is in the case's record, and the answer was the one that strangers get.
        let actor = evening.actor("member2");
        world.db.write_here(|tx| recusal::attempted(tx, &actor, &number, "127.0.0.1", at)).unwrap();
        let case = evening.case(&number).id;
        let record = world.read(|rx| ieum::store::access::of_case(rx, case, 50));
        assert!(record.iter().any(|r| r.what == "recused_attempt" && r.user == actor.user));
    }
}

#[test]
fn a_token_opens_no_more_than_the_login_of_its_maker() {
    for world in worlds() {
        let mut evening = Evening::of(&world);
        let number = evening.open_case();
        evening.called(vec![about(&number, "close:out_of_scope")]);
        let (actor, at) = (evening.actor("secretary"), evening.at);
        let declared = |tx: &mut ieum::store::Tx<'_>| {
            recusal::declare(tx, &actor, &number, RecusalGround::Friend, "아는 사이", at)
        };
        world.db.write_here(declared).unwrap();
        assert_eq!(evening.actor("secretary").recused, [evening.case(&number).id]);
        for who in ["chair", "secretary", "clerk", "member", "member2"] {
            let login = evening.actor(who);
            let (user, until) = (login.user.unwrap(), at + Duration::days(1));
            let make =
                |tx: &mut ieum::store::Tx<'_>| tokens::make(tx, user, "명단", TokenScope::Read, until, at);
            let (_, token) = world.db.write_here(make).unwrap();
            let calling = world.read(|rx| tokens::calling(rx, &token, at));
            assert_eq!(calling.actor, login, "{who} {}", world.name);
        }
    }
}

#[test]
fn a_request_against_a_member_freezes_the_case_until_the_others_decide() {
    for world in worlds() {
        let mut evening = Evening::of(&world);
        let number = evening.open_case();
        let (actor, at, seat) = (evening.actor("secretary"), evening.at, evening.seat("member"));
        world.db.write_here(|tx| recusal::request(tx, &actor, &number, seat, "친하다고 함", at)).unwrap();
        let frozen = evening.step("secretary", &number, close(Outcome::Counselled));
        assert!(
            matches!(&frozen, Err(CaseworkError::Refused(r)) if r.code == "recusal_pending"),
            "{frozen:?}"
        );
        let matter = Matter::RecusalRequest { case: CaseId(0), number: number.clone(), seat };
        evening.called(vec![matter]);
        let present = ["chair", "member", "member2", "clerk"].map(|name| evening.seat(name));
        evening.open(present.to_vec());
        evening.decide(1, (3, 0, 0), None);
        assert!(evening.actor("member").recused.contains(&evening.case(&number).id));
        evening.step("secretary", &number, close(Outcome::Counselled)).unwrap();
    }
}

#[test]
fn a_rejected_request_brings_nobody_back_who_left_meanwhile() {
    for world in worlds() {
        let mut evening = Evening::of(&world);
        let number = evening.open_case();
        let (actor, at, seat) = (evening.actor("secretary"), evening.at, evening.seat("member"));
        world.db.write_here(|tx| recusal::request(tx, &actor, &number, seat, "친하다고 함", at)).unwrap();
        evening.called(vec![Matter::RecusalRequest { case: CaseId(0), number: number.clone(), seat }]);
        let own = evening.actor("member");
        world
            .db
            .write_here(|tx| recusal::declare(tx, &own, &number, RecusalGround::Friend, "아는 사이", at))
            .unwrap();
        let present = ["chair", "member", "member2", "clerk"].map(|name| evening.seat(name));
        evening.open(present.to_vec());
        evening.decide(1, (0, 3, 0), None);
        assert!(evening.actor("member").recused.contains(&evening.case(&number).id), "{}", world.name);
        assert!(!evening.sees("member", &number), "{}", world.name);
    }
}

#[test]
fn a_seat_opens_and_closes_its_rights_at_once() {
    for world in worlds() {
        let mut evening = Evening::of(&world);
        let (body, at) = (evening.body, evening.at);
        let today = ieum::domain::seoul::day(at);
        let desk = evening.actor("secretary");
        let newcomer = world.user("mediator3");
        let form = Nomination {
            person: seats::Person { name: "새위원".to_owned(), ..seats::Person::default() },
            account: Some(newcomer),
            post: Some(Post::Member),
            votes: true,
            category: Some(SeatCategory::Expert),
            selection: Some(Selection::Recommended),
            from: Some(today),
            ..Nomination::default()
        };
        let id = world.db.write_here(|tx| nominate(tx, &desk, body, &form, at)).unwrap();
        let step = |step| world.db.write_here(|tx| move_on(tx, &desk, id, step, at));
        step(SeatStep::Appoint { on: today }).unwrap();
        step(SeatStep::Accept { on: today }).unwrap();
        assert!(!evening.actor("mediator3").has(Role::Member), "no pledge, no rights");
        step(SeatStep::Pledge { on: today }).unwrap();
        assert!(evening.actor("mediator3").has(Role::Member));
        let dismiss = SeatStep::End { on: today, why: ieum::domain::codes::SeatEnd::Dismissed };
        assert!(matches!(step(dismiss), Err(CaseworkError::Refused(r)) if r.code == "needs_vote"));
        evening.called(vec![
            Matter::Dismissal { seat: id, reason: "서약을 어김".to_owned() },
            Matter::ChairElection { candidate: evening.seat("member2") },
        ]);
        let present = ["chair", "member", "member2", "clerk"].map(|name| evening.seat(name));
        evening.open(present.to_vec());
        evening.decide(1, (4, 0, 0), None);
        assert!(
            !evening.actor("mediator3").has(Role::Member),
            "{}: the rights went with the vote",
            world.name
        );
        evening.decide(2, (3, 1, 0), None);
        assert!(evening.actor("member2").has(Role::Chair) && !evening.actor("chair").has(Role::Chair));
        assert!(evening.actor("chair").has(Role::Member));
        let home = world.db.read_here(|rx| committee::home(rx, &evening.actor("clerk"), body, evening.at));
        let home = home.unwrap();
        assert!(home.delegated && home.rules.size_min == 3);
        assert!(world.db.read_here(|rx| committee::home(rx, &evening.actor("ngo"), body, at)).is_err());
    }
}

#[test]
fn a_renewed_seat_goes_on_at_midnight_and_one_that_is_to_end_ends_then() {
    for world in worlds() {
        let evening = Evening::of(&world);
        let seat = world.read(|rx| seats::find(rx, evening.seat("member"))).seat;
        let other = evening.seat("member2");
        let first_after = seat.until.unwrap();
        let midnight = ieum::domain::seoul::midnight(first_after);
        let desk = evening.actor("secretary");
        let ahead = midnight - Duration::days(10);
        let on = ieum::domain::seoul::day(ahead);
        // The next term is appointed, accepted and pledged ten days before it begins; another member leaves tomorrow.
        let renewed = |tx: &mut ieum::store::Tx<'_>| {
            let next = committee::renew(tx, &desk, seat.id, ahead)?;
            for step in [SeatStep::Appoint { on }, SeatStep::Accept { on }, SeatStep::Pledge { on }] {
                move_on(tx, &desk, next, step, ahead)?;
            }
            let why = ieum::domain::codes::SeatEnd::Resigned;
            move_on(tx, &desk, other, SeatStep::End { on: on + Duration::days(1), why }, ahead)?;
            Ok::<_, CaseworkError>(next)
        };
        let next = world.db.write_here(renewed).unwrap();
        let is_member = |name: &str, at: DateTime<Utc>| {
            let user = world.user(name);
            world.read(|rx| users::actor(rx, user, at)).has(Role::Member)
        };
        let tomorrow = ieum::domain::seoul::midnight(on + Duration::days(1));
        let second = Duration::seconds(1);
        assert!(is_member("member2", tomorrow - second) && !is_member("member2", tomorrow), "{}", world.name);
        assert!(is_member("member", midnight - second) && is_member("member", midnight), "{}", world.name);
        let last = world.read(|rx| seats::find(rx, next)).seat.until.unwrap();
        let over = ieum::domain::seoul::midnight(last);
        assert!(is_member("member", over - second) && !is_member("member", over), "{}", world.name);
    }
}

#[test]
fn whoever_lives_above_a_party_is_out_without_being_asked() {
    for world in worlds() {
        let evening = Evening::of(&world);
        let number = evening.open_case();
        let case = evening.case(&number);
        let people = world.read(|rx| ieum::store::parties::of_case(rx, case.id));
        // Above both doors, so that nobody's own door is meant.
        let doors: Vec<_> = people.iter().filter_map(|p| p.details.unit.clone()).collect();
        let unit = doors.iter().max_by_key(|u| u.unit.parse::<u32>().unwrap()).unwrap();
        let digits: u32 = unit.unit.parse().unwrap();
        let above = (unit.building.clone(), (digits + 100).to_string());
        let person = seats::Person { unit: Some(above), ..seats::Person::default() };
        evening.seated("mediator3", person);
        let found = world.read(|rx| committees::recusals_of(rx, case.id));
        assert!(found.iter().any(|r| r.ground == RecusalGround::Neighbour), "{}: {found:?}", world.name);
        assert!(evening.actor("mediator3").recused.contains(&case.id));
    }
}

/// The same 동·호 line two floors away is no ground by itself: the member is asked, and finds the way out on the page.
#[test]
fn whoever_lives_on_the_same_line_is_asked_before_they_judge() {
    for world in worlds() {
        let evening = Evening::of(&world);
        let number = evening.open_case();
        let case = evening.case(&number);
        let people = world.read(|rx| ieum::store::parties::of_case(rx, case.id));
        let doors: Vec<_> = people.iter().filter_map(|p| p.details.unit.clone()).collect();
        let unit = doors.iter().max_by_key(|u| u.unit.parse::<u32>().unwrap()).unwrap();
        let digits: u32 = unit.unit.parse().unwrap();
        let line = (unit.building.clone(), (digits + 300).to_string());
        evening.seated("mediator3", seats::Person { unit: Some(line), ..seats::Person::default() });
        let at = evening.at;
        let confirm = |actor: &Actor| world.read(|rx| Ok(recusal::to_confirm(rx, actor, &case, at).unwrap()));
        let asked = confirm(&evening.actor("mediator3")).unwrap();
        assert!(asked.sits && asked.line && !asked.desk, "{}: {asked:?}", world.name);
        let other = confirm(&evening.actor("member")).unwrap();
        assert!(other.sits && !other.line, "{}: {other:?}", world.name);
        assert_eq!(confirm(&world.actor("ngo")), None, "nobody of the committee");
        // The chair may leave a case too, or write down what others say; the page says both.
        let chair = confirm(&evening.actor("chair")).unwrap();
        assert!(chair.sits && chair.desk, "{}: {chair:?}", world.name);
    }
}

#[test]
fn a_respondent_who_turns_out_to_be_a_member_is_out_with_their_answer() {
    for world in worlds() {
        let evening = Evening::of(&world);
        let number = evening.open_case();
        let phone = "01099998888".to_owned();
        evening.seated("mediator3", seats::Person { phone: phone.clone(), ..seats::Person::default() });
        let case = evening.case(&number).id;
        assert!(!evening.actor("mediator3").recused.contains(&case));
        let (desk, at) = (evening.actor("secretary"), evening.at);
        let step = Taking::from(Step::Letter {});
        let taken = world.db.write_here(|tx| take_step(tx, &desk, &number, step, at)).unwrap();
        let letter = taken.letter.unwrap();
        let token = world.read(|rx| Ok(ieum::store::links::token(rx, letter)));
        let answer = LetterAnswer {
            reply: Reply::Call,
            consent: false,
            provide: false,
            say: String::new(),
            name: String::new(),
            phone,
            email: String::new(),
        };
        world.db.write_here(|tx| answer_letter(tx, &token, &answer, at)).unwrap();
        assert!(evening.actor("mediator3").recused.contains(&case), "{}", world.name);
    }
}

#[test]
fn of_a_seat_long_over_the_person_is_destroyed_and_the_record_stays() {
    for world in worlds() {
        let evening = Evening::of(&world);
        let known = |name: &str| {
            let all = world.read(|rx| seats::of_body(rx, evening.body));
            all.iter().filter(|m| m.person.name == name).count()
        };
        let seat = world.read(|rx| seats::find(rx, evening.seat("member")));
        let last = seat.seat.last_day().unwrap();
        let forget = |day| world.db.write_here(|tx| retention::forget_seats(tx, day)).unwrap();
        assert_eq!((forget(last), known(&seat.person.name)), (0, 1), "the last day is still theirs");
        assert!(forget(last + Duration::days(1)) > 0);
        assert_eq!(known(&seat.person.name), 0, "{}", world.name);
        assert!(known("정보를 파기한 위원") > 0);
        assert_eq!(forget(last + Duration::days(1)), 0, "once");
        assert!(world.read(|rx| seats::trainings_of(rx, evening.body)).is_empty(), "{}", world.name);
    }
}

#[test]
fn the_end_of_a_term_is_told_to_the_member_and_the_desk_once_for_each_date() {
    for world in worlds() {
        let evening = Evening::of(&world);
        let last = world.read(|rx| seats::find(rx, evening.seat("member"))).seat.last_day().unwrap();
        let on = |days: i64| ieum::domain::seoul::midnight(last - Duration::days(days)) + Duration::hours(10);
        let tick = |days| world.db.write_here(|tx| committee::announce_ends(tx, on(days))).unwrap();
        assert_eq!(tick(61), 0);
        let first = tick(60);
        assert!(first >= 6, "{}: the whole committee began on one day: {first}", world.name);
        assert_eq!(tick(60) + tick(45), 0, "once");
        assert_eq!(tick(30), first);
        assert_eq!(tick(10), 0);
    }
}
