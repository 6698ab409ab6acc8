//! 회피 and 기피: a member leaves a case; a party asks, by the desk, that one does.
use super::super::admin::Listing;
use super::{attempt_table, none};
use crate::casework::{CaseworkError, committee, recusal};
use crate::domain::codes::{RecusalGround, Role};
use crate::domain::ids::SeatId;
use crate::domain::seoul;
use crate::store::{cases, seats};
use crate::web::error::WebError;
use crate::web::field::{Errors, Field};
use crate::web::guard::Who;
use crate::web::pages::sheet::{Sheet, errors_of};
use crate::web::parts::{Flash, Link};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

type Pairs = Vec<(String, String)>;

/// Whether this person asks for others (기피, at the desk) or leaves themself, and whom they can name.
async fn asked(state: &State, who: &Who, number: &str) -> Result<(bool, Pairs), WebError> {
    let (actor, number, today) = (who.actor.clone(), number.to_owned(), seoul::day(state.now()));
    let read = state.db.read(move |rx| {
        let case = cases::find(rx, &actor.scope(), &number)?;
        if actor.view(&case) == crate::domain::permission::View::Nothing {
            return Ok(None);
        }
        let Some(body) = case.bodies.committee else { return Ok(None) };
        let desk = actor.may_keep(body) && !actor.bodies(Role::Member).contains(&body);
        let all = seats::of_body(rx, body)?;
        let sits = all.iter().any(|m| m.seat.user == actor.user && m.seat.in_office(today));
        let seated = all.into_iter().filter(|m| m.seat.in_office(today));
        let pairs = seated.map(|m| (m.seat.id.0.to_string(), m.person.name)).collect();
        Ok::<_, CaseworkError>((desk || sits).then_some((desk, pairs)))
    });
    none(read.await?)
}

fn fields(desk: bool, members: &Pairs) -> Vec<Field> {
    if desk {
        return vec![
            super::super::admin::chosen("seat", "기피를 신청받은 위원", members),
            Field::radio("ground", "무엇을 적나요?").choices([
                ("other", "기피 신청: 위원회가 그 위원 없이 정합니다"),
                (RecusalGround::Kin.code(), "친족 신고: 그 위원은 바로 물러납니다(제척)"),
            ]),
            Field::area("why", "누가 무엇이라고 했나요?", 500).rows(3),
        ];
    }
    let grounds = RecusalGround::ALL.iter().map(|g| (g.code(), g.label()));
    vec![Field::radio("ground", "까닭").choices(grounds), Field::area("why", "설명", 500).rows(2).optional()]
}

fn sheet(state: &State, who: &Who, number: &str, desk: bool) -> Sheet {
    let (title, lead) = if desk {
        (
            "기피 신청·친족 신고 적기",
            "기피 신청이면 위원회가 그 위원 없이 정할 때까지 이 사건의 결정을 멈춥니다.",
        )
    } else {
        ("회피하기", "적으면 바로 이 사건에서 물러나며, 사건 기록과 이 안건의 회의록을 볼 수 없게 됩니다.")
    };
    Sheet::new(state.frame(who, title), &format!("/cases/{number}/recusal"), "적기")
        .lead(lead)
        .cancel(&format!("/cases/{number}"), "사건으로")
}

/// Asks for the grounds.
///
/// # Errors
/// 404 outside the case.
pub async fn form(state: Data<State>, who: Who, number: Path<String>) -> Result<HttpResponse, WebError> {
    let (desk, members) = asked(&state, &who, &number).await?;
    sheet(&state, &who, &number, desk).filled(fields(desk, &members)).show(&state)
}

/// Writes a recusal down.
///
/// # Errors
/// 404 outside the case; 409 where the member is out already.
pub async fn take(
    state: Data<State>,
    who: Who,
    number: Path<String>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let (desk, members) = asked(&state, &who, &number).await?;
    let (actor, now, of, why) = (who.actor.clone(), state.now(), number.clone(), typed.get("why").to_owned());
    let seat = typed.get("seat").parse().ok().map(SeatId);
    let ground = RecusalGround::from_code(typed.get("ground"));
    let mut errors = Errors::default();
    if desk && seat.is_none() {
        errors.add("seat", "위원을 골라 주세요.");
    }
    if ground.is_none() {
        errors.add("ground", "까닭을 골라 주세요.");
    }
    if errors.is_empty() {
        let done = state.db.write(move |tx| match (desk, seat, ground) {
            (true, Some(seat), ground) => recusal::of_other(tx, &actor, &of, (seat, ground), &why, now),
            (false, _, Some(ground)) => recusal::declare(tx, &actor, &of, ground, &why, now),
            _ => Err(CaseworkError::Denied),
        });
        match done.await {
            Ok(()) if desk && ground == Some(RecusalGround::Kin) => {
                let flash = Flash::ok("적었습니다. 그 위원은 이 사건에서 물러났습니다.");
                return Ok(see_other(&format!("/cases/{number}"), Some(&flash)));
            }
            Ok(()) if desk => {
                let flash = Flash::ok("기피 신청을 적었습니다. 회의에 '기피 신청 결정' 안건을 올려 주세요.");
                return Ok(see_other(&format!("/cases/{number}"), Some(&flash)));
            }
            Ok(()) => return Ok(see_other("/todo", Some(&Flash::ok("이 사건에서 물러났습니다.")))),
            Err(e) => errors = errors_of(e)?,
        }
    }
    sheet(&state, &who, &number, desk).typed(fields(desk, &members), &typed, &errors).show(&state)
}

/// The tries of recused chairs, for the ward.
///
/// # Errors
/// Database errors.
pub async fn attempts(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let (actor, now) = (who.actor.clone(), state.now());
    let tried = state.db.read(move |rx| committee::attempts(rx, &actor, now)).await?;
    let mut listing =
        Listing::new(&state, &who, "물러난 위원장의 열람 시도", Link::new("/ward", "구 현황으로"));
    listing.lead = Some(
        "위원장이 물러난 사건을 열려고 한 기록입니다. 다른 위원의 기록은 그 위원회의 위원장이 봅니다."
            .to_owned(),
    );
    listing.tables = vec![attempt_table(&tried)];
    listing.show(&state)
}
