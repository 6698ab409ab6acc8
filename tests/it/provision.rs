//! What passes to an NGO under 개인정보 보호법 §17: the applicant's data with the applicant's consent, the respondent's only with
//! their own; under §26 everything. Asked of the pages, the API, the search and the file itself, on both databases.
use crate::databases::fresh;
use crate::residents::house::House;
use crate::world::{Visitor, World, worlds};
use chrono::{DateTime, Duration, Utc};
use ieum::casework::step::{Taken, Taking, take_step};
use ieum::casework::{CaseworkError, open};
use ieum::domain::case::Case;
use ieum::domain::codes::{
    ContactResult, DutyKind, HandOverBasis, InterviewKind, Means, Method, ProvisionBasis, Role, Safety, Side,
    Visibility,
};
use ieum::domain::permission::{Actor, Scope};
use ieum::domain::step::{Step, StepCode};
use ieum::domain::text::Unit;
use ieum::store::parties::{self, Details};
use ieum::store::programmes::{self, Terms};
use ieum::store::{StoreError, cases, complexes, search};

/// What is planted about the respondent; none of it may reach the NGO before their own consent.
const HIDDEN: [&str; 8] =
    ["숨은상대", "77776666", "7777-6666", "hidden@example.org", "1202", "숨은말하나", "숨은말둘", "숨은말셋"];
/// A note of the desk may be about either side.
const NOTED: &str = "숨은메모";

/// The committee's case that waits for the NGO's answer in the demonstration.
pub(crate) fn case(world: &World) -> Case {
    let secretary = world.actor("secretary");
    world.read(|rx| {
        let found = search::find(rx, &secretary, "박하람")?;
        assert_eq!(found.len(), 1);
        cases::find_id(rx, &Scope { all: true, ..Scope::default() }, found[0])
    })
}

pub(crate) fn take(world: &World, actor: &Actor, number: &str, step: Step) -> Result<Taken, CaseworkError> {
    let (actor, number, now) = (actor.clone(), number.to_owned(), world.now());
    world.db.write_here(move |tx| take_step(tx, &actor, &number, Taking::from(step), now))
}

/// The desk speaks with the respondent while the NGO has the turn, and writes down what they said.
fn plant(world: &World, case: &Case) {
    let (id, complex) = (case.id, case.intake.complex);
    let planted = Details {
        name: "숨은상대".to_owned(),
        phone: "01077776666".to_owned(),
        email: "hidden@example.org".to_owned(),
        unit: Unit::read("", "108동 1202호").ok(),
        ..Details::default()
    };
    let kept = world.db.write_here(|tx| {
        let known = parties::of_side(tx, id, Side::Respondent)?.unwrap();
        parties::update(tx, known.id, complex, &planted)?;
        search::keep(tx, id)
    });
    kept.unwrap();
    let desk = world.actor("secretary");
    let said = |text: &str| text.to_owned();
    let (means, result) = (Means::Phone, ContactResult::Reached);
    let side = Side::Respondent;
    let steps = [
        Step::Contact { means, result, next_on: None, note: said("숨은말하나") },
        Step::Screen { side, flags: vec![], result: Safety::Ok, note: said("숨은말둘") },
        Step::Interview { kind: InterviewKind::Separate, side: Some(side), summary: said("숨은말셋") },
        Step::Note { text: said(NOTED), visibility: Visibility::Staff },
        Step::Letter {},
    ];
    for step in steps {
        take(world, &desk, &case.number, step).unwrap();
    }
}

/// Everything that this person can read of the case by pages and by the API, put together.
pub(crate) fn everything(visitor: &mut Visitor, number: &str) -> String {
    let mut read = String::new();
    let pages = ["", "/parties", "/meetings", "/agreements", "/referrals", "/papers", "/log", "/mails"];
    let prints = ["/print/history", "/print/notice", "/print/receipt", "/print/letter", "/steps/screen"];
    for page in pages.iter().chain(&prints) {
        read += &visitor.get(&format!("/cases/{number}{page}")).body;
    }
    read += &visitor.post(&format!("/cases/{number}/parties/contacts"), &[("reason", "call")]).body;
    for path in ["file", "history", "mails", "candidates"] {
        let answer = visitor.call("GET", &format!("/api/v1/cases/{number}/{path}"), "");
        assert!(answer.status < 500, "{path}: {}", answer.body);
        read += &answer.body;
    }
    let reason = r#"{"reason":"전화하려고"}"#;
    let contacts = visitor.call("POST", &format!("/api/v1/cases/{number}/contacts"), reason);
    assert_eq!(contacts.status, 200, "{}", contacts.body);
    read + &contacts.body
}

