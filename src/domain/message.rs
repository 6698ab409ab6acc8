//! Short messages to a telephone, as 알림톡 and 문자 gateways take them: a text that was approved word by word, with variables
//! that are checked. Nothing of a case's content can stand in one: the variables are who asks, the case number and a telephone.
use super::letter::Letter;

/// The longest text that a gateway takes, characters (알림톡).
const LONGEST: usize = 1000;

/// A text as the gateway has approved it. `#{name}` is a variable.
#[derive(Debug, PartialEq, Eq)]
pub struct Approved {
    /// The name under which the gateway knows it; a changed text is another one.
    pub code: &'static str,
    pub text: &'static str,
}

/// Somebody is going to telephone. No kind of dispute, no name, no unit: a telephone may be in another's hand.
pub const NEWS: Approved = Approved {
    code: "ieum_news_1",
    text: "[#{기관}] 접수번호 #{접수번호} 일로 알려 드릴 것이 있습니다. 담당자가 전화드리며, 편하실 때 먼저 전화하셔도 됩니다. 문의 #{전화}",
};

/// Every approved text: what a gateway is asked to approve.
pub const ALL: [&Approved; 1] = [&NEWS];

/// Why a text could not be filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// This letter has no approved text.
    NotApproved,
    /// A variable that the text has and nobody gave, or gave and the text has not.
    Variable(String),
    /// A value that does not fit its variable.
    Value(String),
}

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotApproved => f.write_str("승인된 문구가 없는 알림입니다"),
            Self::Variable(name) => write!(f, "변수 #{{{name}}} 이 문구와 맞지 않습니다"),
            Self::Value(name) => write!(f, "변수 #{{{name}}} 에 넣을 수 없는 값입니다"),
        }
    }
}

impl Approved {
    /// The text for a letter; most letters have none.
    #[must_use]
    pub const fn of(letter: &Letter) -> Option<&'static Self> {
        match letter {
            Letter::News {} => Some(&NEWS),
            _ => None,
        }
    }

    /// Puts the values in: exactly those that the text asks for, each of its own form.
    ///
    /// # Errors
    /// [`Wrong`].
    pub fn filled(&self, values: &[(&str, &str)]) -> Result<String, Wrong> {
        let mut text = self.text.to_owned();
        for (name, value) in values {
            let mark = format!("#{{{name}}}");
            if !text.contains(&mark) {
                return Err(Wrong::Variable((*name).to_owned()));
            }
            if !fits(name, value) {
                return Err(Wrong::Value((*name).to_owned()));
            }
            text = text.replace(&mark, value);
        }
        if let Some((_, rest)) = text.split_once("#{") {
            let name = rest.split('}').next().unwrap_or_default();
            return Err(Wrong::Variable(name.to_owned()));
        }
        if text.chars().count() > LONGEST { Err(Wrong::Value(String::new())) } else { Ok(text) }
    }
}

/// Each variable has a form of its own, so that no name, door or sentence can slip into it.
fn fits(name: &str, value: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    match name {
        "접수번호" => {
            value.split_once('-').is_some_and(|(year, n)| year.len() == 4 && digits(year) && digits(n))
        }
        "전화" => (7..=14).contains(&value.len()) && value.split('-').all(digits),
        "기관" => {
            let plain = |c: char| c.is_alphabetic() || c == ' ' || c == '·';
            (1..=20).contains(&value.chars().count()) && value.trim() == value && value.chars().all(plain)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: [(&str, &str); 3] =
        [("기관", "서대문구 이음"), ("접수번호", "2026-0012"), ("전화", "02-330-1234")];

    #[test]
    fn a_text_takes_its_variables_and_nothing_else() {
        let text = NEWS.filled(&GOOD).unwrap();
        assert!(
            text.starts_with("[서대문구 이음] 접수번호 2026-0012 일로") && text.ends_with("문의 02-330-1234")
        );
        assert_eq!(NEWS.filled(&GOOD[..2]), Err(Wrong::Variable("전화".to_owned())));
        let more = [GOOD.as_slice(), &[("이름", "김영희")]].concat();
        assert_eq!(NEWS.filled(&more), Err(Wrong::Variable("이름".to_owned())));
        for (at, bad) in [
            (0, ""),
            (0, "101동 1203호"),
            (0, "김영희님이 밤마다 쿵쿵거린다고 신고했습니다"),
            (0, "이음\n광고"),
            (0, "#{전화}"),
            (1, "2026-0012 김영희"),
            (1, "0012"),
            (2, "02-330-1234 (101동)"),
            (2, "https://x"),
        ] {
            let mut values = GOOD;
            values[at].1 = bad;
            assert_eq!(NEWS.filled(&values), Err(Wrong::Value(GOOD[at].0.to_owned())), "{bad}");
        }
    }

    #[test]
    fn approved_texts_have_their_own_names_and_fit() {
        let codes: std::collections::BTreeSet<_> = ALL.iter().map(|one| one.code).collect();
        assert_eq!(codes.len(), ALL.len());
        assert!(ALL.iter().all(|one| one.text.chars().count() < 300 && !one.text.contains("소음")));
        assert_eq!(Approved::of(&Letter::Test {}), None);
    }
}
