"""More acts that no_memory.py runs without memory: what asyncio asks of a guest's objects, which has to be held whenever it is asked."""

import asyncio
import contextlib
import contextvars
import logging
import sys
from concurrent.futures import Future

from no_memory_acts import held_without_memory, manager

from fastaudit import ScopeError, sandbox

for name in ("asyncio", "concurrent.futures"):
    logging.getLogger(name).addHandler(logging.NullHandler())
    logging.getLogger(name).propagate = False
loop = asyncio.new_event_loop()


def turn():
    """Let the loop do what it has to do."""
    loop.call_soon(loop.stop)
    loop.run_forever()


@contextlib.contextmanager
def running(disarm):
    """Say that the loop runs, for bodies that are driven by hand."""
    asyncio._set_running_loop(loop)
    try:
        yield
    finally:
        disarm()
        asyncio._set_running_loop(None)


def telling(arm, disarm, answers):
    """Make a future that tells whether those that ask it are held."""

    class Told(asyncio.Future):
        def get_loop(self):
            answers.append(held_without_memory(disarm, arm))
            return super().get_loop()

        def add_done_callback(self, *args, **options):
            answers.append(held_without_memory(disarm, arm))
            return super().add_done_callback(*args, **options)

        def result(self):
            answers.append(held_without_memory(disarm, arm))
            return super().result()

        def cancel(self, *args, **options):
            answers.append(held_without_memory(disarm, arm))
            return super().cancel(*args, **options)

        def __repr__(self):
            answers.append(held_without_memory(disarm, arm))
            return ""

    return Told(loop=loop)


def decorated_waits(arm, disarm):
    @sandbox(manager.policy)
    async def wait():
        return await future

    answers = []
    for cancels in (False, True):
        future = telling(arm, disarm, answers)
        body = wait()
        try:
            with running(disarm):
                arm()
                shown = body.send(None)
                repr(shown)
                shown.add_done_callback(int)
                if cancels:
                    shown.cancel()
                else:
                    disarm()
                    asyncio.Future.set_result(future, None)
                    arm()
                with contextlib.suppress(asyncio.CancelledError, asyncio.InvalidStateError):
                    shown.result()
                with contextlib.suppress(StopIteration, asyncio.CancelledError):
                    body.send(None)
        finally:
            disarm()
            body.close()
            asyncio.Future.cancel(future)
            turn()
    assert all(answers)


def decorated_yields(arm, disarm):
    class Yielded:
        def __repr__(self):
            answers.append(held_without_memory(disarm, arm))
            return ""

        def __await__(self):
            yield self

    @sandbox(manager.policy)
    async def give():
        await Yielded()

    answers = []
    body = give()
    try:
        with running(disarm), contextlib.suppress(RuntimeError):
            arm()
            body.send(None)
    finally:
        disarm()
        body.close()
    assert all(answers)


def callbacks_that_raise(arm, disarm):
    class Shown(Exception):
        def __call__(self):
            arm()
            raise self

        def __str__(self):
            answers.append(held_without_memory(disarm, arm))
            return ""

        __repr__ = __str__

    answers = []
    free = contextvars.copy_context()
    with manager:
        handles = [asyncio.Handle(Shown(), (), loop, context) for context in (None, free)]
    for handle in handles:
        with running(disarm):
            handle._run()
    assert all(answers)


def job_callbacks(arm, disarm):
    def callback(_):
        answers.append(held_without_memory(disarm, arm))
        raise ValueError

    answers = []
    job = Future()
    with manager:
        arm()
        job.add_done_callback(callback)
        disarm()
    arm()
    job.set_result(1)
    disarm()
    assert all(answers)


def tasks_are_asked(arm, disarm):
    """A task is shown, cancelled and let go of from outside. Its loop does not run: CPython loses a task's step without memory."""
    answers = []
    told = False

    def tell(*_):
        if told:
            answers.append(held_without_memory(disarm, arm))

    class Future(asyncio.Future):
        def cancel(self, *_, **__):
            tell()
            return True

        def __repr__(self):
            tell()
            return ""

    async def wait():
        await future

    future = Future(loop=loop)
    with manager:
        task = asyncio.Task(wait(), loop=loop)
        task.add_done_callback(tell)
    turn()
    loop.set_exception_handler(tell)
    lacked = None
    for ask in (repr, asyncio.Task.cancel, asyncio.Task.__del__):
        try:
            told = True
            arm()
            ask(task)
        except MemoryError as error:
            disarm()
            lacked = error
        finally:
            disarm()
            told = False
    loop.set_exception_handler(None)
    asyncio.Future.set_result(future, None)
    turn()
    assert task.done()
    assert all(answers)
    if lacked is not None:
        raise MemoryError


class Name(str):
    __slots__ = ()

    def __str__(self):
        return self


def tasks_are_marked(arm, disarm):
    """What a guest hangs on a task and tells a loop is refused or made plain."""

    async def nothing():
        pass

    task = asyncio.Task(nothing(), loop=loop)
    policies = asyncio.events
    get = getattr(policies, "_get_event_loop_policy", policies.get_event_loop_policy)
    set_policy = getattr(policies, "_set_event_loop_policy", policies.set_event_loop_policy)
    hosts, hooks = get(), sys.get_asyncgen_hooks()
    marks = [
        (setattr, task, "cancel", int),
        (task.set_name, Name("name")),
        (loop.set_default_executor, None),
        (asyncio.tasks._register_task, int),
        (set_policy, type(hosts)()),
        (sys.set_asyncgen_hooks, int, int),
    ]
    lacked = None
    with manager:
        for mark, *args in marks:
            try:
                arm()
                mark(*args)
            except MemoryError as error:
                disarm()
                lacked = error
            except ScopeError:
                pass
            finally:
                disarm()
    turn()
    assert task.cancel.__self__ is task
    assert type(task.get_name()) is str
    assert get() is hosts
    assert int not in sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(*hooks)
    if lacked is not None:
        raise MemoryError
