//! What each act on a programme asks: its form, the check of what was typed and its schema are made from here.
use crate::domain::codes::{BudgetItem, ProgrammeAct, ProvisionBasis};
use crate::domain::step::form::{Field, Input, Thing, may, must};

/// The members of the plan's form for a line of the budget: how often (not asked of what runs the programme), and how much.
#[must_use]
pub const fn plan_names(item: BudgetItem) -> (Option<&'static str>, &'static str) {
    match item {
        BudgetItem::Education => (Some("education_times"), "education_won"),
        BudgetItem::Workshop => (Some("workshop_times"), "workshop_won"),
        BudgetItem::Consulting => (Some("consulting_times"), "consulting_won"),
        BudgetItem::Mediation => (Some("mediation_times"), "mediation_won"),
        BudgetItem::Running => (None, "running_won"),
    }
}

fn plan() -> Vec<Field> {
    vec![
        may("education_times", "교육(번)", Input::Whole),
        may("education_won", "교육 예산(원)", Input::Won),
        may("workshop_times", "워크숍(번)", Input::Whole),
        may("workshop_won", "워크숍 예산(원)", Input::Won),
        may("consulting_times", "컨설팅(번)", Input::Whole),
        may("consulting_won", "컨설팅 예산(원)", Input::Won),
        may("mediation_times", "조정(번)", Input::Whole),
        may("mediation_won", "조정 예산(원)", Input::Won),
        may("running_won", "운영비 예산(원)", Input::Won),
    ]
}

/// The fields of an act.
#[must_use]
pub fn fields(act: ProgrammeAct) -> Vec<Field> {
    let on = |label| must("on", label, Input::Date);
    let mut fields = vec![match act {
        ProgrammeAct::Held => on("한 날"),
        ProgrammeAct::Spend => on("쓴 날"),
        ProgrammeAct::End => {
            on("끝나는 날").hint("이날부터 새로 접수하거나 의뢰하지 않고, 맡은 사건은 마칩니다.")
        }
        ProgrammeAct::Join => on("이날부터"),
        _ => on("날짜"),
    }];
    fields.extend(match act {
        ProgrammeAct::Call | ProgrammeAct::Start | ProgrammeAct::Settle => Vec::new(),
        ProgrammeAct::Select => vec![must("ngo", "선정한 단체", Input::Body)],
        ProgrammeAct::Agree => vec![
            must("from_on", "협약 기간이 시작하는 날", Input::Date),
            must("until_on", "협약 기간이 끝나는 날", Input::Date)
                .hint("이날부터는 이 사업으로 새로 접수하거나 의뢰하지 않습니다. 맡은 사건은 마칩니다."),
            must(
                "basis",
                "개인정보를 넘기는 근거",
                Input::One(
                    [ProvisionBasis::Consent, ProvisionBasis::Entrustment]
                        .map(|basis| (basis.code(), basis.label()))
                        .to_vec(),
                ),
            ),
            must(
                "mediators",
                "사건마다 조정인",
                Input::One(vec![("1", "1명"), ("2", "2명(두 사람이 수락해야 조정을 시작합니다)")]),
            ),
            must("budget_won", "예산(원)", Input::Won),
        ],
        ProgrammeAct::Back | ProgrammeAct::End => vec![must("reason", "까닭", Input::Line)],
        ProgrammeAct::Plan => plan(),
        ProgrammeAct::Held => vec![
            must(
                "kind",
                "활동",
                Input::One(BudgetItem::ACTIVITIES.map(|kind| (kind.code(), kind.label())).to_vec()),
            ),
            may("complex", "단지", Input::Complex).hint("여러 단지가 함께했으면 비워 두세요."),
            must("people", "참여한 사람(명)", Input::Whole),
            must("hours", "시간", Input::Decimal),
            must("won", "쓴 금액(원)", Input::Won).hint("들지 않았으면 0을 적어 주세요."),
            may("what", "내용", Input::Line).hint("사람의 이름과 동·호는 적지 말아 주세요."),
        ],
        ProgrammeAct::Spend => vec![
            must("won", "금액(원)", Input::Won),
            must("what", "어디에 썼나", Input::Line).hint("예: 안내문 인쇄. 사람의 이름은 적지 말아 주세요."),
        ],
        ProgrammeAct::Strike => vec![
            must("line", "지울 줄", Input::Number(Thing::Event)),
            must("reason", "까닭", Input::Line).hint("지운 줄은 기록에 남고 합계에서 빠집니다."),
        ],
        ProgrammeAct::Join => vec![must("complex", "단지", Input::Complex)],
    });
    fields
}
