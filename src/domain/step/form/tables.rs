//! The tables themselves, a room of a case's life each: what its steps ask, in which words, and in which order.
use super::{Choices, Field, Input, Thing, choices, may, must};
use crate::domain::case::QUESTIONS;
use crate::domain::codes::{
    AfterSession, AgreementKind, Asked, Authority, BindingAct, ContactResult, DeclineReason, Disclosure,
    DongHelp, FollowUpResult, HandOverBasis, InterviewKind, Known, LinkKind, Means, MeetingKind, Method,
    OrderKind, Outcome, PersonKind, Presence, ProvisionBasis, Recommendation, Relation, ReopenReason,
    ReturnReason, Right, RightAnswer, Route, Safety, SafetyFlag, Score, SessionKind, Side, Visibility,
};
use crate::domain::step::StepCode;

fn side() -> Field {
    must("side", "누구", Input::One(choices!(Side)))
}
fn method() -> Field {
    // What is signed on a device at a meeting is typed there by the person, on a page of its own.
    let known = choices!(Method).into_iter().filter(|(code, _)| *code != Method::Tablet.code());
    must("method", "어떻게 받았습니까", Input::One(known.collect()))
}
/// Who acted for the side, where it was not the main party themself.
fn by() -> Field {
    may("by", "누가 했습니까", Input::Number(Thing::Person))
        .hint("대리인은 위임장으로 받은 권한만큼, 대표자는 나머지 모두의 서면 동의가 있을 때 할 수 있습니다.")
}
/// Who came for a side, where it was not the main party themself.
fn came(name: &'static str, label: &'static str, side: Side) -> Field {
    may(name, label, Input::Number(Thing::PersonOf(side)))
        .hint("대리인은 위임받은 일에 '회의에 나오기'가 있을 때 본인 대신 나올 수 있습니다.")
}
fn meeting() -> [Field; 3] {
    [
        must("starts_at", "날짜와 시각", Input::Moment),
        must("minutes", "길이(분)", Input::Whole),
        may("place", "장소", Input::Line).hint(
            "공유공간을 고르지 않았으면 적어 주세요. 누구나 올 수 있는 방을 적고, 집 호수는 적지 않습니다.",
        ),
    ]
}

fn room() -> Field {
    may("room", "공유공간", Input::Room)
        .hint("고르면 그 시간에 방이 예약됩니다. 이미 잡힌 방은 예약되지 않습니다.")
}

fn gap() -> Field {
    may("gap", "상대방이 늦게 들어오는 시간(분)", Input::Whole)
        .hint("안전 확인에서 '따로 만나기'가 나오면 15분이 넘게 적어 주세요. 상대방에게는 그만큼 늦은 시각을 알립니다.")
}

/// How two cases are tied by hand; mergers and splits tie them by themselves.
fn by_hand() -> Choices {
    let all = choices!(LinkKind);
    let tied = [LinkKind::OneAgreement.code(), LinkKind::Merged.code(), LinkKind::Split.code()];
    all.into_iter().filter(|(code, _)| !tied.contains(code)).collect()
}

pub(super) fn inquiry(step: StepCode) -> Vec<Field> {
    match step {
        StepCode::Place => vec![must("complex", "단지", Input::Complex)],
        StepCode::Counsel => vec![
            side(),
            must("means", "방법", Input::One(choices!(Means))),
            must("summary", "들은 이야기", Input::Text).hint("들은 그대로, 판단 없이 적어 주세요."),
        ],
        StepCode::Screen => vec![
            side(),
            may("flags", "해당하는 것", Input::Any(choices!(SafetyFlag)))
                .hint("해당하는 것이 없으면 비워 두세요."),
            must("result", "판단", Input::One(choices!(Safety)))
                .hint("'중단'이면 초대와 한자리 회의가 막힙니다. 급하면 112에 먼저 알려 주세요."),
            may("note", "메모", Input::Text),
        ],
        StepCode::Investigate => {
            vec![
                must("means", "방법", Input::One(choices!(Means))),
                must("findings", "확인한 것", Input::Text),
            ]
        }
        StepCode::Recommend => vec![
            must("result", "권고 결과", Input::One(choices!(Recommendation))),
            must("content", "권고한 내용", Input::Text),
        ],
        _ => vec![
            must("basis", "넘기는 까닭", Input::One(choices!(HandOverBasis))),
            may("reason", "설명", Input::Text).hint("긴급이거나 관리사무소가 없으면 꼭 적어 주세요."),
        ],
    }
}

