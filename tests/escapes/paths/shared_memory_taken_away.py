"""The memory that the host shares under a name is deleted."""

import os
from multiprocessing import shared_memory


def host(world):
    world.memory = shared_memory.SharedMemory(f"fastaudit-{os.getpid()}", create=True, size=4096)


def guest(world):
    import _posixshmem

    _posixshmem.shm_unlink(world.memory.name)


def after(world):
    world.memory.close()
    try:
        world.memory.unlink()
    except FileNotFoundError:
        world.harm()
