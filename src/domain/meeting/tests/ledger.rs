//! Whole random evenings against a ledger: every item, at its moment, is reckoned anew from nothing but the list of what
//! happened (who came, went, was recused from which item, stood in for whom, and when), in sets of people and fractions of
//! whole numbers. Nothing of `count`, `aside` or `judge` is used.
use super::*;
use std::collections::BTreeSet;

/// Something that happened, in the order in which it did.
#[derive(Debug, Clone)]
enum Happened {
    Came(usize),
    Went(usize),
    Recused(u32, usize),
    StoodIn(u32, usize, usize),
}

/// A member: with a vote or in reserve; from when until when in office, in minutes of the evening.
type Term = (bool, i64, Option<i64>);

#[derive(Debug, Clone)]
struct Story {
    terms: Vec<Term>,
    present: Vec<bool>,
    /// What an item is about: nothing, or the removal of a member.
    items: Vec<Option<usize>>,
    /// Tried between the items, in order; the item to vote on is the third part, where it is one.
    tries: Vec<(u8, usize, usize, u32)>,
    votes: Vec<(u32, u32, u32)>,
    quorum: Share,
    majority: Share,
    on_roll: bool,
}

fn story() -> impl Strategy<Value = Story> {
    (2usize..9, 1usize..5).prop_flat_map(|(people, items)| {
        (
            proptest::collection::vec(
                (prop::bool::weighted(0.6), -9i64..3, proptest::option::of(5i64..60)),
                people,
            ),
            proptest::collection::vec(prop::bool::weighted(0.8), people),
            proptest::collection::vec(proptest::option::weighted(0.3, 0..people), items),
            proptest::collection::vec((0u8..8, 0..people, 0..people, 1..=number(items)), 0..64),
            proptest::collection::vec((0u32..6, 0u32..3, 0u32..3), items),
            (share(), share(), any::<bool>()),
        )
            .prop_map(|(terms, present, items, tries, votes, (quorum, majority, on_roll))| Story {
                terms,
                present,
                items,
                tries,
                votes,
                quorum,
                majority,
                on_roll,
            })
    })
}

/// The ledger of one evening, read again from the start for every question.
struct Ledger<'a> {
    story: &'a Story,
    happened: Vec<Happened>,
}

impl Ledger<'_> {
    fn in_term(&self, who: usize, minute: i64) -> bool {
        let (_, from, until) = self.story.terms[who];
        from <= minute && until.is_none_or(|end| minute < end)
    }

    fn inside(&self) -> BTreeSet<usize> {
        let mut inside: BTreeSet<usize> =
            (0..self.story.present.len()).filter(|n| self.story.present[*n]).collect();
        for what in &self.happened {
            match what {
                Happened::Came(who) => inside.insert(*who),
                Happened::Went(who) => inside.remove(who),
                _ => false,
            };
        }
        inside
    }

    /// Quorum met, votes to be cast, and the least number in favour, for an item at a minute.
    fn reckon(&self, item: u32, minute: i64) -> (bool, usize, usize) {
        let roll: BTreeSet<usize> = (0..self.story.terms.len())
            .filter(|n| self.story.terms[*n].0 && self.in_term(*n, minute))
            .collect();
        let mut out: BTreeSet<usize> = self.story.items[count_of(item) - 1].into_iter().collect();
        for what in &self.happened {
            if let Happened::Recused(of, who) = what
                && *of == item
            {
                out.insert(*who);
            }
        }
        let mut able: BTreeSet<usize> = roll.difference(&out).copied().collect();
        for what in &self.happened {
            if let Happened::StoodIn(of, whom, by) = what
                && *of == item
                && roll.contains(whom)
                && out.contains(whom)
                && !out.contains(by)
                && self.in_term(*by, minute)
            {
                able.insert(*by);
            }
        }
        let voting = able.intersection(&self.inside()).count();
        let whole = if self.story.on_roll { roll.len() } else { able.len() };
        // The least number in favour, found by trying.
        let least = (1..=voting).find(|yes| Reckoner::enough(self.story.majority, *yes, voting));
        (Reckoner::enough(self.story.quorum, voting, whole), voting, least.unwrap_or(usize::MAX))
    }

    /// Somebody who may lead the item: of the roll, in the room, not out of it.
    fn leader(&self, item: u32, minute: i64) -> Option<usize> {
        let out = |who: &usize| {
            self.story.items[count_of(item) - 1] == Some(*who)
                || self
                    .happened
                    .iter()
                    .any(|h| matches!(h, Happened::Recused(of, w) if *of == item && w == who))
        };
        let votes = |who: &usize| self.story.terms[*who].0 && self.in_term(*who, minute);
        self.inside().into_iter().find(|who| votes(who) && !out(who))
    }
}

