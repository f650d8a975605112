"""/dev/null, /dev/urandom and the random numbers of the system."""

import os
import random
import secrets
import uuid


def guest(box):
    with open(os.devnull, "w") as null:
        print("gone", file=null)
    with open("/dev/urandom", "rb") as source:
        got = len(source.read(8))
    return (
        got,
        len(secrets.token_hex(4)),
        len(os.urandom(4)),
        0 <= random.SystemRandom().random() < 1,
        uuid.uuid4().version,
    )
