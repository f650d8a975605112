"""Processes that multiprocessing starts hold what their starter is held to, by every start method."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("children.py")
ANEW = ["spawn", "forkserver"]
METHODS = ["fork", *ANEW]


@pytest.fixture
def child(tmp_path):
    """Start a process so, and give what it could do."""
    folder = tmp_path.resolve()
    for name in ("in", "out", "secret"):
        (folder / name).write_text(name)

    def run(method, how):
        words = [sys.executable, PROGRAM, method, how, folder]
        result = subprocess.run(words, stdout=subprocess.PIPE, text=True, timeout=120, check=True, cwd="/")
        found = json.loads(result.stdout)
        assert found.pop("folder") == str(folder)
        assert found.pop("status", 0) == 0
        return found

    return run


@pytest.mark.parametrize("how", ["process", "pool", "executor"])
@pytest.mark.parametrize("method", ANEW)
def test_a_process_is_held_to_the_policy_of_who_started_it(child, method, how):
    assert child(method, how) == {"in": "in", "out": "refused by guest", "secret": "secret"}


@pytest.mark.parametrize("method", METHODS)
def test_a_process_is_held_to_every_policy_that_was_in_force(child, method):
    assert child(method, "nested") == {"in": "in", "out": "refused by guest", "secret": "refused by inner"}


@pytest.mark.parametrize("method", ANEW)
def test_a_process_is_held_to_the_floor_of_who_started_it(child, method):
    assert child(method, "floor") == {"in": "in", "out": "refused by guest", "secret": "secret"}


@pytest.mark.parametrize("how", ["warn", "trusted", "after"])
@pytest.mark.parametrize("method", ANEW)
def test_a_process_is_held_to_nothing_more(child, method, how):
    assert child(method, how) == {"in": "in", "out": "out", "secret": "secret"}


def test_without_the_grant_of_a_command_none_is_started(run):
    lines = run(
        """
        import multiprocessing
        process = multiprocessing.get_context("spawn").Process(target=print, args=("started",))
        with sandbox(Policy(fork=True, threads=True)):
            try:
                process.start()
            except PermissionError as error:
                print(error.right, error.reason)
        """
    )
    assert lines == ["run right-not-granted"]


def test_what_cannot_be_held_is_not_started(run):
    """A child that lacks the package fails before it has imported anything of the user's."""
    lines = run(
        """
        import multiprocessing, fastaudit._children
        def unpickle_as_nothing(self):
            return __import__, ("fastaudit_is_not_here",)
        fastaudit._children._Held.__reduce__ = unpickle_as_nothing
        process = multiprocessing.get_context("spawn").Process(target=print, args=("started",))
        with sandbox(Policy(fork=True, threads=True, run=["{python} *"])):
            process.start()
            process.join()
        print(process.exitcode)
        """,
        stderr="No module named 'fastaudit_is_not_here'",
    )
    assert lines == ["1"]
