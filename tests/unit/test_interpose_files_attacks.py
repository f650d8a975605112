"""What guests tried to have a file opened that nobody judged."""

import functools
import io
import os
import subprocess
import sys

import pytest

from fastaudit import PermissionViolation, Policy, sandbox


@pytest.fixture
def secret(tmp_path):
    file = tmp_path.resolve() / "outside" / "secret"
    file.parent.mkdir()
    file.write_text("secret")
    return str(file)


@pytest.fixture
def held(tmp_path):
    box = tmp_path.resolve() / "box"
    box.mkdir()
    return sandbox(Policy(read=[box], write=[box]))


class Disguised(str):
    """A keyword that reads as another one to whoever compares it by its methods."""

    __slots__ = ()

    def __hash__(self):
        return hash("mode")

    def __eq__(self, other):
        return True


class Switch:
    """An answer that does something meanwhile."""

    def __init__(self, act):
        self.act = act

    def __bool__(self):
        self.act()
        return True

    def __index__(self):
        return int(bool(self))


class Number(str):
    """A path that is a number, too, and does something when it is asked for that."""

    __slots__ = ("act",)

    def __index__(self):
        self.act()
        raise TypeError


class Way:
    def __init__(self, path, act):
        self.path, self.act = path, act

    def __fspath__(self):
        self.act()
        return self.path


captured = functools.partial(open)


def null(name, flags):
    return os.open(os.devnull, flags)


def fresh_io():
    """Make the module of files once more, with types of its own since 3.12."""
    kept = sys.modules.pop("_io")
    try:
        return __import__("_io")
    finally:
        sys.modules["_io"] = kept


ATTEMPTS = {
    "a keyword that is read in two ways": lambda path: io.FileIO(path, **{Disguised("zzz"): "r"}),
    "a keyword that is read in two ways, by os.open": lambda path: os.open(
        path, os.O_RDONLY | os.O_CLOEXEC, **{Disguised("zzz"): 0}
    ),
    "a type of its own": lambda path: fresh_io().FileIO(path),
    "open() of its own": lambda path: fresh_io().open(path),
    "open_code() of its own": lambda path: fresh_io().open_code(path),
    "the event itself": lambda path: (sys.audit("open", path, "r", os.O_CLOEXEC), io.FileIO(path)),
    "too many arguments": lambda path: io.FileIO(path, "r", True, None, None),
    "no opener": lambda path: io.FileIO(path, "r", True, None),
    "a subclass made now": lambda path: type("Own", (io.FileIO,), {})(path),
    "the slot": lambda path: io.FileIO.__init__(io.FileIO.__new__(io.FileIO), path),
    "what was captured before": lambda path: captured(path),
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
@pytest.mark.parametrize("moment", ["alone", "closefd", "path object", "number", "opener"])
def test_nothing_is_opened_while_another_opening_is_announced(secret, held, attempt, moment):
    opened = []

    def act():
        try:
            opened.append(ATTEMPTS[attempt](secret))
        except (PermissionViolation, TypeError):
            opened.append(None)

    name = Number(secret)
    name.act = act
    with held:
        try:
            if moment == "alone":
                act()
            elif moment == "closefd":
                io.FileIO(secret, "r", Switch(act), null).close()
            elif moment == "path object":
                io.FileIO(Way(secret, act), "r", True, null).close()
            elif moment == "number":
                io.FileIO(name, "r", True, null).close()
            else:
                io.FileIO(secret, "r", True, lambda name, flags: act() or null(name, flags)).close()
        except (PermissionViolation, TypeError):
            pass
    assert opened, "the attempt was not made"
    assert opened == [None] * len(opened)


class Changing:
    """A number that becomes a path object while it is asked for the number."""

    def __init__(self, path):
        self.path = path

    def __index__(self):
        self.__class__ = Changed
        raise TypeError


class Changed:
    def __fspath__(self):
        return self.path


def test_a_number_that_turns_into_a_path_is_judged_as_one(secret, held):
    with held, pytest.raises((PermissionViolation, TypeError)):
        io.FileIO(Changing(secret))
    with held, pytest.raises((PermissionViolation, TypeError)):
        os.open(Changing(secret), os.O_RDONLY)


RENAMED = """
import _imp, importlib.machinery, importlib.util, sys
from fastaudit import Policy, sandbox
name = "_interpreters" if sys.version_info >= (3, 13) else "_xxsubinterpreters"
with sandbox(Policy(native=True, interpreters=True)):
    if name in sys.builtin_module_names:
        spec = importlib.machinery.ModuleSpec(name, importlib.machinery.BuiltinImporter, origin="built-in")
        make, execute = _imp.create_builtin, _imp.exec_builtin
    else:
        spec = importlib.util.find_spec(name)
        make, execute = _imp.create_dynamic, _imp.exec_dynamic
    module = make(spec)
    module.__name__ = "other"
    execute(module)
    try:
        module.create()
    except PermissionError as error:
        print(error.reason)
"""


def test_a_module_that_is_renamed_before_it_is_executed_is_interposed(tmp_path):
    done = subprocess.run(
        [sys.executable, "-P", "-c", RENAMED], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert done.stdout == "unheld\n"


LIMITED = """
import io, os, sys
from fastaudit import Policy, sandbox
secret = sys.argv[1]
opened = []

def deeper(left):
    if left:
        return deeper(left - 1)
    try:
        opened.append(io.FileIO(secret))
    finally:
        opened.append(os.open(secret, os.O_RDONLY))

with sandbox(Policy()):
    for depth in range(400):
        sys.setrecursionlimit(500)
        try:
            deeper(depth)
        except (PermissionError, RecursionError):
            pass
        sys.setrecursionlimit(1000)
print(opened)
"""


def test_nothing_is_opened_where_the_stack_ends(secret, tmp_path):
    done = subprocess.run(
        [sys.executable, "-P", "-c", LIMITED, secret], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert done.stdout == "[]\n"
