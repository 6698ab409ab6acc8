//! A dozen invented cases, each brought to a different point by the steps that people take.
mod helped;

use super::NotMade;
use super::people::Town;
use crate::casework::file::{self, Filing};
use crate::casework::inbox as received;
use crate::casework::step::{Taking, take_step};
use crate::domain::case::Case;
use crate::domain::codes::{
    AgreementKind, Cause, Channel, ContactResult, Disclosure, HandOverBasis, InterviewKind, Means,
    MeetingKind, Method, Outcome, Position, ProvisionBasis, Recommendation, Route, Safety, SafetyFlag, Side,
    Visibility,
};
use crate::domain::ids::ComplexId;
use crate::domain::inbound::{Arrived, Way};
use crate::domain::permission::{Actor, Guest};
use crate::domain::seoul;
use crate::domain::step::{Step, Term};
use crate::domain::text::Unit;
use crate::store::parties::{self, Details};
use crate::store::{Tx, inbox, outbox, users};
use chrono::{DateTime, Days, Duration, NaiveTime, Utc};

/// One case on its way: who acts is said at each step, a few hours pass between two steps.
pub(super) struct Play<'p, 'a> {
    tx: &'p mut Tx<'a>,
    town: &'p Town,
    number: String,
    pub(super) at: DateTime<Utc>,
    now: DateTime<Utc>,
    pub(super) case: Option<Case>,
}

impl Play<'_, '_> {
    pub(super) fn step(&mut self, who: &str, step: Step) -> Result<&mut Self, NotMade> {
        self.at = (self.at + Duration::hours(5)).min(self.now);
        let actor = users::actor(self.tx, self.town.who(who), self.at)?;
        self.by(&actor, step)
    }

    pub(super) fn party(&mut self, side: Side, step: Step) -> Result<&mut Self, NotMade> {
        self.at = (self.at + Duration::hours(5)).min(self.now);
        let case = self.case.as_ref().map(|c| c.id);
        let actor = Actor { guest: case.map(|id| Guest::Party(id, side)), ..Actor::default() };
        self.by(&actor, step)
    }

    pub(super) fn by(&mut self, actor: &Actor, step: Step) -> Result<&mut Self, NotMade> {
        let code = step.code();
        let taken = take_step(self.tx, actor, &self.number, Taking::from(step), self.at);
        let taken = taken.map_err(|e| NotMade(format!("{} {code}: {e}", self.number)))?;
        self.case = Some(taken.case);
        Ok(self)
    }

    pub(super) fn days(&mut self, days: i64) -> &mut Self {
        self.at = (self.at + Duration::days(days)).min(self.now);
        self
    }

    pub(super) fn last(&self) -> i64 {
        self.case.as_ref().map_or(0, |c| c.last_seq)
    }

    fn inquiry(&mut self) -> Result<&mut Self, NotMade> {
        self.step("office", Step::OpenInquiry {})?;
        let summary = "저녁마다 뛰는 소리가 두세 시간 이어진다고 함. 먼저 쪽지를 남긴 적은 없음.".to_owned();
        self.step("office", Step::Counsel { side: Side::Applicant, means: Means::Phone, summary })?;
        self.step("office", screen(Side::Applicant, Safety::Ok))?;
        let findings = "저녁 8시와 9시에 들러 확인함. 두 집 사이에 매트는 없음.".to_owned();
        self.step("office", Step::Investigate { means: Means::Visit, findings })
    }

    fn handed_over(&mut self) -> Result<&mut Self, NotMade> {
        let content = "밤 10시 뒤에는 뛰지 않기, 거실에 매트 깔기를 권고함.".to_owned();
        self.inquiry()?
            .days(4)
            .step("office", Step::Recommend { result: Recommendation::Continues, content })?;
        self.days(2)
            .step("office", Step::HandOver { basis: HandOverBasis::Recommended, reason: String::new() })
    }

