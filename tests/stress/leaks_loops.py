"""What a guest and its host give to an event loop and complete there: an entry of leaks.py."""

import asyncio
import contextlib
import contextvars
import os
import sys

from growth import attempt, entry

from fastaudit import Policy, sandbox

GUEST = Policy(name="guest")


def refuse(*_):
    attempt(open, "/etc/passwd")


@entry("sandbox")
def callbacks():
    hosts = contextvars.copy_context()

    async def main():
        loop = asyncio.get_running_loop()
        futures = [loop.create_future() for _ in range(3)]
        futures[0].add_done_callback(refuse, context=hosts)
        with sandbox(GUEST):
            loop.call_soon(refuse, context=hosts)
            loop.call_later(0, refuse, context=hosts)
            attempt(loop.call_soon, refuse, context=GUEST)
            hosts.run(futures[1].add_done_callback, refuse, context=hosts)
            task = asyncio.create_task(asyncio.wait_for(futures[2], 9), context=hosts)
            await asyncio.sleep(0)
            futures[0].set_result(())
            futures[1].cancel()
            futures[2].set_result(futures[1]._callbacks)
        await task

    asyncio.run(main())


@entry("sandbox")
def python_callbacks():
    hosts = contextvars.copy_context()

    async def main():
        loop = asyncio.get_running_loop()
        futures = [asyncio.futures._PyFuture(loop=loop) for _ in range(2)]
        tasks = [asyncio.tasks._PyTask(asyncio.wait([future]), loop=loop) for future in futures]
        await asyncio.sleep(0)
        with sandbox(GUEST):
            tasks.append(asyncio.tasks._PyTask(asyncio.sleep(0), loop=loop, context=hosts))
            futures[0].add_done_callback(refuse, context=hosts)
            attempt(futures[0].add_done_callback)
            hosts.run(futures[1].add_done_callback, tasks[0]._Task__wakeup, context=hosts)
            loop.call_soon(tasks[1]._Task__step, context=hosts)
            futures[0].set_result(())
        futures[1].set_result(())
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(main())


class Name(str):
    __slots__ = ()

    def __str__(self):
        return self


@entry("sandbox")
def marks():
    async def main():
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        future = loop.create_future()
        for held in (True, False):
            with sandbox(GUEST) if held else contextlib.nullcontext():
                attempt(setattr, task, "note", [])
                attempt(setattr, task, "cancel" if held else "notes", print)
                attempt(setattr, task, Name("name"), print)
                task.set_name(Name("name"))
                future.add_done_callback(refuse)
                future.add_done_callback(len)
                if held:
                    attempt(asyncio.tasks._register_task, refuse)
                    attempt(asyncio.tasks._leave_task, loop, task)
        repr(future)
        del future
        await asyncio.create_task(asyncio.sleep(0), name=Name("name"))

    asyncio.run(main())


class Number(int):
    pass


@entry("sandbox")
def settings():
    async def main():
        loop = asyncio.get_running_loop()
        reading, writing = os.pipe()
        with sandbox(GUEST):
            attempt(loop.set_default_executor, None)
            attempt(loop.add_reader, refuse, refuse)
            attempt(loop.add_reader)
            loop.set_debug([])
            loop.add_reader(Number(reading), refuse)
            loop.add_writer(Number(writing), refuse)
            asyncio.new_event_loop().close()
        await asyncio.sleep(0)
        loop.remove_reader(reading)
        loop.remove_writer(writing)
        os.close(reading)
        os.close(writing)

    asyncio.run(main())


async def generate():
    yield


@entry("sandbox")
def left_behind():
    policies = asyncio.events
    get = getattr(policies, "_get_event_loop_policy", policies.get_event_loop_policy)
    set_policy = getattr(policies, "_set_event_loop_policy", policies.set_event_loop_policy)
    before, hosts = sys.get_asyncgen_hooks(), get()
    with sandbox(GUEST):
        set_policy(type(hosts)())
        attempt(set_policy, 5)
        with sandbox(GUEST):
            set_policy(type(hosts)())
            set_policy(None)
        get()
        sys.set_asyncgen_hooks(refuse, finalizer=refuse)
        attempt(generate().__anext__().send, None)
    attempt(generate().__anext__().send, None)
    with sandbox(GUEST):
        set_policy(hosts)
        sys.set_asyncgen_hooks(*before)
