"""Processes that multiprocessing starts: the policies of who started them become their floor, before any user code."""

from __future__ import annotations

import os
import pickle

from . import _python_rules
from ._scope import install

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_KEY = "fastaudit"

# The new process's own path begins with the folder that it was started in: this package is found where it was here.
_FIRST = "import sys\nsys.path = path\nfrom fastaudit._children import begin\nbegin(*told)\n"


class _Held:
    """What holds the process in which it is unpickled."""

    def __init__(self, path: list[str], told: tuple[str | None, str | None, bytes]) -> None:
        self._names = {"path": path, "told": told}

    def __reduce__(self) -> tuple[object, ...]:
        return exec, (_FIRST, self._names)


def hold(data: dict[str, Any], policies: bytes) -> dict[str, Any]:
    """
    Add to *data*, which multiprocessing.spawn.get_preparation_data() gave, what holds the new process to *policies*.

    The new process unpickles *data* before it imports the main module or unpickles what it is to run.

    Args:
        data: Gains one entry, and loses the folder to change to: the new process does that before it is held.
        policies: What begin() installs, pickled: outermost first, each with whether it only warns.
    """
    main = data.get("init_main_from_path")
    data[_KEY] = _Held(data["sys_path"], (data.pop("dir", None), main, policies))
    return data


def begin(folder: str | None, main: str | None, policies: bytes) -> None:
    """In the new process: be where the starter was, and be held. Policies are built against its path and script."""
    _python_rules.script = main
    if folder is not None:
        os.chdir(folder)
    for policy, warns in pickle.loads(policies):
        install(policy, mode="warn" if warns else "enforce")
