//! A member's papers: 위촉장 and 승낙서, in the words of the ward's own forms of 2015, and the 비밀유지 서약서.
use super::Of;
use crate::documents::paper::{Content, row};
use crate::domain::codes::{Appointer, Assembly};
use crate::domain::committee::rules::BodyRules;
use crate::domain::seoul;
use crate::store::seats::Member;
use crate::web::steps::words;
use chrono::NaiveDate;

/// A member in their committee.
pub(super) struct Seated<'a> {
    pub(super) member: &'a Member,
    pub(super) of: &'a Of,
}

/// Who appoints, as it is signed: `북가좌1동장`, `DMC래미안 입주자대표회의 회장`.
fn appointer(of: Option<&Of>, assembly: Assembly) -> String {
    let rules = of.map_or_else(|| BodyRules::of(assembly), |of| of.rules.clone());
    let place = of.map_or("○○", |of| of.place.as_str());
    match rules.appointer {
        // 북가좌1동 + 동장 would say 동 twice.
        Appointer::DongHead => format!("{}동장", place.trim_end_matches('동')),
        other => format!("{place} {}", other.label()),
    }
}

fn committee(of: Option<&Of>, assembly: Assembly) -> String {
    of.map_or_else(|| format!("○○ {}", assembly.label()), |of| of.body.name.clone())
}

/// What the committee is for, in the words of the appointment.
fn purpose(assembly: Assembly) -> &'static str {
    match assembly {
        Assembly::Council => "마을만들기 사업으로 이웃과의 관계회복 및 소통으로 살기 좋은 마을 만들기를 위한",
        _ => "이웃과의 관계회복 및 소통으로 층간소음을 함께 풀어 살기 좋은 아파트 만들기를 위한",
    }
}

fn ours(assembly: Assembly) -> &'static str {
    if assembly == Assembly::Council { "우리 동" } else { "우리 단지" }
}

fn day(day: Option<NaiveDate>) -> String {
    day.map(words::official_day).unwrap_or_default()
}

fn name_and_address(of: Option<&Seated<'_>>) -> Vec<crate::documents::paper::Row> {
    vec![
        row("주 소", of.map(|s| s.member.person.address.clone()).unwrap_or_default()),
        row("성 명", of.map(|s| s.member.person.name.clone()).unwrap_or_default()),
    ]
}

/// 위촉장.
pub(super) fn appointment(of: Option<&Seated<'_>>, assembly: Assembly) -> Content {
    let body = of.map(|s| s.of);
    let mut facts = name_and_address(of);
    if let Some(seat) = of.map(|s| &s.member.seat) {
        let until = seat.until.and(seat.last_day());
        let until = until.map_or_else(|| "그 직에 있는 동안".to_owned(), words::official_day);
        facts.push(row("임 기", format!("{} ~ {until}", words::official_day(seat.from))));
    } else {
        facts.push(row("임 기", ""));
    }
    Content {
        title: "위 촉 장".to_owned(),
        certificate: true,
        facts,
        body: vec![format!(
            "귀하를 {} {} 「{}」 위원으로 위촉합니다.",
            ours(assembly),
            purpose(assembly),
            committee(body, assembly)
        )],
        date: of.map(|s| day(s.member.seat.appointed_on)).unwrap_or_default(),
        from: format!("{} (직인)", appointer(body, assembly)),
        ..Content::default()
    }
}

/// 승낙서; ex-officio members need none.
pub(super) fn acceptance(of: Option<&Seated<'_>>, assembly: Assembly) -> Content {
    let body = of.map(|s| s.of);
    let place = body.map_or("○○", |of| of.place.as_str());
    let work = match assembly {
        Assembly::Council => "지역 내 마을문제 해결을 위하여 적극 동참하여 살기 좋은 마을만들기 사업을 위한",
        _ => "층간소음 등 이웃 사이의 문제 해결을 위하여 적극 동참하여 살기 좋은 아파트 만들기를 위한",
    };
    let mut facts = name_and_address(of);
    let phone = of.map(|s| crate::render::korean::phone(&s.member.person.phone)).unwrap_or_default();
    facts.push(row("연락처", phone));
    Content {
        title: "승 낙 서".to_owned(),
        certificate: true,
        facts,
        body: vec![format!(
            "본인은 {place}의 {work} 「{}」 위원으로의 위촉을 승낙합니다.",
            committee(body, assembly)
        )],
        date: of.map(|s| day(s.member.seat.accepted_on)).unwrap_or_default(),
        seals: vec![row("성명", of.map(|s| s.member.person.name.clone()).unwrap_or_default())],
        to: Some(format!("{} 귀하", appointer(body, assembly))),
        ..Content::default()
    }
}

/// 비밀유지 서약서: before the first file is opened to the member.
pub(super) fn pledge(of: Option<&Seated<'_>>, assembly: Assembly) -> Content {
    let committee = committee(of.map(|s| s.of), assembly);
    let promises = [
        format!("본인은 「{committee}」 위원으로 일하면서 다음을 지킬 것을 서약합니다."),
        "1. 위원의 일을 하며 알게 된 이웃의 이름, 동·호, 연락처, 사생활과 사건의 내용을 임기 중에는 물론 임기가 끝난 뒤에도 다른 사람에게 말하거나 넘기지 않겠습니다.".to_owned(),
        "2. 개인정보를 위원회의 일이 아닌 목적으로 쓰지 않고, 사진을 찍거나 베껴 두지 않겠습니다.".to_owned(),
        "3. 받은 서류는 잠근 곳에 두고, 회의가 끝나면 모두 돌려주겠습니다.".to_owned(),
        "4. 본인이나 가족, 바로 위·아래·옆집의 일에는 스스로 물러나겠습니다.".to_owned(),
        "5. 이를 어기면 관계 법령(공동주택관리법, 개인정보 보호법)에 따라 책임을 질 수 있음을 들었습니다.".to_owned(),
    ];
    Content {
        title: "비밀유지 서약서".to_owned(),
        certificate: true,
        facts: name_and_address(of),
        body: promises.to_vec(),
        date: of.map(|s| day(s.member.seat.pledged_on)).unwrap_or_default(),
        seals: vec![row("성명", of.map(|s| s.member.person.name.clone()).unwrap_or_default())],
        to: Some(format!("{committee} 위원장 귀하")),
        ..Content::default()
    }
}

/// The day on which it is printed, where the record has none yet.
pub(super) fn dated(paper: Content, now: chrono::DateTime<chrono::Utc>) -> Content {
    paper.dated(&words::official_day(seoul::day(now)))
}
