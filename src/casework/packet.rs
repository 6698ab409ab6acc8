//! 의뢰서: what exactly goes to another body. It is made once, shown before it is sent, kept sealed with the line that sent it,
//! and opened to the body that took the referral, until its result: the same bytes each time.
use super::{CaseworkError, open};
use crate::domain::case::Case;
use crate::domain::codes::{DongHelp, ProvisionBasis, Side};
use crate::domain::ids::BodyId;
use crate::domain::permission::Actor;
use crate::domain::referral::{self, Answered, Terms};
use crate::domain::seoul;
use crate::domain::step::{Seq, StepCode};
use crate::render::korean;
use crate::store::parties::Party;
use crate::store::{Rx, StoreError, Tx, bodies, cases, packets, parties};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

/// What would go, or went, to another body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// The sides of which it tells.
    pub sides: Vec<Side>,
    pub text: String,
    /// SHA-256 of the bytes that go, in hexadecimal digits: kept in the line of the referral.
    digest: String,
}

impl Packet {
    fn of(sides: Vec<Side>, text: String) -> Self {
        let digest = Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
        Self { sides, text, digest }
    }

    /// SHA-256 of the bytes that go, in hexadecimal digits.
    #[must_use]
    pub fn digest(&self) -> String {
        self.digest.clone()
    }
}

/// What a referral says: to whom, why, on what ground.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    pub body: BodyId,
    pub reason: &'a str,
    pub basis: ProvisionBasis,
    /// With what a dong's office is asked to help.
    pub help: Option<DongHelp>,
    /// To what the body asks of everybody.
    pub answers: &'a [Answered],
}

