//! 증거목록: the list with its form, the same for a side on its own page and for the staff. `templates/pages/evidence/list.hbs`.
use super::error::WebError;
use super::field::{ErrorLine, Errors, Field};
use super::parts::{Cell, Column, Empty, IdBar, Page, Summary, Table};
use super::state::State;
use super::streamed::{Received, discard};
use super::typed::Typed;
use crate::casework::CaseworkError;
use crate::casework::evidence::{self, Given};
use crate::domain::case::Case;
use crate::domain::codes::{Side, Voices};
use crate::domain::evidence::ABOUT_MAX;
use crate::domain::permission::{Actor, Hat};
use crate::render::korean::Moment;
use crate::store::evidence::Thing;
use crate::web::pages::sheet::{Sheet, errors_of, ordered};
use actix_web::http::StatusCode;
use serde::Serialize;

/// `pages/evidence/list`.
#[derive(Debug, Serialize)]
pub(crate) struct List {
    pub page: Page,
    /// The head of the case's pages, for the staff.
    pub bar: Option<IdBar>,
    pub lead: &'static str,
    pub table: Table,
    /// What has to be known before a recording is handed in.
    pub law: &'static str,
    pub errors: Vec<ErrorLine>,
    /// Empty for who may not hand anything in.
    pub fields: Vec<Field>,
    pub action: String,
}

const LAW: &str = "녹음은 내가 함께한 대화나 사람의 말이 없는 소음만 올려 주세요. 공개되지 않은 다른 사람들의 대화를 녹음하거나 듣는 것은 \
    법으로 금지되어 있고 증거로 쓸 수 없습니다(통신비밀보호법 §3·§4·§14·§16). 말소리가 섞였다고 적으신 녹음에는 그 표시가 붙습니다. \
    소음의 크기와 때는 소음 기록(CSV)으로도 보일 수 있습니다.";

/// `1.2MB`, `340KB`.
pub(crate) fn size(bytes: i64) -> String {
    let kib = bytes / 1024 + 1;
    if kib < 1024 { format!("{kib}KB") } else { format!("{}.{}MB", kib / 1024, kib % 1024 * 10 / 1024) }
}

/// Who handed it in, without a name.
pub(crate) fn handed_in(thing: &Thing) -> String {
    let by = Hat::from_code(&thing.by_role).map_or("", Hat::label);
    if thing.agreement.is_some() {
        return format!("양쪽의 합의서 · {by} 올림");
    }
    if by == thing.side.label() {
        by.to_owned()
    } else {
        format!("{} 자료 · {by} 올림", thing.side.label())
    }
}

/// What is said of a recording's voices in the list.
pub(crate) fn voices(thing: &Thing) -> Option<&'static str> {
    match thing.voices? {
        Voices::None => Some("말소리 없음"),
        Voices::Own => Some("본인이 함께한 대화"),
        Voices::Murmur | Voices::Others => Some("다른 사람의 말소리가 섞임: 필요한 때에만 들어 주세요"),
    }
}

/// The list of what `things` are, each to be saved from below `path`; `back` says which may be taken back there.
pub(crate) fn table(things: &[Thing], path: &str, back: impl Fn(&Thing) -> bool) -> Table {
    // The column is there only for who has something to take back.
    let more = things.iter().any(&back).then_some("거두기");
    let columns = ["번호", "무엇을 보여 주나", "누가, 언제", "SHA-256"]
        .into_iter()
        .chain(more)
        .map(Column::new)
        .collect();
    let rows = things.iter().map(|thing| {
        let kind = format!("{}, {}", thing.kind.label(), size(thing.size));
        let kind = voices(thing).map_or(kind.clone(), |said| format!("{kind} · {said}"));
        let at = Moment::from(thing.at).list_time();
        let mut sum = Cell::text(thing.sha256.clone());
        if thing.sha256 != thing.sent_sha256 {
            sum = sum.small(format!("올린 그대로: {}", thing.sent_sha256));
        }
        let own = format!("{path}/{}", thing.number);
        let (first, about) = match thing.taken_back_at {
            Some(gone) => {
                let gone = format!("{}에 거두어 파일을 지웠습니다", Moment::from(gone).list_time());
                (Cell::text(format!("증거 {}", thing.number)), Cell::text(gone).small(kind))
            }
            None => {
                let name = format!("증거 {} 내려받기", thing.number);
                (Cell::link(name, own.clone()), Cell::text(thing.about.clone()).small(kind))
            }
        };
        let last = more
            .map(|label| if back(thing) { Cell::link(label, format!("{own}/back")) } else { Cell::text("") });
        let cells = [first, about, Cell::text(handed_in(thing)).small(at), sum];
        cells.into_iter().chain(last).collect()
    });
    Table::new("증거목록".to_owned(), columns, rows.collect(), Empty::new("아직 올린 자료가 없습니다."))
}

