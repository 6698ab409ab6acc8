//! A form with one large file, read a piece at a time: what was typed stands before the file, so that the form's token is checked
//! before a byte of the file is used. The file goes to `store::evidence` as it comes, and comes from there as it goes.
use super::error::WebError;
use super::guard::Who;
use super::state::State;
use super::typed::Typed;
use super::uploaded::{too_large, unreadable};
use crate::domain::evidence::Unfit;
use crate::store::StoreError;
use crate::store::evidence::{Incoming, Kept, NotKept, Outgoing, Sizes, Thing};
use actix_multipart::{Field, Multipart};
use actix_web::body::SizedStream;
use actix_web::dev::Payload;
use actix_web::http::header::{self, ContentEncoding};
use actix_web::web::{self, Bytes};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use futures_util::StreamExt;
use futures_util::stream;
use std::future::{Ready, ready};

/// So many bytes are looked at in one go.
const BATCH: usize = 256 * 1024;

/// The body of a form with a file, not read yet: who may send it is asked first.
pub struct Streamed(Result<Multipart, WebError>);

impl FromRequest for Streamed {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind = req.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let form = kind.is_some_and(|kind| kind.starts_with("multipart/form-data"));
        let body = form.then(|| Multipart::new(req.headers(), payload.take()));
        ready(Ok(Self(body.ok_or_else(|| unreadable(&"not a form with a file")))))
    }
}

/// What came.
pub struct Received {
    pub typed: Typed,
    /// The file, or why it is not taken; none when nothing was chosen.
    pub file: Option<Result<Kept, Unfit>>,
}

impl Streamed {
    /// Reads the form; the file is the field `file`.
    ///
    /// # Errors
    /// 400, 403 for a forged form, 413 for a body that is larger than any form.
    pub async fn read(self, state: &State, who: &Who) -> Result<Received, WebError> {
        let mut body = self.0?;
        let mut left = Room::of(state.settings.server.upload_mib * 1024 * 1024);
        let (mut pairs, mut file) = (Vec::new(), None);
        while let Some(part) = body.next().await {
            let mut part = part.map_err(|e| unreadable(&e))?;
            let name = part.name().unwrap_or_default().to_owned();
            let sent = part.content_disposition().and_then(|said| said.get_filename()).map(str::to_owned);
            match sent {
                Some(chosen) if name == "file" && file.is_none() => {
                    if let Err(forged) = theirs(&pairs, who) {
                        // Whoever sends reads the answer only after the last byte.
                        while next(&mut part, &mut left).await?.is_some() {}
                        return Err(forged);
                    }
                    let come = receive(state, &mut part, &mut left).await?;
                    // Browsers send an unnamed, empty file where none was chosen.
                    file = Some(come).filter(|_| !chosen.is_empty());
                }
                Some(_) => drop(text(&mut part, &mut left).await?),
                None => pairs.push((name, text(&mut part, &mut left).await?)),
            }
        }
        theirs(&pairs, who)?;
        Ok(Received { typed: Typed::from_pairs(pairs), file })
    }
}

impl Streamed {
    /// Reads the body to its end and keeps nothing of it.
    ///
    /// # Errors
    /// 400 and 413, as for a body that is read.
    pub async fn pass(self, state: &State) -> Result<(), WebError> {
        let mut body = self.0?;
        let mut left = Room::of(state.settings.server.upload_mib * 1024 * 1024);
        while let Some(part) = body.next().await {
            let mut part = part.map_err(|e| unreadable(&e))?;
            while next(&mut part, &mut left).await?.is_some() {}
        }
        Ok(())
    }
}

/// How many bytes a form may have, and how many of them are left.
struct Room {
    limit: usize,
    left: usize,
}

impl Room {
    const fn of(limit: usize) -> Self {
        Self { limit, left: limit }
    }
}

/// The form is from a page of ours.
fn theirs(pairs: &[(String, String)], who: &Who) -> Result<(), WebError> {
    let sent = pairs.iter().find(|(name, _)| name == "_csrf").map_or("", |(_, value)| value.as_str());
    if who.is_own_form(sent) { Ok(()) } else { Err(WebError::forged()) }
}

