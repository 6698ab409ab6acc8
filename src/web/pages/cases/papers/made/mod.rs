//! What each paper of a case says: the same for the printed page and for the API. Each paper is also there without a case, to be
//! filled in by hand at the counter.
mod application;
mod calls;
mod consent;
mod dealings;
mod deals;
mod diary;
mod evidence;
mod letters;
mod own_record;
mod referral;
mod report;
mod visit;

pub(crate) use letters::{addressee, letter, may_tell, own_page};
pub(crate) use own_record::is_granted;

use crate::casework::CaseworkError;
use crate::casework::open::{OWN_RECORD_OF_APPLICANT, OWN_RECORD_OF_RESPONDENT};
pub(crate) use crate::documents::paper::{Content, Row, Section};
use crate::documents::paper::{boxes, empty_rows, row, table};
use crate::domain::case::{Case, FollowUp};
use crate::domain::codes::{LinkPurpose, Safety, Side};
use crate::domain::seoul;
use crate::store::{Rx, StoreError, links, packets};
use crate::web::pages::cases::load::{NOT_PROVIDED, Sight};
use crate::web::pages::print::Blank;
use crate::web::steps::words;
use chrono::{DateTime, Utc};
use letters::{letter_content, may_write, notice};
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
    /// 분쟁조정 신청서.
    Application,
    /// 증거목록 of the applicant, to go with an application.
    Evidence,
    /// 소음일지 of the applicant.
    Diary,
    /// 통지서, to the other side.
    Notification,
    /// 답변서, for the other side to fill in.
    Answer,
    /// 중재상담 보고서.
    Report,
    /// 현장방문 체크리스트.
    Visit,
    /// 사후점검 전화 기록지.
    FollowUp,
    /// 개인정보 동의서 of the applicant.
    Consent,
    /// The same of the other side.
    OtherConsent,
    /// 열람 자료 of the applicant.
    OwnRecord,
    /// The same of the other side.
    OtherRecord,
}

impl Kind {
    pub(crate) const ALL: [(&'static str, Self); 19] = [
        ("receipt", Self::Receipt),
        ("history", Self::History),
        ("letter", Self::Letter),
        ("notice", Self::Notice),
        ("proposal", Self::Proposal),
        ("agreement", Self::Agreement),
        ("referral", Self::Referral),
        ("application", Self::Application),
        ("evidence", Self::Evidence),
        ("diary", Self::Diary),
        ("notification", Self::Notification),
        ("answer", Self::Answer),
        ("report", Self::Report),
        ("visit", Self::Visit),
        ("follow-up", Self::FollowUp),
        ("consent", Self::Consent),
        ("other-consent", Self::OtherConsent),
        ("own-record", Self::OwnRecord),
        ("other-record", Self::OtherRecord),
    ];

    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == code).map(|(_, kind)| *kind)
    }

    /// What the record of openings calls the printing of this paper: one that holds one side's data only is told apart.
    pub(crate) fn opened_as(self) -> &'static str {
        match self {
            Self::Letter => "letter",
            Self::OwnRecord => OWN_RECORD_OF_APPLICANT,
            Self::OtherRecord => OWN_RECORD_OF_RESPONDENT,
            _ => "print",
        }
    }

    /// What hangs on a board, goes to the other side's door, or is given to a party as their own record, says not who printed it.
    pub(crate) const fn is_plain(self) -> bool {
        matches!(self, Self::Notice | Self::Notification | Self::Answer | Self::OwnRecord | Self::OtherRecord)
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
    papers.push(one(Kind::Application, "분쟁조정 신청서", "신청인이 확인하고 서명합니다."));
    papers.push(one(
        Kind::History,
        "교섭경위서",
        "접수부터 지금까지 있었던 일과 법정 사다리. 분쟁조정 신청에 붙입니다.",
    ));
    if sight.knows(Side::Applicant) {
        let text = "신청인이 낸 자료의 번호와 내용. 분쟁조정 신청에 붙입니다.";
        papers.push(one(Kind::Evidence, "증거목록", text));
        papers.push(one(Kind::Diary, "소음일지", "신청인이 소리가 들릴 때마다 적은 것입니다."));
    }
    papers.push(one(
        Kind::Notice,
        "단지 안내문",
        "게시판과 승강기에 붙입니다. 어느 집의 일인지 알 수 있는 것은 적지 않습니다.",
    ));
    if may_write(sight) && !letters.is_empty() {
        let text = "봉투에 넣어 전합니다. QR과 여덟 자리 코드가 있습니다.";
        papers.push(one(Kind::Letter, "상대방 안내문", text));
    }
    if notifies(sight) {
        let text = "조정이 신청된 것을 알립니다. 신청인이 전해도 된다고 한 것만 적습니다.";
        papers.push(one(Kind::Notification, "분쟁조정 통지서", text));
        papers.push(one(Kind::Answer, "답변서", "통지서와 함께 드립니다. 상대방이 적어 보냅니다."));
    }
    papers.push(one(Kind::Visit, "현장방문 체크리스트", "들고 가서 적고, 돌아와 같은 순서로 옮깁니다."));
    if case.follow_ups.iter().any(FollowUp::is_open) {
        let text = "전화로 여쭐 때 앞에 두고 적고, '사후점검 답변 기록'에 같은 순서로 옮깁니다.";
        papers.push(one(Kind::FollowUp, "사후점검 전화 기록지", text));
    }
    for (kind, side, label) in [
        (Kind::Consent, Side::Applicant, "개인정보 동의서(신청인)"),
        (Kind::OtherConsent, Side::Respondent, "개인정보 동의서(상대방)"),
    ] {
        if sight.knows(side) {
            papers.push(one(kind, label, "하나하나 따로 동의를 받습니다. 미리 표시하지 않습니다."));
        }
    }
    for (kind, side, label) in [
        (Kind::OwnRecord, Side::Applicant, "열람 자료(신청인)"),
        (Kind::OtherRecord, Side::Respondent, "열람 자료(상대방)"),
    ] {
        if is_granted(sight, side) {
            papers.push(one(kind, label, "열람을 요청한 본인에게만 드립니다. 그쪽의 것만 싣습니다."));
        }
    }
    papers.push(one(
        Kind::Report,
        "중재상담 보고서",
        "만난 날과 결과를 적습니다. 들은 이야기는 싣지 않습니다.",
    ));
    papers.extend(several(sight));
    Ok(papers)
}

