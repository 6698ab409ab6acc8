//! Random lives of meetings (fixed, moved, called off, corrected, late; people who come and go; mails sent twice) end in every
//! calendar as they stand in the case. Other people's parsers read the entries: `tests/python/read_lives.py` here, and two of npm's
//! after it (`tests/run rust`); ten thousand lives by `tests/calendars/run`.
use super::*;
use ieum::domain::codes::SessionState;
use ieum::domain::ids::CaseId;
use ieum::mail::Sender;
use ieum::render::Renderer;
use ieum::store::{cases, outbox, parties};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write;

/// Lives in one case before another one is filed: a history is folded again with every late line.
const OF_ONE_CASE: usize = 12;

/// How many meetings per database, and where their entries are kept for npm's readers: `tests/calendars/run` asks for more.
#[expect(clippy::disallowed_methods, reason = "the test's own settings, not Ieum's")]
fn asked() -> (usize, Option<std::path::PathBuf>) {
    let lives = std::env::var("IEUM_LIVES").ok().and_then(|n| n.parse().ok()).unwrap_or(16);
    (lives, std::env::var_os("IEUM_LIVES_OUT").map(Into::into))
}

/// The calendar part of a mail as it leaves, with its own headers.
fn part(raw: &[u8]) -> Option<String> {
    let mail = String::from_utf8_lossy(raw);
    let (_, after) = mail.split_once("Content-Type: application/ics")?;
    let (part, _) = after.split_once("\r\n--")?;
    Some(format!("Content-Type: application/ics{part}\r\n"))
}

/// One case, and everything that its mails put into calendars, by address, in the order of sending.
struct Story<'h> {
    house: &'h House,
    random: StdRng,
    number: String,
    members: Vec<(UserId, String)>,
    parties: [String; 2],
    /// Lines about meetings that were taken.
    lines: Vec<i64>,
    sent: BTreeMap<String, Vec<String>>,
    /// What should stand in each calendar after so many of its mails, and the meetings that were held by then.
    stands: BTreeMap<String, Vec<Value>>,
    sender: &'h Sender,
    renderer: &'h Renderer,
}

