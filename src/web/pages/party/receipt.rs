//! A person's own page in a case, by receipt link: where it is, what is next; what they wrote only after a ten-minute code.

use super::decision::{TermShown, comment_field, comments, terms_shown};
use super::{contact, day, who_acts};
use crate::casework::agreement::fingerprint;
use crate::casework::party::{Door, due};
use crate::domain::case::PartyText;
use crate::domain::codes::{
    Authority, ConsentPurpose, LinkPurpose, Living, Outcome, Right, Side, Stage, TextKind,
};
use crate::domain::permission::{Actor, Guest, Hat};
use crate::domain::sentence;
use crate::domain::step::{Step, StepCode};
use crate::domain::text;
use crate::render::korean::{self, Moment};
use crate::store::access::Seen;
use crate::web::changes::{self, Changes};
use crate::web::field::{Errors, Field, Form};
use crate::web::pages::apply::form::times_shown;
use crate::web::pages::apply::view::{ConsentBox, Contact};
use crate::web::pages::public::{NUMBERS, Number};
use crate::web::parts::{Page, Summary, Timeline, TimelineItem};
use crate::web::steps::words;
use crate::web::typed::Typed;
use serde::Serialize;

/// `pages/receipt/show`.
#[derive(Debug, Serialize)]
pub struct Show {
    pub page: Page,
    pub form: Form,
    pub number: String,
    pub received: String,
    pub sentence: String,
    pub next: Option<String>,
    pub contact: Option<Contact>,
    /// Whom to call where the case ended without an agreement.
    pub numbers: &'static [Number],
    pub todo: Vec<Todo>,
    pub timeline: Timeline,
    /// Proposals and agreements, while the person's own data is open.
    pub texts: Vec<Text>,
    /// There are some, behind the code.
    pub locked_texts: bool,
    /// The person's own words and contacts, while they are open.
    pub own: Option<Summary>,
    pub own_until: Option<String>,
    pub seen: Option<Summary>,
    /// What was asked about one's own data, and how it was answered.
    pub rights: Option<Summary>,
    /// Days within which such a request is answered.
    pub right_days: i64,
    /// The masked address that a code goes to; none when there is none.
    pub code_to: Option<String>,
    pub code_waits: bool,
    pub base: String,
    /// The applicant, who may apply elsewhere too.
    pub applies: bool,
    /// The applicant notes what they hear while the case is open.
    pub diary: bool,
    pub can_confirm: bool,
    pub can_withdraw: bool,
    /// They take part, and may stop.
    pub can_leave: bool,
    pub consent: Option<ConsentBox>,
    pub provide: Option<ConsentBox>,
}

/// A proposal or agreement, as both sides read it.
#[derive(Debug, Clone, Serialize)]
pub struct Text {
    pub title: String,
    pub state: &'static str,
    pub agreed: bool,
    pub on: String,
    pub terms: Vec<TermShown>,
    pub changes: Option<Changes>,
    pub comments: Vec<String>,
    /// The text that a comment is about.
    pub version: Option<String>,
    /// Where to say what should be otherwise, while it waits for signatures.
    pub comment_to: Option<String>,
    /// What it is in law.
    pub force: &'static str,
}

/// A decision that waits for this person.
#[derive(Debug, Clone, Serialize)]
pub struct Todo {
    pub title: &'static str,
    pub text: String,
    pub href: String,
    pub label: &'static str,
}

/// Where the six digits are typed that open what belongs to a person.
#[must_use]
pub fn code_field() -> Field {
    let code = Field::text("code", "숫자 6자리").width("w-s").inputmode("numeric");
    code.autocomplete("one-time-code").max(12)
}

