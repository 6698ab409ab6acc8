//! The members of committees: who sits from when until when, and their trainings. Names, addresses and telephone numbers
//! are sealed; some members never log in and have no account.
use super::schema::{appointments, trainings};
use super::{Rx, StoreError, Tx};
use crate::domain::codes::{Post, SeatCategory, SeatEnd, Selection, TrainingMode};
use crate::domain::committee::appointment::Seat;
use crate::domain::ids::{BodyId, SeatId, UserId};
use crate::domain::text::Unit;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

const PERSON: &str = "appointments.person";
const NOTE: &str = "appointments.note";

/// Who a member is: for the 위촉장, the list of members and, by the door, the automatic recusal.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Person {
    pub name: String,
    pub address: String,
    pub phone: String,
    pub email: String,
    pub unit: Option<(String, String)>,
}

impl Person {
    /// What is left of somebody whose particulars were destroyed (`store::retention::forget_seats`).
    fn forgotten() -> Self {
        Self { name: "정보를 파기한 위원".to_owned(), ..Self::default() }
    }

    /// The member's door in the 단지.
    #[must_use]
    pub fn door(&self) -> Option<Unit> {
        self.unit.clone().map(|(building, unit)| Unit { building, unit })
    }
}

/// A seat with the person in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub seat: Seat,
    pub person: Person,
    /// How the member was found; the selection body's note.
    pub note: String,
    /// The last announcement of the term's end that was made, in days; 0: none.
    pub announced: i64,
}

/// One training of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Training {
    pub seat: SeatId,
    pub on: NaiveDate,
    pub minutes: i64,
    pub provider: String,
    pub certificate: String,
    pub mode: TrainingMode,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = appointments)]
struct Row {
    id: SeatId,
    body_id: BodyId,
    user_id: Option<UserId>,
    person: String,
    post: Post,
    votes: bool,
    category: SeatCategory,
    selection: Selection,
    office: String,
    note: String,
    from_on: NaiveDate,
    until_on: Option<NaiveDate>,
    appointed_on: Option<NaiveDate>,
    accepted_on: Option<NaiveDate>,
    pledged_on: Option<NaiveDate>,
    ended_on: Option<NaiveDate>,
    end_reason: Option<SeatEnd>,
    renews_id: Option<SeatId>,
    replaces_id: Option<SeatId>,
    announced: i64,
}

fn opened(rx: &Rx<'_>, row: Row) -> Result<Member, StoreError> {
    let text = rx.vault().open(PERSON, &row.person)?;
    // Three years after the term, nobody knows who it was.
    let person = if text.is_empty() { Ok(Person::forgotten()) } else { serde_json::from_str(&text) };
    let person = person.map_err(|e| StoreError::Other(format!("a member: {e}")))?;
    Ok(Member { person, note: rx.vault().open(NOTE, &row.note)?, announced: row.announced, seat: seat(row) })
}

fn seat(row: Row) -> Seat {
    Seat {
        id: row.id,
        body: row.body_id,
        user: row.user_id,
        post: row.post,
        votes: row.votes,
        category: row.category,
        selection: row.selection,
        office: row.office,
        from: row.from_on,
        until: row.until_on,
        appointed_on: row.appointed_on,
        accepted_on: row.accepted_on,
        pledged_on: row.pledged_on,
        ended: row.ended_on.zip(row.end_reason),
        renews: row.renews_id,
        replaces: row.replaces_id,
    }
}

/// Every seat that a body ever had, newest last. A committee has some dozens.
///
/// # Errors
/// `Key` when a value does not open; database errors.
pub fn of_body(rx: &mut Rx<'_>, body: BodyId) -> Result<Vec<Member>, StoreError> {
    let rows: Vec<Row> = appointments::table
        .filter(appointments::body_id.eq(body))
        .order(appointments::id)
        .limit(2000)
        .select(Row::as_select())
        .load(rx.conn())?;
    rows.into_iter().map(|row| opened(rx, row)).collect()
}

/// One seat.
///
/// # Errors
/// `NotFound`.
pub fn find(rx: &mut Rx<'_>, id: SeatId) -> Result<Member, StoreError> {
    let row = appointments::table.find(id).select(Row::as_select()).first(rx.conn())?;
    opened(rx, row)
}

/// The seats of this person, in any body and term.
///
/// # Errors
/// Database errors.
pub fn of_user(rx: &mut Rx<'_>, user: UserId) -> Result<Vec<Seat>, StoreError> {
    let rows: Vec<Row> = appointments::table
        .filter(appointments::user_id.eq(user))
        .order(appointments::id)
        .select(Row::as_select())
        .load(rx.conn())?;
    Ok(rows.into_iter().map(seat).collect())
}

