"""Worker threads belong to nobody's scope, and jobs keep the authority they came with."""

import asyncio
import concurrent.futures
import inspect
import multiprocessing.pool
import queue
import subprocess
import sys
import threading
from types import SimpleNamespace

import anyio
import anyio.to_thread
import pytest

from fastaudit import Policy, ScopeError, sandbox


@pytest.fixture
def tenants(tmp_path):
    """Two files, and for each a policy that reads it alone."""
    files = [tmp_path / "a", tmp_path / "b"]
    for file in files:
        file.write_text(file.name)
    return [(file, sandbox(Policy(read=[file]))) for file in files]


def readable(*files):
    """The names of the files that the calling code may read."""
    found = []
    for file in files:
        try:
            file.read_text()
        except PermissionError:
            continue
        found.append(file.name)
    return found


class Derived(concurrent.futures.ThreadPoolExecutor):
    """As hosts derive them."""

    def submit(self, job, /, *args, **options):
        return super().submit(job, *args, **options)


class Bounded(concurrent.futures.ThreadPoolExecutor):
    """One with a queue of its own kind."""

    def __init__(self, workers):
        super().__init__(workers)
        self._work_queue = queue.Queue(10)


@pytest.mark.parametrize("executor", [concurrent.futures.ThreadPoolExecutor, Derived])
def test_a_hosts_job_runs_free_on_a_worker_that_a_guests_job_started(tenants, executor):
    (a, only_a), (b, only_b) = tenants
    with executor(1) as pool:
        with only_a:
            assert pool.submit(readable, a, b).result() == ["a"]
        assert pool.submit(readable, a, b).result() == ["a", "b"]
        with only_b:
            assert pool.submit(readable, a, b).result() == ["b"]
            assert list(pool.map(lambda _: readable(a, b), range(2))) == [["b"], ["b"]]


@pytest.mark.parametrize("executor", [Derived, Bounded])
def test_jobs_of_executors_of_derived_classes_are_held_and_the_hosts_are_free(tenants, executor):
    (a, only_a), (b, only_b) = tenants
    with executor(1) as pool:
        assert pool.submit(readable, a, b).result() == ["a", "b"]
        with only_a:
            assert pool.submit(readable, a, b).result() == ["a"]
            job = pool.submit(lambda: (_ for _ in ()).throw(ValueError("its own")))
            with pytest.raises(ValueError, match="its own"):
                job.result()
        with only_b:
            assert list(pool.map(lambda _: readable(a, b), range(2))) == [["b"], ["b"]]
        assert pool.submit(readable, a, b).result() == ["a", "b"]


@pytest.mark.parametrize("executor", [Derived, Bounded])
def test_executors_of_derived_classes_that_were_there_before_are_known(executor):
    """In an interpreter of its own, where the first scope comes after the pool."""
    source = inspect.getsource(executor)
    program = f"""
import concurrent.futures, queue
{source}
pool = {executor.__name__}(1)
pool.submit(int).result()
from fastaudit import Policy, sandbox
def look():
    try:
        return open("/etc/hostname").close()
    except PermissionError:
        return "held"
with sandbox(Policy()):
    print(pool.submit(look).result())
print(pool.submit(look).result())
"""
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["held", "None"], done.stderr


def test_a_job_keeps_its_authority_when_it_runs_after_the_block(tenants):
    (a, only_a), (b, _) = tenants
    gate = threading.Event()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        pool.submit(gate.wait)
        with only_a:
            job = pool.submit(readable, a, b)
        gate.set()
        assert job.result() == ["a"]


def test_tasks_that_use_to_thread_one_after_another_each_keep_their_own(tenants):
    (a, only_a), (b, only_b) = tenants
    workers = set()

    def work():
        workers.add(threading.get_ident())
        return readable(a, b)

    async def tenant(manager):
        async with manager:
            result = await asyncio.to_thread(work)
        await idle_again()
        return result

    async def idle_again():
        """Wait until the worker says that it is idle, which it does just after the result is there."""
        pool = asyncio.get_running_loop()._default_executor
        for _ in range(1000):
            if pool._idle_semaphore._value:
                break
            await asyncio.sleep(0.001)

    async def main():
        loop = asyncio.get_running_loop()
        seen = [await asyncio.create_task(tenant(m)) for m in (only_a, only_b, only_a)]
        seen.append(await asyncio.to_thread(work))
        await idle_again()
        async with only_b:
            seen.append(await loop.run_in_executor(None, work))
        return seen

    assert asyncio.run(main()) == [["a"], ["b"], ["a"], ["a", "b"], ["b"]]
    assert len(workers) == 1


def test_anyios_workers_are_neutral_and_its_jobs_are_held(tenants):
    (a, only_a), (b, only_b) = tenants
    workers = set()

    def work():
        workers.add(threading.get_ident())
        return readable(a, b)

    async def tenant(manager):
        with manager:
            return await anyio.to_thread.run_sync(work)

    async def main():
        seen = [await asyncio.create_task(tenant(m)) for m in (only_a, only_b)]
        return [*seen, await anyio.to_thread.run_sync(work)]

    assert anyio.run(main) == [["a"], ["b"], ["a", "b"]]
    assert len(workers) == 1


