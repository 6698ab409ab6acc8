//! Which problems an operation answers with, by status: generic ones follow from how every call is read, the others stand
//! here by noun. The tests of the API hold every problem that a server really gave against this table.
use super::list::Operation;
use crate::web::routes::Door;
use actix_web::http::Method;
use std::collections::BTreeMap;

/// Why a case does not take a step now (409), besides `conflict`: somebody else was first.
pub const REFUSALS: &[&str] = &[
    "agreement_needs_session",
    "already_closed",
    "anonymous",
    "answer_by_past",
    "answered",
    "authority",
    "before_consent",
    "came_without",
    "candidate_side",
    "case_closed",
    "comment_empty",
    "comments_many",
    "confirmed",
    "conflict",
    "consented",
    "erase_open",
    "follow_up_early",
    "gap",
    "hand_over_basis",
    "joint_consent",
    "later_illegal",
    "mediator_full",
    "members_missing",
    "minutes",
    "move_future",
    "moved_out",
    "needs_chair",
    "needs_secretary",
    "needs_vote",
    "next_missing",
    "next_past",
    "no_agreement",
    "no_authority",
    "no_body",
    "no_committee",
    "no_consent",
    "no_follow_up",
    "no_joint",
    "no_offer",
    "no_order",
    "no_person",
    "no_proposal",
    "no_referral",
    "no_request",
    "no_respondent_unit",
    "no_session",
    "not_an_answer",
    "not_closed",
    "not_crossed",
    "not_declined",
    "not_in_charge",
    "not_invited",
    "not_joint",
    "not_on_hold",
    "not_provided",
    "not_representative",
    "not_theirs",
    "not_together",
    "nothing_broken",
    "nothing_to_agree",
    "nothing_to_follow_up",
    "notice_only",
    "offer_answered",
    "offer_expired",
    "offer_pending",
    "offer_taken",
    "offered_before",
    "on_hold",
    "order_days",
    "others_consent",
    "outcome_after_agreement",
    "outcome_after_session",
    "outcome_needs_agreement",
    "outcome_needs_contact",
    "outcome_needs_invitation",
    "outcome_needs_session",
    "owner_consent",
    "people_max",
    "person_taken",
    "placed",
    "processing_stopped",
    "proposal_expired",
    "proposal_needs_session",
    "protection_order",
    "recusal_pending",
    "referral_answered",
    "referral_not_due",
    "referral_pending",
    "representatives_max",
    "room_closed",
    "room_small",
    "room_taken",
    "route",
    "safety",
    "same_body",
    "same_route",
    "screen_first",
    "session_open",
    "side_missing",
    "signed",
    "slots",
    "starts_past",
    "survey_empty",
    "survey_needs_session",
    "terms",
    "terms_answered",
    "terms_open",
    "time_backwards",
    "too_late_to_take_back",
    "tries_missing",
    "twin_differs",
    "twin_safety",
    "version_changed",
    "visit_early",
    "visit_not_there",
    "visit_there",
    "written",
    "wrong_stage",
];

/// Why a meeting does not take a step now (409).
pub const MEETING_REFUSALS: &[&str] = &[
    "conflict",
    "decided",
    "demand",
    "early",
    "has_copy",
    "items",
    "meeting_state",
    "mode",
    "needs_vote",
    "no_act",
    "no_case_rights",
    "no_copies",
    "no_item",
    "no_items",
    "no_minutes",
    "no_notice",
    "no_place",
    "no_presiding",
    "no_purpose",
    "no_quorum",
    "no_stand_in",
    "no_step",
    "no_text",
    "not_announced",
    "not_in_office",
    "not_out",
    "not_passed",
    "not_present",
    "not_recused",
    "past",
    "present",
    "quorate",
    "recused",
    "same_item",
    "short_notice",
    "signed",
    "substituted",
    "supported",
    "tally",
    "time_backwards",
];

/// Why a programme, as it stands, does not take something (409).
pub const PROGRAMME_REFUSALS: &[&str] = &[
    "conflict",
    "future",
    "no_line",
    "no_ngo",
    "no_term",
    "not_active",
    "out_of_term",
    "over_budget",
    "programme_stage",
    "reason",
    "term_runs",
    "time_backwards",
];

/// Why a seat does not move on (409).
pub const SEAT_REFUSALS: &[&str] = &[
    "accepted",
    "after_term",
    "appointed",
    "before_term",
    "conflict",
    "ex_officio",
    "needs_vote",
    "no_more_terms",
    "not_accepted",
    "not_appointed",
    "pledged",
    "seat_ended",
];

