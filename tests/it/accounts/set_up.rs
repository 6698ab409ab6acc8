//! What the operator sets up, and what they never see: walked by a browser on both databases.
use super::{joined, log_in, opened};
use crate::databases::{fresh, fresh_sqlite};
use crate::residents::house::House;
use ieum::domain::codes::{BodyKind, Role};
use ieum::domain::letter::Letter;
use ieum::store::{bodies, complexes, users};

fn body(house: &House, name: &str) -> bodies::Body {
    let all = house.db.read_here(bodies::every).unwrap();
    all.into_iter().find(|b| b.name == name).unwrap_or_else(|| panic!("no body {name}"))
}

#[test]
fn accounts_the_operator_sets_up_a_ward_with_all_that_belongs_to_it() {
    for base in fresh() {
        let (house, mut browser) = opened(base);
        assert!(browser.get("/admin").body.contains("구를 더해 주세요"));
        browser.get("/admin/bodies/new?kind=ward");
        let wrong =
            browser.post("/admin/bodies/new", &[("kind", "ward"), ("ward_code", "서대문"), ("name", "")]);
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains("href=\"#name\""), "{}", wrong.body);
        let ward =
            [("kind", "ward"), ("ward_code", "11410"), ("name", "서대문구청"), ("phone", "02-330-1114")];
        browser.post_on("/admin/bodies/new", &ward);
        assert_eq!(house.db.read_here(bodies::all_dongs).unwrap().len(), 14);
        let all = house.db.read_here(bodies::every).unwrap();
        assert_eq!(all.iter().filter(|b| b.kind == BodyKind::Dong).count(), 14, "each 동 has its office");
        let centre = body(&house, "층간소음 이웃사이센터");
        assert_eq!((centre.kind, centre.phone.as_str()), (BodyKind::Applied, "16612642"));
        assert_eq!(browser.post("/admin/bodies/new", &ward).status, 422, "twice the same ward");

        browser.get("/admin/complexes/new");
        let complex = [
            ("name", "안산아파트"),
            ("code", "B7"),
            ("dong", "1141052000"),
            ("households", "1,200"),
            ("tenure", "sale"),
        ];
        let (to, shown) = browser.post_on("/admin/complexes/new", &complex);
        assert!(shown.body.contains("안산아파트") && shown.body.contains("처음부터"), "{}", shown.body);
        let id = to.rsplit('/').next().unwrap().to_owned();
        browser.get("/admin/bodies/new?kind=committee");
        let committee = [
            ("kind", "committee"),
            ("complex", id.as_str()),
            ("committee", "statutory"),
            ("name", "안산 층간소음관리위원회"),
        ];
        browser.post_on("/admin/bodies/new", &committee);
        assert_eq!(browser.post("/admin/bodies/new", &committee).status, 422, "one committee at a time");
        let complex = house.db.read_here(|rx| complexes::by_code(rx, "B7")).unwrap();
        let now = house.now();
        let (facts, ward) = house.db.read_here(|rx| complexes::facts_at(rx, complex.id, now)).unwrap();
        assert_eq!((facts.committee.code(), ward.as_str()), ("statutory", "11410"));
        let record = browser.get("/admin/audit");
        assert!(record.body.contains("기관을 더함") && record.body.contains("이운영"), "{}", record.body);
    }
}

