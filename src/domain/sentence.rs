//! A case in a sentence, as the parties read it: where it is and what happens next, without a name or a narrative.
use super::case::Case;
use super::codes::{Outcome, SessionState, Side, Stage};
use super::seoul;
use chrono::{DateTime, Utc};

fn day(at: DateTime<Utc>) -> String {
    seoul::day(at).format("%-m월 %-d일").to_string()
}

fn moment(at: DateTime<Utc>) -> String {
    let local = at.with_timezone(&seoul::ZONE);
    local.format("%-m월 %-d일 %H:%M").to_string()
}

/// Where the case is, for those who handle it.
#[must_use]
pub fn now(case: &Case) -> String {
    told(case, None)
}

/// Where the case is, for this side: nothing of a talk with the other one.
#[must_use]
pub fn now_for(case: &Case, side: Side) -> String {
    told(case, Some(side))
}

fn told(case: &Case, side: Option<Side>) -> String {
    if case.is_open() && case.safety() >= super::codes::Safety::Pause {
        return "지금은 진행을 보류하고 있습니다. 다시 진행할 수 있는지 확인하고 알려 드립니다.".to_owned();
    }
    match case.stage {
        Stage::Received => "접수했습니다. 담당자가 내용을 확인하고 있습니다.".to_owned(),
        Stage::Inquiry => "사실을 확인하고 상담하고 있습니다.".to_owned(),
        Stage::Participation => participation(case),
        Stage::Assigning if case.led_by.is_some() => {
            "양쪽이 참여하기로 했습니다. 두 집이 서로 낸 신청을 함께 조정하고 있습니다.".to_owned()
        }
        Stage::Assigning => "양쪽이 참여하기로 했습니다. 조정을 맡을 사람을 정하고 있습니다.".to_owned(),
        Stage::Mediating => mediating(case, side),
        Stage::Closed => closed(case),
    }
}

fn participation(case: &Case) -> String {
    if !case.history.has_respondent_unit() {
        return "소음이 나는 곳을 확인하고 있습니다.".to_owned();
    }
    if case.history.respondent_contacted() {
        return "상대방과 연락이 되었습니다. 양쪽이 참여할지 확인하고 있습니다.".to_owned();
    }
    match case.contacts.len() {
        0 => "상대방에게 참여를 묻는 연락을 준비하고 있습니다.".to_owned(),
        1 => "상대방에게 연락하고 있습니다.".to_owned(),
        2 => "두 번째로 연락하고 있습니다.".to_owned(),
        n => format!("상대방에게 {n}번째로 연락하고 있습니다."),
    }
}

/// Whether this side is to learn neither when nor where the open meeting is.
fn is_hidden(case: &Case, side: Side) -> bool {
    case.open_session().is_some_and(|s| s.is_kept_from(side) || case.hides_times())
}

fn mediating(case: &Case, side: Option<Side>) -> String {
    if case.open_agreement().is_some() {
        return "합의서가 만들어졌습니다. 양쪽의 서명을 기다리고 있습니다.".to_owned();
    }
    if let Some(proposal) = case.open_proposal() {
        return format!(
            "조정안이 나왔습니다. {}까지 답을 기다리고 있습니다.",
            proposal.answer_by.format("%-m월 %-d일")
        );
    }
    let session = case.open_session().filter(|s| side.is_none_or(|side| !s.is_kept_from(side)));
    match session {
        // Nobody learns here when and where the other side will be.
        Some(_) if case.hides_times() => {
            "조정을 위한 만남을 준비하고 있습니다. 때와 곳은 담당이 전화로 따로 알려 드립니다.".to_owned()
        }
        Some(s) if s.state == SessionState::Fixed => {
            let when = s.starts_at.map(moment).unwrap_or_default();
            let what = if s.side.is_some() { "개별면담이" } else { "조정회의가" };
            format!("{what} {when}에 잡혔습니다.")
        }
        Some(s) if s.side.is_some() => "개별면담 날짜를 묻고 있습니다.".to_owned(),
        Some(_) => "조정회의 날짜를 묻고 있습니다.".to_owned(),
        None if case.history.session_in_span() => {
            "조정회의를 열었습니다. 결과를 정리하고 있습니다.".to_owned()
        }
        None => "담당이 정해졌습니다. 조정회의를 준비하고 있습니다.".to_owned(),
    }
}

