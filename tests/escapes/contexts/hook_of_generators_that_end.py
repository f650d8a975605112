"""The host's asynchronous generators are handed to the guest's function when they are let go of."""

import sys


def enter(world, manager, guest):
    async def generate():
        yield

    def step():
        try:
            generate().__anext__().send(None)
        except StopIteration:
            pass

    before = sys.get_asyncgen_hooks()
    with manager:
        guest(world)
    try:
        step()
    finally:
        sys.set_asyncgen_hooks(*before)


def guest(world):
    sys.set_asyncgen_hooks(finalizer=lambda _: world.attempt(world.harm))
