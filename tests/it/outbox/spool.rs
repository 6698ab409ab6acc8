//! Short messages to telephones: into the folder of a gateway, in approved words, with nothing of the case.
use super::fresh;
use crate::databases::Fresh;
use crate::residents::house::{Browser, House};
use crate::staff::filed;
use chrono::Duration;
use ieum::config::{MessageChannel, Settings};
use ieum::domain::case::CaseRules;
use ieum::domain::codes::{DutyKind, MailState, Role, Side};
use ieum::domain::permission::Scope;
use ieum::jobs::deliver::{Courier, Done};
use ieum::mail::Spool;
use ieum::store::{cases, outbox, projection};
use std::path::PathBuf;
use std::sync::Arc;

/// A house that sends messages where `on`, with a case whose applicant has a telephone and no address.
fn house(base: Fresh, on: bool) -> (House, Browser) {
    let house = House::ruled(base, false, CaseRules { messages: on, ..CaseRules::default() });
    let (_, mut office) = house.signed_in("박소장", Role::Manager, house.office);
    filed(&house, &mut office, &[]);
    office.get("/cases/2026-0001/steps/open_inquiry");
    office.post_on("/cases/2026-0001/steps/open_inquiry", &[]);
    (house, office)
}

fn settings(house: &House) -> Settings {
    let mut settings = house.settings.clone();
    settings.site.operator = "서대문구".to_owned();
    settings.site.phone = "02-330-1234".to_owned();
    settings.messages.channel = MessageChannel::Spool;
    settings
}

fn round(house: &House, settings: &Settings) -> Done {
    let now = house.now();
    let courier = Courier::of(settings, house.db.clone(), Arc::new(move || now)).unwrap();
    let (_keep, stop) = tokio::sync::watch::channel(false);
    actix_web::rt::System::new().block_on(async { courier.round(&stop).await.unwrap() })
}

fn files(settings: &Settings) -> Vec<PathBuf> {
    let Ok(there) = std::fs::read_dir(&settings.messages.folder) else { return Vec::new() };
    there.map(|file| file.unwrap().path()).collect()
}

/// The messages of the case, as the outbox has them.
fn states(house: &House) -> Vec<MailState> {
    let (now, case) = (house.now(), ieum::domain::ids::CaseId(1));
    let all = house.db.read_here(|rx| outbox::of_case(rx, case, None, 50, now)).unwrap();
    all.into_iter().filter(|(mail, _)| mail.letter == "news").map(|(mail, _)| mail.state).collect()
}

#[test]
fn whoever_is_to_be_called_gets_a_message_in_approved_words() {
    for base in fresh() {
        let (house, mut office) = house(base, true);
        let settings = settings(&house);
        round(&house, &settings);
        let files = files(&settings);
        assert_eq!(files.len(), 1, "once a day, however much there is to say: {:?}", states(&house));
        for file in &files {
            let text = std::fs::read_to_string(file).unwrap();
            let message: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert_eq!(
                (&message["to"], &message["template"]),
                (&"01012345678".into(), &"ieum_news_1".into())
            );
            let named = file.file_stem().unwrap().to_str().unwrap();
            assert_eq!(format!("ieum-{}", message["id"].as_str().unwrap()), named);
            let said = "[서대문구] 접수번호 2026-0001 일로 알려 드릴 것이 있습니다.";
            assert!(message["text"].as_str().unwrap().starts_with(said), "{text}");
            for secret in ["김영희", "1203", "천연", "소음", "쿵쿵", "발걸음", "진행"] {
                assert!(!text.contains(secret), "{secret}: {text}");
            }
            #[cfg(unix)]
            {
                let kept = std::fs::metadata(file).unwrap();
                assert_eq!(std::os::unix::fs::PermissionsExt::mode(&kept.permissions()) & 0o777, 0o600);
            }
        }
        assert_eq!(states(&house), [MailState::Sent]);
        let page = office.get("/cases/2026-0001/mails").body;
        assert!(page.contains("문자 알림") && page.contains("신청인 앞") && !page.contains("5678"), "{page}");
        let case = ieum::domain::ids::CaseId(1);
        let duties = house.db.read_here(|rx| projection::duties_in(rx, case)).unwrap();
        assert!(duties.iter().any(|duty| duty.kind == DutyKind::Tell), "somebody still telephones");
    }
}

