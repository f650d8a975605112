"""What the core reads from events about programs, signals and limits."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys

import pytest

from fastaudit import _core

RIGHTS = _core.RIGHTS
ECHO = os.fsencode(shutil.which("echo", path="/usr/bin:/bin"))


def unpack(event, *args):
    return _core.unpack(event, args)


def command(event, *args):
    shown = unpack(event, *args)
    assert shown["shape"] == "command", shown
    return shown["operands"]


def asks_nothing(event, *args):
    shown = unpack(event, *args)
    return shown["right"] == len(RIGHTS) and shown["shape"] == "none"


def test_exec_shows_the_file_and_what_it_leads_to(tmp_path):
    (tmp_path / "link").symlink_to(os.fsdecode(ECHO))
    read = command("os.exec", str(tmp_path / "link"), ["echo", b"\xff", "\udc80"], {"A": "b", b"C": b"\xfe"})
    assert read["argv"] == [b"echo", b"\xff", b"\x80"]
    assert sorted(read["env"]) == [b"A=b", b"C=\xfe"]
    assert [file["path"] for file in read["files"]] == [os.fsencode(os.path.realpath(tmp_path)) + b"/link"]
    assert [file["path"] for file in read["targets"]] == [os.path.realpath(ECHO)]


def test_exec_of_an_open_file_is_a_descriptor():
    read = command("os.exec", 5, ("x",), None)
    assert read["files"][0]["descriptor"]
    assert read["env"] is None


def test_exec_without_a_slash_counts_from_the_current_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    read = command("os.exec", "tool", ["tool"], None)
    assert read["files"][0]["path"] == os.fsencode(os.path.realpath(tmp_path)) + b"/tool"
    assert not read["files"][0]["exists"]


def test_an_empty_environment_is_not_an_inherited_one():
    assert command("os.exec", ECHO, ["echo"], {})["env"] == []
    assert command("_posixsubprocess.fork_exec", (ECHO,), ("echo",), ())["env"] == []


def test_posix_spawn_without_a_slash_is_left_to_the_event_that_shows_where_it_searches():
    assert command("os.posix_spawn", "echo", ["echo"], None)["files"] == []
    assert len(command("os.posix_spawn", ECHO, ["echo"], None)["files"]) == 1


def test_fork_exec_shows_every_candidate(tmp_path):
    read = command("_posixsubprocess.fork_exec", (b"/nowhere/echo", ECHO), ("echo", "a"), (b"A=b",), None)
    assert [file["exists"] for file in read["files"]] == [False, True]
    assert read["argv"] == [b"echo", b"a"]
    assert read["env"] == [b"A=b"]


def test_fork_exec_counts_relative_files_from_the_folder_of_the_child(tmp_path):
    (tmp_path / "tool").write_text("x")
    read = command("_posixsubprocess.fork_exec", (b"./tool", b""), ("x",), None, os.fsencode(tmp_path))
    assert read["files"][0]["path"] == os.fsencode(os.path.realpath(tmp_path)) + b"/tool"
    assert read["files"][0]["exists"]


def test_fork_exec_without_the_folder_leaves_relative_files_to_the_event_that_has_it():
    assert command("_posixsubprocess.fork_exec", (b"./tool",), ("x",), None)["files"] == []


def test_a_shell_is_sh():
    read = command("os.system", b"ls -l")
    assert read["argv"] == [b"sh", b"-c", b"ls -l"]
    assert read["shell"]


def test_an_announcement_is_judged_by_plain_arguments_only():
    assert command("subprocess.Popen", "ls", ["ls", b"-l"], None, None)["argv"] == [b"ls", b"-l"]
    assert asks_nothing("subprocess.Popen", pathlib.Path("ls"), [pathlib.Path("ls")], None, os.environ)
    assert command("pty.spawn", "ls")["argv"] == [b"ls"]
    assert command("pty.spawn", ("ls", "-l"))["argv"] == [b"ls", b"-l"]


class List(list):
    """A list that says it holds something else."""

    def __iter__(self):
        return iter(["git", "status"])

    def __len__(self):
        return 2

    __getitem__ = None


class Dict(dict):
    def items(self):
        return [("A", "b")]

    keys = values = items


def test_a_list_is_read_by_what_it_holds():
    assert command("os.exec", ECHO, List(["echo", "-n", "x"]), None)["argv"] == [b"echo", b"-n", b"x"]


@pytest.mark.parametrize(
    "args",
    [
        (),
        (ECHO, ["x"]),
        (ECHO, "x", None),
        (ECHO, ["x", pathlib.Path("y")], None),
        (ECHO, ["x", 1], None),
        (ECHO, ["x\0y"], None),
        (ECHO, iter(["x"]), None),
        (ECHO, ["x"], Dict(A="b")),
        (ECHO, ["x"], os.environ),
        (ECHO, ["x"], {"A": 1}),
        (ECHO, ["x"], {"A\0": "b"}),
        (pathlib.Path("x"), ["x"], None),
        (None, ["x"], None),
        ("x\0y", ["x"], None),
        (2**70, ["x"], None),
    ],
    ids=range(15),
)
def test_a_command_of_another_shape_is_broken(args):
    assert unpack("os.exec", *args)["shape"] == "broken"
    assert unpack("os.posix_spawn", *args)["shape"] == "broken"


def test_many_and_long_arguments_are_read():
    argv = ["echo", *("x" * 1000 for _ in range(10_000)), "\N{EURO SIGN}" * 1_000_000]
    read = command("os.exec", ECHO, argv, {str(number): "v" for number in range(10_000)})
    assert len(read["argv"]) == 10_002
    assert len(read["argv"][-1]) == 3_000_000
    assert len(read["env"]) == 10_000


@pytest.fixture
def child():
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True)
    yield process
    if process.returncode is None:
        process.communicate(b"\n")


def sent(event, *args):
    shown = unpack(event, *args)
    assert shown["shape"] == "signal", shown
    return shown["operands"]


def test_a_child_is_known_until_it_is_waited_for(child):
    for event, pid in (("os.kill", child.pid), ("os.kill", -child.pid), ("os.killpg", child.pid)):
        read = sent(event, pid, signal.SIGTERM)
        assert (read["own_child"], read["self"], read["number"]) == (True, False, signal.SIGTERM)
    child.communicate(b"\n")
    assert child.returncode == 0
    assert not sent("os.kill", child.pid, signal.SIGTERM)["own_child"]


def test_a_child_that_ended_is_still_there_to_be_waited_for():
    process = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE)
    process.stdout.read()
    assert sent("os.kill", process.pid, 0)["own_child"]
    assert process.wait() == 0
    process.stdout.close()


def test_others_are_no_children():
    assert sent("os.kill", os.getpid(), 0)["self"]
    assert sent("signal.pthread_kill", 2**63, 0)["self"]
    for pid in (1, os.getppid(), 0, -1, 2**31 - 1, -(2**31)):
        read = sent("os.kill", pid, 0)
        assert not read["own_child"]
        assert not read["self"]
    assert sent("os.killpg", 0, 0)["pid"] == 0


@pytest.mark.parametrize("args", [(), (1,), (1, 2, 3), ("1", 2), (2**40, 2), (1, 2**40), (1.0, 2), (None, None)])
def test_a_signal_of_another_shape_is_broken(args):
    assert unpack("os.kill", *args)["shape"] == "broken"


def test_reading_limits_asks_nothing_and_setting_them_does():
    assert asks_nothing("resource.prlimit", 0, 4, None)
    assert unpack("resource.prlimit", 0, 4, (0, 0))["right"] == RIGHTS.index("limits")


def test_only_typing_into_a_terminal_asks_among_the_requests_to_devices():
    import termios

    assert asks_nothing("fcntl.ioctl", 0, termios.FIONREAD, b"")
    for request in (termios.TIOCSTI, termios.TIOCSTI - 2**32, termios.TIOCSTI + 2**32):
        assert unpack("fcntl.ioctl", 0, request, b"x")["right"] == RIGHTS.index("run")
