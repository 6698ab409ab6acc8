//! Which ward takes a complaint whose 단지 is in no list. THE rule, for residents and desks, pages and API alike: the 동네 that was
//! said decides, else the desk's own ward, else the only ward that is here; among several wards nobody guesses.
use super::CaseworkError;
use super::file::Filing;
use crate::domain::codes::BodyKind;
use crate::domain::seoul;
use crate::store::bodies::{self, Body};
use crate::store::{Rx, StoreError};
use chrono::NaiveDate;

/// Digits of a ward's code, with which those of its 행정동 begin.
const WARD_DIGITS: usize = 5;

/// The 동네 that can be chosen where the 단지 is not listed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Areas {
    /// A 행정동's code, or a ward's for those who know no more; and what people call it.
    pub choices: Vec<(String, String)>,
    /// There are several wards: without a choice nobody knows whose case it is.
    pub needed: bool,
}

impl Areas {
    /// The areas of these wards only, for a desk of theirs.
    #[must_use]
    pub fn within(mut self, wards: &[String]) -> Self {
        self.choices.retain(|(code, _)| wards.iter().any(|ward| code.starts_with(ward.as_str())));
        self.needed = false;
        self
    }

    /// What people call the area of this code.
    #[must_use]
    pub fn label(&self, code: &str) -> Option<&str> {
        self.choices.iter().find(|(known, _)| known == code).map(|(_, label)| label.as_str())
    }
}

/// The 동네 of the wards that are here on `day`.
///
/// # Errors
/// Database errors.
pub fn areas(rx: &mut Rx<'_>, day: NaiveDate) -> Result<Areas, StoreError> {
    let wards = wards(rx, day)?;
    let (dongs, needed) = (bodies::all_dongs(rx)?, wards.len() > 1);
    let mut choices = Vec::new();
    for ward in &wards {
        let own = dongs.iter().filter(|(_, _, of)| *of == ward.ward_code);
        let named = |name: &str| if needed { format!("{} {name}", ward.name) } else { name.to_owned() };
        let mut names: Vec<(String, String)> =
            own.map(|(code, name, _)| (code.clone(), named(name))).collect();
        names.sort_by(|a, b| a.1.cmp(&b.1));
        choices.extend(names);
        if needed {
            choices.push((ward.ward_code.clone(), format!("{} (동은 모름)", ward.name)));
        }
    }
    Ok(Areas { choices, needed })
}

/// The ward that takes this complaint, and its 행정동 if it was said.
///
/// # Errors
/// `Invalid` at `area` for a 동네 that is not here, and where several wards could be meant.
pub(super) fn ward_of(rx: &mut Rx<'_>, filing: &Filing) -> Result<(String, Option<String>), CaseworkError> {
    let wards = wards(rx, seoul::day(filing.received_at))?;
    if let Some(area) = filing.area.as_deref().filter(|area| !area.is_empty()) {
        let here = |code: &str| wards.iter().any(|w| w.ward_code == code);
        if area.len() == WARD_DIGITS && here(area) {
            return Ok((area.to_owned(), None));
        }
        let dong = bodies::all_dongs(rx)?.into_iter().find(|(code, _, ward)| code == area && here(ward));
        return match dong {
            Some((code, _, ward)) => Ok((ward, Some(code))),
            None => Err(CaseworkError::field("area", "동네를 목록에서 다시 골라 주세요.")),
        };
    }
    if !filing.ward_code.is_empty() {
        return Ok((filing.ward_code.clone(), None));
    }
    match wards.as_slice() {
        [only] => Ok((only.ward_code.clone(), None)),
        // Nobody has set up a ward yet: the case waits for the NGO, as the seeded 행정동 say.
        [] => {
            Ok((bodies::all_dongs(rx)?.into_iter().next().map(|(_, _, ward)| ward).unwrap_or_default(), None))
        }
        _ => Err(CaseworkError::field(
            "area",
            "사시는 동네를 골라 주세요. 동을 모르시면 구만 고르셔도 됩니다.",
        )),
    }
}

fn wards(rx: &mut Rx<'_>, day: NaiveDate) -> Result<Vec<Body>, StoreError> {
    bodies::of_kinds(rx, day, &[BodyKind::Ward])
}
