"""What a case plays on: a tree of files, a listener, the policies, and the act itself."""

import contextlib
import os
import socket
import stat
import sys
import tomllib
from pathlib import Path

import pytest
from reference import meaning

from fastaudit import Deny, Policy, sandbox

MODULES = (
    "asyncio ctypes.util errno gc glob importlib io mmap os pathlib pickle resource shutil signal socket sqlite3 "
    "subprocess sys syslog tempfile threading time types"
)


KEYS = {
    "why", "policy", "around", "event", "args", "verdict", "reason", "right", "rule",
    "act", "raises", "then", "first", "tree", "cwd", "swallowed", "seen",
}  # fmt: skip


def collect():
    for file in sorted(Path(__file__).parent.glob("*.toml")):
        table = tomllib.loads(file.read_text())
        for case in table["case"]:
            assert case.keys() <= KEYS, f"{file.name}: {case['why']}: {case.keys() - KEYS}"
            case["tree"] = [*table.get("tree", ()), *case.get("tree", ())]
            yield pytest.param(case, id=f"{file.stem}: {case['why']}")


def namespace(**names):
    """Everything that the Python texts of a case may use."""
    found = {"Path": Path, **names}
    for module in MODULES.split():
        found[module.partition(".")[0]] = __import__(module)
    return found


class Fill:
    """Puts the places of a test into the texts of a case: ``{tmp}`` and the like."""

    def __init__(self, places):
        self.places = places

    def __call__(self, value):
        if isinstance(value, str):
            for name, place in self.places.items():
                value = value.replace("{" + name + "}", str(place))
            return value
        if isinstance(value, list):
            return [self(item) for item in value]
        if isinstance(value, dict):
            return {key: self(item) for key, item in value.items()}
        return value


def operand(value, names):
    """An argument of an event: itself, or what ``{ py = "…" }`` gives, anywhere within it."""
    if isinstance(value, dict):
        return eval(value["py"], names)
    if isinstance(value, list):
        return [operand(item, names) for item in value]
    return value


def make_tree(folder, entries):
    """Make `dir/`, `file`, `file = text`, `program!` and `link -> target` beneath a folder."""
    for entry in entries:
        name, arrow, target = entry.partition(" -> ")
        name, _, text = name.partition(" = ")
        path = folder / name.rstrip("/!")
        path.parent.mkdir(parents=True, exist_ok=True)
        if arrow:
            path.symlink_to(target.replace("{tmp}", str(folder)))
        elif name.endswith("/"):
            path.mkdir(exist_ok=True)
        elif name.endswith("!"):
            path.write_text("#!/bin/sh\nexit 0\n")
            path.chmod(0o755)
        else:
            path.write_text(text or name)


def snapshot(folder):
    """Everything about a tree that an act could change, but for the times of reading."""
    seen = {}
    for root, folders, files in os.walk(folder):
        for name in (".", *folders, *files):
            path = os.path.join(root, name)
            status = os.lstat(path)
            content = None
            if stat.S_ISLNK(status.st_mode):
                content = os.readlink(path)
            elif stat.S_ISREG(status.st_mode):
                content = Path(path).read_bytes()
            seen[path] = (status.st_mode, status.st_mtime_ns, status.st_ino, content)
    return seen


def make_policy(text):
    """A policy as a case writes it: the keys of Policy, or `all`, `any`, `preset` with `replace`."""
    text = dict(text)
    if "all" in text or "any" in text:
        ((operator, members),) = text.items()
        made = make_policy(members[0])
        for member in members[1:]:
            made = made & make_policy(member) if operator == "all" else made | make_policy(member)
        return made
    if "deny" in text:
        text["deny"] = Deny(**text["deny"])
    if "preset" in text:
        made = getattr(Policy, text.pop("preset"))(*text.pop("of", ()))
        return made.replace(**text) if text else made
    return Policy(**text)


def reference_policy(text):
    """The same policy as the reference reads it: the keywords as they are written."""
    text = dict(text)
    for word in ("all", "any"):
        if word in text:
            return meaning.policy({word: [as_written(member) for member in text[word]]})
    return meaning.policy(as_written(text))


def as_written(text):
    """The keywords of a case's policy; those of a preset are what it states that it allows."""
    if "all" in text or "any" in text:
        return {word: [as_written(member) for member in members] for word, members in text.items()}
    text = dict(text)
    if "preset" not in text:
        return text
    words = getattr(Policy, text.pop("preset"))(*text.pop("of", ())).keywords
    if "deny" in words:
        words["deny"] = words["deny"].keywords
    return {**words, **text}


@contextlib.contextmanager
def host_kept():
    """Put back what belongs to the process as a whole."""
    here, mask, variables = os.getcwd(), os.umask(0o022), dict(os.environ)
    import_path, traced = list(sys.path), (sys.gettrace(), sys.getprofile())
    try:
        yield
    finally:
        sys.settrace(traced[0])
        sys.setprofile(traced[1])
        sys.path[:] = import_path
        for name in [name for name in sys.modules if name.partition(".")[0].startswith("case_")]:
            if name != __name__:
                del sys.modules[name]
        os.umask(mask)
        os.chdir(here)
        for name in set(os.environ) - set(variables):
            del os.environ[name]
        for name, value in variables.items():
            if os.environ.get(name) != value:
                os.environ[name] = value


@contextlib.contextmanager
def listeners(folder):
    """Servers of the host on loopback: a stream, datagrams, and a unix socket in the tree."""
    with (
        socket.create_server(("127.0.0.1", 0)) as stream,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
        socket.socket(socket.AF_UNIX) as unix,
    ):
        datagrams.bind(("127.0.0.1", 0))
        (folder / "sock").mkdir()
        unix.bind(str(folder / "sock" / "s"))
        unix.listen()
        yield {"port": stream.getsockname()[1], "udp": datagrams.getsockname()[1]}


def play(policies, function):
    """Call a function under policies, the first outermost; the boxes from the outside in, and what it raised."""
    if not policies:
        try:
            function()
        except Exception as error:
            return [], error
        return [], None
    with sandbox(policies[0]) as box:
        boxes, error = play(policies[1:], function)
    return [box, *boxes], error
