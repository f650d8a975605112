"""What an event about files asks for: which rights, at which places (DESIGN 5 and 6, docs/adr/0302)."""

import os
import stat
from dataclasses import dataclass

from reference import paths
from reference.table import Malformed, number, operands, string


@dataclass(frozen=True)
class Spot:
    """One place of an act, in canonical form, and the rights that the act needs there."""

    path: bytes | None  # None: an open file, a capability of whoever holds it
    asks: frozenset = frozenset()
    failed: bool = False  # it cannot be resolved
    listing: bool = False  # names alone are asked for

    @property
    def exists(self):
        return self.path is not None and os.path.lexists(self.path)

    @property
    def is_directory(self):
        return self.exists and stat.S_ISDIR(os.lstat(self.path).st_mode)


@dataclass(frozen=True)
class Act:
    """An act on one or two places. `kind`: plain, rename, link, symlink, remove."""

    spots: tuple
    kind: str = "plain"


def spot(name, *asks, follow=True, start=None, listing=False):
    """The place that a name means; one that is a number is an open file."""
    if isinstance(name, int):
        return Spot(None)
    try:
        return Spot(paths.canonical(string(name), follow=follow, start=start), frozenset(asks), listing=listing)
    except OSError:
        return Spot(b"", frozenset(asks), failed=True)
    except paths.Nameless as nameless:
        return Spot(None) if nameless.mine else Spot(b"", frozenset(asks), failed=True)


def beneath(folder, name):
    """Where a relative name counts from: the directory behind a number, or that of the process."""
    folder = number(folder)
    if folder == -1 or string(name).startswith(b"/"):
        return None
    status = os.fstat(folder)
    if not stat.S_ISDIR(status.st_mode):
        raise OSError
    return os.readlink(f"/proc/self/fd/{folder}".encode())


def at(name, folder, *asks, follow=True):
    """The place that a name means beneath a directory."""
    if isinstance(name, int):
        return Spot(None)
    try:
        start = beneath(folder, name)
    except OSError:
        return Spot(b"", frozenset(asks), failed=True)
    return spot(name, *asks, follow=follow, start=start)


def opened(args):
    """`open`: what either the mode or the flags ask for."""
    name, mode, flags = operands(args, 3)
    flags = number(flags)
    wanted = of_flags(flags) if mode is None else of_mode(mode, flags)
    if name is None:
        raise Malformed
    if mode is None and flags & os.O_PATH:
        # Opens nothing, and shows no more than os.stat does.
        return Act((spot(name, "read", follow=not flags & os.O_NOFOLLOW, listing=True),))
    here = spot(name, follow=not (flags & os.O_NOFOLLOW or "exclusive" in wanted))
    if here.path is None:
        return Act((here,))
    reads = wanted & {"read"}
    if mode is None and flags & os.O_TMPFILE == os.O_TMPFILE:
        nameless = os.path.join(here.path, b".nameless")
        return Act((Spot(nameless, frozenset(reads | {"create", "modify"}), here.failed),))
    listing = mode is None and bool(flags & os.O_DIRECTORY)
    if "exclusive" in wanted or ("make" in wanted and not here.exists):
        asks = reads | {"create"}
    else:
        asks = reads | ({"modify"} if "write" in wanted else set())
        if here.is_directory and {"write", "make"} <= wanted:
            asks |= {"create"}  # by the time that it is opened, a file may be in its place
    return Act((Spot(here.path, frozenset(asks), here.failed, listing),))


def of_mode(mode, flags):
    """`read`, `write` (change what is there), `make` (and what is not), `exclusive` (only what is not)."""
    if not isinstance(mode, str):
        raise Malformed
    wanted = {"read"} if "r" in mode else set()
    if any(letter in mode for letter in "wax"):
        wanted |= {"write", "make"}
    if "x" in mode:
        wanted |= {"exclusive"}
    if "+" in mode:
        wanted |= {"read", "write"}
    if flags & os.O_ACCMODE != os.O_RDONLY or flags & (os.O_CREAT | os.O_TRUNC | os.O_APPEND):
        wanted |= {"write"} | (of_flags(flags) & {"make"})
    if flags & os.O_ACCMODE == os.O_RDWR:
        wanted |= {"read"}
    if not wanted:
        raise Malformed
    return wanted


