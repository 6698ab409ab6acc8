//! Every route × every account × relation to the case: nobody learns of a case that is not theirs, by any address.
//!
//! The route list is the application's own, so that a new route is asked about at once: unless its door says otherwise, it
//! must be closed. The rules and the two lists of insiders are written here by hand, apart from the permission table.
use crate::world::{Answer, Visitor, World, worlds};
use ieum::domain::case::Case;
use ieum::domain::codes::{Role, Side};
use ieum::domain::permission::Scope;
use ieum::store::{StoreError, cases, parties, users};
use ieum::web::routes::{self, Door, Route};

/// A case, who may open it, and what must not reach anybody else.
struct Subject {
    number: String,
    insiders: Vec<&'static str>,
    planted: Vec<String>,
}

fn subject(world: &World, insiders: &[&'static str], fits: impl Fn(&Case) -> bool) -> Subject {
    let all = Scope { all: true, ..Scope::default() };
    let case = world.read(|rx| {
        let ids = cases::visible_ids(rx, &all, 5000)?;
        for id in ids {
            let case = cases::find_id(rx, &all, id)?;
            if fits(&case) {
                return Ok(case);
            }
        }
        Err(StoreError::NotFound)
    });
    let found = world.read(|rx| parties::of_case(rx, case.id));
    let planted = found.into_iter().filter(|p| p.side == Side::Applicant);
    let planted: Vec<String> = planted
        .flat_map(|p| [p.details.name, p.details.phone, p.details.email])
        .filter(|text| !text.is_empty())
        .collect();
    Subject { number: case.number, insiders: insiders.to_vec(), planted }
}

/// A committee's case with a member in charge, an NGO's with a mediator in charge, and one of another 단지 whose committee
/// nobody here works for.
fn subjects(world: &World) -> [Subject; 3] {
    let (member, mediator) = (world.user("member"), world.user("mediator"));
    let own = world.actor("secretary").bodies(Role::Secretary);
    let ours = |case: &Case| case.bodies.committee.is_some_and(|committee| own.contains(&committee));
    [
        subject(world, &["office", "secretary", "member"], |case| {
            ours(case) && case.is_in_charge(member, Role::Member)
        }),
        subject(world, &["office", "secretary", "ngo", "mediator"], |case| {
            ours(case) && case.is_in_charge(mediator, Role::Mediator)
        }),
        subject(world, &[], |case| !ours(case) && has_people(case)),
    ]
}

/// A case with people in it: those of the imported ledger have doors only.
fn has_people(case: &Case) -> bool {
    !case.intake.legacy && case.in_charge.is_empty() && case.history.last_at() > case.intake.received_at
}

fn sent_to_login(answer: &Answer) -> bool {
    answer.status == 303 && answer.header("location").is_some_and(|to| to.starts_with("/login"))
}

/// Whether an account may get this at a route that is about no case. The compiler asks for a rule when a door is added.
fn general(route: &Route, role: Role, status: u16) -> bool {
    let fine = status < 500;
    match route.door {
        Door::Public | Door::Asset | Door::SignedIn => fine,
        Door::Role(wanted) if wanted == role => fine && status != 401,
        Door::Role(_) => status == 404,
        Door::Api | Door::OpenApi => fine && status != 401,
    }
}

/// As a browser asks for a page, or as a program asks with the person's token.
fn ask(visitor: &mut Visitor, route: &Route, path: &str) -> Answer {
    if matches!(route.door, Door::Api | Door::OpenApi) {
        return visitor.call(route.method.as_str(), path, "{}");
    }
    if route.method == "GET" { visitor.get(path) } else { visitor.post(path, &[]) }
}

/// Ends the session or the account of whoever asks; asked elsewhere.
fn spared(route: &Route) -> bool {
    // Not ready is what a house says whose mails nobody sends; asked elsewhere.
    if route.path == "/readyz" {
        return true;
    }
    let ends = ["/disable", "/revoke", "/end"].iter().any(|end| route.path.ends_with(end));
    route.path.contains("logout")
        || (route.method != "GET" && route.path.starts_with("/account"))
        || (route.path.starts_with("/api/v1/") && ends)
}

#[test]
fn no_route_opens_a_case_to_anybody_who_is_not_in_it() {
    for world in worlds() {
        let subjects = subjects(&world);
        let mut people: Vec<_> =
            World::accounts().map(|(name, role)| (name, role, world.staff(name))).collect();
        let mut opened = 0;
        for route in routes::all().into_iter().filter(|route| !spared(route)) {
            if !route.path.contains("{number}") {
                continue;
            }
            for subject in &subjects {
                let path = filled(route.path, &subject.number);
                let what = format!("{}: {} {path}", world.name, route.method);
                let nobody = ask(&mut world.anonymous(), &route, &path);
                let api = api(&route);
                assert!(
                    sent_to_login(&nobody) || (api && nobody.status == 401) || nobody.status == 403,
                    "{what}: {}",
                    nobody.status
                );
                for (name, _, visitor) in &mut people {
                    let answer = ask(visitor, &route, &path);
                    assert!(answer.status < 500, "{what} as {name}: {}", answer.status);
                    if subject.insiders.contains(name) {
                        opened += usize::from(answer.status == 200);
                        let page = route.path == "/cases/{number}" && route.method == "GET";
                        assert!(!page || answer.status == 200, "{what} as {name}: {}", answer.status);
                        continue;
                    }
                    // An empty call may be refused for its body before anything is looked up.
                    let unread = api && route.method != "GET" && matches!(answer.status, 400 | 415 | 422);
                    assert!(answer.status == 404 || unread, "{what} as {name}: {}", answer.status);
                    says_nothing(&answer, subject, &format!("{what} as {name}"));
                }
            }
        }
        assert!(opened > 20, "insiders open pages: {opened}");
    }
}

fn api(route: &Route) -> bool {
    matches!(route.door, Door::Api | Door::OpenApi)
}

/// The pattern with a case's number and something plausible for everything else.
fn filled(pattern: &str, number: &str) -> String {
    let named = [("number", number), ("step", "note"), ("paper", "ladder"), ("path:.*", "app.css")];
    let parts =
        pattern.split('/').map(|part| match part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
            Some(name) => named.iter().find(|(n, _)| *n == name).map_or("1", |(_, value)| *value),
            None => part,
        });
    parts.collect::<Vec<_>>().join("/")
}

