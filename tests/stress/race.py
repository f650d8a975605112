"""One race for a file: opens in a sandbox while others exchange what its name means. Prints what came of it.

    python race.py SCENE SECONDS [--forbid-openat2]

The attackers of a scene are another process, or a thread of the sandbox itself. What counts is the file that was
opened, told by its inode, and what is left outside afterwards.
"""

import ctypes
import json
import os
import struct
import subprocess
import sys
import tempfile
import threading
import time

LIBC = ctypes.CDLL(None, use_errno=True)
EXCHANGE = 2

# The attacker from outside: exchanges two names as fast as it can.
EXCHANGER = f"""
import ctypes, sys
libc = ctypes.CDLL(None)
one, other = (name.encode() for name in sys.argv[1:])
print(flush=True)
exchange = libc.renameat2
while True:
    for _ in range(1000):
        exchange(-100, one, -100, other, {EXCHANGE})
"""


def forbid_openat2():
    """As containers with an older profile do: the system call fails with EPERM."""
    number = 437
    program = b"".join(
        struct.pack("HBBI", *step)
        for step in [(0x20, 0, 0, 0), (0x15, 0, 1, number), (0x06, 0, 0, 0x00050001), (0x06, 0, 0, 0x7FFF0000)]
    )
    buffer = ctypes.create_string_buffer(program)
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", 4, ctypes.addressof(buffer)))
    assert LIBC.prctl(38, 1, 0, 0, 0) == 0
    assert LIBC.prctl(22, 2, header, 0, 0) == 0


class Arena:
    """box/ is granted, outside/ is not; each holds the same names."""

    def __init__(self, root):
        self.root = root
        self.box, self.outside, self.other = (os.path.join(root, name) for name in ("box", "outside", "box/other"))
        for folder in (self.box, self.other, self.outside):
            os.makedirs(folder + "/folder/deep")
            for name in ("file", "folder/file", "folder/deep/file"):
                with open(os.path.join(folder, name), "w") as file:
                    file.write("x" * 10)
        self.forbidden = {
            os.stat(os.path.join(folder, name)).st_ino for folder, _, names in os.walk(self.outside) for name in names
        }
        self.names = self.listing()

    def listing(self):
        return sorted(
            (os.path.join(folder, name), os.stat(os.path.join(folder, name)).st_size)
            for folder, _, names in os.walk(self.outside)
            for name in names
        )


def exchanging(one, other):
    """Another process that exchanges two names."""
    process = subprocess.Popen([sys.executable, "-c", EXCHANGER, one, other], stdout=subprocess.PIPE)
    process.stdout.readline()
    return process


# A scene gives what to open, with which flags, and what the guest's own thread does meanwhile (or None); the
# process that attacks, if there is one.


def folder_for_link(arena, flags):
    os.symlink(arena.outside + "/folder", arena.box + "/link")
    process = exchanging(arena.box + "/folder", arena.box + "/link")
    return arena.box + "/folder/deep/file", flags, None, process


def leaf_for_link(arena, flags):
    # What is to be made if it is missing is missing behind the link.
    os.symlink(arena.outside + ("/made" if flags & os.O_CREAT else "/file"), arena.box + "/link")
    process = exchanging(arena.box + "/file", arena.box + "/link")
    return arena.box + "/file", flags, None, process


def within(arena, flags):
    """Both lead to what is granted: nothing may fail."""
    os.symlink(arena.other + "/folder", arena.box + "/link")
    process = exchanging(arena.box + "/folder", arena.box + "/link")
    return arena.box + "/folder/deep/file", flags, None, process


def guest_changes_directory(arena, flags):
    def attack():
        os.chdir(arena.box)
        os.chdir(arena.outside)

    return "folder/file", flags, attack, None


def guest_replaces_directory(arena, flags):
    mine, theirs = (os.open(folder, os.O_RDONLY | os.O_DIRECTORY) for folder in (arena.box, arena.outside))
    number = os.dup(mine)

    def attack():
        os.dup2(theirs, number)
        os.dup2(mine, number)

    return ("folder/file", number), flags, attack, None


