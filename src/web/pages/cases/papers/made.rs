//! What each paper of a case says: the same for the printed page and for the API.
use crate::casework::CaseworkError;
use crate::domain::case::{Agreement, Case, Event, Proposal, Referral};
use crate::domain::codes::{Disclosure, LinkPurpose, ProvisionBasis, Side, Visibility};
use crate::domain::permission::visibility;
use crate::domain::seoul;
use crate::domain::step::{Step, StepCode, Term};
use crate::render::korean;
use crate::store::{Rx, StoreError, bodies, links};
use crate::web::pages::cases::load::{NOT_PROVIDED, Sight};
use crate::web::steps::words;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// A kind of paper, by its code in addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Receipt,
    History,
    Letter,
    /// To everybody in the 단지.
    Notice,
    Proposal,
    Agreement,
    Referral,
}

impl Kind {
    pub(crate) const ALL: [(&'static str, Self); 7] = [
        ("receipt", Self::Receipt),
        ("history", Self::History),
        ("letter", Self::Letter),
        ("notice", Self::Notice),
        ("proposal", Self::Proposal),
        ("agreement", Self::Agreement),
        ("referral", Self::Referral),
    ];

    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == code).map(|(_, kind)| *kind)
    }

    pub(crate) fn code(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(code, _)| code)
    }
}

/// A paper that the case has now.
#[derive(Debug)]
pub(crate) struct Listed {
    pub kind: Kind,
    /// The line of the history that it is about, where a case can have several.
    pub seq: Option<i64>,
    pub label: String,
    pub text: &'static str,
}

/// A label and what stands beside it.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub label: String,
    pub text: String,
}

/// One part of a paper.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Section {
    pub title: String,
    pub text: Option<String>,
    pub columns: Vec<&'static str>,
    pub rows: Vec<Vec<String>>,
}

/// What a paper says.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Content {
    pub title: String,
    /// 결재란: who signs it off inside the body; empty on papers that go to the parties.
    pub approval: &'static [&'static str],
    pub facts: Vec<Row>,
    pub sections: Vec<Section>,
    /// Where its QR code leads.
    pub link: Option<String>,
    pub notes: Vec<String>,
    /// As it stands on the paper.
    pub date: String,
    pub seals: Vec<Row>,
    pub from: String,
}

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

/// 결재란 of the body that holds the case: who writes a paper, who signs it off.
fn approval(case: &Case) -> &'static [&'static str] {
    match case.holder {
        Some(holder) if case.bodies.office == Some(holder) => &["담당", "소장"],
        Some(holder) if case.bodies.committee == Some(holder) => &["간사", "위원장"],
        _ => &["담당", "책임자"],
    }
}

fn row(label: &str, text: impl Into<String>) -> Row {
    Row { label: label.to_owned(), text: text.into() }
}

/// The papers of the case.
///
/// # Errors
/// Database errors.
pub(crate) fn listed(rx: &mut Rx<'_>, sight: &Sight, now: DateTime<Utc>) -> Result<Vec<Listed>, StoreError> {
    let case = sight.case();
    let letters = links::live_of_case(rx, case.id, LinkPurpose::Letter, now)?;
    let one = |kind, label: &str, text| Listed { kind, seq: None, label: label.to_owned(), text };
    let receipt = "신청인에게 드립니다. 진행을 볼 수 있는 링크와 QR이 있습니다.";
    let receipt = sight.knows(Side::Applicant).then(|| one(Kind::Receipt, "접수증", receipt));
    let mut papers: Vec<Listed> = receipt.into_iter().collect();
    papers.push(one(
        Kind::History,
        "교섭경위서",
        "접수부터 지금까지 있었던 일과 법정 사다리. 분쟁조정 신청에 붙입니다.",
    ));
    papers.push(one(
        Kind::Notice,
        "단지 안내문",
        "게시판과 승강기에 붙입니다. 어느 집의 일인지 알 수 있는 것은 적지 않습니다.",
    ));
    if !letters.is_empty() && may_write(sight) {
        papers.push(one(
            Kind::Letter,
            "상대방 안내문",
            "봉투에 넣어 전합니다. QR과 여덟 자리 코드가 있습니다.",
        ));
    }
    let several = |kind, seq, label, text| Listed { kind, seq: Some(seq), label, text };
    papers.extend(case.proposals.iter().rev().map(|p| {
        let label = format!("조정안({}까지 답)", words::day(p.answer_by));
        several(Kind::Proposal, p.seq, label, "양쪽에 보이는 조정안입니다.")
    }));
    papers.extend(case.agreements.iter().rev().map(|a| {
        let label = words::agreement_title(a.kind).into();
        several(Kind::Agreement, a.seq, label, "양쪽이 서명하는 문서입니다.")
    }));
    papers.extend(case.referrals.iter().rev().map(|r| {
        let label = format!("의뢰서({})", sight.names.body(r.body));
        several(Kind::Referral, r.seq, label, "다른 기관에 보내는 문서입니다.")
    }));
    Ok(papers)
}

