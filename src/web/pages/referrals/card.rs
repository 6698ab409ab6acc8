//! One referral as its body sees it, with what it can do about it: on a dong's page and behind the link of a mail alike.
use crate::domain::case::{Case, Event, Referral};
use crate::domain::codes::{BodyKind, DongHelp, Effect, ReferralState, ReturnReason};
use crate::domain::permission::{Actor, Hat};
use crate::domain::seoul;
use crate::domain::step::{Step, StepCode};
use crate::web::field::{Errors, Field, Form};
use crate::web::pages::cases::load::due;
use crate::web::parts::{Link, Summary};
use crate::web::steps::words;
use crate::web::typed::Typed;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// A referral, and what can be done about it.
#[derive(Debug, Serialize)]
pub(super) struct Card {
    pub number: String,
    pub state: &'static str,
    pub kind: &'static str,
    pub help: &'static str,
    /// By when something is due, and whether that is over.
    pub due: Option<String>,
    pub late: bool,
    pub facts: Summary,
    pub packet: Option<Link>,
    /// What the office wrote about it so far, oldest first.
    pub said: Vec<Said>,
    pub acts: Vec<Act>,
}

/// A line of the office's own.
#[derive(Debug, Serialize)]
pub(super) struct Said {
    pub at: String,
    pub text: String,
}

/// A step, with its form.
#[derive(Debug, Serialize)]
pub(super) struct Act {
    pub step: &'static str,
    pub title: &'static str,
    pub button: &'static str,
    pub action: String,
    pub csrf: String,
    pub referral: i64,
    pub version: i64,
    pub fields: Vec<Field>,
    /// What is most likely done next stands open.
    pub open: bool,
}

pub(super) fn look(state: ReferralState) -> &'static str {
    match state {
        ReferralState::Sent => "info",
        ReferralState::Silent | ReferralState::Returned => "warn",
        ReferralState::Accepted | ReferralState::Done => "ok",
    }
}

/// What a card is about, for whoever it is shown to.
pub(super) struct About<'a> {
    pub actor: &'a Actor,
    pub case: &'a Case,
    pub referral: &'a Referral,
    pub lines: &'a [Event],
    /// The body that sent it: its name.
    pub from: &'a str,
    /// By when something is due.
    pub by: Option<DateTime<Utc>>,
    pub packet: Option<Link>,
    /// Where its forms go: a link's own page; none for the pages of the case.
    pub link: Option<&'a str>,
    /// Whether what the body wrote before is shown, too; else only that it wrote.
    pub words: bool,
}

pub(super) fn card(about: About<'_>, now: DateTime<Utc>) -> Card {
    let About { case, referral, .. } = about;
    let asks = referral.waits();
    let until = about.by.filter(|_| referral.is_open()).map(|by| due(by, now));
    let mut facts = Summary::default()
        .row("보낸 곳", about.from)
        .row("보낸 때", words::official(referral.sent_at))
        .row("소음", case.intake.cause.label());
    if asks {
        let count =
            format!("{}까지. {}", words::official_day(seoul::day(referral.due)), referral.terms.shown());
        facts = facts.row("답할 기한", count);
    }
    if asks && referral.effect() == Effect::Over {
        facts = facts.row("맡으시면", "사건을 넘겨받습니다. 보낸 곳은 사건을 마칩니다.");
    }
    if !referral.their_number.is_empty() {
        facts = facts.row("우리 접수번호", referral.their_number.clone());
    }
    let dong = (referral.kind == BodyKind::Dong).then_some("복지·법률 도움");
    Card {
        number: case.number.clone(),
        state: referral.state.label(),
        kind: look(referral.state),
        help: referral.help.map(DongHelp::label).or(dong).unwrap_or_default(),
        late: until.as_ref().is_some_and(|(_, late)| *late),
        due: until.map(|(text, _)| text),
        facts,
        said: said(about.lines, referral, about.words),
        acts: acts(&about),
        packet: about.packet,
    }
}

