"""Interpreters beside the first, and one that is initialised again."""

import os
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

SUBINTERPRETER = """
try:
    import _interpreters as interpreters  # 3.13
    make = lambda: interpreters.create("legacy" if shared else "isolated")
except ImportError:
    import _xxsubinterpreters as interpreters
    make = lambda: interpreters.create(isolated=not shared)
def run_in(where, text):
    failed = interpreters.run_string(where, text)
    if failed is not None:
        raise RuntimeError(failed.formatted if hasattr(failed, "formatted") else str(failed))
"""

# What a subinterpreter does: it takes the package for itself and enforces its own policy.
OWN = """
import os, subprocess, sys, types
# An editable install asks its build tool at import, and an isolated interpreter may start none.
subprocess.run = lambda *_, **__: types.SimpleNamespace(stdout=b"", returncode=0)
path = {path!r}
sys.path[:] = {sys_path!r}
from contextlib import ExitStack
from fastaudit import Deny, Policy, current, sandbox
marker, other = {marker!r}, {other!r}
def held(path):
    try:
        open(path).close()
    except PermissionError as error:
        return type(error).__name__
    return "free"
mine = sandbox(Policy.unrestricted().replace(deny=Deny(read=[marker])))
answers = [held(marker)]
with mine as box:
    answers += [held(marker), held(other)]
    with ExitStack() as stack:
        stack.enter_context(mine)
        answers.append(held(marker))
answers += [held(marker), str(len(box.violations)), str(current())]
os.write(1, (" ".join(answers) + "\\n").encode())
"""

WANTED = "free PermissionViolation free PermissionViolation free 2 None"


def own(**places):
    return (
        f"""
shared = SHARED
text = {OWN!r}.format(path=sys.path, sys_path=[p for p in sys.path if p], marker=marker, other=other)
"""
        + SUBINTERPRETER
    )


@pytest.mark.parametrize("shared", [True, False], ids=["shared GIL", "own GIL"])
def test_a_subinterpreter_that_imports_the_package_enforces_its_own(run, shared):
    lines = run(
        own().replace("SHARED", str(shared))
        + """
import fastaudit
with sandbox(second):
    pass
where = make()
run_in(where, text)
print(held(), held(other), flush=True)
with sandbox(second):
    print(held(), held(other), flush=True)
interpreters.destroy(where)
with sandbox(second):
    print(held(), held(other), flush=True)
"""
    )
    assert lines == [WANTED, "False False", "False True", "False True"]


def test_interpreters_come_and_go(run):
    count = 10 * int(os.environ.get("FASTAUDIT_STRESS", "1"))
    lines = run(
        own().replace("SHARED", "True")
        + f"""
for _ in range({count}):
    where = make()
    run_in(where, text)
    interpreters.destroy(where)
with sandbox(second):
    print(held(), held(other), flush=True)
"""
    )
    assert lines == [WANTED] * count + ["False True"]


# What is in force when a subinterpreter ends: blocks, handles, suspended bodies, contexts, and what ends only then.
LIVE = """
import atexit, contextvars
kept = [mine.start(), mine, ExitStack()]
kept[2].enter_context(mine)
def body():
    with mine:
        yield held(marker)
    os.write(1, b"a body went on\\n")
def floating():
    mine.start()
    return held(marker)
kept += [body(), body(), contextvars.Context(), contextvars.copy_context()]
answers = [next(kept[3]), kept[5].run(next, kept[4]), kept[5].run(floating)]
class Last:
    def __del__(self, manager=mine):
        with manager:
            pass
        manager.start()
kept.append(Last())
sys.kept = Last()
atexit.register(mine.start)
mine.start()
os.write(1, (" ".join(answers) + "\\n").encode())
"""


@pytest.mark.parametrize("shared", [True, False], ids=["shared GIL", "own GIL"])
def test_a_subinterpreter_may_end_with_live_scopes(run, shared):
    lines = run(
        own().replace("SHARED", str(shared))
        + f"""
text += {LIVE!r}
for _ in range(3):
    where = make()
    run_in(where, text)
    with sandbox(second):
        assert (held(), held(other)) == (False, True)
    assert (held(), held(other)) == (False, False)
    interpreters.destroy(where)
    assert (held(), held(other)) == (False, False)
    with sandbox(second):
        print(held(), held(other), flush=True)
"""
    )
    assert lines == [WANTED, " ".join(["PermissionViolation"] * 3), "False True"] * 3


