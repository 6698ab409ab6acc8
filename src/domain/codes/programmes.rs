//! Programmes (구 공모사업): the closed lists.
codes! {
    /// Where a programme stands. It goes one stage on at a time.
    ProgrammeStage {
        Called = "called" "공모",
        Selected = "selected" "선정",
        Agreed = "agreed" "협약",
        Active = "active" "활동",
        Settled = "settled" "정산",
    }
    /// A line of a programme's budget: its four kinds of activity, and what it costs to run it.
    BudgetItem {
        Education = "education" "교육",
        Workshop = "workshop" "워크숍",
        Consulting = "consulting" "컨설팅",
        Mediation = "mediation" "조정",
        Running = "running" "운영비",
    }
    /// What a line of a programme's record is about.
    ProgrammeStepCode {
        Move = "move" "단계",
        Plan = "plan" "계획과 예산",
        Held = "held" "활동",
        Spent = "spent" "운영비",
        Strike = "strike" "지움",
    }
    /// What is done with a programme.
    ProgrammeAct {
        Call = "call" "공모 시작",
        Select = "select" "단체 선정",
        Agree = "agree" "협약 맺기",
        Start = "start" "활동 시작",
        Settle = "settle" "정산 마치기",
        Back = "back" "앞 단계로 되돌리기",
        Plan = "plan" "계획과 예산 적기",
        Held = "held" "활동 적기",
        Spend = "spend" "운영비 적기",
        Strike = "strike" "잘못 적은 줄 지우기",
        Join = "join" "단지 더하기",
        End = "end" "협약 일찍 끝내기",
    }
}

impl BudgetItem {
    /// The kinds of activity that somebody comes to.
    pub const ACTIVITIES: [Self; 4] = [Self::Education, Self::Workshop, Self::Consulting, Self::Mediation];
}
