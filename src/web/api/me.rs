//! Who the token speaks for, and what they change of their own account. A password is asked where a stolen token must not
//! be enough.
use super::call::{Call, Done, Nothing, told};
use super::shapes::account::*;
use super::shapes::file::Acknowledged;
use crate::casework::account::AccountRules;
use crate::casework::account::own::{self, NewPassword};
use crate::casework::digest;
use crate::store::{StoreError, bodies, digests, logins, tokens, users};
use crate::web::error::WebError;

const DONE: Acknowledged = Acknowledged { ok: true };

/// The token's maker with the roles in force.
///
/// # Errors
/// `bad_token`.
pub async fn show(call: Call) -> Result<Done<MeOne>, WebError> {
    call.asker
        .read(|rx, caller| {
            let user = users::find(rx, caller.user()?)?;
            let ids: Vec<_> = caller.actor.grants.iter().filter_map(|g| g.body).collect();
            let names = bodies::names(rx, &ids)?;
            let held = |g: &crate::domain::permission::Grant| HeldRole {
                role: g.role,
                body_id: g.body,
                body_name: names.iter().find(|(id, _)| Some(*id) == g.body).map(|(_, name)| name.clone()),
            };
            let token = tokens::of_user(rx, user.id)?.into_iter().find(|t| Some(t.id) == caller.token);
            Ok(MeOne {
                me: Me {
                    id: user.id,
                    name: user.name,
                    email: user.email,
                    digest: digests::wanted(rx, user.id)?,
                    roles: caller.actor.grants.iter().map(held).collect(),
                    token: token.map(Into::into),
                },
            })
        })
        .await
}

/// Changes one's own name and telephone number.
///
/// # Errors
/// 422 for what does not fit.
pub async fn details(call: Call<Nothing, DetailsBody>) -> Result<Done<Acknowledged>, WebError> {
    let b = call.body;
    call.asker
        .write(move |tx, c| {
            own::set_details(tx, c.user()?, &b.name, &b.phone, c.now).map_err(told)?;
            Ok(DONE)
        })
        .await
}

/// Switches the weekly summary of duties by e-mail.
///
/// # Errors
/// `bad_token`.
pub async fn digest(call: Call<Nothing, DigestBody>) -> Result<Done<Acknowledged>, WebError> {
    let on = call.body.on;
    call.asker
        .write(move |tx, c| {
            digest::switch(tx, c.user()?, on, c.now)?;
            Ok(DONE)
        })
        .await
}

/// Changes one's own password; every login ends, tokens stay.
///
/// # Errors
/// 422 at `password` or `new_password`; 429 after too many wrong ones.
pub async fn password(call: Call<Nothing, PasswordBody>) -> Result<Done<Acknowledged>, WebError> {
    let (asker, b) = (call.asker, call.body);
    let (state, now) = (asker.state.clone(), asker.now);
    let (caller, done) = asker.writer().await?;
    let id = caller.user()?;
    let user = state.db.read(move |rx| users::find(rx, id)).await?;
    let hash = if done {
        // What was answered is answered again; the password that was sent is the present one no more.
        None
    } else {
        let typed = NewPassword { password: b.password, again: b.new_password.clone(), new: b.new_password };
        Some(
            own::new_password(&state.db, &AccountRules::of(&state.settings), &user, typed, now)
                .await
                .map_err(told)?,
        )
    };
    asker
        .write(move |tx, c| {
            let hash = hash.ok_or_else(|| StoreError::Conflict("request".to_owned()))?;
            own::keep_password(tx, &user, &hash, None, c.now).map_err(told)?;
            Ok(DONE)
        })
        .await
}

/// Asks for a new address: it holds once the link that is sent there was used.
///
/// # Errors
/// 422 at `email` or `password`; 429 after too many wrong ones.
pub async fn address(call: Call<Nothing, AddressBody>) -> Result<Done<Acknowledged>, WebError> {
    let (asker, b) = (call.asker, call.body);
    let (state, now, rules) = (asker.state.clone(), asker.now, AccountRules::of(&asker.state.settings));
    let (caller, done) = asker.writer().await?;
    let id = caller.user()?;
    let user = state.db.read(move |rx| users::find(rx, id)).await?;
    let email = if done {
        None
    } else {
        Some(own::new_address(&state.db, &rules, &user, &b.email, b.password, now).await.map_err(told)?)
    };
    asker
        .write(move |tx, c| {
            let email = email.ok_or_else(|| StoreError::Conflict("request".to_owned()))?;
            own::send_address(tx, &rules, &user, email, c.now).map_err(told)?;
            Ok(DONE)
        })
        .await
}

/// The caller's logins that stand, the last used first.
///
/// # Errors
/// `bad_token`.
pub async fn logins(call: Call) -> Result<Done<LoginList>, WebError> {
    let idle = AccountRules::of(&call.asker.state.settings).idle();
    call.asker
        .read(move |rx, c| {
            let rows = logins::of_user(rx, c.user()?, c.now, idle)?;
            Ok(LoginList { logins: rows.into_iter().map(Into::into).collect() })
        })
        .await
}

/// Ends one of the caller's logins, or all of them.
///
/// # Errors
/// 404 when it is not theirs or has ended.
pub async fn end_logins(call: Call<Nothing, EndLoginBody>) -> Result<Done<Acknowledged>, WebError> {
    let id = call.body.id;
    call.asker
        .write(move |tx, c| {
            match id {
                Some(id) => logins::end_own(tx, c.user()?, &id)?,
                None => drop(own::log_out_everywhere(tx, c.user()?, None, c.now).map_err(told)?),
            }
            Ok(DONE)
        })
        .await
}
