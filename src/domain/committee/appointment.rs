//! A member's seat: found → 위촉 → 승낙 → 서약 → active → renewed, ended, 해촉, substituted.
//!
//! A seat is one person for one term and is never edited, only moved on: each stage is a date that is set once. A renewal
//! and a substitute are new seats that name the one before. A member counts (재적) from 위촉 and 승낙 on; the rights to
//! read begin with the pledge, so that a delayed signature can neither shrink a roll nor open a file.
use super::rules::BodyRules;
use crate::domain::case::Refused;
use crate::domain::codes::{Post, SeatCategory, SeatEnd, SeatState, Selection};
use crate::domain::ids::{BodyId, SeatId, UserId};
use chrono::{Datelike, Days, Months, NaiveDate};

/// Days before the end of a term on which the member and the desk are told.
pub const ANNOUNCED: [u64; 2] = [60, 30];

/// A member's seat and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    pub id: SeatId,
    pub body: BodyId,
    /// The person's account; some members never log in and have none.
    pub user: Option<UserId>,
    pub post: Post,
    /// 간사 and 서기 may be officials who keep the desk without a vote.
    pub votes: bool,
    pub category: SeatCategory,
    pub selection: Selection,
    /// The office that a 당연직 member holds.
    pub office: String,
    /// First day of the term.
    pub from: NaiveDate,
    /// First day after the term; none for as long as the office is held.
    pub until: Option<NaiveDate>,
    pub appointed_on: Option<NaiveDate>,
    pub accepted_on: Option<NaiveDate>,
    pub pledged_on: Option<NaiveDate>,
    /// First day on which the member is none any more, and why.
    pub ended: Option<(NaiveDate, SeatEnd)>,
    /// The seat of which this is the next term.
    pub renews: Option<SeatId>,
    /// The seat whose remaining term this fills.
    pub replaces: Option<SeatId>,
}

/// What moves a seat on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeatStep {
    /// 위촉.
    Appoint { on: NaiveDate },
    /// 승낙서 received; not asked of ex-officio members.
    Accept { on: NaiveDate },
    /// 비밀유지 서약서 signed.
    Pledge { on: NaiveDate },
    /// The seat ends before this day.
    End { on: NaiveDate, why: SeatEnd },
}

/// The first day after a term of `years` that begins on `from` (민법 §160: it ends the day before the day of the same
/// date; where that year has no such day, with the last day of the month).
#[must_use]
pub fn term_end(from: NaiveDate, years: u32) -> NaiveDate {
    let clamped = from.checked_add_months(Months::new(years.saturating_mul(12))).unwrap_or(from);
    let exists = clamped.day() == from.day();
    if exists { clamped } else { clamped.checked_add_days(Days::new(1)).unwrap_or(clamped) }
}

impl Seat {
    /// Where the seat stands on `day`.
    #[must_use]
    pub fn state(&self, day: NaiveDate) -> SeatState {
        if self.over(day) {
            SeatState::Ended
        } else if self.appointed_on.is_none_or(|on| day < on) {
            SeatState::Nominated
        } else if !self.accepted(day) {
            SeatState::Appointed
        } else if day < self.from {
            SeatState::Waiting
        } else if self.pledged_on.is_none_or(|on| day < on) {
            SeatState::Accepted
        } else {
            SeatState::Active
        }
    }

    fn over(&self, day: NaiveDate) -> bool {
        self.last_day().is_some_and(|last| day > last)
    }

    fn accepted(&self, day: NaiveDate) -> bool {
        self.selection == Selection::ExOfficio || self.accepted_on.is_some_and(|on| on <= day)
    }

    /// Whether the member is in office (재직) on `day`: counted in the roll, may sit and, with a vote, vote.
    #[must_use]
    pub fn in_office(&self, day: NaiveDate) -> bool {
        matches!(self.state(day), SeatState::Accepted | SeatState::Active)
    }

    /// Whether the rights of the seat are open on `day`: in office, and the pledge signed.
    #[must_use]
    pub fn active(&self, day: NaiveDate) -> bool {
        self.state(day) == SeatState::Active
    }

