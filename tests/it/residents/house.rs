//! A running server over a database of its own with one 단지, its office and its committee, and browsers that visit it.
use crate::databases::Fresh;
use crate::world::visible_ids;
use chrono::{DateTime, Duration, NaiveDate, TimeZone, Utc};
use ieum::casework::step::{Taken, Taking, take_step};
use ieum::config::Settings;
use ieum::domain::case::CaseRules;
use ieum::domain::codes::{BodyKind, CommitteeKind, Role, Tenure};
use ieum::domain::ids::{BodyId, ComplexId, UserId};
use ieum::domain::letter::Outgoing;
use ieum::domain::permission::{Actor, Grant, Scope};
use ieum::domain::step::Step;
use ieum::store::bodies::NewBody;
use ieum::store::complexes::{Facts, NewComplex};
use ieum::store::mediators::Mediator;
use ieum::store::vault::Vault;
use ieum::store::{
    Db, Pools, StoreError, bodies, cases, complexes, logins, mediators, migrate, outbox, users,
};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

static NEXT: AtomicU32 = AtomicU32::new(1);

pub(crate) struct House {
    pub(crate) db: Db,
    pub(crate) complex: ComplexId,
    pub(crate) settings: Settings,
    pub(crate) office: BodyId,
    pub(crate) committee: BodyId,
    pub(crate) ngo: BodyId,
    /// A mediator of the NGO.
    pub(crate) mediator: UserId,
    now: Arc<Mutex<DateTime<Utc>>>,
    pub(crate) address: SocketAddr,
    handle: actix_web::dev::ServerHandle,
    thread: Option<std::thread::JoinHandle<()>>,
    base: Fresh,
}

impl House {
    pub(crate) fn open(base: Fresh) -> Self {
        Self::with(base, false)
    }

    /// `demo`: as `ieum demo` would, where the mails can be read at a page.
    pub(crate) fn with(base: Fresh, demo: bool) -> Self {
        Self::ruled(base, demo, CaseRules::default())
    }

    pub(crate) fn ruled(base: Fresh, demo: bool, rules: CaseRules) -> Self {
        migrate(&base.target).unwrap();
        let pools = Pools { readers: 2, pg_writers: 4, synchronous: "FULL".to_owned(), ..Pools::default() };
        let vault = Vault::from_base64(&Vault::generate()).unwrap();
        let db = Db::open(&base.target, &pools, vault, rules).unwrap();
        let begun = Utc.with_ymd_and_hms(2026, 11, 20, 3, 0, 0).unwrap();
        let (complex, [office, committee, ngo], mediator) = db.write_here(|tx| set_up(tx, begun)).unwrap();
        let now = Arc::new(Mutex::new(begun));
        let mut settings = Settings::in_folder(&base.folder).unwrap();
        settings.server.workers = 1;
        let clock = now.clone();
        let state = ieum::app::server::state(
            settings.clone(),
            db.clone(),
            Arc::new(move || *clock.lock().unwrap()),
            demo,
        )
        .unwrap();
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
        Self {
            db,
            complex,
            office,
            committee,
            ngo,
            mediator,
            settings,
            now,
            address,
            handle,
            thread: Some(thread),
            base,
        }
    }

    /// The SQLite file.
    pub(crate) fn file(&self) -> String {
        self.base.folder.join("ieum.db").display().to_string()
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        *self.now.lock().unwrap()
    }

    /// The folder beside the database.
    pub(crate) fn folder(&self) -> &std::path::Path {
        &self.base.folder
    }

    /// The body at which this role is held here; none for the operator.
    pub(crate) fn body_of(&self, role: Role) -> Option<BodyId> {
        match role {
            Role::Manager => Some(self.office),
            Role::Secretary | Role::Clerk | Role::Chair | Role::Member => Some(self.committee),
            Role::Coordinator | Role::Mediator => Some(self.ngo),
            _ => None,
        }
    }

    pub(crate) fn wait(&self, time: Duration) {
        *self.now.lock().unwrap() += time;
    }

    pub(crate) fn browser(&self) -> Browser {
        let (cookies, csrf, heads) =
            (Vec::new(), String::new(), "Sec-Fetch-Site: same-origin\r\n".to_owned());
        Browser { address: self.address, cookies, csrf, heads, forgets: false }
    }

    /// As an app shows a link within itself: what one page gave is gone at the next.
    pub(crate) fn in_app(&self, app: App) -> Browser {
        let heads = match app {
            App::Kakao => format!("User-Agent: {KAKAO}\r\nSec-Fetch-Site: same-origin\r\n"),
            // An older WebKit says where a form comes from, and nothing of what it is.
            App::Naver => format!("User-Agent: {NAVER}\r\nOrigin: http://{}\r\n", self.address),
        };
        Browser { heads, forgets: true, ..self.browser() }
    }

