"""Jobs of a ProcessPoolExecutor that were given inside: held in its processes, which were started outside."""

from __future__ import annotations

import functools
from concurrent.futures import Future
from concurrent.futures.process import _ExceptionWithTraceback
from pickle import dumps, loads

from . import _core
from ._outcomes import made_anew
from ._packed import pack
from ._scope import sandbox

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ._core import Sandbox


def pack_job(function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> bytes:
    """Pickle a job where it is given, so that no thread of the executor's calls a method of what it holds."""
    return pack((function, args, kwargs))


class Job(_core.Frozen):
    """
    What the executor gives to one of its processes, and that calls: it gives bytes.

    Its fields are bytes: the policies that govern where it was given, and what pack_job() gave there.
    """

    __slots__ = ()

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self._fields, None, ())

    def __call__(self) -> bytes:
        policies, work = self._fields
        return _run_within(_scopes(policies), work)


_core.seal(Job)


@functools.lru_cache(maxsize=16)
def _scopes(policies: bytes) -> tuple[Sandbox, ...]:
    """Outermost first."""
    return tuple(sandbox(policy, mode="warn" if warns else "enforce") for policy, warns in loads(policies))


def _run_within(scopes: tuple[Sandbox, ...], work: bytes) -> bytes:
    if not scopes:
        return _run(work)
    with scopes[0]:
        return _run_within(scopes[1:], work)


def _run(work: bytes) -> bytes:
    """Call what was packed, and pack what came of it: whether it returned, and the value or the exception."""
    try:
        function, args, kwargs = loads(work)
        outcome = True, function(*args, **kwargs)
    except BaseException as error:  # as the executor does
        outcome = False, _ExceptionWithTraceback(error, error.__traceback__)  # type: ignore[arg-type]
    try:
        return pack(outcome)
    except BaseException as error:
        return dumps((False, made_anew(error)))


class Outcome(Future):  # type: ignore[type-arg]
    """The future of such a job: unpacks, where it was given, what `inner`, the executor's own, gets."""

    def __init__(self, inner: Future[bytes]) -> None:
        super().__init__()
        self._inner = inner
        inner.add_done_callback(self._take)

    def cancel(self) -> bool:
        return self._inner.cancel()

    def running(self) -> bool:
        return self._inner.running() and not self.done()

    def _take(self, inner: Future[bytes]) -> None:
        if inner.cancelled():
            super().cancel()
            self.set_running_or_notify_cancel()
            return
        try:
            returned, value = loads(inner.result())
        except BaseException as error:
            returned, value = False, error
        if returned:
            self.set_result(value)
        else:
            self.set_exception(value)
