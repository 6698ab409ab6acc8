//! Taking a step: the one function behind every change of a case, whoever takes it and by whatever door.
use super::packet::{Packet, Said};
use super::tell;
use super::{CaseworkError, assign, charge, file, recusal, unseen};
use crate::domain::case::{Case, Event, Refused};
use crate::domain::codes::{ConsentPurpose, LinkPurpose, Method, Side};
use crate::domain::ids::BodyId;
use crate::domain::permission::{Actor, Hat, visibility};
use crate::domain::step::{Seq, Step};
use crate::store::parties::{Consent, Details};
use crate::store::{self, StoreError, Tx, bodies, cases, complexes, events, mediators, parties, projection};
use chrono::{DateTime, Duration, Utc};

/// A step as somebody wants to take it.
#[derive(Debug, Clone)]
pub struct Taking {
    pub step: Step,
    /// When it happened; now, if not said. Earlier than the newest line makes it a late entry.
    pub at: Option<DateTime<Utc>>,
    /// The version of the case that the person saw; another one by now is a conflict.
    pub seen: Option<i64>,
    /// A person's particulars, which have a home of their own (`ChangeRespondent`, `AddPerson`, `AmendPerson`).
    pub person: Option<Details>,
}

impl From<Step> for Taking {
    fn from(step: Step) -> Self {
        Self { step, at: None, seen: None, person: None }
    }
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Taken {
    pub case: Case,
    pub seq: Seq,
    /// The letter that was made, to be printed.
    pub letter: Option<crate::domain::ids::LinkId>,
}

/// Takes a step in the case of this number: permit, decide, save, record, notify, in one transaction.
///
/// # Errors
/// `NotFound` outside the actor's scope, `Denied`, `Refused` with what to do instead, `Conflict` when another step
/// came first.
pub fn take_step(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: &str,
    taking: Taking,
    now: DateTime<Utc>,
) -> Result<Taken, CaseworkError> {
    let before = cases::find(tx, &actor.scope(), number)?;
    if let Some(refused) = actor.barred(&taking.step, &before) {
        return Err(refused.into());
    }
    let hat = actor.may_take(&taking.step, &before)?;
    if let Some(side) = actor.may_not_meet(hat, &taking.step, &before) {
        return Err(kept(side).into());
    }
    if taking.seen.is_some_and(|seen| seen != before.version) {
        return Err(StoreError::Conflict("case version".into()).into());
    }
    let at = taking.at.unwrap_or(now);
    let (step, packet) = completed(tx, actor, &before, taking.step, taking.person.as_ref(), (at, now))?;
    // Once more: only now is it known to what kind of body a referral goes.
    let hat = actor.may_take(&step, &before)?;
    if !before.is_open() && at < before.history.last_at() {
        before.admits_late(step.code())?;
    } else {
        before.admits_now(step.code())?;
    }
    before.permits_now(&step, at)?;
    super::together::spared(tx, &before, &step, at)?;
    let event = entry(&before, actor, hat, step, at, now)?;
    let shared = super::together::rewriting(tx, &before, &event)?;
    let (after, corrected) = decide(tx, &before, &event)?;
    super::booking::check(tx, &before, &after, now)?;
    cases::save_step(tx, &after)?;
    if let Some(line) = &corrected {
        events::correct(tx, before.id, line)?;
    }
    events::append(tx, before.id, &event, visibility(&event.step))?;
    events::keep_marks(tx, &after, event.late || corrected.is_some(), event.seq)?;
    let former = former(tx, &before, &event.step)?;
    let letter = beside(tx, actor, &before, &after, &event, taking.person.as_ref(), now)?;
    if let Some(packet) = packet {
        store::packets::add(tx, before.id, event.seq, (&packet.sides, &packet.text), now)?;
    }
    // Whom the law excludes is out before anybody is told: when the case comes to the committee, or its people change.
    let people = matches!(
        event.step,
        Step::ChangeRespondent { .. }
            | Step::Place { .. }
            | Step::AddPerson { .. }
            | Step::AmendPerson { .. }
    );
    if people {
        recusal::people_changed(tx, &after, now)?;
    } else if after.is_with_committee() && !before.is_with_committee() {
        recusal::of_case(tx, &after, now)?;
    }
    let told = tell::tell(tx, actor, (&before, &after), (&event, former), now)?;
    projection::keep(tx, &before, &after, &told.calls, now)?;
    unseen::moved(tx, &before, &after)?;
    match shared {
        Some(shared) => super::together::follow_rewritten(tx, &before, &event, &shared, now)?,
        None => super::together::follow(tx, &before, &after, &event, now)?,
    }
    let case = Case { version: before.version + 1, ..after };
    let ended = cancel_unsafe(tx, &case, &event.step, now)?;
    let left = (people || matches!(event.step, Step::Correct { .. })) && charge::lay_down(tx, case.id, now)?;
    let case = if ended || left { cases::find_id(tx, &Actor::clock().scope(), case.id)? } else { case };
    Ok(Taken { case, seq: event.seq, letter })
}

/// What is known now of the two people's safety (found now, late or by a 정정) ends what is planned with them, here and in the
/// cross-complaint: by a line that says so, and a notice to everybody who would have come. Whether anything ended here.
fn cancel_unsafe(
    tx: &mut Tx<'_>,
    case: &Case,
    step: &Step,
    now: DateTime<Utc>,
) -> Result<bool, CaseworkError> {
    if !matches!(step, Step::Screen { .. } | Step::Order { .. } | Step::Correct { .. }) {
        return Ok(false);
    }
    let twin = cases::twin(tx, case)?;
    let known = case.without_alarms();
    let own = known.unsafe_plans(&known, now);
    let theirs =
        twin.iter().flat_map(|twin| known.unsafe_plans(twin, now).into_iter().map(|s| (&twin.number, s)));
    for (number, session) in own.iter().map(|s| (&case.number, *s)).chain(theirs) {
        let reason = "사정이 생겨 취소함".to_owned();
        take_step(tx, &Actor::clock(), number, Step::CancelSession { session, reason }.into(), now)?;
    }
    Ok(!own.is_empty())
}

/// An NGO's people do not speak with a side whose data may not pass to them.
fn kept(side: Side) -> Refused {
    let sentence = format!(
        "{0}의 정보를 이 기관에 전하는 데 {0} 본인이 아직 동의하지 않았습니다. 그때까지는 위원회(없으면 관리사무소)가 {0}에게 연락하고 기록합니다.",
        side.label()
    );
    Refused { code: "not_provided", sentence }
}

/// The line that the step will be: numbered, timed, marked late when something later is already in the record.
fn entry(
    before: &Case,
    actor: &Actor,
    hat: Hat,
    step: Step,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Event, CaseworkError> {
    if at > now {
        return Err(CaseworkError::field(
            "at",
            "앞으로의 시각은 적을 수 없습니다. 있었던 시각을 적어 주세요.",
        ));
    }
    if at < before.intake.received_at {
        return Err(CaseworkError::field("at", "접수한 때보다 앞선 시각입니다."));
    }
    let late = at < before.last_line_at;
    let (seq, by, by_role) = (before.last_seq + 1, actor.user, hat.code().to_owned());
    Ok(Event { seq, at, recorded_at: now, by, by_role, step, late, voided: false })
}

/// The case after the event. A late entry or a 정정 folds the whole history again; the corrected line comes with it.
fn decide(tx: &mut Tx<'_>, before: &Case, event: &Event) -> Result<(Case, Option<Event>), CaseworkError> {
    let correct = match &event.step {
        Step::Correct { line, moved_to, void, .. } => Some((*line, *moved_to, *void)),
        // A case that gets its 단지 is folded from what it would have been filed with.
        Step::Place { .. } => None,
        _ if !event.late => return Ok((before.after(event)?, None)),
        _ => None,
    };
    let mut all = events::of_case(tx, before.id)?;
    let mut corrected = None;
    if let Some((line, moved_to, void)) = correct {
        let wrong = all.iter_mut().find(|e| e.seq == line && !e.voided);
        let wrong = wrong.ok_or_else(|| CaseworkError::field("line", "고칠 기록을 골라 주세요."))?;
        check_correction(wrong, moved_to, void, event, before)?;
        wrong.voided = void;
        wrong.late = wrong.late || moved_to.is_some();
        wrong.at = moved_to.unwrap_or(wrong.at);
        corrected = Some(wrong.clone());
    }
    all.push(event.clone());
    let mut blank = cases::blank(tx, before.id)?;
    blank.version = before.version;
    let mut after = Case::folded(blank, &all).map_err(|e| Refused {
        code: "later_illegal",
        sentence: format!("이렇게 적으면 뒤의 기록이 맞지 않게 됩니다: {}", e.sentence),
    })?;
    after.version = before.version;
    Ok((after, corrected))
}

fn check_correction(
    wrong: &Event,
    moved_to: Option<DateTime<Utc>>,
    void: bool,
    event: &Event,
    before: &Case,
) -> Result<(), CaseworkError> {
    let by_ieum = event.by_role == Hat::Clock.code();
    if let (Some(other), false) = (wrong.step.followed(), by_ieum) {
        let why =
            format!("맞신고 {other}의 기록을 따라 적힌 것입니다. 그 사건에서 정정하면 여기에도 반영됩니다.");
        return Err(CaseworkError::field("line", &why));
    }
    if !wrong.step.is_correctable() && !by_ieum {
        return Err(CaseworkError::field("line", "접수와 정정 기록은 고칠 수 없습니다."));
    }
    if void == moved_to.is_some() {
        return Err(CaseworkError::field("void", "무효로 하거나 바른 시각을 적거나, 하나만 골라 주세요."));
    }
    if moved_to.is_some_and(|at| at > event.recorded_at || at < before.intake.received_at) {
        return Err(CaseworkError::field("moved_to", "접수한 때와 지금 사이의 시각을 적어 주세요."));
    }
    Ok(())
}

/// Fills in what Ieum knows better than the form: kinds of bodies, versions of texts, who may be put in charge. With a referral, the
/// 의뢰서 that goes along.
fn completed(
    tx: &mut Tx<'_>,
    actor: &Actor,
    before: &Case,
    step: Step,
    person: Option<&Details>,
    (at, now): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(Step, Option<Packet>), CaseworkError> {
    if let Step::Refer { body, reason, basis, packet, help, answers, .. } = step {
        let said = Said { body, reason: &reason, basis, help, answers: &answers };
        let (step, packet) = super::referral::checked(tx, before, (said, &packet), (at, now))?;
        return Ok((step, Some(packet)));
    }
    let step = match step {
        Step::Consent { side, method, by, .. } => {
            Step::Consent { side, method, version: consent_version(), by }
        }
        Step::Provide { side, given, method, body, .. } => {
            let body = super::referral::recipient(tx, before, body, given, now)?;
            let version = ConsentPurpose::Provision.text().map(|t| t.version.to_owned()).unwrap_or_default();
            Step::Provide { side, given, method, body: Some(body), version }
        }
        Step::ChangeRespondent { replaces, reason, .. } => {
            Step::ChangeRespondent { replaces, reason, unit_known: person.is_some_and(|d| d.unit.is_some()) }
        }
        Step::Offer { mediator, .. } => {
            // How many cases they have is counted once nobody else can ask them any more.
            mediators::lock(tx, mediator)?;
            assign::check_mediator(tx, actor, before, mediator, now)?;
            step
        }
        Step::ReconsiderOffer { offer } => {
            let mediator = before.offer(offer).ok_or(StoreError::NotFound)?.mediator;
            mediators::lock(tx, mediator)?;
            assign::check_load(tx, mediator, now)?;
            step
        }
        step @ (Step::FixSession { .. } | Step::MoveSession { .. }) => {
            super::booking::placed(tx, before, step, now)?
        }
        Step::NameMembers { ref members } => {
            charge::check_members(tx, before, members, now)?;
            step
        }
        Step::Link { ref other, .. } => {
            let found = cases::id_of(tx, other.trim());
            let found = found.map_err(|_e| CaseworkError::field("other", "그런 접수번호가 없습니다."))?;
            if found == before.id {
                return Err(CaseworkError::field("other", "같은 사건입니다. 다른 접수번호를 적어 주세요."));
            }
            step
        }
        Step::Place { complex } => {
            place(tx, before, complex, now)?;
            step
        }
        step @ (Step::Sign { .. } | Step::FollowUp { .. }) => super::agreement::completed(before, step)?,
        other => super::people::completed(tx, actor, before, other, person, now)?,
    };
    Ok((step, None))
}

/// The 단지 becomes known: its office, committee and programme come with it, as of the day of filing.
fn place(
    tx: &mut Tx<'_>,
    before: &Case,
    complex: crate::domain::ids::ComplexId,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let found = complexes::facts_at(tx, complex, before.intake.received_at);
    let (facts, ward) = found.map_err(|_e| CaseworkError::field("complex", "단지를 골라 주세요."))?;
    let mut intake = before.intake.clone();
    intake.complex = Some(complex);
    intake.ward_code.clone_from(&ward);
    intake.dong_code = Some(facts.dong_code);
    intake.committee = facts.committee;
    let day = crate::domain::seoul::day(before.intake.received_at);
    intake.programme = file::under(tx, facts.programme_id, day)?;
    let home = bodies::for_case(tx, Some(complex), &ward, intake.programme, day)?;
    cases::place(tx, before.id, &intake, home)?;
    known_doors(tx, before, complex, now)
}

/// Doors are recognised within their 단지: now that it is known, the same doors of earlier cases are.
fn known_doors(
    tx: &mut Tx<'_>,
    case: &Case,
    complex: crate::domain::ids::ComplexId,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let mut hashes = [None, None];
    for (side, hash) in Side::ALL.iter().zip(&mut hashes) {
        let Some(party) = parties::of_side(tx, case.id, *side)? else { continue };
        *hash = party.details.unit.as_ref().map(|unit| parties::unit_hash(tx, Some(complex), unit));
        if !party.destroyed {
            parties::update(tx, party.id, Some(complex), &party.details)?;
        }
    }
    let [applicant, respondent] = hashes;
    cases::set_applicant_hash(tx, case.id, applicant.as_deref())?;
    cases::set_respondent_hash(tx, case.id, respondent.as_deref())?;
    store::search::keep(tx, case.id)?;
    file::link_earlier(
        tx,
        case.id,
        case.intake.received_at,
        (applicant.as_deref(), respondent.as_deref()),
        now,
    )
}

/// What else a step changes in the same transaction: parties, consents, letters, links between cases.
fn beside(
    tx: &mut Tx<'_>,
    actor: &Actor,
    before: &Case,
    after: &Case,
    event: &Event,
    person: Option<&Details>,
    now: DateTime<Utc>,
) -> Result<Option<crate::domain::ids::LinkId>, CaseworkError> {
    match &event.step {
        Step::ChangeRespondent { replaces, .. } => change_respondent(tx, before, *replaces, person, now)?,
        Step::Consent { side, method, version, by } => {
            let person = before.party_behind(*by);
            let consent = Consent { person, ..mediation_consent(*side, *method, version, event) };
            parties::consent(tx, before.id, &consent)?;
        }
        Step::WithdrawConsent { side, by, .. } => {
            parties::end_consents_of(tx, before.id, (*side, before.party_behind(*by)), "mediation", now)?;
        }
        Step::Provide { side, given, method, body, version } => {
            provide(tx, before, *side, (*given, *method, *body, version), event)?;
        }
        Step::Disclose { disclosure, .. } => parties::disclose(tx, before.id, *disclosure)?,
        Step::Letter {} => return letter(tx, before, now).map(Some),
        Step::Link { other, kind } => {
            let other = cases::id_of(tx, other.trim())?;
            store::case_links::add(tx, before.id, other, *kind, now)?;
        }
        _ => super::people::beside(tx, actor, before, event, person, now)?,
    }
    if before.is_open() && !after.is_open() {
        for purpose in [LinkPurpose::Letter, LinkPurpose::Offer, LinkPurpose::Slots, LinkPurpose::Proposal] {
            store::links::revoke(tx, before.id, purpose, None, now)?;
        }
    }
    Ok(None)
}

/// The mail address of the respondent whom the step exchanges for another person.
fn former(tx: &mut Tx<'_>, before: &Case, step: &Step) -> Result<Option<String>, StoreError> {
    if !matches!(step, Step::ChangeRespondent { replaces: true, .. }) {
        return Ok(None);
    }
    let party = parties::of_side(tx, before.id, Side::Respondent)?;
    Ok(party.map(|p| p.details.email).filter(|email| !email.is_empty()))
}

/// The record of a side's answer: what stood before ends, and the answer is kept with the recipient's name.
fn provide(
    tx: &mut Tx<'_>,
    case: &Case,
    side: Side,
    (given, method, body, version): (bool, Method, Option<BodyId>, &str),
    event: &Event,
) -> Result<(), CaseworkError> {
    let purpose = ConsentPurpose::Provision.code();
    let recipient = body.map(|b| bodies::find(tx, b)).transpose()?.map(|b| b.name).unwrap_or_default();
    parties::end_consents_to(tx, case.id, side, (purpose, &recipient), event.at)?;
    let consent = Consent {
        side,
        person: None,
        purpose: purpose.to_owned(),
        recipient,
        controller: String::new(),
        text_version: version.to_owned(),
        method,
        given,
        at: event.at.naive_utc(),
        withdrawn_at: None,
    };
    Ok(parties::consent(tx, case.id, &consent)?)
}

fn mediation_consent(side: Side, method: Method, version: &str, event: &Event) -> Consent {
    Consent {
        side,
        person: None,
        purpose: "mediation".to_owned(),
        recipient: String::new(),
        controller: String::new(),
        text_version: version.to_owned(),
        method,
        given: true,
        at: event.at.naive_utc(),
        withdrawn_at: None,
    }
}

fn change_respondent(
    tx: &mut Tx<'_>,
    before: &Case,
    replaces: bool,
    details: Option<&Details>,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let known = parties::of_side(tx, before.id, Side::Respondent)?;
    let details = details.cloned().unwrap_or_default();
    match known {
        Some(party) if !replaces => super::keeping::renew(tx, before, &party, &details, now)?,
        Some(party) => {
            // Consents were that person's own.
            for purpose in [ConsentPurpose::Mediation, ConsentPurpose::Provision] {
                parties::end_consents(tx, before.id, Side::Respondent, purpose.code(), now)?;
            }
            super::keeping::forget(tx, before.id, &party, now)?;
            parties::end(tx, party.id, now)?;
            // Whoever was taken for the respondent reads and decides nothing here any more.
            for purpose in super::party::PARTY_LINKS {
                store::links::revoke(tx, before.id, purpose, Some(Side::Respondent), now)?;
            }
            parties::add(tx, before.id, before.intake.complex, Side::Respondent, &details, now)?;
        }
        None => {
            parties::add(tx, before.id, before.intake.complex, Side::Respondent, &details, now)?;
        }
    }
    if details.unit.is_some() {
        super::people::forget_candidates(tx, before, now)?;
    }
    let hash = details.unit.as_ref().map(|u| parties::unit_hash(tx, before.intake.complex, u));
    cases::set_respondent_hash(tx, before.id, hash.as_deref())?;
    store::search::keep(tx, before.id)?;
    Ok(())
}

/// Version of the words that parties consent to when they take part.
fn consent_version() -> String {
    ConsentPurpose::Mediation.text().map(|t| t.version.to_owned()).unwrap_or_default()
}

/// A fresh letter with a fresh code; an earlier letter's code no longer opens anything.
fn letter(
    tx: &mut Tx<'_>,
    case: &Case,
    now: DateTime<Utc>,
) -> Result<crate::domain::ids::LinkId, CaseworkError> {
    store::links::revoke(tx, case.id, LinkPurpose::Letter, Some(Side::Respondent), now)?;
    let new =
        store::links::NewLink { case: Some(case.id), side: Some(Side::Respondent), ..Default::default() };
    let until = now + Duration::days(tx.rules().codes.letter_days);
    let link = store::links::make(tx, LinkPurpose::Letter, &new, until, now)?;
    store::links::set_code(tx, link.id)?;
    Ok(link.id)
}
