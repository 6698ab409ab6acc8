//! What every answer carries, whoever asks and however it goes wrong.
use crate::world::{Answer, World, worlds};
use ieum::web::routes::{self, Door};

fn check(answer: &Answer, what: &str) {
    let value =
        |name: &str| answer.header(name).unwrap_or_else(|| panic!("{what}: no {name} ({})", answer.status));
    let csp = value("content-security-policy");
    for part in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ] {
        assert!(csp.contains(part), "{what}: {csp}");
    }
    assert!(!csp.contains("unsafe"), "{what}: {csp}");
    assert_eq!(value("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(value("referrer-policy"), "no-referrer", "{what}");
    for inline in ["<script>", "style=\"", "onclick=", "javascript:"] {
        assert!(!answer.body.contains(inline), "{what}: {inline}");
    }
}

#[test]
fn every_route_and_every_error_carries_the_headers() {
    for world in worlds() {
        let mut anonymous = world.anonymous();
        let mut people: Vec<_> = World::accounts().map(|(name, _)| (name, world.staff(name))).collect();
        for route in routes::all() {
            let path = route.path.replace("{path:.*}", "app.css").replace(['{', '}'], "");
            let what = format!("{} {} {path}", world.name, route.method);
            let answer = anonymous.send(route.method.as_str(), &path, &[], "");
            check(&answer, &what);
            let unlisted = ["/r/", "/calendar/", "/api/"].iter().any(|from| path.starts_with(from));
            assert_eq!(answer.header("x-robots-tag"), unlisted.then_some("noindex, nofollow"), "{what}");
            assert_eq!(
                answer.header("cache-control").unwrap().contains("no-store"),
                route.door != Door::Asset,
                "{what}"
            );
            for (name, visitor) in &mut people {
                let answer = visitor.send(route.method.as_str(), &path, &[], "");
                check(&answer, &format!("{what} as {name}"));
                // Not ready is what a house says whose mails nobody sends.
                let waits = path == "/readyz" && answer.status == 503;
                assert!(answer.status < 500 || waits, "{what} as {name}: {}", answer.status);
            }
        }
        for (method, path, headers, body) in [
            ("GET", "/nowhere", &[][..], ""),
            ("POST", "/help", &[], ""),
            ("GET", "/receipt/%00", &[], ""),
            ("POST", "/apply", &[("sec-fetch-site", "cross-site")], "a=b"),
            ("GET", "/api/v1/nowhere", &[("authorization", "Bearer nonsense")], ""),
        ] {
            let answer = anonymous.send(method, path, headers, body);
            check(&answer, path);
            assert!((400..500).contains(&answer.status), "{path}: {}", answer.status);
        }
    }
}

#[test]
fn the_style_sheet_stays_small() {
    let css = include_str!("../../templates/static/app.css");
    assert!(css.len() <= 40_000, "{} bytes", css.len());
}
