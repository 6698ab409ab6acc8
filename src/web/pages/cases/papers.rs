//! 문서: the papers of a case, printed on A4 from its record.
use super::load::{self, NOT_PROVIDED, Sight};
use crate::casework::party as at_desk;
use crate::domain::case::{Agreement, Event, Proposal, Referral};
use crate::domain::codes::{Disclosure, LinkPurpose, ProvisionBasis, Side, Visibility};
use crate::domain::permission::{View, visibility};
use crate::domain::step::{Step, StepCode, Term};
use crate::render::korean::{self, Moment};
use crate::store::{Rx, StoreError, bodies, links};
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::pages::apply::view::PrintHead;
use crate::web::pages::party::desk::CHECKS;
use crate::web::pages::party::letter;
use crate::web::parts::{Flash, IdBar, Link, Page};
use crate::web::posted::Posted;
use crate::web::qr::{self, Qr};
use crate::web::state::{State, see_other};
use crate::web::steps::words;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};

/// `pages/cases/papers`.
#[derive(Debug, Serialize)]
struct Papers {
    page: Page,
    bar: IdBar,
    papers: Vec<PaperLink>,
    /// The sides that have a page of their own.
    doors: Vec<PartyDoor>,
    /// Where a lost link is made anew; below it, where digits are made.
    reissue: String,
    checks: Vec<Check>,
}

/// A party's own page, for the desk.
#[derive(Debug, Serialize)]
struct PartyDoor {
    side: &'static str,
    label: &'static str,
}

/// How a person was checked before digits are read out.
#[derive(Debug, Serialize)]
struct Check {
    code: &'static str,
    label: &'static str,
}

/// A paper that can be printed.
#[derive(Debug, Serialize)]
struct PaperLink {
    href: String,
    label: String,
    text: &'static str,
}

/// `pages/print/paper`: one printed paper.
#[derive(Debug, Default, Serialize)]
struct Paper {
    page: Option<Page>,
    print: Option<PrintHead>,
    foot: Option<Foot>,
    title: String,
    facts: Vec<Row>,
    sections: Vec<Section>,
    qr: Option<Qr>,
    notes: Vec<String>,
    date: String,
    seals: Vec<Row>,
    from: String,
}

/// `pages/print/notice`: one A4 page for the notice board.
#[derive(Debug, Serialize)]
struct Notice {
    page: Page,
    to: String,
    cause: &'static str,
    may_tell: Option<String>,
    from: String,
    written: String,
}

/// A label and what stands beside it.
#[derive(Debug, Serialize)]
struct Row {
    label: String,
    text: String,
}

/// Who printed it, when.
#[derive(Debug, Serialize)]
struct Foot {
    by: String,
    at: String,
}

