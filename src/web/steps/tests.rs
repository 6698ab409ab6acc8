use super::*;
use crate::domain::codes::Side;
use crate::domain::step::form::{Field, Input, TEXT_MAX};

/// A value that a field takes, as the API would send it.
fn sample(field: &Field) -> Value {
    match &field.input {
        Input::Line | Input::Text | Input::CaseNumber => json!("2026-0001"),
        Input::Date => json!("2026-12-03"),
        Input::Moment | Input::Past => json!("2026-12-03T14:00:00+09:00"),
        Input::Moments => json!(["2026-12-03T05:00:00Z"]),
        Input::Dates => json!(["2026-12-03"]),
        Input::Whole | Input::Won => json!(60),
        Input::Decimal => json!(1.5),
        Input::One(choices) => json!(choices[0].0),
        Input::Any(choices) | Input::PerTerm(choices) => json!([choices[0].0]),
        Input::Answers(choices) => json!([{"question": "welfare", "answer": choices[0].0}]),
        Input::Tick => json!(true),
        Input::Terms => {
            json!([{"who": "신청인", "what": "밤 열 시 뒤에는 세탁기를 쓰지 않는다", "from": "2026-12-01"}])
        }
        Input::Members | Input::Seats | Input::Copies => json!([1]),
        Input::Notes => json!([""]),
        Input::Mediator
        | Input::InCharge
        | Input::Body
        | Input::Complex
        | Input::Room
        | Input::Seat
        | Input::Meeting
        | Input::Item
        | Input::Number(_) => json!(1),
        Input::Hidden => Value::Null,
    }
}

fn full(code: StepCode) -> Map<String, Value> {
    form::fields(code).iter().map(|f| (f.name.to_owned(), sample(f))).filter(|(_, v)| !v.is_null()).collect()
}

/// Steps that nobody types: the filing has its own form, an import its own file, time its own clock, and what a cross-complaint
/// brings is written by Ieum, with the line that it comes from.
fn typed_by_people(code: StepCode) -> bool {
    !matches!(
        code,
        StepCode::File | StepCode::Recorded | StepCode::Follow | StepCode::MetWith | StepCode::Conclude
    )
}

#[test]
fn every_steps_fields_are_its_own_particulars() {
    for code in StepCode::ALL.iter().copied().filter(|c| typed_by_people(*c)) {
        let taking = from_json(code, Value::Object(full(code))).unwrap_or_else(|e| panic!("{code}: {e:?}"));
        assert_eq!(taking.step.code(), code);
        // What the step writes has no member that the table does not know.
        let Value::Object(written) = serde_json::to_value(&taking.step).unwrap() else { panic!("{code}") };
        let fields = form::fields(code);
        for name in written.keys().filter(|n| *n != "step") {
            assert!(fields.iter().any(|f| f.name == name), "{code} has no field {name}");
        }
        for field in &fields {
            assert!(written.contains_key(field.name), "{code} has no particular {}", field.name);
        }
    }
}

#[test]
fn only_what_is_needed_is_enough_and_each_needed_thing_is_asked_for() {
    for code in StepCode::ALL.iter().copied().filter(|c| typed_by_people(*c)) {
        let fields = form::fields(code);
        let needed: Map<_, _> =
            fields.iter().filter(|f| f.required).map(|f| (f.name.to_owned(), sample(f))).collect();
        assert!(from_json(code, Value::Object(needed.clone())).is_ok(), "{code}");
        for name in needed.keys() {
            let mut less = needed.clone();
            less.remove(name);
            let errors = from_json(code, Value::Object(less)).unwrap_err();
            assert!(errors.of(name).is_some(), "{code} without {name}: {errors:?}");
        }
    }
}