/// The page behind `token`.
#[must_use]
pub fn show(mut page: Page, door: &Door, token: &str, typed: &Typed, errors: &Errors) -> Show {
    let visit = &door.visit;
    let case = &visit.case;
    let code = code_field();
    let consent_field = Field::checkbox("consent", "조정에 참여하는 데 동의합니다");
    let provide_field = Field::checkbox("provide", "제 정보를 협약 기관에 제공하는 데 동의합니다");
    let right = Field::radio("right", "무엇을 요청하시나요")
        .choices(Right::ALL.iter().map(|r| (r.code(), r.label())))
        .layout("two");
    let text = Field::area("text", "자세히 적어 주세요", 1000).rows(3);
    let mut form =
        Form::new([code, consent_field, provide_field, right, text, comment_field()], typed, errors);
    let drafts = door.open_until.is_some() && case.open_agreement().is_some();
    // Where the code ran out, or the draft was replaced, the page has no field for what was typed.
    if !drafts {
        form.keep(typed, &["comment"]);
    }
    if door.open_until.is_none() {
        form.keep(typed, &["text"]);
    }
    match visit.side {
        Side::Applicant => "신청 진행 상황",
        Side::Respondent => "진행 상황",
    }
    .clone_into(&mut page.title);
    page.error = !form.errors.is_empty();
    let actor = Actor::guest(Guest::Party(case.id, visit.side));
    let open = case.open_to(&actor);
    let consents = open.contains(&StepCode::Consent) && !case.has_joined(visit.side, None);
    let consent = ConsentPurpose::Mediation.text().filter(|_| consents);
    let provide =
        ConsentPurpose::Provision.text().zip(form.fields.get("provide")).zip(door.provider.as_deref());
    let provide = provide.filter(|_| open.contains(&StepCode::Provide));
    let open_until = door.open_until;
    Show {
        provide: provide
            .map(|((text, field), to)| ConsentBox::new(text, field.clone()).by(&door.controller).to(to)),
        number: case.number.clone(),
        received: day(case.intake.received_at),
        sentence: sentence::now_for(case, visit.side),
        next: Some(door.next.clone()),
        contact: contact(door),
        numbers: if wants_help(case.outcome()) { &NUMBERS } else { &[] },
        todo: todo(door),
        timeline: timeline(door),
        texts: if open_until.is_some() { texts(door, token) } else { Vec::new() },
        locked_texts: open_until.is_none() && !case.texts_for(visit.side).is_empty(),
        own: open_until.map(|_| own(door)),
        own_until: open_until.map(|at| Moment::from(at).clock()),
        seen: open_until.map(|_| seen(door)),
        rights: open_until.map(|_| rights(door)),
        right_days: case.rules.rights_days,
        code_to: Some(door.own.email.as_str()).filter(|e| !e.is_empty()).map(text::mask_email),
        code_waits: door.code_waits || door.own.email.is_empty(),
        base: format!("/r/{token}"),
        applies: visit.side == Side::Applicant,
        diary: visit.side == Side::Applicant && case.is_open(),
        can_confirm: open.contains(&StepCode::Confirm) && can_confirm(door),
        can_withdraw: open.contains(&StepCode::Close),
        can_leave: open.contains(&StepCode::WithdrawConsent) && case.has_joined(visit.side, None),
        consent: consent
            .zip(form.fields.get("consent"))
            .map(|(text, field)| ConsentBox::new(text, field.clone()).by(&door.controller)),
        form,
        page,
    }
}

/// The case ended, and the noise may not have.
fn wants_help(outcome: Option<Outcome>) -> bool {
    use Outcome::{Counselled, NotAgreed, OutOfScope, Refused, Suspended, Unreachable};
    let ends = [Counselled, NotAgreed, Refused, Unreachable, OutOfScope, Suspended];
    outcome.is_some_and(|outcome| ends.contains(&outcome))
}

/// The confirmation matters while the case is open, and after it was closed as ceased or settled before mediation.
fn can_confirm(door: &Door) -> bool {
    let case = &door.visit.case;
    case.stage != Stage::Received
        && (case.is_open() || matches!(case.outcome(), Some(Outcome::Ceased | Outcome::SettledBefore)))
        && !case.marks.iter().any(|(_, _, mark)| *mark == crate::domain::mark::Mark::Confirmed)
}

fn todo(door: &Door) -> Vec<Todo> {
    let case = &door.visit.case;
    let of = |(link, token): &(crate::store::links::Link, String)| {
        let href = format!("/r/{token}");
        Some(match link.purpose {
            LinkPurpose::Slots => Todo {
                title: "만날 날짜를 골라 주세요",
                text: "가능한 날짜를 모두 골라 주세요.".to_owned(),
                href,
                label: "날짜 고르기",
            },
            LinkPurpose::Proposal => {
                let by = case.open_proposal().map(|p| Moment::from(p.answer_by).prose()).unwrap_or_default();
                Todo {
                    title: "조정안이 왔습니다",
                    text: format!("{by}까지 답해 주세요."),
                    href,
                    label: "조정안 보기",
                }
            }
            LinkPurpose::Signature => Todo {
                title: "합의서에 서명해 주세요",
                text: "내용을 읽고 서명하시면 됩니다.".to_owned(),
                href,
                label: "합의서 보기",
            },
            LinkPurpose::FollowUp => {
                let on = due(link).map(|d| Moment::from(d).prose()).unwrap_or_default();
                Todo {
                    title: "합의가 잘 지켜지나요?",
                    text: format!("{on} 사후점검입니다."),
                    href,
                    label: "답하기",
                }
            }
            LinkPurpose::Survey => Todo {
                title: "조정은 어떠셨나요?",
                text: "답하지 않으셔도 됩니다. 1분이면 됩니다.".to_owned(),
                href,
                label: "답하기",
            },
            _ => return None,
        })
    };
    door.waiting.iter().filter_map(of).collect()
}

