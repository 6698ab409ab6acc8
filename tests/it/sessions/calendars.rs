//! Calendars to subscribe to: what they show to whom, and when they end.
use super::*;
use ieum::casework::account::people;

/// The address that a page shows.
pub(super) fn address(page: &str) -> String {
    let at = page.find("/calendar/").unwrap();
    page[at..].split(['<', '"', ' ']).next().unwrap().to_owned()
}

#[test]
fn sessions_stand_in_a_calendar_without_names() {
    for base in fresh() {
        let house = House::open(base);
        let number = mediating(&house, "101", "201", house.mediator);
        let (coordinator, mut own) = (actor(&house, Role::Coordinator), house.browser_of(house.mediator));
        let room = room(&house);
        let case = take(&house, &coordinator, &number, fix(tuesday(), Some(room))).unwrap();
        own.get("/settings/calendar");
        let (_, page) = own.post_on("/settings/calendar", &[("do", "renew")]);
        let address = address(&page.body);
        let feed = house.browser().get(&address).body;
        let uid = format!("UID:session-{number}-{}@", case.sessions[0].seq);
        for part in
            [uid.as_str(), "DTSTART:20261124T050000Z", "SEQUENCE:0", "TRIGGER:-PT2H", "METHOD:PUBLISH"]
        {
            assert!(feed.contains(part), "{part}: {feed}");
        }
        assert!(
            feed.contains("TRIGGER;VALUE=DATE-TIME:20261123T090000Z"),
            "six in the evening before: {feed}"
        );
        let unfolded = feed.replace("\r\n ", "");
        for private in ["김신청", "이조정", "201", "example.com", "mailto"] {
            assert!(!unfolded.contains(private), "{private}: {feed}");
        }
        assert!(unfolded.contains("LOCATION:천연동주민센터 회의실"), "{feed}");
        own.post_on("/settings/calendar", &[("do", "renew")]);
        assert_eq!(house.browser().get(&address).status, 404, "the old address opens nothing");
    }
}

#[test]
fn sessions_stand_in_a_rooms_calendar_as_a_time_that_is_taken() {
    for base in fresh() {
        let house = House::open(base);
        let now = house.now();
        let ward =
            NewBody {
                name: "서대문구청".to_owned(), ward_code: "11410".to_owned(), ..NewBody::default()
            };
        let ward = house.db.write_here(|tx| bodies::add(tx, BodyKind::Ward, &ward, now)).unwrap();
        let (_, mut browser) = house.signed_in("구담당", Role::Ward, ward);
        let number = mediating(&house, "101", "201", house.mediator);
        let (coordinator, room) = (actor(&house, Role::Coordinator), room(&house));
        take(&house, &coordinator, &number, fix(tuesday(), Some(room))).unwrap();
        let page = browser.get(&format!("/rooms/{}/calendar", room.0)).body;
        assert!(page.contains("주소 만들기") && !page.contains("type=\"radio\""), "{page}");
        let (_, page) = browser.post_on(&format!("/rooms/{}/calendar", room.0), &[("do", "renew")]);
        assert!(!page.body.contains("<dt>주소</dt>"), "it has none: {}", page.body);
        let feed = house.browser().get(&address(&page.body)).body.replace("\r\n ", "");
        for part in ["SUMMARY:예약됨\r\n", "UID:booked-", "DTSTART:20261124T050000Z"] {
            assert!(feed.contains(part), "{part}: {feed}");
        }
        let year = &number[..4];
        for private in [number.as_str(), year, "조정", MeetingKind::Joint.label(), "VALARM", "LOCATION"] {
            let year_in_times = private == year;
            let rest: String = feed.lines().filter(|l| !(year_in_times && l.starts_with("DT"))).collect();
            assert!(!rest.replace("이음 공유공간", "").contains(private), "{private}: {feed}");
        }
        let uid = |feed: &str| feed.lines().find(|l| l.starts_with("UID:")).unwrap().to_owned();
        let again = house.browser().get(&address(&page.body)).body.replace("\r\n ", "");
        assert_eq!(uid(&feed), uid(&again), "one UID for life");
    }
}

#[test]
fn sessions_leave_the_calendar_of_an_account_that_is_closed() {
    for base in fresh() {
        let house = House::open(base);
        let mut own = house.browser_of(house.mediator);
        own.get("/settings/calendar");
        let made = |own: &mut crate::residents::house::Browser| {
            let (_, page) = own.post_on("/settings/calendar", &[("do", "renew")]);
            address(&page.body)
        };
        let first = made(&mut own);
        let now = house.now();
        house.db.write_here(|tx| users::set_disabled(tx, house.mediator, true)).unwrap();
        assert_eq!(house.browser().get(&first).status, 404, "closed");
        house.db.write_here(|tx| users::set_disabled(tx, house.mediator, false)).unwrap();
        assert_eq!(house.browser().get(&first).status, 200);
        let operator = Actor { grants: vec![Grant { role: Role::Admin, body: None }], ..Actor::default() };
        house.db.write_here(|tx| people::disable(tx, &operator, house.mediator, now)).unwrap();
        house.db.write_here(|tx| people::enable(tx, &operator, house.mediator, now)).unwrap();
        assert_eq!(house.browser().get(&first).status, 404, "an address does not come back with the account");
    }
}
