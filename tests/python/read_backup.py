"""Opens a backup without Ieum, as its documentation (src/backup/archive.rs) says, and prints its manifest.

    python tests/python/read_backup.py FILE KEY_FILE

Whoever has the file and the key can read every table with thirty lines of another language.
"""

import base64
import hashlib
import hmac
import json
import struct
import sys

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def file_key(root, salt):
    derived = hmac.new(root, b"backup", hashlib.sha256).digest()
    return hmac.new(derived, salt, hashlib.sha256).digest()


def opened(data, key, first_line):
    at, number, plain = 0, 0, b""
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        piece, at = data[at + 4 : at + 4 + length], at + 4 + length
        nonce = bytes(7) + struct.pack(">IB", number, at == len(data))
        plain += AESGCM(key).decrypt(nonce, piece, first_line)
        number += 1
    return plain


def main(path, key_path):
    with open(path, "rb") as file:
        first_line = file.readline()
        data = file.read()
    head = json.loads(first_line.removeprefix(b"IEUM-BACKUP 1 "))
    with open(key_path, encoding="ascii") as file:
        root = base64.b64decode(file.read())
    plain = opened(data, file_key(root, base64.b64decode(head["salt"])), first_line)
    body, _, last = plain.rstrip(b"\n").rpartition(b"\n")
    manifest = json.loads(last.removeprefix(b"= "))
    assert hashlib.sha256(body + b"\n").hexdigest() == manifest["sha256"]
    counted, table = {}, None
    for line in body.decode().split("\n"):
        if line.startswith("# "):
            table = line[2:]
            counted[table] = 0
        else:
            json.loads(line)
            counted[table] += 1
    assert counted == manifest["rows"]
    print(json.dumps(manifest))


main(*sys.argv[1:])
