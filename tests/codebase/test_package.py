"""What the installed package shows and loads: exported symbols, modules at import, public names."""

import json
import subprocess
import sys
import sysconfig
from pathlib import Path

import fastaudit
import fastaudit._core

HEAVY = [
    "asyncio",
    "click",
    "concurrent.futures",
    "ctypes",
    "dataclasses",
    "email",
    "enum",
    "fnmatch",
    "glob",
    "importlib.metadata",
    "importlib.util",
    "inspect",
    "ipaddress",
    "linecache",
    "logging",
    "multiprocessing",
    "pathlib",
    "pkgutil",
    "platform",
    "re",
    "shlex",
    "shutil",
    "socket",
    "sqlite3",
    "ssl",
    "subprocess",
    "tempfile",
    "threading",
    "tomllib",
    "traceback",
    "typing",
    "urllib.parse",
    "uuid",
    "weakref",
]


def loaded_by(code: str) -> set[str]:
    answer = subprocess.run(
        [sys.executable, "-P", "-c", f"{code}\nimport sys, json\nprint(json.dumps(list(sys.modules)))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(answer.stdout.splitlines()[-1]))


def test_import_loads_nothing_heavy():
    # What an editable install's own finder loads is not ours: it is there before the first import.
    before = loaded_by("import json")
    after = loaded_by("import json, fastaudit")
    assert not (after - before).intersection(HEAVY)


def test_the_extension_exports_its_init_function_only():
    file = fastaudit._core.__file__
    listed = subprocess.run(["nm", "-D", "--defined-only", file], capture_output=True, text=True, check=True)
    symbols = {line.split()[-1] for line in listed.stdout.splitlines()}
    assert symbols - {"_init", "_fini"} == {"PyInit__core"}


def test_the_public_names_exist():
    for name in fastaudit.__all__:
        assert getattr(fastaudit, name) is not None


def test_the_package_is_typed():
    assert (Path(fastaudit.__file__).parent / "py.typed").exists() or "editable" in str(fastaudit.__spec__)


def test_this_python_is_cpython():
    assert sys.implementation.name == "cpython"
    assert sysconfig.get_config_var("EXT_SUFFIX") in fastaudit._core.__file__
