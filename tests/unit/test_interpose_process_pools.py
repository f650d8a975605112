"""Jobs that are given inside to processes of the host's: held there, or refused, and the host's own are free."""

import asyncio
import concurrent.futures
import copyreg
import functools
import gc
import multiprocessing
import multiprocessing.queues
import os
import pathlib
import pickle
import subprocess
import sys
import threading
import time
import weakref

import pytest

from fastaudit import Deny, PermissionViolation, Policy, current, sandbox

NOTHING = Policy(name="nothing")


class Error(Exception):
    """One that only this module has."""

    def __init__(self, number):
        super().__init__(number)
        self.number = number


def fail(number):
    raise Error(number)


def add(first, second=1, *more, plus=0):
    return first + second + sum(more) + plus


def governs(_=None):
    box = current()
    return None if box is None else box.policy


def read(path):
    return pathlib.Path(path).read_text()


def nested(path):
    """Inside the process, in a thread that the job starts."""
    seen = []

    def look():
        try:
            seen.append(read(path))
        except PermissionError as error:
            seen.append(error.right)

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    return seen


@pytest.fixture(scope="module", params=["fork", "spawn", "forkserver"])
def executor(request):
    """A pool of the host's, whose process is there; every test leaves it as it was."""
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(request.param)) as pool:
        assert pool.submit(governs).result() is None
        with sandbox(NOTHING):
            pass
        yield pool
        assert pool.submit(governs).result() is None


@pytest.fixture(scope="module")
def pool():
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.apply(governs) is None
        with sandbox(NOTHING):
            pass
        yield pool
        assert pool.apply(governs) is None


def test_a_job_runs_under_what_governs_its_giver_and_the_next_of_the_hosts_under_nothing(executor):
    policy = Policy(name="reader", read=[os.path.dirname(__file__)])
    with sandbox(policy):
        job = executor.submit(governs)
    free = executor.submit(governs)
    assert job.result() == policy
    assert free.result() is None


def test_it_is_refused_there_what_it_is_refused_here(executor, tmp_path):
    (tmp_path / "secret").write_text("secret")
    here = Policy(read=[os.path.dirname(__file__), tmp_path], deny=Deny(read=["**/secret"]))
    with sandbox(here):
        job = executor.submit(read, tmp_path / "secret")
        with pytest.raises(PermissionViolation, match="secret") as caught:
            job.result()
        assert executor.submit(nested, tmp_path / "secret").result() == ["read"]
    assert caught.value.right == "read"
    assert executor.submit(read, tmp_path / "secret").result() == "secret"


def test_every_scope_in_force_goes_along_in_its_order_and_its_mode(executor, tmp_path):
    (tmp_path / "file").write_text("text")
    tests = os.path.dirname(__file__)
    with sandbox(Policy(read=[tests, tmp_path])):
        with sandbox(Policy(read=[tests])):
            with pytest.raises(PermissionError):
                executor.submit(read, tmp_path / "file").result()
        with sandbox(Policy(read=[tests]), mode="warn"):
            assert executor.submit(read, tmp_path / "file").result() == "text"


def test_arguments_results_and_errors_are_what_they_are_outside(executor):
    with sandbox(Policy(read=[os.path.dirname(__file__)])):
        assert executor.submit(add, 1, 2, 3, plus=4).result() == 10
        assert list(executor.map(add, range(5), chunksize=2)) == [1, 2, 3, 4, 5]
        assert list(executor.map(add, [1, 2], [3, 4])) == [4, 6]
        with pytest.raises(Error) as caught:
            executor.submit(fail, 7).result()
        with pytest.raises(TypeError, match="submit"):
            executor.submit()
    assert caught.value.number == 7
    assert "test_interpose_process_pools.py" in str(caught.value.__cause__)


def test_what_cannot_be_pickled_is_said(executor):
    with sandbox(Policy(read=[os.path.dirname(__file__)])):
        with pytest.raises((pickle.PicklingError, AttributeError, TypeError)):
            executor.submit(lambda: 1).result()
        with pytest.raises(Exception, match="pickle"):
            executor.submit(threading.Lock).result()
        assert executor.submit(int).result() == 0


def test_a_loop_awaits_such_jobs(executor):
    async def main():
        loop = asyncio.get_running_loop()
        with sandbox(Policy(read=[os.path.dirname(__file__)])):
            return await asyncio.gather(*(loop.run_in_executor(executor, add, number) for number in range(3)))

    assert asyncio.run(main()) == [1, 2, 3]


