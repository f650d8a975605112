"""How hosts hold their guests, where several techniques need the same one."""

import asyncio
import contextvars


def in_a_loop(world, manager, guest):
    """Hold it in a task of a loop that goes on for a moment; `world.context` is a context of the host's."""

    async def main():
        world.context = contextvars.copy_context()
        with manager:
            guest(world)
        await asyncio.sleep(0.05)

    asyncio.run(main())
