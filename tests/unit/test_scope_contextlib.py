"""contextlib: a scope entered through a stack ends by the `with` around it, in the function that entered it."""

import asyncio
import contextlib
import contextvars
import gc
import subprocess
import sys
import threading
import weakref
from contextlib import AsyncExitStack, ExitStack

import pytest

from fastaudit import ScopeError

pytestmark = pytest.mark.usefixtures("perhaps_traced")


def contained(function, *args):
    """Call in a context of its own: what is left in force there ends with it."""
    return contextvars.Context().run(function, *args)


def test_exit_stack_in_one_function(probe, hold):
    with ExitStack() as stack:
        stack.enter_context(hold("a"))
        stack.enter_context(hold("b"))
        assert probe() == "ab"
    assert probe() == ""


def test_exit_stack_is_left_by_an_exception(probe, hold):
    with pytest.raises(ZeroDivisionError), ExitStack() as stack:
        stack.enter_context(hold("a"))
        1 / 0  # noqa: B018
    assert probe() == ""


def test_exit_stack_is_left_by_return(probe, hold):
    def function():
        with ExitStack() as stack:
            stack.enter_context(hold("a"))
            return probe()

    assert function() == "a"
    assert probe() == ""


def test_exit_stack_filled_from_inner_blocks_and_loops(probe, hold):
    with ExitStack() as stack:
        for name in "ab":
            with contextlib.nullcontext():
                stack.enter_context(hold(name))
        assert probe() == "ab"
    assert probe() == ""


def test_async_exit_stack(probe, hold):
    @contextlib.asynccontextmanager
    async def other():
        await asyncio.sleep(0)
        yield
        await asyncio.sleep(0)

    async def main():
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(hold("a"))
            stack.enter_context(hold("b"))
            await stack.enter_async_context(other())
            await asyncio.sleep(0)
            assert probe() == "ab"
        assert probe() == ""

    asyncio.run(main())


def test_async_exit_stack_is_left_by_cancellation(probe, hold):
    @contextlib.asynccontextmanager
    async def other():
        try:
            yield
        finally:
            await asyncio.sleep(0)

    async def worker(inside):
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(hold("a"))
            await stack.enter_async_context(other())
            inside.set()
            await asyncio.sleep(60)

    async def main():
        inside = asyncio.Event()
        task = asyncio.create_task(worker(inside))
        entered = asyncio.ensure_future(inside.wait())
        await asyncio.wait([task, entered], return_when=asyncio.FIRST_COMPLETED)
        entered.cancel()  # the worker may have failed to enter
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert probe() == ""

    asyncio.run(main())


def test_a_manager_made_by_contextmanager(probe, hold):
    @contextlib.contextmanager
    def managed():
        with hold("a"):
            yield

    with managed():
        assert probe() == "a"
    assert probe() == ""
    with ExitStack() as stack:
        stack.enter_context(managed())
        assert probe() == "a"
    assert probe() == ""

    @managed()
    def decorated():
        return probe()

    assert decorated() == "a"
    assert probe() == ""


def test_a_manager_made_by_contextmanager_is_left_by_an_exception(probe, hold):
    @contextlib.contextmanager
    def managed():
        with hold("a"):
            yield

    with pytest.raises(ZeroDivisionError), managed():
        1 / 0  # noqa: B018
    assert probe() == ""


def test_a_manager_made_by_contextmanager_in_a_warm_loop(probe, hold):
    a = hold("a")

    @contextlib.contextmanager
    def managed():
        with a:
            yield

    for _ in range(1000):
        with managed():
            pass
        with ExitStack() as stack:
            stack.enter_context(managed())
            stack.enter_context(a)
    assert probe() == ""


def test_a_manager_made_by_asynccontextmanager(probe, hold):
    @contextlib.asynccontextmanager
    async def managed():
        async with hold("a"):
            yield

    async def main():
        async with managed():
            assert probe() == "a"
            await asyncio.sleep(0)
            assert probe() == "a"
        assert probe() == ""

    asyncio.run(main())


def test_a_contextmanager_may_be_entered_in_one_thread_and_left_in_another(probe, hold):
    @contextlib.contextmanager
    def managed():
        with hold("a"):
            yield

    manager = managed()
    errors = []

    def in_thread(function):
        def run():
            try:
                contextvars.copy_context().run(function)
            except BaseException as error:
                errors.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()

    in_thread(manager.__enter__)
    in_thread(lambda: manager.__exit__(None, None, None))
    assert errors == []
    assert probe() == ""


