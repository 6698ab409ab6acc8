//! Evidence: what files may be, what is left of them, who hands them in and opens them, where they lie, and when they go, by
//! pages and by programs, on both databases.
use crate::databases::{fresh, python};
use crate::provision::case;
use crate::world::{Answer, Visitor, World, worlds, worlds_with};
use chrono::Duration;
use ieum::backup::{Lock, create, restore};
use ieum::casework::keeping;
use ieum::domain::case::Case;
use ieum::domain::codes::Side;
use ieum::store::evidence::{self, Outgoing, Thing};
use ieum::store::shelf::Shelf;
use ieum::store::{Db, Pools, StoreError, access};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

/// A form with a file.
fn form(csrf: &str, typed: &[(&str, &str)], file: Option<&[u8]>) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in [&[("_csrf", csrf)], typed].concat() {
        let part = format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.bytes());
    }
    if let Some(file) = file {
        let head = "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"IMG_김.exe\"\r\ncontent-type: text/html\r\n\r\n";
        body.extend(head.bytes());
        body.extend(file);
        body.extend(b"\r\n");
    }
    body.extend(b"--x--\r\n");
    body
}

fn hand_in(who: &mut Visitor, path: &str, typed: &[(&str, &str)], file: &[u8]) -> Answer {
    let csrf = who.csrf().to_owned();
    let head = [("content-type", "multipart/form-data; boundary=x")];
    who.send("POST", path, &head, &form(&csrf, typed, Some(file)))
}

const APPLICANTS: [(&str, &str); 2] = [("side", "applicant"), ("about", "밤 11시 거실에서 들린 소리")];

/// Loud for so many bytes: a recording, as its head says.
fn recording(bytes: usize) -> Vec<u8> {
    let noise = (0..bytes).map(|i| u8::try_from(i * 31 % 251).unwrap());
    b"RIFF\0\0\0\0WAVEfmt ".iter().copied().chain(noise).collect()
}

fn things(world: &World, case: &Case) -> Vec<Thing> {
    world.read(|rx| evidence::of_case(rx, case.id))
}

fn folder(world: &World) -> PathBuf {
    world.db.shelf().folder().unwrap().to_owned()
}

fn files(world: &World) -> usize {
    std::fs::read_dir(folder(world)).map_or(0, Iterator::count)
}

fn bytes_of(db: &Db, thing: &Thing) -> Result<Vec<u8>, StoreError> {
    let pieces = db.read_here(|rx| evidence::pieces(rx, thing))?;
    let mut out = Outgoing::of(db.vault(), db.shelf(), thing, pieces)?;
    let mut all = Vec::new();
    while let Some(piece) = out.piece()? {
        all.extend(piece);
    }
    Ok(all)
}

