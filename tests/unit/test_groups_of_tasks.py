"""Groups of tasks and what cancels them: asyncio's, anyio's and trio's keep everybody's policies apart."""

import asyncio
import contextlib
import threading

import anyio
import anyio.from_thread
import anyio.to_thread
import groups
import pytest
import trio
import trio.lowlevel

from fastaudit import PermissionViolation, current


@pytest.fixture(params=groups.ALL, ids=lambda library: type(library).__name__)
def library(request):
    """Each of the libraries."""
    return request.param


def test_tenants_of_one_group_each_keep_their_own(library, probe, hold):
    seen = {}

    async def child():
        await library.checkpoint()
        return probe()

    async def tenant(name):
        answers = seen[name] = []
        with hold(name):
            for _ in range(3):
                await library.checkpoint()
                answers.append(probe())
            answers.append(await library.thread(probe))
            answers.append(await child())
        await library.checkpoint()
        answers.append(probe())

    async def main():
        async with library.group() as start:
            for name in "abcdef":
                start(tenant, name)
            await library.checkpoint()
            assert probe() == ""
        assert probe() == ""

    library.run(main())
    assert seen == {name: [name] * 5 + [""] for name in "abcdef"}


def test_what_is_started_inside_in_a_group_of_the_host_keeps_the_scope_after_the_block(library, probe, hold):
    seen = {}

    async def child(name, start):
        await library.checkpoint()
        seen[name] = probe()
        if len(name) < 3:
            start(child, name + name[0], start)

    async def main():
        async with library.group() as start:
            with hold("a"):
                start(child, "a", start)
                with hold("b"):
                    start(child, "b", start)
                await library.checkpoint()
            start(child, "c", start)
            assert probe() == ""
            for _ in range(20):
                await library.checkpoint()
                assert probe() == ""

    library.run(main())
    assert seen == {"a": "a", "aa": "a", "aaa": "a", "b": "ab", "bb": "ab", "bbb": "ab", "c": "", "cc": "", "ccc": ""}


def test_a_group_that_is_opened_inside_holds_all_of_its_tasks(library, probe, hold):
    seen = []

    async def child(start, depth):
        await library.checkpoint()
        with hold("b"):
            seen.append(probe())
            if depth:
                start(child, start, depth - 1)
        await library.checkpoint()
        seen.append(probe())

    async def main():
        with hold("a"):
            async with library.group() as start:
                start(child, start, 1)
            assert probe() == "a"
        assert probe() == ""

    library.run(main())
    assert sorted(seen) == ["a", "ab", "ab", "ab"]  # the second was started beneath b, which it keeps


def test_a_cancelled_block_ends_its_scope_and_what_cleans_up_in_it_is_held(library, probe, hold):
    seen = []

    async def clean_up():
        await library.checkpoint()
        seen.append(probe())

    async def main():
        async with library.limit() as cancel:
            with hold("a"):
                try:
                    cancel()
                    await library.forever()
                finally:
                    seen.append(probe())
                    await library.shielded(clean_up)
                    seen.append(probe())
        assert probe() == "" and current() is None
        await library.checkpoint()
        return probe()

    assert library.run(main()) == ""
    assert seen == ["a", "a", "a"]


def test_a_limit_inside_a_scope_ends_and_the_scope_goes_on(library, probe, hold):
    seen = []

    async def main():
        with hold("a"):
            async with library.limit() as cancel:
                with hold("b"):
                    async with library.limit() as inner:
                        with hold("c"):
                            inner()
                            await library.forever()
                    seen.append(probe())
                    cancel()
                    await library.forever()
            seen.append(probe())
            await library.checkpoint()
            seen.append(probe())
        seen.append(probe())

    library.run(main())
    assert seen == ["ab", "a", "a", ""]


def test_when_one_task_fails_the_others_are_cancelled_each_under_its_own(library, probe, hold):
    seen = {}

    async def tenant(name):
        try:
            with hold(name):
                try:
                    await library.forever()
                finally:
                    seen[name] = probe()
        finally:
            seen[name] += "," + probe()

    async def failing():
        with hold("f"):
            for _ in range(3):
                await library.checkpoint()
            raise LookupError

    async def main():
        caught = None
        try:
            async with library.group() as start:
                for name in "abcde":
                    start(tenant, name)
                start(failing)
        except* LookupError as errors:
            caught = errors, probe()
        assert caught is not None and len(caught[0].exceptions) == 1 and caught[1] == ""
        await library.checkpoint()
        assert probe() == "" and current() is None

    library.run(main())
    assert seen == {name: f"{name}," for name in "abcde"}


def test_a_refusal_in_a_task_leaves_its_group_and_cancels_the_rest(library, probe, hold):
    boxes = {}

    async def refused(name):
        with hold(name) as boxes[name]:
            await library.checkpoint()
            probe.files[name].open()

    async def main():
        try:
            async with library.group() as start:
                start(refused, "a")
                start(library.forever)
        except* PermissionViolation as errors:
            (violation,) = errors.exceptions
            assert violation.policy == "a" and probe() == ""
        return current()

    assert library.run(main()) is None
    assert [violation.policy for violation in boxes["a"].violations] == ["a"]


def test_a_strict_scope_around_a_group_tells_what_its_tasks_swallowed(library, probe, hold):
    async def swallowing():
        await library.checkpoint()
        probe()

    async def main(strict):
        with hold("a", strict=strict):
            async with library.group() as start:
                start(swallowing)

    library.run(main(False))
    with pytest.raises(PermissionViolation, match="'a'"):
        library.run(main(True))


