"""What pytest's plugins have set for the time of a test, and what would be held with it: it stays the host's."""

from __future__ import annotations

import contextlib
import signal
import threading
from typing import TYPE_CHECKING

from ._trusted import trusted

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest


@contextlib.contextmanager
def trusted_alarm(config: pytest.Config) -> Iterator[None]:
    """
    Let pytest-timeout's alarm do its work, which is to look at all threads and to fail the test.

    A signal is handled under the scopes of the code that it interrupts.
    """
    handler = None
    alarm = getattr(signal, "SIGALRM", None)  # Windows has none
    if alarm and config.pluginmanager.hasplugin("timeout") and threading.current_thread() is threading.main_thread():
        handler = signal.getsignal(alarm)
    if alarm is None or not callable(handler):
        yield
        return
    ours = trusted(handler)
    signal.signal(alarm, ours)
    try:
        yield
    finally:
        if signal.getsignal(alarm) is ours:
            signal.signal(alarm, handler)


@contextlib.contextmanager
def untraced_threads() -> Iterator[None]:
    """
    Start threads without the trace function that a coverage tool or debugger has set for all of them.

    A held thread may set none, and would end before it began.
    """
    trace, profile = threading.gettrace(), threading.getprofile()
    for now, switch in (trace, threading.settrace), (profile, threading.setprofile):
        if now is not None:
            switch(None)
    try:
        yield
    finally:
        if trace is not None and threading.gettrace() is None:
            threading.settrace(trace)
        if profile is not None and threading.getprofile() is None:
            threading.setprofile(profile)
