//! Published reports: the closed lists.
codes! {
    /// Over what a report is published.
    PeriodKind {
        Month = "month" "월간",
        Quarter = "quarter" "분기",
        Half = "half" "반기",
        Year = "year" "연간",
        Programme = "programme" "사업 기간",
    }
    /// What a ward has to see to itself.
    WardDuty {
        Publish = "publish_report" "보고서 공표",
    }
    /// 공개구분 of an official paper (공공기관의 정보공개에 관한 법률 §9). Small counts are hidden under each of them.
    Openness {
        Open = "open" "공개",
        Partly = "partly" "부분공개",
        Closed = "closed" "비공개",
    }
}
