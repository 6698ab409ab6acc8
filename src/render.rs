//! FLOOR 1: the only handlebars. Pages and mails are rendered from `templates/`, which the binary carries within.
//!
//! Templates are named by their path without `.hbs`: `pages/cases/list`, `parts/field`, `mail/offer/body.txt`.
//! Names that end in `.txt` are plain text and escape nothing; all others escape HTML. How to write one is told
//! in `templates/README.md`.

mod helpers;
pub mod html;
pub mod korean;
#[cfg(test)]
mod lint;
mod parts;

use std::borrow::Cow;

use handlebars::{Handlebars, TemplateError};
use rust_embed::RustEmbed;
use serde::Serialize;

/// Everything under `templates/`: read from disk in debug builds, carried in the binary in release builds.
#[derive(RustEmbed)]
#[folder = "templates/"]
struct Embedded;

/// Why a template could not be loaded or rendered. The text names the template and line, never the data.
#[derive(Debug)]
pub enum RenderError {
    /// A file under `templates/` is no UTF-8 or no Handlebars: (template name, what is wrong).
    Load(String, String),
    /// The data lacks a name that the template uses, or a helper refused a value.
    Render(Box<handlebars::RenderError>),
}

impl std::fmt::Display for RenderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Load(name, why) => write!(f, "template {name} cannot be loaded: {why}"),
            Self::Render(why) => write!(f, "{why}"),
        }
    }
}

impl std::error::Error for RenderError {}

/// All templates, parsed once at start and shared by every request and mail.
pub struct Renderer {
    html: Handlebars<'static>,
    text: Handlebars<'static>,
}

impl Renderer {
    /// Parses every embedded template.
    ///
    /// # Errors
    /// [`RenderError::Load`] names the first file that is not a valid template.
    pub fn new() -> Result<Self, RenderError> {
        let mut html = engine();
        let mut text = engine();
        text.register_escape_fn(handlebars::no_escape);
        for path in Embedded::iter() {
            let Some(name) = path.strip_suffix(".hbs") else { continue };
            let fail = |why: String| RenderError::Load(name.to_owned(), why);
            let bytes = Embedded::get(&path).ok_or_else(|| fail("it is gone".to_owned()))?.data;
            let source = std::str::from_utf8(&bytes).map_err(|e| fail(e.to_string()))?;
            let added = if name.ends_with(".txt") {
                text.register_template_string(name, source)
            } else {
                add(&mut html, name, source)
            };
            added.map_err(|e| fail(e.to_string()))?;
        }
        Ok(Self { html, text })
    }

    /// Renders the template `name` with `data`; the result is a whole page, part or mail text.
    ///
    /// # Errors
    /// [`RenderError::Render`] when there is no such template, when `data` lacks a name that it uses
    /// (`{{x}}`, `{{#if x}}` and `{{#each x}}` alike), or when a helper refuses a value.
    pub fn render(&self, name: &str, data: &impl Serialize) -> Result<String, RenderError> {
        let home = if name.ends_with(".txt") { &self.text } else { &self.html };
        home.render(name, data).map_err(|e| RenderError::Render(Box::new(e)))
    }

    /// The names of all templates, sorted.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<_> = self
            .html
            .get_templates()
            .keys()
            .chain(self.text.get_templates().keys())
            .map(String::as_str)
            .collect();
        names.sort_unstable();
        names
    }
}

/// A static file (style sheet, script, font, icon) from `templates/static/`.
pub struct Asset {
    /// The file's bytes; borrowed from the binary in release builds.
    pub bytes: Cow<'static, [u8]>,
    /// SHA-256 of the bytes, for the `ETag` and for cache-busting URLs.
    pub sha256: [u8; 32],
}

/// The static file at `path` below `templates/static/` (`app.css`), if there is one.
#[must_use]
pub fn asset(path: &str) -> Option<Asset> {
    if path.split('/').any(|part| part.is_empty() || part.starts_with('.')) {
        return None;
    }
    let file = Embedded::get(&format!("static/{path}"))?;
    Some(Asset { sha256: file.metadata.sha256_hash(), bytes: file.data })
}

