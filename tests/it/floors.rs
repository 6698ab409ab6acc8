//! The house's floors: each module names only what lies below it, and each outside crate has one home.
//!
//! The sources are read as text with comments and strings taken out, so that grouped imports, paths inside functions and
//! macros all count.
use std::{collections::BTreeSet, fs, path::Path};

/// Every module of the crate and the modules it may name (itself and `macro!`s at the crate's root aside).
const FLOORS: [(&str, &[&str]); 15] = [
    ("domain", &[]),
    ("config", &[]),
    ("store", &["domain", "config"]),
    ("mail", &["domain", "config", "render"]),
    ("render", &["domain", "config"]),
    ("exchange", &["domain", "config"]),
    ("documents", &["domain", "config"]),
    ("casework", &["domain", "config", "store", "mail", "render", "exchange", "documents"]),
    ("web", &["domain", "config", "store", "mail", "render", "exchange", "documents", "casework"]),
    ("jobs", &["domain", "config", "store", "mail", "render", "exchange", "documents", "casework"]),
    ("backup", &["domain", "config", "store"]),
    ("app", ALL),
    ("cli", ALL),
    ("main", ALL),
    ("lib", ALL),
];
const ALL: &[&str] = &[
    "domain",
    "config",
    "store",
    "mail",
    "render",
    "exchange",
    "documents",
    "casework",
    "web",
    "jobs",
    "backup",
    "app",
    "cli",
];

/// Outside crates that live in named modules only.
const HOMES: [(&str, &[&str]); 12] = [
    ("diesel", &["store"]),
    ("diesel_migrations", &["store"]),
    ("libsqlite3_sys", &["store"]),
    ("pq_sys", &["store"]),
    ("lettre", &["mail"]),
    ("handlebars", &["render"]),
    ("rust_xlsxwriter", &["exchange"]),
    ("actix_web", &["web", "app"]),
    ("actix_multipart", &["web"]),
    ("clap", &["cli"]),
    ("krilla", &["documents"]),
    ("zip", &["documents"]),
];

/// Functions that only named files may call: a case's step is saved in one place, its first one in the filing (invariant
/// 3), and time has one source.
const CALLERS: [(&str, &[&str]); 2] = [
    ("save_step", &["src/casework/step.rs", "src/casework/file.rs", "src/store/"]),
    ("Utc::now", &["src/app.rs", "src/app/"]),
];

struct Source {
    path: String,
    module: String,
    /// How many modules deep the file is: `store/cases.rs` 2, `store/mod.rs` and `store.rs` 1.
    depth: usize,
    code: String,
}

fn sources() -> Vec<Source> {
    fn walk(dir: &Path, out: &mut Vec<Source>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let root = Path::new(env!("CARGO_MANIFEST_DIR"));
                let relative = path.strip_prefix(root.join("src")).unwrap();
                let mut parts: Vec<_> =
                    relative.iter().map(|p| p.to_str().unwrap().trim_end_matches(".rs")).collect();
                if parts.last() == Some(&"mod") {
                    parts.pop();
                }
                out.push(Source {
                    path: format!("src/{}", relative.display()),
                    module: parts[0].to_owned(),
                    depth: parts.len(),
                    code: code_only(&fs::read_to_string(&path).unwrap()),
                });
            }
        }
    }
    let mut out = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut out);
    assert!(out.len() > 5, "the walk finds the sources");
    out
}

/// The text without comments and without what strings hold; line breaks stay.
fn code_only(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let hashes = rest.strip_prefix('r').map_or(0, |r| r.len() - r.trim_start_matches('#').len());
        let end = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |i| i + 2)
        } else if c == '"' {
            1 + string_end(&rest[1..])
        } else if rest.starts_with("r\"") || (hashes > 0 && rest[1 + hashes..].starts_with('"')) {
            let close = format!("\"{}", "#".repeat(hashes));
            let start = 2 + hashes;
            rest[start..].find(&close).map_or(rest.len(), |i| start + i + close.len())
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\") {
            3.min(rest.len())
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        };
        out.extend(rest[..end].chars().filter(|c| *c == '\n'));
        out.push(' ');
        rest = &rest[end..];
    }
    out
}

