//! Meetings without a database: whole evenings by example, and random ones against a reckoning of its own.
use super::*;
use crate::domain::codes::{Assembly, Outcome, RecusalKind};
use crate::domain::committee::rules::Share;
use crate::domain::ids::UserId;
use chrono::Duration;
use proptest::prelude::*;

mod ledger;

fn evening() -> DateTime<Utc> {
    crate::domain::seoul::parse("2026-11-20 19:30").unwrap()
}

struct Way {
    meeting: Meeting,
    at: DateTime<Utc>,
}

impl Way {
    fn with(members: i64, rules: BodyRules) -> Self {
        let meeting = Meeting::blank(MeetingId(1), BodyId(1), rules);
        let mut way = Self { meeting, at: evening() - Duration::days(10) };
        let from = evening() - Duration::days(300);
        let seat = |n| RosterSeat { seat: SeatId(n), votes: true, chair: n == 1, from, until: None };
        way.take(MeetingStep::Roster { seats: (1..=members).map(seat).collect() }).unwrap();
        way
    }

    fn called(members: i64, items: Vec<Matter>) -> Self {
        let mut way = Self::with(members, BodyRules::of(Assembly::Resident));
        way.take(convene(Sort::Special, items)).unwrap();
        way.take(MeetingStep::Notify {}).unwrap();
        way.at = evening();
        way
    }

    fn line(&self, step: MeetingStep) -> Line {
        let (at, by) = (self.at, Some(UserId(1)));
        let seq = self.meeting.last_seq + 1;
        Line { seq, at, recorded_at: at, by, by_role: "chair".into(), step }
    }

    fn take(&mut self, step: MeetingStep) -> Result<(), Refused> {
        self.meeting = self.meeting.after(&self.line(step))?;
        self.at += Duration::minutes(1);
        Ok(())
    }

    fn refused(&self, step: MeetingStep) -> &'static str {
        self.meeting.after(&self.line(step)).unwrap_err().code
    }

    fn open(&mut self, present: &[i64]) {
        let present: Vec<SeatId> = present.iter().map(|n| SeatId(*n)).collect();
        let presiding = present[0];
        self.take(MeetingStep::Open { present, presiding }).unwrap();
    }
}

fn convene(sort: Sort, items: Vec<Matter>) -> MeetingStep {
    MeetingStep::Convene {
        sort,
        mode: Mode::InPerson,
        starts_at: evening(),
        minutes: 60,
        place: "관리동 회의실".into(),
        items,
        reason: String::new(),
    }
}

fn free(title: &str) -> Matter {
    Matter::Free { title: title.into() }
}

fn closing() -> Matter {
    Matter::Case { case: CaseId(7), number: "2026-0007".into(), act: "close:not_agreed".into() }
}

fn decide(item: u32, yes: u32, no: u32, abstain: u32) -> MeetingStep {
    let tally = Tally { yes, no, abstain };
    MeetingStep::Decide { item, tally, ballot: Ballot::Hands, text: String::new(), taken: None }
}

fn seat(n: i64) -> SeatId {
    SeatId(n)
}

