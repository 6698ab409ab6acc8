//! Every paper of the house that is not laid out by hand (`web/pages/print.rs`) twice: as the A4 page and as the file for 한글, read by another reader (`tests/python/read_hwpx.py`).
//! Both say the same words in the same order.
use crate::databases::python;
use crate::publications::{of, published};
use crate::world::{Visitor, World, worlds};
use chrono::Duration;
use ieum::domain::case::Case;
use ieum::domain::codes::{Openness, PeriodKind};
use ieum::store::{access, cases};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Who prints, and the pages from which their papers are found.
const DESKS: [(&str, &[&str]); 4] = [
    ("office", &["/cases", "/forms"]),
    ("secretary", &["/cases", "/committees"]),
    ("ngo", &["/cases", "/roster", "/programmes"]),
    ("ward", &["/ward/season", "/ward/committees", "/programmes", "/publications"]),
];
/// Every title that a paper of the demonstration has; each must be found.
const TITLES: [&str; 31] = [
    "개인정보 동의서",
    "교섭경위서",
    "답변서",
    "당사자간 교섭경위서",
    "비밀유지 서약서",
    "사업 결과표",
    "사후점검 전화 기록지",
    "소음일지",
    "수당 지급조서",
    "승 낙 서",
    "위 촉 장",
    "위원 명단 제출",
    "위원회 운영 안내",
    "의뢰서",
    "접수증",
    "증거목록",
    "중재상담 보고서",
    "층간소음 분쟁조정 신청서",
    "층간소음 분쟁조정 통지서",
    "층간소음 분쟁조정안",
    "층간소음 조정 실적 보고",
    "층간소음, 이렇게 줄여 주세요",
    "함께 쓰는 벽과 바닥, 조금만 더 조용히",
    "현장방문 체크리스트",
    "활동 확인서",
    "활동일지",
    "회 의 록",
    "회의 소집 통지",
    "회의록 공개본",
    "합의서",
    "인계인수서",
];

/// Addresses of a page's own links.
fn links(html: &str) -> Vec<String> {
    let all = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    all.filter(|href| href.starts_with('/')).map(unescaped).collect()
}

fn is_paper(path: &str) -> bool {
    let bare = path.split('?').next().unwrap();
    let other = bare.ends_with("/print/letter") || bare == "/forms/log";
    let of_ward = bare.starts_with("/ward/committees/") && bare.ends_with("/letter");
    of_ward || (bare.contains("/print") || bare.starts_with("/forms/")) && !other
}

/// Pages on the way to papers.
fn leads_on(path: &str) -> bool {
    let bare = path.split('?').next().unwrap();
    let parts: Vec<&str> = bare.split('/').skip(1).collect();
    let own = path == bare;
    match parts[..] {
        ["cases" | "committees" | "meetings" | "seats" | "roster" | "programmes" | "publications", _] => own,
        ["cases", _, "papers" | "referrals" | "applications"] | ["programmes", _, "result"] => own,
        ["ward", "committees", _, "remind"] => own,
        ["committees", _, "meetings" | "seats" | "members"] | ["cases", _, "applications", _] => own,
        ["cases"] => path.contains("after="),
        _ => false,
    }
}

/// The address with every number in it alike: pages of one kind.
fn kind(path: &str) -> String {
    let part = |part: &str| {
        if part.contains(|c: char| c.is_ascii_digit()) { "#".to_owned() } else { part.to_owned() }
    };
    path.split(['/', '=']).map(part).collect::<Vec<_>>().join("/")
}

/// One more of its kind, if there were fewer than so many.
fn one_more(of: &mut BTreeMap<String, usize>, path: &str, most: usize) -> bool {
    let n = of.entry(kind(path)).or_default();
    *n += 1;
    *n <= most
}

