"""One event: no scope alive, a scope elsewhere, inside; and one file opened, made, removed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from measure import Case, World, main

NUMBER = 1000  # events raised by one call into C
EVENT = "event from C"
RIGHT = "event of a right from C"
PYTHON = "event from Python"
ABSOLUTE = "os.open + close, absolute"
RELATIVE = "os.open + close, relative"
LINK = "os.open + close, through a link"
CREATE = "create + unlink"
MISSING = "os.open of a missing file"
TEXT = "open() + close, text"
BINARY = "open() + close, binary"


def cases(world: World) -> Iterator[Case]:
    from instruments import knows_openat2, raise_events

    folder = world.folder / "tree" / "sub"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "file"
    file.touch()
    link = world.folder / "link"
    if not link.is_symlink():
        link.symlink_to("tree/sub")
    os.chdir(world.folder)
    names = {"open": os.open, "close": os.close}
    same = knows_openat2()  # a valgrind without it would count another way of resolving than the one that is timed

    raised = {"raise_events": raise_events, "number": NUMBER, "operand": ()}
    yield Case(EVENT, "raise_events('benchmark.event', operand, number)", raised, operations=NUMBER)
    yield Case(RIGHT, "raise_events('resource.setrlimit', operand, number)", raised, operations=NUMBER)
    yield Case(PYTHON, "audit('benchmark.event', 1)", {"audit": sys.audit})
    yield Case(ABSOLUTE, "close(open(path, 0))", {**names, "path": str(file)}, countable=same)
    yield Case(RELATIVE, "close(open(path, 0))", {**names, "path": "tree/sub/file"}, countable=same)
    yield Case(LINK, "close(open(path, 0))", {**names, "path": str(link / "file")}, countable=same)
    yield Case(
        CREATE,
        "close(open(path, flags)); unlink(path)",
        {**names, "path": str(folder / "new"), "flags": os.O_CREAT | os.O_WRONLY, "unlink": os.unlink},
        countable=same,
    )
    missing = {**names, "path": str(folder / "missing")}
    yield Case(MISSING, "try:\n    open(path, 0)\nexcept OSError:\n    pass", missing, countable=same)
    yield Case(TEXT, "open(path).close()", {"open": open, "path": str(file)}, countable=same)
    yield Case(BINARY, "open(path, 'rb').close()", {"open": open, "path": str(file)}, countable=same)


if __name__ == "__main__":
    main(cases)
