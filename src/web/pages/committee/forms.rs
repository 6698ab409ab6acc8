//! The forms of a meeting's steps: one for each kind, made from the meeting as it stands.
use super::super::admin::chosen;
use super::meeting::{name, open_to, sheet as read_sheet};
use super::{named, none, path_of};
use crate::casework::CaseworkError;
use crate::casework::assign;
use crate::casework::meet::{self, Meet, Sheet as Seen};
use crate::domain::codes::{Ballot, MatterKind, Method, Mode, RecusalGround, RecusalKind, Sort};
use crate::domain::committee::delegation::Act;
use crate::domain::ids::{BodyId, CaseId, SeatId};
use crate::domain::meeting::quorum::Tally;
use crate::domain::meeting::{Matter, Meeting, MeetingStep, MeetingStepCode as Code, Signer};
use crate::domain::permission::Scope;
use crate::domain::seoul;
use crate::domain::step::Step;
use crate::domain::step::form::{self, Input};
use crate::store::{bodies, cases};
use crate::web::error::WebError;
use crate::web::field::{Errors, Field};
use crate::web::guard::Who;
use crate::web::pages::sheet::{Sheet, errors_of};
use crate::web::parts::Flash;
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use chrono::{DateTime, NaiveTime, Utc};
use serde::Deserialize;

type Pairs = Vec<(String, String)>;

/// Rows of terms that a proposal's form shows.
const TERMS: usize = 3;

/// Which item a step is about.
#[derive(Debug, Deserialize)]
pub struct Which {
    item: Option<u32>,
}

/// What a form is made from.
struct Asked {
    seen: Seen,
    body: String,
    item: u32,
    /// Members and bodies that the case's step can name.
    members: Pairs,
    bodies: Pairs,
}

fn seats(seen: &Seen, now: DateTime<Utc>) -> Pairs {
    let in_office = seen.meeting.in_office(now);
    in_office.iter().map(|s| (s.0.to_string(), name(seen, *s))).collect()
}

fn roster(seen: &Seen) -> Pairs {
    seen.meeting.roster.iter().map(|s| (s.seat.0.to_string(), name(seen, s.seat))).collect()
}

fn pick<'p>(field: Field, from: impl IntoIterator<Item = &'p (String, String)>) -> Field {
    field.choices(from.into_iter().map(|(value, label)| (value.as_str(), label.as_str())))
}

fn clock() -> Field {
    Field::text("clock", "시각")
        .help("비우면 지금입니다. 회의 날의 시각을 적어 주세요. 예: 19:32")
        .width("w-s")
        .optional()
}

fn convene_fields() -> Vec<Field> {
    vec![
        Field::radio("sort", "회의 종류").choices(Sort::ALL.iter().map(|s| (s.code(), s.label()))),
        Field::radio("mode", "방식").choices(Mode::ALL.iter().map(|m| (m.code(), m.label()))),
        Field::datetime("starts", "일시"),
        Field::number("minutes", "예상 시간(분)").value("60"),
        Field::text("place", "장소").max(100),
        Field::area("reason", "까닭", 300).help("긴급회의이면 까닭을 적어 주세요.").rows(2).optional(),
    ]
}

