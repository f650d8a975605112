"""
One real operation for each event: what refuse_really.py does bare, refused, and bare again.

An entry prepares outside the policy, in a new folder with a file ``a``, a folder ``d`` and a link ``soft``, and gives the
operation. Whatever it lacks here (a module, an attribute) it lacks by an ImportError, AttributeError or OSError.
"""

import contextlib
import os
import signal
import stat
import sys
import time
from pathlib import Path

ACTS = {}
LEFT = []  # what is to be done after the operation, whether it was refused or not


def act(name):
    """Say which event the operation raises that the function prepares."""

    def add(prepare):
        ACTS[name] = prepare
        return prepare

    return add


def acts(table):
    """Add operations that need nothing but the folder."""
    for name, operation in table.items():
        ACTS[name] = lambda operation=operation: operation


def folder():
    """Fill the new folder."""
    Path("a").write_text("x")
    Path("d").mkdir()
    Path("soft").symlink_to("a")


def tidy():
    """Do what is left to do."""
    while LEFT:
        with contextlib.suppress(Exception):
            LEFT.pop()()


# ---- files ----

acts({
    "open": lambda: open("a").close(),
    "os.listdir": lambda: os.listdir("."),
    "os.scandir": lambda: os.scandir(".").close(),
    "os.listxattr": lambda: os.listxattr("a"),
    "os.getxattr": lambda: os.getxattr("a", "user.x"),
    "os.setxattr": lambda: os.setxattr("a", "user.x", b"x"),
    "os.removexattr": lambda: os.removexattr("a", "user.x"),
    "os.chmod": lambda: os.chmod("a", 0o600),
    "os.chown": lambda: os.chown("a", -1, -1),
    "os.utime": lambda: os.utime("a", (1, 2)),
    "os.truncate": lambda: os.truncate("a", 0),
    "os.mkdir": lambda: (os.mkdir("new"), os.rmdir("new")),
    "os.mkfifo": lambda: (os.mkfifo("new"), os.unlink("new")),
    "os.mknod": lambda: (os.mknod("new"), os.unlink("new")),
    "os.mknod/device": lambda: (os.mknod("new", stat.S_IFCHR | 0o600, os.makedev(1, 3)), os.unlink("new")),
    "os.remove": lambda: os.remove("a"),
    "os.rmdir": lambda: os.rmdir("d"),
    "os.rename": lambda: os.rename("a", "b"),
    "os.link": lambda: os.link("a", "hard"),
    "os.symlink": lambda: os.symlink("a", "other"),
    "os.chdir": lambda: os.chdir("d"),
    "os.walk": lambda: list(os.walk(".")),
    "os.fwalk": lambda: list(os.fwalk(".")),
    "os.umask": lambda: os.umask(os.umask(0o22)),
})  # fmt: skip


@act("os.lockf")
def _():
    file = open("a", "r+b")  # noqa: SIM115
    return lambda: os.lockf(file.fileno(), os.F_TEST, 0)


def on_file(name, call):
    @act(name)
    def _():
        import fcntl

        file = open("a", "r+b")  # noqa: SIM115
        return lambda: call(fcntl, file)


on_file("fcntl.fcntl", lambda fcntl, file: fcntl.fcntl(file, fcntl.F_GETFD))
on_file("fcntl.fcntl/signals", lambda fcntl, file: fcntl.fcntl(file, fcntl.F_SETOWN, 0))
on_file("fcntl.ioctl/signals", lambda fcntl, file: fcntl.ioctl(file, 0x5452, b"\0" * 4))  # FIOASYNC
on_file("fcntl.flock", lambda fcntl, file: fcntl.flock(file, fcntl.LOCK_UN))
on_file("fcntl.lockf", lambda fcntl, file: fcntl.lockf(file, fcntl.LOCK_UN))
on_file("fcntl.ioctl", lambda fcntl, file: fcntl.ioctl(file, 0x541B, b"\0" * 8))  # FIONREAD


@act("mmap.__new__")
def _():
    import mmap

    return lambda: mmap.mmap(-1, 10).close()


@act("_multiprocessing.SemLock._rebuild")
def _():
    from _multiprocessing import SemLock

    held = SemLock(0, 1, 1, "/fastaudit-refused", True)
    return lambda: SemLock._rebuild(held.handle, 0, 1, None).acquire()


# ---- what walks and copies ----


def with_module(name, module, call):
    @act(name)
    def _():
        imported = __import__(module, fromlist=["x"])
        return lambda: call(imported)