#[test]
fn an_evening_from_the_notice_to_the_signatures() {
    let mut way = Way::called(5, vec![closing(), free("승강기 안내문")]);
    assert_eq!(way.meeting.shown_cases(), [CaseId(7)]);
    way.open(&[1, 2, 3, 4]);
    way.take(MeetingStep::Leave { seat: seat(4) }).unwrap();
    assert_eq!(way.refused(decide(1, 4, 0, 0)), "tally", "the fourth has left");
    assert_eq!(way.refused(decide(1, 2, 1, 0)), "no_step", "a passed item says what is done to the case");
    let step = Step::Close {
        outcome: Outcome::NotAgreed,
        reason: "세 차례 회의에도 뜻이 달랐습니다".into(),
        by: None,
    };
    let other = Step::Close { outcome: Outcome::OutOfScope, reason: String::new(), by: None };
    let tally = Tally { yes: 2, no: 1, abstain: 0 };
    let passing = |taken| MeetingStep::Decide {
        item: 1,
        tally,
        ballot: Ballot::Hands,
        text: "불성립".into(),
        taken: Some(taken),
    };
    assert_eq!(way.refused(passing(other)), "no_step", "not what the item was about");
    way.take(passing(step)).unwrap();
    way.take(MeetingStep::Performed { item: 1, line: Some(12), why: String::new() }).unwrap();
    assert_eq!(way.refused(decide(1, 3, 0, 0)), "decided");
    way.take(decide(2, 1, 1, 1)).unwrap();
    assert_eq!(way.meeting.items[1].decision.as_ref().unwrap().result, ItemResult::Rejected);
    way.take(MeetingStep::Adjourn {}).unwrap();
    assert_eq!(way.refused(MeetingStep::Complete {}), "no_minutes");
    way.take(MeetingStep::Write { text: "논의한 내용".into(), notes: vec![] }).unwrap();
    way.take(MeetingStep::Complete {}).unwrap();
    let sign = |signer| MeetingStep::Sign { signer, method: Method::Paper };
    way.take(sign(Signer::Clerk)).unwrap();
    assert_eq!(way.refused(MeetingStep::Write { text: "달리".into(), notes: vec![] }), "meeting_state");
    assert_eq!(way.refused(sign(Signer::Clerk)), "signed");
    assert_eq!(way.meeting.shown_cases(), [CaseId(7)], "one signature is missing");
    way.take(sign(Signer::Chair)).unwrap();
    assert_eq!(way.meeting.state, Some(MeetingState::Signed));
    assert!(way.meeting.shown_cases().is_empty());
    way.take(MeetingStep::Correct { text: "시작 시각은 19:35".into() }).unwrap();
    assert_eq!(way.meeting.corrections.len(), 1);
    let public = way.meeting.public_items(&[]);
    assert_eq!(public[0].line, "층간소음 1건 심의·의결");
    assert!(!format!("{public:?}").contains("2026-0007"));
}

#[test]
fn too_few_came() {
    let mut way = Way::called(5, vec![free("안건")]);
    let too_few = MeetingStep::Open { present: vec![seat(1), seat(2)], presiding: seat(1) };
    assert_eq!(way.refused(too_few), "no_quorum");
    let enough = MeetingStep::NotOpen { present: vec![seat(1), seat(2), seat(3)], reason: String::new() };
    assert_eq!(way.refused(enough), "quorate", "a quorate meeting did not fail for want of quorum");
    let failed = || MeetingStep::NotOpen { present: vec![seat(1), seat(2)], reason: String::new() };
    way.at = evening() - chrono::Duration::minutes(31);
    assert_eq!(way.refused(failed()), "early", "they may still come");
    way.at = evening();
    way.take(failed()).unwrap();
    assert_eq!(way.meeting.state, Some(MeetingState::NotOpened));
    assert!(way.meeting.reason.contains("재적 5명의 과반수인 3명"));
    assert!(way.meeting.shown_cases().is_empty());
}

#[test]
fn a_meeting_opens_by_notice_or_with_everyone() {
    let mut way = Way::with(3, BodyRules::of(Assembly::Resident));
    way.take(convene(Sort::Special, vec![free("안건")])).unwrap();
    way.at = evening() - Duration::days(2);
    assert_eq!(way.refused(MeetingStep::Notify {}), "short_notice");
    way.at = evening();
    let two = MeetingStep::Open { present: vec![seat(1), seat(2)], presiding: seat(1) };
    assert_eq!(way.refused(two), "no_notice");
    way.open(&[1, 2, 3]);
    let mut urgent = Way::with(3, BodyRules::of(Assembly::Resident));
    urgent.take(convene(Sort::Urgent, vec![free("안건")])).unwrap();
    urgent.at = evening() - Duration::hours(2);
    urgent.take(MeetingStep::Notify {}).unwrap();
    let early = MeetingStep::Open { present: vec![seat(1), seat(2)], presiding: seat(1) };
    assert_eq!(urgent.refused(early), "early");
}

