//! What can be done to an account with one press.
use crate::casework::CaseworkError;
use crate::casework::account::{AccountRules, people};
use crate::domain::ids::UserId;
use crate::domain::permission::Actor;
use crate::store::Tx;
use crate::store::users::{self, User};
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::pages::sheet::{Sheet, errors_of};
use crate::web::parts::Flash;
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use chrono::{DateTime, Utc};

/// What can be done to an account with one press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Invite,
    Reset,
    Disable,
    Enable,
}

impl Act {
    const ALL: [Self; 4] = [Self::Invite, Self::Reset, Self::Disable, Self::Enable];

    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::Reset => "reset",
            Self::Disable => "disable",
            Self::Enable => "enable",
        }
    }

    fn from_path(code: &str) -> Result<Self, WebError> {
        Self::ALL.into_iter().find(|act| act.code() == code).ok_or_else(WebError::not_found)
    }

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Invite => "다시 초대하기",
            Self::Reset => "비밀번호 재설정 링크 보내기",
            Self::Disable => "계정 멈추기",
            Self::Enable => "계정 다시 열기",
        }
    }

    fn lead(self, name: &str) -> String {
        match self {
            Self::Invite => {
                format!("{name} 님께 초대 메일을 다시 보냅니다. 앞서 보낸 링크는 쓸 수 없게 됩니다.")
            }
            Self::Reset => format!("{name} 님께 비밀번호를 다시 정하는 링크를 보냅니다."),
            Self::Disable => format!(
                "{name} 님이 바로 로그아웃되고 다시 로그인할 수 없습니다. API 토큰도 없어집니다. 한 일의 기록은 남습니다."
            ),
            Self::Enable => {
                format!("{name} 님이 다시 로그인할 수 있습니다. 끝나지 않은 역할도 그대로입니다.")
            }
        }
    }

    fn done(self) -> &'static str {
        match self {
            Self::Invite => "초대 메일을 다시 보냈습니다.",
            Self::Reset => "링크를 보냈습니다.",
            Self::Disable => "계정을 멈췄습니다.",
            Self::Enable => "계정을 다시 열었습니다.",
        }
    }

    fn run(
        self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        rules: &AccountRules,
        user: UserId,
        now: DateTime<Utc>,
    ) -> Result<(), CaseworkError> {
        match self {
            Self::Invite => people::invite_again(tx, actor, rules, user, now).map(drop),
            Self::Reset => people::send_reset(tx, actor, rules, user, now).map(drop),
            Self::Disable => people::disable(tx, actor, user, now),
            Self::Enable => people::enable(tx, actor, user, now),
        }
    }
}

fn act_sheet(state: &State, who: &Who, act: Act, user: &User) -> Sheet {
    let path = format!("/admin/people/{}", user.id.0);
    let sheet = Sheet::new(state.frame(who, act.title()), &format!("{path}/do/{}", act.code()), act.title())
        .lead(&act.lead(&user.name))
        .cancel(&path, "그만두기");
    let mut sheet = if act == Act::Disable { sheet.danger() } else { sheet };
    sheet.page.mail_to_files = state.mail_note().filter(|_| matches!(act, Act::Invite | Act::Reset));
    sheet
}

/// Asks whether it is meant.
///
/// # Errors
/// `not_found`.
pub async fn act_form(
    state: Data<State>,
    who: Who,
    path: Path<(i64, String)>,
) -> Result<HttpResponse, WebError> {
    let (id, act) = path.into_inner();
    let act = Act::from_path(&act)?;
    let user = state.db.read(move |rx| users::find(rx, UserId(id))).await?;
    act_sheet(&state, &who, act, &user).filled(Vec::new()).show(&state)
}

/// Does it.
///
/// # Errors
/// `not_found`; `conflict` when the account is not in the state that it needs.
pub async fn act(
    state: Data<State>,
    who: Who,
    path: Path<(i64, String)>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let (id, act) = path.into_inner();
    let act = Act::from_path(&act)?;
    let user = state.db.read(move |rx| users::find(rx, UserId(id))).await?;
    let (actor, rules, now, own) =
        (who.actor.clone(), AccountRules::of(&state.settings), state.now(), user.id);
    match state.db.write(move |tx| act.run(tx, &actor, &rules, own, now)).await {
        Ok(()) => Ok(see_other(&format!("/admin/people/{id}"), Some(&Flash::ok(act.done())))),
        Err(e) => act_sheet(&state, &who, act, &user).typed(Vec::new(), &typed, &errors_of(e)?).show(&state),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_is_found_by_its_path() {
        for act in Act::ALL {
            assert_eq!(Act::from_path(act.code()).ok(), Some(act));
        }
        assert!(Act::from_path("delete").is_err());
    }
}
