"""Many tasks at once, each its own policy: every operation meets exactly the policies it was started under."""

import asyncio
import random
import threading

import anyio.to_thread
import pytest

from fastaudit import Policy, current, sandbox

TASKS = 50


@pytest.fixture
def tenants(tmp_path):
    """A file a task, and for each the policy that reads it and the file of everybody."""
    folder = tmp_path.resolve()
    shared = folder / "shared"
    shared.write_text("shared")
    files = []
    for number in range(TASKS):
        file = folder / f"tenant{number}"
        file.write_text(str(number))
        files.append(file)
    return shared, files, [Policy(name=f"tenant {n}", read=[file, shared]) for n, file in enumerate(files)]


def readable(files):
    """The numbers of the files that the calling code may read, really opened."""
    found = set()
    for number, file in files:
        try:
            with open(file) as stream:
                assert stream.read() == str(number)
        except PermissionError:
            continue
        found.add(number)
    return found


def some(files, chance, *always):
    """A few of the files, those named among them."""
    numbers = {*always, *(chance.randrange(TASKS) for _ in range(4))}
    return [(number, files[number]) for number in sorted(numbers)]


@pytest.mark.asyncio
async def test_every_operation_meets_exactly_its_own_policies(tenants):
    shared, files, policies = tenants
    turns = asyncio.Barrier(TASKS)
    refused = [0] * TASKS

    def expect(found, asked, allowed, who):
        assert found == {number for number, _ in asked} & allowed, f"task {who}"
        refused[who] += len(asked) - len(found)

    async def tenant(who):
        chance = random.Random(who)
        neighbour = (who + 1) % TASKS

        def look():
            asked = some(files, chance, who, neighbour)
            return readable(asked), asked

        async with sandbox(policies[who]) as box:
            await turns.wait()
            for step in range(6):
                expect(*look(), {who}, who)
                await asyncio.sleep(0)
                expect(*(await asyncio.to_thread(look)), {who}, who)
                expect(*(await anyio.to_thread.run_sync(look)), {who}, who)
                with sandbox(policies[neighbour]) as inner:
                    expect(*look(), set(), who)
                    assert shared.read_text() == "shared"
                    await asyncio.sleep(0)
                    expect(*(await asyncio.to_thread(look)), set(), who)
                    assert current() is inner
                child = asyncio.create_task(later(look))
                if step % 2:
                    await asyncio.sleep(0)
                expect(*(await child), {who}, who)
                assert current() is box
            left_behind = asyncio.create_task(later(look, 5))
        expect(*look(), set(range(TASKS)), who)
        expect(*(await left_behind), {who}, who)
        expect(*(await asyncio.to_thread(look)), set(range(TASKS)), who)
        assert current() is None
        return box

    async def later(look, turns_to_wait=1):
        for _ in range(turns_to_wait):
            await asyncio.sleep(0)
        return look()

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(tenant(who)) for who in range(TASKS)]
    boxes = [task.result() for task in tasks]

    for who, box in enumerate(boxes):
        assert len(box.violations) + box.dropped == refused[who]
        assert {violation.policy for violation in box.violations} <= {f"tenant {who}", f"tenant {(who + 1) % TASKS}"}
    everything = list(enumerate(files))
    assert readable(everything) == set(range(TASKS))
    assert await asyncio.to_thread(readable, everything) == set(range(TASKS))
    assert await anyio.to_thread.run_sync(readable, everything) == set(range(TASKS))


@pytest.mark.asyncio
async def test_cancelled_and_failing_tasks_leave_everybody_else_as_they_were(tenants):
    _, files, policies = tenants

    async def tenant(who):
        with sandbox(policies[who]):
            for _ in range(10):
                await asyncio.sleep(0)
                assert readable(some(files, random.Random(who), who)) == {who}
            if who % 3 == 0:
                raise LookupError(who)
            await asyncio.sleep(3600 if who % 3 == 1 else 0)
        return readable(enumerate(files))

    tasks = [asyncio.create_task(tenant(who)) for who in range(TASKS)]
    while not all(task.done() for who, task in enumerate(tasks) if who % 3 != 1):
        await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    for who, result in enumerate(await asyncio.gather(*tasks, return_exceptions=True)):
        expected = (LookupError, asyncio.CancelledError, set)[who % 3]
        assert isinstance(result, expected)
        assert result == set(range(TASKS)) or expected is not set
    assert readable(enumerate(files)) == set(range(TASKS))


def test_loops_in_threads_of_their_own_keep_apart(tenants):
    _, files, policies = tenants
    found = {}

    def loop(who):
        async def main():
            with sandbox(policies[who]):
                first = readable(enumerate(files))
                await asyncio.sleep(0)
                return first, await asyncio.to_thread(readable, list(enumerate(files)))

        found[who] = asyncio.run(main()), readable(enumerate(files))

    threads = [threading.Thread(target=loop, args=(who,)) for who in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {who: (({who}, {who}), set(range(TASKS))) for who in range(8)}
