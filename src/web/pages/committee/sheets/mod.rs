//! The papers of a committee, of its members and of its meetings, printed on A4 from the record; and blank ones.
mod assembly;
pub(in crate::web::pages) mod body;
mod seat;

use super::{meeting, none};
use crate::casework::CaseworkError;
use crate::casework::{committee, meet};
use crate::documents::paper::Content;
use crate::domain::codes::{Assembly, BodyKind, MeetingState, Selection};
use crate::domain::committee::appointment::Seat;
use crate::domain::committee::rules::BodyRules;
use crate::domain::ids::{BodyId, SeatId};
use crate::domain::meeting::Meeting;
use crate::domain::seoul;
use crate::store::bodies::{self, Body};
use crate::store::{Rx, complexes, seats};
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::pages::print::{self, Blank};
use crate::web::parts::Link;
use crate::web::state::State;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use assembly::Held;
use chrono::{DateTime, Utc};
use seat::Seated;

/// A committee as its papers name it.
pub(super) struct Of {
    body: Body,
    rules: BodyRules,
    /// 단지 or 행정동.
    place: String,
    /// To whom it reports: `서대문구청장`.
    ward_head: String,
}

fn of(rx: &mut Rx<'_>, body: Body, now: DateTime<Utc>) -> Result<Of, CaseworkError> {
    let rules = committee::rules_on(rx, &body, seoul::day(now))?;
    let dong = body.dong_code.as_deref().map(|code| bodies::dong_name(rx, code)).transpose()?.flatten();
    let place = match body.complex_id {
        Some(id) => complexes::find(rx, id)?.name,
        None => dong.unwrap_or_default(),
    };
    let ward = bodies::every(rx)?
        .into_iter()
        .find(|b| b.kind == BodyKind::Ward && b.ward_code == body.ward_code)
        .map_or_else(
            || "구청장".to_owned(),
            |b| {
                if b.name.ends_with("구청") {
                    format!("{}장", b.name)
                } else {
                    format!("{} 구청장", b.name)
                }
            },
        );
    Ok(Of { body, rules, place, ward_head: ward })
}

/// One paper of a member: 위촉장, 승낙서, 비밀유지 서약서.
///
/// # Errors
/// 404 for whoever does not keep the committee's affairs, for an unknown paper, and for the 승낙서 of an ex-officio member.
pub async fn of_seat(
    state: Data<State>,
    who: Who,
    path: Path<(i64, String)>,
) -> Result<HttpResponse, WebError> {
    let (id, paper) = path.into_inner();
    let (actor, now) = (who.actor.clone(), state.now());
    let made = state.db.read(move |rx| {
        let member = seats::find(rx, SeatId(id))?;
        if !actor.may_keep(member.seat.body) {
            return Ok(None);
        }
        let body = bodies::find(rx, member.seat.body)?;
        let of = of(rx, body, now)?;
        let seated = Seated { member: &member, of: &of };
        let assembly = of.rules.assembly;
        Ok::<_, CaseworkError>(match paper.as_str() {
            "appointment" => Some(seat::appointment(Some(&seated), assembly)),
            "acceptance" if member.seat.selection != Selection::ExOfficio => {
                Some(seat::acceptance(Some(&seated), assembly))
            }
            "pledge" => Some(seat::pledge(Some(&seated), assembly)),
            _ => None,
        })
    });
    let paper = seat::dated(none(made.await?)?, now);
    print::plain(&state, &who, Link::new(format!("/seats/{id}"), "위원으로"), paper)
}

/// One paper of a committee: the list of its members.
///
/// # Errors
/// 404 for whoever does not keep the committee's affairs, and for an unknown paper.
pub async fn of_body(
    state: Data<State>,
    who: Who,
    path: Path<(i64, String)>,
) -> Result<HttpResponse, WebError> {
    let (id, paper) = path.into_inner();
    let (actor, now, body) = (who.actor.clone(), state.now(), BodyId(id));
    let made = state.db.read(move |rx| {
        let found = committee::body_of(rx, &actor, body)?;
        if !actor.may_keep(body) {
            return Ok(None);
        }
        let of = of(rx, found, now)?;
        let (members, today) = (seats::of_body(rx, body)?, seoul::day(now));
        Ok::<_, CaseworkError>(match paper.as_str() {
            "roster" => Some(body::roster(Some((&of, &members, today)))),
            _ => None,
        })
    });
    let paper = seat::dated(none(made.await?)?, now);
    let left = paper.from.clone();
    print::headed(&state, &who, Link::new(format!("/committees/{id}"), "위원회로"), &left, paper)
}

