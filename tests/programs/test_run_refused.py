"""What ``fastaudit run`` tells when a program oversteps, and how little it takes to let it pass."""

import re
import shlex
import socket

import pytest

from fastaudit._rules import RULES

NOWHERE = {
    "paths": "/nowhere",
    "addresses": "host.example:1",
    "commands": "nothing",
    "modules": "nothing",
    "variables": "NOTHING",
}


def options_in(ran):
    return [shlex.split(line) for line in ran.err.splitlines() if line.strip().startswith("--")]


def test_a_refusal_that_ends_the_program_is_78_and_says_what_to_allow(folder, script, run):
    (folder / "notes.txt").write_text("hello")
    script("def main():\n    with open('notes.txt') as notes: print(notes.read())\nmain()\n")
    held = run("script.py")
    assert held.status == 78
    assert held.out == ""
    assert "PermissionViolation" in held.err
    assert f"what    read {folder}/notes.txt (open)" in held.err
    assert f"where   {folder}/script.py:2 in main" in held.err
    assert f"--read {folder}/notes.txt" in held.err
    assert "fastaudit/_" not in held.err, "no frame of ours in the traceback"

    (option,) = options_in(held)
    allowed = run(*option, "script.py")
    assert (allowed.status, allowed.out, allowed.err) == (0, "hello\n", "")


NEEDS = """\
import os, pathlib, socket, subprocess, sys
print(pathlib.Path("in.txt").read_text())
pathlib.Path("out.txt").write_text("done")
socket.create_connection(("localhost", int(sys.argv[1]))).close()
subprocess.run(["true"], check=True)
os.environ["PATH"] = "/nowhere"
"""


def test_a_script_with_five_needs_passes_after_five_pastes(folder, script, run):
    script(NEEDS)
    (folder / "in.txt").write_text("input")
    options: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        for _ in range(6):
            held = run(*options, "script.py", server.getsockname()[1])
            if held.status == 0:
                break
            assert held.status == 78, held
            (option,) = options_in(held)
            options += option
    assert held.status == 0, (options, held)
    assert (folder / "out.txt").read_text() == "done"


@pytest.mark.parametrize(
    "code",
    [
        "try: open('x', 'w')\nexcept OSError as error: raise RuntimeError('wrapped') from error",
        "try: open('x', 'w')\nexcept OSError: 1 / 0",
        "def f(): open('x', 'w')\ntry: f()\nexcept OSError as e: raise ExceptionGroup('many', [e])",
    ],
)
def test_a_refusal_behind_the_last_exception_counts(code, script, run):
    script(code)
    held = run("script.py")
    assert held.status == 78
    assert "--" in held.err


def test_an_exception_of_its_own_after_a_handled_refusal_is_the_programs(script, run):
    script("try: open('x', 'w')\nexcept OSError: pass\n1 / 0\n")
    assert run("script.py").status == 1


def test_a_failure_of_its_own_lists_the_refusals_that_came_before(folder, script, run):
    script("import sys\ntry: open('x', 'w')\nexcept OSError: sys.exit(4)\n")
    held = run("script.py")
    assert held.status == 4
    assert "1 operation refused" in held.err
    assert f"{folder}/x" in held.err


def test_success_after_a_handled_refusal_prints_nothing(script, run):
    script("try: open('x', 'w')\nexcept OSError: print('went on')\n")
    held = run("script.py")
    assert (held.status, held.out, held.err) == (0, "went on\n", "")


def test_warn_refuses_nothing_and_tells_at_the_end(folder, script, run):
    script("open('x', 'w').close()\nimport atexit\natexit.register(open, 'y', 'w')\nprint('end')\n")
    held = run("--warn", "script.py")
    assert (held.status, held.out) == (0, "end\n"), held
    assert (folder / "x").exists()
    assert "2 operations would have been refused (nothing was)" in held.err
    assert f"{folder}/y" in held.err, "at the very end: after the program's own exit functions"


def test_warn_lets_nothing_undo_the_guard(script, run):
    script("import sys\nsys.addaudithook(lambda *a: None)\nprint('added')\n")
    held = run("--warn", "script.py")
    assert held.status == 78 or "hook" in held.err, held


def test_a_forked_child_tells_nothing_twice(script, run):
    script("import os, sys\nopen('x', 'w').close()\nif os.fork() == 0: sys.exit()\nos.wait()\n")
    held = run("--warn", "--fork", "script.py")
    assert held.err.count("would have been refused") == 1, held


