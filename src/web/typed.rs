//! What a person typed into a form, before anything is made of it.

use unicode_normalization::UnicodeNormalization;

/// The name/value pairs of a form as they came, in order: trimmed, NFC (macOS and iOS send decomposed Hangul), line
/// ends as `\n`, other control characters dropped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    pairs: Vec<(String, String)>,
}

impl Typed {
    /// From decoded pairs.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { pairs: pairs.into_iter().map(|(name, value)| (name, clean(&value))).collect() }
    }

    /// From a body of `application/x-www-form-urlencoded`; a body that is none gives no pairs.
    #[must_use]
    pub fn from_body(body: &[u8]) -> Self {
        Self::from_pairs(serde_urlencoded::from_bytes::<Vec<(String, String)>>(body).unwrap_or_default())
    }

    /// The first value of `name`, or the empty text.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.pairs.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// Every value of `name`, as checkbox groups send them.
    pub fn all<'t>(&'t self, name: &'t str) -> impl Iterator<Item = &'t str> {
        self.pairs.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The value of `name` unless it is empty.
    #[must_use]
    pub fn some(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|value| !value.is_empty())
    }

    /// Whether the single checkbox `name` was ticked.
    #[must_use]
    pub fn ticked(&self, name: &str) -> bool {
        self.get(name) == "yes"
    }

    /// All pairs, for keeping a draft.
    #[must_use]
    pub fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// Takes over every name of `newer`, dropping what `names` had before: unticked boxes send nothing at all.
    pub fn replace(&mut self, names: &[&str], newer: &Self) {
        self.pairs.retain(|(n, _)| !names.contains(&n.as_str()));
        self.pairs.extend(newer.pairs.iter().filter(|(n, _)| names.contains(&n.as_str())).cloned());
    }
}

fn clean(value: &str) -> String {
    let lines = value.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String = lines.nfc().filter(|c| *c == '\n' || *c == '\t' || !c.is_control()).collect();
    kept.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_cleaned_but_kept() {
        let typed = Typed::from_body(
            "a=+%EA%B9%80%0D%0A%EC%98%81%00+&when=21&when=22&ok=yes&nfd=%E1%84%80%E1%85%A1".as_bytes(),
        );
        assert_eq!(typed.get("a"), "김\n영");
        assert_eq!(typed.all("when").collect::<Vec<_>>(), ["21", "22"]);
        assert!(typed.ticked("ok") && !typed.ticked("a"));
        assert_eq!(typed.get("nfd"), "가");
        assert_eq!(typed.some("none"), None);
    }

    #[test]
    fn an_unticked_box_is_forgotten_by_the_draft() {
        let mut draft = Typed::from_body(b"ok=yes&name=a");
        draft.replace(&["ok"], &Typed::from_body(b"other=1"));
        assert!(!draft.ticked("ok"));
        assert_eq!(draft.get("name"), "a");
        assert_eq!(draft.get("other"), "");
    }
}