def of_flags(flags):
    access = flags & os.O_ACCMODE
    wanted = {"read"} if access != os.O_WRONLY else set()
    if access != os.O_RDONLY or flags & (os.O_TRUNC | os.O_APPEND):
        wanted |= {"write"}
    if flags & os.O_CREAT:
        wanted |= {"make", "exclusive"} if flags & os.O_EXCL else {"make"}
    return wanted


def listed(args, count):
    name = operands(args, count)[0]
    return Act((spot(b"." if name is None else name, "read", listing=True),))


def read_attribute(args):
    name, _ = operands(args, 2)
    return both(name, -1, "read")


def metadata(args):
    """What follows a link or does not; the event does not say which."""
    name = operands(args, 2, 3, 4)[0]
    return both(name, -1, "metadata")


def both(name, folder, right):
    if isinstance(name, int):
        return Act((Spot(None),))
    target, itself = at(name, folder, right), at(name, folder, right, follow=False)
    return Act((target,) if target.path == itself.path else (target, itself))


def made(args):
    name, _, folder = operands(args, 3)
    here = at(name, folder, "create", follow=False)
    return Act((Spot(here.path),) if here.exists and not here.failed else (here,))


def removed(args):
    name, folder = operands(args, 2)
    return Act((at(name, folder, "delete", follow=False),), "remove")


def renamed(args):
    old, new, old_folder, new_folder = operands(args, 4)
    here = at(old, old_folder, "delete", follow=False)
    there = at(new, new_folder, "create", follow=False)
    if there.exists:
        there = Spot(there.path, frozenset({"create", "delete"}))
    return Act((here, there), "rename")


def linked(args):
    old, new, old_folder, new_folder = operands(args, 4)
    here = at(old, old_folder, follow=False)
    if not here.failed and here.path is not None and os.path.islink(here.path):
        here = Spot(b"", failed=True)
    return Act((here, at(new, new_folder, "create", "link", follow=False)), "link")


def symlinked(args):
    text, new, folder = operands(args, 3)
    there = at(new, folder, "create", "link", follow=False)
    text = string(text)
    if not text.startswith(b"/"):
        if there.failed:
            return Act((there, there), "symlink")
        text = os.path.dirname(there.path) + b"/" + text
    return Act((spot(text), there), "symlink")


READ = {
    "open": opened,
    "os.listdir": lambda args: listed(args, 1),
    "os.scandir": lambda args: listed(args, 1),
    "os.listxattr": lambda args: both_listed(args),
    "os.getxattr": read_attribute,
    "os.setxattr": lambda args: both(operands(args, 4)[0], -1, "metadata"),
    "os.removexattr": lambda args: both(operands(args, 2)[0], -1, "metadata"),
    "os.chmod": lambda args: both(operands(args, 3)[0], args[2], "metadata"),
    "os.chown": lambda args: both(operands(args, 4)[0], args[3], "metadata"),
    "os.utime": lambda args: both(operands(args, 4)[0], args[3], "metadata"),
    "os.truncate": lambda args: Act((spot(operands(args, 2)[0], "modify"),)),
    "os.mkdir": made,
    "os.remove": removed,
    "os.rmdir": removed,
    "os.rename": renamed,
    "os.link": linked,
    "os.symlink": symlinked,
    "os.chdir": lambda args: Act((spot(operands(args, 1)[0], "read", listing=True),)),
}


def both_listed(args):
    name = operands(args, 1)[0]
    act = both(b"." if name is None else name, -1, "read")
    return Act(tuple(Spot(each.path, each.asks, each.failed, listing=True) for each in act.spots))