/// What a paper says; none for one that the case does not have. `base` is the installation's own address.
///
/// # Errors
/// Database errors.
pub(crate) fn content(
    rx: &mut Rx<'_>,
    sight: &Sight,
    (kind, seq): (Kind, Option<i64>),
    base: &str,
    now: DateTime<Utc>,
) -> Result<Option<Content>, CaseworkError> {
    let case = sight.case();
    let made = match kind {
        Kind::Notice => Some(notice(sight)),
        Kind::Letter => letter(rx, sight, now)?.map(|l| letter_content(sight, &l, base)),
        Kind::Receipt => own_page(rx, sight, Side::Applicant, base, now)?,
        Kind::History => Some(history(sight)),
        Kind::Agreement => case.agreements.iter().find(|a| Some(a.seq) == seq).map(|a| agreement(sight, a)),
        Kind::Proposal => case.proposals.iter().find(|p| Some(p.seq) == seq).map(|p| proposal(sight, p)),
        Kind::Referral => case.referrals.iter().find(|r| Some(r.seq) == seq).map(|r| referral(sight, r)),
    };
    Ok(made.map(|paper| match paper.date.is_empty() {
        true => Content { date: words::official_day(seoul::day(now)), ..paper },
        false => paper,
    }))
}

/// The sides that have a page of their own, as far as the person may know them.
///
/// # Errors
/// Database errors.
pub(crate) fn doors(rx: &mut Rx<'_>, sight: &Sight, now: DateTime<Utc>) -> Result<Vec<Side>, StoreError> {
    let live = links::live_of_case(rx, sight.case().id, LinkPurpose::Receipt, now)?;
    let there = |side: &Side| sight.knows(*side) && live.iter().any(|l| l.side == Some(*side));
    Ok(Side::ALL.iter().copied().filter(there).collect())
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
    Ok(there.then(|| Content { date, ..receipt(sight, side, own.map(|t| format!("{base}/r/{t}"))) }))
}

/// A letter to the respondent's own door: to those who may know the door, and not where the applicant chose a notice to the
/// whole 단지 only.
fn may_write(sight: &Sight) -> bool {
    sight.knows(Side::Respondent) && sight.case().disclosure != Some(Disclosure::NoticeOnly)
}

/// The notice to everybody in the 단지: no case number, no door, nobody's name; what the applicant lets be told.
fn notice(sight: &Sight) -> Content {
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
        facts: vec![row("받는 분", format!("{} 주민 여러분께", sight.complex))],
        sections,
        from: sight.holder(),
        ..Content::default()
    }
}

/// 접수증; for the other side, the address of their own page.
fn receipt(sight: &Sight, side: Side, link: Option<String>) -> Content {
    let case = sight.case();
    let mut facts = vec![
        row("접수번호", case.number.clone()),
        row("접수한 때", words::official(case.intake.received_at)),
        row("단지", sight.complex.clone()),
        row("소음", case.intake.cause.label()),
        row("맡은 곳", sight.holder()),
    ];
    facts.extend(link.iter().map(|u| row("진행 보기", u.clone())));
    let next = crate::domain::sentence::next(case);
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
    let body = case.speaks_with(Side::Respondent).map(|b| bodies::find(rx, b)).transpose()?;
    let (from, phone) = body.map(|b| (b.name, korean::phone(&b.phone))).unwrap_or_default();
    Ok(Some(Letter { token: links::token(rx, link.id), code: links::code_of(rx, &link)?, link, from, phone }))
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

fn letter_content(sight: &Sight, letter: &Letter, base: &str) -> Content {
    let until = words::official_day(seoul::day(letter.link.expires_at.and_utc()));
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
            row("답할 수 있는 날", format!("{until}까지")),
            row("전화", letter.phone.clone()),
        ],
        sections: told.into_iter().collect(),
        link: Some(format!("{base}/r/{}", letter.token)),
        from: letter.from.clone(),
        ..Content::default()
    }
}

/// Name and door of one side, whole: these papers are signed.
fn party(sight: &Sight, side: Side) -> String {
    if !sight.knows(side) {
        return NOT_PROVIDED.to_owned();
    }
    let Some(party) = sight.party(side) else { return String::new() };
    let unit = party.details.unit.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{} {unit}", party.details.name).trim().to_owned()
}

