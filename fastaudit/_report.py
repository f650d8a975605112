"""Run a program held to a policy, and tell on stderr what was refused and how to allow it."""

from __future__ import annotations

import ast
import atexit
import os
import shlex
import sys

import fastaudit
from fastaudit._rules import RULE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fastaudit import Policy, Violation
    from fastaudit._core import Box
    from fastaudit._runner import Program

EXIT_REFUSED = 78
"""The exit status when a refused operation ended the program (EX_CONFIG: it and its policy do not
fit together)."""

EXIT_INTERRUPTED = 130

SHOWN = 20  # refusals listed one by one; the rest as a number


def run_held(program: Program, policy: Policy, *, warn: bool) -> int:
    """Hold the process to *policy* for good, run *program*, and return the exit status."""
    box = fastaudit.install(policy, mode="warn" if warn else "enforce")
    if warn:
        # Registered before the program's own, so it runs after them.
        atexit.register(_summarize, box, os.getpid(), "would have been refused (nothing was)")

    error = program.run()
    if error is None:
        return 0
    if isinstance(error, SystemExit):
        if not warn and _is_failure(error.code) and box.violations:
            _summarize(box, os.getpid(), "refused while the program ran, which may be why it failed")
        raise error.with_traceback(None)
    _print_as_python_does(error)
    if isinstance(error, KeyboardInterrupt):
        return EXIT_INTERRUPTED
    violation = find_violation(error)
    if violation is None:
        return 1
    _say(f"fastaudit: the program was ended by a refused operation (exit status {EXIT_REFUSED}).")
    _say(explain(violation))
    return EXIT_REFUSED


def find_violation(error: BaseException) -> Violation | None:
    """The violation that *error* is, was caused by, or was raised while handling."""
    todo, seen = [error], set[int]()
    while todo:
        current = todo.pop()
        if isinstance(current, fastaudit.Violation):
            return current
        if id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, BaseExceptionGroup):
            todo += reversed(current.exceptions)
        # `from None` counts too: libraries say the same again in words of their own.
        todo += [error for error in (current.__context__, current.__cause__) if error is not None]
    return None


def explain(violation: Violation) -> str:
    """A few lines for people: what was refused, by which policy, where, and how to allow it."""
    lines = [
        f"  what    {_what(violation)}",
        f"  policy  {violation.policy}: {_why(violation)}",
    ]
    if violation.location is not None:
        lines.append(f"  where   {violation.location}")
    suggestion = violation.suggestion
    if suggestion:
        lines.append(f"  allow   {suggestion}")
        option = as_options(suggestion)
        if option is not None:
            lines.append(f"          {option}")
    return "\n".join(lines)


def as_options(suggestion: str) -> str | None:
    """Suggested keywords as options: ``read=["/a b"]`` as ``--read '/a b'``; None if there are none."""
    try:
        call = ast.parse(f"f({suggestion})", mode="eval").body
        if not isinstance(call, ast.Call) or call.args:
            return None
        values = {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in call.keywords}
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None  # a sentence for people, like which rule to remove
    words: list[str] = []
    for keyword, value in values.items():
        if value is True and keyword in RULE:
            words += [f"--{keyword}"] if RULE[keyword].kind == "switch" else ["--allow", keyword]
        elif isinstance(value, list) and (keyword in RULE or keyword == "allow"):
            for entry in value:
                words += [f"--{keyword}", shlex.quote(str(entry))]
        else:
            return None
    return " ".join(words) or None


def _what(violation: Violation) -> str:
    target = f" {violation.target}" if violation.target else ""
    return f"{violation.right}{target} ({violation.event})"


def _why(violation: Violation) -> str:
    return f"{violation.reason}, rule {violation.rule}" if violation.rule else violation.reason


def _is_failure(code: object) -> bool:
    return code is not None and code != 0


def _summarize(box: Box, pid: int, headline: str) -> None:
    if os.getpid() != pid:  # a forked child that ended like its parent
        return
    violations = box.violations
    if not violations:
        return
    total = len(violations) + box.dropped
    _say(f"fastaudit: {total} operation{'s' if total != 1 else ''} {headline}:")
    shown = dict.fromkeys((_what(v), v.suggestion) for v in violations)
    for what, suggestion in list(shown)[:SHOWN]:
        option = as_options(suggestion) if suggestion else None
        _say(f"  {what}{f'   to allow: {option}' if option else ''}")
    if len(shown) > SHOWN or box.dropped:
        _say(f"  and {len(shown) - min(len(shown), SHOWN) + box.dropped} more")


def _print_as_python_does(error: BaseException) -> None:
    sys.last_type, sys.last_value, sys.last_traceback = type(error), error, error.__traceback__
    if sys.version_info >= (3, 12):
        sys.last_exc = error
    try:
        sys.excepthook(type(error), error, error.__traceback__)
    except BaseException as second:  # the program's own hook failed: as CPython, print both
        _say("Error in sys.excepthook:")
        trace = second.__traceback__.tb_next if second.__traceback__ is not None else None
        sys.__excepthook__(type(second), second.with_traceback(trace), trace)
        _say("\nOriginal exception was:")
        sys.__excepthook__(type(error), error, error.__traceback__)


def _say(text: str) -> None:
    try:
        print(text, file=sys.stderr, flush=True)
    except (AttributeError, OSError, ValueError):
        pass  # the program closed or replaced it: there is nobody to tell
