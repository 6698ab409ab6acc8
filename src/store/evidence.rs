//! Evidence: a row for each thing, its bytes in sealed pieces beside it: as rows where it is small, else as a file on the shelf.
//! Each has a key of its own, sealed in its row.
use super::schema::{evidence, evidence_parts};
use super::shelf::{Draft, Lines, Shelf};
use super::vault::Vault;
use super::{Rx, StoreError, Tx};
use crate::domain::codes::{FileKind, Side, Voices};
use crate::domain::evidence::{HEAD, Strip, Unfit, kind_of};
use crate::domain::ids::{CaseId, UserId};
use crate::domain::step::Seq;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::HashSet;

/// Plain bytes of one piece.
const PIECE: usize = 64 * 1024;
const ABOUT: &str = "evidence.about";
const KEY: &str = "evidence.key";

/// What files may be, and where they go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// Bytes of one file at most.
    pub most: u64,
    /// So many bytes still go into the database.
    pub in_rows: u64,
}

/// Why a file that comes in is not kept.
#[derive(Debug)]
pub enum NotKept {
    Unfit(Unfit),
    Store(StoreError),
}

impl From<Unfit> for NotKept {
    fn from(e: Unfit) -> Self {
        Self::Unfit(e)
    }
}
impl From<StoreError> for NotKept {
    fn from(e: StoreError) -> Self {
        Self::Store(e)
    }
}

/// A file on its way in: looked at, stripped, hashed and sealed a piece at a time.
pub struct Incoming {
    shelf: Shelf,
    sizes: Sizes,
    key: String,
    vault: Vault,
    head: Vec<u8>,
    strip: Option<(FileKind, Strip)>,
    sent: (Sha256, u64),
    kept: (Sha256, u64),
    plain: Vec<u8>,
    parts: i64,
    rows: Vec<String>,
    draft: Option<Draft>,
}

/// A file that came in whole and waits for its row.
#[derive(Debug)]
pub struct Kept {
    pub kind: FileKind,
    pub size: u64,
    sha256: String,
    /// SHA-256 of the bytes as they were sent.
    pub sent_sha256: String,
    key: String,
    parts: i64,
    rows: Vec<String>,
    /// Its name on the shelf.
    pub file: Option<String>,
}

/// What a piece is sealed for: its place in its file.
fn place(part: i64) -> String {
    format!("evidence.piece.{part}")
}

