"""Processes that multiprocessing starts: the policies of who started them become their floor, before any user code."""

from __future__ import annotations

import os
import pickle
import sys

from ._scope import install

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._policy import Policy

_KEY = "fastaudit"


class _Held:
    """What holds the process in which it is unpickled."""

    def __init__(self, path: list[str], folder: str | None, policies: bytes) -> None:
        self._told = (path, folder, policies)

    def __reduce__(self) -> tuple[object, ...]:
        return _begin, self._told


def hold(data: dict[str, Any], policies: list[tuple[Policy, bool]]) -> dict[str, Any]:
    """
    Add to *data*, which multiprocessing.spawn.get_preparation_data() gave, what holds the new process to *policies*.

    The new process unpickles *data* before it imports the main module or unpickles what it is to run.

    Args:
        data: Gains one entry, and loses the folder to change to: the new process does that before it is held.
        policies: Outermost first, each with whether it only warns.
    """
    data[_KEY] = _Held(data["sys_path"], data.pop("dir", None), pickle.dumps(policies))
    return data


def _begin(path: list[str], folder: str | None, policies: bytes) -> None:
    """In the new process: be where the starter was, and be held."""
    sys.path = path  # what a policy is built against
    if folder is not None:
        os.chdir(folder)
    for policy, warns in pickle.loads(policies):
        install(policy, mode="warn" if warns else "enforce")