    fn both_agree(&mut self) -> Result<&mut Self, NotMade> {
        let consent = |side, method| Step::Consent { side, method, version: String::new(), by: None };
        self.handed_over()?.step("secretary", Step::Letter {})?;
        self.party(Side::Applicant, consent(Side::Applicant, Method::Link))?.days(2);
        let note = "일하느라 몰랐다고 하심. 이야기해 볼 뜻이 있음.".to_owned();
        let (means, result) = (Means::Phone, ContactResult::Reached);
        self.step("secretary", Step::Contact { means, result, next_on: None, note })?;
        let summary = "아이 둘이 저녁에 뛴다고 하심. 낮에는 집이 빔.".to_owned();
        let kind = InterviewKind::Separate;
        self.step("secretary", Step::Interview { kind, side: Some(Side::Respondent), summary })?;
        self.step("secretary", consent(Side::Respondent, Method::Phone))?;
        self.step("secretary", screen(Side::Respondent, Safety::Ok))
    }

    fn with_members(&mut self) -> Result<&mut Self, NotMade> {
        let members = vec![self.town.who("member")];
        self.both_agree()?.days(2).step("secretary", Step::NameMembers { members })
    }

    fn met(&mut self) -> Result<&mut Self, NotMade> {
        let result = "서로 인사하고 소리가 나는 때를 함께 적어 봄.".to_owned();
        let (kind, session) = (MeetingKind::Joint, None);
        self.days(5);
        self.step(
            "member",
            Step::HoldSession {
                session,
                kind,
                applicant: true,
                applicant_by: None,
                respondent: true,
                respondent_by: None,
                result,
                next: None,
                next_on: None,
            },
        )
    }
}

fn screen(side: Side, result: Safety) -> Step {
    let flags =
        if result == Safety::Ok { Vec::new() } else { vec![SafetyFlag::Threat, SafetyFlag::FearOfMeeting] };
    Step::Screen { side, flags, result, note: String::new() }
}

pub(super) fn terms(from: DateTime<Utc>) -> Vec<Term> {
    let from = Some(seoul::day(from));
    let term = |who: &str, what: &str, check: &str| Term {
        who: who.to_owned(),
        what: what.to_owned(),
        from,
        until: None,
        check: check.to_owned(),
    };
    vec![
        term("상대방", "밤 9시 뒤에는 거실에서 뛰지 않습니다", "한 달 뒤 서로 확인"),
        term("상대방", "거실에 두께 4cm 매트를 깝니다", "깔고 나서 사진으로 알림"),
        term("신청인", "소리가 나면 직접 찾아가지 않고 관리사무소에 알립니다", "관리사무소 기록"),
    ]
}

fn evening(day: DateTime<Utc>, days: u64) -> DateTime<Utc> {
    let date = seoul::day(day).checked_add_days(Days::new(days)).unwrap_or_else(|| seoul::day(day));
    seoul::at(date, NaiveTime::from_hms_opt(19, 30, 0).unwrap_or(NaiveTime::MIN))
}

/// Who lives where, and what they hear.
pub(super) struct Home {
    name: &'static str,
    unit: &'static str,
    over: Option<&'static str>,
    cause: Cause,
    ago: i64,
}

pub(super) const fn home(
    name: &'static str,
    unit: &'static str,
    over: Option<&'static str>,
    cause: Cause,
    ago: i64,
) -> Home {
    Home { name, unit, over, cause, ago }
}

fn unit(text: &str) -> Option<Unit> {
    Unit::read("", text).ok()
}

