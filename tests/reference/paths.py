"""What a path leads to, and what a pattern of paths covers: asked name by name, like a kernel that has time."""

import errno
import os
import stat

LONGEST_PATH = 4096  # bytes, with the NUL that ends it
LONGEST_NAME = 255
MOST_LINKS = 40


class Nameless(Exception):
    """What a path leads to has no name: `mine` when it is open in this process."""

    def __init__(self, mine):
        self.mine = mine


def canonical(path, *, follow, start=None):
    """
    The absolute path, without links and dots, that the kernel would reach; `start` is where it counts from.

    What is not there keeps its name, beneath what is. Raises OSError where nothing can be said.
    """
    if len(path) >= LONGEST_PATH:
        raise OSError(errno.ENAMETOOLONG, "")
    if not path or b"\0" in path:
        raise OSError(errno.ENOENT, "")
    here = b"/" if path.startswith(b"/") else (start if start is not None else os.getcwdb())
    todo = path.split(b"/")
    if todo[-1] in (b"", b"."):
        follow = True  # a slash at the end: the directory, not a link to it
    links = 0
    missing = False
    while todo:
        name = todo.pop(0)
        if name in (b"", b"."):
            continue
        if name == b"..":
            if missing:
                raise OSError(errno.ENOENT, "")
            here = os.path.dirname(here)
            continue
        missing = missing or len(name) > LONGEST_NAME  # no file can have it
        there = (b"" if here == b"/" else here) + b"/" + name
        last = not any(part not in (b"", b".") for part in todo)
        if not missing:
            try:
                status = os.lstat(there)
            except FileNotFoundError:
                missing = True
            except NotADirectoryError:
                missing = True
            else:
                if stat.S_ISLNK(status.st_mode) and (follow or not last):
                    links += 1
                    if links > MOST_LINKS:
                        raise OSError(errno.ELOOP, "")
                    text = link_text(there)
                    if text.startswith(b"/"):
                        here = b"/"
                    todo = [*text.split(b"/"), *todo]
                    continue
                # Beneath a file nothing can be; the call will say so itself, and is judged as it is spelled.
        here = there
    if len(here) >= LONGEST_PATH:
        raise OSError(errno.ENAMETOOLONG, "")
    return here


def link_text(link):
    """Where a link leads; the links of a process file system tell it by the file, not by their text."""
    text = os.readlink(link)
    if not link.startswith(b"/proc/") or not (text.startswith(b"/") or b":" in text):
        return text
    there = os.stat(link)
    try:
        named = os.stat(text) if text.startswith(b"/") else None
    except OSError:
        named = None
    if named is not None and (named.st_dev, named.st_ino) == (there.st_dev, there.st_ino):
        return text
    raise Nameless(is_mine(there))


def is_mine(status):
    """Whether a file is open in this process, and has no other name."""
    if status.st_nlink > 1:
        return False
    for number in os.listdir("/proc/self/fd"):
        try:
            mine = os.fstat(int(number))
        except OSError:
            continue
        if (mine.st_dev, mine.st_ino) == (status.st_dev, status.st_ino):
            return True
    return False


def parts(path):
    """The names of an absolute path, from the root down."""
    return [name for name in path.split(b"/") if name]


def lies_beneath(path, root):
    """Whether a path is a root or lies beneath it."""
    return parts(path)[: len(parts(root))] == parts(root)


def characters(name):
    """A name as characters: sequences of UTF-8, and bytes that are none."""
    return name.decode("utf-8", "surrogateescape")


def name_matches(pattern, name):
    """Whether one name matches a pattern of one name: `*`, `?`, `[a-z]`, `[!a]`."""
    if not pattern:
        return not name
    if pattern[0] == "*":
        return any(name_matches(pattern[1:], name[cut:]) for cut in range(len(name) + 1))
    if not name:
        return False
    if pattern[0] == "?":
        return name_matches(pattern[1:], name[1:])
    if pattern[0] == "[":
        members, rest = read_set(pattern)
        return members(name[0]) and name_matches(rest, name[1:])
    return pattern[0] == name[0] and name_matches(pattern[1:], name[1:])


def read_set(pattern):
    """Read `[…]` at the beginning: what tells its members, and what follows it."""
    negated = pattern[1] in "!^"
    first = 2 if negated else 1
    end = pattern.index("]", first + 1)
    inner = pattern[first:end]
    ranges = []
    while inner:
        if len(inner) > 2 and inner[1] == "-":
            ranges.append((inner[0], inner[2]))
            inner = inner[3:]
        else:
            ranges.append((inner[0], inner[0]))
            inner = inner[1:]
    return (lambda it: negated != any(low <= it <= high for low, high in ranges)), pattern[end + 1 :]


def readings(pattern, path):
    """
    Every way to read a path along a pattern: what of the pattern is left to match.

    The pattern matches the path, or something above it, when nothing is left in one of them.
    """
    wanted = [characters(part) for part in parts(pattern)]
    left = {tuple(wanted)}
    for name in parts(path):
        left = {after for before in skipping(left) for after in step(before, characters(name))}
    return skipping(left)


def skipping(left):
    """Two stars stand for no name at all, too."""
    found = set(left)
    for rest in left:
        while rest and rest[0] == "**":
            rest = rest[1:]
            found.add(rest)
    return found


def step(rest, name):
    """What is left of a pattern after one more name."""
    if not rest:
        return [()]  # matched already: everything beneath is covered
    if rest[0] == "**":
        return [rest]
    return [rest[1:]] if name_matches(rest[0], name) else []


def covers(pattern, path):
    """Whether a pattern matches a path or a directory above it."""
    return () in readings(pattern, path)


def fixed_part(pattern):
    """The part of a pattern before its first wildcard, as a path; None for one that matches anywhere."""
    fixed = []
    for part in parts(pattern):
        if any(mark in part for mark in b"*?["):
            break
        fixed.append(part)
    return b"/" + b"/".join(fixed) if pattern.startswith(b"/") else None
