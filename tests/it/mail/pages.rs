//! The mails of a demonstration as a visitor reads them.

use super::letters::{TO, meeting, outgoing};
use crate::databases::fresh;
use crate::residents::house::House;
use ieum::domain::letter::Letter;
use ieum::jobs::deliver::Courier;
use ieum::store::{StoreError, outbox};
use std::sync::Arc;

async fn deliver(house: &House) {
    let now = house.now();
    let courier = Courier::of(&house.settings, house.db.clone(), Arc::new(move || now)).unwrap();
    let (_keep, stop) = tokio::sync::watch::channel(false);
    courier.round(&stop).await.unwrap();
}

#[tokio::test]
async fn a_visitor_of_the_demo_reads_the_mails_and_follows_their_links() {
    for base in fresh() {
        let house = House::with(base, true);
        let mut browser = house.browser();
        assert!(browser.get("/demo/mail").body.contains("아직 보낸 전자우편이 없습니다."));
        let now = house.now();
        let put = house.db.write(move |tx| {
            outbox::enqueue(tx, "m-1", None, &outgoing(Letter::SessionFixed { meeting: meeting(0) }), now)
        });
        put.await.unwrap();
        assert!(browser.get("/demo/mail").body.contains("대기"));
        assert_eq!(browser.get("/demo/mail/1/message.eml").status, 404, "not yet");
        deliver(&house).await;
        let list = browser.get("/demo/mail");
        assert!(list.body.contains("[조정 일정] 2026-0012") && list.body.contains(TO), "{}", list.body);
        let one = browser.get("/demo/mail/1");
        assert!(
            one.body.contains("<a class=\"btn primary\" href=\"/r/session.token\">일정 보기</a>"),
            "{}",
            one.body
        );
        assert!(
            browser.get("/demo/mail/1/message.eml").body.contains("METHOD")
                || one.body.contains("message.eml")
        );
        assert_eq!(browser.get("/demo/mail/2").status, 404);
    }
}

#[tokio::test]
async fn outside_a_demonstration_nobody_reads_mails() {
    for base in fresh() {
        let house = House::open(base);
        let now = house.now();
        let put = house.db.write(move |tx| {
            outbox::enqueue(tx, "m-1", None, &outgoing(Letter::Test {}), now)?;
            Ok::<_, StoreError>(())
        });
        put.await.unwrap();
        deliver(&house).await;
        for path in ["/demo/mail", "/demo/mail/1", "/demo/mail/1/message.eml"] {
            assert_eq!(house.browser().get(path).status, 404, "{path}");
        }
        assert_ne!(
            house.browser().get("/cases/2026-0012/mails").status,
            200,
            "only those who handle the case"
        );
    }
}
