"""Jobs of a ProcessPoolExecutor that were given inside: held in its processes, which were started outside."""

from __future__ import annotations

from concurrent.futures import Future
from concurrent.futures.process import _ExceptionWithTraceback
from pickle import loads

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


def run(policies: bytes, work: bytes) -> bytes:
    """
    Run a job in a process of the executor's.

    Args:
        policies: What governs where it was given, pickled: outermost first, each with whether it only warns.
        work: What pack_job() gave there.

    Returns:
        What came of it, pickled under those policies: whether it returned, and the value or the exception.
    """
    return _run_within(
        [sandbox(policy, mode="warn" if warns else "enforce") for policy, warns in loads(policies)], work
    )


def _run_within(scopes: list[Sandbox], work: bytes) -> bytes:
    if not scopes:
        return _run(work)
    with scopes[0]:
        return _run_within(scopes[1:], work)


def _run(work: bytes) -> bytes:
    try:
        function, args, kwargs = loads(work)
        outcome = True, function(*args, **kwargs)
    except BaseException as error:  # as the executor does
        outcome = False, _ExceptionWithTraceback(error, error.__traceback__)  # type: ignore[arg-type]
    try:
        return pack(outcome)
    except BaseException as error:
        return pack((False, _ExceptionWithTraceback(made_anew(error), error.__traceback__)))  # type: ignore[arg-type]


class Outcome(Future):  # type: ignore[type-arg]
    """
    The future of such a job: unpacks, where it was given, what the executor's own future gets.

    Args:
        cancel: That one's method, as is:
        running: Neither shows the future, which stays out of reach.
    """

    def __init__(self, cancel: Callable[[], bool], running: Callable[[], bool]) -> None:
        super().__init__()
        self._methods: tuple[Callable[[], bool], Callable[[], bool]] | None = cancel, running
        self._untaken = [True]

    def cancel(self) -> bool:
        methods = self._methods
        return methods[0]() if methods else self.cancelled()

    def running(self) -> bool:
        methods = self._methods
        return methods[1]() and not self.done() if methods else False

    def _take(self, inner: Future[bytes]) -> None:
        try:
            self._untaken.pop()
        except IndexError:
            return  # whoever gave the job, or the executor's thread, was first
        self._methods = None  # it refers to this one
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
