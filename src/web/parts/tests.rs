//! Every part takes its own struct.
use super::*;
use crate::render::Renderer;
use crate::web::field::{Errors, Field, Form};
use crate::web::typed::Typed;

/// Every part takes its own struct, with everything given and with nothing given.
#[test]
fn each_part_renders_from_its_struct() {
    let r = Renderer::new().unwrap();
    let some = || Some("글".to_owned());
    let full = Cell {
        badge: Some("info"),
        late: true,
        ..Cell::link("2026-0001", "/cases/2026-0001").small("천연동")
    };
    let table = Table::new("1건".into(), vec![Column::num("번호")], vec![vec![full]], Empty::new("없음"));
    let shown = r.render("parts/table", &table).unwrap();
    assert!(shown.contains("data-label=\"번호\"") && shown.contains("href=\"/cases/2026-0001\""), "{shown}");
    let empty = Empty { text: some(), href: Some("/".into()), link: some(), ..Empty::new("없음") };
    let none = Table::new(String::new(), vec![], vec![], empty);
    assert!(r.render("parts/table", &none).unwrap().contains("없음"));

    let item = TimelineItem {
        title: "권고".into(),
        late: true,
        corrected: true,
        badge: some(),
        body: some(),
        ..Default::default()
    };
    let items = vec![
        item,
        TimelineItem { href: Some("/".into()), link: some(), visible: some(), ..Default::default() },
    ];
    assert!(r.render("parts/timeline", &Timeline { items }).unwrap().contains("정정됨"));

    let nav = |n| NavItem { href: "/".into(), label: "요약".into(), current: true, n };
    let facts = vec![Fact { label: "기한".into(), text: "지남".into(), late: true }];
    let bar = IdBar {
        number: "2026-0001".into(),
        stage: "접수".into(),
        stage_kind: "info",
        flag: some(),
        facts,
        subnav: vec![nav(Some(2)), nav(None)],
    };
    assert!(r.render("parts/idbar", &bar).unwrap().contains("class=\"late\""));

    let steps = r.render("parts/steps", &Steps::new(&["하나", "둘", "셋"], 2)).unwrap();
    assert!(steps.contains("3단계 중 2단계: 둘") && steps.matches("aria-current").count() == 1, "{steps}");

    the_small_parts(&r);
    each_figure(&r);
}

fn the_small_parts(r: &Renderer) {
    let some = || Some("글".to_owned());
    let summary = Summary::default().row("단지", "천연").answer("동·호", "101동", "/apply/home");
    assert_eq!(r.render("parts/summary", &summary).unwrap().matches("바꾸기").count(), 1);

    for post in [true, false] {
        let action = Action {
            title: "다음".into(),
            note: some(),
            post,
            href: "/x".into(),
            label: "하기".into(),
            csrf: "t".into(),
        };
        assert_eq!(r.render("parts/action", &action).unwrap().contains("<form"), post);
    }
    let filter = Filter {
        title: "찾기".into(),
        action: "/cases".into(),
        open: true,
        fields: vec![Field::text("q", "말")],
        chips: vec![Link::new("/cases", "김")],
        search: None,
    };
    assert!(r.render("parts/filter", &filter).unwrap().contains("method=\"get\""));
    let search = Some(Search { action: "/cases/search".into(), csrf: "t".into() });
    let shown = r.render("parts/filter", &Filter { search, ..filter }).unwrap();
    assert!(shown.contains("name=\"q\"") && shown.contains("method=\"post\"") && shown.contains("_csrf"));
    let pager =
        Pager { label: "쪽".into(), text: "1건".into(), first: None, next: Some("/cases?after=1".into()) };
    assert!(r.render("parts/pager", &pager).unwrap().contains("rel=\"next\""));
    let flash = Flash { href: Some("/".into()), link: some(), ..Flash::ok("됨") };
    assert!(r.render("parts/flash", &flash).unwrap().contains("role=\"status\""));
}