/// What the body itself wrote about this referral.
fn said(lines: &[Event], referral: &Referral, with_words: bool) -> Vec<Said> {
    let own = lines.iter().filter(|l| !l.voided && l.by_role == Hat::Referred.code());
    let text = |line: &Event| {
        let (of, text) = match &line.step {
            Step::AcceptReferral { referral, note, .. } | Step::ReturnReferral { referral, note, .. } => {
                (*referral, note.clone())
            }
            Step::ReferralProgress { referral, text } => (*referral, text.clone()),
            Step::ReferralResult { referral, result, .. } => (*referral, result.clone()),
            _ => return None,
        };
        let what = line.step.code().label();
        let shown = with_words && !text.is_empty();
        let text = if shown { format!("{what}: {text}") } else { what.to_owned() };
        (of == referral.seq).then(|| Said { at: words::official(line.at), text })
    };
    own.filter_map(text).collect()
}

/// The steps that a body takes about a referral, in order.
pub const STEPS: [StepCode; 4] = [
    StepCode::AcceptReferral,
    StepCode::ReferralProgress,
    StepCode::ReferralResult,
    StepCode::ReturnReferral,
];

fn acts(about: &About<'_>) -> Vec<Act> {
    let About { actor, case, referral, .. } = about;
    let open = case.open_to(actor);
    let may = |step: &StepCode| open.contains(step) && actor.may_answer(*step, referral, case);
    let likely = if referral.waits() { StepCode::AcceptReferral } else { StepCode::ReferralProgress };
    let act = |step: StepCode| Act {
        step: step.code(),
        title: title(step),
        button: button(step),
        action: match about.link {
            Some(token) => format!("/r/{token}"),
            None => format!("/cases/{}/steps/{}", case.number, step.code()),
        },
        csrf: String::new(),
        referral: referral.seq,
        version: case.version,
        fields: fields(step, &format!("{}-{}-{}", case.number, referral.seq, step.code())),
        open: step == likely,
    };
    STEPS.into_iter().filter(may).map(act).collect()
}

impl Card {
    /// Puts what was typed back into the form of its step, with what is wrong with it; what is wrong stands first on the page.
    pub(super) fn again(&mut self, typed: &Typed, errors: &Errors) -> Form {
        let asked = self.acts.iter_mut().find(|act| act.step == typed.get("step"));
        let Some(act) = asked else { return Form::new([], typed, errors) };
        act.open = true;
        let form = Form::new(act.fields.iter().cloned(), typed, errors);
        act.fields = act.fields.iter().filter_map(|f| form.fields.get(&f.name).cloned()).collect();
        form
    }
}

const fn title(step: StepCode) -> &'static str {
    match step {
        StepCode::AcceptReferral => "이 의뢰 맡기",
        StepCode::ReferralProgress => "경과 알리기",
        StepCode::ReferralResult => "결과 알리고 마치기",
        _ => "돌려보내기",
    }
}

const fn button(step: StepCode) -> &'static str {
    match step {
        StepCode::AcceptReferral => "의뢰 받기",
        StepCode::ReferralProgress => "경과 보내기",
        StepCode::ReferralResult => "결과 보내기",
        _ => "돌려보내기",
    }
}

/// The fields of one step. Several forms stand on the page: each field has an id of its own.
fn fields(step: StepCode, form: &str) -> Vec<Field> {
    let number = || Field::text("their_number", "우리 접수번호").width("w-m").max(200).optional();
    let fields = match step {
        StepCode::AcceptReferral => vec![number(), Field::area("note", "메모", 4000).rows(2).optional()],
        StepCode::ReferralProgress => vec![Field::area("text", "경과", 4000).rows(3)],
        StepCode::ReferralResult => vec![number(), Field::area("result", "결과", 4000).rows(3)],
        _ => vec![
            Field::select("reason", "까닭")
                .choice("", "고르기", None)
                .choices(ReturnReason::ALL.iter().map(|r| (r.code(), r.label()))),
            Field::area("note", "설명", 4000).rows(2).optional(),
        ],
    };
    let own = |field: Field| Field { id: format!("{}-{form}", field.name), ..field };
    fields.into_iter().map(own).collect()
}
