//! In which order mediators are asked, and why: fewest cases first, so that equal mediators get equally many; what speaks
//! for or against somebody beside that weighs as much as a case or two, never as much as a year's share.
use super::ids::UserId;
use super::seoul;
use chrono::{DateTime, NaiveDate, Utc};

/// Hours of basic training that a mediator has behind them (50시간 기본교육).
pub const BASIC_HOURS: i64 = 50;
/// Over how many days a mediator's cases are counted.
pub const YEAR: i64 = 365;
/// Somebody newly on the roster is measured as if they were on it for so long: else one case would look like many.
const SHORTEST: i64 = 90;
/// A case a year, in the measure that candidates are compared by.
const CASE: i64 = 1000;

/// Whether a mediator has the basic training behind them, in minutes, and the yearly one until a day that has not passed.
#[must_use]
pub fn is_trained(minutes: i64, until: Option<NaiveDate>, today: NaiveDate) -> bool {
    minutes >= BASIC_HOURS * 60 && until.is_some_and(|until| until >= today)
}

/// Where a mediator works, seen from the case's 행정동.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    Here,
    Everywhere,
    Elsewhere,
}

/// Whether somebody with so many cases, open ones and those they were asked about, can take no other.
#[must_use]
pub fn is_full(load: i64, max_load: i64) -> bool {
    load >= max_load
}

/// What is known of somebody who could be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub user: UserId,
    /// Open cases, and those for which they were asked and have not answered.
    pub load: i64,
    pub max_load: i64,
    /// Cases that they took within the last `YEAR` days, and those for which they were asked and have not answered.
    pub cases: i64,
    /// Days since they came onto the roster.
    pub days_here: i64,
    pub last_case: Option<DateTime<Utc>>,
    pub last_asked: Option<DateTime<Utc>>,
    /// Offers that they declined or let lapse within the last 90 days: told, never held against them.
    pub declines: i64,
    pub area: Area,
    /// When they can, in words, and whether that fits a wanted day; unknown where no day is wanted or nothing is said.
    pub hours: String,
    pub fits: Option<bool>,
    pub languages: String,
    /// Whether they speak the language that the case needs; unknown where none is asked for.
    pub speaks: Option<bool>,
    pub trained_until: Option<NaiveDate>,
    pub trained_minutes: i64,
    /// First and last day of leave.
    pub leave: Option<(NaiveDate, NaiveDate)>,
    /// They like to work with somebody who is in charge already.
    pub wished: bool,
    /// Why they cannot be asked, whatever else holds: an interest in the 단지, a party of the case, asked before.
    pub conflicts: Vec<String>,
}

/// A candidate in the order in which to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranked {
    pub user: UserId,
    pub reasons: Vec<String>,
    /// Why they cannot be asked; empty: they can.
    pub blocked: Vec<String>,
}

impl Standing {
    /// Cases a year on this roster, and what speaks for (less) or against (more) this person, in thousandths of a case.
    fn share(&self, today: NaiveDate) -> i64 {
        let a_year = self.cases.saturating_mul(YEAR * CASE) / self.days_here.clamp(SHORTEST, YEAR);
        let area = match self.area {
            Area::Here => 0,
            Area::Everywhere => CASE,
            Area::Elsewhere => 2 * CASE,
        };
        let untrained = if is_trained(self.trained_minutes, self.trained_until, today) { 0 } else { CASE };
        let unfit = if self.fits == Some(false) { CASE } else { 0 };
        // Whom one side does not understand can hardly mediate: that weighs as much as a whole other 동 and more.
        let mute = if self.speaks == Some(false) { 3 * CASE } else { 0 };
        let wished = if self.wished { CASE } else { 0 };
        a_year + area + untrained + unfit + mute - wished
    }

    fn blocked(&self, today: NaiveDate) -> Vec<String> {
        let mut blocked = self.conflicts.clone();
        if is_full(self.load, self.max_load) {
            blocked.push("맡을 수 있는 사건 수를 채웠습니다".to_owned());
        }
        if let Some((_, until)) = self.leave.filter(|(from, until)| (*from..=*until).contains(&today)) {
            blocked.push(format!("{until}까지 쉽니다"));
        }
        blocked
    }