#[test]
fn accounts_every_set_up_page_opens_and_every_form_keeps_what_was_typed() {
    let (house, mut browser) = opened(fresh_sqlite());
    let (user, _) = joined(&house, "park@example.com", Role::Secretary);
    let (complex, office) = (house.complex.0, house.body_of(Role::Manager).unwrap().0);
    let grant = house.db.read_here(|rx| users::grants_of(rx, user)).unwrap()[0].id.0;
    let mut pages = vec![
        "/admin".to_owned(),
        "/admin/bodies".to_owned(),
        format!("/admin/bodies/{office}"),
        format!("/admin/bodies/{office}/contact"),
        format!("/admin/bodies/{office}/end"),
        "/admin/dongs".to_owned(),
        "/admin/dongs/new".to_owned(),
        "/admin/complexes".to_owned(),
        "/admin/complexes/new".to_owned(),
        format!("/admin/complexes/{complex}"),
        format!("/admin/complexes/{complex}/facts"),
        "/admin/programmes".to_owned(),
        "/admin/programmes/new".to_owned(),
        "/admin/people".to_owned(),
        "/admin/people/new".to_owned(),
        format!("/admin/people/{}", user.0),
        format!("/admin/people/{}/grants", user.0),
        format!("/admin/people/{}/mediator", user.0),
        format!("/admin/people/{}/do/disable", user.0),
        format!("/admin/people/{}/do/reset", user.0),
        format!("/admin/grants/{grant}/end"),
        "/admin/audit".to_owned(),
        "/settings".to_owned(),
        "/settings/details".to_owned(),
        "/settings/password".to_owned(),
        "/settings/address".to_owned(),
        "/settings/sessions".to_owned(),
        "/settings/tokens".to_owned(),
        "/settings/role".to_owned(),
        "/reset".to_owned(),
    ];
    pages.extend(BodyKind::ALL.iter().map(|kind| format!("/admin/bodies/new?kind={kind}")));
    for page in &pages {
        let answer = browser.get(page);
        assert_eq!(answer.status, 200, "{page}: {}", answer.body);
    }
    let (_, mut secretary) = joined(&house, "kim@example.com", Role::Secretary);
    for page in pages.iter().filter(|page| page.starts_with("/admin")) {
        assert_eq!(secretary.get(page).status, 404, "{page} does not exist for others");
        assert_eq!(house.browser().get(page).status, 303, "{page} asks visitors to log in");
    }
    browser.get("/admin/programmes/new");
    let typed =
        [("name", "이천이십육년 공모사업"), ("year", "이천"), ("from_on", "내일"), ("activities", "워크숍")];
    let wrong = browser.post("/admin/programmes/new", &typed);
    assert_eq!(wrong.status, 422);
    for kept in ["이천이십육년 공모사업", "워크숍", "href=\"#year\"", "href=\"#from_on\""] {
        assert!(wrong.body.contains(kept), "{kept}: {}", wrong.body);
    }
}

#[test]
fn accounts_the_operator_invites_gives_ends_and_stops_in_the_browser() {
    for base in fresh() {
        let (house, mut browser) = opened(base);
        browser.get("/admin/people/new");
        let office = house.body_of(Role::Manager).unwrap().0.to_string();
        let committee = house.body_of(Role::Secretary).unwrap().0.to_string();
        let invite = |body: &str| {
            vec![
                ("name".to_owned(), "박담당".to_owned()),
                ("email".to_owned(), "park@example.com".to_owned()),
                ("role".to_owned(), "manager".to_owned()),
                ("body".to_owned(), body.to_owned()),
            ]
        };
        let post = |browser: &mut crate::residents::house::Browser, path: &str, form: &[(String, String)]| {
            let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            browser.post(path, &form)
        };
        let wrong = post(&mut browser, "/admin/people/new", &invite(&committee));
        assert!(wrong.status == 422 && wrong.body.contains("park@example.com"), "{}", wrong.body);
        let sent = post(&mut browser, "/admin/people/new", &invite(&office));
        assert_eq!(sent.status, 303, "{}", sent.body);
        let link = house.mails().into_iter().find_map(|mail| match mail.letter {
            Letter::Invitation { link, .. } => Some(link),
            _ => None,
        });
        let mut park = house.browser();
        park.get(&link.unwrap());
        let user = house.db.read_here(|rx| users::by_email(rx, "park@example.com")).unwrap();
        // Asked again, only the newest link opens the account.
        let path = format!("/admin/people/{}", user.id.0);
        browser.get(&format!("{path}/do/invite"));
        browser.post_on(&format!("{path}/do/invite"), &[]);
        let newest = house.mails().into_iter().find_map(|mail| match mail.letter {
            Letter::Invitation { link, .. } => Some(link),
            _ => None,
        });
        let newest = newest.unwrap();
        park.get(&newest);
        let word = super::PASSWORD;
        park.post_on(&newest, &[("new_password", word), ("again", word)]);
        assert_eq!(log_in(&mut park, "park@example.com", word).status, 303);
        assert_eq!(park.get("/settings").status, 200);
        let shown = browser.get(&path);
        let at = shown.body.find("/admin/grants/").unwrap();
        let end = shown.body[at..].split('"').next().unwrap().to_owned();
        browser.get(&end);
        browser.post_on(&end, &[]);
        assert_eq!(browser.post(&end, &[]).status, 409, "a grant that is over is not ended again");
        let now = house.now();
        assert!(house.db.read_here(|rx| users::actor(rx, user.id, now)).unwrap().grants.is_empty());
        browser.get(&format!("{path}/do/disable"));
        browser.post_on(&format!("{path}/do/disable"), &[]);
        assert_eq!(park.get("/settings").status, 303);
    }
}
