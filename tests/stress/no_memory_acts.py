"""The acts that no_memory.py runs without memory: each arms, acts, disarms, and says what must hold."""

import _thread
import contextlib
import contextvars
import errno
import os
import socket
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from fastaudit import (
    Deny,
    ImportViolation,
    PermissionViolation,
    Policy,
    ScopeError,
    Violation,
    current,
    sandbox,
)

HOME = os.path.realpath(tempfile.mkdtemp())
ALLOWED = os.path.join(HOME, "allowed")
OUTSIDE = os.path.join(HOME, "outside")
MARKER = os.path.join(OUTSIDE, "marker")
FORBIDDEN = os.path.join(OUTSIDE, "forbidden")
OPEN = os.path.join(ALLOWED, "file")
os.mkdir(ALLOWED)
os.mkdir(OUTSIDE)
for file in (MARKER, OPEN):
    open(file, "w").close()
GUEST = Policy(name="guest", read=[ALLOWED], write=[ALLOWED], fork=True)
WIDE = Policy.unrestricted().replace(deny=Deny(read=[OUTSIDE], write=[OUTSIDE]))
manager = sandbox(GUEST)
wide = sandbox(WIDE)


def held():
    try:
        os.close(os.open(MARKER, os.O_RDONLY))
    except Violation:
        return True
    return False


def instances():
    """Count what is alive of the core: boxes, nodes, tokens, managers, violations (each refers to its type)."""
    return sum(map(sys.getrefcount, TYPES))


def run(act, arm, disarm):
    """Run an act; give whether nothing went wrong. Afterwards the host is free, and nothing forbidden is done."""
    quiet = True
    try:
        act(arm, disarm)
    except MemoryError:
        quiet = False
    except (OSError, RuntimeError, SystemError) as error:
        disarm()
        # CPython's words for it where it makes locks and threads, or forgets to say anything.
        words = str(error)
        assert getattr(error, "errno", None) == errno.ENOMEM or "can't" in words or "without" in words, error
        quiet = False
    finally:
        disarm()
    assert not held(), "the host is held"
    assert current() is None
    assert os.listdir(OUTSIDE) == ["marker"], "the guest did it"
    return quiet


def refused(arm, disarm, function, *args, **kwargs):
    """Do inside what is forbidden: it is not done, and inside stays inside."""
    lacked = None
    with manager:
        arm()
        try:
            function(*args, **kwargs)
        except MemoryError as error:
            disarm()
            lacked = error
        except Violation:
            disarm()
        except OSError as error:
            disarm()
            assert error.errno == errno.ENOMEM, error
            lacked = error
        else:
            disarm()
            raise AssertionError("was not refused")
        assert held(), "the guest was released early"
    if lacked is not None:
        raise MemoryError


# ---- events that are refused ----


def refused_open(arm, disarm):
    refused(arm, disarm, open, FORBIDDEN, "w")


def refused_open_by_descriptor(arm, disarm):
    folder = os.open(OUTSIDE, os.O_RDONLY)
    try:
        refused(arm, disarm, os.open, "forbidden", os.O_CREAT | os.O_WRONLY, dir_fd=folder)
    finally:
        os.close(folder)


def refused_rename(arm, disarm):
    refused(arm, disarm, os.rename, OPEN, FORBIDDEN)


def refused_link(arm, disarm):
    refused(arm, disarm, os.symlink, MARKER, FORBIDDEN)


def refused_listing(arm, disarm):
    refused(arm, disarm, os.listdir, OUTSIDE)


def refused_connect(arm, disarm):
    with socket.socket() as a:
        refused(arm, disarm, a.connect, ("127.0.0.1", 9))


def refused_resolve(arm, disarm):
    refused(arm, disarm, socket.getaddrinfo, "plugin.example", 80)


def refused_system(arm, disarm):
    refused(arm, disarm, os.system, "touch " + FORBIDDEN)


def refused_spawn(arm, disarm):
    refused(arm, disarm, os.posix_spawn, "/bin/touch", ["touch", FORBIDDEN], {})


def refused_subprocess(arm, disarm):
    import _posixsubprocess

    names = [b"/bin/touch"]
    environment = [b"A=1"]
    extra = () if sys.version_info >= (3, 14) else (False,)
    arguments = (
        [b"touch", os.fsencode(FORBIDDEN)], names, True, (1,), None, environment, -1, -1, -1, -1, -1, -1, 1, 2,
        False, False, -1, None, None, None, -1, None, *extra,
    )  # fmt: skip
    read, write = os.pipe()
    try:
        refused(arm, disarm, _posixsubprocess.fork_exec, *arguments[:12], read, write, *arguments[14:])
    finally:
        os.close(read)
        os.close(write)


def refused_variable(arm, disarm):
    refused(arm, disarm, os.putenv, "LD_PRELOAD", "x")


def refused_import(arm, disarm):
    refused(arm, disarm, sys.audit, "import", "ctypes.forbidden", None, sys.path, sys.meta_path, sys.path_hooks)


