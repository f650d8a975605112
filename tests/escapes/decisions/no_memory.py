"""The guest does the harm where hardly any memory is left."""

import resource


def host(world):
    world.before = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + (24 << 20), world.before[1]))


def guest(world):
    kept, size = [], 8 << 20
    while size > 1 << 10:
        try:
            kept.append(bytearray(size))
        except MemoryError:
            size //= 2
    for _ in range(100):
        if kept and _ > 20:
            kept.pop()
        try:
            world.harm()
            break
        except (MemoryError, PermissionError):
            pass
    kept.clear()


def after(world):
    resource.setrlimit(resource.RLIMIT_AS, world.before)
