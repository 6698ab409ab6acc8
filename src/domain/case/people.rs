//! The people beside the two main parties: joint parties and their representatives, proxies, owners, and the doors that are
//! only suspected; who moved out; what is merged and split.
use super::{Case, Event, Refused};
use crate::domain::codes::{Authority, BindingAct, Method, Outcome, PersonKind, Side};
use crate::domain::step::{Seq, Step};

/// Most representatives of one side (공동주택관리법 시행령 §46 as a model), the main party among them.
pub const REPRESENTATIVES_MAX: usize = 3;
/// Most people beside the two main parties.
const PEOPLE_MAX: usize = 30;

/// Somebody beside the main party of a side. Name, door and telephone have a home of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The line that added them.
    pub seq: Seq,
    pub side: Side,
    pub kind: PersonKind,
    /// What a proxy may do.
    pub authority: Vec<Authority>,
    /// A joint party who speaks for the side, beside the main party.
    pub represents: bool,
    /// Their address is not told to others of the same household either.
    pub apart: bool,
    pub ended: bool,
}

/// A joint party's written consent to what a representative does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agreed {
    pub side: Side,
    pub act: BindingAct,
    /// The proposal or the draft; nothing for a withdrawal.
    pub about: Option<Seq>,
    /// None: the main party.
    pub person: Option<Seq>,
}

/// One of those whose case it is, when a representative is about to bind them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub represents: bool,
    /// Consented in writing to this very act.
    pub agreed: bool,
}

/// Whether one representative may bind these parties: every other one has consented in writing. Who stands alone decides alone.
#[must_use]
pub fn may_bind(parties: &[Standing]) -> bool {
    let mut missing = parties.iter().filter(|p| !p.agreed);
    match (missing.next(), missing.next()) {
        (None, _) => true,
        (Some(acting), None) => acting.represents || parties.len() == 1,
        (Some(_), Some(_)) => false,
    }
}