fn hex(hash: Sha256) -> String {
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

impl Incoming {
    /// # Errors
    /// Never in practice: a new key is a key.
    pub fn new(shelf: &Shelf, sizes: Sizes) -> Result<Self, StoreError> {
        let key = Vault::generate();
        let vault = Vault::from_base64(&key)?;
        let none = (Sha256::new(), 0);
        Ok(Self {
            shelf: shelf.clone(),
            sizes,
            key,
            vault,
            head: Vec::new(),
            strip: None,
            sent: none.clone(),
            kept: none,
            plain: Vec::new(),
            parts: 0,
            rows: Vec::new(),
            draft: None,
        })
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// `Unfit` as soon as that can be told; else what the disk says.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), NotKept> {
        self.sent.0.update(bytes);
        self.sent.1 = self.sent.1.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        if self.sent.1 > self.sizes.most {
            return Err(Unfit::TooLarge.into());
        }
        match &mut self.strip {
            Some((_, strip)) => strip.push(bytes, &mut self.plain)?,
            None => {
                self.head.extend_from_slice(bytes);
                if self.head.len() >= HEAD {
                    self.decide()?;
                }
            }
        }
        while self.plain.len() >= PIECE {
            let rest = self.plain.split_off(PIECE);
            let piece = std::mem::replace(&mut self.plain, rest);
            self.seal(&piece)?;
        }
        Ok(())
    }

    fn decide(&mut self) -> Result<FileKind, Unfit> {
        let kind = kind_of(self.head.get(..HEAD).unwrap_or(&self.head))?;
        let mut strip = Strip::new(kind);
        strip.push(&std::mem::take(&mut self.head), &mut self.plain)?;
        self.strip = Some((kind, strip));
        Ok(kind)
    }

    fn seal(&mut self, piece: &[u8]) -> Result<(), StoreError> {
        self.kept.0.update(piece);
        self.kept.1 = self.kept.1.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        let line = self.vault.seal_bytes(&place(self.parts), piece)?;
        self.parts += 1;
        if self.draft.is_none() && self.kept.1 > self.sizes.in_rows && self.shelf.folder().is_some() {
            let mut draft = self.shelf.begin()?;
            self.rows.drain(..).try_for_each(|line| draft.write(&line))?;
            self.draft = Some(draft);
        }
        match &mut self.draft {
            Some(draft) => draft.write(&line)?,
            None => self.rows.push(line),
        }
        Ok(())
    }

    /// The file came to its end.
    ///
    /// # Errors
    /// As `push`.
    pub fn finish(mut self) -> Result<Kept, NotKept> {
        if self.strip.is_none() {
            self.decide()?;
        }
        let Some((kind, strip)) = self.strip.take() else { return Err(Unfit::Empty.into()) };
        strip.finish()?;
        let last = std::mem::take(&mut self.plain);
        for piece in last.chunks(PIECE) {
            self.seal(piece)?;
        }
        let file = self.draft.take().map(Draft::finish).transpose()?;
        Ok(Kept {
            kind,
            size: self.kept.1,
            sha256: hex(self.kept.0),
            sent_sha256: hex(self.sent.0),
            key: self.key,
            parts: self.parts,
            rows: self.rows,
            file,
        })
    }
}

/// A thing in the 증거목록.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thing {
    pub id: i64,
    pub case: CaseId,
    /// In its case, from 1; never used twice.
    pub number: i64,
    pub side: Side,
    pub kind: FileKind,
    pub voices: Option<Voices>,
    /// What it shows, in a sentence.
    pub about: String,
    /// Bytes as kept.
    pub size: i64,
    parts: i64,
    /// SHA-256 of the bytes as kept and as sent, in hexadecimal digits: they differ where an image lost what it told.
    pub sha256: String,
    pub sent_sha256: String,
    key: String,
    pub file: Option<String>,
    pub by: Option<UserId>,
    /// As what it was handed in: a `Hat`'s code.
    pub by_role: String,
    pub at: DateTime<Utc>,
    /// The agreement whose signed paper it is, by its line.
    pub agreement: Option<Seq>,
    /// Since when nothing but this row is left of it.
    pub taken_back_at: Option<DateTime<Utc>>,
}

impl Thing {
    /// Whether it is evidence that this side still puts forward: not taken back, and no paper that both signed.
    #[must_use]
    pub fn speaks_for(&self, side: Side) -> bool {
        self.side == side && self.agreement.is_none() && self.taken_back_at.is_none()
    }
}

type Row = (
    (i64, CaseId, i64, Side, FileKind, Option<Voices>, String, i64, i64),
    (String, String, String, Option<String>, Option<UserId>, String, NaiveDateTime),
    (Option<Seq>, Option<NaiveDateTime>),
);

#[diesel::dsl::auto_type]
fn columns() -> _ {
    (
        (
            evidence::id,
            evidence::case_id,
            evidence::number,
            evidence::side,
            evidence::kind,
            evidence::voices,
            evidence::about,
            evidence::size,
            evidence::parts,
        ),
        (
            evidence::sha256,
            evidence::sent_sha256,
            evidence::key,
            evidence::file,
            evidence::added_by,
            evidence::added_as,
            evidence::added_at,
        ),
        (evidence::agreement, evidence::taken_back_at),
    )
}

