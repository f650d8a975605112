"""A pool that the guest makes does the harm."""

import concurrent.futures


def guest(world):
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        pool.submit(world.harm).result()
