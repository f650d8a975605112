"""Enforcing a policy: sandbox(), install(), carry() and current()."""

from __future__ import annotations

from . import _core
from ._policy import Policy
from ._spelling import nearest, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Literal, TypeVar

    _F = TypeVar("_F", bound=Callable[..., Any])

    from ._core import Box, Sandbox

_ENFORCE = "enforce"
_MODES = (_ENFORCE, "warn")
_prepared = False


def sandbox(policy: Policy, /, *, strict: bool = False, mode: Literal["enforce", "warn"] = "enforce") -> Sandbox:
    """
    Hold the code inside the ``with`` block to *policy*.

    The policy follows the context, not the clock: tasks, callbacks and threads started inside the
    block keep it after the block has ended, and code that runs meanwhile in other contexts is not
    affected. Nested blocks narrow: an operation has to be allowed by every policy around it.

    Args:
        policy: What the code may do.
        strict: Raise the first violation that the code inside swallowed, when the block is left
            without an exception.
        mode: ``"enforce"`` refuses; ``"warn"`` records what would be refused and lets it go, but for
            what would undo the guard. Other scopes and the floor refuse all the same.

    Returns:
        A manager for ``with`` and ``async with`` (which give the scope's box), and a decorator for
        functions, coroutine functions, generators and async generators. It may be entered again:
        each entry is a scope of its own.

    Raises:
        HookNotInstalledError: If the audit hook, or a mechanism it needs, cannot be put in place.
        TypeError: If *policy* is no Policy.

    Example:
        >>> with sandbox(Policy(read=["/srv/data"])) as box:
        ...     open("/etc/motd", "w")
        Traceback (most recent call last):
        fastaudit.PermissionViolation: ...
    """
    # Servers make one a request: what is right at a glance is not looked at again.
    if not (_prepared and type(policy) is Policy and strict is False and mode is _ENFORCE):
        _check(policy, mode, "sandbox")
        if type(strict) is not bool:
            raise TypeError(f"strict must be True or False, not {type(strict).__name__}")
        _prepare()
    return _core.manage(policy, policy._ruleset, strict, mode != _ENFORCE)


def install(policy: Policy, /, *, mode: Literal["enforce", "warn"] = "enforce") -> Box:
    """
    Hold the whole process to *policy*: every thread, context and interpreter, for good.

    Takes effect when it returns, for code that runs already too. A further call narrows. Inside a sandbox it is refused
    unless the right ``hook`` is granted: it would hold the host, too.

    Args:
        policy: What the process may do.
        mode: As for sandbox().

    Returns:
        The floor's box: its violations, counts and policy.

    Raises:
        PermissionViolation: Inside a sandbox without the right ``hook``.
        HookNotInstalledError: If the audit hook, or a mechanism it needs, cannot be put in place.
    """
    _check(policy, mode, "install")
    _prepare()
    return _core.install(policy, policy._ruleset, warn=mode == "warn")


def carry(function: _F, /) -> _F:
    """
    Give *function* the authority of the code that runs here, for a thread or queue of somebody else's.

    Tasks, threads, callbacks and the jobs of the standard library's pools, asyncio and anyio carry it by themselves.
    What waits in a queue of one's own until a worker calls it does not.

    Args:
        function: A plain function or other callable; no coroutine function or generator, whose body
            runs later.

    Returns:
        A callable that runs *function* under every policy that is in force where carry() was called, and
        under those of whoever calls it. *function* itself where no scope is in force.

    Raises:
        TypeError: If *function* cannot be called, or only makes what runs later.

    Example:
        >>> jobs.put(carry(guest.work))
    """
    return _core.carry(function)


def current() -> Box | None:
    """Give the box of the innermost scope in force here, or None; the floor does not count."""
    return _core.current()


def _check(policy: object, mode: str, name: str) -> None:
    if not isinstance(policy, Policy):
        kind = f"the class {policy.__name__}" if isinstance(policy, type) else type(policy).__name__
        raise TypeError(f"{name}() takes a Policy, not {kind}: {name}(Policy(...))")
    if type(mode) is not str:
        raise ValueError(f'mode must be "enforce" or "warn", not {type(mode).__name__}')
    if mode not in _MODES:
        raise ValueError(f'mode must be "enforce" or "warn", not {shown(mode)}{nearest(mode, _MODES)}')


def _prepare() -> None:
    """Fix, once and as the host, what the first to ask would fix for everybody."""
    global _prepared
    if not _prepared:
        from ._prepare import before_first_scope

        before_first_scope()
        _prepared = True
