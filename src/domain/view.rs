//! A saved view: the filter of a page, kept by a person under a name of their own. What it holds may stand in an address, and so is codes and
//! days only: nothing that is searched for, nobody's name.

/// Characters of a name at most.
pub const NAME_MAX: usize = 40;
/// Views that one person keeps at most.
pub const VIEWS_MAX: usize = 30;
/// Characters of a value at most: a code, a day, a number.
const VALUE_MAX: usize = 40;

/// A page whose filter can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    pub key: &'static str,
    pub path: &'static str,
    pub label: &'static str,
    /// What of its address is kept.
    names: &'static [&'static str],
}

/// Every such page.
pub const KINDS: [Kind; 5] = [
    Kind { key: "ward", path: "/ward", label: "구 현황", names: &["from", "to", "basis", "dong", "year"] },
    Kind {
        key: "ward-flow", path: "/ward/flow", label: "구 사건의 흐름", names: &["from", "to", "dong"]
    },
    Kind {
        key: "figures",
        path: "/figures",
        label: "우리 현황",
        names: &["from", "to", "basis", "body", "year"],
    },
    Kind {
        key: "figures-flow",
        path: "/figures/flow",
        label: "우리 사건의 흐름",
        names: &["from", "to", "body"],
    },
    Kind {
        key: "cases",
        path: "/cases",
        label: "사건",
        names: &["open", "stage", "complex", "cause", "due"],
    },
];

impl Kind {
    #[must_use]
    pub fn of(key: &str) -> Option<Self> {
        KINDS.into_iter().find(|kind| kind.key == key)
    }

    /// What of these pairs is kept, as a query in the page's own order: each name once, of values those that are codes, days or numbers.
    #[must_use]
    pub fn query<'a>(self, pairs: impl Fn(&str) -> &'a str) -> String {
        let plain = |value: &str| {
            let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
            !value.is_empty() && value.len() <= VALUE_MAX && value.chars().all(fits)
        };
        let kept = self.names.iter().map(|name| (*name, pairs(name))).filter(|(_, value)| plain(value));
        kept.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
    }

    /// The address of the page with a query kept before.
    #[must_use]
    pub fn address(self, query: &str) -> String {
        if query.is_empty() { self.path.to_owned() } else { format!("{}?{query}", self.path) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_days_are_kept_and_nothing_else() {
        let ward = Kind::of("ward").unwrap();
        let said = |name: &str| match name {
            "from" => "2026-01-01",
            "basis" => "cohort",
            "dong" => "김영희",
            "to" => "2026-02-01&found=x",
            _ => "",
        };
        assert_eq!(ward.query(said), "from=2026-01-01&basis=cohort");
        assert_eq!(ward.address(""), "/ward");
        let cases = Kind::of("cases").unwrap();
        assert_eq!(cases.query(|name| if name == "found" { "key" } else { "" }), "");
        assert_eq!(Kind::of("admin"), None);
    }
}
