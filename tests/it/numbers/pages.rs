//! The ward's, the dong's and the 간사's pages over a real server: figures that balance, and nothing about anybody.
use super::import::{now, open, pilot};
use super::ledger::{data, oracle, questions};
use crate::databases::{Fresh, fresh};
use chrono::Duration;
use ieum::config::Settings;
use ieum::domain::codes::{BodyKind, Role};
use ieum::domain::ids::BodyId;
use ieum::exchange;
use ieum::store::bodies::{self, NewBody};
use ieum::store::{Db, logins, users};
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

struct House {
    db: Db,
    address: SocketAddr,
    handle: actix_web::dev::ServerHandle,
    thread: Option<std::thread::JoinHandle<()>>,
    base: Fresh,
}

impl House {
    /// A server over the pilot ledger.
    fn open(base: Fresh) -> Self {
        let db = open(&base);
        pilot(&db);
        let mut settings = Settings::in_folder(&base.folder).unwrap();
        settings.server.workers = 1;
        let state = ieum::app::server::state(settings, db.clone(), Arc::new(now), false).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (tell, told) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let (server, address) = ieum::app::server::serve(state, listener).unwrap();
                tell.send((address, server.handle())).unwrap();
                server.await.unwrap();
            });
        });
        let (address, handle) = told.recv().unwrap();
        Self { db, address, handle, thread: Some(thread), base }
    }

    /// Somebody who is signed in with one role at one body.
    fn person(&self, role: Role, body: BodyId) -> Browser {
        let token = self
            .db
            .write_here(|tx| {
                let email = format!("{}-{}@example.org", role.code(), body.0);
                let user = users::add(tx, &email, "아무개", "", now() - Duration::days(1))?;
                users::set_password(tx, user, "x", now() - Duration::days(1))?;
                users::grant(tx, user, role, Some(body), None, None, now() - Duration::days(1))?;
                if let (Some(body), true) = (Some(body), role != Role::Admin) {
                    ieum::store::pledges::sign(tx, user, body, "1", now())?;
                }
                logins::begin(tx, user, logins::From { ip: "", agent: "" }, Duration::hours(12), now())
            })
            .unwrap();
        Browser { address: self.address, token, csrf: String::new() }
    }

    fn body(&self, kind: BodyKind, dong: Option<&str>, ward: &str) -> BodyId {
        let body = NewBody {
            name: "서대문구".to_owned(),
            ward_code: ward.to_owned(),
            dong_code: dong.map(str::to_owned),
            ..NewBody::default()
        };
        self.db.write_here(|tx| bodies::add(tx, kind, &body, now())).unwrap()
    }

    /// Whether the access record has such a line.
    fn recorded(&self, condition: &str) -> bool {
        use diesel::RunQueryDsl;
        let found = format!("EXISTS (SELECT 1 FROM access_log WHERE {condition})");
        let found = diesel::select(diesel::dsl::sql::<diesel::sql_types::Bool>(&found));
        found.get_result(&mut self.base.target.connect().unwrap()).unwrap()
    }

    fn committee(&self, name: &str) -> BodyId {
        let all = self.db.read_here(|rx| bodies::all(rx, ieum::domain::seoul::day(now()))).unwrap();
        all.into_iter().find(|body| body.kind == BodyKind::Committee && body.name.contains(name)).unwrap().id
    }
}

impl Drop for House {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

struct Browser {
    address: SocketAddr,
    token: String,
    csrf: String,
}

impl Browser {
    fn get(&mut self, path: &str) -> (u16, String) {
        self.send("GET", path, "text/plain", "")
    }

    fn post(&mut self, path: &str, form: &[(&str, &str)]) -> (u16, String) {
        let body = serde_urlencoded::to_string([form, &[("_csrf", self.csrf.as_str())]].concat()).unwrap();
        self.send("POST", path, "application/x-www-form-urlencoded", &body)
    }

