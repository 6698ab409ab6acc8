//! The printed cells of one row of a report, as sums of counts that nobody can take apart further.

use super::span::Form;
use crate::domain::codes::Outcome;
use crate::domain::indicators::figures::{Figures, Rate, Spread, Standing};
use std::collections::BTreeMap;

/// A count from which cells are added up. Only those above 0 become unknowns: who hides a number must assume that every 0 is
/// known, for most of them are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Quantity {
    Count(&'static str),
    /// Cases of the basis by outcome and standing.
    Grain(Option<Outcome>, Standing),
    /// Of a proportion: those that are, those that are not, and those that are not asked.
    Those(&'static str),
    Others(&'static str),
    Beyond(&'static str),
}
use Quantity::{Beyond, Count, Grain, Others, Those};

/// How soon a cell is told: the ledger before the rates, and what is finest last, so that it is the first to give way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Ledger,
    Rate,
    Ladder,
    Outcome,
    Wait,
}

/// What is printed at one place.
#[derive(Debug)]
pub(super) struct Cell {
    /// JSON pointer below the row (RFC 6901).
    pub(super) pointer: String,
    pub(super) rank: Rank,
    /// The largest count in it.
    pub(super) value: u32,
    /// The counts that it shows: one, or those who are and those who are not.
    pub(super) parts: Vec<(u32, Vec<Quantity>)>,
}

/// Everything that is known of a row without its figures: sums (first) that equal sums (second) by definition.
pub(super) type Identity = (Vec<Quantity>, Vec<Quantity>);

/// One row taken apart.
pub(super) struct Parts {
    pub(super) quantities: BTreeMap<Quantity, u32>,
    pub(super) cells: Vec<Cell>,
    pub(super) identities: Vec<Identity>,
}

/// The unknowns behind each quantity: one in a row, one of every row in the total.
pub(super) type Unknowns = BTreeMap<Quantity, Vec<u32>>;

/// The form of a sum.
pub(super) fn form(unknowns: &Unknowns, plus: &[Quantity], less: &[Quantity]) -> Form {
    let of = |side: &[Quantity]| -> Vec<u32> {
        side.iter().filter_map(|quantity| unknowns.get(quantity)).flatten().copied().collect()
    };
    Form::of(&of(plus), &of(less))
}

/// The waits of a row, as its pointers name them.
pub(super) const WAITS: [&str; 4] = ["first_contact", "respondent_contacted", "first_session", "close"];
const LEDGER_IN: [&str; 4] = ["carried_in", "received", "reopened", "transferred_in"];
const LEDGER_OUT: [&str; 3] = ["closed", "transferred_out", "open_at_end"];

impl Parts {
    pub(super) fn of(figures: &Figures) -> Self {
        let mut parts = Self { quantities: BTreeMap::new(), cells: Vec::new(), identities: Vec::new() };
        parts.ledger(figures);
        parts.outcomes(figures);
        parts.ladder(figures);
        parts.followed(figures);
        parts.waits(figures);
        parts.quantities.retain(|_, value| *value > 0);
        parts
    }

    fn put(&mut self, quantity: Quantity, value: u32) {
        self.quantities.insert(quantity, value);
    }

    fn count(&mut self, pointer: &str, rank: Rank, value: u32, sum: Vec<Quantity>) {
        self.cells.push(Cell { pointer: pointer.to_owned(), rank, value, parts: vec![(value, sum)] });
    }

    fn rate(&mut self, pointer: &str, rank: Rank, rate: &Rate, those: Vec<Quantity>, others: Vec<Quantity>) {
        let missing = rate.denominator.saturating_sub(rate.numerator);
        self.cells.push(Cell {
            pointer: pointer.to_owned(),
            rank,
            value: rate.denominator,
            parts: vec![(rate.numerator, those), (missing, others)],
        });
    }

    fn ledger(&mut self, figures: &Figures) {
        let ledger = &figures.ledger;
        let values = [
            ("carried_in", ledger.carried_in),
            ("received", ledger.received),
            ("reopened", ledger.reopened),
            ("transferred_in", ledger.transferred_in),
            ("closed", ledger.closed),
            ("transferred_out", ledger.transferred_out),
            ("open_at_end", ledger.open_at_end),
        ];
        for (name, value) in values {
            self.put(Count(name), value);
            self.count(&format!("/ledger/{name}"), Rank::Ledger, value, vec![Count(name)]);
        }
        self.identities.push((LEDGER_IN.map(Count).to_vec(), LEDGER_OUT.map(Count).to_vec()));
        let cases = grains(figures, |_, _| true);
        if let Some(superseded) = figures.superseded {
            self.put(Count("superseded"), superseded);
            self.count("/superseded", Rank::Ledger, superseded, vec![Count("superseded")]);
            let counted = [cases, vec![Count("superseded")]].concat();
            self.identities.push((vec![Count("closed"), Count("transferred_out")], counted));
        } else {
            self.identities.push((vec![Count("received"), Count("transferred_in")], cases));
        }
    }

    fn outcomes(&mut self, figures: &Figures) {
        for ((outcome, standing), value) in &figures.grain {
            self.put(Grain(*outcome, *standing), *value);
        }
        for (outcome, value) in &figures.outcomes {
            let sum = grains(figures, |of, _| of == Some(*outcome));
            self.count(&format!("/outcomes/{outcome}"), Rank::Outcome, *value, sum);
        }
        for (reason, value) in &figures.excluded {
            let sum = grains(figures, |_, standing| standing == Standing::Out(*reason));
            self.count(&format!("/excluded/{reason}"), Rank::Outcome, *value, sum);
        }
        let of = |wanted: &[Standing]| grains(figures, |_, standing| wanted.contains(&standing));
        let (narrow, broad, plain) = (Standing::Narrow, Standing::Broad, Standing::Plain);
        self.rate("/narrow", Rank::Rate, &figures.narrow, of(&[narrow]), of(&[broad, plain]));
        self.rate("/broad", Rank::Rate, &figures.broad, of(&[narrow, broad]), of(&[plain]));
    }

    /// Who was reached, asked, agreed to talk, talked and came to terms: each step's rate, and how the steps hang together.
    fn ladder(&mut self, figures: &Figures) {
        let cases: u32 = figures.grain.values().sum();
        let received = figures.ledger.received + figures.ledger.transferred_in;
        let rates = [
            ("response", &figures.response, cases),
            ("participation", &figures.participation, cases),
            ("initiation", &figures.initiation, figures.participation.numerator),
            ("agreement", &figures.agreement, figures.initiation.numerator),
            ("recurrence", &figures.recurrence, received),
        ];
        for (name, rate, whole) in rates {
            self.put(Those(name), rate.numerator);
            self.put(Others(name), rate.denominator.saturating_sub(rate.numerator));
            self.put(Beyond(name), whole.abs_diff(rate.denominator));
            self.rate(&format!("/{name}"), Rank::Ladder, rate, vec![Those(name)], vec![Others(name)]);
        }
        let asked = |name| vec![Those(name), Others(name)];
        let all = grains(figures, |_, _| true);
        for name in ["response", "participation"] {
            self.identities.push(([asked(name), vec![Beyond(name)]].concat(), all.clone()));
        }
        let pair = vec![Count("received"), Count("transferred_in")];
        self.identities.push(([asked("recurrence"), vec![Beyond("recurrence")]].concat(), pair));
        for (above, name) in [("participation", "initiation"), ("initiation", "agreement")] {
            self.identities.push((asked(name), vec![Those(above), Beyond(name)]));
        }
        // Whoever closed with an agreement has one; more have one than closed so, or their record has gaps.
        let closed_so = |outcome| matches!(outcome, Some(Outcome::Settled | Outcome::Partial));
        let settled = grains(figures, |outcome, _| closed_so(outcome));
        let closed = figures.grain.iter().filter(|((outcome, _), _)| closed_so(*outcome));
        let closed: u32 = closed.map(|(_, value)| value).sum();
        if let Some(more) = figures.agreement.numerator.checked_sub(closed) {
            self.put(Count("agreed"), more);
            self.identities.push((vec![Those("agreement")], [settled, vec![Count("agreed")]].concat()));
        }
    }

    fn followed(&mut self, figures: &Figures) {
        let fulfilment = &figures.fulfilment;
        let values = [
            ("kept", fulfilment.kept),
            ("partly", fulfilment.partly),
            ("broken", fulfilment.broken),
            ("unanswered", fulfilment.unanswered),
        ];
        for (name, value) in values {
            self.put(Count(name), value);
            self.count(&format!("/fulfilment/{name}"), Rank::Outcome, value, vec![Count(name)]);
        }
        let failed = vec![Count("partly"), Count("broken")];
        let due = [failed.clone(), vec![Count("unanswered")]].concat();
        let kept = || vec![Count("kept")];
        self.rate("/fulfilment/kept_of_answered", Rank::Ladder, &fulfilment.kept_of_answered, kept(), failed);
        self.rate("/fulfilment/kept_of_due", Rank::Ladder, &fulfilment.kept_of_due, kept(), due);
    }

    /// How many waited for what. A wait's percentiles show no count; they go with a hidden one.
    fn waits(&mut self, figures: &Figures) {
        let cases: u32 = figures.grain.values().sum();
        let days = &figures.days;
        let met = &figures.agreement.denominator;
        self.put(Those("first_contact"), days.first_contact.n);
        self.put(Others("first_contact"), cases.saturating_sub(days.first_contact.n));
        let all = grains(figures, |_, _| true);
        self.identities.push((vec![Those("first_contact"), Others("first_contact")], all));
        let contacted = days.respondent_contacted.n.saturating_sub(figures.response.numerator);
        self.put(Count("contacted"), contacted);
        self.put(Count("met"), days.first_session.n.saturating_sub(*met));
        let sums: [(&str, &Spread, Vec<Quantity>); 4] = [
            ("first_contact", &days.first_contact, vec![Those("first_contact")]),
            ("respondent_contacted", &days.respondent_contacted, vec![Those("response"), Count("contacted")]),
            (
                "first_session",
                &days.first_session,
                vec![Those("agreement"), Others("agreement"), Count("met")],
            ),
            ("close", &days.close, grains(figures, |outcome, _| outcome.is_some())),
        ];
        for (name, spread, sum) in sums {
            self.count(&format!("/days/{name}/n"), Rank::Wait, spread.n, sum);
        }
    }
}

/// The grains that are wanted.
fn grains(figures: &Figures, wanted: impl Fn(Option<Outcome>, Standing) -> bool) -> Vec<Quantity> {
    let found = figures.grain.keys().filter(|(outcome, standing)| wanted(*outcome, *standing));
    found.map(|(outcome, standing)| Grain(*outcome, *standing)).collect()
}