#[test]
fn a_third_of_the_members_call_a_meeting() {
    let mut way = Way::with(7, BodyRules::of(Assembly::Council));
    way.take(MeetingStep::Request { by: seat(2), purpose: "마을축제".into() }).unwrap();
    assert_eq!(way.refused(convene(Sort::Special, vec![free("마을축제")])), "demand");
    assert_eq!(way.refused(MeetingStep::Support { by: seat(2) }), "supported");
    assert_eq!(way.refused(MeetingStep::Support { by: seat(9) }), "not_in_office");
    way.take(MeetingStep::Support { by: seat(3) }).unwrap();
    assert_eq!(way.meeting.demand_missing(way.at), 1);
    way.take(MeetingStep::Support { by: seat(4) }).unwrap();
    way.take(convene(Sort::Special, vec![free("마을축제")])).unwrap();
    let case = way.refused(MeetingStep::Add { matter: closing() });
    assert_eq!(case, "no_case_rights", "a council has no case rights");
}

#[test]
fn nobody_decides_about_themselves_and_a_recused_chair_hands_over() {
    let dismissal = Matter::Dismissal { seat: seat(3), reason: "세 번 연속 불참".into() };
    let mut way = Way::called(4, vec![dismissal, closing(), free("끝")]);
    way.open(&[1, 2, 3]);
    assert_eq!(
        way.refused(decide(1, 3, 0, 0)),
        "no_quorum",
        "two of four are no majority of those in office"
    );
    way.take(MeetingStep::Arrive { seat: seat(4) }).unwrap();
    way.take(decide(1, 2, 1, 0)).unwrap();
    assert_eq!(way.meeting.items[0].ballot, Ballot::Secret);
    way.take(recuse(2, 1)).unwrap();
    assert_eq!(way.refused(decide(2, 1, 2, 0)), "no_presiding");
    way.take(MeetingStep::Preside { seat: seat(2), reason: "의장이 이 안건에서 물러남".into() }).unwrap();
    way.take(decide(2, 1, 2, 0)).unwrap();
    assert_eq!(way.meeting.items[1].decision.as_ref().unwrap().presided, Some(seat(2)));
    way.take(MeetingStep::Leave { seat: seat(2) }).unwrap();
    assert_eq!(way.refused(decide(3, 3, 0, 0)), "no_presiding", "the acting chair went home");
}

fn recuse(item: u32, n: i64) -> MeetingStep {
    MeetingStep::Recuse {
        item,
        seat: seat(n),
        ground: RecusalGround::Neighbour,
        kind: RecusalKind::Automatic,
    }
}

fn nth(n: usize) -> SeatId {
    SeatId(i64::try_from(n).unwrap() + 1)
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap()
}

fn count_of(n: u32) -> usize {
    usize::try_from(n).unwrap()
}

/// A random evening: who is in office from when until when (minutes), who comes and goes, who is recused, how many votes.
#[derive(Debug, Clone)]
struct Plan {
    seats: Vec<(bool, i64, Option<i64>)>,
    first: Vec<bool>,
    moves: Vec<(usize, bool)>,
    recused: Vec<usize>,
    votes: Vec<(u32, u32, u32)>,
    quorum: Share,
    majority: Share,
    on_roll: bool,
}

fn share() -> impl Strategy<Value = Share> {
    (1u32..5, 1u32..5, any::<bool>())
        .prop_map(|(num, den, over)| Share { num, den, over })
        .prop_filter("a part of something", |s| s.is_sound())
}

fn plan() -> impl Strategy<Value = Plan> {
    (1usize..9).prop_flat_map(|n| {
        (
            proptest::collection::vec(
                (any::<bool>().prop_map(|b| b), -5i64..6, proptest::option::of(2i64..40)),
                n,
            ),
            proptest::collection::vec(any::<bool>(), n),
            proptest::collection::vec((0..n, any::<bool>()), 0..12),
            proptest::collection::vec(0..n, 0..4),
            proptest::collection::vec((0u32..6, 0u32..4, 0u32..3), 1..6),
            (share(), share(), any::<bool>()),
        )
            .prop_map(|(seats, first, moves, recused, votes, (quorum, majority, on_roll))| Plan {
                seats,
                first,
                moves,
                recused,
                votes,
                quorum,
                majority,
                on_roll,
            })
    })
}

/// The plan reckoned without the code under test: sets of people and cross-multiplied fractions.
struct Reckoner {
    voters: Vec<bool>,
    terms: Vec<(i64, Option<i64>)>,
    inside: Vec<bool>,
    out_for_item: Vec<bool>,
}

