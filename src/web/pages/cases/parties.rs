//! 당사자: both sides, telephones masked until somebody says why they want to see them; that is recorded.
use super::load::{self, Sight};
use super::papers::made::{Kind, is_granted};
use super::show::Call;
use crate::casework::open;
use crate::domain::codes::{ConsentPurpose, Disclosure, PersonKind, Side};
use crate::domain::step::form;
use crate::domain::{deadline, text};
use crate::render::korean;
use crate::web::error::WebError;
use crate::web::field::{Errors, Field, Form};
use crate::web::guard::Who;
use crate::web::parts::{Cell, Column, Empty, IdBar, Link, Page, Summary, Table};
use crate::web::posted::Posted;
use crate::web::state::State;
use crate::web::steps::words;
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use serde::Serialize;

/// Why telephones are looked at.
const REASONS: [(&str, &str); 4] = [
    ("call", "전화나 문자로 연락하려고"),
    ("visit", "방문이나 회의를 준비하려고"),
    ("fix", "적힌 것이 맞는지 확인하려고"),
    ("ask", "본인이 물어보아서"),
];

/// `pages/cases/parties`.
#[derive(Debug, Serialize)]
struct Parties {
    page: Page,
    bar: IdBar,
    sides: Vec<SideShown>,
    form: Form,
    action: String,
    /// The numbers are open on this page.
    open: bool,
    calls: Vec<Call>,
    told: String,
    beside: Table,
    orders: Table,
    rights: Table,
    links: Vec<Link>,
    consents: Table,
}

/// One side.
#[derive(Debug, Serialize)]
struct SideShown {
    title: &'static str,
    facts: Summary,
    phone: Option<String>,
    /// `tel:` and `sms:` with a neutral text; only when opened.
    tel: Option<String>,
    sms: Option<String>,
}

/// Both sides, telephones masked.
///
/// # Errors
/// 404 outside the scope, or for people who do not handle the case.
pub async fn page(state: Data<State>, who: Who, number: Path<String>) -> Result<HttpResponse, WebError> {
    let sight = load::open(&state, &who, &number, "parties").await?;
    shown(&state, &who, &sight, &Typed::default(), &Errors::default(), false)
}

/// The telephones, for a reason, recorded.
///
/// # Errors
/// As `page`; 422 without a reason.
pub async fn reveal(
    state: Data<State>,
    who: Who,
    number: Path<String>,
    posted: Posted,
) -> Result<HttpResponse, WebError> {
    let sight = load::open(&state, &who, &number, "parties").await?;
    let reason = REASONS.iter().find(|(code, _)| *code == posted.0.get("reason"));
    let Some((_, reason)) = reason else {
        let mut errors = Errors::default();
        errors.add("reason", "연락처를 보려는 까닭을 골라 주세요. 기록에 남습니다.");
        return shown(&state, &who, &sight, &posted.0, &errors, false);
    };
    if !sight.file.contacts {
        return Err(WebError::not_found());
    }
    let (actor, ip, now, n) = (who.actor.clone(), who.ip.clone(), state.now(), number.into_inner());
    state.db.write(move |tx| open::record(tx, &actor, &n, &ip, "contacts", reason, now)).await?;
    shown(&state, &who, &sight, &Typed::default(), &Errors::default(), true)
}

