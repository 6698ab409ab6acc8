//! What a committee as such has to do next: regular meetings in the rhythm of its rules, a meeting's own ends, terms, pledges.
//!
//! Nothing of this is stored: it follows from seats, meetings and rules at any moment.
use super::appointment::{Seat, Training, is_trained};
use super::rules::BodyRules;
use crate::domain::codes::{CommitteeDuty, MeetingState, Sort};
use crate::domain::deadline::working_day_by;
use crate::domain::ids::{CaseId, MeetingId, SeatId};
use chrono::{Datelike, Days, Months, NaiveDate};

/// Days after which a missing pledge is late, and an unanswered 기피 request.
const WEEK: u64 = 7;

/// What the duties look at of a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Met {
    pub id: MeetingId,
    pub state: MeetingState,
    pub sort: Sort,
    /// The day of the meeting, Seoul.
    pub on: Option<NaiveDate>,
    /// Papers of the day that have not come back.
    pub copies_out: usize,
}

/// A case that waits for the committee: for a decision about a 기피 request that no meeting has on its agenda, or for a desk
/// where the 간사 has left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub case: CaseId,
    pub number: String,
    pub since: NaiveDate,
}

/// What a duty is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    Body,
    Meeting(MeetingId),
    Seat(SeatId),
    Case(CaseId, String),
}

/// Something that the committee's desk has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    pub kind: CommitteeDuty,
    pub due: NaiveDate,
    pub about: About,
}

/// What the duties of a committee follow from.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    pub rules: &'a BodyRules,
    /// Every seat, ended ones too.
    pub seats: &'a [Seat],
    /// This year's trainings.
    pub trainings: &'a [Training],
    pub met: &'a [Met],
    /// Cases with a 기피 request that no meeting has on its agenda.
    pub requests: &'a [Waiting],
    /// Cases that every 간사 has left, and that nobody stands in for.
    pub left: &'a [Waiting],
}

/// Everything that waits, the most urgent first.
#[must_use]
pub fn duties(facts: &Facts<'_>, today: NaiveDate) -> Vec<Duty> {
    let Facts { rules, seats, met, .. } = *facts;
    let mut duties: Vec<Duty> = met.iter().flat_map(|m| of_meeting(rules, m, today)).collect();
    duties.extend(regular(rules, seats, met, today));
    duties.extend(seats.iter().filter_map(|s| of_seat(s, today)));
    duties.extend(training(facts, today));
    let waits = |w: &Waiting, kind, due| Duty { kind, due, about: About::Case(w.case, w.number.clone()) };
    duties.extend(facts.requests.iter().map(|w| waits(w, CommitteeDuty::Recusal, later(w.since, WEEK))));
    // Nobody looks after such a case at all: by the next day.
    duties.extend(facts.left.iter().map(|w| waits(w, CommitteeDuty::Desk, later(w.since, 1))));
    duties.sort_by_key(|d| d.due);
    duties
}

/// This year's hours: one duty for the desk as long as anybody lacks them, and one for each member of their own; until the
/// year or the member's term ends, whichever is first.
fn training(facts: &Facts<'_>, today: NaiveDate) -> Vec<Duty> {
    let Facts { rules, seats, trainings, .. } = *facts;
    let lacks = |s: &&Seat| s.votes && s.in_office(today) && !is_trained(s, seats, trainings, rules, today);
    let year_ends = NaiveDate::from_ymd_opt(today.year(), 12, 31).unwrap_or(today);
    let own = |s: &Seat| Duty {
        kind: CommitteeDuty::OwnTraining,
        due: s.last_day().map_or(year_ends, |last| last.min(year_ends)),
        about: About::Seat(s.id),
    };
    let mut duties: Vec<Duty> = seats.iter().filter(lacks).map(own).collect();
    if let Some(due) = duties.iter().map(|d| d.due).min() {
        duties.push(Duty { kind: CommitteeDuty::Training, due, about: About::Body });
    }
    duties
}

