"""
Every public name of the package, and of its core (core_leaks.py), many times over: what a process holds must not grow.

Run as a script, it measures every entry and prints those that grow; the words after it are the names to measure. The
variable FASTAUDIT_STRESS multiplies the rounds.
"""

import asyncio
import contextlib
import contextvars
import copy
import gc
import io
import os
import pickle
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack

import core_leaks  # noqa: F401
import leaks_loops  # noqa: F401
from growth import ENTRIES, ROUNDS, attempt, entry, grows
from leaks_trusted import trusted_round
from leaks_web import web_rounds

import fastaudit
from fastaudit import (
    Deny,
    ScopeError,
    ScopeWarning,
    Violation,
    carry,
    current,
    install,
    sandbox,
)
from fastaudit import Policy as P

HOME = os.path.realpath(tempfile.mkdtemp())
INSIDE = os.path.join(HOME, "inside")
OUTSIDE = os.path.join(HOME, "outside")
FILE = os.path.join(INSIDE, "policy.toml")
os.mkdir(INSIDE)
with open(FILE, "w") as text:
    text.write('read = ["/usr"]\nrun = ["git status *"]\n[deny]\nread = ["**/.env"]\n')

GUEST = P(name="guest", read=[INSIDE], write=[INSIDE], connect=["plugin.example:80"], allow=["threads"])
FULL = {
    "read": ["~/x", "/usr/*", "**/x.txt"],
    "write": [INSIDE],
    "connect": ["api.example.com:443", "10.0.0.0/8"],
    "listen": ["127.0.0.1:*"],
    "run": ["git status *"],
    "imports": ["json"],
    "env": ["HOME"],
    "deny": Deny(read=["**/.env"]),
}


def connect():
    with socket.socket() as a:
        attempt(a.bind, ("127.0.0.1", 9))
        a.connect(("127.0.0.1", 9))


def refusals():
    """Provoke a refusal of each right that an operation can ask for."""
    attempt(open, OUTSIDE)
    attempt(open, OUTSIDE, "w")
    attempt(os.mkdir, OUTSIDE)
    attempt(os.remove, OUTSIDE)
    attempt(os.chmod, OUTSIDE, 0)
    attempt(os.symlink, FILE, OUTSIDE)
    attempt(os.rename, FILE, OUTSIDE)
    attempt(os.listdir, HOME)
    attempt(connect)
    attempt(sys.audit, "socket.getaddrinfo", "elsewhere.example", 80, 0, 0, 0)  # CPython loses a name, when refused
    attempt(subprocess.run, ["true"])
    attempt(os.system, "true")
    attempt(os.fork)
    attempt(os.kill, 1, 0)
    attempt(os.putenv, "LD_PRELOAD", "x")
    attempt(os.chdir, "/")
    attempt(os.umask, 0)
    attempt(sys.addaudithook, print)
    attempt(sys.settrace, print)
    attempt(sqlite3.connect, OUTSIDE)
    attempt(__import__, "_ctypes_of_nobody")
    attempt(sys.audit, "ctypes.dlopen", "libm.so.6")  # CDLL of CPython loses the encoded name, when refused
    attempt(sys.audit, "mylib.event", 1)
    attempt(sys.audit, "gc.get_objects", -1)


# ---- policies ----


@entry("Policy", "Policy.name", "Policy.parts", "Policy.keywords", "Policy.replace")
def policies():
    policy = P(name="full", **FULL)
    policy = policy.replace(name="other", read=["/etc"])
    return policy.name, policy.parts, policy.keywords


@entry("Policy.__and__", "Policy.__or__", "Policy.__eq__", "Policy.__hash__", "Policy.__reduce__", "Policy.__repr__")
def algebra():
    policy = P(**FULL)
    both, either = policy & GUEST, policy | GUEST
    same = pickle.loads(pickle.dumps(both))
    return both == same, hash(either), repr(both), copy.copy(both), copy.deepcopy(either)


@entry("Policy.load", "Policy.offline", "Policy.readonly", "Policy.workspace", "Policy.unrestricted")
def presets():
    return P.load(FILE), P.offline(), P.readonly(), P.workspace(INSIDE), P.unrestricted()


@entry("Policy", "Policy.replace", "Policy.load", "PolicyError")
def mistakes():
    for wrong in ({"raed": ["/"]}, {"connect": ["a:99999"]}, {"read": "/"}, {"read": [1]}, {"run": ["'"]}, {"name": 1}):
        attempt(P, **wrong)
        attempt(GUEST.replace, **wrong)
    attempt(P.load, INSIDE)
    raise fastaudit.PolicyError("x")


