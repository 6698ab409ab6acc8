//! What the mails say, and what they must never say.

use super::letters::{TO, every};
use super::{composed, settings};
use std::collections::BTreeSet;
use std::path::Path;

/// Every mail as people read it: reviewed by eye once, and a change of any word shows in the snapshot.
#[test]
fn every_mail_reads_like_this() {
    let all: Vec<String> = every()
        .iter()
        .map(|outgoing| {
            let mail = composed(&settings(), "1", outgoing);
            format!("== {}\n제목: {}\n\n{}", outgoing.letter.template(), mail.subject(), mail.text())
        })
        .collect();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn every_notice_has_an_example_here() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/mail");
    let folders: BTreeSet<_> = std::fs::read_dir(home)
        .unwrap()
        .map(Result::unwrap)
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    let examples: BTreeSet<_> = every().iter().map(|o| o.letter.template().to_owned()).collect();
    assert_eq!(folders, examples);
}

#[test]
fn subjects_say_the_matter_in_the_space_of_a_phone_notification() {
    for outgoing in every() {
        let subject = composed(&settings(), "1", &outgoing).subject().to_owned();
        assert!(subject.starts_with('['), "{subject}");
        let lead: String = subject.chars().take(35).collect();
        if let Some(number) = &outgoing.number {
            assert!(lead.contains(number.as_str()), "{subject}");
        }
        assert!(subject.chars().count() <= 50, "{subject}");
    }
}

#[test]
fn no_mail_says_who_it_goes_to_or_uses_blaming_words() {
    for outgoing in every() {
        let mail = composed(&settings(), "1", &outgoing);
        let raw = String::from_utf8_lossy(mail.raw()).replace(&format!("To: {TO}"), "");
        let raw = raw.replace("=\r\n", "");
        assert!(
            // A calendar part names its own recipient, and nobody else.
            !raw.contains(TO)
                || ["session_", "assembly_"].iter().any(|of| outgoing.letter.template().starts_with(of)),
            "{}",
            mail.subject()
        );
        for word in ["가해자", "피해자", "사건번호", "중지"] {
            assert!(!mail.text().contains(word), "{word} in {}", mail.subject());
        }
    }
}

/// Addresses carry the opaque token and nothing else.
#[test]
fn every_address_is_ours_and_stands_alone_on_its_line() {
    for outgoing in every() {
        let mail = composed(&settings(), "1", &outgoing);
        for line in mail.text().lines().filter(|line| line.contains("://")) {
            assert!(
                line.starts_with("https://ieum.example/") && !line.contains(' ') && !line.contains('?'),
                "{line}"
            );
        }
    }
}