pub(super) fn participation(step: StepCode) -> Vec<Field> {
    match step {
        StepCode::Contact => vec![
            must("means", "방법", Input::One(choices!(Means))),
            must("result", "결과", Input::One(choices!(ContactResult))),
            may("next_on", "다음 연락일", Input::Date),
            may("note", "메모", Input::Text),
        ],
        StepCode::Interview => vec![
            must("kind", "면담", Input::One(choices!(InterviewKind))),
            may("side", "누구(개별면담일 때)", Input::One(choices!(Side))),
            must("summary", "나눈 이야기", Input::Text),
        ],
        StepCode::ChangeRespondent => vec![
            must("reason", "까닭", Input::Text),
            may("replaces", "앞의 상대방이 아니었습니다(바꾸기)", Input::Tick).hint(
                "앞 상대방의 동의와 안전 확인은 무효가 되고 그 정보는 지워집니다. 새 상대방에게는 안내부터 다시 합니다.",
            ),
            may("unit_known", "호수를 압니다", Input::Hidden),
        ],
        StepCode::Consent => vec![
            side(),
            may("by", "누구의 동의입니까", Input::Number(Thing::Person))
                .hint("함께하는 당사자는 저마다 동의합니다. 모두 동의해야 그쪽이 참여한 것이 됩니다."),
            method(),
            may("version", "동의서 판", Input::Hidden),
        ],
        StepCode::Provide => vec![
            side(),
            may("body", "받는 기관", Input::Body).hint("고르지 않으면 이 사건의 협약 기관입니다."),
            may("given", "그 기관에 제공하는 데 동의했습니다", Input::Tick)
                .hint("표시하지 않으면 동의하지 않았거나 동의를 거둔 것으로 적습니다."),
            method(),
            may("version", "동의서 판", Input::Hidden),
        ],
        StepCode::Disclose => {
            vec![must("disclosure", "상대방이 알아도 되는 것", Input::One(choices!(Disclosure))), method()]
        }
        StepCode::Decline => vec![by(), method(), may("reason", "까닭", Input::Text)],
        _ => vec![side(), by(), method(), may("reason", "까닭", Input::Text)],
    }
}

pub(super) fn assignment(step: StepCode) -> Vec<Field> {
    let offer = must("offer", "배정 요청", Input::Number(Thing::Offer));
    match step {
        StepCode::NameMembers => vec![must("members", "담당위원", Input::Members)],
        StepCode::Offer => vec![
            must("mediator", "조정인", Input::Mediator),
            must("answer_by", "답변 기한", Input::Moment),
            may("wanted", "바라는 날짜", Input::Dates),
        ],
        StepCode::AcceptOffer => vec![
            offer,
            method(),
            may("declared", "이해관계가 없다는 말", Input::Line)
                .hint("전화로 답을 들었으면 두 집과 이해관계가 없는지 물어보고, 조정인이 한 말을 적습니다."),
        ],
        StepCode::DeclineOffer => vec![
            offer,
            must("reason", "까닭", Input::One(choices!(DeclineReason))),
            may("note", "덧붙일 말", Input::Text),
        ],
        StepCode::CancelOffer => vec![offer, may("reason", "까닭", Input::Text)],
        StepCode::ExpireOffer | StepCode::ReconsiderOffer => vec![offer],
        StepCode::ChangeRoute => {
            vec![must("route", "경로", Input::One(choices!(Route))), must("reason", "까닭", Input::Text)]
        }
        _ => vec![
            must("person", "누구", Input::InCharge),
            must("reason", "까닭", Input::Text),
            may("handover", "이어받는 분께", Input::Text).hint(
                "어디까지 이야기했고 무엇을 약속했는지 적어 주세요. 다음 담당이 사건 기록에서 읽습니다.",
            ),
        ],
    }
}

