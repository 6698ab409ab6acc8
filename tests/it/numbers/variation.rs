//! 기관 사이의 차이와 우연, 예방: what is told of a group is its own count in tens and whole percents, nothing of 1 to 4 is left of a place
//! when it is taken out, and of a 단지 there is no number; what the page says, the program says. On both databases.
use super::import::{cases, complexes, now, open};
use crate::databases::fresh;
use crate::world::{World, worlds};
use ieum::casework::{prevention, variation};
use ieum::domain::codes::{Cause, Felt};
use ieum::domain::diary::Heard;
use ieum::domain::indicators::groups::Told;
use ieum::domain::indicators::prevention::Band;
use ieum::domain::permission::Scope;
use ieum::domain::seoul;
use ieum::store::cases::Filter;
use ieum::store::{Db, diary};
use serde_json::Value;

const WARD: &str = "11410";

/// 단지: code, place of its 행정동 in the list, kind of committee, programme; cases closed in 2025, how many of them as resolved,
/// received in 2024, and of the same two homes.
type Row = (&'static str, usize, &'static str, &'static str, [u32; 4]);
const TOWN: [Row; 5] = [
    ("A", 0, "statutory", "2025 사업", [41, 14, 20, 0]),
    ("B", 0, "none", "2025 사업", [20, 10, 20, 0]),
    ("C", 1, "statutory", "", [36, 18, 20, 0]),
    ("D", 1, "none", "", [3, 1, 1, 0]),
    ("E", 2, "none", "", [24, 12, 20, 6]),
];

fn town(db: &Db, since_january: bool) {
    let dongs = ["1141069000", "1141071000", "1141072000"];
    let mut places =
        "code,name,dong_code,households,approved_on,permit,tenure,committee,programme\n".to_owned();
    let mut told =
        "ref,complex_code,received_at,channel,cause,position,applicant_unit,respondent_unit\n".to_owned();
    let mut events = "ref,at,event,detail\n".to_owned();
    for (code, dong, committee, programme, [closed, resolved, before, again]) in TOWN {
        let dong = dongs[dong];
        places += &format!("{code},{code} 아파트,{dong},900,2001-01-01,plan,sale,{committee},{programme}\n");
        for n in 0..closed + before {
            let year = if n < closed { 2025 } else { 2024 };
            // The ledger begins with the first day of the year before.
            let month = if n >= closed && since_january { 1 + n % 9 } else { 2 + n % 9 };
            let day = format!("{year}-{month:02}-{:02}", if month == 1 { 1 } else { 1 + n % 27 });
            let same = (closed - again..closed).contains(&n);
            let unit = if same { "101-101,101-201".to_owned() } else { format!("102-{n},103-{n}") };
            told += &format!("{code}{n},{code},{day} 09:00,phone,footfall,above,{unit}\n");
            events += &format!("{code}{n},{day} 10:00,first_contact,\n");
            if n < resolved {
                events += &format!("{code}{n},{day} 11:00,confirmed,\n{code}{n},{day} 12:00,closed,ceased\n");
            } else {
                events += &format!("{code}{n},{day} 12:00,closed,withdrawn\n");
            }
        }
    }
    complexes(db, places.as_bytes()).unwrap();
    cases(db, told.as_bytes(), events.as_bytes(), false).unwrap();
}

#[test]
fn those_of_as_many_cases_are_in_no_order_of_their_share() {
    let mut all = [10, 20, 30, 40, 50].map(|percent| Told { cases: 30, percent });
    all.sort_unstable_by_key(|told| told.shuffled());
    let shares = all.map(|told| told.percent);
    assert!(!shares.is_sorted() && !shares.iter().rev().is_sorted(), "{shares:?}");
}

#[test]
fn a_group_is_told_of_only_where_nothing_small_is_left_beside_it() {
    for fresh in fresh() {
        let db = open(&fresh);
        town(&db, true);
        let found = db.read_here(|rx| variation::of_year(rx, WARD, 2025, now())).unwrap().unwrap();
        assert_eq!((found.whole.numerator, found.whole.denominator), (55, 124));
        // Of C's 행정동 the three of D would be left.
        assert_eq!(found.committees, [Told { cases: 40, percent: 34 }]);
        assert_eq!(found.ngos, []);
        let (inside, others) = found.programme.unwrap();
        assert_eq!((inside, others), (Told { cases: 60, percent: 39 }, Told { cases: 60, percent: 49 }));
        let before = db.read_here(|rx| variation::of_year(rx, WARD, 2024, now())).unwrap().unwrap();
        assert_eq!((before.committees, before.whole.denominator), (vec![], 81), "twenty are too few");
        for year in [2023, 2026] {
            assert_eq!(db.read_here(|rx| variation::of_year(rx, WARD, year, now())).unwrap(), None, "{year}");
        }
        assert_eq!(db.read_here(|rx| variation::years(rx, WARD, now())).unwrap(), [2025, 2024]);
    }
}

/// Nine cases have a diary: six heard something in the late evening, three at night.
fn heard_at_night(db: &Db) {
    let of_ward = Scope { all: true, ..Scope::default() };
    let heads = db.read_here(|rx| ieum::store::cases::page(rx, &of_ward, &Filter::default(), 5000)).unwrap();
    let heads = heads.iter().filter(|head| head.dong_code.as_deref() == Some("1141069000"));
    db.write_here(|tx| {
        for (n, head) in heads.take(9).enumerate() {
            let hour = if n < 6 { "22:30" } else { "03:00" };
            let at = seoul::parse(&format!("2025-06-0{} {hour}", n + 1)).unwrap();
            let (kind, felt) = (Cause::Footfall, Felt::Hard);
            let heard = Heard { at, minutes: 60, kind, felt, note: String::new() };
            diary::add(tx, head.id, &heard, (None, "applicant"), now())?;
        }
        Ok::<_, ieum::store::StoreError>(())
    })
    .unwrap();
}

#[test]
fn complexes_are_named_by_rule_and_hours_by_the_diaries() {
    for fresh in fresh() {
        let db = open(&fresh);
        town(&db, true);
        heard_at_night(&db);
        let found = db.read_here(|rx| prevention::prevention(rx, WARD, now())).unwrap();
        let named = found.complexes.unwrap();
        let named: Vec<(&str, bool, bool)> =
            named.iter().map(|one| (one.complex.as_str(), one.rises, one.repeats)).collect();
        // A and C received more by half than in 2024; D had few; in E two homes came five times again.
        assert_eq!(named, [("A 아파트", true, false), ("C 아파트", true, false), ("E 아파트", false, true)]);
        // Three at night are few: they stand with the late evening, where all nine are.
        assert_eq!((found.year, found.hours), (2025, vec![Band { from: 0, until: 24, cases: 9 }]));
    }
}

#[test]
fn nothing_rises_against_a_year_that_is_not_whole() {
    for fresh in fresh() {
        let db = open(&fresh);
        town(&db, false);
        let found = db.read_here(|rx| prevention::prevention(rx, WARD, now())).unwrap().complexes.unwrap();
        let named: Vec<(&str, bool, bool)> =
            found.iter().map(|one| (one.complex.as_str(), one.rises, one.repeats)).collect();
        assert_eq!(named, [("E 아파트", false, true)]);
    }
}

fn said(world: &World, path: &str) -> Value {
    let answer = world.staff("ward").call("GET", path, "");
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

#[test]
fn page_and_program_say_the_same_of_a_whole_year() {
    for world in worlds() {
        town(&world.db, true);
        heard_at_night(&world.db);
        let mut ward = world.staff("ward");
        let asked = ward.get("/ward/variation");
        assert!(asked.status == 200 && !asked.body.contains("<figure"), "nothing is drawn unasked");
        let all = said(&world, "/api/v1/ward/variations");
        let years = all["variations"].as_array().unwrap();
        let last = years.iter().find(|one| one["year"] == 2025).unwrap();
        assert!(!last["committees"].as_array().unwrap().is_empty() && !last["programme"].is_null(), "{last}");
        for one in years {
            for (what, list) in [("committees", "committees"), ("ngos", "ngos")] {
                let page = ward.get(&format!("/ward/variation?year={}&what={what}", one["year"]));
                assert_eq!(page.status, 200);
                let cells = page.body.matches("건대</td>").count();
                assert_eq!(cells, one[list].as_array().unwrap().len(), "{what} {one}");
            }
            let page = ward.get(&format!("/ward/variation?year={}&what=programme", one["year"]));
            assert_eq!(page.body.contains("건대</td>"), !one["programme"].is_null(), "{one}");
        }
        for wrong in ["year=2026&what=ngos", "year=x&what=ngos", "year=2025&what=people", "what=ngos"] {
            assert_eq!(ward.get(&format!("/ward/variation?{wrong}")).status, 422, "{wrong}");
        }
        let season = ward.get("/ward/season");
        assert!(season.status == 200 && season.body.contains("먼저 찾아갈 단지"), "{}", season.body);
        let found = said(&world, "/api/v1/ward/prevention");
        assert!(
            !found["hours"].as_array().unwrap().is_empty()
                && !found["complexes"].as_array().unwrap().is_empty()
        );
        assert!(found["hours"].as_array().unwrap().iter().all(|band| band["cases"].as_u64().unwrap() > 4));
    }
}