/// What the nouns add to the generic problems.
fn own(id: &str) -> &'static [(u16, &'static str)] {
    match id.split_once('.').map_or((id, ""), |(noun, name)| (noun, name)) {
        ("setup", "complexes" | "bodies" | "programmes" | "dongs") | ("operator", "facts") => &[],
        ("disposals", "approve") => &[(409, "conflict")],
        ("publications", "publish") => {
            &[(403, "denied"), (409, "nothing_changed"), (409, "same_months"), (409, "conflict")]
        }
        ("publications", "automatic") => &[(403, "denied")],
        ("publications", "list") => &[(404, "not_found")],
        ("programmes", "act") => &[(403, "denied")],
        ("programmes", "surveys") => &[(404, "not_found")],
        ("roster" | "figures", _) => &[(403, "denied"), (404, "not_found")],
        ("mail", "health" | "hold" | "decide") => &[(403, "denied")],
        ("setup" | "operator", _) => &[(403, "denied"), (409, "conflict")],
        ("me", "password" | "address") => &[(429, "too_many"), (409, "conflict")],
        ("me", "end_logins") => &[(404, "not_found")],
        ("ward", "remind") => &[(403, "denied"), (409, "reminded"), (409, "nobody_to_mail")],
        ("referrals", "preview" | "packet") => &[(403, "denied"), (404, "not_found"), (409, "pledge_needed")],
        ("filing", "desk" | "duplicates")
        | ("disposals" | "referrals" | "indicators" | "ward" | "waiting" | "exchange", _) => {
            &[(403, "denied")]
        }
        ("filing", "resident") => &[(429, "too_many")],
        ("links", "letter_code" | "send_code") => {
            &[(404, "not_found"), (409, "not_now"), (410, "link_gone"), (429, "too_many")]
        }
        ("links", "survey" | "follow_up") => {
            &[(404, "not_found"), (409, "conflict"), (409, "not_now"), (409, "not_asked"), (410, "link_gone")]
        }
        ("links", _) | ("diary", "note" | "strike_own") => {
            &[(404, "not_found"), (409, "conflict"), (409, "not_now"), (410, "link_gone")]
        }
        ("file" | "papers" | "diary", _) => &[(403, "denied"), (409, "conflict"), (409, "pledge_needed")],
        ("cases", "show") => &[(409, "pledge_needed")],
        ("committees", "recuse") => &[(403, "denied"), (409, "recused")],
        ("committees", "act" | "act_on_seat" | "take") => &[(403, "denied")],
        ("committees", "pledge" | "hand_over") => &[(404, "not_found")],
        ("committees", "sign_handover") => &[(403, "denied"), (409, "signed")],
        ("steps", _) => &[(403, "denied"), (409, "pledge_needed")],
        _ => &[],
    }
}

/// Every problem of an operation: status → codes, in order.
#[must_use]
pub fn of(operation: &Operation) -> BTreeMap<u16, Vec<&'static str>> {
    let mut found = vec![(429, "too_many_calls"), (500, "internal"), (503, "busy")];
    let post = operation.method == Method::POST;
    if operation.door == Door::Api {
        found.push((401, "bad_token"));
        if post {
            found.push((403, "read_only_token"));
        }
    }
    if operation.path.contains('{') {
        found.push((404, "not_found"));
    }
    if operation.shapes.query.is_some() || post {
        found.push((422, "invalid"));
    }
    if post {
        found.extend([
            (400, "bad_json"),
            (400, "bad_idempotency_key"),
            (413, "too_large"),
            (415, "not_json"),
        ]);
        found.push((422, "idempotency_mismatch"));
    }
    match operation.id.as_str() {
        "steps.take" | "steps.sign_here" | "waiting.send" => {
            found.extend(REFUSALS.iter().map(|code| (409, *code)))
        }
        "committees.take" | "committees.act" => {
            found.extend(MEETING_REFUSALS.iter().map(|code| (409, *code)))
        }
        "programmes.act" => found.extend(PROGRAMME_REFUSALS.iter().map(|code| (409, *code))),
        "committees.act_on_seat" => found.extend(SEAT_REFUSALS.iter().map(|code| (409, *code))),
        "exchange.import" => found.push((422, "bad_ledger")),
        _ => {}
    }
    found.extend(own(&operation.id));
    let mut by_status: BTreeMap<u16, Vec<&'static str>> = BTreeMap::new();
    for (status, code) in found {
        by_status.entry(status).or_default().push(code);
    }
    for codes in by_status.values_mut() {
        codes.sort_unstable();
        codes.dedup();
    }
    by_status
}
