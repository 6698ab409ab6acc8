//! 열람 자료: what is kept of one side, taken out for that side once its request was granted (개인정보 보호법 §35). Each side's data
//! stands apart: nothing of the other side, no answer of theirs about safety, no confidential or internal note.
use super::{Content, holder, phone, row, table};
use crate::casework::CaseworkError;
use crate::documents::paper::Row;
use crate::domain::case::{Event, PartyText};
use crate::domain::codes::{ConsentPurpose, Disclosure, Right, RightAnswer, Side, TextKind};
use crate::domain::diary::ENTRIES_MAX;
use crate::domain::letter::Outgoing;
use crate::domain::notice::letter_label;
use crate::domain::permission::{Hat, Words, words_of};
use crate::domain::step::StepCode;
use crate::store::access::{self, Seen};
use crate::store::diary;
use crate::store::inbox::{self, Received, Said};
use crate::store::outbox::{self, Listed};
use crate::store::parties::{self, Consent};
use crate::store::{Rx, StoreError};
use crate::web::pages::cases::load::Sight;
use crate::web::steps::words;

/// Openings that the paper lists.
const SEEN: i64 = 500;

/// Whether the side asked to see its data and that was granted, at least in part.
pub(crate) fn is_granted(sight: &Sight, side: Side) -> bool {
    let granted = |answer| matches!(answer, Some(RightAnswer::Done | RightAnswer::Partly));
    let mut asked = sight.case().rights.iter();
    sight.knows(side) && asked.any(|r| r.side == side && r.right == Right::Access && granted(r.answer))
}

/// The paper; none before a request of that side was granted.
///
/// # Errors
/// Database errors.
pub(super) fn of_side(rx: &mut Rx<'_>, sight: &Sight, side: Side) -> Result<Option<Content>, CaseworkError> {
    if !is_granted(sight, side) {
        return Ok(None);
    }
    let controller = parties::controller(rx, sight.case().id)?;
    let sections = vec![
        table("하신 말씀과 그에 관해 적은 것", &["언제", "무엇", "내용"], lines(sight, side)),
        table("소음일지", &["언제", "어떤 소리", "어떠했나"], noted(rx, sight, side)?),
        table("동의", &["무엇에", "답", "받은 방법과 때"], consents(sight, side)),
        table("조정안과 합의", &["무엇", "상태", "약속"], texts(sight, side)),
        table("개인정보에 관한 요청", &["언제", "요청", "답"], rights(sight, side)),
        table("보낸 전자우편", &["언제", "무엇", "상태"], mails(rx, sight, side)?),
        table("보내신 전자우편 답장", &["언제", "제목", "내용"], replies(rx, sight, side)?),
        table("누가 이 기록을 보았나", &["언제", "누가", "무엇을"], seen(rx, sight, side)?),
    ];
    let sections = sections.into_iter().filter(|s| !s.rows.is_empty());
    Ok(Some(Content {
        title: "개인정보 열람 자료".to_owned(),
        facts: facts(sight, side, controller),
        sections: sections.collect(),
        notes: vec![
            "본인의 것만 싣습니다. 이웃의 정보와 안전 확인, 조정인의 비밀 메모, 내부 메모는 싣지 않습니다."
                .to_owned(),
            "틀린 것이 있으면 정정을, 더 다루지 않기를 바라시면 삭제나 처리정지를 요청하실 수 있습니다."
                .to_owned(),
        ],
        from: holder(Some(sight)),
        ..Content::default()
    }))
}

fn facts(sight: &Sight, side: Side, controller: String) -> Vec<Row> {
    let details = sight.party(side).map(|p| p.details.clone()).unwrap_or_default();
    let told = |text: &str| if text.is_empty() { "적혀 있지 않음".to_owned() } else { text.to_owned() };
    let mut facts = vec![
        row("접수번호", sight.case().number.clone()),
        row("누구의 자료", side.label()),
        row("이름", told(&details.name)),
        row("동·호", told(&details.unit.as_ref().map(ToString::to_string).unwrap_or_default())),
        row("전화", told(&phone(sight, side))),
        row("전자우편", told(&details.email)),
        row("개인정보처리자", controller),
    ];
    if side == Side::Applicant {
        facts.push(row("이웃이 알아도 되는 것", details.disclosure.map_or("묻지 않음", Disclosure::label)));
        facts.push(row("전해도 되는 말", told(&details.may_tell)));
    }
    facts
}

/// Whether a line holds this side's own words, or what was written down of them, and nobody else's: what was written of people
/// beside the side is theirs, and why a respondent was changed is not only the respondent's.
fn is_own(line: &Event, side: Side) -> bool {
    let hat = match side {
        Side::Applicant => Hat::Applicant,
        Side::Respondent => Hat::Respondent,
    };
    let of_others = matches!(
        line.step.code(),
        StepCode::AddPerson | StepCode::OthersAgree | StepCode::ChangeRespondent | StepCode::EndPerson
    );
    let own = words_of(&line.step) == Words::Of(side) || line.by_role == hat.code();
    own && !of_others
}

