//! Accounts as a browser sees them, on both databases: coming in, staying in, being put out.
mod programmes;
mod set_up;

use crate::databases::{Fresh, fresh};
use crate::residents::house::{Answer, Browser, House};
use crate::residents::scanned;
use chrono::Duration;
use ieum::casework::account::people::{self, Invite, NewGrant};
use ieum::casework::account::{AccountRules, doors};
use ieum::config::Settings;
use ieum::domain::codes::{AccountStatus, AuditAction, Role};
use ieum::domain::ids::UserId;
use ieum::domain::letter::Letter;
use ieum::domain::permission::Actor;
use ieum::store::{StoreError, access, users};

pub(crate) const PASSWORD: &str = "여덟 글자면 됩니다";
const OPERATOR: &str = "operator@example.com";

fn rules(house: &House) -> AccountRules {
    AccountRules::of(&Settings::in_folder(house.folder()).unwrap())
}

/// A house whose first operator came in by the set-up link; their browser, logged in.
pub(crate) fn opened(base: Fresh) -> (House, Browser) {
    let house = House::open(base);
    let (limits, now) = (rules(&house), house.now());
    let path = house.db.write_here(|tx| doors::set_up_path(tx, &limits, now)).unwrap().unwrap();
    let again = house.db.write_here(|tx| doors::set_up_path(tx, &limits, now)).unwrap().unwrap();
    assert_eq!(path, again, "a second start prints the same link");
    let mut browser = house.browser();
    assert_eq!(browser.get(&path).status, 200);
    let form = [("name", "이운영"), ("email", OPERATOR), ("new_password", PASSWORD), ("again", PASSWORD)];
    let (next, _) = browser.post_on(&path, &form);
    assert_eq!(next, "/login");
    assert!(house.db.write_here(|tx| doors::set_up_path(tx, &limits, now)).unwrap().is_none());
    let mut late = house.browser();
    assert!(late.get(&path).body.contains("더는 쓸 수 없는 링크"), "the link is used up");
    assert_eq!(log_in(&mut browser, OPERATOR, PASSWORD).status, 303);
    (house, browser)
}

pub(crate) fn log_in(browser: &mut Browser, email: &str, password: &str) -> Answer {
    browser.get("/login");
    browser.post("/login", &[("email", email), ("password", password)])
}

fn operator(house: &House) -> Actor {
    let now = house.now();
    let find = |rx: &mut ieum::store::Rx<'_>| {
        let id = users::by_email(rx, OPERATOR)?.id;
        users::actor(rx, id, now)
    };
    house.db.read_here::<_, StoreError>(find).unwrap()
}

/// Invites somebody and returns the path of the link in their mail.
pub(crate) fn invited(house: &House, email: &str, role: Role) -> (UserId, String) {
    let (actor, limits, now) = (operator(house), rules(house), house.now());
    let body = house.body_of(role);
    let grant = NewGrant { role, body, from: None, until: None };
    let invite =
        Invite { email: email.to_owned(), name: "박담당".to_owned(), phone: String::new(), grant };
    house.mails();
    let sent = house.db.write_here(|tx| people::invite(tx, &actor, &limits, &invite, now)).unwrap();
    let mails = house.mails();
    let link = mails.iter().find_map(|mail| match &mail.letter {
        Letter::Invitation { link, .. } if mail.to == email => Some(link.clone()),
        _ => None,
    });
    assert_eq!(link.as_deref(), Some(sent.path.as_str()));
    (sent.user, sent.path)
}

/// Somebody who came in by their invitation; their browser, logged in.
pub(crate) fn joined(house: &House, email: &str, role: Role) -> (UserId, Browser) {
    let (user, path) = invited(house, email, role);
    let mut browser = house.browser();
    assert!(browser.get(&path).body.contains("박담당"));
    browser.post_on(&path, &[("new_password", PASSWORD), ("again", PASSWORD)]);
    assert_eq!(log_in(&mut browser, email, PASSWORD).status, 303);
    (user, browser)
}

fn is_in(browser: &mut Browser) -> bool {
    browser.get("/settings").status == 200
}

