//! A real TLS conversation, with STARTTLS and with TLS from the first byte, against a server with a certificate of its own.

use super::letters::outgoing;
use super::smtp_sink::Received;
use super::{composed, settings};
use crate::databases::python;
use ieum::config::{MailSecurity, MailTransport, Secret, Settings};
use ieum::domain::letter::Letter;
use ieum::mail::{SendError, Transport};
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

pub(crate) struct TlsSink {
    process: Child,
    said: Mutex<BufReader<ChildStdout>>,
    folder: PathBuf,
    port: u16,
}

impl TlsSink {
    pub(crate) fn start(mode: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("ieum-tls-{mode}-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/python/tls_sink.py");
        let mut process = Command::new(python())
            .args([script.as_os_str(), mode.as_ref(), folder.as_os_str()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut said = BufReader::new(process.stdout.take().unwrap());
        said.read_line(&mut line).unwrap();
        Self { process, said: Mutex::new(said), folder, port: line.trim().parse().unwrap() }
    }

    /// The next conversations and mails meet these faults, one each. Returns where faults were met so far.
    pub(crate) fn fail(&self, faults: &Value) -> Vec<String> {
        let mut said = self.said.lock().unwrap();
        writeln!(self.process.stdin.as_ref().unwrap(), "{faults}").unwrap();
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    /// Everything taken so far.
    pub(crate) fn mails(&self) -> Vec<Received> {
        let kept = std::fs::read_to_string(self.folder.join("mails.jsonl")).unwrap_or_default();
        let mail = |line: &str| {
            let mail: Value = serde_json::from_str(line).unwrap();
            let text = |of: &Value| of.as_str().unwrap().to_owned();
            let to = mail["to"].as_array().unwrap().iter().map(text).collect();
            Received { from: text(&mail["from"]), to, data: text(&mail["data"]).into_bytes() }
        };
        kept.lines().map(mail).collect()
    }

    pub(crate) fn settings(&self, security: MailSecurity) -> Settings {
        let mut settings = settings();
        settings.mail.transport = MailTransport::Smtp;
        settings.mail.host = "localhost".to_owned();
        settings.mail.port = self.port;
        settings.mail.security = security;
        settings.mail.user = "이음".to_owned();
        settings.mail.password = Secret::new("비밀".to_owned());
        settings.mail.ca_file = self.folder.join("ca.pem");
        settings.mail.timeout_seconds = 5;
        settings
    }
}

impl Drop for TlsSink {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

#[tokio::test]
async fn mail_leaves_under_tls_and_only_to_the_server_meant() {
    for (mode, security) in [("starttls", MailSecurity::Starttls), ("tls", MailSecurity::Tls)] {
        let sink = TlsSink::start(mode);
        let mut settings = sink.settings(security);
        let mail = composed(&settings, "1", &outgoing(Letter::Test {}));
        Transport::new(&settings.mail).unwrap().send(&mail).await.unwrap();
        let taken = std::fs::read(sink.folder.join("mail.eml")).unwrap();
        assert!(taken.trim_ascii_end() == mail.raw().trim_ascii_end(), "{mode}: not the mail that was sent");

        settings.mail.password = Secret::new("틀림".to_owned());
        let refused = Transport::new(&settings.mail).unwrap().send(&mail).await.unwrap_err();
        assert!(
            matches!(refused, SendError::Temporary(_)),
            "a wrong password is the operator's to mend: {refused}"
        );

        settings.mail.ca_file = PathBuf::new();
        let unknown = Transport::new(&settings.mail).unwrap().send(&mail).await.unwrap_err().to_string();
        assert!(unknown.contains("certificate"), "a server nobody vouches for gets nothing: {unknown}");
    }
}

#[tokio::test]
async fn a_server_without_starttls_gets_nothing() {
    let plain = super::Sink::start();
    let mut settings = super::over(&plain);
    settings.mail.security = MailSecurity::Starttls;
    let mail = composed(&settings, "1", &outgoing(Letter::Test {}));
    assert!(Transport::new(&settings.mail).unwrap().send(&mail).await.is_err());
    assert!(plain.mails().is_empty());
}

#[test]
fn a_certificate_that_is_none_is_named() {
    let mut settings = settings();
    settings.mail.transport = MailTransport::Smtp;
    settings.mail.host = "localhost".to_owned();
    settings.mail.ca_file = PathBuf::from("/nowhere/ca.pem");
    let said = Transport::new(&settings.mail).err().unwrap().to_string();
    assert!(said.contains("mail.ca_file"), "{said}");
}
