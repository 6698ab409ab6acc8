//! JSON in one form only, so that it can be hashed: JSON Canonicalization Scheme, RFC 8785.

use serde_json::{Number, Value};

/// The value without white space, members in order of their names (UTF-16 code units), numbers as ECMAScript prints them.
#[must_use]
pub fn text(value: &Value) -> String {
    let mut out = String::new();
    put(value, &mut out);
    out
}

fn put(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<(Vec<u16>, &String, &Value)> =
                members.iter().map(|(name, value)| (name.encode_utf16().collect(), name, value)).collect();
            members.sort_by(|(one, ..), (other, ..)| one.cmp(other));
            out.push('{');
            for (index, (_, name, value)) in members.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                put(&Value::String(name.clone()), out);
                out.push(':');
                put(value, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                put(item, out);
            }
            out.push(']');
        }
        Value::Number(number) => out.push_str(&printed(number)),
        // serde_json escapes exactly what RFC 8785 §3.2.2.2 asks for.
        Value::Null | Value::Bool(_) | Value::String(_) => out.push_str(&value.to_string()),
    }
}

/// ECMA-262 §7.1.12.1 for the numbers that a report has: below 1e21, which are printed without an exponent but for the tiniest.
fn printed(number: &Number) -> String {
    match number.as_f64().filter(|_| number.is_f64()) {
        None => number.to_string(),
        Some(0.0) => "0".to_owned(),
        Some(value) if value.abs() < 1e-6 => format!("{value:e}"),
        Some(value) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_examples_of_rfc_8785() {
        // §3.2.2 and §3.2.3, as far as our numbers go.
        let numbers = json!({"numbers": [4.50, 2e-3, 1e-27, 0.000001, 1e-7, 5.0, 0.0, 1, -3]});
        assert_eq!(text(&numbers), r#"{"numbers":[4.5,0.002,1e-27,0.000001,1e-7,5,0,1,-3]}"#);
        let sorted = json!({"\u{20ac}": "Euro", "\r": "CR", "\u{fb33}": "Dalet", "1": "One",
            "\u{1f600}": "Smile", "\u{80}": "Control", "\u{f6}": "o"});
        let names: Vec<&str> = ["CR", "One", "Control", "o", "Euro", "Smile", "Dalet"].to_vec();
        let found = text(&sorted);
        let places: Vec<usize> =
            names.iter().map(|name| found.find(&format!("\"{name}\"")).unwrap()).collect();
        assert!(places.is_sorted(), "{found}");
        let escaped = json!("\u{20ac}$\u{f}\nA'B\"\\\\\"/");
        assert_eq!(text(&escaped), "\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"");
    }
}
