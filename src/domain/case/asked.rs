//! What a party was asked, and whether the case still waits for it: the one rule behind the page of a link, the open questions on
//! a party's own page and the calls that are still to be made.
use super::Case;
use crate::domain::codes::{FollowUpResult, Side};
use crate::domain::step::Seq;
use chrono::NaiveDate;

/// A question that is put to one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// When they can come; of a session.
    Slots(Seq),
    Proposal(Seq),
    /// Of an agreement.
    Signature(Seq),
    /// Of the follow-up that is due on this day.
    FollowUp(NaiveDate),
    /// What they thought of the mediation, asked by itself on this day.
    Survey(NaiveDate),
}

/// What a side said, by link, at the desk, by telephone or on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    Slots,
    Proposal { accept: bool },
    Signed,
    FollowUp(FollowUpResult),
    Survey,
}

/// How a question stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Open,
    Answered(Reply),
    /// Never answered, and not waited for any more.
    Over,
}

impl Case {
    /// How a question to one side stands.
    #[must_use]
    pub fn asked(&self, side: Side, question: Question) -> Asked {
        let (reply, open) = match question {
            Question::Slots(seq) => self.asked_slots(side, seq),
            Question::Proposal(seq) => {
                let found = self.proposals.iter().find(|p| p.seq == seq);
                let reply = found.and_then(|p| p.answer_of(side));
                let open = self.open_proposal().is_some_and(|p| p.seq == seq);
                (reply.map(|accept| Reply::Proposal { accept }), open)
            }
            Question::Signature(seq) => {
                let found = self.agreements.iter().find(|a| a.seq == seq);
                let signed = found.is_some_and(|a| a.signature(side).is_some());
                let open = self.open_agreement().is_some_and(|a| a.seq == seq);
                (signed.then_some(Reply::Signed), open)
            }
            Question::FollowUp(due) => {
                let found = self.follow_ups.iter().find(|f| f.due == due);
                let reply = found.and_then(|f| f.told_by(side));
                (reply.map(|told| Reply::FollowUp(told.result)), found.is_some_and(super::FollowUp::is_open))
            }
            Question::Survey(due) => {
                let found = self.survey_ask(side, due);
                let said = found.is_some_and(|ask| ask.answer.is_some());
                (said.then_some(Reply::Survey), found.is_some())
            }
        };
        match reply {
            Some(reply) => Asked::Answered(reply),
            None if open => Asked::Open,
            None => Asked::Over,
        }
    }

    fn asked_slots(&self, side: Side, seq: Seq) -> (Option<Reply>, bool) {
        let Some(session) = self.session(seq).filter(|s| !s.is_kept_from(side)) else { return (None, false) };
        let said = session.answers.iter().any(|(of, _)| *of == Some(side));
        let open = self.open_session().is_some_and(|s| s.seq == seq && s.starts_at.is_none());
        (said.then_some(Reply::Slots), open)
    }
}
