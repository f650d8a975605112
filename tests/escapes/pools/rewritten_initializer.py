"""The guest gives the host's pool an initializer, and starts its first thread."""

import concurrent.futures


def host(world):
    world.pool = concurrent.futures.ThreadPoolExecutor(1)


def guest(world):
    world.pool._initializer = lambda: world.attempt(world.harm)
    if hasattr(world.pool, "_create_worker_context"):  # 3.14 and later
        make, _ = type(world.pool).prepare_context(world.pool._initializer, ())
        world.pool._create_worker_context = make
    world.pool.submit(int).result()


def after(world):
    world.pool.shutdown()
