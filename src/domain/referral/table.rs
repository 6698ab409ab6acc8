//! The table itself. Articles: 공동주택관리법 and its 시행규칙, 환경분쟁 조정 및 환경피해 구제 등에 관한 법률 (환경분쟁조정법), 소음·진동관리법, 민원 처리에
//! 관한 법률 시행령, 사회보장급여법, as in force in 2026. Days without an article are agreed, not laid down by law.
use super::{Attached, By, Condition, Demand, From, since};
use crate::domain::codes::{Calendar, Effect, Known, Venue};
use chrono::NaiveDate;

/// What a body of this kind demands on `day`: the newest line in force, else the oldest there is.
#[must_use]
pub fn of(venue: Venue, day: NaiveDate) -> &'static Demand {
    let own = || TABLE.iter().filter(|row| row.venue == venue);
    let in_force = own().filter(|row| since(row) <= day).max_by_key(|row| row.since);
    in_force.or_else(|| own().min_by_key(|row| row.since)).unwrap_or(&OTHER)
}

const fn asked(wants: Known, excludes: Option<Known>) -> By {
    By::Answer { wants, excludes }
}

const OFFICE_FIRST: Condition = Condition {
    name: "office_first",
    text: "관리사무소에 먼저 알렸습니까?",
    rule: "공동주택관리법 §20②",
    otherwise: "관리사무소에 알리고 사실조사와 권고를 먼저 받습니다.",
    by: By::Record(|facts| facts.office_first()),
};
const GOES_ON: Condition = Condition {
    name: "goes_on",
    text: "관리사무소나 위원회의 조치 뒤에도 소음이 이어집니까?",
    rule: "공동주택관리법 §20⑪",
    otherwise: "권고와 그 결과를 먼저 적습니다. 소음이 멈췄으면 신청하지 않아도 됩니다.",
    by: By::Record(|facts| facts.goes_on()),
};
const GOES_ON_BEFORE_2024: Condition = Condition {
    name: "goes_on",
    text: "관리주체의 조치 뒤에도 소음이 이어집니까?",
    rule: "공동주택관리법 §20④(2024. 10. 25. 전)",
    otherwise: "권고와 그 결과를 먼저 적습니다.",
    by: By::Record(|facts| facts.goes_on()),
};
const OF_A_KIND: Condition = Condition {
    name: "of_a_kind",
    text: "이웃의 생활에서 나는 소음입니까(욕실·화장실의 물소리가 아님)?",
    rule: "공동주택 층간소음의 범위와 기준에 관한 규칙 §2",
    otherwise: "급배수 소리는 층간소음에 들지 않습니다. 관리사무소에 설비 점검을 요청해 주세요.",
    by: By::Record(|facts| facts.of_a_kind()),
};
const SOURCE_KNOWN: Condition = Condition {
    name: "source_known",
    text: "상대방 세대를 압니까?",
    rule: "공동주택관리법 시행규칙 별지 제39호서식",
    otherwise: "상대방이 적혀야 통지할 수 있습니다. 어느 집인지 먼저 확인합니다.",
    by: By::Record(|facts| facts.source_known()),
};
const NO_SUIT: Condition = Condition {
    name: "suit",
    text: "이 일로 소송을 냈습니까?",
    rule: "공동주택관리법 §77②",
    otherwise: "한쪽이 소를 제기하면 조정의 처리를 중지합니다. 신청 전에 위원회에 물어봐 주세요.",
    by: asked(Known::No, None),
};
const CENTRAL_ONLY: Condition = Condition {
    name: "central_only",
    text: "양쪽이 중앙에 신청하기로 합의했거나, 구에 지방위원회가 없거나, 두 시·군·구에 걸친 일입니까?",
    rule: "공동주택관리법 §72①",
    otherwise: "그 밖의 분쟁은 지방 분쟁조정위원회에 신청합니다(§72②).",
    by: asked(Known::Yes, Some(Known::No)),
};
const NOWHERE_ELSE: Condition = Condition {
    name: "nowhere_else",
    text: "기록에 다른 법의 조정을 신청한 일이 없습니까?",
    rule: "환경분쟁조정법 §32③",
    otherwise: "공동주택관리 분쟁조정을 거쳤거나 거치고 있으면 각하됩니다.",
    by: By::Record(|facts| facts.nowhere_else()),
};
const OTHER_MEDIATION: Condition = Condition {
    name: "other_mediation",
    text: "다른 법의 조정(공동주택관리 분쟁조정 등)을 거쳤거나 거치고 있습니까?",
    rule: "환경분쟁조정법 §32③",
    otherwise: "이미 거쳤거나 거치고 있는 분쟁의 신청은 각하됩니다. 그 조정을 이어 가 주세요.",
    by: asked(Known::No, Some(Known::Yes)),
};
const ENVIRONMENT_SUIT: Condition = Condition {
    name: "suit",
    text: "이 일로 소송을 냈습니까?",
    rule: "환경분쟁조정법 §67",
    otherwise: "소송 중이면 재정 절차가 중지될 수 있습니다. 알선·조정을 먼저 물어봐 주세요.",
    by: asked(Known::No, None),
};
const CENTRE_FIRST: Condition = Condition {
    name: "counselled",
    text: "관리사무소의 상담 뒤에도 이어지거나 상대 세대가 응하지 않았습니까?",
    rule: "층간소음 피해사례 조사·상담 등의 절차 및 방법에 관한 규정",
    otherwise: "관리사무소가 있으면 먼저 상담하고, 그 결과를 적은 뒤에 방문상담을 신청합니다.",
    by: By::Record(|facts| facts.counselled()),
};
const CENTRE_OTHER_SIDE: Condition = Condition {
    name: "other_side",
    text: "상대 세대가 방문상담에 참여하겠다고 했습니까?",
    rule: "소음·진동관리법 §21의2",
    otherwise: "기관이 상대 세대의 뜻을 확인한 뒤에 날짜를 정합니다. 전화상담은 먼저 받을 수 있습니다.",
    by: asked(Known::Yes, None),
};
const POLICE: Condition = Condition {
    name: "crime",
    text: "위협·폭력이 있었거나, 일부러 소리를 내는 일이 되풀이됩니까?",
    rule: "스토킹범죄의 처벌 등에 관한 법률 §2, 형법",
    otherwise: "경찰은 범죄가 될 만한 일을 다룹니다. 생활 소음은 관리사무소와 위원회, 상담 기관에서 다룹니다.",
    by: asked(Known::Yes, Some(Known::No)),
};
const WELFARE: Condition = Condition {
    name: "welfare",
    text: "노령, 장애, 질병, 빈곤, 양육처럼 도움이 필요한 사정이나 법률 상담이 필요한 일이 있습니까?",
    rule: "사회보장급여법 §13",
    otherwise: "복지 도움이 필요한 사정이 없으면 동주민센터가 할 일이 없습니다. 협약 기관이나 위원회에 맡겨 주세요.",
    by: asked(Known::Yes, Some(Known::No)),
};
const WANTED: Condition = Condition {
    name: "wanted",
    text: "본인이 동주민센터의 연락을 원합니까?",
    rule: "사회보장급여법 §4①, §5②",
    otherwise: "사회보장급여는 본인의 뜻에 따라 신청하고, 직권 신청에도 동의가 필요합니다. 본인에게 먼저 물어봐 주세요.",
    by: asked(Known::Yes, Some(Known::No)),
};
const LEGAL: Condition = Condition {
    name: "legal",
    text: "법률 상담이 필요한 물음이 있습니까(손해배상, 고소, 임대차 등)?",
    rule: "변호사법 §3",
    otherwise: "마을변호사는 법률 상담만 합니다. 이야기를 듣고 이어 주는 일은 협약 기관이나 상담실에 맡겨 주세요.",
    by: asked(Known::Yes, Some(Known::No)),
};
const BOTH_TALK: Condition = Condition {
    name: "both_talk",
    text: "상대방도 조정에 참여할 뜻이 있습니까?",
    rule: "센터 운영 방식(신청 뒤 상대방에게 전화, 받아들일 때만 조정)",
    otherwise: "센터가 상대방에게 전화해 뜻을 묻습니다. 받아들일 때만 조정이 열립니다.",
    by: asked(Known::Yes, None),
};

