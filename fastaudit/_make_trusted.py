"""What trusted() and adapt() make: the kinds of wrapper, and what each of them calls."""

from __future__ import annotations

import functools
import sys
import types

from . import _core
from ._decorate import check, kind_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ._policy import Policy

_FUNCTION, _BODY, _ADAPTER = range(3)  # fa_kind


def make_trusted(function: Any, policy: Policy | None) -> Any:
    """Give the function that runs *function* with the authority of here, and of the policy."""
    check(function, "@trusted")
    manager = None if policy is None else _core.manage(policy, policy._ruleset, False, False)
    kind = kind_of(function)
    run = _core.trust(_own(function), _FUNCTION if kind == "function" else _BODY, _name(function), manager)
    return _WRAPPERS[kind](function, run)


def make_adapted(function: Any) -> Any:
    """Give the function that adapt() promises."""
    check(function, "adapt()")
    kind = kind_of(function)
    if kind == "function" and not isinstance(function, types.FunctionType):
        kind = kind_of(type(function).__call__)
    if kind not in ("function", "coroutine"):
        raise TypeError(f"adapt() takes functions and coroutine functions, not {function!r}")
    wrapped = _WRAPPERS[kind](function, make_adapter(function))
    vars(wrapped).pop("__wrapped__")  # what it is given would come as it is
    return wrapped


def make_adapter(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give what an adapted function calls."""
    cancelled = getattr(sys.modules.get("asyncio.exceptions"), "CancelledError", None)
    return _core.trust(_own(function), _ADAPTER, _name(function), None, cancelled)


def _own(function: Any) -> Any:
    """Copy what somebody could change who has got the original: its code, its defaults, the function of a partial."""
    if type(function) is functools.partial:
        return functools.partial(_own(function.func), *function.args, **function.keywords)
    if type(function) is types.MethodType:
        return types.MethodType(_own(function.__func__), function.__self__)
    return _core.copy_function(function) if type(function) is types.FunctionType else function


def _name(function: Any) -> str:
    """Name it as records do: module and qualified name."""
    while isinstance(function, functools.partial):
        function = function.func
    module, name = getattr(function, "__module__", None), getattr(function, "__qualname__", type(function).__qualname__)
    return f"{module}.{name}" if type(module) is str else f"{name}"


def _function(function: Callable[..., Any], run: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        return run(*args, **kwargs)

    return call


def _generator(function: Callable[..., Any], run: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        return (yield from run(*args, **kwargs))

    return call


def _iterable_coroutine(function: Callable[..., Any], run: Callable[..., Any]) -> Callable[..., Any]:
    return types.coroutine(_generator(function, run))


def _coroutine(function: Callable[..., Any], run: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    async def call(*args: Any, **kwargs: Any) -> Any:
        return await run(*args, **kwargs)

    return call


def _async_generator(function: Callable[..., Any], run: Callable[..., Any]) -> Callable[..., Any]:
    # The body is stepped in C: whoever looks into this frame finds nothing that another body could be given to.
    @functools.wraps(function)
    async def call(*args: Any, **kwargs: Any) -> Any:
        body = run(*args, **kwargs)
        step = body.asend(None)
        while True:
            try:
                value = await step
            except StopAsyncIteration:
                return
            try:
                sent = yield value
            except GeneratorExit:
                await body.aclose()
                raise
            except BaseException as error:  # handed on, whatever it is
                step = body.athrow(error)
            else:
                step = body.asend(sent)

    return call


_WRAPPERS: dict[str, Callable[..., Any]] = {
    "function": _function,
    "generator": _generator,
    "iterable coroutine": _iterable_coroutine,
    "coroutine": _coroutine,
    "async generator": _async_generator,
}