def test_decorated_functions_in_a_group_each_open_one_scope_and_end_it_when_cancelled(library, probe, hold):
    boxes, seen = [], []

    def decorated(name):
        @hold(name)
        async def work(cancel_me):
            boxes.append(current())
            try:
                for _ in range(3):
                    await library.checkpoint()
                    seen.append(probe() == name)
                if cancel_me:
                    await library.forever()
            finally:
                seen.append(probe() == name)

        return work

    async def main():
        async with library.limit() as cancel:
            async with library.group() as start:
                for name in "abc":
                    start(decorated(name), name == "b")
                for _ in range(30):
                    await library.checkpoint()
                    assert probe() == ""
                cancel()
        return probe()

    assert library.run(main()) == ""
    assert seen == [True] * 12
    assert [len(box.violations) for box in boxes] == [4, 4, 4]


def test_an_async_generator_that_is_cancelled_ends_its_scope(library, probe, hold):
    seen = []

    async def rows():
        with hold("a"):
            try:
                for _ in range(10):
                    yield probe()
                    await library.checkpoint()
            finally:
                seen.append(probe())

    async def main():
        async with library.limit() as cancel:
            async with contextlib.aclosing(rows()) as steps:
                async for row in steps:
                    assert row == probe() == "a"
                    cancel()
                    await library.checkpoint()
        return probe()

    assert library.run(main()) == ""
    assert seen == ["a"]


def test_groups_of_many_threads_do_not_meet(library, probe, hold):
    def one(name):
        async def child():
            await library.checkpoint()
            answers.append((name, probe()))

        async def main():
            with hold(name):
                async with library.group() as start:
                    for _ in range(5):
                        start(child)
            assert probe() == ""

        library.run(main())

    answers = []
    threads = [threading.Thread(target=one, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == sorted((name, name) for name in "abcd" for _ in range(5))


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_task_that_is_handed_to_another_group_once_it_has_started_stays_held(backend, probe, hold):
    seen = []

    async def service(task_status):
        with hold("b"):
            task_status.started(probe())
            for _ in range(5):
                await anyio.sleep(0)
                seen.append(probe())
        seen.append(probe())

    async def main():
        async with anyio.create_task_group() as group:
            with hold("a"):
                assert await group.start(call_with_status(service)) == "ab"
            for _ in range(5):
                assert probe() == ""
                await anyio.sleep(0)

    anyio.run(main, backend=backend)
    assert seen == ["ab"] * 5 + ["a"]


def test_a_task_of_trio_that_is_handed_to_another_nursery_stays_held(probe, hold):
    seen = []

    async def service(task_status):
        task_status.started(probe())
        for _ in range(5):
            await trio.lowlevel.checkpoint()
            seen.append((probe(), trio.lowlevel.current_task().parent_nursery is hosts[0]))

    async def main():
        async with trio.open_nursery() as nursery:
            hosts.append(nursery)
            with hold("a"):
                assert await nursery.start(call_with_status(service)) == "a"
            assert probe() == ""

    hosts = []
    trio.run(main)
    assert seen == [("a", True)] * 5


def call_with_status(function):
    """Hand the status over by position, as one function for both libraries."""

    async def call(*, task_status):
        await function(task_status)

    return call


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_what_a_thread_calls_back_into_the_loop_stays_held(backend, probe, hold):
    async def look():
        await anyio.sleep(0)
        return probe()

    def in_thread():
        return probe(), anyio.from_thread.run(look), anyio.from_thread.run_sync(probe)

    async def main():
        with hold("a"):
            held = await anyio.to_thread.run_sync(in_thread)
        return held, await anyio.to_thread.run_sync(in_thread)

    assert anyio.run(main, backend=backend) == (("a",) * 3, ("",) * 3)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_what_is_given_to_a_portal_is_held_by_its_giver(backend, probe, hold):
    async def look():
        await anyio.sleep(0)
        return probe()

    with anyio.from_thread.start_blocking_portal(backend) as portal:
        with hold("a"):
            inside = portal.call(look), portal.call(probe), portal.start_task_soon(look).result()
        outside = portal.call(look), portal.call(probe), portal.start_task_soon(look).result()
    assert inside == ("a",) * 3
    assert outside == ("",) * 3


def test_trio_as_the_guest_of_asyncio_keeps_its_tasks_apart(probe, hold):
    seen = {}

    async def tenant(name):
        with hold(name):
            for _ in range(3):
                await trio.lowlevel.checkpoint()
                seen.setdefault(name, []).append(probe())
            seen[name].append(await trio.to_thread.run_sync(probe))

    async def trios_main():
        async with trio.open_nursery() as nursery:
            for name in "abc":
                nursery.start_soon(tenant, name)
        return probe()

    async def main():
        loop, done = asyncio.get_running_loop(), asyncio.get_running_loop().create_future()
        trio.lowlevel.start_guest_run(
            trios_main, run_sync_soon_threadsafe=loop.call_soon_threadsafe, done_callback=done.set_result
        )
        while not done.done():
            assert probe() == ""
            await asyncio.sleep(0)
        return (await done).unwrap()

    assert asyncio.run(main()) == ""
    assert seen == {name: [name] * 4 for name in "abc"}


if hasattr(asyncio, "eager_task_factory"):  # since 3.12

    def test_eager_tasks_of_a_group_begin_under_what_is_in_force(probe, hold):
        seen = []

        async def child():
            seen.append(probe())
            await asyncio.sleep(0)
            seen.append(probe())

        async def main():
            asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
            async with asyncio.TaskGroup() as group:
                with hold("a"):
                    group.create_task(child())
                assert probe() == ""

        asyncio.run(main())
        assert seen == ["a", "a"]
