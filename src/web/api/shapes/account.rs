//! People with accounts, their roles and tokens.
use crate::domain::codes::{Role, TokenScope};
use crate::domain::ids::{BodyId, TokenId, UserId};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The caller.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MeOne {
    pub me: Me,
}

/// The token's maker, what they may act as, and the token.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Me {
    pub id: UserId,
    pub name: String,
    pub email: String,
    /// Whether the weekly summary of duties is wanted.
    pub digest: bool,
    pub roles: Vec<HeldRole>,
    pub token: Option<Token>,
}

/// Switches the weekly summary of duties.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DigestBody {
    pub on: bool,
}

/// A role in force, at a body or for the installation.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HeldRole {
    pub role: Role,
    pub body_id: Option<BodyId>,
    pub body_name: Option<String>,
}

/// A bearer token; its text was shown once, when it was made.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Token {
    pub id: TokenId,
    pub name: String,
    pub scope: TokenScope,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
    /// To the minute.
    pub last_used_at: Option<DateTime<Utc>>,
}

impl From<crate::store::tokens::TokenRow> for Token {
    fn from(row: crate::store::tokens::TokenRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            scope: row.scopes,
            created_at: row.created_at.and_utc(),
            expires_at: row.expires_at.and_utc(),
            revoked_at: row.revoked_at.map(|t| t.and_utc()),
            last_used_at: row.last_used_at.map(|t| t.and_utc()),
        }
    }
}

/// One's own tokens.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TokenList {
    pub tokens: Vec<Token>,
}

/// One's own name and telephone number.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DetailsBody {
    #[schemars(length(min = 1, max = 40))]
    pub name: String,
    /// Empty: none.
    pub phone: String,
}

/// A new password, with the present one.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordBody {
    pub password: String,
    #[schemars(length(min = 8))]
    pub new_password: String,
}

/// A new address, with the password.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressBody {
    pub email: String,
    pub password: String,
}

/// One's own logins.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LoginList {
    pub logins: Vec<Login>,
}

/// A login in a browser.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Login {
    /// Names it; it opens nothing.
    pub id: String,
    pub created_at: DateTime<Utc>,
    /// To the minute.
    pub seen_at: DateTime<Utc>,
    pub ip: String,
    /// The browser's own name.
    pub agent: String,
}

impl From<crate::store::logins::LoginRow> for Login {
    fn from(row: crate::store::logins::LoginRow) -> Self {
        Self {
            id: row.token_hash,
            created_at: row.created_at.and_utc(),
            seen_at: row.seen_at.and_utc(),
            ip: row.ip,
            agent: row.agent,
        }
    }
}

/// Which login ends; null: every one.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EndLoginBody {
    pub id: Option<String>,
}
