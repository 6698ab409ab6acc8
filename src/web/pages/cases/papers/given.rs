//! What a party is given by hand: the receipt with its link, and the letter for the respondent's door.
use super::super::load::Sight;
use super::{Paper, Section, address, file, row};
use crate::casework::party as at_desk;
use crate::domain::codes::{LinkPurpose, Side};
use crate::domain::{ids::CaseId, sentence, seoul};
use crate::render::korean::{self, Moment};
use crate::store::{Rx, StoreError, bodies, links};
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::pages::party::letter as words_of;
use crate::web::parts::{Flash, Link};
use crate::web::posted::Posted;
use crate::web::qr;
use crate::web::state::{State, see_other};
use crate::web::steps::words;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

/// 접수증.
pub(super) async fn receipt(state: &State, sight: &Sight) -> Result<Paper, WebError> {
    let (id, now) = (sight.case().id, state.now());
    let token = state.db.read(move |rx| receipt_token(rx, id, now)).await?;
    let case = sight.case();
    let mut facts = vec![
        row("접수번호", case.number.clone()),
        row("접수한 때", words::official(case.intake.received_at)),
        row("단지", sight.complex.clone()),
        row("소음", case.intake.cause.label()),
        row("맡은 곳", sight.holder()),
    ];
    let url = token.map(|t| address(state, &format!("/r/{t}")));
    facts.extend(url.iter().map(|u| row("진행 보기", u.clone())));
    let next = sentence::next(case);
    Ok(Paper {
        title: "접수증".to_owned(),
        facts,
        sections: vec![Section { title: "다음에 일어나는 일".to_owned(), text: Some(next), ..Section::default() }],
        qr: url.as_deref().and_then(|u| qr::qr(u, "진행 보기 주소")),
        notes: vec![
            "QR이나 위의 주소로 언제든 진행을 볼 수 있습니다. 주소를 가진 사람은 누구나 열 수 있으니 남에게 보내지 말아 주세요.".to_owned(),
            "잃어버리면 접수한 곳에 신분을 확인할 수 있는 것을 가지고 오시면 새로 드립니다.".to_owned(),
            "위협이나 폭력이 있으면 바로 112에 신고해 주세요.".to_owned(),
        ],
        from: sight.holder(),
        ..Paper::default()
    })
}

/// A lost receipt link, made anew at the desk after a check of the person; the old one opens nothing from now on.
///
/// # Errors
/// 404 outside the scope, or for people who do not handle the case.
pub async fn reissue(
    state: Data<State>,
    who: Who,
    number: Path<String>,
    _posted: Posted,
) -> Result<HttpResponse, WebError> {
    let sight = file(&state, &who, &number, "papers").await?;
    let (case, now) = (sight.case().clone(), state.now());
    let (actor, ip, n) = (who.actor.clone(), who.ip.clone(), number.into_inner());
    let to = format!("/cases/{n}/print/receipt");
    let made = state.db.write(move |tx| -> Result<String, crate::casework::CaseworkError> {
        crate::casework::open::record(tx, &actor, &n, &ip, "print", "접수 링크를 새로 드림", now)?;
        at_desk::reissue(tx, &case, Side::Applicant, now)
    });
    made.await?;
    Ok(see_other(&to, Some(&Flash::ok("접수 링크를 새로 만들었습니다. 앞의 링크는 이제 열리지 않습니다."))))
}

fn receipt_token(
    rx: &mut Rx<'_>,
    case: CaseId,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Option<String>, StoreError> {
    let live = links::live_of_case(rx, case, LinkPurpose::Receipt, now)?;
    let own = live.into_iter().find(|l| l.side == Some(Side::Applicant));
    Ok(own.map(|l| links::token(rx, l.id)))
}

/// The neutral letter for the respondent's door: what it says is decided by what the applicant allowed.
pub(super) async fn letter(state: &State, who: &Who, sight: &Sight) -> Result<HttpResponse, WebError> {
    let (id, now, holder) = (sight.case().id, state.now(), sight.case().holder);
    let read = state.db.read(move |rx| -> Result<_, crate::casework::CaseworkError> {
        let letter = links::live_of_case(rx, id, LinkPurpose::Letter, now)?.into_iter().next();
        let Some(letter) = letter else { return Ok(None) };
        let body = holder.map(|b| bodies::find(rx, b)).transpose()?;
        Ok(Some((links::token(rx, letter.id), links::code_of(rx, &letter)?, letter, body)))
    });
    let Some((token, code, link, body)) = read.await? else { return Err(WebError::not_found()) };
    let unit = sight.party(Side::Respondent).and_then(|p| p.details.unit.as_ref()).map(ToString::to_string);
    let number = &sight.case().number;
    let mut page = state.frame(who, &format!("상대방 안내문: {number}"));
    page.back = Some(Link::new(format!("/cases/{number}"), "사건으로"));
    let url = address(state, &format!("/r/{token}"));
    let shown = state.settings.server.base_url.trim_end_matches('/');
    let paper = words_of::Paper {
        to: format!("{} {}", sight.complex, unit.unwrap_or_default()).trim().to_owned(),
        from: sight.holder(),
        may_tell: sight.party(Side::Applicant).map(|p| p.details.may_tell.clone()).filter(|t| !t.is_empty()),
        qr: qr::qr(&url, "답하는 화면의 주소"),
        site_shown: shown.split_once("://").map_or(shown, |(_, rest)| rest).to_owned(),
        code,
        tel: body.map(|b| korean::phone(&b.phone)).filter(|p| !p.is_empty()),
        expires: words::official_day(seoul::day(link.expires_at.and_utc())),
        written: Moment::from(seoul::day(now)).official(),
        page,
    };
    state.page("pages/letter/paper", &paper)
}