/// Changes whenever a style sheet, script or font changes: eight hexadecimal digits, part of their addresses.
#[must_use]
pub fn assets_version() -> String {
    let sum = Embedded::iter()
        .filter(|path| path.starts_with("static/"))
        .filter_map(|path| Embedded::get(&path))
        .map(|file| file.metadata.sha256_hash())
        .fold([0u8; 4], |mut sum, hash| {
            for (s, h) in sum.iter_mut().zip(hash) {
                *s = s.rotate_left(1) ^ h;
            }
            sum
        });
    sum.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Adds an HTML template.
fn add(html: &mut Handlebars<'static>, name: &str, source: &str) -> Result<(), TemplateError> {
    html.register_template_string(name, parts::rewritten(source))
}

/// Strict, so that a missing name is an error and not a hole in a page. Partials keep no indent: an indented
/// `{{> part}}` would otherwise put spaces into the lines of a `<textarea>`.
fn engine() -> Handlebars<'static> {
    let mut engine = Handlebars::new();
    engine.set_strict_mode(true);
    engine.set_prevent_indent(true);
    helpers::register(&mut engine);
    parts::register(&mut engine);
    engine
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn try_html(template: &str, data: &serde_json::Value) -> Result<String, RenderError> {
        let mut renderer = Renderer::new().unwrap();
        let mut add = |name: &str, source: &str| super::add(&mut renderer.html, name, source).unwrap();
        add(
            "test/layout",
            "<title>{{title}}</title><main>{{#if site}}{{> @partial-block}}{{/if}}</main>{{site}}",
        );
        add("test/field", "<label>{{label}}{{#given hint}}({{hint}}){{/given}}</label>");
        add("test/rows", "{{#each rows}}{{> test/row this}}{{/each}}");
        add("test/row", "<li>{{name}}{{#each tags}}{{#unless @first}},{{/unless}}{{this}}{{/each}}</li>");
        add("test/page", template);
        renderer.render("test/page", data)
    }

    fn html(template: &str, data: &serde_json::Value) -> String {
        try_html(template, data).unwrap()
    }

    #[test]
    fn every_template_parses() {
        assert!(Renderer::new().is_ok());
    }

    #[test]
    fn a_layout_takes_the_page_and_its_data() {
        let page = "{{#> test/layout}}<p>{{name}}</p>{{/test/layout}}";
        let shown = html(page, &json!({"name": "<사건>", "title": "오류", "site": "이음"}));
        assert_eq!(shown, "<title>오류</title><main><p>&lt;사건&gt;</p></main>이음");
        assert!(
            try_html(page, &json!({"name": "x", "site": "x"})).is_err(),
            "the layout's own names are strict too"
        );
        assert!(try_html(page, &json!({"title": "x", "site": "x"})).is_err(), "and the page's within it");
    }

    #[test]
    fn a_part_reads_its_names_from_what_it_is_given() {
        let data = json!({"list": {"rows": [{"name": "가", "tags": [1, 2]}, {"name": "나", "tags": []}]}, "site": "!", "list2": null});
        assert_eq!(html("{{> test/rows list}}", &data), "<li>가1,2</li><li>나</li>");
        assert_eq!(html("{{#each list.rows}}{{> test/row}}{{/each}}", &data), "<li>가1,2</li><li>나</li>");
        assert!(try_html("{{> test/rows gone}}", &data).is_err());
        assert!(try_html("{{> test/gone list}}", &data).is_err());
        assert!(try_html("{{> test/rows list2}}", &data).is_err());
    }

    #[test]
    fn a_missing_name_is_an_error_wherever_it_is_used() {
        for template in [
            "{{gone}}",
            "{{#if gone}}x{{/if}}",
            "{{#unless gone}}x{{/unless}}",
            "{{#each gone}}x{{/each}}",
            "{{#if (eq gone 1)}}x{{/if}}",
            "{{#if (and gone true)}}x{{/if}}",
            "{{#if (not gone)}}x{{/if}}",
            "{{date gone}}",
            "{{url gone}}",
            "{{#if here.gone}}x{{/if}}",
            "{{josa gone \"은/는\"}}",
            "{{#if (or gone gone)}}x{{/if}}",
        ] {
            assert!(try_html(template, &json!({"here": {}})).is_err(), "{template}");
        }
        assert_eq!(html("{{#if none}}a{{else}}b{{/if}}", &json!({"none": null})), "b");
        assert_eq!(html("{{#unless none}}a{{/unless}}", &json!({"none": null})), "a");
    }

    #[test]
    fn a_part_may_be_given_an_optional_name() {
        assert_eq!(html("{{> test/field label=\"이름\"}}", &json!({})), "<label>이름</label>");
        assert_eq!(
            html("{{> test/field label=\"이름\" hint=h}}", &json!({"h": "한글"})),
            "<label>이름(한글)</label>"
        );
    }

    #[test]
    fn an_indented_part_leaves_typed_text_as_it_was() {
        let mut renderer = Renderer::new().unwrap();
        renderer.html.register_template_string("test/area", "<textarea>{{text}}</textarea>\n").unwrap();
        renderer.html.register_template_string("test/page", "<div>\n    {{> test/area}}\n</div>").unwrap();
        let shown = renderer.render("test/page", &json!({"text": "하나\n둘"})).unwrap();
        assert!(shown.contains("<textarea>하나\n둘</textarea>"), "{shown}");
    }

    #[test]
    fn dates_are_shown_in_korean_time() {
        let data = json!({"at": "2026-11-28T05:00:00Z", "late": "2026-11-27T15:30:00.123456Z", "day": "2026-12-03", "none": null});
        assert_eq!(html("{{date at}} {{date day}}", &data), "2026.11.28 2026.12.03");
        assert_eq!(html("{{when late}}", &data), "11월 28일(토) 00:30");
        assert_eq!(html("{{when day}}", &data), "12월 3일(목)");
        assert_eq!(html("{{official at}}", &data), "2026. 11. 28.(토) 14:00");
        assert_eq!(
            html("{{date_time late}} {{clock late}} {{day_short at}}", &data),
            "2026.11.28 00:30 00:30 11/28"
        );
        assert_eq!(html("[{{when none}}]", &data), "[]");
        assert!(try_html("{{date \"어제\"}}", &data).is_err());
    }

    #[test]
    fn only_our_own_paths_and_telephone_links_pass_as_addresses() {
        for good in [
            "/",
            "/cases/2026-0012?tab=a&b=c#x",
            "tel:112",
            "sms:01012345678?body=x",
            "mailto:a@b.kr",
            "?page=2",
            "#main",
        ] {
            assert!(try_html("<a href=\"{{url u}}\">", &json!({"u": good})).is_ok(), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "",
            " /x",
            "/a\nb",
            "data:text/html,x",
            "JAVASCRIPT:x",
            "/\t/evil.example",
        ] {
            assert!(try_html("<a href=\"{{url u}}\">", &json!({"u": bad})).is_err(), "{bad:?}");
        }
        assert_eq!(
            html("<a href=\"{{url u}}\">", &json!({"u": "/a?b=\"&c"})),
            "<a href=\"/a?b&#x3D;&quot;&amp;c\">"
        );
    }

    #[test]
    fn small_words_and_numbers() {
        let data =
            json!({"n": 1_234_567, "a": "간사", "b": "위원장", "c": "서울", "d": "NGO", "e": "1", "f": "3"});
        assert_eq!(html("{{count n}}", &data), "1,234,567");
        assert_eq!(html("{{josa a \"은/는\"}} {{josa b \"은/는\"}}", &data), "간사는 위원장은");
        assert_eq!(
            html("{{josa c \"으로/로\"}} {{josa b \"으로/로\"}} {{josa a \"으로/로\"}}", &data),
            "서울로 위원장으로 간사로"
        );
        assert_eq!(
            html("{{josa e \"이/가\"}} {{josa f \"이/가\"}} {{josa d \"을/를\"}}", &data),
            "1이 3이 NGO를"
        );
        assert_eq!(html("{{phone p}}", &json!({"p": "01012345678"})), "010-1234-5678");
        assert_eq!(html("{{phone p}}", &json!({"p": "0212345678"})), "02-1234-5678");
    }

    #[test]
    fn data_may_be_named_like_a_helper() {
        assert_eq!(
            html(
                "{{phone}} {{#each rows}}{{count}}{{/each}}",
                &json!({"phone": "<02>", "rows": [{"count": 3}]})
            ),
            "&lt;02&gt; 3"
        );
        assert!(try_html("{{phone}}", &json!({})).is_err());
    }

    #[test]
    fn only_what_code_wrote_passes_as_html() {
        let mut piece = html::Html::default();
        piece.tag("<b>").text("<i> & \"x\" 'y' `z` a=b").tag("</b>").link("go", "/cases/1?a=b").tag("</a>");
        let bad = piece.clone().link("go", "javascript:alert(1)").clone();
        let shown = |piece: &html::Html| html("{{html x}}", &json!({"x": piece}));
        let escaped = "<b>&lt;i&gt; &amp; &quot;x&quot; &#x27;y&#x27; &#x60;z&#x60; a&#x3D;b</b>";
        assert_eq!(shown(&piece), format!("{escaped}<a class=\"go\" href=\"/cases/1?a&#x3D;b\"></a>"));
        assert!(shown(&bad).ends_with("<a class=\"go\" href=\"#\">"), "{}", shown(&bad));
        assert_eq!(
            html("{{x}}", &json!({"x": "<i> & \"x\" 'y' `z` a=b"})),
            escaped.trim_start_matches("<b>").trim_end_matches("</b>"),
            "the same as templates escape"
        );
        for other in [json!("<b>"), json!(null), json!({"html": "<b>"}), json!([])] {
            assert!(try_html("{{html x}}", &json!({"x": other})).is_err(), "{other}");
        }
    }

    #[test]
    fn plain_text_is_not_escaped() {
        let mut renderer = Renderer::new().unwrap();
        renderer.text.register_template_string("test/a.txt", "{{x}}").unwrap();
        assert_eq!(renderer.render("test/a.txt", &json!({"x": "A & 'B'"})).unwrap(), "A & 'B'");
    }

    #[test]
    fn an_error_names_the_template_and_keeps_the_data_to_itself() {
        let said = try_html("{{url u}}", &json!({"u": "javascript:secret"})).unwrap_err().to_string();
        assert!(said.contains("test/page") && !said.contains("secret"), "{said}");
    }
}
