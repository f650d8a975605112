"""Hooks in Python: one that does nothing, and a typical guard, as programs and libraries write them today."""

from __future__ import annotations

import contextvars
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any


def empty(event: str, args: tuple[Any, ...]) -> None:
    """Do nothing: the least that any hook in Python costs."""


class Guard:
    """Resolve the path, compare it with each allowed prefix; which prefixes, the context says."""

    def __init__(self, roots: Sequence[str]) -> None:
        self.allowed = tuple(os.path.realpath(root) + os.sep for root in roots)
        self.roots: contextvars.ContextVar[tuple[str, ...] | None] = contextvars.ContextVar("roots", default=None)

    @contextmanager
    def holding(self) -> Iterator[None]:
        token = self.roots.set(self.allowed)
        try:
            yield
        finally:
            self.roots.reset(token)

    def hook(self, event: str, args: tuple[Any, ...]) -> None:
        roots = self.roots.get()
        if roots is not None and event in ("open", "os.remove") and isinstance(args[0], str):
            path = os.path.realpath(args[0])
            if not path.startswith(roots):
                raise PermissionError(13, f"{event} refused", path)