fn terms(terms: &[Term]) -> Section {
    let rows = terms.iter().enumerate().map(|(i, t)| {
        vec![(i + 1).to_string(), t.who.clone(), t.what.clone(), words::span(t), t.check.clone()]
    });
    Section {
        title: "약속한 것".to_owned(),
        columns: vec!["번호", "누가", "무엇을", "기간", "확인 방법"],
        rows: rows.collect(),
        ..Section::default()
    }
}

fn identity(sight: &Sight) -> Vec<Row> {
    vec![
        row("접수번호", sight.case().number.clone()),
        row("사건", format!("{} 층간소음 조정", sight.complex)),
        row("신청인", party(sight, Side::Applicant)),
        row("상대방", party(sight, Side::Respondent)),
    ]
}

fn in_charge(sight: &Sight) -> Vec<Row> {
    let people = sight.case().in_charge.iter();
    people.map(|p| row(p.role.label(), sight.names.user(p.user))).collect()
}

/// 합의서.
fn agreement(sight: &Sight, a: &Agreement) -> Content {
    let mut seals = vec![row("신청인", ""), row("상대방", "")];
    seals.extend(in_charge(sight));
    let signed = |side: Side| a.signed.contains(&side);
    if signed(Side::Applicant) && signed(Side::Respondent) {
        seals = vec![row("신청인", "서명함"), row("상대방", "서명함")];
        seals.extend(in_charge(sight));
    }
    let mut facts = identity(sight);
    let drawn = sight.file.lines.iter().find(|l| l.seq == a.seq).map(|l| words::official(l.at));
    facts.extend(drawn.map(|at| row("만든 때", at)));
    Content {
        title: words::agreement_title(a.kind).to_owned(),
        facts,
        sections: vec![
            terms(&a.terms),
            Section {
                title: "지켜지지 않을 때".to_owned(),
                text: Some("먼저 서로 알리고, 그래도 이어지면 맡은 곳에 알려 이 사건을 다시 열 수 있습니다. 2주, 3개월, 6개월 뒤에 약속이 지켜지는지 여쭙니다.".to_owned()),
                ..Section::default()
            },
            Section {
                title: "비밀".to_owned(),
                text: Some("양쪽은 조정에서 알게 된 상대방의 사생활을 남에게 말하지 않습니다.".to_owned()),
                ..Section::default()
            },
        ],
        notes: vec!["이 합의서는 민법상 화해계약이며 재판상 화해·확정판결의 효력은 없습니다.".to_owned()],
        seals,
        from: sight.holder(),
        ..Content::default()
    }
}

/// 조정안.
fn proposal(sight: &Sight, p: &Proposal) -> Content {
    let line = sight.file.lines.iter().find(|l| l.seq == p.seq);
    let reason = line.and_then(|l| match &l.step {
        Step::Propose { reason, .. } => Some(reason.clone()).filter(|r| !r.is_empty()),
        _ => None,
    });
    let mut facts = identity(sight);
    facts.extend(line.map(|l| row("낸 때", words::official(l.at))));
    facts.push(row("답변 기한", format!("{}까지", words::official_day(p.answer_by))));
    let mut sections = vec![Section { title: "조정안".to_owned(), ..terms(&p.terms) }];
    sections.extend(reason.map(|text| Section {
        title: "까닭".to_owned(),
        text: Some(text),
        ..Section::default()
    }));
    Content {
        title: "층간소음 분쟁조정안".to_owned(),
        facts,
        sections,
        notes: vec![
            "양쪽이 모두 받아들이면 합의로 마칩니다. 기한까지 답이 없으면 받아들이지 않은 것으로 봅니다.".to_owned(),
            "받아들이지 않아도 불이익은 없습니다. 받아들인 조정안은 민법상 화해계약이며 재판상 화해·확정판결의 효력은 없습니다.".to_owned(),
        ],
        from: sight.holder(),
        ..Content::default()
    }
}

/// 의뢰서. Personal data goes along only on its basis: each side's with that side's own consent.
fn referral(sight: &Sight, r: &Referral) -> Content {
    let line = sight.file.lines.iter().find(|l| l.seq == r.seq);
    let (reason, basis) = match line.map(|l| &l.step) {
        Some(Step::Refer { reason, basis, .. }) => (reason.clone(), *basis),
        _ => (String::new(), ProvisionBasis::NoPersonalData),
    };
    let case = sight.case();
    let person = |side: Side| {
        if case.passes(side, r.body, basis) { party(sight, side) } else { "전하지 않음".to_owned() }
    };
    let from = r.from.map_or_else(|| sight.holder(), |b| sight.names.body(b));
    Content {
        title: "의뢰서".to_owned(),
        approval: approval(case),
        facts: vec![
            row("받는 곳", sight.names.body(r.body)),
            row("보내는 곳", from.clone()),
            row("접수번호", case.number.clone()),
            row("보낸 때", words::official(r.sent_at)),
            row("행정동", sight.dong.clone()),
            row(
                "소음",
                format!("{}, 추정되는 곳 {}", case.intake.cause.label(), case.intake.position.label()),
            ),
            row("신청인", person(Side::Applicant)),
            row("상대방", person(Side::Respondent)),
            row("개인정보를 전하는 근거", basis.label()),
        ],
        sections: vec![Section {
            title: "의뢰하는 까닭".to_owned(),
            text: Some(reason),
            ..Section::default()
        }],
        notes: vec![
            "사흘(근무일) 안에 받을지 돌려보낼지 알려 주시기 바랍니다. 받은 정보는 이 일에만 써 주십시오."
                .to_owned(),
        ],
        date: words::official_day(seoul::day(r.sent_at)),
        from,
        ..Content::default()
    }
}

