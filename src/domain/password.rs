//! What a password must be (NIST SP 800-63B-4 §3.1.1, OWASP ASVS 5.0 §6.2): long enough, and none of those that are tried
//! first. No rules about kinds of characters, no expiry.

/// Fewest and most characters.
pub const MIN: usize = 8;
pub const MAX: usize = 128;

/// Passwords that are tried first, folded to lower case; a short list, as every login is counted and limited.
const COMMON: &str = include_str!("common_passwords.txt");
/// Words of this installation that anyone would try.
const OURS: [&str; 6] = ["이음", "ieum", "층간소음", "cheunggan", "서대문", "seodaemun"];
/// How many characters must remain when words that anyone could guess are taken out.
const OWN_CHARACTERS: usize = 5;

/// Whether `password` (in NFC) may be used by the person known by `known`: name, address.
///
/// # Errors
/// A sentence for the field.
pub fn check(password: &str, known: &[&str]) -> Result<(), &'static str> {
    let count = password.chars().count();
    if count < MIN {
        return Err("비밀번호를 8자 이상으로 적어 주세요.");
    }
    if count > MAX {
        return Err("비밀번호를 128자 안으로 적어 주세요.");
    }
    let folded = password.to_lowercase();
    if COMMON.lines().any(|common| common == folded) || is_run(&folded) || is_repeated(&folded) {
        return Err("많은 사람이 쓰는 비밀번호라 쉽게 알아낼 수 있습니다. 다른 것으로 정해 주세요.");
    }
    if own_characters(&folded, known) < OWN_CHARACTERS {
        return Err(
            "이름이나 메일 주소, 이음의 이름이 든 비밀번호는 쉽게 알아낼 수 있습니다. 다른 것으로 정해 주세요.",
        );
    }
    Ok(())
}

/// How many characters are left without the words that anyone could guess.
fn own_characters(folded: &str, known: &[&str]) -> usize {
    let mut words: Vec<String> = OURS.iter().map(|w| (*w).to_owned()).collect();
    for word in known {
        let word = word.to_lowercase();
        words.extend(word.split(['@', ' ', '.']).filter(|part| part.chars().count() >= 2).map(str::to_owned));
        words.push(word);
    }
    // The longest first, so that a whole address goes before its parts.
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    let guessed = words.iter().filter(|w| !w.is_empty()).any(|word| folded.contains(word.as_str()));
    if !guessed {
        return usize::MAX;
    }
    words
        .iter()
        .filter(|w| !w.is_empty())
        .fold(folded.to_owned(), |left, w| left.replace(w.as_str(), ""))
        .chars()
        .count()
}

/// `abcdefgh`, `87654321`: every character one after (or before) the one to its left.
fn is_run(folded: &str) -> bool {
    let steps: Vec<i64> = folded
        .chars()
        .zip(folded.chars().skip(1))
        .map(|(a, b)| i64::from(u32::from(b)) - i64::from(u32::from(a)))
        .collect();
    steps.iter().all(|step| *step == 1) || steps.iter().all(|step| *step == -1)
}

/// `aaaaaaaa`, `abababab`, `12121212`: at most two different characters.
fn is_repeated(folded: &str) -> bool {
    let mut seen: Vec<char> = folded.chars().collect();
    seen.sort_unstable();
    seen.dedup();
    seen.len() <= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_common_and_guessable_passwords_are_refused() {
        let kim = ["김영희", "younghee@example.com"];
        for bad in [
            "짧은글",
            "1234567",
            "Password123",
            "QWER1234",
            "abcdefgh",
            "87654321",
            "abababab",
            "ㅋㅋㅋㅋㅋㅋㅋㅋ",
            "younghee",
            "younghee12",
            "김영희김영희1234",
            "younghee@example.com",
            "이음이음이음이음",
            "ieum2026",
            "비밀번호1234",
        ] {
            assert!(check(bad, &kim).is_err(), "{bad}");
        }
        assert!(check(&"가나".repeat(65), &kim).is_err());
    }

    #[test]
    fn any_other_password_will_do() {
        let kim = ["김영희", "younghee@example.com"];
        for good in [
            "여덟글자면된다",
            "여덟 글자면 됩니다",
            "staple-battery",
            "younghee-likes-rain",
            "x7$kQ2!p",
            "소음에서 이음으로",
        ] {
            let long_enough = good.chars().count() >= MIN;
            assert_eq!(check(good, &kim).is_ok(), long_enough, "{good}");
        }
        assert!(check(&"가나다".repeat(42), &kim).is_ok());
    }

    #[test]
    fn the_list_is_as_it_is_compared() {
        for line in COMMON.lines() {
            assert_eq!(line, line.to_lowercase().trim(), "{line}");
            assert!(!line.is_empty());
        }
    }
}
