//! A report as it would be published: counted, with what must not be told beside everything published before it, and held against the
//! version before.
use super::{APPROVAL, Particulars, Ready, refused};
use crate::casework::{CaseworkError, figures};
use crate::domain::ids::UserId;
use crate::domain::indicators::{Earlier, Frozen, Report, hidden_beside};
use crate::domain::publication::{Period, beside, slices, within};
use crate::domain::seoul;
use crate::exchange::publication::{Document, FORM, changes};
use crate::exchange::report::suppressed;
use crate::store::bodies::{self, Body};
use crate::store::publications::{self, Head};
use crate::store::{Rx, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeMap;

/// What was published: which one, its document, and the exact report.
type Published = (Head, String, String);

fn other(e: serde_json::Error) -> StoreError {
    StoreError::Other(e.to_string())
}

/// A report as it was counted, with all that it is held against: what is needed of the database.
#[derive(Debug, Clone)]
pub struct Gathered {
    ward: Body,
    by: Option<UserId>,
    period: Period,
    name: String,
    said: Particulars,
    now: DateTime<Utc>,
    report: Report,
    /// The slices between all borders, and what could be published later.
    exact: Vec<Report>,
    coming: Vec<Report>,
    near: Vec<Published>,
    /// The version before.
    last: Option<(Head, Document)>,
    names: BTreeMap<String, String>,
    /// How many versions the ward had published.
    seen: i64,
}

/// The version before of the same period; another programme's is none.
fn version_before(
    before: &[Published],
    period: Period,
    name: &str,
) -> Result<Option<(Head, Document)>, CaseworkError> {
    let same = before.iter().filter(|(head, ..)| head.period() == period);
    let Some((head, text, _)) = same.max_by_key(|(head, ..)| head.version) else { return Ok(None) };
    let document = Document::read(text).map_err(other)?;
    if document.period != name {
        let theirs = &document.period;
        return Err(refused(
            "same_months",
            &format!(
                "같은 달을 이미 '{theirs}' 이름으로 공표했습니다. 사업의 이름을 바꾸었다면 앞의 이름으로 되돌린 뒤에 공표해 주시고, 다른 사업이라면 그 보고서를 써 주세요."
            ),
        ));
    }
    Ok(Some((head.clone(), document)))
}

/// Counts the report, and every stretch of time that it is held against.
pub(super) fn gather(
    rx: &mut Rx<'_>,
    (ward, by): (Body, Option<UserId>),
    (period, name): (Period, String),
    said: &Particulars,
    now: DateTime<Utc>,
) -> Result<Gathered, CaseworkError> {
    let before = publications::whole(rx, &ward.ward_code)?;
    let seen = i64::try_from(before.len()).unwrap_or(i64::MAX);
    let last = version_before(&before, period, &name)?;
    let own = (period.from, period.to);
    let near = beside(own, before, |(head, ..)| (head.from_on, head.to_on));
    let mut borders: Vec<(NaiveDate, NaiveDate)> =
        near.iter().map(|(head, ..)| (head.from_on, head.to_on)).collect();
    borders.push(own);
    let cut = slices(&borders);
    let later = within(&cut);
    let asked: Vec<(NaiveDate, NaiveDate)> =
        cut.iter().copied().chain(later.iter().map(|one| (one.from, one.to))).chain([own]).collect();
    let mut exact = figures::by_dong(rx, &ward.ward_code, &asked, now)?;
    let mut report = exact.pop().ok_or(StoreError::NotFound)?;
    let mut coming = exact.split_off(cut.len());
    for (table, period) in coming.iter_mut().zip(&later).chain([(&mut report, &period)]) {
        if period.by().is_none() {
            table.rows.clear();
        }
    }
    let in_report = |code: &String| report.rows.iter().any(|row| row.key == *code);
    let names =
        bodies::dongs_of(rx, &ward.ward_code)?.into_iter().filter(|(code, _)| in_report(code)).collect();
    let said = said.clone();
    Ok(Gathered { ward, by, period, name, said, now, report, exact, coming, near, last, names, seen })
}

impl Gathered {
    /// Hides what would follow from everything that was published, and holds the report against the version before. Takes seconds.
    ///
    /// # Errors
    /// `Refused` with `nothing_changed` where the version before says the same.
    pub fn drawn(self) -> Result<Ready, CaseworkError> {
        let mut earlier = Vec::new();
        for (_, text, exact) in &self.near {
            let frozen: Frozen = serde_json::from_str(exact).map_err(other)?;
            let told = Document::read(text).map_err(other)?.report;
            let hidden = told.get("suppressed").cloned().unwrap_or_default();
            let hidden = serde_json::from_value(hidden).map_err(other)?;
            earlier.push(Earlier { report: frozen.into(), hidden });
        }
        let hidden = hidden_beside(&self.report, &earlier, &self.exact, &self.coming);
        let told = suppressed(&self.report, &hidden).map_err(other)?;
        let (version, supersedes, changes) = match &self.last {
            None => (1, None, Vec::new()),
            Some((head, document)) => {
                let changes = changes(&document.report, &told);
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
        let document = Document {
            form: FORM.to_owned(),
            ward_code: self.ward.ward_code.clone(),
            ward: self.ward.name.clone(),
            kind: self.period.kind,
            period: self.name,
            from: self.period.from,
            to: self.period.to,
            version,
            published_at: self.now.with_timezone(&seoul::ZONE),
            number: self.said.number.trim().to_owned(),
            openness: self.said.openness,
            approval: APPROVAL.map(str::to_owned).to_vec(),
            target_percent: self.said.target_percent,
            supersedes,
            reason: self.said.reason.trim().to_owned(),
            changes,
            names: self.names,
            report: told,
        };
        let exact = serde_json::to_string(&Frozen::from(&self.report)).map_err(other)?;
        Ok(Ready { ward: self.ward, period: self.period, document, exact, seen: self.seen, by: self.by })
    }
}