const PACKET: Attached =
    Attached { label: "의뢰서", rule: "개인정보 보호법 §17·§26", from: From::Packet };
const CHRONOLOGY: Attached =
    Attached {
        label: "당사자간 교섭경위서", rule: "공동주택관리법 시행규칙 §34①1", from: From::Chronology
    };
const IDENTITY: Attached = Attached {
    label: "신분증 사본(주민등록번호 뒷자리는 가림)",
    rule: "공동주택관리법 시행규칙 §34①2",
    from: From::Own,
};
const PROXY: Attached = Attached {
    label: "위임장과 인감증명서 또는 본인서명사실확인서(대리인이 신청할 때)",
    rule: "공동주택관리법 시행규칙 §34①2",
    from: From::Proxy,
};
const MATERIAL: Attached =
    Attached {
        label: "증거목록과 자료", rule: "공동주택관리법 시행규칙 §34①5", from: From::Evidence
    };
const FORM_39: Attached = Attached {
    label: "분쟁조정 신청서",
    rule: "공동주택관리법 시행규칙 별지 제39호서식",
    from: From::Application,
};
const FORM_21: Attached = Attached {
    label: "환경분쟁조정 신청서",
    rule: "환경분쟁조정법 §30①, 시행규칙 별지 제21호서식",
    from: From::Application,
};
const ENVIRONMENT_LOG: Attached =
    Attached { label: "경위서", rule: "환경분쟁조정법 §30⑥", from: From::Chronology };