fn begun(story: &Story) -> Way {
    let rules = BodyRules {
        quorum: story.quorum,
        majority: story.majority,
        recused_on_roll: story.on_roll,
        ..BodyRules::of(Assembly::Resident)
    };
    let meeting = Meeting::blank(MeetingId(1), BodyId(1), rules);
    let mut way = Way { meeting, at: evening() - Duration::days(10) };
    let minute = |m: i64| evening() + Duration::minutes(m);
    let seats = story.terms.iter().enumerate().map(|(n, (votes, from, until))| RosterSeat {
        seat: nth(n),
        votes: *votes,
        chair: n == 0,
        from: minute(*from),
        until: until.map(minute),
    });
    way.take(MeetingStep::Roster { seats: seats.collect() }).unwrap();
    let item = |(n, about): (usize, &Option<usize>)| match about {
        Some(who) => Matter::Dismissal { seat: nth(*who), reason: format!("까닭 {n}") },
        None => Matter::Case {
            case: CaseId(i64::try_from(n).unwrap()),
            number: format!("2026-{n}"),
            act: ACT.into(),
        },
    };
    way.take(convene(Sort::Special, story.items.iter().enumerate().map(item).collect())).unwrap();
    way.take(MeetingStep::Notify {}).unwrap();
    way.at = evening();
    way
}

const ACT: &str = "close:not_agreed";

/// The vote on an item, with the step that a passed case item asks for.
fn vote(item: u32, (yes, no, abstain): (u32, u32, u32), about_case: bool) -> MeetingStep {
    let step = Step::Close { outcome: Outcome::NotAgreed, reason: "뜻이 다름".into(), by: None };
    let taken = about_case.then_some(step);
    let tally = Tally { yes, no, abstain };
    MeetingStep::Decide { item, tally, ballot: Ballot::Hands, text: String::new(), taken }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]
    #[test]
    fn every_decision_is_what_the_ledger_says(story in story()) {
        let mut way = begun(&story);
        let mut ledger = Ledger { story: &story, happened: Vec::new() };
        let present: Vec<SeatId> = (0..story.present.len()).filter(|n| story.present[*n]).map(nth).collect();
        let minute = |at: DateTime<Utc>| (at - evening()).num_minutes();
        let leader = (0..story.terms.len())
            .find(|n| story.terms[*n].0 && story.present[*n] && ledger.in_term(*n, minute(way.at)));
        let roll = (0..story.terms.len()).filter(|n| story.terms[*n].0 && ledger.in_term(*n, minute(way.at)));
        let (roll, there) = roll.fold((0, 0), |(all, in_room), n| (all + 1, in_room + usize::from(story.present[n])));
        let presiding = leader.map_or(SeatId(1), nth);
        let opened = way.take(MeetingStep::Open { present, presiding });
        prop_assert_eq!(opened.is_ok(), Reckoner::enough(story.quorum, there, roll), "opening {} of {}", there, roll);
        if opened.is_err() {
            return Ok(());
        }
        let mut tries = story.tries.iter();
        for (n, votes) in story.votes.iter().enumerate() {
            let item = number(n) + 1;
            for (kind, who, other, of) in tries.by_ref().take(16) {
                let (step, what) = match kind {
                    0 => (MeetingStep::Arrive { seat: nth(*who) }, Happened::Came(*who)),
                    1 => (MeetingStep::Leave { seat: nth(*who) }, Happened::Went(*who)),
                    2..=4 => (recuse(*of, nth(*who).0), Happened::Recused(*of, *who)),
                    _ => {
                        let (seat, by) = (nth(*who), nth(*other));
                        (MeetingStep::Substitute { item: *of, seat, by }, Happened::StoodIn(*of, *who, *other))
                    }
                };
                let was_inside = ledger.inside().contains(who);
                let fits = match &what {
                    Happened::Came(_) => Some(!was_inside),
                    Happened::Went(_) => Some(was_inside),
                    // Whether these are admitted depends on more; the ledger takes over what was.
                    Happened::Recused(..) | Happened::StoodIn(..) => None,
                };
                let taken = way.take(step).is_ok();
                prop_assert!(fits.is_none_or(|fits| fits == taken), "{:?}", what);
                if taken {
                    ledger.happened.push(what);
                }
            }
            let now = minute(way.at);
            let leader = ledger.leader(item, now);
            if let Some(leader) = leader {
                let lead = MeetingStep::Preside { seat: nth(leader), reason: String::new() };
                way.meeting = way.meeting.after(&way.line(lead)).unwrap();
            }
            let (quorate, voting, least) = ledger.reckon(item, now);
            let about_case = story.items[n].is_none();
            // Every way in which so many people can vote, and the one that the story tells.
            for yes in 0..=number(voting) {
                let tally = (yes, number(voting) - yes, 0);
                let decided = way.meeting.after(&way.line(vote(item, tally, about_case)));
                prop_assert_eq!(decided.is_ok(), quorate && leader.is_some(), "item {} at {}", item, now);
                let Ok(after) = decided else { continue };
                let result = after.item(item).unwrap().decision.as_ref().unwrap().result;
                prop_assert_eq!(result == ItemResult::Passed, count_of(yes) >= least, "{} of {}", yes, voting);
            }
            let told = way.meeting.after(&way.line(vote(item, *votes, about_case)));
            let complete = count_of(votes.0 + votes.1 + votes.2) == voting;
            prop_assert_eq!(told.is_ok(), quorate && leader.is_some() && complete);
            if let Ok(after) = told {
                way.meeting = after;
            }
        }
    }
}