impl Reckoner {
    fn enough(share: Share, part: usize, whole: usize) -> bool {
        let (part, whole) = (i128::try_from(part).unwrap(), i128::try_from(whole).unwrap());
        let (left, right) = (part * i128::from(share.den), whole * i128::from(share.num));
        part >= 1 && if share.over { left > right } else { left >= right }
    }

    /// In office, allowed in the item, and in the room for it: indices.
    fn sets(&self, minute: i64, for_item: bool) -> (Vec<usize>, Vec<usize>, Vec<usize>) {
        let office: Vec<usize> = (0..self.voters.len())
            .filter(|i| self.voters[*i])
            .filter(|i| self.terms[*i].0 <= minute && self.terms[*i].1.is_none_or(|end| end > minute))
            .collect();
        let able: Vec<usize> =
            office.iter().copied().filter(|i| !(for_item && self.out_for_item[*i])).collect();
        let there: Vec<usize> = able.iter().copied().filter(|i| self.inside[*i]).collect();
        (office, able, there)
    }

    fn quorate(&self, plan: &Plan, minute: i64, for_item: bool) -> (bool, usize) {
        let (office, able, there) = self.sets(minute, for_item);
        let roll = if plan.on_roll { office.len() } else { able.len() };
        (Self::enough(plan.quorum, there.len(), roll), there.len())
    }
}

