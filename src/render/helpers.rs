//! What templates may call, beside Handlebars' own `each`, `with`, `eq`, `ne`, `gt`, `lt`, `and`, `or`, `not`.

use super::korean::{self, Moment};
use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, JsonTruthy, Output, RenderContext, RenderError,
    RenderErrorReason, Renderable, ScopedJson,
};
use serde_json::Value;

/// How a moment is written.
type Shape = fn(Moment) -> String;

/// Registers all helpers with `engine`.
pub(super) fn register(engine: &mut Handlebars<'static>) {
    let moments: [(&'static str, Shape); 6] = [
        ("date", Moment::list),
        ("date_time", Moment::list_time),
        ("when", Moment::prose),
        ("official", Moment::official),
        ("day_short", Moment::short),
        ("clock", Moment::clock),
    ];
    for (name, shown) in moments {
        engine.register_helper(
            name,
            Box::new(Shown { name, to_text: move |value: &Value| moment(value, shown) }),
        );
    }
    engine.register_helper("url", Box::new(Shown { name: "url", to_text: url }));
    engine.register_helper("phone", Box::new(Shown { name: "phone", to_text: phone }));
    engine.register_helper("count", Box::new(Shown { name: "count", to_text: count }));
    engine.register_helper("html", Box::new(super::html::Shown));
    engine.register_helper("josa", Box::new(Josa));
    engine.register_helper("if", Box::new(Choose { name: "if", when: true, strict: true }));
    engine.register_helper("unless", Box::new(Choose { name: "unless", when: false, strict: true }));
    engine.register_helper("given", Box::new(Choose { name: "given", when: true, strict: false }));
    engine.register_helper("or", Box::new(Either));
    engine.register_helper("and", Box::new(Both));
    engine.register_helper("not", Box::new(Not));
}

/// A refusal. It names the helper only: the value may be somebody's personal data and errors are logged.
pub(super) fn refuse(helper: &str, why: &str) -> RenderError {
    RenderErrorReason::Other(format!("{{{{{helper}}}}}: {why}")).into()
}

/// The helper's parameter at `index`; an absent or unknown name is an error, `null` is a value.
fn param<'h>(h: &'h Helper<'_>, helper: &str, index: usize) -> Result<&'h Value, RenderError> {
    h.param(index)
        .filter(|p| !p.is_value_missing())
        .map(handlebars::PathAndJson::value)
        .ok_or_else(|| refuse(helper, "the value is missing from the data"))
}

/// A helper that turns one value into text, which the engine then escapes.
struct Shown<F> {
    name: &'static str,
    to_text: F,
}

impl<F: Fn(&Value) -> Result<String, &'static str> + Send + Sync> HelperDef for Shown<F> {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        if h.params().is_empty() {
            // `{{phone}}` alone means the data's own name, not the helper.
            let named = rc.evaluate(ctx, self.name)?;
            return if named.is_missing() {
                Err(refuse(self.name, "no such name in the data"))
            } else {
                Ok(named)
            };
        }
        let text = (self.to_text)(param(h, self.name, 0)?).map_err(|why| refuse(self.name, why))?;
        Ok(ScopedJson::Derived(Value::String(text)))
    }
}

/// A date that is not there (`null`) shows as nothing.
fn moment(value: &Value, shown: Shape) -> Result<String, &'static str> {
    match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => Moment::parse(text).map(shown).ok_or("neither RFC 3339 nor YYYY-MM-DD"),
        _ => Err("not a date"),
    }
}

/// Lets through what cannot lead away or run code: a path of this site, a part of this page, `tel:`, `sms:`, `mailto:`.
fn url(value: &Value) -> Result<String, &'static str> {
    value.as_str().ok_or("not a text").and_then(own_address).map(str::to_owned)
}

/// The address itself, if it is one of those.
pub(super) fn own_address(text: &str) -> Result<&str, &'static str> {
    if text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
        return Err("an address has no spaces, backslashes or control characters");
    }
    let own = text.starts_with('/') && !text.starts_with("//");
    let near = text.starts_with('?') || text.starts_with('#');
    let call = ["tel:", "sms:", "mailto:"].iter().any(|scheme| text.starts_with(scheme));
    if own || near || call { Ok(text) } else { Err("only own paths, tel:, sms: and mailto: may be linked") }
}

fn phone(value: &Value) -> Result<String, &'static str> {
    value.as_str().map(korean::phone).ok_or("not a text")
}

fn count(value: &Value) -> Result<String, &'static str> {
    value.as_i64().map(korean::thousands).ok_or("not a whole number")
}

/// `{{josa name "은/는"}}`: the word with the particle that fits its last sound.
struct Josa;

impl HelperDef for Josa {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let word = param(h, "josa", 0)?.as_str().ok_or_else(|| refuse("josa", "not a text"))?;
        let pair = param(h, "josa", 1)?.as_str().ok_or_else(|| refuse("josa", "no pair of particles"))?;
        let chosen = korean::particle(word, pair).ok_or_else(|| refuse("josa", "a pair is written 은/는"))?;
        Ok(ScopedJson::Derived(Value::String(format!("{word}{chosen}"))))
    }
}

/// `if` and `unless` that refuse a name the data does not have (Handlebars' own are silently false, even in strict
/// mode), and `given`, which takes an absent name for false: for the optional parameters of a part.
struct Choose {
    name: &'static str,
    when: bool,
    strict: bool,
}

impl HelperDef for Choose {
    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        r: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let value = if self.strict {
            param(h, self.name, 0)?
        } else {
            h.param(0).map(handlebars::PathAndJson::value).unwrap_or(&Value::Null)
        };
        let chosen = if value.is_truthy(false) == self.when { h.template() } else { h.inverse() };
        chosen.map_or(Ok(()), |template| template.render(r, ctx, rc, out))
    }
}

/// `(or a b …)`, `(and a b …)` and `(not a)` give true or false and refuse a missing name, as `if` does.
struct Either;
struct Both;
struct Not;

fn truths(h: &Helper<'_>, helper: &str) -> Result<Vec<bool>, RenderError> {
    (0..h.params().len()).map(|i| Ok(param(h, helper, i)?.is_truthy(false))).collect()
}

impl HelperDef for Either {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        Ok(ScopedJson::Derived(Value::Bool(truths(h, "or")?.contains(&true))))
    }
}

impl HelperDef for Both {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        Ok(ScopedJson::Derived(Value::Bool(!truths(h, "and")?.contains(&false))))
    }
}

impl HelperDef for Not {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        Ok(ScopedJson::Derived(Value::Bool(!param(h, "not", 0)?.is_truthy(false))))
    }
}