fn later(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

/// The next regular meeting: so many months after the last one that was held, or after the first member took office; nothing
/// while one is called. A month without that day ends with its last (민법 §160③).
fn regular(rules: &BodyRules, seats: &[Seat], met: &[Met], today: NaiveDate) -> Option<Duty> {
    let months = rules.regular_months?;
    let of_rhythm = || met.iter().filter(|m| m.sort == Sort::Regular);
    let to_come = |m: &&Met| {
        matches!(m.state, MeetingState::Convened | MeetingState::Noticed | MeetingState::Open)
            && m.on.is_some_and(|on| on >= today)
    };
    if of_rhythm().any(|m| to_come(&m)) {
        return None;
    }
    let held = |m: &&Met| {
        matches!(
            m.state,
            MeetingState::Open | MeetingState::Adjourned | MeetingState::Completed | MeetingState::Signed
        )
    };
    let last = of_rhythm().filter(held).filter_map(|m| m.on).max();
    let begun = || seats.iter().filter(|s| s.in_office(today)).map(|s| s.from).min();
    let due = last.or_else(begun)?.checked_add_months(Months::new(months))?;
    Some(Duty { kind: CommitteeDuty::Regular, due, about: About::Body })
}

fn of_meeting(rules: &BodyRules, met: &Met, today: NaiveDate) -> Vec<Duty> {
    let Some(on) = met.on else { return Vec::new() };
    let duty = |kind, due| Duty { kind, due, about: About::Meeting(met.id) };
    let ahead = u64::try_from(rules.notice_days).unwrap_or(0);
    let mut duties = Vec::new();
    match met.state {
        MeetingState::Convened => {
            let due = if met.sort == Sort::Urgent {
                on
            } else {
                // The rule counts calendar days; the desk that sends it works on working days.
                working_day_by(on.checked_sub_days(Days::new(ahead)).unwrap_or(on))
            };
            duties.push(duty(CommitteeDuty::Notice, due));
        }
        MeetingState::Noticed | MeetingState::Open if on <= today => {
            duties.push(duty(CommitteeDuty::Record, on));
        }
        // Signed minutes within half an hour of the end is the aim: what is not signed the day after is late.
        MeetingState::Adjourned => duties.push(duty(CommitteeDuty::Minutes, on)),
        MeetingState::Completed => duties.push(duty(CommitteeDuty::Signatures, on)),
        _ => {}
    }
    let over = matches!(
        met.state,
        MeetingState::Adjourned
            | MeetingState::Completed
            | MeetingState::Signed
            | MeetingState::NotOpened
            | MeetingState::Cancelled
    );
    if over && met.copies_out > 0 {
        duties.push(duty(CommitteeDuty::Copies, on));
    }
    duties
}

fn of_seat(seat: &Seat, today: NaiveDate) -> Option<Duty> {
    let duty = |kind, due| Some(Duty { kind, due, about: About::Seat(seat.id) });
    if seat.announcement(today).is_some() {
        return duty(CommitteeDuty::TermEnd, seat.last_day()?);
    }
    if seat.in_office(today) && !seat.active(today) {
        let since = [Some(seat.from), seat.appointed_on, seat.accepted_on].into_iter().flatten().max()?;
        return duty(CommitteeDuty::Pledge, later(since, WEEK));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::codes::{Assembly, Post, SeatCategory, Selection};
    use crate::domain::committee::appointment::term_end;
    use crate::domain::committee::fixtures::day;
    use crate::domain::ids::BodyId;

    fn seat(from: NaiveDate) -> Seat {
        Seat {
            id: SeatId(1),
            body: BodyId(1),
            user: None,
            post: Post::Member,
            votes: true,
            category: SeatCategory::Neighbour,
            selection: Selection::Recommended,
            office: String::new(),
            from,
            until: Some(term_end(from, 2)),
            appointed_on: Some(from),
            accepted_on: Some(from),
            pledged_on: Some(from),
            ended: None,
            renews: None,
            replaces: None,
        }
    }

    fn met(state: MeetingState, sort: Sort, on: NaiveDate) -> Met {
        Met { id: MeetingId(1), state, sort, on: Some(on), copies_out: 0 }
    }

    /// What waits where everybody has had this year's hours.
    fn waits(rules: &BodyRules, seats: &[Seat], met: &[Met], today: NaiveDate) -> Vec<Duty> {
        let trainings: Vec<Training> = seats.iter().map(|s| (s.id, today, 240)).collect();
        let facts = Facts { rules, seats, trainings: &trainings, met, requests: &[], left: &[] };
        duties(&facts, today)
    }

    fn kinds(duties: &[Duty]) -> Vec<(CommitteeDuty, NaiveDate)> {
        duties.iter().map(|d| (d.kind, d.due)).collect()
    }

    #[test]
    fn a_regular_meeting_is_due_by_the_rhythm_of_the_rules() {
        let council = BodyRules::of(Assembly::Council);
        let found = |met: &[Met], today| kinds(&waits(&council, &[seat(day(2026, 1, 31))], met, today));
        let regular = CommitteeDuty::Regular;
        // Three months after the first member took office; April has no 31st.
        assert_eq!(found(&[], day(2026, 2, 1)), [(regular, day(2026, 4, 30))]);
        let signed = |on| met(MeetingState::Signed, Sort::Regular, on);
        assert_eq!(found(&[signed(day(2026, 11, 30))], day(2026, 12, 1)), [(regular, day(2027, 2, 28))]);
        assert_eq!(
            found(&[signed(day(2027, 11, 30))], day(2027, 12, 1)),
            [(CommitteeDuty::TermEnd, day(2028, 1, 30)), (regular, day(2028, 2, 29))]
        );
        // One that is called takes the duty away; one that did not open, or was special, does not.
        let noticed = met(MeetingState::Noticed, Sort::Regular, day(2026, 4, 10));
        assert_eq!(found(&[noticed], day(2026, 4, 1)), []);
        for other in [
            met(MeetingState::NotOpened, Sort::Regular, day(2026, 3, 1)),
            met(MeetingState::Signed, Sort::Special, day(2026, 3, 1)),
        ] {
            assert_eq!(found(&[other], day(2026, 4, 1)), [(regular, day(2026, 4, 30))]);
        }
        let by_need = BodyRules::of(Assembly::Statutory);
        assert_eq!(kinds(&waits(&by_need, &[seat(day(2026, 1, 1))], &[], day(2026, 6, 1))), []);
    }

    #[test]
    fn a_meeting_is_finished_step_by_step() {
        let rules = BodyRules::of(Assembly::Resident);
        let on = day(2026, 3, 2);
        let found = |state, today| kinds(&waits(&rules, &[], &[met(state, Sort::Special, on)], today));
        assert_eq!(
            found(MeetingState::Convened, day(2026, 2, 20)),
            [(CommitteeDuty::Notice, day(2026, 2, 27))]
        );
        assert_eq!(found(MeetingState::Noticed, day(2026, 3, 1)), []);
        assert_eq!(found(MeetingState::Noticed, on), [(CommitteeDuty::Record, on)]);
        assert_eq!(found(MeetingState::Adjourned, on), [(CommitteeDuty::Minutes, on)]);
        assert_eq!(found(MeetingState::Completed, on), [(CommitteeDuty::Signatures, on)]);
        assert_eq!(found(MeetingState::Signed, on), []);
        let out = Met { copies_out: 2, ..met(MeetingState::Signed, Sort::Special, on) };
        assert_eq!(kinds(&waits(&rules, &[], &[out], on)), [(CommitteeDuty::Copies, on)]);
    }

    #[test]
    fn terms_pledges_and_requests_wait_too() {
        let rules = BodyRules::of(Assembly::Resident);
        let found = |s: Seat, today| kinds(&waits(&rules, &[s], &[], today));
        let leap = seat(day(2024, 2, 29));
        // The term of a 29 February ends with the February two years later.
        assert_eq!(leap.last_day(), Some(day(2026, 2, 28)));
        assert_eq!(found(leap.clone(), day(2025, 12, 29)), []);
        assert_eq!(found(leap.clone(), day(2025, 12, 30)), [(CommitteeDuty::TermEnd, day(2026, 2, 28))]);
        assert_eq!(found(leap.clone(), day(2026, 2, 28)), [(CommitteeDuty::TermEnd, day(2026, 2, 28))]);
        assert_eq!(found(leap, day(2026, 3, 1)), []);
        let unsigned = Seat { pledged_on: None, ..seat(day(2026, 12, 28)) };
        assert_eq!(found(unsigned, day(2026, 12, 28)), [(CommitteeDuty::Pledge, day(2027, 1, 4))]);
        let case = |since| [Waiting { case: CaseId(7), number: "2026-0001".into(), since }];
        let (asked, left) = (case(day(2026, 2, 25)), case(day(2028, 2, 28)));
        let facts =
            Facts { rules: &rules, seats: &[], trainings: &[], met: &[], requests: &asked, left: &left };
        assert_eq!(
            kinds(&duties(&facts, day(2026, 2, 25))),
            [(CommitteeDuty::Recusal, day(2026, 3, 4)), (CommitteeDuty::Desk, day(2028, 2, 29))]
        );
    }

    #[test]
    fn training_waits_for_the_desk_and_for_whoever_lacks_it_until_the_year_or_the_term_ends() {
        let rules = BodyRules::of(Assembly::Statutory);
        let (one, two) = (seat(day(2026, 1, 31)), Seat { id: SeatId(2), ..seat(day(2024, 3, 1)) });
        let seats = [one, two];
        let found = |trainings: &[Training], today| {
            let facts = Facts { rules: &rules, seats: &seats, trainings, met: &[], requests: &[], left: &[] };
            let all = duties(&facts, today).into_iter();
            let of = |d: &Duty| matches!(d.kind, CommitteeDuty::Training | CommitteeDuty::OwnTraining);
            all.filter(of).map(|d| (d.kind, d.due, d.about)).collect::<Vec<_>>()
        };
        let own = |id, due| (CommitteeDuty::OwnTraining, due, About::Seat(SeatId(id)));
        let desk = |due| (CommitteeDuty::Training, due, About::Body);
        let year = day(2026, 12, 31);
        // The second member's term ends with February: their hours are due by then.
        assert_eq!(
            found(&[], day(2026, 2, 1)),
            [own(2, day(2026, 2, 28)), desk(day(2026, 2, 28)), own(1, year)]
        );
        assert_eq!(found(&[], day(2026, 3, 1)), [own(1, year), desk(year)], "over: nothing is asked");
        assert_eq!(found(&[(SeatId(1), day(2026, 3, 2), 239)], day(2026, 3, 2)), [own(1, year), desk(year)]);
        assert_eq!(found(&[(SeatId(1), day(2026, 3, 2), 240)], day(2026, 3, 2)), []);
        let next = day(2027, 1, 1);
        assert_eq!(found(&[(SeatId(1), day(2026, 3, 2), 240)], next).len(), 2, "each year anew");
    }
}
