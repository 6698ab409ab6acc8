//! 사건별 현황: behind every number of the ward's page stand exactly so many cases, on the page, in the files and for programs.
use crate::world::worlds;
use ieum::domain::indicators::{Measure, names};
use serde_json::Value;

const PERIOD: &str = "from=2026-01-01&to=2027-01-01";

fn plain(body: &str) -> String {
    body.replace("&#x3D;", "=").replace("&amp;", "&")
}

/// The addresses of lists of cases on a page, with the number that each stands on.
fn numbers(page: &str) -> Vec<(String, u32)> {
    let links = page.split("href=\"").skip(1).filter(|rest| rest.starts_with("/ward/records?"));
    let read = |rest: &str| {
        let (href, rest) = rest.split_once("\">")?;
        let number = rest.split('<').next()?.replace(',', "");
        Some((href.to_owned(), number.parse().ok()?))
    };
    links.filter_map(read).collect()
}

#[test]
fn behind_every_number_of_the_ward_s_page_stand_so_many_cases() {
    for world in worlds() {
        let mut ward = world.staff("ward");
        for basis in ["closing", "cohort"] {
            let report = ward.call("GET", &format!("/api/v1/indicators?{PERIOD}&basis={basis}"), "");
            let report: Value = serde_json::from_str(&report.body).unwrap();
            for pointer in Measure::all().into_iter().map(Measure::pointer) {
                let api = ward.call(
                    "GET",
                    &format!("/api/v1/ward/records?{PERIOD}&basis={basis}&measure={pointer}&limit=1"),
                    "",
                );
                let said: Value = serde_json::from_str(&api.body).unwrap();
                // Outcomes and exclusions that there are none of, and what a basis does not have.
                let n = report["report"].pointer(&pointer).and_then(Value::as_u64).unwrap_or(0);
                assert_eq!(said["count"].as_u64(), Some(n), "{} {basis} {pointer}", world.name);
            }
            let page = plain(&ward.get(&format!("/ward?{PERIOD}&basis={basis}")).body);
            let found = numbers(&page);
            assert!(found.len() > 30, "{}: {found:?}", world.name);
            for (href, n) in found {
                let query = href.split_once('?').unwrap().1;
                let list = ward.get(&href);
                assert_eq!(list.status, 200, "{href}");
                assert!(list.body.contains(&format!(" {n}건.")), "{href}: {n}");
                let csv = ward.get(&format!("/ward/records.csv?{query}"));
                let rows: Vec<&str> = csv.body.lines().skip(1).collect();
                let times: u32 =
                    rows.iter().map(|row| row.rsplit(',').next().unwrap().parse::<u32>().unwrap()).sum();
                assert_eq!(times, n, "{} {href}\n{}", world.name, csv.body);
                let api = ward.call("GET", &format!("/api/v1/ward/records?{query}&limit=200"), "");
                let said: Value = serde_json::from_str(&api.body).unwrap();
                assert_eq!(
                    (said["count"].as_u64(), said["meta"]["next"].is_null()),
                    (Some(u64::from(n)), true),
                    "{}",
                    api.body
                );
                assert_eq!(said["cases"].as_array().unwrap().len(), rows.len(), "{href}");
            }
        }
    }
}

/// The smallest number below which or at which so many of a hundred are (nearest rank).
fn rank(sorted: &[f64], of_hundred: usize) -> f64 {
    sorted[(sorted.len() * of_hundred).div_ceil(100).max(1) - 1]
}

fn tenths(days: f64) -> String {
    format!("{days:.1}")
}