fn says_nothing(answer: &Answer, subject: &Subject, what: &str) {
    for secret in &subject.planted {
        assert!(
            !answer.body.contains(secret.as_str()),
            "{what}: the page names a person of {}",
            subject.number
        );
    }
}

#[test]
fn other_routes_keep_to_their_door_and_never_name_a_stranger() {
    for world in worlds() {
        let subjects = subjects(&world);
        let mut people: Vec<_> =
            World::accounts().map(|(name, role)| (name, role, world.staff(name))).collect();
        for route in
            routes::all().into_iter().filter(|route| !spared(route) && !route.path.contains("{number}"))
        {
            let path = filled(route.path, "");
            let what = format!("{}: {} {path}", world.name, route.method);
            let nobody = ask(&mut world.anonymous(), &route, &path);
            let closed = matches!(route.door, Door::SignedIn | Door::Role(_));
            assert!(route.door != Door::Api || nobody.status == 401, "{what}: {}", nobody.status);
            assert!(
                nobody.status < 500 && (!closed || sent_to_login(&nobody) || nobody.status == 403),
                "{what}: {}",
                nobody.status
            );
            let demo = path.starts_with("/demo/");
            for (name, role, visitor) in &mut people {
                if route.method != "GET" && !api(&route) {
                    // The form before this one may have ended the login.
                    *visitor = world.staff(name);
                }
                let answer = ask(visitor, &route, &path);
                assert!(general(&route, *role, answer.status), "{what} as {name}: {}", answer.status);
                for subject in subjects.iter().filter(|subject| !demo && !subject.insiders.contains(name)) {
                    says_nothing(&answer, subject, &format!("{what} as {name}"));
                }
            }
        }
    }
}

#[test]
fn a_grant_that_ended_opens_nothing_any_more() {
    for world in worlds() {
        let [committee, ngo, _] = subjects(&world);
        for (name, subject) in [("member", &committee), ("secretary", &committee), ("mediator", &ngo)] {
            let mut visitor = world.staff(name);
            let path = format!("/cases/{}", subject.number);
            assert_eq!(visitor.get(&path).status, 200, "{name}");
            let (user, now) = (world.user(name), world.now());
            world
                .db
                .write_here(|tx| {
                    for grant in users::grants_of(tx, user)? {
                        users::end_grant(tx, grant.id, None, now)?;
                    }
                    Ok::<_, StoreError>(())
                })
                .unwrap();
            assert_eq!(visitor.get(&path).status, 404, "{name}");
        }
    }
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
            assert!(
                bare.status == 403 || (role_only && bare.status == 404),
                "{} {path} without token: {}",
                world.name,
                bare.status
            );
        }
    }
}
