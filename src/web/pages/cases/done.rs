//! The receipt of a complaint that was taken for somebody else's desk: whoever took it prints it once, and reads no more.
use crate::casework::file::Filed;
use crate::domain::codes::Disclosure;
use crate::domain::ids::UserId;
use crate::store::{StoreError, Tx, drafts};
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::pages::apply::Sent;
use crate::web::parts::Link;
use crate::web::state::{State, see_other};
use actix_web::HttpResponse;
use actix_web::web::Data;
use chrono::{DateTime, Utc};

/// The kind of draft in the store; each person's last receipt, for a day.
const KIND: &str = "desk";

fn of(user: UserId) -> String {
    format!("user{}", user.0)
}

/// Keeps the receipt for the page that follows.
///
/// # Errors
/// Database errors.
pub(super) fn keep(
    tx: &mut Tx<'_>,
    user: UserId,
    filed: &Filed,
    disclosure: Disclosure,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let sent = Sent::of(tx, filed, disclosure)?;
    let kept = serde_json::to_string(&sent).map_err(|e| StoreError::Other(e.to_string()))?;
    drafts::save(tx, &of(user), KIND, &kept, now)
}

/// The receipt of the complaint that this person took last.
///
/// # Errors
/// Database and template errors.
pub async fn page(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let (user, now) = (who.user()?, state.now());
    let kept = state.db.read(move |rx| drafts::load(rx, &of(user), KIND, now)).await?;
    let Some(sent) = kept.and_then(|json| serde_json::from_str::<Sent>(&json).ok()) else {
        return Ok(see_other("/cases/new", None));
    };
    let mut page = state.frame(&who, "접수했습니다");
    page.back = Some(Link::new("/cases/new", "새로 접수하기"));
    state.page("pages/apply/done", &sent.shown(&state, page))
}
