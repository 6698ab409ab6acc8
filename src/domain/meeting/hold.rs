//! Calling a meeting and holding it: from the demand to the adjournment.
use super::line::{Line, Matter, MeetingStep};
use super::quorum::Tally;
use super::{Decision, ITEMS_MAX, Item, Meeting, Stay, small};
use crate::domain::case::Refused;
use crate::domain::codes::{Ballot, ItemResult, MeetingState, RecusalGround, Sort};
use crate::domain::committee::delegation::Act;
use crate::domain::ids::SeatId;
use crate::domain::seoul;
use crate::domain::step::Step;
use chrono::{DateTime, Duration, Utc};

fn refuse<T>(code: &'static str, sentence: impl AsRef<str>) -> Result<T, Refused> {
    Err(Refused::new(code, sentence.as_ref()))
}

impl Meeting {
    pub(super) fn apply_call(&mut self, line: &Line) -> Result<(), Refused> {
        match &line.step {
            MeetingStep::Request { by, purpose } => {
                self.in_office_only(*by, line.at)?;
                if purpose.trim().is_empty() {
                    return refuse("no_purpose", "회의에서 무엇을 다룰지 적어 주세요.");
                }
                self.reason.clone_from(purpose);
                self.supporters = vec![*by];
                self.state = Some(MeetingState::Requested);
            }
            MeetingStep::Support { by } => {
                self.in_office_only(*by, line.at)?;
                if self.supporters.contains(by) {
                    return refuse("supported", "이미 찬성했습니다.");
                }
                self.supporters.push(*by);
            }
            MeetingStep::Convene { sort, mode, starts_at, minutes, place, items, reason } => {
                self.enough_demand(line.at)?;
                if !self.rules.modes.contains(mode) {
                    return refuse(
                        "mode",
                        format!("이 위원회의 규칙은 {} 회의를 두지 않았습니다.", mode.label()),
                    );
                }
                (self.sort, self.mode, self.minutes_planned) = (*sort, *mode, *minutes);
                self.placed(*starts_at, place, line.at)?;
                if !reason.is_empty() {
                    self.reason.clone_from(reason);
                }
                for matter in items {
                    self.add(matter)?;
                }
                self.state = Some(MeetingState::Convened);
            }
            MeetingStep::Add { matter } => self.add(matter)?,
            MeetingStep::Notify {} => self.notify(line.at)?,
            MeetingStep::Move { starts_at, place, reason } => {
                self.placed(*starts_at, place, line.at)?;
                self.sequence += 1;
                self.reason.clone_from(reason);
                if self.state == Some(MeetingState::Noticed) {
                    self.notify(line.at)?;
                }
            }
            MeetingStep::Cancel { reason } => {
                self.sequence += 1;
                self.reason.clone_from(reason);
                self.state = Some(MeetingState::Cancelled);
            }
            MeetingStep::Roster { seats } => self.roster.clone_from(seats),
            _ => {}
        }
        Ok(())
    }

    fn in_office_only(&self, seat: SeatId, at: DateTime<Utc>) -> Result<(), Refused> {
        if self.in_office(at).contains(&seat) {
            return Ok(());
        }
        refuse("not_in_office", "지금 재직 중인 위원만 할 수 있습니다.")
    }

    /// How many supporters a demand still needs; none when it has enough.
    #[must_use]
    pub fn demand_missing(&self, at: DateTime<Utc>) -> u32 {
        let in_office = self.in_office(at);
        let needed = self.rules.demand.needed(small(in_office.len()));
        let standing = self.supporters.iter().filter(|s| in_office.contains(s)).count();
        needed.saturating_sub(small(standing))
    }

    fn enough_demand(&self, at: DateTime<Utc>) -> Result<(), Refused> {
        if self.state != Some(MeetingState::Requested) {
            return Ok(());
        }
        let missing = self.demand_missing(at);
        if missing == 0 {
            return Ok(());
        }
        let words = self.rules.demand.words();
        refuse(
            "demand",
            format!(
                "재직 위원 {words}의 요구가 있어야 합니다. 찬성하는 위원이 {missing}명 더 있어야 합니다."
            ),
        )
    }

