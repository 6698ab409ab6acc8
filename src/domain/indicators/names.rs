//! What each figure of a report is called, by its name in the JSON of `exchange.md`: the same on every page and paper, in published
//! reports, lists and comparisons.

/// So many lines of the ledger say what came in; the others, what became of it.
pub const INCOMING: usize = 4;

/// The ledger, what came in before what went out.
pub const LEDGER: [(&str, &str); 7] = [
    ("carried_in", "전기 이월"),
    ("received", "신규접수"),
    ("reopened", "재개"),
    ("transferred_in", "타기관에서 이관받음"),
    ("closed", "종결"),
    ("transferred_out", "타기관으로 이관"),
    ("open_at_end", "기말 미결"),
];

/// Closings undone or repeated within the period.
pub const SUPERSEDED: &str = "기간 안에 번복된 종결";

/// The rates whose numerator and denominator are cases.
pub const RATES: [(&str, &str); 7] = [
    ("narrow", "해결률"),
    ("broad", "상담포함 종결률"),
    ("response", "상대방 연락률"),
    ("participation", "참여율"),
    ("initiation", "조정개시율"),
    ("agreement", "합의율"),
    ("recurrence", "재접수율"),
];

/// The rates of follow-ups.
pub const FULFILMENT: [(&str, &str); 2] =
    [("fulfilment/kept_of_answered", "이행률"), ("fulfilment/kept_of_due", "이행률(응답 없음 포함)")];

/// What is waited for from the reception on.
pub const WAITS: [(&str, &str); 4] = [
    ("first_contact", "첫 통화까지"),
    ("respondent_contacted", "상대방 연락까지"),
    ("first_session", "첫 조정회의까지"),
    ("close", "종결까지"),
];

/// What the count of the ledger or the rate at this place of a report is called; empty for another place.
#[must_use]
pub fn at(pointer: &str) -> &'static str {
    let name = pointer.strip_prefix('/').unwrap_or(pointer);
    name.strip_prefix("ledger/").map_or_else(|| rate(name), |line| of(&LEDGER, line))
}

/// What this rate is called, of cases or of follow-ups.
#[must_use]
pub fn rate(name: &str) -> &'static str {
    let own = of(&RATES, name);
    if own.is_empty() { of(&FULFILMENT, name) } else { own }
}

/// What this figure of a table is called; empty for one that is not there.
#[must_use]
pub fn of(table: &[(&'static str, &'static str)], name: &str) -> &'static str {
    table.iter().find(|(code, _)| *code == name).map_or("", |(_, words)| *words)
}