pub(super) fn sessions(step: StepCode) -> Vec<Field> {
    let session = must("session", "조정회의", Input::Number(Thing::Session));
    let optional = may("session", "조정회의", Input::Number(Thing::Session));
    let kind = must("kind", "방식", Input::One(choices!(MeetingKind)));
    let [starts_at, minutes, place] = meeting();
    let whom = may("side", "누구와(개별면담일 때)", Input::One(choices!(Side)))
        .hint("개별면담은 고른 쪽에만 알립니다. 다른 쪽은 때와 곳을 모릅니다.");
    match step {
        StepCode::ProposeSession => {
            let slots = must("slots", "가능한 날짜와 시각(2~5개)", Input::Moments);
            let place = must("place", "장소", Input::Line)
                .hint("누구나 올 수 있는 방을 적어 주세요. 공유공간은 날짜를 확정할 때 예약합니다.");
            vec![kind, whom, slots, minutes, place]
        }
        StepCode::AnswerSlots => vec![
            session,
            may("side", "누구", Input::One(choices!(Side))),
            by(),
            must("ok", "가능한 시각", Input::Moments),
        ],
        StepCode::FixSession => vec![optional, kind, whom, starts_at, minutes, room(), place, gap()],
        StepCode::MoveSession => {
            let reason = may("reason", "까닭", Input::Text);
            vec![session, starts_at, minutes, room(), place, gap(), reason]
        }
        StepCode::CancelSession => vec![session, may("reason", "까닭", Input::Text)],
        StepCode::CheckIn => vec![
            session,
            must("presence", "무엇을", Input::One(choices!(Presence))),
            may("person", "누가", Input::InCharge)
                .hint("고르지 않으면 적는 분 자신입니다. 전화로 들었으면 그분을 골라 주세요."),
        ],
        _ => vec![
            optional,
            kind,
            may("applicant", "신청인이 왔습니다", Input::Tick),
            came("applicant_by", "신청인 쪽에서 누가 왔습니까", Side::Applicant),
            may("respondent", "상대방이 왔습니다", Input::Tick),
            came("respondent_by", "상대방 쪽에서 누가 왔습니까", Side::Respondent),
            must("result", "결과", Input::Text),
            may("next", "다음에 할 일", Input::One(choices!(AfterSession))),
            may("next_on", "언제까지", Input::Date)
                .hint("정하지 않았으면 비워 두세요. 적은 날까지 담당의 할 일이 됩니다."),
        ],
    }
}

pub(super) fn mediation(step: StepCode) -> Vec<Field> {
    let kind = must("kind", "범위", Input::One(choices!(AgreementKind)));
    let terms = must("terms", "약속", Input::Terms);
    let proposal = must("proposal", "조정안", Input::Number(Thing::Proposal));
    match step {
        StepCode::RecommendAgain => vec![must("content", "재권고 내용", Input::Text)],
        StepCode::Propose => {
            vec![
                kind,
                terms,
                must("answer_by", "답변 기한", Input::Date),
                may("reason", "조정안의 까닭", Input::Text),
            ]
        }
        StepCode::AnswerProposal => vec![
            proposal,
            side(),
            by(),
            may("accept", "받아들입니다", Input::Tick),
            method(),
            may("note", "덧붙일 말", Input::Text),
        ],
        StepCode::LapseProposal => vec![proposal],
        StepCode::Draft => vec![kind, terms],
        StepCode::CommentDraft => vec![
            must("agreement", "합의서", Input::Number(Thing::Agreement)),
            side(),
            must("text", "고치고 싶다고 한 것", Input::Text)
                .hint("그쪽과 합의서를 쓰는 사람만 읽습니다. 상대방에게는 보이지 않습니다."),
            method(),
        ],
        StepCode::Sign => {
            vec![
                must("agreement", "합의서", Input::Number(Thing::Agreement)),
                side(),
                by(),
                method(),
                may("version", "서명한 글", Input::Hidden),
            ]
        }
        StepCode::Report => vec![
            must("summary", "경과와 결과", Input::Text)
                .hint("비밀 메모에 적을 이야기는 여기에 적지 않습니다."),
            must("hours", "회의 밖의 활동 시간(시간)", Input::Decimal).hint(
                "조정회의와 면담 시간은 기록에서 저절로 셉니다. 준비·연락·이동에 쓴 시간만 적어 주세요.",
            ),
        ],
        StepCode::Reflection => vec![must("text", "돌아본 것", Input::Text).hint(
            "나만 읽습니다. 무엇이 잘되었고 다음에는 무엇을 달리할지, 당사자의 이름 없이 적어 주세요.",
        )],
        _ => vec![
            must("text", "메모", Input::Text),
            may("side", "누구에 관한 메모", Input::One(choices!(Side))),
            may("supervised", "소속 기관의 담당이 슈퍼비전을 위해 읽어도 됩니다", Input::Tick),
        ],
    }
}

