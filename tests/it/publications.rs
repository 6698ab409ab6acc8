//! Published reports by page and API: frozen, in versions, the same in every form, read and announced to whom they are for. On both
//! databases.
use crate::databases::python;
use crate::world::{World, worlds};
use chrono::Duration;
use ieum::casework::import::{self, Ledger};
use ieum::casework::publications::{self, CALENDAR, Particulars, Ready, Wanted};
use ieum::domain::codes::{Openness, PeriodKind};
use ieum::domain::letter::Letter;
use ieum::domain::permission::Actor;
use ieum::domain::publication::Period;
use ieum::domain::seoul;
use ieum::exchange;
use ieum::store::outbox;
use serde_json::{Value, json};
use std::process::Command;

pub(crate) fn last(world: &World, kind: PeriodKind) -> Period {
    Period::last(kind, seoul::day(world.now())).unwrap()
}

pub(crate) fn published(world: &World, who: &str, said: &Value) -> (u16, Value) {
    let answer = world.staff(who).call("POST", "/api/v1/publications", &said.to_string());
    (answer.status, serde_json::from_str(&answer.body).unwrap())
}

pub(crate) fn of(period: Period, openness: Openness) -> Value {
    json!({"kind": period.kind, "from": period.from, "openness": openness})
}

/// Six complaints of the same day that were typed in late.
fn typed_late(world: &World, period: Period) {
    let mut cases =
        "ref,complex_code,received_at,channel,cause,position,applicant_unit,respondent_unit\r\n".to_owned();
    let mut events = "ref,at,event,detail\r\n".to_owned();
    for n in 1..=6 {
        let on = period.from + Duration::days(3);
        cases += &format!("L-{n},BGJ-01,{on} 09:0{n},phone,footfall,above,90{n}동 101호,90{n}동 201호\r\n");
        events += &format!("L-{n},{on} 18:0{n},closed,counselled\r\n");
    }
    let (cases, events) =
        (exchange::cases("late.csv", cases.as_bytes()), exchange::events("late.csv", events.as_bytes()));
    let now = world.now();
    world
        .db
        .write_here(|tx| {
            let ledger = Ledger {
                cases_file: "late.csv",
                cases: &cases,
                events_file: "late.csv",
                events: Some(&events),
                legacy: false,
                committees: None,
                by: None,
            };
            let plan = import::plan_cases(tx, &ledger, now, &mut |_, _, _| {}).unwrap();
            import::save_cases(tx, plan, now, &mut |_, _, _| {})
        })
        .unwrap();
}

