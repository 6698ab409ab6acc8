//! Importing 단지: unknown 행정동 and programmes come into being with them.
use super::{ImportError, Summary, ward_of};
use crate::domain::codes::{BodyKind, CommitteeKind};
use crate::domain::ids::ProgrammeId;
use crate::exchange::{ComplexRow, Parsed, Problem};
use crate::store::complexes::{Complex, Facts, NewComplex};
use crate::store::programmes::Terms;
use crate::store::{Rx, StoreError, Tx, bodies, complexes, ledger, programmes};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// What is to be added.
#[derive(Debug, Clone)]
pub struct ComplexPlan {
    new: Vec<ComplexRow>,
    pub summary: Summary,
}

/// Compares the file with what is there.
///
/// # Errors
/// Every bad row; database errors.
pub fn plan_complexes(
    rx: &mut Rx<'_>,
    file: &str,
    parsed: &Parsed<ComplexRow>,
) -> Result<ComplexPlan, ImportError> {
    let mut problems = parsed.problems.clone();
    let codes: Vec<String> = parsed.rows.iter().map(|row| row.code.clone()).collect();
    let known = ledger::complexes_by_code(rx, &codes)?;
    let programmes = programme_names(rx)?;
    let mut plan = ComplexPlan { new: Vec::new(), summary: Summary::default() };
    let mut seen: HashMap<&str, &ComplexRow> = HashMap::new();
    for row in &parsed.rows {
        let different = match (seen.get(row.code.as_str()), known.get(&row.code)) {
            (Some(first), _) => {
                (!same(first, row)).then(|| format!("{}번째 줄의 같은 코드와 내용이 다릅니다", first.line))
            }
            (None, Some((place, facts))) => {
                let held = facts.first().into_iter().chain(facts.last());
                let same =
                    held.map(|(_, facts)| as_row(place, facts, &programmes)).any(|there| same(&there, row));
                (!same).then(|| {
                    "이미 있는 단지와 내용이 다릅니다. 바꾸려면 설정 화면에서 고쳐 주세요".to_owned()
                })
            }
            (None, None) => {
                seen.insert(&row.code, row);
                plan.new.push(row.clone());
                continue;
            }
        };
        match different {
            Some(what) => {
                problems.push(Problem { file: file.to_owned(), line: row.line, column: "code".into(), what });
            }
            None => plan.summary.known += 1,
        }
    }
    if !problems.is_empty() {
        problems.sort();
        return Err(ImportError::Problems(problems));
    }
    plan.summary.added = plan.new.len();
    Ok(plan)
}

fn programme_names(rx: &mut Rx<'_>) -> Result<HashMap<ProgrammeId, String>, StoreError> {
    Ok(programmes::names(rx)?.into_iter().collect())
}

fn same(one: &ComplexRow, other: &ComplexRow) -> bool {
    ComplexRow { line: 0, ..one.clone() } == ComplexRow { line: 0, ..other.clone() }
}

/// A 단지 as the file writes it.
pub(super) fn as_row(
    place: &Complex,
    facts: &Facts,
    programmes: &HashMap<ProgrammeId, String>,
) -> ComplexRow {
    ComplexRow {
        line: 0,
        code: place.code.clone(),
        name: place.name.clone(),
        dong_code: facts.dong_code.clone(),
        households: u32::try_from(place.households).unwrap_or(0),
        approved_on: place.approved_on,
        permit: place.permit,
        tenure: place.tenure,
        committee: facts.committee,
        programme: facts.programme_id.and_then(|id| programmes.get(&id).cloned()),
    }
}

/// Writes what was planned. A 단지 whose file names a committee gets that committee as a body, so that its cases have
/// a desk to go to; people are put there on the set-up pages.
///
/// # Errors
/// Database errors.
pub fn save_complexes(tx: &mut Tx<'_>, plan: &ComplexPlan, now: DateTime<Utc>) -> Result<(), StoreError> {
    let known = programme_names(tx)?;
    let mut ids: HashMap<String, ProgrammeId> = known.into_iter().map(|(id, name)| (name, id)).collect();
    for row in &plan.new {
        // Adding a 행정동 that is there changes nothing; so its name from the set-up stays.
        bodies::add_dong(tx, &row.dong_code, &row.dong_code, ward_of(&row.dong_code))?;
        let programme_id = match &row.programme {
            Some(name) => match ids.get(name) {
                Some(id) => Some(*id),
                None => {
                    let id = programmes::add(tx, name, None, &named_only(), None, now)?;
                    ids.insert(name.clone(), id);
                    Some(id)
                }
            },
            None => None,
        };
        let facts = Facts { dong_code: row.dong_code.clone(), committee: row.committee, programme_id };
        let new = NewComplex {
            code: row.code.clone(),
            name: row.name.clone(),
            households: i64::from(row.households),
            approved_on: row.approved_on,
            permit: row.permit,
            tenure: row.tenure,
            facts,
        };
        let id = complexes::add(tx, &new, now)?;
        if row.committee != CommitteeKind::None {
            let committee = bodies::NewBody {
                name: format!("{} {}", row.name, row.committee.label()),
                ward_code: ward_of(&row.dong_code).to_owned(),
                dong_code: Some(row.dong_code.clone()),
                complex: Some(id),
                controller: format!("{} 입주자대표회의", row.name),
                ..bodies::NewBody::default()
            };
            bodies::add(tx, BodyKind::Committee, &committee, now)?;
        }
    }
    Ok(())
}

/// A programme known by name only: no NGO and no dates yet, so nothing is entrusted under it.
fn named_only() -> Terms {
    Terms {
        ngo_id: None,
        from_on: None,
        until_on: None,
        basis: "consent".to_owned(),
        budget_won: None,
        activities: String::new(),
        mediators: 1,
    }
}
