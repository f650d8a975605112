"""Many threads at once: each operation meets exactly the policies of its own thread, and nothing is lost."""

import contextlib
import contextvars
import queue
import random
import socket
import sys
import sysconfig
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from together import THREADS, together

from fastaudit import Deny, PermissionViolation, Policy, ScopeError, current, sandbox

LETTERS = "abcdef"


def nested(probe, hold, chance, depth):
    """Enter random scopes inside one another, and look at each step, on the way in and on the way out."""
    expected = set()

    def step(left):
        assert set(probe()) == expected
        if left == 0:
            return
        letter = chance.choice(LETTERS)
        was_there = letter in expected
        with hold(letter):
            expected.add(letter)
            step(left - 1)
        if not was_there:
            expected.discard(letter)
        assert set(probe()) == expected

    step(depth)


def test_each_thread_meets_exactly_its_own_nested_scopes(probe, hold):
    def work(number):
        chance = random.Random(number)
        for _ in range(6):
            nested(probe, hold, chance, 4)

    together(work)


def test_threads_started_inside_are_held_as_the_one_that_started_them(probe, hold):
    def child(inherited, own):
        found = [probe()]
        with hold(own):
            found.append(probe())
        found.append(probe())
        return found == [inherited, "".join(sorted({*inherited, own})), inherited]

    def work(number):
        mine, other = LETTERS[number], LETTERS[(number + 1) % len(LETTERS)]
        for _ in range(3):
            with hold(mine):
                assert together(lambda _: child(mine, other), 3) == [True] * 3
            assert probe() == ""

    together(work)


def test_handles_end_their_own_scopes_in_their_own_threads_only(probe, hold):
    handles = queue.SimpleQueue()

    def work(number):
        mine = LETTERS[number]
        for _ in range(15):
            handle = hold(mine).start()
            handles.put(handle)
            assert probe() == mine
            with contextlib.suppress(queue.Empty):
                somebodys = handles.get_nowait()
                if somebodys is not handle:
                    with pytest.raises(ScopeError):
                        somebodys.stop()
            assert probe() == mine
            handle.stop()
            assert probe() == ""

    together(work)


def test_no_violation_is_lost_when_threads_are_refused_at_once(tmp_path):
    each = 40

    def work(number):
        for turn in range(each):
            with pytest.raises(PermissionViolation):
                (tmp_path / f"thread-{number}-{turn}").read_text()
            if turn % 8 == 0:
                _ = box.violations, box.dropped, box.allowed, repr(box)

    with sandbox(Policy()) as box:
        together(work)
    places = [violation.target for violation in box.violations if "thread-" in violation.target]
    assert len(places) == len(set(places)) == len(box.violations) == 100
    assert len(box.violations) + box.dropped == THREADS * each


def test_every_event_that_threads_were_allowed_is_counted():
    each = 3000

    def work(_number):
        for _ in range(each):
            sys.audit("stress.event")

    with sandbox(Policy()) as outer, sandbox(Policy()) as inner:
        together(work)
        sys.audit("stress.event")
    assert outer.allowed["custom"] == inner.allowed["custom"] == THREADS * each + 1


def test_policies_are_made_and_dropped_in_threads(tmp_path):
    file = tmp_path.resolve() / "file"
    file.write_text("text")
    shared = Policy(name="shared", read=[file])

    def work(number):
        for turn in range(8):
            policy = Policy(name=f"{number}-{turn}", read=[file], write=[tmp_path / str(number)])
            for both in (policy & shared, policy | shared, policy.replace(deny=Deny(read=[tmp_path / "other"]))):
                with sandbox(both) as box:
                    assert file.read_text() == "text"
                    with pytest.raises(PermissionViolation):
                        (tmp_path / "other").read_text()
                assert len(box.violations) == 1
        return hash(shared)

    assert len(set(together(work))) == 1


def test_addresses_are_learned_in_threads_at_once():
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        port = server.getsockname()[1]

        def work(number):
            for turn in range(4):
                with contextlib.suppress(OSError):
                    socket.getaddrinfo("localhost", 20_000 + number * 10 + turn)
                socket.getaddrinfo("localhost", port)
                with socket.socket() as client:
                    client.settimeout(20)
                    client.connect(("127.0.0.1", port))

        with sandbox(Policy(connect=["localhost:*"])) as box:
            together(work)
        assert box.violations == ()


