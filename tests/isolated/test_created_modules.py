"""A module that was made and never executed has its functions already: they are asked about as well."""

import sys

import pytest

ACTS = {
    "_posixshmem": "module.shm_unlink('fastaudit-none')",
    "_multiprocessing": "module.sem_unlink('/fastaudit-none')",
    "fcntl": "module.fcntl(0, module_of.F_SETOWN, 0)",
    "readline": "module.read_history_file('/etc/hostname')",
    "_ssl": "module._test_decode_cert('/etc/hostname')",
}
if sys.version_info < (3, 13):
    ACTS["spwd"] = "module.getspnam('root')"

SCRIPT = """
import _imp, importlib.util, sys, types, warnings
from fastaudit import Policy, Violation, sandbox
assert "NAME" not in sys.modules or "NAME" == "fcntl"
module_of = types.SimpleNamespace(F_SETOWN=8)
with sandbox(Policy()) as box:
    spec = importlib.util.find_spec("NAME")
    try:
        module = _imp.create_dynamic(spec)
    except ImportError:
        module = _imp.create_builtin(spec)
    try:
        ACT
    except Violation as violation:
        print("refused", violation.right)
    # Made in the ordinary way it works, and is asked about as ever.
    module = __import__("NAME")
    try:
        ACT
    except Violation as violation:
        print("refused", violation.right)
"""


@pytest.mark.parametrize("name", ACTS)
def test_a_module_that_was_never_executed_is_asked_about(run, name):
    right = {"_posixshmem": "delete", "_multiprocessing": "delete", "fcntl": "signal"}.get(name, "read")
    script = SCRIPT.replace("NAME", name).replace("ACT", ACTS[name])
    assert run(script, prelude=False, stderr=None) == [f"refused {right}"] * 2
