//! A saved view: the filter of a page, kept by a person under a name of their own. What it holds may stand in an address, and so is codes,
//! days and numbers of rows only: nothing that is searched for, nobody's name or telephone.
use chrono::NaiveDate;

/// Characters of a name at most.
pub const NAME_MAX: usize = 40;
/// Views that one person keeps at most.
pub const VIEWS_MAX: usize = 30;
/// Characters of a code at most, digits of a row's number, and of a 행정동's code.
const CODE_MAX: usize = 24;
const NUMBER_MAX: usize = 9;
const DONG: usize = 10;

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
        let kept =
            self.names.iter().map(|name| (*name, pairs(name))).filter(|(name, value)| fits(name, value));
        kept.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
    }

    /// The address of the page with a query kept before.
    #[must_use]
    pub fn address(self, query: &str) -> String {
        if query.is_empty() { self.path.to_owned() } else { format!("{}?{query}", self.path) }
    }
}

/// Whether the value is what stands under this name in an address: a day, a number or a code of lower-case letters.
fn fits(name: &str, value: &str) -> bool {
    let all = |is: fn(char) -> bool| !value.is_empty() && value.chars().all(is);
    let digits = all(|c| c.is_ascii_digit());
    match name {
        "from" | "to" => NaiveDate::parse_from_str(value, "%Y-%m-%d").is_ok(),
        "dong" => digits && value.len() == DONG,
        "body" | "complex" => digits && value.len() <= NUMBER_MAX,
        _ => all(|c| c.is_ascii_lowercase() || c == '_') && value.len() <= CODE_MAX,
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
        for (name, value) in [
            ("complex", "010-1234-5678"),
            ("complex", "01012345678"),
            ("due", "Kim-Minsu"),
            ("due", "김영희"),
        ] {
            assert_eq!(cases.query(|asked| if asked == name { value } else { "" }), "", "{value}");
        }
        assert_eq!(cases.query(|asked| if asked == "complex" { "12" } else { "" }), "complex=12");
        assert_eq!(Kind::of("admin"), None);
    }
}
