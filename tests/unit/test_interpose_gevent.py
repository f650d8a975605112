"""gevent's threads are the host's: each job runs under what its giver is held to."""

import pytest

gevent = pytest.importorskip("gevent", reason="gevent cannot be obtained for this Python")
threadpool = pytest.importorskip("gevent.threadpool", reason="gevent cannot be obtained for this Python")


@pytest.fixture
def pool():
    """A pool whose one thread runs already, as the host's; and the hub is, whoever made the thread's first."""
    gevent.get_hub().destroy()
    pool = threadpool.ThreadPool(1)
    pool.spawn(int).get()
    yield pool
    pool.kill()


def test_a_job_runs_under_what_its_giver_is_held_to_and_the_next_is_the_hosts(pool, probe, hold):
    def job(*args, **more):
        return probe(), args, more

    assert pool.spawn(job, 1, two=2).get() == ("", (1,), {"two": 2})
    with hold("a"):
        assert pool.spawn(job, 1, two=2).get() == ("a", (1,), {"two": 2})
        late = pool.spawn(job)
        assert pool.apply(job, (1,), {"func_": 2}) == ("a", (1,), {"func_": 2})
        mapped = pool.map(lambda _: probe(), range(2))
        async_ = pool.apply_async(job)
    assert (late.get()[0], mapped, async_.get()[0]) == ("a", ["a", "a"], "a")
    assert pool.spawn(job).get()[0] == probe() == ""


def test_a_job_that_fails_tells_its_giver(pool, hold):
    with hold("a"):
        failed = pool.spawn(lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            failed.get()
        with pytest.raises(TypeError):
            pool.spawn()


def test_an_executors_job_is_held(probe, hold):
    executor = threadpool.ThreadPoolExecutor(1)
    executor.submit(int).result()
    with hold("a"):
        assert executor.submit(probe).result() == "a"
    assert executor.submit(probe).result() == ""
    executor.shutdown()