/// Length up to and with the closing quote.
fn string_end(rest: &str) -> usize {
    let mut escaped = false;
    for (i, c) in rest.char_indices() {
        match c {
            '\\' if !escaped => escaped = true,
            '"' if !escaped => return i + 1,
            _ => escaped = false,
        }
    }
    rest.len()
}

fn first_word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

/// The names directly below a path: `a::b` gives `a`; `{a, b::{c, d}}` gives `a` and `b`.
fn heads(after: &str) -> Vec<&str> {
    let after = after.trim_start();
    let Some(group) = after.strip_prefix('{') else { return vec![first_word(after)] };
    let (mut depth, mut names, mut expect_name) = (0, Vec::new(), true);
    for (i, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => expect_name = true,
            c if expect_name && depth == 0 && !c.is_whitespace() => {
                names.push(first_word(&group[i..]));
                expect_name = false;
            }
            _ => {}
        }
    }
    names
}

/// Places where `name` stands as a whole word, with the line number and the text behind it.
fn words<'a>(code: &'a str, name: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
    code.match_indices(name).filter_map(move |(i, _)| {
        let before = code[..i].chars().next_back();
        let after = &code[i + name.len()..];
        let whole = !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
            && !after.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        whole.then(|| (1 + code[..i].matches('\n').count(), after))
    })
}

#[test]
fn no_module_looks_up() {
    let mut wrong = Vec::new();
    for source in sources() {
        let allowed = FLOORS.iter().find(|(module, _)| *module == source.module);
        let Some((_, allowed)) = allowed else {
            wrong.push(format!("{}: the module {} has no floor", source.path, source.module));
            continue;
        };
        let climb = "super::".repeat(source.depth);
        for start in ["crate::", climb.as_str()] {
            for (line, after) in words(&source.code, start.trim_end_matches(':')) {
                for named in heads(after.trim_start_matches("::")) {
                    let module = ALL.contains(&named);
                    if module && named != source.module && !allowed.contains(&named) {
                        wrong.push(format!("{}:{line} {} looks up to {named}", source.path, source.module));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn outside_crates_live_in_their_homes() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (outside, homes) in HOMES {
            if homes.contains(&source.module.as_str()) {
                continue;
            }
            for (line, after) in words(&source.code, outside) {
                if after.starts_with("::") || after.starts_with(';') {
                    wrong.push(format!("{}:{line} {outside} outside {}", source.path, homes.join(", ")));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_domain_names_only_chrono_and_serde() {
    let manifest: toml::Table = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .unwrap()
        .parse()
        .unwrap();
    let outside: BTreeSet<String> =
        manifest["dependencies"].as_table().unwrap().keys().map(|name| name.replace('-', "_")).collect();
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| source.module == "domain") {
        for name in outside.iter().filter(|name| !["chrono", "serde"].contains(&name.as_str())) {
            for (line, after) in words(&source.code, name) {
                if after.starts_with("::") {
                    wrong.push(format!("{}:{line} the domain names {name}", source.path));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn guarded_functions_have_their_callers() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (name, callers) in CALLERS {
            let permitted = callers.iter().any(|caller| source.path.starts_with(caller));
            for (line, _) in words(&source.code, name).filter(|_| !permitted) {
                wrong.push(format!("{}:{line} {name} outside {}", source.path, callers.join(", ")));
            }
        }
        for (line, after) in words(&source.code, "allow") {
            if after.starts_with('(') {
                wrong.push(format!("{}:{line} #[allow]: write #[expect(…, reason = …)]", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The reader of sources itself: what it must see and what it must overlook.
#[test]
fn the_reader_sees_grouped_imports_and_overlooks_words() {
    assert_eq!(heads("{domain::{ids, codes}, web, store::Db}; crate::x"), ["domain", "web", "store"]);
    assert_eq!(heads("casework::take_step(tx)"), ["casework"]);
    let code = code_only(
        "// crate::web\nlet a = \"crate::\\\"web\"; let b = r#\"crate::web\"#; /* crate::web */ crate::store",
    );
    assert_eq!(words(&code, "crate").count(), 1, "{code}");
    assert_eq!(words("my_diesel::x diesel::y diesel_z", "diesel").count(), 1);
}
