//! The respondent's page by letter: no verdict, who sees what, five answers, none of them with a penalty.

use super::{Answered, answered, contact, day};
use crate::casework::party::{Door, LetterAnswer};
use crate::domain::codes::{ConsentPurpose, Reply};
use crate::domain::text;
use crate::web::field::{Errors, Field, Form};
use crate::web::pages::apply::view::{ConsentBox, Contact};
use crate::web::parts::{Page, Summary};
use crate::web::qr::Qr;
use crate::web::typed::Typed;
use serde::Serialize;

/// `pages/letter/code`: a code to type.
#[derive(Debug, Serialize)]
pub struct Code {
    pub page: Page,
    pub form: Form,
}

/// The page that asks for the code.
#[must_use]
pub fn code(mut page: Page, typed: &Typed, errors: &Errors) -> Code {
    let field = Field::text("code", "코드 8자리")
        .help("대문자와 소문자, 가운데 줄은 구별하지 않습니다.")
        .width("w-m")
        .max(20)
        .autocomplete("off");
    let form = Form::new([field], typed, errors);
    "편지 코드를 넣어 주세요".clone_into(&mut page.title);
    page.error = !form.errors.is_empty();
    Code { page, form }
}

/// `pages/letter/show`.
#[derive(Debug, Serialize)]
pub struct Show {
    pub page: Page,
    pub form: Form,
    pub facts: Summary,
    pub may_tell: Option<String>,
    pub holder: String,
    pub destroy: &'static str,
    pub consent: Option<ConsentBox>,
    /// Whether one's data may pass to the NGO: asked apart, unticked.
    pub provide: Option<ConsentBox>,
    pub answered: Option<Answered>,
    pub action: String,
    /// The respondent's own page, after an answer.
    pub follow: Option<String>,
    pub contact: Option<Contact>,
}

/// What is said after each answer.
const fn after(reply: Reply) -> &'static str {
    match reply {
        Reply::NotOurs => "알려 주셔서 고맙습니다. 다른 곳을 찾아보겠습니다.",
        Reply::AlsoUs => "알려 주셔서 고맙습니다. 맡은 사람이 그쪽 사정도 함께 살피겠습니다.",
        Reply::Call => "적어 주신 번호로 전화드리겠습니다.",
        Reply::Join => "참여해 주셔서 고맙습니다. 맡은 사람이 연락드리겠습니다.",
        Reply::Decline => "뜻을 잘 받았습니다. 불이익은 없습니다. 마음이 바뀌면 전화해 주세요.",
    }
}

fn fields() -> Vec<Field> {
    let choice = Field::radio("choice", "어떻게 하시겠습니까?").big();
    let choice = Reply::ALL.iter().fold(choice, |field, reply| {
        let help = match reply {
            Reply::NotOurs => "그때 집에 없었거나 그런 소리를 내지 않았습니다.",
            Reply::AlsoUs => "우리 집도 소리 때문에 힘듭니다.",
            Reply::Call => "이야기를 듣고 정하겠습니다. 전화번호를 적어 주세요.",
            Reply::Join => "양쪽 이야기를 듣는 자리에 참여합니다. 아래 동의와 전화번호가 필요합니다.",
            Reply::Decline => "참여하지 않아도 불이익은 없습니다.",
        };
        field.choice(reply.code(), reply.label(), Some(help))
    });
    vec![
        choice,
        Field::checkbox("consent", "조정에 참여하는 데 동의합니다").optional(),
        Field::checkbox("provide", "제 정보를 협약 기관에 제공하는 데 동의합니다").optional(),
        Field::area("say", "하고 싶은 말", 1000)
            .help("맡은 사람만 읽습니다. 이웃에게 보이지 않습니다.")
            .rows(4)
            .optional(),
        Field::text("name", "이름").autocomplete("name").width("w-m").max(40).optional(),
        Field::tel("phone", "전화번호").max(20).optional(),
        Field::email("email", "전자우편").max(254).optional(),
    ]
}

/// When an answer to a letter or notice is hoped for, on paper and screen alike.
pub(crate) const ANSWER_SOON: &str = "받으신 날부터 7일 안";

