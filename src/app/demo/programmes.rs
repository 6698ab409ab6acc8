//! Two invented programmes: one of last year, settled, and one that runs.
use super::NotMade;
use super::people::Town;
use crate::casework::programme::{self, Wanted};
use crate::domain::codes::{BudgetItem, ProgrammeAct, ProgrammeStage, ProvisionBasis};
use crate::domain::ids::ProgrammeId;
use crate::domain::programme::{Activity, Planned};
use crate::domain::seoul;
use crate::store::programmes::{self, Terms};
use crate::store::{Tx, complexes, users};
use chrono::{DateTime, Days, Duration, NaiveDate, Utc};

const BEFORE: &str = "2025 이웃소통 공모사업";
/// As the invented ledger names it.
const NOW: &str = "2026 이웃소통 공모사업";
/// Its 단지, as the ledger has them.
const PLACES: [&str; 3] = ["BGJ-01", "BGJ-02", "CYD-02"];

/// Days before today on which something was.
type Ago = u64;

/// When each of the two began and ended: called, selected, agreed, begun.
const THEN: [Ago; 4] = [690, 660, 650, 640];
const THEN_OVER: Ago = 320;
const THIS: [Ago; 4] = [330, 318, 312, 310];

fn day(now: DateTime<Utc>, ago: Ago) -> NaiveDate {
    let today = seoul::day(now);
    today.checked_sub_days(Days::new(ago)).unwrap_or(today)
}

fn before(now: DateTime<Utc>, ago: i64) -> DateTime<Utc> {
    now - Duration::days(ago)
}