/// Makes the 의뢰서 of a referral that would be sent at `now`. Each side's data is in it only where it may pass.
///
/// # Errors
/// `NotFound` for a body that is none; database errors.
pub(super) fn made(
    rx: &mut Rx<'_>,
    case: &Case,
    (said, terms): (Said<'_>, Terms),
    now: DateTime<Utc>,
) -> Result<Packet, CaseworkError> {
    let to = bodies::find(rx, said.body)?.name;
    let from = case.holder.map(|b| bodies::find(rx, b)).transpose()?.map(|b| b.name).unwrap_or_default();
    let dong = case.intake.dong_code.as_deref().map(|code| bodies::dong_name(rx, code)).transpose()?;
    let due = seoul::day(terms.due(now));
    let mut sides = Vec::new();
    let mut people = Vec::new();
    for side in Side::ALL {
        let passes = case.passes(*side, said.body, said.basis);
        let party = parties::of_side(rx, case.id, *side)?.filter(|p| passes && !p.destroyed);
        let shown = match &party {
            Some(party) => person(party),
            None if passes => "아직 알지 못함".to_owned(),
            None => "전하지 않음".to_owned(),
        };
        sides.extend(party.is_some().then_some(*side));
        people.push((side.label(), shown));
    }
    let noise = format!("{}, 추정되는 곳 {}", case.intake.cause.label(), case.intake.position.label());
    let facts = [
        ("받는 곳", to),
        ("보내는 곳", from),
        ("접수번호", case.number.clone()),
        ("보낸 날", seoul::dotted(seoul::day(now))),
        ("답해 주실 날", format!("{}까지", seoul::dotted(due))),
        ("행정동", dong.flatten().unwrap_or_default()),
        ("소음", noise),
    ];
    let basis = ("개인정보를 전하는 근거", said.basis.label().to_owned());
    let help = said.help.map(|help| ("부탁하는 일", help.label().to_owned()));
    let facts = facts.into_iter().chain(people).chain([basis]).chain(help);
    let asked = said.answers.iter().filter_map(|a| {
        referral::condition(&a.question).map(|asked| (asked.text, a.answer.label().to_owned()))
    });
    let lines = facts.chain(asked).map(|(label, value)| format!("{label}: {value}\n"));
    let lines: String = lines.collect();
    let text = format!(
        "의뢰서\n\n{lines}\n의뢰하는 까닭\n{}\n\n받은 정보는 이 일에만 써 주십시오.\n",
        said.reason.trim()
    );
    Ok(Packet::of(sides, text))
}

/// Name, door, telephone and address: what the body needs to help, and no more.
fn person(party: &Party) -> String {
    let d = &party.details;
    let unit = d.unit.as_ref().map(ToString::to_string).unwrap_or_default();
    let parts = [d.name.clone(), unit, korean::phone(&d.phone), d.email.clone()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// What stands for a person in the preview of somebody who may not know them, though they send the case on.
const KEPT: &str = "(그대로 전하지만 여기에는 보이지 않음)";

/// What would be sent, for who may send it: the rule is asked, nothing is kept but that the sender looked. Whom the sender may not
/// know stays hidden in it.
///
/// `seen` is the version of the case that the sender saw, `at` when it is sent where that is not now.
///
/// # Errors
/// `NotFound`, `Denied`; `Refused` before a pledge of confidentiality that is due; `Conflict` when the case changed since, `Refused` where it admits no referral; `Invalid` at `body` or
/// `basis`, with the rule.
pub fn preview(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: &str,
    (said, seen, at): (Said<'_>, Option<i64>, Option<DateTime<Utc>>),
    from: &str,
    now: DateTime<Utc>,
) -> Result<Packet, CaseworkError> {
    let case = cases::find(tx, &actor.scope(), number)?;
    open::pledged(actor, &case)?;
    actor.taking(StepCode::Refer, &case).ok_or(CaseworkError::Denied)?;
    if seen.is_some_and(|seen| seen != case.version) {
        return Err(StoreError::Conflict("case version".into()).into());
    }
    case.admits_now(StepCode::Refer)?;
    let (_, mut packet) = super::referral::checked(tx, &case, (said, ""), (at.unwrap_or(now), now))?;
    for side in &packet.sides {
        if actor.may_see(*side, &case) {
            open::record_of_side(tx, actor, &case, (from, *side), ("packet", ""), now)?;
        } else if let Some(party) = parties::of_side(tx, case.id, *side)? {
            let line = format!("{}: {}\n", side.label(), person(&party));
            packet.text = packet.text.replacen(&line, &format!("{}: {KEPT}\n", side.label()), 1);
        }
    }
    Ok(packet)
}

/// The referrals of a case whose 의뢰서 this person may open.
///
/// # Errors
/// Database errors.
pub fn readable(rx: &mut Rx<'_>, actor: &Actor, case: &Case) -> Result<Vec<Seq>, StoreError> {
    if case.referrals.is_empty() {
        return Ok(Vec::new());
    }
    let mut kept = packets::of_case(rx, case.id)?;
    kept.retain(|(seq, sides)| case.referral(*seq).is_some_and(|r| actor.reads_packet_of(sides, r, case)));
    Ok(kept.into_iter().map(|(seq, _)| seq).collect())
}

/// Opens what went along with a referral, and records whose data was shown to whom.
///
/// # Errors
/// `NotFound` where there is none, or it is not for this person; `Refused` before a pledge of confidentiality that is due.
pub fn opened(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (number, seq): (&str, Seq),
    from: &str,
    now: DateTime<Utc>,
) -> Result<Packet, CaseworkError> {
    let case = cases::find(tx, &actor.scope(), number)?;
    open::pledged(actor, &case)?;
    let referral = case.referral(seq).ok_or(StoreError::NotFound)?;
    let (sides, text) = packets::of(tx, case.id, seq)?.ok_or(StoreError::NotFound)?;
    if !actor.reads_packet_of(&sides, referral, &case) {
        return Err(StoreError::NotFound.into());
    }
    for side in &sides {
        open::record_of_side(tx, actor, &case, (from, *side), ("packet", ""), now)?;
    }
    Ok(Packet::of(sides, text))
}