def test_a_function_with_many_constants_can_leave_through_a_stack(probe, hold):
    # The constant None then has an index that needs two instructions (the docstring comes first).
    lines = [f"    x = {number}.5" for number in range(300)]
    body = (
        "    with ExitStack() as stack:\n        stack.enter_context(manager)\n        seen = probe()\n    return seen"
    )
    scope = {"ExitStack": ExitStack, "manager": hold("a"), "probe": probe}
    exec("def function():\n    'A docstring.'\n" + "\n".join(lines) + "\n" + body, scope)
    assert scope["function"]() == "a"
    assert probe() == ""


def test_an_async_function_with_many_constants_can_leave_through_a_stack(probe, hold):
    lines = [f"    x = {number}.5" for number in range(300)]
    body = (
        "    async with AsyncExitStack() as stack:\n"
        "        await stack.enter_async_context(manager)\n"
        "        await sleep(0)\n"
        "        seen = probe()\n"
        "    return seen"
    )
    scope = {"AsyncExitStack": AsyncExitStack, "manager": hold("a"), "probe": probe, "sleep": asyncio.sleep}
    exec("async def function():\n    'A docstring.'\n" + "\n".join(lines) + "\n" + body, scope)
    assert asyncio.run(scope["function"]()) == "a"
    assert probe() == ""


# ---- what is refused, and holds on ----


def test_an_explicit_close_of_the_stack_raises_and_holds_on(probe, hold):
    def function():
        stack = ExitStack()
        stack.enter_context(hold("a"))
        with pytest.raises(ScopeError, match="with"):
            stack.close()
        return probe()

    assert contained(function) == "a"


def test_a_stack_moved_by_pop_all_raises_and_holds_on(probe, hold):
    def function():
        with ExitStack() as stack:
            stack.enter_context(hold("a"))
            moved = stack.pop_all()
        assert probe() == "a"
        with pytest.raises(ScopeError), moved:
            pass
        return probe()

    assert contained(function) == "a"


def test_a_stack_filled_in_another_function_raises_and_holds_on(probe, hold):
    def fill(stack):
        stack.enter_context(hold("a"))

    def function():
        with pytest.raises(ScopeError), ExitStack() as stack:
            fill(stack)
            assert probe() == "a"
        return probe()

    assert contained(function) == "a"


def test_what_a_stack_left_open_goes_with_the_scope_around_it(probe, hold):
    with hold("b") as box:
        stack = ExitStack()
        stack.enter_context(hold("a"))
        with pytest.raises(ScopeError):
            stack.close()
        assert probe() == "ab"
    assert probe() == ""
    (place,) = box.left_open
    assert __file__ in place and "test_what_a_stack_left_open" in place


def test_without_debug_ranges_a_stack_works_all_the_same():
    script = (
        "import sys, os; from contextlib import ExitStack, nullcontext\n"
        "from fastaudit import Deny, Policy, PermissionViolation, sandbox\n"
        "policy = Policy.unrestricted().replace(deny=Deny(read=[os.path.realpath(sys.executable)]))\n"
        "def function():\n"
        "    with ExitStack() as stack:\n"
        "        for _ in range(2):\n"
        "            with nullcontext():\n"
        "                stack.enter_context(sandbox(policy))\n"
        "        try:\n"
        "            open(os.path.realpath(sys.executable))\n"
        "        except PermissionViolation:\n"
        "            print('held')\n"
        "function()\n"
        "open(os.path.realpath(sys.executable)).close()\n"
        "print('free')\n"
    )
    words = [sys.executable, "-P", "-X", "no_debug_ranges", "-c", script]
    result = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (result.stdout.split(), result.stderr) == (["held", "free"], "")


@pytest.mark.parametrize("how", ["stack", "manager", "manager in a stack"])
def test_a_scope_that_is_entered_and_never_left_goes_with_its_context(hold, how):
    class Canary:
        pass

    @contextlib.contextmanager
    def managing():
        with hold("a"):
            yield

    def function():
        canary, stack, manager = Canary(), ExitStack(), managing()
        if how == "manager":
            manager.__enter__()
        else:
            stack.enter_context(hold("a") if how == "stack" else manager)
        return weakref.ref(canary)

    found = contained(function)
    gc.collect()
    assert found() is None