    /// What somebody may have written or used up so far, as numbers.
    pub(crate) fn written(&self) -> Vec<(&'static str, i64)> {
        use diesel::RunQueryDsl;
        #[derive(diesel::QueryableByName)]
        struct Count {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            n: i64,
        }
        let of = [
            "case_events",
            "cases WHERE version > 0",
            "outbox",
            "links",
            "links WHERE used_at IS NOT NULL",
            "links WHERE revoked_at IS NOT NULL",
            "link_codes",
            "duties",
            "consents",
            "parties",
            "users",
            "logins",
            "drafts",
        ];
        let mut conn = self.base.target.connect().unwrap();
        let mut count = |what: &'static str| {
            let sql = format!("SELECT COUNT(*) AS n FROM {what}");
            let counts: Vec<Count> = diesel::sql_query(sql).load(&mut conn).unwrap();
            (what, counts[0].n)
        };
        of.into_iter().map(&mut count).collect()
    }

    /// A browser of somebody new who holds `role` at `body`, signed in.
    pub(crate) fn signed_in(&self, name: &str, role: Role, body: BodyId) -> (UserId, Browser) {
        let now = self.now();
        let made = self.db.write_here(|tx| {
            let user = users::add(
                tx,
                &format!("{}@example.kr", NEXT.fetch_add(1, Ordering::Relaxed)),
                name,
                "",
                now,
            )?;
            users::set_password(tx, user, "no password opens this", now)?;
            users::grant(tx, user, role, Some(body), None, None, now)?;
            if let (Some(body), true) = (Some(body), role != Role::Admin) {
                ieum::store::pledges::sign(tx, user, body, "1", now)?;
            }
            Ok::<_, StoreError>(user)
        });
        let user = made.unwrap();
        (user, self.browser_of(user))
    }

    /// A browser in which this person has signed in just now.
    pub(crate) fn browser_of(&self, user: UserId) -> Browser {
        let now = self.now();
        let begun = |tx: &mut ieum::store::Tx<'_>| {
            logins::begin(tx, user, logins::From::default(), Duration::hours(12), now)
        };
        let mut browser = self.browser();
        browser.cookies.push(("ieum".to_owned(), self.db.write_here(begun).unwrap()));
        browser
    }

    /// The only case.
    pub(crate) fn case(&self) -> ieum::domain::case::Case {
        let all = Scope { all: true, ..Scope::default() };
        self.db
            .read_here(|rx| {
                let ids = visible_ids(rx, &all, 10)?;
                assert_eq!(ids.len(), 1, "one case");
                cases::find_id(rx, &all, ids[0])
            })
            .unwrap()
    }

    pub(crate) fn staff(&self, role: Role) -> Actor {
        if role == Role::Mediator {
            let (user, now) = (self.mediator, self.now());
            return self.db.read_here(|rx| users::actor(rx, user, now)).unwrap();
        }
        let body = match role {
            Role::Manager => self.office,
            Role::Coordinator => self.ngo,
            _ => self.committee,
        };
        Actor { grants: vec![Grant { role, body: Some(body) }], ..Actor::default() }
    }

    pub(crate) fn take(&self, actor: &Actor, step: Step) -> Taken {
        let (number, now) = (self.case().number, self.now());
        self.db.write_here(|tx| take_step(tx, actor, &number, Taking::from(step), now)).unwrap()
    }

    /// Every mail that waits to be sent; they count as sent from now on.
    pub(crate) fn mails(&self) -> Vec<Outgoing> {
        let now = self.now();
        self.db
            .write_here(|tx| {
                let leased = outbox::lease(tx, 50, Duration::minutes(1), now)?;
                for mail in &leased {
                    outbox::sent(tx, mail, "text", "250 ok", now)?;
                }
                Ok::<_, StoreError>(leased.into_iter().filter_map(|mail| mail.outgoing).collect())
            })
            .unwrap()
    }

    /// As `mails`, until none waits; a case's leave one after the other.
    pub(crate) fn all_mails(&self) -> Vec<Outgoing> {
        let mut all = Vec::new();
        loop {
            let some = self.mails();
            if some.is_empty() {
                return all;
            }
            all.extend(some);
        }
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

fn set_up(
    tx: &mut ieum::store::Tx<'_>,
    now: DateTime<Utc>,
) -> Result<(ComplexId, [BodyId; 3], UserId), StoreError> {
    let (dong, ward) = ("1141055500".to_owned(), "11410".to_owned());
    bodies::add_dong(tx, &dong, "천연동", &ward)?;
    let facts = Facts { dong_code: dong.clone(), committee: CommitteeKind::Resident, programme_id: None };
    let new = NewComplex {
        code: "A1".to_owned(),
        name: "천연뜨란채".to_owned(),
        households: 700,
        approved_on: NaiveDate::from_ymd_opt(2010, 1, 1),
        permit: None,
        tenure: Tenure::Sale,
        facts,
    };
    let complex = complexes::add(tx, &new, now - Duration::days(900))?;
    let body = |name: &str| NewBody {
        name: name.to_owned(),
        ward_code: ward.clone(),
        dong_code: Some(dong.clone()),
        complex: Some(complex),
        phone: "023120000".to_owned(),
        ..NewBody::default()
    };
    let office = bodies::add(tx, BodyKind::Office, &body("천연뜨란채 관리사무소"), now)?;
    let committee = bodies::add(tx, BodyKind::Committee, &body("천연뜨란채 위원회"), now)?;
    let ngo = NewBody { complex: None, dong_code: None, ..body("갈등해결센터") };
    let ngo = bodies::add(tx, BodyKind::Ngo, &ngo, now)?;
    let mediator = users::add(tx, "mediator@example.com", "이조정", "01055556666", now)?;
    users::set_password(tx, mediator, "not a hash", now)?;
    users::grant(tx, mediator, Role::Mediator, Some(ngo), None, None, now - Duration::days(1))?;
    let profile = Mediator {
        user_id: mediator,
        body_id: ngo,
        label: "조정가".to_owned(),
        dongs: String::new(),
        days: String::new(),
        languages: String::new(),
        max_load: 5,
        trained_until: NaiveDate::from_ymd_opt(2030, 1, 1),
        conflicts: String::new(),
        hours: String::new(),
        wishes: String::new(),
        relations: String::new(),
        leave_from: None,
        leave_until: None,
    };
    mediators::keep(tx, &profile)?;
    Ok((complex, [office, committee, ngo], mediator))
}

/// An app that opens links within itself.
#[derive(Debug, Clone, Copy)]
pub(crate) enum App {
    Kakao,
    Naver,
}

const KAKAO: &str = "Mozilla/5.0 (Linux; Android 14; SM-S918N Build/UP1A.231005.007; wv) AppleWebKit/537.36 (KHTML, like Gecko) \
                     Version/4.0 Chrome/126.0.6478.122 Mobile Safari/537.36;KAKAOTALK 2410890";
const NAVER: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 15_8 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 \
                     NAVER(inapp; search; 2000; 12.9.2; 13)";

/// One person's browser, without JavaScript: it keeps cookies and the hidden token of the last page.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    address: SocketAddr,
    cookies: Vec<(String, String)>,
    csrf: String,
    /// Lines of the head that say who asks.
    heads: String,
    /// It keeps no cookie.
    forgets: bool,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: String,
    pub(crate) body: String,
}

