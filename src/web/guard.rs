//! The door: who is calling, may they come in here at all, did the request come from our own pages; and what every answer
//! carries. Runs around every route, so that no handler can forget it.
use super::api::call::bad_token;
use super::error::WebError;
use super::parts::Flash;
use super::routes::{self, Door};
use super::state::State;
use super::watch;
use crate::domain::codes::Role;
use crate::domain::permission::Actor;
use crate::store::{StoreError, bodies, logins, users};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse};
use chrono::Duration;
use rand::RngCore;
use std::future::{Ready, ready};
use subtle::ConstantTimeEq;

/// Cookie of a login; with TLS it is `__Host-` (RFC 6265bis §4.1.3).
const LOGIN: &str = "ieum";
const LOGIN_TLS: &str = "__Host-ieum";
/// Cookie of a visitor who filled in a form: ties their CSRF token and draft to the browser. No data.
const VISITOR: &str = "ieum_visitor";
/// One sentence to show on the next page: kind and text.
const FLASH: &str = "ieum_flash";

/// Who is calling: the person with their grants, or a visitor.
#[derive(Debug, Clone, Default)]
pub struct Who {
    pub actor: Actor,
    pub login: Option<logins::Login>,
    /// The roles that the person holds, whichever they act in.
    pub roles: Vec<Role>,
    /// The role that the person chose to act in; empty: all of theirs.
    pub role_label: String,
    /// The hidden token of forms.
    pub csrf: String,
    /// Another one that their forms may have: a link's page has its own, which needs no cookie.
    pub csrf_too: Option<String>,
    /// The page of a link that somebody was given: looking at it leaves nothing in the browser.
    pub by_link: bool,
    /// The browser's visitor id, for drafts and ten-minute codes.
    pub visitor: String,
    pub flash: Option<Flash>,
    pub path: String,
    /// What is asked beside the path: a paper as a file, for one.
    pub query: String,
    /// The caller's address, for limits and the access record.
    pub ip: String,
}

impl Who {
    /// Whether the person acts as `role` now: they hold it, and have not switched to another.
    #[must_use]
    pub fn acts_as(&self, role: Role) -> bool {
        self.actor.has(role)
    }

    /// Whether a form that was sent with this hidden token is one of theirs.
    #[must_use]
    pub fn is_own_form(&self, sent: &str) -> bool {
        let is = |token: &str| !token.is_empty() && bool::from(sent.as_bytes().ct_eq(token.as_bytes()));
        is(&self.csrf) || self.csrf_too.as_deref().is_some_and(is)
    }

    /// The first page after login.
    #[must_use]
    pub fn home(&self) -> &'static str {
        let only =
            |role: Role| !self.actor.grants.is_empty() && self.actor.grants.iter().all(|g| g.role == role);
        // The operator has no case and so nothing that waits; everybody else begins with what does.
        if only(Role::Admin) { "/admin" } else { "/todo" }
    }

    /// The person's id; every handler behind `Door::SignedIn` has one.
    ///
    /// # Errors
    /// `sign_in` for visitors.
    pub fn user(&self) -> Result<crate::domain::ids::UserId, WebError> {
        self.actor.user.ok_or_else(WebError::sign_in)
    }
}

impl FromRequest for Who {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;
    fn from_request(req: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(Ok(req.extensions().get::<Who>().cloned().unwrap_or_default()))
    }
}