def test_deny_beats_a_grant(folder, script, run):
    (folder / ".env").write_text("PASSWORD=x")
    script("print(open('.env').read())")
    assert run("--read", ".", "script.py").status == 0
    assert run("--read", ".", "--deny-read", "**/.env", "script.py").status == 78


def test_a_policy_file_is_the_start_and_options_add(folder, script, run):
    (folder / "policy.toml").write_text('name = "mine"\nread = ["a.txt"]\n')
    (folder / "a.txt").write_text("A")
    (folder / "b.txt").write_text("B")
    script("print(open('a.txt').read(), open('b.txt').read())")
    held = run("--policy", "policy.toml", "script.py")
    assert held.status == 78
    assert "policy  mine" in held.err
    assert run("--policy", "policy.toml", "--read", "b.txt", "script.py").out == "A B\n"


@pytest.mark.parametrize("preset", ["offline", "readonly", "workspace", "unrestricted"])
def test_a_preset_starts_a_program(preset, script, run):
    script("print('ran')")
    assert run("--preset", preset, "script.py").out == "ran\n"


def test_every_thread_and_fork_is_held(script, run):
    script(
        "import threading, os\n"
        "def reach():\n    try: open('x', 'w')\n    except PermissionError: print('held', flush=True)\n"
        "thread = threading.Thread(target=reach); thread.start(); thread.join()\n"
        "if os.fork() == 0:\n    reach(); os._exit(0)\nos.wait()\n"
    )
    assert run("--fork", "script.py").out == "held\nheld\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--connect", "host:99999", "s.py"], "99999"),
        (["--connect", "host:20-10", "s.py"], "20-10"),
        (["--listen", "10.0.0.0/99:1", "s.py"], "10.0.0.0/99"),
        (["--allow", "raed", "s.py"], "read"),
        (["--raed", "x", "s.py"], "--read"),
        (["--policy", "nothere.toml", "s.py"], "nothere.toml"),
        (["--policy", ".", "s.py"], "irectory"),
        (["--policy", "latin.toml", "s.py"], "UTF-8"),
        (["--policy", "half.toml", "s.py"], "half.toml"),
        (["--policy", "half.toml", "--preset", "offline", "s.py"], "exclude"),
        (["--policy", "key.toml", "s.py"], "read"),
        (["-m", "-c", "x"], "exclude"),
        ([], "Missing"),
        (["nothere.py"], "can't open file"),
        (["--read"], "--read"),
    ],
)
def test_a_command_line_that_cannot_be_used_is_one_clear_error(words, told, folder, script, run):
    script("print('started')", "s.py")
    (folder / "latin.toml").write_bytes('name = "é"'.encode("latin-1"))
    (folder / "half.toml").write_text('read = ["a", ')
    (folder / "key.toml").write_text('raed = ["a"]')
    held = run(*words)
    assert held.status == 2, held
    assert held.out == ""
    assert told in held.err
    assert held.err.count("\n") == 1


def test_check_shows_a_valid_policy(folder, fastaudit_command):
    (folder / "policy.toml").write_text('name = "mine"\nread = ["a.txt"]\n[deny]\nread = ["**/.env"]\n')
    checked = fastaudit_command("check", "policy.toml")
    assert checked.status == 0, checked
    assert "valid" in checked.out
    assert "mine" in checked.out


@pytest.mark.parametrize("text", [b'raed = ["a"]', b'read = "a"', b"\xff", b"read = [", b"read = [1]"])
def test_check_answers_an_invalid_policy_with_one_line(text, folder, fastaudit_command):
    (folder / "policy.toml").write_bytes(text)
    checked = fastaudit_command("check", "policy.toml")
    assert checked.status == 1, checked
    assert re.fullmatch(r"fastaudit: .*policy\.toml.*\n", checked.err), checked


def test_every_keyword_is_an_option_and_has_a_twin_that_denies(fastaudit_command, run):
    shown = fastaudit_command("run", "--help").out
    words = []
    for rule in RULES:
        assert re.search(rf"^\s+--{rule.keyword}\b", shown, re.MULTILINE), rule
        words += [f"--deny-{rule.keyword}"] if rule.kind == "switch" else [f"--deny-{rule.keyword}", NOWHERE[rule.kind]]
    assert run(*[word for word in words if word not in ("--deny-code", "--deny-threads")], "-c", "1 / 1").status == 0
