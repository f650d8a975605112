"""Programs that are really started inside a sandbox: what runs is what was judged."""

import multiprocessing
import os
import pathlib
import shutil
import signal
import subprocess
import sys

import pytest

from fastaudit import Policy, Violation, sandbox

ECHO = shutil.which("echo")
ONLY_ECHO = Policy(run=["echo *"])


def output(*args, **options):
    return subprocess.run(*args, stdout=subprocess.PIPE, check=True, **options).stdout


def spawned(function, path, argv, env=os.environ, **options):
    pid = function(path, argv, env, **options)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.parametrize("command", [["echo", "x"], [ECHO, "x"], [pathlib.Path("echo"), b"x"]], ids=range(3))
def test_a_granted_command_runs(command):
    with sandbox(ONLY_ECHO) as box:
        assert output(command) == b"x\n"
        assert output(command, cwd="/") == b"x\n"
        assert output(command, env=dict(os.environ)) == b"x\n"
        assert output(command, close_fds=False) == b"x\n"
    assert box.violations == ()


def test_what_is_refused_does_not_run(tmp_path):
    mark = tmp_path / "mark"
    with sandbox(ONLY_ECHO):
        for start in (
            lambda: subprocess.run(["touch", mark]),
            lambda: subprocess.run(["echo", mark], executable=shutil.which("touch")),
            lambda: os.posix_spawnp("touch", ["echo", str(mark)], os.environ),
            lambda: os.posix_spawn(shutil.which("touch"), ["echo", str(mark)], os.environ),
            lambda: os.system(f"touch {mark}"),
        ):
            with pytest.raises(Violation):
                start()
    assert not mark.exists()


def test_a_program_of_the_same_name_elsewhere_does_not_run(tmp_path):
    fake = tmp_path / "echo"
    fake.write_text(f"#!/bin/sh\ntouch {tmp_path}/mark\n")
    fake.chmod(0o755)
    with sandbox(ONLY_ECHO):
        for start in (
            lambda: subprocess.run(["echo", "x"], env={"PATH": str(tmp_path)}),
            lambda: subprocess.run(["./echo", "x"], cwd=tmp_path),
            lambda: subprocess.run(["echo", "x"], executable=fake),
            lambda: subprocess.run([fake, "x"]),
        ):
            with pytest.raises(Violation):
                start()
    assert not (tmp_path / "mark").exists()


class Changes:
    """A path object that answers differently each time, and rewrites the list that it lies in."""

    def __init__(self, answers, argv=()):
        self.answers = list(answers)
        self.argv = argv

    def __fspath__(self):
        if self.argv:
            self.argv[0], self.argv[1:-1] = "echo", ["x"]
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def test_a_path_object_is_asked_once(tmp_path):
    answers = [ECHO, shutil.which("touch")]
    with sandbox(ONLY_ECHO):
        assert spawned(os.posix_spawn, Changes(answers), ["echo", "x"]) == 0


def test_a_list_that_changes_while_it_is_read_is_judged_as_it_runs(tmp_path):
    touch = shutil.which("touch")
    mark = tmp_path / "mark"
    with sandbox(ONLY_ECHO):
        for function in (os.posix_spawn, os.posix_spawnp):
            argv = ["touch", str(mark)]
            argv.append(Changes(["x"], argv))
            with pytest.raises(Violation):
                spawned(function, touch, argv)
    assert not mark.exists()


def test_an_exec_in_a_forked_child_is_judged_as_it_runs(tmp_path):
    touch = shutil.which("touch")
    mark = tmp_path / "mark"
    with sandbox(Policy(run=["echo *"], fork=True)):
        for function, rest in ((os.execv, ()), (os.execve, (os.environ,))):
            pid = os.fork()
            if pid == 0:
                try:
                    argv = ["touch", str(mark)]
                    argv.append(Changes(["x"], argv))
                    function(touch, argv, *rest)
                except Violation:
                    os._exit(7)
                finally:
                    os._exit(8)
            assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7
    assert not mark.exists()


def test_the_files_that_a_spawn_opens_are_judged(tmp_path):
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()

    def actions(path):
        return [(os.POSIX_SPAWN_OPEN, 1, path, os.O_WRONLY | os.O_CREAT, 0o600), (os.POSIX_SPAWN_DUP2, 1, 2)]

    with sandbox(Policy(run=["echo *"], write=[str(inside)])):
        assert spawned(os.posix_spawn, ECHO, ["echo", "x"], file_actions=actions(inside / "a")) == 0
        for path in (outside, os.fsencode(outside), Changes([inside / "b", outside])):
            if isinstance(path, Changes):
                path.answers = [str(inside / "b"), str(outside)]
                assert spawned(os.posix_spawn, ECHO, ["echo", "x"], file_actions=iter(actions(path))) == 0
            else:
                with pytest.raises(Violation):
                    spawned(os.posix_spawn, ECHO, ["echo", "x"], file_actions=actions(path))
    assert (inside / "a").read_text() == "x\n"
    assert (inside / "b").read_text() == "x\n"
    assert not outside.exists()


