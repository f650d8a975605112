"""Entering and leaving, nesting, and what a generator with an open scope costs everybody else."""

from __future__ import annotations

import contextlib
import contextvars
import os
from collections.abc import Callable, Iterator
from typing import Any

from measure import Case, World, main

PAIR = "ContextVar set + reset"
ENTER = "enter + exit"
DEPTHS = (1, 2, 4, 8, 16, 32, 64)  # scopes around each other
CALLS = (1, 10, 100, 400)  # calls, or generators, around an event
RESUME = "resume a generator"
NUMBER = 1000


def nested_open(depth: int) -> str:
    return f"os.open + close under {depth} scopes"


def nested_event(depth: int) -> str:
    return f"event of a right under {depth} scopes"


def at_calls(depth: int) -> str:
    return f"event at call depth {depth}"


def at_generators(depth: int) -> str:
    return f"event under {depth} running generators"


def calling(depth: int) -> Callable[..., float]:
    """Run the loop with so many Python calls beneath it."""

    def deeper(left: int, function: Callable[..., float], args: tuple[Any, ...]) -> float:
        return deeper(left - 1, function, args) if left else function(*args)

    return lambda function, *args: deeper(depth, function, args)


def yielding(depth: int) -> Callable[..., float]:
    """Run the loop in so many generators, each running the next."""

    def inner(left: int, function: Callable[..., float], args: tuple[Any, ...]) -> Iterator[float]:
        yield next(inner(left - 1, function, args)) if left else function(*args)

    return lambda function, *args: next(inner(depth, function, args))


def numbers() -> Iterator[int]:
    for number in range(NUMBER):  # noqa: UP028  each resumption is what is measured
        yield number


def nested(world: World) -> Iterator[Case]:
    """The same operation under more and more scopes, each with a policy of its own."""
    from instruments import raise_events

    from fastaudit import Policy, sandbox

    file = world.folder / "file"
    file.touch()
    folder = str(world.folder)
    policies = [Policy(name=f"policy {index}", read=[folder], limits=True) for index in range(max(DEPTHS))]

    def around(depth: int) -> Callable[[], contextlib.AbstractContextManager[Any]]:
        @contextlib.contextmanager
        def enter() -> Iterator[None]:
            handles = [sandbox(policy).start() for policy in policies[:depth]]
            try:
                yield
            finally:
                for handle in reversed(handles):
                    handle.stop()

        return enter

    names = {"open": os.open, "close": os.close, "path": str(file)}
    raised = {"raise_events": raise_events, "number": NUMBER, "operand": ()}
    for depth in DEPTHS:
        yield Case(nested_open(depth), "close(open(path, 0))", names, around(depth))
        yield Case(
            nested_event(depth),
            "raise_events('resource.setrlimit', operand, number)",
            raised,
            around(depth),
            operations=NUMBER,
        )


def cases(world: World) -> Iterator[Case]:
    variable: contextvars.ContextVar[object] = contextvars.ContextVar("variable")
    yield Case(
        PAIR, "variable.reset(variable.set(value))", {"variable": variable, "value": object()}, contextlib.nullcontext
    )
    if world.setup == "inside":
        names: dict[str, Any] = {"manager": world.around()}
        yield Case(ENTER, "with manager: pass", names, contextlib.nullcontext)
        yield from nested(world)
    elif world.around is not contextlib.nullcontext:
        yield Case(ENTER, "with around(): pass", {"around": world.around}, contextlib.nullcontext)
    if world.setup in ("no hook", "empty C hook", "idle", "elsewhere", "generator"):
        from instruments import raise_events

        raised = {"raise_events": raise_events, "number": NUMBER, "operand": ()}
        event = "raise_events('benchmark.event', operand, number)"
        for depth in CALLS:
            yield Case(at_calls(depth), event, raised, operations=NUMBER, run=calling(depth), countable=depth < 400)
            yield Case(at_generators(depth), event, raised, operations=NUMBER, run=yielding(depth), countable=False)
        resumed = {"numbers": numbers}
        yield Case(RESUME, "for number in numbers(): pass", resumed, operations=NUMBER)


if __name__ == "__main__":
    main(cases)
