//! Who sees a programme (구 공모사업), and who does what with it: the ward takes it from stage to stage, its NGO writes down what was held
//! and spent, the committees of its 단지 read what came of it in their own.
use super::Actor;
use crate::domain::codes::{ProgrammeAct, Role};
use crate::domain::ids::{BodyId, ComplexId};

/// Whom a programme concerns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Concerned {
    /// The offices of its ward.
    pub wards: Vec<BodyId>,
    pub ngo: Option<BodyId>,
    /// The committees of its 단지.
    pub committees: Vec<(BodyId, ComplexId)>,
}

/// As what somebody looks at a programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    Ward,
    Ngo,
    /// Of its lines and places only what belongs to these 단지; the sums are the whole programme's.
    Complexes(Vec<ComplexId>),
}

impl Actor {
    /// As what this person sees a programme, if at all.
    #[must_use]
    pub fn sees_programme(&self, concerned: &Concerned) -> Option<Sight> {
        if concerned.wards.iter().any(|ward| self.at(Role::Ward, Some(*ward))) {
            return Some(Sight::Ward);
        }
        if self.at(Role::Coordinator, concerned.ngo) {
            return Some(Sight::Ngo);
        }
        let of_committee = |body: BodyId| {
            let seats = [Role::Secretary, Role::Chair];
            seats.iter().any(|role| self.at(*role, Some(body)))
        };
        let own = concerned.committees.iter().filter(|(body, _)| of_committee(*body));
        let own: Vec<ComplexId> = own.map(|(_, complex)| *complex).collect();
        (!own.is_empty()).then_some(Sight::Complexes(own))
    }

    /// Whether the person may see programmes, and the survey's summary, at all.
    #[must_use]
    pub fn follows_programmes(&self) -> bool {
        [Role::Ward, Role::Coordinator].into_iter().any(|role| self.has(role))
            || [Role::Secretary, Role::Chair].into_iter().any(|role| self.has_cases_as(role))
    }

    /// Whether the person adds programmes: for their ward, or as the operator.
    #[must_use]
    pub fn may_add_programme(&self) -> bool {
        self.has(Role::Ward) || self.may_administer()
    }
}

impl Sight {
    /// Whether whoever looks so may do this.
    #[must_use]
    pub fn may(&self, act: ProgrammeAct) -> bool {
        use ProgrammeAct as Act;
        let wards = [
            Act::Call,
            Act::Select,
            Act::Agree,
            Act::Start,
            Act::Settle,
            Act::Back,
            Act::Plan,
            Act::Join,
            Act::End,
        ];
        let ngos = [Act::Plan, Act::Held, Act::Spend, Act::Strike];
        match self {
            Self::Ward => wards.contains(&act),
            Self::Ngo => ngos.contains(&act),
            Self::Complexes(_) => false,
        }
    }
}
