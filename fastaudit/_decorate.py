"""Holding a function: the four kinds of wrapper, each a function of the kind it wraps."""

from __future__ import annotations

import functools
import types
from typing import TYPE_CHECKING, Any

from ._core import Steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._core import Sandbox

_GENERATOR, _COROUTINE, _ASYNC_GENERATOR, _ITERABLE_COROUTINE = 0x20, 0x80, 0x200, 0x100  # co_flags


def decorate(manager: Sandbox, function: Any) -> Any:
    """
    Give a function of the same kind whose every call runs in one scope of its own.

    The scope is on the chain while the body runs and off it while the body is suspended.
    """
    if isinstance(function, (staticmethod, classmethod)):
        raise TypeError(f"put @sandbox(...) beneath @{type(function).__name__}, not above it")
    if isinstance(function, type) or not callable(function):
        raise TypeError(
            f"@sandbox(...) decorates functions, coroutine functions, generators and async generators, not {function!r}"
        )
    code = getattr(_unwrapped(function), "__code__", None)
    flags = code.co_flags if isinstance(code, types.CodeType) else 0
    if flags & _COROUTINE:
        return _coroutine(manager, function)
    if flags & _ASYNC_GENERATOR:
        return _async_generator(manager, function)
    if flags & _GENERATOR:
        wrapper = _generator(manager, function)
        return types.coroutine(wrapper) if flags & _ITERABLE_COROUTINE else wrapper
    return _function(manager, function)


def _unwrapped(function: Any) -> Any:
    """Give what decides the kind: the function behind a partial or a bound method."""
    while True:
        if isinstance(function, functools.partial):
            function = function.func
        elif isinstance(function, types.MethodType):
            function = function.__func__
        else:
            return function


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