/// Whether the other side may be told on paper that a mediation was asked for: as a letter may be written, and not while
/// somebody's safety holds the case.
fn notifies(sight: &Sight) -> bool {
    may_write(sight) && sight.case().safety() < Safety::Pause
}

/// The papers of which a case can have more than one.
fn several(sight: &Sight) -> Vec<Listed> {
    let case = sight.case();
    let one = |kind, seq, label, text| Listed { kind, seq: Some(seq), label, text };
    let proposals = case.proposals.iter().rev().map(|p| {
        let label = format!("조정안({}까지 답)", words::day(p.answer_by));
        one(Kind::Proposal, p.seq, label, "양쪽에 보이는 조정안입니다.")
    });
    let agreements = case.agreements.iter().rev().map(|a| {
        let label = words::agreement_title(a.kind).into();
        one(Kind::Agreement, a.seq, label, "양쪽이 서명하는 문서입니다.")
    });
    let referrals = case.referrals.iter().rev().map(|r| {
        let label = format!("의뢰서({})", sight.names.body(r.body));
        one(Kind::Referral, r.seq, label, "다른 기관에 보내는 문서입니다.")
    });
    proposals.chain(agreements).chain(referrals).collect()
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
    let writes = |paper: Content| notifies(sight).then_some(paper);
    let made = match kind {
        Kind::Notice => Some(notice(sight)),
        Kind::Letter => letter(rx, sight, now)?.map(|l| letter_content(sight, &l, base)),
        Kind::Receipt => own_page(rx, sight, Side::Applicant, base, now)?,
        Kind::History => Some(dealings::history(Some(sight))),
        Kind::Agreement => {
            case.agreements.iter().find(|a| Some(a.seq) == seq).map(|a| deals::agreement(Some((sight, a))))
        }
        Kind::Proposal => {
            case.proposals.iter().find(|p| Some(p.seq) == seq).map(|p| deals::proposal(Some((sight, p))))
        }
        Kind::Referral => match case.referrals.iter().find(|r| Some(r.seq) == seq) {
            Some(r) => {
                let kept = packets::of(rx, case.id, r.seq)?;
                let read = kept.filter(|(sides, _)| sight.actor.reads_packet_of(sides, r, case));
                Some(read.map_or_else(
                    || referral::referral(Some((sight, r))),
                    |(_, text)| referral::sent(sight, &text),
                ))
            }
            None => None,
        },
        Kind::Application => Some(application::application(Some(sight))),
        Kind::Evidence if sight.knows(Side::Applicant) => Some(evidence::list(rx, sight)?),
        Kind::Diary if sight.actor.reads_evidence(Side::Applicant, case) => Some(diary::list(rx, sight)?),
        Kind::Evidence | Kind::Diary => None,
        Kind::Notification => writes(application::notification(Some(sight))),
        Kind::Answer => writes(application::answer(Some(sight))),
        Kind::Report => Some(report::report(Some(sight))),
        Kind::Visit => Some(visit::visit(Some(sight))),
        Kind::FollowUp => {
            case.follow_ups.iter().any(FollowUp::is_open).then(|| calls::follow_up(Some(sight)))
        }
        Kind::Consent => consent::of_side(rx, sight, Side::Applicant)?,
        Kind::OtherConsent => consent::of_side(rx, sight, Side::Respondent)?,
        Kind::OwnRecord => own_record::of_side(rx, sight, Side::Applicant)?,
        Kind::OtherRecord => own_record::of_side(rx, sight, Side::Respondent)?,
    };
    Ok(made.map(|paper| paper.dated(&words::official_day(seoul::day(now)))))
}

