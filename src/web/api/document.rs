//! `openapi.json`: OpenAPI 3.1 written from the list of operations and the shapes of their handlers, so that it says what the
//! code does.
use super::list::{self, Operation};
use super::problems;
use super::shapes::step;
use crate::documents::hwpx;
use crate::web::routes::Door;
use actix_web::HttpResponse;
use actix_web::http::Method;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

const ABOUT: &str = "이음의 JSON API입니다. 내 설정에서 만든 토큰을 Authorization: Bearer 로 보냅니다. \
    오류는 RFC 9457 문서이고 code는 바뀌지 않습니다. 목록은 meta.next를 after로 보내 이어 읽습니다. \
    POST에 Idempotency-Key를 붙이면 24시간 안에 같은 요청을 다시 보내도 한 번만 처리합니다.";

/// What a noun's module is called in the document.
const TAGS: [(&str, &str); 25] = [
    ("me", "나"),
    ("tokens", "내 토큰"),
    ("duties", "할 일"),
    ("views", "저장한 보기"),
    ("cases", "사건 목록과 요약"),
    ("filing", "접수"),
    ("file", "사건 기록"),
    ("diary", "소음일지"),
    ("papers", "문서와 접수 링크"),
    ("steps", "사건에서 하는 일"),
    ("committees", "위원회와 회의"),
    ("disposals", "파기대장"),
    ("referrals", "의뢰"),
    ("roster", "조정인 명부·공유공간·일정"),
    ("waiting", "구청이 보낼 접수"),
    ("links", "받은 링크로 하는 일"),
    ("setup", "단지·기관·사업·사람"),
    ("programmes", "사업의 단계·활동·정산·결과, 만족도 조사 요약"),
    ("publications", "공표한 보고서"),
    ("operator", "조정인 정보와 변경 기록"),
    ("mail", "전자우편의 상태와 받은 답장"),
    ("indicators", "지표"),
    ("figures", "위원회와 협약 기관의 지표"),
    ("ward", "구청에서 보는 사건"),
    ("exchange", "대장"),
];

/// The document.
#[must_use]
pub fn openapi() -> Value {
    let mut settings = SchemaSettings::draft2020_12();
    settings.definitions_path = "/components/schemas".into();
    settings.meta_schema = None;
    let mut schemas = settings.into_generator();
    let problem = schemas.subschema_for::<super::shapes::Problem>().to_value();
    let mut paths: Map<String, Value> = Map::new();
    for operation in list::all() {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        if let Value::Object(methods) = path {
            let method = operation.method.as_str().to_lowercase();
            methods.insert(method, written(&operation, &problem, &mut schemas));
        }
    }
    let tags: Vec<Value> =
        TAGS.iter().map(|(name, label)| json!({"name": name, "description": label})).collect();
    json!({
        "openapi": "3.1.0",
        "info": {"title": "이음 API", "version": "1", "description": ABOUT},
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "tags": tags,
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "responses": {"Problem": {
                "description": "하지 못한 까닭(RFC 9457)",
                "content": {"application/problem+json": {"schema": problem}},
            }},
            "schemas": schemas.take_definitions(true),
        },
    })
}

fn written(operation: &Operation, problem: &Value, schemas: &mut SchemaGenerator) -> Value {
    let shapes = operation.shapes;
    let mut parameters = in_path(operation.path);
    if let Some(query) = shapes.query {
        parameters.extend(in_query(&resolved(query(schemas).to_value(), schemas)));
    }
    if operation.method == Method::POST {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "같은 키로 다시 보내면 처음의 답을 그대로 줍니다.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        }));
    }
    let answer = (shapes.answer)(schemas).to_value();
    let mut responses = Map::new();
    let mut content = json!({"application/json": {"schema": answer}});
    if let Value::Object(kinds) = &mut content
        && operation.id == "papers.show"
    {
        kinds.insert(hwpx::KIND.to_owned(), json!({"schema": {"type": "string", "format": "binary"}}));
    }
    responses
        .insert(shapes.status.to_string(), json!({"description": operation.summary, "content": content}));
    responses.extend(problems::of(operation).into_iter().map(|(status, codes)| {
        let schema = json!({"allOf": [problem, {"properties": {"code": {"enum": codes}}}]});
        let content = json!({"application/problem+json": {"schema": schema}});
        (status.to_string(), json!({"description": codes.join(", "), "content": content}))
    }));
    responses.insert("default".to_owned(), json!({"$ref": "#/components/responses/Problem"}));
    let tag = operation.id.split('.').next().unwrap_or_default();
    let mut told = json!({
        "operationId": operation.id,
        "tags": [tag],
        "summary": operation.summary,
        "parameters": parameters,
        "responses": responses,
    });
    if let Value::Object(told) = &mut told {
        if let Some(body) = shapes.body {
            let body = body(schemas).to_value();
            told.insert(
                "requestBody".to_owned(),
                json!({"required": true, "content": {"application/json": {"schema": body}}}),
            );
        }
        if operation.door == Door::OpenApi {
            told.insert("security".to_owned(), json!([]));
        }
    }
    told
}

/// The names in braces: a case number, or an id.
fn in_path(path: &str) -> Vec<Value> {
    let names = path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
    names
        .map(|name| {
            let schema = match name {
                "number" => {
                    json!({"type": "string", "pattern": "^[0-9]{4}-[0-9]{4,}$", "examples": ["2026-0012"]})
                }
                "step" => step::code_schema(),
                "paper" => json!({"type": "string", "enum": super::papers::codes()}),
                _ => json!({"type": "integer", "format": "int64", "minimum": 1}),
            };
            json!({"name": name, "in": "path", "required": true, "schema": schema})
        })
        .collect()
}

/// The definition behind a reference.
fn resolved(schema: Value, schemas: &SchemaGenerator) -> Value {
    let name = schema.get("$ref").and_then(Value::as_str).and_then(|r| r.rsplit('/').next());
    name.and_then(|name| schemas.definitions().get(name)).cloned().unwrap_or(schema)
}

/// Each member of a query's shape as a parameter.
fn in_query(shape: &Value) -> Vec<Value> {
    let required = shape.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let members = shape.get("properties").and_then(Value::as_object);
    let parameter = |(name, schema): (&String, &Value)| {
        let mut schema = schema.clone();
        let told = schema.as_object_mut().and_then(|s| s.remove("description"));
        json!({
            "name": name, "in": "query", "required": required.contains(&json!(name)),
            "description": told.unwrap_or_default(), "schema": without_null(schema),
        })
    };
    members.into_iter().flatten().map(parameter).collect()
}

/// What may be absent from a query cannot be null in it.
fn without_null(mut schema: Value) -> Value {
    let null = json!("null");
    if let Some(kind) = schema.get_mut("type") {
        let kinds: Vec<Value> =
            kind.as_array().into_iter().flatten().filter(|kind| **kind != null).cloned().collect();
        match kinds.as_slice() {
            [] => {}
            [only] => *kind = only.clone(),
            _ => *kind = Value::Array(kinds),
        }
    }
    let several = schema.get("anyOf").and_then(Value::as_array);
    let real: Vec<Value> =
        several.into_iter().flatten().filter(|s| s.get("type") != Some(&null)).cloned().collect();
    match real.as_slice() {
        [only] => only.clone(),
        _ => schema,
    }
}

/// `GET /openapi.json`, the same for everyone.
pub async fn show() -> HttpResponse {
    static WRITTEN: LazyLock<String> = LazyLock::new(|| openapi().to_string());
    HttpResponse::Ok().content_type("application/json").body(WRITTEN.as_str())
}