#[test]
fn accounts_an_invitation_is_good_once_and_for_its_time() {
    for base in fresh() {
        let (house, _) = opened(base);
        let (user, path) = invited(&house, "park@example.com", Role::Secretary);
        scanned(&house, &path);
        let mut browser = house.browser();
        for look in 0..3 {
            assert_eq!(browser.get(&path).status, 200, "looking does not use the link up: {look}");
        }
        for (password, again) in
            [("짧다", "짧다"), (PASSWORD, "다른 글자입니다요"), ("password123", "password123")]
        {
            let wrong = browser.post(&path, &[("new_password", password), ("again", again)]);
            assert!(wrong.status == 422 && wrong.body.contains("href=\"#new_password\""), "{}", wrong.body);
            assert!(!wrong.body.contains(password), "a password is never sent back");
        }
        browser.post_on(&path, &[("new_password", PASSWORD), ("again", PASSWORD)]);
        browser.get("/login");
        let again = browser.post(&path, &[("new_password", PASSWORD), ("again", PASSWORD)]);
        assert_eq!((again.status, again.location), (303, path.clone()), "the second use changes nothing");
        assert!(browser.get(&path).body.contains("더는 쓸 수 없는 링크"));
        let (_, late) = invited(&house, "late@example.com", Role::Manager);
        house.wait(Duration::hours(73));
        assert!(browser.get(&late).body.contains("더는 쓸 수 없는 링크"), "after 72 hours");
        assert_eq!(house.browser().get("/account/1.AAAAAAAAAAAAAAAAAAAAAA").status, 404);
        let kept = house.db.read_here(|rx| users::find(rx, user)).unwrap();
        assert_eq!(kept.status, AccountStatus::Active);
    }
}

#[test]
fn accounts_whoever_does_not_come_in_is_told_nothing_else() {
    for base in fresh() {
        let (house, _) = opened(base);
        let (_, _) = invited(&house, "waiting@example.com", Role::Manager);
        let mut told = Vec::new();
        for (email, password) in [
            (OPERATOR, "아닌 비밀번호"),
            ("nobody@example.com", "아닌 비밀번호"),
            ("waiting@example.com", "아닌 비밀번호"),
            (OPERATOR, ""),
            ("", ""),
        ] {
            let mut browser = house.browser();
            let answer = log_in(&mut browser, email, password);
            assert_eq!(answer.status, 422);
            let (_, summary) = answer.body.split_once("errors-title").unwrap();
            told.push(summary.split("</div>").next().unwrap().to_owned());
            assert!(!is_in(&mut browser));
        }
        told.dedup();
        assert_eq!(told.len(), 1, "{told:?}");
    }
}

#[test]
fn accounts_guessing_is_stopped_and_starts_again_after_the_window() {
    for base in fresh() {
        let (house, _) = opened(base);
        let mut browser = house.browser();
        let mut answers: Vec<u16> =
            (0..11).map(|_| log_in(&mut browser, OPERATOR, "아닌 비밀번호").status).collect();
        assert_eq!(answers.pop(), Some(429), "the eleventh");
        assert!(answers.iter().all(|status| *status == 422), "{answers:?}");
        assert_eq!(log_in(&mut browser, OPERATOR, PASSWORD).status, 429, "the right one too");
        assert_eq!(log_in(&mut browser, "other@example.com", "x").status, 422, "another account is free");
        house.wait(Duration::minutes(16));
        assert_eq!(log_in(&mut browser, OPERATOR, PASSWORD).status, 303);
    }
}

#[test]
fn accounts_a_login_gets_a_token_of_its_own_and_ends_by_itself() {
    for base in fresh() {
        let (house, _) = opened(base);
        let mut browser = house.browser();
        browser.set_cookie("ieum", "planted-by-somebody-else");
        assert_eq!(log_in(&mut browser, OPERATOR, PASSWORD).status, 303);
        let first = browser.cookie("ieum");
        assert_ne!(first, "planted-by-somebody-else");
        // Logging in again in the same browser ends the login before.
        let mut kept = browser.clone();
        browser.set_cookie("ieum", "");
        browser.get("/login");
        browser.set_cookie("ieum", &first);
        kept.get("/settings");
        assert!(is_in(&mut kept));
        house.wait(Duration::minutes(29));
        assert!(is_in(&mut browser), "used within half an hour");
        house.wait(Duration::minutes(29));
        assert!(is_in(&mut browser), "each use counts");
        house.wait(Duration::minutes(31));
        let shut = browser.get("/settings");
        assert_eq!((shut.status, shut.location.as_str()), (303, "/login?next=/settings"));
        assert_eq!(log_in(&mut browser, OPERATOR, PASSWORD).status, 303);
        for _ in 0..35 {
            house.wait(Duration::minutes(20));
            assert!(is_in(&mut browser));
        }
        house.wait(Duration::minutes(21));
        assert!(!is_in(&mut browser), "after twelve hours, however much it was used");
    }
}