    fn upload(&mut self, path: &str, fields: &[(&str, &str)], files: &[(&str, &str, &str)]) -> (u16, String) {
        let mut body = String::new();
        for (name, value) in [fields, &[("_csrf", self.csrf.as_str())]].concat() {
            body += &format!("--X\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        }
        for (name, file, text) in files {
            body += &format!(
                "--X\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\nContent-Type: text/csv\r\n\r\n{text}\r\n"
            );
        }
        body += "--X--\r\n";
        self.send("POST", path, "multipart/form-data; boundary=X", &body)
    }

    fn send(&mut self, method: &str, path: &str, kind: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\nCookie: ieum={}\r\n\
             Content-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            self.token,
            body.len()
        )
        .unwrap();
        let mut raw = Vec::new();
        stream.read_to_end(&mut raw).unwrap();
        let raw = String::from_utf8(raw).unwrap();
        let (head, body) = raw.split_once("\r\n\r\n").unwrap();
        if let Some(at) = body.find("name=\"_csrf\" value=\"") {
            self.csrf = body[at + 20..].split('"').next().unwrap().to_owned();
        }
        // The templates' way of writing an equals sign in HTML.
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.replace("&#x3D;", "="))
    }
}

/// Text that must be on no page of the ward: units, case numbers and ledger numbers of the pilot ledger.
fn forbidden() -> Vec<String> {
    let cases = exchange::cases("", &std::fs::read(data("cases.csv")).unwrap()).rows;
    let units = cases.iter().flat_map(|case| [case.applicant_unit.clone(), case.respondent_unit.clone()]);
    units.flatten().chain(cases.iter().map(|case| case.reference.clone())).collect()
}

/// The pseudonyms on a page. A sealed place in an address may hold the same two letters; twelve digits follow nowhere else.
fn pseudonyms(page: &str) -> Vec<String> {
    let digit = |c: char| c.is_ascii_hexdigit() && !c.is_ascii_lowercase();
    let found = page.split("W-").skip(1).map(|rest| rest.chars().take(12).collect::<String>());
    found.filter(|name| name.len() == 12 && name.chars().all(digit)).collect()
}

/// Every pseudonym of the ward's list, page after page.
fn walked(officer: &mut Browser, first: &str) -> Vec<String> {
    let (mut found, mut next) = (Vec::new(), Some(first.to_owned()));
    while let Some(path) = next {
        let (status, page) = officer.get(&path);
        assert_eq!(status, 200, "{path}");
        found.extend(pseudonyms(&page));
        next = page.split("rel=\"next\"").next().filter(|head| head.len() < page.len()).map(|head| {
            let at = head.rfind("href=\"").unwrap();
            head[at + 6..].split('"').next().unwrap().replace("&amp;", "&").replace("&#x3D;", "=")
        });
    }
    found
}

#[test]
fn numbers_the_ward_sees_figures_that_balance_and_nobody() {
    for base in fresh() {
        let house = House::open(base);
        let ward = house.body(BodyKind::Ward, None, "11410");
        let mut officer = house.person(Role::Ward, ward);
        let (status, page) = officer.get("/ward?from=2025-01-01&to=2026-01-01");
        assert_eq!(status, 200, "{page}");
        // The same numbers as the second computation gives for the year.
        let year = oracle(&questions()[0]);
        let n = |path: &str| year.pointer(path).unwrap().as_u64().unwrap();
        let narrow = format!("분자 {} / 분모 {}", n("/narrow/numerator"), n("/narrow/denominator"));
        let (closed, out) = (n("/ledger/closed"), n("/ledger/transferred_out"));
        let bridge = format!("종결 {closed} + 타기관으로 이관 {out} = {}건", closed + out);
        let broad = format!("분자 {} / 분모 {}", n("/broad/numerator"), n("/broad/denominator"));
        let value = format!("<b>{:.1}%</b>", year["narrow"]["value"].as_f64().unwrap() * 100.0);
        // A number may lead to the cases behind it.
        let unlinked = |page: &str| {
            let rest = page.split("<a href=\"/ward/records?").collect::<Vec<_>>();
            let cut = |part: &&str| {
                part.split_once('>').map_or_else(String::new, |(_, text)| text.replacen("</a>", "", 1))
            };
            format!("{}{}", rest[0], rest[1..].iter().map(cut).collect::<String>())
        };
        let words = unlinked(&page);
        for said in [&narrow, &broad, &bridge, &value] {
            assert!(words.contains(said), "{said}");
        }
        let sum = format!("<strong>{}</strong>", closed + out + n("/ledger/open_at_end"));
        assert_eq!(page.matches(&sum).count(), 2, "both sides of the ledger");
        let (_, one) = officer.get("/ward?from=2025-01-01&to=2026-01-01&dong=1141052000");
        assert!(one.contains("천연동") && !unlinked(&one).contains(&narrow));
        let (status, wrong) = officer.get("/ward?from=2025-13-01&to=2026-01-01");
        assert_eq!(status, 422);
        assert!(
            wrong.contains("2025-13-01") && wrong.contains("날짜를 2026-03-02처럼"),
            "what was typed stays"
        );
        let (status, csv) = officer.get("/ward/report.csv?from=2025-01-01&to=2026-01-01");
        assert!(
            status == 200
                && csv.contains(&format!(
                    "total,narrow,{},{},0.",
                    n("/narrow/numerator"),
                    n("/narrow/denominator")
                ))
        );
        let mut pages = vec![page, one, csv];
        for path in ["/ward/cases", "/ward/cases?state=closed", "/ward/cases?after=nowhere", "/ward/help"] {
            let (status, body) = officer.get(path);
            assert_eq!(status, 200, "{path}");
            pages.push(body);
        }
        assert!(pages.iter().any(|page| pseudonyms(page).len() == 50), "a page of fifty pseudonyms");
        // Page after page every case of the ward, once.
        let all = ["open", "closed"].map(|state| walked(&mut officer, &format!("/ward/cases?state={state}")));
        let all: Vec<String> = all.concat();
        let count = house.db.read_here(|rx| ieum::casework::import::export(rx, None)).unwrap().count;
        assert_eq!((all.len(), all.iter().collect::<BTreeSet<_>>().len()), (count, count));
        for text in forbidden() {
            assert!(pages.iter().all(|page| !page.contains(&text)), "{text} is on a page of the ward");
        }
        // Another ward sees nothing of this one, other roles see no such page.
        let elsewhere = house.body(BodyKind::Ward, None, "11680");
        let (_, empty) = house.person(Role::Ward, elsewhere).get("/ward?from=2025-01-01&to=2026-01-01");
        assert!(empty.contains("분자 0 / 분모 0") && empty.contains("해당 없음"));
        let committee = house.committee("솔바람");
        assert_eq!(house.person(Role::Secretary, committee).get("/ward").0, 404);
        let dong = house.body(BodyKind::Dong, Some("1141052000"), "11410");
        let mut clerk = house.person(Role::Dong, dong);
        assert_eq!(clerk.get("/ward").0, 404);
        let (status, page) = clerk.get("/dong");
        assert!(status == 200 && page.contains("천연동 현황") && !page.contains("북가좌1동"), "{page}");
    }
}

#[test]
fn numbers_the_desk_imports_and_exports_its_own_committee() {
    let head = "ref,complex_code,received_at,channel,cause,position,applicant_unit,respondent_unit\n";
    let own = format!("{head}N-1,CYD-01,2026-11-01 10:00,phone,footfall,above,101동 101호,101동 201호\n");
    let events =
        "ref,at,event,detail\nN-1,2026-11-02 10:00,invited,\nN-1,2026-11-03 10:00,closed,unreachable\n";
    for base in fresh() {
        let house = House::open(base);
        let mut desk = house.person(Role::Secretary, house.committee("솔바람"));
        assert_eq!(desk.get("/exchange").0, 200);
        let both = [("cases", "k.csv", own.as_str()), ("events", "e.csv", events)];
        let count = |house: &House| {
            let all = house.db.read_here(|rx| ieum::casework::import::export(rx, None)).unwrap();
            all.count
        };
        let (status, page) = desk.upload("/exchange/import", &[("do", "check")], &both);
        assert!(status == 200 && page.contains("아직 저장하지 않았습니다"), "{page}");
        assert_eq!(count(&house), 440);
        let bad = events.replace("unreachable", "settled");
        let files = [("cases", "k.csv", own.as_str()), ("events", "e.csv", bad.as_str())];
        let (status, page) = desk.upload("/exchange/import", &[("do", "import")], &files);
        assert!(status == 422 && page.contains("e.csv") && page.contains("detail"), "{page}");
        let (status, page) = desk.upload("/exchange/import", &[("do", "import")], &both);
        assert!(status == 200 && page.contains("새 사건 1건"), "{page}");
        assert_eq!(count(&house), 441);
        // Another committee's 단지, and another committee's case.
        let foreign = own.replace("CYD-01", "BGJ-01").replace("N-1", "N-2");
        let reopen = "ref,at,event,detail\n2024-0003,2026-11-03 10:00,reopened,x\n";
        let files = [("cases", "k.csv", foreign.as_str()), ("events", "e.csv", reopen)];
        let (status, page) = desk.upload("/exchange/import", &[("do", "import")], &files);
        assert!(status == 422 && page.contains("맡고 있는 위원회의 단지가 아닙니다"));
        let (status, _) = desk.upload("/exchange/import", &[("do", "import")], &[]);
        assert_eq!(status, 422, "no file");
        assert_eq!(desk.post("/exchange/export", &[("which", "cases")]).0, 422, "no reason");
        let (status, text) = desk.post("/exchange/export", &[("which", "cases"), ("reason", "분기 보고")]);
        assert_eq!(status, 200);
        let rows = exchange::cases("", text.as_bytes()).rows;
        assert!(
            rows.iter().all(|row| row.complex_code == "CYD-01")
                && rows.iter().any(|row| row.reference == "N-1")
        );
        assert!(house.recorded("what = 'export:cases' AND reason = '분기 보고' AND actor = 'secretary'"));
        let mut forger = Browser { address: house.address, token: desk.token.clone(), csrf: "x".into() };
        assert_eq!(forger.upload("/exchange/import", &[("do", "import")], &both).0, 403);
        let ward = house.body(BodyKind::Ward, None, "11410");
        assert_eq!(house.person(Role::Ward, ward).get("/exchange").0, 404);
    }
}
