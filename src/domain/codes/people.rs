//! The people of a case: who stands beside the two sides, what protects them, what they may ask about their data.
codes! {
    /// What a person is beside the main party of a side.
    PersonKind {
        Joint = "joint" "함께하는 당사자",
        Proxy = "proxy" "대리인",
        Owner = "owner" "집주인(소유자)",
        Candidate = "candidate" "의심되는 집(후보)",
    }
    /// What a proxy may do; written down as the paper of authority says it.
    Authority {
        Speak = "speak" "말하고 듣기",
        Meet = "meet" "회의에 나오기",
        Join = "join" "조정 참여를 정하기",
        Agree = "agree" "조정안·합의에 답하기",
        Withdraw = "withdraw" "취하하기",
    }
    /// What a representative does only with the others' written consent (공동주택관리법 시행령 §84 as a model).
    BindingAct {
        Withdraw = "withdraw" "취하",
        Accept = "accept" "조정안 받아들이기",
        Sign = "sign" "합의서 서명",
    }
    /// What keeps two people apart (스토킹처벌법, 가정폭력처벌법, 민사집행법).
    OrderKind {
        Urgent = "urgent" "긴급응급조치(경찰)",
        Interim = "interim" "잠정조치(법원)",
        Protection = "protection" "피해자보호명령",
        Injunction = "injunction" "접근금지 가처분",
        Other = "other" "그 밖의 보호조치",
    }
    /// What a person may ask about their own data (개인정보 보호법 §35, §36, §37).
    Right {
        Access = "access" "열람",
        Correct = "correct" "정정",
        Erase = "erase" "삭제",
        Stop = "stop" "처리정지",
        Resume = "resume" "처리정지 풀기",
    }
    /// How such a request was answered.
    RightAnswer {
        Done = "done" "요청대로 함",
        Partly = "partly" "일부만 함",
        Declined = "declined" "하지 않음(까닭 알림)",
    }
    /// What is destroyed when its time is over (`casework::keeping`).
    DisposalKind {
        File = "file" "사건의 개인정보 전부",
        Respondent = "respondent" "상대방 연락처(미참여·연락 안 됨)",
        UnitHash = "unit_hash" "상대방 호수 해시",
        Side = "side" "본인이 지워 달라고 한 정보",
        Notes = "notes" "조정인 비밀 메모",
        Logs = "logs" "열람·변경·역할 기록",
        Accounts = "accounts" "끝난 계정과 위촉",
    }
    /// Consents that are asked apart, at the desk, of one person (`ConsentPurpose` has the words).
    Asked {
        Sensitive = "sensitive" "건강 등 민감한 내용 기록",
        Recording = "recording" "상담 녹음",
    }
}