/// Whether a search finds the case, by the page and by the API alike.
fn finds(visitor: &mut Visitor, number: &str, query: &str) -> bool {
    visitor.get("/cases");
    let sent = visitor.post("/cases/search", &[("q", query), ("open", "all")]);
    assert_eq!(sent.status, 303, "{}", sent.body);
    let at = sent.header("location").unwrap().to_owned();
    let page = visitor.get(&at).body.contains(&format!("/cases/{number}\""));
    let body = serde_json::json!({ "q": query }).to_string();
    let api = visitor.call("POST", "/api/v1/cases/search", &body).body.contains(number);
    assert_eq!(page, api, "{query}");
    page
}

fn sees_nothing_of_the_respondent(who: &str, visitor: &mut Visitor, number: &str) {
    let read = everything(visitor, number);
    for planted in HIDDEN.iter().chain(&[NOTED]) {
        assert!(!read.contains(planted), "{who} reads {planted}");
    }
    assert!(read.contains("박하람") && read.contains("제공에 동의하면"), "{who} sees the applicant");
    for query in ["숨은상대", "77776666", "108동 1202호", "ㅅㅇㅅㄷ"] {
        assert!(!finds(visitor, number, query), "{who} finds by {query}");
    }
    assert!(finds(visitor, number, "박하람"), "{who}");
    let digits = [("side", "respondent"), ("check", "id")];
    assert_eq!(visitor.post(&format!("/cases/{number}/receipt/code"), &digits).status, 404, "{who}");
    for paper in ["letter", "receipt?side=respondent"] {
        assert_eq!(visitor.get(&format!("/cases/{number}/print/{paper}")).status, 404, "{who} {paper}");
    }
}

fn sees_both(who: &str, visitor: &mut Visitor, number: &str) {
    let read = everything(visitor, number);
    for known in ["박하람", "숨은상대", "7777-6666", "1202", "숨은말하나", "숨은말셋", NOTED]
    {
        assert!(read.contains(known), "{who} does not read {known}");
    }
    assert!(finds(visitor, number, "숨은상대") && finds(visitor, number, "108동 1202호"), "{who}");
}

pub(crate) fn provide(given: bool) -> Step {
    let (side, method) = (Side::Respondent, Method::Phone);
    Step::Provide { side, given, method, body: None, version: String::new() }
}

/// The desk brings both sides to take part, and a mediator of the NGO takes the case.
pub(crate) fn in_mediation(world: &World, number: &str) {
    let (desk, ngo, mediator) = (world.actor("secretary"), world.actor("ngo"), world.actor("mediator"));
    let version = String::new();
    let consent = |side| Step::Consent { side, method: Method::Phone, version: version.clone(), by: None };
    take(world, &desk, number, consent(Side::Respondent)).unwrap();
    take(world, &ngo, number, consent(Side::Applicant)).unwrap();
    let (answer_by, mediator_id) = (world.now() + Duration::hours(72), world.user("mediator"));
    let asked = Step::Offer { mediator: mediator_id, answer_by, wanted: vec![] };
    let offer = take(world, &ngo, number, asked).unwrap().seq;
    take(
        world,
        &mediator,
        number,
        Step::AcceptOffer { offer, method: Method::Link, declared: String::new() },
    )
    .unwrap();
}

