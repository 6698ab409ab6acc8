//! A dry run of the outbox: what would leave now, in which words, and what holds the rest. Nothing is taken, sent or changed, and
//! what opens something by itself (a link's token, a code) is blanked.
use super::deliver::{Courier, phone, useless};
use crate::domain::letter::{Letter, Outgoing};
use crate::mail::masked;
use crate::store::outbox::{self, Leased};
use crate::store::sending::{self, Leave};
use crate::store::{Rx, StoreError};
use chrono::{DateTime, Utc};

/// What would become of a mail now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prospect {
    Leaves,
    /// The operator holds all mail back.
    Held,
    /// It waits for its time: to be taken back, for another try, for the next hour.
    Later(DateTime<Utc>),
    /// Its address is stopped: somebody must telephone.
    Stopped,
    /// It is not sent: its time is over.
    Late,
    /// It cannot be written or opened; the reason.
    Broken(String),
}

/// One mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    pub key: String,
    /// Masked.
    pub to: String,
    /// [`Letter::template`]; empty when the letter does not open.
    pub letter: &'static str,
    pub prospect: Prospect,
    /// Subject and text; none where they cannot be written.
    pub said: Option<(String, String)>,
}

impl Courier {
    /// What waits and no worker has in hand, at most `limit`, the longest due first. Of one case's mails to one person only the
    /// first: the next is looked at when that one has left.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn preview(&self, limit: i64) -> Result<Vec<Preview>, StoreError> {
        let (caps, now) = (self.caps, (self.clock)());
        let read = self.db.read(move |rx| {
            let held = sending::held(rx)?.is_some();
            let mut room = sending::room(rx, caps, now)?;
            let mut mails = Vec::new();
            for (mail, from) in outbox::waiting(rx, limit, now)? {
                let mut prospect = prospect(rx, &mail, from, caps, now)?;
                if prospect == Prospect::Leaves {
                    prospect = match (held, room) {
                        (true, _) => Prospect::Held,
                        (_, 1..) => Prospect::Leaves,
                        // Enough for this hour.
                        _ => Prospect::Later(now + chrono::Duration::hours(1)),
                    };
                    room -= 1;
                }
                mails.push((mail, prospect));
            }
            Ok::<_, StoreError>(mails)
        });
        Ok(read.await?.into_iter().map(|(mail, prospect)| self.written(mail, prospect)).collect())
    }

    fn written(&self, mail: Leased, prospect: Prospect) -> Preview {
        let Some(outgoing) = mail.outgoing else {
            let prospect = Prospect::Broken("내용을 열 수 없습니다".to_owned());
            return Preview { key: mail.key, to: String::new(), letter: "", prospect, said: None };
        };
        let (to, letter) = (masked(&outgoing.to), outgoing.letter.template());
        match self.channels().write(&mail.key, &outgoing, "", mail.written, None) {
            Ok(written) => {
                let said = blanked(&written.said(), self.sender.base(), &outgoing);
                let said = said.split_once("\n\n").map(|(head, text)| (head.to_owned(), text.to_owned()));
                Preview { key: mail.key, to, letter, prospect, said }
            }
            Err(e) => {
                Preview { key: mail.key, to, letter, prospect: Prospect::Broken(e.to_string()), said: None }
            }
        }
    }
}

fn prospect(
    rx: &mut Rx<'_>,
    mail: &Leased,
    from: DateTime<Utc>,
    caps: sending::Caps,
    now: DateTime<Utc>,
) -> Result<Prospect, StoreError> {
    if useless(mail, phone(rx, mail)?.as_deref(), now) {
        return Ok(Prospect::Late);
    }
    Ok(match sending::may_leave(rx, mail, caps, now)? {
        Leave::Never => Prospect::Stopped,
        _ if from > now => Prospect::Later(from),
        Leave::Later(at) => Prospect::Later(at),
        Leave::Now => Prospect::Leaves,
    })
}

/// Subject or text without what opens something by itself: of our own addresses only the site is shown, whatever they lead to,
/// so that a new kind of link needs no line here.
fn blanked(text: &str, base: &str, mail: &Outgoing) -> String {
    let hidden = |line: &str| match line.split_once(base) {
        Some((before, path)) if !path.is_empty() => format!("{before}{base}/…"),
        _ => line.to_owned(),
    };
    let lines: Vec<String> = text.lines().map(hidden).collect();
    let text = lines.join("\n");
    match &mail.letter {
        Letter::Code { code, .. } => text.replace(code.as_str(), "••••••••"),
        _ => text,
    }
}
