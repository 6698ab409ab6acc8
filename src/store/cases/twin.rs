//! The cross-complaint that is dealt with along with a case.
use super::{Row, plain};
use crate::domain::case::Case;
use crate::domain::codes::{LinkKind, Stage};
use crate::store::schema::cases;
use crate::store::{Rx, StoreError, case_links};
use diesel::prelude::*;

/// The case that this one is dealt with together with, whichever of the two leads; none where it has none or that one is closed.
/// What its committee and its ties say of it is not read.
///
/// # Errors
/// Database errors.
pub fn twin(rx: &mut Rx<'_>, case: &Case) -> Result<Option<Case>, StoreError> {
    if !case.crossed {
        return Ok(None);
    }
    for (number, _) in case_links::of_case(rx, case.id)?.into_iter().filter(|(_, k)| *k == LinkKind::Cross) {
        // A closed one plans nothing; and of one whose time was over there is nothing to read.
        let open = cases::table.filter(cases::number.eq(&number)).filter(cases::stage.ne(Stage::Closed));
        let row: Option<Row> = open.select(Row::as_select()).first(rx.conn()).optional()?;
        let Some(row) = row else { continue };
        let other = plain(rx, row)?;
        let together =
            case.together.as_ref() == Some(&number) || other.together.as_ref() == Some(&case.number);
        if together {
            return Ok(Some(other));
        }
    }
    Ok(None)
}
