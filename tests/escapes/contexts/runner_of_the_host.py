"""A runner of the host's is given the harm to run, inside, in the context that the host made for it."""

import asyncio
import contextvars


def host(world):
    world.context = contextvars.copy_context()
    world.runner = asyncio.Runner()
    world.runner.get_loop()


def guest(world):
    async def work():
        world.harm()

    world.runner.run(work(), context=world.context)


def after(world):
    world.runner.close()
