"""The host's asynchronous generators begin with a call of the guest's function."""

import sys


def enter(world, manager, guest):
    async def generate():
        yield

    before = sys.get_asyncgen_hooks()
    with manager:
        guest(world)
    step = generate().__anext__()
    try:
        step.send(None)
    except StopIteration:
        pass
    finally:
        sys.set_asyncgen_hooks(*before)


def guest(world):
    sys.set_asyncgen_hooks(lambda _: world.attempt(world.harm), None)