#[test]
fn the_respondent_stays_with_the_committee_until_they_consent_to_the_ngo() {
    for world in worlds() {
        let case = case(&world);
        let number = case.number.clone();
        let (mut ngo, mut mediator) = (world.staff("ngo"), world.staff("mediator"));
        // Before the referral is accepted a search by what is known of anybody finds nothing.
        assert!(!finds(&mut ngo, &number, "박하람") && finds(&mut ngo, &number, &number), "{}", world.name);
        let referral = case.referrals[0].seq;
        let (ngo_actor, desk) = (world.actor("ngo"), world.actor("secretary"));
        let accept = Step::AcceptReferral { referral, their_number: String::new(), note: String::new() };
        let held = take(&world, &ngo_actor, &number, accept).unwrap().case;
        assert_eq!(held.holder, held.bodies.ngo);
        // Whoever the respondent has to be met by, it is the committee's desk.
        let duty = held.duties().into_iter().find(|d| d.kind == DutyKind::ContactRespondent).unwrap();
        assert_eq!(duty.owner, ieum::domain::case::Owner::Body(held.bodies.committee.unwrap()));
        for step in [StepCode::Letter, StepCode::Contact, StepCode::ChangeRespondent] {
            assert!(desk.taking(step, &held).is_some() && ngo_actor.taking(step, &held).is_none(), "{step}");
        }
        assert!(ngo.get(&format!("/cases/{number}/steps/letter")).status == 403, "{}", world.name);
        plant(&world, &case);
        sees_nothing_of_the_respondent("ngo", &mut ngo, &number);
        let (side, means, summary) = (Side::Respondent, Means::Phone, "x".to_owned());
        let met = take(&world, &ngo_actor, &number, Step::Counsel { side, means, summary });
        assert!(matches!(met, Err(CaseworkError::Refused(r)) if r.code == "not_provided"));
        let own = Step::Counsel { side: Side::Applicant, means, summary: "신청인의말".to_owned() };
        take(&world, &ngo_actor, &number, own).unwrap();
        in_mediation(&world, &number);
        sees_nothing_of_the_respondent("mediator", &mut mediator, &number);
        let mut secretary = world.staff("secretary");
        sees_both("secretary", &mut secretary, &number);
        let asks = |now: DateTime<Utc>| {
            let held = world.read(|rx| cases::find(rx, &desk.scope(), &number));
            held.duties().iter().any(|d| d.kind == DutyKind::AskProvision && d.due_at > now)
        };
        assert!(asks(world.now()), "the desk is to ask them");
        take(&world, &desk, &number, provide(true)).unwrap();
        assert!(!asks(world.now()));
        sees_both("ngo", &mut ngo, &number);
        sees_both("mediator", &mut mediator, &number);
        // Consent is asked again of nobody; withdrawn, it shuts the file.
        take(&world, &ngo_actor, &number, provide(false)).unwrap();
        sees_nothing_of_the_respondent("mediator", &mut mediator, &number);
        let kept = world.read(|rx| parties::consents_of(rx, case.id));
        let answers: Vec<(bool, bool)> = kept
            .iter()
            .filter(|c| c.side == Side::Respondent && c.purpose == "provision")
            .map(|c| (c.given, c.withdrawn_at.is_some()))
            .collect();
        assert_eq!(answers, [(true, true), (false, false)], "every answer stays on record");
    }
}

fn applicant_provides(given: bool) -> Step {
    let (side, method) = (Side::Applicant, Method::Phone);
    Step::Provide { side, given, method, body: None, version: String::new() }
}

/// Brings the only case of a house to the NGO on this basis; returns its coordinator.
fn referred(house: &House, basis: ProvisionBasis) -> Actor {
    if basis == ProvisionBasis::Entrustment {
        let (now, year) = (house.now(), Some(2026));
        let basis = basis.code().to_owned();
        let terms = Terms {
            ngo_id: Some(house.ngo),
            from_on: None,
            until_on: None,
            basis,
            budget_won: None,
            activities: String::new(),
            mediators: 1,
        };
        let complex = house.case().intake.complex.unwrap();
        let covered = house.db.write_here(|tx| {
            let programme = programmes::add(tx, "공모사업", year, &terms, None, now)?;
            let (mut facts, _) = complexes::facts_at(tx, complex, now)?;
            facts.programme_id = Some(programme);
            complexes::set_facts(tx, complex, &facts, now)
        });
        covered.unwrap();
    }
    let office = house.staff(Role::Manager);
    let (side, result, note) = (Side::Applicant, Safety::Ok, String::new());
    house.take(&office, Step::OpenInquiry {});
    house.take(&office, Step::Screen { side, flags: vec![], result, note });
    house.take(&office, Step::HandOver { basis: HandOverBasis::Requested, reason: "원함".to_owned() });
    let (desk, ngo) = (house.staff(Role::Secretary), house.staff(Role::Coordinator));
    if basis == ProvisionBasis::Consent {
        house.take(&desk, applicant_provides(true));
    }
    let refer = Step::Refer {
        body: house.ngo,
        reason: "조정".to_owned(),
        basis,
        kind: None,
        packet: String::new(),
        help: None,
        answers: Vec::new(),
        terms: None,
    };
    let referral = house.take(&desk, refer).seq;
    house.take(&ngo, Step::AcceptReferral { referral, their_number: String::new(), note: String::new() });
    ngo
}

fn sides_seen(house: &House, actor: &Actor) -> Vec<Side> {
    let number = house.case().number;
    let file =
        house.db.read_here(|rx| open::read(rx, actor, &number).map_err(|e| StoreError::Other(e.to_string())));
    file.unwrap().parties.iter().map(|p| p.side).collect()
}

