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
        let meeting = self.meeting;
        // A committee's own meeting is about no single case.
        let (title, way) = if self.number.is_empty() {
            ("위원회 회의".to_owned(), String::new())
        } else {
            (format!("층간소음 조정회의 ({})", self.number), format!("방식: {}\n", meeting.kind.label()))
        };
        let told = format!(
            "{} (한국 시간)\n{way}자세한 내용은 받으신 메일의 링크에서 확인해 주세요.",
            Moment::from(meeting.start).prose(),
        );
        let mut lines = vec![
            "BEGIN:VCALENDAR".to_owned(),
            "VERSION:2.0".to_owned(),
            "PRODID:-//Ieum//Mediation//KO".to_owned(),
            "CALSCALE:GREGORIAN".to_owned(),
            format!("METHOD:{}", self.method.word()),
            "BEGIN:VEVENT".to_owned(),
            format!("UID:session-{}@{}", meeting.uid, self.host),
            format!("DTSTAMP:{}", stamp(self.written)),
            format!("DTSTART:{}", stamp(meeting.start)),
            format!("DTEND:{}", stamp(meeting.end)),
            format!("SEQUENCE:{}", meeting.sequence),
            format!("STATUS:{}", self.method.status()),
            format!("SUMMARY:{}", escaped(&title)),
            format!("DESCRIPTION:{}", escaped(&told)),
            "CLASS:PRIVATE".to_owned(),
            format!("ORGANIZER:mailto:{}", self.organizer),
            format!(
                "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE:mailto:{}",
                self.attendee
            ),
        ];
        if let Some(place) = meeting.public_place() {
            lines.push(format!("LOCATION:{}", escaped(place)));
        }
        if self.method == Method::Request {
            lines.extend(alarms(&title, meeting.start));
        }
        lines.extend(["END:VEVENT", "END:VCALENDAR"].map(str::to_owned));
        lines.iter().map(|line| folded(line)).collect()
    }
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

/// One meeting of a calendar that is subscribed to. It names nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub meeting: Meeting,
    pub number: String,
}

/// A calendar to subscribe to (RFC 5545, METHOD:PUBLISH), with the same UIDs as the mails: nobody else's address is in it.
#[must_use]
pub fn feed(name: &str, entries: &[Entry], host: &str, now: DateTime<Utc>) -> String {
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Ieum//Mediation//KO".to_owned(),
        "CALSCALE:GREGORIAN".to_owned(),
        "METHOD:PUBLISH".to_owned(),
        format!("X-WR-CALNAME:{}", escaped(name)),
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H".to_owned(),
    ];
    for Entry { meeting, number } in entries {
        let title = format!("층간소음 조정회의 ({number}) · {}", meeting.kind.label());
        lines.extend([
            "BEGIN:VEVENT".to_owned(),
            format!("UID:session-{}@{host}", meeting.uid),
            format!("DTSTAMP:{}", stamp(now)),
            format!("DTSTART:{}", stamp(meeting.start)),
            format!("DTEND:{}", stamp(meeting.end)),
            format!("SEQUENCE:{}", meeting.sequence),
            "STATUS:CONFIRMED".to_owned(),
            format!("SUMMARY:{}", escaped(&title)),
            "CLASS:PRIVATE".to_owned(),
        ]);
        lines.extend(meeting.public_place().map(|place| format!("LOCATION:{}", escaped(place))));
        lines.extend(alarms(&title, meeting.start));
        lines.push("END:VEVENT".to_owned());
    }
    lines.push("END:VCALENDAR".to_owned());
    lines.iter().map(|line| folded(line)).collect()
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