/// The letter as its reader sees it.
#[must_use]
pub fn show(mut page: Page, door: &Door, token: &str, typed: &Typed, errors: &Errors) -> Show {
    let form = Form::new(fields(), typed, errors);
    "이웃 생활 소리에 관한 안내".clone_into(&mut page.title);
    page.error = !form.errors.is_empty();
    let case = &door.visit.case;
    let reply = door.visit.link.answer.as_deref().and_then(Reply::from_code);
    let holder = door.holder.as_ref().map_or_else(|| "맡은 기관".to_owned(), |(name, _)| name.clone());
    let mut facts = Summary::default()
        .row("보낸 곳", holder.clone())
        .row("단지", door.complex.clone())
        .row("어떤 소리", case.intake.cause.label());
    if let Some(unit) = &door.told.unit {
        facts = facts.row("신청한 집", unit.to_string());
    }
    let open_until = day(door.visit.link.expires_at.and_utc());
    facts = facts.row("답을 바라는 날", ANSWER_SOON).row("코드를 쓸 수 있는 날", format!("{open_until}까지"));
    let consent = ConsentPurpose::Mediation.text();
    let consent = consent
        .zip(form.fields.get("consent"))
        .map(|(text, field)| ConsentBox::new(text, field.clone()).by(&door.controller));
    let provide =
        ConsentPurpose::Provision.text().zip(form.fields.get("provide")).zip(door.provider.as_deref());
    let provide =
        provide.map(|((text, field), to)| ConsentBox::new(text, field.clone()).by(&door.controller).to(to));
    Show {
        provide,
        facts,
        may_tell: Some(door.told.may_tell.clone()).filter(|t| !t.is_empty()),
        holder,
        destroy: "참여하지 않으시면 적으신 연락처를 30일 안에 지웁니다.",
        consent,
        answered: reply.map(|r| answered(door, r.label().to_owned(), after(r))),
        action: format!("/r/{token}"),
        follow: door.follow.clone(),
        contact: contact(door),
        form,
        page,
    }
}

/// The answer as typed.
///
/// # Errors
/// What has to be corrected, by field.
pub fn read(typed: &Typed) -> Result<LetterAnswer, Errors> {
    let mut errors = Errors::default();
    let reply = Reply::from_code(typed.get("choice"));
    if reply.is_none() {
        errors.add("choice", "다섯 가지 가운데 하나를 골라 주세요.");
    }
    let mut kept =
        |name: &str, read: fn(&str) -> Result<String, &'static str>| match typed.some(name).map(read) {
            None => String::new(),
            Some(Ok(value)) => value,
            Some(Err(e)) => {
                errors.add(name, e);
                String::new()
            }
        };
    let (name, phone, email) =
        (kept("name", text::name), kept("phone", text::phone), kept("email", text::email));
    let say = text::free(typed.get("say"), 1000).unwrap_or_else(|e| {
        errors.add("say", &e);
        String::new()
    });
    match reply {
        Some(Reply::Join) if !typed.ticked("consent") => {
            errors.add("consent", "참여하시려면 조정 참여에 동의해 주세요.");
        }
        Some(Reply::Join | Reply::Call) if phone.is_empty() => {
            errors.add("phone", "연락드릴 전화번호를 적어 주세요. 예: 010-1234-5678");
        }
        _ => {}
    }
    match reply.filter(|_| errors.is_empty()) {
        Some(reply) => Ok(LetterAnswer {
            provide: typed.ticked("provide"),
            reply,
            consent: typed.ticked("consent"),
            say,
            name,
            phone,
            email,
        }),
        None => Err(errors),
    }
}

/// `pages/letter/paper`: one A4 page for a sealed envelope.
#[derive(Debug, Serialize)]
pub struct Paper {
    pub page: Page,
    /// The door, as on the envelope.
    pub to: String,
    pub from: String,
    pub may_tell: Option<String>,
    pub qr: Option<Qr>,
    /// The site's address without scheme.
    pub site_shown: String,
    /// `ABCD-2345`.
    pub code: String,
    pub tel: Option<String>,
    /// When an answer is hoped for; the code opens the page for longer.
    pub answer_by: &'static str,
    pub expires: String,
    pub written: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_answer_needs() {
        let read = |body: &str| read(&Typed::from_body(body.as_bytes()));
        assert!(read("").unwrap_err().of("choice").is_some());
        assert!(read("choice=join&phone=01012345678").unwrap_err().of("consent").is_some());
        assert!(read("choice=join&consent=yes").unwrap_err().of("phone").is_some());
        assert!(read("choice=call&phone=1").unwrap_err().of("phone").is_some());
        assert!(read("choice=decline&say=900101-1234567").unwrap_err().of("say").is_some());
        let joined = read("choice=join&consent=yes&phone=010-1234-5678").unwrap();
        assert_eq!((joined.reply, joined.phone.as_str()), (Reply::Join, "01012345678"));
        assert_eq!(read("choice=decline").unwrap().reply, Reply::Decline, "declining asks for nothing");
    }
}
