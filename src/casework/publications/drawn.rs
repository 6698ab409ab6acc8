//! A report as it would be published: counted, with what must not be told beside everything published before it, and held against the
//! version before.
use super::{APPROVAL, Particulars, Ready, refused};
use crate::casework::{CaseworkError, figures};
use crate::domain::ids::UserId;
use crate::domain::indicators::{Earlier, Frozen, Report, hidden_beside};
use crate::domain::publication::{Period, slices, touch, within};
use crate::domain::seoul;
use crate::exchange::publication::{Document, FORM, changes};
use crate::exchange::report::suppressed;
use crate::store::bodies::{self, Body};
use crate::store::publications::{self, Head};
use crate::store::{Rx, StoreError};
use chrono::{DateTime, NaiveDate, Utc};

/// What was published: which one, its document, and the exact report.
type Published = (Head, String, String);

fn other(e: serde_json::Error) -> StoreError {
    StoreError::Other(e.to_string())
}

/// The exact report of a period now, and the JSON pointers of what it hides.
fn counted(
    rx: &mut Rx<'_>,
    ward: &Body,
    period: Period,
    before: &[Published],
    now: DateTime<Utc>,
) -> Result<(Report, Vec<String>), CaseworkError> {
    let own = (period.from, period.to);
    let mut before: Vec<&Published> = before.iter().collect();
    before.retain(|(head, ..)| touch(own, (head.from_on, head.to_on)));
    let mut borders: Vec<(NaiveDate, NaiveDate)> =
        before.iter().map(|(head, ..)| (head.from_on, head.to_on)).collect();
    borders.push(own);
    let cut = slices(&borders);
    let coming = within(&cut);
    let asked: Vec<(NaiveDate, NaiveDate)> =
        cut.iter().copied().chain(coming.iter().map(|one| (one.from, one.to))).chain([own]).collect();
    let mut counted = figures::by_dong(rx, &ward.ward_code, &asked, now)?;
    let mut report = counted.pop().ok_or(StoreError::NotFound)?;
    let mut later = counted.split_off(cut.len());
    for (table, period) in later.iter_mut().zip(&coming).chain([(&mut report, &period)]) {
        if period.by().is_none() {
            table.rows.clear();
        }
    }
    let mut earlier = Vec::new();
    for (_, text, exact) in &before {
        let frozen: Frozen = serde_json::from_str(exact).map_err(other)?;
        let told = Document::read(text).map_err(other)?.report;
        let hidden = told.get("suppressed").cloned().unwrap_or_default();
        earlier
            .push(Earlier { report: frozen.into(), hidden: serde_json::from_value(hidden).map_err(other)? });
    }
    let hidden = hidden_beside(&report, &earlier, &counted, &later);
    Ok((report, hidden))
}

/// Counts the report, hides in it what would follow from everything that was published, and holds it against the version before.
pub(super) fn drawn_up(
    rx: &mut Rx<'_>,
    (ward, by): (Body, Option<UserId>),
    (period, name): (Period, String),
    said: &Particulars,
    now: DateTime<Utc>,
) -> Result<Ready, CaseworkError> {
    let before = publications::whole(rx, &ward.ward_code)?;
    let (report, hidden) = counted(rx, &ward, period, &before, now)?;
    let told = suppressed(&report, &hidden).map_err(other)?;
    let last =
        before.iter().filter(|(head, ..)| head.period() == period).max_by_key(|(head, ..)| head.version);
    let (version, supersedes, changes) = match last {
        None => (1, None, Vec::new()),
        Some((head, text, _)) => {
            let changes = changes(&Document::read(text).map_err(other)?.report, &told);
            if changes.is_empty() {
                return Err(refused(
                    "nothing_changed",
                    "앞 판과 달라진 칸이 없어 새 판을 만들지 않습니다. 자료를 고친 뒤에 다시 공표해 주세요.",
                ));
            }
            let version = u32::try_from(head.version).unwrap_or(u32::MAX).saturating_add(1);
            (version, Some(head.sha256.clone()), changes)
        }
    };
    let names = bodies::all_dongs(rx)?
        .into_iter()
        .filter(|(code, _, of)| *of == ward.ward_code && report.rows.iter().any(|row| row.key == *code));
    let document = Document {
        form: FORM.to_owned(),
        ward_code: ward.ward_code.clone(),
        ward: ward.name.clone(),
        kind: period.kind,
        period: name,
        from: period.from,
        to: period.to,
        version,
        published_at: now.with_timezone(&seoul::ZONE),
        number: said.number.trim().to_owned(),
        openness: said.openness,
        approval: APPROVAL.map(str::to_owned).to_vec(),
        target_percent: said.target_percent,
        supersedes,
        reason: said.reason.trim().to_owned(),
        changes,
        names: names.map(|(code, name, _)| (code, name)).collect(),
        report: told,
    };
    let exact = serde_json::to_string(&Frozen::from(&report)).map_err(other)?;
    Ok(Ready { ward, period, document, exact, seen: before.len(), by })
}