const ENVIRONMENT_MATERIAL: Attached =
    Attached { label: "증거목록과 자료", rule: "환경분쟁조정법 §30⑥", from: From::Evidence };
const MEASURED: Attached =
    Attached {
        label: "소음 측정 결과", rule: "환경분쟁조정법 §30⑥", from: From::Measurement
    };
const VISIT_FORM: Attached =
    Attached { label: "방문상담 신청서", rule: CENTRE_FIRST.rule, from: From::Application };
const VISIT_REPORT: Attached = Attached {
    label: "중재상담 보고서(관리사무소가 신청할 때)",
    rule: CENTRE_FIRST.rule,
    from: From::Report,
};
const POLICE_LOG: Attached =
    Attached {
        label: "있었던 일을 적은 경위서", rule: "형사소송법 §237", from: From::Chronology
    };
const POLICE_MATERIAL: Attached =
    Attached { label: "증거목록과 자료", rule: "형사소송법 §237", from: From::Evidence };

/// A local commission's own ordinance says what goes along; most follow the central one's rule.
const BY_ORDINANCE: &str = "공동주택관리법 §80③에 따른 구 조례(중앙은 시행규칙 §34①)";
const LOCAL_PAPERS: &[Attached] = &[
    Attached { rule: BY_ORDINANCE, ..FORM_39 },
    Attached { rule: BY_ORDINANCE, ..CHRONOLOGY },
    Attached { rule: BY_ORDINANCE, ..IDENTITY },
    Attached { rule: BY_ORDINANCE, ..PROXY },
    Attached { rule: BY_ORDINANCE, ..MATERIAL },
];
const COMMISSION: &[Condition] = &[OFFICE_FIRST, GOES_ON, OF_A_KIND, SOURCE_KNOWN, NO_SUIT];
const COMMISSION_PAPERS: &[Attached] = &[FORM_39, CHRONOLOGY, IDENTITY, PROXY, MATERIAL];
const ENVIRONMENT: &[Condition] =
    &[OFFICE_FIRST, GOES_ON, OF_A_KIND, SOURCE_KNOWN, NOWHERE_ELSE, OTHER_MEDIATION, ENVIRONMENT_SUIT];