pub(super) fn referral(step: StepCode) -> Vec<Field> {
    let referral = must("referral", "의뢰", Input::Number(Thing::Referral));
    match step {
        StepCode::Refer => vec![
            must("body", "기관", Input::Body),
            may("help", "동주민센터에 부탁하는 일", Input::One(choices!(DongHelp)))
                .hint("동주민센터에 의뢰할 때만 고릅니다."),
            may("answers", "고른 기관이 묻는 것", Input::Answers(choices!(Known))),
            must("reason", "의뢰하는 까닭", Input::Text),
            must("basis", "개인정보를 전하는 근거", Input::One(choices!(ProvisionBasis))),
            may("kind", "기관 종류", Input::Hidden),
            may("terms", "기관의 회신 기한", Input::Hidden),
            may("packet", "미리 본 의뢰서의 지문(SHA-256)", Input::Line)
                .hint("적으면, 보낼 의뢰서가 그와 다를 때 보내지 않습니다."),
        ],
        StepCode::LapseReferral => vec![referral],
        StepCode::ReferralProgress => vec![referral, must("text", "경과", Input::Text)],
        StepCode::AcceptReferral => vec![
            referral,
            may("their_number", "그 기관의 접수번호", Input::Line),
            may("note", "메모", Input::Text),
        ],
        StepCode::ReturnReferral => vec![
            referral,
            must("reason", "까닭", Input::One(choices!(ReturnReason))),
            may("note", "설명", Input::Text),
        ],
        _ => vec![
            referral,
            may("their_number", "그 기관의 접수번호", Input::Line),
            must("result", "결과", Input::Text),
        ],
    }
}

pub(super) fn people(step: StepCode) -> Vec<Field> {
    let joint = || Input::Number(Thing::Person);
    match step {
        StepCode::AddPerson => vec![
            must("side", "어느 쪽", Input::One(choices!(Side))),
            must("kind", "어떤 사람", Input::One(choices!(PersonKind))),
            may("authority", "대리인이 할 수 있는 일", Input::Any(choices!(Authority)))
                .hint("대리인일 때만, 위임장에 적힌 대로 고릅니다."),
            may("agreed", "집주인에게 알리는 데 그 집에 사는 당사자가 동의했습니다", Input::Tick),
            may("apart", "주소와 연락처를 같은 집 사람에게도 알리지 않습니다", Input::Tick),
            may("note", "메모", Input::Text),
        ],
        StepCode::EndPerson => vec![must("person", "누구", joint()), must("reason", "까닭", Input::Text)],
        StepCode::Represent => vec![
            must("person", "누구", joint()),
            may("represents", "이 사람이 그쪽을 대표합니다", Input::Tick)
                .hint("대표자는 처음 접수한 분을 포함해 세 사람까지입니다."),
            method(),
        ],
        StepCode::OthersAgree => vec![
            must("side", "어느 쪽", Input::One(choices!(Side))),
            must("act", "무엇에 동의했습니까", Input::One(choices!(BindingAct))),
            may("person", "동의한 사람", joint()),
            method(),
        ],
        StepCode::AmendPerson => vec![
            must("side", "누구", Input::One(choices!(Side))),
            must("reason", "고치는 까닭", Input::Text).hint("아래에 적은 것만 바뀝니다."),
            may("unit_known", "호수를 압니다", Input::Hidden),
        ],
        StepCode::MoveOut => vec![
            must("side", "누가 이사했습니까", Input::One(choices!(Side))),
            must("on", "이사한 날", Input::Date)
                .hint("잡아 둔 회의가 취소됩니다. 같은 집의 소음이 이어지면 새로 접수합니다."),
            may("note", "메모", Input::Text),
        ],
        StepCode::Together => vec![
            must("other", "맞신고의 접수번호", Input::CaseNumber)
                .hint("이 사건에서 연 조정회의와 합의가 그 사건에도 함께 적힙니다. 접수는 두 건, 합의는 한 건입니다."),
            may("apart", "함께 다루지 않고 따로 조정하기로 되돌립니다", Input::Tick),
        ],
        StepCode::Follow => vec![
            must("other", "이끄는 사건의 접수번호", Input::CaseNumber),
            may("apart", "따로 조정하기로 되돌렸습니다", Input::Tick),
            must("line", "그 사건의 기록 번호", Input::Hidden),
        ],
        StepCode::MetWith => vec![
            must("other", "맞신고의 접수번호", Input::CaseNumber),
            must("kind", "방식", Input::One(choices!(SessionKind))),
            must("line", "그 사건의 기록 번호", Input::Hidden),
        ],
        StepCode::Conclude => vec![
            must("other", "합의서가 있는 사건", Input::CaseNumber),
            must("kind", "범위", Input::One(choices!(AgreementKind))),
            must("line", "그 사건의 기록 번호", Input::Hidden),
        ],
        StepCode::Merge => vec![
            must("into", "합쳐질 사건의 접수번호", Input::CaseNumber),
            must("reason", "까닭", Input::Text),
        ],
        _ => vec![must("person", "누구를 나눕니까", joint()), must("reason", "까닭", Input::Text)],
    }
}

