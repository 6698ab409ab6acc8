//! A mail server for tests: speaks enough SMTP (RFC 5321) on 127.0.0.1 to receive mail for real, and to fail as told.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// One mail that was taken with 250.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    pub(crate) data: Vec<u8>,
}

impl Received {
    /// The value of the first header of that name, unfolded but not decoded.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let text = String::from_utf8_lossy(&self.data).replace("\r\n ", " ").replace("\r\n\t", " ");
        let head = text.split("\r\n\r\n").next()?.to_owned();
        head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    }
}

/// What the sink does to one mail instead of taking it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// Answers RCPT TO with this code; the words repeat the recipient, as real servers do.
    Recipient(u16),
    /// Answers the end of DATA with this code.
    Data(u16),
    /// Hangs up instead of answering DATA: nothing was taken.
    Drop,
    /// Takes the mail and hangs up before saying so: the sender cannot know.
    TakeAndDrop,
    /// Says nothing after DATA for this many milliseconds, then takes the mail.
    Slow(u64),
    /// Refuses AUTH with 535.
    Login,
    /// Does so at this place of the conversation.
    At(Place, How),
}

/// A place in the conversation at which a server can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Greeting,
    Hello,
    Sender,
    Recipient,
    Data,
    /// After some lines of the mail itself.
    Body,
    /// After the final dot.
    End,
    Quit,
}

/// How a server fails there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// Hangs up.
    Cut,
    /// Answers this code.
    Say(u16),
    /// Says nothing for so many milliseconds, and goes on.
    Wait(u64),
}

#[derive(Default)]
struct State {
    received: Vec<Received>,
    faults: VecDeque<Fault>,
    logins: Vec<String>,
}

/// The server; it ends with the test process.
#[derive(Clone)]
pub(crate) struct Sink {
    pub(crate) port: u16,
    state: Arc<Mutex<State>>,
}

impl Sink {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let sink = Self { port: listener.local_addr().unwrap().port(), state: Arc::default() };
        let shared = sink.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = shared.state.clone();
                std::thread::spawn(move || {
                    Conversation { state, fault: None, from: String::new(), to: Vec::new() }.hold(stream)
                });
            }
        });
        sink
    }

    /// The next mails meet these faults, one each; the mails after them are taken.
    pub(crate) fn fail(&self, faults: &[Fault]) {
        self.state.lock().unwrap().faults.extend(faults);
    }

    /// Forgets the faults that no mail has met yet.
    pub(crate) fn forget(&self) {
        self.state.lock().unwrap().faults.clear();
    }

    /// Everything taken so far.
    pub(crate) fn mails(&self) -> Vec<Received> {
        self.state.lock().unwrap().received.clone()
    }

    /// The AUTH PLAIN arguments seen.
    pub(crate) fn logins(&self) -> Vec<String> {
        self.state.lock().unwrap().logins.clone()
    }
}

struct Conversation {
    state: Arc<Mutex<State>>,
    fault: Option<Fault>,
    from: String,
    to: Vec<String>,
}

impl Conversation {
    /// Talks until the other side quits; a broken connection just ends it.
    fn hold(mut self, stream: TcpStream) {
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut out = stream.try_clone().unwrap();
        let mut lines = BufReader::new(stream);
        let Ok(greeting) = self.fails(Place::Greeting) else { return };
        let mut answer = Some(greeting.unwrap_or_else(|| "220 sink ESMTP".to_owned()));
        while let Some(said) = answer {
            let mut line = String::new();
            if write!(out, "{said}\r\n").is_err()
                || said.starts_with("221")
                || lines.read_line(&mut line).unwrap_or(0) == 0
            {
                return;
            }
            answer = self.answer(&line, &mut out, &mut lines);
        }
    }

