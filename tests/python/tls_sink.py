"""A mail server that speaks TLS, for one test: takes mails and writes them into a folder.

    python tests/python/tls_sink.py starttls|tls FOLDER

Makes its own authority and certificate (FOLDER/ca.pem), prints the port, and ends when standard input closes.
STARTTLS is required before AUTH and MAIL, and a login is required before MAIL. Fails as told on standard input: a line is a list of
faults, `{"at": PLACE, "how": "cut" | CODE | "wait MILLISECONDS"}`, which the next conversations or mails meet, one each.
"""

import base64
import contextlib
import datetime
import ipaddress
import json
import pathlib
import socket
import socketserver
import ssl
import sys
import threading
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def certificate(folder):
    now = datetime.datetime.now(datetime.timezone.utc)
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("Test authority", "localhost")]

    def begun(number):
        return (
            x509.CertificateBuilder()
            .subject_name(names[number])
            .issuer_name(names[0])
            .public_key(keys[number].public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=2))
        )

    authority = begun(0).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    server = begun(1).add_extension(
        x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
        critical=False,
    ).add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(authority.sign(keys[0], hashes.SHA256()).public_bytes(pem))
    (folder / "server.pem").write_bytes(
        server.sign(keys[0], hashes.SHA256()).public_bytes(pem)
        + keys[1].private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return context


class Cut(Exception):
    """The server hangs up."""


# Before a mail has begun: met by whole conversations. The others are met by one mail each.
OF_A_CONVERSATION = ("greeting", "hello", "starttls", "handshake", "hello_again", "login")


class Conversation(socketserver.BaseRequestHandler):
    def say(self, line):
        self.request.sendall(line.encode() + b"\r\n")

    def next(self, mail):
        """The next fault, where it is one of a mail or of a conversation; it belongs to this one from then on."""
        with self.server.lock:
            faults = self.server.faults
            if faults and mail == (faults[0]["at"] not in OF_A_CONVERSATION):
                self.fault = faults.pop(0)

    def fails(self, here):
        """Whether this is the place; an answer instead of ours was given then."""
        if self.fault is None or self.fault["at"] != here:
            return False
        how, self.fault = self.fault["how"], None
        with self.server.lock:
            self.server.met.append(here)
        if how == "cut":
            raise Cut
        if isinstance(how, int):
            self.say(f"{how} as told")
            return True
        time.sleep(float(how.removeprefix("wait ")) / 1000)
        return False

    def shake_hands(self):
        if self.fails("handshake"):
            # Words where a certificate should come.
            raise Cut
        return self.server.context.wrap_socket(self.request, server_side=True)

    def handle(self):
        self.fault = None
        try:
            self.hold()
        except (Cut, OSError):
            pass
        finally:
            # The handler's own end would leave what wrapped it open.
            with contextlib.suppress(OSError):
                self.request.shutdown(socket.SHUT_RDWR)
            self.request.close()

    def hold(self):
        self.next(mail=False)
        secure, known = self.server.mode == "tls", False
        if secure:
            self.request = self.shake_hands()
        lines = self.request.makefile("rb")
        if self.fails("greeting"):
            return
        self.say("220 sink")
        mail = {}
        while line := lines.readline():
            verb = line.split()[0].upper().decode() if line.split() else ""
            if verb == "EHLO":
                if not self.fails("hello_again" if secure else "hello"):
                    self.say("250-sink")
                    self.say("250 AUTH PLAIN" if secure else "250 STARTTLS")
            elif verb == "STARTTLS":
                if self.fails("starttls"):
                    continue
                self.say("220 go")
                self.request = self.shake_hands()
                lines, secure = self.request.makefile("rb"), True
            elif not secure:
                self.say("530 5.7.0 Must issue a STARTTLS command first")
            elif verb == "AUTH":
                if self.fails("login"):
                    continue
                known = base64.b64decode(line.split()[2]) == "\0이음\0비밀".encode()
                self.say("235 ok" if known else "535 5.7.8 no")
            elif verb == "MAIL":
                if self.fault is None:
                    self.next(mail=True)
                mail = {"from": inside(line), "to": []}
                if not known:
                    self.say("530 5.7.0 Authentication required")
                elif not self.fails("sender"):
                    self.say("250 ok")
            elif verb == "RCPT":
                if not self.fails("recipient"):
                    mail["to"].append(inside(line))
                    self.say("250 ok")
            elif verb == "DATA":
                if not self.fails("data"):
                    self.take(lines, mail)
            elif verb == "QUIT":
                if not self.fails("quit"):
                    self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def take(self, lines, mail):
        self.say("354 go on")
        if self.fault is not None and self.fault["at"] == "body":
            # A few lines, and the cable is pulled.
            lines.readline()
            with self.server.lock:
                self.server.met.append("body")
            raise Cut
        data = b""
        while (line := lines.readline()) != b".\r\n":
            if not line:
                raise Cut
            data += line.removeprefix(b".")
        if self.fails("end"):
            return
        (self.server.folder / "mail.eml").write_bytes(data)
        with self.server.lock, (self.server.folder / "mails.jsonl").open("a") as out:
            out.write(json.dumps({**mail, "data": data.decode()}) + "\n")
        # Whoever sent it cannot know that it was taken.
        self.fails("taken")
        self.say("250 taken")


def inside(line):
    return line.decode().partition("<")[2].partition(">")[0]


class Sink(socketserver.ThreadingTCPServer):
    daemon_threads = True


def main(mode, folder):
    with Sink(("127.0.0.1", 0), Conversation) as server:
        server.mode, server.folder = mode, pathlib.Path(folder)
        server.context = certificate(server.folder)
        server.lock, server.faults, server.met = threading.Lock(), [], []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(server.server_address[1], flush=True)
        # The faults that the next conversations and mails meet, a list a line; the answer is where faults were met so far.
        for line in sys.stdin:
            with server.lock:
                server.faults.extend(json.loads(line))
                print(json.dumps(server.met), flush=True)
        server.shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
