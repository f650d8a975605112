"""Setups: what is in place in a process before anything is measured in it.

Each is a function of the folder that may be used. It gives what is entered around a measurement, or None.
"""

from __future__ import annotations

import contextvars
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

Around = Callable[[], AbstractContextManager[Any]] | None

kept: list[object] = []  # what has to stay alive until the process ends


def no_hook(folder: str) -> Around:
    return None


def empty_c_hook(folder: str) -> Around:
    import empty_hook  # noqa: F401

    return None


def resolving_c_hook(folder: str) -> Around:
    import resolve_hook  # noqa: F401

    return None


def empty_python_hook(folder: str) -> Around:
    from python_hooks import empty

    sys.addaudithook(empty)
    return None


def python_guard(folder: str) -> Around:
    from python_hooks import Guard

    guard = Guard([folder])
    sys.addaudithook(guard.hook)
    return guard.holding


# The libraries: each is installed in an environment of its own.


def other_fastaudit(folder: str) -> Around:
    """AnswerDotAI's library of the same name, as its manual says to use it, native calls not monitored."""
    from fastaudit import mk_audit

    return mk_audit([folder], monitor_calls=False)


def other_fastaudit_monitoring(folder: str) -> Around:
    from fastaudit import mk_audit

    return mk_audit([folder])


def malwi_box(folder: str) -> Around:
    from contextlib import contextmanager

    from malwi_box.engine import BoxEngine
    from malwi_box.hook import setup_run_hook, uninstall_hook

    engine = BoxEngine(workdir=folder)

    @contextmanager
    def around() -> Any:
        setup_run_hook(engine)
        try:
            yield
        finally:
            uninstall_hook()

    return around


def crosshair(folder: str) -> Around:
    from crosshair.auditwall import enabled_auditwall

    # The wall refuses every event it has not heard of; what is measured is the cost of an allowed one.
    allowed = ["open", "os.remove", "benchmark.event", "resource.setrlimit"]
    return lambda: enabled_auditwall(allow_prefixes=allowed)


def subaudit(folder: str) -> Around:
    from subaudit import listening

    return lambda: listening("open", lambda *args: None)


# The subject.


def _policy(folder: str) -> Any:
    from fastaudit import Policy

    return Policy(name="benchmark", read=[folder], write=[folder], limits=True)


def fastaudit_idle(folder: str) -> Around:
    from fastaudit import sandbox

    manager = sandbox(_policy(folder))
    with manager:
        pass
    return None


def fastaudit_elsewhere(folder: str) -> Around:
    from fastaudit import sandbox

    def keep() -> contextvars.Context:
        with sandbox(_policy(folder)):
            return contextvars.copy_context()

    kept.append(contextvars.copy_context().run(keep))
    return None


def fastaudit_inside(folder: str) -> Around:
    from fastaudit import sandbox

    manager = sandbox(_policy(folder))
    return lambda: manager


def fastaudit_generator(folder: str) -> Around:
    """A suspended generator of some other context has a scope open."""
    from fastaudit import sandbox

    def generator() -> Any:
        with sandbox(_policy(folder)):
            yield

    suspended = generator()
    context = contextvars.copy_context()
    context.run(next, suspended)
    kept.extend([suspended, context])
    return None


SETUPS: dict[str, Callable[[str], Around]] = {
    "no hook": no_hook,
    "empty C hook": empty_c_hook,
    "resolving C hook": resolving_c_hook,
    "empty Python hook": empty_python_hook,
    "Python guard": python_guard,
    "AnswerDotAI fastaudit": other_fastaudit,
    "AnswerDotAI fastaudit, native calls": other_fastaudit_monitoring,
    "malwi-box": malwi_box,
    "CrossHair audit wall": crosshair,
    "subaudit": subaudit,
    "idle": fastaudit_idle,
    "elsewhere": fastaudit_elsewhere,
    "inside": fastaudit_inside,
    "generator": fastaudit_generator,
}
CONTROLS = ["no hook", "empty C hook", "resolving C hook", "empty Python hook", "Python guard"]
LIBRARIES = {
    "AnswerDotAI fastaudit": "fastaudit",
    "AnswerDotAI fastaudit, native calls": "fastaudit",
    "malwi-box": "malwi-box",
    "CrossHair audit wall": "crosshair-tool",
    "subaudit": "subaudit",
}
SUBJECTS = ["idle", "elsewhere", "inside", "generator"]

sys.path.append(os.environ.get("BENCHMARK_CONTROLS", ""))  # where run.py built the controls in C
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "controls"))
