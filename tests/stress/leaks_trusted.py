"""One round of what trusted and adapted functions do, for leaks.py."""

import asyncio
import contextlib
import contextvars

from fastaudit import adapt, sandbox, trusted


def trusted_round(policy, refusals, attempt, run):
    """Make them, call them, leave them suspended, drop them; inside and outside of a scope."""

    @trusted(policy)
    def function(argument=None, *, named=1):
        refusals()

    @trusted
    def generator():
        with sandbox(policy):
            yield box.active_calls()
            yield 2

    @trusted
    async def coroutine():
        with sandbox(policy):
            await asyncio.sleep(0)

    @trusted
    async def asynchronous():
        yield 1
        yield 2

    @trusted
    def leaves_open():
        return sandbox(policy).start()

    @adapt
    async def receive(message):
        await asyncio.sleep(0)
        return message

    def raises():
        raise ZeroDivisionError

    def trusts_itself():
        function = trusted(lambda: function)
        return function()

    async def main():
        await coroutine()
        async for _ in asynchronous():
            pass
        half = asynchronous()
        await anext(half)
        with contextlib.suppress(ZeroDivisionError):
            await half.athrow(ZeroDivisionError())
        await receive({"a": [1, (2.5, b"x")]})
        attempt(adapt(refusals), object())
        task = asyncio.create_task(coroutine())
        await asyncio.sleep(0)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    function()
    run(main())
    with sandbox(policy) as box:
        function(1, named=2)
        list(generator())
        dropped, closed = generator(), generator()
        next(dropped)
        next(closed)
        contextvars.Context().run(closed.close)
        closed.close()
        del dropped
        attempt(trusted(raises))
        attempt(function, **{type("Name", (str,), {})("named"): 1})
        leaves_open()
        trusts_itself()
        trusted(lambda: contextvars.copy_context())().run(function)
        run(main())
        assert box.trusted_calls
    attempt(trusted, 5)
    attempt(adapt, generator)
