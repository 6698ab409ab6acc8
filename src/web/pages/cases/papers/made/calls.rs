//! 사후점검 전화 기록지: what is asked by telephone after an agreement, in the order of the form by which it is entered.
use super::{Content, holder, identity, phone, row, table};
use crate::documents::paper::{SOME_MOMENT, ticks, words_or_room};
use crate::domain::case::{FollowUp, QUESTIONS};
use crate::domain::codes::{FollowUpResult, Relation, Score, Side};
use crate::domain::step::Term;
use crate::web::pages::cases::load::Sight;
use crate::web::steps::words;

/// Rows of a blank sheet.
const BLANK_ROWS: usize = 3;

/// The promises with room for each side's answer.
fn promises(terms: Option<&[Term]>) -> Vec<Vec<String>> {
    let choices = || ticks(FollowUpResult::ALL.iter().map(|r| (false, r.label())));
    let line = |(n, t): (usize, &Term)| vec![words::numbered(n, t), choices(), choices()];
    let Some(terms) = terms else {
        return (1..=BLANK_ROWS).map(|n| vec![format!("{n}."), choices(), choices()]).collect();
    };
    (1..).zip(terms).map(line).collect()
}

pub(super) fn follow_up(sight: Option<&Sight>) -> Content {
    let case = sight.map(Sight::case);
    let open = case.and_then(|c| c.follow_ups.iter().find(|f| f.is_open()));
    let due = open.map(|f: &FollowUp| words::official_day(f.due)).unwrap_or_default();
    let tel = |side: Side| sight.map(|s| phone(s, side)).unwrap_or_default();
    let mut facts = identity(sight);
    facts.extend([
        row("점검일", due),
        row("신청인 전화", tel(Side::Applicant)),
        row("상대방 전화", tel(Side::Respondent)),
        row("전화한 때, 사람", SOME_MOMENT),
    ]);
    let terms = case.and_then(|c| c.followed()).map(|a| a.terms.as_slice());
    let both = ["물은 것", "신청인", "상대방"];
    let relation = || ticks(Relation::ALL.iter().map(|r| (false, r.label())));
    let mut answers = promises(terms);
    answers.push(vec!["이웃 사이".to_owned(), relation(), relation()]);
    let mut sections = vec![table("약속마다 지켜지고 있습니까", &both, answers)];
    // With the last one, and on a blank sheet, what each side thought of the mediation.
    if open.is_none_or(|f| case.is_some_and(|c| Side::ALL.iter().any(|side| c.surveys_with(*side, f.due)))) {
        let scores = || ticks(Score::ALL.iter().map(|s| (false, s.code())));
        let asked = QUESTIONS.iter().map(|(_, text)| vec![(*text).to_owned(), scores(), scores()]);
        sections.push(table("조정은 어떠셨습니까(1 전혀 아니다 ~ 5 매우 그렇다)", &both, asked.collect()));
    }
    sections.push(words_or_room("하고 싶은 말", None, 1));
    Content {
        title: "사후점검 전화 기록지".to_owned(),
        facts,
        sections,
        notes: vec![
            "양쪽에 따로 전화하고, 한쪽의 답을 다른 쪽에 말하지 않습니다. 받지 않으면 비워 두고 다시 전화합니다.".to_owned(),
            "안 지켜진 약속이 하나라도 있으면 사건을 다시 열지 정해야 합니다.".to_owned(),
        ],
        from: holder(sight),
        blank: true,
        ..Content::default()
    }
}