def test_a_pool_made_inside_inherits(tenants):
    (a, only_a), (b, _) = tenants
    with only_a:
        pool = concurrent.futures.ThreadPoolExecutor(1)
        assert pool.submit(readable, a, b).result() == ["a"]
    assert pool.submit(readable, a, b).result() == ["a"]
    pool.shutdown()


def start_by(initialize):
    """What a pool keeps to start its workers with, so that they call `initialize` first."""
    if sys.version_info >= (3, 14):
        context = SimpleNamespace(initialize=initialize, finalize=lambda: None, run=lambda task: task)
        return {"_create_worker_context": lambda: context}
    return {"_initializer": initialize, "_initargs": ()}


def test_a_pool_whose_initializer_was_exchanged_inherits(tenants):
    (a, only_a), (b, _) = tenants
    seen = []
    with concurrent.futures.ThreadPoolExecutor(1) as pool, only_a:
        vars(pool).update(start_by(lambda: seen.append(readable(a, b))))
        concurrent.futures.wait([pool.submit(readable)], timeout=60)
    assert seen == [["a"]]


def test_a_pool_whose_queue_was_exchanged_inherits(tenants):
    import queue

    (a, only_a), (b, _) = tenants
    with concurrent.futures.ThreadPoolExecutor(1) as pool, only_a:
        pool._work_queue = queue.SimpleQueue()
        assert pool.submit(readable, a, b).result() == ["a"]


def test_a_pools_queue_takes_nothing_but_its_own_jobs_from_inside(tenants):
    (a, only_a), (b, _) = tenants

    class Forged:
        future = None

        def run(self):
            readable(a, b)

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        with only_a, pytest.raises(ScopeError):
            pool._work_queue.put(Forged())
        assert pool.submit(readable, a, b).result() == ["a", "b"]


def test_a_guest_that_starts_the_worker_loop_itself_is_held(tenants):
    from concurrent.futures import thread

    (a, only_a), (b, _) = tenants
    seen = []
    with concurrent.futures.ThreadPoolExecutor(1) as pool, only_a:
        if sys.version_info >= (3, 14):
            context = start_by(lambda: seen.append(readable(a, b)))["_create_worker_context"]()
            args = (lambda: None, context, pool._work_queue)
        else:
            args = (lambda: None, pool._work_queue, lambda: seen.append(readable(a, b)), ())
        worker = threading.Thread(target=thread._worker, args=args)
        worker.start()
        pool._work_queue.put(None)
        worker.join()
    assert seen == [["a"]]


def test_the_pools_constructor_keeps_its_signature_and_errors():
    import inspect

    init = concurrent.futures.ThreadPoolExecutor.__init__
    assert list(inspect.signature(init).parameters)[:3] == ["self", "max_workers", "thread_name_prefix"]
    with pytest.raises(ValueError, match="max_workers must be greater than 0"):
        concurrent.futures.ThreadPoolExecutor(0)
    with pytest.raises(TypeError):
        concurrent.futures.ThreadPoolExecutor(nothing=1)


def test_a_worker_started_for_an_object_that_only_shows_a_hosts_queue_is_held(tenants):
    (a, only_a), (b, _) = tenants
    found = []

    class Semaphore:
        def acquire(self, timeout=None):
            return False

        def release(self):
            found.append(readable(a, b))

    class Pretender:
        _initializer, _initargs, _threads, _max_workers = None, (), set(), 9
        _thread_name_prefix, _shutdown, _idle_semaphore = "x", True, Semaphore()

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        pretender = Pretender()
        pretender._work_queue = pool._work_queue
        pretender._create_worker_context = getattr(pool, "_create_worker_context", None)
        with only_a:
            concurrent.futures.ThreadPoolExecutor._adjust_thread_count(pretender)
        # As the host: the pool has no worker of its own, so it is the pretender's that takes this.
        resolve = getattr(pool, "_resolve_work_item_task", None)  # 3.14 and later
        task = (int, (), {}) if resolve is None else (resolve(int, (), {}),)
        pool._work_queue.put(concurrent.futures.thread._WorkItem(concurrent.futures.Future(), *task))
        pool._work_queue.put(None)
        for thread in pretender._threads:
            thread.join()
    assert found == [["a"]]


def test_what_a_thread_pool_is_given_inside_means_the_same(hold):
    with multiprocessing.pool.ThreadPool(1) as pool, hold("a"):
        assert pool.apply(int) == 0
        assert pool.apply(int, ["12"], {"base": 5}) == 7
        assert pool.apply(int, args=(), kwds={}) == 0
        assert pool.map(abs, {-1: 2, -2: 3}) == [1, 2]
        assert pool.map(abs, (number for number in (-1, -2)), 1) == [1, 2]
        assert pool.map(abs, []) == []
        assert pool.starmap(pow, [(2, 3), [3, 2]]) == [8, 9]
        assert next(pool.imap(abs, range(-3, 1000))) == 3
        assert list(pool.imap(abs, iter([-1, -2, -3]), 2)) == [1, 2, 3]
        assert list(pool.imap_unordered(abs, ())) == []
        with pytest.raises(ValueError, match="Chunksize"):
            pool.imap(abs, [], 0)
        with pytest.raises(ZeroDivisionError):
            list(pool.imap(abs, (1 // number for number in (1, 0))))
