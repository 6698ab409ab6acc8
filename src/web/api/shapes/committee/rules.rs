//! The rules of a committee, as the API tells them: the domain's own, with the schema of the form that sets them.
use super::super::step::field_schema;
use crate::domain::codes::Assembly;
use crate::domain::committee::form::{BodyAct, fields};
use crate::domain::committee::rules::BodyRules;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// Asked beside the rules themselves when they are set.
const BESIDE: [&str; 2] = ["from", "basis"];
/// Said as lines, kept as a list.
const LINES: &str = "ex_officio";
/// null: the paper names no bound.
const UNBOUNDED: [&str; 3] = ["size_max", "renewals", "regular_months"];

impl JsonSchema for BodyRules {
    fn schema_name() -> Cow<'static, str> {
        "Rules".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut members = Map::new();
        members.insert("assembly".to_owned(), generator.subschema_for::<Assembly>().to_value());
        for field in fields(BodyAct::Rules).iter().filter(|f| !BESIDE.contains(&f.name)) {
            let mut schema = field_schema(field);
            if field.name == LINES {
                schema = json!({"type": "array", "items": {"type": "string"}, "title": field.label});
            } else if UNBOUNDED.contains(&field.name) {
                schema = json!({"type": ["integer", "null"], "minimum": 0, "title": field.label});
            }
            members.insert(field.name.to_owned(), schema);
        }
        let required: Vec<Value> = members.keys().map(|name| json!(name)).collect();
        let mut schema = Schema::default();
        schema.insert("type".to_owned(), json!("object"));
        schema.insert("description".to_owned(), json!("The rules in force."));
        schema.insert("properties".to_owned(), Value::Object(members));
        schema.insert("required".to_owned(), Value::Array(required));
        schema
    }
}
