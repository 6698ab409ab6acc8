//! The five pages of the resident's application: what each asks, and what the answers come to.
//!
//! The pages share one set of names, so that the draft is simply everything typed so far.

use crate::domain::codes::{Cause, ConsentPurpose, Disclosure, Position};
use crate::domain::text::{self, Unit};
use crate::web::field::{Errors, Field};
use crate::web::typed::Typed;
use chrono::NaiveDate;

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
            Self::Home => &["complex", "complex_typed", "building", "unit"],
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

/// The fields of a page. `complexes` are (id, name) of the 단지 that can be chosen.
#[must_use]
pub fn fields(step: Step, complexes: &[(String, String)]) -> Vec<Field> {
    match step {
        Step::Start => ASKED.iter().filter_map(|purpose| consent_field(*purpose)).collect(),
        Step::Home => home(complexes),
        Step::Noise => noise(),
        Step::Wishes => wishes(),
        Step::Check => Vec::new(),
    }
}

fn consent_field(purpose: ConsentPurpose) -> Option<Field> {
    let text = purpose.text()?;
    Some(Field::checkbox(consent_name(purpose), text.label).optional())
}

fn home(complexes: &[(String, String)]) -> Vec<Field> {
    let complex = Field::select("complex", "어느 단지에 사시나요?")
        .choice("", "단지를 골라 주세요", None)
        .choices(complexes.iter().map(|(id, name)| (id.as_str(), name.as_str())))
        .choice(OTHER, "목록에 없습니다", None);
    vec![
        complex,
        Field::text("complex_typed", "목록에 없으면 단지 이름이나 주소")
            .help("아파트 이름과 동네를 적어 주세요. 주소 전체는 적지 않아도 됩니다.")
            .max(100)
            .optional(),
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

/// One consent as answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsentAnswer {
    pub purpose: ConsentPurpose,
    pub version: &'static str,
    pub given: bool,
}

/// The answers, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// The chosen 단지; none means 단지 미상 and `complex_typed`.
    pub complex: Option<i64>,
    pub complex_typed: Option<String>,
    pub home: Unit,
    pub cause: Cause,
    pub position: Position,
    /// 추정되는 곳, when it was given.
    pub suspected: Option<Unit>,
    pub times: Vec<String>,
    pub narrative: String,
    /// What the office was told and answered, as one text.
    pub answered: String,
    pub wishes: String,
    pub disclosure: Disclosure,
    pub may_tell: String,
    pub name: String,
    /// Digits.
    pub phone: String,
    pub email: Option<String>,
    pub consents: Vec<ConsentAnswer>,
}

/// What is wrong with a page's answers; nothing when they will do. `today` is the date in Seoul.
#[must_use]
pub fn check(step: Step, typed: &Typed, complexes: &[(String, String)], today: NaiveDate) -> Errors {
    let mut errors = Errors::default();
    match step {
        Step::Start | Step::Check => {}
        Step::Home => check_home(typed, complexes, &mut errors),
        Step::Noise => check_noise(typed, &mut errors),
        Step::Wishes => check_wishes(typed, today, &mut errors),
    }
    errors
}

fn check_home(typed: &Typed, complexes: &[(String, String)], errors: &mut Errors) {
    match typed.get("complex") {
        "" => errors.add("complex", "단지를 골라 주세요. 없으면 “목록에 없습니다”를 골라 주세요."),
        OTHER if typed.get("complex_typed").is_empty() => {
            errors.add("complex_typed", "단지 이름이나 주소를 적어 주세요.");
        }
        OTHER => {}
        id if complexes.iter().all(|(known, _)| known != id) => {
            errors.add("complex", "단지를 목록에서 다시 골라 주세요.");
        }
        _ => {}
    }
    if let Err(e) = text::free(typed.get("complex_typed"), 100) {
        errors.add("complex_typed", &e);
    }
    if let Err(e) = Unit::read(typed.get("building"), typed.get("unit")) {
        errors.add("unit", e);
    }
}

fn check_noise(typed: &Typed, errors: &mut Errors) {
    if Cause::from_code(typed.get("cause")).is_none() {
        errors.add("cause", "가장 힘든 소리를 하나 골라 주세요. 모르면 “모름”을 골라 주세요.");
    }
    if Position::from_code(typed.get("position")).is_none() {
        errors.add("position", "추정되는 곳을 골라 주세요. 모르면 “모름”을 골라 주세요.");
    }
    if let Err(e) = suspected(typed) {
        errors.add("r_unit", e);
    }
    if typed.all("times").any(|t| TIMES.iter().all(|(code, _)| *code != t)) {
        errors.add("times", "들리는 때를 다시 골라 주세요.");
    }
    if let Err(e) = text::free(typed.get("narrative"), 2000) {
        errors.add("narrative", &e);
    }
}

