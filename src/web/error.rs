//! What can go wrong at the door, and how it is told: one table of codes, a page for people, RFC 9457 for the API.
//!
//! Handlers return `WebError`; the guard, which knows which door it was, writes the answer.
use crate::casework::CaseworkError;
use crate::store::StoreError;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;

/// A refusal or failure on its way to the client.
#[derive(Debug, Clone)]
pub struct WebError {
    pub status: StatusCode,
    /// Stable code for programs.
    pub code: &'static str,
    /// What to do, for people.
    pub sentence: String,
    /// Wrong fields: name and sentence.
    pub fields: Vec<(String, String)>,
}

/// RFC 9457 problem details, with our `code` and `fields`.
#[derive(Debug, Serialize)]
pub struct Problem<'a> {
    #[serde(rename = "type")]
    pub kind: String,
    pub title: &'a str,
    pub status: u16,
    pub code: &'a str,
    pub detail: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<ProblemField<'a>>,
}

/// One wrong field.
#[derive(Debug, Serialize)]
pub struct ProblemField<'a> {
    pub name: &'a str,
    pub detail: &'a str,
}

impl WebError {
    /// A refusal with a code and a sentence.
    #[must_use]
    pub fn new(status: StatusCode, code: &'static str, sentence: &str) -> Self {
        Self { status, code, sentence: sentence.to_owned(), fields: Vec::new() }
    }

    #[must_use]
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "찾으시는 것이 없거나 볼 수 없는 곳입니다. 주소를 확인해 주세요.",
        )
    }

    #[must_use]
    pub fn denied() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "denied",
            "이 일을 할 권한이 없습니다. 필요하면 운영자에게 말씀해 주세요.",
        )
    }

    #[must_use]
    pub fn sign_in() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "sign_in", "로그인이 필요합니다. 다시 로그인해 주세요.")
    }

    #[must_use]
    pub fn forged() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "forged",
            "화면이 오래되었거나 다른 곳에서 보낸 요청입니다. 화면을 새로 고친 뒤 다시 해 주세요.",
        )
    }

    #[must_use]
    pub fn too_many() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many",
            "너무 여러 번 시도했습니다. 잠시 뒤에 다시 해 주세요. 길면 한 시간까지 기다려야 합니다. 급하면 전화해 주세요.",
        )
    }

    /// Our own fault: logged with its cause, told without it.
    #[must_use]
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "internal error");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "처리하지 못했습니다. 저장된 것은 없습니다. 잠시 뒤에 다시 해 주세요.",
        )
    }

    /// Wrong fields.
    #[must_use]
    pub fn invalid(fields: Vec<(String, String)>) -> Self {
        let sentence = "적어 주신 내용을 확인해 주세요.".to_owned();
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, code: "invalid", sentence, fields }
    }

    /// The problem document of this error.
    #[must_use]
    pub fn problem(&self) -> Problem<'_> {
        Problem {
            kind: format!("/problems/{}", self.code),
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            code: self.code,
            detail: &self.sentence,
            fields: self.fields.iter().map(|(name, detail)| ProblemField { name, detail }).collect(),
        }
    }
}

impl std::fmt::Display for WebError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.status, self.code)
    }
}

impl ResponseError for WebError {
    fn status_code(&self) -> StatusCode {
        self.status
    }
    /// An empty answer that carries the error; the guard writes the page or the problem document.
    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status).finish();
        answer.extensions_mut().insert(self.clone());
        answer
    }
}

impl From<StoreError> for WebError {
    fn from(e: StoreError) -> Self {
        match e {
            StoreError::NotFound => Self::not_found(),
            StoreError::Conflict(_) => Self::new(
                StatusCode::CONFLICT,
                "conflict",
                "그사이에 다른 사람이 먼저 처리했습니다. 화면을 새로 고쳐 지금 상태를 확인해 주세요.",
            ),
            StoreError::Busy(cause) => {
                tracing::warn!(%cause, "database busy");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "busy",
                    "저장하지 못했습니다. 적은 내용은 화면에 남아 있습니다. 잠시 뒤에 다시 해 주세요.",
                )
            }
            StoreError::Key(cause) | StoreError::Config(cause) | StoreError::Other(cause) => {
                Self::internal(&cause)
            }
        }
    }
}

impl From<CaseworkError> for WebError {
    fn from(e: CaseworkError) -> Self {
        match e {
            CaseworkError::Denied => Self::denied(),
            CaseworkError::Refused(refused) => {
                Self { sentence: refused.sentence, ..Self::new(StatusCode::CONFLICT, refused.code, "") }
            }
            CaseworkError::Invalid(fields) => Self::invalid(fields),
            CaseworkError::TooMany => Self::too_many(),
            CaseworkError::Store(e) => e.into(),
        }
    }
}