def refused_custom(arm, disarm):
    refused(arm, disarm, sys.audit, "sys.addaudithook")


def refused_through_many(arm, disarm):
    with ExitStack() as stack:
        for _ in range(40):
            stack.enter_context(wide)
        refused(arm, disarm, open, FORBIDDEN, "w")


def warned(arm, disarm):
    with sandbox(GUEST, mode="warn"):
        refused(arm, disarm, open, FORBIDDEN, "w")


# ---- events that are allowed ----


def allowed_open(arm, disarm):
    with manager, wide:
        arm()
        open(OPEN, "rb").close()
        disarm()
        assert held()


def allowed_many(arm, disarm):
    with ExitStack() as stack:
        for _ in range(40):
            stack.enter_context(wide)
        contextvars.copy_context().run(held)  # another context: collected anew
        arm()
        open(OPEN, "rb").close()
        disarm()
        assert held()


def allowed_interposed(arm, disarm):
    import sqlite3

    with manager:
        arm()
        os.close(os.open(OPEN, os.O_RDONLY))
        os.listdir(ALLOWED)
        sqlite3.connect(os.path.join(ALLOWED, "base")).close()
        disarm()
        assert held()


# ---- entering and leaving ----


def contained(act):
    """Run it in a context of its own: a contextlib stack that failed to keep an exit leaves what it entered in force."""

    def in_context(arm, disarm):
        contextvars.Context().run(act, arm, disarm)

    in_context.__name__ = act.__name__
    return in_context


def entering(arm, disarm):
    arm()
    with manager:
        disarm()
        assert held()


def leaving(arm, disarm):
    with manager:
        assert held()
        arm()


def entering_and_leaving(arm, disarm):
    arm()
    with manager, wide:
        pass


def leaving_inner(arm, disarm):
    with wide:
        with contextlib.suppress(MemoryError):
            with manager:
                arm()
            disarm()
        disarm()
        open(OPEN, "rb").close()
        assert held()
        with contextlib.suppress(OSError):
            os.stat(MARKER)


def leaving_by_exception(arm, disarm):
    with contextlib.suppress(ZeroDivisionError):
        with manager:
            arm()
            1 / 0  # noqa: B018


def leaving_strict(arm, disarm):
    with contextlib.suppress(Violation):
        with sandbox(GUEST, strict=True):
            with contextlib.suppress(Violation):
                open(FORBIDDEN, "w")  # noqa: SIM115
            arm()


def leaving_with_others_above(arm, disarm):
    def leave_open():
        sandbox(WIDE).start()

    def body():
        with wide:
            yield

    with manager:
        leave_open()
        generator = body()
        next(generator)
        arm()
    disarm()
    generator.close()


@contained
def stack_enters(arm, disarm):
    with ExitStack() as stack:
        arm()
        stack.enter_context(manager)
        disarm()
        assert held()


@contained
def stack_leaves(arm, disarm):
    with ExitStack() as stack:
        stack.enter_context(manager)
        stack.enter_context(wide)
        assert held()
        arm()


@contained
def stack_enters_and_leaves(arm, disarm):
    arm()
    with ExitStack() as stack:
        stack.enter_context(manager)
        stack.enter_context(wide)


@contextlib.contextmanager
def managed():
    with manager:
        yield


@contained
def generator_manager(arm, disarm):
    arm()
    with managed():
        disarm()
        assert held()


@contained
def generator_manager_leaves(arm, disarm):
    with managed():
        assert held()
        arm()


def handles(arm, disarm):
    arm()
    handle = wide.start()
    disarm()
    assert held()
    arm()
    handle.stop()


def asynchronous(arm, disarm):
    async def main():
        arm()
        async with manager:
            disarm()
            assert held()
            arm()

    drive(main())


def drive(coroutine):
    with contextlib.suppress(StopIteration):
        coroutine.send(None)
    coroutine.close()


def decorated_function(arm, disarm):
    def body():
        disarm()
        assert held()
        arm()

    held_body = manager(body)
    arm()
    held_body()


def decorated_generator(arm, disarm):
    def body():
        disarm()
        assert held()
        arm()
        yield
        disarm()
        assert held()
        arm()

    held_body = manager(body)
    arm()
    iterator = held_body()
    try:
        next(iterator)
        disarm()
        assert not held()
        arm()
        next(iterator, None)
    finally:
        disarm()
        with contextlib.suppress(ValueError):
            iterator.close()


def decorated_coroutine(arm, disarm):
    async def body():
        disarm()
        assert held()
        arm()

    held_body = manager(body)
    arm()
    coroutine = held_body()
    drive(coroutine)


def decorated_async_generator(arm, disarm):
    async def body():
        disarm()
        assert held()
        arm()
        yield

    async def use(iterator):
        async for _ in iterator:
            disarm()
            assert not held()
            arm()

    iterator = manager(body)()
    arm()
    drive(use(iterator))


def suspended_generator(arm, disarm):
    def body():
        with manager:
            yield

    generator = body()
    try:
        arm()
        next(generator)
        disarm()
        assert held()
        arm()
    finally:
        generator.close()


