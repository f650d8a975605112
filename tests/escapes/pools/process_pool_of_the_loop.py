"""A loop gives a job to a process pool of the host's."""

import asyncio
import concurrent.futures
import functools
import multiprocessing
import pathlib


def host(world):
    world.pool = concurrent.futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork"))
    world.pool.submit(int).result()


def guest(world):
    async def main():
        job = functools.partial(pathlib.Path.write_text, world.canary, "harmed")
        await asyncio.get_running_loop().run_in_executor(world.pool, job)

    asyncio.run(main())


def after(world):
    assert world.pool.submit(int).result() == 0
    world.pool.shutdown()
