//! A meeting's papers: 소집 통지, 회의록 and its copy for outsiders.
use super::super::meeting::name;
use super::Of;
use crate::casework::meet::Sheet;
use crate::documents::paper::{
    Content, SOME_MOMENT, Section, empty_rows, row, short_day, table, ticks, words as part, words_or_room,
};
use crate::domain::codes::MatterKind;
use crate::domain::ids::SeatId;
use crate::domain::meeting::{Item, Meeting, Signer, Stay};
use crate::domain::seoul;
use crate::web::steps::words;
use std::collections::BTreeSet;

/// A meeting as one person may read it, in its committee.
pub(super) struct Held<'a> {
    pub(super) sheet: &'a Sheet,
    pub(super) of: &'a Of,
}

fn when(meeting: &Meeting) -> String {
    meeting.starts_at.map_or_else(|| "정하지 않음".to_owned(), words::official)
}

fn numbered<T>(all: impl IntoIterator<Item = T>, say: impl Fn(T) -> Vec<String>) -> Vec<Vec<String>> {
    let row = |(one, n): (T, u32)| [vec![n.to_string()], say(one)].concat();
    all.into_iter().zip(1u32..).map(row).collect()
}

/// 소집 통지: one sheet for everybody, a recused member among them, so that of a case it says only that there is one.
pub(super) fn notice(of: Option<&Held<'_>>) -> Content {
    let meeting = of.map(|h| &h.sheet.meeting);
    let line = |item: &Item| match item.matter.kind() {
        MatterKind::Case | MatterKind::RecusalRequest => vec!["층간소음 사건 심의 1건".to_owned()],
        MatterKind::Free => vec![item.matter.title()],
        kind => vec![kind.label().to_owned()],
    };
    let items = meeting.map_or_else(|| empty_rows(2, 6), |m| numbered(&m.items, line));
    let body = of.map_or_else(|| "○○ 위원회".to_owned(), |h| h.of.body.name.clone());
    Content {
        title: "회의 소집 통지".to_owned(),
        facts: vec![
            row("받는 분", "위원 여러분께"),
            row("회의", meeting.map(|m| m.sort.label().to_owned()).unwrap_or_default()),
            row("일시", meeting.map_or_else(|| SOME_MOMENT.to_owned(), when)),
            row("장소", meeting.map(|m| m.place.clone()).unwrap_or_default()),
            row("방식", meeting.map(|m| m.mode.label().to_owned()).unwrap_or_default()),
        ],
        body: vec![format!("「{body}」 회의를 다음과 같이 열고자 하니 꼭 나와 주시기 바랍니다.")],
        sections: vec![table("안건", &["번호", "안건"], items)],
        notes: vec![
            "나오지 못하시면 회의 전까지 간사에게 알려 주세요. 정족수를 미리 살핍니다.".to_owned(),
            "본인이나 가족, 바로 위·아래·옆집의 사건이면 그 안건에서 물러나야 하니 알려 주세요. 사건의 내용은 이 종이에 적지 않습니다.".to_owned(),
        ],
        from: format!("{body} 위원장"),
        ..Content::default()
    }
}

/// How an item was decided: result, method, tally, and who had left for it.
fn decided(sheet: &Sheet, item: &Item) -> Vec<String> {
    let aside = sheet.meeting.aside(item);
    let aside: Vec<String> = aside.iter().map(|seat| name(sheet, *seat)).collect();
    let Some(decision) = &item.decision else {
        return vec!["정하지 않음".to_owned(), String::new(), String::new(), aside.join(", ")];
    };
    let tally = decision
        .tally
        .map_or_else(String::new, |t| format!("{}\u{a0}·\u{a0}{}\u{a0}·\u{a0}{}", t.yes, t.no, t.abstain));
    let method = if decision.tally.is_some() { decision.ballot.label() } else { "" };
    vec![decision.result.label().to_owned(), method.to_owned(), tally, aside.join(", ")]
}

