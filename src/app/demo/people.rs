//! The invented town: its bodies, and one login per role.
use super::NotMade;
use crate::casework::account;
use crate::domain::codes::{BodyKind, Role, Venue};
use crate::domain::ids::{BodyId, ComplexId, RoomId, UserId};
use crate::domain::permission::seats;
use crate::store::bodies::{self, NewBody};
use crate::store::mediators::{self, Mediator};
use crate::store::rooms::{self, Room};
use crate::store::{Tx, complexes, pledges, users};
use chrono::{DateTime, Duration, Utc};

/// Every demonstration account has this password.
pub const PASSWORD: &str = "이음 시연용 비밀번호";

/// E-mail address, name, role: the accounts, in the order in which they are printed.
pub const LOGINS: [(&str, &str, Role); 14] = [
    ("office@demo.example", "한소장", Role::Manager),
    ("secretary@demo.example", "오간사", Role::Secretary),
    ("chair@demo.example", "조위원장", Role::Chair),
    ("member@demo.example", "윤위원", Role::Member),
    ("member2@demo.example", "백위원", Role::Member),
    ("clerk@demo.example", "노서기", Role::Clerk),
    (COUNCIL, "도간사", Role::Secretary),
    ("ngo@demo.example", "문담당", Role::Coordinator),
    ("mediator@demo.example", "배조정", Role::Mediator),
    ("mediator2@demo.example", "신조정", Role::Mediator),
    ("mediator3@demo.example", "유조정", Role::Mediator),
    ("ward@demo.example", "송주무", Role::Ward),
    ("dong@demo.example", "임주무", Role::Dong),
    ("admin@demo.example", "차운영", Role::Admin),
];

/// The account that keeps the desk of the 동's council, not of the committee.
const COUNCIL: &str = "council@demo.example";

