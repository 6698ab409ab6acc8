//! A letter becomes a message.

use super::MailError;
use super::calendar::{Invitation, Method};
use super::wording::{self, Words};
use crate::config;
use crate::domain::letter::{Letter, Meeting, Outgoing};
use crate::render::Renderer;
use chrono::{DateTime, Utc};
use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};

/// A message ready to leave.
pub struct Mail {
    key: String,
    envelope: Envelope,
    raw: Vec<u8>,
    words: Words,
}

impl Mail {
    /// What names the mail in the outbox and in its Message-ID.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The message as it goes over the wire, RFC 5322.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    #[must_use]
    pub fn subject(&self) -> &str {
        &self.words.subject
    }

    /// The plain text part.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.words.text
    }

    pub(super) fn envelope(&self) -> &Envelope {
        &self.envelope
    }
}

/// Where what comes back is known: addresses of the inbox (`domain::inbound::Return`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaysBack {
    /// The return path (VERP).
    pub bounce: String,
    pub reply: String,
}

/// Who writes, and what every letter says about the place it comes from.
pub struct Sender {
    from: Mailbox,
    /// Of the weekly summary, which one subscribes to: kept apart from the mails of cases.
    digest_from: Mailbox,
    reply_to: Option<Mailbox>,
    site: wording::Site,
}

impl Sender {
    /// Reads `mail.from`, `mail.reply_to`, `server.base_url` and `[site]`.
    ///
    /// # Errors
    /// [`MailError::Setting`] names the setting that is no mail address.
    pub fn new(settings: &config::Settings) -> Result<Self, MailError> {
        let from = mailbox("mail.from", &settings.mail.from)?;
        let digest_from = mailbox("mail.digest_from", &settings.mail.digest_from)?;
        let reply_to = match settings.mail.reply_to.as_str() {
            "" => None,
            text => Some(mailbox("mail.reply_to", text)?),
        };
        let site = wording::Site {
            site: settings.site.name.clone(),
            operator: settings.site.operator.clone(),
            phone: settings.site.phone.clone(),
            base: settings.server.base_url.clone(),
        };
        Ok(Self { from, digest_from, reply_to, site })
    }

    /// The host on the right side of Message-IDs and calendar UIDs: the sender's own domain.
    #[must_use]
    pub fn host(&self) -> &str {
        self.from.email.domain()
    }

