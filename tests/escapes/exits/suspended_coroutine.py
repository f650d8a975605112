"""A coroutine of the guest's is suspended in a scope that allows everything."""

from fastaudit import Policy, sandbox


class Pause:
    def __await__(self):
        yield


def guest(world):
    async def body():
        with sandbox(Policy.unrestricted()):
            await Pause()

    coroutine = body()
    coroutine.send(None)
    try:
        world.harm()
    finally:
        world.attempt(coroutine.close)
