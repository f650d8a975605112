"""A thread's running loop is taken away by the call that set it, whatever holds that call meanwhile."""

import asyncio
import signal

import pytest

from fastaudit import ScopeError


@pytest.fixture(autouse=True)
def _interrupts():
    """A runner does not know its own handler again, where a scope has ended meanwhile that it was set under."""
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


def test_a_generator_closed_while_the_loop_runs_does_not_keep_the_loop_from_ending(hold, probe):
    def body():
        with hold("a"):
            yield

    async def main():
        generator.close()
        return probe()

    with hold("b"):
        generator = body()
        next(generator)
        assert probe() == "ab"
        assert asyncio.run(main()) == "ab"  # the task's context was copied while the scope was open
        assert probe() == "b"
        assert asyncio.run(asyncio.sleep(0, "another loop can run")) == "another loop can run"


@pytest.mark.parametrize("loop", [None, "another"])
def test_a_guest_cannot_take_its_hosts_loop_away(hold, loop):
    async def main():
        with hold("a"), pytest.raises(ScopeError, match="cannot exchange the event loop"):
            asyncio._set_running_loop(loop)
        return asyncio.get_running_loop()

    assert asyncio.run(main()) is not None


def test_a_finaliser_of_a_guests_is_not_who_started_the_loop(hold):
    async def main():
        refused = []

        class Trap:
            def __del__(self):
                try:
                    with hold("a"):
                        asyncio._set_running_loop(None)
                except ScopeError as error:
                    refused.append(str(error))

        Trap()
        return refused, asyncio.get_running_loop()

    refused, running = asyncio.run(main())
    assert len(refused) == 1 and running is not None
