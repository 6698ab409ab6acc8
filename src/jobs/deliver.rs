//! Takes mails from the outbox and hands them to the transport. Each step is a transaction of its own: lease, then (outside
//! any transaction) write and send, then mark. A crash in between repeats the same mail, with the same Message-ID.

use crate::casework::post;
use crate::config::Settings;
use crate::domain::ids::MailId;
use crate::domain::inbound::Way;
use crate::domain::letter::Outgoing;
use crate::domain::text;
use crate::mail::{Channels, MailError, SendError, Sender, Spool, Transport, WaysBack, masked};
use crate::render::Renderer;
use crate::store::outbox::{self, Fate, Leased};
use crate::store::sending::{self, Caps, Leave};
use crate::store::{Db, Rx, StoreError, inbox, parties};
use chrono::{DateTime, Duration, Utc};
use std::sync::Arc;
use tokio::sync::watch;

/// Tells the time; `app` gives the real one.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The worker. Any number may run, in any number of processes: the lease keeps each mail single.
pub struct Courier {
    pub db: Db,
    pub renderer: Renderer,
    pub sender: Sender,
    pub transport: Transport,
    /// Where short messages go; none where none leave.
    pub spool: Option<Spool>,
    pub clock: Clock,
    /// Mails taken at once.
    pub batch: i64,
    /// How long a taken mail is ours.
    pub lease: Duration,
    /// The longest that one mail may take to send; it is broken off then, and not begun when less of its lease is left, so
    /// that nobody else takes a mail that is still being sent.
    pub slowest: Duration,
    /// How old a mail may get before it is given up.
    pub patience: Duration,
    /// The most that leaves in an hour.
    pub caps: Caps,
    /// Where answers and bounces come to.
    pub inbox: Option<String>,
}

/// What one round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Done {
    pub sent: usize,
    pub failed: usize,
    /// Failures that nobody will try again: each is somebody's duty now.
    pub dead: usize,
    /// Mails that are not sent any more, as their time was over.
    pub late: usize,
}

impl Done {
    const fn any(self) -> bool {
        self.sent + self.failed + self.dead + self.late > 0
    }
}

enum Failure {
    /// Trying again gives the same.
    Final(String),
    Passing(String),
    /// Too late to be of use; nobody needs to telephone about it.
    Useless,
}

impl From<MailError> for Failure {
    fn from(e: MailError) -> Self {
        Self::Final(e.to_string())
    }
}

impl From<SendError> for Failure {
    fn from(e: SendError) -> Self {
        match e {
            SendError::Permanent(why) => Self::Final(why),
            SendError::Temporary(why) => Self::Passing(why),
        }
    }
}

impl Courier {
    /// The worker that the settings ask for.
    ///
    /// # Errors
    /// When a setting of `[mail]` cannot be used or a template is broken.
    pub fn of(settings: &Settings, db: Db, clock: Clock) -> Result<Self, MailError> {
        let mail = &settings.mail;
        let lease = Duration::seconds(mail.lease_seconds);
        Ok(Self {
            db,
            renderer: Renderer::new()?,
            sender: Sender::new(settings)?,
            transport: Transport::new(mail)?,
            spool: Spool::new(settings)?,
            clock,
            batch: mail.batch,
            lease,
            slowest: lease / 2,
            patience: Duration::hours(mail.give_up_hours),
            caps: Caps { per_recipient: mail.per_recipient_hour, per_hour: mail.per_hour },
            inbox: Some(mail.inbox.clone()).filter(|inbox| !inbox.is_empty()),
        })
    }

    /// Works until `stop` says true, pausing for `poll` when there is nothing to do. Finishes the mail in hand.
    pub async fn run(&self, poll: std::time::Duration, mut stop: watch::Receiver<bool>) {
        let mut swept = None;
        while !*stop.borrow() {
            let hour = (self.clock)().timestamp() / 3600;
            if swept != Some(hour) {
                self.sweep().await;
                swept = Some(hour);
            }
            let busy = match self.round(&stop).await {
                Ok(done) => done.any(),
                Err(e) => {
                    tracing::error!(error = %e, "the outbox cannot be read");
                    false
                }
            };
            if !busy {
                tokio::select! {
                    () = tokio::time::sleep(poll) => {}
                    changed = stop.changed() => if changed.is_err() { return },
                }
            }
        }
    }

