//! Links sent to people, each good for one purpose, and the codes on letters.
//!
//! A link's secret is HMAC(key, link id), so that a mail can be written again without keeping the secret; the row keeps
//! only what the link is for, until when, and what was answered.
use super::either::MultiBackend;
use super::schema::links;
use super::{Rx, StoreError, Tx};
use crate::domain::codes::{LinkPurpose, Side};
use crate::domain::ids::{CaseId, LinkId, UserId};
use crate::domain::step::Seq;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use rand::Rng;
use subtle::ConstantTimeEq;

/// Letters and digits of a letter's code: none that are mistaken for each other.
const CODE_LETTERS: &[u8] = b"ABCDEFGHJKMNPQRSTVWXYZ23456789";
/// The sealed column's purpose, for letters' codes and new addresses.
pub const DETAIL: &str = "links.detail";
const CODE_HASH: &str = "letter code";
/// The first half of a letter's code finds the letter, the second half is what is guessed at.
const FINDS: usize = 4;

/// A link.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = links)]
pub struct Link {
    pub id: LinkId,
    pub purpose: LinkPurpose,
    pub case_id: Option<CaseId>,
    pub user_id: Option<UserId>,
    pub side: Option<Side>,
    /// The offer, session, proposal or agreement that it is about.
    pub seq: Option<Seq>,
    /// A follow-up's due date, a new address (sealed), the mark of a body's address, a role to be granted: what the purpose needs.
    pub detail: Option<String>,
    pub tries: i64,
    pub created_at: NaiveDateTime,
    pub expires_at: NaiveDateTime,
    pub used_at: Option<NaiveDateTime>,
    pub revoked_at: Option<NaiveDateTime>,
    pub answer: Option<String>,
}

impl Link {
    /// Whether the link still opens its page at `now`. A used link still does: it shows what was answered.
    #[must_use]
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && now.naive_utc() < self.expires_at
    }
}

/// What a new link is for.
#[derive(Debug, Clone, Default)]
pub struct NewLink {
    pub case: Option<CaseId>,
    pub user: Option<UserId>,
    pub side: Option<Side>,
    pub seq: Option<Seq>,
    pub detail: Option<String>,
}

/// What a link keeps of the address that it was sent to: its keyed hash.
#[must_use]
pub fn address_mark(rx: &Rx<'_>, email: &str) -> String {
    rx.vault().hash("link address", email)
}