impl Story<'_> {
    fn desk(&self) -> Actor {
        actor(self.house, Role::Secretary)
    }

    fn case(&self) -> Case {
        let scope = self.desk().scope();
        self.house.db.read_here(|rx| cases::find(rx, &scope, &self.number)).unwrap()
    }

    /// Whether the case took it: what it refuses changes nothing.
    fn tries(&mut self, step: Step, at: Option<DateTime<Utc>>) -> bool {
        let minutes = self.random.gen_range(1..40);
        self.house.wait(Duration::minutes(minutes));
        let taken = take_at(self.house, &self.desk(), &self.number, step.clone(), at);
        match taken {
            Ok(case) => {
                if matches!(step.code().code(), "fix_session" | "move_session" | "cancel_session") {
                    self.lines.push(case.last_seq);
                }
                true
            }
            Err(CaseworkError::Refused(_) | CaseworkError::Invalid(_)) => false,
            Err(e) => panic!("{step:?}: {e}"),
        }
    }

    /// Everything that waits leaves; now and then a worker dies after sending, and the mail leaves once more.
    fn send(&mut self) {
        loop {
            let now = self.house.now();
            let db = &self.house.db;
            let leased = db.write_here(|tx| outbox::lease(tx, 50, Duration::minutes(1), now)).unwrap();
            if leased.is_empty() {
                return;
            }
            for mail in leased {
                let outgoing = mail.outgoing.clone().unwrap();
                let composed =
                    self.sender.compose(self.renderer, &mail.key, &outgoing, mail.written, None).unwrap();
                if let Some(ics) = part(composed.raw()) {
                    self.sent.entry(outgoing.to.clone()).or_default().push(ics);
                }
                if self.random.gen_bool(0.05) {
                    self.house.wait(Duration::minutes(2));
                } else {
                    let now = self.house.now();
                    db.write_here(|tx| outbox::sent(tx, &mail, "text", "250 ok", now)).unwrap();
                }
            }
        }
    }

    fn start(&mut self) -> DateTime<Utc> {
        let hours = self.random.gen_range(30 * 24..60 * 24);
        self.house.now() + Duration::hours(hours)
    }

    fn member(&mut self) -> UserId {
        let n = self.random.gen_range(0..self.members.len());
        self.members[n].0
    }

    /// One line about meetings or people, as a desk might write it; many are refused.
    fn turn(&mut self) {
        let open = self.case().open_session().map(|s| s.seq);
        let earlier = self.house.now() - Duration::minutes(self.random.gen_range(0..50));
        match (self.random.gen_range(0..12), open) {
            (0..=3, None) => {
                let starts_at = self.start();
                self.tries(fix(starts_at, None), None);
            }
            (0..=3, Some(session)) => {
                let (starts_at, place) = (self.start(), "경로당".to_owned());
                let reason = "사정".to_owned();
                let step =
                    Step::MoveSession { session, starts_at, minutes: 60, place, reason, room: None, gap: 0 };
                self.tries(step, None);
            }
            (4, Some(session)) => {
                self.tries(Step::CancelSession { session, reason: "사정".to_owned() }, None);
            }
            (5, Some(session)) => {
                self.tries(Step::CancelSession { session, reason: "먼저 연락 옴".to_owned() }, Some(earlier));
            }
            (6 | 7, _) => {
                // What was last done about a meeting never was.
                let Some(line) = self.lines.pop() else { return };
                let reason = "잘못 적음".to_owned();
                self.tries(Step::Correct { line, moved_to: None, void: true, reason }, None);
            }
            (8, _) => {
                let (person, reason) = (self.member(), "사정".to_owned());
                self.tries(Step::Resign { person, reason, handover: String::new() }, None);
            }
            (9, _) => {
                let members = vec![self.member()];
                self.tries(Step::NameMembers { members }, None);
            }
            (10, _) => {
                let n = self.random.gen_range(0..1_000_000);
                self.respondent(n);
            }
            _ => {
                let text = "통화함".to_owned();
                let visibility = ieum::domain::codes::Visibility::Staff;
                self.tries(Step::Note { text, visibility }, Some(earlier));
            }
        }
        self.send();
        if self.case().in_charge.is_empty() {
            let members = vec![self.member()];
            self.tries(Step::NameMembers { members }, None);
            self.send();
        }
    }

    /// The respondent was somebody else; the new one takes part, too.
    fn respondent(&mut self, n: u32) {
        let email = format!("r{n}@example.com");
        let now = self.house.now();
        let id = self.case().id;
        let desk = self.desk();
        let step =
            Step::ChangeRespondent { replaces: true, reason: "다른 집".to_owned(), unit_known: false };
        let written = self.house.db.write_here(|tx| {
            let known = parties::of_side(tx, id, Side::Respondent)?.unwrap().details;
            let details = Details { email: email.clone(), ..known };
            take_step(tx, &desk, &self.number, Taking { person: Some(details), ..Taking::from(step) }, now)
        });
        if written.is_err() {
            return;
        }
        self.parties[1] = email;
        self.send();
        let reached = Step::Contact {
            means: Means::Phone,
            result: ContactResult::Reached,
            next_on: None,
            note: String::new(),
        };
        let side = Side::Respondent;
        let consent = Step::Consent { side, method: Method::Phone, version: String::new(), by: None };
        for step in [reached, consent, screen(side, Safety::Ok)] {
            self.tries(step, None);
        }
        for side in Side::ALL {
            self.tries(screen(*side, Safety::Ok), None);
        }
    }

    /// What should stand in each calendar now: by name, start and end. What was held stays where it is and is not compared.
    fn look(&mut self) {
        let case = self.case();
        let held =
            |s: &&ieum::domain::case::Session| matches!(s.state, SessionState::Held | SessionState::NoShow);
        let uid = |seq: i64| format!("session-{}-{seq}@", self.number);
        let past: Vec<String> = case.sessions.iter().filter(held).map(|s| uid(s.seq)).collect();
        let entries: Vec<Value> = case
            .sessions
            .iter()
            .filter_map(|s| Some((s.seq, s.taking()?.span)))
            .map(|(seq, (start, end))| json!([uid(seq), start.timestamp(), end.timestamp()]))
            .collect();
        let charged = |to: &String| {
            let user = self.members.iter().find(|(_, email)| email == to).map(|(user, _)| *user);
            case.in_charge.iter().any(|p| Some(p.user) == user)
        };
        for (to, mails) in &self.sent {
            let stands = if charged(to) || self.parties.contains(to) { json!(entries) } else { json!([]) };
            let seen = json!({"after": mails.len(), "stands": stands, "past": past});
            let known = self.stands.entry(to.clone()).or_default();
            if known.last() != Some(&seen) {
                known.push(seen);
            }
        }
    }

    /// The story for the readers: of each calendar its mails, and what was seen in the case along the way.
    fn told(&self) -> Value {
        let calendar = |(to, mails): (&String, &Vec<String>)| {
            (to.clone(), json!({"mails": mails, "seen": self.stands.get(to)}))
        };
        Value::Object(self.sent.iter().map(calendar).collect())
    }
}

