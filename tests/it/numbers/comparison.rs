//! 해결률 산식 대조표: the page and the program say what the report says, and every bridge sums.
use crate::world::worlds;
use serde_json::Value;

const PERIOD: &str = "from=2026-01-01&to=2027-01-01";

#[test]
fn one_data_set_by_every_definition_and_the_arithmetic_between() {
    for world in worlds() {
        let mut ward = world.staff("ward");
        let said = |path: &str| -> Value { serde_json::from_str(&ward.call("GET", path, "").body).unwrap() };
        for scope in ["", "&scope=1141052000"] {
            let report = &said(&format!("/api/v1/indicators?{PERIOD}{scope}"))["report"];
            let all = said(&format!("/api/v1/indicators/comparison?{PERIOD}{scope}"));
            let all = all["comparison"].as_array().unwrap();
            assert_eq!(all.len(), 10);
            let n = |value: &Value| value.as_i64().unwrap();
            for one in all {
                for sum in [&one["numerator"], &one["denominator"]] {
                    let steps: i64 =
                        sum["steps"].as_array().unwrap().iter().map(|step| n(&step["count"])).sum();
                    assert_eq!(n(&sum["from"]) + steps, n(&sum["to"]), "{} {one}", world.name);
                }
            }
            let ended = |codes: &[&str]| {
                codes.iter().map(|code| report["outcomes"][code].as_i64().unwrap_or(0)).sum::<i64>()
            };
            let ledger = |name: &str| n(&report["ledger"][name]);
            let of = |code: &str| {
                let one = all.iter().find(|one| one["key"] == code).unwrap();
                (n(&one["numerator"]["to"]), n(&one["denominator"]["to"]))
            };
            assert_eq!(
                of("narrow"),
                (n(&report["narrow"]["numerator"]), n(&report["narrow"]["denominator"]))
            );
            assert_eq!(of("broad").0, n(&report["broad"]["numerator"]));
            let gwangju = ended(&["settled", "partial", "settled_before", "ceased", "counselled"]);
            let receipts = ledger("received") + ledger("transferred_in");
            assert_eq!(of("gwangju"), (gwangju, receipts), "{}", world.name);
            let closings = ledger("closed") + ledger("transferred_out");
            assert_eq!(of("neighbour_stock"), (closings, receipts + ledger("carried_in")), "{}", world.name);
            if scope.is_empty() {
                assert!(gwangju > of("narrow").0 && closings > gwangju, "the definitions differ");
            }
        }
        let whole = said(&format!("/api/v1/indicators/comparison?{PERIOD}"));
        let page = ward.get(&format!("/ward/comparison?{PERIOD}"));
        assert_eq!(page.status, 200);
        for one in whole["comparison"].as_array().unwrap() {
            let of = format!("{}/{}", one["numerator"]["to"], one["denominator"]["to"]);
            assert!(page.body.contains(&format!(">{of}<")), "{of}: {}", page.body);
            let sum = format!(" = {}</span>", one["numerator"]["to"]);
            let steps = one["numerator"]["steps"].as_array().unwrap();
            assert!(steps.is_empty() || page.body.replace("&#x3D;", "=").contains(&sum), "{sum}");
        }
        assert_eq!(ward.get("/ward/comparison?from=2026-05-01&to=2026-01-01").status, 422);
    }
}
