//! What every handler is given: settings, database, templates, clock.
use super::error::WebError;
use super::guard::Who;
use super::parts::{Flash, MailNote, NavItem, Page};
use crate::config::{MailTransport, Settings};
use crate::domain::codes::Role;
use crate::render::Renderer;
use crate::store::Db;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::sync::Arc;

/// Where the time comes from: the computer's clock, or a test's.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The composition that handlers see.
pub struct State {
    pub settings: Settings,
    pub db: Db,
    pub renderer: Renderer,
    pub clock: Clock,
    /// Changes when a static file changes.
    pub version: String,
    /// A demonstration: its mails can be read at a page, and the login page names the people.
    pub demo: bool,
    /// Calls of the API in this minute.
    pub meter: super::api::meter::Meter,
}

impl State {
    /// The time, to the microsecond, as both databases keep it.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let now = (self.clock)();
        DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
    }

    /// The frame of a page for this visitor.
    #[must_use]
    pub fn frame(&self, who: &Who, title: &str) -> Page {
        let signed = who.login.as_ref();
        let site = &self.settings.site;
        Page {
            title: title.to_owned(),
            error: false,
            index: false,
            version: self.version.clone(),
            session_seconds: signed.and_then(|_| u32::try_from(self.settings.session.idle_minutes * 60).ok()),
            official: Some(site.operator.clone()).filter(|_| site.official_gov),
            mail_to_files: None,
            home: if signed.is_some() { who.home().to_owned() } else { "/".to_owned() },
            site: site.name.clone(),
            phone: site.phone.clone(),
            who: signed.map(|login| super::parts::Who {
                name: login.user.name.clone(),
                role: who.role_label.clone(),
                switch_href: Some("/settings/role".to_owned()).filter(|_| who.roles.len() > 1),
            }),
            csrf: who.csrf.clone(),
            nav: nav(who),
            bare: false,
            back: None,
            flash: who.flash.clone(),
            operator: site.operator.clone(),
        }
    }

    /// The sentence for pages that would send a mail, where mail goes to files.
    #[must_use]
    pub fn mail_note(&self) -> Option<MailNote> {
        (self.settings.mail.transport == MailTransport::Folder).then(|| MailNote {
            text: "지금은 전자우편이 밖으로 나가지 않고 파일로 저장됩니다.".to_owned(),
            href: Some("/demo/mail".to_owned()).filter(|_| self.demo),
        })
    }

    /// The installation's own address, without a slash at its end.
    #[must_use]
    pub fn base(&self) -> String {
        self.settings.server.base_url.trim_end_matches('/').to_owned()
    }

    /// A page, 200.
    ///
    /// # Errors
    /// When the template and its context do not fit; a test renders every page.
    pub fn page(&self, template: &str, context: &impl Serialize) -> Result<HttpResponse, WebError> {
        self.page_with(StatusCode::OK, template, context)
    }

    /// A page with another status: 422 for a form with errors, 409 for a conflict.
    ///
    /// # Errors
    /// As `page`.
    pub fn page_with(
        &self,
        status: StatusCode,
        template: &str,
        context: &impl Serialize,
    ) -> Result<HttpResponse, WebError> {
        let html = self.renderer.render(template, context).map_err(|e| WebError::internal(&e))?;
        Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(html))
    }
}

/// Sends the browser on after a POST, with one sentence to show there.
#[must_use]
pub fn see_other(to: &str, flash: Option<&Flash>) -> HttpResponse {
    let mut answer = HttpResponse::SeeOther();
    answer.insert_header((actix_web::http::header::LOCATION, to));
    if let Some(flash) = flash {
        answer.cookie(super::guard::flash_cookie(flash));
    }
    answer.finish()
}

/// The main menu: only what the person's roles can open.
fn nav(who: &Who) -> Vec<NavItem> {
    if who.login.is_none() {
        return Vec::new();
    }
    let casework = [
        Role::Manager,
        Role::Secretary,
        Role::Coordinator,
        Role::Mediator,
        Role::Member,
        Role::Chair,
        Role::Clerk,
    ];
    let works = casework.iter().any(|r| who.acts_as(*r));
    let handles = |role: Role| who.actor.has_cases_as(role);
    let entries = [
        (works || who.acts_as(Role::Dong) || who.acts_as(Role::Ward), "/todo", "내가 할 일"),
        (casework.into_iter().any(handles), "/cases", "사건"),
        (!who.actor.own_figures().is_empty(), "/figures", "우리 현황"),
        (!who.actor.assemblies().is_empty(), "/committees", "위원회"),
        (who.acts_as(Role::Coordinator) || who.acts_as(Role::Dong), "/referrals", "의뢰"),
        (who.acts_as(Role::Coordinator) || who.acts_as(Role::Mediator), "/roster", "조정인 명부"),
        (who.actor.follows_programmes(), "/programmes", "사업"),
        (who.actor.follows_publications(), "/publications", "보고서"),
        (works, "/forms", "서식"),
        (who.actor.may_exchange(), "/exchange", "대장 가져오기·내보내기"),
        (who.acts_as(Role::Secretary) || who.acts_as(Role::Manager), "/handovers", "인계인수"),
        (
            [Role::Manager, Role::Secretary, Role::Coordinator].into_iter().any(handles),
            "/disposals",
            "파기대장",
        ),
        (who.acts_as(Role::Ward), "/waiting", "보낼 접수"),
        (who.acts_as(Role::Ward), "/ward", "구 현황"),
        (who.acts_as(Role::Ward), "/rooms", "공유공간"),
        (who.acts_as(Role::Dong), "/dong", "동 현황"),
        (who.acts_as(Role::Admin), "/admin", "설정"),
    ];
    let item = |href: &str, label: &str| NavItem {
        href: href.to_owned(),
        label: label.to_owned(),
        current: who.path == href || who.path.starts_with(&format!("{href}/")),
        n: None,
    };
    entries.into_iter().filter(|(shown, _, _)| *shown).map(|(_, href, label)| item(href, label)).collect()
}