fn add_fields(asked: &Asked, now: DateTime<Utc>) -> Vec<Field> {
    let kinds: Vec<MatterKind> = MatterKind::ALL
        .iter()
        .copied()
        .filter(|k| *k != MatterKind::Delegation)
        .filter(|k| {
            asked.seen.meeting.rules.has_case_rights()
                || !matches!(k, MatterKind::Case | MatterKind::RecusalRequest)
        })
        .collect();
    let acts: Pairs = Act::all().into_iter().map(|a| (a.code(), a.label())).collect();
    let mut fields = vec![
        Field::radio("matter", "무엇에 관한 안건인가요?")
            .choices(kinds.iter().map(|k| (k.code(), k.label()))),
    ];
    if asked.seen.meeting.rules.has_case_rights() {
        fields.push(
            Field::text("number", "접수번호")
                .help("사건 심의와 기피 신청 결정에 적어 주세요.")
                .width("w-m")
                .optional(),
        );
        fields.push(pick(
            Field::select("act", "사건에 대해 의결할 일").choice("", "고르기", None).optional(),
            &acts,
        ));
    }
    let members = seats(&asked.seen, now);
    fields.push(pick(
        Field::select("seat", "위원")
            .help("호선 후보, 해촉 대상, 기피 신청을 받은 위원")
            .choice("", "고르기", None)
            .optional(),
        &members,
    ));
    fields.push(
        Field::text("title", "안건 제목 또는 까닭")
            .help("사람의 이름이나 동·호는 적지 말아 주세요.")
            .max(200)
            .optional(),
    );
    fields
}

/// The fields of a case's step, as its own form describes them, without what the item has fixed already.
fn step_fields(asked: &Asked, act: Act) -> Vec<Field> {
    let one = |f: form::Field| {
        let made = match &f.input {
            _ if act.outcome.is_some() && f.name == "outcome" => return Vec::new(),
            Input::Text => Field::area(f.name, f.label, 4000).rows(4),
            Input::Date => Field::date(f.name, f.label),
            Input::One(choices) => Field::radio(f.name, f.label).choices(choices.iter().copied()),
            Input::Any(choices) => Field::checks(f.name, f.label).choices(choices.iter().copied()),
            Input::Members => pick(Field::checks(f.name, f.label), &asked.members),
            Input::Body => chosen(f.name, f.label, &asked.bodies),
            Input::Terms => return (1..=TERMS).flat_map(|row| term_fields(f.name, row)).collect(),
            Input::Hidden => return Vec::new(),
            _ => Field::text(f.name, f.label).max(200),
        };
        vec![if f.required { made } else { made.optional() }]
    };
    form::fields(act.step).into_iter().flat_map(one).collect()
}

fn term_fields(name: &str, row: usize) -> Vec<Field> {
    let at = |part: &str| format!("{name}_{row}_{part}");
    vec![
        Field::text(&at("who"), &format!("{row}. 누가")).width("w-m").optional(),
        Field::area(&at("what"), "무엇을", 500).rows(2).optional(),
        Field::date(&at("from"), "언제부터").optional(),
        Field::date(&at("until"), "언제까지").optional(),
        Field::text(&at("check"), "확인 방법").optional(),
    ]
}

fn decide_fields(asked: &Asked, now: DateTime<Utc>) -> Vec<Field> {
    let Ok(item) = asked.seen.meeting.item(asked.item) else { return Vec::new() };
    let present = asked.seen.meeting.count(asked.item, now).map_or(0, |c| c.present);
    let ballots = Ballot::ALL.iter().map(|b| (b.code(), b.label()));
    let mut fields = vec![
        Field::hidden("item", &asked.item.to_string()),
        clock(),
        Field::number("yes", "찬성").help(&format!("찬성·반대·기권을 더하면 {present}표여야 합니다.")),
        Field::number("no", "반대").value("0"),
        Field::number("abstain", "기권").value("0"),
        Field::radio("ballot", "표결 방법").choices(ballots).value(item.ballot.code()),
        Field::area("decision", "결정한 내용", 1000).rows(2).optional(),
    ];
    if let Some(act) = item.matter.act() {
        fields.extend(step_fields(asked, act));
    }
    fields
}

