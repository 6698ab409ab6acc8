"""A mail server that speaks TLS, for one test: takes mails and writes them into a folder.

    python tests/python/tls_sink.py starttls|tls FOLDER

Makes its own authority and certificate (FOLDER/ca.pem), prints the port, and ends when standard input closes.
STARTTLS is required before AUTH and MAIL, and a login is required before MAIL.
"""

import base64
import datetime
import ipaddress
import pathlib
import socketserver
import ssl
import sys
import threading

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


class Conversation(socketserver.BaseRequestHandler):
    def say(self, line):
        self.request.sendall(line.encode() + b"\r\n")

    def handle(self):
        secure, known = self.server.mode == "tls", False
        if secure:
            self.request = self.server.context.wrap_socket(self.request, server_side=True)
        lines = self.request.makefile("rb")
        self.say("220 sink")
        while line := lines.readline():
            verb = line.split()[0].upper().decode() if line.split() else ""
            if verb == "EHLO":
                self.say("250-sink")
                self.say("250 AUTH PLAIN" if secure else "250 STARTTLS")
            elif verb == "STARTTLS":
                self.say("220 go")
                self.request = self.server.context.wrap_socket(self.request, server_side=True)
                lines, secure = self.request.makefile("rb"), True
            elif not secure:
                self.say("530 5.7.0 Must issue a STARTTLS command first")
            elif verb == "AUTH":
                known = base64.b64decode(line.split()[2]) == "\0이음\0비밀".encode()
                self.say("235 ok" if known else "535 5.7.8 no")
            elif verb == "MAIL" and not known:
                self.say("530 5.7.0 Authentication required")
            elif verb == "DATA":
                self.say("354 go on")
                data = b""
                while (line := lines.readline()) != b".\r\n":
                    data += line.removeprefix(b".")
                (self.server.folder / "mail.eml").write_bytes(data)
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")


class Sink(socketserver.ThreadingTCPServer):
    daemon_threads = True


def main(mode, folder):
    with Sink(("127.0.0.1", 0), Conversation) as server:
        server.mode, server.folder = mode, pathlib.Path(folder)
        server.context = certificate(server.folder)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(server.server_address[1], flush=True)
        sys.stdin.read()
        server.shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
