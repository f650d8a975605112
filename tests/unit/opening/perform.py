"""
Performs operations and prints what came of each: python perform.py FOLDER [--held].

Held, they run in a sandbox whose policy grants everything, by rules, so that every name is judged and every file is
opened by the guard.
"""

import _pyio  # noqa: F401
import contextlib
import fcntl
import io
import json
import os
import pathlib
import pickle  # noqa: F401
import re
import resource  # noqa: F401
import shutil
import signal
import socket  # noqa: F401
import stat
import struct
import subprocess
import sys
import tempfile  # noqa: F401
import threading
import time
import warnings

import operations
import operations_of_acts
import operations_of_files

OPERATIONS = {
    f"{kind}: {name}": source
    for kind, table in [
        ("os.open", operations.OPEN),
        ("object", operations_of_files.OBJECTS),
        ("place", operations_of_files.PLACES),
        ("act", operations_of_acts.ACTS),
    ]
    for name, source in table.items()
}
ACTS = {
    "os." + name
    for name in ("chmod", "chown", "link", "mkdir", "remove", "removexattr", "rename", "rmdir", "setxattr", "symlink",
                 "truncate", "utime")
}  # fmt: skip
HERE = sys.argv[1] + "/here"


class Way:
    """A path object that answers anything."""

    def __init__(self, answer):
        self.answer = answer

    def __fspath__(self):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class NoWay:
    __fspath__ = None


class Index:
    def __init__(self, number):
        self.number = number

    def __index__(self):
        return self.number


class Unsure:
    def __bool__(self):
        raise ZeroDivisionError("unsure")

    __index__ = __bool__


class Text(str):
    __slots__ = ()


class Own(io.FileIO):
    pass


class Deep(Own):
    def __init__(self, name, extra):
        super().__init__(name)
        self.extra = extra


def plain(value):
    """A value as JSON can show it, without addresses."""
    if isinstance(value, (list, tuple)):
        return [type(value).__name__, *map(plain, value)]
    if isinstance(value, (int, float)) or value is None:
        return value
    if isinstance(value, (str, bytes)):
        return re.sub("/tmp[a-z0-9_]{8}", "/tmp?", f"{type(value).__name__} {value!a}")
    if isinstance(value, os.PathLike):
        return f"{type(value).__name__} {os.fsencode(os.fspath(value))!r}" if type(value) is not Way else "Way"
    return type(value).__name__


class Performance:
    """One operation, and what there is to see of it."""

    def __init__(self):
        self.seen = []
        self.events = []
        self.active = False

    def hook(self, event, args):
        if self.active and event == "open":
            self.events.append(plain(args))
        elif self.active and event in ACTS:
            self.events.append([event, plain(args)])

    def give(self, *values):
        self.seen += map(plain, values)

    def fd(self, number):
        status = os.fstat(number)
        name = os.readlink(f"/proc/self/fd/{number}")
        self.give(
            number, oct(fcntl.fcntl(number, fcntl.F_GETFL)), fcntl.fcntl(number, fcntl.F_GETFD),
            oct(status.st_mode), status.st_size, status.st_nlink, re.sub("#[0-9]+|:.*", "", name),
        )  # fmt: skip
        os.close(number)

    def times(self, *names):
        for name in names:
            if os.path.lexists(name):
                status = os.stat(name)
                old = status.st_mtime_ns < 10**15  # else it is the time of the test
                self.give(name, oct(status.st_mode), old and (status.st_atime_ns, status.st_mtime_ns))

    def file(self, opened):
        with opened:
            for name in ("name", "mode", "closefd", "encoding", "newlines", "line_buffering", "buffer", "raw"):
                self.give([name, getattr(opened, name, "none")])
            self.give(
                type(opened), opened.readable(), opened.writable(), opened.seekable(), opened.isatty(), opened.tell()
            )
            self.give(
                opened.read(3) if opened.readable() else opened.write("x" if hasattr(opened, "encoding") else b"x")
            )
            self.fd(os.dup(opened.fileno()))

    @contextlib.contextmanager
    def later(self, act):
        thread = threading.Thread(target=lambda: (time.sleep(0.05), act()))
        active, self.active = self.active, False  # the order of two threads is nobody's
        thread.start()
        try:
            yield
        finally:
            thread.join()
            self.active = active

    @contextlib.contextmanager
    def interrupted(self, handler):
        before = signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, 0.3, 0.3)  # long: a busy machine comes late
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    @contextlib.contextmanager
    def nobody(self):
        """Run as a user who may not do everything."""
        os.mkdir("closed", 0o700)
        os.open("closed/x", os.O_CREAT | os.O_WRONLY)
        os.open("secret", os.O_CREAT | os.O_WRONLY, 0o600)
        root = os.geteuid() == 0
        if root:
            os.seteuid(65534)
        else:
            os.chmod("closed", 0)
            os.chmod("secret", 0)
            os.chmod(".", 0o500)
        try:
            yield
        finally:
            if root:
                os.seteuid(0)
            else:
                os.chmod(".", 0o700)
                os.chmod("closed", 0o700)

    def locked(self, number):
        """Whether this process holds a lock on the file: asked as another would."""
        lock = fcntl.fcntl(number, fcntl.F_OFD_GETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))
        return struct.unpack("hhqqi4x", lock)[0] != fcntl.F_UNLCK

    def busy(self, name):
        program = subprocess.Popen([os.path.abspath(name), "60"])
        try:
            self.fd(os.open(name, os.O_RDONLY))
            self.fd(os.open(name, os.O_WRONLY))
        finally:
            program.kill()
            program.wait()

    def names(self):
        helpers = {name: getattr(self, name) for name in
                   ("give", "fd", "file", "times", "later", "interrupted", "nobody", "locked", "busy")}  # fmt: skip
        return helpers | {
            "os": os, "io": io, "sys": sys, "Path": pathlib.Path, "Way": Way, "NoWay": NoWay, "Index": Index,
            "Unsure": Unsure, "Text": Text, "Own": Own, "Deep": Deep, "here": HERE,
        }  # fmt: skip


