//! The five pages of the resident's application: what each asks, and what the answers come to.
//!
//! The pages share one set of names, so that the draft is simply everything typed so far.

mod answers;
#[cfg(test)]
mod tests;

pub use answers::*;

use crate::casework::places::Areas;
use crate::domain::codes::{Cause, ConsentPurpose, Disclosure, Position};
use crate::web::field::Field;

/// One page of the application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// 안내·동의.
    Start,
    /// 사는 곳.
    Home,
    /// 어떤 소음.
    Noise,
    /// 바라는 점·연락.
    Wishes,
    /// 확인.
    Check,
}

impl Step {
    /// In the order of the pages.
    pub const ALL: [Self; 5] = [Self::Start, Self::Home, Self::Noise, Self::Wishes, Self::Check];
    /// The names in the step indicator.
    pub const LABELS: [&'static str; 5] = ["안내·동의", "사는 곳", "어떤 소음", "바라는 점·연락", "확인"];

    /// The last part of the page's address; the first page is `/apply` itself.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Start => "",
            Self::Home => "home",
            Self::Noise => "noise",
            Self::Wishes => "wishes",
            Self::Check => "check",
        }
    }

    /// The page's address.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Start => "/apply",
            Self::Home => "/apply/home",
            Self::Noise => "/apply/noise",
            Self::Wishes => "/apply/wishes",
            Self::Check => "/apply/check",
        }
    }

    /// The page with this slug.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.slug() == slug)
    }

    /// 1 to 5.
    #[must_use]
    pub fn number(self) -> usize {
        Self::ALL.iter().position(|s| *s == self).map_or(1, |i| i + 1)
    }

    /// The page after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self::ALL.get(self.number()).copied().unwrap_or(Self::Check)
    }

    /// The page before this one.
    #[must_use]
    pub fn previous(self) -> Option<Self> {
        self.number().checked_sub(2).and_then(|i| Self::ALL.get(i)).copied()
    }

    /// The names that the page's form sends.
    #[must_use]
    pub const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Start => &["consent_sensitive", "consent_provision", "consent_recording", "notice"],
            Self::Home => &["complex", "complex_typed", "area", "building", "unit"],
            Self::Noise => &["cause", "position", "r_building", "r_unit", "times", "narrative"],
            Self::Wishes => &[
                "told",
                "told_on",
                "told_answer",
                "wishes",
                "disclosure",
                "may_tell",
                "name",
                "phone",
                "email",
            ],
            Self::Check => &[],
        }
    }
}

/// The box of a consent.
#[must_use]
pub const fn consent_name(purpose: ConsentPurpose) -> &'static str {
    match purpose {
        ConsentPurpose::Sensitive => "consent_sensitive",
        ConsentPurpose::Provision => "consent_provision",
        ConsentPurpose::Recording => "consent_recording",
        ConsentPurpose::Mediation => "consent_mediation",
    }
}

/// The consents that the application asks for. Taking part in mediation is asked later.
pub const ASKED: [ConsentPurpose; 3] =
    [ConsentPurpose::Sensitive, ConsentPurpose::Provision, ConsentPurpose::Recording];

/// Hours of the day in Seoul: (code, label).
pub const TIMES: [(&str, &str); 6] = [
    ("00-06", "새벽 0–6시"),
    ("06-09", "아침 6–9시"),
    ("09-18", "낮 9–18시"),
    ("18-22", "저녁 18–22시"),
    ("22-24", "밤 22–24시"),
    ("holiday", "주말·휴일"),
];

/// The choice for a 단지 that is not in the list.
pub const OTHER: &str = "other";

/// What can be chosen on the page of the home.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices {
    /// The 단지: id as text, name.
    pub complexes: Vec<(String, String)>,
    /// The 동네, for those whose 단지 is not listed.
    pub areas: Areas,
}

/// The fields of a page.
#[must_use]
pub fn fields(step: Step, choices: &Choices) -> Vec<Field> {
    match step {
        Step::Start => ASKED.iter().filter_map(|purpose| consent_field(*purpose)).collect(),
        Step::Home => home(choices),
        Step::Noise => noise(),
        Step::Wishes => wishes(),
        Step::Check => Vec::new(),
    }
}

fn consent_field(purpose: ConsentPurpose) -> Option<Field> {
    let text = purpose.text()?;
    Some(Field::checkbox(consent_name(purpose), text.label).optional())
}

