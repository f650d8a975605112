"""Runs programs as users do: a new process, its exit status and what it printed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


class Ran:
    """How a program ended."""

    def __init__(self, ended: subprocess.CompletedProcess[str]) -> None:
        self.status = ended.returncode
        self.out = ended.stdout
        self.err = ended.stderr

    def __repr__(self) -> str:
        return f"exit status {self.status}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


def clean_environment() -> dict[str, str]:
    steering = ("PYTHON", "PYTEST", "COV_", "MPLCONFIGDIR")
    return {name: value for name, value in os.environ.items() if not name.startswith(steering)}


def execute(*words: object, cwd: Path) -> Ran:
    command = [sys.executable, *map(str, words)]
    environment = clean_environment()
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


@pytest.fixture
def folder(tmp_path):
    """The folder that programs run in, under the name the kernel knows it by."""
    return tmp_path.resolve()


@pytest.fixture
def python(folder):
    """Run a program with Python alone."""
    return lambda *words: execute(*words, cwd=folder)


@pytest.fixture
def run(folder):
    """Run a program under ``fastaudit run``."""
    return lambda *words: execute("-m", "fastaudit", "run", *words, cwd=folder)


@pytest.fixture
def fastaudit_command(folder):
    """Run any other command of fastaudit."""
    return lambda *words: execute("-m", "fastaudit", *words, cwd=folder)


@pytest.fixture
def script(folder):
    """Write a script into the folder."""

    def write(text: str, name: str = "script.py") -> Path:
        path = folder / name
        path.write_text(text)
        return path

    return write
