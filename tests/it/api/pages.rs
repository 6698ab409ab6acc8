//! JSON for everything a page can do: each route of a page has its operations, or the reason why it has none. A route that is
//! in neither fails here.
use ieum::web::api::list;
use ieum::web::routes;
use std::collections::BTreeSet;

/// Routes of pages that operations of the API answer for: method and path, ids of operations.
const SAME: &[(&str, &str)] = &[
    ("GET /admin/audit", "operator.audit"),
    ("GET /admin/mail", "mail.health"),
    ("GET /admin/mail/waiting/{id}", "mail.decide"),
    ("POST /admin/mail/hold", "mail.hold"),
    ("POST /admin/mail/waiting/{id}", "mail.decide"),
    ("GET /admin/bodies", "setup.bodies"),
    ("GET /admin/bodies/{id}", "setup.bodies"),
    ("GET /admin/complexes", "setup.complexes"),
    ("GET /admin/complexes/{id}", "setup.complexes setup.bodies operator.facts"),
    ("GET /admin/dongs", "setup.dongs"),
    ("GET /admin/people", "setup.people"),
    ("GET /admin/people/{id}", "setup.people setup.grants"),
    ("GET /admin/people/{id}/mediator", "operator.mediator"),
    ("GET /admin/programmes", "setup.programmes"),
    ("POST /admin/bodies/new", "setup.add_body"),
    ("POST /admin/bodies/{id}/contact", "setup.change_body"),
    ("POST /admin/bodies/{id}/end", "setup.end_body"),
    ("POST /admin/complexes/new", "setup.add_complex"),
    ("POST /admin/complexes/{id}/facts", "setup.set_facts"),
    ("POST /admin/complexes/{id}/obligation", "operator.oblige"),
    ("POST /admin/dongs/new", "setup.add_dong"),
    ("POST /admin/grants/{id}/end", "setup.end_grant"),
    ("POST /admin/people/new", "setup.invite"),
    ("POST /admin/people/{id}/do/{act}", "setup.invite_again setup.send_reset setup.disable setup.enable"),
    ("POST /admin/people/{id}/grants", "setup.give"),
    ("POST /admin/people/{id}/mediator", "operator.keep_mediator"),
    ("GET /admin/programmes/{id}", "setup.programmes"),
    ("POST /admin/programmes/new", "setup.add_programme"),
    ("POST /admin/programmes/{id}/change", "setup.change_programme"),
    ("POST /admin/programmes/{id}/end", "setup.end_programme"),
    ("POST /settings/digest", "me.digest"),
    ("GET /settings", "me.show"),
    ("GET /settings/sessions", "me.logins"),
    ("GET /settings/tokens", "tokens.list"),
    ("POST /settings/address", "me.address"),
    ("POST /settings/details", "me.details"),
    ("POST /settings/password", "me.password"),
    ("POST /settings/sessions/end", "me.end_logins"),
    ("POST /settings/sessions/end-all", "me.end_logins"),
    ("POST /settings/tokens/{id}/revoke", "tokens.revoke"),
    ("POST /apply/{step}", "filing.resident setup.complexes"),
    ("POST /letter", "links.letter_code"),
    ("GET /r/{token}", "links.open"),
    (
        "POST /r/{token}",
        "links.answer_letter links.sign links.answer_proposal links.answer_slots links.follow_up links.answer_offer links.take_back_offer",
    ),
    ("POST /r/{token}/code", "links.send_code"),
    ("POST /r/{token}/confirm", "links.confirm"),
    ("POST /r/{token}/consent", "links.consent"),
    ("POST /r/{token}/rights", "links.ask_right"),
    ("POST /r/{token}/unlock", "links.redeem"),
    ("POST /r/{token}/withdraw", "links.withdraw"),
    ("GET /todo", "duties.list"),
    ("GET /disposals", "disposals.list"),
    ("GET /disposals/{id}", "disposals.list"),
    ("POST /disposals/{id}/approve", "disposals.approve"),
    ("GET /referrals", "referrals.list"),
    ("GET /cases", "cases.list"),
    ("POST /cases/search", "cases.search"),
    ("POST /cases/new", "filing.desk filing.duplicates"),
    ("GET /cases/{number}", "cases.show file.show"),
    ("GET /cases/{number}/agreements", "file.show"),
    ("GET /cases/{number}/log", "file.history file.accesses"),
    ("GET /cases/{number}/mails", "file.mails mail.replies"),
    ("GET /cases/{number}/replies/{reply}", "mail.reply"),
    ("POST /cases/{number}/replies/{reply}/read", "mail.reply_read"),
    ("GET /cases/{number}/contacts", "file.history"),
    ("GET /cases/{number}/meetings", "file.show"),
    ("GET /cases/{number}/papers", "papers.list"),
    ("GET /cases/{number}/parties", "file.show"),
    ("GET /cases/{number}/print/{paper}", "papers.show"),
    ("POST /cases/{number}/visit", "steps.take"),
    ("GET /cases/{number}/referrals", "file.show"),
    ("GET /cases/{number}/steps/{step}", "steps.open_now file.candidates file.members"),
    ("POST /cases/{number}/mails/{mail}/retry", "file.mail_again"),
    ("POST /cases/{number}/mails/{mail}/settle", "file.mail_settled"),
    ("POST /cases/{number}/parties/contacts", "file.contacts"),
    ("POST /cases/{number}/receipt", "papers.reissue"),
    ("POST /cases/{number}/receipt/code", "papers.code"),
    ("POST /cases/{number}/steps/{step}", "steps.take"),
    ("POST /cases/{number}/told", "file.told_by_phone"),
    ("POST /cases/{number}/recusal", "committees.recuse"),
    ("GET /committees", "committees.list"),
    ("GET /committees/{id}", "committees.show"),
    ("POST /committees/{id}/do/{act}", "committees.act"),
    ("GET /seats/{id}", "committees.seat"),
    ("POST /seats/{id}/do/{act}", "committees.act_on_seat"),
    ("GET /ward/attempts", "committees.attempts"),
    ("POST /pledge", "committees.pledge"),
    ("GET /handovers", "committees.handovers"),
    ("GET /handovers/{id}", "committees.handed_over"),
    ("POST /handovers/new/{id}", "committees.hand_over"),
    ("POST /handovers/{id}/sign/{side}", "committees.sign_handover"),
    ("GET /meetings/{id}", "committees.show_meeting"),
    ("GET /meetings/{id}/minutes", "committees.show_meeting"),
    ("GET /meetings/{id}/public", "committees.public"),
    ("GET /meetings/{id}/steps/{step}", "committees.meeting_steps"),
    ("POST /meetings/{id}/steps/{step}", "committees.take"),
    ("POST /exchange/export", "exchange.export"),
    ("POST /exchange/import", "exchange.import"),
    ("GET /dong", "indicators.report indicators.overview"),
    ("GET /waiting", "waiting.list"),
    ("POST /waiting/{number}", "waiting.send"),
    ("GET /ward", "indicators.report indicators.overview"),
    ("GET /ward/cases", "ward.cases"),
    ("GET /ward/committees", "ward.committees"),
    ("GET /ward/committees.csv", "ward.committees"),
    ("GET /ward/report.csv", "indicators.report"),
    ("POST /ward/committees/{id}/remind", "ward.remind"),
];