fn evening_of(plan: &Plan) -> (Way, Reckoner) {
    let rules = BodyRules {
        quorum: plan.quorum,
        majority: plan.majority,
        recused_on_roll: plan.on_roll,
        ..BodyRules::of(Assembly::Resident)
    };
    let meeting = Meeting::blank(MeetingId(1), BodyId(1), rules);
    let mut way = Way { meeting, at: evening() - Duration::days(10) };
    let minute = |m: i64| evening() + Duration::minutes(m);
    let seats = plan.seats.iter().enumerate().map(|(n, (votes, from, until))| RosterSeat {
        seat: nth(n),
        votes: *votes,
        chair: n == 0,
        from: minute(*from),
        until: until.map(minute),
    });
    way.take(MeetingStep::Roster { seats: seats.collect() }).unwrap();
    let items = (0..plan.votes.len()).map(|n| free(&format!("안건 {n}"))).collect();
    way.take(convene(Sort::Special, items)).unwrap();
    way.take(MeetingStep::Notify {}).unwrap();
    way.at = evening();
    let reckoner = Reckoner {
        voters: plan.seats.iter().map(|s| s.0).collect(),
        terms: plan.seats.iter().map(|s| (s.1, s.2)).collect(),
        inside: plan.first.clone(),
        out_for_item: (0..plan.seats.len()).map(|n| plan.recused.contains(&n)).collect(),
    };
    (way, reckoner)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    #[test]
    fn nothing_is_decided_without_quorum_and_majority(plan in plan()) {
        let (mut way, mut reckoner) = evening_of(&plan);
        let present: Vec<SeatId> =
            (0..plan.first.len()).filter(|n| plan.first[*n]).map(nth).collect();
        let minute = |at: DateTime<Utc>| (at - evening()).num_minutes();
        let (quorate, _) = reckoner.quorate(&plan, minute(way.at), false);
        let in_office = reckoner.sets(minute(way.at), false).2;
        let presiding = in_office.first().map_or(SeatId(1), |n| nth(*n));
        let opened = way.take(MeetingStep::Open { present: present.clone(), presiding });
        prop_assert_eq!(opened.is_ok(), quorate, "opening");
        if opened.is_err() {
            let failed = way.take(MeetingStep::NotOpen { present, reason: String::new() });
            prop_assert_eq!(failed, Ok(()));
            let decided = way.take(decide(1, 1, 0, 0));
            prop_assert!(decided.is_err());
            return Ok(());
        }
        for (n, recused) in plan.recused.iter().enumerate() {
            let again = plan.recused[..n].contains(recused);
            for item in 1..=number(plan.votes.len()) {
                prop_assert_eq!(way.take(recuse(item, nth(*recused).0)).is_err(), again);
            }
        }
        let mut moves = plan.moves.iter();
        for (n, (yes, no, abstain)) in plan.votes.iter().enumerate() {
            for (who, comes) in moves.by_ref().take(2) {
                let seat = nth(*who);
                let step = if *comes { MeetingStep::Arrive { seat } } else { MeetingStep::Leave { seat } };
                prop_assert_eq!(way.take(step).is_ok(), reckoner.inside[*who] != *comes);
                reckoner.inside[*who] = *comes;
            }
            let now = minute(way.at);
            let (quorate, there) = reckoner.quorate(&plan, now, true);
            // Whoever may lead leads, so that only the numbers can stand in the way.
            if let Some(leader) = reckoner.sets(now, true).2.first() {
                let seat = nth(*leader);
                way.meeting = way.meeting.after(&way.line(MeetingStep::Preside { seat, reason: String::new() })).unwrap();
            }
            let complete = yes + no + abstain == number(there);
            let item = number(n) + 1;
            let taken = way.meeting.after(&way.line(decide(item, *yes, *no, *abstain)));
            prop_assert_eq!(taken.is_ok(), quorate && complete, "item {} at {}", item, now);
            let Ok(after) = taken else { continue };
            let decision = after.item(item).unwrap().decision.clone().unwrap();
            let passed = Reckoner::enough(plan.majority, count_of(*yes), there);
            prop_assert_eq!(decision.result == ItemResult::Passed, passed);
            way.meeting = after;
        }
    }

    #[test]
    fn no_order_of_lines_passes_an_item_unless_its_numbers_say_so(
        plan in plan(),
        steps in proptest::collection::vec((0u8..14, 0i64..9, 0u32..5, (0u32..6, 0u32..3, 0u32..3)), 1..40),
    ) {
        let (mut way, _) = evening_of(&plan);
        for (kind, who, item, (yes, no, abstain)) in steps {
            let seat = SeatId(who);
            let present: Vec<SeatId> = (0..=who).map(SeatId).filter(|s| s.0 > 0).collect();
            let step = match kind {
                0 => MeetingStep::Open { present, presiding: SeatId(1) },
                1 => MeetingStep::Arrive { seat },
                2 => MeetingStep::Leave { seat },
                3 => MeetingStep::Preside { seat, reason: String::new() },
                4 => recuse(item, who),
                5 => MeetingStep::Defer { item, text: String::new() },
                6 if who == 0 => MeetingStep::Adjourn {},
                7 => MeetingStep::Write { text: "x".into(), notes: vec![] },
                8 => MeetingStep::Complete {},
                9 => MeetingStep::Sign { signer: Signer::Clerk, method: Method::Paper },
                10 => MeetingStep::Sign { signer: Signer::Chair, method: Method::Paper },
                _ => decide(item, yes, no, abstain),
            };
            let before = way.meeting.clone();
            if way.take(step).is_err() {
                prop_assert_eq!(&way.meeting, &before, "a refused line changes nothing");
            }
            if before.state == Some(MeetingState::Signed) {
                prop_assert_eq!(&way.meeting.items, &before.items);
            }
        }
        for item in &way.meeting.items {
            let Some(decision) = &item.decision else { continue };
            if decision.result != ItemResult::Passed {
                continue;
            }
            let tally = decision.tally.unwrap();
            let count = decision.quorum.unwrap().count;
            let out = way.meeting.aside(item);
            let voters: Vec<SeatId> = way.meeting.roster.iter()
                .filter(|s| s.votes && s.from <= decision.at && s.until.is_none_or(|u| decision.at < u))
                .map(|s| s.seat).collect();
            // Somebody who is recused later may have voted: what counts is what the moment said.
            let able = voters.len() - count_of(count.recused);
            prop_assert!(count_of(count.recused) <= voters.iter().filter(|s| out.contains(s)).count());
            let roll = if plan.on_roll { voters.len() } else { able };
            prop_assert!(Reckoner::enough(plan.quorum, count_of(count.present), roll));
            prop_assert!(Reckoner::enough(plan.majority, count_of(tally.yes), count_of(count.present)));
            prop_assert_eq!(tally.yes + tally.no + tally.abstain, count.present);
            prop_assert!(way.meeting.opened_at.is_some_and(|at| at <= decision.at));
        }
    }
}