/// The arithmetic of a decision, as it stood at its moment.
fn reckoned(meeting: &Meeting, item: &Item) -> Option<String> {
    let decision = item.decision.as_ref()?;
    let quorum = decision.quorum?;
    let vote = decision.tally.map(|tally| quorum.vote_sentence(&meeting.rules, tally));
    Some(format!("{} {}", quorum.recorded(&meeting.rules), vote.unwrap_or_default()).trim().to_owned())
}

/// A member who came after the opening or left before the end: with the times at which they were there.
fn there(sheet: &Sheet, seat: SeatId) -> String {
    let meeting = &sheet.meeting;
    let late = |stay: &Stay| meeting.opened_at.is_some_and(|opened| stay.from > opened);
    let early =
        |stay: &Stay| stay.until.is_some_and(|until| meeting.adjourned_at.is_none_or(|end| until < end));
    let stays: Vec<&Stay> = meeting.stays.iter().filter(|stay| stay.seat == seat).collect();
    if !stays.iter().any(|stay| late(stay) || early(stay)) {
        return name(sheet, seat);
    }
    let end = |stay: &Stay| stay.until.filter(|_| early(stay)).map_or_else(String::new, |at| clock(Some(at)));
    let times: Vec<String> =
        stays.iter().map(|stay| format!("{}~{}", clock(Some(stay.from)), end(stay))).collect();
    format!("{}({})", name(sheet, seat), times.join(", "))
}

/// The names of those who came, and the others of the roster.
fn attendance(sheet: &Sheet) -> (String, String) {
    let came: BTreeSet<_> = sheet.meeting.stays.iter().map(|s| s.seat).collect();
    let all = |here: bool| {
        let seats = sheet.meeting.roster.iter().filter(|r| came.contains(&r.seat) == here);
        let names: Vec<String> = seats.map(|r| there(sheet, r.seat)).collect();
        if names.is_empty() {
            "없음".to_owned()
        } else {
            format!("{} ({}명)", names.join(", "), names.len())
        }
    };
    (all(true), all(false))
}

fn clock(at: Option<chrono::DateTime<chrono::Utc>>) -> String {
    at.map_or_else(|| "-".to_owned(), |at| at.with_timezone(&seoul::ZONE).format("%H:%M").to_string())
}

/// What was said of an item and decided, as the 서기 wrote it.
fn discussed(meeting: &Meeting, item: &Item, number: u32) -> Option<Section> {
    let place = usize::try_from(number).ok()?.checked_sub(1)?;
    let note = meeting.notes.get(place).map(|text| text.trim()).filter(|text| !text.is_empty());
    let decision = item.decision.as_ref().map(|d| d.text.trim()).filter(|text| !text.is_empty());
    let reckoned = reckoned(meeting, item);
    let lines = [note.map(str::to_owned), decision.map(|text| format!("결정: {text}")), reckoned];
    let text = lines.into_iter().flatten().collect::<Vec<_>>().join("\n");
    (!text.is_empty()).then(|| part(&format!("안건 {number}"), text))
}

const MINUTES: &[&str] = &["번호", "안건", "결과", "방법", "찬성·반대·기권", "물러난 위원"];