    fn placed(&mut self, starts_at: DateTime<Utc>, place: &str, now: DateTime<Utc>) -> Result<(), Refused> {
        if starts_at < now {
            return refuse("past", "회의 시작은 지금보다 뒤여야 합니다.");
        }
        if place.trim().is_empty() {
            return refuse("no_place", "회의 장소를 적어 주세요.");
        }
        self.starts_at = Some(starts_at);
        place.trim().clone_into(&mut self.place);
        Ok(())
    }

    fn add(&mut self, matter: &Matter) -> Result<(), Refused> {
        if self.items.len() >= ITEMS_MAX {
            return refuse("items", format!("안건은 {ITEMS_MAX}개까지 올릴 수 있습니다."));
        }
        if matter.case().is_some() && !self.rules.has_case_rights() {
            return refuse(
                "no_case_rights",
                "추진협의회는 사건을 다루지 않습니다. 사건은 단지의 위원회에 올려 주세요.",
            );
        }
        if matches!(matter, Matter::Case { .. }) && matter.act().is_none() {
            return refuse("no_act", "사건에 대해 무엇을 의결할지 골라 주세요.");
        }
        if self.items.iter().any(|i| i.matter == *matter) {
            return refuse("same_item", "같은 안건이 이미 있습니다.");
        }
        // After the notice only what concerns nobody's file may come in: the others were never announced.
        if self.state == Some(MeetingState::Open) && matter.case().is_some() && self.sort != Sort::Urgent {
            return refuse(
                "not_announced",
                "통지하지 않은 사건은 이 회의에서 다룰 수 없습니다. 다음 회의에 올려 주세요.",
            );
        }
        let ballot = self.rules.ballot(matter.kind());
        self.items.push(Item {
            matter: matter.clone(),
            ballot,
            recused: Vec::new(),
            substitutes: Vec::new(),
            decision: None,
            performed: None,
        });
        Ok(())
    }

    fn notify(&mut self, at: DateTime<Utc>) -> Result<(), Refused> {
        if self.items.is_empty() {
            return refuse("no_items", "안건을 하나 이상 올린 뒤 통지해 주세요.");
        }
        let days = self.rules.notice_days;
        let ahead = self.starts_at.map(|s| (seoul::day(s) - seoul::day(at)).num_days());
        if self.sort != Sort::Urgent && ahead.is_none_or(|ahead| ahead < days) {
            let soonest = (seoul::day(at) + Duration::days(days)).format("%Y-%m-%d");
            return refuse(
                "short_notice",
                format!(
                    "회의 {days}일 전까지 통지해야 합니다. {soonest} 이후로 날짜를 옮기거나, 급한 일이면 긴급회의로 소집해 주세요."
                ),
            );
        }
        self.noticed_at = Some(at);
        self.state = Some(MeetingState::Noticed);
        Ok(())
    }

    pub(super) fn apply_hold(&mut self, line: &Line) -> Result<(), Refused> {
        let at = line.at;
        match &line.step {
            MeetingStep::Open { present, presiding } => self.open(present, *presiding, at)?,
            MeetingStep::NotOpen { present, reason } => {
                self.not_early(at)?;
                let quorum = self.opening(present, at);
                if quorum.met {
                    return refuse("quorate", "의사정족수를 채웠습니다. 개회로 적어 주세요.");
                }
                let came = self.known(present)?.into_iter();
                self.stays = came.map(|s| Stay { seat: s, from: at, until: Some(at) }).collect();
                self.reason = format!("{} {reason}", quorum.recorded(&self.rules)).trim().to_owned();
                self.state = Some(MeetingState::NotOpened);
            }
            MeetingStep::Arrive { seat } => self.arrive(*seat, at)?,
            MeetingStep::Leave { seat } => self.leave(*seat, at)?,
            MeetingStep::Preside { seat, .. } => {
                if !self.is_present(*seat, at) {
                    return refuse("not_present", "회의에 나와 있는 위원이 의장을 대행해 주세요.");
                }
                self.presiding = Some(*seat);
            }
            MeetingStep::Recuse { item, seat, ground, .. } => self.recuse(*item, *seat, *ground)?,
            MeetingStep::Substitute { item, seat, by } => self.substitute(*item, *seat, *by, at)?,
            MeetingStep::Decide { item, tally, ballot, text, taken } => {
                let decision = self.decided(*item, *tally, *ballot, taken.as_ref(), at)?;
                self.item_mut(*item)?.decision = Some(Decision { text: text.clone(), ..decision });
            }
            MeetingStep::Performed { item, line, why } => {
                let item = self.item_mut(*item)?;
                if item.decision.as_ref().is_none_or(|d| d.result != ItemResult::Passed) {
                    return refuse("not_passed", "가결된 안건만 할 수 있습니다.");
                }
                item.performed = Some(line.ok_or_else(|| why.clone()));
            }
            MeetingStep::Defer { item, text } => {
                self.undecided(*item)?;
                let decision = deferred(at, text);
                self.item_mut(*item)?.decision = Some(decision);
            }
            MeetingStep::Adjourn {} => self.adjourn(at),
            _ => {}
        }
        Ok(())
    }

