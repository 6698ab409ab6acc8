//! A last look at what goes to another body, before it does.
use crate::casework::CaseworkError;
use crate::casework::packet::{self, Said};
use crate::casework::step::Taking;
use crate::domain::step::Step;
use crate::store::StoreError;
use crate::web::error::WebError;
use crate::web::field::Errors;
use crate::web::guard::Who;
use crate::web::state::State;
use serde::Serialize;

/// What exactly would be sent, and its mark, which the form sends back.
#[derive(Debug, Serialize)]
pub(super) struct Preview {
    pub text: String,
    pub digest: String,
}

/// The 의뢰서 of a referral as it would go out now; what is wrong with it, field by field; nothing for every other step.
///
/// # Errors
/// 404 outside the scope, 403 when the step is not for this person.
pub(super) async fn of(
    state: &State,
    who: &Who,
    number: &str,
    taking: &Taking,
) -> Result<Option<Result<Preview, Errors>>, WebError> {
    let Step::Refer { body, reason, basis, help, answers, .. } = taking.step.clone() else { return Ok(None) };
    let (actor, number, ip, now) = (who.actor.clone(), number.to_owned(), who.ip.clone(), state.now());
    let (seen, at) = (taking.seen, taking.at);
    let said = move |tx: &mut crate::store::Tx<'_>| {
        let about = Said { body, reason: &reason, basis, help, answers: &answers };
        packet::preview(tx, &actor, &number, (about, seen, at), &ip, now)
    };
    match state.db.write(said).await {
        Ok(packet) => Ok(Some(Ok(Preview { digest: packet.digest(), text: packet.text }))),
        Err(CaseworkError::Invalid(wrong)) => {
            let mut errors = Errors::default();
            wrong.iter().for_each(|(name, sentence)| errors.add(name, sentence));
            Ok(Some(Err(errors)))
        }
        // Why it cannot be sent now, the step itself says on its form.
        Err(CaseworkError::Refused(_) | CaseworkError::Store(StoreError::Conflict(_))) => Ok(None),
        Err(e) => Err(e.into()),
    }
}