fn fields(code: Code, asked: &Asked, now: DateTime<Utc>) -> Vec<Field> {
    let seen = &asked.seen;
    let item = Field::hidden("item", &asked.item.to_string());
    let everyone = || pick(Field::checks("present", "나온 위원"), &seats(seen, now));
    match code {
        Code::Convene => convene_fields(),
        Code::Request => vec![Field::area("purpose", "무엇을 다룰까요?", 500).rows(3)],
        Code::Support => match seen.own {
            Some(_) => Vec::new(),
            None => vec![chosen("seat", "찬성한 위원", &seats(seen, now))],
        },
        Code::Add => add_fields(asked, now),
        Code::Move => vec![
            Field::datetime("starts", "바꿀 일시"),
            Field::text("place", "장소").max(100).value(&seen.meeting.place),
            Field::area("reason", "까닭", 300).rows(2).optional(),
        ],
        Code::Cancel => vec![Field::area("reason", "취소하는 까닭", 300).rows(2)],
        Code::Open => vec![
            clock(),
            Field::checkbox("all", "전원 참석"),
            everyone().optional(),
            chosen("presiding", "의장(대행)", &seats(seen, now)),
        ],
        Code::NotOpen => {
            vec![clock(), everyone().optional(), Field::area("reason", "덧붙일 말", 300).rows(2).optional()]
        }
        Code::Arrive | Code::Leave => vec![clock(), chosen("seat", "위원", &roster(seen))],
        Code::Preside => vec![
            clock(),
            chosen("seat", "의장을 대행할 위원", &seats(seen, now)),
            Field::text("reason", "까닭").optional(),
        ],
        Code::Recuse => vec![
            item,
            clock(),
            chosen("seat", "물러나는 위원", &roster(seen)),
            Field::radio("ground", "까닭").choices(RecusalGround::ALL.iter().map(|g| (g.code(), g.label()))),
        ],
        Code::Decide => decide_fields(asked, now),
        Code::Defer => vec![item, clock(), Field::area("text", "보류하는 까닭", 500).rows(2).optional()],
        Code::Adjourn => vec![clock()],
        Code::Write => write_fields(seen),
        Code::Sign => vec![
            Field::radio("signer", "누가 서명했나요?")
                .choices(Signer::ALL.iter().map(|s| (s.code(), s.label()))),
            Field::radio("method", "서명 방법").choices([
                (Method::Link.code(), "이 화면에서 본인이"),
                (Method::Paper.code(), "종이 회의록에"),
            ]),
        ],
        Code::Correct => vec![Field::area("text", "바로잡는 내용", 1000).rows(3)],
        Code::Notify | Code::Complete | Code::Roster | Code::Performed => Vec::new(),
    }
}

/// The minutes as the record already has them, to be completed.
fn write_fields(seen: &Seen) -> Vec<Field> {
    let meeting = &seen.meeting;
    let text = Field::area("text", "회의 전체", 4000).rows(6);
    let drafted = if meeting.text.is_empty() { drafted(seen) } else { meeting.text.clone() };
    let mut fields = vec![text.value(&drafted).help("사건 이야기는 아래 그 안건 칸에 적어 주세요.")];
    for (item, number) in meeting.items.iter().zip(1u32..) {
        let note = usize::try_from(number).ok().and_then(|n| meeting.notes.get(n - 1));
        let label = format!("안건 {number}. {}", item.matter.title());
        let field = Field::area(&format!("note_{number}"), &label, 4000).rows(4);
        fields.push(field.value(note.map_or("", String::as_str)).optional());
    }
    fields
}

fn drafted(seen: &Seen) -> String {
    let meeting = &seen.meeting;
    let opened = meeting.opened_at.map(crate::web::steps::words::official).unwrap_or_default();
    let came: std::collections::BTreeSet<SeatId> = meeting.stays.iter().map(|s| s.seat).collect();
    let names: Vec<String> = came.into_iter().map(|s| name(seen, s)).collect();
    let presiding = meeting.presiding.map(|s| name(seen, s)).unwrap_or_default();
    format!("{opened} {}에서 개회함.\n나온 위원: {}\n의장: {presiding}", meeting.place, names.join(", "))
}

fn number(typed: &Typed, name: &str, errors: &mut Errors) -> u32 {
    let read = typed.get(name).parse();
    if read.is_err() {
        errors.add(name, "숫자를 적어 주세요. 없으면 0을 적어 주세요.");
    }
    read.unwrap_or(0)
}

