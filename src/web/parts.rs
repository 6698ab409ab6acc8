//! What the shared parts of the pages are given (`templates/parts`, `templates/layout.hbs`): one struct per part, so that a
//! page cannot forget a name. Texts are ready to be shown; dates are already written in Korean.

pub mod case;
pub mod figure;
pub mod list;
#[cfg(test)]
mod tests;

pub use case::*;
pub use figure::*;
pub use list::*;

use serde::Serialize;

/// A link with its words.
#[derive(Debug, Clone, Serialize)]
pub struct Link {
    pub href: String,
    pub label: String,
}

impl Link {
    /// A link to `href` (own path, `tel:`, `sms:`, `mailto:`).
    #[must_use]
    pub fn new(href: impl Into<String>, label: impl Into<String>) -> Self {
        Self { href: href.into(), label: label.into() }
    }
}

/// What the frame of every page needs; each page's context has it as `page`.
#[derive(Debug, Clone, Serialize)]
pub struct Page {
    /// Of the window; the same words as the page's h1.
    pub title: String,
    /// Puts "오류: " before the title.
    pub error: bool,
    /// Whether search engines may list the page.
    pub index: bool,
    /// Changes when a static file changes; part of its address.
    pub version: String,
    /// Seconds until the session ends unused; none for visitors.
    pub session_seconds: Option<u32>,
    /// The public body that runs this site, only if one does.
    pub official: Option<String>,
    /// Says that mail goes to files, on pages that would send one.
    pub mail_to_files: Option<MailNote>,
    /// Where the name leads: `/`, or `/tasks` when signed in.
    pub home: String,
    /// The site's name under "이음".
    pub site: String,
    /// The telephone number for help, with hyphens.
    pub phone: String,
    pub who: Option<Who>,
    /// The hidden token of the session's forms; empty for visitors without any.
    pub csrf: String,
    pub nav: Vec<NavItem>,
    /// The page lays out its own width (home).
    pub bare: bool,
    pub back: Option<Link>,
    pub flash: Option<Flash>,
    /// Who runs the site, for the footer.
    pub operator: String,
}

impl Page {
    /// A page of the public site with nothing known about the installation; handlers fill in the rest.
    #[must_use]
    pub fn plain(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            error: false,
            index: false,
            version: String::new(),
            session_seconds: None,
            official: None,
            mail_to_files: None,
            home: "/".to_owned(),
            site: "층간소음 조정".to_owned(),
            phone: String::new(),
            who: None,
            csrf: String::new(),
            nav: Vec::new(),
            bare: false,
            back: None,
            flash: None,
            operator: String::new(),
        }
    }
}

/// The sentence that mail goes to files.
#[derive(Debug, Clone, Serialize)]
pub struct MailNote {
    pub text: String,
    /// The page where the files can be read, in `demo`.
    pub href: Option<String>,
}

/// Who is signed in.
#[derive(Debug, Clone, Serialize)]
pub struct Who {
    pub name: String,
    /// The role and body they act for now: "천연동 위원회 간사".
    pub role: String,
    /// Where the role is switched, if they have several.
    pub switch_href: Option<String>,
}

/// One entry of a navigation.
#[derive(Debug, Clone, Serialize)]
pub struct NavItem {
    pub href: String,
    pub label: String,
    pub current: bool,
    /// A number after the words (sub-navigation only).
    pub n: Option<u32>,
}

/// One sentence after something was done.
#[derive(Debug, Clone, Serialize)]
pub struct Flash {
    /// `ok`, `warn`, `error` or `info`.
    pub kind: &'static str,
    pub text: String,
    pub href: Option<String>,
    pub link: Option<String>,
}

impl Flash {
    /// Something was done.
    #[must_use]
    pub fn ok(text: impl Into<String>) -> Self {
        Self { kind: "ok", text: text.into(), href: None, link: None }
    }

    /// Something needs attention.
    #[must_use]
    pub fn warn(text: impl Into<String>) -> Self {
        Self { kind: "warn", text: text.into(), href: None, link: None }
    }

    /// Something was refused.
    #[must_use]
    pub fn error(text: impl Into<String>) -> Self {
        Self { kind: "error", text: text.into(), href: None, link: None }
    }
}

/// The step indicator (`parts/steps`), for 3 to 7 steps.
#[derive(Debug, Clone, Serialize)]
pub struct Steps {
    pub total: usize,
    /// 1-based.
    pub now: usize,
    pub label: String,
    pub steps: Vec<Step>,
}

/// One step of [`Steps`].
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    pub n: usize,
    pub label: String,
    pub done: bool,
    pub current: bool,
}

impl Steps {
    /// The steps by name; `now` is 1-based.
    #[must_use]
    pub fn new(labels: &[&str], now: usize) -> Self {
        let steps = labels
            .iter()
            .enumerate()
            .map(|(i, label)| Step {
                n: i + 1,
                label: (*label).to_owned(),
                done: i + 1 < now,
                current: i + 1 == now,
            })
            .collect();
        let label = now.checked_sub(1).and_then(|i| labels.get(i)).copied().unwrap_or_default().to_owned();
        Self { total: labels.len(), now, label, steps }
    }
}
