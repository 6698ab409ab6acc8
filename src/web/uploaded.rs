//! A form with files as it was posted (RFC 7578): read within the limit, its CSRF token checked before anything is used.
use super::error::WebError;
use super::guard::Who;
use super::state::State;
use super::typed::Typed;
use actix_multipart::Multipart;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;

/// A file as the browser sent it.
#[derive(Debug, Clone, Default)]
pub struct File {
    /// The name on the person's computer, without folders; only ever shown back.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// What was typed and chosen, from a page of ours.
pub struct Uploaded {
    pub typed: Typed,
    files: Vec<(String, File)>,
}

impl Uploaded {
    /// The file chosen for a field; none when nothing was chosen.
    #[must_use]
    pub fn file(&self, field: &str) -> Option<&File> {
        self.files.iter().find(|(name, file)| name == field && !file.name.is_empty()).map(|(_, file)| file)
    }
}

impl FromRequest for Uploaded {
    type Error = WebError;
    type Future = LocalBoxFuture<'static, Result<Self, WebError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let limit = req.app_data::<Data<State>>().map_or(1, |s| s.settings.server.upload_mib) * 1024 * 1024;
        let who = req.extensions().get::<Who>().cloned().unwrap_or_default();
        let body = Multipart::from_request(req, payload);
        Box::pin(async move {
            let body = body.await.map_err(|e| unreadable(&e))?;
            let uploaded = read(body, limit).await?;
            if who.is_own_form(uploaded.typed.get("_csrf")) { Ok(uploaded) } else { Err(WebError::forged()) }
        })
    }
}

pub(super) fn unreadable(cause: &dyn std::fmt::Display) -> WebError {
    tracing::info!(%cause, "a form with files could not be read");
    WebError::new(StatusCode::BAD_REQUEST, "bad_upload", "파일을 받지 못했습니다. 다시 골라서 보내 주세요.")
}

async fn read(mut body: Multipart, limit: usize) -> Result<Uploaded, WebError> {
    let (mut pairs, mut files) = (Vec::new(), Vec::new());
    let mut left = limit;
    while let Some(part) = body.next().await {
        let mut part = part.map_err(|e| unreadable(&e))?;
        let mut bytes = Vec::new();
        while let Some(chunk) = part.next().await {
            let chunk = chunk.map_err(|e| unreadable(&e))?;
            left = left.checked_sub(chunk.len()).ok_or_else(|| too_large(limit))?;
            bytes.extend_from_slice(&chunk);
        }
        let field = part.name().unwrap_or_default().to_owned();
        match part.content_disposition().and_then(|said| said.get_filename()) {
            Some(name) => {
                // Old browsers send the whole path.
                let name = name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
                files.push((field, File { name, bytes }));
            }
            None => pairs.push((field, String::from_utf8_lossy(&bytes).into_owned())),
        }
    }
    Ok(Uploaded { typed: Typed::from_pairs(pairs), files })
}

pub(super) fn too_large(limit: usize) -> WebError {
    let sentence =
        format!("파일이 너무 큽니다. {}MB까지 올릴 수 있습니다. 나누어 올려 주세요.", limit / 1024 / 1024);
    WebError::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", &sentence)
}
