"""Holding a function: the four kinds of wrapper, each a function of the kind it wraps."""

from __future__ import annotations

import functools
import sys
import types

from ._core import Steps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ._core import Sandbox

_GENERATOR, _COROUTINE, _ASYNC_GENERATOR, _ITERABLE_COROUTINE = 0x20, 0x80, 0x200, 0x100  # co_flags


def decorate(manager: Sandbox, function: Any) -> Any:
    """
    Give a function of the same kind whose every call runs in one scope of its own.

    The scope is on the chain while the body runs and off it while the body is suspended.
    """
    check(function, "@sandbox(...)")
    kind = kind_of(function)
    if kind == "coroutine":
        return _coroutine(manager, function)
    if kind == "async generator":
        return _async_generator(manager, function)
    if kind == "function":
        return _function(manager, function)
    wrapper = _generator(manager, function)
    return types.coroutine(wrapper) if kind == "iterable coroutine" else wrapper


def check(function: Any, decorator: str) -> None:
    """Raise a TypeError for what no decorator of ours can be put on."""
    if isinstance(function, (staticmethod, classmethod)):
        raise TypeError(f"put {decorator} beneath @{type(function).__name__}, not above it")
    if isinstance(function, type) or not callable(function):
        raise TypeError(
            f"{decorator} takes functions, coroutine functions, generators and async generators, not {function!r}"
        )
    made_by = _maker_of_managers(function)
    if made_by is not None:
        raise TypeError(f"put {decorator} beneath @{made_by}, not above it: there the body runs without it")


def _maker_of_managers(function: Any) -> str | None:
    """Name the decorator of contextlib's that made a function, if one did: calling that runs nothing of the body."""
    contextlib, code = sys.modules.get("contextlib"), getattr(function, "__code__", None)
    if contextlib is None or code is None:
        return None
    for name in ("contextmanager", "asynccontextmanager"):
        if code is getattr(contextlib, name)(check).__code__:
            return name
    return None


def kind_of(function: Any) -> str:
    """Say which kind of function the one behind a partial, a bound method or a callable object is."""
    while True:
        if isinstance(function, functools.partial):
            function = function.func
        elif isinstance(function, types.MethodType):
            function = function.__func__
        else:
            break
    code = getattr(function, "__code__", None)
    flags = code.co_flags if isinstance(code, types.CodeType) else 0
    if flags & _COROUTINE:
        return "coroutine"
    if flags & _ASYNC_GENERATOR:
        return "async generator"
    if flags & _GENERATOR:
        return "iterable coroutine" if flags & _ITERABLE_COROUTINE else "generator"
    return "function"


def _function(manager: Sandbox, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        with manager:
            return function(*args, **kwargs)

    return call


def _generator(manager: Sandbox, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        steps = Steps(manager)
        result = yield from steps.drive(function(*args, **kwargs))
        steps.end()
        return result

    return call


def _coroutine(manager: Sandbox, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    async def call(*args: Any, **kwargs: Any) -> Any:
        steps = Steps(manager)
        result = await steps.drive(function(*args, **kwargs))
        steps.end()
        return result

    return call


def _async_generator(manager: Sandbox, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    async def call(*args: Any, **kwargs: Any) -> Any:
        steps = Steps(manager)
        body = function(*args, **kwargs)
        step = body.asend(None)
        while True:
            try:
                value = await steps.drive(step, body)
            except StopAsyncIteration:
                break
            try:
                sent = yield value
            except GeneratorExit:
                await steps.drive(body.aclose(), body)
                raise
            except BaseException as error:  # handed on, whatever it is
                step = body.athrow(error)
            else:
                step = body.asend(sent)
        steps.end()

    return call
