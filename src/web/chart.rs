//! Charts as marks for `parts/figure`: drawn on the server, in the drawing's own units, with the table beside.

use super::parts::{Bar, Dot, Drawing, Label, Rule};
use std::collections::BTreeMap;

/// One series of a column chart: the colour class (`c1` to `c4`), its name and one value per column.
pub struct Series {
    pub class: &'static str,
    pub name: &'static str,
    pub values: Vec<u32>,
}

/// Width of a drawing. It scales with its place, a phone or half a page; so chosen that 14 units of text stay readable on both.
const WIDTH: u32 = 480;
const HEIGHT: u32 = 260;
const LEFT: f64 = 44.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 30.0;

/// Columns side by side, one group per label, with a scale of whole numbers from 0 and a legend above.
pub fn columns(labels: &[String], series: &[Series]) -> Drawing {
    let highest = series.iter().flat_map(|s| s.values.iter().copied()).max().unwrap_or(0);
    let (step, top) = scale(highest);
    let (width, height) = (f64::from(WIDTH), f64::from(HEIGHT));
    let floor = height - BOTTOM;
    let y_of = |value: u32| floor - (floor - TOP) * f64::from(value) / f64::from(top);
    let mut drawing = Drawing { width: WIDTH, height: HEIGHT, ..Drawing::default() };
    for value in (0..=top).step_by(usize::try_from(step).unwrap_or(1)) {
        let y = round(y_of(value));
        let class = if value == 0 { "axis" } else { "rule" };
        drawing.rules.push(Rule { class, x1: LEFT, y1: y, x2: width, y2: y });
        drawing.texts.push(Label { x: LEFT - 6.0, y: y + 5.0, anchor: "end", text: value.to_string() });
    }
    let group = (width - LEFT) / count(labels.len()).max(1.0);
    let bar = group * 0.7 / count(series.len()).max(1.0);
    // Every label where there is room, else every second, third … one.
    let every = labels.len().div_ceil(7).max(1);
    for (index, label) in labels.iter().enumerate() {
        let left = LEFT + group * count(index) + group * 0.15;
        for (place, one) in series.iter().enumerate() {
            let value = one.values.get(index).copied().unwrap_or(0);
            let y = y_of(value);
            let x = round(left + bar * count(place));
            drawing.bars.push(Bar { class: one.class, x, y: round(y), w: round(bar), h: round(floor - y) });
        }
        if index % every == 0 {
            let x = round(left + group * 0.35);
            drawing.texts.push(Label { x, y: height - 8.0, anchor: "middle", text: label.clone() });
        }
    }
    let mut x = LEFT;
    for one in series {
        drawing.bars.push(Bar { class: one.class, x, y: 6.0, w: 14.0, h: 14.0 });
        drawing.texts.push(Label { x: x + 20.0, y: 18.0, anchor: "start", text: one.name.to_owned() });
        x += 36.0 + 15.0 * count(one.name.chars().count());
    }
    drawing
}

/// Bars lying one under the other, each with its label and number.
pub fn rows(labels: &[String], values: &[u32]) -> Drawing {
    let told: Vec<(u32, String)> = values.iter().map(|value| (*value, value.to_string())).collect();
    told_rows(labels, &told)
}

/// The same with words beside each bar: a number that may not be told has a bar of 0 and says so.
pub fn told_rows(labels: &[String], values: &[(u32, String)]) -> Drawing {
    const LINE: u32 = 34;
    let longest = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
    // A syllable of 14 units; names take half of the width at most.
    let names = (count(longest) * 14.0 + 12.0).clamp(112.0, f64::from(WIDTH) / 2.0);
    let highest = f64::from(values.iter().map(|(n, _)| *n).max().unwrap_or(0).max(1));
    let height = LINE.saturating_mul(u32::try_from(labels.len()).unwrap_or(0)).saturating_add(8);
    let mut drawing = Drawing { width: WIDTH, height, ..Drawing::default() };
    let room = f64::from(WIDTH) - names - 60.0;
    for (index, (label, (value, told))) in labels.iter().zip(values).enumerate() {
        let y = f64::from(LINE) * count(index) + 6.0;
        let w = round(room * f64::from(*value) / highest);
        drawing.bars.push(Bar { class: "c1", x: names, y, w, h: 22.0 });
        drawing.texts.push(Label { x: names - 8.0, y: y + 16.0, anchor: "end", text: label.clone() });
        drawing.texts.push(Label { x: names + w + 8.0, y: y + 16.0, anchor: "start", text: told.clone() });
    }
    drawing
}

