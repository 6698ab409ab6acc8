//! Form fields as data: one description serves the page, the error summary and the parser's names.

use super::typed::Typed;
use crate::render::html::Html;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// One thing to choose in a select, a radio group or a group of checkboxes.
#[derive(Debug, Clone, Serialize)]
pub struct Choice {
    /// Unique on the page; labels and error links point at it.
    pub id: String,
    pub value: String,
    pub label: String,
    /// A sentence under the label (radio and checks only).
    pub help: Option<String>,
    pub checked: bool,
    /// An entry of a drop-down list.
    #[serde(skip)]
    pub menu: bool,
}

/// Drop-down lists have many entries: they are written here, the choices that are laid out by the template.
fn choices<S: Serializer>(choices: &[Choice], serializer: S) -> Result<S::Ok, S::Error> {
    if choices.is_empty() || choices.iter().any(|c| !c.menu) {
        return choices.serialize(serializer);
    }
    let mut html = Html::with_capacity(choices.len() * 64);
    for choice in choices {
        html.tag("<option value=\"").text(&choice.value).tag("\"");
        html.tag(if choice.checked { " selected>" } else { ">" }).text(&choice.label).tag("</option>");
    }
    html.serialize(serializer)
}

/// One field of a form, as `parts/field` shows it. Build it by kind, then add to it: `Field::tel("phone", "휴대전화").help("…")`.
#[derive(Debug, Clone, Serialize)]
pub struct Field {
    /// What `parts/field` draws: text, tel, email, password, date, time, datetime, number, file, textarea, select, radio,
    /// checks (a group of checkboxes), checkbox (one), hidden.
    pub kind: &'static str,
    pub name: String,
    pub id: String,
    pub label: String,
    pub help: Option<String>,
    pub error: Option<String>,
    /// Says "(선택)" beside the label; all other fields are needed.
    pub optional: bool,
    /// The legend is the page's question.
    pub big: bool,
    /// How choices lie: empty (one per line), `two` or `grid`.
    pub layout: &'static str,
    #[serde(serialize_with = "choices")]
    pub options: Vec<Choice>,
    /// Of a single checkbox.
    pub checked: bool,
    pub value: String,
    /// Of a moment that has passed: its time, to the minute.
    pub time: String,
    pub rows: u8,
    /// `w-xs`, `w-s`, `w-m`, `w-l` or empty for the whole width: the width tells how much is expected.
    pub width: &'static str,
    pub maxlength: Option<u32>,
    pub inputmode: Option<&'static str>,
    pub autocomplete: Option<&'static str>,
}

