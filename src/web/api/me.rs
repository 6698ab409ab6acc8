//! Who the token speaks for.
use super::call::{Call, Done};
use super::shapes::account::{HeldRole, Me, MeOne};
use crate::store::{bodies, tokens, users};
use crate::web::error::WebError;

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
                    roles: caller.actor.grants.iter().map(held).collect(),
                    token: token.map(Into::into),
                },
            })
        })
        .await
}