def test_futures_of_such_jobs_are_waited_for_and_cancelled_as_others_are(executor):
    with sandbox(Policy(read=[os.path.dirname(__file__)])):
        first = executor.submit(time.sleep, 0.2)
        jobs = [executor.submit(add, number) for number in range(6)]
        assert jobs[-1].cancel()
        assert jobs[-1].cancelled()
        assert jobs[-1].done()
        done, pending = concurrent.futures.wait([first, *jobs], timeout=20)
        assert not pending
        assert sorted(job.result() for job in done if not job.cancelled() and job is not first) == [1, 2, 3, 4, 5]
        assert {job.result() for job in concurrent.futures.as_completed(jobs[:5], timeout=20)} == {1, 2, 3, 4, 5}
        assert not jobs[0].cancel()
        assert not jobs[0].running()


def test_callbacks_of_such_jobs_are_held(executor):
    seen = []
    policy = Policy(read=[os.path.dirname(__file__)])
    with sandbox(policy):
        job = executor.submit(int)
        job.add_done_callback(lambda done: seen.append((done.result(), governs())))
        job.result()
        executor.submit(int).result()
    assert seen == [(0, policy)]


def test_whoever_may_run_any_program_gives_jobs_as_they_are(executor, pool):
    with sandbox(Policy.unrestricted()) as box:
        assert executor.submit(governs).result() is None
        assert pool.map(governs, [1]) == [None]
        assert type(executor.submit(int)) is concurrent.futures.Future
    assert not box.violations


GIVE = {
    "apply": lambda pool: pool.apply(add, (1,)),
    "apply_async": lambda pool: pool.apply_async(add, (1,)).get(),
    "map": lambda pool: pool.map(add, [1]),
    "map_async": lambda pool: pool.map_async(add, [1]).get(),
    "starmap": lambda pool: pool.starmap(add, [(1,)]),
    "starmap_async": lambda pool: pool.starmap_async(add, [(1,)]).get(),
    "imap": lambda pool: list(pool.imap(add, [1])),
    "imap_unordered": lambda pool: list(pool.imap_unordered(add, [1])),
}


@pytest.mark.parametrize("give", GIVE)
def test_pools_of_multiprocessings_refuse_jobs_unless_they_were_made_inside(pool, give):
    with sandbox(NOTHING) as box:
        with pytest.raises(PermissionViolation, match="exec") as caught:
            GIVE[give](pool)
    assert [str(caught.value)] == [str(violation) for violation in box.violations]
    assert caught.value.event == "multiprocessing.pool.submit"
    GIVE[give](pool)


def test_a_pool_that_was_made_inside_takes_jobs_of_that_scope_and_of_no_narrower_one():
    with sandbox(Policy(fork=True)), multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.map(add, [1, 2]) == [2, 3]
        assert pool.apply(governs) is not None
        with sandbox(NOTHING), pytest.raises(PermissionError):
            pool.map(add, [1])
        assert pool.map(add, [1]) == [2]


def test_a_pool_that_a_guest_makes_anew_is_the_hosts_no_more():
    """Its processes are the guest's from then on, and held."""
    pool = multiprocessing.get_context("fork").Pool(1)
    try:
        with sandbox(policy := Policy(name="maker", fork=True)):
            multiprocessing.pool.Pool.__init__(pool, 1, context=multiprocessing.get_context("fork"))
            assert pool.apply(governs) == policy
        assert pool.apply(governs) == policy
    finally:
        pool.terminate()


def test_an_executor_that_was_made_inside_takes_jobs():
    with sandbox(policy := Policy(fork=True, read=[os.path.dirname(__file__)])):
        with concurrent.futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as own:
            assert own.submit(governs).result() == policy
            assert list(own.map(functools.partial(add, 1), [1, 2])) == [2, 3]


def test_what_an_executor_or_a_pool_that_was_made_inside_has_ends_with_it():
    """Its semaphores above all: the tracker of resources says at the end that they were left behind."""
    fork = multiprocessing.get_context("fork")
    with sandbox(Policy(fork=True)):
        executor, pool = concurrent.futures.ProcessPoolExecutor(1, mp_context=fork), fork.Pool(1)
        assert executor.submit(add, 1).result() == pool.apply(add, (1,)) == 2
        queues = [weakref.ref(executor._call_queue), weakref.ref(pool._taskqueue)]
        executor.shutdown()
        pool.terminate()
        pool.join()
        del executor, pool
    gc.collect()
    assert [queue() for queue in queues] == [None, None]


