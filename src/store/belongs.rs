//! Whose the cases of a ward are: their 단지, their committee, the NGO that took them over, and whether they began under a programme.
use super::schema::{cases, referrals};
use super::{Rx, StoreError};
use crate::domain::codes::ReferralState;
use crate::domain::ids::{BodyId, CaseId, ComplexId, ProgrammeId};
use diesel::prelude::*;
use std::collections::{HashMap, HashSet};

/// Values asked for at once.
const CHUNK: usize = 500;

/// What a case belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Belongs {
    pub complex: Option<ComplexId>,
    pub committee: Option<BodyId>,
    /// The one that took it over and keeps it (as `cases::of_body` has it).
    pub ngo: Option<BodyId>,
    pub in_programme: bool,
}

type Row = (CaseId, Option<ComplexId>, Option<BodyId>, Option<BodyId>, Option<BodyId>, Option<ProgrammeId>);

/// Of these cases.
///
/// # Errors
/// Database errors.
pub fn of_cases(rx: &mut Rx<'_>, ids: &[CaseId]) -> Result<HashMap<CaseId, Belongs>, StoreError> {
    let mut found = HashMap::new();
    for ids in ids.chunks(CHUNK) {
        let rows: Vec<Row> = cases::table
            .filter(cases::id.eq_any(ids))
            .select((
                cases::id,
                cases::complex_id,
                cases::committee_id,
                cases::ngo_id,
                cases::holder_id,
                cases::programme_id,
            ))
            .load(rx.conn())?;
        let asked: Vec<(CaseId, BodyId, ReferralState)> = referrals::table
            .filter(referrals::case_id.eq_any(ids))
            .select((referrals::case_id, referrals::body_id, referrals::state))
            .load(rx.conn())?;
        let asked = asked.into_iter().filter(|(_, _, state)| ReferralState::WAITING.contains(state));
        let waiting: HashSet<(CaseId, BodyId)> = asked.map(|(id, body, _)| (id, body)).collect();
        for (id, complex, committee, ngo, holder, programme) in rows {
            let theirs = |ngo: &BodyId| holder == Some(*ngo) && !waiting.contains(&(id, *ngo));
            let in_programme = programme.is_some();
            found.insert(id, Belongs { complex, committee, ngo: ngo.filter(theirs), in_programme });
        }
    }
    Ok(found)
}