impl Case {
    pub(super) fn apply_people(&mut self, event: &Event) -> Result<(), Refused> {
        match &event.step {
            Step::AddPerson { side, kind, authority, agreed, apart, .. } => {
                let (side, kind, apart) = (*side, *kind, *apart);
                self.check_person(side, kind, authority, *agreed)?;
                let (seq, authority) = (event.seq, authority.clone());
                self.people.push(Person {
                    seq,
                    side,
                    kind,
                    authority,
                    represents: false,
                    apart,
                    ended: false,
                });
                Ok(())
            }
            Step::EndPerson { person, .. } => {
                self.person_mut(*person)?.ended = true;
                Ok(())
            }
            Step::Represent { person, represents, .. } => self.after_choosing(*person, *represents),
            Step::OthersAgree { side, act, person, method } => {
                self.after_consent_of(*side, *act, *person, *method)
            }
            Step::AmendPerson { side: Side::Applicant, unit_known: true, .. } => {
                self.intake.has_applicant_unit = true;
                self.history.applicant_unit_known();
                Ok(())
            }
            Step::AmendPerson { side: Side::Respondent, unit_known: true, .. } => {
                self.history.respondent_unit_known();
                Ok(())
            }
            Step::MoveOut { side, on, .. } => {
                self.side_mut(*side).moved_on = Some(*on);
                self.end_plans();
                Ok(())
            }
            Step::Merge { .. } => self.after_closing(event, Outcome::Merged),
            Step::Split { person, .. } => {
                let leaving = self.person_mut(*person)?;
                if leaving.kind != PersonKind::Joint || leaving.side != Side::Applicant {
                    return Err(Refused::new(
                        "not_joint",
                        "함께 신청한 사람만 새 사건으로 나눌 수 있습니다.",
                    ));
                }
                leaving.ended = true;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn check_person(
        &self,
        side: Side,
        kind: PersonKind,
        authority: &[Authority],
        agreed: bool,
    ) -> Result<(), Refused> {
        let wrong = |code, sentence: &str| Err(Refused::new(code, sentence));
        if self.people.iter().filter(|p| !p.ended).count() >= PEOPLE_MAX {
            return wrong(
                "people_max",
                "한 사건에 더할 수 있는 사람은 30명까지입니다. 사건을 나누어 주세요.",
            );
        }
        match kind {
            PersonKind::Proxy if authority.is_empty() => {
                wrong("authority", "위임장을 확인하고 대리인이 할 수 있는 일을 하나 이상 골라 주세요.")
            }
            PersonKind::Owner if !agreed => wrong(
                "owner_consent",
                "집주인에게는 그 집에 사는 당사자가 동의했을 때만 알립니다. 동의를 받은 뒤 표시해 주세요.",
            ),
            PersonKind::Candidate if side == Side::Applicant => {
                wrong("candidate_side", "의심되는 집은 상대방 쪽에 적어 주세요.")
            }
            _ => Ok(()),
        }
    }

    fn person_mut(&mut self, seq: Seq) -> Result<&mut Person, Refused> {
        let found = self.people.iter_mut().find(|p| p.seq == seq && !p.ended);
        found.ok_or_else(|| Refused::new("no_person", "이 사건의 사람이 아닙니다. 화면을 새로 고쳐 주세요."))
    }

    fn after_choosing(&mut self, person: Seq, represents: bool) -> Result<(), Refused> {
        let side = self.person_mut(person)?.side;
        let others = self.joint(side).filter(|p| p.represents && p.seq != person).count();
        let chosen = self.person_mut(person)?;
        if chosen.kind != PersonKind::Joint {
            return Err(Refused::new("not_joint", "대표자는 함께하는 당사자 가운데에서 정합니다."));
        }
        // The main party speaks for the side from the start.
        if represents && others + 2 > REPRESENTATIVES_MAX {
            return Err(Refused::new(
                "representatives_max",
                "대표자는 처음 접수한 분을 포함해 세 사람까지입니다. 먼저 다른 대표자를 바꿔 주세요.",
            ));
        }
        chosen.represents = represents;
        Ok(())
    }

    fn after_consent_of(
        &mut self,
        side: Side,
        act: BindingAct,
        person: Option<Seq>,
        method: Method,
    ) -> Result<(), Refused> {
        if method == Method::Phone {
            return Err(Refused::new(
                "written",
                "서면 동의가 필요합니다. 종이, 전자우편, 창구에서 받아 주세요.",
            ));
        }
        if person.is_some_and(|seq| !self.joint(side).any(|p| p.seq == seq)) {
            return Err(Refused::new("no_person", "그쪽의 함께하는 당사자가 아닙니다. 다시 골라 주세요."));
        }
        let about = self.about(act);
        if about.is_none() && act != BindingAct::Withdraw {
            return Err(Refused::new("nothing_to_agree", "답을 기다리는 조정안이나 합의서가 없습니다."));
        }
        let agreed = Agreed { side, act, about, person };
        if !self.agreed.contains(&agreed) {
            self.agreed.push(agreed);
        }
        Ok(())
    }

    /// The proposal or the draft that an act is about now.
    fn about(&self, act: BindingAct) -> Option<Seq> {
        match act {
            BindingAct::Withdraw => None,
            BindingAct::Accept => self.open_proposal().map(|p| p.seq),
            BindingAct::Sign => self.open_agreement().map(|a| a.seq),
        }
    }

    /// The joint parties of a side, the main one aside.
    pub fn joint(&self, side: Side) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(move |p| p.side == side && p.kind == PersonKind::Joint && !p.ended)
    }

    /// Those whose case it is on `side`, the main party first, before a representative does `act`.
    #[must_use]
    pub fn standing(&self, side: Side, act: BindingAct) -> Vec<Standing> {
        let about = self.about(act);
        let agreed = |person| self.agreed.contains(&Agreed { side, act, about, person });
        let main = Standing { represents: true, agreed: agreed(None) };
        let joint =
            self.joint(side).map(|p| Standing { represents: p.represents, agreed: agreed(Some(p.seq)) });
        std::iter::once(main).chain(joint).collect()
    }

    fn bound(&self, side: Side, act: BindingAct) -> Result<(), Refused> {
        let parties = self.standing(side, act);
        if may_bind(&parties) {
            return Ok(());
        }
        let missing = parties.iter().filter(|p| !p.agreed).count();
        let sentence = format!(
            "{} 쪽은 당사자가 {}명입니다. '{}'은(는) 대표자 한 사람이 하되 나머지 모두의 서면 동의가 있어야 합니다. 아직 {missing}명의 동의가 없습니다. '함께하는 당사자의 서면 동의 기록'을 먼저 적어 주세요.",
            side.label(),
            parties.len(),
            act.label()
        );
        Err(Refused { code: "others_consent", sentence })
    }

    /// What a new step must have from the joint parties of its side.
    pub(super) fn binds(&self, step: &Step) -> Result<(), Refused> {
        match step {
            Step::Close { outcome: Outcome::Withdrawn, .. } => {
                self.bound(Side::Applicant, BindingAct::Withdraw)
            }
            Step::AnswerProposal { side, accept: true, .. } => self.bound(*side, BindingAct::Accept),
            Step::Sign { side, .. } => self.bound(*side, BindingAct::Sign),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Against the sentence of the decree, said the other way round: there is a representative such that everybody else
        /// has consented.
        #[test]
        fn one_representative_binds_all_only_with_every_other_consent(
            parties in prop::collection::vec((any::<bool>(), any::<bool>()), 1..8)
        ) {
            let mut parties: Vec<Standing> =
                parties.into_iter().map(|(represents, agreed)| Standing { represents, agreed }).collect();
            parties[0].represents = true;
            let by_someone = (0..parties.len()).any(|acting| {
                parties[acting].represents
                    && parties.iter().enumerate().all(|(i, p)| i == acting || p.agreed)
            });
            let all = parties.iter().all(|p| p.agreed);
            prop_assert_eq!(may_bind(&parties), by_someone || all);
        }

        /// One more consent never makes an act impossible, one more party never makes it easier.
        #[test]
        fn consents_help_and_parties_do_not(
            parties in prop::collection::vec((any::<bool>(), any::<bool>()), 1..8), who in any::<prop::sample::Index>()
        ) {
            let mut parties: Vec<Standing> =
                parties.into_iter().map(|(represents, agreed)| Standing { represents, agreed }).collect();
            parties[0].represents = true;
            let before = may_bind(&parties);
            let mut more = parties.clone();
            more.push(Standing { represents: false, agreed: false });
            prop_assert!(!may_bind(&more) || before);
            let i = who.index(parties.len());
            parties[i].agreed = true;
            prop_assert!(may_bind(&parties) || !before);
        }
    }
}