fn seat(typed: &Typed, name: &str, errors: &mut Errors) -> SeatId {
    let read = typed.get(name).parse().ok().map(SeatId);
    if read.is_none() {
        errors.add(name, "위원을 골라 주세요.");
    }
    read.unwrap_or(SeatId(0))
}

fn code_of<T>(typed: &Typed, name: &str, from: fn(&str) -> Option<T>, errors: &mut Errors) -> Option<T> {
    let read = from(typed.get(name));
    if read.is_none() {
        errors.add(name, "하나를 골라 주세요.");
    }
    read
}

fn starts(typed: &Typed, errors: &mut Errors) -> DateTime<Utc> {
    let day = seoul::parse_day(typed.get("starts_date"));
    let time = NaiveTime::parse_from_str(typed.get("starts_time"), "%H:%M").ok();
    match day.zip(time) {
        Some((day, time)) => seoul::at(day, time),
        None => {
            errors.add("starts", "날짜와 시각을 골라 주세요.");
            DateTime::UNIX_EPOCH
        }
    }
}

/// `19:32` on the day of the meeting; now where nothing was typed.
fn moment(
    typed: &Typed,
    meeting: &Meeting,
    now: DateTime<Utc>,
    errors: &mut Errors,
) -> Option<DateTime<Utc>> {
    let typed = typed.some("clock")?;
    let day = seoul::day(meeting.starts_at.unwrap_or(now));
    let time = NaiveTime::parse_from_str(typed, "%H:%M").ok();
    if time.is_none() {
        errors.add("clock", "시각을 시:분으로 적어 주세요. 예: 19:32");
    }
    time.map(|time| seoul::at(day, time))
}

fn matter(typed: &Typed, errors: &mut Errors) -> Option<Matter> {
    let number = typed.get("number").to_owned();
    let title = typed.get("title").to_owned();
    Some(match code_of(typed, "matter", MatterKind::from_code, errors)? {
        MatterKind::Case => {
            if Act::from_code(typed.get("act")).is_none() {
                errors.add("act", "사건에 대해 의결할 일을 골라 주세요.");
            }
            Matter::Case { case: CaseId(0), number, act: typed.get("act").to_owned() }
        }
        MatterKind::ChairElection => Matter::ChairElection { candidate: seat(typed, "seat", errors) },
        MatterKind::Dismissal => Matter::Dismissal { seat: seat(typed, "seat", errors), reason: title },
        MatterKind::RecusalRequest => {
            Matter::RecusalRequest { case: CaseId(0), number, seat: seat(typed, "seat", errors) }
        }
        MatterKind::Free | MatterKind::Delegation => Matter::Free { title },
    })
}

/// The case's step of a passed item, read as its own form is; nothing where the votes do not carry it.
fn taken(meeting: &Meeting, item: u32, passing: bool, typed: &Typed, errors: &mut Errors) -> Option<Step> {
    let act = meeting.item(item).ok()?.matter.act().filter(|_| passing)?;
    let outcome = act.outcome.map(|o| ("outcome".to_owned(), o.code().to_owned()));
    let own: Vec<(String, String)> =
        typed.pairs().iter().filter(|(n, _)| n != "version").cloned().chain(outcome).collect();
    match crate::web::steps::from_typed(act.step, &Typed::from_pairs(own)) {
        Ok(taking) => Some(taking.step),
        Err(more) => {
            more.iter().for_each(|(name, why)| errors.add(name, why));
            None
        }
    }
}