fn timeline(door: &Door) -> Timeline {
    let item = |event: &crate::domain::case::Event| TimelineItem {
        title: event.step.code().label().to_owned(),
        iso: event.at.to_rfc3339(),
        at: Moment::from(event.at).list(),
        who: Hat::from_code(&event.by_role).map_or("", Hat::label).to_owned(),
        late: event.late,
        ..TimelineItem::default()
    };
    let mut items: Vec<TimelineItem> = door.lines.iter().map(item).collect();
    items.push(TimelineItem {
        title: "접수".to_owned(),
        iso: door.visit.case.intake.received_at.to_rfc3339(),
        at: Moment::from(door.visit.case.intake.received_at).list(),
        who: door.visit.case.intake.channel.label().to_owned(),
        ..TimelineItem::default()
    });
    Timeline { items }
}

fn texts(door: &Door, token: &str) -> Vec<Text> {
    let (case, side) = (&door.visit.case, door.visit.side);
    let draft = |seq: i64| case.agreements.iter().find(|a| a.seq == seq);
    let made = |seq: i64| door.lines.iter().find(|line| line.seq == seq).map(|line| day(line.at));
    let text = |text: PartyText| Text {
        title: match text.what {
            TextKind::Proposal => text.what.label().to_owned(),
            TextKind::Agreement => words::agreement_title(text.kind).to_owned(),
        },
        state: match (text.agreed, text.own, text.what) {
            (true, _, TextKind::Agreement) => "두 분 모두 서명했습니다",
            (true, _, TextKind::Proposal) => "두 분 모두 받아들였습니다",
            (false, true, _) => "상대방의 답을 기다립니다",
            (false, false, _) => "답을 기다립니다",
        },
        agreed: text.agreed,
        on: made(text.seq).unwrap_or_default(),
        terms: terms_shown(&text.terms),
        changes: draft(text.seq).and_then(|a| changes::of(case, a)),
        comments: draft(text.seq).map(|a| comments(a, side)).unwrap_or_default(),
        version: draft(text.seq).map(fingerprint),
        comment_to: draft(text.seq).filter(|a| a.is_open()).map(|_| format!("/r/{token}/comment")),
        force: if text.agreed {
            "민법상 화해계약이며 재판상 화해·확정판결의 효력은 없습니다."
        } else {
            "양쪽이 모두 동의하면 합의가 됩니다. 민법상 화해계약이며 재판상 화해·확정판결의 효력은 없습니다."
        },
    };
    case.texts_for(side).into_iter().map(text).collect()
}

fn own(door: &Door) -> Summary {
    let given = |value: &str| if value.is_empty() { "적지 않음".to_owned() } else { value.to_owned() };
    let own = &door.own;
    let mut rows = Summary::default()
        .row("이름", given(&own.name))
        .row("전화번호", given(&korean::phone(&own.phone)))
        .row("전자우편", given(&own.email))
        .row("사는 곳", own.unit.as_ref().map_or_else(|| given(""), ToString::to_string));
    if let Some(Step::File { answered, wishes, narrative, times, tenure, since, evidence, .. }) = &door.filed
    {
        let disclosure = own.disclosure.map_or("", crate::domain::codes::Disclosure::label);
        rows = rows
            .row("있었던 일", given(narrative))
            .row("언제부터", given(since))
            .row("사는 집", given(tenure.map_or("", Living::label)))
            .row("있는 자료", given(&words::labels(evidence)))
            .row("들리는 때", given(&times_shown(times.iter().map(String::as_str))))
            .row("관리사무소", given(answered))
            .row("바라는 점", given(wishes))
            .row("상대방이 알아도 되는 것", disclosure)
            .row("전해도 되는 말", given(&own.may_tell));
    }
    for consent in &door.consents {
        let label = ConsentPurpose::from_code(&consent.purpose)
            .map_or_else(|| consent.purpose.clone(), |p| p.label().to_owned());
        let answer = match (consent.given, consent.withdrawn_at) {
            (_, Some(at)) => format!("{} 철회", day(at.and_utc())),
            (true, None) => format!("{} 동의", day(consent.at.and_utc())),
            (false, None) => "동의하지 않음".to_owned(),
        };
        rows = rows.row(&format!("동의: {label}"), answer);
    }
    rows
}

