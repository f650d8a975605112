"""A runner that is used twice."""

import asyncio
import contextvars

variable = contextvars.ContextVar("variable", default=0)


def guest(box):
    async def main():
        variable.set(variable.get() + 1)
        return variable.get()

    with asyncio.Runner() as runner:
        return [runner.run(main()) for _ in range(3)]
