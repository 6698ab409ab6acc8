//! Saved views: kept, listed and deleted by the person whose they are.
use super::CaseworkError;
use crate::domain::ids::UserId;
use crate::domain::text;
use crate::domain::view::{Kind, NAME_MAX, VIEWS_MAX};
use crate::store::views::{self, View};
use crate::store::{Rx, StoreError, Tx};
use chrono::{DateTime, Utc};

/// A person's views whose page there still is.
///
/// # Errors
/// Database errors.
pub fn list(rx: &mut Rx<'_>, user: UserId) -> Result<Vec<(View, Kind)>, StoreError> {
    let all = views::of_user(rx, user)?;
    Ok(all.into_iter().filter_map(|view| Some((Kind::of(&view.page)?, view))).map(|(k, v)| (v, k)).collect())
}

/// Keeps a page's filter under a name. `query` is what [`Kind::query`] made.
///
/// # Errors
/// `Invalid` at `name`: none, one that is in use, or too many views.
pub fn keep(
    tx: &mut Tx<'_>,
    user: UserId,
    (kind, query, name): (Kind, &str, &str),
    now: DateTime<Utc>,
) -> Result<i64, CaseworkError> {
    let name = text::free(name, NAME_MAX).map_err(|why| CaseworkError::field("name", &why))?;
    if name.is_empty() {
        return Err(CaseworkError::field("name", "알아볼 이름을 적어 주세요. 예: 올해 북가좌1동"));
    }
    let own = views::of_user(tx, user)?;
    if own.iter().any(|view| view.name == name) {
        return Err(CaseworkError::field("name", "같은 이름의 보기가 있습니다. 다른 이름을 적어 주세요."));
    }
    if own.len() >= VIEWS_MAX {
        let sentence =
            format!("보기는 {VIEWS_MAX}개까지 저장합니다. 쓰지 않는 보기를 지운 뒤에 저장해 주세요.");
        return Err(CaseworkError::field("name", &sentence));
    }
    Ok(views::add(tx, user, (&name, kind.key, query), now)?)
}

/// Deletes one.
///
/// # Errors
/// `NotFound` where it is not theirs.
pub fn remove(tx: &mut Tx<'_>, user: UserId, id: i64) -> Result<(), CaseworkError> {
    Ok(views::remove(tx, user, id)?)
}
