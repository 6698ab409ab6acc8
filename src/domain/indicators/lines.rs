//! A case's figures as a few lines that can be kept beside it, and a report of a ward made of them.
//!
//! A line stands for a reception, a closing or a follow-up and holds all that any period and basis can ask of it, as long as
//! nothing that happened lies behind the report's `as_of`. Periods begin and end at Seoul midnights, of which the lines know
//! nothing: they hold instants. [`Added`] must give what `Counter` gives over the cases themselves; that is tested.

use super::basis::{View, every_view};
use super::figures::Standing;
use super::tally::Tally;
use super::{CaseFacts, Frame, Ledger, Question, Report, ageing, finished};
use crate::domain::codes::{Basis, Channel, FollowUpResult, Outcome};
use crate::domain::mark::Mark;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;

/// What a line stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// The reception, with the case as its cohort sees it.
    Received,
    /// A closing, with the case as that closing's period sees it.
    Closed,
    FollowedUp,
}

impl LineKind {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Closed => "closed",
            Self::FollowedUp => "followup",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Received, Self::Closed, Self::FollowedUp].into_iter().find(|kind| kind.code() == code)
    }
}

/// One kept line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub kind: LineKind,
    pub at: DateTime<Utc>,
    /// When the closing was undone by a reopening.
    pub undone_at: Option<DateTime<Utc>>,
    told: Told,
    /// Bits of `FLAGS`.
    pub flags: i64,
    /// Microseconds from reception to first contact, respondent contacted, first session, close.
    pub waits: [Option<i64>; 4],
    /// Of a reception: the case is open after its last event.
    pub open: bool,
    /// Of a reception: the two households, while both are known.
    pub pair: Option<String>,
    /// Of a reception: whether they had met before; as the line is kept, once that is fixed, and as it is read, where it can be told.
    pub recurs: Option<bool>,
}

/// What a line says by its codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    /// Of a reception or a closing: the outcome (none: open) and how the case stands in the rates.
    Case(Option<Outcome>, Standing),
    /// How a follow-up went.
    FollowUp(FollowUpResult),
}

impl Told {
    fn read(kind: LineKind, code: &str, standing: &str) -> Option<Self> {
        if kind == LineKind::FollowedUp {
            return FollowUpResult::from_code(code).map(Self::FollowUp);
        }
        let outcome = if code.is_empty() { None } else { Some(Outcome::from_code(code)?) };
        Some(Self::Case(outcome, Standing::from_code(standing)?))
    }
}

/// The bits, in the order of [`flags_of`].
const HAS_RESPONDENT: i64 = 1;
const CONTACTED: i64 = 2;
const INCOMPLETE: i64 = 4;
const INVITED: i64 = 8;
const BOTH_CONSENTS: i64 = 16;
const SESSION: i64 = 32;
const AGREEMENT: i64 = 64;
const TRANSFERRED_IN: i64 = 128;

fn flags_of(view: &View) -> i64 {
    [
        (view.has_respondent, HAS_RESPONDENT),
        (view.contacted, CONTACTED),
        (view.incomplete, INCOMPLETE),
        (view.invited, INVITED),
        (view.both_consents, BOTH_CONSENTS),
        (view.session, SESSION),
        (view.agreement, AGREEMENT),
    ]
    .into_iter()
    .filter_map(|(is, bit)| is.then_some(bit))
    .sum()
}

impl Line {
    fn of(kind: LineKind, at: DateTime<Utc>, view: &View) -> Self {
        let waits = [view.first_contact_after, view.contacted_after, view.session_after, view.closed_after];
        Self {
            kind,
            at,
            undone_at: None,
            told: Told::Case(view.outcome, view.standing()),
            flags: flags_of(view),
            waits: waits.map(|wait| wait.and_then(|wait| wait.num_microseconds())),
            open: false,
            pair: None,
            recurs: None,
        }
    }

    /// A line of these codes, of which nothing else is known yet; none where they are no codes.
    pub fn read(kind: LineKind, at: DateTime<Utc>, code: &str, standing: &str) -> Option<Self> {
        let told = Told::read(kind, code, standing)?;
        let (undone_at, flags, waits, open, pair, recurs) = (None, 0, [None; 4], false, None, None);
        Some(Self { kind, at, undone_at, told, flags, waits, open, pair, recurs })
    }

