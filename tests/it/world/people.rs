//! A person's browser without JavaScript: it keeps cookies and the hidden token of the last page.
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    address: SocketAddr,
    cookies: Vec<(String, String)>,
    csrf: String,
    /// The person's token for programs; empty: none.
    bearer: String,
}

/// An answer: status, headers in lower case, body as text.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

impl Visitor {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address, cookies: Vec::new(), csrf: String::new(), bearer: String::new() }
    }

    pub(crate) fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.retain(|(known, _)| known != name);
        self.cookies.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn csrf(&self) -> &str {
        &self.csrf
    }

    pub(super) fn set_bearer(&mut self, token: &str) {
        token.clone_into(&mut self.bearer);
    }

    /// Calls the API as a program of this person's would, without cookies.
    pub(crate) fn call(&self, method: &str, path: &str, json: &str) -> Answer {
        let program = Self::new(self.address);
        let bearer = format!("Bearer {}", self.bearer);
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let signed = if self.bearer.is_empty() { &headers[1..] } else { &headers[..] };
        program.clone().send(method, path, signed, if method == "GET" { "" } else { json })
    }

    /// Reads from the API in another form than JSON.
    pub(crate) fn call_for(&self, kind: &str, path: &str) -> Answer {
        let bearer = format!("Bearer {}", self.bearer);
        Self::new(self.address).send("GET", path, &[("authorization", &bearer), ("accept", kind)], "")
    }

    /// Opens a page for its hidden token.
    pub(crate) fn learn_csrf(&mut self) {
        self.get("/help");
    }

    /// As a forged page would be: without the token.
    pub(crate) fn forget_csrf(&mut self) {
        self.csrf.clear();
    }

    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, &[], "")
    }

    /// Posts a form with the hidden token of the last page.
    pub(crate) fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let mut body = serde_urlencoded::to_string(form).unwrap();
        body.push_str(&format!("&_csrf={}", self.csrf));
        self.send("POST", path, &[("content-type", "application/x-www-form-urlencoded")], &body)
    }

    pub(crate) fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &(impl AsRef<[u8]> + ?Sized),
    ) -> Answer {
        let body = body.as_ref();
        let cookies: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let more: String = headers.iter().map(|(n, v)| format!("{n}: {v}\r\n")).collect();
        let site = if headers.iter().any(|(n, _)| *n == "sec-fetch-site") {
            ""
        } else {
            "sec-fetch-site: same-origin\r\n"
        };
        let mut stream = TcpStream::connect(self.address).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: {}\r\n{site}connection: close\r\ncookie: {}\r\n{more}content-length: {}\r\n\r\n",
            self.address,
            cookies.join("; "),
            body.len()
        )
        .unwrap();
        // A server that has answered may not read on.
        drop(stream.write_all(body));
        let mut raw = Vec::new();
        stream.read_to_end(&mut raw).unwrap();
        let answer = parsed(&raw);
        for (name, value) in &answer.headers {
            if name == "set-cookie" {
                let (name, value) = value.split(';').next().unwrap().split_once('=').unwrap();
                self.set_cookie(name, value);
            }
        }
        if let Some((_, rest)) = answer.body.split_once("name=\"_csrf\" value=\"") {
            self.csrf = rest.split('"').next().unwrap().to_owned();
        }
        answer
    }
}

fn parsed(raw: &[u8]) -> Answer {
    let end = raw
        .windows(4)
        .position(|w| w == b"\r\n\r\n")
        .unwrap_or_else(|| panic!("{:?}", String::from_utf8_lossy(raw)));
    let head = String::from_utf8_lossy(&raw[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: Vec<(String, String)> = lines
        .map(|line| {
            let (name, value) = line.split_once(':').unwrap();
            (name.to_ascii_lowercase(), value.trim().to_owned())
        })
        .collect();
    let chunked = headers.iter().any(|(n, v)| n == "transfer-encoding" && v == "chunked");
    let body = if chunked { joined(&raw[end + 4..]) } else { raw[end + 4..].to_vec() };
    Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned(), bytes: body }
}

/// The pieces of a chunked body (RFC 9112 §7.1) put together.
fn joined(mut rest: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    while let Some(end) = rest.windows(2).position(|w| w == b"\r\n") {
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap().trim(), 16).unwrap();
        if length == 0 {
            break;
        }
        out.extend_from_slice(&rest[end + 2..end + 2 + length]);
        rest = &rest[end + 4 + length..];
    }
    out
}
