"""What holding costs those who switch contexts: Context.run, the steps of asyncio's tasks, and starting threads."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Iterator

from measure import Case, World, main

RUN = "Context.run"
STEP = "a step of a task"
THREAD = "start and join a thread"
NUMBER = 1000


def nothing() -> None:
    pass


async def step_often() -> None:
    for _ in range(NUMBER):
        await asyncio.sleep(0)


def cases(world: World) -> Iterator[Case]:
    yield Case(RUN, "run(nothing)", {"run": contextvars.Context().run, "nothing": nothing})
    loop = asyncio.new_event_loop()
    names = {"complete": loop.run_until_complete, "step_often": step_often}
    yield Case(STEP, "complete(step_often())", names, operations=NUMBER)
    loop.close()
    names = {"Thread": threading.Thread, "nothing": nothing}
    yield Case(THREAD, "thread = Thread(target=nothing); thread.start(); thread.join()", names, countable=False)


if __name__ == "__main__":
    main(cases)