/// The same papers to be filled in by hand, in the order in which a counter needs them. The receipt, the letter and the
/// notice say nothing without a case.
pub(crate) fn blanks() -> Vec<Blank> {
    let blank = |kind: Kind, label, text, paper: Content| Blank {
        code: kind.code(),
        label,
        text,
        paper: paper.for_counter(),
    };
    vec![
        blank(
            Kind::Application,
            "분쟁조정 신청서",
            "조정을 신청하는 사람이 적습니다.",
            application::application(None),
        ),
        blank(Kind::Evidence, "증거목록", "신청에 붙이는 자료를 적습니다.", evidence::blank()),
        blank(Kind::Diary, "소음일지", "신청인이 소리가 들릴 때마다 적습니다.", diary::blank()),
        blank(Kind::Consent, "개인정보 동의서", "양쪽에 따로 받습니다.", consent::consent(None)),
        blank(
            Kind::Notification,
            "분쟁조정 통지서",
            "조정이 신청된 것을 상대방에게 알립니다.",
            application::notification(None),
        ),
        blank(Kind::Answer, "답변서", "통지서와 함께 상대방에게 드립니다.", application::answer(None)),
        blank(Kind::Visit, "현장방문 체크리스트", "현장에 들고 가서 적습니다.", visit::visit(None)),
        blank(
            Kind::FollowUp,
            "사후점검 전화 기록지",
            "합의 뒤 전화로 여쭙고 적습니다.",
            calls::follow_up(None),
        ),
        blank(Kind::Proposal, "조정안", "위원회가 양쪽에 냅니다.", deals::proposal(None)),
        blank(Kind::Agreement, "합의서", "양쪽이 서명합니다.", deals::agreement(None)),
        blank(Kind::History, "교섭경위서", "있었던 일을 차례로 적습니다.", dealings::history(None)),
        blank(Kind::Report, "중재상담 보고서", "조정인이 마친 뒤에 적습니다.", report::report(None)),
        blank(Kind::Referral, "의뢰서", "다른 기관에 보냅니다.", referral::referral(None)),
    ]
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

/// 결재란 of the body that holds the case: who writes a paper, who signs it off.
fn approval(case: Option<&Case>) -> Vec<String> {
    boxes(match case.and_then(|case| case.holder.map(|holder| (case, holder))) {
        Some((case, holder)) if case.bodies.office == Some(holder) => &["담당", "소장"],
        Some((case, holder)) if case.bodies.committee == Some(holder) => &["간사", "위원장"],
        _ => &["담당", "책임자"],
    })
}

/// What a paper says of a case; nothing on a blank one.
fn said(sight: Option<&Sight>, of: impl FnOnce(&Sight) -> String) -> String {
    sight.map(of).unwrap_or_default()
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

/// The telephone of one side, as far as the person may know it.
fn phone(sight: &Sight, side: Side) -> String {
    let known = sight.party(side).filter(|_| sight.knows(side));
    known.map(|p| crate::render::korean::phone(&p.details.phone)).unwrap_or_default()
}

fn identity(sight: Option<&Sight>) -> Vec<Row> {
    vec![
        row("접수번호", said(sight, |s| s.case().number.clone())),
        row("사건", said(sight, |s| format!("{} 층간소음 조정", s.complex))),
        row("신청인", said(sight, |s| party(s, Side::Applicant))),
        row("상대방", said(sight, |s| party(s, Side::Respondent))),
    ]
}

fn in_charge(sight: &Sight) -> Vec<Row> {
    let people = sight.case().in_charge.iter();
    people.map(|p| row(p.role.label(), sight.names.user(p.user))).collect()
}

/// Who makes a paper, or room to say so.
fn holder(sight: Option<&Sight>) -> String {
    said(sight, Sight::holder)
}

/// To whom a paper is handed in.
fn to_holder(sight: Option<&Sight>) -> Option<String> {
    Some(sight.map_or_else(|| "○○ 위원회 귀중".to_owned(), |s| format!("{} 귀중", s.holder())))
}