/// 교섭경위서: the statutory ladder, then every dealing in order. What one side told in confidence is not in it.
fn history(sight: &Sight) -> Content {
    let mut lines: Vec<&Event> = sight.file.lines.iter().filter(|l| !l.voided && is_dealing(l)).collect();
    lines.sort_by_key(|l| (l.at, l.seq));
    let rows = lines.iter().map(|l| vec![words::official(l.at), words::title(&l.step), dealing(l)]);
    let mut facts = identity(sight);
    facts.push(row("접수한 때", words::official(sight.case().intake.received_at)));
    Content {
        title: "교섭경위서".to_owned(),
        approval: approval(sight.case()),
        facts,
        sections: vec![
            Section {
                title: "법정 사다리(공동주택관리법 제20조)".to_owned(),
                columns: vec!["단계", "날짜", "있었던 일"],
                rows: ladder(&lines),
                ..Section::default()
            },
            Section {
                title: "경위".to_owned(),
                columns: vec!["날짜", "있었던 일", "내용"],
                rows: rows.collect(),
                ..Section::default()
            },
        ],
        notes: vec!["상담과 면담에서 들은 이야기, 안전 확인의 답, 내부 메모는 싣지 않습니다.".to_owned()],
        from: sight.holder(),
        ..Content::default()
    }
}

fn is_dealing(line: &Event) -> bool {
    visibility(&line.step) != Visibility::Mediators
        && !matches!(
            line.step.code(),
            StepCode::Screen
                | StepCode::Note
                | StepCode::Correct
                | StepCode::Link
                | StepCode::Offer
                | StepCode::DeclineOffer
                | StepCode::CancelOffer
                | StepCode::ExpireOffer
                | StepCode::AnswerSlots
                | StepCode::Report
        )
}

/// What a line of the 교섭경위서 says: what was recommended, proposed, agreed; not what was told in confidence.
fn dealing(line: &Event) -> String {
    match &line.step {
        Step::Recommend { content, .. } | Step::RecommendAgain { content } => content.clone(),
        Step::Investigate { findings, .. } => findings.clone(),
        Step::HoldSession { result, .. } => result.clone(),
        Step::HandOver { basis, .. } => basis.label().to_owned(),
        Step::Propose { terms, .. } | Step::Draft { terms, .. } => {
            terms.iter().map(words::term).collect::<Vec<_>>().join("\n")
        }
        Step::File { answered, .. } => answered.clone(),
        _ => String::new(),
    }
}

/// The rungs, each with when it was taken.
fn ladder(lines: &[&Event]) -> Vec<Vec<String>> {
    const RUNGS: [(&str, &[StepCode]); 7] = [
        ("① 관리주체에 알림", &[StepCode::File]),
        ("② 사실조사", &[StepCode::Investigate]),
        ("③ 권고", &[StepCode::Recommend]),
        ("④ 위원회에 넘김", &[StepCode::HandOver]),
        ("⑤ 면담·조정회의", &[StepCode::Interview, StepCode::HoldSession]),
        ("⑥ 재권고·조정안", &[StepCode::RecommendAgain, StepCode::Propose]),
        ("⑦ 결과", &[StepCode::Close, StepCode::Sign]),
    ];
    let rung = |(name, codes): &(&str, &[StepCode])| {
        let taken: Vec<&&Event> = lines.iter().filter(|l| codes.contains(&l.step.code())).collect();
        let dates: Vec<String> = taken.iter().map(|l| words::official_day(seoul::day(l.at))).collect();
        let what: Vec<String> = taken.iter().map(|l| words::title(&l.step)).collect();
        let none = |text: String| if text.is_empty() { "없음".to_owned() } else { text };
        vec![(*name).to_owned(), none(dates.join("\n")), none(what.join("\n"))]
    };
    RUNGS.iter().map(rung).collect()
}