    /// Whether it is more than half an hour before the meeting's hour.
    #[must_use]
    pub fn is_early(&self, at: DateTime<Utc>) -> bool {
        self.starts_at.is_some_and(|starts_at| at < starts_at - Duration::minutes(30))
    }

    /// Nobody can say before its hour that a meeting opened, or that too few came.
    fn not_early(&self, at: DateTime<Utc>) -> Result<(), Refused> {
        if !self.is_early(at) {
            return Ok(());
        }
        refuse(
            "early",
            "소집한 시각까지 30분 넘게 남아 있어 아직 적을 수 없습니다. 날을 바꾸려면 '날짜·장소 바꾸기'로 다시 알려 주세요.",
        )
    }

    fn open(&mut self, present: &[SeatId], presiding: SeatId, at: DateTime<Utc>) -> Result<(), Refused> {
        let in_office = self.in_office(at);
        // A meeting that everyone came to needs no notice: all of them waived it by coming.
        let everyone = in_office.iter().all(|s| present.contains(s));
        if self.state == Some(MeetingState::Convened) && !everyone {
            return refuse(
                "no_notice",
                "소집 통지를 먼저 보내 주세요. 통지 없이는 전원이 나와야 열 수 있습니다.",
            );
        }
        self.not_early(at)?;
        let quorum = self.opening(present, at);
        if !quorum.met {
            return refuse(
                "no_quorum",
                format!(
                    "{} '열리지 못함'으로 적거나 위원이 더 온 뒤 열어 주세요.",
                    quorum.sentence(&self.rules)
                ),
            );
        }
        if !present.contains(&presiding) || !in_office.contains(&presiding) {
            return refuse("no_presiding", "나와 있는 위원 가운데 의장(대행)을 골라 주세요.");
        }
        self.stays =
            self.known(present)?.into_iter().map(|s| Stay { seat: s, from: at, until: None }).collect();
        (self.presiding, self.opened_at) = (Some(presiding), Some(at));
        self.state = Some(MeetingState::Open);
        Ok(())
    }

    /// Those who came, each once; all of them members.
    fn known(&self, present: &[SeatId]) -> Result<Vec<SeatId>, Refused> {
        let mut present = present.to_vec();
        present.sort_unstable();
        present.dedup();
        if present.iter().all(|p| self.roster.iter().any(|s| s.seat == *p)) {
            return Ok(present);
        }
        refuse("not_in_office", "이 위원회의 위원이 아닌 사람이 출석에 있습니다.")
    }

    fn arrive(&mut self, seat: SeatId, at: DateTime<Utc>) -> Result<(), Refused> {
        if self.is_present(seat, at) {
            return refuse("present", "이미 나와 있는 위원입니다.");
        }
        if !self.roster.iter().any(|s| s.seat == seat) {
            return refuse("not_in_office", "이 위원회의 위원이 아닙니다.");
        }
        self.stays.push(Stay { seat, from: at, until: None });
        Ok(())
    }

    fn leave(&mut self, seat: SeatId, at: DateTime<Utc>) -> Result<(), Refused> {
        let stay = self.stays.iter_mut().find(|s| s.seat == seat && s.until.is_none());
        let Some(stay) = stay else { return refuse("not_present", "나와 있지 않은 위원입니다.") };
        stay.until = Some(at);
        Ok(())
    }

