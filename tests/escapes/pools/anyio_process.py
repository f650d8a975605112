"""
A job is given to a process of anyio's that the host's loop keeps.

needs: anyio
"""

import functools
import pathlib

import anyio
from anyio import to_process


def enter(world, manager, guest):
    async def main():
        assert await to_process.run_sync(int) == 0
        with manager:
            await guest(world)
        assert await to_process.run_sync(int) == 0

    anyio.run(main)


async def guest(world):
    await to_process.run_sync(functools.partial(pathlib.Path.write_text, world.canary, "harmed"))
