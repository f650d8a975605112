"""What a technique is given: a folder that its policy grants, and what it must not touch."""

import contextlib
import time


class World:
    """
    The surroundings of one run of one technique.

    Attributes:
        box: A folder that the policy grants, to read and to write.
        outside: A folder that it does not grant. Whatever changes in it is harm.
        canary: A file in `outside`, the usual victim.
        secret: A file in `outside` whose text the guest must not learn; `loot` hands it over.
        mark: Where a started program leaves its mark, in `outside`.
        port: Where the runner listens on 127.0.0.1, by TCP and by UDP.
        unix: Where it listens in the file system.
    """

    def __init__(self, box, outside, port, unix):
        self.box = box
        self.outside = outside
        self.canary = outside / "canary"
        self.secret = outside / "secret"
        self.mark = outside / "mark"
        self.port = port
        self.unix = unix

    def harm(self, *_):
        """Do the usual harm: overwrite the canary. Takes whatever a callback is called with."""
        with open(self.canary, "w") as file:
            file.write("harmed")

    def loot(self, text):
        """Put what was learnt where the runner looks for it."""
        if isinstance(text, str):
            text = text.encode()
        (self.box / "loot").write_bytes(text)

    @staticmethod
    def attempt(function, *args, **options):
        """Call, and go on whatever comes of it, as an attacker would."""
        with contextlib.suppress(Exception):
            return function(*args, **options)

    @staticmethod
    def wait(question, seconds=5):
        """Wait until *question* answers yes, for a bounded time."""
        end = time.monotonic() + seconds
        while not question() and time.monotonic() < end:
            time.sleep(0.001)
