"""Another act that no_memory.py runs without memory: what trio's runner is told inside is held whenever it runs."""

import contextlib

import trio
from no_memory_acts import held_without_memory, manager

from fastaudit import Violation


def runner(arm, disarm):
    """What trio's runner is given inside is held when it runs; where it was not given, the guest hears of it."""
    answers = []
    lacked = []

    def tell():
        answers.append(held_without_memory(disarm, disarm))  # trio goes on with memory

    async def task():
        tell()
        await trio.sleep(0)
        tell()

    async def main():
        token = trio.lowlevel.current_trio_token()
        async with trio.open_nursery() as nursery:
            ways = [
                lambda: token.run_sync_soon(tell), lambda: trio.lowlevel.spawn_system_task(task),
                lambda: nursery.start_soon(task),
            ]  # fmt: skip
            for way in ways:
                with manager:
                    try:
                        arm()
                        way()
                    except MemoryError as error:
                        disarm()
                        lacked.append(error)
                    finally:
                        disarm()
                await trio.sleep(0)
                disarm()
            watch = trio.abc.Instrument()
            with manager, contextlib.suppress(Violation):
                arm()
                try:
                    trio.lowlevel.add_instrument(watch)
                except MemoryError as error:
                    disarm()
                    lacked.append(error)
                finally:
                    disarm()
            with contextlib.suppress(KeyError):
                trio.lowlevel.remove_instrument(watch)
                raise AssertionError("an instrument was added")

    trio.run(main)
    assert all(answers), "something runs free"
    if lacked:
        raise MemoryError
