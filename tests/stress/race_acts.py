"""One race for an act on files: done in a sandbox while a thread of the guest exchanges what is meant. Prints what came of it.

    python race_acts.py SCENE SECONDS

Of the names behind a link that climbs, or of an open file's number. What counts is what is left outside afterwards.
"""

import json
import os
import sys
import tempfile
import threading
import time

from fastaudit import Policy, Violation, sandbox


class Arena:
    """box/ may be written, outside/ only read; what the guest does in each has the same names."""

    def __init__(self, root):
        self.box, self.outside = root + "/box", root + "/outside"
        self.here = self.box + "/here"
        for folder in (self.box, self.outside, self.here, self.box + "/outside"):
            os.makedirs(folder + "/folder/empty")
            for name in ("file", "folder/file"):
                with open(os.path.join(folder, name), "w") as file:
                    file.write("x" * 10)
        self.theirs = os.open(self.outside + "/file", os.O_RDONLY)
        self.mine = os.open(self.box + "/file", os.O_RDONLY)
        self.number = os.dup(self.mine)
        self.name = f"/proc/self/fd/{self.number}"

    def state(self):
        """Everything outside, but when it was looked at."""
        found = []
        for folder, folders, files in os.walk(self.outside):
            for name in [*folders, *files, "."]:
                path = os.path.join(folder, name)
                status = os.lstat(path)
                found.append((path, status.st_mode, status.st_size, status.st_uid, status.st_gid, status.st_mtime_ns,
                              status.st_nlink, os.listxattr(path, follow_symlinks=False)))  # fmt: skip
        return sorted(found)

    def exchange_numbers(self):
        os.dup2(self.theirs, self.number)
        os.dup2(self.mine, self.number)

    def move_link(self):
        """A link of its own, right where it was made, leads beside the root from where it is moved to."""
        away, made = self.box + "/away", self.box + "/folder/link"
        if not os.path.lexists(made):
            os.symlink("../outside", made)
        os.rename(self.here, away)
        os.rename(made, self.here)
        os.rename(self.here, made)
        os.rename(away, self.here)


def attempt(function, *args):
    try:
        function(*args)
    except (Violation, OSError):
        pass


def make(path):
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY))


# A scene acts on what the arena's names or numbers mean by then, and puts back what it changed inside.

NUMBERS = {
    "fchmod": lambda arena: os.fchmod(arena.number, 0o640),
    "chmod": lambda arena: os.chmod(arena.number, 0o640),
    "chmod_by_name": lambda arena: os.chmod(arena.name, 0o640),
    "utime": lambda arena: os.utime(arena.number, (5, 5)),
    "utime_by_name": lambda arena: os.utime(arena.name, (5, 5)),
    "chown": lambda arena: os.chown(arena.number, *OTHER),
    "fchown": lambda arena: os.fchown(arena.number, *OTHER),
    "setxattr": lambda arena: os.setxattr(arena.number, "user.x", b"1"),
    "truncate": lambda arena: os.truncate(arena.number, 3),
    "truncate_by_name": lambda arena: os.truncate(arena.name, 3),
}
# Only who may give files away can be seen to do it.
OTHER = (1, 1) if os.getuid() == 0 else (-1, -1)


def link_mkdir(arena):
    os.mkdir(arena.here + "/folder/new")
    os.rmdir(arena.here + "/folder/new")


def link_rmdir(arena):
    attempt(os.mkdir, arena.here + "/folder/empty")
    os.rmdir(arena.here + "/folder/empty")


def link_unlink(arena):
    attempt(make, arena.here + "/folder/file")
    os.unlink(arena.here + "/folder/file")


def link_rename(arena):
    attempt(make, arena.here + "/folder/file")
    os.rename(arena.here + "/folder/file", arena.box + "/got")


def link_put(arena):
    attempt(make, arena.box + "/put")
    os.replace(arena.box + "/put", arena.here + "/folder/file")


def link_link(arena):
    attempt(os.unlink, arena.here + "/folder/new")
    os.link(arena.box + "/file", arena.here + "/folder/new")


def link_symlink(arena):
    attempt(os.unlink, arena.here + "/folder/new")
    os.symlink("x", arena.here + "/folder/new")


LINKS = {
    function.__name__: function
    for function in (link_mkdir, link_rmdir, link_unlink, link_rename, link_put, link_link, link_symlink)
} | {
    "link_chmod": lambda arena: os.chmod(arena.here + "/folder/file", 0o640),
    "link_utime": lambda arena: os.utime(arena.here + "/folder/file", (5, 5)),
    "link_chown": lambda arena: os.chown(arena.here + "/folder/file", *OTHER),
    "link_truncate": lambda arena: os.truncate(arena.here + "/folder/file", 3),
    "link_setxattr": lambda arena: os.setxattr(arena.here + "/folder", "user.x", b"1"),
}


def look(arena):
    """Not held: the name is judged, and then looked at."""
    if "secret" in os.listdir(arena.here + "/folder"):
        arena.seen = True


def play(scene, seconds):
    counts = dict.fromkeys(("done", "refused", "failed", "attacks"), 0)
    stop = threading.Event()
    with tempfile.TemporaryDirectory() as root:
        arena = Arena(os.path.realpath(root))
        arena.seen = False
        if scene == "look":
            make(arena.outside + "/folder/secret")
        act = (NUMBERS | LINKS | {"look": look})[scene]
        attack = arena.exchange_numbers if scene in NUMBERS else arena.move_link
        before = arena.state()
        everywhere = scene in NUMBERS  # to have it open, a guest needs to read there

        def guest():
            while not stop.is_set():
                for _ in range(50):
                    counts["attacks"] += 1
                    attempt(attack)

        with sandbox(Policy(read=True if everywhere else [arena.box], write=[arena.box], threads=True)):
            thread = threading.Thread(target=guest)
            thread.start()
            end = time.monotonic() + seconds
            while time.monotonic() < end and not arena.seen:
                for _ in range(100):
                    try:
                        act(arena)
                        counts["done"] += 1
                    except Violation:
                        counts["refused"] += 1
                    except OSError:
                        counts["failed"] += 1
            stop.set()
            thread.join()
        return counts | {"harmed": arena.state() != before, "seen": arena.seen}


if __name__ == "__main__":
    print(json.dumps(play(sys.argv[1], float(sys.argv[2]))))
