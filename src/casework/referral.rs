//! 의뢰: to which body a case can go, and on what ground what is known of whom goes along (`product.md` §5). The one rule for the
//! page's choices, the API's and the step itself.
use super::CaseworkError;
use super::packet::{self, Packet, Said};
use crate::domain::case::Case;
use crate::domain::codes::{BodyKind, DongHelp, ProvisionBasis, Side};
use crate::domain::ids::{BodyId, ProgrammeId};
use crate::domain::referral::{self, Answered};
use crate::domain::seoul;
use crate::domain::step::Step;
use crate::store::bodies::{self, Body};
use crate::store::{Rx, StoreError, complexes, programmes};
use chrono::{DateTime, NaiveDate, Utc};

/// What the rule says against a referral: the field of the step that is wrong, and the sentence.
pub type Against = (&'static str, String);

/// What is asked of every body alike: the programmes, and which of them the 단지 of the case belongs to.
struct Ground {
    day: NaiveDate,
    programmes: Vec<programmes::Programme>,
    of_complex: Option<ProgrammeId>,
}

impl Ground {
    fn of(rx: &mut Rx<'_>, case: &Case, now: DateTime<Utc>) -> Result<Self, StoreError> {
        let day = seoul::day(now);
        let of_complex = match case.intake.complex {
            Some(complex) => complexes::facts_at(rx, complex, now)?.0.programme_id,
            None => None,
        };
        Ok(Self { day, programmes: programmes::all(rx, day)?, of_complex })
    }
}

/// What the programmes of an NGO say about a case.
enum Cover {
    /// It has none: it is asked as a partner, with the parties' consent.
    Free,
    /// All are over, or none has begun.
    OutOfTerm,
    /// Its term runs, but it is not in 활동: not begun, or settled already.
    NotActive,
    /// The 단지 belongs to another NGO's programme.
    Elsewhere,
    /// One runs, and the 단지 belongs to no programme.
    Unlisted,
    /// One that runs is the 단지's own. Whether it entrusts the parties' data.
    Covered { entrusts: bool },
}

/// The step as it will be kept, with its 의뢰서: the rule asked, the kind of body, its terms and the mark of the 의뢰서 filled in.
/// `shown` is the mark of the 의뢰서 that the sender saw, if they saw one; `at` is when it is sent, which may be before `now`.
///
/// # Errors
/// `Invalid` at `body`, `basis`, `help` or `answers`, with the rule; at `packet` when it is not what was shown.
pub(super) fn checked(
    rx: &mut Rx<'_>,
    case: &Case,
    (said, shown): (Said<'_>, &str),
    (at, now): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(Step, Packet), CaseworkError> {
    let Said { body, reason, basis, help, answers } = said;
    let found = named(rx, body, "의뢰할 기관을 골라 주세요.")?;
    if let Some((field, why)) = against(rx, case, &found, basis, now)? {
        return Err(CaseworkError::field(field, &why));
    }
    demanded(&found, help, answers, seoul::day(at))?;
    let terms = found.terms(seoul::day(at));
    let packet = packet::made(rx, case, (said, terms), at)?;
    let digest = packet.digest();
    if !shown.is_empty() && shown != digest {
        let why = "미리 보신 뒤에 전할 내용이 바뀌었습니다. 바뀐 의뢰서를 확인하고 다시 보내 주세요.";
        return Err(CaseworkError::field("packet", why));
    }
    let (kind, terms) = (Some(found.kind), Some(terms));
    let (reason, answers) = (reason.to_owned(), answers.to_vec());
    Ok((Step::Refer { body, reason, basis, kind, packet: digest, help, answers, terms }, packet))
}

/// What the body asks, answered: nothing that it does not ask, and not as it excludes.
fn demanded(
    body: &Body,
    help: Option<DongHelp>,
    answers: &[Answered],
    day: NaiveDate,
) -> Result<(), CaseworkError> {
    let demand = body.demand(day);
    let asked = |answer: &Answered| demand.questions().any(|q| q.name == answer.question);
    if !answers.iter().all(asked) {
        return Err(CaseworkError::field(
            "answers",
            "고른 기관이 묻지 않는 것에 답이 있습니다. 기관을 고른 뒤 그 기관이 묻는 것에 답해 주세요.",
        ));
    }
    let twice =
        |(n, answer): (usize, &Answered)| answers.iter().take(n).any(|a| a.question == answer.question);
    if answers.iter().enumerate().any(twice) {
        return Err(CaseworkError::field(
            "answers",
            "한 물음에 두 번 답하셨습니다. 물음마다 한 번만 답해 주세요.",
        ));
    }
    if help.is_some() && body.kind != BodyKind::Dong {
        return Err(CaseworkError::field("help", "동주민센터에 의뢰할 때만 고릅니다. 비워 주세요."));
    }
    if let Some(rule) = referral::excluded(demand, answers) {
        let why = format!("{} {}({})", rule.text, rule.otherwise, rule.rule);
        return Err(CaseworkError::field("answers", &why));
    }
    Ok(())
}

/// The body that was named at the field `body`.
fn named(rx: &mut Rx<'_>, body: BodyId, why: &str) -> Result<Body, CaseworkError> {
    match bodies::find(rx, body) {
        Err(StoreError::NotFound) => Err(CaseworkError::field("body", why)),
        found => Ok(found?),
    }
}

/// To whom a side lets its data pass: the body that was named, else the case's NGO. A consent names nobody to whom the case
/// could not go; one that is taken back may name anybody.
///
/// # Errors
/// `Invalid` at `given` or `body`.
pub(super) fn recipient(
    rx: &mut Rx<'_>,
    case: &Case,
    body: Option<BodyId>,
    given: bool,
    now: DateTime<Utc>,
) -> Result<BodyId, CaseworkError> {
    let Some(body) = body.or(case.bodies.ngo) else {
        return Err(CaseworkError::field(
            "given",
            "이 사건에는 협약 기관이 없습니다. 받는 기관을 골라 주세요.",
        ));
    };
    let found = named(rx, body, "정보를 받을 기관을 골라 주세요.")?;
    if given
        && case.bodies.ngo != Some(body)
        && let Some(why) = outside(&Ground::of(rx, case, now)?, case, &found)
    {
        return Err(CaseworkError::field("body", why));
    }
    Ok(body)
}

/// The bodies to which the case can be referred now, by kind and name.
///
/// # Errors
/// Database errors.
pub fn reach(rx: &mut Rx<'_>, case: &Case, now: DateTime<Utc>) -> Result<Vec<Body>, StoreError> {
    let ground = Ground::of(rx, case, now)?;
    let mut found = bodies::around(rx, ground.day, &case.intake.ward_code, case.intake.complex)?;
    found.retain(|body| Some(body.id) != case.holder && outside(&ground, case, body).is_none());
    Ok(found)
}

/// To whom a side can be asked whether its data may pass: the case's NGO, and wherever the case can be referred.
///
/// # Errors
/// Database errors.
pub fn recipients(rx: &mut Rx<'_>, case: &Case, now: DateTime<Utc>) -> Result<Vec<Body>, StoreError> {
    let mut found =
        case.bodies.ngo.map(|ngo| bodies::find(rx, ngo)).transpose()?.into_iter().collect::<Vec<_>>();
    found.extend(reach(rx, case, now)?.into_iter().filter(|b| Some(b.id) != case.bodies.ngo));
    Ok(found)
}

/// What speaks against referring the case to this body on this basis; nothing where it may be.
///
/// # Errors
/// Database errors.
pub fn against(
    rx: &mut Rx<'_>,
    case: &Case,
    body: &Body,
    basis: ProvisionBasis,
    now: DateTime<Utc>,
) -> Result<Option<Against>, StoreError> {
    let ground = Ground::of(rx, case, now)?;
    if let Some(why) = outside(&ground, case, body) {
        return Ok(Some(("body", why.to_owned())));
    }
    let why = match basis {
        ProvisionBasis::NoPersonalData => None,
        ProvisionBasis::Consent if case.passes(Side::Applicant, body.id, basis) => None,
        ProvisionBasis::Consent => Some(
            "신청인이 이 기관에 정보를 전하는 데 동의한 기록이 없습니다(개인정보 보호법 §17). '기관 제공 동의 기록'에 이 기관의 동의를 적거나 '개인정보 없이'를 골라 주세요.",
        ),
        ProvisionBasis::Entrustment if body.kind != BodyKind::Ngo => Some(
            "처리위탁은 협약한 사업을 맡은 기관에만 할 수 있습니다(개인정보 보호법 §26). 당사자의 동의를 받아 보내거나 '개인정보 없이'를 골라 주세요.",
        ),
        ProvisionBasis::Entrustment => {
            let entrusts = matches!(cover(&ground, case, body.id), Cover::Covered { entrusts: true });
            let why = "이 단지에 처리위탁을 정한 사업이 없습니다(개인정보 보호법 §26). 당사자의 동의를 받아 보내 주세요.";
            (!entrusts).then_some(why)
        }
    };
    Ok(why.map(|why| ("basis", why.to_owned())))
}

/// The basis that passes most among those on which the case may go to this NGO; else what speaks against it.
///
/// # Errors
/// Database errors.
pub(super) fn best_basis(
    rx: &mut Rx<'_>,
    case: &Case,
    ngo: &Body,
    now: DateTime<Utc>,
) -> Result<Result<ProvisionBasis, String>, StoreError> {
    if against(rx, case, ngo, ProvisionBasis::Entrustment, now)?.is_none() {
        return Ok(Ok(ProvisionBasis::Entrustment));
    }
    let consent = against(rx, case, ngo, ProvisionBasis::Consent, now)?;
    Ok(consent.map_or(Ok(ProvisionBasis::Consent), |(field, why)| {
        let asked = field == "basis";
        Err(if asked {
            "신청인이 이 기관에 정보를 전하는 데 동의하지 않아 보낼 수 없습니다(개인정보 보호법 §17). 단지로 보내거나 상담으로 마쳐 주세요.".to_owned()
        } else {
            why
        })
    }))
}

/// Why this body is none for this case: over, of another area, or out of its programme's term.
fn outside(ground: &Ground, case: &Case, body: &Body) -> Option<&'static str> {
    let day = ground.day;
    let intake = &case.intake;
    if body.until_on.is_some_and(|until| until <= day) || body.from_on.is_some_and(|from| day < from) {
        return Some("지금은 없는 기관입니다(끝났거나 아직 시작하지 않음). 다른 기관을 골라 주세요.");
    }
    let near = body.ward_code.is_empty() || body.ward_code == intake.ward_code;
    match body.kind {
        BodyKind::Council | BodyKind::Ward => Some("의뢰를 받지 않는 기관입니다. 다른 기관을 골라 주세요."),
        BodyKind::Office | BodyKind::Committee => {
            let own = intake.complex.is_some() && body.complex_id == intake.complex;
            (!own).then_some(
                "관리사무소와 위원회에는 같은 단지의 사건만 의뢰할 수 있습니다(공동주택관리법 §20).",
            )
        }
        _ if !near => Some("이 사건의 구를 맡지 않는 기관입니다(관할 밖). 사건의 구 안에서 골라 주세요."),
        BodyKind::Dong => {
            let other = intake.dong_code.is_some() && body.dong_code != intake.dong_code;
            other
                .then_some("이 사건의 행정동을 맡지 않는 동주민센터입니다(관할 밖). 사건의 동을 골라 주세요.")
        }
        BodyKind::Ngo => match cover(ground, case, body.id) {
            Cover::OutOfTerm => Some(
                "이 기관과 맺은 사업의 기간이 아닙니다. 다른 기관을 고르거나 운영자에게 사업 기간을 확인해 주세요.",
            ),
            Cover::NotActive => Some(
                "이 기관과 맺은 사업이 활동 단계가 아닙니다. 다른 기관을 고르거나 구청에 사업의 단계를 확인해 주세요.",
            ),
            Cover::Elsewhere => Some(
                "이 단지는 다른 기관이 맡은 사업의 대상입니다(관할 밖). 그 기관을 고르거나 운영자에게 사업의 단지를 확인해 주세요.",
            ),
            Cover::Free | Cover::Unlisted | Cover::Covered { .. } => None,
        },
        BodyKind::Outside | BodyKind::Applied => None,
    }
}

fn cover(ground: &Ground, case: &Case, ngo: BodyId) -> Cover {
    let (day, all, of_complex) = (ground.day, &ground.programmes, ground.of_complex);
    let running: Vec<_> = all.iter().filter(|p| p.takes_cases(day)).collect();
    let own: Vec<_> = running.iter().filter(|p| p.terms.ngo_id == Some(ngo)).collect();
    if own.is_empty() {
        let had: Vec<_> = all.iter().filter(|p| p.terms.ngo_id == Some(ngo)).collect();
        let in_term = had.iter().any(|p| p.terms.is_in_force(day));
        return match (had.is_empty(), in_term) {
            (true, _) => Cover::Free,
            (false, true) => Cover::NotActive,
            (false, false) => Cover::OutOfTerm,
        };
    }
    let entrusts = |p: &&&&programmes::Programme| p.terms.basis == ProvisionBasis::Entrustment.code();
    // Where the 단지 is not known yet, the ward's partner takes it under whatever it runs there.
    if case.intake.complex.is_none() {
        return Cover::Covered { entrusts: own.iter().any(|p| entrusts(&p)) };
    }
    let named =
        |p: &&&&programmes::Programme| Some(p.id) == of_complex || Some(p.id) == case.intake.programme;
    if let Some(programme) = own.iter().find(named) {
        return Cover::Covered { entrusts: entrusts(&programme) };
    }
    let elsewhere = running.iter().any(|p| Some(p.id) == of_complex && p.terms.ngo_id.is_some());
    if elsewhere { Cover::Elsewhere } else { Cover::Unlisted }
}
