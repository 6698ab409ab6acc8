//! The one list of the API's operations: from it come the routes, the doors and `openapi.json`, so that none can be missing
//! from another. The shapes are those of the handler's own types.
use super::call::{Answer, Call, Nothing};
use super::*;
use crate::web::error::WebError;
use crate::web::routes::{Door, Route};
use actix_web::http::{Method, header};
use actix_web::web::{self, ServiceConfig};
use actix_web::HttpResponse;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use std::any::TypeId;
use std::collections::BTreeMap;

/// One operation as the document tells it.
#[derive(Clone)]
pub struct Operation {
    pub method: Method,
    pub path: &'static str,
    pub door: Door,
    /// `cases.show`: the noun's module and what is done.
    pub id: String,
    pub summary: &'static str,
    pub shapes: Shapes,
}

/// A way to make a shape's schema.
type Make = fn(&mut SchemaGenerator) -> Schema;

/// What an operation takes and gives.
#[derive(Clone, Copy)]
pub struct Shapes {
    pub query: Option<Make>,
    pub body: Option<Make>,
    pub answer: Make,
    pub status: u16,
}

/// The shapes of a handler, from its type.
fn shapes<F, A, Q, B, T, const STATUS: u16>(_handler: F) -> Shapes
where
    F: Fn(Call<Q, B>) -> A,
    A: Future<Output = Result<Answer<T, STATUS>, WebError>>,
    Q: DeserializeOwned + JsonSchema + 'static,
    B: DeserializeOwned + JsonSchema + 'static,
    T: JsonSchema,
{
    let given = |is: TypeId, make: Make| (is != TypeId::of::<Nothing>()).then_some(make);
    Shapes {
        query: given(TypeId::of::<Q>(), |g| g.subschema_for::<Q>()),
        body: given(TypeId::of::<B>(), |g| g.subschema_for::<B>()),
        answer: |g| g.subschema_for::<T>(),
        status: STATUS,
    }
}

macro_rules! operations { ($( $method:ident $path:literal $noun:ident :: $name:ident, $door:ident, $summary:literal; )+) => {
    /// Every operation, in the order of the document.
    #[must_use]
    pub fn all() -> Vec<Operation> {
        vec![ $( Operation {
            method: Method::$method,
            path: $path,
            door: Door::$door,
            id: concat!(stringify!($noun), ".", stringify!($name)).to_owned(),
            summary: $summary,
            shapes: shapes($noun::$name),
        } ),+ ]
    }

    /// Registers every operation, and behind them a 405 for the other methods of their paths.
    pub fn configure(cfg: &mut ServiceConfig) {
        $( cfg.route($path, web::method(Method::$method).to($noun::$name)); )+
        let mut paths: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        $( paths.entry($path).or_default().push(stringify!($method)); )+
        for (path, methods) in paths {
            let allow = methods.join(", ");
            cfg.route(path, web::to(move || other_method(allow.clone())));
        }
    }
} }

operations! {
    GET "/api/v1/me" me::show, Api, "나와 내 역할";
    GET "/api/v1/duties" duties::list, Api, "내가 할 일";
    GET "/api/v1/cases" cases::list, Api, "사건 목록";
    POST "/api/v1/cases/search" cases::search, Api, "이름·동호·전화번호·접수번호로 사건 찾기";
    GET "/api/v1/cases/{number}" cases::show, Api, "사건 요약(개인정보 없음)";
}

/// The routes of the list.
#[must_use]
pub fn routes() -> Vec<Route> {
    all().into_iter().map(|o| Route { method: o.method, path: o.path, door: o.door }).collect()
}

/// 405 with the methods that the path has (RFC 9110 §15.5.6).
async fn other_method(allow: String) -> HttpResponse {
    let error = WebError::new(
        actix_web::http::StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "이 주소에서 쓸 수 없는 방법입니다. Allow 머리글의 방법을 써 주세요.",
    );
    let body = serde_json::to_string(&error.problem()).unwrap_or_default();
    HttpResponse::MethodNotAllowed()
        .insert_header((header::ALLOW, allow))
        .content_type("application/problem+json; charset=utf-8")
        .body(body)
}