impl Browser {
    /// As a page of a forger would: one's own cookies, somebody else's token.
    pub(crate) fn take_token_of(&mut self, other: &Self) {
        self.csrf.clone_from(&other.csrf);
    }

    /// Asks ahead of its reader, as browsers and mail programs do.
    pub(crate) fn ahead(&mut self, path: &str) -> Answer {
        let heads = "Sec-Purpose: prefetch;prerender\r\nPurpose: prefetch\r\nX-Moz: prefetch\r\n".to_owned();
        let own = std::mem::replace(&mut self.heads, heads);
        let answer = self.get(path);
        self.heads = own;
        answer
    }

    pub(crate) fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.retain(|(n, _)| n != name);
        self.cookies.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn cookie(&self, name: &str) -> String {
        self.cookies.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()).unwrap_or_default()
    }

    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, "")
    }

    pub(crate) fn head(&mut self, path: &str) -> Answer {
        self.send("HEAD", path, "")
    }

    /// Posts a form with the hidden token of the last page.
    pub(crate) fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let mut body = serde_urlencoded::to_string(form).unwrap();
        body.push_str(&format!("&_csrf={}", self.csrf));
        self.send("POST", path, &body)
    }

    /// Posts and follows to the next page.
    pub(crate) fn post_on(&mut self, path: &str, form: &[(&str, &str)]) -> (String, Answer) {
        let answer = self.post(path, form);
        assert_eq!(answer.status, 303, "{path}: {}", answer.body);
        let next = answer.location;
        let shown = self.get(&next);
        (next, shown)
    }

    fn send(&mut self, method: &str, path: &str, body: &str) -> Answer {
        let cookies: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let mut stream = TcpStream::connect(self.address).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\n{}Connection: close\r\nCookie: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            self.heads,
            cookies.join("; "),
            body.len()
        )
        .unwrap();
        let mut raw = Vec::new();
        stream.read_to_end(&mut raw).unwrap();
        let raw = String::from_utf8(raw).unwrap();
        let (head, body) = raw.split_once("\r\n\r\n").unwrap();
        let mut location = String::new();
        for line in head.lines().skip(1) {
            let (name, value) = line.split_once(": ").unwrap();
            if name.eq_ignore_ascii_case("set-cookie") && !self.forgets {
                let (name, value) = value.split(';').next().unwrap().split_once('=').unwrap();
                self.cookies.retain(|(n, _)| n != name);
                self.cookies.push((name.to_owned(), value.to_owned()));
            } else if name.eq_ignore_ascii_case("location") {
                value.clone_into(&mut location);
            }
        }
        if let Some(at) = body.find("name=\"_csrf\" value=\"") {
            self.csrf = body[at + 20..].split('"').next().unwrap().to_owned();
        }
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, location, body: body.to_owned() }
    }
}
