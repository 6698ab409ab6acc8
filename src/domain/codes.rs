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
pub(crate) use codes;

mod committee;
mod evidence;
mod mediators;
mod people;
mod programmes;
mod publications;
mod referral;
pub use committee::*;
pub use evidence::*;
pub use mediators::*;
mod noise;
pub use noise::*;
pub use people::*;
pub use programmes::*;
pub use publications::*;
pub use referral::*;

codes! {
    /// For what a consent was asked (`consent` has the words). Each is asked apart and never ticked beforehand.
    ConsentPurpose {
        Sensitive = "sensitive" "건강 등 민감한 내용 기록",
        Provision = "provision" "협약 기관에 제공",
        Recording = "recording" "상담 녹음",
        Mediation = "mediation" "조정 참여",
    }
    /// What a respondent answers to the letter (`product.md` §2). None has a penalty.
    Reply {
        NotOurs = "not_ours" "우리 집이 아닙니다",
        AlsoUs = "also_us" "우리도 불편합니다",
        Call = "call" "전화 주세요",
        Join = "join" "참여하겠습니다",
        Decline = "decline" "참여하지 않겠습니다",
    }
}

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
    /// What a text between the parties is.
    TextKind {
        Proposal = "proposal" "조정안",
        Agreement = "agreement" "합의서",
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
    /// What a mail is that came in (`domain::inbound`).
    Inbound {
        Reply = "reply" "답장",
        Bounce = "bounce" "반송",
        AutoReply = "auto_reply" "자동 응답",
    }
    /// What was done with a mail that came in. Every one has exactly one fate.
    InboundFate {
        Filed = "filed" "사건에 넣음",
        Quarantined = "quarantined" "확인 필요",
        Refused = "refused" "받지 않음",
    }
    /// Why a mail that came in was not filed.
    InboundWhy {
        NoMail = "no_mail" "어느 메일에 대한 것인지 알 수 없음",
        NoCase = "no_case" "사건에 관한 메일의 답장이 아님",
        OtherSender = "other_sender" "받은 분의 주소가 아닌 곳에서 옴",
        NoText = "no_text" "읽을 글이 없음",
        Gone = "gone" "이미 정보를 파기한 사람이나 사건",
        TooLarge = "too_large" "메일이 너무 큼",
        TooMany = "too_many" "짧은 시간에 너무 많이 옴",
        Ours = "ours" "우리가 보낸 메일이 되돌아옴",
        Automatic = "automatic" "어느 메일에 대한 것인지 알 수 없는 자동 응답",
    }
    /// How a mail fares, as people are told: its state, and what a worker, the server or the address made of it.
    Delivery {
        Queued = "queued" "보내기를 기다림",
        Leased = "leased" "발송 중",
        Accepted = "accepted" "메일 서버가 받음",
        Bounced = "bounced" "되돌아옴",
        Suspended = "suspended" "멈춘 주소",
        Refused = "refused" "메일 서버가 거절함",
        GivenUp = "given_up" "끝내 보내지 못함",
        Late = "late" "때가 지나 보내지 않음",
        Withdrawn = "withdrawn" "거두어 보내지 않음",
    }
    /// Where a mail is. While a worker has it, it still waits.
    MailState {
        Waiting = "waiting" "대기",
        Sent = "sent" "발송됨",
        Dead = "dead" "보내지 못함",
        Late = "late" "때가 지나 보내지 않음",
        Withdrawn = "withdrawn" "거두어 보내지 않음",
    }
}