async fn next(part: &mut Field, left: &mut Room) -> Result<Option<Bytes>, WebError> {
    let Some(chunk) = part.next().await else { return Ok(None) };
    let chunk = chunk.map_err(|e| unreadable(&e))?;
    left.left = left.left.checked_sub(chunk.len()).ok_or_else(|| too_large(left.limit))?;
    Ok(Some(chunk))
}

/// A typed field.
async fn text(part: &mut Field, left: &mut Room) -> Result<String, WebError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = next(part, left).await? {
        if bytes.len() < BATCH {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The file. One that is not taken is read to its end all the same: a browser shows the answer only after that.
async fn receive(state: &State, part: &mut Field, left: &mut Room) -> Result<Result<Kept, Unfit>, WebError> {
    let incoming = Incoming::new(state.db.shelf(), sizes(state))?;
    let mut come = Ok(incoming);
    let mut batch = Vec::new();
    while let Some(chunk) = next(part, left).await? {
        if come.is_ok() {
            batch.extend_from_slice(&chunk);
        }
        if batch.len() >= BATCH {
            come = pushed(come, std::mem::take(&mut batch)).await?;
        }
    }
    match pushed(come, batch).await? {
        Ok(incoming) => fit(run(move || incoming.finish()).await?),
        Err(unfit) => Ok(Err(unfit)),
    }
}

async fn pushed(come: Result<Incoming, Unfit>, batch: Vec<u8>) -> Result<Result<Incoming, Unfit>, WebError> {
    let Ok(mut incoming) = come else { return Ok(come) };
    fit(run(move || incoming.push(&batch).map(|()| incoming)).await?)
}

/// What a person can do about it stands apart from what they cannot.
fn fit<T>(done: Result<T, NotKept>) -> Result<Result<T, Unfit>, WebError> {
    match done {
        Ok(value) => Ok(Ok(value)),
        Err(NotKept::Unfit(unfit)) => Ok(Err(unfit)),
        Err(NotKept::Store(e)) => Err(e.into()),
    }
}

async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, WebError> {
    web::block(work).await.map_err(|e| WebError::internal(&e))
}

/// What the settings say about files.
#[must_use]
pub fn sizes(state: &State) -> Sizes {
    let said = &state.settings.evidence;
    Sizes { most: said.file_mib * 1024 * 1024, in_rows: said.in_database_kib * 1024 }
}

/// Takes away a file that came in and is not kept after all.
pub async fn discard(state: &State, file: Option<String>) {
    let shelf = state.db.shelf().clone();
    if let Some(name) = file {
        let gone = run(move || shelf.remove(&name)).await;
        if !matches!(gone, Ok(Ok(()))) {
            tracing::warn!("a file that was not kept is swept later");
        }
    }
}

/// Hands a thing out: to be saved, never shown inside a page of ours.
///
/// # Errors
/// When its bytes are missing or changed.
pub async fn send(
    state: &State,
    (thing, pieces): (Thing, Vec<String>),
    name: &str,
) -> Result<HttpResponse, WebError> {
    let (vault, shelf) = (state.db.vault().clone(), state.db.shelf().clone());
    let (size, kind) = (u64::try_from(thing.size).unwrap_or(0), thing.kind);
    let begun = run(move || {
        let mut out = Outgoing::of(&vault, &shelf, &thing, pieces)?;
        let first = out.piece()?;
        Ok::<_, StoreError>((first, out))
    });
    let (first, out) = begun.await?.map_err(|e| WebError::internal(&e))?;
    let rest = stream::try_unfold((first, out), |(piece, mut out)| async move {
        let Some(piece) = piece else { return Ok::<_, actix_web::Error>(None) };
        let (next, out) = run(move || out.piece().map(|next| (next, out))).await?.map_err(WebError::from)?;
        Ok(Some((Bytes::from(piece), (next, out))))
    });
    let name = format!("attachment; filename=\"{name}.{}\"", kind.code());
    Ok(HttpResponse::Ok()
        .content_type(kind.media_type())
        .insert_header((header::CONTENT_DISPOSITION, name))
        // Its length is told; pictures and recordings do not get smaller anyway.
        .insert_header(ContentEncoding::Identity)
        .body(SizedStream::new(size, rest)))
}