/// A case of members of the committee with both sides' addresses.
fn ready(house: &House, n: usize, members: &[(UserId, String)]) -> String {
    let (own, other) = (format!("{}", 101 + n % 8), format!("{}", 301 + n % 8));
    let number = filed(house, &own, &other);
    let desk = actor(house, Role::Secretary);
    let consent = |side| Step::Consent { side, method: Method::Phone, version: String::new(), by: None };
    let reached = Step::Contact {
        means: Means::Phone,
        result: ContactResult::Reached,
        next_on: None,
        note: String::new(),
    };
    let route = Step::ChangeRoute { route: Route::Committee, reason: "위원회".to_owned() };
    for step in [
        reached,
        consent(Side::Applicant),
        consent(Side::Respondent),
        screen(Side::Respondent, Safety::Ok),
        route,
        Step::NameMembers { members: vec![members[0].0, members[1].0] },
    ] {
        let done = take(house, &desk, &number, step.clone());
        assert!(done.is_ok() || matches!(step, Step::ChangeRoute { .. }), "{step:?}: {done:?}");
    }
    let case = house.db.read_here(|rx| cases::find(rx, &desk.scope(), &number)).unwrap();
    assert_eq!(case.stage, Stage::Mediating);
    number
}

fn address(house: &House, id: CaseId, email: &str) {
    let kept = house.db.write_here(|tx| {
        let party = parties::of_side(tx, id, Side::Respondent)?.unwrap();
        let details = Details { email: email.to_owned(), ..party.details };
        parties::update(tx, party.id, Some(house.complex), &details)
    });
    kept.unwrap();
}

#[test]
fn sessions_of_random_lives_end_alike_in_every_calendar() {
    let (sender, renderer) = (Sender::new(&crate::mail::settings()).unwrap(), Renderer::new().unwrap());
    for (seed, base) in (1..).zip(fresh()) {
        let house = House::open(base);
        let members: Vec<(UserId, String)> = ["정위원", "박위원", "최위원"]
            .iter()
            .map(|name| house.signed_in(name, Role::Member, house.committee).0)
            .map(|user| (user, house.db.read_here(|rx| users::find(rx, user)).unwrap().email))
            .collect();
        let (lives, folder) = asked();
        let folder = folder.unwrap_or_else(|| house.folder().to_owned());
        let path = folder.join(format!("lives-{seed}.jsonl"));
        let mut out = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
        let (mut told, mut n) = (0, 0);
        while told < lives {
            let number = ready(&house, n, &members);
            let scope = actor(&house, Role::Secretary).scope();
            let case = house.db.read_here(|rx| cases::find(rx, &scope, &number)).unwrap();
            let email = format!("r{n}@example.org");
            address(&house, case.id, &email);
            let mut story = Story {
                house: &house,
                random: StdRng::seed_from_u64(seed * 1_000_003 + u64::try_from(n).unwrap()),
                parties: [format!("a{}@example.com", 101 + n % 8), email],
                number,
                members: members.clone(),
                lines: Vec::new(),
                stands: BTreeMap::new(),
                sent: BTreeMap::new(),
                sender: &sender,
                renderer: &renderer,
            };
            story.send();
            for _ in 0..OF_ONE_CASE * 6 {
                story.turn();
                story.look();
            }
            told += story.case().sessions.len();
            writeln!(out, "{}", story.told()).unwrap();
            // Nobody is booked by a case that is over.
            if let Some(open) = story.case().open_session().map(|s| s.seq) {
                let step = Step::CancelSession { session: open, reason: "끝".to_owned() };
                take(&house, &actor(&house, Role::Secretary), &story.number, step).unwrap();
            }
            n += 1;
        }
        drop(out);
        let home = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let read = std::process::Command::new(crate::databases::python())
            .arg(home.join("tests/python/read_lives.py"))
            .arg(&path)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&read.stdout).into_owned();
        assert!(read.status.success(), "{said}{}", String::from_utf8_lossy(&read.stderr));
        println!("{said}");
    }
}
