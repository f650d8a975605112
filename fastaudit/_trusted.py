"""Running functions with their maker's authority: trusted() and adapt()."""

from __future__ import annotations

import functools
import sys
import types

from . import _core, _scope
from ._decorate import check, kind_of
from ._policy import Policy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar, overload

    _F = TypeVar("_F", bound=Callable[..., Any])

_FUNCTION, _BODY, _ADAPTER = range(3)  # fa_kind

if TYPE_CHECKING:

    @overload
    def trusted(function: Policy | None = None, /) -> Callable[[_F], _F]: ...
    @overload
    def trusted(function: None = None, /, *, policy: Policy | None) -> Callable[[_F], _F]: ...
    @overload
    def trusted(function: _F, /, policy: Policy | None = None) -> _F: ...
    def trusted(function: Any = None, /, policy: Any = None) -> Any: ...

else:

    def trusted(function: Any = None, /, policy: Any = None) -> Any:
        """
        Have *function* run with the authority of whoever makes it trusted, not of whoever calls it.

        What is in force here is captured now: the scopes around this call of trusted(), with *policy* as a further
        one that narrows. Code in a sandbox that calls the function leaves its own scopes behind for as long as
        the body runs: each suspension ends that, and each resumption begins it. What the body starts (tasks,
        threads, callbacks) carries the same authority on. The floor of install() always counts.

        It is the way up, so it is for narrow functions: nothing is done to arguments, and a callable or an object
        with methods of its own that the caller passed in runs with this authority when the body uses it. Take plain
        data, or have callers pass ``carry(f)``. What the body looks up when it runs (globals, attributes of modules)
        is whatever the caller may have put there.

        Args:
            function: A function, coroutine function, generator or async generator; in a class beneath
                ``@staticmethod`` or ``@classmethod``. Or a Policy, or nothing, for use as a decorator with arguments.
            policy: What the body may do, of what its maker may.

        Returns:
            A function of the same kind. The box of a scope in which it is called shows it in ``trusted_calls`` and
            ``active_calls()``, and is told of what is refused in it.

        Raises:
            TypeError: If *function* cannot be called, or *policy* is no Policy.

        Example:
            >>> @trusted(Policy(read=["/srv/prices"]))
            ... def price(article: str) -> str:
            ...     return prices.joinpath(article.replace("/", "_")).read_text()
        """
        if isinstance(function, Policy) and policy is None:
            function, policy = None, function
        if policy is not None:
            _scope._check(policy, "enforce", "trusted")
            _scope._prepare()
        if function is None:
            return lambda function: _trusted(function, policy)
        return _trusted(function, policy)


def _trusted(function: Any, policy: Policy | None) -> Any:
    check(function, "@trusted")
    manager = None if policy is None else _core.manage(policy, policy._ruleset, False, False)
    kind = kind_of(function)
    run = _core.trust(_own(function), _FUNCTION if kind == "function" else _BODY, _name(function), manager)
    return _WRAPPERS[kind](function, run)


def adapt(function: _F, /) -> _F:
    """
    Give code under other policies a function of the host's, as servers give applications theirs.

    It runs with the authority of here, as a trusted() function does, and in a copy of the *context* of here:
    nothing that the caller's context holds is left in what it starts. Its arguments are reduced to plain dict, list,
    tuple, str, bytes, int, float, bool and None: no argument reaches it as it is. Awaitables that it gives
    are driven the same way. Such calls are not recorded.

    Args:
        function: A function, coroutine function or other callable of the host's, such as ``receive`` and ``send``.

    Returns:
        A function, of the same kind for coroutine functions. It raises a TypeError that says where, for
        arguments made of anything else.

    Raises:
        TypeError: If *function* cannot be called, or is a generator.

    Example:
        >>> await app(scope, adapt(receive), adapt(send))
    """
    check(function, "adapt()")
    kind = kind_of(function)
    if kind == "function" and not isinstance(function, types.FunctionType):
        kind = kind_of(type(function).__call__)
    if kind not in ("function", "coroutine"):
        raise TypeError(f"adapt() takes functions and coroutine functions, not {function!r}")
    cancelled = getattr(sys.modules.get("asyncio.exceptions"), "CancelledError", None)
    run = _core.trust(_own(function), _ADAPTER, _name(function), None, cancelled)
    wrapped: Any = _WRAPPERS[kind](function, run)
    vars(wrapped).pop("__wrapped__")  # what it is given would come as it is
    adapted: _F = wrapped
    return adapted


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
