//! What protects people from each other: protection orders with their days, new facts about safety, and what follows from
//! both for letters, meetings and what the two sides learn of each other's times and places.
use super::{Case, Event, Refused};
use crate::domain::codes::{OrderKind, Outcome, PersonKind, Safety, Side};
use crate::domain::seoul;
use crate::domain::step::{Seq, Step, StepCode};
use chrono::{DateTime, Months, NaiveDate, Utc};

/// Longest time between the first and the last day of one order; a longer one is a slip of the pen.
pub const ORDER_YEARS: u32 = 3;

/// A protection order. Both days belong to it, in Seoul.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    pub seq: Seq,
    pub kind: OrderKind,
    pub protects: Side,
    pub from: NaiveDate,
    pub until: NaiveDate,
    /// Lifted, or its last day has passed.
    pub ended: bool,
}

impl Order {
    /// Whether the two may not be brought together on this day.
    #[must_use]
    pub fn forbids(&self, day: NaiveDate) -> bool {
        !self.ended && self.from <= day && day <= self.until
    }
}

impl Case {
    pub(super) fn apply_protection(&mut self, event: &Event) -> Result<(), Refused> {
        match &event.step {
            Step::Order { kind, protects, from, until, .. } => {
                let latest = from.checked_add_months(Months::new(12 * ORDER_YEARS));
                if until < from || latest.is_some_and(|latest| *until > latest) {
                    return Err(Refused::new(
                        "order_days",
                        "끝나는 날은 시작하는 날과 같거나 그 뒤, 3년 안이어야 합니다. 결정문의 날짜를 확인해 주세요.",
                    ));
                }
                let (seq, kind, protects) = (event.seq, *kind, *protects);
                self.orders.push(Order { seq, kind, protects, from: *from, until: *until, ended: false });
                self.screen_again();
                Ok(())
            }
            Step::EndOrder { order, .. } => {
                self.order_mut(*order)?.ended = true;
                self.screen_again();
                Ok(())
            }
            Step::LapseOrder { order } => {
                let found = self.order_mut(*order)?;
                if seoul::day(event.at) <= found.until {
                    return Err(Refused::new(
                        "order_not_due",
                        "보호조치의 마지막 날이 아직 지나지 않았습니다.",
                    ));
                }
                found.ended = true;
                self.screen_again();
                Ok(())
            }
            Step::Alarm { side, .. } => {
                let state = self.side_mut(*side);
                state.alarm = true;
                state.screen_again = true;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn order_mut(&mut self, seq: Seq) -> Result<&mut Order, Refused> {
        let found = self.orders.iter_mut().find(|o| o.seq == seq && !o.ended);
        found.ok_or_else(|| {
            Refused::new("no_order", "지금 있는 보호조치가 아닙니다. 화면을 새로 고쳐 주세요.")
        })
    }

    fn screen_again(&mut self) {
        for side in Side::ALL {
            self.side_mut(*side).screen_again = true;
        }
    }

    /// The orders that stand now, whether or not their first day has come.
    pub fn standing_orders(&self) -> impl Iterator<Item = &Order> {
        self.orders.iter().filter(|o| !o.ended)
    }

    /// Whether each side is told its own times and places by telephone only, and nothing of the other's: for what is known here or
    /// in the cross-complaint that is dealt with along with it.
    #[must_use]
    pub fn hides_times(&self) -> bool {
        let own = self.standing_orders().next().is_some() || self.safety() >= Safety::Shuttle;
        own || self.twin_hides_times
    }

    /// What only a new step is asked, particulars included: the days of protection orders, and the joint parties' consents. A
    /// history that was written before an order became known stays as it is.
    ///
    /// # Errors
    /// Why not, and what to do instead.
    pub fn permits_now(&self, step: &Step, at: DateTime<Utc>) -> Result<(), Refused> {
        self.binds(step)?;
        if let Some(gathering) = self.gathering(step, at) {
            self.no_order_on(&gathering)?;
        }
        match step {
            Step::MoveOut { on, .. } if *on > seoul::day(at) => {
                Err(Refused::new("move_future", "이사한 날은 오늘이거나 그 앞이어야 합니다."))
            }
            Step::Close { outcome: Outcome::Unreachable, .. } => self.may_be_unreachable(),
            Step::AnswerRight { request, answer, .. } => self.may_answer(*request, *answer),
            _ => Ok(()),
        }
    }

    /// What keeps a step back although the stage allows it: anonymity, an order, a move, a granted 처리정지.
    pub(super) fn kept_back(&self, step: StepCode) -> Result<(), Refused> {
        let reaches = matches!(step, StepCode::Letter | StepCode::Contact);
        let engages = reaches
            || matches!(
                step,
                StepCode::ChangeRespondent | StepCode::Consent | StepCode::Decline | StepCode::Refer
            );
        if engages && !self.intake.has_applicant_unit && !self.intake.legacy {
            return Err(Refused::new(
                "anonymous",
                "신청인의 동·호를 모르는 익명 신고입니다. 단지 전체 안내와 교육만 할 수 있습니다. 신청인이 누구인지 밝히면 '당사자 정보 고치기'에 동·호를 적고 이어 가 주세요.",
            ));
        }
        if step == StepCode::Letter && self.standing_orders().next().is_some() {
            return Err(Refused::new(
                "protection_order",
                "보호조치가 있는 동안에는 편지를 보낼 수 없습니다. 편지를 전하는 것도 접촉이 될 수 있습니다. 기한을 확인하고, 필요한 말은 상담 기관이나 경찰을 거쳐 주세요.",
            ));
        }
        if reaches && self.respondent.moved_on.is_some() {
            return Err(Refused::new(
                "moved_out",
                "상대방이 이사했습니다. '이사'로 마치거나, 같은 집에서 소음이 이어지면 새로 접수해 주세요.",
            ));
        }
        let invites = reaches || matches!(step, StepCode::ProposeSession | StepCode::FixSession);
        let stopped = self.respondent.stopped || self.applicant.stopped;
        if invites && stopped {
            return Err(Refused::new(
                "processing_stopped",
                "본인이 개인정보 처리정지를 요청해 멈추었습니다. 풀어 달라는 요청을 받은 뒤 이어 가 주세요.",
            ));
        }
        Ok(())
    }

    /// Whether the case has somebody of this kind now.
    #[must_use]
    pub fn has_person(&self, kind: PersonKind) -> bool {
        self.people.iter().any(|p| p.kind == kind && !p.ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Days;
    use proptest::prelude::*;

    proptest! {
        /// Both end days belong to the order, the days beside them do not, and an ended one forbids nothing.
        #[test]
        fn an_order_forbids_exactly_its_own_days(from in 0u64..4000, length in 0u64..1000, day in 0u64..5200) {
            let zero = NaiveDate::from_ymd_opt(2024, 2, 28).unwrap();
            let at = |n: u64| zero.checked_add_days(Days::new(n)).unwrap();
            let order = Order {
                seq: 1, kind: OrderKind::Interim, protects: Side::Applicant, from: at(from), until: at(from + length), ended: false,
            };
            prop_assert_eq!(order.forbids(at(day)), (from..=from + length).contains(&day));
            let ended = Order { ended: true, ..order };
            prop_assert!(!ended.forbids(at(day)));
        }
    }
}
