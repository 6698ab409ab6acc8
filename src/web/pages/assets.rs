//! Style, script, fonts and icons, carried in the binary.
use crate::render;
use crate::web::error::WebError;
use actix_web::{HttpResponse, web::Path};

/// A file of `templates/static/`. Its address carries a version, so that it may be kept for a year.
///
/// # Errors
/// `not_found`.
pub async fn file(path: Path<String>) -> Result<HttpResponse, WebError> {
    let bytes = render::asset(&path).ok_or_else(WebError::not_found)?.bytes;
    let kind = match path.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("png") => "image/png",
        _ => "text/plain; charset=utf-8",
    };
    let kept = ("cache-control", "public, max-age=31536000, immutable");
    Ok(HttpResponse::Ok().insert_header(kept).content_type(kind).body(bytes.into_owned()))
}
