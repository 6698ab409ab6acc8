//! What may still be told when some counts are hidden, and everybody knows that a hidden count is 1 or more: a 0 is shown.
//!
//! That nothing hidden follows by equations is not enough then. Where hidden counts add up to as many as there are of them, each
//! of them is 1. So a cell is told only if two people find nothing: one who has what was told, and one who knows every hidden count
//! of 1 besides. For the second the counts of 2 and more have to stay open, and the 1s must not say of each other what they are:
//! what is told must be as new to the second as it is to the first. Then every hidden count can be a little larger, while none
//! falls under 1: neither equations nor bounds (a linear programme) pin it down.

use super::span::{Form, Span};

#[derive(Debug, Default)]
pub(super) struct Guard {
    told: Span,
    /// The same, and the hidden counts of 1.
    with_ones: Span,
}

impl Guard {
    /// From now on none of these forms may be found, whose values are given. The forms that could be found already are left out;
    /// `false` when all of them could.
    pub(super) fn protect<'a>(&mut self, forms: impl IntoIterator<Item = (&'a Form, u32)>) -> bool {
        let mut forms: Vec<(&Form, u32)> = forms.into_iter().collect();
        // Those of 1 first: a sum of them is known to the second as well.
        forms.sort_by_key(|(_, value)| *value);
        forms.retain(|(form, _)| self.told.protect(form));
        for (form, value) in &forms {
            if *value > 1 {
                self.with_ones.protect(form);
            } else {
                self.with_ones.tell(std::slice::from_ref(form));
            }
        }
        !forms.is_empty()
    }

    /// Tells the forms, unless something protected could be found then; `false` in that case, and nothing is told.
    pub(super) fn tell(&mut self, forms: &[Form]) -> bool {
        let (Some(one), Some(other)) = (self.told.news(forms), self.with_ones.news(forms)) else {
            return false;
        };
        if one.len() != other.len() {
            return false;
        }
        self.told.learn(one);
        self.with_ones.learn(other);
        true
    }
}