fn each_figure(r: &Renderer) {
    let svg = Drawing {
        width: 10,
        height: 10,
        rules: vec![Rule { class: "axis", x1: 0.0, y1: 0.0, x2: 1.0, y2: 1.0 }],
        bars: vec![Bar { class: "c1", x: 0.0, y: 0.0, w: 1.5, h: 2.0 }],
        lines: vec![Polyline { class: "l1", points: "0,0 1,1".into() }],
        dots: vec![Dot { class: "c1", x: 0.0, y: 0.0, r: 3.0 }],
        texts: vec![Label { x: 0.0, y: 0.0, anchor: "middle", text: "6월".into() }],
    };
    let table = FigureTable {
        columns: vec!["달".into(), "건".into()],
        rows: vec![vec!["6월".into(), "5".into()]],
    };
    let figure = Figure {
        id: "f".into(),
        title: "달마다".into(),
        finding: "많았습니다".into(),
        note: None,
        svg: Some(svg),
        table,
    };
    let shown = r.render("parts/figure", &figure).unwrap();
    assert!(shown.contains("<th scope=\"row\">6월</th><td class=\"num\">5</td>"), "{shown}");
    let bare = Figure { svg: None, note: Some("자료".into()), ..figure };
    assert!(!r.render("parts/figure", &bare).unwrap().contains("<svg"));
}

/// Every kind of field shows its label, its hint, its error and what was typed, tied together for screen readers.
#[test]
fn a_field_without_choices_renders_empty() {
    let r = Renderer::new().unwrap();
    for field in [Field::select("x", "글"), Field::radio("x", "글"), Field::checks("x", "글")] {
        let html = r.render("parts/field", &field).unwrap();
        assert!(html.contains("글") && !html.contains("<option") && !html.contains("<input"), "{html}");
    }
}

#[test]
fn each_kind_of_field_renders() {
    let r = Renderer::new().unwrap();
    let typed = Typed::from_body("x=<b>\"1\"&x_date=2026-11-28&x_time=14:00".as_bytes());
    let mut errors = Errors::default();
    errors.add("x", "다시 적어 주세요.");
    let choices = [("<b>\"1\"", "하나"), ("2", "둘")];
    for field in [
        Field::text("x", "글"),
        Field::tel("x", "글"),
        Field::email("x", "글"),
        Field::number("x", "글"),
        Field::date("x", "글"),
        Field::time("x", "글"),
        Field::datetime("x", "글"),
        Field::past("x", "글"),
        Field::area("x", "글", 10),
        Field::password("x", "글", "new-password"),
        Field::file("x", "글"),
        Field::checkbox("x", "글"),
        Field::select("x", "글").choices(choices),
        Field::radio("x", "글").choice("<b>\"1\"", "하나", Some("도움")).choice("2", "둘", None),
        Field::checks("x", "글").choices(choices),
    ] {
        let kind = field.kind;
        for wrong in [true, false] {
            let none = Errors::default();
            let form = Form::new(
                [field.clone().help("도움말").optional().big()],
                &typed,
                if wrong { &errors } else { &none },
            );
            let shown = r.render("parts/field", &form.fields["x"]).unwrap();
            assert!(shown.contains("글") && shown.contains("id=\"x-help\""), "{kind}: {shown}");
            assert_eq!(shown.contains("id=\"x-error\""), wrong, "{kind}: {shown}");
            assert!(shown.contains("aria-describedby=\"x-help"), "{kind}: {shown}");
            assert!(!shown.contains("<b>"), "{kind}: {shown}");
            let kept = shown.contains("&lt;b&gt;&quot;1&quot;") || shown.contains("2026-11-28");
            let silent = matches!(kind, "password" | "file" | "checkbox" | "time");
            assert!(kept || silent, "{kind}: {shown}");
            // What has happened has its minute; what is planned, its half hour.
            assert!(
                kind != "past" || shown.contains("type=\"time\" name=\"x_time\" value=\"14:00\""),
                "{shown}"
            );
            assert!(kind != "datetime" || shown.contains("value=\"14:00\" selected"), "{shown}");
            assert_eq!(form.errors.len(), usize::from(wrong));
        }
    }
    assert!(r.render("parts/field", &Field::hidden("x", "7")).unwrap().contains("type=\"hidden\""));
}
