"""What leaves a request by raising: made anew, of plain values, since servers write errors to their logs."""

from __future__ import annotations

import builtins

from ._core import ImportViolation, PermissionViolation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType
    from typing import Any

    from ._core import Violation

_VIOLATIONS = PermissionViolation, ImportViolation
_KNOWN = tuple(kind for kind in vars(builtins).values() if isinstance(kind, type) and issubclass(kind, BaseException))
_GROUPS = BaseExceptionGroup, ExceptionGroup
_PLAIN = str, bytes, int, float, bool, type(None)
_CHAIN, _PLACES, _GROUPED = 5, 50, 100  # how many of each are told, or looked at

# What a subclass cannot have put something else for.
_args = BaseException.__dict__["args"].__get__
_trace = BaseException.__dict__["__traceback__"].__get__
_cause = BaseException.__dict__["__cause__"].__get__
_context = BaseException.__dict__["__context__"].__get__
_suppressed = BaseException.__dict__["__suppress_context__"].__get__
_grouped = BaseExceptionGroup.__dict__["exceptions"].__get__


def made_anew(error: BaseException, cancelled: type[BaseException] | None = None) -> BaseException:
    """
    Give an exception to raise outside for one that came from inside; call it inside.

    A violation, and a group of nothing but violations, gives a violation; a built-in exception one of its
    class with its plain arguments; *cancelled* likewise; any other a RuntimeError that names it. Notes tell where it was raised.
    No object of the code inside is in it: neither its frames nor methods of an exception's own.
    """
    violation = violation_of(error)
    if violation is not None:
        return violation
    kind = next((kind for kind in (*_KNOWN, cancelled) if type(error) is kind), None)
    made = None
    if kind is not None and kind not in _GROUPS:
        args = _args(error)
        plain = all(any(type(value) is allowed for allowed in _PLAIN) for value in args)
        try:
            made = kind(*args) if plain else None
        except TypeError:  # one that takes arguments of its own
            made = None
    if made is None:
        made = RuntimeError(_title(error))
    for note in _told(error):
        made.add_note(note)
    return made


def is_violation(error: BaseException) -> bool:
    """Whether it is a violation, whatever its class says of itself: `in` would ask it."""
    return any(type(error) is kind for kind in _VIOLATIONS)


def violation_of(error: BaseException) -> Violation | None:
    """Give the violation that an exception is, or the first of a group of nothing else: made anew."""
    found: Violation | None = None
    todo = [error]
    for _ in range(_GROUPED):
        if not todo:
            break
        one = todo.pop(0)
        if is_violation(one):
            found = found or one  # type: ignore[assignment]
        elif any(type(one) is kind for kind in _GROUPS):
            todo += _grouped(one)
        else:
            return None
    if found is None or todo:
        return None
    reduced: tuple[Any, ...] = found.__reduce__()  # type: ignore[assignment]
    again: Violation = reduced[0](*reduced[1])
    return again


def _title(error: BaseException) -> str:
    """Name it with its text, as its own methods give it: they run here, inside."""
    kind = type(error)
    try:
        text = f": {error}"
    except BaseException:  # the code inside has a say here
        text = ""
    try:
        return f"{kind.__module__}.{kind.__qualname__}{text}".removeprefix("builtins.")
    except BaseException:  # the code inside has a say here
        return f"an exception of the application{text}"


def _told(error: BaseException) -> Iterator[str]:
    """Tell where it and what led to it were raised: the places as a traceback has them, without the lines."""
    link: BaseException | None = error
    for number in range(_CHAIN):
        if link is None:
            return
        places = list(_places(_trace(link)))
        head = "Raised under a policy" if number == 0 else f"Before that: {_title(link)}"
        yield "\n".join([f"{head} (most recent call last):", *places[-_PLACES:]])
        link = _cause(link) or (None if _suppressed(link) else _context(link))


def _places(trace: TracebackType | None) -> Iterator[str]:
    while trace is not None:
        code = trace.tb_frame.f_code
        try:
            yield f'  File "{code.co_filename}", line {trace.tb_lineno}, in {code.co_qualname}'
        except BaseException:  # the code inside has a say here
            yield "  (a place without a name)"
        trace = trace.tb_next