    /// The last day in the seat, if one is set.
    #[must_use]
    pub fn last_day(&self) -> Option<NaiveDate> {
        let ended = self.ended.map(|(on, _)| on);
        let first_after = [self.until, ended].into_iter().flatten().min();
        first_after.and_then(|day| day.checked_sub_days(Days::new(1)))
    }

    /// How many whole days are left after `day`.
    #[must_use]
    pub fn days_left(&self, day: NaiveDate) -> Option<i64> {
        self.last_day().map(|last| (last - day).num_days())
    }

    /// The announcement that falls due on `day`: the smallest of `ANNOUNCED` that has been reached.
    #[must_use]
    pub fn announcement(&self, day: NaiveDate) -> Option<u64> {
        if self.ended.is_some() || !self.in_office(day) {
            return None;
        }
        let left = self.days_left(day).and_then(|left| u64::try_from(left).ok())?;
        ANNOUNCED.into_iter().filter(|days| left <= *days).min()
    }

    /// The seat after one more step.
    ///
    /// # Errors
    /// Why the seat, as it stands, does not allow it.
    pub fn after(&self, step: SeatStep) -> Result<Self, Refused> {
        let refuse = |code, why: &str| Err(Refused::new(code, why));
        if self.ended.is_some() {
            return refuse("seat_ended", "이미 끝난 위촉입니다. 다시 맡으려면 새로 위촉해 주세요.");
        }
        match step {
            SeatStep::Appoint { on } => {
                if self.appointed_on.is_some() {
                    return refuse("appointed", "이미 위촉했습니다.");
                }
                Ok(Self { appointed_on: Some(on), ..self.clone() })
            }
            SeatStep::Accept { on } => {
                if self.selection == Selection::ExOfficio {
                    return refuse("ex_officio", "당연직 위원은 승낙서를 받지 않습니다.");
                }
                if self.accepted_on.is_some() {
                    return refuse("accepted", "승낙서를 이미 받았습니다.");
                }
                if self.appointed_on.is_none_or(|day| on < day) {
                    return refuse(
                        "not_appointed",
                        "위촉한 날이나 그 뒤의 날을 적어 주세요. 위촉이 먼저입니다.",
                    );
                }
                Ok(Self { accepted_on: Some(on), ..self.clone() })
            }
            SeatStep::Pledge { on } => {
                if self.pledged_on.is_some() {
                    return refuse("pledged", "비밀유지 서약서를 이미 받았습니다.");
                }
                if self.appointed_on.is_none_or(|day| on < day) || !self.accepted(on) {
                    return refuse("not_accepted", "위촉하고 승낙서를 받은 뒤의 날을 적어 주세요.");
                }
                Ok(Self { pledged_on: Some(on), ..self.clone() })
            }
            SeatStep::End { on, why } => {
                if on < self.from {
                    return refuse("before_term", "임기를 시작한 날이나 그 뒤의 날을 적어 주세요.");
                }
                if self.until.is_some_and(|until| on > until) {
                    return refuse("after_term", "임기가 끝나는 날보다 늦은 날은 적을 수 없습니다.");
                }
                Ok(Self { ended: Some((on, why)), ..self.clone() })
            }
        }
    }

    /// The next term: it begins where this one ends and is found, appointed and accepted anew.
    ///
    /// # Errors
    /// For ex-officio seats, ended ones, and after the last renewal that the rules allow. `earlier` counts the terms
    /// that this seat already renews.
    pub fn renewed(&self, id: SeatId, rules: &BodyRules, earlier: u32) -> Result<Self, Refused> {
        let Some(from) = self.until else {
            return Err(Refused::new(
                "ex_officio",
                "당연직 위원은 그 직에 있는 동안 위원이므로 연임이 없습니다.",
            ));
        };
        if self.ended.is_some() {
            return Err(Refused::new("seat_ended", "이미 끝난 위촉입니다. 새로 위촉해 주세요."));
        }
        if rules.renewals.is_some_and(|most| earlier >= most) {
            return Err(Refused::new("no_more_terms", "규약이 정한 연임 횟수를 채웠습니다."));
        }
        let until = Some(term_end(from, rules.term_years));
        Ok(Self { id, from, until, renews: Some(self.id), replaces: None, ..self.fresh() })
    }

