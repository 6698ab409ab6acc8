//! What the desk asks, in the order of the paper 민원 기록일지, and what the answers come to.
use super::Desk;
use crate::casework::file::{Filing, Home, Screening};
use crate::domain::codes::{
    Cause, Channel, ConsentPurpose, Disclosure, Evidence, Living, Method, Position, Safety, SafetyFlag,
};
use crate::domain::ids::ComplexId;
use crate::domain::seoul;
use crate::domain::text::{self, Unit};
use crate::store::parties::Details;
use crate::web::field::{Errors, Field};
use crate::web::pages::apply::form::{ASKED, OTHER, TIMES, area_field, consent_name, suspected};
use crate::web::typed::Typed;
use chrono::{DateTime, NaiveTime, Utc};

macro_rules! choices {
    ($all:expr) => {
        $all.iter().map(|c| (c.code(), c.label()))
    };
}

/// The form's fields.
pub(super) fn fields(desk: &Desk) -> Vec<Field> {
    let channels = Channel::ALL.iter().filter(|c| **c != Channel::Online).map(|c| (c.code(), c.label()));
    let first = |name: &str, label: &str| Field::select(name, label).choice("", "골라 주세요", None);
    vec![
        Field::past("received", "접수한 때").help("지난 때도 적을 수 있습니다."),
        first("channel", "접수 경로").choices(channels).width("w-m"),
        first("complex", "단지")
            .choices(desk.complexes.iter().map(|(id, name)| (id.as_str(), name.as_str())))
            .choice(OTHER, "목록에 없음(단지 미상)", None),
        Field::text("complex_typed", "목록에 없으면 단지 이름").max(100).optional(),
        area_field(&desk.areas),
        Field::text("building", "신청인 동").width("w-s").max(12).autocomplete("off").optional(),
        Field::text("unit", "신청인 호")
            .help("익명이면 비워 두세요.")
            .width("w-s")
            .max(20)
            .autocomplete("off")
            .optional(),
        Field::text("name", "신청인 이름").width("w-m").max(40).autocomplete("off").optional(),
        Field::radio("tenure", "사는 집").choices(choices!(Living::ALL)).layout("two").optional(),
        Field::tel("phone", "전화번호").max(20).autocomplete("off").optional(),
        Field::email("email", "전자우편").max(254).autocomplete("off").optional(),
        first("position", "추정되는 곳")
            .choices(Position::ALL.iter().map(|p| (p.code(), p.label())))
            .width("w-m"),
        Field::text("r_building", "추정되는 동").width("w-s").max(12).autocomplete("off").optional(),
        Field::text("r_unit", "추정되는 호").width("w-s").max(20).autocomplete("off").optional(),
        first("cause", "소음 종류").choices(Cause::ALL.iter().map(|c| (c.code(), c.label()))).width("w-m"),
        Field::text("since", "언제부터")
            .help("예: 지난봄부터, 석 달 전부터")
            .width("w-l")
            .max(100)
            .optional(),
        Field::checks("times", "들리는 때").choices(TIMES).layout("grid").optional(),
        Field::area("narrative", "들은 내용", 2000)
            .help("언제부터, 얼마나 자주, 어떤 소리인지 들은 그대로 적어 주세요.")
            .rows(5)
            .optional(),
        Field::checks("evidence", "있는 자료").choices(choices!(Evidence::ALL)).layout("grid").optional(),
        Field::area("answered", "관리사무소에 알린 때와 들은 답", 600).rows(2).optional(),
        Field::area("wishes", "바라는 점", 1000).rows(2).optional(),
        Field::radio("disclosure", "상대방이 알아도 되는 것")
            .choices(Disclosure::ALL.iter().map(|d| (d.code(), d.label()))),
        Field::area("may_tell", "상대방에게 전해도 되는 말", 500).rows(2).optional(),
        Field::checks("flags", "신청인이 말한 것")
            .choices(choices!(SafetyFlag::ALL))
            .help("하나씩 여쭙고, 그렇다고 하신 것만 표시해 주세요.")
            .optional(),
        Field::select("safety", "판단")
            .choice("", "아직 여쭙지 않음", None)
            .choices(choices!(Safety::ALL))
            .help("'중단'이면 초대와 한자리 회의가 막힙니다. 급하면 112에 먼저 알려 주세요.")
            .width("w-m")
            .optional(),
        Field::text("safety_note", "안전 메모").max(200).autocomplete("off").optional(),
        Field::checkbox("anyway", "다른 일이므로 새로 접수합니다"),
    ]
}

/// A 단지 of the list, or what was typed of one that is not there.
fn place(typed: &Typed, desk: &Desk, errors: &mut Errors) {
    let other = typed.get("complex") == OTHER;
    let known = desk.complexes.iter().any(|(id, _)| id == typed.get("complex"));
    match (other, known) {
        (true, _) if typed.get("complex_typed").is_empty() => {
            errors.add("complex_typed", "단지 이름이나 주소를 적어 주세요.");
        }
        (false, false) => errors.add("complex", "단지를 골라 주세요. 없으면 '목록에 없음'을 골라 주세요."),
        _ => {}
    }
}

