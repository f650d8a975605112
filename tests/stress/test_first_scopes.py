"""The first scopes of a process, entered by many threads at once: everything is put in place once."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


@pytest.fixture
def run(tmp_path):
    """Run a script that can import ``together``; give the lines it printed."""

    def run(script):
        text = f"import sys; sys.path.insert(0, {str(HERE)!r})\n" + textwrap.dedent(script)
        done = subprocess.run(
            [sys.executable, "-X", "faulthandler", "-P", "-c", text],
            cwd=tmp_path.resolve(),
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout.splitlines()

    return run


@pytest.mark.parametrize("attempt", range(3))
def test_each_of_them_holds_and_is_counted_once(run, attempt):
    lines = run("""
        import sys
        from together import THREADS, together
        from fastaudit import PermissionViolation, Policy, sandbox

        def work(number):
            with sandbox(Policy(name=str(number))) as box:
                try:
                    open("/etc/passwd").close()
                except PermissionViolation:
                    pass
                else:
                    return "not held"
                sys.audit("stress.event")
            return box.allowed["custom"], len(box.violations)

        print(set(together(work)))
    """)
    assert lines == ["{(1, 1)}"]


def test_pools_and_threads_of_the_first_scopes_carry_them(run):
    lines = run("""
        import threading
        from concurrent.futures import ThreadPoolExecutor
        from together import together
        from fastaudit import PermissionViolation, Policy, sandbox

        def is_held():
            try:
                open("/etc/passwd").close()
            except PermissionViolation:
                return True
            return False

        shared = ThreadPoolExecutor(2)

        def work(number):
            manager = sandbox(Policy(name=str(number)))
            with ThreadPoolExecutor(1) as own, manager:
                inside = [pool.submit(is_held) for pool in (own, shared)]
                found = [one.result() for one in inside]
                found += together(lambda _: is_held(), 2)
            return found + [shared.submit(is_held).result(), is_held()]

        print(together(work) == [[True, True, True, True, False, False]] * 6)
        shared.shutdown()
    """)
    assert lines == ["True"]


def test_floors_that_are_installed_at_once_all_hold(run):
    lines = run("""
        import os
        from together import together
        from fastaudit import Deny, PermissionViolation, Policy, install

        names = ["file%d" % number for number in range(6)]
        for name in names:
            open(name, "w").close()

        def work(number):
            install(Policy.unrestricted().replace(deny=Deny(read=[os.path.abspath(names[number])])))
            try:
                open(names[number]).close()
            except PermissionViolation:
                return True
            return False

        def refused(name):
            try:
                open(name).close()
            except PermissionViolation:
                return True
            return False

        print(together(work) == [True] * 6, all(map(refused, names)))
    """)
    assert lines == ["True True"]
