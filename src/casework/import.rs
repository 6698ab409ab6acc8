//! Bringing an old ledger in, and writing it out again (`exchange.md`). One transaction: any bad row, and nothing is imported.
//!
//! Planning only reads and finds every bad row; saving writes what was planned. A dry run is a plan that is not saved.
mod cases;
mod complexes;
mod export;

pub use cases::{CasePlan, Ledger, plan_cases, save_cases};
pub use complexes::{ComplexPlan, plan_complexes, save_complexes};
pub use export::{Files, export};

use crate::domain::codes::{WARD_DONGS, ward_of};
use crate::domain::refusal::Missing;
use crate::exchange::Problem;
use crate::store::{StoreError, Tx, bodies};

/// Why nothing was imported.
#[derive(Debug)]
pub enum ImportError {
    /// Every bad row, in the order of the files.
    Problems(Vec<Problem>),
    Store(StoreError),
}

impl From<StoreError> for ImportError {
    fn from(e: StoreError) -> Self {
        Self::Store(e)
    }
}

impl std::fmt::Display for ImportError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Problems(problems) => problems.iter().try_for_each(|problem| writeln!(f, "{problem}")),
            Self::Store(e) => e.fmt(f),
        }
    }
}

impl std::error::Error for ImportError {}

/// What an import does, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// New 단지 or cases.
    pub added: usize,
    /// Rows that are there already with the same content.
    pub known: usize,
    pub events_added: usize,
    pub events_known: usize,
    /// Steps that stand as '기록 없음', by `ref` (legacy only).
    pub missing: Vec<(String, Vec<Missing>)>,
}

/// Told how far a long import is: (what, done, of).
pub type Progress<'a> = &'a mut dyn FnMut(&str, usize, usize);

/// Adds the fourteen 행정동 of 서대문구 unless they are there.
///
/// # Errors
/// Database errors.
pub fn seed_dongs(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    for (code, name) in WARD_DONGS {
        bodies::add_dong(tx, code, name, ward_of(code))?;
    }
    Ok(())
}