impl Field {
    fn new(kind: &'static str, name: &str, label: &str) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            id: name.to_owned(),
            label: label.to_owned(),
            help: None,
            error: None,
            optional: false,
            big: false,
            layout: "",
            options: Vec::new(),
            checked: false,
            value: String::new(),
            time: String::new(),
            rows: 5,
            width: "",
            maxlength: None,
            inputmode: None,
            autocomplete: None,
        }
    }

    /// One line of text.
    #[must_use]
    pub fn text(name: &str, label: &str) -> Self {
        Self::new("text", name, label)
    }

    /// A telephone number in one field; the keyboard shows digits.
    #[must_use]
    pub fn tel(name: &str, label: &str) -> Self {
        let mut field = Self::new("tel", name, label).width("w-m");
        (field.inputmode, field.autocomplete) = (Some("tel"), Some("tel"));
        field
    }

    /// An e-mail address.
    #[must_use]
    pub fn email(name: &str, label: &str) -> Self {
        let mut field = Self::new("email", name, label).width("w-l");
        (field.inputmode, field.autocomplete) = (Some("email"), Some("email"));
        field
    }

    /// A password; it is never sent back to the page. `autocomplete` is `current-password` or `new-password`.
    #[must_use]
    pub fn password(name: &str, label: &str, autocomplete: &'static str) -> Self {
        let mut field = Self::new("password", name, label).width("w-l");
        field.autocomplete = Some(autocomplete);
        field
    }

    /// A whole number, typed (no spinner).
    #[must_use]
    pub fn number(name: &str, label: &str) -> Self {
        let mut field = Self::new("text", name, label).width("w-xs");
        field.inputmode = Some("numeric");
        field
    }

    /// A day (`YYYY-MM-DD`) by the browser's own picker.
    #[must_use]
    pub fn date(name: &str, label: &str) -> Self {
        Self::new("date", name, label).width("w-m")
    }

    /// A time of day in steps of 30 minutes, Korean time; empty first.
    #[must_use]
    pub fn time(name: &str, label: &str) -> Self {
        let field = Self::new("time", name, label).width("w-s");
        let times = half_hours();
        field.choices(std::iter::once(("", "고르기")).chain(times.iter().map(|t| (t.as_str(), t.as_str()))))
    }

    /// A day and a time of day; sent as `{name}_date` and `{name}_time`.
    #[must_use]
    pub fn datetime(name: &str, label: &str) -> Self {
        let times = half_hours();
        let field = Self::new("datetime", name, label);
        field.choices(std::iter::once(("", "고르기")).chain(times.iter().map(|t| (t.as_str(), t.as_str()))))
    }

    /// When something was: a day and a time of day to the minute, by the browser's own picker; sent as `datetime` is.
    #[must_use]
    pub fn past(name: &str, label: &str) -> Self {
        Self::new("past", name, label)
    }

    /// Several lines of text with a limit in characters.
    #[must_use]
    pub fn area(name: &str, label: &str, maxlength: u32) -> Self {
        let mut field = Self::new("textarea", name, label);
        field.maxlength = Some(maxlength);
        field
    }

    /// A drop-down list; give it `choices`.
    #[must_use]
    pub fn select(name: &str, label: &str) -> Self {
        Self::new("select", name, label).width("w-l")
    }

    /// One of a few; give it `choices`.
    #[must_use]
    pub fn radio(name: &str, label: &str) -> Self {
        Self::new("radio", name, label)
    }

    /// Any of a few; give it `choices`.
    #[must_use]
    pub fn checks(name: &str, label: &str) -> Self {
        Self::new("checks", name, label)
    }

    /// One box to tick; it sends `yes`.
    #[must_use]
    pub fn checkbox(name: &str, label: &str) -> Self {
        Self::new("checkbox", name, label)
    }

    /// A file to upload; the form needs `enctype="multipart/form-data"`.
    #[must_use]
    pub fn file(name: &str, label: &str) -> Self {
        Self::new("file", name, label)
    }

    /// A value that travels with the form.
    #[must_use]
    pub fn hidden(name: &str, value: &str) -> Self {
        Self::new("hidden", name, "").value(value)
    }

    /// The choices as (value, label).
    #[must_use]
    pub fn choices<'c>(mut self, choices: impl IntoIterator<Item = (&'c str, &'c str)>) -> Self {
        for (value, label) in choices {
            self = self.choice(value, label, None);
        }
        self
    }

    /// One more choice, with a sentence under it.
    #[must_use]
    pub fn choice(mut self, value: &str, label: &str, help: Option<&str>) -> Self {
        // The first choice bears the field's own id, so that an error link and a label land on it. Selects keep theirs.
        let id = if self.options.is_empty() && matches!(self.kind, "radio" | "checks") {
            self.id.clone()
        } else {
            format!("{}-{}", self.id, if value.is_empty() { "none" } else { value })
        };
        self.options.push(Choice {
            id,
            value: value.to_owned(),
            label: label.to_owned(),
            help: help.map(str::to_owned),
            checked: false,
            menu: matches!(self.kind, "select" | "time" | "datetime"),
        });
        self
    }

    /// A sentence under the label.
    #[must_use]
    pub fn help(mut self, help: &str) -> Self {
        self.help = Some(help.to_owned());
        self
    }

    /// Marks the field as one that may stay empty.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// The legend is the page's question.
    #[must_use]
    pub fn big(mut self) -> Self {
        self.big = true;
        self
    }

    #[must_use]
    pub fn width(mut self, width: &'static str) -> Self {
        self.width = width;
        self
    }

    #[must_use]
    pub fn layout(mut self, layout: &'static str) -> Self {
        self.layout = layout;
        self
    }

    #[must_use]
    pub fn rows(mut self, rows: u8) -> Self {
        self.rows = rows;
        self
    }

    #[must_use]
    pub fn max(mut self, maxlength: u32) -> Self {
        self.maxlength = Some(maxlength);
        self
    }

    #[must_use]
    pub fn autocomplete(mut self, autocomplete: &'static str) -> Self {
        self.autocomplete = Some(autocomplete);
        self
    }

    #[must_use]
    pub fn inputmode(mut self, inputmode: &'static str) -> Self {
        self.inputmode = Some(inputmode);
        self
    }

    /// The value shown, or the choice taken.
    #[must_use]
    pub fn value(mut self, value: &str) -> Self {
        self.take(std::iter::once(value));
        self
    }

    /// Shows what was typed or chosen before.
    #[must_use]
    pub fn typed(mut self, typed: &Typed) -> Self {
        match self.kind {
            "checkbox" => self.checked = typed.ticked(&self.name),
            "datetime" | "past" => {
                typed.get(&format!("{}_date", self.name)).clone_into(&mut self.value);
                typed.get(&format!("{}_time", self.name)).clone_into(&mut self.time);
                for option in &mut self.options {
                    option.checked = option.value == self.time;
                }
            }
            "password" | "file" => {}
            _ => {
                let name = self.name.clone();
                let values: Vec<&str> = typed.all(&name).collect();
                self.take(values.into_iter());
            }
        }
        self
    }

    fn take<'v>(&mut self, values: impl Iterator<Item = &'v str>) {
        let values: Vec<&str> = values.collect();
        self.value = values.first().copied().unwrap_or("").to_owned();
        for option in &mut self.options {
            option.checked = values.contains(&option.value.as_str());
        }
        if self.kind == "checkbox" {
            self.checked = self.value == "yes";
        }
    }
}

