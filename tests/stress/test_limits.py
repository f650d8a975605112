"""Limits: deep recursion and nesting, huge arguments, signals at any time, forks beside busy threads, ends of processes."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent

PRELUDE = """
import atexit, contextlib, contextvars, os, signal, sys, threading, time
from contextlib import ExitStack
from fastaudit import Deny, Policy, ScopeError, Violation, current, sandbox
LONGER = int(os.environ.get("FASTAUDIT_STRESS", "1"))
marker = os.path.join(os.getcwd(), "marker")
open(marker, "w").close()
policy = Policy.unrestricted().replace(deny=Deny(read=[marker]))
strict = Policy(threads=True)
manager = sandbox(policy)
def held():
    try:
        os.close(os.open(marker, os.O_RDONLY))
    except PermissionError:
        return True
    return False
"""


@pytest.fixture
def run(tmp_path):
    """Run a script in a process of its own, which has to end well; give what it printed, by words."""

    def run(script):
        words = [sys.executable, "-P", "-X", "faulthandler", "-c", PRELUDE + textwrap.dedent(script)]
        result = subprocess.run(words, cwd=tmp_path.resolve(), capture_output=True, text=True, timeout=900, check=False)
        assert result.returncode == 0, result.stdout[-1000:] + result.stderr[-3000:]
        return result.stdout.split()

    return run


def test_at_the_recursion_limit_the_guest_stays_held_and_the_host_free(run):
    assert run(
        """
        def deeper(act):
            try:
                act()
                deeper(act)
            except RecursionError:
                pass
        reached = []
        def act():
            reached.append(held())
        def enter():
            with sandbox(policy):
                reached.append(held())
        def decorated():
            manager(act)()
        def read():
            with contextlib.suppress(Violation):
                open(marker)
        with manager:
            deeper(act)
            deeper(read)
            print(all(reached), held())
        deeper(enter)
        deeper(decorated)
        print(all(reached), held(), current())
        """
    ) == ["True", "True", "True", "False", "None"]


def test_ten_thousand_nested_scopes(run):
    assert run(
        """
        sys.setrecursionlimit(100_000)
        answers = set()
        with ExitStack() as stack:
            for number in range(10_000):
                stack.enter_context(manager)
                if number % 1000 == 0:
                    answers.add(held())
            answers.add(held())
        print(answers, held(), current())
        handles = [manager.start() for _ in range(10_000)]
        print(held())
        for handle in reversed(handles):
            handle.stop()
        print(held(), current())
        """
    ) == ["{True}", "False", "None", "True", "False", "None"]


def test_ten_thousand_nested_blocks(run):
    assert run(
        """
        def nested(left):
            if not left:
                return held()
            with manager:
                return nested(left - 1)
        sys.setrecursionlimit(100_000)
        answers = []
        threading.stack_size(512 * 1024 * 1024)
        thread = threading.Thread(target=lambda: answers.extend([nested(10_000), held()]))
        thread.start(); thread.join()
        print(answers, held(), current())
        """
    ) == ["[True,", "False]", "False", "None"]


def test_huge_arguments_are_refused_like_others(run):
    assert run(
        """
        import socket, subprocess
        def refused(function, *args, **kwargs):
            try:
                function(*args, **kwargs)
            except Violation as error:
                assert len(str(error)) < 100_000, len(str(error))
                return True
            except (OSError, ValueError, OverflowError, TypeError, ImportError):
                return True  # CPython or the kernel: such a thing cannot be
            return False
        big = "x" * 1_000_000
        with sandbox(strict) as box:
            print(
                refused(open, "/" + big), refused(open, "/x" * 500_000), refused(open, b"/" + b"x" * 100_000_000),
                refused(os.mkdir, "../" * 300_000), refused(os.rename, "/" + big, "/" + big),
                refused(os.system, big), refused(os.posix_spawn, "/bin/true", ["x"] * 1_000_000, {}),
                refused(os.posix_spawn, "/bin/true", ["x", big], {"A": "y" * 10_000_000}),
                refused(subprocess.run, ["x"] * 1_000_000), refused(subprocess.run, [big], env={"A": "y" * 10_000_000}),
                refused(socket.getaddrinfo, "a" * 1_000_000, 80), refused(__import__, "m" * 1_000_000),
                refused(os.putenv, "LD_PRELOAD", "x" * 10_000_000), refused(sys.audit, "socket.bind", None, ("1",) * 1_000_000),
                refused(sys.audit, "subprocess.Popen", big, [big] * 10, None, None),
                refused(sys.audit, "os.exec", big, [b"x" * 1_000_000] * 10, {}),
                refused(sys.audit, "mylib." + big) in (True, False),
            )
            for violation in box.violations:
                violation.json()
        print(held())
        """
    ) == ["True"] * 17 + ["False"]


def test_signals_at_any_time_leave_scopes_as_they_should_be(run):
    assert run(
        """
        class Alarm(Exception):
            pass
        armed = False
        def handler(*_):
            if armed:
                raise Alarm
        signal.signal(signal.SIGALRM, handler)
        problems, alarms = set(), 0
        def refuse():
            for _ in range(3):
                try:
                    os.close(os.open(marker, os.O_RDONLY))
                except Violation:
                    pass
                else:
                    problems.add("released")
                os.close(os.open(os.devnull, os.O_RDONLY))
        def block():
            with manager:
                refuse()
        def nested():
            with manager, sandbox(policy):
                refuse()
        def body():
            with manager:
                yield
        def suspended():
            steps = body()
            next(steps)
            refuse()
            steps.close()
        decorated = manager(refuse)
        for number in range(1000 * LONGER):
            for function in (block, nested, suspended, decorated):
                try:
                    armed = True
                    signal.setitimer(signal.ITIMER_REAL, 0.000001 * (1 + number % 100))
                    function()
                    signal.setitimer(signal.ITIMER_REAL, 0)
                    armed = False
                except Alarm:
                    armed = False
                    alarms += 1
                signal.setitimer(signal.ITIMER_REAL, 0)
                if held():
                    problems.add(f"{function.__name__}: the host is held")
            if problems:
                break
        print(problems or "none", alarms > 0, current())
        """
    ) == ["none", "True", "None"]


def test_a_child_forked_beside_busy_threads_works_and_is_held(run):
    assert run(
        """
        stop = threading.Event()
        def busy():
            while not stop.is_set():
                with manager:
                    for _ in range(20):
                        held()
        threads = [threading.Thread(target=busy) for _ in range(4)]
        for thread in threads:
            thread.start()
        statuses = []
        def forking():
            for _ in range(15 * LONGER):
                with manager:
                    child = os.fork()
                    if child == 0:
                        code = 0 if held() else 3
                        with sandbox(policy):
                            code = code if held() else 4
                        os._exit(code)
                statuses.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        forker = threading.Thread(target=forking)
        forker.start(); forker.join()
        stop.set()
        for thread in threads:
            thread.join()
        print(set(statuses), held())
        """
    ) == ["{0}", "False"]


def test_a_child_forked_while_others_install_floors_works_and_is_held(run):
    assert run(
        """
        from fastaudit import install
        marks = [f"{marker}{number}" for number in range(60)]
        for name in marks:
            open(name, "w").close()
        def reads(name):
            try:
                open(name).close()
            except PermissionError:
                return False
            return True
        def installing(own):
            for name in own:
                install(Policy.unrestricted().replace(deny=Deny(read=[name])))
                installed.append(name)
        installed, statuses = [], []
        threads = [threading.Thread(target=installing, args=(marks[at::2],)) for at in range(2)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads) or len(statuses) < 5:
            known = installed[:]
            child = os.fork()
            if child == 0:
                code = 3 if any(map(reads, known)) else 0
                install(policy)
                with manager:
                    code = code if held() else 4
                os._exit(code if held() else 5)
            statuses.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        for thread in threads:
            thread.join()
        print(set(statuses), held(), any(map(reads, marks)))
        """
    ) == ["{0}", "False", "False"]


ENDS = {
    "the main thread inside": "manager.start()",
    "a suspended generator": "def body():\n    with manager:\n        yield\nkept = body(); next(kept)",
    "a suspended async generator": """
        async def body():
            async with manager:
                yield
        kept = body()
        try:
            kept.asend(None).send(None)
        except StopIteration:
            pass
        """,
    "a daemon thread inside": """
        inside = threading.Event()
        def guest():
            with manager:
                inside.set()
                while True:
                    held()
        threading.Thread(target=guest, daemon=True).start()
        inside.wait()
        """,
    "atexit, which enters scopes": """
        def last():
            with manager:
                assert held()
            manager.start()
        atexit.register(last)
        """,
    "a finaliser at the end, which enters scopes": """
        class Last:
            def __del__(self, manager=manager, held=held):
                with manager:
                    held()
                manager.start()
        kept = Last()
        sys.kept = Last()
        handle = manager.start()
        """,
    "a stack that is never left": """
        kept = ExitStack()
        kept.enter_context(manager)
        """,
    "an exit in the middle of a block": """
        with manager:
            with sandbox(policy):
                raise SystemExit(0)
        """,
    "a pool that still works": """
        from concurrent.futures import ThreadPoolExecutor
        pool = ThreadPoolExecutor(2)
        with manager:
            futures = [pool.submit(held) for _ in range(100)]
        """,
    "a floor": "from fastaudit import install; install(policy); manager.start()",
}


@pytest.mark.parametrize("name", ENDS)
def test_a_process_ends_well_with(run, name):
    run(textwrap.dedent(ENDS[name]))


def test_short_lived_policies_and_scopes_leave_nothing(run):
    # Thirty times as long it makes more than a hundred thousand policies.
    assert (
        run(
            f"""
        sys.path.insert(0, {str(HERE)!r})
        from growth import held as holding
        def some(start, count):
            for number in range(start, start + count):
                short = Policy(name=str(number), read=[f"/srv/{{number}}"], connect=[f"{{number}}.example:80"])
                with sandbox(short), sandbox(short & strict):
                    pass
        def scopes(count):
            for _ in range(count):
                with manager:
                    pass
        count = 2000 * LONGER
        some(10**6, count); scopes(count)
        blocks, size, objects = holding()
        some(2 * 10**6, count); scopes(20 * count)
        after = holding()
        print(after[0] - blocks < 500, after[1] - size < 16 * count, after[2] - objects < 50)
        """
        )
        == ["True"] * 3
    )


def test_policies_combined_as_deep_as_they_go(run):
    assert run(
        """
        import pickle
        deep = policy
        for number in range(255):
            deep = deep & Policy.unrestricted().replace(deny=Deny(read=[f"/srv/{number}"]))
        try:
            deep & strict
        except ValueError as error:
            print(len(deep.parts), error)
        same = pickle.loads(pickle.dumps(deep))
        print(same == deep, hash(same) == hash(deep))
        with sandbox(deep):
            print(held())
            try:
                open("/srv/7/x")
            except PermissionError as error:
                print(type(error).__name__)
        del deep, same
        print(held(), len(repr(policy)) > 0)
        """
    ) == [
        *["256", "an", "intersection", "of", "more", "than", "256", "policies"],
        *["True", "True", "True", "PermissionViolation", "False", "True"],
    ]
