"""Driving a coroutine in a context of its own."""

from __future__ import annotations

import types

from ._core import Stepper

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine, Generator
    from contextvars import Context
    from typing import Any, TypeVar

    _T = TypeVar("_T")


@types.coroutine
def within(context: Context, body: Coroutine[Any, Any, _T]) -> Generator[Any, Any, _T]:
    """Drive a coroutine in a context."""
    stepper = Stepper(body)
    step, value = stepper.send, None
    while True:
        try:
            waits_for = context.run(step, value)
        except StopIteration as stop:
            result: _T = stop.value
            return result
        try:
            value = yield waits_for
            step = stepper.send
        except GeneratorExit:
            context.run(stepper.close)
            raise
        except BaseException as error:  # handed on, whatever it is
            step, value = stepper.throw, error