    /// The outcome's code (empty: open), or how the follow-up went.
    pub const fn code(&self) -> &'static str {
        match self.told {
            Told::Case(Some(outcome), _) => outcome.code(),
            Told::Case(None, _) => "",
            Told::FollowUp(result) => result.code(),
        }
    }

    /// `narrow`, `broad`, `plain`, or an exclusion's code; empty of a follow-up.
    pub const fn standing_code(&self) -> &'static str {
        match self.told {
            Told::Case(_, standing) => standing.code(),
            Told::FollowUp(_) => "",
        }
    }

    /// The outcome, as the line's basis sees the case.
    pub fn outcome(&self) -> Option<Outcome> {
        if let Told::Case(outcome, _) = self.told { outcome } else { None }
    }

    fn standing(&self) -> Option<Standing> {
        if let Told::Case(_, standing) = self.told { Some(standing) } else { None }
    }

    /// Whether the case counts as resolved (해결률).
    pub fn resolved(&self) -> bool {
        self.standing() == Some(Standing::Narrow)
    }

    /// Whether the outcome takes the case elsewhere.
    pub fn leaves(&self) -> bool {
        self.outcome().is_some_and(|outcome| outcome.effect().leaves)
    }

    /// What the line changes in the number of open spans, and when.
    pub(super) fn moves(&self) -> impl Iterator<Item = (DateTime<Utc>, i64)> + use<> {
        let (at, undone) = match self.kind {
            LineKind::Received => (Some((self.at, 1)), None),
            LineKind::Closed => (Some((self.at, -1)), self.undone_at.map(|undone| (undone, 1))),
            LineKind::FollowedUp => (None, None),
        };
        at.into_iter().chain(undone)
    }

    fn is(&self, bit: i64) -> bool {
        self.flags & bit != 0
    }

    fn view(&self) -> View {
        let [first_contact_after, contacted_after, session_after, closed_after] =
            self.waits.map(|wait| wait.map(TimeDelta::microseconds));
        let standing = self.standing();
        View {
            outcome: self.outcome(),
            excluded: if let Some(Standing::Out(reason)) = standing { Some(reason) } else { None },
            narrow: standing == Some(Standing::Narrow),
            broad: matches!(standing, Some(Standing::Narrow | Standing::Broad)),
            has_respondent: self.is(HAS_RESPONDENT),
            contacted: self.is(CONTACTED),
            incomplete: self.is(INCOMPLETE),
            invited: self.is(INVITED),
            both_consents: self.is(BOTH_CONSENTS),
            session: self.is(SESSION),
            agreement: self.is(AGREEMENT),
            first_contact_after,
            contacted_after,
            session_after,
            closed_after,
        }
    }

    /// Of a reception: whether it came from elsewhere.
    pub fn came_from_elsewhere(&self) -> bool {
        self.is(TRANSFERRED_IN)
    }

    /// Whether the other side was reached.
    pub fn contacted(&self) -> bool {
        self.is(CONTACTED)
    }

    /// Whether both sides agreed to take part.
    pub fn both_consented(&self) -> bool {
        self.is(BOTH_CONSENTS)
    }

    /// Whether a meeting was held.
    pub fn met(&self) -> bool {
        self.is(SESSION)
    }

    /// From the reception to the closing.
    pub fn closed_after(&self) -> Option<TimeDelta> {
        self.waits.last().copied().flatten().map(TimeDelta::microseconds)
    }

    /// Whether the line is of a case that counts as an agreement: those of two receipts with one paper are told.
    pub fn agreed(&self) -> bool {
        self.is(AGREEMENT)
    }
}

/// The lines of a case, in the order of its history.
pub fn lines(case: &CaseFacts) -> Vec<Line> {
    let (cohort, closings) = every_view(case);
    let mut received = Line::of(LineKind::Received, case.received_at, &cohort);
    received.open = ageing::is_open(case, DateTime::<Utc>::MAX_UTC);
    (received.pair, received.recurs) = (case.pair.clone(), case.recurs);
    if case.channel == Channel::Transfer {
        received.flags |= TRANSFERRED_IN;
    }
    let mut found = vec![received];
    for (index, view) in &closings {
        let Some((at, _)) = case.events.get(*index) else { continue };
        let mut line = Line::of(LineKind::Closed, *at, view);
        let later = case.events.iter().skip(*index);
        line.undone_at = later.clone().find(|(_, mark)| matches!(mark, Mark::Reopened(_))).map(|(at, _)| *at);
        found.push(line);
    }
    for (at, mark) in &case.events {
        if let Mark::FollowUp(result) = mark {
            found.push(Line {
                kind: LineKind::FollowedUp,
                at: *at,
                undone_at: None,
                told: Told::FollowUp(*result),
                flags: 0,
                waits: [None; 4],
                open: false,
                pair: None,
                recurs: None,
            });
        }
    }
    found
}

/// Spans that had begun before an instant less those that had ended: how many are open at it. From counts of lines.
pub fn stock_of(received: i64, closed: i64, undone: i64) -> i64 {
    received + undone - closed
}