/// `00:00`, `00:30` … `23:30`.
fn half_hours() -> Vec<String> {
    (0..48).map(|half| format!("{:02}:{:02}", half / 2, half % 2 * 30)).collect()
}

/// What is wrong with a form: sentences by field name, each saying what to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Errors {
    by_name: Vec<(String, String)>,
}

impl Errors {
    /// Notes a sentence for the field `name`; the first one of a field stays. An empty name means the whole form.
    pub fn add(&mut self, name: &str, sentence: &str) {
        if self.of(name).is_none() {
            self.by_name.push((name.to_owned(), sentence.to_owned()));
        }
    }

    /// The sentence for `name`.
    #[must_use]
    pub fn of(&self, name: &str) -> Option<&str> {
        self.by_name.iter().find(|(n, _)| n == name).map(|(_, s)| s.as_str())
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// The (field name, sentence) pairs in the order noted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.by_name.iter().map(|(n, s)| (n.as_str(), s.as_str()))
    }
}

/// One line of the error summary.
#[derive(Debug, Clone, Serialize)]
pub struct ErrorLine {
    /// `#id` of the field; none for an error of the whole form.
    pub href: Option<String>,
    pub text: String,
}

/// A form as a page shows it: `{{> parts/error_summary form}}` and `{{> parts/field form.fields.phone}}`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Form {
    /// Lines of the error summary in the order of the fields.
    pub errors: Vec<ErrorLine>,
    pub fields: BTreeMap<String, Field>,
    /// What was typed, was not taken, and has no field on this page any more.
    pub kept: Vec<String>,
}

impl Form {
    /// Puts the fields together with what was typed and what is wrong with it.
    #[must_use]
    pub fn new(fields: impl IntoIterator<Item = Field>, typed: &Typed, errors: &Errors) -> Self {
        Self::filled(fields.into_iter().map(|field| field.typed(typed)), errors)
    }

    /// As [`Form::new`], with the fields' own values.
    #[must_use]
    pub fn filled(fields: impl IntoIterator<Item = Field>, errors: &Errors) -> Self {
        let mut form = Self::default();
        if let Some(sentence) = errors.of("") {
            form.errors.push(ErrorLine { href: None, text: sentence.to_owned() });
        }
        for mut field in fields {
            field.error = errors.of(&field.name).map(str::to_owned);
            if let Some(text) = &field.error {
                form.errors.push(ErrorLine { href: Some(format!("#{}", field.id)), text: text.clone() });
            }
            form.fields.insert(field.name.clone(), field);
        }
        form.rest(errors);
        form
    }

    /// Keeps in sight what was typed in fields that this page no longer draws, where it was not taken.
    pub fn keep(&mut self, typed: &Typed, names: &[&str]) {
        if self.errors.is_empty() {
            return;
        }
        let typed = names.iter().map(|name| typed.get(name).trim()).filter(|text| !text.is_empty());
        self.kept.extend(typed.map(str::to_owned));
    }

    /// Errors whose field is not on the page are still said.
    fn rest(&mut self, errors: &Errors) {
        for (name, sentence) in errors.iter() {
            if !name.is_empty() && !self.fields.contains_key(name) {
                self.errors.push(ErrorLine { href: None, text: sentence.to_owned() });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_shown_again() {
        let typed = Typed::from_body(b"a=1&when=x&when=z&at_date=2026-11-28&at_time=14:00&ok=yes");
        let when = Field::checks("when", "").choices([("x", ""), ("y", ""), ("z", "")]).typed(&typed);
        assert_eq!(when.options.iter().map(|o| o.checked).collect::<Vec<_>>(), [true, false, true]);
        let at = Field::datetime("at", "").typed(&typed);
        assert_eq!(at.value, "2026-11-28");
        assert_eq!(at.options.iter().find(|o| o.checked).map(|o| o.value.as_str()), Some("14:00"));
        assert!(Field::checkbox("ok", "").typed(&typed).checked);
        assert_eq!(Field::text("a", "").typed(&typed).value, "1");
        assert_eq!(Field::password("a", "", "current-password").typed(&typed).value, "");
    }

    #[test]
    fn the_summary_follows_the_fields_and_points_at_what_can_be_focused() {
        let mut errors = Errors::default();
        errors.add("b", "둘째");
        errors.add("a", "첫째");
        errors.add("a", "덮지 않음");
        errors.add("", "모두");
        errors.add("gone", "없는 칸");
        let form = Form::new(
            [Field::text("a", "A"), Field::radio("b", "B").choices([("x", "X")])],
            &Typed::default(),
            &errors,
        );
        let lines: Vec<_> = form.errors.iter().map(|l| (l.href.as_deref(), l.text.as_str())).collect();
        assert_eq!(lines, [(None, "모두"), (Some("#a"), "첫째"), (Some("#b"), "둘째"), (None, "없는 칸")]);
        assert_eq!(form.fields["b"].options[0].id, "b");
    }
}
