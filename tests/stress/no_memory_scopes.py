"""More acts that no_memory.py runs without memory: entering, leaving, and what is carried elsewhere."""

import asyncio
import contextlib
import contextvars
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from no_memory_acts import (
    FORBIDDEN,
    GUEST,
    HOSTS,
    MARKER,
    OPEN,
    WIDE,
    held,
    held_without_memory,
    manager,
    variable,
    wide,
)

from fastaudit import ScopeError, Violation, sandbox

# ---- entering and leaving ----


def contained(act):
    """Run it in a context of its own: a contextlib stack that failed to keep an exit leaves what it entered in force."""

    def in_context(arm, disarm):
        context = contextvars.Context()
        context.run(HOSTS.set, "kept")
        context.run(act, arm, disarm)

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


def contexts_left(arm, disarm):
    older = contextvars.copy_context()

    with manager:
        older.run(arm)
        disarm()
        assert held()
    assert not older.run(held), "a context of the host stays held"


def contexts_abandoned(arm, disarm):
    older = contextvars.copy_context()

    def abandon():
        ExitStack().enter_context(manager)
        arm()
        return "result"

    with wide:
        answer = None
        try:
            answer = older.run(abandon)
        finally:
            disarm()
            assert answer == "result", "leaving a context fails"
        assert held()


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


@contextlib.contextmanager
def threads_awaited():
    """
    Wait for the threads that were started in the block to be gone.

    CPython may find no memory to tell a thread's number when the thread runs already: its start() fails, nothing can
    join it, and it goes on into whatever comes next.
    """
    before = len(os.listdir("/proc/self/task"))
    try:
        yield
    finally:
        while len(os.listdir("/proc/self/task")) > before:
            time.sleep(0.001)


def threads(arm, disarm):
    answers = []

    def body():
        disarm()
        answers.append(held())

    try:
        with threads_awaited(), manager:
            thread = threading.Thread(target=body)
            arm()
            try:
                thread.start()
            finally:
                disarm()
                assert held()
            thread.join()
    finally:
        assert False not in answers, "a thread whose start failed runs free"
    assert answers == [True]


def pools(arm, disarm):
    with threads_awaited(), ThreadPoolExecutor(1) as pool:
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
    def job():
        try:
            arm()
            os.close(os.open(MARKER, os.O_RDONLY))
        finally:
            disarm()

    with threads_awaited(), ThreadPoolExecutor(1) as pool:
        pool.submit(int).result()
        with manager:
            future = pool.submit(job)
            try:
                future.result()
            except Violation:
                pass
            else:
                raise AssertionError("a job runs free")
            finally:
                assert pool.submit(held).result() is True
        assert pool.submit(held).result() is False, "a worker of the host stays held"


def tasks(arm, disarm):
    inside, outside = [], []
    # What CPython puts back behind a loop, and did not if the first of it found no memory: then each loop holds the one before.
    asyncio._set_running_loop(None)
    sys.set_asyncgen_hooks(None, None)

    async def guest():
        with manager:
            arm()
            await asyncio.sleep(0)
            inside.append(held_without_memory(disarm, arm))
            os.close(os.open(OPEN, os.O_RDONLY))
            await asyncio.sleep(0)
        arm()
        await asyncio.sleep(0)
        outside.append(held_without_memory(disarm, arm))

    async def host():
        for _ in range(4):
            outside.append(held_without_memory(disarm, arm))
            await asyncio.sleep(0)

    async def started_inside():
        for _ in range(4):
            inside.append(held_without_memory(disarm, arm))
            await asyncio.sleep(0)

    async def main():
        free = [asyncio.create_task(body()) for body in (host, guest, guest)]
        with manager:
            bound = asyncio.create_task(started_inside())
        answers = await asyncio.gather(*free, bound, return_exceptions=True)
        disarm()
        for answer in answers:
            if answer is not None:
                raise answer

    # A loop tells its handler what a step raised, and never takes the next step of that task: whoever waits for it
    # waits for ever. CPython's own: call_soon(_testcapi.set_nomemory, number, number + 1) beside a task that is awaited.
    def step_is_lost(loop, details):
        disarm()
        lost.append(details.get("exception"))
        loop.stop()

    lost = []
    with contextlib.closing(asyncio.new_event_loop()) as loop:
        loop.set_exception_handler(step_is_lost)
        try:
            loop.run_until_complete(main())
        except RuntimeError:
            if not lost:
                raise
            assert isinstance(lost[0], MemoryError), lost
            raise MemoryError from None
        finally:
            disarm()
            assert set(inside) <= {True}, "a task runs free"
            assert set(outside) <= {False}, "a task of the host is held"
