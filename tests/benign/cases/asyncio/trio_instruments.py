"""trio: a loop with instruments, which is the guest's own.
needs: trio
"""

import trio


def guest(box):
    class Watch(trio.abc.Instrument):
        def __init__(self):
            self.seen = set()

        def task_spawned(self, task):
            self.seen.add("spawned")

        def before_io_wait(self, timeout):
            self.seen.add("waited")

        def after_run(self):
            self.seen.add("ended")

    first, second = Watch(), Watch()

    async def main():
        trio.lowlevel.add_instrument(second)
        await trio.sleep(0.001)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(trio.sleep, 0)
        trio.lowlevel.remove_instrument(second)

    trio.run(main, instruments=[first])
    return sorted(first.seen), sorted(second.seen)
