"""The hooks of an event loop do the harm when a trusted asynchronous generator is first iterated, and when it is dropped."""

import sys

from fastaudit import trusted


def host(world):
    @trusted
    async def tool():
        yield

    world.tool = tool


def guest(world):
    def hook(_):
        world.attempt(world.harm)

    before = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(firstiter=hook, finalizer=hook)
    body = world.tool()
    world.attempt(body.asend(None).send, None)
    del body
    sys.set_asyncgen_hooks(*before)
