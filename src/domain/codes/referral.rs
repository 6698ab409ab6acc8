//! The codes of referrals and of application help (`product.md` §5).
codes! {
    /// What a body is to a case that comes to it: decides what is demanded of a referral (`domain::referral`). Of the bodies
    /// outside each says which of them it is; of the others the kind of the body says it. Names of bodies change by law and stand
    /// in their rows; these are ours.
    Venue {
        Own = "own" "단지의 관리사무소·위원회",
        Partner = "partner" "협약 기관",
        DongOffice = "dong_office" "동주민센터(찾동)",
        NeighbourCentre = "neighbour_centre" "이웃분쟁조정센터",
        CityDesk = "city_desk" "시 상담실·갈등해결지원단",
        Lawyer = "lawyer" "마을변호사",
        OtherReferred = "other_referred" "그 밖의 기관(의뢰)",
        NoiseCentre = "noise_centre" "층간소음 상담·측정 기관",
        CentralCommission = "central_commission" "공동주택관리 분쟁조정(중앙)",
        LocalCommission = "local_commission" "공동주택관리 분쟁조정(지방)",
        CentralEnvironment = "central_environment" "환경분쟁 조정(중앙)",
        LocalEnvironment = "local_environment" "환경분쟁 조정(지방)",
        Police = "police" "경찰",
        OtherApplied = "other_applied" "그 밖의 기관(본인 신청)",
    }
    /// How the days of a deadline are counted.
    Calendar {
        Civil = "civil" "민법: 첫날을 빼고 달력 날짜로 세고, 쉬는 날에 끝나면 다음 근무일까지",
        Petition = "petition" "민원처리법: 5일까지는 근무 시간으로, 6일부터는 첫날을 넣고 근무일로",
        Working = "working" "근무일: 첫날을 빼고 근무일로",
    }
    /// What a body's acceptance means for the case.
    Effect {
        Turn = "turn" "의뢰한 때부터 사건을 맡습니다. 사건은 열린 채로 이어집니다.",
        Over = "over" "받으면 사건을 넘겨받습니다. 여기서는 '타기관 이관'으로 마칩니다.",
        Beside = "beside" "받아도 맡은 곳은 그대로입니다. 곁에서 돕고 결과를 알려 줍니다.",
    }
    /// An answer to what a body asks.
    Known {
        Yes = "yes" "예",
        No = "no" "아니요",
        Unknown = "unknown" "모름",
    }
    /// How a condition of a body stands in a case.
    Standing {
        Met = "met" "갖춤",
        NotYet = "not_yet" "아직",
        Missing = "missing" "맞지 않음",
        Ask = "ask" "본인에게 확인",
    }
    /// With what a dong's office is asked to help: 찾아가는 동주민센터, 2017.
    DongHelp {
        Visit = "visit" "복지플래너 방문",
        Counsel = "counsel" "복지상담전문관 상담",
        CaseWork = "case_work" "동단위 사례관리",
        Lawyer = "lawyer" "마을변호사 연결",
    }
}
