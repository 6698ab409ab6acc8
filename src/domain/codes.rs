//! The vocabulary of the field: every closed list of codes, with its Korean label, in one place.
//!
//! A code is what files, URLs, the database and the API carry (`exchange.md`); a label is what people read.

/// Declares a closed list of codes: the enum, `ALL`, `code()`, `label()`, `from_code()` and serde by code.
macro_rules! codes { ($( $(#[$doc:meta])* $name:ident { $($variant:ident = $code:literal $label:literal),+ $(,)? } )+) => { $(
    $(#[$doc])*
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
    pub enum $name { $( #[doc = $label] #[serde(rename = $code)] $variant ),+ }
    impl $name {
        pub const ALL: &'static [Self] = &[ $(Self::$variant),+ ];
        pub const CODES: &'static [&'static str] = &[ $($code),+ ];
        pub const fn code(self) -> &'static str { match self { $(Self::$variant => $code),+ } }
        pub const fn label(self) -> &'static str { match self { $(Self::$variant => $label),+ } }
        pub fn from_code(code: &str) -> Option<Self> { match code { $($code => Some(Self::$variant),)+ _ => None } }
    }
    impl std::fmt::Display for $name {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.code()) }
    }
)+ } }

codes! {
    /// Where a case is (`product.md` §2). Separate from how it ended.
    Stage {
        Received = "received" "접수",
        Inquiry = "inquiry" "사실조사·상담",
        Participation = "participation" "참여확인",
        Assigning = "assigning" "배정",
        Mediating = "mediating" "조정",
        Closed = "closed" "종결",
    }
    /// How a case ended (`product.md` §2).
    Outcome {
        Settled = "settled" "합의",
        Partial = "partial" "부분합의",
        SettledBefore = "settled_before" "조정 전 당사자 합의",
        Ceased = "ceased" "소음 중단(안내·권고 후)",
        Counselled = "counselled" "상담종결",
        NotAgreed = "not_agreed" "불성립",
        Withdrawn = "withdrawn" "취하",
        Refused = "refused" "상대방 미참여",
        Unreachable = "unreachable" "연락 안 됨",
        MovedOut = "moved_out" "이사",
        Transferred = "transferred" "타기관 이관",
        OutOfScope = "out_of_scope" "범위 외",
        Merged = "merged" "병합",
        Suspended = "suspended" "안전·형사 보류",
    }
    /// How a case came in.
    Channel {
        Visit = "visit" "방문",
        Phone = "phone" "전화",
        Online = "online" "온라인",
        Office = "office" "관리사무소",
        Paper = "paper" "서면",
        Transfer = "transfer" "타기관에서 이관",
    }
    /// What is heard. `retaliation` is a claim, never a finding.
    Cause {
        Footfall = "footfall" "발걸음·뛰는 소리",
        Hammering = "hammering" "망치질",
        Furniture = "furniture" "가구 끄는 소리",
        Door = "door" "문 여닫는 소리",
        Appliance = "appliance" "가전제품",
        Instrument = "instrument" "악기",
        Audio = "audio" "TV·음향기기",
        Pet = "pet" "반려동물",
        Voice = "voice" "말소리",
        Exercise = "exercise" "운동기구",
        Plumbing = "plumbing" "급배수 소리",
        Retaliation = "retaliation" "맞대응 소음(주장)",
        Other = "other" "기타",
        Unknown = "unknown" "모름",
    }
    /// Where the suspected source (추정되는 곳) is, seen from the applicant.
    Position {
        Above = "above" "위층",
        Below = "below" "아래층",
        Beside = "beside" "옆집",
        Diagonal = "diagonal" "대각선",
        Unknown = "unknown" "모름",
    }
    /// The two sides of a case.
    Side {
        Applicant = "applicant" "신청인",
        Respondent = "respondent" "상대방",
    }
    /// The result of the office's recommendation (권고, 공동주택관리법 §20②).
    Recommendation {
        Stopped = "stopped" "중단",
        Continues = "continues" "계속",
        Refused = "refused" "협조거부",
        Absent = "absent" "부재",
    }
    /// Kind of a talk before or beside mediation (면담).
    InterviewKind {
        Separate = "separate" "개별면담",
        Joint = "joint" "다자면담",
    }
    /// Kind of a mediation meeting attended under both consents.
    SessionKind {
        Joint = "joint" "다자(한자리)",
        Shuttle = "shuttle" "따로 만나기",
        Phone = "phone" "전화",
        Online = "online" "온라인",
        Visit = "visit" "현장방문",
    }
    /// How far an agreement goes.
    AgreementKind {
        Full = "full" "합의",
        Partial = "partial" "부분합의",
    }
    /// How an agreement fared at a follow-up date: the worst answer over both sides and all terms.
    FollowUpResult {
        Kept = "kept" "지킴",
        Partly = "partly" "일부 지킴",
        Broken = "broken" "안 지킴",
        Unanswered = "unanswered" "응답 없음",
    }
    /// Whether a 단지 has a committee, as the exchange file says it.
    CommitteeKind {
        None = "none" "없음",
        Resident = "resident" "주민자율분쟁조정위원회",
        Statutory = "statutory" "층간소음관리위원회",
    }
    /// Basis of the building's approval (사업계획승인 or 건축허가).
    Permit {
        Plan = "plan" "사업계획승인",
        Building = "building" "건축허가",
    }
    /// Tenure of a 단지.
    Tenure {
        Sale = "sale" "분양",
        Rental = "rental" "임대",
        Mixed = "mixed" "혼합",
    }
    /// Why a case stands outside the denominator of 해결률. In the order in which they are asked: the first counts.
    Exclusion {
        Anonymous = "anonymous" "신청인 동·호 없음(익명)",
        OutOfScope = "out_of_scope" "범위 외",
        Merged = "merged" "병합",
        Suspended = "suspended" "안전·형사 보류",
        Transferred = "transferred" "참여 요청 전 타기관 이관",
    }
    /// Which cases a report's rates are about.
    Basis {
        Closing = "closing" "종결 기준",
        Cohort = "cohort" "접수 집단 기준(90일)",
    }
    /// By what a report is broken down.
    Dimension {
        Dong = "dong" "행정동",
        Complex = "complex" "단지",
        Cause = "cause" "소음 원인",
        Position = "position" "추정되는 곳",
        Channel = "channel" "접수 경로",
        Committee = "committee" "위원회",
        Programme = "programme" "사업",
    }
    /// Where a mail is. While a worker has it, it still waits.
    MailState {
        Waiting = "waiting" "대기",
        Sent = "sent" "발송됨",
        Dead = "dead" "보내지 못함",
    }
}