/// The door that the noise may come from. The building alone says nothing yet.
///
/// # Errors
/// A sentence for the field of the 호.
pub fn suspected(typed: &Typed) -> Result<Option<Unit>, &'static str> {
    let (building, unit) = (typed.get("r_building"), typed.get("r_unit"));
    if unit.is_empty() {
        return Ok(None);
    }
    let building = if building.is_empty() { typed.get("building") } else { building };
    let whole = Unit::read("", unit).ok().filter(|u| !u.building.is_empty());
    match whole {
        Some(unit) => Ok(Some(unit)),
        None => Unit::read(building, unit).map(Some),
    }
}

fn check_wishes(typed: &Typed, today: NaiveDate, errors: &mut Errors) {
    if !["yes", "no"].contains(&typed.get("told")) {
        errors.add("told", "관리사무소에 알리셨는지 골라 주세요.");
    }
    match typed.get("told_on") {
        "" => {}
        day => match day.parse::<NaiveDate>() {
            Ok(day) if day > today => errors.add("told_on", "오늘이나 지난 날짜를 골라 주세요."),
            Ok(_) => {}
            Err(_) => errors.add("told_on", "날짜를 다시 골라 주세요. 예: 2026-11-01"),
        },
    }
    if typed.get("wishes").is_empty() {
        errors.add("wishes", "바라시는 점을 한 줄이라도 적어 주세요.");
    }
    for (name, max) in [("told_answer", 500), ("wishes", 1000), ("may_tell", 500)] {
        if let Err(e) = text::free(typed.get(name), max) {
            errors.add(name, &e);
        }
    }
    if Disclosure::from_code(typed.get("disclosure")).is_none() {
        errors.add("disclosure", "상대방이 어디까지 알아도 되는지 골라 주세요.");
    }
    if let Err(e) = text::name(typed.get("name")) {
        errors.add("name", e);
    }
    if let Err(e) = text::phone(typed.get("phone")) {
        errors.add("phone", e);
    }
    if let Some(Err(e)) = typed.some("email").map(text::email) {
        errors.add("email", e);
    }
}

/// All answers, or the first page that is not done yet with what is missing there.
///
/// # Errors
/// The page to go back to.
pub fn read(
    typed: &Typed,
    complexes: &[(String, String)],
    today: NaiveDate,
) -> Result<Answers, (Step, Errors)> {
    // Someone who jumps to the last page has not been shown the basis of processing.
    if typed.get("notice").is_empty() {
        return Err((Step::Start, Errors::default()));
    }
    for step in Step::ALL {
        let errors = check(step, typed, complexes, today);
        if !errors.is_empty() {
            return Err((step, errors));
        }
    }
    answers(typed).ok_or_else(|| (Step::Home, Errors::default()))
}

/// Checked answers as values; none only if a check above was forgotten.
fn answers(typed: &Typed) -> Option<Answers> {
    let other = typed.get("complex") == OTHER;
    Some(Answers {
        complex: if other { None } else { Some(typed.get("complex").parse().ok()?) },
        complex_typed: other.then(|| typed.get("complex_typed").to_owned()),
        home: Unit::read(typed.get("building"), typed.get("unit")).ok()?,
        cause: Cause::from_code(typed.get("cause"))?,
        position: Position::from_code(typed.get("position"))?,
        suspected: suspected(typed).ok()?,
        times: typed.all("times").map(str::to_owned).collect(),
        narrative: typed.get("narrative").to_owned(),
        answered: answered(typed),
        wishes: typed.get("wishes").to_owned(),
        disclosure: Disclosure::from_code(typed.get("disclosure"))?,
        may_tell: typed.get("may_tell").to_owned(),
        name: text::name(typed.get("name")).ok()?,
        phone: text::phone(typed.get("phone")).ok()?,
        email: typed.some("email").and_then(|e| text::email(e).ok()),
        consents: ASKED
            .iter()
            .filter_map(|purpose| {
                let version = purpose.text()?.version;
                Some(ConsentAnswer {
                    purpose: *purpose,
                    version,
                    given: typed.ticked(consent_name(*purpose)),
                })
            })
            .collect(),
    })
}