fn shown(
    state: &State,
    who: &Who,
    sight: &Sight,
    typed: &Typed,
    errors: &Errors,
    open: bool,
) -> Result<HttpResponse, WebError> {
    if !sight.file.contacts {
        return Err(WebError::not_found());
    }
    let number = &sight.case().number;
    let now = state.now();
    let reason = Field::radio("reason", "연락처를 보려는 까닭")
        .choices(REASONS)
        .help("누가 왜 보았는지 기록에 남습니다.");
    let form = Form::new([reason], typed, errors);
    let mut page = sight.frame(state, who, "당사자");
    page.error = !form.errors.is_empty();
    let status = if page.error { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let shown = Parties {
        bar: sight.bar("/parties", now),
        sides: Side::ALL.iter().map(|s| side(state, sight, *s, open)).collect(),
        action: format!("/cases/{number}/parties/contacts"),
        open,
        calls: sight.calls.iter().map(|d| Call::of(d, now)).collect(),
        told: format!("/cases/{number}/told"),
        beside: beside(sight, open),
        orders: orders(sight),
        rights: rights(sight),
        links: links(sight),
        consents: consents(sight),
        form,
        page,
    };
    state.page_with(status, "pages/cases/parties", &shown)
}

fn side(state: &State, sight: &Sight, side: Side, open: bool) -> SideShown {
    let title = side.label();
    if !sight.knows(side) {
        let text = "본인이 이 기관에 제공하는 데 동의하면 보입니다. 그때까지는 위원회(없으면 관리사무소)가 연락합니다.";
        let facts = Summary::default().row("이름, 동·호, 연락처", text);
        return SideShown { title, facts, phone: None, tel: None, sms: None };
    }
    let Some(party) = sight.party(side) else {
        let facts = Summary::default().row("알려진 것", "아직 모릅니다");
        return SideShown { title, facts, phone: None, tel: None, sms: None };
    };
    let d = &party.details;
    let told = |text: &str| if text.is_empty() { "적지 않음".to_owned() } else { text.to_owned() };
    let mut facts = Summary::default()
        .row("이름", told(&d.name))
        .row("동·호", d.unit.as_ref().map_or_else(|| "모름".to_owned(), ToString::to_string));
    if side == Side::Applicant {
        facts = facts
            .row("상대방이 알아도 되는 것", d.disclosure.map_or("묻지 않음", Disclosure::label))
            .row("상대방에게 전해도 되는 말", told(&d.may_tell));
    }
    let email = if open || d.email.is_empty() { told(&d.email) } else { "적어 두었습니다".to_owned() };
    facts = facts.row("전자우편", email);
    let safety = sight.case().side(side);
    let screened = safety.safety.map_or("아직 확인하지 않음", crate::domain::codes::Safety::label);
    let again = if safety.screen_again { " (다시 확인해야 함)" } else { "" };
    facts = facts.row("안전 확인", format!("{screened}{again}"));
    if party.destroyed {
        facts = Summary::default().row("연락처", "보관 기간이 지나 지웠습니다");
    }
    let there = !d.phone.is_empty();
    let phone = there.then(|| if open { korean::phone(&d.phone) } else { text::mask_phone(&d.phone) });
    let sms = (open && there && text::takes_messages(&d.phone))
        .then(|| format!("sms:{}?body={}", d.phone, escaped(&neutral(state, sight))));
    SideShown { title, facts, phone, tel: (open && there).then(|| format!("tel:{}", d.phone)), sms }
}

/// What a text message may say: no kind of dispute, no name, no unit.
fn neutral(state: &State, sight: &Sight) -> String {
    let phone = &state.settings.site.phone;
    let call = if phone.is_empty() { String::new() } else { format!(" {phone}") };
    format!(
        "{}입니다. 접수번호 {} 일로 알려 드릴 것이 있습니다. 편하실 때 전화 부탁드립니다.{call}",
        sight.holder(),
        sight.case().number
    )
}

/// Percent-encodes a text for a URI's query (RFC 3986 §2.1).
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// Who stands beside the two main parties. An address kept from one's own household shows only when somebody says why they look.
fn beside(sight: &Sight, open: bool) -> Table {
    let there = sight.case().people.iter().filter(|p| !p.ended && sight.knows(p.side));
    let rows = there.map(|p| {
        let known = sight.file.parties.iter().find(|k| k.seq == Some(p.seq)).map(|k| &k.details);
        let name = known.map(|d| d.name.clone()).unwrap_or_default();
        let phone = known.map(|d| d.phone.clone()).filter(|n| !n.is_empty()).unwrap_or_default();
        let phone = match (phone.is_empty(), open) {
            (true, _) => String::new(),
            (false, true) => korean::phone(&phone),
            (false, false) => text::mask_phone(&phone),
        };
        let unit = known.and_then(|d| d.unit.as_ref()).map(ToString::to_string).unwrap_or_default();
        let unit = if p.apart && !open { "알리지 않음".to_owned() } else { unit };
        let authority: Vec<&str> = p.authority.iter().map(|a| a.label()).collect();
        let joined = p.kind == PersonKind::Joint && sight.case().has_joined(p.side, Some(p.seq));
        let waits = p.kind == PersonKind::Joint && !joined;
        let what = [
            p.represents.then(|| "대표자".to_owned()),
            (!authority.is_empty()).then(|| format!("맡긴 일: {}", authority.join(", "))),
            joined.then(|| "조정 참여에 동의함".to_owned()),
            waits.then(|| "조정 참여 동의를 아직 받지 않음".to_owned()),
        ];
        let what = what.into_iter().flatten().collect::<Vec<_>>().join(" · ");
        vec![
            Cell::text(p.side.label()),
            Cell::text(p.kind.label()).small(what),
            Cell::text(name).small(phone),
            Cell::text(unit),
        ]
    });
    let columns = ["쪽", "어떤 사람", "이름", "동·호"].map(Column::new).into();
    Table::new("함께하는 사람".to_owned(), columns, rows.collect(), Empty::new("더 적힌 사람이 없습니다."))
}

fn orders(sight: &Sight) -> Table {
    let rows = sight.case().orders.iter().rev().map(|o| {
        let days = format!("{} ~ {}", words::official_day(o.from), words::official_day(o.until));
        let state = if o.ended { Cell::badge("끝남", "plain") } else { Cell::badge("있음", "warn") };
        vec![Cell::text(o.kind.label()), Cell::text(o.protects.label()), Cell::text(days), state]
    });
    let columns = ["보호조치", "보호받는 쪽", "기간", "지금"].map(Column::new).into();
    Table::new("보호조치".to_owned(), columns, rows.collect(), Empty::new("적힌 보호조치가 없습니다."))
}

fn rights(sight: &Sight) -> Table {
    let asked = sight.case().rights.iter().rev().filter(|r| sight.knows(r.side));
    let rows = asked.map(|r| {
        let by = deadline::days_after(r.asked_at, sight.case().rules.rights_days);
        let state = match r.answer {
            Some(answer) => Cell::badge(answer.label(), "ok"),
            None => Cell::badge("답 기다림", "warn").small(format!("{}까지", words::official(by))),
        };
        vec![
            Cell::text(r.side.label()),
            Cell::text(r.right.label()),
            Cell::text(words::official(r.asked_at)),
            state,
        ]
    });
    let columns = ["누구", "요청", "언제", "답"].map(Column::new).into();
    Table::new("개인정보 요청".to_owned(), columns, rows.collect(), Empty::new("받은 요청이 없습니다."))
}

/// The steps about people that this person could take now.
fn links(sight: &Sight) -> Vec<Link> {
    let number = &sight.case().number;
    let about = ["사람들", "안전과 보호", "개인정보"];
    let open = sight.steps.iter().filter(|s| about.contains(&form::group(**s)));
    let steps = open.map(|s| Link::new(format!("/cases/{number}/steps/{}", s.code()), s.label()));
    let records = [(Side::Applicant, Kind::OwnRecord), (Side::Respondent, Kind::OtherRecord)];
    let granted = records.into_iter().filter(|(side, _)| is_granted(sight, *side));
    let records = granted.map(|(side, kind)| {
        let label = format!("열람 자료({}) 뽑기", side.label());
        Link::new(format!("/cases/{number}/print/{}", kind.code()), label)
    });
    records.chain(steps).collect()
}

/// To whom data goes on a consent, and who answers for it.
fn recipient(c: &crate::store::parties::Consent) -> String {
    let controller =
        if c.controller.is_empty() { String::new() } else { format!("처리자: {}", c.controller) };
    [c.recipient.clone(), controller].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn consents(sight: &Sight) -> Table {
    let rows = sight.file.consents.iter().map(|c| {
        let purpose = ConsentPurpose::from_code(&c.purpose).map_or(c.purpose.as_str(), |p| p.label());
        let state = match (c.given, c.withdrawn_at) {
            (true, None) => Cell::badge("동의", "ok"),
            (true, Some(at)) => Cell::badge("철회", "warn").small(words::official(at.and_utc())),
            (false, _) => Cell::badge("동의하지 않음", "plain"),
        };
        let whose = sight.case().people.iter().find(|p| Some(p.seq) == c.person);
        vec![
            Cell::text(c.side.label()).small(whose.map(|p| sight.name_of(p)).unwrap_or_default()),
            Cell::text(purpose).small(recipient(c)),
            state,
            Cell::text(c.method.label()),
            Cell::text(words::official(c.at.and_utc())).small(c.text_version.clone()),
        ]
    });
    let columns = ["누구", "무엇에", "답", "방법", "언제"].map(Column::new).into();
    Table::new(
        "개인정보와 참여 동의".to_owned(),
        columns,
        rows.collect(),
        Empty::new("물은 동의가 없습니다."),
    )
}