/// Who opened the person's own record: for which body and as what, when, what of it. Their names are given at the rights desk.
fn seen(door: &Door) -> Summary {
    let rows = door
        .seen
        .iter()
        .fold(Summary::default(), |rows, line| rows.row(&Moment::from(line.at).list_time(), opening(line)));
    if rows.rows.is_empty() {
        rows.row("아직 없음", "기록을 연 사람이 없습니다.")
    } else {
        rows
    }
}

/// `간사 · 무지개아파트 위원회: 이름과 동·호`.
fn opening(line: &Seen) -> String {
    let role = Hat::from_code(&line.actor).map_or("담당", Hat::label);
    let who = line.body.as_ref().map_or_else(|| role.to_owned(), |body| format!("{role} · {body}"));
    let what = words::opened(&line.what);
    let rest = if line.data { "" } else { " (이름과 연락처는 보이지 않는 화면)" };
    format!("{who}: {what}{rest}")
}

/// The person's own requests, newest first.
fn rights(door: &Door) -> Summary {
    let side = door.visit.side;
    let own = door.visit.case.rights.iter().rev().filter(|r| r.side == side);
    own.fold(Summary::default(), |rows, r| {
        let by = crate::domain::deadline::days_after(r.asked_at, door.visit.case.rules.rights_days);
        let answer = r.answer.map_or_else(|| format!("{}까지 답합니다", day(by)), |a| a.label().to_owned());
        rows.row(&format!("{} {}", day(r.asked_at), r.right.label()), answer)
    })
}

/// `pages/receipt/withdraw`.
#[derive(Debug, Serialize)]
pub struct Withdraw {
    pub page: Page,
    pub form: Form,
    /// What it does, in sentences, and the button's words.
    pub lead: String,
    pub button: &'static str,
    /// Who takes it back, where somebody may act for the side.
    pub by: Option<Field>,
    pub number: String,
    pub action: String,
}

/// Which end somebody makes of it on their own page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Going {
    /// The applicant takes the application back: the case ends.
    Withdraw,
    /// A side takes part no longer: the mediation stops.
    Leave,
}

impl Going {
    /// Whose own page asks it: only who applied can take the application back.
    #[must_use]
    pub fn is_for(self, side: Side) -> bool {
        self == Self::Leave || side == Side::Applicant
    }
}

/// The page that asks whether to go.
#[must_use]
pub fn going(
    mut page: Page,
    (door, token): (&Door, &str),
    going: Going,
    typed: &Typed,
    errors: &Errors,
) -> Withdraw {
    let number = door.visit.case.number.clone();
    let (title, label, needed, lead, button, path) = match going {
        Going::Withdraw => (
            "신청을 거두시겠습니까?",
            "거두시는 까닭",
            Authority::Withdraw,
            format!("접수번호 {number}의 신청을 거두면 조정을 마칩니다. 나중에 다시 힘드시면 새로 신청하실 수 있습니다."),
            "신청 거두기",
            "withdraw",
        ),
        Going::Leave => (
            "조정에 그만 참여하시겠습니까?",
            "그만두시는 까닭",
            Authority::Join,
            "그만두시면 조정을 멈추고, 잡아 둔 회의를 취소합니다. 불이익은 없습니다. 까닭은 맡은 사람만 읽고, 상대방에게는 조정이 멈춘 것만 알립니다. 마음이 바뀌면 다시 참여하실 수 있습니다.".to_owned(),
            "그만 참여하기",
            "leave",
        ),
    };
    let field = Field::area("reason", label, 500).rows(3).optional();
    let form = Form::new(who_acts(door, Some(needed)).into_iter().chain([field]), typed, errors);
    title.clone_into(&mut page.title);
    page.error = !form.errors.is_empty();
    page.back = Some(crate::web::parts::Link::new(format!("/r/{token}"), "진행 상황으로"));
    let by = form.fields.get("by").cloned();
    Withdraw { page, by, form, lead, button, number, action: format!("/r/{token}/{path}") }
}
