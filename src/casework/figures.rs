//! Reports over the whole installation: reads every case once and counts.
use crate::domain::indicators::{Counter, Question, Report, Scope};
use crate::store::{Rx, StoreError, bodies, ledger};

/// The report that answers `question`.
///
/// # Errors
/// Database errors.
pub fn report(rx: &mut Rx<'_>, question: &Question) -> Result<Report, StoreError> {
    let pairs = ledger::pairs(rx)?;
    let mut counter = Counter::new(question.clone(), &pairs);
    ledger::each_case(rx, |_, case| counter.add(case))?;
    Ok(counter.report())
}

/// Whether there is such a ward, 행정동 or 단지: a slip of the pen must not look like a quiet year.
///
/// # Errors
/// Database errors.
pub fn is_known(rx: &mut Rx<'_>, scope: &Scope) -> Result<bool, StoreError> {
    Ok(match scope {
        Scope::Ward(code) => bodies::all_dongs(rx)?.iter().any(|(_, _, ward)| ward == code),
        Scope::Dong(code) => bodies::dong_name(rx, code)?.is_some(),
        Scope::Complex(code) => !ledger::complexes_by_code(rx, std::slice::from_ref(code))?.is_empty(),
    })
}