/// The papers that somebody reaches from these pages, a few of each kind.
fn found(visitor: &mut Visitor, from: &[&str]) -> BTreeSet<String> {
    let mut wait: Vec<String> = from.iter().map(|path| (*path).to_owned()).collect();
    let (mut seen, mut papers) = (BTreeSet::new(), BTreeSet::new());
    let (mut pages, mut printed) = (BTreeMap::new(), BTreeMap::new());
    while let Some(path) = wait.pop() {
        if !seen.insert(path.clone()) || !one_more(&mut pages, &path, 24) {
            continue;
        }
        let page = visitor.get(&path);
        for link in links(&page.body) {
            if is_paper(&link) {
                if !papers.contains(&link) && one_more(&mut printed, &link, 3) {
                    papers.insert(link);
                }
            } else if leads_on(&link) {
                wait.push(link);
            }
        }
    }
    papers
}

fn unescaped(text: &str) -> String {
    let named = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#x3D;", "=")];
    named.iter().fold(text.to_owned(), |text, (name, is)| text.replace(name, is)).replace("&amp;", "&")
}

/// The words of the sheet as it is printed: without what only screen readers say.
fn words(html: &str) -> Vec<String> {
    let sheet = html.split_once("<article").unwrap().1.split_once("</article>").unwrap().0;
    let mut said = String::new();
    let mut rest = sheet.split_once('>').unwrap().1;
    while let Some((text, tag)) = rest.split_once('<') {
        said.push_str(text);
        said.push(' ');
        let end = if tag.starts_with("caption class=\"sr\"") { "</caption>" } else { ">" };
        rest = tag.split_once(end).unwrap().1;
    }
    said.push_str(rest);
    unescaped(&said).split_whitespace().map(str::to_owned).collect()
}

fn read(folder: &std::path::Path) -> BTreeMap<String, Value> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/read_hwpx.py");
    let out = Command::new(python()).arg(script).arg(folder).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

fn as_file(path: &str) -> String {
    format!("{path}{}as=hwpx", if path.contains('?') { '&' } else { '?' })
}