@entry("Deny", "Deny.of", "Deny.keywords", "Deny.__eq__", "Deny.__hash__", "Deny.__reduce__", "Deny.__repr__")
def denials():
    deny = Deny(read=["**/.env"], connect=["10.0.0.0/8"], imports=["ctypes"])
    attempt(Deny, raed=["x"])
    same = pickle.loads(pickle.dumps(deny))
    return Deny.of(deny._fields), deny.keywords, deny == same, hash(deny), repr(deny)


# ---- scopes ----


@entry("carry")
def carriers():
    with sandbox(GUEST):
        carry(len)("x")
        attempt(carry, 5)
        attempt(carry(int), "x")


@entry("trusted", "adapt", "Box.trusted_calls", "Box.active_calls")
def trusted_functions():
    trusted_round(GUEST, refusals, attempt, run)


@entry(
    *("asgi.SandboxMiddleware", "wsgi.SandboxMiddleware", "aiohttp.sandbox_middleware"),
    *("_core.exchange", "_core.begun", "_core.copy_scope"),
)
def requests():
    web_rounds(GUEST, lambda: os.listdir(HOME), attempt, run)


@entry("sandbox", "current", "Sandbox.__enter__", "Sandbox.__exit__", "Sandbox.policy", "Sandbox.__repr__")
def blocks():
    manager = sandbox(GUEST)
    with manager as box, manager:
        assert current() is not box
        refusals()
    with contextlib.suppress(ZeroDivisionError):
        with manager:
            1 / 0  # noqa: B018
    attempt(manager.__enter__)
    attempt(manager.__exit__, None, None, None)
    attempt(sandbox, None)
    return manager.policy, repr(manager)


@entry("sandbox", "Violation")
def strict_and_warning():
    with contextlib.suppress(Violation), sandbox(GUEST, strict=True):
        refusals()
    with sandbox(GUEST, mode="warn"):
        attempt(os.listdir, HOME)


@entry("Sandbox.__aenter__", "Sandbox.__aexit__")
def asynchronous_blocks():
    async def main():
        async with sandbox(GUEST), AsyncExitStack() as stack:
            await stack.enter_async_context(sandbox(GUEST))
            refusals()
            await asyncio.gather(*[asyncio.create_task(other()) for _ in range(3)])

    async def other():
        attempt(open, OUTSIDE)

    run(main())


def run(coroutine):
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(coroutine)
    finally:
        loop.close()


@entry("Sandbox.__call__")
def decorators():
    manager = sandbox(GUEST)

    @manager
    def function():
        attempt(open, OUTSIDE)

    @manager
    def generator():
        attempt(open, OUTSIDE)
        yield 1
        yield 2

    @manager
    async def coroutine():
        await asyncio.sleep(0)
        attempt(open, OUTSIDE)

    @manager
    async def asynchronous():
        yield 1
        attempt(open, OUTSIDE)
        yield 2

    async def main():
        await coroutine()
        async for _ in asynchronous():
            pass
        half = asynchronous()
        await anext(half)
        await half.aclose()

    function()
    list(generator())
    next(generator())
    run(main())
    attempt(manager, 1)


@entry("Sandbox.start", "Handle.stop", "Handle.box")
def handles():
    handle = sandbox(GUEST).start()
    refusals()
    handle.stop()
    attempt(handle.stop)
    with sandbox(GUEST):
        sandbox(GUEST).start()
    return handle.box


@entry("Handle.__enter__", "Handle.__exit__", "Handle.__aenter__", "Handle.__aexit__")
def misused_handles():
    handle = sandbox(GUEST).start()
    attempt(handle.__enter__)
    attempt(handle.__exit__, None, None, None)
    attempt(handle.__aenter__)
    attempt(handle.__aexit__, None, None, None)


@entry(
    "Box.violations",
    "Box.dropped",
    "Box.quiet",
    "Box.allowed",
    "Box.left_open",
    "Box.race_free",
    "Box.policy",
    "Box.__repr__",
)
def records():
    with sandbox(GUEST) as box:
        for _ in range(110):  # more than are kept
            attempt(open, OUTSIDE)
        open(FILE, "rb").close()
        sandbox(GUEST).start()
    assert box.dropped > 0
    return box.violations, box.quiet, box.allowed, box.left_open, box.race_free, box.policy, repr(box)


@entry(*[
    f"{kind}.{name}"
    for kind in ("PermissionViolation", "ImportViolation")
    for name in (
        ["event", "right", "target", "policy", "rule", "reason", "location", "origin", "suggestion", "json", "__str__", "__reduce__", "__new__"]
    )
])  # fmt: skip
def violations():
    with sandbox(P(read=[INSIDE], imports=["json"])) as box:
        attempt(open, OUTSIDE)
        attempt(__import__, "sqlite_of_nobody")
        refusals()
    for violation in box.violations:
        violation.event, violation.right, violation.target, violation.policy, violation.rule, violation.reason  # noqa: B018
        violation.location, violation.origin, violation.suggestion, violation.json(), str(violation)
        same = pickle.loads(pickle.dumps(violation))
        copy.copy(same)
        attempt(type(violation))


