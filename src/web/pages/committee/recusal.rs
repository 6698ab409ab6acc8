//! 회피 and 기피: a member leaves a case; a party asks, by the desk, that one does.
use super::super::admin::Listing;
use super::{attempt_table, none};
use crate::casework::recusal::Said;
use crate::casework::{CaseworkError, committee, recusal};
use crate::domain::codes::RecusalGround;
use crate::domain::ids::SeatId;
use crate::domain::permission::View;
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

/// In place of a seat: whoever writes it leaves the case themself.
const SELF: &str = "self";

/// In place of a ground: there is none.
const CLEAR: &str = "none";

/// Whom this person can write about: themself (회피), others at the desk (기피), or both.
#[derive(Clone)]
struct Asked {
    sits: bool,
    desk: bool,
    /// The other members in office, by seat.
    others: Vec<(String, String)>,
}

async fn asked(state: &State, who: &Who, number: &str) -> Result<Asked, WebError> {
    let (actor, number, now) = (who.actor.clone(), number.to_owned(), state.now());
    let read = state.db.read(move |rx| {
        let case = cases::find(rx, &actor.scope(), &number)?;
        let (Some(body), false) = (case.bodies.committee, actor.view(&case) == View::Nothing) else {
            return Ok(None);
        };
        let Some(confirm) = recusal::to_confirm(rx, &actor, &case, now)? else { return Ok(None) };
        let seated = seats::of_body(rx, body)?.into_iter();
        let others = seated
            .filter(|m| {
                m.seat.in_office(seoul::day(now)) && (m.seat.user.is_none() || m.seat.user != actor.user)
            })
            .map(|m| (m.seat.id.0.to_string(), m.person.name))
            .collect();
        Ok::<_, CaseworkError>(Some(Asked { sits: confirm.sits, desk: confirm.desk, others }))
    });
    none(read.await?)
}

fn fields(asked: &Asked) -> Vec<Field> {
    let grounds = RecusalGround::ALL.iter().map(|g| (g.code(), g.label()));
    let others = [
        ("other", "기피 신청: 위원회가 그 위원 없이 정합니다"),
        (RecusalGround::Kin.code(), "친족 신고: 그 위원은 바로 물러납니다(제척)"),
    ];
    let mut named = asked.others.clone();
    if asked.sits {
        named.insert(0, (SELF.to_owned(), "나(회피, 바로 물러납니다)".to_owned()));
    }
    let seat = super::super::admin::chosen("seat", "누가 물러나나요?", &named);
    let why = Field::area("why", "누가 무엇이라고 했나요?", 500).rows(3);
    match (asked.desk, asked.sits) {
        (true, true) => vec![
            seat,
            Field::radio("ground", "까닭")
                .help("다른 위원이면 친족 신고만 바로 물러나고, 나머지는 기피 신청이 되어 위원회가 그 위원 없이 정합니다.")
                .choice(CLEAR, "물러날 까닭이 없습니다(나)", Some("확인한 것만 적고 사건을 그대로 맡습니다."))
                .choices(grounds),
            why.help("다른 위원에 관한 것이면 꼭 적어 주세요.").optional(),
        ],
        (true, false) => vec![seat, Field::radio("ground", "무엇을 적나요?").choices(others), why],
        (false, _) => vec![
            Field::radio("ground", "까닭")
                .choice(CLEAR, "물러날 까닭이 없습니다", Some("확인한 것만 적고 사건을 그대로 맡습니다."))
                .choices(grounds),
            Field::area("why", "설명", 500).rows(2).optional(),
        ],
    }
}

fn sheet(state: &State, who: &Who, number: &str, asked: &Asked) -> Sheet {
    let (title, lead) = if asked.desk {
        (
            "회피·기피·친족 신고 적기",
            "기피 신청이면 위원회가 그 위원 없이 정할 때까지 이 사건의 결정을 멈춥니다. 물러난 사람은 사건 기록과 그 안건의 회의록을 볼 수 없게 됩니다.",
        )
    } else {
        (
            "회피 확인",
            "물러날 까닭이 있는지 확인해 주세요. 까닭을 적으면 바로 이 사건에서 물러나며, 사건 기록과 이 안건의 회의록을 볼 수 없게 됩니다.",
        )
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
    let asked = asked(&state, &who, &number).await?;
    sheet(&state, &who, &number, &asked).filled(fields(&asked)).show(&state)
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
    let asked = asked(&state, &who, &number).await?;
    let (actor, now, of, why) = (who.actor.clone(), state.now(), number.clone(), typed.get("why").to_owned());
    // A member names nobody but themself.
    let own = asked.sits && (!asked.desk || typed.get("seat") == SELF);
    let seat = typed.get("seat").parse().ok().map(SeatId);
    let ground = RecusalGround::from_code(typed.get("ground"));
    let clear = own && typed.get("ground") == CLEAR;
    let mut errors = Errors::default();
    if !own && seat.is_none() {
        errors.add("seat", "누가 물러나는지 골라 주세요.");
    }
    if ground.is_none() && !clear {
        errors.add("ground", "까닭을 골라 주세요.");
    }
    if errors.is_empty() {
        let said = Said { seat: seat.filter(|_| !own), ground, why, clear };
        match state.db.write(move |tx| recusal::said(tx, &actor, &of, &said, now)).await {
            Ok(()) if clear => {
                let flash = Flash::ok("물러날 까닭이 없다고 확인하신 것을 적었습니다.");
                return Ok(see_other(&format!("/cases/{number}"), Some(&flash)));
            }
            Ok(()) if own => return Ok(see_other("/todo", Some(&Flash::ok("이 사건에서 물러났습니다.")))),
            Ok(()) if ground == Some(RecusalGround::Kin) => {
                let flash = Flash::ok("적었습니다. 그 위원은 이 사건에서 물러났습니다.");
                return Ok(see_other(&format!("/cases/{number}"), Some(&flash)));
            }
            Ok(()) => {
                let flash = Flash::ok("기피 신청을 적었습니다. 회의에 '기피 신청 결정' 안건을 올려 주세요.");
                return Ok(see_other(&format!("/cases/{number}"), Some(&flash)));
            }
            Err(e) => errors = errors_of(e)?,
        }
    }
    sheet(&state, &who, &number, &asked).typed(fields(&asked), &typed, &errors).show(&state)
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
