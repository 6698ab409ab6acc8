//! Who reads published reports, and who publishes them. `product.md` gives the publishing to the ward; whom it tells is for the ward to
//! say by 공개구분.
use super::Actor;
use crate::domain::codes::{Openness, Role};

impl Actor {
    /// Whether the person reads published reports at all: whoever works for the ward, and the desks of its committees and NGOs.
    #[must_use]
    pub fn follows_publications(&self) -> bool {
        [Role::Ward, Role::Dong, Role::Coordinator].into_iter().any(|role| self.has(role))
            || [Role::Secretary, Role::Chair].into_iter().any(|role| self.has_cases_as(role))
    }

    /// Whether the person reads a report of this 공개구분: the ward's own people every one, others what is open.
    #[must_use]
    pub fn reads_publication(&self, openness: Openness) -> bool {
        self.has(Role::Ward)
            || self.has(Role::Dong)
            || (openness == Openness::Open && self.follows_publications())
    }

    /// Whether the person publishes for a ward.
    #[must_use]
    pub fn may_publish(&self) -> bool {
        self.has(Role::Ward)
    }
}