/// What is asked of a new file; which side's it is only where that is not clear.
pub(crate) fn fields(state: &State, sides: &[Side]) -> Vec<Field> {
    let said = &state.settings.evidence;
    let side =
        Field::radio("side", "어느 쪽의 자료입니까?").choices(sides.iter().map(|s| (s.code(), s.label())));
    let side = side.layout("two");
    let about = Field::text("about", "무엇을 보여 주는 자료입니까?")
        .max(u32::try_from(ABOUT_MAX).unwrap_or(u32::MAX))
        .help("한 문장으로 적어 주세요. 예: 11월 3일 밤 11시 거실에서 잰 소음");
    let voices = Field::radio("voices", "녹음이라면, 누구의 말소리가 들립니까?")
        .choices(Voices::ALL.iter().map(|v| (v.code(), v.label())))
        .optional();
    let file = Field::file("file", "파일").help(&format!(
        "사진(JPEG·PNG), 녹음(MP3·M4A·WAV·AMR·OGG), PDF, 소음 기록(CSV) · {}MB까지 · 사진의 촬영 장소와 기기 정보는 지우고 보관합니다. 녹음과 PDF는 올린 그대로 둡니다.",
        said.file_mib
    ));
    let side = Some(side).filter(|_| sides.len() > 1);
    side.into_iter().chain([about, voices, file]).collect()
}

/// Which agreement's paper it is, where the case has any.
pub(crate) fn paper_field(case: &Case) -> Option<Field> {
    let papers = case.agreements.iter().filter_map(|a| Some((a.seq.to_string(), case.paper_of(a.seq)?)));
    let papers: Vec<(String, String)> = papers.collect();
    let field = Field::radio("agreement", "이 자료는").choice("", "증거 자료", None);
    let each = papers.iter().map(|(seq, label)| (seq.as_str(), label.as_str()));
    (!papers.is_empty()).then(|| {
        field
            .choices(each)
            .help("합의서의 종이는 양쪽이 볼 수 있습니다. 어느 쪽 자료인지, 무엇을 보여 주는지는 적지 않아도 됩니다.")
            .optional()
    })
}

/// The page that asks whether to take a thing back; it posts to `path`.
pub(crate) fn asks_back(page: Page, thing: &Thing, path: &str, list: &str) -> Sheet {
    let lead = "파일을 지웁니다. 되돌릴 수 없습니다. 번호와 올린 때, 거둔 때, 파일의 지문(SHA-256)만 목록에 남습니다.";
    Sheet::new(page, path, "거두기").lead(lead).danger().cancel(list, "그대로 두기").facts(
        Summary::default()
            .row("무엇을", format!("증거 {}: {}", thing.number, thing.about))
            .row("올린 때", Moment::from(thing.at).list_time()),
    )
}

impl List {
    pub(crate) fn new(
        page: Page,
        bar: Option<IdBar>,
        (things, path): (&[Thing], &str),
        back: impl Fn(&Thing) -> bool,
    ) -> Self {
        let lead = "암호로 잠가 보관하고, 내려받을 때마다 누가 보았는지 남습니다. 서명한 합의서의 종이 말고는 상대방에게 보이지 않습니다.";
        let table = table(things, path, back);
        let (errors, fields) = (Vec::new(), Vec::new());
        Self { page, bar, lead, table, law: LAW, errors, fields, action: path.to_owned() }
    }

    /// The same where what is there may no longer be read.
    pub(crate) fn closed(mut self) -> Self {
        let said = "본인 확인 시간이 지나 목록은 닫았습니다. 파일은 아래에서 올리실 수 있습니다.";
        self.table.empty = Empty::new(said);
        self
    }

    /// The same with its form.
    pub(crate) fn asking(mut self, fields: Vec<Field>, typed: &Typed, errors: &Errors) -> Self {
        let fields = fields.into_iter().map(|field| field.typed(typed)).collect();
        (self.errors, self.fields) = ordered(fields, errors);
        self.page.error = !self.errors.is_empty();
        self
    }

    pub(crate) fn status(&self) -> StatusCode {
        if self.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
    }
}

/// Keeps what came, or says what is wrong with it; then nothing of the file is left.
///
/// # Errors
/// 404 for who may not hand anything in.
pub(crate) async fn keep(
    state: &State,
    (actor, number): (Actor, String),
    sides: &[Side],
    received: Received,
) -> Result<Result<i64, (Typed, Errors)>, WebError> {
    let Received { typed, file } = received;
    let mut errors = Errors::default();
    let limit = state.settings.evidence.file_mib;
    let kept = match file {
        None => {
            errors.add("file", "올릴 파일을 골라 주세요.");
            return Ok(Err((typed, errors)));
        }
        Some(Err(unfit)) => {
            errors.add("file", &unfit.sentence(limit));
            return Ok(Err((typed, errors)));
        }
        Some(Ok(kept)) => kept,
    };
    let only = match sides {
        [only] => Some(*only),
        _ => Side::from_code(typed.get("side")),
    };
    let given = Given {
        side: only,
        about: typed.get("about").to_owned(),
        voices: Voices::from_code(typed.get("voices")),
        agreement: typed.get("agreement").parse().ok(),
    };
    let (now, per_side) = (state.now(), state.settings.evidence.per_side);
    let file = kept.file.clone();
    let done = state.db.write(move |tx| evidence::add(tx, &actor, &number, (&given, &kept), per_side, now));
    match done.await {
        Ok(number) => Ok(Ok(number)),
        // Whether the row was saved is not known then: the sweep looks.
        Err(CaseworkError::Store(e)) => Err(e.into()),
        Err(e) => {
            discard(state, file).await;
            let mut errors = errors_of(e)?;
            if errors.of("file").is_none() {
                errors.add("file", "파일을 다시 골라 주세요.");
            }
            Ok(Err((typed, errors)))
        }
    }
}

/// The name under which a thing is saved: nothing of the case but its number.
pub(crate) fn saved_as(number: &str, n: i64) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let number: String = number.chars().filter(|c| plain(*c)).collect();
    format!("evidence-{number}-{n}")
}