    fn reasons(&self, now: DateTime<Utc>) -> Vec<String> {
        let today = seoul::day(now);
        let mut reasons = vec![
            match self.area {
                Area::Here => "이 동에서 활동합니다",
                Area::Everywhere => "모든 동에서 활동합니다",
                Area::Elsewhere => "다른 동에서 활동합니다",
            }
            .to_owned(),
            format!("맡은 사건 {}건(최대 {}건)", self.load, self.max_load),
            format!("최근 1년 {}건", self.cases),
        ];
        reasons.push(self.last_case.map_or_else(
            || "아직 맡은 적 없음".to_owned(),
            |at| format!("마지막 배정 뒤 {}일", (now - at).num_days()),
        ));
        if self.declines > 0 {
            reasons.push(format!("최근 90일 사양·무응답 {}번", self.declines));
        }
        if !self.hours.is_empty() {
            let fits = match self.fits {
                Some(true) => "(바라는 날에 됩니다)",
                Some(false) => "(바라는 날과 다릅니다)",
                None => "",
            };
            reasons.push(format!("가능한 때: {}{fits}", self.hours));
        }
        let speaks = match self.speaks {
            Some(true) => "(찾는 말을 합니다)",
            Some(false) => "(찾는 말이 적혀 있지 않습니다)",
            None => "",
        };
        if !self.languages.is_empty() {
            reasons.push(format!("언어: {}{speaks}", self.languages));
        } else if self.speaks.is_some() {
            reasons.push(format!("언어: 적지 않음{speaks}"));
        }
        reasons.push(match self.trained_until.filter(|until| *until >= today) {
            Some(until) => format!("교육 유효: {until}까지"),
            None => "교육 기한이 지났거나 기록이 없습니다".to_owned(),
        });
        if self.trained_minutes < BASIC_HOURS * 60 {
            reasons.push(format!("기본교육 {}/{BASIC_HOURS}시간", self.trained_minutes / 60));
        }
        if self.wished {
            reasons.push("함께 맡고 싶다고 한 분입니다".to_owned());
        }
        reasons
    }
}