pub(super) fn filed<'p, 'a>(
    tx: &'p mut Tx<'a>,
    town: &'p Town,
    complex: ComplexId,
    h: &Home,
    now: DateTime<Utc>,
) -> Result<Play<'p, 'a>, NotMade> {
    let at = now - Duration::days(h.ago);
    let applicant = Details {
        name: h.name.to_owned(),
        phone: format!("010000{:05}", 20_000 + h.ago),
        email: format!("resident{}@demo.example", h.ago),
        unit: unit(h.unit),
        disclosure: Some(Disclosure::HideUnit),
        may_tell: "밤 9시 뒤에 쿵쿵거리는 소리가 들립니다.".to_owned(),
    };
    let filing = Filing {
        channel: Channel::Online,
        received_at: at,
        complex: Some(complex),
        complex_typed: String::new(),
        area: None,
        ward_code: "11410".to_owned(),
        cause: h.cause,
        position: if h.over.is_some() { Position::Above } else { Position::Unknown },
        applicant,
        respondent_unit: h.over.and_then(unit),
        answered: "지난달에 관리사무소에 말씀드렸고, 방송을 해 주셨습니다.".to_owned(),
        wishes: "밤에는 조용했으면 합니다. 얼굴을 붉히지 않고 이야기하고 싶습니다.".to_owned(),
        narrative: "저녁 7시부터 밤 11시까지 뛰는 소리가 들립니다. 잠을 자주 깹니다.".to_owned(),
        times: vec!["evening".to_owned(), "night".to_owned()],
        home: file::Home::default(),
        screen: None,
        consents: vec![("provision".to_owned(), "이웃갈등해결센터(시연)".to_owned(), true)],
        method: Method::Link,
    };
    let filed = file::file(tx, &Actor::default(), &filing, at)?;
    let number = filed.case.number.clone();
    Ok(Play { tx, town, number, at, now, case: Some(filed.case) })
}

/// Plays every case to its point.
pub(super) fn play(tx: &mut Tx<'_>, town: &Town, now: DateTime<Utc>) -> Result<(), NotMade> {
    early(tx, town, now)?;
    asking(tx, town, now)?;
    by_ngo(tx, town, now)?;
    by_members(tx, town, now)?;
    helped::play(tx, town, now)?;
    ended(tx, town, now)
}

fn early(tx: &mut Tx<'_>, town: &Town, now: DateTime<Utc>) -> Result<(), NotMade> {
    let here = town.complex;
    filed(tx, town, here, &home("강새벽", "103동 702호", Some("103동 802호"), Cause::Footfall, 1), now)?;
    filed(tx, town, here, &home("구노을", "107동 301호", None, Cause::Unknown, 2), now)?;
    filed(tx, town, here, &home("남이슬", "101동 502호", Some("101동 602호"), Cause::Furniture, 5), now)?
        .inquiry()?;
    let content = "의자 다리에 덮개를 씌우도록 권고함.".to_owned();
    let result = Recommendation::Stopped;
    filed(tx, town, here, &home("도가람", "102동 404호", Some("102동 504호"), Cause::Furniture, 12), now)?
        .inquiry()?
        .step("office", Step::Recommend { result, content })?;
    Ok(())
}

fn asking(tx: &mut Tx<'_>, town: &Town, now: DateTime<Utc>) -> Result<(), NotMade> {
    let here = town.complex;
    let mut play = filed(
        tx,
        town,
        here,
        &home("류보라", "105동 903호", Some("105동 1003호"), Cause::Footfall, 20),
        now,
    )?;
    play.handed_over()?.step("secretary", Step::Letter {})?;
    let (means, result, note) =
        (Means::Intercom, ContactResult::NoAnswer, "두 번 눌렀으나 받지 않음".to_owned());
    play.step("secretary", Step::Contact { means, result, next_on: None, note })?;
    answered_by_mail(&mut play)?;
    let mut paused = filed(
        tx,
        town,
        here,
        &home("민다온", "106동 201호", Some("106동 301호"), Cause::Retaliation, 16),
        now,
    )?;
    paused.handed_over()?.step("secretary", screen(Side::Applicant, Safety::Stop))?;
    let text = "경찰서 상담 전화를 안내함.".to_owned();
    paused.step("secretary", Step::Note { text, visibility: Visibility::Staff })?;
    Ok(())
}

