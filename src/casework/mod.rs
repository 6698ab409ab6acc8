//! FLOOR 2: what people do. One function = one transaction: permit, decide, save, record, notify.
pub mod account;
pub mod agreement;
pub mod application;
pub mod assign;
pub mod booking;
pub mod calendar;
pub mod charge;
pub mod clockwork;
pub mod committee;
pub mod compliance;
pub mod demand;
pub mod diary;
pub mod digest;
pub mod evidence;
pub mod figures;
pub mod file;
pub mod flow;
pub mod handover;
pub mod import;
pub mod inbox;
pub mod keeping;
pub mod meet;
pub mod offers;
pub mod open;
pub mod own;
pub mod packet;
pub mod party;
mod people;
pub mod places;
pub mod post;
pub mod prevention;
pub mod programme;
pub mod pseudonyms;
pub mod publications;
pub mod recusal;
pub mod referral;
pub mod referred;
pub mod rooms;
pub mod roster;
pub mod scan;
pub mod season;
pub mod send_on;
pub mod set_up;
pub mod simulate;
pub mod step;
mod summon;
pub mod surveys;
pub mod tell;
pub mod todo;
mod together;
pub mod unseen;
pub mod variation;
pub mod views;

use crate::domain::case::Refused;
use crate::domain::permission::Denied;
use crate::store::StoreError;

/// Why something was not done. Nothing was saved then.
#[derive(Debug)]
pub enum CaseworkError {
    /// Not for this person.
    Denied,
    /// The case does not allow it.
    Refused(Refused),
    /// What was typed cannot be used: field and sentence.
    Invalid(Vec<(String, String)>),
    /// Too many tries; wait.
    TooMany,
    Store(StoreError),
}

impl CaseworkError {
    /// One wrong field.
    #[must_use]
    pub fn field(name: &str, sentence: &str) -> Self {
        Self::Invalid(vec![(name.to_owned(), sentence.to_owned())])
    }
}

impl std::fmt::Display for CaseworkError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Denied => f.write_str("이 일을 할 권한이 없습니다"),
            Self::Refused(refused) => f.write_str(&refused.sentence),
            Self::Invalid(fields) => {
                let lines: Vec<String> = fields.iter().map(|(name, why)| format!("{name}: {why}")).collect();
                f.write_str(&lines.join("\n"))
            }
            Self::TooMany => f.write_str("너무 여러 번 시도했습니다. 잠시 뒤에 다시 해 주세요"),
            Self::Store(e) => e.fmt(f),
        }
    }
}

impl std::error::Error for CaseworkError {}
impl From<Denied> for CaseworkError {
    fn from(Denied: Denied) -> Self {
        Self::Denied
    }
}
impl From<Refused> for CaseworkError {
    fn from(e: Refused) -> Self {
        Self::Refused(e)
    }
}
impl From<StoreError> for CaseworkError {
    fn from(e: StoreError) -> Self {
        Self::Store(e)
    }
}
