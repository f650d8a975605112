"""Hashes, signatures and encodings."""

import base64
import hashlib
import hmac
import zlib


def guest(box):
    (box / "file").write_bytes(b"x")
    with open(box / "file", "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return (
        digest,
        hmac.new(b"k", b"x", "sha1").hexdigest(),
        base64.b64encode(b"x"),
        zlib.crc32(b"x"),
        hashlib.scrypt(b"p", salt=b"s", n=2, r=1, p=1).hex(),
    )