const FORM: &str = "an empty form: what it asks is the shape of the operation that it posts to";
const BROWSER: &str = "a login in a browser: a program has a token, which acts in all roles of its maker";
const DOOR: &str = "a person comes in, or proves an address, once and in a browser; there is no token before";
const WORDS: &str = "words for people: nothing is read or done";
const SCAN: &str = "a paper with two signatures: a person puts it in and takes it out as a file";
const PRINTED: &str =
    "a committee's paper as it is printed: what it says is in the operations of its body, seat and meeting";
const MACHINE: &str = "for machines already";

/// Routes of pages that have none, each with the reason.
const NONE: &[(&str, &str)] = &[
    ("GET /", WORDS),
    ("GET /help", WORDS),
    ("GET /help/{role}", WORDS),
    ("GET /privacy/{id}", WORDS),
    ("GET /privacy", WORDS),
    ("GET /ward/help", WORDS),
    ("GET /ward/committees/{id}/remind", FORM),
    ("GET /handovers/{id}/print", PRINTED),
    ("GET /ward/committees/{id}/letter", "a letter on paper, worded from what ward.committees says"),
    ("GET /forms", "a list of blank sheets of paper: nothing is read or done"),
    ("GET /forms/{form}", "a blank sheet of paper: nothing is read or done"),
    ("GET /admin", "a list of links"),
    ("GET /home", BROWSER),
    ("GET /login", BROWSER),
    ("POST /login", BROWSER),
    ("GET /login/code", BROWSER),
    ("POST /login/code", BROWSER),
    ("POST /login/code/enter", BROWSER),
    ("POST /logout", BROWSER),
    ("POST /session/extend", BROWSER),
    ("GET /settings/role", BROWSER),
    ("POST /settings/role", BROWSER),
    ("GET /reset", DOOR),
    ("POST /reset", DOOR),
    ("GET /account/{token}", DOOR),
    ("POST /account/{token}", DOOR),
    ("POST /settings/tokens", "a token must not be able to make another, and so outlive itself"),
    ("GET /admin/bodies/new", FORM),
    ("GET /admin/bodies/{id}/contact", FORM),
    ("GET /admin/bodies/{id}/end", FORM),
    ("GET /admin/complexes/new", FORM),
    ("GET /admin/complexes/{id}/facts", FORM),
    ("GET /admin/complexes/{id}/obligation", FORM),
    ("GET /admin/dongs/new", FORM),
    ("GET /admin/grants/{id}/end", FORM),
    ("GET /admin/people/new", FORM),
    ("GET /admin/people/{id}/do/{act}", FORM),
    ("GET /admin/people/{id}/grants", FORM),
    ("GET /admin/programmes/new", FORM),
    ("GET /admin/programmes/{id}/change", FORM),
    ("GET /admin/programmes/{id}/end", FORM),
    ("GET /cases/{number}/recusal", FORM),
    ("GET /committees/{id}/do/{act}", FORM),
    ("GET /seats/{id}/do/{act}", FORM),
    ("GET /pledge", FORM),
    ("GET /handovers/new/{id}", FORM),
    ("GET /handovers/{id}/sign/{side}", FORM),
    ("GET /meetings/{id}/scans/new", FORM),
    ("POST /meetings/{id}/scans/new", SCAN),
    ("GET /meetings/{id}/scans/{scan}", SCAN),
    ("GET /meetings/{id}/packet", "what is printed of the agenda; the meeting itself tells all of it"),
    ("GET /settings/digest", FORM),
    ("GET /unsubscribe/{token}", "the address in a mail: a mail program ends the weekly summary by it"),
    ("POST /unsubscribe/{token}", "as GET /unsubscribe/{token}"),
    ("GET /cases/new", FORM),
    ("GET /cases/{number}/visit", FORM),
    ("GET /cases/{number}/noise", FORM),
    (
        "POST /cases/{number}/noise",
        "a program has `ieum noise judge`: nothing of the log is kept, and a note is steps.take",
    ),
    ("GET /exchange", FORM),
    ("GET /letter", FORM),
    ("GET /r/{token}/withdraw", FORM),
    ("GET /receipt", FORM),
    ("GET /settings/address", FORM),
    ("GET /settings/details", FORM),
    ("GET /settings/password", FORM),
    ("GET /waiting/{number}", FORM),
    (
        "GET /cases/new/done",
        "what was just taken, once more for the browser that took it; the answer to the filing has it",
    ),
    ("GET /cases/search", "where a browser comes back to whose login ended; it only sends on"),
    ("GET /apply", "the application in a browser has steps and a draft; a program sends it whole"),
    ("POST /apply", "as GET /apply"),
    ("GET /apply/done", "as GET /apply"),
    ("POST /apply/discard", "as GET /apply"),
    ("GET /apply/{step}", "as GET /apply"),
    ("GET /demo/mail", "the demonstration's own; no part of an installation"),
    ("GET /demo/mail/{id}", "as GET /demo/mail"),
    ("GET /demo/mail/{id}/message.eml", "as GET /demo/mail"),
    ("GET /static/{path:.*}", "fonts, style, script"),
    ("GET /healthz", MACHINE),
    ("GET /metrics", MACHINE),
    ("GET /openapi.json", MACHINE),
    ("GET /readyz", MACHINE),
    ("GET /committees/{id}/print/{paper}", PRINTED),
    ("GET /meetings/{id}/print/{paper}", PRINTED),
    ("GET /seats/{id}/print/{paper}", PRINTED),
];

#[test]
fn what_a_page_can_do_a_program_can_do_too_or_it_is_said_why_not() {
    let known: BTreeSet<String> = list::all().into_iter().map(|o| o.id).collect();
    let pages: BTreeSet<String> = (routes::all().into_iter())
        .filter(|route| !route.path.starts_with("/api/"))
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    let mut told = BTreeSet::new();
    for (route, said) in SAME.iter().chain(NONE) {
        assert!(told.insert((*route).to_owned()), "{route} stands here twice");
        assert!(pages.contains(*route), "{route} is no page any more");
        assert!(!said.is_empty(), "{route}");
    }
    let mut used = BTreeSet::new();
    for (route, ids) in SAME {
        for id in ids.split(' ') {
            assert!(known.contains(id), "{route}: there is no operation {id}");
            used.insert(id.to_owned());
        }
    }
    let untold: Vec<_> = pages.difference(&told).collect();
    assert!(untold.is_empty(), "pages without operation and without reason: {untold:?}");
    let more: Vec<_> = known.difference(&used).map(String::as_str).collect();
    assert!(more.is_empty(), "operations that no page stands for: {more:?}");
}
