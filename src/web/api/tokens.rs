//! One's own tokens. New ones are made on the settings page only: a token must not be able to outlive itself.
use super::call::{Call, Done, told};
use super::shapes::account::TokenList;
use super::shapes::file::Acknowledged;
use crate::casework::account::own;
use crate::domain::ids::TokenId;
use crate::store::tokens;
use crate::web::error::WebError;

/// The caller's tokens, newest first, ended ones included.
///
/// # Errors
/// `bad_token`.
pub async fn list(call: Call) -> Result<Done<TokenList>, WebError> {
    call.asker
        .read(|rx, caller| {
            let all = tokens::of_user(rx, caller.user()?)?;
            Ok(TokenList { tokens: all.into_iter().map(Into::into).collect() })
        })
        .await
}

/// Ends one of the caller's tokens, this one too.
///
/// # Errors
/// 404 when it is not theirs or has ended.
pub async fn revoke(call: Call) -> Result<Done<Acknowledged>, WebError> {
    let id = TokenId(call.id()?);
    call.asker
        .write(move |tx, caller| {
            own::revoke_token(tx, caller.user()?, id, caller.now).map_err(told)?;
            Ok(Acknowledged { ok: true })
        })
        .await
}