with_module("glob.glob", "glob", lambda glob: glob.glob("*"))
with_module("glob.glob/2", "glob", lambda glob: glob.glob("*", root_dir="d"))
with_module("pathlib.Path.glob", "pathlib", lambda pathlib: list(pathlib.Path("d").glob("*")))
with_module("pathlib.Path.rglob", "pathlib", lambda pathlib: list(pathlib.Path("d").rglob("*")))
with_module("shutil.chown", "shutil", lambda shutil: shutil.chown("a", os.getuid()))
with_module("shutil.copyfile", "shutil", lambda shutil: shutil.copyfile("a", "b"))
with_module("shutil.copymode", "shutil", lambda shutil: shutil.copymode("a", "d"))
with_module("shutil.copystat", "shutil", lambda shutil: shutil.copystat("a", "d"))
with_module("shutil.copytree", "shutil", lambda shutil: shutil.copytree("d", "e"))
with_module("shutil.move", "shutil", lambda shutil: shutil.move("a", "b"))
with_module("shutil.rmtree", "shutil", lambda shutil: shutil.rmtree("d"))
with_module("shutil.make_archive", "shutil", lambda shutil: shutil.make_archive("archive", "tar", "d"))
with_module("tempfile.mkdtemp", "tempfile", lambda tempfile: tempfile.mkdtemp(dir="."))
with_module("tempfile.mkstemp", "tempfile", lambda tempfile: os.close(tempfile.mkstemp(dir=".")[0]))


@act("pathlib.Path.walk")
def _():
    walk = Path("d").walk
    return lambda: list(walk())


@act("shutil.unpack_archive")
def _():
    import shutil

    shutil.make_archive("archive", "tar", "d")
    return lambda: shutil.unpack_archive("archive.tar", "e")


# ---- databases ----

with_module("sqlite3.connect", "sqlite3", lambda sqlite3: sqlite3.connect("db").close())
with_module("sqlite3.connect/handle", "sqlite3", lambda sqlite3: sqlite3.connect("db").close())


@act("sqlite3.attach")
def _():
    import sqlite3

    database = sqlite3.connect("db")
    return lambda: database.execute("attach 'other' as other")


@act("sqlite3.enable_load_extension")
def _():
    import sqlite3

    enable = sqlite3.connect(":memory:").enable_load_extension
    return lambda: enable(True)


@act("sqlite3.load_extension")
def _():
    import sqlite3

    database = sqlite3.connect(":memory:")
    database.enable_load_extension(True)
    return lambda: database.load_extension("/there/is/none")


# ---- processes ----

TRUE = next(path for path in ("/usr/bin/true", "/bin/true") if os.path.exists(path))


def ended(child):
    """Wait for a child that ends by itself; the child itself ends here."""
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def ended_on_a_terminal(pair):
    if pair[0]:
        os.close(pair[1])
    ended(pair[0])


acts({
    "os.posix_spawn": lambda: ended(os.posix_spawn(TRUE, ["true"], {})),
    "os.exec": lambda: os.execv("/there/is/none", ["none"]),
    "os.system": lambda: os.system("true"),
    "os.fork": lambda: ended(os.fork()),
    "os.forkpty": lambda: ended_on_a_terminal(os.forkpty()),
    "os.nice": lambda: os.nice(0),
    "os.setpriority": lambda: os.setpriority(os.PRIO_PROCESS, 0, os.getpriority(os.PRIO_PROCESS, 0)),
    "os.sched_setaffinity": lambda: os.sched_setaffinity(0, os.sched_getaffinity(0)),
    "os.sched_setparam": lambda: os.sched_setparam(0, os.sched_getparam(0)),
    "os.sched_setscheduler": lambda: os.sched_setscheduler(0, os.sched_getscheduler(0), os.sched_getparam(0)),
    "os.putenv": lambda: os.putenv("FASTAUDIT_A", "1"),
    "os.unsetenv": lambda: os.unsetenv("FASTAUDIT_A"),
    "os.kill": lambda: os.kill(os.getpid(), 0),
    "os.killpg": lambda: os.killpg(os.getpgrp(), 0),
    "signal.alarm": lambda: (signal.alarm(100), signal.alarm(0)),
    "signal.setitimer": lambda: [signal.setitimer(signal.ITIMER_REAL, seconds) for seconds in (100, 0)],
    "signal.raise_signal": lambda: signal.raise_signal(0),
    "signal.pidfd_send_signal": lambda: signal.pidfd_send_signal(os.pidfd_open(os.getpid()), 0),
    "os.setpgid": lambda: os.setpgid(0, 0),
    "os.setpgrp": os.setpgrp,
    "os.setsid": os.setsid,
    "os.login_tty": lambda: os.login_tty(2**20),  # no such file: it leaves the session at most
    "os.chroot": lambda: os.chroot("/"),
    "os.initgroups": lambda: os.initgroups("root", 0),
    "os.setegid": lambda: os.setegid(os.getegid()),
    "os.seteuid": lambda: os.seteuid(os.geteuid()),
    "os.setgid": lambda: os.setgid(os.getgid()),
    "os.setgroups": lambda: os.setgroups(os.getgroups()),
    "os.setregid": lambda: os.setregid(-1, -1),
    "os.setresgid": lambda: os.setresgid(-1, -1, -1),
    "os.setresuid": lambda: os.setresuid(-1, -1, -1),
    "os.setreuid": lambda: os.setreuid(-1, -1),
    "os.setuid": lambda: os.setuid(os.getuid()),
    "time.clock_settime": lambda: time.clock_settime(time.CLOCK_MONOTONIC, 0),  # which cannot be set
    "time.clock_settime_ns": lambda: time.clock_settime_ns(time.CLOCK_MONOTONIC, 0),
})  # fmt: skip