/// The candidates, whoever is to be asked next first, those who cannot be asked last.
#[must_use]
pub fn ranked(mut all: Vec<Standing>, now: DateTime<Utc>) -> Vec<Ranked> {
    let today = seoul::day(now);
    all.sort_by_key(|s| (!s.blocked(today).is_empty(), s.share(today), s.load, s.last_asked, s.user));
    let told = |s: &Standing| Ranked { user: s.user, reasons: s.reasons(now), blocked: s.blocked(today) };
    all.iter().map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Duration;

    fn begun() -> DateTime<Utc> {
        "2026-01-05T01:00:00Z".parse().unwrap()
    }

    fn standing(user: i64) -> Standing {
        Standing {
            user: UserId(user),
            load: 0,
            max_load: 8,
            cases: 0,
            days_here: 400,
            last_case: None,
            last_asked: None,
            declines: 0,
            area: Area::Everywhere,
            hours: String::new(),
            fits: None,
            languages: String::new(),
            speaks: None,
            trained_until: NaiveDate::from_ymd_opt(2030, 1, 1),
            trained_minutes: 3000,
            leave: None,
            wished: false,
            conflicts: Vec::new(),
        }
    }

    /// A small generator of its own (Lehmer), so that the year is the same each time.
    struct Dice(u64);
    impl Dice {
        fn below(&mut self, n: u64) -> u64 {
            self.0 = self.0 * 48_271 % 0x7fff_ffff;
            self.0 % n
        }
    }

    /// One person's year: cases taken (and until when they are open), offers that wait for an answer, when last asked.
    #[derive(Clone, Default)]
    struct Year {
        taken: Vec<(DateTime<Utc>, DateTime<Utc>)>,
        asked: Vec<DateTime<Utc>>,
        last_asked: Option<DateTime<Utc>>,
    }

    /// Whoever is first is asked, as a coordinator would: some decline, some let three days pass, some withdraw later, a third
    /// of the cases needs two, and several offers wait at the same time.
    fn simulated(people: usize, cases: u64, seed: u64, declines: u64) -> Vec<usize> {
        let mut dice = Dice(seed);
        let mut years = vec![Year::default(); people];
        let mut coming: Vec<(DateTime<Utc>, usize, Vec<usize>)> = Vec::new();
        for _ in 0..cases {
            let at = begun() + Duration::minutes(i64::try_from(dice.below(365 * 1440)).unwrap());
            coming.push((at, if dice.below(3) == 0 { 2 } else { 1 }, Vec::new()));
        }
        coming.sort();
        while !coming.is_empty() {
            let (now, needed, asked) = coming.remove(0);
            let standings = years.iter().enumerate().filter(|(n, _)| !asked.contains(n)).map(|(n, y)| {
                let waits = y.asked.iter().filter(|until| **until > now).count();
                let open = y.taken.iter().filter(|(_, until)| *until > now).count();
                Standing {
                    load: i64::try_from(open + waits).unwrap(),
                    cases: i64::try_from(y.taken.len() + waits).unwrap(),
                    last_case: y.taken.last().map(|(at, _)| *at),
                    last_asked: y.last_asked,
                    ..standing(i64::try_from(n).unwrap())
                }
            });
            let first = ranked(standings.collect(), now).into_iter().find(|r| r.blocked.is_empty());
            let Some(first) = first else { continue };
            let n = usize::try_from(first.user.0).unwrap();
            let answered = now + Duration::hours(i64::try_from(dice.below(72)).unwrap() + 1);
            years[n].last_asked = Some(now);
            let mut asked = asked;
            asked.push(n);
            if dice.below(10) >= declines {
                let open = if dice.below(20) == 0 { 2 } else { 20 + dice.below(70) };
                years[n].taken.push((now, now + Duration::days(i64::try_from(open).unwrap())));
                if needed == 2 {
                    coming.push((answered, 1, asked));
                }
            } else {
                years[n].asked.push(answered);
                coming.push((answered, needed, asked));
            }
            coming.sort();
        }
        years.iter().map(|y| y.taken.len()).collect()
    }

    #[test]
    fn in_a_simulated_year_equal_mediators_get_equally_many_cases() {
        // Nobody declines; or three of ten are declined at random. Of a handful of people somebody who happens to decline again
        // and again has fewer cases: that is theirs to choose, and the next case is offered to them first.
        for (people, cases, declines) in
            [(2, 20, 0), (4, 60, 0), (12, 150, 0), (6, 90, 3), (12, 150, 3), (20, 130, 3)]
        {
            for seed in 1..8 {
                let taken = simulated(people, cases, seed * 7919, declines);
                let (least, most) = (taken.iter().min().unwrap(), taken.iter().max().unwrap());
                assert!(most - least <= 2, "{people} people, {cases} cases, seed {seed}: {taken:?}");
                let all = usize::try_from(cases).unwrap();
                assert!(taken.iter().sum::<usize>() >= all * 9 / 10, "{taken:?}");
            }
        }
    }

    #[test]
    fn a_decline_costs_nothing_and_conflict_leave_and_load_block() {
        let now = begun();
        let first = |all: Vec<Standing>| ranked(all, now)[0].user.0;
        let declined = Standing { declines: 5, ..standing(1) };
        assert_eq!(first(vec![standing(2), declined]), 1);
        let full = Standing { load: 8, ..standing(1) };
        let away = Standing { leave: Some((seoul::day(now), seoul::day(now))), ..standing(2) };
        let kin = Standing {
            conflicts: vec!["이 단지에 이해관계가 있습니다".to_owned()], ..standing(3)
        };
        let busy = Standing { cases: 9, ..standing(4) };
        let order = ranked(vec![full, away, kin, busy], now);
        assert_eq!(order[0].user, UserId(4));
        assert!(order[1..].iter().all(|r| r.blocked.len() == 1), "{order:?}");
    }

    #[test]
    fn area_training_and_wishes_weigh_a_case_or_two_and_newcomers_are_not_flooded() {
        let now = begun();
        let before = |a: Standing, b: Standing| ranked(vec![b, a.clone()], now)[0].user == a.user;
        let here = Standing { area: Area::Here, ..standing(9) };
        assert!(before(here.clone(), standing(1)));
        assert!(before(standing(1), Standing { cases: 2, ..here }), "a year's share outweighs the area");
        assert!(before(standing(9), Standing { trained_until: None, ..standing(1) }));
        assert!(before(standing(9), Standing { trained_minutes: 2999, ..standing(1) }));
        assert!(before(standing(9), Standing { fits: Some(false), ..standing(1) }));
        let tongue = Standing { speaks: Some(true), languages: "베트남어".to_owned(), ..standing(9) };
        let without = Standing { speaks: Some(false), ..standing(1) };
        assert!(before(tongue.clone(), without.clone()));
        let told = |s: Standing| ranked(vec![s], now)[0].reasons.join(" ");
        assert!(
            told(tongue).contains("언어: 베트남어(찾는 말을 합니다)")
                && told(without).contains("적혀 있지 않습니다")
        );
        assert!(before(Standing { wished: true, ..standing(9) }, standing(1)));
        let newcomer = Standing { days_here: 10, cases: 3, ..standing(9) };
        assert!(
            before(Standing { cases: 11, ..standing(1) }, newcomer),
            "three cases in a quarter are twelve a year"
        );
        let waited = Standing { last_asked: Some(now - Duration::days(9)), ..standing(9) };
        assert!(
            before(waited, Standing { last_asked: Some(now), ..standing(1) }),
            "whoever was asked longest ago"
        );
    }
}
