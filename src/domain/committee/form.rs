//! What people do at a committee beside its meetings, and what each of it asks: forms, checks and schemas are made from here.
use super::delegation::Act;
use super::rules::Share;
use crate::domain::codes::{
    Appointer, ChairChoice, Decider, MatterKind, Mode, Post, SeatCategory, SeatEnd, Selection, TrainingMode,
    codes,
};
use crate::domain::meeting::{MeetingStepCode, form as meeting};
use crate::domain::step::form::{Choices, Field, Input, choices, may, must};

codes! {
    /// What is done at a committee.
    BodyAct {
        Meeting = "meeting" "회의 소집하기",
        Demand = "demand" "회의 소집 요구하기",
        Nominate = "nominate" "위원 추천하기",
        Train = "train" "교육 적기",
        Absence = "absence" "간사 대행 정하기",
        StandIn = "stand_in" "물러난 간사의 사건 대행 정하기",
        Rules = "rules" "규칙 바꾸기",
        Table = "table" "전결표 바꾸기",
    }
    /// What is done with a member's seat.
    SeatAct {
        Appoint = "appoint" "위촉장을 줌",
        Accept = "accept" "승낙서를 받음",
        Pledge = "pledge" "비밀유지 서약서를 받음",
        End = "end" "위촉 끝내기",
        Renew = "renew" "다시 위촉(연임) 준비",
        Substitute = "substitute" "남은 임기의 후임 추천하기",
        Amend = "amend" "이름·연락처·동호 바로잡기",
    }
}

/// Shares that paper rules are written in, with the words for them.
fn shares() -> Choices {
    vec![
        ("over_1_2", "과반수"),
        ("1_1", "전원"),
        ("3_4", "4분의 3 이상"),
        ("2_3", "3분의 2 이상"),
        ("1_2", "2분의 1 이상"),
        ("1_3", "3분의 1 이상"),
        ("1_4", "4분의 1 이상"),
    ]
}

impl Share {
    /// `over_1_2`, `2_3`.
    #[must_use]
    pub fn code(self) -> String {
        format!("{}{}_{}", if self.over { "over_" } else { "" }, self.num, self.den)
    }

    /// The share with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let (over, rest) = code.strip_prefix("over_").map_or((false, code), |rest| (true, rest));
        let (num, den) = rest.split_once('_')?;
        let share = Self { num: num.parse().ok()?, den: den.parse().ok()?, over };
        share.is_sound().then_some(share)
    }
}

/// The fields of an act.
#[must_use]
pub fn fields(act: BodyAct) -> Vec<Field> {
    match act {
        BodyAct::Meeting => meeting::fields(MeetingStepCode::Convene),
        BodyAct::Demand => meeting::fields(MeetingStepCode::Request),
        BodyAct::Nominate => nominate(),
        BodyAct::Train => vec![
            must("seat", "위원", Input::Seat),
            must("on", "교육받은 날", Input::Date),
            must("hours", "시간", Input::Decimal),
            must("provider", "교육한 기관", Input::Line),
            may("certificate", "수료증 번호", Input::Line),
            must("mode", "방식", Input::One(choices!(TrainingMode))),
        ],
        BodyAct::Absence => vec![
            must("seat", "간사 일을 대신할 위원", Input::Seat),
            must("from", "시작일", Input::Date),
            must("until", "마지막 날", Input::Date),
        ],
        BodyAct::StandIn => vec![
            must("number", "접수번호", Input::CaseNumber),
            must("seat", "이 사건만 간사 일을 할 위원", Input::Seat),
        ],
        BodyAct::Rules => rules(),
        BodyAct::Table => table(),
    }
}

fn nominate() -> Vec<Field> {
    vec![
        must("name", "이름", Input::Line),
        may("address", "주소", Input::Line).hint("위촉장에 적힙니다."),
        may("phone", "전화", Input::Line),
        may("account", "이음 계정의 전자우편", Input::Line).hint("계정이 없는 위원은 비워 두세요."),
        may("unit", "사는 동·호", Input::Line)
            .hint("당사자의 이웃인지 이음이 스스로 확인하는 데만 씁니다. 예: 101동 1203호"),
        must("post", "맡는 일", Input::One(choices!(Post))),
        may("votes", "표결에 참여합니다(재적에 셉니다)", Input::Tick)
            .hint("예비 위원과 표결하지 않는 간사·서기는 끄세요."),
        must("category", "위원 구분", Input::One(choices!(SeatCategory))),
        must("selection", "뽑은 방법", Input::One(choices!(Selection))),
        may("office", "당연직의 직", Input::Line).hint("당연직일 때만 적어 주세요."),
        may("note", "선정위원회 심의 결과", Input::Text).hint("공개모집일 때만 적어 주세요."),
        may("from", "임기 시작일", Input::Date).hint("비우면 오늘부터입니다."),
    ]
}

