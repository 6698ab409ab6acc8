//! The papers of an application: the application itself, filled in, 교섭경위서 and 증거목록. Only what is the applicant's own stands in
//! them; whom it is against, the applicant writes in by hand.
use crate::casework::application::Application;
use crate::documents::paper::{Content, Row, row, short_day, table, ticks, words as part, words_or_room};
use crate::domain::codes::{Cause, Evidence};
use crate::domain::referral::From;
use crate::domain::seoul;
use crate::domain::step::Step;
use crate::render::korean;
use crate::store::evidence::Thing;
use crate::web::evidence::{size, voices};
use crate::web::pages::apply::form::times_shown;
use crate::web::steps::words;
use chrono::{DateTime, Utc};

/// A paper of an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Application,
    Chronology,
    Evidence,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::Application, Self::Chronology, Self::Evidence];

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Chronology => "history",
            Self::Evidence => "evidence",
        }
    }

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Application => "미리 채운 신청서 인쇄",
            Self::Chronology => "교섭경위서 인쇄",
            Self::Evidence => "증거목록 인쇄",
        }
    }

    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Lines to write in by hand whom it is against.
const ROOM: u8 = 2;

/// What the paper says.
pub(crate) fn content(kind: Kind, application: &Application, now: DateTime<Utc>) -> Content {
    let made = match kind {
        Kind::Application => form(application, now),
        Kind::Chronology => chronology(application),
        Kind::Evidence => evidence(application),
    };
    made.dated(&words::official_day(seoul::day(now)))
}

fn who(application: &Application) -> Vec<Row> {
    let own = &application.applicant;
    let unit = own.unit.as_ref().map(ToString::to_string).unwrap_or_default();
    vec![
        row("신청인(이름)", own.name.clone()),
        row("주소(단지, 동·호)", format!("{} {unit}", application.complex).trim().to_owned()),
        row("전화", korean::phone(&own.phone)),
        row("전자우편", own.email.clone()),
    ]
}

fn form(application: &Application, now: DateTime<Utc>) -> Content {
    let demand = application.body.demand(seoul::day(now));
    let own = demand.papers.iter().find(|attached| attached.from == From::Application);
    let title = own.map_or("신청서", |attached| attached.label);
    let (mut wishes, mut narrative, mut answered) = (None, None, None);
    let (mut since, mut heard, mut said) = (String::new(), String::new(), Vec::new());
    if let Some(Step::File { answered: a, wishes: w, narrative: n, times, since: s, evidence, .. }) =
        &application.filed
    {
        (wishes, narrative, answered) = (Some(w.clone()), Some(n.clone()), Some(a.clone()));
        (since, heard) = (s.clone(), times_shown(times.iter().map(String::as_str)));
        said.clone_from(evidence);
    }
    let intake = &application.case.intake;
    let causes = Cause::ALL.iter().map(|c| (intake.cause == *c, c.label()));
    let has = Evidence::ALL.iter().map(|e| (said.contains(e), e.label()));
    let along = demand.papers.iter().filter(|attached| attached.from != From::Application);
    let along: Vec<String> = along.map(|attached| format!("□\u{a0}{}", attached.label)).collect();
    let mut facts = who(application);
    facts.extend([
        row("상대방(피신청인)", String::new()),
        row("소음 종류", ticks(causes)),
        row(
            "언제부터, 언제 들리나",
            [since, heard].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(", "),
        ),
    ]);
    Content {
        title: title.to_owned(),
        compact: true,
        facts,
        sections: vec![
            words_or_room("신청 취지(바라는 것)", wishes, ROOM),
            words_or_room("신청 이유(있었던 일)", narrative, 4),
            words_or_room("관리사무소에 알린 때와 들은 답", answered, ROOM),
            part("가지고 있는 자료", ticks(has)),
            part("함께 내는 것", along.join("\n")),
        ],
        notes: vec![
            "이음의 접수 기록으로 미리 채웠습니다. 사실과 다르면 고쳐 적고, 기관이 정한 서식이 있으면 옮겨 적어 주세요. 상대방은 아는 대로 직접 적습니다.".to_owned(),
            "주민등록번호는 이음이 갖고 있지 않아 적지 않았습니다.".to_owned(),
        ],
        seals: vec![row("신청인", application.applicant.name.clone())],
        to: Some(format!("{} 귀중", application.body.name)),
        ..Content::default()
    }
}

fn chronology(application: &Application) -> Content {
    let line =
        |d: &crate::domain::case::Dealing| vec![words::official(d.at), d.what.clone(), d.result.clone()];
    let mut facts = who(application);
    facts.push(row("접수번호", application.case.number.clone()));
    facts.push(row("접수한 때", words::official(application.case.intake.received_at)));
    Content {
        title: "당사자간 교섭경위서".to_owned(),
        facts,
        sections: vec![table(
            "날짜별 경위",
            &["날짜", "있었던 일", "결과"],
            application.dealings.iter().map(line).collect(),
        )],
        notes: vec![
            "신청인이 알 수 있는 것만 적었습니다. 들은 이야기와 상대방의 정보는 싣지 않습니다. 입증 자료는 증거목록에 있습니다.".to_owned(),
        ],
        seals: vec![row("신청인", application.applicant.name.clone())],
        ..Content::default()
    }
}

fn evidence(application: &Application) -> Content {
    Content {
        title: "증거목록".to_owned(),
        compact: true,
        facts: who(application),
        sections: vec![table("자료", &COLUMNS, application.things.iter().map(line).collect())],
        notes: vec![NOTE.to_owned()],
        ..Content::default()
    }
}

/// The columns of a 증거목록.
pub(crate) const COLUMNS: [&str; 4] = ["번호", "무엇을 보여 주나", "종류와 크기", "낸 날"];
/// What stands below it.
pub(crate) const NOTE: &str = "신청인이 낸 자료만 적었습니다. SHA-256은 보관한 파일의 것으로, 나중에 바뀌지 않았음을 확인할 때 씁니다. 사진은 촬영 장소와 기기 정보를 지우고 보관합니다.";

/// A line of a 증거목록.
pub(crate) fn line(thing: &Thing) -> Vec<String> {
    let kind = [Some(thing.kind.label()), voices(thing)];
    let kind = kind.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let kind = format!("{kind}, {}", size(thing.size));
    vec![
        format!("갑 {}", thing.number),
        format!("{}\nSHA-256 {}", thing.about, thing.sha256),
        kind,
        short_day(seoul::day(thing.at)),
    ]
}