fn read(code: Code, typed: &Typed, asked: &Asked, now: DateTime<Utc>) -> Result<Meet, Errors> {
    let mut errors = Errors::default();
    let e = &mut errors;
    let meeting = &asked.seen.meeting;
    let at = moment(typed, meeting, now, e);
    let text = |name: &str| typed.get(name).to_owned();
    let present = |e: &mut Errors| -> Vec<SeatId> {
        if typed.ticked("all") {
            return meeting.in_office(at.unwrap_or(now));
        }
        let ids: Vec<SeatId> = typed.all("present").filter_map(|v| v.parse().ok()).map(SeatId).collect();
        if ids.is_empty() && code == Code::Open {
            e.add("present", "나온 위원을 골라 주세요. 모두 나왔으면 '전원 참석'을 골라 주세요.");
        }
        ids
    };
    let step = match code {
        Code::Convene => convene(typed, e),
        Code::Request => {
            Some(MeetingStep::Request { by: asked.seen.own.unwrap_or(SeatId(0)), purpose: text("purpose") })
        }
        Code::Support => {
            let by = asked.seen.own.unwrap_or_else(|| seat(typed, "seat", e));
            Some(MeetingStep::Support { by })
        }
        Code::Add => matter(typed, e).map(|matter| MeetingStep::Add { matter }),
        Code::Notify => Some(MeetingStep::Notify {}),
        Code::Move => Some(MeetingStep::Move {
            starts_at: starts(typed, e),
            place: text("place"),
            reason: text("reason"),
        }),
        Code::Cancel => Some(MeetingStep::Cancel { reason: text("reason") }),
        Code::Open => {
            let presiding = seat(typed, "presiding", e);
            Some(MeetingStep::Open { present: present(e), presiding })
        }
        Code::NotOpen => Some(MeetingStep::NotOpen { present: present(e), reason: text("reason") }),
        Code::Arrive => Some(MeetingStep::Arrive { seat: seat(typed, "seat", e) }),
        Code::Leave => Some(MeetingStep::Leave { seat: seat(typed, "seat", e) }),
        Code::Preside => Some(MeetingStep::Preside { seat: seat(typed, "seat", e), reason: text("reason") }),
        Code::Recuse => {
            let (seat, item) = (seat(typed, "seat", e), asked.item);
            code_of(typed, "ground", RecusalGround::from_code, e).map(|ground| MeetingStep::Recuse {
                item,
                seat,
                ground,
                kind: RecusalKind::Declared,
            })
        }
        Code::Decide => decide(typed, asked, at.unwrap_or(now), e),
        Code::Defer => Some(MeetingStep::Defer { item: asked.item, text: text("text") }),
        Code::Adjourn => Some(MeetingStep::Adjourn {}),
        Code::Write => {
            let notes = (1..=meeting.items.len()).map(|n| text(&format!("note_{n}"))).collect();
            Some(MeetingStep::Write { text: text("text"), notes })
        }
        Code::Complete => Some(MeetingStep::Complete {}),
        Code::Sign => {
            let signer = code_of(typed, "signer", Signer::from_code, e);
            let method = code_of(typed, "method", Method::from_code, e);
            signer.zip(method).map(|(signer, method)| MeetingStep::Sign { signer, method })
        }
        Code::Correct => Some(MeetingStep::Correct { text: text("text") }),
        Code::Roster | Code::Performed => None,
    };
    match step {
        Some(step) if errors.is_empty() => Ok(Meet { step, at, seen: None }),
        _ => Err(errors),
    }
}

fn convene(typed: &Typed, errors: &mut Errors) -> Option<MeetingStep> {
    let sort = code_of(typed, "sort", Sort::from_code, errors);
    let mode = code_of(typed, "mode", Mode::from_code, errors);
    let starts_at = starts(typed, errors);
    let minutes = i32::try_from(number(typed, "minutes", errors)).unwrap_or(i32::MAX);
    let (place, reason) = (typed.get("place").to_owned(), typed.get("reason").to_owned());
    let (sort, mode) = sort.zip(mode)?;
    Some(MeetingStep::Convene { sort, mode, starts_at, minutes, place, items: Vec::new(), reason })
}