/// Makes a link and returns it.
///
/// # Errors
/// Database errors.
pub fn make(
    tx: &mut Tx<'_>,
    purpose: LinkPurpose,
    new: &NewLink,
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Link, StoreError> {
    let all = (
        links::purpose.eq(purpose),
        links::case_id.eq(new.case),
        links::user_id.eq(new.user),
        links::side.eq(new.side),
        links::seq.eq(new.seq),
        links::detail.eq(&new.detail),
        links::tries.eq(0),
        links::created_at.eq(now.naive_utc()),
        links::expires_at.eq(expires_at.naive_utc()),
    );
    let id: LinkId =
        diesel::insert_into(links::table).values(all).returning(links::id).get_result(tx.conn())?;
    find(tx, id)
}

/// The token that goes into a URL: `ID.SECRET`, the secret being 128 bits.
#[must_use]
pub fn token(rx: &Rx<'_>, id: LinkId) -> String {
    let mac = rx.vault().mac("link", &id.0.to_be_bytes());
    let (secret, _) = mac.split_at(16);
    format!("{}.{}", id.0, URL_SAFE_NO_PAD.encode(secret))
}

/// The link of a token.
///
/// # Errors
/// `NotFound` for a token that is not ours.
pub fn by_token(rx: &mut Rx<'_>, token_given: &str) -> Result<Link, StoreError> {
    let id =
        token_given.split_once('.').and_then(|(id, _)| id.parse::<i64>().ok()).ok_or(StoreError::NotFound)?;
    let right = token(rx, LinkId(id));
    if !bool::from(right.as_bytes().ct_eq(token_given.as_bytes())) {
        return Err(StoreError::NotFound);
    }
    find(rx, LinkId(id))
}

/// A link by id.
///
/// # Errors
/// `NotFound`.
pub fn find(rx: &mut Rx<'_>, id: LinkId) -> Result<Link, StoreError> {
    Ok(links::table.find(id).select(Link::as_select()).first(rx.conn())?)
}

/// The links of a case for a purpose that are neither revoked nor expired, newest first.
///
/// # Errors
/// Database errors.
pub fn live_of_case(
    rx: &mut Rx<'_>,
    case: CaseId,
    purpose: LinkPurpose,
    now: DateTime<Utc>,
) -> Result<Vec<Link>, StoreError> {
    Ok(links::table
        .filter(links::case_id.eq(case))
        .filter(links::purpose.eq(purpose))
        .filter(links::revoked_at.is_null())
        .filter(links::expires_at.gt(now.naive_utc()))
        .order(links::id.desc())
        .select(Link::as_select())
        .load(rx.conn())?)
}

/// The newest link of a person for a purpose that is neither used, revoked nor expired.
///
/// # Errors
/// Database errors.
pub fn live_of_user(
    rx: &mut Rx<'_>,
    user: UserId,
    purpose: LinkPurpose,
    now: DateTime<Utc>,
) -> Result<Option<Link>, StoreError> {
    let own = links::table.filter(links::user_id.eq(user)).filter(links::purpose.eq(purpose));
    let newest = own
        .filter(links::used_at.is_null())
        .filter(links::revoked_at.is_null())
        .filter(links::expires_at.gt(now.naive_utc()))
        .order(links::id.desc());
    Ok(newest.select(Link::as_select()).first(rx.conn()).optional()?)
}

/// The newest link for the first set-up that is neither used, revoked nor expired.
///
/// # Errors
/// Database errors.
pub fn unused_set_up(rx: &mut Rx<'_>, now: DateTime<Utc>) -> Result<Option<Link>, StoreError> {
    let set_up = links::table.filter(links::purpose.eq(LinkPurpose::SetUp));
    let newest = set_up
        .filter(links::used_at.is_null())
        .filter(links::revoked_at.is_null())
        .filter(links::expires_at.gt(now.naive_utc()))
        .order(links::id.desc());
    Ok(newest.select(Link::as_select()).first(rx.conn()).optional()?)
}

/// Revokes every unused link of a person for these purposes.
///
/// # Errors
/// Database errors.
pub fn revoke_of_user(
    tx: &mut Tx<'_>,
    user: UserId,
    purposes: &[LinkPurpose],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let unused = links::table
        .filter(links::user_id.eq(user))
        .filter(links::purpose.eq_any(purposes))
        .filter(links::used_at.is_null())
        .filter(links::revoked_at.is_null());
    diesel::update(unused).set(links::revoked_at.eq(now.naive_utc())).execute(tx.conn())?;
    Ok(())
}

/// Writes down what a link was used for.
///
/// # Errors
/// `Conflict` when it was used already.
pub fn answer(tx: &mut Tx<'_>, id: LinkId, answer: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let unused = links::table.find(id).filter(links::used_at.is_null());
    let changed = diesel::update(unused)
        .set((links::used_at.eq(now.naive_utc()), links::answer.eq(answer)))
        .execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict("link used".into())) }
}

/// Whose calendar a link is the address of: a person's own (`user_id`), or what its detail names.
type Whose<'a> = Result<UserId, &'a str>;

