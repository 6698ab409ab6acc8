//! A real TLS conversation, with STARTTLS and with TLS from the first byte, against a server with a certificate of its own.

use super::letters::outgoing;
use super::{composed, settings};
use crate::databases::python;
use ieum::config::{MailSecurity, MailTransport, Secret, Settings};
use ieum::domain::letter::Letter;
use ieum::mail::{SendError, Transport};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

struct TlsSink {
    process: Child,
    folder: PathBuf,
    port: u16,
}

impl TlsSink {
    fn start(mode: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("ieum-tls-{mode}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/python/tls_sink.py");
        let mut process = Command::new(python())
            .args([script.as_os_str(), mode.as_ref(), folder.as_os_str()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { process, folder, port: line.trim().parse().unwrap() }
    }

    fn settings(&self, security: MailSecurity) -> Settings {
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
