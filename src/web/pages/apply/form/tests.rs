//! The answers of the application.
use super::*;
use crate::web::field::Errors;
use crate::web::typed::Typed;
use chrono::NaiveDate;

const GOOD: &str = "notice=notice-2026-11&complex=7&unit=101-1203&cause=footfall&position=above&r_unit=1303&times=22-24&\
    told=yes&told_on=2026-11-01&told_answer=ok&wishes=quiet&disclosure=hide_unit&name=Kim&phone=010-1234-5678&consent_sensitive=yes";

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
}

fn choices(needed: bool) -> Choices {
    let area = |code: &str, name: &str| (code.to_owned(), name.to_owned());
    let areas = Areas {
        choices: vec![area("1141052000", "천연동"), area("11680", "강남구청 (동은 모름)")],
        needed,
    };
    Choices { complexes: vec![("7".to_owned(), "천연뜨란채".to_owned())], areas }
}

#[test]
fn the_area_is_asked_only_where_the_complex_is_not_listed() {
    let read = |change: &str, needed: bool| {
        let typed = Typed::from_body(format!("{GOOD}&{change}").as_bytes());
        let mut typed = typed;
        if change.contains("complex=other") {
            typed.replace(&["complex"], &Typed::from_body(b"complex=other"));
        }
        super::read(&typed, &choices(needed), today())
    };
    let other = "complex=other&complex_typed=x";
    let wrong =
        |read: Result<Answers, (Step, Errors)>| read.unwrap_err().1.iter().next().unwrap().0.to_owned();
    assert_eq!(read("", true).unwrap().area, None, "a listed 단지 has its ward");
    assert_eq!(read("area=1141052000", true).unwrap().area, None);
    assert_eq!(wrong(read(other, true)), "area");
    assert_eq!(wrong(read(&format!("{other}&area=1168099999"), false)), "area");
    assert_eq!(read(other, false).unwrap().area, None, "there is only one ward");
    assert_eq!(read(&format!("{other}&area=11680"), true).unwrap().area.as_deref(), Some("11680"));
}

fn with(change: &str) -> Result<Answers, (Step, Errors)> {
    let mut typed = Typed::from_body(GOOD.as_bytes());
    let newer = Typed::from_body(change.as_bytes());
    let names: Vec<&str> = newer.pairs().iter().map(|(n, _)| n.as_str()).collect();
    typed.replace(&names, &newer);
    read(&typed, &choices(false), today())
}

#[test]
fn good_answers_are_read() {
    let answers = with("").unwrap();
    assert_eq!(answers.complex, Some(7));
    assert_eq!(answers.home.to_string(), "101동 1203호");
    assert_eq!(answers.suspected.unwrap().to_string(), "1303호");
    assert_eq!(answers.answered, "2026.11.01에 알림: ok");
    let given: Vec<bool> = answers.consents.iter().map(|c| c.given).collect();
    assert_eq!(given, [true, false, false], "a consent is only what was ticked");
    assert_eq!(with("building=101&r_unit=1303").unwrap().suspected.unwrap().to_string(), "101동 1303호");
    assert_eq!(with("complex=other&complex_typed=x").unwrap().complex, None);
}

#[test]
fn what_is_missing_leads_back_to_its_page() {
    for (change, step, field) in [
        ("notice=", Step::Start, ""),
        ("complex=", Step::Home, "complex"),
        ("complex=8", Step::Home, "complex"),
        ("complex=other", Step::Home, "complex_typed"),
        ("unit=", Step::Home, "unit"),
        ("cause=zz", Step::Noise, "cause"),
        ("position=", Step::Noise, "position"),
        ("r_unit=aa", Step::Noise, "r_unit"),
        ("times=25", Step::Noise, "times"),
        ("narrative=900101-1234567", Step::Noise, "narrative"),
        ("told=", Step::Wishes, "told"),
        ("told_on=2026-11-22", Step::Wishes, "told_on"),
        ("wishes=", Step::Wishes, "wishes"),
        ("may_tell=900101-1234567", Step::Wishes, "may_tell"),
        ("disclosure=", Step::Wishes, "disclosure"),
        ("name=", Step::Wishes, "name"),
        ("phone=12", Step::Wishes, "phone"),
        ("email=x", Step::Wishes, "email"),
    ] {
        let (at, errors) = with(change).unwrap_err();
        assert_eq!(at, step, "{change}");
        assert!(field.is_empty() || errors.of(field).is_some(), "{change}: {errors:?}");
    }
}

#[test]
fn every_field_belongs_to_its_page() {
    for step in Step::ALL {
        for field in fields(step, &choices(false)) {
            assert!(step.names().contains(&field.name.as_str()), "{}", field.name);
        }
    }
}

#[test]
fn no_consent_is_ticked_beforehand() {
    assert!(
        fields(Step::Start, &Choices::default())
            .iter()
            .all(|f| f.kind == "checkbox" && !f.checked && f.optional)
    );
}

#[test]
fn pages_follow_each_other() {
    assert_eq!(Step::Start.next(), Step::Home);
    assert_eq!(Step::Check.previous(), Some(Step::Wishes));
    assert_eq!(Step::Start.previous(), None);
    assert_eq!(Step::from_slug("noise"), Some(Step::Noise));
}
