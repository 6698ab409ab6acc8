//! 비밀유지 서약: what somebody promises before the first file, where no seat of theirs holds a signed paper.

/// Names the words that were signed.
pub const VERSION: &str = "1";

/// The words, one paragraph each.
pub const WORDS: [&str; 4] = [
    "위원회의 일을 하면서 알게 된 당사자의 이름, 동·호, 연락처, 사연과 회의 내용을 밖에 말하거나 보여 주지 않겠습니다.",
    "사건 기록은 맡은 일에 필요할 때만 열고, 베끼거나 사진으로 남기지 않겠습니다. 여는 때마다 기록이 남는다는 것을 압니다.",
    "내가 당사자이거나 같은 세대·이웃·친족인 사건에서는 스스로 물러나겠습니다.",
    "위원회의 일을 그만둔 뒤에도 이 약속을 지키겠습니다.",
];