#[test]
fn an_entrusted_ngo_sees_both_and_one_that_gets_no_data_sees_nobody() {
    for base in fresh() {
        let house = House::open(base);
        crate::residents::send(&mut crate::residents::apply(&house, "", "hide_unit"));
        let ngo = referred(&house, ProvisionBasis::Entrustment);
        assert_eq!(sides_seen(&house, &ngo), [Side::Applicant, Side::Respondent]);
        assert!(house.case().open_to(&ngo).contains(&StepCode::Letter));
    }
    for base in fresh() {
        let house = House::open(base);
        crate::residents::send(&mut crate::residents::apply(&house, "", "hide_unit"));
        let ngo = referred(&house, ProvisionBasis::Consent);
        // Whoever takes a consent back is as if nobody had consented to anything.
        house.take(&house.staff(Role::Secretary), applicant_provides(false));
        assert_eq!(sides_seen(&house, &ngo), []);
        house.take(&house.staff(Role::Secretary), applicant_provides(true));
        assert_eq!(sides_seen(&house, &ngo), [Side::Applicant]);
        // The committee delivers the NGO's letter; who answers it is asked apart whether their data may pass.
        let letter = house.take(&house.staff(Role::Secretary), Step::Letter {}).letter.unwrap();
        let path =
            house.db.read_here(|rx| Ok::<_, StoreError>(ieum::store::links::token(rx, letter))).unwrap();
        let path = format!("/r/{path}");
        let mut browser = house.browser();
        let shown = browser.get(&path).body;
        assert!(shown.contains("name=\"provide\"") && shown.contains("갈등해결센터"), "{shown}");
        assert!(shown.contains("천연뜨란채 위원회에서 이 일을 맡은 사람만"), "{shown}");
        let join = [("choice", "join"), ("phone", "01099998888"), ("consent", "yes")];
        let (_, answered) = browser.post_on(&path, &join);
        assert_eq!(sides_seen(&house, &ngo), [Side::Applicant], "taking part is another consent");
        let at = answered.body.find("href=\"/r/").unwrap();
        let own = answered.body[at + 6..].split('"').next().unwrap().to_owned();
        assert!(browser.get(&own).body.contains("협약 기관에 정보를 제공해도 될까요?"));
        let unticked = browser.post(&format!("{own}/consent"), &[("purpose", "provision")]);
        assert_eq!(unticked.status, 422);
        let ticked = [("purpose", "provision"), ("provide", "yes")];
        let (_, done) = browser.post_on(&format!("{own}/consent"), &ticked);
        assert!(!done.body.contains("협약 기관에 정보를 제공해도 될까요?"), "{}", done.body);
        assert_eq!(sides_seen(&house, &ngo), [Side::Applicant, Side::Respondent]);
        // Another respondent is another person.
        let reason = "다른 집이었습니다".to_owned();
        let changed = Step::ChangeRespondent { replaces: true, reason, unit_known: false };
        house.take(&ngo, changed);
        assert_eq!(sides_seen(&house, &ngo), [Side::Applicant]);
    }
}

#[test]
fn where_only_a_notice_was_chosen_no_letter_is_written() {
    for base in fresh() {
        let house = House::open(base);
        crate::residents::send(&mut crate::residents::apply(&house, "", "notice_only"));
        let office = house.staff(Role::Manager);
        let (side, result, note) = (Side::Applicant, Safety::Ok, String::new());
        house.take(&office, Step::OpenInquiry {});
        house.take(&office, Step::Screen { side, flags: vec![], result, note });
        house.take(&office, Step::HandOver { basis: HandOverBasis::Requested, reason: "원함".to_owned() });
        let (_, mut desk) = house.signed_in("김간사", Role::Secretary, house.committee);
        let number = house.case().number;
        let step = format!("/cases/{number}/steps/letter");
        assert!(!desk.get(&format!("/cases/{number}")).body.contains(&format!("{step}\"")));
        let refused = desk.get(&step);
        assert!(refused.status == 409 && refused.body.contains("단지 안내문만"), "{}", refused.body);
        let pressed = desk.post(&step, &[]);
        assert!(pressed.status == 409 && pressed.body.contains("steps/disclose"), "{}", pressed.body);
        let papers = desk.get(&format!("/cases/{number}/papers")).body;
        assert!(papers.contains("print/notice") && !papers.contains("print/letter"), "{papers}");
        let notice = desk.get(&format!("/cases/{number}/print/notice")).body;
        let sheet = &notice[notice.find("<article").unwrap()..];
        assert!(sheet.contains("주민 여러분께") && sheet.contains("밤 10시 뒤에 조심해 주세요"), "{sheet}");
        for private in ["김영희", "1203", "1303", number.as_str(), "class=\"qr\""] {
            assert!(!sheet.contains(private), "{private}");
        }
        // The applicant changes their mind, and back: a letter that was made is not printed again.
        let disclose = |to: &str| vec![("disclosure", to.to_owned()), ("method", "phone".to_owned())];
        let change = |desk: &mut crate::residents::house::Browser, to: &str| {
            desk.get(&format!("/cases/{number}/steps/disclose"));
            let said = disclose(to);
            let said: Vec<(&str, &str)> = said.iter().map(|(n, v)| (*n, v.as_str())).collect();
            desk.post_on(&format!("/cases/{number}/steps/disclose"), &said);
        };
        change(&mut desk, "hide_unit");
        desk.get(&step);
        let (made, shown) = desk.post_on(&step, &[]);
        assert!(made.ends_with("/print/letter") && shown.status == 200, "{made}");
        change(&mut desk, "notice_only");
        assert_eq!(desk.get(&made).status, 404);
    }
}