fn told_by(script: &[&str]) -> String {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let done = Command::new(python()).arg(home.join("tests/python/photos.py")).args(script).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

#[test]
fn evidence_photos_tell_nothing_but_the_picture_says_another_library() {
    for world in worlds() {
        let case = case(&world);
        let path = format!("/cases/{}/evidence", case.number);
        let home = folder(&world).with_file_name("photos");
        std::fs::create_dir_all(&home).unwrap();
        told_by(&["make", home.to_str().unwrap()]);
        let mut desk = world.staff("secretary");
        for (n, name) in ["plain.jpg", "progressive.jpg", "restarts.jpg", "screen.png"].iter().enumerate() {
            let (from, to) = (home.join(name), home.join(format!("kept-{name}")));
            let done = hand_in(&mut desk, &path, &APPLICANTS, &std::fs::read(&from).unwrap());
            assert_eq!(done.status, 303, "{name}: {}", done.body);
            let saved = desk.get(&format!("{path}/{}", n + 1));
            std::fs::write(&to, &saved.bytes).unwrap();
            let read = |path: &Path| {
                let told = told_by(&["read", path.to_str().unwrap()]);
                serde_json::from_str::<serde_json::Value>(&told).unwrap()
            };
            let (sent, kept) = (read(&from), read(&to));
            assert!(sent["gps"] != 0 && sent["planted"] != 0, "the photo told something: {sent}");
            for same in ["format", "size", "pixels", "icc"] {
                assert_eq!(kept[same], sent[same], "{name} {same}");
            }
            assert_eq!(kept["gps"], 0, "{name}");
            let tags = if name.ends_with("jpg") { serde_json::json!([274]) } else { serde_json::json!([]) };
            assert_eq!(kept["tags"], tags, "{name} keeps which side is up and no more");
            let info = kept["info"].to_string();
            assert!(
                !info.contains("comment") && !info.contains("xmp") && !info.contains("Comment"),
                "{info}"
            );
            // The colours of a JPEG stay, as pixels mean nothing without them.
            let left = if name.ends_with("jpg") { 1 } else { 0 };
            assert_eq!(kept["planted"], left, "{name}");
            let thing = things(&world, &case)[n].clone();
            assert_ne!(thing.sha256, thing.sent_sha256);
            assert_eq!(u64::try_from(thing.size).unwrap(), std::fs::metadata(&to).unwrap().len());
        }
    }
}

#[test]
fn evidence_small_things_lie_in_the_database_and_large_ones_sealed_on_the_shelf() {
    for world in worlds() {
        let case = case(&world);
        let path = format!("/cases/{}/evidence", case.number);
        let mut desk = world.staff("secretary");
        let large = recording(1_300_000);
        let mut own = APPLICANTS.to_vec();
        own.push(("voices", "murmur"));
        assert_eq!(hand_in(&mut desk, &path, &own, &recording(70_000)).status, 303);
        assert_eq!(files(&world), 0, "it fits into the database");
        assert_eq!(hand_in(&mut desk, &path, &own, &large).status, 303);
        assert_eq!(files(&world), 1);
        let kept = things(&world, &case);
        assert_eq!((kept[0].file.is_none(), kept[1].file.is_some()), (true, true));
        let raw = std::fs::read(folder(&world).join(kept[1].file.as_ref().unwrap())).unwrap();
        assert!(!raw.windows(12).any(|w| w == &large[5_000..5_012]), "sealed");
        let saved = desk.get(&format!("{path}/2"));
        assert_eq!((saved.status, saved.bytes == large), (200, true), "{}", world.name);
        for (name, value) in [
            ("content-type", "audio/wav"),
            ("x-content-type-options", "nosniff"),
            ("cache-control", "no-store"),
            ("content-length", &large.len().to_string()),
        ] {
            assert!(
                saved.header(name).is_some_and(|told| told.contains(value)),
                "{name}: {:?}",
                saved.header(name)
            );
        }
        let named = saved.header("content-disposition").unwrap();
        assert!(
            named.starts_with("attachment; filename=\"evidence-")
                && named.is_ascii()
                && named.ends_with("-2.wav\"")
        );
        let page = desk.get(&path);
        assert!(page.body.contains(&kept[1].sha256) && page.body.contains("다른 사람의 말소리가 섞임"));
        let opened = world.read(|rx| access::of_case(rx, case.id, 100));
        assert!(
            opened.iter().any(|o| o.what == "evidence" && o.reason == "증거 2" && o.sides == "applicant")
        );
        // Two of its pieces in each other's place, or one less: it does not open.
        let file = folder(&world).join(kept[1].file.as_ref().unwrap());
        let text = String::from_utf8(raw.clone()).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        lines.swap(3, 4);
        std::fs::write(&file, lines.join("\n")).unwrap();
        assert!(bytes_of(&world.db, &kept[1]).is_err());
        std::fs::write(&file, text.lines().take(10).map(|l| format!("{l}\n")).collect::<String>()).unwrap();
        assert!(bytes_of(&world.db, &kept[1]).is_err());
        // A row without its file: told, and the rest of the case stays readable.
        std::fs::remove_file(&file).unwrap();
        assert_eq!(desk.get(&format!("{path}/2")).status, 500);
        assert_eq!((desk.get(&path).status, desk.get(&format!("{path}/1")).status), (200, 200));
    }
}

#[test]
fn evidence_that_is_not_taken_leaves_nothing_and_keeps_what_was_typed() {
    for world in worlds() {
        let case = case(&world);
        let path = format!("/cases/{}/evidence", case.number);
        let mut desk = world.staff("secretary");
        let with = |more: (&'static str, &'static str)| [&APPLICANTS[..], &[more]].concat();
        let own = with(("voices", "own"));
        let film =
            [&b"\0\0\0\x18ftypmp42\0\0\0\0"[..], &[0; 1_100_000], b"hdlr\0\0\0\0\0\0\0\0vide"].concat();
        let cut = b"\xff\xd8\xff\xe0\0\x10JFIF".to_vec();
        for (typed, file, why) in [
            (&own, b"<html>not a photo".to_vec(), "받을 수 없는 파일"),
            (&own, recording(10 * 1024 * 1024), "10MB까지"),
            (&own, Vec::new(), "빈 파일"),
            (&own, film, "동영상은 받지 않습니다"),
            (&own, cut, "손상되었습니다"),
            (&APPLICANTS.to_vec(), recording(1_100_000), "누구의 말소리가"),
            (&with(("voices", "others")), recording(1_100_000), "통신비밀보호법"),
            (&vec![("side", "applicant"), ("voices", "own")], recording(1_100_000), "무엇을 보여 주는"),
            (&vec![("about", "어느 쪽인지 모름"), ("voices", "own")], recording(1_100_000), "어느 쪽의 자료"),
        ] {
            let answer = hand_in(&mut desk, &path, typed, &file);
            assert_eq!(answer.status, 422, "{why}: {}", answer.body);
            assert!(answer.body.contains(why), "{why}: {}", answer.body);
            let typed_about = typed.iter().find(|(name, _)| *name == "about");
            assert!(typed_about.is_none_or(|(_, about)| answer.body.contains(about)), "{why}");
        }
        assert_eq!((things(&world, &case).len(), files(&world)), (0, 0), "{}", world.name);
        assert_eq!(hand_in(&mut desk, &path, &own, &recording(1_100_000)).status, 303);
        assert!(hand_in(&mut desk, &path, &own, &recording(1_100_000)).body.contains("이미 올린"));
        assert_eq!((things(&world, &case).len(), files(&world)), (1, 1));
        // A form of another page, and one that ends in the middle of the file.
        let head = [("content-type", "multipart/form-data; boundary=x")];
        let forged = form("forged", &own, Some(&recording(1_100_000)));
        assert_eq!(desk.send("POST", &path, &head, &forged).status, 403);
        let csrf = desk.csrf().to_owned();
        let mut broken = form(&csrf, &own, Some(&recording(1_150_000)));
        broken.truncate(broken.len() - 50);
        assert_eq!(desk.send("POST", &path, &head, &broken).status, 400);
        assert_eq!((things(&world, &case).len(), files(&world)), (1, 1));
    }
}

#[test]
fn evidence_is_seen_by_its_side_and_those_who_have_the_file() {
    for world in worlds() {
        let case = case(&world);
        let path = format!("/cases/{}/evidence", case.number);
        let mut desk = world.staff("secretary");
        let log = "시각,dB(A)\n2026-11-20 23:10:00,41.2\n";
        assert_eq!(hand_in(&mut desk, &path, &APPLICANTS, log.as_bytes()).status, 303);
        for other in ["ngo", "ward", "dong", "office", "mediator", "chair", "clerk", "admin"] {
            let mut visitor = world.staff(other);
            for closed in [path.clone(), format!("{path}/1")] {
                assert_eq!(visitor.get(&closed).status, 404, "{other} {closed}");
            }
            assert_eq!(hand_in(&mut visitor, &path, &APPLICANTS, log.as_bytes()).status, 404, "{other}");
            let program = visitor.call("GET", &format!("/api/v1{path}"), "");
            assert!(!program.body.contains("거실에서 들린"), "{other}: {}", program.body);
        }
        let told = desk.call("GET", &format!("/api/v1{path}"), "");
        assert!(
            told.status == 200 && told.body.contains("거실에서 들린") && told.body.contains("\"csv\""),
            "{}",
            told.body
        );
        // The side itself, by its own page once it is open; and the other side has nothing there.
        for (side, seen) in [(Side::Applicant, true), (Side::Respondent, false)] {
            let (link, digits) = world.door(&case, side);
            let mut own = world.anonymous();
            own.get(&link);
            assert_eq!(own.get(&format!("{link}/evidence")).status, 303, "not before the digits");
            assert_eq!(
                hand_in(&mut own, &format!("{link}/evidence"), &APPLICANTS, log.as_bytes()).status,
                303
            );
            assert_eq!(things(&world, &case).len(), 1, "nothing was taken from whoever has only the link");
            own.get(&link);
            assert_eq!(own.post(&format!("{link}/unlock"), &[("code", &digits)]).status, 303);
            let page = own.get(&format!("{link}/evidence"));
            assert_eq!((page.status, page.body.contains("거실에서 들린")), (200, seen), "{}", page.body);
            let first = own.get(&format!("{link}/evidence/1"));
            assert_eq!(first.status, if seen { 200 } else { 404 });
            assert_eq!(first.body == log, seen);
        }
        let (mut own, link) = world.at_home(&case, Side::Respondent);
        own.get(&format!("{link}/evidence"));
        let about = [("about", "우리 집에 깐 매트")];
        let done = hand_in(&mut own, &format!("{link}/evidence"), &about, b"%PDF-1.7 receipt");
        assert_eq!(done.status, 303, "{}", done.body);
        let kept = things(&world, &case);
        assert_eq!(
            (kept[1].side, kept[1].by, kept[1].by_role.as_str()),
            (Side::Respondent, None, "respondent")
        );
        // The paper that goes along with an application has the applicant's own alone.
        let paper = desk.get(&format!("/cases/{}/print/evidence", case.number));
        assert!(paper.body.contains("거실에서 들린") && !paper.body.contains("매트"), "{}", paper.body);
    }
}

#[test]
fn evidence_takes_longer_to_send_than_a_code_is_good() {
    for world in worlds() {
        let case = case(&world);
        let (mut own, link) = world.at_home(&case, Side::Applicant);
        let path = format!("{link}/evidence");
        let about = |text: &'static str| [("about", text), ("voices", "none")];
        assert!(own.get(&path).body.contains("아직 올린 자료가 없습니다"));
        assert_eq!(hand_in(&mut own, &path, &about("첫 소리"), &recording(50_000)).status, 303);
        world.wait(Duration::minutes(15));
        // The night's round comes in between.
        let midnight = world.now();
        world.db.write_here(|tx| keeping::forget_logs(tx, midnight)).unwrap();
        let slow = hand_in(&mut own, &path, &about("늦게 올라간 소리"), &recording(60_000));
        assert_eq!((slow.status, things(&world, &case).len()), (303, 2), "{}", slow.body);
        assert!(own.get(&link).body.contains("증거 2번으로 올렸습니다"));
        assert_eq!(
            (own.get(&path).status, own.get(&format!("{path}/1")).status),
            (303, 303),
            "reading ended"
        );
        own.get(&link);
        let wrong = hand_in(&mut own, &path, &about("글이 남는 소리"), b"<html>");
        assert_eq!(wrong.status, 422, "{}", wrong.body);
        assert!(wrong.body.contains("글이 남는 소리") && wrong.body.contains("목록은 닫았습니다"));
        assert!(!wrong.body.contains("첫 소리") && !wrong.body.contains("늦게 올라간"), "{}", wrong.body);
        world.wait(Duration::minutes(46));
        own.get(&link);
        let late = hand_in(&mut own, &path, &about("너무 늦은 소리"), &recording(1_200_000));
        assert_eq!((late.status, things(&world, &case).len(), files(&world)), (303, 2, 0));
        assert!(own.get(&link).body.contains("파일을 받지 못했습니다"), "and says so");
    }
}

#[test]
fn evidence_sent_twice_at_once_is_kept_once() {
    for world in worlds() {
        let case = case(&world);
        let path = format!("/cases/{}/evidence", case.number);
        let mut typed = APPLICANTS.to_vec();
        typed.push(("voices", "none"));
        let visitors: Vec<_> = (0..4).map(|_| world.staff("secretary")).collect();
        let done: Vec<u16> = std::thread::scope(|scope| {
            let sent = visitors.into_iter().map(|mut desk| {
                let (path, typed) = (&path, &typed);
                scope.spawn(move || hand_in(&mut desk, path, typed, &recording(40_000)).status)
            });
            sent.collect::<Vec<_>>().into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(done.iter().filter(|status| **status == 303).count(), 1, "{}: {done:?}", world.name);
        assert_eq!(things(&world, &case).len(), 1, "{}", world.name);
    }
}

#[test]
fn evidence_is_taken_back_by_whoever_handed_it_in_and_leaves_its_number() {
    for world in worlds() {
        let case = case(&world);
        let path = format!("/cases/{}/evidence", case.number);
        let mut desk = world.staff("secretary");
        let mut typed = APPLICANTS.to_vec();
        typed.push(("voices", "none"));
        assert_eq!(hand_in(&mut desk, &path, &typed, &recording(1_200_000)).status, 303);
        let (mut own, link) = world.at_home(&case, Side::Applicant);
        let theirs = format!("{link}/evidence");
        own.get(&theirs);
        let done = hand_in(&mut own, &theirs, &[("about", "내가 낸 영수증")], b"%PDF-1.7 receipt");
        assert_eq!(done.status, 303, "{}", done.body);
        // A side takes back what it gave itself, the desk what a desk gave: neither the other's.
        assert_eq!(own.get(&format!("{theirs}/1/back")).status, 404);
        assert_eq!(desk.get(&format!("{path}/2/back")).status, 404);
        assert_eq!(own.post(&format!("{theirs}/1/back"), &[]).status, 404);
        assert!(own.get(&format!("{theirs}/2/back")).body.contains("내가 낸 영수증"));
        assert_eq!(own.post(&format!("{theirs}/2/back"), &[]).status, 303);
        let page = own.get(&theirs).body;
        assert!(page.contains("거두어 파일을 지웠습니다") && !page.contains("영수증"), "{page}");
        assert_eq!(own.get(&format!("{theirs}/2")).status, 404);
        desk.get(&format!("{path}/1/back"));
        assert_eq!(desk.post(&format!("{path}/1/back"), &[]).status, 303);
        let kept = things(&world, &case);
        assert!(kept.iter().all(|t| t.taken_back_at.is_some() && t.about.is_empty() && t.file.is_none()));
        assert!(kept.iter().all(|t| t.sha256.len() == 64), "its print stays");
        world.wait(Duration::hours(2));
        assert_eq!(files(&world), 1);
        let folder = folder(&world);
        for entry in std::fs::read_dir(&folder).unwrap() {
            let long_ago = std::time::SystemTime::from(world.now() - Duration::hours(2));
            let file = std::fs::File::options().write(true).open(entry.unwrap().path()).unwrap();
            file.set_modified(long_ago).unwrap();
        }
        assert_eq!((swept(&world), files(&world)), (1, 0));
        let mut again = world.staff("secretary");
        assert_eq!(
            hand_in(&mut again, &path, &typed, &recording(1_200_000)).status,
            303,
            "it may come again"
        );
        assert_eq!(things(&world, &case).last().unwrap().number, 3, "a number is never used twice");
        let paper = again.get(&format!("/cases/{}/print/evidence", case.number)).body;
        assert!(paper.contains("갑 3") && !paper.contains("갑 1") && !paper.contains("갑 2"), "{paper}");
        let told = again.call("GET", &format!("/api/v1{path}"), "");
        assert!(told.body.contains("taken_back_at\":\"20"), "{}", told.body);
    }
}

#[test]
fn evidence_the_paper_that_both_signed_is_read_by_both_and_goes_with_either() {
    for world in worlds() {
        let secretary = world.actor("secretary");
        let case = world.read(|rx| {
            let found = ieum::store::search::find(rx, &secretary, "홍여울")?;
            let all = ieum::domain::permission::Scope { all: true, ..Default::default() };
            ieum::store::cases::find_id(rx, &all, found[0])
        });
        let path = format!("/cases/{}/evidence", case.number);
        let mut desk = world.staff("secretary");
        let seq = case.agreements[0].seq.to_string();
        let page = desk.get(&format!("{path}?agreement={seq}"));
        assert!(page.body.contains("서명한 합의서의 종이(제1판)"), "{}", page.body);
        let paper = [("agreement", seq.as_str())];
        let unknown = hand_in(&mut desk, &path, &[("agreement", "999")], b"%PDF-1.7 signed");
        assert!(
            unknown.status == 422 && unknown.body.contains("이 사건의 합의서가 아닙니다"),
            "{}",
            unknown.body
        );
        let loud = hand_in(&mut desk, &path, &paper, &recording(30_000));
        assert!(loud.status == 422 && loud.body.contains("사진(JPEG·PNG)이나 PDF"), "{}", loud.body);
        let done = hand_in(&mut desk, &path, &paper, b"%PDF-1.7 signed");
        assert_eq!(done.status, 303, "{}", done.body);
        assert_eq!(things(&world, &case)[0].agreement, Some(case.agreements[0].seq));
        for side in Side::ALL {
            let (mut own, link) = world.at_home(&case, *side);
            let list = format!("{link}/evidence");
            let page = own.get(&list);
            assert!(
                page.body.contains("서명한 합의서의 종이") && !page.body.contains("/1/back"),
                "{}",
                page.body
            );
            assert_eq!(own.get(&format!("{list}/1")).body, "%PDF-1.7 signed");
        }
        for other in ["ngo", "ward", "office", "chair"] {
            assert_eq!(world.staff(other).get(&format!("{path}/1")).status, 404, "{other}");
        }
        // It is no evidence of the applicant's for another body.
        assert!(!desk.get(&format!("/cases/{}/print/evidence", case.number)).body.contains("합의서의 종이"));
        let now = world.now();
        world.db.write_here(|tx| keeping::forget_side(tx, &case, Side::Respondent, now)).unwrap();
        assert_eq!(things(&world, &case).len(), 0, "it names both, and goes with the first");
        let again = hand_in(&mut desk, &path, &paper, b"%PDF-1.7 signed once more");
        assert!(again.status == 422 && again.body.contains("정보를 파기했습니다"), "{}", again.body);
    }
}

#[test]
fn evidence_sent_at_once_never_takes_more_than_there_is_room_for() {
    for world in worlds_with(|settings| settings.evidence.per_side = 2) {
        let case = case(&world);
        let path = format!("/cases/{}/evidence", case.number);
        let typed = [APPLICANTS[0], APPLICANTS[1], ("voices", "none")];
        let visitors: Vec<_> = (0..4).map(|_| world.staff("secretary")).collect();
        let done: Vec<u16> = std::thread::scope(|scope| {
            let sent = visitors.into_iter().enumerate().map(|(n, mut desk)| {
                let path = &path;
                scope.spawn(move || hand_in(&mut desk, path, &typed, &recording(40_000 + n)).status)
            });
            sent.collect::<Vec<_>>().into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(done.iter().filter(|status| **status == 303).count(), 2, "{}: {done:?}", world.name);
        assert_eq!(things(&world, &case).len(), 2, "{}", world.name);
    }
}

#[test]
fn evidence_of_a_side_whose_data_is_gone_is_not_taken() {
    for world in worlds() {
        let case = case(&world);
        let path = format!("/cases/{}/evidence", case.number);
        let mut desk = world.staff("secretary");
        let now = world.now();
        world.db.write_here(|tx| keeping::forget_side(tx, &case, Side::Respondent, now)).unwrap();
        let theirs = [("side", "respondent"), ("about", "파기한 뒤에 온 자료"), ("voices", "none")];
        let answer = hand_in(&mut desk, &path, &theirs, &recording(40_000));
        assert!(answer.status == 422 && answer.body.contains("정보를 파기했습니다"), "{}", answer.body);
        assert_eq!(things(&world, &case).len(), 0);
    }
}

fn swept(world: &World) -> usize {
    let (db, now) = (world.db.clone(), world.now());
    let clock: ieum::jobs::deliver::Clock = Arc::new(move || now);
    actix_web::rt::System::new().block_on(async move { ieum::jobs::clock::sweep(&db, &clock).await }).unwrap()
}

#[test]
fn evidence_goes_with_its_side_and_files_without_a_row_are_swept() {
    for world in worlds() {
        let case = case(&world);
        let path = format!("/cases/{}/evidence", case.number);
        let mut desk = world.staff("secretary");
        let mut own = APPLICANTS.to_vec();
        own.push(("voices", "none"));
        assert_eq!(hand_in(&mut desk, &path, &own, &recording(1_100_000)).status, 303);
        own[0] = ("side", "respondent");
        assert_eq!(hand_in(&mut desk, &path, &own, &recording(1_150_000)).status, 303);
        // As a crash leaves them: a whole file whose row never came, one that was begun; and somebody else's.
        let home = folder(&world);
        let orphans = ["0123456789abcdef0123456789abcdef.sealed", "0123456789abcdef0123456789abcdee.part"];
        for name in orphans.iter().chain(&["notes.txt"]) {
            std::fs::write(home.join(name), "v1.x").unwrap();
        }
        let long_ago = std::time::SystemTime::from(world.now() - Duration::hours(2));
        for entry in std::fs::read_dir(&home).unwrap() {
            let file = std::fs::File::options().write(true).open(entry.unwrap().path()).unwrap();
            file.set_modified(long_ago).unwrap();
        }
        let young = std::fs::File::options().write(true).open(home.join(orphans[1])).unwrap();
        young.set_modified(std::time::SystemTime::from(world.now() - Duration::minutes(50))).unwrap();
        assert_eq!(swept(&world), 1, "one that is young may get its row yet");
        world.wait(Duration::minutes(20));
        assert_eq!((swept(&world), files(&world)), (1, 3));
        let now = world.now();
        world.db.write_here(|tx| keeping::forget_side(tx, &case, Side::Respondent, now)).unwrap();
        let kept = things(&world, &case);
        assert_eq!((kept.len(), kept[0].side), (1, Side::Applicant));
        let register =
            world.read(|rx| ieum::store::disposals::list(rx, &[case.holder.unwrap()], false, None, 9));
        assert!(register.iter().any(|(line, _, _)| line.detail.contains("증거 1건")), "{register:?}");
        assert_eq!(
            (swept(&world), files(&world)),
            (1, 2),
            "its file goes, the other side's and a stranger's stay"
        );
        assert!(bytes_of(&world.db, &kept[0]).is_ok());
        let gone = world.db.write_here(|tx| ieum::store::retention::destroy_file(tx, case.id)).unwrap();
        assert_eq!((gone.things, swept(&world), files(&world)), (1, 1, 1));
    }
}

#[test]
fn evidence_is_in_the_backup_and_comes_back_on_either_database() {
    for world in worlds() {
        let case = case(&world);
        let path = format!("/cases/{}/evidence", case.number);
        let mut desk = world.staff("secretary");
        let mut own = APPLICANTS.to_vec();
        own.push(("voices", "none"));
        let (small, large) = (recording(1_000), recording(1_100_000));
        assert_eq!(hand_in(&mut desk, &path, &own, &small).status, 303);
        assert_eq!(hand_in(&mut desk, &path, &own, &large).status, 303);
        let vault = world.db.vault().clone();
        let (lock, now) = (Lock::own(&vault), world.now());
        let file = folder(&world).with_file_name("a.backup");
        let from = (world.target(), world.db.shelf());
        let made = create(from, &vault, &lock, &file, now, |_, _| {}).unwrap();
        // Two more are of the demo.
        assert_eq!((made.rows["evidence"], made.missing_files), (4, 0));
        assert_eq!(made.rows["evidence/files"], u64::try_from(1_100_016usize.div_ceil(64 * 1024)).unwrap());
        for into in fresh() {
            let shelf = Shelf::at(&into.folder.join("evidence"));
            restore(&file, &lock, &vault, (&into.target, &shelf)).unwrap();
            let pools =
                Pools { readers: 1, pg_writers: 1, synchronous: "NORMAL".to_owned(), ..Pools::default() };
            let db = Db::open(&into.target, &pools, vault.clone(), ieum::domain::case::CaseRules::default());
            let db = db.unwrap().with_shelf(shelf);
            let kept = db.read_here(|rx| evidence::of_case(rx, case.id)).unwrap();
            assert_eq!(bytes_of(&db, &kept[0]).unwrap(), small);
            assert!(bytes_of(&db, &kept[1]).unwrap() == large);
        }
        // What is lost is said.
        std::fs::remove_file(folder(&world).join(things(&world, &case)[1].file.as_ref().unwrap())).unwrap();
        let file = file.with_file_name("b.backup");
        let made = create(from, &vault, &lock, &file, now, |_, _| {}).unwrap();
        assert_eq!(made.missing_files, 1);
        assert_eq!(ieum::backup::verify(&file, &lock).unwrap(), made);
    }
}
