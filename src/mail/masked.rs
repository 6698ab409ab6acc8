//! E-mail addresses as logs and operators may see them.

/// `h…@example.kr`: enough to tell a mistyped domain, not enough to know who it is.
#[must_use]
pub fn masked(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => {
            format!("{}…@{domain}", local.chars().next().map(String::from).unwrap_or_default())
        }
        None => "…".to_owned(),
    }
}

/// A mail server's words with every address masked (servers like to repeat the recipient), control characters
/// blanked and at most 300 characters.
#[must_use]
pub fn without_addresses(words: &str) -> String {
    let plain: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain
        .split(' ')
        .map(|word| {
            if !word.contains('@') {
                return word.to_owned();
            }
            let address = word.trim_matches(|c: char| !c.is_alphanumeric());
            word.replace(address, &masked(address))
        })
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(300)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_repeats_the_recipient_does_not_reach_the_log() {
        let said =
            without_addresses("550 <kim@naver.com>: User unknown\r\n(kim@naver.com) rcpt=kim@naver.com;");
        assert!(!said.contains("kim@") && said.contains("550") && said.contains("User unknown"), "{said}");
        assert_eq!(masked("kim@naver.com"), "k…@naver.com");
        assert_eq!(masked("kim"), "…");
    }
}