#[test]
fn a_stand_in_votes_in_the_place_of_whoever_left_and_nowhere_else() {
    // Three members and two reserves without a vote.
    let mut way = Way::called(3, vec![closing(), free("홍보")]);
    let from = evening() - Duration::days(300);
    let seat_of = |n: i64| RosterSeat { seat: seat(n), votes: n <= 3, chair: n == 1, from, until: None };
    way.at = evening() - Duration::minutes(5);
    way.take(MeetingStep::Roster { seats: (1..=5).map(seat_of).collect() }).unwrap();
    let stand = |item, whom, by| MeetingStep::Substitute { item, seat: seat(whom), by: seat(by) };
    assert_eq!(way.refused(stand(1, 2, 4)), "not_recused", "nobody has left");
    way.take(recuse(1, 2)).unwrap();
    way.take(recuse(1, 3)).unwrap();
    let alone = way.meeting.judged(1, way.at).unwrap();
    assert!(!alone.possible, "one of three decides nothing");
    assert_eq!(way.refused(stand(1, 2, 1)), "no_stand_in", "a member has a vote already");
    way.take(stand(1, 2, 4)).unwrap();
    assert_eq!(way.refused(stand(1, 3, 4)), "substituted", "nobody votes twice");
    assert_eq!(way.refused(stand(1, 2, 5)), "substituted", "and for nobody twice");
    assert!(way.meeting.judged(1, way.at).unwrap().possible);
    way.at = evening();
    way.open(&[1, 2, 3, 4]);
    let count = way.meeting.count(1, way.at).unwrap();
    assert_eq!((count.in_office, count.present, count.recused), (3, 2, 1));
    let other = way.meeting.count(2, way.at).unwrap();
    assert_eq!((other.in_office, other.present, other.recused), (3, 3, 0), "the reserve has no vote there");
    way.take(MeetingStep::Leave { seat: seat(4) }).unwrap();
    assert_eq!(way.refused(decide(1, 1, 0, 0)), "no_quorum", "the stand-in went home");
    way.take(MeetingStep::Arrive { seat: seat(4) }).unwrap();
    // A stand-in who has to leave too takes nobody's place.
    let left = way.meeting.after(&way.line(recuse(1, 4))).unwrap();
    assert_eq!(left.count(1, way.at).unwrap().present, 1);
    way.take(decide(1, 0, 2, 0)).unwrap();
}

#[test]
fn every_copy_of_the_papers_is_accounted_for() {
    let mut way = Way::called(3, vec![free("안건")]);
    let issue = |seats: &[i64]| MeetingStep::Issue { seats: seats.iter().map(|n| seat(*n)).collect() };
    assert_eq!(way.refused(issue(&[])), "no_copies");
    assert_eq!(way.refused(issue(&[9])), "not_in_office");
    way.take(issue(&[2, 1, 2])).unwrap();
    let numbers: Vec<_> = way.meeting.copies.iter().map(|c| (c.number, c.seat)).collect();
    assert_eq!(numbers, [(1, seat(1)), (2, seat(2))]);
    assert_eq!(way.refused(issue(&[2])), "has_copy");
    way.take(issue(&[3])).unwrap();
    let back = |numbers: &[u32]| MeetingStep::Collect { numbers: numbers.to_vec(), text: String::new() };
    way.take(back(&[1, 3])).unwrap();
    assert_eq!(way.refused(back(&[3])), "not_out");
    assert_eq!(way.meeting.copies_out().map(|c| c.number).collect::<Vec<_>>(), [2]);
    // Who gave theirs back and needs another one gets a new number.
    way.take(issue(&[1])).unwrap();
    assert_eq!(way.meeting.copies.last().map(|c| (c.number, c.seat)), Some((4, seat(1))));
}

#[test]
fn no_person_is_left_in_a_public_title() {
    let titles = [
        ("윤위원 사임 인사", "○○○ 사임 인사"),
        ("101동 1203호 앞 안내문", "○○○ ○○○ 앞 안내문"),
        ("문의 010-1234-5678", "문의 ○○○"),
        ("2026년 예방 홍보", "2026년 예방 홍보"),
    ];
    let mut way = Way::called(3, titles.iter().map(|(t, _)| free(t)).collect());
    way.open(&[1, 2, 3]);
    for ((typed, shown), item) in titles.iter().zip(way.meeting.public_items(&["윤위원"])) {
        assert!(item.line.starts_with(shown), "{typed}: {}", item.line);
        assert_eq!(item.removed.is_empty(), typed == shown, "{typed}: {}", item.removed);
    }
}
