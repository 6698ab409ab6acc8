//! What is read, what is refused, and where.
use super::*;
use crate::domain::codes::Channel;

const CASES: &str = "ref,complex_code,received_at,channel,cause,position,applicant_unit,respondent_unit\r\n";

fn told(problems: &[Problem]) -> Vec<(u64, &str)> {
    problems.iter().map(|problem| (problem.line, problem.column.as_str())).collect()
}

#[test]
fn columns_come_in_any_order_and_optional_ones_may_be_left_out() {
    let text = "cause,ref,channel,position,received_at,complex_code\nfootfall,가-1,visit,above,2026-01-02 03:04,A1\n";
    let parsed = cases("k.csv", text.as_bytes());
    assert!(parsed.problems.is_empty());
    assert_eq!((parsed.rows[0].reference.as_str(), parsed.rows[0].channel), ("가-1", Channel::Visit));
    assert_eq!(parsed.rows[0].applicant_unit, None);
}

#[test]
fn unknown_missing_and_doubled_columns_are_named() {
    let parsed = cases("k.csv", "ref,ref,name,channel,cause,position,received_at\n".as_bytes());
    assert_eq!(told(&parsed.problems), [(1, "ref"), (1, "name"), (1, "complex_code")]);
    assert!(parsed.problems[1].to_string().starts_with("k.csv:line 1, name: 모르는 열입니다"));
    assert_eq!(told(&events("e.csv", b"").problems), [(1, "(파일)")]);
}

#[test]
fn lines_are_physical_whatever_ends_them() {
    let text = format!(
        "{CASES}R1,A1,2026-01-02 03:04,visit,footfall,above,\"101동\r\n1203호\",\r\n\r\nR2,A1,later,visit,footfall,above,,\r\nR3,A1,2026-01-02 03:04,visit,x,above,,\n\"R4\",A1,2026-01-02 03:04,visit,footfall,nowhere,,"
    );
    let parsed = cases("k.csv", text.as_bytes());
    assert_eq!(told(&parsed.problems), [(5, "received_at"), (6, "cause"), (7, "position")]);
    assert_eq!(parsed.rows[0].line, 2);
    let mac = text.replace("\r\n", "\n").replace('\n', "\r");
    assert_eq!(told(&cases("k.csv", mac.as_bytes()).problems), told(&parsed.problems));
}

#[test]
fn quotes_are_around_whole_fields_doubled_within_and_closed() {
    let row = |reference: &str, unit: &str| {
        format!("{reference},A1,2026-01-02 03:04,visit,footfall,above,{unit},\n")
    };
    let read = |rows: &[String]| cases("k.csv", format!("{CASES}{}", rows.concat()).as_bytes());
    let parsed = read(&[row("\"R\"\"1\"", "\"101동, 1203호\""), row("R2", "\"\"")]);
    assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
    assert_eq!(parsed.rows[0].reference, "R\"1");
    let parsed = read(&[row("R1", ""), row("\"R\"2", ""), row("R\"3\"", ""), row("R4", "")]);
    assert_eq!(told(&parsed.problems), [(3, "(행)"), (4, "(행)")]);
    // A file that ends within a field is half a file.
    assert_eq!(told(&read(&[row("R1", ""), row("R2", "\"101")]).problems), [(3, "(행)")]);
    assert_eq!(told(&cases("k.csv", CASES.replace("ref", "\"ref").as_bytes()).problems), [(1, "(파일)")]);
}

#[test]
fn cp949_and_a_byte_order_mark_are_read() {
    let text = format!("{CASES}접수-1,A1,2026-01-02 03:04,visit,footfall,above,뷁동 1호,\r\n");
    let (cp949, _, lost) = encoding_rs::EUC_KR.encode(&text);
    assert!(!lost);
    let marked = [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat();
    for bytes in [text.as_bytes(), &cp949, &marked] {
        let parsed = cases("k.csv", bytes);
        assert_eq!(parsed.rows[0].applicant_unit.as_deref(), Some("뷁동 1호"), "{:?}", parsed.problems);
    }
    assert_eq!(told(&cases("k.csv", b"\xFF\xFE\x00").problems), [(1, "(파일)")]);
}

#[test]
fn every_fault_of_every_row_is_told() {
    let text = "code,name,dong_code,households,approved_on,permit,tenure,committee,programme\n\
                ,가,11410,x,1998-5-1,deed,sold,some,\n\
                A1,가,1141071000,10\n\
                A2,나,1141071000,10,,,sale,none,사업\n";
    let parsed = complexes("c.csv", text.as_bytes());
    let columns = ["code", "dong_code", "households", "approved_on", "permit", "tenure", "committee"];
    let mut expected: Vec<(u64, &str)> = columns.iter().map(|column| (2, *column)).collect();
    expected.push((3, "(행)"));
    assert_eq!(told(&parsed.problems), expected);
    assert_eq!(parsed.rows.len(), 1);
}

#[test]
fn an_event_needs_its_own_detail() {
    let text = "ref,at,event,detail\nR,2026-01-01 00:00,closed,done\nR,2026-01-01 00:00,ended,\nR,2026-01-01 00:00,invited,x\n,2026-01-01 00:00,invited,\n";
    assert_eq!(
        told(&events("e.csv", text.as_bytes()).problems),
        [(2, "detail"), (3, "event"), (4, "detail"), (5, "ref")]
    );
}

#[test]
fn what_is_printed_is_read_back() {
    let text = "ref,at,event,detail\nR,2026-01-01T00:00:00.25+09:00,reopened,\"다시, \"\"또\"\"\n시작\"\nR,2026-01-02 00:00,closed,settled\n";
    let read = events("e.csv", text.as_bytes()).rows;
    let printed = print::events(&read);
    assert!(printed.starts_with("ref,at,event,detail\r\n"));
    let again = events("e.csv", printed.as_bytes()).rows;
    let plain = |rows: &[EventRow]| rows.iter().map(|row| (row.at, row.mark.clone())).collect::<Vec<_>>();
    assert_eq!(plain(&again), plain(&read));
    let complexes_text = "code,name,dong_code,households,approved_on,permit,tenure,committee,programme\r\nA1,\"가, 나\",1141071000,10,1998-05-01,plan,sale,none,사업\r\n";
    let complex_rows = complexes("c.csv", complexes_text.as_bytes()).rows;
    assert_eq!(print::complexes(&complex_rows), complexes_text);
    let cases_text = format!("{CASES}R,A1,2026-01-02 03:04:05,visit,footfall,above,101동 1호,\r\n");
    assert_eq!(print::cases(&cases("k.csv", cases_text.as_bytes()).rows), cases_text);
}