/// Adds a seat; its id is given by the database.
///
/// # Errors
/// Database errors.
pub fn add(
    tx: &mut Tx<'_>,
    seat: &Seat,
    person: &Person,
    note: &str,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<SeatId, StoreError> {
    let text = serde_json::to_string(person).map_err(|e| StoreError::Other(e.to_string()))?;
    let (person, note) = (tx.vault().seal(PERSON, &text)?, tx.vault().seal(NOTE, note)?);
    let row = (
        appointments::body_id.eq(seat.body),
        appointments::user_id.eq(seat.user),
        appointments::person.eq(person),
        appointments::post.eq(seat.post),
        appointments::votes.eq(seat.votes),
        appointments::category.eq(seat.category),
        appointments::selection.eq(seat.selection),
        appointments::office.eq(&seat.office),
        appointments::note.eq(note),
        appointments::from_on.eq(seat.from),
        appointments::until_on.eq(seat.until),
        appointments::renews_id.eq(seat.renews),
        appointments::replaces_id.eq(seat.replaces),
        appointments::announced.eq(0),
        appointments::created_by.eq(by),
        appointments::created_at.eq(now.naive_utc()),
    );
    Ok(diesel::insert_into(appointments::table)
        .values(row)
        .returning(appointments::id)
        .get_result(tx.conn())?)
}

/// Puts other particulars in the place of what is known of a seat's person.
///
/// # Errors
/// Database errors.
pub fn amend(tx: &mut Tx<'_>, id: SeatId, person: &Person) -> Result<(), StoreError> {
    let text = serde_json::to_string(person).map_err(|e| StoreError::Other(e.to_string()))?;
    let sealed = tx.vault().seal(PERSON, &text)?;
    diesel::update(appointments::table.find(id)).set(appointments::person.eq(sealed)).execute(tx.conn())?;
    Ok(())
}

/// Keeps where a seat stands: its dates, its post, its end.
///
/// # Errors
/// Database errors.
pub fn keep(tx: &mut Tx<'_>, seat: &Seat) -> Result<(), StoreError> {
    diesel::update(appointments::table.find(seat.id))
        .set((
            appointments::post.eq(seat.post),
            appointments::appointed_on.eq(seat.appointed_on),
            appointments::accepted_on.eq(seat.accepted_on),
            appointments::pledged_on.eq(seat.pledged_on),
            appointments::ended_on.eq(seat.ended.map(|(on, _)| on)),
            appointments::end_reason.eq(seat.ended.map(|(_, why)| why)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The announcement of the term's end was made.
///
/// # Errors
/// Database errors.
pub fn announced(tx: &mut Tx<'_>, seat: SeatId, days: i64) -> Result<(), StoreError> {
    diesel::update(appointments::table.find(seat))
        .set(appointments::announced.eq(days))
        .execute(tx.conn())?;
    Ok(())
}

/// Every seat that has not ended, of every body: for the clock.
///
/// # Errors
/// Database errors.
pub fn standing(rx: &mut Rx<'_>) -> Result<Vec<(Seat, i64)>, StoreError> {
    let rows: Vec<Row> = appointments::table
        .filter(appointments::ended_on.is_null())
        .filter(appointments::until_on.is_not_null())
        .order(appointments::id)
        .limit(20_000)
        .select(Row::as_select())
        .load(rx.conn())?;
    Ok(rows.into_iter().map(|row| (row.announced, row)).map(|(days, row)| (seat(row), days)).collect())
}

/// Adds a training.
///
/// # Errors
/// Database errors.
pub fn train(
    tx: &mut Tx<'_>,
    training: &Training,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = (
        trainings::seat_id.eq(training.seat),
        trainings::on_date.eq(training.on),
        trainings::minutes.eq(training.minutes),
        trainings::provider.eq(&training.provider),
        trainings::certificate.eq(&training.certificate),
        trainings::mode.eq(training.mode),
        trainings::created_by.eq(by),
        trainings::created_at.eq(now.naive_utc()),
    );
    diesel::insert_into(trainings::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// The trainings of a body's members, newest first.
///
/// # Errors
/// Database errors.
pub fn trainings_of(rx: &mut Rx<'_>, body: BodyId) -> Result<Vec<Training>, StoreError> {
    let rows: Vec<(SeatId, NaiveDate, i64, String, String, TrainingMode)> = trainings::table
        .inner_join(appointments::table.on(appointments::id.eq(trainings::seat_id)))
        .filter(appointments::body_id.eq(body))
        .order((trainings::on_date.desc(), trainings::id.desc()))
        .limit(2000)
        .select((
            trainings::seat_id,
            trainings::on_date,
            trainings::minutes,
            trainings::provider,
            trainings::certificate,
            trainings::mode,
        ))
        .load(rx.conn())?;
    let training = |(seat, on, minutes, provider, certificate, mode)| Training {
        seat,
        on,
        minutes,
        provider,
        certificate,
        mode,
    };
    Ok(rows.into_iter().map(training).collect())
}

/// Every seat that these bodies ever had, without who sits: for the ward, which counts members.
///
/// # Errors
/// Database errors.
pub fn of_bodies(rx: &mut Rx<'_>, bodies: &[BodyId]) -> Result<Vec<Seat>, StoreError> {
    let rows: Vec<Row> = appointments::table
        .filter(appointments::body_id.eq_any(bodies))
        .order(appointments::id)
        .limit(200_000)
        .select(Row::as_select())
        .load(rx.conn())?;
    Ok(rows.into_iter().map(seat).collect())
}

/// The trainings of these bodies' members since a day: whose, when, how many minutes.
///
/// # Errors
/// Database errors.
pub fn trained_since(
    rx: &mut Rx<'_>,
    bodies: &[BodyId],
    since: NaiveDate,
) -> Result<Vec<(SeatId, NaiveDate, i64)>, StoreError> {
    Ok(trainings::table
        .inner_join(appointments::table.on(appointments::id.eq(trainings::seat_id)))
        .filter(appointments::body_id.eq_any(bodies))
        .filter(trainings::on_date.ge(since))
        .order(trainings::id)
        .limit(200_000)
        .select((trainings::seat_id, trainings::on_date, trainings::minutes))
        .load(rx.conn())?)
}