#[test]
fn accounts_logging_out_ends_the_login_itself_here_or_everywhere() {
    for base in fresh() {
        let (house, mut here) = opened(base);
        let mut there = house.browser();
        log_in(&mut there, OPERATOR, PASSWORD);
        let mut stolen = there.clone();
        there.get("/settings");
        assert_eq!(there.post("/logout", &[]).status, 303);
        assert!(!is_in(&mut stolen), "the token is dead, not only forgotten");
        log_in(&mut there, OPERATOR, PASSWORD);
        let listed = here.get("/settings/sessions");
        assert_eq!(listed.body.matches("data-label=\"기기\"").count(), 2, "{}", listed.body);
        assert_eq!(listed.body.matches("name=\"id\"").count(), 1, "the own one is ended by logging out");
        let id = listed.body.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        here.post_on("/settings/sessions/end", &[("id", id)]);
        assert!(!is_in(&mut there) && is_in(&mut here));
        log_in(&mut there, OPERATOR, PASSWORD);
        here.get("/settings/sessions");
        here.post_on("/settings/sessions/end-all", &[]);
        assert!(!is_in(&mut there) && !is_in(&mut here));
    }
}

#[test]
fn accounts_a_form_without_its_token_is_refused() {
    for base in fresh() {
        let (house, mut browser) = opened(base);
        browser.get("/settings/details");
        let mut forged = browser.clone();
        forged.take_token_of(&house.browser());
        let form = [("name", "남의 이름"), ("phone", "")];
        assert_eq!(forged.post("/settings/details", &form).status, 403);
        // The page of the refusal has a right token again; take it away once more.
        forged.take_token_of(&house.browser());
        assert_eq!(forged.post("/logout", &[]).status, 403);
        assert!(is_in(&mut browser));
        assert_eq!(browser.post("/settings/details", &form).status, 303);
        assert!(browser.get("/settings").body.contains("남의 이름"));
    }
}

#[test]
fn accounts_a_new_password_by_mail_closes_everything_else() {
    for base in fresh() {
        let (house, mut old) = opened(base);
        old.get("/settings/tokens");
        let made = old.post("/settings/tokens", &[("name", "통계"), ("scope", "read"), ("days", "7")]);
        assert!(made.body.contains("ieum_"), "{}", made.body);
        assert!(!old.get("/settings/tokens").body.contains("ieum_"), "a token is shown once");
        let mut browser = house.browser();
        browser.get("/reset");
        let known = browser.post("/reset", &[("email", OPERATOR)]);
        let link = house.mails().iter().find_map(|mail| match &mail.letter {
            Letter::PasswordReset { link, .. } => Some(link.clone()),
            _ => None,
        });
        let link = link.unwrap();
        let unknown = browser.post("/reset", &[("email", "nobody@example.com")]);
        assert_eq!(known.status, unknown.status);
        assert_eq!(house.mails().len(), 0, "nobody is written to");
        let text = |answer: &Answer| answer.body.split("<main").nth(1).unwrap().to_owned();
        assert_eq!(text(&known), text(&unknown), "and nothing is told");
        scanned(&house, &link);
        let new = "새로 정한 비밀번호";
        browser.get(&link);
        browser.post_on(&link, &[("new_password", new), ("again", new)]);
        assert!(!is_in(&mut old));
        assert_eq!(log_in(&mut old, OPERATOR, PASSWORD).status, 422);
        assert_eq!(log_in(&mut old, OPERATOR, new).status, 303);
        assert!(old.get("/settings/tokens").body.contains("없앰"), "tokens end too");
        let mails = house.mails();
        assert!(matches!(mails[0].letter, Letter::AccountChanged { .. }), "{mails:?}");
        // A link that is an hour old opens nothing.
        browser.get("/reset");
        browser.post("/reset", &[("email", OPERATOR)]);
        let late = house.mails().into_iter().find_map(|mail| match mail.letter {
            Letter::PasswordReset { link, .. } => Some(link),
            _ => None,
        });
        house.wait(Duration::minutes(61));
        assert!(browser.get(&late.unwrap()).body.contains("더는 쓸 수 없는 링크"));
    }
}