    /// Where the site's own addresses begin: scheme and host, without a slash at the end.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.site.base
    }

    /// The Message-ID of the mail with this key: `<out.{key}@{host}>`.
    #[must_use]
    pub fn message_id(&self, key: &str) -> String {
        format!("<out.{key}@{}>", self.host())
    }

    /// Puts `outgoing` into words and builds the message. `key` is letters, digits and hyphens; `written` is when the outbox
    /// row was written; `back` where answers and bounces go, else to `mail.reply_to` and the sender. The same arguments give the
    /// same bytes.
    ///
    /// # Errors
    /// [`MailError`]: trying again with the same arguments gives the same.
    pub fn compose(
        &self,
        renderer: &Renderer,
        key: &str,
        outgoing: &Outgoing,
        written: DateTime<Utc>,
        back: Option<WaysBack>,
    ) -> Result<Mail, MailError> {
        let to: Address = outgoing.to.parse().ok().ok_or(MailError::Address)?;
        // An answer to a mail about an account belongs to nobody's case.
        let answered = outgoing.number.is_some() && back.is_some();
        let words = wording::words(renderer, &self.site, outgoing, answered)?;
        let mut message = self.headers(key, outgoing, &words, to.clone(), written);
        if let Some(back) = &back {
            if answered {
                message = message.reply_to(mailbox("mail.inbox", &back.reply)?);
            }
            let bounce = back.bounce.parse().map_err(|e| MailError::Setting("mail.inbox", format!("{e}")))?;
            let envelope = Envelope::new(Some(bounce), vec![to.clone()]);
            message = message.envelope(envelope.map_err(|e| MailError::Build(e.to_string()))?);
        } else if let Some(reply_to) = &self.reply_to {
            message = message.reply_to(reply_to.clone());
        }
        let alternative = MultiPart::alternative()
            .boundary(format!("ieum-{key}-alternative"))
            .singlepart(SinglePart::plain(words.text.clone()))
            .singlepart(SinglePart::html(words.html.clone()));
        let built = match meeting_of(&outgoing.letter) {
            None => message.multipart(alternative),
            Some((method, meeting)) => {
                let number = outgoing.number.as_deref().unwrap_or_default();
                let invitation = Invitation {
                    method,
                    meeting,
                    number,
                    organizer: self.from.email.as_ref(),
                    attendee: to.as_ref(),
                    host: self.host(),
                    written,
                };
                message.multipart(with_calendar(key, alternative, method, &invitation.text())?)
            }
        }
        .map_err(|e| MailError::Build(e.to_string()))?;
        Ok(Mail { key: key.to_owned(), envelope: built.envelope().clone(), raw: built.formatted(), words })
    }

    fn headers(
        &self,
        key: &str,
        outgoing: &Outgoing,
        words: &Words,
        to: Address,
        written: DateTime<Utc>,
    ) -> lettre::message::MessageBuilder {
        let digest = matches!(outgoing.letter, Letter::DutyDigest { .. });
        let from = if digest { &self.digest_from } else { &self.from };
        let mut message = Message::builder()
            .from(from.clone())
            .to(Mailbox::new(None, to))
            .subject(words.subject.clone())
            .date(written.into())
            .message_id(Some(self.message_id(key)))
            .raw_header(plain("Auto-Submitted", "auto-generated"))
            .raw_header(plain("X-Auto-Response-Suppress", "All"))
            .raw_header(plain("Content-Language", "ko"))
            .raw_header(plain("X-Case-Event", outgoing.letter.event()));
        if let Some(number) = &outgoing.number {
            // The root is no mail that was ever sent; every mail of the case names it, so that no mail is needed
            // for the others to be shown together.
            message = message.references(format!("<case.{number}@{}>", self.host()));
        }
        if let Letter::DutyDigest { unsubscribe: Some(path), .. } = &outgoing.letter {
            // One-click, RFC 8058.
            message = message
                .raw_header(plain("List-Unsubscribe", &format!("<{}{path}>", self.site.base)))
                .raw_header(plain("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
        }
        message
    }
}

/// The invitation inside the alternative, for clients that show it as such, and as a file for those that do not.
fn with_calendar(
    key: &str,
    alternative: MultiPart,
    method: Method,
    text: &str,
) -> Result<MultiPart, MailError> {
    let inline = format!("text/calendar; method={}; charset=utf-8", method.word());
    let kind = |text: &str| ContentType::parse(text).map_err(|e| MailError::Build(e.to_string()));
    let part = SinglePart::builder().header(kind(&inline)?).body(text.to_owned());
    let file = Attachment::new("invite.ics".to_owned()).body(text.to_owned(), kind("application/ics")?);
    Ok(MultiPart::mixed()
        .boundary(format!("ieum-{key}-mixed"))
        .multipart(alternative.singlepart(part))
        .singlepart(file))
}

fn meeting_of(letter: &Letter) -> Option<(Method, &Meeting)> {
    match letter {
        Letter::SessionFixed { meeting }
        | Letter::SessionMoved { meeting, .. }
        | Letter::AssemblyCalled { meeting, .. }
        | Letter::AssemblyMoved { meeting, .. } => Some((Method::Request, meeting)),
        Letter::SessionCancelled { meeting } | Letter::AssemblyCancelled { meeting, .. } => {
            Some((Method::Cancel, meeting))
        }
        _ => None,
    }
}

fn mailbox(key: &'static str, text: &str) -> Result<Mailbox, MailError> {
    text.parse().map_err(|e| MailError::Setting(key, format!("{e}")))
}

fn plain(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}
