//! 조정회의 · 합의 · 의뢰·연결: the things of a case, each with what can be done about it.
use super::load::{self, Sight};
use super::papers::may_print;
use crate::casework::packet;
use crate::domain::case::{Agreement, Proposal, QUESTIONS, Referral, Session, There};
use crate::domain::codes::{AgreementKind, FollowUpResult, Method, ReferralState, Score, SessionState, Side};
use crate::domain::permission::View;
use crate::domain::step::StepCode;
use crate::render::korean::Moment;
use crate::store::projection::{self, Turn};
use crate::store::{Rx, StoreError};
use crate::web::changes::{self, Changes};
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::parts::{Cell, Column, Empty, IdBar, Link, Page, Table};
use crate::web::state::State;
use crate::web::steps::words::{self, when};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// `pages/cases/things`: tables with the links that go with them.
#[derive(Debug, Serialize)]
struct Things {
    page: Page,
    bar: IdBar,
    sections: Vec<Section>,
}

/// One heading.
#[derive(Debug, Default, Serialize)]
struct Section {
    title: String,
    note: Option<String>,
    terms: Vec<String>,
    changes: Option<Changes>,
    /// What the sides want otherwise, with who said it when.
    comments: Vec<String>,
    table: Option<Table>,
    links: Vec<Link>,
}

async fn file(state: &State, who: &Who, number: &str, what: &'static str) -> Result<Sight, WebError> {
    let sight = load::open(state, who, number, what).await?;
    if sight.file.view == View::File { Ok(sight) } else { Err(WebError::not_found()) }
}

fn show(
    state: &State,
    who: &Who,
    sight: &Sight,
    path: &str,
    title: &str,
    sections: Vec<Section>,
) -> Result<HttpResponse, WebError> {
    let bar = sight.bar(path, state.now());
    state.page("pages/cases/things", &Things { page: sight.frame(state, who, title), bar, sections })
}