/// The applicant answers a mail of the case; somebody writes to the mailbox who is nobody's party.
fn answered_by_mail(play: &mut Play<'_, '_>) -> Result<(), NotMade> {
    let Some(case) = play.case.as_ref().map(|case| case.id) else { return Ok(()) };
    let here = parties::of_side(play.tx, case, Side::Applicant)?;
    let Some(from) = here.map(|party| party.details.email) else { return Ok(()) };
    for (mail, outgoing) in outbox::of_case(play.tx, case, None, 200, play.now)?.into_iter().rev() {
        if outgoing.is_none_or(|outgoing| outgoing.to != from) {
            continue;
        }
        let answer = Arrived {
            to: Some(inbox::return_of(play.tx.vault(), Way::Reply, mail.id)),
            from,
            subject: "Re: 진행 안내".to_owned(),
            text: "안내 잘 받았습니다. 평일 저녁 7시 뒤에는 통화할 수 있습니다.".to_owned(),
            ..Arrived::default()
        };
        received::take(play.tx, &answer, "demo answer", 2, play.now - Duration::hours(5))?;
        break;
    }
    let stranger = Arrived {
        from: "someone@demo.example".to_owned(),
        subject: "문의".to_owned(),
        text: "위층 소리 때문에 신청하려면 어떻게 하나요?".to_owned(),
        ..Arrived::default()
    };
    received::take(play.tx, &stranger, "demo stranger", 2, play.now - Duration::hours(3))?;
    Ok(())
}

/// Sends a case to the NGO.
pub(super) fn refer(town: &Town) -> Step {
    Step::refer(
        town.ngo,
        "두 집 모두 위원과 같은 동에 살아 바깥 조정인이 좋겠음.".to_owned(),
        ProvisionBasis::Consent,
    )
}

fn by_ngo(tx: &mut Tx<'_>, town: &Town, now: DateTime<Utc>) -> Result<(), NotMade> {
    let here = town.complex;
    filed(tx, town, here, &home("박하람", "108동 1102호", Some("108동 1202호"), Cause::Exercise, 18), now)?
        .handed_over()?
        .step("secretary", refer(town))?;
    let mut asked =
        filed(tx, town, here, &home("서윤슬", "104동 802호", Some("104동 902호"), Cause::Door, 19), now)?;
    to_ngo(&mut asked, town, refer(town))?;
    asked.at = now - Duration::hours(6);
    let answer_by = now + Duration::hours(60);
    let wanted = [4, 5].into_iter().map(|n| seoul::day(evening(now, n))).collect();
    asked.step("ngo", Step::Offer { mediator: town.who("mediator2"), answer_by, wanted })?;
    let mut met =
        filed(tx, town, here, &home("안마루", "109동 605호", Some("109동 705호"), Cause::Footfall, 30), now)?;
    to_ngo(&mut met, town, refer(town))?;
    let answer_by = met.at + Duration::hours(72);
    met.step("ngo", Step::Offer { mediator: town.who("mediator"), answer_by, wanted: Vec::new() })?;
    let offer = met.last();
    met.step("mediator", Step::AcceptOffer { offer, method: Method::Link, declared: String::new() })?;
    let (kind, minutes, place) = (MeetingKind::Shuttle, 90, "천연동주민센터 2층 작은 회의실".to_owned());
    met.at = now - Duration::days(1);
    let starts_at = evening(now, 3);
    met.step(
        "mediator",
        Step::FixSession { session: None, kind, starts_at, minutes, place, side: None, room: None, gap: 0 },
    )?;
    Ok(())
}