    /// A substitute from `from` on, for what is left of this seat's term.
    #[must_use]
    pub fn substitute(&self, id: SeatId, user: Option<UserId>, from: NaiveDate) -> Self {
        Self { id, user, from, replaces: Some(self.id), renews: None, post: Post::Member, ..self.fresh() }
    }

    fn fresh(&self) -> Self {
        Self { appointed_on: None, accepted_on: None, pledged_on: None, ended: None, ..self.clone() }
    }
}

/// A training: whose, on which day, how many minutes.
pub type Training = (SeatId, NaiveDate, i64);

/// Minutes of training in the year of `day`, up to that day, of whoever sits in `seat`. A renewal goes on with what the
/// member did in the term before: the hours are asked of the member, not of the seat.
#[must_use]
pub fn minutes_trained(seat: &Seat, seats: &[Seat], trainings: &[Training], day: NaiveDate) -> i64 {
    let mut own = vec![seat.id];
    let mut before = seat.renews;
    while let Some(earlier) = before.filter(|id| !own.contains(id)) {
        own.push(earlier);
        before = seats.iter().find(|s| s.id == earlier).and_then(|s| s.renews);
    }
    let fits = |(of, on, _): &&Training| own.contains(of) && on.year() == day.year() && *on <= day;
    trainings.iter().filter(fits).map(|(_, _, minutes)| minutes).sum()
}

