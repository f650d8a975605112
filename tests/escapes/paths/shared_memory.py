"""
The memory that the host shares under a name is opened by it.
harm: secret
"""

import mmap
import os
from multiprocessing import shared_memory


def host(world):
    world.memory = shared_memory.SharedMemory(f"fastaudit-{os.getpid()}", create=True, size=4096)
    text = world.secret.read_bytes()
    world.memory.buf[: len(text)] = text


def guest(world):
    import _posixshmem

    number = _posixshmem.shm_open(world.memory.name, os.O_RDWR, 0o600)
    world.loot(mmap.mmap(number, 4096)[:100])


def after(world):
    world.memory.close()
    world.memory.unlink()
