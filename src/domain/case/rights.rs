//! What people may ask about their own data (개인정보 보호법 §35~37): the request, its ten days, its answer; and the hold that
//! keeps a case from being destroyed.
use super::{Case, Event, Refused};
use crate::domain::codes::{Right, RightAnswer, Side};
use crate::domain::step::{Seq, Step};
use chrono::{DateTime, Utc};

/// A side's request about its own data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RightRequest {
    pub seq: Seq,
    pub side: Side,
    pub right: Right,
    pub asked_at: DateTime<Utc>,
    pub answer: Option<RightAnswer>,
}

impl Case {
    pub(super) fn apply_rights(&mut self, event: &Event) -> Result<(), Refused> {
        match &event.step {
            Step::AskRight { side, right, .. } => {
                let (seq, side, right, asked_at) = (event.seq, *side, *right, event.at);
                self.rights.push(RightRequest { seq, side, right, asked_at, answer: None });
                Ok(())
            }
            Step::AnswerRight { request, answer, .. } => {
                let found = self.rights.iter_mut().find(|r| r.seq == *request && r.answer.is_none());
                let found = found.ok_or_else(|| {
                    Refused::new("no_request", "답을 기다리는 요청이 아닙니다. 화면을 새로 고쳐 주세요.")
                })?;
                found.answer = Some(*answer);
                let (side, right) = (found.side, found.right);
                match (right, answer) {
                    (Right::Stop, RightAnswer::Done) => self.side_mut(side).stopped = true,
                    (Right::Resume, RightAnswer::Done) => self.side_mut(side).stopped = false,
                    _ => {}
                }
                Ok(())
            }
            Step::Hold { .. } => {
                self.on_hold = true;
                Ok(())
            }
            Step::Release { .. } => {
                self.on_hold = false;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Whether the clock may write to this side by itself: whose data is used no more (처리정지, 개인정보 보호법 §37) hears nothing
    /// that nobody has to be told.
    pub(super) fn is_written_to(&self, side: Side) -> bool {
        !self.side(side).stopped
    }

    /// The requests that wait for an answer.
    pub fn open_rights(&self) -> impl Iterator<Item = &RightRequest> {
        self.rights.iter().filter(|r| r.answer.is_none())
    }

    /// What cannot be granted as it stands: erasing what an open case still needs, or what is under a hold (§36① 단서).
    pub(super) fn may_answer(&self, request: Seq, answer: RightAnswer) -> Result<(), Refused> {
        let asked = self.rights.iter().find(|r| r.seq == request).map(|r| r.right);
        if asked != Some(Right::Erase) || answer != RightAnswer::Done {
            return Ok(());
        }
        if self.on_hold {
            return Err(Refused::new(
                "on_hold",
                "파기를 멈춘 사건이라 지울 수 없습니다. 까닭을 알리고 '하지 않음'으로 답해 주세요.",
            ));
        }
        if self.is_open() {
            return Err(Refused::new(
                "erase_open",
                "진행 중인 사건의 정보는 법에 따른 일을 하는 데 필요해 지울 수 없습니다. 사건을 마친 뒤 지우거나, 까닭을 알리고 '하지 않음'으로 답해 주세요.",
            ));
        }
        Ok(())
    }
}