/// One paper of a meeting: 소집 통지, 회의록, the copy for outsiders.
///
/// # Errors
/// 404 outside the person's bodies, for an unknown paper, and for minutes before there are any.
pub async fn of_meeting(
    state: Data<State>,
    who: Who,
    path: Path<(i64, String)>,
) -> Result<HttpResponse, WebError> {
    let (id, paper) = path.into_inner();
    let (sheet, _) = meeting::sheet(&state, &who, id).await?;
    let (now, body) = (state.now(), sheet.meeting.body);
    let of = state.db.read(move |rx| {
        let body = bodies::find(rx, body)?;
        of(rx, body, now)
    });
    let of = of.await.map_err(|e: CaseworkError| WebError::from(e))?;
    let held = Held { sheet: &sheet, of: &of };
    // The others go out: to the members' homes, and to anyone.
    let inside = paper == "minutes";
    let ended = has_minutes(&sheet.meeting);
    let made = match paper.as_str() {
        "notice" if sheet.meeting.starts_at.is_some() => Some(assembly::notice(Some(&held))),
        "minutes" if ended => Some(assembly::minutes(Some(&held))),
        "public" if ended => Some(assembly::public(Some(&held))),
        _ => None,
    };
    let paper = seat::dated(none(made)?, now);
    let back = Link::new(super::path_of(sheet.meeting.id), "회의로");
    if inside {
        print::headed(&state, &who, back, &of.body.name, paper)
    } else {
        print::plain(&state, &who, back, paper)
    }
}

/// Where a member's papers are printed.
pub(super) fn links_of_seat(seat: &Seat) -> Vec<Link> {
    let all = [("appointment", "위촉장 인쇄"), ("acceptance", "승낙서 인쇄"), ("pledge", "서약서 인쇄")];
    let asked =
        all.into_iter().filter(|(code, _)| *code != "acceptance" || seat.selection != Selection::ExOfficio);
    asked.map(|(code, label)| Link::new(format!("/seats/{}/print/{code}", seat.id.0), label)).collect()
}

/// Where a committee's papers are printed.
pub(super) fn links_of_body(id: BodyId) -> Vec<Link> {
    vec![Link::new(format!("/committees/{}/print/roster", id.0), "위원 명단 인쇄")]
}

/// Where a meeting's papers are printed.
pub(super) fn links_of_meeting(meeting: &Meeting) -> Vec<Link> {
    let path = super::path_of(meeting.id);
    let notice = meeting.starts_at.map(|_| ("notice", "소집 통지 인쇄"));
    let minutes =
        [("minutes", "회의록 인쇄"), ("public", "공개본 인쇄")].into_iter().filter(|_| has_minutes(meeting));
    let all = notice.into_iter().chain(minutes);
    all.map(|(code, label)| Link::new(format!("{path}/print/{code}"), label)).collect()
}

fn has_minutes(meeting: &Meeting) -> bool {
    meet::unsigned(meeting) || meeting.state == Some(MeetingState::Signed)
}

/// The same papers to be filled in by hand.
pub(in crate::web::pages) fn blanks() -> Vec<Blank> {
    let (council, committee) = (Assembly::Council, Assembly::Resident);
    let blank = |code, label, text, paper: Content| Blank { code, label, text, paper: paper.for_counter() };
    vec![
        blank("appointment", "위촉장", "단지의 위원에게 줍니다.", seat::appointment(None, committee)),
        blank(
            "acceptance",
            "승낙서",
            "위촉받은 위원이 냅니다(당연직 제외).",
            seat::acceptance(None, committee),
        ),
        blank(
            "council-appointment",
            "위촉장(추진협의회)",
            "동 마을공동체 추진협의회 위원에게 줍니다.",
            seat::appointment(None, council),
        ),
        blank(
            "council-acceptance",
            "승낙서(추진협의회)",
            "동 마을공동체 추진협의회 위원이 냅니다.",
            seat::acceptance(None, council),
        ),
        blank("pledge", "비밀유지 서약서", "첫 사건을 보기 전에 냅니다.", seat::pledge(None, committee)),
        blank("roster", "위원 명단 제출", "구청에 냅니다.", body::roster(None)),
        blank("meeting-notice", "회의 소집 통지", "위원에게 보냅니다.", assembly::notice(None)),
        blank("minutes", "회의록", "서기가 적고 서기와 의장이 서명합니다.", assembly::minutes(None)),
        blank("public-minutes", "회의록 공개본", "바깥에 보이는 회의록입니다.", assembly::public(None)),
        blank("handover", "인계인수서", "간사나 소장이 바뀔 때 둘이 서명합니다.", body::handover(None)),
    ]
}