    /// Deletes the short messages that no gateway took in time.
    pub async fn sweep(&self) {
        let (Some(spool), now) = (self.spool.clone(), (self.clock)()) else { return };
        match tokio::task::spawn_blocking(move || spool.sweep(now)).await {
            Ok(Ok(0)) => {}
            Ok(Ok(gone)) => tracing::warn!(gone, "short messages deleted that no gateway took within a day"),
            Ok(Err(e)) => tracing::error!(error = %e, "the folder of short messages cannot be swept"),
            Err(e) => tracing::error!(error = %e, "sweeping the folder of short messages broke off"),
        }
    }

    /// Takes one batch and sends it.
    ///
    /// # Errors
    /// When the database refuses; mails already sent stay marked.
    pub async fn round(&self, stop: &watch::Receiver<bool>) -> Result<Done, StoreError> {
        let (batch, lease, now) = (self.batch, self.lease, (self.clock)());
        let caps = self.caps;
        let taken = self.db.write(move |tx| {
            let room = sending::room(tx, caps, now)?;
            outbox::lease(tx, batch.min(room), lease, now)
        });
        let taken = taken.await?;
        let mut done = Done::default();
        for mail in taken {
            if *stop.borrow() || (self.clock)() + self.slowest > mail.until {
                self.db.write(move |tx| outbox::give_back(tx, &mail)).await?;
                continue;
            }
            self.one(mail, &mut done).await?;
        }
        Ok(done)
    }

    async fn one(&self, taken: Leased, done: &mut Done) -> Result<(), StoreError> {
        // A batch takes a while: meanwhile the person may be another one, or have another address.
        let (caps, at) = (self.caps, (self.clock)());
        let in_hand = self.db.read(move |rx| {
            let Some(mail) = outbox::in_hand(rx, &taken)? else { return Ok::<_, StoreError>(None) };
            let phone = phone(rx, &mail)?;
            // Nobody telephones about what is of no use any more, wherever it goes.
            let leave = if useless(&mail, phone.as_deref(), at) {
                None
            } else {
                Some(sending::may_leave(rx, &mail, caps, at)?)
            };
            Ok(Some((leave, mail, phone)))
        });
        let outcome = match in_hand.await? {
            None => return Ok(()),
            Some((None, mail, _)) => (Err(Failure::Useless), mail),
            Some((Some(Leave::Later(at)), mail, _)) => {
                tracing::warn!(
                    mail = mail.id.0,
                    key = mail.key,
                    "mail put off: enough for one address in an hour"
                );
                return self.db.write(move |tx| sending::postpone(tx, &mail, at)).await;
            }
            Some((Some(Leave::Never), mail, _)) => (Err(Failure::Final(outbox::SUSPENDED.to_owned())), mail),
            Some((Some(Leave::Now), mail, phone)) => (self.send(&mail, phone.as_deref()).await, mail),
        };
        let (outcome, mail) = outcome;
        let now = (self.clock)();
        let id = mail.id.0;
        match outcome {
            Ok((said, answer)) => {
                tracing::info!(mail = id, key = mail.key, answer, "mail sent");
                let noted = self.db.write(move |tx| {
                    outbox::sent(tx, &mail, &said, &answer, now)?;
                    post::left(tx, mail.id, mail.case)
                });
                noted.await?;
                done.sent += 1;
            }
            Err(Failure::Useless) => {
                tracing::info!(mail = id, key = mail.key, "mail not sent: its time is over");
                let noted = self.db.write(move |tx| {
                    // Whoever no longer needs the mail need not be telephoned either.
                    let ours = outbox::too_late(tx, &mail)?;
                    if ours {
                        post::left(tx, mail.id, mail.case)?;
                    }
                    Ok::<_, StoreError>(ours)
                });
                done.late += usize::from(noted.await?);
            }
            Err(Failure::Final(why)) => self.not_sent(mail, why, None, done).await?,
            Err(Failure::Passing(why)) => self.not_sent(mail, why, Some(self.patience), done).await?,
        }
        Ok(())
    }

