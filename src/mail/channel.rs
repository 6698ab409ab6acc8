//! The ways out. Whoever has something to say does not know by which it leaves: the letter's recipient does.
use super::{Mail, MailError, Message, SendError, Sender, Spool, Transport, WaysBack};
use crate::domain::letter::Outgoing;
use crate::render::Renderer;
use chrono::{DateTime, Utc};

/// Something put into words, ready to leave by its own way.
pub enum Parcel {
    Mail(Box<Mail>),
    Message(Message),
}

impl Parcel {
    /// What is said, as it is kept: a heading (a mail's subject, a message's approved name), a blank line, the text.
    #[must_use]
    pub fn said(&self) -> String {
        match self {
            Self::Mail(mail) => format!("{}\n\n{}", mail.subject(), mail.text()),
            Self::Message(message) => format!("{}\n\n{}", message.code(), message.text()),
        }
    }
}

/// Every way out that the settings open.
pub struct Channels<'a> {
    pub renderer: &'a Renderer,
    pub sender: &'a Sender,
    pub transport: &'a Transport,
    pub spool: Option<&'a Spool>,
}

impl Channels<'_> {
    /// Puts a letter into words for the way that its recipient asks for: a mail, or a message to `phone`.
    ///
    /// # Errors
    /// [`MailError`]: trying again gives the same.
    pub fn write(
        &self,
        key: &str,
        outgoing: &Outgoing,
        phone: &str,
        written: DateTime<Utc>,
        back: Option<WaysBack>,
    ) -> Result<Parcel, MailError> {
        if outgoing.party().is_none() {
            let mail = self.sender.compose(self.renderer, key, outgoing, written, back)?;
            return Ok(Parcel::Mail(Box::new(mail)));
        }
        let spool = self.spool.ok_or(MailError::NoChannel)?;
        Ok(Parcel::Message(spool.message(key, outgoing, phone, written)?))
    }

    /// Sends it, and gives the answer: a server's words, a file's name.
    ///
    /// # Errors
    /// [`SendError`] says whether trying again makes sense.
    pub async fn send(&self, parcel: &Parcel) -> Result<String, SendError> {
        match (parcel, self.spool) {
            (Parcel::Mail(mail), _) => self.transport.send(mail).await,
            (Parcel::Message(message), Some(spool)) => spool.send(message).await,
            (Parcel::Message(_), None) => Err(SendError::Permanent(MailError::NoChannel.to_string())),
        }
    }
}
