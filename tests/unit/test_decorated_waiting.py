"""What a decorated coroutine waits for in asyncio: it meets what a bare one meets."""

import asyncio
import contextlib
import socket

import pytest

from fastaudit import Policy, current, sandbox

HELD = sandbox(Policy())


async def told(awaitable):
    """Say what comes of it, in words that can be compared."""
    try:
        return await awaitable
    except BaseException as error:
        return type(error), error.args


async def same(body, host=None):
    """Run *body* bare and decorated, with a host that may do something to its task; give what came of it."""
    outcomes = []
    for function in (body, HELD(body)):
        task = asyncio.ensure_future(function())
        if host is not None:
            await host(task)
        outcomes.append(await told(task))
        assert current() is None
    assert outcomes[0] == outcomes[1]
    return outcomes[0]


class Future(asyncio.Future):
    """One that tells under what its methods are called."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def cancel(self, *args, **options):
        self.seen.append(("cancel", current() is not None))
        return super().cancel(*args, **options)

    def result(self):
        self.seen.append(("result", current() is not None))
        return super().result()

    def add_done_callback(self, *args, **options):
        self.seen.append(("add_done_callback", current() is not None))
        return super().add_done_callback(*args, **options)


async def after_a_while(task):
    await asyncio.sleep(0.01)


async def cancelling(task):
    await asyncio.sleep(0.01)
    task.cancel("enough")


@pytest.mark.asyncio
async def test_results_and_errors_come_through():
    async def result():
        return await asyncio.get_running_loop().run_in_executor(None, int, "7")

    async def error():
        future = Future()
        asyncio.get_running_loop().call_soon(future.set_exception, KeyError("no"))
        await future

    assert await same(result) == 7
    assert await same(error) == (KeyError, ("no",))


@pytest.mark.asyncio
async def test_what_waits_is_one_thing_at_a_time():
    async def many():
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(asyncio.sleep(0.001, number)) for number in range(5)]
        gathered = await asyncio.gather(*(asyncio.sleep(0, number) for number in range(3)))
        first = await asyncio.wait_for(asyncio.shield(asyncio.sleep(0.001, "shielded")), 1)
        queue = asyncio.Queue()
        asyncio.get_running_loop().call_later(0.001, queue.put_nowait, "queued")
        return [task.result() for task in tasks], gathered, first, await queue.get()

    assert await same(many) == ([0, 1, 2, 3, 4], [0, 1, 2], "shielded", "queued")


@pytest.mark.asyncio
async def test_cancelling_reaches_what_is_waited_for():
    left = []

    async def child():
        try:
            await asyncio.sleep(10)
        finally:
            left.append("child")

    async def waits():
        try:
            await asyncio.gather(child(), child())
        except asyncio.CancelledError as error:
            left.append(error.args)
            raise

    assert (await same(waits, cancelling))[0] is asyncio.CancelledError
    half = len(left) // 2
    assert left[:half] == left[half:]
    assert left[:2] == ["child", "child"]


@pytest.mark.asyncio
async def test_what_is_cancelled_may_refuse():
    class Stubborn(asyncio.Future):
        def cancel(self, msg=None):
            self.asked = msg
            return True

    async def waits():
        future = Stubborn()
        asyncio.get_running_loop().call_later(0.02, future.set_result, "done all the same")
        return await future, future.asked

    assert await same(waits, cancelling) == ("done all the same", "enough")


@pytest.mark.asyncio
async def test_a_body_may_go_on_after_it_was_cancelled():
    async def waits():
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError as error:
            await asyncio.sleep(0.001)
            return "went on", error.args

    assert await same(waits, cancelling) == ("went on", ("enough",))


@pytest.mark.asyncio
async def test_time_is_up():
    async def waits():
        async with asyncio.timeout(0.01):
            await asyncio.get_running_loop().create_future()

    async def host(task):
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(task), 1)

    assert (await same(waits, host))[0] is TimeoutError


@pytest.mark.asyncio
async def test_methods_of_what_is_waited_for_are_called_inside():
    futures = []

    @HELD
    async def waits():
        futures.append(Future())
        await futures[0]

    task = asyncio.create_task(waits())
    await asyncio.sleep(0)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    seen = futures[0].seen
    assert {name for name, _ in seen} == {"add_done_callback", "cancel", "result"}
    assert all(inside for _, inside in seen)


class Yields:
    """An awaitable that yields one thing."""

    def __init__(self, thing):
        self.thing = thing

    def __await__(self):
        return (yield self.thing)


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", ["bad", "not blocking", "elsewhere", "itself"])
async def test_what_tasks_refuse_is_refused_inside(kind):
    other = asyncio.new_event_loop()

    async def waits():
        if kind == "bad":
            thing = object()
        elif kind == "not blocking":
            thing = asyncio.get_running_loop().create_future()
        elif kind == "elsewhere":
            thing = other.create_future()
            thing._asyncio_future_blocking = True
        else:
            thing = asyncio.current_task()
            thing._asyncio_future_blocking = True
        try:
            await Yields(thing)
        except RuntimeError as error:
            return type(error), current() is None
        finally:
            if kind == "itself":
                thing._asyncio_future_blocking = False

    decorated, bare = await HELD(waits)(), await waits()
    other.close()
    assert decorated[0] is bare[0] is RuntimeError
    assert not decorated[1]


@pytest.mark.asyncio
@pytest.mark.parametrize("value", [None, 1, 1.5, "text", b"bytes", True])
async def test_plain_values_pass_to_whoever_drives_by_hand(value):
    @HELD
    async def asks():
        return await Yields(value)

    body = asks()
    assert body.send(None) is value
    with pytest.raises(StopIteration) as stop:
        body.send("answer")
    assert stop.value.value == "answer"


def test_without_a_loop_anything_passes():
    thing = object()

    @HELD
    async def asks():
        return await Yields(thing)

    body = asks()
    assert body.send(None) is thing
    body.close()


@pytest.mark.asyncio
async def test_generators_wait_too():
    @HELD
    async def numbers():
        for number in range(3):
            yield await asyncio.sleep(0.001, number)

    assert [number async for number in numbers()] == [0, 1, 2]


@pytest.mark.asyncio
async def test_one_decorated_coroutine_in_another():
    @HELD
    async def inner():
        return await asyncio.get_running_loop().run_in_executor(None, len, "four")

    @HELD
    async def outer():
        return await inner()

    assert await outer() == 4


@pytest.mark.asyncio
async def test_a_body_that_is_closed_while_it_waits():
    @HELD
    async def waits():
        await future

    future = asyncio.get_running_loop().create_future()
    body = waits()
    shown = body.send(None)
    assert isinstance(shown, asyncio.Future) and asyncio.isfuture(shown)
    body.close()
    future.set_result(None)
    await asyncio.sleep(0)


@pytest.mark.asyncio
async def test_going_on_too_early_waits_again():
    @HELD
    async def waits():
        return await future

    future = asyncio.get_running_loop().create_future()
    body = waits()
    first, second = body.send(None), body.send(None)
    assert first is not second
    future.set_result("done")
    await asyncio.sleep(0.001)
    assert first.done() and second.done()
    with pytest.raises(StopIteration) as stop:
        body.send(None)
    assert stop.value.value == "done"


async def turns_of(depth, cancels):
    """Count the turns of the loop until a body that is decorated so many times over goes on."""
    future = asyncio.get_running_loop().create_future()

    async def body():
        await future

    for _ in range(depth):
        body = nested(body)
    task = asyncio.ensure_future(body())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel() if cancels else future.set_result(None)
    assert future.done()
    turns = 0
    while not task.done():
        await asyncio.sleep(0)
        turns += 1
    return turns


def nested(inner):
    @HELD
    async def outer():
        await inner()

    return outer


@pytest.mark.asyncio
@pytest.mark.parametrize("cancels", [False, True])
async def test_it_takes_no_turn_of_the_loop_more_however_deep(cancels):
    assert {await turns_of(depth, cancels) for depth in (0, 1, 5)} == {1}


@pytest.mark.asyncio
async def test_what_arrives_in_the_turn_of_a_cancellation_is_not_lost():
    async def left_in(wait):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ours.setblocking(False)
            task = asyncio.ensure_future(wait(ours))
            await asyncio.sleep(0.001)
            theirs.send(b"data")
            task.cancel()
            await told(task)
            await asyncio.sleep(0.001)
            return ours.recv(10)

    async def wait(end):
        return await asyncio.get_running_loop().sock_recv(end, 10)

    assert await left_in(wait) == b"data"
    assert await left_in(HELD(wait)) == b"data"


@pytest.mark.asyncio
async def test_what_is_shown_cannot_be_changed_or_made():
    seen = []

    @HELD
    async def waits():
        task = asyncio.current_task()
        asyncio.get_running_loop().call_soon(lambda: seen.append(task._fut_waiter))
        asyncio.get_running_loop().call_later(0.001, future.set_result, None)
        await future

    future = asyncio.get_running_loop().create_future()
    await waits()
    shown = seen[0]
    assert isinstance(shown, asyncio.Future)
    for name in ("cancel", "result", "__class__", "other"):
        with pytest.raises((AttributeError, TypeError)):
            setattr(shown, name, None)
    with pytest.raises(TypeError):
        type(shown)()
    with pytest.raises(TypeError):
        type(shown).cancel = None
    assert shown.done() and not shown.cancelled() and shown.result() is None and shown.exception() is None
    assert shown.get_loop() is asyncio.get_running_loop()


@pytest.mark.asyncio
async def test_a_handler_that_is_put_back_is_the_hosts_own():
    loop = asyncio.get_running_loop()
    told_of = []

    def own(loop, details):
        told_of.append(current() is None)

    loop.set_exception_handler(own)
    for _ in range(3):
        with HELD:
            before = loop.get_exception_handler()
            loop.set_exception_handler(lambda *_: None)
            loop.set_exception_handler(lambda *_: None)
            loop.set_exception_handler(before)
    assert loop.get_exception_handler() is own
    loop.call_soon(lambda: 1 / 0)
    await asyncio.sleep(0.001)
    assert told_of == [True]


@pytest.mark.asyncio
async def test_a_handler_that_is_set_again_and_again_does_not_nest():
    loop = asyncio.get_running_loop()
    with HELD:
        loop.set_exception_handler(lambda *_: None)
        first = loop.get_exception_handler()
        for _ in range(10):
            loop.set_exception_handler(loop.get_exception_handler())
        assert loop.get_exception_handler() is first
    loop.set_exception_handler(None)


@pytest.mark.asyncio
async def test_a_generator_that_is_awaited_is_held_too():
    class Waits:
        @HELD
        def __await__(self):
            return (yield from future.__await__())

    class Asked(Future):
        def get_loop(self):
            self.seen.append(("get_loop", current() is not None))
            return super().get_loop()

    future = Asked()
    asyncio.get_running_loop().call_later(0.001, future.set_result, 7)
    assert await Waits() == 7
    assert {name for name, _ in future.seen} == {"get_loop", "add_done_callback", "result"}
    assert all(inside for _, inside in future.seen)
