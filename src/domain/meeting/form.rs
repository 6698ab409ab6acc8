//! What each step of a meeting asks: its fields, in the order of the form, with the words people read. Forms, checks and the
//! schema in `openapi.json` are made from this table, as a case step's are from `step::form`.
use super::{MeetingStepCode as Code, Signer};
use crate::domain::codes::{Ballot, MatterKind, Method, Mode, RecusalGround, Sort};
use crate::domain::committee::delegation::Act;
use crate::domain::step::form::{Choices, Field, Input, choices, may, must};

/// The steps that people take; the others Ieum writes by itself.
pub fn taken_by_people() -> impl Iterator<Item = Code> {
    Code::ALL.iter().copied().filter(|c| !matches!(c, Code::Roster | Code::Performed))
}

/// The fields of a step. What a passed item does to its case (`taken`) is asked by that step's own form.
#[must_use]
pub fn fields(step: Code) -> Vec<Field> {
    let item = || must("item", "안건", Input::Item);
    let text = |name, label| may(name, label, Input::Text);
    match step {
        Code::Request => vec![
            must("purpose", "무엇을 다룰까요?", Input::Text),
            may("seat", "요구한 위원", Input::Seat).hint("종이로 받은 요구일 때만 골라 주세요."),
        ],
        Code::Support => vec![may("seat", "찬성한 위원", Input::Seat)],
        Code::Convene => vec![
            must("sort", "회의 종류", Input::One(choices!(Sort))),
            must("mode", "방식", Input::One(choices!(Mode))),
            must("starts_at", "일시", Input::Moment),
            must("minutes", "예상 시간(분)", Input::Whole),
            must("place", "장소", Input::Line),
            text("reason", "까닭").hint("긴급회의이면 까닭을 적어 주세요."),
        ],
        Code::Add => add(),
        Code::Notify | Code::Complete | Code::Roster | Code::Performed | Code::Adjourn => Vec::new(),
        Code::Move => vec![
            must("starts_at", "바꿀 일시", Input::Moment),
            must("place", "장소", Input::Line),
            text("reason", "까닭"),
        ],
        Code::Cancel => vec![must("reason", "취소하는 까닭", Input::Text)],
        Code::Open => vec![
            may("all", "전원 참석", Input::Tick),
            may("present", "나온 위원", Input::Seats),
            must("presiding", "의장(대행)", Input::Seat),
        ],
        Code::NotOpen => vec![may("present", "나온 위원", Input::Seats), text("reason", "덧붙일 말")],
        Code::Arrive | Code::Leave => vec![must("seat", "위원", Input::Seat)],
        Code::Preside => {
            vec![must("seat", "의장을 대행할 위원", Input::Seat), may("reason", "까닭", Input::Line)]
        }
        Code::Recuse => vec![
            item(),
            must("seat", "물러나는 위원", Input::Seat),
            must("ground", "까닭", Input::One(choices!(RecusalGround))),
        ],
        Code::Substitute => vec![
            item(),
            must("seat", "물러난 위원", Input::Seat),
            must("by", "대신할 사람", Input::Seat).hint("표결권이 없는 예비 위원 가운데 고릅니다."),
        ],
        Code::Issue => vec![may("all", "모두에게", Input::Tick), may("seats", "받는 사람", Input::Seats)],
        Code::Collect => vec![must("numbers", "거둔 자료의 번호", Input::Copies), text("text", "덧붙일 말")],
        Code::Decide => vec![
            item(),
            must("yes", "찬성", Input::Whole),
            must("no", "반대", Input::Whole),
            must("abstain", "기권", Input::Whole),
            must("ballot", "표결 방법", Input::One(choices!(Ballot))),
            text("decision", "결정한 내용"),
        ],
        Code::Defer => vec![item(), text("text", "보류하는 까닭")],
        Code::Write => vec![
            must("text", "회의 전체", Input::Text).hint("사건 이야기는 아래 그 안건 칸에 적어 주세요."),
            may("notes", "안건마다", Input::Notes),
        ],
        Code::Sign => vec![
            must("signer", "누가 서명했나요?", Input::One(choices!(Signer))),
            must("method", "서명 방법", Input::One(methods())),
        ],
        Code::Correct => vec![must("text", "바로잡는 내용", Input::Text)],
    }
}

fn methods() -> Choices {
    vec![(Method::Link.code(), "이 화면에서 본인이"), (Method::Paper.code(), "종이 회의록에")]
}

fn add() -> Vec<Field> {
    let kinds = choices!(MatterKind).into_iter();
    // A 전결표 comes to the agenda whole, from its own form.
    let kinds = kinds.filter(|(code, _)| *code != MatterKind::Delegation.code()).collect();
    vec![
        must("matter", "무엇에 관한 안건인가요?", Input::One(kinds)),
        may("number", "접수번호", Input::CaseNumber).hint("사건 심의와 기피 신청 결정에 적어 주세요."),
        may("act", "사건에 대해 의결할 일", Input::One(Act::choices())),
        may("seat", "위원", Input::Seat).hint("호선 후보, 해촉 대상, 기피 신청을 받은 위원"),
        may("title", "안건 제목 또는 까닭", Input::Line).hint("사람의 이름이나 동·호는 적지 말아 주세요."),
    ]
}
