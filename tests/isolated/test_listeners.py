"""Events of what the guard does itself are raised for other hooks, whenever these were added."""

import pytest

SETTING = """
import contextvars, ctypes, os, sys
seen = []
def hear(event, args):
    if event in ("open", "os.remove", "os.rename") and "heard" in str(args[0]):
        seen.append(event)
hear_in_c = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_char_p, ctypes.py_object, ctypes.c_void_p)(
    lambda event, args, data: hear(event.decode(), args) or 0
)
folder = os.path.join(os.getcwd(), "heard")
os.mkdir(folder)
outside = contextvars.copy_context()
inside = Policy(read=[folder], write=[folder], hook=True, native=True)
def act():
    os.close(os.open(folder + "/a", os.O_RDWR | os.O_CREAT))
    os.rename(folder + "/a", folder + "/b")
    os.unlink(folder + "/b")
    print(*seen)
    seen.clear()
"""
ADDED = {"Python": "sys.addaudithook(hear)", "C": "ctypes.pythonapi.PySys_AddAuditHook(hear_in_c, None)"}
LAST = "\nsys.stdout.flush()\nos._exit(0)  # a hook in C that calls Python outlives it\n"
HEARD = "open os.rename os.remove"


@pytest.mark.parametrize("kind", ADDED)
def test_a_hook_that_was_there_first_hears_of_it(run, kind):
    assert run(SETTING + ADDED[kind] + "\nwith sandbox(inside):\n    act()" + LAST) == [HEARD]


@pytest.mark.parametrize("kind", ADDED)
@pytest.mark.parametrize("when", ["between scopes", "inside", "in another context"])
def test_a_hook_that_is_added_later_hears_of_it_from_then_on(run, kind, when):
    add = {
        "between scopes": "",
        "inside": f"    {ADDED[kind]}",
        "in another context": f"    outside.run(lambda: {ADDED[kind]})",
    }
    lines = [
        "manager = sandbox(inside)",
        "with manager:",
        "    act()",
        ADDED[kind] if when == "between scopes" else "",
        "with manager:",
        add[when],
        "    act()",
    ]
    assert run(SETTING + "\n".join(lines) + LAST) == ["", HEARD]


def test_a_hook_of_another_interpreter_hears_what_is_opened_there(run):
    """One that was there before ours was added, where no event told of its adding."""
    script = """
try:
    import _interpreters as interpreters  # 3.13
    where = interpreters.create("legacy")
except ImportError:
    import _xxsubinterpreters as interpreters
    where = interpreters.create(isolated=False)
import types
text = f'''
import os, subprocess, sys, types
subprocess.run = lambda *_, **__: types.SimpleNamespace(stdout=b"", returncode=0)
sys.path[:] = {[p for p in sys.path if p]!r}
seen = []
sys.addaudithook(lambda event, args: seen.append(event) if event == "open" and args[0] == {marker!r} else None)
'''
assert interpreters.run_string(where, text) is None
with sandbox(policy):
    print(held())
text = f'''
from fastaudit import Policy, sandbox
with sandbox(Policy(read=[{marker!r}])):
    os.close(os.open({marker!r}, os.O_RDONLY))
os.write(1, repr(seen).encode())
'''
sys.stdout.flush()
assert interpreters.run_string(where, text) is None
interpreters.destroy(where)
"""
    assert run(script) == ["True", "['open']"]
