//! One request of the API: who asks, by which token, with what; read and answered in one visit to the database.
//!
//! The token is looked up in the session or transaction that does the work, so that a read costs one visit, and a write is
//! permitted by what holds at that very moment.
use super::body;
use crate::casework::CaseworkError;
use crate::casework::open;
use crate::documents::hwpx;
use crate::domain::codes::TokenScope;
use crate::domain::ids::{TokenId, UserId};
use crate::domain::permission::Actor;
use crate::store::idempotency::{self, Claim};
use crate::store::{Rx, StoreError, Tx, tokens};
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::pages::print::File;
use crate::web::state::State;
use actix_web::body::BoxBody;
use actix_web::dev::Payload;
use actix_web::http::{Method, StatusCode, header};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, Responder, ResponseError};
use chrono::{DateTime, Utc};
use futures_util::future::LocalBoxFuture;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;

/// The longest `Idempotency-Key`, in characters.
const KEY_MAX: usize = 255;
/// Says that an answer is one that was given before.
const REPLAYED: &str = "idempotency-replayed";

/// No query, no body.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// A request with its query and body read.
pub struct Call<Q = Nothing, B = Nothing> {
    pub asker: Asker,
    pub query: Q,
    pub body: B,
}

/// Where a request comes from, before anybody has looked at its token.
pub struct Asker {
    pub state: Data<State>,
    pub now: DateTime<Utc>,
    pub ip: String,
    /// Whether a paper is asked for as a file (`Accept`).
    pub wants_file: bool,
    token: Option<String>,
    path: Vec<(String, String)>,
    /// The key under which the request is done once, and the request itself.
    once: Option<(String, String)>,
}

/// Who asks: a token's maker with their grants; for operations without a token, nobody.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    pub actor: Actor,
    pub token: Option<TokenId>,
    pub now: DateTime<Utc>,
    pub ip: String,
}

impl Caller {
    /// The token's maker.
    ///
    /// # Errors
    /// `bad_token` where there is none.
    pub fn user(&self) -> Result<UserId, WebError> {
        self.actor.user.ok_or_else(bad_token)
    }
}

/// An answer of this shape and status, already written.
pub struct Answer<T, const STATUS: u16> {
    body: String,
    /// Instead of JSON, where the request asked for it.
    file: Option<Box<File>>,
    replayed: bool,
    shape: PhantomData<fn() -> T>,
}

/// 200.
pub type Done<T> = Answer<T, 200>;
/// 201: something was added.
pub type Made<T> = Answer<T, 201>;

impl<T: Serialize, const STATUS: u16> Answer<T, STATUS> {
    pub(super) fn of(value: &T) -> Result<Self, WebError> {
        let body = serde_json::to_string(value).map_err(|e| WebError::internal(&e))?;
        Ok(Self { body, file: None, replayed: false, shape: PhantomData })
    }
}

impl<T> Done<T> {
    /// A paper as a file, where its JSON would be.
    pub(super) fn file(file: File) -> Self {
        Self { body: String::new(), file: Some(Box::new(file)), replayed: false, shape: PhantomData }
    }
}

impl<T, const STATUS: u16> Responder for Answer<T, STATUS> {
    type Body = BoxBody;
    fn respond_to(self, _req: &HttpRequest) -> HttpResponse {
        if let Some(file) = self.file {
            return file.answer().unwrap_or_else(|error| ResponseError::error_response(&error));
        }
        let status = StatusCode::from_u16(STATUS).unwrap_or(StatusCode::OK);
        let mut answer = HttpResponse::build(status);
        answer.content_type("application/json");
        if self.replayed {
            answer.insert_header((REPLAYED, "true"));
        }
        answer.body(self.body)
    }
}

/// The refusal of a request without a live token.
#[must_use]
pub fn bad_token() -> WebError {
    WebError::new(
        StatusCode::UNAUTHORIZED,
        "bad_token",
        "API 토큰이 없거나 쓸 수 없습니다. 내 설정에서 토큰을 만들어 Authorization: Bearer 로 보내 주세요.",
    )
}

impl<Q: DeserializeOwned + 'static, B: DeserializeOwned + 'static> FromRequest for Call<Q, B> {
    type Error = WebError;
    type Future = LocalBoxFuture<'static, Result<Self, WebError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let reads_body = !matches!(*req.method(), Method::GET | Method::HEAD);
        let payload = if reads_body { body::payload(req, payload) } else { None };
        let req = req.clone();
        Box::pin(async move {
            let mut asker = Asker::of(&req)?;
            let query = body::query(req.query_string())?;
            let Some(payload) = payload else {
                return Ok(Self { asker, query, body: body::json("{}")? });
            };
            let said = body::text(req.clone(), payload, asker.body_limit(&req)).await?;
            let read = body::json(&said)?;
            if let Some((_, request)) = &mut asker.once {
                *request = format!("{} {}\n{said}", req.method(), req.uri());
            }
            Ok(Self { asker, query, body: read })
        })
    }
}

