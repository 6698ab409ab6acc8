//! Who does not take part in a case: 제척 (of itself), 회피 (declared) and 기피 (asked for, decided without the member).
use crate::domain::codes::{RecusalGround, RecusalKind, RecusalState};
use crate::domain::ids::SeatId;
use crate::domain::text::Unit;

/// A member's recusal from one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recusal {
    pub seat: SeatId,
    pub kind: RecusalKind,
    pub ground: RecusalGround,
    pub state: RecusalState,
}

/// A door as stairs and walls have it: building, floor, place on the floor.
#[derive(Debug, PartialEq, Eq)]
struct Place<'a> {
    building: &'a str,
    /// Basements count down from -1; there is no floor 0.
    floor: i64,
    line: u32,
}

/// The last two digits number the doors of a floor, what stands before them is the floor (`1203`: 12층 3호 줄). A door
/// that is not written so has no known neighbours.
fn place(unit: &Unit) -> Option<Place<'_>> {
    let (below, digits) = match unit.unit.strip_prefix('B') {
        Some(rest) => (true, rest),
        None => (false, unit.unit.as_str()),
    };
    if digits.len() < 3 || digits.len() > 5 || !digits.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let number: u32 = digits.parse().ok()?;
    let floor = i64::from(number / 100);
    (floor > 0).then(|| Place {
        building: unit.building.as_str(),
        floor: if below { -floor } else { floor },
        line: number % 100,
    })
}

/// The ground that two doors of one 단지 give by themselves, or the one that asks for a 회피 확인.
#[must_use]
pub fn ground_between(member: &Unit, party: &Unit) -> Option<RecusalGround> {
    if member == party {
        return Some(RecusalGround::Household);
    }
    let (one, other) = (place(member)?, place(party)?);
    if one.building != other.building {
        return None;
    }
    // The first basement lies directly below the first floor.
    let level = |p: &Place<'_>| if p.floor < 0 { p.floor + 1 } else { p.floor };
    let floors = level(&one).abs_diff(level(&other));
    if one.line == other.line {
        return Some(if floors == 1 { RecusalGround::Neighbour } else { RecusalGround::Line });
    }
    (floors == 0 && one.line.abs_diff(other.line) == 1).then_some(RecusalGround::Neighbour)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(text: &str) -> Unit {
        Unit::read("", text).unwrap()
    }

    #[test]
    fn doors_give_their_grounds() {
        use RecusalGround::{Household, Line, Neighbour};
        let party = unit("101동 1203호");
        for (member, ground) in [
            ("101동 1203호", Some(Household)),
            ("101동 1303호", Some(Neighbour)),
            ("101동 1103호", Some(Neighbour)),
            ("101동 1204호", Some(Neighbour)),
            ("101동 1202호", Some(Neighbour)),
            // Diagonal is neither above, below nor beside, and on another line.
            ("101동 1304호", None),
            ("101동 1205호", None),
            ("101동 503호", Some(Line)),
            ("102동 1303호", None),
        ] {
            assert_eq!(ground_between(&unit(member), &party), ground, "{member}");
        }
        assert_eq!(ground_between(&unit("101동 B102호"), &unit("101동 102호")), Some(Neighbour));
    }
}