pub(super) fn protection(step: StepCode) -> Vec<Field> {
    match step {
        StepCode::Order => vec![
            must("kind", "보호조치", Input::One(choices!(OrderKind))),
            must("protects", "보호받는 쪽", Input::One(choices!(Side))),
            must("from", "시작하는 날", Input::Date),
            must("until", "끝나는 날", Input::Date).hint("이 날까지 막습니다. 연장되면 새로 적어 주세요."),
            may("note", "메모", Input::Text),
        ],
        StepCode::EndOrder => vec![
            must("order", "보호조치", Input::Number(Thing::Order)),
            must("reason", "끝난 까닭", Input::Text),
        ],
        StepCode::LapseOrder => vec![must("order", "보호조치", Input::Number(Thing::Order))],
        StepCode::Alarm => vec![
            must("side", "어느 쪽의 이야기입니까", Input::One(choices!(Side))),
            may("flags", "해당하는 것", Input::Any(choices!(SafetyFlag))),
            may("note", "메모", Input::Text),
        ],
        StepCode::Agree => vec![
            side(),
            must("purpose", "무엇에", Input::One(choices!(Asked))),
            may("given", "동의했습니다", Input::Tick)
                .hint("표시하지 않으면 동의하지 않았거나 동의를 거둔 것으로 적습니다."),
            method(),
        ],
        StepCode::AskRight => vec![
            side(),
            must("right", "요청", Input::One(choices!(Right))),
            must("text", "요청한 내용", Input::Text),
            method(),
        ],
        StepCode::AnswerRight => vec![
            must("request", "요청", Input::Number(Thing::Request)),
            must("answer", "답", Input::One(choices!(RightAnswer))),
            must("text", "알린 내용과 까닭", Input::Text),
        ],
        _ => vec![must("reason", "까닭", Input::Text)],
    }
}

pub(super) fn ending(step: StepCode) -> Vec<Field> {
    let note = may("note", "메모", Input::Text);
    match step {
        StepCode::Confirm => vec![method(), note],
        StepCode::Close => {
            vec![
                must("outcome", "결과", Input::One(choices!(Outcome))),
                Field { label: "취하라면 누가 했습니까", ..by() },
                must("reason", "까닭", Input::Text),
            ]
        }
        StepCode::Reopen => vec![must("reason", "까닭", Input::One(choices!(ReopenReason))), note],
        StepCode::FollowUp => vec![
            must("due", "점검일", Input::Date),
            side(),
            may("terms", "약속마다 지켜졌습니까", Input::PerTerm(choices!(FollowUpResult)))
                .hint("합의서의 순서대로 하나씩 여쭙니다. 결과는 가장 나쁜 답으로 정해집니다."),
            may("result", "약속이 지켜졌습니까", Input::One(choices!(FollowUpResult)))
                .hint("합의서의 약속이 이음에 없을 때만 적습니다."),
            may("relation", "이웃 사이", Input::One(choices!(Relation))),
            method(),
            note,
        ],
        StepCode::EndFollowUp => vec![must("due", "점검일", Input::Date)],
        StepCode::KeepClosed => vec![
            must("reason", "까닭", Input::Text)
                .hint("양쪽과 무엇을 이야기했고 왜 다시 열지 않는지 적어 주세요. 할 일에서 사라집니다."),
        ],
        StepCode::Survey => {
            let asked = QUESTIONS.iter().map(|(name, text)| may(name, text, Input::One(choices!(Score))));
            [side(), method()].into_iter().chain(asked).collect()
        }
        StepCode::LeaveAgreement => vec![side(), method(), may("reason", "까닭", Input::Text)],
        StepCode::Note => vec![
            must("text", "내용", Input::Text),
            must("visibility", "누가 볼 수 있습니까", Input::One(choices!(Visibility))),
        ],
        StepCode::Link => vec![
            must("other", "다른 사건의 접수번호", Input::CaseNumber),
            must("kind", "관계", Input::One(by_hand())),
        ],
        _ => vec![
            must("line", "고칠 기록", Input::Number(Thing::Event)),
            may("void", "이 기록을 무효로 합니다", Input::Tick),
            may("moved_to", "바른 날짜와 시각", Input::Past),
            must("reason", "정정하는 까닭", Input::Text),
        ],
    }
}
