//! The numbered papers of a meeting day: who got which copy, and whether it came back.
use super::line::{Line, MeetingStep};
use super::{Meeting, small};
use crate::domain::case::Refused;
use crate::domain::ids::SeatId;
use chrono::{DateTime, Utc};

/// One copy of the papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copy {
    /// From 1, printed on every sheet of the copy.
    pub number: u32,
    pub seat: SeatId,
    pub issued_at: DateTime<Utc>,
    pub back_at: Option<DateTime<Utc>>,
}

impl Meeting {
    pub(super) fn apply_packet(&mut self, line: &Line) -> Result<(), Refused> {
        match &line.step {
            MeetingStep::Issue { seats } => self.issue(seats, line.at),
            MeetingStep::Collect { numbers, .. } => self.collect(numbers, line.at),
            _ => Ok(()),
        }
    }

    fn issue(&mut self, seats: &[SeatId], at: DateTime<Utc>) -> Result<(), Refused> {
        let mut fresh: Vec<SeatId> = seats.to_vec();
        fresh.sort_unstable();
        fresh.dedup();
        if fresh.is_empty() {
            return Err(Refused::new("no_copies", "자료를 받을 사람을 골라 주세요."));
        }
        if !fresh.iter().all(|s| self.roster.iter().any(|known| known.seat == *s)) {
            return Err(Refused::new("not_in_office", "이 위원회의 위원이 아닌 사람이 있습니다."));
        }
        if fresh.iter().any(|s| self.copies.iter().any(|c| c.seat == *s && c.back_at.is_none())) {
            return Err(Refused::new("has_copy", "이미 자료를 받은 사람이 있습니다. 그 사람을 빼 주세요."));
        }
        for seat in fresh {
            let number = small(self.copies.len()).saturating_add(1);
            self.copies.push(Copy { number, seat, issued_at: at, back_at: None });
        }
        Ok(())
    }

    fn collect(&mut self, numbers: &[u32], at: DateTime<Utc>) -> Result<(), Refused> {
        if numbers.is_empty() {
            return Err(Refused::new("no_copies", "거둔 자료의 번호를 골라 주세요."));
        }
        for number in numbers {
            let out = self.copies.iter_mut().find(|c| c.number == *number && c.back_at.is_none());
            let Some(copy) = out else {
                return Err(Refused::new(
                    "not_out",
                    "나가 있지 않은 자료의 번호가 있습니다. 번호를 확인해 주세요.",
                ));
            };
            copy.back_at = Some(at);
        }
        Ok(())
    }

    /// The copies that are still out.
    pub fn copies_out(&self) -> impl Iterator<Item = &Copy> {
        self.copies.iter().filter(|c| c.back_at.is_none())
    }
}
