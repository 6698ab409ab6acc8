//! Every URL in one list: method, path, handler, door. The guard asks this list who may come in; the permission matrix
//! and the crawler are made from it.
use super::error::WebError;
use super::{api, pages};
use crate::domain::codes::Role;
use actix_web::HttpResponse;
use actix_web::guard;
use actix_web::http::Method;
use actix_web::web::{self, ServiceConfig};

/// Who may come in at all; what they may do inside is asked of `domain::permission`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Anyone.
    Public,
    /// Anyone, and the answer may be cached: fonts, style, script.
    Asset,
    /// Anyone with an account who is signed in.
    SignedIn,
    /// Only people who act in this role; for others the page does not exist.
    Role(Role),
    /// Programs with a bearer token.
    Api,
    /// Programs without one: what residents do without an account.
    OpenApi,
}

/// One route.
#[derive(Debug, Clone)]
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub door: Door,
}

macro_rules! routes { ($( $method:ident $path:literal $handler:expr, $door:expr; )+) => {
    /// Registers every route.
    pub fn configure(cfg: &mut ServiceConfig) {
        let mut all: Vec<(&'static str, actix_web::Route)> = vec![
            $( ($path, answering(Method::$method).to($handler)) ),+
        ];
        all.extend(api::list::handlers());
        register(cfg, all);
    }
    /// The list itself, with the API's (`api::list`).
    #[must_use]
    pub fn all() -> Vec<Route> {
        let mut all = vec![ $( Route { method: Method::$method, path: $path, door: $door } ),+ ];
        all.extend(api::list::routes());
        all
    }
} }