/// The complaint as typed.
pub(super) fn read(typed: &Typed, desk: &Desk) -> Result<Filing, Errors> {
    let mut errors = Errors::default();
    let received = received(typed, &mut errors);
    let channel =
        one(Channel::from_code(typed.get("channel")), "channel", "접수 경로를 골라 주세요.", &mut errors);
    let position = one(
        Position::from_code(typed.get("position")),
        "position",
        "추정되는 곳을 골라 주세요. 모르면 '모름'을 골라 주세요.",
        &mut errors,
    );
    let cause = one(
        Cause::from_code(typed.get("cause")),
        "cause",
        "소음 종류를 골라 주세요. 모르면 '모름'을 골라 주세요.",
        &mut errors,
    );
    place(typed, desk, &mut errors);
    let applicant = applicant(typed, &mut errors);
    let respondent_unit = suspected(typed).unwrap_or_else(|e| {
        errors.add("r_unit", e);
        None
    });
    let home = home(typed);
    let screen = screen(typed, &mut errors);
    texts(typed, &mut errors);
    let (Some(received_at), Some(channel), Some(position), Some(cause)) =
        (received, channel, position, cause)
    else {
        return Err(errors);
    };
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Filing {
        channel,
        received_at,
        complex: typed.get("complex").parse().ok().map(ComplexId),
        complex_typed: typed.get("complex_typed").to_owned(),
        area: typed.some("area").map(str::to_owned),
        ward_code: desk.ward.clone(),
        cause,
        position,
        applicant,
        respondent_unit,
        answered: typed.get("answered").to_owned(),
        wishes: typed.get("wishes").to_owned(),
        narrative: typed.get("narrative").to_owned(),
        times: typed.all("times").filter(|t| TIMES.iter().any(|(c, _)| c == t)).map(str::to_owned).collect(),
        home,
        screen,
        consents: consents(typed),
        method: match channel {
            Channel::Phone => Method::Phone,
            Channel::Paper => Method::Paper,
            _ => Method::Desk,
        },
    })
}

/// Free text within its limits, and without what must not be written down.
fn texts(typed: &Typed, errors: &mut Errors) {
    for (name, most) in [
        ("complex_typed", 100),
        ("since", 100),
        ("narrative", 2000),
        ("answered", 600),
        ("wishes", 1000),
        ("may_tell", 500),
        ("safety_note", 200),
    ] {
        if let Err(e) = text::free(typed.get(name), most) {
            errors.add(name, &e);
        }
    }
}

fn home(typed: &Typed) -> Home {
    Home {
        tenure: Living::from_code(typed.get("tenure")),
        since: typed.get("since").to_owned(),
        evidence: typed.all("evidence").filter_map(Evidence::from_code).collect(),
    }
}

/// The safety questions, where they were asked: a judgement belongs to what was said.
fn screen(typed: &Typed, errors: &mut Errors) -> Option<Screening> {
    let flags: Vec<SafetyFlag> = typed.all("flags").filter_map(SafetyFlag::from_code).collect();
    let note = typed.get("safety_note").to_owned();
    match Safety::from_code(typed.get("safety")) {
        Some(result) => Some(Screening { flags, result, note }),
        None => {
            if !flags.is_empty() || !note.is_empty() {
                errors.add("safety", "들은 것에 따라 어떻게 할지 판단을 골라 주세요.");
            }
            None
        }
    }
}

fn one<T>(value: Option<T>, name: &str, sentence: &str, errors: &mut Errors) -> Option<T> {
    if value.is_none() {
        errors.add(name, sentence);
    }
    value
}

fn received(typed: &Typed, errors: &mut Errors) -> Option<DateTime<Utc>> {
    let day = seoul::parse_day(typed.get("received_date"));
    let time = NaiveTime::parse_from_str(typed.get("received_time"), "%H:%M").ok();
    let at = day.zip(time).map(|(day, time)| seoul::at(day, time));
    one(at, "received", "접수한 날짜와 시각을 골라 주세요.", errors)
}

fn applicant(typed: &Typed, errors: &mut Errors) -> Details {
    let mut read = |name: &str, read: fn(&str) -> Result<String, &'static str>| {
        typed.some(name).map(read).transpose().unwrap_or_else(|e| {
            errors.add(name, e);
            None
        })
    };
    let (name, phone, email) =
        (read("name", text::name), read("phone", text::phone), read("email", text::email));
    let unit = if typed.get("unit").is_empty() && typed.get("building").is_empty() {
        None
    } else {
        Unit::read(typed.get("building"), typed.get("unit")).map_err(|e| errors.add("unit", e)).ok()
    };
    Details {
        name: name.unwrap_or_default(),
        phone: phone.unwrap_or_default(),
        email: email.unwrap_or_default(),
        unit,
        disclosure: Disclosure::from_code(typed.get("disclosure")).or(Some(Disclosure::NoticeOnly)),
        may_tell: typed.get("may_tell").to_owned(),
    }
}

fn consents(typed: &Typed) -> Vec<(String, String, bool)> {
    let asked = ASKED.iter().filter_map(|purpose: &ConsentPurpose| {
        let text = purpose.text()?;
        let given = typed.ticked(consent_name(*purpose));
        Some((purpose.code().to_owned(), text.recipient.to_owned(), given))
    });
    asked.collect()
}