/// Whether the member in `seat` has had the hours that the rules ask in the year of `day`. Untrained is flagged, not blocked.
#[must_use]
pub fn is_trained(
    seat: &Seat,
    seats: &[Seat],
    trainings: &[Training],
    rules: &BodyRules,
    day: NaiveDate,
) -> bool {
    minutes_trained(seat, seats, trainings, day) >= i64::from(rules.training_hours) * 60
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::codes::Assembly;
    use crate::domain::committee::fixtures::day;

    fn seat() -> Seat {
        let from = day(2026, 1, 31);
        Seat {
            id: SeatId(1),
            body: BodyId(1),
            user: Some(UserId(1)),
            post: Post::Member,
            votes: true,
            category: SeatCategory::Neighbour,
            selection: Selection::Recommended,
            office: String::new(),
            from,
            until: Some(term_end(from, 2)),
            appointed_on: None,
            accepted_on: None,
            pledged_on: None,
            ended: None,
            renews: None,
            replaces: None,
        }
    }

    #[test]
    fn a_term_ends_the_day_before_the_same_date_and_a_leap_day_with_its_month() {
        assert_eq!(term_end(day(2026, 1, 31), 2), day(2028, 1, 31));
        assert_eq!(term_end(day(2024, 2, 28), 2), day(2026, 2, 28));
        // There is no 29 February 2026: the term ends with the month, 28 February being its last day.
        assert_eq!(term_end(day(2024, 2, 29), 2), day(2026, 3, 1));
        assert_eq!(term_end(day(2024, 2, 29), 4), day(2028, 2, 29));
        assert_eq!(seat().last_day(), Some(day(2028, 1, 30)));
    }

    #[test]
    fn the_way_into_the_seat_has_its_order() {
        let found = seat();
        let on = day(2026, 2, 1);
        assert_eq!(found.state(on), SeatState::Nominated);
        assert_eq!(found.after(SeatStep::Accept { on }).unwrap_err().code, "not_appointed");
        let appointed = found.after(SeatStep::Appoint { on }).unwrap();
        assert_eq!(appointed.state(on), SeatState::Appointed);
        assert!(!appointed.in_office(on), "no member without 승낙서");
        assert_eq!(appointed.after(SeatStep::Pledge { on }).unwrap_err().code, "not_accepted");
        let accepted = appointed.after(SeatStep::Accept { on: day(2026, 2, 2) }).unwrap();
        assert!(!accepted.in_office(on), "not before the day of the 승낙서");
        assert!(accepted.in_office(day(2026, 2, 2)) && !accepted.active(day(2026, 2, 2)));
        let pledged = accepted.after(SeatStep::Pledge { on: day(2026, 2, 3) }).unwrap();
        assert!(pledged.active(day(2028, 1, 30)) && !pledged.in_office(day(2028, 1, 31)));
        let ex_officio = Seat { selection: Selection::ExOfficio, until: None, ..found };
        let ex_officio = ex_officio.after(SeatStep::Appoint { on }).unwrap();
        assert!(ex_officio.in_office(on), "no 승낙서 is asked of 당연직");
        assert_eq!(ex_officio.after(SeatStep::Accept { on }).unwrap_err().code, "ex_officio");
    }

    #[test]
    fn ending_takes_the_seat_at_once_and_only_once() {
        let on = day(2026, 2, 1);
        let seat = seat().after(SeatStep::Appoint { on }).unwrap().after(SeatStep::Accept { on }).unwrap();
        let ended = seat.after(SeatStep::End { on: day(2026, 5, 1), why: SeatEnd::Resigned }).unwrap();
        assert!(ended.in_office(day(2026, 4, 30)) && !ended.in_office(day(2026, 5, 1)));
        let again = SeatStep::End { on: day(2026, 6, 1), why: SeatEnd::Resigned };
        assert_eq!(ended.after(again).unwrap_err().code, "seat_ended");
        let late = SeatStep::End { on: day(2028, 2, 1), why: SeatEnd::Resigned };
        assert_eq!(seat.after(late).unwrap_err().code, "after_term");
    }

    #[test]
    fn the_end_of_a_term_is_announced_twice() {
        let on = day(2026, 2, 1);
        let seat = seat().after(SeatStep::Appoint { on }).unwrap().after(SeatStep::Accept { on }).unwrap();
        let last = day(2028, 1, 30);
        let before = |days| last.checked_sub_days(Days::new(days)).unwrap();
        assert_eq!(seat.announcement(before(61)), None);
        assert_eq!(seat.announcement(before(60)), Some(60));
        assert_eq!(seat.announcement(before(31)), Some(60));
        assert_eq!(seat.announcement(before(30)), Some(30));
        assert_eq!(seat.announcement(last), Some(30));
        assert_eq!(seat.announcement(day(2028, 1, 31)), None);
    }

    #[test]
    fn renewals_and_substitutes_are_new_seats() {
        let rules = BodyRules { renewals: Some(1), ..BodyRules::of(Assembly::Resident) };
        let next = seat().renewed(SeatId(2), &rules, 0).unwrap();
        assert_eq!((next.from, next.until), (day(2028, 1, 31), Some(day(2030, 1, 31))));
        assert_eq!(next.state(day(2028, 2, 1)), SeatState::Nominated, "found, appointed and accepted anew");
        assert_eq!(seat().renewed(SeatId(2), &rules, 1).unwrap_err().code, "no_more_terms");
        let other = seat().substitute(SeatId(3), None, day(2027, 1, 1));
        assert_eq!((other.until, other.replaces), (seat().until, Some(SeatId(1))));
    }

    #[test]
    fn training_counts_within_its_year_and_goes_on_in_a_renewed_term() {
        let rules = BodyRules::of(Assembly::Statutory);
        let first = seat();
        let next = first.renewed(SeatId(2), &rules, 0).unwrap();
        let other = Seat { id: SeatId(3), ..seat() };
        let seats = [first.clone(), next.clone(), other.clone()];
        let all = [
            (SeatId(1), day(2027, 12, 31), 600),
            (SeatId(1), day(2028, 1, 1), 90),
            (SeatId(2), day(2028, 2, 29), 150),
            (SeatId(3), day(2028, 2, 1), 1000),
        ];
        let done = |seat: &Seat, on| minutes_trained(seat, &seats, &all, on);
        assert_eq!(done(&first, day(2027, 12, 31)), 600);
        assert_eq!(done(&first, day(2028, 1, 1)), 90, "a new year begins anew");
        assert_eq!(done(&next, day(2028, 2, 28)), 90, "the term before counts on");
        assert_eq!(done(&next, day(2028, 2, 29)), 240);
        assert!(!is_trained(&next, &seats, &all, &rules, day(2028, 2, 28)));
        assert!(is_trained(&next, &seats, &all, &rules, day(2028, 2, 29)));
    }
}