    /// What is said to a line; `None` hangs up.
    fn answer(&mut self, line: &str, out: &mut impl Write, lines: &mut impl BufRead) -> Option<String> {
        let verb = line.split([' ', '\r']).next().unwrap_or("").to_ascii_uppercase();
        let place = match verb.as_str() {
            "EHLO" => Some(Place::Hello),
            "MAIL" => Some(Place::Sender),
            "RCPT" => Some(Place::Recipient),
            "DATA" => Some(Place::Data),
            "QUIT" => Some(Place::Quit),
            _ => None,
        };
        if let Some(said) = place.map_or(Ok(None), |place| self.fails(place)).ok()? {
            return Some(said);
        }
        Some(match verb.as_str() {
            "EHLO" => "250-sink\r\n250-8BITMIME\r\n250 AUTH PLAIN".to_owned(),
            "AUTH" => self.login(line.trim_end()),
            "MAIL" => {
                self.fault = self.fault.or_else(|| self.next());
                self.from = inside(line);
                self.to.clear();
                "250 ok".to_owned()
            }
            "RCPT" => self.recipient(line),
            "DATA" => return self.take(out, lines),
            "RSET" => {
                self.fault = None;
                "250 ok".to_owned()
            }
            "NOOP" => "250 ok".to_owned(),
            "QUIT" => "221 bye".to_owned(),
            _ => "502 unknown".to_owned(),
        })
    }

    /// The mail itself, and what is said to it.
    fn take(&mut self, out: &mut impl Write, lines: &mut impl BufRead) -> Option<String> {
        write!(out, "354 go on\r\n").ok()?;
        if matches!(self.fault, Some(Fault::At(Place::Body, _))) {
            // A few lines, and the cable is pulled.
            let mut some = String::new();
            let _ = lines.read_line(&mut some).and_then(|_| lines.read_line(&mut some));
            return None;
        }
        let data = read_data(lines)?;
        if let Some(said) = self.fails(Place::End).ok()? {
            return Some(said);
        }
        self.data(Received { from: self.from.clone(), to: self.to.clone(), data })
    }

    /// The next fault, once: it belongs to the mail of this conversation from then on.
    fn next(&self) -> Option<Fault> {
        self.state.lock().unwrap().faults.pop_front()
    }

    /// Fails if this is the place: an answer instead of ours, or the end of the conversation.
    fn fails(&mut self, here: Place) -> Result<Option<String>, ()> {
        if here == Place::Greeting && matches!(self.state.lock().unwrap().faults.front(), Some(Fault::At(..)))
        {
            self.fault = self.next();
        }
        let Some(Fault::At(place, how)) = self.fault else { return Ok(None) };
        if place != here {
            return Ok(None);
        }
        self.fault = None;
        match how {
            How::Cut => Err(()),
            How::Say(code) => Ok(Some(format!("{code} as told"))),
            How::Wait(time) => {
                std::thread::sleep(Duration::from_millis(time));
                Ok(None)
            }
        }
    }

    fn login(&mut self, line: &str) -> String {
        let mut state = self.state.lock().unwrap();
        if matches!(state.faults.front(), Some(Fault::Login)) {
            state.faults.pop_front();
            return "535 5.7.8 authentication failed".to_owned();
        }
        state.logins.push(line.rsplit(' ').next().unwrap_or("").to_owned());
        "235 ok".to_owned()
    }

    fn recipient(&mut self, line: &str) -> String {
        let address = inside(line);
        match self.fault {
            Some(Fault::Recipient(code)) => {
                self.fault = None;
                format!("{code} <{address}>: Recipient address rejected: User unknown ({address})")
            }
            _ => {
                self.to.push(address);
                "250 ok".to_owned()
            }
        }
    }

    /// The answer after the final dot; `None` hangs up.
    fn data(&mut self, mail: Received) -> Option<String> {
        let fault = self.fault.take();
        if let Some(Fault::Data(code)) = fault {
            return Some(format!("{code} not now"));
        }
        if let Some(Fault::Drop) = fault {
            return None;
        }
        if let Some(Fault::Slow(time)) = fault {
            std::thread::sleep(Duration::from_millis(time));
        }
        let mut state = self.state.lock().unwrap();
        state.received.push(mail);
        match fault {
            Some(Fault::TakeAndDrop) => None,
            _ => Some(format!("250 2.0.0 Ok: queued as SINK{}", state.received.len())),
        }
    }
}

fn inside(line: &str) -> String {
    let start = line.find('<').map_or(0, |i| i + 1);
    let end = line.find('>').unwrap_or(line.len());
    line[start..end].to_owned()
}

/// The mail's bytes without the final dot, dots unstuffed.
fn read_data(lines: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut data = Vec::new();
    loop {
        let mut line = Vec::new();
        if lines.read_until(b'\n', &mut line).ok()? == 0 {
            return None;
        }
        if line == b".\r\n" {
            return Some(data);
        }
        data.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}
