//! What people are told and asked about their data, word for word and with a version, so that a record of a consent says which
//! words were agreed to (개인정보 보호법 §15②, §17②, §22, §23).
//!
//! A change of words is a new version: add it, never edit one that was shown to someone.

use super::codes::ConsentPurpose;

/// A text that a consent was asked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsentText {
    pub purpose: ConsentPurpose,
    /// Kept with the answer.
    pub version: &'static str,
    /// What the box says.
    pub label: &'static str,
    /// 항목.
    pub items: &'static str,
    /// 목적.
    pub why: &'static str,
    /// 받는 곳; empty when nobody else receives it.
    pub recipient: &'static str,
    /// 보유 기간.
    pub kept: &'static str,
    /// What follows from saying no.
    pub refusal: &'static str,
    /// What taking it back stops.
    pub stops: &'static str,
}

/// Version of the notice on the statutory basis that the intake shows ([`NOTICE`]).
pub const NOTICE_VERSION: &str = "notice-2026-11";

/// The basis of processing that needs no consent (개인정보 보호법 §15①2호; 공동주택관리법 §20).
pub const NOTICE: &[&str] = &[
    "관리사무소와 위원회는 공동주택관리법 제20조에 따라 층간소음 신고를 받아 사실을 조사하고 조정합니다. 이 일에 꼭 필요한 이름, 연락처, 동·호, 소음 내용은 동의 없이 처리할 수 있습니다.",
    "주민등록번호, 생년월일, 나이는 받지 않습니다.",
    "적어 주신 내용은 암호화해 저장하고, 사건이 마지막으로 끝난 날부터 3년 뒤에 지웁니다.",
    "누가 여러분의 기록을 보았는지 남기며, 요청하시면 보여 드립니다.",
];

const TEXTS: &[ConsentText] = &[
    ConsentText {
        purpose: ConsentPurpose::Sensitive,
        version: "sensitive-2026-11",
        label: "건강에 관한 내용을 기록하는 데 동의합니다",
        items: "잠을 못 자는 것, 앓는 병, 먹는 약처럼 건강에 관한 내용",
        why: "급한 정도를 알고 알맞은 도움을 잇기 위해",
        recipient: "",
        kept: "사건이 끝난 뒤 3년",
        refusal: "동의하지 않아도 신청할 수 있습니다. 이때는 건강에 관한 내용을 적지 말아 주세요.",
        stops: "거두시면 건강에 관한 내용을 더 적지 않고, 적은 것을 지워 달라고 하실 수 있습니다.",
    },
    ConsentText {
        purpose: ConsentPurpose::Provision,
        version: "provision-2026-11",
        label: "협약 기관의 조정인에게 제공하는 데 동의합니다",
        items: "이름, 연락처, 동·호, 소음 내용",
        why: "협약 기관의 조정인이 조정을 맡도록",
        recipient: "우리 구와 협약한 층간소음 조정 기관",
        kept: "조정이 끝난 뒤 3년",
        refusal: "동의하지 않아도 신청할 수 있습니다. 이때는 위원회 안에서만 진행합니다.",
        stops: "거두시면 그 기관에 더 전하지 않고, 그 뒤의 연락은 위원회가 합니다.",
    },
    ConsentText {
        purpose: ConsentPurpose::Recording,
        version: "recording-2026-11",
        label: "상담을 녹음하는 데 동의합니다",
        items: "전화·대면 상담의 음성",
        why: "상담 내용을 정확히 적기 위해",
        recipient: "",
        kept: "적은 뒤 바로 지우며, 길어도 30일",
        refusal: "동의하지 않으면 녹음하지 않습니다. 다른 불이익은 없습니다.",
        stops: "거두시면 녹음을 멈추고 남은 녹음을 지웁니다.",
    },
    ConsentText {
        purpose: ConsentPurpose::Mediation,
        version: "mediation-2026-11",
        label: "조정에 참여하는 데 동의합니다",
        items: "이름, 연락처, 동·호, 조정에서 하신 말씀의 요지",
        why: "조정인이 양쪽의 이야기를 듣고 합의를 돕기 위해",
        recipient: "이 사건을 맡은 위원회 위원 또는 협약 기관의 조정인",
        kept: "사건이 끝난 뒤 3년",
        refusal: "동의하지 않으면 조정을 하지 않습니다. 다른 불이익은 없고, 동의한 뒤에도 언제든 그만둘 수 있습니다.",
        stops: "거두시면 잡힌 회의가 취소되고 조정이 멈추며, 그 사실만 상대방에게 알립니다.",
    },
];

impl ConsentPurpose {
    /// The words in force.
    #[must_use]
    pub fn text(self) -> Option<&'static ConsentText> {
        TEXTS.iter().rev().find(|text| text.purpose == self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_has_words_and_versions_are_never_used_twice() {
        for purpose in ConsentPurpose::ALL {
            assert!(purpose.text().is_some(), "{purpose}");
        }
        let mut versions: Vec<_> = TEXTS.iter().map(|t| t.version).collect();
        versions.sort_unstable();
        versions.dedup();
        assert_eq!(versions.len(), TEXTS.len());
    }
}
