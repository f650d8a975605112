"""Running functions with their maker's authority: trusted() and adapt()."""

from __future__ import annotations

from . import _scope
from ._policy import Policy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar, overload

    _F = TypeVar("_F", bound=Callable[..., Any])

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
        from ._make_trusted import make_trusted  # what it needs is slow to import

        return make_trusted(function, policy) if function is not None else lambda given: make_trusted(given, policy)


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
    from ._make_trusted import make_adapted  # as above

    adapted: _F = make_adapted(function)
    return adapted
