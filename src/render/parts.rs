//! Parts and the layout, included without copying data.
//!
//! Handlebars' own `{{> part data}}` copies the data for the part, and then every value that the part reads: a list page spent
//! half of its time so. Templates are written in the standard way all the same; as a page is loaded, its tags become calls
//! of the two helpers here, which only move the place from which names are read. A tag with named values
//! (`{{> part label="…"}}`) stays what it was.
use super::helpers::refuse;
use handlebars::{
    BlockContext, Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, Renderable,
};

/// The helpers' names, which no data may bear. The last is also the name by which a layout finds the page's own text.
const PART: &str = "include_part";
const LAYOUT: &str = "in_layout";
const BODY: &str = "page_body";

/// Rewrites `{{> part}}`, `{{> part data}}`, `{{#> layout}}…{{/layout}}` and `{{> @partial-block}}` of an HTML template.
pub(super) fn rewritten(source: &str) -> String {
    let mut out = String::with_capacity(source.len() + 64);
    let mut layouts: Vec<&str> = Vec::new();
    let mut rest = source;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((tag, after)) = after.split_once("}}") else {
            out.push_str("{{");
            rest = after;
            continue;
        };
        let words: Vec<&str> = tag.split_whitespace().collect();
        let said = match words[..] {
            [">", "@partial-block"] => BODY.to_owned(),
            [">", part] => format!("{PART} {part:?}"),
            [">", part, data] if !data.contains('=') => format!("{PART} {part:?} {data}"),
            ["#>", layout] => {
                layouts.push(layout);
                format!("#{LAYOUT} {layout:?}")
            }
            [end] if layouts.last().is_some_and(|l| end.strip_prefix('/') == Some(*l)) => {
                layouts.pop();
                format!("/{LAYOUT}")
            }
            _ => tag.to_owned(),
        };
        out.push_str("{{");
        out.push_str(&said);
        out.push_str("}}");
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Registers the helpers that rewritten tags call.
pub(super) fn register(engine: &mut Handlebars<'static>) {
    engine.register_helper(PART, Box::new(Part));
    engine.register_helper(LAYOUT, Box::new(Layout));
    engine.register_helper(BODY, Box::new(Body));
}

/// The template that the first parameter names.
fn named<'reg>(
    h: &Helper<'_>,
    r: &'reg Handlebars<'reg>,
) -> Result<&'reg handlebars::Template, handlebars::RenderError> {
    let name = h.param(0).and_then(|p| p.value().as_str()).unwrap_or_default();
    r.get_template(name).ok_or_else(|| refuse(h.name(), "no such template"))
}

/// A block that reads its names where the one around it does.
fn like_parent<'rc>(rc: &RenderContext<'_, 'rc>) -> BlockContext<'rc> {
    let mut block = BlockContext::new();
    if let Some(parent) = rc.block() {
        block.base_path_mut().clone_from(parent.base_path());
        block.local_variables_mut().clone_from(parent.local_variables());
        if let Some(value) = parent.base_value() {
            block.set_base_value(value.clone());
        }
    }
    block
}

/// `{{include_part "name" data}}`.
struct Part;

impl HelperDef for Part {
    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        r: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let template = named(h, r)?;
        let mut block = like_parent(rc);
        if let Some(data) = h.param(1) {
            if data.is_value_missing() {
                return Err(refuse(h.name(), "the value is missing from the data"));
            }
            match data.context_path() {
                Some(path) => block.base_path_mut().clone_from(path),
                None => block.set_base_value(data.value().clone()),
            }
        }
        let around = rc.get_current_template_name();
        rc.push_block(block);
        let done = template.render(r, ctx, rc, out);
        rc.pop_block();
        rc.set_current_template_name(around);
        done
    }
}

/// `{{#in_layout "name"}}…{{/in_layout}}`: the layout, with the block as its body.
struct Layout;

impl HelperDef for Layout {
    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        r: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let template = named(h, r)?;
        let mut block = like_parent(rc);
        if let Some(body) = h.template() {
            block.set_local_partial(BODY.to_owned(), body);
        }
        rc.push_block(block);
        let done = template.render(r, ctx, rc, out);
        rc.pop_block();
        done
    }
}

/// `{{page_body}}` in a layout: the page's own text.
struct Body;

impl HelperDef for Body {
    fn call<'reg: 'rc, 'rc>(
        &self,
        _: &Helper<'rc>,
        r: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let around = rc.get_current_template_name();
        let body = rc.get_partial(BODY).ok_or_else(|| refuse(BODY, "no page around it"))?;
        let done = body.render(r, ctx, rc, out);
        rc.set_current_template_name(around);
        done
    }
}
