//! Ten invented cases of last year that an NGO's mediators brought to an agreement: followed up, and asked what they thought of it.
use super::NotMade;
use super::cases::{Home, filed, home, refer, terms, to_ngo};
use super::people::Town;
use crate::domain::codes::{AgreementKind, Cause, FollowUpResult, MeetingKind, Method, Score, Side};
use crate::domain::permission::Actor;
use crate::domain::seoul;
use crate::domain::step::{Step, Term};
use crate::store::Tx;
use chrono::{DateTime, Days, Duration, NaiveDate, Utc};

/// Who lived where, days before today; and what each side answered: the scores of the six questions.
type Told = (Home, [Option<[u8; 6]>; 2]);

fn told() -> [Told; 10] {
    let one = |name, unit, over, ago| home(name, unit, Some(over), Cause::Footfall, ago);
    [
        (
            one("지한별", "111동 201호", "111동 301호", 350),
            [Some([5, 5, 4, 5, 5, 5]), Some([4, 4, 4, 3, 5, 4])],
        ),
        (one("채아람", "111동 502호", "111동 602호", 353), [Some([5, 4, 4, 4, 5, 4]), None]),
        (
            one("태누리", "112동 703호", "112동 803호", 356),
            [Some([4, 4, 3, 4, 4, 4]), Some([5, 5, 5, 4, 5, 5])],
        ),
        (one("표소담", "112동 904호", "112동 1004호", 359), [None, None]),
        (
            one("하늘찬", "113동 305호", "113동 405호", 362),
            [Some([3, 3, 2, 4, 4, 3]), Some([4, 3, 3, 4, 4, 4])],
        ),
        (one("권여름", "113동 606호", "113동 706호", 365), [None, Some([3, 4, 4, 3, 4, 3])]),
        (one("금빛나", "114동 107호", "114동 207호", 368), [Some([5, 5, 5, 5, 5, 5]), None]),
        (one("노아름", "114동 408호", "114동 508호", 371), [None, None]),
        (one("두리안", "115동 809호", "115동 909호", 374), [None, Some([5, 4, 5, 5, 5, 5])]),
        (one("라온제", "115동 210호", "115동 310호", 377), [None, None]),
    ]
}

fn score(n: u8) -> Option<Score> {
    Score::ALL.get(usize::from(n).checked_sub(1)?).copied()
}

/// Plays them.
pub(super) fn play(tx: &mut Tx<'_>, town: &Town, now: DateTime<Utc>) -> Result<(), NotMade> {
    for (n, (home, answers)) in told().into_iter().enumerate() {
        one(tx, town, (&home, answers), n, now)?;
    }
    Ok(())
}

fn one(
    tx: &mut Tx<'_>,
    town: &Town,
    (home, answers): (&Home, [Option<[u8; 6]>; 2]),
    n: usize,
    now: DateTime<Utc>,
) -> Result<(), NotMade> {
    let who = if n.is_multiple_of(2) { "mediator" } else { "mediator2" };
    let mut play = filed(tx, town, town.complex, home, now)?;
    to_ngo(&mut play, town, refer(town))?;
    let answer_by = play.at + Duration::hours(72);
    play.step("ngo", Step::Offer { mediator: town.who(who), answer_by, wanted: Vec::new() })?;
    let offer = play.last();
    play.step(who, Step::AcceptOffer { offer, method: Method::Link, declared: String::new() })?;
    let result = "번갈아 이야기하고 밤 시간의 약속을 정함.".to_owned();
    play.days(1).step(
        who,
        Step::HoldSession {
            session: None,
            kind: MeetingKind::Joint,
            applicant: true,
            applicant_by: None,
            respondent: true,
            respondent_by: None,
            result,
            next: None,
            next_on: None,
        },
    )?;
    let summary = "두 집이 밤 시간의 약속에 뜻을 모음.".to_owned();
    play.step(who, Step::Report { summary, hours: 2.5 })?;
    let agreed: Vec<Term> = terms(play.at).into_iter().take(1).collect();
    play.step(who, Step::Draft { kind: AgreementKind::Full, terms: agreed })?;
    let agreement = play.last();
    for side in Side::ALL {
        let (side, method) = (*side, Method::Link);
        play.party(side, Step::Sign { agreement, side, method, by: None, version: String::new() })?;
    }
    let dues: Vec<NaiveDate> =
        play.case.iter().flat_map(|case| case.follow_ups.iter().map(|f| f.due)).collect();
    for due in dues {
        play.at = seoul::midnight(due) + Duration::hours(10);
        for side in Side::ALL {
            let (side, terms) = (*side, vec![FollowUpResult::Kept]);
            let (result, relation, method, note) = (None, None, Method::Link, String::new());
            if side == Side::Respondent && n > 6 {
                continue;
            }
            play.party(side, Step::FollowUp { due, side, result, terms, relation, method, note })?;
        }
        if n > 6 {
            let after = due.checked_add_days(Days::new(14)).unwrap_or(due);
            play.at = seoul::midnight(after) + Duration::hours(1);
            play.by(&Actor::clock(), Step::EndFollowUp { due })?;
        }
    }
    for (side, said) in Side::ALL.iter().zip(answers) {
        let survey = said.and_then(|said| Step::survey(*side, Method::Link, said.map(score)));
        if let Some(survey) = survey {
            play.party(*side, survey)?;
        }
    }
    Ok(())
}
