//! Papers that go out: the notice for everybody, the receipt, the respondent's letter.
use super::{Content, Section};
use crate::casework::CaseworkError;
use crate::documents::paper::row;
use crate::domain::codes::{Disclosure, LinkPurpose, Side};
use crate::domain::seoul;
use crate::render::korean;
use crate::store::{Rx, bodies, links};
use crate::web::pages::cases::load::Sight;
use crate::web::pages::party::letter::ANSWER_SOON;
use crate::web::steps::words;
use chrono::{DateTime, Utc};

/// The respondent's letter: its link with the token and the code, and the telephone of whoever sends it.
#[derive(Debug)]
pub(crate) struct Letter {
    pub token: String,
    pub code: String,
    pub link: links::Link,
    /// Who speaks with the respondent: name and telephone.
    pub from: String,
    pub phone: String,
}

/// The paper with the address of one side's own page; none of the respondent's before there is one.
///
/// # Errors
/// Database errors.
pub(crate) fn own_page(
    rx: &mut Rx<'_>,
    sight: &Sight,
    side: Side,
    base: &str,
    now: DateTime<Utc>,
) -> Result<Option<Content>, CaseworkError> {
    let live = links::live_of_case(rx, sight.case().id, LinkPurpose::Receipt, now)?;
    let own = live.into_iter().find(|l| l.side == Some(side)).map(|l| links::token(rx, l.id));
    let there = sight.knows(side) && (side == Side::Applicant || own.is_some());
    let date = words::official_day(seoul::day(now));
    Ok(there.then(|| Content { date, ..receipt(sight, side, own.map(|t| format!("{base}/r/{t}")), now) }))
}

/// A letter to the respondent's own door: to those who may know the door, and not where the applicant chose a notice to the
/// whole 단지 only.
pub(super) fn may_write(sight: &Sight) -> bool {
    sight.knows(Side::Respondent) && sight.case().disclosure != Some(Disclosure::NoticeOnly)
}

/// The notice to everybody in the 단지: no case number, no door, nobody's name; what the applicant lets be told.
pub(super) fn notice(sight: &Sight) -> Content {
    let section = |title: &str, text: String| Section {
        title: title.to_owned(),
        text: Some(text),
        ..Section::default()
    };
    let cause = sight.case().intake.cause.label();
    let mut sections = vec![section(
        "알려 드립니다",
        format!(
            "우리 단지에서 생활 소리({cause})로 불편하다는 이야기가 있어 모든 세대에 알려 드립니다. 어느 한 집을 가리켜 드리는 말씀이 아닙니다. 소리는 벽과 배관을 타고 돌아서 생각하지 못한 집에서 나는 일도 많습니다."
        ),
    )];
    sections.extend(may_tell(sight).map(|told| section("이웃이 전해 달라고 한 말", told)));
    sections.push(section(
        "부탁드립니다",
        "밤 10시부터 아침 6시까지는 작은 소리도 크게 들립니다. 이 시간에는 뛰거나 가구를 끄는 일, 청소기와 세탁기, 악기 소리를 줄여 주세요. 아이가 있는 집은 매트를, 의자 다리에는 덮개를 써 주시면 도움이 됩니다.".to_owned(),
    ));
    sections.push(section(
        "소리로 힘드실 때",
        "직접 찾아가지 마시고 관리사무소나 위원회에 알려 주세요. 양쪽의 이야기를 듣고 돕겠습니다. 위협이나 폭력이 있으면 112에 신고해 주세요.".to_owned(),
    ));
    Content {
        title: "함께 쓰는 벽과 바닥, 조금만 더 조용히".to_owned(),
        body: vec![format!("{} 주민 여러분께", sight.complex)],
        sections,
        from: sight.holder(),
        ..Content::default()
    }
}

/// 접수증; for the other side, the address of their own page.
fn receipt(sight: &Sight, side: Side, link: Option<String>, now: DateTime<Utc>) -> Content {
    let case = sight.case();
    let mut facts = vec![
        row("접수번호", case.number.clone()),
        row("접수한 때", words::official(case.intake.received_at)),
        row("단지", sight.complex.clone()),
        row("소음", case.intake.cause.label()),
        row("맡은 곳", sight.holder()),
    ];
    facts.extend(link.iter().map(|u| row("진행 보기", u.clone())));
    let next = crate::domain::sentence::next_for(case, side, now);
    Content {
        title: if side == Side::Applicant { "접수증" } else { "진행 확인 안내" }.to_owned(),
        facts,
        sections: vec![Section { title: "다음에 일어나는 일".to_owned(), text: Some(next), ..Section::default() }],
        link,
        notes: vec![
            "QR이나 위의 주소로 언제든 진행을 볼 수 있습니다. 주소를 가진 사람은 누구나 열 수 있으니 남에게 보내지 말아 주세요.".to_owned(),
            "잃어버리면 접수한 곳에 신분을 확인할 수 있는 것을 가지고 오시면 새로 드립니다.".to_owned(),
            "위협이나 폭력이 있으면 바로 112에 신고해 주세요.".to_owned(),
        ],
        from: sight.holder(),
        ..Content::default()
    }
}

/// The letter that the respondent can answer now.
///
/// # Errors
/// Database errors.
pub(crate) fn letter(
    rx: &mut Rx<'_>,
    sight: &Sight,
    now: DateTime<Utc>,
) -> Result<Option<Letter>, CaseworkError> {
    let case = sight.case();
    if !may_write(sight) {
        return Ok(None);
    }
    let Some(link) = links::live_of_case(rx, case.id, LinkPurpose::Letter, now)?.into_iter().next() else {
        return Ok(None);
    };
    let body = case.speaks_with(Side::Respondent);
    let from = body.map(|b| bodies::find(rx, b)).transpose()?.map(|b| b.name).unwrap_or_default();
    let phone = bodies::to_ask(rx, &[body, case.bodies.office])?.map(|(_, phone)| korean::phone(&phone));
    let (token, code) = (links::token(rx, link.id), links::code_of(rx, &link)?);
    Ok(Some(Letter { token, code, link, from, phone: phone.unwrap_or_default() }))
}

/// Whom the letter is for: a door, never a name.
pub(crate) fn addressee(sight: &Sight) -> String {
    let unit = sight.party(Side::Respondent).and_then(|p| p.details.unit.as_ref()).map(ToString::to_string);
    format!("{} {}", sight.complex, unit.unwrap_or_default()).trim().to_owned()
}

/// What the applicant lets the other side know.
pub(crate) fn may_tell(sight: &Sight) -> Option<String> {
    sight.party(Side::Applicant).map(|p| p.details.may_tell.clone()).filter(|t| !t.is_empty())
}

pub(super) fn letter_content(sight: &Sight, letter: &Letter, base: &str) -> Content {
    let link = &letter.link;
    let until = words::official_day(seoul::day(link.expires_at.and_utc()));
    let told = may_tell(sight).map(|text| Section {
        title: "신청인이 전하는 말".to_owned(),
        text: Some(text),
        ..Section::default()
    });
    Content {
        title: "상대방 안내문".to_owned(),
        facts: vec![
            row("받는 곳", addressee(sight)),
            row("코드", letter.code.clone()),
            row("답을 바라는 날", ANSWER_SOON),
            row("코드를 쓸 수 있는 날", format!("{until}까지")),
            row("전화", letter.phone.clone()),
        ],
        sections: told.into_iter().collect(),
        link: Some(format!("{base}/r/{}", letter.token)),
        from: letter.from.clone(),
        ..Content::default()
    }
}