codes! {
    /// What a person may be in Ieum (`product.md` §1). Parties and the clock act without an account.
    Role {
        Manager = "manager" "관리사무소",
        Secretary = "secretary" "간사",
        Clerk = "clerk" "서기",
        Chair = "chair" "위원장",
        Member = "member" "위원",
        Coordinator = "coordinator" "NGO 담당",
        Mediator = "mediator" "조정인",
        Ward = "ward" "구청 담당",
        Dong = "dong" "동 담당",
        Admin = "admin" "운영자",
    }
    /// What an account is.
    AccountStatus {
        Invited = "invited" "초대함",
        Active = "active" "사용 중",
        Disabled = "disabled" "사용 중지",
    }
    /// What the administrative record (권한·설정 변경 기록) notes.
    AuditAction {
        SetUp = "set_up" "첫 운영자 계정을 만듦",
        Invited = "invited" "초대함",
        InvitedAgain = "invited_again" "다시 초대함",
        Accepted = "accepted" "초대를 받아 비밀번호를 정함",
        PasswordReset = "password_reset" "비밀번호를 다시 정함",
        ResetSent = "reset_sent" "비밀번호 재설정 링크를 보냄",
        PasswordChanged = "password_changed" "비밀번호를 바꿈",
        AddressAsked = "address_asked" "메일 주소 바꾸기를 요청함",
        AddressChanged = "address_changed" "메일 주소를 바꿈",
        Details = "details" "이름·전화번호를 고침",
        LoggedOut = "logged_out" "여러 기기에서 로그아웃함",
        TokenMade = "token_made" "API 토큰을 만듦",
        TokenRevoked = "token_revoked" "API 토큰을 없앰",
        Granted = "granted" "역할을 줌",
        GrantEnded = "grant_ended" "역할을 끝냄",
        Disabled = "disabled" "계정을 멈춤",
        Enabled = "enabled" "계정을 다시 엶",
        RespondentDestroyed = "respondent_destroyed" "상대방 연락처를 지움",
        FileDestroyed = "file_destroyed" "보관 기간이 끝난 사건의 개인정보를 지움",
        SideDestroyed = "side_destroyed" "본인이 요청해 당사자 정보를 지움",
        UnitHashDestroyed = "unit_hash_destroyed" "상대방 호수 해시를 지움",
        Mediator = "mediator" "조정인 정보를 고침",
        BodyAdded = "body_added" "기관을 더함",
        BodyChanged = "body_changed" "기관 정보를 고침",
        BodyEnded = "body_ended" "기관을 끝냄",
        DongAdded = "dong_added" "행정동을 더함",
        ComplexAdded = "complex_added" "단지를 더함",
        ComplexFacts = "complex_facts" "단지 정보를 날짜별로 더함",
        ProgrammeAdded = "programme_added" "사업을 더함",
        Seat = "seat" "위원 위촉·교육을 적음",
        Rules = "rules" "위원회 규칙·전결표를 정함",
        Reminded = "reminded" "단지에 위원회 운영을 안내함",
        Published = "published" "구 보고서를 공표함",
        PublishedByItself = "published_by_itself" "보고서를 자동으로 공표할지 정함",
        ProgrammeChanged = "programme_changed" "사업을 바꿈",
        ProgrammeEnded = "programme_ended" "사업을 일찍 끝냄",
        MailHeld = "mail_held" "전자우편 발송을 멈춤",
        MailReleased = "mail_released" "전자우편 발송을 다시 시작함",
        MailPlaced = "mail_placed" "받은 전자우편을 사건에 넣음",
        MailDropped = "mail_dropped" "받은 전자우편을 지움",
    }
    /// What a bearer token of the API may do.
    TokenScope {
        Read = "read" "읽기",
        Write = "write" "읽기와 쓰기",
    }
    /// What a body is. A body can hold a case, be referred to, or be the scope of a role.
    BodyKind {
        Office = "office" "관리사무소",
        Committee = "committee" "위원회",
        Council = "council" "마을공동체 추진협의회",
        Ngo = "ngo" "협약 기관",
        Ward = "ward" "구청",
        Dong = "dong" "동주민센터",
        Outside = "outside" "외부 기관(의뢰)",
        Applied = "applied" "외부 기관(본인 신청)",
    }
    /// Result of the safety screen of one side (`domain.md` §6.1).
    Safety {
        Ok = "ok" "이상 없음",
        Shuttle = "shuttle" "따로 만나기만",
        Pause = "pause" "진행 보류",
        Stop = "stop" "중단",
    }
    /// How the applicant lives in their home: an owner can change the floor, a tenant asks the owner.
    Living {
        Owner = "owner" "자가",
        Tenant = "tenant" "임차(전세·월세)",
        Rental = "rental" "임대주택 임차인",
    }
    /// What the applicant has to show for it; the things themselves are handed in later.
    Evidence {
        Recording = "recording" "녹음",
        Video = "video" "동영상",
        Diary = "diary" "소음일지",
        Measured = "measured" "측정 결과",
        Messages = "messages" "주고받은 문자·쪽지",
        Witness = "witness" "함께 들은 사람",
    }
    /// What the safety screen asks, of each side apart (`domain.md` §6.1).
    SafetyFlag {
        Threat = "threat" "위협하는 말이나 행동이 있었습니다",
        Weapon = "weapon" "흉기나 위험한 물건이 언급되었습니다",
        Contact = "contact" "몸싸움이 있었습니다",
        Following = "following" "따라오거나 문 앞에서 기다렸습니다",
        Messages = "messages" "쪽지·문자가 되풀이되었습니다",
        Damage = "damage" "물건이 부서졌습니다",
        Posting = "posting" "신상이 온라인에 올라갔습니다",
        Retaliation = "retaliation" "맞대응 소음이 있다고 합니다(주장)",
        FearOfMeeting = "fear" "한자리에 있는 것이 두렵습니다",
        Order = "order" "경찰 신고나 접근금지 조치가 있습니다",
        HomeViolence = "home_violence" "집 안에 폭력이 있습니다",
        SelfHarm = "self_harm" "죽고 싶다는 말을 했습니다",
        Crisis = "crisis" "술·마음건강으로 위급합니다",
        AtRisk = "at_risk" "아동·노인이 위험할 수 있습니다",
    }
    /// Why the office hands a case over (`product.md` §2).
    HandOverBasis {
        Recommended = "recommended" "권고했으나 소음이 이어짐",
        Requested = "requested" "신청인이 원함",
        Deadline = "deadline" "사무소 처리 기한이 지남",
        NoOffice = "no_office" "관리사무소 없음",
        Urgent = "urgent" "긴급",
    }
    /// By what means a person was reached or tried.
    Means {
        Phone = "phone" "전화",
        Letter = "letter" "안내문",
        Visit = "visit" "방문",
        Sms = "sms" "문자",
        Email = "email" "전자우편",
        Intercom = "intercom" "인터폰",
    }
    /// How a contact attempt with the respondent ended.
    ContactResult {
        Sent = "sent" "보냄(답 기다림)",
        Reached = "reached" "연락됨",
        NoAnswer = "no_answer" "받지 않음",
        CallBack = "call_back" "다시 연락 바람",
        NotOurs = "not_ours" "우리 집이 아니라고 함",
    }
    /// How the desk made sure of a person before reading digits out to them.
    DeskCheck {
        Id = "id" "신분증을 봄",
        Call = "call" "접수된 번호로 걸어 본인과 통화함",
    }
    /// How a consent, an answer or a signature was given.
    Method {
        Link = "link" "온라인",
        Paper = "paper" "서면",
        Phone = "phone" "전화",
        Email = "email" "전자우편",
        Desk = "desk" "창구",
        Tablet = "tablet" "회의 자리(기기)",
    }
    /// By which route someone is put in charge (`product.md` §2).
    Route {
        Committee = "committee" "위원회 담당위원",
        Ngo = "ngo" "협약 기관 조정인",
    }
    /// Why a mediator declines an offer.
    DeclineReason {
        Conflict = "conflict" "이해관계가 있음",
        Schedule = "schedule" "일정이 맞지 않음",
        Load = "load" "맡은 사건이 많음",
        Language = "language" "언어",
        Safety = "safety" "안전이 걱정됨",
        Other = "other" "기타",
    }
    /// State of an offer to a mediator.
    OfferState {
        Pending = "pending" "답 기다림",
        Accepted = "accepted" "수락",
        Declined = "declined" "사양",
        Expired = "expired" "기한 지남",
        Cancelled = "cancelled" "취소",
    }
    /// State of a session.
    SessionState {
        Proposed = "proposed" "일정 묻는 중",
        Fixed = "fixed" "일정 확정",
        Held = "held" "열림",
        NoShow = "no_show" "한쪽 불참",
        Cancelled = "cancelled" "취소",
    }
    /// How a meeting is held, a session or a talk with one side only.
    MeetingKind {
        Separate = "separate" "개별면담",
        Joint = "joint" "다자(한자리)",
        Shuttle = "shuttle" "따로 만나기(같은 시간)",
        Phone = "phone" "전화",
        Online = "online" "온라인",
        Visit = "visit" "현장방문",
    }
    /// State of a referral (`product.md` §5).
    ReferralState {
        Sent = "sent" "보냄",
        Silent = "silent" "답 없음",
        Accepted = "accepted" "접수됨",
        Returned = "returned" "돌아옴",
        Done = "done" "결과 받음",
    }
    /// Why a referral came back.
    ReturnReason {
        OutOfTerm = "out_of_term" "협약 기간이 아님",
        NoConsent = "no_consent" "동의 없음",
        Capacity = "capacity" "맡을 여력이 없음",
        OutOfArea = "out_of_area" "관할이 아님",
        Unsuitable = "unsuitable" "조정에 맞지 않음",
        NoAnswer = "no_answer" "기한까지 답이 없음",
        Other = "other" "기타",
    }
    /// On what basis personal data goes to another body (개인정보 보호법 §17, §26).
    ProvisionBasis {
        Consent = "consent" "동의에 따른 제공(§17)",
        Entrustment = "entrustment" "처리위탁(§26)",
        NoPersonalData = "none" "개인정보 없이",
    }
    /// Whom a line of the case's history is shown to.
    Visibility {
        Parties = "parties" "당사자 공개",
        Staff = "staff" "처리기관",
        Mediators = "mediators" "조정인만",
    }
    /// How two cases belong together (`product.md` §2).
    LinkKind {
        Cross = "cross" "맞신고",
        Repeat = "repeat" "12개월 안 재접수",
        Duplicate = "duplicate" "중복 접수",
        OneAgreement = "one_agreement" "한 합의로 마침",
        Merged = "merged" "병합",
        Split = "split" "분리",
    }
    /// How much the other side may learn of the applicant (`product.md` §2).
    Disclosure {
        NoticeOnly = "notice_only" "단지 안내문만",
        HideUnit = "hide_unit" "호수는 알리지 않기",
        Open = "open" "알려도 됨",
    }
    /// Why a closed case is opened again.
    ReopenReason {
        Broken = "broken" "합의가 지켜지지 않음",
        Left = "left" "한쪽이 합의를 거두려 함",
        Again = "again" "소음이 다시 시작됨",
        NewFacts = "new_facts" "새로운 사정",
        Mistake = "mistake" "잘못 종결함",
    }
    /// How far somebody agrees, in a survey.
    Score {
        One = "1" "전혀 아니다",
        Two = "2" "아니다",
        Three = "3" "보통이다",
        Four = "4" "그렇다",
        Five = "5" "매우 그렇다",
    }
    /// How the relation of the two households is after the agreement.
    Relation {
        Better = "better" "나아짐",
        Same = "same" "그대로",
        Worse = "worse" "나빠짐",
    }
    /// What a link sent to a person opens. A link is good for its one purpose only.
    LinkPurpose {
        SetUp = "set_up" "첫 설치",
        Invitation = "invitation" "초대",
        Reset = "reset" "비밀번호 재설정",
        Address = "address" "전자우편 주소 확인",
        Login = "login" "번호로 로그인",
        Receipt = "receipt" "접수 확인",
        Letter = "letter" "상대방 안내",
        Offer = "offer" "배정 요청",
        Referral = "referral" "의뢰 답변",
        Slots = "slots" "일정 답변",
        Proposal = "proposal" "조정안 답변",
        Signature = "signature" "합의서 서명",
        FollowUp = "follow_up" "사후점검",
        Survey = "survey" "만족도 답변",
        Calendar = "calendar" "일정 구독",
    }
    /// How a noise felt to whoever heard it.
    Felt {
        Heard = "heard" "들림",
        Bothered = "bothered" "거슬림",
        Hard = "hard" "견디기 힘듦",
        Awake = "awake" "잠을 못 잠",
    }
    /// What has to be done next, shown in 내가 할 일.
    DutyKind {
        OpenInquiry = "open_inquiry" "접수 확인하고 조사 시작하기",
        Place = "place" "단지 정하기",
        SendOn = "send_on" "보낼 곳 정하기",
        TalkToApplicant = "talk_to_applicant" "신청인과 이야기하기",
        ScreenApplicant = "screen_applicant" "신청인 안전 확인하기",
        ScreenRespondent = "screen_respondent" "상대방 안전 확인하기",
        Recommend = "recommend" "사실조사하고 권고하기",
        HandOver = "hand_over" "위원회에 넘기거나 마치기",
        FindSource = "find_source" "소음이 나는 곳 확인하기",
        ContactRespondent = "contact_respondent" "상대방에게 연락하기",
        AskConsent = "ask_consent" "양쪽 참여 동의 받기",
        AskProvision = "ask_provision" "상대방에게 협약 기관 제공 동의 묻기",
        Assign = "assign" "담당 정하기",
        AnswerOffer = "answer_offer" "배정 요청에 답하기",
        PlanSession = "plan_session" "조정회의 날짜 잡기",
        FixSession = "fix_session" "조정회의 일정 확정하기",
        HoldSession = "hold_session" "조정회의 열고 결과 적기",
        LeaveVisit = "leave_visit" "현장에서 나왔는지 확인하기",
        Conclude = "conclude" "결과 정리하기",
        AnswerProposal = "answer_proposal" "조정안 답변 확인하기",
        Sign = "sign" "합의서 서명 받기",
        AnswerReferral = "answer_referral" "의뢰에 답하기",
        ReportReferral = "report_referral" "의뢰 경과나 결과 적기",
        AskReferral = "ask_referral" "의뢰한 곳의 답 확인하기",
        FollowUp = "follow_up" "사후점검하기",
        ConsiderReopening = "consider_reopening" "다시 열지 정하기",
        Safety = "safety" "안전 다시 확인하기",
        ReviewOrder = "review_order" "보호조치 기한 확인하기",
        AfterMove = "after_move" "이사 뒤 어떻게 할지 정하기",
        FollowTwin = "follow_twin" "함께 다루는 맞신고 살피기",
        AnswerRight = "answer_right" "개인정보 요청에 답하기",
        Tell = "tell" "전화로 알리기",
        Mail = "mail" "보내지 못한 전자우편 확인하기",
        ReadReply = "read_reply" "전자우편 답장 읽기",
    }
}

