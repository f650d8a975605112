"""Starts programs in new processes, which keep what they write for themselves in one folder."""

import os
import subprocess
import sys
from pathlib import Path


class Ran:
    """How a program ended."""

    def __init__(self, ended: subprocess.CompletedProcess[str]) -> None:
        self.status = ended.returncode
        self.out = ended.stdout
        self.err = ended.stderr

    def __repr__(self) -> str:
        return f"exit status {self.status}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


def clean_environment(folder: Path) -> dict[str, str]:
    steering = ("PYTHON", "PYTEST", "COV_", "MPLCONFIGDIR")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(steering)}
    own = {"TMPDIR": str(folder), "MPLCONFIGDIR": str(folder), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return {**kept, **own}


def execute(*words: object, cwd: Path) -> Ran:
    command = [sys.executable, *map(str, words)]
    environment = clean_environment(cwd)
    return Ran(
        subprocess.run(
            command,
            cwd=cwd,
            env=environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
    )
