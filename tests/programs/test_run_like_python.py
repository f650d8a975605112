"""Under ``fastaudit run`` a program sees, prints and returns what it would under Python alone."""

import re
import sys
import zipfile

import pytest

SHOW = "import sys\nprint(sys.argv, sys.path[0], __name__, __package__, repr(__spec__)[:40])\n"
GLOBALS = (
    "names = {name: str(value) for name, value in globals().items()}\n"
    "import re\nfor name in sorted(names): print(name, re.sub('0x[0-9a-f]+', '', names[name]))\n"
)


def test_a_script_finds_the_same_globals(script, python, run):
    script(GLOBALS)
    assert run("script.py").out == python("script.py").out != ""


def test_code_finds_the_same_globals(python, run):
    assert run("-c", GLOBALS).out == python("-c", GLOBALS).out != ""


def test_a_module_finds_the_same_globals(script, python, run):
    script(GLOBALS, "mod.py")
    assert run("-m", "mod").out == python("-m", "mod").out != ""


@pytest.mark.parametrize(
    "program", [["script.py"], ["-m", "script"], ["-c", SHOW], ["box"], ["box.zip"], ["-m", "pack"]]
)
def test_arguments_and_path_are_the_programs_own(program, folder, script, python, run):
    script(SHOW)
    for name in ("box", "pack"):
        (folder / name).mkdir()
        script(SHOW, f"{name}/__main__.py")
    with zipfile.ZipFile(folder / "box.zip", "w") as box:
        box.writestr("__main__.py", SHOW)
    arguments = ["--read", "x", "-m", "y", "--", "-c", "--warn", ""]
    alone = python(*program, *arguments)
    held = run(*program, *arguments)
    assert held.status == alone.status == 0, held
    assert held.out == alone.out


def test_a_script_imports_its_neighbours(script, run):
    script("VALUE = 42", "neighbour.py")
    script("import neighbour; print(neighbour.VALUE)")
    assert run("script.py").out == "42\n"


def test_a_linked_script_imports_the_neighbours_of_its_target(folder, script, run):
    (folder / "real").mkdir()
    script("VALUE = 42", "real/neighbour.py")
    script("import neighbour; print(neighbour.VALUE)", "real/script.py")
    (folder / "link").symlink_to(folder / "real/script.py")
    assert run("link").out == "42\n"


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("pass", 0),
        ("raise SystemExit", 0),
        ("import sys; sys.exit(3)", 3),
        ("import sys; sys.exit(True)", 1),
        ("import sys; sys.exit('told')", 1),
        ("import sys; sys.exit((1, 2))", 1),
        ("1 / 0", 1),
        ("import os; os._exit(9)", 9),
        ("import atexit; atexit.register(print, 'late'); 1 / 0", 1),
        ("import sys; sys.excepthook = lambda *a: print('hooked'); 1 / 0", 1),
        ("import sys; sys.excepthook = None; 1 / 0", 1),
        ("import threading; threading.Thread(target=lambda: 1 / 0).start()", 0),
        ("import sys; sys.stdout.write('no newline')", 0),
        ("x = (", 1),
    ],
)
def test_exit_status_and_output_are_the_programs_own(code, status, script, python, run):
    script(code)
    alone, held = python("script.py"), run("script.py")
    assert alone.status == status
    assert held.status == status, held
    assert held.out == alone.out
    assert re.sub(r"0x\w+|Thread-\d+", "", held.err) == re.sub(r"0x\w+|Thread-\d+", "", alone.err)


TRACES = """\
class Wrong(Exception): pass
def inner():
    raise KeyError("deep")
def outer():
    try:
        inner()
    except KeyError as error:
        raise Wrong("shallow") from error
outer()
"""


@pytest.mark.parametrize("program", [["script.py"], ["-m", "script"], ["tool"]])
def test_a_traceback_has_no_frame_of_ours(program, script, python, run):
    script(TRACES)
    script(TRACES, "tool")
    alone, held = python(*program), run(*program)
    assert held.err == alone.err != ""
    assert held.status == alone.status == 1


def test_a_traceback_of_code_has_no_frame_of_ours(python, run):
    assert run("-c", TRACES).err == python("-c", TRACES).err != ""


def test_a_module_that_is_not_there_is_told_as_by_python(python, run):
    alone, held = python("-m", "no_such_module"), run("-m", "no_such_module")
    assert (held.status, held.err) == (alone.status, alone.err)


def test_an_interrupted_program_ends_with_130(script, run):
    script("raise KeyboardInterrupt")
    held = run("script.py")
    assert held.status == 130
    assert held.err.endswith("KeyboardInterrupt\n")


def test_a_class_in_main_pickles(script, run):
    script(
        "import pickle\nclass Thing: pass\n"
        "copy = pickle.loads(pickle.dumps(Thing()))\nprint(type(copy) is Thing, Thing.__module__)\n"
    )
    assert run("script.py").out == "True __main__\n"


MULTI = """\
import multiprocessing, sys
print("loaded as", __name__, flush=True)
def work(n):
    return n * n
if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with context.Pool(1) as pool:
        print(pool.map(work, [2, 3]), flush=True)
"""


def test_multiprocessing_forks_under_the_right_to_fork(script, run):
    script(MULTI)
    held = run("--fork", "--read", "/dev/shm", "--write", "/dev/shm", "script.py", "fork")
    assert held.out == "loaded as __main__\n[4, 9]\n", held


def test_multiprocessing_spawns_a_child_that_loads_main_by_its_other_name(script, run):
    script(MULTI)
    held = run("--run", "{python} *", "--write", "/dev/shm", "script.py", "spawn")
    assert held.out == "loaded as __main__\nloaded as __mp_main__\n[4, 9]\n", held


def test_threads_of_main_may_outlive_it(script, run):
    script(
        "import threading, time\nNAME = 'still here'\ngo = threading.Event()\n"
        "def late():\n    go.wait()\n    print(NAME)\n"
        "threading.Thread(target=late).start()\n"
        "threading.Timer(0.05, go.set).start()\n"
    )
    assert run("script.py").out == "still here\n"


def test_a_program_that_brings_click_gets_its_own(script, run):
    script("MINE = True", "click.py")
    script("import click; print(click.MINE)")
    assert run("script.py").out == "True\n"


def test_changing_directory_and_mask_is_allowed(folder, script, run):
    script("import os; os.umask(0o27); os.chdir('..'); print(os.getcwd(), oct(os.umask(0)))")
    held = run("--read", "..", "script.py")
    assert held.out == f"{folder.parent} 0o27\n", held


def test_the_console_script_does_the_same(folder, script, run):
    script(SHOW)
    code = "import sys; sys.argv = ['fastaudit', 'run', 'script.py', '-x']; from fastaudit.__main__ import main; main()"
    import subprocess

    ended = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    assert ended.stdout == run("script.py", "-x").out != ""