routes! {
    GET "/" pages::public::home, Door::Public;
    GET "/login" pages::account::login::form, Door::Public;
    POST "/login" pages::account::login::submit, Door::Public;
    POST "/logout" pages::account::login::log_out, Door::Public;
    POST "/session/extend" pages::account::login::extend, Door::SignedIn;
    GET "/home" pages::account::login::home, Door::SignedIn;
    GET "/login/code" pages::account::mailed::form, Door::Public;
    POST "/login/code" pages::account::mailed::ask, Door::Public;
    POST "/login/code/enter" pages::account::mailed::enter, Door::Public;
    GET "/reset" pages::account::login::reset_form, Door::Public;
    POST "/reset" pages::account::login::reset, Door::Public;
    GET "/account/{token}" pages::account::door::show, Door::Public;
    POST "/account/{token}" pages::account::door::submit, Door::Public;
    GET "/admin" pages::admin::home::show, Door::Role(Role::Admin);
    GET "/admin/bodies" pages::admin::bodies::list, Door::Role(Role::Admin);
    GET "/admin/bodies/new" pages::admin::bodies::new_form, Door::Role(Role::Admin);
    POST "/admin/bodies/new" pages::admin::bodies::add, Door::Role(Role::Admin);
    GET "/admin/bodies/{id}" pages::admin::bodies::show, Door::Role(Role::Admin);
    GET "/admin/bodies/{id}/contact" pages::admin::bodies::contact_form, Door::Role(Role::Admin);
    POST "/admin/bodies/{id}/contact" pages::admin::bodies::change, Door::Role(Role::Admin);
    GET "/admin/bodies/{id}/terms" pages::admin::bodies::terms_form, Door::Role(Role::Admin);
    POST "/admin/bodies/{id}/terms" pages::admin::bodies::set_terms, Door::Role(Role::Admin);
    GET "/admin/bodies/{id}/end" pages::admin::bodies::end_form, Door::Role(Role::Admin);
    POST "/admin/bodies/{id}/end" pages::admin::bodies::end, Door::Role(Role::Admin);
    GET "/admin/dongs" pages::admin::places::dongs, Door::Role(Role::Admin);
    GET "/admin/dongs/new" pages::admin::places::dong_form, Door::Role(Role::Admin);
    POST "/admin/dongs/new" pages::admin::places::add_dong, Door::Role(Role::Admin);
    GET "/admin/complexes" pages::admin::places::list, Door::Role(Role::Admin);
    GET "/admin/complexes/new" pages::admin::places::new_form, Door::Role(Role::Admin);
    POST "/admin/complexes/new" pages::admin::places::add, Door::Role(Role::Admin);
    GET "/admin/complexes/{id}" pages::admin::places::show, Door::Role(Role::Admin);
    GET "/admin/complexes/{id}/facts" pages::admin::places::facts_form, Door::Role(Role::Admin);
    POST "/admin/complexes/{id}/facts" pages::admin::places::set_facts, Door::Role(Role::Admin);
    GET "/admin/complexes/{id}/obligation" pages::admin::places::obligation_form, Door::Role(Role::Admin);
    POST "/admin/complexes/{id}/obligation" pages::admin::places::oblige, Door::Role(Role::Admin);
    GET "/admin/programmes" pages::admin::programmes::list, Door::Role(Role::Admin);
    GET "/admin/programmes/new" pages::admin::programmes::new_form, Door::Role(Role::Admin);
    POST "/admin/programmes/new" pages::admin::programmes::add, Door::Role(Role::Admin);
    GET "/admin/programmes/{id}" pages::admin::programmes::show, Door::Role(Role::Admin);
    GET "/admin/programmes/{id}/change" pages::admin::programmes::change_form, Door::Role(Role::Admin);
    POST "/admin/programmes/{id}/change" pages::admin::programmes::change, Door::Role(Role::Admin);
    GET "/admin/programmes/{id}/end" pages::admin::programmes::end_form, Door::Role(Role::Admin);
    POST "/admin/programmes/{id}/end" pages::admin::programmes::end, Door::Role(Role::Admin);
    GET "/admin/people" pages::admin::people::list, Door::Role(Role::Admin);
    GET "/admin/people/new" pages::admin::people::invite_form, Door::Role(Role::Admin);
    POST "/admin/people/new" pages::admin::people::invite, Door::Role(Role::Admin);
    GET "/admin/people/{id}" pages::admin::people::show, Door::Role(Role::Admin);
    GET "/admin/people/{id}/grants" pages::admin::grants::give_form, Door::Role(Role::Admin);
    POST "/admin/people/{id}/grants" pages::admin::grants::give, Door::Role(Role::Admin);
    GET "/admin/people/{id}/mediator" pages::admin::people::mediator_form, Door::Role(Role::Admin);
    POST "/admin/people/{id}/mediator" pages::admin::people::mediator, Door::Role(Role::Admin);
    GET "/admin/people/{id}/do/{act}" pages::admin::people::act_form, Door::Role(Role::Admin);
    POST "/admin/people/{id}/do/{act}" pages::admin::people::act, Door::Role(Role::Admin);
    GET "/admin/grants/{id}/end" pages::admin::grants::end_form, Door::Role(Role::Admin);
    POST "/admin/grants/{id}/end" pages::admin::grants::end, Door::Role(Role::Admin);
    GET "/admin/mail" pages::admin::mail::show, Door::Role(Role::Admin);
    POST "/admin/mail/hold" pages::admin::mail::hold, Door::Role(Role::Admin);
    GET "/admin/mail/waiting/{id}" pages::admin::mail::waiting_form, Door::Role(Role::Admin);
    POST "/admin/mail/waiting/{id}" pages::admin::mail::decide, Door::Role(Role::Admin);
    GET "/admin/audit" pages::admin::record::show, Door::Role(Role::Admin);
    GET "/settings" pages::account::settings::show, Door::SignedIn;
    GET "/settings/details" pages::account::settings::details_form, Door::SignedIn;
    POST "/settings/details" pages::account::settings::details, Door::SignedIn;
    GET "/settings/password" pages::account::settings::password_form, Door::SignedIn;
    POST "/settings/password" pages::account::settings::password, Door::SignedIn;
    GET "/settings/address" pages::account::settings::address_form, Door::SignedIn;
    POST "/settings/address" pages::account::settings::address, Door::SignedIn;
    GET "/settings/sessions" pages::account::settings::sessions, Door::SignedIn;
    POST "/settings/sessions/end" pages::account::settings::end_session, Door::SignedIn;
    POST "/settings/sessions/end-all" pages::account::settings::end_sessions, Door::SignedIn;
    GET "/settings/role" pages::account::settings::role_form, Door::SignedIn;
    POST "/settings/role" pages::account::settings::role, Door::SignedIn;
    GET "/settings/digest" pages::account::digest::form, Door::SignedIn;
    POST "/settings/digest" pages::account::digest::switch, Door::SignedIn;
    GET "/unsubscribe/{token}" pages::account::digest::ask, Door::Public;
    POST "/unsubscribe/{token}" pages::account::digest::end, Door::Public;
    GET "/settings/tokens" pages::account::tokens::show, Door::SignedIn;
    POST "/settings/tokens" pages::account::tokens::make, Door::SignedIn;
    POST "/settings/tokens/{id}/revoke" pages::account::tokens::revoke, Door::SignedIn;
    GET "/help" pages::public::help, Door::Public;
    GET "/help/{role}" pages::guides::guide, Door::Public;
    GET "/privacy" pages::public::privacy, Door::Public;
    GET "/privacy/{id}" pages::guides::policy, Door::Public;
    GET "/apply" pages::apply::start, Door::Public;
    POST "/apply" pages::apply::begin, Door::Public;
    GET "/apply/done" pages::apply::done, Door::Public;
    POST "/apply/discard" pages::apply::discard, Door::Public;
    GET "/apply/{step}" pages::apply::show, Door::Public;
    POST "/apply/{step}" pages::apply::post, Door::Public;
    GET "/receipt" pages::party::door::find, Door::Public;
    GET "/letter" pages::party::door::ask_code, Door::Public;
    POST "/letter" pages::party::door::find_letter, Door::Public;
    POST "/cases/{number}/receipt/code" pages::party::desk::code, Door::SignedIn;
    GET "/r/{token}" pages::party::door::show, Door::Public;
    POST "/r/{token}" pages::party::door::answer, Door::Public;
    POST "/r/{token}/code" pages::party::door::code, Door::Public;
    POST "/r/{token}/unlock" pages::party::door::redeem, Door::Public;
    GET "/r/{token}/packet" pages::referrals::by_link::packet, Door::Public;
    POST "/r/{token}/confirm" pages::party::door::confirm, Door::Public;
    POST "/r/{token}/consent" pages::party::door::consent, Door::Public;
    POST "/r/{token}/comment" pages::party::door::comment, Door::Public;
    GET "/r/{token}/applications" pages::applications::door::list, Door::Public;
    GET "/r/{token}/applications/{body}" pages::applications::door::show, Door::Public;
    GET "/r/{token}/applications/{body}/print/{paper}" pages::applications::door::print, Door::Public;
    GET "/r/{token}/diary" pages::party::diary::page, Door::Public;
    POST "/r/{token}/diary" pages::party::diary::add, Door::Public;
    POST "/r/{token}/diary/{id}/strike" pages::party::diary::strike, Door::Public;
    GET "/r/{token}/evidence" pages::party::evidence::page, Door::Public;
    POST "/r/{token}/evidence" pages::party::evidence::add, Door::Public;
    GET "/r/{token}/evidence/{thing}" pages::party::evidence::save, Door::Public;
    GET "/r/{token}/evidence/{thing}/back" pages::party::evidence::ask_back, Door::Public;
    POST "/r/{token}/evidence/{thing}/back" pages::party::evidence::take_back, Door::Public;
    POST "/r/{token}/rights" pages::party::door::rights, Door::Public;
    GET "/r/{token}/withdraw" pages::party::door::ask_withdraw, Door::Public;
    POST "/r/{token}/withdraw" pages::party::door::withdraw, Door::Public;
    GET "/r/{token}/leave" pages::party::door::ask_leave, Door::Public;
    POST "/r/{token}/leave" pages::party::door::leave, Door::Public;
    GET "/todo" pages::todo::page, Door::SignedIn;
    GET "/disposals" pages::disposals::list, Door::SignedIn;
    GET "/disposals/{id}" pages::disposals::show, Door::SignedIn;
    POST "/disposals/{id}/approve" pages::disposals::approve, Door::SignedIn;
    GET "/settings/calendar" pages::calendar::own_form, Door::SignedIn;
    POST "/settings/calendar" pages::calendar::own, Door::SignedIn;
    GET "/calendar/{token}" pages::calendar::read, Door::Public;
    GET "/roster" pages::roster::list, Door::SignedIn;
    GET "/roster/print/allowance" pages::roster::allowance, Door::Role(Role::Coordinator);
    GET "/roster/{id}" pages::roster::show, Door::SignedIn;
    GET "/roster/{id}/edit" pages::roster::edit_form, Door::SignedIn;
    POST "/roster/{id}/edit" pages::roster::edit, Door::SignedIn;
    GET "/roster/{id}/training" pages::roster::training_form, Door::Role(Role::Coordinator);
    POST "/roster/{id}/training" pages::roster::training, Door::Role(Role::Coordinator);
    GET "/roster/{id}/print/{paper}" pages::roster::print, Door::SignedIn;
    GET "/rooms" pages::rooms::list, Door::Role(Role::Ward);
    GET "/rooms/new" pages::rooms::new_form, Door::Role(Role::Ward);
    POST "/rooms/new" pages::rooms::add, Door::Role(Role::Ward);
    GET "/rooms/{id}" pages::rooms::show, Door::Role(Role::Ward);
    GET "/rooms/{id}/edit" pages::rooms::edit_form, Door::Role(Role::Ward);
    POST "/rooms/{id}/edit" pages::rooms::edit, Door::Role(Role::Ward);
    GET "/rooms/{id}/calendar" pages::rooms::calendar_form, Door::Role(Role::Ward);
    POST "/rooms/{id}/calendar" pages::rooms::calendar, Door::Role(Role::Ward);
    GET "/programmes" pages::programmes::list, Door::SignedIn;
    GET "/programmes/new" pages::programmes::new_form, Door::Role(Role::Ward);
    POST "/programmes/new" pages::programmes::add, Door::Role(Role::Ward);
    GET "/programmes/{id}" pages::programmes::show, Door::SignedIn;
    GET "/programmes/{id}/result" pages::programmes::result::show, Door::SignedIn;
    GET "/programmes/{id}/result.csv" pages::programmes::result::csv, Door::SignedIn;
    GET "/programmes/{id}/print" pages::programmes::result::paper, Door::SignedIn;
    GET "/programmes/{id}/do/{act}" pages::programmes::acts::show, Door::SignedIn;
    POST "/programmes/{id}/do/{act}" pages::programmes::acts::take, Door::SignedIn;
    GET "/surveys" pages::programmes::result::survey, Door::SignedIn;
    GET "/publications" pages::publications::list, Door::SignedIn;
    GET "/publications/new" pages::publications::new_form, Door::Role(Role::Ward);
    POST "/publications/new" pages::publications::add, Door::Role(Role::Ward);
    GET "/publications/draft" pages::publications::show::draft, Door::Role(Role::Ward);
    GET "/publications/automatic" pages::publications::automatic_form, Door::Role(Role::Ward);
    POST "/publications/automatic" pages::publications::set_automatic, Door::Role(Role::Ward);
    GET "/publications/{id}" pages::publications::show::page, Door::SignedIn;
    GET "/publications/{id}/print" pages::publications::show::paper, Door::SignedIn;
    GET "/publications/{id}/report.csv" pages::publications::show::csv, Door::SignedIn;
    GET "/publications/{id}/report.xlsx" pages::publications::show::xlsx, Door::SignedIn;
    GET "/publications/{id}/report.json" pages::publications::show::json, Door::SignedIn;
    GET "/referrals" pages::referrals::page, Door::SignedIn;
    GET "/forms" pages::print::forms, Door::SignedIn;
    GET "/forms/{form}" pages::print::form, Door::SignedIn;
    GET "/cases" pages::cases::list::page, Door::SignedIn;
    GET "/cases/search" pages::cases::list::search_again, Door::SignedIn;
    POST "/cases/search" pages::cases::list::search, Door::SignedIn;
    GET "/cases/new" pages::cases::new::show, Door::SignedIn;
    POST "/cases/new" pages::cases::new::take, Door::SignedIn;
    GET "/cases/new/done" pages::cases::done::page, Door::SignedIn;
    GET "/cases/{number}" pages::cases::show::page, Door::SignedIn;
    POST "/cases/{number}/told" pages::cases::show::told, Door::SignedIn;
    GET "/cases/{number}/parties" pages::cases::parties::page, Door::SignedIn;
    POST "/cases/{number}/parties/contacts" pages::cases::parties::reveal, Door::SignedIn;
    GET "/cases/{number}/contacts" pages::cases::contacts::page, Door::SignedIn;
    GET "/cases/{number}/meetings" pages::cases::things::meetings, Door::SignedIn;
    GET "/cases/{number}/agreements" pages::cases::things::agreements, Door::SignedIn;
    GET "/cases/{number}/referrals" pages::cases::things::referrals, Door::SignedIn;
    GET "/cases/{number}/referrals/{referral}/packet" pages::cases::packet::show, Door::SignedIn;
    GET "/cases/{number}/applications" pages::applications::desk::list, Door::SignedIn;
    GET "/cases/{number}/applications/{body}" pages::applications::desk::show, Door::SignedIn;
    GET "/cases/{number}/applications/{body}/print/{paper}" pages::applications::desk::print, Door::SignedIn;
    GET "/cases/{number}/evidence" pages::cases::evidence::page, Door::SignedIn;
    POST "/cases/{number}/evidence" pages::cases::evidence::add, Door::SignedIn;
    GET "/cases/{number}/evidence/{thing}" pages::cases::evidence::save, Door::SignedIn;
    GET "/cases/{number}/evidence/{thing}/back" pages::cases::evidence::ask_back, Door::SignedIn;
    POST "/cases/{number}/evidence/{thing}/back" pages::cases::evidence::take_back, Door::SignedIn;
    GET "/cases/{number}/papers" pages::cases::papers::page, Door::SignedIn;
    POST "/cases/{number}/receipt" pages::cases::papers::reissue, Door::SignedIn;
    GET "/cases/{number}/print/{paper}" pages::cases::papers::print, Door::SignedIn;
    GET "/cases/{number}/diary" pages::cases::diary::page, Door::SignedIn;
    POST "/cases/{number}/diary" pages::cases::diary::add, Door::SignedIn;
    POST "/cases/{number}/diary/{id}/strike" pages::cases::diary::strike, Door::SignedIn;
    GET "/cases/{number}/noise" pages::cases::noise::form, Door::SignedIn;
    POST "/cases/{number}/noise" pages::cases::noise::judge, Door::SignedIn;
    GET "/cases/{number}/visit" pages::cases::visit::form, Door::SignedIn;
    POST "/cases/{number}/visit" pages::cases::visit::take, Door::SignedIn;
    GET "/cases/{number}/signature" pages::cases::signing::form, Door::SignedIn;
    POST "/cases/{number}/signature" pages::cases::signing::sign, Door::SignedIn;
    GET "/cases/{number}/log" pages::cases::log::page, Door::SignedIn;
    GET "/cases/{number}/steps/{step}" pages::steps::show, Door::SignedIn;
    POST "/cases/{number}/steps/{step}" pages::steps::take, Door::SignedIn;
    GET "/cases/{number}/recusal" pages::committee::recusal::form, Door::SignedIn;
    POST "/cases/{number}/recusal" pages::committee::recusal::take, Door::SignedIn;
    GET "/committees" pages::committee::list, Door::SignedIn;
    GET "/committees/{id}" pages::committee::home, Door::SignedIn;
    GET "/committees/{id}/do/{act}" pages::committee::acts::show, Door::SignedIn;
    POST "/committees/{id}/do/{act}" pages::committee::acts::take, Door::SignedIn;
    GET "/committees/{id}/print/{paper}" pages::committee::sheets::of_body, Door::SignedIn;
    GET "/seats/{id}/print/{paper}" pages::committee::sheets::of_seat, Door::SignedIn;
    GET "/meetings/{id}/print/{paper}" pages::committee::sheets::of_meeting, Door::SignedIn;
    GET "/seats/{id}" pages::committee::members::show, Door::SignedIn;
    GET "/seats/{id}/do/{act}" pages::committee::acts::show_seat, Door::SignedIn;
    POST "/seats/{id}/do/{act}" pages::committee::acts::take_seat, Door::SignedIn;
    GET "/meetings/{id}" pages::committee::meeting::show, Door::SignedIn;
    GET "/meetings/{id}/minutes" pages::committee::meeting::minutes, Door::SignedIn;
    GET "/meetings/{id}/public" pages::committee::meeting::public, Door::SignedIn;
    GET "/meetings/{id}/packet" pages::committee::papers::packet, Door::SignedIn;
    GET "/meetings/{id}/scans/new" pages::committee::papers::scan_form, Door::SignedIn;
    POST "/meetings/{id}/scans/new" pages::committee::papers::add_scan, Door::SignedIn;
    GET "/meetings/{id}/scans/{scan}" pages::committee::papers::scan, Door::SignedIn;
    GET "/pledge" pages::committee::pledge::form, Door::SignedIn;
    POST "/pledge" pages::committee::pledge::sign, Door::SignedIn;
    GET "/handovers" pages::handovers::list, Door::SignedIn;
    GET "/handovers/new/{id}" pages::handovers::new_form, Door::SignedIn;
    POST "/handovers/new/{id}" pages::handovers::add, Door::SignedIn;
    GET "/handovers/{id}" pages::handovers::show, Door::SignedIn;
    GET "/handovers/{id}/print" pages::handovers::print, Door::SignedIn;
    GET "/handovers/{id}/sign/{side}" pages::handovers::sign_form, Door::SignedIn;
    POST "/handovers/{id}/sign/{side}" pages::handovers::sign, Door::SignedIn;
    GET "/ward/attempts" pages::committee::recusal::attempts, Door::Role(Role::Ward);
    GET "/meetings/{id}/steps/{step}" pages::committee::forms::form, Door::SignedIn;
    POST "/meetings/{id}/steps/{step}" pages::committee::forms::take, Door::SignedIn;
    GET "/cases/{number}/mails" pages::mails::list, Door::SignedIn;
    GET "/cases/{number}/replies/{reply}" pages::replies::show, Door::SignedIn;
    POST "/cases/{number}/replies/{reply}/read" pages::replies::read, Door::SignedIn;
    POST "/cases/{number}/mails/{mail}/retry" pages::mails::retry, Door::SignedIn;
    POST "/cases/{number}/mails/{mail}/settle" pages::mails::settle, Door::SignedIn;
    POST "/cases/{number}/mails/{mail}/take-back" pages::mails::take_back, Door::SignedIn;
    GET "/demo/mail" pages::demo::list, Door::Public;
    GET "/demo/mail/{id}" pages::demo::show, Door::Public;
    GET "/demo/mail/{id}/message.eml" pages::demo::message, Door::Public;
    GET "/static/{path:.*}" pages::assets::file, Door::Asset;
    GET "/exchange" pages::exchange::show, Door::Role(Role::Secretary);
    POST "/exchange/import" pages::exchange::import, Door::Role(Role::Secretary);
    POST "/exchange/export" pages::exchange::export, Door::Role(Role::Secretary);
    GET "/ward" pages::ward::show, Door::Role(Role::Ward);
    GET "/ward/report.csv" pages::ward::csv, Door::Role(Role::Ward);
    GET "/ward/comparison" pages::ward::comparison::show, Door::Role(Role::Ward);
    GET "/ward/flow" pages::ward::flow::show, Door::Role(Role::Ward);
    GET "/ward/cases" pages::ward::cases, Door::Role(Role::Ward);
    GET "/ward/records" pages::ward::records::show, Door::Role(Role::Ward);
    GET "/ward/records.csv" pages::ward::records::csv, Door::Role(Role::Ward);
    GET "/ward/records.xlsx" pages::ward::records::xlsx, Door::Role(Role::Ward);
    GET "/ward/season" pages::ward::season::show, Door::Role(Role::Ward);
    GET "/ward/season/print" pages::ward::season::paper, Door::Role(Role::Ward);
    GET "/ward/variation" pages::ward::variation::show, Door::Role(Role::Ward);
    GET "/ward/committees" pages::ward::committees::show, Door::Role(Role::Ward);
    GET "/ward/committees.csv" pages::ward::committees::csv, Door::Role(Role::Ward);
    GET "/ward/committees/{id}/remind" pages::ward::committees::remind_form, Door::Role(Role::Ward);
    POST "/ward/committees/{id}/remind" pages::ward::committees::remind, Door::Role(Role::Ward);
    GET "/ward/committees/{id}/letter" pages::ward::committees::letter, Door::Role(Role::Ward);
    GET "/ward/help" pages::ward::help, Door::Role(Role::Ward);
    GET "/views" pages::views::list, Door::SignedIn;
    GET "/views/new" pages::views::form, Door::SignedIn;
    POST "/views/new" pages::views::keep, Door::SignedIn;
    POST "/views/{id}/delete" pages::views::remove, Door::SignedIn;
    GET "/figures" pages::ward::own::show, Door::SignedIn;
    GET "/figures/cases" pages::ward::own::cases, Door::SignedIn;
    GET "/figures/flow" pages::ward::own::flow, Door::SignedIn;
    GET "/figures/help" pages::ward::own::help, Door::SignedIn;
    GET "/waiting" pages::ward::waiting::list, Door::Role(Role::Ward);
    GET "/waiting/{number}" pages::ward::waiting::ask, Door::Role(Role::Ward);
    POST "/waiting/{number}" pages::ward::waiting::send, Door::Role(Role::Ward);
    GET "/dong" pages::ward::dong, Door::Role(Role::Dong);
    GET "/healthz" api::health::healthz, Door::Public;
    GET "/readyz" api::health::readyz, Door::Public;
    GET "/openapi.json" api::document::show, Door::Public;
    GET "/metrics" crate::web::metrics::page, Door::Public;
}