/// Both sides agree, and the committee refers the case to the NGO, which takes it.
pub(super) fn to_ngo(play: &mut Play<'_, '_>, town: &Town, refer: Step) -> Result<(), NotMade> {
    let (side, method) = (Side::Respondent, Method::Phone);
    let provide = Step::Provide { side, given: true, method, body: None, version: String::new() };
    play.both_agree()?.step("secretary", provide)?.step("secretary", refer)?;
    let referral = play.last();
    play.step("ngo", Step::AcceptReferral { referral, their_number: String::new(), note: String::new() })?;
    let route = play.case.as_ref().map(|c| c.route);
    debug_assert_eq!((route, town.ngo), (Some(Route::Ngo), town.ngo));
    Ok(())
}

fn by_members(tx: &mut Tx<'_>, town: &Town, now: DateTime<Utc>) -> Result<(), NotMade> {
    let here = town.complex;
    filed(tx, town, here, &home("정가온", "102동 1203호", Some("102동 1303호"), Cause::Instrument, 17), now)?
        .both_agree()?;
    let mut plan = filed(
        tx,
        town,
        here,
        &home("최나래", "101동 1501호", Some("101동 1601호"), Cause::Footfall, 26),
        now,
    )?;
    plan.with_members()?;
    plan.at = now - Duration::days(1);
    let (kind, minutes, place) = (MeetingKind::Joint, 60, "관리동 회의실".to_owned());
    let slots = vec![evening(now, 4), evening(now, 5), evening(now, 7)];
    plan.step("member", Step::ProposeSession { kind, slots, minutes, place, side: None })?;
    let (plans, at) = (plan.case.as_ref().map(|case| (case.id, case.number.clone())), plan.at);
    if let Some((case, number)) = plans {
        super::evidence::hand_in(plan.tx, (case, &number), at)?;
        super::evidence::note(plan.tx, (case, &number), at)?;
    }
    let mut sign =
        filed(tx, town, here, &home("하단비", "110동 402호", Some("110동 502호"), Cause::Footfall, 33), now)?;
    sign.with_members()?.met()?.days(1);
    let terms = terms(sign.at);
    sign.step("member", Step::Draft { kind: AgreementKind::Full, terms })?;
    let agreement = sign.last();
    sign.party(
        Side::Applicant,
        Step::Sign {
            agreement,
            side: Side::Applicant,
            method: Method::Link,
            by: None,
            version: String::new(),
        },
    )?;
    Ok(())
}

fn ended(tx: &mut Tx<'_>, town: &Town, now: DateTime<Utc>) -> Result<(), NotMade> {
    let here = town.complex;
    let mut done = filed(
        tx,
        town,
        here,
        &home("홍여울", "103동 1004호", Some("103동 1104호"), Cause::Footfall, 45),
        now,
    )?;
    done.with_members()?.met()?.days(1);
    let terms = terms(done.at);
    done.step("member", Step::Draft { kind: AgreementKind::Full, terms })?;
    let agreement = done.last();
    for side in Side::ALL {
        done.party(
            *side,
            Step::Sign { agreement, side: *side, method: Method::Link, by: None, version: String::new() },
        )?;
    }
    let mut refused =
        filed(tx, town, here, &home("고은별", "105동 304호", Some("105동 404호"), Cause::Pet, 40), now)?;
    refused.handed_over()?.step("secretary", Step::Letter {})?.days(3);
    let reason = "지금은 이야기하고 싶지 않다고 하심.".to_owned();
    refused.step("secretary", Step::Decline { method: Method::Phone, reason, by: None })?;
    let reason = "상대방이 참여하지 않음. 신청인에게 이웃사이센터를 안내함.".to_owned();
    refused.step(
        "secretary",
        Step::refer(town.centre, "현장진단 신청을 도움".to_owned(), ProvisionBasis::NoPersonalData),
    )?;
    refused.step("secretary", Step::Close { outcome: Outcome::Refused, reason, by: None })?;
    filed(tx, town, town.other, &home("우해솔", "201동 805호", Some("201동 905호"), Cause::Audio, 8), now)?;
    Ok(())
}
