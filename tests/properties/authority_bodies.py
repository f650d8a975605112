"""
Functions of four kinds that do what they are told, step by step, inside real `with` statements.

A body takes one order at a time: enter a block, leave the innermost one, raise through a few, end, or perform
something. Its source is written once and compiled for each kind, since what matters is whose frame a `with`
belongs to: a function's (which runs in a thread of its own), a generator's, a coroutine's, an async generator's.
"""

import contextlib
from typing import NamedTuple

KINDS = ("function", "generator", "coroutine", "async generator")
LEVELS = 3  # blocks inside one another in one frame: Python nests twenty statements at most


class Order(NamedTuple):
    """What a body is told. What a number or a name means depends on the kind."""

    kind: str
    name: str = "a"
    number: int = 0
    orders: tuple["Order", ...] = ()


class Planned(Exception):
    """Leaves as many blocks as it says, besides the innermost."""

    def __init__(self, levels):
        super().__init__(levels)
        self.levels = levels


_RECEIVE = {
    "function": "actor.receive()",
    "generator": "yield",
    "coroutine": "await actor.receive()",
    "async generator": "yield",
}

_LOOP = """
while True:
    order = {receive}
    if order.kind == "leave":
        break
    if order.kind == "raise":
        raise Planned(order.number)
"""

_AWAIT = """
    if order.kind == "await":
        await actor.awaits(order)
        continue
"""

_BLOCK = """
    if order.kind == "enter":
        block = block{depth} = actor.block(order, {is_async})
        try:
            {a}with {stack}() as stack, block.manager as box:
                block.entered(box, stack)
                for manager in block.stacked:
                    block.entered({enter}(manager))
{inner}
        except Planned as error:
            if error.levels:
                error.levels -= 1
                raise
        finally:
            block{depth}.left()
        continue
"""

_PERFORM = """
    actor.perform(order)
"""


def _level(kind, depth):
    lines = _LOOP.format(receive=_RECEIVE[kind])
    if kind == "coroutine":
        lines += _AWAIT
    if depth < LEVELS:
        is_async = kind in ("coroutine", "async generator") and depth % 2 == 0
        inner = _level(kind, depth + 1)
        lines += _BLOCK.format(
            depth=depth,
            is_async=is_async,
            a="async " if is_async else "",
            stack="AsyncExitStack" if is_async else "ExitStack",
            enter="await stack.enter_async_context" if is_async else "stack.enter_context",
            inner="\n".join(" " * 16 + line for line in inner.splitlines()),
        )
    return lines + _PERFORM


def _compiled(kind):
    head = ("async " if kind in ("coroutine", "async generator") else "") + "def body(actor):\n    actor.began()\n"
    source = head + "\n".join("    " + line for line in _level(kind, 0).splitlines())
    names = {**vars(contextlib), "Planned": Planned}
    exec(compile(source, f"<a body: {kind}>", "exec"), names)
    return names["body"]


BODIES = {kind: _compiled(kind) for kind in KINDS}


@contextlib.contextmanager
def managing(manager, left=lambda: None):
    """What users write over a manager. `left` is called when the manager's block has been left."""
    try:
        with manager as box:
            yield box
    finally:
        left()


@contextlib.asynccontextmanager
async def managing_async(manager, left):
    """The same, asynchronous."""
    try:
        async with manager as box:
            yield box
    finally:
        left()


@contextlib.asynccontextmanager
async def nothing_async():
    """Take the place of a manager in an `async with`."""
    yield None
