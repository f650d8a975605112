"""More acts that no_memory.py runs without memory: what asyncio asks of a guest's objects, which has to be held whenever it is asked."""

import asyncio
import contextlib
import contextvars
import logging

from no_memory_acts import held_without_memory, manager

from fastaudit import sandbox

logging.getLogger("asyncio").addHandler(logging.NullHandler())
logging.getLogger("asyncio").propagate = False
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

    class Future(asyncio.Future):
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

    return Future(loop=loop)


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
