"""A server's callable is given messages whose methods do the harm, and an exception that does it when it is shown."""

from fastaudit import adapt


def host(world):
    async def send(message):
        for key in message:
            try:
                str(message[key])
                await pause()
            except ValueError as error:
                str(error)

    class pause:
        def __await__(self):
            yield

    world.send, world.adapted = send, adapt(send)


def guest(world):
    class Text(str):
        def __str__(self):
            world.harm()
            return ""

    class Message(dict):
        def __iter__(self):
            world.harm()
            return iter(["x"])

    class Error(ValueError):
        __str__ = Text.__str__

    for message in (Message(x=1), {"x": Text()}):
        world.attempt(world.adapted(message).send, None)
    steps = world.adapted({"x": 1})
    steps.send(None)
    world.attempt(steps.throw, Error())
    steps = world.send({"x": Text()})
    steps.send(None)
