//! One page for everything that is done with a programme: its form, made from its table, and doing it.
use super::{home, said, shown_to};
use crate::casework::CaseworkError;
use crate::casework::programme::{self, Shown};
use crate::domain::codes::{BodyKind, ProgrammeAct};
use crate::domain::programme::form;
use crate::domain::seoul;
use crate::store::{Rx, bodies};
use crate::web::asked::{self, Options, page_fields};
use crate::web::error::WebError;
use crate::web::field::{Errors, Field};
use crate::web::guard::Who;
use crate::web::pages::sheet::{Sheet, kept_of};
use crate::web::parts::Flash;
use crate::web::posted::Posted;
use crate::web::programmes;
use crate::web::state::{State, see_other};
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

/// What can be chosen in the fields of an act.
async fn options(state: &State, who: &Who, shown: &Shown, act: ProgrammeAct) -> Result<Options, WebError> {
    let pair = |id: i64, name: String| (id.to_string(), name);
    let (actor, now) = (who.actor.clone(), state.now());
    Ok(match act {
        ProgrammeAct::Select => {
            let read = move |rx: &mut Rx<'_>| bodies::of_kinds(rx, seoul::day(now), &[BodyKind::Ngo]);
            let ngos = state.db.read(read).await?;
            Options::default().with("ngo", ngos.into_iter().map(|body| pair(body.id.0, body.name)).collect())
        }
        ProgrammeAct::Join => {
            let shown = shown.clone();
            let read = move |rx: &mut Rx<'_>| programme::may_join(rx, &actor, &shown, now);
            let new = state.db.read(read).await?;
            Options::default().with("complex", new.into_iter().map(|(id, name)| pair(id.0, name)).collect())
        }
        ProgrammeAct::Held => {
            let own = shown.places.iter().map(|place| pair(place.id.0, place.name.clone()));
            Options::default().with("complex", own.collect())
        }
        ProgrammeAct::Strike => {
            let line = |line: &crate::domain::programme::Line| {
                let (what, why) = said(&line.step);
                let words = format!("{}번 · {} · {what} {why}", line.seq, seoul::dotted(line.on));
                (line.seq.to_string(), words.trim_end().to_owned())
            };
            Options::default().with("line", shown.course.done.iter().rev().map(line).collect())
        }
        _ => Options::default(),
    })
}

/// What is known already stands in a fresh form.
fn known(state: &State, shown: &Shown, act: ProgrammeAct) -> Typed {
    let mut pairs = vec![("on", seoul::day(state.now()).to_string())];
    let terms = &shown.programme.terms;
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    match act {
        ProgrammeAct::Agree => pairs.extend([
            ("from_on", day(terms.from_on)),
            ("until_on", day(terms.until_on)),
            ("basis", terms.basis.clone()),
            ("mediators", terms.mediators.to_string()),
            ("budget_won", terms.budget_won.map(|won| won.to_string()).unwrap_or_default()),
        ]),
        ProgrammeAct::Select => {
            pairs.push(("ngo", terms.ngo_id.map(|id| id.0.to_string()).unwrap_or_default()));
        }
        ProgrammeAct::Plan => {
            for line in &shown.course.plan {
                let (times, won) = form::plan_names(line.item);
                pairs.extend(times.map(|name| (name, line.times.to_string())));
                pairs.push((won, line.won.to_string()));
            }
        }
        _ => {}
    }
    Typed::from_pairs(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)))
}

struct Ground {
    shown: Shown,
    act: ProgrammeAct,
    fields: Vec<Field>,
}

/// What the form of an act stands on, for whoever may do it at some time: whether it can be done now is asked apart.
async fn ground(state: &State, who: &Who, id: i64, act: &str) -> Result<Ground, WebError> {
    let act = ProgrammeAct::from_code(act).ok_or_else(WebError::not_found)?;
    let shown = shown_to(state, who, id).await?;
    if !shown.sight.may(act) {
        return Err(WebError::not_found());
    }
    let made = page_fields(&form::fields(act), &options(state, who, &shown, act).await?);
    let known = known(state, &shown, act);
    let has = |f: &Field| known.pairs().iter().any(|(name, value)| *name == f.name && !value.is_empty());
    let fields = made.into_iter().map(|f| if has(&f) { f.typed(&known) } else { f }).collect();
    Ok(Ground { shown, act, fields })
}

fn sheet(state: &State, who: &Who, ground: &Ground) -> Sheet {
    let (act, programme) = (ground.act, &ground.shown.programme);
    let path = home(programme.id);
    let sheet = Sheet::new(state.frame(who, act.label()), &format!("{path}/do/{act}"), "적기")
        .lead(&programme.name)
        .cancel(&path, "사업으로");
    if matches!(act, ProgrammeAct::End | ProgrammeAct::Strike | ProgrammeAct::Back) {
        sheet.danger()
    } else {
        sheet
    }
}

/// Asks for the particulars of an act.
///
/// # Errors
/// 404 where the person could not do it now.
pub async fn show(state: Data<State>, who: Who, path: Path<(i64, String)>) -> Result<HttpResponse, WebError> {
    let (id, act) = path.into_inner();
    let ground = ground(&state, &who, id, &act).await?;
    if !ground.shown.open.contains(&ground.act) {
        return Err(WebError::not_found());
    }
    sheet(&state, &who, &ground).filled(ground.fields).show(&state)
}

/// What a programme refuses stands at the field that it is about.
fn refused(e: CaseworkError) -> Result<Errors, WebError> {
    match e {
        CaseworkError::Refused(refused) => {
            let field = match refused.code {
                "over_budget" => "running_won",
                "no_line" => "line",
                "reason" => "reason",
                _ => "on",
            };
            let mut errors = Errors::default();
            errors.add(field, &refused.sentence);
            Ok(errors)
        }
        e => kept_of(
            e,
            "그사이에 다른 사람이 먼저 적었습니다. 적으신 것은 그대로 있습니다. 지금 단계를 확인하고 다시 보내 주세요.",
        ),
    }
}

/// Does it. Where it can no longer be done, what was typed stays with the sentence that says so.
///
/// # Errors
/// 404 where the person could never do it.
pub async fn take(
    state: Data<State>,
    who: Who,
    path: Path<(i64, String)>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let (id, act) = path.into_inner();
    let ground = ground(&state, &who, id, &act).await?;
    let (id, act) = (ground.shown.programme.id, ground.act);
    let mut errors = Errors::default();
    let body = asked::typed_object(&form::fields(act), &typed, &mut errors);
    let read = if errors.is_empty() { programmes::read(act, body) } else { Err(errors) };
    let errors = match read {
        Err(errors) => errors,
        Ok((on, wanted)) => {
            let (actor, now) = (who.actor.clone(), state.now());
            let done = state.db.write(move |tx| programme::take(tx, &actor, id, (act, on, wanted), now));
            match done.await {
                Ok(()) => return Ok(see_other(&home(id), Some(&Flash::ok("적었습니다.")))),
                Err(e) => refused(e)?,
            }
        }
    };
    sheet(&state, &who, &ground).typed(ground.fields, &typed, &errors).show(&state)
}
