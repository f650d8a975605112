"""Refusals in interpreters that have not imported the package."""

import errno
import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[1] / "isolated" / "refused_elsewhere.py"


def test_an_interpreter_without_the_package_raises_a_plain_error_with_the_same_message():
    done = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True, check=True)
    there, here = map(json.loads, done.stdout.splitlines())
    name, module, number, message, filename = there
    assert (name, module, number, filename) == ("PermissionError", "builtins", errno.EACCES, "/etc/motd")
    assert message.startswith(
        "write refused: /etc/motd is outside every allowed root of policy 'floor' of this process"
    )
    assert message.endswith('to allow it: write=["/etc/motd"]')
    assert here[:2] == ["PermissionViolation", message]
    assert json.loads(here[2])["message"] == message
