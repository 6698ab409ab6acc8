//! Committees, their members and their meetings: the closed lists.
codes! {
    /// What a committee is, and so which rules it begins with (`committee::rules`).
    Assembly {
        Resident = "resident" "주민자율분쟁조정위원회",
        Statutory = "statutory" "층간소음관리위원회",
        Council = "council" "동 마을공동체 추진협의회",
        Substitute = "substitute" "세 임원 대행",
    }
    /// What a member is in the committee.
    Post {
        Chair = "chair" "위원장",
        Secretary = "secretary" "간사",
        Clerk = "clerk" "서기",
        Member = "member" "위원",
    }
    /// From where a member comes: 공동주택관리법 §20⑧, and the council's residents.
    SeatCategory {
        Representative = "representative" "입주자대표회의·임차인대표회의 구성원",
        Election = "election" "선거관리위원회 위원",
        Community = "community" "공동체 활성화 단체 추천",
        Manager = "manager" "관리사무소장",
        Expert = "expert" "전문가(관리규약·지방자치단체장 추천)",
        Neighbour = "neighbour" "주민",
    }
    /// How a member was found.
    Selection {
        Recommended = "recommended" "추천",
        OpenCall = "open_call" "공개모집",
        ExOfficio = "ex_officio" "당연직",
    }
    /// Why a seat ended.
    SeatEnd {
        Expired = "expired" "임기 만료",
        Resigned = "resigned" "사임",
        Dismissed = "dismissed" "해촉",
        OfficeLeft = "office_left" "당연직의 직을 떠남",
        Substituted = "substituted" "교체",
        MovedAway = "moved_away" "이사",
    }
    /// Where an appointment stands.
    SeatState {
        Nominated = "nominated" "추천됨",
        Appointed = "appointed" "위촉됨(승낙 기다림)",
        Accepted = "accepted" "재직(서약 기다림)",
        Active = "active" "재직",
        Waiting = "waiting" "임기 시작 전",
        Ended = "ended" "끝남",
    }
    /// Who puts a member into the seat.
    Appointer {
        Representatives = "representatives" "입주자대표회의 회장",
        DongHead = "dong_head" "동장",
        Statute = "statute" "규약에 따른 당연직",
    }
    /// How the chair is found.
    ChairChoice {
        Elected = "elected" "위원이 서로 뽑음(호선)",
        Named = "named" "위촉권자가 지명",
    }
    /// Who decides a step of a case by the committee's 전결표.
    Decider {
        Secretary = "secretary" "간사",
        Chair = "chair" "위원장",
        Vote = "vote" "의결",
    }
    /// What kind of meeting it is.
    Sort {
        Regular = "regular" "정기회의",
        Special = "special" "임시회의",
        Urgent = "urgent" "긴급회의",
    }
    /// How a meeting is held.
    Mode {
        InPerson = "in_person" "대면",
        Online = "online" "화상",
        Written = "written" "서면",
    }
    /// Where a meeting is.
    MeetingState {
        Requested = "requested" "소집 요구 중",
        Convened = "convened" "소집함(통지 전)",
        Noticed = "noticed" "소집 통지함",
        Open = "open" "열림",
        Adjourned = "adjourned" "폐회(회의록 쓰는 중)",
        Completed = "completed" "회의록 서명 기다림",
        Signed = "signed" "회의록 서명함",
        NotOpened = "not_opened" "열리지 못함(정족수 미달)",
        Cancelled = "cancelled" "취소함",
    }
    /// What an agenda item is about.
    MatterKind {
        Case = "case" "사건 심의",
        ChairElection = "chair_election" "위원장 호선",
        Dismissal = "dismissal" "위원 해촉",
        RecusalRequest = "recusal_request" "기피 신청 결정",
        Delegation = "delegation" "전결표 정하기",
        Free = "free" "일반 안건",
    }
    /// How an item ended.
    ItemResult {
        Passed = "passed" "가결",
        Rejected = "rejected" "부결",
        Deferred = "deferred" "보류",
    }
    /// How the votes were given.
    Ballot {
        Hands = "hands" "거수",
        Secret = "secret" "무기명",
    }
    /// Why a member does not take part in a case (`domain.md` §3.5, §7).
    RecusalGround {
        Party = "party" "당사자임",
        Household = "household" "당사자와 같은 세대",
        Neighbour = "neighbour" "당사자 세대의 바로 위·아래·옆",
        Kin = "kin" "친족임(신고)",
        Line = "line" "같은 동·호 줄",
        Friend = "friend" "친분이 있음",
        OwnAct = "own_act" "다툼이 된 일을 직접 함",
        Other = "other" "그 밖의 사정",
    }
    /// How a recusal came about.
    RecusalKind {
        Automatic = "automatic" "제척",
        Declared = "declared" "회피",
        Requested = "requested" "기피",
    }
    /// Where a recusal stands.
    RecusalState {
        Pending = "pending" "결정 기다림",
        Standing = "standing" "물러남",
        Rejected = "rejected" "받아들이지 않음",
        Clear = "clear" "물러날 까닭 없음",
    }
    /// What kind of file a scan of the minutes is, by its content.
    ScanKind {
        Pdf = "pdf" "PDF",
        Png = "png" "PNG 그림",
        Jpeg = "jpeg" "JPEG 그림",
    }
    /// What a committee as such has to do next.
    CommitteeDuty {
        Regular = "regular" "정기회의 열기",
        Notice = "notice" "소집 통지 보내기",
        Record = "record" "회의 결과 적기",
        Minutes = "minutes" "회의록 쓰고 마치기",
        Signatures = "signatures" "회의록 서명 받기",
        Copies = "copies" "나눠 준 회의 자료 거두기",
        TermEnd = "term_end" "임기가 끝나는 위원의 후임 정하기",
        Pledge = "pledge" "비밀유지 서약서 받기",
        Training = "training" "올해 교육을 마치지 않은 위원 챙기기",
        OwnTraining = "own_training" "올해 위원 교육 마치기",
        Recusal = "recusal" "기피 신청을 안건에 올리기",
        Desk = "desk" "물러난 간사의 대행 정하기",
    }
    /// How training was given.
    TrainingMode {
        Classroom = "classroom" "집합",
        Online = "online" "온라인",
    }
}

impl RecusalGround {
    /// Whether the ground excludes by itself (제척); the others are declared or asked for.
    #[must_use]
    pub const fn is_automatic(self) -> bool {
        matches!(self, Self::Party | Self::Household | Self::Neighbour | Self::Kin)
    }
}

impl ScanKind {
    /// The kind that the bytes themselves show; a name or a sent type is nobody's word.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [b'%', b'P', b'D', b'F', b'-', ..] => Some(Self::Pdf),
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            _ => None,
        }
    }

    /// RFC 6838 media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }
}