fn thing(vault: &Vault, row: Row) -> Result<Thing, StoreError> {
    let ((id, case, number, side, kind, voices, about, size, parts), rest, (agreement, taken_back_at)) = row;
    let (sha256, sent_sha256, key, file, by, by_role, at) = rest;
    let (about, at) = (vault.open(ABOUT, &about)?, at.and_utc());
    let taken_back_at = taken_back_at.map(|at| at.and_utc());
    Ok(Thing {
        id,
        case,
        number,
        side,
        kind,
        voices,
        about,
        size,
        parts,
        sha256,
        sent_sha256,
        key,
        file,
        by,
        by_role,
        at,
        agreement,
        taken_back_at,
    })
}

/// Whose a thing is and what is said of it.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    pub side: Side,
    pub voices: Option<Voices>,
    pub about: &'a str,
    pub by: Option<UserId>,
    pub by_role: &'a str,
    pub agreement: Option<Seq>,
}

/// The next number in the 증거목록 of a case. Whoever asks for it at the same moment waits until this transaction ends.
///
/// # Errors
/// Database errors.
pub fn next_number(tx: &mut Tx<'_>, case: CaseId) -> Result<i64, StoreError> {
    super::access::count_up(tx, &format!("evidence-{}", case.0))
}

/// Writes the row of a file that came in, as `number` of its case, and its pieces where they go into the database.
///
/// # Errors
/// Database errors.
pub fn add(
    tx: &mut Tx<'_>,
    (case, number): (CaseId, i64),
    said: Said<'_>,
    kept: &Kept,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = (
        evidence::case_id.eq(case),
        evidence::number.eq(number),
        evidence::side.eq(said.side),
        evidence::kind.eq(kept.kind),
        evidence::voices.eq(said.voices),
        evidence::about.eq(tx.vault().seal(ABOUT, said.about)?),
        evidence::size.eq(i64::try_from(kept.size).unwrap_or(i64::MAX)),
        evidence::parts.eq(kept.parts),
        evidence::sha256.eq(&kept.sha256),
        evidence::sent_sha256.eq(&kept.sent_sha256),
        evidence::key.eq(tx.vault().seal(KEY, &kept.key)?),
        evidence::file.eq(&kept.file),
        (
            evidence::added_by.eq(said.by),
            evidence::added_as.eq(said.by_role),
            evidence::added_at.eq(now.naive_utc()),
            evidence::agreement.eq(said.agreement),
        ),
    );
    let id: i64 =
        diesel::insert_into(evidence::table).values(row).returning(evidence::id).get_result(tx.conn())?;
    for (part, sealed) in (0i64..).zip(&kept.rows) {
        let row = (
            evidence_parts::evidence_id.eq(id),
            evidence_parts::part.eq(part),
            evidence_parts::sealed.eq(sealed),
        );
        diesel::insert_into(evidence_parts::table).values(row).execute(tx.conn())?;
    }
    Ok(())
}

/// What was handed in in a case, in the order of its numbers.
///
/// # Errors
/// Database errors; `Key` when it does not open.
pub fn of_case(rx: &mut Rx<'_>, case: CaseId) -> Result<Vec<Thing>, StoreError> {
    let rows: Vec<Row> = evidence::table
        .filter(evidence::case_id.eq(case))
        .order(evidence::number)
        .limit(1000)
        .select(columns())
        .load(rx.conn())?;
    rows.into_iter().map(|row| thing(rx.vault(), row)).collect()
}

/// The pieces of one thing, where they are rows; none of a file on the shelf.
///
/// # Errors
/// Database errors.
pub fn pieces(rx: &mut Rx<'_>, thing: &Thing) -> Result<Vec<String>, StoreError> {
    Ok(evidence_parts::table
        .filter(evidence_parts::evidence_id.eq(thing.id))
        .order(evidence_parts::part)
        .select(evidence_parts::sealed)
        .load(rx.conn())?)
}

