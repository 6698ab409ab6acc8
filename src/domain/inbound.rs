//! Mail that comes in: what it is, and what is done with it. Our mails ask for answers and bounces at an address of their
//! own (`Return`), so that both are known by where they go and not by what they say.
//!
//! Sources: RFC 3464 (delivery status), RFC 3834 (automatic answers), RFC 5321 §4.5.5 (the empty return path).

use super::codes::{Inbound, InboundFate, InboundWhy};
use super::ids::MailId;

/// What comes back to an address of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Bounce,
    Reply,
}

impl Way {
    const ALL: [Self; 2] = [Self::Bounce, Self::Reply];

    const fn letter(self) -> char {
        match self {
            Self::Bounce => 'b',
            Self::Reply => 'r',
        }
    }
}

/// The tail of the inbox's address by which a mail that comes back is known: `b12.0f3a…`, the mail's number and a keyed
/// proof that nobody else can make. Lower case throughout: some servers change the case of a local part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    pub way: Way,
    pub mail: MailId,
    pub proof: String,
}

impl Return {
    /// What the proof is a keyed hash of.
    #[must_use]
    pub fn proven(way: Way, mail: MailId) -> String {
        format!("{}{}", way.letter(), mail.0)
    }

    /// `ieum@in.example.kr` becomes `ieum+b12.0f3a…@in.example.kr` (RFC 5233, subaddressing).
    #[must_use]
    pub fn address(&self, inbox: &str) -> String {
        let (local, host) = inbox.split_once('@').unwrap_or((inbox, ""));
        format!("{local}+{}.{}@{host}", Self::proven(self.way, self.mail), self.proof)
    }

    /// Reads an address that a mail was sent to. `None`: not one of ours.
    #[must_use]
    pub fn read(address: &str, inbox: &str) -> Option<Self> {
        let address = address.trim().to_lowercase();
        let (local, host) = inbox.split_once('@')?;
        let tail = address.strip_prefix(&format!("{}+", local.to_lowercase()))?;
        let tail = tail.strip_suffix(&format!("@{}", host.to_lowercase()))?;
        let (named, proof) = tail.split_once('.')?;
        let way = Way::ALL.into_iter().find(|way| named.starts_with(way.letter()))?;
        let mail = named.get(1..)?.parse().ok().map(MailId)?;
        Some(Self { way, mail, proof: proof.to_owned() })
    }
}

/// What a delivery report says of our mail (RFC 3464 §2.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// `failed`, `delayed`, `delivered`, …
    pub action: String,
    /// `5.1.1` (RFC 3463).
    pub status: String,
}

impl Report {
    /// The mail will never arrive.
    #[must_use]
    pub fn is_hard(&self) -> bool {
        self.action.eq_ignore_ascii_case("failed") && self.status.starts_with('5')
    }

    /// The mail did not arrive, for good or for now.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.action.eq_ignore_ascii_case("failed")
    }
}

/// A message, as far as the rule asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arrived {
    /// The sender's address, lower case; empty for the empty return path.
    pub from: String,
    /// The address of ours that it came to, when it is one that a mail of ours named.
    pub to: Option<Return>,
    pub report: Option<Report>,
    /// It says that no person wrote it.
    pub automatic: bool,
    pub subject: String,
    /// What the person wrote, quotes left out.
    pub text: String,
    /// Files that came with it; they are not kept.
    pub attachments: usize,
    pub too_large: bool,
    /// It comes from an address that Ieum sends from.
    pub ours: bool,
}

/// What the outbox knows of the mail that an arrived one answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Known {
    /// The proof is right and the mail is there.
    pub mail: bool,
    pub has_case: bool,
    /// What it said was destroyed with its person.
    pub gone: bool,
    /// The sender is whom the mail went to.
    pub same_person: bool,
    /// The sender's answers in the last hour.
    pub lately: i64,
}

/// The most answers of one person that are filed in an hour; more than that is a machine or a quarrel.
pub const REPLIES_AN_HOUR: i64 = 20;