impl<Q, B> Call<Q, B> {
    /// The case's number in the path.
    #[must_use]
    pub fn number(&self) -> String {
        self.asker.part("number").to_owned()
    }

    /// An id in the path.
    ///
    /// # Errors
    /// 404 for what is no id.
    pub fn id(&self) -> Result<i64, WebError> {
        self.asker.part("id").parse().map_err(|_e| WebError::not_found())
    }
}

impl Asker {
    fn of(req: &HttpRequest) -> Result<Self, WebError> {
        let state = req.app_data::<Data<State>>().cloned();
        let state = state.ok_or_else(|| WebError::internal(&"no state"))?;
        let said = |name: header::HeaderName| req.headers().get(name).and_then(|v| v.to_str().ok());
        let token = said(header::AUTHORIZATION).and_then(|h| h.strip_prefix("Bearer ")).map(str::to_owned);
        let asked = <header::Accept as header::Header>::parse(req);
        let wants_file = asked.is_ok_and(|asked| asked.preference().essence_str() == hwpx::KIND);
        let ip = req.extensions().get::<Who>().map(|who| who.ip.clone()).unwrap_or_default();
        let now = state.now();
        if !state.meter.admits(token.as_deref().unwrap_or(&ip), state.settings.limits.api_per_minute, now) {
            return Err(WebError::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_calls",
                "1분 동안 보낼 수 있는 요청 수를 넘었습니다. 1분 뒤에 다시 보내 주세요.",
            ));
        }
        let path = req.match_info().iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
        let once = if *req.method() == Method::POST { key(req)? } else { None };
        Ok(Self { state, now, ip, wants_file, token, path, once: once.map(|key| (key, String::new())) })
    }

    pub(super) fn part(&self, name: &str) -> &str {
        self.path.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// Ledgers are as large as uploads; everything else is small.
    fn body_limit(&self, req: &HttpRequest) -> usize {
        let server = &self.state.settings.server;
        let ledger = req.path().starts_with("/api/v1/exchange/");
        if ledger { server.upload_mib * 1024 * 1024 } else { server.json_kib * 1024 }
    }

    /// Answers from one reading session, for the token's maker.
    ///
    /// # Errors
    /// `bad_token`; what `work` returns.
    pub async fn read<T: Serialize + Send + 'static>(
        self,
        work: impl FnOnce(&mut Rx<'_>, &Caller) -> Result<T, WebError> + Send + 'static,
    ) -> Result<Done<T>, WebError> {
        let said = (self.token.clone().ok_or_else(bad_token)?, self.now, self.ip.clone());
        let (answer, touch) = self.state.db.read(move |rx| answer(rx, said, work)).await?;
        self.touch(touch);
        Ok(answer)
    }

    /// `read` for a report: who calls is looked up where tokens are kept, at that moment; the report is read from the replica, where
    /// there is one (`Db::report`), else in the same session.
    ///
    /// # Errors
    /// `bad_token`; what `work` returns; `busy` while the replica is away.
    pub async fn report<T: Serialize + Send + 'static>(
        self,
        work: impl FnOnce(&mut Rx<'_>, &Caller) -> Result<T, WebError> + Send + 'static,
    ) -> Result<Done<T>, WebError> {
        let db = &self.state.db;
        if !db.has_replica() {
            return self.read(work).await;
        }
        let (token, now, ip) = (self.token.clone().ok_or_else(bad_token)?, self.now, self.ip.clone());
        let (caller, _, touch) = db.glance(move |rx| identified(rx, &token, now, ip)).await?;
        self.touch(touch);
        db.report(move |rx| Done::of(&work(rx, &caller)?)).await
    }

    /// `read` for a look-up by key (`Db::glance`).
    ///
    /// # Errors
    /// `bad_token`; what `work` returns.
    pub async fn glance<T: Serialize + Send + 'static>(
        self,
        work: impl FnOnce(&mut Rx<'_>, &Caller) -> Result<T, WebError> + Send + 'static,
    ) -> Result<Done<T>, WebError> {
        let said = (self.token.clone().ok_or_else(bad_token)?, self.now, self.ip.clone());
        let (answer, touch) = self.state.db.glance(move |rx| answer(rx, said, work)).await?;
        self.touch(touch);
        Ok(answer)
    }

    /// The same for operations without a token.
    ///
    /// # Errors
    /// What `work` returns.
    pub async fn read_openly<T: Serialize + Send + 'static>(
        self,
        work: impl FnOnce(&mut Rx<'_>, &Caller) -> Result<T, WebError> + Send + 'static,
    ) -> Result<Done<T>, WebError> {
        let caller = Caller { now: self.now, ip: self.ip.clone(), ..Caller::default() };
        self.state.db.read(move |rx| Done::of(&work(rx, &caller)?)).await
    }

    /// Answers about one case after recording that the caller opened it (`what`, and for contacts why); the same opening
    /// within minutes is recorded once.
    ///
    /// # Errors
    /// 404 outside the scope; `bad_token`; what `work` returns.
    pub async fn open<T: Serialize + Send + 'static>(
        self,
        number: String,
        what: &'static str,
        reason: String,
        work: impl FnOnce(&mut Rx<'_>, &Caller, &str) -> Result<T, WebError> + Send + 'static,
    ) -> Result<Done<T>, WebError> {
        self.open_as(number, what, reason, move |rx, caller, number| Done::of(&work(rx, caller, number)?))
            .await
    }

    /// `open` where `work` makes the answer itself: a file, where that was asked for.
    ///
    /// # Errors
    /// As `open`.
    pub async fn open_as<T: Send + 'static>(
        self,
        number: String,
        what: &'static str,
        reason: String,
        work: impl FnOnce(&mut Rx<'_>, &Caller, &str) -> Result<Done<T>, WebError> + Send + 'static,
    ) -> Result<Done<T>, WebError> {
        let (token, now, ip) = (self.token.clone().ok_or_else(bad_token)?, self.now, self.ip.clone());
        let (t, i, n) = (token.clone(), ip.clone(), number.clone());
        let again = reason.is_empty();
        let known = self.state.db.read(move |rx| {
            let (caller, _, touch) = identified(rx, &t, now, i)?;
            Ok::<_, WebError>((
                again && open::is_recorded(rx, &caller.actor, &n, (&caller.ip, what), now)?,
                touch,
            ))
        });
        let db = &self.state.db;
        let (known, touch) = known.await?;
        self.touch(touch);
        if known {
            return db
                .read(move |rx| {
                    let (caller, ..) = identified(rx, &token, now, ip)?;
                    work(rx, &caller, &number)
                })
                .await;
        }
        db.write(move |tx| {
            let (caller, ..) = identified(tx, &token, now, ip)?;
            // A file that may not be read was not opened: the refusal undoes the line.
            open::record(tx, &caller.actor, &number, &caller.ip, what, &reason, now).map_err(told)?;
            work(tx, &caller, &number)
        })
        .await
    }

    /// Who may write here, and whether this very request was done before: for what takes longer than a transaction may,
    /// a password to be checked foremost. What follows is `write`, which asks again.
    ///
    /// # Errors
    /// `bad_token`, `read_only_token`.
    pub async fn writer(&self) -> Result<(Caller, bool), WebError> {
        let token = self.token.clone().ok_or_else(bad_token)?;
        let (now, ip, once) = (self.now, self.ip.clone(), self.once.clone());
        self.state
            .db
            .read(move |rx| {
                let (caller, scope, _) = identified(rx, &token, now, ip)?;
                if scope == TokenScope::Read {
                    return Err(read_only());
                }
                let user = caller.actor.user;
                let done = match &once {
                    Some((key, request)) => idempotency::is_done(rx, user, key, request, now)?,
                    None => false,
                };
                Ok((caller, done))
            })
            .await
    }

    /// Does something in one transaction for the token's maker, once per `Idempotency-Key`.
    ///
    /// # Errors
    /// `bad_token`, `read_only_token`, `idempotency_mismatch`; what `work` returns, and then nothing is saved.
    pub async fn write<T: Serialize + Send + 'static, const STATUS: u16>(
        self,
        work: impl FnOnce(&mut Tx<'_>, &Caller) -> Result<T, WebError> + Send + 'static,
    ) -> Result<Answer<T, STATUS>, WebError> {
        let token = self.token.clone().ok_or_else(bad_token)?;
        let (now, ip) = (self.now, self.ip.clone());
        self.once(
            move |tx| {
                let (caller, scope, _) = identified(tx, &token, now, ip)?;
                if scope == TokenScope::Read { Err(read_only()) } else { Ok(caller) }
            },
            move |tx, caller| work(tx, caller).map(Ok),
        )
        .await
    }

    /// The same for operations without a token. A refusal that `work` returns inside (`Ok(Err(…))`) is told, and what it
    /// wrote stays: a counted try.
    ///
    /// # Errors
    /// As `write`.
    pub async fn write_openly<T: Serialize + Send + 'static, const STATUS: u16>(
        self,
        work: impl FnOnce(&mut Tx<'_>, &Caller) -> Result<Result<T, WebError>, WebError> + Send + 'static,
    ) -> Result<Answer<T, STATUS>, WebError> {
        let (now, ip) = (self.now, self.ip.clone());
        self.once(move |_| Ok(Caller { now, ip, ..Caller::default() }), work).await
    }

    async fn once<T: Serialize + Send + 'static, const STATUS: u16>(
        self,
        identify: impl FnOnce(&mut Tx<'_>) -> Result<Caller, WebError> + Send + 'static,
        work: impl FnOnce(&mut Tx<'_>, &Caller) -> Result<Result<T, WebError>, WebError> + Send + 'static,
    ) -> Result<Answer<T, STATUS>, WebError> {
        let once = self.once;
        let done = self.state.db.write(move |tx| {
            let caller = identify(tx)?;
            let mine = match &once {
                None => None,
                Some((key, request)) => {
                    match idempotency::claim(tx, caller.actor.user, key, request, caller.now)? {
                        Claim::Mine(id) => Some(id),
                        Claim::Done(body) => {
                            return Ok(Ok(Answer { body, file: None, replayed: true, shape: PhantomData }));
                        }
                        Claim::Other => return Err(mismatch()),
                    }
                }
            };
            let answer = match work(tx, &caller)? {
                Ok(value) => Answer::<T, STATUS>::of(&value)?,
                Err(told) => {
                    if let Some(id) = mine {
                        idempotency::release(tx, &id)?;
                    }
                    return Ok(Err(told));
                }
            };
            if let Some(id) = mine {
                idempotency::keep(tx, &id, STATUS, &answer.body)?;
            }
            Ok::<_, WebError>(Ok(answer))
        });
        done.await?
    }

    /// Notes the token's use, at most once a minute, after the answer: nobody waits for it.
    fn touch(&self, token: Option<TokenId>) {
        if let Some(id) = token {
            let (db, now) = (self.state.db.clone(), self.now);
            actix_web::rt::spawn(async move {
                let noted: Result<(), StoreError> = db.write(move |tx| tokens::touch(tx, id, now)).await;
                if let Err(e) = noted {
                    tracing::warn!(%e, "token use not noted");
                }
            });
        }
    }
}

fn identified(
    rx: &mut Rx<'_>,
    token: &str,
    now: DateTime<Utc>,
    ip: String,
) -> Result<(Caller, TokenScope, Option<TokenId>), WebError> {
    let calling = match tokens::calling(rx, token, now) {
        Ok(calling) => calling,
        Err(StoreError::NotFound) => return Err(bad_token()),
        Err(e) => return Err(e.into()),
    };
    let touch = Some(calling.token).filter(|_| calling.wants_touch(now));
    Ok((Caller { actor: calling.actor, token: Some(calling.token), now, ip }, calling.scope, touch))
}

/// What a reading operation does on its session: finds out who calls, and answers them.
fn answer<T: Serialize>(
    rx: &mut Rx<'_>,
    (token, now, ip): (String, DateTime<Utc>, String),
    work: impl FnOnce(&mut Rx<'_>, &Caller) -> Result<T, WebError>,
) -> Result<(Done<T>, Option<TokenId>), WebError> {
    let (caller, _, touch) = identified(rx, &token, now, ip)?;
    Ok((Done::of(&work(rx, &caller)?)?, touch))
}

fn read_only() -> WebError {
    WebError::new(
        StatusCode::FORBIDDEN,
        "read_only_token",
        "읽기 전용 토큰입니다. 쓰기 토큰을 만들어 주세요.",
    )
}

fn mismatch() -> WebError {
    WebError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "idempotency_mismatch",
        "같은 Idempotency-Key로 다른 내용을 보냈습니다. 새 키를 쓰거나 처음과 똑같이 보내 주세요.",
    )
}

/// The request's `Idempotency-Key`: 1 to 255 visible ASCII characters.
fn key(req: &HttpRequest) -> Result<Option<String>, WebError> {
    let Some(value) = req.headers().get("idempotency-key") else { return Ok(None) };
    let fits = |key: &&str| {
        (1..=KEY_MAX).contains(&key.len()) && key.chars().all(|c| c.is_ascii_graphic() || c == ' ')
    };
    match value.to_str().ok().filter(fits) {
        Some(key) => Ok(Some(key.to_owned())),
        None => Err(WebError::new(
            StatusCode::BAD_REQUEST,
            "bad_idempotency_key",
            "Idempotency-Key는 255자 안의 영문자·숫자·기호로 보내 주세요.",
        )),
    }
}

/// What casework refuses, told as the API tells it.
pub(super) fn told(e: CaseworkError) -> WebError {
    e.into()
}