#[test]
fn the_days_of_a_list_give_the_median_that_leads_to_it() {
    for world in worlds() {
        let mut ward = world.staff("ward");
        for basis in ["closing", "cohort"] {
            let report = ward.call("GET", &format!("/api/v1/indicators?{PERIOD}&basis={basis}"), "");
            let report: Value = serde_json::from_str(&report.body).unwrap();
            let page = plain(&ward.get(&format!("/ward?{PERIOD}&basis={basis}")).body);
            for (name, _) in names::WAITS {
                let said = &report["report"]["days"][name];
                let (median, p90) = (said["median"].as_f64().unwrap(), said["p90"].as_f64().unwrap());
                let query = format!("{PERIOD}&basis={basis}&measure=/days/{name}/n");
                let api = ward.call("GET", &format!("/api/v1/ward/records?{query}&limit=200"), "");
                let api: Value = serde_json::from_str(&api.body).unwrap();
                let days = |one: &Value| one["waited_days"].as_f64().unwrap();
                let mut days: Vec<f64> = api["cases"].as_array().unwrap().iter().map(days).collect();
                days.sort_by(f64::total_cmp);
                assert!(days.len() > 5 && days[0] < days[days.len() - 1], "{name} {days:?}");
                let [ours, theirs] =
                    [[rank(&days, 50), rank(&days, 90)], [median, p90]].map(|of| of.map(tenths));
                assert_eq!(ours, theirs, "{} {name}", world.name);
                assert!(days.iter().all(|one| tenths(*one).parse() == Ok(*one)), "no finer: {days:?}");
                // The page and the file say them as the ward's page says the median, in tenths.
                let csv = ward.get(&format!("/ward/records.csv?{query}")).body;
                assert!(csv.lines().next().unwrap().ends_with(",걸린 날,세는 횟수"), "{csv}");
                let written = csv.lines().skip(1).map(|row| row.rsplit(',').nth(1).unwrap().to_owned());
                let mut written: Vec<String> = written.collect();
                let first = written[0].clone();
                written.sort_by(|a, b| a.parse::<f64>().unwrap().total_cmp(&b.parse().unwrap()));
                assert_eq!(written, days.iter().map(|days| format!("{days:.1}")).collect::<Vec<_>>());
                for figure in [format!("{median:.1}일"), format!("{p90:.1}일")] {
                    let link = format!("measure=/days/{name}/n\">{figure}</a>");
                    assert!(page.contains(&link), "{basis} {name} {figure}");
                }
                let list = ward.get(&format!("/ward/records?{query}")).body;
                assert!(
                    list.contains("걸린 날</th>") && list.contains(&format!("<span>{first}</span>")),
                    "{first} {list}"
                );
            }
            for rate in ["kept_of_answered/numerator", "kept_of_due/denominator"] {
                let pointer = format!("/fulfilment/{rate}");
                assert!(page.contains(&format!("measure={pointer}\">")), "{basis} {pointer}");
            }
            let list = ward.get(&format!("/ward/records?{PERIOD}&basis={basis}")).body;
            assert!(!list.contains("걸린 날</th>"), "only where a figure waits for something");
        }
    }
}

