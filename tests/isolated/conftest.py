"""Runs a script in an interpreter of its own, since a hook cannot be removed."""

import subprocess
import sys
import textwrap

import pytest

PRELUDE = """
import contextvars, os, subprocess, sys, threading
from fastaudit import *
from fastaudit import sandbox, install, current, Policy, Deny
marker = os.path.join(os.getcwd(), "marker")
other = os.path.join(os.getcwd(), "other")
open(marker, "w").close()
open(other, "w").close()
policy = Policy.unrestricted().replace(deny=Deny(read=[marker]))
second = Policy.unrestricted().replace(deny=Deny(read=[other]))
def held(path=marker):
    try:
        open(path).close()
    except PermissionError:
        return True
    return False
"""


@pytest.fixture
def run(tmp_path):
    """
    Run a script; give the lines it printed. The prelude makes a file, policies and ``held()``.

    The script has to end with the status given and, unless asked otherwise, without a word on stderr.
    """

    def run(script, *, prelude=True, status=0, stderr=""):
        text = (PRELUDE if prelude else "") + textwrap.dedent(script)
        words = [sys.executable, "-X", "faulthandler", "-c", text]
        result = subprocess.run(
            words,
            cwd=tmp_path.resolve(),
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert result.returncode == status, result.stderr
        if stderr is not None:
            assert stderr in result.stderr if stderr else result.stderr == ""
        return result.stdout.splitlines()

    return run
