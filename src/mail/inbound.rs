//! Reads a message that came in (RFC 5322, MIME) as far as `domain::inbound` asks.

use crate::domain::inbound::{Arrived, Report, Return, Way};
use mailparse::{DispositionType, MailAddr, MailHeaderMap, ParsedMail};

/// The most characters of a person's words that are kept.
const TEXT_MAX: usize = 8000;

/// Where we are reached, and how much of a message is read.
#[derive(Debug, Clone, Copy)]
pub struct Inbox<'a> {
    /// `mail.inbox`.
    pub address: &'a str,
    /// The addresses that Ieum sends from.
    pub own: &'a [String],
    /// Bytes.
    pub most: usize,
}

/// A message that came in: what the rule asks, and what names it, so that the same one twice is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    pub arrived: Arrived,
    /// The Message-ID, or nothing where it has none.
    pub message_id: String,
}

impl Incoming {
    /// What names the message for good: its Message-ID at the address of ours that it came to; the bytes of one without.
    #[must_use]
    pub fn name(&self, raw: &[u8]) -> String {
        let to = self.arrived.to.as_ref().map(|to| Return::proven(to.way, to.mail)).unwrap_or_default();
        match self.message_id.as_str() {
            "" => format!("{to} {}", String::from_utf8_lossy(raw)),
            id => format!("{to} {} {id}", self.arrived.from),
        }
    }
}

/// Reads `raw`. `told` is the recipient as the mail server says it, when it does; else the headers are asked. What cannot be
/// read as a message is one without a sender and without words.
#[must_use]
pub fn read(raw: &[u8], told: Option<&str>, inbox: Inbox<'_>) -> Incoming {
    let too_large = raw.len() > inbox.most;
    let kept = raw.get(..inbox.most.min(raw.len())).unwrap_or(raw);
    let Ok(mail) = mailparse::parse_mail(kept) else {
        return Incoming { arrived: Arrived { too_large, ..Arrived::default() }, message_id: String::new() };
    };
    let header = |name: &str| mail.headers.get_first_value(name).unwrap_or_default();
    let from = addresses(&mail, "From").into_iter().next().unwrap_or_default();
    let to = match told {
        Some(told) => Return::read(told, inbox.address),
        None => ["X-Original-To", "Delivered-To", "To", "Cc"]
            .iter()
            .flat_map(|name| addresses(&mail, name))
            .find_map(|address| Return::read(&address, inbox.address)),
    };
    let report = report(&mail);
    let text = said(&mail);
    let arrived = Arrived {
        // What goes to the return path of a mail is never a person's answer (RFC 5321 §4.5.5).
        automatic: is_automatic(&mail) || to.as_ref().is_some_and(|to| to.way == Way::Bounce),
        ours: inbox.own.iter().any(|own| own.eq_ignore_ascii_case(&from)),
        subject: header("Subject").chars().filter(|c| !c.is_control()).take(200).collect(),
        attachments: mail.parts().filter(|part| is_attached(part)).count(),
        from,
        to,
        report,
        text,
        too_large,
    };
    Incoming { arrived, message_id: header("Message-ID").trim().to_owned() }
}

/// The addresses of a header, lower case, without names.
fn addresses(mail: &ParsedMail<'_>, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    for value in mail.headers.get_all_values(name) {
        let Ok(list) = mailparse::addrparse(&value) else { continue };
        for address in list.iter() {
            match address {
                MailAddr::Single(one) => found.push(one.addr.to_lowercase()),
                MailAddr::Group(group) => found.extend(group.addrs.iter().map(|a| a.addr.to_lowercase())),
            }
        }
    }
    found
}

/// RFC 3834 §5, and what older programs write instead.
fn is_automatic(mail: &ParsedMail<'_>) -> bool {
    let header = |name: &str| mail.headers.get_first_value(name).unwrap_or_default().trim().to_lowercase();
    let said = header("Auto-Submitted");
    let precedence = header("Precedence");
    let subject = header("Subject");
    (!said.is_empty() && said != "no")
        || matches!(precedence.as_str(), "bulk" | "junk" | "list" | "auto_reply")
        || ["X-Autoreply", "X-Autorespond", "X-Auto-Reply"].iter().any(|name| !header(name).is_empty())
        || header("Return-Path") == "<>"
        || header("From").contains("mailer-daemon@")
        || ["자동 응답", "자동응답", "부재중", "automatic reply", "out of office"]
            .iter()
            .any(|w| subject.starts_with(w))
}

/// The delivery report inside, RFC 3464: the first recipient's, as each of our mails has one.
fn report(mail: &ParsedMail<'_>) -> Option<Report> {
    let part = mail.parts().find(|part| part.ctype.mimetype == "message/delivery-status")?;
    let text = part.get_body().ok()?;
    let field = |name: &str| {
        text.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    };
    let status = field("Status").unwrap_or_default();
    let status = status.split_whitespace().next().unwrap_or_default().to_owned();
    Some(Report { action: field("Action")?, status })
}