with_module("subprocess.Popen", "subprocess", lambda subprocess: subprocess.run([TRUE], check=True))
with_module(
    "_posixsubprocess.fork_exec",
    "subprocess",
    lambda subprocess: subprocess.run([TRUE], check=True, close_fds=True, cwd="."),
)


@act("multiprocessing.pool.submit")
def _():
    import multiprocessing

    pool = multiprocessing.get_context("fork").Pool(1)
    pool.apply(int)
    return lambda: pool.apply(int)


@act("pty.spawn")
def _():
    import pty

    return lambda: pty.spawn([TRUE], lambda fd: b"")


@act("ensurepip.bootstrap")
def _():
    import ensurepip

    ensurepip._run_pip = lambda *_: 0  # it would take seconds; what is refused lies before it
    return lambda: ensurepip.bootstrap(root="d")


@act("webbrowser.open")
def _():
    import webbrowser

    webbrowser.register("none", None, webbrowser.GenericBrowser(TRUE), preferred=True)
    return lambda: webbrowser.open("http://127.0.0.1:1/")


@act("os.setns")
def _():
    setns, process = os.setns, os.pidfd_open(os.getpid())
    return lambda: setns(process, os.CLONE_NEWUTS)


@act("os.unshare")
def _():
    unshare = os.unshare
    return lambda: unshare(os.CLONE_FS)


@act("signal.pthread_kill")
def _():
    import threading

    thread = threading.get_ident()
    return lambda: signal.pthread_kill(thread, 0)


def on_limit(name, call):
    @act(name)
    def _():
        import resource

        core = resource.RLIMIT_CORE
        limits = resource.getrlimit(core)
        return lambda: call(resource, core, limits)


on_limit("resource.setrlimit", lambda resource, core, limits: resource.setrlimit(core, limits))
on_limit("resource.prlimit", lambda resource, core, limits: resource.prlimit(0, core, limits))


# ---- threads and interpreters ----


@act("_thread.start_new_thread")
def _():
    import _thread

    start = _thread.start_new_thread

    def operation():
        lock = _thread.allocate_lock()
        lock.acquire()
        start(lock.release, ())
        lock.acquire()

    return operation


@act("_thread.start_joinable_thread")
def _():
    import _thread

    start = _thread.start_joinable_thread
    return lambda: start(int).join()


def interpreters():
    try:
        import _interpreters
    except ImportError:
        import _xxsubinterpreters as _interpreters
    return _interpreters


@act("_interpreters.create")
@act("cpython.PyInterpreterState_New")
def _():
    module = interpreters()
    return lambda: module.destroy(module.create())


@act("cpython.PyInterpreterState_Clear")
def _():
    module = interpreters()
    made = module.create()
    LEFT.append(lambda: module.destroy(made))  # sys.remote_exec finds no main thread beside another interpreter
    return lambda: module.destroy(made)


# ---- the rest of the interpreter's own ----


@act("import")
def _():
    sys.modules.pop("colorsys", None)

    def operation():
        import colorsys  # noqa: F401

    return operation


@act("array.__new__")
def _():
    import array

    return lambda: array.array("i", [1])


@act("time.sleep")
def _():
    import time

    return lambda: time.sleep(0)


@act("builtins.input")
def _():
    import io

    def operation():
        before, sys.stdin = sys.stdin, io.StringIO("x\n")
        try:
            input()
        finally:
            sys.stdin = before

    return operation


@act("builtins.input/result")
def _():
    import pty

    master, terminal = pty.openpty()
    os.write(master, b"x\n")

    def operation():
        # It is raised when a line was read from a terminal, which has to be the process's own.
        kept = os.dup(0), os.dup(1), sys.stdin, sys.stdout
        os.dup2(terminal, 0)
        os.dup2(terminal, 1)
        sys.stdin, sys.stdout = open(0, closefd=False), open(1, "w", closefd=False)  # noqa: SIM115
        try:
            input()
        finally:
            os.dup2(kept[0], 0)
            os.dup2(kept[1], 1)
            sys.stdin, sys.stdout = kept[2:]

    return operation


@act("builtins.breakpoint")
def _():
    def operation():
        before, sys.breakpointhook = sys.breakpointhook, int
        try:
            breakpoint()
        finally:
            sys.breakpointhook = before

    return operation


@act("pdb.Pdb")
def _():
    import io
    import pdb

    return lambda: pdb.Pdb(stdin=io.StringIO(), stdout=io.StringIO())
