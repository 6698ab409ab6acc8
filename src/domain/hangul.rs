//! Hangul as people search it: by syllable, by a half-typed syllable, or by initials (초성).
//!
//! A syllable is `가 + (초성 × 21 + 중성) × 28 + 종성` (The Unicode Standard, §3.12).

const INITIALS: [char; 19] = [
    'ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ', 'ㅌ',
    'ㅍ', 'ㅎ',
];
const VOWELS: [char; 21] = [
    'ㅏ', 'ㅐ', 'ㅑ', 'ㅒ', 'ㅓ', 'ㅔ', 'ㅕ', 'ㅖ', 'ㅗ', 'ㅘ', 'ㅙ', 'ㅚ', 'ㅛ', 'ㅜ', 'ㅝ', 'ㅞ', 'ㅟ',
    'ㅠ', 'ㅡ', 'ㅢ', 'ㅣ',
];
const FINALS: [&str; 28] = [
    "", "ㄱ", "ㄲ", "ㄱㅅ", "ㄴ", "ㄴㅈ", "ㄴㅎ", "ㄷ", "ㄹ", "ㄹㄱ", "ㄹㅁ", "ㄹㅂ", "ㄹㅅ", "ㄹㅌ", "ㄹㅍ",
    "ㄹㅎ", "ㅁ", "ㅂ", "ㅂㅅ", "ㅅ", "ㅆ", "ㅇ", "ㅈ", "ㅊ", "ㅋ", "ㅌ", "ㅍ", "ㅎ",
];

fn parts(c: char) -> Option<(char, char, &'static str)> {
    let index = u32::from(c).checked_sub(0xAC00).filter(|i| *i < 11_172)?;
    let at = |n: u32| usize::try_from(n).ok();
    let initial = INITIALS.get(at(index / 588)?)?;
    let vowel = VOWELS.get(at(index % 588 / 28)?)?;
    Some((*initial, *vowel, FINALS.get(at(index % 28)?)?))
}

/// Every syllable taken apart into its letters, everything else folded to lower case without spaces and hyphens.
#[must_use]
pub fn letters(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for c in text.chars().filter(|c| !c.is_whitespace() && *c != '-') {
        match parts(c) {
            Some((initial, vowel, last)) => {
                out.push(initial);
                out.push(vowel);
                out.push_str(last);
            }
            None => out.extend(c.to_lowercase()),
        }
    }
    out
}

/// The initials of the syllables, other characters as they are.
#[must_use]
pub fn initials(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| parts(c).map_or(c, |(initial, _, _)| initial))
        .collect()
}

/// What is searched for, taken apart once: as written or half typed, by initials alone, or by digits.
#[derive(Debug, Clone)]
pub enum Query {
    Initials(String),
    Letters(String),
}

impl Query {
    /// Reads what somebody typed; spaces and hyphens mean nothing.
    #[must_use]
    pub fn new(query: &str) -> Self {
        let mut typed = query.chars().filter(|c| !c.is_whitespace()).peekable();
        if typed.peek().is_some() && typed.all(|c| INITIALS.contains(&c)) {
            Self::Initials(initials(query))
        } else {
            Self::Letters(letters(query))
        }
    }

    /// Whether it finds `text`; an empty query finds everything.
    #[must_use]
    pub fn finds(&self, text: &str) -> bool {
        match self {
            Self::Initials(query) => initials(text).contains(query),
            Self::Letters(query) => letters(text).contains(query),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Query;

    fn finds(query: &str, text: &str) -> bool {
        Query::new(query).finds(text)
    }

    #[test]
    fn names_are_found_whole_half_typed_and_by_initials() {
        for query in ["김영희", "영희", "김여", "김", "ㄱㅇㅎ", "ㅇㅎ", " 김 영 희 "] {
            assert!(finds(query, "김영희"), "{query}");
        }
        for query in ["영회", "ㅎㅇ", "박"] {
            assert!(!finds(query, "김영희"), "{query}");
        }
        assert!(finds("", "김영희") && finds(" ", "김영희"));
        assert!(finds("01012345678", "010-1234-5678") && finds("101동 12", "101동 1203호"));
    }
}