fn is_attached(part: &ParsedMail<'_>) -> bool {
    part.subparts.is_empty() && part.get_content_disposition().disposition == DispositionType::Attachment
}

/// What the person wrote: the first plain text, or else the first HTML without its tags.
fn said(mail: &ParsedMail<'_>) -> String {
    let of = |kind: &str| {
        let part = mail.parts().find(|part| part.ctype.mimetype == kind && !is_attached(part))?;
        part.get_body().ok()
    };
    let text = of("text/plain").filter(|text| !text.trim().is_empty());
    let text = text.or_else(|| of("text/html").map(|html| untagged(&html))).unwrap_or_default();
    own_words(&text)
}

/// The lines before the quoted mail. Ours holds nothing that would be missed.
fn own_words(text: &str) -> String {
    const ORIGINAL: [&str; 4] =
        ["-----original message", "-----원본 메시지", "-----원본 메일", "--------- 원본 메일"];
    let mut kept: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        let low = line.trim_start().to_lowercase();
        if ORIGINAL.iter().any(|mark| low.starts_with(mark)) {
            break;
        }
        if !low.starts_with('>') {
            kept.push(line);
        }
    }
    let plain: String =
        kept.join("\n").chars().filter(|c| !c.is_control() || *c == '\n').take(TEXT_MAX).collect();
    plain.trim().to_owned()
}

/// HTML as plain text: tags go, a block's end is a line's end. What is inside `style`, `script`, `blockquote` (the quoted mail)
/// goes with them.
fn untagged(html: &str) -> String {
    let (mut text, mut rest, mut silent) = (String::new(), html, None::<String>);
    while let Some((before, after)) = rest.split_once('<') {
        if silent.is_none() {
            text.push_str(before);
        }
        let (tag, after) = after.split_once('>').unwrap_or((after, ""));
        rest = after;
        let word = |s: &str| {
            s.trim_start_matches('/')
                .split(|c: char| !c.is_alphanumeric())
                .next()
                .unwrap_or("")
                .to_lowercase()
        };
        let name = word(tag);
        match &silent {
            Some(until) if tag.starts_with('/') && name == *until => silent = None,
            Some(_) => {}
            None if matches!(name.as_str(), "style" | "script" | "blockquote") => silent = Some(name),
            None if matches!(name.as_str(), "br" | "p" | "div" | "tr" | "li") => text.push('\n'),
            None => {}
        }
    }
    if silent.is_none() {
        text.push_str(rest);
    }
    let entities =
        [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    entities.iter().fold(text, |text, (entity, is)| text.replace(entity, is))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: [String; 0] = [];
    const INBOX: Inbox<'_> = Inbox { address: "ieum@in.example.kr", own: &OWN, most: 10_000 };

    fn of(raw: &str) -> Arrived {
        read(raw.replace('\n', "\r\n").as_bytes(), None, INBOX).arrived
    }

    #[test]
    fn a_persons_words_are_read_without_the_quoted_mail() {
        let plain = of(
            "From: =?utf-8?B?6rmA?= <Kim@Example.kr>\nTo: 이음 <ieum+r7.ab12@in.example.kr>\nSubject: =?euc-kr?B?tOTA5Q==?=\n\
            Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n네, 갑니다.\n> 지난 메일\n",
        );
        assert_eq!((plain.from.as_str(), plain.text.as_str()), ("kim@example.kr", "네, 갑니다."));
        assert_eq!(plain.subject, "답장");
        assert_eq!(
            plain.to.map(|to| (to.way, to.mail.0, to.proof)),
            Some((Way::Reply, 7, "ab12".to_owned()))
        );
        assert!(!plain.automatic && plain.report.is_none());
        let html =
            of("From: a@b.kr\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n\
            <style>p{}</style><p>못&nbsp;갑니다 &lt;미안&gt;</p><blockquote>지난 메일</blockquote>");
        assert_eq!(html.text, "못 갑니다 <미안>");
    }

    #[test]
    fn a_delivery_report_and_an_absence_are_told_from_answers() {
        let bounce = of("From: MAILER-DAEMON@mx.example\nTo: ieum+b9.cd@in.example.kr\n\
            Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\nContent-Type: text/plain\n\nsorry\n\
            --x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; a@b.kr\n\
            Action: failed\nStatus: 5.1.1 (no such user)\n\n--x--\n");
        let report = bounce.report.unwrap();
        assert!(report.is_hard() && report.status == "5.1.1", "{report:?}");
        let away =
            of("From: a@b.kr\nTo: ieum+r9.cd@in.example.kr\nAuto-Submitted: auto-replied\n\n휴가입니다\n");
        assert!(away.automatic && away.report.is_none());
        assert!(
            of("From: a@b.kr\nTo: ieum+b9.cd@in.example.kr\n\n휴가입니다\n").automatic,
            "sent to the return path"
        );
    }
}