@entry("PermissionViolation", "ImportViolation", "Violation")
def classes():
    attempt(Violation, "x")
    attempt(fastaudit.PermissionViolation, "x")
    attempt(type, "Sub", (fastaudit.ImportViolation,), {})


@entry("Location.file", "Location.line", "Location.function", "Location.__str__", "Location.__repr__")
@entry("Location.__reduce__", "Location.__new__")
def locations():
    with sandbox(GUEST) as box:
        attempt(open, OUTSIDE)
    place = box.violations[0].origin
    attempt(type(place), "x")
    return place.file, place.line, place.function, str(place), repr(place), pickle.loads(pickle.dumps(place))


@entry("ScopeError", "ScopeWarning", "HookNotInstalledError")
def errors():
    def body():
        with sandbox(GUEST):
            yield

    with warnings.catch_warnings():
        warnings.simplefilter("error", ScopeWarning)
        with contextlib.suppress(ScopeWarning):
            with sandbox(GUEST):
                generator = body()
                next(generator)
    generator.close()
    for error in (ScopeError, fastaudit.HookNotInstalledError):
        attempt(pickle.loads, pickle.dumps(error("x")))


# ---- what is started inside ----


@entry("sandbox")
def generators():
    def body():
        with sandbox(GUEST):
            yield

    closed, abandoned, elsewhere = body(), body(), body()
    next(closed)
    closed.close()
    next(abandoned)
    del abandoned
    next(elsewhere)
    attempt(contextvars.Context().run, next, elsewhere)
    elsewhere.close()


@contextlib.contextmanager
def managed():
    with sandbox(GUEST):
        yield


@entry("sandbox")
def stacks():
    with ExitStack() as stack:
        stack.enter_context(sandbox(GUEST))
        stack.enter_context(managed())
        refusals()


@entry("sandbox")
def stacks_that_are_never_left():
    def never():
        stack = ExitStack()
        stack.enter_context(sandbox(GUEST))
        stack.enter_context(managed())

    def emptied():
        with ExitStack() as stack:
            stack.enter_context(sandbox(GUEST))
            stack.pop_all()

    for function in (never, emptied):
        contextvars.Context().run(function)
        thread = threading.Thread(target=function)
        thread.start()
        thread.join()


@entry("sandbox")
def threads():
    with sandbox(GUEST):
        thread = threading.Thread(target=refusals)
        thread.start()
        thread.join()


POOL = ThreadPoolExecutor(1)


@entry("sandbox")
def pools():
    with sandbox(GUEST):
        POOL.submit(refusals).result()
    POOL.submit(attempt, open, OUTSIDE).result()


@entry("sandbox")
def contexts():
    older = contextvars.copy_context()
    with sandbox(GUEST):
        older.run(refusals)
        contextvars.Context().run(refusals)
        copied = contextvars.copy_context()
    copied.run(refusals)


@entry("sandbox")
def the_variable():
    with sandbox(GUEST):
        (variable,) = [name for name in contextvars.copy_context() if name.name == "fastaudit"]
        token = variable.set(variable.get())
        attempt(variable.set, None)
        variable.reset(token)
        attempt(variable.reset, token)


@entry("sandbox")
def learned_addresses():
    with sandbox(P(resolve=True, connect=["localhost:9"])):
        for _ in range(3):
            attempt(socket.getaddrinfo, "localhost", 9)
        attempt(connect)


@entry("__version__")
def version():
    return fastaudit.__version__


# ---- the whole process ----


@entry("install")
def floors():
    # A floor stays for good, so what is measured is a child's: it says by its status whether it grew.
    child = os.fork()
    if child == 0:
        status = 1
        try:
            install(GUEST.replace(allow=["ctypes.call_function"]))  # which is how growth is measured
            # Records are kept up to their number, so fill them first.
            for _ in range(20):
                refusals()
            status = 1 if grows(refusals, 10) else 0
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0


OUTPUT = io.StringIO()


@entry("main")
def command_line():
    from fastaudit.__main__ import main

    before, sys.argv = sys.argv, ["fastaudit", "check", FILE]
    with contextlib.redirect_stdout(OUTPUT), contextlib.suppress(SystemExit):
        main()
    OUTPUT.truncate(0)
    sys.argv = before


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    if sys.argv[1:] == ["--names"]:
        raise SystemExit(print(*ENTRIES))
    functions = dict.fromkeys(f for many in ENTRIES.values() for f in many)
    wanted = [f for f in functions if not sys.argv[1:] or f.__name__ in sys.argv[1:]]
    gc.collect()
    gc.freeze()
    for function in wanted:
        grown = grows(function)
        if grown:
            print(
                f"{function.__module__}.{function.__name__} grows by {grown} (blocks, bytes, objects) in {ROUNDS} rounds"
            )
    POOL.shutdown()
