//! One example of every letter.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use ieum::domain::codes::{Cause, MeetingKind, Outcome};
use ieum::domain::committee::compliance::Asked;
use ieum::domain::letter::{AgreementNews, Anew, Letter, Meeting, OfferEnd, Outgoing, Regrouping, Vacancy};

pub(crate) const TO: &str = "kim.younghee@example.kr";

/// 2026-11-25 10:00 in Seoul.
pub(crate) fn written() -> DateTime<Utc> {
    "2026-11-25T01:00:00Z".parse().unwrap()
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// 2026-11-28 14:00 to 15:30 in Seoul, a Saturday.
pub(crate) fn meeting(sequence: u32) -> Meeting {
    let start: DateTime<Utc> = "2026-11-28T05:00:00Z".parse().unwrap();
    Meeting {
        uid: "k3v9x2m7q4".to_owned(),
        sequence,
        kind: MeetingKind::Shuttle,
        start,
        end: start + Duration::minutes(90),
        place: Some(
            "천연동주민센터 2층, 작은 회의실; 왼쪽 끝 방 (엘리베이터에서 내려 오른쪽으로 오시면 됩니다)"
                .to_owned(),
        ),
        link: "/r/session.token".to_owned(),
    }
}

pub(crate) fn outgoing(letter: Letter) -> Outgoing {
    Outgoing { to: TO.to_owned(), number: Some("2026-0012".to_owned()), letter }
}

/// Every letter, the account's ones without a case.
pub(crate) fn every() -> Vec<Outgoing> {
    let account = about_accounts().into_iter().map(|letter| Outgoing { number: None, ..outgoing(letter) });
    account.chain(about_cases().into_iter().map(outgoing)).collect()
}

fn link() -> String {
    "/r/selector.secret".to_owned()
}

fn published(id: i64, again: bool) -> Letter {
    let (ward, period) = ("서대문구".to_owned(), "2026년 3분기".to_owned());
    Letter::ReportPublished { ward, period, again, link: format!("/publications/{id}") }
}

fn about_accounts() -> Vec<Letter> {
    let until = written() + Duration::hours(72);
    vec![
        Letter::Invitation {
            role: "조정인".to_owned(),
            body: Some("갈등해결센터".to_owned()),
            link: link(),
            until,
        },
        Letter::PasswordReset { link: link(), until },
        Letter::AddressChange { link: link(), until },
        Letter::AccountChanged { what: "비밀번호가 바뀌었습니다.".to_owned() },
        Letter::Code { code: "48201937".to_owned(), until: written() + Duration::minutes(10) },
        Letter::DutyDigest {
            overdue: 2,
            week: 3,
            later: 1,
            link: "/todo".to_owned(),
            unsubscribe: Some("/unsubscribe/token".to_owned()),
        },
        Letter::AssemblyCalled {
            meeting: Meeting { kind: MeetingKind::Joint, ..meeting(0) },
            body: "천연뜨란채 위원회".to_owned(),
            sort: "임시회의".to_owned(),
            mode: "대면".to_owned(),
            items: 3,
        },
        Letter::AssemblyMoved {
            meeting: Meeting { kind: MeetingKind::Joint, ..meeting(1) },
            body: "천연뜨란채 위원회".to_owned(),
            was: written() + Duration::days(2),
        },
        Letter::AssemblyCancelled {
            meeting: Meeting { kind: MeetingKind::Joint, ..meeting(2) },
            body: "천연뜨란채 위원회".to_owned(),
        },
        Letter::TermEnds {
            body: "천연뜨란채 위원회".to_owned(),
            last: day("2027-01-30"),
            link: "/committees/2".to_owned(),
        },
        Letter::CommitteeReminder {
            complex: "천연뜨란채".to_owned(),
            by: "서대문구청".to_owned(),
            asked: vec![
                Asked {
                    what: "임기".to_owned(),
                    stands: "임기 중인 위원이 2명입니다. 3명이 있어야 합니다.".to_owned(),
                    please: "다시 위촉하거나 새 위원을 위촉해 주십시오.".to_owned(),
                },
                Asked {
                    what: "교육".to_owned(),
                    stands: "위원 2명 가운데 1명이 올해 교육을 마쳤습니다.".to_owned(),
                    please: "올해 안에 교육을 마치고 수료를 적어 주십시오.".to_owned(),
                },
            ],
            link: "/committees/2".to_owned(),
        },
        published(3, false),
        published(4, true),
        Letter::Test {},
    ]
}

fn referred(from: &str, by_link: bool) -> Letter {
    let (from, dong, until) = (from.to_owned(), "천연동".to_owned(), day("2026-12-02"));
    Letter::ReferralSent { from, dong, until, by_link, anew: None, link: link() }
}

fn referred_anew(anew: Anew) -> Letter {
    let (from, dong, until) = ("천연뜨란채 위원회".to_owned(), "천연동".to_owned(), day("2026-12-02"));
    Letter::ReferralSent { from, dong, until, by_link: true, anew: Some(anew), link: link() }
}

fn about_cases() -> Vec<Letter> {
    let until = written() + Duration::hours(72);
    let dong = || "천연동".to_owned();
    vec![
        Letter::ReplyRefused { many: false },
        Letter::ReplyRefused { many: true },
        Letter::News {},
        Letter::Receipt {
            next: "12월 1일(화)까지 담당자가 연락드립니다.".to_owned(), link: link()
        },
        Letter::Progress {
            sentence: "두 번째로 연락하고 있습니다. 다음 연락은 12월 3일(목)입니다.".to_owned(),
            link: link(),
        },
        Letter::Offer {
            dong: dong(),
            causes: vec![Cause::Footfall, Cause::Furniture],
            wanted: vec![day("2026-11-28"), day("2026-12-05")],
            deadline: until,
            lead: Some(true),
            link: link(),
        },
        Letter::OfferNext { dong: dong(), why: Vacancy::Expired, link: "/cases/2026-0012".to_owned() },
        Letter::OfferAgain { dong: dong(), deadline: until, link: "/cases/2026-0012".to_owned() },
        Letter::Unassigned { dong: dong() },
        Letter::OfferReminder { dong: dong(), deadline: until, link: link() },
        Letter::OfferCancelled { dong: dong(), why: OfferEnd::Taken },
        Letter::Assigned { dong: dong(), lead: None, link: "/cases/2026-0012".to_owned() },
        Letter::MembersNamed { dong: dong(), link: "/cases/2026-0012".to_owned() },
        Letter::SessionProposed {
            slots: vec![written() + Duration::days(3), written() + Duration::days(4)],
            kind: MeetingKind::Shuttle,
            minutes: 90,
            link: link(),
        },
        Letter::SessionFixed { meeting: meeting(0) },
        Letter::SessionMoved { meeting: meeting(1), was: written() + Duration::days(2) },
        Letter::SessionCancelled { meeting: meeting(2) },
        Letter::SessionReminder { meeting: meeting(1), soon: false },
        Letter::Proposal { until: day("2026-12-05"), link: link() },
        Letter::AgreementToSign { until: Some(until), link: link() },
        Letter::AgreementDone {
            follow_ups: vec![day("2026-12-12"), day("2027-02-28"), day("2027-05-28")],
            link: link(),
        },
        Letter::FollowUp { round: "2주".to_owned(), until: day("2026-12-19"), again: false, link: link() },
        Letter::FollowUp { round: "2주".to_owned(), until: day("2026-12-19"), again: true, link: link() },
        Letter::Survey { until: day("2026-12-19"), again: false, link: link() },
        Letter::Survey { until: day("2026-12-19"), again: true, link: link() },
        Letter::HandedOver { from: "천연뜨란채 관리사무소".to_owned(), dong: dong(), link: link() },
        referred("서대문구청", false),
        referred("천연뜨란채 관리사무소", true),
        referred_anew(Anew::Waits),
        referred_anew(Anew::Taken),
        referred_anew(Anew::Late),
        Letter::ReferralReturned { by: "갈등해결센터".to_owned(), link: link() },
        Letter::ReferralSilent { body: "이웃분쟁조정센터".to_owned(), link: link() },
        Letter::Regrouped { how: Regrouping::Merged, link: link() },
        Letter::AgreementNews { what: AgreementNews::Broken, link: link() },
        Letter::AgreementNews { what: AgreementNews::Left, link: link() },
        Letter::AgreementNews { what: AgreementNews::Commented, link: link() },
        Letter::Closed { outcome: Outcome::Settled, link: link() },
        Letter::Reopened { link: link() },
    ]
}