def tree():
    """Everything in the folder, as it was left."""
    found = []
    for folder, folders, files in os.walk(os.fsencode(HERE)):
        for name in sorted(folders + files):
            path = os.path.join(folder, name)
            status = os.lstat(path)
            content = None
            if stat.S_ISREG(status.st_mode):
                with open(path, "rb") as opened:
                    content = repr(opened.read(20))
            elif stat.S_ISLNK(status.st_mode):
                content = repr(os.readlink(path))[:80]
            found.append([repr(path), oct(status.st_mode), content])
    return sorted(found)


def prepare():
    shutil.rmtree(HERE, ignore_errors=True)
    os.umask(0o022)
    os.makedirs(HERE + "/folder/deep")
    os.chdir(HERE)
    for name, text in [("file", "text\n"), ("other", "other"), ("folder/inner", "inner")]:
        with open(name, "w") as opened:
            opened.write(text)


def describe(error):
    shown = {name: plain(getattr(error, name)) for name in ("errno", "strerror", "filename", "filename2")
             if hasattr(error, name)}  # fmt: skip
    return [type(error).__name__, str(error), plain(error.args), shown]


def perform(source, name, manager):
    """Do it; give what is to be seen."""
    performance = Performance()
    sys.addaudithook(performance.hook)
    names = performance.names()
    code = compile(source.strip(), name, "exec")
    error = None
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        with manager:
            performance.active = True
            try:
                exec(code, names)
            except Exception as raised:
                error = describe(raised)
            performance.active = False
        names.clear()
    return {
        "seen": performance.seen, "error": error, "events": performance.events,
        "warned": [[warning.category.__name__, str(warning.message)] for warning in warned],
    }  # fmt: skip


def apart(source, name, manager):
    """The same in a process of its own, so that numbers, masks and limits are those of its beginning."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(read)
            found = json.dumps(perform(source, name, manager))
            with open(write, "w") as answer:
                answer.write(found)
        finally:
            os._exit(0)
    os.close(write)
    with open(read) as answer:
        found = answer.read()
    os.waitpid(child, 0)
    return json.loads(found) if found else {"error": "the process ended"}


def main():
    manager = contextlib.nullcontext()
    if "--held" in sys.argv:
        from fastaudit import Policy, sandbox

        manager = sandbox(Policy.unrestricted().replace(read=["/"], write=["/"]))
    found = {}
    for name, source in OPERATIONS.items():
        prepare()
        found[name] = apart(source, name, manager) | {"tree": tree()}
    print(json.dumps(found))


main()