fn lines(sight: &Sight, side: Side) -> Vec<Vec<String>> {
    let mut own: Vec<&Event> = sight.file.lines.iter().filter(|line| is_own(line, side)).collect();
    own.sort_by_key(|line| (line.at, line.seq));
    let shown = |line: &&Event| {
        // What was struck out may have been another person's, filed here by mistake: that it stood here, and no more.
        let body = match line.voided {
            true => "정정으로 무효".to_owned(),
            false => words::body(&line.step, &sight.names).unwrap_or_default(),
        };
        vec![words::official(line.at), words::title(&line.step).to_owned(), body]
    };
    own.iter().map(shown).collect()
}

/// What the applicant noted of what they heard.
fn noted(rx: &mut Rx<'_>, sight: &Sight, side: Side) -> Result<Vec<Vec<String>>, CaseworkError> {
    if side != Side::Applicant {
        return Ok(Vec::new());
    }
    Ok(crate::web::diary::lines(&diary::of_case(rx, sight.case().id, ENTRIES_MAX)?))
}

fn consents(sight: &Sight, side: Side) -> Vec<Vec<String>> {
    let own = sight.file.consents.iter().filter(|c| c.side == side && c.person.is_none());
    let shown = |c: &Consent| {
        let purpose = ConsentPurpose::from_code(&c.purpose).map_or(c.purpose.as_str(), |p| p.label());
        let to =
            if c.recipient.is_empty() { String::new() } else { format!("\n받는 곳: {}", c.recipient) };
        let answer = match (c.given, c.withdrawn_at) {
            (true, None) => "동의함".to_owned(),
            (true, Some(at)) => format!("동의했다가 {}에 거둠", words::official(at.and_utc())),
            (false, _) => "동의하지 않음".to_owned(),
        };
        let how =
            format!("{}, {}\n글의 판 {}", c.method.label(), words::official(c.at.and_utc()), c.text_version);
        vec![format!("{purpose}{to}"), answer, how]
    };
    own.map(shown).collect()
}

fn texts(sight: &Sight, side: Side) -> Vec<Vec<String>> {
    let shown = |text: PartyText| {
        let what = match text.what {
            TextKind::Proposal => text.what.label(),
            TextKind::Agreement => words::agreement_title(text.kind),
        };
        let state = match (text.agreed, text.own) {
            (true, _) => "양쪽이 동의함",
            (false, true) => "본인은 동의함",
            (false, false) => "답을 기다림",
        };
        let terms: Vec<String> = text.terms.iter().map(words::term).collect();
        vec![what.to_owned(), state.to_owned(), terms.join("\n")]
    };
    sight.case().texts_for(side).into_iter().map(shown).collect()
}

/// The side's own address; none where somebody else in the case has the same one, since then nobody can tell whose a mail is.
fn address(sight: &Sight, side: Side) -> Option<String> {
    sight.party(side)?.own_address(&sight.file.parties)
}

/// What was sent to the side by mail, and by message: the same words as on the case's mail page.
fn mails(rx: &mut Rx<'_>, sight: &Sight, side: Side) -> Result<Vec<Vec<String>>, StoreError> {
    let message = sight.party(side).map(|party| Outgoing::to_party(party.id));
    let mut sent = Vec::new();
    for to in address(sight, side).into_iter().chain(message) {
        sent.extend(outbox::of_address(rx, sight.case().id, &to)?);
    }
    let shown = |mail: &Listed| {
        let what = letter_label(&mail.letter);
        let at = words::official(mail.sent.unwrap_or(mail.written));
        vec![at, what.to_owned(), mail.state.label().to_owned()]
    };
    Ok(sent.iter().map(shown).collect())
}

/// What the side answered by mail, in its own words.
fn replies(rx: &mut Rx<'_>, sight: &Sight, side: Side) -> Result<Vec<Vec<String>>, StoreError> {
    let nameless = || sight.party(side).map(|party| inbox::nameless(party.id));
    let Some(address) = address(sight, side).or_else(nameless) else { return Ok(Vec::new()) };
    let shown = |(received, said): (Received, Option<Said>)| {
        let (subject, text) = said.map_or_else(
            || (String::new(), "(보관 기간이 지나 지웠습니다)".to_owned()),
            |said| (said.subject, said.text),
        );
        vec![words::official(received.received_at.and_utc()), subject, text]
    };
    Ok(inbox::of_address(rx, sight.case().id, &address)?.into_iter().map(shown).collect())
}

fn rights(sight: &Sight, side: Side) -> Vec<Vec<String>> {
    let own = sight.case().rights.iter().filter(|r| r.side == side);
    own.map(|r| {
        let answer = r.answer.map_or("답을 준비하고 있음", RightAnswer::label);
        vec![words::official(r.asked_at), r.right.label().to_owned(), answer.to_owned()]
    })
    .collect()
}

fn seen(rx: &mut Rx<'_>, sight: &Sight, side: Side) -> Result<Vec<Vec<String>>, StoreError> {
    let shown = |line: &Seen| {
        let role = Hat::from_code(&line.actor).map_or("담당", Hat::label);
        let body = line.body.as_ref().map(|body| format!(" · {body}")).unwrap_or_default();
        vec![words::official(line.at), format!("{role}{body}"), words::opened(&line.what).to_owned()]
    };
    Ok(access::of_side(rx, sight.case().id, side, SEEN)?.iter().map(shown).collect())
}
