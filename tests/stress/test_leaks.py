"""Every public name, many times over, leaves nothing behind; and no public name is left out, nor one of the core."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import fastaudit
from fastaudit import _core

HERE = Path(__file__).parent
CLASSES = ["Policy", "Deny", "PermissionViolation", "ImportViolation", "Sandbox", "Box", "Handle", "Location"]
MIDDLEWARES = ["asgi.SandboxMiddleware", "wsgi.SandboxMiddleware", "aiohttp.sandbox_middleware"]
# What a user of a class runs without a name of its own.
SPECIAL = """__call__ __enter__ __exit__ __aenter__ __aexit__ __and__ __or__ __eq__ __hash__ __repr__ __str__
    __reduce__ __iter__ __next__ __await__ __len__ __contains__ __getitem__""".split()  # noqa: SIM905


def public_names():
    """What a user can call: functions, classes, and the methods and attributes of each class."""
    names = {*fastaudit.__all__, "main", *MIDDLEWARES}
    for kind in CLASSES:
        members = vars(getattr(fastaudit, kind, None) or getattr(_core, kind))
        names |= {f"{kind}.{name}" for name in members if not name.startswith("_") or name in SPECIAL}
    return names | names_of_the_core()


def names_of_the_core():
    """What the core exports that can be called, and the methods of its classes that the package keeps to itself."""
    names = set()
    for name, value in vars(_core).items():
        if not callable(value) or name.startswith("__"):
            continue
        names.add(f"_core.{name}")
        if isinstance(value, type) and name not in CLASSES:
            methods = {
                n
                for n, member in vars(value).items()
                if callable(getattr(value, n)) or isinstance(member, staticmethod)
            }
            names |= {f"_core.{name}.{n}" for n in methods if not n.startswith("_") or n in SPECIAL}
    return names


def measure(*names):
    """Run leaks.py: what it says. Without glibc's cache of freed memory, which counts as in use and fills by and by."""
    environ = os.environ | {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"}
    words = [sys.executable, "-X", "faulthandler", HERE / "leaks.py", *names]
    result = subprocess.run(words, capture_output=True, text=True, timeout=900, check=False, env=environ)
    assert result.returncode == 0, result.stdout + result.stderr[-3000:]
    return result.stdout


@pytest.fixture(scope="module")
def entries():
    """The public names that have an entry."""
    return set(measure("--names").split())


def test_no_public_name_lacks_an_entry(entries):
    assert public_names() - entries == set()


def test_no_entry_is_for_a_name_that_is_gone(entries):
    gone = {name for name in entries if not name.endswith("__new__")} - public_names()
    assert gone == set()


def test_nothing_public_leaks():
    assert measure() == ""