fn one(world: &World, who: &str, id: &Value) -> Value {
    let answer = world.staff(who).call("GET", &format!("/api/v1/publications/{id}"), "");
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

#[test]
fn a_report_is_published_once_and_corrected_by_a_new_version() {
    for world in worlds() {
        let quarter = last(&world, PeriodKind::Quarter);
        let mut ward = world.staff("ward");
        let todo = ward.get("/todo").body;
        assert!(todo.contains(&format!("{} 보고서 공표하기", quarter.name())), "{}", world.name);
        let draft = ward.get(&format!("/publications/draft?period={}", quarter.code()));
        assert!(draft.status == 200 && draft.body.contains("아직 공표하지 않았습니다"), "{}", draft.body);
        let wrong =
            ward.post("/publications/new", &[("period", ""), ("number", "자치-7"), ("target_percent", "백")]);
        let typed =
            ["자치-7", "value=\"백\"", "href=\"#period\"", "href=\"#openness\"", "href=\"#target_percent\""];
        assert!(wrong.status == 422 && typed.iter().all(|said| wrong.body.contains(said)), "{}", wrong.body);
        let code = quarter.code();
        let said =
            [("period", code.as_str()), ("openness", "open"), ("number", "자치-7"), ("target_percent", "60")];
        let made = ward.post("/publications/new", &said);
        let path = made.header("location").unwrap().to_owned();
        let page = ward.get(&path).body;
        assert!(page.contains("자치-7") && page.contains("60%") && page.contains(&quarter.name()), "{page}");
        assert!(!ward.get("/todo").body.contains(&format!("{} 보고서", quarter.name())));
        assert_eq!(
            ward.get(&format!("/publications/draft?period={code}")).status,
            303,
            "there is nothing new"
        );
        let again = ward.post("/publications/new", &said);
        assert!(again.status == 422 && again.body.contains("달라진 칸이 없어"), "{}", again.body);
        assert_eq!(published(&world, "ward", &of(quarter, Openness::Open)).1["code"], "nothing_changed");
        typed_late(&world, quarter);
        let (status, second) = published(&world, "ward", &of(quarter, Openness::Open));
        assert_eq!(status, 201, "{second}");
        let (first, second) =
            (json!(path.rsplit('/').next().unwrap().parse::<i64>().unwrap()), &second["id"]);
        let (before, after) = (one(&world, "ward", &first), one(&world, "ward", second));
        assert_eq!((&before["document"]["version"], &after["document"]["version"]), (&json!(1), &json!(2)));
        assert_eq!(after["document"]["supersedes"], before["publication"]["sha256"]);
        assert_eq!(after["versions"], json!([second, first]));
        let received = |one: &Value| one["document"]["report"]["ledger"]["received"].as_u64().unwrap();
        assert_eq!(received(&after), received(&before) + 6, "the ward's line is corrected openly");
        let change = json!({"key": "total", "measure": "ledger.received",
            "was": received(&before).to_string(), "is": received(&after).to_string()});
        assert!(
            after["document"]["changes"].as_array().unwrap().contains(&change),
            "{}",
            after["document"]["changes"]
        );
        assert!(ward.get(&path).body.contains("새 판을 봐 주세요"));
        assert_eq!(world.read(|rx| Ok(publications::altered(rx).unwrap())), (2, Vec::new()));
        world.run("UPDATE publications SET document = replace(document, '자치-7', '자치-8')");
        assert_eq!(world.read(|rx| Ok(publications::altered(rx).unwrap().1.len())), 1);
        assert!(ward.get(&path).body.contains("지문이 공표한 때와 다릅니다"));
        assert_eq!(one(&world, "ward", &first)["intact"], false);
    }
}

#[test]
fn every_form_has_the_same_cells() {
    for world in worlds() {
        let period = last(&world, PeriodKind::Year);
        assert_eq!(published(&world, "ward", &of(period, Openness::Open)).0, 201);
        typed_late(&world, period);
        let (_, id) = published(&world, "ward", &of(period, Openness::Open));
        let path = format!("/publications/{}", id["id"]);
        let folder = std::env::temp_dir().join(format!("ieum-forms-{}-{}", world.name, std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut ward = world.staff("ward");
        let mut paths = Vec::new();
        for extension in ["xlsx", "csv", "json"] {
            let answer = ward.get(&format!("{path}/report.{extension}"));
            assert_eq!(answer.status, 200, "{extension}");
            let file = folder.join(format!("report.{extension}"));
            std::fs::write(&file, &answer.bytes).unwrap();
            paths.push(file);
        }
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/read_workbook.py");
        let out = Command::new(python()).arg(script).args(&paths).output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        let told = String::from_utf8(out.stdout).unwrap();
        let words: Vec<&str> = told.split_whitespace().collect();
        assert_eq!(one(&world, "ward", &id["id"])["publication"]["sha256"], words[0]);
        assert!(words[1].parse::<u32>().unwrap() > 100 && words[2].parse::<u32>().unwrap() > 5, "{told}");
        for form in [path.clone(), format!("{path}/print")] {
            let page = ward.get(&form).body;
            assert!(
                page.contains("가림") && page.contains("앞 판과 달라진 칸") && page.contains(words[0]),
                "{form}"
            );
        }
        assert!(ward.get(&format!("{path}/print")).body.contains("결재란"));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}

/// To whom it was announced so far, and all that the mails say.
fn told(world: &World) -> Vec<(String, String)> {
    let now = world.now();
    let lease = |tx: &mut ieum::store::Tx<'_>| outbox::lease(tx, 500, Duration::minutes(1), now);
    let mails = world.db.write_here(lease).unwrap().into_iter().filter_map(|mail| mail.outgoing);
    let ours = mails.filter(|mail| matches!(mail.letter, Letter::ReportPublished { .. }));
    let mut found: Vec<_> = ours.map(|mail| (mail.to, format!("{:?}", mail.letter))).collect();
    found.sort();
    found
}

#[test]
fn it_is_read_and_announced_as_its_openness_says() {
    for world in worlds() {
        let (quarter, month) = (last(&world, PeriodKind::Quarter), last(&world, PeriodKind::Month));
        assert_eq!(published(&world, "dong", &of(quarter, Openness::Open)).1["code"], "denied");
        let open = published(&world, "ward", &of(quarter, Openness::Open)).1["id"].clone();
        let closed = published(&world, "ward", &of(month, Openness::Closed)).1["id"].clone();
        for (who, sees) in [
            ("ward", [200, 200]),
            ("dong", [200, 200]),
            ("secretary", [200, 404]),
            ("ngo", [200, 404]),
            ("mediator", [404, 404]),
            ("office", [404, 404]),
        ] {
            for (id, status) in [&open, &closed].into_iter().zip(sees) {
                let path = format!("/publications/{id}");
                let mut visitor = world.staff(who);
                assert_eq!(visitor.get(&path).status, status, "{who} {id}");
                for form in ["print", "report.csv", "report.xlsx", "report.json"] {
                    assert_eq!(visitor.get(&format!("{path}/{form}")).status, status, "{who} {id} {form}");
                }
                assert_eq!(visitor.call("GET", &format!("/api/v1{path}"), "").status, status, "{who} {id}");
            }
        }
        let month = one(&world, "ward", &closed);
        assert_eq!(month["document"]["report"]["rows"], json!([]), "a month tells the ward's line alone");
        let to: Vec<String> = told(&world).into_iter().map(|(to, _)| to).collect();
        assert_eq!(to, ["dong@demo.example"; 2], "not whoever published it");
    }
}

#[test]
fn only_what_is_over_is_published_and_ieum_publishes_what_it_was_told_to() {
    for world in worlds() {
        let now = world.now();
        let coming = Period::beginning(PeriodKind::Month, last(&world, PeriodKind::Month).to).unwrap();
        let (status, early) = published(&world, "ward", &of(coming, Openness::Open));
        assert_eq!((status, early["fields"][0]["name"].as_str()), (422, Some("from")), "{early}");
        let slip = json!({"kind": "quarter", "from": "2026-02-01", "openness": "open"});
        assert_eq!(published(&world, "ward", &slip).1["fields"][0]["name"], "from");
        let automatic = |kinds: Value| {
            let said = json!({"kinds": kinds}).to_string();
            world.staff("ward").call("POST", "/api/v1/publications/automatic", &said).status
        };
        assert_eq!(automatic(json!(["programme"])), 422);
        assert_eq!(world.read(|rx| publications::waiting(rx, now)).len(), 0, "until then a person does it");
        assert_eq!(automatic(json!(["month", "year"])), 201);
        let waiting = world.read(|rx| publications::waiting(rx, now));
        assert_eq!(waiting.len(), 2);
        for (ward, period) in waiting {
            let prepared = || world.read(|rx| Ok(publications::prepare_due(rx, &ward, period, now).unwrap()));
            let ready = || prepared().unwrap().drawn().unwrap();
            let (ready, slower) = (ready(), ready());
            let publish = |ready: &Ready| {
                let clock = Actor::clock();
                world.db.write_here(|tx| publications::publish(tx, &clock, ready, now))
            };
            publish(&ready).unwrap();
            let late = format!("{:?}", publish(&slower).unwrap_err());
            assert!(late.contains("Conflict") && prepared().is_none(), "{late}");
        }
        let left = world.read(|rx| Ok(publications::due(rx, &world.actor("ward"), now).unwrap()));
        assert_eq!(left.len(), CALENDAR.len() - 2);
        assert_eq!(told(&world).len(), 2 * 2, "the ward's officer is told too");
    }
}

#[test]
fn whoever_publishes_at_the_same_time_is_seen() {
    for world in worlds() {
        let (now, actor) = (world.now(), world.actor("ward"));
        let ready = |kind: PeriodKind| -> Ready {
            let wanted = Wanted::Calendar(last(&world, kind));
            let said = Particulars::default();
            world
                .read(|rx| Ok(publications::prepare(rx, &actor, wanted, &said, now).unwrap()))
                .drawn()
                .unwrap()
        };
        let (quarter, month) = (ready(PeriodKind::Quarter), ready(PeriodKind::Month));
        let (begun, waits) = std::sync::mpsc::channel();
        let late = std::thread::scope(|all| {
            let (db, actor) = (&world.db, &actor);
            let first = all.spawn(move || {
                db.write_here(|tx| {
                    let id = publications::publish(tx, actor, &quarter, now)?;
                    begun.send(()).unwrap();
                    std::thread::sleep(std::time::Duration::from_millis(400));
                    Ok::<_, ieum::casework::CaseworkError>(id)
                })
            });
            waits.recv().unwrap();
            let late = db.write_here(|tx| publications::publish(tx, actor, &month, now));
            first.join().unwrap().unwrap();
            late
        });
        let late = format!("{late:?}");
        assert!(late.contains("Conflict"), "{}: {late}", world.name);
    }
}

#[test]
fn reports_are_drawn_up_one_at_a_time() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static NOW: AtomicUsize = AtomicUsize::new(0);
    let most: usize = actix_web::rt::System::new().block_on(async {
        let work = || {
            let others = NOW.fetch_add(1, Ordering::SeqCst);
            std::thread::sleep(std::time::Duration::from_millis(50));
            NOW.fetch_sub(1, Ordering::SeqCst);
            Ok(others)
        };
        let all = (0..4).map(|_| actix_web::rt::spawn(publications::alone(work))).collect::<Vec<_>>();
        let mut most = 0;
        for one in all {
            most = most.max(one.await.unwrap().unwrap());
        }
        most
    });
    assert_eq!(most, 0);
}

#[test]
fn ieum_publishes_beside_the_clock() {
    for world in worlds() {
        let said = json!({"kinds": ["month", "quarter"]}).to_string();
        assert_eq!(world.staff("ward").call("POST", "/api/v1/publications/automatic", &said).status, 201);
        let (now, db) = (world.now(), world.db.clone());
        let clock: ieum::jobs::deliver::Clock = std::sync::Arc::new(move || now);
        let rounds = actix_web::rt::System::new().block_on(async {
            ieum::jobs::clock::round(&db, &clock).await.unwrap();
            let after_clock = db.read(move |rx| publications::waiting(rx, now)).await.unwrap().len();
            let mut published = vec![after_clock];
            for _ in 0..3 {
                published.push(ieum::jobs::reports::round(&db, &clock).await.unwrap());
            }
            published
        });
        assert_eq!(rounds, [2, 1, 1, 0], "{}", world.name);
    }
}

#[test]
fn programmes_over_the_same_months_are_told_apart_and_old_periods_can_be_chosen() {
    for world in worlds() {
        let quarter = last(&world, PeriodKind::Quarter);
        for name in ["가람 사업", "나루 사업"] {
            world.run(&format!(
                "INSERT INTO programmes (name, ward_code, created_at)
                 SELECT '{name}', ward_code, '2026-01-01 00:00:00' FROM bodies WHERE kind = 'ward';
                 INSERT INTO programme_terms (programme_id, holds_on, from_on, until_on, basis, activities, mediators, reason, created_at)
                 SELECT id, '{0}', '{0}', '{1}', '', '', 0, '', '2026-01-01 00:00:00' FROM programmes WHERE name = '{name}'",
                quarter.from, quarter.to
            ));
        }
        let now = world.now();
        let known = world.read(|rx| Ok(publications::programmes(rx, &world.actor("ward"), now).unwrap()));
        let of = |name: &str| {
            let id = known.iter().find(|(_, known, _)| known == name).unwrap().0;
            json!({"kind": "programme", "programme_id": id, "openness": "open"})
        };
        assert_eq!(published(&world, "ward", &of("가람 사업")).0, 201);
        let (status, other) = published(&world, "ward", &of("나루 사업"));
        assert_eq!((status, other["code"].as_str()), (409, Some("same_months")), "{other}");
        assert!(other.to_string().contains("가람 사업"), "{other}");
        assert_eq!(published(&world, "ward", &of("가람 사업")).1["code"], "nothing_changed");
        let mut ward = world.staff("ward");
        let old = "value=\"month:2024-01-01\" selected";
        assert!(ward.get("/publications/new?period=month:2024-01-01").body.contains(old));
        let wrong =
            ward.post("/publications/new", &[("period", "month:2024-01-01"), ("target_percent", "백")]);
        assert!(wrong.status == 422 && wrong.body.contains(old), "{}", wrong.body);
    }
}