def test_a_broken_pool_says_so():
    own = concurrent.futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork"))
    own.submit(int).result()
    with sandbox(Policy(read=[os.path.dirname(__file__)])):
        with pytest.raises(concurrent.futures.process.BrokenProcessPool):
            own.submit(os._exit, 3).result()
        with pytest.raises(concurrent.futures.process.BrokenProcessPool):
            own.submit(int)
    own.shutdown()


def test_nothing_that_holds_jobs_is_remembered_in_a_process():
    """One job could put something into it for the next: it runs beside the code that holds both."""
    from fastaudit import _jobs

    assert not [name for name, value in vars(_jobs).items() if hasattr(value, "cache_clear")]
    assert not [
        name for name, value in vars(_jobs).items() if name[:2] != "__" and isinstance(value, (dict, list, set))
    ]


def test_policies_are_pickled_as_they_are_whoever_tells_copyreg_otherwise(executor, tmp_path):
    try:
        with sandbox(Policy(read=[os.path.dirname(__file__)])):
            copyreg.pickle(Policy, lambda policy: (Policy.unrestricted, ()))
            with pytest.raises(PermissionError):
                executor.submit(pathlib.Path.write_text, tmp_path / "new", "text").result()
    finally:
        copyreg.dispatch_table.pop(Policy, None)
    assert not (tmp_path / "new").exists()


def test_the_executors_own_future_is_out_of_reach(executor):
    with sandbox(Policy(read=[os.path.dirname(__file__)])):
        job = executor.submit(time.sleep, 0.3)
        found = [job, *vars(job).values()]
        for value in list(found):
            found += value if isinstance(value, (tuple, list)) else []
            found += [getattr(value, name, None) for name in ("func", "__self__", "__wrapped__", "__func__")]
        assert [value for value in found if isinstance(value, concurrent.futures.Future)] == [job]
        job.result()


def test_the_outcome_of_a_job_is_freed_with_its_last_reference(executor):
    gc.disable()
    try:
        with sandbox(Policy(read=[os.path.dirname(__file__)])):
            job = executor.submit(int)
            assert job.result() == 0
            gone = weakref.ref(job)
            executor.submit(int).result()  # by then the executor has let go of the one before
            del job
            end = time.monotonic() + 20
            while gone() is not None and time.monotonic() < end:
                time.sleep(0.01)
            assert gone() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_processes_that_a_pool_of_the_hosts_has_yet_to_start_are_the_hosts(method):
    """A guest's job waits for one that runs. The next job of the host starts what is missing."""
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method)) as pool:
        assert pool.submit(governs).result() is None
        with sandbox(policy := Policy(name="many", read=[os.path.dirname(__file__)])) as box:
            jobs = [pool.submit(governs) for _ in range(6)]
            assert {job.result() for job in jobs} == {policy}
        assert not box.violations
        assert {job.result() for job in [pool.submit(governs) for _ in range(6)]} == {None}


