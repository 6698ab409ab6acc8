//! `ieum user add|reset|disable`: accounts from the server's own terminal, by the functions of the set-up pages.
//!
//! Whoever may run commands beside the database acts as the operator; the audit names no person then.
use super::{Context, Failure, data, say};
use crate::app::{installation, now};
use crate::casework::CaseworkError;
use crate::casework::account::AccountRules;
use crate::casework::account::people::{self, Invite, NewGrant};
use crate::domain::codes::Role;
use crate::domain::ids::BodyId;
use crate::domain::permission::{Actor, Grant};
use crate::domain::seoul;
use crate::store::{StoreError, Tx, bodies, users};

#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// 사람을 초대합니다 (초대 메일이 나가고, 초대 주소를 출력합니다)
    Add(AddArgs),
    /// 비밀번호를 다시 정할 주소를 만듭니다 (메일이 나가고, 주소를 출력합니다)
    Reset(WhoArgs),
    /// 계정을 멈춥니다 (로그인과 토큰이 바로 끝납니다)
    Disable(WhoArgs),
}

#[derive(clap::Args)]
struct WhoArgs {
    /// 전자우편 주소
    email: String,
}

#[derive(clap::Args)]
struct AddArgs {
    /// 전자우편 주소
    email: String,
    /// 이름
    #[arg(long)]
    name: String,
    /// 역할: manager secretary clerk chair member coordinator mediator ward dong admin
    #[arg(long, value_parser = role)]
    role: Role,
    /// 일하는 기관의 이름 (운영자 admin 에게는 없음)
    #[arg(long, value_name = "NAME")]
    body: Option<String>,
    /// 전화번호
    #[arg(long, default_value = "")]
    phone: String,
}

fn role(text: &str) -> Result<Role, String> {
    Role::from_code(text).ok_or_else(|| "없는 역할입니다".to_owned())
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let settings = context.settings()?;
    let (db, rules, now) = (installation::open(&settings)?, AccountRules::of(&settings), now());
    let operator = Actor { grants: vec![Grant { role: Role::Admin, body: None }], ..Actor::default() };
    let path = match &args.command {
        Command::Add(new) => db.write_here(|tx| {
            let body = new.body.as_deref().map(|name| named(tx, name)).transpose()?;
            let grant = NewGrant { role: new.role, body, from: None, until: None };
            let (email, name, phone) = (new.email.clone(), new.name.clone(), new.phone.clone());
            let invited = people::invite(tx, &operator, &rules, &Invite { email, name, phone, grant }, now)?;
            Ok::<_, CaseworkError>(Some(invited.path))
        })?,
        Command::Reset(who) => db.write_here(|tx| {
            let user = known(tx, &who.email)?;
            people::send_reset(tx, &operator, &rules, user, now).map(Some)
        })?,
        Command::Disable(who) => db.write_here(|tx| {
            let user = known(tx, &who.email)?;
            people::disable(tx, &operator, user, now).map(|()| None)
        })?,
    };
    match path {
        Some(path) => {
            say("한 번만 쓸 수 있는 주소입니다. 본인에게만 전해 주세요.");
            data(&format!("{}{path}\n", settings.server.base_url))
        }
        None => {
            say("계정을 멈추었습니다.");
            Ok(())
        }
    }
}

fn known(tx: &mut Tx<'_>, email: &str) -> Result<crate::domain::ids::UserId, CaseworkError> {
    match users::by_email(tx, email) {
        Ok(user) => Ok(user.id),
        Err(StoreError::NotFound) => Err(CaseworkError::field("email", "그 주소의 계정이 없습니다")),
        Err(e) => Err(e.into()),
    }
}

/// The body in force today of this very name; two of one name are told apart on the set-up pages.
fn named(tx: &mut Tx<'_>, name: &str) -> Result<BodyId, CaseworkError> {
    let today = seoul::day(now());
    let found: Vec<_> = bodies::all(tx, today)?.into_iter().filter(|body| body.name == name.trim()).collect();
    match found.as_slice() {
        [one] => Ok(one.id),
        [] => Err(CaseworkError::field("body", "그런 이름의 기관이 없습니다")),
        _ => Err(CaseworkError::field("body", "같은 이름의 기관이 여럿입니다. 설정 화면에서 초대해 주세요")),
    }
}
