//! Every route × every role × relation: what is answered stands by hand in `matrix.txt`, apart from the permission table and
//! from the doors. A route without a line there fails; so does a line without a route. Every answer is scanned for the
//! personal data of people whose case is not the caller's.
use crate::api::program::undocumented;
use crate::world::{Answer, Visitor, World, visible_ids, worlds};
use aho_corasick::AhoCorasick;
use chrono::{DateTime, Duration, Utc};
use ieum::casework::file::{self, Filing, Home};
use ieum::casework::step::{Taking, take_step};
use ieum::domain::case::Case;
use ieum::domain::codes::{
    BodyKind, Cause, Channel, CommitteeKind, HandOverBasis, Method, OfferState, Position, ProvisionBasis,
    Role, Safety, Side, Stage, Tenure,
};
use ieum::domain::permission::{Actor, Scope};
use ieum::domain::step::{Step, StepCode};
use ieum::domain::text::Unit;
use ieum::store::bodies::{self, NewBody};
use ieum::store::complexes::{self, Facts, NewComplex};
use ieum::store::parties::{self, Details};
use ieum::store::{StoreError, Tx, cases, users};
use ieum::web::routes::{self, Door, Route};
use std::collections::{BTreeMap, BTreeSet};

/// The columns of the table.
const ROLES: [Role; 10] = [
    Role::Manager,
    Role::Secretary,
    Role::Chair,
    Role::Member,
    Role::Clerk,
    Role::Coordinator,
    Role::Mediator,
    Role::Ward,
    Role::Dong,
    Role::Admin,
];
/// What somebody can be to a case; the rows of families that are about one.
const TO_A_CASE: [&str; 7] =
    ["own", "same_body", "other_body", "other_ward", "recused", "ended", "anonymous"];
/// The rows of the other families.
const TO_NONE: [&str; 3] = ["own", "ended", "anonymous"];

/// Routes that are answered alike.
#[derive(Debug, Default)]
struct Family {
    name: String,
    /// Relation → a word per role, or one word for all.
    rows: BTreeMap<String, Vec<String>>,
    /// Method, pattern, and what a program sends.
    routes: Vec<(String, String, String)>,
}

impl Family {
    fn expected(&self, relation: &str, role: Option<Role>) -> &str {
        let row =
            self.rows.get(relation).unwrap_or_else(|| panic!("[{}] says nothing of {relation}", self.name));
        let column = role.map_or(0, |role| ROLES.iter().position(|r| *r == role).unwrap());
        row.get(column).unwrap_or(&row[0])
    }

    fn is_about_a_case(&self) -> bool {
        self.routes.iter().any(|(_, pattern, _)| pattern.contains("{number}"))
    }
}

fn table() -> Vec<Family> {
    let mut families: Vec<Family> = Vec::new();
    for line in include_str!("matrix.txt").lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(name) = line.strip_prefix('[') {
            families.push(Family { name: name.trim_end_matches(']').to_owned(), ..Family::default() });
            continue;
        }
        let family = families.last_mut().unwrap();
        let mut words = line.split_whitespace();
        let first = words.next().unwrap().to_owned();
        if first.bytes().all(|b| b.is_ascii_uppercase()) {
            let pattern = words.next().unwrap().to_owned();
            let body = line.find(" {\"").map_or("{}", |at| &line[at + 1..]).to_owned();
            family.routes.push((first, pattern, body));
        } else {
            let words: Vec<String> = words.map(str::to_owned).collect();
            assert!(matches!(words.len(), 1 | 10), "[{}] {first}: one word or ten", family.name);
            family.rows.insert(first, words);
        }
    }
    families
}

#[test]
fn every_route_has_a_line_in_the_table() {
    let routed: BTreeSet<(String, String)> =
        routes::all().into_iter().map(|r| (r.method.to_string(), r.path.to_owned())).collect();
    let mut told = BTreeSet::new();
    for family in table() {
        let rows: &[&str] = if family.is_about_a_case() { &TO_A_CASE } else { &TO_NONE };
        for row in rows {
            assert!(family.rows.contains_key(*row), "[{}] says nothing of {row}", family.name);
        }
        assert_eq!(family.rows.len(), rows.len(), "[{}] has a row of no use", family.name);
        for (method, pattern, _) in family.routes {
            let pattern = pattern.split('?').next().unwrap().to_owned();
            assert!(told.insert((method.clone(), pattern.clone())), "{method} {pattern} stands twice");
        }
    }
    let untold: Vec<_> = routed.difference(&told).collect();
    assert!(untold.is_empty(), "routes that nobody said anything of: {untold:?}");
    let gone: Vec<_> = told.difference(&routed).collect();
    assert!(gone.is_empty(), "lines of routes that are no more: {gone:?}");
}