#[test]
fn every_paper_says_the_same_as_a_page_and_as_a_file() {
    for world in worlds() {
        let folder = std::env::temp_dir().join(format!("ieum-papers-{}-{}", world.name, std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let year = crate::publications::last(&world, PeriodKind::Year);
        assert_eq!(published(&world, "ward", &of(year, Openness::Open)).0, 201);
        let (mut pages, mut titles) = (BTreeMap::new(), BTreeSet::new());
        for (desk, from) in DESKS {
            let mut visitor = world.staff(desk);
            let mut papers = found(&mut visitor, from);
            if desk == "ward" {
                papers.extend(["/ward/season/print", "/publications/1/print"].map(str::to_owned));
            }
            for path in papers {
                let page = visitor.get(&path);
                if page.status == 404 {
                    continue;
                }
                assert_eq!(page.status, 200, "{desk}: {path}");
                let link = page.body.split("한글 파일(HWPX)로 받기").next().unwrap().rsplit("href=\"").next();
                let link = unescaped(link.unwrap().split('"').next().unwrap());
                assert_eq!(
                    as_file(&path).split_once('?').unwrap().1,
                    &link[1..],
                    "the page {path} leads to its file"
                );
                let file = visitor.get(&as_file(&path));
                assert_eq!(file.header("content-type"), Some("application/hwp+zip"), "{path}");
                let named = file.header("content-disposition").unwrap().to_owned();
                assert!(named.contains("filename*=UTF-8''%") && named.ends_with(".hwpx"), "{named}");
                let name = format!("{desk}-{}", pages.len());
                std::fs::write(folder.join(format!("{name}.hwpx")), &file.bytes).unwrap();
                let title = page.body.split_once("<h1>").unwrap().1.split_once("</h1>").unwrap().0;
                titles.insert(title.to_owned());
                pages.insert(name, (path, words(&page.body)));
            }
        }
        let told = read(&folder);
        assert_eq!(told.len(), pages.len());
        for (name, (path, words)) in &pages {
            let file = &told[name];
            assert_eq!(file["problems"], serde_json::json!([]), "{path}");
            let read: Vec<&str> = file["text"].as_str().unwrap().split_whitespace().collect();
            assert_eq!(read, *words, "{}: {path}", world.name);
        }
        let missing: Vec<&&str> = TITLES.iter().filter(|title| !titles.contains(**title)).collect();
        assert!(missing.is_empty(), "{missing:?} of {titles:?}");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}

/// What of the case was opened, and whose data that showed.
fn opened(world: &World, case: &Case) -> Vec<(String, String)> {
    let rows = world.read(|rx| access::of_case(rx, case.id, 100));
    rows.into_iter().map(|row| (row.what, row.sides)).collect()
}

#[test]
fn a_file_is_given_to_whom_the_page_is_and_recorded_as_the_page() {
    for world in worlds() {
        let mut desk = world.staff("secretary");
        let number = found(&mut desk, &["/cases"]);
        let path =
            number.iter().find(|path| path.split('/').count() == 5 && path.ends_with("/print/application"));
        let path = path.unwrap().clone();
        let number = path.split('/').nth(2).unwrap().to_owned();
        let case = world.read(|rx| cases::find(rx, &world.actor("secretary").scope(), &number));
        let mut before = opened(&world, &case);
        let mut recorded = |what: &str| {
            let after = opened(&world, &case);
            assert_eq!(after.len(), before.len() + 1, "{what}");
            before = after;
            before.first().unwrap().clone()
        };
        world.wait(Duration::hours(1));
        desk = world.staff("secretary");
        assert_eq!(desk.get(&path).status, 200);
        let as_page = recorded("page");
        world.wait(Duration::hours(1));
        desk = world.staff("secretary");
        let file = desk.get(&as_file(&path));
        assert_eq!((file.status, recorded("file")), (200, as_page.clone()));
        assert_eq!(
            file.header("content-disposition"),
            Some(
                "attachment; filename=\"ieum.hwpx\"; filename*=UTF-8''%EC%B8%B5%EA%B0%84%EC%86%8C%EC%9D%8C%EB%B6%84%EC%9F%81%EC%A1%B0%EC%A0%95%EC%8B%A0%EC%B2%AD%EC%84%9C.hwpx"
            )
        );
        world.wait(Duration::hours(1));
        let address = format!("/api/v1/cases/{number}/papers/application");
        let asked = desk.call_for("application/hwp+zip", &address);
        assert_eq!((asked.status, recorded("program")), (200, as_page));
        assert_eq!(asked.header("content-type"), Some("application/hwp+zip"));
        let folder = std::env::temp_dir().join(format!("ieum-paper-{}-{}", world.name, std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        for (name, bytes) in [("page", &file.bytes), ("program", &asked.bytes)] {
            std::fs::write(folder.join(format!("{name}.hwpx")), bytes).unwrap();
        }
        let told = read(&folder);
        let words = |name: &str| told[name]["text"].as_str().unwrap().to_owned();
        let undated = |name: &str| words(name).split("출력 일시").next().unwrap().to_owned();
        assert!(words("page").contains("접수번호") && words("page").contains("출력자"), "{}", words("page"));
        assert_eq!(undated("page"), undated("program"), "the page's file");
        std::fs::remove_dir_all(&folder).unwrap();
        let letter = format!("/api/v1/cases/{number}/papers/letter");
        assert_ne!(
            desk.call_for("application/hwp+zip", &letter).header("content-type"),
            Some("application/hwp+zip")
        );
        let twice = desk.call_for("application/json, application/hwp+zip;q=0.1", &address);
        assert_eq!(twice.header("content-type"), Some("application/json"), "what is wanted most");
        assert_eq!(desk.call("GET", &address, "").header("content-type"), Some("application/json"));
        for stranger in ["mediator", "clerk", "ward"] {
            assert_eq!(world.staff(stranger).get(&as_file(&path)).status, 404, "{stranger}");
        }
        assert_eq!(world.anonymous().get(&as_file(&path)).status, 303, "to where one signs in");
    }
}