/// The number in the newest mail to this address.
fn mailed_number(house: &House, email: &str) -> Option<String> {
    house.mails().into_iter().rev().filter(|mail| mail.to == email).find_map(|mail| match mail.letter {
        Letter::Code { code, .. } => Some(code),
        _ => None,
    })
}

fn ask_number(browser: &mut Browser, email: &str) -> Answer {
    browser.get("/login/code");
    browser.post("/login/code", &[("email", email)])
}

fn enter_number(browser: &mut Browser, email: &str, code: &str) -> u16 {
    browser.post("/login/code/enter", &[("email", email), ("code", code), ("next", "/todo")]).status
}

#[test]
fn accounts_a_mediator_comes_in_by_a_mailed_number() {
    for base in fresh() {
        let (house, _) = opened(base);
        let email = "volunteer@example.com";
        let (user, invitation) = invited(&house, email, Role::Mediator);
        let (_, _) = joined(&house, "desk@example.com", Role::Coordinator);
        let mut browser = house.browser();
        let text = |answer: Answer, email: &str| {
            let main = answer.body.split("<main").nth(1).unwrap().replace(email, "");
            (answer.status, main.split("_csrf").next().unwrap().to_owned())
        };
        let known = text(ask_number(&mut browser, email), email);
        let code = mailed_number(&house, email).unwrap();
        // Nobody else gets a number, and nothing tells who does.
        for other in ["nobody@example.com", OPERATOR, "desk@example.com"] {
            assert_eq!(known, text(ask_number(&mut house.browser(), other), other), "{other}");
            assert_eq!(house.mails().len(), 0, "{other}");
        }
        let mut stolen = house.browser();
        stolen.get("/login/code");
        assert_eq!(enter_number(&mut stolen, email, &code), 422, "in the browser that asked only");
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for _ in 0..5 {
            assert_eq!(enter_number(&mut browser, email, wrong), 422);
        }
        assert_eq!(enter_number(&mut browser, email, &code), 422, "five tries");
        ask_number(&mut browser, email);
        let late = mailed_number(&house, email).unwrap();
        house.wait(Duration::minutes(11));
        assert_eq!(enter_number(&mut browser, email, &late), 422, "ten minutes");
        ask_number(&mut browser, email);
        let code = mailed_number(&house, email).unwrap();
        assert_eq!(enter_number(&mut browser, email, &code), 303);
        assert!(is_in(&mut browser));
        assert_eq!(house.db.read_here(|rx| users::find(rx, user)).unwrap().status, AccountStatus::Active);
        assert!(
            house.browser().get(&invitation).body.contains("더는 쓸 수 없는 링크"),
            "that was the acceptance"
        );
        let mut again = house.browser();
        again.get("/login/code");
        assert_eq!(enter_number(&mut again, email, &code), 422, "once");
        let many: Vec<u16> = (0..5).map(|_| ask_number(&mut house.browser(), email).status).collect();
        assert_eq!(many.last(), Some(&429), "{many:?}");
    }
}

#[test]
fn accounts_an_address_changes_only_by_the_link_to_the_new_one() {
    for base in fresh() {
        let (house, mut browser) = opened(base);
        let new = "moved@example.com";
        browser.get("/settings/address");
        let wrong = browser.post("/settings/address", &[("email", new), ("password", "아닌 비밀번호")]);
        assert!(wrong.status == 422 && wrong.body.contains(new), "typed text stays: {}", wrong.body);
        assert_eq!(house.mails().len(), 0);
        assert_eq!(browser.post("/settings/address", &[("email", new), ("password", PASSWORD)]).status, 200);
        let mails = house.mails();
        let notice = mails.iter().find(|m| matches!(m.letter, Letter::AccountChanged { .. })).unwrap();
        assert_eq!(notice.to, OPERATOR, "the old address is told at once");
        let (to, link) = mails
            .iter()
            .find_map(|mail| match &mail.letter {
                Letter::AddressChange { link, .. } => Some((mail.to.as_str(), link.clone())),
                _ => None,
            })
            .unwrap();
        assert_eq!(to, new);
        scanned(&house, &link);
        assert!(browser.get("/settings").body.contains(OPERATOR), "nothing has changed yet");
        browser.get(&link);
        browser.post_on(&link, &[]);
        assert_eq!(log_in(&mut browser, OPERATOR, PASSWORD).status, 422);
        assert_eq!(log_in(&mut browser, new, PASSWORD).status, 303);
    }
}

