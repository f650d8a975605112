"""os.spawn* fork and then run a command: what counts is the command."""

import os
import shutil

import pytest

from fastaudit import PermissionViolation, Policy, sandbox

SH = shutil.which("sh")


def wrote(path, spawn):
    """Whether a shell that was spawned left its mark."""
    status = spawn(os.P_WAIT, ["sh", "-c", f"echo x > {path}"])
    return status == 0 and path.exists()


SPAWNS = {
    "spawnv": lambda mode, argv: os.spawnv(mode, SH, argv),
    "spawnve": lambda mode, argv: os.spawnve(mode, SH, argv, dict(os.environ)),
    "spawnvp": lambda mode, argv: os.spawnvp(mode, "sh", argv),
    "spawnvpe": lambda mode, argv: os.spawnvpe(mode, "sh", argv, dict(os.environ)),
    "spawnl": lambda mode, argv: os.spawnl(mode, SH, *argv),
    "spawnlp": lambda mode, argv: os.spawnlp(mode, "sh", *argv),
}


@pytest.mark.parametrize("spawn", SPAWNS.values(), ids=SPAWNS)
def test_a_granted_command_needs_no_more_than_its_rule(spawn, tmp_path):
    with sandbox(Policy(run=["sh *"])):
        assert wrote(tmp_path / "mark", spawn)


@pytest.mark.parametrize("spawn", SPAWNS.values(), ids=SPAWNS)
def test_another_command_is_refused_where_it_was_asked_for(spawn, tmp_path):
    with sandbox(Policy(run=["ls *"])) as box, pytest.raises(PermissionViolation):
        wrote(tmp_path / "mark", spawn)
    assert not (tmp_path / "mark").exists()
    assert [violation.right for violation in box.violations] == ["run"]


def test_a_fork_of_ones_own_is_refused_as_before(tmp_path):
    with sandbox(Policy(run=["sh *"])):
        assert wrote(tmp_path / "mark", SPAWNS["spawnv"])
        with pytest.raises(PermissionViolation):
            os.fork()


def test_a_function_of_the_guests_gets_no_fork(tmp_path):
    mark = tmp_path / "mark"
    with sandbox(Policy(run=["sh *"], write=[tmp_path])), pytest.raises(PermissionViolation):
        os._spawnvef(os.P_WAIT, SH, ["sh", "-c", "true"], None, lambda *command: mark.write_text("x"))
    assert not mark.exists()


def test_a_file_that_is_exchanged_for_the_child_is_refused_there(tmp_path):
    mark = tmp_path / "mark"

    class Faced(list):
        """Shows one command to the parent and is another one in the child."""

    with sandbox(Policy(run=["ls *"])), pytest.raises(PermissionViolation):
        os.spawnv(os.P_WAIT, SH, Faced(["sh", "-c", f"echo x > {mark}"]))
    assert not mark.exists()
