"""The initializer of a pool that the guest makes does the harm."""

import concurrent.futures


def guest(world):
    with concurrent.futures.ThreadPoolExecutor(1, initializer=world.harm) as pool:
        pool.submit(int).result()
