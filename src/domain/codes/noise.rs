//! Measured noise: the closed lists of `exchange.md`, "ieum noise judge".
codes! {
    /// Kind of noise, as the rule on floor noise divides it (공동주택 층간소음의 범위와 기준에 관한 규칙 §2).
    NoiseKind {
        Direct = "direct" "직접충격 소음",
        Airborne = "airborne" "공기전달 소음",
        Plumbing = "plumbing" "급배수 소음",
    }
    /// Which limits a building has. Older: 사업계획승인 on or before 2005-06-30, or a plain 건축허가.
    NoiseBuilding {
        Standard = "standard" "2005년 7월 1일 이후 사업계획승인",
        Older = "older" "2005년 6월 30일 이전 사업계획승인, 또는 건축허가",
        Unknown = "unknown" "모름",
    }
    /// Who measured. Only an official measurement gives an official figure.
    NoiseSource {
        Official = "official" "공인 기관의 측정",
        Loaned = "loaned" "빌린 측정기",
        App = "app" "휴대전화 앱",
        Unknown = "unknown" "모름",
    }
    /// What a log says (`exchange.md`). Never about a person.
    NoiseVerdict {
        Exceeded = "exceeded" "기준 초과",
        NotExceeded = "not_exceeded" "기준 이하",
        Insufficient = "insufficient" "측정 시간 부족",
        InvalidBackground = "invalid_background" "배경소음이 커서 판정할 수 없음",
        OutOfScope = "out_of_scope" "층간소음 기준의 범위 밖",
        UndeterminedClass = "undetermined_class" "건물 구분에 따라 다름",
    }
    /// Whether the level that is compared is rounded first.
    NoiseRounding {
        None = "none" "반올림하지 않음",
        Integer = "integer" "정수로 반올림",
    }
    /// Whose figure a reading is.
    NoiseLabel {
        Official = "official" "공식 측정",
        Reference = "reference" "참고 수치(판정 아님)",
    }
}