def test_jobs_in_a_shared_pool_meet_the_policies_of_those_who_submitted_them(probe, hold):
    with ThreadPoolExecutor(4) as pool:

        def work(number):
            mine = LETTERS[number]
            for _ in range(4):
                free = pool.submit(probe)
                with hold(mine):
                    held = [pool.submit(probe) for _ in range(3)]
                assert [one.result(60) for one in held] == [mine] * 3
                assert free.result(60) == ""

        together(work)


def test_pools_are_made_while_jobs_are_put_into_others(probe, hold):
    def work(number):
        mine = LETTERS[number]
        for _ in range(8):
            with ThreadPoolExecutor(1) as pool:
                with hold(mine):
                    held = pool.submit(probe)
                assert (held.result(60), pool.submit(probe).result(60)) == (mine, "")

    together(work)


def test_a_context_that_two_threads_run_at_once_frees_neither(probe, hold):
    turns = 25
    shared = contextvars.Context()
    entered = []

    def work(number):
        mine = LETTERS[number]
        for _ in range(turns):
            with hold(mine):
                try:
                    assert mine in shared.run(probe)
                except RuntimeError:  # the other one is in there
                    continue
                entered.append(mine)
            assert probe() == ""

    together(work, 2)
    assert entered
    assert shared.run(probe) == ""


def test_copies_of_one_context_are_dropped_in_threads_at_once(probe, hold):
    deep = contextvars.Context()

    def fill():
        handles = [hold(LETTERS[number % 6]).start() for number in range(4000)]
        copies = [contextvars.copy_context() for _ in range(THREADS)]
        for handle in reversed(handles):
            handle.stop()
        return copies

    copies = deep.run(fill)
    del deep

    def work(number):
        copy, copies[number] = copies[number], None
        assert current() is None
        del copy

    together(work)


def test_an_exit_may_be_dropped_by_another_thread_while_its_own_enters(probe, hold):
    fetched = queue.SimpleQueue()
    manager = hold("a")

    def work(number):
        for _ in range(150):
            if number % 2 == 0:
                fetched.put(manager.__exit__)
                with manager:
                    assert current() is not None
                with pytest.raises(ScopeError):
                    manager.__enter__()
            else:
                with contextlib.suppress(queue.Empty):
                    fetched.get_nowait()
        assert current() is None

    together(work)


def test_decorated_bodies_run_in_threads(probe, hold):
    @hold("a")
    def function():
        return probe()

    @hold("b")
    def generator():
        yield probe()
        yield probe()

    @hold("c")
    async def coroutine():
        return probe()

    def work(_number):
        for _ in range(8):
            assert function() == "a"
            assert list(generator()) == ["b", "b"]
            with pytest.raises(StopIteration) as stop:
                coroutine().send(None)
            assert stop.value.value == "c"
            assert probe() == ""

    together(work)


def test_one_decorated_generator_is_never_left_held_by_threads_that_step_it_in_turn(probe, hold):
    steps, lock = 60, threading.Lock()

    @hold("d")
    def generator():
        while True:
            yield probe()

    body = generator()

    def work(_number):
        for _ in range(steps // THREADS):
            with lock:
                assert next(body) == "d"
            assert probe() == ""

    together(work)
    body.close()


def test_what_a_scope_shows_is_read_while_others_end_theirs(probe, hold):
    boxes = queue.SimpleQueue()

    def work(number):
        for _ in range(20):
            with hold(LETTERS[number]) as outer:
                boxes.put(outer)
                hold("a").start()
                contexts = [contextvars.copy_context() for _ in range(2)]
            assert len(outer.left_open) == 1
            together(lambda at, contexts=contexts: contexts[at].run(current), 2)
            with contextlib.suppress(queue.Empty):
                somebodys = boxes.get_nowait()
                _ = somebodys.left_open, somebodys.violations, somebodys.quiet, repr(somebodys)

    together(work, 4)


def test_without_a_gil_threads_that_enter_count_no_references_to_the_same_objects():
    manager = sandbox(Policy())
    before = contextvars.copy_context()
    with manager as box:
        inside = contextvars.copy_context()
    (variable,) = [each for each in inside if inside[each] is not before.get(each)]
    methods = vars(type(manager))
    shared = [
        variable, type(inside[variable]), type(box), type(manager), type(type(manager).__exit__),
        type(manager.__enter__), *(methods[name] for name in ("__enter__", "__exit__", "__aenter__", "__aexit__")),
    ]  # fmt: skip
    uncounted = 2**32 - 1  # what CPython says of an object that lives as long as the process, where there is no GIL
    without_gil = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
    assert [sys.getrefcount(each) == uncounted for each in shared] == [without_gil] * len(shared)
