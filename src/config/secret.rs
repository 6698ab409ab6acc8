//! A value that must not reach a log, an error message or a page.
use std::fmt;

/// A secret: its `Debug` is redacted and it has no `Display`; only [`Secret::expose`] gives it out.
#[derive(Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }
    /// The plain value. Name it only where it is used up: a connection, a login, a cipher.
    pub fn expose(&self) -> &str {
        &self.0
    }
    /// Whether nothing was configured.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_empty() { "Secret(없음)" } else { "Secret(가림)" })
    }
}

/// A URL with the password between `user:` and `@` replaced by `***`; other text is returned as it is.
pub fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let Some((login, host)) = authority.rsplit_once('@') else { return url.to_owned() };
    let user = login.split(':').next().unwrap_or_default();
    format!("{scheme}://{user}:***@{host}/{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_and_urls_hide_the_secret() {
        assert_eq!(format!("{:?}", Secret::new("p@ss")), "Secret(가림)");
        assert_eq!(without_password("postgres://ieum:p@ss@db:5432/ieum"), "postgres://ieum:***@db:5432/ieum");
        assert_eq!(without_password("sqlite://a/b.db"), "sqlite://a/b.db");
    }
}