def test_a_floor_holds_an_interpreter_that_knows_nothing_of_it(run):
    lines = run(
        own().replace("SHARED", "True")
        + """
where = make()
install(policy)
run_in(where, f'''
import os
try:
    open({marker!r})
except PermissionError as error:
    os.write(1, type(error).__name__.encode() + b"\\\\n")
''')
print(held())
interpreters.destroy(where)
"""
    )
    assert lines == ["PermissionError", "True"]


@pytest.mark.parametrize("act", ["make()", "run_in(where, 'pass')"])
def test_subinterpreters_are_refused_inside_a_block(run, act):
    lines = run(
        own().replace("SHARED", "True")
        + f"""
where = make()
with sandbox(Policy(read=["/"])):
    try:
        {act}
    except PermissionError as error:
        print(type(error).__name__, error.right)
interpreters.destroy(where)
"""
    )
    assert lines == ["PermissionViolation interpreters"]


EMBEDDING = r"""
#include <Python.h>

int
main(int argc, char **argv)
{
    for (int round = 0; round < 4; round++) {
        PyConfig config;
        PyConfig_InitPythonConfig(&config);
        /* From its second time on 3.15 warns that a virtual environment has no standard library in it. */
        config.pathconfig_warnings = 0;
        PyStatus status = PyConfig_SetBytesString(&config, &config.program_name, argv[1]);
        if (!PyStatus_Exception(status)) {
            status = Py_InitializeFromConfig(&config);
        }
        PyConfig_Clear(&config);
        if (PyStatus_Exception(status)) {
            Py_ExitStatusException(status);
        }
        if (PyRun_SimpleString(argv[2]) != 0 || Py_FinalizeEx() < 0) {
            return 1;
        }
    }
    return argc == 3 ? 0 : 2;
}
"""


@pytest.fixture(scope="module")
def lives(tmp_path_factory):
    """Run a script in four runtimes, one after the other in one process; what they print is given."""
    folder = tmp_path_factory.mktemp("embedding").resolve()
    source, program = folder / "embedding.c", folder / "embedding"
    source.write_text(EMBEDDING)
    config = sysconfig.get_config_var
    library = f"python{config('LDVERSION')}"
    words = [
        *shlex.split(os.environ.get("CC", "cc")),
        str(source),
        f"-I{sysconfig.get_path('include')}",
        f"-I{sysconfig.get_path('platinclude')}",
        *("-o", str(program)),
        f"-L{config('LIBDIR')}",
        f"-L{config('LIBPL')}",
        f"-Wl,-rpath,{config('LIBDIR')}",
        "-rdynamic",
        f"-l{library}",
        *shlex.split(f"{config('LIBS') or ''} {config('SYSLIBS') or ''}"),
        "-lm",
    ]
    subprocess.run(words, check=True, capture_output=True, text=True)

    def run(script):
        words = [program, sys.executable, script]
        result = subprocess.run(words, capture_output=True, text=True, timeout=600, check=False, cwd=folder)
        assert (result.returncode, result.stderr) == (0, "")
        return result.stdout.splitlines()

    return run


def test_python_may_be_initialised_again_and_again(lives, tmp_path):
    marker, other = tmp_path.resolve() / "marker", tmp_path.resolve() / "other"
    marker.touch()
    other.touch()
    text = OWN.format(path=None, sys_path=[p for p in sys.path if p], marker=str(marker), other=str(other))
    assert lives(text) == [WANTED] * 4


INSTALLED = """
import sys
sys.path[:] = {sys_path!r}
from fastaudit import Policy, Violation, install
if open({lives!r}, "a").write("x") and open({lives!r}).read() == "x":
    install(Policy(read=True, imports=True, introspect=True, native=True, write=[{lives!r}]))
try:
    open({other!r}, "w")
except Violation as violation:
    print(violation.right)
else:
    print("not held")
"""


def test_what_is_installed_holds_the_next_runtimes_too(lives, tmp_path):
    names = {name: str(tmp_path.resolve() / name) for name in ("lives", "other")}
    Path(names["other"]).touch()
    assert lives(INSTALLED.format(sys_path=[p for p in sys.path if p], **names)) == ["modify"] * 4