/// What the body is, with what it is asked to help, and the number that it gave.
fn referral_small(r: &Referral) -> String {
    let number = Some(&r.their_number).filter(|n| !n.is_empty()).map(|n| format!("접수번호 {n}"));
    let said = [Some(r.terms.venue.label().to_owned()), r.help.map(|h| h.label().to_owned()), number];
    said.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Links to those of these steps that the person could take now.
fn links(sight: &Sight, steps: &[StepCode]) -> Vec<Link> {
    let number = &sight.case().number;
    let open = steps.iter().filter(|s| sight.steps.contains(s));
    open.map(|s| Link::new(format!("/cases/{number}/steps/{}", s.code()), s.label())).collect()
}

/// What comes after a meeting.
fn after(session: &Session) -> String {
    session.next.map_or_else(String::new, |(next, on)| match on {
        Some(day) => format!("다음: {} ({}까지)", next.label(), words::day(day)),
        None => format!("다음: {}", next.label()),
    })
}

/// Who came to a site visit, from when until when.
fn there(sight: &Sight, t: &There) -> String {
    let clock = |at: DateTime<Utc>| Moment::from(at).clock();
    let left = t.left.map_or_else(|| "아직 현장".to_owned(), clock);
    format!("{} {}~{left}", sight.names.user(t.user), clock(t.arrived))
}

/// 조정회의.
///
/// # Errors
/// 404 outside the scope, or for those who may not read the file.
pub async fn meetings(state: Data<State>, who: Who, number: Path<String>) -> Result<HttpResponse, WebError> {
    let sight = file(&state, &who, &number, "meetings").await?;
    let case = sight.case();
    let mut sections = Vec::new();
    if let Some(open) = case.open_session().filter(|s| s.state == SessionState::Proposed) {
        sections.push(Section {
            title: "누가 언제 올 수 있는지".to_owned(),
            table: Some(slots(open)),
            links: links(&sight, &[StepCode::AnswerSlots, StepCode::FixSession]),
            ..Section::default()
        });
    }
    let visited = case.sessions.iter().any(|s| !s.there.is_empty());
    let rows = case.sessions.iter().rev().map(|s| {
        let at = s.starts_at.map_or_else(|| "날짜 묻는 중".to_owned(), words::official);
        let kind = match s.state {
            SessionState::Fixed => "info",
            SessionState::Held => "ok",
            SessionState::NoShow => "warn",
            SessionState::Proposed | SessionState::Cancelled => "plain",
        };
        let mut line = vec![
            Cell::text(at),
            Cell::text(s.kind.label()).small(s.side.map_or("", Side::label)),
            Cell::text(if s.place.is_empty() { "적지 않음" } else { &s.place }),
            Cell::text(format!("{}분", s.minutes)),
            Cell::badge(s.state.label(), kind).small(after(s)),
        ];
        if visited {
            line.push(Cell::text(s.there.iter().map(|t| there(&sight, t)).collect::<Vec<_>>().join(", ")));
        }
        line
    });
    let on_site = Some("현장에 간 사람").filter(|_| visited);
    let names = ["언제", "방식", "장소", "길이", "상태와 다음"].into_iter().chain(on_site);
    let columns = names.map(Column::new).collect();
    let empty = Empty::new("아직 잡은 조정회의가 없습니다.");
    sections.push(Section {
        title: "조정회의".to_owned(),
        table: Some(Table::new("조정회의, 새것부터".to_owned(), columns, rows.collect(), empty)),
        links: links(
            &sight,
            &[
                StepCode::ProposeSession,
                StepCode::FixSession,
                StepCode::MoveSession,
                StepCode::CancelSession,
                StepCode::CheckIn,
                StepCode::HoldSession,
            ],
        ),
        ..Section::default()
    });
    let late: Vec<Link> = [StepCode::HoldSession, StepCode::Interview]
        .into_iter()
        .filter(|s| !case.is_open() && case.admits_late(*s).is_ok() && sight.actor.taking(*s, case).is_some())
        .map(|s| {
            Link::new(format!("/cases/{}/steps/{}", case.number, s.code()), format!("빠뜨린 {}", s.label()))
        })
        .collect();
    if !late.is_empty() {
        sections.push(Section {
            title: "빠뜨린 기록".to_owned(),
            note: Some("종결 전에 있었던 일을 적습니다. '늦게 기록함'으로 표시됩니다.".to_owned()),
            links: late,
            ..Section::default()
        });
    }
    show(&state, &who, &sight, "/meetings", "조정회의", sections)
}

fn slots(session: &Session) -> Table {
    let answer = |slot, side: Option<Side>| {
        if side.is_some_and(|side| session.is_kept_from(side)) {
            return Cell::text("알리지 않음");
        }
        let said = session.answers.iter().find(|(who, _)| *who == side);
        match said {
            None => Cell::text("답 기다림"),
            Some((_, ok)) if ok.contains(slot) => Cell::badge("가능", "ok"),
            Some(_) => Cell::badge("어려움", "plain"),
        }
    };
    let rows = session.slots.iter().map(|slot| {
        vec![
            Cell::text(when(*slot)),
            answer(slot, Some(Side::Applicant)),
            answer(slot, Some(Side::Respondent)),
            answer(slot, None),
        ]
    });
    let columns = ["날짜", "신청인", "상대방", "담당"].map(Column::new).into();
    Table::new("후보 날짜마다 답한 것".to_owned(), columns, rows.collect(), Empty::new("후보가 없습니다."))
}

/// 합의: proposals, agreements, follow-ups.
///
/// # Errors
/// As `meetings`.
pub async fn agreements(
    state: Data<State>,
    who: Who,
    number: Path<String>,
) -> Result<HttpResponse, WebError> {
    let sight = file(&state, &who, &number, "agreements").await?;
    let case = sight.case();
    let mut sections: Vec<Section> = case.agreements.iter().rev().map(|a| agreement(&sight, a)).collect();
    sections.extend(case.proposals.iter().rev().map(|p| proposal(&sight, p)));
    if let Some(number) = &case.concluded_in {
        sections.insert(
            0,
            Section {
                title: "맞신고와 한 합의".to_owned(),
                note: Some(format!(
                    "합의서와 사후점검은 접수번호 {number}에 있습니다. 접수는 두 건, 합의는 한 건입니다."
                )),
                links: vec![Link::new(format!("/cases/{number}/agreements"), "그 사건의 합의 보기")],
                ..Section::default()
            },
        );
    } else if let Some(number) = &case.led_by {
        sections.insert(
            0,
            Section {
                title: "맞신고와 함께 조정합니다".to_owned(),
                note: Some(format!(
                    "조정회의와 합의는 접수번호 {number}에서 정하고, 여기에도 함께 적힙니다."
                )),
                links: vec![Link::new(format!("/cases/{number}/agreements"), "그 사건의 합의 보기")],
                ..Section::default()
            },
        );
    } else if let Some(number) = &case.together {
        sections.insert(
            0,
            Section {
                title: "맞신고와 함께 조정합니다".to_owned(),
                note: Some(format!(
                    "여기에서 연 조정회의와 합의가 접수번호 {number}에도 함께 적힙니다. 합의서에 두 접수번호가 모두 적힙니다."
                )),
                links: links(&sight, &[StepCode::Together]),
                ..Section::default()
            },
        );
    }
    if sections.is_empty() {
        sections.push(Section {
            title: "합의".to_owned(),
            note: Some(
                "아직 조정안이나 합의서가 없습니다. 조정회의를 한 번 연 뒤에 만들 수 있습니다.".to_owned(),
            ),
            links: links(&sight, &[StepCode::Propose, StepCode::Draft]),
            ..Section::default()
        });
    } else if let Some(first) = sections.first_mut() {
        first.links.extend(links(&sight, &[StepCode::Propose, StepCode::Draft]));
    }
    if !case.follow_ups.is_empty() {
        sections.push(follow_ups(&sight));
    }
    sections.extend(surveys(&sight));
    show(&state, &who, &sight, "/agreements", "합의", sections)
}

fn agreement(sight: &Sight, a: &Agreement) -> Section {
    let number = &sight.case().number;
    let signed: Vec<&str> = a.signatures.iter().map(|s| s.side.label()).collect();
    let state = match (a.signatures.len(), a.ended) {
        (2, _) => "양쪽이 서명했습니다.".to_owned(),
        (_, true) => "새 합의서로 바뀌었거나 끝났습니다.".to_owned(),
        (0, _) => "양쪽의 서명을 기다립니다.".to_owned(),
        _ => format!("{}만 서명했습니다.", signed.join(", ")),
    };
    let mut links =
        if a.is_open() { links(sight, &[StepCode::Sign, StepCode::CommentDraft]) } else { Vec::new() };
    if a.is_open() && sight.steps.contains(&StepCode::Sign) {
        let unsigned = Side::ALL.iter().filter(|side| a.signature(**side).is_none());
        links.extend(unsigned.map(|side| {
            let here = format!("/cases/{number}/signature?side={}", side.code());
            Link::new(here, format!("{} 이 기기에서 서명", side.label()))
        }));
    }
    links.push(Link::new(format!("/cases/{number}/print/agreement?seq={}", a.seq), "합의서 인쇄"));
    let on_paper = a.signatures.iter().any(|s| s.method == Method::Paper);
    if on_paper && sight.case().paper_of(a.seq).is_some() && sight.actor.reads_signed_paper(sight.case()) {
        let scan = format!("/cases/{number}/evidence?agreement={}", a.seq);
        links.push(Link::new(scan, "서명한 종이 올리기·보기"));
    }
    let changes = changes::of(sight.case(), a);
    let version = changes.as_ref().map(|c| format!(" {}", c.version)).unwrap_or_default();
    let comments = a.comments.iter().filter(|c| sight.knows(c.side));
    let comments = comments.map(|c| format!("{} {}: {}", c.side.label(), when(c.at), c.text)).collect();
    Section {
        title: format!("{}{version}", words::agreement_title(a.kind)),
        note: Some(state),
        terms: a.terms.iter().map(words::term).collect(),
        changes,
        comments,
        table: None,
        links,
    }
}

fn proposal(sight: &Sight, p: &Proposal) -> Section {
    let number = &sight.case().number;
    let answer = |side: Side| match p.answer_of(side) {
        None => format!("{}: 답 기다림", side.label()),
        Some(true) => format!("{}: 받아들임", side.label()),
        Some(false) => format!("{}: 받아들이지 않음", side.label()),
    };
    let until = format!("{}까지 답", words::day(p.answer_by));
    let mut links = if p.is_open() { links(sight, &[StepCode::AnswerProposal]) } else { Vec::new() };
    links.push(Link::new(format!("/cases/{number}/print/proposal?seq={}", p.seq), "조정안 인쇄"));
    let kind = if p.kind == AgreementKind::Full { "조정안" } else { "조정안(일부)" };
    Section {
        title: kind.to_owned(),
        note: Some(format!("{until} · {} · {}", answer(Side::Applicant), answer(Side::Respondent))),
        terms: p.terms.iter().map(words::term).collect(),
        links,
        ..Section::default()
    }
}

fn follow_ups(sight: &Sight) -> Section {
    let case = sight.case();
    let rows = case.follow_ups.iter().map(|f| {
        let answer = |side: Side| {
            let Some(told) = f.told_by(side).filter(|_| sight.knows(side)) else { return Cell::text("") };
            let each = (1..).zip(&told.terms).map(|(n, r): (i32, _)| format!("{n}번 {}", r.label()));
            Cell::text(told.result.label()).small(each.collect::<Vec<_>>().join(" · "))
        };
        let result = match (f.result, f.ended) {
            (Some(FollowUpResult::Kept), _) => Cell::badge(FollowUpResult::Kept.label(), "ok"),
            (Some(result), _) => Cell::badge(result.label(), "warn"),
            (None, true) => Cell::text("다시 열려 끝남"),
            (None, false) => Cell::text("기다림"),
        };
        vec![
            Cell::text(words::official_day(f.due)),
            answer(Side::Applicant),
            answer(Side::Respondent),
            result,
        ]
    });
    let columns = ["점검일", "신청인", "상대방", "결과"].map(Column::new).into();
    Section {
        title: "사후점검".to_owned(),
        table: Some(Table::new("합의 뒤 점검".to_owned(), columns, rows.collect(), Empty::default())),
        note: case.reconsider_since.map(|since| {
            format!(
                "{}에 지켜지지 않은 약속이나 합의를 거두겠다는 뜻이 적혔습니다. 다시 열지 정해 주세요.",
                when(since)
            )
        }),
        links: links(
            sight,
            &[StepCode::FollowUp, StepCode::LeaveAgreement, StepCode::KeepClosed, StepCode::Reopen],
        ),
        ..Section::default()
    }
}

/// What the sides thought of the mediation, as far as the person may know them.
fn surveys(sight: &Sight) -> Option<Section> {
    let links = links(sight, &[StepCode::Survey]);
    let known: Vec<_> = sight.case().surveys.iter().filter(|s| sight.knows(s.side)).collect();
    if known.is_empty() && links.is_empty() {
        return None;
    }
    let rows = QUESTIONS.iter().enumerate().map(|(n, (_, text))| {
        let said = |side: Side| {
            let survey = known.iter().find(|s| s.side == side);
            let score = survey.and_then(|s| s.scores.get(n).copied().flatten());
            Cell::text(score.map_or("", Score::label))
        };
        vec![Cell::text(*text), said(Side::Applicant), said(Side::Respondent)]
    });
    let columns = ["물은 것", "신청인", "상대방"].map(Column::new).into();
    let rows = if known.is_empty() { Vec::new() } else { rows.collect() };
    let empty = Empty::new(
        "아직 답한 사람이 없습니다. 합의한 사건은 마지막 사후점검에서, 합의 없이 마친 사건은 한 주 뒤에 여쭙니다.",
    );
    Some(Section {
        title: "만족도".to_owned(),
        table: Some(Table::new("만족도 조사".to_owned(), columns, rows, empty)),
        links,
        ..Section::default()
    })
}

/// 의뢰·연결: referrals, who had the turn, tied cases.
///
/// # Errors
/// As `meetings`.
pub async fn referrals(state: Data<State>, who: Who, number: Path<String>) -> Result<HttpResponse, WebError> {
    let sight = file(&state, &who, &number, "referrals").await?;
    let (actor, case) = (sight.actor.clone(), sight.case().clone());
    let read = move |rx: &mut Rx<'_>| {
        Ok::<_, StoreError>((projection::holders(rx, case.id)?, packet::readable(rx, &actor, &case)?))
    };
    let (turns, readable) = state.db.read(read).await?;
    let rows = sight.case().referrals.iter().rev().map(|r| {
        let kind = match r.state {
            ReferralState::Sent => "info",
            ReferralState::Accepted | ReferralState::Done => "ok",
            ReferralState::Returned | ReferralState::Silent => "warn",
        };
        let number = &sight.case().number;
        let paper = if readable.contains(&r.seq) {
            Cell::link("보낸 글 보기", format!("/cases/{number}/referrals/{}/packet", r.seq))
        } else {
            Cell::link("의뢰서 인쇄", format!("/cases/{number}/print/referral?seq={}", r.seq))
        };
        vec![
            Cell::text(sight.names.body(r.body)).small(referral_small(r)),
            Cell::text(words::official(r.sent_at)),
            Cell::badge(r.state.label(), kind),
            if r.waits() {
                Cell::text(format!("{}까지 답", words::official(r.due))).small(r.terms.shown())
            } else {
                Cell::text(String::new())
            },
            paper,
        ]
    });
    let applications = (may_print(&sight) && sight.knows(Side::Applicant))
        .then(|| Link::new(format!("/cases/{}/applications", sight.case().number), "본인 신청 돕기"));
    let columns = ["기관", "보낸 때", "상태", "기한", "문서"].map(Column::new).into();
    let empty = Empty::new("다른 기관에 의뢰한 적이 없습니다.");
    let steps = [
        StepCode::Refer,
        StepCode::AcceptReferral,
        StepCode::ReturnReferral,
        StepCode::ReferralProgress,
        StepCode::ReferralResult,
    ];
    let mut sections = vec![
        Section {
            title: "의뢰".to_owned(),
            table: Some(Table::new("의뢰, 새것부터".to_owned(), columns, rows.collect(), empty)),
            links: links(&sight, &steps).into_iter().chain(applications).collect(),
            ..Section::default()
        },
        turns_section(&sight, &turns),
    ];
    sections.push(linked_section(&sight));
    show(&state, &who, &sight, "/referrals", "의뢰·연결", sections)
}

