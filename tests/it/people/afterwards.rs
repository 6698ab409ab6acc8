//! What comes after an agreement: through pages, the clock and mails, on both databases.
use super::{case, mediating, screen, take};
use crate::databases::fresh;
use crate::residents::house::House;
use crate::residents::{apply, send};
use crate::staff::taken;
use chrono::Duration;
use ieum::domain::codes::{AgreementKind, DutyKind, FollowUpResult, MeetingKind, Method, Role, Side, Stage};
use ieum::domain::letter::{AgreementNews, Letter};
use ieum::domain::permission::Actor;
use ieum::domain::step::{Step, Term};

pub(super) fn terms() -> Vec<Term> {
    let term = |what: &str| Term {
        who: "상대방".to_owned(),
        what: what.to_owned(),
        from: None,
        until: None,
        check: String::new(),
    };
    vec![term("밤 10시 뒤에 뛰지 않기"), term("의자 다리에 덮개 씌우기")]
}

/// A case of the committee in which a meeting of both sides was held.
pub(super) fn met(house: &House) -> (Actor, String) {
    send(&mut apply(house, "kim@example.com", "hide_unit"));
    let (desk, number) = mediating(house);
    let held = Step::HoldSession {
        session: None,
        kind: MeetingKind::Shuttle,
        applicant: true,
        applicant_by: None,
        respondent: true,
        respondent_by: None,
        result: "이야기함".to_owned(),
        next: None,
        next_on: None,
    };
    take(house, &desk, &number, held.into()).unwrap();
    for side in Side::ALL {
        take(house, &desk, &number, screen(*side).into()).unwrap();
    }
    (desk, number)
}

/// A case that both sides ended by an agreement, signed on paper.
pub(super) fn agreed(house: &House) -> (Actor, String) {
    let (desk, number) = met(house);
    let (kind, terms) = (AgreementKind::Full, terms());
    take(house, &desk, &number, Step::Draft { kind, terms }.into()).unwrap();
    let agreement = case(house, &number).open_agreement().unwrap().seq;
    for side in Side::ALL {
        let sign = Step::Sign { agreement, side: *side, method: Method::Paper, by: None };
        take(house, &desk, &number, sign.into()).unwrap();
    }
    (desk, number)
}

fn news(house: &House) -> Vec<AgreementNews> {
    let said = |letter| if let Letter::AgreementNews { what, .. } = letter { Some(what) } else { None };
    house.mails().into_iter().filter_map(|m| said(m.letter)).collect()
}

#[test]
fn a_broken_term_is_a_duty_and_a_mail_of_the_desk_until_it_decides() {
    for base in fresh() {
        let house = House::open(base);
        let (desk, number) = agreed(&house);
        house.wait(Duration::days(15));
        let (_, mut page) = house.signed_in("김간사", Role::Secretary, house.committee);
        let todo = DutyKind::ConsiderReopening.label();
        assert!(!page.get("/todo").body.contains(todo));
        house.mails();
        let due = case(&house, &number).follow_ups[0].due;
        let (method, note) = (Method::Phone, String::new());
        let result = FollowUpResult::Broken;
        let told = |side| Step::FollowUp { due, side, result, relation: None, method, note: note.clone() };
        take(&house, &desk, &number, told(Side::Applicant).into()).unwrap();
        assert_eq!(news(&house), [AgreementNews::Broken]);
        take(&house, &desk, &number, told(Side::Respondent).into()).unwrap();
        assert_eq!(news(&house), [], "once, however much is broken");
        assert!(page.get("/todo").body.contains(todo));
        let file = page.get(&format!("/cases/{number}"));
        assert!(file.body.contains(todo) && file.body.contains("/steps/reopen"), "{}", file.body);
        taken(&mut page, &number, "keep_closed", &[("reason", "매트를 새로 깔기로 함")]);
        assert!(!page.get("/todo").body.contains(todo));
        assert!(page.get(&format!("/cases/{number}/log")).body.contains("매트를 새로 깔기로 함"));
        let left = [("side", "respondent"), ("method", "phone"), ("reason", "더는 못 지키겠다고 함")];
        taken(&mut page, &number, "leave_agreement", &left);
        assert!(page.get("/todo").body.contains(todo));
        taken(&mut page, &number, "reopen", &[("reason", "left")]);
        assert!(!page.get("/todo").body.contains(todo));
        assert_eq!(case(&house, &number).stage, Stage::Mediating);
    }
}