#[test]
fn accounts_a_changed_password_ends_the_other_logins() {
    for base in fresh() {
        let (house, mut here) = opened(base);
        let mut there = house.browser();
        log_in(&mut there, OPERATOR, PASSWORD);
        here.get("/settings/password");
        let new = "새로 정한 비밀번호";
        let typed = [("password", PASSWORD), ("new_password", new), ("again", new)];
        assert_eq!(here.post("/settings/password", &typed).status, 303);
        assert!(is_in(&mut here) && !is_in(&mut there));
        assert_eq!(log_in(&mut there, OPERATOR, new).status, 303);
    }
}

#[test]
fn accounts_a_stopped_person_is_out_at_once() {
    for base in fresh() {
        let (house, _) = opened(base);
        let (user, mut browser) = joined(&house, "park@example.com", Role::Secretary);
        assert!(is_in(&mut browser));
        let (actor, now) = (operator(&house), house.now());
        house.db.write_here(|tx| people::disable(tx, &actor, user, now)).unwrap();
        assert!(!is_in(&mut browser));
        assert_eq!(log_in(&mut browser, "park@example.com", PASSWORD).status, 422);
        house.db.write_here(|tx| people::enable(tx, &actor, user, now)).unwrap();
        assert_eq!(log_in(&mut browser, "park@example.com", PASSWORD).status, 303);
        // Nobody can put the last operator out, themselves included.
        let own = actor.user.unwrap();
        assert!(house.db.write_here(|tx| people::disable(tx, &actor, own, now)).is_err());
        assert_eq!(house.db.read_here(|rx| users::find(rx, own)).unwrap().status, AccountStatus::Active);
    }
}

#[test]
fn accounts_rights_are_given_and_ended_by_the_operator_only_and_each_is_recorded() {
    for base in fresh() {
        let (house, _) = opened(base);
        let (user, _) = joined(&house, "park@example.com", Role::Secretary);
        let (actor, now) = (operator(&house), house.now());
        let own = house.db.read_here(|rx| users::actor(rx, user, now)).unwrap();
        let grant =
            NewGrant { role: Role::Manager, body: house.body_of(Role::Manager), from: None, until: None };
        let give = |by: &Actor, to, grant| house.db.write_here(|tx| people::give(tx, by, to, &grant, now));
        assert!(give(&own, user, grant).is_err(), "only the operator");
        assert!(give(&actor, actor.user.unwrap(), grant).is_err(), "and not to themselves");
        let misplaced = NewGrant { body: house.body_of(Role::Secretary), ..grant };
        assert!(give(&actor, user, misplaced).is_err(), "a manager belongs to an office");
        let id = give(&actor, user, grant).unwrap();
        assert!(give(&actor, user, grant).is_err(), "twice the same");
        house.wait(Duration::days(1));
        let later = house.now();
        house.db.write_here(|tx| people::end_grant(tx, &actor, id, later)).unwrap();
        assert!(house.db.write_here(|tx| people::end_grant(tx, &actor, id, later)).is_err(), "never edited");
        let held = house.db.read_here(|rx| users::actor(rx, user, later)).unwrap();
        assert!(held.has(Role::Secretary) && !held.has(Role::Manager));
        let notes = house.db.read_here(|rx| access::notes(rx, None, 50)).unwrap();
        let of = |action: AuditAction| notes.iter().filter(|n| n.action == action.code()).collect::<Vec<_>>();
        assert_eq!(of(AuditAction::Granted).len(), 2, "{notes:?}");
        let ended = of(AuditAction::GrantEnded);
        assert_eq!((ended.len(), ended[0].user_id), (1, actor.user));
        assert!(notes.iter().all(|n| !n.detail.contains("park@") && !n.detail.contains("박담당")));
    }
}
