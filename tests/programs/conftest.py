"""Runs programs as users do: a new process, its exit status and what it printed."""

from pathlib import Path

import pytest
from program_runs import execute


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
