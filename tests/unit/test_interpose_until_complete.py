"""A loop of the host's that runs until a guest's task is done: it ends, and asks what the task raised as the guest."""

import asyncio
import contextlib
import sysconfig

import pytest
from running import LOOPS, NOTHING, may

from fastaudit import sandbox


@pytest.fixture(params=LOOPS)
def loop(request):
    if request.param == "asyncio":
        made = asyncio.new_event_loop()
    else:
        import uvloop

        made = uvloop.new_event_loop()
    with contextlib.closing(made):
        yield made


class Error(Exception):
    """Whoever compares its class has it look into a file."""

    seen = None

    @property
    def __class__(self):
        Error.seen.append(may())
        return Error


async def returns(waits):
    for _ in range(waits):
        await asyncio.sleep(0)
    return may()


async def raises(waits, error):
    await returns(waits)
    raise error


@pytest.mark.parametrize("waits", [0, 1, 5])
def test_a_guests_task(loop, waits):
    with sandbox(NOTHING):
        task = loop.create_task(returns(waits))
    assert loop.run_until_complete(task) is False
    assert may()
    assert loop.run_until_complete(returns(waits)) is True


@pytest.mark.parametrize("error", [KeyError, KeyboardInterrupt, SystemExit, asyncio.CancelledError])
def test_a_guests_task_that_raises(loop, error):
    with sandbox(NOTHING):
        task = loop.create_task(raises(1, error()))
    with pytest.raises(error):
        loop.run_until_complete(task)
    assert loop.run_until_complete(returns(1)) is True


def test_asyncio_asks_an_error_what_it_is_as_the_guest():
    Error.seen = []
    with contextlib.closing(asyncio.new_event_loop()) as loop:
        with sandbox(NOTHING):
            task = loop.create_task(raises(1, Error()))
        try:
            loop.run_until_complete(task)
        except Error:
            pass
    assert Error.seen
    assert not any(Error.seen)


def test_a_loop_that_ends_before_the_task_goes_on_with_it_later(loop):
    with sandbox(NOTHING):
        task = loop.create_task(returns(3))
    loop.call_soon(loop.stop)
    with pytest.raises(RuntimeError, match="stopped before"):
        loop.run_until_complete(task)
    assert loop.run_until_complete(task) is False


def test_inside_a_scope_everything_is_held(loop):
    with sandbox(NOTHING):
        assert loop.run_until_complete(returns(2)) is False
    assert loop.run_until_complete(returns(2)) is True


class Telling(asyncio.SelectorEventLoop):
    """A host's loop that tells a file that it stops."""

    told = 0

    def stop(self):
        assert may()
        self.told += 1
        super().stop()


@pytest.mark.skipif(
    bool(sysconfig.get_config_var("Py_GIL_DISABLED")), reason="without a GIL the classes of loops are not looked at"
)
@pytest.mark.parametrize("error", [None, KeyError, asyncio.CancelledError])
def test_what_a_loop_of_the_hosts_does_when_it_stops_is_not_held_to_the_task(error):
    with contextlib.closing(Telling()) as loop:
        with sandbox(NOTHING):
            task = loop.create_task(raises(1, error()) if error else returns(1))
        with pytest.raises(error) if error else contextlib.nullcontext():
            loop.run_until_complete(task)
        assert loop.told == 1