    fn recuse(&mut self, number: u32, seat: SeatId, ground: RecusalGround) -> Result<(), Refused> {
        self.undecided(number)?;
        if !self.roster.iter().any(|s| s.seat == seat) {
            return refuse("not_in_office", "이 위원회의 위원이 아닙니다.");
        }
        let item = self.item_mut(number)?;
        if item.recused.iter().any(|(known, _)| *known == seat) {
            return refuse("recused", "이미 이 안건에서 물러난 위원입니다.");
        }
        item.recused.push((seat, ground));
        Ok(())
    }

    /// Only a case has people from whom a member keeps away; an election or a removal has no stand-ins.
    fn substitute(
        &mut self,
        number: u32,
        seat: SeatId,
        by: SeatId,
        at: DateTime<Utc>,
    ) -> Result<(), Refused> {
        self.undecided(number)?;
        let item = self.item(number)?;
        if !matches!(item.matter, Matter::Case { .. }) || !item.recused.iter().any(|(s, _)| *s == seat) {
            return refuse("not_recused", "사건 안건에서 물러난 위원의 자리에만 대신 세울 수 있습니다.");
        }
        if !self.may_stand_in(by, at) || self.aside(item).contains(&by) {
            return refuse(
                "no_stand_in",
                "표결권이 없는 예비 위원 가운데 이 사건과 이해관계가 없는 사람을 골라 주세요.",
            );
        }
        if item.substitutes.iter().any(|(whom, known)| *whom == seat || *known == by) {
            return refuse("substituted", "이미 대신할 사람을 세웠거나 다른 위원을 대신하고 있습니다.");
        }
        self.item_mut(number)?.substitutes.push((seat, by));
        Ok(())
    }

    fn undecided(&self, number: u32) -> Result<(), Refused> {
        if self.item(number)?.decision.is_some() {
            return refuse("decided", "이미 처리한 안건입니다. 다시 다루려면 다음 회의에 올려 주세요.");
        }
        Ok(())
    }

    /// The decision that a tally makes. No path leads to a passed item but through here.
    fn decided(
        &self,
        number: u32,
        tally: Tally,
        ballot: Ballot,
        step: Option<&Step>,
        at: DateTime<Utc>,
    ) -> Result<Decision, Refused> {
        self.undecided(number)?;
        let item = self.item(number)?;
        let quorum = self.judged(number, at)?;
        if !quorum.met {
            return refuse("no_quorum", format!("{} 의결할 수 없습니다.", quorum.sentence(&self.rules)));
        }
        let presiding = self.presiding.filter(|s| self.is_present(*s, at) && self.in_office(at).contains(s));
        let Some(presiding) = presiding.filter(|s| !self.aside(item).contains(s)) else {
            return refuse(
                "no_presiding",
                "의장이 자리에 없거나 이 안건에서 물러났습니다. 의장 대행을 먼저 정해 주세요.",
            );
        };
        if tally.sum() != quorum.count.present {
            return refuse(
                "tally",
                format!(
                    "찬성·반대·기권을 더하면 {}표인데, 이 안건에 표를 낼 수 있는 위원은 {}명입니다. 기권도 한 표로 세어 다시 적어 주세요.",
                    tally.sum(),
                    quorum.count.present
                ),
            );
        }
        let passed = quorum.passes(tally);
        let result = if passed { ItemResult::Passed } else { ItemResult::Rejected };
        if let Some(act) = item.matter.act()
            && passed
            && step.map(Act::of) != Some(act)
        {
            return refuse("no_step", format!("가결된 안건입니다. '{}'의 내용을 적어 주세요.", act.label()));
        }
        Ok(Decision {
            at,
            result,
            ballot,
            tally: Some(tally),
            quorum: Some(quorum),
            presided: Some(presiding),
            text: String::new(),
            step: step.filter(|_| passed).cloned(),
        })
    }

    fn adjourn(&mut self, at: DateTime<Utc>) {
        for item in &mut self.items {
            if item.decision.is_none() {
                item.decision = Some(deferred(at, "다루지 못함"));
            }
        }
        for stay in &mut self.stays {
            stay.until = stay.until.or(Some(at));
        }
        self.adjourned_at = Some(at);
        self.state = Some(MeetingState::Adjourned);
    }
}

fn deferred(at: DateTime<Utc>, text: &str) -> Decision {
    Decision {
        at,
        result: ItemResult::Deferred,
        ballot: Ballot::Hands,
        tally: None,
        quorum: None,
        presided: None,
        text: text.to_owned(),
        step: None,
    }
}