/// One numbered part of a paper.
#[derive(Debug, Default, Serialize)]
struct Section {
    title: String,
    text: Option<String>,
    columns: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

/// Which thing a paper is about.
#[derive(Debug, Deserialize)]
pub struct About {
    seq: Option<i64>,
    /// Whose page a receipt is for: the applicant's, if not said.
    side: Option<String>,
}

impl About {
    fn side(&self) -> Side {
        self.side.as_deref().and_then(Side::from_code).unwrap_or(Side::Applicant)
    }
}

async fn file(state: &State, who: &Who, number: &str, what: &'static str) -> Result<Sight, WebError> {
    let sight = load::open(state, who, number, what).await?;
    if sight.file.view == View::File && sight.file.contacts { Ok(sight) } else { Err(WebError::not_found()) }
}

/// The list of papers.
///
/// # Errors
/// 404 outside the scope, or for those who may not read the file.
pub async fn page(state: Data<State>, who: Who, number: Path<String>) -> Result<HttpResponse, WebError> {
    let sight = file(&state, &who, &number, "papers").await?;
    let (id, now) = (sight.case().id, state.now());
    let (letters, receipts) = state
        .db
        .read(move |rx| {
            let letters = links::live_of_case(rx, id, LinkPurpose::Letter, now)?;
            Ok::<_, StoreError>((letters, links::live_of_case(rx, id, LinkPurpose::Receipt, now)?))
        })
        .await?;
    let case = sight.case();
    let paper = |path: &str, label: String, text| PaperLink {
        href: format!("/cases/{}/print/{path}", case.number),
        label,
        text,
    };
    let receipt = "신청인에게 드립니다. 진행을 볼 수 있는 링크와 QR이 있습니다.";
    let mut papers: Vec<PaperLink> = sight
        .knows(Side::Applicant)
        .then(|| paper("receipt", "접수증".into(), receipt))
        .into_iter()
        .collect();
    papers.push(paper(
        "history",
        "교섭경위서".into(),
        "접수부터 지금까지 있었던 일과 법정 사다리. 분쟁조정 신청에 붙입니다.",
    ));
    papers.push(paper(
        "notice",
        "단지 안내문".into(),
        "게시판과 승강기에 붙입니다. 어느 집의 일인지 알 수 있는 것은 적지 않습니다.",
    ));
    if !letters.is_empty() && may_write(&sight) {
        papers.push(paper(
            "letter",
            "상대방 안내문".into(),
            "봉투에 넣어 전합니다. QR과 여덟 자리 코드가 있습니다.",
        ));
    } else if sight.steps.contains(&StepCode::Letter) {
        papers.push(PaperLink {
            href: format!("/cases/{}/steps/letter", case.number),
            label: "상대방 안내문 만들기".into(),
            text: "새 코드가 생깁니다.",
        });
    }
    for p in case.proposals.iter().rev() {
        papers.push(paper(
            &format!("proposal?seq={}", p.seq),
            format!("조정안({}까지 답)", words::day(p.answer_by)),
            "양쪽에 보이는 조정안입니다.",
        ));
    }
    for a in case.agreements.iter().rev() {
        papers.push(paper(
            &format!("agreement?seq={}", a.seq),
            words::agreement_title(a.kind).into(),
            "양쪽이 서명하는 문서입니다.",
        ));
    }
    for r in case.referrals.iter().rev() {
        papers.push(paper(
            &format!("referral?seq={}", r.seq),
            format!("의뢰서({})", sight.names.body(r.body)),
            "다른 기관에 보내는 문서입니다.",
        ));
    }
    papers.push(PaperLink {
        href: format!("/cases/{}/mails", case.number),
        label: "보낸 전자우편".into(),
        text: "이 사건에서 보낸 것과 보내지 못한 것을 봅니다.",
    });
    let bar = sight.bar("/papers", now);
    let reissue = format!("/cases/{}/receipt", case.number);
    let has_page = |side: &&Side| sight.knows(**side) && receipts.iter().any(|l| l.side == Some(**side));
    let door = |side: &Side| PartyDoor { side: side.code(), label: side.label() };
    let doors = Side::ALL.iter().filter(has_page).map(door).collect();
    let checks = CHECKS.iter().map(|(code, label)| Check { code, label }).collect();
    let page = sight.frame(&state, &who, "문서");
    state.page("pages/cases/papers", &Papers { page, bar, papers, doors, reissue, checks })
}

/// One paper, as it is printed.
///
/// # Errors
/// 404 outside the scope, for an unknown paper, or a thing that the case does not have.
pub async fn print(
    state: Data<State>,
    who: Who,
    path: Path<(String, String)>,
    about: Query<About>,
) -> Result<HttpResponse, WebError> {
    let (number, kind) = path.into_inner();
    let sight = file(&state, &who, &number, "print").await?;
    let case = sight.case();
    let none = WebError::not_found;
    let paper = match kind.as_str() {
        "letter" if may_write(&sight) => return print_letter(&state, &who, &sight).await,
        "notice" => return print_notice(&state, &who, &sight),
        "receipt" if sight.knows(about.side()) => receipt(&state, &sight, about.side()).await?,
        "history" => history(&sight),
        "agreement" => {
            let found = case.agreements.iter().find(|a| Some(a.seq) == about.seq);
            agreement(&sight, found.ok_or_else(none)?)
        }
        "proposal" => {
            let found = case.proposals.iter().find(|p| Some(p.seq) == about.seq);
            proposal(&sight, found.ok_or_else(none)?)
        }
        "referral" => {
            let found = case.referrals.iter().find(|r| Some(r.seq) == about.seq);
            referral(&sight, found.ok_or_else(none)?)
        }
        _ => return Err(none()),
    };
    finish(&state, &who, &sight, paper)
}

/// A letter to the respondent's own door: to those who may know the door, and not where the applicant chose a notice to the
/// whole 단지 only.
fn may_write(sight: &Sight) -> bool {
    sight.knows(Side::Respondent) && sight.case().disclosure != Some(Disclosure::NoticeOnly)
}

/// The notice to everybody in the 단지: no case number, no door, nobody's name; what the applicant lets be told.
fn print_notice(state: &State, who: &Who, sight: &Sight) -> Result<HttpResponse, WebError> {
    let number = &sight.case().number;
    let mut page = state.frame(who, "단지 안내문");
    page.back = Some(Link::new(format!("/cases/{number}/papers"), "문서 목록"));
    let told = sight.party(Side::Applicant).map(|p| p.details.may_tell.clone()).filter(|t| !t.is_empty());
    let notice = Notice {
        to: sight.complex.clone(),
        cause: sight.case().intake.cause.label(),
        may_tell: told,
        from: sight.holder(),
        written: Moment::from(crate::domain::seoul::day(state.now())).official(),
        page,
    };
    state.page("pages/print/notice", &notice)
}

fn finish(state: &State, who: &Who, sight: &Sight, paper: Paper) -> Result<HttpResponse, WebError> {
    let number = sight.case().number.clone();
    let mut page = state.frame(who, &format!("{}: {number}", paper.title));
    page.back = Some(Link::new(format!("/cases/{number}/papers"), "문서 목록"));
    let by = who.login.as_ref().map(|l| l.user.name.clone()).unwrap_or_default();
    let now = state.now();
    let paper = Paper {
        print: Some(PrintHead { left: format!("접수번호 {number}"), right: paper.title.clone() }),
        foot: Some(Foot { by, at: words::official(now) }),
        date: if paper.date.is_empty() {
            words::official_day(crate::domain::seoul::day(now))
        } else {
            paper.date
        },
        page: Some(page),
        ..paper
    };
    state.page("pages/print/paper", &paper)
}

fn row(label: &str, text: impl Into<String>) -> Row {
    Row { label: label.to_owned(), text: text.into() }
}

/// The whole address of an own path.
fn address(state: &State, path: &str) -> String {
    format!("{}{path}", state.settings.server.base_url.trim_end_matches('/'))
}

/// 접수증; for the other side, the address of their own page.
async fn receipt(state: &State, sight: &Sight, side: Side) -> Result<Paper, WebError> {
    let (id, now) = (sight.case().id, state.now());
    let token = state.db.read(move |rx| receipt_token(rx, id, side, now)).await?;
    if side == Side::Respondent && token.is_none() {
        return Err(WebError::not_found());
    }
    let case = sight.case();
    let mut facts = vec![
        row("접수번호", case.number.clone()),
        row("접수한 때", words::official(case.intake.received_at)),
        row("단지", sight.complex.clone()),
        row("소음", case.intake.cause.label()),
        row("맡은 곳", sight.holder()),
    ];
    let url = token.map(|t| address(state, &format!("/r/{t}")));
    facts.extend(url.iter().map(|u| row("진행 보기", u.clone())));
    let next = crate::domain::sentence::next(case);
    Ok(Paper {
        title: if side == Side::Applicant { "접수증" } else { "진행 확인 안내" }.to_owned(),
        facts,
        sections: vec![Section { title: "다음에 일어나는 일".to_owned(), text: Some(next), ..Section::default() }],
        qr: url.as_deref().and_then(|u| qr::qr(u, "진행 보기 주소")),
        notes: vec![
            "QR이나 위의 주소로 언제든 진행을 볼 수 있습니다. 주소를 가진 사람은 누구나 열 수 있으니 남에게 보내지 말아 주세요.".to_owned(),
            "잃어버리면 접수한 곳에 신분을 확인할 수 있는 것을 가지고 오시면 새로 드립니다.".to_owned(),
            "위협이나 폭력이 있으면 바로 112에 신고해 주세요.".to_owned(),
        ],
        from: sight.holder(),
        ..Paper::default()
    })
}

/// A lost link to one's own page, made anew at the desk after a check of the person; the old one opens nothing from now on.
///
/// # Errors
/// 404 outside the scope, or for people who do not handle the case.
pub async fn reissue(
    state: Data<State>,
    who: Who,
    number: Path<String>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let sight = file(&state, &who, &number, "papers").await?;
    let side = Side::from_code(typed.get("side")).unwrap_or(Side::Applicant);
    if !sight.knows(side) {
        return Err(WebError::not_found());
    }
    let (case, now) = (sight.case().clone(), state.now());
    let (actor, ip, n) = (who.actor.clone(), who.ip.clone(), number.into_inner());
    let to = format!("/cases/{n}/print/receipt?side={}", side.code());
    let made = state.db.write(move |tx| -> Result<String, crate::casework::CaseworkError> {
        crate::casework::open::record(tx, &actor, &n, &ip, "print", "링크를 새로 드림", now)?;
        at_desk::reissue(tx, &case, side, now)
    });
    made.await?;
    Ok(see_other(&to, Some(&Flash::ok("링크를 새로 만들었습니다. 앞의 링크는 이제 열리지 않습니다."))))
}

fn receipt_token(
    rx: &mut Rx<'_>,
    case: crate::domain::ids::CaseId,
    side: Side,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Option<String>, StoreError> {
    let live = links::live_of_case(rx, case, LinkPurpose::Receipt, now)?;
    let own = live.into_iter().find(|l| l.side == Some(side));
    Ok(own.map(|l| links::token(rx, l.id)))
}

/// The neutral letter for the respondent's door: what it says is decided by what the applicant allowed.
async fn print_letter(state: &State, who: &Who, sight: &Sight) -> Result<HttpResponse, WebError> {
    let (id, now, holder) = (sight.case().id, state.now(), sight.case().speaks_with(Side::Respondent));
    let read = state.db.read(move |rx| -> Result<_, crate::casework::CaseworkError> {
        let letter = links::live_of_case(rx, id, LinkPurpose::Letter, now)?.into_iter().next();
        let Some(letter) = letter else { return Ok(None) };
        let body = holder.map(|b| bodies::find(rx, b)).transpose()?;
        Ok(Some((links::token(rx, letter.id), links::code_of(rx, &letter)?, letter, body)))
    });
    let Some((token, code, link, body)) = read.await? else { return Err(WebError::not_found()) };
    let unit = sight.party(Side::Respondent).and_then(|p| p.details.unit.as_ref()).map(ToString::to_string);
    let number = &sight.case().number;
    let mut page = state.frame(who, &format!("상대방 안내문: {number}"));
    page.back = Some(Link::new(format!("/cases/{number}"), "사건으로"));
    let url = address(state, &format!("/r/{token}"));
    let shown = state.settings.server.base_url.trim_end_matches('/');
    let paper = letter::Paper {
        to: format!("{} {}", sight.complex, unit.unwrap_or_default()).trim().to_owned(),
        from: holder.map(|b| sight.names.body(b)).unwrap_or_default(),
        may_tell: sight.party(Side::Applicant).map(|p| p.details.may_tell.clone()).filter(|t| !t.is_empty()),
        qr: qr::qr(&url, "답하는 화면의 주소"),
        site_shown: shown.split_once("://").map_or(shown, |(_, rest)| rest).to_owned(),
        code,
        tel: body.map(|b| korean::phone(&b.phone)).filter(|p| !p.is_empty()),
        expires: words::official_day(crate::domain::seoul::day(link.expires_at.and_utc())),
        written: Moment::from(crate::domain::seoul::day(now)).official(),
        page,
    };
    state.page("pages/letter/paper", &paper)
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
fn agreement(sight: &Sight, a: &Agreement) -> Paper {
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
    Paper {
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
        ..Paper::default()
    }
}

/// 조정안.
fn proposal(sight: &Sight, p: &Proposal) -> Paper {
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
    Paper {
        title: "층간소음 분쟁조정안".to_owned(),
        facts,
        sections,
        notes: vec![
            "양쪽이 모두 받아들이면 합의로 마칩니다. 기한까지 답이 없으면 받아들이지 않은 것으로 봅니다.".to_owned(),
            "받아들이지 않아도 불이익은 없습니다. 받아들인 조정안은 민법상 화해계약이며 재판상 화해·확정판결의 효력은 없습니다.".to_owned(),
        ],
        from: sight.holder(),
        ..Paper::default()
    }
}

/// 의뢰서. Personal data goes along only on its basis: each side's with that side's own consent.
fn referral(sight: &Sight, r: &Referral) -> Paper {
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
    Paper {
        title: "의뢰서".to_owned(),
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
        date: words::official_day(crate::domain::seoul::day(r.sent_at)),
        from,
        ..Paper::default()
    }
}

/// 교섭경위서: the statutory ladder, then every dealing in order. What one side told in confidence is not in it.
fn history(sight: &Sight) -> Paper {
    let mut lines: Vec<&Event> = sight.file.lines.iter().filter(|l| !l.voided && is_dealing(l)).collect();
    lines.sort_by_key(|l| (l.at, l.seq));
    let rows = lines.iter().map(|l| vec![words::official(l.at), words::title(&l.step), content(l)]);
    let mut facts = identity(sight);
    facts.push(row("접수한 때", words::official(sight.case().intake.received_at)));
    Paper {
        title: "교섭경위서".to_owned(),
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
        ..Paper::default()
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
fn content(line: &Event) -> String {
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
        let dates: Vec<String> =
            taken.iter().map(|l| words::official_day(crate::domain::seoul::day(l.at))).collect();
        let what: Vec<String> = taken.iter().map(|l| words::title(&l.step)).collect();
        let none = |text: String| if text.is_empty() { "없음".to_owned() } else { text };
        vec![(*name).to_owned(), none(dates.join("\n")), none(what.join("\n"))]
    };
    RUNGS.iter().map(rung).collect()
}

/// 민원 기록일지, blank, for the counter (`domain.md` §3.3).
///
/// # Errors
/// Template errors.
pub async fn blank_log(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let mut page = state.frame(&who, "층간소음 민원 기록일지");
    page.back = Some(Link::new("/cases/new", "접수하기"));
    #[derive(Serialize)]
    struct Blank {
        page: Page,
    }
    state.page("pages/print/log", &Blank { page })
}