    /// The mail is tried again after a while, as long as there is `patience`, or is somebody's duty now.
    async fn not_sent(
        &self,
        mail: Leased,
        why: String,
        patience: Option<Duration>,
        done: &mut Done,
    ) -> Result<(), StoreError> {
        let now = (self.clock)();
        let to = mail.outgoing.as_ref().map(|o| masked(&o.to)).unwrap_or_default();
        tracing::warn!(mail = mail.id.0, key = mail.key, to, attempt = mail.attempt, why, "mail not sent");
        let noted = self.db.write(move |tx| {
            let fate = outbox::failed(tx, &mail, &why, patience, now)?;
            // Of what a short message announces somebody is to telephone anyway.
            let mail_only = mail.outgoing.as_ref().and_then(Outgoing::party).is_none();
            if fate == Fate::Dead && mail_only {
                post::gave_up(tx, mail.id, mail.case, now)?;
            }
            Ok::<_, StoreError>(fate)
        });
        let fate = noted.await?;
        done.failed += 1;
        done.dead += usize::from(fate == Fate::Dead);
        Ok(())
    }

    /// Where this mail's answers and bounces are known, when there is an inbox.
    fn ways_back(&self, mail: MailId) -> Option<WaysBack> {
        let inbox = self.inbox.as_deref()?;
        let of = |way| inbox::return_of(self.db.vault(), way, mail).address(inbox);
        Some(WaysBack { bounce: of(Way::Bounce), reply: of(Way::Reply) })
    }

    /// The ways out.
    pub(super) const fn channels(&self) -> Channels<'_> {
        Channels {
            renderer: &self.renderer,
            sender: &self.sender,
            transport: &self.transport,
            spool: self.spool.as_ref(),
        }
    }

    /// Gives what was said, and the answer.
    async fn send(&self, mail: &Leased, phone: Option<&str>) -> Result<(String, String), Failure> {
        let outgoing: &Outgoing =
            mail.outgoing.as_ref().ok_or_else(|| Failure::Final("내용을 열 수 없습니다".to_owned()))?;
        let (channels, back) = (self.channels(), self.ways_back(mail.id));
        let written = channels.write(&mail.key, outgoing, phone.unwrap_or_default(), mail.written, back)?;
        let most = self.slowest.to_std().unwrap_or_default();
        let answer = tokio::time::timeout(most, channels.send(&written))
            .await
            .map_err(|e| Failure::Passing(e.to_string()))??;
        Ok((written.said(), answer))
    }
}

/// Whether a mail is of no use any more: its time is over, or it would go to a telephone and they are somebody else now or have
/// no such telephone any more.
pub(super) fn useless(mail: &Leased, phone: Option<&str>, now: DateTime<Utc>) -> bool {
    mail.outgoing.as_ref().is_some_and(|outgoing| {
        let over = outgoing.letter.useless_after().is_some_and(|end| end < now);
        over || (outgoing.party().is_some() && phone.is_none())
    })
}

/// The telephone that a short message goes to, as it is known now; none for a mail.
pub(super) fn phone(rx: &mut Rx<'_>, mail: &Leased) -> Result<Option<String>, StoreError> {
    let party = mail.outgoing.as_ref().and_then(Outgoing::party);
    let (Some(case), Some(party)) = (mail.case, party) else { return Ok(None) };
    let there = parties::of_case(rx, case)?.into_iter().find(|p| p.id == party);
    Ok(there.map(|p| p.details.phone).filter(|phone| text::takes_messages(phone)))
}