/// Both by name, before the ledger names one of them.
pub(super) fn add(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<(), NotMade> {
    for (name, year, ago) in [(NOW, 2026, 395), (BEFORE, 2025, 700)] {
        let terms = Terms {
            ngo_id: None,
            from_on: None,
            until_on: None,
            basis: ProvisionBasis::Consent.code().to_owned(),
            budget_won: None,
            activities: String::new(),
            mediators: 1,
        };
        let id = programmes::add(tx, name, Some(year), &terms, None, before(now, ago))?;
        programmes::keep_ward(tx, id, "11410")?;
    }
    Ok(())
}

/// A programme on its way: the ward takes it on, the NGO writes down what it did.
struct Way<'w, 'a> {
    tx: &'w mut Tx<'a>,
    town: &'w Town,
    id: ProgrammeId,
    now: DateTime<Utc>,
}

impl Way<'_, '_> {
    /// Written down on the day itself, or as soon as there were accounts.
    fn act(&mut self, act: ProgrammeAct, ago: Ago, wanted: Wanted) -> Result<&mut Self, NotMade> {
        let written = before(self.now, i64::try_from(ago).unwrap_or(0).min(394));
        let ngo = matches!(act, ProgrammeAct::Held | ProgrammeAct::Spend | ProgrammeAct::Plan);
        let who = self.town.who(if ngo { "ngo" } else { "ward" });
        let actor = users::actor(self.tx, who, written)?;
        let on = day(self.now, ago);
        programme::take(self.tx, &actor, self.id, (act, on, wanted), written)?;
        Ok(self)
    }

    fn begun(&mut self, days: [Ago; 4], (from, until): (NaiveDate, NaiveDate)) -> Result<&mut Self, NotMade> {
        let [called, selected, agreed, active] = days;
        let agree = Wanted::Agree {
            from,
            until,
            basis: ProvisionBasis::Consent,
            mediators: 1,
            budget_won: 24_000_000,
        };
        let ngo = self.town.ngo;
        self.act(ProgrammeAct::Call, called, Wanted::Move(ProgrammeStage::Called))?
            .act(ProgrammeAct::Select, selected, Wanted::Select(ngo))?
            .act(ProgrammeAct::Agree, agreed, agree)?
            .act(ProgrammeAct::Plan, agreed, Wanted::Plan(plan()))?
            .act(ProgrammeAct::Start, active, Wanted::Move(ProgrammeStage::Active))
    }

    fn held(&mut self, kind: BudgetItem, ago: Ago, place: usize, what: &str) -> Result<&mut Self, NotMade> {
        let complex = PLACES.get(place).map(|code| complexes::by_code(self.tx, code)).transpose()?;
        let (people, minutes, won) = match kind {
            BudgetItem::Education => (32, 120, 950_000),
            BudgetItem::Workshop => (18, 180, 1_240_000),
            BudgetItem::Consulting => (7, 90, 300_000),
            _ => (4, 120, 260_000),
        };
        let complex = complex.map(|complex| complex.id);
        let activity = Activity { kind, complex, people, minutes, won, what: what.to_owned() };
        self.act(ProgrammeAct::Held, ago, Wanted::Held(activity))
    }
}

fn plan() -> Vec<Planned> {
    let line = |item, times, won| Planned { item, times, won };
    vec![
        line(BudgetItem::Education, 6, 6_000_000),
        line(BudgetItem::Workshop, 4, 5_000_000),
        line(BudgetItem::Consulting, 8, 2_400_000),
        line(BudgetItem::Mediation, 30, 7_800_000),
        line(BudgetItem::Running, 0, 2_800_000),
    ]
}

/// Takes both to where they stand, and puts the 단지 into the one of last year for its time.
pub(super) fn play(tx: &mut Tx<'_>, town: &Town, now: DateTime<Utc>) -> Result<(), NotMade> {
    let names = programmes::names(tx)?;
    let id = |name: &str| names.iter().find(|(_, known)| known == name).map_or(ProgrammeId(0), |(id, _)| *id);
    let (then, this) = (id(BEFORE), id(NOW));
    // From the end of the one until the begin of the other: the activities of both are at the same 단지.
    let year = |programme, ago| PLACES.map(|code| (code, Some(programme), ago));
    let [then_there, this_there] = [year(then, THEN[3]), year(this, THIS[3])];
    let only_then = [("CYD-01", Some(then), THEN[3]), ("CYD-01", None, THEN_OVER)];
    for (code, programme, ago) in then_there.into_iter().chain(this_there).chain(only_then) {
        let complex = complexes::by_code(tx, code)?.id;
        let mut facts = complexes::facts_at(tx, complex, now)?.0;
        facts.programme_id = programme;
        complexes::set_facts(tx, complex, &facts, seoul::midnight(day(now, ago)))?;
    }
    let term = (day(now, THEN[3]), day(now, THEN_OVER));
    let mut way = Way { tx, town, id: then, now };
    way.begun(THEN, term)?
        .held(BudgetItem::Education, 600, 9, "층간소음 이해 교육")?
        .held(BudgetItem::Workshop, 540, 9, "이웃 대화 워크숍")?
        .held(BudgetItem::Consulting, 480, 9, "위원회 운영 컨설팅")?
        .held(BudgetItem::Mediation, 420, 9, "조정인 사례 모임")?
        .held(BudgetItem::Education, 350, 9, "위원 교육")?;
    let what = "안내문 인쇄와 장소 사용료".to_owned();
    way.act(ProgrammeAct::Spend, 345, Wanted::Spend { won: 2_310_000, what })?;
    way.act(ProgrammeAct::Settle, 300, Wanted::Move(ProgrammeStage::Settled))?;
    let mut way = Way { tx, town, id: this, now };
    let ends = seoul::day(now).checked_add_days(Days::new(25)).unwrap_or_else(|| seoul::day(now));
    way.begun(THIS, (day(now, THIS[3]), ends))?
        .held(BudgetItem::Education, 260, 0, "층간소음 이해 교육")?
        .held(BudgetItem::Education, 200, 1, "층간소음 이해 교육")?
        .held(BudgetItem::Workshop, 150, 0, "이웃 대화 워크숍")?
        .held(BudgetItem::Consulting, 120, 2, "위원회 운영 컨설팅")?
        .held(BudgetItem::Mediation, 60, 9, "조정인 사례 모임")?
        .held(BudgetItem::Workshop, 20, 2, "위층·아래층 약속 만들기")?;
    let what = "안내문 인쇄".to_owned();
    way.act(ProgrammeAct::Spend, 30, Wanted::Spend { won: 780_000, what })?;
    Ok(())
}