/// What it is, what is done with it, and, where it is not filed, why.
#[must_use]
pub fn judged(arrived: &Arrived, known: Known) -> (Inbound, InboundFate, Option<InboundWhy>) {
    use InboundFate::{Filed, Quarantined, Refused};
    if arrived.report.is_some() {
        return match known.mail {
            true => (Inbound::Bounce, Filed, None),
            false => (Inbound::Bounce, Quarantined, Some(InboundWhy::NoMail)),
        };
    }
    if arrived.automatic {
        return match known.mail {
            true => (Inbound::AutoReply, Filed, None),
            false => (Inbound::AutoReply, Refused, Some(InboundWhy::Automatic)),
        };
    }
    let refused = [
        (arrived.ours, InboundWhy::Ours),
        (arrived.too_large, InboundWhy::TooLarge),
        (known.mail && known.gone, InboundWhy::Gone),
        (known.lately >= REPLIES_AN_HOUR, InboundWhy::TooMany),
    ];
    let unclear = [
        (!known.mail, InboundWhy::NoMail),
        (!known.has_case, InboundWhy::NoCase),
        (!known.same_person, InboundWhy::OtherSender),
        (arrived.text.is_empty(), InboundWhy::NoText),
    ];
    let first = |of: &[(bool, InboundWhy)]| of.iter().find(|(is, _)| *is).map(|(_, why)| *why);
    if let Some(why) = first(&refused) {
        return (Inbound::Reply, Refused, Some(why));
    }
    match first(&unclear) {
        Some(why) => (Inbound::Reply, Quarantined, Some(why)),
        None => (Inbound::Reply, Filed, None),
    }
}

/// Whether the sender of a refused mail is told so: only a person who is known to have had our mail, and never about what
/// could go round in circles (RFC 3834 §2).
#[must_use]
pub fn is_told(why: InboundWhy, known: Known) -> bool {
    matches!(why, InboundWhy::TooLarge | InboundWhy::TooMany)
        && known.mail
        && known.same_person
        && !known.gone
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_ours_is_read_back_whatever_became_of_its_case() {
        let inbox = "Ieum@in.example.kr";
        for way in Way::ALL {
            let back = Return { way, mail: MailId(12), proof: "0f3a".to_owned() };
            let address = back.address(inbox);
            assert_eq!(Return::read(&address.to_uppercase(), inbox), Some(back), "{address}");
        }
        for other in
            ["ieum@in.example.kr", "ieum+x12.0f@in.example.kr", "ieum+b.0f@in.example.kr", "ieum+b1.0f@b.kr"]
        {
            assert_eq!(Return::read(other, inbox), None, "{other}");
        }
    }

    #[test]
    fn every_mail_has_one_fate() {
        let reply = Arrived { text: "네, 그날 갈 수 있습니다.".to_owned(), ..Arrived::default() };
        let known = Known { mail: true, has_case: true, gone: false, same_person: true, lately: 0 };
        let fate = |arrived: &Arrived, known: Known| {
            let (what, fate, why) = judged(arrived, known);
            // What is filed needs no excuse; what is not has one.
            assert_eq!(why.is_none(), fate == InboundFate::Filed);
            (what, fate)
        };
        assert_eq!(fate(&reply, known), (Inbound::Reply, InboundFate::Filed));
        assert_eq!(
            fate(&reply, Known { same_person: false, ..known }),
            (Inbound::Reply, InboundFate::Quarantined)
        );
        assert_eq!(fate(&reply, Known::default()), (Inbound::Reply, InboundFate::Quarantined));
        assert_eq!(
            fate(&reply, Known { lately: REPLIES_AN_HOUR, ..known }),
            (Inbound::Reply, InboundFate::Refused)
        );
        assert_eq!(
            fate(&Arrived { ours: true, ..reply.clone() }, known),
            (Inbound::Reply, InboundFate::Refused)
        );
        let away = Arrived { automatic: true, ..reply.clone() };
        assert_eq!(fate(&away, known), (Inbound::AutoReply, InboundFate::Filed));
        assert_eq!(fate(&away, Known::default()), (Inbound::AutoReply, InboundFate::Refused));
        let report = Some(Report { action: "failed".to_owned(), status: "5.1.1".to_owned() });
        let bounce = Arrived { report, automatic: true, ..Arrived::default() };
        assert_eq!(fate(&bounce, known), (Inbound::Bounce, InboundFate::Filed));
        assert_eq!(fate(&bounce, Known::default()), (Inbound::Bounce, InboundFate::Quarantined));
    }
}