/// A case, and what must reach nobody but those named.
struct Subject {
    number: String,
    insiders: Vec<&'static str>,
    planted: Vec<String>,
}

fn all() -> Scope {
    Scope { all: true, ..Scope::default() }
}

fn found(world: &World, fits: impl Fn(&Case) -> bool) -> Case {
    world.read(|rx| {
        for id in visible_ids(rx, &all(), 5000)? {
            let case = cases::find_id(rx, &all(), id)?;
            if !case.intake.legacy && fits(&case) {
                return Ok(case);
            }
        }
        Err(StoreError::NotFound)
    })
}

fn subject(world: &World, case: &Case, insiders: &[&'static str]) -> Subject {
    let found = world.read(|rx| parties::of_case(rx, case.id));
    let planted = found.into_iter().flat_map(|p| {
        let unit = p.details.unit.map(|u| u.to_string()).unwrap_or_default();
        [p.details.name, p.details.phone, p.details.email, unit]
    });
    let planted = planted.filter(|text| text.chars().count() > 2).collect();
    Subject { number: case.number.clone(), insiders: insiders.to_vec(), planted }
}

/// The town of the demonstration with a second ward beside it, and cases for every relation.
struct Town {
    subjects: BTreeMap<&'static str, Subject>,
}

/// The people of the second ward, one of each role.
const MAPO: [(&str, Role); 10] = [
    ("mapo-manager", Role::Manager),
    ("mapo-secretary", Role::Secretary),
    ("mapo-chair", Role::Chair),
    ("mapo-member", Role::Member),
    ("mapo-clerk", Role::Clerk),
    ("mapo-coordinator", Role::Coordinator),
    ("mapo-mediator", Role::Mediator),
    ("mapo-ward", Role::Ward),
    ("mapo-dong", Role::Dong),
    ("mapo-admin", Role::Admin),
];

fn settle(world: &World) -> Town {
    let now = world.now();
    let mapo = world.db.write_here(|tx| second_ward(tx, now)).unwrap();
    let unplaced = world.db.write_here(|tx| filed(tx, None, "11410", "맹그림", now)).unwrap();
    for (of, name) in
        [("office", "office-2"), ("secretary", "secretary-2"), ("member", "member-3"), ("ngo", "ngo-2")]
    {
        world.colleague(of, name);
    }
    let (member, mediator) = (world.user("member"), world.user("mediator"));
    let own = world.actor("secretary").bodies(Role::Secretary);
    let ours = |case: &Case| case.bodies.committee.is_some_and(|committee| own.contains(&committee));
    let held = found(world, |c| ours(c) && c.stage == Stage::Inquiry && c.holder == c.bodies.office);
    let charged = found(world, |c| ours(c) && c.is_open() && c.is_in_charge(member, Role::Member));
    let mediated = found(world, |c| ours(c) && c.is_in_charge(mediator, Role::Mediator));
    let asked = found(world, |c| c.offers.iter().any(|o| o.state == OfferState::Pending));
    let assigning = found(world, |c| {
        ours(c) && c.stage == Stage::Assigning && c.holder == c.bodies.committee && c.offers.is_empty()
    });
    let letter = |c: &Case| c.admits(StepCode::Letter).is_ok();
    let referred = found(world, |c| {
        ours(c)
            && c.stage == Stage::Participation
            && c.holder == c.bodies.committee
            && c.referrals.is_empty()
            && letter(c)
    });
    let other = found(world, |c| {
        !ours(c)
            && c.id != unplaced
            && c.id != mapo
            && c.in_charge.is_empty()
            && c.history.last_at() > c.intake.received_at
    });
    world.db.write_here(|tx| played(tx, world, [&assigning, &asked, &referred], now)).unwrap();
    let [unplaced, mapo] = [unplaced, mapo].map(|id| world.read(|rx| cases::find_id(rx, &all(), id)));
    let committee = ["office", "office-2", "secretary", "secretary-2"];
    let with = |more: &[&'static str]| [&committee[..], more].concat();
    let ngo = with(&["ngo", "ngo-2", "mediator", "mediator2"]);
    let subjects = BTreeMap::from([
        ("held", subject(world, &held, &committee)),
        ("charged", subject(world, &charged, &with(&["member"]))),
        ("laid_down", subject(world, &assigning, &with(&["member"]))),
        ("mediated", subject(world, &mediated, &ngo)),
        ("resigned", subject(world, &asked, &with(&["ngo", "ngo-2"]))),
        ("referred", subject(world, &referred, &committee)),
        ("other", subject(world, &other, &[])),
        ("unplaced", subject(world, &unplaced, &[])),
        ("mapo", subject(world, &mapo, &["mapo-manager", "mapo-secretary"])),
    ]);
    Town { subjects }
}

/// Somebody was in charge and is no more; a case was referred to the dong.
fn played(
    tx: &mut Tx<'_>,
    world: &World,
    [assigning, asked, referred]: [&Case; 3],
    now: DateTime<Utc>,
) -> Result<(), ieum::casework::CaseworkError> {
    let mut take = |who: &str, case: &Case, step: Step| {
        let email = format!("{who}@demo.example");
        let user = users::by_email(tx, &email)?.id;
        let actor = users::actor(tx, user, now)?;
        take_step(tx, &actor, &case.number, Taking::from(step), now).map(|_| ())
    };
    let (member, second) = (world.user("member"), world.user("member2"));
    take("secretary", assigning, Step::NameMembers { members: vec![member, second] })?;
    let reason = "같은 동에 삽니다".to_owned();
    take(
        "secretary",
        assigning,
        Step::Resign { person: second, reason: reason.clone(), handover: String::new() },
    )?;
    let offer = asked.offers.iter().find(|o| o.state == OfferState::Pending).unwrap();
    take(
        "mediator2",
        asked,
        Step::AcceptOffer { offer: offer.seq, method: Method::Link, declared: String::new() },
    )?;
    take(
        "ngo",
        asked,
        Step::Resign { person: offer.mediator, reason: reason.clone(), handover: String::new() },
    )?;
    let body = world.actor("dong").bodies(Role::Dong)[0];
    let basis = ProvisionBasis::NoPersonalData;
    take("secretary", referred, Step::refer(body, reason, basis))
}

/// A second ward with its own 행정동, 단지, office, committee, NGO and people; its case, at its committee.
fn second_ward(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<ieum::domain::ids::CaseId, StoreError> {
    let (dong, ward) = ("1144056500".to_owned(), "11440".to_owned());
    bodies::add_dong(tx, &dong, "도화동", &ward)?;
    let facts = Facts { dong_code: dong.clone(), committee: CommitteeKind::Resident, programme_id: None };
    let (code, name) = ("MPO-01".to_owned(), "도화뜰".to_owned());
    let (approved_on, permit, tenure) = (None, None, Tenure::Sale);
    let new = NewComplex { code, name, households: 500, approved_on, permit, tenure, facts };
    let complex = complexes::add(tx, &new, now - Duration::days(400))?;
    let mut add = |kind, name: &str, complex, dong_code| {
        let (name, ward_code, phone) = (name.to_owned(), ward.clone(), "023000000".to_owned());
        let new = NewBody { name, ward_code, dong_code, complex, phone, ..NewBody::default() };
        bodies::add(tx, kind, &new, now - Duration::days(400))
    };
    let office = add(BodyKind::Office, "도화뜰 관리사무소", Some(complex), None)?;
    let committee = add(BodyKind::Committee, "도화뜰 위원회", Some(complex), None)?;
    let ngo = add(BodyKind::Ngo, "마포이웃센터", None, None)?;
    let (ward_body, dong_body) = (
        add(BodyKind::Ward, "마포구청", None, None)?,
        add(BodyKind::Dong, "도화동주민센터", None, Some(dong))?,
    );
    for (name, role) in MAPO {
        let body = match role {
            Role::Manager => Some(office),
            Role::Secretary | Role::Chair | Role::Member | Role::Clerk => Some(committee),
            Role::Coordinator | Role::Mediator => Some(ngo),
            Role::Ward => Some(ward_body),
            Role::Dong => Some(dong_body),
            Role::Admin => None,
        };
        let user = users::add(tx, &format!("{name}@demo.example"), name, "", now)?;
        users::set_password(tx, user, "no password opens this", now)?;
        users::grant(tx, user, role, body, None, None, now - Duration::days(1))?;
        if let (Some(body), true) = (body, role != Role::Admin) {
            ieum::store::pledges::sign(tx, user, body, "1", now)?;
        }
    }
    let case = filed(tx, Some(complex), "11440", "탁마루", now)?;
    let number = cases::find_id(tx, &all(), case)?.number;
    let manager = users::by_email(tx, "mapo-manager@demo.example")?.id;
    let actor = users::actor(tx, manager, now)?;
    let (side, note) = (Side::Applicant, String::new());
    for step in [
        Step::OpenInquiry {},
        Step::Screen { side, flags: vec![], result: Safety::Ok, note },
        Step::HandOver { basis: HandOverBasis::Requested, reason: "원함".to_owned() },
    ] {
        take_step(tx, &actor, &number, Taking::from(step), now).unwrap();
    }
    Ok(case)
}

fn filed(
    tx: &mut Tx<'_>,
    complex: Option<ieum::domain::ids::ComplexId>,
    ward_code: &str,
    name: &str,
    now: DateTime<Utc>,
) -> Result<ieum::domain::ids::CaseId, StoreError> {
    let building = if complex.is_some() { "77동" } else { "78동" };
    let applicant = Details {
        name: name.to_owned(),
        phone: format!("0107777{:04}", name.len() * 111),
        email: format!("{ward_code}@planted.example"),
        unit: Unit::read(building, "1777호").ok(),
        ..Details::default()
    };
    let filing = Filing {
        channel: Channel::Phone,
        received_at: now - Duration::hours(2),
        complex,
        complex_typed: if complex.is_some() { String::new() } else { "새로 지은 아파트".to_owned() },
        area: None,
        ward_code: ward_code.to_owned(),
        cause: Cause::Footfall,
        position: Position::Above,
        applicant,
        respondent_unit: Unit::read(building, "1877호").ok(),
        answered: String::new(),
        wishes: "조용하면 좋겠습니다".to_owned(),
        narrative: "쿵쿵거립니다".to_owned(),
        times: vec![],
        home: Home::default(),
        screen: None,
        consents: vec![],
        method: Method::Phone,
    };
    Ok(file::file(tx, &Actor::default(), &filing, now).unwrap().case.id)
}

/// Who stands in this relation to which case, role by role.
fn seats(relation: &str) -> Vec<(Role, &'static str, &'static str)> {
    match relation {
        "own" => vec![
            (Role::Manager, "office", "held"),
            (Role::Secretary, "secretary", "charged"),
            (Role::Member, "member", "charged"),
            (Role::Coordinator, "ngo", "mediated"),
            (Role::Mediator, "mediator", "mediated"),
            (Role::Ward, "ward", "unplaced"),
            (Role::Dong, "dong", "referred"),
        ],
        "same_body" => vec![
            (Role::Manager, "office-2", "held"),
            (Role::Secretary, "secretary-2", "charged"),
            (Role::Chair, "chair", "charged"),
            (Role::Member, "member-3", "charged"),
            (Role::Clerk, "clerk", "charged"),
            (Role::Coordinator, "ngo-2", "mediated"),
            (Role::Mediator, "mediator3", "mediated"),
            (Role::Ward, "ward", "charged"),
            (Role::Dong, "dong", "charged"),
            (Role::Admin, "admin", "charged"),
        ],
        "other_body" => demo("other"),
        "other_ward" => {
            let there = MAPO.map(|(name, role)| {
                let case = if role == Role::Ward { "unplaced" } else { "charged" };
                (role, name, case)
            });
            demo("mapo").into_iter().chain(there).collect()
        }
        "recused" => vec![(Role::Member, "member2", "laid_down"), (Role::Mediator, "mediator2", "resigned")],
        // Of people who handled it until their grants ended.
        "ended" => seats("own").into_iter().chain([(Role::Admin, "admin", "charged")]).collect(),
        _ => Vec::new(),
    }
}

/// The demonstration's first account of each role.
fn one_of_each() -> Vec<(Role, &'static str)> {
    let first =
        |role: Role| World::accounts().find(|(_, r)| *r == role).map(|(name, _)| (role, name)).unwrap();
    ROLES.iter().map(|role| first(*role)).collect()
}

fn demo(case: &'static str) -> Vec<(Role, &'static str, &'static str)> {
    one_of_each().into_iter().map(|(role, name)| (role, name, case)).collect()
}

/// The pattern with a case's number and something plausible for everything else.
fn filled(pattern: &str, number: &str) -> String {
    let named = [
        ("number", number),
        // The application's pages have steps too.
        ("step", if pattern.starts_with("/apply") { "home" } else { "note" }),
        ("paper", "history"),
        ("form", "log"),
        ("path:.*", "app.css"),
        ("act", "reset"),
    ];
    let parts =
        pattern.split('/').map(|part| match part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
            Some(name) => named.iter().find(|(n, _)| *n == name).map_or("1", |(_, value)| *value),
            None => part,
        });
    parts.collect::<Vec<_>>().join("/")
}

/// Whether the answer is what the word of the table says.
fn is_so(word: &str, answer: &Answer) -> bool {
    let status = answer.status;
    let to = answer.header("location").unwrap_or_default();
    match word {
        "open" => status == 200,
        "ok" => status < 500 && !matches!(status, 401 | 403 | 404),
        "any" => status < 500,
        "no" => status == 404,
        "denied" => status == 403,
        "login" => status == 403 || (status == 303 && to.starts_with("/login")),
        "token" => status == 401,
        other => panic!("the table does not know the word {other}"),
    }
}

/// One round of questions in one world.
struct Round<'w> {
    world: &'w World,
    town: Town,
    visitors: BTreeMap<&'static str, Visitor>,
    /// Everything planted, sought in one pass, and whose each piece is.
    secrets: AhoCorasick,
    whose: Vec<&'static str>,
    wrong: Vec<String>,
    asked: usize,
}

impl<'w> Round<'w> {
    fn new(world: &'w World, town: Town) -> Self {
        let planted =
            || town.subjects.iter().flat_map(|(kind, s)| s.planted.iter().map(move |text| (*kind, text)));
        let secrets = AhoCorasick::new(planted().map(|(_, text)| text)).unwrap();
        let whose = planted().map(|(kind, _)| kind).collect();
        Self { world, town, visitors: BTreeMap::new(), secrets, whose, wrong: vec![], asked: 0 }
    }

    fn visitor(&mut self, name: &'static str) -> &mut Visitor {
        let world = self.world;
        self.visitors.entry(name).or_insert_with(|| world.staff(name))
    }

    fn ask(&mut self, who: (&str, &'static str), word: &str, route: &(String, String, String), number: &str) {
        let (relation, name) = who;
        if matches!(word, "-" | "skip") {
            return;
        }
        let (method, pattern, body) = route;
        let path = filled(pattern, number);
        let api = pattern.starts_with("/api/");
        let mut nobody = self.world.anonymous();
        let visitor = if name.is_empty() { &mut nobody } else { self.visitor(name) };
        let answer = match (api, method.as_str()) {
            (true, _) => visitor.call(method, &path, body),
            (false, "GET") => visitor.get(&path),
            (false, _) => {
                if name.is_empty() {
                    visitor.get("/login");
                }
                visitor.post(&path, &[])
            }
        };
        self.asked += 1;
        let what = format!("{}: {method} {path} as {name} ({relation})", self.world.name);
        if !is_so(word, &answer) {
            self.wrong.push(format!("{what}: {word} was said, {} came", answer.status));
        }
        if api && answer.header("content-type").is_some_and(|kind| kind.contains("problem")) {
            let problem = &serde_json::from_str(&answer.body).unwrap();
            self.wrong.extend(undocumented(method, &path, answer.status, problem));
        }
        self.says_nothing(&answer, (relation, name), &path, &what);
        // Logins end by some forms; the person comes in again.
        if !name.is_empty() && !api && method != "GET" && path.contains("session") {
            self.visitors.remove(name);
        }
    }

    /// No answer names a person whose case is not the caller's. (The demonstration shows its mails to everyone.)
    fn says_nothing(&mut self, answer: &Answer, (relation, name): (&str, &str), path: &str, what: &str) {
        if path.starts_with("/demo/") {
            return;
        }
        let told = self.secrets.find_overlapping_iter(answer.body.as_str());
        let told: BTreeSet<(&str, &str)> =
            told.map(|found| (self.whose[found.pattern().as_usize()], &answer.body[found.range()])).collect();
        for (kind, secret) in told {
            let subject = &self.town.subjects[kind];
            if relation == "ended" || !subject.insiders.contains(&name) {
                self.wrong.push(format!("{what}: {secret} of {} ({kind}) is told", subject.number));
            }
        }
    }

    fn relation(&mut self, relation: &str) {
        for family in table() {
            for route in &family.routes {
                if family.is_about_a_case() {
                    for (role, name, case) in seats(relation) {
                        let number = self.town.subjects[case].number.clone();
                        self.ask((relation, name), family.expected(relation, Some(role)), route, &number);
                    }
                    if relation == "anonymous" {
                        let number = self.town.subjects["charged"].number.clone();
                        self.ask((relation, ""), family.expected(relation, None), route, &number);
                    }
                } else if TO_NONE.contains(&relation) {
                    let mut people = match relation {
                        "anonymous" => Vec::new(),
                        _ => one_of_each(),
                    };
                    if relation == "own" && (route.0 == "GET" || route.1.starts_with("/api/")) {
                        people.extend(MAPO.map(|(name, role)| (role, name)));
                    }
                    for (role, name) in people {
                        self.ask((relation, name), family.expected(relation, Some(role)), route, "");
                    }
                    if relation == "anonymous" {
                        self.ask((relation, ""), family.expected(relation, None), route, "");
                    }
                }
            }
        }
    }

    /// Every grant of the demonstration's people ends; their logins and tokens stand.
    fn end_grants(&self) {
        let now = self.world.now();
        for (name, _) in World::accounts() {
            let user = self.world.user(name);
            let ended = self.world.db.write_here(|tx| {
                for grant in users::grants_of(tx, user)?.iter().filter(|g| !g.is_over(now)) {
                    users::end_grant(tx, grant.id, None, now)?;
                }
                Ok::<_, StoreError>(())
            });
            ended.unwrap();
        }
    }
}

#[test]
fn every_route_answers_everybody_as_the_table_says() {
    std::thread::scope(|threads| {
        let rounds: Vec<_> = worlds()
            .into_iter()
            .map(|world| {
                threads.spawn(move || {
                    let town = settle(&world);
                    let there = format!("/cases/{}", town.subjects["mapo"].number);
                    let own = world.staff("mapo-secretary").get(&there);
                    assert!(own.status == 200 && own.body.contains("77동 1777호"), "the second ward is real");
                    let mut round = Round::new(&world, town);
                    for relation in TO_A_CASE {
                        if relation == "ended" {
                            round.end_grants();
                        }
                        round.relation(relation);
                    }
                    println!("{}: {} questions", world.name, round.asked);
                    assert!(round.asked > 3000, "{}", round.asked);
                    round.wrong
                })
            })
            .collect();
        let wrong: Vec<String> = rounds.into_iter().flat_map(|r| r.join().unwrap()).collect();
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    });
}

fn api(route: &Route) -> bool {
    matches!(route.door, Door::Api | Door::OpenApi)
}

#[test]
fn a_form_without_its_token_or_from_elsewhere_changes_nothing() {
    for world in worlds() {
        for route in routes::all().into_iter().filter(|route| route.method == "POST" && !api(route)) {
            let path = filled(route.path, "2026-0001");
            let mut visitor = world.staff("secretary");
            visitor.forget_csrf();
            let mut bare = visitor.post(&path, &[]);
            if bare.status == 400 {
                // A form with a file says so in its type.
                let form = [("content-type", "multipart/form-data; boundary=x")];
                let body = "--x\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x--\r\n";
                bare = visitor.send("POST", &path, &form, body);
            }
            let elsewhere =
                [("sec-fetch-site", "cross-site"), ("content-type", "application/x-www-form-urlencoded")];
            let mut visitor = world.staff("secretary");
            let forged = visitor.send("POST", &path, &elsewhere, "a=b");
            let role_only = matches!(route.door, Door::Role(role) if role != Role::Secretary);
            assert_eq!(forged.status, 403, "{} {path} from elsewhere", world.name);
            // A body that may be large is read only from whoever could hand something in here at all.
            let asks_first = role_only || path.ends_with("/evidence");
            assert!(
                bare.status == 403 || (asks_first && bare.status == 404),
                "{} {path} without token: {}",
                world.name,
                bare.status
            );
        }
    }
}
