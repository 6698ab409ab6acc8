//! Calendar invitations after RFC 5545 (format) and RFC 5546 (what a REQUEST and a CANCEL are).
//!
//! Written by hand: the `icalendar` crate stamps alarms with the clock and a random UID, which would make each repeat of a
//! mail a different one. Times are in UTC and carry no TZID, which Outlook and Exchange read the same everywhere.

use crate::domain::case::{SOON, evening_before};
use crate::domain::letter::Meeting;
use crate::render::korean::Moment;
use chrono::{DateTime, Utc};

/// Says in the MIME type and in the body the same thing: clients refuse an invitation where the two differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    /// The meeting is on, or has moved.
    Request,
    /// The meeting is off and leaves the calendar.
    Cancel,
}

impl Method {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
        }
    }

    const fn status(self) -> &'static str {
        match self {
            Self::Request => "CONFIRMED",
            Self::Cancel => "CANCELLED",
        }
    }
}

/// What a calendar part needs beside the meeting itself.
pub(super) struct Invitation<'a> {
    pub(super) method: Method,
    pub(super) meeting: &'a Meeting,
    /// The case number, shown in the title.
    pub(super) number: &'a str,
    /// Sender's address: who owns the meeting.
    pub(super) organizer: &'a str,
    /// Recipient's address: one attendee per mail, so that nobody learns who else comes.
    pub(super) attendee: &'a str,
    /// Right side of the UID.
    pub(super) host: &'a str,
    /// DTSTAMP: when the letter was written.
    pub(super) written: DateTime<Utc>,
}

impl Invitation<'_> {
    /// The `VCALENDAR`, lines ending in CRLF and folded.
    pub(super) fn text(&self) -> String {
        let entry = Entry::of(self.meeting, self.number);
        let own = vec![
            format!("ORGANIZER:mailto:{}", self.organizer),
            format!(
                "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE:mailto:{}",
                self.attendee
            ),
        ];
        let entry = Entry { rings: self.method == Method::Request, ..entry };
        let lines = entry.lines(self.host, self.written, self.method.status(), own);
        calendar(self.method.word(), Vec::new(), lines)
    }
}

/// One VEVENT: what an invitation and a calendar that is subscribed to say of the same UID alike. It names nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Left side of the UID: letters, digits, hyphens, underscores.
    uid: String,
    sequence: u32,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    title: String,
    told: String,
    place: Option<String>,
    /// Whether the calendar reminds its owner.
    rings: bool,
}

impl Entry {
    /// A meeting as those see it who come to it. `number`: the case's; empty for a committee's own meeting, which is about no
    /// single case.
    #[must_use]
    pub fn of(meeting: &Meeting, number: &str) -> Self {
        let (title, way) = if number.is_empty() {
            ("위원회 회의".to_owned(), String::new())
        } else {
            (format!("층간소음 조정회의 ({number})"), format!("방식: {}\n", meeting.kind.label()))
        };
        let told = format!(
            "{} (한국 시간)\n{way}자세한 내용은 받으신 메일의 링크에서 확인해 주세요.",
            Moment::from(meeting.start).prose(),
        );
        Self {
            uid: format!("session-{}", meeting.uid),
            sequence: meeting.sequence,
            start: meeting.start,
            end: meeting.end,
            title,
            told,
            place: meeting.public_place().map(str::to_owned),
            rings: true,
        }
    }

    /// Without the words about how they meet: what a subscribed calendar's address is handed on with.
    #[must_use]
    pub fn brief(self) -> Self {
        Self { told: String::new(), ..self }
    }

    /// The same as those see it who only have to know that the time is taken.
    #[must_use]
    pub fn taken(uid: &str, (start, end): (DateTime<Utc>, DateTime<Utc>), sequence: u32) -> Self {
        let (uid, title) = (format!("booked-{uid}"), "예약됨".to_owned());
        Self { uid, sequence, start, end, title, told: String::new(), place: None, rings: false }
    }

    fn lines(&self, host: &str, written: DateTime<Utc>, status: &str, own: Vec<String>) -> Vec<String> {
        let mut lines = vec![
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}@{host}", self.uid),
            format!("DTSTAMP:{}", stamp(written)),
            format!("DTSTART:{}", stamp(self.start)),
            format!("DTEND:{}", stamp(self.end)),
            format!("SEQUENCE:{}", self.sequence),
            format!("STATUS:{status}"),
            format!("SUMMARY:{}", escaped(&self.title)),
        ];
        if !self.told.is_empty() {
            lines.push(format!("DESCRIPTION:{}", escaped(&self.told)));
        }
        lines.push("CLASS:PRIVATE".to_owned());
        lines.extend(own);
        lines.extend(self.place.iter().map(|place| format!("LOCATION:{}", escaped(place))));
        if self.rings {
            lines.extend(alarms(&self.title, self.start));
        }
        lines.push("END:VEVENT".to_owned());
        lines
    }
}

/// The `VCALENDAR` around the lines of its entries.
fn calendar(method: &str, about: Vec<String>, entries: Vec<String>) -> String {
    let head = [
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Ieum//Mediation//KO".to_owned(),
        "CALSCALE:GREGORIAN".to_owned(),
        format!("METHOD:{method}"),
    ];
    let lines = head.into_iter().chain(about).chain(entries).chain(["END:VCALENDAR".to_owned()]);
    lines.map(|line| folded(&line)).collect()
}

/// The evening before, at six in Seoul, and two hours before.
fn alarms(title: &str, start: DateTime<Utc>) -> Vec<String> {
    let evening = format!("TRIGGER;VALUE=DATE-TIME:{}", stamp(evening_before(start)));
    let soon = format!("TRIGGER:-PT{}H", SOON.num_hours());
    let one = |trigger: String| {
        let told = format!("DESCRIPTION:{}", escaped(title));
        ["BEGIN:VALARM".to_owned(), "ACTION:DISPLAY".to_owned(), trigger, told, "END:VALARM".to_owned()]
    };
    [one(evening), one(soon)].concat()
}

/// A calendar to subscribe to (RFC 5545, METHOD:PUBLISH), with the same UIDs as the mails: nobody else's address is in it.
#[must_use]
pub fn feed(name: &str, entries: &[Entry], host: &str, now: DateTime<Utc>) -> String {
    let about =
        vec![format!("X-WR-CALNAME:{}", escaped(name)), "REFRESH-INTERVAL;VALUE=DURATION:PT1H".to_owned()];
    let lines = entries.iter().flat_map(|e| e.lines(host, now, Method::Request.status(), Vec::new()));
    calendar("PUBLISH", about, lines.collect())
}

fn stamp(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

/// TEXT after RFC 5545 §3.3.11. Control characters other than the line break do not exist in it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// One content line, folded at 75 octets (RFC 5545 §3.1) between characters, never inside one.
fn folded(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + line.len() / 25 + 2);
    let mut octets = 0;
    for c in line.chars() {
        if octets + c.len_utf8() > 75 {
            out.push_str("\r\n ");
            octets = 1;
        }
        out.push(c);
        octets += c.len_utf8();
    }
    out.push_str("\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn folding_is_undone_by_unfolding(line in "[^\\p{Cc}]{0,300}") {
            let folded = folded(&line);
            prop_assert!(folded.split("\r\n").all(|part| part.len() <= 75));
            prop_assert_eq!(folded.replace("\r\n ", ""), format!("{line}\r\n"));
        }
    }

    #[test]
    fn text_is_escaped() {
        assert_eq!(escaped("가;나,다\\라\r\n마"), "가\\;나\\,다\\\\라\\n마");
    }
}