fn decide(typed: &Typed, asked: &Asked, at: DateTime<Utc>, errors: &mut Errors) -> Option<MeetingStep> {
    let (meeting, item) = (&asked.seen.meeting, asked.item);
    let tally = Tally {
        yes: number(typed, "yes", errors),
        no: number(typed, "no", errors),
        abstain: number(typed, "abstain", errors),
    };
    let passing = meeting.judged(item, at).is_ok_and(|q| q.passes(tally));
    let ballot = code_of(typed, "ballot", Ballot::from_code, errors)?;
    let taken = taken(meeting, item, passing, typed, errors);
    Some(MeetingStep::Decide { item, tally, ballot, text: typed.get("decision").to_owned(), taken })
}

async fn asked(state: &State, who: &Who, id: i64, code: Code, item: u32) -> Result<Asked, WebError> {
    let (seen, body) = read_sheet(state, who, id).await?;
    let now = state.now();
    let fits = |(known, number, _): &(Code, Option<u32>, String)| {
        *known == code && number.is_none_or(|number| number == item)
    };
    none(open_to(who, &seen, now).iter().any(fits).then_some(()))?;
    let case = seen.meeting.item(item).ok().and_then(|i| i.matter.case());
    let names = matches!(code, Code::Decide);
    let (members, bodies) = match case.filter(|_| names) {
        None => (Vec::new(), Vec::new()),
        Some(case) => {
            let day = seoul::day(now);
            state
                .db
                .read(move |rx| {
                    let all = Scope { all: true, ..Scope::default() };
                    let case = cases::find_id(rx, &all, case)?;
                    let fit = assign::members(rx, &case, now)?.into_iter().filter(|m| m.blocked.is_empty());
                    let members = fit.map(|m| (m.user.0.to_string(), m.name)).collect();
                    let bodies = bodies::all(rx, day)?.into_iter();
                    let bodies = bodies.filter(|b| crate::domain::case::Case::takes_turn(b.kind));
                    Ok::<_, CaseworkError>((members, bodies.map(|b| (b.id.0.to_string(), b.name)).collect()))
                })
                .await?
        }
    };
    Ok(Asked { seen, body, item, members, bodies })
}

fn sheet(state: &State, who: &Who, asked: &Asked, code: Code) -> Sheet {
    let meeting = &asked.seen.meeting;
    let path = path_of(meeting.id);
    let title = meeting
        .item(asked.item)
        .map_or_else(|_| code.label().to_owned(), |i| format!("{} — {}", code.label(), i.matter.title()));
    let title = if matches!(code, Code::Decide | Code::Defer | Code::Recuse) {
        title
    } else {
        code.label().to_owned()
    };
    let made = Sheet::new(state.frame(who, &title), &format!("{path}/steps/{}", code.code()), code.label())
        .cancel(&path, "회의로");
    let quorum = meeting.judged(asked.item, state.now()).map(|q| q.sentence(&meeting.rules));
    match (code, quorum) {
        (Code::Decide, Ok(sentence)) => made.lead(&sentence),
        (Code::Notify, _) => {
            made.lead("위원에게 전자우편과 일정을 보냅니다. 메일에는 사건도 사람도 적지 않습니다.")
        }
        (Code::Cancel, _) => made.danger(),
        _ => made.lead(&asked.body),
    }
}

/// Asks for the particulars of a meeting's step.
///
/// # Errors
/// 404 where the person could not take the step now.
pub async fn form(
    state: Data<State>,
    who: Who,
    path: Path<(i64, String)>,
    which: Query<Which>,
) -> Result<HttpResponse, WebError> {
    let (id, code) = path.into_inner();
    let code = none(Code::from_code(&code))?;
    let asked = asked(&state, &who, id, code, which.item.unwrap_or(0)).await?;
    sheet(&state, &who, &asked, code).filled(fields(code, &asked, state.now())).show(&state)
}