/// The bytes of one thing on their way out, a piece at a time; every piece has been authenticated when it is handed out.
pub struct Outgoing {
    vault: Vault,
    rows: std::vec::IntoIter<String>,
    lines: Option<Lines>,
    part: i64,
    parts: i64,
}

impl Outgoing {
    /// # Errors
    /// `NotFound` where the file is not on the shelf, `Key` when its key does not open.
    pub fn of(vault: &Vault, shelf: &Shelf, thing: &Thing, rows: Vec<String>) -> Result<Self, StoreError> {
        let vault = Vault::from_base64(&vault.open(KEY, &thing.key)?)?;
        let lines = thing.file.as_ref().map(|name| shelf.lines(name)).transpose()?;
        Ok(Self { vault, rows: rows.into_iter(), lines, part: 0, parts: thing.parts })
    }

    /// The next piece; none behind the last one.
    ///
    /// # Errors
    /// When a piece is missing, changed, or in another one's place.
    pub fn piece(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        if self.part == self.parts {
            return Ok(None);
        }
        let line = match &mut self.lines {
            Some(lines) => lines.line()?,
            None => self.rows.next(),
        };
        let line = line.ok_or_else(|| StoreError::Key("a piece of evidence is missing".to_owned()))?;
        let piece = self.vault.open_bytes(&place(self.part), &line)?;
        self.part += 1;
        Ok(Some(piece))
    }
}

/// Destroys the bytes of a thing and what was said of it; its number, its hash and when it went stay.
///
/// # Errors
/// Database errors.
pub fn take_back(tx: &mut Tx<'_>, thing: &Thing, now: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::delete(evidence_parts::table.filter(evidence_parts::evidence_id.eq(thing.id)))
        .execute(tx.conn())?;
    let nothing = (
        evidence::about.eq(tx.vault().seal(ABOUT, "")?),
        evidence::key.eq(tx.vault().seal(KEY, "")?),
        evidence::file.eq(None::<String>),
        evidence::taken_back_at.eq(now.naive_utc()),
    );
    diesel::update(evidence::table.find(thing.id)).set(nothing).execute(tx.conn())?;
    Ok(())
}

/// Destroys what a side handed in, with the papers that both signed, or everything of a case; the keys go with the rows. Returns how many things there were.
///
/// # Errors
/// Database errors.
pub fn destroy(tx: &mut Tx<'_>, case: CaseId, side: Option<Side>) -> Result<usize, StoreError> {
    super::cases::lock(tx, case)?;
    let sides = side.map_or_else(|| Side::ALL.to_vec(), |side| vec![side]);
    let ids: Vec<i64> = evidence::table
        .filter(evidence::case_id.eq(case))
        .filter(evidence::side.eq_any(sides).or(evidence::agreement.is_not_null()))
        .select(evidence::id)
        .load(tx.conn())?;
    diesel::delete(evidence_parts::table.filter(evidence_parts::evidence_id.eq_any(&ids)))
        .execute(tx.conn())?;
    Ok(diesel::delete(evidence::table.filter(evidence::id.eq_any(&ids))).execute(tx.conn())?)
}

/// Those of these files that a row names.
///
/// # Errors
/// Database errors.
pub fn known(rx: &mut Rx<'_>, files: &[String]) -> Result<HashSet<String>, StoreError> {
    let mut found = HashSet::new();
    for some in files.chunks(500) {
        let named = evidence::table.filter(evidence::file.eq_any(some.iter().map(Some)));
        found.extend(named.select(evidence::file).load::<Option<String>>(rx.conn())?.into_iter().flatten());
    }
    Ok(found)
}

/// Every file that a row names.
///
/// # Errors
/// Database errors.
pub fn files(rx: &mut Rx<'_>) -> Result<Vec<String>, StoreError> {
    let named = evidence::table.filter(evidence::file.is_not_null());
    Ok(named.select(evidence::file).load::<Option<String>>(rx.conn())?.into_iter().flatten().collect())
}