fn calendars(whose: Whose<'_>, now: DateTime<Utc>) -> links::BoxedQuery<'_, MultiBackend> {
    let live = links::table
        .filter(links::purpose.eq(LinkPurpose::Calendar))
        .filter(links::revoked_at.is_null())
        .filter(links::expires_at.gt(now.naive_utc()))
        .into_boxed();
    match whose {
        Ok(user) => live.filter(links::user_id.eq(user)).filter(links::detail.is_null()),
        Err(detail) => live.filter(links::detail.eq(detail)),
    }
}

/// The live address of a calendar.
///
/// # Errors
/// Database errors.
pub fn calendar(rx: &mut Rx<'_>, whose: Whose<'_>, now: DateTime<Utc>) -> Result<Option<LinkId>, StoreError> {
    let newest = calendars(whose, now).order(links::id.desc()).select(links::id);
    Ok(newest.first(rx.conn()).optional()?)
}

/// Revokes the addresses of a calendar.
///
/// # Errors
/// Database errors.
pub fn end_calendar(tx: &mut Tx<'_>, whose: Whose<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
    let ids: Vec<LinkId> = calendars(whose, now).select(links::id).load(tx.conn())?;
    diesel::update(links::table.filter(links::id.eq_any(ids)))
        .set(links::revoked_at.eq(now.naive_utc()))
        .execute(tx.conn())?;
    Ok(())
}

/// Forgets what a link was used for: its answer was taken back.
///
/// # Errors
/// Database errors.
pub fn reopen(tx: &mut Tx<'_>, id: LinkId) -> Result<(), StoreError> {
    let fresh = (links::used_at.eq(None::<NaiveDateTime>), links::answer.eq(None::<String>));
    diesel::update(links::table.find(id)).set(fresh).execute(tx.conn())?;
    Ok(())
}

/// Revokes every live link of a case for a purpose, of one side or of all.
///
/// # Errors
/// Database errors.
pub fn revoke(
    tx: &mut Tx<'_>,
    case: CaseId,
    purpose: LinkPurpose,
    side: Option<Side>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for link in live_of_case(tx, case, purpose, now)? {
        if side.is_none() || link.side == side {
            let row = links::table.find(link.id);
            diesel::update(row).set(links::revoked_at.eq(now.naive_utc())).execute(tx.conn())?;
        }
    }
    Ok(())
}

/// Gives a letter's link a fresh code of eight characters, `ABCD-2345`, and returns it. Its first half is found by its keyed
/// hash; sealed, the whole can be compared and printed again. The tries begin anew.
///
/// # Errors
/// Database errors.
pub fn set_code(tx: &mut Tx<'_>, id: LinkId) -> Result<String, StoreError> {
    let mut rng = rand::rngs::OsRng;
    let pick = |_| CODE_LETTERS.get(rng.gen_range(0..CODE_LETTERS.len())).copied().map_or('A', char::from);
    let code: String = (0..8).map(pick).collect();
    let (a, b) = code.split_at_checked(FINDS).unwrap_or((&code, ""));
    let hash = tx.vault().hash(CODE_HASH, a);
    let shown = format!("{a}-{b}");
    let sealed = tx.vault().seal(DETAIL, &shown)?;
    let kept = (links::code_hash.eq(hash), links::detail.eq(sealed), links::tries.eq(0));
    diesel::update(links::table.find(id)).set(kept).execute(tx.conn())?;
    Ok(shown)
}

/// A letter's code, as it was printed.
///
/// # Errors
/// `NotFound` for a link that has none; `Key` when it does not open.
pub fn code_of(rx: &Rx<'_>, link: &Link) -> Result<String, StoreError> {
    rx.vault().open(DETAIL, link.detail.as_deref().ok_or(StoreError::NotFound)?)
}

/// What came of typing a letter's code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ByCode {
    /// This letter's code; the letter may have ended.
    Found(Link),
    /// No letter has it; letters whose code begins so count a try.
    Wrong,
    /// Its tries are used up: the right code opens nothing any more.
    UsedUp,
}

/// The letter of a code as a person typed it (case, spaces and hyphens do not matter). A wrong second half counts against the
/// letters that the first half finds, whoever typed it; the caller must commit also then.
///
/// # Errors
/// Database errors; `Key` when a code does not open.
pub fn by_code(tx: &mut Tx<'_>, typed: &str) -> Result<ByCode, StoreError> {
    let plain = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
    };
    let code = plain(typed);
    let hash = tx.vault().hash(CODE_HASH, code.split_at_checked(FINDS).map_or("", |(first, _)| first));
    let begins: Vec<Link> = links::table
        .filter(links::code_hash.eq(hash))
        .order(links::id.desc())
        .limit(20)
        .select(Link::as_select())
        .load(tx.conn())?;
    let most = tx.rules().codes.tries;
    let mut met = ByCode::Wrong;
    for link in begins {
        let right = plain(&code_of(tx, &link)?);
        if !bool::from(right.as_bytes().ct_eq(code.as_bytes())) {
            let more = links::tries.eq(links::tries + 1);
            diesel::update(links::table.find(link.id)).set(more).execute(tx.conn())?;
        } else if link.tries >= most {
            met = ByCode::UsedUp;
        } else {
            return Ok(ByCode::Found(link));
        }
    }
    Ok(met)
}