def test_jobs_for_processes_that_were_there_before_a_floor_are_held_to_it(tmp_path):
    program = """
import concurrent.futures, multiprocessing, sys
from fastaudit import Policy, install
fork = multiprocessing.get_context("fork")
def harm(): open(sys.argv[1], "w").close()
def attempt(act, *args):
    try:
        act(*args)
    except PermissionError as error:
        print(error.right)
executor, pool = concurrent.futures.ProcessPoolExecutor(1, mp_context=fork), fork.Pool(1)
executor.submit(int).result(), pool.apply(int)
install(Policy(fork=True, threads=True))
attempt(executor.submit(harm).result)
attempt(pool.apply, harm)
own, later = fork.Pool(1), concurrent.futures.ProcessPoolExecutor(1, mp_context=fork)
attempt(own.apply, harm)
attempt(later.submit(harm).result)
install(Policy(fork=True, threads=True))
attempt(own.apply, int)
executor.shutdown(), later.shutdown(), pool.terminate(), own.terminate()
"""
    done = subprocess.run(
        [sys.executable, "-P", "-c", program, tmp_path / "new"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.split() == ["create", "exec", "create", "create", "exec"], done.stdout + done.stderr
    assert not (tmp_path / "new").exists()


def test_a_pool_does_not_pass_for_one_that_was_made_inside(pool):
    with sandbox(Policy(fork=True)):
        own = multiprocessing.get_context("fork").Pool(1)
        try:
            before = dict(vars(own))
            vars(own).update(vars(pool))
            with pytest.raises(PermissionError):
                own.apply(governs)
        finally:
            vars(own).update(before)
            own.terminate()


def test_a_job_that_is_not_packed_as_it_should_be_is_not_given(executor, monkeypatch):
    monkeypatch.setattr("fastaudit._jobs.pack", lambda value: "anything")
    with sandbox(Policy(read=[os.path.dirname(__file__)])), pytest.raises(RuntimeError, match="packed"):
        executor.submit(int)


@pytest.mark.parametrize("kind", ["Queue", "JoinableQueue", "SimpleQueue"])
@pytest.mark.parametrize("value", [1, "a", None, [1, {"b": (2, 3)}], pathlib.PurePosixPath("a"), Error(3)])
def test_what_is_put_into_queues_comes_out_as_it_was(kind, value):
    queue = getattr(multiprocessing, kind)()
    queue.put("first")
    with sandbox(NOTHING):
        queue.put(value)
    assert queue.get() == "first"
    taken = queue.get()
    assert (type(taken), repr(taken)) == (type(value), repr(value))
    queue.close()


def test_what_cannot_be_pickled_is_not_put_into_a_queue_of_the_hosts():
    queue = multiprocessing.Queue()
    queue.put("first")  # which starts the thread
    with sandbox(NOTHING), pytest.raises((pickle.PicklingError, AttributeError, TypeError)):
        queue.put(lambda: 1)
    queue.put(1)
    assert [queue.get(timeout=20), queue.get(timeout=20)] == ["first", 1]
    queue.close()


pickled, told = [], []  # which policies governed where something was pickled; what could not be


class Pickled:
    def __reduce__(self):
        pickled.append(governs())
        return int, ()


@pytest.mark.parametrize("kind", ["Queue", "JoinableQueue"])
def test_a_queues_thread_pickles_for_those_that_are_held_as_it_is_and_others_for_themselves(kind):
    pickled.clear()
    outer, inner, other = (Policy(name=name) for name in ("outer", "inner", "other"))
    queue = getattr(multiprocessing, kind)()
    with sandbox(outer):
        queue.put(Pickled())  # which starts the thread
        with sandbox(inner):
            queue.put(Pickled())
    with sandbox(other):
        queue.put(Pickled())
    queue.put(Pickled())
    assert [queue.get(timeout=20) for _ in range(4)] == [0, 0, 0, 0]
    assert sorted(policy.name if policy else "" for policy in pickled) == ["", "inner", "other", "outer"]
    queue.close()


class Noting(multiprocessing.queues.Queue):
    @staticmethod
    def _on_queue_feeder_error(error, thing):
        told.append(thing)


def test_a_queue_that_only_a_guest_uses_says_as_ever_what_cannot_be_pickled():
    told.clear()
    thing = threading.Lock()
    with sandbox(NOTHING):
        queue = Noting(ctx=multiprocessing.get_context())
        queue.put(thing)
        queue.put(1)
        assert queue.get(timeout=20) == 1
        queue.close()
        with pytest.raises(ValueError, match="closed"):
            queue.put(Error(1))
    assert told == [thing]


def put_in_a_child(queue):
    queue.put("free")  # which starts the thread, and here it is the host's
    with sandbox(Policy(name="child")):
        queue.put(Pickled())
    queue.close()
    queue.join_thread()
    assert [policy.name for policy in pickled] == ["parent", "child"]


def test_in_a_forked_child_the_queue_has_another_thread():
    pickled.clear()
    queue = multiprocessing.Queue()
    with sandbox(Policy(name="parent")):
        queue.put(Pickled())
        assert queue.get(timeout=20) == 0
    child = multiprocessing.get_context("fork").Process(target=put_in_a_child, args=(queue,))
    child.start()
    assert [queue.get(timeout=20), queue.get(timeout=20)] == ["free", 0]
    child.join()
    assert child.exitcode == 0
    queue.close()


def test_an_executor_that_was_made_inside_tells_the_future_of_a_job_that_cannot_be_pickled():
    """In a program of its own: one whose thread has died waits for ever at its end."""
    program = """
import concurrent.futures, contextlib, multiprocessing
from fastaudit import Policy, sandbox
with contextlib.nullcontext() if {bare} else sandbox(Policy(fork=True)):
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as executor:
        job = executor.submit(lambda: 1)
        print(type(job.exception(20)).__name__, executor.submit(int).result(20))
"""
    said = [
        subprocess.run(
            [sys.executable, "-P", "-c", program.format(bare=bare)],
            capture_output=True, text=True, timeout=60, check=False,
        ).stdout
        for bare in (True, False)
    ]  # fmt: skip
    assert said[0].split()[1:] == ["0"]
    assert said[1] == said[0]
