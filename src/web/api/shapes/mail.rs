//! Mail as a system, and answers that came by mail.
use crate::casework::inbox::Standing;
use crate::domain::codes::{Delivery, Inbound, InboundFate, InboundWhy, Side};
use crate::domain::ids::InboundId;
use crate::store::inbox::{Received, Said};

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How mail stands.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MailHealth {
    /// Since when no mail leaves; null: mail leaves.
    pub held_since: Option<DateTime<Utc>>,
    pub waiting: Vec<Waiting>,
    /// Mails given up.
    pub dead: i64,
    /// The same by how they ended.
    pub failures: Vec<Failed>,
    /// How long the mail server took over each letter of the last 24 hours, the slowest first.
    pub by_letter: Vec<Speed>,
    /// Mails that left in the last 24 hours.
    pub sent_day: usize,
    /// Seconds within which half of them (`p95`: 95 %) were taken by the mail server; null: none left.
    pub latency_p50_seconds: Option<i64>,
    pub latency_p95_seconds: Option<i64>,
    /// Mails that left in the last 30 days, and how many of them came back.
    pub left_30_days: i64,
    pub bounced_30_days: i64,
    /// Addresses to which nothing is sent, as mails to them came back.
    pub stopped_addresses: i64,
    /// What came in during 30 days: received = filed + quarantined + refused.
    pub received: Vec<Came>,
    /// Mails that came in and belong to no case yet.
    pub quarantined: Vec<Reply>,
}

/// Mails of one kind that wait.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Waiting {
    pub letter: String,
    pub mails: i64,
    pub since: DateTime<Utc>,
}

/// Mails that were given up.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Failed {
    pub how: Delivery,
    pub mails: i64,
}

/// How long the server took over a letter.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Speed {
    pub letter: String,
    pub mails: usize,
    /// Seconds from the writing until the server took half of them (`p95`: 95 %).
    pub latency_p50_seconds: i64,
    pub latency_p95_seconds: i64,
}

impl From<(&str, usize, i64, i64)> for Speed {
    fn from((letter, mails, half, most): (&str, usize, i64, i64)) -> Self {
        Self { letter: letter.to_owned(), mails, latency_p50_seconds: half, latency_p95_seconds: most }
    }
}

/// Mails of one fate.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Came {
    pub fate: InboundFate,
    pub mails: i64,
}

impl From<Standing> for MailHealth {
    fn from(Standing { health, came, waiting }: Standing) -> Self {
        Self {
            held_since: health.held_since,
            dead: health.dead.iter().map(|(_, _, n)| n).sum(),
            failures: health.failures().into_iter().map(|(how, mails)| Failed { how, mails }).collect(),
            by_letter: health.by_letter().into_iter().map(Speed::from).collect(),
            sent_day: health.sent.len(),
            latency_p50_seconds: health.latency(50),
            latency_p95_seconds: health.latency(95),
            left_30_days: health.month.0,
            bounced_30_days: health.month.1,
            stopped_addresses: health.stopped,
            waiting: health
                .waiting
                .into_iter()
                .map(|(letter, mails, since)| Waiting { letter, mails, since })
                .collect(),
            received: came.into_iter().map(|(fate, mails)| Came { fate, mails }).collect(),
            quarantined: waiting.into_iter().map(Into::into).collect(),
        }
    }
}

/// Whether mail is held back.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    pub held: bool,
}

/// The case that a mail belongs to; null throws the mail away.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Decide {
    pub number: Option<String>,
}

/// The answers by mail about a case, newest first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReplyList {
    pub replies: Vec<Reply>,
}

/// A mail that came in, without its words.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Reply {
    pub id: InboundId,
    pub received_at: DateTime<Utc>,
    pub what: Inbound,
    pub fate: InboundFate,
    /// Why it was not filed.
    pub why: Option<InboundWhy>,
    pub read_at: Option<DateTime<Utc>>,
}

impl From<Received> for Reply {
    fn from(r: Received) -> Self {
        Self {
            id: r.id,
            received_at: r.received_at.and_utc(),
            what: r.what,
            fate: r.fate,
            why: r.why,
            read_at: r.settled_at.map(|at| at.and_utc()),
        }
    }
}

/// A reply with its words.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReplyOne {
    pub reply: Reply,
    /// Whose it is; null: no party's.
    pub side: Option<Side>,
    /// Their address as it is known now; empty when they have none any more.
    pub from: String,
    pub subject: String,
    pub text: String,
    /// Files that came with it and were not kept.
    pub attachments: usize,
}

impl ReplyOne {
    pub(in crate::web::api) fn of(received: Received, said: Said, side: Option<Side>) -> Self {
        Self {
            reply: received.into(),
            side,
            from: said.from,
            subject: said.subject,
            text: said.text,
            attachments: said.attachments,
        }
    }
}
