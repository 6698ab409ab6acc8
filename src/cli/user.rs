//! `ieum user add|reset|disable`: people, from the server's own terminal. Whoever can read the key is the operator.
use super::{Context, Failure, data, say};
use crate::app::{installation, now};
use crate::casework::CaseworkError;
use crate::casework::account::AccountRules;
use crate::casework::account::people::{self, Invite, NewGrant};
use crate::domain::codes::Role;
use crate::domain::ids::{BodyId, UserId};
use crate::domain::permission::{Actor, seats};
use crate::domain::seoul;
use crate::store::{Db, Rx, StoreError, bodies, users};

#[derive(clap::Subcommand)]
pub(super) enum Args {
    /// 사람을 초대합니다. 초대 메일을 보내고 초대 주소를 보여 줍니다
    Add(Add),
    /// 비밀번호를 다시 정하는 주소를 보내고 보여 줍니다. 아직 들어오지 않은 사람은 다시 초대합니다
    Reset(One),
    /// 계정을 멈춥니다. 바로 로그아웃되고 토큰과 주소를 쓸 수 없게 됩니다
    Disable(One),
}

#[derive(clap::Args)]
pub(super) struct Add {
    /// 전자우편 주소
    email: String,
    /// 이름
    #[arg(long)]
    name: String,
    /// 역할: manager secretary clerk chair member coordinator mediator ward dong admin
    #[arg(long, value_parser = role)]
    role: Role,
    /// 일하는 기관의 이름이나 번호 (운영자 admin 은 없음)
    #[arg(long, value_name = "NAME|ID")]
    body: Option<String>,
    /// 전화번호
    #[arg(long, default_value = "")]
    phone: String,
}

#[derive(clap::Args)]
pub(super) struct One {
    /// 전자우편 주소
    email: String,
}

fn role(typed: &str) -> Result<Role, String> {
    Role::from_code(typed).ok_or_else(|| format!("역할은 {} 가운데 하나입니다", Role::CODES.join(" ")))
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let settings = context.settings()?;
    let db = installation::open(&settings)?;
    let (rules, actor, base) =
        (AccountRules::of(&settings), Actor::command_line(), &settings.server.base_url);
    match args {
        Args::Add(add) => {
            let sent = db.write_here(|tx| {
                let body = body(tx, add)?;
                let grant = NewGrant { role: add.role, body, from: None, until: None };
                let invite = Invite {
                    email: add.email.clone(),
                    name: add.name.clone(),
                    phone: add.phone.clone(),
                    grant,
                };
                people::invite(tx, &actor, &rules, &invite, now())
            });
            let path = sent.map_err(refused)?.path;
            say("초대했습니다. 메일도 보냅니다. 이 주소는 한 번만 쓸 수 있습니다:");
            data(&format!("{base}{path}\n"))
        }
        Args::Reset(one) => {
            let user = find(&db, &one.email)?;
            let path = db.write_here(|tx| match users::find(tx, user)?.status {
                crate::domain::codes::AccountStatus::Invited => {
                    Ok::<_, CaseworkError>(people::invite_again(tx, &actor, &rules, user, now())?.path)
                }
                _ => people::send_reset(tx, &actor, &rules, user, now()),
            });
            let path = path.map_err(refused)?;
            say("주소를 메일로 보냅니다. 한 번만 쓸 수 있습니다:");
            data(&format!("{base}{path}\n"))
        }
        Args::Disable(one) => {
            let user = find(&db, &one.email)?;
            db.write_here(|tx| people::disable(tx, &actor, user, now())).map_err(refused)?;
            say("계정을 멈췄습니다.");
            Ok(())
        }
    }
}

fn find(db: &Db, email: &str) -> Result<UserId, Failure> {
    match db.read_here(|rx| users::by_email(rx, email)) {
        Ok(user) => Ok(user.id),
        Err(StoreError::NotFound) => Err(Failure::Failed("이 주소의 계정이 없습니다".to_owned())),
        Err(e) => Err(Failure::Failed(e.to_string())),
    }
}

/// The body that was named, by id or by name among those where the role can be held.
fn body(rx: &mut Rx<'_>, add: &Add) -> Result<Option<BodyId>, CaseworkError> {
    let Some(typed) = &add.body else { return Ok(None) };
    let mut fits = bodies::called(rx, seoul::day(now()), typed)?;
    fits.retain(|b| seats(add.role).contains(&b.kind));
    match fits.as_slice() {
        [one] => Ok(Some(one.id)),
        [] => Err(CaseworkError::field("--body", "이 역할로 일할 수 있는 그런 기관이 없습니다")),
        _ => Err(CaseworkError::field("--body", "같은 이름의 기관이 여럿입니다. 번호로 적어 주세요")),
    }
}

/// A refusal as words for a terminal.
pub(super) fn refused(e: CaseworkError) -> Failure {
    let words = match e {
        CaseworkError::Store(StoreError::Conflict(_)) => {
            "계정이 그런 상태가 아닙니다 (멈췄거나 이미 들어온 사람인지 확인해 주세요)".to_owned()
        }
        e => e.to_string(),
    };
    Failure::Failed(words)
}
