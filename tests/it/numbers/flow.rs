//! 흐름: what is drawn is what the report counts, on both databases; the page's tables say what the API says.
use crate::world::worlds;
use chrono::NaiveDate;
use ieum::casework::{figures, flow};
use ieum::domain::codes::Basis;
use ieum::domain::indicators::{Question, Scope};
use ieum::store::waits::Whose;
use serde_json::Value;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn cohorts_funnel_and_curve_agree_with_the_report_and_the_page_with_the_program() {
    for world in worlds() {
        let asked = |from: &str, to: &str| Question {
            from: day(from),
            to: day(to),
            basis: Basis::Cohort,
            as_of: world.now(),
            by: None,
            scope: Some(Scope::Ward("11410".to_owned())),
        };
        let year = asked("2026-01-01", "2027-01-01");
        let found = world.read(|rx| flow::flow(rx, &year)).unwrap();
        assert_eq!(found.cohorts.len(), 13, "three years and the quarter that runs");
        for (first, figures) in &found.cohorts {
            let next = first.checked_add_months(chrono::Months::new(3)).unwrap();
            let counted = world.read(|rx| figures::report(rx, &asked(&first.to_string(), &next.to_string())));
            assert_eq!(
                (figures.narrow, figures.broad, figures.mature),
                (counted.figures.narrow, counted.figures.broad, counted.figures.mature),
                "{} {first}",
                world.name
            );
        }
        let counted = world.read(|rx| figures::report(rx, &year)).figures;
        let received = counted.ledger.received + counted.ledger.transferred_in;
        assert!(received > 20, "{received}");
        assert_eq!(found.funnel[0], received, "{}", world.name);
        assert!(found.funnel.windows(2).all(|two| two[1] <= two[0]), "{:?}", found.funnel);
        assert_eq!(found.funnel[4], counted.agreement.numerator, "{}", world.name);
        for step in &found.curve.steps {
            assert!((step.ended.iter().sum::<f64>() + step.open - 1.0).abs() < 1e-9);
        }
        assert!(!found.curve.steps.is_empty());
        // A past moment is not answered from what is kept now.
        let past = Question { as_of: world.now() - chrono::Duration::days(5), ..year.clone() };
        assert_eq!(world.read(|rx| flow::flow(rx, &past)), None);

        let mut ward = world.staff("ward");
        let api = ward.call("GET", "/api/v1/indicators/flow?from=2026-01-01&to=2027-01-01", "");
        let said: Value = serde_json::from_str(&api.body).unwrap();
        assert_eq!(said["flow"]["funnel"][0]["cases"], found.funnel[0], "{}", api.body);
        assert_eq!(said["flow"]["curve"].as_array().unwrap().len(), found.curve.steps.len());
        assert_eq!(said["flow"]["curve_until"], found.curve.until);
        let page = ward.get("/ward/flow?from=2026-01-01&to=2027-01-01");
        assert_eq!(page.status, 200);
        for (first, figures) in &found.cohorts {
            let cell =
                format!("<td class=\"num\">{}/{}</td>", figures.narrow.numerator, figures.narrow.denominator);
            assert!(page.body.contains(&cell), "{} {first}: {cell}", world.name);
        }
        assert!(page.body.contains(&format!("접수한 {received}건 가운데")), "{}", page.body);
        let (offers, answered) = world.read(|rx| {
            let period = (
                ieum::domain::seoul::midnight(day("2026-01-01")),
                ieum::domain::seoul::midnight(day("2027-01-01")),
            );
            let all = ieum::store::waits::of_offers(rx, Whose::Place("11410", None), period)?;
            let answered = all.iter().flatten().count();
            assert!(ieum::store::waits::of_offers(rx, Whose::Place("11680", None), period)?.is_empty());
            assert!(!ieum::store::waits::of_referrals(rx, Whose::Place("11410", None), period)?.is_empty());
            Ok((all.len(), answered))
        });
        assert!(answered > 0 && answered <= offers, "{offers} {answered}");
        let told = &said["flow"]["offers"];
        assert_eq!(told["median"].is_null(), answered < 5, "{}", api.body);
        assert!(told.get("asked").is_none(), "how many were asked could be subtracted");
        assert!(page.body.contains("답을 기다린 날"));
        assert_eq!(ward.get("/ward/flow?from=2026-05-01&to=2026-01-01").status, 422);
    }
}