def abandoned_generator(arm, disarm):
    def body():
        with manager:
            yield

    generator = body()
    next(generator)
    assert held()
    arm()
    del generator


def resumed_elsewhere(arm, disarm):
    def body():
        with manager:
            yield

    generator = body()
    next(generator)
    assert held()
    context = contextvars.Context()
    arm()
    try:
        context.run(next, generator, None)
    finally:
        disarm()
        generator.close()


# ---- policies ----


def compiling(arm, disarm):
    arm()
    Policy(
        name="big",
        read=[HOME, "/usr/share/*", "**/x.txt"],
        write=[HOME],
        connect=["api.example.com:443", "10.0.0.0/8"],
        listen=["127.0.0.1:*"],
        run=["git status *"],
        imports=["json"],
        env=["HOME"],
        deny=Deny(read=["**/.env"], connect=["10.1.0.0/16"]),
    )


def combining(arm, disarm):
    arm()
    both = GUEST & WIDE
    either = GUEST | GUEST.replace(read=["/usr"])
    return hash(both) and repr(either)


def loading(arm, disarm):
    file = os.path.join(ALLOWED, "policy.toml")
    with open(file, "w") as text:
        text.write('read = ["/usr"]\n[deny]\nread = ["**/.env"]\n')
    arm()
    Policy.load(file)


def presets(arm, disarm):
    arm()
    for policy in (Policy.offline(), Policy.readonly(), Policy.workspace(HOME), Policy.unrestricted()):
        sandbox(policy)


# ---- records ----


def reading_records(arm, disarm):
    with sandbox(GUEST) as box:
        for function, args in ((open, (FORBIDDEN, "w")), (os.listdir, (OUTSIDE,)), (os.system, ("x",))):
            with contextlib.suppress(Violation):
                function(*args)
    arm()
    first = box.violations[0]
    seen = [str(first), repr(first), first.json(), first.location, first.origin, first.suggestion, first.rule]
    seen += [box.allowed, box.quiet, box.dropped, box.left_open, box.policy, repr(box)]
    disarm()
    assert "forbidden" in seen[0]


def pickling(arm, disarm):
    import copy
    import pickle

    with sandbox(GUEST) as box:
        with contextlib.suppress(Violation):
            open(FORBIDDEN, "w")  # noqa: SIM115
    violation = box.violations[0]
    arm()
    other = pickle.loads(pickle.dumps(violation))
    copy.copy(other)
    copy.deepcopy(GUEST)
    pickle.loads(pickle.dumps(GUEST))


def asking(arm, disarm):
    with manager as box:
        arm()
        assert current() is box
        repr(manager)


# ---- carrying ----


def contexts(arm, disarm):
    older = contextvars.copy_context()
    with manager:
        arm()
        try:
            answers = [
                older.run(held_without_memory, disarm, arm),
                contextvars.Context().run(held_without_memory, disarm, arm),
                contextvars.copy_context().run(held_without_memory, disarm, arm),
            ]
        finally:
            disarm()
        assert answers == [True] * 3
        assert held()
    assert not older.run(held)


def held_without_memory(disarm, arm):
    disarm()
    answer = held()
    arm()
    return answer


def contexts_left(arm, disarm):
    older = contextvars.copy_context()

    with manager:
        older.run(arm)
        disarm()
        assert held()
    assert not older.run(held), "a context of the host stays held"


def variable():
    for candidate in contextvars.copy_context():
        if candidate.name == "fastaudit":
            return candidate
    raise AssertionError("no variable")


def the_variable(arm, disarm):
    with wide:
        name = variable()
        with manager:
            value = name.get()
            arm()
            token = name.set(value)
            with contextlib.suppress(ScopeError):
                name.set(None)
            name.reset(token)
            disarm()
            assert held()


def threads(arm, disarm):
    answers = []

    def body():
        disarm()
        answers.append(held())
        lock.release()

    with manager:
        lock = threading.Lock()
        lock.acquire()
        arm()
        try:
            _thread.start_new_thread(body, ())
        finally:
            disarm()
            assert held()
        lock.acquire()
    while _thread._count() > 0:
        time.sleep(0)
    assert answers == [True]


def pools(arm, disarm):
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(held).result() is False
        with manager:
            arm()
            try:
                future = pool.submit(held)
            finally:
                disarm()
            assert future.result() is True
        assert pool.submit(held).result() is False


def jobs(arm, disarm):
    with ThreadPoolExecutor(1) as pool:
        pool.submit(int).result()
        with manager:
            future = pool.submit(arm)
            assert future.result() is None
        assert pool.submit(held).result() is False, "a worker of the host stays held"
        pool.submit(disarm).result()


def forks(arm, disarm):
    with manager:
        arm()
        child = os.fork()
        disarm()
        if child == 0:
            os._exit(0 if held() else 1)
        assert os.waitpid(child, 0)[1] == 0
        assert held()


with manager as box:
    TYPES = [type(box), type(variable().get()), type(manager), type(manager.__exit__)]
TYPES += [PermissionViolation, ImportViolation]