/// A dot for each value along a scale of whole numbers, equal ones one upon the other.
pub fn strip(values: &[u32]) -> Drawing {
    const FLOOR: f64 = 150.0;
    const RADIUS: f64 = 7.0;
    let mut piles: BTreeMap<u32, u32> = BTreeMap::new();
    values.iter().for_each(|value| *piles.entry(*value).or_default() += 1);
    let (step, top) = scale(values.iter().copied().max().unwrap_or(0));
    let highest = f64::from(piles.values().copied().max().unwrap_or(1));
    let rise = (2.0 * RADIUS + 2.0).min((FLOOR - TOP) / highest);
    let width = f64::from(WIDTH);
    let x_of = |value: u32| round(LEFT + (width - 2.0 * LEFT) * f64::from(value) / f64::from(top));
    let mut drawing = Drawing { width: WIDTH, height: 180, ..Drawing::default() };
    drawing.rules.push(Rule { class: "axis", x1: LEFT / 2.0, y1: FLOOR, x2: width - LEFT / 2.0, y2: FLOOR });
    for value in (0..=top).step_by(usize::try_from(step).unwrap_or(1)) {
        let text = format!("{value}건");
        drawing.texts.push(Label { x: x_of(value), y: FLOOR + 22.0, anchor: "middle", text });
    }
    for (value, n) in piles {
        for place in 0..n {
            let y = round(FLOOR - RADIUS - 1.0 - rise * f64::from(place));
            drawing.dots.push(Dot { class: "c1", x: x_of(value), y, r: RADIUS });
        }
    }
    drawing
}

/// A number with a fraction as the length of a bar: whole thousandths, for [`told_rows`].
pub fn thousandths(value: Option<f64>) -> u32 {
    format!("{:.0}", value.unwrap_or(0.0) * 1000.0).parse().unwrap_or(0)
}

/// A step of 1, 2 or 5 times a power of ten that gives at most five lines, and the first line at or above `highest`.
fn scale(highest: u32) -> (u32, u32) {
    let mut power = 1_u32;
    loop {
        for factor in [1, 2, 5] {
            let step = power.saturating_mul(factor);
            if step.saturating_mul(5) >= highest || step == u32::MAX {
                return (step, highest.div_ceil(step).max(1).saturating_mul(step));
            }
        }
        power = power.saturating_mul(10);
    }
}

fn count(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}

/// Two digits are finer than any screen.
fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_is_of_round_numbers_that_hold_the_highest() {
        for (highest, expected) in [
            (0, (1, 1)),
            (1, (1, 1)),
            (5, (1, 5)),
            (6, (2, 6)),
            (23, (5, 25)),
            (51, (20, 60)),
            (1001, (500, 1500)),
        ] {
            assert_eq!(scale(highest), expected, "{highest}");
        }
        let (step, top) = scale(u32::MAX);
        assert!(top / step <= 5);
    }

    #[test]
    fn a_bar_is_as_long_as_its_value_in_thousandths() {
        assert_eq!(
            [None, Some(0.0), Some(0.933), Some(1.2109), Some(-1.0)].map(thousandths),
            [0, 0, 933, 1211, 0]
        );
    }

    #[test]
    fn equal_values_lie_one_upon_the_other_at_their_place() {
        let drawing = strip(&[0, 4, 2, 4]);
        let dots: Vec<(f64, f64)> = drawing.dots.iter().map(|dot| (dot.x, dot.y)).collect();
        assert_eq!(dots.len(), 4);
        assert!((dots[1].0 * 2.0 - dots[0].0 - dots[2].0).abs() < 0.05, "2 is halfway from 0 to 4: {dots:?}");
        assert!((dots[2].0 - dots[3].0).abs() < 0.01 && dots[3].1 < dots[2].1, "{dots:?}");
        assert!(strip(&[3; 90]).dots.iter().all(|dot| dot.y > 0.0));
    }

    #[test]
    fn bars_are_as_high_as_their_values_and_stand_on_the_floor() {
        let series = [Series { class: "c1", name: "접수", values: vec![10, 5, 0] }];
        let drawing = columns(&["1월".into(), "2월".into(), "3월".into()], &series);
        let bars: Vec<(f64, f64)> = drawing.bars.iter().take(3).map(|bar| (bar.h, bar.y + bar.h)).collect();
        assert!((bars[0].0 - 2.0 * bars[1].0).abs() < 0.05 && bars[2].0 == 0.0, "{bars:?}");
        assert!(bars.iter().all(|(_, foot)| (foot - 230.0).abs() < 0.05));
        assert!(drawing.bars.iter().all(|bar| bar.x >= 0.0 && bar.x + bar.w <= f64::from(WIDTH)));
    }
}