const ENVIRONMENT_PAPERS: &[Attached] = &[FORM_21, ENVIRONMENT_LOG, ENVIRONMENT_MATERIAL, MEASURED];

/// By when the desk asks the resident what became of an application.
const ASK_AGAIN: &str = "신청을 안내한 뒤 결과를 여쭙는 날(이음의 기본값)";
const AGREED: &str = "협약·안내에 따른 회신 기한(이음의 기본값)";
const PETITION: &str = "민원 처리에 관한 법률 시행령 §17①";

const fn loops(
    venue: Venue,
    (days, calendar, days_by): (u32, Calendar, &'static str),
    effect: Effect,
) -> Demand {
    Demand { venue, since: (2014, 1, 1), days, calendar, days_by, effect, conditions: &[], papers: &[PACKET] }
}

const fn applied(
    venue: Venue,
    since: (i32, u32, u32),
    conditions: &'static [Condition],
    papers: &'static [Attached],
) -> Demand {
    let (days, calendar, days_by, effect) = (14, Calendar::Civil, ASK_AGAIN, Effect::Beside);
    Demand { venue, since, days, calendar, days_by, effect, conditions, papers }
}

const OTHER: Demand = loops(Venue::OtherReferred, (7, Calendar::Petition, PETITION), Effect::Over);

/// A line for each kind of body and each day on which something about it changed.
pub(super) static TABLE: [Demand; 16] = [
    loops(Venue::Own, (3, Calendar::Working, AGREED), Effect::Turn),
    loops(Venue::Partner, (5, Calendar::Civil, AGREED), Effect::Turn),
    Demand {
        conditions: &[WELFARE, WANTED],
        since: (2015, 7, 1),
        ..loops(Venue::DongOffice, (7, Calendar::Petition, PETITION), Effect::Beside)
    },
    Demand {
        conditions: &[BOTH_TALK],
        since: (2016, 6, 22),
        ..loops(Venue::NeighbourCentre, (7, Calendar::Petition, PETITION), Effect::Over)
    },
    loops(Venue::CityDesk, (7, Calendar::Petition, PETITION), Effect::Beside),
    Demand { conditions: &[LEGAL], ..loops(Venue::Lawyer, (7, Calendar::Civil, AGREED), Effect::Beside) },
    OTHER,
    applied(
        Venue::NoiseCentre,
        (2012, 3, 15),
        &[OFFICE_FIRST, CENTRE_FIRST, OF_A_KIND, CENTRE_OTHER_SIDE],
        &[VISIT_FORM, VISIT_REPORT],
    ),
    applied(
        Venue::CentralCommission,
        (2016, 8, 12),
        &[OFFICE_FIRST, GOES_ON_BEFORE_2024, OF_A_KIND, SOURCE_KNOWN, CENTRAL_ONLY, NO_SUIT],
        COMMISSION_PAPERS,
    ),
    applied(
        Venue::CentralCommission,
        (2024, 10, 25),
        &[OFFICE_FIRST, GOES_ON, OF_A_KIND, SOURCE_KNOWN, CENTRAL_ONLY, NO_SUIT],
        COMMISSION_PAPERS,
    ),
    applied(
        Venue::LocalCommission,
        (2016, 8, 12),
        &[OFFICE_FIRST, GOES_ON_BEFORE_2024, OF_A_KIND, SOURCE_KNOWN, NO_SUIT],
        LOCAL_PAPERS,
    ),
    applied(Venue::LocalCommission, (2024, 10, 25), COMMISSION, LOCAL_PAPERS),
    applied(Venue::CentralEnvironment, (2025, 1, 1), ENVIRONMENT, ENVIRONMENT_PAPERS),
    applied(Venue::LocalEnvironment, (2025, 1, 1), ENVIRONMENT, ENVIRONMENT_PAPERS),
    applied(Venue::Police, (2014, 1, 1), &[POLICE], &[POLICE_LOG, POLICE_MATERIAL]),
    applied(Venue::OtherApplied, (2014, 1, 1), &[OFFICE_FIRST], &[]),
];