#[test]
fn a_form_and_its_json_are_the_same_step() {
    let typed = Typed::from_body(
        b"kind=joint&slots_1_date=2026-12-03&slots_1_time=14:00&slots_2_date=2026-12-04&slots_2_time=19:30&minutes=60\
          &place=a&version=7&at_date=2026-11-20&at_time=09:00",
    );
    let taking = from_typed(StepCode::ProposeSession, &typed).unwrap();
    let sent = json!({"kind": "joint", "slots": ["2026-12-03T05:00:00Z", "2026-12-04T10:30:00Z"], "minutes": 60,
                      "place": "a", "version": 7, "at": "2026-11-20T00:00:00Z"});
    let same = from_json(StepCode::ProposeSession, sent).unwrap();
    assert_eq!((&taking.step, taking.at, taking.seen), (&same.step, same.at, same.seen));
    assert_eq!(taking.seen, Some(7));
}

#[test]
fn errors_stand_at_their_fields() {
    let typed = Typed::from_body("side=nobody&means=phone&at_date=2026-11-20".as_bytes());
    let errors = from_typed(StepCode::Counsel, &typed).unwrap_err();
    let names: Vec<_> = errors.iter().map(|(n, _)| n).collect();
    assert_eq!(names, ["at", "side", "summary"]);
    let long = "가".repeat(TEXT_MAX + 1);
    let errors = from_json(StepCode::Note, json!({"text": long, "visibility": "staff"})).unwrap_err();
    assert!(errors.of("text").unwrap().contains("4000자"));
    let errors =
        from_json(StepCode::Note, json!({"text": "901231-1234567", "visibility": "staff"})).unwrap_err();
    assert!(errors.of("text").unwrap().contains("주민등록번호"));
    let errors = from_json(StepCode::Letter, json!({"text": "x", "step": "note"})).unwrap_err();
    assert!(errors.of("text").is_some() && errors.of("step").is_some());
}

#[test]
fn terms_are_rows_of_which_empty_ones_are_skipped() {
    let typed = Typed::from_body(
        "kind=full&terms_rows=4&terms_2_who=a&terms_2_what=b&terms_2_until=2026-12-31&terms_4_who=c&terms_4_what=d".as_bytes(),
    );
    let Step::Draft { terms, .. } = from_typed(StepCode::Draft, &typed).unwrap().step else { panic!() };
    assert_eq!(terms.iter().map(|t| t.who.as_str()).collect::<Vec<_>>(), ["a", "c"]);
    let half = Typed::from_body("kind=full&terms_1_who=a".as_bytes());
    assert!(from_typed(StepCode::Draft, &half).unwrap_err().of("terms").is_some());
    let none = Typed::from_body("kind=full".as_bytes());
    assert!(from_typed(StepCode::Draft, &none).unwrap_err().of("terms").is_some());
}

#[test]
fn the_other_side_is_read_apart_from_the_step() {
    let typed = Typed::from_body(
        "reason=a&respondent_building=101&respondent_unit=1203&respondent_phone=010-1234-5678".as_bytes(),
    );
    let taking = from_typed(StepCode::ChangeRespondent, &typed).unwrap();
    let details = taking.person.unwrap();
    assert_eq!(details.phone, "01012345678");
    assert_eq!(details.unit.unwrap().to_string(), "101동 1203호");
    let errors = from_json(StepCode::ChangeRespondent, json!({"reason": "a", "respondent": {"phone": "1"}}))
        .unwrap_err();
    assert!(errors.of("respondent_phone").is_some());
    let Step::Consent { side, .. } =
        from_json(StepCode::Consent, json!({"side": "respondent", "method": "paper"})).unwrap().step
    else {
        panic!()
    };
    assert_eq!(side, Side::Respondent);
}

#[test]
fn a_follow_up_of_before_still_reads() {
    let line = json!({"step": "follow_up", "due": "2026-12-01", "side": "applicant", "result": "kept", "method": "phone"});
    let old: Step = serde_json::from_value(line).unwrap();
    let kept = Some(crate::domain::codes::FollowUpResult::Kept);
    assert!(matches!(old, Step::FollowUp { result, ref terms, .. } if result == kept && terms.is_empty()));
}