#[test]
fn a_case_accepted_in_a_programmes_term_is_finished_after_it_and_followed_up_by_the_committee() {
    for world in worlds() {
        let found = case(&world);
        let number = found.number.clone();
        let (ngo, desk, mediator) = (world.actor("ngo"), world.actor("secretary"), world.actor("mediator"));
        let accept = Step::AcceptReferral {
            referral: found.referrals[0].seq,
            their_number: String::new(),
            note: String::new(),
        };
        take(&world, &ngo, &number, accept).unwrap();
        let (side, note) = (Side::Respondent, String::new());
        let reached =
            Step::Contact { means: Means::Phone, result: ContactResult::Reached, next_on: None, note };
        take(&world, &desk, &number, reached).unwrap();
        let (flags, result, note) = (vec![], Safety::Ok, String::new());
        take(&world, &desk, &number, Step::Screen { side, flags, result, note }).unwrap();
        in_mediation(&world, &number);
        take(&world, &desk, &number, provide(true)).unwrap();
        // Every programme of the NGO comes to its end.
        let today = ieum::domain::seoul::day(world.now());
        let all = world.read(|rx| programmes::all(rx, today));
        for programme in all.into_iter().filter(|p| p.terms.ngo_id == found.bodies.ngo) {
            let over = world.db.write_here(|tx| {
                let terms = Terms { until_on: Some(today), ..programme.terms.clone() };
                programmes::change(tx, programme.id, &terms, today, "마침", None, world.now())
            });
            over.unwrap();
        }
        world.wait(Duration::days(2));
        let now = ieum::domain::seoul::day(world.now());
        let running = world.read(|rx| programmes::all(rx, now));
        assert!(!running.iter().any(|p| p.terms.ngo_id == found.bodies.ngo && p.terms.is_in_force(now)));
        let held = Step::HoldSession {
            session: None,
            kind: ieum::domain::codes::MeetingKind::Shuttle,
            applicant: true,
            applicant_by: None,
            respondent: true,
            respondent_by: None,
            result: "이야기함".to_owned(),
            next: None,
            next_on: None,
        };
        take(&world, &mediator, &number, held).unwrap();
        for side in Side::ALL {
            let (flags, result, note) = (vec![], Safety::Ok, String::new());
            take(&world, &mediator, &number, Step::Screen { side: *side, flags, result, note }).unwrap();
        }
        let (who, what, check) = ("양쪽".to_owned(), "밤에 조용히 하기".to_owned(), String::new());
        let terms = vec![ieum::domain::step::Term { who, what, from: None, until: None, check }];
        let draft = Step::Draft { kind: ieum::domain::codes::AgreementKind::Full, terms };
        let agreement = take(&world, &mediator, &number, draft).unwrap().seq;
        for side in Side::ALL {
            let (side, method, version) = (*side, Method::Paper, String::new());
            let sign = Step::Sign { agreement, side, method, by: None, version };
            take(&world, &mediator, &number, sign).unwrap();
        }
        let id = found.id;
        let asked = world.read(|rx| ieum::store::projection::duties_in(rx, id));
        let owners: Vec<_> =
            asked.into_iter().filter(|d| d.kind == DutyKind::FollowUp).map(|d| d.body_id).collect();
        assert_eq!(owners, vec![found.bodies.committee; 3], "{}", world.name);
    }
}