#[test]
fn nobody_gets_a_message_where_none_is_wanted_or_who_is_forgotten() {
    for base in fresh() {
        let (off, _) = house(base, false);
        assert!(states(&off).is_empty());
    }
    for base in fresh() {
        let (house, _) = house(base, true);
        let (settings, now) = (settings(&house), house.now());
        assert_eq!(states(&house), [MailState::Waiting]);
        let all = Scope { all: true, ..Scope::default() };
        let case = house.db.read_here(|rx| cases::find_id(rx, &all, ieum::domain::ids::CaseId(1))).unwrap();
        let forget = |tx: &mut ieum::store::Tx<'_>| {
            ieum::casework::keeping::forget_side(tx, &case, Side::Applicant, now)
        };
        house.db.write_here(forget).unwrap();
        round(&house, &settings);
        assert_eq!(files(&settings).len(), 0);
        assert_eq!(states(&house), [MailState::Withdrawn]);
    }
}

/// Files that no gateway takes do not outlive the person by more than a day; nobody else's file is touched.
#[test]
fn what_no_gateway_takes_is_deleted_after_a_day() {
    let base = fresh().into_iter().next().unwrap();
    let (house, _) = house(base, true);
    let settings = settings(&house);
    let spool = Spool::new(&settings).unwrap().unwrap();
    let now = house.now();
    assert_eq!(spool.sweep(now).unwrap(), 0, "there is no folder yet");
    assert_eq!(spool.check().unwrap(), None);
    let old = now - Duration::days(2);
    for (name, written) in [
        ("ieum-a.json", old),
        (".ieum-b.json.part", old),
        ("ieum-c.json", now - Duration::hours(23)),
        ("gateway.json", old),
    ] {
        let path = settings.messages.folder.join(name);
        std::fs::write(&path, "{}").unwrap();
        std::fs::File::options().write(true).open(&path).unwrap().set_modified(written.into()).unwrap();
    }
    assert_eq!(spool.check().unwrap(), Some(old));
    assert_eq!(spool.sweep(now).unwrap(), 2);
    let mut left: Vec<_> = files(&settings).iter().map(|f| f.file_name().unwrap().to_owned()).collect();
    left.sort();
    assert_eq!(left, ["gateway.json", "ieum-c.json"]);
}

/// A folder that cannot be written: offices read why, but not where it is; nobody is called twice for one thing.
#[test]
fn a_message_that_cannot_leave_says_no_path_and_makes_no_second_call() {
    for base in fresh() {
        let (house, mut office) = house(base, true);
        let mut settings = settings(&house);
        let file = house.folder().join("occupied");
        std::fs::write(&file, "").unwrap();
        settings.messages.folder = file.join("messages");
        assert_eq!(round(&house, &settings).failed, 1);
        let page = office.get("/cases/2026-0001/mails").body;
        assert!(page.contains("폴더에 쓸 수 없습니다") && !page.contains("occupied"), "{page}");
        let case = ieum::domain::ids::CaseId(1);
        // As after a long time: it is given up.
        settings.mail.give_up_hours = 1;
        house.wait(Duration::hours(2));
        assert_eq!(round(&house, &settings).dead, 1);
        assert_eq!(states(&house), [MailState::Dead]);
        let duties = house.db.read_here(|rx| projection::duties_in(rx, case)).unwrap();
        let of = |kind| duties.iter().filter(|duty| duty.kind == kind).count();
        assert!(of(DutyKind::Tell) > 0, "they are telephoned anyway: {duties:?}");
        assert_eq!(of(DutyKind::Mail), 0, "{duties:?}");
    }
}

/// What cannot stand in the approved text is said before anything starts.
#[test]
fn a_name_or_telephone_that_no_message_can_carry_is_refused_at_the_start() {
    let fine = || {
        let mut settings = Settings::in_folder(std::path::Path::new("/nowhere")).unwrap();
        settings.messages.channel = MessageChannel::Spool;
        settings.site.operator = "서대문구".to_owned();
        settings.site.phone = "02-330-1234".to_owned();
        settings
    };
    assert!(Spool::new(&fine()).unwrap().is_some());
    let (mut name, mut phone) = (fine(), fine());
    name.site.operator = "서대문구청 (주택과)".to_owned();
    phone.site.phone = "02-330-1234 (평일)".to_owned();
    for (settings, key) in [(name, "site.operator"), (phone, "site.phone")] {
        let why = Spool::new(&settings).unwrap_err().to_string();
        assert!(why.starts_with(key) && why.contains("적어 주세요"), "{why}");
    }
}
