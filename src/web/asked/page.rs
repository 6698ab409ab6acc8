//! The fields of a page, made from the table that asks for them.
use crate::domain::step::form::{Field as Asked, Input, LINE_MAX, TEXT_MAX};
use crate::web::field::Field;
use std::collections::BTreeMap;

/// `LINE_MAX` and `TEXT_MAX` as the page's `maxlength`.
const LINE_LIMIT: u32 = 200;
const TEXT_LIMIT: u32 = 4000;
const _: () = assert!(LINE_MAX == 200 && TEXT_MAX == 4000, "the page's limits are the table's");
/// Rows of terms where a form cannot be made longer.
const TERMS: usize = 3;
/// More choices than these are a drop-down list.
const RADIOS: usize = 8;

/// (value, label) of what can be chosen in a field, by the field's name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options(BTreeMap<&'static str, Vec<(String, String)>>);

impl Options {
    /// What can be chosen in the field of this name.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, choices: Vec<(String, String)>) -> Self {
        self.0.insert(name, choices);
        self
    }

    pub(crate) fn of(&self, name: &str) -> &[(String, String)] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }
}

/// Every field of a table, in order, as a page shows it.
pub(crate) fn page_fields(asked: &[Asked], options: &Options) -> Vec<Field> {
    asked.iter().flat_map(|one| fields(one, options)).collect()
}

fn fields(asked: &Asked, options: &Options) -> Vec<Field> {
    match &asked.input {
        Input::Terms => (1..=TERMS).flat_map(|row| term_row(asked.name, row, row > 1)).collect(),
        Input::Notes => (options.of(asked.name).iter().zip(1..))
            .map(|((_, label), n)| {
                let name = format!("{}_{n}", asked.name);
                Field::area(&name, label, TEXT_LIMIT).rows(4).optional()
            })
            .collect(),
        _ => plain(asked, options).map(|field| dressed(field, asked)).into_iter().collect(),
    }
}

/// The hint under the label, and whether the field may stay empty.
pub(crate) fn dressed(field: Field, asked: &Asked) -> Field {
    let field = if asked.hint.is_empty() || field.help.is_some() { field } else { field.help(asked.hint) };
    if asked.required || matches!(asked.input, Input::Tick | Input::Item) { field } else { field.optional() }
}

/// One line of what two sides promise.
pub(crate) fn term_row(name: &str, row: usize, more: bool) -> Vec<Field> {
    let at = |part: &str| format!("{name}_{row}_{part}");
    let must = |field: Field| if more { field.optional() } else { field };
    vec![
        must(Field::text(&at("who"), "누가").width("w-m").max(LINE_LIMIT)),
        must(Field::area(&at("what"), "무엇을", 500).rows(2)),
        Field::date(&at("from"), "언제부터").optional(),
        Field::date(&at("until"), "언제까지").optional(),
        Field::text(&at("check"), "확인 방법").max(LINE_LIMIT).optional(),
    ]
}

/// One field by its kind alone; none for what is no single field.
pub(crate) fn plain(asked: &Asked, options: &Options) -> Option<Field> {
    let (name, label) = (asked.name, asked.label);
    let pairs = options.of(name).iter().map(|(value, label)| (value.as_str(), label.as_str()));
    Some(match &asked.input {
        Input::Line => Field::text(name, label).max(LINE_LIMIT),
        Input::Text => Field::area(name, label, TEXT_LIMIT).rows(3),
        Input::CaseNumber => Field::text(name, label).help("예: 2026-0012").width("w-m").max(20),
        Input::Date => Field::date(name, label),
        Input::Moment => Field::datetime(name, label),
        Input::Past => Field::past(name, label),
        Input::Whole => Field::number(name, label),
        Input::Won => Field::number(name, label).width("w-m"),
        Input::Decimal => Field::text(name, label).help("예: 1.5").width("w-xs").inputmode("decimal").max(8),
        Input::Tick => Field::checkbox(name, label),
        Input::One(choices) if !asked.required || choices.len() > RADIOS => {
            Field::select(name, label).choice("", "고르기", None).choices(choices.iter().copied())
        }
        Input::One(choices) => Field::radio(name, label).choices(choices.iter().copied()),
        Input::Any(choices) => Field::checks(name, label).choices(choices.iter().copied()),
        Input::Members | Input::Seats | Input::Copies => Field::checks(name, label).choices(pairs),
        Input::Mediator
        | Input::InCharge
        | Input::Body
        | Input::Complex
        | Input::Room
        | Input::Seat
        | Input::Meeting => {
            let only = (asked.required && options.of(name).len() == 1).then(|| options.of(name).first());
            match only.flatten() {
                Some((value, _)) => Field::select(name, label).choices(pairs).value(value),
                None => Field::select(name, label).choice("", "고르기", None).choices(pairs),
            }
        }
        Input::Item => Field::hidden(name, options.of(name).first().map_or("", |(value, _)| value)),
        Input::Number(_) => Field::select(name, label).choice("", "고르기", None).choices(pairs),
        // The promises are the case's, the questions the body's: the step's own form asks them.
        Input::Moments
        | Input::Dates
        | Input::Terms
        | Input::PerTerm(_)
        | Input::Answers(_)
        | Input::Notes
        | Input::Hidden => {
            return None;
        }
    })
}
