//! 저장한 보기: kept under one's own name from the page, opened and deleted without JavaScript; nothing of anybody stands in an address.
use crate::world::worlds;
use serde_json::Value;

#[test]
fn a_filter_is_kept_opened_and_deleted_by_its_owner_alone() {
    for world in worlds() {
        let mut ward = world.staff("ward");
        let page = ward.get("/ward?from=2026-01-01&to=2026-07-01&basis=cohort").body.replace("&#x3D;", "=");
        let link = page.split("href=\"/views/new?").nth(1).unwrap().split('"').next().unwrap();
        let link = format!("/views/new?{}", link.replace("&amp;", "&"));
        assert_eq!(link, "/views/new?page=ward&from=2026-01-01&to=2026-07-01&basis=cohort");
        assert_eq!(ward.get(&link).status, 200);
        let flow = ward.get("/ward/flow?from=2026-01-01&to=2026-07-01").body.replace("&#x3D;", "=");
        assert!(flow.contains("/views/new?page=ward-flow&amp;from=2026-01-01&amp;to=2026-07-01\""), "{flow}");
        let empty = ward.post(&link, &[("name", " ")]);
        assert!(empty.status == 422 && empty.body.contains("href=\"#name\""), "{}", empty.body);
        assert_eq!(ward.post(&link, &[("name", "상반기 접수 집단")]).status, 303);
        let twice = ward.post(&link, &[("name", "상반기 접수 집단")]);
        assert!(twice.status == 422 && twice.body.contains("상반기 접수 집단"), "{}", twice.body);
        let list = ward.get("/views").body.replace("&#x3D;", "=").replace("&amp;", "&");
        assert!(list.contains("href=\"/ward?from=2026-01-01&to=2026-07-01&basis=cohort\""), "{list}");
        let id: String =
            list.split("/views/").nth(1).unwrap().chars().take_while(char::is_ascii_digit).collect();
        // A program sees the same; nobody else does.
        let said: Value = serde_json::from_str(&ward.call("GET", "/api/v1/views", "").body).unwrap();
        assert_eq!(
            (&said["views"][0]["name"], said["views"][0]["id"].to_string()),
            (&Value::from("상반기 접수 집단"), id.clone())
        );
        let mut desk = world.staff("secretary");
        assert!(!desk.get("/views").body.contains("상반기"), "{}", world.name);
        assert_eq!(desk.post(&format!("/views/{id}/delete"), &[]).status, 404);
        assert_eq!(ward.post(&format!("/views/{id}/delete"), &[]).status, 303);
        assert!(!ward.get("/views").body.contains("상반기"));

        // Of the case list no search is kept, and what is no code falls away.
        let made = desk.call(
            "POST",
            "/api/v1/views",
            r#"{"page":"cases","name":"늦은 것","filter":{"due":"late","found":"x","cause":"김 영희"}}"#,
        );
        assert_eq!(made.status, 201, "{}", made.body);
        let said: Value = serde_json::from_str(&desk.call("GET", "/api/v1/views", "").body).unwrap();
        assert_eq!(said["views"][0]["address"], "/cases?due=late");
        assert_eq!(desk.get("/cases?due=late").status, 200);
        assert!(
            desk.get("/cases?due=late").body.contains("/views/new?page&#x3D;cases&amp;due&#x3D;late")
                || desk.get("/cases?due=late").body.contains("/views/new?page=cases&amp;due=late")
        );
        assert!(desk.get("/cases").body.replace("&#x3D;", "=").contains("href=\"/views/new?page=cases\""));
        assert_eq!(desk.get("/views/new?page=admin").status, 404);
        assert_eq!(
            desk.get("/figures").body.matches("page=figures").count()
                + desk.get("/figures").body.matches("page&#x3D;figures").count(),
            1
        );
    }
}