/// The middleware.
///
/// # Errors
/// Only what a layer inside could not make an answer of; every error of a handler becomes an answer here.
pub async fn guard(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let Some(state) = req.app_data::<Data<State>>().cloned() else {
        return Ok(req.into_response(HttpResponse::InternalServerError().finish()));
    };
    let pattern = req.match_pattern();
    let (method, path) = (req.method().clone(), req.path().to_owned());
    let door = pattern.as_deref().and_then(|p| routes::door(&method, p)).unwrap_or(Door::Public);
    // No clone of the request may live while it is routed on: actix writes the path's parameters into it.
    let entered = enter(&state, req.request(), door, &path).await;
    let mut answer = match entered {
        Ok(who) => {
            req.request().extensions_mut().insert(who);
            next.call(req).await?.map_into_boxed_body()
        }
        Err(e) => req.error_response(e),
    };
    let request = answer.request().clone();
    if answer.status() == StatusCode::NOT_FOUND {
        let ip = peer(&request, &state.settings.server.trusted_proxies);
        watch::refused(&state, &request, door, ip).await;
    }
    finish(&state, &request, &mut answer, door, &path);
    Ok(answer)
}

/// Everything that is asked before a handler runs.
async fn enter(state: &Data<State>, req: &HttpRequest, door: Door, path: &str) -> Result<Who, WebError> {
    if !matches!(*req.method(), Method::GET | Method::HEAD) && !matches!(door, Door::Api | Door::OpenApi) {
        same_origin(req, &state.settings.server.base_url)?;
    }
    let mut who = match door {
        // The API's own calls look their token up in the session that does the work (`api::call`).
        Door::Api | Door::OpenApi | Door::Asset => Who::default(),
        _ => by_cookie(state, req).await?,
    };
    who.path = path.to_owned();
    who.query = req.query_string().to_owned();
    who.ip = peer(req, &state.settings.server.trusted_proxies);
    let signed = who.login.is_some();
    match door {
        Door::Public | Door::Asset | Door::OpenApi => {}
        Door::Api if req.headers().contains_key(header::AUTHORIZATION) => {}
        Door::Api => return Err(bad_token()),
        Door::SignedIn if signed => {}
        Door::Role(role) if signed && who.acts_as(role) => {}
        Door::Role(_) if signed => return Err(WebError::not_found()),
        Door::SignedIn | Door::Role(_) => return Err(WebError::sign_in()),
    }
    Ok(who)
}

/// Unsafe methods come from our own pages: `Sec-Fetch-Site` says so, or, in old browsers, `Origin`.
fn same_origin(req: &HttpRequest, base_url: &str) -> Result<(), WebError> {
    let said = |name: &str| req.headers().get(name).and_then(|v| v.to_str().ok());
    let fine = match (said("sec-fetch-site"), said("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let host = said("host").unwrap_or_default();
            origin == base_url || origin.split_once("://").is_some_and(|(_, h)| h == host)
        }
        // Neither header: no browser that could be misled sends a form like that; the token still has to be right.
        (None, None) => true,
    };
    if fine { Ok(()) } else { Err(WebError::forged()) }
}

async fn by_cookie(state: &Data<State>, req: &HttpRequest) -> Result<Who, WebError> {
    let visitor = req.cookie(VISITOR).map(|c| c.value().to_owned()).filter(|v| v.len() == 32);
    let visitor = visitor.unwrap_or_else(new_visitor);
    let token = login_token(state, req);
    let (now, limits) = (state.now(), state.settings.session.clone());
    let mut who = match token {
        None => Who::default(),
        Some(token) => {
            let found = state.db.glance(move |rx| signed_in(rx, &token, now, &limits)).await?;
            let used = found.as_ref().and_then(|w| w.login.as_ref()).filter(|l| l.wants_touch(now));
            if let Some(id) = used.map(|l| l.id.clone()) {
                state.db.write(move |tx| logins::touch(tx, &id, now)).await?;
            }
            found.unwrap_or_default()
        }
    };
    let token = |whose: &str| state.db.vault().hash("csrf", whose);
    // Whoever has a link has its token: that alone can make the token of its forms, and a scanner that looks gets no cookie.
    let linked = linked(req.path()).map(|link| token(&format!("link {link}")));
    who.by_link = linked.is_some();
    let own = match &who.login {
        Some(login) => login.csrf.clone(),
        None => token(&visitor),
    };
    (who.csrf, who.csrf_too) = match linked {
        Some(linked) if who.login.is_none() => (linked, Some(own)),
        linked => (own, linked),
    };
    who.visitor = visitor;
    who.flash = req.cookie(FLASH).and_then(|c| read_flash(c.value()));
    Ok(who)
}