/// "2026.11.01에 알림: 확인해 보겠다고 함", or that the office has not been told.
#[must_use]
pub fn answered(typed: &Typed) -> String {
    if typed.get("told") != "yes" {
        return "아직 알리지 않음".to_owned();
    }
    let day = match typed.get("told_on").parse::<NaiveDate>() {
        Ok(day) => format!("{}에 알림", day.format("%Y.%m.%d")),
        Err(_) => "알림(날짜 모름)".to_owned(),
    };
    match typed.get("told_answer") {
        "" => format!("{day}, 답을 듣지 못함"),
        answer => format!("{day}: {answer}"),
    }
}

/// The labels of the chosen times, for people.
#[must_use]
pub fn times_shown<'t>(times: impl Iterator<Item = &'t str>) -> String {
    let labels: Vec<&str> = times
        .filter_map(|time| TIMES.iter().find(|(code, _)| *code == time).map(|(_, label)| *label))
        .collect();
    labels.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "notice=notice-2026-11&complex=7&unit=101-1203&cause=footfall&position=above&r_unit=1303&times=22-24&\
        told=yes&told_on=2026-11-01&told_answer=ok&wishes=quiet&disclosure=hide_unit&name=Kim&phone=010-1234-5678&consent_sensitive=yes";

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
    }

    fn complexes() -> Vec<(String, String)> {
        vec![("7".to_owned(), "천연뜨란채".to_owned())]
    }

    fn with(change: &str) -> Result<Answers, (Step, Errors)> {
        let mut typed = Typed::from_body(GOOD.as_bytes());
        let newer = Typed::from_body(change.as_bytes());
        let names: Vec<&str> = newer.pairs().iter().map(|(n, _)| n.as_str()).collect();
        typed.replace(&names, &newer);
        read(&typed, &complexes(), today())
    }

    #[test]
    fn good_answers_are_read() {
        let answers = with("").unwrap();
        assert_eq!(answers.complex, Some(7));
        assert_eq!(answers.home.to_string(), "101동 1203호");
        assert_eq!(answers.suspected.unwrap().to_string(), "1303호");
        assert_eq!(answers.answered, "2026.11.01에 알림: ok");
        let given: Vec<bool> = answers.consents.iter().map(|c| c.given).collect();
        assert_eq!(given, [true, false, false], "a consent is only what was ticked");
        assert_eq!(with("building=101&r_unit=1303").unwrap().suspected.unwrap().to_string(), "101동 1303호");
        assert_eq!(with("complex=other&complex_typed=x").unwrap().complex, None);
    }

    #[test]
    fn what_is_missing_leads_back_to_its_page() {
        for (change, step, field) in [
            ("notice=", Step::Start, ""),
            ("complex=", Step::Home, "complex"),
            ("complex=8", Step::Home, "complex"),
            ("complex=other", Step::Home, "complex_typed"),
            ("unit=", Step::Home, "unit"),
            ("cause=zz", Step::Noise, "cause"),
            ("position=", Step::Noise, "position"),
            ("r_unit=aa", Step::Noise, "r_unit"),
            ("times=25", Step::Noise, "times"),
            ("narrative=900101-1234567", Step::Noise, "narrative"),
            ("told=", Step::Wishes, "told"),
            ("told_on=2026-11-22", Step::Wishes, "told_on"),
            ("wishes=", Step::Wishes, "wishes"),
            ("may_tell=900101-1234567", Step::Wishes, "may_tell"),
            ("disclosure=", Step::Wishes, "disclosure"),
            ("name=", Step::Wishes, "name"),
            ("phone=12", Step::Wishes, "phone"),
            ("email=x", Step::Wishes, "email"),
        ] {
            let (at, errors) = with(change).unwrap_err();
            assert_eq!(at, step, "{change}");
            assert!(field.is_empty() || errors.of(field).is_some(), "{change}: {errors:?}");
        }
    }

    #[test]
    fn every_field_belongs_to_its_page() {
        for step in Step::ALL {
            for field in fields(step, &complexes()) {
                assert!(step.names().contains(&field.name.as_str()), "{}", field.name);
            }
        }
    }

    #[test]
    fn no_consent_is_ticked_beforehand() {
        assert!(fields(Step::Start, &[]).iter().all(|f| f.kind == "checkbox" && !f.checked && f.optional));
    }

    #[test]
    fn pages_follow_each_other() {
        assert_eq!(Step::Start.next(), Step::Home);
        assert_eq!(Step::Check.previous(), Some(Step::Wishes));
        assert_eq!(Step::Start.previous(), None);
        assert_eq!(Step::from_slug("noise"), Some(Step::Noise));
    }
}