def guest_replaces_nameless(arena, flags):
    """A deleted file's number, behind which a file is put that may only be read."""
    theirs = os.open(arena.outside + "/file", os.O_RDONLY)
    mine = os.open(arena.box + "/deleted", os.O_RDWR | os.O_CREAT)
    os.unlink(arena.box + "/deleted")
    number = os.dup(mine)

    def attack():
        os.dup2(theirs, number)
        os.dup2(mine, number)

    return f"/proc/self/fd/{number}", flags & ~os.O_CREAT, attack, None


def guest_moves_climbing_link(arena, flags):
    """A link of its own, right where it was made, leads beside the root from where it is moved to."""
    here, away, made = (arena.box + name for name in ("/here", "/away", "/folder/link"))
    for folder in (here, arena.box + "/outside"):
        os.makedirs(folder + "/folder")
        with open(folder + "/folder/file", "w") as file:
            file.write("x" * 10)

    def attack():
        if not os.path.lexists(made):
            os.symlink("../outside", made)
        os.rename(here, away)
        os.rename(made, here)
        os.rename(here, made)
        os.rename(away, here)

    return here + "/folder/file", flags, attack, None


SCENES = {
    scene.__name__: scene
    for scene in (
        folder_for_link, leaf_for_link, within, guest_changes_directory, guest_replaces_directory,
        guest_replaces_nameless, guest_moves_climbing_link,
    )
}  # fmt: skip
FLAGS = {"read": os.O_RDONLY, "truncate": os.O_WRONLY | os.O_TRUNC, "create": os.O_WRONLY | os.O_CREAT}


def play(scene, flags, seconds):
    """Open until the time is over, and tell what was opened."""
    from fastaudit import Policy, Violation, sandbox

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as root:
        arena = Arena(os.path.realpath(root))
        what, flags, attack, process = SCENES[scene](arena, FLAGS[flags])
        name, dir_fd = what if isinstance(what, tuple) else (what, None)
        new = flags & os.O_CREAT and scene != "leaf_for_link"
        if new:
            name += ".new"
        # To go anywhere, or to have it open, a guest needs to read there; then writing is what it must not gain.
        everywhere = scene in ("guest_changes_directory", "guest_replaces_nameless")
        policy = Policy(read=True if everywhere else [arena.box], write=[arena.box], cwd=True, threads=True)
        forbidden = () if everywhere and flags == os.O_RDONLY else arena.forbidden
        here = os.getcwd()
        counts = dict.fromkeys(("opened", "forbidden", "refused", "missing", "failed", "attacks"), 0)
        stop = threading.Event()

        def guest():
            while not stop.is_set():
                for _ in range(100):
                    counts["attacks"] += 1
                    try:
                        attack()
                    except (Violation, OSError):
                        pass

        with sandbox(policy) as box:
            if attack is not None:
                thread = threading.Thread(target=guest)
                thread.start()
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                for _ in range(200):
                    try:
                        number = os.open(name, flags, dir_fd=dir_fd)
                    except Violation:
                        counts["refused"] += 1
                    except FileNotFoundError:
                        counts["missing"] += 1
                    except OSError as error:
                        counts["failed"] += 1
                        counts[f"errno {error.errno}"] = counts.get(f"errno {error.errno}", 0) + 1
                    else:
                        counts["opened"] += 1
                        counts["forbidden"] += os.fstat(number).st_ino in forbidden
                        os.close(number)
                        if new:
                            try:
                                os.unlink(name, dir_fd=dir_fd)
                            except OSError:
                                pass
            stop.set()
            if attack is not None:
                thread.join()
            counts["race_free"] = box.race_free
        if process is not None:
            process.kill()
            process.communicate()
        os.chdir(here)
        counts["outside"] = [name for name in arena.listing() if name not in arena.names]
        return counts


if __name__ == "__main__":
    scene, flags, seconds, *more = sys.argv[1:]
    if more:
        forbid_openat2()
    print(json.dumps(play(scene, flags, float(seconds))))