/// 회의록. Items from which the reader withdrew are closed on paper too.
pub(super) fn minutes(of: Option<&Held<'_>>) -> Content {
    let Some(held) = of else { return minutes_blank() };
    let (sheet, meeting) = (held.sheet, &held.sheet.meeting);
    let (came, absent) = attendance(sheet);
    let items = numbered(&meeting.items, |item| [vec![item.matter.title()], decided(sheet, item)].concat());
    let mut sections = vec![table("안건과 결정", MINUTES, items)];
    if sheet.closed.is_empty() {
        sections.push(words_or_room("회의 내용", Some(meeting.text.clone()), 8));
    } else {
        sections.push(part("회의 내용", "물러난 안건이 있어 회의 전체의 글은 보이지 않습니다."));
    }
    sections.extend(meeting.items.iter().zip(1u32..).filter_map(|(item, n)| discussed(meeting, item, n)));
    let corrected = meeting.corrections.iter().filter(|(_, text)| !text.is_empty());
    sections
        .extend(corrected.map(|(at, text)| part(&format!("정정({})", words::official(*at)), text.clone())));
    let signed = |signer: &Signer| {
        let by = meeting.signatures.iter().find(|s| s.signer == *signer);
        let said = by.map(|s| format!("{} 서명함", short_day(seoul::day(s.at))));
        row(signer.label(), said.unwrap_or_default())
    };
    let written = meeting.adjourned_at.or(meeting.starts_at);
    Content {
        title: "회 의 록".to_owned(),
        compact: true,
        facts: vec![
            row("위원회", held.of.body.name.clone()),
            row("회의", format!("{} ({})", meeting.sort.label(), meeting.mode.label())),
            row("일시·장소", format!("{} {}", when(meeting), meeting.place)),
            row("개회·폐회", format!("{} ~ {}", clock(meeting.opened_at), clock(meeting.adjourned_at))),
            row("의장", meeting.presiding.map(|s| name(sheet, s)).unwrap_or_default()),
            row("나온 위원", came),
            row("나오지 못한 위원", absent),
        ],
        sections,
        date: written.map(|at| words::official_day(seoul::day(at))).unwrap_or_default(),
        notes: vec!["비밀로 다룹니다. 사건의 안건은 공개하지 않습니다.".to_owned()],
        seals: Signer::ALL.iter().map(signed).collect(),
        from: held.of.body.name.clone(),
        ..Content::default()
    }
}

fn minutes_blank() -> Content {
    let facts = ["위원회", "회의", "일시·장소", "개회·폐회", "의장", "나온 위원", "나오지 못한 위원"];
    let room = |title: &str, lines| Section { title: title.to_owned(), room: lines, ..Section::default() };
    Content {
        title: "회 의 록".to_owned(),
        facts: facts.into_iter().map(|label| row(label, "")).collect(),
        sections: vec![table("안건과 결정", MINUTES, empty_rows(MINUTES.len(), 5)), room("회의 내용", 9)],
        notes: vec!["표결은 찬성·반대·기권의 수만 적고 누가 어떻게 표결했는지는 적지 않습니다.".to_owned()],
        seals: Signer::ALL.iter().map(|s| row(s.label(), "")).collect(),
        ..Content::default()
    }
}

/// The copy of the minutes that outsiders may read: no case, no person.
pub(super) fn public(of: Option<&Held<'_>>) -> Content {
    let columns = &["번호", "안건과 결과"];
    let Some(held) = of else {
        return Content {
            title: "회의록 공개본".to_owned(),
            facts: ["위원회", "일시", "회의", "나온 위원 수"]
                .into_iter()
                .map(|label| row(label, ""))
                .collect(),
            sections: vec![
                table("안건", columns, empty_rows(2, 8)),
                part(
                    "공개하지 않은 것",
                    ticks([
                        (false, "사건의 안건"),
                        (false, "사람의 이름"),
                        (false, "표결한 사람"),
                        (false, "그 밖(            )"),
                    ]),
                ),
            ],
            notes: vec!["사건의 안건은 ‘층간소음 1건 심의·의결’이라고만 적습니다.".to_owned()],
            ..Content::default()
        };
    };
    let (sheet, meeting) = (held.sheet, &held.sheet.meeting);
    let came: BTreeSet<_> = meeting.stays.iter().map(|s| s.seat).collect();
    let items = sheet
        .public_items()
        .into_iter()
        .zip(1u32..)
        .map(|(item, n)| vec![n.to_string(), item.line])
        .collect();
    Content {
        title: "회의록 공개본".to_owned(),
        facts: vec![
            row("위원회", held.of.body.name.clone()),
            row("일시", meeting.opened_at.or(meeting.starts_at).map_or_else(String::new, words::official)),
            row("회의", meeting.sort.label()),
            row("나온 위원 수", format!("{}명", came.len())),
        ],
        sections: vec![table("안건", columns, items)],
        notes: vec!["사건의 안건과 사람에 관한 사항은 개인을 알아볼 수 있어 뺐습니다.".to_owned()],
        from: held.of.body.name.clone(),
        ..Content::default()
    }
}