fn rules() -> Vec<Field> {
    vec![
        must("from", "시행일", Input::Date).hint("이미 소집한 회의는 소집할 때의 규칙을 그대로 씁니다."),
        must("basis", "정한 회의·근거", Input::Line).hint("예: 2026년 11월 20일 정기회의 의결"),
        must("size_min", "정원의 최소(명)", Input::Whole),
        may("size_max", "정원의 최대(명)", Input::Whole).hint("비우면 제한이 없습니다."),
        must("chair", "위원장", Input::One(choices!(ChairChoice))),
        may("ex_officio", "당연직의 직", Input::Text).hint("한 줄에 하나씩 적어 주세요."),
        must("categories", "위원이 될 수 있는 사람", Input::Any(choices!(SeatCategory))),
        must("appointer", "위촉하는 사람", Input::One(choices!(Appointer))),
        must("term_years", "임기(년)", Input::Whole),
        may("renewals", "연임 횟수", Input::Whole).hint("비우면 제한이 없습니다."),
        may("regular_months", "정기회의 간격(개월)", Input::Whole).hint("비우면 필요할 때 엽니다."),
        must("quorum", "의사정족수(재적 위원의)", Input::One(shares())),
        must("majority", "의결정족수(출석 위원의)", Input::One(shares())),
        must("demand", "소집을 요구할 수 있는 수(재직 위원의)", Input::One(shares())),
        may("recused_on_roll", "물러난 위원도 재적에 셉니다", Input::Tick),
        must("notice_days", "통지 기한(회의 며칠 전까지)", Input::Whole),
        must("training_hours", "한 해 교육 시간", Input::Whole),
        must("modes", "회의 방식", Input::Any(choices!(Mode))),
        may("secret", "무기명으로 하는 안건", Input::Any(choices!(MatterKind))),
    ]
}

fn table() -> Vec<Field> {
    let mut fields = vec![
        may("meeting", "의결할 회의", Input::Meeting).hint(
            "고르면 그 회의의 안건으로 올립니다. 종이로 이미 정했으면 비우고 아래 두 칸을 적어 주세요.",
        ),
        may("from", "시행일", Input::Date).hint("비우면 지금부터입니다."),
        may("basis", "정한 회의·근거", Input::Line),
    ];
    fields.extend(
        Act::choices().into_iter().map(|(code, label)| must(code, label, Input::One(choices!(Decider)))),
    );
    fields
}

/// The fields of what is done with a seat.
#[must_use]
pub fn seat_fields(act: SeatAct) -> Vec<Field> {
    let on = || must("on", "날짜", Input::Date);
    match act {
        SeatAct::Appoint | SeatAct::Accept | SeatAct::Pledge => vec![on()],
        SeatAct::End => {
            // A vote of the meeting takes a seat away, and a term ends by itself.
            let ends = SeatEnd::ALL.iter().filter(|e| !matches!(e, SeatEnd::Expired | SeatEnd::Dismissed));
            vec![on(), must("why", "까닭", Input::One(ends.map(|e| (e.code(), e.label())).collect()))]
        }
        SeatAct::Renew => Vec::new(),
        SeatAct::Amend => vec![
            must("name", "이름", Input::Line),
            may("address", "주소", Input::Line),
            may("phone", "전화", Input::Line),
            may("unit", "사는 동·호", Input::Line)
                .hint("사건의 두 집과 위아래·옆집이면 그 사건에서 저절로 물러납니다."),
        ],
        SeatAct::Substitute => vec![
            must("from", "후임이 시작하는 날", Input::Date)
                .hint("그날 지금 위원의 위촉이 '교체'로 끝나고, 후임이 남은 임기를 채웁니다."),
            must("name", "후임의 이름", Input::Line),
            may("address", "주소", Input::Line),
            may("phone", "전화", Input::Line),
            may("account", "이음 계정의 전자우편", Input::Line).hint("계정이 없는 위원은 비워 두세요."),
            may("unit", "사는 동·호", Input::Line),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::codes::Assembly;
    use crate::domain::committee::rules::BodyRules;

    #[test]
    fn shares_keep_their_code_and_the_usual_ones_can_be_chosen() {
        for (code, label) in shares() {
            let share = Share::from_code(code).unwrap();
            assert_eq!(share.code(), code);
            if code != "1_1" {
                assert_eq!(share.words(), label);
            }
        }
        for assembly in Assembly::ALL {
            let rules = BodyRules::of(*assembly);
            for share in [rules.quorum, rules.majority, rules.demand] {
                assert!(shares().iter().any(|(code, _)| *code == share.code()), "{assembly}");
            }
        }
        assert_eq!(Share::from_code("over_1_1"), None);
        assert_eq!(Share::from_code("0_2"), None);
    }
}
