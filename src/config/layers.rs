//! Putting the layers over each other: what exists, which type it has, where each value came from.
use super::{ConfigError, DEFAULTS, Settings, without_password};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};
use toml::{Table, Value};

/// Secrets, as `(section, key)`: each has a sister `<key>_file` and is redacted wherever settings are shown.
/// `data.key_file` is not read here: the first migration may have to write it.
pub const SECRETS: [(&str, &str); 4] =
    [("data", "key"), ("database", "url"), ("database", "replica_url"), ("mail", "password")];

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    File(PathBuf),
    /// The variable's name.
    Environment(String),
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Environment(name) => f.write_str(name),
        }
    }
}

/// The merged table. Every section is a flat table of the defaults' keys.
pub(super) struct Layers {
    table: Table,
    origins: BTreeMap<(String, String), Origin>,
}

impl Layers {
    pub(super) fn defaults() -> Result<Self, ConfigError> {
        let table = parse(Path::new("config/default.toml"), DEFAULTS)?;
        Ok(Self { table, origins: BTreeMap::new() })
    }

    pub(super) fn add_file(&mut self, path: &Path) -> Result<(), ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|e| ConfigError::Unreadable(path.to_path_buf(), e.to_string()))?;
        let mut unknown = Vec::new();
        for (section, value) in parse(path, &text)? {
            let Value::Table(keys) = value else {
                unknown.push(format!("{section} ({})", path.display()));
                continue;
            };
            for (key, value) in keys {
                if !self.set(&section, &key, value, Origin::File(path.to_path_buf())) {
                    unknown.push(format!("{section}.{key} ({})", path.display()));
                }
            }
        }
        if unknown.is_empty() { Ok(()) } else { Err(ConfigError::Unknown(unknown)) }
    }

    pub(super) fn add_environment(&mut self, environment: &[(String, String)]) -> Result<(), ConfigError> {
        let (mut unknown, mut invalid) = (Vec::new(), Vec::new());
        for (name, text) in environment {
            let Some(rest) = name.strip_prefix("IEUM__") else { continue };
            let (section, key) = rest.split_once("__").unwrap_or((rest, ""));
            let (section, key) = (section.to_lowercase(), key.to_lowercase());
            let Some(old) = self.get(&section, &key) else {
                unknown.push(name.clone());
                continue;
            };
            match read_as(old, text) {
                Ok(value) => drop(self.set(&section, &key, value, Origin::Environment(name.clone()))),
                Err(wanted) => invalid.push(format!("{name}: {wanted}")),
            }
        }
        match (unknown.is_empty(), invalid.is_empty()) {
            (false, _) => Err(ConfigError::Unknown(unknown)),
            (_, false) => Err(ConfigError::Invalid(invalid)),
            _ => Ok(()),
        }
    }

    /// Reads `<key>_file` of each secret into `<key>`; both at once is refused, as one of them would be silently ignored.
    pub(super) fn read_secret_files(&mut self) -> Result<(), ConfigError> {
        for (section, key) in SECRETS {
            let sister = format!("{key}_file");
            let path = self.text(section, &sister);
            if path.is_empty() {
                continue;
            }
            if !self.text(section, key).is_empty() {
                return Err(ConfigError::Invalid(vec![format!(
                    "{section}.{key}, {section}.{sister}: 둘 중 하나만 적어 주세요"
                )]));
            }
            if section == "data" {
                continue;
            }
            let path = PathBuf::from(path);
            let text = std::fs::read_to_string(&path)
                .map_err(|e| ConfigError::Unreadable(path.clone(), e.to_string()))?;
            let value = Value::String(text.trim_end_matches(['\n', '\r']).to_owned());
            self.set(section, key, value, Origin::File(path));
        }
        Ok(())
    }

    /// Values that follow from others when left empty.
    pub(super) fn fill_in(&mut self) {
        let dir = PathBuf::from(self.text("data", "dir"));
        let inside = |name: &str| dir.join(name).display().to_string();
        let following = [
            ("data", "key_file", inside("key")),
            ("database", "url", format!("sqlite://{}", inside("ieum.db"))),
            ("mail", "folder", inside("mail")),
            ("messages", "folder", inside("messages")),
            ("evidence", "folder", inside("evidence")),
            ("backup", "dir", inside("backups")),
            ("server", "base_url", format!("http://{}", self.text("server", "listen"))),
        ];
        for (section, key, value) in following {
            if let Some(slot) = self.slot(section, key).filter(|slot| slot.as_str() == Some("")) {
                *slot = Value::String(value);
            }
        }
    }

    /// The typed settings. A wrong type in a file is told by its key.
    pub(super) fn typed(&self) -> Result<Settings, ConfigError> {
        let mut wrong = Vec::new();
        let defaults = parse(Path::new("config/default.toml"), DEFAULTS)?;
        for ((section, key), origin) in &self.origins {
            // One value over the defaults at a time, so that the message can name the key.
            let mut alone = defaults.clone();
            let value = self.get(section, key).cloned();
            if let (Some(Value::Table(keys)), Some(value)) = (alone.get_mut(section), value) {
                keys.insert(key.clone(), value);
            }
            if let Err(e) = alone.try_into::<Settings>() {
                let why = if is_secret(section, key) {
                    "글자여야 합니다".to_owned()
                } else {
                    e.message().to_owned()
                };
                wrong.push(format!("{section}.{key} ({origin}): {why}"));
            }
        }
        if !wrong.is_empty() {
            return Err(ConfigError::Invalid(wrong));
        }
        let whole = self.table.clone().try_into::<Settings>();
        whole.map_err(|e| ConfigError::Invalid(vec![e.message().to_owned()]))
    }

    /// The table as TOML, secrets redacted, each changed value with its origin behind it.
    pub(super) fn shown(&self) -> String {
        let mut out = String::new();
        for (section, keys) in &self.table {
            let Value::Table(keys) = keys else { continue };
            out.push_str(&format!("[{section}]\n"));
            for (key, value) in keys {
                let text = match value.as_str() {
                    Some(url) if section == "database" && (key == "url" || key == "replica_url") => {
                        format!("{:?}", without_password(url))
                    }
                    Some(text) if is_secret(section, key) && !text.is_empty() => "\"***\"".to_owned(),
                    _ => value.to_string(),
                };
                let origin = self.origins.get(&(section.clone(), key.clone()));
                let origin = origin.map(|o| format!("  # {o}")).unwrap_or_default();
                out.push_str(&format!("{key} = {text}{origin}\n"));
            }
            out.push('\n');
        }
        out
    }

    fn get(&self, section: &str, key: &str) -> Option<&Value> {
        self.table.get(section)?.as_table()?.get(key)
    }
    fn text(&self, section: &str, key: &str) -> &str {
        self.get(section, key).and_then(Value::as_str).unwrap_or_default()
    }
    fn slot(&mut self, section: &str, key: &str) -> Option<&mut Value> {
        self.table.get_mut(section)?.as_table_mut()?.get_mut(key)
    }
    /// Replaces a value that exists; false when there is no such key.
    fn set(&mut self, section: &str, key: &str, value: Value, origin: Origin) -> bool {
        let Some(slot) =
            self.table.get_mut(section).and_then(Value::as_table_mut).and_then(|t| t.get_mut(key))
        else {
            return false;
        };
        *slot = value;
        self.origins.insert((section.to_owned(), key.to_owned()), origin);
        true
    }
}

fn parse(path: &Path, text: &str) -> Result<Table, ConfigError> {
    text.parse::<Table>().map_err(|e| ConfigError::NotToml(path.to_path_buf(), e.to_string()))
}

fn is_secret(section: &str, key: &str) -> bool {
    SECRETS.contains(&(section, key))
}

/// A variable's text in the type of the default it replaces; the error says what is wanted.
fn read_as(old: &Value, text: &str) -> Result<Value, &'static str> {
    match old {
        Value::Boolean(_) => match text {
            "true" | "1" => Ok(Value::Boolean(true)),
            "false" | "0" => Ok(Value::Boolean(false)),
            _ => Err("true 또는 false 로 적어 주세요"),
        },
        Value::Integer(_) => {
            text.trim().parse().map(Value::Integer).map_err(|_not_a_number| "숫자로 적어 주세요")
        }
        Value::Array(_) => {
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            Ok(Value::Array(parts.map(|part| Value::String(part.to_owned())).collect()))
        }
        _ => Ok(Value::String(text.to_owned())),
    }
}
