"""The loop's own pool, made for the guest, does its harm for the guest after the end."""

import asyncio


def enter(world, manager, guest):
    async def main():
        world.left = asyncio.Event()
        with manager:
            guest(world)
        world.left.set()
        await asyncio.wait([world.task])

    asyncio.run(main())


def guest(world):
    async def work():
        await asyncio.to_thread(int)
        await world.left.wait()
        await asyncio.get_running_loop().run_in_executor(None, world.harm)

    world.task = asyncio.get_running_loop().create_task(work())