impl ReferralState {
    /// Not over: its body may still do something about it.
    pub const OPEN: [Self; 3] = [Self::Sent, Self::Silent, Self::Accepted];
    /// Sent, and not answered yet, in time or not.
    pub const WAITING: [Self; 2] = [Self::Sent, Self::Silent];
}

/// The ward of a 행정동: the first five digits of its code. Of no 행정동 there is no ward.
#[must_use]
pub fn ward_of(dong: &str) -> &str {
    dong.get(..5).unwrap_or(dong)
}

/// The fourteen 행정동 of 서대문구: code and everyday name (the codes are not in the order of the numbers). Every new
/// installation has them; others are added on the set-up pages or by an import.
pub const WARD_DONGS: [(&str, &str); 14] = [
    ("1141052000", "천연동"),
    ("1141055500", "북아현동"),
    ("1141056500", "충현동"),
    ("1141058500", "신촌동"),
    ("1141061500", "연희동"),
    ("1141062000", "홍제1동"),
    ("1141064000", "홍제3동"),
    ("1141065500", "홍제2동"),
    ("1141066000", "홍은1동"),
    ("1141068500", "홍은2동"),
    ("1141069000", "남가좌1동"),
    ("1141070000", "남가좌2동"),
    ("1141071000", "북가좌1동"),
    ("1141072000", "북가좌2동"),
];