#[test]
fn the_list_pages_on_and_its_files_hold_the_same_rows_and_nobody() {
    for world in worlds() {
        let mut ward = world.staff("ward");
        let said = |path: String| -> Value {
            serde_json::from_str(&world.staff("ward").call("GET", &path, "").body).unwrap()
        };
        let (mut paged, mut after) = (Vec::new(), String::new());
        loop {
            let page = said(format!("/api/v1/ward/records?{PERIOD}&limit=7{after}"));
            paged.extend(page["cases"].as_array().unwrap().clone());
            let Some(next) = page["meta"]["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        let csv = ward.get(&format!("/ward/records.csv?{PERIOD}"));
        assert!(
            csv.body.starts_with("\u{feff}사건(가명),접수일") && csv.body.contains("\r\n"),
            "{}",
            csv.body
        );
        let names: Vec<&str> = csv.body.lines().skip(1).map(|row| row.split(',').next().unwrap()).collect();
        let again: Vec<&str> = paged.iter().map(|one| one["pseudonym"].as_str().unwrap()).collect();
        assert!(names.len() > 100 && names == again, "{}", world.name);
        assert!(
            paged.iter().all(|one| one.get("cause").is_none()),
            "of one outcome it would be a count of few"
        );
        let narrowed = said(format!("/api/v1/ward/records?{PERIOD}&limit=200&dong_code=1141052000"));
        for one in narrowed["cases"].as_array().unwrap() {
            assert!(paged.contains(one), "the same row in every list: {one}");
        }
        for secret in ["010-", "2026-0001", "아파트", "김"] {
            assert!(!csv.body.contains(secret), "{secret}");
        }
        let xlsx = ward.get(&format!("/ward/records.xlsx?{PERIOD}"));
        assert!(xlsx.status == 200 && xlsx.body.starts_with("PK"));
        for wrong in ["measure=/narrow", "dong=1168010100", "to=2025-01-01"] {
            assert_eq!(ward.get(&format!("/ward/records?from=2026-01-01&{wrong}")).status, 422, "{wrong}");
            assert_eq!(
                ward.get(&format!("/ward/records.csv?from=2026-01-01&{wrong}")).status,
                422,
                "{wrong}"
            );
        }
        let away = ward.call("GET", &format!("/api/v1/ward/records?{PERIOD}&dong_code=1168010100"), "");
        assert_eq!(away.status, 422, "{}", away.body);
    }
}

#[test]
fn the_year_before_stands_beside_and_tiles_say_what_the_table_says() {
    for world in worlds() {
        let mut ward = world.staff("ward");
        let said = |from: &str, to: &str| -> Value {
            let api = ward.call("GET", &format!("/api/v1/indicators?from={from}&to={to}&by=dong"), "");
            serde_json::from_str::<Value>(&api.body).unwrap()["report"].clone()
        };
        let before = said("2025-02-01", "2025-05-01");
        let now = said("2026-02-01", "2026-05-01");
        let page = plain(&ward.get("/ward?from=2026-02-01&to=2026-05-01&year=before").body);
        assert!(page.contains("2025-02-01부터 2025-05-01 앞까지"), "{page}");
        let of =
            |report: &Value| format!("{}/{}", report["narrow"]["numerator"], report["narrow"]["denominator"]);
        assert_ne!(of(&now), of(&before));
        for told in [of(&now), of(&before)] {
            assert!(page.contains(&format!("<span class=\"sub\">{told}</span>")), "{told}");
        }
        let received = |report: &Value| report["ledger"]["received"].as_i64().unwrap();
        assert!(
            page.contains(&format!("<span>{:+}</span>", received(&now) - received(&before))),
            "{}",
            world.name
        );
        assert!(!ward.get("/ward?from=2026-02-01&to=2026-05-01").body.contains("지난해 같은 기간("));
        for row in now["rows"].as_array().unwrap() {
            let ledger = &row["ledger"];
            let n = ledger["received"].as_i64().unwrap() + ledger["transferred_in"].as_i64().unwrap();
            assert!(page.contains(&format!(">{n}건</text>")), "{}: {row}", world.name);
            let judged = row["narrow"]["denominator"].as_i64().unwrap();
            let rate =
                format!(">해결률 {:.1}%</text>", row["narrow"]["value"].as_f64().unwrap_or(0.0) * 100.0);
            assert!(judged == 0 || (judged >= 10) == page.contains(&rate), "{rate} of {judged}");
        }
    }
}

#[test]
fn the_season_is_that_of_the_ledger_and_the_notice_has_no_number() {
    for world in worlds() {
        let mut ward = world.staff("ward");
        let said = |path: &str| -> Value { serde_json::from_str(&ward.call("GET", path, "").body).unwrap() };
        let season = said("/api/v1/ward/season");
        assert_eq!((season["first_year"].as_i64(), season["last_year"].as_i64()), (Some(2024), Some(2025)));
        let mut months = [0; 12];
        for year in 2023..=2025 {
            let whole = said(&format!("/api/v1/indicators/overview?from={year}-01-01&to={}-01-01", year + 1));
            for (sum, month) in months.iter_mut().zip(whole["overview"]["months"].as_array().unwrap()) {
                let ledger = &month["figures"]["ledger"];
                *sum += ledger["received"].as_i64().unwrap() + ledger["transferred_in"].as_i64().unwrap();
            }
        }
        assert_eq!(season["months"], serde_json::json!(months), "{}", world.name);
        assert!(months.iter().sum::<i64>() > 60);
        let notice: Vec<&str> =
            season["notice"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
        let (page, paper) = (ward.get("/ward/season"), ward.get("/ward/season/print"));
        for paragraph in &notice {
            assert!(page.body.contains(paragraph) && paper.body.contains(paragraph), "{paragraph}");
        }
        assert!(!notice.join(" ").contains('건'), "{notice:?}");
        for n in months {
            assert!(page.body.contains(&format!("<td class=\"num\">{n}</td>")), "{n}");
        }
    }
}