/// One 행정동's share of a report.
#[derive(Default)]
struct Share {
    tally: Tally,
    /// Open at the begin and at the end of the period.
    carried: i64,
    open: i64,
}

impl Share {
    fn finish(mut self) -> Tally {
        let whole = |n: i64| u32::try_from(n).unwrap_or(0);
        self.tally.set_stock(whole(self.carried), whole(self.open));
        self.tally
    }
}

/// Whether the line is the one by which its case counts in the basis.
fn stands_for(frame: &Frame, line: &Line) -> bool {
    match (line.kind, frame.basis) {
        (LineKind::Received, Basis::Cohort) => frame.holds(line.at),
        // Undone before the period is over: another closing of the case counts, or none.
        (LineKind::Closed, Basis::Closing) => {
            frame.holds(line.at) && line.undone_at.is_none_or(|undone| undone >= frame.to)
        }
        _ => false,
    }
}

/// Of the line by which a case counts in 해결률's denominator: whether it counts in the numerator too.
#[must_use]
pub fn judged(question: &Question, line: &Line) -> Option<bool> {
    let out = matches!(line.standing(), Some(Standing::Out(_)));
    (stands_for(&Frame::of(question), line) && !out).then(|| line.resolved())
}

/// A report, whole or broken down by 행정동, being added up from kept lines.
pub struct Added {
    question: Question,
    frame: Frame,
    since: DateTime<Utc>,
    total: Share,
    dongs: BTreeMap<String, Share>,
}

impl Added {
    /// Nothing added yet. `stock` says for every 행정동 of the scope that has any case how many spans are open at `since`; lines from
    /// `since` to the end of the period have to follow. Without a breakdown there are no rows.
    pub fn new(question: Question, since: DateTime<Utc>, stock: &BTreeMap<String, i64>) -> Self {
        let frame = Frame::of(&question);
        let mut added = Self { question, frame, since, total: Share::default(), dongs: BTreeMap::new() };
        added.begin(stock);
        added
    }

    /// What stands at `since` in a further place, before its lines.
    pub fn begin(&mut self, stock: &BTreeMap<String, i64>) {
        for (dong, n) in stock {
            if self.question.by.is_some() {
                self.dongs.entry(dong.clone()).or_default();
            }
            self.share(dong, |share| {
                share.carried += n;
                share.open += n;
            });
        }
    }

    /// Does it to the total and to the share of the 행정동, where shares are asked for.
    fn share(&mut self, dong: &str, change: impl Fn(&mut Share)) {
        change(&mut self.total);
        self.dongs.get_mut(dong).into_iter().for_each(change);
    }

    /// Adds a line of a case of this 행정동.
    pub fn add(&mut self, dong: &str, line: &Line) {
        let frame = self.frame;
        // What comes after the period changes nothing in it.
        if frame.to <= line.at {
            return;
        }
        let (carried, open) = (self.moved(line, frame.from), self.moved(line, frame.to));
        if carried != 0 || open != 0 {
            self.share(dong, |share| {
                share.carried += carried;
                share.open += open;
            });
        }
        let (now, undone) = (frame.holds(line.at), line.undone_at.is_some_and(|at| frame.holds(at)));
        if !now && !undone {
            return;
        }
        let view = stands_for(&frame, line).then(|| line.view());
        let ledger = match line.kind {
            LineKind::Received => Ledger {
                received: u32::from(now && !line.is(TRANSFERRED_IN)),
                transferred_in: u32::from(now && line.is(TRANSFERRED_IN)),
                ..Ledger::default()
            },
            LineKind::Closed => {
                let leaves = line.leaves();
                Ledger {
                    closed: u32::from(now && !leaves),
                    transferred_out: u32::from(now && leaves),
                    reopened: u32::from(undone),
                    ..Ledger::default()
                }
            }
            LineKind::FollowedUp => Ledger::default(),
        };
        let recurs = line.recurs.filter(|_| now && line.kind == LineKind::Received);
        let followed = if let Told::FollowUp(result) = line.told { Some(result) } else { None };
        let followed = followed.filter(|_| now);
        self.share(dong, |share| share.tally.add_line(&ledger, view.as_ref(), recurs, followed));
    }

    /// What the line changes in the number of open spans between `since` and `edge`.
    fn moved(&self, line: &Line, edge: DateTime<Utc>) -> i64 {
        let within = line.moves().filter(|(at, _)| self.since <= *at && *at < edge);
        within.map(|(_, by)| by).sum()
    }

    /// The finished report.
    pub fn report(self) -> Report {
        let rows = self.dongs.into_iter().map(|(dong, share)| (dong, share.finish()));
        finished(&self.question, self.frame, self.total.finish(), rows)
    }
}