/// The token in the path of a link's page, `/r/{token}` and what is below.
fn linked(path: &str) -> Option<&str> {
    path.strip_prefix("/r/").and_then(|rest| rest.split('/').next()).filter(|token| !token.is_empty())
}

/// The person of a login's cookie, with the grants in force, narrowed to the role they chose.
fn signed_in(
    rx: &mut crate::store::Rx<'_>,
    token: &str,
    now: chrono::DateTime<chrono::Utc>,
    limits: &crate::config::Session,
) -> Result<Option<Who>, StoreError> {
    let (idle, absolute) = (Duration::minutes(limits.idle_minutes), Duration::hours(limits.absolute_hours));
    let login = match logins::by_token(rx, token, now, idle, absolute) {
        Ok(login) => login,
        Err(StoreError::NotFound) => return Ok(None),
        Err(e) => return Err(e),
    };
    let mut actor = users::actor(rx, login.user.id, now)?;
    let mut roles: Vec<Role> = actor.grants.iter().map(|g| g.role).collect();
    roles.sort();
    roles.dedup();
    if let Some(role) = login.role.filter(|r| actor.has(*r)) {
        actor.grants.retain(|g| g.role == role);
    }
    let mut labels = Vec::new();
    for grant in &actor.grants {
        let body = grant.body.map(|b| bodies::find(rx, b)).transpose()?.map(|b| b.name);
        let label =
            body.map_or_else(|| grant.role.label().to_owned(), |b| format!("{b} {}", grant.role.label()));
        labels.push(label);
    }
    Ok(Some(Who { actor, roles, role_label: labels.join(" · "), login: Some(login), ..Who::default() }))
}

/// 128 random bits, drawn at once.
fn new_visitor() -> String {
    let mut bits = [0_u8; 16];
    rand::rngs::OsRng.fill_bytes(&mut bits);
    bits.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The caller's address: the peer's, or what a trusted proxy says.
fn peer(req: &HttpRequest, trusted: &[std::net::IpAddr]) -> String {
    let Some(peer) = req.peer_addr().map(|a| a.ip()) else { return String::new() };
    let told = req.headers().get("x-forwarded-for").and_then(|v| v.to_str().ok());
    match told.and_then(|t| t.rsplit(',').next()) {
        Some(client) if trusted.contains(&peer) => client.trim().to_owned(),
        _ => peer.to_string(),
    }
}

/// Writes error answers, sets cookies, and puts the protective headers on every answer.
fn finish(state: &State, req: &HttpRequest, answer: &mut ServiceResponse<BoxBody>, door: Door, path: &str) {
    let api = path.starts_with("/api/");
    let who = req.extensions().get::<Who>().cloned().unwrap_or_default();
    let problem = answer.response().extensions().get::<WebError>().cloned();
    let problem = problem.or_else(|| bare_error(answer));
    if let Some(error) = problem {
        let fresh = if api { api_error(&error) } else { page_error(state, &who, &error, path) };
        *answer.response_mut() = fresh;
    }
    if door != Door::Asset && !api {
        set_cookies(state, &who, answer, req);
    }
}

/// An error that actix made itself (no route, bad body) gets our words too.
fn bare_error(answer: &ServiceResponse<BoxBody>) -> Option<WebError> {
    let status = answer.status();
    let ours = answer.headers().contains_key(header::CONTENT_TYPE);
    match status {
        _ if !(status.is_client_error() || status.is_server_error()) => None,
        StatusCode::NOT_FOUND => (!ours).then(WebError::not_found),
        _ if ours && answer.response().error().is_none() => None,
        _ if status.is_server_error() => Some(WebError::internal(&status)),
        _ => Some(WebError::new(
            status,
            "bad_request",
            "요청을 이해하지 못했습니다. 주소와 내용을 확인해 주세요.",
        )),
    }
}

fn api_error(error: &WebError) -> HttpResponse {
    let body = serde_json::to_string(&error.problem()).unwrap_or_default();
    let mut answer = HttpResponse::build(error.status);
    if error.status == StatusCode::UNAUTHORIZED {
        answer.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
    }
    answer.content_type("application/problem+json; charset=utf-8").body(body)
}

fn page_error(state: &State, who: &Who, error: &WebError, path: &str) -> HttpResponse {
    if error.status == StatusCode::UNAUTHORIZED {
        let to = if path == "/" { "/login".to_owned() } else { format!("/login?next={}", encoded(path)) };
        return HttpResponse::SeeOther().insert_header((header::LOCATION, to)).finish();
    }
    if error.code == "pledge_needed" {
        let to = format!("/pledge?next={}", encoded(path));
        return HttpResponse::SeeOther().insert_header((header::LOCATION, to)).finish();
    }
    super::pages::error::page(state, who, error)
}

/// Percent-encodes a path for a query (RFC 3986 §2).
fn encoded(path: &str) -> String {
    path.bytes()
        .map(|b| match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                char::from(b).to_string()
            }
            _ => format!("%{b:02X}"),
        })
        .collect()
}

