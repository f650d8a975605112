"""A decorated generator is awaited, and yields the host's task what says that it is no future, and then that it is one."""

import asyncio

import hosts


def enter(world, manager, guest):
    class Awaited:
        __await__ = hosts.decorated(manager, lambda_of(guest, world))

    async def main():
        await Awaited()

    asyncio.run(main())


def lambda_of(guest, world):
    def body(_):
        yield from guest(world)

    return body


def guest(world):
    class Yielded:
        asked = 0

        def __getattr__(self, name):
            if name == "_asyncio_future_blocking":
                self.asked += 1
                if self.asked > 1:
                    world.attempt(world.harm)
            raise AttributeError(name)

        def __repr__(self):
            world.attempt(world.harm)
            return ""

    yield Yielded()
