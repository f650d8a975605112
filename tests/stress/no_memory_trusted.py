"""More acts that no_memory.py runs without memory: trusted functions, whose callers must be held again afterwards."""

import contextlib
import types

from no_memory_acts import held, held_without_memory, manager, wide

from fastaudit import _core, adapt, sandbox, trusted


@contextlib.contextmanager
def inside(disarm):
    """Run a block as a guest, which has to be one at its end, whatever it lacked."""
    with manager:
        try:
            yield
        finally:
            disarm()
            assert held(), "the guest got away"


def trusted_function(arm, disarm):
    @trusted
    def function():
        answers.append(held_without_memory(disarm, arm))

    answers = []
    with inside(disarm):
        arm()
        function()
    assert not any(answers)


def trusted_with_a_policy(arm, disarm):
    answers = []
    function = trusted(manager.policy)(lambda: answers.append(held_without_memory(disarm, arm)))
    with inside(disarm):
        arm()
        function()
    assert all(answers)


def trusted_made_inside(arm, disarm):
    answers = []
    with inside(disarm):
        arm()
        function = trusted(lambda: answers.append(held_without_memory(disarm, arm)))
        function()
    assert all(answers)


def trusted_leaves_others_open(arm, disarm):
    @trusted
    def function():
        wide.start()
        next(generator)
        arm()

    def body():
        with wide:
            yield

    generator = body()
    try:
        with inside(disarm):
            function()
    finally:
        disarm()
        generator.close()


def trusted_generator(arm, disarm):
    @trusted
    def body():
        disarm()
        assert not held()
        with wide:
            arm()
            yield
            disarm()
            assert held()
            arm()

    with inside(disarm):
        generator = body()
        try:
            arm()
            next(generator)
            disarm()
            assert held()
            arm()
            next(generator, None)
        finally:
            disarm()
            generator.close()


def trusted_async_generator(arm, disarm):
    @trusted
    async def body():
        disarm()
        assert not held()
        arm()
        yield

    async def use():
        async for _ in body():
            disarm()
            assert held()
            arm()

    with inside(disarm):
        arm()
        coroutine = use()
        try:
            with contextlib.suppress(StopIteration):
                coroutine.send(None)
        finally:
            disarm()
            coroutine.close()


def trusted_in_trusted(arm, disarm):
    inner = trusted(sandbox(manager.policy)(lambda: answers.append(held_without_memory(disarm, arm))))

    @trusted
    def outer():
        inner()
        answers.append(not held_without_memory(disarm, arm))

    answers = []
    with inside(disarm):
        arm()
        outer()
    assert all(answers)


def adapted(arm, disarm):
    async def receive(message):
        answers.append(held_without_memory(disarm, arm))

    answers = []
    function = adapt(receive)
    with inside(disarm):
        arm()
        coroutine = function({"a": [1, 2.5, b"x", ("y",)]})
        try:
            coroutine.send(None)
        except StopIteration:
            pass
        finally:
            disarm()
            coroutine.close()
    assert not any(answers)


def exchanged(arm, disarm):
    async def send(message):
        answers.append(held_without_memory(disarm, arm))
        await step()
        answers.append(held_without_memory(disarm, arm))

    @types.coroutine
    def step():
        yield

    answers = []
    _, function = _core.exchange(step, send, ValueError, True)
    with inside(disarm):
        arm()
        for _ in range(2):
            call = function({"type": "http.response.start", "headers": [[b"x", ("y",)]]})
            try:
                call.send(None)
                disarm()
                assert held(), "the guest got away"
                arm()
                call.send(None)
            except StopIteration:
                pass
            finally:
                disarm()
                call.close()
            arm()
    assert not any(answers)