/// Takes a step of a meeting.
///
/// # Errors
/// 404 where the person could not take the step now.
pub async fn take(
    state: Data<State>,
    who: Who,
    path: Path<(i64, String)>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let (id, code) = path.into_inner();
    let code = none(Code::from_code(&code))?;
    let asked = asked(&state, &who, id, code, typed.get("item").parse().unwrap_or(0)).await?;
    let now = state.now();
    let meeting = asked.seen.meeting.id;
    let errors = match read(code, &typed, &asked, now) {
        Err(errors) => errors,
        Ok(step) => {
            let actor = who.actor.clone();
            match state.db.write(move |tx| meet::take(tx, &actor, meeting, step, now)).await {
                Ok(_) => return Ok(see_other(&path_of(meeting), Some(&Flash::ok("적었습니다.")))),
                Err(e) => refused(e)?,
            }
        }
    };
    sheet(&state, &who, &asked, code).typed(fields(code, &asked, now), &typed, &errors).show(&state)
}

/// A refusal stands above the form, with everything that was typed.
fn refused(e: CaseworkError) -> Result<Errors, WebError> {
    match e {
        CaseworkError::Refused(refused) => {
            let mut errors = Errors::default();
            let field = match refused.code {
                "tally" => "yes",
                "no_presiding" => "presiding",
                "no_quorum" | "no_notice" => "present",
                _ => "",
            };
            errors.add(field, &refused.sentence);
            Ok(errors)
        }
        e => errors_of(e),
    }
}

/// Asks for a new meeting, or a member's demand of one.
///
/// # Errors
/// 404 for strangers.
pub async fn begin_form(
    state: Data<State>,
    who: Who,
    path: Path<(i64, String)>,
) -> Result<HttpResponse, WebError> {
    let (id, way) = path.into_inner();
    let (sheet, fields) = begin_sheet(&state, &who, BodyId(id), &way).await?;
    sheet.filled(fields).show(&state)
}

async fn begin_sheet(
    state: &State,
    who: &Who,
    id: BodyId,
    way: &str,
) -> Result<(Sheet, Vec<Field>), WebError> {
    let name = named(state, who, id).await?;
    let path = format!("/committees/{}", id.0);
    let (title, fields) = match way {
        "meeting" if who.actor.may_keep(id) => ("회의 소집하기", convene_fields()),
        "demand" => ("회의 소집 요구하기", vec![Field::area("purpose", "무엇을 다룰까요?", 500).rows(3)]),
        _ => return Err(WebError::not_found()),
    };
    let sheet = Sheet::new(state.frame(who, title), &format!("{path}/begin/{way}"), title)
        .lead(&name)
        .cancel(&path, "위원회로");
    Ok((sheet, fields))
}

/// Calls a meeting, or demands one.
///
/// # Errors
/// 404 for strangers.
pub async fn begin(
    state: Data<State>,
    who: Who,
    path: Path<(i64, String)>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let (id, way) = path.into_inner();
    let id = BodyId(id);
    let (sheet, fields) = begin_sheet(&state, &who, id, &way).await?;
    let mut errors = Errors::default();
    let (actor, now) = (who.actor.clone(), state.now());
    let calling = if way == "meeting" { convene(&typed, &mut errors) } else { None };
    if errors.is_empty() {
        let purpose = typed.get("purpose").to_owned();
        let done = state.db.write(move |tx| {
            let step = match calling {
                Some(step) => step,
                None => {
                    let by = crate::casework::recusal::own_seat(tx, &actor, Some(id), now)?;
                    MeetingStep::Request { by, purpose }
                }
            };
            meet::begin(tx, &actor, id, Meet::from(step), now)
        });
        match done.await {
            Ok(meeting) => {
                let flash = Flash::ok("적었습니다. 안건을 더하고 소집 통지를 보내 주세요.");
                return Ok(see_other(&path_of(meeting.id), Some(&flash)));
            }
            Err(e) => errors = refused(e)?,
        }
    }
    sheet.typed(fields, &typed, &errors).show(&state)
}