fn linked_section(sight: &Sight) -> Section {
    let rows = sight.linked.iter().map(|t| {
        let number = t.number.clone();
        let cell =
            if t.opens { Cell::link(number, format!("/cases/{}", t.number)) } else { Cell::text(number) };
        vec![cell, Cell::text(t.kind.label())]
    });
    let columns = ["접수번호", "관계"].map(Column::new).into();
    let empty = Empty::new("이어진 사건이 없습니다.");
    Section {
        title: "이어진 사건".to_owned(),
        table: Some(Table::new("이어진 사건".to_owned(), columns, rows.collect(), empty)),
        links: links(sight, &[StepCode::Link]),
        ..Section::default()
    }
}

fn turns_section(sight: &Sight, turns: &[Turn]) -> Section {
    let rows = turns.iter().rev().map(|(body, from, until)| {
        let until = until.map_or_else(|| "지금".to_owned(), |at| words::official(at.and_utc()));
        let name = body.map_or_else(|| "맡은 기관 없음".to_owned(), |b| sight.names.body(b));
        vec![Cell::text(name), Cell::text(words::official(from.and_utc())), Cell::text(until)]
    });
    let columns = ["맡은 곳", "언제부터", "언제까지"].map(Column::new).into();
    let table = Table::new("이 사건을 맡은 곳".to_owned(), columns, rows.collect(), Empty::default());
    Section { title: "맡은 곳".to_owned(), table: Some(table), ..Section::default() }
}