fn set_cookies(state: &State, who: &Who, answer: &mut ServiceResponse<BoxBody>, req: &HttpRequest) {
    let secure = state.settings.server.tls_on;
    let looks = who.by_link && matches!(*req.method(), Method::GET | Method::HEAD);
    if req.cookie(VISITOR).is_none() && !who.visitor.is_empty() && !looks {
        let cookie = Cookie::build(VISITOR, who.visitor.clone())
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(secure)
            .finish();
        drop(answer.response_mut().add_cookie(&cookie));
    }
    let shown = who.flash.is_some() && answer.status() == StatusCode::OK;
    if shown {
        let mut gone = Cookie::build(FLASH, "").path("/").http_only(true).finish();
        gone.make_removal();
        drop(answer.response_mut().add_cookie(&gone));
    }
}

/// The cookie that carries one sentence to the next page. Never personal data.
#[must_use]
pub fn flash_cookie(flash: &Flash) -> Cookie<'static> {
    let kept = format!("{}|{}", flash.kind, flash.text);
    let value: String = kept.bytes().map(|b| format!("{b:02x}")).collect();
    Cookie::build(FLASH, value).path("/").http_only(true).same_site(SameSite::Lax).finish()
}

fn read_flash(value: &str) -> Option<Flash> {
    if value.len() > 2000 || !value.is_ascii() {
        return None;
    }
    let pairs: Vec<u8> = value
        .as_bytes()
        .chunks(2)
        .filter_map(|c| std::str::from_utf8(c).ok())
        .filter_map(|h| u8::from_str_radix(h, 16).ok())
        .collect();
    let kept = String::from_utf8(pairs).ok()?;
    let (kind, text) = kept.split_once('|')?;
    let kind = ["ok", "warn", "error", "info"].into_iter().find(|k| *k == kind)?;
    Some(Flash { kind, text: text.to_owned(), href: None, link: None })
}

/// The token in the browser's login cookie.
#[must_use]
pub fn login_token(state: &State, req: &HttpRequest) -> Option<String> {
    let name = if state.settings.server.tls_on { LOGIN_TLS } else { LOGIN };
    req.cookie(name).map(|c| c.value().to_owned())
}

/// The cookie of a login, or its removal.
#[must_use]
pub fn login_cookie(state: &State, token: Option<&str>) -> Cookie<'static> {
    let secure = state.settings.server.tls_on;
    let name = if secure { LOGIN_TLS } else { LOGIN };
    let mut cookie = Cookie::build(name, token.unwrap_or_default().to_owned())
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .finish();
    if token.is_none() {
        cookie.make_removal();
    }
    cookie
}