/// HEAD is answered by GET's handler, without the body: a scanner of mails that asks so sees that the page is there.
fn answering(method: Method) -> actix_web::Route {
    if method == Method::GET {
        return web::route().guard(guard::Any(guard::Get()).or(guard::Head()));
    }
    web::method(method)
}

/// Registers routes by their first words, so that a request is compared with the few patterns of its own room instead of
/// all: `/cases/…`, `/api/v1/cases/…`. Within a room the order is that of the list.
fn register(cfg: &mut ServiceConfig, all: Vec<(&'static str, actix_web::Route)>) {
    let by_path = grouped(all.into_iter());
    let by_room = grouped(by_path.into_iter().map(|(path, routes)| (room(path), (path, routes))));
    for (room, paths) in by_room {
        let resources = paths.into_iter().map(|(path, routes)| {
            // Another method of a path is as good as no path; the API says more (`api::list::handlers`).
            let nothing = web::to(|| async { Err::<HttpResponse, _>(WebError::not_found()) });
            let resource = web::resource(path.strip_prefix(room).unwrap_or(path)).default_service(nothing);
            routes.into_iter().fold(resource, actix_web::Resource::route)
        });
        if room.is_empty() {
            // The first page shares its words with everything: no room may begin like that.
            resources.for_each(|resource| _ = cfg.service(resource));
        } else {
            cfg.service(resources.fold(web::scope(room), actix_web::Scope::service));
        }
    }
}

/// The first words of a path, up to what differs from request to request: `/cases`, `/api/v1/cases`.
fn room(path: &'static str) -> &'static str {
    let skipped = if path.starts_with("/api/v1/") { "/api/v1/".len() } else { 1 };
    let end = path.char_indices().skip(skipped).find(|(_, c)| *c == '/').map_or(path.len(), |(at, _)| at);
    let (room, _) = path.split_at_checked(end).unwrap_or((path, ""));
    if room == "/" { "" } else { room }
}

/// What shares a key, in the order of each key's first coming.
fn grouped<T>(pairs: impl Iterator<Item = (&'static str, T)>) -> Vec<(&'static str, Vec<T>)> {
    let mut groups: Vec<(&'static str, Vec<T>)> = Vec::new();
    for (key, value) in pairs {
        match groups.iter_mut().find(|(k, _)| *k == key) {
            Some((_, group)) => group.push(value),
            None => groups.push((key, vec![value])),
        }
    }
    groups
}

/// The door of a matched route.
#[must_use]
pub fn door(method: &Method, pattern: &str) -> Option<Door> {
    use std::collections::HashMap;
    use std::sync::LazyLock;
    static DOORS: LazyLock<HashMap<(Method, &'static str), Door>> =
        LazyLock::new(|| all().into_iter().map(|r| ((r.method, r.path), r.door)).collect());
    // HEAD is answered by GET's handler.
    let method = if *method == Method::HEAD { Method::GET } else { method.clone() };
    let doors: &HashMap<(Method, &str), Door> = &DOORS;
    doors.get(&(method, pattern)).copied()
}
