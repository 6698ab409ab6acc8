//! A program that calls the API with a bearer token, over the wire.
use crate::residents::house::House;
use ieum::domain::codes::{Role, TokenScope};
use ieum::domain::ids::{BodyId, UserId};
use ieum::domain::permission::Grant;
use ieum::store::{StoreError, tokens, users};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

/// One program: where it calls and by which token.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub(crate) address: SocketAddr,
    pub(crate) token: Option<String>,
    pub(crate) user: UserId,
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) text: String,
    pub(crate) json: Value,
}

impl Answer {
    /// The answer, which must be of this status.
    pub(crate) fn of(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json
    }
    /// The problem's code, with the answer's type and status checked.
    pub(crate) fn problem(&self, status: u16) -> &str {
        assert_eq!(self.status, status, "{}", self.text);
        assert!(self.head.to_lowercase().contains("application/problem+json"), "{}", self.head);
        assert_eq!(self.json["status"], status, "{}", self.text);
        let said = self.json["detail"].as_str().unwrap();
        assert!(said.chars().any(|c| ('가'..='힣').contains(&c)), "{said}");
        self.json["code"].as_str().unwrap()
    }
    /// The members that the problem names.
    pub(crate) fn fields(&self) -> Vec<&str> {
        self.json["fields"].as_array().unwrap().iter().map(|f| f["name"].as_str().unwrap()).collect()
    }
}

/// Somebody with an active account, a role and a token.
pub(crate) fn program(
    house: &House,
    name: &str,
    role: Role,
    body: Option<BodyId>,
    scope: TokenScope,
) -> Program {
    let now = house.now();
    let (user, token) = house
        .db
        .write_here(|tx| {
            let user = users::add(tx, &format!("{name}@example.com"), name, "01012340000", now)?;
            users::set_password(tx, user, "-", now)?;
            users::grant_from(
                tx,
                user,
                Grant { role, body },
                (now - chrono::Duration::days(30), None),
                None,
                now,
            )?;
            if let Some(body) = body {
                ieum::store::pledges::sign(tx, user, body, "1", now)?;
            }
            let (_, token) = tokens::make(tx, user, "시험", scope, now + chrono::Duration::days(30), now)?;
            Ok::<_, StoreError>((user, token))
        })
        .unwrap();
    Program { address: house.address, token: Some(token), user }
}

impl Program {
    /// One without a token.
    pub(crate) fn nobody(house: &House) -> Self {
        Self { address: house.address, token: None, user: UserId(0) }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], "")
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, &[("Content-Type", "application/json")], &body.to_string())
    }

    pub(crate) fn post_once(&self, key: &str, path: &str, body: &Value) -> Answer {
        let head = [("Content-Type", "application/json"), ("Idempotency-Key", key)];
        self.send("POST", path, &head, &body.to_string())
    }

    pub(crate) fn send(&self, method: &str, path: &str, head: &[(&str, &str)], body: &str) -> Answer {
        let mut stream = TcpStream::connect(self.address).unwrap();
        let mut lines: String = head.iter().map(|(n, v)| format!("{n}: {v}\r\n")).collect();
        if let Some(token) = &self.token {
            lines.push_str(&format!("Authorization: Bearer {token}\r\n"));
        }
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{lines}Content-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        )
        .unwrap();
        let mut raw = Vec::new();
        stream.read_to_end(&mut raw).unwrap();
        let raw = String::from_utf8(raw).unwrap();
        let (head, text) = raw.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let json = serde_json::from_str(text).unwrap_or(Value::Null);
        assert_eq!(undocumented(method, path, status, &json), None);
        Answer { status, head: head.to_owned(), text: text.to_owned(), json }
    }
}

/// Whatever a server refuses, `openapi.json` says that it may: status and code. What it does not say, in words.
pub(crate) fn undocumented(method: &str, path: &str, status: u16, answer: &Value) -> Option<String> {
    use ieum::web::api::{list, problems};
    let path = path.split('?').next().unwrap();
    let fits = |pattern: &str| {
        let (a, b): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
        a.len() == b.len() && a.iter().zip(&b).all(|(p, q)| p.starts_with('{') || p == q)
    };
    let operation = list::all().into_iter().find(|o| o.method == method && fits(o.path))?;
    if status < 400 {
        return None;
    }
    let code = answer["code"].as_str().unwrap_or("without a code");
    let told = problems::of(&operation);
    let told = told.get(&status).is_some_and(|codes| codes.contains(&code));
    (!told).then(|| format!("{} answers {status} {code}, which openapi.json does not say", operation.id))
}
