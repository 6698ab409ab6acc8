//! HTML written by code, for what a page repeats hundreds of times: the rows of a list, the entries of a drop-down.
//!
//! A row of a list costs a template some fifty look-ups; written here it costs a few copies. Only literals go in as they
//! are: whatever came from data is escaped, and only an [`Html`] passes `{{html x}}`.
use super::helpers::refuse;
use handlebars::{Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// How `{{html x}}` knows an [`Html`] among the data: no field of ours bears such a name.
const MARK: &str = "\u{2}html";

/// A piece of a page, safe to show as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Html(String);

impl Html {
    /// An empty piece that will be about `size` bytes.
    #[must_use]
    pub fn with_capacity(size: usize) -> Self {
        Self(String::with_capacity(size))
    }

    /// Adds markup from the source code.
    pub fn tag(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Adds data, escaped for text and for a quoted attribute.
    pub fn text(&mut self, data: &str) -> &mut Self {
        let mut rest = data;
        while let Some((before, escaped, after)) = next_escape(rest) {
            self.0.push_str(before);
            self.0.push_str(escaped);
            rest = after;
        }
        self.0.push_str(rest);
        self
    }

    /// Adds a link's start, ` href="…"` included; an address that is not our own leads nowhere, as `{{url x}}` would refuse it.
    pub fn link(&mut self, class: &'static str, address: &str) -> &mut Self {
        self.tag("<a class=\"").tag(class).tag("\" href=\"");
        self.text(if super::helpers::own_address(address).is_ok() { address } else { "#" }).tag("\">")
    }
}

/// What stands before the first character that has a meaning in HTML, what to write instead of it, and what follows.
fn next_escape(data: &str) -> Option<(&str, &'static str, &str)> {
    let entity = |byte: u8| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        b'\'' => Some("&#x27;"),
        b'`' => Some("&#x60;"),
        b'=' => Some("&#x3D;"),
        _ => None,
    };
    // All of them are single bytes, which stand in no other character's encoding.
    let (at, escaped) = data.bytes().enumerate().find_map(|(at, byte)| Some((at, entity(byte)?)))?;
    let (before, rest) = data.split_at_checked(at)?;
    let (_, after) = rest.split_at_checked(1)?;
    Some((before, escaped, after))
}

impl Serialize for Html {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(MARK, &self.0)?;
        map.end()
    }
}

/// `{{html x}}`.
pub(super) struct Shown;

impl HelperDef for Shown {
    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let value = h.param(0).and_then(|p| p.value().get(MARK)).and_then(serde_json::Value::as_str);
        Ok(out.write(value.ok_or_else(|| refuse("html", "not made by render::html"))?)?)
    }
}