/// The field of the 동네, which counts where the 단지 is not listed.
#[must_use]
pub fn area_field(areas: &Areas) -> Field {
    let field = Field::select("area", "목록에 없으면 사시는 동네")
        .choice("", if areas.needed { "골라 주세요" } else { "모름" }, None)
        .choices(areas.choices.iter().map(|(code, name)| (code.as_str(), name.as_str())));
    if areas.needed { field } else { field.optional() }
}

fn home(choices: &Choices) -> Vec<Field> {
    let complex = Field::select("complex", "어느 단지에 사시나요?")
        .choice("", "단지를 골라 주세요", None)
        .choices(choices.complexes.iter().map(|(id, name)| (id.as_str(), name.as_str())))
        .choice(OTHER, "목록에 없습니다", None);
    vec![
        complex,
        Field::text("complex_typed", "목록에 없으면 단지 이름이나 주소")
            .help("아파트 이름과 동네를 적어 주세요. 주소 전체는 적지 않아도 됩니다.")
            .max(100)
            .optional(),
        area_field(&choices.areas),
        Field::text("building", "동").help("동이 하나뿐이면 비워 두세요.").width("w-s").max(12).optional(),
        Field::text("unit", "호").help("예: 1203").width("w-s").max(20),
    ]
}

fn noise() -> Vec<Field> {
    let causes = Cause::ALL.iter().map(|c| (c.code(), c.label()));
    let position =
        Position::ALL.iter().fold(Field::radio("position", "추정되는 곳"), |field, position| {
            let help = (*position == Position::Unknown).then_some("몰라도 됩니다. 함께 알아봅니다.");
            field.choice(position.code(), position.label(), help)
        });
    vec![
        Field::radio("cause", "어떤 소리가 가장 힘드신가요?").choices(causes).layout("two"),
        position
            .help("소리는 벽과 배관을 타고 돌기도 합니다. 아닐 수 있다는 것을 알고 여쭙습니다.")
            .layout("two"),
        Field::text("r_building", "추정되는 집의 동").width("w-s").max(12).optional(),
        Field::text("r_unit", "추정되는 집의 호").width("w-s").max(20).optional(),
        Field::checks("times", "주로 언제 들리나요?").choices(TIMES).layout("two").optional(),
        Field::area("narrative", "어떤 일이 있었는지 적어 주세요", 2000)
            .help("언제부터, 얼마나 자주, 어떤 소리인지 본 대로 들은 대로 적어 주세요. 이 내용은 상대방에게 보이지 않습니다.")
            .rows(7)
            .optional(),
    ]
}

fn wishes() -> Vec<Field> {
    let disclosure = Field::radio("disclosure", "상대방이 어디까지 알아도 되나요?")
        .choice(
            Disclosure::NoticeOnly.code(),
            "단지 안내문만",
            Some("상대방에게 따로 연락하지 않고 단지 전체에 안내문만 붙입니다."),
        )
        .choice(
            Disclosure::HideUnit.code(),
            "호수는 알리지 않기",
            Some("상대방에게 연락하되, 어느 집에서 신청했는지는 알리지 않습니다."),
        )
        .choice(
            Disclosure::Open.code(),
            "알려도 됨",
            Some("어느 집에서 신청했는지 알려도 됩니다. 이름과 전화번호는 알리지 않습니다."),
        );
    vec![
        Field::radio("told", "관리사무소에 알리신 적이 있나요?")
            .choices([("yes", "예"), ("no", "아니요")])
            .layout("two"),
        Field::date("told_on", "언제 알리셨나요?").help("정확하지 않아도 됩니다.").optional(),
        Field::area("told_answer", "어떤 답을 들으셨나요?", 500).rows(3).optional(),
        Field::area("wishes", "무엇을 바라시나요?", 1000)
            .help("예: 밤 10시 이후에는 조용하면 좋겠습니다.")
            .rows(4),
        disclosure,
        Field::area("may_tell", "상대방에게 전해도 되는 말", 500)
            .help("적어 주신 그대로 전할 수 있습니다. 비워 두면 아무 말도 전하지 않습니다.")
            .rows(3)
            .optional(),
        Field::text("name", "이름").autocomplete("name").width("w-m").max(40),
        Field::tel("phone", "연락받을 전화번호").help("상대방에게 알리지 않습니다.").max(20),
        Field::email("email", "전자우편").help("적어 주시면 진행 소식을 보내 드립니다.").max(254).optional(),
    ]
}
