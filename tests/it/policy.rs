//! The 개인정보 처리방침 of every body that answers for data, and the guide of every role.
use crate::world::worlds;
use ieum::domain::codes::{BodyKind, Role};
use ieum::domain::seoul;
use ieum::store::bodies;

#[test]
fn every_controller_has_a_policy_that_names_it() {
    for world in worlds() {
        let today = seoul::day(world.now());
        let all = world.read(|rx| bodies::all(rx, today));
        let mut visitor = world.anonymous();
        let list = visitor.get("/privacy");
        assert_eq!(list.status, 200);
        let mut named = 0;
        for body in all {
            let path = format!("/privacy/{}", body.id.0);
            let page = visitor.get(&path);
            let answers =
                matches!(body.kind, BodyKind::Office | BodyKind::Committee | BodyKind::Ngo | BodyKind::Ward);
            assert_eq!(
                list.body.contains(&format!("href=\"{path}\"")),
                answers,
                "{} {}",
                world.name,
                body.name
            );
            assert_eq!(page.status, if answers { 200 } else { 404 }, "{} {}", world.name, body.name);
            if !answers {
                continue;
            }
            let controller = if body.controller.is_empty() { &body.name } else { &body.controller };
            for said in [controller.as_str(), body.name.as_str(), "마지막으로 끝난 날부터", "열람·정정·삭제"]
            {
                assert!(page.body.contains(said), "{}: {said}: {}", world.name, page.body);
            }
            named += 1;
        }
        assert!(named > 3, "{}", world.name);
    }
}

#[test]
fn every_role_has_a_guide_that_anybody_reads() {
    let world = worlds().remove(0);
    let mut visitor = world.anonymous();
    for role in Role::ALL {
        let page = visitor.get(&format!("/help/{}", role.code()));
        assert_eq!(page.status, 200, "{role:?}");
    }
    assert_eq!(visitor.get("/help/nobody").status, 404);
}
