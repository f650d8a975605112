"""What loops are told inside is plain, and jobs are run by whoever the loop's maker said; hosts say what they like."""

import asyncio
import concurrent.futures
import contextlib
import os
import signal
import socket

import pytest
from running import LOOPS, NOTHING, run

from fastaudit import Policy, ScopeError, sandbox


@pytest.fixture(params=LOOPS)
def loop(request):
    with sandbox(NOTHING):
        pass  # from here on asyncio and uvloop are interposed
    return request.param


def new_loop(kind):
    if kind == "asyncio":
        return asyncio.new_event_loop()
    import uvloop

    return uvloop.new_event_loop()


@contextlib.contextmanager
def pipe():
    reading, writing = os.pipe()
    try:
        yield reading, writing
    finally:
        os.close(reading)
        os.close(writing)


def executor():
    return concurrent.futures.ThreadPoolExecutor(1)


def test_a_guest_does_not_exchange_its_hosts_executor(loop):
    async def main():
        own = asyncio.get_running_loop()
        own.set_default_executor(hosts := executor())
        with sandbox(NOTHING), pytest.raises(ScopeError, match="executor"):
            own.set_default_executor(executor())
        hosts.shutdown()
        with pytest.raises(RuntimeError):
            await own.run_in_executor(None, int)
        own.set_default_executor(executor())
        return await own.run_in_executor(None, int, "5")

    assert run(main(), loop) == 5


def test_a_loop_of_the_hosts_that_does_not_run_keeps_its_executor(loop):
    own = new_loop(loop)
    with sandbox(NOTHING), pytest.raises(ScopeError):
        own.set_default_executor(executor())
    own.close()


def test_a_loop_that_was_made_inside_may_be_given_an_executor_there(loop):
    async def main():
        asyncio.get_running_loop().set_default_executor(executor())
        return await asyncio.get_running_loop().run_in_executor(None, int, "5")

    with sandbox(NOTHING):
        assert run(main(), loop) == 5
        own = new_loop(loop)
        own.set_default_executor(executor())
        own.close()


def test_it_may_not_be_further_in_nor_in_another_sandbox(loop):
    with sandbox(NOTHING):
        own = new_loop(loop)
        with sandbox(NOTHING), pytest.raises(ScopeError):
            own.set_default_executor(executor())
    with sandbox(NOTHING), pytest.raises(ScopeError):
        own.set_default_executor(executor())
    own.set_default_executor(executor())
    own.close()


@pytest.mark.parametrize("value", [True, False, 1, 0, "", [1]])
def test_debug_mode_is_what_was_said(loop, value):
    async def main():
        own = asyncio.get_running_loop()
        with sandbox(NOTHING):
            own.set_debug(value)
        told = own.get_debug()
        own.set_debug(False)
        return told

    assert run(main(), loop) is bool(value)


def test_what_cannot_be_asked_for_its_truth_is_no_debug_mode(loop):
    class Debug:
        def __bool__(self):
            raise KeyError("undecided")

    async def main():
        own = asyncio.get_running_loop()
        with sandbox(NOTHING), pytest.raises(KeyError):
            own.set_debug(Debug())
        return own.get_debug()

    assert run(main(), loop) is False


class Number(int):
    pass


class File:
    def __init__(self, descriptor):
        self.descriptor = descriptor

    def fileno(self):
        return self.descriptor


@pytest.mark.parametrize("kind", [int, Number, File])
def test_descriptors_and_files_are_watched_inside(loop, kind):
    async def main():
        own, seen = asyncio.get_running_loop(), asyncio.Event()
        with pipe() as (reading, writing):
            with sandbox(NOTHING):
                own.add_reader(kind(reading), seen.set)
            os.write(writing, b"x")
            await asyncio.wait_for(seen.wait(), 5)
            with sandbox(NOTHING):
                assert own.remove_reader(kind(reading)) is not False
                own.add_writer(kind(writing), seen.set)
            seen.clear()
            await asyncio.wait_for(seen.wait(), 5)
            own.remove_writer(writing)
        return True

    assert run(main(), loop)


def test_a_socket_is_watched_as_itself(loop):
    async def main():
        own, seen = asyncio.get_running_loop(), asyncio.Event()
        one, other = socket.socketpair()
        with one, other:
            one.setblocking(False)
            with sandbox(NOTHING):
                own.add_reader(one, seen.set)
            other.send(b"x")
            await asyncio.wait_for(seen.wait(), 5)
            with sandbox(NOTHING):
                own.remove_reader(one)
        return True

    assert run(main(), loop)


@pytest.mark.parametrize("file", [object(), None, "text"])
def test_what_is_no_file_is_a_mistake_as_ever(loop, file):
    async def main():
        own = asyncio.get_running_loop()
        with sandbox(NOTHING), pytest.raises((ValueError, TypeError)):
            own.add_reader(file, print)
        with sandbox(NOTHING), pytest.raises(TypeError):
            own.add_reader()

    run(main(), loop)


def test_a_file_that_is_closed_is_a_mistake_as_ever(loop):
    async def main():
        own = asyncio.get_running_loop()
        with sandbox(NOTHING), pytest.raises((ValueError, OSError)):
            own.add_reader(File(-1), print)

    run(main(), loop)


def test_by_name_as_by_position(loop):
    async def main():
        own, seen = asyncio.get_running_loop(), asyncio.Event()
        name = "fd" if loop == "asyncio" else "fileobj"
        with pipe() as (reading, writing):
            os.write(writing, b"x")
            with sandbox(NOTHING):
                own.add_reader(callback=seen.set, **{name: Number(reading)})
            await asyncio.wait_for(seen.wait(), 5)
            own.remove_reader(reading)

    run(main(), loop)


@pytest.mark.parametrize("number", [signal.SIGUSR1, int(signal.SIGUSR1), Number(signal.SIGUSR1)])
def test_signals_are_handled_by_their_number(loop, number):
    async def main():
        own, seen = asyncio.get_running_loop(), asyncio.Event()
        with sandbox(Policy.unrestricted()):
            own.add_signal_handler(number, seen.set)
        os.kill(os.getpid(), signal.SIGUSR1)
        await asyncio.wait_for(seen.wait(), 5)
        return own.remove_signal_handler(signal.SIGUSR1)

    assert run(main(), loop) is True