def test_a_steering_variable_of_the_child_is_judged():
    with sandbox(ONLY_ECHO):
        for name in ("LD_PRELOAD", b"LD_PRELOAD"):
            with pytest.raises(Violation):
                subprocess.run(["echo", "x"], env={name: "/tmp/x.so"})
            with pytest.raises(Violation):
                spawned(os.posix_spawn, ECHO, ["echo", "x"], {**os.environ, name: "/tmp/x.so"})


@pytest.mark.parametrize(
    "call",
    [
        lambda: os.execv("/nowhere/x", "x"),
        lambda: os.execv("/nowhere/x", []),
        lambda: os.execv("/nowhere/x", [1]),
        lambda: os.execv("/nowhere/x"),
        lambda: os.execv(1.5, ["x"]),
        lambda: os.execve("/nowhere/x", ["x"], 3),
        lambda: os.execve("/nowhere/x", ["x"], {"A=B": "c"}),
        lambda: os.execve("/nowhere/x", ["x"], {1: "c"}),
        lambda: os.execve("/nowhere/x", argv=["x"]),
        lambda: os.execve("/nowhere/x", ["x"], {}, other=1),
        lambda: os.posix_spawn("/nowhere/x", ["x"]),
        lambda: os.posix_spawn("/nowhere/x", ["x"], {}, other=1),
        lambda: os.posix_spawn("/nowhere/x", ["x"], {}, file_actions=3),
        lambda: os.posix_spawn("/nowhere/x", ["x"], {}, file_actions=[()]),
        lambda: os.posix_spawn("/nowhere/x", ["x"], {}, file_actions=[("a", 1)]),
        lambda: os.posix_spawn("/nowhere/x", ["x"], {}, file_actions=[(os.POSIX_SPAWN_OPEN, 1)]),
        lambda: os.posix_spawn("/nowhere/x", ["x"], {}, file_actions=[(99, 1)]),
        lambda: subprocess.run([1]),
        lambda: subprocess.run(["x\0y"]),
        lambda: subprocess.run(["echo"], env={"A=B": "c"}),
        lambda: subprocess.run(["echo"], cwd="/nowhere"),
        lambda: subprocess.run(["/nowhere/x"]),
    ],
    ids=range(22),
)
def test_errors_are_those_of_python_itself(call):
    with pytest.raises(Exception) as outside:
        call()
    with sandbox(Policy.unrestricted()), pytest.raises(Exception) as inside:
        call()
    assert inside.type is outside.type


def test_processes_of_multiprocessing_start_when_python_is_granted():
    with sandbox(Policy(run=["{python} *"], read=["/"], write=["/tmp", "/dev/shm"])):
        process = multiprocessing.get_context("spawn").Process(target=int)
        process.start()
        process.join()
    assert process.exitcode == 0


def test_the_own_child_may_be_ended():
    with sandbox(Policy(run=[f"{sys.executable} *"])) as box:
        process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        process.kill()
        process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert box.violations == ()


@pytest.mark.parametrize("file", ["./echo", "echo"])
def test_preexec_fn_does_not_turn_a_relative_file_into_another(tmp_path, file):
    fake = tmp_path / "echo"
    fake.write_text(f"#!/bin/sh\ntouch {tmp_path}/mark\n")
    fake.chmod(0o755)
    folder = os.path.dirname(ECHO)
    with sandbox(Policy(run=["echo *"], read=[tmp_path], cwd=True)):
        started = output(["echo", "x"], executable=file, cwd=folder, preexec_fn=lambda: os.chdir(tmp_path))
        assert started == b"x\n"
    assert not (tmp_path / "mark").exists()


def test_umask_is_refused_without_its_right():
    before = os.umask(0o22)
    try:
        with sandbox(Policy()), pytest.raises(Violation) as caught:
            os.umask(0)
        assert caught.value.right == "umask"
        assert os.umask(0o22) == 0o22
        with sandbox(Policy(umask=True)):
            os.umask(0o27)
        assert os.umask(0o22) == 0o27
    finally:
        os.umask(before)
