//! People with accounts, their roles and tokens.
use crate::domain::codes::{Role, TokenScope};
use crate::domain::ids::{BodyId, TokenId, UserId};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

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
    pub roles: Vec<HeldRole>,
    pub token: Option<Token>,
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