/// Who and what the cases are played with.
pub(super) struct Town {
    /// The 단지 whose office and committee the accounts belong to.
    pub complex: ComplexId,
    /// Another one, whose committee has no accounts.
    pub other: ComplexId,
    pub committee: BodyId,
    /// The 동's 마을공동체 추진협의회.
    pub council: BodyId,
    pub ngo: BodyId,
    pub dong: BodyId,
    /// Where residents apply themselves: 층간소음 이웃사이센터, a local commission.
    pub centre: BodyId,
    pub commission: BodyId,
    pub lawyer: BodyId,
    people: Vec<(&'static str, UserId)>,
}

impl Town {
    /// The account with this address before the `@`.
    pub(super) fn who(&self, name: &str) -> UserId {
        let found = self.people.iter().find(|(email, _)| email.split('@').next() == Some(name));
        found.map_or(UserId(0), |(_, id)| *id)
    }
}

/// The bodies at which the accounts work.
struct Desks([(BodyKind, BodyId); 6]);

impl Desks {
    fn of(&self, email: &str, role: Role) -> Option<BodyId> {
        let council = email == COUNCIL;
        let fits = |kind: BodyKind| seats(role).contains(&kind) && council == (kind == BodyKind::Council);
        self.0.iter().find(|(kind, _)| fits(*kind)).map(|(_, id)| *id)
    }
}

/// Adds the bodies and the people.
pub(super) fn settle(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<Town, NotMade> {
    let complex = complexes::by_code(tx, "CYD-01")?;
    let other = complexes::by_code(tx, "CYD-02")?;
    let mut office = None;
    for one in complexes::all(tx)? {
        if one.households >= 100 {
            let id = add(
                tx,
                BodyKind::Office,
                &format!("{} 관리사무소", one.name),
                Some(one.id),
                "02-000-1000",
                now,
            )?;
            office = if one.id == complex.id { Some(id) } else { office };
        }
    }
    let committee = bodies::all(tx, now.date_naive())?
        .into_iter()
        .find(|b| b.kind == BodyKind::Committee && b.complex_id == Some(complex.id));
    let (Some(office), Some(committee)) = (office, committee) else {
        return Err(NotMade("the invented ledger has no committee in CYD-01".into()));
    };
    bodies::set_contact(tx, committee.id, "02-000-1500", "", &committee.name)?;
    let ngo = add(tx, BodyKind::Ngo, "이웃갈등해결센터(시연)", None, "02-000-2000", now)?;
    let ward = add(tx, BodyKind::Ward, "서대문구청 자치행정과(시연)", None, "02-000-3000", now)?;
    let dong = add(tx, BodyKind::Dong, "천연동주민센터(시연)", None, "02-000-4000", now)?;
    let (centre, commission, lawyer) = outside(tx, now)?;
    let council = add(tx, BodyKind::Council, "천연동 마을공동체 추진협의회(시연)", None, "02-000-4500", now)?;
    let desks = Desks([
        (BodyKind::Office, office),
        (BodyKind::Committee, committee.id),
        (BodyKind::Council, council),
        (BodyKind::Ngo, ngo),
        (BodyKind::Ward, ward),
        (BodyKind::Dong, dong),
    ]);
    let people = accounts(tx, &desks, now)?;
    let town = Town {
        complex: complex.id,
        other: other.id,
        committee: committee.id,
        council,
        ngo,
        dong,
        centre,
        commission,
        lawyer,
        people,
    };
    for (name, dongs, load, conflicts) in [
        ("mediator", "1141052000", 4, ""),
        ("mediator2", "1141052000 1141071000", 3, ""),
        ("mediator3", "", 3, "CYD-01"),
    ] {
        mediators::keep(tx, &profile(&town, ngo, name, (dongs, load, conflicts), now))?;
        let (on, by) = ((now - Duration::days(200)).date_naive(), town.who("ngo"));
        mediators::train(tx, town.who(name), (on, 3000, "갈등조정가 기본교육"), Some(by), now)?;
    }
    equip(tx, now)?;
    Ok(town)
}

/// The town as it was settled.
pub(super) fn known(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<Town, NotMade> {
    let (complex, other) = (complexes::by_code(tx, "CYD-01")?.id, complexes::by_code(tx, "CYD-02")?.id);
    let all = bodies::all(tx, now.date_naive())?;
    let of = |kind: BodyKind, at: Option<ComplexId>| {
        let found = all.iter().find(|b| b.kind == kind && b.complex_id == at);
        found.map(|b| b.id).ok_or_else(|| NotMade(format!("there is no {kind} in the invented town")))
    };
    let to = |venue: Venue| {
        let found = all.iter().find(|b| b.venue == Some(venue));
        found.map(|b| b.id).ok_or_else(|| NotMade(format!("there is no {venue} in the invented town")))
    };
    let mut people = Vec::new();
    for (email, _, _) in LOGINS {
        people.push((email, users::by_email(tx, email)?.id));
    }
    Ok(Town {
        complex,
        other,
        committee: of(BodyKind::Committee, Some(complex))?,
        council: of(BodyKind::Council, None)?,
        ngo: of(BodyKind::Ngo, None)?,
        dong: of(BodyKind::Dong, None)?,
        centre: to(Venue::NoiseCentre)?,
        commission: to(Venue::LocalCommission)?,
        lawyer: to(Venue::Lawyer)?,
        people,
    })
}

/// The bodies outside, each what it is; those to which the played cases go.
fn outside(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<(BodyId, BodyId, BodyId), NotMade> {
    let mut one = |kind, venue, name: &str, phone: &str| {
        let id = add(tx, kind, name, None, phone, now)?;
        bodies::set_terms(tx, id, (Some(venue), None, None))?;
        Ok::<_, NotMade>(id)
    };
    let centre = one(BodyKind::Applied, Venue::NoiseCentre, "층간소음 이웃사이센터", "1661-2642")?;
    let commission = one(
        BodyKind::Applied,
        Venue::LocalCommission,
        "지방 공동주택관리 분쟁조정위원회(시연)",
        "02-000-5000",
    )?;
    one(BodyKind::Applied, Venue::LocalEnvironment, "지방 환경분쟁조정피해구제위원회(시연)", "02-000-5100")?;
    let met = one(BodyKind::Outside, Venue::NeighbourCentre, "이웃분쟁조정센터(시연)", "02-000-5200")?;
    let lawyer = one(BodyKind::Outside, Venue::Lawyer, "마을변호사(시연)", "02-000-5300")?;
    bodies::set_contact(tx, met, "02-000-5200", "centre@demo.example", "")?;
    bodies::set_contact(tx, lawyer, "02-000-5300", "lawyer@demo.example", "")?;
    Ok((centre, commission, lawyer))
}

/// The ward's shared rooms.
fn equip(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<(), NotMade> {
    for (name, capacity) in [("천연동주민센터 2층 회의실", 10), ("구청 열린상담실", 4)] {
        let room = Room {
            id: RoomId(0),
            ward_code: "11410".to_owned(),
            name: name.to_owned(),
            address: String::new(),
            capacity,
            days: "mon tue wed thu fri sat".to_owned(),
            opens: 540,
            closes: 1260,
            until_on: None,
        };
        rooms::keep(tx, &room, now)?;
    }
    Ok(())
}

fn add(
    tx: &mut Tx<'_>,
    kind: BodyKind,
    name: &str,
    complex: Option<ComplexId>,
    phone: &str,
    now: DateTime<Utc>,
) -> Result<BodyId, NotMade> {
    let dong = matches!(kind, BodyKind::Dong | BodyKind::Council).then(|| "1141052000".to_owned());
    let new = NewBody {
        name: name.to_owned(),
        ward_code: "11410".to_owned(),
        dong_code: dong,
        complex,
        phone: phone.to_owned(),
        controller: name.to_owned(),
        ..NewBody::default()
    };
    Ok(bodies::add(tx, kind, &new, now)?)
}

fn accounts(
    tx: &mut Tx<'_>,
    desks: &Desks,
    now: DateTime<Utc>,
) -> Result<Vec<(&'static str, UserId)>, NotMade> {
    let hash = account::hash_here(PASSWORD)?;
    let since = now - Duration::days(400);
    let mut people = Vec::new();
    for (n, (email, name, role)) in LOGINS.iter().enumerate() {
        let id = users::add(tx, email, name, &format!("010000001{n:02}"), since)?;
        users::set_password(tx, id, &hash, since)?;
        users::grant(tx, id, *role, desks.of(email, *role), None, None, since)?;
        // The people of committees whose members are not seated here have pledged on their first day.
        let of_committee = matches!(role, Role::Secretary | Role::Clerk | Role::Chair | Role::Member);
        if let Some(body) = desks.of(email, *role).filter(|_| of_committee) {
            pledges::sign(tx, id, body, "1", since)?;
        }
        people.push((*email, id));
    }
    Ok(people)
}

fn profile(
    town: &Town,
    ngo: BodyId,
    name: &str,
    (dongs, max_load, conflicts): (&str, i64, &str),
    now: DateTime<Utc>,
) -> Mediator {
    Mediator {
        user_id: town.who(name),
        body_id: ngo,
        label: "조정가".to_owned(),
        dongs: dongs.to_owned(),
        days: "평일저녁 토요일".to_owned(),
        languages: "한국어".to_owned(),
        max_load,
        trained_until: Some((now + Duration::days(200)).date_naive()),
        conflicts: conflicts.to_owned(),
        hours: "mon_eve wed_eve sat_am sat_pm".to_owned(),
        wishes: String::new(),
        relations: String::new(),
        leave_from: None,
        leave_until: None,
    }
}