fn closed(case: &Case) -> String {
    let Some(outcome) = case.outcome() else { return "마쳤습니다.".to_owned() };
    if let Some(number) = &case.concluded_in {
        return format!(
            "서로 낸 두 신청을 한 합의로 함께 마쳤습니다. 합의서와 사후점검은 접수번호 {number}에 있습니다."
        );
    }
    match outcome {
        Outcome::Settled => "합의로 마쳤습니다. 약속이 지켜지는지 나중에 여쭙겠습니다.".to_owned(),
        Outcome::Partial => "일부를 합의하고 마쳤습니다. 약속이 지켜지는지 나중에 여쭙겠습니다.".to_owned(),
        Outcome::Suspended => "진행을 보류하고 마쳤습니다. 자세한 것은 전화로 물어 주세요.".to_owned(),
        Outcome::Withdrawn => "신청을 거두어 마쳤습니다.".to_owned(),
        Outcome::SettledBefore => "이웃끼리 이야기가 되어 마쳤습니다.".to_owned(),
        Outcome::Ceased => "소음이 멈춰 마쳤습니다.".to_owned(),
        Outcome::Counselled => "상담으로 마쳤습니다. 더 필요한 도움은 전화로 물어 주세요.".to_owned(),
        Outcome::NotAgreed => {
            "합의에 이르지 못하고 마쳤습니다. 다른 기관의 도움을 받을 수 있으니 전화로 물어 주세요.".to_owned()
        }
        Outcome::Refused => {
            "한쪽이 참여하지 않기로 해 마쳤습니다. 불이익은 없으며, 혼자 받을 수 있는 도움은 전화로 물어 주세요.".to_owned()
        }
        Outcome::Unreachable => {
            "연락이 닿지 않아 마쳤습니다. 다른 기관의 도움을 받을 수 있으니 전화로 물어 주세요.".to_owned()
        }
        Outcome::MovedOut => "이사로 마쳤습니다.".to_owned(),
        Outcome::Transferred => "다른 기관이 이어서 맡기로 해 마쳤습니다.".to_owned(),
        Outcome::OutOfScope => {
            "이곳에서 다룰 수 없는 일이어서 마쳤습니다. 맞는 곳을 안내해 드리니 전화로 물어 주세요.".to_owned()
        }
        Outcome::Merged => "같은 일로 들어온 다른 신청과 합쳤습니다.".to_owned(),
    }
}

/// What happens next, and by when, for this side. A day that has passed is no promise any more.
#[must_use]
pub fn next_for(case: &Case, side: Side, now: DateTime<Utc>) -> String {
    if is_hidden(case, side) {
        return "다음 일정은 맡은 사람이 따로 알려 드립니다.".to_owned();
    }
    if case.duties().first().is_some_and(|duty| duty.due_at < now) {
        return "예정보다 늦어지고 있습니다. 궁금하시면 맡은 곳에 전화로 물어보셔도 됩니다.".to_owned();
    }
    next(case)
}

/// What happens next, and by when.
#[must_use]
pub fn next(case: &Case) -> String {
    match case.duties().first() {
        Some(duty) if case.is_open() => match case.stage {
            Stage::Received => format!("{}까지 담당자가 연락드립니다.", day(duty.due_at)),
            Stage::Participation if !case.history.respondent_contacted() && !case.contacts.is_empty() => {
                format!("다음 연락은 {}입니다.", day(duty.due_at))
            }
            _ => format!("다음 일은 {}까지 합니다.", day(duty.due_at)),
        },
        Some(duty) => format!("{}에 약속이 지켜지는지 여쭙겠습니다.", day(duty.due_at)),
        None => "더 하실 일은 없습니다. 소음이 다시 나면 알려 주세요.".to_owned(),
    }
}
