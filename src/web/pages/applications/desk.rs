//! The desk's side: what another body demands of a case, its papers, and noting what became of it.
use super::paper::{self, Kind};
use super::{Listed, choice, is_wanted, shown};
use crate::casework::application;
use crate::domain::codes::{ReferralState, Side};
use crate::domain::ids::BodyId;
use crate::domain::step::StepCode;
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::pages::cases::load::{self, Sight};
use crate::web::pages::cases::papers::may_print;
use crate::web::pages::print;
use crate::web::parts::{Link, Page};
use crate::web::state::State;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

/// The papers name the applicant: they are for those who handle the file and may know them.
async fn sight(state: &State, who: &Who, number: &str, what: &'static str) -> Result<Sight, WebError> {
    let sight = load::open(state, who, number, what).await?;
    let may = may_print(&sight) && sight.knows(Side::Applicant);
    if may { Ok(sight) } else { Err(WebError::not_found()) }
}

/// `GET /cases/{number}/applications`: where the applicant can apply.
///
/// # Errors
/// 404 outside the scope, or for those who may not read the file.
pub async fn list(state: Data<State>, who: Who, number: Path<String>) -> Result<HttpResponse, WebError> {
    let sight = sight(&state, &who, &number, "papers").await?;
    let (case, now) = (sight.case().clone(), state.now());
    let all = state.db.read(move |rx| {
        let bodies = application::bodies(rx, &case, now)?;
        bodies
            .into_iter()
            .map(|b| application::one(rx, case.clone(), b.id, now))
            .collect::<Result<Vec<_>, _>>()
    });
    let base = format!("/cases/{}/applications", sight.case().number);
    let bodies = all.await?.iter().map(|one| choice(one, &base, now)).collect();
    let back = Link::new(format!("/cases/{}/referrals", sight.case().number), "의뢰·연결");
    let page = Page { back: Some(back), ..sight.frame(&state, &who, "본인 신청 돕기") };
    let listed = Listed { bar: Some(sight.bar("/referrals", now)), page, bodies };
    state.page("pages/applications/list", &listed)
}

/// `GET /cases/{number}/applications/{body}`.
///
/// # Errors
/// As `list`; 404 for a body that is none for this case.
pub async fn show(state: Data<State>, who: Who, path: Path<(String, i64)>) -> Result<HttpResponse, WebError> {
    let (number, body) = path.into_inner();
    let sight = sight(&state, &who, &number, "papers").await?;
    let (case, now) = (sight.case().clone(), state.now());
    let one = state.db.read(move |rx| application::one(rx, case, BodyId(body), now)).await?;
    let base = format!("/cases/{number}/applications/{body}");
    let page = Page {
        back: Some(Link::new(format!("/cases/{number}/applications"), "본인 신청 돕기")),
        ..sight.frame(&state, &who, &one.body.name)
    };
    let steps = steps(&sight, &one);
    let shown = shown((page, Some(sight.bar("/referrals", now))), &one, (&base, steps), now);
    state.page("pages/applications/show", &shown)
}

/// What this person can note about the application: that the applicant applies there, their number, what came of it.
fn steps(sight: &Sight, one: &application::Application) -> Vec<Link> {
    let case = sight.case();
    let open = |step: StepCode| sight.steps.contains(&step);
    let to = |step: StepCode, query: String| format!("/cases/{}/steps/{}?{query}", case.number, step.code());
    let noted = one.noted().filter(|r| !matches!(r.state, ReferralState::Done | ReferralState::Returned));
    let Some(noted) = noted else {
        let query = format!("body={}&basis=none", one.body.id.0);
        let link = Link::new(to(StepCode::Refer, query), "신청을 안내했다고 적기");
        return if open(StepCode::Refer) { vec![link] } else { Vec::new() };
    };
    let may = |step| open(step) && sight.actor.may_answer(step, noted, case);
    [
        (StepCode::AcceptReferral, "접수된 것과 그 접수번호 적기"),
        (StepCode::ReferralProgress, "경과 적기"),
        (StepCode::ReferralResult, "결과 적기"),
        (StepCode::ReturnReferral, "접수되지 않았다고 적기"),
    ]
    .into_iter()
    .filter(|(step, _)| may(*step))
    .map(|(step, label)| Link::new(to(step, format!("referral={}", noted.seq)), label))
    .collect()
}

/// `GET /cases/{number}/applications/{body}/print/{paper}`.
///
/// # Errors
/// As `show`; 404 for a paper that the body does not want.
pub async fn print(
    state: Data<State>,
    who: Who,
    path: Path<(String, i64, String)>,
) -> Result<HttpResponse, WebError> {
    let (number, body, code) = path.into_inner();
    let kind = Kind::from_code(&code).ok_or_else(WebError::not_found)?;
    let sight = sight(&state, &who, &number, "print").await?;
    let (case, now) = (sight.case().clone(), state.now());
    let one = state.db.read(move |rx| application::one(rx, case, BodyId(body), now)).await?;
    if !is_wanted(&one, kind, now) {
        return Err(WebError::not_found());
    }
    let back = Link::new(format!("/cases/{number}/applications/{body}"), &one.body.name);
    // It is the applicant's own paper: nothing on it says who printed it.
    print::plain(&state, &who, back, paper::content(kind, &one, now))
}
